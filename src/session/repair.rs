//! A store that cannot be opened: kept aside, and made anew of whatever a person chooses.

use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::clock::{Clock, Instant};
use crate::paths::Paths;
use crate::store::backup::{self, Copy};
use crate::store::rescue;
pub use crate::store::rescue::Found;
use crate::store::{Store, StoreError};

use super::{Options, SessionError, lock};

/// Why nothing of a newer store is salvaged.
const TOO_NEW: &str = "only the newer program can read it";

/// What a new store is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// What can be read of the damaged one.
    Salvage,
    /// A copy, by its file's name; the newest where none is named.
    Copy(Option<String>),
    /// Nothing: the providers are asked for everything.
    Nothing,
}

/// What can be done about a store.
#[derive(Debug)]
pub struct Offers {
    /// What is wrong with it.
    pub damage: String,
    /// Where it is kept as it is; nothing where there was no file.
    pub kept: Option<PathBuf>,
    /// What can be read of it, or why nothing can.
    pub salvage: Result<Found, String>,
    /// The copies, newest first, with what is in them.
    pub copies: Vec<(Copy, Result<Found, String>)>,
}

impl Offers {
    /// The newest copy that opens: when it was made, and what is in it.
    pub fn newest(&self) -> Option<(Instant, &Found)> {
        self.copies.iter().find_map(|(copy, found)| Some((copy.at, found.as_ref().ok()?)))
    }

    /// What can be read of the store, where that is anything.
    pub fn readable(&self) -> Option<&Found> {
        let is_worth_it = |found: &&Found| found.posts > 0 || found.writes > 0 && self.newest().is_none();
        self.salvage.as_ref().ok().filter(is_worth_it)
    }
}

/// What was done.
#[derive(Debug)]
pub struct Repaired {
    /// What is in the store now.
    pub found: Found,
    /// Where the damaged one is kept.
    pub kept: Option<PathBuf>,
}

/// Opens the store. One that is not whole, not ours or not for this program is kept aside, and refused with words.
pub(super) fn open_store(paths: &Paths, now: Instant) -> Result<Store, SessionError> {
    let path = paths.store();
    let opened = match rescue::emptied(&path, &paths.backups()) {
        Some(error) => Err(error),
        None => Store::open(&path),
    };
    opened.map_err(|error| aside(&paths.store(), error, now))
}

/// The refusal of a store that is not whole, not ours or not for this program: it is kept aside first.
pub(super) fn aside(path: &Path, error: StoreError, now: Instant) -> SessionError {
    match error {
        StoreError::Damaged { .. } | StoreError::NotAStore { .. } | StoreError::Newer { .. } if path.is_file() => {
            match rescue::keep_aside(path, now) {
                Ok(kept) => SessionError::Broken { error, kept },
                // It stays where it is, and is said to be damaged all the same.
                Err(_) => SessionError::Store(error),
            }
        }
        error => SessionError::Store(error),
    }
}

/// Looks what can be done; nothing where nothing is wrong. Changes nothing but that a damaged store is kept aside.
pub async fn look(options: &Options, clock: &Clock) -> Result<Option<Offers>, SessionError> {
    let paths = options.paths()?;
    lock::make_folder(&paths)?;
    let _lock = locked(&paths)?;
    let Some((damage, newer)) = damage(&paths).await? else { return Ok(None) };
    let now = clock.now();
    let kept = paths.store().is_file().then(|| rescue::keep_aside(&paths.store(), now)).transpose()?;
    let salvage = match &kept {
        None => Err("there is nothing to read".into()),
        Some(_) if newer => Err(TOO_NEW.into()),
        Some(kept) => {
            let place = beside(&paths)?;
            rescue::salvage(kept, &place, now).map_err(|error| error.to_string())
        }
    };
    let mut copies = Vec::new();
    for copy in backup::copies(&paths.backups()) {
        let place = beside(&paths)?;
        let found = rescue::restore(&copy.path, &place, now).map_err(|error| error.to_string());
        copies.push((copy, found));
    }
    Ok(Some(Offers { damage, kept, salvage, copies }))
}

/// Makes the store anew of `source`; the damaged one is kept aside. Nothing where nothing is wrong.
pub async fn repair(options: &Options, clock: &Clock, source: &Source) -> Result<Option<Repaired>, SessionError> {
    let paths = options.paths()?;
    lock::make_folder(&paths)?;
    let _lock = locked(&paths)?;
    let Some((_, newer)) = damage(&paths).await? else { return Ok(None) };
    if newer && *source == Source::Salvage {
        return Err(refused(TOO_NEW));
    }
    let (path, now) = (paths.store(), clock.now());
    let kept = path.is_file().then(|| rescue::keep_aside(&path, now)).transpose()?;
    let place = beside(&paths)?;
    let found = match source {
        Source::Salvage => {
            let from = kept.as_deref().ok_or_else(|| refused("there is no store to read"))?;
            let found = rescue::salvage(from, &place, now)?;
            if found.posts == 0 && newest(&paths, now, &beside(&paths)?).is_ok() {
                // It would be a store in order, and the way to the copies would be closed.
                return Err(refused("nothing of it can be read, and there are copies: take one with --from copy"));
            }
            found
        }
        Source::Copy(Some(name)) => rescue::restore(&chosen(&paths, name)?, &place, now)?,
        Source::Copy(None) => newest(&paths, now, &place)?,
        Source::Nothing => {
            rescue::begin_anew(&place)?;
            Found::default()
        }
    };
    rescue::replace(&path, &place)?;
    Ok(Some(Repaired { found, kept }))
}

/// What is wrong with the store, and whether it is only too new.
async fn damage(paths: &Paths) -> Result<Option<(String, bool)>, SessionError> {
    let path = paths.store();
    if !path.exists() {
        let lost = !backup::copies(&paths.backups()).is_empty();
        return Ok(lost.then(|| (format!("{} is not there, although there are copies of it", path.display()), false)));
    }
    if let Some(error) = rescue::emptied(&path, &paths.backups()) {
        return Ok(Some((error.to_string(), false)));
    }
    let store = match Store::open(&path) {
        Ok(store) => store,
        Err(error @ (StoreError::Damaged { .. } | StoreError::NotAStore { .. })) => {
            return Ok(Some((error.to_string(), false)));
        }
        Err(error @ StoreError::Newer { .. }) => return Ok(Some((error.to_string(), true))),
        Err(error) => return Err(error.into()),
    };
    match store.integrity().await {
        Ok(found) if found.problems.is_empty() => Ok(None),
        Ok(found) => {
            Ok(Some((format!("the store {} is damaged: {}", path.display(), found.problems.join("; ")), false)))
        }
        Err(error @ StoreError::Damaged { .. }) => Ok(Some((error.to_string(), false))),
        Err(error) => Err(error.into()),
    }
}

fn chosen(paths: &Paths, name: &str) -> Result<PathBuf, SessionError> {
    let named = |copy: &&Copy| copy.path.file_name().is_some_and(|known| known == name);
    let copies = backup::copies(&paths.backups());
    let copy = copies.iter().find(named).map(|copy| copy.path.clone());
    copy.ok_or_else(|| refused(&format!("there is no such copy in {}", paths.backups().display())))
}

/// Makes a store at `place` of the newest copy that opens.
fn newest(paths: &Paths, now: Instant, place: &Path) -> Result<Found, SessionError> {
    let mut why = refused(&format!("there is no copy in {}", paths.backups().display()));
    for copy in backup::copies(&paths.backups()) {
        // What an earlier one left half made.
        let _ = std::fs::remove_file(place);
        match rescue::restore(&copy.path, place, now) {
            Ok(found) => return Ok(found),
            Err(error) => why = error.into(),
        }
    }
    Err(why)
}

/// A place for a store in the making, on the same disk; gone afterwards unless it was moved.
fn beside(paths: &Paths) -> Result<TempPath, SessionError> {
    let file = tempfile::Builder::new().prefix(".repair-").tempfile_in(&paths.data);
    let path = file.map_err(|why| machine(&paths.data, why))?.into_temp_path();
    // A place is wanted, and no file at it.
    std::fs::remove_file(&path).map_err(|why| machine(&paths.data, why))?;
    Ok(path)
}

fn locked(paths: &Paths) -> Result<std::fs::File, SessionError> {
    lock::take(paths)?.ok_or_else(|| refused("another runsheet is open on this store: close it first"))
}

fn machine(path: &Path, why: std::io::Error) -> SessionError {
    SessionError::Folder { path: path.to_owned(), what: "written", why }
}

fn refused(words: &str) -> SessionError {
    SessionError::Refused(words.into())
}
