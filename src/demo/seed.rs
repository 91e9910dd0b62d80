//! How the world begins: the accounts and posts of `assets/demo/*.toml`, laid around the present instant.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Weekday};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::{Value, json};

use super::publish::MOMENT;
use super::records::{Health, SimChannel, SimMedia, SimPost, SimTarget, Status, Trouble};
use super::world::Site;
use super::{Seed, network};
use crate::clock::Instant;

const WEEK: &str = include_str!("../../assets/demo/week.toml");
const EMPTY: &str = include_str!("../../assets/demo/empty.toml");
const FJORD: &str = include_str!("../../assets/demo/fjord.toml");
const KONTOR: &str = include_str!("../../assets/demo/kontor.toml");
const LUMEN: &str = include_str!("../../assets/demo/lumen.toml");

/// The keys that open the accounts; they open nothing else.
const LATE_KEY: &str = "sk_demo_acme_0000000000000000000000000000000000000000000000000000";
const VOXBURST_KEY: &str = "vb_demo_northwind_000000000000";
const POSTFORME_KEY: &str = "pfm_live_demo_fjord_00000000000000";

/// Every provider with the key of the account there.
const KEYS: &[(&str, &str)] = &[
    ("late", LATE_KEY),
    ("voxburst", VOXBURST_KEY),
    ("postforme", POSTFORME_KEY),
    ("posto", super::posto::KEY),
    ("oktopost", super::oktopost::KEY),
];

/// Files with an account of its own each, which every world has; its posts only where there are weeks.
const ACCOUNTS: &[&str] = &[FJORD, KONTOR, LUMEN];

/// Why a seed cannot be used: a mistake in a file that ships with the program.
#[derive(Debug, thiserror::Error)]
pub(super) enum SeedError {
    #[error("the demo's file is not readable: {0}")]
    File(#[from] toml::de::Error),
    #[error("the demo knows no provider {0}")]
    Provider(String),
    #[error("the demo's post “{post}”: {words}")]
    Post { post: String, words: String },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    channel: Vec<ChannelRow>,
    #[serde(default)]
    post: Vec<PostRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelRow {
    /// What posts of this file call it.
    name: String,
    provider: String,
    network: String,
    username: String,
    shown: Option<String>,
    /// Hours from now until its token ends.
    expires_in: Option<i64>,
    #[serde(default)]
    expired: bool,
    #[serde(default)]
    disconnected: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostRow {
    /// Names of channels; they all belong to one provider.
    to: Vec<String>,
    text: String,
    /// Texts of single channels.
    #[serde(default)]
    own: BTreeMap<String, String>,
    #[serde(default)]
    media: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    /// What goes wrong at which channel.
    #[serde(default)]
    trouble: BTreeMap<String, String>,
    /// `draft`, `pending_approval`, `cancelled`; otherwise time decides.
    status: Option<String>,
    /// Weeks from this one, weekday and local time: `[-1, "tue", "09:30"]`.
    when: Option<(i64, Weekday, String)>,
    /// Minutes from now, instead.
    minutes: Option<i64>,
    /// Still publishing, for this many seconds.
    busy: Option<i64>,
}

/// The providers' memories at the beginning.
pub(super) fn sites(seed: Seed, now: Instant) -> Result<Vec<Site>, SeedError> {
    match seed {
        Seed::Week { zone } => read(WEEK, zone, now),
        Seed::Empty => read(EMPTY, Tz::UTC, now),
        Seed::Bulk { posts } => {
            let mut sites = read(EMPTY, Tz::UTC, now)?;
            if let Some(late) = sites.iter_mut().find(|site| site.provider == "late") {
                fill_in_bulk(late, posts, now);
            }
            Ok(sites)
        }
    }
}

fn read(text: &str, zone: Tz, now: Instant) -> Result<Vec<Site>, SeedError> {
    let mut file: File = toml::from_str(text)?;
    for account in ACCOUNTS {
        let File { channel, post } = toml::from_str(account)?;
        file.channel.extend(channel);
        if text == WEEK {
            file.post.extend(post);
        }
    }
    let mut sites: Vec<Site> = KEYS.iter().map(|(provider, key)| Site::new(provider, key)).collect();
    let mut ids = BTreeMap::new();
    for (place, row) in file.channel.iter().enumerate() {
        let channel = channel(row, place, now);
        ids.insert(row.name.as_str(), channel.id.clone());
        let site = sites.iter_mut().find(|site| site.provider == row.provider);
        site.ok_or_else(|| SeedError::Provider(row.provider.clone()))?.channels.push(channel);
    }
    for row in &file.post {
        let site = site_of(&mut sites, row, &ids)?;
        let post = post(site, row, &ids, zone, now)?;
        site.posts.push(post);
    }
    for site in &mut sites {
        site.posts.sort_by_key(|post| post.created_at);
    }
    Ok(sites)
}

/// A channel in good health that somebody has just connected; `place` tells its id from others'.
pub(super) fn connected(provider: &str, network: &str, username: &str, place: usize, now: Instant) -> SimChannel {
    let row = ChannelRow {
        name: username.to_owned(),
        provider: provider.to_owned(),
        network: network.to_owned(),
        username: username.to_owned(),
        shown: None,
        expires_in: None,
        expired: false,
        disconnected: false,
    };
    SimChannel { connected_at: now, ..channel(&row, place, now) }
}

fn channel(row: &ChannelRow, place: usize, now: Instant) -> SimChannel {
    let id = match row.provider.as_str() {
        "late" => format!("64e1f0a9e2b5af0012ab{:04x}", place + 1),
        "postforme" => format!("spc_5kWq8ZtYb3nVxR60{:05x}", place + 1),
        "posto" => format!("{}0", place + 1),
        "oktopost" => format!("003-{}-5500{:05}", super::oktopost::ACCOUNT, place + 1),
        _ => format!("acc_cm5k2v9q{:04}xw8h3t7r4ybn", place + 1),
    };
    let health = match (row.expired, row.disconnected, row.expires_in) {
        (true, ..) => Health::Expired,
        (_, true, _) => Health::Disconnected,
        (_, _, Some(hours)) => Health::Expiring(now + TimeDelta::hours(hours)),
        _ => Health::Good,
    };
    SimChannel {
        id,
        network: row.network.clone(),
        username: row.username.clone(),
        display_name: row.shown.clone(),
        connected_at: now - TimeDelta::days(200),
        health,
        premium: false,
    }
}

fn wrong(row: &PostRow, words: impl Into<String>) -> SeedError {
    SeedError::Post { post: row.text.chars().take(40).collect(), words: words.into() }
}

fn site_of<'a>(sites: &'a mut [Site], row: &PostRow, ids: &BTreeMap<&str, String>) -> Result<&'a mut Site, SeedError> {
    let mine = |site: &&mut Site| {
        row.to.iter().all(|name| ids.get(name.as_str()).is_some_and(|id| site.channel(id).is_some()))
    };
    sites.iter_mut().find(mine).ok_or_else(|| wrong(row, "its channels are unknown or of several providers"))
}

/// When the row's time is, if it has one.
fn moment(row: &PostRow, zone: Tz, now: Instant) -> Result<Option<Instant>, SeedError> {
    if let Some(minutes) = row.minutes {
        return Ok(Some(now + TimeDelta::minutes(minutes)));
    }
    let Some((week, day, at)) = &row.when else { return Ok(None) };
    let time = NaiveTime::parse_from_str(at, "%H:%M").map_err(|_| wrong(row, format!("{at} is not a time")))?;
    let today = now.with_timezone(&zone).date_naive();
    let monday = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()));
    let date = monday + TimeDelta::days(week * 7 + i64::from(day.num_days_from_monday()));
    let wall = NaiveDateTime::new(date, time);
    // An hour that the clocks skip is read as the hour after it.
    let found = zone.from_local_datetime(&wall).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(wall + TimeDelta::hours(1))).earliest());
    found.map(|at| Some(at.to_utc())).ok_or_else(|| wrong(row, "its time does not exist in this zone"))
}

fn post(
    site: &mut Site,
    row: &PostRow,
    ids: &BTreeMap<&str, String>,
    zone: Tz,
    now: Instant,
) -> Result<SimPost, SeedError> {
    let at = moment(row, zone, now)?;
    let number = i64::try_from(site.number()).unwrap_or(0);
    // Written down one to eight days before its time, and never in the future.
    let lead = TimeDelta::minutes(1_440 + (number * 397) % 10_080);
    let mut post = SimPost::blank(site.id("post"), at.unwrap_or(now).min(now) - lead);
    post.content = row.text.trim().to_owned();
    post.scheduled_for = at;
    post.media = row.media.iter().map(|name| medium(site, name, post.created_at)).collect();
    post.extra.insert("tags".to_owned(), json!(row.tags));
    match site.provider {
        "late" => post.extra.insert("timezone".to_owned(), json!(zone.name())),
        "postforme" => post.extra.remove("tags"),
        "posto" => post.extra.remove("tags"),
        _ => {
            let video = row.media.iter().any(|name| name.ends_with(".mp4"));
            let kind = if video {
                "VIDEO"
            } else if row.media.is_empty() {
                "TEXT"
            } else {
                "IMAGE"
            };
            post.extra.insert("contentType".to_owned(), json!(kind))
        }
    };
    for name in &row.to {
        let channel = ids.get(name.as_str()).and_then(|id| site.channel(id)).cloned();
        let channel = channel.ok_or_else(|| wrong(row, format!("there is no channel {name}")))?;
        let mut target = SimTarget::new(site.id("pp"), &channel);
        target.content = row.own.get(name).map(|text| text.trim().to_owned());
        if let Some(kind) = row.trouble.get(name) {
            let trouble = Trouble::named(kind, &channel.network);
            target.trouble = Some(trouble.ok_or_else(|| wrong(row, format!("there is no trouble called {kind}")))?);
        }
        post.targets.push(target);
    }
    if let Some(name) = row.own.keys().chain(row.trouble.keys()).find(|name| !row.to.contains(name)) {
        return Err(wrong(row, format!("it does not go to {name}")));
    }
    settle(site, &mut post, row, now)?;
    Ok(post)
}

/// Gives a post the state its time and its row ask for.
fn settle(site: &mut Site, post: &mut SimPost, row: &PostRow, now: Instant) -> Result<(), SeedError> {
    if let Some(word) = &row.status {
        post.status = Status::of_post(word).ok_or_else(|| wrong(row, format!("{word} is not a status")))?;
        if post.status == Status::Cancelled {
            for target in &mut post.targets {
                target.status = Status::Cancelled;
            }
        }
        post.updated_at = post.created_at;
        return Ok(());
    }
    let at = post.scheduled_for.ok_or_else(|| wrong(row, "it needs a time or a status"))?;
    post.status = Status::Scheduled;
    post.updated_at = post.created_at;
    let done = at + MOMENT;
    if let Some(seconds) = row.busy {
        for target in &mut post.targets {
            target.begin(now + TimeDelta::seconds(seconds));
        }
        post.updated_at = now;
        post.roll_up();
    } else if done <= now {
        for target in &mut post.targets {
            let number = site.number();
            let username = site.channel(&target.account).map(|channel| channel.username.clone()).unwrap_or_default();
            lived_through(target, &username, done, number);
        }
        post.updated_at = done;
        post.roll_up();
    }
    Ok(())
}

/// A target whose time has passed: published, or failed as its row says.
fn lived_through(target: &mut SimTarget, username: &str, at: Instant, number: u64) {
    target.attempts = 1;
    match target.trouble.take() {
        Some(trouble) => {
            target.status = Status::Failed;
            target.error = Some(trouble.error.clone());
            target.trouble = trouble.lasting.then_some(trouble);
        }
        None => {
            let id = (1_851_000_000_000_000_000 + number * 104_729).to_string();
            target.status = Status::Published;
            target.published_at = Some(at);
            target.url = Some(network::url(&target.network, username, &id));
            target.platform_id = Some(id);
        }
    }
}

/// A media file as the provider shows it.
fn medium(site: &mut Site, name: &str, at: Instant) -> Value {
    let video = name.ends_with(".mp4");
    let kind = if video { "video" } else { "image" };
    if site.provider == "oktopost" {
        let kind = if video { "Video" } else { "Image" };
        return json!({"Id": site.id("media"), "Type": kind, "Name": name, "Status": "active"});
    }
    if site.provider == "late" {
        return json!({"type": kind, "url": format!("https://media.late.example/week/{name}"), "filename": name});
    }
    if site.provider == "postforme" {
        return json!({"url": format!("https://media.fjord.example/week/{name}")});
    }
    let id = site.id("media");
    let medium = SimMedia {
        id: id.clone(),
        filename: name.to_owned(),
        content_type: if video { "video/mp4" } else { "image/jpeg" }.to_owned(),
        size: 240_000,
        created_at: at,
        offered_at: at,
        received_at: Some(at),
    };
    site.media.push(medium.clone());
    if site.provider == "posto" {
        return super::posto::shown(&medium);
    }
    json!({"id": id, "url": format!("https://media.voxburst.example/{name}"), "type": kind})
}

/// Posts without end, spread over the thirty days on either side of now.
fn fill_in_bulk(site: &mut Site, posts: usize, now: Instant) {
    const SUBJECTS: &[&str] = &["Release note", "Field report", "Reading list", "Office hours", "Question of the day"];
    let channels: Vec<SimChannel> =
        site.channels.iter().filter(|channel| !network::needs_media(&channel.network)).cloned().collect();
    let span = TimeDelta::days(60).num_seconds();
    let count = i64::try_from(posts.max(1)).unwrap_or(i64::MAX);
    let start = now - TimeDelta::days(30);
    for ((number, subject), channel) in (0..posts).zip(SUBJECTS.iter().cycle()).zip(channels.iter().cycle()) {
        let offset = i64::try_from(number).unwrap_or(0) * span / count;
        let at = start + TimeDelta::seconds(offset - offset % 60);
        let mut post = SimPost::blank(site.id("post"), at.min(now) - TimeDelta::days(2));
        post.content = format!("{subject} {number}: what changed, what did not, and what we think about it.");
        post.scheduled_for = Some(at);
        post.status = Status::Scheduled;
        post.updated_at = post.created_at;
        let mut target = SimTarget::new(site.id("row"), channel);
        if at + MOMENT <= now {
            lived_through(&mut target, &channel.username, at + MOMENT, site.number());
            post.targets.push(target);
            post.updated_at = at + MOMENT;
            post.roll_up();
        } else {
            post.targets.push(target);
        }
        site.posts.push(post);
    }
}
