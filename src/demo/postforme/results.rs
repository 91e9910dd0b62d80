//! Post for Me's results: its paging counts posts, not results.

use serde_json::Value;

use super::{Window, shape, values};
use crate::demo::records::SimPost;
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

pub(super) fn list(site: &Site, call: &Call) -> Answer {
    let window = match Window::read(call, &["post_id", "platform", "social_account_id", "offset", "limit"]) {
        Ok(window) => window,
        Err(refused) => return refused,
    };
    let (posts, accounts) = (values(call, "post_id"), values(call, "social_account_id"));
    let fits =
        |post: &&SimPost| shape::status(post) == "processed" && (posts.is_empty() || posts.contains(&post.id.as_str()));
    let all: Vec<&SimPost> = site.posts.iter().rev().filter(fits).collect();
    let page = all.iter().skip(window.offset).take(window.limit);
    let mine = |result: &Value| {
        accounts.is_empty() || result["social_account_id"].as_str().is_some_and(|account| accounts.contains(&account))
    };
    let data: Vec<Value> = page.flat_map(|post| shape::results(post)).filter(mine).collect();
    window.answer(call, data, all.len())
}
