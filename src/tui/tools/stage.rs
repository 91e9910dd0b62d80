//! A small world for the tests of the composer and its sheets.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Europe::Berlin;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::channel::{Channel, Health};
use crate::domain::ids::{ChannelId, IdSource};
use crate::domain::post::{Post, Target};
use crate::domain::schedule::Schedule;
use crate::text::rules::Rules;
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, KeyCode};

/// Tue 28 Jul 2026, 11:42 in Berlin.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 7, 28, 9, 42, 0).unwrap()
}

pub fn shared() -> Shared {
    Shared {
        now: now(),
        zone: Berlin,
        size: (120, 40),
        cursor: None,
        marks: BTreeSet::new(),
        filter: None,
        only: BTreeSet::new(),
        rules: Arc::new(Rules::shipped().clone()),
        ids: IdSource::seeded(5),
        habits: crate::domain::habits::Habits::default(),
        lens: Default::default(),
        rules_asked: std::collections::BTreeMap::new(),
        notices: Vec::new(),
        pictures: Default::default(),
        keys: Default::default(),
        unfinished: None,
    }
}

fn channel(account: &str, remote: &str, network: &str, handle: &str, health: Health) -> Channel {
    Channel { health, ..Channel::sample(account, remote, network, handle) }
}

/// x, bs and li at `late`; a broken x at `posto`, and one that is gone.
pub fn board() -> Board {
    let broken = Health::Reconnect { words: "the token was revoked".into() };
    let mut gone = channel("posto", "9", "mastodon", "@old", Health::Ok);
    gone.gone = true;
    Board {
        channels: vec![
            channel("late", "2", "bluesky", "acme.bsky", Health::Ok),
            channel("late", "3", "linkedin", "ACME GmbH", Health::Ok),
            channel("late", "1", "x", "@acme", Health::Ok),
            channel("posto", "8", "x", "@acme_dev", broken),
            gone,
        ],
        ..Board::default()
    }
}

/// A draft with `body` for these channels, on Wed 29 Jul 09:00.
pub fn post(shared: &Shared, body: &str, channels: &[&str]) -> Post {
    let mut post = Post::draft(shared.ids.post(shared.now), shared.now);
    post.body = body.into();
    post.targets = channels.iter().map(|id| Target::new(ChannelId::new(*id))).collect();
    post.schedule = Some(Schedule::at(Utc.with_ymd_and_hms(2026, 7, 29, 7, 0, 0).unwrap(), Berlin));
    post
}

pub fn letters(text: &str) -> Vec<Key> {
    text.chars().map(|c| Key::plain(if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) })).collect()
}

/// What `draw` puts on a screen of that size, as lines.
pub fn drawn(width: u16, height: u16, draw: impl FnOnce(Rect, &mut Buffer)) -> String {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    draw(buf.area, &mut buf);
    let row = |y| {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..width {
            let symbol = buf[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = crate::tui::widgets::cells::width(symbol).max(1);
            }
            skip -= 1;
        }
        line.trim_end().to_owned()
    };
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}
