//! Refused duplicates and what says the same: found in the store, linked by a person, taken back.

use crate::domain::change::Change;
use crate::domain::ids::PostId;
use crate::domain::post::Post;
use crate::domain::twin::{self, Finding, Twin};
use crate::sync::twins_of;

use super::failed::as_before;
use super::{Desk, DeskError, Edit, Result};

/// What the journal says first of a link.
const LINKED: &str = "linked to the live post";

impl Desk {
    /// What the store knows to say the same as each part of `post` that was refused as a duplicate.
    pub async fn twins(&self, post: &Post) -> Result<Vec<Finding>> {
        Ok(twins_of(&self.store, post, twin::duplicates(post), self.now()).await?)
    }

    /// Links the refused duplicates of a post to these live twins: each such part counts as out, as the twin's post at
    /// the provider, and nothing is sent. What is not a twin of it by now, on that very channel and live, is refused.
    /// Answers what it was linked to, in words.
    pub async fn link(&self, id: PostId, twins: &[Twin]) -> Result<String> {
        let current = self.current(id).await?;
        let findings = self.twins(&current).await?;
        let mut after = current.clone();
        let mut places = Vec::new();
        for wanted in twins {
            let finding = findings.iter().find(|finding| finding.channel == wanted.channel);
            let known = finding.and_then(|finding| finding.twins.iter().find(|twin| twin.remote == wanted.remote));
            let Some(linked) = known.and_then(|twin| twin::linked(&after, twin)) else {
                let words = "that post is not known as live, or nothing here is its duplicate any more: V looks again";
                return Err(DeskError::Refused(words.into()));
            };
            self.has_shown(&current, wanted).await?;
            after = linked;
            places.extend(known.map(|twin| twin.place(|at| self.moment(at))));
        }
        if places.is_empty() {
            let words = "no live post that says the same is known here: V looks for it at the provider";
            return Err(DeskError::Refused(words.into()));
        }
        let words = format!("{LINKED} ({})", places.join("; "));
        self.commit(vec![Edit::unplanned(current, after, Vec::new())], &words, None).await?;
        Ok(words)
    }

    /// A failed post that stays at the provider as a record is known by what was shown of it: before that it would come
    /// back as a post of its own.
    async fn has_shown(&self, post: &Post, twin: &Twin) -> Result<()> {
        let mut targets = post.targets.iter().filter(|target| target.channel == twin.channel);
        let Some((account, remote)) = targets.find_map(|target| Some((target.account(), target.remote.clone()?)))
        else {
            return Ok(());
        };
        match self.store.remote(&account, &remote).await? {
            Some(_) => Ok(()),
            None => {
                Err(DeskError::Refused(format!("{account} has not shown yet what became of it: V asks there first")))
            }
        }
    }

    fn moment(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        self.habits.moment(at, self.zone, "%a %-d %b %Y {} %Z")
    }
}

/// Whether a change is a link to a twin.
pub(super) fn is_link(change: &Change) -> bool {
    change.verb.starts_with(LINKED)
}

/// `current` with a link taken back, or done again, as `change` says; nothing where something else became of that part
/// since. No provider hears of it, so it is never too late.
pub(super) fn relinked(current: &Post, change: &Change) -> Option<Edit> {
    let after = as_before(change.after.as_deref()?, change.before.as_deref()?, current)?;
    (after != *current).then(|| Edit::unplanned(current.clone(), after, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::tests::{desk_at, stored};
    use crate::domain::ids::{ChannelId, RemoteId};
    use crate::domain::outcome::{Cause, Outcome, Refusal, State};
    use crate::store::Actor;

    fn refused() -> Outcome {
        Outcome::Refused(Refusal::new(Cause::Duplicate, "duplicate content", None))
    }

    fn live() -> Outcome {
        Outcome::Published { url: Some("https://x.example/1".into()), at: None }
    }

    /// A refused duplicate and its live twin.
    async fn two(desk: &Desk) -> (Post, Post, Twin) {
        let twin = stored(desk, &[("acme/1", live(), Some("r-twin"))]).await;
        let post = stored(desk, &[("acme/1", refused(), None), ("acme/2", refused(), None)]).await;
        let found = desk.twins(&post).await.unwrap();
        assert_eq!((found.len(), found[1].twins.len()), (2, 0));
        (post, twin, found[0].live().unwrap().clone())
    }

    #[tokio::test]
    async fn a_link_settles_one_channel_is_told_in_the_journal_and_taken_back() {
        let desk = desk_at("late").await;
        let (post, twin, found) = two(&desk).await;
        let words = desk.link(post.id, std::slice::from_ref(&found)).await.unwrap();
        assert!(words.contains("https://x.example/1"), "{words}");
        let linked = desk.current(post.id).await.unwrap();
        assert_eq!(linked.targets[0].outcome, Outcome::Published { url: found.url.clone(), at: found.at });
        assert_eq!(
            (linked.targets[0].remote.clone(), &linked.targets[1]),
            (Some(found.remote.clone()), &post.targets[1])
        );
        assert_eq!(desk.current(twin.id).await.unwrap().targets, twin.targets, "the twin is as it was");
        let entry = desk.store.journal(1).await.unwrap().remove(0);
        assert_eq!(entry.actor, Actor::You);
        assert!(
            entry.words.starts_with("linked to the live post (") && entry.words.ends_with(") “old”"),
            "{}",
            entry.words
        );
        assert_eq!(desk.store.outbox().await.unwrap(), []);

        // It is out, and nothing that is out can be edited; the link can be taken back all the same.
        desk.undo().await.unwrap();
        assert_eq!(desk.current(post.id).await.unwrap().targets, post.targets);
        desk.redo().await.unwrap();
        assert_eq!(desk.current(post.id).await.unwrap().targets, linked.targets);
        assert_eq!(desk.store.outbox().await.unwrap(), []);
        assert!(desk.link(post.id, &[found]).await.is_err(), "it is linked already");
    }

    #[tokio::test]
    async fn nothing_but_a_live_twin_on_that_channel_is_linked() {
        let desk = desk_at("late").await;
        let (post, twin, found) = two(&desk).await;
        let elsewhere = Twin { channel: ChannelId::new("acme/2"), ..found.clone() };
        let invented = Twin { remote: RemoteId::new("r-other"), ..found.clone() };
        for wrong in [vec![elsewhere], vec![invented], Vec::new()] {
            assert!(desk.link(post.id, &wrong).await.is_err(), "{wrong:?}");
        }
        // What was shown as live is gone by the time of the key.
        desk.delete(&[twin.id]).await.unwrap();
        let why = desk.link(post.id, &[found]).await.unwrap_err().to_string();
        assert!(why.contains("V looks again"), "{why}");
        assert_eq!(desk.current(post.id).await.unwrap().targets, post.targets);
    }

    #[tokio::test]
    async fn a_failed_post_that_nobody_was_shown_yet_is_looked_at_first() {
        let desk = desk_at("late").await;
        stored(&desk, &[("acme/1", live(), Some("r-twin"))]).await;
        let post = stored(&desk, &[("acme/1", refused(), Some("r-failed"))]).await;
        let found = desk.twins(&post).await.unwrap()[0].live().unwrap().clone();
        let why = desk.link(post.id, &[found]).await.unwrap_err().to_string();
        assert!(why.contains("has not shown yet"), "{why}");
        assert_eq!(desk.current(post.id).await.unwrap().state(desk.now()), State::Failed);
    }
}
