//! The hint line: the most useful keys that work now, cut to fit; the way to all keys is never cut.

use super::action::Action;
use super::availability::availability;
use super::dispatch;
use super::keymap;
use super::keys;
use super::model::Model;
use super::read_only;
use super::sheets::{Sheet, authorise, defaults};
use super::tools::{builder, composer};
use super::verbs;
use crate::text::clean::cells;

/// One hint and where it stands, counted from the left end of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The first column.
    pub x: u16,
    /// How many columns it takes.
    pub width: u16,
    /// The keys.
    pub keys: String,
    /// What they do.
    pub label: String,
    /// What a click runs.
    pub action: Action,
}

impl Hint {
    /// Whether a click at column `x` is meant for it.
    pub fn covers(&self, x: u16) -> bool {
        (self.x..self.x.saturating_add(self.width)).contains(&x)
    }
}

/// Actions that share a label (`H L week`), most useful first.
type Candidates = &'static [(&'static [Action], &'static str)];

const PANES: Candidates = &[
    (&[Action::ShowTold], "show it"),
    (&[Action::Back], "back"),
    (&[Action::Compose], "compose"),
    (&[Action::Edit], "edit"),
    (&[Action::Retry], "retry"),
    (&[Action::Move], "move"),
    (&[Action::When], "time"),
    (&[Action::Verify], "verify"),
    (&[Action::Mark], "mark"),
    (&[Action::Hold], "hold"),
    (&[Action::Delete], "delete"),
    (&[Action::Duplicate], "duplicate"),
    (&[Action::PublishNow], "publish"),
    (&[Action::Browse], "browser"),
    (&[Action::Filter], "filter"),
    (&[Action::Undo], "undo"),
    (&[Action::Sync], "sync"),
    (&[Action::Command], "commands"),
];
const CALENDAR: Candidates = &[(&[Action::PreviousWeek, Action::NextWeek], "week"), (&[Action::Today], "today")];
const CHANNELS: Candidates = &[
    (&[Action::OnlyChannel], "only this"),
    (&[Action::HideChannel], "hide"),
    (&[Action::RenewChannel], "connect"),
    (&[Action::Limits], "limits"),
];
/// Beside what is not a post: what acts on one would act on a post that is elsewhere on the screen, or on none in sight.
const BESIDE: Candidates = &[
    (&[Action::ShowTold], "show it"),
    (&[Action::Back], "back"),
    (&[Action::Sync], "sync"),
    (&[Action::Compose], "compose"),
    (&[Action::Settings], "settings"),
    (&[Action::Connect], "connect an account"),
    (&[Action::Undo], "undo"),
    (&[Action::Command], "commands"),
];
const POST: Candidates = &[
    (&[Action::RenewChannel], "renew"),
    (&[Action::PreviousVariant, Action::NextVariant], "variant"),
    (&[Action::KeepOurs], "keep ours"),
    (&[Action::TakeTheirs], "take theirs"),
    (&[Action::RawAnswer], "attempts"),
];
const FAILED: Candidates = &[
    (&[Action::Remedy], "suggested fix"),
    (&[Action::Edit], "edit"),
    (&[Action::Verify], "verify"),
    (&[Action::Retry], "retry"),
    (&[Action::Dismiss], "dismiss"),
    (&[Action::RawAnswer], "attempts"),
    (&[Action::RetryAll], "retry all"),
];
const ACTIVITY: Candidates = &[(&[Action::RawAnswer], "attempts"), (&[Action::DropWrite], "drop write")];
const MOVE: Candidates = &[
    (&[Action::Left, Action::Down, Action::Up, Action::Right], "day, hour"),
    (&[Action::Drop], "drop"),
    (&[Action::Back], "cancel"),
    (&[Action::PreviousWeek, Action::NextWeek], "week"),
    (&[Action::MoveHourLater, Action::MoveHourEarlier], "hour"),
    (&[Action::MoveLater, Action::MoveEarlier], "5 min"),
    (&[Action::NextSlot], "next slot"),
    (&[Action::Today], "today"),
    (&[Action::MoveChannel], "one channel"),
];
const TEXT: Candidates = &[
    (&[Action::Review], "review & schedule"),
    (&[Action::Fix], "fix"),
    (&[Action::ComposerWhen], "when"),
    (&[Action::NextField], "channels"),
    (&[Action::ComposerForm], "form"),
    (&[Action::PreviousVariant, Action::NextVariant], "variant"),
    (&[Action::Insert], "insert"),
    (&[Action::EditExternally], "$EDITOR"),
    (&[Action::TogglePreview], "preview"),
];
/// While something is offered for the word that is typed.
const OFFERED: Candidates = &[
    (&[Action::NextField], "take it (Up Down choose)"),
    (&[Action::ComposerForm], "not this"),
    (&[Action::Review], "review & schedule"),
];
const FORM: Candidates = &[
    (&[Action::ComposerText], "text"),
    (&[Action::Review], "review & schedule"),
    (&[Action::ComposerWhen], "when"),
    (&[Action::Targets], "channels"),
    (&[Action::Back], "leave"),
    (&[Action::ComposerMedia], "media"),
    (&[Action::PreviousVariant, Action::NextVariant], "variant"),
    (&[Action::Detach], "detach"),
    (&[Action::NextProblem, Action::PreviousProblem], "problem"),
    (&[Action::ServerCheck], "ask providers"),
    (&[Action::TogglePreview], "preview"),
    (&[Action::ComposerOptions], "options"),
    (&[Action::ComposerStyle], "style"),
    (&[Action::ComposerTags], "tags"),
    (&[Action::ComposerSplit], "thread"),
    (&[Action::Fix], "fix"),
    (&[Action::Versions], "versions"),
    (&[Action::DetachNetwork], "for its network"),
];
const RECIPE: Candidates = &[
    (&[Action::Open], "edit"),
    (&[Action::NextPane], "next part"),
    (&[Action::Review], "review & schedule"),
    (&[Action::Back], "leave"),
    (&[Action::Mark], "choose"),
    (&[Action::CampaignFile], "file"),
    (&[Action::ComposerStyle], "style"),
    (&[Action::ComposerMedia], "media"),
    (&[Action::ComposerOptions], "options"),
    (&[Action::NextProblem], "problem"),
    (&[Action::CampaignShift], "shift"),
];
const RECIPE_TEXT: Candidates = &[
    (&[Action::Back], "around the fields"),
    (&[Action::NextPane], "next part"),
    (&[Action::Review], "review & schedule"),
];
const CAMPAIGN: Candidates = &[
    (&[Action::Move], "move"),
    (&[Action::Open], "edit"),
    (&[Action::NextPane], "next part"),
    (&[Action::Review], "review & schedule"),
    (&[Action::Back], "leave"),
    (&[Action::When], "time"),
    (&[Action::CampaignDrop], "take out"),
    (&[Action::ComposerMedia], "media"),
    (&[Action::CampaignAdd], "add"),
    (&[Action::NextProblem], "problem"),
    (&[Action::CampaignShift], "shift all"),
    (&[Action::ServerCheck], "ask providers"),
    (&[Action::CampaignHold], "hold all"),
    (&[Action::PublishNow], "publish"),
    (&[Action::CampaignDelete], "delete"),
];
const BATCH: Candidates = &[(&[Action::Open], "on"), (&[Action::Mark], "choose"), (&[Action::Back], "back")];
const REVIEW: Candidates = &[
    (&[Action::ReviewSchedule], "schedule"),
    (&[Action::NextSlot], "next free slot"),
    (&[Action::ReviewDraft], "keep as draft"),
    (&[Action::ReviewNow], "publish now"),
    (&[Action::ReviewEdit], "edit"),
    (&[Action::ServerCheck], "ask providers"),
    (&[Action::Back], "back"),
];
const MEDIA: Candidates = &[
    (&[Action::MediaAttach], "attach"),
    (&[Action::MediaPick], "find a file"),
    (&[Action::MediaAlt], "ALT text"),
    (&[Action::MediaLater, Action::MediaEarlier], "order"),
    (&[Action::MediaRemove], "take out"),
    (&[Action::Undo], "bring back"),
    (&[Action::Down, Action::Up], "choose"),
    (&[Action::Back], "done"),
];
const OPTIONS: Candidates = &[
    (&[Action::Open], "next choice, or type"),
    (&[Action::Delete], "take back"),
    (&[Action::Down, Action::Up], "choose"),
    (&[Action::Back], "done"),
];
const STYLES: Candidates =
    &[(&[Action::Open], "take it"), (&[Action::Down, Action::Up], "look at another"), (&[Action::Back], "back")];
const AUTHORISE: Candidates = &[
    (&[Action::Open], "accept"),
    (&[Action::Browse], "open it"),
    (&[Action::CopyLink], "copy the link"),
    (&[Action::Back], "back"),
];
const SETTINGS: Candidates = &[
    (&[Action::Open], "open"),
    (&[Action::Sync], "ask anew"),
    (&[Action::Down, Action::Up], "choose"),
    (&[Action::Back], "back"),
];
const DOOMED: Candidates = &[
    (&[Action::Yes], "delete"),
    (&[Action::Mark], "keep or not"),
    (&[Action::Down, Action::Up], "choose"),
    (&[Action::Back], "leave all of it"),
];
const DRAFTS: Candidates = &[
    (&[Action::Open], "write on"),
    (&[Action::When], "time"),
    (&[Action::Delete], "delete"),
    (&[Action::Duplicate], "duplicate"),
    (&[Action::Mark], "mark"),
    (&[Action::Undo], "undo"),
    (&[Action::Back], "close"),
];
const IMPORT: Candidates = &[
    (&[Action::Open], "take the good rows"),
    (&[Action::ImportTake], "take the good rows"),
    (&[Action::ImportBody, Action::ImportWhen, Action::ImportChannels], "mend the row"),
    (&[Action::ImportSkip], "skip"),
    (&[Action::ImportProblems], "problems only"),
    (&[Action::NextField], "rows, columns"),
    (&[Action::ImportZone], "zone"),
    (&[Action::Filter], "filter"),
    (&[Action::ServerCheck], "ask providers"),
    (&[Action::ImportTo], "else to"),
    (&[Action::Back], "leave it"),
];
/// Before there are rows, and after they were taken.
const IMPORT_ALONE: Candidates = &[(&[Action::Open], "close"), (&[Action::Back], "leave it")];
const REPEAT: Candidates = &[
    (&[Action::Open], "open"),
    (&[Action::Mark], "leave a date out"),
    (&[Action::Dismiss], "stop"),
    (&[Action::Back], "back"),
];
const CAMPAIGNS: Candidates = &[
    (&[Action::Open], "open"),
    (&[Action::Delete], "take out"),
    (&[Action::Undo], "bring back"),
    (&[Action::Down, Action::Up], "choose"),
    (&[Action::Back], "close"),
];
const UNREAD: Candidates = &[
    (&[Action::Edit], "edit again"),
    (&[Action::FileAsText], "take as the text"),
    (&[Action::FileDrop], "give up"),
    (&[Action::Back], "later"),
];
const QUESTION: Candidates = &[(&[Action::Yes], "yes"), (&[Action::No], "no")];
const SHEET: Candidates = &[(&[Action::Down, Action::Up], "scroll"), (&[Action::Back], "close")];
const MENU: Candidates =
    &[(&[Action::Down, Action::Up], "choose"), (&[Action::Open], "do it"), (&[Action::Back], "close")];
const FIND: Candidates = &[
    (&[Action::Accept], "next"),
    (&[Action::Up], "previous"),
    (&[Action::NextField], "other field"),
    (&[Action::ReplaceOne], "replace"),
    (&[Action::ReplaceAll], "replace all"),
    (&[Action::Back], "done"),
];
const FIELD: Candidates =
    &[(&[Action::Accept], "accept"), (&[Action::Back], "back"), (&[Action::NextField], "complete")];

fn candidates(context: &str) -> &'static [Candidates] {
    match context {
        "calendar" => &[PANES, CALENDAR],
        "channels" => &[CHANNELS, BESIDE],
        "post" => &[POST, PANES],
        "failed" => &[FAILED, PANES],
        "activity" => &[ACTIVITY, BESIDE],
        "move" => &[MOVE],
        "composer.text" => &[TEXT],
        "composer.form" => &[FORM],
        "builder.text" => &[RECIPE_TEXT],
        "builder.form" => &[RECIPE],
        "builder.calendar" | "builder.posts" => &[CAMPAIGN],
        "batch" => &[BATCH],
        "media" => &[MEDIA],
        "options" => &[OPTIONS],
        "unread" => &[UNREAD],
        "review" => &[REVIEW],
        "authorise" => &[AUTHORISE],
        "doomed" => &[DOOMED],
        "drafts" => &[DRAFTS],
        "import" => &[IMPORT],
        "repeat" => &[REPEAT],
        "campaigns" => &[CAMPAIGNS],
        "settings" => &[SETTINGS],
        "question" => &[QUESTION],
        "sheet" => &[SHEET],
        "find" => &[FIND],
        "field" => &[FIELD],
        _ => &[],
    }
}

/// The hints for a line of `width` columns.
pub fn line(model: &Model, width: u16) -> Vec<Hint> {
    let contexts = model.contexts();
    if model.show_continuations && !model.pending.is_empty() {
        return continuing(model, &contexts, width);
    }
    let mut hints: Vec<Hint> = Vec::new();
    let bindings = model.keymap.bindings(&contexts);
    let keys_of = |action: Action| keymap::shortest(&bindings, action).map(|keys| keys::short(keys));
    let help = keys_of(Action::Help).map(|keys| hint(keys, "keys".into(), Action::Help));
    let reserved = help.as_ref().map_or(0, |hint| hint.width + 1);
    let mut x = u16::from(width >= 60);
    let end = width.saturating_sub(reserved);
    let mut put = |mut hint: Hint| {
        if x.saturating_add(hint.width) < end && !hints.iter().any(|each| each.action == hint.action) {
            hint.x = x;
            x += hint.width + 2;
            hints.push(hint);
        }
    };
    let at_root = model.sheets.is_empty() && model.composer.is_none() && model.builder.is_none();
    if at_root && model.loaded && model.board.lights.is_empty() && !model.board.read_only {
        put(hint(":connect".into(), "add an account".into(), Action::Connect));
    }
    let top = contexts.first().copied().unwrap_or_default();
    let rows: &[Candidates] = match model.sheets.last() {
        Some(Sheet::Styles(_)) => &[STYLES],
        Some(Sheet::Menu(_)) => &[MENU],
        None if model.composer.as_deref().is_some_and(composer::suggests) => &[OFFERED],
        Some(Sheet::Import(open)) if top == "import" && !open.has_rows() => &[IMPORT_ALONE],
        _ => candidates(top),
    };
    for (actions, label) in rows.iter().copied().flatten() {
        let Some(first) = actions.first().copied() else { continue };
        let useful = match first {
            _ if model.board.read_only && read_only::refuses(first) => false,
            Action::Back if at_root => dispatch::can_go_back(model),
            Action::ShowTold => model.shared.notices.iter().any(|notice| notice.post.is_some()),
            Action::NextField if top == "field" => completes(model),
            Action::CopyLink | Action::Browse if top == "authorise" => has_link(model),
            Action::Delete if top == "options" => can_clear(model),
            Action::Open if top == "import" => takes_enter(model),
            Action::ImportSkip | Action::ImportProblems | Action::ImportTake => has_rows_for(model, first),
            _ if matches!(top, "campaigns" | "repeat") => offers(model, first),
            Action::NextSlot if top == "review" => leads(model, first),
            Action::Fix => model.composer.as_deref().is_some_and(composer::can_mend),
            _ => !model.sheets.is_empty() || availability(first, model).is_ok(),
        };
        let keys: Option<Vec<String>> = actions.iter().map(|action| keys_of(*action)).collect();
        if let (true, Some(keys)) = (useful, keys) {
            put(hint(joined(&keys), label_of(model, first, label), first));
        }
    }
    if let Some(mut help) = help {
        help.x = width.saturating_sub(help.width).saturating_sub(u16::from(width >= 60));
        hints.push(help);
    }
    hints
}

/// What may follow the keys pressed so far: nothing else works before one of them, or Esc.
fn continuing(model: &Model, contexts: &[&str], width: u16) -> Vec<Hint> {
    let mut x = u16::from(width >= 60);
    let mut hints = Vec::new();
    for each in model.keymap.continuations(contexts, &model.pending) {
        let works = |action: &Action| leads(model, *action) && availability(*action, model).is_ok();
        let Some(action) = each.action.filter(works) else { continue };
        let hint = hint(keys::write(each.key), action.title().to_owned(), action);
        if x.saturating_add(hint.width) < width {
            x += hint.width + 2;
            hints.push(Hint { x: x - hint.width - 2, ..hint });
        }
    }
    hints
}

/// Whether an action leads anywhere: a digit without a kept view does not, nor do slots of a post that has none.
pub fn leads(model: &Model, action: Action) -> bool {
    if let (Action::NextSlot, Some(Sheet::Review(open))) = (action, model.sheets.last()) {
        return open.has_slot();
    }
    action.kept_view().is_none_or(|at| model.board.views.contains_key(&at))
}

/// Whether Tab does something in the field that is typed in.
fn completes(model: &Model) -> bool {
    match model.sheets.last() {
        Some(Sheet::Command(open)) => open.completes(),
        Some(Sheet::Connect(open)) => open.has_fields(),
        Some(Sheet::Import(open)) => open.turns_to().is_some(),
        _ => false,
    }
}

/// Whether there is something under the cursor that Delete takes away.
fn can_clear(model: &Model) -> bool {
    match model.sheets.last() {
        Some(Sheet::Defaults(open)) => defaults::says(open, &model.board, Action::Delete).is_some(),
        _ => true,
    }
}

/// Whether the topmost list does something with it just now: those that say so themselves.
fn offers(model: &Model, action: Action) -> bool {
    let moves = matches!(action, Action::Down | Action::Up);
    moves
        || match model.sheets.last() {
            Some(Sheet::Campaigns(open)) => open.offers(&model.board, action),
            Some(Sheet::Repeat(open)) => open.offers(action).is_some(),
            _ => true,
        }
}

/// Whether Enter does something for a file on its way in: not while it is read, or its rows are taken, nor where it took a
/// proposed time just now.
fn takes_enter(model: &Model) -> bool {
    matches!(model.sheets.last(), Some(Sheet::Import(open)) if open.takes_enter())
}

/// Whether a file on its way in shows rows that the action is for.
fn has_rows_for(model: &Model, action: Action) -> bool {
    let Some(Sheet::Import(open)) = model.sheets.last() else { return false };
    match action {
        Action::ImportSkip => open.skips().is_some(),
        Action::ImportTake => open.is_taken_by_key(),
        _ => open.lists_rows(),
    }
}

/// Whether there is a link already that could be opened or copied.
fn has_link(model: &Model) -> bool {
    matches!(model.sheets.last(), Some(Sheet::Authorise(open)) if authorise::waits_until(open).is_some())
}

/// `hjkl`, `HL`, but `F2 F3`.
fn joined(keys: &[String]) -> String {
    let letters = keys.iter().all(|key| key.chars().count() == 1);
    keys.join(if letters { "" } else { " " })
}

/// A question's own word for yes.
fn label_of(model: &Model, action: Action, label: &str) -> String {
    match model.sheets.last() {
        Some(Sheet::Question(question)) if action == Action::Yes => question.yes().to_owned(),
        Some(Sheet::Connect(open)) if action == Action::Accept => open.accepts().to_owned(),
        Some(Sheet::Defaults(open)) => defaults::says(open, &model.board, action).unwrap_or(label).to_owned(),
        None if action == Action::RenewChannel && verbs::renewal(model).is_some() => "renew".to_owned(),
        Some(Sheet::Review(open)) if open.is_planned() && action == Action::ReviewDraft => {
            "off the schedule".to_owned()
        }
        Some(Sheet::Review(open)) if open.is_planned() && action == Action::ReviewSchedule => "reschedule".to_owned(),
        None if action == Action::CampaignHold
            && model.builder.as_deref().is_some_and(|open| builder::releases(open, &model.shared)) =>
        {
            "release all".to_owned()
        }
        None if action == Action::Remedy && verbs::suggested(model) == Some(Action::LinkTwin) => "link it".to_owned(),
        None if action == Action::Hold && verbs::releases(model) => "release".to_owned(),
        Some(Sheet::Settings(_)) if action == Action::Accept => "save".to_owned(),
        Some(Sheet::Repeat(open)) => open.offers(action).unwrap_or(label).to_owned(),
        Some(Sheet::Doomed(open)) if action == Action::Yes => open.yes(),
        Some(Sheet::Import(open)) if matches!(action, Action::Open | Action::Accept) => open.accepts(),
        Some(Sheet::Import(open)) if action == Action::ImportSkip => open.skips().unwrap_or(label).to_owned(),
        Some(Sheet::Import(open)) if action == Action::ImportProblems => open.shows_next().to_owned(),
        Some(Sheet::Authorise(open)) if action == Action::Open => open.accepts(&model.board).to_owned(),
        Some(Sheet::Connect(_)) if action == Action::NextField => "next field".to_owned(),
        Some(Sheet::Import(open)) if action == Action::NextField => open.turns_to().unwrap_or(label).to_owned(),
        _ => label.to_owned(),
    }
}

fn hint(keys: String, label: String, action: Action) -> Hint {
    let width = u16::try_from(cells(&keys) + 1 + cells(&label)).unwrap_or(u16::MAX);
    Hint { x: 0, width, keys, label, action }
}
