//! What a preview shows to be wrong: Post for Me cuts and drops in silence what a network does not take, so what it
//! would do is measured here (contract, section 6.1). Pure.

use serde_json::Value;

use crate::domain::channel::Network;
use crate::domain::ids::RemoteId;
use crate::domain::problem::{Place, Problem};
use crate::domain::published::{Most, Published};
use crate::provider::tolerant::text;

/// What a platform takes of a text, in UTF-16 code units, and of media: at least, at most.
struct Limits {
    text: Option<usize>,
    least_media: usize,
    most_media: Option<usize>,
}

fn limits(platform: &str) -> Limits {
    let (text, least_media, most_media) = match platform {
        "x" => (Some(280), 0, Some(4)),
        "threads" => (Some(500), 0, Some(4)),
        "bluesky" => (Some(300), 0, Some(4)),
        "instagram" => (Some(2_200), 1, Some(10)),
        "linkedin" => (None, 0, Some(20)),
        "pinterest" => (Some(800), 1, Some(1)),
        "youtube" => (Some(2_200), 1, Some(1)),
        "tiktok" | "tiktok_business" => (None, 1, Some(32)),
        _ => (None, 0, None),
    };
    Limits { text, least_media, most_media }
}

/// The longest text of an X account that pays for more.
const PREMIUM: usize = 2_200;

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn parts(preview: &Value) -> (&str, &str, &str) {
    let part = |name| text(preview, &[name]).unwrap_or_default();
    (part("platform"), part("social_account_id"), part("caption"))
}

/// The accounts whose text fits only if the network lets them write more.
pub fn asks_for_premium(previews: &[Value]) -> Vec<&str> {
    let longer = |(platform, _, caption): &(&str, &str, &str)| *platform == "x" && units(caption) > 280;
    previews.iter().map(parts).filter(longer).map(|(_, account, _)| account).collect()
}

/// The accounts among `listed` that may write more.
pub fn premium(listed: &[Value]) -> Vec<String> {
    let more = |account: &&Value| account.pointer("/metadata/has_platform_premium") == Some(&Value::Bool(true));
    listed.iter().filter(more).filter_map(|account| text(account, &["id"])).map(str::to_owned).collect()
}

/// What an account of X that may write more takes here: the rest of a longer text would be left out.
pub fn published(account: String) -> Published {
    Published {
        channel: Some(RemoteId::new(account)),
        network: Network::from_word("x"),
        most: Most::Text(PREMIUM),
        by: None,
    }
}

/// What would be cut, dropped or refused of `draft`, by what the previews say each channel would get.
pub fn problems(previews: &[Value], premium: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for preview in previews {
        let (platform, account, caption) = parts(preview);
        let network = Network::from_word(platform);
        let mut limits = limits(platform);
        if platform == "x" && premium.iter().any(|id| id == account) {
            limits.text = Some(PREMIUM);
        }
        if let Some(most) = limits.text.filter(|most| units(caption) > *most) {
            let words = format!("{network} would get only the first {most} of {} characters", units(caption));
            let place = Place::Text(beyond(caption, most)..caption.len());
            problems.push(Problem::blocker("too-long", place, words, "shorten it").on(&network));
        }
        let media = preview.get("media").and_then(Value::as_array).map_or(0, Vec::len);
        if media < limits.least_media {
            let words = format!("{network} takes no post without a picture or a video");
            problems.push(Problem::blocker("media-required", Place::Media(None), words, "attach one").on(&network));
        }
        if let Some(most) = limits.most_media.filter(|most| media > *most) {
            let words = format!("{network} would get only the first {most} of {media} attachments");
            problems
                .push(Problem::warning("too-many-media", Place::Media(Some(most)), words, "attach fewer").on(&network));
        }
    }
    problems
}

/// Where in `text` the first `most` UTF-16 code units end, in bytes.
fn beyond(text: &str, most: usize) -> usize {
    let mut left = most;
    for (at, sign) in text.char_indices() {
        match left.checked_sub(sign.len_utf16()) {
            Some(rest) => left = rest,
            None => return at,
        }
    }
    text.len()
}
