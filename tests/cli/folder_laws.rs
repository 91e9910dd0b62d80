//! A law of posts as files: whatever they say, the plan of a folder that was just applied is empty.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use runsheet::domain::options::FirstComment;
use runsheet::manuscript::{self, Attached, Manuscript, Variant};
use serde_json::Value;

use crate::home::Home;

/// Each is a folder that is planned and applied twice by the real program.
const CASES: u32 = 12;

/// A text that no network is long of words for, in which nothing is spared that people type.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z]{1,9}( [a-zäß0-9#@:'\"-]{1,9}){0,6}",
        "[A-Za-z][ -~ä\n☕👩‍💻]{0,60}[a-z]",
        "---\n[a-z: ]{1,20}\n---\n[a-z]{1,9}",
    ]
}

fn words() -> impl Strategy<Value = String> {
    "[A-Za-z0-9][A-Za-z0-9 :#'\"äß-]{0,18}[a-z]"
}

fn moment() -> impl Strategy<Value = String> {
    let wall = (1..13u8, 1..29u8, 4..24u8, 0..60u8);
    prop_oneof![
        wall.clone().prop_map(|(month, day, hour, minute)| format!("2031-{month:02}-{day:02} {hour:02}:{minute:02}")),
        wall.prop_map(|(month, day, hour, minute)| format!("2031-{month:02}-{day:02}T{hour:02}:{minute:02}:00-05:00")),
    ]
}

fn variant(of: &'static str) -> impl Strategy<Value = Variant> {
    let said = (proptest::option::of(text()), proptest::option::of(moment()), proptest::option::of(comment()));
    said.prop_map(move |(text, when, first_comment)| Variant {
        of: of.into(),
        text,
        when,
        first_comment,
        ..Variant::default()
    })
}

fn comment() -> impl Strategy<Value = FirstComment> {
    (words(), prop_oneof![Just(0), 1..600u32]).prop_map(|(text, delay)| FirstComment { text, delay })
}

fn post() -> impl Strategy<Value = Manuscript> {
    let channels = proptest::sample::subsequence(vec!["x:@acme", "linkedin:acme-gmbh"], 0..3);
    let named = (
        proptest::option::of(words()),
        proptest::option::of(words()),
        proptest::collection::vec("[a-z]{1,8}", 0..3),
        proptest::option::of(proptest::sample::select(vec!["announcement", "blog", "product"])),
        proptest::option::of(comment()),
        any::<bool>(),
    );
    let own = (proptest::option::of(variant("x")), proptest::option::of(variant("linkedin:acme-gmbh")));
    (channels, proptest::option::of(moment()), text(), named, own).prop_map(
        |(to, when, body, (title, campaign, tags, style, first_comment, pictured), own)| {
            let has = |network: &str| to.iter().any(|channel| channel.starts_with(network));
            let variants =
                [own.0.filter(|_| has("x")), own.1.filter(|_| has("linkedin"))].into_iter().flatten().collect();
            let media =
                if pictured { vec![Attached { source: "one.png".into(), alt: "A cup".into() }] } else { vec![] };
            Manuscript {
                to: to.into_iter().map(Into::into).collect(),
                when,
                title,
                campaign,
                tags,
                // Styles ask for words of their own.
                style: style.map(Into::into),
                link: style.map(|_| "https://acme.example/more".into()),
                media,
                first_comment,
                variants,
                body,
                ..Manuscript::default()
            }
        },
    )
}

#[test]
fn the_plan_of_an_applied_folder_is_empty() {
    let home = Home::settled();
    let (folders, made) = (Cell::new(0), Cell::new(0));
    let posts = proptest::collection::btree_map("[a-z]{1,6}(/[a-z]{1,3})?", post(), 1..7);
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let law = |posts: BTreeMap<String, Manuscript>| {
        // The key of a file begins with its folder's name: each case has its own.
        folders.set(folders.get() + 1);
        let folder = home.folder.path().join(format!("posts{}", folders.get()));
        for (name, post) in &posts {
            let file = folder.join(format!("{name}.md"));
            let below = file.parent().unwrap();
            std::fs::create_dir_all(below).unwrap();
            crate::attaching::picture_in(below, "one.png");
            std::fs::write(file, manuscript::write(post)).unwrap();
        }
        let shown = folder.to_str().unwrap();
        let verdicts = |command: &str| -> Vec<(String, String)> {
            let rows = home.run(&[command, shown, "--json"]).rows();
            let told = |row: &Value| (row["file"].as_str().unwrap().into(), row["verdict"].as_str().unwrap().into());
            rows.iter().map(told).collect()
        };
        let planned = verdicts("plan");
        prop_assert_eq!(planned.len(), posts.len());
        // What a network minds stops the whole folder: it is taken out.
        let (refused, good): (Vec<_>, Vec<_>) = planned.into_iter().partition(|(_, verdict)| verdict == "refused");
        refused.iter().for_each(|(file, _)| std::fs::remove_file(folder.join(file)).unwrap());
        prop_assert!(good.iter().all(|(_, verdict)| verdict == "create"), "{:?}", good);
        prop_assert_eq!(&verdicts("apply"), &good);
        made.set(made.get() + good.len());
        for command in ["plan", "apply", "plan"] {
            let again = verdicts(command);
            prop_assert!(
                again.len() == good.len() && again.iter().all(|(_, verdict)| verdict == "same"),
                "{:?}",
                again
            );
        }
        Ok(())
    };
    TestRunner::new(config).run(&posts, law).unwrap();
    assert!(made.get() >= CASES as usize, "hardly anything was applied: {} posts", made.get());
}
