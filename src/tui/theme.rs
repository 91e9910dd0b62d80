//! Styles by meaning and marks by state: the only place where a colour or a symbol is chosen.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::outcome::State;

mod hue;

pub use hue::Hue;

/// What a piece of the screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Text of less weight: borders' titles out of focus, empty hours, weekends.
    Muted,
    /// Headings.
    Title,
    /// The border of a pane.
    Border,
    /// The border of the focused pane.
    BorderFocus,
    /// The cursor line or cell.
    Cursor,
    /// A mark.
    Marked,
    /// Today's column heading.
    Today,
    /// The now line.
    Now,
    /// A key in hints and help.
    Key,
    /// Good news.
    Good,
    /// A warning.
    Warn,
    /// Bad news, blockers.
    Bad,
    /// Links.
    Link,
    /// Mentions.
    Mention,
    /// Hashtags.
    Hashtag,
    /// A text field.
    Field,
    /// Selected text.
    Selection,
    /// The banner.
    Banner,
    /// The ghost of a post being moved.
    Ghost,
    /// Bars of how full something is.
    Heat,
    /// A state.
    State(State),
    /// One network or campaign among others.
    Hue(Hue),
}

/// How many colours the terminal has, and which ground it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// Full colour on a dark ground.
    Dark,
    /// Full colour on a light ground.
    Light,
    /// The sixteen named colours.
    Sixteen,
    /// None: weight and inversion only.
    None,
}

/// Styles and marks in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// The palette.
    pub palette: Palette,
    /// The marks.
    pub glyphs: Glyphs,
}

/// The marks on screen, one cell each unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// draft, scheduled, held, publishing, published, partial, failed, unknown, missed: in the order of `State::ALL`.
    pub states: [char; 9],
    /// A write that waits to be confirmed: the hollow form of scheduled.
    pub hollow: char,
    /// Sync in order, working, broken.
    pub synced: char,
    /// Waiting writes.
    pub waiting: char,
    /// Warning.
    pub warn: char,
    /// Check mark.
    pub check: char,
    /// Cross.
    pub cross: char,
    /// Today, beside the date.
    pub today: char,
    /// The now line's pointer.
    pub now: char,
    /// The now line itself.
    pub line: char,
    /// Folded, unfolded.
    pub folded: char,
    /// Unfolded.
    pub unfolded: char,
    /// Sparkline steps, lowest first.
    pub spark: [char; 8],
    /// Filled and empty parts of a meter.
    pub meter: [char; 2],
    /// More follows.
    pub more: char,
    /// A mark on a row.
    pub marked: char,
}

impl Glyphs {
    /// Unambiguous single-width Unicode.
    pub fn unicode() -> Self {
        Self {
            states: ['✎', '●', '‖', '▶', '✓', '◐', '✗', '‼', '!'],
            hollow: '○',
            synced: '↻',
            waiting: '⇡',
            warn: '⚠',
            check: '✓',
            cross: '✗',
            today: '◂',
            now: '▶',
            line: '─',
            folded: '▸',
            unfolded: '▾',
            spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
            meter: ['█', '░'],
            more: '…',
            marked: '◆',
        }
    }

    /// Plain ASCII.
    pub fn ascii() -> Self {
        Self {
            states: ['d', 'o', '=', '>', 'v', '%', 'x', '?', '!'],
            hollow: 'c',
            synced: '~',
            waiting: '^',
            warn: '!',
            check: 'v',
            cross: 'x',
            today: '<',
            now: '>',
            line: '-',
            folded: '+',
            unfolded: '-',
            spark: ['.', '.', ':', ':', '|', '|', '#', '#'],
            meter: ['#', '.'],
            more: '~',
            marked: '*',
        }
    }

    /// The symbols of Nerd Fonts (their Font Awesome range), one cell each.
    pub fn nerd() -> Self {
        Self {
            states: [
                '\u{f040}', '\u{f017}', '\u{f04c}', '\u{f04b}', '\u{f00c}', '\u{f042}', '\u{f00d}', '\u{f128}',
                '\u{f12a}',
            ],
            hollow: '\u{f10c}',
            synced: '\u{f021}',
            waiting: '\u{f062}',
            warn: '\u{f071}',
            check: '\u{f00c}',
            cross: '\u{f00d}',
            today: '\u{f0d9}',
            now: '\u{f0da}',
            folded: '\u{f0da}',
            unfolded: '\u{f0d7}',
            marked: '\u{f02e}',
            ..Self::unicode()
        }
    }

    /// Whether nothing but ASCII can be shown.
    pub fn is_ascii(&self) -> bool {
        self.line.is_ascii()
    }

    /// What stands for a symbol in the program's own words where nothing but ASCII can be shown.
    pub fn stand_in(symbol: &str) -> Option<&'static str> {
        Some(match symbol {
            "·" | "–" | "—" => "-",
            "…" | "⋯" => "~",
            "→" | "▸" => ">",
            "←" | "◂" => "<",
            "↑" => "^",
            "↓" => "v",
            "×" => "x",
            "“" | "”" => "\"",
            "‘" | "’" => "'",
            _ => return None,
        })
    }

    /// The step of a bar for `count` where there are `most` at the fullest place; a blank for none.
    pub fn level(&self, count: usize, most: usize) -> char {
        let step = count.min(most) * (self.spark.len() - 1) / most.max(1);
        self.spark.get(step).copied().filter(|_| count > 0).unwrap_or(' ')
    }

    /// The mark of a state.
    pub fn state(&self, state: State) -> char {
        State::ALL.into_iter().zip(self.states).find(|(each, _)| *each == state).map_or('?', |(_, glyph)| glyph)
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self { palette: Palette::Dark, glyphs: Glyphs::unicode() }
    }
}

impl Theme {
    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        match self.palette {
            Palette::None => weight(role).patch(without_colour(role)),
            Palette::Sixteen => weight(role).patch(colour(role, &SIXTEEN)).patch(with_sixteen(role)),
            Palette::Dark => weight(role).patch(colour(role, &DARK)),
            Palette::Light => weight(role).patch(colour(role, &LIGHT)),
        }
    }

    /// The theme for a terminal, from what its environment says: `NO_COLOR`, `COLORTERM`, `TERM`, and whether its
    /// ground is known to be light. `unicode` is whether the locale can show more than ASCII.
    pub fn from_env(
        no_color: Option<&str>,
        colorterm: Option<&str>,
        term: Option<&str>,
        light: bool,
        unicode: bool,
    ) -> Self {
        let term = term.unwrap_or_default();
        let full = colorterm.is_some_and(|value| matches!(value, "truecolor" | "24bit")) || term.ends_with("-direct");
        let palette = match () {
            () if no_color.is_some_and(|value| !value.is_empty()) || matches!(term, "dumb" | "vt100" | "vt220") => {
                Palette::None
            }
            () if !full => Palette::Sixteen,
            () if light => Palette::Light,
            () => Palette::Dark,
        };
        let glyphs = if unicode && term != "linux" { Glyphs::unicode() } else { Glyphs::ascii() };
        Self { palette, glyphs }
    }
}

/// The few colours a palette consists of.
struct Colours {
    muted: Color,
    faint: Color,
    accent: Color,
    good: Color,
    warn: Color,
    bad: Color,
    link: Color,
    violet: Color,
    cyan: Color,
    cursor: Color,
    field: Color,
    banner: (Color, Color),
    hues: [Color; 8],
}

const DARK: Colours = Colours {
    muted: Color::Rgb(138, 147, 162),
    faint: Color::Rgb(76, 84, 99),
    accent: Color::Rgb(122, 175, 255),
    good: Color::Rgb(126, 200, 130),
    warn: Color::Rgb(232, 190, 98),
    bad: Color::Rgb(242, 120, 116),
    link: Color::Rgb(122, 175, 255),
    violet: Color::Rgb(196, 160, 250),
    cyan: Color::Rgb(110, 205, 205),
    cursor: Color::Rgb(50, 60, 82),
    field: Color::Rgb(36, 42, 54),
    banner: (Color::Rgb(20, 24, 32), Color::Rgb(232, 190, 98)),
    hues: hue::DARK,
};

const LIGHT: Colours = Colours {
    muted: Color::Rgb(92, 99, 112),
    faint: Color::Rgb(178, 184, 194),
    accent: Color::Rgb(20, 88, 190),
    good: Color::Rgb(24, 112, 48),
    warn: Color::Rgb(138, 88, 0),
    bad: Color::Rgb(184, 32, 32),
    link: Color::Rgb(20, 88, 190),
    violet: Color::Rgb(112, 52, 176),
    cyan: Color::Rgb(0, 106, 112),
    cursor: Color::Rgb(208, 222, 246),
    field: Color::Rgb(236, 239, 244),
    banner: (Color::Rgb(60, 40, 0), Color::Rgb(250, 216, 130)),
    hues: hue::LIGHT,
};

const SIXTEEN: Colours = Colours {
    muted: Color::Reset,
    faint: Color::DarkGray,
    accent: Color::Cyan,
    good: Color::Green,
    warn: Color::Yellow,
    bad: Color::Red,
    link: Color::Cyan,
    violet: Color::Magenta,
    cyan: Color::Cyan,
    cursor: Color::Cyan,
    field: Color::Reset,
    banner: (Color::Black, Color::Yellow),
    hues: hue::SIXTEEN,
};

fn colour(role: Role, colours: &Colours) -> Style {
    let fg = |colour| Style::new().fg(colour);
    match role {
        Role::Text | Role::Title => Style::new(),
        Role::Marked => fg(colours.warn),
        Role::Muted => fg(colours.muted),
        Role::Border => fg(colours.faint),
        Role::BorderFocus | Role::Today | Role::Key => fg(colours.accent),
        Role::Cursor | Role::Selection => Style::new().bg(colours.cursor),
        Role::Now => fg(colours.bad),
        Role::Good => fg(colours.good),
        Role::Warn => fg(colours.warn),
        Role::Bad => fg(colours.bad),
        Role::Link => fg(colours.link),
        Role::Mention => fg(colours.violet),
        Role::Hashtag | Role::Heat => fg(colours.cyan),
        Role::Field => Style::new().bg(colours.field),
        Role::Banner => Style::new().fg(colours.banner.0).bg(colours.banner.1),
        Role::Ghost => fg(colours.accent),
        Role::State(state) => fg(match state {
            State::Draft => colours.muted,
            State::Scheduled => colours.accent,
            State::Held => colours.violet,
            State::Publishing => colours.cyan,
            State::Published => colours.good,
            State::Partial | State::Missed => colours.warn,
            State::Failed | State::Unknown => colours.bad,
        }),
        Role::Hue(hue) => fg(hue.among(&colours.hues)),
    }
}

fn weight(role: Role) -> Style {
    match role {
        Role::Title | Role::Key | Role::BorderFocus | Role::Banner | Role::Today | Role::Ghost => {
            Style::new().add_modifier(Modifier::BOLD)
        }
        Role::Marked | Role::Bad | Role::State(State::Failed | State::Unknown) => {
            Style::new().add_modifier(Modifier::BOLD)
        }
        Role::Link => Style::new().add_modifier(Modifier::UNDERLINED),
        _ => Style::new(),
    }
}

/// What colour says elsewhere, said by inversion and dimness.
fn without_colour(role: Role) -> Style {
    match role {
        Role::Cursor | Role::Selection | Role::Banner => Style::new().add_modifier(Modifier::REVERSED),
        Role::Muted | Role::Border => Style::new().add_modifier(Modifier::DIM),
        Role::Field => Style::new().add_modifier(Modifier::UNDERLINED),
        _ => Style::new(),
    }
}

/// Sixteen colours do not tell the ground: the cursor brings its own ink, and less weight is the terminal's dimness.
fn with_sixteen(role: Role) -> Style {
    match role {
        Role::Cursor | Role::Selection => Style::new().fg(Color::Black).remove_modifier(Modifier::DIM),
        Role::Muted => Style::new().add_modifier(Modifier::DIM),
        _ => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: Color) -> f64 {
        let Color::Rgb(r, g, b) = colour else { panic!("{colour:?} has no fixed luminance") };
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(one: Color, other: Color) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn roles() -> Vec<Role> {
        let mut roles = vec![
            Role::Muted,
            Role::BorderFocus,
            Role::Today,
            Role::Now,
            Role::Key,
            Role::Good,
            Role::Warn,
            Role::Bad,
            Role::Link,
            Role::Mention,
            Role::Hashtag,
            Role::Ghost,
            Role::Heat,
            Role::Banner,
        ];
        roles.extend(State::ALL.map(Role::State));
        roles.extend(Hue::ALL.map(Role::Hue));
        roles
    }

    #[test]
    fn text_is_readable_on_the_ground_it_is_made_for() {
        let dark = [Color::Rgb(0, 0, 0), Color::Rgb(24, 26, 34)];
        let light = [Color::Rgb(255, 255, 255), Color::Rgb(246, 244, 238)];
        for (palette, grounds) in [(Palette::Dark, dark), (Palette::Light, light)] {
            let theme = Theme { palette, glyphs: Glyphs::unicode() };
            for role in roles() {
                let style = theme.style(role);
                for ground in grounds {
                    let ratio = contrast(style.fg.unwrap(), style.bg.unwrap_or(ground));
                    assert!(ratio >= 4.5, "{palette:?} {role:?} on {ground:?}: {ratio:.2}");
                }
                let under_cursor = contrast(style.fg.unwrap(), theme.style(Role::Cursor).bg.unwrap());
                assert!(
                    role == Role::Banner || under_cursor >= 3.0,
                    "{palette:?} {role:?} at the cursor: {under_cursor:.2}"
                );
            }
        }
    }

    #[test]
    fn no_hue_looks_like_something_amiss() {
        for palette in [Palette::Dark, Palette::Light, Palette::Sixteen] {
            let theme = Theme { palette, glyphs: Glyphs::unicode() };
            for hue in Hue::ALL {
                let colour = theme.style(Role::Hue(hue)).fg;
                assert!(colour.is_some(), "{palette:?} {hue:?}");
                for amiss in [State::Failed, State::Unknown, State::Partial, State::Missed] {
                    assert_ne!(colour, theme.style(Role::State(amiss)).fg, "{palette:?} {hue:?} {amiss:?}");
                }
            }
        }
    }

    #[test]
    fn only_a_terminal_without_colour_turns_the_cursor_round() {
        for palette in [Palette::Dark, Palette::Light, Palette::Sixteen, Palette::None] {
            let theme = Theme { palette, glyphs: Glyphs::unicode() };
            let reversed = theme.style(Role::Cursor).add_modifier.contains(Modifier::REVERSED);
            assert_eq!(reversed, palette == Palette::None, "{palette:?}");
            assert_eq!(theme.style(Role::Selection).add_modifier.contains(Modifier::REVERSED), reversed);
        }
    }

    #[test]
    fn without_colour_no_role_has_any() {
        let theme = Theme { palette: Palette::None, glyphs: Glyphs::ascii() };
        for role in roles().into_iter().chain([Role::Cursor, Role::Field, Role::Selection]) {
            assert_eq!((theme.style(role).fg, theme.style(role).bg), (None, None), "{role:?}");
        }
    }

    #[test]
    fn the_environment_chooses() {
        for (no_color, colorterm, term, light, expected) in [
            (Some("1"), Some("truecolor"), Some("xterm-256color"), false, Palette::None),
            (Some(""), Some("truecolor"), Some("xterm-256color"), false, Palette::Dark),
            (None, Some("24bit"), Some("xterm-256color"), true, Palette::Light),
            (None, None, Some("xterm-256color"), false, Palette::Sixteen),
            (None, None, Some("dumb"), false, Palette::None),
            (None, None, None, false, Palette::Sixteen),
        ] {
            assert_eq!(Theme::from_env(no_color, colorterm, term, light, true).palette, expected, "{term:?}");
        }
        assert_eq!(Theme::from_env(None, None, Some("linux"), false, true).glyphs, Glyphs::ascii());
    }

    #[test]
    fn marks_are_one_cell_each_and_states_are_told_apart() {
        for glyphs in [Glyphs::unicode(), Glyphs::ascii(), Glyphs::nerd()] {
            let states: std::collections::HashSet<char> = glyphs.states.into_iter().collect();
            assert_eq!(states.len(), State::ALL.len());
            let others = [glyphs.hollow, glyphs.synced, glyphs.waiting, glyphs.warn, glyphs.check, glyphs.cross];
            let more =
                [glyphs.today, glyphs.now, glyphs.line, glyphs.folded, glyphs.unfolded, glyphs.more, glyphs.marked];
            let all = states.into_iter().chain(others).chain(more).chain(glyphs.spark).chain(glyphs.meter);
            for mark in all {
                assert_eq!(unicode_width::UnicodeWidthChar::width(mark), Some(1), "{mark}");
                // Control symbols for media have no shape but the emoji's in most fonts, and it is two cells wide.
                assert!(!('\u{23e9}'..='\u{23fa}').contains(&mark) && mark < '\u{1f000}', "{mark}");
            }
        }
    }
}
