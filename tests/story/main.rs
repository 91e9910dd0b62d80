//! The store from empty to full: every operation, on a file and in memory, with stops in the middle.

mod edits;
mod files;
mod laws;
mod outbox;
mod sweeps;
mod walk;
mod world;
