//! Views that are kept under a digit: filter, way of showing, colours, channels shown alone.

use crate::domain::filter::Filter;
use crate::domain::found::SavedView;
use crate::text::clean::one_line;

use super::action::Action;
use super::dispatch;
use super::effect::Effect;
use super::model::{Model, Pane};
use super::msg::Tone;
use super::notice;
use super::panes::calendar::{self, Colouring, Lens, View};

/// Keeps how things are shown now.
pub fn keep(model: &mut Model, at: u8, name: String) -> Vec<Effect> {
    let (view, step) = calendar::shown_as(&model.calendar);
    let filter = model.shared.filter.as_ref().map(|filter| filter.text().to_owned()).unwrap_or_default();
    let only = model.shared.only.iter().cloned().collect();
    let Lens { colouring, heat, no_past } = model.shared.lens;
    let colouring = colouring.word().into();
    let kept = SavedView { name, filter, view: view.word().into(), step, only, colouring, heat, no_past };
    model.board.views.insert(at, kept.clone());
    vec![Effect::KeepView(at, kept)]
}

/// Shows things as they were kept. What a kept filter or channel no longer means is left out, and said.
pub fn show(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some((digit, kept)) = action.kept_view().and_then(|at| Some((at, model.board.views.get(&at)?.clone()))) else {
        return Vec::new();
    };
    let view = View::ALL.into_iter().find(|view| view.word() == kept.view).unwrap_or_default();
    match Filter::parse(&kept.filter) {
        Ok(filter) => {
            model.shared.filter = Some(filter).filter(|filter| !filter.is_empty());
            let name = one_line(&kept.name);
            let named = if name.is_empty() { String::new() } else { format!(": {name}") };
            notice::tell(model, Tone::Plain, format!("as it was kept under g {digit}{named}"));
        }
        Err(error) => {
            notice::tell(model, Tone::Bad, format!("the filter kept under g {digit} cannot be read: {error}"))
        }
    }
    let known = |id: &crate::domain::ids::ChannelId| model.board.channel(id).is_some();
    model.shared.only = kept.only.iter().filter(|id| known(id)).cloned().collect();
    model.shared.lens =
        Lens { colouring: Colouring::from_word(&kept.colouring), heat: kept.heat, no_past: kept.no_past };
    model.focus = Pane::Calendar;
    dispatch::refresh(model);
    let Model { calendar, shared, board, .. } = model;
    calendar::show_as(calendar, shared, board, view, kept.step)
}
