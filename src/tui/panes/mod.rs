//! The panes. Each is a module with the same four things: `State`, `update`, `mouse` and `view`.

pub mod activity;
pub mod calendar;
pub mod channels;
pub mod failed;
pub mod post;
#[cfg(test)]
pub mod sample;
