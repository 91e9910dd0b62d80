//! Refused duplicates: what the desk finds for the screen, and what it links.

use crate::desk::Desk;
use crate::domain::ids::PostId;
use crate::domain::twin::{Finding, Twin};
use crate::tui::msg::{Notice, Tone};

/// What the store knows to say the same as refused duplicates. Where it cannot be read, another answer says so.
pub(super) async fn find(desk: &Desk, ids: Vec<PostId>) -> Vec<(PostId, Vec<Finding>)> {
    let mut found = Vec::new();
    for id in ids {
        if let Ok(Some(post)) = desk.store.post(id).await
            && let Ok(findings) = desk.twins(&post).await
        {
            found.push((id, findings));
        }
    }
    found
}

/// Links each post by itself: what is refused of one keeps none of the others back.
pub(super) async fn link(desk: &Desk, chosen: Vec<(PostId, Vec<Twin>)>) -> Notice {
    let (first, mut linked, mut refused) = (chosen.first().map(|(id, _)| *id), Vec::new(), Vec::new());
    for (id, twins) in &chosen {
        match desk.link(*id, twins).await {
            Ok(words) => linked.push(words),
            Err(error) => refused.push(error.to_string()),
        }
    }
    let done = match linked.as_slice() {
        [] => String::new(),
        [words] => format!("{words}; nothing was sent, and u takes it back"),
        many => format!("linked {} posts; nothing was sent, and u takes them back one by one", many.len()),
    };
    let tone = if refused.is_empty() { Tone::Good } else { Tone::Bad };
    let words: Vec<String> = std::iter::once(done).filter(|words| !words.is_empty()).chain(refused).collect();
    Notice { words: words.join("; "), tone, post: first }
}
