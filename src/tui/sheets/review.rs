//! The last look before something is sent.

use chrono::Offset;
use chrono_tz::Tz;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Flow, Sheet, when};
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::media::Media;
use crate::domain::outcome::{Outcome, TAKE_BACK};
use crate::domain::outline::Outline;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::{Problem, Severity};
use crate::domain::repeat::rule_words;
use crate::domain::schedule::Schedule;
use crate::domain::words::count;
use crate::text::clean::one_line;
use crate::text::compose::{Variant, of_target};
use crate::text::measure::measure_of;
use crate::text::options::summary;
use crate::text::style::{self, Dressed};
use crate::tui::action::Action;
use crate::tui::board::{Board, distance_words, span_words};
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, KeyCode};
use crate::tui::slots;
use crate::tui::theme::{Glyphs, Role, Theme};
use crate::tui::tools::composer::Found;
use crate::tui::widgets::prose::wrap;
use crate::tui::widgets::{cells, moment, panel};

/// Problems that only stand in the way of a time, not of publishing at once.
const OF_THE_TIME: [&str; 2] = ["time-past", "no-time"];
/// The cells of a row's name.
const NAME: usize = 8;
/// The widest the sheet gets.
const WIDTH: u16 = 96;
/// Rows that one line of it takes at most.
const MOST_ROWS: usize = 6;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    post: Box<Post>,
    /// What it was when it was opened, where it was planned already.
    base: Option<Box<Post>>,
    /// As the composer lists them.
    found: Vec<Found>,
    rows: Vec<Row>,
    /// Who is given what the account did not take, account by account.
    standbys: Vec<String>,
    /// What the providers will be asked, account by account; none while it is counted.
    sends: Option<Result<Vec<Outline>, String>>,
    /// It is on a provider's schedule already.
    planned: bool,
    /// "now" was chosen as the time.
    at_once: bool,
    /// The free posting slot it could take.
    slot: Option<Schedule>,
    /// `P` was pressed: the next one publishes.
    confirming: bool,
    /// Why the last key did nothing.
    said: Option<String>,
    /// The first line shown.
    top: usize,
}

/// One channel.
#[derive(Clone, Debug)]
struct Row {
    channel: ChannelId,
    mark: String,
    label: String,
    count: String,
    fits: bool,
    notes: String,
}

/// The free slot that a post could take, unless all of it is out.
fn free_slot(post: &Post, shared: &Shared, board: &Board) -> Option<Schedule> {
    let channels: Vec<ChannelId> =
        post.targets.iter().filter(|target| !target.is_out()).map(|target| target.channel.clone()).collect();
    if channels.is_empty() {
        return None;
    }
    slots::next(&channels, post.id, post.schedule.filter(|_| post.queue.is_none()), shared, board)
}

/// A line of the sheet: stretches with their meaning.
type Line = Vec<(String, Role)>;

impl State {
    /// The review of `post` as typed, with everything the composer found.
    pub fn new(post: Post, found: Vec<Found>, shared: &Shared, board: &Board) -> Self {
        let stored = board.post(post.id);
        let dressed = style::dressed(&post, &board.channels, &board.book, &shared.rules);
        let rows = post.targets.iter().map(|target| row(&post, &dressed, target, shared, board)).collect();
        Self {
            rows,
            standbys: standbys(&post, board),
            sends: None,
            planned: stored.is_some_and(|stored| stored.wish == Wish::Schedule),
            at_once: false,
            slot: free_slot(&post, shared, board),
            confirming: false,
            said: None,
            top: 0,
            base: None,
            post: Box::new(post),
            found,
        }
    }

    /// The same review of a post which was opened as `original`.
    pub fn opened_as(mut self, original: &Post) -> Self {
        self.base = Some(Box::new(original.clone()));
        self
    }

    /// The same review, with "now" for a time: scheduling means publishing.
    pub fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// The same review, of a post that was just put into a free slot.
    pub fn slotted(mut self) -> Self {
        let more = if self.slot.is_some() { "; n goes on to the next one" } else { "" };
        self.said = Some(format!("it stands in a free slot: s schedules it{more}"));
        self
    }

    /// Whether there is a free slot for it.
    pub fn has_slot(&self) -> bool {
        self.slot.is_some()
    }

    /// Puts it into the next free slot, or says why there is none.
    fn take_slot(&mut self, board: &Board) -> (Vec<Effect>, Flow) {
        if let Some(slot) = self.slot {
            return (Vec::new(), Flow::ComposerSlot(slot));
        }
        let words = match board.plan.slots.is_empty() {
            true => "no posting slots are set: [[slots]] in the configuration names them; Ctrl-t sets a time",
            false => "no other slot is free for its channels in the loaded weeks; Ctrl-t sets a time",
        };
        self.said = Some(words.into());
        stay()
    }

    /// Asks for the requests that saving it would lead to.
    pub fn outline(&self) -> Effect {
        let wish = if self.at_once { Wish::Now } else { Wish::Schedule };
        Effect::Outline(Box::new(Post { wish, ..Post::clone(&self.post) }))
    }

    /// The post under review.
    pub fn post(&self) -> &Post {
        &self.post
    }

    fn blockers(&self, now: bool) -> Vec<&Problem> {
        let counts = |p: &&Problem| p.severity == Severity::Blocker && !(now && OF_THE_TIME.contains(&p.code.as_str()));
        self.found.iter().map(|found| &found.problem).filter(counts).collect()
    }

    /// The way to another time, which leads to the composer behind it.
    fn asks_when(&self, shared: &Shared, board: &Board) -> Flow {
        let sheet = when::for_composer(&self.post, self.post.schedule, shared, board);
        Flow::Replace(Box::new(Sheet::When(sheet)))
    }

    fn schedule(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        if self.at_once {
            return self.publish(shared, board);
        }
        let Some(schedule) = self.post.schedule.or(self.waits(shared)) else {
            return (Vec::new(), self.asks_when(shared, board));
        };
        if self.refused(false, "scheduling") {
            return stay();
        }
        if self.post.queue.is_none() && schedule.instant() <= shared.now {
            self.said = Some("its time has passed meanwhile; e goes back to set another".into());
            return stay();
        }
        if let Some(rule) = shared.rules_asked.get(&self.post.id) {
            let post = Box::new(Post { wish: Wish::Schedule, ..Post::clone(&self.post) });
            let saving = Effect::SaveRepeating { post, base: self.base.clone(), rule: rule.clone() };
            return (vec![saving], Flow::CloseComposer);
        }
        self.save(Wish::Schedule, if self.planned { "edited" } else { "scheduled" })
    }

    /// What stands for the time of a post whose queue shows none beforehand.
    fn waits(&self, shared: &Shared) -> Option<Schedule> {
        self.post.queue.as_ref().map(|_| Schedule::at(shared.now, shared.zone))
    }

    fn publish(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        if self.refused(true, "publishing") {
            return stay();
        }
        if !self.confirming {
            self.confirming = true;
            self.said = board.embargo_at(shared.now, shared.zone);
            return stay();
        }
        self.save(Wish::Now, "published")
    }

    /// Says what stands in the way, if anything does.
    fn refused(&mut self, now: bool, what: &str) -> bool {
        let blockers = self.blockers(now);
        let said = match blockers.as_slice() {
            [] => None,
            [only] => Some(format!("{what} waits: {}", one_line(&only.words))),
            [first, rest @ ..] => Some(format!("{what} waits: {}, and {} more", one_line(&first.words), rest.len())),
        };
        let refused = said.is_some();
        self.said = said;
        refused
    }

    fn save(&self, wish: Wish, verb: &'static str) -> (Vec<Effect>, Flow) {
        let post = Box::new(Post { wish, ..Post::clone(&self.post) });
        (vec![Effect::Save { post, base: self.base.clone(), verb }], Flow::CloseComposer)
    }

    /// Everything it says, in lines of at most `width` cells: nothing is cut, since nobody looks again after this.
    fn rows(&self, shared: &Shared, glyphs: &Glyphs, width: u16) -> Vec<Line> {
        let width = usize::from(width);
        self.lines(shared, glyphs).iter().flat_map(|line| folded(line, width)).collect()
    }

    fn lines(&self, shared: &Shared, glyphs: &Glyphs) -> Vec<Line> {
        let name = |name: &str| (format!("{name:<NAME$}"), Role::Muted);
        let when = match self.post.schedule {
            _ if self.at_once => ("at once".to_owned(), Role::Warn),
            at if self.post.queue.is_some() => {
                let name = self.post.queue.as_ref().map(|queued| queued.name.as_str()).unwrap_or_default();
                let next = at.map(|at| moment::with_distance(at.instant(), shared, shared.now));
                let next = next.map_or_else(|| "the place is given on arrival".into(), |at| format!("next place {at}"));
                (format!("queue {name} · {next}"), Role::Title)
            }
            None => (shared.keys.of("no time yet: s asks for one").into_owned(), Role::Warn),
            Some(at) => {
                let past = at.instant() <= shared.now;
                let role = if past { Role::Bad } else { Role::Title };
                // In two zones, so that one of them would look wrong: the second one, else the world's.
                let second = shared.habits.second.unwrap_or(Tz::UTC);
                let offset = |zone: Tz| at.instant().with_timezone(&zone).offset().fix();
                let differs = offset(second) != offset(shared.zone);
                let there = differs.then(|| moment::there(at.instant(), shared, second));
                let there = there.map(|there| format!(" = {there}")).unwrap_or_default();
                let distance = distance_words(at.instant(), shared.now);
                (format!("{}{there} · {distance}", moment::full(at.instant(), shared)), role)
            }
        };
        let mut lines = vec![vec![name("when"), when], Vec::new()];
        if let Some(rule) = shared.rules_asked.get(&self.post.id) {
            let zone = self.post.schedule.map_or(shared.zone, |at| at.zone());
            let words = format!("{} in {zone}", rule_words(rule, &shared.habits));
            lines.insert(1, vec![name("again"), (words, Role::Title)]);
        }
        let widest = |part: fn(&Row) -> &str| self.rows.iter().map(|row| cells::width(part(row))).max().unwrap_or(0);
        let (label, count) = (widest(|row| &row.label).min(24), widest(|row| &row.count));
        lines.extend(self.rows.iter().map(|row| {
            let role = if row.fits { Role::Good } else { Role::Bad };
            vec![
                (format!("{:<NAME$}", row.mark), Role::Title),
                (panel::padded(&row.label, label + 2), Role::Text),
                (panel::padded(&row.count, count + 2), role),
                (row.notes.clone(), Role::Muted),
            ]
        }));
        if self.rows.is_empty() {
            lines.push(vec![name(""), ("no channel is chosen".into(), Role::Bad)]);
        }
        lines.push(Vec::new());
        lines.push(vec![name("checks"), self.tally()]);
        lines.extend(self.said_once().iter().map(|(problem, whose)| found(problem, whose, glyphs)));
        lines.push(Vec::new());
        // A rule makes posts of its own, each with its own create.
        let again =
            if shared.rules_asked.contains_key(&self.post.id) { ", and as many for each date after it" } else { "" };
        let sends = match &self.sends {
            None => vec![("counting…".to_owned(), Role::Muted)],
            Some(Err(why)) => vec![(format!("not counted: {}", one_line(why)), Role::Warn)],
            Some(Ok(none)) if none.is_empty() => vec![("nothing".to_owned(), Role::Text)],
            Some(Ok(each)) => each.iter().map(|each| (one_line(&each.words()), Role::Text)).collect(),
        };
        let last = sends.len() - 1;
        lines.extend(sends.into_iter().enumerate().map(|(at, (words, role))| {
            let again = if at == last { again } else { "" };
            vec![name(if at == 0 { "sends" } else { "" }), (format!("{words}{again}"), role)]
        }));
        let instead = self.standbys.iter().enumerate();
        lines.extend(
            instead.map(|(at, words)| vec![name(if at == 0 { "instead" } else { "" }), (words.clone(), Role::Text)]),
        );
        lines.push(vec![name("undo"), (self.undo_words(shared), Role::Text)]);
        lines
    }

    /// Each problem once, with whose it is: of one channel where there are others like it, or of how many.
    fn said_once(&self) -> Vec<(&Problem, String)> {
        let whose = |problem: &Problem, rows: &[&Row]| match rows {
            [] => problem.network.as_ref().map(|network| format!("{} ", network.mark())).unwrap_or_default(),
            // The mark alone says which, where only one channel has it.
            [one] if self.rows.iter().filter(|row| row.mark == one.mark).count() == 1 => format!("{} ", one.mark),
            [one] => format!("{} {}: ", one.mark, one.label),
            [one, rest @ ..] if rest.iter().all(|row| row.mark == one.mark) => {
                format!("{} {} channels: ", one.mark, rows.len())
            }
            _ => format!("{} channels: ", rows.len()),
        };
        let said = self.found.iter().map(|found| {
            let rows = found.channels().filter_map(|id| self.rows.iter().find(|row| row.channel == *id));
            (&found.problem, whose(&found.problem, &rows.collect::<Vec<_>>()))
        });
        said.collect()
    }

    /// Until when it can be taken back, and with what.
    fn undo_words(&self, shared: &Shared) -> String {
        let undo = shared.keys.key("u", "calendar");
        let first =
            self.post.targets.iter().filter_map(|target| self.post.schedule_for(target)).min_by_key(|at| at.instant());
        match first.filter(|at| !self.at_once && at.instant() > shared.now) {
            Some(at) => format!("{undo}, until {}", moment::plain(at.instant(), shared.now, shared)),
            None => format!("{undo}, for {} after publishing; a draft at any time", span_words(TAKE_BACK)),
        }
    }

    /// Whether the post was planned before: keeping it as a draft then takes it off its schedule.
    pub fn is_planned(&self) -> bool {
        self.planned
    }

    fn foot(&self) -> Vec<panel::Foot<'static>> {
        if self.confirming {
            let (key, action) = if self.at_once { ("s", Action::ReviewSchedule) } else { ("P", Action::ReviewNow) };
            return vec![(key, "publishes at once", action), ("Esc", "no", Action::Back)];
        }
        let slot = self.slot.map(|_| ("n", "next free slot", Action::NextSlot));
        let first = ("s", if self.planned { "save and reschedule" } else { "schedule" }, Action::ReviewSchedule);
        let rest = [
            ("P", "publish now", Action::ReviewNow),
            ("d", if self.planned { "off the schedule, as a draft" } else { "keep as draft" }, Action::ReviewDraft),
            ("e", "edit", Action::ReviewEdit),
            ("Esc", "back", Action::Back),
        ];
        std::iter::once(first).chain(slot).chain(rest).collect()
    }

    fn tally(&self) -> (String, Role) {
        let many = |severity| self.found.iter().filter(|found| found.problem.severity == severity).count();
        let (blockers, warnings) = (many(Severity::Blocker), many(Severity::Warning));
        let hints = self.found.len() - blockers - warnings;
        let words = [count(blockers, "blocker"), count(warnings, "warning"), count(hints, "hint")].join(" · ");
        (
            words,
            if blockers > 0 {
                Role::Bad
            } else if warnings > 0 {
                Role::Warn
            } else {
                Role::Good
            },
        )
    }

    /// The accounts and handles that would be spoken from, for the question.
    fn names(&self) -> String {
        self.rows.iter().map(|row| format!("{} {}", row.mark, row.label)).collect::<Vec<_>>().join(", ")
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let confirming = std::mem::take(&mut state.confirming);
    state.said = None;
    match action {
        Action::ReviewNow | Action::PublishNow => {
            state.confirming = confirming;
            state.publish(shared, board)
        }
        Action::ReviewSchedule | Action::When => {
            // With "now" for a time, s publishes and asks the same way.
            state.confirming = confirming && state.at_once;
            state.schedule(shared, board)
        }
        Action::ComposerWhen => (Vec::new(), state.asks_when(shared, board)),
        Action::NextSlot => state.take_slot(board),
        Action::ReviewDraft => state.save(Wish::Draft, "saved"),
        Action::ReviewEdit | Action::Edit => (Vec::new(), Flow::Close),
        // Esc takes the question back first.
        Action::Back | Action::Close | Action::Cancel if !confirming => (Vec::new(), Flow::Close),
        // The composer asks; its answer shows there and at the next review.
        Action::ServerCheck | Action::Verify => (Vec::new(), Flow::Run(Action::ServerCheck)),
        Action::Down => {
            state.top += 1;
            stay()
        }
        Action::Up => {
            state.top = state.top.saturating_sub(1);
            stay()
        }
        Action::Open | Action::Accept => {
            state.said = Some("Enter sends nothing: s schedules, P sends it now".into());
            stay()
        }
        _ => stay(),
    }
}

/// What the providers will be asked was counted.
pub fn outlined(state: &mut State, id: PostId, answer: Result<Vec<Outline>, String>) {
    if state.post.id == id {
        state.sends = Some(answer);
    }
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, shared: &mut Shared, board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    match key.code {
        KeyCode::Esc => update(state, shared, board, Action::Back),
        KeyCode::Enter => update(state, shared, board, Action::Open),
        _ => {
            state.confirming = false;
            stay()
        }
    }
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, shared: &Shared, area: Rect) -> Rect {
    // Every mark of a theme takes one cell.
    let width = panel::inside(panel::middle(area, (WIDTH, u16::MAX))).width;
    let rows = u16::try_from(state.rows(shared, &Glyphs::unicode(), width).len()).unwrap_or(u16::MAX);
    panel::middle(area, (WIDTH, rows.saturating_add(5).max(10)))
}

/// What a click there runs.
pub fn click(state: &State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    panel::foot_at(panel::inside(place(state, shared, area)), &shared.keys, &state.foot(), x, y)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, _board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let title = format!("Review · {}", count(state.rows.len(), "channel"));
    let inside = panel::sheet(place(state, shared, area), buf, theme, &title, "nothing is sent yet");
    let mut lines = state.rows(shared, &theme.glyphs, inside.width);
    let room = inside.height.saturating_sub(3);
    if lines.len() > usize::from(room) {
        // Better close together than out of sight.
        lines.retain(|line| !line.is_empty());
    }
    let top = state.top.min(lines.len().saturating_sub(usize::from(room)));
    for (row, line) in (0..room).zip(lines.iter().skip(top)) {
        let parts: Vec<(&str, Style)> = line.iter().map(|(text, role)| (text.as_str(), theme.style(*role))).collect();
        panel::line(inside, row, buf, &parts);
    }
    let last = inside.height.saturating_sub(1);
    let below = lines.len().saturating_sub(top + usize::from(room));
    if below > 0 && room > 0 {
        let words = format!("{}: {} ", count(below, "more line"), shared.keys.key("j", "sheet"));
        panel::right(inside, room, buf, &words, theme.style(Role::Key), inside.x);
    }
    if inside.height >= 3 {
        said(state, shared, theme, Rect { y: inside.y + last - 1, height: 1, ..inside }, buf);
    }
    panel::foot(inside, buf, theme, &shared.keys, &state.foot());
}

/// The question, or why a key did nothing.
fn said(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if state.confirming {
        let key = shared.keys.key(if state.at_once { "s" } else { "P" }, "review");
        let against = state.said.as_ref().map(|words| format!("{words} · ")).unwrap_or_default();
        let words = format!("{against}{key} again publishes at once on {}", state.names());
        panel::line(area, 0, buf, &[(&words, theme.style(Role::Bad))]);
    } else if let Some(words) = &state.said {
        panel::line(area, 0, buf, &[(&shared.keys.of(words), theme.style(Role::Warn))]);
    }
}

fn row(post: &Post, dressed: &Dressed, target: &Target, shared: &Shared, board: &Board) -> Row {
    let channel = board.channel(&target.channel);
    let filled = dressed.post.targets.iter().find(|each| each.channel == target.channel).unwrap_or(target);
    let way = channel.and_then(|channel| board.ways.get(&channel.account));
    let variant = channel.map(|channel| of_target(&dressed.post, filled, &channel.network, way));
    let told = style::told(dressed.told(&target.channel));
    let rules = variant.as_ref().and_then(|variant| shared.rules.of_variant(variant));
    let measure = variant.as_ref().zip(rules).map(|(variant, rules)| measure_of(variant, rules));
    let parts = variant.as_ref().zip(rules).map_or(1, |(variant, rules)| variant.parts(rules).len());
    let differs = target.text.as_deref().is_some_and(|own| own != post.body);
    let notes = [
        media_words(dressed.post.media_for(filled)),
        target.extras.media.is_some().then(|| "its own media".to_owned()),
        (parts > 1).then(|| format!("a thread of {parts}")),
        variant.as_ref().and_then(comment_words),
        variant.as_ref().map(summary).filter(|told| !told.is_empty()).map(|told| told.join(" · ")),
        differs.then(|| "text differs from base".to_owned()),
        (!told.is_empty()).then_some(told),
        target.schedule.map(|own| format!("at {}", moment::plain(own.instant(), shared.now, shared))),
        standing(target).map(str::to_owned),
    ];
    Row {
        channel: target.channel.clone(),
        mark: channel.map_or("?", |channel| channel.network.mark()).to_owned(),
        label: one_line(channel.map_or(target.channel.as_str(), |channel| channel.label())),
        count: measure.as_ref().map_or("-".into(), |measure| format!("{}/{}", measure.count, measure.limit)),
        fits: measure.is_none_or(|measure| measure.overflow_at.is_none()),
        notes: notes.into_iter().flatten().collect::<Vec<_>>().join(" · "),
    }
}

/// Who is given what an account certainly did not take: `late: home; last resort: POSTFORME_API_KEY`.
fn standbys(post: &Post, board: &Board) -> Vec<String> {
    let mut accounts: Vec<_> = post.targets.iter().map(Target::account).collect();
    accounts.sort();
    accounts.dedup();
    let words = |account| Some(one_line(&format!("{account}: {}", board.standbys.get(account)?)));
    accounts.iter().filter_map(words).collect()
}

/// The first comment, where the provider takes it there.
fn comment_words(variant: &Variant) -> Option<String> {
    let comment = variant.first_comment.as_ref()?;
    variant.way.as_ref().is_none_or(|way| way.carries.comments_on(&variant.network)).then(|| match comment.delay {
        0 => "first comment".to_owned(),
        delay => format!("first comment after {delay} s"),
    })
}

/// What the provider has of it already.
fn standing(target: &Target) -> Option<&'static str> {
    match &target.outcome {
        Outcome::Published { .. } => Some("published, not sent again"),
        Outcome::Refused(_) => Some("failed, sent anew"),
        _ => target.remote.as_ref().map(|_| "there already"),
    }
}

fn media_words(media: &[Media]) -> Option<String> {
    let first = media.first()?;
    let missing = media.iter().filter(|item| item.alt.trim().is_empty()).count();
    let what = if media.len() == 1 { format!("1 {}", first.kind.word()) } else { format!("{} files", media.len()) };
    let alt = if missing == 0 { "ALT ok".to_owned() } else { format!("{missing} without ALT") };
    Some(format!("{what}, {alt}"))
}

/// A line on as many rows as it needs, those after the first below its words.
fn folded(line: &Line, width: usize) -> Vec<Line> {
    let Some((name, said)) = line.split_first() else { return vec![Vec::new()] };
    let text: String = said.iter().map(|(words, _)| words.as_str()).collect();
    let ranges = wrap(&text, width.saturating_sub(NAME).max(1), MOST_ROWS);
    if ranges.len() < 2 {
        return vec![line.clone()];
    }
    let mut rows = Vec::new();
    for range in ranges {
        let label = if rows.is_empty() { name.clone() } else { (" ".repeat(NAME), name.1) };
        let (mut row, mut start) = (vec![label], 0);
        for (words, role) in said {
            let end = start + words.len();
            let here = range.start.max(start).saturating_sub(start)..range.end.min(end).saturating_sub(start);
            row.extend(words.get(here).filter(|part| !part.is_empty()).map(|part| (part.to_owned(), *role)));
            start = end;
        }
        rows.push(row);
    }
    rows
}

fn found(problem: &Problem, whose: &str, glyphs: &Glyphs) -> Line {
    let (glyph, role) = match problem.severity {
        Severity::Blocker => (glyphs.cross, Role::Bad),
        Severity::Warning => (glyphs.warn, Role::Warn),
        Severity::Hint => ('·', Role::Muted),
    };
    vec![
        (" ".repeat(NAME), role),
        (format!("{glyph} {whose}{}", one_line(&problem.words)), role),
        (format!("  {}", one_line(&problem.remedy)), Role::Muted),
    ]
}

fn stay() -> (Vec<Effect>, Flow) {
    (Vec::new(), Flow::Stay)
}

#[cfg(test)]
#[path = "review_tests.rs"]
mod tests;
