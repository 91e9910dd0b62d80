//! Programs started from here: an editor, a filter, a browser. None of them inherits a key.

use std::ffi::OsStr;
use std::io;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

/// How long a command may take over a text.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that may come out of it.
const MOST_OUT: usize = 1_000_000;
/// Bytes of its complaints that are read.
const MOST_COMPLAINT: usize = 2_000;

/// What the name of a variable ends with, or holds as a word, when its value is nobody else's business.
const SECRET: &[&str] = &["KEY", "KEYS", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIALS"];

/// The variables that are known to hold keys, whatever they are called.
static KEPT_BACK: OnceLock<Vec<String>> = OnceLock::new();

/// From now on no program started from here gets the variables `names`.
pub fn keep_back(names: Vec<String>) {
    // Said once, before anything is started.
    let _ = KEPT_BACK.set(names);
}

/// A program to start, without the variables of this process that hold keys.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    without_keys(Command::new(program))
}

fn without_keys(mut command: Command) -> Command {
    for name in KEPT_BACK.get().into_iter().flatten() {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars_os() {
        if holds_a_key(&name.to_string_lossy()) {
            command.env_remove(name);
        }
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

/// Whether a variable of that name holds a key: `LATE_API_KEY`, `POSTO_TOKEN`.
fn holds_a_key(name: &str) -> bool {
    name.to_uppercase().split('_').any(|word| SECRET.contains(&word))
}

/// What a command makes of `text` on its standard input. No shell reads the command: it is split as a shell would split
/// it, and nothing in it is expanded. Dropping the future ends the program.
pub(super) async fn filter(words: &str, text: String) -> Result<String, String> {
    let split = shell_words::split(words).map_err(|_| "a quote in the command is not closed".to_owned())?;
    let (program, arguments) = split.split_first().ok_or("type a command, such as fmt -w 60")?;
    let mut prepared = tokio::process::Command::from(command(program));
    prepared.args(arguments).kill_on_drop(true);
    prepared.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = prepared.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no program {program} here; the text is as it was"),
        _ => format!("{program} cannot be started: {error}; the text is as it was"),
    })?;
    let work = async {
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let feed = async move {
            if let Some(mut stdin) = stdin {
                // A program may have seen enough before the end: that is no failure.
                let _ = stdin.write_all(text.as_bytes()).await;
            }
            Ok(())
        };
        let too_much = || format!("{program} puts out more than {MOST_OUT} bytes; it was stopped");
        let complaint = async { Ok(beginning(stderr).await) };
        let out = async { whole(stdout).await.ok_or_else(too_much) };
        let ((), out, complaint) = tokio::try_join!(feed, out, complaint)?;
        let status = child.wait().await.map_err(|error| format!("{program}: {error}"))?;
        if !status.success() {
            let said = complaint.lines().next().unwrap_or_default().trim().to_owned();
            let said = if said.is_empty() { said } else { format!(": {said}") };
            return Err(format!("{program} ended with {status}{said}"));
        }
        String::from_utf8(out).map_err(|_| format!("what {program} puts out is no UTF-8 text"))
    };
    let ended = tokio::time::timeout(PATIENCE, work).await;
    ended.unwrap_or_else(|_| Err(format!("{program} took more than {} seconds; it was stopped", PATIENCE.as_secs())))
}

/// All that comes out; nothing when it is too much.
async fn whole(from: Option<impl AsyncRead + Unpin>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_OUT).unwrap_or(u64::MAX);
    from?.take(most + 1).read_to_end(&mut bytes).await.ok()?;
    (bytes.len() <= MOST_OUT).then_some(bytes)
}

/// The beginning of what comes out; the rest is read too, so that nobody waits for it to be.
async fn beginning(from: Option<impl AsyncRead + Unpin>) -> String {
    let mut kept = Vec::new();
    let Some(mut from) = from else { return String::new() };
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        let room = MOST_COMPLAINT.saturating_sub(kept.len());
        kept.extend_from_slice(piece.get(..count.min(room)).unwrap_or_default());
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{filter, holds_a_key};

    #[test]
    fn keys_are_told_by_their_names() {
        for name in ["LATE_API_KEY", "POSTO_TOKEN", "ENCRYPTION_KEY", "db_password", "AWS_SECRET_ACCESS_KEY"] {
            assert!(holds_a_key(name), "{name}");
        }
        for name in ["PATH", "EDITOR", "HOME", "KEYBOARD", "TERM", "SSH_AUTH_SOCK", "LANG"] {
            assert!(!holds_a_key(name), "{name}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_gets_the_text_and_its_answer_comes_back() {
        let of = |command: &'static str, text: &str| filter(command, text.to_owned());
        assert_eq!(of("tr a-z A-Z", "léa\n").await, Ok("LéA\n".into()));
        // Quotes hold words together, and nothing of a shell is in between.
        assert_eq!(of("printf '%s|%s' 'a b' $HOME", "").await, Ok("a b|$HOME".into()));
        // Bigger than any pipe: fed and read at the same time. A program that reads nothing is no failure.
        let big = "x".repeat(900_000);
        assert_eq!(of("cat", &big).await.map(|text| text.len()), Ok(900_000));
        assert_eq!(of("true", &big).await, Ok(String::new()));
        for (command, words) in [
            ("no-such-program-here", "there is no program no-such-program-here"),
            ("sh -c 'echo why >&2; exit 3'", "exit status: 3: why"),
            ("printf '\\377'", "no UTF-8"),
            ("yes", "more than 1000000 bytes"),
            ("'open", "not closed"),
            ("  ", "type a command"),
        ] {
            let error = of(command, "").await.unwrap_err();
            assert!(error.contains(words), "{command}: {error}");
        }
    }
}
