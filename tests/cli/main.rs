//! The shell's door: the real binary, its words, its JSON, its exit codes.

mod bad_input;
mod commands;
mod home;
mod sending;
