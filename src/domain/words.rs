//! Words that are the same wherever they are said.

/// How many of a thing there are: `1 post`, `3 posts`, `0 posts`. For things with a regular plural.
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alone_has_no_plural() {
        assert_eq!([0, 1, 2].map(|number| count(number, "more row")), ["0 more rows", "1 more row", "2 more rows"]);
    }
}
