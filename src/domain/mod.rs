//! The words of the trade. Knows nothing of screen, network or disk, and imports no other room.

pub mod authorise;
pub mod background;
pub mod campaign;
pub mod carries;
pub mod change;
pub mod channel;
pub mod connect;
pub mod filter;
pub mod found;
pub mod habits;
pub mod ids;
pub mod media;
pub mod naming;
pub mod numbers;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod post;
pub mod problem;
pub mod remote;
pub mod schedule;
pub mod secret;
pub mod settings;
pub mod thread;
pub mod when;
pub mod write;
