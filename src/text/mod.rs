//! What a network will make of our words. Pure.
