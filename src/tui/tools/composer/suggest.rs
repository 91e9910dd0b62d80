//! What could be meant while it is typed: an emoji behind a colon, somebody behind an @, hashtags behind a #. A small list
//! at the cursor that takes no key which means something else: Tab only while it is open, Enter never.

use std::collections::BTreeMap;

use super::state::{Field, State};
use crate::domain::ids::PostId;
use crate::domain::tags;
use crate::text::phrases::{Offer, OfferKind, Phrases, emoji, name_at_end};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, KeyCode, KeyModifiers};

/// How many are offered.
const MOST: usize = 6;
/// From so many letters of its name on emoji are offered: a smiley of two marks is none yet.
const LETTERS: usize = 2;

/// The list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestions {
    /// Where in the text the mark before the name stands.
    pub begins: usize,
    pub offers: Vec<Offer>,
    /// The chosen one.
    pub at: usize,
}

/// What `before`, the text up to the cursor, may be the beginning of.
fn sought(before: &str, own: PostId, board: &Board) -> Option<Suggestions> {
    let named = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '{');
    let head = before.trim_end_matches(named);
    let typed = before.get(head.len()..).unwrap_or_default();
    let free = |mark: char| {
        let rest = head.strip_suffix(mark)?;
        // Behind a letter it is an address, behind a slash part of one.
        (!rest.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '#'))).then_some(rest.len())
    };
    let (begins, offers) = if let Some(begins) = free('@') {
        (begins, people(typed.trim_start_matches('{'), board))
    } else if let Some(begins) = free('#').filter(|_| !typed.contains(['.', '{'])) {
        (begins, hashtags(typed, before.get(begins..).unwrap_or_default(), own, board))
    } else {
        let typed = name_at_end(before)?;
        let name = typed.get(1..).unwrap_or_default();
        let before_it = before.get(..before.len() - typed.len()).unwrap_or_default();
        if before_it.ends_with('/') {
            return None;
        }
        let is_name = name.len() >= LETTERS && !name.bytes().all(|c| c.is_ascii_digit());
        let of_name = if is_name { emoji(name, MOST) } else { Vec::new() };
        (before.len() - typed.len(), of_name)
    };
    (!offers.is_empty()).then_some(Suggestions { begins, offers, at: 0 })
}

fn people(typed: &str, board: &Board) -> Vec<Offer> {
    let people = board.book.mentions.matching(typed, MOST).into_iter();
    let people = people.map(|(name, person)| Offer {
        name: person.name.clone(),
        text: format!("@{{{name}}}"),
        kind: OfferKind::Mention,
    });
    people.collect()
}

/// The person's own groups, then single hashtags that other posts have or say, the most used first.
fn hashtags(typed: &str, written: &str, own: PostId, board: &Board) -> Vec<Offer> {
    let folded = typed.to_lowercase();
    let mut offers: Vec<Offer> = groups(&board.phrases, &folded);
    let mut used: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for post in board.posts.iter().chain(&board.drafts).filter(|post| post.id != own) {
        let said = post.body.split_whitespace().filter_map(|word| word.strip_prefix('#'));
        let said = said.map(|word| word.trim_end_matches(|c: char| !c.is_alphanumeric()));
        for tag in said.chain(post.tags.iter().map(|tag| tag.trim_start_matches('#'))) {
            let key = tag.to_lowercase();
            if key.starts_with(&folded) && !tag.is_empty() && tag.chars().all(|c| c.is_alphanumeric() || c == '_') {
                used.entry(key).or_insert_with(|| (0, tag.to_owned())).0 += 1;
            }
        }
    }
    let mut used: Vec<(usize, String)> = used.into_values().collect();
    used.sort_by(|(one, first), (other, second)| other.cmp(one).then_with(|| first.cmp(second)));
    let single = |(_, tag): (usize, String)| {
        let text = tags::written(std::slice::from_ref(&tag));
        Offer { name: String::new(), text, kind: OfferKind::Hashtags }
    };
    // What stands there already is no suggestion.
    offers.extend(used.into_iter().map(single).filter(|offer| offer.text != written));
    offers.truncate(MOST);
    offers
}

fn groups(phrases: &Phrases, typed: &str) -> Vec<Offer> {
    phrases
        .hashtag_groups()
        .filter(|group| group.name.to_lowercase().trim_start_matches('#').starts_with(typed))
        .collect()
}

/// Looks anew after the text was typed on; what was sent away stays so until another name begins.
fn seek(state: &mut State, board: &Board) {
    let editor = state.editor();
    let before = editor.text().get(..editor.cursor()).unwrap_or_default();
    // A name is short: nothing beyond its line, and little of that, is looked at.
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let start = before.floor_char_boundary(before.len().saturating_sub(100)).max(line);
    let found = before.get(start..).and_then(|tail| sought(tail, state.post.id, board));
    let found = found.map(|found| Suggestions { begins: start + found.begins, ..found });
    let sent_away = |found: &Suggestions| state.sent_away == Some(found.begins);
    if found.as_ref().is_none_or(|found| !sent_away(found)) {
        state.sent_away = None;
    }
    state.suggestions = found.filter(|_| state.sent_away.is_none());
}

/// A key in the text, before the text takes it; whether the list took it.
pub fn key(state: &mut State, key: Key) -> bool {
    let Some(open) = &mut state.suggestions else { return false };
    if key.modifiers != KeyModifiers::NONE {
        return false;
    }
    let last = open.offers.len().saturating_sub(1);
    match key.code {
        KeyCode::Down => open.at = if open.at < last { open.at + 1 } else { 0 },
        KeyCode::Up => open.at = open.at.checked_sub(1).unwrap_or(last),
        _ => return false,
    }
    true
}

/// The text took a key: what could be meant by now.
pub fn typed(state: &mut State, board: &Board, key: Key) {
    match key.code {
        KeyCode::Char(_) | KeyCode::Backspace if state.editor().selection().is_none() => seek(state, board),
        _ => (state.suggestions, state.sent_away) = (None, None),
    }
}

/// An action while the list is open; nothing where it means what it always does. The list is gone then.
pub fn act(state: &mut State, shared: &Shared, board: &Board, action: Action) -> Option<Vec<Effect>> {
    let open = state.suggestions.take()?;
    if !state.typing || state.field != Field::Text {
        return None;
    }
    match action {
        Action::NextField => {
            let offer = open.offers.get(open.at)?;
            let cursor = state.editor().cursor();
            let put = state.editor_mut().put(open.begins..cursor, &offer.text);
            Some(if put { state.text_changed(shared, board) } else { Vec::new() })
        }
        Action::ComposerForm | Action::Back | Action::Close => {
            state.sent_away = Some(open.begins);
            Some(Vec::new())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tui::tools::stage;

    fn board() -> Board {
        let shared = stage::shared();
        let mut board = stage::board();
        board.phrases = Arc::new(Phrases::load("[hashtags]\nlaunch = [\"new\", \"#v2\"]\n", "phrases.toml").unwrap());
        let mut tagged = stage::post(&shared, "Come to the #webinar, #launch!", &["late/1"]);
        tagged.tags = vec!["webinar".into(), "open house".into()];
        board.posts = vec![Arc::new(tagged)];
        board
    }

    fn offered(before: &str) -> Vec<String> {
        // Another one than the first that these ids name.
        let shared = stage::shared();
        let own = [0, 1].map(|_| stage::post(&shared, "", &[]).id)[1];
        sought(before, own, &board())
            .map(|found| found.offers.into_iter().map(|offer| offer.text).collect())
            .unwrap_or_default()
    }

    #[test]
    fn a_mark_and_letters_offer_what_may_be_meant() {
        assert_eq!(offered("Ship it :tad")[0], "🎉");
        assert_eq!(offered("#lau"), ["#new #v2", "#launch"]);
        assert_eq!(offered("so #"), ["#new #v2", "#webinar", "#launch"], "groups, then the most used");
        assert_eq!(offered("#web"), ["#webinar"]);
        assert_eq!(offered("(#WEB"), ["#webinar"]);
    }

    #[test]
    fn nothing_is_offered_where_nothing_is_meant() {
        for text in [
            "",
            ":",
            ":t",
            "at 10:30",
            "https:",
            "https://tada",
            "https://a.example/:tada",
            "https://a.example/#web",
            "a:tada",
            "#webinar",
            "##web",
            "me@web",
            "#no_such_tag",
            "# web",
            ":12",
            "C#",
            "@nobody",
        ] {
            assert!(offered(text).is_empty(), "{text}: {:?}", offered(text));
        }
    }
}
