//! Problems with their places and remedies, and previews.

use runsheet::domain::carries::{Carries, Way};
use runsheet::domain::channel::Network;
use runsheet::domain::ids::{ChannelId, IdSource};
use runsheet::domain::media::{Media, MediaKind};
use runsheet::domain::options::{FirstComment, Value};
use runsheet::domain::post::{Post, Target};
use runsheet::domain::problem::{Place, Problem, Severity};
use runsheet::text::check::check;
use runsheet::text::clean::clean;
use runsheet::text::compose::{compose, of_target};
use runsheet::text::measure::measure_of;
use runsheet::text::preview::{Preview, Role, preview};
use runsheet::text::rules::{NetworkRules, Rules};

use crate::vectors::rules;

fn media(kind: MediaKind) -> Media {
    Media {
        source: "https://files.example/1".into(),
        kind,
        name: String::new(),
        alt: "a cat".into(),
        bytes: None,
        pixels: None,
        millis: None,
        content: None,
        looked: None,
    }
}

fn problems(network: &str, text: &str, title: Option<&str>, media: &[Media]) -> Vec<Problem> {
    check(&compose(&Network::from_word(network), text, None, title, media), rules(network))
}

fn codes(network: &str, text: &str, title: Option<&str>, media: &[Media]) -> Vec<String> {
    seen(problems(network, text, title, media))
}

/// Their codes, without that files were not measured: none of the files here is.
fn seen(problems: Vec<Problem>) -> Vec<String> {
    problems.into_iter().map(|problem| problem.code).filter(|code| code != "not-measured").collect()
}

#[test]
fn too_long_says_by_how_much_where_and_what_to_do() {
    let found = problems("bluesky", &"a".repeat(318), None, &[]);
    assert_eq!(found.len(), 1);
    let problem = &found[0];
    assert_eq!(
        (problem.code.as_str(), problem.severity, &problem.place),
        ("too-long", Severity::Blocker, &Place::Text(300..318))
    );
    assert_eq!(problem.words, "18 over: Bluesky takes 300 graphemes");
    assert_eq!(problem.remedy, "cut to 300 graphemes, as of October 2026");
    assert_eq!(problem.network.as_ref().map(Network::key), Some("bluesky"));
}

#[test]
fn what_fits_has_no_problems() {
    for network in
        ["x", "linkedin", "facebook", "threads", "bluesky", "google_business", "mastodon", "telegram", "discord"]
    {
        assert_eq!(codes(network, "Hello", None, &[]), Vec::<String>::new(), "{network}");
    }
}

#[test]
fn media_lowers_the_limit_where_a_text_becomes_a_caption() {
    let text = "a".repeat(1100);
    assert_eq!(codes("telegram", &text, None, &[]), Vec::<String>::new());
    let found = problems("telegram", &text, None, &[media(MediaKind::Image)]);
    assert_eq!(found[0].words, "76 over: Telegram takes 1,024 characters with media");
    assert_eq!(codes("tiktok", &"a".repeat(2201), None, &[media(MediaKind::Video)]), ["too-long"]);
    assert_eq!(codes("tiktok", &"a".repeat(2201), None, &[media(MediaKind::Image)]), Vec::<String>::new());
}

#[test]
fn a_warning_limit_does_not_block() {
    let found = problems("pinterest", &"a".repeat(501), None, &[media(MediaKind::Image)]);
    assert_eq!(
        (found[0].code.as_str(), found[0].severity, &found[0].place),
        ("long", Severity::Warning, &Place::Text(500..501))
    );
}

#[test]
fn reserved_characters_near_the_limit_are_warned_of() {
    let text = format!("{}{}", "a".repeat(2_950), "(x)".repeat(10));
    assert_eq!(codes("linkedin", &text, None, &[]), Vec::<String>::new());
    let text = format!("{}{}", "a".repeat(2_950), "(x)".repeat(16));
    let found = problems("linkedin", &text, None, &[]);
    assert_eq!((found[0].code.as_str(), found[0].severity), ("long-when-escaped", Severity::Warning));
}

#[test]
fn each_rule_has_its_code() {
    let image = media(MediaKind::Image);
    let one = std::slice::from_ref(&image);
    let video = media(MediaKind::Video);
    let many = vec![image.clone(); 5];
    let tags = |number: usize| (0..number).map(|n| format!("#tag{n}")).collect::<Vec<_>>().join(" ");
    for (network, text, title, media, expected) in [
        ("x", "", None, vec![], vec!["empty"]),
        ("x", "", None, vec![image.clone()], vec![]),
        ("linkedin", " ", None, vec![image.clone()], vec!["empty"]),
        ("instagram", "hi", None, vec![], vec!["media-required"]),
        ("youtube", "hi", Some("T"), vec![image.clone()], vec!["media-required", "too-many-images"]),
        ("youtube", "hi", None, vec![video.clone()], vec!["title-required"]),
        ("youtube", "a < b", Some("c > d"), vec![video.clone()], vec!["forbidden-character", "forbidden-character"]),
        ("reddit", "", Some("T"), vec![], vec![]),
        ("reddit", "#1 tip", Some("T"), vec![], vec!["hash-is-heading"]),
        ("x", "hi", None, many.clone(), vec!["too-many-images"]),
        ("x", "hi", None, vec![image.clone(), video.clone()], vec!["mixed-media"]),
        ("instagram", "hi", None, vec![image.clone(), video.clone()], vec![]),
        ("x", "$AAPL $MSFT", None, vec![], vec!["cashtags-many"]),
        ("x", "x\u{FEFF}y", None, vec![], vec!["forbidden-character"]),
        ("instagram", "see example.com", None, vec![image.clone()], vec!["links-not-clickable"]),
        ("google_business", "call +1 (555) 010-9999", None, vec![], vec!["phone-number"]),
        ("threads", "a.com b.com c.com d.com e.com f.com", None, vec![], vec!["links-many"]),
        ("threads", "a.com a.com a.com a.com a.com a.com", None, vec![], vec![]),
        ("tiktok", "hi", Some("T"), vec![video.clone()], vec!["title-unused"]),
    ] {
        assert_eq!(codes(network, text, title, &media), expected, "{network}: {text:?}");
    }
    assert_eq!(codes("instagram", &tags(5), None, one), Vec::<String>::new());
    assert_eq!(problems("instagram", &tags(6), None, one)[0].severity, Severity::Warning);
    assert_eq!(problems("instagram", &tags(31), None, one)[0].severity, Severity::Blocker);
    assert_eq!(codes("pinterest", "", Some(&"t".repeat(101)), one), ["title-too-long"]);
}

#[test]
fn files_are_held_to_what_was_measured_and_no_more() {
    let big = Media { bytes: Some(6_000_000), ..media(MediaKind::Image) };
    let found = problems("x", "hi", None, &[big]);
    assert_eq!((found[0].code.as_str(), &found[0].place), ("image-too-big", &Place::Media(Some(0))));
    assert_eq!(found[0].words, "the image is 6 MB; X takes 5 MB");
    let slow = Media { millis: Some(200_000), ..media(MediaKind::Video) };
    assert_eq!(problems("x", "hi", None, &[slow])[0].severity, Severity::Warning);
    let wide = Media { pixels: Some((3000, 1000)), name: "wide.png".into(), ..media(MediaKind::Image) };
    assert_eq!(codes("instagram", "hi", None, &[wide]), ["image-type", "image-ratio"]);
    let small = Media { pixels: Some((200, 400)), ..media(MediaKind::Image) };
    let found = problems("google_business", "hi", None, &[small]);
    assert_eq!((found[0].severity, found[0].code.as_str()), (Severity::Warning, "image-too-small"));
    assert_eq!(found[0].words, "the image is 200 pixels; Google Business may refuse less than 250 pixels");
    let huge = Media { pixels: Some((7000, 6000)), ..media(MediaKind::Image) };
    assert_eq!(
        problems("linkedin", "hi", None, &[huge])[0].words,
        "the image has 42,000,000 pixels; LinkedIn takes 36,152,319 pixels"
    );
    let short = Media { millis: Some(2_900), ..media(MediaKind::Video) };
    assert_eq!(codes("linkedin", "hi", None, &[short]), ["video-too-short"]);
    let bare = Media { alt: String::new(), ..media(MediaKind::Image) };
    let found = problems("x", "hi", None, &[bare]);
    let hints: Vec<_> = found.iter().map(|problem| (problem.code.as_str(), problem.severity)).collect();
    assert_eq!(hints, [("not-measured", Severity::Hint), ("alt-missing", Severity::Hint)]);
}

fn shown(network: &str, text: &str, media: &[Media], width: u16) -> Preview {
    preview(&compose(&Network::from_word(network), text, None, None, media), rules(network), width)
}

fn lines(preview: &Preview) -> Vec<String> {
    preview.lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect()
}

#[test]
fn lines_break_at_spaces_and_inside_words_that_are_too_long() {
    assert_eq!(
        lines(&shown("discord", "the quick brown fox\n\njumps", &[], 9)),
        ["the quick", "brown fox", "", "jumps"]
    );
    assert_eq!(lines(&shown("discord", "an incomprehensible word", &[], 8)), ["an", "incompre", "hensible", "word"]);
    assert_eq!(lines(&shown("discord", "日本語日本語", &[], 5)), ["日本", "語日", "本語"]);
    assert_eq!(lines(&shown("discord", "", &[], 5)), [""]);
    assert_eq!(lines(&shown("discord", "\u{1b}[2J", &[], 9)), ["␦[2J"]);
}

#[test]
fn entities_have_roles_and_links_show_short() {
    let text = "Hi @ann, https://www.example.com/a/very/long/path/indeed #news";
    let x = shown("x", text, &[], 80);
    let spans: Vec<(&str, Role)> = x.lines[0].spans.iter().map(|span| (span.text.as_str(), span.role)).collect();
    assert_eq!(
        spans,
        [
            ("Hi ", Role::Plain),
            ("@ann", Role::Mention),
            (", ", Role::Plain),
            ("example.com/a/very/long/pat…", Role::Link),
            (" ", Role::Plain),
            ("#news", Role::Hashtag),
        ]
    );
    let linkedin = shown("linkedin", text, &[], 80);
    assert!(linkedin.lines[0].spans.iter().all(|span| span.role != Role::Mention));
    let instagram = shown("instagram", text, &[], 80);
    assert!(instagram.lines[0].spans.iter().any(|span| span.role == Role::Muted));
    assert_eq!(lines(&shown("mastodon", "hi @ann@example.social", &[], 40)), ["hi @ann"]);
}

#[test]
fn cards_and_why_there_is_none() {
    let text = "read https://www.Example.com/a";
    assert_eq!(shown("x", text, &[], 40).card.as_deref(), Some("example.com"));
    let with_image = shown("x", text, &[media(MediaKind::Image)], 40);
    assert_eq!(
        (with_image.card, with_image.no_card.as_deref()),
        (None, Some("attachments take the place of the link card"))
    );
    assert_eq!(shown("instagram", text, &[], 40).no_card.as_deref(), Some("Instagram shows no link cards"));
    let without = shown("x", "nothing", &[], 40);
    assert_eq!((without.card, without.no_card), (None, None));
}

#[test]
fn a_card_that_the_post_switches_off_does_not_show() {
    for network in ["linkedin", "telegram"] {
        let mut post = written("read https://example.com/a");
        let shown = |post: &Post| {
            let network = Network::from_word(network);
            preview(&of_target(post, &post.targets[0], &network, None), rules(network.key()), 40)
        };
        assert_eq!(shown(&post).card.as_deref(), Some("example.com"));
        post.options.set(&format!("{network}.no_link_card"), Value::Flag(true));
        let off = shown(&post);
        assert_eq!((off.card, off.no_card.as_deref()), (None, Some("it is switched off for this post")), "{network}");
    }
}

#[test]
fn the_feed_folds_where_the_network_does() {
    assert_eq!(shown("bluesky", &"line\n".repeat(24), &[], 40).folded_after, None);
    assert_eq!(shown("bluesky", &"line\n".repeat(30), &[], 40).folded_after, Some(24));
    assert_eq!(shown("x", &"a".repeat(280), &[], 40).folded_after, None);
    assert_eq!(shown("x", &"a".repeat(281), &[], 40).folded_after, Some(6));
    assert_eq!(shown("linkedin", "a\nb\nc\nd\ne", &[], 40).folded_after, Some(2));
    assert_eq!(shown("linkedin", &"word ".repeat(60), &[], 70).folded_after, Some(2));
    assert_eq!(shown("discord", &"a\n".repeat(100), &[], 40).folded_after, None);
}

#[test]
fn each_part_of_a_thread_folds_where_the_network_does() {
    // A part that Post for Me lets a paying account write.
    let rules = NetworkRules { limit: 2_200, ..rules("x").clone() };
    let text = format!("Short\n---\n{}\n---\n{}", "a".repeat(281), "b".repeat(400));
    let whole = preview(&compose(&Network::from_word("x"), &text, None, None, &[]), &rules, 40);
    let said = lines(&whole);
    assert_eq!((said[2].as_str(), said[11].as_str()), ("── 2/3", "── 3/3"), "{said:#?}");
    assert_eq!(whole.hidden, [10..11, 19..22]);
    assert!(whole.folds_after(9) && whole.hides(10) && !whole.hides(11) && whole.folds_after(18));
    assert_eq!(whole.folded_after, None);
}

fn through(carries: Carries, network: &str, post: &Post) -> Vec<Problem> {
    let way = Way { provider: "Acme".into(), carries, queues: false };
    let network = Network::from_word(network);
    let variant = of_target(post, &post.targets[0], &network, Some(&way));
    check(&variant, rules(network.key()))
}

fn written(body: &str) -> Post {
    let now = chrono::DateTime::UNIX_EPOCH;
    let mut post = Post::draft(IdSource::seeded(1).post(now), now);
    post.body = body.into();
    post.targets = vec![Target::new(ChannelId::new("a/1"))];
    post
}

fn said(problems: &[Problem]) -> Vec<(&str, &str)> {
    problems.iter().map(|problem| (problem.code.as_str(), problem.words.as_str())).collect()
}

#[test]
fn each_part_of_a_thread_is_held_to_its_network_and_named() {
    let carries = Carries { threads: &["x"], ..Carries::default() };
    let post = written(&format!("Short\n---\n{}\n---\nEnd", "a".repeat(283)));
    let found = through(carries, "x", &post);
    assert_eq!(said(&found), [("too-long", "part 2: 3 over: X takes 280 characters")]);
    let Place::Text(range) = &found[0].place else { panic!("{found:?}") };
    assert_eq!(range.clone(), 10 + 280..10 + 283);
    assert!(through(carries, "x", &written(&"One\n---\nTwo\n".repeat(3))).is_empty());
}

#[test]
fn a_thread_that_cannot_be_sent_as_one_is_a_blocker_in_words() {
    let carries = Carries { threads: &["x"], ..Carries::default() };
    let post = written("One\n---\nTwo");
    for (network, words) in [
        ("linkedin", "LinkedIn has no threads, and this text is one of 2 parts"),
        ("bluesky", "Acme sends no threads to Bluesky, and this text is one of 2 parts"),
    ] {
        let found = through(carries, network, &post);
        assert_eq!(said(&found), [("thread-impossible", words)]);
        assert_eq!(found[0].severity, Severity::Blocker);
    }
    let few = Carries { thread_parts: 2, ..carries };
    let found = through(few, "x", &written("1\n---\n2\n---\n3"));
    assert_eq!(said(&found), [("thread-too-long", "3 parts where Acme takes 2 in a thread")]);
}

#[test]
fn a_first_comment_is_counted_and_what_is_not_carried_is_said() {
    let mut post = written("Hello");
    post.first_comment = Some(FirstComment { text: "a".repeat(1_251), delay: 90 });
    let carries = Carries { first_comment: &["linkedin", "instagram"], comment_delay: 60, ..Carries::default() };
    let found = through(carries, "linkedin", &post);
    let expected = [
        ("comment-too-long", "first comment 1 over: LinkedIn takes 1,250 characters"),
        ("comment-delay", "Acme waits 60 s with the first comment at most, not 90"),
    ];
    assert_eq!(said(&found), expected);
    let found = through(carries, "x", &post);
    assert_eq!(said(&found), [("comment-not-carried", "there is no first comment on X through Acme")]);
    // Hashtags of both count together.
    post.first_comment = Some(FirstComment { text: "#a #b #c".into(), delay: 0 });
    post.body = "#d #e #f".into();
    assert!(said(&through(carries, "instagram", &post)).iter().any(|(code, _)| *code == "hashtags-many"));
}

#[test]
fn options_that_a_network_needs_stand_in_the_way_until_they_are_set() {
    let carries = Carries {
        options: &["tiktok.privacy", "tiktok.consent", "tiktok.commercial"],
        never: &[("tiktok.privacy", "friends")],
        ..Carries::default()
    };
    let mut post = written("A film");
    post.media = vec![media(MediaKind::Video)];
    let codes = |post: &Post| seen(through(carries, "tiktok", post));
    assert_eq!(codes(&post), ["option-required", "option-required"]);
    post.options.set("tiktok.privacy", Value::Text("private".into()));
    post.options.set("tiktok.consent", Value::Flag(false));
    assert_eq!(codes(&post), ["option-required"], "a no is no consent");
    post.options.set("tiktok.consent", Value::Flag(true));
    post.options.set("tiktok.commercial", Value::Text("branded".into()));
    assert_eq!(codes(&post), ["option-clash"]);
    // One channel's own word is what holds for it.
    post.targets[0].extras.options.set("tiktok.privacy", Value::Text("friends".into()));
    assert_eq!(codes(&post), ["option-not-possible"]);
    post.targets[0].extras.options.set("tiktok.privacy", Value::Text("public".into()));
    assert_eq!(codes(&post), Vec::<String>::new());
    let none = through(Carries::default(), "tiktok", &post);
    assert_eq!(seen(none), ["option-not-carried"; 3]);
}

#[test]
fn a_preview_shows_the_parts_and_the_first_comment() {
    let carries = Carries { threads: &["x"], first_comment: &["x"], ..Carries::default() };
    let mut post = written("One\n---\nTwo");
    post.first_comment = Some(FirstComment { text: "Below".into(), delay: 30 });
    let way = Way { provider: "Acme".into(), carries, queues: false };
    let variant = of_target(&post, &post.targets[0], &Network::from_word("x"), Some(&way));
    let shown = preview(&variant, rules("x"), 40);
    let lines: Vec<&str> =
        shown.lines.iter().map(|line| line.spans.first().map_or("", |span| span.text.as_str())).collect();
    assert_eq!(lines, ["── 1/2", "One", "── 2/2", "Two", "── first comment, 30 s later", "Below"]);
    let measured = measure_of(&variant, rules("x"));
    assert_eq!((measured.count, measured.note.as_deref()), (3, Some("part 1 of 2")));
}

#[test]
fn marks_do_not_pile_up_where_a_tag_ends() {
    let text = "#!\u{fe0f}\u{fe0f}\u{fe0f}\u{fe0f}\u{200d} and on";
    for (network, rules) in Rules::shipped().networks() {
        for width in [1, 40] {
            for line in preview(&compose(network, text, None, None, &[]), rules, width).lines {
                let drawn: String = line.spans.iter().map(|span| span.text.as_str()).collect();
                assert_eq!(clean(&drawn), drawn, "{network} at {width}");
            }
        }
    }
}
