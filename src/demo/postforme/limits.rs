//! Five requests a second and forty a minute, counted before anything else is looked at.

use chrono::TimeDelta;

use super::error;
use crate::clock::Instant;
use crate::demo::wire::Answer;
use crate::demo::world::Site;

/// The name in the headers, how many, and within what.
const LIMITS: [(&str, usize, TimeDelta); 2] =
    [("per_second_use", 5, TimeDelta::seconds(1)), ("per_minute_use", 40, TimeDelta::seconds(60))];

/// The refusal of a request beyond the limits; one within them is counted.
pub(super) fn refused(site: &mut Site, now: Instant) -> Option<Answer> {
    site.calls.retain(|at| now - *at < TimeDelta::seconds(60));
    for (name, most, span) in LIMITS {
        let recent: Vec<Instant> = site.calls.iter().copied().filter(|at| now - *at < span).collect();
        let Some(oldest) = recent.first().filter(|_| recent.len() >= most) else { continue };
        let wait = ((*oldest + span - now).num_milliseconds().max(1) as u64).div_ceil(1_000);
        let answer = error(429)
            .with("retry-after", wait)
            .with("x-rate-limit-limit", most)
            .with("x-rate-limit-remaining", 0)
            .with("x-rate-limit-reset", wait)
            .with("x-rate-limit-name", name)
            .with("x-rate-limit-duration", span.num_seconds());
        return Some(answer);
    }
    site.calls.push(now);
    None
}
