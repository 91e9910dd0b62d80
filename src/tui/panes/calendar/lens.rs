//! How posts are looked at: what their colours tell, whether bars tell how full days are, and whether what is past and
//! done is out of sight. The view menu turns it, and a kept view keeps it.

use chrono::{DateTime, Utc};

use super::moving;
use crate::domain::outcome::State;
use crate::domain::post::Post;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::msg::Tone;

/// What the colours of posts tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colouring {
    /// How they stand.
    #[default]
    State,
    /// Where they go.
    Network,
    /// What they are part of.
    Campaign,
}

impl Colouring {
    /// Every one, in the order in which they follow each other.
    pub const ALL: [Self; 3] = [Self::State, Self::Network, Self::Campaign];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Network => "network",
            Self::Campaign => "campaign",
        }
    }

    /// The one of that name; of any other, the first.
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|each| each.word() == word).unwrap_or_default()
    }

    fn next(self) -> Self {
        match self {
            Self::State => Self::Network,
            Self::Network => Self::Campaign,
            Self::Campaign => Self::State,
        }
    }
}

/// How posts are looked at, in every pane that shows them by day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lens {
    /// What the colours of posts tell.
    pub colouring: Colouring,
    /// Whether bars tell how full days and hours are.
    pub heat: bool,
    /// Whether what is past and done is out of sight.
    pub no_past: bool,
}

impl Lens {
    /// Whether it takes `post` out of sight: its moment is over, and all of it is out. What needs a person never is.
    pub fn hides(&self, post: &Post, now: DateTime<Utc>) -> bool {
        self.no_past && post.instant().is_some_and(|at| at <= now) && post.state(now) == State::Published
    }
}

/// What was chosen elsewhere is to be seen: where it is a past post that is out of sight, all are shown again.
pub(super) fn let_see(shared: &mut Shared, board: &Board) {
    let chosen = shared.cursor.and_then(|id| board.post(id));
    if chosen.is_some_and(|post| shared.lens.hides(post, shared.now)) {
        shared.lens.no_past = false;
        moving::tell(shared, Tone::Plain, "past posts are shown again, as this one is past".into(), None);
    }
}

/// Turns what `action` turns, and says how it is now; whether it turns anything.
pub(super) fn turn(shared: &mut Shared, action: Action) -> bool {
    let lens = &mut shared.lens;
    let words = match action {
        Action::TurnColours => {
            lens.colouring = lens.colouring.next();
            match lens.colouring {
                Colouring::State => "coloured by state",
                Colouring::Network => "coloured by network; what needs a person keeps its colour",
                Colouring::Campaign => "coloured by campaign; what needs a person keeps its colour",
            }
        }
        Action::ToggleHeat => {
            lens.heat = !lens.heat;
            if lens.heat { "bars show how full days and hours are" } else { "no bars of how full it is" }
        }
        Action::TogglePast => {
            lens.no_past = !lens.no_past;
            if lens.no_past {
                "what is past and done is hidden; what needs a person stays"
            } else {
                "past posts are shown"
            }
        }
        _ => return false,
    };
    moving::tell(shared, Tone::Plain, words.into(), None);
    true
}
