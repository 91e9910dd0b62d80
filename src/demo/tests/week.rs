//! The demo week: rich enough to be worth looking at, and possible on every day of the year.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use chrono_tz::Tz;

use super::super::{SimPost, Status, network};
use super::*;

async fn week(now: Instant, zone: Tz) -> (Demo, Clock) {
    let clock = Clock::standing_at(now);
    (start(Seed::Week { zone }, clock.clone()).await.unwrap(), clock)
}

fn all_posts(demo: &Demo) -> Vec<SimPost> {
    demo.accounts.iter().flat_map(|account| demo.world.posts(account.provider)).collect()
}

#[tokio::test]
async fn the_week_shows_every_state_and_many_causes_on_any_day() {
    for (day, zone) in
        (0..14).map(|day| Days::new(day * 26)).zip([Tz::Europe__Berlin, Tz::America__New_York].iter().cycle())
    {
        let now = noon().checked_add_days(day).unwrap() + TimeDelta::minutes(7);
        let (demo, _) = week(now, *zone).await;
        let posts = all_posts(&demo);
        assert!((100..=120).contains(&posts.len()), "{} posts", posts.len());
        let states: BTreeSet<Status> = posts.iter().map(|post| post.status).collect();
        for wanted in [
            Status::Draft,
            Status::PendingApproval,
            Status::Scheduled,
            Status::Publishing,
            Status::Published,
            Status::Partial,
            Status::Failed,
            Status::Cancelled,
        ] {
            assert!(states.contains(&wanted), "{now}: no post is {}", wanted.word());
        }
        let errors = posts.iter().flat_map(|post| &post.targets).filter_map(|target| target.error.as_ref());
        let causes: BTreeSet<&str> = errors.map(|error| error.code.as_str()).collect();
        assert!(causes.len() >= 5, "{now}: only {causes:?}");
        for post in &posts {
            assert!(post.created_at <= now && post.created_at <= post.updated_at, "{}", post.content);
            assert!(post.updated_at <= now, "{}", post.content);
        }
    }
}

#[tokio::test]
async fn the_week_has_enough_channels_and_no_two_posts_alike_but_a_duplicate_and_its_twin() {
    let (demo, _) = week(noon(), Tz::Europe__Berlin).await;
    let channels: Vec<_> = demo.accounts.iter().flat_map(|account| demo.world.channels(account.provider)).collect();
    let networks: BTreeSet<&str> = channels.iter().map(|channel| channel.network.as_str()).collect();
    assert!(channels.len() >= 10 && networks.len() >= 8, "{} on {}", channels.len(), networks.len());
    assert!(channels.iter().any(|channel| !channel.health.works(noon())));
    let posts = all_posts(&demo);
    let mut texts: BTreeMap<&str, Vec<&SimPost>> = BTreeMap::new();
    for post in &posts {
        texts.entry(&post.content).or_default().push(post);
    }
    texts.retain(|_, alike| alike.len() > 1);
    let Some([one, other]) = texts.pop_first().map(|(_, alike)| <[&SimPost; 2]>::try_from(alike).unwrap()) else {
        panic!("no duplicate has a live twin");
    };
    assert!(texts.is_empty(), "{:?}", texts.keys());
    let (twin, refused) = if one.scheduled_for < other.scheduled_for { (one, other) } else { (other, one) };
    assert_eq!((twin.status, refused.status, twin.accounts()), (Status::Published, Status::Failed, refused.accounts()));
    assert_eq!(refused.targets[0].error.as_ref().unwrap().code, "DUPLICATE_POST");
    for channel in &channels {
        let used = posts.iter().any(|post| post.accounts().contains(&channel.id.as_str()));
        assert!(used, "{} has no post", channel.username);
    }
}

#[tokio::test]
async fn what_the_networks_would_refuse_is_what_failed_for_it() {
    let (demo, _) = week(noon(), Tz::Europe__Berlin).await;
    for post in all_posts(&demo).iter().filter(|post| post.status != Status::Draft) {
        for target in &post.targets {
            let objection = network::objection(&target.network, post.text_for(target), post.media.len());
            let told = target.error.as_ref().map(|error| error.code.as_str());
            if let Some(objection) = objection {
                assert_eq!(told, Some(objection.code.as_str()), "{}: {}", target.network, post.content);
            } else {
                assert!(!matches!(told, Some("TEXT_TOO_LONG" | "MEDIA_REQUIRED")), "{}", post.content);
            }
        }
    }
}

#[tokio::test]
async fn one_hour_of_the_week_is_crowded_and_the_next_minutes_are_not_empty() {
    let (demo, clock) = week(noon(), Tz::Europe__Berlin).await;
    let posts = all_posts(&demo);
    let mut hours: BTreeMap<i64, usize> = BTreeMap::new();
    for at in posts.iter().filter_map(|post| post.scheduled_for) {
        *hours.entry(at.timestamp().div_euclid(3_600)).or_default() += 1;
    }
    assert!(hours.values().any(|count| *count >= 4));
    let soon = |post: &&SimPost| {
        let at = post.scheduled_for.unwrap_or_default();
        post.status == Status::Scheduled && at > noon() && at <= noon() + TimeDelta::minutes(12)
    };
    let due: Vec<&SimPost> = posts.iter().filter(soon).collect();
    assert!(due.len() >= 3);
    clock.turn(TimeDelta::minutes(13));
    let after = all_posts(&demo);
    let ends: Vec<Status> = due.iter().map(|post| after.iter().find(|now| now.id == post.id).unwrap().status).collect();
    assert!(ends.contains(&Status::Published) && ends.iter().any(|end| *end != Status::Published), "{ends:?}");
}

#[tokio::test]
async fn posts_stand_at_natural_hours_of_the_zone() {
    for zone in [Tz::Asia__Tokyo, Tz::America__Los_Angeles] {
        let (demo, _) = week(noon(), zone).await;
        let near = |at: &Instant| (*at - noon()).abs() < TimeDelta::hours(1);
        for at in all_posts(&demo).iter().filter_map(|post| post.scheduled_for).filter(|at| !near(at)) {
            let hour = chrono::Timelike::hour(&at.with_timezone(&zone));
            assert!((7..20).contains(&hour), "{at} is {hour} o'clock in {zone}");
        }
    }
}
