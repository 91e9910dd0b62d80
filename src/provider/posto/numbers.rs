//! What networks counted of a group's rows, as FS Poster has it from them (contract, section 8).

use serde_json::Value;

use super::Posto;
use super::site::Ask;
use crate::domain::ids::RemoteId;
use crate::domain::numbers::Counted;
use crate::provider::{Kind, ProviderError, Result, words};

const INSIGHTS: &str = "/fs-poster/v1/schedules/insights";
/// What a row that was sent is called.
const SENT: &str = "success";
/// The longest a label gets, in characters.
const LONGEST: usize = 24;

impl Posto {
    /// The numbers of one group, row by row: only what was sent has any.
    pub(super) async fn counted(&self, group: &RemoteId) -> Result<Vec<Counted>> {
        let (mut counted, mut refused) = (Vec::new(), None);
        for row in self.rows(group.as_str()).await? {
            let (Some(id), true) = (row.id.0, row.status == SENT) else { continue };
            let counts = match self.site.call(Ask::get(INSIGHTS, &[("id", id)])).await {
                Ok(answer) => counts(&answer.json),
                Err(error) => {
                    let whole = speaks_for_the_site(&error);
                    refused.get_or_insert(error);
                    if whole {
                        break;
                    }
                    continue;
                }
            };
            if !counts.is_empty() {
                counted.push(Counted { channel: row.channel.id.0.map(RemoteId::new), counts, at: None });
            }
        }
        // What is not told of one row hides nothing of the others.
        refused.filter(|_| counted.is_empty()).map_or(Ok(counted), Err)
    }
}

/// Whether it is no use to ask for the next row.
fn speaks_for_the_site(error: &ProviderError) -> bool {
    matches!(error.kind, Kind::Unauthorised | Kind::RateLimited | Kind::Unavailable)
}

/// Labels and values, which come as numbers or as text.
fn counts(answer: &Value) -> Vec<(String, u64)> {
    let insight = |each: &Value| {
        let label: String = words::name(each.get("label")?.as_str()?).chars().take(LONGEST).collect();
        let value = each.get("value")?;
        let value = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
        (!label.is_empty()).then(|| (label.to_lowercase(), value))
    };
    let insights = answer.get("insights").and_then(Value::as_array);
    insights.into_iter().flatten().filter_map(insight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_come_as_numbers_or_as_text() {
        let told = json!({"insights": [{"label": "Likes", "value": 12}, {"label": "Hits", "value": "3"},
            {"label": "Odd\u{1b}[2J", "value": "many"}, {"value": 1}, "junk"]});
        assert_eq!(counts(&told), [("likes".to_owned(), 12), ("hits".to_owned(), 3)]);
        assert!(counts(&json!([])).is_empty() && counts(&json!({"insights": {}})).is_empty());
    }
}
