//! What becomes of the answers to effects: loads, searches, connections, attachments, news of the background.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::authorise::Opened;
use crate::domain::background::Light;
use crate::domain::channel::Channel;
use crate::domain::connect::{Connected, NotConnected};
use crate::domain::found::Indexed;
use crate::domain::ids::PostId;
use crate::domain::media::Media;
use crate::domain::post::Post;
use crate::domain::published::Stated;
use crate::domain::words::count;
use crate::text::clean::{one_line, truncate};
use crate::text::style::Book;

use super::board::Board;
use super::campaigns;
use super::dispatch;
use super::effect::Effect;
use super::model::{HandedOver, Model, Pane};
use super::msg::{Loaded, Msg, Notice, SyncNews, Tone};
use super::notice;
use super::panes::{calendar, failed};
use super::sheets::{Sheet, authorise, connect, defaults, import, media, palette, question};
use super::tools::{builder, composer};
use super::twins;
use super::verbs;

/// How often posts of repetitions are looked after.
const REPEAT_EVERY: TimeDelta = TimeDelta::minutes(30);
/// How many lines of activity are kept.
const ACTIVITY_LINES: usize = 500;

/// The files of styles and defaults were changed, or could not be: where a sheet shows them, it says so.
pub(super) fn on_book(model: &mut Model, answer: Result<(Arc<Book>, String), String>) -> Vec<Effect> {
    model.dirty = true;
    let words = answer.map(|(book, words)| {
        model.board.book = book;
        words
    });
    let open = model.sheets.iter_mut().find_map(|sheet| match sheet {
        Sheet::Defaults(open) => Some(open),
        _ => None,
    });
    match (open, &words) {
        (Some(open), words) => defaults::changed(open, words),
        (None, Ok(words)) => notice::tell(model, Tone::Good, words.as_str()),
        (None, Err(words)) => notice::tell(model, Tone::Bad, words.as_str()),
    }
    let Model { composer, shared, board, .. } = model;
    if let Some(open) = composer {
        composer::redress(open, shared, board);
    }
    campaigns::tick(model);
    Vec::new()
}

pub(super) fn composing(model: &mut Model, id: PostId) -> Option<&mut composer::State> {
    model.composer.as_deref_mut().filter(|open| composer::post(open).id == id)
}

/// What is shown is read anew; the first time, the week alone.
pub(super) fn store_changed(model: &mut Model) -> Vec<Effect> {
    if !model.loaded {
        return vec![Effect::Load(calendar::first_range(&model.calendar, &model.shared))];
    }
    let load = Effect::Load(calendar::reload_range(&model.calendar, &model.shared));
    let shows = model.sheets.iter().any(|sheet| matches!(sheet, Sheet::Repeat(_)));
    std::iter::once(load).chain(shows.then_some(Effect::LoadRepeats)).collect()
}

pub(super) fn on_loaded(model: &mut Model, loaded: Loaded) -> Vec<Effect> {
    // It was asked for before the person went on: what they look at now would go blank under their keys.
    if model.loaded && !calendar::has_shown(&model.calendar, &model.shared, &loaded.range) {
        return vec![Effect::Load(calendar::reload_range(&model.calendar, &model.shared))];
    }
    let Loaded {
        channels,
        posts,
        range,
        drafts,
        failed,
        aside,
        risk,
        ahead,
        campaigns: progress,
        repeats,
        rules_asked,
        stated,
    } = loaded;
    heed(model, &stated);
    take_rules(model, rules_asked);
    let old = std::mem::take(&mut model.board);
    model.board =
        Board { channels, posts, range, drafts, failed, aside, risk, ahead, progress, repeats, ..old.clone() };
    match model.loaded {
        true => model.board.clashes = calendar::clashes(&model.shared, &model.board),
        // The first screen does not wait for them: they come with the weeks around it.
        false => tell_aside(model),
    }
    doubt_plan(model);
    forget_gone(model, &old);
    twins::forget_settled(&mut model.board);
    model.dirty = true;
    if let Some(open) = &mut model.composer {
        composer::reload(open, &model.shared, &model.board);
    }
    if model.focus == Pane::Failed {
        failed::follow_up(&mut model.failed, &mut model.shared, &model.board);
    }
    dispatch::refresh(model);
    let reloading = campaigns::reload(model);
    match std::mem::replace(&mut model.loaded, true) {
        true => reloading.into_iter().chain(dispatch::resume(model)).collect(),
        false => calendar::load_rest(&mut model.calendar, &model.shared, &model.board),
    }
}

/// Takes the rules that posts being written shall come again by. Of what is open here, this window knows best.
fn take_rules(model: &mut Model, mut loaded: BTreeMap<PostId, String>) {
    if let Some(open) = model.composer.as_deref() {
        let id = composer::post(open).id;
        loaded.remove(&id);
        loaded.extend(model.shared.rules_asked.remove_entry(&id));
    }
    model.shared.rules_asked = loaded;
}

/// What was handed over is stored: what was to be asked after that is asked once nothing else is open.
pub(super) fn on_stored(model: &mut Model, id: PostId) {
    if let Some(HandedOver { then: Some(then), .. }) = model.handed_over.remove(&id) {
        model.to_ask.push(*then);
    }
}

/// Puts a question that had to wait, when nothing is open that a key might be meant for.
pub(super) fn ask_what_waits(model: &mut Model) {
    let free = model.sheets.is_empty()
        && model.composer.is_none()
        && model.builder.is_none()
        && model.pending.is_empty()
        && !calendar::is_moving(&model.calendar);
    if free && let Some(sheet) = model.to_ask.pop() {
        model.sheets.push(sheet);
        model.dirty = true;
    }
}

/// Puts what providers published into the rules, where it is news: whoever holds the rules holds them by what they are.
fn heed(model: &mut Model, stated: &[Stated]) {
    let rules = model.shared.rules.stating(stated);
    if rules != *model.shared.rules {
        model.shared.rules = Arc::new(rules);
    }
}

/// Says above everything which channels of the configuration's slots and zones nobody has, once all accounts have theirs.
fn doubt_plan(model: &mut Model) {
    let board = &mut model.board;
    let has_channels = |light: &Light| board.channels.iter().any(|channel| channel.account == light.account);
    if model.doubted || board.lights.is_empty() || !board.lights.iter().all(has_channels) {
        return;
    }
    model.doubted = true;
    let words: Vec<String> = board.banner.take().into_iter().chain(board.plan.strangers(&board.channels)).collect();
    board.banner = (!words.is_empty()).then(|| words.join(" · "));
}

/// Says at the start that something was typed and never saved.
fn tell_aside(model: &mut Model) {
    let Some(first) = model.board.aside.first() else { return };
    let headline = truncate(&one_line(first.headline()), 40);
    let words = match model.board.aside.len() {
        1 => format!("changes to \"{headline}\" were typed and not saved; e on it opens them again"),
        count => format!("changes to {count} posts were typed and not saved; e on them opens them again"),
    };
    notice::tell(model, Tone::Plain, words);
}

/// Lets go of marks, and of the cursor, on posts that were there and are not any more. A post that merely lies outside
/// the loaded weeks keeps its mark.
fn forget_gone(model: &mut Model, old: &Board) {
    let Model { board, shared, .. } = model;
    let gone = |id: &PostId| {
        let was = old.post(*id).map(|post| post.instant());
        board.post(*id).is_none() && was.is_some_and(|at| at.is_none_or(|at| board.range.contains(&at)))
    };
    shared.marks.retain(|id| !gone(id));
    if shared.cursor.as_ref().is_some_and(gone) {
        shared.cursor = None;
    }
}

/// What has become due without a result needs a person, though nothing changed in the store. Says whether any has.
pub(super) fn take_in_overdue(model: &mut Model, posts: &[Arc<Post>]) -> bool {
    let (now, board) = (model.shared.now, &mut model.board);
    let known: BTreeSet<PostId> = board.failed.iter().map(|post| post.id).collect();
    let overdue = |post: &&Arc<Post>| post.needs_a_person(now) && !known.contains(&post.id);
    let found: Vec<Arc<Post>> = posts.iter().filter(overdue).cloned().collect();
    let Some(first) = found.first().map(|post| post.id) else { return false };
    let words = match found.len() {
        1 => "was due and there is no result; V asks the provider".to_owned(),
        some => format!("and {} more were due and have no result; V asks the providers", some - 1),
    };
    board.failed.extend(found);
    board.failed.sort_by_key(|post| (post.instant(), post.id));
    model.shared.notices.push(Notice { words, tone: Tone::Bad, post: Some(first) });
    true
}

/// Every half hour, as their time comes nearer, posts of repetitions are made.
pub(super) fn keep_repeating(model: &mut Model) -> Vec<Effect> {
    let now = model.shared.now;
    if model.repeated_at.is_some_and(|at| now - at < REPEAT_EVERY) {
        return Vec::new();
    }
    model.repeated_at = Some(now);
    vec![Effect::KeepRepeating]
}

pub(super) fn on_repeated(model: &mut Model, made: usize, refused: &[String]) -> Vec<Effect> {
    model.repeated_at.get_or_insert(model.shared.now);
    if let Some(words) = refused.first() {
        notice::tell(model, Tone::Bad, format!("a repetition could not go on: {words}"));
    }
    if made == 0 {
        return Vec::new();
    }
    notice::tell(model, Tone::Plain, format!("{} made by repetitions; :repeat shows them", count(made, "post")));
    store_changed(model)
}

/// What is there is written over only when somebody says so.
pub(super) fn on_export_there(model: &mut Model, again: Effect, words: String) -> Vec<Effect> {
    model.dirty = true;
    let lines = vec!["It is written over as a whole, or stays as it is.".to_owned()];
    let question = question::State::ask(format!("{words}. Write over it?"), lines, "write over it", vec![again]);
    model.sheets.push(Sheet::Question(question));
    Vec::new()
}

/// For the file on its way in, when its sheet is still open.
pub(super) fn on_import(model: &mut Model, msg: Msg) -> Vec<Effect> {
    model.dirty = true;
    let Model { sheets, shared, .. } = model;
    let open = sheets.iter_mut().find_map(|sheet| if let Sheet::Import(open) = sheet { Some(open) } else { None });
    match (open, msg) {
        (Some(open), Msg::Judged(path, done, total)) => import::judged(open, &path, done, total),
        (Some(open), Msg::LookedInto(asking, answer)) => return import::looked(open, shared, &asking, *answer),
        (Some(open), Msg::TakenIn(answer)) => return import::taken(open, shared, *answer),
        (Some(open), Msg::ReadFirst(account)) => import::reads_first(open, account),
        // The sheet was left meanwhile: what became of the rows is said all the same.
        (None, Msg::TakenIn(answer)) => match *answer {
            Ok(taken) => {
                shared.unfinished = None;
                notice::tell(model, Tone::Good, taken.words());
            }
            Err(words) => notice::tell(model, Tone::Bad, words),
        },
        _ => {}
    }
    Vec::new()
}

/// For the palette that asked, when it is still open.
pub(super) fn on_index(model: &mut Model, index: Result<Arc<Vec<Indexed>>, String>) -> Vec<Effect> {
    model.dirty = true;
    let Model { sheets, shared, .. } = model;
    match (open_palette(sheets), index) {
        (Some(open), Ok(index)) => return palette::indexed(open, shared, index),
        (_, Err(why)) => notice::tell(model, Tone::Bad, format!("the posts could not be searched: {why}")),
        (None, Ok(_)) => {}
    }
    Vec::new()
}

pub(super) fn on_sought(model: &mut Model, seek: &palette::Seek, hits: Vec<palette::Hit>) -> Vec<Effect> {
    if let Some(open) = open_palette(&mut model.sheets) {
        palette::sought(open, &model.shared, seek, hits);
        model.dirty = true;
    }
    Vec::new()
}

fn open_palette(sheets: &mut [Sheet]) -> Option<&mut palette::State> {
    sheets.iter_mut().find_map(|sheet| if let Sheet::Palette(open) = sheet { Some(&mut **open) } else { None })
}

pub(super) fn on_post_loaded(model: &mut Model, post: Option<Arc<Post>>) -> Vec<Effect> {
    model.dirty = true;
    let Some(post) = post else {
        notice::tell(model, Tone::Bad, "that post is gone");
        return Vec::new();
    };
    let id = post.id;
    model.board.take_in(post);
    model.shared.cursor = Some(id);
    calendar::follow(&mut model.calendar, &mut model.shared, &model.board, id)
}

/// The text must not be lost: back into the composer with it, or, when another post is there, into a draft.
pub(super) fn on_save_failed(model: &mut Model, post: Post, why: &str) -> Vec<Effect> {
    let free = model.composer.as_ref().is_none_or(|open| composer::post(open).id == post.id);
    model.dirty = true;
    let mut effects = Vec::new();
    // Its rule comes back with it, whatever was loaded since; what was to be asked afterwards is not.
    if let Some(HandedOver { rule: Some(rule), .. }) = model.handed_over.remove(&post.id) {
        model.shared.rules_asked.insert(post.id, rule.clone());
        effects.push(Effect::AskRule(post.id, Some(rule)));
    }
    if free {
        let words = format!("not saved: {why}");
        notice::tell(model, Tone::Bad, words);
        if model.composer.is_none() {
            // Beside what it is by now, so that the next save is compared with that.
            let stored = model.board.post(post.id).map(|stored| Post::clone(stored));
            verbs::open_composer(model, stored.unwrap_or_else(|| post.clone()));
            if let Some(open) = &mut model.composer {
                composer::retype(open, &model.shared, &model.board, post);
            }
        }
        return effects;
    }
    notice::tell(model, Tone::Bad, format!("not saved: {why}; the text is kept as a draft"));
    effects.push(Effect::Autosave(Box::new(post), None));
    effects
}

/// For the sheet that asked; when it was closed meanwhile, in words.
pub(super) fn on_connected(model: &mut Model, answer: Result<Connected, NotConnected>) -> Vec<Effect> {
    model.dirty = true;
    let open = model.sheets.iter_mut().find_map(|sheet| match sheet {
        Sheet::Connect(open) if open.is_trying() => Some(open),
        _ => None,
    });
    match (open, answer) {
        (Some(open), answer) => connect::answered(open, answer),
        (None, Ok(connected)) => {
            let words = format!("{}; \"{}\" starts with the next start", connected.line(), connected.account);
            notice::tell(model, Tone::Good, words);
        }
        (None, Err(error)) => notice::tell(model, Tone::Bad, error.words),
    }
    Vec::new()
}

pub(super) fn authorising(model: &mut Model) -> Option<&mut authorise::State> {
    model.sheets.iter_mut().find_map(|sheet| match sheet {
        Sheet::Authorise(open) => Some(open.as_mut()),
        _ => None,
    })
}

/// For the sheet that asked. When it was closed meanwhile nobody waits any more; a link that nobody opens does nothing.
pub(super) fn on_authorised(model: &mut Model, answer: Result<Opened, NotConnected>) -> Vec<Effect> {
    model.dirty = true;
    let open = authorising(model).filter(|open| authorise::is_asking(open));
    open.map(|open| authorise::authorised(open, answer)).unwrap_or_default()
}

/// The channel is told of also when the sheet was closed while it came.
pub(super) fn on_arrived(
    model: &mut Model,
    until: DateTime<Utc>,
    found: Result<Option<Channel>, NotConnected>,
) -> Vec<Effect> {
    model.dirty = true;
    let came = matches!(found, Ok(Some(_)));
    if let Ok(Some(channel)) = &found {
        notice::tell(model, Tone::Good, authorise::done_line(channel));
    }
    let Model { sheets, shared, .. } = model;
    let open = sheets.iter_mut().find_map(|sheet| match sheet {
        Sheet::Authorise(open) if authorise::waits_until(open) == Some(until) => Some(open),
        _ => None,
    });
    let mut effects = open.map(|open| authorise::looked(open, shared, found)).unwrap_or_default();
    if came {
        effects.extend(store_changed(model));
    }
    effects
}

/// What was attached goes into the post it was meant for, also when its sheet was closed meanwhile; what was refused is
/// said where it can be mended.
pub(super) fn on_attached(model: &mut Model, id: PostId, outcomes: Vec<Result<Media, String>>) -> Vec<Effect> {
    model.dirty = true;
    let composed = model.composer.as_deref().is_some_and(|open| composer::post(open).id == id);
    if !composed && model.builder.as_deref().is_some_and(|open| builder::attachable(open, &model.shared, id).is_some())
    {
        return campaigns::attached(model, id, outcomes);
    }
    let Model { composer, sheets, shared, board, .. } = model;
    let Some(open) = composer.as_deref_mut().filter(|open| composer::post(open).id == id) else {
        notice::tell(model, Tone::Bad, "the composer was closed before the file was read; attach it again");
        return Vec::new();
    };
    let (taken, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    let taken: Vec<Media> = taken.into_iter().flatten().collect();
    let refused: Vec<String> = refused.into_iter().filter_map(Result::err).collect();
    let mut media = composer::media(open);
    media.extend(taken.iter().cloned());
    let effects = if taken.is_empty() { Vec::new() } else { composer::set_media(open, shared, board, media) };
    let post = composer::for_media(open);
    let sheet = sheets.iter_mut().find_map(|sheet| match sheet {
        Sheet::Media(state) if state.post().id == id => Some(state),
        _ => None,
    });
    match sheet {
        Some(state) => media::attached(state, post, taken.len(), &refused, shared, board),
        None => refused.into_iter().for_each(|words| notice::tell(model, Tone::Bad, words)),
    }
    effects
}

/// What was looked at again takes the place of what was known of it, wherever the post in the composer attaches it here.
pub(super) fn on_measured(model: &mut Model, id: PostId, source: &str, outcome: Result<Media, String>) -> Vec<Effect> {
    model.dirty = true;
    let Model { composer, sheets, shared, board, .. } = model;
    let Some(open) = composer.as_deref_mut().filter(|open| composer::post(open).id == id) else { return Vec::new() };
    let sheet = sheets.iter_mut().find_map(|sheet| match sheet {
        Sheet::Media(state) if state.post().id == id => Some(state),
        _ => None,
    });
    let before = composer::media(open);
    let (media, said) = media::measured_anew(before.clone(), source, outcome);
    let effects = if media == before { Vec::new() } else { composer::set_media(open, shared, board, media) };
    if let Some(state) = sheet {
        media::measured(state, composer::for_media(open), said, shared, board);
    }
    effects
}

/// Whether a line of activity answers what a person asked.
fn is_verdict(words: &str) -> bool {
    words.starts_with("verified") || words.starts_with("not verified")
}

pub(super) fn on_sync(model: &mut Model, news: SyncNews) -> Vec<Effect> {
    let SyncNews { lights, outbox, uploads, lines } = news;
    let board = &mut model.board;
    model.dirty |= board.lights != lights || board.outbox != outbox || board.uploads != uploads || !lines.is_empty();
    (board.lights, board.outbox, board.uploads) = (lights, outbox, uploads);
    let mut answered = Vec::new();
    for line in lines {
        if line.urgent {
            model.shared.notices.push(Notice { words: line.words.clone(), tone: Tone::Bad, post: line.post });
        } else if line.post.is_some_and(|post| model.asked_about.contains(&post)) {
            model.shared.notices.push(Notice { words: line.words.clone(), tone: Tone::Plain, post: line.post });
        }
        if let Some(post) = line.post.filter(|_| is_verdict(&line.words)) {
            model.asked_about.remove(&post);
            answered.push(post);
        }
        board.activity.insert(0, line);
    }
    board.activity.truncate(ACTIVITY_LINES);
    answered.dedup();
    twins::look(&answered, board).into_iter().collect()
}
