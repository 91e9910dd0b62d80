//! Marking a range as in vi: from the post where it began to the cursor, wherever that goes.

use std::collections::BTreeSet;

use super::model::{Model, Pane};
use super::msg::Tone;
use super::notice;
use super::panes::failed;
use crate::domain::ids::PostId;
use crate::domain::words::count;

/// A range that is being marked.
#[derive(Clone, Debug)]
pub struct Range {
    from: PostId,
    /// What was marked before it began.
    before: BTreeSet<PostId>,
}

/// Begins a range at the cursor post, or ends the one there is and keeps its marks.
pub(super) fn turn(model: &mut Model) {
    if model.range.take().is_some() {
        let words = format!("{} marked; Esc takes the marks away", count(model.shared.marks.len(), "post"));
        return notice::tell(model, Tone::Plain, words);
    }
    let Some(from) = model.cursor_post().map(|post| post.id) else {
        return notice::tell(model, Tone::Plain, "no post under the cursor: a range begins at one");
    };
    model.range = Some(Range { from, before: model.shared.marks.clone() });
    model.shared.marks.insert(from);
    notice::tell(model, Tone::Plain, "marking as the cursor goes; v keeps the marks, Esc lets them go");
}

/// Lets a range go; whether there was one. What was marked before it stays so.
pub(super) fn leave(model: &mut Model) -> bool {
    let Some(range) = model.range.take() else { return false };
    model.shared.marks = range.before;
    true
}

/// Marks what lies between the beginning of the range and the cursor. The range ends with its marks: a verb, for
/// instance, lets go of them.
pub(super) fn follow(model: &mut Model) {
    let Some(range) = &model.range else { return };
    if !model.shared.marks.contains(&range.from) {
        model.range = None;
        return;
    }
    let began = model.board.post(range.from);
    if began.is_none_or(|post| !model.shared.shows(&model.board, post)) {
        model.range = None;
        return notice::tell(
            model,
            Tone::Plain,
            "the range ends: the post where it began is out of sight; its marks stay",
        );
    }
    let order = in_order(model);
    let place = |id: PostId| order.iter().position(|each| *each == id);
    let (Some(from), Some(to)) = (place(range.from), model.shared.cursor.and_then(place)) else { return };
    let between = order.get(from.min(to)..=from.max(to)).unwrap_or_default();
    model.shared.marks = range.before.iter().chain(between).copied().collect();
}

/// The posts that are shown, in the order in which the pane with the focus has them.
fn in_order(model: &Model) -> Vec<PostId> {
    let Model { shared, board, .. } = model;
    if model.focus == Pane::Failed {
        return failed::in_order(shared, board);
    }
    board.posts.iter().filter(|post| shared.shows(board, post)).map(|post| post.id).collect()
}

#[cfg(test)]
mod tests {
    use crate::tui::model::Model;
    use crate::tui::shell_tests::{model, on, press};

    fn marked(model: &Model) -> Vec<String> {
        let marked = model.board.posts.iter().filter(|post| model.shared.marks.contains(&post.id));
        marked.map(|post| post.headline().to_owned()).collect()
    }

    fn from_the_first() -> (Model, Vec<String>) {
        let mut model = model((120, 40));
        let all: Vec<String> = model.board.posts.iter().map(|post| post.headline().to_owned()).collect();
        on(&mut model, &all[0]);
        press(&mut model, "2");
        (model, all)
    }

    #[test]
    fn a_range_whose_beginning_goes_out_of_sight_ends_and_says_so() {
        let (mut model, all) = from_the_first();
        press(&mut model, "v g p");
        model.shared.filter = crate::domain::filter::Filter::parse("Meet us").ok();
        super::follow(&mut model);
        assert!(model.range.is_none() && crate::tui::shell_tests::shown(&model).contains("the range ends"));
        assert_eq!(marked(&model), all[..2], "what was marked stays so");
    }

    #[test]
    fn what_lies_between_is_marked_as_the_cursor_goes() {
        let (mut model, all) = from_the_first();
        press(&mut model, "v");
        assert_eq!(marked(&model), all[..1]);
        press(&mut model, "g p g p");
        assert_eq!(marked(&model), all[..3]);
        press(&mut model, "g P");
        assert_eq!(marked(&model), all[..2]);
        press(&mut model, "v g p");
        assert_eq!(marked(&model), all[..2], "v keeps what was marked");
        press(&mut model, "v g P Esc");
        assert_eq!(marked(&model), all[..2], "Esc lets go of the second range alone");
        press(&mut model, "Esc");
        assert!(marked(&model).is_empty());
    }

    #[test]
    fn a_verb_works_on_the_range_and_ends_it() {
        let mut model = model((120, 40));
        on(&mut model, "Ship it");
        press(&mut model, "2 v");
        assert_eq!(marked(&model).len(), 1);
        press(&mut model, "W");
        assert!(marked(&model).is_empty());
        press(&mut model, "g P");
        assert!(marked(&model).is_empty() && model.range.is_none(), "the range ended");
    }

    #[test]
    fn in_the_queue_it_goes_by_the_order_of_the_queue() {
        let mut model = model((120, 40));
        press(&mut model, "4 v G");
        let failed = model.board.failed.len();
        assert_eq!(model.shared.marks.len(), failed, "{:?}", model.board.failed);
        press(&mut model, "v Esc 2");
        model.shared.cursor = None;
        press(&mut model, "v");
        assert!(model.shared.marks.is_empty() && model.range.is_none(), "nothing to begin at");
    }
}
