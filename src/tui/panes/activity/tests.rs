use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::domain::background::Spent;
use crate::tui::panes::sample::{self, id, is_harmless, screen};

fn act(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> Vec<Effect> {
    update(state, shared, board, action, 1)
}

fn lines(state: &State, board: &Board, width: u16, height: u16) -> Vec<String> {
    let shared = sample::shared((width, height));
    let lines = screen(width, height, |area, buf| {
        view(state, &shared, board, &Theme::default(), true, area, buf);
    });
    println!("--- {width}x{height}\n{}", lines.join("\n"));
    lines
}

fn has(lines: &[String], words: &str) -> bool {
    lines.iter().any(|line| line.contains(words))
}

#[test]
fn every_account_says_how_it_is_and_how_old_its_data_is() {
    let lines = lines(&State::default(), &sample::board(), 140, 24);
    assert!(lines[0].contains("3 of 5 in trouble · 4 waiting ⇡"), "{}", lines[0]);
    for words in [
        "✓ acme            Late        ok · data 12 s old · next in 48 s",
        "Voxburst    limited until 11:45:20, in 3 min · 2 ⇡ · data 5 min old",
        "fetching 230 of 1,204",
        "offline since 11:30:10 · data 12 min old · tries again in 41 s · no route to the host",
        "✗ ops             PostForMe   key refused",
    ] {
        assert!(has(&lines, words), "{words}");
    }
}

#[test]
fn a_budget_of_calls_is_shown_always() {
    let with = |today, last: i64, blocked_until| {
        let mut board = sample::board();
        let last = Some(sample::now() - chrono::TimeDelta::seconds(last));
        board.lights[0].spent = Some(Spent { minute: 12, per_minute: 60, today, per_day: 20_000, last, blocked_until });
        lines(&State::default(), &board, 140, 24)
    };
    let until = sample::now() + chrono::TimeDelta::minutes(14);
    let blocked = with(40, 1, Some(until));
    assert!(has(&blocked, "· blocked until 11:56:10"), "{blocked:?}");
    assert!(has(&with(9_500, 1, None), "ok · data 12 s old · next in 48 s · calls 12/60 a minute, 9,500/20,000 today"));
    assert!(has(&with(40, 61, None), "· calls 0/60 a minute, 40/20,000 today"), "that minute has passed");
    let passed = sample::now() - chrono::TimeDelta::seconds(1);
    assert!(!has(&with(40, 1, Some(passed)), "blocked"));
}

#[test]
fn on_a_narrow_screen_the_budget_goes_on_below() {
    let mut board = sample::board();
    let last = Some(sample::now());
    board.lights[0].spent =
        Some(Spent { minute: 12, per_minute: 60, today: 9_500, per_day: 20_000, last, blocked_until: None });
    for (width, budget) in [(60, "calls 12/60 a minute"), (80, "calls 12/60 a minute, 9,500/20,000 today")] {
        let lines = lines(&State::default(), &board, width, 24);
        for words in ["data 12 s old", "next in 48 s", budget] {
            assert!(has(&lines, words), "{width}: {words}");
        }
    }
}

#[test]
fn waiting_writes_name_verb_post_and_state() {
    let lines = lines(&State::default(), &sample::board(), 100, 22);
    for words in [
        "Waiting writes (4)",
        "create  \"Ship it: v2.0 is out. Offline m…\"  being sent · sent once",
        "update  \"Careers: we are hiring\"  waits until 11:45:10, in 3 min · sent twice",
        "create  \"Teaser clip\"  unknown: V verifies",
        "delete  post …",
    ] {
        assert!(has(&lines, words), "{words}");
    }
}

#[test]
fn how_often_a_write_was_sent_is_never_cut_off() {
    for width in [100, 80, 76, 60] {
        let shown = lines(&State::default(), &sample::board(), width, 30);
        for (words, times) in [("sent once", 2), ("sent twice", 1), ("waits until 11:45:10, in 3 min", 1)] {
            assert_eq!(shown.iter().filter(|line| line.contains(words)).count(), times, "{width}: {words}: {shown:#?}");
        }
    }
}

#[test]
fn what_happened_comes_newest_first_in_local_time() {
    let lines = lines(&State::default(), &sample::board(), 100, 24);
    let place = |words: &str| lines.iter().position(|line| line.contains(words)).unwrap();
    assert!(place("11:42:01  acme") < place("11:41:58  team"));
    assert!(lines[place("11:41:58")].contains("⚠ Teaser clip"));
    assert!(has(&lines, "Mon 10:42:10"));
}

#[test]
fn the_top_of_a_fresh_pane_is_its_first_row() {
    let (board, mut shared, mut state) = (sample::board(), sample::shared((100, 30)), State::default());
    act(&mut state, &mut shared, &board, Action::Top);
    assert_eq!(index(&state, &board), Some(0));
}

#[test]
fn the_cursor_leads_to_writes_and_posts() {
    let (board, mut shared, mut state) = (sample::board(), sample::shared((100, 30)), State::default());
    assert_eq!(cursor_write(&state, &board), None);
    for _ in 0..7 {
        act(&mut state, &mut shared, &board, Action::Down);
    }
    assert_eq!(cursor_write(&state, &board), Some(board.outbox[1].intent));
    assert!(has(&lines(&state, &board, 60, 24), "429: slow down, please, and come back"));
    act(&mut state, &mut shared, &board, Action::Open);
    assert_eq!(shared.cursor, Some(id(7)));
    act(&mut state, &mut shared, &board, Action::Down);
    act(&mut state, &mut shared, &board, Action::Down);
    let effects = act(&mut state, &mut shared, &board, Action::Open);
    assert_eq!(effects, [Effect::LoadPost(id(99))], "a post that is not on the board is loaded");
    act(&mut state, &mut shared, &board, Action::Down);
    assert_eq!(cursor_write(&state, &board), None);
}

#[test]
fn the_cursor_stays_on_its_line_when_news_arrive() {
    let (mut board, mut shared, mut state) = (sample::board(), sample::shared((100, 30)), State::default());
    for _ in 0..11 {
        act(&mut state, &mut shared, &board, Action::Down);
    }
    let before = index(&state, &board).unwrap();
    let newer = ActivityLine { words: "newer".into(), ..board.activity[0].clone() };
    board.activity.insert(0, newer);
    assert_eq!(index(&state, &board), Some(before + 1));
    board.activity.clear();
    board.outbox.clear();
    assert_eq!(index(&state, &board), Some(board.lights.len() - 1));
    assert_eq!(index(&state, &Board::default()), None);
}

#[test]
fn small_and_empty_panes_still_speak() {
    let board = sample::board();
    let small = lines(&State::default(), &board, 80, 3);
    assert!(small[1].contains("4 ⇡") && small[1].contains("ops"), "{}", small[1]);
    assert!(small[2].contains("24 posts, 1 changed"));
    assert!(has(&lines(&State::default(), &Board::default(), 80, 8), ":connect"));
    assert!(has(&lines(&State::default(), &Board::default(), 80, 1), "Nothing has happened yet"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_size_key_or_news_breaks_it(
        keys in prop::collection::vec((0_usize..Action::ALL.len(), 0_u32..30), 0..20), width in 0_u16..210, height in 0_u16..40,
        kept in 0_usize..5, y in 0_u16..40,
    ) {
        let (mut board, mut shared, mut state) = (sample::board(), sample::shared((width, height)), State::default());
        for (key, count) in keys {
            update(&mut state, &mut shared, &board, Action::ALL[key], count);
        }
        board.activity.truncate(kept);
        board.outbox.truncate(kept);
        board.posts = board.posts.iter().map(Arc::clone).take(kept).collect();
        let area = Rect { x: 0, y: 0, width, height };
        for kind in [MouseKind::WheelDown, MouseKind::WheelUp, MouseKind::Press, MouseKind::Double] {
            mouse(&mut state, &mut shared, &board, Mouse { kind, x: 0, y }, area);
        }
        let lines = screen(width, height, |area, buf| {
            view(&state, &shared, &board, &Theme::default(), true, area, buf);
        });
        prop_assert!(lines.iter().all(|line| is_harmless(line)));
        prop_assert!(index(&state, &board).is_none_or(|at| at < count_of_spots(&board)));
    }
}

#[test]
fn the_pane_looks_as_reviewed() {
    let (mut board, mut shared, mut state) = (sample::board(), sample::shared((100, 30)), State::default());
    board.activity.pop();
    for _ in 0..7 {
        act(&mut state, &mut shared, &board, Action::Down);
    }
    for (name, width, height) in [("200x60", 88, 22), ("120x40", 50, 20), ("80x24", 80, 3)] {
        insta::assert_snapshot!(name, lines(&state, &board, width, height).join("\n"));
    }
}
