//! What the media sheet promises.

use super::*;
use crate::domain::media::{Content, Looked, Uploads};
use crate::tui::tools::stage;

fn file(name: &str, kind: MediaKind, bytes: u64, pixels: (u32, u32)) -> Media {
    let content = Content { mime: "image/png".into(), print: format!("sha256:{name}") };
    let media = Media::of_file(&std::path::Path::new("/home/jo/pictures").join(name), kind).unwrap();
    Media { bytes: Some(bytes), pixels: Some(pixels), content: Some(content), ..media }
}

struct Desk {
    shared: Shared,
    board: Board,
    state: State,
}

impl Desk {
    fn with(media: Vec<Media>) -> Self {
        let (shared, board) = (stage::shared(), stage::board());
        let mut post = stage::post(&shared, "Ship it", &["late/2", "late/3", "late/1"]);
        post.media = media;
        let state = State::new(post, None, &shared, &board);
        Self { shared, board, state }
    }

    fn act(&mut self, action: Action) -> (Vec<Effect>, Flow) {
        update(&mut self.state, &mut self.shared, &self.board, action)
    }

    /// The names that the composer is given.
    fn order(&mut self, action: Action) -> Vec<String> {
        let (_, flow) = self.act(action);
        let Flow::ComposerMedia(media) = flow else { panic!("{flow:?}") };
        media.into_iter().map(|item| item.name).collect()
    }

    fn types(&mut self, text: &str) {
        for key in stage::letters(text) {
            input(&mut self.state, &mut self.shared, &self.board, key);
        }
    }

    fn attached(&mut self, media: Vec<Media>, refused: &[&str]) {
        let mut post = self.state.post().clone();
        let taken = media.len();
        post.media.extend(media);
        let refused: Vec<String> = refused.iter().map(|words| (*words).to_owned()).collect();
        attached(&mut self.state, post, taken, &refused, &self.shared, &self.board);
    }

    fn screen(&self, width: u16, height: u16) -> String {
        let screen = stage::drawn(width, height, |area, buf| {
            view(&self.state, &self.shared, &self.board, &Theme::default(), area, buf);
        });
        println!("{screen}");
        screen
    }
}

fn roast() -> Media {
    file("roast.png", MediaKind::Image, 3_100_000, (1600, 1200))
}

#[test]
fn a_path_is_asked_for_first_and_then_its_text() {
    let mut desk = Desk::with(Vec::new());
    assert!(desk.state.is_typing() && desk.screen(80, 24).contains("nothing attached"));
    assert!(desk.act(Action::Accept).0.is_empty() && desk.screen(80, 24).contains("a path or an https address"));
    desk.types("~/pictures/roast.png");
    let (effects, _) = desk.act(Action::Accept);
    let id = desk.state.post().id;
    assert_eq!(effects, [Effect::Attach { post: id, typed: "~/pictures/roast.png".into() }]);
    assert!(desk.screen(80, 24).contains("reading it…"));
    desk.attached(vec![roast()], &[]);
    assert!(desk.screen(80, 24).contains("say in a sentence what it shows"));
    desk.types("A cup of coffee");
    let (_, flow) = desk.act(Action::Accept);
    assert!(matches!(&flow, Flow::ComposerMedia(media) if media[0].alt == "A cup of coffee"), "{flow:?}");
    let seen = desk.screen(80, 24);
    for words in ["roast.png", "image 1600×1200 3.1 MB", "ALT ok", "1.33 : 1", "a file of this machine, in pictures"] {
        assert!(seen.contains(words), "{words}");
    }
    // Bluesky's figure, with the way out.
    assert!(seen.contains("the image is 3.1 MB; Bluesky takes 2 MB"), "{seen}");
    assert!(matches!(desk.act(Action::Back).1, Flow::Close));
}

#[test]
fn what_is_refused_stays_to_be_mended_and_the_rest_is_taken() {
    let mut desk = Desk::with(vec![roast()]);
    desk.act(Action::MediaAttach);
    desk.types("/tmp/gone.png");
    desk.act(Action::Accept);
    desk.attached(Vec::new(), &["there is no file /tmp/gone.png: check its name"]);
    let seen = desk.screen(120, 40);
    assert!(seen.contains("there is no file /tmp/gone.png") && seen.contains("attach  /tmp/gone.png"));
    // The field first, then the sheet.
    assert!(matches!(desk.act(Action::Back).1, Flow::Stay));
    assert!(matches!(desk.act(Action::Back).1, Flow::Close));
}

#[test]
fn a_dropped_file_is_attached_at_once_and_words_are_a_description() {
    let mut desk = Desk::with(vec![roast()]);
    let (effects, _) = paste(&mut desk.state, "'/home/jo/my pic.png'\n/home/jo/b.png\n");
    let typed = "'/home/jo/my pic.png'\n/home/jo/b.png\n".to_owned();
    assert_eq!(effects, [Effect::Attach { post: desk.state.post().id, typed }]);
    desk.attached(vec![roast()], &[]);
    for words in ["b.png shows a cup", "/home/jo keeps b.png", "https://a.example/b.png"] {
        desk.act(Action::MediaAlt);
        let (effects, _) = paste(&mut desk.state, words);
        assert!(effects.is_empty() && desk.state.field == Field::Alt, "{words}");
        assert_eq!(desk.state.input.text(), words);
        desk.state.input = Input::default();
    }
    // What was said of the one before is kept.
    paste(&mut desk.state, "A cup");
    let (effects, flow) = paste(&mut desk.state, "/home/jo/My\\ cup.PNG");
    assert!(matches!(&effects[..], [Effect::Attach { typed, .. }] if typed == "/home/jo/My\\ cup.PNG"), "{effects:?}");
    assert!(matches!(flow, Flow::ComposerMedia(media) if media.iter().any(|item| item.alt == "A cup")));
}

#[test]
fn esc_keeps_the_text_that_was_typed_and_enter_alone_leaves_it_as_it_is() {
    let alt = "\u{200f}one  two\nthree ";
    let mut desk = Desk::with(vec![Media { alt: alt.into(), ..roast() }]);
    for action in [Action::Accept, Action::Back] {
        desk.act(Action::MediaAlt);
        assert!(matches!(desk.act(action).1, Flow::Stay));
        assert_eq!((desk.state.field, desk.state.post.media[0].alt.as_str()), (Field::List, alt));
    }
    desk.act(Action::MediaAlt);
    desk.types("four");
    let (_, flow) = desk.act(Action::Back);
    let Flow::ComposerMedia(media) = flow else { panic!("{flow:?}") };
    assert_eq!(media[0].alt, "\u{200f}one  two\nthree four");
}

#[test]
fn a_drop_is_told_from_words() {
    for drop in
        ["/home/jo/a.png\n", "'/home/jo/my pic.png' ", "file:///a/b.png\r\nfile:///a/c.png", "~/a.png", "/a\\ b.jpg"]
    {
        assert!(is_drop(drop), "{drop}");
    }
    for words in ["", "\n", "hello", "see /home/jo/a.png", "/shrug", "https://a.example/b.png", "/a.png\nand words"] {
        assert!(!is_drop(words), "{words}");
    }
}

#[test]
fn order_changes_and_what_was_taken_out_comes_back_to_its_place() {
    let named = |name| file(name, MediaKind::Image, 1000, (10, 10));
    let mut desk = Desk::with(vec![named("a"), named("b"), named("c")]);
    assert_eq!(desk.order(Action::MediaLater), ["b", "a", "c"]);
    assert_eq!(desk.order(Action::MediaLater), ["b", "c", "a"]);
    assert!(matches!(desk.act(Action::MediaLater).1, Flow::Stay));
    assert_eq!(desk.order(Action::MediaEarlier), ["b", "a", "c"]);
    assert_eq!(desk.order(Action::MediaRemove), ["b", "c"]);
    assert!(desk.screen(80, 24).contains("a is taken out; u brings it back"));
    assert_eq!(desk.order(Action::Undo), ["b", "a", "c"]);
    assert!(matches!(desk.act(Action::Undo).1, Flow::Stay));
    for _ in 0..3 {
        desk.act(Action::MediaRemove);
    }
    assert!(matches!(desk.act(Action::MediaRemove).1, Flow::Stay));
    assert_eq!(desk.order(Action::Undo).len(), 1);
}

#[test]
fn what_was_looked_at_on_the_web_says_when_or_why_not() {
    let at = "2026-03-02T12:00:00Z".parse().unwrap();
    let there = Media::at_address("https://media.example/roast.png".into(), MediaKind::Image);
    let looked = |trouble: Option<&str>| Some(Looked { at, trouble: trouble.map(str::to_owned) });
    let fine = Media { looked: looked(None), bytes: Some(3_100_000), pixels: Some((1600, 1200)), ..there.clone() };
    let gone = Media { looked: looked(Some("it answers 404: nothing is there")), ..there.clone() };
    let mut desk = Desk::with(vec![fine, gone, there]);
    let seen = desk.screen(120, 40);
    for words in [
        "image 1600×1200 3.1 MB",
        "image not measured: lies at an address",
        "1.33 : 1 · measured 2 Mar 13:00 · r looks again · https",
    ] {
        assert!(seen.contains(words), "{words}");
    }
    assert!(seen.contains("the image is 3.1 MB; Bluesky takes 2 MB"), "held against the rules like a file");
    desk.act(Action::Down);
    let seen = desk.screen(120, 40);
    assert!(seen.contains("roast.png is not measured: it answers 404: nothing is there · open its address"), "{seen}");
}

#[test]
fn an_account_that_takes_only_addresses_says_so() {
    let mut desk = Desk::with(vec![roast()]);
    let account = crate::domain::ids::AccountName::new("late");
    desk.board.takes.insert(account, ("PostForMe".into(), Uploads::Addresses));
    desk.state = State::new(desk.state.post().clone(), None, &desk.shared, &desk.board);
    let seen = desk.screen(120, 40);
    assert!(seen.contains("bs li x  PostForMe takes media by web address only"), "{seen}");
}

#[test]
fn it_fits_any_screen() {
    let many = (0..30).map(|at| file(&format!("picture-{at}.png"), MediaKind::Image, 1000 + at, (10, 10))).collect();
    let mut desk = Desk::with(many);
    desk.act(Action::Bottom);
    assert!(desk.screen(80, 24).contains("picture-29.png"));
    for field in [Field::List, Field::Path, Field::Alt] {
        desk.state.field = field;
        for (width, height) in [(200, 60), (40, 10), (30, 6), (12, 4), (3, 2), (0, 0)] {
            desk.screen(width, height);
            click(&mut desk.state, &desk.shared, Rect::new(0, 0, width, height), 5, 3);
        }
    }
}

#[test]
fn one_key_looks_again_at_what_is_attached_and_says_what_changed() {
    let mut web = Media::at_address("https://acme.example/roast.png".into(), MediaKind::Image);
    web.alt = "A cup".into();
    let looked = |trouble: Option<&str>| Some(Looked { at: stage::shared().now, trouble: trouble.map(str::to_owned) });
    let seen = |pixels| Media {
        pixels: Some(pixels),
        bytes: Some(412_900),
        content: Some(Content { mime: "image/png".into(), print: String::new() }),
        looked: looked(None),
        ..web.clone()
    };
    let mut desk = Desk::with(vec![seen((1600, 1200))]);
    assert!(desk.screen(100, 24).contains("r looks again"));
    let (effects, _) = desk.act(Action::MediaMeasure);
    assert!(matches!(&effects[..], [Effect::Measure { source, .. }] if source.ends_with("roast.png")), "{effects:?}");
    assert!(desk.screen(100, 24).contains("reading it…"));
    let fresh = Media { alt: String::new(), ..seen((800, 600)) };
    let (media, said) = measured_anew(desk.state.post().media.clone(), &web.source, Ok(fresh));
    assert_eq!((media[0].pixels, media[0].alt.as_str()), (Some((800, 600)), "A cup"));
    let post = Post { media: media.clone(), ..desk.state.post().clone() };
    measured(&mut desk.state, post, said, &desk.shared, &desk.board);
    assert!(desk.screen(100, 24).contains("measured anew: image 800×600 412 kB, it was image 1600×1200 412 kB"));
    // What cannot be looked at now stays as it is known.
    let away = Media { looked: looked(Some("it answers 404: nothing is there")), ..web.clone() };
    let (kept, (words, tone)) = measured_anew(media.clone(), &web.source, Ok(away));
    assert_eq!((kept, tone), (media, Tone::Bad));
    assert!(words.contains("404") && words.contains("what is known of it stays"), "{words}");
    // What is at a provider already has no address to look at.
    let mut desk = Desk::with(vec![Media::bare("900".into(), MediaKind::Image)]);
    assert!(desk.act(Action::MediaMeasure).0.is_empty());
    assert!(desk.screen(100, 24).contains("at the provider already"));
}
