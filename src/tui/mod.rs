//! The program on the screen: a model, messages that change it, and a view. No disk, no network, no clock.

pub mod action;
mod answers;
pub mod availability;
pub mod board;
mod campaigns;
pub mod dispatch;
pub mod effect;
pub mod grid;
pub mod guide;
pub mod header;
pub mod hints;
mod kept;
pub mod keymap;
pub mod keys;
pub mod layout;
mod looked;
pub mod model;
pub mod msg;
pub mod named;
pub mod notice;
pub mod panes;
pub mod pictures;
pub mod pointer;
mod range;
pub mod rescue;
pub mod scroll;
pub mod sheets;
pub mod theme;
pub mod tools;
pub mod update;
pub mod verbs;
pub mod view;
pub mod widgets;

#[cfg(test)]
mod finding_tests;
#[cfg(test)]
mod shell_tests;
#[cfg(test)]
mod ways_tests;
