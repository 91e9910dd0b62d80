//! Small pieces that panes, tools and sheets draw with.

pub mod cells;
pub mod editor;
pub mod input;
pub mod moment;
pub mod panel;
mod steps;
pub mod wrap;
