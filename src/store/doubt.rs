//! A store that was found damaged while it was open: a mark beside it, so that the next opening looks at the whole of it,
//! however large it is.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::{Store, migrate};

impl Store {
    /// Looks at every page, on a connection of its own: nobody waits for it. What is wrong, where something is. Small
    /// stores were looked at when they were opened, and one in memory cannot be damaged.
    pub async fn damage(&self) -> Result<Option<StoreError>, StoreError> {
        let Some(path) = self.path().map(Path::to_owned) else { return Ok(None) };
        let looking = tokio::task::spawn_blocking(move || look(&path));
        looking.await.unwrap_or(Err(StoreError::Stopped))
    }
}

fn look(path: &Path) -> Result<Option<StoreError>, StoreError> {
    let found = migrate::open_reader(path).and_then(|reader| {
        let checked = if migrate::is_small(&reader) { Ok(()) } else { migrate::whole(&reader, path) };
        checked.map_err(|fault| fault.at(path))
    });
    match found {
        Ok(()) => Ok(None),
        Err(error @ StoreError::Damaged { .. }) => {
            note(path);
            Ok(Some(error))
        }
        Err(error) => Err(error),
    }
}

/// Notes that the store at `path` is damaged. Where that cannot be written it is noticed anew.
pub(super) fn note(path: &Path) {
    let _ = migrate::owner_only_file().open(mark(path));
}

/// Whether the store at `path` was found damaged.
pub(super) fn is_noted(path: &Path) -> bool {
    mark(path).exists()
}

/// The store at `path` is whole, or another one.
pub(super) fn forget(path: &Path) {
    // Mostly there is none.
    let _ = fs::remove_file(mark(path));
}

fn mark(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".doubtful");
    name.into()
}
