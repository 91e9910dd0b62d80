//! One language for finding posts, on the screen and in the shell:
//! `launch status:failed net:li ch:@acme account:work campaign:v2 source:provider #tag since:-7d until:fri -draft`.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use unicode_normalization::UnicodeNormalization;

use super::channel::{Channel, Network, matches};
use super::ids::AccountName;
use super::nearest::{ANY, CERTAIN, NARROW, nearest};
use super::outcome::State;
use super::post::{Post, Source};
use super::schedule::Resolved;
use super::when::{self, Reading};

mod turn;
mod typing;

pub use typing::{Meanwhile, Typing};

/// A predicate on posts, parsed from text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
}

/// A filter that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words} (column {column})")]
pub struct FilterError {
    /// Where, counted in characters from 1.
    pub column: usize,
    /// What is wrong and what would do.
    pub words: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    not: bool,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Words(String),
    Status(Vec<State>),
    /// For one of them.
    Networks(Vec<Network>),
    Channel(String),
    Account(Name),
    Campaign(String),
    Tag(Name),
    Source(Source),
    Since(String),
    Until(String),
}

/// A name that is asked for as a whole, or as far as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    text: String,
    begun: bool,
}

impl Name {
    fn whole(text: &str) -> Self {
        Self { text: fold(text), begun: false }
    }

    fn begun(text: &str) -> Self {
        Self { text: fold(text), begun: true }
    }

    fn is(&self, folded: &str) -> bool {
        if self.begun { folded.starts_with(&self.text) } else { folded == self.text }
    }
}

/// The combining marks of Latin, Greek and Cyrillic letters.
const ACCENTS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// The keys that may stand before a colon.
pub const KEYS: &[&str] = &["status", "net", "ch", "account", "campaign", "tag", "source", "since", "until"];

impl Filter {
    /// Reads a filter. An empty text takes every post.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let terms = words(text)?.into_iter().map(|word| term(&word)).collect::<Result<_, _>>()?;
        Ok(Self { text: text.trim().to_owned(), terms })
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it takes every post.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What of it can be asked of others: of several terms of one kind the first, and nothing of what is turned round.
    pub fn wanted(&self, now: DateTime<Utc>, zone: Tz) -> Wanted {
        let mut wanted = Wanted::default();
        for term in self.terms.iter().filter(|term| !term.not) {
            match &term.test {
                Test::Status(states) if wanted.states.is_empty() => wanted.states.clone_from(states),
                Test::Networks(networks) if wanted.networks.is_empty() => wanted.networks.clone_from(networks),
                Test::Since(value) => wanted.from = wanted.from.or(instant(value, now, zone)),
                Test::Until(value) => wanted.to = wanted.to.or(instant(value, now, zone)),
                _ => {}
            }
        }
        wanted
    }

    /// Why it takes nothing, in words, where it asks for a channel or an account that is not among these.
    pub fn asks_for_nobody(&self, channels: &[Channel], accounts: &[AccountName]) -> Option<String> {
        self.terms.iter().filter(|term| !term.not).find_map(|term| match &term.test {
            Test::Channel(words) if !channels.iter().any(|channel| is_called(channel, words)) => {
                Some(format!("no channel is called \"{words}\""))
            }
            Test::Account(name) if !accounts.iter().any(|account| name.is(&fold(account.as_str()))) => {
                let known: Vec<_> = accounts.iter().map(AccountName::as_str).collect();
                let known =
                    if known.is_empty() { "none is on".into() } else { format!("there are {}", known.join(", ")) };
                Some(format!("no account is called \"{}\"; {known}", name.text))
            }
            _ => None,
        })
    }

    /// Whether it takes `post`, as things are at `now`; times in it are meant in `zone`.
    pub fn takes(&self, post: &Post, channels: &[Channel], now: DateTime<Utc>, zone: Tz) -> bool {
        self.terms.iter().all(|term| term.test.takes(post, channels, now, zone) != term.not)
    }
}

/// What of a filter can be asked of others: each part may take more than the filter, never less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Not before this instant.
    pub from: Option<DateTime<Utc>>,
    /// Not after this instant.
    pub to: Option<DateTime<Utc>>,
    /// In one of these states; any where there is none.
    pub states: Vec<State>,
    /// For one of these networks; any where there is none.
    pub networks: Vec<Network>,
}

struct Word {
    column: usize,
    text: String,
    /// How many bytes of the text stand before the first quote. What is quoted is meant as it is written: no mark and
    /// no key begins there.
    bare: Option<usize>,
}

impl Word {
    fn at(column: usize) -> Self {
        Self { column, text: String::new(), bare: None }
    }

    /// The text, and how much of it may be read as marks and keys.
    fn parts(&self) -> (&str, usize) {
        (&self.text, self.bare.unwrap_or(self.text.len()))
    }
}

/// Words apart by white space; quotes keep them together.
fn words(text: &str) -> Result<Vec<Word>, FilterError> {
    let mut words: Vec<Word> = Vec::new();
    let mut current: Option<Word> = None;
    let mut quote: Option<usize> = None;
    for (at, c) in text.chars().enumerate() {
        let column = at + 1;
        match c {
            '"' => {
                quote = if quote.is_some() { None } else { Some(column) };
                let word = current.get_or_insert(Word::at(column));
                word.bare = word.bare.or(Some(word.text.len()));
            }
            c if c.is_whitespace() && quote.is_none() => words.extend(current.take()),
            c => current.get_or_insert(Word::at(column)).text.push(c),
        }
    }
    words.extend(current);
    match quote {
        Some(column) => Err(FilterError { column, words: "this quote is never closed".into() }),
        None => Ok(words),
    }
}

/// Whether a word is turned round, the rest of it, and how much of that may be read as marks and keys.
fn split(word: &Word) -> (bool, &str, usize) {
    let (text, bare) = word.parts();
    match text.strip_prefix('-') {
        Some(rest) if !rest.is_empty() && bare > 0 => (true, rest, bare - 1),
        _ => (false, text, bare),
    }
}

/// Whether what stands before a colon is a key, and not the beginning of an address or quoted.
fn is_key((key, value): (&str, &str), bare: usize) -> bool {
    !key.is_empty() && key.len() < bare && !value.starts_with('/')
}

fn term(word: &Word) -> Result<Term, FilterError> {
    let (not, text, bare) = split(word);
    Ok(Term { not, test: test(text, bare, word.column)? })
}

/// Reads a test; marks and keys stand within the first `bare` bytes.
fn test(text: &str, bare: usize, column: usize) -> Result<Test, FilterError> {
    let fail = |words: String| FilterError { column, words };
    if let Some(tag) = text.strip_prefix('#').filter(|tag| !tag.is_empty() && bare > 0) {
        return Ok(Test::Tag(Name::whole(tag)));
    }
    let Some((key, value)) = text.split_once(':').filter(|parts| is_key(*parts, bare)) else {
        return Ok(Test::Words(fold(text)));
    };
    if value.is_empty() {
        return Err(fail(format!("{key}: wants a value")));
    }
    match key.to_lowercase().as_str() {
        "status" | "state" => Ok(Test::Status(states(value, column)?)),
        "net" | "network" => network(value).map(|network| Test::Networks(vec![network])).map_err(fail),
        "ch" | "channel" => Ok(Test::Channel(fold(value))),
        "account" => Ok(Test::Account(Name::whole(value))),
        "campaign" => Ok(Test::Campaign(fold(value))),
        "tag" => Ok(Test::Tag(Name::whole(value.trim_start_matches('#')))),
        "source" => match value {
            "runsheet" | "here" => Ok(Test::Source(Source::Runsheet)),
            "provider" => Ok(Test::Source(Source::Provider)),
            _ => Err(fail(format!("source: is runsheet or provider, not \"{value}\""))),
        },
        "since" | "after" => moment(value).then(|| Test::Since(value.into())).ok_or_else(|| fail(not_a_time(value))),
        "until" | "before" => moment(value).then(|| Test::Until(value.into())).ok_or_else(|| fail(not_a_time(value))),
        other => {
            let near = nearest(other, KEYS.iter().copied(), ANY);
            let hint = near.map(|key| format!("; did you mean {key}:?")).unwrap_or_default();
            Err(fail(format!("\"{other}:\" is not a key of a filter{hint}")))
        }
    }
}

/// A network. A word that nobody knows may be one that a provider has; one that is nearly known is a slip.
fn network(value: &str) -> Result<Network, String> {
    let network = Network::from_word(value);
    if network.is_known() {
        return Ok(network);
    }
    match nearest(network.key(), Network::all_keys(), CERTAIN) {
        Some(known) => Err(format!("\"{value}\" is not a network; did you mean {known}?")),
        None => Ok(network),
    }
}

fn states(value: &str, column: usize) -> Result<Vec<State>, FilterError> {
    let words = State::ALL.map(State::word);
    let read = |word: &str| {
        State::from_word(word).ok_or_else(|| {
            // What comes near stands first: a narrow line cuts the list.
            let near = nearest(word, words, NARROW);
            let hint = near.map(|each| format!("; did you mean {each}?")).unwrap_or_default();
            let colon = if hint.is_empty() { ":" } else { " There are" };
            FilterError { column, words: format!("\"{word}\" is not a status{hint}{colon} {}", words.join(", ")) }
        })
    };
    let states: Vec<State> = value.split(',').filter(|word| !word.is_empty()).map(read).collect::<Result<_, _>>()?;
    if states.is_empty() {
        return Err(FilterError { column, words: "status: wants a value".into() });
    }
    Ok(states)
}

fn not_a_time(value: &str) -> String {
    format!("\"{value}\" is not a time; try now, today, -7d, fri, 2026-12-01")
}

fn moment(value: &str) -> bool {
    instant(value, DateTime::UNIX_EPOCH, Tz::UTC).is_some()
}

/// A moment in a filter: like [`when::read`], days start at midnight, and `-7d` or `7d` looks back.
fn instant(value: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let folded = value.to_lowercase();
    if folded == "now" {
        return Some(now);
    }
    let back = folded.strip_prefix('-').unwrap_or(&folded);
    let unit = |suffix: char| back.strip_suffix(suffix).and_then(|number| number.parse::<i64>().ok());
    if !folded.starts_with('+') {
        let span = unit('d').and_then(TimeDelta::try_days);
        let span = span.or_else(|| unit('w').and_then(TimeDelta::try_weeks));
        if let Some(span) = span.or_else(|| unit('h').and_then(TimeDelta::try_hours)) {
            return now.checked_sub_signed(span);
        }
    }
    let words =
        if folded.contains([':', ' ', '@']) || folded.starts_with('+') { folded } else { format!("{folded} 00:00") };
    match when::read(&words, now, zone).ok()? {
        Reading::Now => Some(now),
        Reading::At(Resolved::At(schedule)) => Some(schedule.instant()),
        Reading::At(Resolved::Gap { after, .. }) => Some(after.instant()),
        Reading::At(Resolved::Twice { first, .. }) => Some(first.instant()),
    }
}

/// Text as it is compared: without case, and without the accents that keyboards lack.
fn fold(text: &str) -> String {
    let lower = text.to_lowercase();
    if lower.is_ascii() {
        return lower;
    }
    lower.nfd().filter(|c| !ACCENTS.contains(c)).collect()
}

/// Whether a channel is meant by the folded `words`: its id, or a part of its handle or name.
fn is_called(channel: &Channel, words: &str) -> bool {
    let says = |text: &str| match words.contains('*') {
        true => matches(words, &fold(text)),
        false => fold(text).contains(words),
    };
    channel.id.as_str() == words || says(&channel.handle) || says(&channel.name)
}

impl Test {
    fn takes(&self, post: &Post, channels: &[Channel], now: DateTime<Utc>, zone: Tz) -> bool {
        let any_channel = |test: &dyn Fn(&Channel) -> bool| {
            post.targets.iter().any(|t| channels.iter().any(|channel| channel.id == t.channel && test(channel)))
        };
        match self {
            Self::Words(words) => {
                let texts = post.targets.iter().filter_map(|target| target.text.as_deref());
                let own = [Some(post.body.as_str()), post.title.as_deref(), post.campaign.as_deref()];
                own.into_iter().flatten().chain(texts).any(|text| fold(text).contains(words.as_str()))
            }
            Self::Status(states) => states.contains(&post.state(now)),
            Self::Networks(networks) => any_channel(&|channel| networks.contains(&channel.network)),
            Self::Channel(words) => any_channel(&|channel| is_called(channel, words)),
            Self::Account(name) => post.targets.iter().any(|target| name.is(&fold(target.account().as_str()))),
            Self::Campaign(name) => post.campaign.as_deref().is_some_and(|campaign| fold(campaign).contains(name)),
            Self::Tag(tag) => {
                let in_text = |text: &str| {
                    let written = fold(text);
                    let mut words =
                        written.split(|c: char| c.is_whitespace()).filter_map(|word| word.strip_prefix('#'));
                    words.any(|word| tag.is(word.trim_end_matches(|c: char| !c.is_alphanumeric())))
                };
                post.tags.iter().any(|each| tag.is(&fold(each.trim_start_matches('#')))) || in_text(&post.body)
            }
            Self::Source(source) => post.source == *source,
            Self::Since(value) => {
                instant(value, now, zone).is_some_and(|since| post.instant().unwrap_or(post.updated_at) >= since)
            }
            Self::Until(value) => {
                instant(value, now, zone).is_some_and(|until| post.instant().unwrap_or(post.updated_at) <= until)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Health;
    use crate::domain::ids::{ChannelId, IdSource, RemoteId};
    use crate::domain::post::{Target, Wish};
    use crate::domain::schedule::Schedule;

    pub(super) fn world() -> (Post, Vec<Channel>, DateTime<Utc>) {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let (account, remote) = (AccountName::new("work"), RemoteId::new("1"));
        let id = ChannelId::of(&account, &remote);
        let channel = Channel {
            id: id.clone(),
            account,
            remote,
            network: Network::from_word("linkedin"),
            handle: "@Acme".into(),
            name: "ACME GmbH".into(),
            health: Health::Ok,
            hidden: false,
            gone: false,
        };
        let mut post = Post::draft(IdSource::seeded(1).post(now), now);
        post.body = "Launch day: Größe zählt #Launch, really".into();
        post.wish = Wish::Schedule;
        post.schedule = Some(Schedule::at(now + TimeDelta::days(2), Tz::UTC));
        post.targets = vec![Target::new(id)];
        (post, vec![channel], now)
    }

    #[test]
    fn terms_narrow_and_minus_turns_them_round() {
        let (post, channels, now) = world();
        for (text, takes) in [
            ("", true),
            ("launch", true),
            ("GRÖSSE", false),
            ("größe", true),
            ("große", true),
            ("\"launch day\"", true),
            ("\"day launch\"", false),
            ("\"launch day: größe\"", true),
            ("-\"launch day: größe\"", false),
            ("\"status:scheduled\"", false),
            ("\"-launch\"", false),
            ("\"#launch\"", true),
            ("ch:\"acme gmbh\"", true),
            ("status:scheduled", true),
            ("status:failed,scheduled", true),
            ("-status:scheduled", false),
            ("net:li", true),
            ("net:x", false),
            ("ch:@acme", true),
            ("ch:cme", true),
            ("ch:*gmbh", true),
            ("ch:gmbh*", false),
            ("account:work", true),
            ("account:home", false),
            ("#launch", true),
            ("tag:other", false),
            ("source:provider", false),
            ("since:today until:+3d", true),
            ("since:now until:+1w", true),
            ("until:now", false),
            ("since:+3d", false),
            ("since:-7d launch -net:x", true),
            ("https://acme.example", false),
        ] {
            assert_eq!(Filter::parse(text).unwrap().takes(&post, &channels, now, Tz::UTC), takes, "{text}");
        }
    }

    #[test]
    fn what_can_be_asked_of_others_never_takes_less() {
        let (_, _, now) = world();
        let wanted = |text: &str| Filter::parse(text).unwrap().wanted(now, Tz::UTC);
        let all = wanted("launch status:failed,partial net:li -net:x -status:draft status:failed since:-7d until:+1d");
        assert_eq!(all.states, [State::Failed, State::Partial]);
        assert_eq!(all.networks, [Network::from_word("linkedin")]);
        assert_eq!(all.from, Some(now - TimeDelta::days(7)));
        assert!(all.to > Some(now));
        assert_eq!(wanted("launch -status:failed -net:x"), Wanted::default());
    }

    #[test]
    fn mistakes_name_their_column_and_what_would_do() {
        for (text, column, hint) in [
            ("launch status:fialed", 8, "scheduled"),
            ("launch status:fialed", 8, "not a status; did you mean failed?"),
            ("status:bogus", 1, "not a status: draft"),
            ("stauts:failed", 1, "status:"),
            ("a \"b", 3, "never closed"),
            ("since:whenever", 1, "-7d"),
            ("net:", 1, "wants a value"),
            ("launch net:blusky", 8, "not a network; did you mean bluesky?"),
            ("net:linkdin", 1, "did you mean linkedin?"),
            ("status:,", 1, "wants a value"),
        ] {
            let error = Filter::parse(text).unwrap_err();
            assert_eq!(error.column, column, "{text}");
            assert!(error.words.contains(hint), "{text}: {error}");
        }
    }
}
