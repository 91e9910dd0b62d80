//! Which writes bring the providers from what a post was to what it shall be. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::domain::channel::Channel;
use crate::domain::ids::{AccountName, RemoteId};
use crate::domain::options::{Extras, FirstComment};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::queue::Queued;
use crate::domain::thread::{evened, is_thread};
use crate::domain::write::{Submission, SubmissionTarget, Timing, Write};
use crate::provider::Capabilities;
use crate::provider::capability::{Keeps, Overrides};

/// What planning needs to know of the world.
pub struct Ground<'a> {
    /// Every channel.
    pub channels: &'a [Channel],
    /// How the configured accounts differ.
    pub accounts: &'a BTreeMap<AccountName, Capabilities>,
    /// Posts at the providers that need not be as the post before says, because a write to them is not out yet.
    pub unsent: &'a BTreeSet<(AccountName, RemoteId)>,
    /// The present instant.
    pub now: DateTime<Utc>,
}

/// The writes, each with the account that shall carry it out, in the order they have to happen.
pub fn writes(before: Option<&Post>, after: Option<&Post>, on: &Ground) -> Vec<(AccountName, Write)> {
    let mut accounts: Vec<AccountName> =
        [before, after].into_iter().flatten().flat_map(|post| post.targets.iter().map(Target::account)).collect();
    accounts.sort();
    accounts.dedup();
    accounts
        .into_iter()
        .filter_map(|account| on.accounts.get(&account).map(|can| (account, can)))
        .flat_map(|(account, can)| {
            for_account(before, after, &account, can, on).into_iter().map(move |write| (account.clone(), write))
        })
        .collect()
}

fn for_account(
    before: Option<&Post>,
    after: Option<&Post>,
    account: &AccountName,
    can: &Capabilities,
    on: &Ground,
) -> Vec<Write> {
    let mut there = remotes(before, account);
    let Some(after) = after else {
        there.retain(|_, targets| !targets.iter().all(|target| target.outcome.came_to_nothing()));
        there.extend(over(before, account).into_iter().filter(|_| can.removes_failed));
        return there.into_keys().map(|remote| Write::Remove { remote }).collect();
    };
    let mut wanted: Vec<&Target> =
        after.targets.iter().filter(|target| target.account() == *account && target.outcome.can_change()).collect();
    // What a post at the provider carries that has gone out in part stays in that post: a second one would say it twice.
    wanted.retain(|target| target.remote.as_ref().is_none_or(|remote| there.contains_key(remote)));
    let at_provider = matches!(after.wish, Wish::Schedule | Wish::Now) || stays_a_draft_there(before, after, can);
    let mut plan = Plan { before, after, account, can, on, writes: Vec::new() };
    let groups = if at_provider { plan.groups(&wanted) } else { Vec::new() };
    // What leaves a post at the provider has left it before it is made anew: never in two of them at once.
    let mut anew = Vec::new();
    for group in groups {
        let remote = group.iter().find_map(|target| target.remote.clone().filter(|remote| there.contains_key(remote)));
        match remote {
            Some(remote) => {
                there.remove(&remote);
                plan.revise(remote, &group);
            }
            None => anew.push(group),
        }
    }
    anew.iter().for_each(|group| plan.create(group));
    plan.writes.extend(there.into_keys().map(|remote| Write::Remove { remote }));
    plan.writes
}

/// The targets of a post at one account, by the posts that carry them there.
fn grouped<'a>(post: Option<&'a Post>, account: &AccountName) -> BTreeMap<RemoteId, Vec<&'a Target>> {
    let mut groups: BTreeMap<RemoteId, Vec<&Target>> = BTreeMap::new();
    for target in post.iter().flat_map(|post| &post.targets).filter(|target| target.account() == *account) {
        if let Some(remote) = &target.remote {
            groups.entry(remote.clone()).or_default().push(target);
        }
    }
    groups
}

/// The posts at the provider that still can be changed: something in them waits, and nothing has gone out. What was
/// refused in them is no reason to let the rest go out as it was.
fn remotes<'a>(post: Option<&'a Post>, account: &AccountName) -> BTreeMap<RemoteId, Vec<&'a Target>> {
    let mut groups = grouped(post, account);
    let refused = |target: &&Target| matches!(target.outcome, Outcome::Refused(_));
    groups.retain(|_, targets| {
        targets.iter().any(|target| target.outcome.can_change())
            && targets.iter().all(|target| target.outcome.can_change() || refused(target))
    });
    groups
}

/// The posts at the provider of which nothing went out and nothing will: every part of them was refused or cancelled.
/// They harm nobody where they are, and some providers keep them.
fn over<'a>(post: Option<&'a Post>, account: &AccountName) -> BTreeMap<RemoteId, Vec<&'a Target>> {
    let mut groups = grouped(post, account);
    groups.retain(|_, targets| targets.iter().all(|target| target.outcome.came_to_nothing()));
    groups
}

/// A draft that the provider already keeps is kept there; one of ours never goes there.
fn stays_a_draft_there(before: Option<&Post>, after: &Post, can: &Capabilities) -> bool {
    can.drafts && after.wish == Wish::Draft && before.is_some_and(|post| post.wish == Wish::Draft && post.is_remote())
}

struct Plan<'a> {
    before: Option<&'a Post>,
    after: &'a Post,
    account: &'a AccountName,
    can: &'a Capabilities,
    on: &'a Ground<'a>,
    writes: Vec<Write>,
}

impl<'a> Plan<'a> {
    /// Targets that one post at the provider can carry together.
    fn groups(&self, wanted: &[&'a Target]) -> Vec<Vec<&'a Target>> {
        let mut groups: Vec<Vec<&Target>> = Vec::new();
        for target in wanted {
            match groups.iter_mut().find(|group| group.iter().all(|other| self.fit(other, target))) {
                Some(group) => group.push(target),
                None => groups.push(vec![target]),
            }
        }
        groups
    }

    fn fit(&self, one: &Target, other: &Target) -> bool {
        let same_post = match (&one.remote, &other.remote) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        let same_time = self.can.target_time || self.after.schedule_for(one) == self.after.schedule_for(other);
        let same_network = self.network(one) == self.network(other);
        let same_text = self.after.text_for(one) == self.after.text_for(other);
        let same_text = same_text && self.extras(self.after, one) == self.extras(self.after, other);
        let texts_fit = match self.can.overrides {
            Overrides::PerTarget => true,
            Overrides::PerNetwork => !same_network || same_text,
            Overrides::SameNetwork => same_network && same_text,
        };
        same_post && same_time && texts_fit && self.fit_beside(one, other)
    }

    /// Whether what two targets say beside their texts can go in one post.
    fn fit_beside(&self, one: &Target, other: &Target) -> bool {
        let carries = &self.can.carries;
        let same_media = carries.target_media || self.after.media_for(one) == self.after.media_for(other);
        let comment = |target| self.extras(self.after, target).and_then(|extras| extras.first_comment);
        let takes = |target| self.network(target).is_some_and(|network| carries.comments_on(network));
        let same_comment = !carries.one_comment || !takes(one) || !takes(other) || comment(one) == comment(other);
        let text = |target| self.after.text_for(target);
        let threads = carries.thread_alone && (is_thread(text(one)) || is_thread(text(other)));
        let same_kind = !carries.one_kind || self.kind(one) == self.kind(other);
        same_media && same_comment && same_kind && (!threads || text(one) == text(other))
    }

    /// The kind of post that a target is to be where it is no ordinary one, as far as the provider carries it.
    fn kind(&self, target: &Target) -> Option<String> {
        let network = self.network(target)?;
        let options = self.can.carries.carried(&self.after.options_for(target, network));
        let kind = options.text(&format!("{}.kind", network.key()))?;
        (kind != "feed").then(|| kind.to_owned())
    }

    /// What a target says beside its text, as far as the provider carries it; media apart.
    fn extras(&self, post: &Post, target: &Target) -> Option<Extras> {
        let network = self.network(target)?;
        let carries = &self.can.carries;
        let comment = post.first_comment_for(target).filter(|_| carries.comments_on(network));
        let first_comment = comment.map(|comment| FirstComment {
            text: unix_lines(&comment.text),
            delay: comment.delay.min(carries.comment_delay),
        });
        let gone = || {
            let before = self.before?;
            let was = before.targets.iter().find(|each| each.channel == target.channel)?;
            before.first_comment_for(was).filter(|_| carries.comments_on(network)).map(|_| FirstComment::default())
        };
        let first_comment = first_comment.or_else(gone);
        Some(Extras { options: carries.carried(&post.options_for(target, network)), first_comment, media: None })
    }

    fn network(&self, target: &Target) -> Option<&crate::domain::channel::Network> {
        self.channel(target).map(|channel| &channel.network)
    }

    fn channel(&self, target: &Target) -> Option<&Channel> {
        self.on.channels.iter().find(|channel| channel.id == target.channel)
    }

    fn create(&mut self, group: &[&Target]) {
        if let Some(submission) = self.submission(self.after, group) {
            self.writes.push(Write::Create { submission });
        }
    }

    fn revise(&mut self, remote: RemoteId, group: &[&Target]) {
        let known = !self.on.unsent.contains(&(self.account.clone(), remote.clone()));
        let was = self.before.filter(|_| known).and_then(|post| {
            let here = |target: &&Target| target.remote.as_ref() == Some(&remote) && target.outcome.can_change();
            let group: Vec<&Target> = post.targets.iter().filter(here).collect();
            self.submission(post, &group)
        });
        let Some(submission) = self.submission(self.after, group) else { return };
        if was.as_ref() == Some(&submission) {
            return;
        }
        // What only a draft carries may be gone there by now: the post is said whole, and its files are brought again.
        let brings = || submission.all_media().any(|media| self.can.uploads.brings(media));
        let passes =
            |was: &Submission| was.timing == Timing::Draft && matches!(self.can.keeps, Keeps::Once(_)) && brings();
        let only_now = submission.timing == Timing::Now
            && was
                .filter(|was| !passes(was))
                .is_some_and(|was| Submission { timing: Timing::Now, ..was } == submission);
        self.writes.push(if only_now { Write::Publish { remote } } else { Write::Revise { remote, submission } });
    }

    fn submission(&self, post: &Post, group: &[&Target]) -> Option<Submission> {
        let first = group.first()?;
        let schedule = if self.can.target_time { post.schedule } else { post.schedule_for(first) };
        let schedule = schedule.or_else(|| post.schedule_for(first));
        let waits = |queue: &&Queued| queue.account == *self.account && post.wish == Wish::Schedule;
        let queue = post.queue.as_ref().filter(waits).map(|queue| queue.place.clone());
        let timing = match (post.wish, schedule) {
            (Wish::Now, _) => Timing::Now,
            (Wish::Schedule, Some(schedule)) => Timing::At(schedule.instant()),
            (Wish::Schedule, None) if queue.is_some() => Timing::At(self.on.now),
            (Wish::Draft | Wish::Hold, _) | (Wish::Schedule, None) => Timing::Draft,
        };
        let targets = group.iter().filter_map(|target| {
            let channel = self.channel(target)?;
            let own = target.schedule.filter(|own| self.can.target_time && queue.is_none() && Some(*own) != schedule);
            let media = target.extras.media.clone().filter(|own| self.can.carries.target_media && *own != post.media);
            Some(SubmissionTarget {
                extras: Extras { media, ..self.extras(post, target).unwrap_or_default() },
                channel: channel.id.clone(),
                remote: channel.remote.clone(),
                network: channel.network.clone(),
                text: target.text.as_deref().map(wire_text).filter(|text| *text != wire_text(&post.body)),
                at: own.map(|own| own.instant()),
            })
        });
        let targets: Vec<SubmissionTarget> = targets.collect();
        (!targets.is_empty()).then(|| Submission {
            post: post.id,
            body: wire_text(&post.body),
            title: post.title.clone().filter(|title| !title.is_empty()),
            targets,
            timing,
            queue,
            zone: schedule.map_or_else(|| "UTC".to_owned(), |schedule| schedule.zone().name().to_owned()),
            // Where channels cannot differ in them, all of the group have the same.
            media: if self.can.carries.target_media { &post.media } else { post.media_for(first) }.to_vec(),
            // Where they are not kept a change of them is none.
            tags: if self.can.tags { post.tags.clone() } else { Vec::new() },
            campaign: self.campaign(post),
        })
    }

    /// The campaign is said where the account has campaigns, and that there is none only where there was one: a post
    /// whose campaign has not been read yet stays in it.
    fn campaign(&self, post: &Post) -> Option<String> {
        let there = || self.before.filter(|before| before.campaign.is_some()).map(|_| String::new());
        post.campaign.clone().or_else(there).filter(|_| self.can.campaigns)
    }
}

/// A text as it is sent and compared: its line ends, and the cuts of a thread, all alike.
fn wire_text(text: &str) -> String {
    evened(&unix_lines(text))
}

fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The post as `wanted` wishes it, with the facts of `current`: what an undo, or a save from a screen that has not
/// heard the latest news, must write.
pub fn wishes_onto(current: Option<&Post>, mut wanted: Post) -> Post {
    for target in &mut wanted.targets {
        let now = current.and_then(|post| post.targets.iter().find(|each| each.channel == target.channel));
        match now {
            Some(now) => {
                target.outcome = now.outcome.clone();
                target.remote = now.remote.clone();
            }
            // A post that was deleted here: what became of it stays true, and is never sent again.
            None if current.is_none() && !target.outcome.can_change() => {}
            None => {
                target.outcome = Outcome::NotSent;
                target.remote = None;
            }
        }
    }
    if let Some(current) = current {
        // What is out stays on record, even when the wish no longer names it.
        let gone: Vec<Target> = current
            .targets
            .iter()
            .filter(|target| !target.outcome.can_change() && !matches!(target.outcome, Outcome::Refused(_)))
            .filter(|target| wanted.targets.iter().all(|each| each.channel != target.channel))
            .cloned()
            .collect();
        wanted.targets.extend(gone);
        wanted.created_at = current.created_at;
        wanted.source = current.source;
    }
    wanted.pending = false;
    wanted
}

/// A post that was deleted, as `wanted` had it. Where its removal has not left yet (`going`), the provider still has
/// it; where it was out, it stays so.
pub fn restored(wanted: Post, going: &BTreeSet<(AccountName, RemoteId)>) -> Post {
    let facts = wanted.targets.clone();
    let mut post = wishes_onto(None, wanted);
    for (target, was) in post.targets.iter_mut().zip(facts) {
        if was.remote.as_ref().is_some_and(|remote| going.contains(&(was.account(), remote.clone()))) {
            *target = was;
        }
    }
    post
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::{Health, Network};
    use crate::domain::ids::{ChannelId, IdSource};
    use crate::domain::media::{Media, MediaKind};
    use crate::domain::options::Value;
    use crate::domain::schedule::Schedule;
    use crate::provider::capability::{Carries, Check, Connects, Paging, Queues, Repeat, Retry, Revise, Uploads};
    use chrono::TimeDelta;
    use chrono_tz::Tz;

    fn can(overrides: Overrides, target_time: bool) -> Capabilities {
        Capabilities {
            provider: "p",
            name: "P",
            paging: Paging::Cursor,
            revise: Revise::Whole,
            retry: Retry::Post,
            repeat: Repeat::Key { kept: TimeDelta::hours(23) },
            check: Check::PerTarget,
            overrides,
            uploads: Uploads::Both,
            keeps: Keeps::Shared(TimeDelta::days(3)),
            connects: Connects::Dashboard,
            removes_failed: false,
            settings: false,
            numbers: false,
            hides_sending: None,
            due_every: TimeDelta::seconds(5),
            target_time,
            drafts: true,
            reference: true,
            tags: true,
            campaigns: false,
            refuses_equal: false,
            queues: Queues::No,
            bulk: false,
            carries: Carries::default(),
            key_env: "P_KEY",
            key_words: "",
            dashboard: "https://p.example",
        }
    }

    fn channel(account: &str, remote: &str, network: &str) -> Channel {
        let (account, remote) = (AccountName::new(account), RemoteId::new(remote));
        Channel {
            id: ChannelId::of(&account, &remote),
            account,
            remote,
            network: Network::from_word(network),
            handle: String::new(),
            name: String::new(),
            health: Health::Ok,
            hidden: false,
            gone: false,
        }
    }

    fn post(channels: &[&str]) -> Post {
        let now = DateTime::UNIX_EPOCH;
        let mut post = Post::draft(IdSource::seeded(1).post(now), now);
        post.body = "body".into();
        post.wish = Wish::Schedule;
        post.schedule = Some(Schedule::at(now + TimeDelta::hours(5), Tz::UTC));
        post.targets = channels.iter().map(|id| Target::new(ChannelId::new(*id))).collect();
        post
    }

    fn plan(
        before: Option<&Post>,
        after: Option<&Post>,
        overrides: Overrides,
        target_time: bool,
    ) -> Vec<(String, Write)> {
        let channels =
            [channel("a", "1", "x"), channel("a", "2", "x"), channel("a", "3", "li"), channel("b", "1", "x")];
        let accounts = ["a", "b"].map(|name| (AccountName::new(name), can(overrides, target_time))).into();
        let unsent = BTreeSet::new();
        let on = Ground { channels: &channels, accounts: &accounts, unsent: &unsent, now: DateTime::UNIX_EPOCH };
        writes(before, after, &on).into_iter().map(|(account, write)| (account.to_string(), write)).collect()
    }

    fn accepted(mut post: Post, remote: &str) -> Post {
        for target in &mut post.targets {
            target.outcome = Outcome::Accepted;
            target.remote = Some(RemoteId::new(remote));
        }
        post
    }

    #[test]
    fn a_channel_has_left_its_post_before_it_is_made_anew() {
        let before = accepted(post(&["a/1", "a/2"]), "r");
        let mut after = before.clone();
        let alone = after.targets.first_mut().unwrap();
        (alone.outcome, alone.remote) = (Outcome::NotSent, None);
        alone.schedule = Some(Schedule::at(DateTime::UNIX_EPOCH + TimeDelta::hours(1), Tz::UTC));
        let planned = plan(Some(&before), Some(&after), Overrides::PerTarget, false);
        let [(_, Write::Revise { submission: left, .. }), (_, Write::Create { submission: made })] = &planned[..]
        else {
            panic!("{planned:?}");
        };
        let channels = |submission: &Submission| {
            submission.targets.iter().map(|target| target.channel.to_string()).collect::<Vec<_>>()
        };
        assert_eq!((channels(left), channels(made)), (vec!["a/2".to_owned()], vec!["a/1".to_owned()]));
    }

    #[test]
    fn one_create_per_account_and_per_text_where_networks_share_one() {
        let mut wanted = post(&["a/1", "a/2", "a/3", "b/1"]);
        assert_eq!(plan(None, Some(&wanted), Overrides::PerTarget, true).len(), 2);
        wanted.targets[1].text = Some("other".into());
        assert_eq!(plan(None, Some(&wanted), Overrides::PerTarget, true).len(), 2);
        let split = plan(None, Some(&wanted), Overrides::PerNetwork, true);
        let sizes: Vec<usize> = split.iter().filter_map(|(_, w)| w.submission()).map(|s| s.targets.len()).collect();
        assert_eq!(sizes, [2, 1, 1]);
    }

    #[test]
    fn a_first_comment_that_is_gone_is_taken_away_there() {
        let channels = [channel("a", "1", "linkedin")];
        let carries = Carries { first_comment: &["linkedin"], ..Carries::default() };
        let accounts = [(AccountName::new("a"), Capabilities { carries, ..can(Overrides::PerTarget, true) })].into();
        let unsent = BTreeSet::new();
        let on = Ground { channels: &channels, accounts: &accounts, unsent: &unsent, now: DateTime::UNIX_EPOCH };
        let mut before = accepted(post(&["a/1"]), "r1");
        before.first_comment = Some(FirstComment { text: "below".into(), delay: 30 });
        let comment = |before: Option<&Post>, after: &Post| {
            let (_, write) = writes(before, Some(after), &on).pop()?;
            write.submission()?.targets[0].extras.first_comment.clone()
        };
        let fresh = Post { first_comment: before.first_comment.clone(), ..post(&["a/1"]) };
        let sent = comment(None, &fresh).unwrap();
        assert_eq!((sent.text.as_str(), sent.delay), ("below", 0), "no longer than the provider waits");
        let after = Post { first_comment: None, ..before.clone() };
        assert_eq!(comment(Some(&before), &after), Some(FirstComment::default()));
        assert_eq!(comment(Some(&after), &Post { body: "new".into(), ..after.clone() }), None);
    }

    #[test]
    fn options_and_media_of_one_channel_split_a_post_where_it_cannot_carry_them() {
        let with = |carries: Carries, wanted: &Post| {
            let channels = [channel("a", "1", "x"), channel("a", "2", "linkedin")];
            let accounts =
                [(AccountName::new("a"), Capabilities { carries, ..can(Overrides::PerNetwork, false) })].into();
            let unsent = BTreeSet::new();
            let on = Ground { channels: &channels, accounts: &accounts, unsent: &unsent, now: DateTime::UNIX_EPOCH };
            let all = writes(None, Some(wanted), &on);
            all.iter().filter_map(|(_, write)| write.submission()).cloned().collect::<Vec<_>>()
        };
        let picture = |name: &str| Media::at_address(format!("https://a.example/{name}.png"), MediaKind::Image);
        let mut wanted = post(&["a/1", "a/2"]);
        wanted.media = vec![picture("all")];
        wanted.targets[1].extras.media = Some(vec![picture("own")]);
        wanted.options.set("x.replies", Value::Text("verified".into()));
        wanted.options.set("x.unknown", Value::Flag(true));
        let split = with(Carries::default(), &wanted);
        let media: Vec<&str> = split.iter().map(|each| each.media[0].name.as_str()).collect();
        assert_eq!(media, ["all.png", "own.png"]);
        assert!(split.iter().all(|each| each.targets[0].extras == Extras::default()), "nothing that is not carried");
        let whole = Carries { target_media: true, options: &["x.replies"], ..Carries::default() };
        let together = with(whole, &wanted);
        assert_eq!(together.len(), 1);
        assert_eq!(together[0].targets[0].extras.options.iter().count(), 1);
        assert_eq!(together[0].targets[1].extras.media.as_ref().map(|own| own[0].name.as_str()), Some("own.png"));
        assert_eq!(together[0].all_media().count(), 2);
        let alone = Carries { thread_alone: true, target_media: true, ..Carries::default() };
        wanted.targets[0].text = Some("one\n---\ntwo".into());
        let split = with(alone, &wanted);
        assert_eq!(split.len(), 2, "a thread stands alone");
        assert_eq!(split[0].text_for(&split[0].targets[0]), "one\n\n---\n\ntwo");
    }

    #[test]
    fn one_create_per_network_where_a_post_has_just_one() {
        let mut wanted = post(&["a/1", "a/3", "a/2"]);
        let networks = |wanted: &Post| -> Vec<Vec<String>> {
            let split = plan(None, Some(wanted), Overrides::SameNetwork, false);
            let keys = |s: &Submission| s.targets.iter().map(|target| target.network.key().to_owned()).collect();
            split.iter().filter_map(|(_, write)| write.submission()).map(keys).collect()
        };
        assert_eq!(networks(&wanted), [vec!["x", "x"], vec!["linkedin"]]);
        wanted.targets[2].text = Some("other".into());
        assert_eq!(networks(&wanted), [vec!["x"], vec!["linkedin"], vec!["x"]]);
    }

    #[test]
    fn drafts_of_ours_stay_here_and_held_posts_come_back() {
        let mut draft = post(&["a/1"]);
        draft.wish = Wish::Draft;
        assert!(plan(None, Some(&draft), Overrides::PerTarget, true).is_empty());
        let before = accepted(post(&["a/1"]), "r");
        let held = Post { wish: Wish::Hold, ..before.clone() };
        let removed = plan(Some(&before), Some(&held), Overrides::PerTarget, true);
        assert_eq!(removed, [("a".to_owned(), Write::Remove { remote: RemoteId::new("r") })]);
    }

    #[test]
    fn an_unchanged_post_asks_for_nothing_and_a_moved_one_is_revised() {
        let before = accepted(post(&["a/1", "a/3"]), "r");
        assert!(plan(Some(&before), Some(&before), Overrides::PerTarget, true).is_empty());
        let mut moved = before.clone();
        moved.schedule = Some(Schedule::at(DateTime::UNIX_EPOCH + TimeDelta::hours(9), Tz::UTC));
        let writes = plan(Some(&before), Some(&moved), Overrides::PerTarget, true);
        assert!(matches!(&writes[..], [(_, Write::Revise { remote, .. })] if remote.as_str() == "r"));
        let now = Post { wish: Wish::Now, ..before.clone() };
        let writes = plan(Some(&before), Some(&now), Overrides::PerTarget, true);
        assert_eq!(writes, [("a".to_owned(), Write::Publish { remote: RemoteId::new("r") })]);
    }

    #[test]
    fn what_is_out_is_never_touched_and_what_failed_is_made_anew() {
        let mut before = accepted(post(&["a/1", "a/3"]), "r");
        before.targets[0].outcome = Outcome::Published { url: None, at: None };
        before.targets[1].outcome = Outcome::Refused(crate::domain::outcome::Refusal::new(
            crate::domain::outcome::Cause::TooLong,
            "too long",
            None,
        ));
        let mut fixed = before.clone();
        fixed.targets[1].text = Some("short".into());
        fixed.targets[1].outcome = Outcome::NotSent;
        fixed.targets[1].remote = None;
        let writes = plan(Some(&before), Some(&fixed), Overrides::PerTarget, true);
        let [(_, Write::Create { submission })] = &writes[..] else { panic!("{writes:?}") };
        assert_eq!(submission.targets.len(), 1);
        assert_eq!(submission.targets[0].text.as_deref(), Some("short"));
    }

    #[test]
    fn what_waits_beside_what_is_out_is_never_made_a_second_time() {
        let mut before = accepted(post(&["a/1", "a/2", "a/3"]), "r");
        before.targets[0].outcome = Outcome::Published { url: None, at: None };
        let mut after = before.clone();
        after.body = "other".into();
        assert_eq!(plan(Some(&before), Some(&after), Overrides::PerTarget, true), []);
    }

    #[test]
    fn what_waits_beside_what_was_refused_can_still_be_changed_and_taken_away() {
        let mut before = accepted(post(&["a/1", "a/3"]), "r");
        before.targets[0].outcome = Outcome::Refused(crate::domain::outcome::Refusal::new(
            crate::domain::outcome::Cause::TooLong,
            "too long",
            None,
        ));
        let mut after = before.clone();
        after.body = "other".into();
        let writes = plan(Some(&before), Some(&after), Overrides::PerTarget, true);
        let [(_, Write::Revise { remote, submission })] = &writes[..] else { panic!("{writes:?}") };
        assert_eq!((remote.as_str(), submission.targets.len()), ("r", 1));
        let removed = [("a".to_owned(), Write::Remove { remote: RemoteId::new("r") })];
        assert_eq!(plan(Some(&before), None, Overrides::PerTarget, true), removed);
        assert_eq!(plan(Some(&before), Some(&before), Overrides::PerTarget, true), []);
    }

    #[test]
    fn what_is_cancelled_at_the_provider_is_deleted_here_only_where_the_provider_keeps_it() {
        let mut before = accepted(post(&["a/1", "a/3"]), "r");
        for target in &mut before.targets {
            target.outcome = Outcome::Cancelled;
        }
        assert_eq!(plan(Some(&before), None, Overrides::PerTarget, true), []);
        before.targets[1].outcome = Outcome::Accepted;
        let removed = [("a".to_owned(), Write::Remove { remote: RemoteId::new("r") })];
        assert_eq!(plan(Some(&before), None, Overrides::PerTarget, true), removed);
    }

    #[test]
    fn what_became_of_a_deleted_post_stays_true() {
        let mut wanted = accepted(post(&["a/1", "a/2"]), "r");
        wanted.targets[0].outcome = Outcome::Published { url: None, at: None };
        let back = wishes_onto(None, wanted.clone());
        assert_eq!(back.targets[0], wanted.targets[0]);
        assert_eq!((&back.targets[1].outcome, &back.targets[1].remote), (&Outcome::NotSent, &None));
        let going = BTreeSet::from([(AccountName::new("a"), RemoteId::new("r"))]);
        assert_eq!(restored(wanted.clone(), &going).targets, wanted.targets);
    }

    #[test]
    fn deleting_removes_what_can_still_be_removed() {
        let before = accepted(post(&["a/1"]), "r");
        assert_eq!(plan(Some(&before), None, Overrides::PerTarget, true).len(), 1);
        let mut live = before;
        live.targets[0].outcome = Outcome::Published { url: None, at: None };
        assert!(plan(Some(&live), None, Overrides::PerTarget, true).is_empty());
    }
}
