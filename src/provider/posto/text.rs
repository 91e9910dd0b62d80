//! Text on its way through FS Poster, which reads words in braces and `<` as its own (contract, section 5.2). Pure.

use std::ops::Range;

/// Takes no room and stops nothing from being read: it keeps a brace from its word.
const JOINER: char = '\u{2060}';

/// `text` so that it reaches the network as it was typed: the site would put something else in the place of a
/// `{word}`, and then decode entities and pick among `{a|b}` too. A word joiner behind the brace makes it a plain one.
pub fn guarded(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        guarded.push(sign);
        let opens = sign == '{' && signs.peek().is_some_and(|next| next.is_ascii_lowercase() || *next == '_');
        if opens {
            guarded.push(JOINER);
        }
    }
    guarded
}

/// What was typed: the reverse of [`guarded`].
pub fn typed(text: &str) -> String {
    text.replace("{\u{2060}", "{")
}

/// The part of `text` that the site would take for the beginning of an HTML tag and drop, with all that follows it.
pub fn cut_off(text: &str) -> Option<Range<usize>> {
    let is_tag = |at: &usize| !text.get(at + 1..).is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\r']));
    let at = text.match_indices('<').map(|(at, _)| at).find(is_tag)?;
    Some(at..text.len())
}

/// The words of a piece of HTML: tags gone, entities decoded.
pub fn bare(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        let tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match after.split_once('>').filter(|_| tag) {
            Some((name, beyond)) => {
                if is_break(name) {
                    words.push(' ');
                }
                rest = beyond;
            }
            None => {
                words.push('<');
                rest = after;
            }
        }
    }
    words.push_str(rest);
    decoded(&words)
}

/// Whether a tag stands for a gap between words.
fn is_break(tag: &str) -> bool {
    let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    matches!(name.to_ascii_lowercase().as_str(), "br" | "p" | "li" | "div" | "ul" | "ol")
}

/// The entities that WordPress writes.
fn decoded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = after.split_once(';').and_then(|(name, beyond)| Some((entity(name)?, beyond)));
        match entity {
            Some((sign, beyond)) => {
                plain.push(sign);
                rest = beyond;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "laquo" => '«',
        "raquo" => '»',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_braces_stay_what_they_are_and_come_back_as_typed() {
        for (typed_text, sent) in [
            ("Hello {post_title}!", "Hello {\u{2060}post_title}!"),
            ("{a|b} and {site_name limit=\"3\"}", "{\u{2060}a|b} and {\u{2060}site_name limit=\"3\"}"),
            ("{Name}, { x }, {}, {1|2}, }{", "{Name}, { x }, {}, {1|2}, }{"),
            ("AT&amp;T ☕", "AT&amp;T ☕"),
        ] {
            assert_eq!(guarded(typed_text), sent);
            assert_eq!(typed(sent), typed_text);
        }
    }

    #[test]
    fn what_a_site_would_drop_is_found() {
        for (text, lost) in [
            ("I <3 you", Some("<3 you")),
            ("a < b, b <c", Some("<c")),
            ("<b>bold</b>", Some("<b>bold</b>")),
            ("the end <", Some("<")),
            ("1 < 2 > 0", None),
            ("<\nnew line", None),
        ] {
            assert_eq!(cut_off(text).map(|range| &text[range]), lost, "{text}");
        }
    }

    #[test]
    fn html_becomes_its_words() {
        for (html, words) in [
            (
                "The token was revoked. <a href=\"https://x.example\" target='_blank'>Learn more!</a>",
                "The token was revoked. Learn more!",
            ),
            ("<strong>Error:</strong> Unknown user.<br/>Try again", "Error: Unknown user. Try again"),
            (
                "Tea &amp; biscuits &#8217;n&#x2019; &unknown; & more; 1 < 2 <3",
                "Tea & biscuits ’n’ &unknown; & more; 1 < 2 <3",
            ),
            ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
            ("<never closed", "<never closed"),
        ] {
            assert_eq!(bare(html), words);
        }
    }
}
