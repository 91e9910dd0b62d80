//! Styles by meaning and marks by state: the only place where a colour or a symbol is chosen.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::outcome::State;

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
    /// A state.
    State(State),
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
            states: ['✎', '●', '⏸', '▶', '✓', '◐', '✗', '‼', '!'],
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
            Palette::None => weight(role),
            Palette::Sixteen => weight(role).patch(colour(role, &SIXTEEN)),
            Palette::Dark => weight(role).patch(colour(role, &DARK)),
            Palette::Light => weight(role).patch(colour(role, &LIGHT)),
        }
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
};

const SIXTEEN: Colours = Colours {
    muted: Color::Gray,
    faint: Color::DarkGray,
    accent: Color::Blue,
    good: Color::Green,
    warn: Color::Yellow,
    bad: Color::Red,
    link: Color::Blue,
    violet: Color::Magenta,
    cyan: Color::Cyan,
    cursor: Color::DarkGray,
    field: Color::Reset,
    banner: (Color::Black, Color::Yellow),
};

fn colour(role: Role, colours: &Colours) -> Style {
    let fg = |colour| Style::new().fg(colour);
    match role {
        Role::Text | Role::Title | Role::Marked => Style::new(),
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
        Role::Hashtag => fg(colours.cyan),
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
    }
}

fn weight(role: Role) -> Style {
    match role {
        Role::Title | Role::Key | Role::BorderFocus | Role::Banner | Role::Today | Role::Ghost => {
            Style::new().add_modifier(Modifier::BOLD)
        }
        Role::Muted | Role::Border => Style::new().add_modifier(Modifier::DIM),
        Role::Cursor | Role::Selection => Style::new().add_modifier(Modifier::REVERSED),
        Role::Marked | Role::Bad | Role::State(State::Failed | State::Unknown) => {
            Style::new().add_modifier(Modifier::BOLD)
        }
        Role::Link => Style::new().add_modifier(Modifier::UNDERLINED),
        _ => Style::new(),
    }
}
