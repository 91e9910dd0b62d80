//! Publishing a post on some of its channels at once: these become a post of their own, or go out of it at a time of
//! their own where they are at the provider already; the rest keeps its time.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{Desk, DeskError, Edit, Result, plan};
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::recipe::Recipe;
use crate::domain::schedule::Schedule;

/// What became of the chosen channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parted {
    /// The post that carries them.
    pub id: PostId,
    /// When they go out, where that is not at once.
    pub at: Option<Schedule>,
}

impl Desk {
    /// Publishes `post` on `channels` at once and leaves the rest of it as it is, both or neither; the recipe it stands
    /// in is kept first. What is stored has the last word on which channels it goes to. The same channels of the same
    /// post are always the same new post, so that asking twice publishes once.
    ///
    /// Where a chosen channel's part is at the provider already, a new post could go out beside it: the chosen ones stay
    /// in their post, and go out at its next minute but one. Refused where a part is out, or may be.
    pub async fn publish_part(&self, recipe: &Recipe, post: Post, channels: &[ChannelId]) -> Result<Parted> {
        let id = part(post.id, channels);
        let stored = self.store.post(post.id).await?;
        let whole = as_stored(post, stored.as_ref());
        let (now, later): (Vec<Target>, Vec<Target>) =
            whole.targets.iter().cloned().partition(|target| channels.contains(&target.channel));
        let refuse =
            |why: &str| Err(DeskError::Refused(format!("\"{}\" was not published in part: {why}", whole.headline())));
        match (self.store.post(id).await?.is_some(), now.is_empty()) {
            (true, true) => return Ok(Parted { id, at: None }),
            (true, false) => {
                return refuse("it went out there before, in a post of its own; D makes a copy to send again");
            }
            (false, true) => return refuse("it does not go to those channels any more"),
            (false, false) => {}
        }
        if later.is_empty() {
            return refuse("those are all its channels; P publishes the whole of it");
        }
        if let Some(why) = whole.fixed(self.now()) {
            return refuse(why);
        }
        if let Some(why) = self.may_be_there(&whole, &now).await? {
            return refuse(why);
        }
        if now.iter().any(|target| target.remote.is_some()) {
            if now.iter().any(|target| matches!(target.outcome, Outcome::Refused(_))) {
                return refuse("on a chosen channel it failed; r tries that again");
            }
            if whole.wish != Wish::Schedule || whole.queue.is_some() {
                return refuse("it is held, or waits for a place in a queue; give it a time first: s");
            }
            self.store.keep_recipe(recipe).await?;
            return self.publish_from_there(whole, channels).await;
        }
        self.store.keep_recipe(recipe).await?;
        // Made anew: what is known of its parts belongs to the post they leave.
        let targets = now.into_iter().map(|target| Target {
            text: target.text,
            extras: target.extras,
            ..Target::new(target.channel)
        });
        let targets = targets.collect();
        let mut alone = Post { id, targets, wish: Wish::Now, number: None, created_at: self.now(), ..whole.clone() };
        self.at_once(&mut alone);
        let alone = self.fit_out(alone).await?;
        let rest = plan::wishes_onto(stored.as_ref(), Post { targets: later, ..whole });
        let edits = vec![Edit::new(stored, Some(rest)), Edit::new(None, Some(alone))];
        self.commit(edits, "published", self.take_back()).await?;
        Ok(Parted { id, at: None })
    }

    /// Lets chosen channels of a post that is at its provider go out soon, in whatever posts there carry them by then.
    async fn publish_from_there(&self, post: Post, channels: &[ChannelId]) -> Result<Parted> {
        let (id, zone) = (post.id, post.schedule.map_or(self.zone, |schedule| schedule.zone()));
        let mut after = post.clone();
        let at = Schedule::at(soon(self.now()), zone);
        self.set_apart(&post, &mut after, channels, at);
        self.commit(vec![Edit::new(Some(post), Some(after))], "published", None).await?;
        Ok(Parted { id, at: Some(at) })
    }

    /// Why a part of `post` may be out, or on its way. A write that never left is no reason: it is taken back with the
    /// rest.
    async fn may_be_there(&self, post: &Post, parts: &[Target]) -> Result<Option<&'static str>> {
        if parts.iter().any(|target| !target.outcome.can_change() && !matches!(target.outcome, Outcome::Refused(_))) {
            return Ok(Some("on a chosen channel it is out, or may be"));
        }
        let leaves = self.store.outbox_of(post.id).await?.into_iter().any(|row| {
            let account = parts.iter().any(|target| target.account() == row.account);
            row.state.is_open() && account && row.write.remote().is_some()
        });
        Ok(leaves.then_some("a change of it is still on its way to the provider; try again when that is done"))
    }
}

/// The next whole minute that is far enough away to be changed to at a provider.
fn soon(now: DateTime<Utc>) -> DateTime<Utc> {
    let minute = now.timestamp().div_euclid(60) + 2;
    DateTime::from_timestamp(minute * 60, 0).unwrap_or(now)
}

/// What there is to part: a post with a schedule as the store has it, a draft as it was typed, with the channels that it
/// still has.
fn as_stored(post: Post, stored: Option<&Post>) -> Post {
    match stored {
        Some(stored) if stored.wish != Wish::Draft || stored.is_remote() => stored.clone(),
        Some(stored) if !stored.targets.is_empty() => Post { targets: stored.targets.clone(), ..post },
        _ => post,
    }
}

/// The id of the post that `channels` of `whole` become: always the same.
fn part(whole: PostId, channels: &[ChannelId]) -> PostId {
    let mut names: Vec<&str> = channels.iter().map(ChannelId::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let mut hash = Sha256::new();
    hash.update(whole.uuid().as_bytes());
    for name in names {
        hash.update([0]);
        hash.update(name.as_bytes());
    }
    let hash = hash.finalize();
    // It keeps the time of the whole, and stands where that stands among equals.
    let mut bytes = *whole.uuid().as_bytes();
    for (byte, chance) in bytes.iter_mut().skip(6).zip(hash.iter()) {
        *byte = *chance;
    }
    PostId::from_uuid(uuid::Builder::from_bytes(bytes).with_version(uuid::Version::SortRand).into_uuid())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use chrono_tz::UTC;

    use super::*;
    use crate::desk::tests::{desk_at, stored};
    use crate::domain::ids::RemoteId;
    use crate::domain::outcome::{Cause, Refusal, State};
    use crate::domain::write::Write;

    fn channels(names: &[&str]) -> Vec<ChannelId> {
        names.iter().map(|name| ChannelId::new(*name)).collect()
    }

    fn named(post: &Post) -> Vec<&str> {
        post.targets.iter().map(|target| target.channel.as_str()).collect()
    }

    #[tokio::test]
    async fn a_part_goes_out_once_however_often_it_is_asked_for() {
        let desk = desk_at("late").await;
        let recipe = Recipe::new(desk.ids().post(desk.now()));
        let mut post = Post::draft(desk.ids().post(desk.now()), desk.now());
        post.body = "words".into();
        post.schedule = Some(Schedule::at(desk.now() + TimeDelta::hours(2), UTC));
        post.targets = channels(&["acme/1", "acme/2", "acme/3"]).into_iter().map(Target::new).collect();
        let id = desk.publish_part(&recipe, post.clone(), &channels(&["acme/1"])).await.unwrap().id;
        let again = desk.publish_part(&recipe, post.clone(), &channels(&["acme/1"])).await.unwrap().id;
        assert_eq!((id, id == post.id), (again, false));
        let (alone, rest) = (desk.current(id).await.unwrap(), desk.current(post.id).await.unwrap());
        assert_eq!((named(&alone), named(&rest)), (vec!["acme/1"], vec!["acme/2", "acme/3"]));
        assert_eq!((alone.wish, rest.wish, rest.schedule), (Wish::Now, Wish::Draft, post.schedule));
        let rows = desk.store.outbox().await.unwrap();
        assert!(matches!(&rows[..], [row] if row.post == id && matches!(row.write, Write::Create { .. })), "{rows:?}");
        // A screen that has not heard of it asks for more: what went out does not go out again.
        let more = desk.publish_part(&recipe, post.clone(), &channels(&["acme/1", "acme/2"])).await.unwrap().id;
        assert_eq!(named(&desk.current(more).await.unwrap()), ["acme/2"]);
        assert_eq!(named(&desk.current(post.id).await.unwrap()), ["acme/3"]);
    }

    #[tokio::test]
    async fn undoing_gives_the_post_its_channels_back() {
        let desk = desk_at("late").await;
        let recipe = Recipe::new(desk.ids().post(desk.now()));
        let post = stored(&desk, &[("acme/1", Outcome::NotSent, None), ("acme/2", Outcome::NotSent, None)]).await;
        let id = desk.publish_part(&recipe, post.clone(), &channels(&["acme/2"])).await.unwrap().id;
        desk.undo().await.unwrap();
        assert!(desk.store.post(id).await.unwrap().is_none());
        let back = desk.current(post.id).await.unwrap();
        assert_eq!((named(&back), back.state(desk.now())), (vec!["acme/1", "acme/2"], State::Scheduled));
    }

    #[tokio::test]
    async fn a_part_that_is_at_its_provider_goes_out_of_its_post_and_no_second_one_is_made() {
        // One provider gives channels times of their own, the other moves them into a post of their own.
        for provider in ["late", "voxburst"] {
            let desk = desk_at(provider).await;
            let recipe = Recipe::new(desk.ids().post(desk.now()));
            let there = |channel| (channel, Outcome::Accepted, Some("r"));
            let post = stored(&desk, &[there("acme/1"), there("acme/2"), there("acme/3")]).await;
            let chosen = channels(&["acme/1", "acme/2"]);
            let parted = desk.publish_part(&recipe, post.clone(), &chosen).await.unwrap();
            let at = parted.at.unwrap().instant();
            assert_eq!((parted.id, at > desk.now() && at <= desk.now() + TimeDelta::minutes(2)), (post.id, true));
            let after = desk.current(post.id).await.unwrap();
            let times: Vec<bool> = after.targets.iter().map(|target| target.schedule == parted.at).collect();
            assert_eq!((times, after.schedule), (vec![true, true, false], post.schedule), "{provider}");
            let rows = desk.store.outbox().await.unwrap();
            let carried = |at: usize| rows[at].write.submission().unwrap().targets.len();
            match &rows[..] {
                [only] => {
                    assert!(matches!(only.write, Write::Revise { .. }) && carried(0) == 3, "{provider}: {rows:?}")
                }
                [left, made] => {
                    assert!(matches!(left.write, Write::Revise { .. }) && carried(0) == 1, "{provider}: {rows:?}");
                    assert!(matches!(made.write, Write::Create { .. }) && carried(1) == 2, "{provider}: {rows:?}");
                }
                _ => panic!("{provider}: {rows:?}"),
            }
            // What is on its way is left alone.
            assert!(desk.publish_part(&recipe, post.clone(), &channels(&["acme/3"])).await.is_err(), "{provider}");
            desk.undo().await.unwrap();
            assert!(desk.current(post.id).await.unwrap().targets.iter().all(|target| target.schedule.is_none()));
        }
    }

    #[tokio::test]
    async fn a_part_that_is_out_held_or_failed_is_not_made_a_second_time() {
        let desk = desk_at("late").await;
        let recipe = Recipe::new(desk.ids().post(desk.now()));
        let failed = Outcome::Refused(Refusal::new(Cause::Outage, "down", None));
        for (outcome, why) in [
            (Outcome::Published { url: None, at: None }, "is out, or may be"),
            (Outcome::Publishing, "is out, or may be"),
            (failed, "it failed"),
        ] {
            let post = stored(&desk, &[("acme/1", Outcome::Accepted, Some("r")), ("acme/2", outcome, Some("r"))]).await;
            let refused = desk.publish_part(&recipe, post.clone(), &channels(&["acme/2"])).await.unwrap_err();
            assert!(
                refused.to_string().contains(why) || refused.to_string().contains("was not published"),
                "{refused}"
            );
            assert_eq!(desk.store.outbox().await.unwrap().len(), 0);
            assert_eq!(desk.current(post.id).await.unwrap(), post);
        }
        let post =
            stored(&desk, &[("acme/1", Outcome::Accepted, Some("r")), ("acme/2", Outcome::Accepted, Some("r"))]).await;
        // Taken off and put on again: that it is gone there is not certain before the write is through.
        let off = Post { targets: post.targets[..1].to_vec(), ..post.clone() };
        desk.save(off, "edited").await.unwrap();
        let mut on = desk.current(post.id).await.unwrap();
        on.targets.push(Target::new(ChannelId::new("acme/2")));
        let kept = desk.store.outbox().await.unwrap();
        assert!(kept.iter().any(|row| row.write.remote() == Some(&RemoteId::new("r"))), "{kept:?}");
        desk.save(on.clone(), "edited").await.unwrap();
        let refused = desk.publish_part(&recipe, on, &channels(&["acme/2"])).await.unwrap_err();
        assert!(refused.to_string().contains("on its way"), "{refused}");
        assert!(desk.store.post(part(post.id, &channels(&["acme/2"]))).await.unwrap().is_none());
    }
}
