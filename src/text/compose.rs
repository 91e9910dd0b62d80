//! What exactly one channel receives: the post's text, or the channel's own.

use crate::domain::channel::Network;
use crate::domain::media::Media;

/// Where the text of a variant comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// From the post.
    Base,
    /// From the channel's own words.
    Override,
}

/// What one channel receives. Previews draw it, checks read it, adapters send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The network it is for.
    pub network: Network,
    /// The text, its line ends all `\n`.
    pub text: String,
    /// The title, where there is one.
    pub title: Option<String>,
    /// The attachments.
    pub media: Vec<Media>,
    /// Whose text it is.
    pub origin: Origin,
}

/// Puts together what a channel on `network` receives.
pub fn compose(
    network: &Network,
    body: &str,
    override_text: Option<&str>,
    title: Option<&str>,
    media: &[Media],
) -> Variant {
    let (text, origin) = override_text.map_or((body, Origin::Base), |own| (own, Origin::Override));
    Variant {
        network: network.clone(),
        text: line_ends(text),
        title: title.map(|title| line_ends(title).replace('\n', " ")).filter(|title| !title.trim().is_empty()),
        media: media.to_vec(),
        origin,
    }
}

/// All line ends as `\n`, the way texts are counted and sent.
fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_one_character_and_an_own_text_wins() {
        let network = Network::from_word("x");
        let base = compose(&network, "a\r\nb\rc", None, Some(" "), &[]);
        assert_eq!((base.text.as_str(), base.title, base.origin), ("a\nb\nc", None, Origin::Base));
        let own = compose(&network, "a", Some("b"), Some("T\r\nU"), &[]);
        assert_eq!((own.text.as_str(), own.title.as_deref(), own.origin), ("b", Some("T U"), Origin::Override));
    }
}
