//! The shell's door: the real binary, its words, its JSON, its exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Helpers fail a test as tests do: loudly.

mod at_posto;
mod attaching;
mod bad_input;
#[cfg(target_os = "linux")]
mod certificate;
mod channels;
mod coming_back;
mod commands;
mod connecting;
#[cfg(target_os = "linux")]
#[path = "../support/disk.rs"]
mod disk;
#[cfg(target_os = "linux")]
#[path = "disk.rs"]
mod disks;
mod embargoes;
mod files;
mod folder_laws;
mod folders;
mod foreseeing;
mod fresh;
mod gauging;
mod handing_over;
mod home;
mod importing;
mod last_resort;
mod limits;
mod looking;
mod manual;
mod middlebox;
mod queueing;
mod records;
mod repairing;
mod repeating;
mod sending;
mod slots;
mod strange;
mod styles;
mod tables;
mod twins;
#[path = "../support/web.rs"]
mod web;
mod zone;
