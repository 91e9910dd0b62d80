//! Times that are proposed for rows which are refused for want of one: what was meant where the clocks skip it, else the
//! next free slot. What somebody accepts of it is judged as if they had typed it.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::domain::intake::{Asking, Proposal, Verdict, Why};
use crate::domain::post::{Post, Wish};
use crate::domain::schedule::{Resolved, Schedule};
use crate::domain::when::{self, Reading};
use crate::exchange::Row;

use super::judge::{Judged, lacks_time, meant_in, zone_named};
use super::{Desk, Result};

/// What can be said for a row: a time, or why none is proposed.
pub(super) type Advice = std::result::Result<Proposal, String>;

impl Desk {
    /// What is proposed for rows that are refused for their time, by their numbers.
    pub(super) async fn proposals(
        &self,
        rows: &[Row],
        judged: &[Judged],
        asking: &Asking,
    ) -> Result<BTreeMap<usize, Advice>> {
        let home = asking.zone.as_deref().and_then(|name| zone_named(name).ok()).unwrap_or(self.zone());
        let refused = rows.iter().zip(judged).filter(|(_, one)| one.verdict == Verdict::Refused);
        let (mut found, mut timeless) = (BTreeMap::new(), Vec::new());
        for (row, one) in refused {
            // A zone that is none has to be mended first.
            let Ok(zone) = row.zone.as_deref().map_or(Ok(home), zone_named) else { continue };
            let post = &one.incoming.post;
            if let Some(later) = self.behind_the_gap(row, zone) {
                found.insert(row.number, Ok(later));
            } else if !post.targets.is_empty() && lacks_time(row, post, asking.drafts) {
                timeless.push((row, zone, post));
            }
        }
        if !timeless.is_empty() {
            self.propose_slots(&timeless, judged, &mut found).await?;
        }
        Ok(found)
    }

    /// The time for the first of a row's that the clocks skip: as much later as they are set on.
    fn behind_the_gap(&self, row: &Row, zone: Tz) -> Option<Proposal> {
        let own = row.own.iter().map(|own| (Some(&own.whose), own.when.as_deref()));
        let mut all = [(None, row.when.as_deref())].into_iter().chain(own);
        all.find_map(|(whose, words)| {
            let (words, zone) = meant_in(words?, zone, &mut Vec::new());
            let Ok(Reading::At(Resolved::Gap { before, moved, .. })) = when::read(words, self.now(), zone) else {
                return None;
            };
            let asked = before.wall() + (moved.instant() - before.instant());
            let at = Schedule::at(moved.instant(), zone);
            let proposal = Proposal { whose: whose.cloned(), at, words: written(at), why: Why::Gap(asked) };
            (at.instant() > self.now()).then_some(proposal)
        })
    }

    /// The next free slots for rows that say no time, each with one of its own beside those that the good rows take. A
    /// row without a key that is there already at some time has none: it would make its post a second time.
    async fn propose_slots(
        &self,
        timeless: &[(&Row, Tz, &Post)],
        judged: &[Judged],
        found: &mut BTreeMap<usize, Advice>,
    ) -> Result<()> {
        let mut slots = self.slots().await?;
        for good in judged.iter().filter(|one| one.verdict == Verdict::Good) {
            slots.take(&good.incoming.post);
        }
        let posts: Vec<&Post> = timeless.iter().map(|(_, _, post)| *post).collect();
        let twins = self.said_at_any_time(&posts).await?;
        for ((row, zone, post), twin) in timeless.iter().zip(twins) {
            if let (None, Some(id)) = (&row.key, twin) {
                let words = format!("post {id} says the same on these channels already: no time is proposed");
                found.insert(row.number, Err(words));
                continue;
            }
            // Without slots nothing tells one time from another.
            let Ok(free) = slots.next(&post.targets) else { continue };
            slots.take(&Post { schedule: Some(free), wish: Wish::Schedule, ..(*post).clone() });
            let at = Schedule::at(free.instant(), *zone);
            found.insert(row.number, Ok(Proposal { whose: None, at, words: written(at), why: Why::Slot }));
        }
        Ok(())
    }
}

/// A moment in words that are read as that one whatever zone they are read in, and keep theirs.
fn written(at: Schedule) -> String {
    format!("{}[{}]", at.instant().with_timezone(&at.zone()).to_rfc3339(), at.zone())
}
