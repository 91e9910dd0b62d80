//! What is asked for because somebody looks at it, and at no other time: the numbers of the post that is read, what was
//! not understood of it, and the results of channels.

use chrono::TimeDelta;

use super::effect::Effect;
use super::model::{Model, Pane};
use super::sheets::Sheet;
use crate::domain::numbers::FRESH;

/// Results of channels older than this are counted anew; that asks nobody but the store.
const RECOUNT: TimeDelta = TimeDelta::minutes(1);

/// What is to be asked for now.
pub fn asks(model: &mut Model) -> Vec<Effect> {
    strange(model).into_iter().chain(numbers(model)).chain(results(model)).collect()
}

/// What was not understood of the post under the cursor, anew after every load.
fn strange(model: &mut Model) -> Option<Effect> {
    let reads = model.loaded && model.composer.is_none() && model.builder.is_none();
    let post = model.cursor_post().filter(|post| reads && post.is_remote())?;
    let id = post.id;
    if model.asked_strange.replace(id) == Some(id) {
        return None;
    }
    Some(Effect::LoadStrange(id))
}

/// The numbers of the post that is read: in its pane or in its story.
fn numbers(model: &mut Model) -> Option<Effect> {
    let story = matches!(model.sheets.last(), Some(Sheet::Story(_)));
    let reads = model.composer.is_none() && (story || (model.focus == Pane::Post && model.sheets.is_empty()));
    let post = model.cursor_post().filter(|_| reads)?;
    let tells = post.targets.iter().any(|target| {
        let out = target.is_out() && target.remote.is_some();
        out && model.board.counting.contains(&target.account())
    });
    let (id, now) = (post.id, model.shared.now);
    let asked = model.asked_numbers.get(&id).is_some_and(|at| now - *at < FRESH);
    if !tells || asked {
        return None;
    }
    model.asked_numbers.insert(id, now);
    Some(Effect::LoadNumbers(id))
}

/// The results of channels while their pane has the focus.
fn results(model: &mut Model) -> Option<Effect> {
    let reads = model.loaded && model.focus == Pane::Channels && model.composer.is_none();
    let now = model.shared.now;
    if !reads || model.asked_results.is_some_and(|at| now - at < RECOUNT) {
        return None;
    }
    model.asked_results = Some(now);
    Some(Effect::LoadResults)
}
