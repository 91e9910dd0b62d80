//! Through which door, with which exit code.

#![warn(clippy::print_stderr, clippy::print_stdout)] // They panic where nobody can read: see `session::aside`.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use runsheet::cli::{self, args::Args};
use runsheet::clock::Clock;
use runsheet::config::{Colours, Marks, Pictures};
use runsheet::domain::ids::IdSource;
use runsheet::domain::words::count;
use runsheet::paths::Paths;
use runsheet::runtime::{self, Finale};
use runsheet::session::aside;
use runsheet::session::repair::{self, Source};
use runsheet::session::{self, Purpose, Session, SessionError};
use runsheet::text::phrases::Phrases;
use runsheet::text::rules::Rules;
use runsheet::tui::keymap::Keymap;
use runsheet::tui::model::Model;
use runsheet::tui::notice;
use runsheet::tui::pictures::Way;
use runsheet::tui::rescue::{Choice, Rescue};
use runsheet::tui::theme::{Glyphs, Palette, Theme};

fn main() -> ExitCode {
    leave_no_core();
    let args = Args::parse();
    // The screen has this thread to itself; what is slow or chatty shares the other.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&format!("this machine gives no threads: {error}")),
    };
    let clock = clock();
    let ending = match args.command.clone() {
        Some(command) => runtime.block_on(cli::run(command, &args, clock)).into(),
        None => runtime.block_on(screen(&args, clock)),
    };
    // Whatever the background still waits for must not keep the shell waiting.
    runtime.shutdown_background();
    match ending {
        Ending::Code(code) => code,
        Ending::Anew => open_anew(),
    }
}

/// Moves the clock this program reads by so many seconds: proves what it says of a wrong one.
const CLOCK_SWITCH: &str = "RUNSHEET_CLOCK";

fn clock() -> Clock {
    let seconds = std::env::var(CLOCK_SWITCH).ok().and_then(|seconds| seconds.parse().ok());
    let span = seconds.and_then(chrono::TimeDelta::try_seconds);
    span.map_or_else(Clock::system, Clock::system_ahead_by)
}

/// A core file would hold keys and drafts: this process leaves none.
#[cfg(unix)]
fn leave_no_core() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = Rlimit { current: Some(0), maximum: getrlimit(Resource::Core).maximum };
    // Lowering a limit is always allowed; where it is not, there is nothing better to do.
    let _ = setrlimit(Resource::Core, limit);
}

#[cfg(not(unix))]
fn leave_no_core() {}

async fn screen(args: &Args, clock: Clock) -> Ending {
    if let Some(words) = no_terminal() {
        return refuse(words).into();
    }
    // Reading the rules and keys that ship takes about as long as opening the store, so it is done meanwhile.
    std::thread::spawn(|| (Rules::shipped(), Keymap::shipped()));
    let (ids, options) = (IdSource::random(), args.session());
    let mut surroundings = surroundings();
    // The terminal answers while the store is opened.
    let ask = told_ground().is_none() && surroundings.palette == Palette::Dark;
    let ground = ask.then(|| std::thread::spawn(runtime::look));
    let open = || session::open(&options, clock.clone(), ids.clone(), Purpose::Screen);
    let mut session = open().await;
    // Before anything else is said: until then the line is as the question needs it.
    let early = ground.and_then(|asked| asked.join().ok()).unwrap_or_default();
    if early.light {
        surroundings.palette = Palette::Light;
    }
    let mut remade = None;
    if !args.read_only && session.as_ref().is_err_and(SessionError::is_damage) {
        match rescued(&options, &clock, &surroundings).await {
            Ok(Some(words)) => (remade, session) = (Some(words), open().await),
            // Left as it is: the words say where it is kept.
            Ok(None) => {}
            Err(words) => return refuse(&words).into(),
        }
    }
    let mut session = match session {
        Ok(session) => session,
        Err(error) => return refuse(&error.to_string()).into(),
    };
    session::log_to(&session.paths, &args.log);
    if let Err(error) = session.seed_demo().await {
        return refuse(&error.to_string()).into();
    }
    // Another window may be typing in it just now: only the first one calls it stopped.
    let stopped = if session.sends { session.desk.stopped_while_typing().await.ok().flatten() } else { None };
    session.watch().await;
    session.desk.begin_to_look();
    runtime::keep_back(session.key_variables());
    session.prepare_engine();
    let (rules, remark) = session::rules(&session.paths);
    let mut remarks: Vec<String> = remark.into_iter().collect();
    let mut model = Model::new(
        clock.now(),
        session.desk.zone(),
        (80, 24),
        Arc::new(rules),
        keymap(&session.paths, &mut remarks),
        theme(&session, surroundings),
        ids,
    );
    if let Some(draft) = stopped {
        model.shared.notices.push(notice::recovered(&draft));
    }
    model.board.phrases = Arc::new(phrases(&session.paths, &mut remarks));
    model.board.demo = session.is_demo();
    model.board.read_only = args.read_only;
    model.shared.habits = *session.desk.habits();
    let (plan, about_files) = session::calendar::plan(&session.config);
    model.board.plan = plan;
    remarks.extend(about_files);
    remarks.splice(0..0, remade.into_iter().chain(session.banner.take()));
    model.board.banner = (!remarks.is_empty()).then(|| remarks.join(" · "));
    let mouse = session.config.mouse.unwrap_or(true);
    model.mouse_on = mouse;
    model.bell = session.config.bell.unwrap_or(true);
    model.still = session.config.still;
    let pictures = session.config.pictures;
    let off = session.off.iter().map(|off| (off.account.clone(), off.provider.clone(), off.words.clone())).collect();
    let (desk, news, _kept) = session.into_parts();
    let mut app = runtime::App::new(model, Arc::new(desk), off);
    match pictures {
        Pictures::Off => {}
        Pictures::Blocks => app.show_blocks(),
        Pictures::Auto => app.model.shared.pictures.way = Way::Unasked,
    }
    match runtime::run(app, news, clock, mouse, early).await {
        Ok(Finale::Left) => Ending::Code(ExitCode::SUCCESS),
        Ok(Finale::Anew) => Ending::Anew,
        Err(error) => refuse(&format!("the terminal: {error}")).into(),
    }
}

/// Asks a person what shall become of a damaged store, and does it: what was done, nothing where it stays as it is.
async fn rescued(options: &session::Options, clock: &Clock, theme: &Theme) -> Result<Option<String>, String> {
    aside::line(format_args!("runsheet: the store is damaged; looking what can be saved of it"));
    let Some(offers) = repair::look(options, clock).await.map_err(|error| error.to_string())? else {
        return Err("the store is whole again: start runsheet once more".into());
    };
    let mut ways = Vec::new();
    if let Some(found) = offers.readable() {
        ways.push((Choice::Salvage, format!("what can still be read: {found}")));
    }
    if let Some((at, found)) = offers.newest() {
        ways.push((Choice::Copy, format!("the copy of {}: {found}", at.format("%Y-%m-%d %H:%M UTC"))));
    }
    if ways.is_empty() {
        ways.push((Choice::Empty, "an empty store: drafts and what waited here are gone, the rest is fetched".into()));
    }
    let kept = offers.kept.as_deref().map(|path| path.display().to_string());
    let question = Rescue::new(&offers.damage, kept.as_deref(), ways);
    let chosen = runtime::ask(&question, theme).await.map_err(|error| format!("the terminal: {error}"))?;
    let source = match chosen {
        None => return Ok(None),
        Some(Choice::Salvage) => Source::Salvage,
        Some(Choice::Copy) => Source::Copy(None),
        Some(Choice::Empty) => Source::Nothing,
    };
    let repaired = repair::repair(options, clock, &source).await.map_err(|error| error.to_string())?;
    let found = repaired.map(|repaired| repaired.found).unwrap_or_default();
    let look = match found.writes {
        0 => String::new(),
        writes => format!("; {} to look at in the failed queue (4) before anything is sent", count(writes, "write")),
    };
    Ok(Some(format!("the store was made anew with {}{look}", count(found.posts, "post"))))
}

/// How the screen was left.
enum Ending {
    /// With this exit code.
    Code(ExitCode),
    /// To be opened anew.
    Anew,
}

impl From<ExitCode> for Ending {
    fn from(code: ExitCode) -> Self {
        Self::Code(code)
    }
}

/// Starts the program again in the place of this one, out of the demo: what this run holds is let go by the system, as
/// at every end. The configuration just written is read like any other.
fn open_anew() -> ExitCode {
    let words = "what was connected is there at the next start";
    #[cfg(unix)]
    if let Ok(program) = std::env::current_exe() {
        use std::os::unix::process::CommandExt;
        let args = std::env::args_os().skip(1).filter(|arg| arg != "--demo");
        // Returns only when it fails.
        let error = std::process::Command::new(program).args(args).exec();
        return refuse(&format!("{words}; it could not start by itself: {error}"));
    }
    aside::line(format_args!("{words}: run runsheet again"));
    ExitCode::SUCCESS
}

/// Why the calendar cannot open here, if it cannot.
fn no_terminal() -> Option<&'static str> {
    use std::io::IsTerminal;
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    let words = "the calendar needs a terminal; `runsheet list`, `runsheet post` and their kin work without one";
    (dumb || !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal()).then_some(words)
}

/// The user's snippets and groups of hashtags, where there are any.
fn phrases(paths: &Paths, remarks: &mut Vec<String>) -> Phrases {
    let file = paths.phrases();
    let Ok(text) = std::fs::read_to_string(&file) else { return Phrases::default() };
    Phrases::load(&text, &file.display().to_string()).unwrap_or_else(|error| {
        remarks.push(error);
        Phrases::default()
    })
}

/// The shipped keys with the user's beside the configuration.
fn keymap(paths: &Paths, remarks: &mut Vec<String>) -> Keymap {
    let shipped = Keymap::shipped();
    let file = paths.keymap();
    // It stands beside the configuration: its name says which one it is.
    let name = file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned());
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let keymap = shipped.overlaid(&text, &name).unwrap_or_else(|error| {
                remarks.push(error.to_string());
                shipped
            });
            if let Some((first, more)) = keymap.hidden().split_first() {
                let more = if more.is_empty() { String::new() } else { format!(" (and {} more)", more.len()) };
                remarks.push(format!("{name}: {first}{more}"));
            }
            keymap
        }
        Err(_) => shipped,
    }
}

/// What the environment says of the terminal: colours, ground, characters.
fn surroundings() -> Theme {
    let variable = |name: &str| std::env::var(name).ok();
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    let unicode = locale.is_none_or(|value| {
        let value = value.to_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    });
    let (no_color, colorterm, term) = (variable("NO_COLOR"), variable("COLORTERM"), variable("TERM"));
    let light = told_ground().unwrap_or(false);
    Theme::from_env(no_color.as_deref(), colorterm.as_deref(), term.as_deref(), light, unicode)
}

/// Whether the environment says that the ground is light: `15;0` are the colours of text and ground.
fn told_ground() -> Option<bool> {
    let ground: u8 = std::env::var("COLORFGBG").ok()?.rsplit(';').next()?.parse().ok()?;
    Some(ground == 7 || ground == 15)
}

/// The theme in force: what the configuration says, else what is true of this terminal.
fn theme(session: &Session, mut theme: Theme) -> Theme {
    theme.palette = match session.config.theme {
        Some(Colours::Dark) => Palette::Dark,
        Some(Colours::Light) => Palette::Light,
        Some(Colours::Sixteen) => Palette::Sixteen,
        Some(Colours::None) => Palette::None,
        None => theme.palette,
    };
    theme.glyphs = match session.config.glyphs {
        Some(Marks::Ascii) => Glyphs::ascii(),
        Some(Marks::Unicode) => Glyphs::unicode(),
        Some(Marks::Nerd) => Glyphs::nerd(),
        None => theme.glyphs,
    };
    theme
}

fn refuse(words: &str) -> ExitCode {
    aside::line(format_args!("runsheet: {words}"));
    ExitCode::from(1)
}
