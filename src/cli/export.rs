//! `runsheet export`: posts that a filter takes, as a table, as JSON or as a calendar.

use std::io::Write;
use std::path::Path;

use serde_json::Value;
use tempfile::NamedTempFile;

use crate::domain::filter::Filter;
use crate::domain::naming;
use crate::domain::post::Post;
use crate::exchange;
use crate::session::Session;

use super::args::ExportArgs;
use super::output::{self, Output};
use super::{Ending, Result, Stop};

/// Writes the posts to the file, or to stdout.
pub async fn run(session: &Session, wanted: &ExportArgs, output: &Output) -> Result<Ending> {
    let desk = &session.desk;
    let filter = Filter::parse(wanted.filter.as_deref().unwrap_or_default());
    let filter = filter.map_err(|error| Stop::Usage(format!("the filter: {error}")))?;
    let (now, zone) = (desk.now(), desk.zone());
    let channels = desk.store.channels().await?;
    let mut posts = desk.store.every_post(None, None).await?;
    posts.retain(|post| filter.takes(post, &channels, now, zone));
    posts.sort_by_key(|post| (post.instant().is_none(), post.instant()));
    let posts: Vec<&Post> = posts.iter().map(|post| &**post).collect();
    let count = posts.len();
    let text = match format(wanted, output)? {
        "json" => {
            let values = posts.iter().map(|post| output::post(post, &channels, now, zone)).collect();
            serde_json::to_string_pretty(&Value::Array(values)).map_err(|error| Stop::Words(error.to_string()))? + "\n"
        }
        "ics" => exchange::ics(&posts, &channels, now),
        _ => exchange::csv(&posts, &channels, naming::full_name, now),
    };
    match &wanted.file {
        Some(file) if file.as_os_str() != "-" => {
            write_new(file, &text, wanted.force)?;
            eprintln!("{count} posts written to {}", file.display());
        }
        _ => Output::text(&text)?,
    }
    Ok(Ending::Done)
}

/// What was said, else what the file's name says, else a table.
fn format<'a>(wanted: &'a ExportArgs, output: &Output) -> Result<&'a str> {
    if let Some(format) = &wanted.format {
        return Ok(format);
    }
    let extension = wanted.file.as_deref().and_then(Path::extension).and_then(|extension| extension.to_str());
    match extension {
        None if output.is_json() => Ok("json"),
        None => Ok("csv"),
        Some(known @ ("csv" | "json" | "ics")) => Ok(known),
        Some(other) => Err(Stop::Usage(format!("a file that ends in .{other} needs --format csv, json or ics"))),
    }
}

/// All of it, or nothing: what is written over is whole until the new file is.
fn write_new(file: &Path, text: &str, force: bool) -> Result<()> {
    if file.exists() && !force {
        return Err(Stop::Words(format!("{} is there already; --force writes over it", file.display())));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = NamedTempFile::new_in(folder).and_then(|mut new| {
        new.write_all(text.as_bytes())?;
        new.as_file().sync_all()?;
        if force { new.persist(file) } else { new.persist_noclobber(file) }.map_err(|error| error.error)
    });
    written.map(|_| ()).map_err(|error| Stop::Words(format!("{} cannot be written: {error}", file.display())))
}
