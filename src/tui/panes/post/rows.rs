//! The rows of the full form, from the headline to the ids.

use std::ops::Range;

use crate::domain::ids::ChannelId;
use crate::domain::media::{Media, size_words};
use crate::domain::post::{Post, Source, Target, Theirs};
use crate::domain::problem::Severity;
use crate::text::clean::{cells, clean, one_line, truncate};
use crate::text::compose::{Variant, of_target};
use crate::text::entities::{EntityKind, entities};
use crate::text::measure::measure_of;
use crate::text::preview::preview;
use crate::text::rules::NetworkRules;
use crate::text::style;
use crate::tui::board::{Board, distance_words};
use crate::tui::model::Shared;
use crate::tui::theme::Role;
use crate::tui::tools::composer;
use crate::tui::widgets::moment::{Reader, plain, there};
use crate::tui::widgets::prose::{Bit, Row, hang, paragraph};

use super::targets;

/// More rows of one text than anyone scrolls through; a guard, not a layout.
const MOST_ROWS: usize = 2000;
/// A text of more rows comes after the channels, so that what became of the post stays in sight.
const LONG_TEXT_ROWS: usize = 8;
/// Rows of each side of a conflict.
const SIDE_ROWS: usize = 4;
/// Labels of the lower part: `media`, `written`…
const LABEL_CELLS: usize = 9;

/// What the rows are made from.
pub struct Scene<'a> {
    pub post: &'a Post,
    pub shared: &'a Shared,
    pub board: &'a Board,
    /// Cells per row.
    pub width: usize,
    /// The post as it goes out: a draft dressed, once for all that is said of it.
    shown: Post,
    /// The worst that each channel minds, found once as well.
    minded: Vec<(ChannelId, Severity)>,
}

impl<'a> Scene<'a> {
    /// A post in rows of `width` cells.
    pub fn new(post: &'a Post, shared: &'a Shared, board: &'a Board, width: usize) -> Self {
        let shown = style::shown(post, &board.channels, &board.book, &shared.rules).post;
        Self { post, shared, board, width, shown, minded: composer::minded(post, shared, board) }
    }

    /// The worst that its channel minds, as the composer finds it.
    pub fn worst(&self, target: &Target) -> Option<Severity> {
        self.minded.iter().find(|(channel, _)| *channel == target.channel).map(|(_, worst)| *worst)
    }

    /// What the channel of `target` receives, and the rules it is held to; nothing for a channel nobody lists.
    pub fn variant(&self, target: &Target) -> Option<(Variant, Option<&NetworkRules>)> {
        let network = &self.board.channel(&target.channel)?.network;
        let target = self.shown.targets.iter().find(|each| each.channel == target.channel)?;
        let variant = of_target(&self.shown, target, network, self.board.ways.get(&target.account()));
        let rules = self.shared.rules.of_variant(&variant);
        Some((variant, rules))
    }

    /// The two-letter mark of a target's network.
    pub fn mark(&self, target: &Target) -> String {
        let mark = self.board.channel(&target.channel).map_or("??", |channel| channel.network.mark());
        truncate(&one_line(mark), 2)
    }

    /// What to call a target's channel, clean and on one line.
    pub fn handle(&self, target: &Target) -> String {
        let label = self.board.channel(&target.channel).map_or(target.channel.as_str(), |channel| channel.label());
        one_line(label)
    }

    /// Whether `target` says something else than the base text.
    pub fn differs(&self, target: &Target) -> bool {
        target.text.as_deref().is_some_and(|text| text != self.post.body)
    }
}

/// State, time with zone, and how far away that is.
pub fn headline(scene: &Scene<'_>) -> Row {
    let (post, now) = (scene.post, scene.shared.now);
    let row = Row::new().state(post.state(now), post.pending);
    match post.instant() {
        None if post.queue.is_some() => {
            let name = post.queue.as_ref().map(|queued| queued.name.as_str()).unwrap_or_default();
            row.text(format!(" · waits for the queue {name}"), Role::Muted)
        }
        None => row.text(" · no time yet", Role::Muted),
        Some(at) => row
            .text(format!(" · {}", plain(at, now, scene.shared)), Role::Title)
            .text(second(scene, at), Role::Muted)
            .text(format!(" · {}", distance_words(at, now)), Role::Muted)
            .text(
                post.queue.as_ref().map(|queued| format!(" · queue {}", queued.name)).unwrap_or_default(),
                Role::Muted,
            ),
    }
}

/// ` = 08:00 EDT`, where a second zone is kept in mind.
fn second(scene: &Scene<'_>, at: chrono::DateTime<chrono::Utc>) -> String {
    let second = scene.shared.habits.second;
    second.map(|second| format!(" = {}", there(at, scene.shared, second))).unwrap_or_default()
}

/// When it goes out for readers who live in another zone.
fn elsewhere(scene: &Scene<'_>) -> Vec<Row> {
    let when = |target: &Target| {
        let zone = scene.board.plan.zone_of(scene.board.channel(&target.channel)?)?;
        let at = scene.post.schedule_for(target)?.instant();
        let words = format!("{} {}", scene.handle(target), there(at, scene.shared, zone));
        Some(Row::of(truncate(&words, scene.width.saturating_sub(LABEL_CELLS)), Role::Text))
    };
    scene.post.targets.iter().filter_map(when).collect()
}

/// All rows under the headline, with the variant shown: 0 is the base text.
pub fn all(scene: &Scene<'_>, variant: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(pending(scene));
    if scene.board.is_aside(scene.post.id) {
        let words = scene.shared.keys.of(" changes to it were not sent; e opens them");
        rows.push(Row::new().bit(Bit::Warn, Role::Warn).text(words, Role::Warn));
    }
    if let Some(theirs) = &scene.post.conflict {
        rows.extend(conflict(scene, theirs));
    }
    if let Some(title) = scene.post.title.as_deref().map(one_line).filter(|title| !title.is_empty()) {
        rows.extend(paragraph(&title, Role::Title, &[], scene.width, 3));
    }
    let text = text(scene, variant);
    let channels = targets::all(scene);
    let (first, second) = if text.len() > LONG_TEXT_ROWS { (channels, text) } else { (text, channels) };
    for block in [first, second, own_texts(scene, variant), facts(scene)] {
        if !block.is_empty() {
            if !rows.is_empty() {
                rows.push(Row::new());
            }
            rows.extend(block);
        }
    }
    rows
}

/// `○ waiting to be confirmed by acme`, with the accounts that have it to do.
fn pending(scene: &Scene<'_>) -> Option<Row> {
    let post = scene.post;
    let travels = scene.board.uploads.iter().find(|each| post.pending && each.post == post.id);
    if let Some(uploading) = travels {
        let words = format!(" {}; the post waits for it", one_line(&uploading.words()));
        return Some(Row::new().bit(Bit::Hollow, Role::Warn).text(words, Role::Warn));
    }
    let mut accounts: Vec<String> =
        scene.board.outbox.iter().filter(|row| row.post == post.id).map(|row| one_line(row.account.as_str())).collect();
    if accounts.is_empty() {
        accounts = post.targets.iter().map(|target| one_line(target.account().as_str())).collect();
    }
    accounts.sort();
    accounts.dedup();
    let by = if accounts.is_empty() { String::new() } else { format!(" by {}", accounts.join(", ")) };
    post.pending
        .then(|| Row::new().bit(Bit::Hollow, Role::Warn).text(format!(" waiting to be confirmed{by}"), Role::Warn))
}

fn conflict(scene: &Scene<'_>, theirs: &Theirs) -> Vec<Row> {
    let (post, now, reader) = (scene.post, scene.shared.now, Reader::from(scene.shared));
    let when = |at| if let Some(at) = at { plain(at, now, reader) } else { "no time".into() };
    let side = |label: &str, at, body: &str, seen: String| {
        let mut rows = vec![Row::of(format!("{}{seen}", when(at)), Role::Title)];
        let body = clean(body);
        let body = if body.trim().is_empty() { "(no text)".into() } else { body };
        rows.extend(paragraph(body.trim(), Role::Text, &[], scene.width.saturating_sub(LABEL_CELLS), SIDE_ROWS));
        hang(Row::of(label, Role::Warn), LABEL_CELLS, rows)
    };
    let mut rows = vec![
        Row::new()
            .bit(Bit::Warn, Role::Warn)
            .text(" changed here and at the provider: nothing is sent until you choose", Role::Warn),
    ];
    rows.extend(side("  ours", post.instant(), &post.body, String::new()));
    rows.extend(side("  theirs", theirs.at, &theirs.body, format!(" · seen {}", distance_words(theirs.seen_at, now))));
    rows.push(
        Row::of(format!("  {}", scene.shared.keys.key("M o", "post")), Role::Key)
            .text(" keeps ours   ", Role::Muted)
            .text(scene.shared.keys.key("M t", "post"), Role::Key)
            .text(" takes theirs", Role::Muted),
    );
    rows
}

/// The chosen text, under a line of tabs when there is something to choose.
fn text(scene: &Scene<'_>, variant: usize) -> Vec<Row> {
    let post = scene.post;
    let mut rows: Vec<Row> = tabs(scene, variant).into_iter().collect();
    match variant.checked_sub(1).and_then(|at| post.targets.get(at)) {
        Some(target) => rows.extend(received(scene, target)),
        None => {
            let rules = post.targets.iter().find_map(|target| scene.variant(target)?.1);
            rows.extend(body(&post.body, rules, None, scene.width));
        }
    }
    rows
}

/// The names of the variants, `*` behind a text of its own; none when there is nothing to choose.
pub fn tab_names(scene: &Scene<'_>) -> Vec<String> {
    let targets = &scene.post.targets;
    if targets.len() < 2 && !targets.iter().any(|target| scene.differs(target)) {
        return Vec::new();
    }
    let name = |target: &Target| scene.mark(target) + if scene.differs(target) { "*" } else { "" };
    std::iter::once("base".to_owned()).chain(targets.iter().map(name)).collect()
}

/// The cells that a tab takes, the gap after it included.
pub fn tab_cells(name: &str) -> usize {
    cells(name) + 3
}

/// The line of variants, where there is something to choose.
pub fn tabs(scene: &Scene<'_>, chosen: usize) -> Option<Row> {
    let names = tab_names(scene);
    let tab = |row: Row, (at, name): (usize, &String)| {
        let role = if at == chosen { Role::Selection } else { Role::Muted };
        row.text(format!(" {name} "), role).text(" ", Role::Text)
    };
    let row = names.iter().enumerate().fold(Row::new(), tab);
    let hint =
        Row::of(format!(" {}", scene.shared.keys.key("h l", "post")), Role::Key).text(" text per channel", Role::Muted);
    (!names.is_empty()).then(|| row.then(hint))
}

/// What one channel receives: its text with the part beyond the limit marked, where it folds, and its link card.
fn received(scene: &Scene<'_>, target: &Target) -> Vec<Row> {
    let Some((variant, rules)) = scene.variant(target) else {
        return vec![Row::of("this channel is not listed any more, so its rules are not known", Role::Warn)];
    };
    let over = rules.and_then(|rules| measure_of(&variant, rules).overflow_at);
    let mut rows = body(&variant.text, rules, over, scene.width);
    let Some(rules) = rules else { return rows };
    let shown = preview(&variant, rules, u16::try_from(scene.width).unwrap_or(u16::MAX));
    let notes = [
        shown.folded_after.map(|line| format!("folds after line {line}")),
        shown.card.map(|card| format!("card: {}", one_line(&card))),
        shown.no_card.map(|why| format!("no card: {}", one_line(&why))),
    ];
    rows.extend(notes.into_iter().flatten().map(|note| Row::of(note, Role::Muted)));
    rows
}

/// A text, wrapped and coloured. `over` is the byte from which the network would cut.
pub fn body(text: &str, rules: Option<&NetworkRules>, over: Option<usize>, width: usize) -> Vec<Row> {
    let shown = clean(text);
    let shown = shown.trim_end();
    if shown.trim().is_empty() {
        return vec![Row::of("(no text)", Role::Muted)];
    }
    let mut spans = rules.map(|rules| coloured(shown, rules)).unwrap_or_default();
    // The byte is one of the raw text: it means nothing when cleaning took something away.
    if let Some(over) = over.filter(|over| text.starts_with(shown) && *over < shown.len()) {
        spans.retain(|(span, _)| span.end <= over);
        spans.push((over..shown.len(), Role::Bad));
    }
    paragraph(shown, Role::Text, &spans, width, MOST_ROWS)
}

fn coloured(text: &str, rules: &NetworkRules) -> Vec<(Range<usize>, Role)> {
    let role = |kind| match kind {
        EntityKind::Link => Role::Link,
        EntityKind::Mention | EntityKind::List => Role::Mention,
        EntityKind::Hashtag | EntityKind::Cashtag => Role::Hashtag,
    };
    entities(text, rules).into_iter().map(|entity| (entity.span, role(entity.kind))).collect()
}

/// The texts of channels that say something of their own; with a channel chosen above, nothing.
fn own_texts(scene: &Scene<'_>, variant: usize) -> Vec<Row> {
    if variant > 0 {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for target in scene.post.targets.iter().filter(|target| scene.differs(target)) {
        let rules = scene.variant(target).and_then(|(_, rules)| rules);
        let label = format!("{} {}", scene.mark(target), scene.handle(target));
        rows.push(Row::of(label, Role::Title).text(" says instead", Role::Muted));
        let own = body(scene.post.text_for(target), rules, None, scene.width.saturating_sub(2));
        rows.extend(hang(Row::new(), 2, own));
    }
    rows
}

/// Media, tags, where it comes from, and its names.
fn facts(scene: &Scene<'_>) -> Vec<Row> {
    let (post, now, reader) = (scene.post, scene.shared.now, Reader::from(scene.shared));
    let room = scene.width.saturating_sub(LABEL_CELLS);
    let labelled = |label: &str, rows| hang(Row::of(label, Role::Muted), LABEL_CELLS, rows);
    let mut rows = labelled("readers", elsewhere(scene));
    rows.extend(labelled("media", post.media.iter().flat_map(|media| media_rows(media, room)).collect()));
    let tags: Vec<String> = post.tags.iter().map(|tag| format!("#{}", one_line(tag))).collect();
    if !tags.is_empty() {
        rows.extend(labelled("tags", paragraph(&tags.join(" "), Role::Hashtag, &[], room, 3)));
    }
    if let Some(comment) = post.first_comment.as_ref().filter(|comment| !comment.is_blank()) {
        let later = if comment.delay == 0 { String::new() } else { format!(" · {} s later", comment.delay) };
        let words = format!("{}{later}", one_line(&comment.text));
        rows.extend(labelled("comment", paragraph(&words, Role::Text, &[], room, 3)));
    }
    if let Some((_, rule)) = scene.board.repeats.get(&post.id) {
        let rule = Row::of(one_line(rule), Role::Text).text("  :repeat", Role::Key).text(" its dates", Role::Muted);
        rows.extend(labelled("again", vec![rule]));
    }
    if let Some(campaign) = &post.campaign {
        let number = post.number.map(|number| format!(", post {number}")).unwrap_or_default();
        let words = Row::of(one_line(campaign), Role::Text).text(number, Role::Muted);
        rows.extend(labelled("campaign", vec![words]));
    }
    let origin = match post.source {
        Source::Runsheet => "here",
        Source::Provider => "at the provider",
    };
    let mut written = format!("{origin}, {}", plain(post.created_at, now, reader));
    if post.updated_at != post.created_at {
        written += &format!(" · changed {}", distance_words(post.updated_at, now));
    }
    if let Some((_, strange)) = scene.board.strange.as_ref().filter(|(of, _)| *of == post.id) {
        let words = strange.iter().flat_map(|words| paragraph(&one_line(words), Role::Muted, &[], room, 3));
        rows.extend(labelled("unclear", words.collect()));
    }
    rows.extend(labelled("written", paragraph(&written, Role::Muted, &[], room, 3)));
    rows.extend(labelled("id", ids(post, room)));
    rows
}

fn ids(post: &Post, room: usize) -> Vec<Row> {
    let mut remote: Vec<String> = post
        .targets
        .iter()
        .filter_map(|target| Some((target.account(), target.remote.as_ref()?)))
        .map(|(account, id)| format!("{} {}", one_line(account.as_str()), one_line(id.as_str())))
        .collect();
    remote.dedup();
    let names = std::iter::once(post.id.to_string()).chain(remote);
    names.flat_map(|name| paragraph(&name, Role::Muted, &[], room, 2)).collect()
}

/// Name, what was measured, and the text for those who cannot see it; in two rows where one is too narrow.
fn media_rows(media: &Media, room: usize) -> Vec<Row> {
    let name = [&media.name, &media.source].into_iter().map(|name| one_line(name)).find(|name| !name.is_empty());
    let name = Row::of(name.unwrap_or_else(|| "unnamed".into()), Role::Text);
    let mut measured = vec![media.kind.word().to_owned()];
    measured.extend(media.pixels.map(|(width, height)| format!("{width}×{height}")));
    measured.extend(media.bytes.map(size_words));
    measured.extend(media.millis.map(|millis| format!("{}:{:02}", millis / 60_000, millis / 1000 % 60)));
    let measured = Row::of(format!("{}  ", measured.join(" ")), Role::Muted);
    let alt = one_line(&media.alt);
    let (about, alt) = if alt.is_empty() {
        (measured.text("no alt text", Role::Warn), Row::new())
    } else {
        let about = measured.text("alt ", Role::Good).bit(Bit::Check, Role::Good);
        (about, Row::of(format!("  {alt}"), Role::Muted))
    };
    if name.cells() + 2 + about.cells() <= room {
        vec![name.text("  ", Role::Text).then(about).then(alt)]
    } else {
        vec![name, about.then(alt)]
    }
}
