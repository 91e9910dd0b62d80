//! Campaigns: many texts in a rhythm, judged before anything leaves, and scheduled with an answer per post.

use std::collections::HashMap;

pub use crate::domain::campaign::OnClash;
use crate::domain::campaign::Pace;
use crate::domain::channel::Channel;
use crate::domain::ids::PostId;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::Severity;
use crate::domain::recipe::Recipe;
use crate::domain::schedule::Resolved;
use crate::domain::words::count;
use crate::text::campaign::{Busy, Met, certain, same_text, settle_clash};
pub use crate::text::campaign::{MOST_POSTS, texts};
use crate::text::clean::one_line;
use crate::text::rules::Rules;

use super::intake::MOST_ASKED;
use super::{Desk, DeskError, Edit, Result};

/// A campaign as somebody wants it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// When its posts go out.
    pub pace: Pace,
    /// Its posts in order, as they are written: with their texts, media, options and what single channels have of their
    /// own. When they go out, and as whose, is not theirs to say.
    pub parts: Vec<Post>,
    /// The channels of every post.
    pub to: Vec<Channel>,
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
    pub async fn ghosts(&self, wanted: &Wanted, rules: &Rules) -> Result<Vec<Ghost>> {
        if wanted.parts.is_empty() {
            return Err(DeskError::Refused("a campaign needs a text: one per line, or blocks apart by ===".into()));
        }
        if wanted.parts.len() > MOST_POSTS {
            let words = format!("{} texts are too many for one campaign; {MOST_POSTS} fit", wanted.parts.len());
            return Err(DeskError::Refused(words));
        }
        let moments = self.moments(wanted).await?;
        let (mut before, mut busy) = (self.by_text(&wanted.name).await?, self.busy().await?);
        let mut ghosts = Vec::with_capacity(moments.len());
        let mut said: HashMap<&str, usize> = HashMap::new();
        for (at, (part, moment)) in wanted.parts.iter().zip(moments).enumerate() {
            let known = before.get_mut(part.body.as_str()).and_then(Vec::pop);
            let mut ghost = self.ghost(at + 1, wanted, (part, moment), known, &mut busy, rules);
            let first = *said.entry(&part.body).or_insert(ghost.number);
            if first != ghost.number && !matches!(ghost.standing, Standing::There(_)) {
                ghost.messages.push(same_text(first));
            }
            ghosts.push(ghost);
        }
        Ok(ghosts)
    }

    fn ghost(
        &self,
        number: usize,
        wanted: &Wanted,
        (part, moment): (&Post, Resolved),
        known: Option<Post>,
        busy: &mut Busy,
        rules: &Rules,
    ) -> Ghost {
        if let Some(post) = known.as_ref().filter(|post| post.wish != Wish::Draft || post.is_remote()) {
            let standing = Standing::There(post.id);
            return Ghost { number, post: post.clone(), standing, messages: Vec::new() };
        }
        let now = self.now();
        let before = known.unwrap_or_else(|| Post::draft(self.ids().post(now), now));
        let mut post =
            Post { id: before.id, created_at: before.created_at, updated_at: before.updated_at, ..part.clone() };
        post.campaign = Some(wanted.name.clone());
        post.wish = Wish::Schedule;
        let (schedule, question) = certain(moment, &self.habits);
        post.schedule = Some(schedule);
        post.number = u32::try_from(number).ok();
        // What the clocks ask is not decided here: the post stands at one of the moments, and is not scheduled.
        let (mut faults, mut notes): (Vec<String>, Vec<String>) = (question.into_iter().collect(), Vec::new());
        match settle_clash(&mut post, wanted.on_clash, &wanted.to, &[busy], &self.habits) {
            Some(Met::Refused(words)) => faults.push(words),
            Some(Met::Kept(words) | Met::PutOff(words)) => notes.push(words),
            None => {}
        }
        let named: Vec<&Channel> = wanted.to.iter().collect();
        let goes_out = matches!(post.wish, Wish::Schedule | Wish::Now);
        self.objections(&post, &named, goes_out, rules, (&mut faults, &mut notes));
        let standing = if faults.is_empty() { Standing::Good } else { Standing::Refused };
        if standing == Standing::Good {
            busy.add(&post);
        }
        faults.append(&mut notes);
        Ghost { number, post, standing, messages: faults }
    }

    /// When the posts go out, in order. The campaign's own posts stand in slots that are theirs: what is scheduled of it
    /// already pushes nothing on.
    async fn moments(&self, wanted: &Wanted) -> Result<Vec<Resolved>> {
        let count = wanted.parts.len();
        let start = match &wanted.pace {
            Pace::Rhythm(rhythm) => {
                return rhythm.moments(count).map_err(|error| DeskError::Refused(error.to_string()));
            }
            Pace::Slots(start) => *start,
        };
        let found = self.slots().await?.of_campaign(&wanted.name, &wanted.to, start)?;
        if found.len() < count {
            let words = format!("only {} of {count} posts find a free slot of these channels", found.len());
            return Err(DeskError::Refused(words));
        }
        Ok(found.into_iter().take(count).map(Resolved::At).collect())
    }

    /// Adds what the providers say that can validate, of the first posts that could go. One that cannot be asked is no
    /// objection. Answers how many were not asked about.
    pub async fn ask_about(&self, ghosts: &mut [Ghost]) -> usize {
        let good: Vec<&mut Ghost> = ghosts.iter_mut().filter(|ghost| ghost.standing == Standing::Good).collect();
        let left = good.len().saturating_sub(MOST_ASKED);
        for ghost in good.into_iter().take(MOST_ASKED) {
            match self.check(&ghost.post).await {
                Ok(problems) => {
                    for problem in problems {
                        let message = format!("the provider: {} ({})", problem.words, problem.remedy);
                        // Of several channels, it is said once.
                        if !ghost.messages.contains(&message) {
                            ghost.messages.push(message);
                        }
                        if problem.severity == Severity::Blocker {
                            ghost.standing = Standing::Refused;
                        }
                    }
                }
                Err(words) => ghost.messages.push(format!("not checked at the provider: {words}")),
            }
        }
        left
    }

    /// Puts posts into the campaign called `name`, whatever has become of them; what waits at a provider that has
    /// campaigns follows there. In words.
    pub async fn rename_campaign(&self, posts: &[PostId], name: &str) -> Result<String> {
        let (mut edits, mut stay) = (Vec::new(), 0);
        for id in posts {
            let Some(post) = self.store.post(*id).await?.filter(|post| post.campaign.as_deref() != Some(name)) else {
                continue;
            };
            let account = |target: &Target| self.capabilities(&target.account()).is_some_and(|can| can.campaigns);
            stay += usize::from(post.fixed(self.now()).is_some() && post.targets.iter().any(account));
            edits.push(Edit::new(Some(post.clone()), Some(Post { campaign: Some(name.to_owned()), ..post })));
        }
        let words = format!("{} are in \"{}\" now; u takes it back", count(edits.len(), "post"), one_line(name));
        if !edits.is_empty() {
            self.commit(edits, "renamed the campaign of", None).await?;
        }
        Ok(match stay {
            0 => words,
            some => {
                format!("{words}; {} out already, and at the provider they stay in the one before", count(some, "post"))
            }
        })
    }

    /// The same for a recipe that has a new name. It is kept before and after, so that at every moment it knows under
    /// which name its posts are.
    pub async fn rename_by(&self, recipe: &Recipe, posts: &[PostId]) -> Result<String> {
        let name = recipe.name.trim();
        self.store.keep_recipe(recipe).await?;
        let words = self.rename_campaign(posts, name).await?;
        self.store.keep_recipe(&Recipe { called: name.to_owned(), ..recipe.clone() }).await?;
        Ok(words)
    }

    /// Recipes follow the names that their posts carry since an edit of these was retraced; one that is just being given
    /// another name keeps that.
    pub(super) async fn follow_names(&self, named: &HashMap<PostId, String>) -> Result<()> {
        if named.is_empty() {
            return Ok(());
        }
        for recipe in self.store.recipes().await? {
            let Some(name) = recipe.rows.iter().find_map(|row| named.get(&row.id)) else { continue };
            let was = recipe.called.clone();
            let typed = if recipe.name.trim() == was { name.clone() } else { recipe.name.clone() };
            self.store.keep_recipe(&Recipe { name: typed, called: name.clone(), ..recipe }).await?;
        }
        Ok(())
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

    /// The same for the builder, whose posts stand in its recipe: that is kept first, so that a second run knows them.
    pub async fn launch_of(&self, recipe: &Recipe, posts: Vec<Post>) -> Vec<(PostId, Result<PostId>)> {
        if let Err(error) = self.store.keep_recipe(recipe).await {
            let error = DeskError::from(error);
            return posts.into_iter().map(|post| (post.id, Err(error.clone()))).collect();
        }
        let mut answers = Vec::with_capacity(posts.len());
        for post in posts {
            let verb = if post.wish == Wish::Now { "published" } else { "scheduled" };
            answers.push((post.id, self.save_new(post, verb).await));
        }
        answers
    }

    /// Saves a post of a campaign unless it is scheduled or out already: then it is left as it is.
    async fn save_new(&self, post: Post, verb: &str) -> Result<PostId> {
        let stored = self.store.post(post.id).await?;
        if stored.is_some_and(|stored| stored.wish != Wish::Draft || stored.is_remote()) {
            return Ok(post.id);
        }
        self.save(post, verb).await
    }

    /// The posts of a campaign by text; of equal texts the earliest is taken first.
    async fn by_text(&self, name: &str) -> Result<HashMap<String, Vec<Post>>> {
        let posts = self.store.of_campaign(name, Vec::new()).await?;
        let mut by_text: HashMap<String, Vec<Post>> = HashMap::new();
        for post in posts.iter().rev() {
            by_text.entry(post.as_written().body).or_default().push(Post::clone(post));
        }
        Ok(by_text)
    }

    async fn busy(&self) -> Result<Busy> {
        let mut busy = Busy::default();
        for post in self.store.every_post(Some(self.now()), None).await? {
            busy.add_planned(&post);
        }
        Ok(busy)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use chrono_tz::UTC;

    use super::*;
    use crate::desk::tests::desk_at;
    use crate::domain::campaign::{Every, Rhythm};
    use crate::domain::habits::Habits;
    use crate::domain::plan::Plan;
    use crate::domain::recipe::Row;
    use crate::domain::schedule::Schedule;

    #[tokio::test]
    async fn a_recipe_has_the_name_of_its_posts_again_when_a_new_one_is_taken_back() {
        let desk = desk_at("late").await;
        let mut post = Post::draft(desk.ids().post(desk.now()), desk.now());
        (post.body, post.campaign) = ("One".into(), Some("Autumn".into()));
        let id = desk.save(post, "saved").await.unwrap();
        let row = Row { id, text: "One".into(), at: None, sent: false, gone: false };
        let recipe = Recipe {
            name: "Winter".into(),
            called: "Autumn".into(),
            rows: vec![row],
            ..Recipe::new(desk.ids().post(desk.now()))
        };
        let names = async || {
            let recipe = desk.store.recipes().await.unwrap().remove(0);
            (recipe.name, recipe.called, desk.store.post(id).await.unwrap().unwrap().campaign.unwrap())
        };
        let all = |name: &str| (name.to_owned(), name.to_owned(), name.to_owned());
        desk.rename_by(&recipe, &[id]).await.unwrap();
        assert_eq!(names().await, all("Winter"));
        desk.undo().await.unwrap();
        assert_eq!(names().await, all("Autumn"));
        desk.redo().await.unwrap();
        assert_eq!(names().await, all("Winter"));
    }

    #[tokio::test]
    async fn equal_texts_are_said_and_a_clash_is_as_near_as_it_is_set() {
        let mut desk = desk_at("late").await;
        let to = desk.active_channels().await.unwrap();
        let start = Schedule::at(desk.now() + TimeDelta::hours(2), UTC);
        let rhythm = Rhythm { start, every: Every::read("20m").unwrap(), times: Vec::new(), skip_weekends: false };
        let part = |body: &str| {
            let targets = to.iter().map(|channel| Target::new(channel.id.clone())).collect();
            Post { body: body.into(), targets, ..Post::draft(desk.ids().post(desk.now()), desk.now()) }
        };
        let parts = ["One", "Two", "One"].map(part).to_vec();
        let pace = Pace::Rhythm(rhythm);
        let wanted = Wanted { name: "launch".into(), pace, parts, to, on_clash: OnClash::Keep };
        let near =
            |ghosts: &[Ghost]| ghosts.iter().flat_map(|it| &it.messages).filter(|it| it.contains("within")).count();
        for (minutes, clashes) in [(20, 0), (21, 2)] {
            desk.keeps_slots(Plan::default(), Habits { near: TimeDelta::minutes(minutes), ..Habits::default() });
            let ghosts = desk.ghosts(&wanted, Rules::shipped()).await.unwrap();
            assert_eq!(near(&ghosts), clashes, "{ghosts:?}");
            assert!(ghosts[2].messages.iter().any(|words| words.contains("same text as post 1")), "{ghosts:?}");
        }
    }
}
