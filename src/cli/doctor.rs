//! `runsheet doctor`: where things are, where each key comes from and whether it works, and how the store is.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clock::{Clock, Instant};
use crate::domain::background::Spent;
use crate::domain::ids::PostId;
use crate::domain::schedule::Schedule;
use crate::session::checkup::{self, AccountCheck, Checkup, Works};
use crate::text::clean;

use super::args::Args;
use super::output::Output;
use super::{Ending, Result};

/// Looks at everything and tells; `offline`: without asking any provider.
pub async fn run(offline: bool, args: &Args, clock: Clock, output: &Output) -> Result<Ending> {
    let checkup = checkup::examine(&args.session(), clock, offline).await?;
    if output.is_json() {
        output.value(&value(&checkup))?;
    } else {
        for (label, words) in lines(&checkup) {
            output.line(&format!("{label:<14} {}", clean::one_line(&words)))?;
        }
    }
    Ok(ending(&checkup))
}

/// The worst of what was found.
fn ending(checkup: &Checkup) -> Ending {
    let store = matches!(&checkup.store, Ok(store) if store.problems.is_empty());
    let file = !matches!(checkup.key_file, Some(Err(_)));
    let own = if store && file && checkup.mistakes.is_empty() { Ending::Done } else { Ending::Refused };
    let account = |account: &AccountCheck| match (&account.source, &account.works) {
        (_, Works::No(_)) => Ending::Refused,
        (Err(_), _) if !checkup.demo => Ending::Refused,
        (_, Works::Unreachable(_)) => Ending::Unreachable,
        _ => Ending::Done,
    };
    let accounts: Vec<Ending> = checkup.accounts.iter().map(account).collect();
    // Something to be mended goes before something to wait for.
    let refused = own == Ending::Refused || accounts.contains(&Ending::Refused);
    if refused { Ending::Refused } else { accounts.into_iter().max().unwrap_or(own) }
}

fn value(checkup: &Checkup) -> Value {
    let paths = &checkup.paths;
    let key_file = match &checkup.key_file {
        None => Value::Null,
        Some(Ok(by)) => json!({"path": paths.keys(), "opened_by": by, "problem": null}),
        Some(Err(words)) => json!({"path": paths.keys(), "opened_by": null, "problem": words}),
    };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "demo": checkup.demo,
        "paths": {
            "config": paths.config,
            "data": paths.data,
            "store": paths.store(),
            "log": paths.log(),
            "keys": paths.keys(),
        },
        "mistakes": checkup.mistakes,
        "readable_by_others": checkup.shared,
        "keyring": checkup.keyring,
        "key_file": key_file,
        "left_over_keys": checkup.left_over,
        "store": store(checkup),
        "copies": {
            "folder": paths.backups(),
            "newest": checkup.copies.0.as_ref().map(|copy| copy.at.to_rfc3339()),
            "count": checkup.copies.1,
        },
        "zone_data": chrono_tz::IANA_TZDB_VERSION,
        "would_move": checkup.shifted.iter().map(shifted).collect::<Vec<_>>(),
        "accounts": checkup.accounts.iter().map(account).collect::<Vec<_>>(),
        "instead": checkup.standbys.iter().map(|(account, words)| (account.to_string(), words.as_str())).collect::<BTreeMap<_, _>>(),
    })
}

fn shifted((id, headline, schedule): &(PostId, String, Schedule)) -> Value {
    json!({
        "id": id.to_string(),
        "body": headline,
        "zone": schedule.zone().name(),
        "meant": schedule.wall().format("%Y-%m-%dT%H:%M:%S").to_string(),
        "instant": schedule.instant().to_rfc3339(),
    })
}

fn store(checkup: &Checkup) -> Value {
    match &checkup.store {
        Err(words) => json!({"exists": checkup.stored, "ok": false, "problems": [words]}),
        Ok(store) => {
            let pragmas: serde_json::Map<String, Value> =
                store.pragmas.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
            json!({
                "exists": checkup.stored,
                "ok": store.problems.is_empty(),
                "problems": store.problems,
                "sqlite": store.sqlite,
                "schema": store.schema,
                "pragmas": pragmas,
                "pages": store.pages,
                "free_pages": store.free_pages,
                "page_bytes": store.page_bytes,
            })
        }
    }
}

fn account(account: &AccountCheck) -> Value {
    let (works, words) = match &account.works {
        Works::NotAsked => (Value::Null, None),
        Works::Yes(identity) => (Value::Bool(true), Some(identity)),
        Works::No(words) | Works::Unreachable(words) => (Value::Bool(false), Some(words)),
    };
    let source = account.source.as_ref();
    json!({
        "name": account.account.as_str(),
        "provider": account.provider,
        "base_url": account.base_url,
        "key": {
            "source": source.ok().map(|source| source.word()),
            "variable": source.ok().and_then(|source| source.variable()),
            "problem": source.err(),
        },
        "works": works,
        "clock_ahead_seconds": account.clock_ahead.map(|ahead| ahead.num_seconds()),
        "calls": account.spent.map(|spent| json!({
            "minute": spent.minute,
            "minute_limit": spent.per_minute,
            "today": spent.today,
            "day_limit": spent.per_day,
            "last": spent.last.map(|at| at.to_rfc3339()),
            "blocked_until": spent.blocked_until.map(|at| at.to_rfc3339()),
        })),
        "reached": !matches!(account.works, Works::NotAsked | Works::Unreachable(_)),
        "identity": words.filter(|_| matches!(account.works, Works::Yes(_))),
        "problem": words.filter(|_| !matches!(account.works, Works::Yes(_))),
    })
}

/// Label and words, row by row.
fn lines(checkup: &Checkup) -> Vec<(&'static str, String)> {
    let paths = &checkup.paths;
    let mut lines = vec![
        ("configuration", paths.config.display().to_string()),
        ("data", paths.data.display().to_string()),
        ("log", paths.log().display().to_string()),
        ("keyring", checkup.keyring.clone()),
    ];
    let key_file = match &checkup.key_file {
        None => "none".into(),
        Some(Ok(by)) => format!("{}, opened by {by}", paths.keys().display()),
        Some(Err(words)) => words.clone(),
    };
    lines.push(("key file", key_file));
    lines.extend(checkup.mistakes.iter().map(|mistake| ("mistake", mistake.clone())));
    lines.extend(checkup.left_over.iter().map(|name| {
        ("left over", format!("a key of \"{name}\", which is no account; `runsheet disconnect {name}` forgets it"))
    }));
    lines.extend(checkup.shared.iter().map(|path| ("not private", format!("others than you can read {path}"))));
    match &checkup.store {
        Err(words) => lines.push(("store", words.clone())),
        Ok(store) => {
            let state = match (checkup.stored, store.problems.is_empty()) {
                (false, _) => "none yet",
                (true, true) => "in order",
                (true, false) => "damaged",
            };
            lines.push(("store", format!("{}: {state}, schema {}", paths.store().display(), store.schema)));
            lines.extend(store.problems.iter().map(|problem| ("", problem.clone())));
            let pragmas: Vec<String> = store.pragmas.iter().map(|(name, value)| format!("{name} {value}")).collect();
            lines.push(("sqlite", format!("{}: {}", store.sqlite, pragmas.join(", "))));
        }
    }
    if let (Some(newest), count) = &checkup.copies {
        let (at, folder) = (newest.at.format("%Y-%m-%d %H:%M UTC"), paths.backups().display().to_string());
        lines.push(("copies", format!("{count} in {folder}, the newest of {at}")));
    }
    lines.push(("time zones", format!("as of {}", chrono_tz::IANA_TZDB_VERSION)));
    lines.extend(checkup.shifted.iter().map(|(id, headline, schedule)| {
        let (meant, zone) = (schedule.wall().format("%Y-%m-%d %H:%M"), schedule.zone());
        let shows = schedule.instant().with_timezone(&zone).format("%Y-%m-%d %H:%M");
        ("shows another", format!("{id} was meant for {meant} {zone} and goes out at {shows}: {headline}"))
    }));
    if checkup.accounts.is_empty() {
        lines.push(("accounts", "none; `runsheet connect` adds one".into()));
    }
    for account in &checkup.accounts {
        lines.push(("account", account_line(account)));
        lines.extend(account.spent.map(|spent| ("calls", calls_line(account, &spent, checkup.at))));
    }
    lines.extend(
        checkup
            .standbys
            .iter()
            .map(|(account, instead)| ("instead", format!("what {account} certainly did not take goes to {instead}"))),
    );
    lines
}

/// What was spent of the calls that the provider of an account allows, and how old that is.
fn calls_line(account: &AccountCheck, spent: &Spent, now: Instant) -> String {
    let age = match spent.last {
        None => "none was made yet".into(),
        Some(at) => match (now - at).num_seconds().max(0) {
            seconds @ ..120 => format!("the last one {seconds} s ago"),
            seconds @ ..7_200 => format!("the last one {} min ago", seconds / 60),
            seconds => format!("the last one {} h ago", seconds / 3_600),
        },
    };
    let blocked = spent.blocked_until.map(|until| until.format("; blocked until %Y-%m-%d %H:%M:%S UTC").to_string());
    format!(
        "{}: {} of {} in the last minute, {} of {} since midnight UTC, {age}{}",
        account.account,
        spent.minute,
        spent.per_minute,
        spent.today,
        spent.per_day,
        blocked.unwrap_or_default()
    )
}

fn account_line(account: &AccountCheck) -> String {
    let source = match &account.source {
        Ok(source) => match source.variable() {
            Some(variable) => format!("key from {variable} (environment)"),
            None => format!("key from the {}", source.word()),
        },
        Err(words) => words.clone(),
    };
    let works = match &account.works {
        Works::NotAsked => "not tried".to_owned(),
        Works::Yes(identity) => format!("works: {identity}"),
        Works::No(words) => format!("does not work: {words}"),
        Works::Unreachable(words) => format!("not reachable: {words}"),
    };
    let clock = match account.clock_ahead.map(|ahead| ahead.num_seconds()) {
        Some(seconds @ 61..) => format!("; this machine's clock is {seconds} s ahead of its"),
        Some(seconds @ ..=-61) => format!("; this machine's clock is {} s behind its", -seconds),
        _ => String::new(),
    };
    format!("{} ({}): {source}; {works}{clock}", account.account, account.provider)
}
