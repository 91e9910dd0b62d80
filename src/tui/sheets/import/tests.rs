use chrono_tz::Europe::Berlin;

use super::*;
use crate::domain::channel::Network;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::intake::{Column, Said, Why, Words};
use crate::domain::schedule::Schedule;
use crate::tui::theme::Theme;
use crate::tui::tools::stage;

fn look() -> Look {
    let column = |title: &str, holds: Option<&str>| Column {
        title: title.into(),
        holds: holds.map(str::to_owned),
        example: "We are live".into(),
    };
    let line = |number, verdict, words: &[&str]| Line {
        number,
        line: number + 1,
        verdict,
        headline: format!("post {number}"),
        at: None,
        to: vec![(ChannelId::new("late/1"), Network::from_word("x"))],
        said: Said {
            body: format!("post {number}"),
            when: "fri 9".into(),
            to: vec!["x:@acme".into()],
            zone: None,
            own: BTreeMap::new(),
        },
        owners: BTreeMap::new(),
        messages: words.iter().map(|words| (*words).to_owned()).collect(),
        differs: false,
        proposal: None,
    };
    Look {
        name: "plan.csv".into(),
        print: 7,
        zone: "Europe/Berlin".into(),
        columns: vec![column("Texte", Some("body")), column("Budget", None)],
        remarks: vec!["the column \"Budget\" is not read".into()],
        two_ways: 1,
        leftovers: "plan.leftovers.csv".into(),
        stop: None,
        rows: vec![
            line(1, Verdict::Good, &[]),
            line(2, Verdict::Refused, &["\"03/04/2027\" can be read two ways; say --dates dmy or --dates mdy"]),
            line(3, Verdict::Refused, &["there is no channel \"x:@acmee\"; did you mean late/x:@acme?"]),
        ],
    }
}

fn screen(state: &State, shared: &Shared) -> String {
    stage::drawn(110, 30, |area, buf| view(state, shared, &Theme::default(), area, buf))
}

fn opened(shared: &Shared) -> State {
    let (mut state, effects) = open("/plans/plan.csv", shared);
    assert!(matches!(effects.as_slice(), [Effect::LookInto { .. }]));
    let asking = state.asking.clone();
    looked(&mut state, shared, &asking, Ok(look()));
    state
}

#[test]
fn nothing_is_taken_before_enter_and_then_only_the_good_rows() {
    let mut shared = stage::shared();
    let mut state = opened(&shared);
    let shown = screen(&state, &shared);
    for words in [
        "1 ok · 0 known · 2 refused",
        "times are read in Europe/Berlin",
        "Texte=body",
        "not read: Budget",
        "D says which",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let (effects, _) = update(&mut state, &mut shared, Action::Open);
    let [Effect::TakeIn { print: 7, without, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(without.keys().copied().collect::<Vec<_>>(), [2, 3]);
    assert!(update(&mut state, &mut shared, Action::Open).0.is_empty(), "once");
    let left = Some((2, "/plans/plan.leftovers.csv".to_owned()));
    taken(&mut state, &mut shared, Ok(Taken { made: 1, left, ..Taken::default() }));
    assert!(screen(&state, &shared).contains("1 post taken; 2 rows left, each with its reason, in /plans/plan.left"));
}

#[test]
fn a_known_row_that_says_something_else_by_now_tells_so_where_it_stands() {
    let shared = stage::shared();
    let mut state = opened(&shared);
    let (asking, mut look) = (state.asking.clone(), look());
    let words = "known, but the text differs from post 7: the post is left as it is";
    (look.rows[0].verdict, look.rows[0].differs) = (Verdict::Known(PostId::of_file("x")), true);
    look.rows[0].messages = vec![words.into()];
    state.stage = Stage::Looking(0, 0);
    looked(&mut state, &shared, &asking, Ok(look));
    let shown = screen(&state, &shared);
    assert!(shown.contains("0 ok · 1 known · 2 refused"), "{shown}");
    let lines: Vec<&str> = shown.lines().filter(|line| line.contains("known, but the text differs")).collect();
    assert_eq!(lines.len(), 2, "in its row and below the list: {shown}");
}

#[test]
fn columns_dates_channels_and_filters_are_said_in_place() {
    let mut shared = stage::shared();
    let mut state = opened(&shared);
    let asked = |effects: &[Effect]| match effects {
        [Effect::LookInto { asking, .. }] => Asking::clone(asking),
        other => panic!("{other:?}"),
    };
    let again = |state: &mut State| {
        let asking = state.asking.clone();
        looked(state, &stage::shared(), &asking, Ok(look()));
    };
    let effects = update(&mut state, &mut shared, Action::ImportDates).0;
    assert_eq!(asked(&effects).order.as_deref(), Some("dmy"));
    let stale = Asking::default();
    looked(&mut state, &shared, &stale, Ok(Look::default()));
    assert!(matches!(state.stage, Stage::Looking(..)), "an answer to another question is none");
    judged(&mut state, "/plans/plan.csv", 250, 1000);
    assert!(screen(&state, &shared).contains("250 of 1000 rows"));
    again(&mut state);
    update(&mut state, &mut shared, Action::NextField);
    update(&mut state, &mut shared, Action::Down);
    assert!(screen(&state, &shared).contains("not read"));
    let effects = update(&mut state, &mut shared, Action::Right).0;
    assert_eq!(asked(&effects).named.get("Budget").map(String::as_str), Some("body"));
    again(&mut state);
    update(&mut state, &mut shared, Action::Filter);
    assert_eq!(state.rows().len(), 2);
    update(&mut state, &mut shared, Action::Down);
    assert!(screen(&state, &shared).contains("row 3, line 4: there is no channel"));
    update(&mut state, &mut shared, Action::ImportTo);
    assert!(state.is_typing());
    paste(&mut state, "x:@acme, li:ACME");
    let effects = update(&mut state, &mut shared, Action::Accept).0;
    assert_eq!(asked(&effects).to, ["x:@acme", "li:ACME"]);
    again(&mut state);
    let effects = update(&mut state, &mut shared, Action::ImportFiles).0;
    assert_eq!(asked(&effects).files.as_deref(), Some("/plans"));
    again(&mut state);
    assert!(asked(&update(&mut state, &mut shared, Action::ServerCheck).0).ask);
    again(&mut state);
    assert!(!asked(&update(&mut state, &mut shared, Action::ImportDrafts).0).ask, "providers are asked once");
}

#[test]
fn only_rows_with_problems_are_shown_and_the_cursor_stays_where_it_can() {
    let mut shared = stage::shared();
    let mut state = opened(&shared);
    let mut rows = look();
    rows.rows[2].verdict = Verdict::Known(PostId::of_file("x"));
    let mut warned = rows.rows[0].clone();
    (warned.number, warned.messages) = (4, vec!["3 over".into()]);
    rows.rows.push(warned);
    let again = |state: &mut State, look: &Look| {
        state.stage = Stage::Looking(0, 0);
        let asking = state.asking.clone();
        looked(state, &stage::shared(), &asking, Ok(look.clone()));
    };
    let on = |state: &State| state.row().map(|row| row.number);
    again(&mut state, &rows);
    assert!(!screen(&state, &shared).contains("problems only ─"));
    update(&mut state, &mut shared, Action::ImportProblems);
    let shown = screen(&state, &shared);
    assert!(shown.contains("Import · plan.csv · problems only") && shown.contains("f all rows"), "{shown}");
    let numbers: Vec<usize> = state.rows().iter().map(|row| row.number).collect();
    assert_eq!((numbers, on(&state)), (vec![2, 4], Some(2)), "the first has none: the next is under the cursor");
    update(&mut state, &mut shared, Action::Down);
    update(&mut state, &mut shared, Action::ImportProblems);
    assert_eq!((state.rows().len(), on(&state)), (4, Some(4)), "it stays on its row");
    update(&mut state, &mut shared, Action::Up);
    update(&mut state, &mut shared, Action::ImportProblems);
    assert_eq!(on(&state), Some(4), "the third has none any more");
    // All is well by now: nothing is left to be shown, and the cursor is where it was when all is shown again.
    rows.rows.iter_mut().for_each(|row| (row.verdict, row.messages) = (Verdict::Good, Vec::new()));
    again(&mut state, &rows);
    assert!(on(&state).is_none() && screen(&state, &shared).contains("no row has a problem"));
    update(&mut state, &mut shared, Action::ImportProblems);
    assert_eq!(on(&state), Some(4));
    update(&mut state, &mut shared, Action::ImportProblems);
    update(&mut state, &mut shared, Action::Filter);
    assert_eq!(state.only, Shown::Of(shown::Kind::Refused), "the filter goes on from there");
}

#[test]
fn a_row_is_skipped_and_taken_in_again_and_what_is_taken_is_said() {
    let mut shared = stage::shared();
    let mut state = opened(&shared);
    let again = |state: &mut State, print, verdict| {
        state.stage = Stage::Looking(0, 0);
        let (asking, mut look) = (state.asking.clone(), look());
        (look.rows[1].verdict, look.print) = (verdict, print);
        looked(state, &stage::shared(), &asking, Ok(look))
    };
    update(&mut state, &mut shared, Action::Down);
    let effects = update(&mut state, &mut shared, Action::ImportSkip).0;
    assert!(matches!(effects.as_slice(), [Effect::LookInto { asking, .. }] if asking.mended[&2].skip), "{effects:?}");
    again(&mut state, 7, Verdict::Skipped);
    let shown = screen(&state, &shared);
    for words in [
        "1 ok · 0 known · 1 refused · 1 skipped",
        "row 2, line 3, skipped: ",
        "Ctrl-s takes 1 row, leaves 1 refused, 1 skipped in plan.leftovers.csv",
        "x take in",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("mended"), "{shown}");
    // It is known by what it says where the file changed, and comes back with the file.
    assert!(matches!(again(&mut state, 8, Verdict::Refused).as_slice(), [Effect::LookInto { .. }]));
    again(&mut state, 8, Verdict::Refused);
    assert!(state.asking.mended[&2].skip);
    again(&mut state, 8, Verdict::Skipped);
    update(&mut state, &mut shared, Action::Back);
    let (mut state, _) = open("/plans/plan.csv", &shared);
    again(&mut state, 8, Verdict::Refused);
    again(&mut state, 8, Verdict::Skipped);
    // Filters show it, and the same key takes it in.
    (0..4).for_each(|_| drop(update(&mut state, &mut shared, Action::Filter)));
    assert_eq!((state.only, state.rows().len()), (Shown::Of(shown::Kind::Skipped), 1));
    update(&mut state, &mut shared, Action::ImportSkip);
    assert!(state.asking.mended.is_empty() && state.before.is_empty());
    // What is known makes nothing anyway, and Ctrl-s takes as Enter does.
    again(&mut state, 8, Verdict::Known(PostId::of_file("x")));
    update(&mut state, &mut shared, Action::Filter);
    update(&mut state, &mut shared, Action::Top);
    update(&mut state, &mut shared, Action::Down);
    assert!(state.skips().is_none() && update(&mut state, &mut shared, Action::ImportSkip).0.is_empty());
    assert!(screen(&state, &shared).contains("there already: nothing is made of it"));
    let effects = update(&mut state, &mut shared, Action::ImportTake).0;
    assert!(matches!(effects.as_slice(), [Effect::TakeIn { .. }]), "{effects:?}");
}

#[test]
fn enter_takes_what_is_proposed_for_the_row_and_no_more() {
    let mut shared = stage::shared();
    let mut state = opened(&shared);
    let again = |state: &mut State, proposals: [Option<Proposal>; 3]| {
        state.stage = Stage::Looking(0, 0);
        let (asking, mut look) = (state.asking.clone(), look());
        look.rows.iter_mut().zip(proposals).for_each(|(row, proposal)| row.proposal = proposal);
        looked(state, &stage::shared(), &asking, Ok(look));
    };
    let at = |text: &str| Schedule::at(text.parse().unwrap(), Berlin);
    let wall = "2027-03-28T02:30:00".parse().unwrap();
    let later = Proposal {
        whose: Some("linkedin".into()),
        at: at("2027-03-28T01:30:00Z"),
        words: "half past three".into(),
        why: Why::Gap(wall),
    };
    let slot = Proposal { whose: None, at: at("2027-04-01T09:00:00Z"), words: "at eleven".into(), why: Why::Slot };
    again(&mut state, [None, Some(later.clone()), Some(slot.clone())]);
    let shown = screen(&state, &shared);
    assert!(shown.contains("linkedin: no 02:30 that day → 03:30?") && shown.contains("no time → 1 Apr"), "{shown}");
    assert!(!shown.contains("Enter takes") && shown.contains("Enter take the good rows"), "{shown}");
    update(&mut state, &mut shared, Action::Down);
    let shown = screen(&state, &shared);
    for words in [
        "Row 2, on linkedin: Enter takes Sun 28 Mar 2027 03:30 CEST; s another time",
        "Enter take the proposed time  Ctrl-s take the good rows",
        "Ctrl-s takes 1 row, leaves 2 refused",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let effects = update(&mut state, &mut shared, Action::Open).0;
    let own = Words { when: Some("half past three".into()), body: None };
    let mend = Mend { own: [("linkedin".to_owned(), own)].into(), ..Mend::default() };
    assert!(
        matches!(effects.as_slice(), [Effect::LookInto { asking, .. }] if asking.mended.get(&2) == Some(&mend)),
        "{effects:?}"
    );
    // Enter once more does not take the rows in, as nobody has looked at them yet; anything else wakes it.
    again(&mut state, [None, None, Some(slot)]);
    assert!(!state.takes_enter() && update(&mut state, &mut shared, Action::Open).0.is_empty());
    let shown = screen(&state, &shared);
    assert!(shown.contains("Ctrl-s take the good rows") && !shown.contains("Enter take"), "{shown}");
    update(&mut state, &mut shared, Action::Down);
    assert!(
        screen(&state, &shared).contains("Row 3: Enter takes Thu 1 Apr 2027 11:00 CEST (free slot); s another time")
    );
    // It is mended as if it had been typed, and comes back as such.
    update(&mut state, &mut shared, Action::Accept);
    assert_eq!(state.asking.mended[&3].when.as_deref(), Some("at eleven"));
    again(&mut state, [None, None, None]);
    update(&mut state, &mut shared, Action::Undo);
    assert!(!state.asking.mended.contains_key(&3));
    again(&mut state, [None, None, None]);
    let effects = update(&mut state, &mut shared, Action::Open).0;
    assert!(matches!(effects.as_slice(), [Effect::TakeIn { .. }]), "{effects:?}");
}

#[test]
fn a_dropped_file_is_asked_about_first_and_what_cannot_be_read_says_why() {
    let mut shared = stage::shared();
    assert_eq!(is_drop("'/plans/a b.CSV' \n").as_deref(), Some("/plans/a b.CSV"));
    assert_eq!(is_drop("file:///plans/a.jsonl").as_deref(), Some("/plans/a.jsonl"));
    assert!(is_drop("/plans/a.png").is_none() && is_drop("see a.csv").is_none() && is_drop("/a.csv\n/b.csv").is_none());
    let mut state = dropped("/plans/plan.csv");
    assert!(screen(&state, &shared).contains("keeps nothing"));
    let (effects, _) = update(&mut state, &mut shared, Action::Open);
    assert!(matches!(effects.as_slice(), [Effect::LookInto { .. }]));
    let asking = state.asking.clone();
    looked(&mut state, &shared, &asking, Err("it is larger than 64 MB; split it".into()));
    assert!(screen(&state, &shared).contains("larger than 64 MB"));
    assert!(matches!(update(&mut state, &mut shared, Action::Open).1, Flow::Close));
}

#[test]
fn a_row_is_mended_in_place_and_the_zone_is_said_there() {
    let mut shared = stage::shared();
    shared.size = (110, 30);
    let mut state = opened(&shared);
    let again = |state: &mut State, print| {
        let asking = state.asking.clone();
        looked(state, &stage::shared(), &asking, Ok(Look { print, ..look() }));
    };
    update(&mut state, &mut shared, Action::Down);
    update(&mut state, &mut shared, Action::ImportWhen);
    assert!(state.is_typing() && screen(&state, &shared).contains("row 2 goes out fri 9"));
    paste(&mut state, " or later");
    let effects = update(&mut state, &mut shared, Action::Accept).0;
    let [Effect::LookInto { asking, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(asking.mended[&2].when.as_deref(), Some("fri 9 or later"));
    assert!(screen(&state, &shared).contains("post 3"), "the rows stay where they are meanwhile");
    again(&mut state, 7);
    assert!(screen(&state, &shared).contains("row 2, line 3, mended here"), "{}", screen(&state, &shared));
    update(&mut state, &mut shared, Action::ImportBody);
    let shown = screen(&state, &shared);
    assert!(shown.contains("row 2: its text") && shown.contains("X 6/280") | shown.contains("x 6/280"), "{shown}");
    paste(&mut state, "\nsecond line");
    input(&mut state, &shared, Key::plain(crate::tui::msg::KeyCode::Char('!')));
    update(&mut state, &mut shared, Action::Accept);
    assert_eq!(state.asking.mended[&2].body.as_deref(), Some("post 2\nsecond line!"));
    again(&mut state, 7);
    update(&mut state, &mut shared, Action::ImportChannels);
    paste(&mut state, ", li:ACME");
    update(&mut state, &mut shared, Action::Accept);
    assert_eq!(state.asking.mended[&2].to.as_deref(), Some(&["x:@acme".to_owned(), "li:ACME".to_owned()][..]));
    again(&mut state, 7);
    update(&mut state, &mut shared, Action::Undo);
    assert!(state.asking.mended.is_empty());
    again(&mut state, 7);
    update(&mut state, &mut shared, Action::ImportZone);
    paste(&mut state, "?");
    assert!(update(&mut state, &mut shared, Action::Accept).0.is_empty());
    assert!(state.is_typing() && screen(&state, &shared).contains("no such zone"));
    update(&mut state, &mut shared, Action::Back);
    update(&mut state, &mut shared, Action::ImportZone);
    (0..20).for_each(|_| input(&mut state, &shared, Key::plain(crate::tui::msg::KeyCode::Backspace)));
    paste(&mut state, "new york");
    update(&mut state, &mut shared, Action::Accept);
    assert_eq!(state.asking.zone.as_deref(), Some("America/New_York"));
    again(&mut state, 7);
    // Rows are known by their numbers: those of a file that changed are others.
    update(&mut state, &mut shared, Action::ImportWhen);
    update(&mut state, &mut shared, Action::Accept);
    assert!(state.asking.mended.is_empty(), "nothing else was typed");
    again(&mut state, 7);
    update(&mut state, &mut shared, Action::ImportWhen);
    paste(&mut state, ":30");
    update(&mut state, &mut shared, Action::Accept);
    again(&mut state, 8);
    assert!(state.asking.mended.is_empty(), "which rows they are is looked up first");
    again(&mut state, 8);
    assert_eq!(state.asking.mended.keys().copied().collect::<Vec<_>>(), [2], "the row that says the same");
}

#[test]
fn what_was_mended_stays_where_nothing_was_taken_and_comes_back_with_the_file() {
    let mut shared = stage::shared();
    shared.size = (110, 30);
    let mut state = opened(&shared);
    let answer = |state: &mut State, look: Look| {
        let asking = state.asking.clone();
        looked(state, &stage::shared(), &asking, Ok(look))
    };
    let mend = |state: &mut State, shared: &mut Shared, words: &str| {
        update(state, shared, Action::ImportWhen);
        paste(state, words);
        update(state, shared, Action::Accept);
        answer(state, look());
    };
    mend(&mut state, &mut shared, ":30");
    update(&mut state, &mut shared, Action::Down);
    mend(&mut state, &mut shared, ":45");
    // It fails: what failed is said, and the rows are looked into once more with all that was mended.
    update(&mut state, &mut shared, Action::Open);
    reads_first(&mut state, AccountName::new("acme"));
    assert!(screen(&state, &shared).contains("reading what acme has"), "{}", screen(&state, &shared));
    let effects = taken(&mut state, &mut shared, Err("the disk is full; nothing was taken".into()));
    assert!(matches!(effects.as_slice(), [Effect::LookInto { asking, .. }] if asking.mended.len() == 2), "{effects:?}");
    answer(&mut state, look());
    let shown = screen(&state, &shared);
    for words in ["the disk is full; nothing was taken", "what was mended here is kept", "2 rows mended", "1 ok"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    update(&mut state, &mut shared, Action::Up);
    assert!(!screen(&state, &shared).contains("the disk is full"), "heard");
    // Left, and opened again with one row less that says what a mended one said.
    assert!(matches!(update(&mut state, &mut shared, Action::Back).1, Flow::Close));
    let (mut state, _) = open("/plans/plan.csv", &shared);
    let mut shorter = look();
    shorter.print = 9;
    shorter.rows.remove(0);
    (shorter.rows[0].number, shorter.rows[1].number) = (1, 2);
    shorter.rows[1].said.body = "it says something else now".into();
    assert!(matches!(answer(&mut state, shorter.clone()).as_slice(), [Effect::LookInto { .. }]));
    answer(&mut state, shorter);
    let shown = screen(&state, &shared);
    assert!(
        shown.contains("1 row mended") && shown.contains("1 of 2 rows that were mended say something else"),
        "{shown}"
    );
    assert_eq!(state.asking.mended.get(&1).and_then(|mend| mend.when.as_deref()), Some("fri 9:45"));
    // Another file has nothing of it, and once it was taken nothing is kept.
    assert!(open("/plans/other.csv", &shared).0.again.is_empty());
    update(&mut state, &mut shared, Action::Open);
    update(&mut state, &mut shared, Action::Open);
    state.stage = Stage::Taking;
    taken(&mut state, &mut shared, Ok(Taken::default()));
    assert_eq!(shared.unfinished, None);
}

#[test]
fn what_networks_have_of_their_own_is_mended_beside_the_row() {
    let mut shared = stage::shared();
    shared.size = (110, 30);
    let (mut state, _) = open("/plans/plan.csv", &shared);
    let mut with_own = look();
    let own = Words { body: Some("Dear all".into()), when: Some("sat 9".into()) };
    with_own.rows[0].said.own = [("linkedin".to_owned(), own)].into();
    with_own.rows[0].owners = [("linkedin".to_owned(), vec![ChannelId::new("late/2")])].into();
    with_own.rows[0].to.push((ChannelId::new("late/2"), Network::from_word("linkedin")));
    let asking = state.asking.clone();
    looked(&mut state, &shared, &asking, Ok(with_own.clone()));
    assert!(
        screen(&state, &shared).contains("linkedin has a text and a time of its own, to be mended beside the row's"),
        "{}",
        screen(&state, &shared)
    );
    update(&mut state, &mut shared, Action::ImportBody);
    let shown = screen(&state, &shared);
    assert!(shown.contains("x 6/280") && !shown.contains("li 6") && shown.contains("the next own text"), "{shown}");
    // What is typed stays while the other is looked at.
    paste(&mut state, " and more");
    update(&mut state, &mut shared, Action::NextField);
    let shown = screen(&state, &shared);
    for words in ["the text for linkedin alone", "li 8/", "Dear all", "the row's text"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    paste(&mut state, "!");
    update(&mut state, &mut shared, Action::PreviousField);
    assert!(screen(&state, &shared).contains("post 1 and more"), "{}", screen(&state, &shared));
    let effects = update(&mut state, &mut shared, Action::Accept).0;
    assert!(matches!(effects.as_slice(), [Effect::LookInto { .. }]));
    let asking = state.asking.clone();
    looked(&mut state, &shared, &asking, Ok(with_own));
    update(&mut state, &mut shared, Action::ImportWhen);
    update(&mut state, &mut shared, Action::NextField);
    let shown = screen(&state, &shared);
    assert!(shown.contains("row 1 goes out on linkedin sat 9"), "{shown}");
    paste(&mut state, ":30");
    update(&mut state, &mut shared, Action::Accept);
    let own = Words { body: Some("Dear all!".into()), when: Some("sat 9:30".into()) };
    let mend =
        Mend { body: Some("post 1 and more".into()), own: [("linkedin".to_owned(), own)].into(), ..Mend::default() };
    assert_eq!(state.asking.mended.get(&1), Some(&mend), "what was not touched is not said again");
}
