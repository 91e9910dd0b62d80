//! The lock that makes one instance on a store the one that sends.

use std::fs::{File, TryLockError};

use crate::paths::{Paths, private};

use super::SessionError;

/// Makes the data folder, for this user alone.
pub(super) fn make_folder(paths: &Paths) -> Result<(), SessionError> {
    private::folder(&paths.data).map_err(machine("made", paths))
}

/// The lock, until the file is dropped; `None` while another instance holds it.
pub(super) fn take(paths: &Paths) -> Result<Option<File>, SessionError> {
    let file = private::open(&paths.lock()).map_err(machine("written", paths))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(why)) => Err(machine("locked", paths)(why)),
    }
}

fn machine(what: &'static str, paths: &Paths) -> impl FnOnce(std::io::Error) -> SessionError + use<> {
    let path = paths.data.clone();
    move |why| SessionError::Folder { path, what, why }
}
