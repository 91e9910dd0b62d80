//! Problems of the first comment: whether there can be one, and whether it fits.

use super::{grouped, some};
use crate::domain::problem::{Place, Problem};
use crate::text::compose::Variant;
use crate::text::measure::measure;
use crate::text::rules::{FirstComment, NetworkRules};

pub(super) fn check(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let Some(comment) = &variant.first_comment else { return };
    let name = variant.network.name();
    let place = || Place::FirstComment;
    let way = variant.way.as_ref();
    if !way.map_or(rules.first_comment != FirstComment::None, |way| way.carries.comments_on(&variant.network)) {
        let who = way.map_or_else(|| name.to_owned(), |way| format!("{name} through {}", way.provider));
        let words = format!("there is no first comment on {who}");
        problems.push(Problem::warning("comment-not-carried", place(), words, "it is left out there"));
        return;
    }
    // A comment is counted as a text of its network is.
    let limit = rules.comment.max.or(rules.comment.warn).unwrap_or(rules.limit);
    let counted = measure(&comment.text, &NetworkRules { limit, ..rules.clone() });
    let over = counted.count.saturating_sub(limit);
    if over > 0 {
        let unit = counted.unit.word();
        let words = format!("first comment {} over: {name} takes {} {unit}", grouped(over), grouped(limit));
        let remedy = format!("cut it to {}", some(limit, unit));
        problems.push(match rules.comment.max.is_none() && rules.comment.warn.is_some() {
            true => Problem::warning("comment-too-long", place(), words, remedy),
            false => Problem::blocker("comment-too-long", place(), words, remedy),
        });
    }
    let Some(way) = way.filter(|way| comment.delay > way.carries.comment_delay) else { return };
    let words = match way.carries.comment_delay {
        0 => format!("{} sends the first comment at once, not {} s later", way.provider, comment.delay),
        most => format!("{} waits {most} s with the first comment at most, not {}", way.provider, comment.delay),
    };
    problems.push(Problem::warning("comment-delay", place(), words, "it follows sooner there"));
}
