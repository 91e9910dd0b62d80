//! The log file of a session.

use std::fs::File;
use std::sync::Mutex;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::paths::Paths;

/// A log in the data folder; without one the program works all the same.
pub fn log_to(paths: &Paths, level: &str) {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let (Ok(file), Ok(level)) = (options.open(paths.log()), level.parse::<LevelFilter>()) else { return };
    let lines = tracing_subscriber::fmt::layer().with_writer(Mutex::new(file)).with_ansi(false);
    let own = Targets::new().with_target("runsheet", level);
    let log = tracing_subscriber::registry().with(lines).with(own);
    // A second log in one process is impossible, and none is as good.
    let _ = log.try_init();
}
