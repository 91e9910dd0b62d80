//! The outside world in a box: simulated providers on loopback. Knows the wire contracts only.
//!
//! [`start`] binds one real HTTP server per provider and fills it from a [`Seed`]. The [`World`] they share is a
//! handle for tests: what was asked ([`World::requests`]), what exists ([`World::posts`]), what goes wrong
//! ([`World::fault`]), and what someone does meanwhile on the provider's own site. Posts go live when the [`Clock`]
//! passes their time.

mod authorise;
mod faults;
mod late;
mod network;
mod numbers;
mod oktopost;
mod postforme;
mod posto;
mod publish;
mod records;
mod seed;
mod server;
mod voxburst;
mod wire;
mod world;

use std::io;

use tokio::sync::watch;

pub use faults::{Fault, FaultKind};
pub use posto::Habits;
pub use records::{Health, SimChannel, SimError, SimPost, SimTarget, Status, Trouble, WebPost};
pub use wire::Effect;
pub use world::{Request, World};

use crate::clock::Clock;

/// A post with this word in its text is refused by every network until the word is gone.
pub const REFUSED_MARK: &str = "#refuseme";

/// A post with this word in its text fails at its first attempt and succeeds at the next.
pub const HICCUP_MARK: &str = "#hiccup";

/// What the world starts with.
#[derive(Clone, Copy, Debug)]
pub enum Seed {
    /// The demo's five weeks around today, at natural hours of this zone.
    Week { zone: chrono_tz::Tz },
    /// One account per provider with a few channels each and no posts.
    Empty,
    /// The accounts of [`Seed::Empty`], and this many generated posts at Late.
    Bulk { posts: usize },
}

/// Running simulators; they stop when this is dropped.
#[derive(Debug)]
pub struct Demo {
    pub world: World,
    /// One account per provider, in the order in which the visible demo lists them.
    pub accounts: Vec<DemoAccount>,
    _stop: watch::Sender<()>,
}

/// An account to connect to: where it is, and the key that opens it.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// What its owner calls it.
    pub name: String,
    /// The provider's key, such as `"late"`.
    pub provider: &'static str,
    /// The base address with its version, without a slash at the end.
    pub base_url: String,
    pub key: String,
}

impl Demo {
    /// The account at a provider.
    pub fn account(&self, provider: &str) -> Option<&DemoAccount> {
        self.accounts.iter().find(|account| account.provider == provider)
    }
}

/// Every provider there is a simulator of: how it speaks, and what the account there is called.
static PROVIDERS: &[(&server::Dialect, &str)] = &[
    (&late::DIALECT, "acme"),
    (&voxburst::DIALECT, "northwind"),
    (&postforme::DIALECT, "fjord"),
    (&posto::DIALECT, "kontor"),
    (&oktopost::DIALECT, "lumen"),
];

/// Starts one server per provider on a free port of loopback.
pub async fn start(seed: Seed, clock: Clock) -> io::Result<Demo> {
    let sites = seed::sites(seed, clock.now()).map_err(io::Error::other)?;
    let keys: Vec<_> = sites.iter().map(|site| (site.provider, site.key.clone())).collect();
    let world = World::new(clock, sites);
    let (stop, stopped) = watch::channel(());
    let mut accounts = Vec::new();
    for &(dialect, name) in PROVIDERS {
        let address = server::serve(dialect, world.clone(), stopped.clone()).await?;
        let key = keys.iter().find(|(provider, _)| *provider == dialect.provider);
        accounts.push(DemoAccount {
            name: name.to_owned(),
            provider: dialect.provider,
            base_url: format!("http://{address}{}", dialect.base),
            key: key.map(|(_, key)| key.clone()).unwrap_or_default(),
        });
    }
    tokio::spawn(keep_publishing(world.clone(), stopped));
    Ok(Demo { world, accounts, _stop: stop })
}

/// Moves the world whenever its clock reaches the next due moment.
async fn keep_publishing(world: World, mut stopped: watch::Receiver<()>) {
    loop {
        let clock = world.shared.clock.clone();
        let due = world.next_due();
        let next_moment = async {
            match due {
                Some(due) => clock.sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = next_moment => world.tick(),
            () = world.shared.changed.notified() => {}
            _ = stopped.changed() => return,
        }
    }
}

#[cfg(test)]
mod tests;
