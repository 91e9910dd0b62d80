//! A stop on cue: proves that the program may be killed at any step. `RUNSHEET_TRIP=committed:3` ends it at its third
//! commit as a power cut would, without a word and with nothing put in order.
//!
//! The steps: `migrate` (between two steps of bringing a store up to date), `commit` and `committed` (before and after
//! every change of the store), `send` and `answered` (before a request leaves, and when its answer begins).

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the plan stands.
const SWITCH: &str = "RUNSHEET_TRIP";

static PLAN: OnceLock<Option<(String, u64)>> = OnceLock::new();
static PASSED: AtomicU64 = AtomicU64::new(0);

/// Passes a step, or ends here.
pub fn at(step: &str) {
    let plan = PLAN.get_or_init(|| read(&std::env::var(SWITCH).ok()?));
    let Some((planned, nth)) = plan else { return };
    if planned == step && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
        std::process::abort();
    }
}

fn read(plan: &str) -> Option<(String, u64)> {
    let (step, nth) = plan.split_once(':')?;
    Some((step.to_owned(), nth.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_a_step_and_how_often_it_is_passed() {
        assert_eq!(read("send:2"), Some(("send".into(), 2)));
        assert_eq!((read("send"), read("send:x"), read("")), (None, None, None));
        at("send");
    }
}
