//! The calendar's promises: every post is reachable, time is never lost, no size breaks it.

use std::time::Instant;

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::demo::{Stage, ZONE, july, wall};
use super::*;
use crate::domain::outcome::Outcome;
use crate::domain::post::Wish;
use crate::tui::msg::{MouseKind, Tone};
use crate::tui::theme::{Glyphs, Palette, Role};

fn at(y: i32, mo: u32, d: u32, h: u32, mi: u32) -> DateTime<Utc> {
    resolve(wall(y, mo, d, h, mi), ZONE).instant()
}

fn scheduled(stage: &mut Stage, at: DateTime<Utc>, body: &str) -> PostId {
    stage.add(at, "x", body, Wish::Schedule, Outcome::Accepted)
}

fn pick(stage: &mut Stage, body: &str) -> PostId {
    let id = stage.id(body);
    super::follow(&mut stage.state, &mut stage.shared, &stage.board, id);
    id
}

fn moves(effects: Vec<Effect>) -> Vec<(PostId, Schedule)> {
    effects.into_iter().find_map(|effect| if let Effect::Move(moves) = effect { Some(moves) } else { None }).unwrap()
}

fn point(stage: &mut Stage, kind: MouseKind, (x, y): (u16, u16), area: Rect) -> Vec<Effect> {
    super::mouse(&mut stage.state, &mut stage.shared, &stage.board, Mouse { kind, x, y }, area)
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
        ["Tue 28 ◂", "✓ x bs", "launch te", "○ x bs li", "Ship it:", "● x :15", "── now ──", "▶11:42", "+4 more"]
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
    super::fit(&mut stage.state, Rect::new(0, 0, 44, 12));
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
        super::fit(&mut stage.state, area);
        pick(&mut stage, "teaser clip 0");
        for minute in ["tt", ":10", ":20", ":30", ":45"] {
            let buffer = stage.buffer(area);
            let ground = Theme::default().style(Role::Cursor).bg;
            let lit: String = buffer.content.iter().filter(|c| Some(c.bg) == ground).map(|c| c.symbol()).collect();
            assert!(lit.contains(minute), "{minute} in {height} lines: {lit}\n{}", stage.screen(80, height));
            stage.act(Action::Down);
        }
        assert_ne!(stage.state.spot().hour, 17, "and then the next row");
        stage.act(Action::Up);
        assert_eq!(stage.shared.cursor, Some(stage.id("teaser clip 45")), "back to the last one");
    }
}

#[test]
fn a_day_has_all_its_hours_even_folded() {
    let mut stage = Stage::empty(july(28, 11, 42));
    super::fit(&mut stage.state, Rect::new(0, 0, 80, 12));
    for _ in 0..30 {
        stage.act(Action::Down);
    }
    assert_eq!(stage.state.spot().hour, 23);
    assert!(stage.screen(80, 12).contains("23:00"));
    for _ in 0..30 {
        stage.act(Action::Up);
    }
    assert_eq!(stage.state.spot().hour, 0);
    stage.act(Action::ToggleFold);
    assert!(!stage.screen(80, 12).contains('⋯'));
}

#[test]
fn the_wall_hour_stays_across_weeks_months_and_the_clock_change() {
    let mut stage = Stage::empty(at(2026, 10, 20, 15, 10));
    assert!(stage.act(Action::NextWeek).iter().any(|effect| matches!(effect, Effect::Load(_))));
    assert_eq!(super::cursor_slot(&stage.state, &stage.shared).unwrap().wall(), wall(2026, 10, 27, 15, 0));
    stage.act(Action::NextMonth);
    assert_eq!(super::cursor_slot(&stage.state, &stage.shared).unwrap().wall(), wall(2026, 11, 27, 15, 0));
    assert_eq!(super::title(&stage.state, &stage.shared), "Week 48 · 23 – 29 Nov 2026");
    stage.acts(&[Action::NextMonth, Action::NextWeek]);
    assert_eq!(super::title(&stage.state, &stage.shared), "Week 53 · 28 Dec 2026 – 3 Jan 2027");
}

#[test]
fn the_slot_is_never_in_the_past() {
    let mut stage = Stage::empty(july(28, 11, 57));
    let slot = |stage: &Stage| super::cursor_slot(&stage.state, &stage.shared);
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
    let wanted = super::wanted_range(&stage.state, &stage.shared);
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
    super::go_to(&mut stage.state, &mut stage.shared, &stage.board, NaiveDate::from_ymd_opt(2026, 7, 26).unwrap());
    let mut seen = Vec::new();
    for _ in 0..stage.board.posts.len() {
        stage.act(Action::NextPost);
        seen.extend(stage.shared.cursor);
    }
    assert_eq!(seen, stage.board.posts.iter().map(|post| post.id).collect::<Vec<_>>());
    assert_eq!(seen.last(), Some(&later));
    stage.act(Action::NextPost);
    assert!(stage.shared.notices.last().unwrap().words.starts_with("no later post"));
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
fn a_move_keeps_the_minutes_and_says_both_times() {
    let mut stage = Stage::week();
    let id = pick(&mut stage, "changelog");
    stage.start_move(vec![id]).unwrap();
    assert!(stage.status().contains("not moved yet"));
    stage.acts(&[Action::Left, Action::MoveHourLater, Action::MoveLater]);
    assert_eq!(stage.status(), "\"changelog 2.0\" Fri 31 09:15 → Thu 30 10:20 CEST (-22 h 55 min) · x · no clash");
    assert!(stage.screen(144, 40).contains("═10:20═"));
    let moved = moves(stage.act(Action::Drop));
    assert_eq!(moved, [(id, Schedule::at(july(30, 10, 20), ZONE))]);
    assert!(!super::is_moving(&stage.state));
    assert_eq!(stage.shared.cursor, Some(id));
    assert!(stage.screen(144, 40).contains("○ x 10:20"), "hollow at its new place until the board has it");
    stage.edit(id, |post| post.schedule = Some(Schedule::at(july(30, 10, 20), ZONE)));
    stage.refresh();
    assert!(stage.screen(144, 40).contains("● x 10:20"));
}

#[test]
fn marked_posts_keep_their_distance_and_follow_into_another_week() {
    let mut stage = Stage::week();
    let (ship, log) = (pick(&mut stage, "Ship it"), stage.id("changelog"));
    stage.start_move(vec![log, ship]).unwrap();
    let effects = stage.act(Action::NextWeek);
    assert!(matches!(effects.as_slice(), [Effect::Load(_)]));
    assert_eq!(super::title(&stage.state, &stage.shared), "Week 32 · 3 – 9 Aug 2026");
    // Another week arrives, without the posts that are held.
    stage.board.posts.clear();
    stage.board.range = super::wanted_range(&stage.state, &stage.shared);
    stage.refresh();
    assert!(
        stage.status().starts_with("2 posts, \"Ship it: v2.0 is out\" Wed 29 Jul 09:00 → Wed 5 Aug 09:00 CEST (+7 d)")
    );
    let moved = moves(stage.act(Action::Drop));
    assert_eq!(
        moved.iter().map(|(_, at)| at.wall()).collect::<Vec<_>>(),
        [wall(2026, 8, 5, 9, 0), wall(2026, 8, 7, 9, 15)]
    );
}

#[test]
fn typed_digits_set_the_time() {
    let mut stage = Stage::week();
    let id = pick(&mut stage, "changelog");
    stage.start_move(vec![id]).unwrap();
    let mut kind = |digits: &str| {
        for digit in digits.chars() {
            super::move_digit(&mut stage.state, &stage.shared, digit);
        }
        stage.state.moving.as_ref().unwrap().target().time().format("%H:%M").to_string()
    };
    assert_eq!(kind("16"), "16:15", "the minutes stay until they are typed");
    assert_eq!(kind("05"), "16:05");
    assert_eq!(kind("930"), "09:30");
    assert_eq!(kind("29"), "09:30", "there is no 29th hour");
    assert_eq!(kind("359x"), "23:59", "the 2 stood, the 9 was ignored");
}

#[test]
fn the_past_and_fixed_posts_are_refused_in_words() {
    let mut stage = Stage::week();
    let live = stage.id("launch teaser");
    assert!(stage.start_move(vec![live]).unwrap_err().contains("published"));
    assert!(stage.start_move(Vec::new()).is_err());
    let id = pick(&mut stage, "changelog");
    stage.start_move(vec![id]).unwrap();
    stage.act(Action::PreviousWeek);
    assert!(stage.status().ends_with("in the past"));
    assert!(!stage.act(Action::Drop).iter().any(|effect| matches!(effect, Effect::Move(_))));
    let notice = stage.shared.notices.last().unwrap();
    assert_eq!((notice.tone, notice.post), (Tone::Bad, Some(id)));
    assert!(notice.words.contains("in the past") && super::is_moving(&stage.state));
    stage.act(Action::Back);
    assert_eq!((super::is_moving(&stage.state), stage.shared.cursor), (false, Some(id)), "back where it began");
}

#[test]
fn a_clash_is_named() {
    let mut stage = Stage::week();
    let id = pick(&mut stage, "changelog");
    stage.start_move(vec![id]).unwrap();
    stage.acts(&[Action::Left, Action::Left, Action::MoveEarlier, Action::MoveEarlier]);
    assert!(stage.status().ends_with("clash on x with \"Ship it: v2.0 is out\" 09:00"), "{}", stage.status());
}

#[test]
fn the_missing_hour_is_jumped_over_and_said() {
    let mut stage = Stage::empty(at(2027, 3, 24, 12, 0));
    let id = scheduled(&mut stage, at(2027, 3, 27, 2, 30), "night owl");
    stage.refresh();
    pick(&mut stage, "night owl");
    assert!(stage.screen(144, 30).contains("no 02:00"), "the grid shows it:\n{}", stage.screen(144, 30));
    stage.start_move(vec![id]).unwrap();
    stage.act(Action::Right);
    let status = stage.status();
    assert!(
        status.contains("→ Sun 28 03:00 CEST") && status.contains("no 02:30 that day: the clocks jump, so 03:00"),
        "{status}"
    );
    stage.act(Action::Right);
    assert!(stage.status().contains("→ Mon 29 02:30 CEST (+2 d)"), "the minutes are not lost: {}", stage.status());
    stage.act(Action::Left);
    assert_eq!(moves(stage.act(Action::Drop))[0].1.instant(), at(2027, 3, 28, 3, 0));
}

#[test]
fn the_doubled_hour_takes_the_first_and_says_so() {
    let mut stage = Stage::empty(at(2026, 10, 20, 12, 0));
    let id = scheduled(&mut stage, at(2026, 10, 24, 2, 30), "night owl");
    let (first, second) = (at(2026, 10, 25, 2, 10), at(2026, 10, 25, 2, 5) + TimeDelta::hours(1));
    scheduled(&mut stage, first, "summer");
    scheduled(&mut stage, second, "winter");
    stage.refresh();
    pick(&mut stage, "summer");
    stage.act(Action::NextPost);
    assert_eq!(stage.shared.cursor, Some(stage.id("winter")), "by the moment, not by the face of the clock");
    pick(&mut stage, "night owl");
    stage.start_move(vec![id]).unwrap();
    stage.act(Action::Right);
    assert!(stage.status().contains("02:30 comes twice: the first, CEST +02:00"), "{}", stage.status());
}

#[test]
fn a_draft_without_a_time_is_picked_up_at_the_cursor() {
    let mut stage = Stage::week();
    let id = stage.add(july(30, 14, 0), "x", "an idea", Wish::Draft, Outcome::NotSent);
    stage.edit(id, |post| post.schedule = None);
    let draft = stage.board.posts.iter().position(|post| post.id == id).unwrap();
    let draft = stage.board.posts.remove(draft);
    stage.board.drafts.push(draft);
    stage.refresh();
    super::go_to(&mut stage.state, &mut stage.shared, &stage.board, NaiveDate::from_ymd_opt(2026, 7, 30).unwrap());
    stage.act(Action::Down);
    stage.start_move(vec![id]).unwrap();
    assert!(stage.status().contains("no time → Thu 30 12:00 CEST · x · no clash"), "{}", stage.status());
    assert_eq!(moves(stage.act(Action::Drop))[0].1.wall(), wall(2026, 7, 30, 12, 0));
}

#[test]
fn the_mouse_selects_carries_and_drops() {
    let mut stage = Stage::week();
    let area = Rect::new(0, 0, 96, 30);
    let (ship, chip, target) = (stage.id("Ship it"), find(&stage, "Ship it", area), find(&stage, "docs are", area));
    assert_eq!(super::post_at(&stage.state, &stage.shared, &stage.board, chip.0, chip.1, area), Some(ship));
    point(&mut stage, MouseKind::Press, chip, area);
    assert_eq!(stage.shared.cursor, Some(ship));
    assert!(point(&mut stage, MouseKind::Release, chip, area).is_empty(), "a click moves nothing");
    point(&mut stage, MouseKind::Press, chip, area);
    point(&mut stage, MouseKind::Drag, target, area);
    assert!(super::is_moving(&stage.state));
    let moved = moves(point(&mut stage, MouseKind::Release, target, area));
    assert_eq!(moved, [(ship, Schedule::at(july(30, 16, 0), ZONE))]);
}

#[test]
fn dragging_past_the_edge_turns_one_week_and_the_past_puts_it_back() {
    let mut stage = Stage::week();
    let area = Rect::new(0, 0, 96, 30);
    let (ship, chip) = (stage.id("Ship it"), find(&stage, "Ship it", area));
    point(&mut stage, MouseKind::Press, chip, area);
    point(&mut stage, MouseKind::Drag, (95, chip.1), area);
    point(&mut stage, MouseKind::Drag, (95, chip.1 + 1), area);
    assert!(stage.status().contains("→ Wed 5 Aug 09:00"), "{}", stage.status());
    point(&mut stage, MouseKind::Drag, (40, chip.1), area);
    point(&mut stage, MouseKind::Drag, (0, chip.1), area);
    point(&mut stage, MouseKind::Drag, (8, chip.1), area);
    assert!(point(&mut stage, MouseKind::Release, (8, chip.1), area).is_empty());
    assert_eq!((super::is_moving(&stage.state), stage.shared.cursor), (false, Some(ship)));
    assert_eq!(stage.shared.notices.last().unwrap().tone, Tone::Bad);
}

#[test]
fn what_cannot_move_does_not_lift() {
    let mut stage = Stage::week();
    let area = Rect::new(0, 0, 96, 30);
    let chip = find(&stage, "launch teas", area);
    point(&mut stage, MouseKind::Press, chip, area);
    point(&mut stage, MouseKind::Drag, (chip.0 + 30, chip.1), area);
    point(&mut stage, MouseKind::Drag, (chip.0 + 31, chip.1), area);
    assert!(!super::is_moving(&stage.state));
    assert_eq!(stage.shared.notices.len(), 1, "said once");
}

#[test]
fn the_wheel_scrolls_rows_and_weeks() {
    let mut stage = Stage::week();
    let area = Rect::new(0, 0, 80, 8);
    super::fit(&mut stage.state, area);
    pick(&mut stage, "launch teaser");
    assert!(stage.screen(80, 8).contains("launch te"));
    for _ in 0..6 {
        point(&mut stage, MouseKind::WheelDown, (20, 5), area);
    }
    assert!(!stage.screen(80, 8).contains("launch te") && stage.screen(80, 8).contains("17:00"));
    stage.act(Action::Right);
    assert!(stage.screen(80, 8).contains("09:00"), "a key brings the cursor back into view");
    point(&mut stage, MouseKind::WheelDown, (20, 1), area);
    assert_eq!(super::title(&stage.state, &stage.shared), "Week 32 · 3 – 9 Aug 2026");
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
    super::view(&stage.state, &stage.shared, &stage.board, &theme, true, *buf.area(), &mut buf);
    let screen = super::demo::text(&buf);
    assert!(screen.is_ascii(), "{screen}");
    assert!(screen.contains("+==09:15=+") || screen.contains("=09:15="), "{screen}");
}

/// Looks at the shape of the cost, not at a stopwatch of this machine: the limit is far above what a release build
/// takes, and far below what a quadratic build would.
#[test]
fn two_thousand_posts_are_placed_at_once() {
    let mut stage = Stage::empty(july(28, 11, 42));
    let first = super::wanted_range(&stage.state, &stage.shared).start;
    let model = Stage::week().board.posts[0].clone();
    for number in 0..2000 {
        let at = first + TimeDelta::minutes(15 * number);
        let mut post = crate::domain::post::Post::clone(&model);
        post.id = stage.shared.ids.post(at);
        post.schedule = Some(Schedule::at(at, ZONE));
        stage.board.posts.push(Arc::new(post));
    }
    let start = Instant::now();
    for _ in 0..10 {
        stage.refresh();
    }
    let each = start.elapsed() / 10;
    println!("refresh over 2000 posts: {each:?}");
    let start = Instant::now();
    for _ in 0..10 {
        stage.screen(144, 40);
    }
    println!("a frame of 144x40: {:?}", start.elapsed() / 10);
    assert!(each.as_millis() < 200, "{each:?}");
    assert_eq!(stage.state.grid.entries().len(), 672);
}

fn anything() -> impl Strategy<Value = (u8, usize, u16, u16)> {
    (0u8..12, 0..Action::ALL.len(), 0u16..250, 0u16..80)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn nothing_panics_and_the_cursor_stays_in_range(
        steps in prop::collection::vec(anything(), 0..60),
        x in 0u16..4, y in 0u16..4, width in 0u16..250, height in 0u16..80, ascii: bool,
    ) {
        let mut stage = Stage::week();
        let area = Rect::new(x, y, width, height);
        for (kind, action, a, b) in steps {
            let count = u32::from(a) * u32::from(b) + 1;
            match kind {
                0..=5 => {
                    super::update(&mut stage.state, &mut stage.shared, &stage.board, Action::ALL[action], count.min(50));
                }
                6 => { super::update(&mut stage.state, &mut stage.shared, &stage.board, Action::ALL[action], u32::MAX); }
                7 => {
                    let id = stage.board.posts[action % stage.board.posts.len()].id;
                    let _ = stage.start_move(vec![id]);
                }
                8 => { super::move_digit(&mut stage.state, &stage.shared, char::from(b'0' + (a % 11) as u8)); }
                9 => super::fit(&mut stage.state, Rect::new(0, 0, a, b)),
                10 => stage.refresh(),
                _ => {
                    let kinds = [MouseKind::Press, MouseKind::Drag, MouseKind::Release, MouseKind::WheelUp,
                        MouseKind::WheelDown, MouseKind::Double, MouseKind::Menu];
                    point(&mut stage, kinds[action % kinds.len()], (a, b), area);
                }
            }
            let spot = stage.state.spot();
            prop_assert!(spot.hour < 24 && spot.wall().hour() < 24);
            prop_assert_eq!(spot.monday(), stage.state.grid.monday());
            let posts = stage.state.grid.cell(spot.day(), spot.hour).len();
            prop_assert!(spot.index < posts.max(1));
            if !super::is_moving(&stage.state) {
                let here = stage.state.grid.at(spot).map(|entry| entry.post.id);
                prop_assert_eq!(stage.shared.cursor, here);
            }
        }
        let mut buf = Buffer::empty(Rect::new(0, 0, 250, 80));
        let glyphs = if ascii { Glyphs::ascii() } else { Glyphs::unicode() };
        let theme = Theme { glyphs, ..Theme::default() };
        super::view(&stage.state, &stage.shared, &stage.board, &theme, true, area, &mut buf);
        let outside = |at: (u16, u16)| !area.contains(at.into());
        for (at, cell) in (0u16..80).flat_map(|y| (0u16..250).map(move |x| (x, y))).zip(&buf.content) {
            prop_assert!(cell.symbol() == " " || !outside(at), "drawn outside at {:?}", at);
        }
    }
}
