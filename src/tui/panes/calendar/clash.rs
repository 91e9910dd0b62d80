//! Which posts stand in each other's way: two of one channel too near to each other, or saying the same.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::grid::Entry;
use crate::domain::ids::ChannelId;
use crate::domain::outcome::State;
use crate::domain::plan::fingerprint;
use crate::domain::post::Post;
use crate::text::clean::{one_line, truncate};
use crate::tui::board::Board;
use crate::tui::model::Shared;

/// How much of a headline a sentence carries.
const HEADLINE: usize = 28;
/// The beginning of a text is enough to tell whether it says the same, in characters.
const COMPARED: usize = 400;
/// A text of fewer letters than this is too short to be called the same as another.
const SHORTEST: usize = 12;
/// Networks refuse what they were given within so many days (the providers' contracts name 24 hours to some days).
const REMEMBERED: TimeDelta = TimeDelta::days(7);

/// One post on one channel.
struct On<'a> {
    post: &'a Post,
    at: DateTime<Utc>,
    print: String,
}

/// Marks the entries that clash with another loaded post of the same channel.
pub fn mark(entries: &mut [Entry], board: &Board, shared: &Shared) {
    let mut by_channel: HashMap<&ChannelId, Vec<On<'_>>> = HashMap::new();
    for post in &board.posts {
        let Some(at) = post.instant().filter(|_| counts(post, shared.now)) else { continue };
        for target in &post.targets {
            let at = post.schedule_for(target).map_or(at, |own| own.instant());
            by_channel.entry(&target.channel).or_default().push(On { post, at, print: print(post.text_for(target)) });
        }
    }
    let mut words: HashMap<crate::domain::ids::PostId, String> = HashMap::new();
    for (channel, on) in &mut by_channel {
        on.sort_by_key(|each| (each.at, each.post.id));
        let mark = board.channel(channel).map_or("one channel", |channel| channel.network.mark());
        for (one, other) in pairs(on, shared.habits.near) {
            for (about, against) in [(one, other), (other, one)] {
                words.entry(about.post.id).or_insert_with(|| {
                    let time = shared.habits.time(against.at.with_timezone(&shared.zone).time());
                    format!("clash on {} with \"{}\" {time}", one_line(mark), short(against.post))
                });
            }
        }
        let mut said: HashMap<&str, &On<'_>> = HashMap::new();
        for each in on.iter().filter(|each| each.print.len() >= SHORTEST) {
            if let Some(earlier) = said.insert(&each.print, each).filter(|earlier| each.at - earlier.at <= REMEMBERED) {
                for (about, against) in [(each, earlier), (earlier, each)] {
                    words.entry(about.post.id).or_insert_with(|| {
                        let date = against.at.with_timezone(&shared.zone).format("%a %-d %b");
                        format!("same text on {} as {date}", one_line(mark))
                    });
                }
            }
        }
    }
    for entry in entries {
        entry.clash = words.get(&entry.post.id).cloned();
    }
}

/// Neighbours nearer to each other than `near`.
fn pairs<'a, 'b>(on: &'a [On<'b>], near: TimeDelta) -> impl Iterator<Item = (&'a On<'b>, &'a On<'b>)> {
    on.windows(2).filter_map(move |pair| match pair {
        [one, other] if other.at - one.at < near && one.post.id != other.post.id => Some((one, other)),
        _ => None,
    })
}

/// Whether a post will be, or is, seen: what failed or is a mere idea stands in nobody's way.
fn counts(post: &Post, now: DateTime<Utc>) -> bool {
    matches!(
        post.state(now),
        State::Scheduled | State::Held | State::Publishing | State::Published | State::Partial | State::Unknown
    )
}

/// Whether a text says what another one does, in a form that can be compared.
pub fn print(text: &str) -> String {
    let end = text.char_indices().nth(COMPARED).map_or(text.len(), |(at, _)| at);
    fingerprint(text.get(..end).unwrap_or_default())
}

fn short(post: &Post) -> String {
    let head: String = post.headline().chars().take(HEADLINE * 4).collect();
    truncate(&one_line(&head), HEADLINE)
}
