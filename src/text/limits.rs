//! The rules of a network in words: what a text, its marks and its attachments may be there.

use super::rules::{Cap, Card, Count, FileRules, FirstComment, Floor, MediaNeed, NetworkRules, TextNeed, TitleRules};
use crate::domain::media::{MediaKind, size_words};

/// What is said of one thing: its name, and the words.
pub type Line = (&'static str, String);

/// Everything that is known of a network, in reading order; what nobody states is not said.
pub fn told(rules: &NetworkRules) -> Vec<Line> {
    let mut lines = vec![("text", text(rules))];
    lines.extend(links(rules));
    lines.extend(marks(rules));
    lines.extend(rules.title.as_ref().map(|title| ("title", self::title(title))));
    lines.push(("thread", if rules.thread { "one post can follow another".into() } else { "none there".into() }));
    lines.push(("comment", comment(rules)));
    lines.push(("media", media(rules)));
    for kind in [MediaKind::Image, MediaKind::Gif, MediaKind::Video, MediaKind::Document] {
        lines.extend(file(rules, kind));
    }
    lines.extend(cap(rules.media.alt).map(|most| ("ALT text", format!("at most {most} characters"))));
    lines.extend(rules.allowed.iter().map(|allowed| {
        ("option", format!("{} is one of {}, {}", allowed.option, allowed.values.join(", "), allowed.from.words()))
    }));
    lines
}

fn text(rules: &NetworkRules) -> String {
    let unit = rules.count.unit().word();
    let mut words = format!("at most {} {unit}{}, {}", rules.limit, counted(&rules.count), rules.limit_words());
    let mut add = |more: String| words.push_str(&format!("; {more}"));
    if let Some(most) = rules.limit_with_media {
        add(format!("{most} with something attached"));
    }
    if let Some(most) = rules.limit_with_images {
        add(format!("{most} with images"));
    }
    if let Some(most) = rules.limit_bytes {
        add(format!("{most} bytes"));
    }
    if let Some(warn) = rules.limit_warn {
        add(format!("sources differ above {warn}"));
    }
    match rules.text {
        TextNeed::Required => add("it has to be there".into()),
        TextNeed::OrMedia => add("may be empty with media".into()),
        TextNeed::Optional => {}
    }
    words
}

/// In which way that is counted, where it is not what people take for a character.
fn counted(way: &Count) -> &'static str {
    match way {
        Count::Weighted(_) => " (emoji and many scripts count two)",
        Count::EmojiUtf8 => " (emoji by their bytes)",
        Count::Utf16 => " (emoji count two and more)",
        Count::Graphemes | Count::Mastodon | Count::Utf8 | Count::Scalars => "",
    }
}

fn links(rules: &NetworkRules) -> Option<Line> {
    let mut parts = Vec::new();
    parts.extend(rules.link_cost.map(|cost| format!("each counts {cost}")));
    if rules.shorten_links {
        parts.push("counted and sent in a short form".into());
    }
    if !rules.links_clickable {
        parts.push("readers cannot follow them from the text".into());
    }
    parts.extend(most(rules.links));
    match rules.card {
        Card::Never => {}
        Card::NoMedia => parts.push("a card where nothing is attached".into()),
        Card::Always => parts.push("a card".into()),
    }
    (!parts.is_empty()).then(|| ("links", parts.join("; ")))
}

fn marks(rules: &NetworkRules) -> Vec<Line> {
    let lines = [("hashtags", rules.hashtags), ("mentions", rules.mentions), ("cashtags", rules.cashtags)];
    lines.into_iter().filter_map(|(name, cap)| Some((name, most(cap)?))).collect()
}

fn title(title: &TitleRules) -> String {
    let need = if title.required { "has to be there" } else { "possible" };
    let images = if title.images_only { ", with images only" } else { "" };
    format!("{need}{images}; at most {} {}", title.limit, title.count.unit().word())
}

fn comment(rules: &NetworkRules) -> String {
    let how = match rules.first_comment {
        FirstComment::None => return "no first comment there".into(),
        FirstComment::Comment => "a first comment can be added at once",
        FirstComment::Reply => "a first comment can be added at once, as a reply",
    };
    cap(rules.comment).map_or_else(|| how.into(), |most| format!("{how}; at most {most} characters"))
}

fn media(rules: &NetworkRules) -> String {
    let media = &rules.media;
    let mut parts = vec![match media.required {
        MediaNeed::None => "none has to be there".to_owned(),
        MediaNeed::Media => "something has to be attached".to_owned(),
        MediaNeed::Video => "a video has to be attached".to_owned(),
    }];
    parts.extend(cap(media.items).map(|most| format!("at most {most} in all")));
    if !media.mix {
        parts.push("of one kind".into());
    }
    parts.join("; ")
}

/// One kind of attachment.
fn file(rules: &NetworkRules, kind: MediaKind) -> Option<Line> {
    let name = match kind {
        MediaKind::Image => "images",
        MediaKind::Gif => "GIFs",
        MediaKind::Video => "videos",
        MediaKind::Document => "documents",
        MediaKind::Other => return None,
    };
    let (many, file) = rules.media.of(kind)?;
    if many.max == Some(0) {
        return Some((name, "not taken".into()));
    }
    let mut parts: Vec<String> = most(many).into_iter().collect();
    parts.extend(each(file));
    (!parts.is_empty()).then(|| (name, parts.join("; ")))
}

/// What one file may be.
fn each(file: &FileRules) -> Vec<String> {
    let mut parts = Vec::new();
    if !file.types.is_empty() {
        parts.push(file.types.join(" "));
    }
    parts.extend(between(floor(file.bytes_least), cap(file.bytes), |n| {
        size_words(u64::try_from(n).unwrap_or(u64::MAX))
    }));
    parts.extend(between(floor(file.seconds_least), cap(file.seconds), |seconds| match (seconds / 60, seconds % 60) {
        (0, _) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, rest) => format!("{minutes} min {rest} s"),
    }));
    parts.extend(between(floor(file.side_least), file.side_max, |side| format!("{side} pixels a side")));
    parts.extend(file.pixels_max.map(|pixels| format!("at most {pixels} pixels in all")));
    parts.extend(file.ratio.map(|(least, greatest)| format!("width : height from {least} to {greatest}")));
    parts
}

fn between(least: Option<usize>, most: Option<usize>, say: impl Fn(usize) -> String) -> Option<String> {
    match (least, most) {
        (Some(least), Some(most)) => Some(format!("{} to {}", say(least), say(most))),
        (Some(least), None) => Some(format!("at least {}", say(least))),
        (None, Some(most)) => Some(format!("at most {}", say(most))),
        (None, None) => None,
    }
}

fn most(limits: Cap) -> Option<String> {
    match (limits.warn, limits.max) {
        (_, Some(0)) => Some("none".into()),
        (Some(warn), Some(max)) if warn < max => Some(format!("at most {max}; better not more than {warn}")),
        (_, Some(max)) => Some(format!("at most {max}")),
        (Some(0), None) => Some("better none".into()),
        (Some(warn), None) => Some(format!("better not more than {warn}")),
        (None, None) => None,
    }
}

/// The figure that must not be passed, else the one that is unwise to.
fn cap(limits: Cap) -> Option<usize> {
    limits.max.or(limits.warn)
}

fn floor(limits: Floor) -> Option<usize> {
    limits.min.or(limits.warn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Network;
    use crate::text::rules::Rules;

    fn of(network: &str) -> Vec<Line> {
        told(Rules::shipped().network(&Network::from_word(network)).unwrap())
    }

    fn line(network: &str, name: &str) -> String {
        of(network).into_iter().filter(|(each, _)| *each == name).map(|(_, words)| words).collect()
    }

    #[test]
    fn the_figures_of_the_rules_are_said_with_whose_they_are() {
        let text = line("x", "text");
        assert!(text.starts_with("at most 280 characters (emoji and many scripts count two), as of "), "{text}");
        assert_eq!(line("x", "links"), "each counts 23; a card where nothing is attached");
        assert_eq!(line("x", "documents"), "not taken");
        assert!(line("x", "images").contains("at most 4; jpeg jpg png gif webp; at most 5 MB"), "{:?}", of("x"));
        assert!(line("bluesky", "text").contains("3000 bytes"), "{:?}", of("bluesky"));
    }

    #[test]
    fn every_network_has_words_and_none_says_nothing() {
        for (network, rules) in Rules::shipped().networks() {
            for (name, words) in told(rules) {
                assert!(!words.trim().is_empty() && !words.contains("; ;"), "{network:?} {name}: {words:?}");
            }
        }
    }
}
