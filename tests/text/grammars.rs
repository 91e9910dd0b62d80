//! Entities on networks that publish no vectors.

use runsheet::text::entities::{EntityKind, entities};

use crate::vectors::{rules, texts};

#[test]
fn each_network_marks_what_it_makes_something_of() {
    use EntityKind::{Cashtag, Hashtag, Link, Mention};
    for (network, text, kind, found) in [
        ("instagram", "by @anna.b. and a@b.com", Mention, vec!["@anna.b"]),
        ("linkedin", "by @anna", Mention, vec![]),
        ("linkedin", "#jobs, #2026", Hashtag, vec!["#jobs"]),
        ("telegram", "$TON and #ton", Cashtag, vec!["$TON"]),
        ("google_business", "#sale at shop.com", Hashtag, vec![]),
        ("google_business", "#sale at shop.com", Link, vec!["shop.com"]),
        ("reddit", "ask u/ann-b in /r/rust or menu/x, http://a.com/r/x", Mention, vec!["u/ann-b", "/r/rust"]),
        ("reddit", "#heading", Hashtag, vec![]),
        ("mastodon", "@ann, @ann@example.social. a@b.c", Mention, vec!["@ann", "@ann@example.social"]),
        ("mastodon", "#caf\u{e9} #1 (#two) a#b", Hashtag, vec!["#caf\u{e9}", "#two"]),
        ("mastodon", "gemini://example.com/a example.com", Link, vec!["gemini://example.com/a"]),
        ("bluesky", "Example.COM example.com", Link, vec!["example.com"]),
    ] {
        let all = entities(text, rules(network));
        assert_eq!(texts(text, &all, kind), found, "{network}: {text}");
    }
}

#[test]
fn of_two_that_overlap_the_first_stands() {
    let text = "http://a.com/#tag @ann";
    let all = entities(text, rules("x"));
    assert_eq!(all.iter().map(|entity| &text[entity.span.clone()]).collect::<Vec<_>>(), ["http://a.com/#tag", "@ann"]);
}
