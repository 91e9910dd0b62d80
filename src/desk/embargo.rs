//! Days on which nothing goes out.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::post::{Post, Wish};
use crate::domain::schedule::Schedule;

use super::posts::not_out;
use super::{Desk, DeskError, Result};

/// The embargoes as they stand at one moment.
#[derive(Clone, Debug)]
pub struct Embargoes {
    days: BTreeMap<NaiveDate, String>,
    zone: Tz,
    now: DateTime<Utc>,
}

impl Embargoes {
    /// What stands against a post that is to go out, if anything does.
    pub fn against(&self, post: &Post) -> Option<String> {
        match post.wish {
            Wish::Now => self.on([self.now]),
            Wish::Schedule => {
                let times = post.targets.iter().filter(|target| not_out(target));
                self.on(times.filter_map(|target| post.schedule_for(target)).map(|at| at.instant()))
            }
            Wish::Draft | Wish::Hold => None,
        }
    }

    /// The first of some moments on whose day nothing goes out, in words.
    fn on(&self, moments: impl IntoIterator<Item = DateTime<Utc>>) -> Option<String> {
        let mut days = moments.into_iter().map(|at| at.with_timezone(&self.zone).date_naive());
        let (date, why) = days.find_map(|date| Some((date, self.days.get(&date)?)))?;
        let date = date.format("%a %-d %b");
        Some(format!("nothing goes out on {date}: {why}; choose another day, or lift the embargo"))
    }
}

impl Desk {
    /// The embargoes as they stand.
    pub async fn standing_embargoes(&self) -> Result<Embargoes> {
        Ok(Embargoes { days: self.embargoes().await?, zone: self.zone(), now: self.now() })
    }

    /// Why nothing goes out today, if so.
    pub async fn embargo_today(&self) -> Result<Option<String>> {
        let standing = self.standing_embargoes().await?;
        Ok(standing.on([standing.now]))
    }

    /// Refuses a time on a day on which nothing goes out.
    pub(super) async fn not_on_embargo(&self, schedules: &[Schedule]) -> Result<()> {
        let standing = self.standing_embargoes().await?;
        match standing.on(schedules.iter().map(Schedule::instant)) {
            Some(words) => Err(DeskError::Refused(words)),
            None => Ok(()),
        }
    }
}
