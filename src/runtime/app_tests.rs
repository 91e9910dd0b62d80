//! What comes out of order.

use chrono::{DateTime, TimeDelta};
use chrono_tz::UTC;

use super::*;
use crate::clock::Clock;
use crate::domain::ids::IdSource;
use crate::domain::post::Post;
use crate::store::{Actor, Store};
use crate::text::rules::Rules;
use crate::tui::keymap::Keymap;
use crate::tui::msg::Loaded;
use crate::tui::theme::Theme;

fn app() -> App {
    let clock = Clock::standing_at(DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
    let rules = Arc::new(Rules::shipped().clone());
    let (keymap, theme, ids) = (Keymap::shipped(), Theme::default(), IdSource::seeded(5));
    let model = Model::new(clock.now(), UTC, (80, 24), rules, keymap, theme, ids);
    let desk = Desk::new(Store::memory().unwrap(), clock, IdSource::seeded(6), UTC, Vec::new(), Actor::You);
    App::new(model, Arc::new(desk), Vec::new())
}

/// What a load over a week around now brings.
fn loaded(app: &App, load: u64, body: &str) -> Answer {
    let now = app.desk.now();
    let mut post = Post::draft(IdSource::seeded(7).post(now), now);
    post.body = body.into();
    let range = now - TimeDelta::weeks(1)..now + TimeDelta::weeks(1);
    let loaded = Loaded { drafts: vec![Arc::new(post)], range, ..Loaded::default() };
    Answer { msg: Msg::Loaded(Box::new(loaded)), last: true, load: Some(load) }
}

#[tokio::test]
async fn a_load_that_is_overtaken_by_a_later_one_is_passed_over_and_waited_for() {
    let mut app = app();
    app.model.busy = 2;
    let (older, newer) = (loaded(&app, 1, "as it was"), loaded(&app, 2, "as it is"));
    app.take_answer(newer);
    app.take_answer(older);
    assert_eq!(app.model.board.drafts[0].body, "as it is");
    let next = loaded(&app, 3, "as it became");
    app.take_answer(next);
    assert_eq!(app.model.board.drafts[0].body, "as it became");
}

#[tokio::test]
async fn news_waits_until_the_news_before_it_has_arrived() {
    let mut app = app();
    app.spread_news();
    let at = app.desk.now();
    app.take_news(News::Line(ActivityLine { at, account: None, post: None, words: "one line".into(), urgent: false }));
    app.spread_news();
    assert_eq!(app.model.busy, 1, "one piece is on its way");
    let answer = app.next_answer().await;
    app.take_answer(answer);
    app.spread_news();
    app.settle().await;
    assert!(app.model.board.activity.iter().any(|line| line.words == "one line"));
}

#[tokio::test]
async fn a_program_that_only_looks_makes_nothing_at_its_start_either() {
    let mut app = app();
    app.carry_out(vec![Effect::KeepRepeating]);
    assert_eq!(app.model.busy, 1, "else it does");
    app.settle().await;
    app.model.board.read_only = true;
    app.carry_out(vec![Effect::KeepRepeating, Effect::Undo, Effect::LoadNotes]);
    assert_eq!(app.model.busy, 1, "only the notes are read");
}
