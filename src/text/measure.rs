//! How long a text is, as its network counts.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

use super::chars::rest;
use super::compose::Variant;
use super::emoji::emoji_at;
use super::entities::{EntityKind, by_grammar, links_by, local_length};
use super::memo::{self, Change, Known, Memo};
use super::rules::{Count, Grammar, NetworkRules, Unit, Weights};
use crate::domain::media::Media;

/// How long a text is, and whether that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// What it counts.
    pub count: usize,
    /// What it may count.
    pub limit: usize,
    /// The unit of both.
    pub unit: Unit,
    /// Bytes and their limit, where a second limit holds.
    pub bytes: Option<(usize, usize)>,
    /// Whether the text could be posted by itself: not empty, within all limits, nothing forbidden.
    pub valid: bool,
    /// The byte index of the first character that no longer fits.
    pub overflow_at: Option<usize>,
    /// What is surprising about the count: "links count 23".
    pub note: Option<String>,
}

impl Measure {
    /// How much more fits; negative when it is too long.
    pub fn left(&self) -> i64 {
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        limit.saturating_sub(i64::try_from(self.count).unwrap_or(i64::MAX))
    }

    /// How full it is in thousandths, for a meter.
    pub fn permille(&self) -> usize {
        self.count.saturating_mul(1000).checked_div(self.limit).unwrap_or(0)
    }
}

/// Measures a text that goes out without attachments.
pub fn measure(text: &str, rules: &NetworkRules) -> Measure {
    measure_within(text, rules, rules.limit)
}

/// Measures a text that goes out with these attachments: some networks then allow more, or less.
pub fn measure_with(text: &str, rules: &NetworkRules, media: &[Media]) -> Measure {
    measure_within(text, rules, rules.limit_for(media))
}

/// Measures what a channel receives. Of a thread that is the part that is fullest, or the first that is too long.
pub fn measure_of(variant: &Variant, rules: &NetworkRules) -> Measure {
    let mut fullest: Option<Measure> = None;
    for part in measures_of(variant, rules) {
        let fuller = |than: &Measure| than.overflow_at.is_none() && than.valid && part.permille() > than.permille();
        if fullest.as_ref().is_none_or(|than| fuller(than) || (than.valid && !part.valid)) {
            fullest = Some(part);
        }
    }
    fullest.unwrap_or_else(|| measure_with(&variant.text, rules, &variant.media))
}

/// Measures each part of the thread that a channel receives; the whole, where it is none.
pub fn measures_of(variant: &Variant, rules: &NetworkRules) -> Vec<Measure> {
    let spans = variant.parts(rules);
    let total = spans.len();
    if total < 2 {
        return vec![measure_with(&variant.text, rules, &variant.media)];
    }
    let measured = |(at, span): (usize, Range<usize>)| {
        let limit = if at == 0 { rules.limit_for(&variant.media) } else { rules.limit };
        let mut part = measure_within(variant.text.get(span.clone()).unwrap_or_default(), rules, limit);
        part.overflow_at = part.overflow_at.map(|over| over + span.start);
        part.note = Some(format!("part {} of {total}", at + 1));
        part
    };
    spans.into_iter().enumerate().map(measured).collect()
}

fn measure_within(text: &str, rules: &NetworkRules, limit: usize) -> Measure {
    let found = counted(text, rules, limit);
    let bytes = rules.limit_bytes.map(|limit| (text.len(), limit));
    let bytes_over = rules.limit_bytes.filter(|limit| text.len() > *limit).map(|limit| text.floor_char_boundary(limit));
    let overflow_at = [found.overflow_at, bytes_over].into_iter().flatten().min();
    let valid = !text.is_empty() && overflow_at.is_none() && forbidden(text, rules).is_none();
    let (count, note) = (found.sum.count(), found.sum.note(rules));
    Measure { count, limit, unit: rules.count.unit(), bytes, valid, overflow_at, note }
}

/// What a text counts by one way of counting, links at their own length.
pub fn count(text: &str, count: &Count) -> usize {
    counted(text, &NetworkRules { count: count.clone(), ..NetworkRules::default() }, usize::MAX).sum.count()
}

/// Where the first `limit` of a text end, by the network's own count; none when all of it fits.
pub(super) fn cut_at(text: &str, rules: &NetworkRules, limit: usize) -> Option<usize> {
    counted(text, rules, limit).overflow_at
}

/// The first forbidden character.
pub(super) fn forbidden(text: &str, rules: &NetworkRules) -> Option<(usize, char)> {
    let mut chars = Some(text.char_indices()).filter(|_| !rules.forbidden.is_empty()).into_iter().flatten();
    chars.find(|(_, c)| rules.forbidden.contains(c))
}

/// A sum that remembers where it went over its limit.
struct Tally {
    sum: usize,
    scale: usize,
    most: usize,
    overflow_at: Option<usize>,
}

impl Tally {
    fn new(limit: usize, scale: usize) -> Self {
        // The sum is divided by the scale and rounded down, so a limit is only passed by a whole unit.
        Self { sum: 0, scale, most: limit.saturating_mul(scale).saturating_add(scale - 1), overflow_at: None }
    }

    fn add(&mut self, at: usize, cost: usize) {
        self.sum = self.sum.saturating_add(cost);
        if self.sum > self.most && self.overflow_at.is_none() {
            self.overflow_at = Some(at);
        }
    }
}

/// What a text comes to, and where it goes over a limit.
struct Counted {
    sum: Sum,
    overflow_at: Option<usize>,
}

/// What a text comes to. Those of two texts add up where one can be parted into them ([`super::memo`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sum {
    /// In units of `scale`.
    units: usize,
    scale: usize,
    /// Links that do not count as written.
    links: usize,
    /// Mentions whose server does not count.
    servers: usize,
    /// It was counted as it is written, all letters being composed already.
    as_written: bool,
}

impl Sum {
    fn count(&self) -> usize {
        self.units.checked_div(self.scale).unwrap_or(self.units)
    }

    fn is_within(&self, limit: usize) -> bool {
        self.count() <= limit
    }

    fn note(&self, rules: &NetworkRules) -> Option<String> {
        let servers = (self.servers > 0).then(|| "servers of mentions do not count".to_owned());
        let notes: Vec<String> = [links_note(self.links, rules), servers].into_iter().flatten().collect();
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    /// This without `less` and with `more`, which stands in its place.
    fn changed(self, less: Sum, more: Sum) -> Self {
        let swap = |all: usize, less: usize, more: usize| all.saturating_sub(less).saturating_add(more);
        Self {
            units: swap(self.units, less.units, more.units),
            links: swap(self.links, less.links, more.links),
            servers: swap(self.servers, less.servers, more.servers),
            ..self
        }
    }
}

/// Everything of the rules that decides what a text counts.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Way {
    count: Count,
    link_cost: Option<usize>,
    shorten_links: bool,
    grammar: Grammar,
}

/// What is remembered of a text: what it comes to, and where it goes over the limits that were asked about.
#[derive(Clone)]
struct Remembered {
    sum: Sum,
    over: Vec<(usize, Option<usize>)>,
}

impl Remembered {
    /// Where it goes over a limit, if anywhere; nothing where that is not known.
    fn over_at(&self, limit: usize) -> Option<Option<usize>> {
        if self.sum.is_within(limit) {
            return Some(None);
        }
        self.over.iter().find(|(of, _)| *of == limit).map(|(_, at)| *at)
    }
}

thread_local! {
    /// What the last texts came to, by the way of counting: checking, counters and previews ask for the same.
    static COUNTED: RefCell<HashMap<Way, Memo<Remembered>>> = RefCell::default();
}

/// Counts a text, or remembers what it counts: with every key the same texts are asked about, and each differs from the
/// one before by a word.
fn counted(text: &str, rules: &NetworkRules, limit: usize) -> Counted {
    if !memo::KEPT.contains(&text.len()) {
        return fresh(text, rules, limit);
    }
    let NetworkRules { link_cost, shorten_links, grammar, .. } = *rules;
    let way = Way { count: rules.count.clone(), link_cost, shorten_links, grammar };
    let known = COUNTED.with_borrow(|all| all.get(&way).map_or(Known::Nothing, |memo| memo.look(text)));
    let mut kept = match known {
        Known::Same(kept) => match kept.1.over_at(limit) {
            Some(overflow_at) => return Counted { sum: kept.1.sum, overflow_at },
            None => kept.1.clone(),
        },
        Known::Near(kept, change) => changed(&kept, text, &change, rules),
        Known::Nothing => Remembered { sum: fresh(text, rules, usize::MAX).sum, over: Vec::new() },
    };
    let overflow_at = kept.over_at(limit).unwrap_or_else(|| {
        let at = fresh(text, rules, limit).overflow_at;
        kept.over.push((limit, at));
        at
    });
    let sum = kept.sum;
    COUNTED.with_borrow_mut(|all| all.entry(way).or_default().keep(text, kept));
    Counted { sum, overflow_at }
}

/// What is remembered of a text that differs from another in a stretch.
fn changed((before, kept): &(String, Remembered), text: &str, change: &Change, rules: &NetworkRules) -> Remembered {
    let sum_of = |text: Option<&str>| fresh(text.unwrap_or_default(), rules, usize::MAX).sum;
    let less = sum_of(before.get(change.from..change.was_to));
    let more = sum_of(text.get(change.from..change.to));
    if !(kept.sum.as_written && less.as_written && more.as_written) {
        return Remembered { sum: sum_of(Some(text)), over: Vec::new() };
    }
    // What went over before the stretch goes over there still.
    let over = kept.over.iter().filter(|(_, at)| at.is_some_and(|at| at < change.from)).copied().collect();
    Remembered { sum: kept.sum.changed(less, more), over }
}

/// Counts a text from end to end.
fn fresh(text: &str, rules: &NetworkRules, limit: usize) -> Counted {
    match &rules.count {
        Count::Weighted(weights) => weighted(text, weights, rules, limit),
        Count::Mastodon => mastodon(text, rules, limit),
        Count::Graphemes => with_links(text, rules, limit, |text, at, tally| {
            text.grapheme_indices(true).for_each(|(i, _)| tally.add(at + i, 1))
        }),
        Count::Utf8 => with_links(text, rules, limit, |text, at, tally| {
            text.char_indices().for_each(|(i, c)| tally.add(at + i, c.len_utf8()));
        }),
        Count::Utf16 => with_links(text, rules, limit, |text, at, tally| {
            text.char_indices().for_each(|(i, c)| tally.add(at + i, c.len_utf16()));
        }),
        Count::Scalars => with_links(text, rules, limit, |text, at, tally| {
            text.char_indices().for_each(|(i, _)| tally.add(at + i, 1));
        }),
        Count::EmojiUtf8 => with_links(text, rules, limit, |text, at, tally| {
            units(text, |i, emoji, c| tally.add(at + i, emoji.unwrap_or(usize::from(c.len_utf8() > 0))));
        }),
    }
}

impl Tally {
    fn found(self, links: usize, servers: usize) -> Counted {
        let Self { sum: units, scale, overflow_at, .. } = self;
        Counted { sum: Sum { units, scale, links, servers, as_written: true }, overflow_at }
    }
}

/// Counts what stands between links with `each`, and links at their fixed cost where they have one.
fn with_links(text: &str, rules: &NetworkRules, limit: usize, each: impl Fn(&str, usize, &mut Tally)) -> Counted {
    let mut tally = Tally::new(limit, 1);
    let links = priced_links(text, rules);
    let mut at = 0;
    for (link, cost) in &links {
        each(text.get(at..link.start).unwrap_or(""), at, &mut tally);
        tally.add(link.start, *cost);
        at = link.end;
    }
    each(rest(text, at), at, &mut tally);
    tally.found(links.len(), 0)
}

/// The links that do not count as written, and what each counts.
fn priced_links(text: &str, rules: &NetworkRules) -> Vec<(Range<usize>, usize)> {
    if rules.link_cost.is_none() && !rules.shorten_links {
        return Vec::new();
    }
    let short = |link: &Range<usize>| short_link(text.get(link.clone()).unwrap_or("")).graphemes(true).count();
    let links = links_by(text, rules.grammar).into_iter();
    links.map(|link| (link.clone(), rules.link_cost.unwrap_or_else(|| short(&link)))).collect()
}

/// A link as Bluesky's own app rewrites it: the host, and what follows it cut to 13 characters when it has more than 15.
pub(super) fn short_link(link: &str) -> String {
    let bare = link.split_once("://").map_or(link, |(_, bare)| bare);
    let (host, tail) = bare.split_at(bare.find(['/', '?', '#']).unwrap_or(bare.len()));
    match tail.grapheme_indices(true).nth(15).and_then(|_| tail.grapheme_indices(true).nth(13)) {
        Some((cut, _)) => format!("{host}{}...", tail.get(..cut).unwrap_or("")),
        None => format!("{host}{}", if tail == "/" { "" } else { tail }),
    }
}

fn links_note(links: usize, rules: &NetworkRules) -> Option<String> {
    let cost = match rules.link_cost {
        Some(cost) => format!("counts {cost}"),
        None => "counts in its short form".to_owned(),
    };
    match links {
        0 => None,
        1 => Some(format!("the link {cost}")),
        _ => Some(format!("each link {cost}")),
    }
}

/// Walks over emoji and single characters: index, length of the emoji if it is one, first character.
fn units(text: &str, mut each: impl FnMut(usize, Option<usize>, char)) {
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        if at < skip {
            continue;
        }
        let emoji = emoji_at(rest(text, at));
        skip = at + emoji.unwrap_or(0);
        each(at, emoji, c);
    }
}

/// X: composed form, links at their cost, emoji as one, all else by weight.
fn weighted(text: &str, weights: &Weights, rules: &NetworkRules, limit: usize) -> Counted {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return weighted_composed(text, weights, rules, limit);
    }
    // Composition never reaches across graphemes, so each can be composed by itself and traced back.
    let mut composed = String::with_capacity(text.len());
    let mut origins = Vec::new();
    for (at, grapheme) in text.grapheme_indices(true) {
        origins.push((composed.len(), at));
        composed.extend(grapheme.nfc());
    }
    let mut found = weighted_composed(&composed, weights, rules, limit);
    found.sum.as_written = false;
    found.overflow_at = found.overflow_at.and_then(|over| {
        let index = origins.partition_point(|(at, _)| *at <= over);
        origins.get(index.saturating_sub(1)).map(|(_, at)| *at)
    });
    found
}

fn weighted_composed(text: &str, weights: &Weights, rules: &NetworkRules, limit: usize) -> Counted {
    let mut tally = Tally::new(limit, weights.scale.max(1));
    let links = priced_links(text, rules);
    let stretch = |from: usize, to: usize, tally: &mut Tally| {
        let part = text.get(from..to).unwrap_or("");
        match weights.emoji {
            Some(price) => units(part, |i, emoji, c| {
                tally.add(from + i, emoji.map_or_else(|| weights.of(c), |_| price));
            }),
            None => part.char_indices().for_each(|(i, c)| tally.add(from + i, weights.of(c))),
        }
    };
    let mut at = 0;
    for (link, cost) in &links {
        stretch(at, link.start, &mut tally);
        tally.add(link.start, cost.saturating_mul(weights.scale));
        at = link.end;
    }
    stretch(at, text.len(), &mut tally);
    tally.found(links.len(), 0)
}

/// Mastodon: graphemes, after each link became so many characters and each remote mention lost its server.
fn mastodon(text: &str, rules: &NetworkRules, limit: usize) -> Counted {
    let placeholder = "x".repeat(rules.link_cost.unwrap_or(0));
    let mut written = String::with_capacity(text.len());
    let mut origins = vec![(0, 0)];
    let (mut at, mut links, mut servers) = (0, 0, 0);
    for entity in by_grammar(text, Grammar::Mastodon) {
        let source = text.get(entity.span.clone()).unwrap_or("");
        let shown = match entity.kind {
            EntityKind::Link if rules.link_cost.is_some() => placeholder.as_str(),
            EntityKind::Mention => source.get(..local_length(source)).unwrap_or(source),
            _ => continue,
        };
        links += usize::from(entity.kind == EntityKind::Link);
        servers += usize::from(shown.len() < source.len() && entity.kind == EntityKind::Mention);
        written.push_str(text.get(at..entity.span.start).unwrap_or(""));
        origins.push((written.len(), entity.span.start));
        written.push_str(shown);
        origins.push((written.len(), entity.span.end));
        at = entity.span.end;
    }
    written.push_str(rest(text, at));
    let mut tally = Tally::new(limit, 1);
    written.grapheme_indices(true).for_each(|(i, _)| tally.add(i, 1));
    tally.overflow_at = tally.overflow_at.map(|over| source_index(&origins, over));
    tally.found(links, servers)
}

/// Where an index of the rewritten text comes from: pairs of (rewritten, original), in order. What was replaced comes
/// from its first byte.
fn source_index(origins: &[(usize, usize)], over: usize) -> usize {
    let index = origins.partition_point(|(at, _)| *at <= over).saturating_sub(1);
    let (written, source) = origins.get(index).copied().unwrap_or_default();
    let replaced = index % 2 == 1;
    if replaced { source } else { source + (over - written) }
}
