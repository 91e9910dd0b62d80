//! What shells complete and what `man` shows: made from the command line's own definition, with nothing opened.

use std::collections::BTreeSet;
use std::process::Command as Process;

use clap::{Command, CommandFactory};
use runsheet::cli::args::Args;

use crate::home::{Said, run, runsheet};

/// Every command by its words, as the definition has them: `["failed", "retry"]`.
fn commands() -> Vec<Vec<String>> {
    fn below(command: &Command, words: &[String]) -> Vec<Vec<String>> {
        let mut all = Vec::new();
        for each in command.get_subcommands().filter(|each| each.get_name() != "help") {
            let words = [words, &[each.get_name().to_owned()]].concat();
            all.push(words.clone());
            all.extend(below(each, &words));
        }
        all
    }
    below(&Args::command(), &[])
}

/// Runs where nothing can be opened: there is no home, and the configuration is not to be read.
fn apart(args: &[&str]) -> Said {
    let said = run(runsheet(&[args, &["--config", "/nonexistent/config.toml", "--data-dir", "/nonexistent"]].concat()));
    said.ended(0)
}

#[test]
fn every_shell_is_told_every_command_and_what_values_can_be() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = apart(&["completions", shell]);
        assert!(said.err.is_empty(), "{said:?}");
        let words: BTreeSet<&str> = said.out.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let options: BTreeSet<&str> = said
            .out
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .map(|word| word.trim_start_matches('-'))
            .collect();
        for command in commands().iter().flatten() {
            assert!(words.contains(command.as_str()), "{shell}: {command}");
        }
        assert!(options.contains("dry-run") && options.contains("data-dir"), "{shell}");
        if shell != "elvish" && shell != "powershell" {
            // Those two are given no values by the crate, and fish none of arguments without a name.
            for value in ["bluesky", "google_business", "publishing", "salvage", "announcement"] {
                assert!(words.contains(value), "{shell}: {value}");
            }
            assert!(shell == "fish" || words.contains("voxburst"), "{shell}");
        }
    }
    fn names(command: &Command) -> Vec<String> {
        let args = command.get_arguments().flat_map(|arg| arg.get_value_names().unwrap_or_default());
        args.map(ToString::to_string).chain(command.get_subcommands().flat_map(names)).collect()
    }
    assert!(!names(&Args::command()).iter().any(|name| name.contains(':')), "zsh takes a colon for the name's end");
    run(runsheet(&["completions", "tcsh"])).ended(2).says(&["bash", "zsh"]);
}

#[test]
fn the_script_for_bash_is_one_and_completes() {
    let Ok(found) = Process::new("bash").arg("--version").output() else { return };
    assert!(found.status.success());
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("runsheet.bash");
    std::fs::write(&script, apart(&["completions", "bash"]).out).unwrap();
    let read = Process::new("bash").arg("-n").arg(&script).output().unwrap();
    assert!(read.status.success() && read.stderr.is_empty(), "{read:?}");
    let offered = |line: &[&str]| -> BTreeSet<String> {
        let last = line.len() - 1;
        let words: Vec<String> = line.iter().map(|word| format!("'{word}'")).collect();
        let ask = format!(
            ". '{}'; COMP_WORDS=({}); COMP_CWORD={last}; _runsheet runsheet '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            script.display(),
            words.join(" "),
            line[last],
            line[last - 1]
        );
        let said = Process::new("bash").args(["--norc", "-c", &ask]).output().unwrap();
        String::from_utf8(said.stdout).unwrap().lines().map(str::to_owned).collect()
    };
    let verbs = offered(&["runsheet", "failed", ""]);
    assert!(["retry", "publish", "drop", "verify", "link"].iter().all(|verb| verbs.contains(*verb)), "{verbs:?}");
    assert_eq!(offered(&["runsheet", "list", "--network", "blue"]), BTreeSet::from(["bluesky".to_owned()]));
    assert!(offered(&["runsheet", "list", "--status", ""]).contains("missed"));
    assert!(offered(&["runsheet", "connect", "po"]).contains("postforme"));
}

#[test]
fn what_is_offered_forbids_nothing_else() {
    // Judged by the commands, in their own words.
    run(runsheet(&["--demo", "list", "--status", "failed,missed"])).ended(0);
    run(runsheet(&["--demo", "list", "--network", "twitter"])).ended(0);
    let said = run(runsheet(&["--demo", "list", "--network", "bluesk"])).ended(2);
    assert!(said.err.contains("bluesky"), "{said:?}");
}

#[test]
fn the_manual_names_every_command_and_what_the_exit_codes_mean() {
    let said = apart(&["man"]);
    let plain = said.out.replace("\\-", "-");
    for command in commands().iter().filter(|words| words.len() == 1) {
        assert!(plain.contains(&format!("runsheet-{}(1)", command[0])), "{command:?}");
    }
    assert!(plain.contains(&format!("\n.TH runsheet 1 \"\" \"runsheet {}\"", env!("CARGO_PKG_VERSION"))), "{plain}");
    let codes = plain.split(".SH \"EXIT STATUS\"").nth(1).unwrap();
    for (code, words) in [
        ("0", "done"),
        ("1", "refused"),
        ("2", "usage"),
        ("3", "unreachable, kept in the outbox"),
        ("4", "unknown outcome"),
    ] {
        assert!(codes.contains(&format!(".TP\n\\fB{code}\\fR\n{words}\n")), "{code}: {codes}");
    }
    assert!(plain.contains("RUNSHEET_LOG"), "what the environment says is there too");
}

#[test]
fn a_folder_gets_a_page_of_every_command_that_says_all_of_its_help() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("man1");
    let said = apart(&["man", into.to_str().unwrap()]);
    let pages = commands();
    assert!(said.out.is_empty() && said.err.contains(&format!("{} pages written to", pages.len() + 1)), "{said:?}");
    let mut names: Vec<String> = pages.iter().map(|words| format!("runsheet-{}.1", words.join("-"))).collect();
    names.push("runsheet.1".into());
    let there: BTreeSet<String> =
        std::fs::read_dir(&into).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, names.into_iter().collect());
    let import = std::fs::read_to_string(into.join("runsheet-import.1")).unwrap().replace("\\-", "-");
    for words in ["--leftovers", "publish_now", "EXIT STATUS", "the provider cannot be reached", "runsheet 0."] {
        assert!(import.contains(words), "{words}: {import}");
    }
    // Again over what is there, as an update does it.
    apart(&["man", into.to_str().unwrap()]);
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    run(runsheet(&["man", file.to_str().unwrap()])).ended(1).says(&["cannot be written"]);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for args in [&["completions", "bash"][..], &["man"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Process::new(env!("CARGO_BIN_EXE_runsheet"));
        let output = command.args(args).stdout(writer).stderr(std::process::Stdio::piped()).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}
