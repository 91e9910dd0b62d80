//! A refused duplicate and what says the same already: found at the provider, linked, and left alone by every sync.

use chrono::TimeDelta;
use runsheet::demo::{Request, Trouble, WebPost};
use runsheet::domain::ids::{ChannelId, RemoteId};
use runsheet::domain::outcome::{Outcome, State, TAKE_BACK};
use runsheet::domain::post::{Post, Target};

use crate::retrying::Office;
use crate::stage::{Stage, noon};

const TEXT: &str = "Said on the web first";

fn part(office: &Office, stage: &Stage, post: &Post) -> Target {
    let channel = ChannelId::of(&office.account, &stage.other().remote);
    post.targets.iter().find(|target| target.channel == channel).unwrap().clone()
}

/// A post that one channel refused as a duplicate, after somebody had published the same there on the provider's site,
/// which nobody read yet. The other channel fails too where `both`. The refused post and the twin, as they are there.
async fn refused(stage: &Stage, office: &mut Office, both: bool) -> (Post, String, String) {
    let post = office.schedule_in(stage, TimeDelta::hours(2), TEXT).await;
    let first = stage.posts()[0].id.clone();
    let other = stage.other().remote.as_str().to_owned();
    let fails = |channel: &str, kind: &str| {
        let trouble = Trouble::named(kind, "linkedin").unwrap();
        assert!(stage.demo.world.set_trouble(stage.name, &first, channel, trouble));
    };
    fails(&other, "duplicate");
    if both {
        fails(stage.target("x").remote.as_str(), "outage");
    }
    let scheduled_for = Some(noon() + TimeDelta::hours(1));
    let web = WebPost { content: TEXT.into(), accounts: vec![other], scheduled_for };
    let twin = stage.demo.world.add_post(stage.name, web).unwrap();
    stage.pass(TimeDelta::hours(3));
    (post, first, twin)
}

pub async fn a_refused_duplicate_is_linked_to_its_live_twin_for_good(stage: &Stage) {
    let mut office = Office::open(stage).await;
    let (post, first, twin) = refused(stage, &mut office, false).await;
    // Whoever verifies has the provider asked for it, and the twin is a post of its own here.
    office.worker.read(&[post.id]).await.unwrap();
    let failed = office.load(&post).await;
    assert_eq!((failed.state(office.desk.now()), office.count().await), (State::Partial, 2));
    let findings = office.desk.twins(&failed).await.unwrap();
    let found = findings[0].live().unwrap().clone();
    assert_eq!((findings.len(), found.remote.as_str(), found.equal), (1, twin.as_str(), true));

    // Oktopost's calendar is asked for in a form.
    let reads = |request: &Request| request.method == "GET" || request.path.contains("/calendar");
    let sent = || stage.requests().into_iter().filter(|request| !reads(request)).count();
    let before = sent();
    office.desk.link(post.id, std::slice::from_ref(&found)).await.unwrap();
    let linked = office.load(&post).await;
    assert_eq!(linked.state(office.desk.now()), State::Published);
    assert_eq!(part(&office, stage, &linked).remote, Some(RemoteId::new(twin.as_str())));
    office.worker.push().await.unwrap();

    // Both change once more over there, the whole is read again, and the link stands; neither becomes a third post.
    let changed = |id: &str| {
        stage.demo.world.edit_post(stage.name, id, |post| {
            for target in &mut post.targets {
                target.url = target.url.as_ref().map(|url| format!("{url}?seen=1"));
                if let Some(error) = &mut target.error {
                    error.message.push_str(" Again.");
                }
            }
        })
    };
    assert!(changed(&first) && changed(&twin));
    for _ in 0..2 {
        stage.rest();
        stage.pass(TimeDelta::hours(7));
        office.worker.pull().await.unwrap();
        office.worker.read(&[post.id]).await.unwrap();
        let now = office.load(&post).await;
        assert_eq!((office.count().await, part(&office, stage, &now)), (2, part(&office, stage, &linked)));
        assert_eq!(now.schedule, post.schedule);
    }
    assert_eq!(sent(), before, "nothing was sent");

    office.desk.undo().await.unwrap();
    let back = office.load(&post).await;
    assert_eq!(part(&office, stage, &back), part(&office, stage, &failed));
    office.worker.pull().await.unwrap();
    assert_eq!((office.load(&post).await.state(office.desk.now()), office.count().await), (State::Partial, 2));
    office.desk.redo().await.unwrap();
    assert_eq!(part(&office, stage, &office.load(&post).await), part(&office, stage, &linked));
    assert_eq!(sent(), before);

    // The twin goes from the provider's list: what was published here stays so, and so does what is linked to it.
    assert!(stage.demo.world.delete_post(stage.name, &twin));
    stage.pass(TimeDelta::hours(7));
    office.worker.pull().await.unwrap();
    office.worker.read(&[post.id]).await.unwrap();
    assert_eq!((office.load(&post).await.state(office.desk.now()), office.count().await), (State::Published, 2));
}

pub async fn what_was_linked_is_not_sent_when_the_rest_is_tried_again(stage: &Stage) {
    let mut office = Office::open(stage).await;
    let (post, first, twin) = refused(stage, &mut office, true).await;
    office.worker.read(&[post.id]).await.unwrap();
    let found = office.desk.twins(&office.load(&post).await).await.unwrap()[0].live().unwrap().clone();
    office.desk.link(post.id, &[found]).await.unwrap();
    assert_eq!(office.desk.retry(&[post.id]).await.unwrap().posts, 1);
    stage.clock.turn(TAKE_BACK);
    office.worker.push().await.unwrap();
    stage.pass(stage.at_once().max(TimeDelta::minutes(1)));
    office.worker.pull().await.unwrap();

    let other = stage.other().remote;
    let attempts = stage.posts().into_iter().flat_map(|post| post.targets).filter(|it| it.account == other.as_str());
    assert_eq!(attempts.map(|target| target.attempts).collect::<Vec<_>>(), [1, 1], "{first} and {twin}");
    let out = office.load(&post).await;
    assert_eq!((out.state(office.desk.now()), office.count().await), (State::Published, 2), "{out:?}");
    assert!(matches!(part(&office, stage, &out).outcome, Outcome::Published { .. }));
    assert_eq!(part(&office, stage, &out).remote, Some(RemoteId::new(twin.as_str())));
}
