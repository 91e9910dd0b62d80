use chrono::TimeDelta;
use chrono_tz::Australia::Lord_Howe;
use chrono_tz::Europe::Berlin;
use proptest::prelude::*;

use super::*;
use crate::domain::ids::{ChannelId, IdSource};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn nine() -> NaiveTime {
    "09:00:00".parse().unwrap()
}

fn dates(words: &str, start: &str, count: usize) -> Vec<String> {
    let rule = Rule::read(words).unwrap();
    rule.occurrences(day(start), nine(), Berlin)
        .take(count)
        .map(|one| one.at.wall().format("%a %m-%d %H:%M").to_string())
        .collect()
}

#[test]
fn rules_mean_what_people_mean() {
    // 2026-07-28 is a Tuesday.
    for (words, expected) in [
        ("every tue and thu 9:30", &["Tue 07-28 09:30", "Thu 07-30 09:30", "Tue 08-04 09:30"][..]),
        ("every mon, wed", &["Wed 07-29 09:00", "Mon 08-03 09:00", "Wed 08-05 09:00"]),
        ("every 2 weeks on mon", &["Mon 08-10 09:00", "Mon 08-24 09:00"]),
        ("every other week", &["Tue 07-28 09:00", "Tue 08-11 09:00"]),
        ("every other fri at 17:00", &["Fri 07-31 17:00", "Fri 08-14 17:00"]),
        ("monthly on the 1st", &["Sat 08-01 09:00", "Tue 09-01 09:00"]),
        ("monthly on the 31st", &["Fri 07-31 09:00", "Mon 08-31 09:00", "Wed 09-30 09:00"]),
        ("monthly on the last day", &["Fri 07-31 09:00", "Mon 08-31 09:00"]),
        ("every month on the first mon at 8:00", &["Mon 08-03 08:00", "Mon 09-07 08:00"]),
        ("every 2 months on the last fri", &["Fri 07-31 09:00", "Fri 09-25 09:00"]),
        ("every 3 months", &["Tue 07-28 09:00", "Wed 10-28 09:00"]),
        ("every 3 days 2 times", &["Tue 07-28 09:00", "Fri 07-31 09:00"]),
        ("weekdays until 2026-07-30", &["Tue 07-28 09:00", "Wed 07-29 09:00", "Thu 07-30 09:00"]),
        ("Daily at 7:15 for 2 times", &["Tue 07-28 07:15", "Wed 07-29 07:15"]),
        ("every tuesdays 2pm 1 time", &["Tue 07-28 14:00"]),
    ] {
        let most = if words.contains("time") || words.contains("until") { 9 } else { expected.len() };
        assert_eq!(dates(words, "2026-07-28", most), expected, "{words}");
    }
}

#[test]
fn what_is_no_rule_is_refused_with_examples() {
    for (words, said) in [
        ("every", "does not begin"),
        ("sometimes", "does not begin"),
        ("every blue moon", "\"blue\" is no day"),
        ("every 0 days", "every 0 days"),
        ("every 2", "days, weeks or months"),
        ("monthly on the 32nd", "on the 1st"),
        ("every week on the 1st", "takes weekdays"),
        ("every tue until soon", "takes a date"),
        ("every tue 0 times", "number of times"),
        ("every tue 25:00", "\"25:00\" is not understood"),
        ("every tue 9:00 10:00", "\"10:00\" is not understood"),
        ("every day for 10", "for 10 times"),
        ("every day for", "for 10 times"),
        ("every tue 9:00 for 3 weeks", "for 10 times"),
        ("every tue for times", "for 10 times"),
        ("daily at", "no time after"),
        ("daily on mon", "no \"on\""),
    ] {
        let error = Rule::read(words).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("try every tue"), "{words}: {error}");
    }
    assert!(is_rule("Every tue") && is_rule("monthly") && !is_rule("fri 9"));
}

#[test]
fn the_time_on_the_wall_is_kept_and_odd_hours_are_said() {
    let rule = Rule::read("every day at 2:30").unwrap();
    let of = |start: &str, zone: Tz| rule.occurrences(day(start), nine(), zone).take(3).collect::<Vec<_>>();
    // The clocks of Berlin skip 02:30 on 28 March 2027, and show it twice on 25 October 2026.
    let spring = of("2027-03-27", Berlin);
    assert_eq!(spring.iter().map(|one| one.clocks).collect::<Vec<_>>(), [Clocks::Even, Clocks::Skipped, Clocks::Even]);
    assert_eq!(spring[1].at.wall().format("%H:%M").to_string(), "03:00");
    assert_eq!(of("2026-10-24", Berlin)[1].clocks, Clocks::Twice);
    // Half an hour on Lord Howe Island.
    let rule = Rule::read("every day at 2:15").unwrap();
    let spring: Vec<_> = rule.occurrences(day("2026-10-03"), nine(), Lord_Howe).take(2).collect();
    assert_eq!((spring[1].clocks, spring[1].at.wall().format("%H:%M").to_string()), (Clocks::Skipped, "02:30".into()));
}

fn series(rule: &str, at: &str, zone: Tz) -> Series {
    let now: DateTime<Utc> = at.parse().unwrap();
    let mut template = Post::draft(IdSource::seeded(1).post(now), now);
    template.schedule = Some(Schedule::at(now, zone));
    template.targets = vec![Target::new(ChannelId::new("a/1")), Target::new(ChannelId::new("a/2"))];
    template.targets[1].schedule = Some(Schedule::at(now + TimeDelta::hours(2), zone));
    Series { rule: rule.into(), template, skipped: BTreeSet::new(), stopped: None }
}

#[test]
fn posts_are_due_within_the_horizon_and_the_next_in_any_case() {
    let mut weekly = series("every tue", "2026-07-28T07:00:00Z", Berlin);
    let now: DateTime<Utc> = "2026-07-28T08:00:00Z".parse().unwrap();
    let due = |series: &Series| series.due(now, false).iter().map(|one| one.date.to_string()).collect::<Vec<_>>();
    assert_eq!(due(&weekly), ["2026-08-04", "2026-08-11", "2026-08-18", "2026-08-25", "2026-09-01"]);
    let alone = |series: &Series, at: &str| {
        series.due(at.parse().unwrap(), true).iter().map(|one| one.date.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(alone(&weekly, "2026-07-28T08:00:00Z"), Vec::<String>::new(), "the one before is not a day old");
    assert_eq!(alone(&weekly, "2026-07-29T08:00:00Z"), ["2026-08-04"]);
    let daily = series("daily", "2026-07-28T07:00:00Z", Berlin);
    assert_eq!(alone(&daily, "2026-07-28T08:00:00Z"), ["2026-07-29"], "waiting would never end");
    weekly.skipped.insert(day("2026-08-11"));
    assert_eq!(due(&weekly).len(), 4);
    weekly.stopped = Some(now);
    assert!(due(&weekly).is_empty() && weekly.ahead(now, 5).is_empty());
    assert_eq!(due(&series("every 6 months", "2026-07-28T07:00:00Z", Berlin)), ["2027-01-28"]);
    assert_eq!(due(&series("daily", "2026-07-28T07:00:00Z", Berlin)).len(), 35);
}

#[test]
fn what_is_shown_of_a_beginning_is_what_the_series_makes() {
    let now: DateTime<Utc> = "2026-01-31T11:00:00Z".parse().unwrap();
    for (words, start) in [
        ("daily 9:00 3 times", None),
        ("every month at 9:00 3 times", None),
        ("every 2 weeks on mon and thu at 9:00 5 times", None),
        ("daily 3 times", Some("2026-03-04T08:00:00Z")),
        ("daily 3 times", Some("2026-01-01T08:00:00Z")),
    ] {
        let start = start.map(|at| Schedule::at(at.parse().unwrap(), Berlin));
        let rule = Rule::read(words).unwrap();
        let shown = rule.beginning(start, now, Berlin, 9);
        let End::Times(times) = rule.end else { panic!("{words}") };
        assert_eq!(shown.len(), usize::try_from(times).unwrap(), "{words}");
        let first = shown[0].at.instant();
        assert!(first > now && start.is_none_or(|start| first >= start.instant()), "{words}: {first}");
        let begun = series(words, &first.to_rfc3339(), Berlin);
        assert_eq!(begun.ahead(first - TimeDelta::minutes(1), 9), shown, "{words}");
    }
}

#[test]
fn a_channel_s_own_time_keeps_its_distance() {
    let weekly = series("every tue", "2026-10-20T07:00:00Z", Berlin);
    let (now, id) = (weekly.template.created_at, weekly.template.id);
    let after = weekly.ahead(now, 1).remove(0);
    let post = weekly.post_at(&after, id, now);
    // The clocks went back in between: 9:00 and 11:00 on the wall all the same.
    let walls: Vec<String> =
        post.targets.iter().filter_map(|target| post.schedule_for(target)).map(|at| at.wall().to_string()).collect();
    assert_eq!(walls, ["2026-10-27 09:00:00", "2026-10-27 11:00:00"]);
    assert!(post.targets.iter().all(|target| target.remote.is_none()));
}

fn cycles() -> impl Strategy<Value = Cycle> {
    let days = || prop::collection::btree_set(0u8..7, 0..7);
    let month_day = prop_oneof![
        (1u8..=31).prop_map(MonthDay::Number),
        Just(MonthDay::Last),
        (1u8..=4, 0u8..7).prop_map(|(nth, of)| MonthDay::Nth(nth, of)),
        (0u8..7).prop_map(MonthDay::LastOf),
    ];
    prop_oneof![
        (1u32..60).prop_map(Cycle::Days),
        (1u32..9, days()).prop_map(|(step, days)| Cycle::Weeks(step, days)),
        (1u32..13, prop::option::of(month_day)).prop_map(|(step, day)| Cycle::Months(step, day)),
    ]
}

fn rules() -> impl Strategy<Value = Rule> {
    let end = prop_oneof![
        Just(End::Never),
        (0i64..900).prop_map(|days| End::Until(day("2026-07-28") + TimeDelta::days(days))),
        (1u32..40).prop_map(End::Times),
    ];
    let time = prop::option::of((0u32..24, 0u32..60).prop_map(|(h, m)| NaiveTime::from_hms_opt(h, m, 0).unwrap()));
    (cycles(), time, end).prop_map(|(cycle, time, end)| Rule { cycle, time, end })
}

const ZONES: [Tz; 5] =
    [Berlin, Lord_Howe, chrono_tz::America::New_York, chrono_tz::Pacific::Apia, chrono_tz::Asia::Kathmandu];

proptest! {
    #[test]
    fn what_a_rule_is_called_reads_back(rule in rules()) {
        prop_assert_eq!(Rule::read(&rule.to_string()), Ok(rule));
    }

    #[test]
    fn dates_go_forward_and_keep_the_wall_time(rule in rules(), offset in 0i64..2000, zone in prop::sample::select(&ZONES[..])) {
        let start = day("2026-01-01") + TimeDelta::days(offset);
        let found: Vec<Occurrence> = rule.occurrences(start, nine(), zone).take(60).collect();
        let time = rule.time.unwrap_or(nine());
        for one in &found {
            prop_assert!(one.date >= start);
            // A day that a zone leaves out whole has no such wall time either; all else keeps it.
            prop_assert!(one.clocks == Clocks::Skipped || one.at.wall() == one.date.and_time(time));
            prop_assert!(one.clocks != Clocks::Skipped || one.at.wall() > one.date.and_time(time));
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].date < pair[1].date && pair[0].at.instant() < pair[1].at.instant()));
        match rule.end {
            End::Times(times) => prop_assert_eq!(found.len(), usize::try_from(times).unwrap().min(60)),
            End::Until(last) => prop_assert!(found.iter().all(|one| one.date <= last)),
            End::Never => prop_assert_eq!(found.len(), 60),
        }
    }

    #[test]
    fn any_words_are_a_rule_or_a_refusal(words in ".{0,40}", more in "(every|on|the|last|mon|2|weeks|at|until| |,){0,9}") {
        let _ = Rule::read(&words);
        let _ = Rule::read(&more);
    }
}
