//! What is attached to the post in the composer: files and addresses in their order, each with its text for people who
//! cannot see it, and what the networks mind about it.

use chrono_tz::Tz;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{Flow, Sheet, files};
use crate::domain::habits::Habits;
use crate::domain::ids::ChannelId;
use crate::domain::media::{Media, MediaKind, Whereabouts, size_words};
use crate::domain::post::Post;
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::words::count;
use crate::text::clean::{one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, KeyCode, Tone};
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::tools::composer;
use crate::tui::widgets::input::{Input, folded, unfolded};
use crate::tui::widgets::prose::paragraph;
use crate::tui::widgets::{cells, panel};

/// The largest the sheet gets.
const SIZE: (u16, u16) = (100, 20);
/// Rows below the list and what is told of its item: words, the field, a free one, the keys.
const BELOW: u16 = 5;
/// How wide the column of names gets.
const NAMES: usize = 34;
/// How files that can be attached end.
const ENDINGS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "avif", "heic", "bmp", "tif", "tiff", "mp4", "m4v", "mov", "webm", "avi",
    "mkv", "pdf",
];

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    /// As the composer has it.
    post: Post,
    problems: Vec<(Option<ChannelId>, Problem)>,
    at: usize,
    field: Field,
    input: Input,
    /// Something was given away to be measured.
    reading: bool,
    said: Option<(String, Tone)>,
    /// What was taken out, and from which place.
    taken_out: Vec<(usize, Media)>,
    /// How times are written.
    habits: Habits,
    zone: Tz,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    List,
    /// A path or an address.
    Path,
    /// The text of the item under the cursor.
    Alt,
}

impl State {
    /// The media of `post`, the cursor on `at`. Where there are none yet, the first one is asked for.
    pub fn new(post: Post, at: Option<usize>, shared: &Shared, board: &Board) -> Self {
        let field = if post.media.is_empty() { Field::Path } else { Field::List };
        let mut state = Self {
            post,
            problems: Vec::new(),
            at: at.unwrap_or(0),
            field,
            input: Input::default(),
            reading: false,
            said: None,
            taken_out: Vec::new(),
            habits: shared.habits,
            zone: shared.zone,
        };
        state.refresh(shared, board);
        state
    }

    /// The post in the composer, as far as this sheet knows.
    pub fn post(&self) -> &Post {
        &self.post
    }

    /// Whether keys are text.
    pub fn is_typing(&self) -> bool {
        self.field != Field::List
    }

    fn refresh(&mut self, shared: &Shared, board: &Board) {
        self.problems = composer::media_problems(&self.post, shared, board);
        self.at = self.at.min(self.post.media.len().saturating_sub(1));
    }

    fn item(&self) -> Option<&Media> {
        self.post.media.get(self.at)
    }

    /// The list changed: the composer takes it over.
    fn changed(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        self.refresh(shared, board);
        (Vec::new(), Flow::ComposerMedia(self.post.media.clone()))
    }

    fn attach(&mut self, typed: String) -> (Vec<Effect>, Flow) {
        if typed.trim().is_empty() {
            self.said = Some(("a path or an https address is needed; Esc leaves".into(), Tone::Bad));
            return (Vec::new(), Flow::Stay);
        }
        (self.reading, self.said) = (true, None);
        (vec![Effect::Attach { post: self.post.id, typed }], Flow::Stay)
    }

    fn ask_for_alt(&mut self) {
        let Some(item) = self.item() else { return };
        self.input = Input::new(folded(&item.alt));
        (self.field, self.said) = (Field::Alt, None);
    }

    fn accept(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        match self.field {
            Field::List => {
                self.ask_for_alt();
                (Vec::new(), Flow::Stay)
            }
            Field::Path => self.attach(self.input.text().to_owned()),
            Field::Alt => {
                let typed = std::mem::take(&mut self.input);
                self.back_to_list();
                let Some(item) = self.post.media.get_mut(self.at) else { return (Vec::new(), Flow::Stay) };
                // Where nothing was typed the text stays as it is, to the last blank.
                if typed.text() == Input::new(folded(&item.alt)).text() {
                    return (Vec::new(), Flow::Stay);
                }
                item.alt = unfolded(typed.text());
                self.changed(shared, board)
            }
        }
    }

    fn back_to_list(&mut self) {
        self.field = Field::List;
        self.input = Input::default();
        self.said = None;
    }

    /// Esc: out of the field, then out of the sheet. A text that was typed is kept; a path is only taken by Enter.
    fn back(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        if self.field == Field::List || self.post.media.is_empty() {
            return (Vec::new(), Flow::Close);
        }
        if self.field == Field::Alt {
            return self.accept(shared, board);
        }
        self.back_to_list();
        (Vec::new(), Flow::Stay)
    }

    fn turn(&mut self, by: isize, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        let Some(to) = self.at.checked_add_signed(by).filter(|to| *to < self.post.media.len()) else {
            return (Vec::new(), Flow::Stay);
        };
        self.post.media.swap(self.at, to);
        self.at = to;
        self.changed(shared, board)
    }

    fn remove(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        if self.item().is_none() {
            return (Vec::new(), Flow::Stay);
        }
        let taken = self.post.media.remove(self.at);
        self.said = Some((format!("{} is taken out; u brings it back", one_line(taken.called())), Tone::Plain));
        self.taken_out.push((self.at, taken));
        self.changed(shared, board)
    }

    fn bring_back(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        let Some((at, media)) = self.taken_out.pop() else {
            self.said = Some(("nothing was taken out".into(), Tone::Plain));
            return (Vec::new(), Flow::Stay);
        };
        let at = at.min(self.post.media.len());
        self.post.media.insert(at, media);
        (self.at, self.said) = (at, None);
        self.changed(shared, board)
    }

    /// Has the item under the cursor looked at again.
    fn measure(&mut self) -> (Vec<Effect>, Flow) {
        let Some(item) = self.item() else { return (Vec::new(), Flow::Stay) };
        if item.whereabouts() == Whereabouts::Provider {
            self.said = Some(("it is at the provider already, and cannot be measured from here".into(), Tone::Plain));
            return (Vec::new(), Flow::Stay);
        }
        let source = item.source.clone();
        (self.reading, self.said) = (true, None);
        (vec![Effect::Measure { post: self.post.id, source }], Flow::Stay)
    }

    /// The files of this machine by their names.
    fn pick(&self) -> (Vec<Effect>, Flow) {
        let (sheet, effects) = files::open(self.post.id);
        (effects, Flow::Push(Box::new(Sheet::Files(sheet))))
    }

    fn foot(&self) -> Vec<panel::Foot<'static>> {
        match self.field {
            Field::List if self.post.media.is_empty() => {
                vec![
                    ("a", "attach", Action::MediaAttach),
                    ("u", "bring back", Action::Undo),
                    ("Esc", "done", Action::Back),
                ]
            }
            Field::List => vec![
                ("a", "attach", Action::MediaAttach),
                ("Enter", "ALT text", Action::MediaAlt),
                ("J", "later", Action::MediaLater),
                ("K", "earlier", Action::MediaEarlier),
                ("d", "take out", Action::MediaRemove),
                ("Esc", "done", Action::Back),
            ],
            Field::Path => vec![
                ("Enter", "attach it", Action::Accept),
                ("Tab", "look for files", Action::NextField),
                ("Esc", "back", Action::Back),
            ],
            Field::Alt => vec![("Enter", "keep it", Action::Accept), ("Esc", "back", Action::Back)],
        }
    }
}

/// What came of [`Effect::Attach`]: `post` as it is now, how many were `taken`, and why others were not.
pub fn attached(state: &mut State, post: Post, taken: usize, refused: &[String], shared: &Shared, board: &Board) {
    state.post = post;
    state.reading = false;
    if taken > 0 {
        state.at = state.post.media.len().saturating_sub(1);
    }
    state.refresh(shared, board);
    if !refused.is_empty() {
        // What was typed stays, to be mended.
        let words: Vec<String> = refused.iter().map(|words| one_line(words)).collect();
        (state.field, state.said) = (Field::Path, Some((words.join(" · "), Tone::Bad)));
        return;
    }
    state.back_to_list();
    let picture = state.item().is_some_and(|item| matches!(item.kind, MediaKind::Image | MediaKind::Gif));
    if taken == 1 && picture {
        state.ask_for_alt();
    }
}

/// `media` with what lies at `source` as it was just measured, and words about that. What could not be looked at stays as
/// it was known.
pub fn measured_anew(
    mut media: Vec<Media>,
    source: &str,
    outcome: Result<Media, String>,
) -> (Vec<Media>, (String, Tone)) {
    let found = match outcome {
        Err(why) => return (media, (format!("not measured: {}", one_line(&why)), Tone::Bad)),
        Ok(found) => found,
    };
    let known = |item: &&mut Media| item.source == source;
    let measures = |item: &Media| (item.kind, item.bytes, item.pixels, item.millis);
    let trouble = found.trouble().map(one_line);
    let mut said = (format!("measured anew, and as it was: {}", figures(&found)), Tone::Good);
    if found.unmeasured().is_some() && trouble.is_none() {
        said = ("nothing is asked of the web here, so it stays unmeasured".into(), Tone::Plain);
    }
    for item in media.iter_mut().filter(known) {
        let had = item.trouble().is_none() && item.unmeasured().is_none();
        match &trouble {
            Some(why) if had => said = (format!("not measured: {why}; what is known of it stays"), Tone::Bad),
            Some(why) => said = (format!("not measured: {why}"), Tone::Bad),
            None if measures(item) != measures(&found) && found.unmeasured().is_none() => {
                said = (format!("measured anew: {}, it was {}", figures(&found), figures(item)), Tone::Good);
            }
            None => {}
        }
        if trouble.is_none() || !had {
            let (source, name, alt) = (item.source.clone(), item.name.clone(), std::mem::take(&mut item.alt));
            *item = Media { source, name, alt, ..found.clone() };
        }
    }
    (media, said)
}

/// What came of [`Effect::Measure`]: `post` as it is now, and what is to be said.
pub fn measured(state: &mut State, post: Post, said: (String, Tone), shared: &Shared, board: &Board) {
    (state.post, state.reading, state.said) = (post, false, Some(said));
    state.refresh(shared, board);
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let last = state.post.media.len().saturating_sub(1);
    match action {
        Action::Back | Action::Close | Action::Cancel | Action::No => return state.back(shared, board),
        Action::Accept | Action::Open | Action::Yes => return state.accept(shared, board),
        Action::MediaPick if !state.is_typing() => return state.pick(),
        Action::NextField if state.field == Field::Path => return state.pick(),
        _ if state.is_typing() => {}
        Action::MediaAttach => {
            state.back_to_list();
            state.field = Field::Path;
        }
        Action::MediaAlt => state.ask_for_alt(),
        Action::MediaMeasure => return state.measure(),
        Action::MediaEarlier => return state.turn(-1, shared, board),
        Action::MediaLater => return state.turn(1, shared, board),
        Action::MediaRemove | Action::Delete => return state.remove(shared, board),
        Action::Undo => return state.bring_back(shared, board),
        Action::Down => state.at = (state.at + 1).min(last),
        Action::Up => state.at = state.at.saturating_sub(1),
        Action::Top => state.at = 0,
        Action::Bottom => state.at = last,
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, shared: &mut Shared, board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    match key.code {
        _ if !state.is_typing() => (Vec::new(), Flow::Stay),
        KeyCode::Enter => state.accept(shared, board),
        KeyCode::Esc => state.back(shared, board),
        _ => {
            if state.input.key(key) {
                state.said = None;
            }
            (Vec::new(), Flow::Stay)
        }
    }
}

/// Whether a pasted text is nothing but files that can be attached, so that it can hardly be meant as words: whole
/// paths that end as pictures, films and documents do.
pub fn is_media(text: &str) -> bool {
    let ends = |name: &str| {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
        ENDINGS.contains(&ending.as_str())
    };
    let begins = |name: &str| name.starts_with('/') || name.starts_with("~/") || name.starts_with("file:///");
    let named = |line: &str| {
        let line = line.trim();
        let quoted = ['\'', '"'].iter().find_map(|quote| line.strip_prefix(*quote)?.strip_suffix(*quote));
        let line = quoted.map_or_else(|| line.replace("\\ ", "_"), |inner| inner.replace(' ', "_"));
        line.split_whitespace().all(|name| begins(name) && ends(name))
    };
    !text.trim().is_empty() && text.lines().all(named)
}

/// Takes pasted text: a dropped file arrives as its path and is attached at once, also while a description is typed,
/// which is kept.
pub fn paste(state: &mut State, text: &str) -> (Vec<Effect>, Flow) {
    match state.field {
        Field::Alt if is_media(text) => {
            let typed = unfolded(state.input.text());
            if let Some(item) = state.post.media.get_mut(state.at).filter(|item| !typed.is_empty() && item.alt != typed)
            {
                item.alt = typed;
            }
            (state.field, state.input) = (Field::Path, Input::new(text.trim()));
            let (effects, _) = state.attach(text.to_owned());
            return (effects, Flow::ComposerMedia(state.post.media.clone()));
        }
        Field::Alt => {
            state.input.paste(&one_line(text));
        }
        Field::Path if !state.input.text().is_empty() => {
            state.input.paste(text);
        }
        Field::Path | Field::List => {
            state.field = Field::Path;
            state.input = Input::new(text.trim());
            return state.attach(text.to_owned());
        }
    }
    (Vec::new(), Flow::Stay)
}

/// Whether a pasted text is nothing but the names of files, as terminals write them when files are dropped.
pub fn is_drop(text: &str) -> bool {
    let named = |line: &str| {
        let line = line.trim().trim_start_matches(['\'', '"']);
        line.starts_with("file:///") || ((line.starts_with('/') || line.starts_with("~/")) && line.contains('.'))
    };
    !text.trim().is_empty() && text.lines().all(|line| line.trim().is_empty() || named(line))
}

/// Where the sheet stands on the screen `area`.
pub fn place(_state: &State, area: Rect) -> Rect {
    panel::middle(area, (SIZE.0, SIZE.1.min(area.height.saturating_sub(2))))
}

/// What a click there runs; on an item it chooses that one, on the chosen one it asks for its text.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    let list = list_area(state, inside);
    if !list.contains(Position { x, y }) {
        return panel::foot_at(inside, &shared.keys, &state.foot(), x, y);
    }
    let at = first_shown(state, list) + usize::from(y - list.y);
    if state.is_typing() || at >= state.post.media.len() {
        return None;
    }
    let again = state.at == at;
    state.at = at;
    again.then_some(Action::MediaAlt)
}

fn list_area(state: &State, inside: Rect) -> Rect {
    let above = inside.height.saturating_sub(BELOW);
    let rows = u16::try_from(state.post.media.len().max(1)).unwrap_or(u16::MAX);
    Rect { height: rows.min((above / 2).max(1)).min(inside.height), ..inside }
}

fn first_shown(state: &State, list: Rect) -> usize {
    scroll::window(state.at, state.at, usize::from(list.height), state.post.media.len(), None).0
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let files = match state.post.media.len() {
        0 => "nothing attached".to_owned(),
        many => count(many, "file"),
    };
    let inside = panel::sheet(place(state, area), buf, theme, "Media", &files);
    if inside.is_empty() {
        return;
    }
    let list = list_area(state, inside);
    items(state, theme, list, buf);
    let below = inside.height.saturating_sub(BELOW);
    let about = Rect { y: list.bottom() + 1, height: below.saturating_sub(list.height + 1), ..inside };
    if state.item().is_some() && list.height < below {
        details(state, board, theme, about.intersection(inside), buf);
    }
    said(state, shared, theme, inside, buf);
    field(state, theme, inside, buf);
    if inside.height > 2 {
        panel::foot(inside, buf, theme, &shared.keys, &state.foot());
    }
}

fn items(state: &State, theme: &Theme, list: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    if state.post.media.is_empty() {
        let words = "drop a picture, a film or a document here, or type its path or address";
        panel::line(list, 0, buf, &[(words, style(Role::Muted))]);
        return;
    }
    let names = state.post.media.iter().map(|item| cells::width(&one_line(item.called()))).max().unwrap_or(0);
    let column = (names + 2).min(NAMES).min(usize::from(list.width) / 2);
    for (row, (at, item)) in (0..list.height).zip(state.post.media.iter().enumerate().skip(first_shown(state, list))) {
        let (worst, role) = match state.worst(at) {
            Some(Severity::Blocker) => (theme.glyphs.cross, Role::Bad),
            Some(Severity::Warning) => (theme.glyphs.warn, Role::Warn),
            _ => (theme.glyphs.check, Role::Good),
        };
        let number = format!("{:>2} ", at + 1);
        let name = panel::padded(&one_line(item.called()), column);
        let parts = [
            (&*worst.to_string(), style(role)),
            (&number, style(Role::Muted)),
            (&name, style(Role::Text)),
            (&figures(item), style(Role::Muted)),
        ];
        let after = panel::line(list, row, buf, &parts);
        let (alt, role) = if item.alt.trim().is_empty() { ("no ALT", Role::Warn) } else { ("ALT ok", Role::Good) };
        panel::right(list, row, buf, alt, style(role), after);
        if at == state.at {
            buf.set_style(Rect { y: list.y + row, height: 1, ..list }, style(Role::Cursor));
        }
    }
}

impl State {
    /// The worst problem of one item, or of all together.
    fn worst(&self, at: usize) -> Option<Severity> {
        self.problems_of(at).map(|(_, problem)| problem.severity).max()
    }

    fn problems_of(&self, at: usize) -> impl Iterator<Item = &(Option<ChannelId>, Problem)> {
        let concerns =
            move |place: &Place| matches!(place, Place::Media(which) if which.is_none_or(|which| which == at));
        self.problems.iter().filter(move |(_, problem)| concerns(&problem.place))
    }

    /// The problems of one item; those that several channels share are said once, with all their marks.
    fn said_of(&self, at: usize, board: &Board) -> Vec<(Severity, String, String)> {
        let mut said: Vec<(Severity, String, String)> = Vec::new();
        for (channel, problem) in self.problems_of(at) {
            let mark = channel.as_ref().and_then(|id| board.channel(id)).map_or("", |channel| channel.network.mark());
            let words = format!("{} · {}", one_line(&problem.words), one_line(&problem.remedy));
            match said.iter_mut().find(|(_, _, each)| *each == words) {
                Some((_, marks, _)) if marks.split(' ').any(|each| each == mark) => {}
                Some((_, marks, _)) => *marks = format!("{marks} {mark}"),
                None => said.push((problem.severity, mark.to_owned(), words)),
            }
        }
        said
    }
}

/// `image 1600×1200 412 kB`
fn figures(item: &Media) -> String {
    let mut words = vec![item.kind.word().to_owned()];
    words.extend(item.pixels.map(|(width, height)| format!("{width}×{height}")));
    words.extend(item.millis.map(|millis| format!("{}:{:02}", millis / 60_000, millis / 1000 % 60)));
    words.extend(item.bytes.map(size_words));
    words.extend(item.unmeasured().filter(|_| item.trouble().is_none()));
    words.extend(item.trouble().map(|_| "not measured".to_owned()));
    words.join(" ")
}

/// Where the item under the cursor is, its text, and what is wrong with it.
fn details(state: &State, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(item) = state.item() else { return };
    let width = usize::from(area.width);
    let place = match item.whereabouts() {
        Whereabouts::Here(path) => {
            let folder = path.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
            format!("a file of this machine, in {}", one_line(&folder.to_string_lossy()))
        }
        Whereabouts::Web => {
            let measured = item.looked.as_ref().filter(|looked| looked.trouble.is_none());
            let at = measured.map(|looked| state.habits.moment(looked.at, state.zone, "measured %-d %b {} · "));
            format!("{}r looks again · {}", at.unwrap_or_default(), one_line(&item.source))
        }
        Whereabouts::Provider => format!("at the provider, as {}", one_line(&item.source)),
    };
    let ratio = item.pixels.map(|(width, height)| format!("{:.2} : 1 · ", f64::from(width) / f64::from(height.max(1))));
    let about = truncate(&format!("{}{place}", ratio.unwrap_or_default()), width);
    let mut rows = paragraph(&about, Role::Muted, &[], width, 1);
    if !item.alt.trim().is_empty() {
        rows.extend(paragraph(&format!("ALT: {}", one_line(&item.alt)), Role::Text, &[], width, 2));
    }
    for (severity, marks, words) in state.said_of(state.at, board) {
        let (glyph, role) = match severity {
            Severity::Blocker => (theme.glyphs.cross, Role::Bad),
            Severity::Warning => (theme.glyphs.warn, Role::Warn),
            Severity::Hint => ('·', Role::Muted),
        };
        rows.extend(paragraph(&format!("{glyph} {marks}  {words}"), role, &[], width, 3));
    }
    for (y, row) in (area.y..area.bottom()).zip(&rows) {
        row.draw(theme, Style::new(), area.x, y, area.width, buf);
    }
}

/// What the sheet has to say, above its field.
fn said(state: &State, shared: &Shared, theme: &Theme, inside: Rect, buf: &mut Buffer) {
    let (words, role) = match &state.said {
        _ if state.reading => ("reading it…".to_owned(), Role::Muted),
        Some((words, Tone::Bad)) => (words.clone(), Role::Bad),
        Some((words, _)) => (words.clone(), Role::Muted),
        None if state.field == Field::Alt => {
            ("say in a sentence what it shows, for people who cannot see it".into(), Role::Muted)
        }
        None => return,
    };
    let rows = paragraph(&shared.keys.of(&words), role, &[], usize::from(inside.width), 2);
    let top = inside.bottom().saturating_sub(BELOW).max(inside.y);
    for (y, row) in (top..inside.bottom().saturating_sub(3)).zip(&rows) {
        row.draw(theme, Style::new(), inside.x, y, inside.width, buf);
    }
}

fn field(state: &State, theme: &Theme, inside: Rect, buf: &mut Buffer) {
    let label = match state.field {
        Field::List => return,
        Field::Path => "attach  ",
        Field::Alt => "ALT  ",
    };
    let Some(row) = inside.height.checked_sub(3) else { return };
    let after = panel::line(inside, row, buf, &[(label, theme.style(Role::Key))]);
    let area = Rect { x: after, y: inside.y + row, width: inside.right().saturating_sub(after), height: 1 };
    state.input.view(area, buf, theme.style(Role::Field));
}

#[cfg(test)]
#[path = "media_tests.rs"]
mod tests;
