//! `runsheet check`: what networks would make of a file, without the screen and without sending. What a file comes to
//! on each is here for `runsheet lint` and `runsheet preview` too.

use chrono::DateTime;
use serde_json::{Map, Value, json};

use crate::clock::Clock;
use crate::domain::channel::{Channel, Health, Network};
use crate::domain::ids::{AccountName, ChannelId, IdSource, RemoteId};
use crate::domain::media::Media;
use crate::domain::naming;
use crate::domain::options::{Extras, FirstComment, Options};
use crate::domain::post::{Post, Target};
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::when::{self, Reading};
use crate::manuscript::{self, Spot};
use crate::session::aside::say;
use crate::session::styles::Files;
use crate::session::{self, Purpose};
use crate::text::check::check;
use crate::text::clean;
use crate::text::compose::{Variant, compose, of_target};
use crate::text::measure::{Measure, measure_of, measures_of};
use crate::text::rules::{NetworkRules, Rules};
use crate::text::style::{self, Book, Told, Woven};

use super::args::{Args, CheckArgs};
use super::output::Output;
use super::source::Source;
use super::{Ending, Result, Stop};

/// What one network, or one channel, would receive.
pub(super) struct Rendition {
    /// The network, or the channel in the file's words.
    pub(super) label: String,
    pub(super) network: Network,
    /// Its own text and where that stands; else it is the file's.
    own: Option<(String, Spot)>,
    /// Its own attachments; else they are the file's.
    media: Option<Vec<Media>>,
    /// Options of its own, over the file's.
    options: Options,
    /// Its own first comment; a blank one is none there.
    first_comment: Option<FirstComment>,
    /// The channel, where the file names one that is known here.
    channel: Option<ChannelId>,
}

impl Rendition {
    fn of(label: &str, network: Network) -> Self {
        let (options, first_comment) = (Options::default(), None);
        Self { label: label.to_owned(), network, own: None, media: None, options, first_comment, channel: None }
    }

    /// Takes what a variant has of its own. What is for the very channel wins over what is for its network, whichever
    /// comes first.
    fn take(&mut self, variant: &manuscript::Variant, spot: Spot, media: Option<&Vec<Media>>, is_network: bool) {
        let (own, kept) = (variant.text.clone().map(|text| (text, spot)), self.own.take());
        self.own = if is_network { kept.or(own) } else { own.or(kept) };
        self.media =
            if is_network { self.media.take().or(media.cloned()) } else { media.cloned().or(self.media.take()) };
        let mine = std::mem::take(&mut self.options);
        self.options = match is_network {
            true => variant.options.clone().overlaid(&mine),
            false => mine.overlaid(&variant.options),
        };
        let comment = variant.first_comment.clone();
        let kept = self.first_comment.take();
        self.first_comment = if is_network { kept.or(comment) } else { comment.or(kept) };
    }
}

/// Checks a file for one network, for those it names, or for all.
pub async fn run(wanted: CheckArgs, args: &Args, clock: Clock, output: &Output) -> Result<Ending> {
    let gauge = session::gauge(&args.session(), &clock).map_err(|error| Stop::Words(error.to_string()))?;
    let source = Source::open(&wanted.file)?.measured_with(gauge);
    let near = Near::of(rules(args)?, args).await?;
    let book = book(args)?;
    let asked = (wanted.network.as_deref(), wanted.style.as_deref());
    let mut found = findings(&source, asked, (&near, &book), args, clock).await?;
    let rules = &near.rules;
    if wanted.network.is_some() {
        found = worst(found).into_iter().collect();
    }
    let ending = if found.iter().all(|found| found.valid) { Ending::Done } else { Ending::Refused };
    if output.is_json() {
        let mut objects: Vec<Value> = found.iter().map(|found| object(found, rules)).collect();
        let one = wanted.network.is_some().then(|| objects.pop()).flatten();
        output.value(&one.unwrap_or(Value::Array(objects)))?;
        return Ok(ending);
    }
    for Finding { rendition, dress, measure, problems, valid } in &found {
        output.line(&clean::one_line(&summary(rendition, measure, *valid)))?;
        let parts = parts(rules, &dress.variant);
        for (at, part) in parts.iter().enumerate() {
            let Measure { count, limit, .. } = part;
            output.line(&format!("  part {} of {}: {count} of {limit} {}", at + 1, parts.len(), part.unit.word()))?;
        }
        if !dress.told.is_empty() {
            output.line(&clean::one_line(&format!("  {}", style::told(&dress.told))))?;
        }
        for problem in problems {
            let spot = spot(&source, rendition, dress, problem);
            let severity = severity(problem.severity);
            let words = format!("{severity}: {} ({})", problem.words, problem.remedy);
            output.line(&format!("  {}", clean::one_line(&source.placed(spot, &words))))?;
        }
    }
    Ok(ending)
}

/// What one network, or one channel, makes of a file.
pub(super) struct Finding {
    pub(super) rendition: Rendition,
    pub(super) dress: Dress,
    measure: Measure,
    pub(super) problems: Vec<Problem>,
    /// Whether it would go out.
    valid: bool,
}

/// A rendition as it goes out.
pub(super) struct Dress {
    pub(super) variant: Variant,
    /// What cannot be filled in.
    pub(super) problems: Vec<Problem>,
    /// What the file does not say itself, and where it comes from.
    pub(super) told: Vec<Told>,
    /// Where the words of its text come from.
    woven: Woven,
}

pub(super) async fn findings(
    source: &Source,
    (asked, style): (Option<&str>, Option<&str>),
    (near, book): (&Near, &Book),
    args: &Args,
    clock: Clock,
) -> Result<Vec<Finding>> {
    let renditions = renditions(source, asked, near, args, clock.clone()).await?;
    moments(source, &clock)?;
    let media = source.media().await?;
    judged(source, renditions, &media, style, (&near.rules, book))
}

/// What the networks make of these renditions.
pub(super) fn judged(
    source: &Source,
    renditions: Vec<Rendition>,
    media: &[Media],
    style: Option<&str>,
    (rules, book): (&Rules, &Book),
) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for rendition in renditions {
        known(rules, &rendition.network)?;
        let dress = dressed(source, &rendition, media, style, (rules, book));
        let Some(of_network) = rules.of_variant(&dress.variant) else { continue };
        let measure = measure_of(&dress.variant, of_network);
        let mut problems = dress.problems.clone();
        problems.extend(check(&dress.variant, of_network));
        // A text by itself says nothing of what would be attached to it.
        problems.retain(|it| source.read.is_post || matches!(it.place, Place::Text(_)) || it.code == "style-unknown");
        let stopped = problems.iter().any(|problem| problem.severity == Severity::Blocker);
        let valid = !stopped && (source.read.is_post || measure.valid);
        found.push(Finding { rendition, dress, measure, problems, valid });
    }
    Ok(found)
}

/// The one that is the furthest from going out, the first of equals: whoever asks about a network asks about all of
/// its channels.
pub(super) fn worst(found: Vec<Finding>) -> Option<Finding> {
    let badness = |it: &Finding| {
        let severity = it.problems.iter().map(|problem| problem.severity).max();
        (!it.valid, severity, it.problems.len(), it.measure.count)
    };
    found.into_iter().rev().max_by_key(badness)
}

/// What dresses texts, as the files beside the configuration say it; what is wrong with them goes to stderr.
pub(super) fn book(args: &Args) -> Result<Book> {
    let (book, wrong) = Files::of(&args.session().paths()?).read();
    for words in wrong {
        say!("{}", clean::one_line(&words));
    }
    Ok(book)
}

pub(super) fn origins(told: &[Told]) -> Value {
    told.iter().map(|told| json!({"name": told.name, "value": told.value, "from": told.origin.words()})).collect()
}

pub(super) fn rules(args: &Args) -> Result<Rules> {
    let (rules, remark) = session::rules(&args.session().paths()?);
    if let Some(remark) = remark {
        say!("{remark}");
    }
    Ok(rules)
}

/// What this machine knows of channels, as far as it has a store: their names, and what their providers published.
pub(super) struct Near {
    channels: Vec<Channel>,
    /// The rules in force, with that.
    pub(super) rules: Rules,
}

impl Near {
    pub(super) async fn of(rules: Rules, args: &Args) -> Result<Self> {
        let (channels, rules) = session::rules_near(&args.session().paths()?, rules).await;
        Ok(Self { channels, rules })
    }

    /// The channel that `words` name: by its name, or by its network where that has one channel here.
    fn channel(&self, words: &str, network: &Network) -> Option<ChannelId> {
        if let Ok(channel) = naming::find(&self.channels, words) {
            return Some(channel.id.clone());
        }
        let mut of = self.channels.iter().filter(|channel| channel.network == *network && !channel.gone);
        let only = of.next().filter(|_| of.next().is_none() && Network::from_word(words) == *network)?;
        Some(only.id.clone())
    }
}

fn known<'r>(rules: &'r Rules, network: &Network) -> Result<&'r NetworkRules> {
    rules.network(network).ok_or_else(|| {
        let all: Vec<&str> = rules.networks().map(|(network, _)| network.key()).collect();
        Stop::Usage(format!("there are no rules for a network \"{}\"; say one of {}", network.key(), all.join(", ")))
    })
}

/// What is checked: the network asked for; else the channels the file names; else every network there are rules for.
pub(super) async fn renditions(
    source: &Source,
    asked: Option<&str>,
    near: &Near,
    args: &Args,
    clock: Clock,
) -> Result<Vec<Rendition>> {
    let rules = &near.rules;
    let manuscript = source.manuscript();
    let spots = &source.read.spots;
    let mut renditions = Vec::new();
    for (at, words) in manuscript.to.iter().enumerate() {
        let network = match naming::network_in(words) {
            Some(network) => network,
            // Only the channels this machine knows can tell whose a bare handle is.
            None => {
                let options = args.session();
                let opened = session::open(&options, clock.clone(), IdSource::random(), Purpose::Reads).await;
                let found = match opened {
                    Ok(session) => session.desk.channels(words).await.map_err(|error| error.to_string()),
                    Err(_) => Err(format!("\"{words}\" does not say its network: write x:{words}, say")),
                };
                let spot = spots.to.get(at).copied().unwrap_or_default();
                for channel in found.map_err(|words| source.refuse(spot, &words))? {
                    renditions.push(Rendition { channel: Some(channel.id), ..Rendition::of(words, channel.network) });
                }
                continue;
            }
        };
        let channel = near.channel(words, &network);
        renditions.push(Rendition { channel, ..Rendition::of(words, network) });
    }
    for (at, variant) in manuscript.variants.iter().enumerate() {
        let spot = spots.variants.get(at).copied().unwrap_or_default();
        let Some(network) = naming::network_in(&variant.of).or_else(|| {
            let named = renditions.iter().find(|rendition| rendition.label == variant.of);
            named.map(|rendition| rendition.network.clone())
        }) else {
            let words = format!("\"{}\" is neither a network nor a channel of `to`; name one of those", variant.of);
            return Err(source.refuse(spot, &words));
        };
        let is_network = Network::from_word(&variant.of) == network;
        let media = match &variant.media {
            Some(named) => Some(source.measured(named, &[], spot).await?),
            None => None,
        };
        let mut meant = renditions
            .iter_mut()
            .filter(|rendition| rendition.label == variant.of || (is_network && rendition.network == network))
            .peekable();
        if meant.peek().is_none() {
            let mut rendition = Rendition::of(&variant.of, network);
            rendition.take(variant, spot, media.as_ref(), is_network);
            renditions.push(rendition);
            continue;
        }
        for rendition in meant {
            rendition.take(variant, spot, media.as_ref(), is_network);
        }
    }
    let every = |rules: &Rules| -> Vec<Rendition> {
        let networks = rules.networks().map(|(network, _)| network);
        networks.map(|network| Rendition::of(network.key(), network.clone())).collect()
    };
    let Some(asked) = asked else {
        let only_variants = manuscript.to.is_empty();
        if only_variants {
            let mut all = every(rules);
            all.retain(|each| renditions.iter().all(|rendition| rendition.network != each.network));
            renditions.extend(all);
        }
        return Ok(renditions);
    };
    let network = Network::from_word(asked);
    known(rules, &network)?;
    renditions.retain(|rendition| rendition.network == network);
    if renditions.is_empty() {
        renditions.push(Rendition::of(network.key(), network.clone()));
    }
    // One stands for its network; of several it is told which.
    if let [only] = renditions.as_mut_slice() {
        network.key().clone_into(&mut only.label);
    }
    Ok(renditions)
}

/// Times that mean none are found here, and not only when the post is sent.
fn moments(source: &Source, clock: &Clock) -> Result<()> {
    let read = |words: &str, spot: Spot| {
        let reading = when::read(words, clock.now(), chrono_tz::UTC);
        reading.map_err(|error| source.refuse(spot, &error.to_string()))
    };
    let (manuscript, spots) = (source.manuscript(), &source.read.spots);
    if let Some(words) = &manuscript.when {
        read(words, spots.when)?;
    }
    for (variant, spot) in manuscript.variants.iter().zip(&spots.variants) {
        if let Some(words) = &variant.when
            && read(words, *spot)? == Reading::Now
        {
            return Err(source.no_channel_at_once(*spot));
        }
    }
    Ok(())
}

/// The rendition as it goes out, by the same way as a post: for a channel that stands in for the one that is meant.
fn dressed(
    source: &Source,
    rendition: &Rendition,
    media: &[Media],
    style: Option<&str>,
    (rules, book): (&Rules, &Book),
) -> Dress {
    let manuscript = source.manuscript();
    let channel = stand_in(rendition);
    let mut post = Post::draft(IdSource::seeded(0).post(DateTime::UNIX_EPOCH), DateTime::UNIX_EPOCH);
    post.body.clone_from(&manuscript.body);
    post.title.clone_from(&manuscript.title);
    post.tags.clone_from(&manuscript.tags);
    post.campaign.clone_from(&manuscript.campaign);
    post.options.clone_from(&manuscript.options);
    post.first_comment.clone_from(&manuscript.first_comment);
    post.media = media.to_vec();
    post.styling.style = style.map(str::to_owned).or_else(|| manuscript.style.clone());
    post.styling.link.clone_from(&manuscript.link);
    let mut target = Target::new(channel.id.clone());
    target.text = rendition.own.as_ref().map(|(text, _)| text.clone());
    target.extras = Extras {
        options: rendition.options.clone(),
        first_comment: rendition.first_comment.clone(),
        media: rendition.media.clone(),
    };
    post.targets = vec![target];
    let mut dressed = style::dressed(&post, std::slice::from_ref(&channel), book, rules);
    let (told, woven) = (dressed.told(&channel.id).to_vec(), dressed.text(&channel.id).cloned().unwrap_or_default());
    let problems = std::mem::take(&mut dressed.problems).into_iter().map(|(_, problem)| problem).collect();
    let filled = &dressed.post;
    let variant = match filled.targets.first() {
        Some(target) => of_target(filled, target, &rendition.network, None),
        None => compose(&rendition.network, &filled.body, None, filled.title.as_deref(), &filled.media),
    };
    Dress { variant, problems, told, woven }
}

/// A channel by what its words say of it; nothing is looked up.
fn stand_in(rendition: &Rendition) -> Channel {
    let (account, rest) = rendition.label.split_once('/').unwrap_or(("", &rendition.label));
    let handle = rest.split_once(':').map_or("", |(_, handle)| handle);
    let account = AccountName::new(account);
    let remote = RemoteId::new(handle);
    Channel {
        id: rendition.channel.clone().unwrap_or_else(|| ChannelId::of(&account, &remote)),
        account,
        remote,
        network: rendition.network.clone(),
        handle: handle.to_owned(),
        name: String::new(),
        health: Health::Ok,
        hidden: false,
        gone: false,
    }
}

pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Hint => "hint",
        Severity::Warning => "warning",
        Severity::Blocker => "blocker",
    }
}

fn summary(rendition: &Rendition, measure: &Measure, valid: bool) -> String {
    let Measure { count, limit, .. } = measure;
    let bytes = measure.bytes.map(|(bytes, limit)| format!(", {bytes} of {limit} bytes")).unwrap_or_default();
    let verdict = if valid { "ok" } else { "not ok" };
    format!("{}: {count} of {limit} {}{bytes}: {verdict}", rendition.label, measure.unit.word())
}

/// Where in the file a problem stands.
pub(super) fn spot(source: &Source, rendition: &Rendition, dress: &Dress, problem: &Problem) -> Spot {
    let spots = &source.read.spots;
    match (&problem.place, &rendition.own) {
        (Place::Text(_), Some((_, spot))) => *spot,
        (Place::Text(range), None) => {
            // What the style says stands nowhere in the file: the nearest place of the file's own words is named.
            let body = &source.manuscript().body;
            let head = body.get(..dress.woven.written(range.start).min(body.len())).unwrap_or("");
            let lines = head.bytes().filter(|byte| *byte == b'\n').count();
            let last = head.rsplit('\n').next().unwrap_or("");
            Spot { line: spots.body.line + lines, column: last.chars().count() + 1 }
        }
        (Place::Title, _) if spots.title != Spot::default() => spots.title,
        (Place::Media(Some(at)), _) => spots.media.get(*at).copied().unwrap_or(spots.body),
        _ => Spot { line: 1, column: 1 },
    }
}

/// How long each part of a thread is; nothing for a text that is one.
fn parts(rules: &Rules, variant: &Variant) -> Vec<Measure> {
    let mut parts = rules.of_variant(variant).map(|rules| measures_of(variant, rules)).unwrap_or_default();
    if parts.len() < 2 {
        parts.clear();
    }
    parts
}

fn object(Finding { rendition, dress, measure, problems, valid }: &Finding, rules: &Rules) -> Value {
    let problems: Vec<Value> = problems
        .iter()
        .map(|problem| {
            let (place, range) = match &problem.place {
                Place::Text(range) => ("text", Some(range)),
                Place::Title => ("title", None),
                Place::Media(_) => ("media", None),
                Place::When => ("when", None),
                Place::Option(_) => ("option", None),
                Place::FirstComment => ("first_comment", None),
                Place::Channels => ("channels", None),
                Place::Post => ("post", None),
            };
            json!({
                "code": problem.code,
                "severity": severity(problem.severity),
                "place": place,
                "start": range.map(|range| range.start),
                "end": range.map(|range| range.end),
                "words": problem.words,
                "remedy": problem.remedy,
            })
        })
        .collect();
    let mut object = Map::new();
    object.insert("network".into(), rendition.network.key().into());
    object.insert("count".into(), measure.count.into());
    object.insert("limit".into(), measure.limit.into());
    object.insert("unit".into(), measure.unit.word().into());
    object.insert("valid".into(), (*valid).into());
    object.insert("problems".into(), problems.into());
    if let Some(rules) = rules.of_variant(&dress.variant) {
        object.insert("limit_source".into(), rules.limit_from.name().into());
        object.insert("limit_as_of".into(), rules.limit_from.since().into());
    }
    let parts = parts(rules, &dress.variant);
    if !parts.is_empty() {
        let part = |part: &Measure| json!({"count": part.count, "limit": part.limit, "valid": part.valid});
        object.insert("parts".into(), parts.iter().map(part).collect());
    }
    if !dress.told.is_empty() {
        object.insert("from".into(), origins(&dress.told));
    }
    if let Some((bytes, _)) = measure.bytes {
        object.insert("bytes".into(), bytes.into());
    }
    Value::Object(object)
}
