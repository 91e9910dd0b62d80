//! Slots, notes, clashes, and posts that move together, alone, or again.

use chrono::{NaiveTime, Weekday};

use super::*;
use crate::domain::ids::ChannelId;
use crate::domain::plan::{DayNote, SlotRule};

fn slots(stage: &mut Stage, channel: Option<&str>, times: &[(u32, u32)]) {
    let days = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    let times = times.iter().map(|(h, m)| NaiveTime::from_hms_opt(*h, *m, 0).unwrap()).collect();
    stage.board.plan.slots.push(SlotRule { channel: channel.map(Into::into), days: days.into(), times, zone: None });
    stage.refresh();
}

fn day(d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 7, d).unwrap()
}

#[test]
fn free_slots_are_ghosts_that_give_way() {
    let mut stage = Stage::week();
    slots(&mut stage, Some("x"), &[(9, 0), (14, 30)]);
    let screen = stage.screen(144, 40);
    assert_eq!(screen.matches("+ slot x :30").count(), 4, "Tuesday to Friday afternoon\n{screen}");
    assert_eq!(screen.matches("+ slot x").count(), 6, "two mornings; the others are taken or past\n{screen}");
    stage.act(Action::ToggleSlots);
    assert!(!stage.screen(144, 40).contains("+ slot"));
    stage.act(Action::ToggleSlots);
    // In a cell without room, what is there comes first.
    slots(&mut stage, Some("li"), &[(17, 5)]);
    pick(&mut stage, "changelog");
    let low = stage.screen(80, 14);
    assert!(low.contains("● tt +4") && low.contains("+ x :30"), "a slot is no hidden post\n{low}");
}

#[test]
fn n_leads_from_slot_to_slot_with_a_post_in_the_air_and_without() {
    let mut stage = Stage::week();
    slots(&mut stage, Some("x"), &[(14, 30)]);
    slots(&mut stage, Some("tt"), &[(12, 0)]);
    pick(&mut stage, "Ship it");
    stage.act(Action::NextSlot);
    assert_eq!((stage.state.spot().date, stage.state.spot().minute), (day(29), 12 * 60));
    stage.acts(&[Action::NextSlot, Action::PreviousSlot, Action::PreviousSlot]);
    assert_eq!((stage.state.spot().date, stage.state.spot().minute), (day(28), 14 * 60 + 30));
    let ship = pick(&mut stage, "Ship it");
    stage.start_move(vec![ship]).unwrap();
    stage.act(Action::NextSlot);
    assert!(stage.status().contains("→ Wed 29 14:30"), "a slot of x, not of tt: {}", stage.status());
    stage.acts(&[Action::NextSlot, Action::NextSlot, Action::PreviousSlot]);
    assert_eq!(moves(stage.act(Action::Drop))[0].1.wall(), wall(2026, 7, 30, 14, 30));
}

#[test]
fn a_slot_beyond_the_loaded_weeks_is_found_and_a_taken_one_is_not() {
    let mut stage = Stage::empty(july(28, 11, 42));
    slots(&mut stage, Some("x"), &[(9, 0)]);
    // Every morning of the loaded weeks is taken, and of eight more.
    let taken: Vec<_> = (0..80).map(|day| july(28, 9, 0) + TimeDelta::days(day)).collect();
    let taken: Vec<PostId> = taken.into_iter().map(|at| scheduled(&mut stage, at, "taken")).collect();
    let posts = stage.board.posts.clone();
    let range = stage.board.range.clone();
    stage.board.posts.retain(|post| post.instant().is_some_and(|at| range.contains(&at)));
    assert!(posts.len() == taken.len() && stage.board.posts.len() < 20);
    stage.refresh();
    stage.seek(Action::NextSlot, &posts);
    let found = stage.state.spot();
    assert_eq!((found.date, found.minute), (NaiveDate::from_ymd_opt(2026, 10, 16).unwrap(), 9 * 60));
    assert!(stage.shared.notices.is_empty(), "{:?}", stage.shared.notices);
    // The same with a post in the air.
    let mut stage = Stage::empty(july(28, 11, 42));
    slots(&mut stage, Some("x"), &[(9, 0)]);
    stage.board.posts = posts.iter().filter(|post| range.contains(&post.instant().unwrap())).cloned().collect();
    stage.refresh();
    let first = stage.board.posts.last().unwrap().id;
    follow(&mut stage.state, &mut stage.shared, &stage.board, first);
    stage.start_move(vec![first]).unwrap();
    stage.seek(Action::NextSlot, &posts);
    assert!(stage.status().contains("→ Fri 16 Oct 09:00"), "{}", stage.status());
}

#[test]
fn free_slots_stand_in_the_month_and_in_the_list_too() {
    let mut stage = Stage::week();
    slots(&mut stage, Some("x"), &[(14, 30)]);
    show_as(&mut stage.state, &mut stage.shared, &stage.board, View::Month, 60);
    assert!(stage.screen(144, 40).contains("+ 14:30 x"), "{}", stage.screen(144, 40));
    show_as(&mut stage.state, &mut stage.shared, &stage.board, View::Agenda, 60);
    fit(&mut stage.state, Rect::new(0, 0, 92, 40));
    let list = stage.screen(92, 40);
    assert!(list.contains("14:30 + slot       x"), "{list}");
    let layout::Layout::Agenda(agenda) = layout::of(&stage.state, Rect::new(0, 0, 92, 40)) else { panic!("a list") };
    let open = agenda.lines.iter().filter(|line| matches!(line, layout::Line::Open(_))).count();
    assert_eq!(open, 4 + 15, "Tuesday to Friday, and three weeks\n{list}");
    // The cursor stands on a slot, and what is composed there gets its time.
    let (mut seen, mut before) = (0, stage.state.spot());
    stage.act(Action::Top);
    for _ in 0..60 {
        stage.act(Action::Down);
        let spot = stage.state.spot();
        let here = grid::at_minute(spot.date, spot.minute);
        seen += usize::from(stage.state.grid.open().iter().any(|open| open.wall == here));
        if spot == before {
            break;
        }
        before = spot;
    }
    assert_eq!(seen, 4 + 15, "every one is stepped on");
    for _ in 0..60 {
        stage.act(Action::Up);
    }
    assert!(stage.state.spot().date <= day(27), "and back again: {:?}", stage.state.spot());
    stage.act(Action::Today);
    stage.act(Action::NextSlot);
    let slot = cursor_slot(&stage.state, &stage.shared).unwrap();
    assert_eq!(slot.wall(), wall(2026, 7, 28, 14, 30));
    stage.act(Action::ToggleSlots);
    assert!(!stage.screen(92, 40).contains("+ slot"));
}

#[test]
fn without_a_slot_ahead_it_says_so_and_stays() {
    let mut stage = Stage::week();
    let ship = pick(&mut stage, "Ship it");
    stage.start_move(vec![ship]).unwrap();
    assert!(stage.act(Action::NextSlot).is_empty() && is_moving(&stage.state));
    assert!(stage.shared.notices.last().unwrap().words.contains("no later slot is free"));
}

#[test]
fn tab_lets_one_channel_move_alone() {
    let mut stage = Stage::week();
    let ship = pick(&mut stage, "Ship it");
    stage.start_move(vec![ship]).unwrap();
    stage.acts(&[Action::Right, Action::MoveChannel, Action::MoveChannel]);
    assert!(stage.status().contains("bs only"), "{}", stage.status());
    let effects = stage.act(Action::Drop);
    let to = Schedule::at(july(30, 9, 0), ZONE);
    assert!(effects.contains(&Effect::MoveTarget(ship, ChannelId::new("zernio/bs"), to)), "{effects:?}");
    // After the last channel all of them move again; a post with one channel has nothing to leave behind.
    stage.start_move(vec![ship]).unwrap();
    stage.acts(&[Action::MoveChannel; 4]);
    assert!(!stage.status().contains("only"), "{}", stage.status());
    stage.act(Action::Back);
    let one = pick(&mut stage, "changelog");
    stage.start_move(vec![one]).unwrap();
    stage.act(Action::MoveChannel);
    assert!(stage.shared.notices.last().unwrap().words.contains("one channel"));
}

#[test]
fn an_embargo_refuses_drops_and_a_note_does_not() {
    let mut stage = Stage::week();
    let ship = pick(&mut stage, "Ship it");
    stage.board.plan.notes.insert(day(30), DayNote { words: "press embargo".into(), embargo: true });
    stage.board.plan.notes.insert(day(31), DayNote { words: "Web Summit".into(), embargo: false });
    stage.board.plan.holidays.insert(day(31), vec!["Bundesfeier".into()]);
    stage.board.plan.holidays.insert(day(27), vec!["Blue Monday".into()]);
    stage.refresh();
    for screen in [stage.screen(144, 40), stage.screen(44, 40)] {
        for words in ["✗ press em", "✎ Web Summit", "Blue Monday"] {
            assert!(screen.contains(words), "{words}\n{screen}");
        }
        assert!(!screen.contains("Bundesfeier"), "a note of one's own comes first");
    }
    stage.start_move(vec![ship]).unwrap();
    stage.act(Action::Right);
    assert!(stage.status().ends_with("embargo: press embargo"), "{}", stage.status());
    assert!(stage.act(Action::Drop).is_empty() && is_moving(&stage.state));
    assert!(stage.shared.notices.last().unwrap().words.contains("nothing goes out on Thu 30 Jul: press embargo"));
    // A day later the post is beyond it, but one of its channels would go out on it.
    stage.edit(ship, |post| {
        post.targets[0].schedule = post.schedule.map(|at| Schedule::at(at.instant() - TimeDelta::days(1), ZONE))
    });
    stage.act(Action::Right);
    assert!(stage.act(Action::Drop).is_empty() && is_moving(&stage.state));
    assert!(stage.shared.notices.last().unwrap().words.contains("nothing goes out on Thu 30 Jul: press embargo"));
    stage.edit(ship, |post| post.targets[0].schedule = None);
    assert_eq!(moves(stage.act(Action::Drop)).len(), 1);
    stage.act(Action::ViewMonth);
    assert!(stage.screen(120, 40).contains("✗ press em"), "{}", stage.screen(120, 40));
}

#[test]
fn a_mark_of_a_clash_leaves_its_time_whole_or_out_and_no_headline_is_a_mere_dot() {
    let mut stage = Stage::week();
    for (minute, marks) in [(8, "x bs li"), (9, "x bs li ma tt")] {
        stage.add(july(29, 9, minute), marks, "Other news", Wish::Schedule, Outcome::Accepted);
    }
    stage.refresh();
    let warn = Theme::default().glyphs.warn;
    for width in 80..=180 {
        let screen = stage.screen(width, 40);
        let told: Vec<&str> = screen.split(warn).skip(1).filter(|after| after.starts_with(" 0")).collect();
        let whole = |after: &&str| ["09:00", "09:08", "09:09"].iter().any(|time| after[1..].starts_with(time));
        assert!(told.iter().all(whole), "at {width}\n{screen}");
        assert!(!screen.contains("09:08 …") && !screen.contains("09:09 …"), "at {width}\n{screen}");
    }
}

#[test]
fn what_clashes_is_marked_named_and_walked_to() {
    let mut stage = Stage::week();
    scheduled(&mut stage, july(29, 9, 8), "Other news");
    scheduled(&mut stage, july(30, 11, 0), "CHANGELOG 3.0 https://a.example/x");
    scheduled(&mut stage, july(31, 20, 0), "Changelog, again a long text about it");
    stage.refresh();
    let clash = |stage: &Stage, body: &str| {
        let spot = stage.state.grid.find(stage.id(body)).unwrap();
        stage.state.grid.at(spot).unwrap().clash.clone()
    };
    assert_eq!(clash(&stage, "Other news").as_deref(), Some("clash on x with \"Ship it: v2.0 is out\" 09:00"));
    assert!(clash(&stage, "Ship it").unwrap().contains("Other news"), "both of them");
    assert_eq!(clash(&stage, "Changelog, again"), None);
    assert_eq!(clash(&stage, "docs are live"), None);
    pick(&mut stage, "Other news");
    assert!(stage.screen(144, 40).contains("clash on x with"), "the one under the cursor says it");
    stage.shared.habits.near = TimeDelta::minutes(5);
    stage.refresh();
    assert_eq!(clash(&stage, "Other news"), None, "the distance is the person's");
    stage.act(Action::NextClash);
    assert!(stage.shared.notices.last().unwrap().words.contains("nothing clashes"));

    let same = "We are hiring two people for the support desk";
    scheduled(&mut stage, july(28, 20, 0), same);
    scheduled(&mut stage, july(30, 20, 0), &format!("{}!! https://jobs.example/2", same.to_uppercase()));
    stage.refresh();
    assert_eq!(clash(&stage, "We are hiring").as_deref(), Some("same text on x as Thu 30 Jul"));
    pick(&mut stage, "Ship it");
    stage.act(Action::NextClash);
    assert_eq!(stage.shared.cursor, Some(stage.id("WE ARE HIRING")));
    let touched = "We are looking for two people for the support desk";
    scheduled(&mut stage, july(31, 8, 0), &format!("Once more: {same}"));
    scheduled(&mut stage, july(31, 22, 0), touched);
    stage.refresh();
    assert_eq!(clash(&stage, "Once more").as_deref(), Some("nearly the same text on x as Thu 30 Jul: 80 % alike"));
    assert_eq!(clash(&stage, "We are looking"), None, "below the bound");
}

#[test]
fn the_same_distance_again() {
    let mut stage = Stage::week();
    let (a, b) = (stage.id("Ship it"), stage.id("changelog"));
    let Stage { state, shared, board } = &mut stage;
    let moved = move_by(state, shared, board, vec![a], TimeDelta::hours(25)).unwrap();
    assert_eq!(moves(moved), [(a, Schedule::at(july(30, 10, 0), ZONE))]);
    let moved = move_by(state, shared, board, vec![b, a], TimeDelta::days(-20)).unwrap();
    assert!(moved.is_empty() && !is_moving(state), "into the past nothing moves, and nothing stays in the air");
    let live = stage.id("launch teaser");
    let refused = move_by(&mut stage.state, &mut stage.shared, &stage.board, vec![live], TimeDelta::hours(1));
    assert!(refused.unwrap_err().contains("D makes a copy"));
}
