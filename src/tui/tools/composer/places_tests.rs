//! Where a problem stands and whose it is: a channel's own text, its own attachments, a text beyond all counting.

use super::state::Field;
use super::tests::Desk;
use super::*;
use crate::domain::ids::ChannelId;
use crate::domain::media::MediaKind;
use crate::domain::problem::{Place, Severity};

const X: &str = "late/1";
const DEV: &str = "posto/8";

fn blockers(desk: &Desk, channel: &str) -> Vec<String> {
    let channel = ChannelId::new(channel);
    let its = desk.state.facts.problems.iter().filter(|found| found.channels().any(|id| *id == channel));
    its.filter(|found| found.problem.code == "too-long").map(|found| found.problem.words.clone()).collect()
}

#[test]
fn two_channels_of_one_network_are_each_checked_by_their_own_text() {
    let mut desk = Desk::on("short enough", &[X, DEV]);
    desk.acts(&[Action::NextVariant, Action::NextVariant]);
    desk.types(&"!".repeat(280));
    assert_eq!(post(&desk.state).targets[0].text, None);
    assert_eq!(blockers(&desk, DEV), ["12 over: X takes 280 characters"]);
    assert_eq!(blockers(&desk, X), [""; 0]);
    let counts: Vec<_> = desk.state.facts.counters.iter().map(|it| it.measure.as_ref().unwrap().count).collect();
    assert_eq!(counts, [12, 292]);
    let worst = |at: usize| desk.state.facts.counters[at].worst;
    assert_eq!((worst(0) == Some(Severity::Blocker), worst(1)), (false, Some(Severity::Blocker)));
}

#[test]
fn a_problem_with_a_channel_s_own_attachments_leads_to_that_channel() {
    let mut desk = Desk::on("A picture", &[X, "late/2"]);
    desk.acts(&[Action::ComposerForm, Action::NextVariant, Action::NextVariant]);
    let video = Media::at_address("https://acme.dev/clip.mp4".into(), MediaKind::Document);
    set_media(&mut desk.state, &mut desk.shared, &desk.board, vec![video]);
    desk.acts(&[Action::PreviousVariant, Action::PreviousVariant]);
    assert_eq!((desk.state.tab, media(&desk.state).len()), (0, 0));
    let rows = desk.state.facts.problems.len();
    let is_media =
        |desk: &Desk| matches!(desk.state.facts.problems[desk.state.problem_at].problem.place, Place::Media(_));
    let found = (0..rows).any(|_| {
        desk.act(Action::NextProblem);
        is_media(&desk)
    });
    assert!(found, "{:#?}", desk.state.facts.problems);
    assert_eq!((desk.state.tab, desk.state.field, media(&desk.state).len()), (2, Field::Media, 1));
}

#[test]
fn a_text_beyond_all_counting_still_shows_about_how_long_it_is() {
    let mut desk = Desk::on("", &["late/2", X]);
    paste(&mut desk.state, &mut desk.shared, &desk.board, &"A line of a very long text.\n".repeat(20_000));
    let estimates: Vec<_> = desk.state.facts.counters.iter().map(|it| (it.measure.is_none(), it.estimate)).collect();
    assert_eq!(estimates, [(true, Some((560_000, 300))), (true, Some((560_000, 280)))]);
    assert_eq!(blockers(&desk, X), ["about 559,720 over: X takes 280 characters"]);
    let screen = desk.screen(120, 40);
    assert!(screen.contains("~560000/280") && screen.contains("more than any network takes"), "{screen}");
}

#[test]
fn what_several_channels_mind_is_said_once_with_all_their_networks() {
    let mut desk = Desk::on("Thanks @{carl}", &[X, DEV, "late/2"]);
    let of = |desk: &Desk| {
        let found = desk.state.facts.problems.iter().filter(|found| found.problem.words.contains("@{carl}"));
        let said = |found: &super::problems::Found| {
            (found.channels().count(), found.networks.iter().map(|it| it.mark().to_owned()).collect::<Vec<_>>())
        };
        found.map(said).collect::<Vec<_>>()
    };
    assert_eq!(of(&desk), [(3, vec!["x".to_owned(), "bs".to_owned()])]);
    let worst: Vec<_> = desk.state.facts.counters.iter().map(|counter| counter.worst).collect();
    assert_eq!(worst, [Some(Severity::Blocker); 3]);
    let screen = desk.screen(120, 40);
    assert!(screen.contains("✗ x  bs @{carl} is nobody in the table of mentions"), "{screen}");
}
