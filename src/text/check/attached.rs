//! Problems of attachments: how many, of which kinds, and what each is.

use std::collections::BTreeSet;

use super::{grouped, some};
use crate::domain::carries::Way;
use crate::domain::media::{Media, MediaKind, size_words};
use crate::domain::problem::{Place, Problem};
use crate::text::compose::Variant;
use crate::text::rules::{Cap, FileRules, Floor, MediaNeed, NetworkRules};

/// The longest side that the common formats can have, and pixels that take 2 GB of memory to open: what says it has more
/// is broken, or meant to harm whoever opens it.
const SIDE: usize = 65_535;
const PIXELS: usize = 1 << 29;

/// How far off a ratio may be: pixels are whole.
const ROUNDING: f64 = 0.005;

const KINDS: [(MediaKind, &str); 4] = [
    (MediaKind::Image, "images"),
    (MediaKind::Gif, "gifs"),
    (MediaKind::Video, "videos"),
    (MediaKind::Document, "documents"),
];

pub(super) fn check(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    needed(variant, rules, problems);
    numbers(variant, rules, problems);
    for (index, item) in variant.media.iter().enumerate() {
        let mut one = OneFile { item, network: variant.network.name(), place: Place::Media(Some(index)), problems };
        if let Some((_, file)) = rules.media.of(item.kind) {
            one.file(file);
        }
        one.unmeasured();
        one.alt(rules.media.alt, variant.way.as_ref(), index);
    }
}

fn needed(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let name = variant.network.name();
    let has_video = variant.media.iter().any(|item| item.kind == MediaKind::Video);
    let (what, remedy) = match rules.media.required {
        MediaNeed::Media if variant.media.is_empty() => ("an image or a video", "attach one"),
        MediaNeed::Video if !has_video => ("a video", "attach one"),
        _ => return,
    };
    problems.push(Problem::blocker("media-required", Place::Media(None), format!("{name} needs {what}"), remedy));
}

fn numbers(variant: &Variant, rules: &NetworkRules, problems: &mut Vec<Problem>) {
    let name = variant.network.name();
    let mut cap = |code: &str, things: &str, cap: Cap, total: usize| {
        let words = |limit: usize| match limit {
            0 => format!("{} where {name} takes none", some(total, things)),
            _ => format!("{} where {name} takes {}", some(total, things), grouped(limit)),
        };
        let remedy = |limit: usize| match limit {
            0 => format!("detach the {things}"),
            _ => format!("detach {}", grouped(total - limit)),
        };
        if let Some(max) = cap.max.filter(|max| total > *max) {
            problems.push(Problem::blocker(code, Place::Media(None), words(max), remedy(max)));
        } else if let Some(warn) = cap.warn.filter(|warn| total > *warn) {
            let words = words(warn).replace(" takes ", " may take ");
            problems.push(Problem::warning(code, Place::Media(None), words, remedy(warn)));
        }
    };
    for (kind, things) in KINDS {
        let total = variant.media.iter().filter(|item| item.kind == kind).count();
        let limits = rules.media.of(kind).map_or(Cap::default(), |(limits, _)| limits);
        cap(&format!("too-many-{things}"), things, limits, total);
    }
    cap("too-many-items", "attachments", rules.media.items, variant.media.len());
    let kinds: BTreeSet<&str> = variant.media.iter().map(|item| item.kind.word()).collect();
    if !rules.media.mix && kinds.len() > 1 {
        let mixed = kinds.into_iter().collect::<Vec<_>>().join(" and ");
        let words = format!("{name} takes one kind of attachment, not {mixed} together");
        problems.push(Problem::blocker("mixed-media", Place::Media(None), words, "keep one kind"));
    }
}

/// One attachment against the rules of its kind.
struct OneFile<'a> {
    item: &'a Media,
    network: &'a str,
    place: Place,
    problems: &'a mut Vec<Problem>,
}

impl OneFile<'_> {
    fn file(&mut self, rules: &FileRules) {
        let kind = self.item.kind.word();
        self.ending(&rules.types);
        if let Some(bytes) = self.item.bytes.map(whole) {
            self.most(&format!("{kind}-too-big"), bytes, rules.bytes, bytes_words);
            self.least(&format!("{kind}-too-small"), bytes, rules.bytes_least, bytes_words);
        }
        if let Some(millis) = self.item.millis.map(whole) {
            let seconds = |n: usize| some(n, "seconds");
            self.most(&format!("{kind}-too-long"), millis.div_ceil(1000), rules.seconds, seconds);
            self.least(&format!("{kind}-too-short"), millis / 1000, rules.seconds_least, seconds);
        }
        if let Some((width, height)) = self.item.pixels {
            self.sides(rules, whole(width.into()), whole(height.into()));
        }
    }

    /// Its size, its pixels and its length are what the rules are about: that nobody looked at them is said.
    fn unmeasured(&mut self) {
        let Some(why) = self.item.unmeasured() else { return };
        let words = format!("{} is {why}", self.item.called());
        if self.item.trouble().is_some() {
            // Whoever publishes it may still see what was not to be seen from here.
            return self.warn("not-measured", words, "open its address in a browser, or attach it as a file");
        }
        let remedy = format!("attach it as a file to have it held against what {} takes", self.network);
        self.problems.push(Problem::hint("not-measured", self.place.clone(), words, remedy));
    }

    fn ending(&mut self, types: &[String]) {
        if types.is_empty() {
            return;
        }
        let Some(ending) = ending_of(self.item) else { return };
        if !types.contains(&ending) {
            let kind = self.item.kind.word();
            let words = format!("{} does not list {ending} among its {kind} types", self.network);
            // Many providers convert, so this is for them to refuse.
            self.warn(&format!("{kind}-type"), words, &format!("use {}", types.join(", ")));
        }
    }

    fn sides(&mut self, rules: &FileRules, width: usize, height: usize) {
        let kind = self.item.kind.word();
        let long = width.max(height);
        let pixels = |n: usize| some(n, "pixels");
        self.least(&format!("{kind}-too-small"), width.min(height), rules.side_least, pixels);
        if long > SIDE || width.saturating_mul(height) > PIXELS {
            let words = format!("the {kind} says it is {} by {} pixels", grouped(width), grouped(height));
            let words = format!("{words}, which nothing that shows pictures opens");
            return self.block(&format!("{kind}-absurd"), words, "export it anew, in a size for screens");
        }
        let too_long = rules.side_max.filter(|most| long > *most);
        let all = width.saturating_mul(height);
        let too_many = rules.pixels_max.filter(|most| all > *most);
        if let Some(most) = too_long {
            let words =
                format!("the {kind} is {} on its long side; {} takes {}", pixels(long), self.network, pixels(most));
            self.block(&format!("{kind}-too-large"), words, "scale it down");
        } else if let Some(most) = too_many {
            let words = format!("the {kind} has {}; {} takes {}", pixels(all), self.network, pixels(most));
            self.block(&format!("{kind}-too-large"), words, "scale it down");
        }
        let ratio = as_float(width) / as_float(height.max(1));
        if let Some((least, greatest)) = rules.ratio
            && !(least - ROUNDING..=greatest + ROUNDING).contains(&ratio)
        {
            let words = format!("the {kind} is {ratio:.2} : 1; {} takes {least} to {greatest}", self.network);
            self.warn(&format!("{kind}-ratio"), words, "crop it");
        }
    }

    /// `way`: how it gets there, and at which place of the attachments it stands.
    fn alt(&mut self, cap: Cap, way: Option<&Way>, at: usize) {
        let is_picture = matches!(self.item.kind, MediaKind::Image | MediaKind::Gif);
        let takes_alt = cap.max.is_some() || cap.warn.is_some();
        if !takes_alt || !is_picture {
            return;
        }
        let lost = way.filter(|way| !way.carries.alt.goes(at));
        let described = !self.item.alt.trim().is_empty();
        if let Some(way) = lost {
            if described {
                let words = format!("{} does not pass on the text of this {}", way.provider, self.item.kind.word());
                self.warn("alt-not-sent", words, "say it in the post");
            }
            return;
        }
        if !described {
            let words = format!("the {} has no text for people who cannot see it", self.item.kind.word());
            let problem = Problem::hint("alt-missing", self.place.clone(), words, "describe it in a sentence");
            self.problems.push(problem);
            return;
        }
        let length = self.item.alt.chars().count();
        self.most("alt-too-long", length, cap, |n| some(n, "characters"));
    }

    fn most(&mut self, code: &str, value: usize, cap: Cap, words: impl Fn(usize) -> String) {
        let kind = if code == "alt-too-long" { "description" } else { self.item.kind.word() };
        if let Some(max) = cap.max.filter(|max| value > *max) {
            let said = format!("the {kind} is {}; {} takes {}", words(value), self.network, words(max));
            self.block(code, said, &format!("bring it down to {}", words(max)));
        } else if let Some(warn) = cap.warn.filter(|warn| value > *warn) {
            let said = format!("the {kind} is {}; {} may refuse more than {}", words(value), self.network, words(warn));
            self.warn(code, said, &format!("bring it down to {} to be sure", words(warn)));
        }
    }

    fn least(&mut self, code: &str, value: usize, floor: Floor, words: impl Fn(usize) -> String) {
        let kind = self.item.kind.word();
        if let Some(min) = floor.min.filter(|min| value < *min) {
            let said = format!("the {kind} is {}; {} wants {} at least", words(value), self.network, words(min));
            self.block(code, said, "use another one");
        } else if let Some(warn) = floor.warn.filter(|warn| value < *warn) {
            let said = format!("the {kind} is {}; {} may refuse less than {}", words(value), self.network, words(warn));
            self.warn(code, said, "use another one to be sure");
        }
    }

    fn block(&mut self, code: &str, words: String, remedy: &str) {
        self.problems.push(Problem::blocker(code, self.place.clone(), words, remedy));
    }

    fn warn(&mut self, code: &str, words: String, remedy: &str) {
        self.problems.push(Problem::warning(code, self.place.clone(), words, remedy));
    }
}

fn whole(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A count of pixels, exact far beyond any picture.
fn as_float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn bytes_words(bytes: usize) -> String {
    size_words(u64::try_from(bytes).unwrap_or(u64::MAX))
}

/// What a file of this type is usually called: by its content where that was looked at, else by its name.
fn ending_of(item: &Media) -> Option<String> {
    if let Some(content) = &item.content {
        let subtype = content.mime.rsplit('/').next().unwrap_or_default();
        return Some(match subtype {
            "quicktime" => "mov".into(),
            "x-msvideo" => "avi".into(),
            "x-matroska" => "mkv".into(),
            subtype => subtype.trim_start_matches("x-").to_owned(),
        });
    }
    let name = item.called();
    let name = name.split(['?', '#']).next().unwrap_or(name);
    let (_, ending) = name.rsplit('/').next().unwrap_or(name).rsplit_once('.')?;
    let is_ending = (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_ending.then(|| ending.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::carries::{Alt, Carries};
    use crate::domain::media::Content;

    #[test]
    fn a_text_for_the_blind_that_a_provider_leaves_out_is_said_and_a_useless_one_not_asked_for() {
        let cap = Cap { max: Some(100), ..Cap::default() };
        let codes = |alt: &str, carried: Option<Alt>, at: usize| {
            let mut item = Media::at_address("https://a.example/a.png".into(), MediaKind::Image);
            item.alt = alt.into();
            let way = carried.map(|alt| Way {
                provider: "P".into(),
                carries: Carries { alt, ..Carries::default() },
                queues: false,
            });
            let (mut problems, place) = (Vec::new(), Place::Media(Some(at)));
            OneFile { item: &item, network: "X", place, problems: &mut problems }.alt(cap, way.as_ref(), at);
            problems.into_iter().map(|problem| problem.code).collect::<Vec<_>>()
        };
        assert_eq!(codes("A cup", Some(Alt::None), 0), ["alt-not-sent"]);
        assert_eq!(codes("A cup", Some(Alt::First), 1), ["alt-not-sent"]);
        assert_eq!(codes("", Some(Alt::None), 0), [""; 0]);
        assert_eq!(codes("", Some(Alt::First), 0), ["alt-missing"]);
        assert_eq!(codes("", None, 3), ["alt-missing"]);
        assert_eq!(codes("A cup", Some(Alt::Each), 3), [""; 0]);
    }

    #[test]
    fn a_picture_that_nobody_can_open_is_refused_whatever_the_network_says() {
        let codes = |pixels: (u32, u32)| {
            let mut problems = Vec::new();
            let item =
                Media { pixels: Some(pixels), ..Media::at_address("https://a.example/a.png".into(), MediaKind::Image) };
            let mut one = OneFile { item: &item, network: "X", place: Place::Media(Some(0)), problems: &mut problems };
            one.file(&FileRules::default());
            problems.into_iter().map(|problem| problem.code).collect::<Vec<_>>()
        };
        for absurd in [(2_000_000_000, 2_000_000_000), (30_000, 30_000), (70_000, 1), (u32::MAX, 1)] {
            assert_eq!(codes(absurd), ["image-absurd"], "{absurd:?}");
        }
        assert_eq!(codes((16_000, 12_000)), [""; 0]);
    }

    #[test]
    fn a_type_is_told_by_content_before_name() {
        let named = |name: &str| Media::at_address(format!("https://a.example/{name}"), MediaKind::Image);
        assert_eq!(ending_of(&named("a.JPG?size=1.5")).as_deref(), Some("jpg"));
        assert_eq!(ending_of(&named("watch")), None);
        let content = |mime: &str| Some(Content { mime: mime.into(), print: String::new() });
        let film = Media { content: content("video/quicktime"), ..named("a.mp4") };
        assert_eq!(ending_of(&film).as_deref(), Some("mov"));
        let picture = Media { content: content("image/png"), ..named("a.jpg") };
        assert_eq!(ending_of(&picture).as_deref(), Some("png"));
    }
}
