//! Which posts stand in each other's way: two of one channel too near to each other, or saying nearly the same.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::{ChannelId, PostId};
use crate::domain::likeness::{Earlier, Sketch};
use crate::domain::outcome::State;
use crate::domain::post::{Post, Target};
use crate::text::clean::{one_line, truncate};
use crate::tui::board::Board;
use crate::tui::model::Shared;

/// How much of a headline a sentence carries.
const HEADLINE: usize = 28;
/// Networks refuse what they were given within so many days (the providers' contracts name 24 hours to some days).
pub const REMEMBERED: TimeDelta = TimeDelta::days(7);

/// One post on one channel.
struct On<'a> {
    post: &'a Post,
    at: DateTime<Utc>,
    sketch: Option<Rc<Sketch>>,
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
            let of_body = || body.get_or_init(|| sketch(&post.body)).clone();
            let sketch = target.text.as_deref().map_or_else(of_body, sketch);
            by_channel.entry(&target.channel).or_default().push(On { post, at, sketch });
        }
    }
    let mut words: HashMap<PostId, String> = HashMap::new();
    for (channel, on) in &mut by_channel {
        on.sort_by_key(|each| (each.at, each.post.id));
        let mark = board.channel(channel).map_or("one channel", |channel| channel.network.mark());
        for (one, other) in pairs(on, shared.habits.near).filter(|(_, later)| is_ahead(later)) {
            for (about, against) in [(one, other), (other, one)] {
                words.entry(about.post.id).or_insert_with(|| {
                    format!("clash on {} with {}", one_line(mark), named(against.post, against.at, shared))
                });
            }
        }
        let mut earlier: Earlier<'_, &On<'_>> = Earlier::default();
        for each in on.iter() {
            let Some(sketch) = each.sketch.as_deref() else { continue };
            let lately = |other: &&On<'_>| each.at - other.at <= REMEMBERED && each.post.id != other.post.id;
            let found = is_ahead(each).then(|| earlier.most_alike(sketch, lately)).flatten();
            if let Some((other, likeness)) = found {
                for (about, against) in [(each, *other), (*other, each)] {
                    words.entry(about.post.id).or_insert_with(|| same(likeness, mark, against.at, shared));
                }
            }
            earlier.keep(sketch, each);
        }
    }
    words
}

/// What stands too near, on the same channel, to where `target` of `post` is to go out; in words.
pub fn near(post: &Post, target: &Target, shared: &Shared, board: &Board) -> Option<String> {
    let at = post.schedule_for(target)?.instant();
    let on_channel = |other: &'_ Post| {
        let own = other.targets.iter().find(|on| on.channel == target.channel)?;
        other.schedule_for(own).map(|own| own.instant()).or(other.instant())
    };
    let others = board.posts.iter().filter(|other| other.id != post.id && counts(other, shared.now));
    let there = others.filter_map(|other| Some((other, on_channel(other)?)));
    let near = there.filter(|(_, there)| (*there - at).abs() < shared.habits.near && at > shared.now);
    let (other, there) = near.min_by_key(|(_, there)| (*there - at).abs())?;
    Some(format!("clash with {}", named(other, there, shared)))
}

/// A post in a sentence: how it begins, and its time.
fn named(post: &Post, at: DateTime<Utc>, shared: &Shared) -> String {
    format!("\"{}\" {}", short(post), shared.habits.time(at.with_timezone(&shared.zone).time()))
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

fn sketch(text: &str) -> Option<Rc<Sketch>> {
    Sketch::of(text).map(Rc::new)
}

/// `same text on x as Thu 30 Jul`, or how nearly the same it is.
fn same(likeness: f64, mark: &str, at: DateTime<Utc>, shared: &Shared) -> String {
    let (mark, date) = (one_line(mark), at.with_timezone(&shared.zone).format("%a %-d %b"));
    match likeness < 1.0 {
        true => format!("nearly the same text on {mark} as {date}: {:.0} % alike", (likeness * 100.0).floor()),
        false => format!("same text on {mark} as {date}"),
    }
}

fn short(post: &Post) -> String {
    let head: String = post.headline().chars().take(HEADLINE * 4).collect();
    truncate(&one_line(&head), HEADLINE)
}
