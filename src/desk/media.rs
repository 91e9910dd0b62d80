//! Attachments at the desk: what may be attached, and what is asked about files that have not been brought anywhere yet.

use std::io::Read;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::gauge::Gauge;
use super::{Desk, Seat};
use crate::domain::ids::AccountName;
use crate::domain::media::{Media, Uploads};
use crate::domain::post::Post;
use crate::domain::problem::Problem;
use crate::domain::write::{Submission, Write};
use crate::files::{self, Wanted};

/// The texts of a campaign are shorter than this.
const MOST_TEXT: u64 = 4 << 20;

impl Desk {
    /// Lets `gauge` measure what is attached.
    pub fn measures_with(&mut self, gauge: Gauge) {
        self.gauge = gauge;
    }

    /// What measures attachments.
    pub fn gauge(&self) -> &Gauge {
        &self.gauge
    }

    /// Measures what `typed` names, in its order: files of this machine, and web addresses. Each answer is the
    /// attachment or, in words, why there is none. Nothing is stored and nothing is sent.
    pub async fn attach(&self, typed: &str) -> Vec<std::result::Result<Media, String>> {
        self.gauge.typed(typed).await
    }

    /// The files that could be attached below the folder the program was started in: that folder, their paths from there,
    /// and whether there are more. In the background, as disks may keep one waiting.
    pub async fn files_nearby() -> (String, Vec<String>, bool) {
        let looked = tokio::task::spawn_blocking(|| {
            let here = std::env::current_dir().unwrap_or_default();
            let (files, more) = files::walk(&here);
            (here.to_string_lossy().into_owned(), files, more)
        });
        looked.await.unwrap_or_default()
    }

    /// The text of a file that `typed` names, as when attaching: for the texts of a campaign.
    pub async fn read_texts(&self, typed: &str) -> std::result::Result<String, String> {
        let typed = typed.to_owned();
        let read = tokio::task::spawn_blocking(move || read_text(&typed)).await;
        read.unwrap_or_else(|_| Err("it could not be read; try again".into()))
    }

    /// Problems of attachments that lie in how the accounts of a post take them.
    pub fn media_problems(&self, post: &Post) -> Vec<(AccountName, Problem)> {
        let mut accounts: Vec<AccountName> = post.targets.iter().map(|target| target.account()).collect();
        accounts.sort();
        accounts.dedup();
        let of = |account: &AccountName| {
            let can = self.capabilities(account)?;
            let mut lists: Vec<&[Media]> = Vec::new();
            for target in post.targets.iter().filter(|target| target.account() == *account) {
                let list = post.media_for(target);
                if !lists.contains(&list) {
                    lists.push(list);
                }
            }
            let each = lists.into_iter().flat_map(|list| list.iter().enumerate());
            let found = each.filter_map(|(at, media)| can.uploads.problem(can.name, at, media));
            Some(found.map(|problem| (account.clone(), problem)).collect::<Vec<_>>())
        };
        accounts.iter().filter_map(of).flatten().collect()
    }

    /// The submission without the files that are not at the provider, and whether there are any.
    pub(super) async fn as_known_there(&self, account: &AccountName, submission: &Submission) -> (Submission, bool) {
        let uploads = self.capabilities(account).map(|can| can.uploads);
        let mut known = submission.clone();
        let mut absent = false;
        for media in known.all_media_mut() {
            match self.known_there(account, submission, media).await {
                Some(source) => media.source = source,
                None if uploads.is_some_and(|uploads| uploads.brings(media)) => {
                    // Marked by having no place at all, to be taken out below.
                    media.source.clear();
                    absent = true;
                }
                None => {}
            }
        }
        known.media.retain(|media| !media.source.is_empty());
        for own in known.targets.iter_mut().filter_map(|target| target.extras.media.as_mut()) {
            own.retain(|media| !media.source.is_empty());
        }
        (known, absent)
    }

    /// The write with its files named as the provider names them; and what stands for names to come, with the words
    /// that say so.
    pub(super) async fn named_there(&self, seat: &Seat, mut write: Write) -> (Write, Vec<(String, String)>) {
        let (account, mut to_come) = (&seat.account, Vec::new());
        let (Write::Create { submission } | Write::Revise { submission, .. }) = &mut write else {
            return (write, to_come);
        };
        let asked = submission.clone();
        let uploads = self.capabilities(account).map_or(Uploads::Both, |can| can.uploads);
        for media in submission.all_media_mut().filter(|media| uploads.brings(media)) {
            let known = self.known_there(account, &asked, media).await;
            media.source = known.unwrap_or_else(|| {
                let name = seat.provider.stand_in(to_come.len() as u64);
                to_come.push((name.clone(), format!("({}, once it is uploaded)", media.called())));
                name
            });
        }
        (write, to_come)
    }

    async fn known_there(&self, account: &AccountName, submission: &Submission, media: &Media) -> Option<String> {
        let print = &media.content.as_ref().filter(|_| media.is_local())?.print;
        let always = DateTime::<Utc>::UNIX_EPOCH;
        let known = self.store.upload(account, submission.post, print, always, self.now()).await.ok()??;
        known.ready.then_some(known.source)
    }
}

/// The one file that `typed` names, as text of at most [`MOST_TEXT`] bytes.
fn read_text(typed: &str) -> std::result::Result<String, String> {
    let home = std::env::home_dir();
    let here = std::env::current_dir().unwrap_or_default();
    let wanted = files::read(typed, home.as_deref(), &here, &|path: &Path| path.exists());
    let [Wanted::File(path)] = wanted.as_slice() else {
        return Err("name one file of this machine, with one text per line or blocks apart by ===".into());
    };
    let unread = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unread)?;
    file.take(MOST_TEXT + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > MOST_TEXT {
        return Err(format!("{} is longer than {MOST_TEXT} bytes; that is more than a campaign", path.display()));
    }
    let text =
        String::from_utf8(bytes).map_err(|_| format!("{} is no text in UTF-8; save it as that", path.display()))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}
