//! Draws the composer. Reads, and nothing else.

mod lists;
mod reading;
mod suggestions;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::facts::Counter;
use super::networks;
use super::regions::{Regions, regions};
use super::state::{Field, State};
use crate::domain::post::Target;
use crate::text::clean::one_line;
use crate::text::style::Told;
use crate::tui::board::{Board, distance_words};
use crate::tui::model::Shared;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::{cells, moment, panel};

pub use lists::{channel_at, field_at, problem_at};
use lists::{media_words, tally};
use reading::{counter_role, figures, verdict_role};
pub use suggestions::suggestion_at;

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
    canvas.summary(buf);
    canvas.counter_line(buf);
    canvas.suggestions(buf);
}

/// The tab at a column of the row of tabs.
pub fn tab_at(state: &State, tabs: Rect, x: u16) -> Option<usize> {
    let mut end = tabs.x;
    tab_labels(state, usize::from(tabs.width)).iter().position(|label| {
        end += u16::try_from(cells::width(label)).unwrap_or(u16::MAX) + 1;
        x < end - 1
    })
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
        if let Some(own) = self.state.target().and_then(|target| target.schedule) {
            let at = moment::plain(own.instant(), self.shared.now, self.shared.zone);
            let past = own.instant() <= self.shared.now;
            let long = format!("{at} · only here · {}", distance_words(own.instant(), self.shared.now));
            return (long, at, if past { Role::Bad } else { Role::Title });
        }
        match self.state.post.schedule {
            _ if self.state.at_once => ("at once, after the review".into(), "at once".into(), Role::Warn),
            at if self.state.post.queue.is_some() => {
                let name = self.state.post.queue.as_ref().map(|queued| queued.name.as_str()).unwrap_or_default();
                let next = at.map(|at| moment::plain(at.instant(), self.shared.now, self.shared));
                let next = next.map_or_else(|| "the place is given on arrival".into(), |at| format!("next place {at}"));
                (format!("queue {name} · {next}"), format!("queue {name}"), Role::Title)
            }
            None => ("no time yet · ^t sets one".into(), "no time".into(), Role::Muted),
            Some(schedule) => {
                let at = moment::plain(schedule.instant(), self.shared.now, self.shared);
                let past = schedule.instant() <= self.shared.now;
                let again = self.shared.rules_asked.get(&self.state.post.id);
                let again = again.map(|rule| format!(" · {rule}")).unwrap_or_default();
                let long = format!("{at} · {}{again}", distance_words(schedule.instant(), self.shared.now));
                (long, at, if past { Role::Bad } else { Role::Title })
            }
        }
    }

    fn text(&self, buf: &mut Buffer) {
        let state = self.state;
        let focused = state.field == Field::Text || state.typing;
        let title =
            if state.facts.wants_title && state.typing && state.field == Field::Title { "Title" } else { "Text" };
        let dressed = state.target().and_then(|target| state.facts.templated(&target.channel));
        let offered = super::form::mention(state, self.board).filter(|_| state.typing && state.field == Field::Text);
        let whose = match (state.target(), dressed, offered) {
            (_, _, Some((_, name))) => format!("{}: @{{{name}}}", self.shared.keys.key("Tab", "composer.text")),
            (None, ..) => String::new(),
            (Some(target), dressed, _) => {
                let whose = self.whose(target, dressed.map(|(_, told)| told));
                self.shared.keys.of(&whose).into_owned()
            }
        };
        panel::boxed(self.places.text_box, buf, self.theme, title, &whose, focused);
        self.tabs(buf);
        let typing = state.typing && state.field == Field::Text;
        if state.editor().text().is_empty() {
            let words = if typing { " write here; every channel counts along" } else { " i writes" };
            panel::line(self.places.text, 0, buf, &[(&self.shared.keys.of(words), self.style(Role::Muted))]);
        }
        // Highlights up to the end are kept as "to the end", whatever the text has become.
        state.editor().view(self.places.text, buf, self.theme, typing, &state.facts.highlights);
        self.diff(buf);
    }

    /// Whose text a channel's tab shows, and the keys that change that.
    fn whose(&self, target: &Target, told: Option<&Told>) -> String {
        let (others, network) = networks::beside(&self.state.post, &target.channel, self.board);
        let shared = networks::text_of(&self.state.post, &self.state.of_network, &target.channel, self.board);
        match (&target.text, self.state.network_of(&target.channel)) {
            (Some(_), Some(_)) if !others.is_empty() => {
                format!("{network}'s text · b parts from it · B follows the base")
            }
            (Some(_), _) if others.is_empty() => "own text · b follows the base".to_owned(),
            (Some(_), _) if shared.is_some() => format!("own text · b follows {network}'s text"),
            (Some(_), _) => format!("own text · b follows the base · B for all {network}"),
            (None, _) => {
                let follows = told.map_or_else(|| "follows the base".to_owned(), |told| told.origin.words());
                let network = if others.is_empty() { String::new() } else { format!(" · B for all {network}") };
                format!("{follows}; typing detaches{network}")
            }
        }
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

    /// The field of one line that the form is at.
    fn line(&self) -> Option<(&'static str, &Input)> {
        match self.state.field {
            Field::Title if self.state.facts.wants_title => Some((" title  ", &self.state.title)),
            Field::Tags => Some((" tags  ", &self.state.tags)),
            _ => None,
        }
    }

    /// The row that stands for the form where there is no room for it: the field at hand, else the channels.
    fn summary(&self, buf: &mut Buffer) {
        let state = self.state;
        let line = self.line().filter(|_| self.places.fields.is_empty());
        let titling = line.is_some();
        let area =
            if titling && self.places.summary.is_empty() { self.places.counter_line } else { self.places.summary };
        if area.is_empty() {
            return;
        }
        if let Some((name, input)) = line {
            let after = panel::line(area, 0, buf, &[(name, self.style(Role::Key))]);
            let at = Rect { x: after, width: area.right().saturating_sub(after + 1), ..area };
            let style = self.style(if state.typing { Role::Field } else { Role::Text });
            if state.typing {
                input.view(at, buf, style);
            } else {
                panel::line(at, 0, buf, &[(&one_line(input.text()), style)]);
            }
            return;
        }
        if !state.typing && state.field == Field::When {
            let (long, _, role) = self.when_words();
            panel::line(area, 0, buf, &[(" when  ", self.style(Role::Key)), (&long, self.style(role))]);
            return;
        }
        if !state.typing && state.field == Field::Media {
            let words = media_words(state.media());
            panel::line(area, 0, buf, &[(" media  ", self.style(Role::Key)), (&words, self.style(Role::Text))]);
            return;
        }
        if let Some(words) = state.facts.options.as_ref().filter(|_| !state.typing && state.field == Field::Options) {
            panel::line(area, 0, buf, &[(" options  ", self.style(Role::Key)), (words, self.style(Role::Text))]);
            return;
        }
        let offers = state.facts.channels.iter().filter(|offer| offer.chosen);
        let chosen: Vec<String> = offers.map(|o| format!("{} {}", o.network.mark(), one_line(&o.label))).collect();
        let words = if chosen.is_empty() { "none chosen · Tab, then Space".to_owned() } else { chosen.join(" · ") };
        panel::line(area, 0, buf, &[(" channels  ", self.style(Role::Muted)), (&words, self.style(Role::Text))]);
    }

    fn counter_line(&self, buf: &mut Buffer) {
        let area = self.places.counter_line;
        if self.line().is_some() && self.places.summary.is_empty() && self.places.fields.is_empty() {
            return;
        }
        let mut x = area.x + 1;
        for counter in &self.state.facts.counters {
            let (words, verdict) =
                (format!("{} {} ", counter.name, figures(counter)), self.verdict(counter).to_string());
            let room = Rect { x, width: area.right().saturating_sub(x), ..area };
            if cells::width(&words) + cells::width(&verdict) > usize::from(room.width) {
                panel::line(room, 0, buf, &[(&self.theme.glyphs.more.to_string(), self.style(Role::Muted))]);
                return;
            }
            let (said, judged) = (self.style(counter_role(counter)), self.style(verdict_role(counter)));
            x = panel::line(room, 0, buf, &[(&words, said), (&verdict, judged)]) + 3;
        }
        let blockers = tally(self.state);
        panel::right(area, 0, buf, &format!("{blockers} "), self.style(Role::Muted), x);
    }
}

/// `[base]`, then the name of each target; `*` has its own text, `=` that of its network.
fn tab_labels(state: &State, columns: usize) -> Vec<String> {
    let counters = &state.facts.counters;
    let mut labels = vec!["[base]".to_owned()];
    let mark = |counter: &Counter| match state.network_of(&counter.channel) {
        Some(of) if state.followers(of) > 1 => "=",
        _ if counter.detached => "*",
        _ => "",
    };
    labels.extend(counters.iter().map(|counter| format!("[{}{}]", counter.name, mark(counter))));
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
