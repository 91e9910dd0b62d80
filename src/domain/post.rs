//! A post, its targets, and the state that follows from them.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::channel::Network;
use super::ids::{AccountName, ChannelId, PostId, RemoteId};
use super::media::Media;
use super::options::{Extras, FirstComment, Options};
use super::outcome::{Cause, OVERDUE, Outcome, State};
use super::queue::Queued;
use super::schedule::Schedule;
use super::styling::Styling;

/// How many posts without any moment are at hand at once: those that changed last.
pub const MOST_DRAFTS: usize = 500;

/// How long publishing may take before it counts as stuck.
const STUCK: TimeDelta = TimeDelta::minutes(10);

/// What the person wants to become of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Keep it as a draft.
    Draft,
    /// Keep it off every provider's schedule, with its time, until released.
    Hold,
    /// Publish it at its time.
    Schedule,
    /// Publish it at once; confirmed by the person.
    Now,
}

/// Where a post was first written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Here.
    Runsheet,
    /// At the provider: its web page, another tool.
    Provider,
}

/// What someone wants to say, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Our name for it.
    pub id: PostId,
    /// The base text, as written.
    pub body: String,
    /// The title, for networks that have one.
    pub title: Option<String>,
    /// Where it goes: at most one target per channel.
    pub targets: Vec<Target>,
    /// When it goes out, unless a target has a time of its own.
    pub schedule: Option<Schedule>,
    /// The queue that gives it its time; until then its schedule is what that queue showed as next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Queued>,
    /// What is wanted.
    pub wish: Wish,
    /// Attachments, in order.
    pub media: Vec<Media>,
    /// The campaign it belongs to, by name.
    pub campaign: Option<String>,
    /// Its number in the campaign, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Tags for finding it; not part of the text.
    pub tags: Vec<String>,
    /// What networks are told beside text, time and media.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// A comment that follows it, where network and provider have that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_comment: Option<FirstComment>,
    /// Its style, its link, and what was written where its texts are filled in.
    #[serde(default, skip_serializing_if = "Styling::is_empty")]
    pub styling: Styling,
    /// Where it was first written.
    pub source: Source,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// What the provider says now where both sides were changed; kept until someone chooses.
    #[serde(default)]
    pub conflict: Option<Box<Theirs>>,
    /// Writes asked for here that the provider has not confirmed yet: drawn hollow.
    #[serde(default)]
    pub pending: bool,
}

/// The provider's side of a conflict: wishes that differ from ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theirs {
    /// Their text.
    pub body: String,
    /// Their time.
    pub at: Option<DateTime<Utc>>,
    /// When we saw it.
    pub seen_at: DateTime<Utc>,
}

/// One channel of one post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The channel.
    pub channel: ChannelId,
    /// A text of its own instead of the post's body.
    pub text: Option<String>,
    /// A time of its own instead of the post's.
    pub schedule: Option<Schedule>,
    /// Options, a first comment and media of its own instead of the post's.
    #[serde(default, skip_serializing_if = "Extras::is_empty")]
    pub extras: Extras,
    /// The latest outcome.
    pub outcome: Outcome,
    /// The post at the provider that carries this target, once there is one.
    pub remote: Option<RemoteId>,
}

impl Target {
    /// A target that inherits everything and was never sent.
    pub fn new(channel: ChannelId) -> Self {
        let extras = Extras::default();
        Self { channel, text: None, schedule: None, extras, outcome: Outcome::NotSent, remote: None }
    }

    /// Whether it is live: nothing of it is sent any more, and nothing can stand in its way.
    pub fn is_out(&self) -> bool {
        matches!(self.outcome, Outcome::Published { .. })
    }

    /// The account behind the channel.
    pub fn account(&self) -> AccountName {
        let (account, _) = self.channel.as_str().split_once('/').unwrap_or((self.channel.as_str(), ""));
        AccountName::new(account)
    }
}

impl Post {
    /// Whether two states of a post ask for the same: texts, times, channels, attachments, options and all that is told
    /// beside them. What became of it is left aside, and who wrote it when.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        let whole = |post: &Self| {
            let said = (post.body.clone(), post.title.clone(), post.campaign.clone(), post.tags.clone());
            let when = (post.schedule, post.queue.clone());
            let beside = (post.media.clone(), post.options.clone(), post.first_comment.clone());
            (said, when, beside, post.styling.style.clone(), post.styling.link.clone())
        };
        let own = |post: &Self| -> Vec<_> {
            let asks = |each: &Target| (each.channel.clone(), each.text.clone(), each.schedule, each.extras.clone());
            post.targets.iter().map(asks).collect()
        };
        whole(self) == whole(other) && own(self) == own(other)
    }

    /// An empty draft.
    pub fn draft(id: PostId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            body: String::new(),
            title: None,
            targets: Vec::new(),
            schedule: None,
            queue: None,
            wish: Wish::Draft,
            media: Vec::new(),
            campaign: None,
            number: None,
            tags: Vec::new(),
            options: Options::default(),
            first_comment: None,
            styling: Styling::default(),
            source: Source::Runsheet,
            created_at: now,
            updated_at: now,
            conflict: None,
            pending: false,
        }
    }

    /// The text that `target` carries.
    pub fn text_for<'a>(&'a self, target: &'a Target) -> &'a str {
        target.text.as_deref().unwrap_or(&self.body)
    }

    /// The moment that `target` goes out.
    pub fn schedule_for(&self, target: &Target) -> Option<Schedule> {
        target.schedule.or(self.schedule)
    }

    /// The attachments that `target` carries.
    pub fn media_for<'a>(&'a self, target: &'a Target) -> &'a [Media] {
        target.extras.media.as_deref().unwrap_or(&self.media)
    }

    /// The first comment that follows on `target`.
    pub fn first_comment_for<'a>(&'a self, target: &'a Target) -> Option<&'a FirstComment> {
        let comment = target.extras.first_comment.as_ref().or(self.first_comment.as_ref());
        comment.filter(|comment| !comment.is_blank())
    }

    /// The options that hold for `target`, which is a channel of `network`.
    pub fn options_for(&self, target: &Target, network: &Network) -> Options {
        self.options.of(network).overlaid(&target.extras.options.of(network))
    }

    /// The title that `target` carries, which is a channel of `network`: the network's own, else the post's.
    pub fn title_for<'a>(&'a self, target: &'a Target, network: &Network) -> Option<&'a str> {
        let key = format!("{}.title", network.key());
        let own = target.extras.options.text(&key).or_else(|| self.options.text(&key));
        own.or(self.title.as_deref())
    }

    /// The moment to show it at: its schedule, else when it was published.
    pub fn instant(&self) -> Option<DateTime<Utc>> {
        let own = |target: &Target| target.schedule.map(|schedule| schedule.instant());
        let scheduled = self.schedule.map(|schedule| schedule.instant());
        scheduled.or_else(|| self.targets.iter().filter_map(own).min()).or_else(|| {
            self.targets.iter().find_map(|target| match target.outcome {
                Outcome::Published { at, .. } => at,
                _ => None,
            })
        })
    }

    /// Goes out at `schedule` from now on: a channel's own time keeps its distance on the clock of the wall.
    pub fn move_to(&mut self, schedule: Schedule) {
        let wall = |at: DateTime<Utc>| at.with_timezone(&schedule.zone()).naive_local();
        let distance = self.instant().map(|was| schedule.wall() - wall(was));
        for target in &mut self.targets {
            let moved = target.schedule.zip(distance).and_then(|(own, distance)| own.shifted(distance));
            target.schedule = moved.or(target.schedule);
        }
        (self.schedule, self.queue) = (Some(schedule), None);
    }

    /// Takes the place that its queue gave it: a time like any other from now on, in `zone` where it had none before.
    pub fn take_place(&mut self, at: DateTime<Utc>, zone: Tz) {
        let zone = self.schedule.map_or(zone, |schedule| schedule.zone());
        self.schedule = Some(Schedule::at(at, zone));
        self.queue = None;
    }

    /// Whether any provider has something of it.
    pub fn is_remote(&self) -> bool {
        self.targets.iter().any(|target| target.remote.is_some())
    }

    /// The state of one target.
    pub fn target_state(&self, target: &Target, now: DateTime<Utc>) -> State {
        match &target.outcome {
            // A retry publishes long after the post's moment: what counts is when it last changed.
            Outcome::Publishing if self.updated_at + STUCK < now => self.overdue_or(State::Publishing, target, now),
            Outcome::Publishing => State::Publishing,
            Outcome::Published { .. } => State::Published,
            Outcome::Refused(refusal) if refusal.dismissed && self.wish == Wish::Draft => State::Draft,
            Outcome::Refused(_) => State::Failed,
            Outcome::Unknown { .. } => State::Unknown,
            Outcome::Cancelled => State::Draft,
            Outcome::NotSent | Outcome::Deferred { .. } | Outcome::Accepted => match self.wish {
                Wish::Draft => State::Draft,
                Wish::Hold => State::Held,
                // What was to go out at once and is on nobody's way any more did not go out.
                Wish::Now if !self.pending && self.updated_at + STUCK < now => State::Missed,
                Wish::Now => State::Publishing,
                Wish::Schedule => self.overdue_or(State::Scheduled, target, now),
            },
        }
    }

    fn overdue_or(&self, state: State, target: &Target, now: DateTime<Utc>) -> State {
        match self.schedule_for(target) {
            // A queue has not said yet when.
            _ if self.queue.is_some() => state,
            Some(schedule) if schedule.instant() + OVERDUE < now => State::Missed,
            _ => state,
        }
    }

    /// The state of the whole: what is unknown outweighs everything, then what is going on, then what went wrong.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        let states: Vec<State> = self.targets.iter().map(|target| self.target_state(target, now)).collect();
        let any = |state| states.contains(&state);
        let all = |state| states.iter().all(|each| *each == state);
        if states.is_empty() {
            return if self.wish == Wish::Hold { State::Held } else { State::Draft };
        }
        if any(State::Unknown) {
            State::Unknown
        } else if any(State::Publishing) {
            State::Publishing
        } else if any(State::Missed) {
            State::Missed
        } else if all(State::Published) {
            State::Published
        } else if any(State::Published) && self.targets.iter().any(is_short) {
            State::Partial
        } else if any(State::Published) {
            // The rest has its turn later, at times of its own.
            states.into_iter().filter(|each| *each != State::Published).max().unwrap_or(State::Published)
        } else if any(State::Failed) {
            State::Failed
        } else {
            states.into_iter().max().unwrap_or(State::Draft)
        }
    }

    /// Whether the failed queue shows it: something needs a person and was not put away.
    pub fn needs_a_person(&self, now: DateTime<Utc>) -> bool {
        self.cause(now).is_some()
    }

    /// The most urgent cause among its targets, leaving out what was dismissed.
    pub fn cause(&self, now: DateTime<Utc>) -> Option<Cause> {
        let cause_of = |target: &Target| match self.target_state(target, now) {
            State::Unknown => Some(Cause::UnknownOutcome),
            State::Missed => Some(Cause::Missed),
            State::Failed => match &target.outcome {
                Outcome::Refused(refusal) if !refusal.dismissed => Some(refusal.cause),
                _ => None,
            },
            _ => None,
        };
        self.targets.iter().filter_map(cause_of).min()
    }

    /// Why it cannot be moved, in words, or `None` when it can.
    pub fn fixed(&self, now: DateTime<Utc>) -> Option<&'static str> {
        match self.state(now) {
            State::Published => Some("it is published; D makes a copy"),
            State::Publishing => Some("it is being published just now"),
            State::Partial => Some("part of it is published; r retries what failed"),
            State::Unknown => Some("it may be live already; V verifies first"),
            State::Draft | State::Scheduled | State::Held | State::Failed | State::Missed => None,
        }
    }

    /// The first line of the text, for lists.
    pub fn headline(&self) -> &str {
        let text = self.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(&self.body);
        let first = text.lines().map(str::trim).find(|line| !line.is_empty());
        first.or_else(|| self.targets.iter().find_map(|target| target.text.as_deref())).unwrap_or("(no text)")
    }
}

/// Whether nothing more comes of a target unless a person sees to it.
fn is_short(target: &Target) -> bool {
    matches!(target.outcome, Outcome::Refused(_) | Outcome::Cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::IdSource;
    use crate::domain::outcome::Refusal;
    use chrono_tz::UTC;

    fn post(wish: Wish, outcomes: &[Outcome]) -> Post {
        let now = DateTime::UNIX_EPOCH;
        let mut post = Post::draft(IdSource::seeded(1).post(now), now);
        post.wish = wish;
        post.schedule = Some(Schedule::at(now + TimeDelta::hours(1), UTC));
        post.targets = outcomes
            .iter()
            .enumerate()
            .map(|(at, outcome)| {
                let mut target = Target::new(ChannelId::new(format!("a/{at}")));
                target.outcome = outcome.clone();
                target
            })
            .collect();
        post
    }

    #[test]
    fn the_state_follows_from_the_outcomes() {
        use Outcome::{Accepted, NotSent, Publishing};
        let live = || Outcome::Published { url: None, at: None };
        let refused = || Outcome::Refused(Refusal::new(Cause::Other, "no", None));
        let unknown = || Outcome::Unknown { since: DateTime::UNIX_EPOCH, words: String::new() };
        let cases: Vec<(Wish, Vec<Outcome>, State)> = vec![
            (Wish::Draft, vec![], State::Draft),
            (Wish::Draft, vec![NotSent], State::Draft),
            (Wish::Hold, vec![NotSent], State::Held),
            (Wish::Schedule, vec![NotSent], State::Scheduled),
            (Wish::Schedule, vec![Accepted, Accepted], State::Scheduled),
            (Wish::Now, vec![NotSent], State::Publishing),
            (Wish::Schedule, vec![live(), Publishing], State::Publishing),
            (Wish::Schedule, vec![live(), live()], State::Published),
            (Wish::Schedule, vec![live(), refused()], State::Partial),
            (Wish::Schedule, vec![live(), Outcome::Cancelled], State::Partial),
            (Wish::Schedule, vec![live(), Accepted], State::Scheduled),
            (Wish::Schedule, vec![live(), NotSent, refused()], State::Partial),
            (Wish::Hold, vec![live(), NotSent], State::Held),
            (Wish::Now, vec![live(), Accepted], State::Publishing),
            (Wish::Schedule, vec![refused(), refused()], State::Failed),
            (Wish::Schedule, vec![live(), unknown()], State::Unknown),
        ];
        for (wish, outcomes, expected) in cases {
            assert_eq!(post(wish, &outcomes).state(DateTime::UNIX_EPOCH), expected, "{wish:?} {outcomes:?}");
        }
    }

    #[test]
    fn what_was_to_go_out_at_once_and_did_not_is_missed() {
        for outcome in [Outcome::NotSent, Outcome::Accepted] {
            let mut post = post(Wish::Now, &[outcome, Outcome::Published { url: None, at: None }]);
            let asked = post.updated_at;
            assert_eq!(post.state(asked + STUCK), State::Publishing);
            assert_eq!(post.state(asked + STUCK + TimeDelta::seconds(1)), State::Missed);
            post.pending = true;
            assert_eq!(post.state(asked + STUCK + TimeDelta::hours(1)), State::Publishing, "it still is on its way");
        }
    }

    #[test]
    fn what_was_due_and_has_no_result_is_missed() {
        let post = post(Wish::Schedule, &[Outcome::Accepted]);
        let due = post.instant().unwrap();
        assert_eq!(post.state(due + OVERDUE), State::Scheduled);
        assert_eq!(post.state(due + OVERDUE + TimeDelta::seconds(1)), State::Missed);
        assert_eq!(post.cause(due + TimeDelta::hours(1)), Some(Cause::Missed));
    }
}
