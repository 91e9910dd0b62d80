//! Ways through the screen: with the mouse alone, from what is told to the post, back again; and in ASCII.

use super::action::Action;
use super::board::ActivityLine;
use super::effect::Effect;
use super::hints;
use super::model::{Model, Pane};
use super::msg::{Loaded, Mouse, MouseKind, Msg, Notice, SyncNews, Tone};
use super::panes::{channels, failed};
use super::sheets::Sheet;
use super::shell_tests::{model, named, on, press, send, shown, words};
use super::theme::Glyphs;
use super::widgets::moment;
use crate::domain::authorise::Door;
use crate::domain::channel::Health;
use crate::domain::connect::{NotConnected, Offer};
use crate::domain::ids::{AccountName, IdSource, RemoteId};
use crate::domain::numbers::{Counted, Numbers, Part};
use crate::domain::outcome::State;
use crate::domain::post::Wish;
use crate::text::clean::cells;

/// Clicks on the last place where `text` stands on the screen.
fn click(model: &mut Model, text: &str) -> Vec<Effect> {
    let screen = shown(model);
    let rows: Vec<(usize, &str)> = screen.lines().enumerate().filter(|(_, row)| row.contains(text)).collect();
    let (y, row) = *rows.last().unwrap_or_else(|| panic!("no {text:?} in\n{screen}"));
    let x = cells(&row[..row.rfind(text).unwrap()]);
    click_at(model, x, y)
}

fn click_at(model: &mut Model, x: usize, y: usize) -> Vec<Effect> {
    let mouse = Mouse { kind: MouseKind::Press, x: x as u16, y: y as u16 };
    let effects = send(model, Msg::Mouse(mouse)).into_iter();
    effects.filter(|effect| !matches!(effect, Effect::After(..))).collect()
}

#[test]
fn the_mouse_alone_composes_and_schedules() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let mut model = model(size);
        on(&mut model, "Ship it");
        click(&mut model, "c compose");
        send(&mut model, Msg::Paste("We are live".into()));
        click(&mut model, "Tab channels");
        click(&mut model, "[ ] li ACME");
        assert!(shown(&model).contains("[x] li ACME"), "{}", shown(&model));
        click(&mut model, "s when");
        assert!(matches!(model.sheets.as_slice(), [Sheet::When(_)]), "{size:?}");
        click(&mut model, "Enter take it");
        click(&mut model, "^s review");
        assert!(matches!(model.sheets.as_slice(), [Sheet::Review(_)]), "{size:?}");
        click_at(&mut model, 0, 0);
        assert!(model.sheets.is_empty() && model.composer.is_some(), "a click outside goes back");
        click(&mut model, "^s review");
        let effects = click(&mut model, "s schedule");
        let [Effect::Save { post, verb: "scheduled", .. }] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!((post.body.as_str(), post.wish, post.targets.len()), ("We are live", Wish::Schedule, 1));
        assert!(model.composer.is_none() && model.sheets.is_empty());
    }
}

/// The right button on the first place where `text` stands.
fn menu_on(model: &mut Model, text: &str) {
    let screen = shown(model);
    let (y, row) = screen.lines().enumerate().find(|(_, row)| row.contains(text)).unwrap();
    let x = cells(&row[..row.find(text).unwrap()]);
    send(model, Msg::Mouse(Mouse { kind: MouseKind::Menu, x: x as u16, y: y as u16 }));
}

#[test]
fn the_right_button_opens_the_menu_of_what_it_is_on() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let mut model = model(size);
        menu_on(&mut model, "Ship it");
        let [Sheet::Menu(_)] = model.sheets.as_slice() else { panic!("{:?}", model.sheets) };
        let screen = shown(&model);
        for words in [
            "scheduled Ship it",
            "m      move",
            "y t    copy the text",
            "o      open in the browser",
            "it has not failed",
            "do it",
            "Esc close",
        ] {
            assert!(screen.contains(words), "no {words:?} at {size:?} in\n{screen}");
        }
        // What cannot run stays and says why in full, what can does it.
        assert_eq!(click(&mut model, "retry what failed"), []);
        assert!(matches!(model.sheets.as_slice(), [Sheet::Menu(_)]));
        click(&mut model, "set the time");
        assert!(matches!(model.sheets.as_slice(), [Sheet::When(_)]), "{:?}", model.sheets);
        press(&mut model, "Esc");
        menu_on(&mut model, "Ship it");
        click_at(&mut model, 0, 0);
        assert!(model.sheets.is_empty(), "a click outside closes it");
        menu_on(&mut model, "Ship it");
        press(&mut model, "Esc");
        assert!(model.sheets.is_empty() && model.composer.is_none());
    }
}

#[test]
fn a_menu_is_used_by_its_keys_and_gives_way_to_another() {
    let mut model = model((120, 40));
    menu_on(&mut model, "Ship it");
    press(&mut model, "e");
    assert!(model.composer.is_some() && model.sheets.is_empty(), "the key that stands there");
    press(&mut model, "Esc q");
    menu_on(&mut model, "Ship it");
    let effects = press(&mut model, "y t");
    assert!(matches!(effects.first(), Some(Effect::Copy(text)) if text.starts_with("Ship it")), "{effects:?}");
    menu_on(&mut model, "Ship it");
    press(&mut model, "r");
    assert!(matches!(model.sheets.as_slice(), [Sheet::Menu(_)]), "what cannot run is only shown");
    press(&mut model, "Esc");
    // The failed queue, and from there the channels.
    menu_on(&mut model, "✗ failed  x");
    assert_eq!((model.focus, model.sheets.len()), (Pane::Failed, 1), "{}", shown(&model));
    assert!(shown(&model).contains("do what the cause suggests"), "{}", shown(&model));
    menu_on(&mut model, "li ACME");
    assert_eq!((model.focus, model.sheets.len()), (Pane::Channels, 1));
    assert!(shown(&model).contains("only this channel, or all"), "{}", shown(&model));
    press(&mut model, "w");
    assert!(model.sheets.is_empty() && model.shared.only.len() == 1);
    press(&mut model, "w");
    // Nothing there, and a post in the air.
    menu_on(&mut model, "14:00");
    assert!(shown(&model).contains("note or embargo on this day"), "{}", shown(&model));
    press(&mut model, "Esc");
    on(&mut model, "Ship it");
    press(&mut model, "m");
    menu_on(&mut model, "14:00");
    assert!(shown(&model).contains("drop here"), "{}", shown(&model));
    press(&mut model, "Down Down Down Down Enter");
    assert!(!crate::tui::panes::calendar::is_moving(&model.calendar), "put back");
}

#[test]
fn a_menu_of_marked_posts_says_so_and_one_at_the_edge_stays_on_the_screen() {
    let mut model = model((80, 24));
    on(&mut model, "Ship it");
    press(&mut model, "Space");
    menu_on(&mut model, "Teaser");
    assert!(shown(&model).contains("1 marked"), "{}", shown(&model));
    for (x, y) in [(79, 21), (0, 4), (79, 4), (40, 12)] {
        send(&mut model, Msg::Mouse(Mouse { kind: MouseKind::Menu, x, y }));
        let screen = shown(&model);
        assert!(screen.contains("delete") && screen.contains("jk choose"), "{x} {y}\n{screen}");
    }
}

#[test]
fn a_click_on_the_time_asks_for_it() {
    let mut model = model((120, 40));
    on(&mut model, "Ship it");
    press(&mut model, "c");
    click_at(&mut model, 110, 0);
    assert!(matches!(model.sheets.as_slice(), [Sheet::When(_)]));
    press(&mut model, "Esc");
    click(&mut model, "  when    ");
    assert!(matches!(model.sheets.as_slice(), [Sheet::When(_)]));
}

#[test]
fn a_question_is_answered_or_left_by_the_mouse() {
    let mut model = model((120, 40));
    on(&mut model, "Ship it");
    press(&mut model, "d");
    assert_eq!(click(&mut model, "no (Enter"), []);
    assert!(model.sheets.is_empty());
    press(&mut model, "d");
    assert_eq!(click_at(&mut model, 1, 20), []);
    assert!(model.sheets.is_empty(), "outside is no");
    press(&mut model, "d");
    click(&mut model, "Delete 1 post?");
    assert_eq!(model.sheets.len(), 1, "a click on its words decides nothing");
    let effects = click(&mut model, "delete  n no");
    assert!(matches!(effects.as_slice(), [Effect::DeleteSeen(_)]), "{effects:?}");
}

#[test]
fn help_and_completions_are_chosen_by_the_mouse() {
    let mut model = model((120, 40));
    press(&mut model, ": c a l");
    click(&mut model, "calendar.week.next");
    assert!(model.sheets.is_empty());
    assert!(shown(&model).contains("Week 32"), "{}", shown(&model));
    press(&mut model, "?");
    click(&mut model, "next week");
    assert_eq!(model.sheets.len(), 1, "the first click chooses");
    let (x, y) = (30, shown(&model).lines().position(|row| row.contains("  next week")).unwrap() as u16);
    send(&mut model, Msg::Mouse(Mouse { kind: MouseKind::Double, x, y }));
    assert!(shown(&model).contains("Week 33"), "{}", shown(&model));
}

#[test]
fn enter_leads_from_a_failure_to_its_post_and_esc_back() {
    let mut model = model((120, 40));
    press(&mut model, "4 Enter");
    assert_eq!(model.focus, Pane::Post);
    press(&mut model, "Esc");
    assert_eq!(model.focus, Pane::Failed);
    press(&mut model, "k Enter");
    assert_eq!(model.focus, Pane::Failed, "a heading folds");
    assert!(shown(&model).contains('▸'), "{}", shown(&model));
}

#[test]
fn what_is_told_leads_to_its_post() {
    let mut model = model((120, 40));
    let id = named(&model, "Meet us").id;
    let told = || Msg::Done(Notice { words: "we were down".into(), tone: Tone::Bad, post: Some(id) });
    send(&mut model, told());
    assert!(shown(&model).contains("gm show it"), "{}", shown(&model));
    press(&mut model, "g m");
    assert_eq!((model.shared.cursor, model.focus), (Some(id), Pane::Failed));
    press(&mut model, "g m");
    assert!(words(&model).contains("nothing was told"), "{}", words(&model));
    press(&mut model, "2");
    model.shared.cursor = None;
    send(&mut model, told());
    click(&mut model, "we were down");
    assert_eq!((model.shared.cursor, model.focus), (Some(id), Pane::Failed));
}

#[test]
fn bad_news_are_told_whole_and_do_not_hide_a_move() {
    let mut model = model((80, 24));
    let last = "connection closed before the message was complete";
    let words = format!("it is not known whether this went through: the provider broke off, {last}");
    send(&mut model, Msg::Done(Notice { words, tone: Tone::Bad, post: None }));
    let all = |model: &Model| shown(model).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(all(&model).contains("went through"), "{}", shown(&model));
    assert!(all(&model).contains("message was complete"), "{}", shown(&model));
    on(&mut model, "Ship it");
    press(&mut model, "m l");
    assert!(shown(&model).contains("→ Thu 30 09:00") && all(&model).contains("went through"), "{}", shown(&model));
}

#[test]
fn problems_are_gone_through_both_ways() {
    let mut model = model((120, 40));
    press(&mut model, "c Esc n N");
    assert!(model.shared.notices.is_empty(), "{}", words(&model));
    let labels: Vec<_> = hints::line(&model, 120).into_iter().map(|hint| hint.action).collect();
    assert!(labels.contains(&Action::NextProblem), "{labels:?}");
}

#[test]
fn a_channel_that_breaks_while_composing_is_seen_at_once() {
    let mut model = model((120, 40));
    press(&mut model, "c");
    assert!(!shown(&model).contains("reconnect: expired"));
    let mut channels = model.board.channels.clone();
    channels[0].health = Health::Reconnect { words: "expired".into() };
    let loaded = Loaded { channels, range: model.board.range.clone(), ..Loaded::default() };
    send(&mut model, Msg::Loaded(Box::new(loaded)));
    assert!(shown(&model).contains("reconnect: expired"), "{}", shown(&model));
}

#[test]
fn a_terminal_of_ascii_gets_nothing_else() {
    let mut model = model((120, 40));
    model.theme.glyphs = Glyphs::ascii();
    on(&mut model, "Ship it");
    for keys in ["Space", "?", "Esc :", "Esc s", "Esc d", "Esc 4 4", "5", "m l", "Esc 2 e", "Ctrl-s", "Esc Esc t"] {
        press(&mut model, keys);
        let strange: Vec<char> = shown(&model).chars().filter(|c| !c.is_ascii()).collect();
        assert!(strange.is_empty(), "{strange:?} after {keys}: {}", shown(&model));
    }
}

#[test]
fn one_key_renews_a_channel_that_needs_it_and_connects_elsewhere() {
    let mut model = model((120, 40));
    let page = "https://late.example/dashboard".to_owned();
    model.board.dashboards.insert(AccountName::new("late"), page.clone());
    press(&mut model, "1 g g j");
    let id = channels::cursor_channel(&model.channels, &model.board).unwrap();
    let at = model.board.channels.iter().position(|channel| channel.id == id).unwrap();
    model.board.channels[at].health = Health::Reconnect { words: "expired".into() };
    assert!(shown(&model).contains("a renew"), "{}", shown(&model));
    let network = model.board.channels[at].network.clone();
    let (account, name) = (model.board.channels[at].account.clone(), "Late".to_owned());
    let door = |networks| Door {
        account: account.clone(),
        provider: "late".into(),
        name: name.clone(),
        networks,
        dashboard: page.clone(),
    };
    model.board.doors = vec![door(vec![network.clone()])];
    let effects = press(&mut model, "a");
    assert!(matches!(effects.as_slice(), [Effect::Authorise(wanted)] if wanted.renews.is_some()), "{effects:?}");
    press(&mut model, "Esc");
    // Where the provider makes no link, the sheet tells the way, and o goes it.
    model.board.doors = vec![door(Vec::new())];
    assert!(press(&mut model, "a").is_empty() && shown(&model).contains(&page), "{}", shown(&model));
    assert_eq!(press(&mut model, "o"), [Effect::Open(page.clone())]);
    press(&mut model, "Esc");
    model.board.channels[at].health = Health::Ok;
    assert_eq!(press(&mut model, "o"), [Effect::Open(page)], "the account's page, whatever its health");
    assert!(press(&mut model, "a").is_empty() && matches!(model.sheets.as_slice(), [Sheet::Authorise(_)]));
}

#[test]
fn a_key_typed_on_the_screen_is_nowhere_in_what_the_screen_is_made_of() {
    let mut model = model((120, 40));
    let offer = Offer { provider: "late".into(), name: "Late".into(), ..Offer::default() };
    model.board.offers = vec![offer];
    press(&mut model, ": c o n n e c t Enter");
    assert!(matches!(model.sheets.as_slice(), [Sheet::Connect(_)]), "{}", shown(&model));
    send(&mut model, Msg::Paste("sk_live_pasted".into()));
    let effects = press(&mut model, "Enter");
    assert!(matches!(effects.as_slice(), [Effect::Connect(_)]), "{effects:?}");
    for text in [format!("{model:?}"), format!("{effects:?}"), shown(&model)] {
        assert!(!text.contains("sk_live"));
    }
    // Closed before the answer: it is told all the same, and the demo or the week goes on.
    press(&mut model, "Esc");
    let refused = NotConnected::refused("Late: the key is not valid; nothing was kept");
    send(&mut model, Msg::Connected(Box::new(Err(refused))));
    assert!(words(&model).contains("nothing was kept") && model.sheets.is_empty());
}

#[test]
fn escape_leads_back_from_one_channel_to_all_of_them() {
    let mut model = model((120, 40));
    press(&mut model, "1 j w");
    assert!(!model.shared.only.is_empty());
    assert!(shown(&model).contains("only 1 channel, Esc shows all"), "{}", shown(&model));
    press(&mut model, "Esc");
    assert!(model.shared.only.is_empty() && !shown(&model).contains("only 1 channel"));
}

#[test]
fn what_was_said_of_one_screen_does_not_stay_beside_the_next() {
    let mut model = model((120, 40));
    press(&mut model, "Ctrl-c");
    assert!(shown(&model).contains("Ctrl-c again quits"));
    press(&mut model, "?");
    assert!(!shown(&model).contains("Ctrl-c again quits"));
    press(&mut model, "Esc");
    let words = "the provider refused it: a long story ".repeat(4);
    send(&mut model, Msg::Done(Notice { words, tone: Tone::Bad, post: None }));
    let screen = shown(&model);
    // It takes lines of its own: no pane loses its lower border to it.
    let at = screen.lines().position(|line| line.contains("the provider refused it")).unwrap();
    assert!(screen.lines().nth(at - 1).unwrap().contains('┘'), "{screen}");
}

#[test]
fn what_a_provider_answers_is_told_to_whoever_asked() {
    let mut model = model((120, 40));
    let id = named(&model, "Ship it").id;
    on(&mut model, "Ship it");
    let line = |words: &str| ActivityLine {
        at: model.shared.now,
        account: Some(AccountName::new("late")),
        post: Some(id),
        words: words.into(),
        urgent: false,
    };
    let news = |line: &ActivityLine| Msg::Sync(Box::new(SyncNews { lines: vec![line.clone()], ..SyncNews::default() }));
    let answer = line("verified: the provider has it, and it waits for its time");
    send(&mut model, news(&answer));
    assert!(!shown(&model).contains("verified: the provider"), "nobody asked");
    model.asked_about.insert(id);
    send(&mut model, news(&answer));
    assert!(shown(&model).contains("verified: the provider has it"), "{}", shown(&model));
    assert!(model.asked_about.is_empty());
}

#[test]
fn numbers_are_asked_for_when_a_published_post_is_read_and_only_then() {
    let mut model = model((120, 40));
    let asked = |effects: Vec<Effect>| effects.iter().any(|effect| matches!(effect, Effect::LoadNumbers(_)));
    for post in &mut model.board.posts {
        let post = std::sync::Arc::make_mut(post);
        post.targets.iter_mut().for_each(|target| target.remote = Some(RemoteId::new("r")));
    }
    model.board.counting.insert(AccountName::new("late"));
    let out = model.board.posts.iter().find(|post| post.state(model.shared.now) == State::Published).unwrap().id;
    model.shared.cursor = Some(out);
    assert!(!asked(press(&mut model, "2")), "the calendar alone is no look at it");
    model.shared.cursor = Some(out);
    assert!(asked(press(&mut model, "3")));
    assert!(!asked(press(&mut model, "j")), "not twice within minutes");
    let account = AccountName::new("late");
    let counts = vec![("likes".to_owned(), 12), ("comments".to_owned(), 0)];
    let counted = Ok(vec![Counted { channel: None, counts, at: None }]);
    let parts = vec![Part { account, remote: RemoteId::new("r"), counted }];
    let numbers = Numbers { read_at: model.shared.now - chrono::TimeDelta::minutes(5), parts };
    send(&mut model, Msg::Numbers(out, Box::new(Ok(numbers))));
    assert!(shown(&model).contains("likes 12, 5 min ago"), "{}", shown(&model));
    assert!(!shown(&model).contains("comments 0"));
}

#[test]
fn what_was_not_understood_of_the_post_under_the_cursor_is_read_once_and_stands_in_its_pane() {
    let mut model = model((200, 60));
    for post in &mut model.board.posts {
        let post = std::sync::Arc::make_mut(post);
        post.targets.iter_mut().for_each(|target| target.remote = Some(RemoteId::new("r")));
    }
    let id = named(&model, "Ship it").id;
    on(&mut model, "Ship it");
    model.asked_strange = None;
    let asked = |effects: Vec<Effect>| effects.contains(&Effect::LoadStrange(id));
    assert!(asked(press(&mut model, "3")));
    assert!(!asked(press(&mut model, "j")), "once, until something is loaded");
    assert!(!shown(&model).contains("unclear"));
    send(&mut model, Msg::Strange(id, vec!["the provider says \"levitating\u{202e}\", a word".into()]));
    let seen = shown(&model);
    assert!(seen.contains("unclear  the provider says \"levitating") && !seen.contains('\u{202e}'), "{seen}");
    let other = IdSource::seeded(9).post(model.shared.now);
    send(&mut model, Msg::Strange(other, vec!["of another".into()]));
    assert!(!shown(&model).contains("of another"));
}

#[test]
fn what_failed_and_the_zone_are_told_at_every_size_and_a_click_on_the_count_leads_there() {
    for size in [(40, 10), (60, 16), (80, 24)] {
        let mut model = model(size);
        let zone = moment::zone_short(model.shared.now, model.shared.zone);
        let counts = failed::counts(&model.shared, &model.board, &model.theme.glyphs);
        assert_eq!(counts, "✗1 ‼1");
        let screen = shown(&model);
        assert!(screen.contains(&zone) && screen.contains(&counts), "{zone}, {counts}:\n{screen}");
        // The header's line asks the providers; the strip's leads to the queue.
        if size.1 == 24 {
            click(&mut model, &counts);
            assert_eq!(model.focus, Pane::Failed);
        }
    }
}

#[test]
fn a_question_says_all_that_is_at_stake_on_the_smallest_screen() {
    let mut model = model((40, 10));
    on(&mut model, "Teaser clip");
    press(&mut model, "r");
    let screen = shown(&model);
    assert!(screen.contains("1 more below") && screen.contains("y send again"), "{screen}");
    assert!(!screen.contains("(account "), "the channel: {screen}");
    for _ in 0..9 {
        press(&mut model, "j");
    }
    let screen = shown(&model);
    assert!(screen.contains("(account ") && !screen.contains("more below"), "{screen}");
    press(&mut model, "k k k");
    assert!(shown(&model).contains("more below"), "{}", shown(&model));
}
