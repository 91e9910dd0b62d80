//! Posts that come again. A series is kept beside the posts; each of its dates is claimed by the one post that is made
//! for it, in the transaction that makes it: neither a second window nor a restart makes it twice, and what a person
//! deleted is not made anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use crate::domain::ids::PostId;
use crate::domain::naming::full_name;
use crate::domain::plan::fingerprint;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::repeat::{Coming, Occurrence, Repeating, Rule, Series, rule_words};
use crate::domain::schedule::Schedule;
use crate::domain::styling::Styling;
use crate::store::{Actor, Alongside, StoreError};

use super::{Desk, DeskError, Edit, Result, plan, posts};

/// The settings that hold the series, by their ids.
const SERIES: &str = "series:";
/// The settings that hold which post a date of a series became: the series' id, a colon, the date.
const REPEATED: &str = "repeated:";
/// The settings that hold by which rule a post that is being written shall come again, by the post.
const ASKED: &str = "asked:";
/// The networks that refuse a text they had lately, by their words.
const MINDFUL: [&str; 2] = ["x", "linkedin"];
/// What to do where an equal text is minded.
const REMEDY: &str = "change each before it goes out, or leave the channel out";
/// How many of the next dates are shown.
pub const SHOWN: usize = 5;

/// How many dates ahead one may be that is asked for by itself.
pub const FARTHEST: usize = 2_000;

/// What is said where others change a series again and again meanwhile.
const BUSY: &str = "another window changes this repetition just now; nothing was done: look at it, then try again";

/// How often something is done anew because another one changed the series meanwhile.
const RACES: usize = 5;

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
        let first = rule.beginning(start, self.now(), self.zone(), 1).pop();
        first.map(|one| one.at).ok_or_else(over)
    }

    /// Lets a post that has its time come again: it is the first of the series, and the next ones are made at once.
    pub async fn repeat(&self, id: PostId, rule: &str) -> Result<Kept> {
        let rule = Rule::read(rule).map_err(refused)?;
        let post = self.current(id).await?;
        let (series, claims) = self.begun(&post, &rule).await?;
        let alongside = Alongside { claims, forgets: vec![asked_key(id)], ..Alongside::default() };
        self.store.save_with(self.now(), Actor::Sync, Vec::new(), Vec::new(), alongside).await?;
        let mut kept = Kept { warnings: self.doubts(&series).await?, ..Kept::default() };
        self.keep_up(series.id(), &mut kept).await?;
        Ok(kept)
    }

    /// Stores a post as [`Desk::save_onto`] does, as the first of a series: both, or neither. Then makes the next ones.
    pub async fn save_repeating(&self, base: Option<&Post>, post: Post, rule: &str) -> Result<(PostId, Kept)> {
        let rule = Rule::read(rule).map_err(refused)?;
        let id = self.save_beginning(base, post, "scheduled", Some(&rule)).await?;
        // From here on the post is stored: what fails now is told, and made with the next round.
        let mut kept = Kept::default();
        let made = async {
            let repeated = self.repeated_posts().await?;
            let Some((series, _)) = repeated.get(&id) else { return Ok(()) };
            if let Some(standing) = self.standing(*series).await? {
                kept.warnings = self.doubts(&standing.series).await?;
            }
            self.keep_up(*series, &mut kept).await
        };
        let made: Result<()> = made.await;
        if let Err(error) = made {
            kept.refused.push((String::new(), error.to_string()));
        }
        Ok((id, kept))
    }

    /// The series that begins with `post`, and what is claimed for it; or why there is none.
    pub(super) async fn begun(&self, post: &Post, rule: &Rule) -> Result<(Series, Vec<(String, String)>)> {
        if post.wish != Wish::Schedule {
            return Err(DeskError::Refused("schedule it first; only what goes out is repeated".into()));
        }
        let Some(start) = post.schedule else {
            return Err(DeskError::Refused("give it a time first, from which it is repeated".into()));
        };
        if self.repeated_posts().await?.contains_key(&post.id) {
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
            (series_key(series.id()), written(&series)?),
            (date_key(series.id(), first.date), post.id.to_string()),
        ];
        Ok((series, claims))
    }

    /// What may be minded about a series that begins.
    async fn doubts(&self, series: &Series) -> Result<Vec<String>> {
        let mut warnings = self.equal_texts(&series.template, &self.store.channels().await?);
        warnings.extend(left_free(series.ahead(self.now(), SHOWN).iter(), &self.embargoes().await?));
        Ok(warnings)
    }

    /// Keeps by which rule a post that is being written shall come again, as its draft is kept; or that it shall not.
    pub async fn ask_rule(&self, id: PostId, rule: Option<&str>) -> Result<()> {
        match rule {
            Some(rule) => self.store.set_setting(&asked_key(id), rule).await?,
            None => self.store.forget_setting(&asked_key(id)).await?,
        }
        Ok(())
    }

    /// The rules by which posts that are being written shall come again.
    pub async fn rules_asked(&self) -> Result<BTreeMap<PostId, String>> {
        let mut asked = BTreeMap::new();
        for (post, rule) in self.store.settings_beginning(ASKED.into()).await? {
            let Ok(id) = post.parse() else { continue };
            let post = self.store.post(id).await?;
            if post.is_none_or(|post| post.fixed(self.now()).is_none()) {
                asked.insert(id, rule);
            }
        }
        Ok(asked)
    }

    /// Makes the posts of every series that are due to be there, each once.
    pub async fn keep_repeating(&self) -> Result<Kept> {
        let mut kept = Kept::default();
        for series in self.all_series().await? {
            self.keep_up(series.id(), &mut kept).await?;
        }
        Ok(kept)
    }

    async fn keep_up(&self, id: PostId, kept: &mut Kept) -> Result<()> {
        // Where somebody changes the series again and again meanwhile, the next round makes what is due.
        for _ in 0..RACES {
            let Some(standing) = self.standing(id).await? else { break };
            if self.make_due(&standing, kept).await? {
                break;
            }
        }
        Ok(())
    }

    /// Makes what is due of a series as it stands; `false` where it stands otherwise by now.
    async fn make_due(&self, standing: &Standing, kept: &mut Kept) -> Result<bool> {
        let series = &standing.series;
        let made = self.dates_of(series.id()).await?;
        let embargoes = self.embargoes().await?;
        let due = series.due(self.now(), self.one_by_one(series)).into_iter();
        let due = due.filter(|one| !made.contains_key(&one.date) && !embargoes.contains_key(&one.at.wall().date()));
        for one in due {
            match self.make(standing, &one, Wish::Schedule).await {
                Ok(id) => kept.made.push(id),
                // Another window was quicker.
                Err(DeskError::Store(StoreError::Taken { .. })) => {}
                Err(DeskError::Store(StoreError::Replaced { .. })) => return Ok(false),
                Err(DeskError::Refused(words)) => {
                    let refused = (series.template.headline().to_owned(), words);
                    if !kept.refused.contains(&refused) {
                        kept.refused.push(refused);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// The days on which nothing goes out, with the reason.
    pub(super) async fn embargoes(&self) -> Result<BTreeMap<NaiveDate, String>> {
        let notes = self.store.day_notes().await?.into_iter();
        Ok(notes.filter(|(_, note)| note.embargo).map(|(date, note)| (date, note.words)).collect())
    }

    /// Whether a provider of the series refuses an equal text that waits.
    fn one_by_one(&self, series: &Series) -> bool {
        let refuses = |target: &Target| self.capabilities(&target.account()).is_some_and(|can| can.refuses_equal);
        series.template.targets.iter().any(refuses)
    }

    async fn make(&self, Standing { series, text }: &Standing, one: &Occurrence, wish: Wish) -> Result<PostId> {
        let post = Post { wish, ..series.post_at(one, self.ids().post(self.now()), self.now()) };
        self.may_go_out(&post, posts::not_out).await?;
        let id = post.id;
        let claims = vec![(date_key(series.id(), one.date), id.to_string())];
        // Whoever ends the series or says something else in it sees every post that was made before: none comes after.
        let replaces = vec![(series_key(series.id()), text.clone(), text.clone())];
        let alongside = Alongside { claims, replaces, ..Alongside::default() };
        let post = self.fit_out(plan::wishes_onto(None, post)).await?;
        let edits = vec![Edit::new(None, Some(post))];
        // In the name of the background: taking back the last edit never takes back what comes by itself.
        self.commit_as(Actor::Sync, edits, "repeated", None, alongside).await?;
        Ok(id)
    }

    /// Makes the post of one date now, so that it can be changed by itself long before its time; answers it. Where a
    /// provider refuses a text that waits there already it is held: it is let go once it says something else.
    pub async fn make_date(&self, id: PostId, date: NaiveDate) -> Result<Post> {
        let refused = |words: String| Err(DeskError::Refused(words));
        for _ in 0..RACES {
            let standing = self.standing(id).await?.ok_or_else(gone)?;
            if let Some(post) = self.dates_of(id).await?.get(&date) {
                return match self.store.post(*post).await? {
                    Some(post) => Ok(post),
                    None => refused(format!("the post of {date} was deleted; take the date in again first")),
                };
            }
            let series = &standing.series;
            let Some(one) = series.ahead(self.now(), FARTHEST).into_iter().find(|one| one.date == date) else {
                return refused(format!("{date} is no date ahead of \"{}\"", series.rule));
            };
            if series.skipped.contains(&date) {
                return refused(format!("{date} is left out; take it in again first"));
            }
            if let Some(why) = self.embargoes().await?.get(&one.at.wall().date()) {
                return refused(format!("nothing goes out on {date}: {why}"));
            }
            let wish = if self.one_by_one(series) { Wish::Hold } else { Wish::Schedule };
            match self.make(&standing, &one, wish).await {
                Err(DeskError::Store(StoreError::Taken { .. } | StoreError::Replaced { .. })) => {}
                made => return self.current(made?).await,
            }
        }
        refused(BUSY.into())
    }

    /// Every series with its next dates, the one that comes next first; what is stopped or over last.
    pub async fn repeating(&self) -> Result<Vec<Repeating>> {
        let now = self.now();
        let channels = self.store.channels().await?;
        let embargoes = self.embargoes().await?;
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
                    // A post that waits all the same goes out, whatever was said of its date.
                    skipped: post.is_none() && (series.skipped.contains(&one.date) || made.contains_key(&one.date)),
                    moved: schedule.filter(|at| (at.instant() - one.at.instant()).abs() >= TimeDelta::minutes(1)),
                    post: post.as_ref().map(|post| post.id),
                    made: post.map(Arc::new),
                });
            }
            let mut warnings = self.equal_texts(&series.template, &channels);
            let open = coming.iter().filter(|coming| coming.post.is_none() && !coming.skipped);
            warnings.extend(left_free(open.map(|coming| &coming.one), &embargoes));
            all.push(Repeating { series, coming, warnings });
        }
        all.sort_by_key(|one| {
            let next = one.coming.iter().find(|coming| !coming.skipped).map(|coming| coming.one.at.instant());
            (next.is_none(), next, one.series.id())
        });
        Ok(all)
    }

    /// What networks may mind about the same text again and again: some refuse one that they had lately.
    pub fn equal_texts(&self, post: &Post, channels: &[crate::domain::channel::Channel]) -> Vec<String> {
        let minds = |target: &Target| {
            let channel = channels.iter().find(|channel| channel.id == target.channel)?;
            let equal = MINDFUL.contains(&channel.network.key()) && fingerprint(post.text_for(target)).is_some();
            equal.then(|| (channel.network.name().to_owned(), full_name(channel)))
        };
        let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (network, name) in post.targets.iter().filter_map(minds) {
            named.entry(network).or_default().push(name);
        }
        let may = |(network, names): (String, Vec<String>)| {
            format!("{network} may refuse a text that it had before: {} ({REMEDY})", names.join(", "))
        };
        let mut words: Vec<String> = named.into_iter().map(may).collect();
        let mut can = post.targets.iter().filter_map(|target| self.capabilities(&target.account()));
        if let Some(can) = can.find(|can| can.refuses_equal) {
            words.push(format!("{} takes an equal text once a day: each post is made a day after the last", can.name));
        }
        words
    }

    /// Leaves one date out, or takes it in again. A post that was made for it goes with it, unless it is out, or may be:
    /// then both stay. Answers whether one was deleted.
    pub async fn skip_date(&self, id: PostId, date: NaiveDate, skip: bool) -> Result<bool> {
        if skip {
            return self.leave_out(id, date).await;
        }
        self.change_series(id, |series| {
            series.skipped.remove(&date);
        })
        .await?;
        let made = self.dates_of(id).await?.remove(&date);
        if let Some(post) = made
            && self.store.post(post).await?.is_none()
        {
            // Its post was deleted with the date: it is made anew, unless another window has just done so.
            let (key, gone) = (date_key(id, date), post.to_string());
            let replaces = vec![(key.clone(), gone.clone(), gone)];
            let alongside = Alongside { replaces, forgets: vec![key], ..Alongside::default() };
            match self.store.save_with(self.now(), Actor::Sync, Vec::new(), Vec::new(), alongside).await {
                Err(StoreError::Replaced { .. }) => {}
                freed => {
                    freed?;
                }
            }
        }
        self.keep_up(id, &mut Kept::default()).await?;
        Ok(false)
    }

    /// The date and its post go in one transaction, so that neither is left without the other.
    async fn leave_out(&self, id: PostId, date: NaiveDate) -> Result<bool> {
        for _ in 0..RACES {
            let Standing { mut series, text } = self.standing(id).await?.ok_or_else(gone)?;
            let made = match self.dates_of(id).await?.remove(&date) {
                Some(post) => self.store.post(post).await?,
                None => None,
            };
            if let Some(why) = made.as_ref().and_then(|post| post.fixed(self.now())) {
                return Err(DeskError::Refused(format!("the post of {date} stays, and its date with it: {why}")));
            }
            series.skipped.insert(date);
            let replaces = vec![(series_key(id), text, written(&series)?)];
            let alongside = Alongside { replaces, ..Alongside::default() };
            let deletes = made.is_some();
            let done = match made {
                Some(post) => self.commit_with(vec![Edit::new(Some(post), None)], "deleted", None, alongside).await,
                None => {
                    let kept = self.store.save_with(self.now(), Actor::Sync, Vec::new(), Vec::new(), alongside).await;
                    kept.map(|_| ()).map_err(DeskError::from)
                }
            };
            match done {
                Err(DeskError::Store(StoreError::Replaced { .. })) => {}
                done => return done.map(|()| deletes),
            }
        }
        Err(DeskError::Refused(BUSY.into()))
    }

    /// Ends a series: nothing more is made. Posts that are made already and still wait are deleted, unless they are to be
    /// kept. Answers how many were deleted.
    pub async fn stop_repeating(&self, id: PostId, keep: bool) -> Result<usize> {
        let now = self.now();
        self.change_series(id, |series| series.stopped = Some(now)).await?;
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
        let dates = self.dates_of(*id).await?;
        let Some(here) = dates.iter().find(|(_, each)| **each == post).map(|(date, _)| *date) else { return Ok(0) };
        self.change_series(*id, |series| series.template = saying(source, &series.template)).await?;
        // Only now all are there that were made of what it said before.
        let dates = self.dates_of(*id).await?;
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
            Some((post.parse().ok()?, (id, rule_words(rules.get(&id)?, &self.habits))))
        };
        Ok(made.into_iter().filter_map(one).collect())
    }

    async fn all_series(&self) -> Result<Vec<Series>> {
        let kept = self.store.settings_beginning(SERIES.into()).await?;
        // What a later version of the program kept and this one cannot read makes nothing here.
        Ok(kept.into_iter().filter_map(|(_, text)| serde_json::from_str(&text).ok()).collect())
    }

    /// A series with the text it is kept as; nothing where it is not there, or not to be read.
    pub(super) async fn standing(&self, id: PostId) -> Result<Option<Standing>> {
        let Some(text) = self.store.setting(&series_key(id)).await? else { return Ok(None) };
        Ok(serde_json::from_str(&text).ok().map(|series| Standing { series, text }))
    }

    /// Changes a series as it stands, unless others do so at the same moment again and again.
    async fn change_series(&self, id: PostId, change: impl Fn(&mut Series)) -> Result<()> {
        for _ in 0..RACES {
            let Standing { mut series, text } = self.standing(id).await?.ok_or_else(gone)?;
            change(&mut series);
            let replaces = vec![(series_key(id), text, written(&series)?)];
            let alongside = Alongside { replaces, ..Alongside::default() };
            match self.store.save_with(self.now(), Actor::Sync, Vec::new(), Vec::new(), alongside).await {
                Err(StoreError::Replaced { .. }) => {}
                saved => {
                    saved?;
                    return Ok(());
                }
            }
        }
        Err(DeskError::Refused(BUSY.into()))
    }

    pub(super) async fn dates_of(&self, id: PostId) -> Result<BTreeMap<NaiveDate, PostId>> {
        let kept = self.store.settings_beginning(format!("{REPEATED}{id}:")).await?;
        Ok(kept.into_iter().filter_map(|(date, post)| Some((date.parse().ok()?, post.parse().ok()?))).collect())
    }
}

/// A series, and the text it is kept as.
pub(super) struct Standing {
    pub(super) series: Series,
    pub(super) text: String,
}

/// What is to be said of dates on which nothing goes out.
fn left_free<'a>(dates: impl Iterator<Item = &'a Occurrence>, embargoes: &BTreeMap<NaiveDate, String>) -> Vec<String> {
    let free = dates.filter_map(|one| {
        let date = one.at.wall().date();
        let why = embargoes.get(&date)?;
        Some(format!("nothing goes out on {}: {why}; no post is made for that date", date.format("%a %-d %b")))
    });
    free.collect()
}

pub(super) fn series_key(id: PostId) -> String {
    format!("{SERIES}{id}")
}

pub(super) fn asked_key(post: PostId) -> String {
    format!("{ASKED}{post}")
}

pub(super) fn date_key(series: PostId, date: NaiveDate) -> String {
    format!("{REPEATED}{series}:{date}")
}

pub(super) fn written(series: &Series) -> Result<String> {
    serde_json::to_string(series).map_err(|error| DeskError::Refused(error.to_string()))
}

pub(super) fn refused(error: crate::domain::repeat::NoRule) -> DeskError {
    DeskError::Refused(error.to_string())
}

fn gone() -> DeskError {
    DeskError::Refused("there is no such repetition any more; nothing was done".into())
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
