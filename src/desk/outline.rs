//! What a save would ask of the providers: counted from the very plan that saving carries out.

use std::collections::{BTreeMap, BTreeSet};

use super::posts::renew_refused;
use super::{Desk, Edit, Result, Seat, plan};
use crate::domain::outline::{Errand, Outline};
use crate::domain::post::{Post, Wish};
use crate::domain::write::Write;
use crate::provider::capability::Keeps;
use crate::store::Alongside;
use crate::sync::carry::{known_by, print_of, trusted_since};

impl Desk {
    /// The requests that saving `post` would lead to, account by account and kind by kind. Keeps and sends nothing.
    pub async fn outline(&self, post: &Post) -> Result<Vec<Outline>> {
        let current = self.store.post(post.id).await?;
        let mut after = plan::wishes_onto(current.as_ref(), post.clone());
        if matches!(after.wish, Wish::Schedule | Wish::Now) {
            renew_refused(&mut after);
        }
        if after.wish == Wish::Now {
            self.at_once(&mut after);
        }
        let after = self.dressed(&after).await?.post.sealed();
        let edits = [Edit::new(current, Some(after))];
        let unsent = self.unsent(&edits, &Alongside::default()).await?;
        let channels = self.store.channels().await?;
        let on = plan::Ground { channels: &channels, accounts: &self.accounts, unsent: &unsent, now: self.now() };
        let mut outlines: Vec<Outline> = Vec::new();
        for edit in &edits {
            // A file that several posts at one account carry is brought once.
            let mut brought = BTreeSet::new();
            for (account, write) in plan::writes(edit.planned_from.as_ref(), edit.after.as_ref(), &on) {
                let Some(seat) = self.seats.iter().find(|seat| seat.account == account) else { continue };
                let errands = self.errands(seat, &write, &mut brought).await?;
                let known = outlines.iter().position(|outline| outline.account == account);
                let at = known.unwrap_or_else(|| {
                    let provider = seat.provider.capabilities().name.to_owned();
                    outlines.push(Outline { account: account.clone(), provider, errands: BTreeMap::new() });
                    outlines.len() - 1
                });
                for errand in errands {
                    if let Some(outline) = outlines.get_mut(at) {
                        *outline.errands.entry(errand).or_default() += 1;
                    }
                }
            }
        }
        Ok(outlines)
    }

    async fn errands(
        &self,
        seat: &Seat,
        write: &Write,
        brought: &mut BTreeSet<(String, String)>,
    ) -> Result<Vec<Errand>> {
        let mut errands = match write {
            Write::Create { .. } => vec![Errand::Create],
            // Whether it was changed there meanwhile is looked at first.
            Write::Revise { .. } => vec![Errand::Update, Errand::LookUp],
            Write::Remove { .. } => vec![Errand::Removal],
            Write::Retry { .. } => vec![Errand::Retry],
            Write::Publish { .. } => vec![Errand::Publish],
        };
        let can = seat.provider.capabilities();
        let (uploads, keeps) = (can.uploads, can.keeps);
        let there = match write.remote() {
            Some(remote) => self.store.remote(&seat.account, remote).await?.map(|(there, _)| there),
            None => None,
        };
        let (own_since, since) = trusted_since(keeps, write, there.as_ref(), self.now());
        if matches!(keeps, Keeps::Once(_)) {
            brought.clear();
        }
        if let Some(submission) = write.submission() {
            for media in submission.all_media().filter(|media| uploads.brings(media)) {
                let print = print_of(uploads, submission.post, media);
                let known = match known_by(keeps, write, None, &print) {
                    Some(by) => self.store.upload(&seat.account, submission.post, &by, own_since, since).await?,
                    None => None,
                };
                if known.is_none() && brought.insert((seat.account.to_string(), print)) {
                    errands.push(Errand::Upload);
                }
            }
        }
        // A file that is brought is no address any more when the write itself leaves.
        let mut leaving = write.clone();
        if let Write::Create { submission } | Write::Revise { submission, .. } = &mut leaving {
            submission.all_media_mut().filter(|media| uploads.brings(media)).for_each(|media| media.source.clear());
        }
        errands.extend(seat.provider.beside(&leaving));
        Ok(errands)
    }
}
