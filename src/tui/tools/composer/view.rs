//! Draws the composer. Reads, and nothing else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::facts::{Counter, Offer};
use super::problems::Found;
use super::regions::{Regions, regions};
use super::state::{Check, Field, State};
use crate::domain::problem::Severity;
use crate::text::clean::one_line;
use crate::text::preview;
use crate::tui::board::{Board, distance_words};
use crate::tui::model::Shared;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::{cells, moment, panel};

/// The cells of a meter.
const METER: usize = 10;

/// What drawing needs everywhere.
struct Canvas<'a> {
    state: &'a State,
    shared: &'a Shared,
    board: &'a Board,
    theme: &'a Theme,
    places: Regions,
}

/// Draws everything.
pub fn draw(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let canvas = Canvas { state, shared, board, theme, places: regions(state, area) };
    canvas.header(buf);
    canvas.text(buf);
    canvas.preview(buf);
    canvas.counters(buf);
    canvas.channels(buf);
    canvas.checks(buf);
    canvas.lines(buf);
}

/// The tab at a column of the row of tabs.
pub fn tab_at(state: &State, tabs: Rect, x: u16) -> Option<usize> {
    let mut end = tabs.x;
    tab_labels(state, usize::from(tabs.width)).iter().position(|label| {
        end += u16::try_from(cells::width(label)).unwrap_or(u16::MAX) + 1;
        x < end - 1
    })
}

/// The channel on a row of the list.
pub fn channel_at(state: &State, area: Rect, y: u16) -> Option<usize> {
    channel_rows(state, area.height).get(usize::from(y.checked_sub(area.y)?)).copied().flatten()
}

/// The problem on a row of the list.
pub fn problem_at(state: &State, area: Rect, y: u16) -> Option<usize> {
    let at = usize::from(y.checked_sub(area.y)?) + first_problem(state, area.height);
    (at < state.facts.problems.len()).then_some(at)
}

impl Canvas<'_> {
    fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    fn header(&self, buf: &mut Buffer) {
        let area = self.places.header;
        let (kept, role) = self.kept();
        let campaign =
            self.state.post.campaign.as_ref().map(|name| format!(" · {}", one_line(name))).unwrap_or_default();
        let muted = self.style(Role::Muted);
        let parts =
            [(" Compose", self.style(Role::Title)), (" · ", muted), (&kept, self.style(role)), (&campaign, muted)];
        let after = panel::line(area, 0, buf, &parts);
        let (long, short, role) = self.when_words();
        let brief = short.split(' ').skip(1).take(3).collect::<Vec<_>>().join(" ");
        let left = usize::from(area.right().saturating_sub(after));
        let forms = [format!("when  {long} "), format!("{short} "), format!("{brief} ")];
        if let Some(when) = forms.iter().find(|form| cells::width(form) + 2 < left) {
            panel::right(area, 0, buf, when, self.style(role), after);
        }
    }

    fn kept(&self) -> (String, Role) {
        let state = self.state;
        match &state.kept {
            Some(Err(words)) => (format!("not saved: {}", one_line(words)), Role::Bad),
            _ if !state.is_changed() => ("no changes yet".into(), Role::Muted),
            Some(Ok(at)) if state.sent_revision == state.revision => {
                (format!("draft saved {}", distance_words(*at, self.shared.now)), Role::Muted)
            }
            Some(Ok(at)) => (format!("draft saved {}, and typing", distance_words(*at, self.shared.now)), Role::Muted),
            None => ("not saved yet".into(), Role::Warn),
        }
    }

    /// The time with its distance, without, and how to say it.
    fn when_words(&self) -> (String, String, Role) {
        match self.state.post.schedule {
            _ if self.state.at_once => ("at once, after the review".into(), "at once".into(), Role::Warn),
            None => ("no time yet · ^t sets one".into(), "no time".into(), Role::Muted),
            Some(schedule) => {
                let at = moment::short(schedule.instant(), self.shared.zone);
                let past = schedule.instant() <= self.shared.now;
                let long = format!("{at} · {}", distance_words(schedule.instant(), self.shared.now));
                (long, at, if past { Role::Bad } else { Role::Title })
            }
        }
    }

    fn text(&self, buf: &mut Buffer) {
        let state = self.state;
        let focused = state.field == Field::Text || state.typing;
        let title =
            if state.facts.wants_title && state.typing && state.field == Field::Title { "Title" } else { "Text" };
        let mode = if state.typing { "TEXT" } else { "FORM" };
        panel::boxed(self.places.text_box, buf, self.theme, title, mode, focused);
        self.tabs(buf);
        let typing = state.typing && state.field == Field::Text;
        if state.editor().text().is_empty() {
            let words = if typing { " write here; every channel counts along" } else { " i writes" };
            panel::line(self.places.text, 0, buf, &[(words, self.style(Role::Muted))]);
        }
        // Highlights up to the end are kept as "to the end", whatever the text has become.
        state.editor().view(self.places.text, buf, self.theme, typing, &state.facts.highlights);
        self.diff(buf);
    }

    fn tabs(&self, buf: &mut Buffer) {
        let area = self.places.tabs;
        let mut x = area.x;
        for (at, label) in tab_labels(self.state, usize::from(area.width)).iter().enumerate() {
            let role = if at == self.state.tab { Role::Key } else { Role::Muted };
            let left = usize::from(area.right().saturating_sub(x));
            if area.height == 0 || cells::width(label) > left {
                return;
            }
            x = cells::put(buf, x, area.y, label, left, self.style(role)) + 1;
        }
        let note = match self.state.target() {
            None => "",
            Some(target) if target.text.is_some() => "own text · b follows the base",
            Some(_) => "follows the base; typing detaches",
        };
        panel::right(area, 0, buf, note, self.style(Role::Muted), x);
    }

    fn diff(&self, buf: &mut Buffer) {
        let area = self.places.diff;
        let name = self.state.target().and_then(|target| self.board.channel(&target.channel));
        let heading = format!("{} differs from base", name.map_or("?", |channel| channel.network.mark()));
        panel::line(area, 0, buf, &[(&heading, self.style(Role::Muted))]);
        for (row, (side, line)) in (1..area.height).zip(&self.state.facts.diff) {
            let role = if *side == '+' { Role::Good } else { Role::Bad };
            panel::line(area, row, buf, &[(&format!("  {side} {}", one_line(line)), self.style(role))]);
        }
    }

    fn preview(&self, buf: &mut Buffer) {
        let facts = &self.state.facts;
        let shown = facts.preview.as_ref();
        let counter = shown.and_then(|shown| facts.counters.get(shown.place - 1));
        let who = counter.map(|c| format!("{} {}", c.mark, one_line(&c.label))).unwrap_or_default();
        let place =
            shown.map(|shown| format!("{who}  ◂ {}/{} ▸", shown.place, facts.counters.len())).unwrap_or_default();
        panel::boxed(self.places.preview_box, buf, self.theme, "Preview", &place, false);
        let area = self.places.preview;
        let Some(shown) = shown else {
            let words =
                if facts.counters.is_empty() { "choose a channel to see it as readers will" } else { "no preview" };
            panel::line(area, 0, buf, &[(words, self.style(Role::Muted))]);
            return;
        };
        let by = format!("{} · {}", counter.map(|c| one_line(&c.label)).unwrap_or_default(), self.preview_time());
        panel::line(area, 0, buf, &[(&by, self.style(Role::Muted))]);
        let rows = self.preview_rows(&shown.preview);
        for (row, parts) in (1..area.height).zip(&rows) {
            let parts: Vec<(&str, Style)> =
                parts.iter().map(|(text, role)| (text.as_str(), self.style(*role))).collect();
            panel::line(area, row, buf, &parts);
        }
        if rows.len() >= usize::from(area.height) && area.height > 1 {
            panel::right(area, area.height - 1, buf, " and more ", self.style(Role::Key), area.x);
        }
    }

    fn preview_time(&self) -> String {
        let time = |schedule: crate::domain::schedule::Schedule| moment::short(schedule.instant(), self.shared.zone);
        self.state.post.schedule.map_or("now".into(), time)
    }

    /// The lines of the preview; what the feed hides is muted, below a mark.
    fn preview_rows(&self, shown: &preview::Preview) -> Vec<Vec<(String, Role)>> {
        let mut rows = Vec::new();
        for (at, line) in shown.lines.iter().enumerate() {
            let hidden = shown.folded_after.is_some_and(|fold| at > fold);
            let mut parts: Vec<(String, Role)> = line
                .spans
                .iter()
                .map(|span| (span.text.clone(), if hidden { Role::Muted } else { preview_role(span.role) }))
                .collect();
            if shown.folded_after == Some(at) {
                parts.push((" …more".into(), Role::Key));
            }
            rows.push(parts);
        }
        for item in &self.state.post.media {
            let alt = if item.alt.is_empty() { "no ALT text" } else { "ALT" };
            let name = if item.name.is_empty() { &item.source } else { &item.name };
            rows.push(vec![(format!("[{}] {} · {alt}", item.kind.word(), one_line(name)), Role::Muted)]);
        }
        if let Some(host) = &shown.card {
            rows.push(vec![(format!("[card] {host}"), Role::Link)]);
        }
        if let Some(why) = &shown.no_card {
            rows.push(vec![(format!("no card: {why}"), Role::Muted)]);
        }
        rows
    }

    fn counters(&self, buf: &mut Buffer) {
        let counters = &self.state.facts.counters;
        let names = counters.iter().map(|c| cells::width(&c.name)).max().unwrap_or(0);
        let column = counters.iter().map(|c| figures(c).len()).max().unwrap_or(0);
        for (row, counter) in (0..self.places.counters.height).zip(counters) {
            let role = counter_role(counter);
            let full = counter.measure.as_ref().map_or(0, |m| (m.permille() * METER).div_ceil(1000).min(METER));
            let [filled, empty] = self.theme.glyphs.meter;
            let meter = [filled.to_string().repeat(full), empty.to_string().repeat(METER - full)];
            let muted = self.style(Role::Muted);
            panel::line(
                self.places.counters,
                row,
                buf,
                &[
                    (&panel::padded(&counter.name, names + 2), self.style(Role::Text)),
                    (&format!("{:<column$}  ", figures(counter)), self.style(role)),
                    (&meter[0], self.style(role)),
                    (&meter[1], self.style(Role::Border)),
                    (&format!("  {} ", self.verdict(counter)), self.style(role)),
                    (&counter_note(counter), muted),
                ],
            );
        }
    }

    fn verdict(&self, counter: &Counter) -> char {
        match counter.worst {
            Some(Severity::Blocker) => self.theme.glyphs.cross,
            Some(Severity::Warning) => self.theme.glyphs.warn,
            _ => self.theme.glyphs.check,
        }
    }

    fn channels(&self, buf: &mut Buffer) {
        let state = self.state;
        let chosen = state.facts.counters.len();
        let of = format!("{chosen} of {}", state.facts.channels.len());
        let focused = !state.typing && matches!(state.field, Field::Channels | Field::When | Field::Title);
        panel::boxed(self.places.channels_box, buf, self.theme, "Channels", &of, focused);
        let area = self.places.channels;
        for (row, index) in (0..area.height).zip(channel_rows(state, area.height)) {
            match index.and_then(|at| Some((at, state.facts.channels.get(at)?))) {
                Some((at, offer)) => self.channel(at, offer, Rect { y: area.y + row, height: 1, ..area }, buf),
                None => {
                    let below =
                        channel_rows(state, area.height).into_iter().skip(usize::from(row) + 1).flatten().next();
                    let account =
                        below.and_then(|at| state.facts.channels.get(at)).map(|offer| offer.account.to_string());
                    panel::line(area, row, buf, &[(&account.unwrap_or_default(), self.style(Role::Muted))]);
                }
            }
        }
        self.fields(buf);
    }

    fn channel(&self, at: usize, offer: &Offer, area: Rect, buf: &mut Buffer) {
        let here = !self.state.typing && self.state.field == Field::Channels && self.state.channel_at == at;
        if here {
            buf.set_style(area, self.style(Role::Cursor));
        }
        let base = if here { self.style(Role::Cursor) } else { Style::new() };
        let style = |role| base.patch(self.style(role));
        let check = if offer.chosen { "[x] " } else { "[ ] " };
        let words = if offer.chosen { Role::Text } else { Role::Muted };
        let trouble = offer.trouble.as_ref().map(|why| format!("  {} {}", self.theme.glyphs.warn, one_line(why)));
        let parts = [
            (check, style(if offer.chosen { Role::Good } else { Role::Muted })),
            (&*format!("{:<3}", offer.network.mark()), style(words)),
            (&one_line(&offer.label), style(words)),
            (&trouble.unwrap_or_default(), style(Role::Warn)),
        ];
        panel::line(area, 0, buf, &parts);
    }

    fn fields(&self, buf: &mut Buffer) {
        let area = self.places.fields;
        let state = self.state;
        let here = |field| !state.typing && state.field == field;
        let mut row = 1;
        let mut field = |name: &str, value: &str, role: Role, here: bool, buf: &mut Buffer| {
            let name_style = self.style(if here { Role::Key } else { Role::Muted });
            let mark = if here { "> " } else { "  " };
            panel::line(area, row, buf, &[(mark, name_style), (name, name_style), (value, self.style(role))]);
            row += 1;
        };
        let (long, _, role) = self.when_words();
        field("when    ", &long, role, here(Field::When), buf);
        if state.facts.wants_title && area.height > 0 {
            let editing = state.typing && state.field == Field::Title;
            let value = if editing { "" } else { state.title.text() };
            field("title   ", value, Role::Text, here(Field::Title) || editing, buf);
            if editing {
                let at = Rect { x: area.x + 10, y: area.y + 2, width: area.width.saturating_sub(10), height: 1 };
                state.title.view(at, buf, self.style(Role::Field));
            }
        }
        let media = match state.post.media.len() {
            0 => "none".to_owned(),
            1 => "1 file".to_owned(),
            many => format!("{many} files"),
        };
        field("media   ", &media, Role::Muted, false, buf);
        if !state.post.tags.is_empty() {
            field("tags    ", &one_line(&state.post.tags.join(" ")), Role::Muted, false, buf);
        }
    }

    fn checks(&self, buf: &mut Buffer) {
        let facts = &self.state.facts;
        let focused = !self.state.typing && self.state.field == Field::Problems;
        panel::boxed(self.places.checks_box, buf, self.theme, "Checks", &tally(self.state), focused);
        let area = self.detail(buf);
        let first = first_problem(self.state, area.height);
        for (row, (at, found)) in (0..area.height).zip(facts.problems.iter().enumerate().skip(first)) {
            let here = focused && at == self.state.problem_at;
            self.problem(found, here, Rect { y: area.y + row, height: 1, ..area }, buf);
        }
        let mut row = u16::try_from(facts.problems.len()).unwrap_or(u16::MAX);
        if row == 0 {
            let words = format!("{} nothing stands in the way", self.theme.glyphs.check);
            panel::line(area, row, buf, &[(&words, self.style(Role::Good))]);
            row += 1;
        }
        let (words, role) = self.check_words();
        panel::line(area, row.saturating_add(1), buf, &[(&words, self.style(role))]);
    }

    /// What is too long for its row stands in full below the list, where there is room; answers what is left.
    fn detail(&self, buf: &mut Buffer) -> Rect {
        let area = self.places.checks;
        let facts = &self.state.facts;
        let Some(found) = facts.problems.get(self.state.problem_at) else { return area };
        let words = format!("{} · {}", one_line(&found.problem.words), one_line(&found.problem.remedy));
        let rows = panel::broken(&words, usize::from(area.width));
        let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        let listed = u16::try_from(facts.problems.len()).unwrap_or(u16::MAX).saturating_add(4);
        if cells::width(&words) + 8 <= usize::from(area.width) || area.height < listed.min(6).saturating_add(height) {
            return area;
        }
        let list = Rect { height: area.height - height - 1, ..area };
        let below = Rect { y: area.bottom() - height, height, ..area };
        for (row, words) in (0..height).zip(&rows) {
            panel::line(below, row, buf, &[(words, self.style(Role::Muted))]);
        }
        list
    }

    fn problem(&self, found: &Found, here: bool, area: Rect, buf: &mut Buffer) {
        let base = if here { self.style(Role::Cursor) } else { Style::new() };
        buf.set_style(area, base);
        let style = |role| base.patch(self.style(role));
        let (glyph, role) = match found.problem.severity {
            Severity::Blocker => (self.theme.glyphs.cross, Role::Bad),
            Severity::Warning => (self.theme.glyphs.warn, Role::Warn),
            Severity::Hint => ('·', Role::Muted),
        };
        let channel = found.channel.as_ref().and_then(|id| self.board.channel(id));
        let network = channel.map(|channel| &channel.network).or(found.problem.network.as_ref());
        let whose = network.map(|network| format!("{:<3}", network.mark())).unwrap_or_default();
        let words = one_line(&found.problem.words);
        let remedy = format!("  {}", one_line(&found.problem.remedy));
        let parts = [(&*format!("{glyph} "), style(role)), (&whose, style(Role::Text)), (&words, style(role))];
        let after = panel::line(area, 0, buf, &parts);
        let rest = Rect { x: after, width: area.right().saturating_sub(after), ..area };
        panel::line(rest, 0, buf, &[(&remedy, style(Role::Muted))]);
    }

    fn check_words(&self) -> (String, Role) {
        match &self.state.check {
            Check::Never => ("V asks the providers too".into(), Role::Muted),
            Check::Asked(_) => ("asking the providers…".into(), Role::Muted),
            Check::Said(revision, _) if *revision != self.state.revision => {
                ("the text changed since the providers were asked; V asks again".into(), Role::Muted)
            }
            Check::Said(_, problems) if problems.is_empty() => ("the providers agree".into(), Role::Good),
            Check::Said(..) => ("with what the providers said".into(), Role::Muted),
            Check::Failed(words) => (format!("the providers were not asked: {}", one_line(words)), Role::Warn),
        }
    }

    /// What stands in single rows: the summary, the counters in short, the hints.
    fn lines(&self, buf: &mut Buffer) {
        self.summary(buf);
        self.counter_line(buf);
        let keys: &[(&str, &str)] = if self.state.typing {
            &[
                ("^s", "review"),
                ("^t", "when"),
                ("F2 F3", "variant"),
                ("F4", "preview"),
                ("^g", "$EDITOR"),
                ("Esc", "form"),
            ]
        } else {
            &[
                ("i", "text"),
                ("^s", "review"),
                ("t", "channels"),
                ("s", "when"),
                ("h l", "variant"),
                ("b", "detach"),
                ("n", "problem"),
                ("V", "server check"),
                ("Esc", "leave"),
            ]
        };
        let hint = self.places.hint;
        let help = if self.state.typing { "F1 keys" } else { "? keys" };
        let room = Rect { x: hint.x + 1, width: hint.width.saturating_sub(10), ..hint };
        if !hint.is_empty() {
            panel::hints(room, 0, buf, self.theme, keys);
            panel::right(hint, 0, buf, help, self.style(Role::Key), hint.x);
        }
    }

    /// The row that stands for the form where there is no room for it: the field at hand, else the channels.
    fn summary(&self, buf: &mut Buffer) {
        let state = self.state;
        let titling = state.field == Field::Title && state.facts.wants_title && self.places.fields.is_empty();
        let area =
            if titling && self.places.summary.is_empty() { self.places.counter_line } else { self.places.summary };
        if area.is_empty() {
            return;
        }
        if titling {
            let after = panel::line(area, 0, buf, &[(" title  ", self.style(Role::Key))]);
            let at = Rect { x: after, width: area.right().saturating_sub(after + 1), ..area };
            let style = self.style(if state.typing { Role::Field } else { Role::Text });
            if state.typing {
                state.title.view(at, buf, style);
            } else {
                panel::line(at, 0, buf, &[(&one_line(state.title.text()), style)]);
            }
            return;
        }
        if !state.typing && state.field == Field::When {
            let (long, _, role) = self.when_words();
            panel::line(area, 0, buf, &[(" when  ", self.style(Role::Key)), (&long, self.style(role))]);
            return;
        }
        let offers = state.facts.channels.iter().filter(|offer| offer.chosen);
        let chosen: Vec<String> = offers.map(|o| format!("{} {}", o.network.mark(), one_line(&o.label))).collect();
        let words = if chosen.is_empty() { "none chosen".to_owned() } else { chosen.join(" · ") };
        panel::line(area, 0, buf, &[(" channels  ", self.style(Role::Muted)), (&words, self.style(Role::Text))]);
    }

    fn counter_line(&self, buf: &mut Buffer) {
        let area = self.places.counter_line;
        let titling = self.state.field == Field::Title && self.state.facts.wants_title;
        if titling && self.places.summary.is_empty() && self.places.fields.is_empty() {
            return;
        }
        let mut x = area.x + 1;
        for counter in &self.state.facts.counters {
            let words = format!("{} {} {}", counter.name, figures(counter), self.verdict(counter));
            let room = Rect { x, width: area.right().saturating_sub(x), ..area };
            if cells::width(&words) > usize::from(room.width) {
                panel::line(room, 0, buf, &[(&self.theme.glyphs.more.to_string(), self.style(Role::Muted))]);
                return;
            }
            x = panel::line(room, 0, buf, &[(&words, self.style(counter_role(counter)))]) + 3;
        }
        let blockers = tally(self.state);
        panel::right(area, 0, buf, &format!("{blockers} "), self.style(Role::Muted), x);
    }
}

/// `[base]`, then the name of each target; `*` has its own text.
fn tab_labels(state: &State, columns: usize) -> Vec<String> {
    let counters = &state.facts.counters;
    let mut labels = vec!["[base]".to_owned()];
    labels.extend(counters.iter().map(|c| format!("[{}{}]", c.name, if c.detached { "*" } else { "" })));
    let wide: usize = labels.iter().map(|label| cells::width(label) + 1).sum();
    if wide <= columns {
        return labels;
    }
    // Too many for the row: those around the open one, by number.
    labels
        .iter()
        .enumerate()
        .map(|(at, label)| if at == state.tab { label.clone() } else { format!("[{at}]") })
        .collect()
}

/// What stands on each row of the channel list: a channel, or the heading of its account.
fn channel_rows(state: &State, height: u16) -> Vec<Option<usize>> {
    let mut rows = Vec::new();
    let mut account = None;
    for (at, offer) in state.facts.channels.iter().enumerate() {
        if account != Some(&offer.account) {
            rows.push(None);
            account = Some(&offer.account);
        }
        rows.push(Some(at));
    }
    let cursor = rows.iter().position(|row| *row == Some(state.channel_at)).unwrap_or(0);
    let first = (cursor + 1).saturating_sub(usize::from(height));
    rows.split_off(first.min(rows.len()))
}

fn first_problem(state: &State, height: u16) -> usize {
    (state.problem_at + 1).saturating_sub(usize::from(height))
}

fn tally(state: &State) -> String {
    let count = |severity, one: &str| match state.facts.count(severity) {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{many} {one}s")),
    };
    let parts =
        [count(Severity::Blocker, "blocker"), count(Severity::Warning, "warning"), count(Severity::Hint, "hint")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "in order".into() } else { parts.join(" · ") }
}

fn figures(counter: &Counter) -> String {
    match &counter.measure {
        Some(measure) => format!("{}/{}", measure.count, measure.limit),
        None => "-".into(),
    }
}

fn counter_role(counter: &Counter) -> Role {
    match &counter.measure {
        Some(measure) if measure.left() < 0 || measure.overflow_at.is_some() => Role::Bad,
        Some(measure) if measure.permille() > 900 => Role::Warn,
        Some(_) => Role::Good,
        None => Role::Muted,
    }
}

fn counter_note(counter: &Counter) -> String {
    let Some(measure) = &counter.measure else { return String::new() };
    let over = (measure.left() < 0).then(|| format!("+{} {}", -measure.left(), measure.unit.word()));
    let bytes =
        measure.bytes.filter(|(used, limit)| used * 2 > *limit).map(|(used, limit)| format!("{used}/{limit} bytes"));
    let own = counter.detached.then(|| "own text".to_owned());
    [over, bytes, measure.note.clone(), own].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn preview_role(role: preview::Role) -> Role {
    match role {
        preview::Role::Plain => Role::Text,
        preview::Role::Link => Role::Link,
        preview::Role::Mention => Role::Mention,
        preview::Role::Hashtag => Role::Hashtag,
        preview::Role::Muted => Role::Muted,
    }
}
