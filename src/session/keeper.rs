//! Copies of the store while the screen is open: one a day.

use std::path::PathBuf;

use chrono::TimeDelta;
use tokio::task::JoinHandle;

use crate::sync::Common;

/// How long after the start the first copy is looked for: the screen comes first.
const FIRST: TimeDelta = TimeDelta::seconds(2);
/// How often it is looked whether one is due.
const LOOK_EVERY: TimeDelta = TimeDelta::hours(1);

/// The looking, until this is dropped.
pub(super) struct Keeper(JoinHandle<()>);

impl Keeper {
    /// Begins to look; copies go into `folder`.
    pub(super) fn begin(common: Common, folder: PathBuf) -> Self {
        Self(tokio::spawn(async move {
            common.clock.sleep(FIRST).await;
            loop {
                keep(&common, &folder).await;
                common.clock.sleep(LOOK_EVERY).await;
            }
        }))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Makes a copy when one is due. That none could be made is said, and stops nobody.
pub(super) async fn keep(common: &Common, folder: &std::path::Path) {
    if let Err(error) = common.store.back_up(folder, common.clock.now()).await {
        common.tell(None, format!("no copy of the store could be made: {error}"));
    }
}
