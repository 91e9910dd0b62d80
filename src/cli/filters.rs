//! The filter of a command: what stands behind `--filter`, and options that say a part of it in a word.

use crate::desk::Desk;
use crate::domain::filter::Filter;

use super::{Result, Stop};

/// Reads `filter` together with `options`, each an option, the key it stands for and what was given for it.
pub fn read(filter: Option<&str>, options: &[(&str, &str, Option<&str>)]) -> Result<Filter> {
    let given = filter.unwrap_or_default().trim();
    Filter::parse(given).map_err(|error| Stop::Usage(format!("the filter: {error}")))?;
    let mut text = given.to_owned();
    for (option, key, word) in options.iter().filter_map(|(option, key, word)| Some((option, key, (*word)?))) {
        let term = format!("{key}:{word}");
        Filter::parse(&term).map_err(|error| Stop::Usage(format!("{option}: {}", error.words)))?;
        text.push_str(&format!(" {term}"));
    }
    Filter::parse(text.trim()).map_err(|error| Stop::Usage(format!("the filter: {error}")))
}

/// Says why `filter` takes nothing, where it asks for a channel or an account that nobody has.
pub async fn asks_for_nobody(desk: &Desk, filter: &Filter) -> Result<Option<String>> {
    let channels = desk.store.channels().await?;
    // One that is off has channels still.
    let mut accounts: Vec<_> = channels.iter().map(|channel| channel.account.clone()).collect();
    accounts.extend(desk.seats().iter().map(|seat| seat.account.clone()));
    accounts.sort();
    accounts.dedup();
    Ok(filter.asks_for_nobody(&channels, &accounts))
}
