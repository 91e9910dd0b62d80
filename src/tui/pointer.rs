//! The mouse: a click focuses and selects, the wheel scrolls, a hint under the pointer runs, the right button opens the
//! menu of what it is on.

use ratatui::layout::Rect;

use super::action::Action;
use super::continuations;
use super::dispatch;
use super::effect::Effect;
use super::flow::{Layer, follow};
use super::hints;
use super::layout::contains;
use super::model::{Model, Pane};
use super::msg::{Mouse, MouseKind};
use super::panes::{activity, calendar, channels, failed, post};
use super::sheets::{self, Sheet, menu};
use super::tools::{builder, composer};
use super::update::{forget_pending, on_key};
use crate::text::clean::cells;

/// Follows the mouse.
pub fn on_mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    let regions = dispatch::screen(model);
    let hint = hints::line(model, regions.hints.width).into_iter().find(|hint| hint.covers(mouse.x));
    if mouse.kind == MouseKind::Press
        && model.show_continuations
        && let Some(hit) = continuations::click(model, regions.tool, mouse.x, mouse.y)
    {
        return hit.map(|each| on_key(model, each.key)).unwrap_or_default();
    }
    if matches!(mouse.kind, MouseKind::Press | MouseKind::Double | MouseKind::Menu) {
        // Whoever reaches for the mouse has let go of the keys that were begun.
        forget_pending(model);
    }
    if mouse.kind == MouseKind::Press && contains(regions.hints, mouse.x, mouse.y) {
        return hint.map(|hint| dispatch::run(model, hint.action)).unwrap_or_default();
    }
    if mouse.kind == MouseKind::Menu && matches!(model.sheets.last(), Some(Sheet::Menu(_))) {
        // The menu of one thing makes way for that of another.
        model.sheets.pop();
        model.dirty = true;
    }
    if let Some(mut sheet) = model.sheets.pop() {
        let action = match mouse.kind {
            MouseKind::Press | MouseKind::Double => {
                let (columns, rows) = model.shared.size;
                let screen = Rect::new(0, 0, columns, rows);
                sheets::click(&mut sheet, &mut model.shared, &model.board, screen, mouse)
            }
            MouseKind::WheelUp => Some(Action::Up),
            MouseKind::WheelDown => Some(Action::Down),
            _ => None,
        };
        model.sheets.push(sheet);
        model.dirty = true;
        return action.map(|action| dispatch::run(model, action)).unwrap_or_default();
    }
    if let Some(open) = &mut model.composer {
        let (effects, flow) = composer::mouse(open, &mut model.shared, &model.board, mouse, regions.tool);
        model.dirty = true;
        return follow(model, Layer::Composer, effects, flow);
    }
    if let Some(open) = &mut model.builder {
        let (effects, flow) = builder::mouse(open, &mut model.shared, &model.board, mouse, regions.tool);
        model.dirty = true;
        return follow(model, Layer::Builder, effects, flow);
    }
    if mouse.kind == MouseKind::Press && contains(regions.status, mouse.x, mouse.y) {
        return on_status(model);
    }
    if mouse.kind == MouseKind::Press && contains(regions.banner, mouse.x, mouse.y) {
        return dispatch::run(model, Action::Connect);
    }
    let held_down = matches!(mouse.kind, MouseKind::Drag | MouseKind::Release);
    if contains(regions.header, mouse.x, mouse.y) && !held_down {
        return match mouse.kind {
            MouseKind::Press => dispatch::run(model, Action::Sync),
            MouseKind::WheelUp => dispatch::run(model, Action::PreviousWeek),
            MouseKind::WheelDown => dispatch::run(model, Action::NextWeek),
            _ => Vec::new(),
        };
    }
    let held = model.pressed.and_then(|pane| regions.pane(pane).map(|area| (pane, area)));
    let under = regions.at(mouse.x, mouse.y);
    match mouse.kind {
        MouseKind::Press | MouseKind::Double | MouseKind::Menu => {
            let Some((pane, area)) = under else { return Vec::new() };
            if mouse.kind == MouseKind::Press && pane == Pane::Channels && on_counts(model, mouse, area) {
                return dispatch::run(model, Action::PaneFailed);
            }
            model.pressed = (mouse.kind == MouseKind::Press).then_some(pane);
            let mut effects = on_pane(model, pane, mouse, area);
            focus(model, pane);
            let opens = match mouse.kind {
                MouseKind::Double if pane == Pane::Failed => {
                    !failed::on_heading(&model.failed, &model.shared, &model.board)
                }
                MouseKind::Double => pane == Pane::Calendar,
                _ => false,
            };
            if mouse.kind == MouseKind::Menu {
                let state = menu::open(model, (mouse.x, mouse.y));
                model.sheets.push(Sheet::Menu(state));
            } else if opens && effects.is_empty() && !calendar::is_moving(&model.calendar) {
                effects = dispatch::run(model, Action::Open);
            }
            effects
        }
        MouseKind::Drag => held.map(|(pane, area)| on_pane(model, pane, mouse, area)).unwrap_or_default(),
        MouseKind::Release => {
            model.pressed = None;
            held.map(|(pane, area)| on_pane(model, pane, mouse, area)).unwrap_or_default()
        }
        MouseKind::WheelUp | MouseKind::WheelDown => {
            under.map(|(pane, area)| on_pane(model, pane, mouse, area)).unwrap_or_default()
        }
    }
}

/// Whether what needs a person is counted there, at the end of the channels' strip.
fn on_counts(model: &Model, mouse: Mouse, area: Rect) -> bool {
    let counts = failed::counts(&model.shared, &model.board, &model.theme.glyphs);
    let wide = u16::try_from(cells(&counts)).unwrap_or(u16::MAX);
    channels::is_strip(area) && mouse.y == area.y && mouse.x >= area.right().saturating_sub(wide)
}

/// The status line: leads to what is told, else takes back the filter or the marks it shows.
fn on_status(model: &mut Model) -> Vec<Effect> {
    let tells = model.shared.notices.last().is_some_and(|notice| notice.post.is_some());
    let narrowed = model.shared.filter.is_some() || !model.shared.marks.is_empty();
    match (tells, narrowed) {
        (true, _) => dispatch::run(model, Action::ShowTold),
        (false, true) if !calendar::is_moving(&model.calendar) => dispatch::run(model, Action::Back),
        _ => Vec::new(),
    }
}

/// The pane that was clicked gets the focus; while a post is held, the calendar keeps it.
fn focus(model: &mut Model, pane: Pane) {
    if !calendar::is_moving(&model.calendar) {
        model.focus = pane;
        model.opened_from = None;
    }
}

fn on_pane(model: &mut Model, pane: Pane, mouse: Mouse, area: Rect) -> Vec<Effect> {
    model.dirty = true;
    let before = model.shared.only.clone();
    let Model { shared, board, channels, calendar, post, failed, activity, .. } = model;
    let effects = match pane {
        Pane::Channels => channels::mouse(channels, shared, board, mouse, area),
        Pane::Calendar => calendar::mouse(calendar, shared, board, mouse, area),
        Pane::Post => post::mouse(post, shared, board, mouse, area),
        Pane::Failed => failed::mouse(failed, shared, board, mouse, area),
        Pane::Activity => activity::mouse(activity, shared, board, mouse, area),
    };
    if model.shared.only != before {
        dispatch::refresh(model);
    }
    dispatch::forget_deed(model, &effects);
    effects
}
