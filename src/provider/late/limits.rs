//! What Late publishes of limits: the longest text by network (contract, section 6.8); the longest video of each TikTok
//! account, who may see its posts and what may be done with them (section 7).

use serde_json::Value;

use super::options::ours;
use super::{Late, frozen};
use crate::domain::channel::{Channel, Network};
use crate::domain::published::{Most, Published};
use crate::provider::address::segment;
use crate::provider::http::Call;
use crate::provider::tolerant::text;
use crate::provider::{Kind, Result};

const PRIVACY: &str = "tiktok.privacy";
/// Their name for what readers can do, and our option.
const INTERACTIONS: &[(&str, &str)] =
    &[("allow_comment", "tiktok.comments"), ("allow_duet", "tiktok.duet"), ("allow_stitch", "tiktok.stitch")];

/// TikTok accounts that are asked about; every one is a call.
const MOST_ASKED: usize = 20;

#[derive(serde::Serialize)]
struct Asked {
    text: &'static str,
}

impl Late {
    /// Everything it publishes for these channels. Hosts of the first generation publish nothing.
    pub(super) async fn published(&self, channels: &[Channel]) -> Result<Vec<Published>> {
        // Any text will do: only the limits are of interest.
        let answer =
            match self.http.call(Call::ask("/tools/validate/post-length", &frozen(&Asked { text: "-" })?)).await {
                Ok(answer) => answer,
                Err(error) if error.kind == Kind::NotFound => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
        let mut limits = texts(&answer.json);
        let tiktok = Network::from_word("tiktok");
        for channel in channels.iter().filter(|channel| channel.network == tiktok).take(MOST_ASKED) {
            let path = format!("/accounts/{}/tiktok/creator-info", segment(channel.remote.as_str())?);
            match self.http.call(Call::get(&path, &[("mediaType", "video".to_owned())])).await {
                Ok(answer) => limits.extend(creator(&answer.json).map(|most| Published {
                    channel: Some(channel.remote.clone()),
                    network: tiktok.clone(),
                    most,
                    by: None,
                })),
                // An account that TikTok will not tell of takes nothing from the others.
                Err(error) if matches!(error.status, Some(400..=499)) && error.status != Some(429) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(limits)
    }
}

/// The longest text by network. Which accounts write as `twitterPremium`, Late does not tell: that row is left out.
fn texts(answer: &Value) -> Vec<Published> {
    let rows = answer.get("platforms").and_then(Value::as_object).into_iter().flatten();
    rows.filter_map(|(platform, row)| {
        let network = Network::from_word(platform);
        let count = row.get("limit").and_then(whole).filter(|_| network.is_known())?;
        Some(Published { channel: None, network, most: Most::Text(count), by: None })
    })
    .collect()
}

/// What TikTok lets one of its accounts do.
fn creator(answer: &Value) -> impl Iterator<Item = Most> {
    let longest = answer.pointer("/postingLimits/maxVideoDurationSec").and_then(whole).map(Most::VideoSeconds);
    longest.into_iter().chain(privacy(answer)).chain(closed(answer))
}

/// Who can be let see its posts; nothing where it says nothing that we have a word for.
fn privacy(answer: &Value) -> Option<Most> {
    let levels = answer.get("privacyLevels").and_then(Value::as_array)?;
    let named = |level: &Value| text(level, &["value"]).or_else(|| level.as_str()).map(str::to_owned);
    let values: Vec<String> = levels.iter().filter_map(|level| ours(PRIVACY, &named(level)?)).collect();
    (!values.is_empty()).then(|| Most::Values { option: PRIVACY.into(), values })
}

/// What readers can do with posts elsewhere and not with its own.
fn closed(answer: &Value) -> Vec<Most> {
    let off = |name: &str| {
        let enabled = answer.pointer(&format!("/postingLimits/interactionSettings/{name}/enabled"));
        enabled == Some(&Value::Bool(false))
    };
    let closed = INTERACTIONS.iter().filter(|(theirs, _)| off(theirs));
    closed.map(|(_, option)| Most::Values { option: (*option).into(), values: vec!["no".into()] }).collect()
}

/// A whole number above 0.
fn whole(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_that_say_nothing_are_left_out() {
        let answer = json!({"text": "-", "platforms": {
            "twitter": {"count": 1, "limit": 280, "valid": true},
            "twitterPremium": {"count": 1, "limit": 25000, "valid": true},
            "googlebusiness": {"count": 1, "limit": 1500, "valid": true},
            "threads": {"count": 1, "limit": "500"}, "bluesky": 300, "discord": {"limit": 0}}});
        let said: Vec<_> = texts(&answer).into_iter().map(|it| (it.network.key().to_owned(), it.most)).collect();
        assert_eq!(said, [("google_business".to_owned(), Most::Text(1500)), ("x".to_owned(), Most::Text(280))]);
        for odd in [json!({}), json!([]), json!({"platforms": 3})] {
            assert_eq!(texts(&odd), []);
        }
    }

    #[test]
    fn what_tiktok_lets_an_account_do_is_read_in_our_words() {
        let said = |answer: Value| creator(&answer).collect::<Vec<_>>();
        let only = |option: &str, values: &[&str]| Most::Values {
            option: option.into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let full = json!({"creator": {"canPostMore": true},
            "privacyLevels": [{"value": "FOLLOWER_OF_CREATOR", "label": "Followers"}, {"value": "SELF_ONLY"}, {"value": "NEW"}],
            "postingLimits": {"maxVideoDurationSec": 600, "interactionSettings": {
                "allow_comment": {"enabled": true}, "allow_duet": {"enabled": false}, "allow_stitch": {}}}});
        let known =
            [Most::VideoSeconds(600), only("tiktok.privacy", &["followers", "private"]), only("tiktok.duet", &["no"])];
        assert_eq!(said(full), known);
        for odd in [
            json!({}),
            json!([]),
            json!({"privacyLevels": [{"value": "NEW"}, 3, null], "postingLimits": []}),
            json!({"privacyLevels": "all", "postingLimits": {"maxVideoDurationSec": -1, "interactionSettings": 1}}),
        ] {
            assert_eq!(said(odd), []);
        }
    }
}
