//! Which posts stand in each other's way: two of one channel too near to each other, or saying the same.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::{ChannelId, PostId};
use crate::domain::outcome::State;
use crate::domain::plan::fingerprint;
use crate::domain::post::Post;
use crate::text::clean::{one_line, truncate};
use crate::tui::board::Board;
use crate::tui::model::Shared;

/// How much of a headline a sentence carries.
const HEADLINE: usize = 28;
/// The beginning of a text is enough to tell whether it says the same, in bytes.
const COMPARED: usize = 300;
/// Networks refuse what they were given within so many days (the providers' contracts name 24 hours to some days).
const REMEMBERED: TimeDelta = TimeDelta::days(7);

/// One post on one channel.
struct On<'a> {
    post: &'a Post,
    at: DateTime<Utc>,
    print: Option<u64>,
}

/// What speaks against the loaded posts: for each one that clashes with another of the same channel, in words.
pub fn all(shared: &Shared, board: &Board) -> HashMap<PostId, String> {
    // In order, so that the words are the same in every run.
    let mut by_channel: BTreeMap<&ChannelId, Vec<On<'_>>> = BTreeMap::new();
    let is_ahead = |on: &On<'_>| on.at > shared.now;
    // Nothing ahead can stand in the way of what is longer ago.
    let since = shared.now.checked_sub_signed(REMEMBERED.max(shared.habits.near)).unwrap_or(DateTime::<Utc>::MIN_UTC);
    for post in &board.posts {
        let Some(at) = post.instant().filter(|_| counts(post, shared.now)) else { continue };
        let body = OnceCell::new();
        for target in &post.targets {
            let at = post.schedule_for(target).map_or(at, |own| own.instant());
            if at < since {
                continue;
            }
            let print = target.text.as_deref().map_or_else(|| *body.get_or_init(|| print(&post.body)), print);
            by_channel.entry(&target.channel).or_default().push(On { post, at, print });
        }
    }
    let mut words: HashMap<PostId, String> = HashMap::new();
    for (channel, on) in &mut by_channel {
        on.sort_by_key(|each| (each.at, each.post.id));
        let mark = board.channel(channel).map_or("one channel", |channel| channel.network.mark());
        for (one, other) in pairs(on, shared.habits.near).filter(|(_, later)| is_ahead(later)) {
            for (about, against) in [(one, other), (other, one)] {
                words.entry(about.post.id).or_insert_with(|| {
                    let time = shared.habits.time(against.at.with_timezone(&shared.zone).time());
                    format!("clash on {} with \"{}\" {time}", one_line(mark), short(against.post))
                });
            }
        }
        let mut said: HashMap<u64, &On<'_>> = HashMap::new();
        for each in on.iter() {
            let earlier = each.print.and_then(|print| said.insert(print, each));
            let Some(earlier) = earlier.filter(|earlier| is_ahead(each) && each.at - earlier.at <= REMEMBERED) else {
                continue;
            };
            for (about, against) in [(each, earlier), (earlier, each)] {
                words.entry(about.post.id).or_insert_with(|| {
                    let date = against.at.with_timezone(&shared.zone).format("%a %-d %b");
                    format!("same text on {} as {date}", one_line(mark))
                });
            }
        }
    }
    words
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

fn print(text: &str) -> Option<u64> {
    fingerprint(text.get(..text.floor_char_boundary(COMPARED)).unwrap_or_default())
}

fn short(post: &Post) -> String {
    let head: String = post.headline().chars().take(HEADLINE * 4).collect();
    truncate(&one_line(&head), HEADLINE)
}
