//! Everything a person can do on the screen, as one table: hints, `?`, the command line and key configuration are
//! views of it.

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $title:literal;)*) => {
        /// One thing a person can do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $($(#[$doc])* #[doc = $title] $variant,)*
        }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in `keymap.toml` and on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it does, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The action of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.name() == name)
            }
        }
    };
}

actions! {
    // Everywhere.
    Help = "help", "keys that work here";
    Command = "command", "command line";
    Palette = "find", "find anything";
    Filter = "filter", "filter posts";
    NextMatch = "filter.next", "next match";
    PreviousMatch = "filter.previous", "previous match";
    Quit = "quit", "quit";
    Back = "back", "back";
    Close = "close", "close, or quit";
    Cancel = "cancel", "cancel; twice quits";
    Suspend = "suspend", "suspend";
    Redraw = "redraw", "redraw";
    Mouse = "mouse", "mouse on or off";
    NextPane = "pane.next", "next pane";
    PreviousPane = "pane.previous", "previous pane";
    ShowTold = "notice.show", "show the post last told about";
    PaneChannels = "pane.channels", "channels";
    PaneCalendar = "pane.calendar", "calendar";
    PanePost = "pane.post", "post";
    PaneFailed = "pane.failed", "failed";
    PaneActivity = "pane.activity", "activity";
    Left = "left", "left";
    Down = "down", "down";
    Up = "up", "up";
    Right = "right", "right";
    Top = "top", "top";
    Bottom = "bottom", "bottom";
    PageDown = "page.down", "page down";
    PageUp = "page.up", "page up";
    HalfDown = "half.down", "half a page down";
    HalfUp = "half.up", "half a page up";
    Open = "open", "open";
    Mark = "mark", "mark";
    MarkAll = "mark.all", "mark all shown";
    MarkRange = "mark.range", "mark a range";
    ScrollPostDown = "post.scroll.down", "scroll the post down";
    ScrollPostUp = "post.scroll.up", "scroll the post up";
    // The filter menu.
    OnlyFailed = "filter.failed", "only what needs a person, or all";
    OnlyDrafts = "filter.draft", "only drafts, or all";
    OnlyScheduled = "filter.scheduled", "only what is scheduled, or all";
    OnlyHeld = "filter.held", "only what is held, or all";
    OnlyPublished = "filter.published", "only what is published, or all";
    OnlyNetwork = "filter.network", "only this network, or all";
    OnlyItsChannel = "filter.channel", "only this channel's posts, or all";
    OnlyAccount = "filter.account", "only this account, or all";
    OnlyCampaign = "filter.campaign", "only this campaign, or all";
    FilterClear = "filter.clear", "no filter";
    // Posts: on the marks, else on the cursor post.
    Compose = "post.compose", "compose";
    Edit = "post.edit", "edit";
    EditExternally = "post.edit-externally", "edit in $EDITOR";
    Move = "post.move", "move";
    When = "post.when", "set the time";
    Duplicate = "post.duplicate", "duplicate as a draft";
    Delete = "post.delete", "delete";
    DeleteMany = "post.delete.many", "delete all that a filter takes";
    Hold = "post.hold", "hold or release";
    PublishNow = "post.publish", "publish now";
    Retry = "post.retry", "retry what failed";
    Verify = "post.verify", "verify at the provider";
    Browse = "post.browse", "open in the browser";
    CopyPost = "copy.post", "copy the post";
    Paste = "post.paste", "paste the copied post as a draft here";
    Repeat = "again", "repeat the last action";
    Tag = "tag", "put tags on, or take them off";
    CopyText = "copy.text", "copy the text";
    CopyLink = "copy.link", "copy the link";
    CopyId = "copy.id", "copy the id";
    CopyJson = "copy.json", "copy it as JSON";
    CopyMarkdown = "copy.markdown", "copy it as a Markdown file";
    Undo = "undo", "undo";
    Redo = "redo", "redo";
    Sync = "sync", "sync now";
    KeepOurs = "conflict.ours", "keep our version";
    TakeTheirs = "conflict.theirs", "take the provider's version";
    // Calendar.
    Today = "calendar.today", "today";
    PreviousWeek = "calendar.week.previous", "previous week";
    NextWeek = "calendar.week.next", "next week";
    PreviousMonth = "calendar.month.previous", "previous month";
    NextMonth = "calendar.month.next", "next month";
    GoToDate = "calendar.date", "go to a date";
    NextPost = "calendar.post.next", "next post";
    PreviousPost = "calendar.post.previous", "previous post";
    ToggleFold = "calendar.fold", "fold or unfold empty hours";
    ViewWeek = "view.week", "show the week";
    ViewDay = "view.day", "show one day";
    ViewMonth = "view.month", "show the month";
    ViewAgenda = "view.agenda", "show a list";
    KeepView = "view.keep", "keep this view under a digit";
    View1 = "view.1", "kept view 1";
    View2 = "view.2", "kept view 2";
    View3 = "view.3", "kept view 3";
    View4 = "view.4", "kept view 4";
    View5 = "view.5", "kept view 5";
    View6 = "view.6", "kept view 6";
    View7 = "view.7", "kept view 7";
    View8 = "view.8", "kept view 8";
    View9 = "view.9", "kept view 9";
    ShorterRows = "view.rows.shorter", "shorter rows";
    LongerRows = "view.rows.longer", "longer rows";
    ToggleSlots = "view.slots", "show or hide free slots";
    ToggleSecondZone = "view.zone", "show or hide the second zone";
    TurnColours = "view.colours", "colour by state, network or campaign";
    ToggleHeat = "view.heat", "show or hide how full it is";
    TogglePast = "view.past", "show or hide what is past and done";
    NextSlot = "slot.next", "next free slot";
    PreviousSlot = "slot.previous", "previous free slot";
    NextClash = "clash.next", "next clash";
    DayNote = "day.note", "note or embargo on this day";
    Drafts = "drafts", "drafts without a time";
    Log = "log", "what was done, by whom and when";
    Repetitions = "repeat", "posts that come again";
    Import = "import", "take posts in from a file";
    Export = "export", "write posts to a file";
    // Campaigns.
    Campaign = "campaign", "campaign builder";
    Campaigns = "campaigns", "campaigns there are";
    CampaignNew = "campaign.new", "begin another campaign";
    CampaignAgain = "campaign.again", "the same recipe as a new campaign";
    CampaignFile = "campaign.file", "take texts from a file";
    CampaignAdd = "campaign.add", "write another post of it";
    CampaignDrop = "campaign.drop", "take a post out of it";
    CampaignShift = "campaign.shift", "shift all of it";
    CampaignHold = "campaign.hold", "hold or release all of it";
    CampaignDelete = "campaign.delete", "delete what waits of it";
    // Channels.
    HideChannel = "channel.hide", "hide or show";
    OnlyChannel = "channel.only", "only this channel, or all";
    Limits = "channel.limits", "limits and capabilities";
    Connect = "connect", "connect an account";
    Settings = "settings", "settings of networks and channels";
    Defaults = "defaults", "defaults of networks and channels, and profiles";
    RenewChannel = "channel.renew", "connect a channel, or renew one";
    // Failed.
    RetryAll = "failed.retry.all", "retry all that failed";
    Dismiss = "failed.dismiss", "dismiss, keeping a record";
    RawAnswer = "post.story", "attempts and answers";
    Remedy = "failed.remedy", "do what the cause suggests";
    LinkTwin = "failed.link", "link the live post that says the same";
    // Activity.
    DropWrite = "outbox.drop", "drop a waiting write";
    // Move mode.
    MoveHourLater = "move.hour.later", "an hour later";
    MoveHourEarlier = "move.hour.earlier", "an hour earlier";
    MoveLater = "move.later", "five minutes later";
    MoveEarlier = "move.earlier", "five minutes earlier";
    MoveChannel = "move.channel", "one channel only, or all";
    Drop = "move.drop", "drop here";
    // Composer.
    Review = "composer.review", "review and schedule";
    ComposerWhen = "composer.when", "when";
    ComposerForm = "composer.form", "to the form";
    ComposerText = "composer.text", "back to the text";
    TextAfter = "composer.text.after", "into the text, after the cursor";
    TextStart = "composer.text.start", "into the text, at the line's start";
    TextEnd = "composer.text.end", "into the text, at the line's end";
    TextBelow = "composer.text.below", "into the text, on a new line below";
    TextAbove = "composer.text.above", "into the text, on a new line above";
    NextVariant = "composer.variant.next", "next variant";
    PreviousVariant = "composer.variant.previous", "previous variant";
    TogglePreview = "composer.preview", "preview on or off";
    Detach = "composer.detach", "detach or relink the variant";
    DetachNetwork = "composer.detach.network", "one text for its network, or the base again";
    Targets = "composer.targets", "choose channels";
    NextField = "field.next", "next field";
    PreviousField = "field.previous", "previous field";
    NextProblem = "composer.problem.next", "next problem";
    PreviousProblem = "composer.problem.previous", "previous problem";
    ServerCheck = "composer.check", "ask the providers";
    ComposerMedia = "composer.media", "media and ALT text";
    ComposerOptions = "composer.options", "network options and first comment";
    ComposerTags = "composer.tags", "tags of the post";
    ComposerStyle = "composer.style", "style: templates and habits";
    ComposerComment = "composer.comment", "first comment";
    ComposerSplit = "composer.split", "cut into a thread that fits";
    Fix = "composer.fix", "do what is safe about a problem";
    Versions = "composer.versions", "earlier versions";
    Find = "composer.find", "find and replace";
    Insert = "composer.insert", "emoji, snippet or hashtags";
    Pipe = "composer.pipe", "through a command";
    // Finding in the text.
    ReplaceOne = "find.replace", "replace this one";
    ReplaceAll = "find.replace.all", "replace all";
    // A file from the editor that could not be read.
    FileAsText = "file.text", "take the file as the text";
    FileDrop = "file.drop", "give the file up";
    // The media of the post in the composer.
    MediaAttach = "media.attach", "attach files or addresses";
    MediaPick = "media.pick", "choose a file by its name";
    MediaAlt = "media.alt", "describe it (ALT text)";
    MediaEarlier = "media.earlier", "move it up";
    MediaLater = "media.later", "move it down";
    MediaRemove = "media.remove", "take it out";
    MediaMeasure = "media.measure", "measure it anew";
    // A file on its way in.
    ImportDates = "import.dates", "which number of a date is the day";
    ImportFiles = "import.files", "read files beside the table, or not";
    ImportProblems = "import.problems", "rows with problems only, or all";
    ImportSkip = "import.skip", "skip the row, or take it in again";
    ImportTake = "import.take", "take the good rows";
    ImportDrafts = "import.drafts", "all as drafts, or not";
    ImportTo = "import.to", "channels of rows that name none";
    ImportZone = "import.zone", "the zone of times that name none";
    ImportBody = "import.text", "mend the row's text";
    ImportWhen = "import.when", "mend its time";
    ImportChannels = "import.channels", "mend its channels";
    // Review.
    ReviewSchedule = "review.schedule", "schedule";
    ReviewDraft = "review.draft", "keep as draft";
    ReviewNow = "review.now", "publish now";
    ReviewEdit = "review.edit", "back to editing";
    // Questions.
    Yes = "yes", "yes";
    No = "no", "no";
    // Fields.
    Accept = "accept", "accept";
}

impl Action {
    /// The digit of the kept view that it shows.
    pub fn kept_view(self) -> Option<u8> {
        const KEPT: [Action; 9] = [
            Action::View1,
            Action::View2,
            Action::View3,
            Action::View4,
            Action::View5,
            Action::View6,
            Action::View7,
            Action::View8,
            Action::View9,
        ];
        KEPT.into_iter().zip(1..).find(|(action, _)| *action == self).map(|(_, digit)| digit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_lead_back() {
        let names: HashSet<_> = Action::ALL.iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), Action::ALL.len());
        assert!(Action::ALL.iter().all(|action| Action::from_name(action.name()) == Some(*action)));
    }
}
