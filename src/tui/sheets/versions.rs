//! Earlier versions of the draft that is open: compared with it, and brought back.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Flow;
use crate::domain::channel::Channel;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::post::Post;
use crate::text::clean::{one_line, truncate};
use crate::text::differences::differences;
use crate::tui::action::Action;
use crate::tui::board::{Board, distance_words};
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::moment::exact;
use crate::tui::widgets::panel;
use crate::tui::widgets::prose::{Row, hang, paragraph};

/// The widest the sheet gets.
const WIDEST: u16 = 110;
/// Versions shown at once; the rest of the room is for the difference.
const ROWS: u16 = 8;
/// Whose a line of the difference is.
const THERE: &str = "only there";
const HERE: &str = "only here";
/// The cells of that, and a gap.
const WHOSE: usize = 12;
/// Rows that one line of the difference takes at most.
const MOST_ROWS: usize = 12;
/// How far a page goes.
const PAGE: usize = 5;
const FOOT: &[panel::Foot<'static>] =
    &[("Enter", "bring it back", Action::Open), ("j k", "choose", Action::Down), ("Esc", "closes", Action::Back)];

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    /// As it is in the composer.
    open: Post,
    /// Latest first; none while they are read.
    versions: Option<Vec<(DateTime<Utc>, Post)>>,
    at: usize,
    /// How people call the channels.
    names: HashMap<ChannelId, String>,
    /// How the chosen one differs: `-` only it has the line, `+` only the open text has it.
    diff: Vec<(char, String)>,
}

/// Opens the sheet for the post as it is in the composer, and asks for its versions.
pub fn open(post: Post, board: &Board) -> (State, Vec<Effect>) {
    let asked = vec![Effect::LoadVersions(post.id)];
    let named = |channel: &Channel| (channel.id.clone(), format!("{} {}", channel.network.mark(), channel.label()));
    let names = board.channels.iter().map(named).collect();
    (State { open: post, versions: None, at: 0, names, diff: Vec::new() }, asked)
}

impl State {
    /// Whose versions they are.
    pub fn post(&self) -> PostId {
        self.open.id
    }

    fn chosen(&self) -> Option<&Post> {
        self.versions.as_ref()?.get(self.at).map(|(_, post)| post)
    }

    fn compare(&mut self) {
        self.diff = self.chosen().map(|version| self.differences(version, &self.open)).unwrap_or_default();
    }

    /// The difference on rows of so many cells, each line whole.
    fn rows(&self, width: u16) -> Vec<Row> {
        let wide = usize::from(width).saturating_sub(WHOSE).max(1);
        let one = |(side, line): &(char, String)| {
            let (role, mark) = if *side == '-' { (Role::Good, THERE) } else { (Role::Text, HERE) };
            hang(Row::of(mark, Role::Muted), WHOSE, paragraph(&one_line(line), role, &[], wide, MOST_ROWS))
        };
        self.diff.iter().flat_map(one).collect()
    }

    fn differences(&self, version: &Post, open: &Post) -> Vec<(char, String)> {
        let name = |id: &ChannelId| self.names.get(id).cloned().unwrap_or_else(|| id.to_string());
        differences(&version.as_written(), &open.as_written(), &name)
    }
}

/// Takes the versions that were asked for. Those that say what is open anyway are left out.
pub fn loaded(state: &mut State, versions: Vec<(DateTime<Utc>, Post)>) {
    let mut kept: Vec<(DateTime<Utc>, Post)> = Vec::new();
    for (at, version) in versions {
        let last = kept.last().map_or(&state.open, |(_, post)| post);
        if !state.differences(&version, last).is_empty() {
            kept.push((at, version));
        }
    }
    state.versions = Some(kept);
    state.compare();
}

/// Carries out one action: Enter brings the chosen version back.
pub fn update(state: &mut State, _shared: &mut Shared, _board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let last = state.versions.as_ref().map_or(0, |versions| versions.len().saturating_sub(1));
    state.at = match action {
        Action::Open | Action::Accept => {
            return (
                Vec::new(),
                state.chosen().cloned().map_or(Flow::Close, |post| Flow::ComposerPost(Box::new(post))),
            );
        }
        Action::Back | Action::Close | Action::Cancel | Action::No => return (Vec::new(), Flow::Close),
        _ => scroll::moved(state.at, last, PAGE, action),
    }
    .min(last);
    state.compare();
    (Vec::new(), Flow::Stay)
}

/// Where the sheet stands on the screen `area`: as high as it has something to show.
pub fn place(state: &State, area: Rect) -> Rect {
    let width = WIDEST.min(area.width.saturating_sub(4));
    let versions = state.versions.as_ref().map_or(1, Vec::len).clamp(1, usize::from(ROWS));
    let rows = u16::try_from(versions + state.rows(width.saturating_sub(4)).len())
        .unwrap_or(u16::MAX)
        .saturating_add(6)
        .max(10);
    panel::middle(area, (width, rows.min(area.height.saturating_sub(4))))
}

/// A click chooses a version; a click on the chosen one brings it back.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, FOOT, x, y) {
        return Some(action);
    }
    let row = y.checked_sub(inside.y).filter(|row| *row < ROWS)?;
    let at = offset(state) + usize::from(row);
    if at >= state.versions.as_ref()?.len() {
        return None;
    }
    let again = state.at == at;
    state.at = at;
    state.compare();
    again.then_some(Action::Open)
}

fn offset(state: &State) -> usize {
    let count = state.versions.as_ref().map_or(0, Vec::len);
    scroll::window(state.at, state.at + 1, usize::from(ROWS), count, None).0
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let count = state.versions.as_ref().map_or(String::new(), |versions| versions.len().to_string());
    let inside = panel::sheet(place(state, area), buf, theme, "Earlier versions of this draft", &count);
    let (muted, text) = (theme.style(Role::Muted), theme.style(Role::Text));
    let versions = match &state.versions {
        None => {
            panel::line(inside, 0, buf, &[("reading them…", muted)]);
            return;
        }
        Some(versions) if versions.is_empty() => {
            panel::line(inside, 0, buf, &[("no earlier version says anything else", muted)]);
            return panel::foot(inside, buf, theme, &shared.keys, &FOOT[2..]);
        }
        Some(versions) => versions,
    };
    let rows = ROWS.min(inside.height.saturating_sub(4) / 2 + 1);
    for (row, (at, (moment, version))) in (0..rows).zip(versions.iter().enumerate().skip(offset(state))) {
        if at == state.at {
            buf.set_style(Rect { y: inside.y + row, height: 1, ..inside }, theme.style(Role::Cursor));
        }
        let moment = format!("{}  ", exact(*moment, shared.now, shared));
        let headline = truncate(&one_line(version.headline()), usize::from(inside.width).saturating_sub(46));
        let after = panel::line(inside, row, buf, &[(&moment, muted), (&headline, text)]);
        let age = versions.get(at).map(|(at, _)| distance_words(*at, shared.now)).unwrap_or_default();
        panel::right(inside, row, buf, &age, muted, after);
    }
    let shown = u16::try_from(versions.len()).unwrap_or(rows).min(rows);
    let below = Rect { y: inside.y + shown + 1, height: inside.height.saturating_sub(shown + 3), ..inside };
    let diff = state.rows(below.width);
    let more = diff.len().saturating_sub(usize::from(below.height));
    for (row, line) in (0..below.height).zip(&diff) {
        if more > 0 && row + 1 == below.height {
            panel::line(below, row, buf, &[(&format!("… and {} more", more + 1), muted)]);
            break;
        }
        line.draw(theme, Style::new(), below.x, below.y + row, below.width, buf);
    }
    panel::foot(inside, buf, theme, &shared.keys, FOOT);
}
