//! Handing a post on: when an account certainly did not take it, for a reason that lies with the account or its
//! provider, the next account in line is given it. Never after an unknown outcome, and never for a refusal that lies
//! with the post.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::change::Change;
use crate::domain::channel::Channel;
use crate::domain::ids::AccountName;
use crate::domain::outcome::Outcome;
use crate::domain::post::Post;
use crate::domain::thread::is_thread;
use crate::domain::write::{OutboxRow, OutboxState, Submission, SubmissionTarget, Timing, Write};
use crate::provider::capability::Overrides;
use crate::provider::{Again, Capabilities, Kind, Provider, ProviderError, Reach, objections};
use crate::store::{Actor, Alongside, StoreError};

use super::News;
use super::worker::Worker;

/// Accounts that serve the same channels, in the order in which they are tried.
#[derive(Clone)]
pub struct Line {
    /// The accounts with their providers.
    pub accounts: Vec<(AccountName, Arc<dyn Provider>)>,
    /// The longest that an account may ask us to wait before the next one is tried.
    pub patience: TimeDelta,
}

impl Line {
    /// Who comes after `account`.
    fn after(&self, account: &AccountName) -> &[(AccountName, Arc<dyn Provider>)] {
        let at = self.accounts.iter().position(|(each, _)| each == account);
        at.and_then(|at| self.accounts.get(at + 1..)).unwrap_or_default()
    }
}

/// Why an account certainly did not take a create, and why that is no fault of the post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Nobody was reached, or the way broke off in the middle of what publishes nothing: a file, or a step that only
    /// prepares. That may be our own fault: the next one is asked for a sign of life first.
    Unreached,
    /// The account will not take this one.
    Account,
    /// The account will take nothing for now.
    Closed,
}

/// Whether `error` is such a fault, for an account that may ask for `patience`.
fn fault(error: &ProviderError, now: DateTime<Utc>, patience: TimeDelta) -> Option<Fault> {
    match (error.reach, error.kind) {
        (Reach::NotSent | Reach::Harmless, Kind::Unavailable) => Some(Fault::Unreached),
        (Reach::Answered | Reach::NotSent, Kind::RateLimited) => match error.again {
            Again::At(at) if at - now > patience => Some(Fault::Closed),
            _ => None,
        },
        (Reach::Answered, Kind::Unauthorised) => Some(Fault::Closed),
        (Reach::Answered, Kind::PlanLimit | Kind::Forbidden) => Some(Fault::Account),
        _ => None,
    }
}

/// Whether nothing of a write can be out, or on its way out, yet: steps that only prepared a post are left where they are.
fn untouched(row: &OutboxRow) -> bool {
    let made = row.receipts.iter().any(|receipt| receipt.remote.is_some());
    matches!(row.write, Write::Create { .. }) && row.unknown_since.is_none() && !made
}

/// Why the next account is asked, truthfully: what was refused, what never arrived, and what broke off on the way.
fn why(account: &AccountName, error: &ProviderError) -> String {
    match error.reach {
        Reach::Harmless => format!("{account} did not get all of it, and nothing of it can go out there: {error}"),
        Reach::NotSent | Reach::Answered | Reach::Unknown => format!("{account} did not take it: {error}"),
    }
}

/// `submission` as `account` would carry it, on its channels of the same networks and handles; `None` where it lacks
/// one, or cannot carry the post as one.
fn translated(
    submission: &Submission,
    channels: &[Channel],
    account: &AccountName,
    can: &Capabilities,
) -> Option<Submission> {
    let of = |target: &SubmissionTarget| channels.iter().find(|channel| channel.id == target.channel);
    let twin = |known: &Channel| {
        let same = |channel: &&Channel| {
            channel.account == *account && channel.network == known.network && bare(channel) == bare(known)
        };
        // Two that look alike may be a person and a page: nobody chose one of them.
        let mut alike = channels.iter().filter(|channel| !channel.gone && same(channel));
        let only = alike.next().filter(|_| alike.next().is_none());
        only.filter(|channel| channel.health.can_post())
    };
    let mut targets = Vec::with_capacity(submission.targets.len());
    for target in &submission.targets {
        let twin = of(target).and_then(twin)?;
        if (target.at.is_some() && !can.target_time) || !carries(submission, target, can) {
            return None;
        }
        targets.push(SubmissionTarget { channel: twin.id.clone(), remote: twin.remote.clone(), ..target.clone() });
    }
    let same = |one: &SubmissionTarget, other: &SubmissionTarget| one.text == other.text && one.extras == other.extras;
    let torn = |one: &SubmissionTarget| targets.iter().any(|other| other.network == one.network && !same(one, other));
    let one_text = can.overrides == Overrides::PerTarget || !targets.iter().any(torn);
    one_text.then(|| Submission { targets, ..submission.clone() })
}

/// Whether a provider carries all that a target says beside text and time: nothing is left out on the way to another.
fn carries(submission: &Submission, target: &SubmissionTarget, can: &Capabilities) -> bool {
    let (carries, extras) = (&can.carries, &target.extras);
    let comment = extras.first_comment.as_ref();
    let thread = is_thread(submission.text_for(target));
    let alone = submission.targets.len() == 1 || !carries.thread_alone;
    let mut media = extras.media.as_deref().unwrap_or(&submission.media).iter().enumerate();
    let described = media.all(|(at, media)| media.alt.trim().is_empty() || carries.alt.goes(at));
    extras.options.iter().all(|(key, _)| carries.option(key))
        && comment.is_none_or(|it| carries.comments_on(&target.network) && it.delay <= carries.comment_delay)
        && (!thread || (carries.threads_on(&target.network) && alone))
        && (extras.media.is_none() || carries.target_media)
        && described
        && (submission.tags.is_empty() || can.tags)
}

fn bare(channel: &Channel) -> String {
    channel.label().trim_start_matches('@').to_lowercase()
}

/// `post` with the targets that `from` carries on the channels that `to` names.
fn moved(post: &Post, from: &Submission, to: &Submission) -> Option<Post> {
    let mut after = post.clone();
    for (old, new) in from.targets.iter().zip(&to.targets) {
        if after.targets.iter().any(|target| target.channel == new.channel) {
            return None;
        }
        let target = after.targets.iter_mut().find(|target| target.channel == old.channel)?;
        target.channel = new.channel.clone();
        target.remote = None;
        target.outcome = Outcome::NotSent;
    }
    Some(after)
}

/// One post's way to another account.
struct Handover {
    before: Post,
    after: Post,
    submission: Submission,
}

impl Worker {
    /// Gives what `error` kept this account from taking to the next one in line. Answers whether one has it now.
    pub(super) async fn hand_on(&mut self, row: &OutboxRow, error: &ProviderError) -> Result<bool, StoreError> {
        let lines = Arc::clone(&self.common.failover);
        for line in lines.iter() {
            let Some(fault) = fault(error, self.now(), line.patience) else { continue };
            for (account, provider) in line.after(&self.account) {
                let Some(handover) = self.handover(row, account, &**provider).await? else { continue };
                if fault == Fault::Unreached && provider.identity().await.is_err() {
                    continue;
                }
                let words = why(&self.account, error);
                // Nothing was made of it, so what was in flight may be taken back into our hands.
                let settlement = self.settlement(row, OutboxState::Waiting, &words);
                self.common.store.settle(row.intent, settlement).await?;
                if !self.give(row, account, handover, &words).await? {
                    continue;
                }
                if fault == Fault::Closed {
                    self.give_the_rest(account, &**provider, &words).await?;
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What has not been tried yet would meet the same closed door.
    async fn give_the_rest(&self, to: &AccountName, provider: &dyn Provider, words: &str) -> Result<(), StoreError> {
        for row in self.common.store.outbox().await? {
            let waits = row.account == self.account && row.state == OutboxState::Ready && row.attempts == 0;
            if waits && let Some(handover) = self.handover(&row, to, provider).await? {
                self.give(&row, to, handover, words).await?;
            }
        }
        Ok(())
    }

    /// How `row` would go out through `to`; `None` where it cannot.
    async fn handover(
        &self,
        row: &OutboxRow,
        to: &AccountName,
        provider: &dyn Provider,
    ) -> Result<Option<Handover>, StoreError> {
        let can = provider.capabilities();
        let wanted = row.write.submission().filter(|submission| submission.timing != Timing::Draft);
        // A place in this account's queue is no time that another one could keep.
        let wanted = wanted.filter(|submission| submission.queue.is_none());
        let Some(wanted) = wanted.filter(|_| untouched(row)) else { return Ok(None) };
        let channels = self.common.store.channels().await?;
        let Some(mut submission) = translated(wanted, &channels, to, can) else { return Ok(None) };
        let Some(before) = self.common.store.post(row.post).await? else { return Ok(None) };
        // The write may name files as this account's provider knows them; the other one knows none of that.
        for (asked, target) in wanted.targets.iter().zip(&mut submission.targets) {
            let known = before.targets.iter().find(|known| known.channel == asked.channel);
            if target.extras.media.is_some() {
                target.extras.media = known.and_then(|known| known.extras.media.clone());
            }
        }
        let first =
            wanted.targets.first().and_then(|asked| before.targets.iter().find(|it| it.channel == asked.channel));
        let whole = submission.targets.iter().any(|target| target.extras.media.is_some());
        submission.media = first.filter(|_| !whole).map_or(before.media.as_slice(), |it| before.media_for(it)).to_vec();
        let strange = |(at, media)| can.uploads.problem(can.name, at, media).is_some();
        if submission.all_media().enumerate().any(strange) {
            return Ok(None);
        }
        // Nor is it given to one that is bound to refuse it.
        if !objections(provider, &Write::Create { submission: submission.clone() }).is_empty() {
            return Ok(None);
        }
        let after = moved(&before, wanted, &submission);
        Ok(after.map(|after| Handover { before, after, submission }))
    }

    /// Moves one write over: a new write with a key of its own takes the place of the old one, in one transaction.
    async fn give(
        &self,
        row: &OutboxRow,
        to: &AccountName,
        handover: Handover,
        words: &str,
    ) -> Result<bool, StoreError> {
        let now = self.now();
        let write = OutboxRow {
            intent: self.common.ids.intent(now),
            account: to.clone(),
            write: Write::Create { submission: handover.submission },
            receipts: Vec::new(),
            frozen: None,
            state: OutboxState::Ready,
            attempts: 0,
            not_before: None,
            last_error: None,
            created_at: now,
            first_sent_at: None,
            ..row.clone()
        };
        let change = Change::edit(handover.before, handover.after, &format!("handed on to {to}"));
        let drops = vec![(row.intent, format!("handed on to {to}: {words}"))];
        let alongside = Alongside { drops, ..Alongside::default() };
        match self.common.store.save_with(now, Actor::Sync, vec![change], vec![write], alongside).await {
            // It was edited, replaced or taken up by somebody else meanwhile: then it is theirs.
            Err(StoreError::Changed { .. } | StoreError::Settled { .. } | StoreError::UnderWay { .. }) => {
                return Ok(false);
            }
            saved => saved?,
        };
        self.line(Some(row.post), format!("handed on to {to}: {words}"), true);
        self.tell(News::Changed);
        self.common.bell.notify_waiters();
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::{Health, Network};
    use crate::domain::ids::{AccountName, ChannelId, IdSource, RemoteId};
    use crate::domain::media::{Media, MediaKind};
    use crate::domain::options::Extras;
    use crate::domain::write::Timing;

    fn channel(account: &str, remote: &str) -> Channel {
        let (account, remote) = (AccountName::new(account), RemoteId::new(remote));
        Channel {
            id: ChannelId::of(&account, &remote),
            account,
            remote,
            network: Network::from_word("linkedin"),
            handle: String::new(),
            name: "ACME".into(),
            health: Health::Ok,
            hidden: false,
            gone: false,
        }
    }

    #[test]
    fn a_post_goes_only_to_the_one_channel_that_it_can_mean_and_with_all_it_says() {
        let own = channel("one", "a");
        let target = SubmissionTarget {
            channel: own.id.clone(),
            remote: own.remote.clone(),
            network: own.network.clone(),
            text: None,
            at: None,
            extras: Extras::default(),
        };
        let plain = Submission {
            post: IdSource::seeded(1).post(DateTime::UNIX_EPOCH),
            body: "words".into(),
            title: None,
            targets: vec![target],
            timing: Timing::Now,
            queue: None,
            zone: "UTC".into(),
            media: Vec::new(),
            tags: Vec::new(),
            campaign: None,
        };
        let mut described = Media::at_address("https://a.example/a.png".into(), MediaKind::Image);
        described.alt = "A cup".into();
        let described = Submission { media: vec![described], ..plain.clone() };
        let (other, gone) = (channel("two", "b"), Channel { gone: true, ..channel("two", "d") });
        let broken = Channel { health: Health::Disabled { words: "off".into() }, ..channel("two", "c") };
        let to = |submission: &Submission, provider: &str, channels: &[&Channel]| {
            let channels: Vec<Channel> = channels.iter().map(|channel| (*channel).clone()).collect();
            let can = crate::provider::capabilities(provider).unwrap();
            let moved = translated(submission, &channels, &AccountName::new("two"), can)?;
            Some(moved.targets[0].channel.clone())
        };
        assert_eq!(to(&plain, "late", &[&own, &other, &gone]), Some(other.id.clone()));
        assert_eq!(to(&plain, "late", &[&own, &other, &broken]), None, "which of two is meant, nobody said");
        assert_eq!(to(&described, "late", &[&own, &other]), Some(other.id.clone()));
        assert_eq!(to(&described, "postforme", &[&own, &other]), None);
    }

    #[test]
    fn only_a_certain_no_that_lies_with_the_account_is_handed_on() {
        let now = DateTime::UNIX_EPOCH;
        let patience = TimeDelta::minutes(10);
        let later = |minutes| Again::At(now + TimeDelta::minutes(minutes));
        let cases = [
            (Kind::Unavailable, Reach::NotSent, Again::Backoff, Some(Fault::Unreached)),
            (Kind::Unavailable, Reach::Harmless, Again::Backoff, Some(Fault::Unreached)),
            (Kind::Invalid, Reach::Harmless, Again::Never, None),
            (Kind::Unavailable, Reach::Unknown, Again::Backoff, None),
            (Kind::Unavailable, Reach::Answered, Again::Backoff, None),
            (Kind::Unauthorised, Reach::Answered, Again::Never, Some(Fault::Closed)),
            (Kind::Unauthorised, Reach::Unknown, Again::Never, None),
            (Kind::PlanLimit, Reach::Answered, Again::Never, Some(Fault::Account)),
            (Kind::Forbidden, Reach::Answered, Again::Never, Some(Fault::Account)),
            (Kind::RateLimited, Reach::Answered, later(11), Some(Fault::Closed)),
            (Kind::RateLimited, Reach::Answered, later(10), None),
            (Kind::RateLimited, Reach::Answered, Again::Backoff, None),
            (Kind::Invalid, Reach::Answered, Again::Never, None),
            (Kind::Duplicate, Reach::Answered, Again::Never, None),
            (Kind::Conflict, Reach::Answered, Again::Never, None),
            (Kind::InProgress, Reach::Answered, Again::Backoff, None),
            (Kind::Malformed, Reach::Unknown, Again::Backoff, None),
        ];
        for (kind, reach, again, expected) in cases {
            let error = ProviderError::new(kind, reach, again, "no");
            assert_eq!(fault(&error, now, patience), expected, "{kind:?} {reach:?} {again:?}");
        }
    }
}
