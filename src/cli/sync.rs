//! `runsheet sync`: push and pull until nothing is left to do now.

use std::collections::BTreeSet;

use serde_json::json;

use crate::domain::background::LightState;
use crate::domain::ids::PostId;
use crate::domain::words::count;
use crate::domain::write::{OutboxRow, OutboxState};
use crate::session::Session;
use crate::session::aside::say;
use crate::text::clean;

use super::output::Output;
use super::{Ending, Result};

/// How often the accounts are gone round for what is handed on.
const MOST_ROUNDS: usize = 20;

/// Pushes and pulls until nothing is left to do now.
pub async fn run(session: &mut Session, output: &Output) -> Result<Ending> {
    if !session.sends {
        say!("another runsheet is open on this store and keeps it in sync; nothing was done here");
        return Ok(Ending::Done);
    }
    let failed_before = failed(session).await?;
    let kept = session.desk.keep_repeating().await?;
    if !kept.made.is_empty() {
        say!("{} made by repetitions", kept.made.len());
    }
    for (headline, words) in &kept.refused {
        say!("{}", clean::one_line(&format!("\"{headline}\" does not repeat: {words}")));
    }
    let (mut worst, mut accounts) = (Ending::Done, Vec::new());
    let mut workers = session.workers();
    for worker in &mut workers {
        worker.forgive().await?;
        let mut sent = worker.push_all().await?;
        worker.pull().await?;
        sent += worker.push_all().await?;
        let (ending, word) = judged(worker.account().as_str(), worker.state());
        worst = worst.max(ending);
        accounts.push((worker.account().to_string(), sent, ending, word));
    }
    // What one account could not take may have been handed on to another, which may hand it on in its turn.
    for _ in 0..MOST_ROUNDS {
        let mut moved = false;
        for (worker, (_, sent, ..)) in workers.iter_mut().zip(&mut accounts) {
            let pushed = worker.push_all().await?;
            (*sent, moved) = (*sent + pushed, moved || pushed > 0);
        }
        if !moved {
            break;
        }
    }
    session.report();
    if !session.off.is_empty() {
        worst = worst.max(Ending::Refused);
    }
    let waiting = session.desk.store.outbox().await?;
    if waiting.iter().any(|row| row.unknown_since.is_some()) {
        say!("it is not known whether everything went through; `runsheet failed` lists it");
        worst = worst.max(Ending::Unknown);
    } else if waiting.iter().any(|row| row.state == OutboxState::Waiting && in_order(&accounts, row)) {
        say!("not everything is sent yet: the rest is kept in the outbox; `runsheet sync` tries again");
        worst = worst.max(Ending::Unreachable);
    }
    let failed = failed(session).await?.difference(&failed_before).count();
    if failed > 0 {
        let need = if failed == 1 { "needs" } else { "need" };
        say!("{} {need} you since: `runsheet failed` lists what failed", count(failed, "post"));
        worst = worst.max(Ending::Refused);
    }
    if output.is_json() {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|(name, sent, ending, _)| json!({"account": name, "writes": sent, "ok": *ending == Ending::Done}))
            .collect();
        output.value(&json!({"accounts": accounts, "waiting": waiting.len()}))?;
    } else {
        for (name, sent, _, word) in &accounts {
            output.line(&format!("{name}: {word}, {}", count(*sent, "write")))?;
        }
    }
    Ok(worst)
}

/// Whether nothing but the row itself explains why it still waits.
fn in_order(accounts: &[(String, usize, Ending, &str)], row: &OutboxRow) -> bool {
    accounts.iter().any(|(name, _, ending, _)| name == row.account.as_str() && *ending == Ending::Done)
}

/// How an account's round ended, and the word for it; what went wrong goes to stderr.
pub(super) fn judged(account: &str, state: &LightState) -> (Ending, &'static str) {
    let (ending, word, said) = match state {
        // The worker itself raised the alarm.
        LightState::Unauthorised { .. } => return (Ending::Refused, "the key is refused"),
        LightState::Trouble { words } | LightState::Off { words } => {
            (Ending::Refused, "not understood", format!("{words}; what is stored here stays as it is"))
        }
        LightState::Offline { words } => {
            (Ending::Unreachable, "not reachable", format!("{words}; nothing is lost, `runsheet sync` tries again"))
        }
        LightState::Limited => (
            Ending::Unreachable,
            "asked for a pause",
            "the provider asks for a pause; `runsheet sync` tries again".into(),
        ),
        LightState::Starting | LightState::Ok | LightState::Fetching { .. } | LightState::Sending => {
            return (Ending::Done, "in order");
        }
    };
    say!("{account}: {}", clean::one_line(&said));
    (ending, word)
}

async fn failed(session: &Session) -> Result<BTreeSet<PostId>> {
    let desk = &session.desk;
    Ok(desk.store.failed(desk.now()).await?.iter().map(|post| post.id).collect())
}
