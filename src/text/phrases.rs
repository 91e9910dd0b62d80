//! Words kept for later: snippets and groups of hashtags by their names, from a file of the user's; and emoji by
//! theirs.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// Texts by name.
    #[serde(default)]
    snippets: BTreeMap<String, String>,
    /// Groups of hashtags by name, with or without their #.
    #[serde(default)]
    hashtags: BTreeMap<String, Vec<String>>,
}

impl Phrases {
    /// Whether somebody wrote any.
    pub fn is_empty(&self) -> bool {
        self.snippets.is_empty() && self.hashtags.is_empty()
    }
}

/// Something that can be put into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// By what it is found.
    pub name: String,
    /// What is put in.
    pub text: String,
    /// What it is.
    pub kind: OfferKind,
}

/// What an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferKind {
    /// A text of the user's.
    Snippet,
    /// A group of hashtags of the user's.
    Hashtags,
    /// An emoji.
    Emoji,
    /// Somebody of the table of mentions.
    Mention,
}

impl OfferKind {
    /// The word for it on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Snippet => "snippet",
            Self::Hashtags => "hashtags",
            Self::Emoji => "emoji",
            Self::Mention => "mention",
        }
    }
}

impl Phrases {
    /// Reads the file; the error names its place.
    pub fn load(text: &str, file_name: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
            format!("{file_name}:{line}: {}; it holds [snippets] and [hashtags], name = …", error.message())
        })
    }

    /// The groups of hashtags.
    pub fn hashtag_groups(&self) -> impl Iterator<Item = Offer> {
        let tagged = |tag: &String| format!("#{}", tag.trim_start_matches('#'));
        self.hashtags.iter().map(move |(name, tags)| Offer {
            name: name.clone(),
            text: tags.iter().map(tagged).collect::<Vec<_>>().join(" "),
            kind: OfferKind::Hashtags,
        })
    }

    fn offers(&self) -> impl Iterator<Item = Offer> {
        let snippets = self.snippets.iter().map(|(name, text)| Offer {
            name: name.clone(),
            text: text.clone(),
            kind: OfferKind::Snippet,
        });
        snippets.chain(self.hashtag_groups())
    }
}

/// What `typed` may mean: the user's own first, then emoji; those whose name begins with it before those that hold it.
pub fn matching(phrases: &Phrases, typed: &str, most: usize) -> Vec<Offer> {
    let typed = typed.trim().to_lowercase();
    let rank = |name: &str| match name.to_lowercase().find(&typed) {
        Some(0) => Some(0),
        Some(_) => Some(1),
        None => None,
    };
    let own = phrases.offers().filter_map(|offer| Some((rank(&offer.name)?, offer)));
    let emoji = emojis::iter().filter_map(|emoji| {
        let names = emoji.shortcodes().chain(std::iter::once(emoji.name()));
        let (rank, name) = names.filter_map(|name| Some((rank(name)?, name))).min_by_key(|(rank, _)| *rank)?;
        let offer = Offer { name: name.to_owned(), text: emoji.as_str().to_owned(), kind: OfferKind::Emoji };
        Some((rank + 2, offer))
    });
    let mut found: Vec<(u8, Offer)> = own.chain(emoji).collect();
    // Where nothing was typed, emoji come as people know them: smileys first.
    let is_sought = !typed.is_empty();
    found.sort_by_key(|(rank, offer)| (*rank, if *rank >= 2 && is_sought { offer.name.len() } else { 0 }));
    found.into_iter().take(most).map(|(_, offer)| offer).collect()
}

/// The emoji that `typed` may mean.
pub fn emoji(typed: &str, most: usize) -> Vec<Offer> {
    matching(&Phrases::default(), typed, most)
}

/// The name of an emoji that is being typed at the end of `text`: `:smi`, from its colon on. A colon behind a letter or
/// a digit begins none: that is a time or an address.
pub fn name_at_end(text: &str) -> Option<&str> {
    let end = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'));
    let before = end.strip_suffix(':')?;
    let free = !before.ends_with(|c: char| c.is_alphanumeric() || c == ':');
    (free && end.len() < text.len()).then(|| text.get(before.len()..)).flatten()
}

/// The emoji whose name ends `text` between two colons, and how many bytes the name takes: `:tada:`.
pub fn emoji_at_end(text: &str) -> Option<(usize, &'static str)> {
    let typed = name_at_end(text.strip_suffix(':')?)?;
    let emoji = emojis::get_by_shortcode(typed.get(1..)?)?;
    Some((typed.len() + 1, emoji.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[snippets]\nhello = \"Hello,\\nworld\"\n[hashtags]\nlaunch = [\"new\", \"#v2\"]\n";

    fn names(typed: &str) -> Vec<String> {
        let phrases = Phrases::load(FILE, "phrases.toml").unwrap();
        matching(&phrases, typed, 5).into_iter().map(|offer| format!("{} {}", offer.text, offer.kind.word())).collect()
    }

    #[test]
    fn names_lead_to_the_user_s_own_words_first_and_to_emoji() {
        assert_eq!(names("laun")[0], "#new #v2 hashtags");
        assert_eq!(names("hell")[0], "Hello,\nworld snippet");
        assert_eq!(names("tada")[0], "🎉 emoji");
        assert!(names("smile").contains(&"😄 emoji".to_owned()), "{:?}", names("smile"));
        assert_eq!((names("no such thing at all").len(), names("").len()), (0, 5));
    }

    #[test]
    fn a_name_between_colons_is_an_emoji_and_a_time_is_not() {
        assert_eq!(emoji_at_end("Ship it :tada:"), Some((6, "🎉")));
        assert_eq!(emoji_at_end(":+1:"), Some((4, "👍")));
        for text in ["at 10:100:", "http://a:tada:", "::tada:", ":nothing_of_that_name:", ":", "::", "a :", ""] {
            assert_eq!(emoji_at_end(text), None, "{text}");
        }
        assert_eq!((name_at_end("so :smi"), name_at_end("so :"), name_at_end("10:30")), (Some(":smi"), None, None));
    }

    #[test]
    fn a_file_with_something_else_is_refused_with_its_line() {
        let error = Phrases::load("[snippets]\na = \"b\"\n[tags]\nx = []\n", "phrases.toml").unwrap_err();
        assert!(error.starts_with("phrases.toml:3:") && error.contains("hashtags"), "{error}");
        assert_eq!(Phrases::load("", "x").unwrap(), Phrases::default());
    }
}
