//! What a site says about its networks and channels: read before a post is made, and changed with care.
//!
//! Saving replaces: every key that is left out falls back to a default, for everybody at the site (contract, section
//! 4). So a change is laid over what is there now, checked for the types that are there, and posted whole.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use unicode_segmentation::UnicodeSegmentation as _;

use super::site::Ask;
use super::{CHANNELS, Posto, compose, map};
use crate::domain::channel::Network;
use crate::domain::ids::RemoteId;
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::write::Submission;
use crate::provider::http::{Answer, Purpose};
use crate::provider::{Again, Kind, Provider as _, ProviderError, Reach, Result};

/// The longest texts that FS Poster knows of (contract, section 5.1), in characters.
const LONGEST: &[(&str, usize)] = &[("x", 280), ("instagram", 2_200), ("threads", 500)];

/// The networks that take nothing without a picture or a video (contract, section 5.1).
const PICTURED: &[&str] = &["instagram", "pinterest"];

/// What a link counts on X, in characters.
const LINK: usize = 23;

/// Named values: what is set now, beside what may be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// By name; what can be saved.
    pub values: BTreeMap<String, Value>,
    /// The choices of a value that has a list of them, by its name.
    pub choices: BTreeMap<String, Vec<Value>>,
}

/// The settings of one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelSettings {
    /// `auto_share`, filters, and `custom_post_data`: what a new post for it starts from.
    pub custom: BTreeMap<String, Value>,
    /// Who may do what, by role.
    pub permissions: BTreeMap<String, Value>,
    /// The ids of its labels.
    pub labels: Vec<u64>,
}

impl Posto {
    /// What stands in the way of `draft` at this site. Makes nothing.
    pub(super) async fn checked(&self, draft: &Submission) -> Result<Vec<Problem>> {
        let channels = self.channels(None).await?.items;
        let mut problems = Vec::new();
        for target in &draft.targets {
            let network = &target.network;
            let known = channels.iter().find(|channel| channel.id == target.remote);
            problems.extend(match known {
                None => Some(absent(network)),
                Some(channel) if !channel.health.can_post() => Some(expired(network, &channel.handle)),
                Some(_) => None,
            });
            let text = target.text.as_deref().unwrap_or(&draft.body);
            problems.extend(compose::lost(text, network));
            if PICTURED.contains(&network.key()) && draft.media.is_empty() {
                let words = format!("{network} takes no post without a picture or a video");
                problems.push(Problem::blocker("media-required", Place::Media(None), words, "attach one").on(network));
            }
            let limit = LONGEST.iter().find(|(key, _)| *key == network.key()).map(|(_, limit)| *limit);
            if let Some(limit) = limit.filter(|limit| at_least(text, network) > *limit) {
                problems.push(self.too_long(network, text.len(), limit).await?);
            }
        }
        Ok(problems)
    }

    /// A text that is too long is refused by the network, or cut where the site is set to.
    async fn too_long(&self, network: &Network, bytes: usize, limit: usize) -> Result<Problem> {
        let settings = self.network_settings(network).await?;
        let cuts = settings.values.get("cut_post_text") == Some(&Value::Bool(true));
        let (severity, then) = match cuts {
            true => (Severity::Warning, "this site cuts it off there"),
            false => (Severity::Blocker, "the network will refuse it"),
        };
        let words = format!("the text is longer than the {limit} characters of {network}: {then}");
        let mut problem = Problem::blocker("too-long", Place::Text(0..bytes), words, "shorten it").on(network);
        problem.severity = severity;
        Ok(problem)
    }

    /// The settings of a network, as they are now.
    pub async fn network_settings(&self, network: &Network) -> Result<Settings> {
        let answer = self
            .site
            .call(Ask::get(&network_route(network), &[]))
            .await
            .map_err(|error| of_no_network(error, network))?;
        let fields = object(&answer, &answer.json)?;
        let mut settings = Settings::default();
        for (name, value) in fields {
            match name.strip_suffix("_options").and_then(|of| Some((of, value.as_array()?))) {
                Some((of, choices)) => {
                    let values = choices.iter().map(|choice| choice.get("value").unwrap_or(choice).clone());
                    settings.choices.insert(of.to_owned(), values.collect());
                }
                None => {
                    settings.values.insert(name.clone(), value.clone());
                }
            }
        }
        Ok(settings)
    }

    /// Changes some settings of a network: read, merged, checked, saved whole. Answers what is set then.
    pub async fn save_network_settings(
        &self,
        network: &Network,
        changes: &BTreeMap<String, Value>,
    ) -> Result<Settings> {
        let mut settings = self.network_settings(network).await?;
        for (name, value) in changes {
            fits(name, settings.values.get(name), value)?;
            if settings.choices.get(name).is_some_and(|choices| !choices.contains(value)) {
                return Err(invalid(format!("{name} cannot be {value}: it is not among its choices")));
            }
            settings.values.insert(name.clone(), value.clone());
        }
        let shares = settings.values.get("share_to_first_comment") == Some(&Value::Bool(true));
        let comment = settings.values.get("first_comment_text").and_then(Value::as_str).unwrap_or_default();
        if shares && comment.trim().is_empty() {
            return Err(invalid("share_to_first_comment needs a first_comment_text".into()));
        }
        self.save(&network_route(network), &json!(settings.values)).await?;
        Ok(settings)
    }

    /// The settings of a channel, as they are now. Its proxy can be a credential and is not among them.
    pub async fn channel_settings(&self, channel: &RemoteId) -> Result<ChannelSettings> {
        Ok(self.channel_as_kept(channel).await?.0)
    }

    /// Changes some settings of a channel: read, merged, checked, saved whole with its proxy, labels and permissions.
    pub async fn save_channel_settings(
        &self,
        channel: &RemoteId,
        changes: &BTreeMap<String, Value>,
    ) -> Result<ChannelSettings> {
        let id: u64 = channel.as_str().parse().map_err(|_| invalid(format!("{channel} is no channel of this site")))?;
        let (mut settings, proxy) = self.channel_as_kept(channel).await?;
        for (name, value) in changes {
            fits(name, settings.custom.get(name), value)?;
            settings.custom.insert(name.clone(), value.clone());
        }
        let body = json!({
            "id": id,
            "custom_settings": settings.custom,
            "proxy": proxy,
            "permissions": settings.permissions,
            "labels": settings.labels,
        });
        self.save(&format!("{CHANNELS}/settings"), &body).await?;
        Ok(settings)
    }

    async fn channel_as_kept(&self, channel: &RemoteId) -> Result<(ChannelSettings, String)> {
        let route = format!("{CHANNELS}/settings");
        let answer = self.site.call(Ask::get(&route, &[("id", channel.to_string())])).await?;
        let fields = object(&answer, &answer.json)?;
        let rows = |name: &str| fields.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let custom = fields.get("custom_settings").unwrap_or(&Value::Null);
        let mut settings = ChannelSettings {
            custom: object(&answer, custom)?.into_iter().collect(),
            labels: rows("labels").iter().filter_map(|label| id(label.get("value")?)).collect(),
            permissions: BTreeMap::new(),
        };
        for role in rows("roles") {
            let granted =
                role.get("permissions").filter(|given| given.as_array().is_some_and(|given| !given.is_empty()));
            if let (Some(name), Some(granted)) = (role.get("value").and_then(Value::as_str), granted) {
                settings.permissions.insert(name.to_owned(), granted.clone());
            }
        }
        let proxy = fields.get("proxy").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok((settings, proxy))
    }

    async fn save(&self, route: &str, body: &Value) -> Result<()> {
        let body = body.to_string();
        let ask = Ask { method: "POST", route, query: &[], body: Some(&body), purpose: Purpose::Write };
        self.site.call(ask).await.map(|_| ())
    }
}

fn network_route(network: &Network) -> String {
    // A word from elsewhere stays one piece of the path.
    let slug: String = map::slug(network).chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    format!("/fs-poster/v1/social-networks/{slug}/settings")
}

fn of_no_network(error: ProviderError, network: &Network) -> ProviderError {
    if error.status != Some(404) || error.code.as_deref() != Some("rest_no_route") {
        return error;
    }
    let mut error = error;
    error.kind = Kind::NotFound;
    error.again = Again::Never;
    error.words = format!("this site has no settings for {network}");
    error
}

/// The fields of an object, which PHP writes as `[]` while it is empty.
fn object(answer: &Answer, value: &Value) -> Result<Map<String, Value>> {
    match value {
        Value::Object(fields) => Ok(fields.clone()),
        Value::Array(items) if items.is_empty() => Ok(Map::new()),
        _ => Err(answer.unreadable("the answer holds no settings")),
    }
}

/// Whether a value can take the place of another. The site would replace a wrong one by a default and say nothing.
fn fits(name: &str, there: Option<&Value>, new: &Value) -> Result<()> {
    let kind = |value: &Value| match value {
        Value::Bool(_) => "a yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a set of values",
        Value::Null => "nothing",
    };
    match there {
        None => Err(invalid(format!("there is no setting called {name} here"))),
        Some(Value::Null) => Ok(()),
        Some(there) if kind(there) == kind(new) => Ok(()),
        Some(there) => Err(invalid(format!("{name} has to be {}, not {}", kind(there), kind(new)))),
    }
}

/// How long a text is at least, whichever way the network counts; a link may cost less than it is long.
fn at_least(text: &str, network: &Network) -> usize {
    let word = |word: &str| {
        let long = word.graphemes(true).count();
        if network.key() == "x" && word.contains('.') { long.min(LINK) } else { long }
    };
    text.split_inclusive(char::is_whitespace).map(word).sum()
}

fn absent(network: &Network) -> Problem {
    let words = format!("this site does not list the {network} channel any more");
    Problem::blocker("unknown-channel", Place::Channels, words, "choose another channel").on(network)
}

fn expired(network: &Network, name: &str) -> Problem {
    let words = format!("the site's session of {name} on {network} has expired: posts to it fail");
    Problem::blocker("reconnect", Place::Channels, words, "connect the channel again at the site").on(network)
}

fn invalid(words: String) -> ProviderError {
    ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words)
}

/// An id, which sites write as a number or as a text (contract, section 2).
fn id(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}
