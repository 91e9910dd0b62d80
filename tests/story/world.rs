//! Builders: a store, posts, writes and what a provider shows, with instants counted in minutes from one morning.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Berlin;
use runsheet::domain::change::Change;
use runsheet::domain::channel::{Health, Network};
use runsheet::domain::ids::{AccountName, ChannelId, IdSource, RemoteId};
use runsheet::domain::outcome::Outcome;
use runsheet::domain::post::{Post, Target, Wish};
use runsheet::domain::remote::{RemoteChannel, RemotePost, RemoteState, RemoteTarget};
use runsheet::domain::schedule::Schedule;
use runsheet::domain::write::{OutboxRow, OutboxState, Prepared, Submission, SubmissionTarget, Timing, Write};
use runsheet::store::{Actor, Merged, Store};
use tempfile::TempDir;

/// Monday morning, and `minutes` later.
pub fn at(minutes: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap() + TimeDelta::minutes(minutes)
}

pub fn acme() -> AccountName {
    AccountName::new("acme")
}

pub fn other() -> AccountName {
    AccountName::new("other")
}

/// One store and what it needs to live.
pub struct Stage {
    pub store: Store,
    pub ids: IdSource,
    folder: TempDir,
}

impl Stage {
    pub fn file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { store: Store::open(&folder.path().join("store.db")).unwrap(), ids: IdSource::seeded(1), folder }
    }

    pub fn memory() -> Self {
        Self { store: Store::memory().unwrap(), ids: IdSource::seeded(1), folder: tempfile::tempdir().unwrap() }
    }

    /// A second window on the same file.
    pub fn again(&self) -> Store {
        Store::open(&self.folder.path().join("store.db")).unwrap()
    }

    /// The program ends without a word, and starts again.
    pub fn restart(self) -> Self {
        let Self { store, ids, folder } = self;
        drop(store);
        Self { store: Store::open(&folder.path().join("store.db")).unwrap(), ids, folder }
    }

    /// A post for one channel of each account, scheduled `minutes` from the beginning.
    pub fn post(&self, body: &str, minutes: i64, channels: &[&str]) -> Post {
        let mut post = Post::draft(self.ids.post(at(0)), at(0));
        post.body = body.into();
        post.wish = Wish::Schedule;
        post.schedule = Some(Schedule::at(at(minutes), Berlin));
        post.targets = channels.iter().map(|channel| Target::new(ChannelId::new(*channel))).collect();
        post
    }

    pub fn draft(&self, body: &str) -> Post {
        let mut post = self.post(body, 0, &["acme/x1"]);
        post.wish = Wish::Draft;
        post.schedule = None;
        post
    }

    /// The write that makes `post` at `account`.
    pub fn create(&self, post: &Post, account: &AccountName, minutes: i64) -> OutboxRow {
        self.row(post, account, minutes, Write::Create { submission: submission(post, account) })
    }

    pub fn row(&self, post: &Post, account: &AccountName, minutes: i64, write: Write) -> OutboxRow {
        OutboxRow {
            intent: self.ids.intent(at(minutes)),
            account: account.clone(),
            post: post.id,
            write,
            receipts: Vec::new(),
            frozen: None,
            state: OutboxState::Ready,
            attempts: 0,
            not_before: None,
            unknown_since: None,
            last_error: None,
            created_at: at(minutes),
            first_sent_at: None,
        }
    }

    /// Saves a new post and the writes that go with it.
    pub async fn keep(&self, post: &Post, writes: Vec<OutboxRow>) {
        let change = Change::create(post.clone(), "created");
        self.store.save(at(0), Actor::You, vec![change], writes).await.unwrap();
    }

    pub async fn load(&self, post: &Post) -> Post {
        self.store.post(post.id).await.unwrap().expect("the post is there")
    }
}

pub fn submission(post: &Post, account: &AccountName) -> Submission {
    let ours = post.targets.iter().filter(|target| target.account() == *account);
    Submission {
        post: post.id,
        body: post.body.clone(),
        title: None,
        targets: ours
            .map(|target| SubmissionTarget {
                channel: target.channel.clone(),
                remote: RemoteId::new("c1"),
                network: Network::from_word("x"),
                text: None,
                at: None,
                extras: runsheet::domain::options::Extras::default(),
            })
            .collect(),
        timing: Timing::At(post.instant().unwrap_or(at(0))),
        queue: None,
        zone: "Europe/Berlin".into(),
        media: Vec::new(),
        tags: Vec::new(),
        campaign: None,
    }
}

pub fn request(body: &str) -> Prepared {
    Prepared { method: "POST".into(), path: "/posts".into(), headers: Vec::new(), body: Some(body.into()) }
}

pub fn channel(id: &str, handle: &str) -> RemoteChannel {
    RemoteChannel {
        id: RemoteId::new(id),
        network: Network::from_word("x"),
        handle: handle.into(),
        name: String::new(),
        health: Health::Ok,
    }
}

/// A post as a provider shows it.
pub fn shown(id: &str, body: &str, minutes: i64) -> RemotePost {
    RemotePost {
        id: RemoteId::new(id),
        reference: None,
        body: body.into(),
        title: None,
        at: Some(at(minutes)),
        state: RemoteState::Scheduled,
        targets: vec![RemoteTarget {
            channel: RemoteId::new("x1"),
            network: Network::from_word("x"),
            text: None,
            at: None,
            outcome: Outcome::Accepted,
            extras: runsheet::domain::options::Extras::default(),
        }],
        media: Vec::new(),
        tags: Vec::new(),
        campaign: None,
        created_at: None,
        updated_at: None,
        oddities: Vec::new(),
    }
}

/// Takes a remote post over as it is, as a post of ours that came from the provider.
pub fn taken_over(stage: &Stage, theirs: &RemotePost) -> Merged {
    let mut post = stage.post(&theirs.body, 0, &["acme/x1"]);
    post.schedule = theirs.at.map(|at| Schedule::at(at, Berlin));
    post.source = runsheet::domain::post::Source::Provider;
    post.targets[0].outcome = Outcome::Accepted;
    post.targets[0].remote = Some(theirs.id.clone());
    Merged { theirs: theirs.clone(), ours: None, post, journal: None }
}

/// The schema this program writes: one more with every migration.
pub fn newest_schema() -> i64 {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/migrations");
    i64::try_from(std::fs::read_dir(folder).unwrap().count()).unwrap()
}
