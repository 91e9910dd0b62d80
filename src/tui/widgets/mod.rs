//! Small pieces that panes, tools and sheets draw with.

pub mod cells;
pub mod editor;
pub mod frame;
pub mod hidden;
pub mod input;
pub mod moment;
pub mod panel;
pub mod prose;
mod steps;
pub mod wrap;
