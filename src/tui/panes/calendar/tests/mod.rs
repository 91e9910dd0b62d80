//! The calendar's promises: every post is reachable, the cursor stays where it was put, no room is wasted.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::demo::{Stage, ZONE, july, wall};
use super::*;
use crate::domain::outcome::Outcome;
use crate::domain::post::Wish;
use crate::tui::msg::MouseKind;
use crate::tui::theme::{Glyphs, Palette, Role};

mod laws;
mod lens;
mod moving;
mod planning;
mod views;
mod zones;

fn at(y: i32, mo: u32, d: u32, h: u32, mi: u32) -> DateTime<Utc> {
    resolve(wall(y, mo, d, h, mi), ZONE).instant()
}

fn scheduled(stage: &mut Stage, at: DateTime<Utc>, body: &str) -> PostId {
    stage.add(at, "x", body, Wish::Schedule, Outcome::Accepted)
}

fn pick(stage: &mut Stage, body: &str) -> PostId {
    let id = stage.id(body);
    follow(&mut stage.state, &mut stage.shared, &stage.board, id);
    id
}

fn moves(effects: Vec<Effect>) -> Vec<(PostId, Schedule)> {
    effects.into_iter().find_map(|effect| if let Effect::Move(moves) = effect { Some(moves) } else { None }).unwrap()
}

fn point(stage: &mut Stage, kind: MouseKind, (x, y): (u16, u16), area: Rect) -> Vec<Effect> {
    mouse(&mut stage.state, &mut stage.shared, &stage.board, Mouse { kind, x, y }, area)
}

/// Where a text stands on the screen.
fn find(stage: &Stage, words: &str, area: Rect) -> (u16, u16) {
    let screen = stage.screen(area.width, area.height);
    let (y, line) = screen.lines().enumerate().find(|(_, line)| line.contains(words)).unwrap();
    let x = line[..line.find(words).unwrap()].chars().count();
    (x as u16, y as u16)
}

#[test]
fn eighty_columns_show_the_week_at_a_glance() {
    let screen = Stage::week().screen(80, 14);
    for words in
        ["Tue 28 ◂", "✓ x bs", "launch t", "○ x bs li", "Ship it:…", "● x :15", "── now ──", "▶11:42", "+4 more"]
    {
        assert!(screen.contains(words), "{words} is not on\n{screen}");
    }
    assert!(!screen.contains(" 13:00") && !screen.contains("⋯"), "empty hours take no line\n{screen}");
}

#[test]
fn more_room_shows_more() {
    let stage = Stage::week();
    let middle = stage.screen(96, 30);
    assert!(middle.contains("● tt :45") && middle.contains("⋯19–23") && middle.contains(" 13:00"), "{middle}");
    let wide = stage.screen(144, 40);
    assert!(wide.contains("● x 09:15") && wide.contains("Meet us at Web") && wide.contains("Summit"), "{wide}");
    assert!(wide.contains("▶ publishing"), "the legend has every state\n{wide}");
}

#[test]
fn a_narrow_region_is_an_agenda() {
    let stage = Stage::week();
    let screen = stage.screen(44, 20);
    assert!(screen.contains("Wed 29 Jul") && screen.contains("09:00 ○ scheduled  x bs li   Ship it:"), "{screen}");
    assert!(stage.screen(120, 6).contains("◐ partial"), "a low one too");
}

#[test]
fn an_agenda_reaches_every_post_and_every_empty_day() {
    let mut stage = Stage::week();
    fit(&mut stage.state, Rect::new(0, 0, 44, 12));
    stage.act(Action::Top);
    let mut seen = vec![stage.shared.cursor];
    let mut days = vec![stage.state.spot().date];
    for _ in 0..20 {
        stage.act(Action::Down);
        seen.push(stage.shared.cursor);
        days.push(stage.state.spot().date);
        assert!(stage.shared.cursor.is_none_or(|id| {
            let headline = &stage.state.grid.entries().iter().find(|entry| entry.post.id == id).unwrap().headline;
            stage.screen(44, 12).contains(&headline.chars().take(8).collect::<String>())
        }));
    }
    assert!(stage.board.posts.iter().all(|post| seen.contains(&Some(post.id))));
    assert!(days.contains(&NaiveDate::from_ymd_opt(2026, 8, 1).unwrap()), "Saturday has nothing and is still there");
}

#[test]
fn every_post_of_a_crowded_cell_is_reachable_and_seen() {
    for height in [8, 10, 14, 20, 30] {
        let mut stage = Stage::week();
        let area = Rect::new(0, 0, 80, height);
        fit(&mut stage.state, area);
        pick(&mut stage, "teaser clip 0");
        for minute in ["tt", ":10", ":20", ":30", ":45"] {
            let buffer = stage.buffer(area);
            let ground = Theme::default().style(Role::Cursor).bg;
            let lit: String = buffer.content.iter().filter(|c| Some(c.bg) == ground).map(|c| c.symbol()).collect();
            assert!(lit.contains(minute), "{minute} in {height} lines: {lit}\n{}", stage.screen(80, height));
            stage.act(Action::Down);
        }
        assert_ne!(stage.state.spot().minute / 60, 17, "and then the next row");
        stage.act(Action::Up);
        assert_eq!(stage.shared.cursor, Some(stage.id("teaser clip 45")), "back to the last one");
    }
}

#[test]
fn a_day_has_all_its_hours_even_folded() {
    let mut stage = Stage::empty(july(28, 11, 42));
    fit(&mut stage.state, Rect::new(0, 0, 80, 12));
    for _ in 0..30 {
        stage.act(Action::Down);
    }
    assert_eq!(stage.state.spot().minute / 60, 23);
    assert!(stage.screen(80, 12).contains("23:00"));
    for _ in 0..30 {
        stage.act(Action::Up);
    }
    assert_eq!(stage.state.spot().minute / 60, 0);
    stage.act(Action::ToggleFold);
    assert!(!stage.screen(80, 12).contains('⋯'));
}

#[test]
fn the_wall_hour_stays_across_weeks_months_and_the_clock_change() {
    let mut stage = Stage::empty(at(2026, 10, 20, 15, 10));
    assert!(stage.act(Action::NextWeek).iter().any(|effect| matches!(effect, Effect::Load(_))));
    assert_eq!(cursor_slot(&stage.state, &stage.shared).unwrap().wall(), wall(2026, 10, 27, 15, 0));
    stage.act(Action::NextMonth);
    assert_eq!(cursor_slot(&stage.state, &stage.shared).unwrap().wall(), wall(2026, 11, 27, 15, 0));
    assert_eq!(title(&stage.state, &stage.shared), "Week 48 · 23 – 29 Nov 2026");
    stage.acts(&[Action::NextMonth, Action::NextWeek]);
    assert_eq!(title(&stage.state, &stage.shared), "Week 53 · 28 Dec 2026 – 3 Jan 2027");
}

#[test]
fn the_slot_is_never_in_the_past() {
    let mut stage = Stage::empty(july(28, 11, 57));
    let slot = |stage: &Stage| cursor_slot(&stage.state, &stage.shared);
    assert_eq!(slot(&stage).unwrap().wall(), wall(2026, 7, 28, 12, 5), "the hour has begun: a round time soon");
    stage.act(Action::Down);
    assert_eq!(slot(&stage).unwrap().wall(), wall(2026, 7, 28, 12, 5), "three minutes are too few");
    stage.act(Action::Right);
    assert_eq!(slot(&stage).unwrap().wall(), wall(2026, 7, 29, 12, 0));
    stage.acts(&[Action::Left, Action::Left]);
    assert_eq!(slot(&stage), None);
}

#[test]
fn a_week_is_asked_for_once_and_only_when_it_is_missing() {
    let mut stage = Stage::week();
    assert!(stage.acts(&[Action::Right, Action::Down, Action::NextPost]).is_empty());
    let effects = stage.act(Action::NextWeek);
    let wanted = wanted_range(&stage.state, &stage.shared);
    assert_eq!(effects, [Effect::Load(wanted.clone())]);
    assert!(stage.act(Action::Right).is_empty(), "it is on its way");
    stage.board.range = wanted;
    stage.refresh();
    assert!(stage.act(Action::Left).is_empty());
}

#[test]
fn next_post_walks_by_the_clock_through_weeks() {
    let mut stage = Stage::week();
    let later = scheduled(&mut stage, at(2026, 8, 5, 8, 0), "next week");
    stage.refresh();
    go_to(&mut stage.state, &mut stage.shared, &stage.board, (NaiveDate::from_ymd_opt(2026, 7, 26).unwrap(), None));
    let mut seen = Vec::new();
    for _ in 0..stage.board.posts.len() {
        stage.act(Action::NextPost);
        seen.extend(stage.shared.cursor);
    }
    assert_eq!(seen, stage.board.posts.iter().map(|post| post.id).collect::<Vec<_>>());
    assert_eq!(seen.last(), Some(&later));
    stage.seek(Action::NextPost, &[]);
    assert!(stage.shared.notices.last().unwrap().words.starts_with("no later post"));
    assert_eq!(stage.shared.cursor, Some(later), "it stays where it was");
    go_to(&mut stage.state, &mut stage.shared, &stage.board, (NaiveDate::from_ymd_opt(2026, 8, 5).unwrap(), None));
    stage.act(Action::NextPost);
    stage.act(Action::PreviousPost);
    assert_eq!(stage.shared.cursor, Some(stage.id("clip")));
}

#[test]
fn the_cursor_stays_on_its_post_when_the_board_changes() {
    let mut stage = Stage::week();
    let ship = pick(&mut stage, "Ship it");
    scheduled(&mut stage, july(29, 9, 0) - TimeDelta::minutes(0), "an earlier neighbour");
    stage.edit(ship, |post| post.schedule = Some(Schedule::at(july(30, 11, 20), ZONE)));
    stage.refresh();
    assert_eq!((stage.shared.cursor, stage.state.spot().date), (Some(ship), wall(2026, 7, 30, 0, 0).date()));
    stage.board.posts.retain(|post| post.id != ship);
    stage.refresh();
    assert_eq!(stage.shared.cursor, None, "gone: the cell is empty");
}

#[test]
fn a_post_another_pane_chose_is_not_taken_away() {
    let mut stage = Stage::week();
    let (elsewhere, here) = (stage.shared.ids.post(july(1, 1, 1)), stage.id("Ship it"));
    stage.shared.cursor = Some(elsewhere);
    stage.refresh();
    assert_eq!(stage.shared.cursor, Some(elsewhere));
    stage.shared.cursor = Some(here);
    stage.refresh();
    assert_eq!(stage.state.grid.at(stage.state.spot()).map(|entry| entry.post.id), Some(here));
}

#[test]
fn the_first_load_puts_the_cursor_on_what_comes_next() {
    let mut stage = Stage::week();
    let now = stage.shared.now;
    scheduled(&mut stage, now, "On its way at this moment");
    let ready = stage.board.clone();
    stage.state = State::default();
    stage.shared.cursor = None;
    stage.board = Board::default();
    stage.refresh();
    assert_eq!(stage.shared.cursor, None);
    stage.board = ready;
    stage.refresh();
    assert_eq!(stage.shared.cursor, Some(stage.id("customer story")));
}

#[test]
fn marks_toggle_one_by_one_and_all_together() {
    let mut stage = Stage::week();
    let ship = pick(&mut stage, "Ship it");
    stage.act(Action::Mark);
    assert_eq!(stage.shared.chosen(), [ship]);
    assert!(stage.screen(80, 20).contains("○◆x bs li"));
    stage.act(Action::Mark);
    stage.act(Action::MarkAll);
    assert_eq!(stage.shared.marks.len(), 15);
    stage.act(Action::MarkAll);
    assert!(stage.shared.marks.is_empty());
}

#[test]
fn ascii_marks_leave_nothing_else_on_the_screen() {
    let mut stage = Stage::week();
    let id = pick(&mut stage, "changelog");
    stage.start_move(vec![id]).unwrap();
    stage.act(Action::Left);
    let mut buf = Buffer::empty(Rect::new(0, 0, 80, 30));
    let theme = Theme { palette: Palette::None, glyphs: Glyphs::ascii() };
    stage.board.posts.clear();
    stage.refresh();
    view(&stage.state, &stage.shared, &stage.board, &theme, true, *buf.area(), &mut buf);
    // The sign of what is cut is turned into ASCII with the whole screen.
    let screen = super::demo::text(&buf).replace('…', "~");
    assert!(screen.is_ascii(), "{screen}");
    assert!(screen.contains("+==09:15=+") || screen.contains("=09:15="), "{screen}");
}

#[test]
fn only_the_shown_week_of_two_thousand_posts_is_placed() {
    let mut stage = Stage::empty(july(28, 11, 42));
    let first = wanted_range(&stage.state, &stage.shared).start;
    let model = Stage::week().board.posts[0].clone();
    for number in 0..2000 {
        let at = first + TimeDelta::minutes(15 * number);
        let mut post = crate::domain::post::Post::clone(&model);
        post.id = stage.shared.ids.post(at);
        post.schedule = Some(Schedule::at(at, ZONE));
        stage.board.posts.push(Arc::new(post));
    }
    stage.refresh();
    assert_eq!(stage.state.grid.entries().len(), 672);
}

#[test]
fn today_stands_out_and_what_is_over_steps_back() {
    let mut stage = Stage::week();
    pick(&mut stage, "changelog");
    let (buf, theme) = (stage.buffer(Rect::new(0, 0, 96, 30)), Theme::default());
    let area = *buf.area();
    let colour = |words: &str| buf[find(&stage, words, area)].fg;
    let role = |role| theme.style(role).fg.unwrap();
    assert_eq!(colour("Tue 28"), role(Role::Today));
    assert_eq!((colour("Mon 27"), colour("Sat 1")), (role(Role::Muted), role(Role::Muted)));
    assert_eq!(colour("▶11:42"), role(Role::Now));
    assert_eq!(colour("launch tea"), role(Role::Muted));
    assert_ne!(colour("Ship it"), role(Role::Muted));
    assert_eq!(colour("✗ x"), role(Role::State(crate::domain::outcome::State::Failed)), "a past failure still shows");
}
