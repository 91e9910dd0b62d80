//! A small week for tests of the panes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Europe::Berlin;
use chrono_tz::Tz;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{State, refresh, wanted_range};
use crate::domain::channel::{Channel, Health};
use crate::domain::habits::Habits;
use crate::domain::ids::{AccountName, ChannelId, IdSource, PostId};
use crate::domain::numbers::AHEAD_DAYS;
use crate::domain::outcome::{Cause, Outcome, Refusal};
use crate::domain::post::{Post, Target, Wish};
use crate::text::rules::Rules;
use crate::tui::action::Action;
use crate::tui::board::{Board, Light, LightState};
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::theme::Theme;

/// The zone of every test.
pub const ZONE: Tz = Berlin;

pub fn wall(y: i32, mo: u32, d: u32, h: u32, mi: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(y, mo, d).unwrap().and_hms_opt(h, mi, 0).unwrap()
}

/// An instant by the clock in Berlin, July 2026.
pub fn july(d: u32, h: u32, mi: u32) -> DateTime<Utc> {
    super::resolve(wall(2026, 7, d, h, mi), ZONE).instant()
}

/// A pane, what it shares and what it shows.
pub struct Stage {
    pub state: State,
    pub shared: Shared,
    pub board: Board,
}

impl Stage {
    /// An empty calendar at `now`.
    pub fn empty(now: DateTime<Utc>) -> Self {
        let shared = Shared {
            now,
            zone: ZONE,
            size: (120, 40),
            cursor: None,
            marks: BTreeSet::new(),
            filter: None,
            only: BTreeSet::new(),
            rules: Arc::new(Rules::shipped().clone()),
            ids: IdSource::seeded(5),
            habits: Habits::default(),
            lens: Default::default(),
            rules_asked: std::collections::BTreeMap::new(),
            notices: Vec::new(),
            pictures: Default::default(),
            keys: Default::default(),
            unfinished: None,
        };
        let mut stage =
            Self { state: State::default(), shared, board: Board { channels: channels(), ..Board::default() } };
        stage.board.range = wanted_range(&stage.state, &stage.shared);
        stage.refresh();
        stage
    }

    /// Tuesday, 28 July 2026, 11:42, with a busy week around it.
    pub fn week() -> Self {
        let mut stage = Self::empty(july(28, 11, 42));
        let gone = || Outcome::Published { url: None, at: None };
        let no = |cause, words: &str| Outcome::Refused(Refusal::new(cause, words, None));
        stage.add(july(27, 9, 0), "x bs", "launch teaser with a long headline", Wish::Schedule, gone());
        stage.add(july(27, 12, 0), "x", "Meet us at Web Summit", Wish::Schedule, no(Cause::Reconnect, "gone"));
        stage.add(july(27, 17, 0), "li", "Q3 note: why we rewrote it", Wish::Schedule, no(Cause::Duplicate, "dup"));
        let half = stage.add(july(28, 10, 0), "x li", "Q3 note: what changed", Wish::Schedule, gone());
        stage.edit(half, |post| post.targets[1].outcome = Outcome::Refused(Refusal::new(Cause::Other, "no", None)));
        stage.add(july(28, 17, 0), "x li", "customer story: Foo", Wish::Schedule, Outcome::Accepted);
        let ship = stage.add(july(29, 9, 0), "x bs li", "Ship it: v2.0 is out", Wish::Schedule, Outcome::Accepted);
        stage.edit(ship, |post| post.pending = true);
        stage.add(july(31, 9, 15), "x", "changelog 2.0", Wish::Schedule, Outcome::Accepted);
        stage.add(july(31, 10, 0), "x bs", "idea: pricing page", Wish::Draft, Outcome::NotSent);
        stage.add(july(30, 16, 30), "bs", "docs are live 日本語", Wish::Hold, Outcome::NotSent);
        for minute in [0, 10, 20, 30, 45] {
            stage.add(july(31, 17, minute), "tt", &format!("teaser clip {minute}"), Wish::Schedule, Outcome::Accepted);
        }
        let unknown = Outcome::Unknown { since: july(26, 17, 0), words: "timed out".into() };
        stage.add(super::resolve(wall(2026, 8, 2, 17, 0), ZONE).instant(), "tt", "clip", Wish::Schedule, unknown);
        stage.refresh();
        stage
    }

    /// Adds a post to the board and keeps the board in order.
    pub fn add(&mut self, at: DateTime<Utc>, marks: &str, body: &str, wish: Wish, outcome: Outcome) -> PostId {
        let id = self.shared.ids.post(at);
        let mut post = Post::draft(id, at - TimeDelta::days(1));
        post.body = body.into();
        post.wish = wish;
        post.schedule = Some(crate::domain::schedule::Schedule::at(at, ZONE));
        let channel = |mark: &str| ChannelId::new(format!("zernio/{mark}"));
        post.targets = marks
            .split_whitespace()
            .map(|mark| Target { outcome: outcome.clone(), ..Target::new(channel(mark)) })
            .collect();
        self.board.posts.push(Arc::new(post));
        self.board.posts.sort_by_key(|post| (post.instant(), post.id));
        id
    }

    /// Changes a post as a load would: with a new allocation.
    pub fn edit(&mut self, id: PostId, change: impl FnOnce(&mut Post)) {
        let post = self.board.posts.iter_mut().find(|post| post.id == id).unwrap();
        let mut new = Post::clone(post);
        change(&mut new);
        *post = Arc::new(new);
    }

    pub fn id(&self, body: &str) -> PostId {
        self.board.posts.iter().find(|post| post.body.starts_with(body)).unwrap().id
    }

    pub fn refresh(&mut self) {
        self.board.clashes = super::clashes(&self.shared, &self.board);
        refresh(&mut self.state, &mut self.shared, &self.board);
    }

    pub fn act(&mut self, action: Action) -> Vec<Effect> {
        super::update(&mut self.state, &mut self.shared, &self.board, action, 1)
    }

    /// Acts, and loads what is asked for, from `posts` beyond the board, until nothing more is looked for.
    pub fn seek(&mut self, action: Action, posts: &[Arc<Post>]) {
        let mut effects = self.act(action);
        while let Some(Effect::Load(range)) = effects.first().cloned() {
            self.board.posts.extend(posts.iter().cloned());
            self.board.posts.retain(|post| post.instant().is_some_and(|at| range.contains(&at)));
            self.board.posts.sort_by_key(|post| (post.instant(), post.id));
            self.board.posts.dedup_by_key(|post| post.id);
            self.board.range = range;
            self.refresh();
            effects = match super::sought(&self.state, &self.board) {
                Some((action, count)) => super::update(&mut self.state, &mut self.shared, &self.board, action, count),
                None => Vec::new(),
            };
        }
    }

    pub fn acts(&mut self, actions: &[Action]) -> Vec<Effect> {
        actions.iter().flat_map(|action| self.act(*action)).collect()
    }

    pub fn start_move(&mut self, ids: Vec<PostId>) -> Result<(), String> {
        super::start_move(&mut self.state, &mut self.shared, &self.board, ids)
    }

    pub fn status(&self) -> String {
        super::move_status(&self.state, &self.shared, &self.board, 200).unwrap_or_default()
    }

    pub fn buffer(&self, area: Rect) -> Buffer {
        let mut buf = Buffer::empty(area);
        super::view(&self.state, &self.shared, &self.board, &Theme::default(), true, area, &mut buf);
        buf
    }

    pub fn screen(&self, width: u16, height: u16) -> String {
        text(&self.buffer(Rect::new(0, 0, width, height)))
    }
}

/// A buffer as lines of text.
pub fn text(buf: &Buffer) -> String {
    let row = |y: u16| (0..buf.area.width).map(|x| buf[(buf.area.x + x, y)].symbol()).collect::<String>();
    (buf.area.top()..buf.area.bottom()).map(|y| row(y).trim_end().to_owned() + "\n").collect()
}

fn channels() -> Vec<Channel> {
    let channel =
        |mark: &str, handle: &str, health| Channel { health, ..Channel::sample("zernio", mark, mark, handle) };
    let soon = Health::Expiring { at: july(28, 11, 42) + TimeDelta::days(5) };
    vec![
        channel("bs", "acme.bsky.social", Health::Ok),
        channel("li", "ACME GmbH", soon),
        channel("tt", "acme.clips", Health::Reconnect { words: "token expired".into() }),
        channel("x", "@acme", Health::Ok),
    ]
}

/// The board of [`Stage::week`] with a second account, lights and sparklines, for the channels pane.
pub fn full_board() -> (Board, Shared) {
    let Stage { mut board, shared, .. } = Stage::week();
    let mut second = board.channels.clone();
    second.truncate(2);
    for channel in &mut second {
        channel.account = AccountName::new("oktopost");
        channel.id = ChannelId::of(&channel.account, &channel.remote);
    }
    second[0].hidden = true;
    second[1].health = Health::Cooling { until: shared.now + TimeDelta::minutes(12) };
    board.channels.extend(second);
    let light = |account: &str, provider: &str, state| Light {
        account: AccountName::new(account),
        provider: provider.into(),
        state,
        fresh_at: Some(shared.now - TimeDelta::seconds(12)),
        next_at: None,
        pending: 0,
        spent: None,
    };
    board.lights = vec![
        light("zernio", "Late", LightState::Ok),
        light("oktopost", "Oktopost", LightState::Offline { words: "no route".into() }),
    ];
    let spark: [u16; AHEAD_DAYS] = std::array::from_fn(|day| [3, 1, 0, 2, 5, 0, 0][day % 7]);
    board.ahead = HashMap::from([(ChannelId::new("zernio/x"), spark), (ChannelId::new("zernio/li"), [1; AHEAD_DAYS])]);
    (board, shared)
}
