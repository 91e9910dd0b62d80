//! Templates: words in braces become what they stand for.

use std::ops::Range;

use super::mentions::Nobody;
use crate::domain::nearest::{ALIKE, nearest};

/// What can stand in a template, and what it becomes. The names are Posto's (contract, section 5.2), and shorter ones
/// for the same.
pub const PLACEHOLDERS: &[(&str, &str)] = &[
    ("post_title", "what the post says"),
    ("post_content", "what the post says"),
    ("text", "what the post says"),
    ("title", "the title of the post, where it has one"),
    ("post_excerpt", "nothing: a post here has no excerpt"),
    ("link", "the link of the post"),
    ("post_url", "the link of the post"),
    ("tags", "the tags of the post as hashtags"),
    ("hashtags", "the tags of the post as hashtags"),
    ("campaign", "the campaign of the post"),
    ("channel", "the name of the channel"),
    ("network", "the name of the network"),
    ("social_network_name", "the name of the network"),
    ("social_network_slug", "the key of the network"),
];

/// A text, and which of its stretches are somebody's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Woven {
    /// The text.
    pub text: String,
    /// Where own words stand in it: first byte here, how many bytes, first byte in what was written. In order.
    stretches: Vec<(usize, usize, usize)>,
}

impl Woven {
    /// Words as they were written.
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), stretches: vec![(0, text.len(), 0)] }
    }

    /// Adds words that nobody wrote here.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds the bytes `from..` of what was written.
    pub(super) fn push_own(&mut self, text: &str, from: usize) {
        if !text.is_empty() {
            self.stretches.push((self.text.len(), text.len(), from));
            self.text.push_str(text);
        }
    }

    /// Adds another one as it is.
    pub(super) fn push_woven(&mut self, other: &Woven) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.stretches.extend(other.stretches.iter().map(|(at, length, from)| (at + start, *length, *from)));
    }

    /// Its beginning, up to a byte.
    pub(super) fn head(&self, end: usize) -> Self {
        let text = self.text.get(..end).unwrap_or(&self.text).to_owned();
        let within = self.stretches.iter().filter(|(at, ..)| *at < text.len());
        let stretches = within.map(|(at, length, from)| (*at, (*length).min(text.len() - at), *from)).collect();
        Self { text, stretches }
    }

    /// Where a byte of the text comes from in what was written; of what nobody wrote here, the nearest place before.
    pub fn written(&self, at: usize) -> usize {
        let index = self.stretches.partition_point(|(start, ..)| *start <= at);
        match index.checked_sub(1).and_then(|index| self.stretches.get(index)) {
            Some((start, length, from)) => from + (at - start).min(*length),
            None => self.stretches.first().map_or(0, |(_, _, from)| *from),
        }
    }

    /// The same of a range.
    pub fn written_range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.written(range.start);
        let end = if range.end == usize::MAX { range.end } else { self.written(range.end) };
        start..end.max(start)
    }

    /// Without blank lines around it.
    pub(super) fn trimmed(mut self) -> Self {
        let kept = self.text.trim_end().len();
        self = self.head(kept);
        let cut = self.text.len() - self.text.trim_start_matches(['\n', '\r']).len();
        if cut > 0 {
            self.text.drain(..cut);
            for (at, length, from) in &mut self.stretches {
                let lost = cut.saturating_sub(*at).min(*length);
                (*at, *length, *from) = ((*at + lost).saturating_sub(cut), *length - lost, *from + lost);
            }
            self.stretches.retain(|(_, length, _)| *length > 0);
        }
        self
    }
}

/// A word in braces that stands for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The word.
    pub word: String,
    /// Where it stands in the template, braces and all.
    pub at: Range<usize>,
}

impl Fault {
    /// What is wrong, and the nearest word that is right.
    pub fn words(&self) -> String {
        format!("{{{}}} stands for nothing; {}", self.word, self.remedy())
    }

    /// What to do.
    pub fn remedy(&self) -> String {
        let names: Vec<&str> = PLACEHOLDERS.iter().map(|(name, _)| *name).collect();
        match nearest(&self.word, names.iter().copied(), ALIKE) {
            Some(near) => format!("did you mean {{{near}}}?"),
            None => format!("say one of {{{}}}", names.join("} {")),
        }
    }
}

/// What came of a template.
#[derive(Clone, Debug, Default)]
pub(super) struct Made {
    pub woven: Woven,
    /// Placeholders that stand for nothing.
    pub faults: Vec<Fault>,
    /// Mentions of nobody in the template itself.
    pub unknown: Vec<Nobody>,
}

/// The placeholders of a template that stand for nothing.
pub fn faults(template: &str) -> Vec<Fault> {
    let known = |word: &str| PLACEHOLDERS.iter().any(|(name, _)| *name == word);
    let unknown = spans(template).into_iter().filter(|(_, word)| !known(word));
    unknown.map(|(at, word)| Fault { word: word.to_owned(), at }).collect()
}

/// Where placeholders stand, and their words: `{`, letters, digits and `_`, `}`. Other braces are braces. `@{…}` is a
/// mention.
fn spans(template: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = template.get(from..).and_then(|rest| rest.find('{')).map(|at| at + from) {
        from = open + 1;
        let Some(rest) = template.get(from..) else { break };
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let is_mention = template.get(..open).is_some_and(|before| before.ends_with('@'));
        if length > 0 && !is_mention && rest.get(length..).is_some_and(|after| after.starts_with('}')) {
            found.push((open..from + length + 1, rest.get(..length).unwrap_or_default()));
            from += length + 1;
        }
    }
    found
}

/// A template with its placeholders filled in by `word`, and the mentions in its own words by `names`; what stands for
/// nothing or nobody stays, and is told with its place in the text. A line whose placeholders all come to nothing is left
/// out, and so are blank lines around the whole and those that come to stand together.
pub(super) fn filled(
    template: &str,
    word: &dyn Fn(&str) -> Option<Woven>,
    names: &dyn Fn(&str) -> (Woven, Vec<Nobody>),
) -> Made {
    let mut whole = Made::default();
    let (mut blank, mut first) = (false, true);
    for line in template.split('\n') {
        let line = line.trim_end_matches('\r');
        let (made, placed) = filled_line(line, word, names);
        if made.woven.text.trim().is_empty() {
            // What was left empty on purpose parts paragraphs; what came to nothing is as if it were not there.
            blank |= placed == 0;
            continue;
        }
        if !first {
            whole.woven.push(if blank { "\n\n" } else { "\n" });
        }
        (first, blank) = (false, false);
        let start = whole.woven.text.len();
        let moved = |at: Range<usize>| at.start + start..at.end + start;
        whole.faults.extend(made.faults.into_iter().map(|fault| Fault { at: moved(fault.at), ..fault }));
        whole.unknown.extend(made.unknown.into_iter().map(|nobody| Nobody { at: moved(nobody.at), ..nobody }));
        whole.woven.push_woven(&made.woven);
    }
    Made { woven: whole.woven.trimmed(), ..whole }
}

fn filled_line(
    line: &str,
    word: &dyn Fn(&str) -> Option<Woven>,
    names: &dyn Fn(&str) -> (Woven, Vec<Nobody>),
) -> (Made, usize) {
    let mut made = Made::default();
    let mut at = 0;
    let spans = spans(line);
    for (span, name) in &spans {
        push_named(&mut made, line.get(at..span.start).unwrap_or_default(), names);
        match word(name) {
            Some(value) => made.woven.push_woven(&value),
            None => {
                let start = made.woven.text.len();
                made.woven.push(line.get(span.clone()).unwrap_or_default());
                made.faults.push(Fault { word: (*name).to_owned(), at: start..made.woven.text.len() });
            }
        }
        at = span.end;
    }
    push_named(&mut made, line.get(at..).unwrap_or_default(), names);
    (made, spans.len())
}

/// Adds words of the template itself, people in them by their handles.
fn push_named(made: &mut Made, text: &str, names: &dyn Fn(&str) -> (Woven, Vec<Nobody>)) {
    let (named, unknown) = names(text);
    let start = made.woven.text.len();
    made.unknown.extend(
        unknown.into_iter().map(|nobody| Nobody { at: nobody.at.start + start..nobody.at.end + start, ..nobody }),
    );
    made.woven.push(&named.text);
}
