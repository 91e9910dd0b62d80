//! The words of the trade. Knows nothing of screen, network or disk, and imports no other room.

pub mod channel;
pub mod ids;
pub mod media;
pub mod problem;
