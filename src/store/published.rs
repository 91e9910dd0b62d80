//! What providers published of their networks' limits, as it was heard last.

use super::prefs::beginning_with;
use super::{Store, StoreError};
use crate::domain::ids::AccountName;
use crate::domain::published::{Bulletin, Stated};

/// Under which settings it is kept, each with an account's name behind it.
const PUBLISHED: &str = "published/";

impl Store {
    /// What the provider of `account` published; nothing where it was not heard yet.
    pub async fn bulletin(&self, account: &AccountName) -> Result<Option<Bulletin>, StoreError> {
        let kept = self.setting(&format!("{PUBLISHED}{account}")).await?;
        // What cannot be read any more is asked for again.
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Keeps that for `account`, in the place of what was heard before.
    pub async fn keep_bulletin(&self, account: &AccountName, bulletin: &Bulletin) -> Result<(), StoreError> {
        let text = serde_json::to_string(bulletin).unwrap_or_default();
        self.set_setting(&format!("{PUBLISHED}{account}"), &text).await
    }

    /// What holds for each channel by what its provider published, in the order of the channels.
    pub async fn stated(&self) -> Result<Vec<Stated>, StoreError> {
        self.read(|db| {
            let bulletins = beginning_with(db, PUBLISHED)?;
            if bulletins.is_empty() {
                return Ok(Vec::new());
            }
            let channels = super::channels::query(db, None)?;
            let read = |(account, text): (String, String)| Some((account, serde_json::from_str(&text).ok()?));
            let said = bulletins.into_iter().filter_map(read).flat_map(|(account, bulletin): (String, Bulletin)| {
                bulletin.stated(channels.iter().filter(|channel| channel.account.as_str() == account))
            });
            Ok(said.collect())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::channel::{Health, Network};
    use crate::domain::ids::RemoteId;
    use crate::domain::published::{Most, Published};
    use crate::domain::remote::RemoteChannel;

    #[tokio::test]
    async fn what_was_published_holds_for_the_channels_of_that_account_alone() {
        let store = Store::memory().unwrap();
        let (acme, other) = (AccountName::new("acme"), AccountName::new("other"));
        let x = RemoteChannel {
            id: RemoteId::new("1"),
            network: Network::from_word("x"),
            handle: "@acme".into(),
            name: String::new(),
            health: Health::Ok,
        };
        store.see_channels(&acme, vec![x.clone()]).await.unwrap();
        store.see_channels(&other, vec![x]).await.unwrap();
        assert_eq!(store.stated().await.unwrap(), []);
        let limit = Published { channel: None, network: Network::from_word("x"), most: Most::Text(280), by: None };
        let bulletin = Bulletin { by: "Late".into(), at: DateTime::UNIX_EPOCH, limits: vec![limit] };
        store.keep_bulletin(&acme, &bulletin).await.unwrap();
        assert_eq!(store.bulletin(&acme).await.unwrap(), Some(bulletin));
        assert_eq!(store.bulletin(&other).await.unwrap(), None);
        let stated = store.stated().await.unwrap();
        assert_eq!(stated.iter().map(|it| (it.channel.as_str(), it.text)).collect::<Vec<_>>(), [("acme/1", Some(280))]);
    }
}
