//! What the review promises.

use super::*;
use crate::domain::ids::AccountName;
use crate::domain::outline::Errand;
use crate::domain::problem::Place;
use crate::tui::tools::{composer, stage};

/// The review that the composer opens on `post`.
fn review_of(post: Post, shared: &mut Shared, board: &Board) -> State {
    let mut composer = composer::open(post, shared, board);
    let (_, flow) = composer::update(&mut composer, shared, board, Action::Review);
    let Flow::Push(sheet) = flow else { panic!("{flow:?}") };
    let Sheet::Review(state) = *sheet else { panic!() };
    state
}

fn outline(account: &str, errands: &[(Errand, usize)]) -> Outline {
    Outline { account: AccountName::new(account), provider: "Late".into(), errands: errands.iter().copied().collect() }
}

fn screen(state: &State, shared: &Shared) -> String {
    stage::drawn(100, 30, |area, buf| view(state, shared, &stage::board(), &Theme::default(), area, buf))
}

#[test]
fn everything_that_will_happen_is_on_one_sheet_and_one_key_schedules_it() {
    let (mut shared, board) = (stage::shared(), stage::board());
    let mut post = stage::post(&shared, "Ship it: https://acme.dev/v2", &["late/2", "late/1"]);
    post.targets[0].text = Some("Ship it, sky".into());
    let mut state = review_of(post.clone(), &mut shared, &board);
    let seen = screen(&state, &shared);
    println!("{seen}");
    for words in [
        "Wed 29 Jul 2026 09:00 CEST (UTC+2) = 07:00 UTC · in 21 h 18 min",
        "undo    u, until Wed 29 Jul 09:00 CEST",
        "acme.bsky  12/300  text differs from base",
        "@acme      32/280",
        "0 blockers",
        "sends   counting…",
    ] {
        assert!(seen.contains(words), "{words} in\n{seen}");
    }
    let Effect::Outline(asked) = state.outline() else { panic!() };
    assert_eq!(*asked, Post { wish: Wish::Schedule, ..post.clone() });
    outlined(&mut state, stage::post(&shared, "another", &[]).id, Ok(Vec::new()));
    assert!(screen(&state, &shared).contains("counting…"), "that was about another post");
    let each = [outline("late", &[(Errand::Create, 1), (Errand::Upload, 2)]), outline("work", &[(Errand::LookUp, 1)])];
    outlined(&mut state, post.id, Ok(each.into()));
    let seen = screen(&state, &shared);
    assert!(
        seen.contains("sends   late: 1 create, 2 uploads") && seen.contains("        work (Late): look-ups"),
        "{seen}"
    );
    let (effects, flow) = update(&mut state, &mut shared, &board, Action::ReviewSchedule);
    let [Effect::Save { post: saved, base: Some(_), verb: "scheduled" }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert!(**saved == Post { wish: Wish::Schedule, ..post } && matches!(flow, Flow::CloseComposer));
}

#[test]
fn a_second_zone_that_shows_the_same_time_is_left_out() {
    let (mut shared, board) = (stage::shared(), stage::board());
    shared.habits.second = Some(Tz::Europe__Paris);
    let state = review_of(stage::post(&shared, "Ship it", &["late/1"]), &mut shared, &board);
    let seen = screen(&state, &shared);
    assert!(seen.contains("09:00 CEST (UTC+2) · in 21 h 18 min"), "{seen}");
}

#[test]
fn blockers_refuse_to_send_in_words_but_never_a_draft() {
    let (mut shared, board) = (stage::shared(), stage::board());
    let post = stage::post(&shared, &"long ".repeat(70), &["late/1"]);
    let mut state = review_of(post, &mut shared, &board);
    for action in [Action::ReviewSchedule, Action::ReviewNow, Action::ReviewNow] {
        let (effects, flow) = update(&mut state, &mut shared, &board, action);
        assert!(effects.is_empty() && matches!(flow, Flow::Stay));
        assert!(screen(&state, &shared).contains("waits:"), "{}", screen(&state, &shared));
    }
    println!("{}", screen(&state, &shared));
    let (effects, _) = update(&mut state, &mut shared, &board, Action::ReviewDraft);
    assert!(matches!(effects.as_slice(), [Effect::Save { post, verb: "saved", .. }] if post.wish == Wish::Draft));
}

#[test]
fn publishing_takes_two_presses_and_names_the_channels() {
    let (mut shared, board) = (stage::shared(), stage::board());
    let mut post = stage::post(&shared, "Now!", &["late/3", "late/1"]);
    post.schedule = None;
    let mut state = review_of(post, &mut shared, &board);
    let press = |state: &mut State, shared: &mut Shared, action| update(state, shared, &board, action);
    assert!(press(&mut state, &mut shared, Action::ReviewNow).0.is_empty());
    let seen = screen(&state, &shared);
    assert!(seen.contains("P again publishes at once on li ACME GmbH, x @acme"), "{seen}");
    // Esc is "no", and the question has to be asked anew.
    assert!(matches!(press(&mut state, &mut shared, Action::Back).1, Flow::Stay));
    assert!(press(&mut state, &mut shared, Action::ReviewNow).0.is_empty());
    let (effects, _) = press(&mut state, &mut shared, Action::ReviewNow);
    assert!(matches!(effects.as_slice(), [Effect::Save { post, verb: "published", .. }] if post.wish == Wish::Now));
}

#[test]
fn without_a_time_scheduling_asks_for_one() {
    let (mut shared, board) = (stage::shared(), stage::board());
    let mut post = stage::post(&shared, "Some day", &["late/1"]);
    post.schedule = None;
    let mut state = review_of(post, &mut shared, &board);
    let (effects, flow) = update(&mut state, &mut shared, &board, Action::ReviewSchedule);
    assert!(effects.is_empty() && matches!(flow, Flow::Replace(sheet) if matches!(*sheet, Sheet::When(_))));
}

#[test]
fn a_planned_post_is_edited_and_what_was_taken_out_is_removed() {
    let (mut shared, mut board) = (stage::shared(), stage::board());
    let mut stored = stage::post(&shared, "Ship it", &["late/1", "posto/8"]);
    stored.wish = Wish::Schedule;
    for target in &mut stored.targets {
        target.remote = Some(crate::domain::ids::RemoteId::new("r"));
    }
    board.posts.push(std::sync::Arc::new(stored.clone()));
    stored.targets.pop();
    stored.body = "Ship it!".into();
    let mut state = review_of(stored, &mut shared, &board);
    let (effects, _) = update(&mut state, &mut shared, &board, Action::ReviewSchedule);
    assert!(matches!(effects.as_slice(), [Effect::Save { verb: "edited", .. }]));
}

#[test]
fn a_time_that_passes_while_the_sheet_is_open_is_refused() {
    let (mut shared, board) = (stage::shared(), stage::board());
    let post = stage::post(&shared, "Ship it", &["late/1"]);
    let mut state = review_of(post, &mut shared, &board);
    shared.now += chrono::TimeDelta::days(2);
    let (effects, _) = update(&mut state, &mut shared, &board, Action::ReviewSchedule);
    assert!(effects.is_empty() && screen(&state, &shared).contains("passed meanwhile"));
}

#[test]
fn enter_is_never_yes_and_every_size_can_be_drawn() {
    let (mut shared, board) = (stage::shared(), stage::board());
    let post = stage::post(&shared, &"long ".repeat(70), &["late/1", "late/2", "late/3", "posto/8"]);
    let mut state = review_of(post, &mut shared, &board);
    update(&mut state, &mut shared, &board, Action::ReviewNow);
    let (effects, flow) = input(&mut state, &mut shared, &board, Key::plain(KeyCode::Enter));
    assert!(effects.is_empty() && matches!(flow, Flow::Stay) && !state.confirming);
    for (width, height) in [(0, 0), (1, 1), (3, 2), (12, 4), (40, 10), (220, 70)] {
        stage::drawn(width, height, |area, buf| view(&state, &shared, &board, &Theme::default(), area, buf));
    }
}

#[test]
fn a_day_on_which_nothing_goes_out_is_warned_of() {
    use crate::domain::plan::DayNote;
    let (mut shared, mut board) = (stage::shared(), stage::board());
    let post = stage::post(&shared, "Ship it", &["late/1"]);
    let date = post.schedule.unwrap().instant().with_timezone(&shared.zone).date_naive();
    let warned = |state: &State| state.found.iter().any(|found| found.problem.words.ends_with(": press"));
    assert!(!warned(&review_of(post.clone(), &mut shared, &board)));
    board.plan.notes.insert(date, DayNote { words: "press".into(), embargo: true });
    assert!(warned(&review_of(post, &mut shared, &board)));
}

#[test]
fn who_is_given_it_instead_is_said_with_the_account_it_is_about() {
    let (mut shared, mut board) = (stage::shared(), stage::board());
    board.standbys.insert(AccountName::new("late"), "home; last resort: LATE_API_KEY".into());
    let post = stage::post(&shared, "Ship it", &["late/1"]);
    let state = review_of(post, &mut shared, &board);
    let seen = screen(&state, &shared);
    assert!(seen.contains("instead late: home; last resort: LATE_API_KEY"), "{seen}");
}

#[test]
fn nothing_is_cut_and_a_problem_of_several_channels_is_said_once() {
    let (mut shared, board) = (stage::shared(), stage::board());
    let post = stage::post(&shared, "Ship it", &["late/2", "late/1"]);
    let mut state = review_of(post.clone(), &mut shared, &board);
    let long = "a sentence that is much longer than any one row of a small screen has room for, and ends here";
    let problem = |words: &str| Problem::warning("a", Place::Post, words, "do something about it, up to the last word");
    let on = |words: &str, at: usize| Found::on(&post.targets[at].channel, problem(words));
    let both = Found { also: vec![post.targets[1].channel.clone()], ..on(long, 0) };
    state.found = vec![both, on("alone", 1), Found::of_all(problem("of nobody"))];
    let drawn = |size: (u16, u16)| {
        stage::drawn(size.0, size.1, |area, buf| view(&state, &shared, &board, &Theme::default(), area, buf))
    };
    let seen = drawn((60, 30));
    let words = seen.split(['│', '\n', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    for part in [long, "2 channels: a sentence", "up to the last word", "x alone", "of nobody", "undo u, until"] {
        assert!(words.contains(part), "{part} in\n{seen}");
    }
    assert_eq!(seen.matches("a sentence that").count(), 1, "{seen}");
    // On a small screen it says how much there is below, and free rows go first.
    let small = drawn((60, 14));
    assert!(small.contains("more lines: j"), "{small}");
    assert!(drawn((60, 20)).contains("undo"), "{}", drawn((60, 20)));
}

#[test]
fn composer_and_review_count_the_same() {
    let (mut shared, mut board) = (stage::shared(), stage::board());
    let post = stage::post(&shared, "Ship it", &["late/2", "late/1"]);
    let mut twin = Post { id: shared.ids.post(shared.now), wish: Wish::Schedule, ..post.clone() };
    twin.schedule = post.schedule.map(|at| Schedule::at(at.instant() + chrono::TimeDelta::days(1), at.zone()));
    board.posts.push(std::sync::Arc::new(twin));
    let composer = composer::open(post.clone(), &shared, &board);
    let composed = stage::drawn(160, 50, |area, buf| {
        composer::view(&composer, &shared, &board, &Theme::default(), area, buf);
    });
    assert!(composed.contains(" 1 hint "), "two channels mind one thing: {composed}");
    let seen = screen(&review_of(post, &mut shared, &board), &shared);
    assert!(seen.contains("0 blockers · 0 warnings · 1 hint ") && seen.contains("2 channels: same text"), "{seen}");
}
