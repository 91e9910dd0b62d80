//! Rows of a table before anything is kept: which post each would be, and what stands in its way.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;

use crate::domain::channel::{Channel, Network};
use crate::domain::ids::{ChannelId, PostId};
pub use crate::domain::intake::Verdict;
use crate::domain::media::Media;
use crate::domain::naming::{find, full_name};
use crate::domain::options::{Extras, Options};
use crate::domain::plan::asks_slot;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::Severity;
use crate::domain::queue;
use crate::domain::schedule::{Resolved, Schedule};
use crate::domain::when::{self, Reading};
use crate::exchange::Row;
use crate::text::check::{channel_problem, check};
use crate::text::compose::of_target;
use crate::text::options::Catalog;
use crate::text::rules::Rules;
use crate::text::style;

use super::embargo::Embargoes;
use super::gauge::Gauge;
use super::queue::Asked;
use super::said::refuse_repeated;
use super::slots::Slots;
use super::transfer::Incoming;
use super::unlike::Understood;
use super::{Desk, Result};

/// What a whole table says for rows that do not say it themselves.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// Channels, by name.
    pub to: Vec<String>,
    /// The folder below which rows may name files of this machine; none may without one.
    pub files: Option<PathBuf>,
    /// The zone of times without an offset, where a row names none; the program's own without one.
    pub zone: Option<Tz>,
    /// Keep every row as a draft, whatever it says.
    pub drafts: bool,
    /// Whether a key that comes twice with the same words means the post of its first row, instead of a slip.
    pub keys_repeat: bool,
}

/// The posts that keys made, and whether the keys of those that are gone are free again.
struct Known {
    made: HashMap<String, PostId>,
    free: HashMap<PostId, bool>,
}

/// How many rows are judged before the next word about it.
const TELL_EVERY: usize = 250;

/// One row, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Which row, counted from 1 below the head.
    pub number: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// What is wrong with it or worth knowing, each with its remedy.
    pub messages: Vec<String>,
    /// Whether all it says could be read: what is wrong beside that lies with the hour, a network or a provider.
    pub is_read: bool,
    /// Of a row whose key made a post before, what it says otherwise than that post by now: text, title, time, channels.
    pub differs: Vec<&'static str>,
    /// The post it would be; also of a refused row, as far as it can be told.
    pub incoming: Incoming,
}

impl Judged {
    /// Whether its key made a post before, and there is something to say of that.
    pub fn is_otherwise(&self) -> bool {
        matches!(self.verdict, Verdict::Known(_)) && self.incoming.key.is_some() && !self.messages.is_empty()
    }

    /// Leaves a row out that somebody skipped. One that is there already makes nothing anyway.
    pub(super) fn skip(&mut self) {
        if !matches!(self.verdict, Verdict::Known(_)) {
            self.verdict = Verdict::Skipped;
        }
    }

    /// Why it is left out.
    pub(super) fn reason(&self) -> String {
        let skipped = (self.verdict == Verdict::Skipped).then_some("skipped");
        skipped.into_iter().chain(self.messages.iter().map(String::as_str)).collect::<Vec<_>>().join("; ")
    }

    /// Refuses a row that would make a post on a day on which nothing goes out.
    fn heed(&mut self, embargoes: &Embargoes) {
        if let (Verdict::Good | Verdict::Refused, Some(words)) = (self.verdict, embargoes.against(&self.incoming.post))
        {
            self.verdict = Verdict::Refused;
            self.messages.push(words);
        }
    }
}

impl Desk {
    /// Judges every row. Keeps and sends nothing.
    pub async fn judge(&self, rows: &[Row], defaults: &Defaults, rules: &Rules) -> Result<Vec<Judged>> {
        self.judge_telling(rows, defaults, rules, &|_| {}).await
    }

    /// The same, telling after every few rows how many are done.
    pub async fn judge_telling(
        &self,
        rows: &[Row],
        defaults: &Defaults,
        rules: &Rules,
        tell: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<Vec<Judged>> {
        let channels = self.store.channels().await?;
        let known: HashMap<String, PostId> = self.imported_beginning("").await?.into_iter().collect();
        let made = rows.iter().filter_map(|row| row.key.as_deref()).filter_map(|key| Some((key, *known.get(key)?)));
        let known = Known { free: self.free_again(made).await?, made: known };
        let mut seen: HashMap<&str, &Row> = HashMap::new();
        let asks = |row: &Row| row.when.as_deref().is_some_and(asks_slot);
        let embargoes = self.standing_embargoes().await?;
        let mut slots = if rows.iter().any(asks) { Some(self.slots().await?) } else { None };
        let (mut judged, mut queues) = (Vec::with_capacity(rows.len()), Asked::default());
        for row in rows {
            if judged.len() % TELL_EVERY == 0 {
                tell(judged.len());
                // Others may want this thread: a long table does not keep them waiting.
                tokio::task::yield_now().await;
            }
            let mut one =
                self.judge_one(row, (&channels, slots.as_ref(), &mut queues), &known, defaults, rules).await?;
            one.heed(&embargoes);
            if let Some(key) = row.key.as_ref().filter(|_| !row.skipped)
                && let Some(other) = seen.insert(key, row)
                && !(defaults.keys_repeat && *other == Row { number: other.number, line: other.line, ..row.clone() })
            {
                one.verdict = Verdict::Refused;
                let other = match other.line {
                    line if defaults.keys_repeat && line > 0 => format!("line {line}"),
                    _ => format!("row {}", other.number),
                };
                one.messages.push(format!("its key \"{key}\" is that of {other} too; give each its own"));
            }
            if let (Some(slots), Verdict::Good, false) = (&mut slots, one.verdict, row.skipped) {
                slots.take(&one.incoming.post);
            }
            judged.push(one);
        }
        self.find_said_before(&mut judged).await?;
        let taken = judged.iter_mut().zip(rows).filter(|(_, row)| !row.skipped);
        refuse_repeated(taken.map(|(one, _)| one));
        Ok(judged)
    }

    async fn judge_one(
        &self,
        row: &Row,
        (channels, slots, queues): (&[Channel], Option<&Slots>, &mut Asked),
        known: &Known,
        defaults: &Defaults,
        rules: &Rules,
    ) -> Result<Judged> {
        let mut faults: Vec<String> = row.all_faults().cloned().collect();
        let zone = zone(row.zone.as_deref(), defaults.zone.unwrap_or(self.zone()), &mut faults);
        let now = self.now();
        let mut post = Post::draft(self.ids().post(now), now);
        post.body.clone_from(&row.body);
        post.title.clone_from(&row.title);
        post.campaign.clone_from(&row.campaign);
        post.number = row.place.filter(|_| row.campaign.is_some());
        post.tags.clone_from(&row.tags);
        post.styling.style.clone_from(&row.style);
        post.styling.link.clone_from(&row.link);
        post.options = options(&row.options, &row.option_words, &mut faults);
        post.first_comment.clone_from(&row.first_comment);
        let to = if row.to.is_empty() { &defaults.to } else { &row.to };
        let so_far = faults.len();
        let named = named(to, channels, &mut faults);
        let are_known = faults.len() == so_far;
        post.targets = named.iter().map(|channel| Target::new(channel.id.clone())).collect();
        let queue = row.queue.as_deref().or_else(|| row.when.as_deref().and_then(queue::asked));
        post.schedule = match (row.when.as_deref(), slots) {
            (Some(words), _) if queue::asked(words).is_some() => None,
            (Some(words), Some(slots)) if asks_slot(words) => match slots.next(&post.targets) {
                Ok(free) => Some(free),
                Err(error) => {
                    faults.push(error.to_string());
                    None
                }
            },
            (words, _) => words.and_then(|words| self.when(words, zone, &mut faults)),
        };
        let was = row.key.as_ref().and_then(|key| known.made.get(key)).copied();
        let is_free = was.and_then(|id| known.free.get(&id)).copied();
        let known_as = match (&row.key, was, is_free) {
            (Some(_), Some(_), Some(true)) | (None, ..) => None,
            (Some(_), Some(id), _) => Some(id),
            (Some(key), None, _) => self.exported_as(key).await?,
        };
        // What is there has its place; a draft has none yet.
        if let (Some(name), None, false) = (queue, known_as, row.draft || defaults.drafts)
            && let Err(words) = queues.queue_up(self, &mut post, name).await
        {
            faults.push(words);
        }
        let mut is_whole = self.own(row, (zone, defaults), &mut post, channels, &mut faults).await;
        post.media = media_of(&row.media, defaults, &mut faults).await;
        is_whole &= post.media.len() == row.media.len();
        post.wish = match has_time(&post) {
            _ if row.draft || defaults.drafts => Wish::Draft,
            _ if row.now => Wish::Now,
            _ if row.held => Wish::Hold,
            true => Wish::Schedule,
            false => Wish::Draft,
        };
        if lacks_time(row, &post, defaults.drafts) {
            let words = "it is to be scheduled, and has neither a time nor a queue: give it one, or let it be a draft";
            faults.push(words.into());
        }
        let is_read = faults.is_empty();
        let incoming = Incoming { post, key: row.key.clone(), known: None };
        if let Some(id) = known_as {
            // What is there already is not made again, whatever could be said against the row today.
            let (verdict, differs) = (Verdict::Known(id), Vec::new());
            let mut one = Judged { number: row.number, verdict, messages: faults, is_read, differs, incoming };
            let understood = Understood { channels: are_known, is_gone: is_free.is_some() };
            self.tell_known(&mut one, (row, id), channels, understood).await?;
            return Ok(one);
        }
        let post = &incoming.post;
        let mut notes = Vec::new();
        if let Some(id) = was {
            notes.push(format!("post {id}, which its key made, was deleted before it went out: it is made anew"));
        }
        notes.extend(idle_options(post, channels));
        // All that is wrong is said at once, as far as it can be told: not of what could not be read, and not of a post
        // whose media are missing.
        if is_whole && !is_unread(row) {
            let asks_time = row.when.is_some() || !row.of_time.is_empty();
            let goes_out = matches!(post.wish, Wish::Schedule | Wish::Now)
                || (asks_time && !(row.draft || defaults.drafts || row.held));
            self.objections(post, &named, goes_out, rules, (&mut faults, &mut notes));
        }
        let verdict = if faults.is_empty() { Verdict::Good } else { Verdict::Refused };
        faults.append(&mut notes);
        Ok(Judged { number: row.number, verdict, messages: faults, is_read, differs: Vec::new(), incoming })
    }

    /// What the networks and the desk have against a post that is to go out, adding to what is known to be wrong; of a
    /// draft everything is a note.
    pub(super) fn objections(
        &self,
        post: &Post,
        named: &[&Channel],
        goes_out: bool,
        rules: &Rules,
        (faults, notes): (&mut Vec<String>, &mut Vec<String>),
    ) {
        if post.body.trim().is_empty() && post.title.is_none() && post.media.is_empty() {
            faults.push("it is empty: write a text, a title or a medium".into());
        }
        // Channels that are not known here are said already.
        let is_nowhere = post.targets.is_empty() && !faults.is_empty();
        if let (Err(error), false) = (self.fit_to_import(post), is_nowhere) {
            faults.push(error.to_string());
        }
        let dressed = style::dressed(post, named, &self.book(), rules);
        let post = &dressed.post;
        for channel in named {
            let Some(target) = post.targets.iter().find(|target| target.channel == channel.id) else { continue };
            let variant = of_target(post, target, &channel.network, self.way(&channel.account).as_ref());
            let of_text =
                rules.of(&channel.id, &channel.network).map(|rules| check(&variant, rules)).unwrap_or_default();
            let unfilled =
                dressed.problems.iter().filter(|(id, _)| *id == channel.id).map(|(_, problem)| problem.clone());
            for problem in channel_problem(Some(channel)).into_iter().chain(unfilled).chain(of_text) {
                let words = format!("{}: {} ({})", full_name(channel), problem.words, problem.remedy);
                match problem.severity {
                    Severity::Blocker if goes_out => faults.push(words),
                    Severity::Blocker | Severity::Warning => notes.push(words),
                    Severity::Hint => {}
                }
            }
        }
        let known: Vec<Channel> = named.iter().map(|channel| (*channel).clone()).collect();
        for (id, problem) in self.foreseen(post, &known) {
            let name = named.iter().find(|channel| channel.id == id).map(|channel| full_name(channel));
            let words = format!("{}: {} ({})", name.unwrap_or_default(), problem.words, problem.remedy);
            if problem.severity == Severity::Blocker && goes_out { faults.push(words) } else { notes.push(words) }
        }
        for (account, problem) in self.media_problems(post) {
            let words = format!("{account}: {} ({})", problem.words, problem.remedy);
            if problem.severity == Severity::Blocker && goes_out { faults.push(words) } else { notes.push(words) }
        }
    }

    fn when(&self, words: &str, zone: Tz, faults: &mut Vec<String>) -> Option<Schedule> {
        let (words, zone) = meant_in(words, zone, faults);
        let show = |at: Schedule| at.instant().with_timezone(&zone).to_rfc3339();
        match when::read(words, self.now(), zone) {
            Ok(Reading::At(Resolved::At(schedule))) => return Some(schedule),
            Ok(Reading::Now) => {
                faults.push("\"now\" in a table would publish at once; say publish_now yes, or give a time".into())
            }
            Ok(Reading::At(Resolved::Gap { before, after, .. })) => {
                faults.push(format!("the clocks skip {words} in {zone}: say {} or {}", show(before), show(after)));
            }
            Ok(Reading::At(Resolved::Twice { first, second })) => {
                faults.push(format!(
                    "the clocks show {words} twice in {zone}: say {} or {}",
                    show(first),
                    show(second)
                ));
            }
            Err(error) => faults.push(error.to_string()),
        }
        None
    }

    /// What single networks and channels have of their own; whether all their media are there.
    async fn own(
        &self,
        row: &Row,
        (zone, defaults): (Tz, &Defaults),
        post: &mut Post,
        channels: &[Channel],
        faults: &mut Vec<String>,
    ) -> bool {
        let mut is_whole = true;
        // What is for the very channel wins over what is for its network, wherever they stand.
        let (of_networks, of_channels): (Vec<_>, Vec<_>) =
            row.own.iter().filter(|own| !own.is_empty()).partition(|own| Network::from_word(&own.whose).is_known());
        for own in of_networks.into_iter().chain(of_channels) {
            let mut theirs = Vec::new();
            let schedule = own.when.as_deref().and_then(|words| self.when(words, zone, &mut theirs));
            let options = options(&own.options, &own.option_words, &mut theirs);
            let media = match &own.media {
                Some(named) => Some(media_of(named, defaults, &mut theirs).await),
                None => None,
            };
            faults.extend(theirs.into_iter().map(|words| format!("{}: {words}", own.whose)));
            is_whole &= media.as_ref().map_or(0, Vec::len) == own.media.as_ref().map_or(0, Vec::len);
            let owners = owners_of(&own.whose, channels);
            let mut any = false;
            for target in &mut post.targets {
                if owners.contains(&&target.channel) {
                    any = true;
                    target.text = own.text.clone().or(target.text.take());
                    if let Some(own) = schedule {
                        // Its own time wins over its network's, also where it is that of the post.
                        target.schedule = (Some(own) != post.schedule).then_some(own);
                    }
                    let before = std::mem::take(&mut target.extras);
                    target.extras = Extras {
                        options: before.options.overlaid(&options),
                        first_comment: own.first_comment.clone().or(before.first_comment),
                        media: media.clone().or(before.media),
                    };
                }
            }
            if !any && !row.rerouted {
                faults.push(format!("it has something of its own for {}, which it does not go to", own.whose));
            }
        }
        is_whole
    }
}

/// What a post tells a network that it does not go to, as warnings: nobody would hear of it there.
pub fn idle_options(post: &Post, channels: &[Channel]) -> Vec<String> {
    let network = |id: &ChannelId| channels.iter().find(|channel| channel.id == *id).map(|channel| &channel.network);
    let whose = |key: &str| Network::from_word(key.split_once('.').map_or(key, |(network, _)| network));
    let mut idle = Vec::new();
    // A draft without channels may still be given some.
    let goes: Vec<&Network> = post.targets.iter().filter_map(|target| network(&target.channel)).collect();
    if goes.len() == post.targets.len() && !goes.is_empty() {
        for (key, _) in post.options.iter().filter(|(key, _)| !goes.contains(&&whose(key))) {
            idle.push(format!("the option {key} changes nothing: the post goes to no channel on {}", whose(key)));
        }
    }
    for target in &post.targets {
        let Some(channel) = channels.iter().find(|channel| channel.id == target.channel) else { continue };
        for (key, _) in target.extras.options.iter().filter(|(key, _)| whose(key) != channel.network) {
            idle.push(format!(
                "the option {key} changes nothing for {}: it is on {}",
                full_name(channel),
                channel.network
            ));
        }
    }
    idle
}

/// The channels that have what a row says for `whose` alone: all of a network, or the one that is called so.
pub(super) fn owners_of<'a>(whose: &str, channels: &'a [Channel]) -> Vec<&'a ChannelId> {
    let network = Network::from_word(whose);
    let channel = if network.is_known() { None } else { find(channels, whose).ok() };
    let is_meant = |each: &&Channel| match channel {
        Some(channel) => channel.id == each.id,
        None => each.network == network,
    };
    channels.iter().filter(is_meant).map(|channel| &channel.id).collect()
}

/// Whether nothing of a row could be read, and so nothing is missing in it either.
fn is_unread(row: &Row) -> bool {
    let Row { number, line, faults, cells, key, skipped, .. } = row.clone();
    !faults.is_empty() && *row == Row { number, line, faults, cells, key, skipped, ..Row::default() }
}

/// What networks are told, of which some stands there as somebody typed it.
fn options(said: &Options, typed: &[(String, String)], faults: &mut Vec<String>) -> Options {
    let mut options = Options::default();
    let mut take = |name: &str, value: std::result::Result<_, String>| match value {
        Ok((key, value)) => options.set(key, value),
        Err(words) => faults.push(format!("the option {name}: {words}")),
    };
    for (name, value) in said.iter() {
        take(name, Catalog::shipped().named(name).map(|rule| (rule.key.as_str(), value.clone())));
    }
    for (name, value) in typed {
        let rule = Catalog::shipped().named(name);
        take(name, rule.and_then(|rule| Ok((rule.key.as_str(), rule.read(value)?))));
    }
    options
}

/// The media a row names. A table cannot make the program read any file it likes: files are taken only where a person
/// allowed it, below the folder that was named.
async fn media_of(named: &[(String, String)], defaults: &Defaults, faults: &mut Vec<String>) -> Vec<Media> {
    let mut media = Vec::new();
    for (source, alt) in named {
        let found = match place(source, defaults.files.as_deref()) {
            // An address that a table names is asked by nobody here.
            Ok((named, folder)) => Gauge::default().named(&named, &folder).await,
            Err(words) => Err(words),
        };
        match found {
            Ok(found) => media.push(Media { alt: alt.clone(), ..found }),
            Err(words) => faults.push(words),
        }
    }
    media
}

/// What to attach for `source`, and from where: an address as it is, a file only below `folder`.
fn place(source: &str, folder: Option<&Path>) -> std::result::Result<(String, PathBuf), String> {
    if let Some((scheme, _)) = source.split_once("://") {
        return match scheme {
            "https" => Ok((source.to_owned(), PathBuf::new())),
            _ => Err(format!("{source}: only https addresses are taken from a table")),
        };
    }
    let Some(folder) = folder else {
        return Err(format!("{source} is a file of this machine: --files DIR allows those below DIR"));
    };
    let missing = |error: std::io::Error| format!("{source}: {error}");
    // Resolved, so that no `..` and no link leads out of the folder.
    let folder = folder.canonicalize().map_err(missing)?;
    let path = folder.join(source).canonicalize().map_err(missing)?;
    if !path.starts_with(&folder) {
        return Err(format!("{source} is not below {}; move it there", folder.display()));
    }
    Ok((path.to_string_lossy().into_owned(), folder))
}

/// Whether a post goes out at some time, or with a queue.
fn has_time(post: &Post) -> bool {
    post.schedule.is_some() || post.queue.is_some() || post.targets.iter().any(|target| target.schedule.is_some())
}

/// Whether a row is to be scheduled, and says neither a time nor a queue.
pub(super) fn lacks_time(row: &Row, post: &Post, drafts: bool) -> bool {
    let asks_queue = row.queue.is_some() || row.when.as_deref().and_then(queue::asked).is_some();
    let says_when = has_time(post) || row.now || asks_queue || row.asks_time();
    row.scheduled && !says_when && !(row.draft || row.held || drafts)
}

/// The words of a time, and the zone they are meant in where they name one themselves:
/// `2026-12-01T09:00:00Z[Europe/Berlin]`.
pub(super) fn meant_in<'a>(words: &'a str, zone: Tz, faults: &mut Vec<String>) -> (&'a str, Tz) {
    match words.strip_suffix(']').and_then(|words| words.split_once('[')) {
        Some((words, name)) => (words, self::zone(Some(name), zone, faults)),
        None => (words, zone),
    }
}

fn zone(name: Option<&str>, home: Tz, faults: &mut Vec<String>) -> Tz {
    let Some(name) = name else { return home };
    zone_named(name).unwrap_or_else(|words| {
        faults.push(words);
        home
    })
}

/// The zone of that name.
pub(super) fn zone_named(name: &str) -> std::result::Result<Tz, String> {
    name.parse().map_err(|_| format!("\"{name}\" is no time zone; write it like Europe/Berlin"))
}

/// The channels that `to` names: by name, or by a network that has one channel here.
fn named<'a>(to: &[String], channels: &'a [Channel], faults: &mut Vec<String>) -> Vec<&'a Channel> {
    let networks: Vec<Network> = to.iter().map(|words| Network::from_word(words)).filter(Network::is_known).collect();
    let of_them = |channel: &Channel| networks.contains(&channel.network);
    // A network and a name beside it, as tables of other tools have them in columns of their own, say one channel.
    let within: Vec<Channel> = channels.iter().filter(|channel| of_them(channel)).cloned().collect();
    let narrowed = |words: &str| {
        let found = find(&within, words).ok().filter(|_| !Network::from_word(words).is_known())?;
        channels.iter().find(|channel| channel.id == found.id)
    };
    let said: Vec<&Channel> = to.iter().filter_map(|words| narrowed(words)).collect();
    let mut named: Vec<&Channel> = Vec::new();
    for words in to {
        let network = Network::from_word(words);
        if network.is_known() && said.iter().any(|channel| channel.network == network) {
            continue;
        }
        match narrowed(words).map_or_else(|| one(words, channels), Ok) {
            Ok(channel) if named.iter().any(|each| each.id == channel.id) => {}
            Ok(channel) => named.push(channel),
            Err(words) => faults.push(words),
        }
    }
    named
}

fn one<'a>(words: &str, channels: &'a [Channel]) -> std::result::Result<&'a Channel, String> {
    let network = Network::from_word(words);
    let found = find(channels, words);
    if found.is_ok() || !network.is_known() {
        return found;
    }
    let of: Vec<&Channel> = channels.iter().filter(|each| each.network == network && !each.gone).collect();
    match of.as_slice() {
        [one] => Ok(one),
        [] => Err(format!("there is no channel on {network}; `runsheet channels` lists them")),
        several => {
            let names: Vec<String> = several.iter().map(|channel| full_name(channel)).collect();
            Err(format!("{network} has {} channels: say {}", names.len(), names.join(" or ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(remote: &str, network: &str, handle: &str) -> Channel {
        Channel::sample("work", remote, network, handle)
    }

    #[test]
    fn a_network_and_a_name_beside_it_say_one_channel() {
        let channels = [
            channel("1", "x", "@acme"),
            channel("2", "x", "@jobs"),
            channel("3", "threads", "@acme"),
            channel("4", "linkedin", "acme"),
        ];
        let of = |to: &[&str]| {
            let (to, mut faults): (Vec<String>, _) = (to.iter().map(|it| (*it).to_owned()).collect(), Vec::new());
            let named: Vec<&str> = named(&to, &channels, &mut faults).iter().map(|it| it.remote.as_str()).collect();
            (named, faults.len())
        };
        assert_eq!(of(&["@acme", "x"]), (vec!["1"], 0));
        assert_eq!(of(&["threads", "@acme"]), (vec!["3"], 0));
        assert_eq!(of(&["work/2", "twitter"]), (vec!["2"], 0), "an id too");
        assert_eq!(of(&["linkedin", "@jobs"]), (vec!["4", "2"], 0), "two channels where they are two");
        assert_eq!(of(&["@acme"]).1, 1);
        assert_eq!(of(&["x"]).1, 1);
        assert!(of(&["x", "threads", "@acme"]).1 > 0, "which of them is not said");
    }
}
