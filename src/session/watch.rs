//! What another instance writes is seen here at once: the screen shows it, and the instance that sends sends it.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use chrono::{DurationRound, TimeDelta};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::sync::{Common, News};

/// A commit touches its file several times, and commits come in flocks.
const CALM: TimeDelta = TimeDelta::milliseconds(100);
/// How often it looks where the system tells nothing of a file, as on drives of the network: with the minute, when the
/// screen wakes anyway.
const LOOK_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The watching; it ends with this.
pub(super) struct Watch(JoinHandle<()>);

impl Watch {
    /// Watches the store's file in the background: from now on no commit is missed.
    pub(super) async fn begin(common: Common) -> Self {
        let known = common.store.foreign_commits().await.ok();
        Self(tokio::spawn(look(common, known)))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Has `touched` notified whenever somebody writes to the store; nothing where the system cannot.
fn open(store: &Path, touched: Arc<Notify>) -> Option<RecommendedWatcher> {
    let (folder, name) = (store.parent()?, store.file_name()?.to_owned());
    let told = move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| is_write(&event, &name)) {
            touched.notify_one();
        }
    };
    let watcher = notify::recommended_watcher(told).and_then(|mut eyes| {
        eyes.watch(folder, RecursiveMode::NonRecursive)?;
        Ok(eyes)
    });
    watcher.inspect_err(|error| tracing::warn!("other instances are looked for once a minute: {error}")).ok()
}

/// Whether it is a write to the store of that name, or to the log that stands before it.
fn is_write(event: &Event, store: &OsStr) -> bool {
    let mut log = OsString::from(store);
    log.push("-wal");
    let kind = matches!(event.kind, EventKind::Any | EventKind::Create(_) | EventKind::Modify(_));
    kind && event.paths.iter().filter_map(|path| path.file_name()).any(|name| name == store || name == log)
}

async fn look(common: Common, mut known: Option<i64>) {
    let touched = Arc::new(Notify::new());
    let _eyes = common.store.path().and_then(|path| open(path, Arc::clone(&touched)));
    // What was written before the eyes were open.
    touched.notify_one();
    loop {
        let now = common.clock.now();
        let minute = now.duration_trunc(LOOK_EVERY).unwrap_or(now) + LOOK_EVERY;
        tokio::select! {
            () = touched.notified() => common.clock.sleep(CALM).await,
            () = common.clock.sleep_until(minute) => {}
        }
        // A store that does not answer is told of by whoever needs it.
        let Ok(now) = common.store.foreign_commits().await else { continue };
        if known.replace(now).is_none_or(|known| known == now) {
            continue;
        }
        // Nobody listens any more while the program ends.
        let _ = common.news.send(News::Changed);
        // What another one queued goes out when it is due, and not when somebody looks next.
        common.bell.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, CreateKind, ModifyKind};

    #[test]
    fn only_writes_to_the_store_and_its_log_count() {
        let event = |kind, name: &str| Event::new(kind).add_path(Path::new("/data").join(name));
        let store = OsStr::new("runsheet.db");
        for name in ["runsheet.db", "runsheet.db-wal"] {
            assert!(is_write(&event(EventKind::Modify(ModifyKind::Any), name), store));
            assert!(is_write(&event(EventKind::Create(CreateKind::File), name), store));
            assert!(!is_write(&event(EventKind::Access(AccessKind::Read), name), store));
        }
        for name in ["runsheet.log", "runsheet.db-shm", "other.db-wal"] {
            assert!(!is_write(&event(EventKind::Modify(ModifyKind::Any), name), store));
        }
    }
}
