//! What the calendar goes by: the person's habits, posting slots, holidays from calendar files.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use icalendar::parser::{Component, read_calendar, unfold};

use crate::config::Config;
use crate::domain::habits::Habits;
use crate::domain::plan::Plan;

/// A calendar file longer than this holds more than holidays, in bytes.
const LONGEST: u64 = 4 << 20;
/// A holiday longer than this is none, in days.
const LONGEST_HOLIDAY: u64 = 31;
/// A calendar has events and events have alarms; what is deeper is made to break the reading of it.
const DEEPEST: usize = 8;
/// The years in which a yearly holiday is drawn.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// The locale that says how times are written, as the environment has it.
pub fn locale(lookup: super::Lookup) -> Option<String> {
    let variable = |name: &str| lookup(name).filter(|value| !value.is_empty());
    ["LC_ALL", "LC_TIME", "LANG"].into_iter().find_map(variable)
}

/// The habits of `locale`, as the configuration changes them.
pub fn habits(config: &Config, locale: Option<&str>) -> Habits {
    let usual = Habits::of_locale(locale.unwrap_or_default());
    let near = config.clash_minutes.and_then(|minutes| i64::try_from(minutes).ok()).and_then(TimeDelta::try_minutes);
    Habits {
        first: config.week_starts.unwrap_or(usual.first),
        twelve: config.twelve.unwrap_or(usual.twelve),
        second: config.second_zone,
        near: near.unwrap_or(usual.near),
    }
}

/// Slots, zones and holidays, and words about files that cannot be used.
pub fn plan(config: &Config) -> (Plan, Vec<String>) {
    let mut plan = Plan { slots: config.slots.clone(), zones: config.zones.clone(), ..Plan::default() };
    let mut remarks = Vec::new();
    for file in &config.holidays {
        match read(file).and_then(|text| holidays(&text)) {
            Ok(days) => {
                for (date, names) in days {
                    plan.holidays.entry(date).or_default().extend(names);
                }
            }
            Err(words) => remarks.push(format!("holidays in {}: {words}", file.display())),
        }
    }
    (plan, remarks)
}

fn read(file: &Path) -> Result<String, String> {
    let open = std::fs::File::open(file).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    open.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LONGEST {
        return Err("it is longer than 4 MB; a file of holidays is shorter".into());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The names of holidays by day, from an iCalendar text (RFC 5545): whole days, and those that come every year.
pub fn holidays(text: &str) -> Result<BTreeMap<NaiveDate, Vec<String>>, String> {
    let refused = || "it is not a calendar file (iCalendar)".to_owned();
    if !text.contains("BEGIN:VCALENDAR") {
        return Err(refused());
    }
    let text = unfold(text);
    if depth(&text) > DEEPEST {
        return Err(refused());
    }
    let calendar = read_calendar(&text).map_err(|_| refused())?;
    let mut days: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
    let events = calendar.components.iter().filter(|component| component.name.as_str() == "VEVENT");
    for (name, first, length, last) in events.filter_map(event) {
        let years = if last > first { YEARS } else { first.year()..=first.year() };
        for year in years.filter(|year| *year >= first.year()) {
            // What falls on 29 February is left out where there is none.
            let Some(first) = first.with_year(year).filter(|first| *first <= last) else { continue };
            for date in (0..length).filter_map(|day| first.checked_add_days(Days::new(day))) {
                let names = days.entry(date).or_default();
                if !names.contains(&name) {
                    names.push(name.clone());
                }
            }
        }
    }
    if days.is_empty() { Err("it names no day".into()) } else { Ok(days) }
}

/// How deep parts lie within parts.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0usize, 0);
    for line in text.lines() {
        let word = line.trim_start().get(..6).unwrap_or_default();
        if word.eq_ignore_ascii_case("BEGIN:") {
            now += 1;
            most = most.max(now);
        } else if line.trim_start().get(..4).is_some_and(|word| word.eq_ignore_ascii_case("END:")) {
            now = now.saturating_sub(1);
        }
    }
    most
}

/// Name, first day, days, and until when it comes again every year: not later than the first day where it does not.
fn event(event: &Component<'_>) -> Option<(String, NaiveDate, u64, NaiveDate)> {
    let value = |name: &str| event.find_prop(name).map(|property| property.val.as_str().to_owned());
    let first = date(&value("DTSTART")?)?;
    // The end of a whole day is the day after it.
    let end = value("DTEND").and_then(|text| date(&text));
    let length = end.map_or(1, |end| end.signed_duration_since(first).num_days());
    let length = u64::try_from(length).unwrap_or(1).clamp(1, LONGEST_HOLIDAY);
    let name = value("SUMMARY")?.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ");
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let last = value("RRULE").and_then(|rule| last_of(&rule, first)).unwrap_or(first);
    (!name.is_empty()).then_some((name, first, length, last))
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get(..8)?, "%Y%m%d").ok()
}

/// Until when a rule brings the date of `first` again in every year; `None` for any other rule. A holiday on a wrong
/// day is worse than none, so what is not understood is shown on its own date only.
fn last_of(rule: &str, first: NaiveDate) -> Option<NaiveDate> {
    let rule = rule.to_ascii_uppercase();
    let (mut yearly, mut last) = (false, NaiveDate::MAX);
    for part in rule.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=')? {
            ("FREQ", "YEARLY") => yearly = true,
            ("UNTIL", until) => last = date(until)?,
            ("INTERVAL", "1") | ("WKST", _) => {}
            ("BYMONTH", month) if month.parse() == Ok(first.month()) => {}
            ("BYMONTHDAY", day) if rule.contains("BYMONTH=") && day.parse() == Ok(first.day()) => {}
            _ => return None,
        }
    }
    yearly.then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn file(events: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n{events}END:VCALENDAR\r\n")
    }

    #[test]
    fn days_are_read_with_their_names_lengths_and_years() {
        let text = file(
            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260801\r\nDTEND;VALUE=DATE:20260802\r\nSUMMARY:Bundes\r\n feier\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n\
             BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Weihnachten\\, beide\r\nEND:VEVENT\r\n\
             BEGIN:VEVENT\r\nUID:3\r\nDTSTART:20261224T180000Z\r\nSUMMARY:Heiligabend\r\nEND:VEVENT\r\n\
             BEGIN:VEVENT\r\nUID:4\r\nSUMMARY:no day\r\nEND:VEVENT\r\n",
        );
        let days = holidays(&text).unwrap();
        assert_eq!(days[&day("2026-08-01")], ["Bundesfeier"]);
        assert_eq!(days[&day("2031-08-01")], ["Bundesfeier"]);
        assert!(!days.contains_key(&day("2025-08-01")));
        assert_eq!(days[&day("2026-12-26")], ["Weihnachten, beide"]);
        assert_eq!(days[&day("2026-12-24")], ["Heiligabend"]);
        assert!(!days.contains_key(&day("2026-12-27")) && !days.contains_key(&day("2027-12-25")));
    }

    #[test]
    fn a_rule_that_is_more_than_every_year_brings_no_wrong_days() {
        let first = day("2026-11-26");
        let last = |rule: &str| last_of(rule, first);
        assert_eq!(last("FREQ=YEARLY"), Some(NaiveDate::MAX));
        assert_eq!(last("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=26;INTERVAL=1"), Some(NaiveDate::MAX));
        assert_eq!(last("freq=yearly;UNTIL=20281231T000000Z"), Some(day("2028-12-31")));
        for rule in
            ["BYMONTH=11;BYDAY=4TH", "BYDAY=4TH", "INTERVAL=4", "COUNT=3", "BYMONTHDAY=26", "BYMONTH=5", "UNTIL=x"]
        {
            assert_eq!(last(&format!("FREQ=YEARLY;{rule}")), None, "{rule}");
        }
        assert_eq!(last("FREQ=DAILY"), None);
        let event = |rule: &str| {
            file(&format!("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261126\r\nSUMMARY:x\r\nRRULE:{rule}\r\nEND:VEVENT\r\n"))
        };
        let days: Vec<_> = holidays(&event("FREQ=YEARLY;UNTIL=20281125")).unwrap().into_keys().collect();
        assert_eq!(days, [first, day("2027-11-26")]);
        let days: Vec<_> = holidays(&event("FREQ=YEARLY;BYDAY=4TH;BYMONTH=11")).unwrap().into_keys().collect();
        assert_eq!(days, [first]);
    }

    #[test]
    fn nonsense_is_refused_in_words() {
        for text in [
            "",
            "holidays, please",
            "BEGIN:VCALENDAR",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:yesterday\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99999999\r\nSUMMARY:\u{0}\u{1b}[2J\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "BEGIN:VCALENDAR\nDTSTART:2026日0801\nEND:VCALENDAR\n",
        ] {
            let words = holidays(text).unwrap_err();
            assert!(words.starts_with("it "), "{text:?}: {words}");
        }
        let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\n".repeat(100_000));
        assert!(holidays(&deep).unwrap_err().contains("not a calendar file"));
        let (plan, remarks) = plan(&Config { holidays: vec!["/nowhere/at all.ics".into()], ..Config::default() });
        assert!(plan.holidays.is_empty());
        assert!(remarks.len() == 1 && remarks[0].contains("/nowhere/at all.ics"), "{remarks:?}");
    }

    #[test]
    fn the_configuration_outranks_the_locale() {
        assert_eq!(habits(&Config::default(), Some("en_US.UTF-8")).first, Weekday::Sun);
        assert_eq!(habits(&Config::default(), None), Habits::default());
        let config = Config {
            week_starts: Some(Weekday::Mon),
            twelve: Some(false),
            clash_minutes: Some(45),
            ..Config::default()
        };
        let own = habits(&config, Some("en_US.UTF-8"));
        assert_eq!((own.first, own.twelve, own.near), (Weekday::Mon, false, TimeDelta::minutes(45)));
    }
}
