//! The recipe of a campaign: what is typed in its builder, kept with every pause, and opened again by its name.

use std::collections::{BTreeSet, HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::campaign::OnClash;
use super::ids::{ChannelId, PostId};
use super::media::Media;
use super::options::{FirstComment, Options};
use super::schedule::Schedule;

/// A campaign as it is being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Its own id. No post has it: media and options that hold for every post are asked for under it.
    pub id: PostId,
    /// The name that its posts carry.
    pub name: String,
    /// The name its stored posts carry, where that is known: they follow when the builder is left with another one. Until
    /// then both names are this one campaign.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub called: String,
    /// The first post, in words.
    pub start: String,
    /// What those words meant when they were typed.
    pub starts_at: Option<Schedule>,
    /// The distance, in words: `1d`, `24h`, `weekdays`, `slots`.
    pub every: String,
    /// Times of day apart by commas, instead of the start's own.
    pub times: String,
    /// Whether Saturday and Sunday are left out.
    pub skip_weekends: bool,
    /// What becomes of a post whose channel has another one nearby.
    pub on_clash: OnClash,
    /// The channels of every post.
    pub to: Vec<ChannelId>,
    /// What every post carries.
    pub media: Vec<Media>,
    /// What the networks of every post are told.
    #[serde(default)]
    pub options: Options,
    /// A comment that follows every post.
    #[serde(default)]
    pub first_comment: Option<FirstComment>,
    /// The style that dresses every post, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// Its posts, in their order.
    pub rows: Vec<Row>,
}

/// One post of a recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The post it is, or will be.
    pub id: PostId,
    /// Its text.
    pub text: String,
    /// Its time, where it was moved out of the rhythm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Schedule>,
    /// Whether it was scheduled from here: what becomes of it then is the post's own affair.
    #[serde(default)]
    pub sent: bool,
    /// Whether its post was deleted after that: it is not made anew without a word.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

impl Recipe {
    /// An empty recipe.
    pub fn new(id: PostId) -> Self {
        Self {
            id,
            name: String::new(),
            called: String::new(),
            start: "tomorrow 9".into(),
            starts_at: None,
            every: "1d".into(),
            times: String::new(),
            skip_weekends: false,
            on_clash: OnClash::default(),
            to: Vec::new(),
            media: Vec::new(),
            options: Options::default(),
            first_comment: None,
            style: None,
            rows: Vec::new(),
        }
    }

    /// Whether nothing was written that would be missed.
    pub fn is_blank(&self) -> bool {
        self.name.trim().is_empty() && self.rows.is_empty() && self.to.is_empty() && self.media.is_empty()
    }

    /// How many of its posts are not sent yet.
    pub fn rest(&self) -> usize {
        self.rows.iter().filter(|row| !row.sent).count()
    }

    /// The numbers of its posts, from 1: one that is sent keeps the one it has, the others take what is free, in order.
    pub fn numbers(&self, kept: &HashMap<PostId, u32>) -> Vec<u32> {
        let of = |row: &Row| kept.get(&row.id).copied().filter(|_| row.sent);
        let taken: BTreeSet<u32> = self.rows.iter().filter_map(of).collect();
        let mut free = (1..).filter(|number| !taken.contains(number));
        self.rows.iter().map(|row| of(row).unwrap_or_else(|| free.next().unwrap_or(u32::MAX))).collect()
    }

    /// The texts that are still to be sent become these. A row whose text is still there, or was only changed, stays the
    /// row it is, with its id and its time; `fresh` makes ids for new ones.
    pub fn take_texts(&mut self, texts: Vec<String>, mut fresh: impl FnMut() -> PostId) {
        let (sent, open): (Vec<Row>, Vec<Row>) = std::mem::take(&mut self.rows).into_iter().partition(|row| row.sent);
        let ahead = open.iter().zip(&texts).take_while(|(row, text)| row.text == **text).count();
        let most = open.len().min(texts.len()) - ahead;
        let behind =
            open.iter().rev().zip(texts.iter().rev()).take(most).take_while(|(row, text)| row.text == **text).count();
        let (old_middle, new_middle) = (open.len() - ahead - behind, texts.len() - ahead - behind);
        let mut open: VecDeque<Row> = open.into();
        let mut rows: Vec<Row> = sent;
        rows.extend(open.drain(..ahead));
        let mut middle: VecDeque<Row> = open.drain(..old_middle).collect();
        let mut texts = texts.into_iter().skip(ahead);
        for text in texts.by_ref().take(new_middle) {
            let same = middle.iter().position(|row| row.text == text);
            // What merely changed is the same post: as many as there were stay in their order.
            let row = same.and_then(|at| middle.remove(at)).or_else(|| middle.pop_front());
            rows.push(match row {
                Some(row) => Row { text, ..row },
                None => Row { id: fresh(), text, at: None, sent: false, gone: false },
            });
        }
        rows.extend(open);
        self.rows = rows;
    }

    /// The texts that are still to be sent.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter(|row| !row.sent).map(|row| row.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::IdSource;
    use chrono::DateTime;
    use proptest::prelude::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn recipe(words: &[&str]) -> (Recipe, IdSource) {
        let ids = IdSource::seeded(3);
        let mut recipe = Recipe::new(ids.post(DateTime::UNIX_EPOCH));
        recipe.take_texts(texts(words), || ids.post(DateTime::UNIX_EPOCH));
        (recipe, ids)
    }

    fn retype(recipe: &mut Recipe, ids: &IdSource, words: &[&str]) {
        recipe.take_texts(texts(words), || ids.post(DateTime::UNIX_EPOCH));
    }

    #[test]
    fn a_row_stays_the_post_it_is_while_its_text_is_typed() {
        let (mut recipe, ids) = recipe(&["one", "two", "three"]);
        let before: Vec<PostId> = recipe.rows.iter().map(|row| row.id).collect();
        retype(&mut recipe, &ids, &["one", "two and more", "three"]);
        assert_eq!(recipe.rows.iter().map(|row| row.id).collect::<Vec<_>>(), before);
        retype(&mut recipe, &ids, &["zero", "one", "two and more", "three"]);
        assert_eq!(recipe.rows.iter().skip(1).map(|row| row.id).collect::<Vec<_>>(), before, "a new one before them");
        retype(&mut recipe, &ids, &["zero", "three"]);
        assert_eq!(recipe.rows[1].id, before[2]);
    }

    #[test]
    fn what_is_sent_keeps_its_place_and_its_number() {
        let (mut recipe, ids) = recipe(&["one", "two", "three"]);
        for at in [0, 2] {
            recipe.rows[at].sent = true;
        }
        let kept: HashMap<PostId, u32> = [(recipe.rows[0].id, 1), (recipe.rows[2].id, 3)].into();
        assert_eq!(recipe.numbers(&kept), [1, 2, 3]);
        retype(&mut recipe, &ids, &["two", "four"]);
        let told: Vec<(String, u32)> =
            recipe.rows.iter().map(|row| row.text.clone()).zip(recipe.numbers(&kept)).collect();
        assert_eq!(told, [("one".into(), 1), ("three".into(), 3), ("two".into(), 2), ("four".into(), 4)]);
    }

    proptest! {
        #[test]
        fn typing_keeps_every_text_and_no_id_comes_twice(
            before in prop::collection::vec("[ab]{1,2}", 0..8), after in prop::collection::vec("[ab]{1,2}", 0..8),
        ) {
            let (mut recipe, ids) = recipe(&before.iter().map(String::as_str).collect::<Vec<_>>());
            retype(&mut recipe, &ids, &after.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(recipe.texts().collect::<Vec<_>>(), after);
            let known: BTreeSet<PostId> = recipe.rows.iter().map(|row| row.id).collect();
            prop_assert_eq!(known.len(), recipe.rows.len());
        }
    }
}
