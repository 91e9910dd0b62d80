//! Small pieces that panes, tools and sheets draw with.

pub mod cells;
pub mod editor;
pub mod frame;
pub mod input;
pub mod moment;
pub mod moments;
pub mod panel;
<<<<<<< HEAD
pub mod prose;
=======
mod steps;
>>>>>>> comp
pub mod wrap;
