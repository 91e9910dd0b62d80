//! A long text as the parts of a thread.

pub use crate::domain::thread::{is_thread, join, parts, spans};
