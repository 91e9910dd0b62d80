//! Posts that come again. A series is kept beside the posts; each of its dates is claimed by the one post that is made
//! for it, in the transaction that makes it: neither a second window nor a restart makes it twice, and what a person
//! deleted is not made anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::ids::PostId;
use crate::domain::naming::full_name;
use crate::domain::plan::fingerprint;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::repeat::{Coming, Occurrence, Repeating, Rule, Series};
use crate::domain::schedule::Schedule;
use crate::domain::styling::Styling;
use crate::store::{Actor, Alongside, StoreError};

use super::{Desk, DeskError, Edit, Result, plan, posts};

/// The settings that hold the series, by their ids.
const SERIES: &str = "series:";
/// The settings that hold which post a date of a series became: the series' id, a colon, the date.
const REPEATED: &str = "repeated:";
/// What to do where an equal text is minded.
const REMEDY: &str = "change each before it goes out, or leave the channel out";
/// How many of the next dates are shown.
pub const SHOWN: usize = 5;

/// What keeping a series going came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The posts that were made.
    pub made: Vec<PostId>,
    /// Why posts of a series could not be made: its headline, and the words.
    pub refused: Vec<(String, String)>,
    /// What networks and providers may mind about the same text again, in words.
    pub warnings: Vec<String>,
}

impl Desk {
    /// The first moment after now that words for repeating mean, from `start` on where there is one; with the time of day
    /// of `start` where they name none.
    pub fn first_repeat(&self, rule: &str, start: Option<Schedule>) -> Result<Schedule> {
        let rule = Rule::read(rule).map_err(refused)?;
        let (now, zone) = (self.now(), start.map_or(self.zone(), |start| start.zone()));
        first(&rule, start, now, zone).map(|one| one.at).ok_or_else(over)
    }

    /// Lets a post that has its time come again: it is the first of the series, and the next ones are made at once.
    pub async fn repeat(&self, id: PostId, rule: &str) -> Result<Kept> {
        let rule = Rule::read(rule).map_err(refused)?;
        let post = self.current(id).await?;
        if post.wish != Wish::Schedule {
            return Err(DeskError::Refused("schedule it first; only what goes out is repeated".into()));
        }
        let Some(start) = post.schedule else {
            return Err(DeskError::Refused("give it a time first, from which it is repeated".into()));
        };
        if self.repeated_posts().await?.contains_key(&id) {
            let words = "it is one of a repetition already; stop that one first (:repeat shows it)";
            return Err(DeskError::Refused(words.into()));
        }
        let one = rule.occurrences(start.wall().date(), start.wall().time(), start.zone()).next();
        let first = one.filter(|one| one.at.instant() == start.instant()).ok_or_else(|| {
            DeskError::Refused(format!("its time is none of \"{rule}\"; give it the time of the first date"))
        })?;
        let template = Post { wish: Wish::Schedule, ..plan::wishes_onto(None, post.as_written()) };
        let template = Post { id: self.ids().post(self.now()), ..template };
        let series = Series { rule: rule.to_string(), template, skipped: BTreeSet::new(), stopped: None };
        let claims = vec![
            (format!("{SERIES}{}", series.id()), written(&series)?),
            (date_key(series.id(), first.date), id.to_string()),
        ];
        let alongside = Alongside { claims, ..Alongside::default() };
        self.store.save_with(self.now(), Actor::Sync, Vec::new(), Vec::new(), alongside).await?;
        let warnings = self.equal_texts(&series.template, &self.store.channels().await?);
        let mut kept = Kept { warnings, ..Kept::default() };
        self.keep_up(&series, &mut kept).await?;
        Ok(kept)
    }

    /// Makes the posts of every series that are due to be there, each once.
    pub async fn keep_repeating(&self) -> Result<Kept> {
        let mut kept = Kept::default();
        for series in self.all_series().await? {
            self.keep_up(&series, &mut kept).await?;
        }
        Ok(kept)
    }

    async fn keep_up(&self, series: &Series, kept: &mut Kept) -> Result<()> {
        let made = self.dates_of(series.id()).await?;
        for one in
            series.due(self.now(), self.one_by_one(series)).into_iter().filter(|one| !made.contains_key(&one.date))
        {
            match self.make(series, &one).await {
                Ok(id) => kept.made.push(id),
                // Another window was quicker.
                Err(DeskError::Store(StoreError::Taken { .. })) => {}
                Err(DeskError::Refused(words)) => {
                    kept.refused.push((series.template.headline().to_owned(), words));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether a provider of the series refuses an equal text that waits.
    fn one_by_one(&self, series: &Series) -> bool {
        let refuses = |target: &Target| self.capabilities(&target.account()).is_some_and(|can| can.refuses_equal);
        series.template.targets.iter().any(refuses)
    }

    async fn make(&self, series: &Series, one: &Occurrence) -> Result<PostId> {
        let post = series.post_at(one, self.ids().post(self.now()), self.now());
        self.may_go_out(&post, posts::not_out).await?;
        let id = post.id;
        let claims = vec![(date_key(series.id(), one.date), id.to_string())];
        let alongside = Alongside { claims, ..Alongside::default() };
        let post = self.fit_out(plan::wishes_onto(None, post)).await?;
        let edits = vec![Edit::new(None, Some(post))];
        // In the name of the background: taking back the last edit never takes back what comes by itself.
        self.commit_as(Actor::Sync, edits, "repeated", None, alongside).await?;
        Ok(id)
    }

    /// Every series with its next dates, the one that comes next first; what is stopped or over last.
    pub async fn repeating(&self) -> Result<Vec<Repeating>> {
        let now = self.now();
        let channels = self.store.channels().await?;
        let mut all = Vec::new();
        for series in self.all_series().await? {
            let made = self.dates_of(series.id()).await?;
            let mut coming = Vec::new();
            for one in series.ahead(now, SHOWN) {
                let post = match made.get(&one.date) {
                    Some(id) => self.store.post(*id).await?,
                    None => None,
                };
                let schedule = post.as_ref().and_then(|post| post.schedule);
                coming.push(Coming {
                    one,
                    skipped: series.skipped.contains(&one.date) || (made.contains_key(&one.date) && post.is_none()),
                    moved: schedule.filter(|at| at.instant() != one.at.instant()),
                    post: post.map(|post| post.id),
                });
            }
            let warnings = self.equal_texts(&series.template, &channels);
            all.push(Repeating { series, coming, warnings });
        }
        all.sort_by_key(|one| {
            let next = one.coming.iter().find(|coming| !coming.skipped).map(|coming| coming.one.at.instant());
            (next.is_none(), next, one.series.id())
        });
        Ok(all)
    }

    /// What networks may mind about the same text again and again: X refuses one that it had lately.
    pub fn equal_texts(&self, post: &Post, channels: &[crate::domain::channel::Channel]) -> Vec<String> {
        let minds = |target: &&Target| {
            let channel = channels.iter().find(|channel| channel.id == target.channel)?;
            let equal = channel.network.key() == "x" && fingerprint(post.text_for(target)).is_some();
            equal.then(|| full_name(channel))
        };
        let names: Vec<String> = post.targets.iter().filter_map(|target| minds(&target)).collect();
        let mut words = Vec::new();
        if !names.is_empty() {
            words.push(format!("X may refuse a text that it had before: {} ({REMEDY})", names.join(", ")));
        }
        let mut can = post.targets.iter().filter_map(|target| self.capabilities(&target.account()));
        if let Some(can) = can.find(|can| can.refuses_equal) {
            words.push(format!("{} takes an equal text once a day: each post is made a day after the last", can.name));
        }
        words
    }

    /// Leaves one date out, or takes it in again. A post that was made for it and is not out is deleted with it.
    pub async fn skip_date(&self, id: PostId, date: NaiveDate, skip: bool) -> Result<()> {
        let mut series = self.series(id).await?;
        let made = self.dates_of(id).await?.remove(&date);
        if skip {
            series.skipped.insert(date);
            self.keep_series(&series).await?;
            if let Some(post) = made
                && let Some(post) = self.store.post(post).await?
            {
                if let Some(why) = post.fixed(self.now()) {
                    let words = format!("the date is left out, but its post stays: {why}");
                    return Err(DeskError::Refused(words));
                }
                self.delete(&[post.id]).await?;
            }
            return Ok(());
        }
        series.skipped.remove(&date);
        self.keep_series(&series).await?;
        if let Some(post) = made
            && self.store.post(post).await?.is_none()
        {
            // Its post was deleted with the date: it is made anew.
            self.store.forget_setting(&date_key(id, date)).await?;
        }
        self.keep_up(&series, &mut Kept::default()).await
    }

    /// Ends a series: nothing more is made. Posts that are made already and still wait are deleted, unless they are to be
    /// kept. Answers how many were deleted.
    pub async fn stop_repeating(&self, id: PostId, keep: bool) -> Result<usize> {
        let mut series = self.series(id).await?;
        series.stopped = Some(self.now());
        self.keep_series(&series).await?;
        if keep {
            return Ok(0);
        }
        let mut waiting = Vec::new();
        for (_, post) in self.dates_of(id).await? {
            if let Some(post) = self.store.post(post).await?
                && post.fixed(self.now()).is_none()
                && post.instant().is_some_and(|at| at > self.now())
            {
                waiting.push(post.id);
            }
        }
        if !waiting.is_empty() {
            self.delete(&waiting).await?;
        }
        Ok(waiting.len())
    }

    /// Gives what a post of a series says now to the posts after it, and to those that are yet to be made. Answers how
    /// many were changed. Their times stay.
    pub async fn follow(&self, source: &Post) -> Result<usize> {
        let post = source.id;
        let repeated = self.repeated_posts().await?;
        let Some((id, _)) = repeated.get(&post) else {
            return Err(DeskError::Refused("this post is none of a repetition".into()));
        };
        let mut series = self.series(*id).await?;
        let dates = self.dates_of(*id).await?;
        let Some(here) = dates.iter().find(|(_, each)| **each == post).map(|(date, _)| *date) else { return Ok(0) };
        let mut edits = Vec::new();
        for (_, later) in dates.iter().filter(|(date, _)| **date > here) {
            let Some(current) = self.store.post(*later).await? else { continue };
            if current.fixed(self.now()).is_some() {
                continue;
            }
            let after = self.fit_out(saying(source, &current.as_written())).await?;
            if after != current {
                edits.push(Edit::new(Some(current), Some(after)));
            }
        }
        let changed = edits.len();
        if changed > 0 {
            self.commit(edits, "changed", None).await?;
        }
        series.template = saying(source, &series.template);
        self.keep_series(&series).await?;
        Ok(changed)
    }

    /// Which posts series have made, with the series and its rule.
    pub async fn repeated_posts(&self) -> Result<BTreeMap<PostId, (PostId, String)>> {
        let made = self.store.settings_beginning(REPEATED.into()).await?;
        if made.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rules: HashMap<PostId, String> = self
            .all_series()
            .await?
            .into_iter()
            .filter(|series| series.stopped.is_none())
            .map(|series| (series.id(), series.rule))
            .collect();
        let one = |(key, post): (String, String)| {
            let id: PostId = key.split_once(':')?.0.parse().ok()?;
            Some((post.parse().ok()?, (id, rules.get(&id)?.clone())))
        };
        Ok(made.into_iter().filter_map(one).collect())
    }

    async fn all_series(&self) -> Result<Vec<Series>> {
        let kept = self.store.settings_beginning(SERIES.into()).await?;
        // What a later version of the program kept and this one cannot read makes nothing here.
        Ok(kept.into_iter().filter_map(|(_, text)| serde_json::from_str(&text).ok()).collect())
    }

    async fn series(&self, id: PostId) -> Result<Series> {
        let gone = || DeskError::Refused("there is no such repetition any more; nothing was done".into());
        let text = self.store.setting(&format!("{SERIES}{id}")).await?.ok_or_else(gone)?;
        serde_json::from_str(&text).map_err(|_| gone())
    }

    async fn keep_series(&self, series: &Series) -> Result<()> {
        Ok(self.store.set_setting(&format!("{SERIES}{}", series.id()), &written(series)?).await?)
    }

    async fn dates_of(&self, id: PostId) -> Result<BTreeMap<NaiveDate, PostId>> {
        let kept = self.store.settings_beginning(format!("{REPEATED}{id}:")).await?;
        Ok(kept.into_iter().filter_map(|(date, post)| Some((date.parse().ok()?, post.parse().ok()?))).collect())
    }
}

/// The first date after `now`, from `start` on.
fn first(rule: &Rule, start: Option<Schedule>, now: DateTime<Utc>, zone: Tz) -> Option<Occurrence> {
    let here = now.with_timezone(&zone).naive_local();
    let wall = start.map_or(here, |start| start.wall());
    let from = start.map_or(now, |start| start.instant() - chrono::TimeDelta::minutes(1)).max(now);
    rule.next(wall.date(), wall.time(), zone, from, 1).pop()
}

fn date_key(series: PostId, date: NaiveDate) -> String {
    format!("{REPEATED}{series}:{date}")
}

fn written(series: &Series) -> Result<String> {
    serde_json::to_string(series).map_err(|error| DeskError::Refused(error.to_string()))
}

fn refused(error: crate::domain::repeat::NoRule) -> DeskError {
    DeskError::Refused(error.to_string())
}

fn over() -> DeskError {
    DeskError::Refused("no date of it lies ahead; give it a later end".into())
}

/// `post` with what `source` says: text, channels, media and all else but its time and what became of it.
fn saying(source: &Post, post: &Post) -> Post {
    let own = |target: &Target| {
        let mut same = post.targets.iter().find(|each| each.channel == target.channel).cloned();
        let kept = same.get_or_insert_with(|| Target::new(target.channel.clone()));
        Target { text: target.text.clone(), extras: target.extras.clone(), ..kept.clone() }
    };
    Post {
        body: source.body.clone(),
        title: source.title.clone(),
        targets: source.targets.iter().map(own).collect(),
        media: source.media.clone(),
        campaign: source.campaign.clone(),
        tags: source.tags.clone(),
        options: source.options.clone(),
        first_comment: source.first_comment.clone(),
        styling: Styling { written: None, ..source.styling.clone() },
        ..post.clone()
    }
}
