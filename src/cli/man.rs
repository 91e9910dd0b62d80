//! `runsheet man`: the manual, from the definition that reads the command line.

use std::io;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::domain::words::count;
use crate::session::aside::say;

use super::args::Args;
use super::output::Output;
use super::{Ending, Result, Stop};

/// What stands before each piece that is rendered; a page needs it once.
const PREAMBLE: [&str; 2] = [".ie \\n(.g .ds Aq \\(aq", ".el .ds Aq '"];

/// What begins the paragraphs of a help that are sections of a page.
const EXAMPLES: &str = "Examples:";
const CODES: &str = "Exit codes: ";

/// Prints the page of the whole, or writes it and those of every command to a folder.
pub fn run(folder: Option<&Path>) -> Result<Ending> {
    let mut whole = Args::command().disable_help_subcommand(true);
    whole.build();
    let Some(folder) = folder else {
        Output::text(&page(&whole).map_err(|error| Stop::Words(error.to_string()))?)?;
        return Ok(Ending::Done);
    };
    let cannot = |path: &Path, error: io::Error| Stop::Words(format!("{} cannot be written: {error}", path.display()));
    std::fs::create_dir_all(folder).map_err(|error| cannot(folder, error))?;
    let commands = with_all_below(&whole);
    for command in &commands {
        let path = folder.join(format!("{}.1", called(command)));
        page(command).and_then(|text| std::fs::write(&path, text)).map_err(|error| cannot(&path, error))?;
    }
    say!("{} written to {}", count(commands.len(), "page"), folder.display());
    Ok(Ending::Done)
}

/// A command and every one below it.
fn with_all_below(command: &Command) -> Vec<&Command> {
    let mut all = vec![command];
    all.extend(command.get_subcommands().filter(|below| !below.is_hide_set()).flat_map(with_all_below));
    all
}

/// `runsheet-failed-retry`
fn called(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// The page of one command.
fn page(command: &Command) -> io::Result<String> {
    let program = env!("CARGO_PKG_NAME");
    let of_words = command.clone().subcommand_help_heading("COMMANDS").subcommand_value_name("command");
    let man = Man::new(of_words);
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let is_of = |word: &'static str| move |part: &&str| part.starts_with(word);
    let (examples, codes) = (help.split("\n\n").find(is_of(EXAMPLES)), help.split("\n\n").find(is_of(CODES)));
    let prose = help.split("\n\n").filter(|part| !part.is_empty() && !is_of(EXAMPLES)(part) && !is_of(CODES)(part));
    // Without a date, which would be another one at every build.
    let title =
        format!(".TH {} 1 \"\" \"{program} {}\" \"User Commands\"\n", called(command), env!("CARGO_PKG_VERSION"));
    let mut written = title.into_bytes();
    man.render_name_section(&mut written)?;
    man.render_synopsis_section(&mut written)?;
    man.render_description_section(&mut written)?;
    let mut roff = Roff::new();
    for part in prose {
        roff.control("PP", []);
        paragraph(&mut roff, part.lines());
    }
    roff.to_writer(&mut written)?;
    man.render_options_section(&mut written)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut written)?;
    }
    let mut roff = Roff::new();
    if let Some(examples) = examples {
        roff.control("SH", ["EXAMPLES"]);
        paragraph(&mut roff, examples.lines().skip(1));
    }
    if let Some(codes) = codes.and_then(|codes| codes.strip_prefix(CODES)) {
        roff.control("SH", ["EXIT STATUS"]);
        for (code, words) in codes.split(" · ").filter_map(|item| item.split_once(' ')) {
            roff.control("TP", []);
            roff.text([bold(code)]);
            roff.text([roman(words)]);
        }
    }
    if called(command) != program {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([bold(program), roman("(1)")]);
    }
    roff.to_writer(&mut written)?;
    let text = String::from_utf8(written).map_err(io::Error::other)?;
    let lines = text.lines().filter(|line| !PREAMBLE.contains(line));
    Ok(PREAMBLE.into_iter().chain(lines).map(|line| format!("{line}\n")).collect())
}

/// Lines of a help: what is indented there is shown as it stands.
fn paragraph<'a>(roff: &mut Roff, lines: impl Iterator<Item = &'a str>) {
    let mut as_it_stands = false;
    for line in lines {
        match (line.starts_with("  "), as_it_stands) {
            (true, false) => {
                roff.control("RS", ["2"]).control("nf", []);
            }
            (false, true) => {
                roff.control("fi", []).control("RE", []);
            }
            (true, true) | (false, false) => {}
        }
        as_it_stands = line.starts_with("  ");
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    if as_it_stands {
        roff.control("fi", []).control("RE", []);
    }
}
