//! What stands between the post and its channels: the text's problems per channel, and those of the post itself.

use std::sync::Arc;

use crate::domain::channel::{Channel, Network};
use crate::domain::ids::ChannelId;
use crate::domain::likeness::{ALIKE, Sketch};
use crate::domain::outcome::State;
use crate::domain::post::{Post, Target};
use crate::domain::problem::{Place, Problem};
use crate::text::check::{channel_problem, check};
use crate::text::clean::one_line;
use crate::text::compose::{Variant, of_target};
use crate::text::style::dressed;
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::panes::calendar;
use crate::tui::widgets::moment;

/// A problem, and the channel that minds.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub problem: Problem,
    pub channel: Option<ChannelId>,
    /// Those that mind the same, at the same place and with the same remedy.
    pub also: Vec<ChannelId>,
    /// The networks of all of them, each once.
    pub networks: Vec<Network>,
    /// Whether a provider said so.
    pub heard: bool,
    /// Whether one key mends it.
    pub mends: bool,
}

/// Everything found in a post as written and as it goes out, the worst first; within that, in the order of the channels.
pub fn find(
    (written, post): (&Post, &Post),
    original: &Post,
    variants: &[(ChannelId, Variant)],
    shared: &Shared,
    board: &Board,
) -> Vec<Found> {
    let mut found: Vec<Found> = of_the_post(written, original, shared, board).into_iter().map(Found::of_all).collect();
    for target in post.targets.iter().filter(|target| !target.is_out()) {
        let on = |problem| Found::on(&target.channel, problem);
        let variant = variants.iter().find(|(id, _)| *id == target.channel).map(|(_, variant)| variant);
        found.extend(of_channel(post, target, variant, shared, board).into_iter().map(on));
        found.extend(elsewhere(post, target).map(on));
        found.extend(clash(post, target, shared, board).map(on));
        found.extend(same_text(post, target.channel.clone(), shared, board));
    }
    // A text that is beyond all networks is not measured either.
    if !variants.is_empty() {
        let foreseen = board.foresight.of(post, &board.channels, shared.now);
        let goes = |channel: &ChannelId| post.targets.iter().any(|it| it.channel == *channel && !it.is_out());
        let foreseen = foreseen.into_iter().filter(|(channel, _)| goes(channel));
        found.extend(foreseen.map(|(channel, problem)| Found::on(&channel, problem)));
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.problem.severity));
    found
}

/// What one channel minds about a post, time apart: what the composer and the campaign builder go by.
pub fn of_channel(
    post: &Post,
    target: &Target,
    variant: Option<&Variant>,
    shared: &Shared,
    board: &Board,
) -> Vec<Problem> {
    let mut problems: Vec<Problem> = channel_problem(board.channel(&target.channel)).into_iter().collect();
    let rules = variant.and_then(|variant| Some((variant, shared.rules.of_variant(variant)?)));
    problems.extend(rules.map(|(variant, rules)| check(variant, rules)).unwrap_or_default());
    problems.extend(of_the_way(post, target, board));
    problems
}

/// What concerns the attachments alone: found anew for the sheet that lists them.
pub fn of_media(post: &Post, shared: &Shared, board: &Board) -> Vec<(Option<ChannelId>, Problem)> {
    let mut found = Vec::new();
    let post = &dressed(post, &board.channels, &board.book, &shared.rules).post;
    for target in &post.targets {
        let Some(channel) = board.channel(&target.channel) else { continue };
        let problems = of_the_text(post, target, channel, shared, board);
        let problems = problems.into_iter().chain(of_the_way(post, target, board));
        let of_media = problems.filter(|problem| matches!(problem.place, Place::Media(_)));
        found.extend(of_media.map(|problem| (Some(target.channel.clone()), problem)));
    }
    let foreseen = board.foresight.of(post, &board.channels, shared.now).into_iter();
    let foreseen = foreseen.filter(|(_, problem)| matches!(problem.place, Place::Media(_)));
    found.extend(foreseen.map(|(channel, problem)| (Some(channel), problem)));
    found.sort_by_key(|(_, problem)| std::cmp::Reverse(problem.severity));
    found
}

/// What concerns options and first comments alone: found anew for the sheet that lists them.
pub fn of_options(post: &Post, shared: &Shared, board: &Board) -> Vec<(Option<ChannelId>, Problem)> {
    let mut found = Vec::new();
    let post = &dressed(post, &board.channels, &board.book, &shared.rules).post;
    for target in &post.targets {
        let Some(channel) = board.channel(&target.channel) else { continue };
        let problems = of_the_text(post, target, channel, shared, board).into_iter();
        let concerned = problems.filter(|problem| matches!(problem.place, Place::Option(_) | Place::FirstComment));
        found.extend(concerned.map(|problem| (Some(target.channel.clone()), problem)));
    }
    let foreseen = board.foresight.of(post, &board.channels, shared.now).into_iter();
    let foreseen = foreseen.filter(|(_, it)| matches!(it.place, Place::Option(_) | Place::FirstComment));
    found.extend(foreseen.map(|(channel, problem)| (Some(channel), problem)));
    found.sort_by_key(|(_, problem)| std::cmp::Reverse(problem.severity));
    found
}

fn of_the_text(post: &Post, target: &Target, channel: &Channel, shared: &Shared, board: &Board) -> Vec<Problem> {
    let variant = of_target(post, target, &channel.network, board.ways.get(&channel.account));
    shared.rules.of(&channel.id, &channel.network).map(|rules| check(&variant, rules)).unwrap_or_default()
}

/// Attachments that the provider of a target does not take the way they are.
fn of_the_way(post: &Post, target: &Target, board: &Board) -> Vec<Problem> {
    let Some((provider, uploads)) = board.takes.get(&target.account()) else { return Vec::new() };
    let media = post.media_for(target).iter().enumerate();
    media.filter_map(|(at, media)| uploads.problem(provider, at, media)).collect()
}

impl Found {
    /// What the whole post has.
    pub fn of_all(problem: Problem) -> Self {
        let networks = problem.network.iter().cloned().collect();
        Self { problem, channel: None, also: Vec::new(), networks, heard: false, mends: false }
    }

    /// What one channel minds.
    pub fn on(channel: &ChannelId, problem: Problem) -> Self {
        Self { channel: Some(channel.clone()), ..Self::of_all(problem) }
    }

    /// The channels that mind.
    pub fn channels(&self) -> impl Iterator<Item = &ChannelId> {
        self.channel.iter().chain(&self.also)
    }

    /// Whether `other` says the same of another channel. What is wrong with a channel or its time is a matter of each.
    fn is_same(&self, other: &Self) -> bool {
        if matches!(self.problem.place, Place::Channels | Place::When) {
            return false;
        }
        let (one, two) = (&self.problem, &other.problem);
        self.channel.is_some()
            && other.channel.is_some()
            && self.heard == other.heard
            && (&one.code, one.severity, &one.place) == (&two.code, two.severity, &two.place)
            && (&one.words, &one.remedy) == (&two.words, &two.remedy)
    }
}

/// What several channels mind is said once, where the first of them said it.
pub fn said_once(found: Vec<Found>, network: impl Fn(&ChannelId) -> Option<Network>) -> Vec<Found> {
    let mut once: Vec<Found> = Vec::with_capacity(found.len());
    for found in found {
        match once.iter_mut().find(|known| known.is_same(&found)) {
            Some(known) => known.also.extend(found.channel.into_iter().chain(found.also)),
            None => once.push(found),
        }
    }
    for found in &mut once {
        let mut networks: Vec<Network> = Vec::new();
        for network in found.channels().filter_map(&network) {
            if !networks.contains(&network) {
                networks.push(network);
            }
        }
        if !networks.is_empty() {
            found.networks = networks;
        }
    }
    once
}

fn of_the_post(post: &Post, original: &Post, shared: &Shared, board: &Board) -> Vec<Problem> {
    let mut problems = Vec::new();
    // Where part of it is live, the other channels can still be mended.
    let mending = original.state(shared.now) == State::Partial;
    if let Some(why) = original.fixed(shared.now).filter(|_| !mending) {
        problems.push(Problem::blocker("fixed", Place::Post, "it cannot be changed any more", why));
    }
    if post.targets.is_empty() {
        problems.push(Problem::blocker(
            "no-channels",
            Place::Channels,
            "no channel is chosen",
            "Tab, then Space chooses",
        ));
    }
    let silent = post.body.trim().is_empty() && post.media.is_empty();
    if silent && (post.targets.is_empty() || post.targets.iter().any(|target| post.text_for(target).trim().is_empty()))
    {
        problems.push(Problem::blocker("empty", Place::Text(0..0), "there is no text yet", "write something"));
    }
    // What is live has no time any more, nor any use for one.
    let waits = || post.targets.iter().filter(|target| !target.is_out());
    let shares = post.targets.is_empty() || waits().any(|target| target.schedule.is_none());
    match post.schedule.filter(|_| shares) {
        Some(schedule) if post.queue.is_none() && schedule.instant() <= shared.now => {
            let at = moment::plain(schedule.instant(), shared.now, shared);
            problems.push(Problem::blocker(
                "time-past",
                Place::When,
                format!("{at} is in the past"),
                "Ctrl-t sets a time",
            ));
        }
        None if post.queue.is_some() || !shares => {}
        None => problems.push(Problem::hint("no-time", Place::When, "no time yet", "Ctrl-t sets one")),
        Some(_) => {}
    }
    let own = waits().filter_map(|target| target.schedule);
    if let Some(past) = own.map(|own| own.instant()).find(|at| *at <= shared.now) {
        let at = moment::plain(past, shared.now, shared.zone);
        let words = format!("a channel's own time, {at}, is in the past");
        problems.push(Problem::blocker("time-past", Place::When, words, "Ctrl-t on its tab sets another"));
    }
    problems.extend(embargo(post, shared, board));
    problems
}

/// What is said of a time on a day on which nothing goes out. No blocker: one that stood there before is still edited,
/// and the desk refuses a new one.
fn embargo(post: &Post, shared: &Shared, board: &Board) -> Option<Problem> {
    let waits = post.targets.iter().filter(|target| !target.is_out());
    let alone = post.schedule.filter(|_| post.targets.is_empty());
    let times = waits.filter_map(|target| post.schedule_for(target)).chain(alone);
    let mut days = times.map(|at| at.instant().with_timezone(&shared.zone).date_naive());
    let (date, note) = days.find_map(|date| Some((date, board.plan.embargo(date)?)))?;
    let words = format!("nothing goes out on {}: {}", date.format("%a %-d %b"), one_line(&note.words));
    Some(Problem::warning("embargo", Place::When, words, "choose another day"))
}

/// Another post of the channel that would stand too near.
fn clash(post: &Post, target: &Target, shared: &Shared, board: &Board) -> Option<Problem> {
    let words = calendar::near(post, target, shared, board).filter(|_| post.queue.is_none())?;
    Some(Problem::warning("clash", Place::When, words, "Ctrl-t sets another time"))
}

/// A queue gives places to the channels of its own account alone.
fn elsewhere(post: &Post, target: &Target) -> Option<Problem> {
    let queued = post.queue.as_ref().filter(|queue| queue.account != target.account())?;
    let words = format!("the queue it waits for is {}'s, and this channel is not", queued.account);
    Some(Problem::blocker("queue-elsewhere", Place::When, words, "s gives a time, or take the channel out"))
}

/// The same words on the same channel are refused by some networks and seldom meant.
fn same_text(post: &Post, channel: ChannelId, shared: &Shared, board: &Board) -> Option<Found> {
    let text =
        post.targets.iter().find(|target| target.channel == channel).map(|target| post.text_for(target).trim())?;
    let says_it = |other: &Post| {
        other.id != post.id
            && other.targets.iter().any(|their| their.channel == channel && other.text_for(their).trim() == text)
    };
    let Some(twin) = board.posts.iter().find(|other| !text.is_empty() && says_it(other)) else {
        return nearly_the_same(post, text, channel, shared, board);
    };
    let when = twin.instant().map_or("another post".into(), |at| moment::plain(at, shared.now, shared));
    let problem = Problem::hint(
        "same-text",
        Place::Text(0..0),
        format!("same text as {when}"),
        "it may be refused as a duplicate",
    );
    Some(Found::on(&channel, problem))
}

/// What was only touched up, of the posts around its time: the calendar marks these two as well.
fn nearly_the_same(post: &Post, text: &str, channel: ChannelId, shared: &Shared, board: &Board) -> Option<Found> {
    let at = post.instant()?;
    let near = |other: &&Arc<Post>| {
        other.id != post.id && other.instant().is_some_and(|their| (their - at).abs() <= calendar::REMEMBERED)
    };
    let on = |other: &Post| other.targets.iter().find(|their| their.channel == channel).cloned();
    let mut near = board.posts.iter().filter(near).filter_map(|other| Some((other, on(other)?))).peekable();
    // A long text is not sketched with every key for nobody to compare it with.
    near.peek()?;
    let sketch = Sketch::of(text)?;
    let (likeness, when) = near.find_map(|(other, target)| {
        let target = &target;
        let likeness = Sketch::of(other.text_for(target))?.likeness(&sketch);
        (likeness >= ALIKE).then_some((likeness, other.instant()?))
    })?;
    let problem = Problem::hint(
        "same-text",
        Place::Text(0..0),
        format!(
            "nearly the same text as {}: {:.0} % alike",
            moment::plain(when, shared.now, shared),
            (likeness * 100.0).floor()
        ),
        "it may be refused as a duplicate",
    );
    Some(Found::on(&channel, problem))
}
