//! A screen as text that can be reviewed: its glyphs, then one letter per cell for its style, then what the letters
//! mean. A colour that gets lost is a line that differs.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

type Look = (Color, Color, Modifier);

const PLAIN: Look = (Color::Reset, Color::Reset, Modifier::empty());
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The whole picture.
pub fn of(buffer: &Buffer) -> String {
    let mut looks: Vec<Look> = Vec::new();
    let mut styles = String::new();
    for y in 0..buffer.area.height {
        let mut row = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            row.push(letter(&mut looks, (cell.fg, cell.bg, cell.modifier)));
        }
        styles.push_str(row.trim_end_matches('.'));
        styles.push('\n');
    }
    let mut legend = String::from(". plain\n");
    for (look, letter) in looks.iter().zip(LETTERS.chars()) {
        let _ = writeln!(legend, "{letter} {}", described(*look));
    }
    let (width, height) = (buffer.area.width, buffer.area.height);
    format!("{width}x{height}\n\n{}\n\n{styles}\n{legend}", masked(&text(buffer)))
}

/// The glyphs, row by row, without the blanks at the ends.
pub fn text(buffer: &Buffer) -> String {
    let rows = (0..buffer.area.height).map(|y| {
        let mut row = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            row.push_str(symbol);
            // The cells under a wide glyph hold nothing of their own.
            x += u16::try_from(symbol.width().max(1)).unwrap_or(1);
        }
        row.trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}

fn letter(looks: &mut Vec<Look>, look: Look) -> char {
    if look == PLAIN {
        return '.';
    }
    let at = looks.iter().position(|each| *each == look).unwrap_or_else(|| {
        looks.push(look);
        looks.len() - 1
    });
    LETTERS.chars().nth(at).expect("more looks on one screen than there are letters")
}

fn described((fore, ground, modifier): Look) -> String {
    let mut words = Vec::new();
    if fore != Color::Reset {
        words.push(fore.to_string());
    }
    if ground != Color::Reset {
        words.push(format!("on {ground}"));
    }
    words.extend(modifier.iter_names().map(|(name, _)| name.to_lowercase()));
    words.join(" ")
}

/// The simulators listen wherever there is room: a port is shown as it is wide, not as it is.
fn masked(text: &str) -> String {
    const HOST: &str = "127.0.0.1:";
    let mut pieces = text.split(HOST);
    let mut masked = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        masked.push_str(HOST);
        masked.push_str(&"#".repeat(digits));
        masked.push_str(&piece[digits..]);
    }
    masked
}
