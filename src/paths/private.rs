//! Files and folders that are their owner's alone from their first byte.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Makes a folder, and those above it, where they are missing.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file for writing as it is, making it when it is missing.
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Puts `bytes` in the place of whatever is at `path`: wholly, or not at all. A link stays a link; what it leads to is
/// replaced.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    beside(&path, bytes)?.persist(&path).map_err(|error| error.error)?;
    settle(&path)
}

/// Makes a file that was not there. One that is there is left alone: [`io::ErrorKind::AlreadyExists`].
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    beside(path, bytes)?.persist_noclobber(path).map_err(|error| error.error)?;
    settle(path)
}

/// Whether others than its owner may read the file. Never on systems without such rights.
pub fn is_shared(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// A complete file in the same folder, on the disk; temporary files are made for their owner only.
fn beside(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let here = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder(here)?;
    let mut file = tempfile::Builder::new().prefix(".runsheet-").tempfile_in(here)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The name itself is on the disk too, where folders can be synchronised.
fn settle(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[cfg(unix)]
    #[test]
    fn what_is_written_is_the_owner_s_alone_and_a_link_stays_one() {
        let place = tempfile::tempdir().unwrap();
        let deep = place.path().join("a/b");
        let file = deep.join("file");
        replace(&file, b"one").unwrap();
        assert_eq!((mode(&place.path().join("a")), mode(&deep), mode(&file)), (0o700, 0o700, 0o600));

        let link = place.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"two");

        assert_eq!(create(&file, b"three").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::read_dir(&deep).unwrap().count(), 1, "nothing temporary is left");

        assert!(!is_shared(&file));
        let shared = std::os::unix::fs::PermissionsExt::from_mode(0o640);
        fs::set_permissions(&file, shared).unwrap();
        assert!(is_shared(&file));
    }

    #[test]
    fn a_file_is_made_once_and_replaced_whole() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("deep/file");
        create(&file, b"one").unwrap();
        assert_eq!(create(&file, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        replace(&file, b"three").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"three");
    }
}
