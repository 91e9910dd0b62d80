//! What the when sheet promises.

use super::*;
use crate::tui::tools::stage;
use chrono::TimeZone;

fn typed(text: &str, shared: &mut Shared) -> State {
    let board = stage::board();
    let mut state = for_composer(&stage::post(shared, "", &["late/1"]), None, shared, &board);
    for key in stage::letters(text) {
        input(&mut state, shared, &board, key);
    }
    state
}

fn screen(state: &State, shared: &Shared) -> String {
    stage::drawn(80, 24, |area, buf| view(state, shared, &stage::board(), &Theme::default(), area, buf))
}

#[test]
fn words_are_echoed_as_a_full_date() {
    let mut shared = stage::shared();
    let state = typed("2026-08-01 14:00", &mut shared);
    let seen = screen(&state, &shared);
    println!("{seen}");
    assert!(seen.contains("Sat 1 Aug 2026 14:00 CEST (UTC+2) · in 4 d 2 h"), "{seen}");
}

#[test]
fn nonsense_and_the_past_are_refused_in_words() {
    let mut shared = stage::shared();
    let board = stage::board();
    for (text, words) in
        [("soon", "\"soon\" is not a time"), ("today 9", "in the past (2 h 42 min ago)"), ("", "needed")]
    {
        let mut state = typed(text, &mut shared);
        let (effects, flow) = update(&mut state, &mut shared, &board, Action::Accept);
        assert!(effects.is_empty() && matches!(flow, Flow::Stay), "{text}");
        assert!(screen(&state, &shared).contains(words), "{}", screen(&state, &shared));
    }
}

#[test]
fn a_repeated_hour_asks_which() {
    let mut shared = stage::shared();
    let board = stage::board();
    let mut state = typed("2026-10-25 02:30", &mut shared);
    println!("{}", screen(&state, &shared));
    update(&mut state, &mut shared, &board, Action::Down);
    let (_, flow) = update(&mut state, &mut shared, &board, Action::Accept);
    let Flow::ComposerWhen(Reading::At(Resolved::At(schedule))) = flow else { panic!("{flow:?}") };
    assert_eq!(schedule.instant(), Utc.with_ymd_and_hms(2026, 10, 25, 1, 30, 0).unwrap());
}

#[test]
fn a_skipped_hour_offers_both_sides() {
    let mut shared = stage::shared();
    let board = stage::board();
    for (presses, wall) in [(0, "03:00"), (1, "01:59"), (2, "03:00")] {
        let mut state = typed("2027-03-28 02:30", &mut shared);
        for _ in 0..presses {
            input(&mut state, &mut shared, &board, Key::plain(KeyCode::Tab));
        }
        let (_, flow) = input(&mut state, &mut shared, &board, Key::plain(KeyCode::Enter));
        let Flow::ComposerWhen(Reading::At(Resolved::At(schedule))) = flow else { panic!("{flow:?}") };
        assert_eq!(schedule.wall().format("%H:%M").to_string(), wall);
    }
}

#[test]
fn posts_move_and_now_is_for_the_composer() {
    let mut shared = stage::shared();
    let mut board = stage::board();
    let post = stage::post(&shared, "Ship it", &["late/1"]);
    let id = post.id;
    board.posts.push(std::sync::Arc::new(post));
    let mut state = for_posts(vec![id], &shared, &board);
    assert_eq!(state.input.text(), "2026-07-29 09:00");
    // What is typed replaces the present time; after a move it is edited.
    let mut edited = state.clone();
    input(&mut edited, &mut shared, &board, Key::plain(KeyCode::Left));
    input(&mut edited, &mut shared, &board, Key::plain(KeyCode::Char('3')));
    assert_eq!(edited.input.text(), "2026-07-29 09:030");
    for key in stage::letters("now") {
        input(&mut state, &mut shared, &board, key);
    }
    let (effects, _) = update(&mut state, &mut shared, &board, Action::Accept);
    assert!(effects.is_empty() && screen(&state, &shared).contains("P does that"));
    input(&mut state, &mut shared, &board, Key::ctrl('u'));
    paste(&mut state, &mut shared, &board, "fri 14\nrm");
    let (effects, flow) = update(&mut state, &mut shared, &board, Action::Accept);
    let [Effect::Move(moves)] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(moves.len() == 1 && moves[0].0 == id && matches!(flow, Flow::Close));
    assert!(matches!(
        update(&mut typed("now", &mut shared), &mut shared, &board, Action::Accept).1,
        Flow::ComposerWhen(Reading::Now)
    ));
}

#[test]
fn it_can_be_drawn_at_any_size() {
    let mut shared = stage::shared();
    let state = typed("2026-10-25 02:30", &mut shared);
    for (width, height) in [(0, 0), (1, 1), (2, 2), (10, 3), (40, 10), (220, 70)] {
        stage::drawn(width, height, |area, buf| view(&state, &shared, &stage::board(), &Theme::default(), area, buf));
    }
}

#[test]
fn the_next_slot_is_a_time_and_an_embargo_is_none() {
    use crate::domain::plan::{DayNote, SlotRule};
    let mut shared = stage::shared();
    let mut board = stage::board();
    let type_in = |text: &str, shared: &mut Shared, board: &Board| {
        let mut state = for_composer(&stage::post(shared, "", &["late/1"]), None, shared, board);
        for key in stage::letters(text) {
            input(&mut state, shared, board, key);
        }
        state
    };
    let state = type_in("next slot", &mut shared, &board);
    assert!(screen(&state, &shared).contains("no slot is free"), "{}", screen(&state, &shared));
    let times = vec![chrono::NaiveTime::from_hms_opt(16, 30, 0).unwrap()];
    let days = vec![chrono::Weekday::Wed];
    board.plan.slots = vec![SlotRule { channel: None, days, times, zone: None }];
    board.range = shared.now..shared.now + chrono::TimeDelta::days(9);
    let mut state = type_in("slot", &mut shared, &board);
    let (_, flow) = update(&mut state, &mut shared, &board, Action::Accept);
    let Flow::ComposerWhen(Reading::At(Resolved::At(schedule))) = flow else { panic!("{flow:?}") };
    assert_eq!(schedule.wall().format("%a %-d %H:%M").to_string(), "Wed 29 16:30");
    board.plan.notes.insert(schedule.wall().date(), DayNote { words: "press".into(), embargo: true });
    let mut state = type_in("slot", &mut shared, &board);
    let (_, flow) = update(&mut state, &mut shared, &board, Action::Accept);
    let taken = |flow: &Flow| match flow {
        Flow::ComposerWhen(Reading::At(Resolved::At(at))) => Some(at.wall().date()),
        _ => None,
    };
    assert_ne!(taken(&flow), Some(schedule.wall().date()), "{}", screen(&state, &shared));
}

#[test]
fn a_rule_on_a_stored_post_begins_with_its_own_date_and_says_which_dates_are_not_made() {
    use crate::domain::plan::DayNote;
    let mut shared = stage::shared();
    let mut board = stage::board();
    let mut post = stage::post(&shared, "Ship it", &["late/1"]);
    let own = Schedule::at(shared.now + TimeDelta::days(20), shared.zone);
    post.schedule = Some(own);
    let id = post.id;
    board.posts.push(std::sync::Arc::new(post));
    let third = own.wall().date() + TimeDelta::days(2);
    board.plan.notes.insert(third, DayNote { words: "press".into(), embargo: true });
    let mut state = for_posts(vec![id], &shared, &board);
    for key in stage::letters("daily 4 times") {
        input(&mut state, &mut shared, &board, key);
    }
    assert_eq!(state.echo.rows.len(), 4, "{:?}", state.echo);
    let told: Vec<bool> = state.echo.rows.iter().map(|row| row.contains("not made: press")).collect();
    assert_eq!(told, [false, false, true, false], "{:?}", state.echo);
    let (effects, _) = update(&mut state, &mut shared, &board, Action::Accept);
    let [Effect::Repeat(_, first, _)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(first.instant(), own.instant());
}

#[test]
fn a_click_on_an_example_types_it() {
    let (mut shared, board, area) = (stage::shared(), stage::board(), Rect::new(0, 0, 80, 24));
    let mut state = typed("sat 9", &mut shared);
    let clicked = |state: &mut State, words: &str| {
        let seen = screen(state, &shared);
        let (y, row) = seen.lines().enumerate().find(|(_, line)| line.contains(words)).expect(&seen);
        let x = row.split(words).next().unwrap().chars().count();
        assert_eq!(click(state, &shared, &board, area, x as u16, y as u16), None);
        state.input.text().to_owned()
    };
    assert_eq!(clicked(&mut state, "fri 14:30"), "fri 14:30");
    assert!(screen(&state, &shared).contains("Fri 31 Jul 2026 14:30"), "{}", screen(&state, &shared));
    assert_eq!(clicked(&mut state, "every tue 9:00"), "every tue 9:00");
    assert_eq!(clicked(&mut state, "every 2 weeks on mon"), "every 2 weeks on mon");
    // Of what says how long a rule holds only the beginning is in sight; it is added to the rule.
    assert_eq!(clicked(&mut state, "u…"), "every 2 weeks on mon until 2027-01-31");
}

#[test]
fn several_posts_at_one_moment_are_told_so() {
    let shared = stage::shared();
    let board = stage::board();
    let ids: Vec<PostId> = ["a", "b"].map(|body| stage::post(&shared, body, &["late/1"]).id).into();
    let told = |ids: &[PostId]| {
        let mut state = for_posts(ids.to_vec(), &shared, &board);
        state.input.set_text("2026-08-01 14:00");
        state.read_again(&shared, &board);
        screen(&state, &shared).contains("all 2 at that moment; m keeps the time between them")
    };
    assert!(told(&ids) && !told(&ids[..1]));
}
