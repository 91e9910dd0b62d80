//! What became of posts: numbers from the providers for the one that is looked at, and results by channel from here.

use chrono::TimeDelta;

use crate::domain::ids::{AccountName, PostId, RemoteId};
use crate::domain::numbers::{Numbers, Part, RESULT_DAYS, Results};

use super::{Desk, Result};

impl Desk {
    /// The accounts whose providers tell numbers of published posts.
    pub fn counting_accounts(&self) -> Vec<AccountName> {
        let tells = |account: &&AccountName| self.capabilities(account).is_some_and(|can| can.numbers);
        self.seats().iter().map(|seat| &seat.account).filter(tells).cloned().collect()
    }

    /// Asks the providers for the numbers of one post, each of its posts at a provider once. What one of them does not
    /// tell is said in its part and hides nothing of the others.
    pub async fn numbers(&self, id: PostId) -> Result<Numbers> {
        let post = self.current(id).await?;
        let mut asked: Vec<(AccountName, RemoteId)> = Vec::new();
        for target in &post.targets {
            let (account, out) = (target.account(), target.is_out());
            let tells = self.capabilities(&account).is_some_and(|can| can.numbers);
            if let Some(remote) = target.remote.clone().filter(|_| out && tells)
                && !asked.contains(&(account.clone(), remote.clone()))
            {
                asked.push((account, remote));
            }
        }
        let mut parts = Vec::new();
        for (account, remote) in asked {
            let Some(seat) = self.seats().iter().find(|seat| seat.account == account) else { continue };
            let counted = seat.provider.numbers(&remote).await.map_err(|error| error.words.clone());
            parts.push(Part { account, remote, counted });
        }
        Ok(Numbers { read_at: self.now(), parts })
    }

    /// What became of every channel's posts in the last days, as this store knows it.
    pub async fn results(&self) -> Result<Vec<Results>> {
        let now = self.now();
        let days = i64::try_from(RESULT_DAYS).unwrap_or(0);
        let from = now.checked_sub_signed(TimeDelta::days(days)).unwrap_or(now);
        let mut results: Vec<Results> = Vec::new();
        for (channel, day, out, refused) in self.store.results(from, now).await? {
            let at = match results.iter().position(|each| each.channel == channel) {
                Some(at) => at,
                None => {
                    results.push(Results { channel, out: [0; RESULT_DAYS], refused: 0 });
                    results.len() - 1
                }
            };
            let Some(each) = results.get_mut(at) else { continue };
            each.refused = each.refused.saturating_add(refused);
            if let Some(count) = each.out.get_mut(usize::from(day)) {
                *count = count.saturating_add(out);
            }
        }
        Ok(results)
    }
}
