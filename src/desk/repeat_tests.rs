//! Posts that come again: made ahead, each once, whoever asks how often.

use chrono::TimeDelta;
use chrono_tz::Europe::Berlin;

use super::tests::desk_at;
use super::*;
use crate::domain::repeat::HORIZON_DAYS;

/// A post on the schedule in an hour, which repeats by `rule`.
async fn repeating(desk: &Desk, rule: &str) -> (PostId, super::repeat::Kept) {
    let mut post = Post::draft(desk.ids().post(desk.now()), desk.now());
    post.body = "Open house this week".into();
    post.wish = Wish::Schedule;
    post.schedule = Some(Schedule::at(desk.now() + TimeDelta::hours(1), Berlin));
    post.targets = vec![Target::new(ChannelId::new("acme/1"))];
    let id = desk.save(post, "scheduled").await.unwrap();
    let kept = desk.repeat(id, rule).await.unwrap();
    (id, kept)
}

async fn bodies(desk: &Desk) -> Vec<(DateTime<Utc>, String)> {
    let posts = desk.store.every_post(None, None).await.unwrap();
    let mut all: Vec<_> = posts.iter().map(|post| (post.instant().unwrap(), post.body.clone())).collect();
    all.sort();
    all
}

#[tokio::test]
async fn posts_are_made_ahead_and_never_twice() {
    let desk = desk_at("voxburst").await;
    let (first, kept) = repeating(&desk, "every week").await;
    assert_eq!(kept.made.len(), 4, "{kept:?}");
    assert!(kept.warnings[0].contains("X may refuse"), "{kept:?}");
    let all = bodies(&desk).await;
    let wall = |at: DateTime<Utc>| at.with_timezone(&Berlin).naive_local();
    assert!(all.windows(2).all(|pair| wall(pair[1].0) - wall(pair[0].0) == TimeDelta::days(7)), "{all:?}");
    assert!(all.last().unwrap().0 <= desk.now() + TimeDelta::days(HORIZON_DAYS.cast_signed()));
    // Again, and from another window on the same store at once.
    let other =
        Desk::new(desk.store.clone(), desk.clock.clone(), IdSource::seeded(9), Berlin, desk.seats.clone(), Actor::Cli);
    let (one, two) = tokio::join!(desk.keep_repeating(), other.keep_repeating());
    assert_eq!((one.unwrap().made.len(), two.unwrap().made.len(), bodies(&desk).await.len()), (0, 0, 5));
    assert!(desk.repeat(first, "daily").await.is_err(), "it repeats already");
    // Time goes on: the next one is made, once, whoever is there.
    desk.clock.turn(TimeDelta::days(7));
    let (one, two) = tokio::join!(desk.keep_repeating(), other.keep_repeating());
    assert_eq!((one.unwrap().made.len() + two.unwrap().made.len(), bodies(&desk).await.len()), (1, 6));
    // Taking back the last edit takes back none of it.
    let undoable = desk.store.undoable().await.unwrap().unwrap();
    assert_eq!(undoable.changes.iter().map(|change| change.post()).collect::<Vec<_>>(), [Some(first)]);
}

#[tokio::test]
async fn a_date_is_left_out_and_taken_in_again_and_what_was_deleted_stays_so() {
    let desk = desk_at("voxburst").await;
    let (first, kept) = repeating(&desk, "every week").await;
    let [one] = &desk.repeating().await.unwrap()[..] else { panic!("one repetition") };
    let (id, date) = (one.series.id(), one.coming[2].one.date);
    desk.skip_date(id, date, true).await.unwrap();
    assert_eq!(bodies(&desk).await.len(), 4);
    desk.keep_repeating().await.unwrap();
    assert_eq!(bodies(&desk).await.len(), 4, "it stays out");
    assert!(desk.repeating().await.unwrap()[0].coming[2].skipped);
    desk.skip_date(id, date, false).await.unwrap();
    assert_eq!(bodies(&desk).await.len(), 5);
    desk.delete(&[kept.made[3]]).await.unwrap();
    desk.keep_repeating().await.unwrap();
    assert_eq!(bodies(&desk).await.len(), 4, "a person deleted it");
    assert_eq!(desk.repeated_posts().await.unwrap().get(&first).map(|(series, _)| *series), Some(id));

    let deleted = desk.stop_repeating(id, false).await.unwrap();
    assert_eq!((deleted, bodies(&desk).await.len()), (4, 0));
    desk.keep_repeating().await.unwrap();
    assert!(bodies(&desk).await.is_empty() && desk.repeated_posts().await.unwrap().is_empty());
    desk.undo().await.unwrap();
    assert_eq!(bodies(&desk).await.len(), 4, "its posts come back, and are ordinary ones");
}

#[tokio::test]
async fn an_edit_is_for_one_or_for_all_after_it() {
    let desk = desk_at("voxburst").await;
    let (_, kept) = repeating(&desk, "every week").await;
    let mut third = desk.current(kept.made[1]).await.unwrap();
    third.body = "Open house, now with cake".into();
    desk.save(third.clone(), "edited").await.unwrap();
    let with_cake = |all: Vec<(DateTime<Utc>, String)>| all.iter().filter(|(_, body)| body.contains("cake")).count();
    assert_eq!(with_cake(bodies(&desk).await), 1);
    assert_eq!(desk.follow(&third).await.unwrap(), 2);
    assert_eq!(with_cake(bodies(&desk).await), 3, "the two before it are as they were");
    desk.clock.turn(TimeDelta::days(7));
    desk.keep_repeating().await.unwrap();
    assert_eq!(with_cake(bodies(&desk).await), 4, "and what is made later says so too");
}

#[tokio::test]
async fn where_equal_texts_are_refused_one_is_made_after_the_other() {
    let desk = desk_at("late").await;
    let (_, kept) = repeating(&desk, "every week").await;
    assert!(kept.made.is_empty() && kept.warnings.iter().any(|words| words.contains("once a day")), "{kept:?}");
    desk.clock.turn(TimeDelta::days(2));
    assert_eq!(desk.keep_repeating().await.unwrap().made.len(), 1);
    assert!(desk.keep_repeating().await.unwrap().made.is_empty());
}

#[tokio::test]
async fn what_cannot_repeat_says_why() {
    let desk = desk_at("voxburst").await;
    let (id, _) = repeating(&desk, "every week 2 times").await;
    assert_eq!(bodies(&desk).await.len(), 2);
    let mut draft = desk.current(id).await.unwrap();
    (draft.id, draft.wish) = (desk.ids().post(desk.now()), Wish::Draft);
    let draft = desk.save(draft, "saved").await.unwrap();
    let said = desk.repeat(draft, "daily").await.unwrap_err().to_string();
    assert!(said.contains("schedule it first"), "{said}");
    let said = desk.first_repeat("every moon", None).unwrap_err().to_string();
    assert!(said.contains("is no day"), "{said}");
    let said = desk.first_repeat("daily until 2001-01-01", None).unwrap_err().to_string();
    assert!(said.contains("no date of it lies ahead"), "{said}");
}
