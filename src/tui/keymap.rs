//! Keys to actions: a trie per context.

/// The keymap in force.
#[derive(Clone, Debug, Default)]
pub struct Keymap {}
