use proptest::prelude::*;

use super::keys::ValueKey;
use super::*;
use crate::domain::ids::IdSource;
use crate::domain::media::{Media, MediaKind};
use crate::domain::options::Value;
use crate::domain::post::{Post, Source, Target};
use crate::domain::problem::{Place, Severity};
use crate::text::measure::measure;
use crate::text::rules::Rules;
use chrono::DateTime;

fn channel(network: &str, handle: &str) -> Channel {
    Channel::sample("work", &format!("{network}-{handle}"), network, handle)
}

fn post(body: &str, channels: &[Channel]) -> Post {
    let mut post = Post::draft(IdSource::seeded(1).post(DateTime::UNIX_EPOCH), DateTime::UNIX_EPOCH);
    post.body = body.into();
    post.targets = channels.iter().map(|channel| Target::new(channel.id.clone())).collect();
    post
}

fn book(style: &str, defaults_file: &str, mentions_file: &str) -> Book {
    let mut book = Book::shipped();
    let (own, wrong) = super::style(style, "own.toml");
    assert_eq!(wrong, Vec::<String>::new());
    book.styles.insert("own".into(), own);
    let (read, wrong) = defaults(defaults_file, "defaults.toml");
    assert_eq!(wrong, Vec::<String>::new());
    let (known, wrong) = mentions(mentions_file, "mentions.toml");
    assert_eq!(wrong, Vec::<String>::new());
    (book.defaults, book.mentions) = (read, known);
    book
}

fn texts(dressed: &Dressed) -> Vec<String> {
    dressed.post.targets.iter().map(|target| dressed.post.text_for(target).to_owned()).collect()
}

#[test]
fn what_ships_reads_and_says_what_the_contract_has() {
    for (name, file) in SHIPPED {
        assert_eq!(super::style(file, name).1, Vec::<String>::new(), "{name}");
        assert!(super::name(name).is_ok());
    }
    let channels = [channel("x", "@acme"), channel("facebook", "Acme"), channel("bluesky", "acme.example")];
    let mut said = post("v2 is out", &channels);
    said.styling.style = Some("announcement".into());
    let dressed = dressed(&said, &channels, &Book::shipped(), Rules::shipped());
    assert_eq!(texts(&dressed), ["🚨 v2 is out 🚨", "🎉 ANNOUNCEMENT 🎉\n\nv2 is out", "v2 is out"]);
    assert_eq!(dressed.problems, []);
    assert_eq!(told(dressed.told(&channels[0].id)), "post_text: style announcement");
    assert_eq!(dressed.told(&channels[2].id), [], "no template, the bare text");
}

#[test]
fn style_network_channel_and_post_win_in_this_order() {
    let style = "[x]\npost_text = \"style {text}\"\ncut_post_text = true\nreplies = \"verified\"\n";
    let channels = [channel("x", "@acme"), channel("x", "@other")];
    let with = |file: &str, change: fn(&mut Post)| {
        let mut said = post("words", &channels);
        said.styling.style = Some("own".into());
        change(&mut said);
        let dressed = dressed(&said, &channels, &book(style, file, ""), Rules::shipped());
        let from = |at: usize| told(dressed.told(&channels[at].id));
        (texts(&dressed), from(0), from(1), dressed.post.options_for(&dressed.post.targets[0], &channels[0].network))
    };
    let (text, first, _, options) = with("", |_| {});
    assert_eq!((text[0].as_str(), options.text("x.replies")), ("style words", Some("verified")));
    assert_eq!(first, "replies, post_text: style own");
    let network = "[networks.x]\npost_text = \"network {text}\"\n";
    let (text, first, second, _) = with(network, |_| {});
    assert_eq!(text, ["network words", "network words"]);
    assert_eq!((first.as_str(), first == second), ("replies: style own · post_text: default of X", true));
    let both = format!("{network}[channels.\"x:@acme\"]\npost_text = \"channel {{text}}\"\n");
    let (text, first, second, _) = with(&both, |_| {});
    assert_eq!(text, ["channel words", "network words"]);
    assert!(first.contains("default of this channel") && second.contains("default of X"), "{first} | {second}");
    let (text, first, _, options) = with(&both, |post| {
        post.targets[0].text = Some("own words".into());
        post.options.set("x.replies", Value::Text("mentioned".into()));
    });
    assert_eq!(text, ["own words", "network words"]);
    assert_eq!((first.as_str(), options.text("x.replies")), ("replies, post_text: this post", Some("mentioned")));
}

#[test]
fn what_is_filled_in_is_filled_in_once_and_can_be_had_back_as_written() {
    let channels = [channel("x", "@acme"), channel("facebook", "Acme")];
    let mut said = post("{post_title} stays, {a|b} too", &channels);
    said.targets[1].text = Some("mine".into());
    said.styling.style = Some("announcement".into());
    let once = dressed(&said, &channels, &Book::shipped(), Rules::shipped());
    assert_eq!(texts(&once)[0], "🚨 {post_title} stays, {a|b} too 🚨");
    assert_eq!(texts(&once)[1], "mine", "a channel's own text is the last word");
    let again = dressed(&once.post, &channels, &Book::shipped(), Rules::shipped());
    assert_eq!(again.post, once.post);
    assert_eq!(once.post.as_written(), said);
    let mut changed = once.post.clone();
    changed.body = "changed at the provider".into();
    changed.targets.iter_mut().for_each(|target| target.text = None);
    let back = changed.as_written();
    assert_eq!((back.body.as_str(), back.styling.style), ("changed at the provider", None));
}

#[test]
fn an_unknown_placeholder_stops_the_post_at_its_place_with_the_nearest_word() {
    let (own, wrong) = super::style("[x]\npost_text = \"New:\\n{post_titel} {link}\"\n", "own.toml");
    assert!(wrong[0].starts_with("own.toml:2: ") && wrong[0].contains("{post_title}"), "{wrong:?}");
    let channels = [channel("x", "@acme")];
    let mut book = Book::shipped();
    book.styles.insert("own".into(), own);
    let mut said = post("words", &channels);
    said.styling.style = Some("own".into());
    let dressed = dressed(&said, &channels, &book, Rules::shipped());
    let (_, problem) = &dressed.problems[0];
    assert_eq!((problem.code.as_str(), problem.severity), ("placeholder-unknown", Severity::Blocker));
    let Place::Text(range) = &problem.place else { panic!("{problem:?}") };
    assert_eq!(texts(&dressed)[0].get(range.clone()), Some("{post_titel}"));
    assert!(problem.words.contains("post_titel") && problem.remedy.contains("{post_title}"), "{problem:?}");
    said.styling.style = Some("blgo".into());
    let unknown = super::dressed(&said, &channels, &book, Rules::shipped());
    assert!(unknown.problems[0].1.words.contains("did you mean blog"), "{:?}", unknown.problems);
}

#[test]
fn lines_that_come_to_nothing_are_left_out() {
    let style = "[x]\npost_text = \"\"\"\n{title}\n{text}\n\n{link}\n\n{tags}\"\"\"\nattach_link = false\n";
    let channels = [channel("x", "@acme"), channel("linkedin", "Acme"), channel("pinterest", "acme")];
    let mut said = post("words", &channels);
    said.styling.style = Some("own".into());
    let with = |said: &Post| texts(&dressed(said, &channels, &book(style, "", ""), Rules::shipped()));
    assert_eq!(with(&said)[0], "words");
    said.tags = vec!["launch".into(), "#big news".into()];
    said.title = Some("Title".into());
    assert_eq!(with(&said)[0], "Title\nwords\n\n#launch #bignews");
    said.styling.link = Some("https://a.example".into());
    let dressed = dressed(&said, &channels, &book(style, "", ""), Rules::shipped());
    let asked_for = "Title\nwords\n\nhttps://a.example\n\n#launch #bignews";
    assert_eq!(texts(&dressed)[0], asked_for, "a template that asks for the link has it");
    assert_eq!(texts(&dressed)[1], "words\n\nhttps://a.example");
    assert_eq!(texts(&dressed)[2], "words", "beside the text");
    assert_eq!(dressed.post.targets[2].extras.options.text("pinterest.link"), Some("https://a.example"));
    said.body = "read https://a.example".into();
    assert_eq!(with(&said)[1], "read https://a.example", "never twice");
    for (body, there) in [
        ("see (https://a.example).", true),
        ("see https://a.example/, then", true),
        ("see https://a.example.org", false),
        ("see https://a.example/launch", false),
        ("see xhttps://a.example", false),
    ] {
        said.body = body.into();
        assert_eq!(!with(&said)[1].ends_with("\n\nhttps://a.example"), there, "{body}");
    }
}

#[test]
fn what_is_told_is_there() {
    let style = "[linkedin]\nattach_link = false\nupload_media = false\nfirst_comment_text = \"{link}\"\n";
    let channels = [channel("linkedin", "Acme")];
    let mut said = post("words", &channels);
    said.styling.style = Some("own".into());
    said.styling.link = Some(" ".into());
    let told_of =
        |said: &Post| told(dressed(said, &channels, &book(style, "", ""), Rules::shipped()).told(&channels[0].id));
    assert_eq!(told_of(&said), "");
    said.styling.link = Some("https://a.example".into());
    assert_eq!(told_of(&said), "attach_link, first_comment_text: style own");
}

#[test]
fn a_cut_keeps_the_faults_of_its_template() {
    let channels = [channel("x", "@acme")];
    let said = post(&"long words ".repeat(60), &channels);
    for template in ["{text} {lnk}", &format!("{} {{text}} {{lnk}}", "x".repeat(300))] {
        let mut book = Book::default();
        let values: Options = [
            ("post_text".to_owned(), Value::Text(template.to_owned())),
            ("cut_post_text".to_owned(), Value::Flag(true)),
        ]
        .into_iter()
        .collect();
        book.defaults.networks.insert(Network::from_word("x"), values);
        let dressed = dressed(&said, &channels, &book, Rules::shipped());
        assert_eq!(dressed.problems.len(), 1, "{template}");
        let Place::Text(at) = &dressed.problems[0].1.place else { panic!("{:?}", dressed.problems) };
        assert!(texts(&dressed)[0].get(at.clone()).is_some(), "{template}: {at:?}");
    }
}

#[test]
fn a_mention_in_a_template_is_a_handle_too() {
    let table = "[anna]\nname = \"Anna Berg\"\nx = \"@anna\"\n";
    let channels = [channel("x", "@acme"), channel("linkedin", "Acme")];
    let file =
        "[networks.x]\npost_text = \"{text} by @{anna}\"\n[networks.linkedin]\npost_text = \"{text} by @{bob}\"\n";
    let dressed = dressed(&post("words", &channels), &channels, &book("", file, table), Rules::shipped());
    assert_eq!(texts(&dressed), ["words by @anna", "words by @{bob}"]);
    let (_, problem) = &dressed.problems[0];
    assert_eq!((dressed.problems.len(), problem.code.as_str()), (1, "mention-unknown"));
    assert_eq!(problem.place, Place::Text(9..15));
}

#[test]
fn what_was_changed_at_the_provider_is_not_dressed_again() {
    let file = "[networks.x]\npost_text = \"default {text}\"\nfirst_comment_text = \"comment\"\n";
    let channels = [channel("x", "@acme"), channel("linkedin", "Acme")];
    let book = book("", file, "");
    let once = dressed(&post("words", &channels), &channels, &book, Rules::shipped()).post;
    assert_eq!(once.text_for(&once.targets[0]), "default words");
    // A channel that was not filled in changes nothing.
    let mut more = once.clone();
    more.targets.push(Target::new(channel("bluesky", "acme.example").id));
    assert_eq!(more.as_written().body, "words");
    let mut changed = once.clone();
    changed.body = "theirs".into();
    changed.targets.iter_mut().for_each(|target| target.text = None);
    let mut back = changed.as_written();
    let again = dressed(&back, &channels, &book, Rules::shipped());
    assert_eq!(texts(&again), ["theirs", "theirs"]);
    assert_eq!(again.post.targets[1].extras.first_comment, None);
    let round = again.post.clone().sealed().as_written();
    assert_eq!(texts(&dressed(&round, &channels, &book, Rules::shipped())), ["theirs", "theirs"]);
    // Unless somebody gives it a style.
    back.styling.style = Some("own".into());
    assert_eq!(texts(&dressed(&back, &channels, &book, Rules::shipped()))[0], "default theirs");
}

#[test]
fn what_went_out_bare_stays_bare() {
    let channels = [channel("x", "@acme")];
    let said = post("words", &channels);
    let out = dressed(&said, &channels, &book("", "", ""), Rules::shipped()).post.sealed();
    let file = "[networks.x]\npost_text = \"default {text}\"\n";
    assert_eq!(texts(&dressed(&out, &channels, &book("", file, ""), Rules::shipped())), ["words"]);
    assert_eq!(out.as_written(), said);
}

#[test]
fn media_options_and_a_first_comment_come_from_the_style_too() {
    let style = "[linkedin]\nupload_media = false\nfirst_comment_text = \"More: {link} by @{anna}\"\n";
    let channels = [channel("linkedin", "Acme"), channel("x", "@acme")];
    let mut said = post("words", &channels);
    said.styling.style = Some("own".into());
    said.styling.link = Some("https://a.example".into());
    said.media = vec![Media::at_address("https://a.example/a.png".into(), MediaKind::Image)];
    let nobody = dressed(&said, &channels, &book(style, "", ""), Rules::shipped()).problems;
    let [(_, problem)] = nobody.as_slice() else { panic!("{nobody:?}") };
    assert_eq!((problem.code.as_str(), &problem.place), ("mention-unknown", &Place::FirstComment));
    let table = "[anna]\nname = \"Anna\"\n";
    let filled = dressed(&said, &channels, &book(style, "", table), Rules::shipped()).post;
    assert_eq!(filled.media_for(&filled.targets[0]).len(), 0);
    assert_eq!(filled.media_for(&filled.targets[1]).len(), 1);
    let comment = |post: &Post, at: usize| post.first_comment_for(&post.targets[at]).map(|it| it.text.clone());
    assert_eq!(comment(&filled, 0).as_deref(), Some("More: https://a.example by Anna"));
    assert_eq!(comment(&filled, 1), None);
    assert_eq!(filled.as_written(), said);
}

#[test]
fn one_name_is_the_right_handle_on_each_network() {
    let table = "[anna]\nname = \"Anna Berg\"\nx = \"@anna\"\nbluesky = \"anna.example\"\n";
    let channels = [channel("x", "@acme"), channel("bluesky", "acme.example"), channel("linkedin", "Acme")];
    let said = post("With @{anna} and @{Anna}", &channels);
    let dressed = dressed(&said, &channels, &book("", "", table), Rules::shipped());
    assert_eq!(
        texts(&dressed),
        ["With @anna and @anna", "With @anna.example and @anna.example", "With Anna Berg and Anna Berg"]
    );
    // Counted as filled, and traced back to what was written.
    let woven = dressed.text(&channels[0].id).unwrap();
    assert_eq!(said.body.get(woven.written_range(&(10..15))), Some(" and "));
    let nobody = super::dressed(&post("Hi @{ana}!", &channels[..1]), &channels, &book("", "", table), Rules::shipped());
    let (_, problem) = &nobody.problems[0];
    assert_eq!(problem.place, Place::Text(3..9));
    assert!(problem.remedy.contains("@{anna}"), "{problem:?}");
    assert_eq!((typed_at_end("Hi @{an"), typed_at_end("Hi @{an} x"), typed_at_end("Hi")), (Some("an"), None, None));
    assert_eq!(typed_at_end("Hi @{"), Some(""));
}

#[test]
fn what_was_written_elsewhere_takes_no_defaults_unless_it_is_given_a_style() {
    let channels = [channel("x", "@acme")];
    let file = "[networks.x]\npost_text = \"default {text}\"\n";
    let mut said = post("theirs", &channels);
    said.source = Source::Provider;
    let with = |said: &Post| texts(&dressed(said, &channels, &book("", file, ""), Rules::shipped()));
    assert_eq!(with(&said), ["theirs"]);
    said.styling.style = Some("own".into());
    assert_eq!(with(&said), ["default theirs"]);
}

#[test]
fn mistakes_in_files_name_line_word_and_what_would_do() {
    for (file, line, part) in [
        ("[networks.x]\ncut_post_txt = true\n", 2, "did you mean cut_post_text"),
        ("[networks.xx]\n", 1, "\"xx\" is no network"),
        ("\n[netwroks.x]\n", 2, "networks"),
        ("[channels.\"@acme\"]\n", 1, "does not say its network"),
        ("[networks.x]\ncut_post_text = \"perhaps\"\n", 2, "yes or no"),
        ("[networks.tiktok]\nconsent = true\n", 2, "cannot consent"),
        ("[networks.tiktok]\nprivacy = \"all\"\n", 2, "public, friends"),
        ("[networks.x]\npost_text = \"{text}\n", 2, ""),
    ] {
        let (_, wrong) = defaults(file, "defaults.toml");
        assert_eq!(wrong.len(), 1, "{file}: {wrong:?}");
        assert!(wrong[0].starts_with(&format!("defaults.toml:{line}: ")) && wrong[0].contains(part), "{wrong:?}");
    }
    let (read, wrong) = defaults("[networks.x]\nnope = 1\ncut_post_text = true\n", "d");
    assert_eq!((wrong.len(), read.networks.len()), (1, 1), "the rest stands");
    for name in ["", "Up", "../up", "a b", &"x".repeat(41)] {
        assert!(super::name(name).is_err(), "{name}");
    }
}

#[test]
fn a_default_is_set_and_cleared_without_touching_the_rest_of_the_file() {
    let file = "# mine\n[networks.x]\n# why\ncut_post_text = true\n";
    let acme = channel("tiktok", "@acme");
    let whose = Whose::Channel { network: acme.network.clone(), words: "tt:@acme".into(), channel: Box::new(acme) };
    let set = |name: &str, typed: &str| Deed::Set { whose: whose.clone(), name: name.into(), typed: typed.into() };
    let (text, said) = set("privacy", "Everyone").on_defaults(file).unwrap().unwrap();
    assert!(text.starts_with(file) && said.contains("privacy is public for tt:@acme"), "{text} {said}");
    let (read, wrong) = defaults(&text, "d");
    assert_eq!((wrong, read.channels["tt:@acme"].text("tiktok.privacy")), (Vec::new(), Some("public")));
    let clear = |name: Option<&str>| Deed::Clear { whose: whose.clone(), name: name.map(str::to_owned) };
    let (back, _) = clear(Some("privacy")).on_defaults(&text).unwrap().unwrap();
    assert!(defaults(&back, "d").0.channels["tt:@acme"].is_empty());
    // Under another of its names it is the same channel.
    let other = "[channels.\"work/tiktok:@acme\"]\nprivacy = \"friends\"\n";
    assert!(defaults(&clear(None).on_defaults(other).unwrap().unwrap().0, "d").0.is_empty());
    let (text, _) = set("privacy", "Everyone").on_defaults(other).unwrap().unwrap();
    assert_eq!(defaults(&text, "d").0.of(&whose).text("tiktok.privacy"), Some("public"), "{text}");
    assert!(!text.contains("friends"), "{text}");
    assert!(clear(None).on_defaults(file).unwrap().unwrap_err().contains("nothing was changed"));
    assert!(set("privcy", "x").on_defaults(file).unwrap().unwrap_err().contains("did you mean privacy"));
    assert!(set("privacy", "public").on_defaults("a = \n").unwrap().unwrap_err().starts_with("line 1"));
}

#[test]
fn a_style_written_as_a_file_reads_back_the_same() {
    let book = Book::shipped();
    for (name, style) in &book.styles {
        let (read, wrong) = super::style(&style_file(style), name);
        assert_eq!((read.networks, read.about, wrong), (style.networks.clone(), style.about.clone(), Vec::new()));
    }
}

#[test]
fn every_network_has_keys_that_lead_back_to_themselves() {
    for network in Network::all_keys().map(Network::from_word) {
        let keys = keys_of(&network);
        for key in &keys {
            assert_eq!(ValueKey::named(key.name(), &network).unwrap().key(), key.key());
        }
        let names: std::collections::BTreeSet<&str> = keys.iter().map(ValueKey::name).collect();
        assert_eq!(names.len(), keys.len(), "{network}");
    }
}

proptest! {
    /// A filled template never leaves a placeholder of its own, and holds what the post says.
    #[test]
    fn nothing_of_a_template_is_left_open(
        parts in prop::collection::vec(("[a-z !\\n🎉]{0,8}", prop::sample::select(PLACEHOLDERS.to_vec())), 1..6),
        body in "[a-zA-Z {}|é🎉\\n]{1,60}",
    ) {
        let template: String = parts.iter().map(|(text, (name, _))| format!("{text}{{{name}}}")).collect();
        prop_assume!(!body.trim().is_empty() && !template.trim().is_empty());
        let channels = [channel("x", "@acme")];
        let mut book = Book::default();
        let values: Options = [("post_text".to_owned(), Value::Text(template.clone()))].into_iter().collect();
        book.defaults.networks.insert(Network::from_word("x"), values);
        let dressed = dressed(&post(&body, &channels), &channels, &book, Rules::shipped());
        prop_assert_eq!(&dressed.problems, &[]);
        let text = texts(&dressed).remove(0);
        let left = text.replace(body.trim_end().trim_start_matches('\n'), "");
        for (name, _) in PLACEHOLDERS {
            prop_assert!(!left.contains(&format!("{{{name}}}")), "{} → {}", template, text);
        }
    }

    /// What is cut never exceeds, whatever stands around it, and every place leads back into what was written.
    #[test]
    fn what_is_cut_fits_and_leads_back(
        words in prop::collection::vec("[a-z]{1,12}|é🎉ü|https://a\\.example/[a-z]{1,20}", 1..120),
        key in prop::sample::select(vec!["x", "bluesky", "mastodon", "threads", "linkedin"]),
        around in prop::sample::select(vec!["{text}", "🚨 {text} 🚨", "New:\n\n{text}\n\n{link}\n{tags}"]),
        link in prop::option::of(Just("https://b.example/launch")),
    ) {
        let channels = [channel(key, "@acme")];
        let mut said = post(&words.join(" "), &channels);
        said.styling.link = link.map(str::to_owned);
        said.tags = vec!["launch".into()];
        let mut book = Book::default();
        let values: Options = [
            ("post_text".to_owned(), Value::Text(around.into())),
            ("cut_post_text".to_owned(), Value::Flag(true)),
        ].into_iter().collect();
        book.defaults.networks.insert(Network::from_word(key), values);
        let dressed = dressed(&said, &channels, &book, Rules::shipped());
        let text = texts(&dressed).remove(0);
        let rules = Rules::shipped().network(&channels[0].network).unwrap();
        prop_assert!(measure(&text, rules).overflow_at.is_none(), "{} {}", measure(&text, rules).count, text);
        let woven = dressed.text(&channels[0].id).unwrap();
        for (at, letter) in text.char_indices() {
            let from = woven.written(at);
            prop_assert!(from <= said.body.len() && said.body.is_char_boundary(from), "{} {} {}", at, letter, from);
        }
    }
}
