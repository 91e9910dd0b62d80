//! A write as the short conversation it is here: campaign, file, message, post. Pure.
//!
//! What a step brought is kept in its receipt in a small form of ours ([`Brought`]), so that a write that stopped
//! between two steps goes on where it was. Only the last step names a post: everything before it publishes nothing,
//! and a message that no post uses is harmless (contract, section 9).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::map;
use super::wire::form;
use crate::domain::ids::RemoteId;
use crate::domain::media::{Media, MediaKind};
use crate::domain::outline::Errand;
use crate::domain::problem::{Place, Problem};
use crate::domain::write::{Prepared, Receipt, Submission, SubmissionTarget, Timing, Write};
use crate::provider::address::segment;
use crate::provider::{Again, Kind, ProviderError, Reach, Result, Step, words};

/// The campaign that holds what is in no campaign here; every message needs one.
pub const CAMPAIGN: &str = "runsheet";

/// How the path ends that puts a post into another campaign.
pub const CHANGE_CAMPAIGN: &str = "/change-campaign";

/// How long after it was told "now" the service sends by itself (contract, section 6); asked for where a time is
/// needed.
const AT_ONCE: TimeDelta = TimeDelta::seconds(60);

/// How long what was read of a post is good for saying when "at once" is: the other half of [`AT_ONCE`] is for the way.
pub const FRESH: TimeDelta = TimeDelta::seconds(30);

/// What a step before the last one brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Brought {
    /// The campaign for the post, or that there is none of its name yet.
    Campaign {
        /// Its id.
        id: Option<String>,
    },
    /// How the service spells a profile's network.
    Profile {
        /// The spelling.
        network: String,
    },
    /// A file that the service is still fetching.
    Upload {
        /// The id of the upload.
        id: String,
    },
    /// A file that is there.
    Media {
        /// Its id.
        id: String,
    },
    /// The message for the post.
    Message {
        /// Its id.
        id: String,
    },
    /// The post that is to be changed, with its message.
    Post(Box<Known>),
    /// The post lies in another campaign now.
    Filed {},
}

/// What has to be known of a post to change it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// When it was read.
    pub read_at: DateTime<Utc>,
    /// The network, as the service spells it.
    pub network: String,
    /// The campaign it lies in.
    pub campaign: String,
    /// What that campaign's name says of it, as [`map::filed`] has it; `None` where it is not known.
    #[serde(default)]
    pub folder: Option<String>,
    /// The text.
    pub text: String,
    /// The ids of its attachments.
    pub media: Vec<String>,
    /// Whether a first comment follows it.
    #[serde(default)]
    pub comment: bool,
    /// The link card: address, title, description, picture; all empty where there is none.
    pub card: [String; 4],
}

impl Known {
    /// Whether it was read just now.
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        (now - self.read_at).abs() <= FRESH
    }
}

impl Brought {
    /// What a receipt keeps.
    pub fn record(&self) -> String {
        // Plain fields always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The next request of `write`, or its end.
pub fn next(write: &Write, so_far: &[Receipt], now: DateTime<Utc>) -> Result<Step> {
    if so_far.last().is_some_and(|receipt| receipt.remote.is_some()) {
        return Ok(Step::Done);
    }
    let story = Story(so_far.iter().filter_map(|receipt| serde_json::from_str(&receipt.raw).ok()).collect());
    match write {
        Write::Create { submission } => create(&Content::of(submission)?, &story),
        Write::Revise { remote, submission } => revise(remote, &Content::of(submission)?, &story, now),
        Write::Publish { remote } => match story.post().filter(|known| known.is_fresh(now)) {
            None => ask(format!("/post/{}", segment(remote.as_str())?)),
            Some(known) => change(remote, vec![soon(known), ("status", "pending".into())]),
        },
        Write::Remove { .. } if !so_far.is_empty() => Ok(Step::Done),
        Write::Remove { remote } => {
            let path = format!("/post/{}", segment(remote.as_str())?);
            Ok(Step::Send(Prepared { method: "DELETE".into(), path, headers: Vec::new(), body: None }))
        }
        Write::Retry { .. } => Err(ProviderError::unsupported(
            "Oktopost sends nothing a second time: what failed has to be sent as a new post",
        )),
    }
}

/// The steps of `write` beside its last one, as far as they are known beforehand. A change is counted as if it changed
/// the words too.
pub fn beside(write: &Write) -> Vec<Errand> {
    let fetched =
        |submission: &Submission| submission.media.iter().filter(|media| media.source.contains("://")).count();
    let files = |submission: &Submission| vec![Errand::Upload; fetched(submission)];
    match write {
        Write::Create { submission } => {
            let first = submission.targets.first();
            let spelt = first.is_none_or(|target| map::spelling(&target.network).is_some());
            let asked = vec![Errand::LookUp; if spelt { 1 } else { 2 }];
            [asked, files(submission), vec![Errand::Message]].concat()
        }
        Write::Revise { submission, .. } => [vec![Errand::LookUp], files(submission), vec![Errand::Message]].concat(),
        Write::Publish { .. } => vec![Errand::LookUp],
        Write::Remove { .. } | Write::Retry { .. } => Vec::new(),
    }
}

/// What the earlier steps brought, in their order.
struct Story(Vec<Brought>);

impl Story {
    fn find<'a, T>(&'a self, pick: impl Fn(&'a Brought) -> Option<T>) -> Option<T> {
        self.0.iter().rev().find_map(pick)
    }

    fn campaign(&self) -> Option<Option<&String>> {
        self.find(|brought| if let Brought::Campaign { id } = brought { Some(id.as_ref()) } else { None })
    }

    fn network(&self) -> Option<&str> {
        self.find(|brought| if let Brought::Profile { network } = brought { Some(network.as_str()) } else { None })
    }

    fn upload(&self) -> Option<&str> {
        self.find(|brought| if let Brought::Upload { id } = brought { Some(id.as_str()) } else { None })
    }

    fn media(&self) -> Option<&String> {
        self.find(|brought| if let Brought::Media { id } = brought { Some(id) } else { None })
    }

    fn message(&self) -> Option<&String> {
        self.find(|brought| if let Brought::Message { id } = brought { Some(id) } else { None })
    }

    fn is_filed(&self) -> bool {
        self.0.iter().any(|brought| matches!(brought, Brought::Filed {}))
    }

    fn post(&self) -> Option<&Known> {
        self.find(|brought| if let Brought::Post(known) = brought { Some(known.as_ref()) } else { None })
    }
}

fn create(content: &Content, story: &Story) -> Result<Step> {
    let network = match map::spelling(&content.first.network).or(story.network()) {
        Some(network) => network,
        None => return ask(format!("/credential/{}", segment(content.first.remote.as_str())?)),
    };
    let campaign = match folder(content, story) {
        Folder::There(campaign) => campaign,
        Folder::Needs(step) => return Ok(step),
    };
    let media = match attachment(content, story)? {
        Attachment::None => None,
        Attachment::There(id) => Some(id),
        Attachment::Needs(step) => return Ok(step),
    };
    let Some(message) = story.message() else {
        return Ok(message(network, campaign, content, media, &Default::default()));
    };
    let mut fields = vec![("messageId", message.clone()), ("credentialIds", content.profiles())];
    match content.submission.timing {
        Timing::At(at) => fields.extend([seconds(at), ("status", "pending".into())]),
        // Without a time the service takes one a minute from now.
        Timing::Now => fields.push(("status", "pending".into())),
        Timing::Draft => fields.extend([("startDateTime", map::NO_TIME.to_string()), ("status", "draft".into())]),
    }
    fields.extend(content.comment());
    Ok(send("/post".into(), &fields))
}

/// How far the campaign that the post shall lie in has come.
enum Folder<'a> {
    There(&'a str),
    Needs(Step),
}

fn folder<'a>(content: &Content, story: &'a Story) -> Folder<'a> {
    let name = content.submission.campaign.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(CAMPAIGN);
    match story.campaign() {
        Some(Some(campaign)) => Folder::There(campaign),
        Some(None) => Folder::Needs(send("/campaign".into(), &[("name", name.into())])),
        None => Folder::Needs(Step::Send(Prepared {
            method: "GET".into(),
            path: "/campaign".into(),
            headers: Vec::new(),
            body: (name != CAMPAIGN).then(|| name.to_owned()),
        })),
    }
}

/// Puts a post that is there into the campaign it shall lie in, where that is another one (contract, section 6); what
/// is said of it here decides, and where nothing is said it stays where it is.
fn refile<'a>(remote: &RemoteId, content: &Content, known: &'a Known, story: &'a Story) -> Result<Folder<'a>> {
    let wanted = content.submission.campaign.as_deref();
    if wanted.is_none_or(|name| known.folder.as_deref() == Some(words::name(name).as_str())) {
        return Ok(Folder::There(&known.campaign));
    }
    match folder(content, story) {
        Folder::There(campaign) if !story.is_filed() && campaign != known.campaign => {
            let path = format!("/post/{}{CHANGE_CAMPAIGN}", segment(remote.as_str())?);
            Ok(Folder::Needs(send(path, &[("campaignId", campaign.to_owned())])))
        }
        folder => Ok(folder),
    }
}

/// A change never touches the message, which other posts may use: other words or pictures are a new message, put in
/// the place of the old one (contract, section 8).
fn revise(remote: &RemoteId, content: &Content, story: &Story, now: DateTime<Utc>) -> Result<Step> {
    let Some(known) = story.post() else { return ask(format!("/post/{}", segment(remote.as_str())?)) };
    let network = crate::domain::channel::Network::from_word(&known.network);
    if network != content.first.network {
        let words = format!("the post at Oktopost is for {network}: {} needs a post of its own", content.first.network);
        return Err(invalid("one-network-per-post", Place::Channels, words));
    }
    let campaign = match refile(remote, content, known, story)? {
        Folder::There(campaign) => campaign,
        Folder::Needs(step) => return Ok(step),
    };
    let mut fields = Vec::new();
    let attached = content.media.iter().map(|media| &media.source);
    // The answers do not show a title: one that is given may be new.
    let titled = network.key() == "youtube" && content.submission.title.is_some();
    if titled || known.text != content.text || !known.media.iter().eq(attached) {
        let media = match attachment(content, story)? {
            Attachment::None => None,
            Attachment::There(id) => Some(id),
            Attachment::Needs(step) => return Ok(step),
        };
        let Some(message) = story.message() else {
            return Ok(message(&known.network, campaign, content, media, &kept_card(known, content)));
        };
        fields.push(("messageId", message.clone()));
    }
    fields.push(("credentialIds", content.profiles()));
    match content.submission.timing {
        Timing::At(at) => fields.extend([seconds(at), ("status", "pending".into())]),
        // What came before may have taken its time.
        Timing::Now if !known.is_fresh(now) => return ask(format!("/post/{}", segment(remote.as_str())?)),
        Timing::Now => fields.extend([soon(known), ("status", "pending".into())]),
        Timing::Draft => fields.push(("status", "draft".into())),
    }
    let gone = known.comment.then(|| ("firstComment", "null".to_owned()));
    fields.extend(content.comment().or(gone));
    change(remote, fields)
}

/// The link card goes along to the new message, unless the words no longer name its link or a picture takes its place.
fn kept_card(known: &Known, content: &Content) -> [String; 4] {
    let [link, ..] = &known.card;
    let still_meant = content.text.contains(link.as_str()) || !known.text.contains(link.as_str());
    if content.media.is_empty() && !link.is_empty() && still_meant { known.card.clone() } else { Default::default() }
}

fn message(network: &str, campaign: &str, content: &Content, media: Option<String>, card: &[String; 4]) -> Step {
    let mut fields = vec![
        ("network", network.to_owned()),
        ("campaignId", campaign.to_owned()),
        ("message", content.text.to_owned()),
    ];
    fields.extend(media.map(|media| ("media", media)));
    if card.iter().any(|part| !part.is_empty()) {
        fields.extend(["linkUrl", "linkTitle", "description", "imageUrl"].into_iter().zip(card.iter().cloned()));
    }
    fields.extend(content.submission.title_for(content.first).map(|title| ("title", title.to_owned())));
    Step::Send(post("/message".into(), &fields))
}

/// How far the one file of a message has come.
enum Attachment {
    None,
    There(String),
    Needs(Step),
}

fn attachment(content: &Content, story: &Story) -> Result<Attachment> {
    let Some(media) = content.media.first() else { return Ok(Attachment::None) };
    if !media.source.contains("://") {
        return Ok(Attachment::There(media.source.clone()));
    }
    if let Some(id) = story.media() {
        return Ok(Attachment::There(id.clone()));
    }
    Ok(Attachment::Needs(match (story.upload(), media.kind) {
        (Some(upload), _) => ask(format!("/upload/{}", segment(upload)?))?,
        (None, MediaKind::Image) => send("/media".into(), &[("resource", media.source.clone())]),
        (None, _) => {
            let name = match media.source.split(['?', '#']).next().unwrap_or_default().rsplit_once('/') {
                Some((_, file)) if media.name.is_empty() => file,
                _ => media.name.as_str(),
            };
            let fields =
                [("source", media.source.clone()), ("name", name.to_owned()), ("mimeType", mime(media).to_owned())];
            send("/upload".into(), &fields)
        }
    }))
}

/// The media type, among those the service fetches.
fn mime(media: &Media) -> &'static str {
    match media.kind {
        MediaKind::Gif => "image/gif",
        MediaKind::Document => "application/pdf",
        MediaKind::Image => "image/jpeg",
        MediaKind::Video | MediaKind::Other => "video/mp4",
    }
}

fn seconds(at: DateTime<Utc>) -> (&'static str, String) {
    ("startDateTime", at.timestamp().to_string())
}

/// When the post starts that `request` makes or changes, where it says so.
pub fn start(request: &Prepared) -> Option<DateTime<Utc>> {
    let body = request.body.as_deref().filter(|_| request.method == "POST" && request.path.starts_with("/post"))?;
    let (_, seconds) = url::form_urlencoded::parse(body.as_bytes()).find(|(field, _)| field == "startDateTime")?;
    DateTime::from_timestamp(seconds.parse().ok()?, 0)
}

/// A minute after the post was read: there is no call that publishes now, and leaving the time out leaves it as it is.
fn soon(known: &Known) -> (&'static str, String) {
    seconds(known.read_at + AT_ONCE)
}

fn ask(path: String) -> Result<Step> {
    Ok(Step::Send(Prepared { method: "GET".into(), path, headers: Vec::new(), body: None }))
}

fn send(path: String, fields: &[(&str, String)]) -> Step {
    Step::Send(post(path, fields))
}

fn change(remote: &RemoteId, fields: Vec<(&str, String)>) -> Result<Step> {
    Ok(send(format!("/post/{}", segment(remote.as_str())?), &fields))
}

fn post(path: String, fields: &[(&str, String)]) -> Prepared {
    let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    Prepared { method: "POST".into(), path, headers, body: Some(form(fields)) }
}

/// A submission that one message and one post can carry.
struct Content<'a> {
    submission: &'a Submission,
    first: &'a SubmissionTarget,
    text: &'a str,
    media: &'a [Media],
}

impl<'a> Content<'a> {
    fn of(submission: &'a Submission) -> Result<Self> {
        let Some(first) = submission.targets.first() else {
            return Err(invalid("no-channel", Place::Channels, "the post goes to no channel".into()));
        };
        let text = first.text.as_deref().unwrap_or(&submission.body);
        for target in &submission.targets {
            if target.network != first.network {
                let words =
                    format!("Oktopost has one network per post: {} needs a post of its own", target.network.name());
                return Err(invalid("one-network-per-post", Place::Channels, words));
            }
            if target.text.as_deref().unwrap_or(&submission.body) != text {
                let words =
                    format!("Oktopost has one text per post: the {} channels need posts of their own", first.network);
                return Err(invalid("one-text-per-post", Place::Channels, words));
            }
            if target.extras != first.extras {
                let words = format!(
                    "Oktopost has one title and one first comment per post: the {} channels need posts of their own",
                    first.network
                );
                return Err(invalid("one-text-per-post", Place::Channels, words));
            }
            if target.at.is_some_and(|at| submission.timing != Timing::At(at)) {
                let words = format!("Oktopost has one time per post: {} needs a post of its own", target.network);
                return Err(invalid("own-time", Place::When, words));
            }
        }
        if submission.media.len() > 1 {
            let words = format!(
                "Oktopost is documented to take one attachment per post, and this one has {}",
                submission.media.len()
            );
            let mut error = invalid("one-attachment", Place::Media(None), words);
            for problem in &mut error.problems {
                problem.remedy = "keep one of them for this channel, or leave the channel out".into();
            }
            return Err(error);
        }
        Ok(Self { submission, first, text, media: &submission.media })
    }

    /// The first comment, where there is one.
    fn comment(&self) -> Option<(&'static str, String)> {
        let comment = self.first.extras.first_comment.as_ref().filter(|comment| !comment.is_blank());
        comment.map(|comment| ("firstComment[text]", comment.text.clone()))
    }

    fn profiles(&self) -> String {
        let profiles: Vec<&str> = self.submission.targets.iter().map(|target| target.remote.as_str()).collect();
        profiles.join(",")
    }
}

/// Something Oktopost has no words for: found before anything is sent.
fn invalid(code: &str, place: Place, words: String) -> ProviderError {
    let mut error = ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words.clone());
    error.problems.push(Problem::blocker(code, place, words, "split it into posts of their own, or change it"));
    error
}
