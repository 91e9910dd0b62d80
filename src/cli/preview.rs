//! `runsheet preview`: a file as one network shows it.

use serde_json::json;

use crate::clock::Clock;
use crate::session::aside::say;
use crate::text::clean;
use crate::text::preview::preview;
use crate::text::style;

use super::args::{Args, PreviewArgs};
use super::check::{Dress, Finding, Near, book, judged, origins, renditions, rules, severity, worst};
use super::output::Output;
use super::source::Source;
use super::{Ending, Result};

/// Shows a file as one network shows it.
pub async fn run(wanted: PreviewArgs, args: &Args, clock: Clock, output: &Output) -> Result<Ending> {
    let source = Source::open(&wanted.file)?;
    let near = Near::of(rules(args)?, args).await?;
    let media = source.media().await?;
    let renditions = renditions(&source, Some(&wanted.network), &near, args, clock).await?;
    let found = judged(&source, renditions, &media, wanted.style.as_deref(), (&near.rules, &book(args)?))?;
    let total = found.len();
    let Some(Finding { rendition, dress, .. }) = worst(found) else { return Ok(Ending::Refused) };
    let Dress { variant, told, problems, .. } = dress;
    if total > 1 {
        let words =
            format!("{total} channels are on {}: shown is {}, the worst of them", rendition.network, rendition.label);
        say!("{}", clean::one_line(&words));
    }
    for problem in &problems {
        say!("{}", clean::one_line(&format!("{}: {} ({})", severity(problem.severity), problem.words, problem.remedy)));
    }
    let Some(of_network) = near.rules.of_variant(&variant) else { return Ok(Ending::Refused) };
    let shown = preview(&variant, of_network, wanted.width);
    let lines: Vec<String> =
        shown.lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect();
    if output.is_json() {
        output.value(&json!({
            "network": rendition.network.key(),
            "title": variant.title,
            "lines": lines,
            "folded_after": shown.folded_after,
            "card": shown.card,
            "no_card": shown.no_card,
            "media": variant.media.iter().map(|media| media.called()).collect::<Vec<_>>(),
            "from": origins(&told),
        }))?;
        return Ok(Ending::Done);
    }
    if let Some(title) = &variant.title {
        output.line(&clean::one_line(title))?;
        output.line("")?;
    }
    let attached = |output: &Output| {
        variant
            .media
            .iter()
            .try_for_each(|media| output.line(&clean::one_line(&format!("[{}]", super::output::media(media)))))
    };
    for (at, line) in lines.iter().enumerate() {
        if at == shown.media_at {
            attached(output)?;
        }
        output.line(line.trim_end())?;
        if shown.folds_after(at) {
            output.line("      …more (the feed folds here)")?;
        }
    }
    if shown.media_at >= lines.len() {
        attached(output)?;
    }
    let card = shown.card.map(|host| format!("[link card: {host}]"));
    if let Some(words) = card.or(shown.no_card.map(|why| format!("[no link card: {why}]"))) {
        output.line(&words)?;
    }
    if !told.is_empty() {
        output.line(&clean::one_line(&format!("[{}]", style::told(&told))))?;
    }
    Ok(Ending::Done)
}
