//! What a key costs in the campaign builder: a letter typed into one of 1,000 texts for three channels, and the frame
//! after it, at 200x60. Shall stay under 16 ms.
//!
//! `cargo bench --bench builder`.

#![allow(clippy::expect_used)] // A benchmark that cannot go on has nothing to say.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Berlin;
use divan::{Bencher, black_box};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use runsheet::domain::channel::{Channel, Health, Network};
use runsheet::domain::ids::{AccountName, ChannelId, IdSource, RemoteId};
use runsheet::text::rules::Rules;
use runsheet::tui::effect::Effect;
use runsheet::tui::keymap::Keymap;
use runsheet::tui::model::Model;
use runsheet::tui::msg::{Key, KeyCode, Loaded, Msg, OfCampaign};
use runsheet::tui::theme::Theme;
use runsheet::tui::update::update;
use runsheet::tui::view::view;

const SIZE: (u16, u16) = (200, 60);
const POSTS: usize = 1_000;

fn main() {
    divan::main();
}

fn now() -> DateTime<Utc> {
    "2026-07-28T09:42:00Z".parse().expect("a moment")
}

fn channel(remote: &str, network: &str) -> Channel {
    let (account, remote) = (AccountName::new("late"), RemoteId::new(remote));
    Channel {
        id: ChannelId::of(&account, &remote),
        account,
        remote,
        network: Network::from_word(network),
        handle: "@acme".into(),
        name: String::new(),
        health: Health::Ok,
        hidden: false,
        gone: false,
    }
}

fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    update(model, now(), Msg::Key(key))
}

/// The builder with its posts, its field of texts open.
fn builder() -> Model {
    let rules = Arc::new(Rules::shipped().clone());
    let ids = IdSource::seeded(1);
    let mut model = Model::new(now(), Berlin, SIZE, rules, Keymap::shipped(), Theme::default(), ids);
    let channels = vec![channel("1", "bluesky"), channel("2", "linkedin"), channel("3", "x")];
    update(&mut model, now(), Msg::Loaded(Box::new(Loaded { channels, ..Loaded::default() })));
    for effect in press(&mut model, Key::plain(KeyCode::Char('C'))) {
        if let Effect::LoadCampaign { id, .. } = effect {
            let of = OfCampaign { id, posts: Vec::new(), near: Vec::new() };
            update(&mut model, now(), Msg::Campaign(Box::new(of)));
        }
    }
    update(&mut model, now(), Msg::Paste("Launch".into()));
    press(&mut model, Key::plain(KeyCode::Esc));
    for letter in "t j j ".chars() {
        press(&mut model, Key::plain(KeyCode::Char(letter)));
    }
    let line = |number: usize| format!("Post {number}: we are open, see https://acme.example/{number} #launch\n");
    update(&mut model, now(), Msg::Paste((0..POSTS).map(line).collect()));
    model
}

fn terminal() -> Terminal<TestBackend> {
    Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("a terminal in memory")
}

/// A letter typed into the last text and taken back, each with its frame: two keystrokes.
#[divan::bench(sample_count = 60)]
fn two_keystrokes_and_draws(bencher: Bencher<'_, '_>) {
    let (mut model, mut terminal) = (builder(), terminal());
    bencher.bench_local(|| {
        for code in [KeyCode::Char('x'), KeyCode::Backspace] {
            black_box(press(&mut model, Key::plain(code)));
            terminal.draw(|frame| view(&model, frame)).expect("memory");
        }
    });
}

/// A letter of the interval, which moves every post.
#[divan::bench(sample_count = 60)]
fn two_keystrokes_of_the_rhythm(bencher: Bencher<'_, '_>) {
    let (mut model, mut terminal) = (builder(), terminal());
    press(&mut model, Key::plain(KeyCode::Esc));
    for letter in "ggjj".chars() {
        press(&mut model, Key::plain(KeyCode::Char(letter)));
    }
    press(&mut model, Key::plain(KeyCode::Enter));
    bencher.bench_local(|| {
        for code in [KeyCode::Backspace, KeyCode::Char('d')] {
            black_box(press(&mut model, Key::plain(code)));
            terminal.draw(|frame| view(&model, frame)).expect("memory");
        }
    });
}
