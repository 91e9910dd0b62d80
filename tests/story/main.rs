//! The store from empty to full: every operation, on a file and in memory, with stops in the middle.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Helpers fail a test as tests do: loudly.

mod edits;
mod files;
mod laws;
mod outbox;
mod sweeps;
mod walk;
mod world;
