//! Keeping a cursor in view.
