//! Opening and closing the campaign builder, and passing on what arrives for it.

use chrono::{DateTime, Utc};

use super::action::Action;
use super::dispatch;
use super::effect::Effect;
use super::flow::{Layer, follow};
use super::model::Model;
use super::msg::{OfCampaign, Tone};
use super::notice;
use super::read_only;
use super::sheets::{Sheet, campaigns, command, media};
use super::tools::builder;
use crate::domain::ids::PostId;
use crate::domain::media::Media;
use crate::domain::post::{Post, Wish};
use crate::domain::problem::Problem;
use crate::domain::recipe::{Recipe, Row};
use crate::domain::schedule::Schedule;

/// Opens the builder: on the campaign of that name, else on marked drafts, else on the recipe that is not finished, else
/// on an empty one.
pub fn open(model: &mut Model, name: Option<&str>) -> Vec<Effect> {
    let recipe = match name {
        Some(name) => match named(model, name.trim()) {
            Some(recipe) => recipe,
            None => {
                let words = format!("no campaign is called \"{}\"; g C lists them", name.trim());
                notice::tell(model, Tone::Plain, words);
                return Vec::new();
            }
        },
        None => match of_marks(model) {
            Some(recipe) => recipe,
            None => match model.board.recipes.iter().rfind(|recipe| recipe.rest() > 0).cloned() {
                Some(recipe) if model.builder.is_none() => {
                    notice::tell(model, Tone::Plain, "here is what you were at; Ctrl-n begins another campaign");
                    recipe
                }
                _ => fresh(model),
            },
        },
    };
    begin(model, recipe)
}

/// The list of campaigns.
pub fn list(model: &mut Model) -> Vec<Effect> {
    remember_open(model);
    model.sheets.push(Sheet::Campaigns(campaigns::State::default()));
    // Another window may have made one.
    vec![Effect::LoadRecipes]
}

/// The recipes were read.
pub fn recipes(model: &mut Model, recipes: Vec<Recipe>) {
    model.board.recipes = recipes;
    remember_open(model);
    model.dirty = true;
}

/// What is in the builder just now is the newest there is of it.
fn remember_open(model: &mut Model) {
    if let Some(recipe) = model.builder.as_deref().map(|open| builder::recipe(open).clone()) {
        remember(model, recipe);
    }
}

/// Opens the builder on a recipe by its id.
pub fn open_recipe(model: &mut Model, id: PostId) -> Vec<Effect> {
    let recipe = model.board.recipes.iter().find(|recipe| recipe.id == id).cloned();
    recipe.map(|recipe| begin(model, recipe)).unwrap_or_default()
}

/// What the list of campaigns, or a question over it, did with recipes.
pub fn heed(model: &mut Model, effects: &[Effect]) {
    for effect in effects {
        match effect {
            Effect::ForgetCampaign(id) => {
                if model.builder.as_deref().is_some_and(|open| builder::recipe(open).id == *id) {
                    close(model);
                }
                model.board.recipes.retain(|recipe| recipe.id != *id);
            }
            Effect::KeepCampaign(recipe) => remember(model, Recipe::clone(recipe)),
            Effect::Launch { recipe, .. } => {
                model.launching.insert(recipe.id);
                if let Some(open) = its(model, recipe.id) {
                    builder::launching(open);
                }
            }
            _ => {}
        }
    }
}

fn begin(model: &mut Model, recipe: Recipe) -> Vec<Effect> {
    if model.board.read_only {
        notice::tell(model, Tone::Plain, read_only::WORDS);
        return Vec::new();
    }
    if model.builder.as_deref().is_some_and(|open| builder::recipe(open).id == recipe.id) {
        return Vec::new();
    }
    let mut effects = model.builder.as_deref_mut().map(builder::leave).unwrap_or_default();
    close(model);
    let launching = model.launching.contains(&recipe.id);
    let (mut state, loading) = builder::open(recipe, &mut model.shared, &model.board);
    if launching {
        builder::launching(&mut state);
    }
    model.builder = Some(Box::new(state));
    effects.extend(loading);
    dispatch::settle(model);
    effects
}

fn fresh(model: &Model) -> Recipe {
    let mut recipe = Recipe::new(model.shared.ids.post(model.shared.now));
    recipe.to = model.shared.only.iter().cloned().collect();
    recipe
}

/// The recipe of that name; one made of its posts, where it was made elsewhere.
fn named(model: &Model, name: &str) -> Option<Recipe> {
    if let Some(recipe) = model.board.recipes.iter().rfind(|recipe| recipe.name.trim() == name) {
        return Some(recipe.clone());
    }
    if let Some(recipe) = model.board.recipes.iter().rfind(|recipe| recipe.called.trim() == name) {
        return Some(recipe.clone());
    }
    let progress = model.board.progress.iter().find(|progress| progress.name == name)?;
    let mut recipe = fresh(model);
    recipe.name = name.to_owned();
    recipe.starts_at = progress.first.map(|first| Schedule::at(first, model.shared.zone));
    Some(recipe)
}

/// Marked drafts become the posts of a new campaign.
fn of_marks(model: &Model) -> Option<Recipe> {
    let marked = model.shared.marks.iter().filter_map(|id| model.board.post(*id));
    let drafts: Vec<Row> = marked
        .filter(|post| post.wish == Wish::Draft && !post.is_remote())
        .map(|post| Row { id: post.id, text: post.body.clone(), at: None, sent: false, gone: false })
        .collect();
    if drafts.is_empty() {
        return None;
    }
    Some(Recipe { rows: drafts, ..fresh(model) })
}

/// Closes the builder; what it made is among the recipes.
pub fn close(model: &mut Model) {
    let Some(open) = model.builder.take() else { return };
    remember(model, builder::recipe(&open).clone());
    builder::close(*open, &mut model.shared);
    dispatch::refresh(model);
    model.dirty = true;
}

fn remember(model: &mut Model, recipe: Recipe) {
    if recipe.is_blank() {
        model.board.recipes.retain(|each| each.id != recipe.id);
        return;
    }
    match model.board.recipes.iter_mut().find(|each| each.id == recipe.id) {
        Some(known) => *known = recipe,
        None => model.board.recipes.push(recipe),
    }
}

/// Gives an action to the builder.
pub fn run(model: &mut Model, action: Action, count: u32) -> Vec<Effect> {
    match action {
        Action::Campaigns => return list(model),
        Action::CampaignNew => {
            let recipe = fresh(model);
            return begin(model, recipe);
        }
        Action::CampaignAgain => return again(model),
        Action::CampaignShift => {
            let sheet = command::shift(model);
            model.sheets.push(Sheet::Command(sheet));
            return Vec::new();
        }
        Action::CampaignFile => {
            let sheet = command::texts(model);
            model.sheets.push(Sheet::Command(sheet));
            return Vec::new();
        }
        _ => {}
    }
    let Some(open) = &mut model.builder else { return Vec::new() };
    let (effects, flow) = builder::update(open, &mut model.shared, &model.board, action, count);
    follow(model, Layer::Builder, effects, flow)
}

/// The same recipe once more: other posts, a start and a name of their own.
fn again(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.builder.as_deref() else { return Vec::new() };
    let recipe = builder::recipe(open).clone();
    let new = Recipe::new(model.shared.ids.post(model.shared.now));
    let (ids, now) = (model.shared.ids.clone(), model.shared.now);
    let fresh = |row: &Row| Row { id: ids.post(now), text: row.text.clone(), at: None, sent: false, gone: false };
    let rows = recipe.rows.iter().map(fresh);
    let rows = rows.collect();
    let recipe = Recipe {
        id: new.id,
        name: String::new(),
        called: String::new(),
        start: new.start,
        starts_at: None,
        rows,
        ..recipe
    };
    notice::tell(model, Tone::Plain, "the same recipe as a new campaign: give it a name and a start");
    begin(model, recipe)
}

/// The composer was closed on this post.
pub fn edited(model: &mut Model, post: Post) -> Vec<Effect> {
    let Model { builder, shared, board, .. } = model;
    builder.as_deref_mut().map(|open| builder::edited(open, shared, board, post)).unwrap_or_default()
}

/// The board was loaded anew.
pub fn reload(model: &mut Model) -> Vec<Effect> {
    let Model { builder, shared, board, .. } = model;
    builder.as_deref_mut().map(|open| builder::reload(open, shared, board)).unwrap_or_default()
}

/// The minute changed.
pub fn tick(model: &mut Model) {
    let Model { builder, shared, board, .. } = model;
    if let Some(open) = builder {
        builder::tick(open, shared, board);
    }
}

fn its(model: &mut Model, id: PostId) -> Option<&mut builder::State> {
    model.builder.as_deref_mut().filter(|open| builder::recipe(open).id == id)
}

/// What the store has of the campaign that is open.
pub fn loaded(model: &mut Model, of: OfCampaign) -> Vec<Effect> {
    let Model { builder, shared, board, dirty, .. } = model;
    if let Some(open) = builder.as_deref_mut().filter(|open| builder::recipe(open).id == of.id) {
        builder::loaded(open, shared, board, of);
        *dirty = true;
    }
    Vec::new()
}

/// A recipe was kept, or why not.
pub fn kept(model: &mut Model, id: PostId, result: Result<DateTime<Utc>, String>) -> Vec<Effect> {
    model.dirty = true;
    if let Some(open) = its(model, id) {
        builder::kept(open, result);
    } else if let Err(why) = result {
        notice::tell(model, Tone::Bad, format!("the campaign could not be kept: {why}"));
    }
    Vec::new()
}

/// What came of scheduling; told in words where the builder was closed meanwhile.
pub fn launched(model: &mut Model, id: PostId, answers: Vec<(PostId, Result<(), String>)>) -> Vec<Effect> {
    model.dirty = true;
    model.launching.remove(&id);
    let Model { builder, shared, board, .. } = model;
    if let Some(open) = builder.as_deref_mut().filter(|open| builder::recipe(open).id == id) {
        return builder::launched(open, shared, board, answers);
    }
    let refused = answers.iter().filter(|(_, answer)| answer.is_err()).count();
    let sent = answers.len() - refused;
    let words = format!("campaign: {sent} scheduled, {refused} not; g C leads to it");
    notice::tell(model, if refused == 0 { Tone::Good } else { Tone::Bad }, words);
    Vec::new()
}

/// What the providers think of its posts.
pub fn checked(model: &mut Model, id: PostId, answers: Vec<(PostId, Result<Vec<Problem>, String>)>) -> Vec<Effect> {
    model.dirty = true;
    let Model { builder, shared, board, .. } = model;
    if let Some(open) = builder.as_deref_mut().filter(|open| builder::recipe(open).id == id) {
        builder::checked(open, shared, board, answers);
    }
    Vec::new()
}

/// The texts of a file, or why there are none.
pub fn texts_read(model: &mut Model, id: PostId, texts: Result<String, String>) -> Vec<Effect> {
    model.dirty = true;
    match texts {
        Err(why) => {
            notice::tell(model, Tone::Bad, why);
            Vec::new()
        }
        Ok(text) => {
            let Model { builder, shared, board, .. } = model;
            let open = builder.as_deref_mut().filter(|open| builder::recipe(open).id == id);
            open.map(|open| builder::take_file(open, shared, board, &text)).unwrap_or_default()
        }
    }
}

/// What was attached for one post of the campaign, or for every one.
pub fn attached(model: &mut Model, id: PostId, outcomes: Vec<Result<Media, String>>) -> Vec<Effect> {
    let Model { builder, sheets, shared, board, .. } = model;
    let Some(open) = builder else { return Vec::new() };
    let Some(before) = builder::attachable(open, shared, id) else { return Vec::new() };
    let (taken, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    let taken: Vec<Media> = taken.into_iter().flatten().collect();
    let refused: Vec<String> = refused.into_iter().filter_map(Result::err).collect();
    let mut all = before.media.clone();
    all.extend(taken.iter().cloned());
    let effects = if taken.is_empty() { Vec::new() } else { builder::set_media_of(open, shared, board, id, all) };
    let post = builder::attachable(open, shared, id).unwrap_or(before);
    let sheet = sheets.iter_mut().find_map(|sheet| match sheet {
        Sheet::Media(state) if state.post().id == post.id => Some(state),
        _ => None,
    });
    match sheet {
        Some(state) => media::attached(state, post, taken.len(), &refused, shared, board),
        None => refused.into_iter().for_each(|words| notice::tell(model, Tone::Bad, words)),
    }
    effects
}
