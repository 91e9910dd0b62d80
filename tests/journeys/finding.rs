//! The filter as it is typed: what may come next, what is found so far, and where a mistake stands.

use crate::stage::Stage;

const BLUESKY: &str = "acme.bsky.social";
const X: &str = "@acme";

journeys! { the_filter_while_it_is_typed }

fn the_filter_while_it_is_typed(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Meet us on Friday", &[X], "fri 14").schedule("Ship it: v2.0", &[BLUESKY], "fri 16:30");
    stage.keys("g t g p").rest().keys("/").typed("st").until("status:").snapshot("filter_words");
    stage.keys("Tab").typed("sch").until("scheduled").snapshot("filter_values");
    stage.keys("Ctrl-u").typed("net:bluesky").rest().gone("Meet us").snapshot("filter_found");
    // The eye stays where the mistake is.
    stage.keys("Ctrl-u").typed("net:x status:bogus").until("column ").snapshot("filter_mistake");
    // A quote that is open is being typed; taken over like that, it is a mistake.
    stage.keys("Ctrl-u").typed("\"never closed").gone("column ").keys("Enter").rest().until("column ");
    stage.keys("Esc").rest().until("Meet us").until("Ship it");
}
