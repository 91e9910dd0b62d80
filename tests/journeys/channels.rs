//! Channels: connected through the provider's link, renewed with one key; posts deleted by what they are; the settings
//! of a site.

use std::io::{Read, Write};
use std::net::TcpStream;

use runsheet::demo::Health;
use runsheet::domain::outcome::State;

use crate::stage::{LATE, MIDDLE, POSTO, Stage};

const X: &str = "@acme";

journeys! {
    a_new_channel_is_connected_through_the_provider_s_link,
    a_channel_that_lost_its_authorisation_says_what_waits_for_it_and_is_renewed_with_one_key,
}

/// The link on the screen, put together from the rows it takes.
fn link(stage: &Stage) -> String {
    let screen = stage.screen();
    let rows: Vec<Vec<char>> = screen.lines().map(|row| row.chars().collect()).collect();
    let begins = |row: &Vec<char>| row.windows(7).position(|seven| seven.iter().collect::<String>() == "http://");
    let at = rows.iter().position(|row| begins(row).is_some()).unwrap();
    let column = begins(&rows[at]).unwrap();
    let part = |row: &Vec<char>| row[column..].iter().take_while(|c| **c != '│').collect::<String>().trim().to_owned();
    rows[at..].iter().map(part).take_while(|part| !part.is_empty()).collect()
}

/// Opens a link as a browser does.
fn visit(link: &str) {
    let (host, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut line = TcpStream::connect(host).unwrap();
    write!(line, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{link}: {answer}");
}

fn a_new_channel_is_connected_through_the_provider_s_link(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    // From the account's heading: its networks.
    stage.keys("1 g g a").until("Connect a channel").keys("j").until("> LinkedIn").snapshot("channel_choose");
    stage.keys("Enter").until("waiting for the channel");
    let link = link(&stage);
    assert!(link.contains("state=demo-secret"), "{link}\n{}", stage.screen());
    stage.rest().seconds(5).until("waiting for the channel").rest();
    visit(&link);
    stage.seconds(5).until("ok: li:newcomer").snapshot("channel_connected");
    stage.keys("Enter").gone("Connect a channel");
    assert!(stage.screen().contains("newcomer"), "{}", stage.screen());
}

#[test]
fn a_wait_can_be_left_and_one_without_an_end_ends() {
    let mut stage = Stage::late(MIDDLE);
    stage.keys("1 g g a").until("Connect a channel").keys("Enter").until("waiting for the channel");
    stage.keys("Esc").gone("waiting for the channel").seconds(5).turn(1);
    stage.keys("1 g g a").until("Connect a channel").keys("Enter").until("waiting for the channel");
    stage.rest().turn(16).until("nobody agreed in time").keys("Enter").until("waiting for the channel").keys("Esc");
}

fn a_channel_that_lost_its_authorisation_says_what_waits_for_it_and_is_renewed_with_one_key(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Waits for the channel", &[X], "fri 14").schedule("So does this", &[X], "fri 15");
    let channel = stage.outside.world.channels(LATE).into_iter().find(|channel| channel.username == X).unwrap();
    stage.outside.world.set_health(LATE, &channel.id, Health::Expired);
    stage.turn(6).keys("1").until("✗").snapshot("channel_lost");
    stage.keys("2 g p 3").until("has to be connected again").until("renewed").snapshot("channel_at_risk");
    stage.keys("a").until("Renew a channel").until("waiting for the channel");
    stage.rest();
    visit(&link(&stage));
    stage.seconds(5).until("ok: x:@acme is here").keys("Enter").gone("Renew a channel").gone("recon");
    assert!(!stage.screen().contains("at risk"), "{}", stage.screen());
}

#[test]
fn posts_are_deleted_by_what_they_are_after_a_look_and_come_back_with_one_key() {
    let mut stage = Stage::late(MIDDLE);
    for (body, when) in [("Autumn one", "fri 14"), ("Autumn two", "fri 15"), ("Winter", "fri 16")] {
        stage.schedule(body, &[X], when);
    }
    stage.keys(":").typed("delete autumn").keys("Enter").until("2 posts would be deleted");
    // Nothing yet; the second is kept.
    assert_eq!(stage.posts(LATE).len(), 3);
    stage.keys("j Space").until("1 post would be deleted").keys("y").rest();
    let left: Vec<String> = stage.posts(LATE).into_iter().map(|post| post.content).collect();
    assert_eq!(left, ["Autumn two", "Winter"]);
    stage.keys("u").rest();
    assert_eq!(stage.posts(LATE).len(), 3);
    assert_eq!(stage.only("Autumn one").state(stage.outside.clock.now()), State::Scheduled);
    stage.keys(":").typed("delete stauts:x").keys("Enter").until("did you mean status:").keys("Esc");
}

#[test]
fn a_setting_of_a_site_is_read_changed_and_saved_whole() {
    let mut stage = Stage::open(MIDDLE, &[POSTO]);
    stage.keys(":").typed("settings").keys("Enter").until("all of X");
    stage.keys("j j j j Enter").until("Settings · all of X").until("cut_post_text");
    stage.keys("j Enter").until("yes or no").keys("Enter").until("saved at the site");
    let saved = stage.writes().pop().unwrap();
    assert!(saved.body.contains("\"cut_post_text\":true") && saved.body.contains("{post_title}"), "{}", saved.body);
    stage.keys("R").until("as read now").keys("Esc Esc").gone("Settings");
}
