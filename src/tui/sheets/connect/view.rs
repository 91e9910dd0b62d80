//! How the sheet for connecting looks, and where its rows are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Field, Given, Stage, State};
use crate::domain::connect::Offer;
use crate::text::clean::{cells, one_line};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::{panel, prose};

/// The widest the sheet gets.
const WIDEST: u16 = 84;
/// Where the values of the fields begin.
const LABEL: u16 = 10;
/// Where what a provider needs begins, beside its name.
const NEEDS: u16 = 19;
/// How many rows the answer gets.
const ANSWER: usize = 5;

/// One row of the sheet.
#[derive(Clone, Debug, PartialEq)]
enum Row {
    Offer(usize),
    Field(Field),
    Words(String, Role),
    Blank,
}

/// Where the sheet stands on the screen `area`.
pub fn place(board: &Board, area: Rect) -> Rect {
    let rows = board.offers.len() + 7 + ANSWER + 4;
    let height = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height.saturating_sub(2));
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), height))
}

/// A click goes to a field, or chooses a provider.
pub fn click(state: &mut State, shared: &Shared, board: &Board, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(board, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &state.foot(), x, y) {
        return Some(action);
    }
    if !matches!(state.stage, Stage::Filling(_)) {
        return None;
    }
    let rows = rows(state, shared, board, inside.width);
    let at = first(state, &rows, inside) + usize::from(y.checked_sub(inside.y)?);
    match rows.get(at)? {
        Row::Offer(provider) => {
            state.choose(*provider, board);
            state.at = Field::Provider;
        }
        Row::Field(field) => state.at = *field,
        Row::Words(..) | Row::Blank => {}
    }
    None
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let inside = panel::sheet(place(board, area), buf, theme, "Connect an account", "");
    let rows = rows(state, shared, board, inside.width);
    let first = first(state, &rows, inside);
    for (y, row) in (0..inside.height.saturating_sub(1)).zip(rows.iter().skip(first)) {
        draw(state, board, theme, Rect { y: inside.y + y, height: 1, ..inside }, row, buf);
    }
    panel::foot(inside, buf, theme, &shared.keys, &state.foot());
}

fn rows(state: &State, shared: &Shared, board: &Board, width: u16) -> Vec<Row> {
    if let Stage::Done(connected) = &state.stage {
        let account = &connected.account;
        let next = match board.demo {
            true => format!("Enter leaves the demo and opens your own week with \"{account}\"."),
            false => format!("Enter opens the calendar anew with \"{account}\"; else it starts with the next start."),
        };
        let mut rows = wrapped(&connected.line(), Role::Good, width);
        rows.extend(wrapped(&connected.key_line(), Role::Text, width));
        rows.push(Row::Blank);
        rows.extend(wrapped(&shared.keys.of(&next), Role::Text, width));
        return rows;
    }
    let mut rows: Vec<Row> = (0..board.offers.len()).map(Row::Offer).collect();
    rows.extend(wanted(state, board, width));
    rows.push(Row::Blank);
    rows.extend([Field::Name, Field::Key, Field::Address].map(Row::Field));
    rows.push(Row::Blank);
    match &state.stage {
        Stage::Filling(Some(words)) => rows.extend(wrapped(words, Role::Bad, width)),
        Stage::Trying => rows.push(Row::Words("asking the provider…".into(), Role::Muted)),
        Stage::Filling(None) | Stage::Done(_) => rows.extend(wrapped(&advice(state, board), Role::Muted, width)),
    }
    rows
}

/// What the chosen provider wants, whole, in as many rows as the longest of them: nothing below jumps.
fn wanted(state: &State, board: &Board, width: u16) -> Vec<Row> {
    let told = |offer: &Offer| {
        // What stands whole beside the name is not said again.
        let needs = if usize::from(NEEDS) + cells(&offer.needs) > usize::from(width) { &offer.needs } else { "" };
        let gap = if needs.is_empty() { "" } else { "; " };
        wrapped(&format!("{needs}{gap}found at {}", offer.dashboard), Role::Muted, width)
    };
    let most = board.offers.iter().map(|offer| told(offer).len()).max().unwrap_or(0);
    let mut rows = state.offer(board).map(told).unwrap_or_default();
    rows.resize(most, Row::Blank);
    rows
}

/// What is good to know while the fields are filled.
fn advice(state: &State, board: &Board) -> String {
    let name = state.name.text().trim();
    let known = board.lights.iter().any(|light| light.account.as_str() == name);
    if known && !board.demo {
        return format!("There is an account \"{name}\": it gets the new key.");
    }
    "The key is tried at once, and kept in the system's keyring or encrypted; never in a file in clear.".into()
}

fn wrapped(words: &str, role: Role, width: u16) -> Vec<Row> {
    let words = one_line(words);
    let lines = prose::wrap(&words, usize::from(width), ANSWER);
    lines.into_iter().filter_map(|line| words.get(line)).map(|line| Row::Words(line.to_owned(), role)).collect()
}

/// The first row that is shown, so that the one with the focus, and an answer, can be seen.
fn first(state: &State, rows: &[Row], inside: Rect) -> usize {
    let focused = match state.at {
        Field::Provider => Row::Offer(state.provider),
        field => Row::Field(field),
    };
    let at = rows.iter().position(|row| *row == focused).unwrap_or(0);
    scroll::follow(0, at, usize::from(inside.height.saturating_sub(1)), rows.len())
}

fn draw(state: &State, board: &Board, theme: &Theme, area: Rect, row: &Row, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    match row {
        Row::Blank => {}
        Row::Words(words, role) => {
            panel::line(area, 0, buf, &[(words, style(*role))]);
        }
        Row::Offer(at) => {
            let Some(offer) = board.offers.get(*at) else { return };
            let chosen = *at == state.provider;
            if chosen && state.at == Field::Provider {
                buf.set_style(area, style(Role::Cursor));
            }
            let role = if chosen { Role::Text } else { Role::Muted };
            let name = panel::padded(&offer.name, usize::from(NEEDS) - 2);
            let mark = if chosen { "> " } else { "  " };
            panel::line(area, 0, buf, &[(mark, style(role)), (&name, style(role)), (&offer.needs, style(Role::Muted))]);
        }
        Row::Field(field) => draw_field(state, board, theme, area, *field, buf),
    }
}

fn draw_field(state: &State, board: &Board, theme: &Theme, area: Rect, field: Field, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let focused = state.at == field && matches!(state.stage, Stage::Filling(_));
    let label = match field {
        Field::Provider => "Provider",
        Field::Name => "Name",
        Field::Key => "Key",
        Field::Address => "Address",
    };
    panel::line(area, 0, buf, &[(label, style(if focused { Role::Key } else { Role::Muted }))]);
    let value = Rect { x: area.x + LABEL, width: area.width.saturating_sub(LABEL), ..area };
    let variable = state.offer(board).map(|offer| offer.variable.as_str()).unwrap_or_default();
    match (field, state.given) {
        (Field::Key, Given::Asked) => {
            let yes_no = [("y", Role::Key), ("/", Role::Muted), ("n", Role::Key)];
            let question = format!("{variable} is set in the environment. Use it?  ");
            let parts: Vec<_> = [(question.as_str(), Role::Text)].into_iter().chain(yes_no).collect();
            let parts: Vec<_> = parts.into_iter().map(|(text, role)| (text, style(role))).collect();
            panel::line(value, 0, buf, &parts);
        }
        (Field::Key, Given::Variable) => {
            let parts = [(variable, style(Role::Good)), (" from the environment   ", style(Role::Text))];
            let other = [("n", style(Role::Key)), (" another key", style(Role::Muted))];
            panel::line(value, 0, buf, &[parts, other].concat());
        }
        (Field::Key, Given::Typed) => state.key.view(value, buf, style(Role::Field), focused),
        (Field::Address, _) if state.address.text().is_empty() && !focused => {
            panel::line(value, 0, buf, &[("the provider's own", style(Role::Muted))]);
        }
        (Field::Address, _) => show(&state.address, value, focused, theme, buf),
        (Field::Name | Field::Provider, _) => show(&state.name, value, focused, theme, buf),
    }
}

/// A field, with its cursor only where the focus is.
fn show(input: &crate::tui::widgets::input::Input, area: Rect, focused: bool, theme: &Theme, buf: &mut Buffer) {
    if focused {
        input.view(area, buf, theme.style(Role::Field));
    } else {
        buf.set_style(area, theme.style(Role::Field));
        panel::line(area, 0, buf, &[(input.text(), theme.style(Role::Field))]);
    }
}
