//! What a provider shows and runsheet does not understand, where a person reads a post.

use runsheet::clock::Clock;
use runsheet::demo::{Fault, FaultKind};

use crate::home::Home;

fn reword(home: &Home, provider: &'static str, from: &'static str, to: &'static str) {
    let fault = Fault::once(FaultKind::Reworded(from, to)).at(provider).on("GET", "/").times(1_000);
    home.world().fault(fault);
}

fn with_a_post(provider: &str) -> (Home, String) {
    let home = Home::alone(provider, Clock::system(), str::to_owned);
    let channel = home.run(&["channels", "--json"]).ended(0).rows();
    let on_x = channel.iter().find(|channel| channel["network"] == "x").unwrap();
    let args = ["post", "-", "--to", on_x["full_name"].as_str().unwrap(), "--when", "2030-01-02 09:00", "--json"];
    let said = home.pipe("Hello", &args).ended(0).json();
    (home, said["id"].as_str().unwrap().to_owned())
}

#[test]
fn a_status_nobody_knows_is_unknown_and_said_with_its_word() {
    // Post for Me's pace is slower than so many commands in a row; the conformance suite has it.
    for (provider, word) in
        [("late", "pending"), ("oktopost", "pending"), ("posto", "not_sent"), ("voxburst", "pending")]
    {
        let (home, id) = with_a_post(provider);
        reword(&home, provider, word, "levitating");
        home.run(&["sync"]).ended(1);
        let shown = home.run(&["show", &id, "--json"]).ended(0).json();
        assert_eq!(shown["status"], "unknown", "{provider}: {shown}");
        let text = home.run(&["show", &id]).ended(0).out;
        assert!(text.contains("the provider says \"levitating\", a word runsheet does not know"), "{provider}: {text}");
        let failed = home.run(&["failed", "--json"]).ended(0).rows();
        assert_eq!((failed.len(), failed[0]["status"].as_str()), (1, Some("unknown")), "{provider}");
        // Nothing is sent again for it, and once the word is one that is known, all is well again.
        home.world().clear_faults();
        home.run(&["sync"]).ended(0);
        assert_eq!(home.run(&["show", &id, "--json"]).ended(0).json()["status"], "scheduled", "{provider}");
        assert_eq!(home.world().posts(provider).len(), 1);
    }
}

#[test]
fn what_is_only_odd_stands_in_the_post_and_in_its_json() {
    let (home, id) = with_a_post("late");
    let shown = home.run(&["show", &id, "--json"]).ended(0).json();
    assert_eq!(shown["not_understood"], serde_json::json!([]));
    reword(&home, "late", "twitter", "marsnet");
    home.run(&["sync"]).ended(0);
    let shown = home.run(&["show", &id, "--json"]).ended(0).json();
    assert_eq!(shown["status"], "scheduled");
    assert_eq!(
        shown["not_understood"],
        serde_json::json!(["the provider says \"marsnet\" for a network, a word runsheet does not know"])
    );
    let text = home.run(&["show", &id]).ended(0).out;
    assert!(text.contains("not understood: the provider says \"marsnet\""), "{text}");
}
