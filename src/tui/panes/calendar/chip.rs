//! Drawing what stands in a cell: chips of posts, ghosts of what is moved, free slots, the now line.

use chrono::{NaiveDate, Timelike};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::grid::{Entry, HOUR};
use super::paint::{is_ascii, put, put_cut};
use super::view::{Scene, is_weekend};
use super::{Colouring, View};
use crate::domain::outcome::State as PostState;
use crate::domain::schedule::{Resolved, Schedule};
use crate::text::clean::cells;
use crate::tui::theme::{Hue, Role};
use crate::tui::widgets::prose;

/// From this width on, a chip spells its time out and a one-line chip carries the headline.
const WIDE: u16 = 14;
/// From this width on, a cell shows that its text is cut; in a narrower one the mark costs more than it says.
const SHOWS_CUT: u16 = 6;
/// A headline beside its chip has so many cells at least: fewer would not tell one post from another.
const HEADLINE: u16 = 4;
/// From this width on, a chip of a month has its time.
const MONTH_TIMES: u16 = 20;

/// How a post is drawn.
pub struct Look {
    /// The mark of its state.
    pub glyph: char,
    /// Whether it is marked.
    pub marked: bool,
    /// The style of the state's mark.
    pub state: Style,
    /// The style of the networks.
    pub marks: Style,
    /// Whether each network has its own hue instead.
    pub hued: bool,
    /// The style of the time.
    pub time: Style,
    /// The style of the headline.
    pub text: Style,
    /// The cursor's ground, when it is here.
    pub ground: Option<Style>,
}

impl Scene<'_> {
    /// A free posting slot: `+ slot x bs`, in a month `+ 09:30 x bs`.
    pub fn open(&self, number: usize, at: Rect, buf: &mut Buffer) {
        let Some(open) = self.state.grid.open().get(number) else { return };
        if self.state.view == View::Month {
            let text = format!("+ {} ", self.shared.habits.time(open.wall.time()));
            let room = usize::from(at.width).saturating_sub(cells(&text));
            let text = format!("{text}{}", fitting(&open.marks, room));
            put(buf, at, (at.x, at.y), at.width, &text, self.style(Role::Muted));
            return;
        }
        let minute = open.wall.minute() % self.state.grid.step().clamp(1, HOUR);
        let time = if minute == 0 { String::new() } else { format!(" {}", open.wall.format(":%M")) };
        // Where the word takes the room of what it is for, the sign alone has to do.
        let sign = if usize::from(at.width) >= 14 + cells(&time) { "+ slot " } else { "+ " };
        let room = usize::from(at.width).saturating_sub(cells(sign) + cells(&time));
        let text = format!("{sign}{}{time}", fitting(&open.marks, room));
        put(buf, at, (at.x, at.y), at.width, &text, self.style(Role::Muted));
    }

    pub fn now_line(&self, at: Rect, buf: &mut Buffer) {
        let line = self.theme.glyphs.line;
        let side = usize::from(at.width.saturating_sub(5)) / 2;
        let rule = |cells: usize| std::iter::repeat_n(line, cells).collect::<String>();
        let text = format!("{} now {}", rule(side), rule(usize::from(at.width).saturating_sub(side + 5)));
        put(buf, at, (at.x, at.y), at.width, &text, self.style(Role::Now));
    }

    #[expect(clippy::too_many_arguments, reason = "one line of one chip: what, which line of how many, and where")]
    pub fn chip(&self, entry: &Entry, number: usize, line: u16, lines: u16, hidden: usize, at: Rect, buf: &mut Buffer) {
        let look = self.look(entry, number);
        if self.state.view == View::Month {
            self.month_chip(entry, &look, hidden, at, buf);
        } else if line == 0 {
            let end = self.chip_line(entry, &look, hidden, at, buf);
            if lines == 1 && at.width >= WIDE {
                let room = at.right().saturating_sub(end + 1);
                if room >= HEADLINE {
                    put_cut(buf, at, (end + 1, at.y), room, &entry.headline, look.text);
                }
            }
        } else {
            headline(buf, at, &entry.headline, (line - 1, lines - 1), at.width >= SHOWS_CUT, look.text);
        }
        // Where the cursor brings its own ink, it goes over that of the chip.
        if let Some(ground) = look.ground {
            buf.set_style(at.intersection(buf.area), ground);
        }
    }

    /// `● 09:15 Ship it`: in a month a post is known by how it begins, and where it is wide by its time too.
    fn month_chip(&self, entry: &Entry, look: &Look, hidden: usize, at: Rect, buf: &mut Buffer) {
        let more = if hidden > 0 { format!(" +{hidden}") } else { String::new() };
        let end = at.right().saturating_sub(cells(&more) as u16);
        let mut x = put(buf, at, (at.x, at.y), 1, &look.glyph.to_string(), look.state);
        let gap = if look.marked { self.theme.glyphs.marked } else { ' ' };
        x = put(buf, at, (x, at.y), 1, &gap.to_string(), self.style(Role::Marked));
        if at.width >= MONTH_TIMES {
            x = put(buf, at, (x, at.y), 6, &self.shared.habits.time(entry.wall.time()), look.time) + 1;
        }
        let room = Rect { x, width: end.saturating_sub(x), ..at };
        headline(buf, room, &entry.headline, (0, 1), at.width >= SHOWS_CUT, look.text);
        put(buf, at, (end, at.y), at.width, &more, self.style(Role::Muted));
    }

    /// `● x bs 09:15`; answers the column after it.
    fn chip_line(&self, entry: &Entry, look: &Look, hidden: usize, at: Rect, buf: &mut Buffer) -> u16 {
        let minute = entry.wall.minute();
        let time = match (hidden, minute) {
            (1.., _) => format!("+{hidden}"),
            (_, 0) if self.state.grid.step() == HOUR && !self.comes_twice(entry) => String::new(),
            // Of two times that look alike, each says which it is.
            _ if at.width >= WIDE && self.comes_twice(entry) => {
                self.shared.habits.moment(entry.instant, self.shared.zone, "{}%:z")
            }
            _ if at.width >= WIDE => self.shared.habits.time(entry.wall.time()),
            (_, 0) => String::new(),
            _ => format!(":{minute:02}"),
        };
        let mut x = put(buf, at, (at.x, at.y), 1, &look.glyph.to_string(), look.state);
        let gap = if look.marked { self.theme.glyphs.marked } else { ' ' };
        x = put(buf, at, (x, at.y), 1, &gap.to_string(), self.style(Role::Marked));
        let warns = entry.post.conflict.is_some() || entry.clash.is_some() || entry.aside;
        let all = usize::from(at.right().saturating_sub(x)).saturating_sub(usize::from(warns));
        let reserved = if time.is_empty() { 0 } else { cells(&time) + 1 };
        let beside = fitting(&entry.marks, all.saturating_sub(reserved));
        // Where only one of them fits, the networks say more than the minute: the row has the hour.
        let (marks, time, room) = match beside.is_empty() && hidden == 0 {
            true => (fitting(&entry.marks, all), String::new(), all),
            false => (beside, time, all.saturating_sub(reserved)),
        };
        let clip = Rect { width: at.width.min((x - at.x).saturating_add(room as u16)), ..at };
        x = self.put_marks(&marks, entry, look, clip, (x, at.y), buf);
        if warns {
            x = put(buf, at, (x, at.y), 1, &self.theme.glyphs.warn.to_string(), self.style(Role::Warn));
        }
        if time.is_empty() { x } else { put(buf, at, (x + 1, at.y), at.width, &time, look.time) }
    }

    fn comes_twice(&self, entry: &Entry) -> bool {
        matches!(Schedule::resolve(entry.wall, self.shared.zone), Resolved::Twice { .. })
    }

    /// How a post looks: mark, colours, ground.
    pub fn look(&self, entry: &Entry, number: usize) -> Look {
        let date = entry.wall.date();
        let over = self.state.grid.now().is_some_and(|now| date < now.date()) || self.is_past(date);
        let lifted = self.state.moving.as_ref().is_some_and(|moving| moving.holds(entry.post.id));
        let spot = self.state.spot();
        let here = self.state.moving.is_none() && self.state.grid.number(spot) == Some(number);
        let muted = self.style(Role::Muted);
        let colouring = self.colouring(entry.state);
        let loose = colouring == Colouring::Campaign && entry.campaign.is_none();
        let quiet = over || is_weekend(date) || lifted || loose;
        let text = if quiet { muted } else { self.style(Role::Text) };
        let hue = |hue: Option<Hue>| hue.map_or(muted, |hue| self.style(Role::Hue(hue)));
        let (state, marks) = match colouring {
            _ if lifted => (muted, muted),
            Colouring::State => (self.style(Role::State(entry.state)), text),
            Colouring::Network => (hue(entry.hues.first().copied()), text),
            Colouring::Campaign => (hue(entry.campaign), hue(entry.campaign)),
        };
        Look {
            glyph: if entry.hollow { self.theme.glyphs.hollow } else { self.theme.glyphs.state(entry.state) },
            marked: self.shared.marks.contains(&entry.post.id),
            state: state.add_modifier(Modifier::BOLD),
            marks,
            hued: colouring == Colouring::Network && !lifted,
            time: muted,
            text: if lifted { text.add_modifier(Modifier::CROSSED_OUT) } else { text },
            ground: here.then(|| self.cursor_style()),
        }
    }

    /// What the colours of a post in that state tell: of one that needs a person, always how it stands.
    fn colouring(&self, state: PostState) -> Colouring {
        if state.needs_a_person() { Colouring::State } else { self.shared.lens.colouring }
    }

    /// The style of mark and word of a state: without its colour where colours tell something else.
    pub fn state_style(&self, state: PostState) -> Style {
        self.style(if self.colouring(state) == Colouring::State { Role::State(state) } else { Role::Muted })
    }

    /// The networks of a post as they were made [`fitting`]; answers the column after them.
    pub fn put_marks(
        &self,
        text: &str,
        entry: &Entry,
        look: &Look,
        clip: Rect,
        (x, y): (u16, u16),
        buf: &mut Buffer,
    ) -> u16 {
        let end = put(buf, clip, (x, y), clip.width, text, look.marks);
        let mut at = x;
        let mut rest = text;
        for (mark, hue) in entry.marks.iter().zip(&entry.hues).filter(|_| look.hued) {
            let Some(after) = rest.strip_prefix(mark.as_str()) else { break };
            let next =
                put(buf, clip, (at, y), clip.width, mark, self.style(Role::Hue(*hue)).remove_modifier(Modifier::DIM));
            (at, rest) = (next + 1, after.strip_prefix(' ').unwrap_or_default());
        }
        end
    }

    fn is_past(&self, date: NaiveDate) -> bool {
        date < self.shared.now.with_timezone(&self.shared.zone).date_naive()
    }

    pub fn ghost(&self, number: usize, line: u16, lines: u16, at: Rect, buf: &mut Buffer) {
        let Some(moving) = &self.state.moving else { return };
        let (Some(held), Some(wall)) = (moving.held().get(number), moving.walls().nth(number)) else { return };
        let style = self.style(Role::Ghost);
        let time = self.shared.habits.time(wall.time());
        if lines < 3 || at.width < 7 {
            let text = if line == 0 { format!("{} {time}", self.theme.glyphs.now) } else { held.headline.clone() };
            buf.set_style(at.intersection(buf.area), self.cursor_style());
            put_cut(buf, at, (at.x, at.y), at.width, &text, style);
            return;
        }
        let corners = if is_ascii(&self.theme.glyphs) {
            ["+", "=", "+", "|", "+", "+"]
        } else {
            ["╔", "═", "╗", "║", "╚", "╝"]
        };
        let [top_left, rule, top_right, side, low_left, low_right] = corners;
        let inner = at.width - 2;
        match line {
            0 => {
                let text = format!("{top_left}{}{top_right}", rule.repeat(usize::from(inner)));
                put(buf, at, (at.x, at.y), at.width, &text, style);
            }
            line if line + 1 == lines => {
                let rest = usize::from(inner).saturating_sub(time.len());
                let text =
                    format!("{low_left}{}{time}{}{low_right}", rule.repeat(rest / 2), rule.repeat(rest - rest / 2));
                put(buf, at, (at.x, at.y), at.width, &text, style);
            }
            _ => {
                put(buf, at, (at.x, at.y), 1, side, style);
                let inside = Rect::new(at.x + 1, at.y, inner, 1);
                headline(buf, inside, &held.headline, (line - 1, lines - 2), inner >= SHOWS_CUT, style);
                put(buf, at, (at.right() - 1, at.y), 1, side, style);
            }
        }
    }
}

/// Draws line `line` of `lines` of a headline that wraps; its last line says what is cut, if `shows_cut`.
fn headline(buf: &mut Buffer, at: Rect, text: &str, (line, lines): (u16, u16), shows_cut: bool, style: Style) {
    let rows = prose::wrap(text, usize::from(at.width), usize::from(line) + 1);
    let Some(row) = rows.get(usize::from(line)) else { return };
    let last = line + 1 == lines;
    let rest = text.get(row.start..if last { text.len() } else { row.end }).unwrap_or("");
    if last && shows_cut {
        put_cut(buf, at, (at.x, at.y), at.width, rest, style);
    } else {
        put(buf, at, (at.x, at.y), at.width, rest, style);
    }
}

/// As many marks as fit, then how many do not: `x bs+2`.
pub fn fitting(marks: &[String], room: usize) -> String {
    let joined = |shown: &[String]| shown.iter().map(|mark| cells(mark) + 1).sum::<usize>().saturating_sub(1);
    if joined(marks) <= room {
        return marks.join(" ");
    }
    // Counted before it is written: a grid is full of these.
    for number in (0..marks.len()).rev() {
        let (shown, rest) = (marks.get(..number).unwrap_or_default(), (marks.len() - number).to_string());
        if joined(shown) + 1 + rest.len() <= room {
            return format!("{}+{rest}", shown.join(" "));
        }
    }
    String::new()
}
