//! Plans as files: what a table says becomes rows that can be judged, and posts become tables. Nothing here knows a
//! store, a channel's id or a clock; judging the rows is the desk's.

mod cells;
mod columns;
mod dates;
mod decode;
mod foreign;
mod json;
mod mend;
mod object;
mod read;
mod table;
mod write;

pub use columns::{Field, Mapping};
pub use dates::{DateOrder, Ordered};
pub use decode::{decode, is_marked};
pub use foreign::else_than_posts;
pub use json::{is_list, leftovers as json_leftovers, read as read_json};
pub use object::{instant, json_lines, json_list, json_one, object};
pub use read::{Sheet, read};
pub use table::Layout;
pub use write::{csv, ics, leftovers};

use crate::domain::channel::Network;
use crate::domain::options::{FirstComment, Options};

/// Bytes of a file that are read at most. 10,000 rows of long posts take a third of it.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Rows of a file that are read at most.
pub const MOST_ROWS: usize = 20_000;

/// One row of a table: a post as somebody wrote it down, in their words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Which row it is, counted from 1 below the head.
    pub number: usize,
    /// The line of the file it begins at, counted from 1.
    pub line: usize,
    /// The base text.
    pub body: String,
    /// The title, for networks that have one.
    pub title: Option<String>,
    /// Channels by name, or networks.
    pub to: Vec<String>,
    /// When, in words or as a date; nothing is a draft.
    pub when: Option<String>,
    /// The provider's queue it waits for instead, by name.
    pub queue: Option<String>,
    /// The zone that dates without an offset are meant in.
    pub zone: Option<String>,
    /// Whether it asks to be published at once.
    pub now: bool,
    /// Whether it asks to be kept as a draft.
    pub draft: bool,
    /// Whether it asks to be held: off every schedule, with its time.
    pub held: bool,
    /// Whether it asks to be scheduled, which wants a time or a queue.
    pub scheduled: bool,
    /// What makes it the same row in another import.
    pub key: Option<String>,
    /// The campaign it belongs to.
    pub campaign: Option<String>,
    /// Its number in that campaign.
    pub place: Option<u32>,
    /// Tags for finding it.
    pub tags: Vec<String>,
    /// Files and addresses, with their descriptions.
    pub media: Vec<(String, String)>,
    /// What networks are told beside the text.
    pub options: Options,
    /// The same as somebody typed it: names and values that are still to be judged.
    pub option_words: Vec<(String, String)>,
    /// A comment that follows it.
    pub first_comment: Option<FirstComment>,
    /// Its style, by name.
    pub style: Option<String>,
    /// The address that belongs to it.
    pub link: Option<String>,
    /// What single networks or channels have of their own.
    pub own: Vec<Own>,
    /// What could not be read as it stands, beside its times.
    pub faults: Vec<String>,
    /// The same of its time: another time takes it away.
    pub of_time: Vec<String>,
    /// When, as it was written, also where that could not be read.
    pub said_when: String,
    /// Whether its channels were chosen anew: what others have of their own stays out then.
    pub rerouted: bool,
    /// Whether somebody said that it stays out.
    pub skipped: bool,
    /// The cells as they were, for the leftovers.
    pub cells: Vec<String>,
}

/// What one network or channel has of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Whose it is: a network, or a channel by name.
    pub whose: String,
    /// Its text.
    pub text: Option<String>,
    /// Its time.
    pub when: Option<String>,
    /// What could not be read of its time.
    pub of_time: Vec<String>,
    /// When, as it was written, also where that could not be read.
    pub said_when: Option<String>,
    /// Its files and addresses, with their descriptions; an empty list is none there.
    pub media: Option<Vec<(String, String)>>,
    /// Its options.
    pub options: Options,
    /// The same as somebody typed it.
    pub option_words: Vec<(String, String)>,
    /// Its first comment; a blank one is none there.
    pub first_comment: Option<FirstComment>,
}

impl Own {
    /// Whether it has nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self { whose: self.whose.clone(), ..Self::default() }
    }
}

impl Row {
    /// All that could not be read.
    pub fn all_faults(&self) -> impl Iterator<Item = &String> {
        let of_times = self.own.iter().flat_map(|own| &own.of_time);
        self.faults.iter().chain(&self.of_time).chain(of_times)
    }

    /// Whether it says when, for all or for a channel, also where that could not be read.
    pub fn asks_time(&self) -> bool {
        let own = |own: &Own| own.when.is_some() || !own.of_time.is_empty();
        self.when.is_some() || !self.of_time.is_empty() || self.own.iter().any(own)
    }

    /// What `whose` has of its own, made if it has nothing yet.
    fn own(&mut self, whose: &str) -> &mut Own {
        let found = self.own.iter().position(|own| own.whose == whose);
        let at = found.unwrap_or(self.own.len());
        if found.is_none() {
            self.own.push(Own { whose: whose.to_owned(), ..Own::default() });
        }
        &mut self.own[at]
    }
}

/// The network that `word` names, when it is one this program has rules for.
fn known_network(word: &str) -> Option<Network> {
    Some(Network::from_word(word)).filter(Network::is_known)
}
