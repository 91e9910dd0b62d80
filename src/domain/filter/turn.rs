//! Terms put into a filter, and taken out again, by a single key.

use super::{Filter, FilterError, fold, is_key, split, words};

impl Filter {
    /// This filter with `key:value` in the place of what it says of that key; where it says just that already, it says
    /// nothing of it any more. The other terms stay as they are written.
    pub fn turned(&self, key: &str, value: &str) -> Result<Self, FilterError> {
        let term = written(key, value);
        let mut said = false;
        let mut kept: Vec<String> = Vec::new();
        for word in pieces(&self.text)? {
            match is_about(&word, key)? {
                true => said |= fold(&word) == fold(&term),
                false => kept.push(word),
            }
        }
        if !said {
            kept.push(term);
        }
        Self::parse(&kept.join(" "))
    }

    /// Whether it says `key:value` in just these words.
    pub fn says(&self, key: &str, value: &str) -> bool {
        let term = fold(&written(key, value));
        pieces(&self.text).is_ok_and(|words| words.iter().any(|word| fold(word) == term))
    }
}

/// A term as a person would type it. A quote cannot be said within quotes: what stands before it has to do.
fn written(key: &str, value: &str) -> String {
    let value = value.split('"').next().unwrap_or_default().trim();
    if value.contains(char::is_whitespace) { format!("{key}:\"{value}\"") } else { format!("{key}:{value}") }
}

/// The words of a filter, spelled as they are.
fn pieces(text: &str) -> Result<Vec<String>, FilterError> {
    let starts: Vec<usize> = words(text)?.iter().map(|word| word.column - 1).collect();
    let ends = starts.iter().skip(1).copied().chain([text.chars().count()]);
    let piece = |(start, end): (&usize, usize)| {
        text.chars().skip(*start).take(end.saturating_sub(*start)).collect::<String>().trim_end().to_owned()
    };
    Ok(starts.iter().zip(ends).map(piece).collect())
}

/// Whether a word narrows by this key; one that is turned round does not.
fn is_about(word: &str, key: &str) -> Result<bool, FilterError> {
    let is = |word: &super::Word| {
        let (not, text, bare) = split(word);
        text.split_once(':').is_some_and(|parts| !not && is_key(parts, bare) && parts.0.eq_ignore_ascii_case(key))
    };
    Ok(words(word)?.first().is_some_and(is))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(text: &str, key: &str, value: &str) -> String {
        Filter::parse(text).unwrap().turned(key, value).unwrap().text().to_owned()
    }

    #[test]
    fn a_term_takes_the_place_of_its_kind_and_goes_when_it_is_said_again() {
        assert_eq!(turned("", "status", "failed,unknown"), "status:failed,unknown");
        assert_eq!(turned("launch status:draft net:li", "status", "held"), "launch net:li status:held");
        assert_eq!(turned("launch STATUS:held  net:li", "status", "held"), "launch net:li");
        assert_eq!(
            turned("-status:draft \"status:draft\"", "status", "held"),
            "-status:draft \"status:draft\" status:held"
        );
        assert_eq!(turned("campaign:x", "campaign", "Spring sale"), "campaign:\"Spring sale\"");
        assert_eq!(turned("campaign:\"Spring sale\" a", "campaign", "Spring sale"), "a");
        assert_eq!(turned("größe net:x", "net", "x"), "größe");
    }

    #[test]
    fn what_it_says_is_known() {
        let filter = Filter::parse("launch campaign:\"Spring sale\" net:LI").unwrap();
        assert!(filter.says("campaign", "spring SALE") && filter.says("net", "li"));
        assert!(!filter.says("net", "x") && !filter.says("status", "held"));
    }
}
