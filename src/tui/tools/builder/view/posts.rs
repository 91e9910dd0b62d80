//! The posts, one per row: number, time, how each channel takes it; and what the one under the cursor meets.

use chrono::{DateTime, Datelike, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Canvas;
use crate::domain::outcome::State as PostState;
use crate::domain::problem::Severity;
use crate::domain::words::count;
use crate::text::clean::{one_line, truncate};
use crate::tui::theme::Role;
use crate::tui::tools::builder::ghosts::{Count, Ghost, Standing};
use crate::tui::tools::builder::state::Part;
use crate::tui::widgets::{moment, panel};

/// The cells of a time, of this year and with another one.
const TIMES: [usize; 2] = [22, 27];
/// How many channels have their counts in a row, by the width there is within the border: the first that fits.
const COUNTED: [(u16, usize); 4] = [(186, 8), (150, 6), (100, 4), (0, 2)];

impl Canvas<'_> {
    pub(super) fn posts(&self, buf: &mut Buffer) {
        let area = self.places.posts_box;
        if area.height == 0 {
            return;
        }
        let state = self.state;
        let marked = state.ghosts.iter().filter(|ghost| self.shared.marks.contains(&ghost.post.id)).count();
        let of = match (state.ghosts.len(), marked) {
            (0, _) => String::new(),
            (_, 0) => format!("{} of {}", state.at + 1, state.ghosts.len()),
            (all, some) => format!("{some} of {all} marked"),
        };
        panel::boxed(area, buf, self.theme, "Posts", &of, state.part == Part::Posts);
        if state.ghosts.is_empty() {
            let words = "one row per text; paste them, or type them in the recipe";
            panel::line(self.places.posts, 0, buf, &[(words, self.style(Role::Muted))]);
        }
        let year = |at: DateTime<Utc>| at.with_timezone(&self.shared.zone).year();
        let others = state.ghosts.iter().filter_map(|ghost| ghost.post.instant());
        // All rows alike: the zone at their end is never cut.
        let beyond = others.map(year).any(|each| each != year(self.shared.now));
        let [short, long] = TIMES;
        let times = if beyond { long } else { short };
        let rows = state.ghosts.iter().enumerate().skip(state.top);
        for (row, (at, ghost)) in (0..self.places.posts.height).zip(rows) {
            let line = Rect { y: self.places.posts.y + row, height: 1, ..self.places.posts };
            self.row(ghost, times, line, buf);
            if at == state.at {
                let role = if state.part == Part::Posts { Role::Cursor } else { Role::Selection };
                if state.part != Part::Recipe {
                    buf.set_style(line, self.style(role));
                }
            }
        }
        self.detail(buf);
    }

    fn row(&self, ghost: &Ghost, times: usize, area: Rect, buf: &mut Buffer) {
        let (glyph, role) = self.standing(ghost);
        let mark = if self.shared.marks.contains(&ghost.post.id) { self.theme.glyphs.marked } else { ' ' };
        let when = match ghost.post.instant() {
            Some(at) => moment::plain(at, self.shared.now, self.shared),
            None => "no time".to_owned(),
        };
        let clash = if ghost.clash.is_some() { self.theme.glyphs.warn } else { ' ' };
        let head = [
            (format!("{:>4} ", ghost.number), Role::Muted),
            (mark.to_string(), Role::Marked),
            (format!("{glyph} "), role),
            (panel::padded(&when, times + 2), if ghost.moved { Role::Key } else { Role::Text }),
            (format!("{clash} "), Role::Warn),
        ];
        let mut x = area.x;
        let mut put = |text: &str, role: Role, buf: &mut Buffer| {
            let at = Rect { x, width: area.right().saturating_sub(x), ..area };
            x = panel::line(at, 0, buf, &[(text, self.style(role))]);
        };
        for (text, role) in &head {
            put(text, *role, buf);
        }
        let most = COUNTED.iter().find(|(width, _)| area.width >= *width).map_or(2, |(_, most)| *most);
        for each in ghost.counts.iter().take(most) {
            let (text, role) = self.count(each);
            put(&text, role, buf);
        }
        if ghost.counts.len() > most {
            put(&format!("+{} ", ghost.counts.len() - most), Role::Muted, buf);
        }
        put(" ", Role::Text, buf);
        let quiet = if ghost.standing == Standing::Sent { Role::Muted } else { Role::Text };
        put(&one_line(ghost.post.headline()), quiet, buf);
    }

    fn standing(&self, ghost: &Ghost) -> (char, Role) {
        let glyphs = &self.theme.glyphs;
        match ghost.standing {
            Standing::Good => (glyphs.state(PostState::Draft), Role::State(PostState::Draft)),
            Standing::Refused => (glyphs.cross, Role::Bad),
            Standing::Sent => {
                let state = ghost.post.state(self.shared.now);
                // Scheduled a moment ago, and not heard of since.
                let state = if state == PostState::Draft { PostState::Scheduled } else { state };
                (glyphs.state(state), Role::State(state))
            }
        }
    }

    /// `bs 88/300`, as wide as most of them are.
    fn count(&self, count: &Count) -> (String, Role) {
        let figures = match &count.measure {
            Some(measure) => format!("{}/{}", measure.count, measure.limit),
            None => "-".to_owned(),
        };
        let role = match count.worst() {
            Some(Severity::Blocker) => Role::Bad,
            Some(Severity::Warning) => Role::Warn,
            _ => Role::Good,
        };
        (format!("{:<3}{figures:<9} ", count.mark), role)
    }

    /// What the post under the cursor meets; the worst first.
    fn detail(&self, buf: &mut Buffer) {
        let area = self.places.detail;
        let Some(ghost) = self.state.ghosts.get(self.state.at).filter(|_| area.height > 0) else { return };
        let mut found: Vec<(Severity, String)> =
            ghost.notes.iter().map(|note| (note.severity, one_line(&self.shared.keys.of(&note.words)))).collect();
        for count in ghost.counts.iter() {
            let words = |problem: &crate::domain::problem::Problem| {
                format!("{} {} · {}", count.mark, one_line(&problem.words), one_line(&problem.remedy))
            };
            found.extend(count.problems.iter().map(|problem| (problem.severity, words(problem))));
        }
        found.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        let more = found.len().saturating_sub(usize::from(area.height));
        for (row, (severity, words)) in (0..area.height).zip(&found) {
            let (glyph, role) = match severity {
                Severity::Blocker => (self.theme.glyphs.cross, Role::Bad),
                Severity::Warning => (self.theme.glyphs.warn, Role::Warn),
                Severity::Hint => ('·', Role::Muted),
            };
            let beyond = row + 1 == area.height && more > 0;
            let tail = if beyond {
                self.shared.keys.of(&format!("  and {more} more; e shows all")).into_owned()
            } else {
                String::new()
            };
            let room = usize::from(area.width).saturating_sub(tail.len() + 8);
            let words = truncate(words, room);
            panel::line(
                area,
                row,
                buf,
                &[
                    (&format!("     {glyph} "), self.style(role)),
                    (&words, self.style(role)),
                    (&tail, self.style(Role::Muted)),
                ],
            );
        }
        if found.is_empty() {
            let words = match (ghost.standing, ghost.moved, ghost.own) {
                (Standing::Sent, ..) if ghost.post.state(self.shared.now) == PostState::Held => {
                    let words = "held: it does not go out until it is released; W releases the whole campaign";
                    self.shared.keys.of(words).into_owned()
                }
                (Standing::Sent, ..) => "scheduled: what becomes of it is told in the calendar".to_owned(),
                (_, true, _) => "moved out of the rhythm; s, then now puts it back".to_owned(),
                (_, _, true) => "edited by itself: its channels, media and options are its own".to_owned(),
                _ => format!("nothing stands in its way on {}", count(ghost.counts.len(), "channel")),
            };
            panel::line(area, 0, buf, &[("       ", self.style(Role::Muted)), (&words, self.style(Role::Muted))]);
        }
    }
}
