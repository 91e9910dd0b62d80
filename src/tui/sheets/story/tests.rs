use proptest::prelude::*;

use super::*;
use crate::domain::ids::IdSource;
use crate::domain::write::Attempt;
use crate::tui::panes::sample::{self, NASTY, after, id, is_harmless, now, screen};

fn story() -> Story {
    let attempt = |minutes, words: &str| Attempt {
        intent: IdSource::seeded(1).intent(now()),
        at: after(minutes),
        words: words.into(),
    };
    Story {
        attempts: vec![
            attempt(-1500, "sent to acme: no answer in 30 s"),
            attempt(-600, &format!("sent to acme: 422 {NASTY} {}", "and so on ".repeat(90))),
        ],
        refusals: Vec::new(),
        strange: vec![format!("the provider says \"levitating {NASTY}\", a word runsheet does not know")],
        edits: vec![(after(-1700), "you wrote it".into()), (after(-1600), "you scheduled it".into())],
    }
}

fn lines(state: &State, shared: &Shared, board: &Board) -> Vec<String> {
    let lines = screen(shared.size.0, shared.size.1, |area, buf| {
        view(state, shared, board, &Theme::default(), area, buf);
    });
    println!("--- {:?}\n{}", shared.size, lines.join("\n"));
    lines
}

fn has(lines: &[String], words: &str) -> bool {
    lines.iter().any(|line| line.contains(words))
}

#[test]
fn it_asks_for_the_story_and_tells_it_with_zones() {
    let (mut state, effects) = open(id(2));
    assert_eq!(effects, [Effect::LoadStory(id(2))]);
    let (board, shared) = (sample::board(), sample::shared((120, 40)));
    assert!(has(&lines(&state, &shared, &board), "reading the journal"));
    loaded(&mut state, story());
    let lines = lines(&state, &shared, &board);
    for words in [
        "◐ partial  Q3 note: why we rewrote the importer",
        "li ACME GmbH  Duplicate content  Mon 27 Jul 19:02:10 CEST",
        "DUPLICATE_POST: Content is a duplicate",
        "Mon 27 Jul 10:42:10 CEST  sent to acme: no answer in 30 s",
        "Mon 27 Jul 07:22:10 CEST  you wrote it",
        "Not understood",
        "the provider says \"levitating",
        "Esc closes",
    ] {
        assert!(has(&lines, words), "{words}");
    }
}

#[test]
fn it_scrolls_to_its_end_and_closes() {
    let (board, mut shared) = (sample::board(), sample::shared((80, 24)));
    let (mut state, _) = open(id(9));
    loaded(&mut state, story());
    assert!(has(&lines(&state, &shared, &board), "more rows"));
    update(&mut state, &mut shared, &board, Action::Bottom);
    assert!(has(&lines(&state, &shared, &board), "you scheduled it"));
    update(&mut state, &mut shared, &board, Action::Top);
    assert_eq!(state.offset, 0);
    assert!(matches!(update(&mut state, &mut shared, &board, Action::Back).1, Flow::Close));
}

#[test]
fn a_post_that_was_never_sent_says_so() {
    let (mut state, _) = open(id(6));
    loaded(&mut state, Story::default());
    let lines = lines(&state, &sample::shared((60, 20)), &sample::board());
    assert!(has(&lines, "Nothing was sent to a provider yet.") && has(&lines, "No edit is on record."));
}

#[test]
fn a_post_that_was_made_at_its_provider_is_not_said_to_be_sent_nowhere() {
    let board = sample::board();
    let post = board.posts.iter().find(|post| post.is_remote()).unwrap();
    let (mut state, _) = open(post.id);
    loaded(&mut state, Story::default());
    let lines = lines(&state, &sample::shared((80, 20)), &board);
    assert!(has(&lines, "Nothing was sent from here; the provider has it."), "{lines:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_size_and_no_key_breaks_it(
        number in 0_u32..14, keys in prop::collection::vec(0_usize..Action::ALL.len(), 0..20), width in 0_u16..160, height in 0_u16..50,
    ) {
        let (board, mut shared) = (sample::board(), sample::shared((width, height)));
        let (mut state, _) = open(id(number));
        loaded(&mut state, story());
        for key in keys {
            let _ = update(&mut state, &mut shared, &board, Action::ALL[key]);
        }
        let lines = screen(width, height, |area, buf| view(&state, &shared, &board, &Theme::default(), area, buf));
        prop_assert!(lines.iter().all(|line| is_harmless(line)));
    }
}
