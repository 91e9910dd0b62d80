//! Where an emoji begins, and how far it reaches: skin tones, families, flags and keycaps are one.

/// Code points of the longest emoji there is.
const LONGEST: usize = 12;

const VARIATION: char = '\u{FE0F}';
const JOINER: char = '\u{200D}';
const KEYCAP: char = '\u{20E3}';

/// The length in bytes of the emoji with which `text` begins. Signs that are letters unless a variation selector says
/// otherwise (`©`, `®`, digits) are emoji only with it.
pub(super) fn emoji_at(text: &str) -> Option<usize> {
    let first = text.chars().next().filter(|c| may_begin(*c))?;
    let mut ends = [0usize; LONGEST];
    let mut count = 0;
    let mut joined = true;
    for (at, c) in text.char_indices().take(LONGEST) {
        let flag_half = count == 1 && is_regional(first) && is_regional(c);
        let goes_on = joined || flag_half || c == JOINER || is_modifier(c);
        let (true, Some(slot)) = (goes_on, ends.get_mut(count)) else { break };
        *slot = at + c.len_utf8();
        count += 1;
        joined = c == JOINER;
    }
    let letter = first < '\u{300}';
    ends.into_iter().take(count).enumerate().rev().find_map(|(index, end)| {
        let candidate = text.get(..end).filter(|_| index > 0 || !letter)?;
        emojis::get(candidate).map(|_| end)
    })
}

fn may_begin(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*' | '©' | '®' | '\u{203C}'..='\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

fn is_regional(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

fn is_modifier(c: char) -> bool {
    matches!(c, VARIATION | KEYCAP | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_as_long_as_its_longest_known_form() {
        for (text, length) in [
            ("😀😀", Some(4)),
            ("👩\u{200D}❤\u{FE0F}\u{200D}👨x", Some("👩\u{200D}❤\u{FE0F}\u{200D}👨".len())),
            ("🇫🇷🇪🇸", Some(8)),
            ("1\u{20E3}", Some(4)),
            ("1\u{FE0F}\u{20E3}2", Some(7)),
            ("12", None),
            ("© 2026", None),
            ("©\u{FE0F}", Some(5)),
            ("👩\u{200D}🍕", Some(4)),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(emoji_at(text), length, "{text:?}");
        }
    }
}
