//! The files of styles, defaults, profiles and mentions, beside the configuration.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::desk::styles::Shelf;
use crate::paths::Paths;
use crate::text::rules::Rules;
use crate::text::style::{self, Book, Deed, Defaults, Mentions, Style};

/// More bytes than any of these files has.
const MOST: u64 = 1 << 20;
/// What a new file of defaults begins with.
const HEAD: &str =
    "# Defaults of networks and channels, kept by runsheet: `runsheet defaults`, or :defaults in the calendar.\n";

/// The files.
#[derive(Clone, Debug)]
pub struct Files {
    paths: Paths,
}

impl Files {
    /// Those of one installation.
    pub fn of(paths: &Paths) -> Self {
        Self { paths: paths.clone() }
    }

    /// What the files say; what is wrong is said with its place, and the rest stands.
    pub fn read(&self) -> (Book, Vec<String>) {
        let (mut book, mut wrong) = (Book::shipped(), Vec::new());
        for (name, path) in named(&self.paths.styles(), &mut wrong) {
            let (style, faults) = read_with(&path, style::style, &mut wrong);
            wrong.extend(faults);
            book.styles.insert(name, Style { ships: false, ..style });
        }
        for (name, path) in named(&self.paths.profiles(), &mut wrong) {
            let (profile, faults) = read_with(&path, style::defaults, &mut wrong);
            wrong.extend(faults);
            book.profiles.insert(name, profile);
        }
        let (defaults, faults): (Defaults, _) = read_with(&self.paths.defaults(), style::defaults, &mut wrong);
        wrong.extend(faults);
        let (mentions, faults): (Mentions, _) = read_with(&self.paths.mentions(), style::mentions, &mut wrong);
        wrong.extend(faults);
        (book.defaults, book.mentions) = (defaults, mentions);
        (book, wrong)
    }

    /// The file of a style of the user's own.
    pub fn style(&self, name: &str) -> PathBuf {
        self.paths.styles().join(format!("{name}.toml"))
    }

    fn profile(&self, name: &str) -> PathBuf {
        self.paths.profiles().join(format!("{name}.toml"))
    }

    /// Carries several changes of the defaults out in one write, and says what was done; all of them, or none.
    pub fn change_defaults(&self, deeds: &[Deed]) -> Result<Vec<String>, String> {
        let defaults = self.paths.defaults();
        let mut text = text_or(&defaults, HEAD)?;
        let mut done = Vec::with_capacity(deeds.len());
        for deed in deeds {
            let Some(changed) = deed.on_defaults(&text) else { continue };
            let (after, words) = changed.map_err(|words| placed(&defaults, &words))?;
            text = after;
            done.push(words);
        }
        write(&defaults, &text)?;
        Ok(done)
    }

    fn carry_out(&self, deed: &Deed) -> Result<String, String> {
        let defaults = self.paths.defaults();
        if let Some(changed) = deed.on_defaults(&text_or(&defaults, HEAD)?) {
            let (text, words) = changed.map_err(|words| placed(&defaults, &words))?;
            write(&defaults, &text)?;
            return Ok(words);
        }
        match deed {
            Deed::Set { .. } | Deed::Clear { .. } | Deed::Reread => Ok("read again".into()),
            Deed::SaveProfile(name) => {
                let file = self.profile(style::name(name)?);
                let is_new = !file.exists();
                write(&file, &text_or(&defaults, HEAD)?)?;
                let words = if is_new { "kept as" } else { "kept in the place of the earlier" };
                Ok(format!("the defaults are {words} profile {name}"))
            }
            Deed::ApplyProfile(name) => {
                let file = self.profile(style::name(name)?);
                let text = fs::read_to_string(&file).map_err(|error| match error.kind() {
                    ErrorKind::NotFound => self.no_profile(name),
                    _ => format!("{}: {error}", file.display()),
                })?;
                if let Some(fault) = style::defaults(&text, &file.display().to_string()).1.first() {
                    return Err(format!("{fault}; profile {name} was not put in force, mend it first"));
                }
                write(&defaults, &text)?;
                Ok(format!("profile {name} is in force; what held before is gone unless it is a profile too"))
            }
            Deed::DropProfile(name) => {
                remove(&self.profile(style::name(name)?), || self.no_profile(name))?;
                Ok(format!("profile {name} is forgotten"))
            }
            Deed::SaveStyle(name, text) => {
                let file = self.style(style::name(name)?);
                style::checked_style(text, &file.display().to_string())?;
                write(&file, text)?;
                Ok(format!("style {name} is kept in {}", file.display()))
            }
            Deed::DropStyle(name) => {
                let ships = style::SHIPPED.iter().any(|(shipped, _)| shipped == name);
                remove(&self.style(style::name(name)?), || match ships {
                    true => format!(
                        "style {name} comes with the program and cannot be deleted; one of your own by that name stands in its place"
                    ),
                    false => self.read().0.style(name).err().unwrap_or_else(|| format!("there is no style {name}")),
                })?;
                let back = if ships { "; the one that ships is back" } else { "" };
                Ok(format!("style {name} is deleted{back}"))
            }
        }
    }

    fn no_profile(&self, name: &str) -> String {
        let names: Vec<String> =
            named(&self.paths.profiles(), &mut Vec::new()).into_iter().map(|(name, _)| name).collect();
        let there =
            if names.is_empty() { "none is kept yet".into() } else { format!("there are {}", names.join(", ")) };
        format!("there is no profile {name}; {there}")
    }
}

impl Shelf for Files {
    fn read(&self) -> (Book, Vec<String>) {
        Self::read(self)
    }

    fn change(&self, deed: &Deed) -> Result<String, String> {
        self.carry_out(deed)
    }

    fn rules(&self) -> Rules {
        super::rules(&self.paths).0
    }
}

/// The files of a folder whose names can be names, by name.
fn named(folder: &Path, wrong: &mut Vec<String>) -> Vec<(String, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "toml"))
    {
        match style::name(&path.file_stem().unwrap_or_default().to_string_lossy()) {
            Ok(name) => found.push((name.to_owned(), path)),
            Err(words) => wrong.push(format!("{}: {words}", path.display())),
        }
    }
    found.sort();
    found
}

/// What a file says by `read`; nothing where it is not there, or cannot be read, which is said.
fn read_with<T: Default>(
    path: &Path,
    read: impl Fn(&str, &str) -> (T, Vec<String>),
    wrong: &mut Vec<String>,
) -> (T, Vec<String>) {
    match text_or(path, "") {
        Ok(text) => read(&text, &path.display().to_string()),
        Err(words) => {
            wrong.push(words);
            (T::default(), Vec::new())
        }
    }
}

fn text_or(path: &Path, otherwise: &str) -> Result<String, String> {
    let refuse = |words: &dyn std::fmt::Display| format!("{}: {words}; it is left aside", path.display());
    match fs::metadata(path) {
        Ok(about) if about.len() > MOST => return Err(refuse(&"it is too long for what it is")),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(otherwise.to_owned()),
        Err(error) => return Err(refuse(&error)),
    }
    fs::read_to_string(path).map_err(|error| refuse(&error))
}

fn placed(path: &Path, words: &str) -> String {
    match words.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((line, words)) => format!("{}:{line}: {words}", path.display()),
        None => words.to_owned(),
    }
}

/// Written beside and put in place at once: what was there is whole until then.
fn write(path: &Path, text: &str) -> Result<(), String> {
    let refuse = |error: std::io::Error| format!("{} cannot be written: {error}; nothing was changed", path.display());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(refuse)?;
    let file = tempfile::NamedTempFile::new_in(folder).map_err(refuse)?;
    fs::write(file.path(), text).map_err(refuse)?;
    file.persist(path).map_err(|error| refuse(error.error))?;
    Ok(())
}

fn remove(path: &Path, absent: impl Fn() -> String) -> Result<(), String> {
    fs::remove_file(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => absent(),
        _ => format!("{}: {error}; nothing was changed", path.display()),
    })
}
