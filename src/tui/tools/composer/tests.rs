//! What the composer promises, through its doors.

use super::*;
use crate::tui::tools::stage;

#[test]
fn look() {
    let shared = stage::shared();
    let board = stage::board();
    let body = "Ship it: v2.0 is out. Offline mode, twice the speed, and the new calendar you really asked for.\n\nhttps://acme.dev/v2\n\n#launch";
    let post = stage::post(&shared, body, &["late/2", "late/3", "late/1", "posto/8"]);
    let mut state = open(post, &shared, &board);
    for (width, height) in [(120, 40), (80, 24), (40, 10)] {
        settle(&mut state, &shared, Rect::new(0, 0, width, height));
        println!(
            "{}",
            stage::drawn(width, height, |area, buf| view(&state, &shared, &board, &Theme::default(), area, buf))
        );
    }
}
