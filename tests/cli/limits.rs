//! Limits that a provider published: the shell counts against them as the screen does, and says whose they are.

use crate::home::Home;

#[test]
fn a_limit_says_who_published_it_and_when() {
    let home = Home::settled();
    let file = home.folder.path().join("short.md");
    let path = file.to_str().unwrap();
    let found = |text: &str| {
        std::fs::write(&file, text).unwrap();
        home.run(&["check", path, "--network", "x", "--json"]).ended(0).json()
    };
    let one = found("---\nto: [\"x:@acme\"]\n---\n\nPlenty to say\n");
    assert_eq!((one["count"].as_u64(), one["limit"].as_u64()), (Some(13), Some(280)), "{one}");
    assert_eq!(one["limit_source"], "Late (Zernio)");
    assert!(one["limit_as_of"].as_str().is_some_and(|at| at.contains('T')), "{one}");
    // Where nobody in particular is meant, the figures that ship hold.
    let any = found("Plenty to say\n");
    assert_eq!((any["limit_source"].as_str(), any["limit_as_of"].as_str()), (Some("runsheet"), Some("October 2026")));
}
