//! `--read-only` in the shell: commands that would change something are refused before anything is opened.

use super::args::{Command, RepeatCommand};
use super::styles::{DefaultsCommand, ProfileCommand, StyleCommand};

/// What is said of a command that changes something.
pub const WORDS: &str = "with --read-only nothing is changed and nothing is sent; leave it out to do this";

/// Whether the command leaves something changed: posts, settings, accounts, the store.
pub fn refuses(command: &Command) -> bool {
    match command {
        Command::Sync | Command::Apply(_) | Command::Move { .. } => true,
        Command::Connect(_) | Command::Disconnect { .. } => true,
        Command::Post(wanted) => !wanted.dry_run,
        Command::Import(wanted) => !wanted.dry_run,
        Command::Campaign(wanted) => !wanted.dry_run,
        Command::Delete(wanted) => wanted.yes,
        Command::Settings(wanted) => !wanted.set.is_empty(),
        Command::Failed { command } => command.is_some(),
        Command::Repair { from, .. } => from.is_some(),
        Command::Repeat { command } => !matches!(command, RepeatCommand::List | RepeatCommand::Show { .. }),
        Command::Style { command } => !matches!(command, StyleCommand::List | StyleCommand::Show { .. }),
        Command::Defaults { command } => !matches!(command, None | Some(DefaultsCommand::Show { .. })),
        Command::Profile { command } => !matches!(command, ProfileCommand::List | ProfileCommand::Show { .. }),
        Command::Channels { .. }
        | Command::List { .. }
        | Command::Show { .. }
        | Command::Lint(_)
        | Command::Plan(_)
        | Command::Export(_)
        | Command::Check(_)
        | Command::Preview(_)
        | Command::Doctor { .. }
        | Command::Completions { .. }
        | Command::Man { .. }
        | Command::Config => false,
    }
}
