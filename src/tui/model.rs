//! The whole state of the screen.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::filter::Filter;
use crate::domain::habits::Habits;
use crate::domain::ids::{ChannelId, IdSource, PostId};
use crate::domain::post::Post;
use crate::domain::words::count;
use crate::text::rules::Rules;

use super::action::Action;
use super::board::Board;
use super::keymap::Keymap;
use super::msg::{Key, Notice};
use super::named::Named;
use super::panes::calendar::Lens;
use super::panes::{activity, calendar, channels, failed, post};
use super::pictures::{Pictures, Tile};
use super::range::Range;
use super::sheets::import::Unfinished;
use super::sheets::{self, Sheet, drafts};
use super::theme::Theme;
use super::tools::{builder, composer};

/// The panes, by their digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pane {
    /// 1
    Channels,
    /// 2
    Calendar,
    /// 3
    Post,
    /// 4
    Failed,
    /// 5
    Activity,
}

impl Pane {
    /// In the order of their digits.
    pub const ALL: [Self; 5] = [Self::Channels, Self::Calendar, Self::Post, Self::Failed, Self::Activity];

    /// Digit and title, as the border shows them.
    pub fn title(self) -> &'static str {
        match self {
            Self::Channels => "1 Channels",
            Self::Calendar => "2 Calendar",
            Self::Post => "3 Post",
            Self::Failed => "4 Failed",
            Self::Activity => "5 Activity",
        }
    }

    /// The keymap context of its keys.
    pub fn context(self) -> &'static str {
        match self {
            Self::Channels => "channels",
            Self::Calendar => "calendar",
            Self::Post => "post",
            Self::Failed => "failed",
            Self::Activity => "activity",
        }
    }
}

/// What several panes need: the one cursor post, marks, filter, time and place.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The present instant, set before every update.
    pub now: DateTime<Utc>,
    /// The zone everything is shown in.
    pub zone: Tz,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The post under the cursor, whichever pane chose it.
    pub cursor: Option<PostId>,
    /// Marked posts.
    pub marks: BTreeSet<PostId>,
    /// What `/` narrows the panes to.
    pub filter: Option<Filter>,
    /// Channels shown alone; empty: all that are not hidden.
    pub only: BTreeSet<ChannelId>,
    /// The text rules.
    pub rules: Arc<Rules>,
    /// New ids.
    pub ids: IdSource,
    /// How the person is used to reading a calendar.
    pub habits: Habits,
    /// How posts are looked at.
    pub lens: Lens,
    /// Rules by which posts that are being written shall come again.
    pub rules_asked: BTreeMap<PostId, String>,
    /// What the person is being told, newest last.
    pub notices: Vec<Notice>,
    /// Pictures of attachments.
    pub pictures: Pictures,
    /// The keys in force, as sentences name them.
    pub keys: Named,
    /// A file whose rows were mended and not taken.
    pub unfinished: Option<Box<Unfinished>>,
}

impl Shared {
    /// Whether the panes show `post`: it is taken, and not out of sight as past and done.
    pub fn shows(&self, board: &Board, post: &Post) -> bool {
        self.takes(board, post) && !self.lens.hides(post, self.now)
    }

    /// Whether its channels are not all hidden, and the filter takes it.
    pub fn takes(&self, board: &Board, post: &Post) -> bool {
        let visible = |id: &ChannelId| {
            if self.only.is_empty() { board.channel(id).is_none_or(|c| !c.hidden) } else { self.only.contains(id) }
        };
        let by_channel = post.targets.is_empty() || post.targets.iter().any(|target| visible(&target.channel));
        by_channel && self.filter.as_ref().is_none_or(|filter| filter.takes(post, &board.channels, self.now, self.zone))
    }

    /// Why nothing can be done with the marks, if one of them is on a post that is not loaded: a verb would work on
    /// the others alone.
    pub fn out_of_reach(&self, board: &Board) -> Option<String> {
        let (marked, absent) = (self.marks.len(), self.marks.iter().filter(|id| board.post(**id).is_none()).count());
        let is = if absent == 1 { "is" } else { "are" };
        (absent > 0).then(|| {
            format!(
                "{absent} of {} {is} not loaded: go to the week first, or Esc takes the marks away",
                count(marked, "marked post")
            )
        })
    }

    /// The marks, else the cursor post: what a verb works on.
    pub fn chosen(&self) -> Vec<PostId> {
        if self.marks.is_empty() { self.cursor.into_iter().collect() } else { self.marks.iter().copied().collect() }
    }
}

/// What hangs on a save that is not answered yet.
#[derive(Clone, Debug, Default)]
pub struct HandedOver {
    /// The rule by which the post shall come again: it comes back with its text where the save is refused.
    pub rule: Option<String>,
    /// What is asked once the post is stored.
    pub then: Option<Box<Sheet>>,
}

/// The state of the screen.
#[derive(Clone, Debug)]
pub struct Model {
    /// Loaded facts.
    pub board: Board,
    /// What panes share.
    pub shared: Shared,
    /// Keys to actions.
    pub keymap: Keymap,
    /// Styles and marks.
    pub theme: Theme,
    /// The focused pane.
    pub focus: Pane,
    /// Whether the focused pane fills the screen.
    pub zoom: bool,
    /// Pane 1.
    pub channels: channels::State,
    /// Pane 2.
    pub calendar: calendar::State,
    /// Pane 3.
    pub post: post::State,
    /// Pane 4.
    pub failed: failed::State,
    /// Pane 5.
    pub activity: activity::State,
    /// The composer, when it is open: it covers the panes.
    pub composer: Option<Box<composer::State>>,
    /// The campaign builder, when it is open: it covers the panes, and the composer covers it.
    pub builder: Option<Box<builder::State>>,
    /// Sheets, the topmost last.
    pub sheets: Vec<Sheet>,
    /// Keys of a sequence that is not complete yet.
    pub pending: Vec<Key>,
    /// Whether the continuations of `pending` are shown.
    pub show_continuations: bool,
    /// A count typed before a motion: `3j`.
    pub count: Option<u32>,
    /// Whether the mouse is reported to us.
    pub mouse_on: bool,
    /// Whether the terminal's bell rings when a post comes to need a person.
    pub bell: bool,
    /// Whether nothing may move by itself, the terminal's cursor included.
    pub still: bool,
    /// `Ctrl-c` was pressed: the next one quits.
    pub cancelled_once: bool,
    /// Effects asked for and not answered yet; idle when 0. Kept by the runtime.
    pub busy: usize,
    /// Whether the screen has to be drawn.
    pub dirty: bool,
    /// Increases with every key; names timers.
    pub serial: u64,
    /// Whether the first load has come back.
    pub loaded: bool,
    /// The numbers of `shared.notices`, one each.
    pub notice_numbers: Vec<u64>,
    /// The number of the next notice.
    pub next_notice: u64,
    /// The pane in which the mouse button went down.
    pub pressed: Option<Pane>,
    /// Posts whose truth a person asked the providers for and was not told yet.
    pub asked_about: BTreeSet<PostId>,
    /// When the numbers of posts were last asked for.
    pub asked_numbers: HashMap<PostId, DateTime<Utc>>,
    /// The post of which it was last asked what was not understood of it, since the last load.
    pub asked_strange: Option<PostId>,
    /// When the results of channels were last counted.
    pub asked_results: Option<DateTime<Utc>>,
    /// The range that is being marked.
    pub range: Option<Range>,
    /// The post that was last told about.
    pub told_about: Option<PostId>,
    /// Whether the channels that slots and zones name were held against those there are.
    pub doubted: bool,
    /// The pane from which Enter led to the post, for the way back.
    pub opened_from: Option<Pane>,
    /// What the composer handed over to be saved, until that is answered.
    pub handed_over: BTreeMap<PostId, HandedOver>,
    /// Campaigns of which posts are being handed over.
    pub launching: BTreeSet<PostId>,
    /// Questions that wait until nothing else is open.
    pub to_ask: Vec<Sheet>,
    /// What was typed on the command line, oldest first.
    pub history: Vec<String>,
    /// What `.` does again.
    pub last_deed: Option<Deed>,
    /// What `p` pastes.
    pub copied: Option<Arc<Post>>,
    /// When repetitions were last looked after.
    pub repeated_at: Option<DateTime<Utc>>,
    /// The post the composer handed over: the calendar goes to it once it is stored.
    pub saved: Option<PostId>,
}

/// What was last done to posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// This, on whatever was chosen.
    Did(Action),
    /// They were moved so far on the clock.
    Moved(TimeDelta),
    /// They were given the time that these words say.
    Timed(String),
}

/// The five modes, as the status line names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Keys are actions.
    Normal,
    /// A post is held over the calendar.
    Move,
    /// Keys are text.
    Text,
    /// Around the fields of the composer.
    Form,
    /// Something has to be decided.
    Question,
}

impl Mode {
    /// The word in the status line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            Self::Move => "MOVE",
            Self::Text => "TEXT",
            Self::Form => "FORM",
            Self::Question => "QUESTION",
        }
    }
}

impl Model {
    /// The screen before anything was loaded.
    pub fn new(
        now: DateTime<Utc>,
        zone: Tz,
        size: (u16, u16),
        rules: Arc<Rules>,
        keymap: Keymap,
        theme: Theme,
        ids: IdSource,
    ) -> Self {
        let shared = Shared {
            now,
            zone,
            size,
            cursor: None,
            marks: BTreeSet::new(),
            filter: None,
            only: BTreeSet::new(),
            rules,
            ids,
            habits: Habits::default(),
            lens: Lens::default(),
            rules_asked: BTreeMap::new(),
            notices: Vec::new(),
            pictures: Pictures::default(),
            keys: Named::new(&keymap),
            unfinished: None,
        };
        Self {
            board: Board::default(),
            shared,
            keymap,
            theme,
            focus: Pane::Calendar,
            zoom: false,
            channels: channels::State::default(),
            calendar: calendar::State::default(),
            post: post::State::default(),
            failed: failed::State::default(),
            activity: activity::State::default(),
            composer: None,
            builder: None,
            sheets: Vec::new(),
            pending: Vec::new(),
            show_continuations: false,
            count: None,
            mouse_on: true,
            bell: true,
            still: false,
            cancelled_once: false,
            busy: 0,
            dirty: true,
            serial: 0,
            loaded: false,
            notice_numbers: Vec::new(),
            next_notice: 0,
            pressed: None,
            asked_about: BTreeSet::new(),
            asked_numbers: HashMap::new(),
            asked_strange: None,
            asked_results: None,
            range: None,
            told_about: None,
            doubted: false,
            opened_from: None,
            handed_over: BTreeMap::new(),
            launching: BTreeSet::new(),
            to_ask: Vec::new(),
            history: Vec::new(),
            repeated_at: None,
            saved: None,
            last_deed: None,
            copied: None,
        }
    }

    /// Whether the screen has to be drawn; asking is promising to draw it.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// The keymap contexts in force, the topmost first.
    pub fn contexts(&self) -> Vec<&'static str> {
        let mut stack = match (self.sheets.last(), &self.composer) {
            (Some(sheet), _) => sheets::contexts(sheet),
            (None, Some(composer)) => vec![composer::context(composer)],
            (None, None) if self.builder.is_some() => {
                self.builder.as_deref().map(builder::contexts).unwrap_or_default()
            }
            (None, None) if calendar::is_moving(&self.calendar) => vec!["move"],
            (None, None) => vec![self.focus.context(), "global"],
        };
        stack.push("always");
        stack
    }

    /// The mode.
    pub fn mode(&self) -> Mode {
        match self.contexts().first().copied().unwrap_or_default() {
            "move" => Mode::Move,
            "composer.text" | "builder.text" | "find" | "field" => Mode::Text,
            "composer.form" | "builder.form" => Mode::Form,
            "question" | "review" => Mode::Question,
            _ => Mode::Normal,
        }
    }

    /// Pictures that are to be seen, each with its place: of the composer, while nothing lies over it.
    pub fn pictures(&self) -> Vec<Tile> {
        let open = self.composer.as_deref().filter(|_| self.sheets.is_empty() && !self.show_continuations);
        open.map(composer::pictures).unwrap_or_default()
    }

    /// The post under the cursor, when it is loaded.
    pub fn cursor_post(&self) -> Option<&Arc<Post>> {
        self.board.post(self.shared.cursor?)
    }

    /// What a verb works on, as far as it is loaded: the marked posts, else what the cursor of the pane is on. Among the
    /// failed that may be a group; a channel or an account is no post.
    pub fn chosen_posts(&self) -> Vec<Arc<Post>> {
        let listed = self.sheets.iter().find_map(|sheet| match sheet {
            Sheet::Drafts(open) => Some(drafts::chosen(open, &self.shared, &self.board)),
            _ => None,
        });
        let ids = match self.focus {
            _ if let Some(listed) = listed => listed,
            Pane::Failed => failed::chosen(&self.failed, &self.shared, &self.board),
            Pane::Channels | Pane::Activity if !self.shared.marks.is_empty() => self.shared.chosen(),
            Pane::Channels => Vec::new(),
            Pane::Activity => activity::cursor_post(&self.activity, &self.board).into_iter().collect(),
            Pane::Calendar | Pane::Post => self.shared.chosen(),
        };
        ids.into_iter().filter_map(|id| self.board.post(id).cloned()).collect()
    }
}
