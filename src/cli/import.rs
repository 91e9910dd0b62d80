//! `runsheet import`: many posts from a file: each judged first, the good ones taken, the rest left over with reasons.

use std::io::Read;
use std::path::Path;

use crate::domain::ids::AccountName;
use crate::session::Session;
use crate::session::aside::say;

use super::args::ImportArgs;
use super::folder::see;
use super::output::Output;
use super::{Ending, Result, Stop, table, through};

/// Bytes of a file that is handed over at most.
const MOST_BYTES: u64 = 256_000_000;

/// Stores the posts of a file.
pub async fn run(session: &mut Session, wanted: &ImportArgs, output: &Output) -> Result<Ending> {
    if let Some(account) = &wanted.through {
        if !table::is_table(&wanted.file) {
            return Err(Stop::Usage("--through hands over a table, a file that ends in .csv".into()));
        }
        let text = read(&wanted.file)?;
        return through::run(session, &AccountName::new(account.as_str()), &text, wanted, output).await;
    }
    if wanted.again {
        return Err(Stop::Usage("--again goes with --through".into()));
    }
    if !table::is_table(&wanted.file) {
        for_lines(wanted)?;
    }
    if wanted.file.is_dir() && !wanted.dry_run {
        see_first(session).await?;
    }
    match learn_channels(session).await? {
        Some(ending) => Ok(ending),
        None => table::run(session, wanted, output).await,
    }
}

/// Reads what the providers have: another machine may have made the posts of a folder there.
async fn see_first(session: &mut Session) -> Result<()> {
    match see(session, |_| true).await?.into_iter().next() {
        None => Ok(()),
        Some((account, why)) => Err(Stop::Words(format!(
            "what {account} has cannot be read just now, so another machine may have made these posts there already; \
             nothing was taken: {why}; try again when it answers"
        ))),
    }
}

/// What only tables know is refused for JSON lines: they have no columns, and each says its date itself.
fn for_lines(wanted: &ImportArgs) -> Result<()> {
    let given = [("--map", !wanted.map.is_empty()), ("--dates", wanted.dates.is_some())];
    match given.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Stop::Usage(format!("{name} goes with a table, a file that ends in .csv or .tsv"))),
        None => Ok(()),
    }
}

/// Where nothing was ever fetched the channels are, so that a file can name them; how it ended where that failed.
async fn learn_channels(session: &mut Session) -> Result<Option<Ending>> {
    if !session.desk.store.channels().await?.is_empty() {
        return Ok(None);
    }
    let mut unreachable = false;
    for worker in &mut session.workers() {
        worker.learn_channels().await?;
        unreachable |= worker.is_unreachable();
    }
    session.report();
    if unreachable && session.desk.store.channels().await?.is_empty() {
        say!("nothing was imported: the channels are not known here yet, and no provider can be reached");
        return Ok(Some(Ending::Unreachable));
    }
    Ok(None)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let cannot = |error: std::io::Error| Stop::Words(format!("{} cannot be read: {error}", file.display()));
    let mut text = Vec::new();
    let taken = if file.as_os_str() == "-" {
        std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut text))
    };
    let size = taken.map_err(cannot)? as u64;
    if size > MOST_BYTES {
        return Err(Stop::Words(format!("{} is longer than {MOST_BYTES} bytes; import it in parts", file.display())));
    }
    Ok(text)
}
