//! What a key costs on the screen: the model's update and a full draw of a week out of 100,000 posts at 200x60.
//!
//! `cargo bench --bench board`. The model is loaded as the program loads it: through the desk, into the calendar.

#![allow(clippy::expect_used)] // A benchmark that cannot go on has nothing to say.

mod support;

use std::sync::Arc;

use chrono_tz::Europe::Berlin;
use divan::{Bencher, black_box};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use runsheet::clock::Clock;
use runsheet::desk::Desk;
use runsheet::domain::ids::IdSource;
use runsheet::runtime::App;
use runsheet::store::{Actor, Store};
use runsheet::text::rules::Rules;
use runsheet::tui::effect::Effect;
use runsheet::tui::keymap::Keymap;
use runsheet::tui::model::Model;
use runsheet::tui::msg::{Key, KeyCode, Msg};
use runsheet::tui::theme::Theme;
use runsheet::tui::update::update;
use runsheet::tui::view::view;
use tokio::runtime::Runtime;

use support::{large, now, runtime};

const SIZE: (u16, u16) = (200, 60);

fn main() {
    divan::main();
}

fn key(letter: char) -> Msg {
    Msg::Key(Key::plain(KeyCode::Char(letter)))
}

/// The program on the large store, before it has loaded anything.
fn app(store: Store) -> App {
    let ids = IdSource::seeded(1);
    let desk = Desk::new(store, Clock::standing_at(now()), ids.clone(), Berlin, Vec::new(), Actor::You);
    let rules = Arc::new(Rules::shipped().clone());
    let model = Model::new(now(), Berlin, SIZE, rules, Keymap::shipped(), Theme::default(), ids);
    App::new(model, Arc::new(desk), Vec::new())
}

/// The model once everything is loaded.
fn loaded() -> Model {
    let runtime = runtime();
    let _inside = runtime.enter();
    let mut app = app(Store::open(&large().join("store.db")).expect("the large store"));
    app.start();
    runtime.block_on(app.settle());
    assert!(app.model.board.posts.len() > 900, "a week of 100,000 posts");
    app.model.clone()
}

fn terminal() -> Terminal<TestBackend> {
    Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("a terminal in memory")
}

/// A cursor key: down and up again, so that the cell is the same at the end.
#[divan::bench(sample_count = 200)]
fn update_for_two_cursor_keys(bencher: Bencher<'_, '_>) {
    let mut model = loaded();
    bencher.bench_local(|| {
        let down = update(&mut model, now(), key('j'));
        let up = update(&mut model, now(), key('k'));
        black_box((down, up))
    });
}

/// The next week and back: the grid is built anew both times.
#[divan::bench(sample_count = 200)]
fn update_for_another_week_and_back(bencher: Bencher<'_, '_>) {
    let mut model = loaded();
    bencher.bench_local(|| {
        let there = update(&mut model, now(), key('L'));
        let back = update(&mut model, now(), key('H'));
        black_box((there, back))
    });
}

/// Scrolling to the next week and back, with the frame after each. Shall stay under 6 ms.
#[divan::bench(sample_count = 200)]
fn scroll_a_week_and_back(bencher: Bencher<'_, '_>) {
    let (mut model, mut terminal) = (loaded(), terminal());
    bencher.bench_local(|| {
        for letter in ['L', 'H'] {
            black_box(update(&mut model, now(), key(letter)));
            terminal.draw(|frame| view(&model, frame)).expect("memory");
        }
    });
}

/// Every cell drawn anew and compared with the frame before. Shall stay under 2 ms.
#[divan::bench(sample_count = 200)]
fn full_draw_of_a_week(bencher: Bencher<'_, '_>) {
    let (model, mut terminal) = (loaded(), terminal());
    bencher.bench_local(|| {
        terminal.clear().expect("memory");
        terminal.draw(|frame| view(&model, frame)).expect("memory");
    });
}

/// A cursor key and the frame after it, as the program pays for one.
#[divan::bench(sample_count = 200)]
fn key_and_draw(bencher: Bencher<'_, '_>) {
    let (mut model, mut terminal) = (loaded(), terminal());
    let mut down = false;
    bencher.bench_local(|| {
        down = !down;
        black_box(update(&mut model, now(), key(if down { 'j' } else { 'k' })));
        terminal.draw(|frame| view(&model, frame)).expect("memory");
    });
}

/// A letter typed into the filter and taken back: the loaded weeks are narrowed both times. Shall stay under 20 ms.
#[divan::bench(sample_count = 60)]
fn filter_for_two_keystrokes(bencher: Bencher<'_, '_>) {
    let mut model = loaded();
    update(&mut model, now(), key('/'));
    update(&mut model, now(), Msg::Paste("status:scheduled,published net:li learne".into()));
    bencher.bench_local(|| {
        let typed = update(&mut model, now(), key('d'));
        let back = update(&mut model, now(), Msg::Key(Key::plain(KeyCode::Backspace)));
        black_box((typed, back))
    });
}

/// A letter typed into the palette over all 100,000 posts and taken back. Shall stay under 20 ms. The posts are looked
/// through beside the keys: see [`palette_search`].
#[divan::bench(sample_count = 60)]
fn palette_for_two_keystrokes(bencher: Bencher<'_, '_>) {
    let (mut model, _) = in_the_palette();
    bencher.bench_local(|| {
        let typed = update(&mut model, now(), key('k'));
        let back = update(&mut model, now(), Msg::Key(Key::plain(KeyCode::Backspace)));
        black_box((typed, back))
    });
}

/// Until what was typed into the palette is found among all 100,000 posts, two letters of it in the wrong order.
#[divan::bench(sample_count = 40)]
fn palette_search(bencher: Bencher<'_, '_>) {
    let (_, effects) = in_the_palette();
    let seek = effects.into_iter().find_map(|effect| if let Effect::Seek(seek) = effect { Some(seek) } else { None });
    let seek = seek.expect("so many posts are looked through beside the keys");
    bencher.bench_local(|| black_box(seek.run().len()));
}

fn in_the_palette() -> (Model, Vec<Effect>) {
    let mut model = loaded();
    let store = Store::open(&large().join("store.db")).expect("the large store");
    let index = runtime().block_on(store.index()).expect("the index");
    assert!(index.len() >= 100_000, "every post can be found");
    update(&mut model, now(), Msg::Key(Key::ctrl('p')));
    update(&mut model, now(), Msg::Index(Ok(Arc::new(index))));
    let effects = update(&mut model, now(), Msg::Paste("laerned this wee".into()));
    (model, effects)
}

/// All posts of a week marked with one key: more than 500. Shall stay under 10 ms.
#[divan::bench(sample_count = 60)]
fn mark_500_posts(bencher: Bencher<'_, '_>) {
    let model = loaded();
    bencher.with_inputs(|| model.clone()).bench_local_values(|mut model| {
        let effects = update(&mut model, now(), Msg::Key(Key::ctrl('a')));
        assert!(model.shared.marks.len() >= 500, "a week holds more");
        black_box((model, effects))
    });
}

/// 500 marked posts picked up, carried to the next day and dropped. Shall stay under 50 ms.
#[divan::bench(sample_count = 40)]
fn move_500_marked_posts(bencher: Bencher<'_, '_>) {
    let mut model = loaded();
    let ahead = model.board.posts.iter().filter(|post| post.instant() > Some(now()));
    let marked: Vec<_> = ahead.take(500).map(|post| post.id).collect();
    assert_eq!(marked.len(), 500, "so many are planned in the loaded weeks");
    model.shared.marks = marked.into_iter().collect();
    bencher.with_inputs(|| model.clone()).bench_local_values(|mut model| {
        update(&mut model, now(), key('m'));
        update(&mut model, now(), key('l'));
        let effects = update(&mut model, now(), Msg::Key(Key::plain(KeyCode::Enter)));
        black_box((model, effects))
    });
}

/// From a closed file of 100,000 posts to the first week on the screen. Shall stay under 25 ms.
#[divan::bench(sample_count = 40, sample_size = 1)]
fn open_to_first_board(bencher: Bencher<'_, '_>) {
    let (runtime, path) = (runtime(), large().join("store.db"));
    let _inside = runtime.enter();
    bencher.with_inputs(terminal).bench_local_values(|mut terminal| {
        let mut app = app(Store::open(&path).expect("the large store"));
        app.start();
        while !app.model.loaded {
            let answer = runtime.block_on(app.next_answer());
            app.take_answer(answer);
        }
        terminal.draw(|frame| view(&app.model, frame)).expect("memory");
        // The neighbouring weeks and closing are not part of what a person waits for.
        Resting { app, terminal, runtime: &runtime }
    });
}

/// A program that comes to rest before it is dropped, so that what it still loads does not disturb the next one.
struct Resting<'a> {
    app: App,
    #[expect(dead_code, reason = "dropped outside the measured time")]
    terminal: Terminal<TestBackend>,
    runtime: &'a Runtime,
}

impl Drop for Resting<'_> {
    fn drop(&mut self) {
        self.runtime.block_on(self.app.settle());
    }
}
