//! Posts that come again: the rule in plain words, and the dates it means. Wall times are kept over a change of the
//! clocks; where the clocks skip one, the first moment after is taken, where they show it twice, the first.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::habits::Habits;
use super::ids::PostId;
use super::post::{Post, Target};
use super::schedule::{Resolved, Schedule};
use super::when;

/// The words that examples show.
pub const EXAMPLES: &str =
    "every tue and thu 9:00  every 2 weeks on mon  monthly on the 1st  until 2027-01-31  10 times";
/// How many days ahead the posts of a series are made; the one that comes next is made in any case.
pub const HORIZON_DAYS: u64 = 35;
/// How many days after its beginning a rule is followed at most.
const FARTHEST_DAYS: i64 = 36_600;
/// After this long a provider takes an equal text again.
const REST: TimeDelta = TimeDelta::minutes(24 * 60 + 10);
/// How many dates are looked at when the next one is sought.
const PATIENCE: usize = 20_000;

/// On which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cycle {
    /// Every so many days.
    Days(u32),
    /// On these days (0 is Monday) of every so many weeks; on that of the first date where none is named.
    Weeks(u32, BTreeSet<u8>),
    /// On this day of every so many months; on that of the first date where none is named.
    Months(u32, Option<MonthDay>),
}

/// Which day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthDay {
    /// By its number; the last one of a month that is shorter.
    Number(u8),
    /// The last.
    Last,
    /// The first to fourth of a weekday (0 is Monday).
    Nth(u8, u8),
    /// The last of a weekday (0 is Monday).
    LastOf(u8),
}

/// When it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It does not, until somebody stops it.
    Never,
    /// With the last date that is not after this one.
    Until(NaiveDate),
    /// After so many dates, skipped ones counted.
    Times(u32),
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// On which days.
    pub cycle: Cycle,
    /// At what time of day; that of the first post where none is named.
    pub time: Option<NaiveTime>,
    /// When it ends.
    pub end: End,
}

/// Words that are no rule. Says what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoRule(pub String);

/// One date of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The date by which it is known, whatever becomes of its post.
    pub date: NaiveDate,
    /// The moment.
    pub at: Schedule,
    /// What the clocks do just then, if anything.
    pub clocks: Clocks,
}

/// Whether a wall time is an ordinary one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clocks {
    /// It is.
    Even,
    /// The clocks skip it: the first moment after is taken.
    Skipped,
    /// The clocks show it twice: the first is taken.
    Twice,
}

/// Whether words are meant as a rule rather than as a time.
pub fn is_rule(words: &str) -> bool {
    let folded = words.trim_start().to_lowercase();
    ["every ", "daily", "weekly", "monthly", "weekdays"].iter().any(|begin| folded.starts_with(begin))
}

impl Rule {
    /// The rule that words mean.
    pub fn read(words: &str) -> Result<Self, NoRule> {
        let folded = words.trim().to_lowercase().replace(',', " ");
        let all: Vec<&str> = folded.split_whitespace().filter(|word| *word != "and").collect();
        Reader { words, rest: &all }.rule()
    }

    /// Its dates from `start` on, in order, at `time` where it names none.
    pub fn occurrences(&self, start: NaiveDate, time: NaiveTime, zone: Tz) -> impl Iterator<Item = Occurrence> + '_ {
        let time = self.time.unwrap_or(time);
        let most = match self.end {
            End::Times(times) => usize::try_from(times).unwrap_or(usize::MAX),
            End::Never | End::Until(_) => usize::MAX,
        };
        let last = match self.end {
            End::Until(date) => date,
            End::Never | End::Times(_) => NaiveDate::MAX,
        };
        let within = move |date: &NaiveDate| *date <= last && (*date - start).num_days() <= FARTHEST_DAYS;
        self.dates(start).take_while(within).take(most).map(move |date| occurrence(date, time, zone))
    }

    /// The first `count` dates whose moment is after `now`.
    pub fn next(
        &self,
        start: NaiveDate,
        time: NaiveTime,
        zone: Tz,
        now: DateTime<Utc>,
        count: usize,
    ) -> Vec<Occurrence> {
        let ahead = self.occurrences(start, time, zone).take(PATIENCE).filter(|one| one.at.instant() > now);
        ahead.take(count).collect()
    }

    /// The first `count` dates of a series that is begun at `now`: from the later of `start` and `now` on, with the time
    /// of day and in the zone of `start`, or those of `now` in `zone`. They are what the series makes, whose beginning is
    /// the first of them: "3 times" counts from there.
    pub fn beginning(&self, start: Option<Schedule>, now: DateTime<Utc>, zone: Tz, count: usize) -> Vec<Occurrence> {
        let here = now.with_timezone(&zone).naive_local();
        let here = here.with_second(0).unwrap_or(here);
        let (wall, zone) = start.map_or((here, zone), |start| (start.wall(), start.zone()));
        let from = start.map_or(now, |start| start.instant() - TimeDelta::minutes(1)).max(now);
        let end = if matches!(self.end, End::Times(_)) { End::Never } else { self.end };
        let open = Self { end, ..self.clone() };
        let Some(first) = open.next(wall.date(), wall.time(), zone, from, 1).pop() else { return Vec::new() };
        let wall = first.at.wall();
        self.occurrences(wall.date(), wall.time(), zone).take(count).collect()
    }

    fn dates(&self, start: NaiveDate) -> Box<dyn Iterator<Item = NaiveDate> + '_> {
        match &self.cycle {
            Cycle::Days(step) => {
                let step = Days::new(u64::from((*step).max(1)));
                Box::new(std::iter::successors(Some(start), move |date| date.checked_add_days(step)))
            }
            Cycle::Weeks(step, days) => {
                let own = number(start.weekday());
                let monday = start.checked_sub_days(Days::new(u64::from(own))).unwrap_or(start);
                let step = Days::new(u64::from((*step).max(1)).saturating_mul(7));
                let weeks = std::iter::successors(Some(monday), move |date| date.checked_add_days(step));
                let days: Vec<u8> = if days.is_empty() { vec![own] } else { days.iter().copied().collect() };
                let of_week = move |monday: NaiveDate| {
                    let days = days.clone();
                    days.into_iter().filter_map(move |day| monday.checked_add_days(Days::new(u64::from(day))))
                };
                Box::new(weeks.flat_map(of_week).skip_while(move |date| *date < start))
            }
            Cycle::Months(step, day) => {
                let day = day.unwrap_or(MonthDay::Number(u8::try_from(start.day()).unwrap_or(1)));
                let (first, step) = (start.with_day(1).unwrap_or(start), (*step).max(1));
                let nth = move |at: u32| first.checked_add_months(Months::new(at.checked_mul(step)?));
                let months = (0..).map_while(nth);
                Box::new(months.filter_map(move |month| day.of(month)).skip_while(move |date| *date < start))
            }
        }
    }
}

fn occurrence(date: NaiveDate, time: NaiveTime, zone: Tz) -> Occurrence {
    let (at, clocks) = match Schedule::resolve(date.and_time(time), zone) {
        Resolved::At(at) => (at, Clocks::Even),
        Resolved::Gap { after, .. } => (after, Clocks::Skipped),
        Resolved::Twice { first, .. } => (first, Clocks::Twice),
    };
    Occurrence { date, at, clocks }
}

impl MonthDay {
    /// The day of the month that begins with `first`.
    fn of(self, first: NaiveDate) -> Option<NaiveDate> {
        let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
        match self {
            Self::Number(day) => Some(first.with_day(u32::from(day)).unwrap_or(last)),
            Self::Last => Some(last),
            Self::Nth(nth, weekday) => {
                let ahead = (7 + weekday - number(first.weekday())) % 7;
                first.checked_add_days(Days::new(u64::from(ahead) + 7 * u64::from(nth.saturating_sub(1))))
            }
            Self::LastOf(weekday) => {
                let back = (7 + number(last.weekday()) - weekday) % 7;
                last.checked_sub_days(Days::new(u64::from(back)))
            }
        }
    }
}

fn number(day: Weekday) -> u8 {
    u8::try_from(day.num_days_from_monday()).unwrap_or_default()
}

fn weekday(word: &str) -> Option<u8> {
    let singular = word.strip_suffix('s').filter(|word| word.len() > 5);
    word.parse().or_else(|_| singular.unwrap_or(word).parse()).ok().map(number)
}

/// Reads a rule word by word.
struct Reader<'a> {
    words: &'a str,
    rest: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn rule(mut self) -> Result<Rule, NoRule> {
        let cycle = self.cycle()?;
        let mut rule = Rule { cycle, time: None, end: End::Never };
        while let Some(word) = self.take() {
            match word {
                "on" => self.on(&mut rule.cycle)?,
                "at" => {
                    let time = self.take().and_then(when::time_of_day);
                    rule.time = Some(time.ok_or_else(|| self.no("it has no time after \"at\""))?);
                }
                "until" | "till" => {
                    let date = self.take().and_then(|word| NaiveDate::parse_from_str(word, "%Y-%m-%d").ok());
                    rule.end = End::Until(date.ok_or_else(|| self.no("\"until\" takes a date, as in 2027-01-31"))?);
                }
                // A bare number after it would be an hour, and the rule without end.
                "for" => {
                    let times = self.take().and_then(|word| word.parse().ok()).filter(|times| *times > 0);
                    let times = times.filter(|_| matches!(self.take(), Some("times" | "time")));
                    let times = times.ok_or_else(|| self.no("\"for\" takes a number of times, as in for 10 times"))?;
                    rule.end = End::Times(times);
                }
                "once" => rule.end = End::Times(1),
                word if self.rest.first().is_some_and(|next| matches!(*next, "times" | "time")) => {
                    self.take();
                    let times = word.parse().ok().filter(|times| *times > 0);
                    rule.end = End::Times(times.ok_or_else(|| self.no("it says no number of times"))?);
                }
                word => match when::time_of_day(word) {
                    Some(time) if rule.time.is_none() => rule.time = Some(time),
                    _ => return Err(self.no(&format!("\"{word}\" is not understood in it"))),
                },
            }
        }
        Ok(rule)
    }

    fn take(&mut self) -> Option<&'a str> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn cycle(&mut self) -> Result<Cycle, NoRule> {
        let weekdays = || Cycle::Weeks(1, (0..5).collect());
        let first = self.take();
        let second = if first == Some("every") { self.take() } else { first };
        match second {
            Some("day" | "daily") => Ok(Cycle::Days(1)),
            Some("weekday" | "weekdays") => Ok(weekdays()),
            Some("week" | "weekly") => Ok(Cycle::Weeks(1, BTreeSet::new())),
            Some("month" | "monthly") => Ok(Cycle::Months(1, None)),
            Some("other") => {
                let unit = self.take();
                self.every(2, unit)
            }
            Some(word) if first == Some("every") => match (word.parse::<u32>(), weekday(word)) {
                (Ok(0), _) => Err(self.no("it comes every 0 days, which is no rhythm")),
                (Ok(count), _) => {
                    let unit = self.take();
                    self.every(count, unit)
                }
                (_, Some(day)) => Ok(Cycle::Weeks(1, self.weekdays(day))),
                _ => Err(self.no(&format!("\"{word}\" is no day"))),
            },
            _ => Err(self.no("it does not begin with every, daily, weekly or monthly")),
        }
    }

    fn every(&mut self, count: u32, unit: Option<&str>) -> Result<Cycle, NoRule> {
        match unit {
            Some("day" | "days") => Ok(Cycle::Days(count)),
            Some("week" | "weeks") => Ok(Cycle::Weeks(count, BTreeSet::new())),
            Some("month" | "months") => Ok(Cycle::Months(count, None)),
            Some(word) => match weekday(word) {
                Some(day) => Ok(Cycle::Weeks(count, self.weekdays(day))),
                None => Err(self.no(&format!("\"{word}\" is neither days, weeks nor months"))),
            },
            None => Err(self.no("it does not say whether days, weeks or months")),
        }
    }

    /// That day, and those that follow.
    fn weekdays(&mut self, first: u8) -> BTreeSet<u8> {
        let mut days = BTreeSet::from([first]);
        while let Some(day) = self.rest.first().and_then(|word| weekday(word)) {
            days.insert(day);
            self.take();
        }
        days
    }

    fn on(&mut self, cycle: &mut Cycle) -> Result<(), NoRule> {
        match cycle {
            Cycle::Days(_) => Err(self.no("days have no \"on\"")),
            Cycle::Weeks(_, days) => {
                let first = self.take().and_then(weekday);
                *days =
                    self.weekdays(first.ok_or_else(|| self.no("\"on\" takes weekdays there, as in on mon and wed"))?);
                Ok(())
            }
            Cycle::Months(_, day) => {
                let no = "\"on\" takes a day there, as in on the 1st, on the last day, on the first mon";
                let mut word = self.take();
                if word == Some("the") {
                    word = self.take();
                }
                let word = word.ok_or_else(|| self.no(no))?;
                let of = self.rest.first().and_then(|word| weekday(word));
                let nth = ["first", "second", "third", "fourth"].iter().position(|each| *each == word);
                let nth = nth.and_then(|at| u8::try_from(at + 1).ok());
                *day = Some(match (word, nth, of) {
                    ("last", _, Some(of)) => {
                        self.take();
                        MonthDay::LastOf(of)
                    }
                    ("last", _, None) => {
                        self.rest = self.rest.strip_prefix(&["day"]).unwrap_or(self.rest);
                        MonthDay::Last
                    }
                    (_, Some(nth), Some(of)) => {
                        self.take();
                        MonthDay::Nth(nth, of)
                    }
                    _ => {
                        let digits = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h', '.']);
                        let number = digits.parse().ok().filter(|day| (1..=31).contains(day));
                        MonthDay::Number(number.ok_or_else(|| self.no(no))?)
                    }
                });
                Ok(())
            }
        }
    }

    fn no(&self, why: &str) -> NoRule {
        NoRule(format!("\"{}\" is no rule for repeating: {why}; try {EXAMPLES}", self.words.trim()))
    }
}

impl Rule {
    /// The rule as a person reads it, with their clock; what [`Rule::read`] understands is what `Display` writes.
    pub fn words(&self, habits: &Habits) -> String {
        let written = self.to_string();
        match self.time {
            Some(time) => {
                written.replace(&format!(" at {}", time.format("%H:%M")), &format!(" at {}", habits.time(time)))
            }
            None => written,
        }
    }
}

/// The same of a rule that is kept as a text.
pub fn rule_words(rule: &str, habits: &Habits) -> String {
    Rule::read(rule).map_or_else(|_| rule.to_owned(), |rule| rule.words(habits))
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cycle {
            Cycle::Days(1) => write!(f, "every day")?,
            Cycle::Days(step) => write!(f, "every {step} days")?,
            Cycle::Weeks(1, days) if days.is_empty() => write!(f, "every week")?,
            Cycle::Weeks(1, days) if days.iter().copied().eq(0..5) => write!(f, "every weekday")?,
            Cycle::Weeks(1, days) => write!(f, "every {}", named(days))?,
            Cycle::Weeks(step, days) if days.is_empty() => write!(f, "every {step} weeks")?,
            Cycle::Weeks(step, days) => write!(f, "every {step} weeks on {}", named(days))?,
            Cycle::Months(1, _) => write!(f, "every month")?,
            Cycle::Months(step, _) => write!(f, "every {step} months")?,
        }
        if let Cycle::Months(_, Some(day)) = &self.cycle {
            write!(f, " on the {day}")?;
        }
        if let Some(time) = self.time {
            write!(f, " at {}", time.format("%H:%M"))?;
        }
        match self.end {
            End::Never => Ok(()),
            End::Until(date) => write!(f, " until {date}"),
            End::Times(1) => write!(f, " 1 time"),
            End::Times(times) => write!(f, " {times} times"),
        }
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NTH: [&str; 4] = ["first", "second", "third", "fourth"];
        let day = |day: u8| named(&BTreeSet::from([day]));
        match self {
            Self::Number(number) => {
                let ending = match (number % 10, number / 10) {
                    (1, tens) if tens != 1 => "st",
                    (2, tens) if tens != 1 => "nd",
                    (3, tens) if tens != 1 => "rd",
                    _ => "th",
                };
                write!(f, "{number}{ending}")
            }
            Self::Last => write!(f, "last day"),
            Self::LastOf(of) => write!(f, "last {}", day(*of)),
            Self::Nth(nth, of) => {
                let nth = NTH.get(usize::from(nth.saturating_sub(1))).unwrap_or(&"first");
                write!(f, "{nth} {}", day(*of))
            }
        }
    }
}

fn named(days: &BTreeSet<u8>) -> String {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let names: Vec<&str> = days.iter().filter_map(|day| NAMES.get(usize::from(*day)).copied()).collect();
    match names.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}

/// A post that comes again: what it is, and when. Its posts are made ahead, each of them once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// The rule, in words that [`Rule::read`] reads.
    pub rule: String,
    /// The first post as it was written, with the first moment; its id is that of the series.
    pub template: Post,
    /// Dates that are left out.
    #[serde(default)]
    pub skipped: BTreeSet<NaiveDate>,
    /// Since when nothing more is made.
    #[serde(default)]
    pub stopped: Option<DateTime<Utc>>,
}

impl Series {
    /// The series' name.
    pub fn id(&self) -> PostId {
        self.template.id
    }

    /// The first moment.
    fn start(&self) -> Option<Schedule> {
        self.template.schedule
    }

    /// The first `count` dates after `now`, skipped ones too; none once it is stopped or over.
    pub fn ahead(&self, now: DateTime<Utc>, count: usize) -> Vec<Occurrence> {
        let (Ok(rule), Some(start), None) = (Rule::read(&self.rule), self.start(), self.stopped) else {
            return Vec::new();
        };
        rule.next(start.wall().date(), start.wall().time(), start.zone(), now, count)
    }

    /// The dates whose posts are to be there at `now`: those of the next [`HORIZON_DAYS`], and in any case the next one.
    /// Where a provider refuses a text that it has waiting or had within a day (`one_by_one`), it is the next one alone,
    /// a day after the one before it, as far as the rule leaves so much time.
    pub fn due(&self, now: DateTime<Utc>, one_by_one: bool) -> Vec<Occurrence> {
        if one_by_one {
            let next = self.ahead(now, PATIENCE).into_iter().find(|one| !self.skipped.contains(&one.date));
            return next.filter(|next| self.has_rested(next, now)).into_iter().collect();
        }
        let horizon = now.checked_add_days(Days::new(HORIZON_DAYS)).unwrap_or(now);
        let most = usize::try_from(HORIZON_DAYS).unwrap_or(0) + 2;
        let ahead = self.ahead(now, most).into_iter().filter(|one| !self.skipped.contains(&one.date)).enumerate();
        ahead.filter(|(at, one)| *at == 0 || one.at.instant() <= horizon).map(|(_, one)| one).collect()
    }

    /// Whether the date before `next` is long enough ago for an equal text.
    fn has_rested(&self, next: &Occurrence, now: DateTime<Utc>) -> bool {
        let (Ok(rule), Some(start)) = (Rule::read(&self.rule), self.start()) else { return false };
        let before = rule
            .occurrences(start.wall().date(), start.wall().time(), start.zone())
            .take_while(|one| one.date < next.date)
            .filter(|one| !self.skipped.contains(&one.date))
            .last();
        before.is_none_or(|before| {
            let rested = before.at.instant() + REST;
            rested <= now || rested > next.at.instant()
        })
    }

    /// The post of one date, which has never been anywhere.
    pub fn post_at(&self, one: &Occurrence, id: PostId, now: DateTime<Utc>) -> Post {
        let template = &self.template;
        let own = |target: &Target| {
            // A channel's own time keeps its distance on the clock of the wall.
            let distance = target.schedule.zip(template.schedule).map(|(own, whole)| own.wall() - whole.wall());
            let moved = distance.zip(target.schedule).and_then(|(distance, own)| {
                let wall = one.at.wall().checked_add_signed(distance)?;
                Some(occurrence(wall.date(), wall.time(), own.zone()).at)
            });
            Target {
                text: target.text.clone(),
                schedule: moved,
                extras: target.extras.clone(),
                ..Target::new(target.channel.clone())
            }
        };
        Post {
            id,
            schedule: Some(one.at),
            targets: template.targets.iter().map(own).collect(),
            created_at: now,
            updated_at: now,
            conflict: None,
            pending: false,
            ..template.clone()
        }
    }
}

/// A date of a series as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// The date.
    pub one: Occurrence,
    /// Whether it is left out.
    pub skipped: bool,
    /// Its post, once that is made.
    pub post: Option<PostId>,
    /// That post itself.
    pub made: Option<Arc<Post>>,
    /// Where that post was moved to, if it was.
    pub moved: Option<Schedule>,
}

/// A series with its next dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeating {
    /// It.
    pub series: Series,
    /// The next dates.
    pub coming: Vec<Coming>,
    /// What networks may mind about it, in words.
    pub warnings: Vec<String>,
}

#[cfg(test)]
#[path = "repeat_tests.rs"]
mod tests;
