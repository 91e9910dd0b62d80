//! `runsheet post`: write, check, schedule.

use std::collections::BTreeSet;

use serde_json::json;

use crate::desk::Desk;
use crate::desk::judge::idle_options;
use crate::domain::channel::Channel;
use crate::domain::media::{Media, size_words};
use crate::domain::naming;
use crate::domain::naming::full_name;
use crate::domain::options::{FirstComment, Options};
use crate::domain::outline::Outline;
use crate::domain::plan::asks_slot;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::{Problem, Severity};
use crate::domain::queue;
use crate::manuscript::Spot;
use crate::session::Session;
use crate::session::aside::say;
use crate::text::check::{channel_problem, check};
use crate::text::clean;
use crate::text::compose::of_target;
use crate::text::options::Catalog;
use crate::text::rules::Rules;
use crate::text::style;

use super::args::{Carried, PostArgs};
use super::output::{self, Output};
use super::source::Source;
use super::{Ending, Result, Stop, moment, send_and_show};

/// Reads the file, and holds that channels and time are said there or here.
pub fn source(wanted: &PostArgs) -> Result<Source> {
    let source = Source::given(&wanted.file)?;
    let missing = [
        ("--to CHANNEL", wanted.to.is_empty() && !wanted.all && source.manuscript().to.is_empty()),
        ("--when WHEN", wanted.when.is_none() && wanted.repeat.is_none() && source.manuscript().when.is_none()),
    ];
    let missing: Vec<&str> = missing.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect();
    let is_draft = source.manuscript().wish == Some(Wish::Draft);
    if is_draft && wanted.repeat.is_some() {
        return Err(source.refuse(source.read.spots.wish, "what repeats is no draft; leave --repeat or this line out"));
    }
    if wanted.draft || is_draft || missing.is_empty() {
        return Ok(source);
    }
    let words =
        format!("say {}, write it in the front matter of the file, or keep it with --draft", missing.join(" and "));
    Err(Stop::Usage(words))
}

/// Writes one post.
pub async fn run(session: &mut Session, mut wanted: PostArgs, source: Source, output: &Output) -> Result<Ending> {
    wanted.draft |= source.manuscript().wish == Some(Wish::Draft);
    let desk = &session.desk;
    let source = source.measured_with(desk.gauge().clone());
    let channels = channels(desk, &wanted, &source).await?;
    let mut post = written(desk, &wanted, &source, &channels)?;
    if asks_time(&wanted, &source).is_some_and(asks_slot) {
        post.schedule = Some(desk.slots().await?.next(&post.targets)?);
        post.wish = if wanted.draft { Wish::Draft } else { source.manuscript().wish.unwrap_or(Wish::Schedule) };
    }
    let queue = asked_queue(&wanted, &source).filter(|_| !wanted.draft);
    if let Some(rule) = &wanted.repeat {
        if post.wish == Wish::Now || queue.is_some() {
            let words = "--repeat needs a time to begin at, and neither \"now\" nor a queue is one; leave --when out";
            return Err(Stop::Usage(words.into()));
        }
        let first = desk.first_repeat(rule, post.schedule).map_err(|error| Stop::Usage(error.to_string()))?;
        (post.schedule, post.wish) = (Some(first), Wish::Schedule);
    }
    if let Some(name) = queue {
        desk.queue_up(&mut post, name).await?;
        post.wish = Wish::Schedule;
    }
    post.media =
        if wanted.carried.media.is_empty() { source.media().await? } else { attached(desk, &wanted.carried).await? };
    own_media(&mut post, &source, &channels).await?;
    let rules = session.rules().await;
    let named: Vec<&Channel> = channels.iter().collect();
    let on_channels =
        problems(desk, &post, &named, &rules).into_iter().map(|(channel, problem)| (full_name(channel), problem));
    told(desk, &post, &channels, &rules);
    for words in idle_options(&post, &channels) {
        say!("{}", clean::one_line(&words));
    }
    let on_accounts = desk.media_problems(&post).into_iter().map(|(account, problem)| (account.to_string(), problem));
    let problems: Vec<(String, Problem)> = on_channels.chain(on_accounts).collect();
    for (whose, problem) in &problems {
        let words = format!("{whose}: {} ({})", problem.words, problem.remedy);
        say!("{}", clean::one_line(&words));
    }
    let blocked = problems.iter().any(|(_, problem)| problem.severity == Severity::Blocker);
    let taken = may_be_taken(desk, &post, wanted.despite_embargo).await;
    if wanted.dry_run {
        if let Err(stop) = &taken {
            say!("{}", clean::one_line(&stop.to_string()));
        }
        return dry_run(desk, &post, &channels, blocked || taken.is_err(), output).await;
    }
    if blocked && !wanted.draft {
        return Err(Stop::Words("nothing was scheduled; mend what is named above, or keep it with --draft".into()));
    }
    taken?;
    let verb = match post.wish {
        Wish::Draft => "saved",
        Wish::Now => "published",
        Wish::Hold => "held",
        Wish::Schedule => "scheduled",
    };
    let id = session.desk.save(post, verb).await?;
    let mut sent = vec![id];
    if let Some(rule) = &wanted.repeat {
        let kept = session.desk.repeat(id, rule).await?;
        super::repeat::told(&kept);
        sent.extend(&kept.made);
    }
    send_and_show(session, id, &sent, output).await
}

/// The post that a file is by itself, and its channels.
pub(super) async fn of_file(desk: &Desk, source: &Source) -> Result<(Post, Vec<Channel>)> {
    let draft = source.manuscript().wish == Some(Wish::Draft);
    let wanted = PostArgs { draft, ..PostArgs::default() };
    if asked_queue(&wanted, source).is_some() {
        let words = "a queue gives a post its place once: `runsheet post` puts it in, a folder names a time";
        return Err(source.refuse(source.read.spots.when, words));
    }
    let channels = channels(desk, &wanted, source).await?;
    let mut post = written(desk, &wanted, source, &channels)?;
    post.media = source.media().await?;
    own_media(&mut post, source, &channels).await?;
    Ok((post, channels))
}

/// One post of a campaign: what the file says of it, on the channels and in the time that the campaign gives it.
pub(super) async fn within(desk: &Desk, every: &PostArgs, source: &Source, to: &[Channel]) -> Result<Post> {
    let (said, spots) = (source.manuscript(), &source.read.spots);
    let of_campaign = [
        ("when", said.when.is_some(), spots.when),
        ("as", said.wish.is_some(), spots.wish),
        ("to", !said.to.is_empty(), Spot::default()),
        ("campaign", said.campaign.is_some(), Spot::default()),
    ];
    if let Some((what, _, spot)) = of_campaign.into_iter().find(|(_, said, _)| *said) {
        let words = format!("\"{what}\" is the same for the whole campaign, and the command says it; take it out");
        return Err(source.refuse(spot, &words));
    }
    // What a text says itself wins over what is said for all of them.
    let mut wanted = every.clone();
    wanted.style = said.style.clone().or(wanted.style);
    if said.first_comment.is_some() {
        wanted.carried.first_comment = None;
    }
    let mut post = written(desk, &wanted, source, to)?;
    post.options = std::mem::take(&mut post.options).overlaid(&said.options);
    post.media = source.media().await?;
    own_media(&mut post, source, to).await?;
    Ok(post)
}

/// The queue that is asked for instead of a time, by name; empty for the usual one.
fn asked_queue<'a>(wanted: &'a PostArgs, source: &'a Source) -> Option<&'a str> {
    queue::asked(asks_time(wanted, source)?)
}

/// The words for the time, of the command line or else of the file.
fn asks_time<'a>(wanted: &'a PostArgs, source: &'a Source) -> Option<&'a str> {
    wanted.when.as_deref().or(source.manuscript().when.as_deref())
}

/// The channels named, each once: on the command line, else in the file. What a pattern names is said.
async fn channels(desk: &Desk, wanted: &PostArgs, source: &Source) -> Result<Vec<Channel>> {
    let mut channels: Vec<Channel> = Vec::new();
    for words in &wanted.to {
        channels.extend(said(words, desk.channels(words).await?));
    }
    if wanted.all {
        channels.extend(desk.active_channels().await?);
    } else if wanted.to.is_empty() {
        for (words, spot) in source.manuscript().to.iter().zip(&source.read.spots.to) {
            let found = desk.channels(words).await;
            channels.extend(said(words, found.map_err(|error| source.refuse(*spot, &error.to_string()))?));
        }
    }
    let mut known = BTreeSet::new();
    channels.retain(|channel| known.insert(channel.id.clone()));
    Ok(channels)
}

fn said(words: &str, found: Vec<Channel>) -> Vec<Channel> {
    if words.contains('*') {
        let names: Vec<String> = found.iter().map(full_name).collect();
        say!("{words} is {}", clean::one_line(&names.join(", ")));
    }
    found
}

fn written(desk: &Desk, wanted: &PostArgs, source: &Source, channels: &[Channel]) -> Result<Post> {
    let now = desk.now();
    let manuscript = source.manuscript();
    let mut post = Post::draft(desk.ids().post(now), now);
    post.body.clone_from(&manuscript.body);
    post.title = wanted.title.clone().or_else(|| manuscript.title.clone());
    post.campaign.clone_from(&manuscript.campaign);
    post.tags.clone_from(&manuscript.tags);
    post.styling.style = wanted.style.clone().or_else(|| manuscript.style.clone());
    post.styling.link = wanted.link.clone().or_else(|| manuscript.link.clone());
    post.targets = channels.iter().map(|channel| Target::new(channel.id.clone())).collect();
    post.options = options(manuscript.options.clone(), &wanted.carried.option)?;
    let said = wanted.carried.first_comment.clone();
    let said = said.map(|text| FirstComment { text, delay: wanted.carried.first_comment_after.unwrap_or_default() });
    post.first_comment = said.or_else(|| manuscript.first_comment.clone());
    let in_the_file =
        |words: &str, spot: Spot| moment(words, desk).map_err(|stop| source.refuse(spot, &stop.to_string()));
    let schedule = match (&wanted.when, &manuscript.when) {
        _ if asked_queue(wanted, source).is_some() || asks_time(wanted, source).is_some_and(asks_slot) => None,
        (Some(words), _) => Some(moment(words, desk)?),
        (None, Some(words)) => Some(in_the_file(words, source.read.spots.when)?),
        (None, None) => None,
    };
    for (variant, spot) in manuscript.variants.iter().zip(&source.read.spots.variants) {
        let meant = naming::meant(channels, &variant.of);
        if meant.is_empty() {
            let words = format!("no channel of this post is \"{}\"; leave the variant out, or add one", variant.of);
            return Err(source.refuse(*spot, &words));
        }
        let own_time = match &variant.when {
            Some(words) => {
                let own = in_the_file(words, *spot)?;
                Some(own.ok_or_else(|| source.no_channel_at_once(*spot))?)
            }
            None => None,
        };
        // A text for the very channel wins over one for its network, whichever comes first.
        let is_exact = naming::find(channels, &variant.of).is_ok();
        for target in &mut post.targets {
            if meant.iter().any(|channel| channel.id == target.channel) {
                let free = is_exact || target.text.is_none();
                target.text = if free { variant.text.clone().or(target.text.take()) } else { target.text.take() };
                target.schedule = if is_exact { own_time.or(target.schedule) } else { target.schedule.or(own_time) };
                let extras = &mut target.extras;
                extras.options = match is_exact {
                    true => std::mem::take(&mut extras.options).overlaid(&variant.options),
                    false => variant.options.clone().overlaid(&extras.options),
                };
                let comment = variant.first_comment.clone();
                let kept = extras.first_comment.take();
                extras.first_comment = if is_exact { comment.or(kept) } else { kept.or(comment) };
            }
        }
    }
    post.schedule = schedule.flatten();
    let is_held = manuscript.wish == Some(Wish::Hold);
    post.wish = match (wanted.draft, schedule) {
        (true, _) => Wish::Draft,
        (false, Some(None)) if is_held => {
            return Err(
                source.refuse(source.read.spots.wish, "what is held does not go out at once; leave one of both out")
            );
        }
        (false, _) if is_held => Wish::Hold,
        (false, None) => Wish::Draft,
        (false, Some(None)) => Wish::Now,
        (false, Some(Some(_))) => Wish::Schedule,
    };
    Ok(post)
}

/// What `--option NETWORK.NAME=VALUE` sets beside what the file says.
fn options(mut options: Options, asked: &[String]) -> Result<Options> {
    for word in asked {
        let form = || Stop::Usage(format!("--option {word}: it is NETWORK.NAME=VALUE, as in tiktok.privacy=public"));
        let (key, value) = word.split_once('=').ok_or_else(form)?;
        let rule = Catalog::shipped().named(key.trim()).map_err(|words| Stop::Usage(format!("--option {words}")))?;
        options.set(&rule.key, rule.read(value).map_err(|words| Stop::Usage(format!("--option {words}")))?);
    }
    Ok(options)
}

/// Attachments that the file gives to a network or a channel instead of the post's.
async fn own_media(post: &mut Post, source: &Source, channels: &[Channel]) -> Result<()> {
    let variants = source.manuscript().variants.iter().zip(&source.read.spots.variants);
    for (variant, spot) in variants {
        let Some(named) = &variant.media else { continue };
        let media = source.measured(named, &[], *spot).await?;
        let meant = naming::meant(channels, &variant.of);
        let is_exact = naming::find(channels, &variant.of).is_ok();
        for target in post.targets.iter_mut().filter(|target| meant.iter().any(|channel| channel.id == target.channel))
        {
            if is_exact || target.extras.media.is_none() {
                target.extras.media = Some(media.clone());
            }
        }
    }
    Ok(())
}

/// What `--media` names, measured, with the descriptions in the same order.
pub(super) async fn attached(desk: &Desk, wanted: &Carried) -> Result<Vec<Media>> {
    if wanted.alt.len() > wanted.media.len() {
        let words = format!("{} --alt for {} --media: each describes one", wanted.alt.len(), wanted.media.len());
        return Err(Stop::Usage(words));
    }
    let mut media = Vec::new();
    for (at, typed) in wanted.media.iter().enumerate() {
        let mut found = desk.attach(typed).await;
        let (Some(found), true) = (found.pop(), found.is_empty()) else {
            return Err(Stop::Usage(format!("--media {typed}: name one file or address each time")));
        };
        let mut found = found.map_err(Stop::Words)?;
        found.alt = wanted.alt.get(at).map(|alt| alt.trim().to_owned()).unwrap_or_default();
        media.push(found);
    }
    Ok(media)
}

/// What each channel's network, and the channel itself, minds.
pub(super) fn problems<'a>(
    desk: &Desk,
    post: &Post,
    channels: &[&'a Channel],
    rules: &Rules,
) -> Vec<(&'a Channel, Problem)> {
    let mut found = Vec::new();
    let dressed = style::dressed(post, channels, &desk.book(), rules);
    let post = &dressed.post;
    for channel in channels {
        let unfilled = dressed.problems.iter().filter(|(id, _)| *id == channel.id);
        found.extend(unfilled.map(|(_, problem)| (*channel, problem.clone())));
        found.extend(channel_problem(Some(channel)).map(|problem| (*channel, problem)));
        let Some(target) = post.targets.iter().find(|target| target.channel == channel.id) else { continue };
        let variant = of_target(post, target, &channel.network, desk.way(&channel.account).as_ref());
        if let Some(rules) = rules.of(&channel.id, &channel.network) {
            found.extend(check(&variant, rules).into_iter().map(|problem| (*channel, problem)));
        }
    }
    let known: Vec<Channel> = channels.iter().map(|channel| (*channel).clone()).collect();
    for (id, problem) in desk.foreseen(post, &known) {
        found.extend(channels.iter().find(|channel| channel.id == id).map(|channel| (*channel, problem)));
    }
    found
}

/// Says what holds for each channel that the post does not say itself, and where it comes from.
fn told(desk: &Desk, post: &Post, channels: &[Channel], rules: &Rules) {
    let dressed = style::dressed(post, channels, &desk.book(), rules);
    for channel in channels {
        let told = dressed.told(&channel.id);
        if !told.is_empty() {
            say!("{}", clean::one_line(&format!("{}: {}", full_name(channel), style::told(told))));
        }
    }
}

/// Shows what would be sent, request by request, and sends nothing.
/// Refuses a post whose time has passed or is under an embargo.
async fn may_be_taken(desk: &Desk, post: &Post, despite_embargo: bool) -> Result<()> {
    desk.may_be_saved(None, post).await?;
    if post.wish == Wish::Now { super::no_embargo_today(desk, despite_embargo).await } else { Ok(()) }
}

async fn dry_run(desk: &Desk, post: &Post, channels: &[Channel], blocked: bool, output: &Output) -> Result<Ending> {
    let (requests, outlines) = (desk.requests(post).await?, desk.outline(post).await?);
    if output.is_json() {
        let requests: Vec<_> = requests
            .iter()
            .map(|(account, request)| {
                json!({
                    "account": account.as_str(),
                    "method": request.method,
                    "path": request.path,
                    "headers": request.headers,
                    "body": request.body.as_deref().map(|body| {
                        serde_json::from_str(body).unwrap_or_else(|_| serde_json::Value::String(body.to_owned()))
                    }),
                })
            })
            .collect();
        let post = output::post(post, channels, desk.now(), desk.zone());
        let counts = |outline: &Outline| -> serde_json::Map<_, _> {
            outline.errands.iter().map(|(errand, count)| (errand.key().to_owned(), json!(count))).collect()
        };
        let sends: Vec<_> = outlines
            .iter()
            .map(|each| json!({"account": each.account.as_str(), "provider": each.provider, "counts": counts(each)}))
            .collect();
        output.value(&json!({"post": post, "sends": sends, "requests": requests, "blocked": blocked}))?;
    } else {
        for media in post.media.iter().filter(|media| media.is_local()) {
            let size = media.bytes.map(size_words).unwrap_or_default();
            output.line(&clean::one_line(&format!("first, each account is brought {} ({size})", media.called())))?;
        }
        for (account, request) in &requests {
            output.line(&format!("{account}: {} {}", request.method, request.path))?;
            for (name, value) in &request.headers {
                output.line(&format!("  {name}: {value}"))?;
            }
            output.line(&format!("  {}", request.body.as_deref().unwrap_or("(no body)")))?;
        }
        for outline in &outlines {
            output.line(&clean::one_line(&format!("in all, {}", outline.words())))?;
        }
        for (account, _) in &requests {
            if let Some(instead) = desk.standby(account) {
                let words = format!("what {account} certainly does not take goes to {instead}");
                output.line(&clean::one_line(&words))?;
            }
        }
        say!("nothing was sent and nothing was kept");
    }
    Ok(if blocked { Ending::Refused } else { Ending::Done })
}
