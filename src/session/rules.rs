//! The rules of the networks in force.

use crate::paths::Paths;
use crate::text::rules::Rules;

/// The shipped rules with the user's beside the configuration; and why the user's could not be read, if they are there
/// and could not.
pub fn rules(paths: &Paths) -> (Rules, Option<String>) {
    let shipped = Rules::shipped();
    let file = paths.networks();
    match std::fs::read_to_string(&file) {
        Ok(text) => match shipped.overlaid(&text, &file.display().to_string()) {
            Ok(rules) => (rules, None),
            Err(error) => (shipped.clone(), Some(error.to_string())),
        },
        Err(_) => (shipped.clone(), None),
    }
}
