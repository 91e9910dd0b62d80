//! Campaigns: many texts in a rhythm, judged before anything leaves, and scheduled with an answer per post.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::campaign::Rhythm;
use crate::domain::channel::Channel;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::media::Media;
use crate::domain::naming::full_name;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::schedule::{Resolved, Schedule};
use crate::text::clean::{one_line, truncate};
use crate::text::rules::Rules;

use super::{Desk, DeskError, Result};

/// Two posts of one channel within this clash.
const NEAR: TimeDelta = TimeDelta::minutes(30);
/// How often a post is put off on a clash before it is refused: a day's worth.
const PUT_OFF: usize = 48;
/// Cells of a text in a message about another post.
const HEADLINE: usize = 40;
/// Posts of one campaign.
pub const MOST_POSTS: usize = 1_000;

/// What becomes of a post whose channel has another one nearby.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnClash {
    /// It stays, and the clash is said.
    #[default]
    Keep,
    /// It is put off by half an hour until there is room.
    Shift,
    /// It is not scheduled.
    Refuse,
}

/// A campaign as somebody wants it.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Its name.
    pub name: String,
    /// When its posts go out.
    pub rhythm: Rhythm,
    /// Their texts, in order.
    pub texts: Vec<String>,
    /// The channels of every post.
    pub to: Vec<Channel>,
    /// What every post carries.
    pub media: Vec<Media>,
    /// What to do on a clash.
    pub on_clash: OnClash,
}

/// What a post of a campaign is before it is scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be scheduled.
    Good,
    /// It is scheduled or out already: it is left as it is.
    There(PostId),
    /// Something stands in its way: it is kept as a draft.
    Refused,
}

impl Standing {
    /// The word in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::There(_) => "there",
            Self::Refused => "refused",
        }
    }
}

/// One post of a campaign.
#[derive(Clone, Debug)]
pub struct Ghost {
    /// Its number in the campaign, from 1.
    pub number: usize,
    /// The post it would be.
    pub post: Post,
    /// What it is now.
    pub standing: Standing,
    /// What stands in its way or is worth knowing.
    pub messages: Vec<String>,
}

impl Desk {
    /// What a campaign would be, post by post. Keeps and sends nothing.
    pub async fn ghosts(&self, recipe: &Recipe, rules: &Rules) -> Result<Vec<Ghost>> {
        if recipe.texts.is_empty() {
            return Err(DeskError::Refused("a campaign needs a text: one per line, or blocks apart by ===".into()));
        }
        if recipe.texts.len() > MOST_POSTS {
            let words = format!("{} texts are too many for one campaign; {MOST_POSTS} fit", recipe.texts.len());
            return Err(DeskError::Refused(words));
        }
        let moments =
            recipe.rhythm.moments(recipe.texts.len()).map_err(|error| DeskError::Refused(error.to_string()))?;
        let (mut before, mut busy) = (self.of_campaign(&recipe.name).await?, self.busy().await?);
        let mut ghosts = Vec::with_capacity(moments.len());
        for (at, (text, moment)) in recipe.texts.iter().zip(moments).enumerate() {
            let known = before.get_mut(text.as_str()).and_then(Vec::pop);
            ghosts.push(self.ghost(at + 1, recipe, (text, moment), known, &mut busy, rules));
        }
        Ok(ghosts)
    }

    fn ghost(
        &self,
        number: usize,
        recipe: &Recipe,
        (text, moment): (&str, Resolved),
        known: Option<Post>,
        busy: &mut Busy,
        rules: &Rules,
    ) -> Ghost {
        if let Some(post) = known.as_ref().filter(|post| post.wish != Wish::Draft || post.is_remote()) {
            let standing = Standing::There(post.id);
            return Ghost { number, post: post.clone(), standing, messages: Vec::new() };
        }
        let now = self.now();
        let mut post = known.unwrap_or_else(|| Post::draft(self.ids().post(now), now));
        post.body = text.to_owned();
        post.campaign = Some(recipe.name.clone());
        post.targets = recipe.to.iter().map(|channel| Target::new(channel.id.clone())).collect();
        post.media.clone_from(&recipe.media);
        post.wish = Wish::Schedule;
        let (mut faults, mut notes) = (Vec::new(), Vec::new());
        match moment {
            Resolved::At(schedule) => post.schedule = Some(schedule),
            Resolved::Gap { before, after } => {
                // Kept at the moment after, and not scheduled: which one is meant is asked.
                post.schedule = Some(after);
                faults.push(format!("the clocks skip its time: {} or {} would do", shown(before), shown(after)));
            }
            Resolved::Twice { first, second } => {
                post.schedule = Some(first);
                faults.push(format!("the clocks show its time twice: say {} or {}", shown(first), shown(second)));
            }
        }
        self.settle_clash(&mut post, recipe, busy, &mut faults, &mut notes);
        let named: Vec<&Channel> = recipe.to.iter().collect();
        self.objections(&post, &named, rules, &mut faults, &mut notes);
        let standing = if faults.is_empty() { Standing::Good } else { Standing::Refused };
        if standing == Standing::Good {
            busy.add(&post);
        }
        faults.append(&mut notes);
        Ghost { number, post, standing, messages: faults }
    }

    fn settle_clash(
        &self,
        post: &mut Post,
        Recipe { on_clash, to, .. }: &Recipe,
        busy: &Busy,
        faults: &mut Vec<String>,
        notes: &mut Vec<String>,
    ) {
        let Some(first) = busy.against(post, to) else { return };
        match on_clash {
            OnClash::Keep => notes.push(format!("it is within 30 minutes of {first}")),
            OnClash::Refuse => faults.push(format!("it is within 30 minutes of {first}; give it another time")),
            OnClash::Shift => {
                for _ in 0..PUT_OFF {
                    let Some(schedule) = post.schedule else { return };
                    if busy.against(post, to).is_none() {
                        notes.push(format!("put off to {}, away from {first}", shown(schedule)));
                        return;
                    }
                    post.schedule = Some(Schedule::at(schedule.instant() + NEAR, schedule.zone()));
                }
                faults.push(format!("it clashes with {first}, and there is no room for a day"));
            }
        }
    }

    /// Schedules what can be, and keeps the rest as drafts of the campaign. The answer says per number which post it is,
    /// or why it is none.
    pub async fn launch(&self, ghosts: &[Ghost], draft: bool) -> Vec<(usize, Result<PostId>)> {
        let mut answers = Vec::with_capacity(ghosts.len());
        for ghost in ghosts {
            let answer = match ghost.standing {
                Standing::There(id) => Ok(id),
                Standing::Good if !draft => self.save(ghost.post.clone(), "scheduled").await,
                Standing::Good | Standing::Refused => {
                    self.save(Post { wish: Wish::Draft, ..ghost.post.clone() }, "saved").await
                }
            };
            answers.push((ghost.number, answer));
        }
        answers
    }

    /// The posts of a campaign by text; of equal texts the earliest is taken first.
    async fn of_campaign(&self, name: &str) -> Result<HashMap<String, Vec<Post>>> {
        let mut posts: Vec<Post> = Vec::new();
        for post in self.store.every_post(None, None).await? {
            if post.campaign.as_deref() == Some(name) {
                posts.push(Post::clone(&post));
            }
        }
        posts.sort_by_key(|post| std::cmp::Reverse((post.instant(), post.id)));
        let mut by_text: HashMap<String, Vec<Post>> = HashMap::new();
        for post in posts {
            by_text.entry(post.as_written().body).or_default().push(post);
        }
        Ok(by_text)
    }

    async fn busy(&self) -> Result<Busy> {
        let mut busy = Busy::default();
        for post in self.store.every_post(Some(self.now()), None).await? {
            if matches!(post.wish, Wish::Schedule | Wish::Hold) {
                busy.add(&post);
            }
        }
        Ok(busy)
    }
}

/// What channels have ahead of them.
#[derive(Default)]
struct Busy(HashMap<ChannelId, Vec<(DateTime<Utc>, String)>>);

impl Busy {
    fn add(&mut self, post: &Post) {
        for target in &post.targets {
            if let Some(schedule) = post.schedule_for(target) {
                let entry = (schedule.instant(), post.headline().to_owned());
                self.0.entry(target.channel.clone()).or_default().push(entry);
            }
        }
    }

    /// The post nearby on one of the same channels, of `to`, in words.
    fn against(&self, post: &Post, to: &[Channel]) -> Option<String> {
        post.targets.iter().find_map(|target| {
            let at = post.schedule_for(target)?.instant();
            let near = self.0.get(&target.channel)?.iter().find(|(other, _)| (*other - at).abs() < NEAR);
            let name = to.iter().find(|channel| channel.id == target.channel).map(full_name);
            near.map(|(_, headline)| {
                let headline = truncate(&one_line(headline), HEADLINE);
                format!("\"{headline}\" on {}", name.unwrap_or_else(|| target.channel.to_string()))
            })
        })
    }
}

fn shown(at: Schedule) -> String {
    at.instant().with_timezone(&at.zone()).format("%a %-d %b %H:%M %Z").to_string()
}

/// The texts of a file: blocks apart by lines of `===`, else one per line that is not empty.
pub fn texts(file: &str) -> Vec<String> {
    let is_cut = |line: &str| line.trim_end() == "===";
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

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn texts_are_lines_or_blocks() {
        assert_eq!(texts("one\n\n  two \nthree"), ["one", "two", "three"]);
        assert_eq!(texts("one\n\nmore\n===\ntwo\n===\n\n"), ["one\n\nmore", "two"]);
        assert!(texts(" \n\n").is_empty());
    }
}
