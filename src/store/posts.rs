//! Posts: rows to domain and back, and the questions the screen asks about them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row, params};

use super::error::{Fault, StoreError};
use super::rows::{
    instant, json, json_list, maybe_instant, millis, parse, parse_list, post_id, post_key, schedule, schedule_columns,
    source, source_word, wish, wish_word,
};
use super::{Store, rows};
use crate::domain::ids::{ChannelId, PostId, RemoteId};
use crate::domain::outcome::{OVERDUE, Outcome};
use crate::domain::post::{MOST_DRAFTS, Post, Target, Wish};

/// How many of the latest versions of a post are kept, each of them.
const VERSIONS: i64 = 50;
/// How many older ones there may be beside them: the last of each hour of a day, then of each day.
const OLDER_VERSIONS: usize = 150;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// How many posts a few typed characters may name.
const MATCHES: usize = 10;

/// The questions of the board, as what follows `FROM post`; a test holds each to its index.
const CALENDAR: &str = "WHERE sort_at >= ?1 AND sort_at < ?2 ORDER BY sort_at";
const COMING: &str = "FROM target WHERE going_at >= ?1 AND going_at < ?2";
const UNDATED: &str = "WHERE sort_at IS NULL ORDER BY updated_at DESC, id DESC LIMIT ?1";
const NEEDING: &str = "WHERE id IN (SELECT id FROM post INDEXED BY post_needs_person WHERE needs_person = 1
                                    UNION ALL SELECT id FROM post INDEXED BY post_due WHERE due_at <= ?1)
                       ORDER BY sort_at, id";

impl Store {
    /// The posts whose moment ([`Post::instant`]) lies in `from..to`, in its order.
    pub async fn weeks(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Arc<Post>>, StoreError> {
        self.every_post(Some(from), Some(to)).await
    }

    /// How many posts still to go out before `to` each channel of `until` would keep from it, from the instant on that
    /// is named for it.
    pub async fn at_risk(
        &self,
        until: HashMap<ChannelId, DateTime<Utc>>,
        now: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<HashMap<ChannelId, usize>, StoreError> {
        self.read(move |db| at_risk(db, &until, now, to)).await
    }

    /// The posts without any moment, latest change first; at most [`MOST_DRAFTS`].
    pub async fn drafts(&self) -> Result<Vec<Arc<Post>>, StoreError> {
        self.read(drafts).await
    }

    /// All posts without any moment, latest change first.
    pub async fn undated(&self) -> Result<Vec<Arc<Post>>, StoreError> {
        self.read(|db| query(db, UNDATED, [i64::MAX])).await
    }

    /// The posts that need a person at `now` ([`Post::needs_a_person`]), in the order of their moments.
    pub async fn failed(&self, now: DateTime<Utc>) -> Result<Vec<Arc<Post>>, StoreError> {
        self.read(move |db| failed(db, now)).await
    }

    /// One post.
    pub async fn post(&self, id: PostId) -> Result<Option<Post>, StoreError> {
        self.read(move |db| find(db, id)).await
    }

    /// The posts whose id begins or ends with what a person typed, dashes and case left aside; at most ten. Ids begin
    /// with the time, so those of one campaign differ only towards their ends.
    pub async fn posts_by_prefix(&self, text: &str) -> Result<Vec<PostId>, StoreError> {
        let typed: String = text.trim().chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase();
        if typed.is_empty() || typed.len() > 32 || !typed.chars().all(|c| c.is_ascii_hexdigit()) {
            return Ok(Vec::new());
        }
        self.read(move |db| {
            let bound = |fill: &str| {
                let digits: String = typed.chars().chain(fill.repeat(32).chars()).take(32).collect();
                u128::from_str_radix(&digits, 16).unwrap_or_default().to_be_bytes()
            };
            let beginning = ids(
                db,
                "SELECT id FROM post WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 10",
                [bound("0"), bound("f")],
            )?;
            let ending =
                ids(db, "SELECT id FROM post WHERE hex(id) LIKE ?1 ORDER BY id LIMIT 10", [format!("%{typed}")])?;
            let mut found = beginning;
            found.extend(ending.into_iter().filter(|id| !format!("{}", id.uuid().simple()).starts_with(&typed)));
            found.truncate(MATCHES);
            Ok(found)
        })
        .await
    }

    /// Every post with a moment in `from..to`, in its order; without any bound, those without a moment too, first.
    pub async fn every_post(
        &self,
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
    ) -> Result<Vec<Arc<Post>>, StoreError> {
        self.read(move |db| {
            if from.is_none() && to.is_none() {
                return query(db, "ORDER BY sort_at, id", []);
            }
            calendar(db, from.map_or(i64::MIN, millis), to.map_or(i64::MAX, millis))
        })
        .await
    }

    /// Keeps a draft while it is being typed: no journal entry and no write follows. The text before it is kept as a
    /// version, the last fifty of them.
    pub async fn autosave(&self, now: DateTime<Utc>, post: Post) -> Result<(), StoreError> {
        self.write(move |db| {
            let Some(before) = find(db, post.id)? else {
                return put(db, &post, now);
            };
            if rows::as_stored(&before) == rows::as_stored(&post) {
                return Ok(());
            }
            keep_version(db, &before, None)?;
            put(db, &post, now)
        })
        .await
    }

    /// The same where the typing just goes on: the text before it is no version of its own.
    pub async fn retype(&self, now: DateTime<Utc>, post: Post) -> Result<(), StoreError> {
        self.write(move |db| put(db, &post, now)).await
    }

    /// Keeps what was typed of a post, and is now typed over, as one of its earlier versions.
    pub async fn keep_version(&self, now: DateTime<Utc>, typed: Post) -> Result<(), StoreError> {
        self.write(move |db| keep_version(db, &typed, Some(now))).await
    }

    /// Earlier versions of a post with the moments they were saved, latest first.
    pub async fn versions(&self, id: PostId) -> Result<Vec<(DateTime<Utc>, Post)>, StoreError> {
        self.read(move |db| {
            let mut statement =
                db.prepare_cached("SELECT at, body FROM draft_version WHERE post = ?1 ORDER BY at DESC, id DESC")?;
            let mut rows = statement.query([post_key(id)])?;
            let mut versions = Vec::new();
            while let Some(row) = rows.next()? {
                versions.push((instant(row.get(0)?)?, parse("a version of a draft", &row.get::<_, String>(1)?)?));
            }
            Ok(versions)
        })
        .await
    }
}

/// See [`Store::weeks`].
pub(super) fn weeks(db: &Connection, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Arc<Post>>, Fault> {
    calendar(db, millis(from), millis(to))
}

/// Those of one moment are put into the order of their ids here: SQLite would copy every row for it.
fn calendar(db: &Connection, from: i64, to: i64) -> Result<Vec<Arc<Post>>, Fault> {
    let mut posts: Vec<Arc<Post>> = query(db, CALENDAR, [from, to])?;
    posts.sort_by_key(|post| (post.instant(), post.id));
    Ok(posts)
}

/// See [`Store::drafts`].
pub(super) fn drafts(db: &Connection) -> Result<Vec<Arc<Post>>, Fault> {
    query(db, UNDATED, [i64::try_from(MOST_DRAFTS).unwrap_or(i64::MAX)])
}

/// See [`Store::failed`].
pub(super) fn failed(db: &Connection, now: DateTime<Utc>) -> Result<Vec<Arc<Post>>, Fault> {
    let mut posts: Vec<Arc<Post>> = query(db, NEEDING, [millis(now - OVERDUE)])?;
    posts.retain(|post| post.needs_a_person(now));
    Ok(posts)
}

/// Per channel: how many targets are still to go out in `now..to`, from the instant on that `until` names for it.
fn at_risk(
    db: &Connection,
    until: &HashMap<ChannelId, DateTime<Utc>>,
    now: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<HashMap<ChannelId, usize>, Fault> {
    let mut statement = db.prepare_cached(&format!("SELECT channel, going_at {COMING}"))?;
    let mut rows = statement.query([millis(now), millis(to)])?;
    let mut counts = HashMap::new();
    while let Some(row) = rows.next()? {
        let channel = ChannelId::new(row.get::<_, String>(0)?);
        let due: i64 = row.get(1)?;
        if until.get(&channel).is_some_and(|ends| due >= millis(*ends)) {
            *counts.entry(channel).or_default() += 1;
        }
    }
    Ok(counts)
}

/// Per channel and day of 24 hours after `from`: how many targets are still to go out in `now..to`, or are just
/// going. Reads no post, so that a sparkline costs little; counts here, because SQLite would sort all of it first.
pub(super) fn coming(
    db: &Connection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<(ChannelId, u16, u16)>, Fault> {
    let mut statement = db.prepare_cached(&format!("SELECT channel, (going_at - ?3) / 86400000 {COMING}"))?;
    let mut rows = statement.query([millis(from.max(now - OVERDUE)), millis(to), millis(from)])?;
    let mut coming: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let Ok(day) = u16::try_from(row.get::<_, i64>(1)?) else { continue };
        let channel = row.get_ref(0)?.as_str().map_err(|error| Fault::unreadable("a channel", error))?;
        let days = match coming.get_mut(channel) {
            Some(days) => days,
            None => coming.entry(channel.to_owned()).or_default(),
        };
        let day = usize::from(day);
        days.resize(days.len().max(day + 1), 0);
        if let Some(count) = days.get_mut(day) {
            *count = count.saturating_add(1);
        }
    }
    let all = coming.into_iter().flat_map(|(channel, days)| {
        let channel = ChannelId::new(channel);
        let counted = (0..).zip(days).filter(|(_, count)| *count > 0);
        counted.map(move |(day, count)| (channel.clone(), day, count))
    });
    Ok(all.collect())
}

fn ids(db: &Connection, sql: &str, params: impl Params) -> Result<Vec<PostId>, Fault> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(id_at(row, 0)?);
    }
    Ok(found)
}

/// The post's id in column `at`.
pub(super) fn id_at(row: &Row<'_>, at: usize) -> Result<PostId, Fault> {
    post_id(row.get_ref(at)?.as_blob().map_err(|error| Fault::unreadable("an id", error))?)
}

/// One post, if it is there.
pub(super) fn find(db: &Connection, id: PostId) -> Result<Option<Post>, Fault> {
    Ok(query(db, "WHERE id = ?1", [post_key(id)])?.pop())
}

/// The posts of a campaign, by their moments.
pub(super) fn of_campaign(db: &Connection, name: &str) -> Result<Vec<Post>, Fault> {
    query(db, "WHERE campaign = ?1 ORDER BY sort_at, id", [name])
}

/// Whether the post is there.
pub(super) fn exists(db: &Connection, id: PostId) -> Result<bool, Fault> {
    let mut statement = db.prepare_cached("SELECT 1 FROM post WHERE id = ?1")?;
    Ok(statement.exists([post_key(id)])?)
}

/// The posts that `tail` chooses: what follows `FROM post`. What is to be shared is so from the first: made so out of a
/// list of posts it would keep that list's whole memory.
pub(super) fn query<T: From<Post>>(db: &Connection, tail: &str, params: impl Params) -> Result<Vec<T>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT id, body, title, wall, zone, instant, wish, media, campaign, tags, source, created_at, updated_at,
                conflict, EXISTS (SELECT 1 FROM outbox WHERE outbox.post = post.id AND open = 1), options, first_comment,
                campaign_number, styling, queue
         FROM post {tail}"
    ))?;
    let (mut targets, mut zone) = (Targets::new(db)?, Tz::UTC);
    let mut rows = statement.query(params)?;
    let mut posts = Vec::new();
    while let Some(row) = rows.next()? {
        posts.push(T::from(read(row, &mut targets, &mut zone)?));
    }
    Ok(posts)
}

/// The post of a row; `zone` as [`schedule`] has it.
fn read(row: &Row<'_>, targets: &mut Targets<'_>, zone: &mut Tz) -> Result<Post, Fault> {
    let id = id_at(row, 0)?;
    let text = |at: usize| -> Result<&str, Fault> {
        row.get_ref(at)?.as_str().map_err(|error| Fault::unreadable("a post", error))
    };
    let conflict: Option<String> = row.get(13)?;
    let (options, first_comment): (Option<String>, Option<String>) = (row.get(15)?, row.get(16)?);
    let (styling, queue): (Option<String>, Option<String>) = (row.get(18)?, row.get(19)?);
    Ok(Post {
        id,
        body: row.get(1)?,
        title: row.get(2)?,
        targets: targets.of(id)?,
        schedule: schedule(row, 3, zone)?,
        queue: queue.map(|text| parse("the queue of a post", &text)).transpose()?,
        wish: wish(text(6)?)?,
        media: parse_list("the media of a post", text(7)?)?,
        campaign: row.get(8)?,
        number: row.get(17)?,
        tags: parse_list("the tags of a post", text(9)?)?,
        options: options.map(|text| parse("the options of a post", &text)).transpose()?.unwrap_or_default(),
        first_comment: first_comment.map(|text| parse("a first comment", &text)).transpose()?,
        styling: styling.map(|text| parse("the style of a post", &text)).transpose()?.unwrap_or_default(),
        source: source(text(10)?)?,
        created_at: instant(row.get(11)?)?,
        updated_at: instant(row.get(12)?)?,
        conflict: conflict.map(|text| parse("a conflict", &text)).transpose()?,
        pending: row.get(14)?,
    })
}

/// Reads the targets of one post after another; names that come again share their memory.
struct Targets<'db> {
    statement: CachedStatement<'db>,
    channels: HashMap<String, ChannelId>,
    zone: Tz,
}

impl<'db> Targets<'db> {
    fn new(db: &'db Connection) -> Result<Self, Fault> {
        let statement = db.prepare_cached(
            "SELECT channel, text, wall, zone, instant, outcome, remote, extras
             FROM target WHERE post = ?1 ORDER BY position",
        )?;
        Ok(Self { statement, channels: HashMap::new(), zone: Tz::UTC })
    }

    fn of(&mut self, post: PostId) -> Result<Vec<Target>, Fault> {
        let Self { statement, channels, zone } = self;
        let mut rows = statement.query([post_key(post)])?;
        let mut targets: Vec<Target> = Vec::new();
        while let Some(row) = rows.next()? {
            let word = |at: usize| row.get_ref(at)?.as_str().map_err(|error| Fault::unreadable("a target", error));
            let channel = word(0)?;
            let known = channels.get(channel).cloned();
            let channel = known.unwrap_or_else(|| {
                let new = ChannelId::new(channel);
                channels.insert(channel.to_owned(), new.clone());
                new
            });
            // Mostly one post at the provider carries them all.
            let before = targets.last().and_then(|target| target.remote.clone());
            let remote = row.get_ref(6)?.as_str_or_null().map_err(|error| Fault::unreadable("a target", error))?;
            let remote = remote.map(|id| before.filter(|it| it.as_str() == id).unwrap_or_else(|| RemoteId::new(id)));
            let extras: Option<String> = row.get(7)?;
            targets.push(Target {
                channel,
                text: row.get(1)?,
                schedule: schedule(row, 2, zone)?,
                extras: extras
                    .map(|text| parse("what a target has of its own", &text))
                    .transpose()?
                    .unwrap_or_default(),
                outcome: parse("an outcome", word(5)?)?,
                remote,
            });
        }
        // Hundreds of posts stay in memory with one or two targets, each of which is large.
        targets.shrink_to_fit();
        Ok(targets)
    }
}

/// Writes a post as it shall be, whether it was there or not.
pub(super) fn put(db: &Connection, post: &Post, now: DateTime<Utc>) -> Result<(), Fault> {
    let post = &rows::as_stored(post);
    let (wall, zone, at) = schedule_columns(post.schedule);
    let conflict = post.conflict.as_ref().map(json).transpose()?;
    let options = Some(&post.options).filter(|options| !options.is_empty()).map(json).transpose()?;
    let first_comment = post.first_comment.as_ref().map(json).transpose()?;
    let styling = Some(&post.styling).filter(|styling| !styling.is_empty()).map(json).transpose()?;
    let queue = post.queue.as_ref().map(json).transpose()?;
    db.prepare_cached(
        "INSERT INTO post (id, body, title, wall, zone, instant, wish, media, campaign, tags, source, created_at,
                           updated_at, conflict, saved_at, sort_at, needs_person, due_at, options, first_comment,
                           campaign_number, styling, queue)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
         ON CONFLICT (id) DO UPDATE SET
           body = ?2, title = ?3, wall = ?4, zone = ?5, instant = ?6, wish = ?7, media = ?8, campaign = ?9, tags = ?10,
           source = ?11, created_at = ?12, updated_at = ?13, conflict = ?14, saved_at = ?15, sort_at = ?16,
           needs_person = ?17, due_at = ?18, options = ?19, first_comment = ?20, campaign_number = ?21,
           styling = ?22, queue = ?23",
    )?
    .execute(params![
        post_key(post.id),
        post.body,
        post.title,
        wall,
        zone,
        at,
        wish_word(post.wish),
        json_list(&post.media)?,
        post.campaign,
        json_list(&post.tags)?,
        source_word(post.source),
        millis(post.created_at),
        millis(post.updated_at),
        conflict,
        millis(now),
        post.instant().map(millis),
        needs_person_at_any_time(post),
        due_at(post),
        options,
        first_comment,
        post.number,
        styling,
        queue,
    ])?;
    put_targets(db, post)
}

fn put_targets(db: &Connection, post: &Post) -> Result<(), Fault> {
    db.prepare_cached("DELETE FROM target WHERE post = ?1")?.execute([post_key(post.id)])?;
    let mut insert = db.prepare_cached(
        "INSERT INTO target (post, position, channel, account, text, wall, zone, instant, outcome, remote, extras,
                             going_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    for (position, target) in (0_i64..).zip(&post.targets) {
        let (wall, zone, at) = schedule_columns(target.schedule);
        let extras = Some(&target.extras).filter(|extras| !extras.is_empty()).map(json).transpose()?;
        insert.execute(params![
            post_key(post.id),
            position,
            target.channel.as_str(),
            target.account().as_str(),
            target.text,
            wall,
            zone,
            at,
            json(&target.outcome)?,
            target.remote.as_ref().map(RemoteId::as_str),
            extras,
            going_at(post, target),
        ])?;
    }
    Ok(())
}

/// Writes what became of a post's targets; when it was last saved by someone stays as it is.
pub(super) fn put_quietly(db: &Connection, post: &Post) -> Result<(), Fault> {
    let saved: i64 = db
        .prepare_cached("SELECT saved_at FROM post WHERE id = ?1")?
        .query_row([post_key(post.id)], |row| row.get(0))?;
    put(db, post, instant(saved)?)
}

/// Takes a post away; its journal and its earlier versions stay.
pub(super) fn remove(db: &Connection, id: PostId) -> Result<(), Fault> {
    db.prepare_cached("DELETE FROM post WHERE id = ?1")?.execute([post_key(id)])?;
    Ok(())
}

/// Whether [`Post::needs_a_person`] holds whatever the hour is.
fn needs_person_at_any_time(post: &Post) -> bool {
    post.targets.iter().any(|target| match &target.outcome {
        Outcome::Unknown { .. } => true,
        Outcome::Refused(refusal) => !refusal.dismissed,
        _ => false,
    })
}

/// The earliest moment after which silence makes it missed.
fn due_at(post: &Post) -> Option<i64> {
    post.targets.iter().filter_map(|target| going_at(post, target)).min()
}

/// When a target that is still to go out, or is just going, does so. `assets/migrations/0007_going.sql` says the same
/// of the posts that were there before it.
fn going_at(post: &Post, target: &Target) -> Option<i64> {
    let planned = post.schedule_for(target).map(|schedule| millis(schedule.instant()));
    match (&target.outcome, post.wish) {
        (Outcome::Publishing, _) => planned,
        // Its queue has not said yet when.
        _ if post.queue.is_some() => None,
        (Outcome::NotSent | Outcome::Deferred { .. } | Outcome::Accepted, Wish::Schedule) => planned,
        // Published at once: silence counts from when that was asked for.
        (Outcome::NotSent | Outcome::Deferred { .. } | Outcome::Accepted, Wish::Now) => Some(millis(post.updated_at)),
        _ => None,
    }
}

/// Keeps a post as one of its earlier versions, saved at that instant; when it was last stored, where none is given.
pub(super) fn keep_version(db: &Connection, before: &Post, at: Option<DateTime<Utc>>) -> Result<(), Fault> {
    let key = post_key(before.id);
    let saved: Option<i64> =
        db.prepare_cached("SELECT saved_at FROM post WHERE id = ?1")?.query_row([key], |row| row.get(0)).optional()?;
    let at = at.or(maybe_instant(saved)?).unwrap_or(before.updated_at);
    db.prepare_cached("INSERT INTO draft_version (post, at, body) VALUES (?1, ?2, ?3)")?.execute(params![
        key,
        millis(at),
        json(before)?
    ])?;
    let mut older =
        db.prepare_cached("SELECT id, at FROM draft_version WHERE post = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2")?;
    let older = older.query_map(params![key, VERSIONS - 1], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let older: Vec<(i64, i64)> = older.collect::<std::result::Result<_, _>>()?;
    for id in thinned(&older, millis(before.updated_at.max(at))) {
        db.prepare_cached("DELETE FROM draft_version WHERE id = ?1")?.execute([id])?;
    }
    Ok(())
}

/// Which of the older versions go: `older` are ids and moments in milliseconds, latest first, and the first of them
/// stays in any case. Of the rest stays the last one of each hour, and what is older than a day, of each day.
fn thinned(older: &[(i64, i64)], now: i64) -> Vec<i64> {
    let mut kept = match older.first() {
        Some((_, at)) => *at,
        None => return Vec::new(),
    };
    let (mut count, mut gone) = (0, Vec::new());
    for (id, at) in older.iter().skip(1) {
        let step = if now.saturating_sub(*at) > DAY { DAY } else { HOUR };
        if at.div_euclid(step) == kept.div_euclid(step) || count == OLDER_VERSIONS {
            gone.push(*id);
        } else {
            (kept, count) = (*at, count + 1);
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use chrono::SubsecRound;
    use chrono_tz::Tz;

    use super::{CALENDAR, COMING, HOUR, NEEDING, UNDATED, put, thinned};
    use crate::clock::Clock;
    use crate::domain::ids::{AccountName, ChannelId, IdSource, RemoteId};
    use crate::domain::outcome::{OVERDUE, Outcome};
    use crate::domain::post::{Post, Target, Wish};
    use crate::domain::queue::Queued;
    use crate::domain::schedule::Schedule;
    use crate::store::migrate;

    #[test]
    fn old_versions_thin_out_to_one_an_hour_and_then_one_a_day() {
        let now = 1_000 * 24 * HOUR;
        // One every ten minutes for three days, latest first.
        let all: Vec<(i64, i64)> = (0..432).map(|n| (432 - n, now - n * HOUR / 6)).collect();
        let gone = thinned(&all, now);
        let kept: Vec<i64> = all.iter().filter(|(id, _)| !gone.contains(id)).map(|(_, at)| (now - at) / HOUR).collect();
        assert_eq!(kept.iter().filter(|age| **age < 24).count(), 25, "{kept:?}");
        assert!(kept.iter().filter(|age| **age >= 25).count() <= 3, "{kept:?}");
        let again: Vec<(i64, i64)> = all.iter().filter(|(id, _)| !gone.contains(id)).copied().collect();
        assert_eq!(thinned(&again, now), [0i64; 0], "thinning twice takes nothing more");
        assert_eq!(thinned(&[], now), [0i64; 0]);
    }

    fn plan(sql: &str) -> String {
        let db = migrate::open_memory().unwrap();
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = statement.parameter_count();
        let params = rusqlite::params_from_iter(std::iter::repeat_n(1, count));
        let lines = statement.query_map(params, |row| row.get::<_, String>(3)).unwrap();
        lines.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_board_s_questions_are_answered_by_indices() {
        for (tail, index) in [(CALENDAR, "post_calendar"), (UNDATED, "post_calendar"), (NEEDING, "post_due")] {
            let plan = plan(&format!("SELECT body FROM post {tail}"));
            // Walking the whole of the small index of what needs a person is the point of having it.
            let scans: Vec<_> = plan.lines().filter(|l| l.starts_with("SCAN") && !l.contains("needs_person")).collect();
            assert!(scans.is_empty() && plan.contains(index), "{tail}\n{plan}");
        }
    }

    #[test]
    fn a_week_comes_in_order_without_being_sorted() {
        let plan = plan(&format!("SELECT body FROM post {CALENDAR}"));
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }

    #[test]
    fn sparklines_walk_only_what_is_due() {
        let plan = plan(&format!("SELECT channel {COMING}"));
        assert!(plan.contains("COVERING INDEX target_going") && !plan.contains("SCAN"), "{plan}");
    }

    #[test]
    fn an_older_store_learns_what_is_still_to_come_as_it_would_be_written_now() {
        let db = migrate::open_memory().unwrap();
        let (ids, now) = (IdSource::seeded(1), Clock::system().now().trunc_subsecs(3));
        let outcomes = [
            Outcome::NotSent,
            Outcome::Accepted,
            Outcome::Publishing,
            Outcome::Deferred { until: now },
            Outcome::Published { url: None, at: None },
        ];
        let queued = Queued { account: AccountName::new("acme"), place: "p".into(), name: "mornings".into() };
        for wish in [Wish::Draft, Wish::Hold, Wish::Schedule, Wish::Now] {
            for queue in [None, Some(queued.clone())] {
                let mut post = Post::draft(ids.post(now), now);
                (post.wish, post.queue) = (wish, queue);
                post.schedule = Some(Schedule::at(now + OVERDUE, Tz::UTC));
                for (at, outcome) in (0..).zip(&outcomes) {
                    let account = AccountName::new("acme");
                    let mut target = Target::new(ChannelId::of(&account, &RemoteId::new(format!("c{at}"))));
                    target.outcome = outcome.clone();
                    target.schedule = (at % 2 == 1).then(|| Schedule::at(now + OVERDUE * 2, Tz::UTC));
                    post.targets.push(target);
                }
                put(&db, &post, now).unwrap();
            }
        }
        let going = || -> Vec<Option<i64>> {
            let mut statement = db.prepare("SELECT going_at FROM target ORDER BY post, position").unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let written = going();
        assert!(written.contains(&None) && written.iter().flatten().count() > 8, "{written:?}");
        let migration = include_str!("../../assets/migrations/0007_going.sql");
        let fill = &migration[migration.find("UPDATE").unwrap()..migration.find("CREATE INDEX").unwrap()];
        db.execute_batch(&format!("UPDATE target SET going_at = NULL; {fill}")).unwrap();
        assert_eq!(going(), written);
    }

    #[test]
    fn what_is_open_is_found_by_the_indices_of_what_is_open() {
        for (sql, index) in [
            ("SELECT 1 FROM outbox WHERE post = ?1 AND open = 1", "outbox_open_post"),
            ("SELECT seq FROM outbox WHERE account = ?1 AND open = 1 ORDER BY seq", "outbox_open_account"),
        ] {
            let plan = plan(sql);
            assert!(plan.contains(index), "{sql}\n{plan}");
        }
    }
}
