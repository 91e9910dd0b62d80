//! The configuration: read from one TOML file, checked word by word; what is wrong is named and left out, the rest
//! stands.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};

use chrono::Weekday;
use chrono_tz::Tz;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::{Host, Url};

use crate::domain::ids::AccountName;
use crate::domain::naming::ProviderWords;
use crate::domain::nearest::{ALIKE, nearest};
use crate::domain::plan::SlotRule;

pub mod edit;
mod planned;

/// The default configuration, commented; shown by `runsheet config`.
pub const TEMPLATE: &str = include_str!("../assets/config.toml");

/// What the configuration says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The zone times are shown and typed in; the system's when absent.
    pub timezone: Option<Tz>,
    /// The accounts, in order.
    pub accounts: Vec<AccountConfig>,
    /// The marks; what suits the locale when absent.
    pub glyphs: Option<Marks>,
    /// The palette; what suits the terminal when absent.
    pub theme: Option<Colours>,
    /// Whether the mouse is used.
    pub mouse: Option<bool>,
    /// Whether the terminal's bell rings when a post comes to need a person.
    pub bell: Option<bool>,
    /// Whether nothing may move by itself.
    pub still: bool,
    /// How pictures are shown.
    pub pictures: Pictures,
    /// Which accounts stand in for which.
    pub failover: Vec<Failover>,
    /// How long to wait for a provider.
    pub limits: Limits,
    /// Where keys are kept.
    pub keys: Keeping,
    /// The zone shown beside the first.
    pub second_zone: Option<Tz>,
    /// The day weeks begin on; the locale's when absent.
    pub week_starts: Option<Weekday>,
    /// Whether the clock has twelve hours; the locale's when absent.
    pub twelve: Option<bool>,
    /// Minutes between two posts of one channel below which they clash.
    pub clash_minutes: Option<u64>,
    /// Files of holidays.
    pub holidays: Vec<PathBuf>,
    /// The weekly posting slots.
    pub slots: Vec<SlotRule>,
    /// Channels whose readers live in a zone of their own.
    pub zones: Vec<(String, Tz)>,
}

/// Which characters marks are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// Those that most fonts have.
    Unicode,
    /// Those of every terminal.
    Ascii,
    /// Those of fonts that were patched for it.
    Nerd,
}

/// Which colours the screen has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// For a dark ground.
    Dark,
    /// For a light ground.
    Light,
    /// The terminal's own sixteen.
    Sixteen,
    /// None at all.
    None,
}

/// How pictures are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pictures {
    /// As well as the terminal can.
    #[default]
    Auto,
    /// In half blocks.
    Blocks,
    /// Not at all.
    Off,
}

/// Where keys are kept that are in no environment variable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeping {
    /// In the system's keyring where there is one, else in the encrypted file.
    #[default]
    Auto,
    /// In the encrypted file; the keyring is never asked.
    File,
}

/// One `[[failover]]` table: accounts that serve the same channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failover {
    /// The accounts, in the order in which they are tried.
    pub accounts: Vec<AccountName>,
    /// The longest that an account may ask us to wait before the next is tried, in seconds.
    pub wait: u64,
    /// Whether keys in the environment come after them, as the last resort. Where two accounts or more are named they do,
    /// unless `last_resort = "none"` keeps them out.
    pub environment: bool,
}

/// One `[[account]]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountConfig {
    /// Its name.
    pub name: AccountName,
    /// Its provider.
    pub provider: String,
    /// The provider's address, when it is not the provider's own.
    pub base_url: Option<String>,
    /// The environment variable that holds the key; without it, the key is in the keyring or the encrypted file.
    pub key_env: Option<String>,
}

/// How long to wait for a provider, and how much to read; absent values are the program's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Seconds until a connection stands.
    pub connect: Option<u64>,
    /// Seconds of silence.
    pub silence: Option<u64>,
    /// Seconds for a whole answer.
    pub whole: Option<u64>,
    /// Seconds without any movement of a file on its way.
    pub upload: Option<u64>,
    /// Seconds before it is believed that something of unknown outcome is not there.
    pub settling: Option<u64>,
    /// Pages of one walk.
    pub pages: Option<u64>,
    /// Megabytes of one answer.
    pub page_megabytes: Option<u64>,
    /// Seconds that a provider may ask to be left alone.
    pub longest_wait: Option<u64>,
    /// Seconds between two tries of what fails on the way.
    pub longest_backoff: Option<u64>,
    /// Whether the servers that channels are on are asked for their limits.
    pub servers: Option<bool>,
}

/// One mistake: where, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// What is wrong, what was expected, and the nearest valid word.
    pub words: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file.display(), self.words),
            line => write!(f, "{}:{line}: {}", self.file.display(), self.words),
        }
    }
}

const TOP: &[&str] = &[
    "timezone",
    "glyphs",
    "theme",
    "mouse",
    "bell",
    "motion",
    "pictures",
    "account",
    "failover",
    "limits",
    "keys",
    "second_zone",
    "week_starts",
    "clock",
    "clash_minutes",
    "holidays",
    "slots",
    "zones",
];
const MARKS: &[(&str, Marks)] = &[("unicode", Marks::Unicode), ("ascii", Marks::Ascii), ("nerd", Marks::Nerd)];
const COLOURS: &[(&str, Option<Colours>)] = &[
    ("auto", None),
    ("dark", Some(Colours::Dark)),
    ("light", Some(Colours::Light)),
    ("sixteen", Some(Colours::Sixteen)),
    ("none", Some(Colours::None)),
];
const MOTION: &[(&str, bool)] = &[("full", false), ("reduced", true)];
const PICTURES: &[(&str, Pictures)] = &[("auto", Pictures::Auto), ("blocks", Pictures::Blocks), ("off", Pictures::Off)];
const FAILOVER: &[&str] = &["accounts", "wait", "last_resort"];
const LAST_RESORTS: &[&str] = &["environment", "none"];
/// A rate limit that ends within this is waited for, unless the configuration says otherwise. In seconds.
const USUAL_WAIT: u64 = 600;
const KEYS: &[&str] = &["auto", "file"];
const ACCOUNT: &[&str] = &["name", "provider", "base_url", "key_env"];
const LIMITS: &[&str] = &[
    "connect",
    "silence",
    "whole",
    "upload",
    "settling",
    "pages",
    "page_megabytes",
    "longest_wait",
    "longest_backoff",
    "servers",
];
/// A provider may act for so long after we gave up on its answer. In seconds.
const AFTERMATH: u64 = 30;
/// How long a whole answer may take where the file does not say. In seconds.
const USUAL_WHOLE: u64 = 120;

/// `text` as the name of an account, or why it is none.
pub fn account_name(text: &str) -> Result<AccountName, String> {
    let text = text.trim();
    if text.is_empty()
        || text.contains(['/', ':', ','])
        || text.chars().any(|c| c.is_whitespace() || c.is_control())
        || text.len() > 64
    {
        let shown: String = text.chars().take(64).collect();
        let words = "a name has up to 64 bytes, none of them a blank, /, : or a comma";
        return Err(format!("\"{}\" is not a name: {words}", shown.escape_debug()));
    }
    Ok(AccountName::new(text))
}

/// `text` as the name of an environment variable, or why it is none. What does not look like one is not repeated: a key
/// may have been written there by mistake.
pub fn variable_name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits = text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if fits {
        return Ok(text.to_owned());
    }
    Err("key_env is the name of an environment variable, such as LATE_API_KEY, never the key itself; `runsheet \
         connect` keeps a key safely"
        .into())
}

/// Reads the file at `path`. A file that is not there is an empty configuration.
pub fn load(path: &Path, providers: ProviderWords<'_>) -> (Config, Vec<Mistake>) {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, path, providers),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Config::default(), Vec::new()),
        Err(error) => {
            let words = format!("cannot be read: {error}");
            (Config::default(), vec![Mistake { file: path.to_owned(), line: 0, words }])
        }
    }
}

/// Reads `text`; `path` is what mistakes are reported against, `providers` the words for `provider`.
pub fn parse(text: &str, path: &Path, providers: ProviderWords<'_>) -> (Config, Vec<Mistake>) {
    let mut reader = Reader { text, path, providers, mistakes: Vec::new() };
    let config = match DeTable::parse(text) {
        Ok(table) => reader.config(table.get_ref()),
        Err(error) => {
            reader.mistake(error.span().unwrap_or(0..0), error.message().to_owned());
            Config::default()
        }
    };
    reader.mistakes.sort_by_key(|mistake| mistake.line);
    (config, reader.mistakes)
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    providers: ProviderWords<'a>,
    mistakes: Vec<Mistake>,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn config(&mut self, table: &DeTable<'_>) -> Config {
        let mut config = Config::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "timezone" => config.timezone = self.zone(value),
                "glyphs" => config.glyphs = self.choice(value, MARKS),
                "theme" => config.theme = self.choice(value, COLOURS).flatten(),
                "mouse" => config.mouse = self.boolean(value),
                "bell" => config.bell = self.boolean(value),
                "motion" => config.still = self.choice(value, MOTION).unwrap_or_default(),
                "pictures" => config.pictures = self.choice(value, PICTURES).unwrap_or_default(),
                "account" => config.accounts = self.accounts(value),
                "limits" => config.limits = self.limits(value),
                "keys" => config.keys = self.keeping(value),
                "second_zone" => config.second_zone = self.zone(value),
                "week_starts" => config.week_starts = self.weekday(value),
                "clock" => config.twelve = self.word(value, &["24", "12"]).map(|word| word == "12"),
                "clash_minutes" => config.clash_minutes = self.number(value),
                "holidays" => config.holidays = self.files(value),
                "slots" => config.slots = self.slots(value),
                "zones" => config.zones = self.zones(value),
                "failover" => {}
                other => self.unknown(key.span(), other, TOP),
            }
        }
        // After the accounts, whose names it uses.
        if let Some(value) = table.get("failover") {
            config.failover = self.failover(value, &config.accounts);
        }
        config
    }

    fn failover(&mut self, value: &Value<'_>, accounts: &[AccountConfig]) -> Vec<Failover> {
        let written = "failover is written as [[failover]] with accounts = [\"first\", \"second\"]";
        let DeValue::Array(tables) = value.get_ref() else {
            self.mistake(value.span(), written.into());
            return Vec::new();
        };
        let mut lines = Vec::new();
        for table in tables {
            let DeValue::Table(fields) = table.get_ref() else {
                self.mistake(table.span(), written.into());
                continue;
            };
            let (mut line, mut wait, mut resort) = (Vec::new(), Some(USUAL_WAIT), None);
            for (key, value) in fields {
                match key.get_ref().as_ref() {
                    "accounts" => line = self.in_line(value, accounts),
                    "wait" => wait = self.number(value),
                    "last_resort" => resort = Some(self.word(value, LAST_RESORTS)),
                    other => self.unknown(key.span(), other, FAILOVER),
                }
            }
            // What nobody understands lets no key in.
            let environment = resort.map_or(line.len() > 1, |word| word.as_deref() == Some("environment"));
            match (line.len(), wait) {
                (2.., Some(wait)) => lines.push(Failover { accounts: line, wait, environment }),
                (1, Some(wait)) if environment => lines.push(Failover { accounts: line, wait, environment }),
                (_, None) => {}
                _ => {
                    let words =
                        "a failover names at least two different accounts, or one and last_resort = \"environment\"";
                    self.mistake(table.span(), words.into());
                }
            }
        }
        lines
    }

    fn in_line(&mut self, value: &Value<'_>, accounts: &[AccountConfig]) -> Vec<AccountName> {
        let DeValue::Array(names) = value.get_ref() else {
            self.mistake(value.span(), "expected a list of account names, such as [\"first\", \"second\"]".into());
            return Vec::new();
        };
        let known: Vec<&str> = accounts.iter().map(|account| account.name.as_str()).collect();
        let mut line: Vec<AccountName> = Vec::new();
        for name in names {
            let Some(name) = self.word(name, &known).map(AccountName::new) else { continue };
            if !line.contains(&name) {
                line.push(name);
            }
        }
        line
    }

    fn accounts(&mut self, value: &Value<'_>) -> Vec<AccountConfig> {
        let DeValue::Array(tables) = value.get_ref() else {
            self.mistake(value.span(), "account is written as [[account]], one table per account".into());
            return Vec::new();
        };
        let mut accounts: Vec<AccountConfig> = Vec::new();
        for table in tables {
            let Some(account) = self.account(table) else { continue };
            if accounts.iter().any(|other| other.name == account.name) {
                self.mistake(
                    table.span(),
                    format!("there is another account named \"{}\"; names differ", account.name),
                );
                continue;
            }
            accounts.push(account);
        }
        accounts
    }

    fn account(&mut self, value: &Value<'_>) -> Option<AccountConfig> {
        let DeValue::Table(table) = value.get_ref() else {
            self.mistake(value.span(), "account is written as [[account]], one table per account".into());
            return None;
        };
        let before = self.mistakes.len();
        let (mut name, mut provider, mut base_url, mut key_env) = (None, None, None, None);
        let mut astray = false;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => name = self.name(value),
                "provider" => provider = self.provider(value),
                "base_url" => {
                    base_url = self.address(value);
                    astray = base_url.is_none();
                }
                "key_env" => key_env = self.variable(value),
                "key" | "api_key" | "token" => {
                    let words = "a key is never written in this file; `runsheet connect` keeps it safely, or name the \
                                 environment variable that holds it: key_env = \"…\"";
                    self.mistake(key.span(), words.into());
                }
                other => self.unknown(key.span(), other, ACCOUNT),
            }
        }
        for (field, missing) in [("name", name.is_none()), ("provider", provider.is_none())] {
            if missing && self.mistakes.len() == before {
                self.mistake(value.span(), format!("this account has no {field}; expected {field} = \"…\""));
            }
        }
        if base_url.as_deref().is_some_and(holds_a_key) {
            let words = "base_url holds a user name or password, and a key is never written in this file; take it out, \
                         and let `runsheet connect` keep the key";
            self.mistake(value.span(), words.into());
            return None;
        }
        // Without its address its key would go to another host than was meant.
        if astray {
            return None;
        }
        Some(AccountConfig { name: name?, provider: provider?, base_url, key_env })
    }

    fn keeping(&mut self, value: &Value<'_>) -> Keeping {
        match self.word(value, KEYS).as_deref() {
            Some("file") => Keeping::File,
            _ => Keeping::Auto,
        }
    }

    fn name(&mut self, value: &Value<'_>) -> Option<AccountName> {
        let text = self.text(value)?;
        account_name(&text).map_err(|words| self.mistake(value.span(), words)).ok()
    }

    fn variable(&mut self, value: &Value<'_>) -> Option<String> {
        let text = self.text(value)?;
        variable_name(&text).map_err(|words| self.mistake(value.span(), words)).ok()
    }

    fn limits(&mut self, value: &Value<'_>) -> Limits {
        let mut limits = Limits::default();
        let DeValue::Table(table) = value.get_ref() else {
            self.mistake(value.span(), "limits is a table: [limits]".into());
            return limits;
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "connect" => limits.connect = self.number_in(value, 1..=120),
                "silence" => limits.silence = self.number_in(value, 1..=600),
                "whole" => limits.whole = self.number_in(value, 1..=600),
                "upload" => limits.upload = self.number_in(value, 1..=600),
                "settling" => {}
                "pages" => limits.pages = self.number_in(value, 1..=100_000),
                "page_megabytes" => limits.page_megabytes = self.number_in(value, 1..=256),
                "longest_wait" => limits.longest_wait = self.number_in(value, 1..=86_400),
                "longest_backoff" => limits.longest_backoff = self.number_in(value, 1..=86_400),
                "servers" => limits.servers = self.boolean(value),
                other => self.unknown(key.span(), other, LIMITS),
            }
        }
        // After `whole`, which it may not fall short of.
        if let Some(value) = table.get("settling") {
            let least = limits.whole.unwrap_or(USUAL_WHOLE) + AFTERMATH;
            limits.settling = self.number_in(value, least..=86_400);
        }
        limits
    }

    fn zone(&mut self, value: &Value<'_>) -> Option<Tz> {
        let text = self.text(value)?;
        if let Ok(zone) = text.parse() {
            return Some(zone);
        }
        let words = format!("\"{text}\" is not a time zone; expected an IANA name{}", nearest_zone(&text));
        self.mistake(value.span(), words);
        None
    }

    fn provider(&mut self, value: &Value<'_>) -> Option<String> {
        let typed = self.text(value)?;
        let providers = self.providers;
        self.one_of(providers.word(&typed), value, providers.words)
    }

    fn word(&mut self, value: &Value<'_>, valid: &[&str]) -> Option<String> {
        let text = self.text(value)?;
        self.one_of(&text, value, valid)
    }

    fn one_of(&mut self, text: &str, value: &Value<'_>, valid: &[&str]) -> Option<String> {
        if valid.contains(&text) {
            return Some(text.to_owned());
        }
        let words = format!("\"{text}\" is not one of {}{}", valid.join(", "), meant(text, valid));
        self.mistake(value.span(), words);
        None
    }

    /// What the one word of `choices` means that stands there.
    fn choice<T: Copy>(&mut self, value: &Value<'_>, choices: &[(&str, T)]) -> Option<T> {
        let valid: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let chosen = self.word(value, &valid)?;
        choices.iter().find(|(word, _)| *word == chosen).map(|(_, meaning)| *meaning)
    }

    fn address(&mut self, value: &Value<'_>) -> Option<String> {
        let text = self.text(value)?;
        let Some(words) = no_address(&text) else { return Some(text) };
        self.mistake(value.span(), format!("base_url {words}"));
        None
    }

    fn text(&mut self, value: &Value<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.trim().to_owned()),
            other => {
                self.mistake(value.span(), format!("expected a text in quotes, not {}", other.type_str()));
                None
            }
        }
    }

    fn boolean(&mut self, value: &Value<'_>) -> Option<bool> {
        match value.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            other => {
                self.mistake(value.span(), format!("expected true or false, not {}", other.type_str()));
                None
            }
        }
    }

    fn number(&mut self, value: &Value<'_>) -> Option<u64> {
        self.number_in(value, 1..=86_400)
    }

    fn number_in(&mut self, value: &Value<'_>, range: RangeInclusive<u64>) -> Option<u64> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let words = format!("expected a whole number from {} to {}", range.start(), range.end());
            self.mistake(value.span(), words);
        }
        number
    }

    fn unknown(&mut self, span: Range<usize>, word: &str, valid: &[&str]) {
        // What helps most comes first: on a small screen the end is cut.
        let near = meant(word, valid);
        let expected = if near.is_empty() { "; expected" } else { " Expected" };
        let words = format!("\"{word}\" is not known here{near}{expected} {}", valid.join(", "));
        self.mistake(span, words);
    }

    fn mistake(&mut self, span: Range<usize>, words: String) {
        let line = self.text.get(..span.start).map_or(0, |before| before.matches('\n').count() + 1);
        self.mistakes.push(Mistake { file: self.path.to_owned(), line, words });
    }
}

/// Why this is no address that a key may be sent to, if so. What a provider minds beside it, it says itself.
fn no_address(text: &str) -> Option<&'static str> {
    let url = Url::parse(text).ok().filter(Url::has_host);
    let loopback = match url.as_ref().map(|url| (url.scheme(), url.host())) {
        Some(("https", _)) => return None,
        Some(("http", Some(Host::Domain(name)))) => name == "localhost",
        Some(("http", Some(Host::Ipv4(ip)))) => ip.is_loopback(),
        Some(("http", Some(Host::Ipv6(ip)))) => ip.is_loopback(),
        _ => return Some("is not an address; expected one such as https://host/api/v1"),
    };
    (!loopback).then_some("would send the key unprotected; expected https:// (http is for this machine only)")
}

/// Whether an address carries a user name or a password.
fn holds_a_key(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| !url.username().is_empty() || url.password().is_some())
}

/// The zone that is meant: people name the city, which the IANA's names end with.
fn nearest_zone(text: &str) -> String {
    let folded = text.trim().replace(' ', "_").to_lowercase();
    let names: Vec<&str> = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
    let place = folded.rsplit('/').next().unwrap_or_default();
    let city = |name: &&&str| name.rsplit_once('/').is_some_and(|(_, city)| city.to_lowercase() == place);
    match names.iter().find(city) {
        Some(name) => format!("; did you mean \"{name}\"?"),
        None => meant(&folded, &names),
    }
}

fn meant(word: &str, valid: &[&str]) -> String {
    let near = nearest(word, valid.iter().copied(), ALIKE);
    near.map(|each| format!("; did you mean \"{each}\"?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Config, Vec<String>) {
        let providers = ProviderWords { words: &["late", "voxburst"], also: &[("zernio", "late")] };
        let (config, mistakes) = parse(text, Path::new("config.toml"), providers);
        (config, mistakes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_failover_names_accounts_that_are_there() {
        let accounts =
            "[[account]]\nname = \"a\"\nprovider = \"late\"\n[[account]]\nname = \"b\"\nprovider = \"late\"\n";
        let (config, mistakes) = read(&format!("[[failover]]\naccounts = [\"a\", \"b\"]\nwait = 60\n{accounts}"));
        let line =
            Failover { accounts: vec![AccountName::new("a"), AccountName::new("b")], wait: 60, environment: true };
        assert_eq!((config.failover, mistakes), (vec![line], vec![]));
        for (word, environment) in [("none", false), ("environment", true), ("nobody", false)] {
            let pair = format!("[[failover]]\naccounts = [\"a\", \"b\"]\nlast_resort = \"{word}\"\n{accounts}");
            let (config, mistakes) = read(&pair);
            assert_eq!(config.failover.first().map(|line| line.environment), Some(environment), "{word}");
            assert_eq!(mistakes.is_empty(), word != "nobody", "{mistakes:?}");
        }
        let (config, mistakes) = read(&format!("{accounts}[[failover]]\naccounts = [\"a\", \"c\"]\n"));
        assert_eq!(config.failover, []);
        assert!(mistakes.iter().any(|words| words.contains("\"c\" is not one of a, b")), "{mistakes:?}");
        assert!(mistakes.iter().any(|words| words.contains("at least two")), "{mistakes:?}");
    }

    #[test]
    fn a_provider_may_be_called_what_it_is_called_today() {
        for (typed, word) in [("Zernio", Some("late")), ("zernio", Some("late")), ("zerno", None)] {
            let (config, mistakes) = read(&format!("[[account]]\nname = \"a\"\nprovider = \"{typed}\"\n"));
            let provider = config.accounts.first().map(|account| account.provider.as_str());
            assert_eq!((provider, mistakes.is_empty()), (word, word.is_some()), "{mistakes:?}");
        }
    }

    #[test]
    fn of_a_single_account_the_environment_is_a_last_resort_only_where_the_word_stands() {
        let account = "[[account]]\nname = \"a\"\nprovider = \"late\"\n";
        let (config, mistakes) =
            read(&format!("[[failover]]\naccounts = [\"a\"]\nlast_resort = \"environment\"\n{account}"));
        let line = Failover { accounts: vec![AccountName::new("a")], wait: USUAL_WAIT, environment: true };
        assert_eq!((config.failover, mistakes), (vec![line], vec![]));
        let (config, mistakes) =
            read(&format!("[[failover]]\naccounts = [\"a\"]\nlast_resort = \"enviroment\"\n{account}"));
        assert_eq!(config.failover, []);
        assert!(mistakes.iter().any(|words| words.contains("did you mean \"environment\"")), "{mistakes:?}");
    }

    #[test]
    fn the_template_is_valid_and_so_is_what_it_shows() {
        assert_eq!(read(TEMPLATE), (Config::default(), Vec::new()));
        let shown: String = TEMPLATE
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.contains(" = ") && !rest.starts_with(char::is_uppercase) => rest,
                Some(rest) if rest.starts_with('[') => rest,
                _ => line,
            })
            .collect::<Vec<_>>()
            .join("\n");
        let (config, mistakes) = read(&shown);
        assert_eq!(mistakes, Vec::<String>::new());
        assert_eq!((config.accounts.len(), config.failover.len()), (2, 1));
        assert_eq!((config.limits.whole, config.limits.settling), (Some(120), Some(150)));
        assert_eq!((config.limits.longest_wait, config.limits.longest_backoff), (Some(3600), Some(900)));
        assert_eq!(config.limits.servers, Some(true));
    }

    #[test]
    fn a_mistake_names_file_line_expectation_and_the_nearest_word() {
        let good = "[[account]]\nname = \"home\"\nprovider = \"voxburst\"\n";
        for (text, expected) in [
            ("timezone = \"Europe/Berln\"\n", ["config.toml:1:", "Europe/Berlin"]),
            ("\ntimezon = 3\n", ["config.toml:2:", "did you mean \"timezone\""]),
            ("mouse = 1\n", ["config.toml:1:", "true or false"]),
            ("[[account]]\nname = \"w\"\nprovider = \"lat\"\n", ["config.toml:3:", "did you mean \"late\""]),
            ("[[account]]\nname = \"w\"\n", ["config.toml:1:", "no provider"]),
            ("[[account]]\nname = \"w\"\nprovider = \"late\"\nkey = \"sk_1\"\n", ["config.toml:4:", "key_env"]),
            (
                "[[account]]\nname = \"a/b\"\nprovider = \"late\"\n",
                ["config.toml:2:", "\"a/b\" is not a name: a name has up to 64 bytes"],
            ),
            (
                "[[account]]\nname = \"w\"\nprovider = \"late\"\nkey_env = \"sk_1\"\n",
                ["config.toml:4:", "never the key"],
            ),
            (
                "[[account]]\nname = \"w\"\nprovider = \"late\"\nbase_url = \"notaurl\"\n",
                ["config.toml:4:", "such as https://host/api/v1"],
            ),
            (
                "[[account]]\nname = \"w\"\nprovider = \"late\"\nbase_url = \"http://example.com\"\n",
                ["config.toml:4:", "expected https://"],
            ),
            ("timezone = \"New York\"\n", ["config.toml:1:", "did you mean \"America/New_York\"?"]),
            ("timezone = \"zurich\"\n", ["config.toml:1:", "did you mean \"Europe/Zurich\"?"]),
            ("keys = \"keyrin\"\n", ["config.toml:1:", "auto, file"]),
            ("[limits]\nwhole = 0\n", ["config.toml:2:", "from 1 to 600"]),
            ("[limits]\nwhole = 60\nsettling = 89\n", ["config.toml:3:", "from 90 to 86400"]),
            ("[limits]\nsettling = 100\n", ["config.toml:2:", "from 150 to 86400"]),
        ] {
            let (config, mistakes) = read(&format!("{text}{good}"));
            assert_eq!(mistakes.len(), 1, "{text}: {mistakes:?}");
            for part in expected {
                assert!(mistakes[0].contains(part), "{text}: {}", mistakes[0]);
            }
            assert!(!mistakes[0].contains("sk_1"));
            assert_eq!(config.accounts.last().map(|account| account.name.as_str()), Some("home"), "{text}");
        }
    }

    #[test]
    fn words_of_the_screen_are_read_as_what_they_mean() {
        let (config, mistakes) =
            read("glyphs = \"nerd\"\ntheme = \"none\"\nmotion = \"reduced\"\npictures = \"off\"\n");
        assert_eq!(mistakes, Vec::<String>::new());
        assert_eq!((config.glyphs, config.theme), (Some(Marks::Nerd), Some(Colours::None)));
        assert_eq!((config.still, config.pictures), (true, Pictures::Off));
        let (config, mistakes) = read("theme = \"auto\"\nmotion = \"full\"\npictures = \"block\"\n");
        assert!(mistakes.len() == 1 && mistakes[0].contains("did you mean \"blocks\"?"), "{mistakes:?}");
        assert_eq!((config.theme, config.still, config.pictures), (None, false, Pictures::Auto));
    }

    #[test]
    fn broken_toml_names_its_line() {
        let (config, mistakes) = read("a = \n[[");
        assert_eq!(config, Config::default());
        assert!(mistakes[0].starts_with("config.toml:"), "{mistakes:?}");
    }
}
