//! A single line of typing.
