//! Effect → deed → message.

use std::fmt::Display;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;
use tokio::sync::futures::OwnedNotified;
use tokio::sync::mpsc::UnboundedSender;

use crate::desk::export::{Form, NotWritten};
use crate::desk::failed::Retried;
use crate::desk::part::Parted;
use crate::desk::removal::{Criteria, Doomed};
use crate::desk::repeat::Kept;
use crate::desk::{Desk, DeskError};
use crate::domain::background::Waiting;
use crate::domain::change::Change;
use crate::domain::filter::Filter;
use crate::domain::ids::{AccountName, ChannelId, PostId};
use crate::domain::media::Media;
use crate::domain::outcome::{Outcome, RETRY_SPACING, Refusal, TAKE_BACK};
use crate::domain::post::{self, Post};
use crate::domain::schedule::Schedule;
use crate::domain::secret::Secret;
use crate::domain::settings::Served;
use crate::domain::words::count;
use crate::store::{Actor, JournalEntry, StoreError};
use crate::tui::board::span_words;
use crate::tui::effect::{Effect, Named, Script};
use crate::tui::msg::{Loaded, Logged, Msg, Nearby, Notice, OfCampaign, Story, SyncNews, Timer, Tone};
use crate::tui::pictures::Wish;
use crate::tui::sheets::doomed::Found;

use super::app::Answer;
use super::child;
use super::gallery::Gallery;
use super::twins;

type Answers = UnboundedSender<Answer>;

/// What is said of a save that went over what another window had written.
const OVERWRITTEN: &str =
    "another window wrote this draft meanwhile: what it wrote is kept as an earlier version; e, then Alt-v shows it";

/// Sends `timer` back after `span`. Not work anybody waits for.
pub(super) fn after(desk: &Arc<Desk>, span: TimeDelta, timer: Timer, answers: Answers) {
    let desk = desk.clone();
    tokio::spawn(async move {
        desk.sleep(span).await;
        tell(&answers, Msg::Timer(timer), false);
    });
}

/// Runs a command on a text until it ends, or until it is `stopped`. Exactly one answer.
pub(super) async fn pipe(run: u64, command: String, text: String, stopped: OwnedNotified, answers: Answers) {
    let answer = tokio::select! {
        answer = child::filter(&command, text) => answer,
        () = stopped => Err("stopped; the text is as it was".into()),
    };
    tell(&answers, Msg::Piped(run, answer), true);
}

/// Makes a picture ready, off the thread that draws.
pub(super) async fn picture(gallery: Gallery, wish: Wish, answers: Answers) {
    let made = gallery.make(wish.clone()).await;
    tell(&answers, Msg::Pictured(wish, made), true);
}

/// Completes news with the outbox as it is now.
pub(super) async fn spread(desk: Arc<Desk>, mut news: SyncNews, answers: Answers) {
    let outbox = desk.store.outbox().await;
    let msg = read(outbox, |rows| {
        news.outbox = rows.iter().map(Waiting::of).collect();
        for light in &mut news.lights {
            light.pending = news.outbox.iter().filter(|waiting| waiting.account == light.account).count();
        }
        Msg::Sync(Box::new(news))
    });
    tell(&answers, msg, true);
}

/// Carries out one effect; its last message ends it.
pub(super) async fn perform(desk: Arc<Desk>, effect: Effect, answers: Answers) {
    let changes = effect.touches().reaches_the_board();
    if let Effect::Autosave(post, _) = &effect
        && desk.was_overwritten(post).await
    {
        tell(&answers, Msg::Overwritten(post.id), false);
    }
    let retraces = matches!(effect, Effect::Undo | Effect::Redo);
    let msg = match effect {
        Effect::LookInto { asking, rules } => {
            let told = |done, total| tell(&answers, Msg::Judged(asking.path.clone(), done, total), false);
            let look = desk.look(&asking, &rules, &told).await.map_err(|error| error.to_string());
            Msg::LookedInto(asking, Box::new(look))
        }
        Effect::TakeIn { asking, print, without, rules } => {
            let told = |account: &AccountName| tell(&answers, Msg::ReadFirst(account.clone()), false);
            let taken = desk.take_in(&asking, print, &without, &rules, &told).await;
            Msg::TakenIn(Box::new(taken.map_err(|error| error.to_string())))
        }
        effect => deed(&desk, effect).await,
    };
    if changes {
        tell(&answers, msg, false);
        if retraces {
            tell(&answers, read(desk.store.day_notes().await, Msg::Notes), false);
        }
        tell(&answers, Msg::StoreChanged, true);
    } else {
        tell(&answers, msg, true);
    }
}

fn tell(answers: &Answers, msg: Msg, last: bool) {
    // Nobody is left to hear it when the program has ended.
    let _ = answers.send(Answer { msg, last, load: None });
}

async fn deed(desk: &Desk, effect: Effect) -> Msg {
    match effect {
        Effect::LoadPost(id) => Msg::PostLoaded(desk.store.post(id).await.ok().flatten().map(Arc::new)),
        Effect::LoadLog => Msg::Log(log(desk).await.map_err(|error| error.to_string())),
        Effect::LoadStory(id) => read(story(desk, id).await, |story| Msg::Story(id, Box::new(story))),
        Effect::LoadStrange(id) => Msg::Strange(id, strange(desk, id).await),
        Effect::LoadTwins(ids) => Msg::Twins(twins::find(desk, ids).await),
        Effect::LoadNumbers(id) => {
            Msg::Numbers(id, Box::new(desk.numbers(id).await.map_err(|error| error.to_string())))
        }
        Effect::LoadResults => read(desk.results().await, Msg::Results),
        Effect::LoadTyped(id) => Msg::Typed(id, desk.typed(id).await.ok().flatten().map(Box::new)),
        Effect::Seek(seek) => {
            let looking = seek.clone();
            let hits = tokio::task::spawn_blocking(move || looking.run()).await;
            Msg::Sought(seek, hits.unwrap_or_default())
        }
        Effect::LoadIndex => Msg::Index(desk.store.index().await.map(Arc::new).map_err(|error| error.to_string())),
        Effect::MoveTarget(post, channel, schedule) => {
            let done = desk.move_target(post, &channel, schedule).await;
            said(done.map(|()| "moved on this channel only; u takes it back".into()), Some(post))
        }
        Effect::WriteDown(id, script) => {
            let form = match script {
                Script::Json => Form::Json,
                Script::Markdown => Form::Folder,
            };
            Msg::WrittenDown(desk.written_down(id, form).await.map_err(|error| error.to_string()))
        }
        Effect::LoadQueues(channels) => {
            let offers = desk.queues(&channels).await.map_err(|error| error.to_string());
            Msg::Queues(channels, offers)
        }
        Effect::Enqueue(id, queued, next) => {
            let words = format!("it waits for the queue {}; u takes it back", queued.name);
            said(desk.move_to_queue(id, queued, next).await.map(|()| words), Some(id))
        }
        Effect::LoadFailed => read(desk.store.failed(desk.now()).await, Msg::Failed),
        Effect::LoadNotes => read(desk.store.day_notes().await, Msg::Notes),
        Effect::MarkDay(date, note) => {
            let words = match &note {
                Some(note) if note.embargo => {
                    format!("{}: nothing can be moved there; u takes it back", date.format("%a %-d %b"))
                }
                Some(_) => format!("noted on {}; u takes it back", date.format("%a %-d %b")),
                None => format!("nothing is marked on {} any more", date.format("%a %-d %b")),
            };
            said(desk.mark_day(date, note).await.map(|()| words), None)
        }
        Effect::LoadViews => read(desk.store.saved_views().await, Msg::Views),
        Effect::KeepView(at, view) => {
            let kept = desk.store.keep_view(at, &view).await.map_err(DeskError::from);
            said(kept.map(|()| format!("kept: g {at} shows \"{}\" again", view.label())), None)
        }
        Effect::LoadRecipes => read(desk.store.recipes().await, Msg::Recipes),
        Effect::LoadCampaign { id, name, posts, span } => of_campaign(desk, id, &name, posts, span).await,
        Effect::RenameCampaign { recipe, posts } => said(desk.rename_by(&recipe, &posts).await, posts.first().copied()),
        Effect::Tag(posts, tags, on) => said(desk.tag(&posts, &tags, on).await, posts.first().copied()),
        Effect::KeepCampaign(recipe) => {
            let kept = desk.store.keep_recipe(&recipe).await;
            Msg::CampaignKept(recipe.id, kept.map(|()| desk.now()).map_err(|error| error.to_string()))
        }
        Effect::ForgetCampaign(id) => {
            // One that stays shows in the list, and can be emptied again.
            let _ = desk.store.forget_recipe(id).await;
            read(desk.store.recipes().await, Msg::Recipes)
        }
        Effect::Launch { recipe, posts } => {
            let answers = desk.launch_of(&recipe, posts).await;
            let told = |(id, answer): (PostId, Result<PostId, DeskError>)| {
                (id, answer.map(|_| ()).map_err(|error| error.to_string()))
            };
            Msg::Launched(recipe.id, answers.into_iter().map(told).collect())
        }
        Effect::CheckMany(id, posts) => {
            let mut answers = Vec::with_capacity(posts.len());
            for post in posts {
                answers.push((post.id, desk.check(&post).await));
            }
            Msg::CheckedMany(id, answers)
        }
        Effect::ReadTexts(id, typed) => Msg::TextsRead(id, desk.read_texts(&typed).await),
        Effect::Autosave(post, base) => {
            let id = post.id;
            let kept = desk.autosave_onto(base.as_deref(), *post).await;
            Msg::Autosaved(id, kept.map(|()| desk.now()).map_err(|error| error.to_string()))
        }
        Effect::Save { post, base, verb } => save(desk, *post, base.as_deref(), verb).await,
        Effect::SaveRepeating { post, base, rule } => {
            let overwritten = desk.was_overwritten(&post).await;
            match desk.save_repeating(base.as_deref(), Post::clone(&post), &rule).await {
                Ok((id, kept)) if !overwritten => repeating(kept, id),
                Ok((id, _)) => notice(format!("it repeats; {OVERWRITTEN}"), Tone::Bad, Some(id)),
                Err(error) => Msg::SaveFailed(post, error.to_string()),
            }
        }
        Effect::AskRule(id, rule) => match desk.ask_rule(id, rule.as_deref()).await {
            Ok(()) => Msg::StoreChanged,
            Err(error) => notice(format!("its rule could not be kept: {error}"), Tone::Bad, None),
        },
        Effect::Repeat(id, first, rule) => repeat_from(desk, id, first, &rule).await,
        Effect::LoadRepeats => Msg::Repeats(Box::new(desk.repeating().await.map_err(|error| error.to_string()))),
        Effect::KeepRepeating => match desk.keep_repeating().await {
            Ok(Kept { made, refused, .. }) => {
                let words = |(headline, words): &(String, String)| format!("\"{headline}\": {words}");
                Msg::Repeated(made.len(), refused.iter().map(words).collect())
            }
            Err(error) => Msg::Repeated(0, vec![error.to_string()]),
        },
        Effect::SkipDate { series, date, skip } => {
            let words = |deleted: bool| match (skip, deleted) {
                (true, true) => "left out, and its post deleted; u brings that back",
                (true, false) => "left out; no post of it was made yet",
                (false, _) => "taken in again",
            };
            let done = desk.skip_date(series, date, skip).await;
            said(done.map(|deleted| format!("{} is {}", date.format("%a %-d %b %Y"), words(deleted))), None)
        }
        Effect::MakeDate { series, date } => match desk.make_date(series, date).await {
            Ok(post) => {
                let held = if post.wish == post::Wish::Hold { ", held: a provider minds its text twice" } else { "" };
                said(Ok(format!("{} is made{held}; Enter shows it, to change it", date.format("%a %-d %b %Y"))), None)
            }
            Err(error) => said(Err(error), None),
        },
        Effect::StopRepeating(id) => {
            let words = |deleted| match deleted {
                0 => "stopped: nothing more is made".to_owned(),
                deleted => format!("stopped; {deleted} waiting deleted; u brings them back"),
            };
            said(desk.stop_repeating(id, false).await.map(words), None)
        }
        Effect::Follow(post) => {
            let words = |changed| match changed {
                0 => "the posts yet to be made say the same now".to_owned(),
                changed => format!("{} after it changed; u takes it back", count(changed, "post")),
            };
            said(desk.follow(&post).await.map(words), Some(post.id))
        }
        Effect::Export { path, filter, force } => match desk.export_to(&path, &filter, force).await {
            Err(NotWritten::There(words)) => {
                Msg::ExportThere(Box::new(Effect::Export { path, filter, force: true }), words)
            }
            written => said(written.map_err(|error| DeskError::Refused(error.to_string())), None),
        },
        Effect::Move(moves) => {
            let (count, first) = (moves.len(), moves.first().map(|(id, _)| *id));
            said(desk.move_posts(moves).await.map(|()| counted("moved", count)), first)
        }
        Effect::Delete(ids) => said(desk.delete(&ids).await.map(|()| counted("deleted", ids.len())), None),
        Effect::DeleteSeen(seen) => match desk.delete_seen(&seen).await {
            Ok((0, spared)) => notice(spared, Tone::Bad, None),
            Ok((count, spared)) if spared.is_empty() => notice(counted("deleted", count), Tone::Good, None),
            Ok((count, spared)) => notice(format!("{}; {spared}", counted("deleted", count)), Tone::Bad, None),
            Err(error) => said(Err(error), None),
        },
        Effect::Hold(ids, hold) => {
            let words = match (hold, ids.len()) {
                (true, 1) => "held: off every provider's schedule until W releases it".to_owned(),
                (true, many) => format!("{many} posts held: off every provider's schedule until W releases them"),
                (false, 1) => "released".to_owned(),
                (false, many) => format!("{many} posts released"),
            };
            said(desk.hold(&ids, hold).await.map(|()| words), first(&ids))
        }
        Effect::PublishNow(ids) => {
            let words = soon("publishing");
            said(desk.publish_now(&ids).await.map(|()| words), first(&ids))
        }
        Effect::PublishPart { recipe, post, channels } => {
            let done = desk.publish_part(&recipe, *post, &channels).await;
            let id = done.as_ref().ok().map(|parted| parted.id);
            let words = |parted: Parted| match parted.at {
                None => soon("publishing there"),
                Some(at) => format!("going out there at {}; u takes it back", desk.habits().time(at.wall().time())),
            };
            said(done.map(words), id)
        }
        Effect::Retry(ids) => match desk.retry(&ids).await {
            Ok(retried) => {
                let tone = if retried.refused.is_empty() { Tone::Good } else { Tone::Bad };
                notice(retrying(&retried), tone, first(&ids))
            }
            Err(error) => said(Err(error), first(&ids)),
        },
        Effect::RetryAtOwnRisk(id) => said(desk.retry_at_own_risk(id).await.map(|()| "sent again".into()), Some(id)),
        Effect::Verify(ids) => said(desk.verify(&ids).await.map(|()| "asking the provider…".into()), first(&ids)),
        Effect::Dismiss(ids) => said(desk.dismiss(&ids).await.map(|()| counted("dismissed", ids.len())), first(&ids)),
        Effect::LinkTwins(chosen) => Msg::Done(twins::link(desk, chosen).await),
        Effect::SettleConflict(id, ours) => {
            let words = if ours { "kept ours; it is sent again" } else { "took the provider's version" };
            said(desk.settle_conflict(id, ours).await.map(|()| words.into()), Some(id))
        }
        Effect::DropWrite(intent) => said(desk.drop_write(intent).await.map(|()| "dropped".into()), None),
        Effect::Undo => said(desk.undo().await, None),
        Effect::Redo => said(desk.redo().await, None),
        Effect::HideChannels(ids, hidden) => {
            let words = if hidden { "hidden; the same key shows it again" } else { "shown" };
            let done = desk.store.hide_channels(ids, hidden).await.map_err(DeskError::from);
            said(done.map(|()| words.into()), None)
        }
        Effect::Check(post, revision) => Msg::Checked(post.id, revision, desk.check(&post).await),
        Effect::Outline(post) => Msg::Outlined(post.id, desk.outline(&post).await.map_err(|error| error.to_string())),
        Effect::Connect(wish) => Msg::Connected(Box::new(desk.connect(&wish).await)),
        Effect::LoadSettings { account, whose, fresh } => {
            let read = desk.settings(&account, &whose, fresh).await;
            Msg::Settings(
                account,
                whose,
                Box::new(read.map(|read| Served { rows: read.rows, at: read.at, saved: false })),
            )
        }
        Effect::SaveSetting { account, whose, name, typed } => {
            let read = desk.change_settings(&account, &whose, &[(name, typed)]).await;
            Msg::Settings(
                account,
                whose,
                Box::new(read.map(|read| Served { rows: read.rows, at: read.at, saved: true })),
            )
        }
        Effect::ChangeBook(deed) => Msg::Book(desk.change_book(deed).await),
        Effect::FindDoomed(words) => {
            let found = doomed(desk, &words).await;
            Msg::Doomed(words, Box::new(found))
        }
        Effect::Authorise(wanted) => Msg::Authorised(Box::new(desk.authorise(&wanted).await)),
        Effect::Arrive(opened) => Msg::Arrived(opened.until, Box::new(desk.arrived(&opened).await)),
        Effect::OpenLink(link) => said(browse_unseen(&link), None),
        Effect::Attach { post, typed } => Msg::Attached(post, desk.attach(&typed).await),
        Effect::Measure { post, source } => {
            let here = std::env::current_dir().unwrap_or_default();
            let measured = desk.gauge().named(&source, &here).await;
            Msg::Measured(post, source, Box::new(measured))
        }
        Effect::AttachNamed { post, wanted } => {
            let here = std::env::current_dir().unwrap_or_default();
            let mut outcomes = Vec::new();
            for Named { at, source, alt } in wanted {
                let measured = desk.gauge().named(&source, &here).await;
                outcomes.push((at, measured.map(|media| Media { alt, ..media })));
            }
            Msg::AttachedNamed(post, outcomes)
        }
        Effect::LookAround => {
            let (folder, files, more) = Desk::files_nearby().await;
            Msg::Nearby(Nearby { folder, files, more })
        }
        Effect::LoadVersions(id) => read(desk.store.versions(id).await, |versions| Msg::Versions(id, versions)),
        Effect::Left(id) => {
            // Whether it worked shows at the next start, and only as words too many.
            let _ = desk.left(id).await;
            Msg::Left(id)
        }
        Effect::Open(url) => said(browse(&url), None),
        // The rest belongs to whoever owns the loop and the terminal.
        Effect::Load(_)
        | Effect::SyncNow
        | Effect::LookInto { .. }
        | Effect::TakeIn { .. }
        | Effect::OpenAnew
        | Effect::Copy(_)
        | Effect::CopyLink(_)
        | Effect::EditText(_)
        | Effect::Pipe { .. }
        | Effect::StopPipe
        | Effect::AskForPictures
        | Effect::Picture(_)
        | Effect::DropPictures(_)
        | Effect::Bell
        | Effect::Mouse(_)
        | Effect::After(..)
        | Effect::Redraw
        | Effect::Suspend
        | Effect::Quit => Msg::StoreChanged,
    }
}

async fn of_campaign(desk: &Desk, id: PostId, name: &str, posts: Vec<PostId>, span: Range<DateTime<Utc>>) -> Msg {
    let its = desk.store.of_campaign(name, posts).await;
    let near = desk.store.every_post(Some(span.start), Some(span.end)).await;
    match (its, near) {
        (Ok(posts), Ok(near)) => Msg::Campaign(Box::new(OfCampaign { id, posts, near })),
        (Err(error), _) | (_, Err(error)) => notice(error.to_string(), Tone::Bad, None),
    }
}

/// Loads the board over a span; `number` tells which of the loads it is.
pub(super) async fn load(desk: Arc<Desk>, range: Range<DateTime<Utc>>, number: u64, answers: Answers) {
    let msg = match desk.snapshot(range.clone()).await {
        Ok(snapshot) => Msg::Loaded(Box::new(Loaded {
            channels: snapshot.channels,
            posts: snapshot.posts,
            range,
            drafts: snapshot.drafts,
            failed: snapshot.failed,
            aside: snapshot.aside,
            risk: snapshot.risk,
            ahead: snapshot.ahead,
            campaigns: snapshot.campaigns,
            repeats: snapshot.repeats,
            rules_asked: snapshot.rules_asked,
            stated: snapshot.stated,
        })),
        Err(error) => notice(error.to_string(), Tone::Bad, None),
    };
    // Nobody is left to hear it when the program has ended.
    let _ = answers.send(Answer { msg, last: true, load: Some(number) });
}

async fn save(desk: &Desk, post: Post, base: Option<&Post>, verb: &'static str) -> Msg {
    let overwritten = desk.was_overwritten(&post).await;
    match desk.save_onto(base, post.clone(), verb).await {
        Ok(id) => {
            let words = match verb {
                "published" => soon("publishing"),
                "saved" => "saved as a draft".to_owned(),
                verb => format!("{verb}; u takes it back"),
            };
            if !overwritten {
                return notice(words, Tone::Good, Some(id));
            }
            notice(format!("{words}; {OVERWRITTEN}"), Tone::Bad, Some(id))
        }
        Err(error) => Msg::SaveFailed(Box::new(post), error.to_string()),
    }
}

async fn repeat_from(desk: &Desk, id: PostId, first: Schedule, rule: &str) -> Msg {
    let post = desk.store.post(id).await.ok().flatten();
    let is_draft = post.as_ref().is_some_and(|post| post.wish == post::Wish::Draft);
    let stands = post.and_then(|post| post.schedule);
    if stands.is_none_or(|at| at.instant() != first.instant())
        && let Err(error) = desk.move_posts(vec![(id, first)]).await
    {
        return notice(error.to_string(), Tone::Bad, Some(id));
    }
    if is_draft {
        let words = "its rule is kept with the draft; e opens it, to be looked at and scheduled";
        return said(desk.ask_rule(id, Some(rule)).await.map(|()| words.into()), Some(id));
    }
    repeated(desk, id, rule).await
}

/// Lets a stored post come again, and says what that means.
async fn repeated(desk: &Desk, id: PostId, rule: &str) -> Msg {
    match desk.repeat(id, rule).await {
        Ok(kept) => repeating(kept, id),
        Err(error) => notice(format!("the post is stored, and does not repeat: {error}"), Tone::Bad, Some(id)),
    }
}

/// What is worth knowing of a repetition that has begun.
fn repeating(Kept { warnings, refused, .. }: Kept, id: PostId) -> Msg {
    let refused = refused.into_iter().map(|(_, words)| words);
    match warnings.into_iter().chain(refused).next() {
        Some(words) => notice(format!("it repeats; {words}"), Tone::Plain, Some(id)),
        None => notice("it repeats; :repeat shows its dates and stops it".into(), Tone::Good, Some(id)),
    }
}

/// What words on the screen mean, to be deleted: a filter, or `all`.
async fn doomed(desk: &Desk, words: &str) -> Result<Found, String> {
    let all = words.trim() == "all";
    let filter = Filter::parse(if all { "" } else { words }).map_err(|error| error.to_string())?;
    let criteria = Criteria { filter, all, ..Criteria::default() };
    let Doomed { posts, spared } = desk.doomed(&criteria).await.map_err(|error| error.to_string())?;
    let spared = spared.into_iter().map(|(post, why)| (post, why.to_owned())).collect();
    Ok(Found { asked: words.to_owned(), posts, spared })
}

async fn story(desk: &Desk, id: PostId) -> Result<Story, StoreError> {
    let attempts = desk.store.attempts_of(id).await?;
    let mut edits: Vec<(DateTime<Utc>, String)> = Vec::new();
    let entries = desk.store.journal_of(id).await?;
    let refusals = refusals_of(id, &entries);
    for entry in entries {
        edits.push((entry.at, format!("{}: {}", who(entry.actor), entry.words)));
    }
    edits.sort_by_key(|(at, _)| *at);
    let strange = strange(desk, id).await;
    Ok(Story { attempts, refusals, strange, edits })
}

fn who(actor: Actor) -> &'static str {
    match actor {
        Actor::You => "you",
        Actor::Cli => "the shell",
        Actor::Sync => "sync",
    }
}

/// So many entries of the journal are told.
const LOGGED: usize = 200;

async fn log(desk: &Desk) -> Result<Vec<Logged>, StoreError> {
    let entries = desk.store.journal(LOGGED).await?;
    let told = |entry: JournalEntry| Logged {
        at: entry.at,
        who: who(entry.actor),
        post: entry.changes.iter().find_map(Change::post),
        words: entry.words,
        undone: entry.undone,
    };
    Ok(entries.into_iter().map(told).collect())
}

async fn strange(desk: &Desk, id: PostId) -> Vec<String> {
    match desk.store.post(id).await {
        Ok(Some(post)) => desk.strange(&post).await.unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// What the networks said no to, in the edits' own records, each once: what became of the post since does not take that
/// out of its story. The entry's moment stands for one that the provider did not tell.
fn refusals_of(id: PostId, entries: &[JournalEntry]) -> Vec<(ChannelId, Refusal)> {
    let mut found: Vec<(ChannelId, Refusal)> = Vec::new();
    // The journal is told latest first.
    for entry in entries.iter().rev() {
        let posts = entry.changes.iter().flat_map(|change| [&change.before, &change.after]).flatten();
        for target in posts.filter(|post| post.id == id).flat_map(|post| &post.targets) {
            let Outcome::Refused(refusal) = &target.outcome else { continue };
            let same = |(channel, each): &(ChannelId, Refusal)| {
                *channel == target.channel
                    && each.words == refusal.words
                    && (refusal.at.is_none() || each.at == refusal.at)
            };
            if !found.iter().any(same) {
                let at = refusal.at.or(Some(entry.at));
                found.push((target.channel.clone(), Refusal { at, ..refusal.clone() }));
            }
        }
    }
    found
}

/// Opens an address without a shell. Only the web: nothing a provider names may start a program here.
fn browse(url: &str) -> Result<String, DeskError> {
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return Err(DeskError::Refused(format!("only web addresses are opened, not {url}")));
    }
    child::browse(url).map_err(|_| DeskError::Refused(format!("no browser here; the address is {url}")))?;
    Ok(format!("opened {url}"))
}

/// The same for an address that may hold a secret: what is said of it does not show it.
fn browse_unseen(link: &Secret) -> Result<String, DeskError> {
    let link = link.text().expose_secret();
    if !(link.starts_with("https://") || link.starts_with("http://")) {
        return Err(DeskError::Refused("only web addresses are opened".into()));
    }
    child::browse(link).map_err(|_| DeskError::Refused("no browser here; y copies the address".into()))?;
    Ok("opened in the browser; agree there".into())
}

fn first(ids: &[PostId]) -> Option<PostId> {
    ids.first().copied()
}

/// When a retry goes out and until when it can be taken back, and what of it does not.
fn retrying(retried: &Retried) -> String {
    let count = match retried.posts {
        1 => soon("retrying"),
        posts => {
            format!("retrying {posts} posts, the first in {}; u takes back one after another", span_words(TAKE_BACK))
        }
    };
    let words = [Some(count), staggered(retried), retried.words()].into_iter().flatten().collect::<Vec<_>>().join("; ");
    retried.left_out().map_or(words.clone(), |left_out| format!("{words}; {left_out}"))
}

/// How several retries are spread over time, where they are.
fn staggered(retried: &Retried) -> Option<String> {
    let apart = span_words(RETRY_SPACING);
    let last = span_words(retried.spread);
    (retried.spread > TimeDelta::zero()).then(|| format!("{apart} apart on one channel, the last in {last}"))
}

/// What goes out when it cannot be taken back any more.
fn soon(verb: &str) -> String {
    format!("{verb} in {}; u takes it back", span_words(TAKE_BACK))
}

fn counted(verb: &str, count: usize) -> String {
    if count == 1 { format!("{verb}; u takes it back") } else { format!("{verb} {count} posts; u takes it back") }
}

fn said(done: Result<String, DeskError>, post: Option<PostId>) -> Msg {
    match done {
        Ok(words) => notice(words, Tone::Good, post),
        Err(error) => notice(error.to_string(), Tone::Bad, post),
    }
}

/// What was read, as a message; what cannot be read is told, and the screen keeps what it shows.
fn read<T, E: Display>(read: Result<T, E>, msg: impl FnOnce(T) -> Msg) -> Msg {
    read.map_or_else(|error| notice(error.to_string(), Tone::Bad, None), msg)
}

fn notice(words: String, tone: Tone, post: Option<PostId>) -> Msg {
    Msg::Done(Notice { words, tone, post })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::domain::ids::IdSource;
    use crate::store::Store;

    #[tokio::test]
    async fn what_cannot_be_read_is_told_and_never_shown_as_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runsheet.db");
        drop(Store::open(&path).unwrap());
        let store = Store::open(&path).unwrap();
        let size = std::fs::metadata(&path).unwrap().len();
        std::fs::write(&path, vec![0x5a; usize::try_from(size).unwrap()]).unwrap();
        let clock = Clock::standing_at(DateTime::UNIX_EPOCH);
        let desk = Desk::new(store, clock, IdSource::seeded(1), chrono_tz::UTC, Vec::new(), Actor::You);
        let id = IdSource::seeded(2).post(DateTime::UNIX_EPOCH);
        for effect in [
            Effect::LoadFailed,
            Effect::LoadNotes,
            Effect::LoadViews,
            Effect::LoadRecipes,
            Effect::LoadResults,
            Effect::LoadVersions(id),
            Effect::LoadStory(id),
        ] {
            let what = format!("{effect:?}");
            let told = deed(&desk, effect).await;
            let Msg::Done(Notice { tone: Tone::Bad, words, .. }) = told else { panic!("{what}: {told:?}") };
            assert!(!words.is_empty(), "{what}");
        }
    }

    #[test]
    fn a_retry_says_when_it_goes_and_what_it_left_out() {
        let retried = Retried { posts: 2, refused: vec!["\"A\" may be live".into()], ..Retried::default() };
        assert_eq!(
            retrying(&retried),
            "retrying 2 posts, the first in 10 s; u takes back one after another; 1 left out: \"A\" may be live"
        );
        assert_eq!(retrying(&Retried { posts: 1, ..Retried::default() }), "retrying in 10 s; u takes it back");
    }
}
