//! What is done with a campaign: reviewed and scheduled, shifted, held, published, deleted; and with single posts of it.

use std::sync::Arc;

use super::ghosts::{Standing, Totals, totals};
use super::state::{Part, State, is_planned, start_words};
use super::update::{Answer, chosen, push, say, stay, under};
use crate::domain::campaign::Shift;
use crate::domain::channel::Network;
use crate::domain::ids::PostId;
use crate::domain::outcome::State as PostState;
use crate::domain::post::{Post, Wish};
use crate::domain::problem::Problem;
use crate::domain::schedule::{Resolved, Schedule};
use crate::domain::words::count;
use crate::text::clean::{one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Tone;
use crate::tui::sheets::doomed::{self, Found};
use crate::tui::sheets::{Flow, Sheet, batch, campaigns, question};
use crate::tui::widgets::moment;

/// How much of a text a refusal quotes, in cells.
const QUOTE: usize = 40;

/// The last look: totals, and `y` schedules what can be.
pub fn review(state: &mut State, shared: &mut Shared, board: &Board) -> Answer {
    state.typing = false;
    if let Some(fault) = state.faults.first() {
        let (field, words) = (fault.field, fault.words.clone());
        (state.part, state.field) = (Part::Recipe, field);
        say(shared, &words, Tone::Bad);
        return stay(Vec::new());
    }
    if state.launching {
        say(shared, "its posts are being handed over just now; once more when that is done", Tone::Plain);
        return stay(Vec::new());
    }
    if !state.loaded {
        say(shared, "what is scheduled of it is still being read; once more in a moment", Tone::Plain);
        return stay(Vec::new());
    }
    let totals = totals(state, board, shared.now, true);
    if totals.good == 0 {
        let words = match totals.refused {
            0 => nothing_left(state, shared),
            some => {
                format!("nothing can be scheduled: {} stand in their own way; n leads to them", count(some, "post"))
            }
        };
        say(shared, &words, Tone::Plain);
        return stay(Vec::new());
    }
    let good = state.ghosts.iter().filter(|ghost| ghost.standing == Standing::Good);
    let posts: Vec<Post> = good.map(|ghost| Post { wish: Wish::Schedule, ..Post::clone(&ghost.post) }).collect();
    let title = format!("Schedule {} of \"{}\"?", count(totals.good, "post"), one_line(state.recipe.name.trim()));
    let launch = Effect::Launch { recipe: Box::new(state.recipe.clone()), posts };
    push(Sheet::Question(question::State::ask(title, lines(&totals, state, shared), "schedule", vec![launch])))
}

/// Why nothing of it is to be scheduled, where nothing stands in its way.
fn nothing_left(state: &State, shared: &Shared) -> String {
    let failed = state.ghosts.iter().filter(|ghost| ghost.post.cause(shared.now).is_some()).count();
    let held = of_state(state, shared, PostState::Held).len();
    match (failed, held) {
        (0, 0) => "all of it is scheduled; + adds a post, s in the list of posts moves one".to_owned(),
        (0, held) if held == state.ghosts.len() => {
            "all of it is held and does not go out; W releases all of it".to_owned()
        }
        (0, held) => format!("nothing is left to schedule, and {} held: the marks in the list show which", are(held)),
        (some, _) => {
            format!("nothing is left to schedule, and {} failed: the failed queue has why", count(some, "post"))
        }
    }
}

fn are(posts: usize) -> String {
    format!("{} {}", count(posts, "post"), if posts == 1 { "is" } else { "are" })
}

/// Its handed-over posts that are in this state.
fn of_state(state: &State, shared: &Shared, wanted: PostState) -> Vec<PostId> {
    let sent = state.ghosts.iter().filter(|ghost| ghost.standing == Standing::Sent);
    sent.filter(|ghost| ghost.post.state(shared.now) == wanted).map(|ghost| ghost.post.id).collect()
}

/// Whether holding would release it, because all that could be held is.
pub fn releases(state: &State, shared: &Shared) -> bool {
    of_state(state, shared, PostState::Scheduled).is_empty() && !of_state(state, shared, PostState::Held).is_empty()
}

/// The totals in words, line by line.
fn lines(totals: &Totals, state: &State, shared: &Shared) -> Vec<String> {
    let mut lines: Vec<String> =
        totals.networks.iter().map(|(network, posts)| format!("  {network:<16}{}", count(*posts, "post"))).collect();
    if let (Some(first), Some(last)) = (totals.first, totals.last) {
        lines.push(format!("  {:<16}{}", "first", moment::full(first, shared)));
        lines.push(format!("  {:<16}{}", "last", moment::full(last, shared)));
        lines.push(format!("  {:<16}{}", "zone", shared.zone));
    }
    let warnings = state.ghosts.iter().filter(|ghost| ghost.standing == Standing::Good);
    let warnings: usize = warnings.map(super::view::warnings).sum();
    if warnings > 0 {
        lines.push(format!("  {:<16}{}, none of which stops it", "warnings", warnings));
    }
    let gone = state.recipe.rows.iter().filter(|row| row.gone).count();
    if gone > 0 {
        lines.push(format!("  {:<16}{}: deleted since, made anew by this", "again", count(gone, "post")));
    }
    if totals.clashes > 0 {
        lines.push(format!("  {:<16}{} near another post of a channel", "clashes", totals.clashes));
    }
    if totals.refused > 0 {
        lines.push(format!("  {:<16}{}: refused, stays here to be mended", "left out", count(totals.refused, "post")));
    }
    if totals.sent > 0 {
        let held = match totals.held {
            0 => String::new(),
            held => format!(", {held} of them held"),
        };
        lines.push(format!("  {:<16}{}: scheduled before{held}, stays as it is", "there", count(totals.sent, "post")));
    }
    lines.push(String::new());
    lines.push("Nothing is sent yet; each post is scheduled by itself, and its row tells.".into());
    lines
}

/// What came of scheduling, post by post.
pub fn launched(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    answers: Vec<(PostId, Result<(), String>)>,
) -> Vec<Effect> {
    state.launching = false;
    let (mut sent, mut refused) = (0, 0);
    for (id, answer) in answers {
        state.refused.remove(&id);
        match answer {
            Ok(()) => {
                sent += 1;
                state.just_sent.insert(id);
                if let Some(row) = state.recipe.rows.iter_mut().find(|row| row.id == id) {
                    (row.sent, row.gone) = (true, false);
                }
            }
            Err(words) => {
                refused += 1;
                state.refused.insert(id, words);
            }
        }
    }
    state.part = Part::Posts;
    state.show_texts();
    let words = match refused {
        0 => format!("{} handed over; each is the calendar's from now on", count(sent, "post")),
        _ => format!("{sent} handed over, {refused} not: their rows say why, and Ctrl-s schedules only them"),
    };
    say(shared, &words, if refused == 0 { Tone::Good } else { Tone::Bad });
    let mut effects = state.changed(shared, board);
    effects.extend(settle_name(state));
    effects
}

/// Keeps the recipe. A campaign that has another name now takes along what was stored of it under the old one. Not while
/// it is typed: a provider with campaigns would make one of every letter.
fn settle_name(state: &mut State) -> Vec<Effect> {
    let name = state.recipe.name.trim().to_owned();
    if name.is_empty() || name == state.recipe.called {
        return state.keep(state.revision);
    }
    let before = state.recipe.clone();
    let old = std::mem::replace(&mut state.recipe.called, name.clone());
    let follows = |post: &Post| {
        let under = post.campaign.as_deref();
        under != Some(name.as_str()) && (!old.is_empty() && under == Some(old.trim()) || !is_planned(post))
    };
    let posts: Vec<PostId> = state.stored.values().filter(|post| follows(post)).map(|post| post.id).collect();
    state.revision += 1;
    if posts.is_empty() {
        return state.keep(state.revision);
    }
    state.sent_revision = state.revision;
    vec![Effect::RenameCampaign { recipe: Box::new(before), posts }]
}

/// Asks the providers about the marked posts, else about all that are not scheduled yet.
pub fn check(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let open = state.ghosts.iter().filter(|ghost| ghost.standing != Standing::Sent && ghost.post.schedule.is_some());
    let meant = open.filter(|ghost| shared.marks.is_empty() || shared.marks.contains(&ghost.post.id));
    let posts: Vec<Post> = meant.map(|ghost| Post::clone(&ghost.post)).collect();
    if posts.is_empty() {
        say(shared, "nothing of it waits to be scheduled; there is nothing to ask about", Tone::Plain);
        return Vec::new();
    }
    // A provider that checks nothing would be heard as one that agrees.
    let is_asked = |post: &Post| post.targets.iter().any(|target| board.checks.contains(&target.account()));
    let posts: Vec<Post> = posts.into_iter().filter(is_asked).collect();
    if posts.is_empty() {
        say(shared, "the providers of its channels check nothing beforehand; nobody was asked", Tone::Plain);
        return Vec::new();
    }
    say(shared, &format!("asking the providers about {}…", count(posts.len(), "post")), Tone::Plain);
    state.asked.extend(posts.iter().map(|post| (post.id, post.clone())));
    vec![Effect::CheckMany(state.recipe.id, posts)]
}

/// What the providers think, post by post.
pub fn checked(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    answers: Vec<(PostId, Result<Vec<Problem>, String>)>,
) {
    let minded = answers.iter().filter(|(_, said)| said.as_ref().is_ok_and(|problems| !problems.is_empty())).count();
    let unheard = answers.iter().filter(|(_, said)| said.is_err()).count();
    for (id, said) in answers {
        if let Some(asked) = state.asked.remove(&id) {
            state.heard.insert(id, (asked, said));
        }
    }
    state.refresh(shared, board);
    let unheard_words = format!("no answer about {}; the rows say why", count(unheard, "post"));
    match (minded, unheard) {
        (0, 0) => say(shared, "the providers agree", Tone::Good),
        (0, _) => say(shared, &unheard_words, Tone::Plain),
        (some, 0) => say(shared, &format!("the providers mind {}; the rows say what", count(some, "post")), Tone::Bad),
        (some, _) => {
            let words = format!("the providers mind {}; {unheard_words}", count(some, "post"));
            say(shared, &words, Tone::Bad);
        }
    }
}

/// Leaves; the recipe is kept, an empty one forgotten.
pub fn leave(state: &mut State) -> Vec<Effect> {
    if state.recipe.is_blank() {
        return if state.revision > 0 { vec![Effect::ForgetCampaign(state.recipe.id)] } else { Vec::new() };
    }
    settle_name(state)
}

/// Opens the row's post in the composer.
pub fn edit(state: &mut State, shared: &Shared) -> Answer {
    let Some(post) = under(state, shared) else { return stay(Vec::new()) };
    state.before_edit = Some(state.here());
    let effects = if is_planned(&post) { vec![Effect::LoadTyped(post.id)] } else { Vec::new() };
    (effects, Flow::Compose(Box::new(Post::clone(&post))))
}

/// The composer was closed: what it made of a row's post holds for that row alone.
pub fn edited(state: &mut State, shared: &mut Shared, board: &Board, post: Post) -> Vec<Effect> {
    let Some(ghost) = state.row_of(post.id).and_then(|at| state.ghosts.get(at)) else { return Vec::new() };
    if ghost.standing == Standing::Sent || *ghost.post == post {
        return Vec::new();
    }
    let moved = ghost.post.schedule != post.schedule;
    let before = state.before_edit.take().unwrap_or_else(|| state.here());
    state.step_from(before);
    if moved && let Some(schedule) = post.schedule {
        give_time(state, post.id, schedule);
    }
    if let Some(row) = state.recipe.rows.iter_mut().find(|row| row.id == post.id) {
        row.text.clone_from(&post.body);
    }
    state.stored.insert(post.id, Arc::new(Post { wish: Wish::Draft, ..post }));
    state.show_texts();
    state.changed(shared, board)
}

/// What a row has of its own from now on, said without the composer.
pub fn give(state: &mut State, shared: &mut Shared, board: &Board, post: Post) -> Vec<Effect> {
    state.before_edit = None;
    let mut effects = edited(state, shared, board, post.clone());
    if !effects.is_empty() {
        effects.push(Effect::Autosave(Box::new(post), None));
    }
    effects
}

/// The post that a sheet asks about: in the recipe the one that stands for all, elsewhere the row's under the cursor.
pub fn asked_about(state: &mut State, shared: &mut Shared) -> Option<Post> {
    state.meant = None;
    if state.part == Part::Recipe {
        return Some(state.template(shared));
    }
    let id = under(state, shared)?.id;
    let Some(post) = open_row(state, id) else {
        say(shared, SENT, Tone::Plain);
        return None;
    };
    state.meant = Some(id);
    Some(post)
}

/// The post of a row that is not scheduled yet.
pub fn open_row(state: &State, id: PostId) -> Option<Post> {
    let ghost = state.ghosts.get(state.row_of(id)?)?;
    (ghost.standing != Standing::Sent).then(|| Post::clone(&ghost.post))
}

/// Gives a row a time of its own; its number stays, and so does the order of the rest.
pub fn give_time(state: &mut State, id: PostId, schedule: Schedule) {
    if let Some(row) = state.recipe.rows.iter_mut().find(|row| row.id == id) {
        row.at = Some(schedule);
    }
}

/// The time chosen for the row under the cursor; "now" puts it back into the rhythm.
pub fn set_time(state: &mut State, shared: &mut Shared, board: &Board, schedule: Option<Schedule>) -> Vec<Effect> {
    let Some(post) = under(state, shared) else { return Vec::new() };
    if is_planned(&post) {
        let Some(schedule) = schedule else { return Vec::new() };
        let moves = vec![(post.id, schedule)];
        state.step_moving(&moves);
        return vec![Effect::Move(moves)];
    }
    state.step();
    if let Some(row) = state.recipe.rows.iter_mut().find(|row| row.id == post.id) {
        row.at = schedule;
    }
    state.changed(shared, board)
}

/// Takes rows out of the campaign; what is scheduled stays.
pub fn drop(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let ids = chosen(state, shared);
    let open: Vec<PostId> =
        state.recipe.rows.iter().filter(|row| !row.sent && ids.contains(&row.id)).map(|row| row.id).collect();
    if open.is_empty() {
        say(shared, KEPT, Tone::Plain);
        return Vec::new();
    }
    state.step();
    state.recipe.rows.retain(|row| !open.contains(&row.id));
    shared.marks.clear();
    state.show_texts();
    // A draft that was edited by itself goes with its row.
    let drafts: Vec<PostId> = open.iter().copied().filter(|id| state.stored.remove(id).is_some()).collect();
    let mut effects = state.changed(shared, board);
    if !drafts.is_empty() {
        effects.push(Effect::Delete(drafts));
    }
    say(shared, &format!("{} taken out; u brings it back", count(open.len(), "post")), Tone::Plain);
    effects
}

/// A time after a shift. One that the clocks skip or show twice is nobody's to choose here; posts in the rhythm ask in
/// their own rows.
fn moved(at: Schedule, shift: Shift, what: &str) -> Result<Schedule, String> {
    let asks =
        |when: &str| format!("{what} would stand where the clocks {when}; nothing was shifted: take another step");
    match shift.of(at) {
        Some(Resolved::At(to)) => Ok(to),
        Some(Resolved::Gap { .. }) => Err(asks("skip an hour")),
        Some(Resolved::Twice { .. }) => Err(asks("show an hour twice")),
        None => Err(format!("{what} would be beyond the calendar; nothing was shifted")),
    }
}

/// Moves the whole campaign: what waits here and what is scheduled; what is out stays.
pub fn shift(state: &mut State, shared: &mut Shared, board: &Board, shift: Shift) -> Vec<Effect> {
    let now = shared.now;
    let movable = |ghost: &&super::ghosts::Ghost| {
        let own = state.recipe.rows.iter().any(|row| row.id == ghost.post.id && !row.sent && row.at.is_some());
        own || (ghost.standing == Standing::Sent && ghost.post.fixed(now).is_none())
    };
    let start = state.recipe.starts_at.map(|at| moved(at, shift, "the start")).transpose();
    let times = state.ghosts.iter().filter(movable).filter_map(|ghost| {
        let row = state.recipe.rows.iter().find(|row| row.id == ghost.post.id && !row.sent);
        let at = row.map_or(ghost.post.schedule, |row| row.at)?;
        let name = format!("\"{}\"", truncate(&one_line(ghost.post.headline()), QUOTE));
        Some(moved(at, shift, &name).map(|to| (ghost.post.id, row.is_some(), to)))
    });
    let (start, times) = match (start, times.collect::<Result<Vec<_>, String>>()) {
        (Ok(start), Ok(times)) => (start, times),
        (Err(words), _) | (_, Err(words)) => {
            say(shared, &words, Tone::Bad);
            return Vec::new();
        }
    };
    let (own, planned): (Vec<_>, Vec<_>) = times.into_iter().partition(|(_, open, _)| *open);
    let planned: Vec<(PostId, Schedule)> = planned.into_iter().map(|(id, _, at)| (id, at)).collect();
    let past = |at: &Schedule| at.instant() <= now;
    if planned.iter().any(|(_, at)| past(at)) || (planned.is_empty() && start.as_ref().is_some_and(past)) {
        say(shared, "part of it would be in the past; a smaller step leaves all of it ahead", Tone::Bad);
        return Vec::new();
    }
    state.step_moving(&planned);
    for (id, _, at) in own {
        give_time(state, id, at);
    }
    if let Some(start) = start {
        state.recipe.starts_at = Some(start);
        state.recipe.start = start_words(&state.recipe, shared.zone);
        state.start.set_text(&state.recipe.start.clone());
    }
    let mut effects = state.changed(shared, board);
    let many = planned.len();
    if !planned.is_empty() {
        effects.push(Effect::Move(planned));
    }
    state.follow_row(shared);
    let open = state.recipe.rest();
    say(shared, &format!("shifted: {open} waiting here, {many} scheduled"), Tone::Plain);
    effects
}

/// Holds what is scheduled of the campaign; where all of that is held, releases it.
pub fn hold(state: &State, shared: &mut Shared) -> Vec<Effect> {
    let of = |wanted| of_state(state, shared, wanted);
    let (scheduled, held) = (of(PostState::Scheduled), of(PostState::Held));
    match (scheduled.is_empty(), held.is_empty()) {
        (false, _) => vec![Effect::Hold(scheduled, true)],
        (true, false) => vec![Effect::Hold(held, false)],
        (true, true) => {
            say(shared, NONE_HELD, Tone::Plain);
            Vec::new()
        }
    }
}

/// What waits of the campaign, listed and counted before it is deleted. What is out stays.
pub fn delete(state: &State, shared: &mut Shared) -> Answer {
    let now = shared.now;
    let mut posts: Vec<Arc<Post>> = Vec::new();
    let mut spared: Vec<(Arc<Post>, String)> = Vec::new();
    for ghost in state.ghosts.iter().filter(|ghost| state.stored.contains_key(&ghost.post.id)) {
        match ghost.post.state(now) {
            PostState::Draft | PostState::Scheduled | PostState::Held => posts.push(ghost.post.clone()),
            other => spared.push((ghost.post.clone(), format!("it is {}", other.word()))),
        }
    }
    if posts.is_empty() && spared.is_empty() {
        if state.recipe.is_blank() {
            say(shared, "there is nothing in it yet; Esc leaves it", Tone::Plain);
            return stay(Vec::new());
        }
        return push(campaigns::ask_to_forget(&state.recipe, " It is gone for good."));
    }
    let asked = format!("campaign \"{}\"", one_line(state.recipe.name.trim()));
    push(Sheet::Doomed(doomed::of_posts(Found { asked, posts, spared })))
}

/// The chosen posts that could go out now.
fn publishable(state: &State, shared: &Shared) -> Vec<Arc<Post>> {
    let ids = chosen(state, shared);
    let is_open = |post: &Post| post.fixed(shared.now).is_none();
    let chosen = state.ghosts.iter().filter(|ghost| ids.contains(&ghost.post.id) && is_open(&ghost.post));
    chosen.filter(|ghost| ghost.blockers_but_time() == 0).map(|it| it.post.clone()).collect()
}

/// Asks on which networks the chosen posts are published at once.
pub fn publish(state: &State, shared: &mut Shared, board: &Board) -> Answer {
    let posts = publishable(state, shared);
    if posts.is_empty() || state.recipe.name.trim().is_empty() {
        say(shared, "nothing chosen can be published: it is out, or something stands in its way", Tone::Plain);
        return stay(Vec::new());
    }
    let mut networks: Vec<Network> = Vec::new();
    for target in posts.iter().flat_map(|post| &post.targets) {
        if let Some(channel) = board.channel(&target.channel)
            && !networks.contains(&channel.network)
        {
            networks.push(channel.network.clone());
        }
    }
    push(Sheet::Batch(Box::new(batch::open(posts, networks, state.recipe.clone()))))
}

/// What is said where nothing chosen can be changed here any more.
const SENT: &str = "only what is not scheduled yet is changed here; e edits any post";
/// What is said where it is taken out of no campaign any more.
const KEPT: &str = "it is scheduled; X deletes what waits of the campaign, with the list first";
/// What is said where nothing waits to be released or held.
const NONE_HELD: &str = "nothing of it is scheduled or held; Ctrl-s schedules it";

/// Why an action would do nothing just now. What it says where it is tried all the same is the same.
pub fn refused(state: &State, shared: &Shared, action: Action) -> Option<String> {
    let on_rows = state.part != Part::Recipe;
    let sent = |id: &PostId| state.recipe.rows.iter().any(|row| row.id == *id && row.sent);
    let of_it = |id: &PostId| state.row_of(*id).is_some();
    match action {
        // In the calendar Enter opens what is no post, too.
        Action::Open if state.part == Part::Calendar => None,
        Action::Edit | Action::Open | Action::When | Action::Move | Action::Mark if on_rows => {
            let Some(post) = under(state, shared) else { return Some("no post is under the cursor".into()) };
            match action {
                Action::When => post.fixed(shared.now).map(str::to_owned),
                Action::Move => {
                    let ids = chosen(state, shared);
                    let mut chosen = state.ghosts.iter().filter(|ghost| ids.contains(&ghost.post.id));
                    chosen.find_map(|ghost| ghost.post.fixed(shared.now)).map(str::to_owned)
                }
                _ => None,
            }
        }
        Action::ComposerMedia | Action::ComposerOptions if on_rows => {
            let open = under(state, shared).is_some_and(|post| open_row(state, post.id).is_some());
            (!open).then(|| SENT.to_owned())
        }
        Action::CampaignDrop => {
            let ids = chosen(state, shared);
            let open = ids.iter().any(|id| of_it(id) && !sent(id));
            (!open).then(|| if ids.is_empty() { "no post is under the cursor" } else { KEPT }.to_owned())
        }
        Action::CampaignHold => {
            let some = |wanted| !of_state(state, shared, wanted).is_empty();
            (!some(PostState::Scheduled) && !some(PostState::Held)).then(|| NONE_HELD.to_owned())
        }
        Action::NextProblem | Action::PreviousProblem => {
            let refused = state.ghosts.iter().any(|ghost| ghost.standing == Standing::Refused);
            (!refused).then(|| "nothing stands in the way of any post".to_owned())
        }
        Action::Review if state.loaded && state.faults.is_empty() => {
            let left = state.ghosts.iter().any(|ghost| ghost.standing != Standing::Sent);
            (!left).then(|| nothing_left(state, shared))
        }
        Action::ServerCheck => {
            let waits =
                |ghost: &super::ghosts::Ghost| ghost.standing != Standing::Sent && ghost.post.schedule.is_some();
            (!state.ghosts.iter().any(waits))
                .then(|| "nothing of it waits to be scheduled; there is nothing to ask about".to_owned())
        }
        Action::PublishNow => (publishable(state, shared).is_empty() || state.recipe.name.trim().is_empty())
            .then(|| "nothing chosen can be published: it is out, or something stands in its way".to_owned()),
        _ => None,
    }
}
