//! What colours tell beside states, and bars of how full it is.

use super::*;
use crate::tui::theme::Hue;
use ratatui::style::Color;

const AREA: Rect = Rect { x: 0, y: 0, width: 120, height: 30 };

fn turned(stage: &mut Stage, times: usize) {
    (0..times).for_each(|_| drop(stage.act(Action::TurnColours)));
}

/// The colours of the cells of `words` on the chip at whose line they stand.
fn colours(stage: &Stage, theme: &Theme, words: &str) -> Vec<Color> {
    let (x, y) = find(stage, words, AREA);
    let mut buf = Buffer::empty(AREA);
    view(&stage.state, &stage.shared, &stage.board, theme, true, AREA, &mut buf);
    (x..x + words.chars().count() as u16).map(|x| buf[(x, y)].fg).collect()
}

fn hue(theme: &Theme, hue: Hue) -> Color {
    theme.style(Role::Hue(hue)).fg.unwrap()
}

#[test]
fn networks_have_their_hues_and_the_state_its_mark() {
    let (mut stage, theme) = (Stage::week(), Theme::default());
    let before = stage.screen(AREA.width, AREA.height);
    turned(&mut stage, 1);
    let after = stage.screen(AREA.width, AREA.height);
    assert!(after.contains("coloured by network") && !before.contains("coloured"), "{after}");
    assert_eq!(before.lines().skip(1).collect::<Vec<_>>(), after.lines().skip(1).collect::<Vec<_>>(), "colours alone");
    let [x, bluesky, linkedin] = [Hue::Lime, Hue::Sky, Hue::Blue].map(|each| hue(&theme, each));
    let chip = colours(&stage, &theme, "○ x bs li");
    assert_eq!([chip[0], chip[2], chip[4], chip[5], chip[7], chip[8]], [x, x, bluesky, bluesky, linkedin, linkedin]);
    turned(&mut stage, 2);
    assert_eq!(stage.screen(AREA.width, AREA.height), before, "the third press is back at the first");
}

#[test]
fn what_needs_a_person_keeps_its_colour_whatever_colours_tell() {
    for palette in [Palette::Dark, Palette::Light, Palette::Sixteen] {
        let theme = Theme { palette, ..Theme::default() };
        let mut stage = Stage::week();
        let amiss = ["✗ x", "✗ li", "◐ x li", "‼ tt"];
        let before = amiss.map(|words| colours(&stage, &theme, words));
        for _ in 0..2 {
            turned(&mut stage, 1);
            assert_eq!(amiss.map(|words| colours(&stage, &theme, words)), before, "{palette:?}");
        }
    }
}

#[test]
fn campaigns_have_their_hues_and_the_rest_is_dim() {
    let (mut stage, theme) = (Stage::week(), Theme::default());
    let ship = stage.id("Ship it");
    stage.edit(ship, |post| post.campaign = Some("Autumn launch".into()));
    stage.refresh();
    turned(&mut stage, 2);
    let screen = stage.screen(AREA.width, AREA.height);
    assert!(screen.contains("coloured by campaign") && screen.contains("█ Autumn launch"), "{screen}");
    let own = hue(&theme, Hue::of_name("Autumn launch"));
    let chip = colours(&stage, &theme, "○ x bs li");
    assert_eq!([chip[0], chip[2], chip[4], chip[8]], [own; 4]);
    let dim = theme.style(Role::Muted).fg.unwrap();
    let loose = colours(&stage, &theme, "● x li");
    assert_eq!([loose[0], loose[2], loose[4]], [dim; 3]);
    assert_eq!(colours(&stage, &theme, "customer"), [dim; 8]);
}

#[test]
fn without_colours_nothing_has_any() {
    let theme = Theme { palette: Palette::None, glyphs: Glyphs::unicode() };
    let mut stage = Stage::week();
    for _ in 0..3 {
        turned(&mut stage, 1);
        assert!(colours(&stage, &theme, "○ x bs li").iter().all(|colour| *colour == Color::Reset));
    }
}

#[test]
fn bars_tell_how_full_days_and_hours_are() {
    let mut stage = Stage::week();
    let before = stage.screen(AREA.width, AREA.height);
    stage.act(Action::ToggleHeat);
    let screen = stage.screen(AREA.width, AREA.height);
    for words in ["Mon 27 ▄3", "Tue 28 ◂ ▃2", "Thu 30 ▂1", "Fri 31 █7", " 09:00▃✓", " 17:00█"] {
        assert!(screen.contains(words), "{words} is not on\n{screen}");
    }
    assert!(screen.contains("Sat 1  ") || screen.contains("Sat 1 Aug  "), "an empty day has none\n{screen}");
    stage.act(Action::ViewMonth);
    let month = stage.screen(AREA.width, AREA.height);
    assert!(month.contains("28 ◂ ▃2") && month.contains("31 █7"), "{month}");
    stage.act(Action::ViewAgenda);
    assert!(stage.screen(AREA.width, AREA.height).contains("Fri 31 Jul █7"));
    stage.acts(&[Action::ViewWeek, Action::ToggleHeat]);
    assert_eq!(stage.screen(AREA.width, AREA.height), before);
}

#[test]
fn bars_of_a_day_tell_its_own_hours() {
    let mut stage = Stage::week();
    stage.acts(&[Action::ToggleHeat, Action::ViewDay]);
    pick(&mut stage, "customer story");
    let screen = stage.screen(AREA.width, AREA.height);
    assert!(screen.contains(" 10:00▂") && screen.contains(" 17:00▂") && !screen.contains(" 09:00▂"), "{screen}");
}

#[test]
fn where_the_count_has_no_room_the_bar_stands_alone() {
    let mut stage = Stage::week();
    for minute in 0..12 {
        scheduled(&mut stage, july(28, 18, minute), "many");
    }
    stage.act(Action::ToggleHeat);
    stage.refresh();
    assert!(stage.screen(80, 14).contains("Tue 28 ◂█ "), "{}", stage.screen(80, 14));
    assert!(stage.screen(93, 14).contains("Tue 28 ◂█14"), "{}", stage.screen(93, 14));
}
