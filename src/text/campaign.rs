//! What a campaign's posts meet: their texts, other posts of their channels, moments that the clocks skip. One
//! judgement for the builder on the screen and for the shell; pure.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::campaign::OnClash;
use crate::domain::channel::Channel;
use crate::domain::habits::Habits;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::naming::full_name;
use crate::domain::post::{Post, Wish};
use crate::domain::schedule::{Resolved, Schedule};

use super::clean::{one_line, truncate};

/// How far a post is put off on a clash, again and again until there is room.
const STEP: TimeDelta = TimeDelta::minutes(30);
/// How often a post is put off on a clash before it is refused: a day's worth.
const PUT_OFF: usize = 48;
/// Cells of a text in a message about another post.
const HEADLINE: usize = 40;
/// Posts of one campaign.
pub const MOST_POSTS: usize = 1_000;
/// The line between two texts that have lines of their own.
const CUT: &str = "===";

/// Posts by their moments, each by its first line.
type Moments = BTreeMap<(DateTime<Utc>, PostId), Arc<str>>;

/// What channels have ahead of them.
#[derive(Clone, Debug, Default)]
pub struct Busy(HashMap<ChannelId, Moments>);

/// What became of a post that met another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// It stays beside it.
    Kept(String),
    /// It was put off.
    PutOff(String),
    /// It cannot go out like this.
    Refused(String),
}

impl Busy {
    /// Takes in a post that is scheduled or held; any other is in nobody's way.
    pub fn add_planned(&mut self, post: &Post) {
        if matches!(post.wish, Wish::Schedule | Wish::Hold) {
            self.add(post);
        }
    }

    /// Takes in a post.
    pub fn add(&mut self, post: &Post) {
        let headline: Arc<str> = post.headline().into();
        for target in &post.targets {
            if let Some(schedule) = post.schedule_for(target) {
                let on = self.0.entry(target.channel.clone()).or_default();
                on.insert((schedule.instant(), post.id), headline.clone());
            }
        }
    }

    /// The post nearer than `near` on one of the same channels, in words; `channels` names them.
    pub fn against(&self, post: &Post, channels: &[Channel], near: TimeDelta) -> Option<String> {
        post.targets.iter().find_map(|target| {
            let at = post.schedule_for(target)?.instant();
            let first = at.checked_sub_signed(near)?;
            let on = self.0.get(&target.channel)?.range((first, PostId::from_uuid(uuid::Uuid::nil()))..);
            let mut around = on.take_while(|((other, _), _)| *other - at < near);
            let (_, headline) = around.find(|((other, id), _)| *other - first > TimeDelta::zero() && *id != post.id)?;
            let name = channels.iter().find(|channel| channel.id == target.channel).map(full_name);
            let headline = truncate(&one_line(headline), HEADLINE);
            Some(format!("\"{headline}\" on {}", name.unwrap_or_else(|| target.channel.to_string())))
        })
    }
}

/// Does what was asked for on a clash with what is in `busy`, which is a post nearer than the habits allow; nothing where
/// there is none.
pub fn settle_clash(
    post: &mut Post,
    on_clash: OnClash,
    channels: &[Channel],
    busy: &[&Busy],
    habits: &Habits,
) -> Option<Met> {
    let near = habits.near;
    let against = |post: &Post| busy.iter().find_map(|busy| busy.against(post, channels, near));
    let first = against(post)?;
    let within = match near.num_minutes() {
        1 => "1 minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    };
    match on_clash {
        OnClash::Keep => return Some(Met::Kept(format!("it is within {within} of {first}"))),
        OnClash::Refuse => {
            return Some(Met::Refused(format!("it is within {within} of {first}; give it another time")));
        }
        OnClash::Shift => {}
    }
    let wanted = post.schedule?;
    let mut at = wanted;
    for _ in 0..PUT_OFF {
        let later = at.instant().checked_add_signed(STEP)?;
        at = Schedule::at(later, at.zone());
        post.schedule = Some(at);
        if against(post).is_none() {
            return Some(Met::PutOff(format!("put off to {}, away from {first}", shown(at, habits))));
        }
    }
    post.schedule = Some(wanted);
    Some(Met::Refused(format!("it clashes with {first}, and there is no room for a day")))
}

/// What is said of a post whose text an earlier one of its campaign has.
pub fn same_text(first: impl std::fmt::Display) -> String {
    format!("same text as post {first}; it may be refused as a duplicate")
}

/// The moment that stands for one the clocks skip or show twice, and what has to be said of it.
pub fn certain(moment: Resolved, habits: &Habits) -> (Schedule, Option<String>) {
    match moment {
        Resolved::At(schedule) => (schedule, None),
        Resolved::Gap { before, after, .. } => {
            let words =
                format!("the clocks skip its time: {} or {} would do", shown(before, habits), shown(after, habits));
            (after, Some(words))
        }
        Resolved::Twice { first, second } => {
            let words =
                format!("the clocks show its time twice: say {} or {}", shown(first, habits), shown(second, habits));
            (first, Some(words))
        }
    }
}

fn shown(at: Schedule, habits: &Habits) -> String {
    habits.moment(at.instant(), at.zone(), "%a %-d %b {} %Z")
}

/// The texts of a file: blocks apart by lines of `===`, else one per line that is not empty.
pub fn texts(file: &str) -> Vec<String> {
    let is_cut = |line: &str| line.trim_end() == CUT;
    if !file.lines().any(is_cut) {
        return file.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    }
    let mut blocks = vec![String::new()];
    for line in file.lines() {
        match blocks.last_mut() {
            Some(block) if !is_cut(line) => {
                block.push_str(line);
                block.push('\n');
            }
            _ => blocks.push(String::new()),
        }
    }
    blocks.iter().map(|block| block.trim().to_owned()).filter(|block| !block.is_empty()).collect()
}

/// The file that [`texts`] reads these from.
pub fn file_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<&str> = texts.collect();
    if texts.iter().any(|text| text.contains('\n')) {
        let cut = format!("\n{CUT}\n");
        // One text of several lines has to be told from several texts.
        return if texts.len() == 1 { format!("{}{cut}", texts.concat()) } else { texts.join(&cut) };
    }
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::IdSource;
    use crate::domain::post::Target;
    use chrono_tz::UTC;
    use proptest::prelude::*;

    fn at(minute: i64) -> Post {
        let now = DateTime::UNIX_EPOCH;
        let mut post = Post::draft(IdSource::seeded(u32::try_from(minute).unwrap() + 1).post(now), now);
        post.targets = vec![Target::new(ChannelId::new("a/1"))];
        post.schedule = Some(Schedule::at(now + TimeDelta::minutes(minute), UTC));
        post
    }

    #[test]
    fn texts_are_lines_or_blocks() {
        assert_eq!(texts("one\n\n  two \nthree"), ["one", "two", "three"]);
        assert_eq!(texts("one\n\nmore\n===\ntwo\n===\n\n"), ["one\n\nmore", "two"]);
        assert!(texts(" \n\n").is_empty());
    }

    fn habits(near: TimeDelta) -> Habits {
        Habits { near, ..Habits::default() }
    }

    #[test]
    fn two_posts_of_a_channel_clash_within_the_distance_that_is_set() {
        let mut busy = Busy::default();
        busy.add(&at(60));
        for (minute, clashes) in [(30, false), (31, true), (60, true), (89, true), (90, false)] {
            let post = Post { id: at(7).id, ..at(minute) };
            assert_eq!(busy.against(&post, &[], STEP).is_some(), clashes, "{minute}");
        }
        let mut post = Post { id: at(7).id, ..at(55) };
        let mut met = |near| settle_clash(&mut post, OnClash::Keep, &[], &[&busy], &habits(TimeDelta::minutes(near)));
        assert_eq!(met(5), None);
        assert!(matches!(met(6), Some(Met::Kept(words)) if words.starts_with("it is within 6 minutes of")));
        assert_eq!(busy.against(&at(60), &[], STEP), None, "it is in nobody's way but its own");
    }

    #[test]
    fn a_post_that_is_put_off_finds_room_or_is_refused() {
        let mut busy = Busy::default();
        busy.add(&at(60));
        busy.add(&at(90));
        let mut post = Post { id: at(7).id, ..at(60) };
        let met = settle_clash(&mut post, OnClash::Shift, &[], &[&busy], &habits(STEP));
        assert!(matches!(met, Some(Met::PutOff(_))), "{met:?}");
        assert_eq!(post.instant(), at(120).instant());
        for half in 0..60 {
            busy.add(&at(60 + half * 30));
        }
        let mut post = Post { id: at(7).id, ..at(60) };
        assert!(matches!(settle_clash(&mut post, OnClash::Shift, &[], &[&busy], &habits(STEP)), Some(Met::Refused(_))));
        assert_eq!(post.instant(), at(60).instant(), "it stands where it was wanted");
    }

    proptest! {
        #[test]
        fn a_file_of_texts_is_read_as_those_texts(
            texts in prop::collection::vec("[a-z=]{1,5}( [a-z]{1,5}){0,2}(\n[a-z]{1,5}){0,2}", 0..6),
        ) {
            prop_assume!(texts.iter().all(|text| text.lines().all(|line| line != CUT)));
            prop_assert_eq!(super::texts(&file_of(texts.iter().map(String::as_str))), texts);
        }
    }
}
