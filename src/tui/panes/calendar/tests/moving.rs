//! Moving posts, by keys and by mouse: minutes are kept, both times are said, nothing lands in the past.

use super::*;
use crate::tui::msg::Tone;

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
    assert!(!is_moving(&stage.state));
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
    assert_eq!(title(&stage.state, &stage.shared), "Week 32 · 3 – 9 Aug 2026");
    // Another week arrives, without the posts that are held.
    stage.board.posts.clear();
    stage.board.range = wanted_range(&stage.state, &stage.shared);
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
            move_digit(&mut stage.state, &stage.shared, digit);
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
    assert!(notice.words.contains("in the past") && is_moving(&stage.state));
    stage.act(Action::Back);
    assert_eq!((is_moving(&stage.state), stage.shared.cursor), (false, Some(id)), "back where it began");
}

#[test]
fn a_channel_s_own_time_lands_in_no_past_either() {
    let mut stage = Stage::week();
    let id = pick(&mut stage, "changelog");
    // The post stands on Friday; one of its channels an hour after now.
    let soon = stage.shared.now + TimeDelta::hours(1);
    stage.edit(id, |post| post.targets[0].schedule = Some(Schedule::at(soon, ZONE)));
    stage.refresh();
    stage.start_move(vec![id]).unwrap();
    stage.act(Action::Left);
    assert!(!stage.act(Action::Drop).iter().any(|effect| matches!(effect, Effect::Move(_))));
    let words = &stage.shared.notices.last().unwrap().words;
    assert!(words.contains("in the past") && words.contains("of its own") && is_moving(&stage.state), "{words}");
    // A draft may.
    stage.edit(id, |post| post.wish = crate::domain::post::Wish::Draft);
    assert_eq!(moves(stage.act(Action::Drop)).len(), 1);
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
    assert!(stage.act(Action::Drop).is_empty() && is_moving(&stage.state), "refused at first, with a proposal");
    let asked = stage.shared.notices.last().unwrap().words.clone();
    assert!(asked.contains("02:30 does not exist on Sun 28 Mar") && asked.contains("takes 03:00 CEST"), "{asked}");
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
    assert!(stage.act(Action::Drop).is_empty(), "it is asked which one is meant");
    let asked = stage.shared.notices.last().unwrap().words.clone();
    assert!(asked.contains("which 02:30?") && asked.contains("CEST (UTC+02:00)") && asked.contains("CET (UTC+01:00)"));
    stage.act(Action::MoveChannel);
    assert!(stage.status().contains("the second, CET +01:00"), "{}", stage.status());
    let dropped = moves(stage.act(Action::Drop))[0].1.instant();
    assert_eq!(dropped, at(2026, 10, 25, 2, 30) + TimeDelta::hours(1));
    let screen = stage.screen(144, 30);
    assert!(screen.contains("02:10+02:00") && screen.contains("02:05+01:00"), "each says which it is\n{screen}");
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
    go_to(&mut stage.state, &mut stage.shared, &stage.board, (NaiveDate::from_ymd_opt(2026, 7, 30).unwrap(), None));
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
    point(&mut stage, MouseKind::Press, chip, area);
    assert_eq!(stage.shared.cursor, Some(ship));
    assert!(point(&mut stage, MouseKind::Release, chip, area).is_empty(), "a click moves nothing");
    point(&mut stage, MouseKind::Press, chip, area);
    point(&mut stage, MouseKind::Drag, target, area);
    assert!(is_moving(&stage.state));
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
    assert_eq!((is_moving(&stage.state), stage.shared.cursor), (false, Some(ship)));
    assert_eq!(stage.shared.notices.last().unwrap().tone, Tone::Bad);
}

#[test]
fn what_cannot_move_does_not_lift() {
    let mut stage = Stage::week();
    let area = Rect::new(0, 0, 96, 30);
    let chip = find(&stage, "launch tea", area);
    point(&mut stage, MouseKind::Press, chip, area);
    point(&mut stage, MouseKind::Drag, (chip.0 + 30, chip.1), area);
    point(&mut stage, MouseKind::Drag, (chip.0 + 31, chip.1), area);
    assert!(!is_moving(&stage.state));
    assert_eq!(stage.shared.notices.len(), 1, "said once");
}

#[test]
fn the_wheel_scrolls_rows_and_weeks() {
    let mut stage = Stage::week();
    let area = Rect::new(0, 0, 80, 8);
    fit(&mut stage.state, area);
    pick(&mut stage, "launch teaser");
    assert!(stage.screen(80, 8).contains("launch t"));
    for _ in 0..6 {
        point(&mut stage, MouseKind::WheelDown, (20, 5), area);
    }
    assert!(!stage.screen(80, 8).contains("launch t") && stage.screen(80, 8).contains("17:00"));
    stage.act(Action::Right);
    assert!(stage.screen(80, 8).contains("09:00"), "a key brings the cursor back into view");
    point(&mut stage, MouseKind::WheelDown, (20, 1), area);
    assert_eq!(title(&stage.state, &stage.shared), "Week 32 · 3 – 9 Aug 2026");
}

#[test]
fn a_drag_over_the_lower_edge_goes_on_into_later_hours() {
    let mut stage = Stage::week();
    let area = Rect::new(0, 0, 80, 12);
    fit(&mut stage.state, area);
    stage.act(Action::ToggleFold);
    let ship = pick(&mut stage, "Ship it");
    let at = find(&stage, "Ship it", area);
    point(&mut stage, MouseKind::Press, at, area);
    for y in [5, 8, 10, 11, 11, 11] {
        point(&mut stage, MouseKind::Drag, (at.0, y), area);
        // Each move of the pointer is another event, also on the same line.
        point(&mut stage, MouseKind::Drag, (at.0 + 1, y), area);
    }
    let held = stage.state.spot();
    assert!(is_moving(&stage.state) && held.minute > 12 * 60, "{held:?}");
    let dropped = moves(point(&mut stage, MouseKind::Release, (at.0, 11), area));
    assert_eq!(dropped[0].0, ship);
    assert_eq!(dropped[0].1.wall().time(), grid::at_minute(held.date, held.minute).time());
}
