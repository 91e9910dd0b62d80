//! The program on the screen: a model, messages that change it, and a view. No disk, no network, no clock.

pub(crate) mod action;
mod answers;
pub(crate) mod availability;
pub mod board;
mod campaigns;
mod continuations;
pub(crate) mod dispatch;
pub mod effect;
mod flow;
pub(crate) mod grid;
pub(crate) mod guide;
pub(crate) mod header;
pub(crate) mod hints;
mod kept;
pub mod keymap;
pub mod keys;
pub(crate) mod layout;
mod limits;
mod looked;
pub mod model;
pub mod msg;
pub mod named;
mod narrow;
pub mod notice;
pub(crate) mod panes;
pub mod pictures;
pub(crate) mod pointer;
mod range;
mod read_only;
pub mod rescue;
pub(crate) mod scroll;
pub(crate) mod sheets;
mod slots;
pub mod theme;
pub mod tools;
mod twins;
pub mod update;
pub(crate) mod verbs;
pub mod view;
pub mod widgets;

#[cfg(test)]
mod finding_tests;
#[cfg(test)]
mod shell_tests;
#[cfg(test)]
mod ways_tests;
