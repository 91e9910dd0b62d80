//! What a provider is bound to refuse, seen while the post is written: a problem of its channel, which holds the review.

use crate::stage::{MIDDLE, POSTO, Stage};
use crate::web::Web;

#[test]
fn more_attachments_than_a_provider_has_room_for_hold_the_review() {
    let mut stage = Stage::open(MIDDLE, &["oktopost"]);
    stage.compose("Two pictures", &["lumen-lamps"], "fri 14").keys("m").until("Media");
    stage.paste("https://pictures.example/one.png").until("ALT  ").typed("One").keys("Enter");
    stage.until("not measured: lies at an address").gone("one attachment per post");
    stage.keys("a").paste("https://pictures.example/two.png").until("ALT  ").typed("Two").keys("Enter");
    stage.until("one attachment per post").keys("Esc Ctrl-s").until("nothing is sent yet");
    stage.until("one attachment per post").until("is not measured").keys("s").until("scheduling waits");
    assert!(stage.posts("oktopost").is_empty() && stage.writes().is_empty(), "{:#?}", stage.writes());
}

#[test]
fn words_that_a_site_would_drop_hold_the_review_until_they_are_mended() {
    let mut stage = Stage::open(MIDDLE, &[POSTO]);
    stage.compose("I <3 you", &["Kontor"], "fri 14").until("beginning of a tag").keys("Ctrl-s");
    stage.until("nothing is sent yet").keys("s").until("scheduling waits");
    assert!(stage.posts(POSTO).is_empty() && stage.writes().is_empty(), "{:#?}", stage.writes());
}

#[test]
fn what_lies_at_an_address_is_measured_once_and_held_against_the_networks() {
    let mut stage = Stage::late(MIDDLE);
    let file = std::fs::read(stage.picture("large.png", (4000, 3000), 3_100_000)).unwrap();
    let web = Web::with("large.png", file);
    stage.compose("The new roast", &["acme.bsky.social"], "fri 14").keys("m").until("Media");
    stage.paste(&format!("{}/gone.png", web.home)).until("ALT  ").keys("Esc");
    stage.until("gone.png is not measured: it answers 404: nothing is there").keys("d").until("taken out").keys("a");
    stage.paste(&format!("{}/large.png", web.home)).until("ALT  ").typed("A cup").keys("Enter");
    stage.until("image 4000×3000 3.1 MB").until("measured 16 Sep").until("the image is 3.1 MB; Bluesky takes 2 MB");
    // Kept with the draft: nobody asks again.
    stage
        .keys("Esc Ctrl-s")
        .until("nothing is sent yet")
        .until("Bluesky takes 2 MB")
        .keys("s")
        .until("scheduling waits");
    assert_eq!(web.asked().len(), 2, "{:#?}", web.asked());
    assert!(web.asked().iter().all(|head| !head.contains("authorization") && !head.contains("cookie")));
}
