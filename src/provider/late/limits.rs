//! What Late publishes of limits: the longest text by network (contract, section 6.8), and the longest video of each
//! TikTok account (section 7).

use serde_json::Value;

use super::{Late, frozen};
use crate::domain::channel::{Channel, Network};
use crate::domain::published::{Most, Published};
use crate::provider::address::segment;
use crate::provider::http::Call;
use crate::provider::{Kind, Result};

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
                Ok(answer) => limits.extend(longest(&answer.json).map(|seconds| Published {
                    channel: Some(channel.remote.clone()),
                    network: tiktok.clone(),
                    most: Most::VideoSeconds(seconds),
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

fn longest(answer: &Value) -> Option<usize> {
    answer.pointer("/postingLimits/maxVideoDurationSec").and_then(whole)
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
        assert_eq!(longest(&json!({"postingLimits": {"maxVideoDurationSec": 600}})), Some(600));
        assert_eq!(longest(&json!({"postingLimits": {"maxVideoDurationSec": -1}})), None);
    }
}
