//! What can happen to the model, and who says so.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
pub use crossterm::event::{KeyCode, KeyModifiers};

use crate::domain::authorise::Opened;
use crate::domain::campaign::Progress;
use crate::domain::channel::Channel;
use crate::domain::connect::{Connected, NotConnected};
use crate::domain::found::{Indexed, SavedView};
use crate::domain::ids::{AccountName, ChannelId, PostId};
use crate::domain::intake::{Asking, Look, Taken};
use crate::domain::media::Media;
use crate::domain::numbers::{AHEAD_DAYS, Numbers, Results};
use crate::domain::outcome::Refusal;
use crate::domain::outline::Outline;
use crate::domain::plan::DayNote;
use crate::domain::post::Post;
use crate::domain::problem::Problem;
use crate::domain::published::Stated;
use crate::domain::queue::Offer;
use crate::domain::recipe::Recipe;
use crate::domain::repeat::Repeating;
use crate::domain::settings::{NotServed, Served, Whose};
use crate::domain::twin::Finding;
use crate::domain::write::Attempt;
use crate::text::style::Book;

use super::board::{ActivityLine, Light, Uploading, Waiting};
use super::effect::Effect;
use super::pictures::Wish as Picture;
use super::sheets::doomed::Found;
use super::sheets::palette::{Hit, Seek};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// A key was pressed (from `runtime/input.rs`).
    Key(Key),
    /// Text was pasted, as one block.
    Paste(String),
    /// The mouse did something.
    Mouse(Mouse),
    /// The terminal has a new size: columns, rows.
    Resize(u16, u16),
    /// The minute changed.
    Minute,
    /// A wait ended.
    Timer(Timer),
    /// A load came back.
    Loaded(Box<Loaded>),
    /// One post was loaded; `None` when it is gone.
    PostLoaded(Option<Arc<Post>>),
    /// A post's story was loaded.
    Story(PostId, Box<Story>),
    /// The latest entries of the journal, latest first; or why they cannot be read.
    Log(Result<Vec<Logged>, String>),
    /// What the providers showed of a post that was not understood, in words.
    Strange(PostId, Vec<String>),
    /// What says the same as refused duplicates of a post, or may be its reason.
    Twins(Vec<(PostId, Vec<Finding>)>),
    /// What was counted of a post, or why nothing.
    Numbers(PostId, Box<Result<Numbers, String>>),
    /// What became of every channel's posts.
    Results(Vec<Results>),
    /// Every post as far as it can be found by its words; or why not.
    Index(Result<Arc<Vec<Indexed>>, String>),
    /// What a search among all posts found.
    Sought(Box<Seek>, Vec<Hit>),
    /// The views that were kept, by their digits.
    Views(Vec<(u8, SavedView)>),
    /// The recipes of campaigns that were kept, the oldest first.
    Recipes(Vec<Recipe>),
    /// A campaign's posts, and those round about.
    Campaign(Box<OfCampaign>),
    /// A recipe was kept at that moment, or why not.
    CampaignKept(PostId, Result<DateTime<Utc>, String>),
    /// What came of scheduling posts of that recipe, one by one.
    Launched(PostId, Vec<(PostId, Result<(), String>)>),
    /// What the providers think of posts of that recipe: problems, or why nobody could be asked.
    CheckedMany(PostId, Vec<(PostId, Result<Vec<Problem>, String>)>),
    /// The texts in a file for that recipe, or why there are none.
    TextsRead(PostId, Result<String, String>),
    /// The posts that need a person by now.
    Failed(Vec<Arc<Post>>),
    /// What is marked on days.
    Notes(Vec<(NaiveDate, DayNote)>),
    /// The queues that a post on these channels could wait for, or why there are none.
    Queues(Vec<ChannelId>, Result<Vec<Offer>, String>),
    /// What was typed of a planned post before, and kept aside.
    Typed(PostId, Option<Box<Post>>),
    /// A draft was kept at that moment, or why not.
    Autosaved(PostId, Result<DateTime<Utc>, String>),
    /// An effect came to its end: what to say, and the post it was about.
    Done(Notice),
    /// A save was refused because the post changed meanwhile, or the disk is full…: the words, and the post as typed.
    SaveFailed(Box<Post>, String),
    /// What the providers think of a post as it was at that revision: problems, or why nobody could be asked.
    Checked(PostId, u64, Result<Vec<Problem>, String>),
    /// The requests that saving a post would lead to, account by account; or why they could not be counted.
    Outlined(PostId, Result<Vec<Outline>, String>),
    /// An account was tried: it is connected, or why not.
    Connected(Box<Result<Connected, NotConnected>>),
    /// Settings of an account as they are now, when that was read, and whether a change was saved.
    Settings(AccountName, Whose, Box<Result<Served, NotServed>>),
    /// What dresses texts from now on and what was done, or why nothing was.
    Book(Result<(Arc<Book>, String), String>),
    /// What was found to be deleted, for those words.
    Doomed(String, Box<Result<Found, String>>),
    /// So many rows of that file are judged, and of how many.
    Judged(String, usize, usize),
    /// What a look into a file showed, or why nothing.
    LookedInto(Box<Asking>, Box<Result<Look, String>>),
    /// A file to be written to is there already, in words; the same once more writes over it.
    ExportThere(Box<Effect>, String),
    /// What became of the good rows of a file.
    TakenIn(Box<Result<Taken, String>>),
    /// An account is read before posts of a folder are taken in: another machine may have made them there.
    ReadFirst(AccountName),
    /// What repeats.
    Repeats(Box<Result<Vec<Repeating>, String>>),
    /// So many posts of repetitions were made, and what could not be, in words.
    Repeated(usize, Vec<String>),
    /// A provider's link at which a channel is connected, or why there is none.
    Authorised(Box<Result<Opened, NotConnected>>),
    /// What a look for the channel found, in the wait that ends at that instant.
    Arrived(DateTime<Utc>, Box<Result<Option<Channel>, NotConnected>>),
    /// What came of attaching what was typed for a post: one answer for each file or address.
    Attached(PostId, Vec<Result<Media, String>>),
    /// An attachment, by where it is, was looked at again.
    Measured(PostId, String, Box<Result<Media, String>>),
    /// What came of measuring the attachments that a file names, each with its place.
    AttachedNamed(PostId, Vec<(usize, Result<Media, String>)>),
    /// What a command made of a text in that run, or why nothing.
    Piped(u64, Result<String, String>),
    /// A post was written down, to be copied; or why it was not.
    WrittenDown(Result<String, String>),
    /// The files here that could be attached.
    Nearby(Nearby),
    /// The earlier versions of a draft with the moments they were saved, latest first.
    Versions(PostId, Vec<(DateTime<Utc>, Post)>),
    /// Width and height of the terminal's cells in pixels, where pictures can be shown on it.
    Graphics(Option<(u16, u16)>),
    /// A picture is ready, or will not be, in words.
    Pictured(Picture, Option<Result<(), String>>),
    /// The terminal was in other hands: pictures have to be made ready anew.
    PicturesGone,
    /// It is noted that nothing of that post is being typed any more.
    Left(PostId),
    /// Keeping a draft found that another window had written it since.
    Overwritten(PostId),
    /// The lights, the outbox and new lines of activity.
    Sync(Box<SyncNews>),
    /// Posts changed in the store: load again.
    StoreChanged,
    /// The store was found damaged, in these words; nothing more is sent from it.
    StoreDamaged(String),
    /// `$EDITOR` came back with a text, or not at all.
    EditorReturned(Result<String, String>),
    /// The operating system asks the program to end.
    Terminate,
}

/// What the store has of a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct OfCampaign {
    /// The recipe that asked.
    pub id: PostId,
    /// Its posts.
    pub posts: Vec<Arc<Post>>,
    /// Those round about, by moment.
    pub near: Vec<Arc<Post>>,
}

/// Files that could be attached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nearby {
    /// The folder they are below.
    pub folder: String,
    /// Their paths from there.
    pub files: Vec<String>,
    /// Whether there are more than were looked at.
    pub more: bool,
}

/// A key with its modifiers; releases never arrive here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which.
    pub code: KeyCode,
    /// With what held down. Shift is dropped for characters: `D` is `D`.
    pub modifiers: KeyModifiers,
}

impl Key {
    /// A key without modifiers.
    pub fn plain(code: KeyCode) -> Self {
        Self { code, modifiers: KeyModifiers::NONE }
    }

    /// A character with Ctrl.
    pub fn ctrl(letter: char) -> Self {
        Self { code: KeyCode::Char(letter), modifiers: KeyModifiers::CONTROL }
    }
}

/// The mouse: what and where, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub kind: MouseKind,
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// Left button down.
    Press,
    /// Left button down the second time within a moment, at the same place.
    Double,
    /// Right button down.
    Menu,
    /// Moved with the left button down.
    Drag,
    /// Left button up.
    Release,
    /// Wheel up.
    WheelUp,
    /// Wheel down.
    WheelDown,
}

/// Which wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// A prefix is pending since this many keys: show its continuations.
    Prefix(u64),
    /// This revision was typed as long ago as a pause is: keep the draft.
    Typing(u64),
    /// The typing in the campaign builder paused since this revision: keep the recipe.
    Campaign(u64),
    /// It paused for longer: ask the providers what they think of it.
    Asking(u64),
    /// A channel is waited for until this instant: look for it.
    Look(DateTime<Utc>),
    /// A notice with this number has been up long enough.
    Notice(u64),
}

/// Something to tell the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What, as a sentence.
    pub words: String,
    /// How it is drawn and how long it stays.
    pub tone: Tone,
    /// The post it is about: Enter leads there.
    pub post: Option<PostId>,
}

/// The tone of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Done as asked.
    Good,
    /// For information.
    Plain,
    /// Not done, or needs a person.
    Bad,
}

/// What a load brings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// See [`super::board::Board`], field by field.
    pub channels: Vec<Channel>,
    /// The posts of `range`.
    pub posts: Vec<Arc<Post>>,
    /// The span.
    pub range: Range<DateTime<Utc>>,
    /// Posts without a moment.
    pub drafts: Vec<Arc<Post>>,
    /// Posts that need a person.
    pub failed: Vec<Arc<Post>>,
    /// What was typed and not saved yet.
    pub aside: Vec<Arc<Post>>,
    /// Posts at risk.
    pub risk: HashMap<ChannelId, usize>,
    /// Sparklines.
    pub ahead: HashMap<ChannelId, [u16; AHEAD_DAYS]>,
    /// How far campaigns have come.
    pub campaigns: Vec<Progress>,
    /// Posts that a repetition made.
    pub repeats: BTreeMap<PostId, (PostId, String)>,
    /// The rules by which posts that are being written shall come again.
    pub rules_asked: BTreeMap<PostId, String>,
    /// What providers published of what channels take; it goes into the rules.
    pub stated: Vec<Stated>,
}

/// What the background has to tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncNews {
    /// All lights.
    pub lights: Vec<Light>,
    /// The whole outbox.
    pub outbox: Vec<Waiting>,
    /// Files on their way.
    pub uploads: Vec<Uploading>,
    /// New lines only, oldest first.
    pub lines: Vec<ActivityLine>,
}

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// When it was done.
    pub at: DateTime<Utc>,
    /// By whom.
    pub who: &'static str,
    /// What.
    pub words: String,
    /// The post it was done to, the first of several.
    pub post: Option<PostId>,
    /// Taken back since.
    pub undone: bool,
}

/// A post's story.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    /// Attempts at the providers, oldest first.
    pub attempts: Vec<Attempt>,
    /// What a network said no to on a channel, at any time; oldest first.
    pub refusals: Vec<(ChannelId, Refusal)>,
    /// What the providers show of it that was not understood, in words.
    pub strange: Vec<String>,
    /// Edits: when, who, what; oldest first.
    pub edits: Vec<(DateTime<Utc>, String)>,
}
