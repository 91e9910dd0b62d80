//! Limits that a provider published: the shell counts against them as the screen does, and says whose they are.

use runsheet::clock::Clock;

use crate::home::Home;

#[test]
fn a_channel_that_may_write_more_is_held_to_its_own_limit() {
    let home = Home::alone("postforme", Clock::system(), str::to_owned);
    home.world().add_channel("postforme", "twitter", "plenty").unwrap();
    let paying = home.world().channels("postforme").into_iter().find(|channel| channel.username == "plenty").unwrap();
    assert!(home.world().set_premium("postforme", &paying.id, true));
    // What is published is asked for once a day: this machine has not asked yet.
    std::fs::remove_dir_all(home.data()).unwrap();
    home.run(&["sync"]).ended(0);
    let text = "Plenty to say. ".repeat(40);
    let file = home.folder.path().join("long.md");
    let written = |to: &str| std::fs::write(&file, format!("---\nto: [\"{to}\"]\n---\n\n{text}\n")).unwrap();
    let path = file.to_str().unwrap();
    written("x:@plenty");
    let found = home.run(&["check", path, "--network", "x", "--json"]).ended(0).json();
    assert_eq!((found["count"].as_u64(), found["limit"].as_u64()), (Some(599), Some(2_200)), "{found}");
    assert_eq!(found["limit_source"], "Post for Me");
    assert!(found["limit_as_of"].as_str().is_some_and(|at| at.contains('T')), "{found}");
    home.run(&["post", path, "--when", "tomorrow 9", "--dry-run"]).ended(0);
    // Nobody in particular writes as everybody.
    std::fs::write(&file, &text).unwrap();
    let found = home.run(&["check", path, "--network", "x", "--json"]).ended(1).json();
    assert_eq!((found["limit"].as_u64(), found["limit_source"].as_str()), (Some(280), Some("runsheet")));
    assert_eq!(found["limit_as_of"], "October 2026");
}
