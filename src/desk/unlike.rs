//! Rows whose key made a post before: the post stays as it is, and what the row says otherwise by now is told.

use std::collections::BTreeSet;

use crate::domain::channel::Channel;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::naming::full_name;
use crate::domain::plan::asks_slot;
use crate::domain::post::Post;
use crate::domain::queue;
use crate::domain::schedule::Schedule;
use crate::exchange::Row;

use super::judge::Judged;
use super::origin::OF_FILES;
use super::{Desk, Result};

/// What a row and its post can say differently, in the words of `--json`.
const TEXT: &str = "text";
const TITLE: &str = "title";
const TIME: &str = "time";
const CHANNELS: &str = "channels";

/// How far a row could be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Understood {
    /// Whether all its channels are known here.
    pub channels: bool,
    /// Whether its post is there still, where that was looked for already.
    pub is_gone: bool,
}

impl Desk {
    /// What is told of a row whose key made post `id`, instead of what could be said against it: nothing is made of it.
    pub(super) async fn tell_known(
        &self,
        judged: &mut Judged,
        (row, id): (&Row, PostId),
        channels: &[Channel],
        understood: Understood,
    ) -> Result<()> {
        let of_file = row.key.as_deref().is_some_and(|key| key.starts_with(OF_FILES));
        let faults = std::mem::take(&mut judged.messages);
        let there = if understood.is_gone { None } else { self.store.post(id).await? };
        let Some(there) = there else {
            let words = match of_file {
                true => "the post that this file made was deleted here, and is not made again".to_owned(),
                false => format!(
                    "its key made post {id}, which is not there any more and went out, or may have: nothing is made of it \
                     again; a key of its own makes another post"
                ),
            };
            judged.messages.push(words);
            return Ok(());
        };
        let (found, words) = self.differences(row, &judged.incoming.post, &there.as_written(), channels, understood);
        let remedy = match of_file {
            true => "`runsheet apply` brings it to what the file says",
            false => "change it there, or give the row a key of its own",
        };
        if !words.is_empty() {
            let (what, differ) = (listed(&words), if words.len() == 1 { "differs" } else { "differ" });
            let words = format!("known, but {what} {differ} from post {id}: the post is left as it is; {remedy}");
            judged.messages.push(words);
        }
        if !judged.is_read {
            let why = faults.join("; ");
            judged
                .messages
                .push(format!("known, but not all it says by now can be read ({why}): post {id} is left as it is"));
        }
        judged.differs = found;
        Ok(())
    }

    /// What `wanted` says otherwise than the post that is `there`, each with words for it. What a row does not say at
    /// all is none of it: its post may have been given that here.
    fn differences(
        &self,
        row: &Row,
        wanted: &Post,
        there: &Post,
        channels: &[Channel],
        understood: Understood,
    ) -> (Vec<&'static str>, Vec<String>) {
        let mut found: Vec<(&'static str, String)> = Vec::new();
        let shared: Vec<_> = wanted
            .targets
            .iter()
            .filter_map(|ours| Some((ours, there.targets.iter().find(|theirs| theirs.channel == ours.channel)?)))
            .collect();
        let own_text =
            || shared.iter().any(|(ours, theirs)| even(wanted.text_for(ours)) != even(there.text_for(theirs)));
        if even(&wanted.body) != even(&there.body) || own_text() {
            found.push((TEXT, "the text".into()));
        }
        let title = |post: &Post| even(post.title.as_deref().unwrap_or_default());
        if title(wanted) != title(there) {
            found.push((TITLE, "the title".into()));
        }
        let words = row.when.as_deref().unwrap_or_default();
        let has_moment = row.asks_time() && !row.now && row.queue.is_none() && queue::asked(words).is_none();
        let is_read = row.of_time.is_empty() && row.own.iter().all(|own| own.of_time.is_empty());
        if has_moment && is_read && !asks_slot(words) && there.queue.is_none() {
            let moments = [(wanted.schedule, there.schedule)]
                .into_iter()
                .chain(shared.iter().map(|(ours, theirs)| (wanted.schedule_for(ours), there.schedule_for(theirs))));
            // Providers may keep minutes only.
            let minute = |at: Option<Schedule>| at.map(|at| at.instant().timestamp().div_euclid(60));
            if let Some((ours, theirs)) = moments.into_iter().find(|(ours, theirs)| minute(*ours) != minute(*theirs)) {
                let told = |at: Option<Schedule>| at.map_or_else(|| "none".to_owned(), Schedule::told);
                found.push((TIME, format!("the time ({} here, {} there)", told(ours), told(theirs))));
            }
        }
        let on =
            |post: &Post| post.targets.iter().map(|target| target.channel.clone()).collect::<BTreeSet<ChannelId>>();
        let (ours, theirs) = (on(wanted), on(there));
        if understood.channels && !ours.is_empty() && ours != theirs {
            let named = |ids: &BTreeSet<ChannelId>| {
                let name = |id: &ChannelId| {
                    channels.iter().find(|each| each.id == *id).map_or_else(|| id.to_string(), full_name)
                };
                let names: Vec<String> = ids.iter().map(name).collect();
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            };
            found.push((CHANNELS, format!("the channels ({} here, {} there)", named(&ours), named(&theirs))));
        }
        found.into_iter().unzip()
    }
}

fn even(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// `the text, the time and the channels`
fn listed(words: &[String]) -> String {
    match words {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        words => words.concat(),
    }
}
