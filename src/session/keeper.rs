//! The store while the screen is open: whether it is whole, and a copy a day.

use std::path::PathBuf;

use chrono::TimeDelta;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

use crate::sync::{Common, News, Order};

/// How long after the start it begins: the screen comes first.
const FIRST: TimeDelta = TimeDelta::seconds(2);
/// How often it is looked whether one is due.
const LOOK_EVERY: TimeDelta = TimeDelta::hours(1);

/// The looking, until this is dropped.
pub(super) struct Keeper(JoinHandle<()>);

impl Keeper {
    /// Begins to look; copies go into `folder`. Where the store is damaged, the accounts behind `mailboxes` rest.
    pub(super) fn begin(common: Common, folder: PathBuf, mailboxes: Vec<UnboundedSender<Order>>) -> Self {
        Self(tokio::spawn(async move {
            common.clock.sleep(FIRST).await;
            if is_damaged(&common, &mailboxes).await {
                return;
            }
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

/// Whether the store is damaged. If so, nothing more is sent from it, and the screen asks what shall be done.
async fn is_damaged(common: &Common, mailboxes: &[UnboundedSender<Order>]) -> bool {
    match common.store.damage().await {
        Ok(None) => false,
        Ok(Some(error)) => {
            for mailbox in mailboxes {
                // A task that ended sends nothing any more.
                let _ = mailbox.send(Order::Rest);
            }
            // Nobody listens any more while the program ends.
            let _ = common.news.send(News::Damaged(error.to_string()));
            true
        }
        Err(error) => {
            common.tell(None, format!("the store could not be looked through: {error}"));
            false
        }
    }
}

/// Makes a copy when one is due. That none could be made is said, and stops nobody.
pub(super) async fn keep(common: &Common, folder: &std::path::Path) {
    if let Err(error) = common.store.back_up(folder, common.clock.now()).await {
        common.tell(None, format!("no copy of the store could be made: {error}"));
    }
}
