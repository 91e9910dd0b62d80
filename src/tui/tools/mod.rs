//! Tools cover the panes while they are open.

pub mod composer;
