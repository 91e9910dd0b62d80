//! A time in words, echoed as a full date while typing.

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::plan::asks_slot;
use crate::domain::post::Post;
use crate::domain::queue::{self, Next, Offer};
use crate::domain::repeat::{self, Clocks, Rule};
use crate::domain::schedule::{Resolved, Schedule};
use crate::domain::when::{Reading, read};
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::{Board, distance_words};
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, KeyCode, KeyModifiers};
use crate::tui::slots;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::{moment, panel};

/// Two posts nearer to each other than this are worth a word.
const CLOSE: TimeDelta = TimeDelta::minutes(5);
/// How many dates of a rule are shown.
const DATES: usize = 5;
/// Cells of the reason why nothing goes out on a date.
const WHY: usize = 20;
const EXAMPLES: &str = "now  30m  tomorrow 9  fri 14:30  every tue 9:00  2026-12-01 09:30";
/// What stands between two examples.
const GAP: &str = "  ";
/// How many free slots are named.
const SLOTS: usize = 3;
/// The most queues that are shown at once; a name narrows them.
const MOST_QUEUES: usize = 2;

/// What the time is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Stored posts: they move there.
    Post(Vec<PostId>),
    /// The post in the composer.
    Composer,
}

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    purpose: Purpose,
    /// The time it has now.
    current: Option<DateTime<Utc>>,
    input: Input,
    /// The channels of the post it is for, whose provider may keep queues.
    channels: Vec<ChannelId>,
    queues: Queues,
    /// The next free slots of those channels.
    slots: Vec<Schedule>,
    /// The present time stands there untouched: typing replaces it, moving in it edits it.
    untouched: bool,
    /// Which row is meant where there are several: two moments where the clocks change, or queues.
    choice: usize,
    echo: Echo,
}

/// What is known of the provider's queues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Queues {
    /// Nobody asked.
    #[default]
    Unasked,
    /// The provider was asked.
    Asked,
    /// It answered.
    Known(Result<Vec<Offer>, String>),
}

/// What the words mean, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Echo {
    taken: Option<Taken>,
    /// One row, or two to choose from.
    rows: Vec<String>,
    error: Option<String>,
    /// Another post at that time.
    nearby: Option<String>,
    /// What is worth knowing beside it.
    beside: Option<String>,
}

/// What Enter would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Now,
    At(Schedule),
    /// The first of a rule.
    Again(Schedule),
    /// The next place of the queue that stands there among the known ones.
    Queue(usize, Option<Schedule>),
}

/// The sheet for moving stored posts; starts with the first one's time.
pub fn for_posts(ids: Vec<PostId>, shared: &Shared, board: &Board) -> State {
    let first = ids.first().and_then(|id| board.post(*id));
    let current = first.and_then(|post| post.instant());
    let channels = first.map(|post| channels_of(post)).unwrap_or_default();
    State::new(Purpose::Post(ids), channels, current, shared, board)
}

/// The sheet for the post in the composer; starts with the time it has.
pub fn for_composer(post: &Post, current: Option<Schedule>, shared: &Shared, board: &Board) -> State {
    State::new(Purpose::Composer, channels_of(post), current.map(|schedule| schedule.instant()), shared, board)
}

/// The sheet for one post of a campaign, which has no queue to wait for.
pub fn for_campaign(current: Option<Schedule>, shared: &Shared, board: &Board) -> State {
    let current = current.map(|schedule| schedule.instant());
    let mut state = State::new(Purpose::Composer, Vec::new(), current, shared, board);
    state.queues = Queues::Known(Err("a campaign has a rhythm of its own: give a time".into()));
    state
}

/// The sheet with these words typed.
pub fn saying(mut state: State, words: &str, shared: &Shared, board: &Board) -> State {
    state.input.set_text(words);
    state.untouched = false;
    state.read_again(shared, board);
    state
}

/// What is typed.
pub fn typed(state: &State) -> &str {
    state.input.text()
}

fn channels_of(post: &Post) -> Vec<ChannelId> {
    post.targets.iter().map(|target| target.channel.clone()).collect()
}

/// The provider's answer about the queues for `channels`.
pub fn queues(
    state: &mut State,
    channels: &[ChannelId],
    answer: Result<Vec<Offer>, String>,
    shared: &Shared,
    board: &Board,
) {
    if state.channels == channels {
        state.queues = Queues::Known(answer);
        state.read_again(shared, board);
    }
}

impl State {
    fn new(
        purpose: Purpose,
        channels: Vec<ChannelId>,
        current: Option<DateTime<Utc>>,
        shared: &Shared,
        board: &Board,
    ) -> Self {
        let text =
            current.filter(|at| *at > shared.now).map(|at| at.with_timezone(&shared.zone).format("%Y-%m-%d %H:%M"));
        let input = Input::new(text.map(|text| text.to_string()).unwrap_or_default());
        let (queues, echo) = (Queues::default(), Echo::default());
        let slots = slots::free(&channels, None, shared, board);
        let mut state = Self { purpose, current, input, channels, queues, slots, untouched: true, choice: 0, echo };
        state.read_again(shared, board);
        state
    }

    /// What the time is for.
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    fn examples(&self) -> &'static str {
        if repeat::is_rule(self.input.text()) { repeat::EXAMPLES } else { EXAMPLES }
    }

    fn read_again(&mut self, shared: &Shared, board: &Board) {
        if let Some(name) = queue::asked(self.input.text()) {
            self.echo = self.queued(name, shared, board);
            return;
        }
        self.echo = match read(self.input.text(), shared.now, shared.zone) {
            _ if self.input.text().trim().is_empty() => Echo::default(),
            _ if asks_slot(self.input.text()) => match self.slots_ahead(shared).next() {
                Some(at) => self.resolved(Resolved::At(at), shared, board),
                None => Echo::refused("no slot is free for its channels in the loaded weeks"),
            },
            _ if repeat::is_rule(self.input.text()) => self.rule(shared, board),
            Err(error) => Echo { error: Some(error.words), ..Echo::default() },
            Ok(Reading::Now) if self.purpose == Purpose::Composer => {
                Echo { taken: Some(Taken::Now), rows: vec!["at once, after the review".into()], ..Echo::default() }
            }
            Ok(Reading::Now) => Echo::refused("\"now\" publishes: P does that, after asking"),
            Ok(Reading::At(resolved)) => self.resolved(resolved, shared, board),
        };
    }

    /// What a rule means: its next dates, of which the first is taken.
    fn rule(&self, shared: &Shared, board: &Board) -> Echo {
        if matches!(&self.purpose, Purpose::Post(ids) if ids.len() > 1) {
            return Echo::refused("one post at a time is repeated; unmark the others");
        }
        let rule = match Rule::read(self.input.text()) {
            Ok(rule) => rule,
            Err(error) => {
                let words = error.to_string();
                return Echo::refused(words.split("; try ").next().unwrap_or_default());
            }
        };
        // It begins with the time that the post has already, as the desk begins it.
        let stored = match &self.purpose {
            Purpose::Post(ids) => ids.first().and_then(|id| board.post(*id)?.schedule),
            Purpose::Composer => None,
        };
        let start = stored.or(self.current.map(|at| Schedule::at(at, shared.zone)));
        let next = rule.beginning(start, shared.now, shared.zone, DATES);
        let Some(first) = next.first().copied() else { return Echo::refused("no date of it lies ahead") };
        if let Some(note) = board.plan.embargo(first.at.wall().date()) {
            let date = first.at.wall().format("%a %-d %b");
            return Echo::refused(&format!("nothing goes out on {date}: {}", one_line(&note.words)));
        }
        let words = |one: &repeat::Occurrence| {
            let odd = match one.clocks {
                Clocks::Even => "",
                Clocks::Skipped => ", the clocks skip its time",
                Clocks::Twice => ", the first of two",
            };
            let free = board.plan.embargo(one.at.wall().date());
            let free = free.map(|note| format!(", not made: {}", truncate(&one_line(&note.words), WHY)));
            format!("{}{odd}{}", moment::with_distance(one.at.instant(), shared, shared.now), free.unwrap_or_default())
        };
        let rows = next.iter().map(words).collect();
        Echo { taken: Some(Taken::Again(first.at)), rows, ..Echo::default() }
    }

    /// What asking for a queue means: its next place, as the provider shows it.
    fn queued(&self, name: &str, shared: &Shared, board: &Board) -> Echo {
        let offers = match &self.queues {
            _ if matches!(&self.purpose, Purpose::Post(ids) if ids.len() > 1) => {
                return Echo::refused("a queue takes one post at a time: mark no others");
            }
            Queues::Unasked | Queues::Asked => {
                return Echo { beside: Some("asking the provider for its queues…".into()), ..Echo::default() };
            }
            Queues::Known(Err(words)) => return Echo::refused(&one_line(words)),
            Queues::Known(Ok(offers)) => offers,
        };
        let meant: Vec<&Offer> = queue::meant(offers, name).into_iter().take(MOST_QUEUES).collect();
        let Some(chosen) = meant.get(self.choice).or(meant.first()).copied() else {
            return Echo::refused(&queue::choose(offers, name, &shared.habits).err().unwrap_or_default());
        };
        let next = match queue::choose(std::slice::from_ref(chosen), "", &shared.habits) {
            Ok((_, next)) => next.map(|next| Schedule::at(next, shared.zone)),
            Err(words) => return Echo::refused(&words),
        };
        if let Some((at, note)) = next.and_then(|at| Some((at, board.plan.embargo(at.wall().date())?))) {
            let date = at.wall().format("%a %-d %b");
            return Echo::refused(&format!("nothing goes out on {date}: {}", one_line(&note.words)));
        }
        let row = |offer: &&Offer| {
            let next = match offer.queue.next {
                Next::At(at) => moment::with_distance(at, shared, shared.now),
                Next::Full => "no free place".into(),
                Next::Untold => "the place is given on arrival".into(),
            };
            format!("{}: {next}", one_line(&offer.queue.name))
        };
        let others: Vec<&str> =
            offers.iter().filter(|offer| *offer != chosen).map(|offer| offer.queue.name.as_str()).collect();
        let others = if others.is_empty() { String::new() } else { format!(" · also {}", others.join(", ")) };
        Echo {
            taken: offers.iter().position(|offer| offer == chosen).map(|at| Taken::Queue(at, next)),
            rows: meant.iter().map(row).collect(),
            beside: Some(one_line(&format!("{}{others}", chosen.queue.slots_words(&shared.habits)))),
            ..Echo::default()
        }
    }

    /// Asks the provider where a queue is wanted for the first time.
    fn asks(&mut self) -> Vec<Effect> {
        let one = !matches!(&self.purpose, Purpose::Post(ids) if ids.len() > 1);
        let wanted = queue::asked(self.input.text()).is_some() && self.queues == Queues::Unasked && one;
        if !wanted {
            return Vec::new();
        }
        self.queues = Queues::Asked;
        vec![Effect::LoadQueues(self.channels.clone())]
    }

    fn resolved(&self, resolved: Resolved, shared: &Shared, board: &Board) -> Echo {
        let second = |at| {
            let zone = shared.habits.second;
            zone.map(|zone| format!(" = {}", moment::there(at, shared, zone))).unwrap_or_default()
        };
        let words = |schedule: Schedule| {
            let at = schedule.instant();
            format!("{}{}", moment::with_distance(at, shared, shared.now), second(at))
        };
        let (moments, rows) = match resolved {
            Resolved::At(schedule) => (vec![schedule], vec![words(schedule)]),
            Resolved::Gap { before, after, .. } => (
                // After the gap first: it is what most people mean.
                vec![after, before],
                vec![format!("after the gap: {}", words(after)), format!("before it: {}", words(before))],
            ),
            Resolved::Twice { first, second } => (
                vec![first, second],
                vec![format!("the first: {}", words(first)), format!("the second: {}", words(second))],
            ),
        };
        let Some(schedule) = moments.get(self.choice).or(moments.first()).copied() else { return Echo::default() };
        if schedule.instant() <= shared.now {
            let distance = distance_words(schedule.instant(), shared.now);
            return Echo::refused(&format!(
                "{} is in the past ({distance})",
                moment::plain(schedule.instant(), shared.now, shared)
            ));
        }
        if let Some(note) = board.plan.embargo(schedule.wall().date()) {
            let date = schedule.wall().format("%a %-d %b");
            return Echo::refused(&format!("nothing goes out on {date}: {}", one_line(&note.words)));
        }
        let nearby = self.nearby(schedule, shared, board);
        let beside = if nearby.is_none() { self.together() } else { None };
        Echo { taken: Some(Taken::At(schedule)), rows, nearby, beside, ..Echo::default() }
    }

    /// The free slots that have not passed while the sheet was open.
    fn slots_ahead(&self, shared: &Shared) -> impl Iterator<Item = Schedule> {
        let now = shared.now;
        self.slots.iter().copied().filter(move |slot| slot.instant() > now)
    }

    /// The next free slots in words, as many as fit into `width` cells.
    fn slots_words(&self, shared: &Shared, width: u16) -> Option<String> {
        let mut words = String::new();
        for slot in self.slots_ahead(shared).take(SLOTS) {
            let next = moment::brief(slot.instant(), shared.now, shared);
            let next = if words.is_empty() { format!("free slots: {next}") } else { format!("{words}, {next}") };
            if cells(&next) > usize::from(width) {
                break;
            }
            words = next;
        }
        Some(words).filter(|words| !words.is_empty())
    }

    /// Whether the post could wait for a queue: all its channels are at one provider that keeps some.
    fn may_queue(&self, board: &Board) -> bool {
        let account = |id: &ChannelId| board.channel(id).map(|channel| &channel.account);
        let first = self.channels.first().and_then(account);
        let keeps = first.and_then(|account| board.ways.get(account)).is_some_and(|way| way.queues);
        keeps && self.channels.iter().all(|id| account(id) == first)
    }

    /// That several posts come to stand at one moment, and what keeps them apart.
    fn together(&self) -> Option<String> {
        let Purpose::Post(ids) = &self.purpose else { return None };
        (ids.len() > 1).then(|| format!("all {} at that moment; m keeps the time between them", ids.len()))
    }

    fn nearby(&self, schedule: Schedule, shared: &Shared, board: &Board) -> Option<String> {
        let own = |id: &PostId| matches!(&self.purpose, Purpose::Post(ids) if ids.contains(id));
        let near = |at: DateTime<Utc>| (at - schedule.instant()).abs() < CLOSE;
        let other = board.posts.iter().find(|post| !own(&post.id) && post.instant().is_some_and(near))?;
        let at = shared.habits.time(other.instant()?.with_timezone(&shared.zone).time());
        Some(format!("at {at} already: \"{}\"", truncate(&one_line(other.headline()), 36)))
    }

    fn foot(&self) -> Vec<panel::Foot<'static>> {
        let other = (self.echo.rows.len() > 1 && !self.is_rule()).then(|| ("Tab", self.other(), Action::NextField));
        let take = if self.is_rule() { "repeat it" } else { "take it" };
        let foot = [Some(("Enter", take, Action::Accept)), other, Some(("Esc", "back", Action::Back))];
        foot.into_iter().flatten().collect()
    }

    /// Whether the words are a rule for repeating.
    fn is_rule(&self) -> bool {
        matches!(self.echo.taken, Some(Taken::Again(_)))
    }

    fn other(&self) -> &'static str {
        if matches!(self.echo.taken, Some(Taken::Queue(..))) { "the other queue" } else { "the other moment" }
    }

    fn offer(&self, at: usize) -> Option<&Offer> {
        match &self.queues {
            Queues::Known(Ok(offers)) => offers.get(at),
            _ => None,
        }
    }

    fn choose(&mut self, shared: &Shared, board: &Board) {
        self.choice = (self.choice + 1) % self.echo.rows.len().max(1);
        self.read_again(shared, board);
    }

    fn accept(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        // The clock went on while the words stood there.
        self.read_again(shared, board);
        match (&self.purpose, self.echo.taken) {
            (_, None) => {
                self.echo.error.get_or_insert_with(|| "a time is needed; Esc leaves".into());
                (Vec::new(), Flow::Stay)
            }
            (Purpose::Composer, Some(Taken::Now)) => (Vec::new(), Flow::ComposerWhen(Reading::Now)),
            (Purpose::Composer, Some(Taken::At(schedule))) => {
                (Vec::new(), Flow::ComposerWhen(Reading::At(Resolved::At(schedule))))
            }
            (Purpose::Composer, Some(Taken::Again(first))) => {
                (Vec::new(), Flow::ComposerRepeat(first, self.input.text().trim().to_owned()))
            }
            (Purpose::Post(ids), Some(Taken::Again(first))) => {
                let rule = self.input.text().trim().to_owned();
                (ids.first().map(|id| Effect::Repeat(*id, first, rule)).into_iter().collect(), Flow::Close)
            }
            (purpose, Some(Taken::Queue(at, next))) => {
                match (purpose, self.offer(at).map(|offer| offer.queued.clone())) {
                    (Purpose::Composer, Some(queued)) => (Vec::new(), Flow::ComposerQueue(queued, next)),
                    (Purpose::Post(ids), Some(queued)) => {
                        let moves = ids.iter().map(|id| Effect::Enqueue(*id, queued.clone(), next));
                        (moves.collect(), Flow::Close)
                    }
                    (_, None) => (Vec::new(), Flow::Stay),
                }
            }
            (Purpose::Post(_), Some(Taken::Now)) => (Vec::new(), Flow::Stay),
            (Purpose::Post(ids), Some(Taken::At(schedule))) => {
                let fixed = |id: &PostId| board.post(*id).and_then(|post| post.fixed(shared.now));
                let moves: Vec<_> = ids.iter().filter(|id| fixed(id).is_none()).map(|id| (*id, schedule)).collect();
                if let (true, Some(why)) = (moves.is_empty(), ids.iter().find_map(fixed)) {
                    self.echo.error = Some(format!("it cannot move: {why}"));
                    return (Vec::new(), Flow::Stay);
                }
                (vec![Effect::Move(moves)], Flow::Close)
            }
        }
    }
}

impl Echo {
    fn refused(words: &str) -> Self {
        Self { error: Some(words.into()), ..Self::default() }
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    match action {
        Action::Accept | Action::Open | Action::Yes => state.accept(shared, board),
        Action::Up | Action::Down | Action::NextField | Action::PreviousField | Action::NextPane => {
            state.choose(shared, board);
            (Vec::new(), Flow::Stay)
        }
        Action::Back | Action::Close | Action::Cancel | Action::No => (Vec::new(), Flow::Close),
        _ => (Vec::new(), Flow::Stay),
    }
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, shared: &mut Shared, board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    match key.code {
        KeyCode::Enter => return state.accept(shared, board),
        KeyCode::Esc => return (Vec::new(), Flow::Close),
        KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down => state.choose(shared, board),
        _ => {
            if std::mem::take(&mut state.untouched) && types(key) {
                state.input.set_text("");
            }
            if state.input.key(key) {
                state.choice = 0;
                let asked = state.asks();
                state.read_again(shared, board);
                return (asked, Flow::Stay);
            }
        }
    }
    (Vec::new(), Flow::Stay)
}

fn types(key: Key) -> bool {
    matches!(key.code, KeyCode::Char(_)) && !key.modifiers.contains(KeyModifiers::CONTROL)
}

/// Takes the first line of a pasted text.
pub fn paste(state: &mut State, shared: &mut Shared, board: &Board, text: &str) -> (Vec<Effect>, Flow) {
    if std::mem::take(&mut state.untouched) {
        state.input.set_text("");
    }
    if state.input.paste(text) {
        state.choice = 0;
        let asked = state.asks();
        state.read_again(shared, board);
        return (asked, Flow::Stay);
    }
    (Vec::new(), Flow::Stay)
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let more = u16::try_from(state.echo.rows.len().saturating_sub(2)).unwrap_or(0);
    panel::middle(area, (72, 8 + more + u16::from(!state.slots.is_empty())))
}

/// What a click there runs. One on an example types it.
pub fn click(state: &mut State, shared: &Shared, board: &Board, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    if y + 2 == inside.bottom() && inside.height > 4 {
        let words = example_at(state.examples(), usize::from(x.checked_sub(inside.x)?))?;
        let more = repeat::is_rule(state.input.text()) && !repeat::is_rule(words);
        let text = if more { format!("{} {words}", state.input.text()) } else { words.to_owned() };
        state.input.set_text(&text);
        (state.untouched, state.choice) = (false, 0);
        state.read_again(shared, board);
        return None;
    }
    panel::foot_at(inside, &shared.keys, &state.foot(), x, y)
}

/// The example in cell `column` of their row.
fn example_at(examples: &'static str, column: usize) -> Option<&'static str> {
    let mut begins = 0;
    examples.split(GAP).find(|words| {
        let cells = begins..begins + words.len();
        begins = cells.end + GAP.len();
        cells.contains(&column)
    })
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let title = match &state.purpose {
        Purpose::Post(ids) if ids.len() > 1 => format!("When · {} posts", ids.len()),
        _ => "When".to_owned(),
    };
    let inside = panel::sheet(place(state, area), buf, theme, &title, &moment::zone_words(shared.now, shared.zone));
    let style = |role| theme.style(role);
    if !inside.is_empty() {
        state.input.view(Rect { height: 1, ..inside }, buf, style(Role::Field));
    }
    let mut row = 1;
    for (at, words) in state.echo.rows.iter().enumerate() {
        let chosen = at == state.choice && state.echo.taken.is_some();
        let mark = if state.echo.rows.len() == 1 || (state.is_rule() && at == 0) {
            "= "
        } else if chosen {
            "> "
        } else {
            "  "
        };
        let role = if chosen { Role::Good } else { Role::Muted };
        panel::line(inside, row, buf, &[(mark, style(role)), (words, style(role))]);
        row += 1;
    }
    if let Some(words) = &state.echo.error.as_deref().map(|words| shared.keys.of(words)) {
        panel::line(inside, row, buf, &[(words, style(Role::Bad))]);
        row += 1;
    }
    if let Some(words) = &state.echo.nearby {
        panel::line(inside, row, buf, &[(words, style(Role::Warn))]);
    }
    if let Some(words) = &state.echo.beside.as_deref().map(|words| shared.keys.of(words)) {
        panel::line(inside, row, buf, &[(words, style(Role::Muted))]);
    }
    let last = inside.height.saturating_sub(1);
    if inside.height > 5
        && let Some(words) = state.slots_words(shared, inside.width)
    {
        panel::line(inside, last - 2, buf, &[(&words, style(Role::Muted))]);
    }
    if inside.height > 4 {
        let queue = if !repeat::is_rule(state.input.text()) && state.may_queue(board) { "  queue" } else { "" };
        panel::line(inside, last - 1, buf, &[(state.examples(), style(Role::Muted)), (queue, style(Role::Muted))]);
    }
    if inside.height > 2 {
        panel::foot(inside, buf, theme, &shared.keys, &state.foot());
    }
}

#[cfg(test)]
#[path = "when_tests.rs"]
mod tests;
