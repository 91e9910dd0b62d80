//! The line of a filter: what it means as far as it is typed, and what its last word could become.

use std::collections::BTreeSet;

use super::Completion;
use crate::domain::channel::Channel;
use crate::domain::filter::{Filter, KEYS, Meanwhile, Typing};
use crate::domain::outcome::State as PostState;
use crate::text::clean::one_line;
use crate::tui::board::Board;
use crate::tui::model::Shared;

/// Times that a filter is mostly given.
const TIMES: &[(&str, &str)] = &[
    ("today", "midnight"),
    ("tomorrow", "midnight"),
    ("-7d", "a week ago"),
    ("-30d", "thirty days ago"),
    ("+7d", "in a week"),
    ("mon", "next Monday"),
];

/// What the filter means as far as it is typed, and what is to be said of a word that is not whole: what could
/// become a key is no word to look for where no post has it.
pub(super) fn as_typed(text: &str, shared: &Shared, board: &Board) -> (Typing, String) {
    let mut typing = Filter::typing(text);
    if let Some(word) = typing.begins_a_key()
        && taken(&typing.filter, shared, board) == 0
    {
        typing.filter = typing.filter.without_last();
        typing.meanwhile = Some(Meanwhile::LeftOut(word));
    }
    let told = match &typing.meanwhile {
        None => String::new(),
        Some(Meanwhile::Any(words)) => format!(": {}", words.join(", ")),
        Some(Meanwhile::LeftOut(word)) => format!(", without {word}"),
    };
    (typing, told)
}

/// How many posts at hand a filter takes.
pub(super) fn taken(filter: &Filter, shared: &Shared, board: &Board) -> usize {
    board.posts.iter().filter(|post| filter.takes(post, &board.channels, shared.now, shared.zone)).count()
}

/// What the last word of a filter could become: a key, or a value of its key.
pub(super) fn complete(text: &str, board: &Board) -> Vec<Completion> {
    let (before, last) = text.split_at_checked(last_word(text)).unwrap_or((text, ""));
    let (minus, word) = last.strip_prefix('-').map_or(("", last), |word| ("-", word));
    let values: Vec<(String, String)> = match word.split_once(':') {
        None if word.starts_with('#') => {
            tags(board).into_iter().map(|tag| (format!("#{tag}"), String::new())).collect()
        }
        None => KEYS.iter().map(|key| (format!("{key}:"), key_words(key).to_owned())).collect(),
        Some(("status" | "state", _)) => {
            PostState::ALL.iter().map(|state| (format!("status:{}", state.word()), String::new())).collect()
        }
        Some(("net" | "network", _)) => {
            let networks: BTreeSet<_> = board.channels.iter().map(|channel| &channel.network).collect();
            networks.iter().map(|network| (format!("net:{}", network.mark()), network.name().to_owned())).collect()
        }
        Some(("account", _)) => {
            board.lights.iter().map(|light| (format!("account:{}", light.account), light.provider.clone())).collect()
        }
        Some(("source", _)) => {
            vec![("source:runsheet".into(), String::new()), ("source:provider".into(), String::new())]
        }
        Some(("ch" | "channel", _)) => {
            let value =
                |channel: &Channel| (format!("ch:{}", quoted(channel.label())), channel.network.name().to_owned());
            board.channels.iter().filter(|channel| !channel.gone).map(value).collect()
        }
        Some(("campaign", _)) => {
            let names: BTreeSet<_> = board.posts.iter().filter_map(|post| post.campaign.as_deref()).collect();
            names.iter().map(|name| (format!("campaign:{}", quoted(name)), String::new())).collect()
        }
        Some(("tag", _)) => tags(board).into_iter().map(|tag| (format!("tag:{tag}"), String::new())).collect(),
        Some((key @ ("since" | "after" | "until" | "before"), _)) => {
            TIMES.iter().map(|(time, words)| (format!("{key}:{time}"), (*words).to_owned())).collect()
        }
        Some(_) => Vec::new(),
    };
    let folded = word.to_lowercase().replace('"', "");
    let fits = |(value, _): &(String, String)| {
        let plain = value.to_lowercase().replace('"', "");
        plain.starts_with(&folded) && plain != folded
    };
    let completion = |(value, note): (String, String)| Completion {
        line: format!("{before}{minus}{value}"),
        shown: value,
        note,
        muted: false,
    };
    values.into_iter().filter(fits).map(completion).collect()
}

/// Where the last word begins; quotes keep words together.
fn last_word(text: &str) -> usize {
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => start = at + c.len_utf8(),
            _ => {}
        }
    }
    start
}

/// A value as it has to be written: in quotes where it has blanks.
fn quoted(value: &str) -> String {
    let value = one_line(value).replace('"', "");
    if value.contains(char::is_whitespace) { format!("\"{value}\"") } else { value }
}

/// The tags of the posts at hand, each once.
pub(super) fn tags(board: &Board) -> BTreeSet<String> {
    let tags = board.posts.iter().flat_map(|post| &post.tags);
    tags.map(|tag| one_line(tag.trim_start_matches('#'))).filter(|tag| !tag.contains(char::is_whitespace)).collect()
}

fn key_words(key: &str) -> &'static str {
    match key {
        "status" => "draft, scheduled, failed…; several apart by commas",
        "net" => "network: x, li, bs…",
        "ch" => "part of a channel's handle or name",
        "account" => "account, as configured",
        "campaign" => "part of a campaign's name",
        "tag" => "hashtag; #word does the same",
        "source" => "runsheet or provider",
        "since" => "-7d, today, fri, 2026-12-01",
        "until" => "+3d, fri, 2026-12-01",
        _ => "",
    }
}
