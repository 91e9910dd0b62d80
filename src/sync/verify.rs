//! Whether a write whose outcome is unknown happened: compares what was sent with what the provider shows. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::RemoteId;
use crate::domain::remote::{RemotePost, RemoteState};
use crate::domain::write::{Submission, Timing, Write};

/// Providers round to the minute; a post further off than this is another one.
const SAME_MOMENT: TimeDelta = TimeDelta::seconds(90);

/// What a look-up shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It happened: this is the post.
    Found(Box<RemotePost>),
    /// It did not happen.
    Absent,
    /// The listing does not allow an answer.
    CannotTell,
}

/// Looks for the post that `submission` would have made among `listed`.
///
/// `known` are posts at the provider that belong to something else already. Absence is only believed when the listing
/// was `complete` and begun after the settling time.
pub fn find(
    submission: &Submission,
    listed: &[RemotePost],
    known: &[RemoteId],
    complete: bool,
    settled: bool,
    sent_at: DateTime<Utc>,
) -> Verdict {
    let is_it = |post: &&RemotePost| !known.contains(&post.id) && same(submission, post, sent_at);
    match listed.iter().find(is_it) {
        Some(post) => Verdict::Found(Box::new(post.clone())),
        None if complete && settled => Verdict::Absent,
        None => Verdict::CannotTell,
    }
}

/// Whether `post` carries what `submission` says: the same channels, texts and moment. A reference of ours alone does
/// not suffice, because an earlier version of the same post carries it too.
pub fn same(submission: &Submission, post: &RemotePost, sent_at: DateTime<Utc>) -> bool {
    same_channels(submission, post) && same_texts(submission, post) && same_moment(submission, post, sent_at)
}

fn same_channels(submission: &Submission, post: &RemotePost) -> bool {
    submission.targets.len() == post.targets.len()
        && submission.targets.iter().all(|ours| post.targets.iter().any(|theirs| theirs.channel == ours.remote))
}

fn same_texts(submission: &Submission, post: &RemotePost) -> bool {
    submission.targets.iter().all(|ours| {
        let sent = ours.text.as_deref().unwrap_or(&submission.body);
        let shown = post.targets.iter().find(|theirs| theirs.channel == ours.remote);
        let shown = shown.and_then(|theirs| theirs.text.as_deref()).unwrap_or(&post.body);
        folded(sent) == folded(shown)
    })
}

fn same_moment(submission: &Submission, post: &RemotePost, sent_at: DateTime<Utc>) -> bool {
    match submission.timing {
        Timing::Draft => post.state == RemoteState::Draft,
        Timing::At(at) => post.at.is_some_and(|theirs| (theirs - at).abs() <= SAME_MOMENT),
        // Published at once: made at or after the moment the first request left.
        Timing::Now => post.created_at.or(post.at).is_none_or(|made| made >= sent_at - SAME_MOMENT),
    }
}

/// Texts compared without regard to white space at the edges and line ends, which providers tidy.
fn folded(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// What the present state of a post says about a write that was meant to change it.
pub fn changed(write: &Write, post: &RemotePost, now: DateTime<Utc>) -> Verdict {
    let done = match write {
        Write::Create { .. } => return Verdict::CannotTell,
        Write::Revise { submission, .. } => same(submission, post, now),
        Write::Remove { .. } => post.state == RemoteState::Cancelled,
        // Whatever the retry came to, the post's present state is the truth about it.
        Write::Retry { .. } => true,
        Write::Publish { .. } => matches!(post.state, RemoteState::Publishing | RemoteState::Settled),
    };
    if done { Verdict::Found(Box::new(post.clone())) } else { Verdict::Absent }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Network;
    use crate::domain::ids::{ChannelId, IdSource};
    use crate::domain::outcome::Outcome;
    use crate::domain::remote::RemoteTarget;
    use crate::domain::write::SubmissionTarget;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn submission(text: &str, timing: Timing) -> Submission {
        Submission {
            post: IdSource::seeded(1).post(at(0)),
            body: text.into(),
            title: None,
            targets: vec![SubmissionTarget {
                channel: ChannelId::new("a/1"),
                remote: RemoteId::new("1"),
                network: Network::from_word("x"),
                text: None,
                at: None,
            }],
            timing,
            zone: "UTC".into(),
            media: Vec::new(),
            tags: Vec::new(),
        }
    }

    fn listed(id: &str, text: &str, minute: i64) -> RemotePost {
        RemotePost {
            id: RemoteId::new(id),
            reference: None,
            body: text.into(),
            title: None,
            at: Some(at(minute)),
            state: RemoteState::Scheduled,
            targets: vec![RemoteTarget {
                channel: RemoteId::new("1"),
                network: Network::from_word("x"),
                text: None,
                at: None,
                outcome: Outcome::Accepted,
            }],
            media: Vec::new(),
            tags: Vec::new(),
            created_at: Some(at(0)),
            updated_at: None,
            oddities: Vec::new(),
        }
    }

    #[test]
    fn found_only_when_channel_time_and_text_agree() {
        let wanted = submission("hello\r\n", Timing::At(at(60)));
        let other_channel = RemotePost {
            targets: vec![RemoteTarget { channel: RemoteId::new("2"), ..listed("c", "hello", 60).targets[0].clone() }],
            ..listed("c", "hello", 60)
        };
        let others = [listed("a", "hello!", 60), listed("b", "hello", 63), other_channel];
        assert_eq!(find(&wanted, &others, &[], true, true, at(0)), Verdict::Absent);
        let twin = listed("d", "hello", 61);
        let all = [others.as_slice(), std::slice::from_ref(&twin)].concat();
        assert_eq!(find(&wanted, &all, &[], true, true, at(0)), Verdict::Found(Box::new(twin)));
        assert_eq!(find(&wanted, &all, &[RemoteId::new("d")], true, true, at(0)), Verdict::Absent);
    }

    #[test]
    fn absence_needs_a_whole_listing_begun_late_enough() {
        let wanted = submission("hello", Timing::At(at(60)));
        assert_eq!(find(&wanted, &[], &[], true, false, at(0)), Verdict::CannotTell);
        assert_eq!(find(&wanted, &[], &[], false, true, at(0)), Verdict::CannotTell);
    }
}
