//! What to do after an attempt: the decision table of the outbox, pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::RemoteId;
use crate::domain::outcome::Cause;
use crate::domain::write::{OutboxRow, Write};
use crate::provider::capability::Repeat;
use crate::provider::pace;
use crate::provider::{Again, Capabilities, Kind, ProviderError, Reach};

use super::bounds::Bounds;

/// How soon a look-up by our reference may find what was made; that there is nothing is believed no sooner for it.
const FIRST_LOOK: TimeDelta = TimeDelta::seconds(5);

/// How long after a lost answer to look for the first time.
fn first_look(row: &OutboxRow, can: &Capabilities, bounds: &Bounds) -> TimeDelta {
    match (&row.write, can.repeat) {
        (Write::Create { .. }, Repeat::Reference) => FIRST_LOOK,
        (write, _) => bounds.settling(write),
    }
}

/// How often a request with an unknown outcome is repeated before its outcome is looked up instead.
const REPEATS: u32 = 6;

/// The shortest and the longest wait while the provider still works on the same request.
const IN_PROGRESS_WAIT: TimeDelta = TimeDelta::seconds(3);
const IN_PROGRESS_LONGEST: TimeDelta = TimeDelta::seconds(60);

/// How long to pause when a provider asks for it without saying how long.
const LIMITED_WAIT: TimeDelta = TimeDelta::seconds(60);

/// What to do next with a row after its request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing was made: send again, not before that instant.
    Wait {
        /// Not before.
        until: DateTime<Utc>,
    },
    /// It is not known whether anything was made, and repeating is recognised: same key, same bytes.
    Repeat {
        /// Not before.
        until: DateTime<Utc>,
    },
    /// It is not known whether anything was made: look it up, not before that instant.
    Verify {
        /// Not before.
        at: DateTime<Utc>,
    },
    /// The provider has this already, as that post: compare, then adopt.
    Adopt {
        /// The post that is there.
        existing: RemoteId,
    },
    /// A definite no.
    Refused {
        /// Why, for the failed queue.
        cause: Cause,
    },
    /// The key is refused: nothing more is sent for this account until someone asks.
    KeyRefused,
}

/// Decides about `row` after `error`; `chance` in `0.0..1.0` spreads the waits.
pub fn after(
    error: &ProviderError,
    row: &OutboxRow,
    can: &Capabilities,
    bounds: &Bounds,
    now: DateTime<Utc>,
    chance: f64,
) -> Next {
    let wait = pace::backoff(row.attempts, chance, bounds.backoff);
    let later = match (error.again, error.kind) {
        (Again::At(at), _) => at.max(now + TimeDelta::seconds(1)),
        (Again::Never | Again::Backoff, Kind::RateLimited) => now + wait.max(LIMITED_WAIT),
        (Again::Never | Again::Backoff, _) => now + wait,
    };
    let next = by_reach(error, row, can, bounds, later, now);
    match next {
        // A no to the second try says nothing about the first one, of which we do not know.
        Next::Refused { .. } if row.unknown_since.is_some() => {
            Next::Verify { at: later.max(now + bounds.settling(&row.write)) }
        }
        next => next,
    }
}

fn by_reach(
    error: &ProviderError,
    row: &OutboxRow,
    can: &Capabilities,
    bounds: &Bounds,
    later: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Next {
    match error.reach {
        Reach::NotSent if error.kind == Kind::Unsupported => Next::Refused { cause: error.cause() },
        Reach::NotSent | Reach::Harmless => Next::Wait { until: later },
        Reach::Answered => answered(error, row, can, bounds, later, now),
        Reach::Unknown if row.attempts < REPEATS && repeats_safely(row, can, now) => Next::Repeat { until: later },
        // What comes to nothing time after time is looked for, and sent, ever less often.
        Reach::Unknown => Next::Verify { at: later.max(now + first_look(row, can, bounds)) },
    }
}

fn answered(
    error: &ProviderError,
    row: &OutboxRow,
    can: &Capabilities,
    bounds: &Bounds,
    later: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Next {
    match error.kind {
        Kind::Unauthorised => Next::KeyRefused,
        Kind::RateLimited | Kind::Unavailable | Kind::Malformed => Next::Wait { until: later },
        Kind::InProgress if !repeats_safely(row, can, now) => Next::Verify { at: now + bounds.settling(&row.write) },
        Kind::InProgress => {
            let growing = IN_PROGRESS_WAIT * i32::try_from(row.attempts.max(1)).unwrap_or(i32::MAX);
            let asked = if let Again::At(at) = error.again { at } else { now };
            Next::Repeat { until: asked.max(now + growing.min(IN_PROGRESS_LONGEST)) }
        }
        Kind::Duplicate => match &error.existing {
            Some(existing) => Next::Adopt { existing: existing.clone() },
            None => Next::Refused { cause: Cause::Duplicate },
        },
        Kind::Forbidden
        | Kind::NotFound
        | Kind::Conflict
        | Kind::KeyReused
        | Kind::Invalid
        | Kind::PlanLimit
        | Kind::Unsupported => Next::Refused { cause: error.cause() },
    }
}

/// Whether sending the same bytes again cannot make a second post.
pub(super) fn repeats_safely(row: &OutboxRow, can: &Capabilities, now: DateTime<Utc>) -> bool {
    // A question may be asked as often as one likes.
    if row.frozen.as_ref().is_some_and(|frozen| frozen.method == "GET") {
        return true;
    }
    let key_is_known = row.first_sent_at.is_none_or(|sent| now - sent < can.repeat.kept());
    // Saying again what shall be gone changes nothing the second time, key or no key.
    can.repeats_safely(&row.write) && (key_is_known || matches!(row.write, Write::Remove { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{AccountName, IdSource};
    use crate::domain::write::OutboxState;
    use crate::domain::write::Timing;
    use crate::provider::capability::{
        Carries, Check, Connects, Keeps, Overrides, Paging, Queues, Retry, Revise, Uploads,
    };

    const SETTLING: TimeDelta = TimeDelta::seconds(150);
    const SLOW_SETTLING: TimeDelta = TimeDelta::seconds(390);

    fn can(retry: Retry) -> Capabilities {
        Capabilities {
            provider: "p",
            name: "P",
            paging: Paging::Cursor,
            revise: Revise::Whole,
            retry,
            repeat: Repeat::Key { kept: TimeDelta::hours(23) },
            check: Check::PerTarget,
            overrides: Overrides::PerTarget,
            uploads: Uploads::Both,
            keeps: Keeps::Shared(TimeDelta::days(3)),
            connects: Connects::Dashboard,
            removes_failed: false,
            settings: false,
            numbers: false,
            hides_sending: None,
            due_every: TimeDelta::seconds(5),
            target_time: true,
            drafts: true,
            reference: true,
            tags: true,
            campaigns: false,
            refuses_equal: false,
            queues: Queues::No,
            bulk: false,
            carries: Carries::default(),
            key_env: "P_KEY",
            key_words: "",
            dashboard: "https://p.example",
        }
    }

    fn row(write: Write, attempts: u32) -> OutboxRow {
        let (ids, now) = (IdSource::seeded(1), DateTime::UNIX_EPOCH);
        OutboxRow {
            intent: ids.intent(now),
            account: AccountName::new("a"),
            post: ids.post(now),
            write,
            receipts: Vec::new(),
            frozen: None,
            state: OutboxState::InFlight,
            attempts,
            not_before: None,
            unknown_since: None,
            last_error: None,
            created_at: now,
            first_sent_at: Some(now),
        }
    }

    fn retry() -> Write {
        Write::Retry { remote: RemoteId::new("r"), attempt: 1 }
    }

    fn error(kind: Kind, reach: Reach) -> ProviderError {
        ProviderError::new(kind, reach, Again::Backoff, "words")
    }

    #[test]
    fn nothing_sent_waits_and_silence_is_looked_up_where_repeating_is_not_safe() {
        let now = DateTime::UNIX_EPOCH;
        let after = |error: &ProviderError, row: &OutboxRow, retry| {
            after(error, row, &can(retry), &Bounds::default(), now, 0.5)
        };
        let cut = error(Kind::Unavailable, Reach::Unknown);
        assert!(matches!(
            after(&error(Kind::Unavailable, Reach::NotSent), &row(retry(), 1), Retry::Post),
            Next::Wait { .. }
        ));
        assert_eq!(after(&cut, &row(retry(), 1), Retry::Post), Next::Verify { at: now + SLOW_SETTLING });
        assert!(matches!(after(&cut, &row(retry(), 1), Retry::PostWithKey), Next::Repeat { .. }));
        assert!(matches!(after(&cut, &row(retry(), REPEATS), Retry::PostWithKey), Next::Verify { .. }));
    }

    #[test]
    fn a_create_that_can_be_looked_up_by_our_reference_is_looked_for_soon_and_never_just_repeated() {
        let now = DateTime::UNIX_EPOCH;
        let can = Capabilities { repeat: Repeat::Reference, ..can(Retry::Anew) };
        let cut = error(Kind::Unavailable, Reach::Unknown);
        let submission = crate::domain::write::Submission {
            post: IdSource::seeded(1).post(now),
            body: "text".into(),
            title: None,
            targets: Vec::new(),
            timing: Timing::At(now + TimeDelta::days(1)),
            queue: None,
            zone: "UTC".into(),
            media: Vec::new(),
            tags: Vec::new(),
            campaign: None,
        };
        let next = |write| after(&cut, &row(write, 1), &can, &Bounds::default(), now, 0.5);
        assert_eq!(next(Write::Create { submission: submission.clone() }), Next::Verify { at: now + FIRST_LOOK });
        let remote = RemoteId::new("r");
        assert_eq!(next(Write::Revise { remote, submission }), Next::Verify { at: now + SETTLING });
    }

    #[test]
    fn a_key_the_provider_has_forgotten_is_no_key() {
        let write = Write::Publish { remote: RemoteId::new("r") };
        let late = DateTime::UNIX_EPOCH + TimeDelta::hours(23);
        let cut = error(Kind::Unavailable, Reach::Unknown);
        let next = after(&cut, &row(write, 1), &can(Retry::PostWithKey), &Bounds::default(), late, 0.5);
        assert_eq!(next, Next::Verify { at: late + SLOW_SETTLING });
    }

    #[test]
    fn answers_are_read_by_kind() {
        let now = DateTime::UNIX_EPOCH;
        let decide =
            |error: &ProviderError| after(error, &row(retry(), 1), &can(Retry::Post), &Bounds::default(), now, 0.5);
        assert_eq!(decide(&error(Kind::Unauthorised, Reach::Answered)), Next::KeyRefused);
        assert_eq!(decide(&error(Kind::Invalid, Reach::Answered)), Next::Refused { cause: Cause::Content });
        let keyed = |error: &ProviderError| {
            after(error, &row(retry(), 1), &can(Retry::PostWithKey), &Bounds::default(), now, 0.5)
        };
        let in_progress = error(Kind::InProgress, Reach::Answered);
        assert_eq!(keyed(&in_progress), Next::Repeat { until: now + IN_PROGRESS_WAIT });
        assert_eq!(decide(&in_progress), Next::Verify { at: now + SLOW_SETTLING });
        let mut limited = error(Kind::RateLimited, Reach::Answered);
        limited.again = Again::At(now + TimeDelta::seconds(17));
        assert_eq!(decide(&limited), Next::Wait { until: now + TimeDelta::seconds(17) });
        let mut duplicate = error(Kind::Duplicate, Reach::Answered);
        assert_eq!(decide(&duplicate), Next::Refused { cause: Cause::Duplicate });
        duplicate.existing = Some(RemoteId::new("there"));
        assert_eq!(decide(&duplicate), Next::Adopt { existing: RemoteId::new("there") });
    }

    #[test]
    fn a_no_to_the_second_try_is_not_a_no_to_the_first() {
        let now = DateTime::UNIX_EPOCH;
        let write = Write::Remove { remote: RemoteId::new("r") };
        let again = OutboxRow { unknown_since: Some(now), ..row(write, 2) };
        let next =
            after(&error(Kind::PlanLimit, Reach::Answered), &again, &can(Retry::Post), &Bounds::default(), now, 0.5);
        assert_eq!(next, Next::Verify { at: now + SETTLING });
    }

    #[test]
    fn a_pause_without_a_length_is_a_minute() {
        let now = DateTime::UNIX_EPOCH;
        let limited = error(Kind::RateLimited, Reach::Answered);
        let Next::Wait { until } = after(&limited, &row(retry(), 1), &can(Retry::Post), &Bounds::default(), now, 0.5)
        else {
            panic!()
        };
        assert!(until >= now + LIMITED_WAIT);
    }
}
