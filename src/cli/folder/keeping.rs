//! The record that is kept with a folder: read before it is planned, written when it was applied.

use std::collections::BTreeMap;
use std::path::Path;

use crate::desk::{Desk, record};
use crate::domain::ids::{ChannelId, PostId, RemoteId};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Target};
use crate::manuscript::{Applied, RECORD, Record};
use crate::session::aside::say;

use super::super::args::FolderArgs;
use super::super::{Result, Stop};
use super::steps::{Row, Step};

/// The record of a folder, if it has one. Where that cannot be read, nothing else is: its posts may be there already.
pub fn read(folder: &Path) -> Result<Option<Record>> {
    record::read(folder).map_err(|faults| {
        let faults = faults.join("\n");
        Stop::Words(format!("{faults}\nnothing was applied, and the record was left as it is"))
    })
}

/// Brings the record to what was applied. What was done stays done where it cannot be written, and that is said.
pub async fn keep(desk: &Desk, wanted: &FolderArgs, rows: &[Row], before: Option<&Record>) -> Result<()> {
    let after = after(desk, rows, before).await?;
    if before == Some(&after) || (before.is_none() && after.files.is_empty()) {
        return Ok(());
    }
    match record::write(&wanted.folder, &after) {
        Ok(()) => say!("kept which posts they are in {RECORD}: commit it with the files"),
        Err(error) => say!(
            "all of this was done, but {} could not be written: {error}; other machines know these posts by their words \
             until it is: apply the folder again where it can",
            record::place(&wanted.folder).display()
        ),
    }
    Ok(())
}

/// What is said where nothing else is left to do and the record is not what applying would write.
pub async fn behind(desk: &Desk, rows: &[Row], before: Option<&Record>) -> Result<Option<String>> {
    let settled = rows.iter().all(|row| matches!(row.step, Step::Same(_) | Step::Gone(_) | Step::Fixed(..)));
    let Some(before) = before.filter(|_| settled) else { return Ok(None) };
    let after = after(desk, rows, Some(before)).await?;
    Ok((after != *before).then(|| format!("{RECORD} is not up to date: `runsheet apply` writes it anew")))
}

/// What the record says once all is as `rows` say.
async fn after(desk: &Desk, rows: &[Row], before: Option<&Record>) -> Result<Record> {
    let mut record = Record::default();
    for row in rows {
        let old = before.and_then(|before| before.files.get(&row.file));
        let (id, print) = match (&row.step, &row.print) {
            (Step::Made(id) | Step::Adopt(id) | Step::Same(id), Some(print)) => (*id, print.clone()),
            (Step::Change(post, _), Some(print)) => (post.id, print.clone()),
            // It is not as its file says: what was applied is what it was before.
            (Step::Fixed(id, _), _) => match old {
                Some(old) => (*id, old.print.clone()),
                None => continue,
            },
            // Its post is still there.
            (Step::Gone(_) | Step::Refused(_) | Step::Perhaps(..), _) => {
                record.files.extend(old.map(|old| (row.file.clone(), old.clone())));
                continue;
            }
            _ => continue,
        };
        let there = desk.store.post(id).await?.map(|post| there(&post)).unwrap_or_default();
        record.files.insert(row.file.clone(), Applied { print, there });
    }
    for (file, old) in before.iter().flat_map(|before| &before.files) {
        if !rows.iter().any(|row| row.file == *file) && unknown(desk, rows, old).await? {
            record.files.insert(file.clone(), old.clone());
        }
    }
    Ok(record)
}

/// Whether it cannot be told here what became of a file that is gone, as one of its accounts was never read here. Of a
/// file that has another name now, it is known.
async fn unknown(desk: &Desk, rows: &[Row], old: &Applied) -> Result<bool> {
    if rows.iter().any(|row| row.print.as_ref() == Some(&old.print)) {
        return Ok(false);
    }
    for channel in old.there.keys() {
        if desk.store.sync_state(&Target::new(channel.clone()).account()).await?.last_ok.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where a post is.
fn there(post: &Post) -> BTreeMap<ChannelId, RemoteId> {
    let is_there = |target: &&Target| target.outcome != Outcome::Cancelled;
    let targets = post.targets.iter().filter(is_there);
    targets.filter_map(|target| Some((target.channel.clone(), target.remote.clone()?))).collect()
}

/// The post here that the record's file was, where its file is gone.
pub async fn orphan(desk: &Desk, applied: &Applied) -> Result<Option<PostId>> {
    let mut found = desk.recorded(&applied.there).await?.into_iter();
    Ok(found.next().filter(|_| found.next().is_none()))
}
