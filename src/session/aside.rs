//! Words for the person, beside the result that goes to stdout.

use std::fmt::Arguments;
use std::io::{self, Write};

use crate::text::clean;

/// Says it on stderr, as one line or several, without what could disturb a terminal. Where nobody can read it (a pipe
/// whose reader has gone, a full disk) it is lost, and what was begun goes on to its end and to its exit code.
pub fn line(words: Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{}", clean::clean(&words.to_string()));
}

/// [`line()`], with the words as for `format!`.
macro_rules! say {
    ($($words:tt)*) => { $crate::session::aside::line(format_args!($($words)*)) };
}

pub(crate) use say;
