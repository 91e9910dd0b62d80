//! One block per channel: how it stands, what is counted, and what went wrong, in words.

use chrono::TimeDelta;

use crate::domain::authorise::is_due;
use crate::domain::channel::Health;
use crate::domain::outcome::{Cause, Outcome, State};
use crate::domain::post::Target;
use crate::domain::problem::Severity;
use crate::text::clean::{cells, clean, one_line, truncate};
use crate::text::measure::{Measure, measure_of};
use crate::text::options::summary;
use crate::tui::board::distance_words;
use crate::tui::theme::Role;
use crate::tui::twins;
use crate::tui::widgets::moment::{Reader, plain};
use crate::tui::widgets::prose::{Bit, Row, hang, paragraph};

use super::rows::Scene;

/// A mark, a blank and the longest word of a state, and a blank.
const STATE_CELLS: usize = 13;
/// The network's mark and a blank.
const MARK_CELLS: usize = 3;
/// Names of channels are cut here.
const HANDLE_CELLS: usize = 18;
/// Meters need a pane of this many cells.
const METER_FROM: usize = 60;
const METER_CELLS: usize = 10;
/// Rows of one provider's words.
const WORDS_ROWS: usize = 6;
const INDENT: usize = 2;
/// An authorisation that lasts longer is not worth a word, unless the post is due later still.
const EXPIRY_SOON: TimeDelta = TimeDelta::days(7);

/// All channels of the post, in its order.
pub fn all(scene: &Scene<'_>) -> Vec<Row> {
    if scene.post.targets.is_empty() {
        return vec![Row::of(scene.shared.keys.of("no channel chosen yet: e opens it in the composer"), Role::Muted)];
    }
    let widest = scene.post.targets.iter().map(|target| cells(&scene.handle(target))).max().unwrap_or(0);
    let handle_cells = widest.clamp(4, HANDLE_CELLS.min(scene.width / 3).max(4));
    scene.post.targets.iter().flat_map(|target| target_rows(scene, target, handle_cells)).collect()
}

fn target_rows(scene: &Scene<'_>, target: &Target, handle_cells: usize) -> Vec<Row> {
    let state = scene.post.target_state(target, scene.shared.now);
    let asked = matches!(target.outcome, Outcome::NotSent | Outcome::Deferred { .. } | Outcome::Accepted);
    let row = Row::new()
        .state(state, scene.post.pending && asked && state != State::Missed)
        .to_column(STATE_CELLS)
        .text(scene.mark(target), Role::Title)
        .to_column(STATE_CELLS + MARK_CELLS)
        .text(truncate(&scene.handle(target), handle_cells), Role::Text)
        .to_column(STATE_CELLS + MARK_CELLS + handle_cells + 1);
    let (beside, counted) = beside(scene, target);
    let mut row = row.then(beside);
    let mut notes = notes(scene, target, state);
    if let Some(counted) = counted {
        if row.cells() + 2 + cells(&counted) <= scene.width {
            row = row.text(format!("  {counted}"), Role::Muted);
        } else {
            notes.insert(0, (counted, Role::Muted));
        }
    }
    let mut rows = vec![row];
    for (words, role) in notes {
        let words = scene.shared.keys.of(&words);
        let words = clean(&words);
        let wrapped = paragraph(words.trim(), role, &[], scene.width.saturating_sub(INDENT), WORDS_ROWS);
        rows.extend(hang(Row::new(), INDENT, wrapped));
    }
    rows
}

/// What stands beside the channel: when it went out, else how much of the limit its text takes, and how that was
/// counted.
fn beside(scene: &Scene<'_>, target: &Target) -> (Row, Option<String>) {
    let (now, reader) = (scene.shared.now, Reader::from(scene.shared));
    if let Outcome::Published { at, .. } = &target.outcome {
        return (at.map_or_else(Row::new, |at| Row::of(plain(at, now, reader), Role::Muted)), None);
    }
    match scene.variant(target) {
        Some((variant, Some(rules))) => {
            let measure = measure_of(&variant, rules);
            let worst = scene.worst(target);
            (counter(&measure, worst, scene.width >= METER_FROM), measure.note.as_deref().map(one_line))
        }
        Some((_, None)) => (Row::of("not counted: no rules for this network", Role::Muted), None),
        None => (Row::of("not listed any more", Role::Warn), None),
    }
}

/// `301/300 ██████████ ✗ +1 graphemes`
fn counter(measure: &Measure, worst: Option<Severity>, meter: bool) -> Row {
    let role = if measure.valid { Role::Good } else { Role::Bad };
    let mut row = Row::of(format!("{:>9} ", format!("{}/{}", measure.count, measure.limit)), Role::Text);
    if meter {
        let filled = (measure.count * METER_CELLS).div_ceil(measure.limit.max(1));
        row = row.bit(Bit::Meter { filled, of: METER_CELLS }, role).text(" ", Role::Text);
    }
    row = verdict(row, measure.valid, worst);
    if measure.count > measure.limit {
        row = row.text(format!(" +{} {}", measure.count - measure.limit, measure.unit.word()), Role::Bad);
    }
    match measure.bytes.filter(|(bytes, limit)| bytes > limit) {
        Some((bytes, limit)) => row.text(format!(" {bytes}/{limit} bytes"), Role::Bad),
        None => row,
    }
}

/// The composer's mark: a text may fit, and its channel mind something else.
pub fn verdict(row: Row, fits: bool, worst: Option<Severity>) -> Row {
    match worst {
        Some(Severity::Blocker) => row.bit(Bit::Cross, Role::Bad),
        _ if !fits => row.bit(Bit::Cross, Role::Bad),
        Some(Severity::Warning) => row.bit(Bit::Warn, Role::Warn),
        _ => row.bit(Bit::Check, Role::Good),
    }
}

/// Everything else there is to say about a target, a paragraph each.
fn notes(scene: &Scene<'_>, target: &Target, state: State) -> Vec<(String, Role)> {
    let (now, reader) = (scene.shared.now, Reader::from(scene.shared));
    let mut notes = Vec::new();
    if let Some(own) = target.schedule.filter(|own| Some(*own) != scene.post.schedule) {
        let at = own.instant();
        notes.push((format!("at {} · {}", plain(at, now, reader), distance_words(at, now)), Role::Title));
    }
    if let Some(own) = &target.extras.media {
        let names: Vec<String> = own.iter().map(|media| one_line(media.called())).collect();
        let words =
            if names.is_empty() { "no attachments here".into() } else { format!("attaches {}", names.join(", ")) };
        notes.push((words, Role::Muted));
    }
    if let Some((variant, _)) = scene.variant(target) {
        let told = summary(&variant);
        if !told.is_empty() {
            notes.push((told.join(" · "), Role::Muted));
        }
    }
    match &target.outcome {
        Outcome::Published { url, .. } => {
            notes.push(match url {
                Some(url) => (one_line(url), Role::Link),
                None => ("the provider gave no link".into(), Role::Muted),
            });
            notes.extend(numbers(scene, target).map(|words| (words, Role::Muted)));
        }
        Outcome::Deferred { until } => {
            notes.push((format!("the provider asked to wait until {}", plain(*until, now, reader)), Role::Warn));
        }
        Outcome::Refused(refusal) if refusal.dismissed => {
            notes.push((format!("put away: {}", refusal.words), Role::Muted));
        }
        Outcome::Refused(refusal) => {
            notes.push((format!("{}: {}", refusal.likely(), refusal.words), Role::Bad));
            let mut found = twins::findings(scene.post, scene.board).filter(|found| found.channel == target.channel);
            let next = match found.next() {
                Some(found) if found.live().is_some() => "the same text is live: in the failed queue a links it",
                Some(found) => found.next(),
                None => refusal.cause.remedy(),
            };
            notes.push((next.into(), Role::Muted));
        }
        Outcome::Unknown { since, words } => {
            notes.push((format!("Not known since {}: {words}", plain(*since, now, reader)), Role::Bad));
            notes.push((Cause::UnknownOutcome.remedy().into(), Role::Muted));
        }
        Outcome::Cancelled => notes.push(("taken off the schedule at the provider".into(), Role::Warn)),
        Outcome::NotSent | Outcome::Accepted | Outcome::Publishing => {}
    }
    if state == State::Missed {
        notes.push(("It was due, and there is no result".into(), Role::Bad));
        notes.push((Cause::Missed.remedy().into(), Role::Muted));
    }
    let said = matches!(&target.outcome, Outcome::Refused(refusal) if refusal.cause == Cause::Reconnect);
    if state != State::Published && !said {
        let role = match scene.board.channel(&target.channel) {
            Some(channel) if !channel.health.can_post() && !channel.gone => Role::Bad,
            _ => Role::Warn,
        };
        let words = health(scene, target).map(|words| match risk(scene, target) {
            Some(risk) => format!("{words}; {risk}"),
            None => words,
        });
        notes.extend(words.map(|words| (words, role)));
    }
    notes
}

/// What was counted of it, with its age; where channels are counted together, at the first of them.
fn numbers(scene: &Scene<'_>, target: &Target) -> Option<String> {
    let numbers = match scene.board.numbers.get(&scene.post.id)? {
        Ok(numbers) => numbers,
        Err(why) => return Some(format!("no numbers: {}", one_line(why))),
    };
    let same = |other: &&Target| other.account() == target.account() && other.remote == target.remote;
    let part = numbers
        .parts
        .iter()
        .find(|part| part.account == target.account() && Some(&part.remote) == target.remote.as_ref())?;
    let first = scene.post.targets.iter().find(same).is_some_and(|other| other.channel == target.channel);
    let counted = match &part.counted {
        Ok(counted) => counted,
        Err(why) => return first.then(|| format!("no numbers: {}", one_line(why))),
    };
    let channel = scene.board.channel(&target.channel).map(|channel| &channel.remote);
    let own = counted.iter().find(|each| each.channel.is_some() && each.channel.as_ref() == channel);
    let all = || counted.iter().find(|each| each.channel.is_none()).filter(|_| first);
    let together = own.is_none() && scene.post.targets.iter().filter(same).count() > 1;
    let each = own.or_else(all)?;
    let age = distance_words(each.at.unwrap_or(numbers.read_at), scene.shared.now);
    let of = if together { " on its channels together" } else { "" };
    Some(format!("{}{of}, {age}", one_line(&each.words())))
}

/// How many posts wait for a channel whose authorisation is gone or ends, and how it is renewed.
fn risk(scene: &Scene<'_>, target: &Target) -> Option<String> {
    let channel = scene.board.channel(&target.channel).filter(|channel| !channel.gone && is_due(channel))?;
    match scene.board.risk.get(&channel.id).copied().unwrap_or(0) {
        0 => Some("a renews it".into()),
        1 => Some("1 post is at risk until it is renewed: a renews it".into()),
        count => Some(format!("{count} posts are at risk until it is renewed: a renews it")),
    }
}

/// What is amiss with the channel itself.
fn health(scene: &Scene<'_>, target: &Target) -> Option<String> {
    let (now, reader) = (scene.shared.now, Reader::from(scene.shared));
    let channel = scene.board.channel(&target.channel)?;
    if channel.gone {
        return Some("the provider does not list this channel any more".into());
    }
    match &channel.health {
        Health::Ok => None,
        Health::Expiring { at } => {
            let due = scene.post.schedule_for(target).map(|due| due.instant());
            let before = due.is_some_and(|due| *at <= due);
            let soon = *at - now <= EXPIRY_SOON;
            let tail = if before { ", before this goes out" } else { "" };
            (before || soon).then(|| format!("the channel's authorisation ends {}{tail}", distance_words(*at, now)))
        }
        Health::Degraded { words } => Some(format!("the channel has a problem: {words}")),
        Health::Cooling { until } => Some(format!("the channel may post again {}", plain(*until, now, reader))),
        Health::Reconnect { words } => Some(format!("the channel has to be connected again: {words}")),
        Health::Disabled { words } => Some(format!("the channel is not enabled for posting: {words}")),
    }
}
