//! The sheet from the first choice to the channel that has come.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::domain::channel::Health;
use crate::domain::ids::{ChannelId, RemoteId};
use crate::domain::secret::Secret;
use crate::tui::panes::calendar::demo::text;
use crate::tui::panes::sample;
use crate::tui::theme::{Role, Theme};

const LINK: &str = "https://x.example/oauth2/authorize?client_id=demo&response_type=code&scope=tweet.write+offline\
                    &state=secret-0123456789-and-so-on-for-quite-a-while-longer-than-any-line";

fn board() -> Board {
    let door = |account: &str, networks: &[&str]| Door {
        account: AccountName::new(account),
        provider: account.into(),
        name: format!("Provider of {account}"),
        networks: networks.iter().map(|word| Network::from_word(word)).collect(),
        dashboard: format!("https://{account}.example"),
    };
    Board { doors: vec![door("work", &["x", "linkedin"]), door("site", &[])], ..sample::board() }
}

fn channel(health: Health) -> Channel {
    let (account, remote) = (AccountName::new("work"), RemoteId::new("7"));
    Channel {
        id: ChannelId::of(&account, &remote),
        account,
        remote,
        network: Network::from_word("linkedin"),
        handle: "acme".into(),
        name: "ACME".into(),
        health,
        hidden: false,
        gone: false,
    }
}

fn shown(state: &State, shared: &Shared, board: &Board, size: (u16, u16)) -> String {
    let area = Rect::new(0, 0, size.0, size.1);
    let mut buf = Buffer::empty(area);
    view(state, shared, board, &Theme::default(), area, &mut buf);
    text(&buf)
}

fn opened(wanted: Joining, shared: &Shared) -> Opened {
    Opened { wanted, link: Secret::new(LINK.into()), before: Vec::new(), until: shared.now + TimeDelta::minutes(15) }
}

#[test]
fn from_the_choice_to_the_channel() {
    let (mut shared, board) = (sample::shared((80, 24)), board());
    let mut state = open(None, &board);
    let mut press = |state: &mut State, action| update(state, &mut shared, &board, action);
    press(&mut state, Action::Open);
    press(&mut state, Action::Down);
    let (effects, _) = press(&mut state, Action::Open);
    let [Effect::Authorise(wanted)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((wanted.account.as_str(), wanted.network.key(), &wanted.renews), ("work", "linkedin", &None));
    assert!(is_asking(&state));

    let opened = opened(Joining::clone(wanted), &shared);
    let until = opened.until;
    assert_eq!(authorised(&mut state, Ok(opened.clone())), [Effect::After(LOOK_EVERY, Timer::Look(until))]);
    let screen = shown(&state, &shared, &board, (80, 24));
    let whole: String = screen.chars().filter(|c| !c.is_whitespace() && *c != '│').collect();
    assert!(whole.contains(LINK), "the link is whole: {screen}");
    let (effects, _) = update(&mut state, &mut shared, &board, Action::Browse);
    assert_eq!(effects, [Effect::OpenLink(Secret::new(LINK.into()))]);
    let (effects, _) = update(&mut state, &mut shared, &board, Action::CopyLink);
    assert_eq!(effects, [Effect::CopyLink(Secret::new(LINK.into()))]);
    assert!(!format!("{state:?} {effects:?}").contains("secret-"), "{state:?}");

    assert!(look(&state, until + TimeDelta::seconds(1)).is_empty(), "the timer of another wait");
    assert_eq!(look(&state, until), [Effect::Arrive(Box::new(opened))]);
    let again = looked(&mut state, &shared, Err(NotConnected::refused("the line is down")));
    assert_eq!(again, [Effect::After(LOOK_EVERY, Timer::Look(until))]);
    assert!(shown(&state, &shared, &board, (80, 24)).contains("the line is down"));
    assert!(looked(&mut state, &shared, Ok(Some(channel(Health::Ok)))).is_empty());
    let screen = shown(&state, &shared, &board, (80, 24));
    assert!(screen.contains("ok: li:acme is here") && !screen.contains("oauth2"), "{screen}");
}

#[test]
fn a_channel_is_renewed_with_the_key_that_opens_the_sheet() {
    let (shared, board) = (sample::shared((80, 24)), board());
    let (state, effects) = renew(&channel(Health::Reconnect { words: "expired".into() }), &board);
    let [Effect::Authorise(wanted)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(wanted.renews, Some(RemoteId::new("7")));
    assert!(shown(&state, &shared, &board, (80, 24)).contains("Renew a channel"));
    // Where the provider makes no link for it, the way is told.
    let other = Channel { network: Network::from_word("bluesky"), ..channel(Health::Ok) };
    let (state, effects) = renew(&other, &board);
    let screen = shown(&state, &shared, &board, (80, 24));
    assert!(effects.is_empty() && screen.contains("acme is authorised anew at https://work.example"), "{screen}");
    let (theme, area) = (Theme::default(), Rect::new(0, 0, 80, 24));
    let mut buf = Buffer::empty(area);
    view(&state, &shared, &board, &theme, area, &mut buf);
    let refused = theme.style(Role::Bad).fg;
    assert!(buf.content().iter().all(|cell| Some(cell.fg) != refused), "the way is no mistake");
}

#[test]
fn a_wait_that_ends_offers_a_new_link_and_one_without_links_its_pages() {
    let (mut shared, board) = (sample::shared((80, 24)), board());
    let mut state = open(Some(&AccountName::new("work")), &board);
    let (effects, _) = update(&mut state, &mut shared, &board, Action::Open);
    let [Effect::Authorise(wanted)] = effects.as_slice() else { panic!("{effects:?}") };
    authorised(&mut state, Ok(opened(Joining::clone(wanted), &shared)));
    shared.now += TimeDelta::minutes(16);
    assert!(looked(&mut state, &shared, Ok(None)).is_empty());
    assert!(shown(&state, &shared, &board, (80, 24)).contains("Enter makes a new link"));

    let mut state = open(Some(&AccountName::new("site")), &board);
    let (effects, _) = update(&mut state, &mut shared, &board, Action::Open);
    assert_eq!(effects, [Effect::Open("https://site.example".into())]);
    update(&mut state, &mut shared, &board, Action::Down);
    let (_, flow) = update(&mut state, &mut shared, &board, Action::Open);
    assert!(matches!(flow, Flow::Run(Action::Connect)), "behind the last: another account");
}
