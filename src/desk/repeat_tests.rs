//! Posts that come again: made ahead, each once, whoever asks how often.

use chrono::TimeDelta;
use chrono_tz::Europe::Berlin;

use super::tests::desk_at;
use super::*;
use crate::domain::repeat::HORIZON_DAYS;
use crate::domain::schedule::Schedule;

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
async fn undoing_the_deletion_of_a_date_that_was_taken_in_again_makes_no_second_post() {
    let desk = desk_at("voxburst").await;
    repeating(&desk, "every week").await;
    let [one] = &desk.repeating().await.unwrap()[..] else { panic!("one repetition") };
    let (id, date) = (one.series.id(), one.coming[2].one.date);
    let all = bodies(&desk).await;
    desk.skip_date(id, date, true).await.unwrap();
    desk.skip_date(id, date, false).await.unwrap();
    let said = desk.undo().await.unwrap_err().to_string();
    assert!(said.contains("a post that says the same stands there by now"), "{said}");
    assert_eq!(bodies(&desk).await, all);
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
async fn taking_back_the_post_that_began_it_ends_a_repetition_and_doing_it_again_begins_it() {
    let desk = desk_at("voxburst").await;
    let mut draft = Post::draft(desk.ids().post(desk.now()), desk.now());
    draft.body = "Open house this week".into();
    draft.schedule = Some(Schedule::at(desk.now() + TimeDelta::hours(1), Berlin));
    draft.targets = vec![Target::new(ChannelId::new("acme/1"))];
    let id = desk.save(draft.clone(), "saved").await.unwrap();
    let base = desk.current(id).await.unwrap();
    draft.wish = Wish::Schedule;
    let (_, kept) = desk.save_repeating(Some(&base), draft, "every week").await.unwrap();
    let all = bodies(&desk).await;
    assert_eq!((kept.made.len(), all.len()), (4, 5));

    let said = desk.undo().await.unwrap();
    assert!(said.ends_with("; its repetition is over, and 4 posts of it went with it"), "{said}");
    assert_eq!((bodies(&desk).await.len(), desk.current(id).await.unwrap().wish), (1, Wish::Draft));
    desk.keep_repeating().await.unwrap();
    assert_eq!(bodies(&desk).await.len(), 1, "nothing is made of it any more");
    assert_eq!(desk.rules_asked().await.unwrap()[&id], "every week", "the draft has its rule");

    let said = desk.redo().await.unwrap();
    assert!(said.ends_with("; it is repeated every week"), "{said}");
    assert_eq!(bodies(&desk).await, all);
    assert!(desk.rules_asked().await.unwrap().is_empty());
    desk.undo().await.unwrap();
    assert_eq!(bodies(&desk).await.len(), 1, "and once more");
}

#[tokio::test]
async fn taking_back_another_edit_of_the_first_post_leaves_its_repetition_alone() {
    let desk = desk_at("voxburst").await;
    let (id, _) = repeating(&desk, "every week").await;
    desk.delete(&[id]).await.unwrap();
    let said = desk.undo().await.unwrap();
    assert!(!said.contains("repetition"), "{said}");
    let mut moved = desk.current(id).await.unwrap();
    moved.wish = Wish::Hold;
    desk.save(moved, "held").await.unwrap();
    let said = desk.undo().await.unwrap();
    assert!(!said.contains("repetition"), "{said}");
    assert_eq!(bodies(&desk).await.len(), 5);
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

#[tokio::test]
async fn who_stops_skips_or_follows_is_never_overtaken_by_what_is_made_meanwhile() {
    for round in 0..6 {
        let desk = desk_at("voxburst").await;
        let (_, kept) = repeating(&desk, "every week").await;
        let other = Desk::new(
            desk.store.clone(),
            desk.clock.clone(),
            IdSource::seeded(9),
            Berlin,
            desk.seats.clone(),
            Actor::Cli,
        );
        let id = desk.repeating().await.unwrap()[0].series.id();
        // Several are due at once: making them takes a while.
        desk.clock.turn(TimeDelta::days(28));
        match round % 3 {
            0 => {
                let (made, stopped) = tokio::join!(desk.keep_repeating(), other.stop_repeating(id, false));
                assert!(made.is_ok() && stopped.is_ok(), "{made:?} {stopped:?}");
                let now = desk.now();
                assert!(bodies(&desk).await.iter().all(|(at, _)| *at <= now), "none waits once it is stopped");
            }
            1 => {
                let date = desk.repeating().await.unwrap()[0].coming[3].one.date;
                let (made, skipped) = tokio::join!(desk.keep_repeating(), other.skip_date(id, date, true));
                assert!(made.is_ok() && skipped.is_ok(), "{made:?} {skipped:?}");
                let coming = &desk.repeating().await.unwrap()[0].coming[3];
                assert!(coming.skipped && coming.post.is_none() && coming.one.date == date, "{coming:?}");
            }
            _ => {
                let mut last = desk.current(*kept.made.last().unwrap()).await.unwrap();
                last.body = "Open house, now with cake".into();
                let (made, followed) = tokio::join!(desk.keep_repeating(), other.follow(&last));
                assert!(made.is_ok() && followed.is_ok(), "{made:?} {followed:?}");
                desk.keep_repeating().await.unwrap();
                let (here, posts) = (last.instant().unwrap(), bodies(&desk).await);
                let later: Vec<_> = posts.iter().filter(|(at, _)| *at > here).collect();
                assert!(later.len() > 2 && later.iter().all(|(_, body)| body.contains("cake")), "{later:?}");
            }
        }
    }
}

#[tokio::test]
async fn two_who_leave_out_dates_at_once_both_do() {
    let desk = desk_at("voxburst").await;
    repeating(&desk, "every week").await;
    let other =
        Desk::new(desk.store.clone(), desk.clock.clone(), IdSource::seeded(9), Berlin, desk.seats.clone(), Actor::Cli);
    let one = desk.repeating().await.unwrap().remove(0);
    let (id, dates) = (one.series.id(), one.coming.iter().map(|coming| coming.one.date).collect::<Vec<_>>());
    let (first, second) = tokio::join!(desk.skip_date(id, dates[2], true), other.skip_date(id, dates[3], true));
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    let coming = desk.repeating().await.unwrap().remove(0).coming;
    assert!(coming[2].skipped && coming[3].skipped, "{coming:?}");
    // Who takes one in again at the same moment makes it once.
    let (first, second) = tokio::join!(desk.skip_date(id, dates[2], false), other.skip_date(id, dates[2], false));
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    let mut days: Vec<_> = bodies(&desk).await.into_iter().map(|(at, _)| at).collect();
    assert_eq!((days.len(), days.contains(&coming[2].one.at.instant())), (4, true), "{days:?}");
    days.dedup();
    assert_eq!(days.len(), 4);
}

#[tokio::test]
async fn nothing_is_made_for_a_day_on_which_nothing_goes_out() {
    use crate::domain::plan::DayNote;
    let desk = desk_at("voxburst").await;
    let free = (desk.now() + TimeDelta::days(14) + TimeDelta::hours(1)).with_timezone(&Berlin).date_naive();
    desk.mark_day(free, Some(DayNote { words: "press".into(), embargo: true })).await.unwrap();
    let (_, kept) = repeating(&desk, "every week").await;
    assert_eq!((kept.made.len(), kept.refused.len()), (3, 0), "{kept:?}");
    assert!(
        kept.warnings.iter().any(|words| words.contains("nothing goes out on") && words.contains("press")),
        "{kept:?}"
    );
    assert!(desk.repeating().await.unwrap()[0].warnings.iter().any(|words| words.contains("press")));
    desk.mark_day(free, None).await.unwrap();
    assert_eq!(desk.keep_repeating().await.unwrap().made.len(), 1, "it is made once it may");
}

#[tokio::test]
async fn a_date_whose_post_waits_all_the_same_is_not_left_out() {
    let desk = desk_at("voxburst").await;
    repeating(&desk, "every week").await;
    let one = desk.repeating().await.unwrap().remove(0);
    desk.skip_date(one.series.id(), one.coming[2].one.date, true).await.unwrap();
    desk.undo().await.unwrap();
    let coming = desk.repeating().await.unwrap().remove(0).coming.remove(2);
    assert!(coming.post.is_some() && !coming.skipped, "{coming:?}");
}

#[tokio::test]
async fn the_post_of_one_date_is_made_early_to_be_changed_and_is_the_only_one() {
    for (provider, wish) in [("voxburst", Wish::Schedule), ("late", Wish::Hold)] {
        let desk = desk_at(provider).await;
        repeating(&desk, "every month").await;
        let one = desk.repeating().await.unwrap().remove(0);
        let (id, far) = (one.series.id(), one.coming[3].one);
        assert!(one.coming[3].post.is_none(), "{provider}: {one:?}");
        let mut post = desk.make_date(id, far.date).await.unwrap();
        assert_eq!((post.wish, post.instant()), (wish, Some(far.at.instant())), "{provider}");
        assert_eq!(desk.make_date(id, far.date).await.unwrap().id, post.id, "once");
        post.body = "The fourth is different".into();
        desk.save(post.clone(), "changed").await.unwrap();
        desk.clock.turn(far.at.instant() - TimeDelta::days(2) - desk.now());
        desk.keep_repeating().await.unwrap();
        let there = bodies(&desk).await;
        let at: Vec<_> = there.iter().filter(|(at, _)| *at == far.at.instant()).collect();
        assert_eq!(at, [&(far.at.instant(), "The fourth is different".to_owned())], "{there:?}");
        // What is no date, or not to be made, says so.
        let next = desk.repeating().await.unwrap().remove(0).coming[2].one.date;
        desk.skip_date(id, next, true).await.unwrap();
        for (date, words) in [(next, "is left out"), (next + TimeDelta::days(1), "is no date ahead")] {
            let said = desk.make_date(id, date).await.unwrap_err().to_string();
            assert!(said.contains(words), "{said}");
        }
    }
}

#[tokio::test]
async fn linkedin_minds_an_equal_text_as_x_does() {
    use crate::domain::channel::Network;
    let desk = desk_at("voxburst").await;
    let mut channels = desk.store.channels().await.unwrap();
    channels[1].network = Network::from_word("linkedin");
    let mut post = Post::draft(desk.ids().post(desk.now()), desk.now());
    post.body = "Open house this week".into();
    post.targets = channels.iter().map(|channel| Target::new(channel.id.clone())).collect();
    let words = desk.equal_texts(&post, &channels);
    assert!(words[0].starts_with("LinkedIn may refuse") && words[1].starts_with("X may refuse"), "{words:?}");
}
