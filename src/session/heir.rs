//! A second instance on a store: it waits for the one that sends to close, and then sends itself.

use std::fs::File;

use chrono::TimeDelta;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

use crate::paths::Paths;
use crate::store::StoreError;
use crate::sync::{Common, Order};

use super::keeper::{self, Keeper};
use super::{SENDER, lock};

/// How often it looks whether the other has closed.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(60);

/// What this window shows is not the store any more.
const REPLACED: &str = "the store was put aside and made anew by another runsheet: close this window and start again; \
                        what is typed here is not kept, and nothing is sent from here";

/// The waiting, and afterwards what was waited for: the task's result is the lock, and the care for the store that goes
/// with it, kept until this is dropped. Nothing where there is nothing to take over.
pub(super) struct Heir(JoinHandle<Option<(File, Keeper)>>);

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

async fn succeed(paths: Paths, common: Common, mailboxes: Vec<UnboundedSender<Order>>) -> Option<(File, Keeper)> {
    loop {
        common.clock.sleep(LOOK_EVERY).await;
        // A folder that cannot be locked just now is tried again like one that is.
        let lock = lock::take(&paths).ok().flatten();
        // The other one may have put the store aside, and made another in its place.
        if common.store.is_replaced() {
            common.tell(None, REPLACED.into());
            return None;
        }
        let Some(lock) = lock else { continue };
        match take(&common).await {
            Ok(()) => {}
            Err(error @ StoreError::Damaged { .. }) => {
                keeper::rest(&common, &mailboxes, &error);
                return None;
            }
            Err(error) => {
                common.tell(None, format!("the other runsheet has closed, but the store does not answer: {error}"));
                continue;
            }
        }
        for mailbox in &mailboxes {
            // A task that ended sends nothing any more.
            let _ = mailbox.send(Order::TakeOver(SENDER.to_owned()));
        }
        common.tell(None, "the other runsheet has closed: this one sends now".into());
        return Some((lock, Keeper::begin(common, paths.backups(), mailboxes)));
    }
}

/// What the other left in the middle is looked up before anything is sent; and from a damaged store nothing is.
async fn take(common: &Common) -> Result<(), StoreError> {
    match common.store.damage().await? {
        Some(damage) => Err(damage),
        None => common.store.recover(common.clock.now(), SENDER).await.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::domain::ids::IdSource;
    use crate::store::Store;
    use crate::sync::News;
    use chrono::DateTime;
    use tokio::sync::mpsc;

    fn common(store: Store, clock: &Clock) -> (Common, mpsc::UnboundedReceiver<News>) {
        let (news, told) = mpsc::unbounded_channel();
        let common = Common {
            store,
            clock: clock.clone(),
            ids: IdSource::seeded(1),
            zone: chrono_tz::Tz::UTC,
            habits: Default::default(),
            owner: "visitor".into(),
            sends: false,
            news,
            failover: Default::default(),
            bounds: Default::default(),
            web: None,
            bell: Default::default(),
            damaged: Default::default(),
        };
        (common, told)
    }

    fn places() -> (tempfile::TempDir, Paths) {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths { data: folder.path().to_owned(), config: folder.path().join("config.toml") };
        (folder, paths)
    }

    #[tokio::test]
    async fn the_second_instance_sends_once_the_first_has_closed() {
        let (_folder, paths) = places();
        let clock = Clock::standing_at(DateTime::UNIX_EPOCH);
        let first = lock::take(&paths).unwrap().unwrap();
        let (common, _told) = common(Store::open(&paths.store()).unwrap(), &clock);
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
        // Who sends keeps the copies.
        while crate::store::backup::copies(&paths.backups()).is_empty() {
            clock.turn(LOOK_EVERY);
            tokio::task::yield_now().await;
        }
        drop(heir);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_store_that_was_made_anew_meanwhile_is_not_taken_over() {
        let (_folder, paths) = places();
        let clock = Clock::standing_at(DateTime::UNIX_EPOCH);
        let (common, mut told) = common(Store::open(&paths.store()).unwrap(), &clock);
        let (mailbox, mut orders) = mpsc::unbounded_channel();
        std::fs::rename(paths.store(), paths.data.join("aside.db")).unwrap();
        std::fs::write(paths.store(), "another").unwrap();
        let _heir = Heir::wait(paths.clone(), common, vec![mailbox]);
        tokio::task::yield_now().await;
        clock.turn(LOOK_EVERY);
        let Some(News::Line(line)) = told.recv().await else { panic!("a line") };
        assert!(line.urgent && line.words.contains("close this window and start again"), "{line:?}");
        assert_eq!(orders.recv().await, None, "it waits no longer");
        assert!(lock::take(&paths).unwrap().is_some(), "the next one may");
    }

    #[tokio::test]
    async fn a_damaged_store_is_not_taken_over() {
        let (_folder, paths) = places();
        let clock = Clock::standing_at(DateTime::UNIX_EPOCH);
        drop(Store::open(&paths.store()).unwrap());
        let (common, mut told) = common(Store::open(&paths.store()).unwrap(), &clock);
        let mut bytes = std::fs::read(paths.store()).unwrap();
        bytes.iter_mut().skip(4096).for_each(|byte| *byte = 0xaa);
        std::fs::write(paths.store(), bytes).unwrap();
        let (mailbox, mut orders) = mpsc::unbounded_channel();
        let _heir = Heir::wait(paths.clone(), common.clone(), vec![mailbox]);
        tokio::task::yield_now().await;
        clock.turn(LOOK_EVERY);
        assert!(matches!(told.recv().await, Some(News::Damaged(_))));
        assert_eq!(orders.recv().await, Some(Order::Rest));
        assert_eq!(orders.recv().await, None);
        assert!(common.rests());
    }
}
