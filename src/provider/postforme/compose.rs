//! The bodies of writes. A change replaces the whole post there, so what was read just before is put back around what
//! is ours: settings made on the provider's site, and the external id. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::map::{platform, title};
use super::{options, wire};
use crate::domain::ids::{IntentId, PostId};
use crate::domain::media::Media;
use crate::domain::problem::{Place, Problem};
use crate::domain::write::{Submission, SubmissionTarget, Timing};
use crate::provider::tolerant::{text, wire_time};
use crate::provider::{Again, Kind, ProviderError, Reach, Result};

/// The most that is kept of a post between reading and replacing it, in bytes; bodies end at 100 KiB (contract,
/// section 1).
const MOST_KEPT: usize = 64 * 1024;

/// The platforms that have a title (contract, section 6).
const TITLED: &[&str] = &["pinterest", "tiktok", "tiktok_business", "youtube"];

/// What a post carries of ours and a look-up asks for: one per write, so that a post made again is told from the first.
pub fn external_id(post: PostId, key: IntentId) -> String {
    format!("{post}.{key}")
}

/// What of a post has to survive its replacement, as text for the receipt: no account but its id.
pub fn keepsake(post: &Value) -> Result<String> {
    let field = |name: &str| post.get(name).cloned().unwrap_or(Value::Null);
    let accounts = post.get("social_accounts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let accounts: Vec<&str> = accounts.iter().filter_map(|account| text(account, &["id"])).collect();
    let kept = json!({
        "caption": field("caption"),
        "external_id": field("external_id"),
        "social_accounts": accounts,
        "media": field("media"),
        "platform_configurations": field("platform_configurations"),
        "account_configurations": field("account_configurations"),
    });
    let kept = kept.to_string();
    if kept.len() > MOST_KEPT {
        return Err(unfit("the post holds more settings there than can be sent back with a change: edit it there"));
    }
    Ok(kept)
}

/// The body of a new post.
pub fn new_post(submission: &Submission, key: IntentId) -> Result<wire::NewPost<'_>> {
    whole_post(submission, key, &Value::Null)
}

/// The body that makes a post there what `submission` says, with what `kept` still holds of it.
pub fn whole_post<'a>(submission: &'a Submission, key: IntentId, kept: &Value) -> Result<wire::NewPost<'a>> {
    if submission.targets.is_empty() {
        return Err(invalid("no-channel", Place::Channels, "a post there needs a channel".into()));
    }
    if let Some(target) =
        submission.targets.iter().find(|target| target.at.is_some_and(|at| submission.timing != Timing::At(at)))
    {
        let words = format!("Post for Me has one time per post: {} needs a post of its own", target.network);
        return Err(invalid("own-time", Place::When, words));
    }
    let caption = caption(submission)?;
    let external = text(kept, &["external_id"]).map(str::to_owned);
    Ok(wire::NewPost {
        caption,
        social_accounts: submission.targets.iter().map(|target| target.remote.as_str()).collect(),
        scheduled_at: match submission.timing {
            Timing::At(at) => Some(wire_time(at)),
            Timing::Draft | Timing::Now => None,
        },
        is_draft: submission.timing == Timing::Draft,
        external_id: external.unwrap_or_else(|| external_id(submission.post, key)),
        media: media(&submission.media, kept)?,
        platform_configurations: platforms(submission, kept),
        account_configurations: accounts(submission, caption, kept),
    })
}

/// The body that publishes what is there at once, as it is.
pub fn same_post_now(kept: &Value) -> Value {
    let mut body = kept.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.insert("scheduled_at".into(), Value::Null);
        fields.insert("isDraft".into(), false.into());
        for name in ["platform_configurations", "account_configurations", "media"] {
            if let Some(value) = fields.get_mut(name) {
                drop_nulls(value);
            }
        }
        fields.retain(|name, value| !value.is_null() || name == "scheduled_at");
    }
    body
}

/// The default text. It may not be empty, so where every channel has a text of its own the first of them serves.
fn caption(submission: &Submission) -> Result<&str> {
    let blank = |text: &str| text.trim().is_empty();
    let texts = || submission.targets.iter().map(|target| target.text.as_deref().unwrap_or(&submission.body));
    let caption = if blank(&submission.body) { texts().next().unwrap_or_default() } else { &submission.body };
    if blank(caption) || texts().any(blank) {
        let words = "Post for Me takes no post without a text, not even one with media";
        return Err(invalid("text-required", Place::Text(0..0), words.into()));
    }
    Ok(caption)
}

/// The settings per platform: those made there, without texts (ours are per account), and the title.
fn platforms(submission: &Submission, kept: &Value) -> BTreeMap<String, Value> {
    let there = kept.get("platform_configurations").unwrap_or(&Value::Null);
    let own_media = |row: &Value| row.pointer("/configuration/media").is_some_and(|media| !is_empty(media));
    let shown_twice = rows(kept, "account_configurations").iter().any(own_media);
    let mut platforms: BTreeMap<String, Value> = BTreeMap::new();
    for (name, settings) in there.as_object().into_iter().flatten() {
        let Some(settings) = settings.as_object() else { continue };
        let mut settings = settings.clone();
        settings.remove("caption");
        if shown_twice || settings.get("media").is_none_or(is_empty) {
            settings.remove("media");
        }
        let mut settings = Value::Object(settings);
        drop_nulls(&mut settings);
        if !is_empty(&settings) {
            platforms.insert(name.clone(), settings);
        }
    }
    if submission.title.as_deref() != title(there) {
        for settings in platforms.values_mut().filter_map(Value::as_object_mut) {
            settings.remove("title");
        }
        let titled = submission.targets.iter().map(|target| platform(&target.network)).filter(|it| TITLED.contains(it));
        for (name, title) in titled.filter_map(|name| Some((name, submission.title.as_deref()?))) {
            let settings = platforms.entry(name.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if let Some(settings) = settings.as_object_mut() {
                settings.insert("title".into(), title.into());
            }
        }
        platforms.retain(|_, settings| !is_empty(settings));
    }
    platforms
}

/// Texts of single channels, beside the settings made there for them.
fn accounts(submission: &Submission, caption: &str, kept: &Value) -> Vec<wire::AccountConfiguration> {
    let configured = |target: &SubmissionTarget| {
        let there = rows(kept, "account_configurations")
            .iter()
            .find(|row| text(row, &["social_account_id"]) == Some(target.remote.as_str()));
        let mut settings = there.and_then(|row| row.get("configuration")).cloned().unwrap_or_else(|| json!({}));
        drop_nulls(&mut settings);
        let mut settings = settings.as_object().cloned().unwrap_or_default();
        settings.remove("caption");
        if settings.get("media").is_some_and(is_empty) {
            settings.remove("media");
        }
        settings.retain(|name, _| !options::is_ours(&target.network, name));
        settings.extend(options::configured(&target.network, &target.extras.options));
        let own = target.text.as_deref().unwrap_or(&submission.body);
        if own != caption {
            settings.insert("caption".into(), own.into());
        }
        (!settings.is_empty()).then(|| wire::AccountConfiguration {
            social_account_id: target.remote.as_str().to_owned(),
            configuration: settings,
        })
    };
    submission.targets.iter().filter_map(configured).collect()
}

/// The attachments by address; one that is there already keeps its thumbnail and tags.
fn media(media: &[Media], kept: &Value) -> Result<Vec<Value>> {
    let item = |media: &Media| {
        if !media.source.starts_with("https://") && !media.source.starts_with("http://") {
            let words = "Post for Me takes media by their address: this file has to be uploaded first";
            return Err(invalid("media-address", Place::Media(None), words.into()));
        }
        let there = rows(kept, "media").iter().find(|item| text(item, &["url"]) == Some(&media.source));
        let mut item = there.cloned().unwrap_or_else(|| json!({"url": media.source}));
        drop_nulls(&mut item);
        Ok(item)
    };
    media.iter().map(item).collect()
}

/// The body of a preview.
pub fn preview(submission: &Submission) -> Result<wire::Preview<'_>> {
    let caption = caption(submission)?;
    let accounts_shown = submission
        .targets
        .iter()
        .map(|target| wire::PreviewAccount { id: target.remote.as_str(), platform: platform(&target.network) });
    Ok(wire::Preview {
        caption,
        preview_social_accounts: accounts_shown.collect(),
        media: media(&submission.media, &Value::Null)?,
        platform_configurations: platforms(submission, &Value::Null),
        account_configurations: accounts(submission, caption, &Value::Null),
    })
}

fn rows<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Takes fields away that say nothing: a null below a platform breaks the server (contract, section 5).
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn unfit(words: &str) -> ProviderError {
    ProviderError::new(Kind::Invalid, Reach::Answered, Again::Never, words)
}

/// Something Post for Me has no words for: found before anything is sent.
fn invalid(code: &str, place: Place, words: String) -> ProviderError {
    let mut error = ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words.clone());
    error.problems.push(Problem::blocker(code, place, words, "split it into posts of their own, or change it"));
    error
}
