//! What is planned before any post is: posting slots by channel, and what is marked on days. Pure.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::ids::ChannelId;
use super::naming::{is_meant, nobody};
use super::post::Post;
use super::schedule::{Resolved, Schedule};

/// A weekly posting slot as the configuration has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotRule {
    /// A channel's handle, `network:handle`, `account/network:handle` or id, or a network; none stands for every channel.
    pub channel: Option<String>,
    /// On which days.
    pub days: Vec<Weekday>,
    /// At what times of those days.
    pub times: Vec<NaiveTime>,
    /// The zone those times are meant in; the shown one when absent.
    pub zone: Option<Tz>,
}

/// What is marked on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayNote {
    /// In the person's words.
    pub words: String,
    /// Whether nothing may be planned on that day.
    pub embargo: bool,
}

/// Slots, and what is marked on days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The weekly posting slots.
    pub slots: Vec<SlotRule>,
    /// Zones of channels, which are named as those of slots.
    pub zones: Vec<(String, Tz)>,
    /// Notes and embargoes.
    pub notes: BTreeMap<NaiveDate, DayNote>,
    /// Names of holidays.
    pub holidays: BTreeMap<NaiveDate, Vec<String>>,
}

/// A moment that is kept free for some channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// When.
    pub at: DateTime<Utc>,
    /// For whom, in the order of the board.
    pub channels: Vec<ChannelId>,
}

impl SlotRule {
    /// Whether its slots are of this channel.
    pub fn is_for(&self, channel: &Channel) -> bool {
        self.channel.as_deref().is_none_or(|words| is_meant(words, channel))
    }
}

impl Plan {
    /// The zone a channel's readers live in, where it has one of its own.
    pub fn zone_of(&self, channel: &Channel) -> Option<Tz> {
        self.zones.iter().find(|(words, _)| is_meant(words, channel)).map(|(_, zone)| *zone)
    }

    /// The slots and zones of channels that nobody has, each in words.
    pub fn strangers(&self, channels: &[Channel]) -> Vec<String> {
        let slots = self.slots.iter().filter_map(|rule| rule.channel.as_ref()).map(|words| ("[[slots]]", words));
        let zones = self.zones.iter().map(|(words, _)| ("[[zones]]", words));
        let nobody = |(table, words): (&str, &String)| nobody(channels, words).map(|why| format!("{table}: {why}"));
        slots.chain(zones).filter_map(nobody).collect()
    }

    /// The slots in `span` that are still free: no post of the channel within `near` of them, and no embargo on
    /// the day as `zone` shows it. Times without a zone are meant in `zone`; one that the clocks skip is left out.
    pub fn openings(
        &self,
        channels: &[Channel],
        posts: &[std::sync::Arc<Post>],
        span: Range<DateTime<Utc>>,
        zone: Tz,
        near: TimeDelta,
    ) -> Vec<Opening> {
        if self.slots.is_empty() {
            return Vec::new();
        }
        let mut taken: BTreeMap<&ChannelId, Vec<DateTime<Utc>>> = BTreeMap::new();
        for post in posts {
            for target in &post.targets {
                taken.entry(&target.channel).or_default().extend(post.schedule_for(target).map(|at| at.instant()));
            }
        }
        let is_free = |channel: &ChannelId, at: DateTime<Utc>| {
            taken.get(channel).is_none_or(|times| times.iter().all(|other| (*other - at).abs() >= near))
        };
        let mut openings: BTreeMap<DateTime<Utc>, Vec<ChannelId>> = BTreeMap::new();
        for channel in channels.iter().filter(|channel| !channel.hidden && !channel.gone) {
            for rule in self.slots.iter().filter(|rule| rule.is_for(channel)) {
                let meant = rule.zone.or_else(|| self.zone_of(channel)).unwrap_or(zone);
                let may = |at: &DateTime<Utc>| self.embargo(at.with_timezone(&zone).date_naive()).is_none();
                for at in rule.moments(&span, meant).filter(may).filter(|at| is_free(&channel.id, *at)) {
                    let waiting = openings.entry(at).or_default();
                    if !waiting.contains(&channel.id) {
                        waiting.push(channel.id.clone());
                    }
                }
            }
        }
        openings.into_iter().map(|(at, channels)| Opening { at, channels }).collect()
    }

    /// The slots from `from` on that are free for one of the channels `to`, in order, for the posts of a campaign;
    /// `others` are the posts that are not of it.
    pub fn slots_from(
        &self,
        channels: &[Channel],
        others: &[std::sync::Arc<Post>],
        to: &[ChannelId],
        from: DateTime<Utc>,
        (zone, near): (Tz, TimeDelta),
    ) -> Vec<Schedule> {
        let until = from.checked_add_signed(SLOTS_AHEAD).unwrap_or(from);
        let open = self.openings(channels, others, from..until, zone, near).into_iter();
        let fitting = open.filter(|open| open.channels.iter().any(|id| to.contains(id)));
        fitting.map(|open| Schedule::at(open.at, zone)).collect()
    }

    /// Why nothing may be planned on a day, if so.
    pub fn embargo(&self, date: NaiveDate) -> Option<&DayNote> {
        self.notes.get(&date).filter(|note| note.embargo)
    }
}

impl SlotRule {
    fn moments(&self, span: &Range<DateTime<Utc>>, zone: Tz) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        let first = span.start.with_timezone(&zone).date_naive();
        let last = span.end.with_timezone(&zone).date_naive();
        let span = span.clone();
        let days = std::iter::successors(Some(first), |date| date.checked_add_days(Days::new(1)));
        days.take_while(move |date| *date <= last)
            .filter(|date| self.days.contains(&date.weekday()))
            .flat_map(move |date| self.times.iter().filter_map(move |time| moment(date, *time, zone)))
            .filter(move |at| span.contains(at))
    }
}

fn moment(date: NaiveDate, time: NaiveTime, zone: Tz) -> Option<DateTime<Utc>> {
    match Schedule::resolve(date.and_time(time), zone) {
        Resolved::At(schedule) | Resolved::Twice { first: schedule, .. } => Some(schedule.instant()),
        Resolved::Gap { .. } => None,
    }
}

/// Whether words ask for the next free slot instead of a time: `slot`, `next slot`.
pub fn asks_slot(words: &str) -> bool {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    matches!(words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), ["slot"] | ["next", "slot"])
}

/// How far ahead free posting slots are looked for.
const SLOTS_AHEAD: TimeDelta = TimeDelta::days(400);

/// A text of fewer letters than this is too short to be called the same as another.
const SHORTEST: usize = 12;

/// What two texts share that a network, or a reader, takes for the same: their words apart from links, numbers, case
/// and marks. Nothing for a text with hardly any.
pub fn fingerprint(text: &str) -> Option<u64> {
    let (mut plain, mut letters) = (String::with_capacity(text.len()), 0);
    for word in text.split_whitespace().filter(|word| !word.contains("://")) {
        let before = letters;
        for letter in word.chars().filter(|c| c.is_alphabetic()) {
            letters += 1;
            // Asked of every loaded post at once, and mostly these are all there is.
            match letter.is_ascii() {
                true => plain.push(letter.to_ascii_lowercase()),
                false => plain.extend(letter.to_lowercase()),
            }
        }
        if letters > before {
            plain.push(' ');
        }
    }
    let mut hasher = DefaultHasher::new();
    plain.hash(&mut hasher);
    (letters >= SHORTEST).then(|| hasher.finish())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    use crate::domain::ids::IdSource;
    use crate::domain::post::Target;
    use chrono_tz::America::New_York;
    use chrono_tz::Europe::Berlin;

    fn channel(remote: &str, network: &str, handle: &str) -> Channel {
        Channel::sample("a", remote, network, handle)
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn rule(channel: Option<&str>, times: &[&str], zone: Option<Tz>) -> SlotRule {
        let times = times.iter().map(|time| time.parse().unwrap()).collect();
        SlotRule { channel: channel.map(Into::into), days: vec![Weekday::Mon, Weekday::Sun], times, zone }
    }

    #[test]
    fn a_slot_is_open_until_a_post_of_its_channel_stands_there() {
        let channels = [channel("1", "x", "@acme"), channel("2", "li", "ACME GmbH")];
        let plan = Plan {
            slots: vec![rule(None, &["09:00"], None), rule(Some("acme"), &["14:00"], Some(New_York))],
            ..Plan::default()
        };
        let week = at("2026-07-27T00:00:00Z")..at("2026-07-28T00:00:00Z");
        let open = |posts: &[Arc<Post>]| plan.openings(&channels, posts, week.clone(), Berlin, TimeDelta::minutes(10));
        let free: Vec<_> = open(&[]).into_iter().map(|each| (each.at, each.channels.len())).collect();
        assert_eq!(free, [(at("2026-07-27T07:00:00Z"), 2), (at("2026-07-27T18:00:00Z"), 1)]);
        let mut post = Post::draft(IdSource::seeded(1).post(week.start), week.start);
        post.schedule = Some(Schedule::at(at("2026-07-27T07:05:00Z"), Berlin));
        post.targets = vec![Target::new(channels[1].id.clone())];
        let left = open(&[Arc::new(post)]);
        assert_eq!(left[0].channels, [channels[0].id.clone()], "five minutes away is not free");
        assert_eq!(left.len(), 2);
    }

    #[test]
    fn slots_and_zones_name_channels_as_everything_does() {
        let channels = [channel("1", "x", "@acme"), channel("2", "linkedin", "ACME GmbH")];
        let named = |words: &str| {
            let rule = rule(Some(words), &["09:00"], None);
            channels.iter().map(|channel| u8::from(rule.is_for(channel))).collect::<Vec<_>>()
        };
        let account = channels[0].account.as_str();
        for words in ["@acme", "acme", "x", "x:@acme", &format!("{account}/x:@acme"), channels[0].id.as_str()] {
            assert_eq!(named(words), [1, 0], "{words}");
        }
        for words in ["linkedin", "li", "acme gmbh", "li:ACME GmbH"] {
            assert_eq!(named(words), [0, 1], "{words}");
        }
        assert_eq!(named("elsewhere/x:@acme"), [0, 0]);
        let plan = Plan {
            slots: vec![
                rule(Some("@acmee"), &["09:00"], None),
                rule(Some("x"), &["09:00"], None),
                rule(None, &[], None),
            ],
            zones: vec![("nobody at all".into(), Berlin)],
            ..Plan::default()
        };
        let said = plan.strangers(&channels);
        assert!(
            said.len() == 2 && said[0].contains("\"@acmee\"; did you mean") && said[1].contains("[[zones]]"),
            "{said:?}"
        );
    }

    #[test]
    fn a_day_on_which_nothing_goes_out_has_no_slots() {
        let mut plan = Plan { slots: vec![rule(None, &["09:00"], None)], ..Plan::default() };
        let week = at("2026-07-26T00:00:00Z")..at("2026-07-28T00:00:00Z");
        let note = |embargo| DayNote { words: "press".into(), embargo };
        plan.notes.insert(NaiveDate::from_ymd_opt(2026, 7, 26).unwrap(), note(true));
        plan.notes.insert(NaiveDate::from_ymd_opt(2026, 7, 27).unwrap(), note(false));
        let open = plan.openings(&[channel("1", "x", "@acme")], &[], week, Berlin, TimeDelta::minutes(10));
        assert_eq!(open.iter().map(|each| each.at).collect::<Vec<_>>(), [at("2026-07-27T07:00:00Z")]);
    }

    #[test]
    fn a_slot_in_an_hour_that_does_not_exist_is_left_out() {
        let channels = [channel("1", "x", "@acme")];
        let plan = Plan { slots: vec![rule(None, &["02:30", "10:00"], None)], ..Plan::default() };
        let day = at("2027-03-28T00:00:00Z")..at("2027-03-29T00:00:00Z");
        let open = plan.openings(&channels, &[], day, Berlin, TimeDelta::minutes(10));
        // At 02:00 UTC it is 04:00 there; Monday at 02:30 is 00:30 UTC of the next day.
        assert_eq!(open.iter().map(|each| each.at).collect::<Vec<_>>(), [at("2027-03-28T08:00:00Z")]);
    }

    #[test]
    fn a_slot_is_asked_for_by_its_word_alone() {
        assert!(["slot", " Slot ", "next  slot", "NEXT SLOT"].into_iter().all(asks_slot));
        assert!(["", "slots", "next", "slot 9", "the next slot"].into_iter().all(|words| !asks_slot(words)));
    }

    #[test]
    fn texts_are_alike_whatever_their_links_numbers_and_case() {
        let print = |text: &str| fingerprint(text);
        assert_eq!(print("We ship it now: v2.0! https://a.example/1"), print("WE SHIP IT now v3 https://b.example/2"));
        assert!(print("We ship it now: v2.0!").is_some());
        assert_ne!(print("We ship it now, all of it"), print("We ship that now, all of it"));
        assert_eq!(print("Ship it"), None, "too short to be the same as anything");
        assert_eq!(print("12 34 https://a.example"), None);
    }
}
