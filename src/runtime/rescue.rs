//! A question that stands alone on the screen, before there is a calendar: what shall become of a damaged store.

use std::io;

use chrono::DateTime;

use super::input::Input;
use super::keys::Keys;
use super::terminal::{self, Screen};
use super::{Signalled, Signals};
use crate::tui::msg::Msg;
use crate::tui::rescue::{Answer, Choice, Rescue};
use crate::tui::theme::Theme;

/// Asks it until it is answered; nothing where everything shall stay as it is, or the terminal goes.
pub async fn ask(rescue: &Rescue, theme: &Theme) -> io::Result<Option<Choice>> {
    terminal::restore_on_panic();
    let mut screen = Screen::enter(false, true)?;
    // What was typed before the question could be read answers nothing: some of its letters give drafts away.
    #[cfg(unix)]
    let _ = rustix::termios::tcflush(rustix::stdio::stdin(), rustix::termios::QueueSelector::IFlush);
    let (mut keys, mut signals, mut input) = (Keys::listen()?, Signals::listen()?, Input::default());
    let chosen = loop {
        screen.draw(|frame| rescue.view(theme, frame.area(), frame.buffer_mut()))?;
        let event = tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signalled::End => break None,
                Signalled::Resized => continue,
            },
            event = keys.next() => event,
        };
        let Some(Ok(event)) = event else { break None };
        // Nothing here depends on how quickly keys follow each other.
        let Some(Msg::Key(key)) = input.read(event, DateTime::UNIX_EPOCH) else { continue };
        match rescue.answer(key) {
            Some(Answer::Make(choice)) => break Some(choice),
            Some(Answer::Leave) => break None,
            None => {}
        }
    };
    screen.leave();
    Ok(chosen)
}
