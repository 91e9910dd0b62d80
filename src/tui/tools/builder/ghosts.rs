//! The posts that a recipe makes: each with its time, what stands in its way, and how its texts count; and the calendar
//! they are shown in. Computed after each change and only read while drawing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::fields::{self, Fault};
use super::state::{Field, State, is_planned};
use crate::domain::campaign::Pace;
use crate::domain::campaign::Progress;
use crate::domain::carries::Way;
use crate::domain::channel::Channel;
use crate::domain::ids::{AccountName, PostId};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::{Problem, Severity};
use crate::domain::recipe::Row;
use crate::domain::schedule::Resolved;
use crate::domain::styling::Styling;
use crate::text::campaign::{Busy, Met, certain, same_text, settle_clash};
use crate::text::measure::Measure;
use crate::text::rules::Rules;
use crate::text::style::Book;
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::tools::composer;

/// One post of the campaign.
#[derive(Clone, Debug)]
pub struct Ghost {
    /// Its number in the campaign, from 1.
    pub number: u32,
    /// The post it is, or will be.
    pub post: Arc<Post>,
    pub standing: Standing,
    /// Whether it was moved out of the rhythm.
    pub moved: bool,
    /// Whether it has channels, media or texts of its own.
    pub own: bool,
    /// Another post of one of its channels nearby, in words.
    pub clash: Option<String>,
    /// What stands in its way, time and text apart from channels.
    pub notes: Vec<Note>,
    /// One per channel.
    pub counts: Arc<Vec<Count>>,
}

/// What a post is counted by, itself apart.
#[derive(Clone, Debug)]
pub struct Ground {
    book: Arc<Book>,
    rules: Arc<Rules>,
    channels: Vec<Channel>,
    ways: HashMap<AccountName, Way>,
}

impl Ground {
    fn of(shared: &Shared, board: &Board) -> Self {
        let (book, rules) = (board.book.clone(), shared.rules.clone());
        Self { book, rules, channels: board.channels.clone(), ways: board.ways.clone() }
    }

    fn holds(&self, shared: &Shared, board: &Board) -> bool {
        (Arc::ptr_eq(&self.book, &board.book) || self.book == board.book)
            && Arc::ptr_eq(&self.rules, &shared.rules)
            && self.channels == board.channels
            && self.ways == board.ways
    }
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be scheduled.
    Good,
    /// Something stands in its way.
    Refused,
    /// It is scheduled or out.
    Sent,
}

/// Something about a post, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub severity: Severity,
    pub words: String,
}

/// How one channel takes a post.
#[derive(Clone, Debug)]
pub struct Count {
    pub mark: String,
    pub measure: Option<Measure>,
    pub problems: Vec<Problem>,
}

impl Count {
    /// The worst that was found.
    pub fn worst(&self) -> Option<Severity> {
        self.problems.iter().map(|problem| problem.severity).max()
    }
}

impl Ghost {
    /// How many things its channels mind, its time apart.
    pub fn blockers_but_time(&self) -> usize {
        let problems = self.counts.iter().flat_map(|count| &count.problems);
        problems.filter(|problem| problem.severity == Severity::Blocker).count()
    }

    /// How many things stand in its way.
    pub fn blockers(&self) -> usize {
        let of_channels = self.counts.iter().flat_map(|count| &count.problems).map(|problem| problem.severity);
        let all = self.notes.iter().map(|note| note.severity).chain(of_channels);
        all.filter(|severity| *severity == Severity::Blocker).count()
    }
}

/// Computes every post anew; counts are kept where the post and what it is counted by are what they were.
pub fn compute(state: &mut State, shared: &Shared, board: &Board) {
    let read = fields::read(&state.recipe, shared, board);
    // A start that has passed meanwhile is still the moment that was meant.
    state.recipe.starts_at = read.starts_at.or(state.recipe.starts_at);
    state.faults = read.faults;
    let name = state.recipe.name.trim();
    let own = state.stored.values().any(|post| post.campaign.as_deref() == Some(name));
    if !own && board.is_taken(name, &state.recipe) {
        let words = "a campaign has this name already: choose another one, or open that one with g C".into();
        state.faults.insert(0, Fault { field: Field::Name, words });
    }
    // What was scheduled a moment ago keeps the number it was shown with.
    let shown = state.ghosts.iter().filter(|ghost| state.just_sent.contains(&ghost.post.id));
    let mut kept: HashMap<PostId, u32> = shown.map(|ghost| (ghost.post.id, ghost.number)).collect();
    kept.extend(state.stored.iter().filter_map(|(id, post)| Some((*id, post.number?))));
    let numbers = state.recipe.numbers(&kept);
    let moments = moments(state, read.pace.as_ref(), numbers.iter().copied().max().unwrap_or(0), shared, board);
    let counted = state.ground.as_ref().is_some_and(|ground| ground.holds(shared, board));
    if !counted {
        state.ground = Some(Ground::of(shared, board));
    }
    let before: HashMap<PostId, Ghost> = state.ghosts.drain(..).map(|ghost| (ghost.post.id, ghost)).collect();
    let mut own = Busy::default();
    let mut said: HashMap<String, u32> = HashMap::new();
    let mut ghosts = Vec::with_capacity(state.recipe.rows.len());
    for (row, number) in state.recipe.rows.iter().zip(numbers) {
        let earlier = before.get(&row.id);
        let place = Place { number, moment: moment(row, number, &moments), earlier, counted };
        let ghost = if row.sent { sent(state, row, &place, shared, board) } else { None };
        let ghost = ghost.unwrap_or_else(|| open(state, row, &place, &mut own, &mut said, shared, board));
        ghosts.push(ghost);
    }
    // In the order of their numbers: what is sent stands between the rest.
    ghosts.sort_by_key(|ghost| ghost.number);
    state.ghosts = ghosts;
}

struct Place<'a> {
    number: u32,
    moment: Option<Resolved>,
    earlier: Option<&'a Ghost>,
    /// Whether its counts still hold where it says the same.
    counted: bool,
}

fn moment(row: &Row, number: u32, moments: &[Resolved]) -> Option<Resolved> {
    let in_rhythm = usize::try_from(number).ok().and_then(|number| moments.get(number.checked_sub(1)?)).copied();
    row.at.map(Resolved::At).or(in_rhythm)
}

fn moments(state: &mut State, pace: Option<&Pace>, count: u32, shared: &Shared, board: &Board) -> Vec<Resolved> {
    let count = usize::try_from(count).unwrap_or(usize::MAX).min(crate::text::campaign::MOST_POSTS);
    match pace {
        None => Vec::new(),
        Some(Pace::Rhythm(rhythm)) => rhythm.moments(count).unwrap_or_else(|error| {
            state.faults.push(Fault { field: Field::Every, words: error.to_string() });
            Vec::new()
        }),
        Some(Pace::Slots(start)) => {
            // Its own posts stand in slots that are theirs: what is scheduled of it pushes nothing on.
            let its: HashSet<PostId> = state.recipe.rows.iter().map(|row| row.id).collect();
            let others: Vec<Arc<Post>> = state.near.iter().filter(|post| !its.contains(&post.id)).cloned().collect();
            let by = (shared.zone, shared.habits.near);
            let open = board.plan.slots_from(&board.channels, &others, &state.recipe.to, start.instant(), by);
            let found: Vec<Resolved> = open.into_iter().take(count).map(Resolved::At).collect();
            if found.len() < count {
                let words = format!("only {} of {count} posts find a free slot of these channels", found.len());
                state.faults.push(Fault { field: Field::Every, words });
            }
            found
        }
    }
}

/// What is scheduled or out is as the store has it.
fn sent(state: &State, row: &Row, place: &Place<'_>, shared: &Shared, board: &Board) -> Option<Ghost> {
    let post = match state.stored.get(&row.id).filter(|post| is_planned(post)) {
        Some(post) => post.clone(),
        // Scheduled a moment ago.
        None => place.earlier.map(|earlier| earlier.post.clone())?,
    };
    let counts = counts(&post, place, shared, board);
    let notes = state.stored.get(&row.id).and_then(|post| post.cause(shared.now)).map(|cause| Note {
        severity: Severity::Blocker,
        words: format!("{}: it is in the failed queue", cause.title()),
    });
    Some(Ghost {
        number: place.number,
        post,
        standing: Standing::Sent,
        moved: row.at.is_some(),
        own: false,
        clash: None,
        notes: notes.into_iter().collect(),
        counts,
    })
}

fn open(
    state: &State,
    row: &Row,
    place: &Place<'_>,
    own_busy: &mut Busy,
    said: &mut HashMap<String, u32>,
    shared: &Shared,
    board: &Board,
) -> Ghost {
    let mut post = draft(state, row, place.number, shared);
    let mut notes = Vec::new();
    let mut note = |severity, words: String| notes.push(Note { severity, words });
    match place.moment.map(|moment| certain(moment, &shared.habits)) {
        Some((schedule, question)) => {
            post.schedule = Some(schedule);
            if let Some(words) = question {
                note(Severity::Blocker, format!("{words}; s gives it a time of its own"));
            }
        }
        None => post.schedule = None,
    }
    let busy = [&state.busy, &*own_busy];
    let met = settle_clash(&mut post, state.recipe.on_clash, &board.channels, &busy, &shared.habits);
    let mut clash = None;
    match met {
        Some(Met::Refused(words)) => {
            note(Severity::Blocker, words.clone());
            clash = Some(words);
        }
        Some(Met::Kept(words)) => {
            note(Severity::Warning, words.clone());
            clash = Some(words);
        }
        Some(Met::PutOff(words)) => note(Severity::Hint, words),
        None => {}
    }
    if let Some((severity, words)) = of_its_time(&post, shared, board) {
        note(severity, words);
    }
    if post.body.trim().is_empty() && post.media.is_empty() {
        note(Severity::Blocker, "there is no text yet; e writes one".into());
    }
    if let Some(first) = said.get(&post.body).copied() {
        note(Severity::Hint, same_text(first));
    } else {
        said.insert(post.body.clone(), place.number);
    }
    if row.gone {
        note(Severity::Warning, "its post was deleted since; scheduled, it is made anew, d takes it out".into());
    }
    if let Some(words) = state.refused.get(&row.id) {
        note(Severity::Warning, format!("not scheduled before: {words}"));
    }
    notes.extend(heard(state, &post));
    let counts = counts(&post, place, shared, board);
    let mut ghost = Ghost {
        number: place.number,
        post: Arc::new(post),
        standing: Standing::Good,
        moved: row.at.is_some(),
        own: state.stored.contains_key(&row.id),
        clash,
        notes,
        counts,
    };
    if ghost.blockers() > 0 || ghost.post.schedule.is_none() || ghost.post.targets.is_empty() {
        ghost.standing = Standing::Refused;
    } else {
        own_busy.add(&ghost.post);
    }
    ghost
}

/// What the providers said of the post as it is.
fn heard(state: &State, post: &Post) -> Vec<Note> {
    let Some((asked, said)) = state.heard.get(&post.id) else { return Vec::new() };
    if !says_the_same(asked, post) || asked.schedule != post.schedule {
        return Vec::new();
    }
    match said {
        Ok(problems) => {
            let words = |problem: &Problem| {
                let mark = problem.network.as_ref().map(|network| format!("{} ", network.mark())).unwrap_or_default();
                format!("{mark}{} · {} (says the provider)", problem.words, problem.remedy)
            };
            problems.iter().map(|problem| Note { severity: problem.severity, words: words(problem) }).collect()
        }
        Err(words) => {
            let words = format!("the provider was not asked: {words}");
            vec![Note { severity: Severity::Warning, words }]
        }
    }
}

fn of_its_time(post: &Post, shared: &Shared, board: &Board) -> Option<(Severity, String)> {
    let schedule = post.schedule?;
    if schedule.instant() <= shared.now {
        return Some((Severity::Blocker, "its time is in the past; s gives it another".into()));
    }
    let day = schedule.instant().with_timezone(&shared.zone).date_naive();
    let embargo = board.plan.embargo(day)?;
    Some((Severity::Blocker, format!("nothing goes out on {}: {}", day.format("%a %-d %b"), embargo.words)))
}

/// The post that a row would be. One that was edited by itself keeps its channels, media, options and style.
fn draft(state: &State, row: &Row, number: u32, shared: &Shared) -> Post {
    let recipe = &state.recipe;
    let mut post = match state.stored.get(&row.id) {
        Some(own) => Post::clone(own),
        None => Post {
            media: recipe.media.clone(),
            options: recipe.options.clone(),
            first_comment: recipe.first_comment.clone(),
            styling: Styling { style: recipe.style.clone(), ..Styling::default() },
            ..Post::draft(row.id, shared.now)
        },
    };
    if post.targets.is_empty() {
        post.targets = recipe.to.iter().cloned().map(Target::new).collect();
    }
    post.body.clone_from(&row.text);
    post.campaign = Some(recipe.name.trim().to_owned()).filter(|name| !name.is_empty());
    (post.number, post.wish) = (Some(number), Wish::Draft);
    post
}

/// How each channel takes the post. What was counted before holds as long as the post says the same.
fn counts(post: &Post, place: &Place<'_>, shared: &Shared, board: &Board) -> Arc<Vec<Count>> {
    if let Some(earlier) = place.earlier.filter(|earlier| place.counted && says_the_same(&earlier.post, post)) {
        return earlier.counts.clone();
    }
    let count = |target: &Target| {
        let (measure, problems) = composer::of_channel(post, target, shared, board);
        let mark = board.channel(&target.channel).map_or("?", |channel| channel.network.mark()).to_owned();
        Count { mark, measure, problems }
    };
    Arc::new(post.targets.iter().map(count).collect())
}

/// Whether two posts are the same but for when they go out and where they stand.
fn says_the_same(one: &Post, other: &Post) -> bool {
    let Post {
        id,
        body,
        title,
        targets,
        queue,
        wish,
        media,
        campaign,
        tags,
        options,
        first_comment,
        styling,
        source,
        conflict,
        pending,
        schedule: _,
        number: _,
        created_at: _,
        updated_at: _,
    } = one;
    *id == other.id
        && *body == other.body
        && *title == other.title
        && *targets == other.targets
        && *queue == other.queue
        && *wish == other.wish
        && *media == other.media
        && *campaign == other.campaign
        && *tags == other.tags
        && *options == other.options
        && *first_comment == other.first_comment
        && *styling == other.styling
        && *source == other.source
        && *conflict == other.conflict
        && *pending == other.pending
}

/// Puts the ghosts into the calendar beside what is there anyway.
pub fn show(state: &mut State, board: &Board) {
    let its: HashSet<PostId> = state.ghosts.iter().map(|ghost| ghost.post.id).collect();
    let mut posts: BTreeMap<(Option<DateTime<Utc>>, PostId), Arc<Post>> = BTreeMap::new();
    let others = state.near.iter().filter(|post| !its.contains(&post.id));
    for post in others.chain(state.ghosts.iter().map(|ghost| &ghost.post)).filter(|post| post.instant().is_some()) {
        posts.insert((post.instant(), post.id), post.clone());
    }
    let shown = &mut state.board;
    shown.posts = posts.into_values().collect();
    shown.range = state.span.clone();
    if shown.channels != board.channels {
        shown.channels.clone_from(&board.channels);
    }
    if shown.plan != board.plan {
        shown.plan = board.plan.clone();
    }
    // Its own bar, as it would be; those of the others as they are.
    let names = [state.recipe.name.trim(), state.recipe.called.trim()];
    shown.progress = board.progress.iter().filter(|each| !names.contains(&each.name.as_str())).cloned().collect();
    let instants = || state.ghosts.iter().filter_map(|ghost| ghost.post.instant());
    shown.progress.push(Progress {
        name: state.recipe.name.trim().to_owned(),
        posts: u32::try_from(state.ghosts.len()).unwrap_or(u32::MAX),
        published: u32::try_from(state.ghosts.iter().filter(|ghost| is_live(&ghost.post)).count()).unwrap_or(0),
        first: instants().min(),
        last: instants().max(),
    });
    shown.clashes.clear();
    shown.clashes.extend(state.ghosts.iter().filter_map(|ghost| Some((ghost.post.id, ghost.clash.clone()?))));
}

fn is_live(post: &Post) -> bool {
    let live = |target: &Target| target.is_out();
    !post.targets.is_empty() && post.targets.iter().all(live)
}

/// How the whole campaign stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub posts: usize,
    pub good: usize,
    pub refused: usize,
    pub sent: usize,
    /// Those of the sent ones that are held.
    pub held: usize,
    pub published: usize,
    pub clashes: usize,
    /// Posts per network.
    pub networks: BTreeMap<String, usize>,
    pub first: Option<DateTime<Utc>>,
    pub last: Option<DateTime<Utc>>,
}

/// Adds everything up at `now`; of what is to be scheduled alone, where only that counts.
pub fn totals(state: &State, board: &Board, now: DateTime<Utc>, only_good: bool) -> Totals {
    let mut totals = Totals::default();
    for ghost in &state.ghosts {
        totals.posts += 1;
        match ghost.standing {
            Standing::Good => totals.good += 1,
            Standing::Refused => totals.refused += 1,
            Standing::Sent => totals.sent += 1,
        }
        let held = ghost.standing == Standing::Sent && ghost.post.state(now) == crate::domain::outcome::State::Held;
        totals.held += usize::from(held);
        totals.published += usize::from(is_live(&ghost.post));
        totals.clashes += usize::from(ghost.clash.is_some());
        if only_good && ghost.standing != Standing::Good {
            continue;
        }
        let at = ghost.post.instant();
        totals.first = [totals.first, at].into_iter().flatten().min();
        totals.last = totals.last.max(at);
        for target in &ghost.post.targets {
            let network = board.channel(&target.channel).map_or("?", |channel| channel.network.name());
            *totals.networks.entry(network.to_owned()).or_default() += 1;
        }
    }
    totals
}
