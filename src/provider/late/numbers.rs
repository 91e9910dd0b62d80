//! What Late's networks counted of a post (contract, section 9).

use serde_json::Value;

use super::Late;
use crate::domain::ids::RemoteId;
use crate::domain::numbers::Counted;
use crate::provider::Result;
use crate::provider::http::Call;
use crate::provider::tolerant::{Ref, instant, text};

/// The whole numbers of the contract, as people call them. Rates and follower counts are left out.
const COUNTS: &[&str] = &["impressions", "reach", "views", "likes", "comments", "shares", "saves", "clicks"];

impl Late {
    /// The numbers of one post, per channel where the host tells them apart.
    pub(super) async fn counted(&self, id: &RemoteId) -> Result<Vec<Counted>> {
        let query = [("postId", id.to_string())];
        let answer = self.http.call(Call::get("/analytics", &query)).await?;
        let rows = answer.json.get("platformAnalytics").and_then(Value::as_array);
        let rows: Vec<Counted> = rows.into_iter().flatten().filter_map(row).collect();
        let whole = || counts(answer.json.get("analytics")?, None);
        Ok(if rows.is_empty() { whole().into_iter().collect() } else { rows })
    }
}

fn row(row: &Value) -> Option<Counted> {
    let account: Ref = serde_json::from_value(row.get("accountId")?.clone()).ok()?;
    counts(row.get("analytics")?, account.0.map(RemoteId::new))
}

fn counts(analytics: &Value, channel: Option<RemoteId>) -> Option<Counted> {
    let count = |name: &&str| Some(((*name).to_owned(), analytics.get(*name)?.as_u64()?));
    let counts: Vec<_> = COUNTS.iter().filter_map(count).collect();
    let at = text(analytics, &["lastUpdated"]).and_then(instant);
    (!counts.is_empty()).then_some(Counted { channel, counts, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_numbers_are_taken_and_nothing_else() {
        let told = json!({"accountId": {"_id": "a1"}, "analytics": {"likes": 12, "views": 0, "reach": null, "shares": -1,
            "engagementRate": 4.2, "lastUpdated": "2026-10-20T11:00:00.000Z"}});
        let counted = row(&told).unwrap();
        assert_eq!(counted.channel, Some(RemoteId::new("a1")));
        assert_eq!(counted.counts, [("views".to_owned(), 0), ("likes".to_owned(), 12)]);
        assert_eq!(counted.at.unwrap().to_rfc3339(), "2026-10-20T11:00:00+00:00");
        for odd in [json!({}), json!({"accountId": "a1"}), json!({"accountId": "a1", "analytics": []}), json!(7)] {
            assert_eq!(row(&odd), None, "{odd}");
        }
    }
}
