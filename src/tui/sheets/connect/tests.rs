//! What the sheet for connecting promises.

use ratatui::layout::Rect;

use super::*;
use crate::domain::connect::Kept;
use crate::domain::ids::AccountName;
use crate::domain::secret::Secret;
use crate::tui::theme::Theme;
use crate::tui::tools::stage;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn offer(provider: &str, name: &str, needs: &str, set: bool) -> Offer {
    Offer {
        provider: provider.into(),
        name: name.into(),
        needs: needs.into(),
        dashboard: format!("https://{provider}.example/keys"),
        variable: format!("{}_API_KEY", provider.to_uppercase()),
        set,
    }
}

fn board() -> Board {
    let offers = vec![
        offer("first", "First Service", "an API key from its dashboard", false),
        offer("second", "Second", "a token that may read and write posts", true),
    ];
    Board { offers, ..stage::board() }
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let (effects, flow) = update(state, &mut stage::shared(), &board(), action);
    assert!(matches!(flow, Flow::Stay), "{flow:?}");
    effects
}

fn types(state: &mut State, text: &str) {
    for c in text.chars() {
        input(state, &mut stage::shared(), &board(), Key::plain(KeyCode::Char(c)));
    }
}

fn screen(state: &State, (width, height): (u16, u16)) -> String {
    stage::drawn(width, height, |area, buf| view(state, &stage::shared(), &board(), &Theme::default(), area, buf))
}

fn wish(effects: &[Effect]) -> &Wish {
    let [Effect::Connect(wish)] = effects else { panic!("{effects:?}") };
    wish
}

fn connected() -> Connected {
    Connected {
        account: AccountName::new("first"),
        provider: "First Service".into(),
        identity: "Acme\u{1b}[31m GmbH".into(),
        channels: 7,
        kept: Kept::File("/home/a/.local/share/runsheet/keys.fernet".into()),
        renewed: false,
    }
}

#[test]
fn a_typed_key_is_tried_and_shown_nowhere() {
    let mut state = open(&board());
    assert!(act(&mut state, Action::Accept).is_empty(), "without a key nothing is asked");
    types(&mut state, "sk_live_1");
    assert!(!format!("{state:?}").contains("sk_live_1"));
    for size in SIZES {
        assert!(!screen(&state, size).contains("sk_"), "{}", screen(&state, size));
        assert!(screen(&state, size).contains("*********"));
    }
    let effects = act(&mut state, Action::Accept);
    assert!(!format!("{effects:?}").contains("sk_live_1"));
    let expected = Wish {
        provider: "first".into(),
        account: "first".into(),
        base_url: None,
        key: KeyWish::Typed(Secret::new("sk_live_1".into())),
    };
    assert_eq!(*wish(&effects), expected);
    types(&mut state, "more");
    assert!(act(&mut state, Action::Accept).is_empty(), "one try at a time");

    answered(&mut state, Err(NotConnected::refused("First Service: the key is not valid; nothing was kept")));
    assert!(screen(&state, SIZES[0]).contains("the key is not valid"));
    assert_eq!(*wish(&act(&mut state, Action::Accept)), expected, "what was typed is still there");
    answered(&mut state, Ok(connected()));
    assert!(state.key.is_empty());
    let (_, flow) = update(&mut state, &mut stage::shared(), &board(), Action::Accept);
    assert!(matches!(flow, Flow::OpenAnew));
}

#[test]
fn a_variable_is_used_only_after_asking() {
    let mut state = open(&board());
    act(&mut state, Action::Down);
    assert!(screen(&state, SIZES[0]).contains("SECOND_API_KEY is set in the environment. Use it?"));
    act(&mut state, Action::Accept);
    assert!(act(&mut state, Action::Accept).is_empty(), "Enter is no yes");
    assert!(screen(&state, SIZES[0]).contains("y uses it"));
    types(&mut state, "y");
    let effects = act(&mut state, Action::Accept);
    assert_eq!(wish(&effects).key, KeyWish::Variable("SECOND_API_KEY".into()));
    assert_eq!(wish(&effects).account, "second", "the name follows the provider");

    answered(&mut state, Err(NotConnected::refused("no")));
    types(&mut state, "nmine");
    assert_eq!(wish(&act(&mut state, Action::Accept)).key, KeyWish::Typed(Secret::new("mine".into())));
}

#[test]
fn every_field_is_reached_by_keys_and_by_clicks() {
    let mut state = open(&board());
    act(&mut state, Action::NextField);
    types(&mut state, "work");
    act(&mut state, Action::Down);
    paste(&mut state, "sk_2\n");
    act(&mut state, Action::NextField);
    types(&mut state, " http://127.0.0.1:8080 ");
    act(&mut state, Action::NextField);
    assert_eq!(state.at, Field::Provider);
    act(&mut state, Action::PreviousField);
    assert_eq!(state.at, Field::Address);
    let effects = act(&mut state, Action::Accept);
    let wish = wish(&effects);
    assert_eq!((wish.account.as_str(), wish.base_url.as_deref()), ("firstwork", Some("http://127.0.0.1:8080")));

    answered(&mut state, Err(NotConnected::refused("no")));
    let area = Rect::new(0, 0, 120, 40);
    let shown = screen(&state, (120, 40));
    for (words, field) in [("Second", Field::Provider), ("Name", Field::Name), ("Address", Field::Address)] {
        let (y, row) = shown.lines().enumerate().find(|(_, row)| row.contains(words)).unwrap();
        let x = row.split(words).next().unwrap().chars().count();
        assert_eq!(click(&mut state, &stage::shared(), &board(), area, x as u16, y as u16), None);
        assert_eq!(state.at, field, "{words}");
    }
    assert_eq!(state.provider, 1);
}

#[test]
fn it_looks_like_this() {
    for size in SIZES {
        let mut state = open(&board());
        let look = |state: &State, what: &str| {
            let name = format!("connect_{what}_{}x{}", size.0, size.1);
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name, screen(state, size));
            });
        };
        act(&mut state, Action::Down);
        look(&state, "asks");
        act(&mut state, Action::Up);
        act(&mut state, Action::Accept);
        types(&mut state, "sk_live_1");
        look(&state, "typed");
        answered(&mut state, Err(NotConnected::refused("First Service: the key is not valid; nothing was kept")));
        look(&state, "refused");
        answered(&mut state, Ok(connected()));
        look(&state, "done");
    }
}

#[test]
fn any_size_can_be_drawn() {
    let mut state = open(&board());
    for width in [1, 5, 20, 40, 80] {
        for height in [1, 3, 6, 10, 24] {
            screen(&state, (width, height));
        }
    }
    answered(&mut state, Ok(connected()));
    screen(&state, (12, 4));
}
