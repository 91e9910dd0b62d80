//! runsheet: a keyboard-driven terminal content calendar.
//!
//! The module tree is a guided tour; the README's map says which room is for what.

#![warn(clippy::print_stderr, clippy::print_stdout)] // They panic where nobody can read: see `session::aside`.

pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod desk;
pub mod domain;
pub mod exchange;
pub mod files;
pub mod manuscript;
pub mod paths;
pub mod provider;
pub mod runtime;
pub mod secrets;
pub mod session;
pub mod store;
pub mod sync;
pub mod text;
pub mod trip;
pub mod tui;
