//! Longer words the program shows: how to connect an account.

/// What `:connect` shows, line by line.
pub const CONNECT: &[&str] = &[
    "runsheet talks to providers that schedule posts for you. Accounts live in a file,",
    "keys in the environment, never in that file.",
    "",
    "1. Add the account to config.toml (`runsheet config` prints the path):",
    "",
    "     [[account]]",
    "     name = \"work\"",
    "     provider = \"late\"          # or \"voxburst\"",
    "     key_env = \"LATE_API_KEY\"",
    "",
    "2. Put the key into that variable and start again:",
    "",
    "     export LATE_API_KEY=…       # voxburst: VOXBURST_API_KEY",
    "",
    "Providers:",
    "  late      Late (Zernio): an API key from its dashboard",
    "  voxburst  VoxBurst: a key that may read and write posts and read accounts",
    "",
    "`runsheet doctor` tests every account and says what is wrong. Without an account,",
    "`runsheet --demo` shows a week in which nothing leaves this machine.",
];
