//! A disk that can be full, break, or lose its machine at any write: a small library that is loaded before the program's
//! own, built here by the C compiler that building SQLite needs anyway.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The library, made once for all tests of a process.
pub fn library() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        // Not a folder that goes with its owner: nothing static is ever dropped.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (source, made) = (folder.join("disk.c"), folder.join("disk.so"));
        std::fs::write(&source, include_str!("disk.c")).unwrap();
        let mut compiler = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        let ended = compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&made).arg(&source).arg("-ldl").output();
        let ended = ended.expect("a C compiler, as for SQLite");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        made
    })
}
