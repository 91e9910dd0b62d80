//! What happens when a post's time comes: a few seconds of publishing, then every target succeeds or fails.

use chrono::TimeDelta;

use super::network;
use super::postforme::media as storage;
use super::records::{Health, SimError, SimPost, SimTarget, Status, Trouble};
use super::world::Site;
use crate::clock::Instant;

/// How long a network takes to answer.
pub(super) const MOMENT: TimeDelta = TimeDelta::seconds(4);

/// How long LinkedIn and X remember a text they will not take twice.
const MEMORY: TimeDelta = TimeDelta::days(7);

impl SimTarget {
    /// When its time comes; none while it does not wait for a time.
    fn due(&self, post: &SimPost) -> Option<Instant> {
        let armed = matches!(post.status, Status::Scheduled | Status::Publishing | Status::Partial);
        if !armed || self.status != Status::Pending {
            return None;
        }
        self.scheduled_for.or(post.scheduled_for)
    }

    /// Hands it to the network; the answer comes at `until`.
    pub(super) fn begin(&mut self, until: Instant) {
        self.status = Status::Publishing;
        self.busy_until = Some(until);
        self.attempts += 1;
        self.error = None;
    }

    fn fail(&mut self, error: SimError) {
        self.status = Status::Failed;
        self.busy_until = None;
        self.error = Some(error);
        if self.trouble.as_ref().is_some_and(|trouble| !trouble.lasting) {
            self.trouble = None;
        }
    }

    fn succeed(&mut self, at: Instant, id: String, url: String) {
        self.status = Status::Published;
        self.busy_until = None;
        self.published_at = Some(at);
        self.platform_id = Some(id);
        self.url = Some(url);
        self.error = None;
    }
}

impl SimPost {
    /// Draws the post's status from its targets.
    pub(super) fn roll_up(&mut self) {
        let count = |status| self.targets.iter().filter(|target| target.status == status).count();
        let all = self.targets.len();
        let published = count(Status::Published);
        self.status = if count(Status::Publishing) > 0 {
            Status::Publishing
        } else if all > 0 && published == all {
            Status::Published
        } else if count(Status::Pending) == all {
            Status::Scheduled
        } else if all > 0 && count(Status::Failed) == all {
            Status::Failed
        } else if count(Status::Cancelled) == all {
            Status::Cancelled
        } else {
            Status::Partial
        };
        self.published_at = self.targets.iter().filter_map(|target| target.published_at).max();
    }
}

impl Site {
    /// Moves every target whose time has come, in the order of their times.
    pub fn tick(&mut self, now: Instant) {
        for post in &mut self.posts {
            let dues: Vec<_> = post.targets.iter().map(|target| target.due(post)).collect();
            let mut begun = None;
            for (target, due) in post.targets.iter_mut().zip(dues) {
                if let Some(due) = due.filter(|due| *due <= now) {
                    target.begin(due + MOMENT);
                    begun = Some(due);
                }
            }
            if let Some(due) = begun {
                post.status = Status::Publishing;
                post.updated_at = due;
            }
        }
        self.finish(now);
    }

    /// Lets the networks answer for every target whose answer is due.
    pub fn finish(&mut self, now: Instant) {
        let mut answers: Vec<(Instant, usize, usize)> = Vec::new();
        for (place, post) in self.posts.iter().enumerate() {
            for (row, target) in post.targets.iter().enumerate() {
                if let Some(at) = target.busy_until.filter(|at| *at <= now) {
                    answers.push((at, place, row));
                }
            }
        }
        answers.sort_unstable();
        for (at, place, row) in answers {
            let verdict = self.verdict(place, row, at);
            let number = 1_852_000_000_000_000_000 + self.number() * 7_919;
            let Some(post) = self.posts.get_mut(place) else { continue };
            if let Some(target) = post.targets.get_mut(row) {
                match verdict {
                    Ok(username) => {
                        let url = network::url(&target.network, &username, &number.to_string());
                        target.succeed(at, number.to_string(), url);
                    }
                    Err(error) => target.fail(error),
                }
            }
            post.updated_at = at;
            post.roll_up();
            if self.provider == "postforme" && !matches!(post.status, Status::Scheduled | Status::Publishing) {
                storage::drop_published(self, place);
            }
        }
        if self.provider == "postforme" {
            storage::drop_unused(self, now);
        }
    }

    /// What the network says to one target: the name it is published under, or why not.
    fn verdict(&self, place: usize, row: usize, at: Instant) -> Result<String, SimError> {
        let gone = || SimError::new("account_issue", "user", "ACCOUNT_GONE", "This account is no longer connected.");
        let post = self.posts.get(place).ok_or_else(gone)?;
        let target = post.targets.get(row).ok_or_else(gone)?;
        let channel = self.channel(&target.account).ok_or_else(gone)?;
        if !channel.health.works(at) {
            return Err(expired(&channel.network));
        }
        if let Some(trouble) = &target.trouble {
            return Err(trouble.error.clone());
        }
        if self.provider == "postforme" && !storage::has(self, target.media.as_ref().unwrap_or(&post.media)) {
            let words = "All media failed to process, please check media URLS";
            return Err(SimError::new("user_content", "platform", "MEDIA", words));
        }
        let whole = post.text_for(target);
        // This one cuts what is too long, and says so nowhere but in a detail of its results.
        let text = if self.provider == "postforme" { network::cut(&target.network, whole) } else { whole };
        if let Some(error) = network::objection(&target.network, text, post.media_for(target)) {
            return Err(error);
        }
        if target.attempts == 1 && text.contains(super::HICCUP_MARK) {
            return Err(outage(&target.network));
        }
        if matches!(target.network.as_str(), "linkedin" | "twitter") && self.said_before(target, text, at) {
            return Err(duplicate(&target.network));
        }
        Ok(channel.username.clone())
    }

    /// Whether the same channel published the same text lately.
    fn said_before(&self, target: &SimTarget, text: &str, at: Instant) -> bool {
        self.posts.iter().any(|post| {
            post.targets.iter().any(|other| {
                other.account == target.account
                    && other.published_at.is_some_and(|then| then <= at && at - then < MEMORY)
                    && post.text_for(other) == text
            })
        })
    }

    /// Publishes the targets of a post that `which` picks; they are answered before this returns.
    pub fn publish_at_once(&mut self, id: &str, now: Instant, which: impl Fn(&SimTarget) -> bool) {
        self.begin(id, now, which);
        self.finish(now);
    }

    /// Hands the targets of a post that `which` picks to their networks; the answers come at `until`.
    pub fn begin(&mut self, id: &str, until: Instant, which: impl Fn(&SimTarget) -> bool) {
        if let Some(post) = self.posts.iter_mut().find(|post| post.id == id) {
            for target in post.targets.iter_mut().filter(|target| which(target)) {
                target.begin(until);
            }
            post.roll_up();
        }
    }

    /// Cancels every target that waits for a channel.
    pub fn cancel_pending(&mut self, channel: &str, now: Instant) {
        for post in self.posts.iter_mut().filter(|post| post.status == Status::Scheduled) {
            let mut touched = false;
            for target in post.targets.iter_mut().filter(|target| target.account == channel) {
                target.status = Status::Cancelled;
                touched = true;
            }
            if touched {
                post.updated_at = now;
                post.roll_up();
            }
        }
    }

    /// The next moment at which [`Site::tick`] has something to do.
    pub fn next_due(&self) -> Option<Instant> {
        let moments = self.posts.iter().flat_map(|post| {
            post.targets.iter().filter_map(move |target| target.busy_until.or_else(|| target.due(post)))
        });
        moments.min()
    }

    /// Whether posts to this channel are refused when they are made, and why.
    pub fn refuses(&self, channel: &str) -> bool {
        self.channel(channel).is_some_and(|known| matches!(known.health, Health::Expired | Health::Disconnected))
    }
}

fn expired(slug: &str) -> SimError {
    let words = format!("{} access token has expired. Please reconnect your account.", network::name(slug));
    SimError::new("auth_expired", "user", "190", words)
}

fn outage(slug: &str) -> SimError {
    let words = format!("{} is having problems (HTTP 503), try again later.", network::name(slug));
    SimError::new("platform_error", "platform", "503", words)
}

fn duplicate(slug: &str) -> SimError {
    let name = network::name(slug);
    let words = format!("{name} refused this post: its content is a duplicate of one published recently.");
    SimError::new("platform_rejected", "platform", "DUPLICATE_POST", words)
}

impl Trouble {
    /// A failure by its short name, in the words of a network (its slug on the wire, as in `twitter`): `expired`,
    /// `duplicate`, `too_long`, `media`, `aspect`, `rate_limit`, `outage`, `flagged` or `mystery`.
    pub fn named(kind: &str, slug: &str) -> Option<Self> {
        let name = network::name(slug);
        let lasting = matches!(kind, "duplicate" | "aspect" | "flagged");
        let error = match kind {
            "expired" => expired(slug),
            "duplicate" => duplicate(slug),
            "too_long" => network::too_long(slug),
            "media" => network::media_missing(slug),
            "aspect" => {
                let words = format!("{name} refused the image: the aspect ratio 21:9 is outside 4:5 to 1.91:1.");
                SimError::new("user_content", "user", "36003", words)
            }
            "rate_limit" => {
                let words =
                    format!("{name} asked for a pause: too many posts in a short time. Try again in 15 minutes.");
                SimError::new("platform_rate_limit", "platform", "429", words)
            }
            "outage" => outage(slug),
            "flagged" => {
                let words = format!("{name} refused this post: it holds a link that was reported as harmful.");
                SimError::new("platform_rejected", "platform", "LINK_BLOCKED", words)
            }
            "mystery" => SimError::new("unknown", "system", "UNKNOWN", "Something went wrong while publishing."),
            _ => return None,
        };
        Some(Self { error, lasting })
    }
}
