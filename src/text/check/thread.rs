//! Problems of a text: of each part where it is a thread, and of threads that cannot be sent as one.

use super::text;
use crate::domain::problem::{Place, Problem};
use crate::text::compose::Variant;
use crate::text::rules::NetworkRules;
use crate::text::split::spans;

pub(super) fn check(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let spans = spans(&variant.text);
    if spans.len() < 2 {
        return text(variant, rules, problems);
    }
    let total = spans.len();
    if !variant.can_thread(rules) {
        let second = spans.get(1).map_or(0..0, |span| span.start..span.start);
        problems.push(impossible(variant, rules, total, Place::Text(second)));
        return text(variant, rules, problems);
    }
    let most = variant.way.as_ref().map_or(0, |way| way.carries.thread_parts);
    if let Some(beyond) = spans.get(most).filter(|_| most > 0) {
        let provider = variant.way.as_ref().map_or("", |way| way.provider.as_str());
        let words = format!("{total} parts where {provider} takes {most} in a thread");
        problems.push(Problem::blocker("thread-too-long", Place::Text(beyond.clone()), words, "join some of them"));
    }
    for (at, span) in spans.into_iter().enumerate() {
        let mut found = Vec::new();
        text(&variant.part(at, span.clone()), rules, &mut found);
        problems.extend(found.into_iter().map(|problem| {
            let place = match problem.place {
                Place::Text(range) => Place::Text(range.start + span.start..range.end + span.start),
                other => other,
            };
            Problem { place, words: format!("part {}: {}", at + 1, problem.words), ..problem }
        }));
    }
}

fn impossible(variant: &Variant, rules: &NetworkRules, total: usize, place: Place) -> Problem {
    let name = variant.network.name();
    let words = match variant.way.as_ref().filter(|_| rules.thread) {
        Some(way) => format!("{} sends no threads to {name}, and this text is one of {total} parts", way.provider),
        None => format!("{name} has no threads, and this text is one of {total} parts"),
    };
    let remedy = "give it a text of its own without ---, or leave this channel out";
    Problem::blocker("thread-impossible", place, words, remedy)
}
