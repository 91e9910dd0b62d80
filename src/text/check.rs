//! Variant × rules → problems: what a network would refuse, and what people would regret.

mod attached;
mod comment;
mod thread;

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::compose::Variant;
use super::entities::{Entity, EntityKind, by_grammar};
use super::measure::{count, forbidden, measure_with};
use super::options;
use super::rules::{Cap, NetworkRules, TextNeed, Unit};
use crate::domain::channel::{Channel, Health};
use crate::domain::problem::{Place, Problem};

/// A phone number, as people write them: at least seven digits.
static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:\+|\b)\d(?:[ ()./-]{0,2}\d){6,14}\b").ok());

/// All problems of a variant, in reading order: text, title, first comment, attachments, options.
pub fn check(variant: &Variant, rules: &NetworkRules) -> Vec<Problem> {
    let mut problems = Vec::new();
    thread::check(variant, rules, &mut problems);
    title(variant, rules, &mut problems);
    comment::check(variant, rules, &mut problems);
    attached::check(variant, rules, &mut problems);
    options::check(variant, rules, &mut problems);
    problems.into_iter().map(|problem| problem.on(&variant.network)).collect()
}

/// What stands in the way at the channel itself; `None` is one that nobody knows any more.
pub fn channel_problem(channel: Option<&Channel>) -> Option<Problem> {
    let Some(channel) = channel.filter(|channel| !channel.gone) else {
        let words = "the provider no longer lists this channel";
        return Some(Problem::blocker("channel-gone", Place::Channels, words, "take it out, or connect it again"));
    };
    let blocker = |words: &str, remedy: &str| Problem::blocker("channel-broken", Place::Channels, words, remedy);
    match &channel.health {
        Health::Ok | Health::Expiring { .. } => None,
        Health::Degraded { words } => Some(Problem::warning(
            "channel-degraded",
            Place::Channels,
            format!("the channel: {words}"),
            "look at it there",
        )),
        // It may post again by the time this goes out.
        Health::Cooling { .. } => Some(Problem::warning(
            "channel-cooling",
            Place::Channels,
            "the channel has to wait just now",
            "a later time is safe",
        )),
        Health::Reconnect { words } => {
            Some(blocker(&format!("the channel has to be connected again: {words}"), "reconnect it"))
        }
        Health::Disabled { words } => Some(blocker(&format!("the channel does not post: {words}"), "enable it there")),
    }
}

/// `n things`, or `1 thing`.
fn some(number: usize, things: &str) -> String {
    let thing = if number == 1 { things.strip_suffix('s').unwrap_or(things) } else { things };
    format!("{} {thing}", grouped(number))
}

/// A number with its thousands set apart.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The problems of one text.
fn text(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    need(variant, rules, problems);
    length(variant, rules, problems);
    characters(variant, rules, problems);
    entities(variant, rules, problems);
}

fn need(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let name = variant.network.name();
    if !variant.text.trim().is_empty() {
        return;
    }
    let remedy = match rules.text {
        TextNeed::Optional => return,
        TextNeed::OrMedia if !variant.media.is_empty() => return,
        TextNeed::OrMedia => "write a text or attach something",
        TextNeed::Required => "write a text",
    };
    problems.push(Problem::blocker("empty", Place::Text(0..0), format!("{name} does not take an empty post"), remedy));
}

fn length(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let name = variant.network.name();
    let measured = measure_with(&variant.text, rules, &variant.media);
    let end = variant.text.len();
    let place = |at: Option<usize>| Place::Text(at.unwrap_or(end)..end);
    let unit = measured.unit.word();
    if measured.count > measured.limit {
        let (over, limit) = (measured.count - measured.limit, measured.limit);
        let with_media = if limit < rules.limit { " with media" } else { "" };
        let words = format!("{} over: {name} takes {} {unit}{with_media}", grouped(over), grouped(limit));
        let remedy = format!("cut to {}, {}", some(limit, unit), rules.limit_words());
        problems.push(Problem::blocker("too-long", place(measured.overflow_at), words, remedy));
    } else if let Some(warn) = rules.limit_warn.filter(|warn| measured.count > *warn) {
        let words = format!("{} over {}, which {name} recommends", grouped(measured.count - warn), some(warn, unit));
        let remedy = format!("cut to {} to be sure", some(warn, unit));
        problems.push(Problem::warning(
            "long",
            place(super::measure::cut_at(&variant.text, rules, warn)),
            words,
            remedy,
        ));
    }
    let escapes = match rules.escaped.is_empty() {
        true => 0,
        false => variant.text.chars().filter(|c| rules.escaped.contains(c)).count(),
    };
    if measured.count <= measured.limit && measured.count + escapes > measured.limit {
        let words = format!("{} take a backslash on the way to {name}", some(escapes, "characters"));
        let remedy = format!("cut to {} to be sure", some(measured.limit.saturating_sub(escapes), unit));
        problems.push(Problem::warning("long-when-escaped", place(None), words, remedy));
    }
    if let Some((bytes, limit)) = measured.bytes.filter(|(bytes, limit)| bytes > limit) {
        let word = Unit::Utf8Bytes.word();
        let words = format!("{} {word} over: {name} takes {} {word} as well", grouped(bytes - limit), grouped(limit));
        let at = Some(variant.text.floor_char_boundary(limit));
        problems.push(Problem::blocker("too-long", place(at), words, format!("cut to {}", some(limit, word))));
    }
}

fn characters(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let name = variant.network.name();
    if let Some((at, c)) = forbidden(&variant.text, rules) {
        let place = Place::Text(at..at + c.len_utf8());
        problems.push(Problem::blocker(
            "forbidden-character",
            place,
            format!("{name} refuses {}", shown(c)),
            "delete it",
        ));
    }
    let mut unseen = variant.text.char_indices().filter(|(_, c)| is_unseen(*c));
    if let Some((at, c)) = unseen.next() {
        let more = match unseen.count() {
            0 => String::new(),
            more => format!(", and {} more like it", grouped(more)),
        };
        let words = format!("the text holds {}, which nobody sees{more}", shown(c));
        let place = Place::Text(at..at + c.len_utf8());
        problems.push(Problem::hint(
            "unseen-character",
            place,
            words,
            "delete it, unless it is meant; it is sent as it is",
        ));
    }
    let titled = variant.title.as_deref().filter(|_| rules.title.is_some());
    if let Some((_, c)) = titled.and_then(|title| forbidden(title, rules)) {
        let words = format!("{name} refuses {} in the title", shown(c));
        problems.push(Problem::blocker("forbidden-character", Place::Title, words, "delete it"));
    }
    if rules.hash_is_heading
        && let Some(at) = heading(&variant.text)
    {
        let words = format!("a line that begins with # becomes a heading on {name}");
        problems.push(Problem::warning("hash-is-heading", Place::Text(at..at + 1), words, "drop the # or write \\#"));
    }
    if rules.phones_warn
        && may_hold_a_number(&variant.text)
        && let Some(found) = PHONE.as_ref().and_then(|phone| phone.find(&variant.text))
    {
        let words = format!("{name} often rejects posts with a phone number");
        let remedy = "move the number to a call button";
        problems.push(Problem::warning("phone-number", Place::Text(found.range()), words, remedy));
    }
}

/// Whether so many digits stand close together somewhere that they could be a phone number: most texts are done with by
/// this, and the expression that knows is dear on long ones.
fn may_hold_a_number(text: &str) -> bool {
    let (mut digits, mut between) = (0, 0);
    text.chars().any(|c| {
        match c {
            c if c.is_numeric() => (digits, between) = (digits + 1, 0),
            _ if between < 2 => between += 1,
            _ => (digits, between) = (0, 0),
        }
        digits >= 7
    })
}

fn shown(c: char) -> String {
    if c.is_ascii_graphic() { format!("`{c}`") } else { format!("the character U+{:04X}", u32::from(c)) }
}

/// What steers a terminal or turns the direction of writing, and is never shown.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}') || (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
}

fn heading(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with('#') {
            return Some(at);
        }
        at += line.len();
    }
    None
}

fn entities(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let name = variant.network.name();
    let found = by_grammar(&variant.text, rules.grammar);
    let of = |kind: EntityKind| found.iter().filter(move |entity| entity.kind == kind).collect::<Vec<_>>();
    let mut cap = |code: &str, things: &str, cap: Cap, entities: &[&Entity], beside: usize| {
        let first_beyond = |limit: usize| entities.get(limit).map_or(0..0, |entity| entity.span.clone());
        let total = entities.len() + beside;
        if let Some(max) = cap.max.filter(|max| total > *max) {
            let words = format!("{} where {name} takes {}", some(total, things), grouped(max));
            let remedy = format!("keep {} at most", some(max, things));
            problems.push(Problem::blocker(code, Place::Text(first_beyond(max)), words, remedy));
        } else if let Some(warn) = cap.warn.filter(|warn| total > *warn) {
            let words = format!("{} where {name} may ignore more than {}", some(total, things), grouped(warn));
            let remedy = format!("keep {} to be sure", some(warn, things));
            problems.push(Problem::warning(code, Place::Text(first_beyond(warn)), words, remedy));
        }
    };
    let hashtags = of(EntityKind::Hashtag);
    // Networks that count them count those of the first comment too.
    let beside = variant.first_comment.as_ref().map_or(0, |comment| {
        let found = by_grammar(&comment.text, rules.grammar);
        found.iter().filter(|entity| entity.kind == EntityKind::Hashtag).count()
    });
    cap("hashtags-many", "hashtags", rules.hashtags, &hashtags, beside);
    cap("mentions-many", "mentions", rules.mentions, &of(EntityKind::Mention), 0);
    cap("cashtags-many", "cashtags", rules.cashtags, &of(EntityKind::Cashtag), 0);
    let links = of(EntityKind::Link);
    let mut seen = HashSet::new();
    let distinct: Vec<&Entity> =
        links.iter().copied().filter(|link| seen.insert(variant.text.get(link.span.clone()))).collect();
    cap("links-many", "links", rules.links, &distinct, 0);
    if let Some(link) = links.first().filter(|_| !rules.links_clickable) {
        let words = format!("readers cannot follow links in a text on {name}");
        let remedy = "say where the link is instead, such as in the profile";
        problems.push(Problem::warning("links-not-clickable", Place::Text(link.span.clone()), words, remedy));
    }
}

fn title(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let name = variant.network.name();
    let Some(title_rules) = &rules.title else { return };
    let Some(title) = variant.title.as_deref().filter(|title| !title.trim().is_empty()) else {
        if title_rules.required {
            let remedy = format!("write one of up to {}", some(title_rules.limit, title_rules.count.unit().word()));
            problems.push(Problem::blocker("title-required", Place::Title, format!("{name} needs a title"), remedy));
        }
        return;
    };
    let image_post = rules.limit_with_images.is_some() && rules.limit_for(&variant.media) != rules.limit;
    if title_rules.images_only && !image_post {
        let words = format!("{name} shows a title only with posts of images");
        problems.push(Problem::hint("title-unused", Place::Title, words, "put what matters into the text"));
        return;
    }
    let (length, limit, unit) = (count(title, &title_rules.count), title_rules.limit, title_rules.count.unit().word());
    if length > limit {
        let words = format!("title {} over: {name} takes {} {unit}", grouped(length - limit), grouped(limit));
        let remedy = format!("cut it to {}", some(limit, unit));
        problems.push(Problem::blocker("title-too-long", Place::Title, words, remedy));
    }
}
