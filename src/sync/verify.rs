//! Whether a write whose outcome is unknown happened: compares what was sent with what the provider shows. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::RemoteId;
use crate::domain::remote::{RemotePost, RemoteState};
use crate::domain::thread::folded;
use crate::domain::write::{Submission, Timing, Write};

/// Providers round to the minute; a post further off than this is another one.
pub const SAME_MOMENT: TimeDelta = TimeDelta::seconds(90);

/// How far a provider may put a post off by settings of its own; one further off is another one.
const PUT_OFF: TimeDelta = TimeDelta::days(1);

/// How far a clock may have been ahead when something was sent for at once.
const WRONG_CLOCK: TimeDelta = TimeDelta::days(1);

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
    let free = || listed.iter().filter(|post| !known.contains(&post.id));
    // Made of this very post since then, but changed there or tidied by the provider: neither it nor absent for certain.
    let kin = |post: &RemotePost| post.reference == Some(submission.post) && made_since(post, sent_at);
    // In those very words, planned for that very moment or sent for at once not long before, yet too early to be it: a
    // clock may have been wrong, and set right since.
    let elder = |post: &RemotePost| match submission.timing {
        Timing::At(_) => twin(submission, post),
        Timing::Now => twin(submission, post) && made_within(post, sent_at, WRONG_CLOCK),
        Timing::Draft => false,
    };
    match free().find(|post| same(submission, post, sent_at)) {
        Some(post) => Verdict::Found(Box::new(post.clone())),
        None if complete && settled && !free().any(|post| kin(post) || elder(post)) => Verdict::Absent,
        None => Verdict::CannotTell,
    }
}

/// Whether it was made, or where nothing says when, went out, no longer than `span` before `sent_at`.
fn made_within(post: &RemotePost, sent_at: DateTime<Utc>, span: TimeDelta) -> bool {
    post.created_at.or(post.at).is_none_or(|at| at >= sent_at - span)
}

fn made_since(post: &RemotePost, sent_at: DateTime<Utc>) -> bool {
    post.created_at.is_none_or(|made| made >= sent_at - SAME_MOMENT)
}

/// Whether `post` carries what `submission` says: the same channels, texts and moment. A reference of ours alone does
/// not suffice, because an earlier version of the same post carries it too.
pub fn same(submission: &Submission, post: &RemotePost, sent_at: DateTime<Utc>) -> bool {
    twin(submission, post) && made_since(post, sent_at) && !out_before(submission, post, sent_at)
}

/// The same channels, texts and moment, whenever it was made.
pub fn twin(submission: &Submission, post: &RemotePost) -> bool {
    same_channels(submission, post) && same_texts(submission, post) && same_moment(submission, post)
}

/// Where nothing says when a post was made, one that went out before ours was sent for at once is not ours.
fn out_before(submission: &Submission, post: &RemotePost, sent_at: DateTime<Utc>) -> bool {
    let undated = submission.timing == Timing::Now && post.created_at.is_none();
    undated && post.at.is_some_and(|at| at < sent_at - SAME_MOMENT)
}

/// Whether `post` says what `submission` says on the same channels, only later: providers can put posts off by
/// settings of their own. Where posts carry no reference of ours it may be ours, or another one in the same words.
pub fn put_off(submission: &Submission, post: &RemotePost, sent_at: DateTime<Utc>) -> bool {
    let Timing::At(asked) = submission.timing else { return false };
    if submission.queue.is_some() {
        return false;
    }
    let later = post.at.is_some_and(|at| at > asked + SAME_MOMENT && at <= asked + PUT_OFF);
    let on_its_way = !matches!(post.state, RemoteState::Draft | RemoteState::Cancelled);
    later && on_its_way && same_channels(submission, post) && same_texts(submission, post) && made_since(post, sent_at)
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

fn same_moment(submission: &Submission, post: &RemotePost) -> bool {
    let on_its_way = !matches!(post.state, RemoteState::Draft | RemoteState::Cancelled);
    match submission.timing {
        Timing::Draft => post.state == RemoteState::Draft,
        Timing::At(_) if submission.queue.is_some() => on_its_way && post.at.is_some(),
        Timing::At(at) => on_its_way && post.at.is_some_and(|theirs| (theirs - at).abs() <= SAME_MOMENT),
        Timing::Now => on_its_way,
    }
}

/// What the present state of a post says about a write that was meant to change it.
pub fn changed(write: &Write, post: &RemotePost) -> Verdict {
    let going_out = matches!(post.state, RemoteState::Publishing | RemoteState::Settled);
    let done = match write {
        // Only a create that was made in an earlier step is looked up by id.
        Write::Create { submission } => match submission.timing {
            Timing::Now => going_out,
            Timing::At(_) | Timing::Draft => true,
        },
        Write::Revise { submission, .. } => {
            let said = same_channels(submission, post) && same_texts(submission, post);
            // Nothing shows whether a post has entered a queue: asked again, it gets a place there.
            let tells = submission.queue.is_none() || going_out;
            said && tells && same_moment(submission, post) && (submission.timing != Timing::Now || going_out)
        }
        Write::Remove { .. } => post.state == RemoteState::Cancelled,
        // Whatever the retry came to, the post's present state is the truth about it.
        Write::Retry { .. } => true,
        Write::Publish { .. } => going_out,
    };
    if done { Verdict::Found(Box::new(post.clone())) } else { Verdict::Absent }
}

/// Whether a change that did not happen can no longer happen: the post goes out, or is out.
pub fn too_late(write: &Write, post: &RemotePost) -> bool {
    let going_out = matches!(post.state, RemoteState::Publishing | RemoteState::Settled);
    going_out && matches!(write, Write::Revise { .. })
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
                extras: crate::domain::options::Extras::default(),
            }],
            timing,
            queue: None,
            zone: "UTC".into(),
            media: Vec::new(),
            tags: Vec::new(),
            campaign: None,
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
                extras: crate::domain::options::Extras::default(),
            }],
            media: Vec::new(),
            tags: Vec::new(),
            campaign: None,
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
    fn a_post_that_was_put_off_is_known_by_its_words_and_channels() {
        let wanted = submission("hello", Timing::At(at(60)));
        for (post, may_be) in [
            (listed("a", "hello", 63), true),
            (listed("b", "hello", 61), false),
            (listed("c", "hello", 50), false),
            (listed("d", "hello!", 63), false),
            (listed("e", "hello", 60 + 25 * 60), false),
            (RemotePost { state: RemoteState::Draft, ..listed("f", "hello", 63) }, false),
            (RemotePost { created_at: Some(at(-60)), ..listed("g", "hello", 63) }, false),
        ] {
            assert_eq!(put_off(&wanted, &post, at(0)), may_be, "{post:?}");
        }
        assert!(!put_off(&submission("hello", Timing::Now), &listed("a", "hello", 63), at(0)));
    }

    #[test]
    fn of_undated_posts_only_those_since_then_are_ours_for_at_once() {
        let wanted = submission("hello", Timing::Now);
        let undated = |minute| RemotePost { created_at: None, ..listed("a", "hello", minute) };
        assert!(!same(&wanted, &undated(50), at(60)) && same(&wanted, &undated(60), at(60)));
        assert!(same(&wanted, &RemotePost { created_at: Some(at(60)), ..undated(50) }, at(60)));
    }

    #[test]
    fn absence_needs_a_whole_listing_begun_late_enough() {
        let wanted = submission("hello", Timing::At(at(60)));
        assert_eq!(find(&wanted, &[], &[], true, false, at(0)), Verdict::CannotTell);
        assert_eq!(find(&wanted, &[], &[], false, true, at(0)), Verdict::CannotTell);
    }

    #[test]
    fn a_cancelled_or_older_post_is_not_it_and_kin_leave_it_open() {
        let wanted = submission("hello", Timing::At(at(60)));
        let cancelled = RemotePost { state: RemoteState::Cancelled, ..listed("a", "hello", 60) };
        let older = RemotePost { created_at: Some(at(-60)), ..listed("b", "hello", 60) };
        assert_eq!(find(&wanted, &[cancelled], &[], true, true, at(0)), Verdict::Absent);
        // It is somebody else's, or this machine's clock ran ahead: nothing is sent on account of it.
        let all = std::slice::from_ref(&older);
        assert_eq!(find(&wanted, all, &[], true, true, at(0)), Verdict::CannotTell);
        assert_eq!(find(&wanted, all, &[RemoteId::new("b")], true, true, at(0)), Verdict::Absent);
        // What goes out at once has namesakes of other days, which prove nothing; one of this day may be it.
        let at_once = submission("hello", Timing::Now);
        let undated =
            |hours: i64| RemotePost { created_at: None, at: Some(at(-60 * hours)), ..listed("d", "hello", 60) };
        let made = |hours: i64| RemotePost { created_at: Some(at(-60 * hours)), ..older.clone() };
        for (post, verdict) in [
            (made(1), Verdict::CannotTell),
            (made(23), Verdict::CannotTell),
            (made(25), Verdict::Absent),
            (undated(1), Verdict::CannotTell),
            (undated(25), Verdict::Absent),
        ] {
            let known = [post.id.clone()];
            let listed = std::slice::from_ref(&post);
            assert_eq!(find(&at_once, listed, &[], true, true, at(0)), verdict, "{post:?}");
            assert_eq!(find(&at_once, listed, &known, true, true, at(0)), Verdict::Absent, "it is somebody else's");
        }
        let kin = RemotePost { reference: Some(wanted.post), ..listed("c", "hello, tidied", 60) };
        assert_eq!(find(&wanted, &[kin], &[], true, true, at(0)), Verdict::CannotTell);
    }

    #[test]
    fn a_change_that_missed_the_post_is_not_sent_after_it() {
        let scheduled = listed("a", "hello", 60);
        let revise =
            Write::Revise { remote: scheduled.id.clone(), submission: submission("other", Timing::At(at(60))) };
        assert!(!too_late(&revise, &scheduled));
        assert!(too_late(&revise, &RemotePost { state: RemoteState::Publishing, ..scheduled }));
    }

    #[test]
    fn publishing_at_once_is_proven_by_a_post_that_goes_out() {
        let publish = Write::Publish { remote: RemoteId::new("a") };
        let scheduled = listed("a", "hello", 60);
        assert_eq!(changed(&publish, &scheduled), Verdict::Absent);
        let out = RemotePost { state: RemoteState::Settled, ..scheduled };
        assert!(matches!(changed(&publish, &out), Verdict::Found(_)));
    }
}
