//! A text for all channels of one network, through the doors of the composer.

use super::tests::{Desk, own};
use super::*;
use crate::domain::ids::ChannelId;

/// Bluesky, and X twice.
const CHANNELS: [&str; 3] = ["late/2", "late/1", "posto/8"];

fn texts(desk: &Desk) -> [Option<String>; 3] {
    [own(desk, 0), own(desk, 1), own(desk, 2)]
}

fn said(words: &str) -> Option<String> {
    Some(words.to_owned())
}

/// The composer on the tab of the first X, both X channels with a text of their own together.
fn shared() -> Desk {
    let mut desk = Desk::on("base", &CHANNELS);
    desk.acts(&[Action::NextVariant, Action::NextVariant, Action::ComposerForm]);
    assert!(desk.screen(200, 40).contains("follows the base; typing detaches · B for all X"));
    desk.act(Action::DetachNetwork);
    desk
}

#[test]
fn what_is_typed_for_a_network_is_typed_for_all_its_channels() {
    let mut desk = shared();
    desk.act(Action::ComposerText);
    desk.types("!");
    assert_eq!(texts(&desk), [None, said("base!"), said("base!")]);
    desk.acts(&[Action::NextVariant]);
    desk.types("?");
    assert_eq!(texts(&desk), [None, said("base!?"), said("base!?")]);
    let screen = desk.screen(120, 40);
    assert!(screen.contains("X's text · b parts from it · B follows the base"), "{screen}");
    assert!(screen.contains("@acme=]") && screen.contains("@acme_dev=]") && screen.contains("+ base!?"), "{screen}");
    // One editor, so one undo for both, on whichever tab.
    desk.acts(&[Action::PreviousVariant, Action::Undo]);
    assert_eq!(texts(&desk), [None, said("base"), said("base")]);
    desk.act(Action::Redo);
    assert_eq!(texts(&desk), [None, said("base!?"), said("base!?")]);
    // The network follows the base again, and what it said is not forgotten.
    desk.acts(&[Action::ComposerForm, Action::DetachNetwork]);
    assert_eq!(texts(&desk), [None, None, None]);
    assert_eq!(desk.state.editor().text(), "base");
    desk.act(Action::DetachNetwork);
    assert_eq!(texts(&desk), [None, said("base!?"), said("base!?")]);
}

#[test]
fn one_channel_parts_from_its_network_and_follows_it_again() {
    let mut desk = shared();
    desk.act(Action::Detach);
    desk.act(Action::ComposerText);
    desk.types(" here");
    assert_eq!(texts(&desk), [None, said("base here"), said("base")]);
    assert!(desk.screen(120, 40).contains("own text · b follows X's text"));
    desk.act(Action::NextVariant);
    desk.types(" there");
    assert_eq!(texts(&desk), [None, said("base here"), said("base there")]);
    desk.acts(&[Action::PreviousVariant, Action::ComposerForm, Action::Detach]);
    assert_eq!(texts(&desk), [None, said("base there"), said("base there")]);
    // Its own text comes back when it parts again.
    desk.act(Action::Detach);
    assert_eq!(texts(&desk), [None, said("base here"), said("base there")]);
    // Given to the whole network it takes the place of what that said.
    desk.act(Action::DetachNetwork);
    assert_eq!(texts(&desk), [None, said("base here"), said("base here")]);
}

#[test]
fn a_channel_that_is_added_takes_the_text_of_its_network() {
    let mut desk = shared();
    desk.act(Action::ComposerText);
    desk.types("!");
    let (x, dev) = (ChannelId::new("late/1"), ChannelId::new("posto/8"));
    for channel in [&dev, &x] {
        desk.state.toggle(channel, &desk.shared, &desk.board);
        let left: Vec<_> = post(&desk.state).targets.into_iter().filter_map(|target| target.text).collect();
        assert_eq!(left, ["base!"]);
        desk.state.toggle(channel, &desk.shared, &desk.board);
        assert_eq!(texts(&desk), [None, said("base!"), said("base!")]);
    }
    // Where a network has one channel only, there is nothing to share.
    desk.state.toggle(&dev, &desk.shared, &desk.board);
    desk.state.go_tab(2, &desk.shared);
    desk.acts(&[Action::ComposerForm, Action::DetachNetwork]);
    assert!(desk.shared.notices.last().unwrap().words.contains("X has one channel here"));
    desk.act(Action::Detach);
    assert_eq!((own(&desk, 0), own(&desk, 1)), (None, None));
}

#[test]
fn a_file_says_it_once_under_the_network_s_name_and_a_post_that_is_opened_again_still_shares_it() {
    let mut desk = shared();
    desk.act(Action::ComposerText);
    desk.types("!");
    let file = desk.file();
    assert!(file.contains("variants:\n  x: base!\n---"), "{file}");
    let before = post(&desk.state);
    desk.returns(&file);
    assert_eq!(post(&desk.state), before, "as it went, so it came back");
    desk.returns(&file.replace("  x: base!\n", "  x: Short.\n"));
    assert_eq!(texts(&desk), [None, said("Short."), said("Short.")]);
    // The one that parted is named alone; the network's text holds for the rest.
    desk.state.go_tab(3, &desk.shared);
    desk.acts(&[Action::ComposerForm, Action::Detach, Action::ComposerText]);
    desk.types(" Dev.");
    let file = desk.file();
    assert!(file.contains("variants:\n  x: Short.\n  x:@acme_dev: Short. Dev.\n---"), "{file}");
    desk.returns(&file);
    assert_eq!(texts(&desk), [None, said("Short."), said("Short. Dev.")]);
    desk.acts(&[Action::ComposerForm, Action::Detach]);
    let again = open(post(&desk.state), &desk.shared, &desk.board);
    let mut desk = Desk { state: again, ..Desk::on("", &[]) };
    desk.state.go_tab(2, &desk.shared);
    desk.state.editor_mut().set_cursor("Short.".len());
    desk.types(" And more.");
    assert_eq!(texts(&desk), [None, said("Short. And more."), said("Short. And more.")]);
}
