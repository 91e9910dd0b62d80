//! The facts the screen shows: loaded from the store, replaced whole, never changed by a pane.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::authorise::Door;
pub use crate::domain::background::{ActivityLine, Light, LightState, Uploading, Waiting};
use crate::domain::campaign::Progress;
use crate::domain::carries::Way;
use crate::domain::channel::Channel;
use crate::domain::connect::Offer;
use crate::domain::foresight::Foresight;
use crate::domain::found::SavedView;
use crate::domain::ids::{AccountName, ChannelId, PostId};
use crate::domain::media::Uploads;
use crate::domain::numbers::{AHEAD_DAYS, Numbers, Results};
use crate::domain::plan::Plan;
use crate::domain::post::{MOST_DRAFTS, Post};
use crate::domain::recipe::Recipe;
use crate::domain::twin::Finding;
use crate::text::clean::one_line;
use crate::text::phrases::Phrases;
use crate::text::style::Book;

/// Where among the posts one was found the last time: a frame asks for the same one again and again. It may be wrong.
#[derive(Debug, Default)]
pub struct LastFound(AtomicUsize);

impl Clone for LastFound {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for LastFound {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What was last loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    /// Every channel, gone ones too, by account, then network, then handle.
    pub channels: Vec<Channel>,
    /// The posts of `range`, by moment.
    pub posts: Vec<Arc<Post>>,
    /// A way back to one of them.
    pub last_found: LastFound,
    /// Which span `posts` covers; empty before the first load.
    pub range: Range<DateTime<Utc>>,
    /// Posts without any moment, newest change first.
    pub drafts: Vec<Arc<Post>>,
    /// Posts that need a person.
    pub failed: Vec<Arc<Post>>,
    /// What was typed on posts with a schedule and not saved yet; `e` opens it again.
    pub aside: Vec<Arc<Post>>,
    /// The user's snippets and groups of hashtags.
    pub phrases: Arc<Phrases>,
    /// Styles, defaults, profiles and mentions: what dresses texts.
    pub book: Arc<Book>,
    /// Per channel: how many posts on each of the next [`AHEAD_DAYS`] days, today first.
    pub ahead: HashMap<ChannelId, [u16; AHEAD_DAYS]>,
    /// One light per account, in the order of the configuration.
    pub lights: Vec<Light>,
    /// Writes that have not come to an end.
    pub outbox: Vec<Waiting>,
    /// Files on their way to providers.
    pub uploads: Vec<Uploading>,
    /// What the background did, newest first, bounded.
    pub activity: Vec<ActivityLine>,
    /// What stands above everything: the demo's banner, or what is wrong with the configuration.
    pub banner: Option<String>,
    /// Whether this is the demo: nothing of it outlives the program.
    pub demo: bool,
    /// Whether the calendar is only looked at: nothing is changed, nothing is sent.
    pub read_only: bool,
    /// Where `o` leads when a channel has to be connected again: account to web address.
    pub dashboards: HashMap<AccountName, String>,
    /// Which attachments an account takes: its provider's name, and how.
    pub takes: HashMap<AccountName, (String, Uploads)>,
    /// What the providers are bound to refuse of a post, told at once.
    pub foresight: Foresight,
    /// Accounts whose provider says of a post what is wrong with it, before it is made.
    pub checks: BTreeSet<AccountName>,
    /// What an account's provider carries to the networks.
    pub ways: HashMap<AccountName, Way>,
    /// Accounts whose provider sends nothing a second time: there a retry is a new post.
    pub retry_anew: BTreeSet<AccountName>,
    /// Who is given what an account certainly did not take, in words: `home; last resort: LATE_API_KEY`.
    pub standbys: HashMap<AccountName, String>,
    /// What was counted of posts that were looked at, or why nothing.
    pub numbers: HashMap<PostId, Result<Numbers, String>>,
    /// What was found to say the same as the refused duplicates of posts, where that was looked for.
    pub twins: HashMap<PostId, Vec<Finding>>,
    /// What was not understood of the post that was last read, in words.
    pub strange: Option<(PostId, Vec<String>)>,
    /// Accounts whose providers tell such numbers.
    pub counting: BTreeSet<AccountName>,
    /// What became of the posts of channels in the last days, once that was looked at.
    pub results: Vec<Results>,
    /// What speaks against loaded posts, in words.
    pub clashes: HashMap<PostId, String>,
    /// Where channels can be connected.
    pub doors: Vec<Door>,
    /// Accounts whose site has settings that can be changed from here.
    pub settled: Vec<AccountName>,
    /// Per channel whose authorisation is gone or ends: how many posts it would keep from going out.
    pub risk: HashMap<ChannelId, usize>,
    /// Posts that a repetition made: which, and its rule in words.
    pub repeats: BTreeMap<PostId, (PostId, String)>,
    /// Posting slots, and what is marked on days.
    pub plan: Plan,
    /// How the calendar was shown when a view was kept, by digit.
    pub views: BTreeMap<u8, SavedView>,
    /// Where an account can be connected from here; nothing when that is done elsewhere.
    pub offers: Vec<Offer>,
    /// The recipes of campaigns that were kept, the oldest first.
    pub recipes: Vec<Recipe>,
    /// How far campaigns have come, by name.
    pub progress: Vec<Progress>,
}

/// Where the post is, looked for from between `before` and `after` outwards.
fn position_near(before: &[Arc<Post>], after: &[Arc<Post>], id: PostId) -> Option<usize> {
    let (mut back, mut forth) = (before.iter().enumerate().rev(), (before.len()..).zip(after));
    loop {
        let (one, other) = (forth.next(), back.next());
        if one.is_none() && other.is_none() {
            return None;
        }
        if let Some((at, _)) = one.into_iter().chain(other).find(|(_, post)| post.id == id) {
            return Some(at);
        }
    }
}

/// A campaign in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Its recipe, where it has one.
    pub recipe: Option<PostId>,
    /// Its name.
    pub name: String,
    /// Its stored posts.
    pub posts: u32,
    /// Those that are live.
    pub published: u32,
    /// When the first one goes out, or went.
    pub first: Option<DateTime<Utc>>,
    /// When the last one does.
    pub last: Option<DateTime<Utc>>,
    /// Posts of its recipe that are not scheduled yet.
    pub rest: usize,
}

impl Board {
    /// Why nothing is to go out on the day of `at` in `zone`, if so.
    pub fn embargo_at(&self, at: DateTime<Utc>, zone: Tz) -> Option<String> {
        let date = at.with_timezone(&zone).date_naive();
        let note = self.plan.embargo(date)?;
        Some(format!("nothing goes out on {}: {}", date.format("%a %-d %b"), one_line(&note.words)))
    }

    /// Takes in a post that was just read: newer than what an earlier load may have brought of it.
    pub fn take_in(&mut self, post: Arc<Post>) {
        self.posts.retain(|other| other.id != post.id);
        self.drafts.retain(|other| other.id != post.id);
        if post.instant().is_some() {
            self.posts.push(post);
            self.posts.sort_by_key(|post| post.instant());
        } else {
            self.drafts.insert(0, post);
        }
    }

    /// How many drafts there are without a moment; of many it is only known that there are more.
    pub fn drafts_counted(&self) -> String {
        let more = self.drafts.len() >= MOST_DRAFTS;
        if more { format!("{MOST_DRAFTS}+") } else { self.drafts.len().to_string() }
    }

    /// Whether something was typed of the post that is kept aside, and does not go out.
    pub fn is_aside(&self, id: PostId) -> bool {
        self.aside.iter().any(|post| post.id == id)
    }

    /// A loaded post, wherever it is listed.
    pub fn post(&self, id: PostId) -> Option<&Arc<Post>> {
        let last = self.last_found.0.load(Ordering::Relaxed).min(self.posts.len());
        let again = self.posts.get(last).filter(|post| post.id == id);
        again.or_else(|| {
            // A cursor mostly goes to a neighbour.
            let (before, after) = self.posts.split_at(last);
            let at = position_near(before, after, id);
            self.last_found.0.store(at.unwrap_or(usize::MAX), Ordering::Relaxed);
            let elsewhere = || self.failed.iter().chain(&self.drafts).find(|post| post.id == id);
            at.and_then(|at| self.posts.get(at)).or_else(elsewhere)
        })
    }

    /// Every campaign with a name, the latest first: each recipe is one, with the posts of its name and of the one it had
    /// before; and so is what only posts carry.
    pub fn campaigns(&self) -> Vec<Campaign> {
        let named = |name: &str| self.recipes.iter().any(|recipe| recipe.name.trim() == name);
        let mut open: Vec<&Progress> = self.progress.iter().collect();
        let mut all = Vec::new();
        // Of two that share a name the later one has its posts.
        for recipe in self.recipes.iter().rev().filter(|recipe| !recipe.name.trim().is_empty()) {
            let (name, called) = (recipe.name.trim(), recipe.called.trim());
            let is_its = |it: &&Progress| it.name == name || (it.name == called && !named(called));
            let (its, others): (Vec<_>, Vec<_>) = open.into_iter().partition(is_its);
            open = others;
            let first = its.iter().filter_map(|it| it.first).min();
            all.push(Campaign {
                recipe: Some(recipe.id),
                name: name.to_owned(),
                posts: its.iter().map(|it| it.posts).sum(),
                published: its.iter().map(|it| it.published).sum(),
                first: first.or(recipe.starts_at.map(|at| at.instant())),
                last: its.iter().filter_map(|it| it.last).max(),
                rest: recipe.rest(),
            });
        }
        all.extend(open.into_iter().map(|it| Campaign {
            recipe: None,
            name: it.name.clone(),
            posts: it.posts,
            published: it.published,
            first: it.first,
            last: it.last,
            rest: 0,
        }));
        all.sort_by(|one, other| other.first.cmp(&one.first).then_with(|| one.name.cmp(&other.name)));
        all
    }

    /// Whether another campaign than `recipe` has this name already.
    pub fn is_taken(&self, name: &str, recipe: &Recipe) -> bool {
        let posts = self.progress.iter().any(|it| it.name == name) && recipe.called.trim() != name;
        posts || self.recipes.iter().any(|other| other.id != recipe.id && other.name.trim() == name)
    }

    /// A channel by id.
    pub fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == *id)
    }
}

/// A span as people say it: `12 s`, `5 min`, `2 h 5 min`, `3 d 4 h`. Sign is dropped.
pub fn span_words(span: TimeDelta) -> String {
    let seconds = span.num_seconds().abs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let with = |big: i64, unit: &str, rest: i64, small: &str| match rest {
        0 => format!("{big} {unit}"),
        rest => format!("{big} {unit} {rest} {small}"),
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min"),
        3600..86_400 => with(hours, "h", minutes % 60, "min"),
        _ => with(days, "d", hours % 24, "h"),
    }
}

/// A distance from now: `in 2 h 5 min`, `12 s ago`, `now`.
pub fn distance_words(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let span = at - now;
    match span.num_seconds() {
        -4..=4 => "now".into(),
        5.. => format!("in {}", span_words(span)),
        _ => format!("{} ago", span_words(span)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::panes::sample;

    #[test]
    fn a_post_is_found_from_wherever_the_last_one_was() {
        let posts: Vec<_> = (1..=7).map(|n| Arc::new(sample::post(n, "a thought", 0, Vec::new()))).collect();
        let mut board = Board { posts: posts.clone(), ..Board::default() };
        let stranger = sample::post(9, "elsewhere", 0, Vec::new());
        for (one, other) in posts.iter().flat_map(|one| posts.iter().map(move |other| (one, other))) {
            assert_eq!(board.post(one.id), Some(one));
            assert_eq!(board.post(other.id), Some(other), "after {}", one.id);
        }
        assert_eq!(board.post(stranger.id), None);
        assert_eq!(board.post(posts[3].id), Some(&posts[3]), "after one that is nowhere");
        board.posts.truncate(2);
        assert_eq!(board.post(posts[1].id), Some(&posts[1]), "where fewer were loaded");
    }
}
