//! The way of a post through real keys: from `c` to the effect that schedules it.

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::domain::ids::IdSource;
use crate::domain::post::Wish;
use crate::tui::effect::Effect;
use crate::tui::keymap::Keymap;
use crate::tui::model::Model;
use crate::tui::msg::{Key, KeyCode, Loaded, Msg};
use crate::tui::theme::Theme;
use crate::tui::tools::stage;
use crate::tui::update::update;
use crate::tui::view::view;

struct Journey(Model);

impl Journey {
    fn at(size: (u16, u16)) -> Self {
        let shared = stage::shared();
        let (keymap, theme) = (Keymap::shipped(), Theme::default());
        let mut model = Model::new(shared.now, shared.zone, size, shared.rules, keymap, theme, IdSource::seeded(9));
        let loaded = Loaded { channels: stage::board().channels, ..Loaded::default() };
        update(&mut model, stage::now(), Msg::Loaded(Box::new(loaded)));
        Self(model)
    }

    fn keys(&mut self, keys: &[Key]) -> Vec<Effect> {
        keys.iter().flat_map(|key| update(&mut self.0, stage::now(), Msg::Key(*key))).collect()
    }

    fn types(&mut self, text: &str) -> Vec<Effect> {
        self.keys(&stage::letters(text))
    }

    fn screen(&self) -> String {
        let (width, height) = self.0.shared.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view(&self.0, frame)).unwrap();
        terminal.backend().to_string()
    }
}

#[test]
fn two_keys_lead_from_a_finished_text_to_a_scheduled_post() {
    let mut journey = Journey::at((80, 24));
    journey.types("c");
    journey.types("Ship it: q d :wq 1 2");
    journey.keys(&[Key::plain(KeyCode::Esc)]);
    journey.types("t");
    journey.keys(&[Key::plain(KeyCode::Down), Key::plain(KeyCode::Char(' '))]);
    journey.keys(&[Key::ctrl('t')]);
    println!("{}", journey.screen());
    // The sheet begins with the calendar's slot; typing replaces it.
    journey.types("fri 14");
    assert!(journey.screen().contains("Fri 31 Jul 2026 14:00 CEST (UTC+2)"), "{}", journey.screen());
    journey.keys(&[Key::plain(KeyCode::Enter)]);
    println!("{}", journey.screen());
    journey.keys(&[Key::ctrl('s')]);
    println!("{}", journey.screen());
    let effects = journey.types("s");
    let saved = effects.iter().find_map(|effect| match effect {
        Effect::Save { post, verb: "scheduled", .. } => Some(post),
        _ => None,
    });
    let post = saved.unwrap_or_else(|| panic!("{effects:?}\n{}", journey.screen()));
    assert_eq!((post.body.as_str(), post.wish, post.targets.len()), ("Ship it: q d :wq 1 2", Wish::Schedule, 1));
    assert!(journey.0.composer.is_none() && journey.0.sheets.is_empty());
}

#[test]
fn escape_many_times_is_harmless_and_keeps_the_draft() {
    let mut journey = Journey::at((120, 40));
    journey.types("c");
    journey.types("a thought");
    println!("{}", journey.screen());
    let effects: Vec<Effect> = (0..6).flat_map(|_| journey.keys(&[Key::plain(KeyCode::Esc)])).collect();
    let saves = effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Save { post, verb: "saved", .. } if post.body == "a thought"));
    assert_eq!(saves.count(), 1, "{effects:?}");
    assert!(journey.0.composer.is_none());
}
