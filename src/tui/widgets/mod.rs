//! Small pieces that panes, tools and sheets draw with.

pub mod editor;
pub mod frame;
pub mod input;
pub mod moments;
pub mod prose;
