//! The real binary on a real pseudo-terminal: the main journey, and the terminal given back whatever happens.
//!
//! Every wait is for words on the screen, never for time.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)] // Helpers fail a test as tests do: loudly.

#[cfg(target_os = "linux")]
#[path = "pty/disk.rs"]
mod broken;
#[cfg(target_os = "linux")]
#[path = "support/disk.rs"]
mod disk;
#[path = "pty/home.rs"]
mod home;
#[path = "pty/quick.rs"]
mod quick;
#[path = "pty/rescue.rs"]
mod rescue;
#[path = "support/tty.rs"]
mod tty;
#[path = "pty/twice.rs"]
mod twice;

use std::ffi::OsStr;
use std::net::TcpListener;

use portable_pty::CommandBuilder;
use rustix::process::Signal;
use tty::{Tty, runsheet};
use vt100::Screen;

const BANNER: &str = "nothing leaves this machine";
const CTRL_U: &str = "\x15";
const CTRL_L: &str = "\x0c";
const CTRL_S: &str = "\x13";
const CTRL_Z: &str = "\x1a";

/// The demo week, open.
fn demo(columns: u16, rows: u16) -> Tty {
    let tty = Tty::open(columns, rows, runsheet(&["--demo"]));
    tty.shows("acme");
    tty.is_taken();
    tty
}

/// Leaves by `q`: the demo has nothing that outlives it, so it asks nothing.
fn quit(tty: &mut Tty) {
    tty.keys("q");
    assert_eq!(tty.ended(), 0);
}

#[test]
fn a_post_is_composed_and_scheduled_and_appears() {
    let mut tty = demo(120, 40);
    tty.shows(BANNER);
    tty.shows("5 accounts ok");
    tty.press("c", "Compose");
    tty.press("Aardvarks at noon", "draft saved");
    tty.press("\x1b", "FORM");
    tty.press("t ", "1 of 25");
    tty.press("s", "When");
    tty.keys(CTRL_U);
    tty.press("30m", "in 30 min");
    tty.keys("\r");
    tty.hides("When ─");
    tty.press(CTRL_S, "nothing is sent yet");
    tty.shows("sends   acme (Late): 1 create");
    tty.press("s", "u takes it back");
    tty.hides("Compose");
    // The one post the filter takes is the one that was written.
    tty.press("/", "Tab completes");
    tty.press("aardvarks", "1 post by /aardvarks");
    tty.keys("\r");
    tty.hides("Tab completes");
    tty.press("n", "● scheduled");
    tty.shows("Aardvarks at noon");
    tty.keys("\x1b");
    tty.hides("filtered");
    tty.press("?", "Keys that work here");
    tty.keys("\x1b");
    tty.hides("Keys that work here");
    quit(&mut tty);
    tty.is_given_back();
    assert!(!tty.contents().contains("panicked"));
}

/// What a terminal sends for the mouse (SGR): button, column and row from 1, and whether it is let go.
fn mouse(button: u8, (x, y): (usize, usize), up: bool) -> String {
    format!("\x1b[<{button};{};{}{}", x + 1, y + 1, if up { 'm' } else { 'M' })
}

#[test]
fn the_wheel_over_the_header_turns_the_week() {
    let mut tty = demo(120, 40);
    tty.shows("5 accounts ok");
    let first = |tty: &Tty| tty.contents().lines().next().unwrap_or_default().chars().take(24).collect::<String>();
    let this_week = first(&tty);
    tty.keys(&mouse(65, (60, 0), false));
    tty.until("the next week", |screen| !screen.contents().contains(&this_week));
    tty.keys(&mouse(64, (60, 0), false));
    tty.shows(&this_week);
    quit(&mut tty);
}

#[test]
fn the_wheel_over_the_grid_scrolls_the_hours_and_leaves_the_week() {
    let mut tty = demo(80, 24);
    tty.shows("5 accounts ok");
    let week = tty.contents().lines().next().unwrap_or_default().chars().take(24).collect::<String>();
    // Every hour has a row then, and there are more of them than rows.
    tty.keys("zz");
    let over = (40, 12);
    tty.keys(&mouse(64, over, false).repeat(40));
    tty.shows("00:00");
    tty.keys(&mouse(65, over, false).repeat(60));
    tty.shows("23:00");
    tty.hides("00:00");
    tty.shows(&week);
    quit(&mut tty);
}

/// Where a text first stands on the screen.
fn place(tty: &Tty, text: &str) -> (usize, usize) {
    let contents = tty.contents();
    place_in(&contents, text).unwrap_or_else(|| panic!("{text} is not on\n{contents}"))
}

fn place_in(contents: &str, text: &str) -> Option<(usize, usize)> {
    contents.lines().enumerate().find_map(|(y, line)| Some((line[..line.find(text)?].chars().count(), y)))
}

/// While a post is on its way to its provider it has another mark, and wants to be left alone.
fn is_confirmed(screen: &Screen) -> bool {
    let contents = screen.contents();
    contents.contains("Week 2") && contents.contains(" 1 post,") && contents.contains("● bs")
}

/// Where the post of one's own stands.
fn place_of(screen: &Screen) -> Option<(usize, usize)> {
    place_in(&screen.contents(), "Aard")
}

/// The demo week with a post of one's own on Wednesday, 9 January 2030, at noon.
fn with_a_post(columns: u16, rows: u16) -> Tty {
    let mut tty = demo(columns, rows);
    tty.shows("acme");
    tty.press("c", "Compose");
    tty.press("Aardvarks at noon", "draft saved");
    tty.press("\x1b", "FORM");
    tty.press("t ", "1 of 25");
    tty.press("s", "When");
    tty.keys(CTRL_U);
    tty.press("2030-01-09 12:00", "Wed 9 Jan 2030");
    tty.keys("\r");
    tty.hides("When ─");
    tty.press(CTRL_S, "nothing is sent yet");
    tty.press("s", "u takes it back");
    tty.hides("Compose");
    tty.until("the post in the week, confirmed", |screen| is_confirmed(screen) && place_of(screen).is_some());
    tty
}

#[test]
fn a_post_is_dragged_to_another_day_and_keeps_its_time() {
    let mut tty = with_a_post(120, 40);
    let at = place(&tty, "Aard");
    // The name of the next day stands over its column.
    let (thursday, _) = place(&tty, "Thu 10");
    let to = (thursday + 1, at.1);
    tty.keys(&mouse(0, at, false));
    tty.keys(&mouse(32, to, false));
    tty.shows("→ Thu 10");
    tty.keys(&mouse(0, to, true));
    tty.shows("moved; u takes it back");
    let moved = |screen: &Screen| is_confirmed(screen) && place_of(screen).is_some_and(|(x, _)| x >= thursday);
    tty.until("the post to stand under Thursday", moved);
    tty.press("u", "undone: moved");
    quit(&mut tty);
    tty.is_given_back();
}

#[test]
fn a_double_click_leads_to_the_post_in_full_and_the_right_button_to_its_menu() {
    let mut tty = with_a_post(80, 24);
    let at = place(&tty, "Aard");
    for _ in 0..2 {
        tty.keys(&mouse(0, at, false));
        tty.keys(&mouse(0, at, true));
    }
    tty.shows("3 Post");
    tty.keys("\x1b");
    tty.hides("3 Post");
    let at = place(&tty, "Aard");
    tty.keys(&mouse(2, at, false));
    tty.keys(&mouse(2, at, true));
    tty.shows("scheduled Aardvarks at noon");
    tty.shows("it has not failed");
    tty.keys("\x1b");
    tty.hides("set the time");
    // By the mouse alone: the menu, an entry of it, and out again.
    tty.keys(&mouse(2, at, false));
    tty.shows("set the time");
    let entry = place(&tty, "set the time");
    tty.keys(&mouse(0, entry, false));
    tty.keys(&mouse(0, entry, true));
    tty.shows("When ─");
    tty.keys(&mouse(0, (0, 0), false));
    tty.hides("When ─");
    quit(&mut tty);
}

#[test]
fn a_key_is_felt_although_nothing_else_happens() {
    let mut tty = demo(100, 30);
    tty.shows("5 accounts ok");
    // Each key alone, while the background rests.
    for _ in 0..5 {
        tty.press("?", "Keys that work here");
        tty.keys("\x1b");
        tty.hides("Keys that work here");
    }
}

#[test]
fn ctrl_l_draws_anew_without_asking_the_terminal_anything() {
    let mut tty = demo(100, 30);
    tty.shows("5 accounts ok");
    tty.scribble("scribbled over by another program");
    tty.shows("scribbled over");
    tty.keys(CTRL_L);
    tty.hides("scribbled over");
    tty.press("?", "Keys that work here");
    assert!(!tty.raw().contains("\x1b[6n"), "this terminal would not answer");
}

#[test]
fn a_terminal_that_says_it_is_light_gets_dark_letters() {
    // Nothing is told beforehand: the program asks for the ground, and for what every terminal answers.
    let env = [("COLORFGBG", OsStr::new("")), ("COLORTERM", OsStr::new("truecolor"))];
    let cursor_ground = |tty: &Tty| {
        let raw = tty.raw();
        let at =
            raw.rfind("acme.bsky").and_then(|end| raw[..end].rfind("48;2;").map(|start| raw[start..end].to_owned()));
        at.and_then(|text| text.split(['m', ';']).nth(2).and_then(|red| red.parse::<u8>().ok()))
    };
    let mut tty = Tty::open_with(120, 40, runsheet(&["--demo"]), &env);
    tty.until_raw("the question", "\x1b]11;?");
    tty.keys("\x1b]10;rgb:1010/1010/1010\x1b\\\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62c");
    tty.shows("5 accounts ok");
    assert!(cursor_ground(&tty).is_some_and(|red| red > 128), "the cursor's row is light");
    quit(&mut tty);
    tty.is_given_back();
}

#[test]
fn what_is_typed_while_the_terminal_is_asked_is_typed() {
    let env = [("COLORFGBG", OsStr::new("")), ("COLORTERM", OsStr::new("truecolor"))];
    let mut tty = Tty::open_with(120, 40, runsheet(&["--demo"]), &env);
    tty.until_raw("the question", "\x1b]11;?");
    // `?` and a key that is no character; what every terminal answers; and a letter behind it.
    tty.keys("?\x1b[Z\x1b[?62cpalette");
    tty.shows("Keys that work here");
    tty.shows("palette");
    tty.keys("\x1b");
    tty.hides("Keys that work here");
    tty.shows("5 accounts ok");
    quit(&mut tty);
    tty.is_given_back();
}

#[test]
fn answers_that_come_late_are_not_typed() {
    let env = [("COLORFGBG", OsStr::new("")), ("COLORTERM", OsStr::new("truecolor"))];
    let mut tty = Tty::open_with(120, 40, runsheet(&["--demo"]), &env);
    tty.until_raw("the question", "\x1b]11;?");
    // The line is slow: the program has given up waiting, and is open.
    tty.shows("5 accounts ok");
    // As keys these would open the composer, the command line and the help.
    tty.keys("\x1b]11;rgb:c1c1/d2d2/ffff\x1b\\\x1b[?62;4c\x1b_Gi=31;OK\x1b\\\x1bP>|c:kitty(0.42.1)\x1b\\\x1b[6;36;18t");
    tty.keys("\x1bP1+r524742=38\x1b\\\x1b]4;1;rgb:c/c/c\x07\x1b[0n\x1b[12;40R");
    tty.press("?", "Keys that work here");
    tty.keys("\x1b");
    tty.hides("Keys that work here");
    tty.shows("2 Calendar");
    let contents = tty.contents();
    assert!(!contents.contains("rgb") && !contents.contains("Compose"), "{contents}");
    quit(&mut tty);
    tty.is_given_back();
}

#[test]
fn signals_give_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let mut tty = demo(80, 24);
        tty.signal(signal);
        tty.ended();
        tty.is_given_back();
    }
}

#[test]
fn a_panic_gives_the_terminal_back_and_says_its_words_on_the_main_screen() {
    let env = [("RUNSHEET_PANIC", OsStr::new("after-first-draw"))];
    let mut tty = Tty::open_with(80, 24, runsheet(&["--demo"]), &env);
    assert_eq!(tty.ended(), 101);
    tty.is_given_back();
    let screen = tty.contents();
    assert!(screen.contains("panicked at"), "{screen}");
    assert!(screen.contains("because of a fault of its own"), "{screen}");
    assert!(tty.raw().contains("\x1b[?1049h"), "it was taken before");
}

#[test]
fn a_panic_on_another_thread_does_so_too() {
    let env = [("RUNSHEET_PANIC", OsStr::new("on-another-thread"))];
    let mut tty = Tty::open_with(80, 24, runsheet(&["--demo"]), &env);
    assert_eq!(tty.ended(), 101);
    tty.is_given_back();
    assert!(tty.contents().contains("because of a fault of its own"), "{}", tty.contents());
}

#[test]
fn four_hundred_sizes_in_four_seconds_from_the_smallest_up() {
    let mut tty = Tty::open(1, 1, runsheet(&["--demo"]));
    tty.is_taken();
    for step in 0..400u16 {
        tty.resize(1 + step / 2, 1 + step / 6);
        // What is proved is this very pace.
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let fits = |screen: &vt100::Screen| screen.contents().contains("? keys");
    tty.until("the bottom line", fits);
    tty.press("?", "Keys that work here");
    tty.keys("\x1b");
    tty.hides("Keys that work here");
    quit(&mut tty);
    tty.is_given_back();
}

/// An editor for one test: a script beside everything else.
fn editor(folder: &std::path::Path, script: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("editor.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}

#[test]
fn an_editor_that_is_killed_gives_the_terminal_back_and_costs_no_letter() {
    let folder = tempfile::tempdir().unwrap();
    let path = editor(folder.path(), "echo scribbles > \"$1\"; echo ran > \"$0.ran\"; kill -9 $$");
    let env = [("VISUAL", OsStr::new("")), ("EDITOR", path.as_os_str())];
    let mut tty = Tty::open_with(100, 30, runsheet(&["--demo"]), &env);
    tty.shows("acme");
    tty.press("c", "Compose");
    tty.press("Numbats before the editor", "draft saved");
    tty.keys("\x07");
    // Given away and taken back: a letter after that lands in the text again.
    tty.until("the terminal to be given away", |_| path.with_extension("sh.ran").exists());
    tty.is_taken();
    tty.press("!", "Numbats before the editor!");
    assert!(!tty.contents().contains("scribbles"));
    tty.signal(Signal::TERM);
    assert_eq!(tty.ended(), 0);
    tty.is_given_back();
}

#[test]
fn an_editor_gets_no_keys() {
    let silent = Silent::new();
    let path = editor(silent.folder.path(), "env > \"$(dirname \"$0\")/environment\"; echo seen > \"$1\"");
    let (config, data) = (silent.folder.path().join("config.toml"), silent.folder.path().join("data"));
    let args = ["--config", config.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
    let key = OsStr::new("sk_silent_0123456789");
    let others = OsStr::new("sk_of_another_0123456789");
    let env = [
        ("SILENT_KEY", key),
        ("VOXBURST_API_KEY", others),
        ("ENCRYPTION_KEY", others),
        ("VISUAL", OsStr::new("")),
        ("EDITOR", path.as_os_str()),
        ("OF_NO_CONCERN", OsStr::new("stays")),
    ];
    let mut tty = Tty::open_with(120, 40, runsheet(&args), &env);
    tty.shows("work");
    tty.press("c", "Compose");
    tty.keys("x");
    tty.keys("\x07");
    tty.shows("seen");
    tty.signal(Signal::TERM);
    tty.ended();
    let environment = std::fs::read_to_string(silent.folder.path().join("environment")).unwrap();
    assert!(environment.contains("OF_NO_CONCERN=stays"));
    for secret in ["sk_silent", "sk_of_another", "SILENT_KEY", "ENCRYPTION_KEY"] {
        assert!(!environment.contains(secret), "{environment}");
    }
}

#[test]
fn a_paste_of_five_megabytes_runs_nothing_and_is_one_step() {
    let mut tty = demo(100, 30);
    tty.press("c", "Compose");
    tty.press("Before", "draft saved");
    // Every line would quit, publish or delete if it were typed.
    let line = "q P y d :quit\r\n";
    let text = line.repeat(5_000_000 / line.len());
    tty.keys(&format!("\x1b[200~{text}ENDOFPASTE\x1b[201~"));
    tty.shows("ENDOFPASTE");
    tty.is_taken();
    // One step back, and it is as it was.
    tty.press("\x1b", "FORM");
    tty.press("u", "Before");
    tty.hides("ENDOFPASTE");
    tty.signal(Signal::TERM);
    assert_eq!(tty.ended(), 0);
    tty.is_given_back();
}

#[test]
fn ctrl_z_leaves_to_the_shell_and_fg_comes_back() {
    let mut shell = CommandBuilder::new("sh");
    shell.args(["-m", "-c", "\"$0\" --demo; echo the shell is here; read line; fg", env!("CARGO_BIN_EXE_runsheet")]);
    let mut tty = Tty::open(100, 30, shell);
    tty.shows("5 accounts ok");
    tty.keys(CTRL_Z);
    tty.shows("the shell is here");
    tty.is_given_back();
    tty.keys("\n");
    tty.shows("5 accounts ok");
    tty.is_taken();
    tty.press("?", "Keys that work here");
    tty.keys("\x1b");
    tty.hides("Keys that work here");
    quit(&mut tty);
    tty.is_given_back();
}

#[test]
fn every_size_opens_and_a_storm_of_sizes_is_survived() {
    for (columns, rows) in [(40, 10), (80, 24), (200, 60), (1, 1)] {
        let mut tty = Tty::open(columns, rows, runsheet(&["--demo"]));
        tty.is_taken();
        if columns >= 40 {
            tty.shows("? keys");
        }
        for step in 0..60u16 {
            tty.resize(2 + (step * 37) % 220, 1 + (step * 23) % 70);
        }
        tty.resize(100, 30);
        let fits = |screen: &vt100::Screen| screen.rows(0, 100).nth(29).is_some_and(|row| row.ends_with("? keys"));
        tty.until("the bottom line to be where it belongs", fits);
        tty.signal(Signal::TERM);
        assert_eq!(tty.ended(), 0);
        tty.is_given_back();
    }
}

#[test]
fn a_key_that_arrives_with_a_change_of_size_is_felt() {
    let mut tty = demo(100, 30);
    tty.shows("5 accounts ok");
    for round in 0..10u16 {
        tty.resize(100 + round % 2, 30);
        tty.press("?", "Keys that work here");
        tty.resize(101 - round % 2, 30);
        tty.keys("\x1b");
        tty.hides("Keys that work here");
    }
}

#[test]
fn a_dumb_terminal_gets_polite_words_and_no_escapes() {
    let env = [("TERM", OsStr::new("dumb"))];
    let mut tty = Tty::open_with(80, 24, runsheet(&["--demo"]), &env);
    assert_eq!(tty.ended(), 1);
    assert!(tty.raw().contains("the calendar needs a terminal"), "{}", tty.raw());
    assert!(!tty.raw().contains('\x1b'));
}

#[test]
fn without_a_terminal_there_are_words_too() {
    let said = std::process::Command::new(env!("CARGO_BIN_EXE_runsheet")).arg("--demo").output().unwrap();
    assert_eq!(said.status.code(), Some(1));
    assert!(said.stdout.is_empty());
    let words = String::from_utf8(said.stderr).unwrap();
    assert!(words.contains("the calendar needs a terminal") && !words.contains('\x1b'), "{words}");
}

/// A configured account whose provider accepts connections and never answers.
struct Silent {
    folder: tempfile::TempDir,
    _listener: TcpListener,
}

impl Silent {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "[[account]]\nname = \"work\"\nprovider = \"late\"\nbase_url = \"http://{}/api/v1\"\nkey_env = \"SILENT_KEY\"\n",
            listener.local_addr().unwrap()
        );
        std::fs::write(folder.path().join("config.toml"), config).unwrap();
        Self { folder, _listener: listener }
    }

    fn open(&self) -> Tty {
        self.open_with(&[])
    }

    fn open_with(&self, env: &[(&str, &OsStr)]) -> Tty {
        Self::start(self.command(), env)
    }

    fn command(&self) -> CommandBuilder {
        let (config, data) = (self.folder.path().join("config.toml"), self.folder.path().join("data"));
        runsheet(&["--config", config.to_str().unwrap(), "--data-dir", data.to_str().unwrap()])
    }

    fn start(command: CommandBuilder, env: &[(&str, &OsStr)]) -> Tty {
        let key = ("SILENT_KEY", OsStr::new("sk_silent_0123456789"));
        Tty::open_with(120, 40, command, &[&[key], env].concat())
    }
}

#[test]
fn a_draft_survives_a_power_cut() {
    let silent = Silent::new();
    let mut tty = silent.open();
    tty.shows("work");
    tty.press("c", "Compose");
    tty.press("Wombats, whatever happens", "draft saved");
    tty.until("every letter to be kept", |screen| !screen.contents().contains("and typing"));
    tty.kill();
    let mut tty = silent.open();
    tty.shows("was being written when runsheet stopped");
    tty.press("gD", "Wombats, whatever happens");
    tty.signal(Signal::TERM);
    assert_eq!(tty.ended(), 0);
}

#[test]
fn an_editor_gets_the_whole_post_and_no_key_and_a_broken_file_is_mended_there() {
    let silent = Silent::new();
    let script = silent.folder.path().join("edit.sh");
    // The first time it leaves a mistake, the second time it mends it.
    let words = "env > \"$0.env\"\nif grep -q titel \"$1\"; then sed s/titel/title/ \"$1\" > \"$0.new\"; else { echo ---; echo 'titel: Quokka day'; \
                 echo ---; cat \"$1\"; echo 'and a line by hand'; } > \"$0.new\"; fi\ncat \"$0.new\" > \"$1\"\n";
    std::fs::write(&script, words).unwrap();
    let editor = format!("sh '{}'", script.display());
    let mut tty = silent.open_with(&[("EDITOR", OsStr::new(&editor)), ("VISUAL", OsStr::new(""))]);
    tty.shows("work");
    tty.press("c", "Compose");
    tty.press("Quokkas", "draft saved");
    tty.press("\x07", "did you mean `title`?");
    tty.shows("titel: Quokka day");
    tty.press("e", "and a line by hand");
    let env = std::fs::read_to_string(silent.folder.path().join("edit.sh.env")).unwrap();
    assert!(env.contains("PATH=") && !env.contains("sk_silent"), "an editor gets no key: {env}");
    tty.signal(Signal::TERM);
    assert_eq!(tty.ended(), 0);
}

#[test]
fn a_second_instance_says_that_it_is_one() {
    let silent = Silent::new();
    let first = silent.open();
    first.shows("work");
    let mut second = silent.open();
    second.shows("beside another runsheet");
    second.keys("q");
    assert_eq!(second.ended(), 0);
    second.is_given_back();
}

#[test]
fn a_terminal_that_is_gone_ends_the_program() {
    let silent = Silent::new();
    let mut tty = silent.open();
    tty.shows("work");
    tty.press("c", "Compose");
    tty.keys("Typed as the window closed");
    tty.shows("Typed as the window closed");
    tty.signal(Signal::HUP);
    tty.ended();
    let mut tty = silent.open();
    tty.shows("work");
    tty.press("gD", "Typed as the window closed");
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_vanishes_ends_the_program_at_once_and_quietly() {
    // As the shell opens it, and as a program does whose terminal tells nobody that it goes.
    for controlling in [true, false] {
        vanishes(controlling);
    }
}

#[cfg(target_os = "linux")]
fn vanishes(controlling: bool) {
    let silent = Silent::new();
    let mut command = silent.command();
    command.set_controlling_tty(controlling);
    let mut tty = Silent::start(command, &[]);
    tty.shows("work");
    tty.press("c", "Compose");
    tty.keys("Typed as the line went");
    tty.shows("Typed as the line went");
    let seconds = std::time::Duration::from_secs;
    let (took, spent) = tty.vanish();
    assert!(took < seconds(3), "{took:?}");
    assert!(spent.is_none_or(|spent| spent < seconds(1)), "{spent:?}");
    let mut tty = silent.open();
    tty.shows("work");
    tty.press("gD", "Typed as the line went");
    tty.signal(Signal::TERM);
    tty.ended();
}

/// A world with an account at Late and no configuration yet.
struct Unconnected {
    folder: tempfile::TempDir,
    demo: runsheet::demo::Demo,
    // Last: the servers run on it.
    _runtime: tokio::runtime::Runtime,
}

impl Unconnected {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let demo = runsheet::demo::start(runsheet::demo::Seed::Empty, runsheet::clock::Clock::system());
        let demo = runtime.block_on(demo).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), demo, _runtime: runtime }
    }

    fn open(&self, args: &[&str], env: &[(&str, &OsStr)]) -> Tty {
        let (config, data) = (self.folder.path().join("config.toml"), self.folder.path().join("data"));
        let places = ["--config", config.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
        Tty::open_with(120, 40, runsheet(&[args, &places].concat()), env)
    }

    fn key(&self) -> &str {
        &self.demo.accounts[0].key
    }

    fn url(&self) -> &str {
        &self.demo.accounts[0].base_url
    }
}

#[test]
fn a_key_is_typed_at_a_prompt_and_never_shown() {
    let world = Unconnected::new();
    let args = ["connect", "late", "--base-url", world.url()];
    let mut tty = world.open(&args, &[]);
    tty.shows("Key (it is not shown):");
    tty.keys(&format!("{}\r", world.key()));
    tty.shows("ok: ");
    assert_eq!(tty.ended(), 0);
    assert!(!tty.raw().contains(world.key()), "{}", tty.raw());
    tty.is_given_back();

    // A variable that is set is asked about; no means typing.
    let mut tty = world.open(&args, &[("LATE_API_KEY", OsStr::new("sk_not_this_one"))]);
    tty.shows("LATE_API_KEY is set in the environment. Use it?");
    tty.keys("n\r");
    tty.shows("Key (it is not shown):");
    tty.keys(&format!("{}\r", world.key()));
    tty.shows("is renewed");
    assert_eq!(tty.ended(), 0);
    assert!(!tty.raw().contains(world.key()));
    tty.is_given_back();
}

#[test]
fn the_first_run_connects_an_account_and_opens_its_own_week() {
    let world = Unconnected::new();
    let mut tty = world.open(&[], &[]);
    tty.shows(BANNER);
    tty.shows("5 accounts ok");
    tty.press(":", "Tab completes");
    tty.press("connect\r", "Connect an account");
    // A wrong key first, pasted; then the right one.
    tty.press("\x1b[200~sk_wrong_0123456789\x1b[201~", "*******************");
    tty.keys("\t");
    tty.press(world.url(), world.url());
    tty.press("\r", "Invalid API key");
    tty.keys("\x1b[Z");
    tty.keys(CTRL_U);
    tty.keys(world.key());
    tty.press("\r", "ok: ");
    tty.shows("leaves the demo");
    tty.keys("\r");
    tty.hides(BANNER);
    tty.shows("late");
    tty.shows("1 account ok");
    tty.is_taken();
    tty.keys("q");
    assert_eq!(tty.ended(), 0);
    tty.is_given_back();
    assert!(!tty.raw().contains(world.key()), "the key was on the screen");
}

#[test]
fn a_terminal_that_shows_pictures_is_asked_and_given_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.png");
    image::RgbImage::from_pixel(400, 300, image::Rgb([204, 36, 29])).save(&path).unwrap();
    let mut tty = demo(120, 40);
    tty.press("c", "Compose");
    tty.press("Closing time", "draft saved");
    tty.press("\x1b", "FORM");
    tty.press("t ", "1 of 25");
    tty.press("m", "nothing attached");
    tty.keys(&format!("{}\r", path.display()));
    tty.until_raw("the question", "\x1b_Gi=31,s=1,v=1,a=q");
    // What kitty answers.
    tty.keys("\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.42.1)\x1b\\\x1b[6;20;10t\x1b[?62;52;c");
    tty.shows("sunset.png");
    tty.keys("\r");
    tty.press("\x1b", "FORM");
    tty.until_raw("the picture", "\x1b_Gq=2,i=");
    tty.press("\x1b", "5 accounts ok");
    quit(&mut tty);
    tty.is_given_back();
}

#[test]
fn keys_of_ones_own_that_hide_others_are_named_at_every_size() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("runsheet")).unwrap();
        let keys = home.path().join("runsheet/keymap.toml");
        std::fs::write(&keys, "[failed]\n\"u\" = \"post.verify\"\n[global]\n\"q\" = \"sync\"\n").unwrap();
        let env = [("XDG_CONFIG_HOME", home.path().as_os_str())];
        let mut tty = Tty::open_with(columns, rows, runsheet(&["--demo"]), &env);
        tty.shows("keymap.toml");
        tty.shows("5 accounts ok");
        // Nothing is bound to leaving any more; the way out that no file takes away is there.
        tty.keys("q\x03\x03");
        assert_eq!(tty.ended(), 0);
        tty.is_given_back();
    }
}

#[test]
fn whoever_wants_no_movement_has_a_cursor_that_stands_still_until_the_end() {
    for (motion, steady) in [("reduced", true), ("full", false)] {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("config.toml");
        std::fs::write(&config, format!("motion = \"{motion}\"\n")).unwrap();
        let mut tty = Tty::open(120, 40, runsheet(&["--demo", "--config", config.to_str().unwrap()]));
        tty.shows("5 accounts ok");
        tty.press("c", "Compose");
        tty.keys("\x1b\x1bq");
        tty.keys("\x03\x03");
        assert_eq!(tty.ended(), 0);
        tty.is_given_back();
        let raw = tty.raw();
        assert_eq!(raw.contains("\x1b[2 q"), steady, "{motion}");
        // As the person has it, after it was made steady.
        assert_eq!(raw.rfind("\x1b[0 q") > raw.rfind("\x1b[2 q"), steady, "{motion}");
        assert!(!raw.contains("\x1b[5m") && !raw.contains("\x1b[6m"), "nothing blinks");
    }
}
