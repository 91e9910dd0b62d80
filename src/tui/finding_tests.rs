//! Finding: the palette, the filter while it is typed, views kept under a digit.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};

use super::action::Action;
use super::effect::Effect;
use super::model::Model;
use super::msg::{Key, KeyCode, Loaded, Msg};
use super::panes::calendar::{self, Colouring, Lens, View};
use super::panes::sample;
use super::sheets::palette::Seek;
use super::shell_tests::{model, named, press, send, shown};
use crate::domain::found::{Indexed, SavedView};
use crate::domain::ids::IdSource;
use crate::domain::plan::DayNote;
use crate::domain::post::Post;
use crate::domain::schedule::Schedule;

/// Opens the palette over every loaded post and types `text`.
fn find(model: &mut Model, text: &str) -> String {
    let effects = press(model, "Ctrl-p");
    assert!(effects.contains(&Effect::LoadIndex), "{effects:?}");
    let indexed = |post: &Post| Indexed {
        id: post.id,
        head: post.headline().to_owned(),
        at: post.instant(),
        draft: post.wish == crate::domain::post::Wish::Draft,
        campaign: Some("Spring sale".into()),
        tags: vec!["launch".into()],
    };
    let posts = model.board.posts.iter().chain(&model.board.drafts).map(|post| indexed(post)).collect();
    send(model, Msg::Index(Ok(Arc::new(posts))));
    send(model, Msg::Paste(text.into()));
    shown(model)
}

/// So many posts that they are looked through beside the keys; the last one is called otherwise than all others.
fn very_many() -> Vec<Indexed> {
    let ids = IdSource::seeded(9);
    let post = |number: usize| Indexed {
        id: ids.post(DateTime::UNIX_EPOCH),
        head: if number == 5_000 { "Zebra crossing".into() } else { format!("What we learned, part {number}") },
        at: None,
        draft: false,
        campaign: None,
        tags: Vec::new(),
    };
    (0..=5_000).map(post).collect()
}

fn headed(heads: &[&str]) -> Vec<Indexed> {
    let some = very_many().into_iter().zip(heads);
    some.map(|(post, head)| Indexed { head: (*head).to_owned(), ..post }).collect()
}

#[test]
fn letters_that_are_there_by_chance_are_not_found_and_a_slip_still_is() {
    let found = |words: &str| {
        let mut model = model((120, 40));
        press(&mut model, "Ctrl-p");
        let heads =
            ["Roast log, batch 12", "Mastodon for Kontor", "The roast of the week", "Colour", "The color of autumn"];
        let posts = headed(&heads);
        send(&mut model, Msg::Index(Ok(Arc::new(posts))));
        send(&mut model, Msg::Paste(words.into()));
        shown(&model)
    };
    let screen = found("roast");
    assert!(screen.contains("Roast log") && screen.contains("The roast of the week"), "{screen}");
    assert!(!screen.contains("Mastodon for Kontor") && !screen.contains("network options"), "{screen}");
    let screen = found("roasr");
    assert!(screen.contains("Roast log"), "{screen}");
    let screen = found("colour");
    assert!(screen.contains("Colour") && screen.contains("The color of autumn"), "beside the very word: {screen}");
}

fn seek(effects: Vec<Effect>) -> Box<Seek> {
    let found = effects.into_iter().find_map(|effect| if let Effect::Seek(seek) = effect { Some(seek) } else { None });
    found.expect("a search beside the keys")
}

#[test]
fn very_many_posts_are_looked_through_beside_the_keys() {
    let mut model = model((120, 40));
    press(&mut model, "Ctrl-p");
    send(&mut model, Msg::Index(Ok(Arc::new(very_many()))));
    let old = seek(send(&mut model, Msg::Paste("learned".into())));
    assert!(shown(&model).contains("searching"), "{}", shown(&model));
    let hits = old.run();
    send(&mut model, Msg::Sought(old.clone(), hits.clone()));
    assert!(first(&shown(&model)).contains("What we learned"), "{}", shown(&model));
    press(&mut model, "Ctrl-u");
    let new = seek(send(&mut model, Msg::Paste("zebar".into())));
    // What comes late for the words before them is not taken for an answer.
    send(&mut model, Msg::Sought(old, Vec::new()));
    assert!(shown(&model).contains("searching"), "{}", shown(&model));
    let hits = new.run();
    send(&mut model, Msg::Sought(new, hits));
    assert!(first(&shown(&model)).contains("Zebra crossing"), "{}", shown(&model));
}

#[test]
fn enter_means_what_was_typed_although_the_search_goes_on() {
    let mut model = model((120, 40));
    press(&mut model, "Ctrl-p");
    let posts = very_many();
    let zebra = posts.last().map(|post| post.id).unwrap();
    send(&mut model, Msg::Index(Ok(Arc::new(posts))));
    seek(send(&mut model, Msg::Paste("zebra".into())));
    let effects = press(&mut model, "Enter");
    assert!(effects.contains(&Effect::LoadPost(zebra)), "{effects:?}");
}

/// The first row of the palette.
fn first(screen: &str) -> String {
    let at = screen.lines().position(|row| row.contains("find ")).unwrap();
    screen.lines().nth(at + 1).unwrap().to_owned()
}

#[test]
fn anything_is_found_by_a_few_letters_typed_right_or_nearly_so() {
    for (typed, found) in [
        ("ship", "Ship it: v2.0"),
        ("clip teaser", "Teaser clip"),
        ("taeser clip", "Teaser clip"),
        ("> undoo", "undo"),
        ("show month", "show the month"),
        ("@ acme", "acme.bsky"),
        ("#launch", "#launch"),
        ("sprnig sale", "Spring sale"),
        ("~ idea", "An idea"),
        ("! meet", "Meet us"),
        ("fri", "Fri 31 Jul 2026"),
        ("2027-03-01", "Mon 1 Mar 2027"),
    ] {
        let mut model = model((120, 40));
        let screen = find(&mut model, typed);
        assert!(first(&screen).contains(found), "{typed} finds something else first\n{screen}");
    }
    for typed in ["!zzqqxx", "@zzqqxx", "~teaser"] {
        let screen = find(&mut model((120, 40)), typed);
        assert!(screen.contains("nothing is called anything like that"), "{typed}\n{screen}");
    }
}

#[test]
fn the_very_words_come_before_what_only_has_them_in_other_words() {
    let mut model = model((120, 40));
    for (at, head) in ["Week 19 for all", "Week 1 for all", "Week 11 for all"].into_iter().enumerate() {
        model.board.posts[at] = Arc::new(Post { body: head.into(), ..(*model.board.posts[at]).clone() });
    }
    let screen = find(&mut model, "week 1 for");
    assert!(screen.contains("Week 19 for all"), "{screen}");
    model.sheets.clear();
    let screen = find(&mut model, "Week 1 for");
    assert!(first(&screen).contains("Week 1 for all"), "{screen}");
}

#[test]
fn what_is_found_is_gone_to_done_or_shown_alone() {
    let mut at = model((120, 40));
    find(&mut at, "ship it");
    let ship = named(&at, "Ship it").id;
    assert!(press(&mut at, "Enter").contains(&Effect::LoadPost(ship)));
    assert!(at.sheets.is_empty());

    find(&mut at, "show the month");
    press(&mut at, "Enter");
    assert_eq!(calendar::shown_as(&at.calendar).0, View::Month);

    find(&mut at, "spring sale");
    press(&mut at, "Enter");
    assert_eq!(at.shared.filter.as_ref().map(|filter| filter.text()), Some("campaign:\"Spring sale\""));

    find(&mut at, "@acme");
    press(&mut at, "Enter");
    assert_eq!(at.shared.only.len(), 1);

    find(&mut at, "2027-03-01");
    press(&mut at, "Enter");
    assert!(shown(&at).contains("March 2027"), "{}", shown(&at));
}

#[test]
fn what_was_found_far_away_stays_under_the_cursor_whatever_else_is_loaded_meanwhile() {
    let mut at = model((120, 40));
    let here = calendar::wanted_range(&at.calendar, &at.shared);
    let near = at.board.posts.clone();
    let zone = at.shared.zone;
    let far = |post: &Post, minute: u32| {
        let wall = post.schedule.unwrap().instant() + TimeDelta::days(140) + TimeDelta::minutes(minute.into());
        Arc::new(Post { id: sample::id(900 + minute), schedule: Some(Schedule::at(wall, zone)), ..post.clone() })
    };
    let all: Vec<Arc<Post>> = [0, 7, 14].into_iter().map(|minute| far(&near[3], minute)).collect();
    let wanted = all[1].id;
    let effects = send(&mut at, Msg::PostLoaded(Some(Arc::clone(&all[1]))));
    let Some(Effect::Load(there)) = effects.into_iter().find(|effect| matches!(effect, Effect::Load(_))) else {
        panic!("its week is loaded");
    };
    // Asked for before, answered after.
    send(&mut at, Msg::Loaded(Box::new(Loaded { posts: near, range: here.clone(), ..Loaded::default() })));
    send(&mut at, Msg::Loaded(Box::new(Loaded { posts: all, range: there, ..Loaded::default() })));
    assert_eq!(at.shared.cursor, Some(wanted));
    // Asked for before, answered last: what is shown stays, and is asked for anew.
    let effects = send(&mut at, Msg::Loaded(Box::new(Loaded { range: here, ..Loaded::default() })));
    assert_eq!(at.shared.cursor, Some(wanted));
    assert_eq!(effects, [Effect::Load(at.board.range.clone())]);
    press(&mut at, "m");
    assert!(shown(&at).contains("MOVE"), "{}", shown(&at));
}

#[test]
fn a_draft_that_was_given_a_time_is_gone_to_before_the_board_knows_of_it() {
    let mut at = model((120, 40));
    let draft = Post::clone(&at.board.drafts[0]);
    let wall = at.shared.now + TimeDelta::days(140);
    let planned = Post { schedule: Some(Schedule::at(wall, at.shared.zone)), ..draft };
    let effects = send(&mut at, Msg::PostLoaded(Some(Arc::new(planned))));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Load(_))), "its week is loaded: {effects:?}");
    assert!(shown(&at).contains("Dec 2026"), "{}", shown(&at));
}

#[test]
fn the_palette_answers_before_the_posts_are_there_and_when_they_cannot_be_read() {
    let mut model = model((80, 24));
    press(&mut model, "Ctrl-p");
    send(&mut model, Msg::Paste("undo".into()));
    assert!(first(&shown(&model)).contains("undo") && shown(&model).contains("reading posts"));
    send(&mut model, Msg::Index(Err("the disk is gone".into())));
    assert!(shown(&model).contains("the disk is gone"), "{}", shown(&model));
    press(&mut model, "Esc");
    // An answer for a palette that was closed meanwhile changes nothing.
    send(&mut model, Msg::Index(Ok(Arc::default())));
    assert!(model.sheets.is_empty());
}

#[test]
fn a_view_is_kept_under_a_digit_with_filter_view_and_channels() {
    let mut at = model((120, 40));
    assert!(press(&mut at, "g 3").is_empty());
    assert!(shown(&at).contains("z k keeps the one you see"), "{}", shown(&at));
    press(&mut at, "z d + z c z h z p /");
    send(&mut at, Msg::Paste("status:failed -net:li".into()));
    press(&mut at, "Enter z k");
    send(&mut at, Msg::Paste("3 triage at noon".into()));
    let effects = press(&mut at, "Enter");
    let [Effect::KeepView(3, kept)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((kept.name.as_str(), kept.filter.as_str()), ("triage at noon", "status:failed -net:li"));
    assert_eq!((kept.view.as_str(), kept.step, kept.colouring.as_str()), ("day", 30, "network"));

    press(&mut at, "Esc z m z c z c z h z p");
    assert!(at.shared.filter.is_none() && at.shared.lens == Lens::default());
    press(&mut at, "g 3");
    assert_eq!(calendar::shown_as(&at.calendar), (View::Day, 30));
    assert_eq!(at.shared.lens, Lens { colouring: Colouring::Network, heat: true, no_past: true });
    assert_eq!(at.shared.filter.as_ref().map(|filter| filter.text()), Some("status:failed -net:li"));

    // The box after g names what is kept.
    press(&mut at, "g");
    let serial = at.serial;
    send(&mut at, Msg::Timer(super::msg::Timer::Prefix(serial)));
    let screen = shown(&at);
    assert!(screen.contains("triage at noon") && !screen.contains("kept view 4"), "{screen}");
}

#[test]
fn a_kept_view_that_cannot_be_read_says_so_and_shows_the_rest() {
    let mut at = model((120, 40));
    let kept = |filter: &str| SavedView {
        filter: filter.into(),
        view: "sideways".into(),
        step: 7,
        only: vec![crate::domain::ids::ChannelId::new("gone/1")],
        ..SavedView::default()
    };
    send(&mut at, Msg::Views(vec![(1, kept("status:\"open"))]));
    press(&mut at, "g 1");
    assert!(shown(&at).contains("never closed"), "{}", shown(&at));
    assert_eq!(calendar::shown_as(&at.calendar), (View::Week, 60));
    assert!(at.shared.only.is_empty() && at.shared.filter.is_none());
    press(&mut at, "z k");
    for (typed, words) in [("0", "1 to 9"), ("x", "1 to 9"), ("33", "1 to 9")] {
        send(&mut at, Msg::Paste(typed.into()));
        press(&mut at, "Enter");
        assert!(shown(&at).contains(words) && at.sheets.len() == 1, "{typed}");
        press(&mut at, "Ctrl-u");
    }
}

#[test]
fn the_filter_completes_what_is_there_and_keeps_quotes_together() {
    let complete = |typed: &str| {
        let mut model = model((120, 40));
        for post in &mut model.board.posts {
            let post = Arc::make_mut(post);
            (post.campaign, post.tags) = (Some("Spring sale".into()), vec!["#launch".into()]);
        }
        press(&mut model, "/");
        send(&mut model, Msg::Paste(typed.into()));
        press(&mut model, "Tab");
        let screen = shown(&model);
        screen.lines().rev().find_map(|row| row.trim_start().strip_prefix('/').map(str::to_owned)).unwrap_or(screen)
    };
    for (typed, taken) in [
        ("stat", "status:"),
        ("status:fa", "status:failed"),
        ("-status:pub", "-status:publish"),
        ("launch net:l", "launch net:li"),
        ("camp", "campaign:"),
        ("campaign:s", "campaign:\"Spring sale\""),
        ("campaign:\"Spring s", "campaign:\"Spring sale\""),
        ("#la", "#launch"),
        ("tag:l", "tag:launch"),
        ("ch:ac", "ch:"),
        ("since:-7", "since:-7d"),
        ("source:pro", "source:provider"),
    ] {
        assert!(complete(typed).starts_with(taken), "{typed}: {}", complete(typed));
    }
}

#[test]
fn a_filter_that_is_half_typed_never_empties_the_calendar_of_what_it_is_going_to_show() {
    let mut model = model((120, 40));
    for whole in ["status:scheduled", "net:twitter", "account:late", "source:runsheet", "since:2026-07-01"] {
        press(&mut model, "/");
        let key = whole.find(':').unwrap() + 1;
        for (at, letter) in whole.chars().enumerate() {
            send(&mut model, Msg::Key(Key::plain(KeyCode::Char(letter))));
            if at + 1 < key {
                continue;
            }
            let screen = shown(&model);
            assert!(screen.contains("Ship it"), "{whole} at {letter}\n{screen}");
            assert!(!screen.contains("(column"), "{whole} at {letter}\n{screen}");
        }
        press(&mut model, "Esc");
        assert_eq!(model.shared.filter, None);
    }
    // What it takes meanwhile is said; taken over as it is, it is a mistake at its place.
    press(&mut model, "/");
    send(&mut model, Msg::Paste("status:s".into()));
    assert!(shown(&model).contains("1 of 4 posts: scheduled"), "{}", shown(&model));
    press(&mut model, "Enter");
    assert!(shown(&model).contains("\"s\" is not a status"), "{}", shown(&model));
    press(&mut model, "Backspace");
    assert!(shown(&model).contains("4 of 4 posts, without status:"), "{}", shown(&model));
}

#[test]
fn every_action_of_a_digit_knows_it() {
    let digits: Vec<u8> = Action::ALL.iter().filter_map(|action| action.kept_view()).collect();
    assert_eq!(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn a_past_post_that_is_looked_up_is_seen_though_past_ones_were_hidden() {
    let mut at = model((120, 40));
    press(&mut at, "z p");
    assert!(at.shared.lens.no_past);
    let id = named(&at, "Teaser is live").id;
    at.shared.cursor = Some(id);
    super::dispatch::refresh(&mut at);
    assert!(!at.shared.lens.no_past && shown(&at).contains("past posts are shown again"), "{}", shown(&at));
    assert_eq!(at.shared.cursor, Some(id));
    // Its own post is hidden with the others: that is what was asked for.
    press(&mut at, "z p");
    assert!(at.shared.lens.no_past && at.shared.cursor != Some(id));
}

#[test]
fn a_past_day_with_a_note_does_not_fold() {
    let mut at = model((120, 40));
    let noted = at.shared.now.with_timezone(&at.shared.zone).date_naive().pred_opt().unwrap();
    press(&mut at, "z p");
    let folded = shown(&at);
    let words = DayNote { words: "Board meeting".into(), embargo: false };
    at.board.plan.notes.insert(noted, words);
    super::dispatch::refresh(&mut at);
    assert!(!folded.contains("Board") && shown(&at).contains("Board"), "{}", shown(&at));
}
