//! What a person does to posts: on the marks, else on the cursor post. Nothing here sends or deletes on one key:
//! whatever cannot be taken back asks first.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::channel::Channel;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::outcome::{Outcome, RETRY_SPACING, State};
use crate::domain::post::{Post, Source, Target, Wish};
use crate::domain::problem::Severity;
use crate::domain::schedule::Schedule;
use crate::domain::tags;
use crate::domain::turns::Turns;
use crate::domain::words::count;
use crate::text::check;
use crate::text::clean::{one_line, truncate};

use super::action::Action;
use super::availability;
use super::board::{Board, span_words};
use super::dispatch;
use super::effect::{Effect, Script};
use super::limits;
use super::model::{Model, Pane};
use super::msg::Tone;
use super::notice;
use super::panes::{activity, calendar, channels, failed};
use super::read_only;
use super::sheets::when;
use super::sheets::{
    Sheet, authorise, command, connect, defaults, doomed, drafts, log, question, repeat, settings, story,
};
use super::slots;
use super::tools::composer;
use super::twins;

/// How much of a text a question quotes, in cells.
const QUOTE: usize = 48;

/// Carries out `action` if it is a verb; `None` if it is none.
pub fn run(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    let effects = match action {
        Action::Compose => compose(model),
        Action::Edit => edit(model),
        Action::EditExternally => edit_externally(model),
        Action::Move => take_up(model),
        Action::When => ask_when(model),
        Action::Campaign => super::campaigns::open(model, None),
        Action::Campaigns => super::campaigns::list(model),
        Action::Duplicate => duplicate(model),
        Action::Delete => delete(model),
        Action::DeleteMany => delete_many(model),
        Action::Hold => hold(model),
        Action::PublishNow => publish(model),
        Action::Retry => retry(model, model.chosen_posts()),
        Action::RetryAll => retry(model, availability::retryable_failures(model)),
        Action::Verify => verify(model),
        Action::Dismiss => {
            let now = model.shared.now;
            on_chosen(model, move |post| availability::dismissible(post, now), Effect::Dismiss)
        }
        Action::Remedy => remedy(model),
        Action::LinkTwin => twins::link(model),
        Action::RawAnswer => tell_story(model),
        Action::Drafts => {
            model.sheets.push(Sheet::Drafts(drafts::State::default()));
            Vec::new()
        }
        Action::Log => {
            let (state, effects) = log::open();
            model.sheets.push(Sheet::Log(state));
            effects
        }
        Action::Repetitions => {
            let (state, effects) = repeat::open();
            model.sheets.push(Sheet::Repeat(Box::new(state)));
            effects
        }
        Action::Import => {
            let state = command::typed(model, "import ");
            model.sheets.push(Sheet::Command(state));
            Vec::new()
        }
        Action::Tag => {
            let state = command::typed(model, "tag ");
            model.sheets.push(Sheet::Command(state));
            Vec::new()
        }
        Action::Export => {
            let state = command::typed(model, "export ");
            model.sheets.push(Sheet::Command(state));
            Vec::new()
        }
        Action::Browse => {
            let page = model.cursor_post().and_then(|post| availability::page(post, model));
            page.map(Effect::Open).into_iter().collect()
        }
        Action::CopyPost => {
            model.copied = model.cursor_post().cloned();
            copy(model, "the post is copied; p pastes it as a draft", |post| Some(post.body.clone()))
        }
        Action::Paste => paste(model),
        Action::CopyText => copy(model, "the text is copied", |post| Some(post.body.clone())),
        Action::CopyLink => copy(model, "the link is copied", |post| availability::link(post).map(str::to_owned)),
        Action::CopyId => copy(model, "the id is copied", |post| Some(post.id.to_string())),
        Action::CopyJson => write_down(model, Script::Json),
        Action::CopyMarkdown => write_down(model, Script::Markdown),
        Action::DropWrite => drop_write(model),
        Action::Undo => vec![Effect::Undo],
        Action::Redo => vec![Effect::Redo],
        Action::Sync => vec![Effect::SyncNow],
        Action::KeepOurs => settle(model, true),
        Action::TakeTheirs => settle(model, false),
        Action::Limits => {
            let sheet = channel_at_hand(model).map(|channel| limits::of(channel, &model.shared, &model.board));
            model.sheets.extend(sheet.map(Sheet::Question));
            Vec::new()
        }
        Action::RenewChannel => match renewal(model).cloned() {
            Some(channel) => {
                let (state, effects) = authorise::renew(&channel, &model.board);
                model.sheets.push(Sheet::Authorise(Box::new(state)));
                effects
            }
            None if model.board.doors.is_empty() => return run(model, Action::Connect),
            None => {
                let account = channels::cursor_account(&model.channels, &model.board);
                let account = account.filter(|_| model.focus == Pane::Channels);
                let state = authorise::open(account.as_ref(), &model.board);
                model.sheets.push(Sheet::Authorise(Box::new(state)));
                Vec::new()
            }
        },
        Action::Settings => {
            model.sheets.push(Sheet::Settings(Box::new(settings::open())));
            Vec::new()
        }
        Action::Defaults => {
            model.sheets.push(Sheet::Defaults(Box::new(defaults::open())));
            Vec::new()
        }
        Action::Connect => {
            model.sheets.push(match model.board.offers.is_empty() {
                true => Sheet::Question(question::State::guide("Connect an account", super::guide::CONNECT)),
                false => Sheet::Connect(Box::new(connect::open(&model.board))),
            });
            Vec::new()
        }
        _ => return None,
    };
    Some(effects)
}

/// The channel that one key renews, when one needs it: the one under the cursor, else of the cursor post.
pub fn renewal(model: &Model) -> Option<&Channel> {
    if model.focus == Pane::Channels {
        let under = channels::cursor_channel(&model.channels, &model.board)?;
        return authorise::due(model.board.channel(&under));
    }
    let post = model.cursor_post().filter(|_| matches!(model.focus, Pane::Post | Pane::Failed))?;
    let refused = |target: &&Target| matches!(target.outcome, Outcome::Refused(_));
    let (first, rest): (Vec<_>, Vec<_>) = post.targets.iter().partition(refused);
    first.into_iter().chain(rest).find_map(|target| authorise::due(model.board.channel(&target.channel)))
}

/// The channel under the cursor; beside the channels, the first one of the cursor post.
pub fn channel_at_hand(model: &Model) -> Option<&Channel> {
    match model.focus {
        Pane::Channels => model.board.channel(&channels::cursor_channel(&model.channels, &model.board)?),
        _ => model.board.channel(&model.cursor_post()?.targets.first()?.channel),
    }
}

/// Opens the composer on `post`.
pub fn open_composer(model: &mut Model, post: Post) {
    if model.board.read_only {
        notice::tell(model, Tone::Plain, read_only::WORDS);
        return;
    }
    let state = composer::open(post, &model.shared, &model.board);
    model.composer = Some(Box::new(state));
    dispatch::settle(model);
}

fn compose(model: &mut Model) -> Vec<Effect> {
    let now = model.shared.now;
    let mut post = Post::draft(model.shared.ids.post(now), now);
    if model.focus == Pane::Calendar {
        post.schedule = calendar::cursor_slot(&model.calendar, &model.shared).filter(|slot| slot.instant() > now);
    }
    let slot = post.schedule.map(|slot| channels_with_slot(model, slot)).unwrap_or_default();
    let chosen = if model.shared.only.is_empty() { slot } else { model.shared.only.iter().cloned().collect() };
    post.targets = chosen.into_iter().map(Target::new).collect();
    open_composer(model, post);
    Vec::new()
}

/// The channels that have a free posting slot at that moment.
fn channels_with_slot(model: &Model, slot: Schedule) -> Vec<ChannelId> {
    let Model { shared, board, .. } = model;
    let at = slot.instant();
    let span = at..at + TimeDelta::minutes(1);
    let open = board.plan.openings(&board.channels, &board.posts, span, shared.zone, shared.habits.near);
    let able =
        |id: &ChannelId| check::channel_problem(board.channel(id)).is_none_or(|it| it.severity != Severity::Blocker);
    open.into_iter().filter(|open| open.at == at).flat_map(|open| open.channels).filter(able).collect()
}

fn edit(model: &mut Model) -> Vec<Effect> {
    let Some(post) = model.cursor_post().cloned() else { return Vec::new() };
    open_composer(model, Post::clone(&post));
    // A draft is stored as it is typed; of what is planned, a change that was not reviewed was kept aside.
    if post.wish == Wish::Draft && !post.is_remote() { Vec::new() } else { vec![Effect::LoadTyped(post.id)] }
}

fn edit_externally(model: &mut Model) -> Vec<Effect> {
    let mut effects = edit(model);
    if let Some(open) = &model.composer {
        effects.extend(composer::hand_out(open, &model.shared, &model.board));
    }
    effects
}

fn ask_when(model: &mut Model) -> Vec<Effect> {
    let sheet = when::for_posts(chosen_ids(model), &model.shared, &model.board);
    model.sheets.push(Sheet::When(sheet));
    Vec::new()
}

/// The sheet for the time of what is chosen, with these words typed.
pub fn when_sheet(model: &Model, words: &str) -> when::State {
    when::saying(when::for_posts(chosen_ids(model), &model.shared, &model.board), words, &model.shared, &model.board)
}

fn chosen_ids(model: &Model) -> Vec<PostId> {
    model.chosen_posts().iter().map(|post| post.id).collect()
}

fn duplicate(model: &mut Model) -> Vec<Effect> {
    let Some(post) = model.cursor_post().cloned() else { return Vec::new() };
    let mut copy = copy_of(&post, model);
    match next_slot(&post, model) {
        Some(slot) => {
            calendar::found(&mut model.calendar);
            (copy.schedule, copy.queue) = (Some(slot), None);
            copy.targets.iter_mut().for_each(|target| target.schedule = None);
        }
        None if !model.board.plan.slots.is_empty() => {
            let Model { calendar, shared, board, .. } = model;
            if let Some(effect) = calendar::look_further(calendar, shared, board, Action::Duplicate) {
                return vec![effect];
            }
            notice::tell(model, Tone::Plain, "no slot is free for its channels in a year: the copy keeps its time");
        }
        None => {}
    }
    model.shared.cursor = Some(copy.id);
    vec![Effect::Save { post: Box::new(copy), base: None, verb: "duplicated" }]
}

/// The copied post as a draft at the cursor.
fn paste(model: &mut Model) -> Vec<Effect> {
    let Some(post) = model.copied.clone() else { return Vec::new() };
    let mut copy = copy_of(&post, model);
    let slot = calendar::cursor_slot(&model.calendar, &model.shared).filter(|slot| slot.instant() > model.shared.now);
    copy.schedule = slot.or(copy.schedule);
    for target in &mut copy.targets {
        target.schedule = None;
    }
    model.shared.cursor = Some(copy.id);
    vec![Effect::Save { post: Box::new(copy), base: None, verb: "pasted as a draft" }]
}

/// Moves what is chosen as far as what was moved last.
pub fn move_by(model: &mut Model, distance: TimeDelta) -> Vec<Effect> {
    let ids: Vec<_> = model.chosen_posts().iter().map(|post| post.id).collect();
    let Model { calendar, shared, board, .. } = model;
    match calendar::move_by(calendar, shared, board, ids, distance) {
        Ok(effects) => effects,
        Err(why) => {
            notice::tell(model, Tone::Plain, why);
            Vec::new()
        }
    }
}

/// The next slot that is free for a channel of `post`, after its own time and after now.
fn next_slot(post: &Post, model: &Model) -> Option<Schedule> {
    let Model { shared, board, .. } = model;
    let from = post.instant().unwrap_or(shared.now);
    let channels: Vec<ChannelId> = post.targets.iter().map(|target| target.channel.clone()).collect();
    slots::free(&channels, None, shared, board).into_iter().find(|slot| slot.instant() > from)
}

/// The same post as a draft: its texts, channels and media, nothing of its fate; its time, if that is still to come.
fn copy_of(post: &Post, model: &Model) -> Post {
    let now = model.shared.now;
    let target = |target: &Target| Target {
        text: target.text.clone(),
        extras: target.extras.clone(),
        schedule: target.schedule.filter(|schedule| schedule.instant() > now),
        ..Target::new(target.channel.clone())
    };
    Post {
        id: model.shared.ids.post(now),
        targets: post.targets.iter().map(target).collect(),
        schedule: post.schedule.filter(|schedule| schedule.instant() > now),
        queue: None,
        wish: Wish::Draft,
        source: Source::Runsheet,
        created_at: now,
        updated_at: now,
        conflict: None,
        pending: false,
        number: None,
        ..post.clone()
    }
}

fn delete(model: &mut Model) -> Vec<Effect> {
    let posts = model.chosen_posts();
    let now = model.shared.now;
    let mut lines = vec![quote_list(&posts)];
    let remote = posts.iter().filter(|post| post.is_remote()).count();
    let live = posts.iter().filter(|post| matches!(post.state(now), State::Published | State::Partial)).count();
    if live > 0 {
        lines.push(format!("{}: what is live on a network may stay live there.", count(live, "published post")));
    } else if remote > 0 {
        lines.push(format!("{} at a provider too.", if remote == 1 { "It goes away" } else { "They go away" }));
    } else {
        lines.push("No provider has it. u brings it back.".into());
    }
    let seen = posts.iter().map(|post| (post.id, post.state(now))).collect();
    ask(model, format!("Delete {}?", count(posts.len(), "post")), lines, "delete", Effect::DeleteSeen(seen))
}

/// Looks for what the filter in force takes, in the failed pane for what failed of that.
fn delete_many(model: &mut Model) -> Vec<Effect> {
    let filter = model.shared.filter.as_ref().map(|filter| filter.text().to_owned()).unwrap_or_default();
    let words = match model.focus {
        Pane::Failed => format!("status:failed {filter}"),
        _ => filter,
    };
    if words.trim().is_empty() {
        let words = "say which: :delete status:failed until:-30d deletes what failed more than 30 days ago";
        notice::tell(model, Tone::Plain, words);
        return Vec::new();
    }
    let (state, effects) = doomed::open(words.trim());
    model.sheets.push(Sheet::Doomed(state));
    effects
}

/// The chosen posts that can be held or released, and whether they would be released.
fn holdable(model: &Model) -> (Vec<Arc<Post>>, bool) {
    let now = model.shared.now;
    let posts: Vec<_> =
        model.chosen_posts().into_iter().filter(|post| availability::holdable(post, now).is_ok()).collect();
    // A mixed choice is held: holding back is the safe direction.
    let release = posts.iter().all(|post| post.state(now) == State::Held);
    let posts = posts.into_iter().filter(|post| release || post.state(now) != State::Held).collect();
    (posts, release)
}

/// Whether holding would release what is chosen, because all of it is held already.
pub(super) fn releases(model: &Model) -> bool {
    let (posts, release) = holdable(model);
    release && !posts.is_empty()
}

fn hold(model: &mut Model) -> Vec<Effect> {
    let (posts, release) = holdable(model);
    model.shared.marks.clear();
    vec![Effect::Hold(posts.iter().map(|post| post.id).collect(), !release)]
}

fn publish(model: &mut Model) -> Vec<Effect> {
    let posts = model.chosen_posts();
    if let Some(words) = posts.iter().find_map(|post| in_the_way(post, model)) {
        notice::tell(model, Tone::Bad, words);
        return Vec::new();
    }
    let mut lines: Vec<String> = model.board.embargo_at(model.shared.now, model.shared.zone).into_iter().collect();
    lines.push(quote_list(&posts));
    lines.extend(channel_lines(posts.iter().flat_map(|post| &post.targets), &model.board));
    lines.extend(aside_line(&posts, &model.board));
    let ids = posts.iter().map(|post| post.id).collect();
    ask(model, format!("Publish {} now?", count(posts.len(), "post")), lines, "publish", Effect::PublishNow(ids))
}

/// What of a post the review would not let out either, where no provider has taken it yet.
fn in_the_way(post: &Post, model: &Model) -> Option<String> {
    let here = |target: &&Target| target.remote.is_none() && target.outcome == Outcome::NotSent;
    let (target, problem) = post.targets.iter().filter(here).find_map(|target| {
        let (_, found) = composer::of_channel(post, target, &model.shared, &model.board);
        found.into_iter().find(|problem| problem.severity == Severity::Blocker).map(|problem| (target, problem))
    })?;
    let channel = model.board.channel(&target.channel);
    let name = channel.map_or_else(|| target.channel.to_string(), |it| format!("{} {}", it.network, it.label()));
    let (post, name) = (quote_list(&[Arc::new(post.clone())]), one_line(&name));
    Some(format!("{post} is not published: {name}: {}; e opens it", one_line(&problem.words)))
}

/// Says so where changes to posts were typed that would not go out with them.
fn aside_line(posts: &[Arc<Post>], board: &Board) -> Option<String> {
    match posts.iter().filter(|post| board.is_aside(post.id)).count() {
        0 => None,
        1 => Some("It goes out as it was scheduled: changes to it were typed and not sent.".into()),
        many => Some(format!("{many} go out as they were scheduled: changes to them were typed and not sent.")),
    }
}

/// Says so where what was typed of posts that failed would not go out with them.
fn typed_line(posts: &[Arc<Post>], board: &Board) -> Option<String> {
    let many = posts.iter().filter(|post| board.is_aside(post.id)).count();
    let what = if posts.len() == 1 { "It goes".to_owned() } else { format!("{many} of them go") };
    let words = format!("{what} out as before: what was typed since is sent from the composer: e opens it.");
    (many > 0).then_some(words)
}

/// One line per channel that would speak, as network, handle and account.
pub fn channel_lines<'a>(targets: impl Iterator<Item = &'a Target>, board: &Board) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for target in targets {
        let line = match board.channel(&target.channel) {
            Some(channel) => {
                format!("  {} {} (account {})", channel.network, one_line(channel.label()), channel.account)
            }
            None => format!("  {}", one_line(target.channel.as_str())),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Asks the providers; what they answer about each post is told.
fn verify(model: &mut Model) -> Vec<Effect> {
    let mut effects = on_chosen(model, availability::verifiable, Effect::Verify);
    if let Some(Effect::Verify(ids)) = effects.first() {
        model.asked_about.extend(ids);
        effects.extend(twins::look(ids, &model.board));
    }
    effects
}

fn retry(model: &mut Model, posts: Vec<Arc<Post>>) -> Vec<Effect> {
    let now = model.shared.now;
    let posts: Vec<_> = posts.into_iter().filter(|post| availability::retryable(post, model).is_ok()).collect();
    let (unknown, failed): (Vec<_>, Vec<_>) = posts.into_iter().partition(|post| post.state(now) == State::Unknown);
    match (unknown.as_slice(), failed.len()) {
        ([post], 0) => return ask_at_own_risk(model, post),
        ([], 0) => return Vec::new(),
        ([], _) => {}
        (unknown, _) => {
            let words = format!("{} left out: it may be live already; V verifies first", count(unknown.len(), "post"));
            notice::tell(model, Tone::Bad, words);
        }
    }
    let ids: Vec<_> = failed.iter().map(|post| post.id).collect();
    if ids.is_empty() {
        return Vec::new();
    }
    let mut lines: Vec<String> = typed_line(&failed, &model.board).into_iter().collect();
    lines.extend([quote_list(&failed), "Only what failed is sent again; what is live stays as it is.".into()]);
    let is_due = |post: &Post, target: &Target| matches!(post.target_state(target, now), State::Failed | State::Missed);
    let due = failed.iter().flat_map(|post| post.targets.iter().filter(|target| is_due(post, target)));
    lines.extend(channel_lines(due, &model.board));
    lines.extend(spread_line(&failed, now));
    lines.extend(anew_line(&failed, model));
    ask(model, format!("Retry {}?", count(ids.len(), "post")), lines, "retry", Effect::Retry(ids))
}

/// Says how retries on one channel are spread over time, where there are several.
fn spread_line(failed: &[Arc<Post>], now: DateTime<Utc>) -> Option<String> {
    let mut turns = Turns::default();
    let last = failed.iter().map(|post| turns.wait(post, now)).max().filter(|last| !last.is_zero())?;
    let (apart, last) = (span_words(RETRY_SPACING), span_words(last));
    Some(format!("On one channel they go out {apart} apart, so the last one in {last}."))
}

/// Says so where a retry makes a new post, because the provider sends nothing a second time.
fn anew_line(failed: &[Arc<Post>], model: &Model) -> Option<String> {
    let anew = |target: &Target| {
        let there = target.remote.is_some() && model.board.retry_anew.contains(&target.account());
        there && matches!(target.outcome, Outcome::Refused(_))
    };
    let posts = failed.iter().filter(|post| post.targets.iter().any(anew)).count();
    let words = match posts {
        0 => return None,
        1 if failed.len() > 1 => {
            "One of them becomes a new post at its provider; the failed one stays there as a record.".into()
        }
        1 => "It becomes a new post at the provider; the failed one stays there as a record.".into(),
        posts => format!("{posts} of them become new posts at the provider; the failed ones stay there as a record."),
    };
    Some(words)
}

fn ask_at_own_risk(model: &mut Model, post: &Arc<Post>) -> Vec<Effect> {
    let lines = vec![
        quote_list(std::slice::from_ref(post)),
        "Nobody knows whether this post is live. V looks for it at the provider first.".into(),
        "If it is live and you send it again, it appears twice:".into(),
    ];
    let lines = [lines, channel_lines(post.targets.iter(), &model.board)].concat();
    ask(model, "Send it again at your own risk?".into(), lines, "send again", Effect::RetryAtOwnRisk(post.id))
}

/// Puts tags on what is chosen, or takes them off where all of it has them.
pub fn tag(model: &mut Model, those: Vec<String>) -> Vec<Effect> {
    if let Err(why) = availability::availability(Action::Tag, model) {
        notice::tell(model, Tone::Plain, why);
        return Vec::new();
    }
    let posts = model.chosen_posts();
    let has_all = |post: &Arc<Post>| those.iter().all(|tag| tags::has(&post.tags, tag));
    let on = !posts.iter().all(has_all);
    model.shared.marks.clear();
    vec![Effect::Tag(posts.iter().map(|post| post.id).collect(), those, on)]
}

/// What the cause of a failure suggests.
pub fn suggested(model: &Model) -> Option<Action> {
    failed::remedy(&model.failed, &model.shared, &model.board)
}

/// The same, as one key.
fn remedy(model: &mut Model) -> Vec<Effect> {
    match suggested(model) {
        // Where the channel itself is in order by now, the provider's pages know more.
        Some(Action::RenewChannel) if renewal(model).is_none() => dispatch::run(model, Action::Browse),
        Some(action) => dispatch::run(model, action),
        None => Vec::new(),
    }
}

/// Takes the chosen posts off the calendar, to be dropped elsewhere.
fn take_up(model: &mut Model) -> Vec<Effect> {
    let ids: Vec<_> = model.chosen_posts().iter().map(|post| post.id).collect();
    let mut effects = Vec::new();
    if model.focus != Pane::Calendar
        && let [id, ..] = ids.as_slice()
    {
        effects = calendar::follow(&mut model.calendar, &mut model.shared, &model.board, *id);
    }
    match calendar::start_move(&mut model.calendar, &mut model.shared, &model.board, ids) {
        Ok(()) => model.focus = Pane::Calendar,
        Err(why) => notice::tell(model, Tone::Plain, why),
    }
    effects
}

fn settle(model: &mut Model, ours: bool) -> Vec<Effect> {
    model.shared.cursor.map(|id| Effect::SettleConflict(id, ours)).into_iter().collect()
}

fn on_chosen(
    model: &mut Model,
    fits: impl Fn(&Post) -> Result<(), String>,
    effect: impl Fn(Vec<crate::domain::ids::PostId>) -> Effect,
) -> Vec<Effect> {
    let ids: Vec<_> = model.chosen_posts().iter().filter(|post| fits(post).is_ok()).map(|post| post.id).collect();
    model.shared.marks.clear();
    if ids.is_empty() { Vec::new() } else { vec![effect(ids)] }
}

fn drop_write(model: &mut Model) -> Vec<Effect> {
    let Some(intent) = activity::cursor_write(&model.activity, &model.board) else { return Vec::new() };
    let Some(row) = model.board.outbox.iter().find(|row| row.intent == intent) else { return Vec::new() };
    let headline = model.board.post(row.post).map(|post| quote_list(std::slice::from_ref(post)));
    let lines = vec![
        format!("{} at {} {}", row.verb, row.account, headline.unwrap_or_default()),
        "It will not be sent. The post stays here as it is.".into(),
    ];
    ask(model, "Drop this waiting write?".into(), lines, "drop", Effect::DropWrite(intent))
}

fn tell_story(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.shared.cursor else { return Vec::new() };
    let (sheet, effects) = story::open(id);
    model.sheets.push(Sheet::Story(sheet));
    effects
}

/// Copies what `what` finds of the cursor post, and says so in these words.
fn copy(model: &mut Model, words: &str, what: impl Fn(&Post) -> Option<String>) -> Vec<Effect> {
    let Some(text) = model.cursor_post().and_then(|post| what(post)) else { return Vec::new() };
    notice::tell(model, Tone::Plain, words);
    vec![Effect::Copy(text)]
}

fn write_down(model: &Model, script: Script) -> Vec<Effect> {
    model.cursor_post().map(|post| Effect::WriteDown(post.id, script)).into_iter().collect()
}

/// Asks before `effect`; the answer yes also lets go of the marks.
fn ask(model: &mut Model, title: String, lines: Vec<String>, yes: &str, effect: Effect) -> Vec<Effect> {
    model.sheets.push(Sheet::Question(question::State::ask(title, lines, yes, vec![effect])));
    Vec::new()
}

/// Whether the posts after one of a repetition are to say the same, where it says something else now.
pub fn ask_to_follow(board: &Board, typed: &Post) -> Option<Sheet> {
    let (_, rule) = board.repeats.get(&typed.id)?;
    let stored = board.post(typed.id)?;
    let own = |post: &Post| {
        let of = |target: &Target| (target.channel.clone(), target.text.clone(), target.extras.clone());
        post.targets.iter().map(of).collect::<Vec<_>>()
    };
    let says = |post: &Post| {
        let beside = (post.media.clone(), post.options.clone(), post.first_comment.clone(), own(post));
        (post.body.clone(), post.title.clone(), beside)
    };
    if typed.wish == Wish::Draft && stored.wish == Wish::Draft || says(stored) == says(typed) {
        return None;
    }
    let lines = vec![
        format!("This post repeats {rule}. It is changed alone, unless y gives what it says"),
        "to the posts after it too: those that wait, and those that are yet to be made.".into(),
        "Their times stay.".into(),
    ];
    let title = "Also the posts after it?".to_owned();
    Some(Sheet::Question(question::State::ask(
        title,
        lines,
        "all after it too",
        vec![Effect::Follow(Box::new(typed.clone()))],
    )))
}

/// The headlines of posts, as far as they fit a line.
fn quote_list(posts: &[Arc<Post>]) -> String {
    let quote = |post: &Arc<Post>| format!("“{}”", truncate(&one_line(post.headline()), QUOTE));
    match posts {
        [] => String::new(),
        [one] => quote(one),
        [first, rest @ ..] => format!("{} and {} more", quote(first), rest.len()),
    }
}
