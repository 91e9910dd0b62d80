//! Posts as files: a folder is linted, planned and applied, and applying it again changes nothing.

use std::path::PathBuf;

use crate::home::Home;

struct Folder<'a>(&'a Home, PathBuf);

impl<'a> Folder<'a> {
    fn new(home: &'a Home) -> Self {
        let path = home.folder.path().join("posts");
        std::fs::create_dir_all(path.join("spring")).unwrap();
        Self(home, path)
    }

    fn write(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.1.join(name), text).unwrap();
        self
    }

    fn path(&self) -> String {
        self.1.display().to_string()
    }

    /// What planning says of each file: its name and its verdict.
    fn plan(&self) -> Vec<(String, String)> {
        let rows = self.0.run(&["plan", &self.path(), "--json"]).rows();
        rows.iter().map(|row| (row["file"].as_str().unwrap().into(), row["verdict"].as_str().unwrap().into())).collect()
    }

    fn apply(&self) -> crate::home::Said {
        self.0.run(&["apply", &self.path()])
    }
}

const ONE: &str = "---\nto: x:@acme\nwhen: 2030-01-02 09:00\ntags: [spring]\n---\n\nThe first post\n";
const TWO: &str = "---\nto: [x:@acme]\nwhen: 2030-01-03 09:00\n---\n\nThe second post\n";

#[test]
fn an_applied_folder_has_nothing_left_to_plan_and_changes_follow_it() {
    let home = Home::settled();
    let folder = Folder::new(&home);
    folder.write("one.md", ONE).write("spring/two.md", TWO).write("idea.md", "Just an idea\n").write("notes.txt", "no");
    let create = |name: &str| (name.to_owned(), "create".to_owned());
    assert_eq!(folder.plan(), [create("idea.md"), create("one.md"), create("spring/two.md")]);
    assert!(home.posts().is_empty() && home.creates().is_empty(), "a plan changes nothing");

    let made = home.run(&["apply", &folder.path(), "--json"]).ended(0).says(&["applied: 3 create"]).rows();
    let is_there = |row: &serde_json::Value| home.posts().iter().any(|post| post["id"] == row["id"]);
    assert!(made.len() == 3 && made.iter().all(is_there), "{made:?}");
    assert_eq!((home.posts().len(), home.at_late().len()), (3, 2));
    assert!(folder.plan().iter().all(|(_, verdict)| verdict == "same"), "{:?}", folder.plan());
    folder.apply().ended(0).says(&["applied: 3 same"]);
    assert_eq!((home.posts().len(), home.at_late().len()), (3, 2));

    folder.write("one.md", &ONE.replace("first", "very first").replace("09:00", "11:15"));
    let rows = home.run(&["plan", &folder.path(), "--json"]).ended(0).rows();
    let one = rows.iter().find(|row| row["file"] == "one.md").unwrap();
    assert_eq!((&one["verdict"], &one["messages"]), (&"change".into(), &serde_json::json!(["text", "time"])));
    folder.apply().ended(0).says(&["1 change, 2 same"]);
    let there = home.at_late();
    let changed = there.iter().find(|post| post.content == "The very first post").unwrap();
    assert_eq!(changed.scheduled_for.unwrap().to_rfc3339(), "2030-01-02T10:15:00+00:00");
    assert_eq!(there.len(), 2, "changed, not made once more");

    // A file that goes leaves its post, and says so; a post deleted here is not made again.
    std::fs::remove_file(folder.1.join("spring/two.md")).unwrap();
    assert!(folder.plan().contains(&("spring/two.md".into(), "gone".into())));
    let id =
        home.posts().iter().find(|post| post["body"] == "Just an idea").unwrap()["id"].as_str().unwrap().to_owned();
    home.run(&["delete", &id, "--yes"]).ended(0);
    folder.apply().ended(0).says(&["1 same, 1 deleted, 1 gone"]);
    assert_eq!(home.posts().len(), 2);
}

#[test]
fn a_fault_stops_the_whole_folder_and_stands_at_its_line() {
    let home = Home::settled();
    let folder = Folder::new(&home);
    let long = "a".repeat(300);
    folder.write("good.md", ONE).write("long.md", &TWO.replace("The second post", &long));
    let said = home.run(&["lint", &folder.path()]).ended(1);
    assert!(
        said.out.contains("long.md:6:") && said.out.contains("20 over") && !said.out.contains("good.md"),
        "{said:?}"
    );
    folder.apply().ended(1).says(&["nothing was applied"]);
    assert!(home.posts().is_empty());
    for (text, words) in [
        ("---\nto: x:@acme\nwhen: tomorrow 9\n---\nHi\n", "another time each day"),
        ("---\nto: x:@acme\nwhen: now\n---\nHi\n", "never publishes at once"),
        ("---\nto: x:@nobody\nwhen: 2030-01-02 09:00\n---\nHi\n", "there is no channel"),
        ("---\ntoo: x:@acme\n---\nHi\n", "long.md:2:"),
        ("---\nto: x:@acme\nwhen: 2020-01-02 09:00\n---\nHi\n", "has passed"),
    ] {
        folder.write("long.md", text);
        let said = home.run(&["plan", &folder.path()]).ended(1);
        assert!(said.out.contains(words), "{words}: {said:?}");
        // What only this machine or this moment knows is not for lint; all else is one rule.
        if !words.contains("no channel") && !words.contains("passed") {
            let said = home.run(&["lint", &folder.path()]).ended(1);
            assert!(said.out.contains(words), "{words}: {said:?}");
        }
    }
    folder.write("long.md", TWO);
    home.run(&["lint", &folder.path()]).ended(0).says(&["2 files: ok"]);
    let rows = home.run(&["lint", &folder.path(), "--json"]).ended(0).rows();
    assert!(rows.is_empty());
    home.run(&["plan", "/nowhere"]).ended(1).says(&["/nowhere"]);
    for (when, words) in [("fri 14:30", "another time each"), ("slot", "another each time")] {
        folder.write("long.md", &TWO.replace("2030-01-03 09:00", when));
        for command in ["lint", "plan"] {
            let said = home.run(&[command, &folder.path()]).ended(1);
            assert!(said.out.contains(words), "{command}: {said:?}");
        }
    }
    folder.write("long.md", TWO);
    #[cfg(unix)]
    {
        let link = home.folder.path().join("linked");
        std::os::unix::fs::symlink(&folder.1, &link).unwrap();
        home.run(&["lint", link.to_str().unwrap()]).ended(0).says(&["2 files: ok"]);
    }
}

#[test]
fn a_folder_that_was_applied_on_another_machine_makes_nothing_twice() {
    let home = Home::settled();
    let folder = Folder::new(&home);
    folder.write("one.md", ONE).write("spring/two.md", TWO);
    folder.apply().ended(0);
    assert_eq!(home.at_late().len(), 2);
    // Another machine: the same files and the same account, and a store that knows of neither.
    std::fs::remove_dir_all(home.data()).unwrap();
    home.run(&["sync"]).ended(0);
    let adopt = |name: &str| (name.to_owned(), "adopt".to_owned());
    assert_eq!(folder.plan(), [adopt("one.md"), adopt("spring/two.md")]);
    folder.apply().ended(0).says(&["2 adopt"]);
    assert_eq!((home.at_late().len(), home.creates().len()), (2, 2));
    // From then on it is their source here too.
    folder.write("one.md", &ONE.replace("first", "very first"));
    folder.apply().ended(0).says(&["1 change"]);
    assert_eq!(home.at_late().len(), 2);
    // Part of what a file says is there: it is said, and not made again beside it.
    folder.write("three.md", "---\nto: [x:@acme, linkedin:acme-gmbh]\nwhen: 2030-01-05 09:00\n---\n\nIn two places\n");
    home.pipe("In two places", &["post", "-", "--to", "x:@acme", "--when", "2030-01-05 09:00"]).ended(0);
    let said = folder.apply().ended(1);
    assert!(said.out.contains("goes out at this time already"), "{said:?}");
}
