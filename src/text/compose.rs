//! What exactly one channel receives: the post's text, or the channel's own.

use std::ops::Range;

use super::rules::NetworkRules;
use super::split::spans;
use crate::domain::carries::Way;
use crate::domain::channel::Network;
use crate::domain::ids::ChannelId;
use crate::domain::media::Media;
use crate::domain::options::{FirstComment, Options};
use crate::domain::post::{Post, Target};

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
    /// The channel, where it is for a certain one.
    pub channel: Option<ChannelId>,
    /// The text, its line ends all `\n`.
    pub text: String,
    /// The title, where there is one.
    pub title: Option<String>,
    /// The attachments.
    pub media: Vec<Media>,
    /// Whose text it is.
    pub origin: Origin,
    /// The options of its network.
    pub options: Options,
    /// The comment that follows it.
    pub first_comment: Option<FirstComment>,
    /// The way it goes, where that is known.
    pub way: Option<Way>,
}

impl Variant {
    /// Whether its cuts make a thread of it: the network has threads, and its provider carries them.
    pub fn can_thread(&self, rules: &NetworkRules) -> bool {
        rules.thread && self.way.as_ref().is_none_or(|way| way.carries.threads_on(&self.network))
    }

    /// Where its parts are in the text: several in a thread, else the whole.
    pub fn parts(&self, rules: &NetworkRules) -> Vec<Range<usize>> {
        let found = spans(&self.text);
        if found.len() > 1 && self.can_thread(rules) { found } else { std::iter::once(0..self.text.len()).collect() }
    }

    /// Part `at` of the thread, which stands at `span`, as a post of its own: the first one has the attachments.
    pub(super) fn part(&self, at: usize, span: Range<usize>) -> Self {
        let text = self.text.get(span).unwrap_or_default().to_owned();
        let media = if at == 0 { self.media.clone() } else { Vec::new() };
        Self { text, media, title: None, first_comment: None, ..self.clone() }
    }
}

/// Puts together what `target` of `post` receives, a channel of `network` that is reached by `way`.
pub fn of_target(post: &Post, target: &Target, network: &Network, way: Option<&Way>) -> Variant {
    let own = target.text.as_deref();
    let media = post.media_for(target);
    Variant {
        channel: Some(target.channel.clone()),
        options: post.options_for(target, network),
        first_comment: post.first_comment_for(target).cloned(),
        way: way.cloned(),
        ..compose(network, &post.body, own, post.title_for(target, network), media)
    }
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
        channel: None,
        text: line_ends(text),
        title: title.map(|title| line_ends(title).replace('\n', " ")).filter(|title| !title.trim().is_empty()),
        media: media.to_vec(),
        origin,
        options: Options::default(),
        first_comment: None,
        way: None,
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
