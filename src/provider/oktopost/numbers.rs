//! What Oktopost counted of a post, on all of its profiles together (contract, posts).

use serde_json::Value;

use super::Oktopost;
use super::wire::count;
use crate::domain::ids::RemoteId;
use crate::domain::numbers::Counted;
use crate::provider::Result;
use crate::provider::address::segment;

/// Its names and ours. Where a network does not give a number, the answer says -1.
const COUNTS: &[(&str, &str)] = &[
    ("ImpressionsAdded", "impressions"),
    ("Likes", "likes"),
    ("Comments", "comments"),
    ("Shares", "shares"),
    ("LinkClicks", "link clicks"),
    ("Conversions", "conversions"),
];

impl Oktopost {
    /// The numbers of one post.
    pub(super) async fn counted(&self, id: &RemoteId) -> Result<Vec<Counted>> {
        let path = format!("/post/{}", segment(id.as_str())?);
        let answer = self.get(&path, &[("stats", "1".to_owned())]).await?;
        let counts = answer.json.get("Stats").map(counts).unwrap_or_default();
        let counted = Counted { channel: None, counts, at: None };
        Ok(if counted.counts.is_empty() { Vec::new() } else { vec![counted] })
    }
}

fn counts(stats: &Value) -> Vec<(String, u64)> {
    let counted = |(theirs, ours): &(&str, &str)| Some(((*ours).to_owned(), count(stats.get(*theirs)?)?));
    COUNTS.iter().filter_map(counted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_network_does_not_give_is_left_out() {
        let told = json!({"LinkClicks": "12", "Conversions": 1, "Comments": 2, "Likes": 40, "ImpressionsAdded": -1});
        let names: Vec<String> = counts(&told).into_iter().map(|(name, count)| format!("{name} {count}")).collect();
        assert_eq!(names, ["likes 40", "comments 2", "link clicks 12", "conversions 1"]);
        assert!(counts(&json!([])).is_empty());
    }
}
