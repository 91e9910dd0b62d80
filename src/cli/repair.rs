//! `runsheet repair`: a store that cannot be opened, and what can be saved of it.

use std::path::Path;

use serde_json::{Value, json};

use crate::clock::Clock;
use crate::session::aside::say;
use crate::session::repair::{self, Found, Offers, Source};
use crate::text::clean;

use super::args::Args;
use super::output::Output;
use super::{Ending, Result};

/// Shows what can be saved, or makes a new store `from` it.
pub async fn run(
    from: Option<&str>,
    copy: Option<String>,
    args: &Args,
    clock: Clock,
    output: &Output,
) -> Result<Ending> {
    let source = match from {
        None => return show(args, &clock, output).await,
        Some("salvage") => Source::Salvage,
        Some("copy") => Source::Copy(copy),
        Some(_) => Source::Nothing,
    };
    let Some(repaired) = repair::repair(&args.session(), &clock, &source).await? else { return in_order(output) };
    if output.is_json() {
        output.value(&json!({"repaired": true, "kept": repaired.kept, "found": value(&repaired.found)}))?;
    } else {
        output.line(&format!("the store is made anew: {}", repaired.found))?;
        kept(repaired.kept.as_deref(), output)?;
    }
    if repaired.found.writes > 0 {
        say!("nothing that waited is sent before somebody has looked: `runsheet failed` lists it");
    }
    say!("`runsheet sync` fetches what the providers have");
    Ok(Ending::Done)
}

async fn show(args: &Args, clock: &Clock, output: &Output) -> Result<Ending> {
    let Some(offers) = repair::look(&args.session(), clock).await? else { return in_order(output) };
    if output.is_json() {
        output.value(&offered(&offers))?;
        return Ok(Ending::Refused);
    }
    output.line(&clean::one_line(&offers.damage))?;
    kept(offers.kept.as_deref(), output)?;
    output.line("")?;
    let line = |what: &str, found: &std::result::Result<Found, String>| {
        let said = found.as_ref().map_or_else(Clone::clone, Found::to_string);
        output.line(&clean::one_line(&format!("{what}: {said}")))
    };
    line("--from salvage", &offers.salvage)?;
    for (copy, found) in &offers.copies {
        let name = copy.path.file_name().unwrap_or_default().to_string_lossy();
        line(&format!("--from copy --copy {name}"), found)?;
    }
    output.line("--from nothing: an empty store; drafts and what waited here are gone, the rest is fetched again")?;
    say!("nothing was changed; `runsheet repair --from …` makes a new store");
    Ok(Ending::Refused)
}

fn in_order(output: &Output) -> Result<Ending> {
    if output.is_json() {
        output.value(&json!({"repaired": false, "damage": null}))?;
    } else {
        output.line("the store is in order: there is nothing to repair")?;
    }
    Ok(Ending::Done)
}

fn kept(path: Option<&Path>, output: &Output) -> Result<()> {
    match path {
        Some(path) => output.line(&clean::one_line(&format!("kept as it was: {}", path.display()))),
        None => Ok(()),
    }
}

fn value(found: &Found) -> Value {
    json!({"posts": found.posts, "writes": found.writes, "lost": found.lost})
}

fn offered(offers: &Offers) -> Value {
    let found = |found: &std::result::Result<Found, String>| match found {
        Ok(found) => value(found),
        Err(words) => json!({"problem": words}),
    };
    let copies = offers.copies.iter().map(|(copy, in_it)| {
        let name = copy.path.file_name().unwrap_or_default().to_string_lossy();
        json!({"name": name, "at": copy.at.to_rfc3339(), "found": found(in_it)})
    });
    json!({
        "damage": offers.damage,
        "kept": offers.kept,
        "salvage": found(&offers.salvage),
        "copies": copies.collect::<Vec<_>>(),
    })
}
