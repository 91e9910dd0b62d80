//! What networks make of a text, against expectations that nobody here wrote, and against laws on random input.

// A test that meets the unexpected should stop there.
#![allow(clippy::expect_used)]

mod bluesky;
mod grammars;
mod laws;
mod mastodon;
mod rules;
mod unicode;
mod vectors;
mod what_people_see;
mod x_counting;
mod x_entities;
