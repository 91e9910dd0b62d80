//! What comes with the program: licences that let people use it, TLS in Rust alone, and no version known to be harmful.
//! Needs cargo and what it has fetched already; asks nobody.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Helpers fail a test as tests do: loudly.

use std::collections::BTreeSet;
use std::process::Command;

/// Licences whose terms a binary can meet by naming them.
const FREE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Versions below which a fault is known that touches what we use a crate for, with the advisory that says so.
const MENDED_IN: &[(&str, [u64; 3], &str)] = &[
    ("chrono", [0, 4, 20], "RUSTSEC-2020-0159"),
    ("crossbeam-channel", [0, 5, 15], "RUSTSEC-2025-0024"),
    ("h2", [0, 4, 4], "RUSTSEC-2024-0332"),
    ("hyper", [0, 14, 12], "RUSTSEC-2021-0078"),
    ("idna", [1, 0, 0], "RUSTSEC-2024-0421"),
    ("libsqlite3-sys", [0, 25, 1], "RUSTSEC-2022-0090"),
    ("regex", [1, 5, 5], "RUSTSEC-2022-0013"),
    ("ring", [0, 17, 12], "RUSTSEC-2025-0009"),
    ("rusqlite", [0, 26, 2], "RUSTSEC-2021-0128"),
    ("rustls", [0, 23, 18], "RUSTSEC-2024-0399"),
    ("rustls-webpki", [0, 101, 4], "RUSTSEC-2023-0053"),
    ("smallvec", [1, 6, 1], "RUSTSEC-2021-0003"),
    ("time", [0, 2, 23], "RUSTSEC-2020-0071"),
    ("tokio", [1, 38, 2], "RUSTSEC-2025-0023"),
    ("tracing-subscriber", [0, 3, 20], "RUSTSEC-2025-0055"),
    ("zerocopy", [0, 7, 31], "RUSTSEC-2023-0074"),
];

/// What must not come in: TLS in C. (On Windows `schannel` is there to read the system's certificates, and no more.)
const UNWANTED: &[&str] = &["openssl", "openssl-sys", "native-tls", "aws-lc-sys"];

/// Crates whose licence asks for a little more, and why that is met: the files of MPL-2.0 are used unchanged.
const WITH_TERMS: &[(&str, &str)] = &[("option-ext", "MPL-2.0")];

/// What `cargo tree` says, line by line, of what is built for any system. Where that was not all fetched, as a build
/// fetches only what it needs, of what is built for this one.
fn tree(format: &str) -> Vec<String> {
    let said = ask(format, &["--target", "all"]).or_else(|everywhere| {
        eprintln!("only what is built for this system is looked at; `cargo fetch` brings the rest: {everywhere}");
        ask(format, &[])
    });
    said.unwrap().lines().map(str::to_owned).collect()
}

/// What `cargo tree` says without asking anybody, or why it cannot.
fn ask(format: &str, target: &[&str]) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", format]);
    let said = command.args(target).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).into_owned());
    }
    Ok(String::from_utf8(said.stdout).unwrap())
}

/// Whether an expression of licences lets us choose free ones alone.
fn is_free(expression: &str) -> bool {
    // The old way to write a choice.
    let expression = expression.replace('/', " OR ");
    let words = expression.replace(['(', ')'], " ");
    if expression.contains(" AND ") {
        // Cautiously: every word has to be free, whatever the brackets say, unless it is beside a free one.
        return words.split(" AND ").all(|part| part.split(" OR ").any(|choice| FREE.contains(&choice.trim())));
    }
    words.split(" OR ").any(|choice| FREE.contains(&choice.trim()))
}

#[test]
fn everything_that_comes_along_may_be_used_freely() {
    let mut wrong = BTreeSet::new();
    let packages: BTreeSet<String> = tree("{p};{l}").into_iter().collect();
    assert!(packages.len() > 100, "the tree was read");
    for line in &packages {
        let (package, licence) = line.split_once(';').unwrap();
        let name = package.split(' ').next().unwrap_or_default();
        let licence = licence.trim_end_matches(" (*)");
        if !is_free(licence) && !WITH_TERMS.contains(&(name, licence)) && !name.is_empty() {
            wrong.insert(format!("{name}: {licence:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn an_expression_of_licences_is_understood() {
    for (expression, free) in [
        ("MIT", true),
        ("MIT OR GPL-3.0", true),
        ("MIT/Apache-2.0", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("GPL-3.0-or-later", false),
        ("MIT AND GPL-3.0", false),
        ("", false),
    ] {
        assert_eq!(is_free(expression), free, "{expression}");
    }
}

/// Name and version of every package of the lock file.
fn locked() -> Vec<(String, [u64; 3])> {
    let lock: toml::Table = include_str!("../Cargo.lock").parse().unwrap();
    let version = |text: &str| {
        let mut numbers = text.split(['.', '-', '+']).map(|number| number.parse().unwrap_or(0));
        [(); 3].map(|()| numbers.next().unwrap_or(0))
    };
    let packages = lock["package"].as_array().unwrap();
    packages
        .iter()
        .map(|package| (package["name"].as_str().unwrap().to_owned(), version(package["version"].as_str().unwrap())))
        .collect()
}

#[test]
fn no_version_with_a_known_fault_comes_along() {
    let locked = locked();
    assert!(locked.len() > 100);
    for (name, mended, advisory) in MENDED_IN {
        for (_, version) in locked.iter().filter(|(known, _)| known == name) {
            assert!(version >= mended, "{name} {version:?}: {advisory}, mended in {mended:?}");
        }
    }
}

#[test]
fn tls_stays_in_rust() {
    let tree = tree("{p}");
    let names: BTreeSet<&str> = tree.iter().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("rustls"), "the tree was read");
    for unwanted in UNWANTED {
        assert!(!names.contains(unwanted), "{unwanted} came in");
    }
}

#[test]
fn our_own_code_is_safe_rust() {
    let manifest: toml::Table = include_str!("../Cargo.toml").parse().unwrap();
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
}
