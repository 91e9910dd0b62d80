//! The lock that makes one instance on a store the one that sends.

use std::fs::{File, TryLockError};

use crate::paths::{Paths, private};

use super::SessionError;

/// Makes the data folder, for this user alone.
pub(super) fn make_folder(paths: &Paths) -> Result<(), SessionError> {
    private::folder(&paths.data).map_err(machine("the data folder cannot be made:", paths))
}

/// The lock, until the file is dropped; `None` while another instance holds it.
pub(super) fn take(paths: &Paths) -> Result<Option<File>, SessionError> {
    let file = private::open(&paths.lock()).map_err(machine("the data folder cannot be written:", paths))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(why)) => Err(machine("the data folder cannot be locked:", paths)(why)),
    }
}

fn machine(what: &str, paths: &Paths) -> impl FnOnce(std::io::Error) -> SessionError + use<> {
    let what = format!("{what} {}", paths.data.display());
    move |why| SessionError::Machine { what, why }
}
