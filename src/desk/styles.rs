//! Dressing posts: before they go out, and with whose files.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::{Desk, DeskError, Result};
use crate::domain::post::{Post, Wish};
use crate::domain::problem::Severity;
use crate::text::rules::Rules;
use crate::text::style::{self, Book, Deed, Dressed};

/// Where the files of styles, defaults, profiles and mentions are kept.
pub trait Shelf: Send + Sync {
    /// What the files say, and what is wrong with them, each with its place.
    fn read(&self) -> (Book, Vec<String>);
    /// Carries a deed out, and says what was done; or why nothing was.
    fn change(&self, deed: &Deed) -> std::result::Result<String, String>;
    /// The rules of the networks in force: where to cut is a matter of them.
    fn rules(&self) -> Rules;
}

/// What dresses the posts of one desk.
pub(super) struct Closet {
    shelf: Option<Arc<dyn Shelf>>,
    book: RwLock<Arc<Book>>,
    rules: OnceLock<Rules>,
}

impl Default for Closet {
    fn default() -> Self {
        Self { shelf: None, book: RwLock::new(Arc::new(Book::shipped())), rules: OnceLock::new() }
    }
}

impl Closet {
    pub(super) fn new(shelf: Arc<dyn Shelf>, book: Book) -> Self {
        Self { shelf: Some(shelf), book: RwLock::new(Arc::new(book)), rules: OnceLock::new() }
    }

    fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| self.shelf.as_ref().map_or_else(|| Rules::shipped().clone(), |shelf| shelf.rules()))
    }
}

impl Desk {
    /// What dresses posts just now.
    pub fn book(&self) -> Arc<Book> {
        self.closet.book.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The rules in force, with what providers published of the channels here.
    async fn rules(&self) -> Result<Cow<'_, Rules>> {
        let stated = self.store.stated().await?;
        let rules = self.closet.rules();
        Ok(if stated.is_empty() { Cow::Borrowed(rules) } else { Cow::Owned(rules.stating(&stated)) })
    }

    /// A post as it goes out, and what cannot be filled in.
    pub async fn dressed(&self, post: &Post) -> Result<Dressed> {
        let channels = self.store.channels().await?;
        Ok(style::dressed(post, &channels, &self.book(), &*self.rules().await?))
    }

    /// The post with its texts filled in, where it is to go out or is at a provider; a draft of ours stays as written.
    /// What cannot be filled in does not go out; what is out of here once is not dressed again by what is set later.
    pub(super) async fn fit_out(&self, post: Post) -> Result<Post> {
        if post.wish == Wish::Draft && !post.is_remote() {
            return Ok(post.as_written());
        }
        let dressed = self.dressed(&post).await?;
        let stops = dressed.problems.iter().find(|(_, problem)| problem.severity == Severity::Blocker);
        match stops {
            Some((_, problem)) if post.wish != Wish::Draft => {
                Err(DeskError::Refused(format!("{}: {}; nothing was sent", problem.words, problem.remedy)))
            }
            _ => Ok(dressed.post.sealed()),
        }
    }

    /// Carries a deed out on the files, and answers what they say then and what was done.
    pub async fn change_book(&self, deed: Deed) -> std::result::Result<(Arc<Book>, String), String> {
        let shelf = self.closet.shelf.clone().ok_or("there is no folder for styles and defaults here")?;
        // Files are small, and a disk may still be slow: nothing else waits for it.
        let work = move || {
            let done = shelf.change(&deed)?;
            Ok::<_, String>((shelf.read().0, done))
        };
        let (book, done) = tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())??;
        let book = Arc::new(book);
        *self.closet.book.write().unwrap_or_else(PoisonError::into_inner) = book.clone();
        Ok((book, done))
    }
}
