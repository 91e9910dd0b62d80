//! What a sheet, the composer or the campaign builder hands back: what becomes of the layers, and of the post in them.

use super::availability::availability;
use super::campaigns;
use super::dispatch::{refresh, run};
use super::effect::Effect;
use super::kept;
use super::model::{HandedOver, Model, Pane, Shared};
use super::msg::Tone;
use super::notice;
use super::panes::calendar;
use super::sheets::{Flow, Sheet, doomed, find, import};
use super::tools::{builder, composer};
use super::verbs;
use crate::domain::schedule::Resolved;
use crate::domain::when::Reading;

/// Who handed back a [`Flow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// A sheet, which is off the stack meanwhile.
    Sheet,
    /// The composer.
    Composer,
    /// The campaign builder.
    Builder,
}

/// What becomes of the layers after one of them handled something.
pub fn follow(model: &mut Model, layer: Layer, mut effects: Vec<Effect>, flow: Flow) -> Vec<Effect> {
    if layer == Layer::Composer
        && !keeps_composer(&flow)
        && let Some(open) = model.composer.take()
    {
        // What was written is under the cursor next, whatever stands in the same hour.
        let stored = model.builder.is_none() && effects.iter().any(|effect| matches!(effect, Effect::Save { .. }));
        // Among the failed the next one is.
        model.saved = stored.then(|| composer::post(&open).id).filter(|_| model.focus != Pane::Failed);
        effects.extend(campaigns::edited(model, composer::post(&open)));
    }
    if layer == Layer::Sheet {
        campaigns::heed(model, &effects);
    }
    if layer == Layer::Builder && matches!(flow, Flow::Close) {
        campaigns::close(model);
    }
    effects.extend(carry_out(model, flow));
    effects
}

/// Whether the composer stays open when it hands that back.
fn keeps_composer(flow: &Flow) -> bool {
    matches!(
        flow,
        Flow::Stay
            | Flow::Push(_)
            | Flow::ComposerWhen(_)
            | Flow::ComposerRepeat(..)
            | Flow::ComposerQueue(..)
            | Flow::ComposerMedia(_)
            | Flow::ComposerPost(_)
            | Flow::ComposerOptions(_)
            | Flow::ComposerStyle(_)
            | Flow::ComposerLink(_)
            | Flow::Book(_)
            | Flow::ComposerFind(_)
            | Flow::ComposerInsert { .. }
            | Flow::ComposerText { .. }
    )
}

/// What concerns the screen as a whole; the rest concerns the post that is open.
fn carry_out(model: &mut Model, flow: Flow) -> Vec<Effect> {
    match flow {
        Flow::Stay | Flow::Close => Vec::new(),
        Flow::Push(sheet) | Flow::Replace(sheet) => {
            model.sheets.push(*sheet);
            Vec::new()
        }
        Flow::Run(action) => run(model, action),
        Flow::Verb(action) => match availability(action, model) {
            Ok(()) => verbs::run(model, action).unwrap_or_default(),
            Err(why) => told(model, &why),
        },
        Flow::CloseComposer => close_composer(model),
        Flow::Book(deed) => vec![Effect::ChangeBook(deed)],
        Flow::Filter(filter) => {
            model.shared.filter = filter.filter(|filter| !filter.is_empty());
            refresh(model);
            Vec::new()
        }
        Flow::MarkDay(date, note) => {
            match &note {
                Some(note) => model.board.plan.notes.insert(date, note.clone()),
                None => model.board.plan.notes.remove(&date),
            };
            refresh(model);
            vec![Effect::MarkDay(date, note)]
        }
        Flow::KeepView(at, name) => kept::keep(model, at, name),
        Flow::OpenAnew if model.composer.is_some() => {
            told(model, "a post is being composed: what was connected starts with the next start")
        }
        Flow::OpenAnew => vec![Effect::OpenAnew],
        Flow::Import(path) => {
            let (state, looking) = import::open(&path, &model.shared);
            model.sheets.push(Sheet::Import(Box::new(state)));
            looking.into_iter().collect()
        }
        Flow::Export(path, filter) => vec![Effect::Export { path, filter, force: false }],
        Flow::Doomed(words) => {
            let (state, looking) = doomed::open(&words);
            model.sheets.push(Sheet::Doomed(state));
            looking.into_iter().collect()
        }
        Flow::Recipe(id) => campaigns::open_recipe(model, id),
        Flow::Campaign(name) => campaigns::open(model, Some(&name)),
        Flow::Compose(post) => {
            verbs::open_composer(model, *post);
            Vec::new()
        }
        Flow::GoTo(date, time) => {
            model.focus = Pane::Calendar;
            calendar::go_to(&mut model.calendar, &mut model.shared, &model.board, (date, time))
        }
        of_the_post => to_the_post(model, of_the_post),
    }
}

/// What was handed over is kept until its save is answered.
fn close_composer(model: &mut Model) -> Vec<Effect> {
    let Some(post) = model.composer.take().map(|open| composer::post(&open)) else { return Vec::new() };
    // The builder stays where it is; among the panes the calendar goes to what was handed over.
    let goes = model.builder.is_none() && model.focus != Pane::Failed;
    model.saved = goes.then_some(post.id);
    let rule = model.shared.rules_asked.get(&post.id).cloned();
    let then = verbs::ask_to_follow(&model.board, &post).map(Box::new);
    model.handed_over.insert(post.id, HandedOver { rule, then });
    campaigns::edited(model, post)
}

/// What is given to the post in the composer, else to the campaign in its builder.
fn to_the_post(model: &mut Model, flow: Flow) -> Vec<Effect> {
    let Model { composer, builder, shared, board, sheets, .. } = model;
    match (flow, composer, builder) {
        (Flow::ComposerWhen(reading), Some(open), _) => {
            let unasked = unask(open, shared);
            unasked.into_iter().chain(composer::set_when(open, shared, board, reading)).collect()
        }
        (Flow::ComposerWhen(reading), None, Some(open)) => builder::set_when(open, shared, board, reading),
        (Flow::ComposerSlot(slot), Some(open), _) => {
            let unasked = unask(open, shared);
            let mut effects: Vec<Effect> =
                unasked.into_iter().chain(composer::set_slot(open, shared, board, slot)).collect();
            let review = composer::review(open, shared, board).slotted();
            effects.push(review.outline());
            sheets.push(Sheet::Review(review));
            effects
        }
        (Flow::ComposerRepeat(first, rule), Some(open), _) => {
            let id = composer::post(open).id;
            shared.rules_asked.insert(id, rule.clone());
            let mut effects = vec![Effect::AskRule(id, Some(rule))];
            effects.extend(composer::set_when(open, shared, board, Reading::At(Resolved::At(first))));
            effects
        }
        (Flow::ComposerQueue(queued, next), Some(open), _) => {
            let unasked = unask(open, shared);
            unasked.into_iter().chain(composer::set_queue(open, shared, board, queued, next)).collect()
        }
        (Flow::ComposerMedia(media), Some(open), _) => composer::set_media(open, shared, board, media),
        (Flow::ComposerMedia(media), None, Some(open)) => builder::set_media(open, shared, board, media),
        (Flow::ComposerOptions(post), Some(open), _) => composer::set_options(open, shared, board, *post),
        (Flow::ComposerOptions(post), None, Some(open)) => builder::set_options(open, shared, board, *post),
        (Flow::ComposerStyle(style), Some(open), _) => composer::set_style(open, shared, board, style),
        (Flow::ComposerStyle(style), None, Some(open)) => builder::set_style(open, shared, board, style),
        (Flow::ComposerStyle(_), None, None) => told(model, "a style is given to the post in the composer: e opens it"),
        (Flow::ComposerLink(link), Some(open), _) => composer::set_link(open, shared, board, link),
        (Flow::ComposerLink(_), None, _) => told(model, "a link is given to the post in the composer: e opens it"),
        (Flow::Tags(tags), Some(open), _) => composer::turn_tags(open, shared, board, &tags),
        (Flow::Tags(tags), None, _) => verbs::tag(model, tags),
        (Flow::ComposerFind(search), Some(open), _) => {
            let (effects, said) = composer::find(open, shared, board, search);
            if let Some(Sheet::Find(sheet)) = sheets.last_mut() {
                find::answered(sheet, said);
            }
            effects
        }
        (Flow::ComposerInsert { instead, text }, Some(open), _) => {
            composer::insert(open, shared, board, instead, &text)
        }
        (Flow::ComposerText { range, text }, Some(open), _) => composer::take_text(open, shared, board, range, &text),
        (Flow::ComposerPost(post), Some(open), _) => composer::restore(open, shared, board, *post),
        (Flow::CampaignShift(shift), _, Some(open)) => builder::shift(open, shared, board, shift),
        (Flow::CampaignFile(path), _, Some(open)) => vec![Effect::ReadTexts(builder::recipe(open).id, path)],
        // It was closed meanwhile.
        _ => Vec::new(),
    }
}

/// The post has a time of its own now: it shall not come again.
fn unask(open: &composer::State, shared: &mut Shared) -> Option<Effect> {
    let id = composer::post(open).id;
    shared.rules_asked.remove(&id).map(|_| Effect::AskRule(id, None))
}

fn told(model: &mut Model, words: &str) -> Vec<Effect> {
    notice::tell(model, Tone::Plain, words);
    Vec::new()
}
