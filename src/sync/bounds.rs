//! How long an outcome stays open before its absence is believed, and how far a walk goes.

use chrono::TimeDelta;

use crate::domain::write::{Timing, Write};
use crate::provider::pace::LONGEST_BACKOFF;

/// What a provider may still be doing after we gave up on its answer.
const AFTERMATH: TimeDelta = TimeDelta::seconds(30);

/// The patience of the background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How long nothing is believed about an unknown outcome.
    settling: TimeDelta,
    /// The same for requests inside which the provider publishes: those may run for minutes.
    slow_settling: TimeDelta,
    /// The most pages one walk may take; a listing that never ends is a fault.
    pub pages: usize,
    /// The longest wait between two tries of what fails on the way.
    pub backoff: TimeDelta,
}

impl Default for Bounds {
    fn default() -> Self {
        Self::new(TimeDelta::seconds(120), None, 5_000)
    }
}

impl Bounds {
    /// The bounds where an ordinary request may run for `whole`, and one inside which the provider publishes three
    /// times as long. `settling` is what a person asked for: it may be longer than that takes, never shorter.
    pub fn new(whole: TimeDelta, settling: Option<TimeDelta>, pages: usize) -> Self {
        let asked = settling.unwrap_or_else(TimeDelta::zero);
        let (settling, slow_settling) = (asked.max(whole + AFTERMATH), asked.max(whole * 3 + AFTERMATH));
        Self { settling, slow_settling, pages, backoff: LONGEST_BACKOFF }
    }

    /// How long to wait after `write` before absence is believed.
    pub fn settling(&self, write: &Write) -> TimeDelta {
        let at_once = write.submission().is_some_and(|submission| submission.timing == Timing::Now);
        match write {
            Write::Retry { .. } | Write::Publish { .. } => self.slow_settling,
            Write::Create { .. } | Write::Revise { .. } if at_once => self.slow_settling,
            Write::Create { .. } | Write::Revise { .. } | Write::Remove { .. } => self.settling,
        }
    }

    /// How long a claimed write is ours: longer than the longest request.
    pub(super) fn lease(&self) -> TimeDelta {
        self.slow_settling.max(TimeDelta::minutes(5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::RemoteId;

    #[test]
    fn absence_is_never_believed_before_the_request_must_have_ended() {
        let (remove, publish) =
            (Write::Remove { remote: RemoteId::new("r") }, Write::Publish { remote: RemoteId::new("r") });
        let seconds = |bounds: Bounds| {
            [bounds.settling(&remove), bounds.settling(&publish), bounds.lease()].map(|span| span.num_seconds())
        };
        assert_eq!(seconds(Bounds::default()), [150, 390, 390]);
        let ten = TimeDelta::seconds(10);
        assert_eq!(seconds(Bounds::new(ten, Some(TimeDelta::seconds(1)), 1)), [40, 60, 300]);
        assert_eq!(seconds(Bounds::new(ten, Some(TimeDelta::seconds(900)), 1)), [900, 900, 900]);
    }
}
