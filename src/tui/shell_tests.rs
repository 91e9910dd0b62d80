//! The shell as a whole: keys in, effects and screens out.

use std::sync::Arc;

use chrono::{TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Berlin;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::action::Action;
use super::availability::availability;
use super::board::{Light, LightState, Waiting};
use super::effect::Effect;
use super::keymap::Keymap;
use super::keys;
use super::model::{Deed, Mode, Model, Pane};
use super::msg::{Key, KeyCode, Loaded, Mouse, MouseKind, Msg, Notice, SyncNews, Timer, Tone};
use super::panes::calendar;
use super::sheets::Sheet;
use super::theme::Theme;
use super::tools::{composer, stage};
use super::update::{start, update};
use super::view::view;
use super::{hints, layout};
use crate::domain::ids::{AccountName, IdSource, RemoteId};
use crate::domain::outcome::{Cause, Outcome, Refusal, State};
use crate::domain::post::{Post, Wish};
use crate::domain::schedule::Schedule;
use crate::domain::write::OutboxState;

/// A loaded week: one post scheduled, one failed, one unknown, one published, one draft; in the order of their times.
pub(super) fn model(size: (u16, u16)) -> Model {
    let shared = stage::shared();
    let mut model = Model::new(
        stage::now(),
        Berlin,
        size,
        shared.rules.clone(),
        Keymap::shipped(),
        Theme::default(),
        IdSource::seeded(9),
    );
    let at = |day, hour| Schedule::at(Utc.with_ymd_and_hms(2026, 7, day, hour, 0, 0).unwrap(), Berlin);
    let made = |body: &str, day, hour, outcome: Outcome| {
        let mut post = stage::post(&shared, body, &["late/1"]);
        (post.wish, post.schedule) = (Wish::Schedule, Some(at(day, hour)));
        for target in &mut post.targets {
            target.outcome = outcome.clone();
        }
        Arc::new(post)
    };
    let live = Outcome::Published { url: Some("https://x.example/1".into()), at: None };
    let refused = Outcome::Refused(Refusal::new(Cause::Outage, "we were down", None));
    let unknown = Outcome::Unknown { since: stage::now(), words: "no answer".into() };
    let posts = vec![
        made("Teaser is live", 27, 7, live),
        made("Meet us", 27, 10, refused),
        made("Teaser clip", 27, 15, unknown),
        made("Ship it: v2.0 is out", 29, 7, Outcome::NotSent),
    ];
    let mut draft = stage::post(&shared, "An idea", &[]);
    draft.schedule = None;
    let failed = posts.iter().filter(|post| post.needs_a_person(stage::now())).cloned().collect();
    let range = calendar::wanted_range(&model.calendar, &model.shared);
    let board = stage::board();
    let loaded =
        Loaded { channels: board.channels, posts, range, drafts: vec![Arc::new(draft)], failed, ..Loaded::default() };
    send(&mut model, Msg::Loaded(Box::new(loaded)));
    let news = SyncNews { lights: vec![light(LightState::Ok)], ..SyncNews::default() };
    send(&mut model, Msg::Sync(Box::new(news)));
    model.take_dirty();
    model
}

fn light(state: LightState) -> Light {
    Light {
        account: AccountName::new("late"),
        provider: "Late".into(),
        state,
        fresh_at: Some(stage::now() - TimeDelta::seconds(12)),
        next_at: None,
        pending: 0,
        spent: None,
    }
}

fn waiting(model: &Model, body: &str, state: OutboxState) -> Waiting {
    Waiting {
        intent: IdSource::seeded(3).intent(stage::now()),
        account: AccountName::new("late"),
        post: named(model, body).id,
        verb: "create",
        state,
        not_before: None,
        attempts: 0,
        last_error: None,
    }
}

pub(super) fn named(model: &Model, body: &str) -> Arc<Post> {
    model.board.posts.iter().find(|post| post.body.starts_with(body)).unwrap().clone()
}

pub(super) fn on(model: &mut Model, body: &str) {
    let id = named(model, body).id;
    send(model, Msg::PostLoaded(Some(named(model, body))));
    assert_eq!(model.shared.cursor, Some(id));
}

pub(super) fn send(model: &mut Model, msg: Msg) -> Vec<Effect> {
    update(model, stage::now(), msg)
}

/// Presses keys as `keymap.toml` writes them, apart by spaces; answers what they asked for, timers left out.
pub(super) fn press(model: &mut Model, text: &str) -> Vec<Effect> {
    let keys = text.split_whitespace().map(|key| keys::parse(key).unwrap());
    let effects = keys.flat_map(|key| send(model, Msg::Key(key))).collect::<Vec<_>>();
    effects.into_iter().filter(|effect| !matches!(effect, Effect::After(..))).collect()
}

pub(super) fn typed(model: &mut Model, text: &str) {
    for letter in text.chars() {
        send(model, Msg::Key(Key::plain(KeyCode::Char(letter))));
    }
}

fn screen(model: &Model, size: (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    terminal.draw(|frame| view(model, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let row = |y| (0..size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..size.1).map(row).collect::<Vec<_>>().join("\n")
}

pub(super) fn shown(model: &Model) -> String {
    screen(model, model.shared.size)
}

pub(super) fn words(model: &Model) -> &str {
    model.shared.notices.last().map_or("", |notice| &notice.words)
}

#[test]
fn esc_goes_one_layer_back_and_is_harmless_in_the_end() {
    let mut model = model((120, 40));
    press(&mut model, "2 Space");
    typed(&mut model, "/ship");
    press(&mut model, "Enter g");
    press(&mut model, "Esc");
    assert!(model.pending.is_empty() && model.shared.filter.is_some());
    on(&mut model, "Ship it");
    press(&mut model, "m");
    assert_eq!(model.mode(), Mode::Move);
    press(&mut model, "F1");
    assert_eq!(model.sheets.len(), 1);
    let state = |model: &Model| {
        (
            model.sheets.len(),
            model.mode() == Mode::Move,
            model.shared.filter.is_some(),
            model.shared.marks.len(),
            model.zoom,
        )
    };
    for expected in [
        (0, true, true, 1, true),
        (0, false, true, 1, true),
        (0, false, false, 1, true),
        (0, false, false, 0, true),
        (0, false, false, 0, false),
        (0, false, false, 0, false),
    ] {
        assert_eq!(press(&mut model, "Esc"), []);
        assert_eq!(state(&model), expected);
    }
}

#[test]
fn q_closes_the_top_layer_and_quits_at_the_root() {
    let mut model = model((120, 40));
    press(&mut model, "3 3 ?");
    press(&mut model, "Esc");
    assert_eq!(press(&mut model, "q"), []);
    assert!(!model.zoom);
    assert_eq!(press(&mut model, "q"), [Effect::Quit]);
}

#[test]
fn quitting_asks_while_a_write_waits_and_enter_is_no() {
    let mut model = model((120, 40));
    let row = waiting(&model, "Ship it", OutboxState::Waiting);
    model.board.outbox.push(row);
    assert_eq!(press(&mut model, "q"), []);
    assert!(shown(&model).contains("Quit with 1 write waiting?"));
    assert_eq!(press(&mut model, "Enter"), []);
    assert!(model.sheets.is_empty());
    assert_eq!(press(&mut model, "q y"), [Effect::Quit]);
}

#[test]
fn ctrl_c_twice_quits_and_any_key_between_forgives() {
    let mut model = model((120, 40));
    assert_eq!(press(&mut model, "Ctrl-c"), []);
    assert_eq!(words(&model), "Ctrl-c again quits");
    assert_eq!(press(&mut model, "j Ctrl-c"), []);
    assert_eq!(press(&mut model, "Ctrl-c"), [Effect::Quit]);
}

#[test]
fn text_fields_take_the_keys_of_verbs_as_letters() {
    let mut model = model((120, 40));
    on(&mut model, "Ship it");
    press(&mut model, ":");
    assert_eq!(model.mode(), Mode::Text);
    assert_eq!(press(&mut model, "q d P 1 y"), []);
    assert_eq!(model.sheets.len(), 1);
    assert!(shown(&model).contains(":qdP1y"));
}

#[test]
fn nothing_is_deleted_on_one_key_and_the_question_names_the_thing() {
    let mut model = model((120, 40));
    on(&mut model, "Ship it");
    let id = named(&model, "Ship it").id;
    for no in ["Enter", "n", "Esc", "q"] {
        assert_eq!(press(&mut model, "d"), []);
        assert!(shown(&model).contains("Delete 1 post?") && shown(&model).contains("Ship it: v2.0 is out"));
        assert_eq!(press(&mut model, no), [], "{no}");
    }
    assert_eq!(press(&mut model, "d y"), [Effect::DeleteSeen(vec![(id, State::Scheduled)])]);
}

#[test]
fn what_the_review_would_not_let_out_is_not_published_by_one_key_either() {
    let mut model = model((120, 40));
    for post in model.board.posts.iter_mut().filter(|post| post.body.starts_with("Ship it")) {
        Arc::make_mut(post).body = "x".repeat(70_000);
    }
    let id = model.board.posts.iter().find(|post| post.body.starts_with("xxx")).unwrap().id;
    model.shared.cursor = Some(id);
    press(&mut model, "P");
    assert!(model.sheets.is_empty(), "{}", shown(&model));
    assert!(words(&model).contains("is not published") && words(&model).contains("e opens it"), "{}", words(&model));
}

#[test]
fn of_a_mixed_choice_only_what_is_scheduled_is_held() {
    let mut model = model((120, 40));
    let (held, planned) = (named(&model, "Meet us").id, named(&model, "Ship it").id);
    for post in model.board.posts.iter_mut().filter(|post| post.id == held) {
        let post = Arc::make_mut(post);
        (post.wish, post.targets[0].outcome) = (Wish::Hold, Outcome::NotSent);
    }
    model.shared.marks = [held, planned].into();
    assert_eq!(press(&mut model, "W"), [Effect::Hold(vec![planned], true)]);
    model.shared.marks = [held].into();
    assert_eq!(press(&mut model, "W"), [Effect::Hold(vec![held], false)]);
}

#[test]
fn publishing_now_names_the_channels() {
    let mut model = model((120, 40));
    on(&mut model, "Ship it");
    press(&mut model, "P");
    assert!(shown(&model).contains("X @acme (account late)"), "{}", shown(&model));
    assert_eq!(press(&mut model, "Enter"), []);
    let id = named(&model, "Ship it").id;
    assert_eq!(press(&mut model, "P y"), [Effect::PublishNow(vec![id])]);
}

#[test]
fn an_unknown_post_is_sent_again_only_after_a_question_and_never_while_it_is_looked_up() {
    let mut model = model((120, 40));
    on(&mut model, "Teaser clip");
    let id = named(&model, "Teaser clip").id;
    let row = waiting(&model, "Teaser clip", OutboxState::Verifying);
    model.board.outbox.push(row);
    assert_eq!(press(&mut model, "r"), []);
    assert!(model.sheets.is_empty() && words(&model).contains("looked up"), "{}", words(&model));
    model.board.outbox.clear();
    assert_eq!(press(&mut model, "r Enter"), []);
    assert_eq!(press(&mut model, "r y"), [Effect::RetryAtOwnRisk(id)]);
    assert_eq!(press(&mut model, "V"), [Effect::Verify(vec![id])]);
}

#[test]
fn a_failed_post_is_retried_and_a_published_one_says_why_not() {
    let mut model = model((120, 40));
    on(&mut model, "Meet us");
    assert_eq!(press(&mut model, "r"), [], "no single key sends");
    assert!(shown(&model).contains("Retry 1 post?"), "{}", shown(&model));
    assert_eq!(press(&mut model, "Enter"), []);
    assert_eq!(press(&mut model, "r y"), [Effect::Retry(vec![named(&model, "Meet us").id])]);
    on(&mut model, "Teaser is live");
    for key in ["r", "m", "s", "e", "P", "W"] {
        assert_eq!(press(&mut model, key), [], "{key}");
        assert!(words(&model).contains("it is published"), "{key}: {}", words(&model));
    }
    assert_eq!(press(&mut model, "o"), [Effect::Open("https://x.example/1".into())]);
    assert_eq!(press(&mut model, "y u").first(), Some(&Effect::Copy("https://x.example/1".into())));
}

#[test]
fn a_retry_that_becomes_a_new_post_says_so_before() {
    let mut model = model((120, 40));
    for post in model.board.posts.iter_mut().filter(|post| post.body.starts_with("Meet us")) {
        Arc::make_mut(post).targets[0].remote = Some(RemoteId::new("r1"));
    }
    on(&mut model, "Meet us");
    let post = named(&model, "Meet us");
    assert_eq!(press(&mut model, "r"), []);
    assert!(!shown(&model).contains("It becomes a new post"), "{}", shown(&model));
    assert_eq!(press(&mut model, "n"), []);
    model.board.retry_anew.insert(post.targets[0].account());
    assert_eq!(press(&mut model, "r"), []);
    assert!(shown(&model).contains("It becomes a new post"), "{}", shown(&model));
    assert_eq!(press(&mut model, "n"), []);
    assert_eq!(press(&mut model, "r y"), [Effect::Retry(vec![post.id])]);
}

#[test]
fn a_duplicate_is_a_draft_without_a_past() {
    let mut model = model((120, 40));
    on(&mut model, "Teaser is live");
    let effects = press(&mut model, "D");
    let [Effect::Save { post, verb: "duplicated", .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((post.wish, post.schedule, post.body.as_str()), (Wish::Draft, None, "Teaser is live"));
    assert!(post.targets.iter().all(|target| target.outcome == Outcome::NotSent && target.remote.is_none()));
    assert_ne!(post.id, named(&model, "Teaser is live").id);
}

#[test]
fn composing_starts_at_the_cursors_slot_and_keeps_what_is_typed() {
    let mut model = model((120, 40));
    typed(&mut model, ":date 2026-08-05");
    press(&mut model, "Enter");
    let slot = calendar::cursor_slot(&model.calendar, &model.shared);
    press(&mut model, "c");
    typed(&mut model, "quit? :q d");
    let composer = model.composer.as_ref().unwrap();
    let post = composer::post(composer);
    assert_eq!((post.body.as_str(), post.schedule), ("quit? :q d", slot));
    assert!(slot.is_some() && model.mode() == Mode::Text);
    press(&mut model, "Esc");
    assert_eq!((model.mode(), model.composer.is_some()), (Mode::Form, true));
    press(&mut model, "q");
    assert!(model.composer.is_none());
}

#[test]
fn a_moved_post_is_dropped_where_the_keys_and_the_typed_time_say() {
    let mut model = model((120, 40));
    on(&mut model, "Ship it");
    press(&mut model, "4");
    on(&mut model, "Ship it");
    let id = named(&model, "Ship it").id;
    press(&mut model, "m l 1 6 0 5");
    assert_eq!((model.focus, model.mode()), (Pane::Calendar, Mode::Move));
    let effects = press(&mut model, "Enter");
    let [Effect::Move(moves)] = effects.as_slice() else { panic!("{effects:?}") };
    let [(moved, schedule)] = moves.as_slice() else { panic!("{moves:?}") };
    assert_eq!((*moved, schedule.wall().format("%d %H:%M").to_string().as_str()), (id, "30 16:05"));
}

#[test]
fn a_waiting_write_is_dropped_only_after_a_question() {
    let mut model = model((120, 40));
    let row = waiting(&model, "Ship it", OutboxState::Waiting);
    model.board.outbox.push(row.clone());
    press(&mut model, "5 j x");
    assert!(model.sheets.is_empty() && words(&model).contains("no waiting write under the cursor"));
    press(&mut model, "j x");
    assert!(shown(&model).contains("Drop this waiting write?"), "{}", shown(&model));
    assert_eq!(press(&mut model, "Enter"), []);
    assert_eq!(press(&mut model, "x y"), [Effect::DropWrite(row.intent)]);
}

#[test]
fn a_post_chosen_in_another_pane_is_shown_in_the_calendar() {
    let mut model = model((120, 40));
    typed(&mut model, ":date 2026-09-01");
    press(&mut model, "Enter 4 j");
    assert!(shown(&model).contains("Week 31"), "{}", shown(&model));
}

#[test]
fn digits_focus_and_the_same_digit_zooms() {
    let mut model = model((120, 40));
    press(&mut model, "4");
    assert_eq!((model.focus, model.zoom), (Pane::Failed, false));
    press(&mut model, "4");
    assert!(model.zoom);
    press(&mut model, "4");
    assert!(!model.zoom);
    press(&mut model, "5 Tab");
    assert_eq!(model.focus, Pane::Channels);
    press(&mut model, "Shift-Tab");
    assert_eq!(model.focus, Pane::Activity);
}

#[test]
fn a_count_begins_where_no_pane_has_the_digit() {
    let mut model = model((120, 40));
    press(&mut model, "6");
    assert_eq!(model.count, Some(6));
    assert!(shown(&model).contains("6 ×"));
    press(&mut model, "1");
    assert_eq!((model.count, model.focus), (Some(61), Pane::Calendar));
    press(&mut model, "Esc");
    assert_eq!(model.count, None);
    press(&mut model, "Alt-3");
    assert_eq!(model.count, Some(3));
    press(&mut model, "j");
    assert_eq!(model.count, None);
}

#[test]
fn a_prefix_lists_its_continuations_after_a_pause() {
    let mut model = model((120, 40));
    let effects = send(&mut model, Msg::Key(keys::parse("g").unwrap()));
    let [Effect::After(pause, Timer::Prefix(serial))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(*pause, TimeDelta::milliseconds(400));
    assert!(!shown(&model).contains("go to a date"));
    send(&mut model, Msg::Timer(Timer::Prefix(*serial)));
    assert!(shown(&model).contains("d  go to a date"), "{}", shown(&model));
    let hints = hints::line(&model, 120);
    assert!(hints.iter().any(|hint| hint.action == Action::Today));
    assert!(hints.iter().all(|hint| hint.action != Action::Compose), "{hints:?}");
    press(&mut model, "q");
    assert!(model.pending.is_empty() && words(&model).contains("g q does nothing here"));
    send(&mut model, Msg::Timer(Timer::Prefix(*serial)));
    assert!(!model.show_continuations);
}

#[test]
fn a_filter_narrows_while_it_is_typed_and_esc_takes_it_back() {
    let mut model = model((120, 40));
    typed(&mut model, "/status:failed");
    assert_eq!(model.shared.filter.as_ref().map(|filter| filter.text().to_owned()), Some("status:failed".into()));
    assert!(shown(&model).contains("1 of 4 posts"), "{}", shown(&model));
    assert!(!shown(&model).contains("Ship it:"), "{}", shown(&model));
    typed(&mut model, "x");
    assert!(shown(&model).contains("column 1: "));
    press(&mut model, "Esc");
    assert!(shown(&model).contains("Ship it:"));
    assert!(model.shared.filter.is_none() && model.sheets.is_empty());
    typed(&mut model, "/net:li");
    press(&mut model, "Enter");
    assert!(model.sheets.is_empty() && shown(&model).contains("/net:li"));
    typed(&mut model, "/ stat");
    press(&mut model, "Tab");
    assert!(shown(&model).contains("/net:li status:"), "{}", shown(&model));
}

#[test]
fn commands_are_found_by_name_alias_and_beginning() {
    let mut model = model((120, 40));
    let mut command = |text: &str| {
        typed(&mut model, ":");
        typed(&mut model, text);
        let effects = press(&mut model, "Enter");
        let open = model.sheets.len();
        let words = shown(&model);
        press(&mut model, "Esc");
        (effects, open, words)
    };
    assert_eq!(command("sync").0, [Effect::SyncNow]);
    assert_eq!(command("q").0, [Effect::Quit]);
    assert_eq!(command("w").1, 0);
    let (effects, open, words) = command("snyc");
    assert_eq!((effects, open), (vec![], 1));
    assert!(words.contains("did you mean \"sync\"?"), "{words}");
    assert!(command("composer.stile").2.contains("did you mean \"composer.style\"?"));
    let (effects, _, words) = command("frobnicate");
    assert!(effects.is_empty() && words.contains("\"frobnicate\" is not a command"), "{words}");
    assert!(!words.contains("did you mean"), "what is like nothing means nothing: {words}");
    assert!(!command("styles").2.contains("is not a command"));
    assert!(command("connect").2.contains("runsheet connect"));
    assert!(command("help").2.contains("Keys that work here"));
    command("date 2026-12-01");
    assert!(shown(&model).contains("Dec 2026"), "{}", shown(&model));
    assert_eq!(model.history.first().map(String::as_str), Some("sync"));
}

#[test]
fn help_finds_and_runs() {
    let mut model = model((120, 40));
    press(&mut model, "?");
    typed(&mut model, "sync now");
    assert!(shown(&model).contains("1 of "), "{}", shown(&model));
    assert_eq!(press(&mut model, "Enter"), [Effect::SyncNow]);
    assert!(model.sheets.is_empty());
}

#[test]
fn notices_leave_after_their_time_and_bad_ones_stay_longer() {
    let mut model = model((120, 40));
    let notice = |words: &str, tone| Msg::Done(Notice { words: words.into(), tone, post: None });
    let good = send(&mut model, notice("moved", Tone::Good));
    let bad = send(&mut model, notice("refused", Tone::Bad));
    let stay = |effects: &[Effect]| match effects {
        [Effect::After(stay, Timer::Notice(number))] => (*stay, *number),
        other => panic!("{other:?}"),
    };
    let ((short, first), (long, second)) = (stay(&good), stay(&bad));
    assert!(short < long && model.take_dirty());
    assert!(shown(&model).contains("refused"));
    send(&mut model, Msg::Timer(Timer::Notice(second)));
    assert_eq!(words(&model), "moved");
    send(&mut model, Msg::Timer(Timer::Notice(first)));
    assert!(model.shared.notices.is_empty());
    model.take_dirty();
    send(&mut model, Msg::Timer(Timer::Notice(first)));
    assert!(!model.take_dirty(), "nothing changed, nothing is drawn");
}

#[test]
fn news_that_change_nothing_are_not_drawn() {
    let mut model = model((120, 40));
    let same = SyncNews { lights: vec![light(LightState::Ok)], ..SyncNews::default() };
    send(&mut model, Msg::Sync(Box::new(same)));
    assert!(!model.take_dirty());
    send(&mut model, Msg::Minute);
    assert!(model.take_dirty());
}

#[test]
fn a_start_loads_what_the_calendar_shows() {
    let mut model = model((120, 40));
    let range = calendar::wanted_range(&model.calendar, &model.shared);
    assert_eq!(start(&mut model, stage::now()), [Effect::Load(range)]);
}

#[test]
fn marks_follow_what_is_there() {
    let mut model = model((120, 40));
    let (kept, gone) = (named(&model, "Ship it"), named(&model, "Meet us"));
    model.shared.marks.extend([kept.id, gone.id]);
    let posts = model.board.posts.iter().filter(|post| post.id != gone.id).cloned().collect();
    let loaded = Loaded { posts, range: model.board.range.clone(), ..Loaded::default() };
    send(&mut model, Msg::Loaded(Box::new(loaded)));
    assert_eq!(model.shared.marks.iter().copied().collect::<Vec<_>>(), [kept.id]);
}

#[test]
fn marks_on_posts_that_are_not_loaded_are_not_passed_over() {
    let mut model = model((120, 40));
    model.focus = Pane::Calendar;
    let (here, away) = (named(&model, "Ship it"), model.shared.ids.post(stage::now()));
    model.shared.marks.extend([here.id, away]);
    for key in ["m", "d"] {
        assert_eq!(press(&mut model, key), []);
        assert!(words(&model).contains("1 of 2 marked posts is not loaded"), "{}", words(&model));
    }
    assert!(model.sheets.is_empty() && !calendar::is_moving(&model.calendar));
}

#[test]
fn only_what_failed_can_be_put_away() {
    let mut model = model((120, 40));
    on(&mut model, "Teaser clip");
    let why = availability(Action::Dismiss, &model).unwrap_err();
    assert!(why.contains("V verifies it"), "{why}");
    on(&mut model, "Meet us");
    assert_eq!(availability(Action::Dismiss, &model), Ok(()));
}

#[test]
fn a_time_in_words_is_given_again_and_no_older_deed() {
    let mut model = model((120, 40));
    on(&mut model, "Ship it");
    let id = named(&model, "Ship it").id;
    model.last_deed = Some(Deed::Did(Action::Hold));
    press(&mut model, "s");
    assert!(matches!(model.sheets.last(), Some(Sheet::When(_))));
    assert!(model.last_deed.is_some(), "asking for a time does nothing yet");
    typed(&mut model, "+1d");
    let effects = press(&mut model, "Enter");
    assert!(effects.iter().any(|it| matches!(it, Effect::Move(moves) if moves[0].0 == id)), "{effects:?}");
    assert_eq!(model.last_deed, Some(Deed::Timed("+1d".into())));
    let other = named(&model, "Meet us").id;
    on(&mut model, "Meet us");
    let effects = press(&mut model, ".");
    assert!(effects.iter().any(|it| matches!(it, Effect::Move(moves) if moves[0].0 == other)), "{effects:?}");
}

#[test]
fn a_refused_save_opens_the_text_again() {
    let mut model = model((120, 40));
    let post = Post::clone(&named(&model, "Ship it"));
    send(&mut model, Msg::SaveFailed(Box::new(post.clone()), "the disk is full".into()));
    assert!(model.composer.is_some() && words(&model).contains("the disk is full"));
    let other = Post::clone(&named(&model, "Meet us"));
    let effects = send(&mut model, Msg::SaveFailed(Box::new(other.clone()), "the disk is full".into()));
    assert!(effects.contains(&Effect::Autosave(Box::new(other), None)));
}

#[test]
fn a_terminal_that_goes_away_leaves_the_draft() {
    let mut model = model((120, 40));
    on(&mut model, "Ship it");
    press(&mut model, "e");
    let effects = send(&mut model, Msg::Terminate);
    assert!(
        matches!(effects.as_slice(), [Effect::Autosave(post, _), Effect::Quit] if post.body.starts_with("Ship it"))
    );
}

#[test]
fn what_is_typed_in_a_field_over_the_composer_is_kept_by_ctrl_c_and_by_the_end() {
    let commented = |model: &Model| {
        let post = composer::post(model.composer.as_ref().unwrap());
        post.first_comment.map(|comment| comment.text)
    };
    for twice in [false, true] {
        let mut model = model((120, 40));
        on(&mut model, "Ship it");
        press(&mut model, "e Esc w");
        typed(&mut model, "See our docs");
        let mut effects = press(&mut model, "Ctrl-c");
        assert_eq!(commented(&model).as_deref(), Some("See our docs"), "{}", shown(&model));
        if twice {
            effects = press(&mut model, "Ctrl-c");
            assert!(effects.contains(&Effect::Quit), "{effects:?}");
        } else {
            press(&mut model, "Enter");
            typed(&mut model, " again");
            effects.extend(send(&mut model, Msg::Terminate));
        }
        let kept = effects.iter().rev().find_map(|effect| match effect {
            Effect::Autosave(post, _) => post.first_comment.clone(),
            _ => None,
        });
        let words = if twice { "See our docs" } else { "See our docs again" };
        assert_eq!(kept.map(|comment| comment.text).as_deref(), Some(words));
    }
}

#[test]
fn a_draft_that_was_just_left_is_under_the_cursor() {
    let mut model = model((120, 40));
    press(&mut model, "2 c");
    typed(&mut model, "a thought");
    let effects = press(&mut model, "Esc Esc");
    let [Effect::Save { post, verb: "saved", .. }, ..] = effects.as_slice() else { panic!("{effects:?}") };
    let done = Notice { words: "saved as a draft".into(), tone: Tone::Good, post: Some(post.id) };
    assert_eq!(send(&mut model, Msg::Done(done)).first(), Some(&Effect::LoadPost(post.id)));
}

#[test]
fn a_command_that_takes_no_words_says_so() {
    let mut model = model((120, 40));
    press(&mut model, ":");
    typed(&mut model, "move fri 14");
    press(&mut model, "Enter");
    assert!(shown(&model).contains("\"move\" takes no words"), "{}", shown(&model));
}

#[test]
fn the_header_keeps_trouble_when_there_is_no_room_for_all() {
    let mut model = model((200, 60));
    let header = |model: &Model| shown(model).lines().next().unwrap().to_owned();
    let wide = header(&model);
    for part in ["Week 31", "27 Jul", "Europe/Berlin CEST", "12 s ago", "1 account ok"] {
        assert!(wide.contains(part), "{part}: {wide}");
    }
    model.board.lights.push(light(LightState::Offline { words: "no route".into() }));
    let row = waiting(&model, "Ship it", OutboxState::Waiting);
    model.board.outbox.push(row);
    for width in [120, 80, 60, 40] {
        model.shared.size = (width, 24);
        let line = header(&model);
        assert!(line.contains("1 waiting") && line.contains("late off"), "{width}: {line}");
        assert!(line.contains("Week 31") || width < 40, "{width}: {line}");
    }
    model.loaded = false;
    model.shared.size = (120, 40);
    assert!(header(&model).contains("loading"));
}

#[test]
fn the_way_to_all_keys_is_never_cut() {
    for width in 40..200 {
        let model = model((width, 24));
        let line = shown(&model).lines().last().unwrap().to_owned();
        assert!(line.trim_end().ends_with("? keys"), "{width}: {line}");
    }
}

#[test]
fn hints_show_what_works_now() {
    let mut model = model((120, 40));
    on(&mut model, "Teaser is live");
    let labels = |model: &Model| hints::line(model, 200).into_iter().map(|hint| hint.label).collect::<Vec<_>>();
    assert!(!labels(&model).contains(&"move".to_owned()) && labels(&model).contains(&"duplicate".to_owned()));
    on(&mut model, "Ship it");
    assert!(labels(&model).contains(&"move".to_owned()) && !labels(&model).contains(&"retry".to_owned()));
    model.board.lights.clear();
    assert_eq!(labels(&model).first().map(String::as_str), Some("add an account"));
}

#[test]
fn a_click_on_a_hint_runs_it_and_on_a_pane_focuses_it() {
    let mut model = model((120, 40));
    let help = hints::line(&model, 120).into_iter().find(|hint| hint.action == Action::Help).unwrap();
    let click = |x, y| Msg::Mouse(Mouse { kind: MouseKind::Press, x, y });
    send(&mut model, click(help.x, 39));
    assert!(matches!(model.sheets.as_slice(), [Sheet::Help(_)]));
    press(&mut model, "Esc");
    let area = layout::regions((120, 40), model.focus, false, 0, 0).pane(Pane::Failed).unwrap();
    send(&mut model, click(area.x + 3, area.y + 2));
    assert_eq!(model.focus, Pane::Failed);
    assert_eq!(send(&mut model, click(100, 0)), [Effect::SyncNow]);
}

#[test]
fn a_pasted_text_runs_nothing() {
    let mut model = model((120, 40));
    on(&mut model, "Ship it");
    let effects = send(&mut model, Msg::Paste("d\ny\nq\n".into()));
    assert!(effects.iter().all(|effect| matches!(effect, Effect::After(..))));
    assert!(model.sheets.is_empty() && model.composer.is_none());
}

#[test]
fn a_very_small_screen_says_how_things_stand() {
    let mut model = model((30, 5));
    model.shared.size = (30, 5);
    assert!(shown(&model).starts_with("✗1 ‼1"), "{}", shown(&model));
}

#[test]
fn what_is_overdue_appears_by_itself() {
    let mut model = model((120, 40));
    let ship = named(&model, "Ship it");
    let due = ship.instant().unwrap();
    update(&mut model, due + TimeDelta::minutes(3), Msg::Minute);
    assert!(!model.board.failed.iter().any(|post| post.id == ship.id), "three minutes are no delay");
    update(&mut model, due + TimeDelta::minutes(4), Msg::Minute);
    assert!(model.board.failed.iter().any(|post| post.id == ship.id));
    let told: Vec<_> = model.shared.notices.iter().filter(|notice| notice.post == Some(ship.id)).collect();
    assert!(told.len() == 1 && told[0].words.contains("no result"), "{told:?}");
    let before = model.shared.notices.len();
    update(&mut model, due + TimeDelta::minutes(5), Msg::Minute);
    assert_eq!(model.shared.notices.len(), before, "it is told once");
}

fn any_key() -> impl Strategy<Value = Key> {
    let codes = prop_oneof![
        8 => any::<prop::sample::Index>().prop_map(|at| {
            let letters: Vec<char> = "hjklgGctmseEdDrVuUoyWPJKHL?:/nNq0123456789+-{}[] xawizMfp.bé日".chars().collect();
            KeyCode::Char(*at.get(&letters))
        }),
        4 => prop::sample::select(vec![
            KeyCode::Esc, KeyCode::Enter, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down, KeyCode::Left,
            KeyCode::Right, KeyCode::Backspace, KeyCode::PageDown, KeyCode::Home, KeyCode::End, KeyCode::F(1),
        ]),
    ];
    (codes, prop::sample::select(vec!["", "", "", "", "Ctrl-", "Alt-"])).prop_map(|(code, with)| match with {
        "Ctrl-" => Key { code, modifiers: super::msg::KeyModifiers::CONTROL },
        "Alt-" => Key { code, modifiers: super::msg::KeyModifiers::ALT },
        _ => Key::plain(code),
    })
}

fn any_msg() -> impl Strategy<Value = Msg> {
    let kinds = vec![
        MouseKind::Press,
        MouseKind::Double,
        MouseKind::Menu,
        MouseKind::Drag,
        MouseKind::Release,
        MouseKind::WheelUp,
        MouseKind::WheelDown,
    ];
    prop_oneof![
        20 => any_key().prop_map(Msg::Key),
        4 => (prop::sample::select(kinds), 0u16..220, 0u16..70).prop_map(|(kind, x, y)| Msg::Mouse(Mouse { kind, x, y })),
        3 => (0u16..220, 0u16..70).prop_map(|(columns, rows)| Msg::Resize(columns, rows)),
        1 => Just(Msg::Minute),
        1 => (0u64..40).prop_map(|serial| Msg::Timer(Timer::Prefix(serial))),
        1 => (0u64..40).prop_map(|number| Msg::Timer(Timer::Notice(number))),
        1 => Just(Msg::Loaded(Box::default())),
        1 => Just(Msg::StoreChanged),
        1 => Just(Msg::Index(Ok(Arc::default()))),
        1 => "[a-z:\" -]{0,9}".prop_map(|filter| {
            let kept = crate::domain::found::SavedView { filter, ..Default::default() };
            Msg::Views(vec![(1, kept.clone()), (9, kept)])
        }),
        1 => (26u32..32, any::<bool>()).prop_map(|(day, embargo)| {
            let date = chrono::NaiveDate::from_ymd_opt(2026, 7, day).unwrap();
            Msg::Notes(vec![(date, crate::domain::plan::DayNote { words: "press".into(), embargo })])
        }),
        1 => "[a-z日é\n ]{0,12}".prop_map(Msg::Paste),
        1 => Just(Msg::EditorReturned(Ok("from outside".into()))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_list_of_messages_and_no_size_brings_it_down(
        messages in prop::collection::vec(any_msg(), 1..60), columns in 0u16..210, rows in 0u16..65,
    ) {
        let mut model = model((120, 40));
        for msg in messages {
            send(&mut model, msg);
            prop_assert_eq!(model.shared.notices.len(), model.notice_numbers.len());
        }
        shown(&model);
        screen(&model, (columns, rows));
        for _ in 0..8 {
            press(&mut model, "Esc");
        }
        prop_assert!(model.sheets.is_empty() && model.pending.is_empty() && !calendar::is_moving(&model.calendar));
    }
}

#[test]
fn no_screen_is_too_small() {
    let mut model = model((120, 40));
    press(&mut model, "?");
    for size in [(0, 0), (1, 1), (0, 9), (9, 0), (2, 40), (40, 10), (41, 3)] {
        if size.0 > 0 && size.1 > 0 {
            screen(&model, size);
        }
        send(&mut model, Msg::Resize(size.0, size.1));
        screen(&model, (3, 3));
    }
}
