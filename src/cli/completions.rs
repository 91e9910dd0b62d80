//! `runsheet completions`: what a shell offers, from the definition that reads the command line.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::args::Args;
use super::output::Output;
use super::{Ending, Result};

/// Prints the script for a shell.
pub fn run(shell: Shell) -> Result<Ending> {
    let (mut command, mut script) = (Args::command(), Vec::new());
    let name = command.get_name().to_owned();
    generate(shell, &mut command, name, &mut script);
    Output::text(&String::from_utf8_lossy(&script))?;
    Ok(Ending::Done)
}
