//! What the person is told: the newest stands in the status line until its time is over.

use chrono::TimeDelta;

use super::effect::Effect;
use super::model::Model;
use super::msg::{Notice, Timer, Tone};
use crate::domain::post::Post;
use crate::text::clean::{one_line, truncate};

/// How long good and plain news stay.
const SHORT: TimeDelta = TimeDelta::seconds(6);
/// How long bad news stay, unless a person puts them away.
const LONG: TimeDelta = TimeDelta::seconds(12);
/// More than this at once is noise.
const MOST: usize = 20;

/// Tells something.
pub fn tell(model: &mut Model, tone: Tone, words: impl Into<String>) {
    model.shared.notices.push(Notice { words: words.into(), tone, post: None });
}

/// Announces the draft that was being written when the program stopped.
pub fn recovered(draft: &Post) -> Notice {
    let headline = truncate(&one_line(draft.headline()), 40);
    let words = format!("\"{headline}\" was being written when runsheet stopped; it is as it was: g m shows it");
    Notice { words, tone: Tone::Good, post: Some(draft.id) }
}

/// Numbers what was told since the last message, by the shell or by a pane, and asks for the end of its time.
pub fn number(model: &mut Model) -> Vec<Effect> {
    let Model { shared, notice_numbers: numbers, next_notice, told_about, dirty, .. } = model;
    let mut effects = Vec::new();
    numbers.truncate(shared.notices.len());
    for notice in shared.notices.iter().skip(numbers.len()) {
        let stay = if notice.tone == Tone::Bad { LONG } else { SHORT };
        effects.push(Effect::After(stay, Timer::Notice(*next_notice)));
        *told_about = notice.post.or(*told_about);
        numbers.push(*next_notice);
        *next_notice += 1;
        *dirty = true;
    }
    let surplus = numbers.len().saturating_sub(MOST);
    numbers.drain(..surplus);
    shared.notices.drain(..surplus);
    effects
}

/// What was told before the present message concerns another screen: only bad news go along.
pub fn leave_behind(model: &mut Model) {
    let Model { shared, notice_numbers: numbers, .. } = model;
    // What was told by this message has no number yet.
    let old = numbers.len().min(shared.notices.len());
    let stays: Vec<bool> = shared.notices.iter().take(old).map(|notice| notice.tone == Tone::Bad).collect();
    let mut each = stays.iter();
    numbers.retain(|_| each.next().copied().unwrap_or(true));
    let mut each = stays.iter();
    shared.notices.retain(|_| each.next().copied().unwrap_or(true));
}

/// The time of notice `number` is over.
pub fn expire(model: &mut Model, number: u64) {
    if let Some(at) = model.notice_numbers.iter().position(|each| *each == number) {
        model.notice_numbers.remove(at);
        if at < model.shared.notices.len() {
            model.shared.notices.remove(at);
        }
        model.dirty = true;
    }
}

/// Puts everything away that was told so far.
pub fn clear(model: &mut Model) {
    model.shared.notices.clear();
    model.notice_numbers.clear();
}
