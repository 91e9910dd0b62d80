//! What a network will make of our words. Pure.
pub mod check;
pub mod clean;
pub mod compose;
pub mod entities;
pub mod measure;
pub mod preview;
pub mod rules;
