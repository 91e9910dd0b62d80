//! What was typed, pasted or dropped: paths in the ways terminals and people write them, and web addresses.

use std::path::{Path, PathBuf};

use url::Url;

/// One thing to attach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A file of this machine, by its absolute path.
    File(PathBuf),
    /// Something on the web.
    Address(Url),
}

/// Reads what was typed. Dropped files arrive as one or several paths, quoted, with escaped spaces, or as `file`
/// addresses; a path with plain spaces in it is meant as a whole when it exists. `~` is `home`; what is relative counts
/// from `here`. Nothing for nothing.
pub fn read(typed: &str, home: Option<&Path>, here: &Path, exists: &dyn Fn(&Path) -> bool) -> Vec<Wanted> {
    typed
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .flat_map(|line| one(line, home, here, exists))
        .collect()
}

fn one(line: &str, home: Option<&Path>, here: &Path, exists: &dyn Fn(&Path) -> bool) -> Vec<Wanted> {
    let whole = wanted(line, home, here);
    if let Wanted::File(path) = &whole
        && !exists(path)
        && let Ok(words) = shell_words::split(line)
    {
        let apart: Vec<Wanted> = words.iter().map(|word| wanted(word, home, here)).collect();
        let known = |wanted: &Wanted| match wanted {
            Wanted::File(path) => exists(path),
            Wanted::Address(_) => true,
        };
        // Several words of which none is a file are a name with spaces that was mistyped.
        if apart.len() == 1 || apart.iter().any(known) {
            return apart;
        }
    }
    if let Wanted::Address(_) = &whole
        && line.contains(char::is_whitespace)
    {
        return line.split_whitespace().map(|word| wanted(word, home, here)).collect();
    }
    vec![whole]
}

fn wanted(word: &str, home: Option<&Path>, here: &Path) -> Wanted {
    if word.starts_with("https://") || word.starts_with("http://") || word.starts_with("file://") {
        let first = word.split_whitespace().next().unwrap_or(word);
        match Url::parse(first) {
            Ok(url) if url.scheme() != "file" => return Wanted::Address(url),
            Ok(_) => {
                if let Some(path) = Url::parse(word).ok().and_then(|url| url.to_file_path().ok()) {
                    return Wanted::File(path);
                }
            }
            Err(_) => {}
        }
    }
    let path = match (word.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => here.join(word),
    };
    Wanted::File(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(typed: &str, there: &[&str]) -> Vec<String> {
        let exists = |path: &Path| there.iter().any(|each| Path::new(each) == path);
        let read = read(typed, Some(Path::new("/home/jo")), Path::new("/shelf"), &exists);
        read.into_iter()
            .map(|wanted| match wanted {
                Wanted::File(path) => path.display().to_string(),
                Wanted::Address(url) => url.to_string(),
            })
            .collect()
    }

    #[test]
    fn paths_are_read_as_terminals_and_people_write_them() {
        let there = ["/home/jo/my pics/roast 1.png", "/shelf/a.png", "/tmp/it's.png", "/tmp/b.png"];
        for (typed, found) in [
            ("~/my pics/roast 1.png", vec![there[0]]),
            ("'/home/jo/my pics/roast 1.png'", vec![there[0]]),
            ("\"/home/jo/my pics/roast 1.png\" ", vec![there[0]]),
            ("/home/jo/my\\ pics/roast\\ 1.png", vec![there[0]]),
            ("file:///home/jo/my%20pics/roast%201.png", vec![there[0]]),
            ("a.png", vec![there[1]]),
            ("/tmp/it's.png", vec![there[2]]),
            ("/tmp/b.png /shelf/a.png", vec![there[3], there[1]]),
            ("'/tmp/b.png' /home/jo/my\\ pics/roast\\ 1.png", vec![there[3], there[0]]),
            ("file:///tmp/b.png\r\nfile:///shelf/a.png\n", vec![there[3], there[1]]),
            ("no such picture.png", vec!["/shelf/no such picture.png"]),
            ("https://a.example/x.png", vec!["https://a.example/x.png"]),
            (
                "https://a.example/x.png https://a.example/y.png",
                vec!["https://a.example/x.png", "https://a.example/y.png"],
            ),
            ("  \n", vec![]),
            ("'", vec!["/shelf/'"]),
        ] {
            assert_eq!(files(typed, &there), found, "{typed}");
        }
    }
}
