//! The text editor: the only file that names the textarea.
