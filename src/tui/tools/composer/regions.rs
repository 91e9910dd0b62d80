//! Where everything stands at a given size: shared by settling, the mouse and drawing.

use ratatui::layout::Rect;

use super::problems::Found;
use super::state::{Field, State};
use crate::domain::problem::Problem;
use crate::text::clean::{cells, one_line};

/// From this width on, text and preview stand side by side.
const WIDE: u16 = 100;
/// From this height on, text and channels have boxes of their own.
const TALL: u16 = 22;
/// Below this height there are no borders.
const LOW: u16 = 14;

/// The key that mends a problem.
pub const MENDS: &str = "Alt-x";

/// The cells of the mark of a problem, and at least those of its networks'.
const MARKS: (usize, usize) = (2, 3);
/// How many networks stand before a problem; of more the first ones, and how many are left.
const MOST_NETWORKS: usize = 4;

/// The places. An empty one is not drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Regions {
    pub header: Rect,
    pub text_box: Rect,
    pub tabs: Rect,
    pub text: Rect,
    pub diff: Rect,
    pub preview_box: Rect,
    pub preview: Rect,
    /// One row per channel, with meters.
    pub counters: Rect,
    pub channels_box: Rect,
    pub channels: Rect,
    pub fields: Rect,
    pub checks_box: Rect,
    pub checks: Rect,
    /// Channels and time in one row.
    pub summary: Rect,
    /// All counters in one row.
    pub counter_line: Rect,
}

/// The places of this state in this area.
pub fn regions(state: &State, area: Rect) -> Regions {
    if area.width >= WIDE && area.height >= TALL { wide(state, area) } else { narrow(state, area) }
}

fn wide(state: &State, area: Rect) -> Regions {
    let mut places = Regions { header: Rect { height: 1, ..area }, ..Regions::default() };
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let wanted = channel_rows(state).saturating_add(field_rows(state) + 2);
    let bottom = wanted.clamp(9, (body.height / 2).max(9)).min(body.height.saturating_sub(8));
    let (above, below) = split_rows(body, body.height - bottom);
    // Nobody reads lines of more than some 90 characters: what is left over goes to the right.
    let left = (area.width / 2).min(96);
    (places.text_box, places.preview_box) = split_columns(above, left);
    (places.channels_box, places.checks_box) = split_columns(below, left);
    let text = inside(places.text_box);
    within_text_box(&mut places, state, text);
    let preview = inside(places.preview_box);
    let counters = u16::try_from(state.facts.counters.len()).unwrap_or(u16::MAX).min(preview.height / 2);
    (places.preview, places.counters) = split_rows(preview, preview.height - counters);
    places.preview.height = places.preview.height.saturating_sub(u16::from(counters > 0));
    let channels = inside(places.channels_box);
    within_channels_box(&mut places, state, channels);
    places.checks = inside(places.checks_box);
    places
}

fn narrow(state: &State, area: Rect) -> Regions {
    let mut places = Regions::default();
    let mut rest = area;
    let take = |rest: &mut Rect, from_end: bool, least: u16| {
        if rest.height <= least {
            return Rect::default();
        }
        let y = if from_end { rest.bottom() - 1 } else { rest.y };
        *rest = Rect { y: rest.y + u16::from(!from_end), height: rest.height - 1, ..*rest };
        Rect { y, height: 1, ..*rest }
    };
    places.counter_line = take(&mut rest, true, 1);
    places.header = take(&mut rest, false, 3);
    if area.height >= LOW {
        places.summary = take(&mut rest, true, 4);
    }
    let checks = match area.height {
        // The list itself is open then.
        _ if !state.typing && state.field == Field::Problems => 0,
        ..LOW => 0,
        LOW..20 => 1,
        // The only one has a second row, where it needs one to be read.
        _ if matches!(state.facts.problems.as_slice(), [only] if is_long(only, area.width.saturating_sub(1))) => 2,
        _ => u16::try_from(state.facts.problems.len()).unwrap_or(3).clamp(1, 3),
    };
    (rest, places.checks) = split_rows(rest, rest.height - checks.min(rest.height));
    if checks > 0 {
        places.checks = Rect { x: places.checks.x + 1, width: places.checks.width.saturating_sub(1), ..places.checks };
    }
    within_body(&mut places, state, rest, area.height >= LOW);
    places
}

/// The networks that mind, before what they mind: `x  li `, or `x  li ig +9 `.
pub fn networks(found: &Found) -> String {
    let all = found.networks.len();
    let shown = if all > MOST_NETWORKS { MOST_NETWORKS - 1 } else { all };
    let marks: String = found.networks.iter().take(shown).map(|network| format!("{:<3}", network.mark())).collect();
    if all > shown { format!("{marks}+{} ", all - shown) } else { marks }
}

/// The cells before the words of a problem.
pub fn marks(found: &Found) -> usize {
    MARKS.0 + cells(&networks(found)).max(MARKS.1)
}

/// The cells behind the words of a problem, for the key that mends it.
pub fn mending(found: &Found) -> usize {
    if found.mends { cells(MENDS) + 2 } else { 0 }
}

/// Whether a problem and its remedy do not fit into one row of so many cells.
pub fn is_long(found: &Found, width: u16) -> bool {
    let Problem { words, remedy, .. } = &found.problem;
    marks(found) + mending(found) + cells(&one_line(words)) + 2 + cells(&one_line(remedy)) > usize::from(width)
}

/// The text, or beside or below it what the form is at.
fn within_body(places: &mut Regions, state: &State, rest: Rect, bordered: bool) {
    let at_a_list = !state.typing && matches!(state.field, Field::Channels | Field::Problems);
    let (text, other) = if at_a_list || (state.preview && rest.width < 60) {
        let text = if rest.height >= 16 { rest.height / 3 } else { 0 };
        split_rows(rest, text)
    } else if state.preview {
        split_columns(rest, rest.width / 2)
    } else {
        (rest, Rect::default())
    };
    let edge = |area: Rect| if bordered { inside(area) } else { area };
    if bordered {
        places.text_box = text;
    }
    within_text_box(places, state, edge(text));
    match state.field {
        Field::Channels if at_a_list => {
            places.channels_box = if bordered { other } else { Rect::default() };
            within_channels_box(places, state, edge(other));
        }
        Field::Problems if at_a_list => {
            places.checks_box = if bordered { other } else { Rect::default() };
            places.checks = edge(other);
        }
        _ => {
            places.preview_box = if bordered { other } else { Rect::default() };
            places.preview = edge(other);
        }
    }
}

fn within_text_box(places: &mut Regions, state: &State, area: Rect) {
    let tabs = u16::from(area.height >= 4);
    let air = u16::from(area.height >= 10);
    let (head, rest) = split_rows(area, tabs + air);
    places.tabs = Rect { height: tabs.min(head.height), ..head };
    let differences = u16::try_from(state.facts.diff.len()).unwrap_or(u16::MAX);
    let diff = if differences > 0 && rest.height >= 9 { (differences + 1).min(rest.height / 3) } else { 0 };
    (places.text, places.diff) = split_rows(rest, rest.height - diff);
}

fn within_channels_box(places: &mut Regions, state: &State, area: Rect) {
    let fields = field_rows(state);
    let fields = if area.height >= fields + 4 { fields } else { 0 };
    (places.channels, places.fields) = split_rows(area, area.height - fields);
}

/// Rows that the form's other fields take below the channels: a free one, time, title, media, tags.
fn field_rows(state: &State) -> u16 {
    3 + u16::from(state.facts.options.is_some())
        + u16::from(state.facts.wants_title)
        + u16::from(state.facts.style.is_some())
        + u16::from(state.has_tags())
}

/// Rows that all channels take, with a heading per account.
fn channel_rows(state: &State) -> u16 {
    let offers = &state.facts.channels;
    let turns = offers.windows(2).filter(|pair| matches!(pair, [one, two] if one.account != two.account)).count();
    u16::try_from(offers.len() + turns + usize::from(!offers.is_empty())).unwrap_or(u16::MAX)
}

/// What a border with a column of air leaves.
fn inside(area: Rect) -> Rect {
    if area.width < 2 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height - 2 }
}

fn split_rows(area: Rect, at: u16) -> (Rect, Rect) {
    let at = at.min(area.height);
    (Rect { height: at, ..area }, Rect { y: area.y + at, height: area.height - at, ..area })
}

fn split_columns(area: Rect, at: u16) -> (Rect, Rect) {
    let at = at.min(area.width);
    (Rect { width: at, ..area }, Rect { x: area.x + at, width: area.width - at, ..area })
}
