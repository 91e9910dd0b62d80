//! The list of what may be meant, at the word that is being typed.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Clear, Widget};

use super::Canvas;
use crate::text::clean::{cells, one_line};
use crate::text::phrases::Offer;
use crate::tui::theme::Role;
use crate::tui::tools::composer::state::State;
use crate::tui::widgets::panel;

/// The widest the list gets.
const WIDEST: u16 = 44;

/// Where the list stands on the screen `area`, below its word or, where there is no room, above it.
fn place(state: &State, text: Rect, area: Rect) -> Option<Rect> {
    let open = state.suggestions.as_ref()?;
    let (x, y) = state.editor().cell_of(open.begins)?;
    let widest = open.offers.iter().map(|offer| cells(&words(offer))).max().unwrap_or(0) + 2;
    let width = u16::try_from(widest).unwrap_or(WIDEST).min(WIDEST).min(area.width);
    let height = u16::try_from(open.offers.len()).unwrap_or(u16::MAX);
    let (x, y) = (text.x.saturating_add(x).min(area.right().saturating_sub(width)), text.y.saturating_add(y));
    let (below, above) = (area.bottom().saturating_sub(y + 1), y.saturating_sub(area.y));
    let (y, height) = match below >= height || below >= above {
        true => (y + 1, height.min(below)),
        false => (y - height.min(above), height.min(above)),
    };
    Some(Rect { x, y, width, height }).filter(|place| !place.is_empty())
}

/// `🎉 tada`; what has no name of its own says itself.
fn words(offer: &Offer) -> String {
    let text = one_line(&offer.text);
    if offer.name.is_empty() { text } else { format!("{text}  {}", one_line(&offer.name)) }
}

/// The first that is shown: the chosen one is always in view.
fn first(state: &State, height: u16) -> usize {
    let at = state.suggestions.as_ref().map_or(0, |open| open.at);
    (at + 1).saturating_sub(usize::from(height))
}

/// The suggestion at a cell of the screen `area`.
pub fn suggestion_at(state: &State, text: Rect, area: Rect, at: Position) -> Option<usize> {
    let place = place(state, text, area).filter(|place| place.contains(at))?;
    Some(first(state, place.height) + usize::from(at.y - place.y))
}

impl Canvas<'_> {
    pub(super) fn suggestions(&self, buf: &mut Buffer) {
        let Some(open) = &self.state.suggestions else { return };
        let Some(place) = place(self.state, self.places.text, self.state.area) else { return };
        let place = place.intersection(buf.area);
        Clear.render(place, buf);
        buf.set_style(place, self.style(Role::Field));
        let offers = open.offers.iter().enumerate().skip(first(self.state, place.height));
        for (row, (at, offer)) in (0..place.height).zip(offers) {
            panel::line(place, row, buf, &[(" ", self.style(Role::Field)), (&words(offer), self.style(Role::Field))]);
            if at == open.at {
                buf.set_style(Rect { y: place.y + row, height: 1, ..place }, self.style(Role::Cursor));
            }
        }
    }
}
