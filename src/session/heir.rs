//! A second instance on a store: it waits for the one that sends to close, and then sends itself.

use std::fs::File;

use chrono::TimeDelta;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

use crate::paths::Paths;
use crate::sync::{Common, Order};

use super::{SENDER, lock};

/// How often it looks whether the other has closed.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(60);

/// The waiting, and afterwards what was waited for: the task's result is the lock, kept until this is dropped.
pub(super) struct Heir(JoinHandle<File>);

impl Heir {
    /// Waits in the background; the accounts behind `mailboxes` send from then on.
    pub(super) fn wait(paths: Paths, common: Common, mailboxes: Vec<UnboundedSender<Order>>) -> Self {
        Self(tokio::spawn(succeed(paths, common, mailboxes)))
    }
}

impl Drop for Heir {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn succeed(paths: Paths, common: Common, mailboxes: Vec<UnboundedSender<Order>>) -> File {
    loop {
        common.clock.sleep(LOOK_EVERY).await;
        // A folder that cannot be locked just now is tried again like one that is.
        let Ok(Some(lock)) = lock::take(&paths) else { continue };
        // What the other left in the middle is looked up before anything is sent.
        if let Err(error) = common.store.recover(common.clock.now(), SENDER).await {
            common.tell(None, format!("the other runsheet has closed, but the store does not answer: {error}"));
            continue;
        }
        for mailbox in &mailboxes {
            // A task that ended sends nothing any more.
            let _ = mailbox.send(Order::TakeOver(SENDER.to_owned()));
        }
        common.tell(None, "the other runsheet has closed: this one sends now".into());
        return lock;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::domain::ids::IdSource;
    use crate::store::Store;
    use chrono::DateTime;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn the_second_instance_sends_once_the_first_has_closed() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths { data: folder.path().to_owned(), config: folder.path().join("config.toml") };
        let clock = Clock::standing_at(DateTime::UNIX_EPOCH);
        let first = lock::take(&paths).unwrap().unwrap();
        let (news, _told) = mpsc::unbounded_channel();
        let common = Common {
            store: Store::open(&paths.store()).unwrap(),
            clock: clock.clone(),
            ids: IdSource::seeded(1),
            zone: chrono_tz::Tz::UTC,
            owner: "visitor".into(),
            sends: false,
            news,
            failover: Default::default(),
            bounds: Default::default(),
            bell: Default::default(),
        };
        let (mailbox, mut orders) = mpsc::unbounded_channel();
        let heir = Heir::wait(paths.clone(), common, vec![mailbox]);
        tokio::task::yield_now().await;
        clock.turn(LOOK_EVERY);
        tokio::task::yield_now().await;
        assert!(orders.try_recv().is_err(), "the first one still sends");
        drop(first);
        clock.turn(LOOK_EVERY);
        assert_eq!(orders.recv().await, Some(Order::TakeOver(SENDER.into())));
        // A third one finds the lock taken as long as the heir lives.
        assert!(lock::take(&paths).unwrap().is_none());
        drop(heir);
    }
}
