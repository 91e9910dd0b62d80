//! Posts as files: a folder is linted, planned and applied, and applying it again changes nothing.

use std::path::PathBuf;

use runsheet::clock::Clock;
use runsheet::demo::WebPost;

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

    /// The other machine's turn: the same files and accounts, a store of its own, and no record beside the files.
    fn change_machines(&self) -> &Self {
        self.leave_no_record();
        let (data, other) = (self.0.data(), self.0.folder.path().join("data-of-the-other"));
        let aside = self.0.folder.path().join("data-aside");
        std::fs::create_dir_all(&other).unwrap();
        for (from, to) in [(&data, &aside), (&other, &data), (&aside, &other)] {
            std::fs::rename(from, to).unwrap();
        }
        self
    }

    /// As where nobody commits it: the files alone go on.
    fn leave_no_record(&self) {
        let record = self.1.join(".runsheet");
        if record.exists() {
            std::fs::remove_dir_all(record).unwrap();
        }
    }

    fn row(&self, args: &[&str], file: &str) -> serde_json::Value {
        let rows = self.0.run(&[&["plan", &self.path(), "--json"], args].concat()).rows();
        rows.into_iter().find(|row| row["file"] == file).unwrap()
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
    home.run(&["lint", folder.1.join("long.md").to_str().unwrap()]).ended(0).says(&["1 file: ok"]);
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
fn a_file_that_was_edited_since_another_machine_applied_it_changes_its_post_where_the_provider_keeps_the_mark() {
    let home = Home::settled();
    let folder = Folder::new(&home);
    folder.write("one.md", ONE).write("spring/two.md", TWO);
    folder.apply().ended(0);
    // Another text, and another time: nobody synced, and both are still known.
    folder.write("one.md", &ONE.replace("first", "very first")).write("spring/two.md", &TWO.replace("09:00", "10:30"));
    folder.change_machines();
    let row = folder.row(&[], "one.md");
    assert_eq!((&row["verdict"], &row["adopts"]), (&"change".into(), &true.into()), "{row}");
    folder.apply().ended(0).says(&["2 change"]);
    assert_eq!((home.at_late().len(), home.creates().len()), (2, 2), "changed, not made once more");
    assert!(home.at_late().iter().any(|post| post.content == "The very first post"));
    assert!(folder.plan().iter().all(|(_, verdict)| verdict == "same"), "{:?}", folder.plan());
    // And back: the first machine learns of it and makes nothing either.
    folder.change_machines();
    home.run(&["sync"]).ended(0);
    folder.apply().ended(0).says(&["2 same"]);
    // What has neither its moment nor its words any more is nobody's guess, whatever the file is called.
    folder.write(
        "one.md",
        "---\nto: x:@acme\nwhen: 2030-05-05 12:00\n---\n\nSomething else altogether, of another folder\n",
    );
    folder.change_machines();
    folder.leave_no_record();
    std::fs::remove_dir_all(home.data()).unwrap();
    let row = folder.row(&[], "one.md");
    assert_eq!(row["verdict"], "perhaps", "{row}");
    assert!(row["messages"][0].as_str().unwrap().contains("\"The very first post\" at Wed 2 Jan 2030"), "{row}");
    folder.apply().ended(1).says(&["nothing was applied"]);
    home.run(&["apply", &folder.path(), "--as-new", "one.md"]).ended(0).says(&["1 create, 1 adopt"]);
    assert_eq!(home.at_late().len(), 3);
    assert!(folder.plan().iter().all(|(_, verdict)| verdict == "same"), "{:?}", folder.plan());
}

#[test]
fn where_the_provider_keeps_no_mark_a_person_says_which_post_an_edited_file_is() {
    let home = Home::alone("oktopost", Clock::system(), str::to_owned);
    let to = home.run(&["channels", "--json"]).rows().iter().find(|row| row["network"] == "linkedin").unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let text = |when: &str, words: &str| format!("---\nto: \"{to}\"\nwhen: {when}\n---\n\n{words}\n");
    let there = || home.world().posts("oktopost").len();
    let folder = Folder::new(&home);
    let long = "We are hiring two people for the support desk in Berlin, and one more for the night shift";
    folder.write("same.md", &text("2030-01-02 09:00", "Nothing about this one changes"));
    folder
        .write("text.md", &text("2030-01-03 09:00", "The old words"))
        .write("time.md", &text("2030-01-04 09:00", long));
    folder.apply().ended(0).says(&["3 create"]);
    assert_eq!(there(), 3);
    folder.write("text.md", &text("2030-01-03 09:00", "Wholly new words"));
    folder.write("time.md", &text("2030-01-06 18:00", &long.replace("two", "three")));
    folder.change_machines();
    let perhaps = |name: &str| (name.to_owned(), "perhaps".to_owned());
    assert_eq!(folder.plan(), [("same.md".into(), "adopt".into()), perhaps("text.md"), perhaps("time.md")]);
    let said = folder.apply().ended(1).says(&["nothing was applied"]);
    assert!(
        said.out.contains("\"The old words\" at Thu 3 Jan 2030") && said.out.contains("--adopt text.md"),
        "{said:?}"
    );
    assert_eq!(there(), 3);
    // A file that is not there is no answer, and neither is both at once.
    let answer = |args: &[&str]| home.run(&[&["apply", &folder.path()], args].concat());
    answer(&["--adopt", "tex.md"]).ended(2).says(&["there is no file tex.md"]);
    answer(&["--adopt", "text.md", "--as-new", "text.md"]).ended(2).says(&["say one of both"]);
    answer(&["--adopt", "text.md", "--as-new", "time.md"]).ended(0).says(&["1 create, 1 adopt, 1 change"]);
    assert_eq!(there(), 4, "the one of its own is made, the other changed");
    assert!(folder.plan().iter().all(|(_, verdict)| verdict == "same"), "{:?}", folder.plan());
    // The calendar's own door to a folder knows them too.
    let rows = home.run(&["import", &folder.path(), "--dry-run", "--json"]).rows();
    assert!(rows.iter().all(|row| row["verdict"] == "known"), "{rows:?}");
}

#[test]
fn a_folder_taken_in_elsewhere_and_a_file_with_another_name_make_nothing_twice() {
    let home = Home::settled();
    let folder = Folder::new(&home);
    folder.write("one.md", ONE).write("spring/two.md", TWO);
    folder.apply().ended(0);
    std::fs::rename(folder.1.join("one.md"), folder.1.join("first.md")).unwrap();
    assert_eq!(folder.plan(), [("first.md".into(), "adopt".into()), ("spring/two.md".into(), "same".into())]);
    folder.apply().ended(0).says(&["1 adopt, 1 same"]);
    assert!(folder.plan().iter().all(|(_, verdict)| verdict == "same"), "{:?}", folder.plan());
    folder.change_machines();
    home.run(&["import", &folder.path()]).ended(0);
    assert_eq!((home.at_late().len(), home.creates().len(), home.posts().len()), (2, 2, 2));
    assert!(folder.plan().iter().all(|(_, verdict)| verdict == "same"), "{:?}", folder.plan());
}

#[test]
fn nothing_is_made_while_it_cannot_be_seen_whether_it_is_there() {
    let home = Home::settled();
    let folder = Folder::new(&home);
    folder.write("one.md", ONE);
    home.configure(Some("http://127.0.0.1:9"));
    let row = folder.row(&[], "one.md");
    assert_eq!(row["verdict"], "refused");
    assert!(row["messages"][0].as_str().unwrap().contains("another machine may have made this post"), "{row}");
    folder.apply().ended(1).says(&["nothing was applied"]);
    assert!(home.posts().is_empty());
    home.run(&["apply", &folder.path(), "--as-new", "one.md"]).ended(3).says(&["1 create"]);
    home.configure(None);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.at_late().len(), 1);
}

#[test]
fn a_folder_that_was_applied_on_another_machine_makes_nothing_twice() {
    let home = Home::settled();
    let folder = Folder::new(&home);
    folder.write("one.md", ONE).write("spring/two.md", TWO);
    folder.apply().ended(0);
    assert_eq!(home.at_late().len(), 2);
    // Another machine: the same files and the same account, and a store that knows of neither.
    folder.leave_no_record();
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

#[test]
fn a_file_becomes_the_source_of_the_post_that_a_person_names() {
    let home = Home::settled();
    let folder = Folder::new(&home);
    let made = home.pipe("Words of long ago", &["post", "-", "--to", "x:@acme", "--when", "3d", "--json"]).ended(0);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    folder.write("one.md", ONE);
    let answer = |named: &str| home.run(&["apply", &folder.path(), "--adopt", named]);
    answer("one.md=ffffffffffff").ended(1).says(&["no post"]);
    answer(&format!("two.md={id}")).ended(2).says(&["there is no file two.md"]);
    assert_eq!(home.at_late()[0].content, "Words of long ago", "nothing was done");
    let row = folder.row(&["--adopt", &format!("one.md={id}")], "one.md");
    assert_eq!((&row["verdict"], &row["id"], &row["adopts"]), (&"change".into(), &id.as_str().into(), &true.into()));
    answer(&format!("one.md={id}")).ended(0).says(&["1 change"]);
    let there: Vec<String> = home.at_late().into_iter().map(|post| post.content).collect();
    assert_eq!(there, ["The first post"], "no second one");
    assert_eq!(folder.plan(), [("one.md".into(), "same".into())]);
}

/// What was written, with this machine's folder named alike every time.
fn told(said: &crate::home::Said, folder: &Folder<'_>) -> String {
    format!("{}---\n{}", said.out, said.err).replace(&folder.path(), "posts")
}

#[test]
fn plan_and_apply_say_what_would_be_done_and_what_was() {
    let home = Home::settled();
    let folder = Folder::new(&home);
    folder.write("one.md", ONE).write("spring/two.md", TWO);
    let run = |args: &[&str]| home.run(&[args, &[&folder.path()]].concat());
    let mut words = String::new();
    let mut hear = |title: &str, said: crate::home::Said| words += &format!("# {title}\n{}\n", told(&said, &folder));
    hear("plan of two new files", run(&["plan"]));
    hear("apply", run(&["apply"]));
    hear("plan once more", run(&["plan"]));
    folder.write("one.md", &ONE.replace("The first post", "The very first post").replace("09:00", "10:00"));
    std::fs::remove_file(folder.1.join("spring/two.md")).unwrap();
    folder.write("three.md", "---\nto: x:@acme\nwhen: 2030-02-30 09:00\n---\n\nNo such day\n");
    hear("plan of one that changed, one that is gone and one that is wrong", run(&["plan"]));
    hear("apply of the same", run(&["apply"]));
    folder.write("three.md", "---\nto: x:@acme\nwhen: 2030-02-28 09:00\n---\n\nA day\n");
    hear("apply once it is mended", run(&["apply"]));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("plan_and_apply", words);
    });
    assert_eq!(home.at_late().len(), 3, "what has no file any more stays until somebody deletes it");
}

#[test]
fn what_two_machines_made_at_the_same_moment_is_told_by_the_next_plan() {
    let home = Home::alone("oktopost", Clock::system(), str::to_owned);
    let channels = home.run(&["channels", "--json"]).rows();
    let channel = channels.iter().find(|row| row["network"] == "linkedin").unwrap();
    let to = channel["id"].as_str().unwrap();
    let folder = Folder::new(&home);
    let text = |day: u32, words: &str| format!("---\nto: \"{to}\"\nwhen: 2030-01-0{day} 09:00\n---\n\n{words}\n");
    folder.write("one.md", &text(2, "Said by both machines")).write("two.md", &text(3, "Said by one of them"));
    // The other machine has looked before this one sends, and sends after it looked: the provider keeps no id of ours.
    folder.apply().ended(0).says(&["2 create"]);
    let first = home.world().posts("oktopost").into_iter().find(|post| post.content.contains("both")).unwrap();
    let accounts = home.world().channels("oktopost").into_iter();
    let accounts = accounts.filter(|there| to.ends_with(&there.id)).map(|there| there.id).collect();
    let twin = WebPost { content: first.content.clone(), accounts, scheduled_for: first.scheduled_for };
    home.world().add_post("oktopost", twin).unwrap();
    home.run(&["sync"]).ended(0);
    let said = folder.row(&[], "one.md");
    let words = said["messages"][0].as_str().unwrap();
    assert!(words.contains("the same post is there twice at Wed 2 Jan 2030") && words.contains("remove one"), "{said}");
    assert_eq!(
        (&said["verdict"], folder.row(&[], "two.md")["messages"].as_array().unwrap().len()),
        (&"same".into(), 0)
    );
    let shown = home.run(&["plan", &folder.path()]).ended(0).out;
    assert!(shown.contains("one.md") && shown.contains("there twice") && !shown.contains("two.md"), "{shown}");
    // The way out that it names is one.
    let id = words.split("runsheet delete ").nth(1).unwrap().split('`').next().unwrap();
    home.run(&["delete", id, "--yes"]).ended(0);
    assert_eq!(home.world().posts("oktopost").len(), 2);
    assert_eq!(folder.row(&[], "one.md")["messages"].as_array().unwrap().len(), 0);
    assert!(folder.plan().iter().all(|(_, verdict)| verdict == "same"), "{:?}", folder.plan());
}
