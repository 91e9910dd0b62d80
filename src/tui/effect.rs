//! What the screen can ask of the outside world: values, carried out by the runtime.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::authorise::{Joining, Opened};
use crate::domain::connect::Wish;
use crate::domain::filter::Filter;
use crate::domain::found::SavedView;
use crate::domain::ids::{AccountName, ChannelId, IntentId, PostId};
use crate::domain::intake::Asking;
use crate::domain::outcome::State;
use crate::domain::plan::DayNote;
use crate::domain::post::Post;
use crate::domain::queue::Queued;
use crate::domain::recipe::Recipe;
use crate::domain::schedule::Schedule;
use crate::domain::secret::Secret;
use crate::domain::settings::Whose;
use crate::domain::twin::Twin;
use crate::text::rules::Rules;
use crate::text::style::Deed;

use super::msg::Timer;
use super::pictures::Wish as Picture;
use super::sheets::palette::Seek;

/// An attachment that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its place among the attachments.
    pub at: usize,
    /// A path or a web address.
    pub source: String,
    /// The text for people who cannot see it.
    pub alt: String,
}

/// How a post is written down for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// As `show --json` prints it.
    Json,
    /// As a file of a folder of posts.
    Markdown,
}

/// One thing to be done outside. Answers come back as messages.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Load everything the board shows, with the posts of this span.
    Load(Range<DateTime<Utc>>),
    /// Load one post that is not on the board, and make it the cursor post.
    LoadPost(PostId),
    /// Load a post's story: attempts and journal.
    LoadStory(PostId),
    /// Load the latest entries of the journal.
    LoadLog,
    /// Read what the providers showed of a post that was not understood.
    LoadStrange(PostId),
    /// Ask the providers what was counted of a published post.
    LoadNumbers(PostId),
    /// Count what became of every channel's posts.
    LoadResults,
    /// Load what was typed of a planned post and kept aside.
    LoadTyped(PostId),
    /// Load every post as far as it can be found by its words.
    LoadIndex,
    /// Look for words among all posts, beside the keys.
    Seek(Box<Seek>),
    /// Load the views that were kept.
    LoadViews,
    /// Keep a view under a digit.
    KeepView(u8, SavedView),
    /// Put posts into the campaign of this recipe, whatever has become of them, and remember there how they are called.
    RenameCampaign {
        /// The recipe, with the new name.
        recipe: Box<Recipe>,
        /// The posts that carry another one.
        posts: Vec<PostId>,
    },
    /// Put these tags on posts (`true`), or take them off.
    Tag(Vec<PostId>, Vec<String>, bool),
    /// Load the recipes of campaigns that were kept.
    LoadRecipes,
    /// Load the posts of a campaign, and those round about.
    LoadCampaign {
        /// The recipe that asks.
        id: PostId,
        /// The campaign's name.
        name: String,
        /// Posts of the recipe, whatever their campaign.
        posts: Vec<PostId>,
        /// The span of those round about.
        span: Range<DateTime<Utc>>,
    },
    /// Keep a recipe as it is.
    KeepCampaign(Box<Recipe>),
    /// Forget a recipe; its posts stay.
    ForgetCampaign(PostId),
    /// Keep a recipe, then schedule or publish these posts of it, each by itself.
    Launch {
        /// The recipe.
        recipe: Box<Recipe>,
        /// The posts, with their wishes.
        posts: Vec<Post>,
    },
    /// Ask the providers what they think of these posts, one after the other, for this recipe.
    CheckMany(PostId, Vec<Post>),
    /// Read the texts in a file, for this recipe.
    ReadTexts(PostId, String),
    /// Keep a post that is being typed; the second one is what it was opened as, where it was.
    Autosave(Box<Post>, Option<Box<Post>>),
    /// Store a post as it shall be, and tell the providers concerned. Verb: `saved`, `scheduled`, `edited`…
    Save {
        /// The post as it shall be; outcomes and remote ids are the store's business.
        post: Box<Post>,
        /// What a planned post was when it was opened; what changed elsewhere since then stays.
        base: Option<Box<Post>>,
        /// What was done, as a past participle.
        verb: &'static str,
    },
    /// Store a post like that, and let it come again by a rule in words.
    SaveRepeating {
        /// The post as it shall be.
        post: Box<Post>,
        /// What it was when it was opened, if it was planned.
        base: Option<Box<Post>>,
        /// The rule.
        rule: String,
    },
    /// Keep by which rule a post that is being written shall come again, or that it shall not.
    AskRule(PostId, Option<String>),
    /// Let a stored post come again by a rule in words, from this moment on.
    Repeat(PostId, Schedule, String),
    /// Load what repeats.
    LoadRepeats,
    /// Make the posts of repetitions that are due to be there.
    KeepRepeating,
    /// Leave a date of a repetition out, or take it in again.
    SkipDate {
        /// The repetition.
        series: PostId,
        /// The date.
        date: NaiveDate,
        /// Out, or in again.
        skip: bool,
    },
    /// Make the post of one date of a repetition now.
    MakeDate {
        /// The repetition.
        series: PostId,
        /// The date.
        date: NaiveDate,
    },
    /// End a repetition, and delete its posts that still wait.
    StopRepeating(PostId),
    /// Give what a post of a repetition says to those after it.
    Follow(Box<Post>),
    /// Read and judge a file with posts; keeps nothing.
    LookInto {
        /// Which, and what is said of it.
        asking: Box<Asking>,
        /// The text rules.
        rules: Arc<Rules>,
    },
    /// Write the posts that a filter takes to a file.
    Export {
        /// The file, as typed.
        path: String,
        /// Which posts.
        filter: Filter,
        /// Whether what is there is written over.
        force: bool,
    },
    /// Take the good rows of a file, and write the others to one of their own.
    TakeIn {
        /// Which, and what is said of it.
        asking: Box<Asking>,
        /// What the look showed: another content is not taken.
        print: u64,
        /// Rows that stay out, with the reason.
        without: BTreeMap<usize, String>,
        /// The text rules.
        rules: Arc<Rules>,
    },
    /// Give posts new times.
    Move(Vec<(PostId, Schedule)>),
    /// Give one channel of a post a time of its own.
    MoveTarget(PostId, ChannelId, Schedule),
    /// Ask which queues a post on these channels could wait for.
    LoadQueues(Vec<ChannelId>),
    /// Let a post wait for a queue, which shows that moment as its next place, where it shows one.
    Enqueue(PostId, Queued, Option<Schedule>),
    /// Load the posts that need a person by now, wherever they stand.
    LoadFailed,
    /// Load what is marked on days.
    LoadNotes,
    /// Mark a day, or take the mark away.
    MarkDay(NaiveDate, Option<DayNote>),
    /// Delete posts, here and at the provider.
    Delete(Vec<PostId>),
    /// Delete posts that a person was asked about while they were in these states: what went out since stays.
    DeleteSeen(Vec<(PostId, State)>),
    /// Hold (`true`) or release (`false`) posts.
    Hold(Vec<PostId>, bool),
    /// Publish posts at once (after the moment in which it can be taken back).
    PublishNow(Vec<PostId>),
    /// Keep a recipe, then publish a post of it at once on these channels; the rest of it stays as it is.
    PublishPart {
        /// The recipe.
        recipe: Box<Recipe>,
        /// The post, whole.
        post: Box<Post>,
        /// Where it is published.
        channels: Vec<ChannelId>,
    },
    /// Send what failed of these posts again.
    Retry(Vec<PostId>),
    /// Send an unknown post again although it may be live: the person said so in words.
    RetryAtOwnRisk(PostId),
    /// Ask the provider what is true of these posts.
    Verify(Vec<PostId>),
    /// Find in the store what says the same as the refused duplicates of these posts.
    LoadTwins(Vec<PostId>),
    /// Link refused duplicates to live twins of theirs: they count as out, and nothing is sent.
    LinkTwins(Vec<(PostId, Vec<Twin>)>),
    /// Put failures away, keeping the record.
    Dismiss(Vec<PostId>),
    /// Settle a conflict: keep ours (`true`) or take theirs (`false`).
    SettleConflict(PostId, bool),
    /// Drop a waiting write.
    DropWrite(IntentId),
    /// Take back the last edit.
    Undo,
    /// Do the last undone edit again.
    Redo,
    /// Synchronise every account now.
    SyncNow,
    /// Hide or show channels.
    HideChannels(Vec<ChannelId>, bool),
    /// Ask the providers what they think of a post, as it is at this revision.
    Check(Box<Post>, u64),
    /// Count the requests that saving this post would lead to.
    Outline(Box<Post>),
    /// Try an account, and keep it when it works.
    Connect(Box<Wish>),
    /// Read the settings of a network or channel, anew where they were read lately too.
    LoadSettings {
        /// The account.
        account: AccountName,
        /// Whose they are.
        whose: Whose,
        /// Whether the site is asked in any case.
        fresh: bool,
    },
    /// Save one of them.
    SaveSetting {
        /// The account.
        account: AccountName,
        /// Whose it is.
        whose: Whose,
        /// Which.
        name: String,
        /// The new value, as typed.
        typed: String,
    },
    /// Change the files of styles and defaults.
    ChangeBook(Deed),
    /// Look for the posts that these words mean, to be deleted: a filter, or `all`.
    FindDoomed(String),
    /// Have a provider make the link at which a channel is connected.
    Authorise(Box<Joining>),
    /// Look whether the channel behind a link is there.
    Arrive(Box<Opened>),
    /// Open such a link in the browser. It may hold a secret, and is said nowhere.
    OpenLink(Secret),
    /// Copy such a link to the clipboard.
    CopyLink(Secret),
    /// End this run and open the program anew, with what is configured now.
    OpenAnew,
    /// Look again at something that is attached to the post in the composer.
    Measure {
        /// The post in the composer.
        post: PostId,
        /// The attachment, by where it is.
        source: String,
    },
    /// Measure what was typed, pasted or dropped for a post: files and addresses.
    Attach {
        /// The post in the composer.
        post: PostId,
        /// As typed.
        typed: String,
    },
    /// Open an address in the browser.
    Open(String),
    /// Copy text to the clipboard.
    Copy(String),
    /// Write a post down as others read it, to be copied.
    WriteDown(PostId, Script),
    /// Measure what a file named as attachments of a post.
    AttachNamed {
        /// The post in the composer.
        post: PostId,
        /// What it named.
        wanted: Vec<Named>,
    },
    /// Run a command on a text, without a shell.
    Pipe {
        /// The number of this run.
        run: u64,
        /// The command, with its arguments quoted as for a shell.
        command: String,
        /// What goes to its standard input.
        text: String,
    },
    /// Stop the command that is running.
    StopPipe,
    /// Look which files here could be attached.
    LookAround,
    /// Load the earlier versions of a draft.
    LoadVersions(PostId),
    /// Ask the terminal whether it shows pictures.
    AskForPictures,
    /// Make a picture ready to be shown.
    Picture(Picture),
    /// Let go of pictures that are not shown any more.
    DropPictures(Vec<Picture>),
    /// The composer was left: nothing of that post is being typed any more.
    Left(PostId),
    /// Hand the terminal to `$VISUAL` or `$EDITOR` with this file.
    EditText(String),
    /// Ring the terminal's bell.
    Bell,
    /// Switch mouse reporting on or off.
    Mouse(bool),
    /// Send this message back after a while.
    After(TimeDelta, Timer),
    /// Draw everything anew.
    Redraw,
    /// Stop the process until `fg`.
    Suspend,
    /// End the program.
    Quit,
}

/// What an effect leaves changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Nothing that is planned, sent or configured.
    Nothing,
    /// What the board shows of the posts, but none of them.
    Shown,
    /// What is kept beside the posts: notes, recipes, drafts being typed, settings, accounts.
    Beside,
    /// Posts, here or at a provider.
    Posts,
}

impl Touch {
    /// Whether the board has to be read again.
    pub fn reaches_the_board(self) -> bool {
        matches!(self, Self::Shown | Self::Posts)
    }

    /// Whether it is more than looking.
    pub fn is_a_change(self) -> bool {
        matches!(self, Self::Beside | Self::Posts)
    }
}

impl Effect {
    /// What it leaves changed.
    pub fn touches(&self) -> Touch {
        match self {
            Self::RenameCampaign { .. }
            | Self::Tag(..)
            | Self::Launch { .. }
            | Self::Save { .. }
            | Self::SaveRepeating { .. }
            | Self::Repeat(..)
            | Self::SkipDate { .. }
            | Self::MakeDate { .. }
            | Self::StopRepeating(_)
            | Self::Follow(_)
            | Self::TakeIn { .. }
            | Self::Move(_)
            | Self::MoveTarget(..)
            | Self::Enqueue(..)
            | Self::Delete(_)
            | Self::DeleteSeen(_)
            | Self::Hold(..)
            | Self::PublishNow(_)
            | Self::PublishPart { .. }
            | Self::Retry(_)
            | Self::RetryAtOwnRisk(_)
            | Self::Verify(_)
            | Self::LinkTwins(_)
            | Self::Dismiss(_)
            | Self::SettleConflict(..)
            | Self::DropWrite(_)
            | Self::Undo
            | Self::Redo => Touch::Posts,
            Self::KeepCampaign(_)
            | Self::ForgetCampaign(_)
            | Self::Autosave(..)
            | Self::KeepRepeating
            | Self::AskRule(..)
            | Self::MarkDay(..)
            | Self::Connect(_)
            | Self::SaveSetting { .. }
            | Self::ChangeBook(_)
            | Self::Authorise(_)
            | Self::Arrive(_) => Touch::Beside,
            Self::HideChannels(..) => Touch::Shown,
            Self::Load(_)
            | Self::LoadPost(_)
            | Self::LoadStory(_)
            | Self::LoadLog
            | Self::LoadStrange(_)
            | Self::LoadNumbers(_)
            | Self::LoadTwins(_)
            | Self::LoadResults
            | Self::LoadTyped(_)
            | Self::LoadIndex
            | Self::Seek(_)
            | Self::LoadViews
            | Self::KeepView(..)
            | Self::LoadRecipes
            | Self::LoadCampaign { .. }
            | Self::CheckMany(..)
            | Self::ReadTexts(..)
            | Self::LoadRepeats
            | Self::LookInto { .. }
            | Self::Export { .. }
            | Self::LoadQueues(_)
            | Self::LoadFailed
            | Self::LoadNotes
            | Self::SyncNow
            | Self::Check(..)
            | Self::Outline(_)
            | Self::LoadSettings { .. }
            | Self::FindDoomed(_)
            | Self::OpenLink(_)
            | Self::CopyLink(_)
            | Self::OpenAnew
            | Self::Measure { .. }
            | Self::Attach { .. }
            | Self::Open(_)
            | Self::Copy(_)
            | Self::WriteDown(..)
            | Self::AttachNamed { .. }
            | Self::Pipe { .. }
            | Self::StopPipe
            | Self::LookAround
            | Self::LoadVersions(_)
            | Self::AskForPictures
            | Self::Picture(_)
            | Self::DropPictures(_)
            | Self::Left(_)
            | Self::EditText(_)
            | Self::Bell
            | Self::Mouse(_)
            | Self::After(..)
            | Self::Redraw
            | Self::Suspend
            | Self::Quit => Touch::Nothing,
        }
    }
}
