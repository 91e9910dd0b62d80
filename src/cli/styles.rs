//! `runsheet style`, `runsheet defaults`, `runsheet profile`: what dresses posts, as files that can be read and changed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process;

use clap::Subcommand;
use serde_json::{Map, Value as Json, json};

use crate::clock::Clock;
use crate::desk::styles::Shelf;
use crate::domain::channel::Network;
use crate::domain::ids::IdSource;
use crate::domain::options::{Options, Value};
use crate::domain::words::count;
use crate::session::aside::say;
use crate::session::styles::Files;
use crate::session::{self, Purpose};
use crate::text::clean;
use crate::text::style::{self, Book, Deed, Defaults, Style, Whose, keys_of};

use super::args::Args;
use super::offers::Offers;
use super::output::Output;
use super::source;
use super::{Ending, Result, Stop};

/// What an editor is given of the environment: no key is among it.
const FOR_AN_EDITOR: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "SHELL",
    "TERM",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMPDIR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "SystemRoot",
    "APPDATA",
    "TEMP",
];

/// Styles: a named set of templates and options per network.
#[derive(Clone, Debug, Subcommand)]
pub enum StyleCommand {
    /// List the styles: those that ship, and your own
    List,
    /// Show a style as a file
    Show {
        /// Its name
        #[arg(value_parser = Offers::styles(), hide_possible_values = true)]
        name: String,
    },
    /// Keep a style of your own, or write one over; a style by the name of one that ships stands in its place
    Save {
        /// Its name
        name: String,
        /// The file that says it; - is standard input
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Edit a style in $VISUAL or $EDITOR; one that is not there begins as a copy of one that ships
    Edit {
        /// Its name
        #[arg(value_parser = Offers::styles(), hide_possible_values = true)]
        name: String,
    },
    /// Delete a style of your own
    Delete {
        /// Its name
        name: String,
    },
}

/// Defaults of networks and channels.
#[derive(Clone, Debug, Subcommand)]
pub enum DefaultsCommand {
    /// Show what is set, everywhere or for one network or channel, and what can be set there
    Show {
        /// A network (x, linkedin) or a channel, as for `runsheet post --to`
        #[arg(value_name = "NETWORK|CHANNEL", value_parser = Offers::networks(), hide_possible_values = true)]
        of: Option<String>,
    },
    /// Set values: post_text, cut_post_text, attach_link, upload_media, first_comment_text, or an option of the network
    Set {
        /// A network or a channel
        #[arg(value_name = "NETWORK|CHANNEL", value_parser = Offers::networks(), hide_possible_values = true)]
        of: String,
        /// What to set, to what
        #[arg(value_name = "NAME=VALUE", required = true)]
        values: Vec<String>,
    },
    /// Clear values, or all of a network or channel
    Clear {
        /// A network or a channel
        #[arg(value_name = "NETWORK|CHANNEL", value_parser = Offers::networks(), hide_possible_values = true)]
        of: String,
        /// What to clear; everything without one
        names: Vec<String>,
    },
}

/// Settings profiles: defaults kept under a name.
#[derive(Clone, Debug, Subcommand)]
pub enum ProfileCommand {
    /// List the profiles
    List,
    /// Show a profile
    Show {
        /// Its name
        #[arg(value_parser = Offers::styles(), hide_possible_values = true)]
        name: String,
    },
    /// Keep the defaults in force as a profile
    Save {
        /// Its name
        name: String,
    },
    /// Put a profile in the place of the defaults in force
    Apply {
        /// Its name
        name: String,
    },
    /// Forget a profile
    Delete {
        /// Its name
        name: String,
    },
}

/// Carries out `runsheet style`.
pub fn style(command: StyleCommand, args: &Args, output: &Output) -> Result<Ending> {
    let files = files(args)?;
    match command {
        StyleCommand::List => list(&book(&files), output),
        StyleCommand::Show { name } => show(&book(&files), &name, output),
        StyleCommand::Save { name, file } => change(&files, args, &Deed::SaveStyle(name, source::text(&file)?)),
        StyleCommand::Edit { name } => edit(&files, args, &name),
        StyleCommand::Delete { name } => change(&files, args, &Deed::DropStyle(name)),
    }
}

/// Carries out `runsheet defaults`; without a command, shows what is set.
pub async fn defaults(command: Option<DefaultsCommand>, args: &Args, clock: Clock, output: &Output) -> Result<Ending> {
    let files = files(args)?;
    match command {
        None | Some(DefaultsCommand::Show { of: None }) => show_defaults(&book(&files).defaults, output),
        Some(DefaultsCommand::Show { of: Some(of) }) => show_of(&book(&files), &whose(&of, args, clock).await?, output),
        Some(DefaultsCommand::Set { of, values }) => {
            let whose = whose(&of, args, clock).await?;
            let deeds = values.iter().map(|typed| {
                let (name, typed) = typed
                    .split_once('=')
                    .ok_or_else(|| Stop::Usage(format!("{typed} sets nothing: write NAME=VALUE, cut_post_text=yes")))?;
                // On a command line a template is one word: \n in it ends a line.
                let typed = typed.replace("\\n", "\n");
                Ok(Deed::Set { whose: whose.clone(), name: name.trim().to_owned(), typed })
            });
            all(&files, args, &deeds.collect::<Result<Vec<_>>>()?)
        }
        Some(DefaultsCommand::Clear { of, names }) => {
            let whose = whose(&of, args, clock).await?;
            let clear = |name| Deed::Clear { whose: whose.clone(), name };
            let deeds: Vec<Deed> = match names.is_empty() {
                true => vec![clear(None)],
                false => names.into_iter().map(|name| clear(Some(name))).collect(),
            };
            all(&files, args, &deeds)
        }
    }
}

/// Carries out `runsheet profile`.
pub fn profile(command: ProfileCommand, args: &Args, output: &Output) -> Result<Ending> {
    let files = files(args)?;
    match command {
        ProfileCommand::List => {
            let book = book(&files);
            if output.is_json() {
                let names: Vec<&String> = book.profiles.keys().collect();
                output.value(&json!(names))?;
                return Ok(Ending::Done);
            }
            for (name, profile) in &book.profiles {
                let force = if *profile == book.defaults { "  in force" } else { "" };
                output.line(&format!("{name:<20}  {}{force}", counted(profile)))?;
            }
            Ok(Ending::Done)
        }
        ProfileCommand::Show { name } => {
            let book = book(&files);
            let profile = book.profiles.get(&name);
            let names: Vec<&str> = book.profiles.keys().map(String::as_str).collect();
            let there =
                if names.is_empty() { "none is kept yet".into() } else { format!("there are {}", names.join(", ")) };
            show_defaults(profile.ok_or_else(|| Stop::Words(format!("there is no profile {name}; {there}")))?, output)
        }
        ProfileCommand::Save { name } => change(&files, args, &Deed::SaveProfile(name)),
        ProfileCommand::Apply { name } => change(&files, args, &Deed::ApplyProfile(name)),
        ProfileCommand::Delete { name } => change(&files, args, &Deed::DropProfile(name)),
    }
}

fn files(args: &Args) -> Result<Files> {
    Ok(Files::of(&args.session().paths()?))
}

/// What the files say; what is wrong with them goes to stderr.
fn book(files: &Files) -> Book {
    let (book, wrong) = files.read();
    for words in wrong {
        say!("{}", clean::one_line(&words));
    }
    book
}

fn change(files: &Files, args: &Args, deed: &Deed) -> Result<Ending> {
    not_in_the_demo(args)?;
    say!("{}", clean::one_line(&files.change(deed).map_err(Stop::Words)?));
    Ok(Ending::Done)
}

/// Several changes of the defaults: all of them in one write, or none.
fn all(files: &Files, args: &Args, deeds: &[Deed]) -> Result<Ending> {
    not_in_the_demo(args)?;
    for words in files.change_defaults(deeds).map_err(Stop::Words)? {
        say!("{}", clean::one_line(&words));
    }
    Ok(Ending::Done)
}

fn not_in_the_demo(args: &Args) -> Result<()> {
    match args.demo {
        true => Err(Stop::Words("the demo keeps no files of its own; leave --demo out to change yours".into())),
        false => Ok(()),
    }
}

/// Whose defaults are meant; only a channel has to be looked up.
async fn whose(of: &str, args: &Args, clock: Clock) -> Result<Whose> {
    if Network::from_word(of).is_known() {
        return Whose::named(of, &[]).map_err(Stop::Words);
    }
    let session = session::open(&args.session(), clock, IdSource::random(), Purpose::Reads).await?;
    let channels = session.desk.store.channels().await?;
    Whose::named(of, &channels).map_err(Stop::Words)
}

fn list(book: &Book, output: &Output) -> Result<Ending> {
    if output.is_json() {
        let styles = book.styles.iter().map(|(name, style)| {
            let networks: Vec<&str> = style.networks.keys().map(Network::key).collect();
            json!({"name": name, "about": style.about, "ships": style.ships, "networks": networks})
        });
        output.value(&styles.collect())?;
        return Ok(Ending::Done);
    }
    for (name, style) in &book.styles {
        let networks: Vec<&str> = style.networks.keys().map(Network::key).collect();
        let whose = if style.ships { "ships" } else { "yours" };
        output.line(&clean::one_line(&format!("{name:<16}  {whose}  {:<28}  {}", networks.join(", "), style.about)))?;
    }
    Ok(Ending::Done)
}

fn show(book: &Book, name: &str, output: &Output) -> Result<Ending> {
    let found = book.style(name).map_err(Stop::Words)?;
    if output.is_json() {
        output
            .value(&json!({"name": name, "about": found.about, "ships": found.ships, "networks": networks(found)}))?;
    } else {
        output.line(style::style_file(found).trim_end())?;
    }
    Ok(Ending::Done)
}

fn networks(style: &Style) -> Json {
    let of = |(network, values): (&Network, &Options)| (network.key().to_owned(), values_json(values));
    Json::Object(style.networks.iter().map(of).collect::<Map<_, _>>())
}

fn values_json(values: &Options) -> Json {
    let one = |(key, value): (&str, &Value)| {
        let name = key.split_once('.').map_or(key, |(_, name)| name).to_owned();
        let value = match value {
            Value::Flag(on) => json!(on),
            Value::Text(text) => json!(text),
            Value::List(items) => json!(items),
        };
        (name, value)
    };
    Json::Object(values.iter().map(one).collect::<Map<_, _>>())
}

fn counted(defaults: &Defaults) -> String {
    let values = defaults.networks.values().chain(defaults.channels.values());
    count(values.map(|values| values.iter().count()).sum(), "value")
}

fn show_defaults(defaults: &Defaults, output: &Output) -> Result<Ending> {
    let networks = defaults.networks.iter().map(|(network, values)| (network.key(), values));
    let channels = defaults.channels.iter().map(|(words, values)| (words.as_str(), values));
    if output.is_json() {
        let object = |rows: Vec<(&str, &Options)>| {
            let rows = rows.into_iter().map(|(of, values)| (of.to_owned(), values_json(values)));
            Json::Object(rows.collect::<Map<_, _>>())
        };
        output.value(&json!({"networks": object(networks.collect()), "channels": object(channels.collect())}))?;
        return Ok(Ending::Done);
    }
    if defaults.is_empty() {
        say!("nothing is set; `runsheet defaults set x cut_post_text=yes` sets something");
    }
    for (of, values) in networks.chain(channels) {
        for (key, value) in values.iter() {
            let name = key.split_once('.').map_or(key, |(_, name)| name);
            let said = value.words().replace('\n', "\\n");
            output.line(&clean::one_line(&format!("{of:<24}  {name:<20}  {said}")))?;
        }
    }
    Ok(Ending::Done)
}

/// Everything that can be set for one network or channel, with what it is and where that comes from.
fn show_of(book: &Book, whose: &Whose, output: &Output) -> Result<Ending> {
    let network = whose.network();
    let above = book.defaults.networks.get(network).cloned().unwrap_or_default();
    let (own, of_network) = match whose {
        Whose::Network(_) => (above, Options::default()),
        Whose::Channel { .. } => (book.defaults.of(whose), above),
    };
    let from = |key: &str| match (own.get(key), of_network.get(key)) {
        (Some(value), _) => (Some(value.clone()), format!("default of {}", whose.words())),
        (None, Some(value)) => (Some(value.clone()), format!("default of {network}")),
        (None, None) => (None, String::new()),
    };
    let keys = keys_of(network);
    if output.is_json() {
        let rows = keys.iter().map(|key| {
            let (value, origin) = from(key.key());
            let origin = value.is_some().then_some(origin);
            json!({"name": key.name(), "value": value, "from": origin, "help": key.help()})
        });
        output.value(&rows.collect())?;
        return Ok(Ending::Done);
    }
    for key in keys {
        let (value, origin) = from(key.key());
        let said = value.map_or_else(|| "–".to_owned(), |value| value.words().replace('\n', "\\n"));
        let origin = if origin.is_empty() { format!("({})", key.help()) } else { format!("({origin})") };
        output.line(&clean::one_line(&format!("{:<20}  {said}  {origin}", key.name())))?;
    }
    Ok(Ending::Done)
}

/// Lets the editor have a copy; what it leaves is kept where it holds together, and nothing is lost where it does not.
fn edit(files: &Files, args: &Args, name: &str) -> Result<Ending> {
    not_in_the_demo(args)?;
    style::name(name).map_err(Stop::Words)?;
    let own = files.style(name);
    let begin = match std::fs::read_to_string(&own) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let shipped = style::SHIPPED.iter().find(|(shipped, _)| *shipped == name).or(style::SHIPPED.first());
            shipped.map(|(_, text)| (*text).to_owned()).unwrap_or_default()
        }
        Err(error) => return Err(Stop::Words(format!("{}: {error}; nothing was changed", own.display()))),
    };
    let refuse = |error: std::io::Error| Stop::Words(format!("the copy for the editor: {error}; nothing was changed"));
    let copy = tempfile::Builder::new().prefix("runsheet-").suffix(".toml").tempfile().map_err(refuse)?;
    std::fs::write(copy.path(), &begin).map_err(refuse)?;
    let edited = || {
        open_editor(copy.path())?;
        let text = std::fs::read_to_string(copy.path()).map_err(refuse)?;
        if text == begin && own.exists() {
            say!("nothing was changed");
            return Ok(Ending::Done);
        }
        change(files, args, &Deed::SaveStyle(name.to_owned(), text))
    };
    match edited() {
        Err(stop) if !std::fs::read_to_string(copy.path()).is_ok_and(|text| text == begin) => Err(match copy.keep() {
            Ok((_, kept)) => Stop::Words(format!("{stop}; what you wrote is in {}", kept.display())),
            Err(_) => stop,
        }),
        done => done,
    }
}

fn open_editor(file: &Path) -> Result<()> {
    let wanted = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let wanted = wanted.map(|command| command.trim().to_owned()).find(|command| !command.is_empty());
    let words =
        wanted.ok_or_else(|| Stop::Words("neither VISUAL nor EDITOR is set; export EDITOR=… and try again".into()))?;
    let split =
        shell_words::split(&words).map_err(|_| Stop::Words(format!("the quotes of EDITOR do not close: {words}")))?;
    let (program, arguments) = split.split_first().ok_or_else(|| Stop::Words("EDITOR names no program".into()))?;
    let given = FOR_AN_EDITOR.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
    let status = process::Command::new(program).args(arguments).arg(file).env_clear().envs(given).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Stop::Words(format!("{program} ended with {status}; nothing was changed"))),
        Err(error) => Err(Stop::Words(format!("{program} cannot be started: {error}; nothing was changed"))),
    }
}
