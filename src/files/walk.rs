//! What could be attached: pictures, films and documents below a folder.

use std::collections::VecDeque;
use std::path::Path;

/// How many files are named at most.
const MOST_FILES: usize = 20_000;
/// How many entries are looked at for them.
const MOST_ENTRIES: usize = 200_000;
/// How many folders deep.
const DEEPEST: usize = 8;
/// Folders that hold what programs made for themselves.
const SKIPPED: &[&str] = &["node_modules", "target", "vendor", "__pycache__"];
const ENDINGS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "avif", "heic", "heif", "bmp", "tif", "tiff", "jxl", "mp4", "m4v", "mov",
    "webm", "pdf",
];

/// The files below `root` that a network may take, as paths from there, those near the root first; and whether there are
/// more than that. Hidden folders and links are not followed, so that it ends. Blocks meanwhile.
pub fn walk(root: &Path) -> (Vec<String>, bool) {
    let mut files = Vec::new();
    let mut folders = VecDeque::from([(root.to_owned(), 0)]);
    let mut looked_at = 0;
    while let Some((folder, depth)) = folders.pop_front() {
        // A folder that may not be read is passed over: what can be attached from it is nothing anyway.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut here = Vec::new();
        for entry in entries.flatten() {
            looked_at += 1;
            if looked_at > MOST_ENTRIES || files.len() + here.len() >= MOST_FILES {
                here.sort();
                files.extend(here);
                return (files, true);
            }
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if depth < DEEPEST && !SKIPPED.contains(&name) {
                    folders.push_back((entry.path(), depth + 1));
                }
            } else if kind.is_file() && is_media(name) {
                let path = entry.path();
                let below = path.strip_prefix(root).ok().and_then(Path::to_str).map(|path| path.replace('\\', "/"));
                here.extend(below);
            }
        }
        here.sort();
        files.extend(here);
    }
    (files, false)
}

fn is_media(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_attached_is_found_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in [
            "b.PNG",
            "a/roast 1.jpg",
            "a/notes.txt",
            ".hidden/x.png",
            "node_modules/y.png",
            "a/b/film.mp4",
            "no_ending",
        ] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root, root.join("around")).unwrap();
        assert_eq!(walk(root), (vec!["b.PNG".into(), "a/roast 1.jpg".into(), "a/b/film.mp4".into()], false));
        assert_eq!(walk(&root.join("nowhere")), (Vec::new(), false));
    }
}
