//! Keys in, screens out: what a person lives through, played on the real program with simulated providers.

// A failed expectation is the very point of a test; the exemption in clippy.toml only sees functions marked as tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cable;
mod picture;
mod stage;
#[path = "../support/web.rs"]
mod web;

mod attaching;
mod campaign;
mod composing;
mod foreseeing;
mod lens;
mod life;
mod limits;
mod looking;
mod mending;
mod narrowing;
mod options;
mod pictures;
mod planning;
mod posto;
mod queue;
mod repeating;
mod rough;
#[macro_use]
mod screens;
mod channels;
mod emptying;
mod finding;
mod hours;
mod remapping;
mod sequences;
mod sorting_out;
mod styles;
mod taking_in;
mod telling;
mod triage;
mod twins;
mod weather;
mod writing;
