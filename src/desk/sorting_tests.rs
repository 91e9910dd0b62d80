//! Rows of a file that somebody sorts out before it is taken in: skipped ones stay out, and nothing of them is lost.

use super::intake_tests::{file, look, of, runtime};
use super::tests::desk_at;
use super::*;
use crate::domain::intake::{Asking, Look, Mend, Taken, Verdict};
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
