//! runsheet: a keyboard-driven terminal content calendar.
//!
//! The module tree is a guided tour; the README's map says which room is for what.

pub mod clock;
pub mod demo;
pub mod domain;
pub mod provider;
pub mod text;
