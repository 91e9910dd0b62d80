//! Which file is open, whatever its path names meanwhile.

use std::io;
use std::path::Path;

use super::Store;

/// A file of this machine, by device and number; nothing where files have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(Option<(u64, u64)>);

impl Identity {
    /// The file that `path` names now.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let file = std::fs::metadata(path)?;
        Ok(Self(Some((file.dev(), file.ino()))))
    }

    /// The file that `path` names now. An open file keeps others from its path here.
    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        std::fs::metadata(path)?;
        Ok(Self(None))
    }
}

impl Store {
    /// Whether its path names another file by now, or none: the store was put aside and made anew, and what is written
    /// to this one is found by nobody.
    pub fn is_replaced(&self) -> bool {
        let (Some(path), Some(opened)) = (self.path(), self.0.opened) else { return false };
        match Identity::of(path) {
            Ok(now) => now != opened,
            Err(why) => why.kind() == io::ErrorKind::NotFound,
        }
    }
}
