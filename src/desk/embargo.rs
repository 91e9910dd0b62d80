//! Days on which nothing goes out.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::batch::{self, Batch};
use crate::domain::post::{Post, Wish};
use crate::domain::schedule::{Resolved, Schedule};
use crate::domain::when::{self, Reading};
use crate::exchange::{self, Row};

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

    /// Adds to what a provider says of the rows of `csv`, a table in its own form, which of them would go out on a day on
    /// which nothing goes out. Where any day is marked, a row whose day is not known here is named too.
    pub(super) async fn heed_in_batch(&self, csv: &str, batch: &mut Batch) -> Result<()> {
        let standing = self.standing_embargoes().await?;
        if standing.days.is_empty() {
            return Ok(());
        }
        let sheet = match exchange::read(csv, &BTreeMap::new(), None) {
            Ok(sheet) if sheet.stop.is_none() => sheet,
            _ => {
                let words = "its columns cannot be read here, so no row was held against the days of embargo";
                batch.remarks.push(words.into());
                return Ok(());
            }
        };
        for row in sheet.rows.iter().filter(|row| !row.draft) {
            let number = u64::try_from(row.number).unwrap_or(u64::MAX);
            let Some(moments) = moments(row, standing.now) else {
                let words = "its day is not known here, so it was not held against the days of embargo";
                batch.remarks.push(format!("row {number}: {words}"));
                continue;
            };
            let Some(words) = standing.on(moments) else { continue };
            match batch.rows.iter_mut().find(|known| known.number == number) {
                Some(known) => known.faults.push(words),
                None => batch.rows.push(batch::Row { number, made: None, faults: vec![words] }),
            }
        }
        batch.rows.sort_by_key(|row| row.number);
        Ok(())
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

/// The moments at which a row in a provider's own form would go out; nothing where one cannot be read. A time without a
/// zone is one of UTC there.
fn moments(row: &Row, now: DateTime<Utc>) -> Option<Vec<DateTime<Utc>>> {
    let zone = row.zone.as_deref().map_or(Ok(Tz::UTC), |name| name.trim().parse()).ok()?;
    let asked = row.own.iter().filter_map(|own| own.when.as_deref()).chain(row.when.as_deref());
    let mut moments: Vec<_> = asked.map(|words| moment(words, now, zone)).collect::<Option<_>>()?;
    moments.extend(row.now.then_some(now));
    // A date that can be read two ways is none, and its row says so.
    (!moments.is_empty() || row.all_faults().next().is_none()).then_some(moments)
}

fn moment(words: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    match when::read(words, now, zone).ok()? {
        Reading::Now => Some(now),
        Reading::At(Resolved::At(at) | Resolved::Gap { after: at, .. } | Resolved::Twice { first: at, .. }) => {
            Some(at.instant())
        }
    }
}
