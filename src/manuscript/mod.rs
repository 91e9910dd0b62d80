//! A post as a file: Markdown, with front matter for everything that is not its text. Pure; one format for the shell
//! and for `$EDITOR`.
//!
//! ```text
//! ---
//! to: [x:@acme, linkedin:ACME]
//! when: tomorrow 9
//! media:
//!   - file: roast.png
//!     alt: A cup of coffee
//! options:
//!   tiktok.privacy: public
//! first_comment: More in the thread below.
//! variants:
//!   x: |
//!     The short text.
//! ---
//!
//! The text.
//! ```
//!
//! Front matter counts only at the very start of a file: a `---` further down splits a thread, and a file without front
//! matter is just text. Front matter that does not close is a fault: as a text it would be published.

mod error;
mod fields;
mod layout;
mod node;
mod record;
mod toml;
mod write;

use crate::domain::ids::ChannelId;
use crate::domain::media::Media;
use crate::domain::options::{FirstComment, Options};
use crate::domain::post::{Post, Wish};

pub use error::{Fault, Spot, listed};
pub use fields::KEYS;
pub use layout::decode;
pub use record::{Applied, RECORD, Record, fingerprint};
pub use write::write;

/// What stands against `when: now` of one channel: its post has a time of its own, and would go out in two halves that
/// nobody confirmed.
pub const ALONE_AT_ONCE: &str = "\"now\" is for the whole post, and no channel goes out at once by itself";

/// A post as its file says it: words of people, nothing looked up yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manuscript {
    /// Channels, in the words of the person: `x:@acme`.
    pub to: Vec<String>,
    /// When: `now`, `tomorrow 9`, `2026-12-01 09:30`.
    pub when: Option<String>,
    /// What it is kept as although it has a time: a draft, or held.
    pub wish: Option<Wish>,
    /// The title, for networks that have one.
    pub title: Option<String>,
    /// The campaign it belongs to, by name.
    pub campaign: Option<String>,
    /// Tags for finding it.
    pub tags: Vec<String>,
    /// The style it is dressed in, by name.
    pub style: Option<String>,
    /// The address that belongs to it.
    pub link: Option<String>,
    /// What is attached, in order.
    pub media: Vec<Attached>,
    /// What networks are told beside text, time and media: `tiktok.privacy: public`.
    pub options: Options,
    /// A comment that follows it.
    pub first_comment: Option<FirstComment>,
    /// Texts and times that differ for a network or a channel.
    pub variants: Vec<Variant>,
    /// The text.
    pub body: String,
}

impl Manuscript {
    /// What a file says of `post` in the same way wherever it is written: all but its time and what differs.
    pub fn common(
        post: &Post,
        words: impl Fn(&ChannelId) -> String,
        attached: impl Fn(&[Media]) -> Vec<Attached>,
    ) -> Self {
        Self {
            to: post.targets.iter().map(|target| words(&target.channel)).collect(),
            title: post.title.clone(),
            campaign: post.campaign.clone(),
            tags: post.tags.clone(),
            style: post.styling.style.clone(),
            link: post.styling.link.clone(),
            media: attached(&post.media),
            options: post.options.clone(),
            first_comment: post.first_comment.clone(),
            body: post.body.clone(),
            ..Self::default()
        }
    }
}

/// One attachment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// A path, a web address or a provider's id.
    pub source: String,
    /// The text for people who cannot see it; may be empty.
    pub alt: String,
}

/// What differs for one network or channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// The network or the channel, in the words of the person.
    pub of: String,
    /// Its text, when it has one of its own.
    pub text: Option<String>,
    /// Its time, when it has one of its own.
    pub when: Option<String>,
    /// Options of its own.
    pub options: Options,
    /// A first comment of its own; a blank one means none there.
    pub first_comment: Option<FirstComment>,
    /// Attachments of its own; an empty list means none there.
    pub media: Option<Vec<Attached>>,
}

/// Where in the file things stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spots {
    /// Of each channel.
    pub to: Vec<Spot>,
    /// Of the time.
    pub when: Spot,
    /// Of what it is kept as.
    pub wish: Spot,
    /// Of the title.
    pub title: Spot,
    /// Of each attachment.
    pub media: Vec<Spot>,
    /// Of each variant.
    pub variants: Vec<Spot>,
    /// Where the text begins.
    pub body: Spot,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// What it says.
    pub manuscript: Manuscript,
    /// Where it says so.
    pub spots: Spots,
    /// Whether there was front matter: without it, a file is a text and nothing else.
    pub is_post: bool,
}

/// Reads a file. Every fault names its line and what to do; nothing is taken from a file that has one.
pub fn read(text: &str) -> Result<Read, Vec<Fault>> {
    let parts = layout::parts(text);
    let body = layout::body(parts.body);
    let spots = Spots { body: error::spot(text, parts.body_at), ..Spots::default() };
    let Some(front) = parts.front else {
        if let Some(fence) = layout::unclosed(text) {
            return Err(vec![open(fence)]);
        }
        return Ok(Read { manuscript: Manuscript { body, ..Manuscript::default() }, spots, is_post: false });
    };
    let root = if front.is_toml { toml::tree(front.text) } else { node::tree(front.text) };
    let at = |offset: usize| error::spot(text, front.at + offset);
    let root = root.map_err(|fault| vec![fault.at(&at)])?;
    let (manuscript, spots) = fields::taken(&root, Manuscript { body, ..Manuscript::default() }, spots, &at)?;
    Ok(Read { manuscript, spots, is_post: true })
}

/// What is said of front matter that begins at the first line and does not end.
fn open(fence: &str) -> Fault {
    let remedy = format!("write `{fence}` on a line of its own between it and the text");
    Fault { spot: Spot { line: 1, column: 1 }, words: "the front matter is not closed".into(), remedy }
}

#[cfg(test)]
mod tests;
