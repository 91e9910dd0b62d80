//! Rows, keys and drawing of the channels pane.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::domain::channel::Health;
use crate::domain::numbers::AHEAD_DAYS;
use crate::tui::panes::calendar::demo::{full_board, text};

fn screen(state: &State, shared: &Shared, board: &Board, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    view(state, shared, board, &Theme::default(), true, area, &mut buf);
    text(&buf)
}

#[test]
fn channels_stand_under_their_accounts_with_health_and_what_is_ahead() {
    let (board, shared) = full_board();
    let screen = screen(&State::default(), &shared, &board, 34, 20);
    for words in ["▾ zernio Late", "↻ 12 s", "✗ offline", "@acme", "⚠5d", "✗ reconnect", "hidden", "‖ 12 min", "22"]
    {
        assert!(screen.contains(words), "{words} is not on\n{screen}");
    }
    assert!(screen.contains("Next 7 days"), "{screen}");
    let wide = self::screen(&State::default(), &shared, &board, 60, 20);
    assert!(wide.contains("⚠ expires in 5 d") && wide.contains("‖ cooling 12 min"), "{wide}");
}

#[test]
fn names_come_before_sparklines_and_words_where_the_pane_is_narrow() {
    let (mut board, shared) = full_board();
    let long = "fjord-cycles.bsky.social";
    for channel in &mut board.channels {
        (channel.handle, channel.name) = (long.into(), long.into());
        (channel.health, channel.hidden) = (Health::Ok, false);
        board.ahead.insert(channel.id.clone(), [1; AHEAD_DAYS]);
    }
    board.risk.clear();
    let screen = self::screen(&State::default(), &shared, &board, 36, 20);
    assert!(screen.contains(long), "{screen}");
    // Where there is room for both, both are there, and a day stands in the same column in every row.
    let wide = self::screen(&State::default(), &shared, &board, 50, 20);
    let rows: Vec<&str> = wide.lines().filter(|row| row.contains(long)).collect();
    let begins: Vec<_> = rows.iter().map(|row| row.chars().position(|c| c == '█')).collect();
    assert!(rows.len() > 2 && begins.iter().all(|at| *at == begins[0] && at.is_some()), "{wide}");
    // What is amiss gives up its words before the name is gone.
    for channel in &mut board.channels {
        channel.health = Health::Disabled { words: "suspended".into() };
    }
    let narrow = self::screen(&State::default(), &shared, &board, 20, 20);
    assert!(narrow.contains("fjord-") && narrow.contains('✗') && !narrow.contains("disabled"), "{narrow}");
}

#[test]
fn a_low_region_is_one_line_and_counts_what_it_leaves_out() {
    let (board, shared) = full_board();
    let line = screen(&State::default(), &shared, &board, 60, 1);
    assert!(line.starts_with("bs acme.bsky.soci"), "{line}");
    assert!(line.contains("li ACME GmbH ⚠5d") && line.contains('+'), "{line}");
}

#[test]
fn an_empty_board_says_what_to_do() {
    let (_, shared) = full_board();
    assert!(screen(&State::default(), &shared, &Board::default(), 24, 6).contains(":connect"));
}

#[test]
fn keys_reach_every_row_and_a_fold_takes_its_channels_away() {
    let (board, mut shared) = full_board();
    let mut state = State::default();
    assert_eq!(cursor_channel(&state, &board).unwrap().as_str(), "zernio/bs");
    let mut go = |state: &mut State, action| update(state, &mut shared, &board, action, 1);
    go(&mut state, Action::Bottom);
    assert_eq!(cursor_channel(&state, &board).unwrap().as_str(), "oktopost/li");
    go(&mut state, Action::Open);
    assert_eq!((cursor_channel(&state, &board), rows(&state, &board).len()), (None, 6));
    assert_eq!(cursor_account(&state, &board).unwrap().as_str(), "oktopost");
    go(&mut state, Action::Open);
    assert_eq!(rows(&state, &board).len(), 8);
}

#[test]
fn what_has_no_room_is_folded_from_the_end_until_someone_opens_it() {
    let (board, mut shared) = full_board();
    let mut state = State::default();
    settle(&mut state, &board, Rect::new(0, 0, 34, 20));
    assert_eq!(rows(&state, &board).len(), 8, "there is room for all");
    let low = Rect::new(0, 0, 34, 12);
    settle(&mut state, &board, low);
    let screen = screen(&state, &shared, &board, 34, 12);
    assert!(screen.contains("▸ oktopost (2)") && screen.contains("▾ zernio"), "{screen}");
    assert!(screen.contains("Drafts"), "the summary has its room: {screen}");
    // Opened by a person it stays open, whatever the room.
    update(&mut state, &mut shared, &board, Action::Bottom, 1);
    update(&mut state, &mut shared, &board, Action::Open, 1);
    settle(&mut state, &board, low);
    assert!(!state.is_folded(&AccountName::new("oktopost")));
    // As running text everything is there.
    let mut state = State::default();
    settle(&mut state, &board, Rect::new(0, 0, 80, 1));
    assert_eq!(rows(&state, &board).len(), 8);
}

#[test]
fn the_account_with_the_cursor_is_not_folded_away() {
    let (board, mut shared) = full_board();
    let mut state = State::default();
    update(&mut state, &mut shared, &board, Action::Bottom, 1);
    settle(&mut state, &board, Rect::new(0, 0, 34, 9));
    assert_eq!(cursor_channel(&state, &board).unwrap().as_str(), "oktopost/li");
    let screen = screen(&state, &shared, &board, 34, 9);
    assert!(screen.contains("▸ zernio (4) ✗1"), "what waits for a person is not hidden by it: {screen}");
}

#[test]
fn hiding_works_on_a_channel_and_on_a_whole_account() {
    let (board, mut shared) = full_board();
    let mut state = State::default();
    let hide = update(&mut state, &mut shared, &board, Action::HideChannel, 1);
    assert_eq!(hide, [Effect::HideChannels(vec![ChannelId::new("zernio/bs")], true)]);
    update(&mut state, &mut shared, &board, Action::Bottom, 1);
    update(&mut state, &mut shared, &board, Action::Up, 2);
    let rest = update(&mut state, &mut shared, &board, Action::HideChannel, 1);
    assert_eq!(rest, [Effect::HideChannels(vec![ChannelId::new("oktopost/li")], true)], "one is hidden already");
}

#[test]
fn only_this_then_all_again() {
    let (board, mut shared) = full_board();
    let mut state = State::default();
    update(&mut state, &mut shared, &board, Action::OnlyChannel, 1);
    assert_eq!(shared.only.iter().map(ChannelId::as_str).collect::<Vec<_>>(), ["zernio/bs"]);
    update(&mut state, &mut shared, &board, Action::OnlyChannel, 1);
    assert!(shared.only.is_empty());
}

#[test]
fn the_mouse_selects_folds_and_shows_one_alone() {
    let (board, mut shared) = full_board();
    let mut state = State::default();
    let area = Rect::new(3, 2, 24, 16);
    let mut at = |state: &mut State, kind, row: u16| {
        mouse(state, &mut shared, &board, Mouse { kind, x: 10, y: 3 + row }, area);
        shared.only.len()
    };
    at(&mut state, MouseKind::Press, 4);
    assert_eq!(cursor_channel(&state, &board).unwrap().as_str(), "zernio/x");
    assert_eq!(at(&mut state, MouseKind::Double, 4), 1);
    at(&mut state, MouseKind::Press, 0);
    assert_eq!(rows(&state, &board).len(), 4);
}

proptest! {
    #[test]
    fn no_size_and_no_key_breaks_it(
        actions in prop::collection::vec(prop::sample::select(Action::ALL), 0..30),
        x in 0u16..5, y in 0u16..5, width in 0u16..250, height in 0u16..80, wheel in 0u16..90,
    ) {
        let (board, mut shared) = full_board();
        let mut state = State::default();
        let area = Rect::new(x, y, width, height);
        for (at, action) in actions.into_iter().enumerate() {
            update(&mut state, &mut shared, &board, action, 1);
            let kind = [MouseKind::WheelDown, MouseKind::Press, MouseKind::WheelUp][at % 3];
            mouse(&mut state, &mut shared, &board, Mouse { kind, x: wheel, y: wheel }, area);
            let rows = rows(&state, &board);
            prop_assert!(cursor(&state, &rows) < rows.len());
        }
        let mut buf = Buffer::empty(Rect::new(0, 0, 250, 80));
        view(&state, &shared, &board, &Theme::default(), true, area, &mut buf);
    }
}

#[test]
fn results_of_the_channel_under_the_cursor_are_drawn_once_they_are_looked_at() {
    let (mut board, shared) = full_board();
    let mut state = State::default();
    let mut shared = shared;
    update(&mut state, &mut shared, &board, Action::Down, 1);
    let channel = cursor_channel(&state, &board).unwrap();
    assert!(!screen(&state, &shared, &board, 34, 30).contains("Last 14 days"));
    let mut out = [0; crate::domain::numbers::RESULT_DAYS];
    (out[3], out[13]) = (8, 4);
    board.results = vec![crate::domain::numbers::Results { channel, out, refused: 2 }];
    let drawn = screen(&state, &shared, &board, 34, 30);
    assert!(drawn.contains("Last 14 days") && drawn.contains("✓12 ✗2"), "{drawn}");
    assert!(drawn.contains("   █         ▄"), "{drawn}");
}

#[test]
fn channels_without_a_name_and_one_channel_at_two_accounts_stay_apart() {
    let (mut board, mut shared) = full_board();
    let mut twin = board.channels[0].clone();
    twin.account = crate::domain::ids::AccountName::new("second");
    twin.id = ChannelId::of(&twin.account, &twin.remote);
    let mut nameless = twin.clone();
    nameless.remote = crate::domain::ids::RemoteId::new("nameless");
    nameless.id = ChannelId::of(&nameless.account, &nameless.remote);
    (nameless.handle, nameless.name) = (String::new(), String::new());
    let handle = twin.handle.clone();
    board.channels.extend([twin.clone(), nameless.clone()]);
    let mut state = State::default();
    for (width, height) in [(34, 30), (24, 30), (80, 1)] {
        let drawn = screen(&state, &shared, &board, width, height);
        assert!(height == 1 || drawn.matches(&handle).count() >= 2 && drawn.contains("second"), "{drawn}");
    }
    let mut seen = Vec::new();
    for _ in 0..30 {
        seen.extend(cursor_channel(&state, &board));
        update(&mut state, &mut shared, &board, Action::Down, 1);
    }
    assert!(seen.contains(&twin.id) && seen.contains(&nameless.id), "each can be stepped on");
}
