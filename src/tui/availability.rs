//! Whether an action can run now, and if not, why and what to do instead.
//!
//! Hints leave out what cannot run, help shows the reason beside it, and a refused key says it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::outcome::{Outcome, State};
use crate::domain::post::{Post, Target};
use crate::domain::write::OutboxState;

use super::action::Action;
use super::board::Waiting;
use super::model::{Deed, Model, Pane};
use super::narrow;
use super::panes::{activity, calendar};
use super::read_only;
use super::theme::Palette;
use super::tools::builder;
use super::twins;

/// `Ok` when `action` would do something, else the reason in words that fit the status line.
pub fn availability(action: Action, model: &Model) -> Result<(), String> {
    reasoned(action, model).map_err(|why| model.shared.keys.of(&why).into_owned())
}

fn reasoned(action: Action, model: &Model) -> Result<(), String> {
    if model.board.read_only && read_only::refuses(action) {
        return Err(read_only::WORDS.into());
    }
    if is_everywhere(action) {
        return Ok(());
    }
    if model.composer.is_some() {
        let fits = is_motion(action) || in_composer(action);
        return if fits { Ok(()) } else { Err("not while composing; Esc leaves, the draft is kept".into()) };
    }
    if model.builder.as_deref().is_some_and(builder::is_moving) {
        let fits = is_motion(action) || in_move(action);
        slotted(action, model)?;
        return if fits { Ok(()) } else { Err("a post is being moved; Enter drops it, Esc puts it back".into()) };
    }
    if let Some(open) = model.builder.as_deref() {
        if let Some(why) = builder::refused(open, &model.shared, action) {
            return Err(why);
        }
        let fits = is_motion(action) || in_builder(action);
        slotted(action, model)?;
        return if fits { Ok(()) } else { Err("not in the campaign builder; Esc leaves, it is kept".into()) };
    }
    if only_in_builder(action) {
        return Err("only in the campaign builder; C opens it".into());
    }
    if only_in_composer(action) {
        return Err("only in the composer; c composes, e edits".into());
    }
    if calendar::is_moving(&model.calendar) {
        let fits = is_motion(action) || in_move(action);
        slotted(action, model)?;
        return if fits { Ok(()) } else { Err("a post is being moved; Enter drops it, Esc puts it back".into()) };
    }
    match action {
        Action::MoveHourLater
        | Action::MoveHourEarlier
        | Action::MoveLater
        | Action::MoveEarlier
        | Action::MoveChannel
        | Action::Drop => Err("nothing is being moved; m takes the post under the cursor".into()),
        Action::ReviewSchedule | Action::ReviewDraft | Action::ReviewNow | Action::ReviewEdit => {
            Err("only in the review sheet; Ctrl-s opens it from the composer".into())
        }
        Action::MediaAttach
        | Action::MediaPick
        | Action::MediaAlt
        | Action::MediaEarlier
        | Action::MediaLater
        | Action::MediaRemove
        | Action::MediaMeasure => Err("only in the list of media; m opens it from the composer's form".into()),
        Action::ImportDates
        | Action::ImportFiles
        | Action::ImportProblems
        | Action::ImportSkip
        | Action::ImportTake
        | Action::ImportDrafts
        | Action::ImportTo
        | Action::ImportZone
        | Action::ImportBody
        | Action::ImportWhen
        | Action::ImportChannels => Err("only while a file is on its way in; :import FILE opens it".into()),
        Action::Yes | Action::No | Action::Accept => Err("nothing is being asked".into()),
        Action::NextMatch | Action::PreviousMatch if model.shared.filter.is_none() => {
            Err("no filter is set; / sets one".into())
        }
        _ if narrow::is_narrowing(action) => narrow::availability(action, model),
        Action::ShowTold if model.told_about.is_none() => Err("nothing was told about a post".into()),
        _ if action.kept_view().is_some_and(|at| !model.board.views.contains_key(&at)) => {
            Err("no view is kept there yet; z k keeps the one you see".into())
        }
        Action::NextSlot | Action::PreviousSlot | Action::ToggleSlots => slotted(action, model),
        Action::ToggleSecondZone if model.shared.habits.second.is_none() => {
            Err("no second zone is set; second_zone in the configuration names one".into())
        }
        Action::TurnColours if model.theme.palette == Palette::None => {
            Err("nothing is coloured here: NO_COLOR is set, or theme = \"none\" in the configuration".into())
        }
        Action::Paste if model.copied.is_none() => Err("no post was copied yet; y y copies one".into()),
        Action::Repeat if model.last_deed.is_none() => Err("nothing was done last that can be repeated".into()),
        Action::Repeat if matches!(model.last_deed, Some(Deed::Moved(_))) => some(model).map(|_| ()),
        Action::Repeat if matches!(model.last_deed, Some(Deed::Timed(_))) => reasoned(Action::When, model),
        Action::CopyPost => cursor(model).map(|_| ()),
        Action::Edit | Action::EditExternally => cursor(model).and_then(|post| editable(post, model.shared.now)),
        Action::Move | Action::When | Action::PublishNow => {
            every(model, |post| loose(post, model.shared.now))?;
            if action == Action::PublishNow { every(model, addressed) } else { Ok(()) }
        }
        Action::Tag => some(model).map(|_| ()),
        Action::Hold => any(model, |post| holdable(post, model.shared.now)),
        Action::Duplicate
        | Action::CopyText
        | Action::CopyId
        | Action::CopyJson
        | Action::CopyMarkdown
        | Action::RawAnswer => cursor(model).map(|_| ()),
        Action::CopyLink => cursor(model).and_then(|post| match link(post) {
            Some(_) => Ok(()),
            None => Err("it has no link yet: nothing of it is published".into()),
        }),
        Action::Browse if model.board.demo => Err("in the demo there is nothing to open: nothing is on the web".into()),
        Action::Browse if model.focus == Pane::Channels => Ok(()),
        Action::Browse => cursor(model).and_then(|post| match page(post, model) {
            Some(_) => Ok(()),
            None => Err("nothing to open: it is not published, and its provider has no page for it".into()),
        }),
        Action::Delete => every(model, |post| deletable(post, model.shared.now)),
        Action::Retry => any(model, |post| retryable(post, model)),
        Action::RetryAll if retryable_failures(model).is_empty() => Err("nothing that failed can be sent again".into()),
        Action::Verify => any(model, verifiable),
        Action::Remedy => cursor(model).and_then(|post| needs_a_person(post, model.shared.now)),
        Action::LinkTwin => any(model, |post| twins::linkable(post, &model.board)),
        Action::Dismiss => any(model, |post| dismissible(post, model.shared.now)),
        Action::KeepOurs | Action::TakeTheirs => cursor(model).and_then(|post| match post.conflict {
            Some(_) => Ok(()),
            None => Err("here and at the provider it is the same; there is nothing to settle".into()),
        }),
        Action::DropWrite if model.board.outbox.is_empty() => Err("no write is waiting".into()),
        Action::DropWrite => match activity::cursor_write(&model.activity, &model.board) {
            Some(_) => Ok(()),
            None => Err("no waiting write under the cursor; 5 lists them".into()),
        },
        Action::Sync if model.board.lights.is_empty() && model.loaded => {
            Err("no account is connected; :connect shows how".into())
        }
        Action::HideChannel | Action::OnlyChannel if model.board.channels.is_empty() => {
            Err("there are no channels yet; :connect shows how to add an account".into())
        }
        Action::Limits if super::verbs::channel_at_hand(model).is_none() => {
            Err("no channel under the cursor; 1 lists the channels".into())
        }
        Action::RenewChannel if model.focus == Pane::Post => match super::verbs::renewal(model) {
            Some(_) => Ok(()),
            None => Err("every channel of this post is authorised; 1 lists the channels".into()),
        },
        _ => Ok(()),
    }
}

/// Actions that no layer takes away.
pub fn is_everywhere(action: Action) -> bool {
    matches!(
        action,
        Action::Help
            | Action::Command
            | Action::Quit
            | Action::Back
            | Action::Close
            | Action::Cancel
            | Action::Suspend
            | Action::Redraw
            | Action::Mouse
            | Action::Connect
    )
}

/// Moving a cursor, whichever it is; into the text at some place too.
pub fn is_motion(action: Action) -> bool {
    matches!(
        action,
        Action::TextAfter
            | Action::TextStart
            | Action::TextEnd
            | Action::TextBelow
            | Action::TextAbove
            | Action::Left
            | Action::Down
            | Action::Up
            | Action::Right
            | Action::Top
            | Action::Bottom
            | Action::PageDown
            | Action::PageUp
            | Action::HalfDown
            | Action::HalfUp
    )
}

fn only_in_composer(action: Action) -> bool {
    matches!(
        action,
        Action::Review
            | Action::ComposerWhen
            | Action::ComposerForm
            | Action::ComposerText
            | Action::TextAfter
            | Action::TextStart
            | Action::TextEnd
            | Action::TextBelow
            | Action::TextAbove
            | Action::TogglePreview
            | Action::Detach
            | Action::DetachNetwork
            | Action::Targets
            | Action::ComposerMedia
            | Action::ComposerOptions
            | Action::ComposerStyle
            | Action::ComposerTags
            | Action::ComposerComment
            | Action::ComposerSplit
            | Action::NextField
            | Action::PreviousField
            | Action::NextProblem
            | Action::PreviousProblem
            | Action::ServerCheck
            | Action::Fix
            | Action::Versions
            | Action::FileAsText
            | Action::FileDrop
            | Action::Find
            | Action::Insert
            | Action::Pipe
            | Action::ReplaceOne
            | Action::ReplaceAll
    )
}

fn in_composer(action: Action) -> bool {
    only_in_composer(action)
        || matches!(
            action,
            Action::NextVariant
                | Action::PreviousVariant
                | Action::Open
                | Action::Mark
                | Action::Undo
                | Action::Redo
                | Action::EditExternally
                | Action::CopyText
                | Action::Tag
                | Action::Accept
        )
}

fn only_in_builder(action: Action) -> bool {
    matches!(
        action,
        Action::CampaignNew
            | Action::CampaignAgain
            | Action::CampaignFile
            | Action::CampaignAdd
            | Action::CampaignDrop
            | Action::CampaignShift
            | Action::CampaignHold
            | Action::CampaignDelete
    )
}

fn in_builder(action: Action) -> bool {
    only_in_builder(action)
        || matches!(
            action,
            Action::Campaign
                | Action::Campaigns
                | Action::NextPane
                | Action::PreviousPane
                | Action::Review
                | Action::ComposerText
                | Action::ComposerMedia
                | Action::ComposerOptions
                | Action::ComposerStyle
                | Action::Targets
                | Action::NextField
                | Action::PreviousField
                | Action::NextProblem
                | Action::PreviousProblem
                | Action::ServerCheck
                | Action::Undo
                | Action::Redo
                | Action::Open
                | Action::Accept
                | Action::Edit
                | Action::Move
                | Action::When
                | Action::Mark
                | Action::MarkAll
                | Action::PublishNow
                | Action::NextPost
                | Action::PreviousPost
                | Action::NextClash
                | Action::ToggleFold
                | Action::ViewWeek
                | Action::ViewDay
                | Action::ViewMonth
                | Action::ViewAgenda
                | Action::ShorterRows
                | Action::LongerRows
                | Action::ToggleSlots
                | Action::ToggleSecondZone
                | Action::TurnColours
                | Action::ToggleHeat
                | Action::TogglePast
                | Action::NextSlot
                | Action::PreviousSlot
                | Action::PreviousWeek
                | Action::NextWeek
                | Action::PreviousMonth
                | Action::NextMonth
                | Action::Today
        )
}

fn in_move(action: Action) -> bool {
    matches!(
        action,
        Action::PreviousWeek
            | Action::NextWeek
            | Action::PreviousMonth
            | Action::NextMonth
            | Action::Today
            | Action::MoveHourLater
            | Action::MoveHourEarlier
            | Action::MoveLater
            | Action::MoveEarlier
            | Action::MoveChannel
            | Action::NextSlot
            | Action::PreviousSlot
            | Action::Drop
    )
}

/// Slots are of use where some are set.
fn slotted(action: Action, model: &Model) -> Result<(), String> {
    let about = matches!(action, Action::NextSlot | Action::PreviousSlot | Action::ToggleSlots);
    if about && model.board.plan.slots.is_empty() {
        return Err("no posting slots are set; [[slots]] in the configuration names them".into());
    }
    Ok(())
}

fn cursor(model: &Model) -> Result<&Post, String> {
    model.cursor_post().map(AsRef::as_ref).ok_or_else(|| "no post under the cursor; c composes one".into())
}

/// All chosen posts have to fit: a verb works on the whole of the marks or not at all.
fn every(model: &Model, fits: impl Fn(&Post) -> Result<(), String>) -> Result<(), String> {
    let posts = some(model)?;
    match posts.iter().find_map(|post| fits(post).err()) {
        Some(why) if posts.len() > 1 => Err(format!("one of the marked posts cannot: {why}")),
        Some(why) => Err(why),
        None => Ok(()),
    }
}

/// One of the chosen posts has to fit: the verb works on those that do.
fn any(model: &Model, fits: impl Fn(&Post) -> Result<(), String>) -> Result<(), String> {
    let mut first = None;
    for post in some(model)? {
        match fits(&post) {
            Ok(()) => return Ok(()),
            Err(why) => first = first.or(Some(why)),
        }
    }
    first.map_or(Ok(()), Err)
}

fn some(model: &Model) -> Result<Vec<std::sync::Arc<Post>>, String> {
    if let Some(why) = model.shared.out_of_reach(&model.board) {
        return Err(why);
    }
    let posts = model.chosen_posts();
    match (posts.is_empty(), model.focus) {
        (false, _) => Ok(posts),
        (true, Pane::Channels | Pane::Activity) => {
            Err("no post is under the cursor here, and none is marked; 2 goes to the calendar".into())
        }
        (true, _) => Err("no post under the cursor, and none is marked".into()),
    }
}

fn loose(post: &Post, now: DateTime<Utc>) -> Result<(), String> {
    post.fixed(now).map_or(Ok(()), |why| Err(why.into()))
}

/// What failed on some channels is mended in the composer like any failure; what is live keeps its record there.
fn editable(post: &Post, now: DateTime<Utc>) -> Result<(), String> {
    if post.state(now) == State::Partial { Ok(()) } else { loose(post, now) }
}

fn addressed(post: &Post) -> Result<(), String> {
    if post.targets.is_empty() { Err("it has no channel yet; e opens it, t chooses channels".into()) } else { Ok(()) }
}

/// Whether the post can be held or released.
pub fn holdable(post: &Post, now: DateTime<Utc>) -> Result<(), String> {
    match post.state(now) {
        State::Scheduled | State::Held => Ok(()),
        State::Draft => Err("a draft goes nowhere by itself; s gives it a time".into()),
        _ => Err(post.fixed(now).unwrap_or("only a scheduled post can be held").into()),
    }
}

fn deletable(post: &Post, now: DateTime<Utc>) -> Result<(), String> {
    match post.state(now) {
        State::Publishing => Err("it is being published just now; wait for the outcome".into()),
        State::Unknown => Err("it may be live already; V verifies first".into()),
        _ => Ok(()),
    }
}

/// Whether the post can be sent again. An unknown one can, but only after a question, and not while it is looked up.
pub fn retryable(post: &Post, model: &Model) -> Result<(), String> {
    match post.state(model.shared.now) {
        State::Missed if post.is_remote() && !post.targets.iter().any(is_refused) => {
            Err("it was due and the provider has it: V asks what became of it, then P publishes it".into())
        }
        State::Partial | State::Failed | State::Missed => Ok(()),
        State::Unknown => match row(post, &model.board.outbox).map(|row| row.state) {
            Some(OutboxState::Verifying | OutboxState::InFlight) => {
                Err("it is being looked up just now; sending it again could publish it twice".into())
            }
            _ => Ok(()),
        },
        State::Held | State::Draft => Err("it has not failed; s gives it a time, P publishes now".into()),
        State::Scheduled => Err("it has not failed: it waits for its time".into()),
        State::Publishing => Err("it is being published just now".into()),
        State::Published => Err("it is published; D makes a copy".into()),
    }
}

fn is_refused(target: &Target) -> bool {
    matches!(target.outcome, Outcome::Refused(_))
}

/// Everything shown that failed and can be sent again without a doubt.
pub fn retryable_failures(model: &Model) -> Vec<Arc<Post>> {
    let Model { shared, board, .. } = model;
    let known = |post: &Post| post.state(shared.now) != State::Unknown && retryable(post, model).is_ok();
    board.failed.iter().filter(|post| shared.shows(board, post) && known(post)).cloned().collect()
}

/// Whether a provider can be asked about the post.
pub fn verifiable(post: &Post) -> Result<(), String> {
    let sent = post
        .targets
        .iter()
        .any(|target| target.remote.is_some() || !matches!(target.outcome, Outcome::NotSent | Outcome::Cancelled));
    if sent { Ok(()) } else { Err("no provider has seen it yet; there is nothing to verify".into()) }
}

fn needs_a_person(post: &Post, now: DateTime<Utc>) -> Result<(), String> {
    if post.needs_a_person(now) { Ok(()) } else { Err("nothing about it has failed".into()) }
}

/// Whether something of the post can be put away: a failure that was not yet.
pub fn dismissible(post: &Post, now: DateTime<Utc>) -> Result<(), String> {
    let stands = |target: &Target| matches!(&target.outcome, Outcome::Refused(refusal) if !refusal.dismissed);
    if post.targets.iter().any(stands) {
        return Ok(());
    }
    let words = match post.state(now) {
        State::Unknown => "an unknown outcome cannot be put away: V verifies it",
        State::Missed => "what was due and is not out cannot be put away: s gives it a time, d deletes it",
        _ => "nothing about it has failed",
    };
    Err(words.into())
}

/// The waiting write about a post.
fn row<'a>(post: &Post, outbox: &'a [Waiting]) -> Option<&'a Waiting> {
    outbox.iter().find(|row| row.post == post.id)
}

/// The first published link of a post.
pub fn link(post: &Post) -> Option<&str> {
    post.targets.iter().find_map(|target| match &target.outcome {
        Outcome::Published { url, .. } => url.as_deref(),
        _ => None,
    })
}

/// What `o` opens: the published post, else the provider's dashboard.
pub fn page(post: &Post, model: &Model) -> Option<String> {
    let dashboards = &model.board.dashboards;
    let dashboard = || post.targets.iter().find_map(|target| dashboards.get(&target.account()).cloned());
    link(post).map(str::to_owned).or_else(dashboard)
}
