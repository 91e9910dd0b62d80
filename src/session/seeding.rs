//! The finishing touches of the demo week: what providers cannot be seeded with, because only this program makes it.

use chrono::{Days, NaiveTime, TimeDelta};

use crate::demo::{Demo, Fault, FaultKind, Status, WebPost};
use crate::desk::DeskError;
use crate::domain::outcome::State;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::schedule::Schedule;

use super::{Session, SessionError};

/// A post the provider never finished: shows as missed.
const STUCK: &str =
    "Reminder: the roastery is closed for stocktaking on Friday. Orders placed until noon still ship the same day.";
/// A post whose request is cut off for a while: shows as unknown until it is proven not to have arrived, and sent again.
const CUT_OFF: &str = "Saturday cupping: three naturals from Guji, one table, no slides. Ten seats, free, doors at 10. Reply to book yours.";
/// How often it is cut off: as often as the background repeats it before it looks it up.
const CUTS: usize = 6;

/// Fills the store once, then holds one post and leaves another of unknown outcome.
pub(super) async fn seed(session: &Session, demo: &Demo) -> Result<(), SessionError> {
    leave_one_stuck(demo, session.desk.now());
    let mut workers = session.workers();
    for worker in &mut workers {
        worker.pull().await?;
    }
    hold_one(session).await.map_err(in_store)?;
    cut_one_off(session, demo).await.map_err(in_store)?;
    for worker in &mut workers {
        worker.push().await?;
    }
    Ok(())
}

fn in_store(error: DeskError) -> SessionError {
    match error {
        DeskError::Store(error) => SessionError::Store(error),
        DeskError::Refused(words) => SessionError::Machine {
            what: "the demo week cannot be completed".into(),
            why: std::io::Error::other(words),
        },
    }
}

fn leave_one_stuck(demo: &Demo, now: crate::clock::Instant) {
    let channels = demo.world.channels("voxburst");
    let Some(channel) = channels.iter().find(|channel| channel.network == "facebook") else { return };
    let due = now - TimeDelta::hours(3);
    let new = WebPost {
        content: STUCK.into(),
        accounts: vec![channel.id.clone()],
        scheduled_for: Some(now + TimeDelta::days(1)),
    };
    let Some(id) = demo.world.add_post("voxburst", new) else { return };
    demo.world.edit_post("voxburst", &id, |post| {
        post.scheduled_for = Some(due);
        post.created_at = due - TimeDelta::days(2);
        // Its channels never begin: only what is pending does.
        post.status = Status::Scheduled;
        post.targets.iter_mut().for_each(|target| target.status = Status::Scheduled);
    });
}

async fn hold_one(session: &Session) -> Result<(), DeskError> {
    let now = session.desk.now();
    let coming = session.desk.store.weeks(now + TimeDelta::days(2), now + TimeDelta::days(9)).await?;
    let roasts = |post: &Post| post.targets.first().is_some_and(|target| target.account().as_str() == "northwind");
    match coming.iter().find(|post| post.state(now) == State::Scheduled && roasts(post)) {
        Some(post) => session.desk.hold(&[post.id], true).await,
        None => Ok(()),
    }
}

async fn cut_one_off(session: &Session, demo: &Demo) -> Result<(), DeskError> {
    let desk = &session.desk;
    let channels = desk.store.channels().await?;
    let speaks = |channel: &&crate::domain::channel::Channel| {
        channel.account.as_str() == "northwind" && channel.network.key() == "mastodon"
    };
    let Some(channel) = channels.iter().find(speaks) else { return Ok(()) };
    let marked = CUT_OFF.split(':').next().unwrap_or(CUT_OFF);
    demo.world.fault(Fault::once(FaultKind::CutBefore).at("voxburst").on("POST", "/posts").saying(marked).times(CUTS));
    let now = desk.now();
    let tomorrow = now.with_timezone(&desk.zone()).date_naive().checked_add_days(Days::new(1));
    let evening = NaiveTime::from_hms_opt(18, 0, 0).zip(tomorrow).map(|(time, day)| day.and_time(time));
    let schedule = evening.and_then(|wall| Schedule::resolve(wall, desk.zone()).certain());
    let post = Post {
        body: CUT_OFF.into(),
        schedule: Some(schedule.unwrap_or_else(|| Schedule::at(now + TimeDelta::days(1), desk.zone()))),
        wish: Wish::Schedule,
        targets: vec![Target::new(channel.id.clone())],
        ..Post::draft(desk.ids().post(now), now)
    };
    desk.save(post, "scheduled").await.map(|_| ())
}
