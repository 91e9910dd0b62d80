//! A post that the provider has twice: something between us and it repeated a request, or somebody made the same one
//! there. Where a provider knows no idempotency keys nothing prevents it, so it is said as soon as it is seen.

use chrono::{DateTime, Utc};

use crate::domain::post::{Post, Source, Wish};
use crate::domain::thread::folded;
use crate::store::{Merged, StoreError};

use super::verify::SAME_MOMENT;
use super::worker::Worker;

/// How much of a text a sentence carries, in characters.
const HEADLINE: usize = 40;

/// Whether `new`, first seen at a provider now, says what a post sent from here says: on one of its channels, at its
/// moment, in its words.
pub fn is_twin(new: &Post, ours: &Post) -> bool {
    // A change that is on its way may show the post as it was beside the post as it will be.
    let settled = ours.id != new.id && ours.source == Source::Runsheet && !ours.pending;
    settled
        && new.wish != Wish::Draft
        && new.targets.iter().any(|theirs| {
            ours.targets.iter().any(|own| {
                let moments = ours.schedule_for(own).zip(new.schedule_for(theirs));
                own.channel == theirs.channel
                    && own.remote.is_some()
                    && own.remote != theirs.remote
                    && moments.is_some_and(|(one, other)| (one.instant() - other.instant()).abs() <= SAME_MOMENT)
                    && folded(ours.text_for(own)) == folded(new.text_for(theirs))
            })
        })
}

impl Worker {
    /// The posts that are new here; none while an account is read for the first time, as nothing was sent from here.
    pub(super) fn newcomers(&self, merged: &[Merged]) -> Vec<Post> {
        let new = merged.iter().filter(|each| self.has_read_before() && each.ours.is_none());
        new.map(|each| each.post.clone()).collect()
    }

    /// Says of each of `new` whether it is one of ours once more.
    pub(super) async fn point_out_twins(&self, new: &[Post]) -> Result<(), StoreError> {
        for new in new {
            let Some(at) = new.instant() else { continue };
            let near = self.common.store.weeks(at - SAME_MOMENT, at + SAME_MOMENT * 2).await?;
            if near.iter().any(|ours| is_twin(new, ours)) {
                self.line(Some(new.id), words(new, at, self), true);
            }
        }
        Ok(())
    }
}

fn words(new: &Post, at: DateTime<Utc>, worker: &Worker) -> String {
    let at = worker.common.habits.moment(at, worker.common.zone, "%a %-d %b %Y {} %Z");
    let text: String = new.headline().chars().take(HEADLINE).collect();
    format!(
        "the provider has \"{text}\" twice at {at}: the one sent from here, and another that nobody here asked for. \
         Delete one of them unless both are wanted"
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use chrono_tz::Tz;

    use super::*;
    use crate::clock::Clock;
    use crate::domain::ids::{AccountName, ChannelId, IdSource, RemoteId};
    use crate::domain::post::Target;
    use crate::domain::schedule::Schedule;

    fn post(ids: &IdSource, at: DateTime<Utc>, channel: &str, remote: &str) -> Post {
        let mut post = Post::draft(ids.post(at), at);
        post.body = "Said once".into();
        post.wish = Wish::Schedule;
        post.schedule = Some(Schedule::at(at, Tz::UTC));
        let mut target = Target::new(ChannelId::of(&AccountName::new("acme"), &RemoteId::new(channel)));
        target.remote = Some(RemoteId::new(remote));
        post.targets = vec![target];
        post
    }

    #[test]
    fn a_twin_shares_channel_moment_and_words_and_is_no_draft() {
        let (ids, at) = (IdSource::seeded(1), Clock::system().now());
        let ours = post(&ids, at, "x", "1");
        let twin = Post { source: Source::Provider, ..post(&ids, at + TimeDelta::seconds(30), "x", "2") };
        assert!(is_twin(&twin, &ours));
        assert!(!is_twin(&ours, &ours));
        let cases = [
            ("another channel", post(&ids, at, "y", "2"), ours.clone()),
            ("another time", post(&ids, at + TimeDelta::minutes(5), "x", "2"), ours.clone()),
            ("other words", Post { body: "Said otherwise".into(), ..twin.clone() }, ours.clone()),
            ("a draft there", Post { wish: Wish::Draft, ..twin.clone() }, ours.clone()),
            ("the same post", post(&ids, at, "x", "1"), ours.clone()),
            ("a change on its way", twin.clone(), Post { pending: true, ..ours.clone() }),
            ("made there as well", twin.clone(), Post { source: Source::Provider, ..ours.clone() }),
        ];
        for (what, new, ours) in cases {
            assert!(!is_twin(&new, &ours), "{what}");
        }
    }
}
