//! What colours tell beside states, bars of how full it is, and what is past and out of sight.

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
fn what_the_border_cannot_hold_is_left_out_whole() {
    let mut stage = Stage::week();
    stage.act(Action::TogglePast);
    turned(&mut stage, 1);
    for width in 60..150 {
        let screen = stage.screen(width, AREA.height);
        let top = screen.lines().next().unwrap();
        assert!(!top.contains('…') && top.contains(" post"), "{width}: {top}");
    }
    let wide = stage.screen(150, AREA.height);
    assert!(wide.contains("past hidden, coloured by network, empty hours folded"), "{wide}");
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

fn posts(stage: &Stage) -> Vec<&str> {
    stage.state.grid.entries().iter().map(|entry| entry.headline.as_str()).collect()
}

#[test]
fn what_is_past_and_done_is_hidden_and_counted_and_nothing_else_is() {
    let mut stage = Stage::week();
    let early = stage.add(july(31, 12, 0), "x", "out before its time", Wish::Schedule, published());
    stage.add(july(27, 8, 0), "x", "a draft of yesterday", Wish::Draft, Outcome::NotSent);
    stage.refresh();
    let before = posts(&stage).len();
    stage.act(Action::TogglePast);
    let after = posts(&stage);
    assert_eq!(after.len(), before - 1, "{after:?}");
    assert!(!after.iter().any(|post| post.starts_with("launch teaser")), "{after:?}");
    for kept in ["Meet us at", "Q3 note: why", "Q3 note: what", "clip", "out before", "a draft of"] {
        assert!(after.iter().any(|post| post.starts_with(kept)), "{kept} is missing from {after:?}");
    }
    assert!(stage.screen(AREA.width, AREA.height).contains(", 1 past hidden"));
    // Time goes on: it is over now as well.
    stage.shared.now = july(31, 12, 1);
    stage.refresh();
    assert!(stage.state.grid.find(early).is_none() && stage.screen(AREA.width, AREA.height).contains("2 past hidden"));
    stage.act(Action::TogglePast);
    assert_eq!(posts(&stage).len(), before);
    assert!(!stage.screen(AREA.width, AREA.height).contains("hidden"));
}

#[test]
fn a_day_counts_its_own_hidden_posts_and_the_cursor_stays_on_its_post() {
    let mut stage = Stage::week();
    let meet = pick(&mut stage, "Meet us at");
    stage.acts(&[Action::ViewDay, Action::TogglePast]);
    assert!(stage.screen(AREA.width, AREA.height).contains("2 posts, 1 past hidden"));
    assert_eq!(stage.shared.cursor, Some(meet));
    stage.act(Action::Right);
    let screen = stage.screen(AREA.width, AREA.height);
    assert!(screen.contains("2 posts") && !screen.contains("hidden"), "{screen}");
}

/// A week that is over but for Thursday and Friday, with all of it out but a post of Tuesday.
fn over() -> Stage {
    let mut stage = Stage::empty(july(30, 9, 0));
    stage.add(july(27, 9, 0), "x", "Monday", Wish::Schedule, published());
    let no = Outcome::Refused(crate::domain::outcome::Refusal::new(crate::domain::outcome::Cause::Other, "no", None));
    stage.add(july(28, 9, 0), "x", "Tuesday", Wish::Schedule, no);
    stage.add(july(30, 12, 0), "x", "Thursday", Wish::Schedule, Outcome::Accepted);
    stage.refresh();
    stage
}

fn published() -> Outcome {
    Outcome::Published { url: None, at: None }
}

#[test]
fn past_days_fold_where_nothing_of_them_is_left() {
    let mut stage = over();
    let widths = |stage: &Stage| match layout::of(&stage.state, AREA) {
        layout::Layout::Week(week) => week.columns.iter().map(|column| column.width).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let before = widths(&stage);
    stage.act(Action::TogglePast);
    let after = widths(&stage);
    assert_eq!((after[0], after[2]), (3, 3), "{after:?}");
    assert!([1, 3, 4, 5, 6].iter().all(|day| after[*day] > before[*day]), "{before:?} {after:?}");
    let ends = |widths: &[u16]| widths.iter().map(|width| width + 1).sum::<u16>();
    assert_eq!(ends(&before), ends(&after), "no room is lost");
    assert!(stage.screen(AREA.width, AREA.height).contains("Mon Tue 28"));
    // A click on a folded day goes there, and it stays as it is under the pointer.
    let (x, y) = find(&stage, "Mon Tue 28", AREA);
    point(&mut stage, MouseKind::Press, (x + 1, y), AREA);
    assert_eq!((stage.state.spot().date.to_string().as_str(), widths(&stage)), ("2026-07-27", after));
    // Where everything is over, everything has its room.
    stage.act(Action::PreviousWeek);
    assert_eq!(widths(&stage), before);
}

#[test]
fn past_weeks_and_headings_fold_as_well() {
    let mut stage = over();
    stage.acts(&[Action::TogglePast, Action::ViewMonth]);
    let area = Rect::new(0, 0, 100, 30);
    let layout::Layout::Month(month) = layout::of(&stage.state, area) else { panic!("there is room for a month") };
    let heights: Vec<_> = month.weeks.iter().map(|(_, height)| *height).collect();
    assert!(heights[..4] == [1; 4] && heights[4] > 10, "{heights:?}");
    assert_eq!(heights.iter().sum::<u16>(), month.body.height);
    stage.act(Action::ViewAgenda);
    let list = stage.screen(80, 20);
    assert!(!list.contains("Mon 27") && list.contains("Tue 28") && !list.contains("Wed 29"), "{list}");
    stage.acts(&[Action::Left, Action::Left]);
    assert!(stage.screen(80, 20).contains("Tue 28"));
    stage.act(Action::Left);
    assert!(stage.screen(80, 20).contains("Mon 27"), "where the cursor is, a day is seen");
}

#[test]
fn what_is_hidden_is_neither_reached_nor_marked() {
    let mut stage = Stage::week();
    stage.act(Action::TogglePast);
    pick(&mut stage, "Meet us at");
    stage.act(Action::PreviousPost);
    let hidden = stage.id("launch teaser");
    assert_ne!(stage.shared.cursor, Some(hidden));
    stage.act(Action::MarkAll);
    assert!(!stage.shared.marks.contains(&hidden) && stage.shared.marks.len() > 5);
}
