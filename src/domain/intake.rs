//! Posts that come from a file: what is asked of it, and what a look into it shows before anything is taken.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::channel::Network;
use super::ids::{ChannelId, PostId};
use super::schedule::Schedule;
use super::words::count;

/// What a column of a table can be said to hold, in the words of `--map` and of the screen; `ignore` is not read.
pub const HOLDS: &[&str] = &[
    "body",
    "to",
    "network",
    "when",
    "date",
    "time",
    "zone",
    "title",
    "media",
    "alt",
    "tags",
    "hashtags",
    "mentions",
    "campaign",
    "key",
    "draft",
    "publish_now",
    "as",
    "style",
    "link",
    "options",
    "first comment",
    "ignore",
];

/// What somebody decided of a row: what it says instead of what the file says, and whether it stays out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mend {
    /// Its text.
    pub body: Option<String>,
    /// When, in words; blank is no time.
    pub when: Option<String>,
    /// Its channels.
    pub to: Option<Vec<String>>,
    /// What its networks and channels say instead of what they have of their own, by the words for them; blank is
    /// nothing of their own any more.
    pub own: BTreeMap<String, Words>,
    /// It is skipped: not taken, whatever it says.
    pub skip: bool,
}

impl Mend {
    /// Whether it says something instead of what the file says.
    pub fn says_else(&self) -> bool {
        *self != Self { skip: self.skip, ..Self::default() }
    }
}

/// A text and a time in somebody's own words, as far as they are said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The text.
    pub body: Option<String>,
    /// When.
    pub when: Option<String>,
}

/// A file that is to be taken in, and what is said of it beside what it says itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asking {
    /// The file or folder, as typed.
    pub path: String,
    /// What columns hold, by their names, where those do not say it.
    pub named: BTreeMap<String, String>,
    /// Which number of `03/04/2027` is the day: `dmy` or `mdy`.
    pub order: Option<String>,
    /// The zone of times without an offset, where a row names none; the program's own without one.
    pub zone: Option<String>,
    /// What was decided of rows, by their numbers.
    pub mended: BTreeMap<usize, Mend>,
    /// The channels of rows that name none.
    pub to: Vec<String>,
    /// The folder below which rows may name files of this machine; none may without one.
    pub files: Option<String>,
    /// Keep every row as a draft.
    pub drafts: bool,
    /// Whether the providers that validate are asked too.
    pub ask: bool,
    /// Whether it is one object a line, whatever it is called; `-` is standard input then, and a key that comes twice
    /// means the same post.
    pub lines: bool,
}

/// What a row comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It can be taken.
    Good,
    /// Its key made a post before, or without a key one is stored that says the same: it makes none again.
    Known(PostId),
    /// It is left out.
    Refused,
    /// It is left out because somebody said so, good or not.
    Skipped,
}

impl Verdict {
    /// The word in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Known(_) => "known",
            Self::Refused => "refused",
            Self::Skipped => "skipped",
        }
    }

    /// Whether no post comes of it, here or before: such a row goes to the file of what is left.
    pub fn is_left(self) -> bool {
        matches!(self, Self::Refused | Self::Skipped)
    }
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the first line.
    pub title: String,
    /// What it was read as; `None` is not read.
    pub holds: Option<String>,
    /// The first cell that is not empty.
    pub example: String,
}

/// One row of a file, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which row, counted from 1.
    pub number: usize,
    /// The line of the file it begins at, counted from 1; 0 where that says nothing.
    pub line: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// The beginning of its text.
    pub headline: String,
    /// When it would go out.
    pub at: Option<Schedule>,
    /// Its channels that are known here, with their networks.
    pub to: Vec<(ChannelId, Network)>,
    /// Its text, time and channels in their own words.
    pub said: Said,
    /// Which of its channels those are that have something of their own, by the words for them.
    pub owners: BTreeMap<String, Vec<ChannelId>>,
    /// What is wrong with it or worth knowing, each with its remedy.
    pub messages: Vec<String>,
    /// Whether its key made a post before, and it says something else by now.
    pub differs: bool,
    /// The time that is proposed for it, where its own is what stands in its way.
    pub proposal: Option<Proposal>,
}

impl Line {
    /// Whether something is wrong with it, or worth a look: a good one is warned of something, a known one says
    /// something else by now.
    pub fn has_problem(&self) -> bool {
        match self.verdict {
            Verdict::Good => !self.messages.is_empty(),
            Verdict::Known(_) => self.differs,
            Verdict::Refused => true,
            Verdict::Skipped => !self.messages.is_empty(),
        }
    }
}

/// A time that is proposed for a row that has none it could go out at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The network or channel that it is for alone, in the words of the file; nothing where it is the row's.
    pub whose: Option<String>,
    /// The time.
    pub at: Schedule,
    /// The same in words that are read as this moment in any zone.
    pub words: String,
    /// Why it is this one.
    pub why: Why,
}

/// Why a time is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The clocks skip the one that the row says; it is as much later as they are set on.
    Gap(NaiveDateTime),
    /// The row says none, and this is the next free slot of its channels.
    Slot,
}

impl Proposal {
    /// Says it of the row, as if somebody had typed it.
    pub fn accept(&self, mend: &mut Mend) {
        let when = match &self.whose {
            Some(whose) => &mut mend.own.entry(whose.clone()).or_default().when,
            None => &mut mend.when,
        };
        *when = Some(self.words.clone());
    }
}

/// What a row says in its own words, to be mended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Its text.
    pub body: String,
    /// When.
    pub when: String,
    /// Its channels.
    pub to: Vec<String>,
    /// The zone it names itself.
    pub zone: Option<String>,
    /// What networks and channels have of their own, by the words for them.
    pub own: BTreeMap<String, Words>,
}

/// What a look into a file shows. Nothing was kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// What it is called.
    pub name: String,
    /// Tells this content from any other, so that what is taken is what was shown.
    pub print: u64,
    /// The zone of times without an offset, where a row names none.
    pub zone: String,
    /// Columns, where it is a table.
    pub columns: Vec<Column>,
    /// What is to be said of the whole.
    pub remarks: Vec<String>,
    /// How many dates can be read two ways.
    pub two_ways: usize,
    /// Why no row can be read as it stands, if so; saying what the columns hold may mend it.
    pub stop: Option<String>,
    /// The rows.
    pub rows: Vec<Line>,
    /// What the file would be called that what is left goes to.
    pub leftovers: String,
}

impl Look {
    /// How many rows are good, known and refused.
    pub fn totals(&self) -> (usize, usize, usize) {
        let known = |it: Verdict| matches!(it, Verdict::Known(_));
        (self.count(|it| it == Verdict::Good), self.count(known), self.count(|it| it == Verdict::Refused))
    }

    /// How many rows are skipped.
    pub fn skipped(&self) -> usize {
        self.count(|it| it == Verdict::Skipped)
    }

    fn count(&self, wanted: fn(Verdict) -> bool) -> usize {
        self.rows.iter().filter(|row| wanted(row.verdict)).count()
    }

    /// What becomes of the rows if the good ones are taken now: `takes 38 rows, leaves 3 refused, 1 skipped in
    /// posts.leftovers.csv`.
    pub fn outcome(&self) -> String {
        let (good, _, refused) = self.totals();
        let left = [(refused, "refused"), (self.skipped(), "skipped")].into_iter().filter(|(rows, _)| *rows > 0);
        let left: Vec<String> = left.map(|(rows, word)| format!("{rows} {word}")).collect();
        let taken = format!("takes {}", count(good, "row"));
        if left.is_empty() { taken } else { format!("{taken}, leaves {} in {}", left.join(", "), self.leftovers) }
    }
}

/// What became of the good rows of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many posts were made.
    pub made: usize,
    /// How many rows had made theirs before.
    pub known: usize,
    /// How many rows were left, and the file they are in.
    pub left: Option<(usize, String)>,
    /// The first post that was made.
    pub first: Option<PostId>,
    /// The posts of the rows that were taken, by their numbers, and whether they were made just now.
    pub posts: BTreeMap<usize, (PostId, bool)>,
}

impl Taken {
    /// The same in a sentence.
    pub fn words(&self) -> String {
        let known = if self.known == 0 { String::new() } else { format!(", {} known already", self.known) };
        let left = match &self.left {
            Some((rows, path)) => format!("; {} left, each with its reason, in {path}", count(*rows, "row")),
            None => String::new(),
        };
        format!("{} taken{known}{left}", count(self.made, "post"))
    }
}
