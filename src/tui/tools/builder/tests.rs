//! The builder through real keys: what it makes of them, and that no key loses a text.

use std::sync::Arc;

use chrono::TimeDelta;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::domain::ids::{AccountName, IdSource};
use crate::domain::options::Value;
use crate::domain::outcome::{Cause, Outcome, Refusal};
use crate::domain::plan::SlotRule;
use crate::domain::post::{Post, Wish};
use crate::domain::schedule::Schedule;
use crate::text::style::Book;
use crate::tui::effect::Effect;
use crate::tui::keymap::Keymap;
use crate::tui::keys;
use crate::tui::model::Model;
use crate::tui::msg::{Loaded, Msg, OfCampaign};
use crate::tui::theme::Theme;
use crate::tui::tools::stage;
use crate::tui::update::update;
use crate::tui::view::view;

use super::ghosts::Standing;
use super::state::State;

struct Journey(Model);

impl Journey {
    /// The builder, open and loaded.
    fn at(size: (u16, u16)) -> Self {
        let shared = stage::shared();
        let (keymap, theme) = (Keymap::shipped(), Theme::default());
        let mut model = Model::new(shared.now, shared.zone, size, shared.rules, keymap, theme, IdSource::seeded(9));
        let loaded = Loaded { channels: stage::board().channels, ..Loaded::default() };
        update(&mut model, stage::now(), Msg::Loaded(Box::new(loaded)));
        let mut journey = Self(model);
        let effects = journey.keys("C");
        journey.answer(&effects, Vec::new());
        journey
    }

    fn keys(&mut self, written: &str) -> Vec<Effect> {
        let keys: Vec<_> = written.split_whitespace().map(|key| keys::parse(key).unwrap()).collect();
        keys.into_iter().flat_map(|key| update(&mut self.0, stage::now(), Msg::Key(key))).collect()
    }

    fn types(&mut self, text: &str) -> Vec<Effect> {
        stage::letters(text).into_iter().flat_map(|key| update(&mut self.0, stage::now(), Msg::Key(key))).collect()
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        update(&mut self.0, stage::now(), Msg::Paste(text.into()))
    }

    /// The store answers what was asked of it.
    fn answer(&mut self, effects: &[Effect], near: Vec<Arc<Post>>) {
        for effect in effects {
            if let Effect::LoadCampaign { id, .. } = effect {
                let of = OfCampaign { id: *id, posts: Vec::new(), near: near.clone() };
                update(&mut self.0, stage::now(), Msg::Campaign(Box::new(of)));
            }
        }
    }

    fn state(&self) -> &State {
        self.0.builder.as_deref().unwrap()
    }

    fn screen(&self) -> String {
        let (width, height) = self.0.shared.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view(&self.0, frame)).unwrap();
        terminal.backend().to_string()
    }

    /// A campaign with a name, two channels and these texts.
    fn campaign(size: (u16, u16), texts: &str) -> Self {
        let mut journey = Self::at(size);
        journey.types("Launch");
        journey.keys("Esc t Space j j Space");
        journey.paste(texts);
        journey.keys("Esc");
        journey
    }

    fn launched(&mut self) -> Vec<Post> {
        self.keys("Ctrl-s");
        let effects = self.keys("y");
        let [Effect::Launch { posts, .. }] = effects.as_slice() else { panic!("{effects:?}\n{}", self.screen()) };
        posts.clone()
    }
}

#[test]
fn lines_become_posts_in_their_rhythm() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let mut journey = Journey::campaign(size, "one\ntwo\nthree");
        let posts = journey.launched();
        let told: Vec<_> = posts
            .iter()
            .map(|post| (post.body.as_str(), post.number.unwrap(), post.schedule.unwrap().wall().to_string()))
            .collect();
        assert_eq!(
            told,
            [
                ("one", 1, "2026-07-29 09:00:00".to_owned()),
                ("two", 2, "2026-07-30 09:00:00".to_owned()),
                ("three", 3, "2026-07-31 09:00:00".to_owned()),
            ]
        );
        assert!(posts.iter().all(|post| post.wish == Wish::Schedule && post.targets.len() == 2));
        assert!(posts.iter().all(|post| post.campaign.as_deref() == Some("Launch")));
    }
}

#[test]
fn what_was_scheduled_is_locked_and_the_rest_keeps_its_dates() {
    let mut journey = Journey::campaign((120, 40), "one\ntwo\nthree");
    let posts = journey.launched();
    let id = journey.state().recipe.id;
    let answers = vec![(posts[0].id, Ok(())), (posts[1].id, Err("the account is off".into())), (posts[2].id, Ok(()))];
    update(&mut journey.0, stage::now(), Msg::Launched(id, answers));
    assert!(
        journey.screen().contains("not scheduled before: the account is off")
            || journey.screen().contains("2 scheduled")
    );
    let again = journey.launched();
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].id, again[0].number, again[0].instant()), (posts[1].id, Some(2), posts[1].instant()));
    assert_eq!(journey.state().texts.text(), "two", "only what is still to be sent can be typed over");
}

#[test]
fn a_clash_and_a_refusal_are_seen_while_typing() {
    let mut journey = Journey::at((120, 40));
    let mut other = stage::post(&journey.0.shared, "Doors open", &["late/2"]);
    other.wish = Wish::Schedule;
    let id = journey.state().recipe.id;
    let of = OfCampaign { id, posts: Vec::new(), near: vec![Arc::new(other)] };
    update(&mut journey.0, stage::now(), Msg::Campaign(Box::new(of)));
    journey.types("Launch");
    journey.keys("Esc t Space");
    journey.paste(&format!("one\n{}", "long ".repeat(100)));
    let standing: Vec<Standing> = journey.state().ghosts.iter().map(|ghost| ghost.standing).collect();
    assert_eq!(standing, [Standing::Good, Standing::Refused]);
    assert!(journey.state().ghosts[0].clash.as_deref().is_some_and(|words| words.contains("Doors open")));
    // Refusing instead of keeping.
    journey.keys("Esc t k k k k");
    assert_eq!(journey.state().field, super::state::Field::Clash, "{}", journey.screen());
    journey.keys("Right");
    assert!(journey.state().ghosts.iter().any(|ghost| ghost.standing == Standing::Good), "put off");
    journey.keys("Right");
    assert!(journey.state().ghosts.iter().all(|ghost| ghost.standing == Standing::Refused), "refused");
}

#[test]
fn a_shift_moves_what_waits_and_what_is_scheduled() {
    let mut journey = Journey::campaign((120, 40), "one\ntwo");
    journey.keys("Tab Tab m J Enter S");
    journey.types("+1w");
    journey.keys("Enter");
    let walls: Vec<_> = journey.launched().iter().map(|post| post.schedule.unwrap().wall().to_string()).collect();
    assert_eq!(walls, ["2026-08-05 10:00:00", "2026-08-06 09:00:00"]);
}

#[test]
fn a_recipe_opened_on_another_day_starts_when_it_was_meant_to() {
    let journey = Journey::campaign((120, 40), "one\ntwo");
    let recipe = journey.state().recipe.clone();
    let start = recipe.starts_at.unwrap();
    assert_eq!(recipe.start, "tomorrow 9");
    for (later, past) in
        [(start.instant() - TimeDelta::hours(1), false), (start.instant() + TimeDelta::hours(30), true)]
    {
        let mut shared = stage::shared();
        shared.now = later;
        let mut state = State::new(recipe.clone(), &mut shared, &journey.0.board);
        state.refresh(&mut shared, &journey.0.board);
        assert_eq!((state.recipe.starts_at, state.start.text()), (Some(start), "2026-07-29 09:00"));
        assert_eq!(state.fault(super::state::Field::Start).is_some(), past, "{:?}", state.faults);
    }
}

#[test]
fn new_defaults_are_counted_at_once() {
    let mut journey = Journey::campaign((120, 40), "one");
    let counted = |journey: &Journey| -> Vec<usize> {
        journey.state().ghosts[0].counts.iter().filter_map(|it| it.measure.as_ref()).map(|it| it.count).collect()
    };
    let before = counted(&journey);
    let mut book = Book::shipped();
    for channel in &journey.0.board.channels {
        let values = [("post_text".to_owned(), Value::Text("{text} {text}".into()))].into_iter().collect();
        book.defaults.networks.insert(channel.network.clone(), values);
    }
    update(&mut journey.0, stage::now(), Msg::Book(Ok((Arc::new(book), "set".into()))));
    let after = counted(&journey);
    assert!(
        !before.is_empty() && before.iter().zip(&after).all(|(before, after)| after > before),
        "{before:?} {after:?}"
    );
}

#[test]
fn a_row_that_is_taken_out_comes_back_with_what_was_its_own() {
    let mut journey = Journey::campaign((120, 40), "one\ntwo");
    journey.keys("Tab Tab e");
    journey.types(" more");
    journey.keys("Esc Esc");
    let (at, id) = (journey.state().at, journey.state().ghosts[journey.state().at].post.id);
    let own = journey.state().stored[&id].clone();
    let effects = journey.keys("d");
    assert!(effects.contains(&Effect::Delete(vec![id])), "{effects:?}");
    let effects = journey.keys("u");
    assert!(effects.contains(&Effect::Autosave(Box::new(Post::clone(&own)), None)), "{effects:?}");
    assert_eq!((journey.state().stored.get(&id), journey.state().ghosts[at].post.id), (Some(&own), id));
    let effects = journey.keys("U");
    assert!(effects.contains(&Effect::Delete(vec![id])), "{effects:?}");
}

#[test]
fn several_lines_are_texts_wherever_they_are_pasted() {
    let mut journey = Journey::at((120, 40));
    journey.types("Launch");
    journey.paste(" week\n");
    journey.paste("one\ntwo\nthree\n");
    let state = journey.state();
    assert_eq!((state.recipe.name.as_str(), state.texts.text().trim_end()), ("Launch week", "one\ntwo\nthree"));
}

#[test]
fn slots_of_the_rest_stay_when_some_of_it_is_scheduled() {
    let mut journey = Journey::at((120, 40));
    let noon = "12:00".parse().unwrap();
    let days = (0..7).map(|day| chrono::Weekday::try_from(day).unwrap()).collect();
    journey.0.board.plan.slots.push(SlotRule { channel: None, days, times: vec![noon], zone: None });
    journey.types("Launch");
    journey.keys("Esc t Space");
    journey.paste("one\ntwo\nthree");
    journey.keys("Esc");
    let state = journey.0.builder.as_deref_mut().unwrap();
    state.recipe.every = "slots".into();
    state.refresh(&mut journey.0.shared, &journey.0.board);
    let posts = journey.launched();
    let id = journey.state().recipe.id;
    update(&mut journey.0, stage::now(), Msg::Launched(id, vec![(posts[0].id, Ok(()))]));
    let there = vec![Arc::new(posts[0].clone())];
    let of = OfCampaign { id, posts: there.clone(), near: there };
    update(&mut journey.0, stage::now(), Msg::Campaign(Box::new(of)));
    let times = |posts: &[Post]| posts.iter().map(|post| post.instant().unwrap()).collect::<Vec<_>>();
    assert_eq!(times(&journey.launched()), times(&posts)[1..]);
}

#[test]
fn undoing_a_shift_takes_what_is_scheduled_back_too() {
    let mut journey = Journey::campaign((120, 40), "one\ntwo");
    let posts = journey.launched();
    let id = journey.state().recipe.id;
    update(&mut journey.0, stage::now(), Msg::Launched(id, vec![(posts[0].id, Ok(()))]));
    let stand = |journey: &mut Journey, posts: Vec<Post>| {
        let posts: Vec<_> = posts.into_iter().map(Arc::new).collect();
        let of = OfCampaign { id, posts, near: Vec::new() };
        update(&mut journey.0, stage::now(), Msg::Campaign(Box::new(of)));
    };
    stand(&mut journey, vec![posts[0].clone()]);
    let moved = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| if let Effect::Move(moves) = effect { Some(moves) } else { None })
    };
    journey.keys("S");
    journey.types("+1w");
    let there = moved(journey.keys("Enter")).unwrap();
    assert_eq!(there[0].1.wall().to_string(), "2026-08-05 09:00:00");
    stand(&mut journey, vec![Post { schedule: Some(there[0].1), ..posts[0].clone() }]);
    let back = moved(journey.keys("u")).unwrap();
    assert_eq!(back, [(posts[0].id, posts[0].schedule.unwrap())]);
    stand(&mut journey, vec![posts[0].clone()]);
    assert_eq!(moved(journey.keys("U")), Some(there));
    // What somebody moved elsewhere meanwhile stays where it is.
    let elsewhere = Schedule::at(stage::now() + TimeDelta::days(30), journey.0.shared.zone);
    stand(&mut journey, vec![Post { schedule: Some(elsewhere), ..posts[0].clone() }]);
    assert_eq!(moved(journey.keys("u")), None);
}

#[test]
fn what_failed_of_it_is_not_called_scheduled() {
    let mut journey = Journey::campaign((120, 40), "one");
    let mut posts = journey.launched();
    let id = journey.state().recipe.id;
    for target in &mut posts[0].targets {
        target.outcome = Outcome::Refused(Refusal::new(Cause::Reconnect, "no", None));
    }
    let of = OfCampaign { id, posts: vec![Arc::new(posts[0].clone())], near: Vec::new() };
    update(&mut journey.0, stage::now(), Msg::Campaign(Box::new(of)));
    journey.keys("Ctrl-s");
    let screen = journey.screen();
    assert!(
        screen.contains("1 post failed: the failed queue") && !screen.contains("all of it is scheduled"),
        "{screen}"
    );
}

#[test]
fn a_provider_that_checks_nothing_or_is_not_reached_does_not_agree_or_mind() {
    let mut journey = Journey::campaign((120, 40), "one");
    assert!(!journey.keys("V").iter().any(|effect| matches!(effect, Effect::CheckMany(..))));
    assert!(journey.screen().contains("nobody was asked"), "{}", journey.screen());
    journey.0.board.checks.insert(AccountName::new("late"));
    let asked = journey.keys("V").into_iter().find_map(|effect| match effect {
        Effect::CheckMany(id, posts) => Some((id, posts)),
        _ => None,
    });
    let (id, posts) = asked.unwrap();
    update(&mut journey.0, stage::now(), Msg::CheckedMany(id, vec![(posts[0].id, Err("no route".into()))]));
    let screen = journey.screen();
    assert!(screen.contains("no answer about 1 post") && !screen.contains("the providers mind"), "{screen}");
}

#[test]
fn undoing_brings_the_fields_back() {
    let mut journey = Journey::campaign((120, 40), "one");
    let before = journey.state().recipe.clone();
    journey.keys("Tab Tab S");
    journey.types("+1w");
    journey.keys("Enter");
    assert_eq!(journey.state().start.text(), "2026-08-05 09:00");
    journey.keys("u");
    assert_eq!((journey.state().recipe.starts_at, journey.state().start.text()), (before.starts_at, "tomorrow 9"));
    journey.keys("U");
    assert_eq!(journey.state().start.text(), "2026-08-05 09:00");
}

#[test]
fn a_shift_into_an_hour_that_is_not_or_comes_twice_names_the_post() {
    // On 25 October the clocks of Berlin show half past two twice.
    let mut journey = Journey::campaign((120, 40), "one\ntwo");
    let (id, zone) = (journey.state().ghosts[0].post.id, journey.0.shared.zone);
    let wall = "2026-07-29T02:30:00".parse().unwrap();
    let at = Schedule::resolve(wall, zone).certain().unwrap();
    let state = journey.0.builder.as_deref_mut().unwrap();
    super::deeds::give_time(state, id, at);
    state.refresh(&mut journey.0.shared, &journey.0.board);
    let before = journey.state().recipe.clone();
    journey.keys("Tab Tab S");
    journey.types("+88d");
    journey.keys("Enter");
    assert_eq!(journey.state().recipe, before);
    let words = journey.0.shared.notices.iter().map(|notice| notice.words.clone()).collect::<Vec<_>>().join(" ");
    assert!(format!("{words} {}", journey.screen()).contains("\"one\" would stand where the clocks"), "{words}");
}

#[test]
fn an_own_text_of_one_post_is_written_in_the_composer() {
    let mut journey = Journey::campaign((120, 40), "one\ntwo");
    journey.keys("Tab Tab e");
    assert!(journey.0.composer.is_some() && journey.screen().contains("Compose"));
    journey.types(" more");
    journey.keys("Esc Esc");
    assert!(journey.0.composer.is_none() && journey.0.builder.is_some());
    let bodies: Vec<String> = journey.launched().into_iter().map(|post| post.body).collect();
    assert!(bodies.iter().any(|body| body.contains("more") && body.contains("one")), "{bodies:?}");
    assert!(bodies.contains(&"two".to_owned()), "{bodies:?}");
}

#[test]
fn what_the_panes_had_comes_back_when_the_builder_is_left() {
    let mut journey = Journey::at((120, 40));
    journey.types("Launch");
    let effects = journey.keys("Esc q");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::KeepCampaign(_))), "{effects:?}");
    assert!(journey.0.builder.is_none());
    journey.keys("C");
    assert_eq!(journey.0.board.recipes.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_sequence_of_keys_loses_a_text_or_leaves_the_rows(
        pressed in prop::collection::vec(prop::sample::select(vec![
            "Tab", "Esc", "Enter", "Up", "Down", "j", "k", "m", "h", "l", "J", "Space", "u", "U", "s", "n", "+", "x", "i",
            "t", "W", "P", "X", "S", "e", "D", "Ctrl-s", "z m", "z w", "Home", "End", "G", "Backspace",
        ]), 0..24),
        size in prop::sample::select(vec![(80, 24), (120, 40), (200, 60), (44, 12)]),
    ) {
        let mut journey = Journey::campaign(size, "one\ntwo\nthree");
        for key in pressed {
            journey.keys(key);
            let Some(state) = journey.0.builder.as_deref() else { break };
            prop_assert_eq!(state.ghosts.len(), state.recipe.rows.len());
            prop_assert!(state.at == 0 || state.at < state.ghosts.len());
            let texts: Vec<&str> = state.recipe.texts().collect();
            prop_assert_eq!(crate::text::campaign::texts(state.texts.text()), texts);
            journey.screen();
        }
    }
}
