//! `runsheet settings`: what a provider's own site has set for its networks and channels.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::domain::channel::Network;
use crate::domain::ids::AccountName;
use crate::domain::naming::full_name;
use crate::domain::nearest::{NAMED, nearest};
use crate::domain::settings::{NotServed, Setting, shown};
use crate::domain::words::count;
use crate::session::aside::say;
use crate::text::clean;

use super::args::SettingsArgs;
use super::output::Output;
use super::{Ending, Result, Stop};

/// Shows or changes settings; without a network or channel, says which there are.
pub async fn run(desk: &Desk, wanted: SettingsArgs, output: &Output) -> Result<Ending> {
    let account = AccountName::new(wanted.account.as_str());
    if wanted.clear_cache {
        let many = desk.forget_settings(&account).await?;
        say!("{many} forgotten; what is asked for next is read at the site");
        if wanted.of.is_none() {
            return Ok(Ending::Done);
        }
    }
    if !desk.seats().iter().any(|seat| seat.account == account) {
        return Err(not_settled(desk, &account));
    }
    let Some(words) = &wanted.of else { return overview(desk, &account, output).await };
    let changes = wanted.set.iter().map(|typed| assignment(typed)).collect::<Result<Vec<_>>>()?;
    let served = match desk.whose(&account, words).await {
        Ok(whose) if changes.is_empty() => desk.settings(&account, &whose, wanted.refresh).await,
        Ok(whose) => desk.change_settings(&account, &whose, &changes).await,
        Err(error) => Err(error),
    };
    let read = match served {
        Ok(read) => read,
        Err(error) => return Ok(said(&error)),
    };
    if !changes.is_empty() {
        say!("saved");
    }
    if output.is_json() {
        let rows: Vec<Value> = read.rows.iter().map(|row| as_json(row, wanted.default)).collect();
        output.value(&json!({"account": account.as_str(), "of": words, "settings": rows}))?;
        return Ok(Ending::Done);
    }
    let width = read.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    for row in &read.rows {
        output.line(&line(row, width, wanted.default))?;
    }
    Ok(Ending::Done)
}

/// `cut_post_text  yes  (no when left out)`
fn line(row: &Setting, width: usize, default: bool) -> String {
    let name = &row.name;
    if default {
        let value = row.default.as_ref().map_or_else(|| "(not known)".to_owned(), quoted);
        return clean::one_line(&format!("{name:<width$}  {value}"));
    }
    let choices: Vec<String> = row.choices.iter().map(shown).collect();
    let choices = if choices.is_empty() { String::new() } else { format!("  (one of {})", choices.join(", ")) };
    clean::one_line(&format!("{name:<width$}  {}{choices}", quoted(&row.value)))
}

/// A text in quotes, so that an empty one can be seen.
fn quoted(value: &Value) -> String {
    if value.is_string() { value.to_string() } else { shown(value) }
}

fn as_json(row: &Setting, default: bool) -> Value {
    if default {
        return json!({"name": row.name, "default": row.default});
    }
    json!({"name": row.name, "value": row.value, "default": row.default, "choices": row.choices, "kind": row.kind()})
}

fn assignment(typed: &str) -> Result<(String, String)> {
    let (name, value) = typed
        .split_once('=')
        .filter(|(name, _)| !name.trim().is_empty())
        .ok_or_else(|| Stop::Usage(format!("--set {typed} says nothing: write NAME=VALUE")))?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// The networks and channels of an account that have settings.
async fn overview(desk: &Desk, account: &AccountName, output: &Output) -> Result<Ending> {
    if !desk.settled_accounts().contains(account) {
        return Err(not_settled(desk, account));
    }
    let channels = desk.store.channels().await?;
    let own: Vec<_> = channels.iter().filter(|channel| channel.account == *account && !channel.gone).collect();
    let mut networks: BTreeMap<&Network, usize> = BTreeMap::new();
    for channel in &own {
        *networks.entry(&channel.network).or_default() += 1;
    }
    if output.is_json() {
        let networks: Vec<&str> = networks.keys().map(|network| network.key()).collect();
        let channels: Vec<Value> = own.iter().map(|channel| super::output::channel(channel, desk.zone())).collect();
        output.value(&json!({"account": account.as_str(), "networks": networks, "channels": channels}))?;
        return Ok(Ending::Done);
    }
    for (network, channels) in networks {
        let channels = count(channels, "channel");
        output.line(&clean::one_line(&format!("network  {:<28}  {channels}", network.key())))?;
    }
    for channel in own {
        output.line(&clean::one_line(&format!("channel  {}", full_name(channel))))?;
    }
    Ok(Ending::Done)
}

/// Why nothing of an account's settings can be shown: the accounts that have some are named, the nearest first.
fn not_settled(desk: &Desk, account: &AccountName) -> Stop {
    let accounts = desk.settled_accounts();
    let names: Vec<&str> = accounts.iter().map(AccountName::as_str).collect();
    let there =
        if names.is_empty() { "no account has any".into() } else { format!("these have: {}", names.join(", ")) };
    let near = nearest(account.as_str(), names.iter().copied(), NAMED).map(|near| format!("did you mean {near}? "));
    let near = near.unwrap_or_default();
    Stop::Words(format!("\"{account}\" has no settings that can be changed from here; {near}{there}"))
}

fn said(error: &NotServed) -> Ending {
    say!("runsheet: {}", error.words);
    if error.unreachable { Ending::Unreachable } else { Ending::Refused }
}
