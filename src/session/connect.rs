//! Connecting an account: the key is tried first, then kept, then the account is written into the configuration.

use async_trait::async_trait;
use secrecy::SecretString;

use crate::clock::{Clock, Instant};
use crate::config::{self, AccountConfig, Config, edit};
use crate::desk::Connector;
use crate::domain::connect::{Connected, Kept, KeyWish, NotConnected, Offer, Wish};
use crate::domain::ids::AccountName;
use crate::paths::{Paths, private};
use crate::provider::{self, Connection, Kind, ProviderError, ProviderExt};
use crate::secrets::{self, KeyError, Source, Vault};

use super::{Lookup, Options, SessionError, limits, vault};

type Answer<T> = Result<T, NotConnected>;

/// Whoever connects accounts of one installation.
pub struct Switchboard {
    paths: Paths,
    lookup: Lookup,
    clock: Clock,
}

/// What was taken away with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disconnected {
    /// Its name.
    pub account: AccountName,
    /// Where its key was kept.
    pub keys: Vec<Source>,
    /// Whether a line of failover still names it.
    pub named: bool,
}

impl Switchboard {
    /// The one of the installation that `options` name. Of the demo it is the one people start without it: what is
    /// connected outlives the demo.
    pub fn of(options: &Options, clock: Clock) -> Result<Self, SessionError> {
        Ok(Self { paths: options.paths()?, lookup: options.lookup(), clock })
    }

    /// Where everything is.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Takes an account out of the configuration and forgets its key; its posts stay in the store.
    pub async fn disconnect(&self, account: &str) -> Answer<Disconnected> {
        let config = self.config()?;
        let known = config.accounts.iter().find(|each| each.name.as_str() == account.trim());
        let Some(known) = known else {
            // Taken out of the configuration by hand: its key may still be kept.
            if let Some(gone) = self.forgotten(account, &config).await {
                return Ok(gone);
            }
            let names: Vec<&str> = config.accounts.iter().map(|each| each.name.as_str()).collect();
            let others = if names.is_empty() { String::new() } else { format!("; there is {}", names.join(", ")) };
            return Err(NotConnected::refused(format!("there is no account \"{account}\"{others}")));
        };
        // The key first: an account without a key can be taken away again, a key without an account is forgotten.
        let keys = self.forget(known.name.clone(), &config).await;
        let keys = keys.map_err(|error| NotConnected::refused(format!("{error}; nothing was changed")))?;
        let text = self.text()?;
        let edited = edit::without_account(&text, known.name.as_str()).map_err(|words| self.refuses(&words))?;
        if let Some(edited) = edited {
            self.write(&edited)?;
        }
        let named = config.failover.iter().any(|line| line.accounts.contains(&known.name));
        Ok(Disconnected { account: known.name.clone(), keys, named })
    }

    /// An account of which nothing but a key was left, if this is one.
    async fn forgotten(&self, account: &str, config: &Config) -> Option<Disconnected> {
        let account = config::account_name(account).ok()?;
        let keys = self.forget(account.clone(), config).await.ok()?;
        (!keys.is_empty()).then_some(Disconnected { account, keys, named: false })
    }

    async fn forget(&self, name: AccountName, config: &Config) -> Result<Vec<Source>, KeyError> {
        let (vault, now) = (vault(&self.paths, config, self.lookup), self.clock.now());
        let forgetting = tokio::task::spawn_blocking(move || vault.forget(&name, now));
        forgetting.await.unwrap_or_else(|error| Err(KeyError::Store(error.to_string())))
    }

    fn config(&self) -> Answer<Config> {
        // Mistakes elsewhere in the file are said where it is used, and stay as they are.
        Ok(config::load(&self.paths.config, provider::WORDS).0)
    }

    fn text(&self) -> Answer<String> {
        match std::fs::read_to_string(&self.paths.config) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(self.refuses(&format!("it cannot be read: {error}"))),
        }
    }

    fn write(&self, text: &str) -> Answer<()> {
        private::replace(&self.paths.config, text.as_bytes())
            .map_err(|error| self.refuses(&format!("it cannot be written: {error}")))
    }

    fn refuses(&self, words: &str) -> NotConnected {
        NotConnected::refused(format!("{}: {words}", self.paths.config.display()))
    }

    /// The account as it shall stand in the configuration, and whether it stands there already.
    fn account(&self, wish: &Wish, config: &Config) -> Answer<(AccountConfig, bool)> {
        let typed = if wish.account.trim().is_empty() { &wish.provider } else { &wish.account };
        let name = config::account_name(typed).map_err(NotConnected::refused)?;
        let known = config.accounts.iter().find(|each| each.name == name);
        if let Some(other) = known.filter(|known| known.provider != wish.provider) {
            return Err(NotConnected::refused(format!(
                "there is an account \"{name}\" at {}; give this one another name",
                other.provider
            )));
        }
        let base_url = wish.base_url.as_deref().map(str::trim).filter(|url| !url.is_empty()).map(str::to_owned);
        let account = AccountConfig {
            name,
            provider: wish.provider.clone(),
            base_url: base_url.or_else(|| known.and_then(|known| known.base_url.clone())),
            key_env: match &wish.key {
                KeyWish::Variable(variable) => Some(config::variable_name(variable).map_err(NotConnected::refused)?),
                KeyWish::Typed(_) => None,
            },
        };
        Ok((account, known.is_some()))
    }
}

#[async_trait]
impl Connector for Switchboard {
    fn offers(&self) -> Vec<Offer> {
        let is_set = |variable: &str| (self.lookup)(variable).is_some_and(|value| !value.trim().is_empty());
        let known = provider::NAMES.iter().filter_map(|name| provider::capabilities(name));
        let offer = |capabilities: &provider::Capabilities| Offer {
            provider: capabilities.provider.into(),
            name: capabilities.name.into(),
            needs: capabilities.key_words.into(),
            dashboard: capabilities.dashboard.into(),
            variable: capabilities.key_env.into(),
            set: is_set(capabilities.key_env),
        };
        known.map(offer).collect()
    }

    async fn connect(&self, wish: &Wish) -> Answer<Connected> {
        let config = self.config()?;
        let (account, renewed) = self.account(wish, &config)?;
        // What cannot be written later is said before anything is asked.
        let edited = || edit::with_account(&self.text()?, &account).map_err(|words| self.refuses(&words));
        edited()?;
        let vault = vault(&self.paths, &config, self.lookup);
        let key = match &wish.key {
            KeyWish::Typed(secret) => secrets::typed(secret.text()),
            KeyWish::Variable(variable) => vault.in_environment(variable),
        };
        let key = key.map_err(|error| NotConnected::refused(error.to_string()))?;
        let connection = Connection {
            provider: account.provider.clone(),
            base_url: account.base_url.clone(),
            key: key.clone(),
            limits: limits(&config),
        };
        let (provider, identity, channels) = tried(connection, &self.clock).await?;

        let (name, now) = (&account.name, self.clock.now());
        let kept = match &wish.key {
            KeyWish::Typed(_) => match keep(vault, name, key, now).await {
                Ok(Source::Keyring) => Kept::Keyring,
                Ok(_) => Kept::File(self.paths.keys().display().to_string()),
                Err(error) => return Err(NotConnected::refused(format!("the key works, but is not kept: {error}"))),
            },
            KeyWish::Variable(variable) => Kept::Variable(variable.clone()),
        };
        // Somebody may have saved the file meanwhile.
        let written = edited().and_then(|text| self.write(&text));
        // Of an account that is not written down a key would lie there for nothing; one that shall stay in a variable
        // would be used in its place. That an older key cannot be forgotten is no news beside either.
        if (written.is_err() && !renewed) || (written.is_ok() && matches!(kept, Kept::Variable(_))) {
            let _ = self.forget(name.clone(), &config).await;
        }
        written?;
        Ok(Connected { account: account.name, provider, identity, channels, kept, renewed })
    }
}

/// Keeps a key. A keyring may have somebody unlock it first: nothing else waits for that.
async fn keep(vault: Vault, name: &AccountName, key: SecretString, now: Instant) -> Result<Source, KeyError> {
    let name = name.clone();
    let keeping = tokio::task::spawn_blocking(move || vault.keep(&name, &key, now));
    keeping.await.unwrap_or_else(|error| Err(KeyError::Store(error.to_string())))
}

/// Asks the provider whose key this is, and for its channels: its name, the identity, how many channels.
async fn tried(connection: Connection, clock: &Clock) -> Answer<(String, String, usize)> {
    let provider = provider::build(connection, clock).map_err(|error| not_connected(&error))?;
    let identity = provider.identity().await.map_err(|error| not_connected(&error))?;
    let channels = provider.all_channels().await.map_err(|error| not_connected(&error))?;
    Ok((provider.capabilities().name.to_owned(), identity.name, channels.items.len()))
}

fn not_connected(error: &ProviderError) -> NotConnected {
    let unreachable = matches!(error.kind, Kind::Unavailable | Kind::RateLimited);
    let after = if unreachable { "try again later" } else { "nothing was kept" };
    NotConnected { words: format!("{error}; {after}"), unreachable }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{self, Seed};
    use crate::domain::ids::AccountName;
    use crate::domain::secret::Secret;

    /// Passes every connection on to `to`, after `first` was done.
    async fn passing(to: String, first: impl Fn() + Send + 'static) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                first();
                let mut far = tokio::net::TcpStream::connect(&to).await.unwrap();
                tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
            }
        });
        address.to_string()
    }

    #[tokio::test]
    async fn what_is_saved_in_the_configuration_while_a_provider_is_asked_stays() {
        let demo = demo::start(Seed::Empty, Clock::system()).await.unwrap();
        let there = demo.account("late").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (config, data) = (folder.path().join("config.toml"), folder.path().join("data"));
        std::fs::write(&config, "keys = \"file\"\n").unwrap();
        let host = there.base_url.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        let typed = "# mine\nkeys = \"file\"\ntimezone = \"Europe/Berlin\"\n";
        let place = config.clone();
        let nearer = passing(host.clone(), move || std::fs::write(&place, typed).unwrap()).await;
        let options = Options {
            config: Some(config.clone()),
            data_dir: Some(data),
            environment: Some(|_| None),
            ..Options::default()
        };
        let wish = Wish {
            provider: "late".into(),
            account: "work".into(),
            base_url: Some(there.base_url.replace(&host, &nearer)),
            key: KeyWish::Typed(Secret::new(there.key.clone())),
        };
        Switchboard::of(&options, Clock::system()).unwrap().connect(&wish).await.unwrap();
        let written = std::fs::read_to_string(&config).unwrap();
        assert!(written.starts_with(typed), "{written}");
        let (config, _) = config::load(&config, provider::WORDS);
        assert_eq!(config.accounts[0].name, AccountName::new("work"));
    }
}
