//! Channels from the shell: connected through a link, named by a part of their names; posts deleted by what they are.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::home::Home;

/// Opens a link as a browser does.
fn visit(link: &str) {
    let (host, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut line = TcpStream::connect(host).unwrap();
    write!(line, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{link}: {answer}");
}

/// Whether `text` is in any file of the data folder.
fn is_kept(home: &Home, text: &str) -> bool {
    let files = std::fs::read_dir(home.data()).unwrap().flatten();
    files
        .filter_map(|file| std::fs::read(file.path()).ok())
        .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[test]
fn a_link_is_printed_and_kept_nowhere_and_the_channel_is_there_afterwards() {
    let home = Home::settled();
    let said = home.run(&["connect", "late", "--channel", "linkedin", "--log", "info"]).ended(0);
    let said = said.says(&["open it in a browser", "runsheet sync"]);
    let link = said.out.trim();
    assert!(link.contains("state=demo-secret-") && said.out.lines().count() == 1, "{said:?}");
    visit(link);
    home.run(&["sync", "--log", "info"]).ended(0);
    let channels = home.run(&["channels", "newcomer*", "--json"]).ended(0).rows();
    assert_eq!((channels.len(), channels[0]["network"].as_str()), (1, Some("linkedin")));
    assert!(!is_kept(&home, "demo-secret"), "the link may hold a secret");

    // One that is there is renewed, by its name.
    let told = home.run(&["connect", "late", "--channel", "x:@acme", "--json"]).ended(0).json();
    assert_eq!((told["account"].as_str(), told["network"].as_str()), (Some("acme"), Some("x")));
    assert!(told["link"].as_str().unwrap().contains("authorise"));
}

#[test]
fn where_there_is_no_link_the_words_say_where_to_go() {
    let home = Home::settled();
    home.run(&["connect", "voxburst", "--channel", "linkedin"]).ended(1).says(&["makes no link", "https://"]);
    home.run(&["connect", "late", "--channel", "bluesky"]).ended(1).says(&["bluesky"]);
    home.run(&["connect", "late", "--channel", "nonsense"]).ended(1).says(&["there is no channel"]);
    home.run(&["connect", "posto", "--channel", "x"]).ended(1).says(&["there is no account at posto"]);
    home.run(&["connect", "late", "--wait"]).ended(2);
    home.run(&["settings", "acme"]).ended(1).says(&["no settings"]);
    home.run(&["settings", "acmee"]).ended(1).says(&["\"acmee\" has no settings", "no account has any"]);
    home.run(&["settings", "acme", "x"]).ended(1).says(&["has no settings"]);
}

#[test]
fn a_star_names_several_channels_and_a_part_of_a_name_alone_none() {
    let home = Home::settled();
    let all = home.run(&["channels", "--json"]).ended(0).rows();
    let acme: Vec<_> = all.iter().filter(|channel| channel["account"] == "acme").collect();
    let named = home.run(&["channels", "acme/*", "--json"]).ended(0).rows();
    assert_eq!(named.len(), acme.len());
    home.run(&["channels", "*nobody*"]).ended(1).says(&["no channel has a name like"]);
    home.pipe("Hi", &["post", "-", "--to", "x:acm", "--when", "tomorrow 9"])
        .ended(1)
        .says(&["say acme/x:@acme", "'x:*acm*' for all"]);
    let post = home.pipe("Hello", &["post", "-", "--to", "x:*acme*", "x:@acme", "--when", "tomorrow 9", "--json"]);
    let post = post.ended(0).says(&["x:*acme* is acme/x:@acme"]).json();
    assert_eq!(post["targets"].as_array().unwrap().len(), 1, "named twice, it is one channel");
}

#[test]
fn posts_are_listed_first_and_deleted_only_when_that_was_said() {
    let home = Home::settled();
    let schedule = |text: &str, when: &str| {
        let post = home.pipe(text, &["post", "-", "--to", "x:@acme", "--when", when, "--json"]).ended(0).json();
        post["id"].as_str().unwrap().to_owned()
    };
    let (one, two) = (schedule("Autumn one", "tomorrow 9"), schedule("Autumn two", "tomorrow 10"));
    schedule("Winter", "tomorrow 11");
    home.run(&["delete"]).ended(1).says(&["say what to delete"]);
    home.run(&["delete", "--status", "gone"]).ended(2).says(&["is not a status"]);
    home.run(&["delete", "--older-than", "soon"]).ended(2).says(&["30d"]);
    home.run(&["delete", "--account", "acme"]).ended(1).says(&["say what to delete"]);
    let said = home.run(&["delete", "--filter", "autumn"]).ended(1).says(&["2 posts would be deleted", "--yes"]);
    assert!(said.out.contains("Autumn one") && said.out.contains("Autumn two") && !said.out.contains("Winter"));
    assert_eq!((home.at_late().len(), home.posts().len()), (3, 3), "nothing was");
    home.run(&["delete", "--all", "--older-than", "30d", "--yes"]).ended(0).says(&["nothing to delete"]);

    let told = home.run(&["delete", "--filter", "autumn", "--except", &two, "--yes", "--json"]).ended(0).json();
    assert_eq!((told["posts"][0]["id"].as_str(), told["deleted"].as_bool()), (Some(one.as_str()), Some(true)));
    assert_eq!((home.at_late().len(), home.posts().len()), (2, 2));
    home.run(&["delete", "--all", "--account", "acme", "--yes"]).ended(0).says(&["2 posts deleted"]);
    assert!(home.at_late().is_empty() && home.posts().is_empty());
}
