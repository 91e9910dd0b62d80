//! What a provider publishes of what networks take: asked for once a day, after everything else was fetched.

use chrono::TimeDelta;

use crate::domain::published::Bulletin;
use crate::store::StoreError;

use super::worker::Worker;

/// How long what was heard is as good as new.
const FRESH: TimeDelta = TimeDelta::days(1);

impl Worker {
    /// Asks what the provider publishes, unless that was heard, or asked in vain, within the last day. What it does
    /// not tell is no trouble: the figures that were known stand.
    pub(super) async fn learn_limits(&mut self) -> Result<(), StoreError> {
        let now = self.now();
        let by = self.provider.capabilities().name;
        let kept = self.common.store.bulletin(&self.account).await?.filter(|kept| kept.by == by);
        let last = self.limits_asked.max(kept.as_ref().map(|kept| kept.at));
        if last.is_some_and(|last| now - last < FRESH) {
            return Ok(());
        }
        self.limits_asked = Some(now);
        let mut channels = self.common.store.channels().await?;
        channels.retain(|channel| channel.account == self.account && !channel.gone);
        let Ok(Some(limits)) = self.provider.limits(&channels).await else { return Ok(()) };
        let news = kept.is_none_or(|kept| kept.limits != limits);
        self.common.store.keep_bulletin(&self.account, &Bulletin { by: by.to_owned(), at: now, limits }).await?;
        if news {
            self.changed();
        }
        Ok(())
    }
}
