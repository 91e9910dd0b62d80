//! What each network accepts, as data: `assets/networks.toml`, and a person's own file laid over it.

mod error;
mod read;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::domain::channel::Network;
use crate::domain::ids::ChannelId;
use crate::domain::media::{Media, MediaKind};
use crate::domain::published::Stated;

use super::compose::Variant;
use super::entities::EntityKind;
pub use error::RulesError;

/// When the figures that come with the program were last held against the networks' own pages.
const AS_OF: &str = "October 2026";
const SHIPPED_NAME: &str = "networks.toml";
const SHIPPED_TEXT: &str = include_str!("../../assets/networks.toml");

/// The rules of all networks, by key, and of the channels whose providers published something of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    networks: BTreeMap<Network, NetworkRules>,
    channels: BTreeMap<ChannelId, NetworkRules>,
}

impl Rules {
    /// The rules that come with the program. A test holds that the file loads.
    pub fn shipped() -> &'static Rules {
        static SHIPPED: LazyLock<Rules> = LazyLock::new(|| Rules::load(SHIPPED_TEXT, SHIPPED_NAME).unwrap_or_default());
        &SHIPPED
    }

    /// Reads a complete rules file; `file_name` is what errors call it.
    pub fn load(text: &str, file_name: &str) -> Result<Rules, RulesError> {
        let mut rules = Rules::default().overlaid(text, file_name)?;
        rules.networks.values_mut().for_each(|network| network.limit_from = Source::Shipped);
        Ok(rules)
    }

    /// These rules with the values of another file in their place, key by key.
    pub fn overlaid(&self, text: &str, file_name: &str) -> Result<Rules, RulesError> {
        Ok(Rules { networks: read::overlay(&self.networks, text, file_name)?, channels: BTreeMap::new() })
    }

    /// These rules with what providers state of their channels, in the place of what they stated before. A person's own
    /// file goes before it.
    pub fn stating(&self, stated: &[Stated]) -> Rules {
        let of = |stated: &Stated| Some((stated.channel.clone(), self.network(&stated.network)?.stating(stated)));
        Rules { networks: self.networks.clone(), channels: stated.iter().filter_map(of).collect() }
    }

    /// The rules of one channel on `network`; none when nobody wrote any.
    pub fn of(&self, channel: &ChannelId, network: &Network) -> Option<&NetworkRules> {
        self.channels.get(channel).or_else(|| self.network(network))
    }

    /// The rules for what a channel receives.
    pub fn of_variant(&self, variant: &Variant) -> Option<&NetworkRules> {
        let own = variant.channel.as_ref().and_then(|channel| self.channels.get(channel));
        own.or_else(|| self.network(&variant.network))
    }

    /// The rules of one network; none when nobody wrote any.
    pub fn network(&self, network: &Network) -> Option<&NetworkRules> {
        self.networks.get(network)
    }

    /// All of them, by key.
    pub fn networks(&self) -> impl Iterator<Item = (&Network, &NetworkRules)> {
        self.networks.iter()
    }
}

/// Whose figure a limit is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// It came with the program.
    #[default]
    Shipped,
    /// A person's own file says so; its name.
    File(String),
    /// A provider published it.
    Provider {
        /// Its name on screen.
        by: String,
        /// When it was heard, UTC.
        at: DateTime<Utc>,
    },
}

impl Source {
    /// Who says so, in one word or two: `runsheet`, `networks.toml`, `Post for Me`.
    pub fn name(&self) -> &str {
        match self {
            Self::Shipped => "runsheet",
            Self::File(name) => name,
            Self::Provider { by, .. } => by,
        }
    }

    /// Whose word it is, and how old: `as of October 2026`, `as networks.toml says`, `as Late said on 2 May 2026`.
    pub fn words(&self) -> String {
        match self {
            Self::Shipped => format!("as of {AS_OF}"),
            Self::File(file) => format!("as {file} says"),
            Self::Provider { by, at } => format!("as {by} said on {}", at.format("%-d %b %Y")),
        }
    }

    /// Since when it is known: a month in words, or an instant; nothing of a person's own file.
    pub fn since(&self) -> Option<String> {
        match self {
            Self::Shipped => Some(AS_OF.to_owned()),
            Self::File(_) => None,
            Self::Provider { at, .. } => Some(at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        }
    }
}

/// What one network accepts.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkRules {
    /// How the text is counted.
    pub count: Count,
    /// The most it may count; see also [`NetworkRules::limit_for`].
    pub limit: usize,
    /// Whose figure the limit is.
    pub limit_from: Source,
    /// Above this the network's sources disagree.
    pub limit_warn: Option<usize>,
    /// The most UTF-8 bytes, where a second limit holds besides the first.
    pub limit_bytes: Option<usize>,
    /// The limit when anything is attached.
    pub limit_with_media: Option<usize>,
    /// The limit when only images are attached.
    pub limit_with_images: Option<usize>,
    /// What a link costs whatever its length; none when it counts as written.
    pub link_cost: Option<usize>,
    /// Links are rewritten to a short form before they are counted and sent, as Bluesky's own app does.
    pub shorten_links: bool,
    /// Characters that cost one more on the wire; a network that counts there refuses earlier than it says.
    pub escaped: Vec<char>,
    /// Whether there must be a text.
    pub text: TextNeed,
    /// How links, mentions and tags are found.
    pub grammar: Grammar,
    /// Which of them mean something there.
    pub marks: Vec<EntityKind>,
    /// Whether readers can follow links in the text.
    pub links_clickable: bool,
    /// How many characters of a link are shown, without scheme and `www.`; none when it shows as written.
    pub link_display: Option<usize>,
    /// How many hashtags, mentions, cashtags and links.
    pub hashtags: Cap,
    /// See `hashtags`.
    pub mentions: Cap,
    /// See `hashtags`.
    pub cashtags: Cap,
    /// See `hashtags`; distinct links.
    pub links: Cap,
    /// Characters that it refuses.
    pub forbidden: Vec<char>,
    /// A phone number in the text gets posts rejected.
    pub phones_warn: bool,
    /// A line that begins with `#` becomes a heading.
    pub hash_is_heading: bool,
    /// Whether one post can follow another.
    pub thread: bool,
    /// Whether a comment can be added at once.
    pub first_comment: FirstComment,
    /// How long a first comment may be, where that differs from the text.
    pub comment: Cap,
    /// The title, where there is one.
    pub title: Option<TitleRules>,
    /// What may be attached.
    pub media: MediaRules,
    /// What the feed shows before "…more".
    pub fold: Fold,
    /// When a link becomes a card.
    pub card: Card,
    /// How several attachments stand together in the feed.
    pub gallery: Gallery,
    /// Options that a channel cannot set to everything, as its provider published.
    pub allowed: Vec<Allowed>,
}

/// What one option can be set to on a channel, where that is not everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The option's key.
    pub option: String,
    /// What it can be, as people type it.
    pub values: Vec<String>,
    /// Who says so.
    pub from: Source,
}

impl Default for NetworkRules {
    fn default() -> Self {
        Self {
            count: Count::Utf16,
            limit: 0,
            limit_from: Source::Shipped,
            limit_warn: None,
            limit_bytes: None,
            limit_with_media: None,
            limit_with_images: None,
            link_cost: None,
            shorten_links: false,
            escaped: Vec::new(),
            text: TextNeed::OrMedia,
            grammar: Grammar::Plain,
            marks: vec![EntityKind::Link, EntityKind::Mention, EntityKind::Hashtag],
            links_clickable: true,
            link_display: None,
            hashtags: Cap::default(),
            mentions: Cap::default(),
            cashtags: Cap::default(),
            links: Cap::default(),
            forbidden: Vec::new(),
            phones_warn: false,
            hash_is_heading: false,
            thread: false,
            first_comment: FirstComment::None,
            comment: Cap::default(),
            title: None,
            media: MediaRules::default(),
            fold: Fold::default(),
            gallery: Gallery::Strip,
            card: Card::Never,
            allowed: Vec::new(),
        }
    }
}

impl NetworkRules {
    /// What the option `key` can be set to, where that is not everything.
    pub fn allowed(&self, key: &str) -> Option<&Allowed> {
        self.allowed.iter().find(|allowed| allowed.option == key)
    }

    /// The limit that holds with these attachments: a caption is often shorter than a text.
    pub fn limit_for(&self, media: &[Media]) -> usize {
        if media.is_empty() {
            return self.limit;
        }
        let only_images = media.iter().all(|item| item.kind == MediaKind::Image);
        self.limit_with_images.filter(|_| only_images).or(self.limit_with_media).unwrap_or(self.limit)
    }

    /// Whose figure the limit is, and how old; see [`Source::words`].
    pub fn limit_words(&self) -> String {
        self.limit_from.words()
    }

    /// These rules with what a provider, or the channel's own server, states of one channel.
    fn stating(&self, stated: &Stated) -> Self {
        let mut rules = self.clone();
        let is_own = matches!(self.limit_from, Source::File(_));
        rules.link_cost = stated.link.filter(|_| !is_own).or(self.link_cost);
        rules.media.images.max = stated.images.filter(|_| !is_own).or(self.media.images.max);
        if let Some(limit) = stated.text.filter(|_| !is_own) {
            rules.limit = limit;
            rules.limit_warn = self.limit_warn.filter(|warn| *warn < limit);
            rules.limit_from = Source::Provider { by: stated.by.clone(), at: stated.at };
        }
        if let Some(seconds) = stated.video_seconds {
            let Cap { warn, max } = self.media.video.seconds;
            let most = max.map_or(seconds, |max| max.min(seconds));
            rules.media.video.seconds = Cap { warn: warn.filter(|warn| *warn < most), max: Some(most) };
        }
        let from = Source::Provider { by: stated.by.clone(), at: stated.at };
        let allowed = stated.values.iter().cloned();
        rules.allowed = allowed.map(|(option, values)| Allowed { option, values, from: from.clone() }).collect();
        rules
    }

    /// Whether the network makes something of this kind of entity.
    pub fn marks(&self, kind: EntityKind) -> bool {
        self.marks.contains(&kind)
    }
}

/// A way of counting a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// A weight per code point, per emoji and per link, over the composed form (NFC).
    Weighted(Weights),
    /// Extended grapheme clusters.
    Graphemes,
    /// Graphemes, after links and remote mentions took their fixed cost.
    Mastodon,
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16.
    Utf16,
    /// Code points.
    Scalars,
    /// Code points, but emoji by their bytes of UTF-8.
    EmojiUtf8,
}

impl Count {
    /// The unit that the resulting number is in.
    pub fn unit(&self) -> Unit {
        match self {
            Self::Weighted(_) => Unit::Weighted,
            Self::Graphemes => Unit::Graphemes,
            Self::Mastodon => Unit::MastodonGraphemes,
            Self::Utf8 => Unit::Utf8Bytes,
            Self::Utf16 => Unit::Utf16,
            Self::Scalars => Unit::Scalars,
            Self::EmojiUtf8 => Unit::EmojiUtf8,
        }
    }
}

/// What a number of characters is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// X's weights, scaled.
    Weighted,
    /// Extended grapheme clusters.
    Graphemes,
    /// Bytes of UTF-8.
    Utf8Bytes,
    /// Code units of UTF-16.
    Utf16,
    /// Code points.
    Scalars,
    /// Graphemes after Mastodon's substitutions.
    MastodonGraphemes,
    /// Code points, emoji by bytes.
    EmojiUtf8,
}

impl Unit {
    /// The word on screen, in the plural.
    pub fn word(self) -> &'static str {
        match self {
            Self::Graphemes => "graphemes",
            Self::Utf8Bytes => "bytes",
            Self::Weighted | Self::Utf16 | Self::Scalars | Self::MastodonGraphemes | Self::EmojiUtf8 => "characters",
        }
    }
}

/// The table of a weighted count.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Weights {
    /// What the sum is divided by.
    pub scale: usize,
    /// The weight outside all ranges.
    pub default: usize,
    /// The weight of one emoji, however many code points it has; none: by code point.
    pub emoji: Option<usize>,
    /// First and last code point, and the weight between them. The first range that holds a code point wins.
    pub ranges: Vec<(u32, u32, usize)>,
}

impl Weights {
    /// The weight of one code point.
    pub fn of(&self, c: char) -> usize {
        let point = u32::from(c);
        let range = self.ranges.iter().find(|(first, last, _)| (*first..=*last).contains(&point));
        range.map_or(self.default, |(_, _, weight)| *weight)
    }
}

/// Whether a post needs a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextNeed {
    /// It does.
    Required,
    /// It needs a text or an attachment.
    OrMedia,
    /// It does not.
    Optional,
}

/// How links, mentions and tags are found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grammar {
    /// As X does.
    X,
    /// As Bluesky's facets.
    Bluesky,
    /// As Mastodon does.
    Mastodon,
    /// As most do: links, `@name`, `#tag`, `$TAG`.
    Plain,
    /// Links, `u/name` and `r/name`.
    Reddit,
}

/// A number that is unwise to exceed, and one that must not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cap {
    /// Above this: a warning.
    pub warn: Option<usize>,
    /// Above this: refused.
    pub max: Option<usize>,
}

/// A number that is unwise to stay below, and one that must be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Floor {
    /// Below this: a warning.
    pub warn: Option<usize>,
    /// Below this: refused.
    pub min: Option<usize>,
}

/// Whether a comment can be added at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstComment {
    /// It cannot.
    None,
    /// As a comment.
    Comment,
    /// As a reply to the post.
    Reply,
}

/// The title.
#[derive(Clone, Debug, PartialEq)]
pub struct TitleRules {
    /// Whether there must be one.
    pub required: bool,
    /// The most it may count.
    pub limit: usize,
    /// How it is counted.
    pub count: Count,
    /// Only posts of images have one.
    pub images_only: bool,
}

/// What must be attached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MediaNeed {
    /// Nothing.
    #[default]
    None,
    /// Something.
    Media,
    /// A video.
    Video,
}

/// What may be attached. Absent figures are no limit that anyone states.
#[derive(Clone, Debug, PartialEq)]
pub struct MediaRules {
    /// What must be.
    pub required: MediaNeed,
    /// Of everything together.
    pub items: Cap,
    /// Still pictures.
    pub images: Cap,
    /// Moving pictures.
    pub gifs: Cap,
    /// Videos.
    pub videos: Cap,
    /// Documents.
    pub documents: Cap,
    /// Whether kinds may be mixed in one post.
    pub mix: bool,
    /// Length of an alternative text, in code points.
    pub alt: Cap,
    /// One image.
    pub image: FileRules,
    /// One moving picture.
    pub gif: FileRules,
    /// One video.
    pub video: FileRules,
    /// One document.
    pub document: FileRules,
}

impl Default for MediaRules {
    fn default() -> Self {
        Self {
            required: MediaNeed::None,
            items: Cap::default(),
            images: Cap::default(),
            gifs: Cap::default(),
            videos: Cap::default(),
            documents: Cap::default(),
            mix: true,
            alt: Cap::default(),
            image: FileRules::default(),
            gif: FileRules::default(),
            video: FileRules::default(),
            document: FileRules::default(),
        }
    }
}

impl MediaRules {
    /// How many of a kind, and what each must be; none for kinds without rules.
    pub fn of(&self, kind: MediaKind) -> Option<(Cap, &FileRules)> {
        match kind {
            MediaKind::Image => Some((self.images, &self.image)),
            MediaKind::Gif => Some((self.gifs, &self.gif)),
            MediaKind::Video => Some((self.videos, &self.video)),
            MediaKind::Document => Some((self.documents, &self.document)),
            MediaKind::Other => None,
        }
    }
}

/// What one file of a kind must be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileRules {
    /// Accepted endings of a file name, lower case; empty: any.
    pub types: Vec<String>,
    /// The least bytes.
    pub bytes_least: Floor,
    /// The most bytes.
    pub bytes: Cap,
    /// The least seconds.
    pub seconds_least: Floor,
    /// The most seconds.
    pub seconds: Cap,
    /// The least pixels of a side.
    pub side_least: Floor,
    /// The most pixels of a side.
    pub side_max: Option<usize>,
    /// The most pixels in all.
    pub pixels_max: Option<usize>,
    /// The least and the greatest width / height.
    pub ratio: Option<(f64, f64)>,
}

/// What the feed shows before "…more": whichever is reached first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fold {
    /// So many lines.
    pub lines: Option<usize>,
    /// Of so many columns; none: of the width at hand.
    pub columns: Option<usize>,
    /// So many graphemes.
    pub characters: Option<usize>,
    /// So much by the network's own count.
    pub counted: Option<usize>,
    /// So many graphemes of the title.
    pub title: Option<usize>,
}

/// How several attachments stand together in the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gallery {
    /// In one row that readers go through.
    Strip,
    /// Two beside each other; of three the first as high as the others; else in quarters.
    Quarters,
    /// One above two or three; five and more as two above three.
    Banner,
    /// In rows of up to three.
    Album,
}

/// When a link in the text becomes a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// Never.
    Never,
    /// When nothing is attached.
    NoMedia,
    /// Always.
    Always,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_says_whose_it_is_and_how_old() {
        assert!(SHIPPED_TEXT.contains(&format!("Figures as known in {AS_OF}")), "both say the same month");
        let x = Network::from_word("x");
        let words = |rules: &Rules| rules.network(&x).map(NetworkRules::limit_words);
        assert_eq!(words(Rules::shipped()).as_deref(), Some("as of October 2026"));
        let own = Rules::shipped().overlaid("[x]\nlimit = 25000\n", "/home/jo/networks.toml").unwrap();
        assert_eq!(words(&own).as_deref(), Some("as networks.toml says"));
        let other = Rules::shipped().overlaid("[x]\nlink = 30\n", "/home/jo/networks.toml").unwrap();
        assert_eq!(words(&other).as_deref(), Some("as of October 2026"), "only the limit itself counts");
    }

    #[test]
    fn what_a_provider_states_of_a_channel_goes_between_the_shipped_figure_and_a_person_s_own() {
        let (x, premium, plain) = (Network::from_word("x"), ChannelId::new("p/1"), ChannelId::new("p/2"));
        let stated = Stated {
            channel: premium.clone(),
            network: x.clone(),
            by: "Post for Me".into(),
            at: "2026-11-02T10:00:00Z".parse().unwrap(),
            text: Some(2_200),
            video_seconds: Some(600),
            link: None,
            images: None,
            values: Vec::new(),
        };
        let limit = |rules: &Rules, channel| {
            let rules = rules.of(channel, &x).unwrap();
            (rules.limit, rules.limit_words(), rules.media.video.seconds.max)
        };
        let rules = Rules::shipped().stating(std::slice::from_ref(&stated));
        let said = "as Post for Me said on 2 Nov 2026".to_owned();
        assert_eq!(limit(&rules, &premium), (2_200, said, Some(600)));
        assert_eq!(limit(&rules, &plain), (280, "as of October 2026".into(), Some(1200)));
        assert_eq!(rules.network(&x).unwrap().limit, 280);
        let own = Rules::shipped().overlaid("[x]\nlimit = 25000\n", "networks.toml").unwrap();
        let said = "as networks.toml says".to_owned();
        assert_eq!(limit(&own.stating(&[stated]), &premium), (25_000, said, Some(600)));
        assert_eq!(rules.stating(&[]), *Rules::shipped(), "what is stated no more is forgotten");
    }

    #[test]
    fn what_a_server_states_of_its_own_channel_counts_there_alone() {
        let (mastodon, here, elsewhere) =
            (Network::from_word("mastodon"), ChannelId::new("p/1"), ChannelId::new("p/2"));
        let stated = Stated {
            channel: here.clone(),
            network: mastodon.clone(),
            by: "social.example".into(),
            at: "2026-11-02T10:00:00Z".parse().unwrap(),
            text: Some(5_000),
            video_seconds: None,
            link: Some(30),
            images: Some(6),
            values: Vec::new(),
        };
        let figures = |rules: &Rules, channel| {
            let rules = rules.of(channel, &mastodon).unwrap();
            (rules.limit, rules.link_cost, rules.media.images.max)
        };
        let rules = Rules::shipped().stating(std::slice::from_ref(&stated));
        assert_eq!(figures(&rules, &here), (5_000, Some(30), Some(6)));
        assert_eq!(figures(&rules, &elsewhere), (500, Some(23), Some(4)));
        let own = Rules::shipped().overlaid("[mastodon]\nlimit = 1000\n", "networks.toml").unwrap();
        assert_eq!(figures(&own.stating(&[stated]), &here), (1_000, Some(23), Some(4)), "a person's file goes before");
    }
}
