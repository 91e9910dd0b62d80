//! The store while the screen is open: whether it is whole, and a copy a day.

use std::path::PathBuf;

use chrono::TimeDelta;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

use crate::store::StoreError;
use crate::sync::{Common, Order};

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
            if let Err(error) = look(&common).await {
                return rest(&common, &mailboxes, &error);
            }
            loop {
                if let Err(error) = keep(&common, &folder).await {
                    return rest(&common, &mailboxes, &error);
                }
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

/// Looks the store through. That it could not be is said; that it is damaged is the error.
async fn look(common: &Common) -> Result<(), StoreError> {
    match common.store.damage().await {
        Ok(None) => Ok(()),
        Ok(Some(damage)) => Err(damage),
        Err(error) => {
            common.tell(None, format!("the store could not be looked through: {error}"));
            Ok(())
        }
    }
}

/// The store is damaged: nothing more is sent from it, and the screen asks what shall be done.
pub(super) fn rest(common: &Common, mailboxes: &[UnboundedSender<Order>], damage: &StoreError) {
    common.rest(damage.to_string());
    for mailbox in mailboxes {
        // A task that ended sends nothing any more.
        let _ = mailbox.send(Order::Rest);
    }
}

/// Makes a copy when one is due. That none could be made is said, and stops nobody; that the store is damaged, as the
/// copy shows, is the error.
pub(super) async fn keep(common: &Common, folder: &std::path::Path) -> Result<(), StoreError> {
    match common.store.back_up(folder, common.clock.now()).await {
        Err(error @ StoreError::Damaged { .. }) => Err(error),
        Err(error) => {
            common.tell(None, format!("no copy of the store could be made: {error}"));
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}
