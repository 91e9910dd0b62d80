//! The rules of the networks in force.

use crate::domain::channel::Channel;
use crate::paths::Paths;
use crate::store::Store;
use crate::text::rules::Rules;

use super::Session;

/// The shipped rules with the user's beside the configuration; and why the user's could not be read, if they are there
/// and could not.
pub fn rules(paths: &Paths) -> (Rules, Option<String>) {
    let shipped = Rules::shipped();
    let file = paths.networks();
    match std::fs::read_to_string(&file) {
        Ok(text) => match shipped.overlaid(&text, &file.display().to_string()) {
            Ok(rules) => (rules, None),
            Err(error) => (shipped.clone(), Some(error.to_string())),
        },
        Err(_) => (shipped.clone(), None),
    }
}

/// The channels that the store here knows, and `rules` with what their providers published. A store that cannot be read
/// is as good as none: nothing is written to it.
pub async fn rules_near(paths: &Paths, rules: Rules) -> (Vec<Channel>, Rules) {
    let path = paths.store();
    let store = if path.exists() { Store::open(&path).ok() } else { None };
    let Some(store) = store else { return (Vec::new(), rules) };
    let (channels, stated) = (store.channels().await, store.stated().await);
    (channels.unwrap_or_default(), rules.stating(&stated.unwrap_or_default()))
}

impl Session {
    /// The rules in force, with what providers published of the channels here. Where the store does not tell, without:
    /// whoever writes to it hears why.
    pub async fn rules(&self) -> Rules {
        let stated = self.desk.store.stated().await.unwrap_or_default();
        rules(&self.paths).0.stating(&stated)
    }
}
