//! A thread that owns a connection and does what it is sent, one thing after another.

use std::io;
use std::sync::mpsc;
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::{Fault, StoreError};

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The near side of such a thread. Dropping it lets what was already sent finish, then closes the connection.
pub(super) struct Worker {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts a thread that owns `connection`.
    pub(super) fn start(name: &str, mut connection: Connection) -> io::Result<Self> {
        let (jobs, inbox) = mpsc::channel::<Job>();
        let thread = Builder::new().name(name.into()).spawn(move || {
            for job in inbox {
                job(&mut connection);
            }
        })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Has `job` done on the thread. It is done even when nobody waits for the answer any more.
    pub(super) async fn run<T, F>(&self, job: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, Fault> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody waiting any more is fine: the work was done.
            let _ = answer.send(job(connection));
        });
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if !sent {
            return Err(StoreError::Stopped.into());
        }
        answered.await.unwrap_or_else(|_| Err(StoreError::Stopped.into()))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already; there is nothing left to close.
            let _ = thread.join();
        }
    }
}
