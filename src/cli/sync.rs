//! `runsheet sync`: push and pull until nothing is left to do now.

use std::collections::BTreeSet;

use serde_json::json;

use crate::domain::ids::PostId;
use crate::session::Session;

use super::output::Output;
use super::{Ending, Result};

/// Synchronises every account once.
pub async fn run(session: &mut Session, output: &Output) -> Result<Ending> {
    if !session.sends {
        eprintln!("another runsheet is open on this store and keeps it in sync; nothing was done here");
        return Ok(Ending::Done);
    }
    let failed_before = failed(session).await?;
    let (mut worst, mut accounts) = (Ending::Done, Vec::new());
    for mut worker in session.workers() {
        let mut sent = 0;
        loop {
            let pushed = worker.push().await?;
            sent += pushed;
            if pushed == 0 {
                break;
            }
        }
        worker.pull().await?;
        sent += worker.push().await?;
        let ending = match () {
            () if worker.key_is_refused() => Ending::Refused,
            () if worker.is_unreachable() => Ending::Unreachable,
            () => Ending::Done,
        };
        worst = worst.max(ending);
        accounts.push((worker.account().to_string(), sent, ending));
    }
    session.report();
    if !session.off.is_empty() {
        worst = worst.max(Ending::Refused);
    }
    let waiting = session.desk.store.outbox().await?;
    if waiting.iter().any(|row| row.unknown_since.is_some()) {
        worst = worst.max(Ending::Unknown);
    }
    if failed(session).await?.difference(&failed_before).next().is_some() {
        worst = worst.max(Ending::Refused);
    }
    if output.is_json() {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|(name, sent, ending)| json!({"account": name, "writes": sent, "ok": *ending == Ending::Done}))
            .collect();
        output.value(&json!({"accounts": accounts, "waiting": waiting.len()}))?;
    } else {
        for (name, sent, ending) in &accounts {
            let word = match ending {
                Ending::Done => "in order",
                Ending::Refused => "the key is refused",
                Ending::Unreachable => "not reachable",
                Ending::Unknown => "unknown",
            };
            output.line(&format!("{name}: {word}, {sent} sent"))?;
        }
    }
    Ok(worst)
}

async fn failed(session: &Session) -> Result<BTreeSet<PostId>> {
    let desk = &session.desk;
    Ok(desk.store.failed(desk.now()).await?.iter().map(|post| post.id).collect())
}
