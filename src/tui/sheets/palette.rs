//! Ctrl-p: anything by a few letters of it, typed right or nearly so.

mod seek;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
pub use seek::{Hit, Seek};

use crate::domain::filter::Filter;
use crate::domain::found::Indexed;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::schedule::Resolved;
use crate::domain::when::{self, Reading};
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::action::Action;
use crate::tui::availability::{availability, is_motion};
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::keys;
use crate::tui::model::{Model, Shared};
use crate::tui::msg::Key;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::{moment, panel};

/// No more than so many are listed: whoever has to read on types on.
const LISTED: usize = 200;
/// Up to so many posts are looked through at once; more of them beside the keys.
const AT_ONCE: usize = 5_000;
/// The widest and the highest the sheet gets.
const SIZE: (u16, u16) = (100, 24);
/// Cells of the column that says what a row is.
const KIND: usize = 9;
/// Rows a page has.
const PAGE: isize = 10;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    input: Input,
    items: Vec<Item>,
    /// Every post, once it is known.
    posts: Option<Arc<Vec<Indexed>>>,
    failed: Arc<BTreeSet<PostId>>,
    /// Names of campaigns that are recipes.
    recipes: Vec<String>,
    /// The posts that fit the line; while the search goes on, those that fit the line before.
    hits: Vec<Hit>,
    /// The search that has not been answered yet.
    awaited: Option<Seek>,
    found: Vec<Found>,
    cursor: usize,
}

/// What is not a post: few, and known from the start.
#[derive(Clone, Debug)]
struct Item {
    what: What,
    text: String,
    note: String,
    /// It cannot run now.
    muted: bool,
}

impl AsRef<str> for Item {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Action(Action),
    Channel(ChannelId),
    Campaign(String),
    /// A campaign in its builder.
    Build(String),
    Tag(String),
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Date(NaiveDate),
    Item(usize),
    Post(usize),
}

/// What a first letter narrows the search to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    Everything,
    Actions,
    Channels,
    Tags,
    Failed,
    Drafts,
}

/// Everything that can be found; the posts come when they are loaded.
pub fn open(model: &Model) -> (State, Vec<Effect>) {
    let bindings = model.keymap.bindings(&model.contexts());
    let is_answer = |action: Action| matches!(action, Action::Yes | Action::No | Action::Accept | Action::Palette);
    let is_step = |action: Action| {
        is_motion(action) || matches!(action, Action::Back | Action::Close | Action::Cancel | Action::Open)
    };
    let leads = |action: Action| action.kept_view().is_none_or(|at| model.board.views.contains_key(&at));
    let is_of_use = |action: &Action| !is_answer(*action) && !is_step(*action) && leads(*action);
    let actions = Action::ALL.iter().copied().filter(is_of_use);
    let action = |action: Action| {
        let keys = bindings.iter().find(|(_, each, _)| *each == action).map(|(keys, ..)| keys::write_sequence(keys));
        let reason = availability(action, model).err();
        let note = reason.clone().or(keys).unwrap_or_else(|| format!(":{}", action.name()));
        Item { what: What::Action(action), text: action.title().to_owned(), note, muted: reason.is_some() }
    };
    let board = &model.board;
    let channel = |channel: &crate::domain::channel::Channel| Item {
        what: What::Channel(channel.id.clone()),
        text: one_line(&format!("{} {}", channel.network.name(), channel.label())),
        note: channel.account.to_string(),
        muted: false,
    };
    let items = actions.map(action).chain(board.channels.iter().filter(|each| !each.gone).map(channel)).collect();
    let failed = Arc::new(board.failed.iter().map(|post| post.id).collect());
    let recipes = board.recipes.iter().map(|recipe| recipe.name.trim().to_owned()).filter(|name| !name.is_empty());
    let recipes: BTreeSet<String> = recipes.collect();
    let mut state = State {
        input: Input::default(),
        items,
        posts: None,
        failed,
        recipes: recipes.into_iter().collect(),
        hits: Vec::new(),
        awaited: None,
        found: Vec::new(),
        cursor: 0,
    };
    state.search(&model.shared);
    (state, vec![Effect::LoadIndex])
}

/// Takes in every post, and the campaigns and tags they have.
pub fn indexed(state: &mut State, shared: &Shared, posts: Arc<Vec<Indexed>>) -> Vec<Effect> {
    let (mut campaigns, mut tags) = (BTreeSet::new(), BTreeSet::new());
    for post in posts.iter() {
        campaigns.extend(post.campaign.iter().filter(|name| !name.trim().is_empty()));
        tags.extend(post.tags.iter().map(|tag| tag.trim_start_matches('#')));
    }
    let item =
        |what: What, text: String, note: &str| Item { what, text: one_line(&text), note: note.into(), muted: false };
    let build = |name: &String| item(What::Build(name.clone()), name.clone(), "its builder");
    let recipes = state.recipes.iter().filter(|name| !campaigns.contains(name)).map(build);
    let recipes: Vec<Item> = campaigns.iter().map(|name| build(name)).chain(recipes).collect();
    let campaigns = campaigns.into_iter().map(|name| item(What::Campaign(name.clone()), name.clone(), "its posts"));
    let campaigns = campaigns.chain(recipes);
    let tags = tags.into_iter().map(|tag| item(What::Tag(tag.to_owned()), format!("#{tag}"), "its posts"));
    state.items.extend(campaigns.chain(tags));
    state.posts = Some(posts);
    state.hits.clear();
    state.search(shared)
}

/// Takes in the posts that a search found, unless something else is looked for by now.
pub fn sought(state: &mut State, shared: &Shared, seek: &Seek, hits: Vec<Hit>) {
    if state.awaited.as_ref() != Some(seek) {
        return;
    }
    let chosen = state.found.get(state.cursor).copied().filter(|_| state.cursor > 0);
    (state.hits, state.awaited) = (hits, None);
    state.arrange(shared);
    state.cursor = chosen.and_then(|chosen| state.found.iter().position(|found| *found == chosen)).unwrap_or(0);
}

impl State {
    fn only(&self) -> (Only, &str) {
        let text = self.input.text().trim_start();
        let kinds =
            [('>', Only::Actions), ('@', Only::Channels), ('#', Only::Tags), ('!', Only::Failed), ('~', Only::Drafts)];
        let kind = kinds.into_iter().find_map(|(letter, only)| Some((only, text.strip_prefix(letter)?)));
        kind.unwrap_or((Only::Everything, text))
    }

    /// Looks for what the line says: at once, or where there are very many posts, by the effect.
    fn search(&mut self, shared: &Shared) -> Vec<Effect> {
        let (only, words) = self.only();
        let words = words.trim().to_owned();
        self.awaited = None;
        let seek = self.posts.clone().filter(|_| !words.is_empty());
        let seek = seek.map(|posts| Seek { only, words, posts, failed: Arc::clone(&self.failed) });
        let later = seek.as_ref().is_some_and(|seek| seek.posts.len() > AT_ONCE);
        match seek {
            Some(seek) if later => self.awaited = Some(seek),
            Some(seek) => self.hits = seek.run(),
            None => self.hits.clear(),
        }
        self.arrange(shared);
        self.cursor = 0;
        self.awaited.iter().cloned().map(|seek| Effect::Seek(Box::new(seek))).collect()
    }

    /// Answers a search that is still going on: who presses Enter means what was typed.
    fn catch_up(&mut self, shared: &Shared) {
        if let Some(seek) = self.awaited.clone() {
            let hits = seek.run();
            sought(self, shared, &seek, hits);
        }
    }

    /// What the line finds: the best match first, then the latest. What has the letters by chance is left out.
    fn arrange(&mut self, shared: &Shared) {
        let (only, words) = self.only();
        let takes_item = |item: &Item| match only {
            Only::Everything => true,
            Only::Actions => matches!(item.what, What::Action(_)),
            Only::Channels => matches!(item.what, What::Channel(_)),
            Only::Tags => matches!(item.what, What::Tag(_)),
            Only::Failed | Only::Drafts => false,
        };
        let is_taken = |at: usize| self.items.get(at).is_some_and(takes_item);
        if words.trim().is_empty() {
            // Before anything is typed: the latest posts, then what can be done; after a first letter all it stands for.
            let takes_post = |post: &Indexed| match only {
                Only::Everything => true,
                Only::Failed => self.failed.contains(&post.id),
                Only::Drafts => post.draft,
                Only::Actions | Only::Channels | Only::Tags => false,
            };
            let posts = self.posts.as_deref().map(Vec::as_slice).unwrap_or_default();
            let posts = (0..posts.len()).filter(|at| posts.get(*at).is_some_and(takes_post)).take(LISTED / 2);
            let items = (0..self.items.len()).filter(|at| is_taken(*at));
            self.found = posts.map(Found::Post).chain(items.map(Found::Item)).take(LISTED).collect();
            return;
        }
        let items = seek::among(&self.items, words.trim()).into_iter().filter(|hit| is_taken(hit.at));
        let items = items.map(|hit| (hit.score, Found::Item(hit.at)));
        let mut scored: Vec<(u16, Found)> =
            items.chain(self.hits.iter().map(|hit| (hit.score, Found::Post(hit.at)))).collect();
        // Stable: among equals what can be done comes before what was written.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        // Where the best itself has slips, what is like it stays.
        let best = scored.first().map_or(0, |(score, _)| u32::from(*score) * 3 / 4);
        let least = seek::least(words.trim()).min(best);
        scored.retain(|(score, _)| u32::from(*score) >= least);
        scored.truncate(LISTED);
        let date = if only == Only::Everything { day(words, shared) } else { None };
        self.found = date.map(Found::Date).into_iter().chain(scored.into_iter().map(|(_, found)| found)).collect();
    }

    fn step(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }

    fn accept(&mut self, shared: &mut Shared) -> (Vec<Effect>, Flow) {
        self.catch_up(shared);
        let Some(found) = self.found.get(self.cursor) else { return (Vec::new(), Flow::Stay) };
        match *found {
            Found::Date(date) => (Vec::new(), Flow::GoTo(date, None)),
            Found::Post(at) => {
                let post = self.posts.as_ref().and_then(|posts| posts.get(at)).map(|post| post.id);
                (post.map(Effect::LoadPost).into_iter().collect(), Flow::Close)
            }
            Found::Item(at) => {
                let flow = match self.items.get(at).map(|item| &item.what) {
                    Some(What::Action(action)) => Flow::Run(*action),
                    Some(What::Channel(id)) => {
                        shared.only = BTreeSet::from([id.clone()]);
                        Flow::Filter(shared.filter.clone())
                    }
                    Some(What::Campaign(name)) => by_text(&format!("campaign:\"{}\"", name.replace('"', ""))),
                    Some(What::Build(name)) => Flow::Campaign(name.clone()),
                    Some(What::Tag(tag)) => by_text(&format!("#{tag}")),
                    None => Flow::Stay,
                };
                (Vec::new(), flow)
            }
        }
    }
}

fn by_text(text: &str) -> Flow {
    Filter::parse(text).map_or(Flow::Close, |filter| Flow::Filter(Some(filter)))
}

/// The day that words mean, where they look like one: a bare number is more likely part of a text.
fn day(words: &str, shared: &Shared) -> Option<NaiveDate> {
    let is_like_one = words.trim().len() >= 3 && words.contains(|c: char| c.is_alphabetic() || c == '-');
    match when::read(words, shared.now, shared.zone).ok().filter(|_| is_like_one)? {
        Reading::Now => None,
        Reading::At(Resolved::At(at) | Resolved::Gap { before: at, .. } | Resolved::Twice { first: at, .. }) => {
            Some(at.wall().date())
        }
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, _board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    match action {
        Action::Accept => return state.accept(shared),
        Action::Down | Action::NextField => state.step(1),
        Action::Up | Action::PreviousField => state.step(-1),
        Action::PageDown => state.step(PAGE),
        Action::PageUp => state.step(-PAGE),
        Action::Back | Action::Close | Action::Cancel => return (Vec::new(), Flow::Close),
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, shared: &mut Shared, _board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    let effects = if state.input.key(key) { state.search(shared) } else { Vec::new() };
    (effects, Flow::Stay)
}

/// Takes the first line of a pasted text.
pub fn paste(state: &mut State, shared: &Shared, text: &str) -> (Vec<Effect>, Flow) {
    let effects = if state.input.paste(text) { state.search(shared) } else { Vec::new() };
    (effects, Flow::Stay)
}

/// Where the sheet stands on the screen `area`.
pub fn place(area: Rect) -> Rect {
    panel::middle(area, (SIZE.0.min(area.width), SIZE.1.min(area.height.saturating_sub(2))))
}

fn offset(state: &State, height: u16) -> usize {
    scroll::follow(0, state.cursor, usize::from(height), state.found.len())
}

/// The first click chooses a row, the second one takes it.
pub fn click(state: &mut State, area: Rect, double: bool, y: u16) -> Option<Action> {
    let inside = panel::inside(place(area));
    let row = usize::from(y.checked_sub(inside.y + 1)?);
    let at = offset(state, inside.height.saturating_sub(1)) + row;
    if at >= state.found.len() {
        return None;
    }
    state.cursor = at;
    double.then_some(Action::Accept)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let note = match (&state.posts, state.found.len()) {
        (None, _) => format!("reading posts{}", theme.glyphs.more),
        _ if state.awaited.is_some() => format!("searching{}", theme.glyphs.more),
        (Some(_), LISTED) => format!("the best {LISTED}"),
        (Some(posts), found) => format!("{found} found · {} posts", posts.len()),
    };
    let inside = panel::sheet(place(area), buf, theme, "Find anything", &note);
    if inside.is_empty() {
        return;
    }
    let style = |role| theme.style(role);
    let prompt = panel::line(inside, 0, buf, &[("find ", style(Role::Muted))]);
    let field = Rect { x: prompt, width: inside.right().saturating_sub(prompt), height: 1, ..inside };
    state.input.view(field, buf, style(Role::Field));
    if state.input.text().is_empty() {
        let hint = "> actions  @ channels  # tags  ! failed  ~ drafts  or a date";
        panel::right(inside, 0, buf, hint, style(Role::Muted), prompt + 2);
    }
    let list = Rect { y: inside.y + 1, height: inside.height - 1, ..inside };
    if state.found.is_empty() && list.height > 0 {
        let words = if state.posts.is_some() { "nothing is called anything like that" } else { "" };
        panel::line(list, 0, buf, &[(words, style(Role::Muted))]);
    }
    let first = offset(state, list.height);
    for (row, (at, found)) in (0..list.height).zip(state.found.iter().enumerate().skip(first)) {
        let Some(Row { kind, text, note, role }) = described(state, shared, board, *found) else { continue };
        let wide = usize::from(list.width);
        let note = truncate(&note, wide / 2);
        let text = truncate(&text, wide.saturating_sub(KIND + cells(&note) + 2));
        let kind = panel::padded(kind, KIND);
        let end = panel::line(list, row, buf, &[(&kind, style(Role::Muted)), (&text, style(role))]);
        panel::right(list, row, buf, &note, style(Role::Muted), end);
        if at == state.cursor {
            buf.set_style(Rect { y: list.y + row, height: 1, ..list }, style(Role::Cursor));
        }
    }
}

struct Row {
    kind: &'static str,
    text: String,
    note: String,
    role: Role,
}

fn described(state: &State, shared: &Shared, board: &Board, found: Found) -> Option<Row> {
    Some(match found {
        Found::Date(date) => {
            Row { kind: "go to", text: date.format("%a %-d %b %Y").to_string(), note: "date".into(), role: Role::Text }
        }
        Found::Item(at) => {
            let item = state.items.get(at)?;
            let kind = match &item.what {
                What::Action(_) => "do",
                What::Channel(_) => "channel",
                What::Campaign(_) | What::Build(_) => "campaign",
                What::Tag(_) => "tag",
            };
            let role = if item.muted { Role::Muted } else { Role::Text };
            Row { kind, text: item.text.clone(), note: item.note.clone(), role }
        }
        Found::Post(at) => {
            let post = state.posts.as_ref()?.get(at)?;
            let when = post.at.map_or_else(|| "no time".into(), |at| moment::brief(at, shared.now, shared));
            let word = board.post(post.id).map(|post| post.state(shared.now).word());
            let note = word.map_or_else(|| when.clone(), |word| format!("{word} · {when}"));
            Row { kind: if post.draft { "draft" } else { "post" }, text: one_line(&post.head), note, role: Role::Text }
        }
    })
}
