//! The screen for a model.
