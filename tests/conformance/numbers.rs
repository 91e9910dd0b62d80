//! What the networks counted of a published post.

use chrono::TimeDelta;
use runsheet::domain::write::Timing;
use runsheet::provider::Kind;

use crate::stage::Stage;

pub async fn what_is_published_has_numbers_where_the_provider_tells_them(stage: &Stage) {
    let remote = stage.create(stage.submission("Counted, and looked at", Timing::Now)).await;
    if !stage.provider.capabilities().numbers {
        assert_eq!(stage.provider.numbers(&remote).await.unwrap_err().kind, Kind::Unsupported);
        return;
    }
    stage.pass(stage.at_once());
    stage.pass(TimeDelta::hours(12));
    let asked = stage.requests().len();
    let counted = stage.provider.numbers(&remote).await.unwrap();
    assert!(stage.requests().len() > asked);
    let likes = counted.iter().flat_map(|each| &each.counts).find(|(name, _)| name == "likes");
    assert!(likes.is_some_and(|(_, count)| *count > 0), "{counted:?}");
    // Where channels are told apart, each is one of the post's.
    let posts = stage.posts();
    let ours: Vec<&str> = posts.iter().flat_map(|post| post.accounts()).collect();
    assert!(counted.iter().all(|each| each.channel.as_ref().is_none_or(|id| ours.contains(&id.as_str()))));
}
