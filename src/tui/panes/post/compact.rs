//! The post in three lines, for small screens: when, what, and how each channel stands.

use crate::domain::outcome::{Outcome, State};
use crate::domain::post::Target;
use crate::domain::words::count;
use crate::text::clean::{one_line, truncate};
use crate::text::measure::measure_of;
use crate::tui::theme::Role;
use crate::tui::widgets::prose::{Bit, Row};

use super::rows::{Scene, headline};
use super::targets::verdict;

/// More of a text than any line shows.
const LONGEST_LINE: usize = 400;

/// Headline, quoted text, channels. The variant 0 is the base text.
pub fn lines(scene: &Scene<'_>, variant: usize) -> [Row; 3] {
    [first(scene), quoted(scene, variant), channels(scene)]
}

fn first(scene: &Scene<'_>) -> Row {
    let post = scene.post;
    let mut row = headline(scene);
    if post.conflict.is_some() {
        row = row.text(" · ", Role::Muted).bit(Bit::Warn, Role::Warn).text(" changed on both sides", Role::Warn);
    }
    if scene.board.is_aside(post.id) {
        row = row.text(" · ", Role::Muted).bit(Bit::Warn, Role::Warn).text(" changes not sent", Role::Warn);
    }
    let tags = post.tags.iter().map(|tag| format!("#{}", one_line(tag)));
    tags.chain(post.campaign.as_deref().map(one_line))
        .fold(row, |row, word| row.text(format!(" · {word}"), Role::Muted))
}

fn quoted(scene: &Scene<'_>, variant: usize) -> Row {
    let post = scene.post;
    let (label, text) = match variant.checked_sub(1).and_then(|at| post.targets.get(at)) {
        Some(target) => (format!("{} ", scene.mark(target)), post.text_for(target)),
        None => (String::new(), post.body.as_str()),
    };
    let text = truncate(&one_line(text), LONGEST_LINE);
    let text = if text.is_empty() { "(no text)".into() } else { format!("\"{text}\"") };
    Row::of(label, Role::Title).text(text, Role::Text)
}

fn channels(scene: &Scene<'_>) -> Row {
    let post = scene.post;
    let mut row = Row::new();
    for target in &post.targets {
        row = row.then(channel(scene, target)).text("   ", Role::Text);
    }
    if post.targets.is_empty() {
        row = row.text("no channel chosen yet   ", Role::Muted);
    }
    match post.media.len() {
        0 => row,
        many => {
            let all_told = post.media.iter().all(|media| !media.alt.trim().is_empty());
            let kind = post.media.first().map_or("file", |media| media.kind.word());
            let row = row.text(format!("{}, ", count(many, kind)), Role::Muted);
            if all_told {
                row.text("alt ", Role::Muted).bit(Bit::Check, Role::Good)
            } else {
                row.text("no alt text", Role::Warn)
            }
        }
    }
}

fn channel(scene: &Scene<'_>, target: &Target) -> Row {
    let state = scene.post.target_state(target, scene.shared.now);
    let row = Row::of(format!("{} ", scene.mark(target)), Role::Title);
    match (&target.outcome, state) {
        (Outcome::Refused(refusal), State::Failed) => {
            row.bit(Bit::State(state), Role::Bad).text(format!(" {}", refusal.cause.title().to_lowercase()), Role::Bad)
        }
        (_, State::Published | State::Unknown | State::Missed | State::Publishing) => row.state(state, false),
        _ => match scene.variant(target) {
            Some((variant, Some(rules))) => {
                let measure = measure_of(&variant, rules);
                let row = row.text(format!("{}/{} ", measure.count, measure.limit), Role::Text);
                let row = verdict(row, measure.valid, scene.worst(target));
                match measure.count.checked_sub(measure.limit) {
                    Some(over) if over > 0 => row.text(format!(" +{over}"), Role::Bad),
                    _ => row,
                }
            }
            _ => row.state(state, false),
        },
    }
}
