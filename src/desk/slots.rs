//! The weekly posting slots as times: `slot` is the next one that is free for a post's channels.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::channel::Channel;
use crate::domain::habits::Habits;
use crate::domain::ids::ChannelId;
use crate::domain::plan::{DayNote, Plan};
use crate::domain::post::{Post, Target};
use crate::domain::schedule::Schedule;

use super::{Desk, DeskError, Result};

/// How far is looked, in days: near first, since it is free there mostly.
const REACHES: [u64; 3] = [14, 62, 366];

/// What the slots go by: the configuration's slots and zones of channels, and how near two posts clash.
#[derive(Clone, Debug)]
pub(super) struct Habit {
    plan: Plan,
    pub(super) near: TimeDelta,
}

impl Default for Habit {
    fn default() -> Self {
        Self { plan: Plan::default(), near: Habits::default().near }
    }
}

/// The slots as they are free at one moment, and what takes them from then on.
#[derive(Debug)]
pub struct Slots {
    habit: Habit,
    channels: Vec<Channel>,
    posts: Vec<Arc<Post>>,
    embargoes: BTreeMap<NaiveDate, DayNote>,
    now: DateTime<Utc>,
    zone: Tz,
}

impl Desk {
    /// Lets `slot` mean the slots of `plan`, of which one is free where no post of the channel is nearer than the habits
    /// allow; and times be told by those habits.
    pub fn keeps_slots(&mut self, plan: Plan, habits: Habits) {
        self.slots = Habit { plan, near: habits.near };
        self.habits = habits;
    }

    /// The slots as they are free now.
    pub async fn slots(&self) -> Result<Slots> {
        let (now, habit) = (self.now(), self.slots.clone());
        // Where there are no slots nothing can take one.
        let posts = match habit.plan.slots.is_empty() {
            true => Vec::new(),
            false => self.store.every_post(Some(now - habit.near), None).await?,
        };
        let channels = self.store.channels().await?;
        let notes = self.store.day_notes().await?.into_iter();
        let embargoes = notes.filter(|(_, note)| note.embargo).collect();
        Ok(Slots { habit, channels, posts, embargoes, now, zone: self.zone() })
    }
}

impl Slots {
    /// The next slot that is free for one of the channels, as on screen; for any where none is named. Days on which
    /// nothing goes out have none.
    pub fn next(&self, targets: &[Target]) -> Result<Schedule> {
        let Habit { plan, near } = &self.habit;
        if plan.slots.is_empty() {
            let words = "there are no posting slots: write [[slots]] in the configuration, or give it a time";
            return Err(DeskError::Refused(words.into()));
        }
        let is_its = |channel| targets.is_empty() || targets.iter().any(|target| target.channel == channel);
        for reach in REACHES {
            let span = self.now..self.now + Days::new(reach);
            let open = plan.openings(&self.channels, &self.posts, span, self.zone, *near).into_iter();
            let mut free = open
                .filter(|open| open.at > self.now && open.channels.iter().cloned().any(is_its))
                .map(|open| Schedule::at(open.at, self.zone))
                .filter(|at| !self.embargoes.contains_key(&at.wall().date()));
            if let Some(first) = free.next() {
                return Ok(first);
            }
        }
        let has = |channel: &Channel| plan.slots.iter().any(|rule| rule.is_for(channel));
        let had = self.channels.iter().any(|channel| is_its(channel.id.clone()) && has(channel));
        let words = if had { "no slot is free for its channels in a year" } else { "its channels have no [[slots]]" };
        Err(DeskError::Refused(format!("{words}; give it a time")))
    }

    /// The slots from `start` on that are free for one of `to`, whatever the campaign called `name` has in them.
    pub fn of_campaign(&self, name: &str, to: &[Channel], start: Schedule) -> Result<Vec<Schedule>> {
        let Habit { plan, near } = &self.habit;
        if plan.slots.is_empty() {
            let words = "no posting slots are set; [[slots]] in the configuration names them";
            return Err(DeskError::Refused(words.into()));
        }
        let others: Vec<Arc<Post>> =
            self.posts.iter().filter(|post| post.campaign.as_deref() != Some(name)).cloned().collect();
        let to: Vec<ChannelId> = to.iter().map(|channel| channel.id.clone()).collect();
        let found = plan.slots_from(&self.channels, &others, &to, start.instant(), (self.zone, *near));
        Ok(found.into_iter().filter(|at| !self.embargoes.contains_key(&at.wall().date())).collect())
    }

    /// From now on `post` stands where it stands.
    pub fn take(&mut self, post: &Post) {
        if !self.habit.plan.slots.is_empty() {
            self.posts.push(Arc::new(post.clone()));
        }
    }
}
