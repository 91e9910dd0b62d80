//! What readers will see: lines of a given width with their marks, where the feed folds, and whether a card appears.

mod wrap;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::chars::rest;
use super::clean::{clean, one_line, truncate};
use super::compose::Variant;
use super::entities::{Entity, EntityKind, entities, local_length};
use super::measure::{cut_at, short_link};
use super::rules::{Card, FirstComment, Grammar, NetworkRules};
use crate::domain::carries::Way;
use wrap::Piece;

/// How a span is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Text.
    Plain,
    /// A link that can be followed.
    Link,
    /// Someone.
    Mention,
    /// A topic, or a cashtag.
    Hashtag,
    /// What is there but not for reading: a link that nobody can follow.
    Muted,
}

/// A stretch of one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewSpan {
    /// What is shown; safe to draw, without line feeds.
    pub text: String,
    /// How.
    pub role: Role,
}

/// One line on screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreviewLine {
    /// Its stretches, in order.
    pub spans: Vec<PreviewSpan>,
}

/// What readers will see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// The text, wrapped.
    pub lines: Vec<PreviewLine>,
    /// The index of the last line before "…more"; none when the feed shows all of it, and of a thread, whose parts fold
    /// each by itself.
    pub folded_after: Option<usize>,
    /// Lines that the feed hides, from the one after each "…more": one stretch, or one in each part of a thread. Empty
    /// where it folds behind the last line.
    pub hidden: Vec<Range<usize>>,
    /// How many of the lines stand above the attachments: all of a post, the first part of a thread.
    pub media_at: usize,
    /// The host on the link card.
    pub card: Option<String>,
    /// Why there is a link but no card, in words.
    pub no_card: Option<String>,
}

impl Preview {
    /// Whether "…more" stands behind a line.
    pub fn folds_after(&self, line: usize) -> bool {
        self.hidden.iter().any(|hidden| hidden.start == line + 1)
    }

    /// Whether the feed hides a line.
    pub fn hides(&self, line: usize) -> bool {
        self.hidden.iter().any(|hidden| hidden.contains(&line))
    }
}

/// The preview of a variant in so many cells: of a thread part by part, and with its first comment below it.
pub fn preview(variant: &Variant, rules: &NetworkRules, width: u16) -> Preview {
    let spans = variant.parts(rules);
    let mut shown = match spans.len() {
        0 | 1 => preview_one(variant, rules, width),
        total => {
            let parts = spans.into_iter().enumerate();
            thread(parts.map(|(at, span)| preview_one(&variant.part(at, span), rules, width)).collect(), total)
        }
    };
    let takes = |way: &Way| way.carries.comments_on(&variant.network);
    let taken = variant.way.as_ref().map_or(rules.first_comment != FirstComment::None, takes);
    if let Some(comment) = variant.first_comment.as_ref().filter(|_| taken) {
        let when = if comment.delay == 0 { String::new() } else { format!(", {} s later", comment.delay) };
        shown.lines.push(mark(format!("── first comment{when}")));
        let alone = Variant { text: comment.text.clone(), media: Vec::new(), first_comment: None, ..variant.clone() };
        shown.lines.extend(preview_one(&alone, rules, width).lines);
    }
    shown
}

/// The parts of a thread below each other, each under its number.
fn thread(parts: Vec<Preview>, total: usize) -> Preview {
    let mut whole = Preview::default();
    for (at, part) in parts.into_iter().enumerate() {
        whole.lines.push(mark(format!("── {}/{total}", at + 1)));
        let above = whole.lines.len();
        whole.hidden.extend(part.hidden.into_iter().map(|hidden| hidden.start + above..hidden.end + above));
        whole.lines.extend(part.lines);
        if at == 0 {
            whole.media_at = whole.lines.len();
        }
        whole.card = whole.card.or(part.card);
        whole.no_card = whole.no_card.or(part.no_card);
    }
    whole
}

/// A line of ours between what the network shows.
fn mark(text: String) -> PreviewLine {
    PreviewLine { spans: vec![PreviewSpan { text, role: Role::Muted }] }
}

fn preview_one(variant: &Variant, rules: &NetworkRules, width: u16) -> Preview {
    let width = usize::from(width.max(1));
    let found = entities(&variant.text, rules);
    let pieces = pieces(&variant.text, &found, rules);
    let wrapped = wrap::wrap(&pieces, width);
    let folded_after = fold_at(variant, rules, &pieces, &wrapped).and_then(|at| {
        let line = wrapped.starts.partition_point(|start| *start < at);
        (line < wrapped.lines.len() || at < variant.text.len()).then(|| line.saturating_sub(1))
    });
    let (card, no_card) = card(variant, rules, &found);
    let hidden = folded_after.map(|last| last + 1..wrapped.lines.len()).into_iter().collect();
    Preview { media_at: wrapped.lines.len(), lines: wrapped.lines, folded_after, hidden, card, no_card }
}

/// The text as the network shows it, each piece with its role and where it comes from.
fn pieces<'t>(text: &'t str, found: &[Entity], rules: &NetworkRules) -> Vec<Piece<'t>> {
    let mut pieces = Vec::with_capacity(found.len() * 2 + 1);
    let mut at = 0;
    for entity in found {
        let source = text.get(entity.span.clone()).unwrap_or("");
        pieces.push(Piece::written(text.get(at..entity.span.start).unwrap_or(""), Role::Plain, at));
        let start = entity.span.start;
        pieces.push(match (entity.kind, rules.link_display) {
            (EntityKind::Link, _) if !rules.links_clickable => Piece::written(source, Role::Muted, start),
            (EntityKind::Link, _) if rules.shorten_links => {
                Piece::instead(clean(&short_link(source)).into_owned(), Role::Link, start)
            }
            (EntityKind::Link, Some(most)) => Piece::instead(display_link(source, most), Role::Link, start),
            (EntityKind::Link, None) => Piece::written(source, Role::Link, start),
            (EntityKind::Mention, _) if rules.grammar == Grammar::Mastodon => {
                let local = source.get(..local_length(source)).unwrap_or(source);
                Piece::instead(clean(local).into_owned(), Role::Mention, start)
            }
            (EntityKind::Mention | EntityKind::List, _) => Piece::written(source, Role::Mention, start),
            (EntityKind::Hashtag | EntityKind::Cashtag, _) => Piece::written(source, Role::Hashtag, start),
        });
        at = entity.span.end;
    }
    pieces.push(Piece::written(rest(text, at), Role::Plain, at));
    pieces
}

/// A link without scheme and `www.`, cut after so many characters.
fn display_link(link: &str, most: usize) -> String {
    let bare = without_scheme(link);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    let shown = one_line(bare);
    match shown.grapheme_indices(true).nth(most) {
        Some((cut, _)) => format!("{}…", shown.get(..cut).unwrap_or("")),
        None => shown,
    }
}

fn without_scheme(link: &str) -> &str {
    link.split_once("://").map_or(link, |(_, bare)| bare)
}

/// Where in the text the feed stops: the first of all its limits.
fn fold_at(variant: &Variant, rules: &NetworkRules, pieces: &[Piece<'_>], wrapped: &wrap::Wrapped) -> Option<usize> {
    let (text, fold) = (variant.text.as_str(), rules.fold);
    let by_characters = fold.characters.and_then(|most| text.grapheme_indices(true).nth(most).map(|(at, _)| at));
    let by_count = fold.counted.and_then(|most| cut_at(text, rules, most));
    let by_lines = fold.lines.and_then(|most| match fold.columns {
        Some(columns) => wrap::wrap(pieces, columns).starts.get(most).copied(),
        None => wrapped.starts.get(most).copied(),
    });
    [by_characters, by_count, by_lines].into_iter().flatten().min()
}

/// The host of the link card, or why a link gets none.
fn card(variant: &Variant, rules: &NetworkRules, found: &[Entity]) -> (Option<String>, Option<String>) {
    let Some(link) = found.iter().find(|entity| entity.kind == EntityKind::Link) else { return (None, None) };
    let name = variant.network.name();
    match rules.card {
        Card::Never => (None, Some(format!("{name} shows no link cards"))),
        Card::NoMedia | Card::Always if switched_off(variant) => {
            (None, Some("it is switched off for this post".into()))
        }
        Card::NoMedia if !variant.media.is_empty() => {
            (None, Some("attachments take the place of the link card".into()))
        }
        Card::NoMedia | Card::Always => {
            let link = variant.text.get(link.span.clone()).unwrap_or("");
            (Some(host(link)), None)
        }
    }
}

/// Whether the post says that it wants no card, on a way that carries this wish.
fn switched_off(variant: &Variant) -> bool {
    let key = format!("{}.no_link_card", variant.network.key());
    variant.options.flag(&key) == Some(true) && variant.way.as_ref().is_none_or(|way| way.carries.option(&key))
}

/// The host of a link, for people.
fn host(link: &str) -> String {
    let host = without_scheme(link).split(['/', '?', '#', ':']).next().unwrap_or("");
    let host = host.strip_prefix("www.").unwrap_or(host);
    truncate(&one_line(&host.to_lowercase()), 60)
}
