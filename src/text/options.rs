//! What each network can be told beside text, time and media, as data: `assets/options.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use url::Url;

use crate::domain::channel::Network;
use crate::domain::media::{Media, MediaKind};
use crate::domain::options::{Options, Value};
use crate::domain::problem::{Place, Problem};

use super::compose::Variant;
use super::rules::NetworkRules;

const SHIPPED: &str = include_str!("../../assets/options.toml");

/// The options of every network, in the order of the form.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    networks: BTreeMap<String, Vec<OptionRule>>,
}

/// One option.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionRule {
    /// Its full key: `tiktok.privacy`.
    pub key: String,
    /// What it is, in the form.
    pub words: String,
    kind: Kind,
    #[serde(default)]
    choices: Vec<(String, String)>,
    most: Option<usize>,
    #[serde(default)]
    web: bool,
    /// Characters it may not contain.
    #[serde(default)]
    not: String,
    items: Option<usize>,
    each: Option<usize>,
    all: Option<usize>,
    #[serde(default)]
    required: Required,
    unless: Option<Unless>,
    never: Option<Never>,
    /// What it does, and what happens without it.
    pub help: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Choice,
    Text,
    Flag,
    Consent,
    List,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Required {
    Always(bool),
    With(MediaKind),
}

impl Default for Required {
    fn default() -> Self {
        Self::Always(false)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unless {
    key: String,
    is: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Never {
    this: String,
    key: String,
    is: String,
}

/// How an option is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    /// One of these: the value, and its words.
    Choice(&'a [(String, String)]),
    /// A text of at most so many UTF-16 code units.
    Text(Option<usize>),
    /// Yes or no.
    Flag,
    /// A yes that someone has to say.
    Consent,
    /// Several texts, at most so many.
    List(Option<usize>),
}

impl Catalog {
    /// The options that come with the program. A test holds that the file loads.
    pub fn shipped() -> &'static Catalog {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::load(SHIPPED).unwrap_or_default());
        &CATALOG
    }

    /// Reads a complete file.
    pub fn load(text: &str) -> Result<Catalog, toml::de::Error> {
        let mut networks: BTreeMap<String, Vec<OptionRule>> = toml::from_str(text)?;
        for (network, rules) in &mut networks {
            let full = |key: &mut String| *key = format!("{network}.{key}");
            for rule in rules {
                full(&mut rule.key);
                rule.unless.iter_mut().for_each(|unless| full(&mut unless.key));
                rule.never.iter_mut().for_each(|never| full(&mut never.key));
            }
        }
        Ok(Catalog { networks })
    }

    /// Those of one network.
    pub fn of(&self, network: &Network) -> &[OptionRule] {
        self.networks.get(network.key()).map(Vec::as_slice).unwrap_or_default()
    }

    /// The one with this full key.
    pub fn find(&self, key: &str) -> Option<&OptionRule> {
        self.all().find(|rule| rule.key == key)
    }

    /// Every option, network by network.
    pub fn all(&self) -> impl Iterator<Item = &OptionRule> {
        self.networks.values().flatten()
    }

    /// The option that a person's word means (`tiktok.privacy`, `tt.privacy`), or what would do.
    pub fn named(&self, word: &str) -> Result<&OptionRule, String> {
        let (network, name) = word.split_once('.').unwrap_or((word, ""));
        let network = Network::from_word(network);
        let rules = self.of(&network);
        if rules.is_empty() {
            let known: Vec<&str> = self.networks.keys().map(String::as_str).collect();
            return Err(format!("{word}: an option is NETWORK.NAME; networks with options: {}", known.join(", ")));
        }
        let key = format!("{}.{}", network.key(), name.trim().to_lowercase().replace('-', "_"));
        rules.iter().find(|rule| rule.key == key).ok_or_else(|| {
            let names: Vec<&str> = rules.iter().map(OptionRule::name).collect();
            format!("{word}: {network} has the options {}", names.join(", "))
        })
    }
}

impl OptionRule {
    /// The name behind the network's key.
    pub fn name(&self) -> &str {
        self.key.split_once('.').map_or(&self.key, |(_, name)| name)
    }

    /// How it is filled in.
    pub fn form(&self) -> Form<'_> {
        match self.kind {
            Kind::Choice => Form::Choice(&self.choices),
            Kind::Text => Form::Text(self.most),
            Kind::Flag => Form::Flag,
            Kind::Consent => Form::Consent,
            Kind::List => Form::List(self.items),
        }
    }

    /// Its value as the form shows it: a choice by its words.
    pub fn shown(&self, value: &Value) -> String {
        let words = value.words();
        let choice = self.choices.iter().find(|(word, _)| *word == words);
        choice.map_or(words, |(_, words)| words.clone())
    }

    /// Those of its values, as the form shows them: `everyone, only me`.
    pub fn named_values(&self, values: &[String]) -> String {
        let shown: Vec<String> = values.iter().map(|word| self.shown(&Value::Text(word.clone()))).collect();
        shown.join(", ")
    }

    /// What a person typed, as a value; or what would do. Nothing typed unsets it.
    pub fn read(&self, typed: &str) -> Result<Value, String> {
        let typed = typed.trim();
        let value = match self.kind {
            _ if typed.is_empty() => return Ok(Value::Text(String::new())),
            Kind::Flag | Kind::Consent => match typed.to_lowercase().as_str() {
                "yes" | "y" | "true" | "on" | "1" => Value::Flag(true),
                "no" | "n" | "false" | "off" | "0" => Value::Flag(false),
                _ => return Err(format!("{}: yes or no, not \"{typed}\"", self.key)),
            },
            Kind::List => {
                Value::List(typed.split(',').map(|item| item.trim().to_owned()).filter(|it| !it.is_empty()).collect())
            }
            Kind::Text => Value::Text(typed.to_owned()),
            Kind::Choice => {
                let folded = typed.to_lowercase().replace(['-', ' '], "_");
                let means = |(word, words): &&(String, String)| *word == folded || words.eq_ignore_ascii_case(typed);
                Value::Text(self.choices.iter().find(means).map_or_else(|| typed.to_owned(), |(word, _)| word.clone()))
            }
        };
        self.wrong(&value).map_or(Ok(value), |(words, remedy)| Err(format!("{}: {words}; {remedy}", self.key)))
    }

    /// The value after `value` in the circle of what it can be; none is one of them, unless it has to be said. What is
    /// not `offered`, by its word, is passed over.
    pub fn next(&self, value: Option<&Value>, offered: impl Fn(&str) -> bool) -> Option<Value> {
        let circle: Vec<Value> = match self.kind {
            Kind::Flag => vec![Value::Flag(true), Value::Flag(false)],
            Kind::Consent => vec![Value::Flag(true)],
            Kind::Choice => self.choices.iter().map(|(word, _)| Value::Text(word.clone())).collect(),
            Kind::Text | Kind::List => return value.cloned(),
        };
        let at = value.and_then(|now| circle.iter().position(|value| value == now));
        let next = match (value, at) {
            (_, Some(at)) => at + 1,
            // What a consent is set to, other than a yes, is taken back.
            (Some(_), None) if self.kind == Kind::Consent => return None,
            (_, None) => 0,
        };
        circle.into_iter().skip(next).find(|value| offered(&value.words()))
    }

    /// What is wrong with a value, and the remedy.
    fn wrong(&self, value: &Value) -> Option<(String, String)> {
        let units = |text: &str| text.encode_utf16().count();
        let long = |most: usize, count: usize, what: &str| {
            (count > most).then(|| (format!("{what} {} over {most}", count - most), format!("cut it to {most}")))
        };
        match (self.kind, value) {
            (Kind::Flag | Kind::Consent, Value::Flag(_)) => None,
            (Kind::Choice, Value::Text(word)) if self.choices.iter().any(|(known, _)| known == word) => None,
            (Kind::Choice, other) => {
                let words: Vec<&str> = self.choices.iter().map(|(word, _)| word.as_str()).collect();
                Some((format!("\"{}\" is no choice", other.words()), format!("one of {}", words.join(", "))))
            }
            (Kind::Text, Value::Text(text)) if self.web && !is_address(text) => {
                Some((format!("\"{text}\" is no web address"), "begin it with https://".into()))
            }
            (Kind::Text, Value::Text(text)) => {
                let odd = text.chars().find(|c| self.not.contains(*c) || c.is_control());
                odd.map(|c| (format!("it cannot contain {}", c.escape_default()), "take it out".into()))
                    .or_else(|| long(self.most?, units(text), "it is"))
            }
            (Kind::List, Value::List(items)) => {
                let many = self.items.filter(|most| items.len() > *most);
                let many = many.map(|most| (format!("{} of at most {most}", items.len()), format!("keep {most}")));
                let each = || items.iter().find_map(|item| long(self.each?, units(item), &format!("\"{item}\" is")));
                let all = || long(self.all?, items.iter().map(|item| units(item)).sum(), "together they are");
                many.or_else(each).or_else(all)
            }
            (_, other) => Some((format!("\"{}\" is not what it takes", other.words()), self.help.clone())),
        }
    }

    fn is_required(&self, options: &Options, media: &[Media]) -> bool {
        let once_set = self.unless.as_ref().is_some_and(|unless| {
            options.get(&unless.key).is_some_and(|value| !value.is_blank() && value.words() != unless.is)
        });
        match &self.required {
            Required::Always(always) => *always || once_set,
            Required::With(kind) => media.iter().any(|item| item.kind == *kind) || once_set,
        }
    }
}

/// What a channel is told beside text, time and media, as far as its provider carries it: `who can see it: everyone`.
pub fn summary(variant: &Variant) -> Vec<String> {
    let goes = |key: &str| variant.way.as_ref().is_none_or(|way| way.carries.option(key));
    let said = variant.options.iter().filter(|(key, _)| goes(key));
    let words = said.filter_map(|(key, value)| {
        let rule = Catalog::shipped().find(key)?;
        Some(format!("{}: {}", rule.words, rule.shown(value)))
    });
    words.collect()
}

fn is_address(text: &str) -> bool {
    Url::parse(text.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Problems of a variant's options: what is missing, what does not fit, what its provider leaves out.
pub(super) fn check(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let catalog = Catalog::shipped();
    let name = variant.network.name();
    let carried = |key: &str| variant.way.as_ref().is_none_or(|way| way.carries.option(key));
    for rule in catalog.of(&variant.network).iter().filter(|rule| carried(&rule.key)) {
        let place = || Place::Option(rule.key.clone());
        let value = variant.options.get(&rule.key);
        let said = match (rule.kind, value) {
            (Kind::Consent, Some(Value::Flag(true))) => true,
            (Kind::Consent, _) => false,
            (_, value) => value.is_some_and(|value| !value.is_blank()),
        };
        // Whether an answer is needed is a matter of the way too: what nobody carries, nobody can ask for.
        if !said && variant.way.is_some() && rule.is_required(&variant.options, &variant.media) {
            let words = format!("{name} needs an answer: {}", rule.words);
            problems.push(Problem::blocker("option-required", place(), words, rule.help.clone()));
        }
        if let Some((words, remedy)) = value.and_then(|value| rule.wrong(value)) {
            problems.push(Problem::blocker("option-wrong", place(), format!("{}: {words}", rule.words), remedy));
        }
        let unsaid =
            value.zip(variant.way.as_ref()).filter(|(value, way)| !way.carries.says(&rule.key, &value.words()));
        if let Some((value, way)) = unsaid {
            let words = format!("{} cannot set \"{}\" to \"{}\"", way.provider, rule.words, rule.shown(value));
            problems.push(Problem::blocker("option-not-possible", place(), words, "choose something else"));
        }
        let allowed =
            rules.allowed(&rule.key).zip(value.filter(|value| !value.is_blank() && rule.wrong(value).is_none()));
        if let Some((allowed, value)) = allowed.filter(|(allowed, value)| !allowed.values.contains(&value.words())) {
            let words = format!("{name} does not let this account set \"{}\" to \"{}\"", rule.words, rule.shown(value));
            let remedy = format!("it takes {}, {}", rule.named_values(&allowed.values), allowed.from.words());
            problems.push(Problem::blocker("option-not-allowed", place(), words, remedy));
        }
        let never = rule.never.as_ref().filter(|never| {
            let is = |key: &str, word: &str| variant.options.text(key) == Some(word);
            is(&rule.key, &never.this) && is(&never.key, &never.is)
        });
        if let Some(other) = never.and_then(|never| catalog.find(&never.key)) {
            let (one, two) = (value.map(|value| rule.shown(value)), variant.options.get(&other.key));
            let two = two.map(|value| other.shown(value)).unwrap_or_default();
            let words =
                format!("{name} refuses {} \"{}\" with {} \"{two}\"", rule.words, one.unwrap_or_default(), other.words);
            problems.push(Problem::blocker("option-clash", place(), words, "change one of them"));
        }
    }
    left_out(variant, catalog, problems);
}

/// Options that are set and go nowhere: unknown ones, and what the provider does not carry.
fn left_out(variant: &Variant, catalog: &Catalog, problems: &mut Vec<Problem>) {
    for (key, _) in variant.options.iter() {
        let place = Place::Option(key.to_owned());
        let Some(rule) = catalog.find(key) else {
            let words = format!("there is no option {key}");
            problems.push(Problem::warning("option-unknown", place, words, "take it out"));
            continue;
        };
        if let Some(way) = variant.way.as_ref().filter(|way| !way.carries.option(key)) {
            let words = format!("{} does not carry \"{}\" to {}", way.provider, rule.words, variant.network.name());
            problems.push(Problem::warning("option-not-carried", place, words, "it is left out there"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(key: &str) -> &'static OptionRule {
        Catalog::shipped().find(key).unwrap()
    }

    #[test]
    fn the_shipped_file_loads_and_hangs_together() {
        let catalog = Catalog::load(SHIPPED).unwrap();
        for rule in catalog.all() {
            let network = Network::from_word(rule.key.split_once('.').unwrap().0);
            assert!(network.is_known() && rule.key.starts_with(network.key()), "{}", rule.key);
            assert_eq!(matches!(rule.kind, Kind::Choice), !rule.choices.is_empty(), "{}", rule.key);
            for other in [rule.unless.as_ref().map(|it| &it.key), rule.never.as_ref().map(|it| &it.key)] {
                assert!(other.is_none_or(|other| catalog.find(other).is_some()), "{}", rule.key);
            }
            assert!(!rule.help.is_empty() && rule.words.chars().count() <= 24, "{}", rule.key);
        }
        assert_eq!(catalog.all().filter(|rule| rule.kind == Kind::Consent).count(), 1);
        assert!(Catalog::load("[[x]]\nkey = \"a\"\nwords = \"a\"\nkind = \"text\"\nhelp = \"a\"\nmosst = 3").is_err());
    }

    #[test]
    fn what_is_typed_is_read_by_the_kind_of_option() {
        let read = |key: &str, typed: &str| rule(key).read(typed);
        assert_eq!(read("tiktok.privacy", "Everyone"), Ok(Value::Text("public".into())));
        assert_eq!(read("youtube.made_for_kids", "no"), Ok(Value::Flag(false)));
        assert_eq!(read("youtube.tags", "a, b,,c"), Ok(Value::List(vec!["a".into(), "b".into(), "c".into()])));
        assert!(read("youtube.privacy", "").unwrap().is_blank());
        for (key, typed, part) in [
            ("tiktok.privacy", "all", "public, friends"),
            ("youtube.made_for_kids", "maybe", "yes or no"),
            ("pinterest.link", "acme.example", "https://"),
            ("threads.topic", "R.E.M", "cannot contain ."),
            ("instagram.collaborators", "a,b,c,d", "keep 3"),
        ] {
            let words = read(key, typed).unwrap_err();
            assert!(words.contains(part) && words.contains(key), "{words}");
        }
        assert!(read("youtube.title", &"x".repeat(101)).unwrap_err().contains("1 over 100"));
    }

    #[test]
    fn a_value_turns_in_a_circle_that_begins_with_none() {
        let rule = rule("tiktok.privacy");
        let mut value = None;
        let mut seen = Vec::new();
        for _ in 0..5 {
            value = rule.next(value.as_ref(), |_| true);
            seen.push(value.as_ref().map(Value::words).unwrap_or_default());
        }
        assert_eq!(seen, ["public", "friends", "followers", "private", ""]);
        let only_me = rule.next(None, |word| word == "private");
        assert_eq!(only_me, Some(Value::Text("private".into())), "what is not offered is passed over");
        assert_eq!(rule.next(only_me.as_ref(), |word| word == "private"), None);
        let comments = super::tests::rule("tiktok.comments");
        assert_eq!(comments.next(None, |word| word == "no"), Some(Value::Flag(false)));
        let consent = super::tests::rule("tiktok.consent");
        assert_eq!(consent.next(None, |_| true), Some(Value::Flag(true)));
        assert_eq!(consent.next(Some(&Value::Flag(true)), |_| true), None);
        assert_eq!(consent.next(Some(&Value::Flag(false)), |_| true), None);
    }

    #[test]
    fn words_of_people_name_options_or_learn_what_would() {
        let catalog = Catalog::shipped();
        assert_eq!(catalog.named("tt.ai-generated").unwrap().key, "tiktok.ai_generated");
        assert!(catalog.named("tiktok.colour").unwrap_err().contains("privacy"));
        assert!(catalog.named("privacy").unwrap_err().contains("NETWORK.NAME"));
    }
}
