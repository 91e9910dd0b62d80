//! Reading the vector files, and shorthands over the library.

use std::path::PathBuf;

use runsheet::domain::channel::Network;
use runsheet::text::entities::{Entity, EntityKind};
use runsheet::text::rules::{NetworkRules, Rules};

/// The text of a vector file.
pub fn file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/text/vectors").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The shipped rules of a network.
pub fn rules(network: &str) -> &'static NetworkRules {
    Rules::shipped().network(&Network::from_word(network)).unwrap_or_else(|| panic!("no rules for {network}"))
}

/// The shipped rules of a network, with a piece of TOML over them.
pub fn overlaid(network: &str, toml: &str) -> NetworkRules {
    let rules = Rules::shipped().overlaid(&format!("[{network}]\n{toml}"), "test.toml").expect("an overlay");
    rules.network(&Network::from_word(network)).expect("its network").clone()
}

/// The texts of all entities of one kind.
pub fn texts<'t>(text: &'t str, entities: &[Entity], kind: EntityKind) -> Vec<&'t str> {
    entities.iter().filter(|entity| entity.kind == kind).map(|entity| &text[entity.span.clone()]).collect()
}

/// A byte index in code points.
pub fn points(text: &str, at: usize) -> usize {
    text[..at].chars().count()
}

/// A byte index in UTF-16 units.
pub fn utf16(text: &str, at: usize) -> usize {
    text[..at].encode_utf16().count()
}

/// Panics with all that went wrong at once.
pub fn none_wrong(total: usize, wrong: &[String]) {
    assert!(wrong.is_empty(), "{} of {total} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
