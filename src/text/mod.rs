//! What a network will make of our words. Pure.
//!
//! `rules` says what each network accepts, as data; `entities` finds links, mentions and tags; `measure` counts;
//! `check` lists what stands in the way; `preview` shows what readers will see; `clean` makes any text safe to draw.

mod chars;
mod emoji;
mod tlds;

pub use tlds::is_tld;

pub mod campaign;
pub mod check;
pub mod clean;
pub mod compose;
pub mod diff;
pub mod differences;
pub mod entities;
pub mod fuzzy;
pub mod measure;
mod memo;
pub mod options;
pub mod phrases;
pub mod preview;
pub mod remedy;
pub mod rules;
pub mod split;
pub mod style;
pub mod trackers;
