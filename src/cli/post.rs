//! `runsheet post`: write, check, schedule.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use serde_json::json;

use crate::desk::Desk;
use crate::desk::accounts::full_name;
use crate::domain::channel::Channel;
use crate::domain::media::{Media, size_words};
use crate::domain::options::{FirstComment, Options};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::{Problem, Severity};
use crate::session::Session;
use crate::text::check::check;
use crate::text::clean;
use crate::text::compose::of_target;
use crate::text::options::Catalog;
use crate::text::rules::Rules;

use super::args::PostArgs;
use super::output::{self, Output};
use super::{Ending, Result, Stop, moment, send};

/// Bytes of a post that are read at most; no network takes a fraction of it.
const MOST_BYTES: u64 = 5_000_000;

/// Writes one post.
pub async fn run(session: &mut Session, wanted: PostArgs, output: &Output) -> Result<Ending> {
    let desk = &session.desk;
    let mut channels = Vec::new();
    for words in &wanted.to {
        let found = desk.channels(words).await?;
        if words.contains('*') {
            let names: Vec<String> = found.iter().map(full_name).collect();
            eprintln!("{words} is {}", clean::one_line(&names.join(", ")));
        }
        channels.extend(found);
    }
    let mut known = BTreeSet::new();
    channels.retain(|channel: &Channel| known.insert(channel.id.clone()));
    let mut post = written(desk, &wanted, &channels)?;
    post.media = attached(desk, &wanted).await?;
    let named: Vec<&Channel> = channels.iter().collect();
    let on_channels = problems(desk, &post, &named).into_iter().map(|(channel, problem)| (full_name(channel), problem));
    let on_accounts = desk.media_problems(&post).into_iter().map(|(account, problem)| (account.to_string(), problem));
    let problems: Vec<(String, Problem)> = on_channels.chain(on_accounts).collect();
    for (whose, problem) in &problems {
        let words = format!("{whose}: {} ({})", problem.words, problem.remedy);
        eprintln!("{}", clean::one_line(&words));
    }
    let blocked = problems.iter().any(|(_, problem)| problem.severity == Severity::Blocker);
    if wanted.dry_run {
        return dry_run(desk, &post, &channels, blocked, output).await;
    }
    if blocked && !wanted.draft {
        return Err(Stop::Words("nothing was scheduled; mend what is named above, or keep it with --draft".into()));
    }
    let verb = match post.wish {
        Wish::Draft => "saved",
        Wish::Now => "published",
        Wish::Schedule | Wish::Hold => "scheduled",
    };
    let id = session.desk.save(post, verb).await?;
    let ending = send(session, &[id]).await?;
    let desk = &session.desk;
    let Some(post) = desk.store.post(id).await? else { return Ok(ending) };
    let all = desk.store.channels().await?;
    if output.is_json() {
        output.value(&output::post(&post, &all, desk.now(), desk.zone()))?;
    } else {
        output.line(&super::list::line(&post, &output::marks(&post, &all), desk))?;
    }
    Ok(ending)
}

fn written(desk: &Desk, wanted: &PostArgs, channels: &[Channel]) -> Result<Post> {
    let now = desk.now();
    let mut post = Post::draft(desk.ids().post(now), now);
    post.body = read(&wanted.file)?;
    post.title.clone_from(&wanted.title);
    post.targets = channels.iter().map(|channel| Target::new(channel.id.clone())).collect();
    post.options = options(&wanted.option)?;
    post.first_comment = wanted
        .first_comment
        .as_ref()
        .map(|text| FirstComment { text: text.clone(), delay: wanted.first_comment_after.unwrap_or_default() });
    let schedule = wanted.when.as_deref().map(|words| moment(words, desk)).transpose()?;
    post.schedule = schedule.flatten();
    post.wish = match (wanted.draft, schedule) {
        (true, _) | (false, None) => Wish::Draft,
        (false, Some(None)) => Wish::Now,
        (false, Some(Some(_))) => Wish::Schedule,
    };
    Ok(post)
}

/// What `--option NETWORK.NAME=VALUE` sets.
fn options(asked: &[String]) -> Result<Options> {
    let mut options = Options::default();
    for word in asked {
        let form = || Stop::Words(format!("--option {word}: it is NETWORK.NAME=VALUE, as in tiktok.privacy=public"));
        let (key, value) = word.split_once('=').ok_or_else(form)?;
        let rule = Catalog::shipped().named(key.trim()).map_err(|words| Stop::Words(format!("--option {words}")))?;
        options.set(&rule.key, rule.read(value).map_err(|words| Stop::Words(format!("--option {words}")))?);
    }
    Ok(options)
}

/// What `--media` names, measured, with the descriptions in the same order.
async fn attached(desk: &Desk, wanted: &PostArgs) -> Result<Vec<Media>> {
    if wanted.alt.len() > wanted.media.len() {
        let words = format!("{} --alt for {} --media: each describes one", wanted.alt.len(), wanted.media.len());
        return Err(Stop::Words(words));
    }
    let mut media = Vec::new();
    for (at, typed) in wanted.media.iter().enumerate() {
        let mut found = desk.attach(typed).await;
        let (Some(found), true) = (found.pop(), found.is_empty()) else {
            return Err(Stop::Words(format!("--media {typed}: name one file or address each time")));
        };
        let mut found = found.map_err(Stop::Words)?;
        found.alt = wanted.alt.get(at).map(|alt| alt.trim().to_owned()).unwrap_or_default();
        media.push(found);
    }
    Ok(media)
}

fn read(file: &Path) -> Result<String> {
    let cannot = |error: std::io::Error| Stop::Words(format!("{} cannot be read: {error}", file.display()));
    let mut text = String::new();
    let taken = if file.as_os_str() == "-" {
        std::io::stdin().lock().take(MOST_BYTES + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text))
    };
    let size = taken.map_err(cannot)? as u64;
    if size > MOST_BYTES {
        return Err(Stop::Words(format!("{} is longer than {MOST_BYTES} bytes; that is no post", file.display())));
    }
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

/// What each channel's network, and the channel itself, minds.
pub(super) fn problems<'a>(desk: &Desk, post: &Post, channels: &[&'a Channel]) -> Vec<(&'a Channel, Problem)> {
    let mut found = Vec::new();
    for channel in channels {
        let Some(target) = post.targets.iter().find(|target| target.channel == channel.id) else { continue };
        let variant = of_target(post, target, &channel.network, desk.way(&channel.account).as_ref());
        if let Some(rules) = Rules::shipped().network(&channel.network) {
            found.extend(check(&variant, rules).into_iter().map(|problem| (*channel, problem)));
        }
    }
    found
}

/// Shows what would be sent, request by request, and sends nothing.
async fn dry_run(desk: &Desk, post: &Post, channels: &[Channel], blocked: bool, output: &Output) -> Result<Ending> {
    let requests = desk.requests(post).await?;
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
        output.value(&json!({"post": post, "requests": requests, "blocked": blocked}))?;
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
        eprintln!("nothing was sent and nothing was kept");
    }
    Ok(if blocked { Ending::Refused } else { Ending::Done })
}
