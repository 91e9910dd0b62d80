//! "Did you mean …?": the valid word that comes nearest to one that is not.

/// Where the nearest is offered, however far it is: there are few, and it is one of them.
pub const ANY: f64 = -1.0;

/// Long names of several parts, of which one may be quite another.
pub const IN_PART: f64 = 0.6;

/// Words of files, which are known or wrong.
pub const ALIKE: f64 = 0.7;

/// Names that people and providers gave.
pub const NAMED: f64 = 0.75;

/// Words of a narrow line, where an offer takes the room of something else.
pub const NARROW: f64 = 0.8;

/// What may be meant as it stands, or does something when it is taken at its word.
pub const SLIP: f64 = 0.85;

/// What nobody here knows and somebody else may.
pub const CERTAIN: f64 = 0.87;

/// The word among `valid` that is most like `word`, in whatever case, where it is more than `likeness` (0 to 1) like it;
/// of several the last.
pub fn nearest<'a>(word: &str, valid: impl IntoIterator<Item = &'a str>, likeness: f64) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let scored = valid.into_iter().map(|each| (strsim::jaro_winkler(&folded, &each.to_lowercase()), each));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(score, _)| *score > likeness).map(|(_, each)| each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_most_alike_is_offered_unless_it_is_too_far() {
        let valid = ["status", "account", "Campaign"];
        assert_eq!(nearest("STAUTS", valid, SLIP), Some("status"));
        assert_eq!(nearest("campain", valid, SLIP), Some("Campaign"));
        assert_eq!(nearest("tsau", valid, SLIP), None);
        assert!(nearest("zzz", valid, ANY).is_some());
        assert_eq!(nearest("status", [], ANY), None);
    }
}
