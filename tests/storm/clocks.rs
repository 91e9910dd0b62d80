//! A machine whose clock is wrong: what a stop left open is still found, and sent once.

use chrono::TimeDelta;

use super::{Storm, asked};

/// How many answers are cut off, in turn.
const ANSWERS: u64 = 6;

fn stopped_with_a_wrong_clock(provider: &str, minutes: i64) {
    let mut storm = Storm::new(provider);
    storm.ahead = TimeDelta::minutes(minutes);
    for nth in 1..=asked().map_or(ANSWERS, |_| 4 * ANSWERS) {
        let file = storm.batch(2);
        assert!(storm.run(&["import", file.to_str().unwrap()], &[]).status.success());
        storm.run(&["sync"], &[("RUNSHEET_TRIP", &format!("answered:{nth}"))]);
        // The clock may be set right in between, or only afterwards.
        if nth % 3 == 0 {
            storm.ahead = TimeDelta::minutes(minutes - storm.ahead.num_minutes());
        }
        for _ in 0..2 {
            storm.run(&["sync"], &[]);
        }
    }
    storm.settle();
}

macro_rules! storms {
    ($($provider:ident),*) => {
        mod ahead {
            $(#[test] fn $provider() { super::stopped_with_a_wrong_clock(stringify!($provider), 20); })*
        }
        mod behind {
            $(#[test] fn $provider() { super::stopped_with_a_wrong_clock(stringify!($provider), -20); })*
        }
    };
}

storms!(late, voxburst, postforme, posto, oktopost);
