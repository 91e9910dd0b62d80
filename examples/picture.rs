//! Makes the pictures in the README from the real program: `cargo run --example picture`.
//!
//! The ordinary program runs on the demo week with a standing clock, draws into memory, and the cells are written as
//! SVG.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use chrono::{TimeZone, Utc};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use runsheet::clock::Clock;
use runsheet::domain::ids::IdSource;
use runsheet::runtime::App;
use runsheet::session::{self, Kept, Options, Purpose, Session};
use runsheet::sync::News;
use runsheet::text::rules::Rules;
use runsheet::tui::keymap::Keymap;
use runsheet::tui::model::Model;
use runsheet::tui::msg::{Key, KeyCode, Msg};
use runsheet::tui::theme::Theme;
use tokio::sync::mpsc::UnboundedReceiver;

/// What each picture shows: file, columns, rows, keys pressed before it is taken.
const PICTURES: &[(&str, u16, u16, &str)] = &[
    ("week.svg", 120, 40, ""),
    ("composer.svg", 120, 40, "lje"),
    ("composer-small.svg", 80, 24, "lje"),
    ("composer-wide.svg", 200, 60, "lje"),
    ("failed.svg", 120, 40, "44"),
    ("activity.svg", 120, 40, "55"),
    ("day.svg", 120, 40, "zd"),
    ("month.svg", 120, 40, "zm"),
    ("agenda.svg", 120, 40, "za"),
    ("wide.svg", 200, 60, "+"),
    ("campaign.svg", 120, 40, CAMPAIGN),
];

/// A campaign as it is typed: Enter, Esc, Tab and Ctrl-u as the control characters a terminal sends for them.
const CAMPAIGN: &str = "CAutumn blend\n\u{15}thu 9\n\n\u{1b}t j  Gi\
    The autumn blend is here\nWhere it grows: a walk through the hills\n\
    Three ways to brew it\nTasting on Saturday, doors open at ten\u{1b}\t\t";

const CELL: (f64, f64) = (8.4, 18.0);
const GROUND: &str = "#14181f";
const TEXT: &str = "#d7dce4";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    for (file, columns, rows, keys) in PICTURES {
        let buffer = play(*columns, *rows, keys).await?;
        fs::write(format!("assets/{file}"), svg(&buffer))?;
        println!("assets/{file}");
    }
    Ok(())
}

async fn play(columns: u16, rows: u16, keys: &str) -> Result<Buffer, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let config = folder.path().join("config.toml");
    fs::write(&config, "timezone = \"Europe/Berlin\"\n")?;
    let options =
        Options { config: Some(config), data_dir: Some(folder.path().into()), demo: true, ..Options::default() };
    let now = Utc.with_ymd_and_hms(2026, 11, 25, 10, 42, 0).single().ok_or("no such moment")?;
    let (clock, ids) = (Clock::standing_at(now), IdSource::seeded(7));
    // A provider that keeps to limits by itself pauses, and a standing clock would pause for good.
    tokio::spawn({
        let clock = clock.clone();
        async move { clock.follow_pauses().await }
    });
    let mut session = session::open(&options, clock, ids.clone(), Purpose::Screen).await?;
    session.seed_demo().await?;
    let accounts = session.desk.seats().len();
    let mut app_and_news = app(session, columns, rows, ids);
    let (app, news, _kept) = &mut app_and_news;
    app.start();
    rest(app, news, accounts).await;
    for key in keys.chars() {
        app.handle(Msg::Key(pressed(key)));
        app.settle().await;
    }
    let app = &app_and_news.0;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows))?;
    terminal.draw(|frame| app.draw(frame))?;
    Ok(terminal.backend().buffer().clone())
}

/// The key that a terminal sends as this character.
fn pressed(letter: char) -> Key {
    match letter {
        '\n' => Key::plain(KeyCode::Enter),
        '\t' => Key::plain(KeyCode::Tab),
        '\u{1b}' => Key::plain(KeyCode::Esc),
        '\u{15}' => Key::ctrl('u'),
        letter => Key::plain(KeyCode::Char(letter)),
    }
}

type Playing = (App, UnboundedReceiver<News>, Kept);

fn app(mut session: Session, columns: u16, rows: u16, ids: IdSource) -> Playing {
    let (now, zone) = (session.desk.now(), session.desk.zone());
    let rules = Arc::new(Rules::shipped().clone());
    let mut model = Model::new(now, zone, (columns, rows), rules, Keymap::shipped(), Theme::default(), ids);
    model.board.banner = session.banner.take();
    session.start_engine();
    let (desk, news, kept) = session.into_parts();
    (App::new(model, Arc::new(desk), Vec::new()), news, kept)
}

/// Lets the background come to rest for every account, and the screen take everything in.
async fn rest(app: &mut App, news: &mut UnboundedReceiver<News>, accounts: usize) {
    let mut rested = BTreeSet::new();
    while rested.len() < accounts {
        match news.recv().await {
            Some(news) => {
                if let News::Rested(account) = &news {
                    rested.insert(account.clone());
                }
                app.take_news(news);
            }
            None => break,
        }
    }
    app.spread_news();
    app.settle().await;
}

fn svg(buffer: &Buffer) -> String {
    let (columns, rows) = (f64::from(buffer.area.width), f64::from(buffer.area.height));
    let (width, height) = (columns * CELL.0 + 24.0, rows * CELL.1 + 24.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{GROUND}\"/>\n"
    );
    for y in 0..buffer.area.height {
        row(buffer, y, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

/// One row: runs of cells that look alike.
fn row(buffer: &Buffer, y: u16, out: &mut String) {
    let mut x = 0;
    while x < buffer.area.width {
        let Some(first) = buffer.cell((x, y)) else { return };
        let mut text = String::new();
        let start = x;
        while let Some(cell) = buffer.cell((x, y)).filter(|cell| alike(cell, first) && x < buffer.area.width) {
            text.push_str(cell.symbol());
            x += 1;
        }
        run(first, start, y, x - start, &text, out);
    }
}

fn alike(one: &Cell, other: &Cell) -> bool {
    (one.fg, one.bg, one.modifier) == (other.fg, other.bg, other.modifier)
}

fn run(cell: &Cell, x: u16, y: u16, cells: u16, text: &str, out: &mut String) {
    let (left, top) = (12.0 + f64::from(x) * CELL.0, 12.0 + f64::from(y) * CELL.1);
    let width = f64::from(cells) * CELL.0;
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let (fg, bg) = match reversed {
        true => (colour(cell.bg).unwrap_or(GROUND.into()), Some(colour(cell.fg).unwrap_or(TEXT.into()))),
        false => (colour(cell.fg).unwrap_or(TEXT.into()), colour(cell.bg)),
    };
    // Writing to a string cannot fail.
    if let Some(bg) = bg {
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{bg}\"/>",
            CELL.1
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"700\"" } else { "" };
    let line = if cell.modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    let dim = if cell.modifier.contains(Modifier::DIM) { " opacity=\"0.85\"" } else { "" };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        out,
        "<text x=\"{left:.1}\" y=\"{:.1}\" fill=\"{fg}\"{weight}{line}{dim} xml:space=\"preserve\" textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\">{text}</text>",
        top + 13.5
    );
}

fn colour(colour: Color) -> Option<String> {
    match colour {
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        _ => None,
    }
}
