//! A filter while it is being typed: what is half-typed takes what it could become, or waits until it is whole.

use super::{Filter, FilterError, KEYS, Name, Term, Test, Word, fold, is_key, split, term, words};
use crate::domain::channel::Network;
use crate::domain::outcome::State;
use crate::domain::post::Source;

/// A filter as far as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    /// What can be told from it so far: nothing that cannot be read yet narrows it.
    pub filter: Filter,
    /// What the last word is taken for meanwhile; nothing where it is whole.
    pub meanwhile: Option<Meanwhile>,
    /// The first mistake that no further letter mends.
    pub error: Option<FilterError>,
}

/// What becomes of a word that is not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meanwhile {
    /// It takes all of these.
    Any(Vec<String>),
    /// It is left out; this is the word as it is typed.
    LeftOut(String),
}

impl Filter {
    /// Reads a filter that is being typed; its last word may be half of one.
    pub fn typing(text: &str) -> Typing {
        // A quote that is open is still being typed.
        let (words, open) = match words(text) {
            Ok(words) => (words, false),
            Err(_) => (words(&format!("{text}\"")).unwrap_or_default(), true),
        };
        let last = words.len().checked_sub(1).filter(|_| open || !text.ends_with(char::is_whitespace));
        let mut typing =
            Typing { filter: Self { text: text.trim().to_owned(), terms: Vec::new() }, meanwhile: None, error: None };
        for (at, word) in words.iter().enumerate() {
            let half = if Some(at) == last { half(word) } else { None };
            match half {
                Some((term, meanwhile)) => {
                    typing.filter.terms.extend(term);
                    typing.meanwhile = Some(meanwhile);
                }
                None => match term(word) {
                    Ok(term) => typing.filter.terms.push(term),
                    Err(error) => typing.error = typing.error.or(Some(error)),
                },
            }
        }
        typing
    }

    /// Without its last term: what is typed so far of a key (`stat`) may be meant as one.
    pub fn without_last(mut self) -> Self {
        self.terms.pop();
        self
    }
}

impl Typing {
    /// The last word, when it is a bare one that could become the key of a term.
    pub fn begins_a_key(&self) -> Option<String> {
        let last = self.filter.text.split_whitespace().next_back().filter(|_| self.meanwhile.is_none())?;
        let word = last.strip_prefix('-').unwrap_or(last).to_lowercase();
        let begins = !word.is_empty() && KEYS.iter().any(|key| key.starts_with(&word));
        let is_last = matches!(self.filter.terms.last(), Some(Term { test: Test::Words(words), .. }) if *words == word);
        (begins && is_last).then_some(word)
    }
}

/// What a word that may go on is taken for: a term, or none, and how that is said. `None` where it is whole as it is.
fn half(word: &Word) -> Option<(Option<Term>, Meanwhile)> {
    let (not, text, bare) = split(word);
    let typed = || Meanwhile::LeftOut(word.text.clone());
    if let Some(tag) = text.strip_prefix('#').filter(|_| bare > 0) {
        return Some(match tag {
            "" => (None, typed()),
            _ => any(not, Test::Tag(Name::begun(tag)), vec![format!("#{tag}…")], &typed),
        });
    }
    let (key, value) = text.split_once(':').filter(|parts| is_key(*parts, bare))?;
    let key = key.to_lowercase();
    let folded = value.to_lowercase();
    match key.as_str() {
        _ if value.is_empty() => {
            let known = KEYS.contains(&key.as_str())
                || matches!(key.as_str(), "state" | "network" | "channel" | "after" | "before");
            known.then(|| (None, typed()))
        }
        "status" | "state" => {
            let (whole, last) = value.rsplit_once(',').unwrap_or(("", value));
            let mut states: Vec<State> = Vec::new();
            for each in whole.split(',').filter(|each| !each.is_empty()) {
                states.push(State::from_word(each)?);
            }
            let begun: Vec<State> = match last {
                "" => Vec::new(),
                last if State::from_word(last).is_some() => return None,
                last => State::ALL.into_iter().filter(|state| state.word().starts_with(&last.to_lowercase())).collect(),
            };
            if begun.is_empty() && !last.is_empty() {
                return None;
            }
            states.extend(begun);
            let said = states.iter().map(|state| state.word().to_owned()).collect();
            Some(any(not, Test::Status(states), said, &typed))
        }
        "net" | "network" if !Network::from_word(value).is_known() => {
            let networks = Network::begun(value);
            if networks.is_empty() {
                return None;
            }
            let said = networks.iter().map(|network| network.name().to_owned()).collect();
            Some(any(not, Test::Networks(networks), said, &typed))
        }
        "account" => Some(any(not, Test::Account(Name::begun(value)), vec![format!("{}…", fold(value))], &typed)),
        "tag" => {
            let tag = value.trim_start_matches('#');
            Some(any(not, Test::Tag(Name::begun(tag)), vec![format!("#{tag}…")], &typed))
        }
        "source" => match ["runsheet", "here", "provider"].iter().find(|word| word.starts_with(&folded)) {
            Some(word) if *word == value => None,
            Some(word) => {
                let source = if *word == "provider" { Source::Provider } else { Source::Runsheet };
                Some(any(not, Test::Source(source), vec![(*word).to_owned()], &typed))
            }
            None => None,
        },
        "since" | "after" | "until" | "before" => (!super::moment(value)).then(|| (None, typed())),
        _ => None,
    }
}

/// A test on what may become of a word. Turned round it would take away what is not meant, so that it waits.
fn any(not: bool, test: Test, said: Vec<String>, typed: &dyn Fn() -> Meanwhile) -> (Option<Term>, Meanwhile) {
    if not { (None, typed()) } else { (Some(Term { not, test }), Meanwhile::Any(said)) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::world;
    use super::*;
    use chrono_tz::Tz;

    #[test]
    fn a_word_takes_what_it_could_become_or_waits() {
        let (post, channels, now) = world();
        let any = |words: &[&str]| Some(Meanwhile::Any(words.iter().map(|word| (*word).to_owned()).collect()));
        let out = |word: &str| Some(Meanwhile::LeftOut(word.to_owned()));
        for (text, takes, meanwhile) in [
            ("status:", true, out("status:")),
            ("status:s", true, any(&["scheduled"])),
            ("status:p", false, any(&["publishing", "published", "partial"])),
            ("status:failed,", false, any(&["failed"])),
            ("status:failed,s", true, any(&["failed", "scheduled"])),
            ("status:scheduled", true, None),
            ("-status:s", true, out("-status:s")),
            ("-status:scheduled", false, None),
            ("net:l", true, any(&["LinkedIn"])),
            ("net:li", true, None),
            ("net:t", false, any(&["X", "TikTok", "Threads", "Telegram"])),
            ("ch:", true, out("ch:")),
            ("account:wo", true, any(&["wo…"])),
            ("account:h", false, any(&["h…"])),
            ("#lau", true, any(&["#lau…"])),
            ("source:r", true, any(&["runsheet"])),
            ("since:tod", true, out("since:tod")),
            ("since:-7d until:", true, out("until:")),
            ("nothing until:", false, out("until:")),
            ("\"launch da", true, None),
            ("launch", true, None),
        ] {
            let typing = Filter::typing(text);
            assert_eq!(typing.filter.takes(&post, &channels, now, Tz::UTC), takes, "{text}");
            assert_eq!((typing.meanwhile, typing.error), (meanwhile, None), "{text}");
        }
    }

    #[test]
    fn a_word_that_is_left_is_read_strictly_and_takes_nothing_away() {
        let (post, channels, now) = world();
        for (text, column) in [("status:s launch", 1), ("launch status:fialed", 8), ("bogus:x", 1)] {
            let typing = Filter::typing(text);
            assert_eq!(typing.error.map(|error| error.column), Some(column), "{text}");
            assert!(typing.filter.takes(&post, &channels, now, Tz::UTC), "{text}");
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_begins_a_key_is_known() {
        for (text, key) in [("stat", Some("stat")), ("launch ne", Some("ne")), ("launch", None), ("\"stat\"", None)] {
            assert_eq!(Filter::typing(text).begins_a_key().as_deref(), key, "{text}");
        }
    }
}
