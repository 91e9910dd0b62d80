//! The README's table of what each provider can do: made from the capabilities themselves, and held to them.

use super::capability::{Capabilities, Check, Connects, Overrides, Paging, Queues, Repeat, Retry, Revise, Uploads};
use super::{NAMES, capabilities};
use crate::domain::carries::Alt;
use crate::domain::channel::Network;

const README: &str = include_str!("../../README.md");

type Says = fn(&Capabilities) -> String;

/// What is told of each provider, and in which words.
const ROWS: &[(&str, Says)] = &[
    ("listed by", |can| paging(can.paging).into()),
    ("a change", |can| revise(can.revise).into()),
    ("a retry", |can| retry(can.retry).into()),
    ("a lost answer", |can| repeat(can.repeat)),
    ("checks before", |can| check(can.check).into()),
    ("one post carries", |can| overrides(can.overrides).into()),
    ("media", |can| uploads(can.uploads).into()),
    ("connects channels", |can| connects(can.connects).into()),
    ("times per channel", |can| yes(can.target_time).into()),
    ("keeps drafts", |can| yes(can.drafts).into()),
    ("deletes", |can| if can.removes_failed { "what waits, what failed" } else { "what waits" }.into()),
    ("settings of its site", |can| yes(can.settings).into()),
    ("keeps queues", |can| queues(can.queues).into()),
    ("takes tables", |can| yes(can.bulk).into()),
    ("numbers of posts", |can| yes(can.numbers).into()),
    ("keeps our tags", |can| yes(can.tags).into()),
    ("media per channel", |can| target_media(can).into()),
    ("alt texts", |can| alt(can.carries.alt).into()),
    ("network options", |can| networks(&can.carries.networks())),
    ("first comment", |can| first_comment(can)),
    ("threads", |can| networks(can.carries.threads)),
    ("key", |can| format!("`{}`", can.key_env)),
];

fn paging(how: Paging) -> &'static str {
    match how {
        Paging::Page => "page",
        Paging::Offset => "offset",
        Paging::Cursor => "cursor",
        Paging::PageOrCursor => "page or cursor",
    }
}

fn revise(how: Revise) -> &'static str {
    match how {
        Revise::Whole => "the whole post",
        Revise::Fields => "the fields that differ",
        Revise::Replace => "made anew",
    }
}

fn retry(how: Retry) -> &'static str {
    match how {
        Retry::Post => "only what failed",
        Retry::PostWithKey => "only what failed, with a key",
        Retry::Anew => "a new post",
    }
}

fn repeat(how: Repeat) -> String {
    match how {
        Repeat::Never => "looked up by channel, time and text".into(),
        Repeat::Reference => "looked up by our reference".into(),
        Repeat::Key { kept } => format!("sent again with its key, {} h", kept.num_hours()),
        Repeat::KeyOrConflict { kept } => {
            format!("sent again with its key, {} h; older hosts: a conflict", kept.num_hours())
        }
    }
}

fn queues(how: Queues) -> &'static str {
    match how {
        Queues::No => "no",
        Queues::New => "for new posts",
        Queues::Any => "yes",
    }
}

fn check(how: Check) -> &'static str {
    match how {
        Check::PerTarget => "per channel",
        Check::PerNetwork => "per network",
        Check::Preview => "a preview",
        Check::Settings => "settings only",
        Check::Nothing => "nothing",
    }
}

fn overrides(how: Overrides) -> &'static str {
    match how {
        Overrides::PerTarget => "a text per channel",
        Overrides::PerNetwork => "a text per network",
        Overrides::SameNetwork => "one network, one text",
    }
}

fn uploads(how: Uploads) -> &'static str {
    match how {
        Uploads::Addresses => "addresses",
        Uploads::Files => "files",
        Uploads::Both => "files and addresses",
    }
}

fn networks(keys: &[&str]) -> String {
    let names: Vec<String> = keys.iter().map(|key| Network::from_word(key).name().to_owned()).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

fn first_comment(can: &Capabilities) -> String {
    match can.carries.comment_delay {
        0 => networks(can.carries.first_comment),
        most => format!("{}; up to {most} s later", networks(can.carries.first_comment)),
    }
}

/// Where one post carries the same media to all of its channels, others become posts of their own.
fn target_media(can: &Capabilities) -> &'static str {
    if can.carries.target_media { "in one post" } else { "in posts of their own" }
}

fn alt(which: Alt) -> &'static str {
    match which {
        Alt::None => "none",
        Alt::First => "the first one's",
        Alt::Each => "each",
    }
}

fn connects(how: Connects) -> &'static str {
    match how {
        Connects::Link(_) => "by a link, or on its site",
        Connects::Dashboard => "on its site",
    }
}

fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}

fn table() -> String {
    let all: Vec<&Capabilities> = NAMES.iter().filter_map(|name| capabilities(name)).collect();
    let line = |first: &str, cells: Vec<String>| format!("| {first} | {} |\n", cells.join(" | "));
    let mut table = line("", all.iter().map(|can| can.name.to_owned()).collect());
    table.push_str(&line("---", all.iter().map(|_| "---".to_owned()).collect()));
    for (what, says) in ROWS {
        table.push_str(&line(what, all.iter().map(|can| says(can)).collect()));
    }
    table
}

#[test]
fn the_readme_says_of_every_provider_what_its_capabilities_say() {
    let table = table();
    assert!(README.contains(&table), "README should hold this table:\n\n{table}");
}
