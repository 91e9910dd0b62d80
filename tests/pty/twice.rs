//! A key that is pressed twice does once what it does.

use rustix::process::Signal;

use crate::home::Home;
use crate::{CTRL_S, CTRL_U};

#[test]
fn a_double_key_press_schedules_once() {
    let home = Home::settled();
    let mut tty = home.open(120, 40, &[]);
    tty.shows("1 account ok");
    tty.press("c", "Compose");
    tty.press("Said twice in haste", "draft saved");
    tty.press("\x1b", "FORM");
    tty.press("t ", "1 of ");
    tty.press("s", "When");
    tty.keys(CTRL_U);
    tty.press("30m", "in 30 min");
    tty.keys("\r");
    tty.hides("When ─");
    tty.press(CTRL_S, "nothing is sent yet");
    // The second one falls on whatever is there by then.
    tty.keys("ss");
    tty.hides("nothing is sent yet");
    tty.until("the post to arrive", |_| !home.at_late().is_empty());
    tty.keys("\x1b");
    tty.shows("1 account ok");
    tty.signal(Signal::TERM);
    assert_eq!(tty.ended(), 0);
    assert!(home.run(&["sync"]).status.success());
    assert_eq!(home.at_late(), ["Said twice in haste"]);
    let posts = home.posts();
    assert_eq!((posts.len(), &posts[0]["status"]), (1, &"scheduled".into()));
}

#[test]
fn what_another_window_or_the_shell_writes_is_seen_and_sent_at_once() {
    let home = Home::settled();
    let mut first = home.open(120, 40, &[]);
    first.shows("1 account ok");
    let mut second = home.open(120, 40, &[]);
    second.shows("beside another runsheet");
    second.press("c", "Compose");
    second.press("Next door", "draft saved");
    first.shows("Next door");
    // The shell leaves the sending to the first window, which does not wait until it looks the next time.
    let file = home.folder.path().join("post.md");
    std::fs::write(&file, "From the shell").unwrap();
    home.run(&["post", file.to_str().unwrap(), "--to", "x:@acme", "--when", "30m"]);
    first.until("the post to arrive", |_| home.at_late() == ["From the shell"]);
    for tty in [&mut second, &mut first] {
        tty.signal(Signal::TERM);
        assert_eq!(tty.ended(), 0);
    }
}

#[test]
fn a_window_that_only_looks_sends_nothing_and_stands_in_nobodys_way() {
    let home = Home::settled();
    // Written while the provider is out of reach: it waits to be sent.
    home.configure(Some("http://127.0.0.1:9"));
    let file = home.folder.path().join("post.md");
    std::fs::write(&file, "Not from the wall").unwrap();
    home.run(&["post", file.to_str().unwrap(), "--to", "x:@acme", "--when", "30m"]);
    home.configure(None);
    let mut wall = home.open_command(&["--read-only"]);
    wall.shows("read-only");
    wall.shows("1 account ok");
    wall.press("R", "read-only");
    wall.press("c", "nothing is changed or sent from here");
    assert!(home.at_late().is_empty(), "it only looks");
    let mut other = home.open(120, 40, &[]);
    other.until("the post to arrive", |_| home.at_late() == ["Not from the wall"]);
    for tty in [&mut other, &mut wall] {
        tty.signal(Signal::TERM);
        assert_eq!(tty.ended(), 0);
    }
}
