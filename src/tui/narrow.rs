//! The filter menu (`f`): one term put into the filter by a key, and taken out by the same key. `/` shows the filter as
//! text, to be typed further.

use crate::domain::channel::Channel;
use crate::domain::filter::Filter;
use crate::domain::outcome::State;

use super::action::Action;
use super::dispatch;
use super::model::{Model, Pane};
use super::msg::Tone;
use super::notice;
use super::verbs;

/// Whether it is an action of the filter menu.
pub fn is_narrowing(action: Action) -> bool {
    states(action).is_some()
        || matches!(
            action,
            Action::OnlyNetwork
                | Action::OnlyItsChannel
                | Action::OnlyAccount
                | Action::OnlyCampaign
                | Action::FilterClear
        )
}

/// The statuses that a key leaves.
fn states(action: Action) -> Option<&'static [State]> {
    match action {
        Action::OnlyFailed => Some(&[State::Failed, State::Partial, State::Unknown, State::Missed]),
        Action::OnlyDrafts => Some(&[State::Draft]),
        Action::OnlyScheduled => Some(&[State::Scheduled]),
        Action::OnlyHeld => Some(&[State::Held]),
        Action::OnlyPublished => Some(&[State::Published]),
        _ => None,
    }
}

/// The term that an action puts into the filter: its key and its value; or why there is none here.
pub fn term(action: Action, model: &Model) -> Result<(&'static str, String), String> {
    if let Some(states) = states(action) {
        return Ok(("status", states.iter().map(|state| state.word()).collect::<Vec<_>>().join(",")));
    }
    let post = model.cursor_post().filter(|_| model.focus != Pane::Channels);
    match action {
        Action::OnlyCampaign => {
            let campaign = post.and_then(|post| post.campaign.clone()).filter(|name| !name.trim().is_empty());
            campaign.map(|name| ("campaign", name)).ok_or_else(|| "the post under the cursor is of no campaign".into())
        }
        _ => {
            let channel =
                verbs::channel_at_hand(model).ok_or("no channel under the cursor, nor a post that has one")?;
            Ok(match action {
                Action::OnlyNetwork => ("net", channel.network.key().to_owned()),
                Action::OnlyItsChannel => ("ch", channel_words(channel, model)),
                _ => ("account", channel.account.as_str().to_owned()),
            })
        }
    }
}

/// What a filter calls the channel and no other: its handle or name, else its id.
fn channel_words(channel: &Channel, model: &Model) -> String {
    let label = channel.label();
    let folded = label.to_lowercase();
    let says = |other: &&Channel| [&other.handle, &other.name].iter().any(|it| it.to_lowercase().contains(&folded));
    let alone = model.board.channels.iter().filter(says).count() == 1;
    if alone { label.to_owned() } else { channel.id.as_str().to_owned() }
}

/// Why the action would do nothing here, if so.
pub fn availability(action: Action, model: &Model) -> Result<(), String> {
    match action {
        Action::FilterClear if model.shared.filter.is_none() => Err("no filter is set; / sets one".into()),
        Action::FilterClear => Ok(()),
        _ => term(action, model).map(drop),
    }
}

/// Puts the term into the filter, or takes it out.
pub fn run(model: &mut Model, action: Action) {
    let before = model.shared.filter.take().unwrap_or_default();
    let after = match action {
        Action::FilterClear => Ok(Filter::default()),
        _ => match term(action, model) {
            Ok((key, value)) => before.turned(key, &value).map_err(|error| error.to_string()),
            Err(why) => Err(why),
        },
    };
    match after {
        Ok(filter) => model.shared.filter = Some(filter).filter(|filter| !filter.is_empty()),
        Err(why) => {
            model.shared.filter = Some(before).filter(|filter| !filter.is_empty());
            notice::tell(model, Tone::Plain, why);
        }
    }
    dispatch::refresh(model);
}
