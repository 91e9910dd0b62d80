//! Rows of a file that somebody sorts out before it is taken in: skipped ones stay out and nothing of them is lost, and
//! a time that is proposed and accepted is the one at which the post goes out.

use chrono::{NaiveTime, Weekday};

use super::intake_tests::{file, look, of, runtime};
use super::tests::desk_at;
use super::*;
use crate::domain::intake::{Asking, Look, Mend, Taken, Verdict, Why};
use crate::domain::plan::{Plan, SlotRule};
use crate::text::rules::Rules;

fn skipping(path: &str, rows: &[usize]) -> Asking {
    let skip = |row: &usize| (*row, Mend { skip: true, ..Mend::default() });
    Asking { mended: rows.iter().map(skip).collect(), ..of(path) }
}

fn words(look: &Look) -> Vec<&'static str> {
    look.rows.iter().map(|row| row.verdict.word()).collect()
}

async fn take(desk: &Desk, asking: &Asking) -> Taken {
    let looked = look(desk, asking).await.unwrap();
    let refused = looked.rows.iter().filter(|row| row.verdict == Verdict::Refused);
    let without = refused.map(|row| (row.number, row.messages.join("; "))).collect();
    desk.take_in(asking, looked.print, &without, Rules::shipped(), &|_| {}).await.unwrap()
}

#[test]
fn a_skipped_row_makes_nothing_and_is_left_with_its_reason_good_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        &folder,
        "plan.csv",
        "text,when,key\nOne,2030-01-02 09:00,a\n=Two,2030-01-03 09:00,b\nThree,never,c\nFour,never,d\n",
    );
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let asking = skipping(&path, &[2, 3]);
        let looked = look(&desk, &asking).await.unwrap();
        assert_eq!(words(&looked), ["ok", "skipped", "skipped", "refused"], "{looked:?}");
        assert_eq!((looked.totals(), looked.skipped()), ((1, 0, 1), 2));
        assert_eq!(looked.outcome(), "takes 1 row, leaves 1 refused, 2 skipped in plan.leftovers.csv");
        let problems: Vec<bool> = looked.rows.iter().map(|row| row.has_problem()).collect();
        assert_eq!(problems, [false, false, true, true], "what is wrong with it is said all the same");
        let taken = take(&desk, &asking).await;
        assert_eq!((taken.made, taken.known), (1, 0));
        let (rows, left) = taken.left.unwrap();
        assert_eq!((rows, left.ends_with("plan.leftovers.csv")), (3, true));
        let text = std::fs::read_to_string(&left).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("'=Two,") && lines[1].ends_with(",skipped"), "{text}");
        assert!(lines[2].contains("Three") && lines[2].contains("skipped; \"\"never\"\" is not a time"), "{text}");
        assert!(lines[3].contains("Four") && !lines[3].contains("skipped"), "{text}");
        // From there it comes in when somebody wants it, once; and so it does from the file itself.
        assert_eq!(look(&desk, &of(&left)).await.unwrap().totals(), (1, 0, 2));
        assert_eq!(take(&desk, &of(&left)).await.made, 1);
        let again = take(&desk, &of(&path)).await;
        assert_eq!((again.made, again.known), (0, 2));
        // What is there makes nothing anyway, and is left nowhere.
        let looked = look(&desk, &asking).await.unwrap();
        assert_eq!(words(&looked), ["known", "known", "skipped", "refused"]);
        assert_eq!(looked.outcome(), "takes 0 rows, leaves 1 refused, 1 skipped in plan.leftovers-3.csv");
    });
}

#[test]
fn a_skipped_row_stands_in_no_other_s_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "plan.csv", "text,key\nOne,a\nAnother one,a\n");
    runtime().block_on(async {
        let desk = desk_at("late").await;
        assert_eq!(words(&look(&desk, &of(&path)).await.unwrap()), ["ok", "refused"]);
        assert_eq!(words(&look(&desk, &skipping(&path, &[1])).await.unwrap()), ["skipped", "ok"]);
        let taken = take(&desk, &skipping(&path, &[1])).await;
        let post = desk.store.post(taken.first.unwrap()).await.unwrap().unwrap();
        assert_eq!(post.body, "Another one", "its key is its own now");
    });
}

#[test]
fn files_of_a_folder_and_lines_are_skipped_as_rows_of_tables_are() {
    let folder = tempfile::tempdir().unwrap();
    let posts = folder.path().join("posts");
    std::fs::create_dir(&posts).unwrap();
    for name in ["one", "two"] {
        std::fs::write(posts.join(format!("{name}.md")), format!("---\nto: \"1\"\n---\n\nFrom {name}\n")).unwrap();
    }
    let lines = file(&folder, "plan.jsonl", "{\"body\": \"A\", \"note\": 1}\n{\"body\": \"B\"}\nno\n");
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let asking = skipping(&posts.display().to_string(), &[2]);
        let looked = look(&desk, &asking).await.unwrap();
        assert_eq!((words(&looked), looked.leftovers.as_str()), (vec!["ok", "skipped"], "posts.leftovers.csv"));
        let opened = desk.open_intake(&asking, Rules::shipped(), &|_, _| {}).await.unwrap();
        let taken = desk.take(&opened, &posts, None).await.unwrap();
        let left = std::fs::read_to_string(taken.left.unwrap().1).unwrap();
        assert_eq!((taken.made, left.as_str()), (1, "file,problem\ntwo.md,skipped\n"));
        let looked = look(&desk, &skipping(&lines, &[2, 3])).await.unwrap();
        assert_eq!((words(&looked)[1..].to_vec(), looked.rows[2].messages.len()), (vec!["skipped", "skipped"], 1));
        let taken = take(&desk, &skipping(&lines, &[2, 3])).await;
        let left = std::fs::read_to_string(taken.left.unwrap().1).unwrap();
        assert!(left.contains("{\"body\":\"B\",\"problem\":\"skipped\"}"), "{left}");
    });
}

/// The same file with what is proposed for those rows accepted.
fn accepting(asking: &Asking, look: &Look, rows: &[usize]) -> Asking {
    let mut asking = asking.clone();
    for row in rows {
        let proposal = look.rows[row - 1].proposal.as_ref().unwrap();
        proposal.accept(asking.mended.entry(*row).or_default());
    }
    asking
}

fn proposed(look: &Look) -> Vec<Option<String>> {
    let told = |row: &crate::domain::intake::Line| row.proposal.as_ref().map(|proposal| proposal.at.told());
    look.rows.iter().map(told).collect()
}

async fn moments(desk: &Desk) -> Vec<(String, String)> {
    let posts = desk.store.every_post(None, None).await.unwrap();
    let at = |post: &Post| post.schedule_for(&post.targets[0]).map(|at| at.instant().to_rfc3339());
    posts.iter().map(|post| (post.body.chars().take(8).collect(), at(post).unwrap_or_default())).collect()
}

#[test]
fn a_time_that_the_clocks_skip_is_proposed_as_much_later() {
    let folder = tempfile::tempdir().unwrap();
    let long = "Nobody reads all of this. ".repeat(2_500);
    let at = "2027-03-28 02:30";
    let rows = format!(
        "text,when,zone,when for acme/1\nOwl,{at},Europe/Berlin,\nOwn,2027-03-28 12:00,Europe/Berlin,2027-03-28 02:15\n\
         Passed,2024-03-31 02:30,Europe/Berlin,\nNowhere,{at},Mars,\nTwice,2026-10-25 02:30,Europe/Berlin,\n\
         Elsewhere,{at}[Europe/Berlin],,\n{long},{at},Europe/Berlin,\n"
    );
    let path = file(&folder, "plan.csv", rows);
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let looked = look(&desk, &of(&path)).await.unwrap();
        let three = Some("2027-03-28 03:30 CEST".to_owned());
        let own = Some("2027-03-28 03:15 CEST".to_owned());
        assert_eq!(proposed(&looked), [three.clone(), own, None, None, None, three.clone(), three]);
        let why = looked.rows[0].proposal.as_ref().unwrap().why;
        assert_eq!(why, Why::Gap("2027-03-28T02:30:00".parse().unwrap()));
        assert_eq!(looked.rows[1].proposal.as_ref().unwrap().whose.as_deref(), Some("acme/1"));
        // What was accepted is what is judged, and what goes out; what is wrong beside the time stays.
        let asking = accepting(&of(&path), &looked, &[1, 2, 6, 7]);
        let again = look(&desk, &asking).await.unwrap();
        assert_eq!(words(&again), ["ok", "ok", "refused", "refused", "refused", "ok", "refused"], "{again:?}");
        assert!(again.rows[6].proposal.is_none() && again.rows[6].messages.iter().all(|words| words.contains("over")));
        let taken = take(&desk, &asking).await;
        assert_eq!(taken.made, 3);
        let said = |text: &str, at: &str| (text.to_owned(), at.to_owned());
        let out = moments(&desk).await;
        for expected in [
            said("Owl", "2027-03-28T01:30:00+00:00"),
            said("Own", "2027-03-28T01:15:00+00:00"),
            said("Elsewhe", "2027-03-28T01:30:00+00:00"),
        ] {
            assert!(out.iter().any(|(body, at)| body.starts_with(&expected.0) && *at == expected.1), "{out:?}");
        }
        // What is left of a row says it too, and the file makes nothing twice, whatever is accepted of it again.
        let left = look(&desk, &of(&taken.left.unwrap().1)).await.unwrap();
        let last = left.rows.last().unwrap();
        assert_eq!((last.at, last.proposal.is_none()), (again.rows[6].at, true), "{:?}", last.said);
        assert_eq!(take(&desk, &of(&path)).await.made, 0);
        let taken = take(&desk, &asking).await;
        assert_eq!((taken.made, taken.known), (0, 3));
    });
}

#[test]
fn a_row_that_wants_a_time_and_says_none_is_proposed_the_next_free_slot() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        &folder,
        "plan.csv",
        "text,to,as,when,key\nFirst of all,1,scheduled,,a\nSecond to none,1,scheduled,,\n\
         Stands there,1,scheduled,2024-10-04 11:00,c\nNowhere,nobody,scheduled,,\nA draft,1,,,\nElse,2,scheduled,,\n",
    );
    runtime().block_on(async {
        let mut desk = desk_at("late").await;
        assert_eq!(
            proposed(&look(&desk, &of(&path)).await.unwrap()),
            [const { None::<String> }; 6],
            "there are no slots"
        );
        let times = [11, 16].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap()).into();
        let days = vec![Weekday::Mon, Weekday::Fri];
        let slots = vec![SlotRule { channel: None, days, times, zone: None }];
        desk.keeps_slots(Plan { slots, ..Plan::default() }, Habits::default());
        let looked = look(&desk, &of(&path)).await.unwrap();
        // The third row stands in the first slot of its channel; each of the others has one of its own.
        let slot = |words: &str| Some(words.to_owned());
        let expected = [
            slot("2024-10-04 16:00 UTC"),
            slot("2024-10-07 11:00 UTC"),
            None,
            None,
            None,
            slot("2024-10-04 11:00 UTC"),
        ];
        assert_eq!(proposed(&looked), expected, "{looked:?}");
        assert_eq!(looked.rows[0].proposal.as_ref().unwrap().why, Why::Slot);
        // One that is accepted leaves the others' where they are.
        let asking = accepting(&of(&path), &looked, &[2]);
        let again = look(&desk, &asking).await.unwrap();
        assert_eq!((words(&again)[1], &proposed(&again)[0]), ("ok", &expected[0]));
        let asking = accepting(&asking, &again, &[1]);
        assert_eq!(take(&desk, &asking).await.made, 4);
        let out = moments(&desk).await;
        for (text, at) in [("First of", "2024-10-04T16:00:00+00:00"), ("Second t", "2024-10-07T11:00:00+00:00")] {
            assert!(out.contains(&(text.to_owned(), at.to_owned())), "{out:?}");
        }
        // Again: what has a key is known; what has none is told to be there, and no second time is proposed for it.
        let looked = look(&desk, &of(&path)).await.unwrap();
        assert_eq!(words(&looked), ["known", "refused", "known", "refused", "known", "refused"], "{looked:?}");
        assert_eq!(proposed(&looked)[..5], [const { None::<String> }; 5]);
        assert!(looked.rows[1].messages.iter().any(|words| words.contains("says the same on these channels already")));
        assert!(proposed(&looked)[5].is_some(), "it was not taken yet");
    });
}
