//! `runsheet export`: posts that a filter takes, as a table, as JSON, as Markdown files or as a calendar.

use std::path::Path;

use crate::desk::export::{Form, NotWritten, Written, put, told};
use crate::session::Session;
use crate::session::aside::say;

use super::args::ExportArgs;
use super::filters;
use super::output::Output;
use super::{Ending, Result, Stop};

/// Writes the posts to the file, or to stdout.
pub async fn run(session: &Session, wanted: &ExportArgs, output: &Output) -> Result<Ending> {
    let filter = filters::read(wanted.filter.as_deref(), &[])?;
    let file = wanted.file.as_deref().filter(|file| file.as_os_str() != "-");
    let form = form(wanted, file, output)?;
    let (count, written) = session.desk.outgoing(&filter, form).await?;
    match (file, written) {
        (Some(file), written) => {
            put(file, &written, wanted.force).map_err(|error| match error {
                NotWritten::There(words) => Stop::Words(format!("{words}; --force writes over it")),
                NotWritten::Cannot(words) => Stop::Words(words),
            })?;
            say!("{}", told(count, file));
        }
        (None, Written::File(text)) => Output::text(&text)?,
        (None, Written::Folder(_)) => return Err(Stop::Usage("Markdown files need a folder: name one".into())),
    }
    Ok(Ending::Done)
}

/// What was said, else what the file's name says, else a table.
fn form(wanted: &ExportArgs, file: Option<&Path>, output: &Output) -> Result<Form> {
    if let Some(form) = wanted.format.as_deref().and_then(Form::from_word) {
        return Ok(form);
    }
    let named = file.map(Form::of).transpose().map_err(|words| Stop::Usage(format!("{words}; or say --format")))?;
    Ok(named.flatten().unwrap_or(if output.is_json() { Form::Json } else { Form::Table }))
}
