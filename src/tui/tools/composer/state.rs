//! What is being written, and what was last computed of it.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::layout::Rect;

use super::facts::Facts;
use super::file::Unread;
use super::networks;
use super::regions::regions;
use super::suggest::Suggestions;
use crate::domain::channel::{Channel, Network};
use crate::domain::ids::ChannelId;
use crate::domain::media::Media;
use crate::domain::options::Extras;
use crate::domain::post::{Post, Target};
use crate::domain::problem::Problem;
use crate::domain::tags;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Timer;
use crate::tui::pictures::Tile;
use crate::tui::widgets::editor::Editor;
use crate::tui::widgets::input::Input;

/// How long the typing has to pause before the draft is kept.
const PAUSE: TimeDelta = TimeDelta::milliseconds(400);
/// How long it has to rest after that before the providers are asked: their calls are counted.
const REST: TimeDelta = TimeDelta::milliseconds(1600);

/// The composer's state.
#[derive(Clone, Debug)]
pub struct State {
    /// As it was opened.
    pub(super) original: Post,
    /// As typed so far; the editors' texts are copied here with every change.
    pub(super) post: Post,
    pub(super) base: Editor,
    /// Editors of targets that were shown or have a text of their own; channels that share their network's text share
    /// the editor of the first of them.
    pub(super) own: Vec<(ChannelId, Editor)>,
    /// 0 is the base, then one per target.
    pub(super) tab: usize,
    /// Whether keys are text: the field is `Text`, `Title` or `Tags` then.
    pub(super) typing: bool,
    pub(super) field: Field,
    /// The channel the form's cursor is on, by its place in [`Facts::channels`].
    pub(super) channel_at: usize,
    /// The problem the form's cursor is on.
    pub(super) problem_at: usize,
    /// Whether the cursor was brought to that problem already.
    pub(super) jumped: bool,
    /// Whether the preview shows where there is no room for both.
    pub(super) preview: bool,
    pub(super) title: Input,
    pub(super) tags: Input,
    /// What is offered for the word that is being typed.
    pub(super) suggestions: Option<Suggestions>,
    /// Where a word begins for which nothing is offered any more: it was declined.
    pub(super) sent_away: Option<usize>,
    /// "now" was asked for: the review publishes.
    pub(super) at_once: bool,
    /// Increases with every change.
    pub(super) revision: u64,
    /// The revision that was last given away to be kept.
    pub(super) sent_revision: u64,
    /// What came of keeping the draft.
    pub(super) kept: Option<Result<DateTime<Utc>, String>>,
    pub(super) check: Check,
    pub(super) facts: Facts,
    pub(super) area: Rect,
    /// Whether something typed earlier is kept aside.
    pub(super) aside: bool,
    /// A file from `$EDITOR` that could not be taken over.
    pub(super) unread: Option<Unread>,
    /// Targets taken out, so that their own texts come back with them.
    shelf: Vec<Target>,
    /// The channels that follow a text of their network's own. All of a network say the same.
    pub(super) of_network: Vec<(ChannelId, Network)>,
    /// Own texts given up for the base, so that detaching again brings them back.
    pub(super) relinked: Vec<(ChannelId, String)>,
}

/// The fields of the form, from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Text,
    Channels,
    When,
    Title,
    Media,
    Options,
    Tags,
    Problems,
}

/// What the providers were asked, and said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Check {
    #[default]
    Never,
    /// Asked about this revision.
    Asked(u64),
    /// Answered about this revision.
    Said(u64, Vec<Problem>),
    /// Nobody could be asked.
    Failed(String),
}

impl State {
    pub(super) fn new(post: Post, shared: &Shared, board: &Board) -> Self {
        let mut state = Self {
            base: Editor::new(&post.body),
            own: Vec::new(),
            tab: 0,
            typing: true,
            field: Field::Text,
            channel_at: 0,
            problem_at: 0,
            jumped: false,
            preview: false,
            title: Input::new(post.title.clone().unwrap_or_default()),
            tags: Input::new(tags::written(&post.tags)),
            suggestions: None,
            sent_away: None,
            at_once: false,
            revision: 0,
            sent_revision: 0,
            kept: None,
            check: Check::Never,
            facts: Facts::default(),
            area: Rect::new(0, 0, shared.size.0, shared.size.1),
            aside: false,
            unread: None,
            shelf: Vec::new(),
            relinked: Vec::new(),
            of_network: networks::shared(&post, board),
            original: post.clone(),
            post,
        };
        state.refresh(shared, board);
        state.settle(shared, state.area);
        state
    }

    /// Goes on with what was typed earlier; what was opened stays what it is compared with.
    pub(super) fn recall(&mut self, typed: Post, shared: &Shared, board: &Board) {
        let opened = Self::new(typed, shared, board);
        *self = Self { area: self.area, original: self.original.clone(), aside: true, ..opened };
        self.refresh(shared, board);
        self.settle(shared, self.area);
    }

    /// Whether anything differs from what was opened.
    pub(super) fn is_changed(&self) -> bool {
        self.post != self.original
    }

    /// The target whose tab is open; none on the base.
    pub(super) fn target(&self) -> Option<&Target> {
        self.tab.checked_sub(1).and_then(|at| self.post.targets.get(at))
    }

    /// The same, to be changed.
    pub(super) fn target_mut(&mut self) -> Option<&mut Target> {
        self.tab.checked_sub(1).and_then(|at| self.post.targets.get_mut(at))
    }

    /// The attachments of the open tab.
    pub(super) fn media(&self) -> &[Media] {
        self.target().map_or(&self.post.media, |target| self.post.media_for(target))
    }

    /// The post with what the open tab attaches, and on a channel's own tab with that channel alone.
    pub(super) fn for_media(&self) -> Post {
        let mut post = self.post.clone();
        if let Some(target) = self.target() {
            post.media = post.media_for(target).to_vec();
            post.targets = vec![Target { extras: Extras { media: None, ..target.extras.clone() }, ..target.clone() }];
        }
        post
    }

    /// The editor of the open tab.
    pub(super) fn editor(&self) -> &Editor {
        let seat = self.target().map(|target| self.seat(&target.channel));
        let own = seat.and_then(|seat| self.own.iter().find(|(id, _)| id == seat));
        own.map_or(&self.base, |(_, editor)| editor)
    }

    /// The editor of the open tab. A target that follows the base gets one that starts from the base's text.
    pub(super) fn editor_mut(&mut self) -> &mut Editor {
        let Some(target) = self.tab.checked_sub(1).and_then(|at| self.post.targets.get(at)) else {
            return &mut self.base;
        };
        let seat = self.seat(&target.channel).clone();
        let at = self.own.iter().position(|(id, _)| *id == seat).unwrap_or_else(|| {
            // What surrounds the base there is shown, and typed over, as it is.
            let dressed = self.facts.templated(&target.channel).map(|(text, _)| text);
            let follows = dressed.unwrap_or(self.base.text());
            let mut editor = Editor::new(target.text.as_deref().unwrap_or(follows));
            editor.set_cursor(self.base.cursor());
            self.own.push((seat, editor));
            self.own.len() - 1
        });
        match self.own.get_mut(at) {
            Some((_, editor)) => editor,
            None => &mut self.base,
        }
    }

    /// The field of the tags says what the post has.
    pub(super) fn show_tags(&mut self) {
        self.tags = Input::new(tags::written(&self.post.tags));
    }

    /// Whether there is a row for tags.
    pub(super) fn has_tags(&self) -> bool {
        self.field == Field::Tags || !self.post.tags.is_empty()
    }

    /// Goes to another tab; the cursor is where it was there.
    pub(super) fn go_tab(&mut self, tab: usize, shared: &Shared) {
        // An editor that only mirrored the base would show an old text next time.
        let mut own = std::mem::take(&mut self.own);
        own.retain(|(id, _)| {
            self.seat(id) == id && self.post.targets.iter().any(|t| t.channel == *id && t.text.is_some())
        });
        self.own = own;
        self.tab = tab.min(self.post.targets.len());
        self.editor_mut();
        self.facts.retab(&self.post, self.tab, shared);
        self.settle(shared, self.area);
    }

    pub(super) fn turn_tab(&mut self, by: isize, shared: &Shared) {
        let tabs = self.post.targets.len() + 1;
        let turned = (self.tab + tabs).saturating_add_signed(by) % tabs;
        self.go_tab(turned, shared);
    }

    /// The open editor's text changed: a target that followed the base has its own text from now on.
    pub(super) fn text_changed(&mut self, shared: &Shared, board: &Board) -> Vec<Effect> {
        let text = self.editor().text().to_owned();
        match self.tab.checked_sub(1).and_then(|at| self.post.targets.get_mut(at)) {
            Some(target) => {
                let channel = target.channel.clone();
                target.text = Some(text.clone());
                self.spread(&channel, &text);
            }
            None => self.post.body = text,
        }
        self.changed(shared, board)
    }

    /// Gives the open tab a text of its own, or lets it follow the base again.
    pub(super) fn detach(&mut self, shared: &Shared, board: &Board) -> Vec<Effect> {
        let open = self.target().map(|target| target.channel.clone());
        if let Some(channel) = open.filter(|channel| self.follows_network(channel, board)) {
            return self.part_or_join(&channel, shared, board);
        }
        let dressed = self.target().and_then(|target| self.facts.templated(&target.channel));
        let base = dressed.map_or_else(|| self.post.body.clone(), |(text, _)| text.to_owned());
        let Some(target) = self.tab.checked_sub(1).and_then(|at| self.post.targets.get_mut(at)) else {
            return Vec::new();
        };
        let channel = target.channel.clone();
        self.of_network.retain(|(id, _)| *id != channel);
        target.text = match target.text.take() {
            Some(own) => {
                self.relinked.retain(|(id, _)| *id != channel);
                self.relinked.push((channel.clone(), own));
                None
            }
            None => {
                let earlier = self.relinked.iter().find(|(id, _)| *id == channel);
                Some(earlier.map_or(base.clone(), |(_, own)| own.clone()))
            }
        };
        let follows = target.text.is_none();
        let text = target.text.clone().unwrap_or(base);
        self.editor_mut().set_text(&text);
        let effects = self.changed(shared, board);
        if follows {
            self.go_tab(self.tab, shared);
        }
        effects
    }

    /// Takes a channel into the post or out of it.
    pub(super) fn toggle(&mut self, channel: &ChannelId, shared: &Shared, board: &Board) -> Vec<Effect> {
        let open = self.target().map(|target| target.channel.clone());
        let editors = self.editors();
        match self.post.targets.iter().position(|target| target.channel == *channel) {
            Some(at) => {
                let taken_out = self.post.targets.remove(at);
                self.shelf.retain(|target| target.channel != *channel);
                self.shelf.push(taken_out);
            }
            None => {
                let shelved = self.shelf.iter().find(|target| target.channel == *channel);
                self.post.targets.push(shelved.cloned().unwrap_or_else(|| Target::new(channel.clone())));
                let rank = |id: &ChannelId| board.channels.iter().position(|known| known.id == *id);
                self.post.targets.sort_by_key(|target| rank(&target.channel).unwrap_or(usize::MAX));
                // As in a file: what a network has been given holds for every channel of it.
                if let Some(text) = networks::text_of(&self.post, &self.of_network, channel, board) {
                    self.join(channel, text, board);
                }
            }
        }
        self.reseat(editors, None);
        let tab = open.and_then(|id| self.post.targets.iter().position(|target| target.channel == id));
        let effects = self.changed(shared, board);
        self.go_tab(tab.map_or(0, |at| at + 1), shared);
        effects
    }

    /// Another whole takes the place of what is open; each text is one step of undo.
    pub(super) fn replaced(&mut self, post: Post, at_once: bool, shared: &Shared, board: &Board) -> Vec<Effect> {
        let open = self.target().map(|target| target.channel.clone());
        self.of_network = networks::shared(&post, board);
        self.base.set_text(&post.body);
        for target in &post.targets {
            let own = self.own.iter_mut().find(|(id, _)| *id == target.channel);
            if let (Some(text), Some((_, editor))) = (&target.text, own) {
                editor.set_text(text);
            }
        }
        self.own.retain(|(id, _)| post.targets.iter().any(|target| target.channel == *id && target.text.is_some()));
        self.title = Input::new(post.title.clone().unwrap_or_default());
        (self.post, self.at_once, self.tab) = (post, at_once, 0);
        self.show_tags();
        let effects = self.changed(shared, board);
        let tab = open.and_then(|id| self.post.targets.iter().position(|target| target.channel == id));
        self.go_tab(tab.map_or(0, |at| at + 1), shared);
        effects
    }

    /// Something changed: compute what follows from it, and keep the draft when the typing pauses.
    pub(super) fn changed(&mut self, shared: &Shared, board: &Board) -> Vec<Effect> {
        self.revision += 1;
        self.refresh(shared, board);
        self.settle(shared, self.area);
        vec![Effect::After(PAUSE, Timer::Typing(self.revision))]
    }

    pub(super) fn refresh(&mut self, shared: &Shared, board: &Board) {
        let said = match &self.check {
            Check::Said(revision, problems) if *revision == self.revision => problems.as_slice(),
            _ => &[],
        };
        self.facts = Facts::new(&self.post, &self.original, said, shared, board);
        self.facts.retab(&self.post, self.tab, shared);
        self.jumped = false;
        self.channel_at = self.channel_at.min(self.facts.channels.len().saturating_sub(1));
        self.problem_at = self.problem_at.min(self.facts.problems.len().saturating_sub(1));
    }

    /// Widths follow from the area: wrapping and the preview are computed for them.
    pub(super) fn settle(&mut self, shared: &Shared, area: Rect) {
        self.area = area;
        let places = regions(self, area);
        self.editor_mut().settle(places.text.width, places.text.height);
        self.facts.settle_preview((places.preview.width, places.preview.height), shared);
    }

    pub(super) fn autosave(&mut self, revision: u64) -> Vec<Effect> {
        // Whoever types without a pause is kept up with all the same: nothing stays unkept for longer than one.
        if revision <= self.sent_revision {
            return Vec::new();
        }
        self.sent_revision = self.revision;
        vec![self.kept(), Effect::After(REST, Timer::Asking(self.revision))]
    }

    /// What keeps the post as it is typed now.
    pub(super) fn kept(&self) -> Effect {
        Effect::Autosave(Box::new(self.post.clone()), Some(Box::new(self.original.clone())))
    }

    pub(super) fn ask(&mut self) -> Vec<Effect> {
        self.check = Check::Asked(self.revision);
        vec![Effect::Check(Box::new(self.post.clone()), self.revision)]
    }

    /// Asks about `revision` unless it is not the newest any more, or there is nobody to ask, or nothing to ask about.
    pub(super) fn ask_by_itself(&mut self, revision: u64, board: &Board) -> Vec<Effect> {
        let asked = matches!(&self.check, Check::Asked(at) | Check::Said(at, _) if *at == revision);
        let silent = self.post.body.trim().is_empty() && self.post.media.is_empty();
        if revision != self.revision || asked || silent || !self.is_checked(board) {
            return Vec::new();
        }
        self.ask()
    }

    /// Whether a provider of one of its channels looks at posts before they are sent.
    pub(super) fn is_checked(&self, board: &Board) -> bool {
        self.post.targets.iter().any(|target| board.checks.contains(&target.account()))
    }

    pub(super) fn checked(&mut self, revision: u64, result: Result<Vec<Problem>, String>) {
        // An older question may be answered after a newer one was asked.
        if self.check != Check::Asked(revision) {
            return;
        }
        self.check = match result {
            Err(words) => Check::Failed(words),
            Ok(problems) => {
                if revision == self.revision {
                    self.facts.hear(&problems);
                    self.problem_at = self.problem_at.min(self.facts.problems.len().saturating_sub(1));
                }
                Check::Said(revision, problems)
            }
        };
    }

    /// The pictures of the preview, each with its place on the screen.
    pub(super) fn pictures(&self) -> Vec<Tile> {
        let area = regions(self, self.area).preview;
        let shown = self.facts.preview.as_ref().map(|shown| shown.tiles.as_slice()).unwrap_or_default();
        let placed = shown.iter().map(|tile| {
            let (x, y) = (area.x.saturating_add(tile.area.x), area.y.saturating_add(tile.area.y));
            Tile { area: Rect { x, y, ..tile.area }, ..tile.clone() }
        });
        placed.filter(|tile| tile.area.intersection(area) == tile.area).collect()
    }

    /// The channels of a post one can choose from.
    pub(super) fn offered<'a>(post: &Post, board: &'a Board) -> impl Iterator<Item = &'a Channel> {
        let chosen: Vec<ChannelId> = post.targets.iter().map(|target| target.channel.clone()).collect();
        board.channels.iter().filter(move |channel| !channel.gone || chosen.contains(&channel.id))
    }

    /// The fields there are just now.
    pub(super) fn fields(&self) -> Vec<Field> {
        let all = [
            (Field::Text, true),
            (Field::Channels, true),
            (Field::When, true),
            (Field::Title, self.facts.wants_title),
            (Field::Media, true),
            (Field::Options, self.facts.options.is_some()),
            (Field::Tags, self.has_tags()),
            (Field::Problems, true),
        ];
        all.into_iter().filter(|(_, is_there)| *is_there).map(|(field, _)| field).collect()
    }

    /// Shows a place in the text of the tab where a problem is.
    pub(super) fn show(&mut self, channel: Option<&ChannelId>, range: &Range<usize>, shared: &Shared) {
        let own = |target: &Target| Some(&target.channel) == channel && target.text.is_some();
        let tab = self.post.targets.iter().position(own).map_or(0, |at| at + 1);
        if self.tab != tab {
            self.go_tab(tab, shared);
        }
        let at = if tab == 0 { self.facts.written(channel, range).start } else { range.start };
        self.editor_mut().set_cursor(at);
    }
}
