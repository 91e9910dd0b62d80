//! Posts that come from a file, many at once: all of them, or none.

use std::collections::{HashMap, HashSet};

use crate::domain::change::Change;
use crate::domain::ids::PostId;
use crate::domain::outcome::State;
use crate::domain::post::{Post, Wish};
use crate::store::{Alongside, StoreError};

use super::origin::{JOINED, OF_FILES};
use super::{Desk, DeskError, Edit, Result, plan, posts};

/// The settings that hold which post a file's key became.
const IMPORTED: &str = "imported:";

/// How often an import begins anew because another one took one of its keys meanwhile.
const RACES: usize = 3;

/// A post from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// As it shall be.
    pub post: Post,
    /// What the file calls it: the same key never makes a second post.
    pub key: Option<String>,
    /// The stored post that it is, where that was found without a key.
    pub known: Option<PostId>,
}

/// What became of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The post.
    pub id: PostId,
    /// Whether it was made just now; otherwise its key had made it before.
    pub made: bool,
}

impl Desk {
    /// Whether `post` could be stored as it is, and told to the providers concerned.
    pub fn fit_to_import(&self, post: &Post) -> Result<()> {
        if !matches!(post.wish, Wish::Schedule | Wish::Now) {
            return Ok(());
        }
        self.is_timely(post, posts::not_out)?;
        post.targets.iter().try_for_each(|target| self.reached(&target.account()))
    }

    /// Stores posts from a file with the writes they call for, in one go. Sends nothing by itself.
    pub async fn import(&self, incoming: &[Incoming]) -> Result<Vec<Arrived>> {
        for _ in 1..RACES {
            match self.import_once(incoming).await {
                Err(DeskError::Store(StoreError::Taken { .. } | StoreError::Replaced { .. })) => {}
                done => return done,
            }
        }
        self.import_once(incoming).await
    }

    async fn import_once(&self, incoming: &[Incoming]) -> Result<Vec<Arrived>> {
        let (mut arrived, mut edits, mut alongside) = (Vec::new(), Vec::new(), Alongside::default());
        let mut keys: HashMap<&str, PostId> = HashMap::new();
        let embargoes = self.standing_embargoes().await?;
        let mut made: HashMap<&str, PostId> = HashMap::new();
        for key in incoming.iter().filter_map(|each| each.key.as_deref()) {
            if let Some(id) = self.imported(key).await? {
                made.insert(key, id);
            }
        }
        let free = self.free_again(made.iter().map(|(key, id)| (*key, *id))).await?;
        let had: HashSet<PostId> = self.imported_beginning(OF_FILES).await?.into_iter().map(|(_, id)| id).collect();
        for each in incoming {
            let key = each.key.as_deref();
            let before = match key.map(|key| (key, keys.get(key))) {
                Some((_, Some(id))) => Some(*id),
                Some((key, None)) => match made.get(key) {
                    None => self.exported_as(key).await?,
                    Some(id) if free.get(id) == Some(&true) => None,
                    Some(id) => Some(*id),
                },
                None => each.known,
            };
            if let Some(id) = before {
                arrived.push(Arrived { id, made: false });
                continue;
            }
            self.fit_to_import(&each.post)?;
            if let Some(words) = embargoes.against(&each.post) {
                return Err(DeskError::Refused(format!("\"{}\": {words}; nothing was taken", each.post.headline())));
            }
            let mut post = plan::wishes_onto(None, each.post.clone());
            if post.wish == Wish::Now {
                self.at_once(&mut post);
            }
            if let Some(mark) = self.mark_of(key, &had).await? {
                post.id = mark;
            }
            post = self.fit_out(post).await?;
            if let Some(key) = key {
                keys.insert(key, post.id);
                let (setting, id) = (format!("{IMPORTED}{key}"), post.id.to_string());
                match made.get(key) {
                    Some(was) => alongside.replaces.push((setting, was.to_string(), id)),
                    None => alongside.claims.push((setting, id)),
                }
            }
            arrived.push(Arrived { id: post.id, made: true });
            edits.push(Edit::new(None, Some(post)));
        }
        if !edits.is_empty() {
            self.commit_with(edits, "imported", None, alongside).await?;
        }
        Ok(arrived)
    }

    /// Of posts that keys made, those that are not there any more, and whether their keys are free again: a post that was
    /// deleted before anything of it went out can be made anew. Where something of it is out, or may be, or it became a
    /// part of another, its key would publish it a second time. What a folder's files made stays deleted, as
    /// `runsheet apply` has it.
    pub(super) async fn free_again(&self, made: impl Iterator<Item = (&str, PostId)>) -> Result<HashMap<PostId, bool>> {
        let made: HashMap<PostId, bool> = made.map(|(key, id)| (id, key.starts_with(OF_FILES))).collect();
        let now = self.now();
        let gone = self.store.gone(made.keys().copied().collect()).await?;
        let of_file = |id: &PostId| made.get(id).copied().unwrap_or_default();
        let is_free = |id: PostId, change: Option<Change>| {
            let was = change.filter(|change| change.verb != JOINED).and_then(|change| change.before);
            let stayed_in = |post: &Post| {
                matches!(post.state(now), State::Draft | State::Held | State::Scheduled | State::Failed | State::Missed)
            };
            (id, !of_file(&id) && was.is_some_and(|post| stayed_in(&post)))
        };
        Ok(gone.into_iter().map(|(id, change)| is_free(id, change)).collect())
    }

    /// The id for a post that a file makes, so that the file finds it on every machine. Nothing where another file's
    /// post `had` it, or another post has it: then this file has the name of one that has another by now.
    async fn mark_of(&self, key: Option<&str>, had: &HashSet<PostId>) -> Result<Option<PostId>> {
        let Some(key) = key.filter(|key| key.starts_with(OF_FILES)) else { return Ok(None) };
        let mark = PostId::of_file(key);
        let is_taken = had.contains(&mark) || self.store.post(mark).await?.is_some();
        Ok((!is_taken).then_some(mark))
    }

    pub(super) async fn keep_imported(&self, key: &str, id: PostId) -> Result<()> {
        Ok(self.store.set_setting(&format!("{IMPORTED}{key}"), &id.to_string()).await?)
    }

    pub(super) async fn forget_imported(&self, key: &str) -> Result<()> {
        Ok(self.store.forget_setting(&format!("{IMPORTED}{key}")).await?)
    }

    /// The keys that begin with `prefix` and what each of them made, whether it is still there or not; by what is left
    /// of the keys.
    pub async fn imported_beginning(&self, prefix: &str) -> Result<Vec<(String, PostId)>> {
        let kept = self.store.settings_beginning(format!("{IMPORTED}{prefix}")).await?;
        Ok(kept.into_iter().filter_map(|(key, id)| Some((key, id.parse().ok()?))).collect())
    }

    /// The post that a key is the id of: a table that was exported here and comes back.
    pub(super) async fn exported_as(&self, key: &str) -> Result<Option<PostId>> {
        let Ok(id) = key.parse::<PostId>() else { return Ok(None) };
        Ok(self.store.post(id).await?.map(|post| post.id))
    }

    /// The post that a key made before, whether it is still there or not.
    pub(super) async fn imported(&self, key: &str) -> Result<Option<PostId>> {
        let id = self.store.setting(&format!("{IMPORTED}{key}")).await?;
        Ok(id.and_then(|id| id.parse().ok()))
    }
}
