//! One language for finding posts.
