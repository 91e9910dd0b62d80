//! What a message does to the model: routing, and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::authorise::Opened;
use crate::domain::channel::Channel;
use crate::domain::connect::{Connected, NotConnected};
use crate::domain::found::Indexed;
use crate::domain::ids::PostId;
use crate::domain::media::Media;
use crate::domain::post::Post;
use crate::text::clean::{one_line, truncate};
use crate::text::style::Book;

use super::board::Board;
use super::campaigns;
use super::dispatch;
use super::effect::Effect;
use super::keymap::Resolution;
use super::keys;
use super::looked;
use super::model::{Model, Pane};
use super::msg::{Key, KeyCode, KeyModifiers, Loaded, Msg, Notice, Story, SyncNews, Timer, Tone};
use super::notice;
use super::panes::calendar;
use super::pointer;
use super::rescue;
use super::sheets::{self, Sheet, authorise, connect, defaults, doomed, files, import, media, palette, pipe, repeat};
use super::sheets::{settings, story, versions, when};
use super::tools::{builder, composer};
use super::verbs;

/// How long a prefix waits before its continuations are shown.
const PREFIX_PAUSE: TimeDelta = TimeDelta::milliseconds(400);
/// How often posts of repetitions are looked after.
const REPEAT_EVERY: TimeDelta = TimeDelta::minutes(30);
/// How many lines of activity are kept.
const ACTIVITY_LINES: usize = 500;
/// A count beyond this is a slip of the finger.
const MOST_COUNT: u32 = 999;

/// What to do first: load what the calendar shows.
pub fn start(model: &mut Model, now: DateTime<Utc>) -> Vec<Effect> {
    update(model, now, Msg::StoreChanged)
}

/// Lets a message change the model and answers what is to be done outside.
pub fn update(model: &mut Model, now: DateTime<Utc>, msg: Msg) -> Vec<Effect> {
    model.shared.now = now;
    let (before, layers) = (model.shared.cursor, layers(model));
    let mut effects = handle(model, msg);
    effects.extend(follow_cursor(model, before));
    effects.extend(looked::asks(model));
    if self::layers(model) != layers {
        notice::leave_behind(model);
    }
    if model.dirty {
        dispatch::settle(model);
    }
    effects.extend(notice::number(model));
    effects.extend(look_at_pictures(model));
    effects
}

/// What lies over the panes.
fn layers(model: &Model) -> (usize, bool) {
    (model.sheets.len(), model.composer.is_some())
}

/// A post chosen in another pane is shown in the calendar too.
fn follow_cursor(model: &mut Model, before: Option<PostId>) -> Vec<Effect> {
    let elsewhere = model.focus != Pane::Calendar && model.builder.is_none() && !calendar::is_moving(&model.calendar);
    match model.shared.cursor {
        Some(id) if elsewhere && before != Some(id) => {
            calendar::follow(&mut model.calendar, &mut model.shared, &model.board, id)
        }
        _ => Vec::new(),
    }
}

/// Asks for the pictures that are to be seen. What a sheet hides is wanted again in a moment.
fn look_at_pictures(model: &mut Model) -> Vec<Effect> {
    let shown = model.composer.as_deref().map(composer::pictures).unwrap_or_default();
    let wanted: Vec<_> = shown.into_iter().map(|tile| tile.wish).collect();
    model.shared.pictures.want(&wanted)
}

fn handle(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => on_key(model, key),
        Msg::Paste(text) => on_paste(model, &text),
        Msg::Mouse(mouse) => pointer::on_mouse(model, mouse),
        Msg::Resize(columns, rows) => {
            model.shared.size = (columns, rows);
            model.dirty = true;
            Vec::new()
        }
        Msg::Minute => {
            let loaded = model.board.posts.clone();
            take_in_overdue(model, &loaded);
            dispatch::refresh(model);
            campaigns::tick(model);
            model.dirty = true;
            // What is not loaded becomes due too.
            let mut effects = keep_repeating(model);
            effects.extend(model.loaded.then_some(Effect::LoadFailed));
            effects
        }
        Msg::Failed(failed) => {
            if take_in_overdue(model, &failed) {
                dispatch::refresh(model);
                model.dirty = true;
            }
            Vec::new()
        }
        Msg::Timer(timer) => on_timer(model, timer),
        Msg::Loaded(loaded) => on_loaded(model, *loaded),
        Msg::PostLoaded(post) => on_post_loaded(model, post),
        Msg::Story(id, words) => {
            for sheet in &mut model.sheets {
                if let Sheet::Story(open) = sheet
                    && open.post() == id
                {
                    story::loaded(open, Story::clone(&words));
                    model.dirty = true;
                }
            }
            Vec::new()
        }
        Msg::Numbers(id, numbers) => {
            model.board.numbers.insert(id, *numbers);
            model.dirty = true;
            Vec::new()
        }
        Msg::Results(results) => {
            model.board.results = results;
            model.dirty = true;
            Vec::new()
        }
        Msg::Index(index) => on_index(model, index),
        Msg::Sought(seek, hits) => on_sought(model, &seek, hits),
        Msg::Views(views) => {
            model.board.views = views.into_iter().collect();
            model.dirty = true;
            Vec::new()
        }
        Msg::Recipes(recipes) => {
            model.board.recipes = recipes;
            model.dirty = true;
            Vec::new()
        }
        Msg::Campaign(of) => campaigns::loaded(model, *of),
        Msg::CampaignKept(id, result) => campaigns::kept(model, id, result),
        Msg::Launched(id, answers) => campaigns::launched(model, id, answers),
        Msg::CheckedMany(id, answers) => campaigns::checked(model, id, answers),
        Msg::TextsRead(id, texts) => campaigns::texts_read(model, id, texts),
        Msg::Notes(notes) => {
            model.board.plan.notes = notes.into_iter().collect();
            dispatch::refresh(model);
            model.dirty = true;
            Vec::new()
        }
        Msg::Queues(channels, answer) => {
            let Model { sheets, shared, board, dirty, .. } = model;
            for sheet in sheets {
                if let Sheet::When(open) = sheet {
                    when::queues(open, &channels, Result::clone(&answer), shared, board);
                    *dirty = true;
                }
            }
            Vec::new()
        }
        Msg::Typed(id, typed) => {
            let Model { composer, shared, board, dirty, .. } = model;
            let open = composer.as_deref_mut().filter(|open| composer::post(open).id == id);
            if let (Some(open), Some(typed)) = (open, typed) {
                composer::recall(open, shared, board, *typed);
                *dirty = true;
            }
            Vec::new()
        }
        Msg::StoreDamaged(words) => rescue::noticed(model, &words),
        Msg::Autosaved(id, result) => {
            if let Some(open) = composing(model, id) {
                composer::autosaved(open, result);
                model.dirty = true;
                return Vec::new();
            }
            if let Err(why) = result {
                notice::tell(model, Tone::Bad, format!("the draft could not be kept: {why}"));
            }
            // It was left before this was kept.
            vec![Effect::Left(id)]
        }
        Msg::Done(notice) => {
            let stored = model.saved.take_if(|saved| notice.post == Some(*saved));
            model.shared.notices.push(notice);
            stored.map(Effect::LoadPost).into_iter().collect()
        }
        Msg::SaveFailed(post, why) => on_save_failed(model, *post, &why),
        Msg::Checked(id, revision, result) => {
            if let Some(open) = composing(model, id) {
                composer::checked(open, revision, result);
                model.dirty = true;
            }
            Vec::new()
        }
        Msg::Connected(answer) => on_connected(model, *answer),
        Msg::Settings(account, whose, answer) => {
            for sheet in &mut model.sheets {
                if let Sheet::Settings(open) = sheet {
                    settings::served(open, &account, &whose, Result::clone(&answer));
                    model.dirty = true;
                }
            }
            Vec::new()
        }
        Msg::Book(answer) => on_book(model, answer),
        Msg::Doomed(asked, answer) => {
            let open = model.sheets.iter_mut().find_map(|sheet| match sheet {
                Sheet::Doomed(open) => Some(open),
                _ => None,
            });
            if let Some(open) = open {
                doomed::found(open, &asked, *answer);
                model.dirty = true;
            }
            Vec::new()
        }
        Msg::Judged(..) | Msg::LookedInto(..) | Msg::TakenIn(_) => on_import(model, msg),
        Msg::Repeats(answer) => {
            for sheet in &mut model.sheets {
                if let Sheet::Repeat(open) = sheet {
                    repeat::loaded(open, Result::clone(&answer));
                    model.dirty = true;
                }
            }
            Vec::new()
        }
        Msg::Repeated(made, refused) => on_repeated(model, made, &refused),
        Msg::Authorised(answer) => on_authorised(model, *answer),
        Msg::Arrived(until, found) => on_arrived(model, until, *found),
        Msg::Attached(id, outcomes) => on_attached(model, id, outcomes),
        Msg::AttachedNamed(id, outcomes) => {
            model.dirty = true;
            let Model { composer, shared, board, .. } = model;
            match composer.as_deref_mut().filter(|open| composer::post(open).id == id) {
                Some(open) => composer::attached_named(open, shared, board, outcomes),
                None => Vec::new(),
            }
        }
        Msg::Piped(run, answer) => {
            if let Some(Sheet::Pipe(open)) = model.sheets.iter_mut().find(|sheet| matches!(sheet, Sheet::Pipe(_))) {
                pipe::answered(open, run, answer);
                model.dirty = true;
            }
            Vec::new()
        }
        Msg::Nearby(nearby) => {
            if let Some(Sheet::Files(open)) = model.sheets.iter_mut().find(|sheet| matches!(sheet, Sheet::Files(_))) {
                files::loaded(open, nearby);
                model.dirty = true;
            }
            Vec::new()
        }
        Msg::Versions(id, versions) => {
            let sheet = model.sheets.iter_mut().find_map(|sheet| match sheet {
                Sheet::Versions(open) if open.post() == id => Some(open),
                _ => None,
            });
            if let Some(open) = sheet {
                versions::loaded(open, versions);
                model.dirty = true;
            }
            Vec::new()
        }
        Msg::Graphics(cell) => {
            model.shared.pictures.told(cell);
            model.dirty = true;
            Vec::new()
        }
        Msg::Pictured(picture, result) => {
            // None: it was not wanted any more.
            if let Some(result) = result {
                model.shared.pictures.answered(&picture, result);
                model.dirty = true;
            }
            Vec::new()
        }
        Msg::PicturesGone => {
            model.shared.pictures.forget();
            Vec::new()
        }
        Msg::Left(_) => Vec::new(),
        Msg::Overwritten(id) => {
            model.dirty = true;
            let Model { composer, shared, .. } = model;
            if let Some(open) = composer.as_deref().filter(|open| composer::post(open).id == id) {
                composer::overwritten(open, shared);
            }
            Vec::new()
        }
        Msg::Sync(news) => on_sync(model, *news),
        Msg::StoreChanged if model.loaded => {
            let load = Effect::Load(calendar::wanted_range(&model.calendar, &model.shared));
            let shows = model.sheets.iter().any(|sheet| matches!(sheet, Sheet::Repeat(_)));
            std::iter::once(load).chain(shows.then_some(Effect::LoadRepeats)).collect()
        }
        Msg::StoreChanged => vec![Effect::Load(calendar::first_range(&model.calendar, &model.shared))],
        Msg::EditorReturned(text) => {
            model.dirty = true;
            match &mut model.composer {
                Some(open) => {
                    let (effects, sheet) = composer::edited_externally(open, &mut model.shared, &model.board, text);
                    model.sheets.extend(sheet);
                    effects
                }
                None => Vec::new(),
            }
        }
        Msg::Terminate => dispatch::leave(model),
    }
}

/// The files of styles and defaults were changed, or could not be: where a sheet shows them, it says so.
fn on_book(model: &mut Model, answer: Result<(Arc<Book>, String), String>) -> Vec<Effect> {
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

fn composing(model: &mut Model, id: PostId) -> Option<&mut composer::State> {
    model.composer.as_deref_mut().filter(|open| composer::post(open).id == id)
}

fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    model.serial += 1;
    let normal = keys::normal(key);
    if normal != Key::ctrl('c') {
        model.cancelled_once = false;
    }
    if normal.code == KeyCode::Esc {
        notice::clear(model);
        model.dirty = true;
        if !model.pending.is_empty() || model.count.is_some() {
            forget_pending(model);
            return Vec::new();
        }
    }
    if let Some(effects) = typed_number(model, normal) {
        return effects;
    }
    let contexts = model.contexts();
    match model.keymap.resolve(&contexts, &model.pending, normal) {
        Resolution::Action(action) => {
            let count = model.count;
            forget_pending(model);
            model.count = count;
            dispatch::run(model, action)
        }
        Resolution::Pending(_) => {
            model.pending.push(normal);
            model.dirty = true;
            vec![Effect::After(PREFIX_PAUSE, Timer::Prefix(model.serial))]
        }
        Resolution::Input | Resolution::None if is_quick_escape(normal) => {
            let mut effects = on_key(model, Key::plain(KeyCode::Esc));
            effects.extend(on_key(model, Key::plain(normal.code)));
            effects
        }
        Resolution::Input => input(model, key),
        Resolution::None if model.pending.is_empty() => input(model, key),
        Resolution::None => {
            let words = format!("{} {} does nothing here", keys::write_sequence(&model.pending), keys::write(normal));
            forget_pending(model);
            notice::tell(model, Tone::Plain, words);
            Vec::new()
        }
    }
}

/// A terminal sends Esc and a letter typed right after it just as it sends Alt and that letter. Where nothing is bound
/// to the one, the other was meant.
fn is_quick_escape(key: Key) -> bool {
    matches!(key.code, KeyCode::Char(_)) && key.modifiers == KeyModifiers::ALT
}

/// Forgets the keys and the number that were begun.
pub(super) fn forget_pending(model: &mut Model) {
    model.pending.clear();
    model.count = None;
    model.show_continuations = false;
    model.dirty = true;
}

/// Digits: a time while a post is moved; else a count, which begins with 6 to 9 or with Alt, because 1 to 5 are panes.
fn typed_number(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let digit = keys::digit(key)?;
    if !model.sheets.is_empty() || model.composer.is_some() || !model.pending.is_empty() {
        return None;
    }
    if let Some(open) = &mut model.builder {
        let digit = char::from_digit(digit, 10).filter(|_| builder::is_moving(open))?;
        model.dirty = true;
        return Some(builder::move_digit(open, &model.shared, digit));
    }
    if calendar::is_moving(&model.calendar) {
        let digit = char::from_digit(digit, 10)?;
        model.dirty = true;
        return Some(calendar::move_digit(&mut model.calendar, &model.shared, digit));
    }
    let begins = digit >= 6 || (digit > 0 && key.modifiers.contains(KeyModifiers::ALT));
    if model.count.is_none() && !begins {
        return None;
    }
    let count = model.count.unwrap_or(0).saturating_mul(10).saturating_add(digit);
    model.count = Some(count.min(MOST_COUNT));
    model.dirty = true;
    Some(Vec::new())
}

/// A key that no action is bound to, for whoever is on top.
fn input(model: &mut Model, key: Key) -> Vec<Effect> {
    model.count = None;
    if let Some(sheet) = model.sheets.pop() {
        return dispatch::sheet_input(model, sheet, key);
    }
    let Model { composer, builder, shared, board, dirty, .. } = model;
    *dirty |= composer.is_some() || builder.is_some();
    match (composer, builder) {
        (Some(open), _) => composer::input(open, shared, board, key),
        (None, Some(open)) => builder::input(open, shared, board, key),
        (None, None) => Vec::new(),
    }
}

fn on_paste(model: &mut Model, text: &str) -> Vec<Effect> {
    model.dirty = true;
    if let Some(mut sheet) = model.sheets.pop() {
        let (effects, flow) = sheets::paste(&mut sheet, &mut model.shared, &model.board, text);
        return dispatch::after_sheet(model, sheet, effects, flow);
    }
    let Model { composer, builder, sheets, shared, board, .. } = model;
    match composer {
        // A file dropped beside the text is meant as a file.
        Some(open) if !composer::is_typing(open) && media::is_drop(text) => {
            let mut state = media::State::new(composer::for_media(open), None, shared, board);
            let (effects, _) = media::paste(&mut state, text);
            sheets.push(Sheet::Media(Box::new(state)));
            effects
        }
        Some(open) => composer::paste(open, shared, board, text),
        None if builder.is_some() => {
            builder.as_deref_mut().map(|open| builder::paste(open, shared, board, text)).unwrap_or_default()
        }
        None if import::is_drop(text).is_some() => {
            let state = import::is_drop(text).map(|path| import::dropped(&path));
            sheets.extend(state.map(|state| Sheet::Import(Box::new(state))));
            Vec::new()
        }
        None => {
            notice::tell(model, Tone::Plain, "text was pasted where there is no field; c composes a post for it");
            Vec::new()
        }
    }
}

fn on_timer(model: &mut Model, timer: Timer) -> Vec<Effect> {
    match timer {
        Timer::Prefix(serial) if serial == model.serial && !model.pending.is_empty() => {
            model.show_continuations = true;
            model.dirty = true;
            Vec::new()
        }
        Timer::Prefix(_) => Vec::new(),
        Timer::Typing(revision) => match &mut model.composer {
            Some(open) => composer::typing_paused(open, &model.shared, revision),
            None => Vec::new(),
        },
        Timer::Campaign(revision) => {
            model.builder.as_deref_mut().map(|open| builder::typing_paused(open, revision)).unwrap_or_default()
        }
        Timer::Asking(revision) => match &mut model.composer {
            Some(open) => composer::typing_rested(open, &model.board, revision),
            None => Vec::new(),
        },
        Timer::Look(until) => authorising(model).map(|open| authorise::look(open, until)).unwrap_or_default(),
        Timer::Notice(number) => {
            notice::expire(model, number);
            Vec::new()
        }
    }
}

fn on_loaded(model: &mut Model, loaded: Loaded) -> Vec<Effect> {
    let Loaded { channels, posts, range, drafts, failed, aside, risk, ahead, campaigns: progress, repeats } = loaded;
    let old = std::mem::take(&mut model.board);
    model.board =
        Board { channels, posts, range, drafts, failed, aside, risk, ahead, progress, repeats, ..old.clone() };
    model.board.clashes = calendar::clashes(&model.shared, &model.board);
    if !model.loaded {
        tell_aside(model);
    }
    forget_gone(model, &old);
    model.dirty = true;
    if let Some(open) = &mut model.composer {
        composer::reload(open, &model.shared, &model.board);
    }
    dispatch::refresh(model);
    let reloading = campaigns::reload(model);
    match std::mem::replace(&mut model.loaded, true) {
        true => reloading.into_iter().chain(dispatch::resume(model)).collect(),
        false => calendar::load_rest(&mut model.calendar, &model.shared, &model.board),
    }
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
fn take_in_overdue(model: &mut Model, posts: &[Arc<Post>]) -> bool {
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
fn keep_repeating(model: &mut Model) -> Vec<Effect> {
    let now = model.shared.now;
    if model.repeated_at.is_some_and(|at| now - at < REPEAT_EVERY) {
        return Vec::new();
    }
    model.repeated_at = Some(now);
    vec![Effect::KeepRepeating]
}

fn on_repeated(model: &mut Model, made: usize, refused: &[String]) -> Vec<Effect> {
    model.repeated_at.get_or_insert(model.shared.now);
    if let Some(words) = refused.first() {
        notice::tell(model, Tone::Bad, format!("a repetition could not go on: {words}"));
    }
    if made == 0 {
        return Vec::new();
    }
    notice::tell(model, Tone::Plain, format!("{} made by repetitions; :repeat shows them", verbs::count(made, "post")));
    handle(model, Msg::StoreChanged)
}

/// For the file on its way in, when its sheet is still open.
fn on_import(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let open =
        model.sheets.iter_mut().find_map(|sheet| if let Sheet::Import(open) = sheet { Some(open) } else { None });
    model.dirty = true;
    match (open, msg) {
        (Some(open), Msg::Judged(path, done, total)) => import::judged(open, &path, done, total),
        (Some(open), Msg::LookedInto(asking, answer)) => import::looked(open, &asking, *answer),
        (Some(open), Msg::TakenIn(answer)) => import::taken(open, *answer),
        // The sheet was left meanwhile: what became of the rows is said all the same.
        (None, Msg::TakenIn(answer)) => match *answer {
            Ok(taken) => notice::tell(model, Tone::Good, taken.words()),
            Err(words) => notice::tell(model, Tone::Bad, words),
        },
        _ => {}
    }
    Vec::new()
}

/// For the palette that asked, when it is still open.
fn on_index(model: &mut Model, index: Result<Arc<Vec<Indexed>>, String>) -> Vec<Effect> {
    model.dirty = true;
    let Model { sheets, shared, .. } = model;
    match (open_palette(sheets), index) {
        (Some(open), Ok(index)) => return palette::indexed(open, shared, index),
        (_, Err(why)) => notice::tell(model, Tone::Bad, format!("the posts could not be searched: {why}")),
        (None, Ok(_)) => {}
    }
    Vec::new()
}

fn on_sought(model: &mut Model, seek: &palette::Seek, hits: Vec<palette::Hit>) -> Vec<Effect> {
    if let Some(open) = open_palette(&mut model.sheets) {
        palette::sought(open, &model.shared, seek, hits);
        model.dirty = true;
    }
    Vec::new()
}

fn open_palette(sheets: &mut [Sheet]) -> Option<&mut palette::State> {
    sheets.iter_mut().find_map(|sheet| if let Sheet::Palette(open) = sheet { Some(&mut **open) } else { None })
}

fn on_post_loaded(model: &mut Model, post: Option<Arc<Post>>) -> Vec<Effect> {
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
fn on_save_failed(model: &mut Model, post: Post, why: &str) -> Vec<Effect> {
    let free = model.composer.as_ref().is_none_or(|open| composer::post(open).id == post.id);
    model.dirty = true;
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
        return Vec::new();
    }
    notice::tell(model, Tone::Bad, format!("not saved: {why}; the text is kept as a draft"));
    vec![Effect::Autosave(Box::new(post))]
}

/// For the sheet that asked; when it was closed meanwhile, in words.
fn on_connected(model: &mut Model, answer: Result<Connected, NotConnected>) -> Vec<Effect> {
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

fn authorising(model: &mut Model) -> Option<&mut authorise::State> {
    model.sheets.iter_mut().find_map(|sheet| match sheet {
        Sheet::Authorise(open) => Some(open.as_mut()),
        _ => None,
    })
}

/// For the sheet that asked. When it was closed meanwhile nobody waits any more; a link that nobody opens does nothing.
fn on_authorised(model: &mut Model, answer: Result<Opened, NotConnected>) -> Vec<Effect> {
    model.dirty = true;
    let open = authorising(model).filter(|open| authorise::is_asking(open));
    open.map(|open| authorise::authorised(open, answer)).unwrap_or_default()
}

/// The channel is told of also when the sheet was closed while it came.
fn on_arrived(model: &mut Model, until: DateTime<Utc>, found: Result<Option<Channel>, NotConnected>) -> Vec<Effect> {
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
        effects.extend(handle(model, Msg::StoreChanged));
    }
    effects
}

/// What was attached goes into the post it was meant for, also when its sheet was closed meanwhile; what was refused is
/// said where it can be mended.
fn on_attached(model: &mut Model, id: PostId, outcomes: Vec<Result<Media, String>>) -> Vec<Effect> {
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

/// Whether a line of activity answers what a person asked.
fn is_verdict(words: &str) -> bool {
    words.starts_with("verified") || words.starts_with("not verified")
}

fn on_sync(model: &mut Model, news: SyncNews) -> Vec<Effect> {
    let SyncNews { lights, outbox, uploads, lines } = news;
    let board = &mut model.board;
    model.dirty |= board.lights != lights || board.outbox != outbox || board.uploads != uploads || !lines.is_empty();
    (board.lights, board.outbox, board.uploads) = (lights, outbox, uploads);
    for line in lines {
        if line.urgent {
            model.shared.notices.push(Notice { words: line.words.clone(), tone: Tone::Bad, post: line.post });
        } else if line.post.is_some_and(|post| model.asked_about.contains(&post)) {
            model.shared.notices.push(Notice { words: line.words.clone(), tone: Tone::Plain, post: line.post });
        }
        if let Some(post) = line.post.filter(|_| is_verdict(&line.words)) {
            model.asked_about.remove(&post);
        }
        board.activity.insert(0, line);
    }
    board.activity.truncate(ACTIVITY_LINES);
    Vec::new()
}
