//! Refused duplicates on the screen: what was found to say the same, and linking it.

use super::board::Board;
use super::effect::Effect;
use super::model::Model;
use crate::domain::ids::PostId;
use crate::domain::post::Post;
use crate::domain::twin::{self, Finding, Twin};

/// What was found for the parts of `post` that are refused duplicates still; nothing where nobody looked.
pub fn findings<'a>(post: &'a Post, board: &'a Board) -> impl Iterator<Item = &'a Finding> {
    let found = board.twins.get(&post.id).into_iter().flatten();
    found.filter(|finding| twin::duplicates(post).any(|target| target.channel == finding.channel))
}

/// The live twins that the parts of `post` can be linked to.
pub fn live(post: &Post, board: &Board) -> Vec<Twin> {
    findings(post, board).filter_map(Finding::live).cloned().collect()
}

/// Whether a live twin of `post` was found, and why not.
pub fn linkable(post: &Post, board: &Board) -> Result<(), String> {
    if !live(post, board).is_empty() {
        return Ok(());
    }
    Err(match twin::duplicates(post).next() {
        None => "nothing of it was refused as a duplicate".into(),
        Some(_) => "no live post that says the same was found yet: V looks for one".into(),
    })
}

/// Links those of the chosen posts of which a live twin was found.
pub fn link(model: &mut Model) -> Vec<Effect> {
    let posts = model.chosen_posts();
    let found = posts.iter().map(|post| (post.id, live(post, &model.board)));
    let found: Vec<_> = found.filter(|(_, twins)| !twins.is_empty()).collect();
    model.shared.marks.clear();
    if found.is_empty() { Vec::new() } else { vec![Effect::LinkTwins(found)] }
}

/// What the store knows of these posts' twins is shown while the providers are asked.
pub fn look(ids: &[PostId], board: &Board) -> Option<Effect> {
    let duplicate = |id: &&PostId| board.post(**id).is_some_and(|post| twin::duplicates(post).next().is_some());
    let ids: Vec<_> = ids.iter().filter(duplicate).copied().collect();
    (!ids.is_empty()).then_some(Effect::LoadTwins(ids))
}

/// Takes in what was found. That nothing is live is no answer yet while the provider is being asked.
pub fn found(model: &mut Model, found: Vec<(PostId, Vec<Finding>)>) {
    for (id, findings) in found {
        let live = findings.iter().any(|finding| finding.live().is_some());
        if live || !model.asked_about.contains(&id) {
            model.board.twins.insert(id, findings);
            model.dirty = true;
        }
    }
}

/// After a load: what is no failure any more has no twins.
pub fn forget_settled(board: &mut Board) {
    let Board { twins, failed, .. } = board;
    twins.retain(|id, _| failed.iter().any(|post| post.id == *id));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::ids::RemoteId;
    use crate::domain::outcome::{Cause, Outcome, Refusal};
    use crate::tui::action::Action;
    use crate::tui::availability::availability;
    use crate::tui::board::ActivityLine;
    use crate::tui::msg::{Msg, SyncNews};
    use crate::tui::shell_tests::{self, named, press, send, shown};

    /// A week in which "Meet us" was refused as a duplicate, with the cursor on it in the failed queue.
    fn model() -> (Model, PostId) {
        let mut model = shell_tests::model((120, 40));
        let refused = Outcome::Refused(Refusal::new(Cause::Duplicate, "duplicate content", None));
        let id = named(&model, "Meet us").id;
        for post in model.board.posts.iter_mut().chain(&mut model.board.failed).filter(|post| post.id == id) {
            Arc::make_mut(post).targets[0].outcome = refused.clone();
        }
        press(&mut model, "4");
        model.shared.cursor = Some(id);
        (model, id)
    }

    fn finding(model: &Model, live: bool) -> Finding {
        let (post, other) = (named(model, "Meet us"), named(model, "Teaser is live"));
        let channel = post.targets[0].channel.clone();
        let twin = Twin {
            post: other.id,
            channel: channel.clone(),
            remote: RemoteId::new("r-twin"),
            headline: "Meet \u{202e}us".into(),
            at: other.instant(),
            url: Some("https://x.example/1".into()),
            live,
            equal: true,
        };
        Finding { channel, twins: vec![twin] }
    }

    fn line(model: &Model, id: PostId, words: &str) -> Msg {
        let at = model.shared.now;
        let line = ActivityLine { at, account: None, post: Some(id), words: words.into(), urgent: false };
        Msg::Sync(Box::new(SyncNews { lines: vec![line], ..SyncNews::default() }))
    }

    #[test]
    fn whoever_verifies_a_duplicate_sees_its_twin_and_one_key_links_it() {
        let (mut model, id) = model();
        let why = availability(Action::LinkTwin, &model).unwrap_err();
        assert!(why.contains("V looks for one"), "{why}");
        let asked = vec![Effect::Verify(vec![id]), Effect::LoadTwins(vec![id])];
        assert_eq!(press(&mut model, "a"), asked, "what the cause suggests is to look");
        // That the store knows of none is no answer while the provider is asked.
        let none = Finding { twins: Vec::new(), ..finding(&model, true) };
        send(&mut model, Msg::Twins(vec![(id, vec![none.clone()])]));
        assert!(!shown(&model).contains("no live post"));
        let news = line(&model, id, "verified: no live post with this text was found on that channel");
        assert!(send(&mut model, news).contains(&Effect::LoadTwins(vec![id])), "the store knows more by now");
        send(&mut model, Msg::Twins(vec![(id, vec![none])]));
        assert!(shown(&model).contains("x dismisses it"), "{}", shown(&model));

        let found = finding(&model, true);
        send(&mut model, Msg::Twins(vec![(id, vec![found.clone()])]));
        let seen = shown(&model);
        assert!(seen.contains("the same text is live") && seen.contains("https://x.example/1"), "{seen}");
        assert!(seen.contains("a links it") && seen.contains("a link it") && !seen.contains('\u{202e}'), "{seen}");
        assert_eq!(press(&mut model, "a"), [Effect::LinkTwins(vec![(id, found.twins)])]);
    }

    #[test]
    fn what_is_not_live_is_not_linked_and_what_is_settled_is_forgotten() {
        let (mut model, id) = model();
        let waiting = finding(&model, false);
        send(&mut model, Msg::Twins(vec![(id, vec![waiting])]));
        assert!(shown(&model).contains("the same text is still to go out"));
        assert!(matches!(press(&mut model, "a").as_slice(), [Effect::Verify(_), ..]));
        model.board.failed.retain(|post| post.id != id);
        forget_settled(&mut model.board);
        assert!(model.board.twins.is_empty());
        // A finding about a channel that failed otherwise by now says nothing.
        let (mut model, id) = self::model();
        let found = finding(&model, true);
        send(&mut model, Msg::Twins(vec![(id, vec![found])]));
        for post in &mut model.board.failed {
            let refused = Outcome::Refused(Refusal::new(Cause::Outage, "down", None));
            Arc::make_mut(post).targets[0].outcome = refused;
        }
        assert!(model.board.failed.iter().all(|post| live(post, &model.board).is_empty()));
    }
}
