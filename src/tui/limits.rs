//! What a channel's network accepts and what its way there carries, to be read: `i` among the channels.

use super::board::Board;
use super::model::Shared;
use super::sheets::question;
use crate::domain::carries::{Alt, Way};
use crate::domain::channel::Channel;
use crate::text::clean::one_line;
use crate::text::limits;

/// The sheet about `channel`.
pub fn of(channel: &Channel, shared: &Shared, board: &Board) -> question::State {
    let name = channel.network.name();
    let mut lines = vec![format!("What {name} accepts")];
    match shared.rules.of(&channel.id, &channel.network) {
        Some(rules) => {
            lines.extend(limits::told(rules).into_iter().map(|(about, words)| format!("  {about}: {words}")))
        }
        None => lines.push("  nobody wrote rules for it: what is too long is only known when it is refused".into()),
    }
    if let Some(way) = board.ways.get(&channel.account) {
        lines.extend([String::new(), format!("What goes there through {}", one_line(&way.provider))]);
        lines.extend(carried(channel, way).into_iter().map(|words| format!("  {words}")));
        lines.extend(beside(channel, board).into_iter().map(|words| format!("  {words}")));
    }
    let title = format!("{} {}", one_line(channel.network.mark()), one_line(channel.label()));
    question::State::reading(title, lines)
}

fn carried(channel: &Channel, way: &Way) -> Vec<String> {
    let (carries, network) = (&way.carries, &channel.network);
    let goes = |what: &str, goes: bool| format!("{what}: {}", if goes { "yes" } else { "no" });
    let own: Vec<&str> = carries
        .options
        .iter()
        .filter_map(|key| key.split_once('.'))
        .filter(|(of, _)| *of == network.key())
        .map(|(_, option)| option)
        .collect();
    let mut lines = vec![
        goes("threads", carries.threads_on(network)),
        match (carries.comments_on(network), carries.comment_delay) {
            (false, _) => goes("first comment", false),
            (true, 0) => "first comment: yes, at once".into(),
            (true, most) => format!("first comment: yes, up to {most} s later"),
        },
        match carries.alt {
            Alt::None => goes("ALT texts", false),
            Alt::First => "ALT texts: of the first attachment".into(),
            Alt::Each => goes("ALT texts", true),
        },
        goes("attachments of this channel alone", carries.target_media),
        goes("a queue that gives posts their time", way.queues),
    ];
    if !own.is_empty() {
        lines.push(format!("options: {}", own.join(", ")));
    }
    lines
}

/// What is true of the whole account.
fn beside(channel: &Channel, board: &Board) -> Vec<String> {
    let account = &channel.account;
    let mut lines = Vec::new();
    if board.checks.contains(account) {
        lines.push("it can be asked about a post before anything is sent".to_owned());
    }
    if board.retry_anew.contains(account) {
        lines.push("what failed goes out as a new post when it is tried again".to_owned());
    }
    if board.counting.contains(account) {
        lines.push("it tells the numbers of what is published".to_owned());
    }
    lines.extend(board.standbys.get(account).map(|others| format!("stood in for by {}", one_line(others))));
    let spent = board.lights.iter().find(|light| light.account == *account).and_then(|light| light.spent);
    lines.extend(spent.map(|spent| {
        let (minute, today) = (spent.minute, spent.today);
        format!("calls: {minute} of {} this minute, {today} of {} today (UTC)", spent.per_minute, spent.per_day)
    }));
    lines
}
