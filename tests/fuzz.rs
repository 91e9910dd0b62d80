//! Whatever a person types or a file holds: understood, or refused in words. A short run with the other tests; the long one
//! is `PROPTEST_CASES=1000000 cargo test --release --test fuzz`.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Helpers fail a test as tests do: loudly.

#[path = "fuzz/files.rs"]
mod files;

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;
use runsheet::config::{self, TEMPLATE};
use runsheet::domain::filter::Filter;
use runsheet::domain::naming::ProviderWords;
use runsheet::domain::schedule::{Resolved, Schedule};
use runsheet::domain::when::{self, Reading};
use runsheet::text::clean::{cells, clean, one_line, truncate};
use runsheet::text::rules::Rules;
use runsheet::tui::keymap::Keymap;

fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), failure_persistence: None, ..ProptestConfig::default() }
}

fn zones() -> impl Strategy<Value = Tz> {
    (0..TZ_VARIANTS.len()).prop_map(|at| TZ_VARIANTS[at])
}

fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

/// Words about time, in any order, between others.
fn time_words() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "now",
        "tomorrow",
        "today",
        "tonight",
        "fri",
        "monday",
        "+1w",
        "2d",
        "30m",
        "1h30m",
        "9",
        "14:30",
        "9pm",
        "12am",
        "24",
        "2026-03-29",
        "02:30",
        "2026-12-01T09:00:00Z",
        "@1790000000",
        "-1",
        "99999999999999999999",
        "at",
        "in",
        "+",
        "next",
        "slot",
    ]);
    let piece = prop_oneof![4 => known.prop_map(str::to_owned), 1 => ".{0,4}"];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.join(" "))
}

/// A file with a few characters changed, taken out or put in.
fn spoiled(text: &'static str) -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), prop_oneof!["[\\[\\]=\"'#{}.,\\n 0-9a-z]{0,3}", ".{0,2}"], 0usize..4);
    prop::collection::vec(change, 0..6).prop_map(move |changes| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, new, gone) in changes {
            let at = at.index(chars.len().max(1)).min(chars.len());
            let end = (at + gone).min(chars.len());
            chars.splice(at..end, new.chars());
        }
        chars.into_iter().collect()
    })
}

/// What is shown of a text can do nothing to a terminal.
fn is_harmless(text: &str) -> bool {
    text.chars().all(|c| {
        let controls = c.is_control() && c != '\n';
        let hidden = matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}' | '\u{E0000}'..='\u{E007F}');
        !controls && !hidden
    })
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn whatever_is_drawn_is_harmless(text in prop_oneof![".{0,60}", "\\PC{0,40}", prop::collection::vec(any::<char>(), 0..60).prop_map(String::from_iter)], width in 0usize..40) {
        let shown = clean(&text);
        prop_assert!(is_harmless(&shown), "{shown:?}");
        prop_assert_eq!(clean(&shown), shown.clone(), "cleaning twice is cleaning once");
        let line = one_line(&text);
        prop_assert!(is_harmless(&line) && !line.contains('\n'), "{line:?}");
        prop_assert!(cells(&truncate(&line, width)) <= width);
    }

    #[test]
    fn a_pile_of_marks_stays_low(marks in prop::collection::vec(prop::char::range('\u{300}', '\u{36f}'), 0..200)) {
        let text: String = std::iter::once('a').chain(marks).collect();
        prop_assert!(clean(&text).chars().count() <= 5);
    }

    #[test]
    fn time_words_are_a_time_or_refused(text in time_words(), now in instants(), zone in zones()) {
        match when::read(&text, now, zone) {
            Err(error) => prop_assert!(error.to_string().contains("try now")),
            Ok(Reading::Now) => {}
            Ok(Reading::At(Resolved::At(schedule))) => prop_assert!(!schedule.is_shifted()),
            Ok(Reading::At(Resolved::Gap { before, after, moved })) => {
                prop_assert!(before.instant() < after.instant() && after.instant() <= moved.instant());
            }
            Ok(Reading::At(Resolved::Twice { first, second })) => {
                prop_assert!(first.instant() < second.instant());
                prop_assert_eq!(first.wall(), second.wall());
            }
        }
    }

    #[test]
    fn a_wall_time_is_one_moment_or_a_question_in_every_zone(at in instants(), zone in zones(), minutes in 0i64..100_000) {
        let wall = (at + TimeDelta::minutes(minutes)).naive_utc();
        match Schedule::resolve(wall, zone) {
            Resolved::At(schedule) => prop_assert_eq!(schedule.wall(), wall),
            Resolved::Twice { first, second } => {
                prop_assert_eq!((first.wall(), second.wall()), (wall, wall));
                prop_assert!(first.instant() < second.instant());
            }
            Resolved::Gap { before, after, moved } => {
                prop_assert!(before.wall() < wall && wall < after.wall());
                prop_assert_eq!(moved.instant() - before.instant(), wall - before.wall());
            }
        }
    }

    #[test]
    fn a_configuration_is_read_or_its_mistakes_are_named(text in spoiled(TEMPLATE)) {
        let words = ProviderWords { words: &["late", "voxburst"], also: &[("zernio", "late")] };
        let (_, mistakes) = config::parse(&text, Path::new("config.toml"), words);
        for mistake in mistakes {
            prop_assert!(mistake.to_string().starts_with("config.toml"));
        }
    }

    #[test]
    fn keys_and_networks_of_one_s_own_are_read_or_refused(
        keys in spoiled("[global]\n\"x\" = \"failed.dismiss\"\n\"g g\" = \"none\"\n"),
        networks in spoiled("[x]\nlimit = 280\ncount = \"weighted\"\n[x.media]\nmost = 4\n"),
    ) {
        let _ = Keymap::shipped().overlaid(&keys, "keymap.toml").map_err(|error| error.to_string());
        let _ = Rules::shipped().overlaid(&networks, "networks.toml").map_err(|error| error.to_string());
    }

    #[test]
    fn a_filter_is_understood_or_refused(text in prop_oneof![".{0,30}", "((status|net|ch|account|since|until|key):?[a-z0-9:,+-]{0,8} ?|-|#[a-z]* ?){0,5}"]) {
        let _ = Filter::parse(&text).map_err(|error| error.to_string());
    }
}
