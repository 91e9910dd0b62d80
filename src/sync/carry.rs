//! Files of this machine on their way to a provider. A write that names any waits until all of them are there; only
//! then is it frozen, with the provider's names in the place of paths.
//!
//! One file at a time travels beside everything else an account does. What it is called at the provider is kept before
//! the write goes on, so that a stop at any step costs at most an upload, and never makes a second post.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::NamedTempFile;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::domain::background::Uploading;
use crate::domain::ids::{AccountName, IntentId, PostId};
use crate::domain::media::{Media, Uploads, size_words};
use crate::domain::outcome::Cause;
use crate::domain::post::Source;
use crate::domain::remote::{RemotePost, RemoteState};
use crate::domain::write::{OutboxRow, OutboxState, Submission, Write};
use crate::files::{self, FileError};
use crate::provider::capability::Keeps;
use crate::provider::{Again, Kind, LocalFile, Provider, ProviderError, pace};
use crate::store::{StoreError, Upload};

use super::worker::Worker;
use super::{Common, News};

/// How long a write whose file is on its way is let be; the end of the upload wakes it.
const MEANWHILE: TimeDelta = TimeDelta::minutes(1);
/// The shortest and the longest wait between two questions whether a file is ready, and when to stop asking.
const ASK_AGAIN: TimeDelta = TimeDelta::seconds(2);
const ASK_SELDOM: TimeDelta = TimeDelta::seconds(60);
const GIVE_UP: TimeDelta = TimeDelta::minutes(60);
/// Where files from the web are kept until they were brought to a provider, below the folder of the store.
const FETCHED: &str = "fetched";
/// What is older than this there was left by a program that was killed.
const STALE: TimeDelta = TimeDelta::hours(24);
/// Progress is told by whole percents, and not more often than this many bytes.
const STEP: u64 = 128 * 1024;

/// What tells a file from others. What is at an address changes: it is told by the post it was fetched for.
pub fn print_of(uploads: Uploads, post: PostId, media: &Media) -> String {
    match &media.content {
        _ if uploads.fetches(media) => format!("{post} {}", media.source),
        Some(content) => content.print.clone(),
        None => String::new(),
    }
}

/// By what a file is known once it was brought for `write`. A provider that keeps it for one post has it for the post
/// there, and before there is one for the write that makes it: by nothing while that has no `intent`.
pub fn known_by(keeps: Keeps, write: &Write, intent: Option<IntentId>, print: &str) -> Option<String> {
    match keeps {
        Keeps::Shared(_) => Some(print.to_owned()),
        Keeps::Once(_) => {
            let whose = write.remote().map(ToString::to_string).or_else(|| Some(intent?.to_string()))?;
            Some(format!("{whose} {print}"))
        }
    }
}

/// Since when a file must have been brought for the post of `write`, and for any other, to be trusted to be there
/// still; `there` is the post at the provider as it was last seen. One that is there keeps its files alive, but a draft
/// not everywhere.
pub fn trusted_since(
    keeps: Keeps,
    write: &Write,
    there: Option<&RemotePost>,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, DateTime<Utc>) {
    let since = now - keeps.unused();
    let alive = match keeps {
        Keeps::Shared(_) => write.remote().is_some(),
        Keeps::Once(_) => there.is_some_and(|post| post.state == RemoteState::Scheduled),
    };
    (if alive { DateTime::UNIX_EPOCH } else { since }, since)
}

/// What an account is carrying.
#[derive(Default)]
pub(super) struct Carrier {
    /// At most one upload; aborted when the worker goes.
    tasks: JoinSet<Carried>,
    /// Rings when it ended.
    ended: Arc<Notify>,
    /// Uploads that came to nothing, until their write is looked at again.
    spoiled: BTreeMap<IntentId, Spoiled>,
    /// How often in a row that happened to the files of a write.
    tries: BTreeMap<IntentId, u32>,
    /// Writes that wait until the present upload has ended.
    queue: Vec<IntentId>,
    /// The next moment at which a file may have been prepared.
    pub ask_at: Option<DateTime<Utc>>,
}

struct Carried {
    intent: IntentId,
    result: Result<Upload, Spoiled>,
    /// Whose it is at the provider, and what it is known by here.
    post: PostId,
    known_by: String,
    name: String,
}

/// Why a file did not arrive.
enum Spoiled {
    /// It is not what was attached any more, or cannot be read: a matter for a person.
    Here(String),
    /// The provider or the way to it.
    There(ProviderError),
}

/// How far the files of a write are.
enum Files {
    /// All are there: the write with the provider's names.
    There(Write),
    /// This one is missing: what tells it from others, and by what it will be known.
    Missing(Media, String, String),
    /// One is there and not prepared yet.
    Preparing(Media, DateTime<Utc>),
    /// The provider says no to one, or could not be asked.
    Refused(ProviderError),
    /// One cannot be sent from here.
    Unfit(String),
}

impl Worker {
    /// The row as it may leave, once every file of this machine that it names is at the provider. Nothing while one is
    /// on its way, or after the write was refused for one.
    pub(super) async fn with_files(&mut self, mut row: OutboxRow) -> Result<Option<OutboxRow>, StoreError> {
        let uploads = self.provider.capabilities().uploads;
        let local = |submission: &Submission| submission.all_media().any(|media| uploads.brings(media));
        let begun = row.frozen.is_some() || !row.receipts.is_empty() || row.unknown_since.is_some();
        if begun || !row.write.submission().is_some_and(local) {
            return Ok(Some(row));
        }
        if let Some(words) = self.missed(&row) {
            self.refused(&row, Cause::Missed, &words).await?;
            return Ok(None);
        }
        if let Some(spoiled) = self.carrier.spoiled.remove(&row.intent) {
            self.did_not_arrive(&row, spoiled).await?;
            return Ok(None);
        }
        match self.files(&row).await? {
            Files::There(write) => {
                self.carrier.tries.remove(&row.intent);
                self.common.store.resolve(row.intent, write.clone()).await?;
                self.tell(News::Uploading(self.account.clone(), row.post, None));
                row.write = write;
                return Ok(Some(row));
            }
            Files::Missing(media, print, known_by) => self.bring(&row, media, print, known_by).await?,
            Files::Preparing(media, at) => {
                self.tell_preparing(row.post, &media);
                self.carrier.ask_at = Some(self.carrier.ask_at.map_or(at, |earlier| earlier.min(at)));
                self.common.store.put_off(row.intent, at).await?;
            }
            Files::Refused(error) => self.did_not_arrive(&row, Spoiled::There(error)).await?,
            Files::Unfit(words) => self.did_not_arrive(&row, Spoiled::Here(words)).await?,
        }
        Ok(None)
    }

    /// What is known of each file of a write, in order, until one is not there.
    async fn files(&self, row: &OutboxRow) -> Result<Files, StoreError> {
        let can = self.provider.capabilities();
        let mut write = row.write.clone();
        let (Write::Create { submission } | Write::Revise { submission, .. }) = &mut write else {
            return Ok(Files::There(write));
        };
        let there = match row.write.remote() {
            Some(remote) => self.common.store.remote(&self.account, remote).await?.map(|(there, _)| there),
            None => None,
        };
        let (own_since, since) = trusted_since(can.keeps, &row.write, there.as_ref(), self.now());
        for (index, media) in submission.all_media_mut().enumerate().filter(|(_, media)| can.uploads.brings(media)) {
            if let Some(problem) = can.uploads.problem(can.name, index, media) {
                return Ok(Files::Unfit(format!("{}: {}", problem.words, problem.remedy)));
            }
            let fetched = can.uploads.fetches(media);
            if fetched && !self.was_attached_here(row.post).await? {
                let name = media.called();
                return Ok(Files::Unfit(format!(
                    "{name} came with the post and nobody here attached it: attach it anew"
                )));
            }
            let print = print_of(can.uploads, row.post, media);
            let known_by = known_by(can.keeps, &row.write, Some(row.intent), &print).unwrap_or_default();
            let known = self.common.store.upload(&self.account, row.post, &known_by, own_since, since).await?;
            let Some(mut known) = known else { return Ok(Files::Missing(media.clone(), print, known_by)) };
            if !known.ready {
                match self.provider.uploaded(&known.source).await {
                    Ok(now) if now.ready => (known.source, known.ready) = (now.source, true),
                    Ok(_) if self.now() - known.at < GIVE_UP => {
                        return Ok(Files::Preparing(media.clone(), self.ask_again(known.at)));
                    }
                    Ok(_) => {
                        self.common.store.forget_upload(&self.account, &known.source).await?;
                        return Ok(Files::Unfit(format!("{} was never prepared by {}", media.called(), can.name)));
                    }
                    Err(error) => {
                        if is_final(&error) {
                            self.common.store.forget_upload(&self.account, &known.source).await?;
                        }
                        return Ok(Files::Refused(error));
                    }
                }
            }
            self.common.store.keep_upload(&self.account, row.post, &known_by, known.clone()).await?;
            media.source = known.source;
        }
        Ok(Files::There(write))
    }

    /// Whether a post was written here. An address that only a provider named is asked for by nobody.
    async fn was_attached_here(&self, post: PostId) -> Result<bool, StoreError> {
        Ok(self.common.store.post(post).await?.is_some_and(|post| post.source == Source::Runsheet))
    }

    fn tell_preparing(&self, post: PostId, media: &Media) {
        let bytes = media.bytes.unwrap_or_default();
        let (account, name) = (self.account.clone(), media.called().to_owned());
        let there = Uploading { account: account.clone(), post, name, sent: bytes, bytes, preparing: true };
        self.tell(News::Uploading(account, post, Some(there)));
    }

    /// The longer it takes, the less often it is asked for.
    fn ask_again(&self, since: DateTime<Utc>) -> DateTime<Utc> {
        let waited = self.now() - since;
        self.now() + (waited / 4).clamp(ASK_AGAIN, ASK_SELDOM)
    }

    /// Sets a file on its way, or its write behind the one that travels.
    async fn bring(
        &mut self,
        row: &OutboxRow,
        media: Media,
        print: String,
        known_by: String,
    ) -> Result<(), StoreError> {
        self.common.store.put_off(row.intent, self.now() + MEANWHILE).await?;
        if !self.carrier.tasks.is_empty() {
            self.carrier.queue.push(row.intent);
            return Ok(());
        }
        let size = media.bytes.map(|bytes| format!(" ({})", size_words(bytes))).unwrap_or_default();
        let fetched = self.provider.capabilities().uploads.fetches(&media);
        let verb = if fetched { "fetching" } else { "uploading" };
        self.line(Some(row.post), format!("{verb} {}{size}; its post waits for it", media.called()), false);
        let errand = Errand {
            provider: self.provider.clone(),
            common: self.common.clone(),
            account: self.account.clone(),
            post: row.post,
            media,
            print,
            fetched,
        };
        let (intent, ended) = (row.intent, self.carrier.ended.clone());
        self.carrier.tasks.spawn(async move {
            let result = errand.run().await;
            let Errand { account, common, post, media, .. } = errand;
            // Nobody listens any more while the program ends.
            let _ = common.news.send(News::Uploading(account, post, None));
            ended.notify_one();
            Carried { intent, result, post, known_by, name: media.called().to_owned() }
        });
        Ok(())
    }

    /// Takes in an upload that has ended: keeps what the file is called, and wakes the writes that waited.
    pub(super) async fn take_carried(&mut self) -> Result<(), StoreError> {
        while let Some(joined) = self.carrier.tasks.try_join_next() {
            self.carried(joined.ok()).await?;
        }
        Ok(())
    }

    async fn carried(&mut self, carried: Option<Carried>) -> Result<(), StoreError> {
        let now = self.now();
        if let Some(Carried { intent, result, post, known_by, name }) = carried {
            match result {
                Ok(upload) => {
                    let words = if upload.ready { "uploaded" } else { "uploaded; the provider prepares it" };
                    self.line(Some(post), format!("{name} is {words}"), false);
                    self.common.store.keep_upload(&self.account, post, &known_by, upload).await?;
                }
                Err(spoiled) => {
                    self.carrier.spoiled.insert(intent, spoiled);
                }
            }
            self.common.store.put_off(intent, now).await?;
        }
        for waiting in std::mem::take(&mut self.carrier.queue) {
            self.common.store.put_off(waiting, now).await?;
        }
        Ok(())
    }

    /// Whether a file is on its way just now.
    pub(super) fn is_carrying(&self) -> bool {
        !self.carrier.tasks.is_empty()
    }

    /// Rings when the file on its way has arrived, or will not.
    pub(super) fn arrival(&self) -> Arc<Notify> {
        self.carrier.ended.clone()
    }

    /// Waits for a file: until it has arrived, or may have been prepared. Whether there was one to wait for.
    async fn wait_for_files(&mut self) -> Result<bool, StoreError> {
        if let Some(joined) = self.carrier.tasks.join_next().await {
            self.carried(joined.ok()).await?;
            return Ok(true);
        }
        match self.carrier.ask_at.take() {
            Some(at) => {
                self.sleep_until(at).await;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Sends what is ready, and what becomes ready when its files have arrived. Answers how many rows were handled.
    pub async fn push_all(&mut self) -> Result<usize, StoreError> {
        let mut handled = 0;
        loop {
            let pushed = self.push().await?;
            handled += pushed;
            if pushed == 0 && !self.wait_for_files().await? {
                return Ok(handled);
            }
        }
    }

    /// What becomes of a write whose file did not arrive: nothing of it was sent.
    async fn did_not_arrive(&mut self, row: &OutboxRow, spoiled: Spoiled) -> Result<(), StoreError> {
        self.tell(News::Uploading(self.account.clone(), row.post, None));
        if let Spoiled::There(error) = &spoiled
            && speaks_for_the_account(error)
            && self.hand_on(row, error).await?
        {
            if matches!(error.kind, Kind::Unauthorised | Kind::RateLimited) {
                self.note(error, self.now());
            }
            return Ok(());
        }
        let error = match spoiled {
            Spoiled::Here(words) => return self.refused(row, Cause::Media, &unsent(row, &words)).await,
            Spoiled::There(error) if is_final(&error) => {
                return self.refused(row, Cause::Media, &unsent(row, &error.to_string())).await;
            }
            Spoiled::There(error) => error,
        };
        let words = format!("its file is not at the provider yet: {error}");
        let mut settlement = self.settlement(row, OutboxState::Waiting, &words);
        settlement.last_error = Some(words.clone());
        match error.kind {
            Kind::Unauthorised | Kind::RateLimited => {
                let until = self.until(&error);
                settlement.not_before = (error.kind == Kind::RateLimited).then_some(until);
                self.note(&error, until);
            }
            // It waits longer each time by itself: answers to other questions say nothing about the file. Whether it is
            // the account that cannot be reached is asked once; after that it is the file.
            _ => {
                let (until, is_first) = self.next_upload(row.intent, &error);
                settlement.not_before = Some(until);
                match is_first {
                    true => self.note(&error, until),
                    false => self.line(Some(row.post), words, false),
                }
            }
        }
        self.common.store.settle(row.intent, settlement).await?;
        Ok(())
    }

    /// When the files of a write are tried again, and whether this was their first try.
    fn next_upload(&mut self, intent: IntentId, error: &ProviderError) -> (DateTime<Utc>, bool) {
        let (now, chance) = (self.now(), self.common.ids.chance());
        let tries = self.carrier.tries.entry(intent).or_default();
        *tries += 1;
        let wait = pace::backoff(*tries, chance, self.common.bounds.backoff);
        (if let Again::At(at) = error.again { at } else { now + wait }, *tries == 1)
    }
}

/// Words for a file that keeps its post from leaving.
fn unsent(row: &OutboxRow, words: &str) -> String {
    let body = row.write.submission().map(|submission| submission.body.as_str()).unwrap_or_default();
    let line: String = body.lines().next().unwrap_or_default().chars().take(40).collect();
    format!("nothing of \"{line}\" was sent: {words}")
}

/// Whether asking again would be answered the same.
fn is_final(error: &ProviderError) -> bool {
    let passes = matches!(
        error.kind,
        Kind::Unauthorised | Kind::RateLimited | Kind::Unavailable | Kind::Malformed | Kind::InProgress
    );
    error.again == Again::Never && !passes
}

/// A storage that takes no file just now, because a signature grew old, says nothing about the account.
fn speaks_for_the_account(error: &ProviderError) -> bool {
    error.kind != Kind::Forbidden || error.again == Again::Never
}

/// A file, measured away from what must not wait; nothing when it could not even be tried.
async fn measured(path: PathBuf) -> Result<Media, Option<FileError>> {
    match tokio::task::spawn_blocking(move || files::measure(&path)).await {
        Ok(measured) => measured.map_err(Some),
        Err(_) => Err(None),
    }
}

/// An empty file in `folder` for its owner only; it is gone when it is dropped. Where a program was killed before that,
/// what it left is older than any fetch lasts, and goes now.
fn place(folder: &Path, now: DateTime<Utc>) -> io::Result<NamedTempFile> {
    std::fs::create_dir_all(folder)?;
    for left in std::fs::read_dir(folder)?.flatten() {
        let made = left.metadata().and_then(|about| about.modified());
        if made.is_ok_and(|at| now - DateTime::<Utc>::from(at) > STALE) {
            // Whoever else tidies up is welcome.
            let _ = std::fs::remove_file(left.path());
        }
    }
    tempfile::Builder::new().prefix("media-").tempfile_in(folder)
}

/// One file on its way.
struct Errand {
    provider: Arc<dyn Provider>,
    common: Common,
    account: AccountName,
    post: PostId,
    media: Media,
    print: String,
    /// Whether it comes from the web.
    fetched: bool,
}

impl Errand {
    async fn run(&self) -> Result<Upload, Spoiled> {
        if self.fetched {
            return self.fetch().await;
        }
        let file = self.look().await?;
        let uploaded = self.send(&file).await?;
        // Changed while it was read: what arrived is neither the one nor the other.
        self.look().await?;
        Ok(uploaded)
    }

    /// Fetches the file into a place for its owner's eyes only, brings it to the provider, and lets it go.
    async fn fetch(&self) -> Result<Upload, Spoiled> {
        let name = self.media.called().to_owned();
        let lost = |words: String| {
            Spoiled::Here(format!("{name} could not be fetched: {words}; r tries again, or attach it as a file"))
        };
        let folder = self.common.store.folder().join(FETCHED);
        let now = self.common.clock.now();
        let made = tokio::task::spawn_blocking(move || place(&folder, now)).await;
        let kept = made.map_err(io::Error::other).flatten().map_err(|error| lost(error.to_string()))?;
        let into = kept.reopen().map_err(|error| lost(error.to_string()))?;
        self.tell(0, 0);
        let fetching = self.provider.fetch(&self.media.source, tokio::fs::File::from_std(into));
        fetching.await.map_err(|error| lost(error.words))?;
        let found = measured(kept.path().to_owned()).await;
        let found = match found {
            Ok(found) => found,
            // By its content: what a page calls it, or its address, does not matter.
            Err(_) => return Err(lost("it is no picture, film or document".into())),
        };
        let Some(content) = found.content else { return Err(lost("it could not be read".into())) };
        let (path, bytes) = (kept.path().to_owned(), found.bytes.unwrap_or_default());
        // Gone with `kept`, whatever comes of it.
        self.send(&LocalFile { path, name, mime: content.mime, bytes }).await
    }

    async fn send(&self, file: &LocalFile) -> Result<Upload, Spoiled> {
        let told = AtomicU64::new(0);
        self.tell(0, file.bytes);
        let step = (file.bytes / 100).max(STEP);
        let progress = |sent: u64| {
            if sent >= file.bytes || sent >= told.load(Ordering::Relaxed).saturating_add(step) {
                told.store(sent, Ordering::Relaxed);
                self.tell(sent, file.bytes);
            }
        };
        let uploaded = self.provider.upload(file, &progress).await.map_err(|error| match error.kind {
            // Found on this machine while it was read.
            Kind::Invalid if error.status.is_none() => Spoiled::Here(error.to_string()),
            _ => Spoiled::There(error),
        })?;
        Ok(Upload { source: uploaded.source, ready: uploaded.ready, at: self.common.clock.now() })
    }

    /// The file, when it still is what was attached.
    async fn look(&self) -> Result<LocalFile, Spoiled> {
        let lost = |words: String| Spoiled::Here(format!("{words}; e opens the post, m attaches the file again"));
        let name = self.media.called().to_owned();
        let Some(path) = self.media.local_path() else {
            return Err(lost(format!("{name} is on another machine")));
        };
        let found = match measured(path.clone()).await {
            Ok(found) => found,
            Err(Some(FileError::Missing { path })) => {
                return Err(lost(format!("{name} was attached from {path} and is not there any more")));
            }
            Err(Some(error)) => return Err(lost(error.to_string())),
            Err(None) => return Err(lost(format!("{name} could not be read"))),
        };
        let Some(content) = found.content else { return Err(lost(format!("{name} could not be read"))) };
        if !self.print.is_empty() && content.print != self.print {
            return Err(lost(format!("{name} has changed since it was attached")));
        }
        Ok(LocalFile { path, name, mime: content.mime, bytes: found.bytes.unwrap_or_default() })
    }

    fn tell(&self, sent: u64, bytes: u64) {
        let uploading = Uploading {
            account: self.account.clone(),
            post: self.post,
            name: self.media.called().to_owned(),
            sent,
            bytes,
            preparing: false,
        };
        // Nobody listens any more while the program ends.
        let _ = self.common.news.send(News::Uploading(self.account.clone(), self.post, Some(uploading)));
    }
}
