//! Through which door, with which exit code.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use runsheet::cli::{self, args::Args};
use runsheet::clock::Clock;
use runsheet::domain::ids::IdSource;
use runsheet::session::{self, Purpose, Session};
use runsheet::text::rules::Rules;
use runsheet::tui::keymap::Keymap;
use runsheet::tui::model::Model;
use runsheet::tui::theme::{Glyphs, Palette, Theme};
use runsheet::{paths::Paths, runtime};

fn main() -> ExitCode {
    let args = Args::parse();
    // The screen has this thread to itself; what is slow or chatty shares the other.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&format!("this machine gives no threads: {error}")),
    };
    let clock = Clock::system();
    let ending = match args.command.clone() {
        Some(command) => runtime.block_on(cli::run(command, &args, clock)),
        None => runtime.block_on(screen(&args, clock)),
    };
    // Whatever the background still waits for must not keep the shell waiting.
    runtime.shutdown_background();
    ending
}

async fn screen(args: &Args, clock: Clock) -> ExitCode {
    if let Some(words) = no_terminal() {
        return refuse(words);
    }
    // Reading the rules and keys that ship takes about as long as opening the store, so it is done meanwhile.
    std::thread::spawn(|| (Rules::shipped(), Keymap::shipped()));
    let ids = IdSource::random();
    let mut session = match session::open(&args.session(), clock.clone(), ids.clone(), Purpose::Screen).await {
        Ok(session) => session,
        Err(error) => return refuse(&error.to_string()),
    };
    session::log_to(&session.paths, &args.log);
    if let Err(error) = session.seed_demo().await {
        return refuse(&error.to_string());
    }
    session.prepare_engine();
    let mut remarks = Vec::new();
    let mut model = Model::new(
        clock.now(),
        session.desk.zone(),
        (80, 24),
        Arc::new(rules(&session.paths, &mut remarks)),
        keymap(&session.paths, &mut remarks),
        theme(&session),
        ids,
    );
    model.board.demo = session.is_demo();
    remarks.splice(0..0, session.banner.take());
    model.board.banner = (!remarks.is_empty()).then(|| remarks.join(" · "));
    let mouse = session.config.mouse.unwrap_or(true);
    model.mouse_on = mouse;
    let off = session.off.iter().map(|off| (off.account.clone(), off.provider.clone(), off.words.clone())).collect();
    let (desk, news, _kept) = session.into_parts();
    let app = runtime::App::new(model, Arc::new(desk), off);
    match runtime::run(app, news, clock, mouse).await {
        Ok(code) => code,
        Err(error) => refuse(&format!("the terminal: {error}")),
    }
}

/// Why the calendar cannot open here, if it cannot.
fn no_terminal() -> Option<&'static str> {
    use std::io::IsTerminal;
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    let words = "the calendar needs a terminal; `runsheet list`, `runsheet post` and their kin work without one";
    (dumb || !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal()).then_some(words)
}

/// The shipped rules with the user's beside the configuration.
fn rules(paths: &Paths, remarks: &mut Vec<String>) -> Rules {
    let shipped = Rules::shipped();
    let file = paths.networks();
    match std::fs::read_to_string(&file) {
        Ok(text) => shipped.overlaid(&text, &file.display().to_string()).unwrap_or_else(|error| {
            remarks.push(error.to_string());
            shipped.clone()
        }),
        Err(_) => shipped.clone(),
    }
}

/// The shipped keys with the user's beside the configuration.
fn keymap(paths: &Paths, remarks: &mut Vec<String>) -> Keymap {
    let shipped = Keymap::shipped();
    let file = paths.keymap();
    match std::fs::read_to_string(&file) {
        Ok(text) => shipped.overlaid(&text, &file.display().to_string()).unwrap_or_else(|error| {
            remarks.push(error.to_string());
            shipped
        }),
        Err(_) => shipped,
    }
}

fn theme(session: &Session) -> Theme {
    let variable = |name: &str| std::env::var(name).ok();
    // `15;0`: the colours of text and ground, as some terminals tell.
    let light = variable("COLORFGBG").and_then(|value| value.rsplit(';').next()?.parse::<u8>().ok());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    let unicode = locale.is_none_or(|value| {
        let value = value.to_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    });
    let (no_color, colorterm, term) = (variable("NO_COLOR"), variable("COLORTERM"), variable("TERM"));
    let light = light.is_some_and(|ground| ground == 7 || ground == 15);
    let mut theme = Theme::from_env(no_color.as_deref(), colorterm.as_deref(), term.as_deref(), light, unicode);
    theme.palette = match session.config.theme.as_deref() {
        Some("dark") => Palette::Dark,
        Some("light") => Palette::Light,
        Some("sixteen") => Palette::Sixteen,
        Some("none") => Palette::None,
        _ => theme.palette,
    };
    match session.config.glyphs.as_deref() {
        Some("ascii") => theme.glyphs = Glyphs::ascii(),
        Some("unicode") => theme.glyphs = Glyphs::unicode(),
        _ => {}
    }
    theme
}

fn refuse(words: &str) -> ExitCode {
    eprintln!("runsheet: {words}");
    ExitCode::from(1)
}
