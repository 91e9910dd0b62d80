//! Posts looked at in other ways: by what they go to and belong to, with how full it is, without what is over.

use chrono::{DateTime, Utc};

use crate::stage::{SIZES, Stage};

const BLUESKY: &str = "acme.bsky.social";
const X: &str = "@acme";

/// A week with a post that failed, one of two networks, and a campaign.
fn week(size: (u16, u16)) -> Stage {
    let mut stage = Stage::late(size);
    stage.schedule("Nobody hears this #hiccup", &[X], "10:00").turn(31).turn(1).rest();
    stage.schedule("Doors open", &[BLUESKY, X], "fri 14");
    stage.keys("C").until("Recipe").typed("Autumn launch").keys("Enter Ctrl-u").typed("thu 9").keys("Esc");
    stage.choose(BLUESKY).paste("We open\nCome in\n").pause();
    stage.keys("Ctrl-s").until("Schedule 2 posts").keys("y").rest().until("2 scheduled").keys("q").gone("Recipe");
    stage.keys("2 g t g p").rest();
    stage
}

#[test]
fn colours_tell_networks_and_campaigns_and_are_kept_with_a_view() {
    for size in SIZES {
        let mut stage = week(size);
        stage.keys("z c").until("coloured by network").rest().snapshot("colours_network");
        stage.keys("z c").until("coloured by campaign").rest().snapshot("colours_campaign");
        stage.keys("z m").rest().snapshot("colours_month");
        stage.keys("z k").typed("4").keys("Enter z w z c").until("coloured by state");
        let mut stage = stage.kill_and_restart();
        stage.rest().gone("coloured").keys("g 4").rest().until("coloured by campaign").until("September 2026");
    }
}

#[test]
fn bars_tell_how_full_it_is_in_every_view() {
    for size in SIZES {
        let mut stage = week(size);
        stage.keys("z h").until("bars show").rest().snapshot("heat_week");
        stage.keys("z m").rest().snapshot("heat_month");
        stage.keys("z d").rest().snapshot("heat_day");
        stage.keys("z w z h").until("no bars");
    }
}

#[test]
fn what_is_past_and_done_goes_out_of_sight_and_comes_back() {
    for size in SIZES {
        let mut stage = week(size);
        let friday: DateTime<Utc> = "2026-09-18T16:00:00+02:00".parse().unwrap();
        let minutes = (friday - stage.outside.clock.now()).num_minutes();
        stage.turn(minutes).turn(1).rest().keys("2 g t").rest();
        stage.keys("z p").until("3 past hidden").rest().snapshot("past_hidden_week");
        assert!(stage.screen().contains("Nobody h") && !stage.screen().contains("Doors op"), "{}", stage.screen());
        stage.keys("z m").rest().snapshot("past_hidden_month");
        stage.keys("z a").rest().snapshot("past_hidden_agenda");
        stage.keys("z w z p").until("past posts are shown").until("Doors op").gone("hidden");
    }
}
