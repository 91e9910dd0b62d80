//! What networks make of a text, against expectations that nobody here wrote, and against laws on random input.

mod bluesky;
mod laws;
mod mastodon;
mod rules;
mod unicode;
mod vectors;
mod what_people_see;
mod x_counting;
mod x_entities;
