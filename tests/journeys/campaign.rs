//! Campaigns: from lines to scheduled posts, ghosts moved out of the rhythm, a second run, and what comes back after a
//! kill.

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::demo::WebPost;
use runsheet::domain::outcome::State;
use runsheet::domain::post::Wish;
use runsheet::tui::msg::MouseKind;

use crate::stage::{LATE, MIDDLE, OKTOPOST, SIZES, Stage, morning};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";

fn september(day: u32, hour: u32) -> DateTime<Utc> {
    format!("2026-09-{day}T{hour:02}:00:00+02:00").parse::<DateTime<Utc>>().unwrap()
}

/// The builder with a name, a start on Friday at nine, a day between posts, and two channels.
fn begun(stage: &mut Stage) -> &mut Stage {
    stage.keys("C").until("Recipe").typed("Autumn").keys("Enter Ctrl-u").typed("fri 9").keys("Esc");
    stage.choose(BLUESKY).choose(X)
}

#[test]
fn from_lines_to_scheduled_with_one_refusal_and_one_clash_and_then_only_the_rest() {
    for size in SIZES {
        let mut stage = Stage::late(size);
        stage.schedule("Doors open", &[X], "fri 9:05");
        begun(&mut stage);
        let long = format!("Our autumn blend is here, {}", "and it tastes of the season ".repeat(12));
        stage.paste(&format!("We are open\n{long}\nThank you all\n")).pause();
        stage.until("3 posts").until("1 refused").until("1 near another").snapshot("campaign_recipe");
        stage.keys("Esc Tab").snapshot("campaign_calendar");
        stage.keys("Tab n").snapshot("campaign_posts");
        assert_eq!(stage.posts(LATE).len(), 1, "nothing left yet");

        stage.keys("Ctrl-s").until("Schedule 2 posts of \"Autumn\"?").snapshot("campaign_review");
        stage.keys("y").rest().until("2 scheduled").snapshot("campaign_scheduled");
        assert_eq!(stage.posts(LATE).len(), 3);
        let first = stage.only("We are open");
        assert_eq!((first.campaign.as_deref(), first.number), (Some("Autumn"), Some(1)));
        assert_eq!((first.instant(), stage.only("Thank you").number), (Some(september(18, 9)), Some(3)));
        assert!(stage.stored("Our autumn").is_empty(), "what was refused stays in the builder");

        // It is mended in the composer; once more, only that one goes.
        stage.keys("n e").until("Compose").keys("End Ctrl-u").typed("Our autumn blend is here").keys("Esc Esc");
        stage.until("1 ready").keys("Ctrl-s").until("Schedule 1 post of").keys("y").rest().until("3 scheduled");
        assert_eq!(stage.posts(LATE).len(), 4);
        let mended = stage.only("Our autumn blend");
        assert_eq!((mended.instant(), mended.number), (Some(september(19, 9)), Some(2)), "in its own place");
        stage.keys("Ctrl-s").until("all of it is scheduled");
        assert_eq!(stage.created(), 4);
    }
}

#[test]
fn a_ghost_is_moved_by_the_mouse_and_the_rest_keeps_its_order() {
    for size in SIZES {
        let mut stage = Stage::late(size);
        begun(&mut stage).paste("Alpha\nBravo\nDelta\n").pause().keys("Esc Tab z m").until("25 ");
        stage.mouse(MouseKind::Press, "✎ Bravo").mouse(MouseKind::Drag, "25 ").snapshot("campaign_ghost_held");
        stage.mouse(MouseKind::Release, "25 ").snapshot("campaign_ghost_moved");
        stage.keys("Ctrl-s").until("Schedule 3 posts").keys("y").rest();
        let times = ["Alpha", "Bravo", "Delta"].map(|text| stage.only(text).instant());
        assert_eq!(times, [Some(september(18, 9)), Some(september(25, 9)), Some(september(20, 9))]);
    }
}

#[test]
fn a_ghost_is_moved_by_keys_and_taken_back() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\nBravo\n").pause().keys("Esc Tab Tab j m J").until("→ Sat 19 10:00").keys("Enter");
    stage.keys("u Ctrl-s").until("Schedule 2 posts").keys("Esc");
    stage.keys("m l J Enter Ctrl-s").until("Schedule 2 posts").keys("y").rest();
    assert_eq!(stage.only("Bravo").instant(), Some(september(20, 10)));
    assert_eq!(stage.only("Alpha").instant(), Some(september(18, 9)));
}

#[test]
fn a_style_dresses_every_post_of_a_campaign() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\nBravo\n").pause().keys("Esc =").until("announcement");
    stage.keys("j").until("🚨 Alpha 🚨").keys("Enter").until("style      announcement");
    stage.keys("Tab Tab e").until("Compose").typed("!").keys("Esc Esc");
    stage.keys("Ctrl-s").until("Schedule 2 posts").keys("y").rest();
    let mut said: Vec<String> = Vec::new();
    for post in stage.posts(LATE) {
        let on_x = post.targets.iter().find(|target| target.network == "twitter").unwrap();
        said.push(on_x.content.clone().unwrap_or(post.content));
    }
    said.sort();
    assert_eq!(said, ["🚨 Alpha! 🚨", "🚨 Bravo 🚨"]);

    // It is kept with the recipe, and can be taken away and brought back.
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("g C").until("Autumn").keys("Enter").until("style      announcement");
    stage
        .keys(":")
        .typed("style none")
        .keys("Enter")
        .until("style      none")
        .keys("u")
        .until("style      announcement");
}

#[test]
fn one_post_of_a_campaign_carries_a_picture_of_its_own() {
    let mut stage = Stage::late(MIDDLE);
    let picture = stage.picture("roast.png", (1200, 800), 3000);
    begun(&mut stage).paste("Alpha\nBravo\n").pause().keys("Esc Tab Tab j M").until("Media");
    stage
        .paste(&picture.display().to_string())
        .until("ALT  ")
        .typed("The roast")
        .keys("Enter Esc")
        .gone("ALT  ")
        .rest();
    let media = |stage: &Stage, text: &str| stage.stored(text).first().map_or(0, |post| post.media.len());
    assert_eq!((media(&stage, "Alpha"), media(&stage, "Bravo")), (0, 1));
    // Taken back, it is as bare as before; once more, and it goes out with that post alone.
    stage.keys("u u").rest();
    assert_eq!(media(&stage, "Bravo"), 0, "{:#?}", stage.stored("Bravo"));
    stage.keys("U U").rest();
    assert_eq!(media(&stage, "Bravo"), 1);
    stage.keys("Ctrl-s").until("Schedule 2 posts").keys("y").rest();
    assert_eq!((media(&stage, "Alpha"), media(&stage, "Bravo")), (0, 1));
    stage.keys("M").until("only what is not scheduled yet");
}

#[test]
fn what_the_composer_made_of_one_post_is_taken_back_as_one_step() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\nBravo\n").pause().keys("Esc Tab Tab e").until("Compose").typed(" more").pause();
    stage.keys("Esc Esc").until("Alpha more").rest();
    assert_eq!(stage.stored("Alpha more").len(), 1);
    stage.keys("u").gone("Alpha more").rest();
    assert!(stage.stored("Alpha").is_empty(), "{:#?}", stage.stored("Alpha"));
    stage.keys("U").until("Alpha more").rest();
    assert_eq!(stage.stored("Alpha more").len(), 1);
}

#[test]
fn a_builder_that_was_killed_is_there_again() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\nBravo\n").pause();
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("C").until("Autumn").until("2 posts").until("Bravo");
    stage.keys("Ctrl-s").until("Schedule 2 posts").keys("y").rest();
    assert_eq!(stage.posts(LATE).len(), 2);

    // Killed again, and opened by its name: nothing of it is sent twice.
    let mut stage = stage.kill_and_restart();
    stage.rest().keys(":").typed("campaign Autumn").keys("Enter").until("2 scheduled");
    stage.keys("Ctrl-s").until("all of it is scheduled");
    assert_eq!(stage.created(), 2);
}

#[test]
fn a_campaign_is_shifted_held_released_and_deleted_as_a_whole() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\nBravo\n").pause().keys("Ctrl-s").until("Schedule 2").keys("y").rest();
    stage.keys("S").typed("+1w").keys("Enter").rest();
    assert_eq!(stage.only("Alpha").instant(), Some(september(25, 9)));
    assert!(stage.posts(LATE).iter().any(|post| post.scheduled_for == Some(september(26, 9))));
    assert!(!stage.screen().contains("take out") && !stage.screen().contains(" M media"), "{}", stage.screen());
    stage.keys("W").rest();
    assert_eq!(stage.only("Bravo").wish, Wish::Hold);
    stage
        .until("2 posts · 2 held")
        .until("held: it does not go out until it is released; W releases")
        .until("W release all");
    stage.keys("Ctrl-s").until("all of it is held and does not go out; W releases all of it").snapshot("campaign_held");
    stage.keys("W").rest().until("2 posts · 2 scheduled").until("W hold all");
    assert_eq!(stage.only("Bravo").state(morning()), State::Scheduled);
    // One is deleted elsewhere meanwhile: it is not made anew without a word.
    stage.other_window().rest().keys("2 L g t g p").until("Alpha").keys("d").until("Delete 1 post?").keys("y").rest();
    stage.other_window().rest().until("1 ready · 1 scheduled").keys("Ctrl-s").until("Schedule 1 post of");
    stage.until("1 post: deleted since, made anew by this").keys("n").gone("Schedule 1 post").keys("N");
    stage.until("Alpha").keys("X").until("1 post would be deleted").keys("y").rest();
    assert!(stage.stored("Alpha").is_empty() && stage.posts(LATE).is_empty());
}

#[test]
fn a_campaign_that_is_scheduled_in_part_takes_a_new_name_with_all_of_it() {
    let mut stage = Stage::open(MIDDLE, &[OKTOPOST]);
    stage.keys("C").until("Recipe").typed("Autumn").keys("Enter Ctrl-u").typed("fri 9").keys("Esc");
    stage.choose("lumen-lamps").paste("Alpha\nBravo\n").pause();
    stage.keys("Ctrl-s").until("Schedule 2 posts").keys("y").rest();
    stage.keys("q").gone("Recipe").rest();
    stage
        .keys(":")
        .typed("campaign Autumn")
        .keys("Enter")
        .until("2 scheduled")
        .keys("g g Enter Ctrl-u")
        .typed("Winter");
    stage.keys("Esc").pause().keys("q").until("2 posts are in \"Winter\" now").rest();
    assert!(["Alpha", "Bravo"].iter().all(|text| stage.only(text).campaign.as_deref() == Some("Winter")));
    // At the provider too, and nothing was made again for it.
    let filed = stage.writes().iter().filter(|write| write.path.ends_with("/change-campaign")).count();
    assert_eq!((filed, stage.posts(OKTOPOST).len()), (2, 2));
    stage.keys(":").typed("campaign Winter").keys("Enter").until("2 scheduled");
}

#[test]
fn part_of_a_campaign_is_published_on_one_network_and_the_rest_keeps_its_time() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\nBravo\n").pause().keys("Esc Tab Tab P").until("Publish 1 post at once");
    stage.keys("Space Enter").until("Publish 1 post now?").keys("y").pass(TimeDelta::seconds(11)).rest();
    let parts = stage.stored("Alpha");
    assert_eq!(parts.len(), 2, "{parts:#?}");
    assert!(parts.iter().any(|post| post.wish == Wish::Now && post.targets.len() == 1));
    assert!(parts.iter().any(|post| post.instant() == Some(september(18, 9)) && post.targets.len() == 1));
}

#[test]
fn a_campaign_from_the_list_and_a_file_of_texts() {
    let mut stage = Stage::late(MIDDLE);
    let file = stage.picture("launch.txt", (1, 1), 60);
    std::fs::write(&file, "Alpha\n\nBravo\n").unwrap();
    begun(&mut stage).keys("f").typed(&file.display().to_string()).keys("Enter").until("2 posts").pause();
    stage.keys("q").gone("Recipe").keys("g C").until("Campaigns").until("2 not scheduled yet").keys("Enter");
    stage.until("Bravo").keys("q :").typed("campaign Nowhere").keys("Enter").until("no campaign is called");
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    let mut stage = Stage::late(MIDDLE);
    stage.keys("C").until("a name is needed").keys("Enter Ctrl-u").typed("2026-09-01 9").until("is in the past");
    stage
        .keys("Enter Ctrl-u")
        .typed("0h")
        .until("an interval of 0")
        .keys("Enter")
        .typed("25:00")
        .until("no time of day");
    stage.keys("Esc").until("no texts yet").keys("Ctrl-s").until("a name is needed: the posts carry it");
    assert_eq!(stage.created(), 0);
}

#[test]
fn the_providers_are_asked_before_anything_is_scheduled() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\nBravo\n").pause().keys("Esc V").rest().until("the providers agree");
    assert_eq!((stage.created(), stage.writes().len()), (0, 0), "asked, not sent");
}

/// A post that somebody made on the provider's site, for its only channel of this network.
fn made_there(stage: &Stage, network: &str, text: &str, at: DateTime<Utc>) -> String {
    let world = &stage.outside.world;
    let channels = world.channels(OKTOPOST).into_iter();
    let accounts = channels.filter(|channel| channel.network == network).map(|channel| channel.id).take(1).collect();
    world.add_post(OKTOPOST, WebPost { content: text.into(), accounts, scheduled_for: Some(at) }).unwrap()
}

#[test]
fn a_campaign_at_a_provider_is_the_same_thing_on_screen() {
    for size in SIZES {
        let mut stage = Stage::open(size, &[OKTOPOST]);
        let second = made_there(&stage, "linkedin", "How a hinge is tested", september(18, 9));
        made_there(&stage, "facebook", "Open workshop on Saturday", september(17, 15));
        stage.keys("R").rest().until("Always on");
        let post = stage.only("How a hinge");
        assert_eq!((post.campaign.as_deref(), post.number), (Some("Always on"), Some(2)));
        assert_eq!(stage.only("Open workshop").number, Some(1), "numbers follow the times");
        stage.keys("g C").until("0/2 published").snapshot("campaign_of_a_provider_listed");
        stage.keys("Enter").until("2 scheduled").snapshot("campaign_of_a_provider");
        // What can be changed of it is changed as anything else.
        stage.keys("S").typed("+1d").keys("Enter").rest();
        let there = |stage: &Stage| stage.posts(OKTOPOST).into_iter().find(|post| post.id == second).unwrap();
        assert_eq!(there(&stage).scheduled_for, Some(september(19, 9)));
        stage.keys("q").gone("Recipe").rest();

        // One made here is one there, by its name.
        stage.keys("C").until("Recipe").typed("Autumn").keys("Enter Ctrl-u").typed("mon 9").keys("Esc");
        stage.choose("lumen-lamps").paste("We are open\nThank you all\n").pause();
        stage.keys("Ctrl-s").until("Schedule 2 posts of \"Autumn\"?").keys("y").rest().until("2 scheduled");
        let made = |stage: &Stage| {
            let writes = stage.writes().into_iter();
            let made = writes.filter(|write| write.method == "POST" && write.path.ends_with("/campaign"));
            made.map(|write| write.body).collect::<Vec<_>>()
        };
        assert_eq!(made(&stage), ["name=Autumn"], "once, and the second post finds it");
        stage.keys("q").gone("Recipe").keys("R").rest();
        let ours = stage.only("Thank you all");
        assert_eq!((ours.campaign.as_deref(), ours.number), (Some("Autumn"), Some(2)), "reading it changes nothing");

        // Put into another campaign there, it is in that one here.
        let own = stage.posts(OKTOPOST).iter().find(|post| post.content == "We are open").unwrap().id.clone();
        stage.outside.world.edit_post(OKTOPOST, &own, |post| {
            post.extra.insert("CampaignId".into(), "002lumen0always".into());
        });
        stage.turn(20).keys("R").rest();
        assert_eq!(stage.only("We are open").campaign.as_deref(), Some("Always on"));
        stage.keys(":").typed("campaign Always on").keys("Enter").until("3 scheduled");
    }
}

#[test]
fn a_campaign_with_a_new_name_is_one_campaign_at_every_moment() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\nBravo\n").pause().keys("Ctrl-s").until("Schedule 2").keys("y").rest();
    stage.keys("q").gone("Recipe").keys("g C").until("Autumn").keys("Enter").until("2 scheduled");
    stage.keys("g g Enter Ctrl-u").typed("Winter").pause().keys("Esc");
    let one = |stage: &mut Stage| {
        stage.rest().keys("g C").until("┌─ Campaigns ").until("0/2 published");
        let screen = stage.screen();
        let rows = screen.lines().filter(|line| line.contains("│ ") && line.contains("/2 published")).count();
        assert!(rows == 1 && screen.contains("Winter") && screen.contains(" 1 ─┐"), "{screen}");
    };
    one(&mut stage);
    // The window is closed before the builder is left: its posts carry the old name still.
    let mut stage = stage.kill_and_restart();
    assert_eq!(stage.only("Alpha").campaign.as_deref(), Some("Autumn"));
    one(&mut stage);
    stage.keys("Enter").until("2 scheduled").rest().keys("q").until("2 posts are in \"Winter\" now").rest();
    assert!(["Alpha", "Bravo"].iter().all(|text| stage.only(text).campaign.as_deref() == Some("Winter")));
    one(&mut stage);
    let mut stage = stage.kill_and_restart();
    one(&mut stage);
}

#[test]
fn a_name_that_another_campaign_has_is_said_at_its_field() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\n").pause().keys("Ctrl-s").until("Schedule 1").keys("y").rest();
    stage.keys("Ctrl-n").until("a name is needed").typed("Autumn").until("a campaign has this name already");
    // On the way to a longer name, nothing of the other one was taken in.
    stage.typed(" 2").gone("a campaign has this name already").until("0 posts").rest();
    stage.turn(1).rest().until("0 posts");
}

#[test]
fn a_campaign_that_holds_no_posts_is_taken_out_after_a_question() {
    let mut stage = Stage::late(MIDDLE);
    stage.keys("C").until("Recipe").typed("Someday").pause().keys("Esc q").gone("Recipe").rest();
    stage.keys("g C").until("Someday").keys("d").until("Take out \"Someday\"?").keys("Esc").until("Someday");
    stage.keys("d").until("Take out").snapshot("campaign_taken_out").keys("y").until("no campaign yet").rest();
    stage.keys("u").until("Someday").rest().keys("d").until("Take out").keys("y").until("no campaign yet").rest();
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("g C").until("no campaign yet").keys("Esc");

    // From within, with the texts that go with it.
    begun(&mut stage).paste("Alpha\nBravo\n").pause().keys("Esc X").until("Its texts are kept nowhere else.");
    stage.keys("n").until("2 posts").keys("X").until("Take out").keys("y").gone("Recipe").rest();
    stage.keys("g C").until("no campaign yet").keys("Esc");

    // One with posts is no such thing.
    begun(&mut stage).paste("Alpha\n").pause().keys("Ctrl-s").until("Schedule 1").keys("y").rest();
    stage.keys("q").gone("Recipe").keys("g C").until("Autumn").keys("d").until("1 post of it in the store");
}

#[test]
fn texts_with_the_line_ends_of_windows_are_texts_like_any() {
    let mut stage = Stage::late(MIDDLE);
    begun(&mut stage).paste("Alpha\r\n\r\nBravo\r\n").pause().until("2 posts").keys("Ctrl-s").until("Schedule 2");
    stage.keys("y").rest().until("2 scheduled");
    assert_eq!((stage.only("Alpha").body.as_str(), stage.only("Bravo").body.as_str()), ("Alpha", "Bravo"));
}
