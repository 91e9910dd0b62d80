//! What the providers themselves think of a post, before anything is sent.

use std::collections::BTreeSet;

use super::{Desk, plan};
use crate::domain::ids::AccountName;
use crate::domain::post::{Post, Wish};
use crate::domain::problem::{Place, Problem};
use crate::domain::write::{Submission, SubmissionTarget};
use crate::provider::{Kind, ProviderError};

impl Desk {
    /// What the providers think of a post, each problem with the channel that it is about; makes nothing. An account
    /// that cannot be asked takes nothing from what the others say: that is a problem of its own. An error where nobody
    /// could be asked.
    pub async fn check(&self, post: &Post) -> Result<Vec<Problem>, String> {
        let channels = self.store.channels().await.map_err(|error| error.to_string())?;
        let unsent = BTreeSet::new();
        let on = plan::Ground { channels: &channels, accounts: &self.accounts, unsent: &unsent, now: self.now() };
        let dressed = self.dressed(post).await.map_err(|error| error.to_string())?.post;
        let wanted = Post { wish: Wish::Schedule, ..plan::wishes_onto(None, dressed) };
        let (mut problems, mut answered, mut unheard) = (Vec::new(), 0, Vec::<(AccountName, ProviderError)>::new());
        for (account, write) in plan::writes(None, Some(&wanted), &on) {
            let seat = self.seats.iter().find(|seat| seat.account == account);
            let (Some(seat), Some(submission)) = (seat, write.submission()) else { continue };
            for round in rounds(submission) {
                // Asked twice, it would only be silent twice.
                if unheard.iter().any(|(silent, _)| *silent == account) {
                    continue;
                }
                let (asked, absent) = self.as_known_there(&account, &round).await;
                match seat.provider.check(&asked).await {
                    Err(error) => unheard.push((account.clone(), error)),
                    Ok(said) => {
                        answered += 1;
                        // What is not there yet cannot be judged there, and must not be missed there either.
                        let judged = said.iter().filter(|said| !absent || !matches!(said.place, Place::Media(_)));
                        problems.extend(judged.flat_map(|problem| concerning(problem, &round)));
                    }
                }
            }
        }
        if answered == 0 && !unheard.is_empty() {
            let words: Vec<String> = unheard.iter().map(|(account, error)| format!("{account}: {error}")).collect();
            return Err(words.join("; "));
        }
        problems.extend(unheard.iter().map(|(account, error)| not_asked(account, error)));
        Ok(problems)
    }
}

/// What is asked about at once: providers answer by network, so each of these has one content per network.
fn rounds(submission: &Submission) -> Vec<Submission> {
    let says = |target: &SubmissionTarget| (submission.text_for(target).to_owned(), target.extras.clone());
    let mut rounds: Vec<Vec<SubmissionTarget>> = Vec::new();
    for target in &submission.targets {
        let fits = |other: &SubmissionTarget| other.network != target.network || says(other) == says(target);
        match rounds.iter_mut().find(|round| round.iter().all(fits)) {
            Some(round) => round.push(target.clone()),
            None => rounds.push(vec![target.clone()]),
        }
    }
    rounds.into_iter().map(|targets| Submission { targets, ..submission.clone() }).collect()
}

/// A problem once for each channel that it is about: those of its network, or all that were asked about.
fn concerning<'a>(problem: &'a Problem, asked: &'a Submission) -> impl Iterator<Item = Problem> + 'a {
    let concerned = |target: &&SubmissionTarget| problem.network.as_ref().is_none_or(|minds| target.network == *minds);
    let count = asked.targets.iter().filter(concerned).count();
    let said = asked.targets.iter().filter(concerned).map(|target| problem.clone().of(&target.channel));
    // A network that nobody asked about: better said of nobody than not at all.
    said.chain((count == 0).then(|| problem.clone()))
}

fn not_asked(account: &AccountName, error: &ProviderError) -> Problem {
    let words = format!("{account} was not asked: {error}");
    if error.kind == Kind::Unsupported {
        return Problem::hint("not-checked", Place::Post, words, "the checks of this program stand");
    }
    Problem::warning("not-checked", Place::Post, words, "V asks again")
}
