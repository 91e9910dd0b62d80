//! Regions of the screen for a size and a focus; shared by update and view.
