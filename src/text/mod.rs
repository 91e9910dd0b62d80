//! What a network will make of our words. Pure.
//!
//! `rules` says what each network accepts, and `options` what it can be told beside a text, as data. `style` dresses a
//! text, `compose` says what of it one channel receives, and `split` cuts it into a thread. `entities` finds links,
//! mentions and tags, by `chars`, `emoji` and `tlds`; `measure` counts, and `memo` keeps what was found out. `check`
//! lists what stands in the way, `remedy` and `trackers` take it away, and `campaign` looks at many posts at once.
//! `preview` shows what readers will see. `diff` compares texts, `differences` posts. `phrases` and `fuzzy` help
//! whoever types. `clean` makes any text safe to draw.

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
pub mod limits;
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
