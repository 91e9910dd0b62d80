//! Tools cover the panes while they are open.

pub mod builder;
pub mod composer;

#[cfg(test)]
pub mod stage;
