use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::domain::filter::Filter;
use crate::domain::outcome::Outcome;
use crate::tui::panes::sample::{self, id, is_harmless, screen};

/// The pane on its own screen, with what it shares.
struct Stage {
    state: State,
    shared: Shared,
    board: Board,
}

impl Stage {
    fn new() -> Self {
        Self { state: State::default(), shared: sample::shared((120, 40)), board: sample::board() }
    }

    fn on(number: u32) -> Self {
        let mut stage = Self::new();
        stage.shared.cursor = Some(id(number));
        stage
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        update(&mut self.state, &mut self.shared, &self.board, action, 1)
    }

    fn mouse(&mut self, kind: MouseKind, y: u16) {
        let area = Rect { x: 0, y: 0, width: 60, height: 20 };
        mouse(&mut self.state, &mut self.shared, &self.board, Mouse { kind, x: 4, y }, area);
    }

    fn lines(&self, width: u16, height: u16) -> Vec<String> {
        let lines = screen(width, height, |area, buf| {
            view(&self.state, &self.shared, &self.board, &Theme::default(), true, area, buf);
        });
        println!("--- {width}x{height}\n{}", lines.join("\n"));
        lines
    }

    fn here(&self) -> Option<Spot> {
        current(&self.state, &self.shared, &queue(&self.shared, &self.board))
    }
}

fn row(lines: &[String], words: &str) -> usize {
    lines.iter().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}"))
}

#[test]
fn groups_stand_by_urgency_and_what_is_to_come_before_what_is_past() {
    let lines = Stage::new().lines(110, 20);
    assert!(lines[0].contains("7 posts · 6 causes"), "{}", lines[0]);
    let order = [
        "Outcome unknown (1)",
        "Teaser clip",
        "Due, and not out (1)",
        "Office hours",
        "Reconnect the channel (2)",
        "Benchmarks",
        "Meet us at",
        "Text too long (1)",
        "Duplicate content (1)",
        "Other reasons (1)",
    ];
    let rows: Vec<usize> = order.iter().map(|words| row(&lines, words)).collect();
    assert!(rows.is_sorted(), "{rows:?}");
    assert!(lines[row(&lines, "Teaser clip")].contains("‼ unknown tt   acme.clips"));
}

#[test]
fn the_cursor_row_says_why_and_what_to_do() {
    let lines = Stage::on(3).lines(70, 18);
    assert!(lines[row(&lines, "OAuth token for this profile") - 1].contains("Meet us at"));
    row(&lines, "a connects the channel again, then r retries");
    let lines = Stage::on(5).lines(70, 18);
    row(&lines, "    It was due Tue 28 Jul 10:12 CEST, 1 h 30 min ago");
    assert_eq!(lines.iter().filter(|line| line.contains("It was due")).count(), 1, "one reason for both is said once");
}

#[test]
fn a_cause_read_from_words_alone_says_that_it_is_one() {
    let mut stage = Stage::on(3);
    let says = |stage: &Stage| stage.lines(90, 18).iter().any(|line| line.contains("By its words it looks like"));
    assert!(!says(&stage), "a code came with them");
    for post in &mut stage.board.failed {
        for target in &mut Arc::make_mut(post).targets {
            if let Outcome::Refused(refusal) = &mut target.outcome {
                refusal.guessed = true;
            }
        }
    }
    assert!(says(&stage));
}

#[test]
fn the_cursor_is_the_shared_one() {
    let mut stage = Stage::on(1);
    assert_eq!(stage.here(), None, "a published post is not in the queue");
    stage.act(Action::Down);
    assert_eq!(stage.shared.cursor, Some(id(4)));
    stage.act(Action::Down);
    assert_eq!(stage.here(), Some(Spot::Heading(Cause::Missed)));
    assert_eq!(stage.shared.cursor, Some(id(5)), "a heading stands for its first post");
    stage.shared.cursor = Some(id(2));
    assert_eq!(stage.here(), Some(Spot::Post(id(2))), "the cursor moved elsewhere takes the pane along");
    stage.act(Action::Top);
    assert_eq!(stage.here(), Some(Spot::Heading(Cause::UnknownOutcome)));
    stage.act(Action::Bottom);
    assert_eq!(stage.here(), Some(Spot::Post(id(9))));
}

#[test]
fn coming_in_stands_on_the_most_urgent_post() {
    let mut stage = Stage::on(1);
    enter(&mut stage.state, &mut stage.shared, &stage.board);
    assert_eq!(stage.shared.cursor, Some(id(4)));
    let mut stage = Stage::on(2);
    enter(&mut stage.state, &mut stage.shared, &stage.board);
    assert_eq!(stage.shared.cursor, Some(id(2)));
}

#[test]
fn a_heading_stands_for_its_group() {
    let mut stage = Stage::on(11);
    stage.act(Action::Up);
    assert_eq!(stage.here(), Some(Spot::Heading(Cause::Reconnect)));
    assert_eq!(chosen(&stage.state, &stage.shared, &stage.board), [id(11), id(3)]);
    assert_eq!(stage.act(Action::Dismiss), [Effect::Dismiss(vec![id(11), id(3)])]);
    stage.act(Action::Mark);
    assert_eq!(stage.shared.marks, BTreeSet::from([id(3), id(11)]));
    assert_eq!(stage.lines(80, 20).iter().filter(|line| line.contains("◆ ✗ failed")).count(), 2);
    stage.act(Action::Mark);
    assert!(stage.shared.marks.is_empty());
    stage.act(Action::Open);
    let lines = stage.lines(80, 16);
    assert!(lines[row(&lines, "▸ Reconnect the channel (2)") + 1].contains("▾ Text too long"));
    stage.shared.cursor = Some(id(3));
    assert_eq!(stage.here(), Some(Spot::Heading(Cause::Reconnect)), "a folded group stands for its posts");
    stage.act(Action::Right);
    stage.shared.cursor = Some(id(3));
    assert_eq!(stage.here(), Some(Spot::Post(id(3))));
    stage.act(Action::Left);
    assert_eq!(stage.here(), Some(Spot::Heading(Cause::Reconnect)));
}

#[test]
fn every_cause_suggests_something_that_helps() {
    for (number, action) in [
        (4, Action::Verify),
        (5, Action::Verify),
        (3, Action::RenewChannel),
        (12, Action::Edit),
        (2, Action::Verify),
        (9, Action::Edit),
    ] {
        let stage = Stage::on(number);
        assert_eq!(remedy(&stage.state, &stage.shared, &stage.board), Some(action), "{number}");
    }
    let stage = Stage::on(1);
    assert_eq!(remedy(&stage.state, &stage.shared, &stage.board), None);
}

#[test]
fn one_line_is_enough_on_a_small_screen() {
    let line = &Stage::on(2).lines(80, 1)[0];
    assert!(line.starts_with("◐ partial li Tue 28 01:42 duplicate content"), "{line}");
    assert!(line.contains("e fix  V verify  r retry") && line.ends_with("6 of 7"), "{line}");
    assert!(Stage::new().lines(80, 2)[1].contains("7 posts"));
}

#[test]
fn an_empty_queue_is_calm_and_a_filtered_one_is_honest() {
    let mut stage = Stage::new();
    stage.shared.filter = Some(Filter::parse("nowhere").unwrap());
    row(&stage.lines(60, 8), "7 posts are behind the filter");
    stage.board.failed.clear();
    row(&stage.lines(60, 8), "Nothing failed.");
    assert!(stage.lines(60, 1)[0].contains("Nothing failed."));
}

#[test]
fn the_mouse_selects_folds_and_scrolls() {
    let mut stage = Stage::new();
    stage.mouse(MouseKind::Press, 2);
    assert_eq!(stage.here(), Some(Spot::Post(id(4))));
    stage.mouse(MouseKind::Press, 1);
    assert!(stage.state.folded.contains(&Cause::UnknownOutcome));
    stage.mouse(MouseKind::Press, 1);
    assert!(stage.state.folded.is_empty());
    stage.mouse(MouseKind::Press, 0);
    stage.mouse(MouseKind::Press, 19);
    let area = Rect { x: 0, y: 0, width: 60, height: 8 };
    let wheel = Mouse { kind: MouseKind::WheelDown, x: 1, y: 1 };
    mouse(&mut stage.state, &mut stage.shared, &stage.board, wheel, area);
    assert_eq!(stage.state.wheel, Some(3));
    assert!(!stage.lines(60, 8)[1].contains("Outcome unknown"));
    stage.act(Action::Down);
    assert_eq!(stage.state.wheel, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_cursor_stays_in_the_queue_and_on_screen(
        keys in prop::collection::vec((0_usize..Action::ALL.len(), 0_u32..30), 0..30), width in 0_u16..210, height in 0_u16..40,
        clicks in prop::collection::vec(0_u16..40, 0..4),
    ) {
        let mut stage = Stage::new();
        let area = Rect { x: 0, y: 0, width, height };
        for (key, count) in keys {
            update(&mut stage.state, &mut stage.shared, &stage.board, Action::ALL[key], count);
        }
        for y in clicks {
            let click = Mouse { kind: MouseKind::Press, x: 1, y };
            mouse(&mut stage.state, &mut stage.shared, &stage.board, click, area);
        }
        let lines = screen(width, height, |area, buf| {
            view(&stage.state, &stage.shared, &stage.board, &Theme::default(), true, area, buf);
        });
        prop_assert!(lines.iter().all(|line| is_harmless(line)));
        let groups = queue(&stage.shared, &stage.board);
        if let Some(here) = current(&stage.state, &stage.shared, &groups) && height > COMPACT_ROWS {
            prop_assert!(spots(&groups, &stage.state.folded).contains(&here));
            let page = page(&stage.state, &stage.shared, &stage.board, &groups, area);
            let row = page.lines.iter().position(|line| line.spot == here).unwrap();
            let rows = usize::from(height.saturating_sub(2)).max(1);
            prop_assert!((page.offset..page.offset + rows).contains(&row));
        }
    }
}

#[test]
fn half_an_advice_is_never_given() {
    for width in 40..120 {
        let lines = Stage::on(5).lines(width, 40);
        let headings: Vec<_> = lines.iter().filter(|line| line.contains('▾')).collect();
        assert!(headings.len() > 1 && headings.iter().all(|line| !line.contains('…')), "{width}: {headings:#?}");
    }
}

#[test]
fn the_pane_looks_as_reviewed() {
    for (name, number, width, height) in
        [("120x40", 2, 50, 14), ("200x60", 5, 110, 16), ("80x24", 2, 80, 1), ("zoomed_80x24", 3, 80, 22)]
    {
        let mut stage = Stage::on(number);
        stage.board.failed.retain(|post| post.id != id(9));
        insta::assert_snapshot!(name, stage.lines(width, height).join("\n"));
    }
}
