//! Week, day, month and list are ways to see the same: cursor, marks and posts stay what they were.

use chrono::{Datelike, Weekday};

use super::*;

const VIEWS: [Action; 4] = [Action::ViewDay, Action::ViewMonth, Action::ViewAgenda, Action::ViewWeek];

/// Shows the calendar in a region of so many cells.
fn room(stage: &mut Stage, width: u16, height: u16) -> String {
    fit(&mut stage.state, Rect::new(0, 0, width, height));
    stage.screen(width, height)
}

#[test]
fn every_change_of_view_and_size_keeps_cursor_and_marks() {
    for (width, height) in [(150, 40), (92, 20), (80, 14), (44, 12), (12, 3), (1, 1)] {
        let mut stage = Stage::week();
        let (held, ship) = (pick(&mut stage, "docs are live"), pick(&mut stage, "Ship it"));
        stage.shared.marks.insert(held);
        for action in VIEWS.into_iter().chain([Action::ShorterRows, Action::ShorterRows, Action::LongerRows]) {
            room(&mut stage, width, height);
            stage.act(action);
            room(&mut stage, height.max(3), width.max(3));
            let screen = room(&mut stage, width, height);
            assert_eq!(stage.shared.cursor, Some(ship), "{action:?} at {width}x{height}");
            assert!(stage.shared.marks.contains(&held));
            if width > 40 {
                assert!(screen.contains("Ship it"), "{action:?} at {width}x{height} hides the cursor's post\n{screen}");
            }
        }
    }
}

#[test]
fn shorter_rows_tell_posts_of_one_hour_apart() {
    let mut stage = Stage::week();
    pick(&mut stage, "teaser clip 30");
    stage.act(Action::ShorterRows);
    assert!(room(&mut stage, 144, 40).contains("30 min rows"));
    let rows = |stage: &Stage| {
        let clip = |minute| stage.state.grid.find(stage.id(&format!("teaser clip {minute}"))).unwrap();
        [0, 10, 20, 30, 45].map(|minute| stage.state.grid.row(clip(minute)))
    };
    assert_eq!(rows(&stage), [34, 34, 34, 35, 35]);
    stage.act(Action::ShorterRows);
    assert_eq!(rows(&stage), [68, 68, 69, 70, 71]);
    let screen = room(&mut stage, 144, 60);
    for label in [" 17:00", " 17:15", " 17:30", " 17:45"] {
        assert!(screen.contains(label), "{label}\n{screen}");
    }
    stage.acts(&[Action::ShorterRows, Action::ShorterRows]);
    assert_eq!(shown_as(&stage.state), (View::Week, 15), "there are no shorter ones");
    let slot = cursor_slot(&stage.state, &stage.shared).unwrap();
    assert_eq!(slot.wall(), wall(2026, 7, 31, 17, 30), "and what is composed there has the row's time");
}

#[test]
fn a_day_has_the_whole_width() {
    let mut stage = Stage::week();
    pick(&mut stage, "customer story");
    stage.act(Action::ViewDay);
    let screen = room(&mut stage, 92, 20);
    assert!(screen.contains("2 posts") && screen.contains("Q3 note: what changed"), "{screen}");
    assert!(!screen.contains("changelog") && !screen.contains("Wed 29"), "one day only\n{screen}");
    stage.act(Action::Right);
    assert!(room(&mut stage, 92, 20).contains("Wed 29 Jul"), "and l is the next day");
    assert_eq!(title(&stage.state, &stage.shared), "Wed 29 Jul 2026 · week 31");
}

#[test]
fn a_cut_is_shown_and_a_count_stands_apart() {
    let mut stage = Stage::week();
    for hour in 6..18 {
        scheduled(&mut stage, at(2026, 7, 31, hour, 0), "Fivefivefivefivefivefive");
    }
    stage.act(Action::ViewMonth);
    stage.act(Action::NextMonth);
    let month = room(&mut stage, 80, 15);
    assert!(month.contains("● Fi… +18") && !month.contains("Five+"), "{month}");
    let week = Stage::week().screen(80, 14);
    assert!(week.contains("launch t…"), "{week}");
}

#[test]
fn a_month_is_walked_by_day_and_week_and_turns_at_its_edges() {
    let mut stage = Stage::week();
    pick(&mut stage, "Ship it");
    stage.act(Action::ViewMonth);
    let screen = room(&mut stage, 92, 26);
    for words in ["July 2026", "1 Aug", "31", "Ship it", "Mon", "Sun"] {
        assert!(screen.contains(words) || title(&stage.state, &stage.shared).contains(words), "{words}\n{screen}");
    }
    stage.act(Action::Up);
    assert_eq!(stage.state.spot().date, NaiveDate::from_ymd_opt(2026, 7, 22).unwrap());
    assert_eq!(stage.state.spot().minute, 9 * 60, "the time of day stays for the way back");
    stage.acts(&[Action::Down, Action::Down]);
    assert_eq!(stage.state.spot().date, NaiveDate::from_ymd_opt(2026, 8, 5).unwrap());
    assert_eq!(title(&stage.state, &stage.shared), "August 2026 · weeks 31–36");
    assert_eq!(stage.state.grid.days(), 42);
}

#[test]
fn a_crowded_day_of_a_month_lets_every_post_be_reached() {
    let mut stage = Stage::week();
    stage.act(Action::ViewMonth);
    room(&mut stage, 80, 17);
    pick(&mut stage, "changelog");
    let mut seen = vec![stage.shared.cursor];
    for _ in 0..6 {
        stage.act(Action::Down);
        seen.push(stage.shared.cursor);
    }
    assert_eq!(seen.iter().flatten().count(), 7, "the seven posts of Friday, one after the other");
    assert_eq!(seen.into_iter().collect::<std::collections::HashSet<_>>().len(), 7);
    stage.act(Action::Down);
    assert_eq!((stage.state.spot().date.month(), stage.state.spot().date.day()), (8, 7), "then the next week");
}

#[test]
fn a_post_moved_in_the_month_keeps_its_time() {
    let mut stage = Stage::week();
    let ship = pick(&mut stage, "Ship it");
    stage.act(Action::ViewMonth);
    room(&mut stage, 92, 26);
    stage.start_move(vec![ship]).unwrap();
    stage.acts(&[Action::Down, Action::Right]);
    assert!(room(&mut stage, 92, 26).contains("09:00"), "the ghost says when");
    assert_eq!(moves(stage.act(Action::Drop))[0].1.wall(), wall(2026, 8, 6, 9, 0));
    // By mouse as well: over another day, at the same time.
    let area = Rect::new(0, 0, 92, 26);
    let (x, y) = find(&stage, "customer", area);
    let from = (x, y);
    point(&mut stage, MouseKind::Press, from, area);
    point(&mut stage, MouseKind::Drag, (x + 26, y), area);
    let dropped = moves(point(&mut stage, MouseKind::Release, (x + 26, y), area));
    assert_eq!(dropped[0].1.wall().time(), wall(2026, 7, 28, 17, 0).time());
}

#[test]
fn weeks_begin_where_the_person_is_used_to() {
    let mut stage = Stage::week();
    stage.shared.habits.first = Weekday::Sun;
    stage.shared.habits.twelve = true;
    stage.refresh();
    let screen = room(&mut stage, 92, 24);
    let header = screen.lines().nth(1).unwrap().to_owned();
    assert!(header.find("Sun 26") < header.find("Mon 27") && header.contains("Sat 1"), "{screen}");
    assert!(screen.contains("9:00a") && screen.contains("5:00p") && !screen.contains("17:00"), "{screen}");
    assert_eq!(title(&stage.state, &stage.shared), "Week 31 · 26 Jul – 1 Aug 2026");
}

#[test]
fn the_list_goes_on_where_it_ends() {
    let mut stage = Stage::week();
    stage.act(Action::ViewAgenda);
    room(&mut stage, 92, 26);
    assert_eq!(title(&stage.state, &stage.shared), "Agenda · 27 Jul – 23 Aug 2026");
    let effects: Vec<Effect> = (0..4).flat_map(|_| stage.act(Action::NextWeek)).collect();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Load(_))), "its weeks are loaded: {effects:?}");
    assert!(title(&stage.state, &stage.shared).starts_with("Agenda · 24 Aug"), "a month on, and the cursor in it");
}

#[test]
fn what_nobody_expects_is_shown_in_every_view() {
    let mut stage = Stage::week();
    let run = "👩‍👩‍👧‍👦".repeat(5_000);
    scheduled(&mut stage, july(29, 14, 5), &run);
    for minute in 0..500 {
        scheduled(&mut stage, july(30, 10, minute % 60), &format!("crowd {minute}"));
    }
    let far = scheduled(&mut stage, at(2076, 7, 29, 9, 0), "in fifty years");
    let long_ago = scheduled(&mut stage, at(1976, 7, 29, 9, 0), "fifty years ago");
    stage.edit(far, |post| {
        post.targets.push(crate::domain::post::Target::new(crate::domain::ids::ChannelId::new("?/?")))
    });
    stage.refresh();
    for action in VIEWS {
        stage.act(action);
        for (width, height) in [(200, 60), (92, 20), (80, 14), (30, 8)] {
            room(&mut stage, width, height);
            pick(&mut stage, "crowd 250");
            let screen = room(&mut stage, width, height);
            // A narrow cell of a crowd says how many there are; the post itself stands in the Post pane.
            assert!(screen.contains("crowd 250") || screen.contains("more"), "{action:?} {width}x{height}\n{screen}");
            follow(&mut stage.state, &mut stage.shared, &stage.board, far);
            assert_eq!(stage.shared.cursor, Some(far));
            assert!(room(&mut stage, width, height).contains("in fifty"), "{action:?} at {width}x{height}");
            follow(&mut stage.state, &mut stage.shared, &stage.board, long_ago);
            assert_eq!(stage.shared.cursor, Some(long_ago));
            assert!(room(&mut stage, width, height).contains("fifty ye"), "{action:?} at {width}x{height}");
        }
    }
}

#[test]
fn below_80x24_every_view_is_a_list() {
    let mut stage = Stage::week();
    for (size, grid) in [((80, 24), true), ((79, 24), false), ((80, 23), false), ((120, 40), true)] {
        screen(&mut stage.state, size);
        for action in VIEWS {
            stage.act(action);
            let layout = layout::of(&stage.state, Rect::new(0, 0, 80, 18));
            let listed = matches!(layout, layout::Layout::Agenda(_));
            assert!(listed != grid || action == Action::ViewAgenda, "{action:?} at {size:?}");
        }
    }
}
