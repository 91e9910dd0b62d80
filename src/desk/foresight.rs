//! What the providers are bound to refuse of a post: asked of their adapters before anything is kept, so that nobody
//! schedules what cannot go out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::posts::renew_refused;
use super::{Desk, DeskError, Result, Seat, plan};
use crate::domain::channel::Channel;
use crate::domain::foresight::Foresight;
use crate::domain::ids::{AccountName, ChannelId};
use crate::domain::naming::full_name;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::Problem;
use crate::domain::schedule::Schedule;
use crate::domain::write::{Submission, Timing, Write};
use crate::provider::{Capabilities, objections};

impl Desk {
    /// The rule by which the providers of this desk judge a post. It asks nobody, and may be kept by whoever shows posts.
    pub fn foresight(&self) -> Foresight {
        let (seats, accounts) = (self.seats.clone(), self.accounts.clone());
        Foresight::new(move |post, channels, now| foreseen(&seats, &accounts, post, channels, now))
    }

    /// What the providers are bound to refuse of `post` as it goes out, and on which of its channels.
    pub fn foreseen(&self, post: &Post, channels: &[Channel]) -> Vec<(ChannelId, Problem)> {
        foreseen(&self.seats, &self.accounts, post, channels, self.now())
    }

    /// Refuses a write that its provider is bound to refuse: nothing of it would come but a failed post.
    pub(super) fn carries(&self, account: &AccountName, write: &Write, channels: &[Channel]) -> Result<()> {
        let seat = self.seats.iter().find(|seat| seat.account == *account);
        let goes_out = write.submission().is_some_and(|submission| submission.timing != Timing::Draft);
        let Some(seat) = seat.filter(|_| goes_out) else { return Ok(()) };
        let Some((id, problem)) = of_write(seat, write).into_iter().next() else { return Ok(()) };
        let channel = channels.iter().find(|channel| channel.id == id);
        let name = channel.map_or_else(|| id.to_string(), full_name);
        Err(DeskError::Refused(format!(
            "{name}: {}; nothing was kept and nothing was sent: {}",
            problem.words, problem.remedy
        )))
    }
}

fn foreseen(
    seats: &[Seat],
    accounts: &BTreeMap<AccountName, Capabilities>,
    post: &Post,
    channels: &[Channel],
    now: DateTime<Utc>,
) -> Vec<(ChannelId, Problem)> {
    // That there is nothing to say yet is minded elsewhere, and once.
    let says_nothing = |text: &str| text.trim().is_empty();
    let silent = says_nothing(&post.body) && post.media.is_empty();
    if silent && post.targets.iter().all(|target| says_nothing(post.text_for(target)) && target.extras.media.is_none())
    {
        return Vec::new();
    }
    let post = as_it_goes_out(post, now);
    // Whatever is at a provider is sent there whole: a part that did not change can be refused too.
    let there = |target: &Target| Some((target.account(), target.remote.clone()?));
    let unsent: BTreeSet<_> = post.targets.iter().filter_map(there).collect();
    let on = plan::Ground { channels, accounts, unsent: &unsent, now };
    let mut found: Vec<(ChannelId, Problem)> = Vec::new();
    for (account, write) in plan::writes(Some(&post), Some(&post), &on) {
        let Some(seat) = seats.iter().find(|seat| seat.account == account) else { continue };
        found.extend(of_write(seat, &write));
    }
    found
}

/// The post as if it was to go out. Times that have passed are minded elsewhere, and in better words.
fn as_it_goes_out(post: &Post, now: DateTime<Utc>) -> Post {
    let mut asked = post.clone();
    renew_refused(&mut asked);
    let ahead = |at: &Schedule| at.instant() > now;
    asked.schedule = asked.schedule.filter(ahead);
    let waits = asked.schedule.is_some() || asked.queue.is_some();
    asked.wish = if waits { Wish::Schedule } else { Wish::Now };
    for target in &mut asked.targets {
        target.schedule = target.schedule.filter(|at| waits && ahead(at));
    }
    asked
}

/// What a provider minds about a write, and on which of its channels: on those that it would refuse by themselves, else
/// on all of them.
fn of_write(seat: &Seat, write: &Write) -> Vec<(ChannelId, Problem)> {
    let (Some(submission), problems) = (write.submission(), objections(&*seat.provider, write)) else {
        return Vec::new();
    };
    if problems.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for target in &submission.targets {
        let alone = Submission { targets: vec![target.clone()], ..submission.clone() };
        let alone = match write {
            Write::Revise { remote, .. } => Write::Revise { remote: remote.clone(), submission: alone },
            _ => Write::Create { submission: alone },
        };
        let minded = objections(&*seat.provider, &alone);
        found.extend(minded.into_iter().map(|problem| (target.channel.clone(), problem)));
    }
    if found.is_empty() {
        let all = submission.targets.iter();
        found.extend(all.flat_map(|target| problems.iter().map(|problem| (target.channel.clone(), problem.clone()))));
    }
    found
}
