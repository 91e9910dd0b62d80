//! Our words into FS Poster's: what a group shall carry. Pure.

use serde_json::{Map, Value, json};

use super::text::{cut_off, guarded};
use super::{options, wire};
use crate::domain::channel::Network;
use crate::domain::media::Media;
use crate::domain::problem::{Place, Problem};
use crate::domain::write::{Submission, SubmissionTarget, Timing};
use crate::provider::{Again, Kind, ProviderError, Reach, Result};

/// The body that makes, or with `group` changes, a group that carries what `submission` says.
pub fn group(submission: &Submission, group: Option<&str>) -> Result<wire::Compose> {
    let share_at = match submission.timing {
        Timing::At(at) => Some(at.timestamp()),
        Timing::Now => None,
        // Without a time the site would publish at once.
        Timing::Draft => return Err(ProviderError::unsupported("Posto keeps no drafts: they stay here")),
    };
    let schedules = submission.targets.iter().map(|target| entry(submission, target)).collect::<Result<_>>()?;
    Ok(wire::Compose { schedule_group_id: group.map(str::to_owned), wp_post_id: None, schedules, share_at })
}

fn entry(submission: &Submission, target: &SubmissionTarget) -> Result<wire::Entry> {
    if target.at.is_some_and(|at| submission.timing != Timing::At(at)) {
        let words = format!("Posto has one time per post: {} needs a post of its own", target.network);
        return Err(invalid("own-time", Place::When, words, "split it into posts of their own"));
    }
    let channel_id = target.remote.as_str().parse().map_err(|_| {
        let words = format!("{} is no channel of this site: its channels have numbers", target.remote);
        invalid("unknown-channel", Place::Channels, words, "choose the channel again")
    })?;
    let text = target.text.as_deref().unwrap_or(&submission.body);
    if let Some(problem) = lost(text, &target.network) {
        let mut error = ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, problem.words.clone());
        error.problems.push(problem);
        return Err(error);
    }
    let mut custom_post_data = Map::new();
    custom_post_data.insert("post_content".into(), json!(guarded(text)));
    custom_post_data.extend(options::fields(submission, target));
    let media = target.extras.media.as_deref().unwrap_or(&submission.media);
    custom_post_data.extend(attached(media)?);
    // One text for all of a channel's attachments.
    if let Some(described) = media.first().filter(|media| !media.alt.trim().is_empty()) {
        custom_post_data.insert("alt_text".into(), json!(described.alt));
    }
    Ok(wire::Entry { channel_id, custom_post_data })
}

/// Attachments go by their ids in the site's library.
fn attached(media: &[Media]) -> Result<Map<String, Value>> {
    let id = |media: &Media| {
        media.source.parse::<u64>().map_err(|_| {
            let words = format!("{} is not in the library of the site: it has to be uploaded first", shown(media));
            invalid("not-uploaded", Place::Media(None), words, "attach it as a file")
        })
    };
    let ids = media.iter().map(id).collect::<Result<Vec<u64>>>()?;
    let mut fields = Map::new();
    fields.insert("upload_media".into(), json!(!ids.is_empty()));
    if !ids.is_empty() {
        fields.insert("upload_media_type".into(), json!("custom"));
        fields.insert("media_list_to_upload".into(), json!(ids));
    }
    Ok(fields)
}

fn shown(media: &Media) -> &str {
    if media.name.is_empty() { "an attachment" } else { &media.name }
}

/// What the site would drop of `text`, as a problem.
pub fn lost(text: &str, network: &Network) -> Option<Problem> {
    let range = cut_off(text)?;
    let lost: String = text.get(range.clone()).unwrap_or_default().chars().take(20).collect();
    let words = format!("Posto takes “{lost}” for the beginning of a tag and would drop what follows");
    let problem = Problem::blocker("read-as-tag", Place::Text(range), words, "put a space behind the <");
    Some(problem.on(network))
}

/// The fields that were set at the site stay, beside those that we say. The link stays where it leads somewhere: to an
/// address that someone chose, or to a post of the site's own (`leads_home`).
pub fn beside(there: &Map<String, Value>, ours: Map<String, Value>, leads_home: bool) -> Map<String, Value> {
    let mut fields = there.clone();
    for field in ["upload_media", "upload_media_type", "media_list_to_upload"] {
        fields.remove(field);
    }
    let chosen = there.get("custom_link").and_then(Value::as_str).is_some_and(|link| !link.is_empty());
    let asked = ours.get("attach_link") == Some(&json!(true));
    let link = there.get("attach_link").filter(|_| (chosen || leads_home) && !asked).cloned();
    fields.extend(ours);
    fields.extend(link.map(|link| ("attach_link".to_owned(), link)));
    fields
}

/// Something FS Poster has no words for: found before anything is sent.
fn invalid(code: &str, place: Place, words: String, remedy: &str) -> ProviderError {
    let mut error = ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words.clone());
    error.problems.push(Problem::blocker(code, place, words, remedy));
    error
}
