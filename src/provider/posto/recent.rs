//! What was seen waiting for its time lately, here or by another run of the program. Some sites leave rows out of every
//! list while they are being sent (contract, section 7): a post that vanishes at its time is going out, and not gone.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::RemoteId;
use crate::domain::outcome::Outcome;
use crate::domain::remote::{RemotePost, RemoteState};

/// How long before its time a post is remembered: longer than any two looks at the listing are apart.
const AHEAD: TimeDelta = TimeDelta::hours(24);
/// How long after its time a post that is not listed counts as going out. Sending waits for a visitor of the site.
pub const HIDDEN_FOR: TimeDelta = TimeDelta::hours(1);
/// Sites may begin a little early, their clock being another one.
const EARLY: TimeDelta = TimeDelta::minutes(2);

/// Posts whose time is near, as last seen waiting.
#[derive(Debug, Default)]
pub struct Recent(Mutex<BTreeMap<RemoteId, Known>>);

/// A post, and when the last of what waits in it is due.
#[derive(Debug)]
struct Known {
    post: RemotePost,
    due: DateTime<Utc>,
}

impl Known {
    /// Whether some of it may be going out.
    fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.due - EARLY <= now && now < self.due + HIDDEN_FOR
    }
}

impl Recent {
    /// What is there, given what is listed and when the last of it is `due` that waits: targets that are left out at
    /// their time are going out. Remembers what waits; `None` where nothing is listed and nothing is missing.
    pub fn completed(
        &self,
        id: &RemoteId,
        listed: Option<RemotePost>,
        due: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<RemotePost> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, known| now < known.due + HIDDEN_FOR);
        let before = known.get(id).filter(|known| known.is_due(now)).map(|known| &known.post);
        let shown = match (listed, before) {
            (Some(post), Some(before)) => Some(with_hidden(post, before)),
            (None, Some(before)) => Some(with_hidden(RemotePost { targets: Vec::new(), ..before.clone() }, before)),
            (listed, None) => listed,
        };
        if let (Some(post), Some(due)) = (&shown, due.filter(|due| *due < now + AHEAD)) {
            // What is overdue and listed as waiting goes out from now on.
            known.insert(id.clone(), Known { post: post.clone(), due: due.max(now) });
        }
        shown
    }

    /// Whether more channels of a post are known than the `shown` ones.
    pub fn knows_more(&self, id: &RemoteId, shown: usize) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).is_some_and(|known| known.post.targets.len() > shown)
    }

    /// Whether something of a post is going out unseen, of which `shown` channels are listed.
    pub fn hides(&self, id: &RemoteId, shown: usize, now: DateTime<Utc>) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).is_some_and(|known| known.is_due(now) && known.post.targets.len() > shown)
    }

    /// Takes over what another run of the program saw waiting, of which the last is `due`.
    pub fn remind(&self, post: RemotePost, due: DateTime<Utc>, now: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Since when it is out of sight, this one may know better.
        let hidden = known.get(&post.id).map(|known| known.due);
        let hidden = hidden.filter(|since| *since <= now && post.state == RemoteState::Publishing);
        let due = hidden.map_or(due, |since| since.max(due));
        if now < due + HIDDEN_FOR && due < now + AHEAD {
            known.insert(post.id.clone(), Known { post, due });
        }
    }

    /// Forgets a post that we changed or took away.
    pub fn forget(&self, id: &RemoteId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

/// `post` with the targets that `before` had and it lacks, as going out.
fn with_hidden(mut post: RemotePost, before: &RemotePost) -> RemotePost {
    let mut targets = Vec::with_capacity(before.targets.len());
    for known in &before.targets {
        match post.targets.iter().position(|target| target.channel == known.channel) {
            Some(place) => targets.push(post.targets.remove(place)),
            None => {
                let mut hidden = known.clone();
                hidden.outcome = Outcome::Publishing;
                targets.push(hidden);
                post.state = RemoteState::Publishing;
            }
        }
    }
    targets.append(&mut post.targets);
    post.targets = targets;
    post
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Network;
    use crate::domain::remote::RemoteTarget;

    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn waiting(channels: &[&str]) -> RemotePost {
        let target = |channel: &&str| RemoteTarget {
            channel: RemoteId::new(*channel),
            network: Network::from_word("x"),
            text: None,
            at: None,
            outcome: Outcome::Accepted,
            extras: crate::domain::options::Extras::default(),
        };
        RemotePost {
            id: RemoteId::new("g"),
            reference: None,
            body: "hello".into(),
            title: None,
            at: Some(minute(60)),
            state: RemoteState::Scheduled,
            targets: channels.iter().map(target).collect(),
            media: Vec::new(),
            tags: Vec::new(),
            campaign: None,
            created_at: None,
            updated_at: None,
            oddities: Vec::new(),
        }
    }

    #[test]
    fn what_vanishes_at_its_time_is_going_out_for_a_while() {
        let (recent, id) = (Recent::default(), RemoteId::new("g"));
        let due = Some(minute(60));
        assert_eq!(recent.completed(&id, None, None, minute(0)), None, "never seen");
        assert_eq!(recent.completed(&id, Some(waiting(&["1", "2"])), due, minute(0)), Some(waiting(&["1", "2"])));
        assert_eq!(recent.completed(&id, None, None, minute(57)), None, "deleted before its time");
        let gone = recent.completed(&id, None, None, minute(61)).unwrap();
        assert_eq!((gone.state, gone.targets.len()), (RemoteState::Publishing, 2));
        assert!(gone.targets.iter().all(|target| target.outcome == Outcome::Publishing));
        assert!(recent.hides(&id, 1, minute(61)) && !recent.hides(&id, 2, minute(61)));
        assert!(!recent.hides(&id, 0, minute(121)));
        assert_eq!(recent.completed(&id, None, None, minute(121)), None, "too long for sending");
    }

    #[test]
    fn what_waits_past_its_time_goes_out_from_when_it_was_last_seen_waiting() {
        let (recent, id) = (Recent::default(), RemoteId::new("g"));
        // Nobody has visited the site for hours.
        recent.completed(&id, Some(waiting(&["1"])), Some(minute(60)), minute(300));
        assert_eq!(recent.completed(&id, None, None, minute(301)).unwrap().state, RemoteState::Publishing);
        assert_eq!(recent.completed(&id, None, None, minute(361)), None);
    }

    #[test]
    fn what_another_run_saw_waiting_is_known_here_too() {
        let (recent, id) = (Recent::default(), RemoteId::new("g"));
        recent.remind(waiting(&["1"]), minute(60), minute(50));
        assert!(recent.hides(&id, 0, minute(61)));
        // Moved since, by that other run.
        recent.remind(waiting(&["1"]), minute(200), minute(70));
        assert!(!recent.hides(&id, 0, minute(71)) && recent.hides(&id, 0, minute(201)));
        // Seen waiting late here, and out of sight since: the store only knows when it was due.
        recent.completed(&id, Some(waiting(&["1"])), Some(minute(200)), minute(250));
        let hidden = recent.completed(&id, None, None, minute(255)).unwrap();
        recent.remind(hidden.clone(), minute(200), minute(256));
        assert!(recent.hides(&id, 0, minute(300)));
        // What is over for longer than any sending takes is taken from nobody.
        recent.forget(&id);
        recent.remind(hidden, minute(200), minute(300));
        assert!(!recent.hides(&id, 0, minute(300)));
    }

    #[test]
    fn a_target_that_is_left_out_keeps_its_place() {
        let (recent, id) = (Recent::default(), RemoteId::new("g"));
        recent.completed(&id, Some(waiting(&["1", "2"])), Some(minute(60)), minute(0));
        let mut second = waiting(&["2"]);
        second.state = RemoteState::Settled;
        second.targets[0].outcome = Outcome::Published { url: None, at: None };
        assert!(recent.knows_more(&id, 1) && !recent.knows_more(&id, 2));
        let shown = recent.completed(&id, Some(second.clone()), None, minute(60)).unwrap();
        let outcomes: Vec<_> = shown.targets.iter().map(|target| &target.outcome).collect();
        assert_eq!(outcomes, [&Outcome::Publishing, &Outcome::Published { url: None, at: None }]);
        assert_eq!(shown.state, RemoteState::Publishing);
        // Tried again days later, it is hidden anew.
        let (days, mut again) = (minute(9_000), waiting(&["1", "2"]));
        again.targets[1].outcome = Outcome::Published { url: None, at: None };
        recent.completed(&id, Some(again), Some(days), days);
        assert_eq!(recent.completed(&id, Some(second.clone()), None, days).unwrap().targets.len(), 2);
        recent.forget(&id);
        assert_eq!(recent.completed(&id, Some(second.clone()), None, days), Some(second));
    }
}
