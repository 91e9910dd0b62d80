//! What the configuration says of the calendar: slots, zones of channels, where weeks begin, holidays.

use std::path::PathBuf;

use chrono::{NaiveTime, Weekday};
use chrono_tz::Tz;
use toml::de::DeValue;

use super::{Reader, Value};
use crate::domain::plan::SlotRule;

const SLOT: &[&str] = &["channel", "days", "times", "zone"];
const ZONE: &[&str] = &["channel", "zone"];
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];
const EVERY: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl Reader<'_> {
    pub(super) fn weekday(&mut self, value: &Value<'_>) -> Option<Weekday> {
        let names = DAYS.map(|(name, _)| name);
        let word = self.word(value, &names)?;
        DAYS.iter().find(|(name, _)| *name == word).map(|(_, day)| *day)
    }

    pub(super) fn files(&mut self, value: &Value<'_>) -> Vec<PathBuf> {
        let beside = self.path.parent().map(PathBuf::from).unwrap_or_default();
        match value.get_ref() {
            DeValue::Array(files) => {
                files.iter().filter_map(|file| self.text(file)).map(|file| beside.join(file)).collect()
            }
            _ => self.text(value).map(|file| beside.join(file)).into_iter().collect(),
        }
    }

    pub(super) fn slots(&mut self, value: &Value<'_>) -> Vec<SlotRule> {
        let written = "slots are written as [[slots]] with times = [\"09:00\"]";
        let DeValue::Array(tables) = value.get_ref() else {
            self.mistake(value.span(), written.into());
            return Vec::new();
        };
        let mut rules = Vec::new();
        for table in tables {
            let DeValue::Table(fields) = table.get_ref() else {
                self.mistake(table.span(), written.into());
                continue;
            };
            let before = self.mistakes.len();
            let mut rule = SlotRule { channel: None, days: EVERY.into(), times: Vec::new(), zone: None };
            for (key, value) in fields {
                match key.get_ref().as_ref() {
                    "channel" => rule.channel = self.text(value),
                    "days" => rule.days = self.weekdays(value),
                    "times" => rule.times = self.times(value),
                    "zone" => rule.zone = self.zone(value),
                    other => self.unknown(key.span(), other, SLOT),
                }
            }
            if rule.times.is_empty() && self.mistakes.len() == before {
                self.mistake(table.span(), "these slots have no times; expected times = [\"09:00\"]".into());
            }
            if self.mistakes.len() == before {
                rules.push(rule);
            }
        }
        rules
    }

    fn weekdays(&mut self, value: &Value<'_>) -> Vec<Weekday> {
        match value.get_ref() {
            DeValue::Array(days) => days.iter().filter_map(|day| self.weekday(day)).collect(),
            _ => self.weekday(value).into_iter().collect(),
        }
    }

    fn times(&mut self, value: &Value<'_>) -> Vec<NaiveTime> {
        match value.get_ref() {
            DeValue::Array(times) => times.iter().filter_map(|time| self.time(time)).collect(),
            _ => self.time(value).into_iter().collect(),
        }
    }

    fn time(&mut self, value: &Value<'_>) -> Option<NaiveTime> {
        let text = self.text(value)?;
        let read = NaiveTime::parse_from_str(&text, "%H:%M").ok();
        if read.is_none() {
            self.mistake(value.span(), format!("\"{text}\" is not a time of day; expected 09:00"));
        }
        read
    }

    pub(super) fn zones(&mut self, value: &Value<'_>) -> Vec<(String, Tz)> {
        let written = "zones are written as [[zones]] with channel = \"@acme\" and zone = \"America/New_York\"";
        let DeValue::Array(tables) = value.get_ref() else {
            self.mistake(value.span(), written.into());
            return Vec::new();
        };
        let mut zones = Vec::new();
        for table in tables {
            let DeValue::Table(fields) = table.get_ref() else {
                self.mistake(table.span(), written.into());
                continue;
            };
            let (before, mut channel, mut zone) = (self.mistakes.len(), None, None);
            for (key, value) in fields {
                match key.get_ref().as_ref() {
                    "channel" => channel = self.text(value),
                    "zone" => zone = self.zone(value),
                    other => self.unknown(key.span(), other, ZONE),
                }
            }
            match (channel, zone) {
                (Some(channel), Some(zone)) => zones.push((channel, zone)),
                _ if self.mistakes.len() == before => self.mistake(table.span(), written.into()),
                _ => {}
            }
        }
        zones
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Config, parse};
    use super::*;
    use crate::domain::naming::ProviderWords;

    fn read(text: &str) -> (Config, Vec<String>) {
        let (config, mistakes) =
            parse(text, Path::new("/etc/x/config.toml"), ProviderWords { words: &["late"], also: &[] });
        (config, mistakes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_calendar_is_configured_in_words() {
        let (config, mistakes) = read(
            "second_zone = \"Asia/Kathmandu\"\nweek_starts = \"sun\"\nclock = \"12\"\nclash_minutes = 30\n\
             holidays = [\"ch.ics\", \"/h/de.ics\"]\n\
             [[slots]]\nchannel = \"@acme\"\ndays = [\"mon\", \"fri\"]\ntimes = [\"09:00\", \"14:30\"]\n\
             [[slots]]\ntimes = \"12:00\"\nzone = \"America/New_York\"\n\
             [[zones]]\nchannel = \"@acme\"\nzone = \"America/New_York\"\n",
        );
        assert_eq!(mistakes, Vec::<String>::new());
        assert_eq!((config.second_zone, config.week_starts), (Some(Tz::Asia__Kathmandu), Some(Weekday::Sun)));
        assert_eq!((config.twelve, config.clash_minutes), (Some(true), Some(30)));
        assert_eq!(config.holidays, [Path::new("/etc/x/ch.ics"), Path::new("/h/de.ics")]);
        assert_eq!((config.slots.len(), config.slots[0].days.len(), config.slots[1].days.len()), (2, 2, 7));
        assert_eq!(config.slots[0].times.len(), 2);
        assert_eq!(config.zones, [("@acme".to_owned(), Tz::America__New_York)]);
    }

    #[test]
    fn what_cannot_be_meant_is_named_and_left_out() {
        for (text, line, words) in [
            ("[[slots]]\ndays = [\"mon\"]\n", 1, "no times"),
            ("[[slots]]\ntimes = [\"9 o'clock\"]\n", 2, "expected 09:00"),
            ("[[slots]]\ntimes = [\"25:00\"]\n", 2, "not a time of day"),
            ("[[slots]]\ntimes = [\"09:00\"]\ndays = [\"funday\"]\n", 3, "sun"),
            ("slots = 3\n", 1, "[[slots]]"),
            ("[[zones]]\nchannel = \"@acme\"\n", 1, "America/New_York"),
            ("week_starts = \"monday\"\n", 1, "mon"),
            ("clock = 12\n", 1, "quotes"),
        ] {
            let (config, mistakes) = read(text);
            assert!(mistakes.len() == 1 && mistakes[0].contains(words), "{text}: {mistakes:?}");
            assert!(mistakes[0].contains(&format!("config.toml:{line}:")), "{mistakes:?}");
            assert!(config.slots.is_empty() && config.zones.is_empty());
        }
    }
}
