//! The least a terminal program can be that shows a week of posts from SQLite: the measure for the whole process.
//! `hjkl` move, `q` quits.

use std::error::Error;
use std::io::stdout;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use crossterm::event::{self, Event, KeyCode};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};
use ratatui::{Frame, Terminal};
use rusqlite::{Connection, OpenFlags};

type Posts = Vec<(DateTime<Utc>, String)>;

/// Shows the week of `store` that begins at `monday`, in milliseconds, until it is left.
pub fn run(store: &str, monday: &str) -> Result<(), Box<dyn Error>> {
    let monday = DateTime::from_timestamp_millis(monday.parse()?).ok_or("no such moment")?;
    let posts = week(store, monday)?;
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, cursor::Hide)?;
    let outcome = play(&posts, monday);
    execute!(stdout(), LeaveAlternateScreen, cursor::Show)?;
    disable_raw_mode()?;
    outcome
}

fn week(store: &str, monday: DateTime<Utc>) -> Result<Posts, Box<dyn Error>> {
    let db = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement =
        db.prepare("SELECT sort_at, body FROM post WHERE sort_at >= ?1 AND sort_at < ?2 ORDER BY sort_at")?;
    let span = [monday.timestamp_millis(), (monday + TimeDelta::days(7)).timestamp_millis()];
    let rows = statement.query_map(span, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let mut posts = Vec::new();
    for row in rows {
        let (at, body) = row?;
        posts.push((DateTime::from_timestamp_millis(at).ok_or("no such moment")?, body));
    }
    Ok(posts)
}

fn play(posts: &Posts, monday: DateTime<Utc>) -> Result<(), Box<dyn Error>> {
    let mut terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
    let (mut day, mut hour) = (0_i64, 9_u32);
    loop {
        terminal.draw(|frame| draw(frame, posts, monday, (day, hour)))?;
        if let Event::Key(key) = event::read()? {
            match key.code {
                KeyCode::Char('h') => day = (day - 1).max(0),
                KeyCode::Char('l') => day = (day + 1).min(6),
                KeyCode::Char('k') => hour = hour.saturating_sub(1),
                KeyCode::Char('j') => hour = (hour + 1).min(23),
                KeyCode::Char('q') => return Ok(()),
                _ => {}
            }
        }
    }
}

/// Seven columns of 24 hours; a cell shows the beginning of its first post and how many more there are.
fn draw(frame: &mut Frame<'_>, posts: &Posts, monday: DateTime<Utc>, at: (i64, u32)) {
    let columns = Layout::horizontal([Constraint::Fill(1); 7]).split(frame.area());
    for (day, area) in (0..).zip(columns.iter()) {
        let date = monday + TimeDelta::days(day);
        let today: Vec<_> = posts.iter().filter(|(at, _)| *at >= date && *at < date + TimeDelta::days(1)).collect();
        let mut lines = Vec::new();
        for hour in 0..24 {
            let mut cell = today.iter().filter(|(at, _)| at.hour() == hour);
            let style = match at == (day, hour) {
                true => Style::new().add_modifier(Modifier::REVERSED),
                false => Style::new(),
            };
            let head = cell.next().map_or("", |(_, body)| body);
            lines.push(Line::styled(format!("{hour:02} {head}"), style));
            let more = cell.count();
            lines.push(Line::styled(if more > 0 { format!("   +{more}") } else { String::new() }, Color::DarkGray));
        }
        let block = Block::bordered().title(date.format("%a %-d %b").to_string());
        frame.render_widget(Paragraph::new(lines).block(block), *area);
    }
}
