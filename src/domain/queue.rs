//! Queues that a provider keeps: weekly places for posts, of which it gives the next free one itself.

use chrono::{DateTime, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::habits::Habits;
use super::ids::AccountName;

/// Which queue a post waits for. Its schedule is then what the provider showed as the next free place; the place it
/// gets is said by the answer, and is its time from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// Whose queue it is.
    pub account: AccountName,
    /// The provider's name for it; only its adapter reads it.
    pub place: String,
    /// What people call it.
    pub name: String,
}

/// A queue, as its provider shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The provider's name for it; only its adapter reads it.
    pub place: String,
    /// What people call it.
    pub name: String,
    /// Whether it is the one that is meant where none is named.
    pub usual: bool,
    /// Its weekly places, by the clock of [`Queue::zone`].
    pub slots: Vec<(Weekday, NaiveTime)>,
    /// The zone of its places, by IANA name, as the provider says it.
    pub zone: String,
    /// The next free place.
    pub next: Next,
}

/// The next place of a queue, as its provider shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At this instant.
    At(DateTime<Utc>),
    /// Every place is taken.
    Full,
    /// It is only said when a post arrives.
    Untold,
}

impl Next {
    /// The instant, where one is shown.
    pub fn at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::At(at) => Some(at),
            Self::Full | Self::Untold => None,
        }
    }
}

/// A queue that a post could wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub queued: Queued,
    /// The queue itself.
    pub queue: Queue,
}

impl Queue {
    /// Its weekly places in words: `Mon 09:00, Sun 18:30 (America/New_York)`.
    pub fn slots_words(&self, habits: &Habits) -> String {
        let slots: Vec<String> = self.slots.iter().map(|(day, time)| format!("{day} {}", habits.time(*time))).collect();
        match slots.is_empty() {
            true => "places that are not shown".to_owned(),
            false => format!("{} ({})", slots.join(", "), self.zone),
        }
    }
}

/// Whether `text` asks for a queue instead of a time, and which: nothing where none is named. `queue`, `queue evening`.
pub fn asked(text: &str) -> Option<&str> {
    let text = text.trim();
    let (word, name) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    word.eq_ignore_ascii_case("queue").then(|| name.trim())
}

/// The offers that `name` means: the usual queue where it is empty, else those whose names begin with it.
pub fn meant<'a>(offers: &'a [Offer], name: &str) -> Vec<&'a Offer> {
    let folded = name.trim().to_lowercase();
    if folded.is_empty() {
        let usual = offers.iter().find(|offer| offer.queue.usual).or(offers.first());
        return usual.into_iter().collect();
    }
    let named = |offer: &&Offer| offer.queue.name.to_lowercase() == folded;
    match offers.iter().find(named) {
        Some(exact) => vec![exact],
        None => offers.iter().filter(|offer| offer.queue.name.to_lowercase().starts_with(&folded)).collect(),
    }
}

/// The queue that `name` means and the place it shows as next, or why no post can wait there.
pub fn choose<'a>(
    offers: &'a [Offer],
    name: &str,
    habits: &Habits,
) -> Result<(&'a Offer, Option<DateTime<Utc>>), String> {
    let list = |offers: &[&Offer]| {
        let one = |offer: &&Offer| format!("{} with {}", offer.queue.name, offer.queue.slots_words(habits));
        offers.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    let offer = match meant(offers, name).as_slice() {
        [] if offers.is_empty() => return Err("there is no queue yet: make one on the provider's site".into()),
        [] => {
            return Err(format!(
                "no queue is called \"{name}\"; there is {}",
                list(&offers.iter().collect::<Vec<_>>())
            ));
        }
        [offer] => *offer,
        several => return Err(format!("\"{name}\" means several queues: {}", list(several))),
    };
    if offer.queue.next == Next::Full {
        let Queue { name, .. } = &offer.queue;
        return Err(format!(
            "no place of the queue {name} is free ({}): give it a time",
            offer.queue.slots_words(habits)
        ));
    }
    Ok((offer, offer.queue.next.at()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(name: &str, usual: bool) -> Offer {
        let account = AccountName::new("acme");
        let queued = Queued { account, place: name.to_owned(), name: name.to_owned() };
        let slots = vec![(Weekday::Mon, NaiveTime::MIN)];
        let queue =
            Queue { place: name.to_owned(), name: name.to_owned(), usual, slots, zone: "UTC".into(), next: Next::Full };
        Offer { queued, queue }
    }

    #[test]
    fn a_queue_is_asked_for_by_a_word_and_perhaps_a_name() {
        assert_eq!(asked(" Queue "), Some(""));
        assert_eq!(asked("queue  late night "), Some("late night"));
        assert_eq!((asked("queues"), asked("fri 14"), asked("")), (None, None, None));
    }

    #[test]
    fn a_name_means_the_queue_that_begins_with_it_and_none_the_usual_one() {
        let mut offers = [offer("Morning", false), offer("Evening", true), offer("Even more", false)];
        let names = |name: &str| meant(&offers, name).iter().map(|it| it.queue.name.as_str()).collect::<Vec<_>>();
        assert_eq!(names(""), ["Evening"]);
        assert_eq!(names("MORN"), ["Morning"]);
        assert_eq!(names("even"), ["Evening", "Even more"]);
        assert_eq!(names("evening"), ["Evening"]);
        assert!(names("noon").is_empty());
        assert_eq!(offers[0].queue.slots_words(&Habits { twelve: true, ..Habits::default() }), "Mon 12:00a (UTC)");
        assert!(choose(&offers, "noon", &Habits::default()).unwrap_err().contains("Morning with Mon 00:00 (UTC)"));
        assert!(choose(&offers, "even", &Habits::default()).unwrap_err().contains("several"));
        assert!(choose(&offers, "", &Habits::default()).unwrap_err().contains("no place of the queue Evening is free"));
        assert!(choose(&[], "", &Habits::default()).unwrap_err().contains("make one"));
        offers[0].queue.next = Next::At(DateTime::UNIX_EPOCH);
        assert_eq!(choose(&offers, "m", &Habits::default()).unwrap().1, Some(DateTime::UNIX_EPOCH));
        offers[1].queue.next = Next::Untold;
        assert_eq!(choose(&offers, "", &Habits::default()).unwrap().1, None);
    }
}
