//! Where everything stands at a given size: shared by settling, the mouse and drawing.

use ratatui::layout::Rect;

use super::state::{Part, State};
use crate::tui::widgets::panel;

/// From this size on, the three parts stand side by side.
const WIDE: (u16, u16) = (100, 28);
/// The cells of a field's name.
pub const LABEL: u16 = 13;
/// Rows above the channels: the other fields.
pub const FIELDS: u16 = 9;
/// Rows that say in full what is wrong with a field.
const FAULT: u16 = 2;
/// As many channels are shown at once, and more where the texts leave room.
const CHANNELS: u16 = 6;
/// Rows below the list of posts that say what the one under the cursor meets.
const DETAIL: u16 = 3;

/// The places. An empty one is not drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Regions {
    pub header: Rect,
    /// The names of the parts, where only one is shown.
    pub tabs: Rect,
    pub recipe_box: Rect,
    pub fields: Rect,
    pub channels: Rect,
    pub texts: Rect,
    /// What is wrong with the field under the cursor, in full.
    pub fault: Rect,
    /// The calendar with its border.
    pub calendar: Rect,
    pub posts_box: Rect,
    pub posts: Rect,
    pub detail: Rect,
}

/// The places of this state in this area.
pub fn regions(state: &State, area: Rect) -> Regions {
    let mut places = Regions { header: Rect { height: area.height.min(1), ..area }, ..Regions::default() };
    let body = below(area, 1);
    if area.width >= WIDE.0 && area.height >= WIDE.1 {
        let recipe = (area.width * 2 / 5).min(76);
        let high = (body.height * 2 / 5).clamp(10, 22);
        let above = Rect { height: body.height - high, ..body };
        places.recipe_box = Rect { width: recipe, ..above };
        places.calendar = Rect { x: above.x + recipe, width: above.width - recipe, ..above };
        places.posts_box = Rect { y: above.bottom(), height: high, ..body };
    } else {
        places.tabs = Rect { height: body.height.min(1), ..body };
        let rest = below(body, 1);
        match state.part {
            Part::Recipe => places.recipe_box = rest,
            Part::Calendar => places.calendar = rest,
            Part::Posts => places.posts_box = rest,
        }
    }
    within_recipe(&mut places, state);
    within_posts(&mut places);
    places
}

fn within_recipe(places: &mut Regions, state: &State) {
    let inside = panel::inside(places.recipe_box);
    if inside.height == 0 {
        return;
    }
    places.fields = Rect { height: FIELDS.min(inside.height), ..inside };
    let rest = below(inside, FIELDS);
    let wanted = u16::try_from(state.offers).unwrap_or(u16::MAX).clamp(1, CHANNELS.max(rest.height / 2));
    let channels = wanted.min(rest.height.saturating_sub(3)).min(rest.height);
    places.channels = Rect { height: channels, ..rest };
    // A line of its own says what the texts are.
    places.texts = below(rest, channels + 1);
    let fault = if state.fault(state.field).is_some() { FAULT.min(places.texts.height) } else { 0 };
    places.texts.height -= fault;
    places.fault = Rect { y: places.texts.bottom(), height: fault, ..places.texts };
}

fn within_posts(places: &mut Regions) {
    let inside = panel::inside(places.posts_box);
    let detail = if inside.height >= 8 { DETAIL } else { 0 };
    places.posts = Rect { height: inside.height - detail, ..inside };
    places.detail = Rect { y: inside.y + inside.height - detail, height: detail, ..inside };
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
