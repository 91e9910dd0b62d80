//! What providers showed of a post that was not understood: kept as they said it, for the person who reads the post.

use crate::domain::ids::{AccountName, RemoteId};
use crate::domain::post::Post;

use super::{Desk, Result};

impl Desk {
    /// Words about what the providers last showed of `post` and runsheet did not understand: statuses and networks it has
    /// no word for, times that are none. Where several accounts carry it, each is named.
    pub async fn strange(&self, post: &Post) -> Result<Vec<String>> {
        let mut carried: Vec<(AccountName, &RemoteId)> = Vec::new();
        for target in &post.targets {
            let (account, remote) = (target.account(), target.remote.as_ref());
            if let Some(remote) = remote.filter(|remote| !carried.contains(&(account.clone(), *remote))) {
                carried.push((account, remote));
            }
        }
        let several = carried.iter().zip(carried.iter().skip(1)).any(|((one, _), (next, _))| one != next);
        let mut words = Vec::new();
        for (account, remote) in &carried {
            let Some((shown, _)) = self.store.remote(account, remote).await? else { continue };
            let told = shown.strange().into_iter();
            words.extend(told.map(|told| if several { format!("{account}: {told}") } else { told }));
        }
        words.dedup();
        Ok(words)
    }
}
