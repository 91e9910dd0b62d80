//! What Late says of single attachments: whether it can use what lies at an address, and which networks it is too large
//! for (contract, section 5).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Late, frozen, map};
use crate::domain::media::{Media, MediaKind, Whereabouts, size_words};
use crate::domain::problem::{Place, Problem};
use crate::domain::write::Submission;
use crate::provider::http::Call;
use crate::provider::tolerant::text;
use crate::provider::words;

/// How long an answer is as good as new: a check follows every pause of the typing, and calls are counted.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// Addresses that are looked at in one check; every one is a call.
const MOST_ASKED: usize = 10;
/// Answers that are kept.
const MOST_KEPT: usize = 200;

/// What it said of addresses, and when.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<BTreeMap<String, (DateTime<Utc>, Value)>>);

#[derive(serde::Serialize)]
struct Asked<'a> {
    url: &'a str,
}

impl Late {
    /// What stands against the attachments of `draft`. A look that fails takes nothing from what else was said.
    pub(super) async fn minded_media(&self, draft: &Submission) -> Vec<Problem> {
        let mut said = BTreeMap::new();
        for address in addresses(draft) {
            let Some(answer) = self.look(&address).await else { break };
            said.insert(address, answer);
        }
        problems(draft, &said)
    }

    /// Its answer about one address: what it said lately, else asked for. Nothing where it cannot be asked.
    async fn look(&self, url: &str) -> Option<Value> {
        let now = self.http.now();
        let known = || self.looks.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known().get(url).filter(|(at, _)| now - *at < FRESH).map(|(_, answer)| answer.clone());
        if fresh.is_some() {
            return fresh;
        }
        let answer = self.http.call(Call::ask("/tools/validate/media", &frozen(&Asked { url }).ok()?)).await.ok()?.json;
        let mut known = known();
        known.retain(|_, (at, _)| now - *at < FRESH);
        if known.len() < MOST_KEPT {
            known.insert(url.to_owned(), (now, answer.clone()));
        }
        Some(answer)
    }
}

/// What it can be asked about, each once. Pure.
fn addresses(draft: &Submission) -> Vec<String> {
    let own = draft.targets.iter().filter_map(|target| target.extras.media.as_ref());
    let mut addresses: Vec<String> = Vec::new();
    for item in [&draft.media].into_iter().chain(own).flatten() {
        if item.whereabouts() == Whereabouts::Web && !addresses.contains(&item.source) {
            addresses.push(item.source.clone());
        }
    }
    addresses.truncate(MOST_ASKED);
    addresses
}

/// Each network's own, once: what it cannot use, and what is larger than it takes. Pure.
fn problems(draft: &Submission, said: &BTreeMap<String, Value>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for target in &draft.targets {
        let media = target.extras.media.as_deref().unwrap_or(&draft.media);
        for (at, item) in media.iter().enumerate() {
            let Some(answer) = said.get(&item.source) else { continue };
            let problem =
                unusable(item, answer, at).or_else(|| too_large(item, answer, map::platform(&target.network), at));
            let problem = problem.map(|problem| problem.on(&target.network));
            problems.extend(problem.filter(|problem| !problems.contains(problem)));
        }
    }
    problems
}

fn unusable(item: &Media, answer: &Value, at: usize) -> Option<Problem> {
    if answer.get("valid") != Some(&Value::Bool(false)) {
        return None;
    }
    let why = text(answer, &["error"]).map(words::name).unwrap_or_else(|| "it does not say why".into());
    let said = format!("it cannot use {}: {why}", item.called());
    Some(Problem::blocker("provider-refuses", Place::Media(Some(at)), said, "attach another one, or the file itself"))
}

/// Pictures are made smaller there, other things are not (contract, section 5).
fn too_large(item: &Media, answer: &Value, platform: &str, at: usize) -> Option<Problem> {
    let limit = answer.get("platformLimits")?.get(platform)?;
    if limit.get("withinLimit") != Some(&Value::Bool(false)) {
        return None;
    }
    let bytes = |value: Option<&Value>| value.and_then(Value::as_u64).filter(|bytes| *bytes > 0).map(size_words);
    let size = bytes(answer.get("size")).map_or_else(|| "too large".into(), |size| size.to_string());
    let most = bytes(limit.get("limit"));
    let takes = most.as_ref().map_or_else(|| "; it takes less there".into(), |most| format!("; it takes {most} there"));
    let remedy = most.map_or_else(|| "make it smaller".into(), |most| format!("bring it down to {most}"));
    let (said, place) = (format!("{} is {size}{takes}", item.called()), Place::Media(Some(at)));
    Some(match item.kind {
        MediaKind::Image => {
            Problem::warning("provider-warns", place, format!("{said}, and makes pictures smaller itself"), remedy)
        }
        _ => Problem::blocker("provider-refuses", place, said, remedy),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_odd_answer_says_nothing_and_a_refusal_without_words_is_one() {
        let item = Media::at_address("https://a.example/film.mp4".into(), MediaKind::Video);
        for odd in [
            json!(null),
            json!([]),
            json!({"platformLimits": 3}),
            json!({"platformLimits": {"twitter": {}}}),
            json!({"valid": true, "platformLimits": {"twitter": {"withinLimit": true, "limit": 1}}}),
        ] {
            assert_eq!((unusable(&item, &odd, 0), too_large(&item, &odd, "twitter", 0)), (None, None), "{odd}");
        }
        let words = |problem: Option<Problem>| problem.map(|it| (it.words, it.remedy)).unwrap();
        assert!(words(unusable(&item, &json!({"valid": false}), 0)).0.ends_with("film.mp4: it does not say why"));
        let bare = json!({"platformLimits": {"twitter": {"withinLimit": false, "limit": "512 MB"}}});
        let said = words(too_large(&item, &bare, "twitter", 0));
        assert_eq!(said, ("film.mp4 is too large; it takes less there".into(), "make it smaller".into()));
    }
}
