//! The log file of a session.

use std::fs::File;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::paths::Paths;

/// A log in the data folder; without one the program works all the same.
pub fn log_to(paths: &Paths, level: &str) {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let (Ok(file), Ok(filter)) = (options.open(paths.log()), EnvFilter::try_new(format!("runsheet={level}"))) else {
        return;
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(Mutex::new(file)).with_ansi(false);
    // A second log in one process is impossible, and none is as good.
    let _ = log.try_init();
}
