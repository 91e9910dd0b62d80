//! stub
use crate::domain::{channel::Network, media::Media};
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Base,
    Override,
}
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub network: Network,
    pub text: String,
    pub title: Option<String>,
    pub media: Vec<Media>,
    pub origin: Origin,
}
pub fn compose(
    network: &Network,
    body: &str,
    override_text: Option<&str>,
    title: Option<&str>,
    media: &[Media],
) -> Variant {
    Variant {
        network: network.clone(),
        text: override_text.unwrap_or(body).into(),
        title: title.map(Into::into),
        media: media.to_vec(),
        origin: if override_text.is_some() { Origin::Override } else { Origin::Base },
    }
}
