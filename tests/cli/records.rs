//! The record of a folder of posts as files: which posts they are, for machines that know nothing else of them.

use std::path::PathBuf;

use runsheet::clock::Clock;
use runsheet::demo::WebPost;
use serde_json::Value;

use crate::home::Home;

/// A folder of posts for channels of one provider, and machines that take turns at it.
struct Folder {
    home: Home,
    provider: &'static str,
    path: PathBuf,
}

impl Folder {
    /// A channel of the provider, as files name it.
    fn one(&self) -> [String; 1] {
        [self.channel(if self.provider == "posto" { "x" } else { "linkedin" })]
    }

    fn at(provider: &'static str) -> Self {
        let home = Home::alone(provider, Clock::system(), str::to_owned);
        let path = home.folder.path().join("posts");
        std::fs::create_dir_all(&path).unwrap();
        Self { home, provider, path }
    }

    /// The channel of a network, as files name it.
    fn channel(&self, network: &str) -> String {
        let rows = self.home.run(&["channels", "--json"]).rows();
        rows.iter().find(|row| row["network"] == network).unwrap()["id"].as_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, to: &[String], when: &str, text: &str) {
        let text = format!("---\nto: {}\nwhen: {when}\n---\n\n{text}\n", serde_json::to_string(to).unwrap());
        std::fs::write(self.path.join(name), text).unwrap();
    }

    fn record(&self) -> String {
        std::fs::read_to_string(self.path.join(".runsheet/applied.toml")).unwrap()
    }

    fn run(&self, command: &str, args: &[&str]) -> crate::home::Said {
        self.home.run(&[&[command, self.path.to_str().unwrap()], args].concat())
    }

    fn plan(&self) -> Vec<Value> {
        self.run("plan", &["--json"]).rows()
    }

    fn verdicts(&self) -> Vec<String> {
        self.plan().iter().map(|row| row["verdict"].as_str().unwrap().to_owned()).collect()
    }

    /// Another machine: the same files and account, and no store.
    fn forget(&self) {
        std::fs::remove_dir_all(self.home.data()).unwrap();
    }

    fn there(&self) -> Vec<(String, String)> {
        let mut there: Vec<(String, String)> =
            self.home.world().posts(self.provider).into_iter().map(|post| (post.id, post.content)).collect();
        there.sort();
        there
    }

    /// Somebody rewrites text and time there, of the post that says this.
    fn rewrite(&self, words: &str, other: &str) {
        let (id, _) = self.there().into_iter().find(|(_, content)| content.contains(words)).unwrap();
        let edited = self.home.world().edit_post(self.provider, &id, |post| {
            post.content = other.into();
            post.scheduled_for = post.scheduled_for.map(|at| at + chrono::TimeDelta::days(40));
        });
        assert!(edited);
    }
}

#[test]
fn a_post_that_was_rewritten_there_altogether_is_known_by_its_id_on_every_machine() {
    for provider in ["oktopost", "posto"] {
        let folder = Folder::at(provider);
        let to = folder.one();
        folder.write("one.md", &to, "2030-01-02 09:00", "The words of the file");
        folder.write("two.md", &to, "2030-01-03 09:00", "Nothing happens to this");
        assert!(!folder.path.join(".runsheet").exists() && folder.verdicts() == ["create", "create"]);
        assert!(!folder.path.join(".runsheet").exists(), "a plan writes nothing");
        folder.run("apply", &[]).ended(0).says(&["2 create", "commit it with the files"]);
        let record = folder.record();
        for (id, _) in folder.there() {
            assert!(record.contains(&format!("\"{}\" = \"{id}\"", to[0])), "{record}");
        }
        folder.rewrite("The words", "Wholly other sentences, written at the provider");
        folder.forget();
        let plan = folder.plan();
        assert_eq!((&plan[0]["verdict"], &plan[0]["adopts"]), (&"change".into(), &true.into()), "{plan:?}");
        assert!(plan[0]["messages"].to_string().contains("as it was applied: these were changed since"), "{plan:?}");
        assert_eq!(plan[1]["verdict"], "adopt");
        assert_eq!(folder.record(), record, "a plan writes nothing");
        folder.run("apply", &[]).ended(0).says(&["1 adopt, 1 change"]);
        let there = folder.there();
        assert_eq!(there.len(), 2, "{provider}: no second one: {there:?}");
        assert!(there.iter().any(|(_, content)| content.contains("The words of the file")), "{there:?}");
        assert_eq!(folder.record(), record, "the same posts, the same record");
        assert_eq!(folder.verdicts(), ["same", "same"]);
        // One file changes, and so do its lines alone.
        folder.write("two.md", &to, "2030-01-03 10:00", "Nothing happens to this");
        folder.run("apply", &[]).ended(0).says(&["1 change, 1 same"]);
        let now = folder.record();
        let differ = record.lines().zip(now.lines()).filter(|(one, other)| one != other).count();
        assert_eq!((differ, record.lines().count()), (1, now.lines().count()), "{record}\n{now}");
    }
}

#[test]
fn an_id_that_is_gone_falls_back_to_words_and_the_record_follows() {
    let folder = Folder::at("posto");
    let to = folder.one();
    folder.write("one.md", &to, "2030-01-02 09:00", "Made anew at the site");
    folder.write("two.md", &to, "2030-01-03 09:00", "Taken away at the site");
    folder.run("apply", &[]).ended(0);
    let before = folder.record();
    let world = folder.home.world();
    for post in world.posts("posto") {
        let accounts = post.targets.iter().map(|target| target.account.clone()).collect();
        assert!(world.delete_post("posto", &post.id));
        if post.content.contains("anew") {
            let again = WebPost { content: post.content.clone(), accounts, scheduled_for: post.scheduled_for };
            world.add_post("posto", again).unwrap();
        }
    }
    folder.forget();
    let plan = folder.plan();
    assert_eq!((&plan[0]["verdict"], &plan[1]["verdict"]), (&"adopt".into(), &"create".into()), "{plan:?}");
    assert!(plan[1]["messages"].to_string().contains("which is not there any more"), "{plan:?}");
    folder.run("apply", &[]).ended(0);
    assert_eq!(folder.there().len(), 2);
    let after = folder.record();
    assert!(after != before && folder.there().iter().all(|(id, _)| after.contains(id.as_str())), "{after}");
    // Where only the record is behind, it is said, and applying writes it.
    std::fs::write(folder.path.join(".runsheet/applied.toml"), &before).unwrap();
    folder.run("plan", &[]).ended(0).says(&["2 same", "is not up to date: `runsheet apply` writes it anew"]);
    assert_eq!(folder.record(), before);
    folder.run("apply", &[]).ended(0);
    assert_eq!(folder.record(), after);
}

#[test]
fn what_another_machine_made_anew_is_taken_over_here_and_not_made_once_more() {
    let folder = Folder::at("oktopost");
    let to = folder.one();
    folder.write("one.md", &to, "2030-01-02 09:00", "The first words");
    folder.run("apply", &[]).ended(0);
    let (old, _) = folder.there().remove(0);
    // There it vanished, and another machine made it anew from a file that says something else by now.
    let aside = folder.home.folder.path().join("aside");
    assert!(folder.home.world().delete_post("oktopost", &old));
    std::fs::rename(folder.home.data(), &aside).unwrap();
    folder.write("one.md", &to, "2030-03-03 18:00", "Other sentences altogether");
    folder.run("apply", &[]).ended(0).says(&["1 create"]);
    std::fs::remove_dir_all(folder.home.data()).unwrap();
    std::fs::rename(&aside, folder.home.data()).unwrap();
    let plan = folder.plan();
    assert_eq!(plan.len(), 1, "{plan:?}");
    assert_eq!((&plan[0]["verdict"], &plan[0]["adopts"]), (&"adopt".into(), &true.into()), "{plan:?}");
    folder.run("apply", &[]).ended(0).says(&["1 adopt"]);
    assert_eq!((folder.there().len(), folder.home.posts().len()), (1, 1), "{:?}", folder.home.posts());
    assert_eq!(folder.verdicts(), ["same"]);
    folder.home.run(&["sync"]).ended(0);
    assert_eq!((folder.verdicts(), folder.home.posts().len()), (vec!["same".to_owned()], 1));
}

#[test]
fn one_file_that_arrives_as_several_posts_becomes_one_again() {
    for with_record in [true, false] {
        let folder = Folder::at("oktopost");
        let to = [folder.channel("linkedin"), folder.channel("facebook")];
        folder.write("one.md", &to, "2030-01-02 09:00", "In two places at once");
        folder.run("apply", &[]).ended(0).says(&["1 create"]);
        assert_eq!((folder.there().len(), folder.home.posts().len()), (2, 1), "one network, one post there");
        let record = folder.record();
        if !with_record {
            std::fs::remove_dir_all(folder.path.join(".runsheet")).unwrap();
        } else {
            folder.rewrite("In two places", "Rewritten on one of both");
        }
        folder.forget();
        let (plan, wanted) = (folder.plan(), if with_record { "change" } else { "adopt" });
        assert_eq!((&plan[0]["verdict"], &plan[0]["adopts"]), (&wanted.into(), &true.into()), "{plan:?}");
        assert!(plan[0]["messages"].to_string().contains("there as 2 posts"), "{plan:?}");
        let rows = folder.run("import", &["--dry-run", "--json"]).rows();
        assert!(rows[0]["messages"].to_string().contains("`runsheet apply` makes them one"), "{rows:?}");
        folder.run("apply", &[]).ended(0).says(&[&format!("1 {wanted}")]);
        assert_eq!((folder.there().len(), folder.home.posts().len()), (2, 1), "{:?}", folder.home.posts());
        assert!(folder.there().iter().all(|(_, content)| content.contains("In two places at once")));
        assert_eq!((folder.record(), folder.verdicts()), (record, vec!["same".to_owned()]));
        // The provider's listings go on speaking of the one post.
        folder.rewrite("In two places", "Said otherwise there");
        folder.home.run(&["sync"]).ended(0);
        assert_eq!((folder.home.posts().len(), folder.verdicts()), (1, vec!["change".to_owned()]));
        folder.run("apply", &[]).ended(0);
        assert_eq!(folder.there().len(), 2);
        assert!(folder.there().iter().all(|(_, content)| content.contains("In two places at once")));
    }
}

#[test]
fn a_record_that_cannot_be_trusted_is_named_with_its_line_and_nothing_is_done() {
    let folder = Folder::at("oktopost");
    folder.write("one.md", &folder.one(), "2030-01-02 09:00", "Applied once");
    folder.run("apply", &[]).ended(0);
    let good = folder.record();
    let line = |record: &str, what: &str| record.lines().position(|line| line.contains(what)).unwrap() + 1;
    for (record, what, words) in [
        (good.replace("version = 1", "version = 7"), "version", "version 7, and this program reads version 1"),
        (good.replace("applied =", "<<<<<<< HEAD\napplied ="), "<<<<", "git left both sides of a merge"),
        (good.replace("applied = \"", "applied = "), "applied =", "delete it: then files are known by"),
        (good.replace("[\"one.md\"]", "[\"one.md\"]\nx = 1"), "x = 1", "is no channel"),
    ] {
        let path = folder.path.join(".runsheet/applied.toml");
        std::fs::write(&path, &record).unwrap();
        folder.write("two.md", &folder.one(), "2030-01-04 09:00", "Not applied yet");
        let place = format!("{}:{}:", path.display(), line(&record, what));
        folder.run("plan", &[]).ended(1).says(&[&place, words]);
        folder.run("apply", &[]).ended(1).says(&[&place, words, "nothing was applied"]);
        folder.run("import", &["--dry-run"]).ended(1).says(&[&place, words]);
        let said = folder.run("lint", &[]).ended(1);
        assert!(said.out.contains(&place) && said.out.contains(words), "{said:?}");
        assert_eq!((folder.record(), folder.there().len()), (record, 1), "nothing was written over, nothing made");
    }
    std::fs::write(folder.path.join(".runsheet/applied.toml"), &good).unwrap();
    folder.run("lint", &[]).ended(0);
    folder.run("apply", &[]).ended(0).says(&["1 create, 1 same"]);
}

#[test]
fn a_file_that_goes_is_told_on_machines_that_never_applied_it_and_leaves_the_record_with_its_post() {
    let folder = Folder::at("posto");
    let to = folder.one();
    folder.write("one.md", &to, "2030-01-02 09:00", "It stays");
    folder.write("two.md", &to, "2030-01-03 09:00", "It goes");
    folder.run("apply", &[]).ended(0);
    std::fs::remove_file(folder.path.join("two.md")).unwrap();
    folder.forget();
    folder.home.run(&["sync"]).ended(0);
    assert_eq!(folder.verdicts(), ["adopt", "gone"]);
    folder.run("apply", &[]).ended(0).says(&["1 adopt, 1 gone"]);
    assert!(folder.record().contains("two.md"));
    let id = folder.plan()[1]["id"].as_str().unwrap().to_owned();
    folder.home.run(&["delete", &id, "--yes"]).ended(0);
    folder.run("apply", &[]).ended(0).says(&["1 same"]);
    assert!(!folder.record().contains("two.md"), "{}", folder.record());
    assert_eq!(folder.there().len(), 1);
    // Another name for the same words is the same post, whatever its provider's says now.
    std::fs::rename(folder.path.join("one.md"), folder.path.join("first.md")).unwrap();
    folder.rewrite("It stays", "Other words at the site");
    folder.forget();
    assert_eq!(folder.verdicts(), ["change"]);
    folder.run("apply", &[]).ended(0);
    assert_eq!(folder.there().len(), 1);
    assert!(folder.record().contains("first.md") && !folder.record().contains("one.md"), "{}", folder.record());
}
