//! Classes of characters that the grammars of entities share.

/// White space, as X's grammar has it.
pub(super) fn is_space(c: char) -> bool {
    matches!(c,
        '\t'..='\r' | ' ' | '\u{85}' | '\u{A0}' | '\u{1680}' | '\u{180E}' | '\u{2000}'..='\u{200A}'
        | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// White space, as the scripts of the web have it.
pub(super) fn is_web_space(c: char) -> bool {
    c == '\u{FEFF}' || (c.is_whitespace() && c != '\u{85}')
}

/// Marks that turn the direction of writing.
pub(super) fn is_directional(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Code points that X refuses and that end whatever they meet.
pub(super) fn is_invalid(c: char) -> bool {
    matches!(c, '\u{FFFE}' | '\u{FEFF}' | '\u{FFFF}')
}

/// Latin letters beyond ASCII, as X's grammar lists them.
pub(super) fn is_accented_latin(c: char) -> bool {
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{24F}' | '\u{253}' | '\u{254}' | '\u{256}'
        | '\u{257}' | '\u{259}' | '\u{25B}' | '\u{263}' | '\u{268}' | '\u{26F}' | '\u{272}' | '\u{289}' | '\u{28B}'
        | '\u{2BB}' | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}')
}

/// What a domain label may consist of, besides `-` and `_`.
pub(super) fn is_domain_char(c: char) -> bool {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' => true,
        '"' | '`' => true,
        _ if c.is_ascii_punctuation() => false,
        _ => !is_space(c) && !is_directional(c) && !is_invalid(c),
    }
}

/// The last character before a byte index that is a boundary.
pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at).and_then(|head| head.chars().next_back())
}

/// What follows a byte index that is a boundary.
pub(super) fn rest(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or("")
}
