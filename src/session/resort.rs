//! Keys in the environment as the last resort of failover: accounts that nobody configured. They come after the accounts
//! of a line of failover that does not keep them out; where nobody wrote such a line, a key in the environment takes no
//! post by itself.

use secrecy::{ExposeSecret, SecretString};

use crate::config::{AccountConfig, Config, Failover};
use crate::domain::ids::AccountName;
use crate::provider;
use crate::secrets::Vault;

use super::wanted;

/// An account that a key in the environment opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resort {
    /// The account.
    pub account: AccountConfig,
    /// Whether the configuration has it already, with this very key.
    pub known: bool,
}

/// The last resorts, in the order in which they are tried; none where no line asks for them.
pub(super) fn resorts(config: &Config, keys: &Vault) -> Vec<Resort> {
    match config.failover.iter().any(|line| line.environment) {
        true => provider::LAST_RESORT.iter().filter_map(|provider| resort(provider, config, keys)).collect(),
        false => Vec::new(),
    }
}

/// Those of them that the configuration does not have.
pub(super) fn unknown(resorts: &[Resort]) -> impl Iterator<Item = &AccountConfig> {
    resorts.iter().filter(|resort| !resort.known).map(|resort| &resort.account)
}

fn resort(provider: &str, config: &Config, keys: &Vault) -> Option<Resort> {
    let variable = provider::capabilities(provider)?.key_env;
    keys.is_set(variable).then_some(())?;
    // One that cannot be a key becomes an account that says why it is off.
    let key = keys.in_environment(variable).ok();
    let opened = |account: &&AccountConfig| account.provider == provider && opens(account, key.as_ref(), keys);
    if let Some(account) = config.accounts.iter().find(opened) {
        return Some(Resort { account: account.clone(), known: true });
    }
    let name = AccountName::new(format!("env-{provider}").as_str());
    if config.accounts.iter().any(|account| account.name == name) {
        return None;
    }
    let key_env = Some(variable.to_owned());
    let base_url = keys.plain(&address_variable(variable));
    let account = AccountConfig { name, provider: provider.to_owned(), base_url, key_env };
    Some(Resort { account, known: false })
}

/// Who comes after an account of the line `wanted`, in words: `home; last resort: POSTFORME_API_KEY`. `after` is who comes
/// after it; nothing where nobody does.
pub(super) fn standby(after: &[&AccountName], wanted: &Failover, resorts: &[Resort]) -> Option<String> {
    let usual = |provider: &str| provider::capabilities(provider).map(|can| can.key_env);
    let named = |name: &&&AccountName| wanted.accounts.contains(**name);
    let own: Vec<&str> = after.iter().filter(named).map(|name| name.as_str()).collect();
    let of_key = |name: &&AccountName| resorts.iter().find(|it| it.account.name == **name);
    let keys: Vec<&str> = after
        .iter()
        .filter(|name| !wanted.accounts.contains(**name))
        .filter_map(|name| usual(&of_key(name)?.account.provider))
        .collect();
    let last = match (wanted.environment, keys.as_slice()) {
        (false, _) => "no last resort".to_owned(),
        (true, []) => {
            let names: Vec<&str> = provider::LAST_RESORT.iter().filter_map(|provider| usual(provider)).collect();
            format!("no last resort: no other account's key is in {}", names.join(" or "))
        }
        (true, keys) => format!("last resort: {}", keys.join(", ")),
    };
    match (after.is_empty(), own.is_empty()) {
        (true, _) => None,
        (_, true) => Some(last),
        (_, false) => Some(format!("{}; {last}", own.join(", then "))),
    }
}

/// Where the address of such an account may stand, for a host that is not the provider's usual one: beside the key.
fn address_variable(key_env: &str) -> String {
    format!("{}_BASE_URL", key_env.trim_end_matches("_API_KEY"))
}

/// Whether `key` is the key of `account`: the same customer twice would show every post twice.
fn opens(account: &AccountConfig, key: Option<&SecretString>, keys: &Vault) -> bool {
    let own = keys.find(&wanted(account)).ok();
    own.zip(key).is_some_and(|(own, key)| own.key.expose_secret() == key.expose_secret())
}

#[cfg(test)]
mod tests {
    use super::super::{Options, Purpose, Session, open};
    use crate::clock::Clock;
    use crate::domain::ids::IdSource;

    const WORK: &str = "[[account]]\nname = \"work\"\nprovider = \"voxburst\"\nkey_env = \"WORK_KEY\"\n";
    const HOME: &str = "[[account]]\nname = \"home\"\nprovider = \"late\"\nkey_env = \"HOME_KEY\"\n";
    const LINE: &str = "[[failover]]\naccounts = [\"work\"]\nlast_resort = \"environment\"\n";

    fn environment(name: &str) -> Option<String> {
        let value = match name {
            "WORK_KEY" => "vb_work_0123456789abcdef",
            "POSTFORME_API_KEY" => "pfm_live_0123456789abcdef",
            "LATE_API_KEY" | "HOME_KEY" => "sk_0123456789abcdef",
            _ => return None,
        };
        Some(value.into())
    }

    async fn session(config: &str) -> (Session, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, format!("keys = \"file\"\n{config}")).unwrap();
        let data_dir = Some(folder.path().join("data"));
        let options = Options { config: Some(path), data_dir, environment: Some(environment), ..Options::default() };
        let session = open(&options, Clock::system(), IdSource::seeded(1), Purpose::Screen).await.unwrap();
        assert!(session.off.is_empty(), "{:?}", session.off);
        (session, folder)
    }

    fn seats(session: &Session) -> Vec<String> {
        session.desk.seats().iter().map(|seat| seat.account.to_string()).collect()
    }

    fn line(session: &Session) -> Vec<String> {
        session.common.failover[0].accounts.iter().map(|(account, _)| account.to_string()).collect()
    }

    #[tokio::test]
    async fn keys_in_the_environment_come_last_and_in_their_order() {
        let (session, _folder) = session(&format!("{WORK}{LINE}")).await;
        assert_eq!(seats(&session), ["work", "env-postforme", "env-late"]);
        assert_eq!(line(&session), ["work", "env-postforme", "env-late"]);
    }

    #[tokio::test]
    async fn a_line_has_them_unless_it_keeps_them_out_and_without_a_line_there_are_none() {
        let pair = "[[failover]]\naccounts = [\"work\", \"home\"]\n";
        let (with, _folder) = session(&format!("{WORK}{HOME}{pair}")).await;
        assert_eq!(line(&with), ["work", "home", "env-postforme"], "the key in LATE_API_KEY is the one of home");
        let work = crate::domain::ids::AccountName::new("work");
        assert_eq!(with.desk.standby(&work).unwrap(), "home; last resort: POSTFORME_API_KEY");
        let (without, _folder) = session(&format!("{WORK}{HOME}{pair}last_resort = \"none\"\n")).await;
        assert_eq!((seats(&without), line(&without)), (vec!["work".into(), "home".into()], seats(&without)));
        assert_eq!(without.desk.standby(&work).unwrap(), "home; no last resort");
        let (alone, _folder) = session(&format!("{WORK}{HOME}")).await;
        assert_eq!((seats(&alone), alone.desk.standby(&work)), (vec!["work".into(), "home".into()], None));
    }

    #[tokio::test]
    async fn a_key_that_opens_a_known_account_makes_no_second_one() {
        let (session, _folder) = session(&format!("{WORK}{HOME}{LINE}")).await;
        assert_eq!(seats(&session), ["work", "home", "env-postforme"]);
        assert_eq!(line(&session), ["work", "env-postforme", "home"]);
    }
}
