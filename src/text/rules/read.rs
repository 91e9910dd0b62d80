//! TOML → rules. Every value is checked as it is read, so that whatever was loaded can be used.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::channel::Network;
use crate::domain::nearest::{ALIKE, nearest};
use crate::text::entities::EntityKind;

use super::error::RulesError;
use super::{
    Cap, Card, Count, FileRules, FirstComment, Fold, Gallery, Grammar, MediaNeed, MediaRules, NetworkRules, Source,
    TextNeed, TitleRules, Weights,
};

type Read<T> = Result<T, RulesError>;
type Value<'i> = Spanned<DeValue<'i>>;

/// The networks of the shipped file, for suggestions.
const NETWORKS: &[&str] = &[
    "x",
    "linkedin",
    "instagram",
    "facebook",
    "tiktok",
    "threads",
    "bluesky",
    "youtube",
    "pinterest",
    "reddit",
    "google_business",
    "mastodon",
    "telegram",
    "discord",
];

const COUNTS: &[(&str, Count)] = &[
    ("utf16", Count::Utf16),
    ("utf8", Count::Utf8),
    ("scalars", Count::Scalars),
    ("graphemes", Count::Graphemes),
    ("mastodon", Count::Mastodon),
    ("emoji_utf8", Count::EmojiUtf8),
];
const TEXT_NEEDS: &[(&str, TextNeed)] =
    &[("required", TextNeed::Required), ("or_media", TextNeed::OrMedia), ("optional", TextNeed::Optional)];
const GRAMMARS: &[(&str, Grammar)] = &[
    ("x", Grammar::X),
    ("bluesky", Grammar::Bluesky),
    ("mastodon", Grammar::Mastodon),
    ("plain", Grammar::Plain),
    ("reddit", Grammar::Reddit),
];
const MARKS: &[(&str, EntityKind)] = &[
    ("link", EntityKind::Link),
    ("mention", EntityKind::Mention),
    ("hashtag", EntityKind::Hashtag),
    ("cashtag", EntityKind::Cashtag),
    ("list", EntityKind::List),
];
const FIRST_COMMENTS: &[(&str, FirstComment)] =
    &[("none", FirstComment::None), ("comment", FirstComment::Comment), ("reply", FirstComment::Reply)];
const MEDIA_NEEDS: &[(&str, MediaNeed)] =
    &[("none", MediaNeed::None), ("media", MediaNeed::Media), ("video", MediaNeed::Video)];
const GALLERIES: &[(&str, Gallery)] = &[
    ("strip", Gallery::Strip),
    ("quarters", Gallery::Quarters),
    ("banner", Gallery::Banner),
    ("album", Gallery::Album),
];
const CARDS: &[(&str, Card)] = &[("never", Card::Never), ("no_media", Card::NoMedia), ("always", Card::Always)];

/// Reads `text` over the networks of `base`.
pub(super) fn overlay(
    base: &BTreeMap<Network, NetworkRules>,
    text: &str,
    file: &str,
) -> Read<BTreeMap<Network, NetworkRules>> {
    let reader = Reader { file, text };
    let document = DeTable::parse(text)
        .map_err(|error| reader.error(error.span().unwrap_or_default(), error.message().to_owned()))?;
    let mut networks = base.clone();
    for (key, value) in document.get_ref() {
        let network = reader.network_key(key.get_ref(), key.span(), value)?;
        let mut rules = base.get(&network).cloned().unwrap_or_default();
        reader.network(value, key.get_ref(), &mut rules)?;
        reader.possible(key.span(), key.get_ref(), &rules)?;
        networks.insert(network, rules);
    }
    Ok(networks)
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

/// Reads each key of a table with its arm; any other key is an error that knows the valid ones.
macro_rules! keys {
    ($reader:ident, $table:expr, $place:expr, |$value:ident| { $($key:literal => $body:expr,)+ }) => {
        for (key, $value) in $reader.table($table, $place)? {
            match key.get_ref().as_ref() {
                $($key => $body,)+
                other => return Err($reader.unknown_key(key.span(), other, &[$($key),+], $place)),
            }
        }
    };
}

impl Reader<'_> {
    fn network_key(&self, key: &str, span: Range<usize>, value: &Value<'_>) -> Read<Network> {
        let network = Network::from_word(key);
        if network.is_known() && network.key() != key {
            let words = format!("[{key}] is written [{}] here", network.key());
            return Err(RulesError { nearest: Some(network.key().to_owned()), ..self.error(span, words) });
        }
        let own = value.get_ref().as_table().is_some_and(|table| {
            ["count", "limit"].iter().all(|needed| table.keys().any(|key| key.get_ref() == needed))
        });
        if network.is_known() || own {
            return Ok(network);
        }
        let words = format!("[{key}] is no network known here; one of your own needs at least `count` and `limit`");
        Err(RulesError { nearest: near(key, NETWORKS), ..self.error(span, words) })
    }

    fn network(&self, value: &Value<'_>, name: &str, rules: &mut NetworkRules) -> Read<()> {
        keys!(self, value, name, |value| {
            "count" => rules.count = self.count(value)?,
            "limit" => {
                rules.limit = self.positive(value)?;
                let name = Path::new(self.file).file_name().unwrap_or_default();
                rules.limit_from = Source::File(name.to_string_lossy().into_owned());
            },
            "limit_warn" => rules.limit_warn = Some(self.positive(value)?),
            "limit_bytes" => rules.limit_bytes = Some(self.positive(value)?),
            "limit_with_media" => rules.limit_with_media = Some(self.positive(value)?),
            "limit_with_images" => rules.limit_with_images = Some(self.positive(value)?),
            "link" => rules.link_cost = Some(self.positive(value)?),
            "shorten_links" => rules.shorten_links = self.flag(value)?,
            "escaped" => rules.escaped = self.string(value)?.chars().collect(),
            "text" => rules.text = self.word(value, TEXT_NEEDS)?,
            "grammar" => rules.grammar = self.word(value, GRAMMARS)?,
            "marks" => rules.marks = self.each(value, |mark| self.word(mark, MARKS))?,
            "links_clickable" => rules.links_clickable = self.flag(value)?,
            "link_display" => rules.link_display = Some(self.positive(value)?),
            "hashtags_warn" => rules.hashtags.warn = Some(self.number(value)?),
            "hashtags_max" => rules.hashtags.max = Some(self.number(value)?),
            "mentions_warn" => rules.mentions.warn = Some(self.number(value)?),
            "mentions_max" => rules.mentions.max = Some(self.number(value)?),
            "cashtags_warn" => rules.cashtags.warn = Some(self.number(value)?),
            "cashtags_max" => rules.cashtags.max = Some(self.number(value)?),
            "links_warn" => rules.links.warn = Some(self.number(value)?),
            "links_max" => rules.links.max = Some(self.number(value)?),
            "forbidden" => rules.forbidden = self.string(value)?.chars().collect(),
            "phones_warn" => rules.phones_warn = self.flag(value)?,
            "hash_is_heading" => rules.hash_is_heading = self.flag(value)?,
            "thread" => rules.thread = self.flag(value)?,
            "first_comment" => rules.first_comment = self.word(value, FIRST_COMMENTS)?,
            "comment_warn" => rules.comment.warn = Some(self.positive(value)?),
            "comment_max" => rules.comment.max = Some(self.positive(value)?),
            "title" => rules.title = Some(self.title(value, rules.title.take())?),
            "media" => self.media(value, &mut rules.media)?,
            "fold" => self.fold(value, &mut rules.fold)?,
            "card" => rules.card = self.word(value, CARDS)?,
            "gallery" => rules.gallery = self.word(value, GALLERIES)?,
        });
        Ok(())
    }

    fn count(&self, value: &Value<'_>) -> Read<Count> {
        if value.get_ref().as_str().is_some() {
            return self.word(value, COUNTS);
        }
        let kind = self.table(value, "count")?.iter().find(|(key, _)| key.get_ref() == "kind");
        let Some((_, kind)) = kind else {
            return Err(self.error(value.span(), "`count` needs a `kind`".to_owned()));
        };
        let kinds: Vec<_> = COUNTS.iter().map(|(word, _)| (*word, false)).chain([("weighted", true)]).collect();
        if !self.word(kind, &kinds)? {
            keys!(self, value, "count", |_value| { "kind" => {}, });
            return self.word(kind, COUNTS);
        }
        let mut weights = Weights { scale: 1, default: 1, emoji: None, ranges: Vec::new() };
        keys!(self, value, "count", |value| {
            "kind" => {},
            "scale" => weights.scale = self.positive(value)?,
            "default" => weights.default = self.number(value)?,
            "emoji" => weights.emoji = Some(self.number(value)?),
            "ranges" => weights.ranges = self.each(value, |range| self.range(range))?,
        });
        Ok(Count::Weighted(weights))
    }

    fn range(&self, value: &Value<'_>) -> Read<(u32, u32, usize)> {
        let wrong = || self.error(value.span(), "a range is [first code point, last code point, weight]".to_owned());
        let numbers = self.each(value, |number| self.number(number))?;
        let &[first, last, weight] = numbers.as_slice() else { return Err(wrong()) };
        let (first, last) = (u32::try_from(first).map_err(|_| wrong())?, u32::try_from(last).map_err(|_| wrong())?);
        if first > last || last > u32::from(char::MAX) {
            return Err(wrong());
        }
        Ok((first, last, weight))
    }

    fn title(&self, value: &Value<'_>, before: Option<TitleRules>) -> Read<TitleRules> {
        let fresh = TitleRules { required: false, limit: 0, count: Count::Utf16, images_only: false };
        let mut title = before.unwrap_or(fresh);
        keys!(self, value, "title", |value| {
            "required" => title.required = self.flag(value)?,
            "limit" => title.limit = self.positive(value)?,
            "count" => title.count = self.count(value)?,
            "images_only" => title.images_only = self.flag(value)?,
        });
        if title.limit == 0 {
            return Err(self.error(value.span(), "`title` needs a `limit`".to_owned()));
        }
        Ok(title)
    }

    fn media(&self, value: &Value<'_>, media: &mut MediaRules) -> Read<()> {
        keys!(self, value, "media", |value| {
            "required" => media.required = self.word(value, MEDIA_NEEDS)?,
            "items" => media.items.max = Some(self.number(value)?),
            "items_warn" => media.items.warn = Some(self.number(value)?),
            "images" => media.images.max = Some(self.number(value)?),
            "images_warn" => media.images.warn = Some(self.number(value)?),
            "gifs" => media.gifs.max = Some(self.number(value)?),
            "gifs_warn" => media.gifs.warn = Some(self.number(value)?),
            "videos" => media.videos.max = Some(self.number(value)?),
            "videos_warn" => media.videos.warn = Some(self.number(value)?),
            "documents" => media.documents.max = Some(self.number(value)?),
            "documents_warn" => media.documents.warn = Some(self.number(value)?),
            "mix" => media.mix = self.flag(value)?,
            "alt_warn" => media.alt.warn = Some(self.number(value)?),
            "alt_max" => media.alt.max = Some(self.number(value)?),
            "image" => self.file(value, "media.image", &mut media.image)?,
            "gif" => self.file(value, "media.gif", &mut media.gif)?,
            "video" => self.file(value, "media.video", &mut media.video)?,
            "document" => self.file(value, "media.document", &mut media.document)?,
        });
        Ok(())
    }

    fn file(&self, value: &Value<'_>, place: &str, file: &mut FileRules) -> Read<()> {
        keys!(self, value, place, |value| {
            "types" => file.types = self.each(value, |word| Ok(self.string(word)?.to_lowercase()))?,
            "bytes_min" => file.bytes_least.min = Some(self.number(value)?),
            "bytes_warn" => file.bytes.warn = Some(self.number(value)?),
            "bytes_max" => file.bytes.max = Some(self.number(value)?),
            "seconds_min" => file.seconds_least.min = Some(self.number(value)?),
            "bytes_warn_min" => file.bytes_least.warn = Some(self.number(value)?),
            "side_warn_min" => file.side_least.warn = Some(self.number(value)?),
            "seconds_warn_min" => file.seconds_least.warn = Some(self.number(value)?),
            "seconds_warn" => file.seconds.warn = Some(self.number(value)?),
            "seconds_max" => file.seconds.max = Some(self.number(value)?),
            "side_min" => file.side_least.min = Some(self.number(value)?),
            "side_max" => file.side_max = Some(self.number(value)?),
            "pixels_max" => file.pixels_max = Some(self.number(value)?),
            "ratio" => file.ratio = Some(self.ratio(value)?),
        });
        Ok(())
    }

    fn ratio(&self, value: &Value<'_>) -> Read<(f64, f64)> {
        let wrong = || self.error(value.span(), "a ratio is [least, greatest], both above 0".to_owned());
        let sides = self.each(value, |side| {
            let number = match side.get_ref() {
                DeValue::Float(float) => float.as_str().parse().ok(),
                DeValue::Integer(integer) => integer.as_str().parse().ok(),
                _ => None,
            };
            number.filter(|number: &f64| number.is_finite() && *number > 0.0).ok_or_else(wrong)
        })?;
        match sides.as_slice() {
            &[least, greatest] if least <= greatest => Ok((least, greatest)),
            _ => Err(wrong()),
        }
    }

    fn fold(&self, value: &Value<'_>, fold: &mut Fold) -> Read<()> {
        keys!(self, value, "fold", |value| {
            "lines" => fold.lines = Some(self.positive(value)?),
            "columns" => fold.columns = Some(self.positive(value)?),
            "characters" => fold.characters = Some(self.number(value)?),
            "counted" => fold.counted = Some(self.positive(value)?),
            "title" => fold.title = Some(self.positive(value)?),
        });
        Ok(())
    }

    /// What only shows when a whole network was read.
    fn possible(&self, span: Range<usize>, name: &str, rules: &NetworkRules) -> Read<()> {
        let wrong = |words: String| Err(self.error(span.clone(), format!("[{name}] {words}")));
        if rules.limit == 0 {
            return wrong("needs a `limit`".to_owned());
        }
        let media = &rules.media;
        let caps: &[(&str, Cap)] = &[
            ("limit", Cap { warn: rules.limit_warn, max: Some(rules.limit) }),
            ("hashtags", rules.hashtags),
            ("mentions", rules.mentions),
            ("cashtags", rules.cashtags),
            ("links", rules.links),
            ("comment", rules.comment),
            ("media.items", media.items),
            ("media.images", media.images),
            ("media.gifs", media.gifs),
            ("media.videos", media.videos),
            ("media.documents", media.documents),
            ("media.alt", media.alt),
            ("media.image.bytes", media.image.bytes),
            ("media.gif.bytes", media.gif.bytes),
            ("media.video.bytes", media.video.bytes),
            ("media.video.seconds", media.video.seconds),
            ("media.document.bytes", media.document.bytes),
        ];
        for (what, cap) in caps {
            if let (Some(warn), Some(max)) = (cap.warn, cap.max)
                && warn > max
            {
                return wrong(format!("warns of `{what}` above {warn}, but refuses it above {max} already"));
            }
        }
        Ok(())
    }

    fn table<'t, 'i>(&self, value: &'t Value<'i>, place: &str) -> Read<&'t DeTable<'i>> {
        value.get_ref().as_table().ok_or_else(|| self.error(value.span(), format!("`{place}` is a table of keys")))
    }

    fn each<T>(&self, value: &Value<'_>, read: impl Fn(&Value<'_>) -> Read<T>) -> Read<Vec<T>> {
        let Some(array) = value.get_ref().as_array() else {
            return Err(self.error(value.span(), "a list in [ ] is expected here".to_owned()));
        };
        array.iter().map(read).collect()
    }

    fn string<'t>(&self, value: &'t Value<'_>) -> Read<&'t str> {
        value.get_ref().as_str().ok_or_else(|| self.error(value.span(), "a \"word\" is expected here".to_owned()))
    }

    fn flag(&self, value: &Value<'_>) -> Read<bool> {
        value.get_ref().as_bool().ok_or_else(|| self.error(value.span(), "true or false is expected here".to_owned()))
    }

    fn number(&self, value: &Value<'_>) -> Read<usize> {
        value
            .get_ref()
            .as_integer()
            .and_then(|integer| usize::from_str_radix(integer.as_str(), integer.radix()).ok())
            .ok_or_else(|| self.error(value.span(), "a whole number, 0 or more, is expected here".to_owned()))
    }

    fn positive(&self, value: &Value<'_>) -> Read<usize> {
        match self.number(value)? {
            0 => Err(self.error(value.span(), "a whole number, 1 or more, is expected here".to_owned())),
            number => Ok(number),
        }
    }

    fn word<T: Clone>(&self, value: &Value<'_>, valid: &[(&str, T)]) -> Read<T> {
        let word = self.string(value)?;
        if let Some((_, meaning)) = valid.iter().find(|(candidate, _)| *candidate == word) {
            return Ok(meaning.clone());
        }
        let words: Vec<&str> = valid.iter().map(|(candidate, _)| *candidate).collect();
        let said = format!("`{word}` is not one of {}", words.join(", "));
        Err(RulesError { nearest: near(word, &words), ..self.error(value.span(), said) })
    }

    fn unknown_key(&self, span: Range<usize>, key: &str, valid: &[&str], place: &str) -> RulesError {
        let words = format!("unknown key `{key}` in `{place}`");
        RulesError { nearest: near(key, valid), ..self.error(span, words) }
    }

    fn error(&self, span: Range<usize>, words: String) -> RulesError {
        let line = 1 + self.text.bytes().take(span.start).filter(|byte| *byte == b'\n').count();
        RulesError { file: self.file.to_owned(), line, words, nearest: None }
    }
}

fn near(word: &str, valid: &[&str]) -> Option<String> {
    nearest(word, valid.iter().copied(), ALIKE).map(str::to_owned)
}
