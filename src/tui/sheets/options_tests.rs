//! What the options sheet promises.

use super::*;
use crate::domain::carries::{Alt, Carries, Way};
use crate::domain::ids::{AccountName, RemoteId};
use crate::tui::tools::stage;

struct Desk {
    shared: Shared,
    board: Board,
    state: State,
}

const CARRIES: Carries = Carries {
    options: &["tiktok.privacy", "tiktok.consent", "tiktok.comments", "youtube.title", "youtube.tags"],
    never: &[],
    first_comment: &["youtube"],
    one_comment: false,
    comment_delay: 60,
    threads: &[],
    thread_parts: 0,
    thread_alone: false,
    one_kind: false,
    target_media: true,
    alt: Alt::Each,
};

impl Desk {
    /// A post for TikTok and YouTube through a provider that carries some of their options.
    fn new(only: Option<&str>) -> Self {
        let (shared, mut board) = (stage::shared(), stage::board());
        let account = AccountName::new("late");
        for network in ["tiktok", "youtube"] {
            let remote = RemoteId::new(network);
            let known = board.channels[0].clone();
            let id = ChannelId::of(&account, &remote);
            let network = Network::from_word(network);
            board.channels.push(Channel { id, remote, network, handle: "@acme".into(), ..known });
        }
        board.ways.insert(account, Way { provider: "Late".into(), carries: CARRIES, queues: false });
        let post = stage::post(&shared, "Ship it", &["late/tiktok", "late/youtube"]);
        let state = State::new(post, only.map(ChannelId::new), None, &shared, &board);
        Self { shared, board, state }
    }

    /// What the composer is given after these actions.
    fn act(&mut self, actions: &[Action]) -> Option<Post> {
        let mut given = None;
        for action in actions {
            if let (_, Flow::ComposerOptions(post)) = update(&mut self.state, &mut self.shared, &self.board, *action) {
                given = Some(*post);
            }
        }
        given
    }

    fn types(&mut self, text: &str) {
        for key in stage::letters(text) {
            input(&mut self.state, &mut self.shared, &self.board, key);
        }
    }

    fn screen(&self, width: u16, height: u16) -> String {
        let screen = stage::drawn(width, height, |area, buf| {
            view(&self.state, &self.shared, &self.board, &Theme::default(), area, buf);
        });
        println!("{screen}");
        screen
    }
}

#[test]
fn nothing_is_chosen_before_and_what_is_missing_is_said() {
    let desk = Desk::new(None);
    let screen = desk.screen(100, 24);
    assert!(screen.contains("✗ who can see it            not said"), "{screen}");
    assert!(screen.contains("TikTok needs an answer: who can see it"), "{screen}");
    assert!(!screen.contains("made for kids"), "what the provider does not carry is not asked");
}

#[test]
fn choices_turn_and_texts_are_typed_and_refused_with_words() {
    let mut desk = Desk::new(None);
    let post = desk.act(&[Action::Open, Action::Down, Action::Open]).unwrap();
    assert_eq!(post.options.text("tiktok.privacy"), Some("public"));
    assert_eq!(post.options.flag("tiktok.consent"), Some(true));
    let post = desk.act(&[Action::Delete]).unwrap();
    assert_eq!(post.options.get("tiktok.consent"), None);
    // Over the heading to YouTube's title.
    desk.act(&[Action::Down, Action::Down, Action::Open]);
    desk.types(&"t".repeat(101));
    assert!(desk.screen(100, 24).contains("101/100"));
    assert!(desk.act(&[Action::Accept]).is_none());
    assert!(desk.screen(100, 24).contains("1 over 100"));
    desk.act(&[Action::Back]);
    assert!(!desk.state.is_typing());
}

#[test]
fn a_first_comment_has_words_and_a_delay() {
    let mut desk = Desk::new(None);
    desk.act(&[Action::Bottom, Action::Up, Action::Open]);
    paste(&mut desk.state, "More here:\nhttps://acme.example");
    let post = desk.act(&[Action::Accept, Action::Down, Action::Open]).unwrap();
    assert_eq!(post.first_comment.unwrap().text, "More here:\nhttps://acme.example");
    desk.types("\u{8}");
    desk.state.input = Some(Input::new("30"));
    let post = desk.act(&[Action::Accept]).unwrap();
    assert_eq!(post.first_comment.unwrap().delay, 30);
    assert!(desk.screen(100, 24).contains("30 s later"));
}

#[test]
fn esc_keeps_what_was_typed_and_enter_alone_changes_nothing() {
    let mut desk = Desk::new(None);
    desk.act(&[Action::Bottom, Action::Up, Action::Open]);
    desk.types("More here");
    let post = desk.act(&[Action::Back]).unwrap();
    assert_eq!(post.first_comment.unwrap().text, "More here");
    assert!(!desk.state.is_typing());
    // Marks of direction, blanks and lines are as they were; nothing is told to the composer.
    let text = "\u{200f}one  two \n\nthree\n";
    desk.state.post.first_comment = Some(FirstComment { text: text.into(), delay: 0 });
    assert!(desk.act(&[Action::Open, Action::Accept, Action::Open, Action::Back]).is_none());
    assert_eq!(desk.state.post.first_comment.as_ref().unwrap().text, text);
    desk.act(&[Action::Open]);
    desk.types("!");
    let post = desk.act(&[Action::Back]).unwrap();
    assert_eq!(post.first_comment.unwrap().text, "\u{200f}one  two \n\nthree\n!");
    // What cannot be taken is said before it is given up.
    desk.act(&[Action::Top, Action::Down, Action::Down, Action::Down, Action::Open]);
    desk.types(&"t".repeat(101));
    assert!(desk.act(&[Action::Back]).is_none() && desk.state.is_typing());
    assert!(desk.act(&[Action::Back]).is_none() && !desk.state.is_typing());
}

#[test]
fn a_channel_s_own_word_stands_over_the_post_s() {
    let mut desk = Desk::new(Some("late/tiktok"));
    desk.state.post.options.set("tiktok.privacy", Value::Text("public".into()));
    assert!(desk.screen(100, 24).contains("everyone  as the post"));
    let post = desk.act(&[Action::Open]).unwrap();
    assert_eq!(post.options.text("tiktok.privacy"), Some("public"));
    assert_eq!(post.targets[0].extras.options.text("tiktok.privacy"), Some("friends"));
    let post = desk.act(&[Action::Delete]).unwrap();
    assert!(post.targets[0].extras.is_empty());
}

#[test]
fn it_fits_every_screen() {
    let desk = Desk::new(None);
    for (width, height) in [(20, 6), (40, 10), (80, 24), (200, 60)] {
        desk.screen(width, height);
    }
}
