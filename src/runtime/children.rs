//! Programs started from here: an editor, a browser. They get the environment without the keys in it.

use std::ffi::OsStr;
use std::io;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The variables that hold keys.
static KEPT_BACK: OnceLock<Vec<String>> = OnceLock::new();

/// From now on children do not get the variables `names`.
pub fn keep_back(names: Vec<String>) {
    // Said once, before anything is started.
    let _ = KEPT_BACK.set(names);
}

/// `program`, to be started without keys.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    without_keys(Command::new(program))
}

fn without_keys(mut command: Command) -> Command {
    for name in KEPT_BACK.get().into_iter().flatten() {
        command.env_remove(name);
    }
    command
}

/// Opens an address with whatever this system opens addresses with, and waits for nothing.
pub(super) fn browse(url: &str) -> io::Result<()> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for command in open::commands(url) {
        let mut command = without_keys(command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        // What is typed to end this program is not meant for the browser.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        match command.spawn() {
            Ok(mut child) => {
                // Somebody has to take note of its end.
                std::thread::spawn(move || child.wait());
                return Ok(());
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_does_not_get_the_variables_that_hold_keys() {
        keep_back(vec!["LATE_API_KEY".into(), "ENCRYPTION_KEY".into()]);
        let command = command("true");
        let gone: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        assert_eq!(gone, ["ENCRYPTION_KEY", "LATE_API_KEY"]);
    }
}
