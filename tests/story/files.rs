//! The file: made for its owner only, opened again as it was, and refused in words when it is not ours to touch.

use std::fs;
use std::path::{Path, PathBuf};

use runsheet::store::{Store, StoreError};
use tempfile::TempDir;

use crate::world::Stage;

/// A closed store with a few posts in it.
async fn store_in(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("store.db");
    let stage = Stage::memory();
    let store = Store::open(&path).unwrap();
    for n in 0..20 {
        let post = stage.post(&format!("text {n} ").repeat(50), n, &["acme/x1"]);
        store.autosave(crate::world::at(0), post).await.unwrap();
    }
    path
}

/// Opens what must not open: the words, and the proof that nothing was written.
fn refused(path: &Path) -> StoreError {
    let before = fs::read(path).unwrap();
    let error = Store::open(path).expect_err("it must be refused");
    assert_eq!(fs::read(path).unwrap(), before, "the file was left untouched");
    let words = error.to_string();
    assert!(words.contains(&path.display().to_string()), "{words}");
    error
}

fn patch(path: &Path, at: usize, bytes: &[u8]) {
    let mut content = fs::read(path).unwrap();
    content[at..at + bytes.len()].copy_from_slice(bytes);
    fs::write(path, content).unwrap();
}

#[tokio::test]
async fn a_store_is_made_migrated_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/store.db");
    let store = Store::open(&path).unwrap();
    let health = store.integrity().await.unwrap();
    assert_eq!((health.schema, health.path.as_deref()), (4, Some(path.as_path())));
    let pragmas: Vec<_> = health.pragmas.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "5000")];
    assert_eq!(pragmas, expected);
    store.set_setting("a", "b").await.unwrap();
    drop(store);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "closed: one file, no log beside it");
    let store = Store::open(&path).unwrap();
    assert_eq!(store.setting("a").await.unwrap().as_deref(), Some("b"));
}

#[tokio::test]
async fn an_empty_file_becomes_a_store_and_odd_names_are_fine() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["empty.db", "a b?mode=memory#ü.db", "file:x"] {
        let path = folder.path().join(name);
        fs::write(&path, b"").unwrap();
        Store::open(&path).unwrap().set_setting("a", name).await.unwrap();
        assert!(fs::metadata(&path).unwrap().len() > 0);
        assert_eq!(Store::open(&path).unwrap().setting("a").await.unwrap().as_deref(), Some(name));
    }
}

#[tokio::test]
async fn several_windows_may_make_the_same_store_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..8 {
        let path = folder.path().join(format!("{round}/store.db"));
        let windows: Vec<_> = (0..4)
            .map(|_| {
                let path = path.clone();
                tokio::task::spawn_blocking(move || Store::open(&path))
            })
            .collect();
        for (n, window) in windows.into_iter().enumerate() {
            let store = window.await.unwrap().unwrap();
            store.set_setting(&n.to_string(), "here").await.unwrap();
        }
        let store = Store::open(&path).unwrap();
        assert_eq!(store.setting("3").await.unwrap().as_deref(), Some("here"));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runsheet/store.db");
    let store = Store::open(&path).unwrap();
    store.set_setting("a", "b").await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn a_newer_store_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = store_in(&folder).await;
    patch(&path, 60, &7_u32.to_be_bytes());
    let words = refused(&path).to_string();
    assert!(
        words.starts_with("this store was written by a newer runsheet (schema 7, this program knows 4)"),
        "{words}"
    );
}

#[tokio::test]
async fn other_people_s_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "Dear diary, ".repeat(40)).unwrap();
    assert!(matches!(refused(&text), StoreError::NotAStore { .. }));
    let short = folder.path().join("short");
    fs::write(&short, "SQLite format 3\0").unwrap();
    assert!(matches!(refused(&short), StoreError::NotAStore { .. }));

    let path = store_in(&folder).await;
    patch(&path, 68, &[0; 4]);
    let words = refused(&path).to_string();
    assert!(words.contains("the database of another program"), "{words}");

    let error = Store::open(folder.path()).unwrap_err();
    assert!(matches!(&error, StoreError::NotAStore { why, .. } if why == "it is a folder"), "{error}");
    let below = Store::open(&text.join("store.db")).unwrap_err().to_string();
    assert!(below.contains("notes.txt"), "{below}");
}

#[tokio::test]
async fn a_damaged_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = store_in(&folder).await;
    let whole = fs::read(&path).unwrap();
    patch(&path, 4096, &[0xa5; 8192]);
    assert!(matches!(refused(&path), StoreError::Damaged { .. }));
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = refused(&path);
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    fs::write(&path, whole).unwrap();
    Store::open(&path).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_written_is_said_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = store_in(&folder).await;
    let lock = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    lock(&path, 0o400);
    if fs::File::options().write(true).open(&path).is_ok() {
        return; // The superuser may write everything; there is nothing to see here.
    }
    assert!(matches!(refused(&path), StoreError::ReadOnly { .. }));
    lock(&path, 0o600);
    lock(folder.path(), 0o500);
    let kept = refused(&path);
    let fresh = Store::open(&folder.path().join("new.db")).unwrap_err();
    let deeper = Store::open(&folder.path().join("new/store.db")).unwrap_err();
    lock(folder.path(), 0o700);
    for error in [kept, fresh, deeper] {
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error}");
    }
}
