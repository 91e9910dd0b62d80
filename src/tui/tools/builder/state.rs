//! What is being made, and what was last computed of it.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use ratatui::layout::Rect;

use super::fields::Fault;
use super::ghosts::{self, Ghost, Ground};
use super::regions::regions;
use crate::domain::channel::Channel;
use crate::domain::filter::Filter;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::Problem;
use crate::domain::recipe::{Recipe, Row};
use crate::domain::schedule::Schedule;
use crate::text::campaign::{Busy, file_of, texts};
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{OfCampaign, Timer};
use crate::tui::panes::calendar;
use crate::tui::widgets::editor::Editor;
use crate::tui::widgets::input::Input;

/// How long the typing has to pause before the recipe is kept.
const PAUSE: TimeDelta = TimeDelta::milliseconds(400);
/// How far before today and behind the last post the calendar is filled.
const AROUND: TimeDelta = TimeDelta::days(40);
/// How far ahead it is filled in any case.
const AHEAD: TimeDelta = TimeDelta::days(90);
/// How many changes can be taken back.
const STEPS: usize = 100;

/// The three parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Recipe,
    Calendar,
    Posts,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Recipe, Self::Calendar, Self::Posts];

    pub fn title(self) -> &'static str {
        match self {
            Self::Recipe => "Recipe",
            Self::Calendar => "Calendar",
            Self::Posts => "Posts",
        }
    }
}

/// The fields of the recipe, from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Name,
    Start,
    Every,
    Times,
    Weekends,
    Clash,
    Style,
    Media,
    Options,
    Channels,
    Texts,
}

impl Field {
    pub const ALL: [Self; 11] = [
        Self::Name,
        Self::Start,
        Self::Every,
        Self::Times,
        Self::Weekends,
        Self::Clash,
        Self::Style,
        Self::Media,
        Self::Options,
        Self::Channels,
        Self::Texts,
    ];

    /// Whether something is typed in it.
    pub fn is_typed(self) -> bool {
        matches!(self, Self::Name | Self::Start | Self::Every | Self::Times | Self::Texts)
    }
}

/// The builder's state.
#[derive(Clone, Debug)]
pub struct State {
    pub(super) recipe: Recipe,
    pub(super) part: Part,
    /// Whether keys are text.
    pub(super) typing: bool,
    pub(super) field: Field,
    /// The channel the form's cursor is on, by its place among [`State::offered`].
    pub(super) channel_at: usize,
    /// How many channels there are to choose from.
    pub(super) offers: usize,
    pub(super) name: Input,
    pub(super) start: Input,
    pub(super) every: Input,
    pub(super) times: Input,
    pub(super) texts: Editor,
    /// The row the list's cursor is on.
    pub(super) at: usize,
    /// The first row of the list that is shown.
    pub(super) top: usize,
    /// The calendar with the ghosts, and what it shows.
    pub(super) calendar: calendar::State,
    pub(super) board: Board,
    /// Posts round about, as loaded, and what channels have ahead of them in these.
    pub(super) near: Vec<Arc<Post>>,
    pub(super) busy: Busy,
    /// What posts were last counted by.
    pub(super) ground: Option<Ground>,
    /// The span they were asked for.
    pub(super) span: Range<DateTime<Utc>>,
    /// The posts of the campaign that the store has.
    pub(super) stored: HashMap<PostId, Arc<Post>>,
    /// Whether these have come.
    pub(super) loaded: bool,
    /// Whether posts of it are being handed over just now.
    pub(super) launching: bool,
    /// Scheduled a moment ago, and not seen in the store yet.
    pub(super) just_sent: BTreeSet<PostId>,
    /// Posts the providers are being asked about, as they were then.
    pub(super) asked: HashMap<PostId, Post>,
    /// What the providers said of them.
    pub(super) heard: HashMap<PostId, (Post, Result<Vec<Problem>, String>)>,
    /// Why a post was not scheduled, in words.
    pub(super) refused: HashMap<PostId, String>,
    pub(super) ghosts: Vec<Ghost>,
    /// The post that a sheet of media or options asks about; none where it is about every post.
    pub(super) meant: Option<PostId>,
    /// What there was before the composer was opened on a row: it keeps what is typed before it closes.
    pub(super) before_edit: Option<Step>,
    pub(super) faults: Vec<Fault>,
    /// Increases with every change.
    pub(super) revision: u64,
    /// The revision that was last given away to be kept.
    pub(super) sent_revision: u64,
    pub(super) kept: Option<Result<DateTime<Utc>, String>>,
    pub(super) area: Rect,
    /// Whether the mouse button went down in the calendar.
    pub(super) pressed: bool,
    /// The moment the calendar was last brought to.
    followed: Option<DateTime<Utc>>,
    done: VecDeque<Step>,
    undone: Vec<Step>,
    /// What the panes had before.
    before: Before,
}

/// What can be come back to: the recipe, and what its rows had of their own.
#[derive(Clone, Debug)]
pub(super) struct Step {
    recipe: Recipe,
    own: Vec<Arc<Post>>,
    /// The rows that had nothing of their own, as far as is known.
    bare: BTreeSet<PostId>,
    /// What was scheduled and is moved with this change.
    moves: Vec<Moved>,
}

/// A scheduled post that a change moves.
#[derive(Clone, Copy, Debug)]
struct Moved {
    id: PostId,
    /// Where it stood.
    from: Schedule,
    /// Where it goes.
    to: Schedule,
}

/// What the panes share and the builder needs for itself.
#[derive(Clone, Debug)]
struct Before {
    cursor: Option<PostId>,
    marks: BTreeSet<PostId>,
    filter: Option<Filter>,
    only: BTreeSet<ChannelId>,
}

impl State {
    pub(super) fn new(mut recipe: Recipe, shared: &mut Shared, board: &Board) -> Self {
        recipe.start = start_words(&recipe, shared.zone);
        if recipe.called.trim().is_empty() {
            recipe.called = recipe.name.trim().to_owned();
        }
        let before = Before {
            cursor: shared.cursor.take(),
            marks: std::mem::take(&mut shared.marks),
            filter: shared.filter.take(),
            only: std::mem::take(&mut shared.only),
        };
        let blank = recipe.is_blank();
        let mut state = Self {
            part: Part::Recipe,
            typing: blank,
            field: if blank { Field::Name } else { Field::Texts },
            channel_at: 0,
            offers: 0,
            name: Input::new(recipe.name.clone()),
            start: Input::new(recipe.start.clone()),
            every: Input::new(recipe.every.clone()),
            times: Input::new(recipe.times.clone()),
            texts: Editor::new(&file_of(recipe.texts())),
            at: 0,
            top: 0,
            calendar: calendar::State::default(),
            board: Board::default(),
            near: Vec::new(),
            busy: Busy::default(),
            ground: None,
            span: shared.now..shared.now,
            stored: HashMap::new(),
            loaded: false,
            launching: false,
            just_sent: BTreeSet::new(),
            asked: HashMap::new(),
            heard: HashMap::new(),
            refused: HashMap::new(),
            ghosts: Vec::new(),
            meant: None,
            before_edit: None,
            faults: Vec::new(),
            revision: 0,
            sent_revision: 0,
            kept: None,
            area: Rect::new(0, 0, shared.size.0, shared.size.1),
            pressed: false,
            followed: None,
            done: VecDeque::new(),
            undone: Vec::new(),
            before,
            recipe,
        };
        state.refresh(shared, board);
        state
    }

    /// Gives the panes back what they had.
    pub(super) fn hand_back(self, shared: &mut Shared) {
        let Before { cursor, marks, filter, only } = self.before;
        (shared.cursor, shared.marks, shared.filter, shared.only) = (cursor, marks, filter, only);
    }

    /// Asks for the campaign's posts and for those round about.
    pub(super) fn load(&mut self, shared: &Shared) -> Effect {
        let last = self.ghosts.iter().filter_map(|ghost| ghost.post.instant()).max().unwrap_or(shared.now);
        let until = last.max(shared.now + AHEAD);
        self.span = shared.now - AROUND..until.checked_add_signed(AROUND).unwrap_or(until);
        Effect::LoadCampaign {
            id: self.recipe.id,
            // Not the one that is being typed: on its way it may be that of another campaign.
            name: self.recipe.called.trim().to_owned(),
            posts: self.recipe.rows.iter().map(|row| row.id).collect(),
            span: self.span.clone(),
        }
    }

    /// Takes in what the store has.
    pub(super) fn take_in(&mut self, of: OfCampaign, shared: &mut Shared, board: &Board) {
        self.loaded = true;
        self.near = of.near;
        self.stored = of.posts.iter().map(|post| (post.id, post.clone())).collect();
        let Self { recipe, stored, just_sent, .. } = self;
        just_sent.retain(|id| !stored.get(id).is_some_and(|post| is_planned(post)));
        for row in &mut recipe.rows {
            let was = row.sent;
            row.sent = just_sent.contains(&row.id) || stored.get(&row.id).is_some_and(|post| is_planned(post));
            row.gone = !stored.contains_key(&row.id) && !row.sent && (row.gone || was);
        }
        let known: BTreeSet<PostId> = recipe.rows.iter().map(|row| row.id).collect();
        // What was made elsewhere, in the shell say, stands where it stands.
        recipe.rows.extend(of.posts.iter().filter(|post| !known.contains(&post.id)).map(|post| Row {
            id: post.id,
            text: post.body.clone(),
            at: post.schedule,
            sent: is_planned(post),
            gone: false,
        }));
        // One that is another's as a whole goes where its posts go: nobody chose channels for it here.
        if known.is_empty() && recipe.to.is_empty() {
            let there: BTreeSet<&ChannelId> =
                of.posts.iter().flat_map(|post| &post.targets).map(|target| &target.channel).collect();
            let offered = board.channels.iter().map(|channel| &channel.id).filter(|id| there.contains(id));
            recipe.to = offered.cloned().collect();
        }
        self.count_busy();
        self.show_texts();
        self.refresh(shared, board);
    }

    fn count_busy(&mut self) {
        self.busy = Busy::default();
        for post in self.near.iter().chain(self.stored.values()) {
            self.busy.add_planned(post);
        }
    }

    /// Brings the text field to what is still to be sent, unless it says just that.
    pub(super) fn show_texts(&mut self) {
        let wanted: Vec<&str> = self.recipe.texts().collect();
        if texts(self.texts.text()) != wanted {
            let file = file_of(wanted.into_iter());
            self.texts.set_text(&file);
        }
    }

    /// The channels one can choose from.
    pub(super) fn offered<'a>(&self, board: &'a Board) -> Vec<&'a Channel> {
        board.channels.iter().filter(|channel| !channel.gone || self.recipe.to.contains(&channel.id)).collect()
    }

    /// A field was typed in: the recipe follows.
    pub(super) fn typed(&mut self, shared: &mut Shared, board: &Board) -> Vec<Effect> {
        match self.field {
            Field::Name => self.recipe.name = self.name.text().to_owned(),
            Field::Start => {
                self.recipe.start = self.start.text().to_owned();
                self.recipe.starts_at = None;
            }
            Field::Every => self.recipe.every = self.every.text().to_owned(),
            Field::Times => self.recipe.times = self.times.text().to_owned(),
            Field::Texts => {
                let ids = shared.ids.clone();
                self.recipe.take_texts(texts(self.texts.text()), || ids.post(shared.now));
            }
            _ => {}
        }
        self.changed(shared, board)
    }

    /// Remembers the recipe as it is, so that the next change can be taken back.
    pub(super) fn step(&mut self) {
        let here = self.here();
        self.step_from(here);
    }

    /// The same where scheduled posts are moved with the change: they go back with it.
    pub(super) fn step_moving(&mut self, moves: &[(PostId, Schedule)]) {
        let moved = |(id, to): &(PostId, Schedule)| {
            let from = self.board.post(*id)?.schedule?;
            Some(Moved { id: *id, from, to: *to })
        };
        let moves = moves.iter().filter_map(moved).collect();
        let here = self.here();
        self.step_from(Step { moves, ..here });
    }

    /// The same of what there was a while ago.
    pub(super) fn step_from(&mut self, step: Step) {
        self.undone.clear();
        self.done.push_back(step);
        if self.done.len() > STEPS {
            self.done.pop_front();
        }
    }

    pub(super) fn here(&self) -> Step {
        let own = self.recipe.rows.iter().filter_map(|row| self.stored.get(&row.id));
        let own = own.filter(|post| !is_planned(post)).cloned().collect();
        let bare = self.recipe.rows.iter().map(|row| row.id).filter(|id| self.loaded && !self.stored.contains_key(id));
        Step { recipe: self.recipe.clone(), own, bare: bare.collect(), moves: Vec::new() }
    }

    /// Takes the last change back, or does it again; answers what the store has to hear of it, and nothing where there
    /// was none.
    pub(super) fn turn_back(&mut self, back: bool, at: DateTime<Utc>) -> Option<Vec<Effect>> {
        let Step { recipe: mut other, own, bare, moves } = if back { self.done.pop_back() } else { self.undone.pop() }?;
        // What was sent meanwhile is sent.
        for row in &mut other.rows {
            row.sent = self.recipe.rows.iter().any(|now| now.id == row.id && now.sent);
        }
        let missing = |row: &&Row| row.sent && !other.rows.iter().any(|each| each.id == row.id);
        let sent: Vec<Row> = self.recipe.rows.iter().filter(missing).cloned().collect();
        other.rows.extend(sent);
        let turned = moves.iter().map(|moved| Moved { from: moved.to, to: moved.from, ..*moved });
        let now = Step { moves: turned.collect(), ..self.here() };
        // What its posts are called is no step of the typing.
        other.called.clone_from(&self.recipe.called);
        self.recipe = other;
        let mut effects = self.settle_drafts(&now, own, &bare);
        effects.extend(self.move_back(&moves, at));
        if back {
            self.undone.push(now)
        } else {
            self.done.push_back(now)
        }
        let Recipe { name, start, every, times, .. } = &self.recipe;
        self.name.set_text(name);
        self.start.set_text(start);
        self.every.set_text(every);
        self.times.set_text(times);
        self.show_texts();
        Some(effects)
    }

    /// Scheduled posts go back to where they stood, but for those that are out, that somebody moved since, or whose time
    /// has passed: one of these would hold back all.
    fn move_back(&self, moves: &[Moved], now: DateTime<Utc>) -> Option<Effect> {
        let fits = |moved: &&Moved| {
            let Some(post) = self.board.post(moved.id) else { return false };
            // The store may not have told of the move yet.
            let stands = [Some(moved.from), Some(moved.to)].contains(&post.schedule);
            stands && post.fixed(now).is_none() && moved.from.instant() > now
        };
        let back: Vec<_> = moves.iter().filter(fits).map(|moved| (moved.id, moved.from)).collect();
        (!back.is_empty()).then_some(Effect::Move(back))
    }

    /// Rows that are here again have again what was their own; what belongs to rows that are gone, or that had nothing of
    /// their own then, goes.
    fn settle_drafts(&mut self, before: &Step, own: Vec<Arc<Post>>, bare: &BTreeSet<PostId>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for post in own {
            let planned = self.stored.get(&post.id).is_some_and(|stored| is_planned(stored));
            if !planned && self.stored.get(&post.id) != Some(&post) {
                effects.push(Effect::Autosave(Box::new(Post::clone(&post)), None));
                self.stored.insert(post.id, post);
            }
        }
        let is_gone = |id: &PostId| bare.contains(id) || !self.recipe.rows.iter().any(|row| row.id == *id);
        let gone: Vec<PostId> = before.own.iter().map(|post| post.id).filter(is_gone).collect();
        let gone: Vec<PostId> = gone.into_iter().filter(|id| self.stored.remove(id).is_some()).collect();
        if !gone.is_empty() {
            effects.push(Effect::Delete(gone));
        }
        effects
    }

    /// Something changed: compute what follows, and keep the recipe when the typing pauses.
    pub(super) fn changed(&mut self, shared: &mut Shared, board: &Board) -> Vec<Effect> {
        self.revision += 1;
        self.refresh(shared, board);
        let mut effects = vec![Effect::After(PAUSE, Timer::Campaign(self.revision))];
        let last = self.ghosts.iter().filter_map(|ghost| ghost.post.instant()).max();
        if last.is_some_and(|last| last > self.span.end) {
            effects.push(self.load(shared));
        }
        effects
    }

    /// Computes what follows from the recipe, the store and the time.
    pub(super) fn refresh(&mut self, shared: &mut Shared, board: &Board) {
        self.offers = self.offered(board).len();
        self.channel_at = self.channel_at.min(self.offers.saturating_sub(1));
        ghosts::compute(self, shared, board);
        self.at = self.at.min(self.ghosts.len().saturating_sub(1));
        ghosts::show(self, board);
        calendar::refresh(&mut self.calendar, shared, &self.board);
        if self.part == Part::Recipe {
            self.follow_first(shared);
        }
        self.settle(self.area);
    }

    /// While the recipe is written, the calendar shows where the campaign begins.
    fn follow_first(&mut self, shared: &mut Shared) {
        let first =
            self.ghosts.iter().filter(|ghost| ghost.post.instant().is_some()).min_by_key(|it| it.post.instant());
        let first = first.map(|ghost| (ghost.post.id, ghost.post.instant()));
        if let Some((id, at)) = first.filter(|(_, at)| *at != self.followed) {
            self.followed = at;
            calendar::follow(&mut self.calendar, shared, &self.board, id);
        }
    }

    /// Brings the calendar to the row under the cursor.
    pub(super) fn follow_row(&mut self, shared: &mut Shared) {
        if let Some(ghost) = self.ghosts.get(self.at) {
            shared.cursor = Some(ghost.post.id);
            calendar::follow(&mut self.calendar, shared, &self.board, ghost.post.id);
        }
    }

    /// The row of a post.
    pub(super) fn row_of(&self, id: PostId) -> Option<usize> {
        self.ghosts.iter().position(|ghost| ghost.post.id == id)
    }

    /// Tells the parts how much room they have.
    pub(super) fn settle(&mut self, area: Rect) {
        self.area = area;
        let places = regions(self, area);
        if places.calendar.height > 0 {
            calendar::fit(&mut self.calendar, places.calendar);
        }
        self.texts.settle(places.texts.width, places.texts.height);
        let rows = usize::from(places.posts.height);
        self.top = crate::tui::scroll::follow(self.top, self.at, rows, self.ghosts.len());
    }

    /// Gives the recipe away to be kept, unless that was done.
    pub(super) fn keep(&mut self, revision: u64) -> Vec<Effect> {
        if revision != self.revision || revision == self.sent_revision {
            return Vec::new();
        }
        self.sent_revision = revision;
        vec![Effect::KeepCampaign(Box::new(self.recipe.clone()))]
    }

    /// A post that stands for all of them: what the sheets of media and options ask about.
    pub(super) fn template(&self, shared: &Shared) -> Post {
        let mut post = Post::draft(self.recipe.id, shared.now);
        post.body = self.recipe.texts().next().unwrap_or_default().to_owned();
        post.targets = self.recipe.to.iter().cloned().map(Target::new).collect();
        post.media.clone_from(&self.recipe.media);
        post.options = self.recipe.options.clone();
        post.first_comment.clone_from(&self.recipe.first_comment);
        post.styling.style.clone_from(&self.recipe.style);
        post
    }
}

/// Whether a post is scheduled, out, or at a provider: the builder leaves it as it is.
pub(super) fn is_planned(post: &Post) -> bool {
    post.wish != Wish::Draft || post.is_remote()
}

/// The start as it is typed on: words like "tomorrow" meant another day when they were written.
pub(super) fn start_words(recipe: &Recipe, zone: Tz) -> String {
    let Some(at) = recipe.starts_at else { return recipe.start.clone() };
    match Schedule::resolve(at.wall(), at.zone()).certain() {
        Some(_) if at.zone() == zone => at.wall().format("%Y-%m-%d %H:%M").to_string(),
        _ => at.instant().with_timezone(&at.zone()).to_rfc3339(),
    }
}
