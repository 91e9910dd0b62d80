//! In which order keys are found, and where they are kept.

use super::*;
use tempfile::TempDir;

const VARIABLES: &[(&str, &str)] = &[("MINE", "sk_env"), ("USUAL", "sk_usual"), ("BAD", "sk a b")];

fn vault(place: &TempDir, keyring: Keyring) -> Vault {
    let paths = Paths { config: place.path().join("config.toml"), data: place.path().join("data") };
    let lookup = |name: &str| VARIABLES.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Vault::new(paths, keyring, Box::new(lookup))
}

fn work() -> AccountName {
    AccountName::new("work")
}

fn secret(text: &str) -> SecretString {
    text.to_owned().into()
}

fn find(vault: &Vault, key_env: Option<&str>, usual: Option<&str>) -> Result<(String, Source), KeyError> {
    let account = work();
    let found = vault.find(&Wanted { account: &account, key_env, usual, provider: "late" })?;
    Ok((found.key.expose_secret().to_owned(), found.source))
}

#[test]
fn the_named_variable_goes_before_keyring_before_file_before_the_usual_variable() {
    let place = tempfile::tempdir().unwrap();
    let (now, usual) = (DateTime::UNIX_EPOCH, Some("USUAL"));
    let without = vault(&place, Keyring::none());
    assert_eq!(find(&without, None, usual), Ok(("sk_usual".into(), Source::Environment("USUAL".into()))));
    assert_eq!(without.keep(&work(), &secret("sk_file"), now), Ok(Source::File));
    assert_eq!(find(&without, None, usual), Ok(("sk_file".into(), Source::File)));

    let with = vault(&place, keyring::tests::in_memory());
    assert_eq!(find(&with, Some("UNSET"), usual), Ok(("sk_file".into(), Source::File)));
    assert_eq!(with.keep(&work(), &secret("sk_ring"), now), Ok(Source::Keyring));
    assert_eq!(find(&with, Some("UNSET"), usual), Ok(("sk_ring".into(), Source::Keyring)));
    assert!(find(&without, None, None).is_err(), "nowhere twice");
    assert_eq!(find(&with, Some("MINE"), usual), Ok(("sk_env".into(), Source::Environment("MINE".into()))));
    assert!(matches!(find(&with, Some("BAD"), usual), Err(KeyError::Malformed { .. })));

    assert_eq!(with.forget(&work(), now), Ok(vec![Source::Keyring]));
    let nowhere = find(&with, Some("UNSET"), None).unwrap_err().to_string();
    assert!(nowhere.contains("UNSET is not set") && nowhere.contains("runsheet connect late --name work"), "{nowhere}");
}

#[test]
fn a_keyring_that_fails_is_passed_over_for_the_file() {
    let place = tempfile::tempdir().unwrap();
    let locked = || keyring_core::Error::NoStorageAccess("locked".into());
    let vault = vault(&place, keyring::tests::failing(locked));
    assert!(find(&vault, None, None).unwrap_err().to_string().contains("keyring does not answer (locked)"));
    assert_eq!(vault.keep(&work(), &secret("sk_1"), DateTime::UNIX_EPOCH), Ok(Source::File));
    assert_eq!(find(&vault, None, None), Ok(("sk_1".into(), Source::File)));
    assert_eq!(vault.forget(&work(), DateTime::UNIX_EPOCH), Ok(vec![Source::File]));
    assert!(vault.keyring_words().contains("locked") && vault.file_words().is_none());
}

#[test]
fn a_key_is_found_trimmed_and_never_shown() {
    let key = from_env("K", |_| Some(" sk_123\n".into())).unwrap();
    assert_eq!(key.expose_secret(), "sk_123");
    assert!(!format!("{key:?}").contains("sk_123"));
    assert!(!format!("{:?}", found(key, Source::File)).contains("sk_123"));
}

#[test]
fn what_is_no_key_is_refused_without_showing_it() {
    assert!(from_env("K", |_| Some("ada:abcd EFGH".into())).is_ok());
    for value in ["a b", "ada:two\nlines", "a\nb", "a\u{7}b", "schlüssel"] {
        let error = from_env("K", |_| Some(value.into())).unwrap_err();
        assert!(error.to_string().contains('K') && !error.to_string().contains(value), "{error}");
        let error = typed(&secret(value)).unwrap_err();
        assert!(error.to_string().contains("holds") && !error.to_string().contains(value), "{error}");
    }
    assert!(matches!(from_env("K", |_| None), Err(KeyError::Missing { .. })));
    assert!(typed(&secret(" \n")).unwrap_err().to_string().contains("empty"));
    assert_eq!(typed(&secret("sk_1\r\n")).unwrap().expose_secret(), "sk_1");
}
