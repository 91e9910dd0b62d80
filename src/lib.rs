//! runsheet: a keyboard-driven terminal content calendar.
//!
//! The modules stand in groups from the inside out: a room knows only some of the groups before its own. What each is
//! for is its first line; the README's map has which others it knows.

#![warn(clippy::print_stderr, clippy::print_stdout)] // They panic where nobody can read: see `session::aside`.

pub mod clock;
pub mod domain;
pub mod paths;
pub mod trip;

pub mod config;
pub mod demo;
pub mod exchange;
pub mod files;
pub mod manuscript;
pub mod provider;
pub mod secrets;
pub mod store;
pub mod text;

pub mod sync;
pub mod tui;

pub mod desk;

pub mod runtime;
pub mod session;

pub mod cli;
