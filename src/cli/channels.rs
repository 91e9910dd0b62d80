//! `runsheet channels`.

use serde_json::Value;

use crate::desk::Desk;
use crate::domain::naming::full_name;
use crate::session::aside::say;
use crate::text::clean;

use super::output::{self, Output};
use super::{Ending, Result};

/// Lists the channels with the names by which other commands know them.
pub async fn run(desk: &Desk, words: Option<&str>, output: &Output) -> Result<Ending> {
    let channels = match words {
        Some(words) => desk.channels(words).await?,
        None => desk.store.channels().await?,
    };
    if output.is_json() {
        let values = channels.iter().map(|channel| output::channel(channel, desk.zone())).collect();
        output.value(&Value::Array(values))?;
        return Ok(Ending::Done);
    }
    for channel in channels.iter().filter(|channel| !channel.gone) {
        let (word, words, until) = output::health(&channel.health);
        let until = until.map(|at| format!(" until {}", output::instant(at, desk.zone()))).unwrap_or_default();
        let words = words.map(|words| format!(": {words}")).unwrap_or_default();
        let name = full_name(channel);
        output.line(&clean::one_line(&format!("{name:<40}  {:<16}  {word}{until}{words}", channel.network.name())))?;
    }
    if channels.is_empty() {
        say!("no channels; `runsheet sync` fetches them");
    }
    Ok(Ending::Done)
}
