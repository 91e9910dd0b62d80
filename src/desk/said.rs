//! Rows that have no key: what they say is held against what is stored, so that a file that comes twice makes its posts
//! once. A file that is to make a post a second time says so with a key.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta};

use crate::domain::ids::{ChannelId, PostId};
use crate::domain::intake::Verdict;
use crate::domain::post::{Post, Target, Wish};
use crate::text::clean::{one_line, truncate};

use super::judge::Judged;
use super::{Desk, Result};

/// Cells of a text in a sentence.
const HEADLINE: usize = 44;

/// What tells a post from others where no key does: its texts, its channels and its moments, to the second.
#[derive(PartialEq, Eq, Hash)]
struct Said {
    at: Option<i64>,
    title: String,
    body: String,
    targets: BTreeMap<ChannelId, (Option<i64>, String)>,
    /// Only where there is no text: it is all that is said then.
    media: Vec<String>,
}

impl Said {
    fn of(post: &Post) -> Self {
        let even = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
        let targets = post.targets.iter().map(|target| {
            let at = post.schedule_for(target).map(|at| at.instant().timestamp());
            (target.channel.clone(), (at, even(post.text_for(target))))
        });
        let (title, body) = (even(post.title.as_deref().unwrap_or_default()), even(&post.body));
        let targets: BTreeMap<_, _> = targets.collect();
        let is_mute = title.is_empty() && body.is_empty() && targets.values().all(|(_, text)| text.is_empty());
        let media = post.media.iter().filter(|_| is_mute).map(|media| media.source.clone()).collect();
        Self { at: post.schedule.map(|at| at.instant().timestamp()), title, body, targets, media }
    }
}

impl Said {
    /// The same without its moments.
    fn at_any_time(mut self) -> Self {
        self.at = None;
        self.targets.values_mut().for_each(|(at, _)| *at = None);
        self
    }
}

impl Desk {
    /// Which of `posts` a stored post says the same as, on the same channels and at whatever time: that one's id.
    pub(super) async fn said_at_any_time(&self, posts: &[&Post]) -> Result<Vec<Option<PostId>>> {
        let stored = self.store.every_post(None, None).await?;
        let there = stored.iter().map(|post| (Said::of(&post.as_written()).at_any_time(), post.id));
        let there: HashMap<Said, PostId> = there.collect();
        Ok(posts.iter().map(|post| there.get(&Said::of(post).at_any_time()).copied()).collect())
    }

    /// Knows the rows without a key whose post is stored already. One that waits for a queue, or goes out at once, has no
    /// moment to be known by.
    pub(super) async fn find_said_before(&self, rows: &mut [Judged]) -> Result<()> {
        let mut rows: Vec<&mut Judged> = rows.iter_mut().filter(|row| is_sought(row)).collect();
        let moments: HashSet<Option<i64>> = rows.iter().map(|row| second(&row.incoming.post)).collect();
        let mut there: HashMap<Said, PostId> = HashMap::new();
        for post in self.stored_at(&moments).await? {
            if moments.contains(&second(&post)) && post.queue.is_none() {
                there.entry(Said::of(&post.as_written())).or_insert(post.id);
            }
        }
        for row in &mut rows {
            let Some(id) = there.get(&Said::of(&row.incoming.post)).copied() else { continue };
            let headline = truncate(&one_line(row.incoming.post.headline()), HEADLINE);
            (row.verdict, row.incoming.known) = (Verdict::Known(id), Some(id));
            row.messages = vec![format!(
                "\"{headline}\" is there already, with these channels and this time: post {id}; a key of its own makes it a \
                 second post"
            )];
        }
        Ok(())
    }

    /// The posts of the span in which `moments` lie, and those without any where one of them is none.
    async fn stored_at(&self, moments: &HashSet<Option<i64>>) -> Result<Vec<Arc<Post>>> {
        let mut found = Vec::new();
        let instant = |seconds: Option<&i64>| DateTime::from_timestamp(*seconds?, 0);
        let (first, last) = (moments.iter().flatten().min(), moments.iter().flatten().max());
        if let Some((first, last)) = instant(first).zip(instant(last)) {
            found = self.store.weeks(first, last + TimeDelta::seconds(1)).await?;
        }
        if moments.contains(&None) {
            found.extend(self.store.undated().await?);
        }
        Ok(found)
    }
}

/// Refuses what stands twice in one table: a row that says the same as a good one before, on the same channels and at the
/// same moment, with the same beside it. Of drafts without a moment there may be many alike.
pub(super) fn refuse_repeated<'a>(rows: impl Iterator<Item = &'a mut Judged>) {
    let mut taken: HashMap<Said, Vec<&Judged>> = HashMap::new();
    for row in rows {
        if row.verdict != Verdict::Good || !is_sought(row) || second(&row.incoming.post).is_none() {
            continue;
        }
        let alike = taken.entry(Said::of(&row.incoming.post)).or_default();
        match alike.iter().find(|other| shows_the_same(&other.incoming.post, &row.incoming.post)) {
            Some(Judged { number, .. }) => {
                row.verdict = Verdict::Refused;
                row.messages.push(format!(
                    "row {number} says the same, with these channels and this time; a key of its own makes it a second post"
                ));
            }
            None => alike.push(row),
        }
    }
}

/// Whether two posts that say the same have the same beside it too: one text may go to two boards, or with two pictures.
fn shows_the_same(one: &Post, other: &Post) -> bool {
    let beside = |post: &Post| -> BTreeMap<ChannelId, _> {
        let of_target = |target: &Target| {
            let media: Vec<String> = post.media_for(target).iter().map(|media| media.source.clone()).collect();
            (target.channel.clone(), (media, target.extras.options.clone(), post.first_comment_for(target).cloned()))
        };
        post.targets.iter().map(of_target).collect()
    };
    one.options == other.options && beside(one) == beside(other)
}

/// Whether a row is one to be known by what it says.
fn is_sought(row: &Judged) -> bool {
    let Judged { is_read, verdict, incoming, .. } = row;
    let has_moment = incoming.post.queue.is_none() && incoming.post.wish != Wish::Now;
    *is_read && has_moment && incoming.key.is_none() && !matches!(verdict, Verdict::Known(_))
}

fn second(post: &Post) -> Option<i64> {
    post.instant().map(|at| at.timestamp())
}
