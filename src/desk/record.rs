//! The record of a folder of posts as files, on the disk: read before anything is decided, written when all is done.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::manuscript::{self, RECORD, Record};

/// Bytes of a record at most: what the files of the largest folder need several times over.
const MOST_BYTES: u64 = 32_000_000;

/// Where the record of a folder is.
pub fn place(folder: &Path) -> PathBuf {
    folder.join(RECORD)
}

/// The record of a folder, if it has one; or what is wrong with it, each fault with file and line.
pub fn read(folder: &Path) -> Result<Option<Record>, Vec<String>> {
    let path = place(folder);
    let name = path.display().to_string();
    let cannot = |words: &dyn std::fmt::Display| vec![format!("{name}:1:1: the record cannot be read: {words}")];
    if is_link(&path) {
        return Err(cannot(&"a link stands there, and none is followed; put the record itself in its place"));
    }
    let mut bytes = Vec::new();
    match std::fs::File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => {
            opened.and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(|it| cannot(&it))?
        }
    };
    if bytes.len() as u64 > MOST_BYTES {
        return Err(cannot(&format!("it is larger than {} MB", MOST_BYTES / 1_000_000)));
    }
    let text = manuscript::decode(bytes).map_err(|fault| vec![fault]);
    text.and_then(|text| Record::read(&text)).map(Some).map_err(|faults| {
        let placed = |fault: &manuscript::Fault| {
            format!("{name}:{}:{}: {}; {}", fault.spot.line, fault.spot.column, fault.words, fault.remedy)
        };
        faults.iter().map(placed).collect()
    })
}

/// Puts the record in the place of the one before: wholly, or not at all.
pub fn write(folder: &Path, record: &Record) -> std::io::Result<()> {
    let path = place(folder);
    if is_link(&path) {
        return Err(std::io::Error::other("a link stands there, and none is followed"));
    }
    let above = path.parent().unwrap_or(folder);
    std::fs::create_dir_all(above)?;
    let mut new = tempfile::Builder::new();
    // It is committed with the posts, and read by whoever reads those.
    #[cfg(unix)]
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut new = new.prefix(".applied-").tempfile_in(above)?;
    new.write_all(record.written().as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(&path).map(|_| ()).map_err(|error| error.error)
}

/// Whether the way to it leads elsewhere: files come from other people, and so would the link.
fn is_link(path: &Path) -> bool {
    let link = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
    link(path) || path.parent().is_some_and(link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manuscript::{Applied, fingerprint};

    #[test]
    fn what_is_written_is_read_and_what_is_none_is_named() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(read(home.path()), Ok(None));
        let mut record = Record::default();
        record.files.insert("a.md".into(), Applied { print: fingerprint("a"), ..Applied::default() });
        for _ in 0..2 {
            write(home.path(), &record).unwrap();
            assert_eq!(read(home.path()), Ok(Some(record.clone())));
        }
        let inside = std::fs::read_dir(home.path().join(".runsheet")).unwrap();
        assert_eq!(inside.count(), 1, "nothing temporary is left");
        std::fs::write(place(home.path()), [b'a', 0xff]).unwrap();
        assert!(read(home.path()).unwrap_err()[0].contains("applied.toml:1:2: the byte 0xFF"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_neither_read_nor_written_through() {
        let home = tempfile::tempdir().unwrap();
        let elsewhere = home.path().join("elsewhere");
        std::fs::create_dir(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, home.path().join(".runsheet")).unwrap();
        assert!(write(home.path(), &Record::default()).is_err());
        assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
        std::fs::write(elsewhere.join("applied.toml"), "version = 1\n").unwrap();
        assert!(read(home.path()).unwrap_err()[0].contains("a link stands there"));
    }
}
