//! Refusals keep the provider's words, and say what a person can do.

use chrono::TimeDelta;
use runsheet::demo::Health;
use runsheet::domain::ids::RemoteId;
use runsheet::domain::media::{Media, MediaKind};
use runsheet::domain::outcome::{Cause, Outcome};
use runsheet::domain::problem::Severity;
use runsheet::domain::write::{Submission, Timing, Write};
use runsheet::provider::capability::Check;
use runsheet::provider::{Again, ProviderError, Reach, objections};

use crate::stage::{Stage, in_hours};

async fn refused(stage: &Stage, submission: Submission) -> ProviderError {
    let error = stage.carry_out(&Write::Create { submission }, stage.intent()).await.unwrap_err();
    assert_eq!((error.reach, error.again), (Reach::Answered, Again::Never), "{error}");
    assert!(stage.posts().is_empty());
    assert!(error.status.is_some() && error.request_id.is_some() && !error.words.is_empty());
    error
}

/// Why a submission does not go out: said at once, or where a provider takes it all the same, by the network when its
/// time comes. Only one that does not look at posts beforehand may take it.
async fn verdict(stage: &Stage, submission: Submission) -> (Cause, String) {
    match stage.provider.capabilities().check {
        Check::Preview | Check::Settings => {}
        // What it knows of a channel it says at once, the rest when its time comes.
        Check::Nothing => return refused_or_failed(stage, submission).await,
        Check::PerTarget | Check::PerNetwork => {
            let error = refused(stage, submission).await;
            return (error.cause(), error.words);
        }
    }
    let remote = stage.create(submission).await;
    stage.pass(TimeDelta::hours(21));
    let post = stage.provider.post(&remote).await.unwrap();
    let Outcome::Refused(refusal) = &post.targets[0].outcome else { panic!("{post:?}") };
    (refusal.cause, refusal.words.clone())
}

pub async fn a_text_that_is_too_long_is_refused_in_words(stage: &Stage) {
    let submission = stage.submission(&"a".repeat(281), in_hours(20));
    if stage.provider.capabilities().check == Check::Preview {
        // It would be cut in silence: that is said before, and seen after.
        let problems = stage.provider.check(&submission).await.unwrap();
        assert!(matches!(&problems[..], [problem] if problem.words.contains("280")), "{problems:?}");
        let remote = stage.create(submission).await;
        stage.pass(TimeDelta::hours(21));
        let post = stage.provider.post(&remote).await.unwrap();
        assert!(post.oddities.iter().any(|words| words.contains("cut")), "{post:?}");
        return;
    }
    let (cause, words) = refused_or_failed(stage, submission).await;
    assert_eq!(cause, Cause::TooLong, "{words}");
    assert!(words.contains("280"), "{words}");
}

/// Why a submission for in twenty hours comes to nothing. Some providers take it, and learn from the network when its
/// time comes.
async fn refused_or_failed(stage: &Stage, submission: Submission) -> (Cause, String) {
    match stage.carry_out(&Write::Create { submission }, stage.intent()).await {
        Err(error) => {
            assert_eq!((error.reach, error.again), (Reach::Answered, Again::Never), "{error}");
            (error.cause(), error.words)
        }
        Ok(receipts) => {
            stage.pass(TimeDelta::hours(21));
            let post = stage.provider.post(receipts.last().unwrap().remote.as_ref().unwrap()).await.unwrap();
            let Outcome::Refused(refusal) = &post.targets[0].outcome else { panic!("{post:?}") };
            (refusal.cause, refusal.words.clone())
        }
    }
}

pub async fn missing_media_is_refused_in_words(stage: &Stage) {
    let mut submission = stage.submission("No picture", in_hours(20));
    submission.targets = vec![stage.target("instagram")];
    let (cause, words) = verdict(stage, submission).await;
    assert_eq!(cause, Cause::Media, "{words}");
}

pub async fn an_unknown_channel_is_refused(stage: &Stage) {
    let mut submission = stage.submission("To nobody", in_hours(20));
    let known = submission.targets[0].remote.as_str().to_owned();
    let unknown: String = known.chars().map(|c| if c == '0' { '9' } else { c }).collect();
    submission.targets[0].remote = RemoteId::new(unknown.as_str());
    let error = refused(stage, submission).await;
    assert!(error.words.contains(&unknown), "{error}");
}

pub async fn a_disconnected_channel_asks_to_be_connected_again(stage: &Stage) {
    let submission = stage.submission("Cut off", in_hours(20));
    stage.demo.world.set_health(stage.name, submission.targets[0].remote.as_str(), Health::Disconnected);
    let (cause, words) = verdict(stage, submission).await;
    assert_eq!(cause, Cause::Reconnect, "{words}");
}

pub async fn a_check_names_networks_and_makes_nothing(stage: &Stage) {
    let mut submission = stage.submission("Short enough", Timing::Draft);
    submission.targets.push(stage.target("instagram"));
    submission.targets[0].text = Some("b".repeat(300));
    let problems = stage.provider.check(&submission).await.unwrap();
    if stage.provider.capabilities().check == Check::Nothing {
        assert_eq!((problems, stage.requests().len()), (Vec::new(), 0));
        return;
    }
    let mut minded: Vec<_> = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Blocker)
        .map(|problem| problem.network.as_ref().unwrap().key())
        .collect();
    minded.sort_unstable();
    assert_eq!(minded, ["instagram", "x"], "{problems:?}");
    submission.targets.pop();
    submission.targets[0].text = None;
    assert_eq!(stage.provider.check(&submission).await.unwrap(), []);
    assert!(stage.posts().is_empty());
}

/// What an adapter has no words for comes out of its own mapping, before anything is asked: whatever it refuses while it
/// prepares a write, it says beforehand; and what it takes, it does not mind.
pub async fn what_is_bound_to_be_refused_is_said_before(stage: &Stage) {
    let plain = |body: &str| stage.submission(body, in_hours(20));
    let picture = |name: &str| Media::at_address(format!("https://a.example/{name}.png"), MediaKind::Image);
    let two = vec![stage.target("x"), stage.other()];
    let mut own_text = Submission { targets: two.clone(), ..plain("For both") };
    own_text.targets[1].text = Some("For one of them".into());
    let mut own_time = Submission { targets: two, ..plain("At two times") };
    own_time.targets[1].at = Some(crate::stage::noon() + TimeDelta::hours(30));
    let mut elsewhere = plain("On two networks");
    elsewhere.targets.push(stage.elsewhere());
    let mut unknown = plain("To a channel of another kind");
    unknown.targets[0].remote = RemoteId::new("no-such/../channel");
    let odd = [
        plain("Nothing odd about it"),
        plain("I <3 you"),
        Submission { media: vec![picture("one"), picture("two")], ..plain("With two pictures") },
        Submission { media: vec![picture("one")], ..plain(" ") },
        Submission { timing: Timing::Draft, ..plain("Not yet") },
        Submission { targets: Vec::new(), ..plain("To nobody") },
        own_text,
        own_time,
        elsewhere,
        unknown,
    ];
    let mut minded = 0;
    for submission in odd {
        let remote = RemoteId::new("0123456789abcdef01234567");
        let writes = [Write::Create { submission: submission.clone() }, Write::Revise { remote, submission }];
        for write in writes {
            let said = objections(&*stage.provider, &write);
            assert!(said.iter().all(|problem| !problem.words.is_empty() && !problem.remedy.is_empty()), "{said:?}");
            minded += said.len();
            // Files from the web are brought first where only files are taken: that is no refusal.
            let brings = stage.provider.capabilities().uploads;
            let submission = write.submission().unwrap();
            if submission.all_media().any(|media| brings.brings(media)) {
                continue;
            }
            let refused = stage.provider.next(&write, stage.intent(), &[]).err();
            assert_eq!(refused.is_some(), !said.is_empty(), "{write:?}: {refused:?}, {said:?}");
            if let Some(error) = refused {
                assert_eq!((error.reach, error.again), (Reach::NotSent, Again::Never), "{error}");
                assert_eq!(said[0].words, error.problems.first().map_or(error.words.clone(), |it| it.words.clone()));
            } else if matches!(write, Write::Create { .. }) {
                // No later step finds out what could have been known at the first one.
                if let Err(error) = stage.carry_out(&write, stage.intent()).await {
                    assert!(error.status.is_some(), "{write:?}: {error}");
                }
                stage.rest();
            }
        }
    }
    assert_eq!(minded > 0, stage.name != "late", "one of them takes everything that a post can say");
}
