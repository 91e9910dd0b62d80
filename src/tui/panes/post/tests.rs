use proptest::prelude::*;

use super::*;
use crate::domain::foresight::Foresight;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Wish};
use crate::domain::problem::{Place, Problem, Severity};
use crate::tui::panes::sample::{self, id, is_harmless, screen};
use crate::tui::tools::composer;

fn shown(number: Option<u32>, variant: usize, width: u16, height: u16) -> Vec<String> {
    let board = sample::board();
    let mut shared = sample::shared((width, height));
    shared.cursor = number.map(id);
    let mut state = State::default();
    refresh(&mut state, &shared, &board, width);
    resize(&mut state, height);
    for _ in 0..variant {
        update(&mut state, &mut shared, &board, Action::Right, 1);
    }
    let lines = screen(width, height, |area, buf| {
        view(&state, &shared, &board, &Theme::default(), true, area, buf);
    });
    println!("--- {number:?} {variant} {width}x{height}\n{}", lines.join("\n"));
    lines
}

fn has(lines: &[String], words: &str) -> bool {
    lines.iter().any(|line| line.contains(words))
}

#[test]
fn a_scheduled_post_says_everything_with_its_zone() {
    let lines = shown(Some(0), 0, 80, 40);
    assert!(lines[0].contains("○ scheduled · Wed 29 Jul 09:00 CEST · in 21 h 18 min"), "{}", lines[0]);
    for words in [
        "waiting to be confirmed by acme",
        "Ship it: v2.0 is out. Offline mode",
        "base   x   bs   li*",
        "li ACME GmbH says instead",
        "at Wed 29 Jul 11:02 CEST · in 23 h 20 min",
        "hero.png  image 1600×900 412 kB  alt ✓",
        "no alt text",
        "#launch #product",
        "launch-v2",
        "here, Mon 27 Jul 11:42 CEST · changed 3 h 30 min ago",
        "acme 66a1f2c49f",
        "authorisation ends in 5 d",
    ] {
        assert!(has(&lines, words), "{words}");
    }
}

#[test]
fn what_is_bound_to_be_refused_is_minded_unless_the_provider_is_to_publish_it_as_it_is() {
    let (mut board, shared) = (sample::board(), sample::shared((80, 24)));
    let refused = || Problem::blocker("refused", Place::Media(None), "refused", "change it");
    board.foresight = Foresight::new(move |post, _, _| {
        post.targets.iter().map(|target| (target.channel.clone(), refused())).collect()
    });
    let scheduled = Post { conflict: None, ..sample::posts()[10].clone() };
    assert!(scheduled.targets.iter().all(|target| target.outcome == Outcome::Accepted));
    let minded = |post: &Post| composer::minded(post, &shared, &board).iter().any(|(_, it)| *it == Severity::Blocker);
    assert!(!minded(&scheduled), "it has it, and did not refuse it");
    assert!(minded(&sample::posts()[10]), "it has something else");
    for change in [
        |post: &mut Post| post.wish = Wish::Draft,
        |post: &mut Post| post.pending = true,
        |post: &mut Post| post.targets[0].outcome = Outcome::NotSent,
    ] {
        let mut other = scheduled.clone();
        change(&mut other);
        assert!(minded(&other), "{other:?}");
    }
}

#[test]
fn what_went_wrong_is_said_by_the_provider_and_followed_by_the_remedy() {
    let lines = shown(Some(2), 0, 70, 16);
    assert!(has(&lines, "◐ partial"));
    assert!(has(&lines, "✓ published  x"));
    assert!(has(&lines, "✗ failed     li"));
    assert!(has(&lines, "Duplicate content: DUPLICATE_POST"));
    assert!(has(&lines, "it may be live already: V looks"));
    assert!(has(&shown(Some(4), 0, 80, 16), "no answer in 30 s while uploading"));
    assert!(has(&shown(Some(5), 0, 70, 16), "It was due, and there is no result"));
    assert!(has(&shown(Some(1), 0, 70, 16), "https://x.com/acme/status/18162"));
}

#[test]
fn a_conflict_shows_both_sides_and_is_settled_by_either_key() {
    let lines = shown(Some(10), 0, 70, 20);
    assert!(has(&lines, "ours") && has(&lines, "theirs") && has(&lines, "The docs are live now"));
    assert!(has(&lines, "seen 2 min ago"));
    let (board, mut shared) = (sample::board(), sample::shared((80, 24)));
    shared.cursor = Some(id(10));
    let mut state = State::default();
    let effects = update(&mut state, &mut shared, &board, Action::TakeTheirs, 1);
    assert_eq!(effects, [Effect::SettleConflict(id(10), false)]);
    shared.cursor = Some(id(0));
    assert_eq!(update(&mut state, &mut shared, &board, Action::KeepOurs, 1), []);
}

#[test]
fn a_long_text_comes_after_what_became_of_it() {
    let lines = shown(Some(12), 0, 70, 14);
    let place = |words: &str| lines.iter().position(|line| line.contains(words)).unwrap();
    assert!(place("Text too long") < place("How Foo ships"));
    assert!(lines.last().unwrap().contains("more rows"));
}

#[test]
fn variants_turn_round_and_show_what_a_channel_receives() {
    let lines = shown(Some(0), 3, 80, 40);
    assert!(has(&lines, "v2.0 of ACME is out"));
    assert!(!has(&lines, "says instead"));
    assert!(has(&shown(Some(0), 4, 80, 40), "Offline mode"));
}

#[test]
fn a_click_on_a_tab_shows_that_variant() {
    let (board, mut shared) = (sample::board(), sample::shared((80, 24)));
    shared.cursor = Some(id(0));
    let mut state = State::default();
    refresh(&mut state, &shared, &board, 80);
    let area = Rect { x: 10, y: 4, width: 80, height: 20 };
    let click = |state: &mut State, shared: &mut Shared, x: u16, y: u16| {
        mouse(state, shared, &board, Mouse { kind: MouseKind::Press, x: area.x + 2 + x, y: area.y + 1 + y }, area);
        state.variant
    };
    // "○ waiting…", a blank row, then " base   x   bs   li* ".
    assert_eq!(click(&mut state, &mut shared, 13, 2), 2);
    assert_eq!(click(&mut state, &mut shared, 17, 2), 3);
    assert_eq!(click(&mut state, &mut shared, 60, 2), 3, "beside the tabs");
    assert_eq!(click(&mut state, &mut shared, 2, 3), 3, "below them");
    assert_eq!(click(&mut state, &mut shared, 2, 2), 0);
}

#[test]
fn what_goes_beyond_a_limit_is_counted_in_the_networks_own_way() {
    let lines = shown(Some(12), 1, 100, 60);
    assert!(has(&lines, "1880/3000"));
    let board = sample::board();
    let mut shared = sample::shared((100, 30));
    shared.cursor = Some(id(0));
    let mut long = sample::posts()[0].clone();
    long.body = "Ship it. ".repeat(40);
    let board = Board { posts: vec![std::sync::Arc::new(long)], ..board };
    let mut state = State::default();
    refresh(&mut state, &shared, &board, 100);
    update(&mut state, &mut shared, &board, Action::Right, 1);
    let rows: Vec<String> = state.facts.as_ref().unwrap().rows.iter().map(Row::plain).collect();
    assert!(has(&rows, "✗ +80 characters"), "{rows:#?}");
}

#[test]
fn small_screens_get_three_lines() {
    let lines = shown(Some(0), 0, 80, 3);
    assert!(lines[0].starts_with("○ scheduled · Wed 29 Jul 09:00 CEST · in 21 h 18 min · #launch"));
    assert!(lines[1].starts_with("\"Ship it: v2.0 is out.") && lines[1].ends_with('…'), "{}", lines[1]);
    assert!(lines[2].starts_with("x ") && lines[2].contains("bs "), "{}", lines[2]);
    assert!(shown(Some(3), 0, 80, 4)[3].contains("ma ✗ reconnect the channel"));
    assert!(shown(None, 0, 80, 3)[0].contains("No post"));
}

#[test]
fn nothing_chosen_is_calm() {
    assert!(has(&shown(None, 0, 80, 12), "No post under the cursor."));
    assert!(has(&shown(Some(6), 0, 80, 12), "✎ draft · no time yet"));
    assert!(has(&shown(Some(6), 0, 80, 12), "(no text)"));
}

#[test]
fn foreign_text_stays_harmless() {
    for (width, height) in [(80, 3), (56, 40), (120, 14), (20, 9)] {
        let lines = shown(Some(9), 0, width, height);
        assert!(lines.iter().all(|line| is_harmless(line)));
    }
}

#[test]
fn scrolling_stops_at_both_ends() {
    let board = sample::board();
    let mut shared = sample::shared((80, 24));
    shared.cursor = Some(id(0));
    let mut state = State::default();
    refresh(&mut state, &shared, &board, 60);
    resize(&mut state, 12);
    scroll(&mut state, i32::MAX);
    let end = state.offset;
    let rows = state.facts.as_ref().unwrap().rows.len();
    assert_eq!(end + 10, rows);
    scroll(&mut state, -1);
    assert_eq!(state.offset, end - 1);
    scroll(&mut state, i32::MIN);
    assert_eq!(state.offset, 0);
    shared.cursor = Some(id(1));
    refresh(&mut state, &shared, &board, 60);
    assert_eq!(state.offset, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_size_and_no_key_breaks_it(
        number in 0_u32..14, width in 0_u16..130, height in 0_u16..40, keys in prop::collection::vec(0_usize..Action::ALL.len(), 0..8),
        count in 0_u32..2000,
    ) {
        let board = sample::board();
        let mut shared = sample::shared((width, height));
        shared.cursor = Some(id(number));
        let mut state = State::default();
        refresh(&mut state, &shared, &board, width);
        for key in keys {
            update(&mut state, &mut shared, &board, Action::ALL[key], count);
        }
        let lines = screen(width, height, |area, buf| {
            view(&state, &shared, &board, &Theme::default(), false, area, buf);
        });
        prop_assert!(lines.iter().all(|line| is_harmless(line)));
    }
}

#[test]
fn the_pane_looks_as_reviewed() {
    for (name, number, variant, width, height) in [
        ("scheduled_120x40", 0, 0, 70, 14),
        ("one_channel_200x60", 0, 1, 56, 34),
        ("partial_200x60", 2, 0, 56, 20),
        ("reconnect_120x40", 3, 0, 70, 14),
        ("conflict_120x40", 10, 0, 70, 16),
        ("scheduled_80x24", 0, 0, 80, 3),
        ("partial_80x24", 2, 0, 80, 3),
    ] {
        insta::assert_snapshot!(name, shown(Some(number), variant, width, height).join("\n"));
    }
}

#[test]
fn a_state_has_its_mark_its_word_and_its_colour() {
    let board = sample::board();
    let mut shared = sample::shared((70, 14));
    let theme = Theme::default();
    for (number, state) in [(1, "published"), (2, "partial"), (3, "failed"), (4, "unknown"), (5, "missed")] {
        shared.cursor = Some(id(number));
        let mut pane = State::default();
        refresh(&mut pane, &shared, &board, 70);
        let area = Rect { x: 0, y: 0, width: 70, height: 14 };
        let mut buf = Buffer::empty(area);
        view(&pane, &shared, &board, &theme, false, area, &mut buf);
        let wanted = crate::domain::outcome::State::from_word(state).unwrap();
        let mark = theme.glyphs.state(wanted).to_string();
        let at = (0..70).find(|x| buf[(*x, 0)].symbol() == mark).unwrap();
        assert_eq!(buf[(at, 0)].fg, theme.style(Role::State(wanted)).fg.unwrap(), "{state}");
        assert_eq!(buf[(at + 2, 0)].symbol(), &state[..1]);
    }
}
