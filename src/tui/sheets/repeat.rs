//! Posts that come again: each repetition with its rule and next dates; a date is left out with one key, and all of it
//! stopped after a question.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Flow, Sheet, question};
use crate::domain::ids::PostId;
use crate::domain::repeat::{Clocks, Coming, HORIZON_DAYS, Repeating, rule_words};
use crate::text::clean::{one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::verbs::channel_lines;
use crate::tui::widgets::moment::with_distance;
use crate::tui::widgets::panel;

/// The widest the sheet gets.
const WIDEST: u16 = 110;
/// Rows for the dates of the one under the cursor, with their heading.
const DATES: u16 = 7;
/// Rows of what is said below them.
const SAID: u16 = 2;
/// Cells of a text.
const HEADLINE: usize = 34;

/// The sheet's state.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Nothing while it is loaded.
    all: Option<Result<Vec<Repeating>, String>>,
    at: usize,
    /// The date under the cursor, while the dates have it.
    date_at: Option<usize>,
}

/// Opens the sheet and asks what repeats.
pub fn open() -> (State, Vec<Effect>) {
    (State::default(), vec![Effect::LoadRepeats])
}

/// Takes what repeats.
pub fn loaded(state: &mut State, all: Result<Vec<Repeating>, String>) {
    state.all = Some(all);
    state.at = state.at.min(state.list().len().saturating_sub(1));
    let last = state.chosen().map_or(0, |one| one.coming.len()).checked_sub(1);
    state.date_at = state.date_at.and_then(|at| Some(at.min(last?)));
}

impl State {
    fn list(&self) -> &[Repeating] {
        match &self.all {
            Some(Ok(all)) => all,
            _ => &[],
        }
    }

    fn chosen(&self) -> Option<&Repeating> {
        self.list().get(self.at)
    }

    fn date(&self) -> Option<(PostId, &Coming)> {
        let one = self.chosen()?;
        Some((one.series.id(), one.coming.get(self.date_at?)?))
    }

    /// What it does with `action` just now, if anything.
    pub fn offers(&self, action: Action) -> Option<&'static str> {
        self.foot().iter().find(|(_, _, each)| *each == action).map(|(_, words, _)| *words)
    }

    fn foot(&self) -> Vec<panel::Foot<'static>> {
        let back = ("Esc", "back", Action::Back);
        match self.date() {
            Some((_, date)) => {
                let skip = if date.skipped { "take it in again" } else { "leave this date out" };
                let open = match (date.post, date.skipped) {
                    (Some(_), _) => Some("show its post"),
                    (None, false) => Some("make it now, to change it"),
                    (None, true) => None,
                };
                let open = open.map(|words| ("Enter", words, Action::Open));
                [Some(("Space", skip, Action::Mark)), open, Some(back)].into_iter().flatten().collect()
            }
            None if self.list().is_empty() => vec![back],
            None => vec![("Enter", "its dates", Action::Open), ("x", "stop", Action::Dismiss), back],
        }
    }

    fn step(&mut self, by: isize) {
        let dates = self.chosen().map_or(0, |one| one.coming.len());
        match &mut self.date_at {
            Some(at) => *at = at.saturating_add_signed(by).min(dates.saturating_sub(1)),
            None => self.at = self.at.saturating_add_signed(by).min(self.list().len().saturating_sub(1)),
        }
    }

    /// Asks before a post that is made already goes with its date.
    fn ask_to_leave_out(&self, shared: &Shared, board: &Board) -> Option<Sheet> {
        let (series, date) = self.date().filter(|(_, date)| !date.skipped)?;
        let post = date.made.as_deref()?;
        let day = date.one.date.format("%a %-d %b %Y");
        let at = post.instant().map(|at| with_distance(at, shared, shared.now)).unwrap_or_default();
        let mut lines = vec![
            "Its post is made already, and is deleted with the date:".to_owned(),
            format!("“{}” · {at}", truncate(&one_line(post.headline()), HEADLINE)),
        ];
        lines.extend(channel_lines(post.targets.iter(), board));
        let there = if post.is_remote() { "It goes away at the provider too; u" } else { "No provider has it; u" };
        lines.push(format!("{there} brings it back."));
        let deed = vec![Effect::SkipDate { series, date: date.one.date, skip: true }];
        Some(Sheet::Question(question::State::ask(format!("Leave out {day}?"), lines, "leave it out", deed)))
    }

    /// Asks whether it is to be stopped.
    fn stop(&self, shared: &Shared) -> Option<Sheet> {
        let one = self.chosen().filter(|one| one.series.stopped.is_none())?;
        let ahead = one.coming.iter().filter(|coming| coming.post.is_some()).count();
        let title = format!("Stop “{}”?", headline(one));
        let lines = vec![
            format!("Nothing more is made of {}.", rule_words(&one.series.rule, &shared.habits)),
            match ahead {
                0 => "No post of it waits.".to_owned(),
                _ => "Its posts that still wait are deleted, here and at the provider; u brings them back.".to_owned(),
            },
        ];
        let stop = vec![Effect::StopRepeating(one.series.id())];
        Some(Sheet::Question(question::State::ask(title, lines, "stop it", stop)))
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    match action {
        Action::Back | Action::Cancel if state.date_at.is_some() => state.date_at = None,
        Action::Back | Action::Close | Action::Cancel | Action::No => return (Vec::new(), Flow::Close),
        Action::Down => state.step(1),
        Action::Up => state.step(-1),
        Action::Top => state.step(isize::MIN),
        Action::Bottom => state.step(isize::MAX),
        Action::Mark => {
            if let Some(question) = state.ask_to_leave_out(shared, board) {
                return (Vec::new(), Flow::Push(Box::new(question)));
            }
            if let Some((id, date)) = state.date() {
                let skip = Effect::SkipDate { series: id, date: date.one.date, skip: !date.skipped };
                return (vec![skip], Flow::Stay);
            }
        }
        Action::Open | Action::Accept => match state.date() {
            Some((series, date)) => match date.post {
                Some(post) => return (vec![Effect::LoadPost(post)], Flow::Close),
                None if date.skipped => {}
                None => return (vec![Effect::MakeDate { series, date: date.one.date }], Flow::Stay),
            },
            None if state.chosen().is_some_and(|one| !one.coming.is_empty()) => state.date_at = Some(0),
            None => {}
        },
        Action::Dismiss => {
            if let Some(question) = state.stop(shared) {
                return (Vec::new(), Flow::Push(Box::new(question)));
            }
        }
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let rows = u16::try_from(state.list().len().clamp(1, 12)).unwrap_or(1) + DATES + SAID + 5;
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
}

fn list(inside: Rect) -> Rect {
    Rect { y: inside.y + 2, height: inside.height.saturating_sub(DATES + SAID + 3), ..inside }
}

fn dates(inside: Rect) -> Rect {
    let list = list(inside);
    Rect { y: list.bottom() + 2, height: DATES - 2, ..inside }.intersection(inside)
}

/// A click chooses.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &state.foot(), x, y) {
        return Some(action);
    }
    let (list, dates) = (list(inside), dates(inside));
    if list.contains((x, y).into()) {
        let at = offset(state, list) + usize::from(y - list.y);
        (state.at, state.date_at) = (at.min(state.list().len().saturating_sub(1)), None);
    } else if dates.contains((x, y).into()) {
        let at = usize::from(y - dates.y);
        state.date_at = state.chosen().filter(|one| at < one.coming.len()).map(|_| at);
    }
    None
}

fn offset(state: &State, list: Rect) -> usize {
    scroll::follow(0, state.at, usize::from(list.height), state.list().len())
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let right = state.list().len().to_string();
    let inside = panel::sheet(place(state, area), buf, theme, "Repeating posts", &right);
    let words = match &state.all {
        None => ("looking…".to_owned(), Role::Muted),
        Some(Err(words)) => (one_line(words), Role::Bad),
        Some(Ok(all)) if all.is_empty() => (
            shared.keys.of("nothing repeats; s on a post takes \"every tue and thu 9:00\" for a time").into_owned(),
            Role::Muted,
        ),
        Some(Ok(_)) => {
            let weeks = HORIZON_DAYS / 7;
            (
                format!("posts are made {weeks} weeks ahead, each once; later ones when their time comes nearer"),
                Role::Muted,
            )
        }
    };
    panel::line(inside, 0, buf, &[(&words.0, style(words.1))]);
    let area = list(inside);
    for (row, (at, one)) in (0..area.height).zip(state.list().iter().enumerate().skip(offset(state, area))) {
        if at == state.at {
            let role = if state.date_at.is_some() { Role::Marked } else { Role::Cursor };
            buf.set_style(Rect { y: area.y + row, height: 1, ..area }, style(role));
        }
        let next = one.coming.iter().find(|coming| !coming.skipped);
        let next = match (&one.series.stopped, next) {
            (Some(_), _) => "stopped".to_owned(),
            (None, Some(next)) => moment_of(next, shared),
            (None, None) => "over".to_owned(),
        };
        let rule = one_line(&rule_words(&one.series.rule, &shared.habits));
        let parts = [(panel::padded(&headline(one), HEADLINE + 2), Role::Text), (rule, Role::Title)];
        let parts: Vec<_> = parts.iter().map(|(text, role)| (text.as_str(), style(*role))).collect();
        let after = panel::line(area, row, buf, &parts);
        panel::right(area, row, buf, &next, style(Role::Muted), after);
    }
    if let Some(one) = state.chosen() {
        draw_dates(state, one, shared, theme, inside, buf);
    }
    panel::foot(inside, buf, theme, &shared.keys, &state.foot());
}

fn draw_dates(state: &State, one: &Repeating, shared: &Shared, theme: &Theme, inside: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let area = dates(inside);
    let zone = one.series.template.schedule.map_or_else(String::new, |at| format!(" in {}", at.zone().name()));
    let heading = if one.coming.is_empty() { "no date lies ahead".into() } else { format!("the next dates{zone}") };
    let at = area.y.saturating_sub(inside.y + 1);
    panel::line(inside, at, buf, &[(&heading, style(Role::Title))]);
    for (row, (at, coming)) in (0..area.height).zip(one.coming.iter().enumerate()) {
        if state.date_at == Some(at) {
            buf.set_style(Rect { y: area.y + row, height: 1, ..area }, style(Role::Cursor));
        }
        let (what, role) = match coming {
            Coming { skipped: true, .. } => ("left out".to_owned(), Role::Muted),
            Coming { moved: Some(at), .. } => {
                (format!("moved to {}", with_distance(at.instant(), shared, shared.now)), Role::Warn)
            }
            Coming { post: Some(_), .. } => ("made".to_owned(), Role::Good),
            Coming { .. } => ("later".to_owned(), Role::Muted),
        };
        let clocks = match coming.one.clocks {
            Clocks::Even => "",
            Clocks::Skipped => "  the clocks skip its time: the first moment after",
            Clocks::Twice => "  the clocks show its time twice: the first",
        };
        let quiet = if coming.skipped { Role::Muted } else { Role::Text };
        let parts = [
            ("  ".to_owned(), Role::Text),
            (panel::padded(&moment_of(coming, shared), 54), quiet),
            (what, role),
            (clocks.to_owned(), Role::Warn),
        ];
        let parts: Vec<_> = parts.iter().map(|(text, role)| (text.as_str(), style(*role))).collect();
        panel::line(area, row, buf, &parts);
    }
    let below = area.bottom().saturating_sub(inside.y);
    for (row, words) in (below..).zip(&one.warnings).take(usize::from(SAID)) {
        panel::line(inside, row, buf, &[(&one_line(words), style(Role::Warn))]);
    }
}

fn moment_of(coming: &Coming, shared: &Shared) -> String {
    with_distance(coming.one.at.instant(), shared, shared.now)
}

fn headline(one: &Repeating) -> String {
    truncate(&one_line(one.series.template.headline()), HEADLINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::repeat::Series;
    use crate::domain::schedule::Schedule;
    use crate::tui::tools::stage;

    fn repeating(rule: &str, shared: &Shared) -> Repeating {
        let mut template = crate::domain::post::Post::draft(shared.ids.post(shared.now), shared.now);
        template.body = "Open house".into();
        template.schedule = Some(Schedule::at(shared.now + chrono::TimeDelta::hours(1), shared.zone));
        let series =
            Series { rule: rule.into(), template: template.clone(), skipped: Default::default(), stopped: None };
        let ahead = series.ahead(shared.now, 5).into_iter().enumerate();
        let mut made = template;
        made.id = shared.ids.post(shared.now);
        let made = std::sync::Arc::new(made);
        let coming = ahead.map(|(at, one)| Coming {
            one,
            skipped: at == 1,
            post: Some(made.id).filter(|_| at == 0),
            made: Some(made.clone()).filter(|_| at == 0),
            moved: None,
        });
        Repeating { coming: coming.collect(), series, warnings: vec!["X may refuse it".into()] }
    }

    #[test]
    fn a_date_is_left_out_taken_in_and_all_of_it_stopped_after_a_question() {
        let (mut shared, board) = (stage::shared(), Board::default());
        let (mut state, effects) = open();
        assert_eq!(effects, [Effect::LoadRepeats]);
        let drawn = shared.clone();
        let screen =
            |state: &State| stage::drawn(100, 24, |area, buf| view(state, &drawn, &Theme::default(), area, buf));
        assert!(screen(&state).contains("looking"));
        loaded(&mut state, Ok(Vec::new()));
        assert!(screen(&state).contains("nothing repeats"));
        let one = repeating("every day", &shared);
        let id = one.series.id();
        let dates: Vec<_> = one.coming.iter().map(|coming| coming.one.date).collect();
        loaded(&mut state, Ok(vec![one]));
        let shown = screen(&state);
        for words in ["Open house", "every day", "5 weeks ahead", "left out", "made", "later", "X may refuse it"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        update(&mut state, &shared, &board, Action::Open);
        // Its post is made: that goes only with a yes, and enter is none.
        let (effects, flow) = update(&mut state, &shared, &board, Action::Mark);
        let Flow::Push(asked) = flow else { panic!("{flow:?}") };
        let Sheet::Question(mut asked) = *asked else { panic!("{asked:?}") };
        assert!(effects.is_empty() && asked.title().starts_with("Leave out "), "{asked:?}");
        assert!(question::update(&mut asked, &mut shared, &board, Action::Accept).0.is_empty());
        let (effects, _) = question::update(&mut asked, &mut shared, &board, Action::Yes);
        assert_eq!(effects, [Effect::SkipDate { series: id, date: dates[0], skip: true }]);
        update(&mut state, &shared, &board, Action::Down);
        let (effects, _) = update(&mut state, &shared, &board, Action::Mark);
        assert_eq!(effects, [Effect::SkipDate { series: id, date: dates[1], skip: false }]);
        // One that is left out has no post to make; one that is not made yet has.
        assert!(
            update(&mut state, &shared, &board, Action::Open).0.is_empty() && !screen(&state).contains("make it now")
        );
        update(&mut state, &shared, &board, Action::Down);
        assert!(screen(&state).contains("Enter make it now, to change it"), "{}", screen(&state));
        assert_eq!(
            update(&mut state, &shared, &board, Action::Open).0,
            [Effect::MakeDate { series: id, date: dates[2] }]
        );
        update(&mut state, &shared, &board, Action::Back);
        let (_, flow) = update(&mut state, &shared, &board, Action::Dismiss);
        assert!(matches!(flow, Flow::Push(sheet) if matches!(*sheet, Sheet::Question(_))));
        assert!(matches!(update(&mut state, &shared, &board, Action::Back).1, Flow::Close));
    }
}
