//! Longer words the program shows: how to connect an account.

/// What `:connect` shows where accounts are connected from the shell, line by line.
pub const CONNECT: &[&str] = &[
    "runsheet talks to providers that schedule posts for you. An account is connected from",
    "the shell, which asks for its key without showing it, tries it, and keeps it safely:",
    "",
    "     runsheet connect PROVIDER          # `runsheet connect --help` lists them",
    "",
    "The account then stands in config.toml, without its key. `runsheet doctor` tells where",
    "each key comes from and whether it works. Without an account, `runsheet --demo` shows a",
    "week in which nothing leaves this machine.",
];
