//! What was spent of the calls that a provider allows, and how that outlives the program: the other side counts on.

use chrono::{DateTime, Utc};

use crate::domain::background::Spent;
use crate::domain::ids::AccountName;
use crate::provider::Provider;
use crate::provider::pace::Tally;
use crate::store::{Store, StoreError};

/// Under which settings it is kept, each with an account's name behind it.
const TALLY: &str = "calls/";

/// What was spent at `provider`; nothing where calls are not counted on this side.
pub fn spent(provider: &dyn Provider, now: DateTime<Utc>) -> Option<Spent> {
    let (allowance, tally) = provider.spending()?;
    let (per_minute, per_day) = allowance.stated;
    Some(Spent {
        minute: tally.minute(now),
        per_minute,
        today: tally.today(now),
        per_day,
        last: tally.last(),
        blocked_until: tally.blocked(now),
    })
}

/// Tells `provider` what was spent before this program began, as it was kept for `account`.
pub async fn recall(store: &Store, account: &AccountName, provider: &dyn Provider) -> Result<Tally, StoreError> {
    let kept = store.setting(&format!("{TALLY}{account}")).await?;
    // What cannot be read any more is no reason to stop: the provider counts anyway.
    let kept: Tally = kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    provider.recall(kept.clone());
    Ok(kept)
}

/// Keeps it for `account`.
pub(super) async fn keep(store: &Store, account: &AccountName, tally: &Tally) -> Result<(), StoreError> {
    let text = serde_json::to_string(tally).unwrap_or_default();
    store.set_setting(&format!("{TALLY}{account}"), &text).await
}
