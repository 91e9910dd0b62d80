//! Files of this machine on their way to a provider.

use std::path::PathBuf;

/// A file of this machine, as it was when it was attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name without folders, for the provider and for messages.
    pub name: String,
    /// Its type by content, such as `image/png`.
    pub mime: String,
    /// Its size in bytes; a file that has another one by now is not sent.
    pub bytes: u64,
}

/// Told how many bytes have left so far.
pub type Progress<'a> = &'a (dyn Fn(u64) + Send + Sync);

/// What a provider made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// What a post names it by: an address, or the provider's own id.
    pub source: String,
    /// Whether a post may carry it already; otherwise the provider still works on it.
    pub ready: bool,
}
