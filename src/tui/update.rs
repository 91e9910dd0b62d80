//! What a message does to the model: routing, and nothing else.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::PostId;
use crate::domain::outcome::Cause;
use crate::domain::post::Post;

use super::answers::{
    ask_what_waits, authorising, composing, keep_repeating, on_arrived, on_attached, on_authorised, on_book,
    on_connected, on_export_there, on_import, on_index, on_loaded, on_measured, on_post_loaded, on_repeated,
    on_save_failed, on_sought, on_stored, on_sync, store_changed, take_in_overdue,
};
use super::campaigns;
use super::dispatch;
use super::effect::Effect;
use super::keymap::Resolution;
use super::keys;
use super::looked;
use super::model::{Model, Pane};
use super::msg::{Key, KeyCode, KeyModifiers, Msg, Story, Timer, Tone};
use super::notice;
use super::panes::calendar;
use super::pointer;
use super::range;
use super::read_only;
use super::rescue;
use super::sheets::{self, Sheet, authorise, doomed, files, import, log, media, pipe, repeat, review};
use super::sheets::{settings, story, versions, when};
use super::tools::{builder, composer};
use super::twins;

/// How long a prefix waits before its continuations are shown.
const PREFIX_PAUSE: TimeDelta = TimeDelta::milliseconds(400);
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
    let trouble = brings_trouble(model, &msg).then(|| in_trouble(model));
    let mut effects = handle(model, msg);
    effects.extend(trouble.and_then(|known| ring(model, &known)));
    range::follow(model);
    ask_what_waits(model);
    effects.extend(follow_cursor(model, before));
    effects.extend(looked::asks(model));
    effects = read_only::hold_back(model, effects);
    if self::layers(model) != layers {
        notice::leave_behind(model);
    }
    if model.dirty {
        dispatch::settle(model);
    }
    effects.extend(notice::number(model));
    let here = model.contexts().first().copied().unwrap_or_default();
    model.shared.keys.stand(here);
    effects.extend(look_at_pictures(model));
    effects
}

/// Whether the message can bring posts that need a person, while the bell rings for that.
fn brings_trouble(model: &Model, msg: &Msg) -> bool {
    model.bell && model.loaded && matches!(msg, Msg::Loaded(_))
}

/// What failed or is unknown. What is overdue is not among it: after a machine has slept everything is, for a moment.
fn in_trouble(model: &Model) -> BTreeSet<PostId> {
    let is = |post: &Post| post.cause(model.shared.now).is_some_and(|cause| cause != Cause::Missed);
    model.board.failed.iter().filter(|post| is(post)).map(|post| post.id).collect()
}

/// Rings where a post needs a person that did not before.
fn ring(model: &Model, known: &BTreeSet<PostId>) -> Option<Effect> {
    (!in_trouble(model).is_subset(known)).then_some(Effect::Bell)
}

/// What lies over the panes: sheets, the composer, a post that is held.
fn layers(model: &Model) -> (usize, bool, bool) {
    let moving = calendar::is_moving(&model.calendar) || model.builder.as_deref().is_some_and(builder::is_moving);
    (model.sheets.len(), model.composer.is_some(), moving)
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
        Msg::Loaded(loaded) => {
            model.asked_strange = None;
            on_loaded(model, *loaded)
        }
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
        Msg::Log(entries) => {
            for sheet in &mut model.sheets {
                if let Sheet::Log(open) = sheet {
                    log::loaded(open, Result::clone(&entries));
                    model.dirty = true;
                }
            }
            Vec::new()
        }
        Msg::Strange(id, words) => {
            let strange = Some((id, words));
            // Mostly nothing was strange before, and nothing is: that changes no screen.
            let shown =
                |strange: &Option<(PostId, Vec<String>)>| strange.clone().filter(|(_, words)| !words.is_empty());
            model.dirty |= shown(&model.board.strange) != shown(&strange);
            model.board.strange = strange;
            Vec::new()
        }
        Msg::Twins(all) => {
            twins::found(model, all);
            Vec::new()
        }
        Msg::Numbers(id, numbers) => {
            model.board.numbers.insert(id, *numbers);
            model.dirty = true;
            Vec::new()
        }
        Msg::Results(results) => {
            model.dirty |= model.board.results != results;
            model.board.results = results;
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
            campaigns::recipes(model, recipes);
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
            // It was left before this was kept. What was kept aside of it is said wherever it stands.
            std::iter::once(Effect::Left(id)).chain(store_changed(model)).collect()
        }
        Msg::Done(notice) => {
            let stored = model.saved.take_if(|saved| notice.post == Some(*saved));
            if let Some(id) = notice.post {
                on_stored(model, id);
            }
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
        Msg::Outlined(id, answer) => {
            for sheet in &mut model.sheets {
                if let Sheet::Review(open) = sheet {
                    review::outlined(open, id, Result::clone(&answer));
                    model.dirty = true;
                }
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
        Msg::ExportThere(again, words) => on_export_there(model, *again, words),
        Msg::Judged(..) | Msg::LookedInto(..) | Msg::TakenIn(_) | Msg::ReadFirst(_) => on_import(model, msg),
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
        Msg::Measured(id, source, outcome) => on_measured(model, id, &source, *outcome),
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
        Msg::WrittenDown(Ok(text)) => {
            notice::tell(model, Tone::Plain, "the post is copied, to be pasted elsewhere");
            model.dirty = true;
            vec![Effect::Copy(text)]
        }
        Msg::WrittenDown(Err(why)) => {
            notice::tell(model, Tone::Bad, format!("nothing was copied: {why}"));
            model.dirty = true;
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
        Msg::StoreChanged => store_changed(model),
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

/// A key, pressed or clicked where it is offered.
pub(super) fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
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
        // A file dropped beside the text is meant as a file; within it only what can be nothing else.
        Some(open) if media::is_media(text) || !composer::is_typing(open) && media::is_drop(text) => {
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
            notice::tell(
                model,
                Tone::Plain,
                "nothing was done with the text that was pasted, as no field is open: c composes a post for it, then paste again",
            );
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
