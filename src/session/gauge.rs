//! What measures attachments: with the web as the accounts may ask it.

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::desk::gauge::Gauge;
use crate::provider::{self, http};

use super::{Options, SessionError, limits};

/// For commands that open no session.
pub fn gauge(options: &Options, clock: &Clock) -> Result<Gauge, SessionError> {
    let config = match options.demo && options.config.is_none() {
        true => Config::default(),
        // Its mistakes are said where the rest of it is used.
        false => config::load(&options.paths()?.config, provider::WORDS).0,
    };
    Ok(of(&config, options.demo, clock))
}

/// What measures attachments.
pub(super) fn of(config: &Config, demo: bool, clock: &Clock) -> Gauge {
    Gauge::with(web(config, demo), clock.clone())
}

/// The web as it may be asked. Where every account leads to this machine nothing else is asked: the demo, or a rehearsal
/// of it.
pub(super) fn web(config: &Config, demo: bool) -> http::Web {
    let here = |url: &str| http::is_at_home(url);
    let mut accounts = config.accounts.iter();
    let all_here = !config.accounts.is_empty() && accounts.all(|account| account.base_url.as_deref().is_some_and(here));
    http::Web::new(limits(config), demo || all_here)
}
