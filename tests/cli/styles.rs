//! Styles, defaults, profiles and mentions in the shell: as files beside the configuration.

use serde_json::Value;

use crate::home::{Home, Said, in_demo};

const OWN: &str = "about = \"Short\"\n[x]\npost_text = \"New: {post_title}\"\n";

fn file(home: &Home, name: &str) -> String {
    std::fs::read_to_string(home.folder.path().join(name)).unwrap_or_default()
}

fn check(home: &Home, text: &str, args: &[&str]) -> Said {
    home.pipe(text, &[&["check", "-", "--json"], args].concat())
}

#[test]
fn styles_are_listed_shown_saved_edited_and_deleted() {
    let home = Home::new();
    let rows = home.run(&["style", "list", "--json"]).ended(0).rows();
    let names: Vec<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["announcement", "blog", "product"]);
    assert!(home.run(&["style", "show", "blog"]).ended(0).out.contains("{post_excerpt}"));
    home.run(&["style", "show", "blgo"]).ended(1).says(&["did you mean blog"]);

    home.pipe(OWN, &["style", "save", "short"]).ended(0).says(&["style short is kept"]);
    let shown = home.run(&["style", "show", "short", "--json"]).ended(0).json();
    assert_eq!(shown["networks"]["x"]["post_text"], "New: {post_title}");
    let wrong = OWN.replace("post_title", "post_titel");
    home.pipe(&wrong, &["style", "save", "short"]).ended(1).says(&["short.toml:3: ", "{post_title}"]);
    assert_eq!(file(&home, "styles/short.toml"), OWN, "nothing was changed");
    home.pipe(OWN, &["style", "save", "../short"]).ended(1).says(&["small letters"]);

    let editor = [("EDITOR", "sed -i s/New/Brand-new/")];
    home.run_with(&["style", "edit", "short"], &editor).ended(0);
    assert!(file(&home, "styles/short.toml").contains("Brand-new: {post_title}"));
    let broken = [("EDITOR", "sed -i s/post_title/post_titel/")];
    home.run_with(&["style", "edit", "short"], &broken).ended(1).says(&["what you wrote is in"]);
    // An editor that ends badly after it wrote.
    let fails = [("EDITOR", "sh -c 'echo \"# mine\" >> \"$1\"; exit 3' sh")];
    let said = home.run_with(&["style", "edit", "short"], &fails).ended(1).says(&["nothing was changed"]);
    let (_, kept) = said.err.trim_end().rsplit_once("what you wrote is in ").unwrap();
    assert!(std::fs::read_to_string(kept).unwrap().ends_with("# mine\n"), "{kept}");
    std::fs::remove_file(kept).unwrap();
    home.run_with(&["style", "edit", "short"], &[("EDITOR", "false")]).ended(1).says(&["nothing was changed"]);
    assert!(file(&home, "styles/short.toml").contains("{post_title}"));
    // What cannot be read is not written over by a copy of another.
    std::fs::write(home.folder.path().join("styles/latin.toml"), b"# caf\xe9\n").unwrap();
    home.run_with(&["style", "edit", "latin"], &[("EDITOR", "true")])
        .ended(1)
        .says(&["latin.toml", "nothing was changed"]);
    assert_eq!(std::fs::read(home.folder.path().join("styles/latin.toml")).unwrap(), b"# caf\xe9\n");

    home.run(&["style", "delete", "short"]).ended(0);
    home.run(&["style", "delete", "short"]).ended(1).says(&["there is no style \"short\""]);
    home.run(&["style", "delete", "blog"]).ended(1).says(&["comes with the program"]);
    in_demo(&["style", "delete", "blog"]).ended(1).says(&["the demo keeps no files"]);
}

#[test]
fn a_style_is_counted_checked_shown_and_sent_as_one_text() {
    let home = Home::settled();
    home.pipe(OWN, &["style", "save", "short"]).ended(0);
    let one = check(&home, "roast", &["--network", "x", "--style", "short"]).ended(0).json();
    assert_eq!((one["count"].as_u64(), one["from"][0]["from"].as_str()), (Some(10), Some("style short")));
    let shown = home.pipe("roast", &["preview", "-", "--network", "x", "--style", "short"]).ended(0);
    assert!(shown.out.starts_with("New: roast\n") && shown.out.contains("[post_text: style short]"), "{shown:?}");
    let text = "---\nto: x:@acme\nwhen: 2031-05-06 09:30\nstyle: short\n---\nroast\n";
    let said = home.pipe(text, &["post", "-", "--json"]).ended(0).says(&["post_text: style short"]);
    assert_eq!((said.json()["body"].as_str(), said.json()["style"].as_str()), (Some("New: roast"), Some("short")));
    assert_eq!(home.at_late()[0].content, "New: roast");
    // A draft stays as it was written.
    let draft = home.pipe("roast", &["post", "-", "--to", "x:@acme", "--style", "short", "--draft", "--json"]).ended(0);
    assert_eq!(draft.json()["body"], "roast");
    home.pipe("roast", &["post", "-", "--all", "--when", "now", "--style", "shrt", "--dry-run"])
        .ended(1)
        .says(&["there is no style \"shrt\"; did you mean short?"]);
}

#[test]
fn an_unknown_placeholder_is_named_at_its_place_and_sends_nothing() {
    let home = Home::settled();
    std::fs::create_dir_all(home.folder.path().join("styles")).unwrap();
    std::fs::write(home.folder.path().join("styles/own.toml"), OWN.replace("post_title", "post_titel")).unwrap();
    let said = check(&home, "roast", &["--network", "x", "--style", "own"]).ended(1).says(&["own.toml:3: "]);
    let problem = said.json()["problems"][0].clone();
    assert_eq!((problem["code"].as_str(), problem["start"].as_u64()), (Some("placeholder-unknown"), Some(5)));
    assert!(problem["remedy"].as_str().unwrap().contains("{post_title}"));
    home.pipe("roast", &["post", "-", "--to", "x:@acme", "--when", "fri 9", "--style", "own"])
        .ended(1)
        .says(&["{post_titel}", "nothing was scheduled"]);
    assert!(home.at_late().is_empty());
}

#[test]
fn defaults_are_set_shown_and_cleared_for_networks_and_channels() {
    let home = Home::settled();
    home.run(&["defaults", "set", "x", "post_text=X: {text}\\n{tags}", "cut_post_text=yes"]).ended(0);
    home.run(&["defaults", "set", "x:@acme", "post_text=Acme: {text}"]).ended(0).says(&["post_text is Acme: {text}"]);
    let all = home.run(&["defaults", "--json"]).ended(0).json();
    assert_eq!(all["networks"]["x"]["post_text"], "X: {text}\n{tags}");
    assert_eq!(all["channels"]["x:@acme"]["post_text"], "Acme: {text}");
    let rows = home.run(&["defaults", "show", "x:@acme", "--json"]).ended(0).rows();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap().clone();
    assert_eq!(row("post_text")["from"], "default of x:@acme");
    assert_eq!(row("cut_post_text")["from"], "default of X");
    assert_eq!(row("attach_link")["value"], Value::Null);
    let long = "word ".repeat(100);
    let one = check(&home, &format!("---\nto: x:@acme\n---\n{long}"), &[]).ended(0).rows().remove(0);
    assert!(one["count"].as_u64().unwrap() <= 280 && one["valid"] == true, "{one}");
    let from: Vec<&str> = one["from"].as_array().unwrap().iter().filter_map(|told| told["from"].as_str()).collect();
    assert_eq!(from, ["default of this channel", "default of X"]);
    for (args, words) in [
        (["set", "x", "post_txt=a"], "did you mean post_text"),
        (["set", "x", "post_text={txt}"], "{text}"),
        (["set", "xx:@acme", "post_text=a"], "xx:@acme"),
        (["set", "tiktok", "consent=yes"], "cannot consent"),
        (["clear", "x", "attach_link"], "was no default"),
    ] {
        home.run(&[&["defaults"], &args[..]].concat()).ended(1).says(&[words]);
    }
    // All of them, or none.
    let before = file(&home, "defaults.toml");
    home.run(&["defaults", "set", "x", "attach_link=no", "post_txt=a"]).ended(1).says(&["did you mean post_text"]);
    home.run(&["defaults", "clear", "x", "cut_post_text", "attach_link"]).ended(1).says(&["was no default"]);
    assert_eq!(file(&home, "defaults.toml"), before);
    home.run(&["defaults", "set", "x", "post_text"]).ended(2).says(&["NAME=VALUE"]);
    home.run(&["defaults", "clear", "x:@acme"]).ended(0);
    // Under another of its names it is the same channel.
    let channels = home.run(&["channels", "--json"]).ended(0).rows();
    let account = channels.iter().find(|row| row["network"] == "x").unwrap()["account"].as_str().unwrap();
    let table = format!("[channels.\"{account}/twitter:@acme\"]\nattach_link = false\n");
    std::fs::write(home.folder.path().join("defaults.toml"), file(&home, "defaults.toml") + &table).unwrap();
    let rows = home.run(&["defaults", "show", "x:@acme", "--json"]).ended(0).rows();
    assert!(rows.iter().any(|row| row["name"] == "attach_link" && row["from"] == "default of x:@acme"), "{rows:?}");
    home.run(&["defaults", "clear", "x:@acme", "attach_link"]).ended(0);
    assert!(!file(&home, "defaults.toml").contains("attach_link"));
    home.run(&["defaults", "clear", "x", "cut_post_text"]).ended(0);
    assert!(!file(&home, "defaults.toml").contains("cut_post_text"));
    assert!(file(&home, "config.toml").contains("[[account]]"), "the configuration is the person's");
    std::fs::write(home.folder.path().join("defaults.toml"), "[networks.x]\npost_txt = \"a\"\n").unwrap();
    home.run(&["list"]).ended(0).says(&["defaults.toml:2: \"post_txt\"", "did you mean post_text"]);
}

#[test]
fn a_profile_keeps_defaults_under_a_name() {
    let home = Home::new();
    home.run(&["defaults", "set", "x", "cut_post_text=yes"]).ended(0);
    home.run(&["profile", "save", "launch"]).ended(0);
    home.run(&["defaults", "set", "x", "cut_post_text=no"]).ended(0);
    assert_eq!(home.run(&["profile", "list", "--json"]).ended(0).json(), serde_json::json!(["launch"]));
    home.run(&["profile", "apply", "lunch"]).ended(1).says(&["there is no profile lunch; there are launch"]);
    home.run(&["profile", "apply", "launch"]).ended(0);
    assert!(file(&home, "defaults.toml").contains("cut_post_text = true"));
    assert!(home.run(&["profile", "show", "launch"]).ended(0).out.contains("cut_post_text"));
    std::fs::write(home.folder.path().join("profiles/lost.toml"), "[networks.x]\npost_txt = \"a\"\n").unwrap();
    home.run(&["profile", "apply", "lost"]).ended(1).says(&["did you mean post_text", "not put in force"]);
    assert!(file(&home, "defaults.toml").contains("cut_post_text = true"));
    home.run(&["profile", "delete", "lost"]).ended(0);
    home.run(&["profile", "delete", "launch"]).ended(0);
    assert_eq!(home.run(&["profile", "list", "--json"]).ended(0).json(), serde_json::json!([]));
}

#[test]
fn one_name_is_the_right_handle_on_each_network() {
    let home = Home::settled();
    let table = "[anna]\nname = \"Anna Berg\"\nx = \"@anna\"\nbluesky = \"anna.bsky.social\"\n";
    std::fs::write(home.folder.path().join("mentions.toml"), table).unwrap();
    for (network, text) in [("x", "Hi @anna!"), ("bluesky", "Hi @anna.bsky.social!"), ("linkedin", "Hi Anna Berg!")] {
        let shown = home.pipe("Hi @{anna}!", &["preview", "-", "--network", network]).ended(0);
        assert_eq!(shown.out.lines().next(), Some(text));
    }
    let said = check(&home, "Hi @{ana}!", &["--network", "x"]).ended(1).json();
    assert_eq!(
        (said["problems"][0]["code"].as_str(), said["problems"][0]["start"].as_u64()),
        (Some("mention-unknown"), Some(3))
    );
    home.pipe("Hi @{anna}!", &["post", "-", "--to", "x:@acme", "--when", "fri 9"]).ended(0);
    assert_eq!(home.at_late()[0].content, "Hi @anna!");
}
