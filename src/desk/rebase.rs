//! What was typed on a post that has changed meanwhile, brought onto what it is now. Pure.

use crate::domain::ids::ChannelId;
use crate::domain::post::{Post, Target};

/// `typed` with whatever only `current` changed since `base`, which the typing began from; and the names of the things
/// that both changed differently, which stand as typed: nothing of either may be lost unseen. What is wanted (`wish`)
/// is always the person's word.
pub fn rebase(base: &Post, mut typed: Post, current: &Post) -> (Post, Vec<&'static str>) {
    let mut torn = Vec::new();
    let mut note = |name: &'static str, torn_here: bool| {
        if torn_here && !torn.contains(&name) {
            torn.push(name);
        }
    };
    note("text", settle(&base.body, &mut typed.body, &current.body));
    note("title", settle(&base.title, &mut typed.title, &current.title));
    note("time", settle(&base.schedule, &mut typed.schedule, &current.schedule));
    note("media", settle(&base.media, &mut typed.media, &current.media));
    note("tags", settle(&base.tags, &mut typed.tags, &current.tags));
    note("options", settle(&base.options, &mut typed.options, &current.options));
    note("first comment", settle(&base.first_comment, &mut typed.first_comment, &current.first_comment));
    note("style", settle(&base.styling, &mut typed.styling, &current.styling));
    note("campaign", settle(&base.campaign, &mut typed.campaign, &current.campaign));
    let mut channels = channels_of(&typed);
    note("channels", settle(&channels_of(base), &mut channels, &channels_of(current)));
    let mut targets = Vec::with_capacity(channels.len());
    for channel in channels {
        let (was, is) = (find(base, &channel), find(current, &channel));
        let mut target = find(&typed, &channel).or(is).cloned().unwrap_or_else(|| Target::new(channel.clone()));
        let own = |target: Option<&Target>| target.map_or((None, None), |each| (each.text.clone(), each.schedule));
        // A channel that is new on one side only has nothing to compare.
        if let (Some(was), Some(is)) = (was, is) {
            let ((was_text, was_time), (is_text, is_time)) = (own(Some(was)), own(Some(is)));
            note("text", settle(&was_text, &mut target.text, &is_text));
            note("time", settle(&was_time, &mut target.schedule, &is_time));
            note("options", settle(&was.extras, &mut target.extras, &is.extras));
        }
        targets.push(target);
    }
    typed.targets = targets;
    (typed, torn)
}

/// Takes over what only the other side changed; answers whether both did, differently.
fn settle<T: PartialEq + Clone>(base: &T, typed: &mut T, current: &T) -> bool {
    if current == base || current == typed {
        return false;
    }
    if typed == base {
        typed.clone_from(current);
        return false;
    }
    true
}

fn channels_of(post: &Post) -> Vec<ChannelId> {
    post.targets.iter().map(|target| target.channel.clone()).collect()
}

fn find<'a>(post: &'a Post, channel: &ChannelId) -> Option<&'a Target> {
    post.targets.iter().find(|target| target.channel == *channel)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use chrono_tz::UTC;

    use super::*;
    use crate::domain::ids::IdSource;
    use crate::domain::schedule::Schedule;

    fn post(body: &str, channels: &[&str]) -> Post {
        let now = DateTime::UNIX_EPOCH;
        let mut post = Post::draft(IdSource::seeded(1).post(now), now);
        post.body = body.into();
        post.targets = channels.iter().map(|channel| Target::new(ChannelId::new(*channel))).collect();
        post
    }

    #[test]
    fn each_side_keeps_what_only_it_changed() {
        let base = post("old", &["a/1", "a/2"]);
        let mut typed = base.clone();
        typed.body = "typed".into();
        let mut current = base.clone();
        current.schedule = Some(Schedule::at(DateTime::UNIX_EPOCH + TimeDelta::hours(9), UTC));
        current.targets[1].text = Some("theirs".into());
        let (both, torn) = rebase(&base, typed, &current);
        assert_eq!(torn, [""; 0]);
        assert_eq!((both.body.as_str(), both.schedule), ("typed", current.schedule));
        assert_eq!(both.targets[1].text.as_deref(), Some("theirs"));
    }

    #[test]
    fn what_both_changed_differently_is_named_and_what_agrees_is_not() {
        let base = post("old", &["a/1", "a/2"]);
        let mut typed = post("typed", &["a/1"]);
        typed.targets[0].text = Some("mine".into());
        let mut current = post("typed", &["a/1", "a/2", "a/3"]);
        current.targets[0].text = Some("theirs".into());
        let (kept, torn) = rebase(&base, typed.clone(), &current);
        assert_eq!((kept, torn), (typed, vec!["channels", "text"]));
    }

    #[test]
    fn nothing_that_changed_meanwhile_means_what_was_typed() {
        let base = post("old", &["a/1"]);
        let typed = post("typed", &["a/1", "a/2"]);
        assert_eq!(rebase(&base, typed.clone(), &base), (typed, Vec::new()));
    }
}
