//! A copy of the store a day, made by SQLite itself while the program works; old ones go.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};
use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::error::{Fault, StoreError};
use super::{Store, doubt, migrate};

/// How old the newest copy may become: a program that is opened once a day makes one each time.
const EVERY: TimeDelta = TimeDelta::hours(23);
/// For how many days one copy each is kept, and for how many weeks before.
const DAYS: usize = 7;
const WEEKS: usize = 4;

/// How a copy is called, in UTC.
const NAME: &str = "runsheet-%Y-%m-%dT%H%M%SZ.db";

/// A copy of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Where it is.
    pub path: PathBuf,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// The copies in `folder`, newest first.
pub fn copies(folder: &Path) -> Vec<Copy> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let copy = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let at = NaiveDateTime::parse_from_str(name.to_str()?, NAME).ok()?.and_utc();
        Some(Copy { path: entry.path(), at })
    };
    let mut copies: Vec<Copy> = entries.flatten().filter_map(copy).collect();
    copies.sort_by_key(|copy| std::cmp::Reverse(copy.at));
    copies
}

impl Store {
    /// Copies the store into `folder`, unless it has a copy of less than a day; says where. Of older copies one a day
    /// and then one a week stay. In memory there is nothing to copy.
    pub async fn back_up(&self, folder: &Path, now: DateTime<Utc>) -> Result<Option<PathBuf>, StoreError> {
        let Some(path) = self.path().map(Path::to_owned) else { return Ok(None) };
        let folder = folder.to_owned();
        // On a connection of its own: nobody waits for it, and it waits for nobody.
        let copying = tokio::task::spawn_blocking(move || back_up(&path, &folder, now));
        copying.await.unwrap_or(Err(StoreError::Stopped))
    }
}

fn back_up(path: &Path, folder: &Path, now: DateTime<Utc>) -> Result<Option<PathBuf>, StoreError> {
    let known = copies(folder);
    // One from the future was made while the clock was wrong, and says nothing.
    if known.iter().any(|copy| copy.at <= now && now - copy.at < EVERY) {
        return Ok(None);
    }
    migrate::owner_only_folder().create(folder).map_err(|error| StoreError::of_io(folder, &error))?;
    let file = tempfile::Builder::new().prefix(".copy-").tempfile_in(folder);
    let file = file.map_err(|error| StoreError::of_io(folder, &error))?;
    copy(path, file.path()).map_err(|fault| blame(path, fault.at(file.path())))?;
    let place = folder.join(now.format(NAME).to_string());
    file.persist(&place).map_err(|error| StoreError::of_io(&place, &error.error))?;
    let mut all = copies(folder);
    all.retain(|copy| copy.at <= now || known.contains(copy));
    for old in superfluous(&all) {
        // One that cannot be taken away is taken away another day.
        let _ = fs::remove_file(old);
    }
    Ok(Some(place))
}

/// Which of the two is damaged, where a copy is: a store that is whole made it on a bad disk.
fn blame(path: &Path, error: StoreError) -> StoreError {
    match (error, doubt::look(path)) {
        (_, Ok(Some(damage))) => damage,
        (StoreError::Damaged { path, words }, _) => StoreError::Trouble { path, words },
        (error, _) => error,
    }
}

/// Copies the store at `from` as it is at this moment into the file `to`, and looks whether the copy is whole.
fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    let store = migrate::open_reader(from)?;
    let mut copied = Connection::open(to)?;
    Backup::new(&store, &mut copied)?.step(-1)?;
    // The copy is one file, whatever the store itself keeps beside it.
    copied.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    migrate::whole(&copied, to)
}

/// Which of `copies` (newest first) need not be kept: all but the newest of each of the last days and weeks.
fn superfluous(copies: &[Copy]) -> Vec<PathBuf> {
    let (mut days, mut weeks) = (BTreeSet::new(), BTreeSet::new());
    let mut old = Vec::new();
    for copy in copies {
        let day = copy.at.date_naive();
        let week = (day.iso_week().year(), day.iso_week().week());
        let newest_of_day = days.len() < DAYS && days.insert(day);
        let newest_of_week = weeks.len() < DAYS.div_ceil(7) + WEEKS && weeks.insert(week);
        if !newest_of_day && !newest_of_week {
            old.push(copy.path.clone());
        }
    }
    old
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_of_days_and_a_month_of_weeks_are_kept() {
        let newest: DateTime<Utc> = "2026-11-27T09:00:00Z".parse().unwrap();
        let copy = |days: i64| {
            let at = newest - TimeDelta::days(days);
            Copy { path: at.format(NAME).to_string().into(), at }
        };
        let all: Vec<Copy> = (0..90).map(copy).collect();
        let old = superfluous(&all);
        let kept: Vec<i64> = (0..90).filter(|days| !old.contains(&copy(*days).path)).collect();
        // Friday back to Saturday a week ago; then the Sundays before.
        assert_eq!(kept, [0, 1, 2, 3, 4, 5, 6, 12, 19, 26]);
    }

    #[test]
    fn a_copy_that_went_wrong_is_named_and_not_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let [store, bad, to] = ["runsheet.db", "bad.db", "copy.db"].map(|name| folder.path().join(name));
        drop(Store::open(&store).unwrap());
        // What a bad disk makes of it: the pages themselves are copied without a look.
        let mut bytes = fs::read(&store).unwrap();
        bytes.iter_mut().rev().take(4096).for_each(|byte| *byte = 0xaa);
        fs::write(&bad, bytes).unwrap();
        let error = copy(&bad, &to).unwrap_err().at(Path::new("neither"));
        assert!(matches!(&error, StoreError::Damaged { path, .. } if *path == to), "{error:?}");
        let blamed = blame(&store, error);
        assert!(matches!(&blamed, StoreError::Trouble { path, .. } if *path == to), "{blamed:?}");
    }
}
