use proptest::prelude::*;

use super::*;
use crate::tui::panes::sample::{self, id, is_harmless, screen};

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
        "hero.png  image 1600×900 412 KB  alt ✓",
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
fn what_went_wrong_is_said_by_the_provider_and_followed_by_the_remedy() {
    let lines = shown(Some(2), 0, 70, 16);
    assert!(has(&lines, "◐ partial"));
    assert!(has(&lines, "✓ published  x"));
    assert!(has(&lines, "✗ failed     li"));
    assert!(has(&lines, "Duplicate content: DUPLICATE_POST"));
    assert!(has(&lines, "it may be live already: V looks"));
    assert!(has(&shown(Some(4), 0, 70, 16), "no answer in 30 s while uploading"));
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
