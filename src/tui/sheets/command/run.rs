//! The line of a command: what it means, and what it could become.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};

use super::{CAMPAIGN, Command, Completion, TAG, at_column};
use crate::domain::filter::Filter;
use crate::domain::nearest::{SLIP, nearest};
use crate::domain::schedule::Resolved;
use crate::domain::tags;
use crate::domain::when::{self, Reading};
use crate::text::clean::one_line;
use crate::text::style::Deed;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::msg::{Notice, Tone};
use crate::tui::sheets::Flow;

/// Short names that hands know from elsewhere.
const ALIASES: &[(&str, Action)] = &[
    ("q", Action::Quit),
    ("q!", Action::Quit),
    ("wq", Action::Quit),
    ("x", Action::Quit),
    ("h", Action::Help),
    ("e", Action::Edit),
    ("new", Action::Compose),
    ("move", Action::Move),
    ("retry", Action::Retry),
    ("verify", Action::Verify),
    ("today", Action::Today),
    ("styles", Action::ComposerStyle),
    ("profiles", Action::Defaults),
];

/// What a command line means.
pub(super) fn run(text: &str, completions: &[Completion], shared: &mut Shared, board: &Board) -> Result<Flow, String> {
    let (word, rest) = text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim()));
    match (word, rest) {
        ("", _) => return Ok(Flow::Close),
        ("w" | "write", "") => {
            let words = "everything is kept as it changes; there is nothing to write".into();
            shared.notices.push(Notice { words, tone: Tone::Plain, post: None });
            return Ok(Flow::Close);
        }
        ("date" | "go", rest) if !rest.is_empty() => {
            return day(rest, shared).map(|(date, time)| Flow::GoTo(date, time));
        }
        ("date", _) => return Ok(Flow::Run(Action::GoToDate)),
        ("campaign", rest) if !rest.is_empty() => return Ok(Flow::Campaign(rest.to_owned())),
        ("import", rest) if !rest.is_empty() => return Ok(Flow::Import(rest.to_owned())),
        ("export", rest) if !rest.is_empty() => return export(rest),
        ("delete", rest) if !rest.is_empty() => return Ok(Flow::Doomed(rest.to_owned())),
        ("style", "none") => return Ok(Flow::ComposerStyle(None)),
        ("style", rest) if !rest.is_empty() => return styled(rest, board),
        ("style", _) => return Ok(Flow::Run(Action::ComposerStyle)),
        ("tag", rest) if !rest.is_empty() => {
            let tags = tags::read(rest);
            return if tags.is_empty() {
                Err("no tag is named: tag launch, autumn".into())
            } else {
                Ok(Flow::Tags(tags))
            };
        }
        ("link", rest) => return Ok(Flow::ComposerLink(Some(rest.to_owned()).filter(|link| !link.is_empty()))),
        ("profile", rest) => return profile(rest),
        ("filter", rest) if !rest.is_empty() => {
            return Filter::parse(rest).map(|filter| Flow::Filter(Some(filter))).map_err(|error| at_column(&error));
        }
        _ => {}
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == text).map(|(_, action)| *action);
    if let Some(action) = Action::from_name(text).or(alias) {
        return Ok(Flow::Run(action));
    }
    if let [only] = completions
        && let Some(action) = Action::from_name(&only.line)
    {
        return Ok(Flow::Run(action));
    }
    if word == "delete" {
        return Err("say what to delete: delete status:draft, delete ch:@acme until:-30d, delete all".into());
    }
    if Action::from_name(word).is_some() || ALIASES.iter().any(|(alias, _)| *alias == word) {
        return Err(format!(
            "\"{word}\" takes no words: it works on the marks or the cursor, and asks for what it needs"
        ));
    }
    Err(format!("\"{word}\" is not a command{}", probably(word)))
}

/// The command that is probably meant: by its name, or the last part of it.
fn probably(word: &str) -> String {
    let names = || Action::ALL.iter().map(|action| action.name()).chain(ALIASES.iter().map(|(alias, _)| *alias));
    let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
    let near = nearest(word, names().flat_map(|name| [name, last(name)]), SLIP);
    let name = near.and_then(|near| names().rfind(|name| *name == near || last(name) == near));
    name.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default()
}

/// `export week.csv status:scheduled`: a file, in quotes where its name has blanks, and a filter after it.
fn export(words: &str) -> Result<Flow, String> {
    let (path, rest) = match words.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or("the file's name has a quote that never ends")?,
        None => words.split_once(' ').unwrap_or((words, "")),
    };
    let filter = Filter::parse(rest.trim()).map_err(|error| format!("the filter, {}", at_column(&error)))?;
    Ok(Flow::Export(path.to_owned(), filter))
}

/// `style blog`: a style that is there.
fn styled(name: &str, board: &Board) -> Result<Flow, String> {
    board.book.style(name).map(|_| Flow::ComposerStyle(Some(name.to_owned())))
}

/// `profile save NAME`, `apply NAME`, `delete NAME`; without words, the sheet that lists them.
fn profile(words: &str) -> Result<Flow, String> {
    let (verb, name) = words.split_once(' ').unwrap_or((words, ""));
    let name = name.trim().to_owned();
    match verb {
        "" | "list" => Ok(Flow::Run(Action::Defaults)),
        "save" if !name.is_empty() => Ok(Flow::Book(Deed::SaveProfile(name))),
        "apply" if !name.is_empty() => Ok(Flow::Book(Deed::ApplyProfile(name))),
        "delete" if !name.is_empty() => Ok(Flow::Book(Deed::DropProfile(name))),
        _ => Err("say profile save NAME, profile apply NAME or profile delete NAME".into()),
    }
}

/// The day that words mean, and the time where they say one.
pub(super) fn day(text: &str, shared: &Shared) -> Result<(NaiveDate, Option<NaiveTime>), String> {
    let wall = match when::read(text, shared.now, shared.zone).map_err(|error| error.to_string())? {
        Reading::Now => shared.now.with_timezone(&shared.zone).naive_local(),
        Reading::At(Resolved::At(at) | Resolved::Gap { before: at, .. } | Resolved::Twice { first: at, .. }) => {
            at.wall()
        }
    };
    Ok((wall.date(), (!when::is_day(text)).then(|| wall.time())))
}

/// The tags of posts that begin as the last word does.
pub(super) fn complete_tag(text: &str, known: &BTreeSet<String>) -> Vec<Completion> {
    let start = text.rfind([' ', ',']).map_or(0, |at| at + 1);
    let (before, typed) = text.split_at(start);
    let typed = typed.trim_start_matches('#').to_lowercase();
    let others = tags::read(before.strip_prefix(TAG).unwrap_or_default());
    let fitting = known.iter().filter(|tag| tag.to_lowercase().starts_with(&typed) && !tags::has(&others, tag));
    let completion = |tag: &String| Completion {
        line: format!("{before}{tag}"),
        shown: format!("#{tag}"),
        note: String::new(),
        muted: false,
    };
    fitting.map(completion).collect()
}

/// The campaigns whose names have what was typed.
pub(super) fn complete_campaign(text: &str, board: &Board) -> Vec<Completion> {
    let typed = text.strip_prefix(CAMPAIGN).unwrap_or_default().trim().to_lowercase();
    let fitting = board.campaigns().into_iter().filter(|campaign| campaign.name.to_lowercase().contains(&typed));
    let completion = |campaign: crate::tui::board::Campaign| Completion {
        line: format!("{CAMPAIGN}{}", campaign.name),
        shown: one_line(&campaign.name),
        note: format!("{} posts", campaign.posts),
        muted: false,
    };
    fitting.map(completion).collect()
}

pub(super) fn complete_command(text: &str, commands: &[Command]) -> Vec<Completion> {
    let folded = text.to_lowercase();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let score = |command: &Command| {
        let name = command.action.name();
        let all = format!("{name} {}", command.action.title());
        let takes = words.iter().all(|word| all.contains(word));
        takes.then_some((!name.starts_with(&folded), command.reason.is_some()))
    };
    let mut found: Vec<_> = commands.iter().filter_map(|command| Some((score(command)?, command))).collect();
    found.sort_by_key(|(score, _)| *score);
    let completion = |command: &Command| Completion {
        line: command.action.name().to_owned(),
        shown: command.action.name().to_owned(),
        note: match (&command.reason, command.keys.as_str()) {
            (Some(reason), _) => reason.clone(),
            (None, "") => command.action.title().to_owned(),
            (None, keys) => format!("{}  ({keys})", command.action.title()),
        },
        muted: command.reason.is_some(),
    };
    found.into_iter().map(|(_, command)| completion(command)).collect()
}
