//! From the tree of the front matter to what it says of a post. What is not known here is a fault, with the nearest
//! word that is.

use super::error::{Fault, Found, Spot, listed};
use super::node::{Entry, Node, What};
use super::{Attached, Manuscript, Spots, Variant};
use crate::domain::options::{FirstComment, Options, Value};
use crate::domain::post::Wish;

/// The keys that front matter may have.
pub const KEYS: &[&str] = &[
    "to",
    "when",
    "as",
    "title",
    "campaign",
    "tags",
    "style",
    "link",
    "media",
    "options",
    "first_comment",
    "variants",
];
/// What a post can be kept as although it has a time.
pub(super) const WISHES: &[(&str, Wish)] = &[("draft", Wish::Draft), ("held", Wish::Hold)];
const OF_MEDIA: &[&str] = &["file", "url", "alt"];
const OF_VARIANT: &[&str] = &["text", "when", "options", "first_comment", "media"];
const OF_COMMENT: &[&str] = &["text", "delay"];

/// More entries than any post has.
const MOST: usize = 1_000;
/// More faults than anybody mends at once.
const MOST_FAULTS: usize = 20;

/// Takes over what the tree says; all faults at once, in their order.
pub(super) fn taken(
    root: &Node,
    manuscript: Manuscript,
    spots: Spots,
    spot: &dyn Fn(usize) -> Spot,
) -> Result<(Manuscript, Spots), Vec<Fault>> {
    let mut taker = Taker { manuscript, spots, spot, faults: Vec::new() };
    if let What::Table(entries) = &root.what {
        entries.iter().for_each(|entry| taker.entry(entry));
    }
    if taker.faults.is_empty() {
        return Ok((taker.manuscript, taker.spots));
    }
    taker.faults.sort_by_key(|found| found.offset);
    taker.faults.truncate(MOST_FAULTS);
    Err(taker.faults.into_iter().map(|found| found.at(spot)).collect())
}

struct Taker<'s> {
    manuscript: Manuscript,
    spots: Spots,
    spot: &'s dyn Fn(usize) -> Spot,
    faults: Vec<Found>,
}

impl Taker<'_> {
    fn entry(&mut self, entry: &Entry) {
        match entry.key.as_str() {
            "to" => {
                let words = self.words(entry, "a channel");
                self.spots.to = words.iter().map(|(at, _)| (self.spot)(*at)).collect();
                self.manuscript.to = words.into_iter().map(|(_, word)| word).collect();
            }
            "tags" => self.manuscript.tags = self.words(entry, "a tag").into_iter().map(|(_, word)| word).collect(),
            "when" => {
                self.spots.when = (self.spot)(entry.node.at);
                self.manuscript.when = self.text(&entry.key, &entry.node);
            }
            "as" => {
                self.spots.wish = (self.spot)(entry.node.at);
                self.manuscript.wish = self.text(&entry.key, &entry.node).and_then(|word| self.wish(&word, entry));
            }
            "title" => {
                self.spots.title = (self.spot)(entry.node.at);
                self.manuscript.title = self.text(&entry.key, &entry.node);
            }
            "campaign" => self.manuscript.campaign = self.text(&entry.key, &entry.node),
            "style" => self.manuscript.style = self.text(&entry.key, &entry.node),
            "link" => self.manuscript.link = self.text(&entry.key, &entry.node),
            "media" => {
                let (media, spots) = self.media(&entry.node).into_iter().unzip();
                (self.manuscript.media, self.spots.media) = (media, spots);
            }
            "options" => self.manuscript.options = self.options(&entry.node),
            "first_comment" => self.manuscript.first_comment = self.comment(&entry.node),
            "variants" => self.variants(entry),
            _ => self.unknown(entry, KEYS),
        }
    }

    fn wish(&mut self, word: &str, entry: &Entry) -> Option<Wish> {
        let found = WISHES.iter().find(|(known, _)| *known == word.trim().to_lowercase()).map(|(_, wish)| *wish);
        if found.is_none() {
            let remedy = "say draft or held; without the line it is scheduled";
            self.fault(entry.node.at, "this is nothing that a post can be kept as", remedy);
        }
        found
    }

    fn fault(&mut self, offset: usize, words: impl Into<String>, remedy: impl Into<String>) {
        self.faults.push(Found::new(offset, words, remedy));
    }

    fn unknown(&mut self, entry: &Entry, known: &[&str]) {
        if self.faults.len() >= MOST_FAULTS {
            return;
        }
        let shown: String = entry.key.chars().take(40).collect();
        let folded = shown.to_lowercase();
        let slips = |word: &&&str| strsim::osa_distance(word, &folded);
        let nearest = known.iter().min_by_key(slips).filter(|word| slips(word) <= (word.len() / 3).max(1));
        let remedy = match nearest {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("say {}", listed(known)),
        };
        self.fault(entry.at, format!("`{shown}` means nothing here"), remedy);
    }

    fn text(&mut self, key: &str, node: &Node) -> Option<String> {
        match &node.what {
            What::Text(text) | What::Word(text) => Some(text.clone()),
            What::Nothing => None,
            What::List(_) | What::Table(_) => {
                self.fault(node.at, format!("`{key}` is one text"), format!("write `{key}: …` on one line"));
                None
            }
        }
    }

    /// A list of words: one per item, or apart by commas on one line.
    fn words(&mut self, entry: &Entry, what: &str) -> Vec<(usize, String)> {
        let mut words = Vec::new();
        match &entry.node.what {
            What::Nothing => {}
            What::Text(text) | What::Word(text) => {
                let mut at = entry.node.at;
                for word in text.split(',') {
                    words.push((at, word.trim().to_owned()));
                    at += word.len() + 1;
                }
                words.retain(|(_, word)| !word.is_empty());
            }
            What::List(items) => {
                for item in items {
                    match item.text() {
                        Some(text) => words.push((item.at, text.to_owned())),
                        None => self.fault(item.at, format!("{what} is one word or name"), "put it in double quotes"),
                    }
                }
            }
            What::Table(_) => {
                let remedy = format!("write `{}: [one, two]`", entry.key);
                self.fault(entry.node.at, format!("`{}` is a list", entry.key), remedy);
            }
        }
        if let Some((at, _)) = words.get(MOST) {
            self.fault(*at, format!("more than {MOST} entries"), "keep those that are meant");
            words.truncate(MOST);
        }
        words
    }

    fn media(&mut self, node: &Node) -> Vec<(Attached, Spot)> {
        let mut media = Vec::new();
        let items = match &node.what {
            What::Nothing => return media,
            What::List(items) => items.as_slice(),
            What::Text(_) | What::Word(_) | What::Table(_) => std::slice::from_ref(node),
        };
        if let Some(item) = items.get(MOST) {
            self.fault(item.at, format!("more than {MOST} entries"), "keep those that are meant");
            return media;
        }
        for item in items {
            let attached = match &item.what {
                What::Text(source) | What::Word(source) => Attached { source: source.clone(), alt: String::new() },
                What::Table(entries) => self.attached(entries),
                What::Nothing | What::List(_) => Attached::default(),
            };
            if attached.source.trim().is_empty() {
                self.fault(item.at, "this attachment names no file", "write `file: picture.png` or `url: https://…`");
                continue;
            }
            media.push((attached, (self.spot)(item.at)));
        }
        media
    }

    /// Options by key; a table in a table says the same as a dot: `tiktok:` with `privacy:` below it.
    fn options(&mut self, node: &Node) -> Options {
        let mut options = Options::default();
        match &node.what {
            What::Nothing => {}
            What::Table(entries) => self.options_below(None, entries, &mut options),
            _ => self.fault(node.at, "`options` is a table", "write one line per option: `tiktok.privacy: public`"),
        }
        options
    }

    fn options_below(&mut self, above: Option<&str>, entries: &[Entry], options: &mut Options) {
        for entry in entries {
            let key = above.map_or_else(|| entry.key.clone(), |above| format!("{above}.{}", entry.key));
            let value = match &entry.node.what {
                What::Nothing => continue,
                What::Table(below) => {
                    self.options_below(Some(&key), below, options);
                    continue;
                }
                What::Text(text) => Value::Text(text.clone()),
                What::Word(word) => flag(word).map_or_else(|| Value::Text(word.clone()), Value::Flag),
                What::List(items) => {
                    let items = items.iter().map(|item| item.text().map(str::to_owned));
                    match items.collect() {
                        Some(items) => Value::List(items),
                        None => {
                            self.fault(entry.node.at, format!("`{key}` is a list of texts"), "write one text per item");
                            continue;
                        }
                    }
                }
            };
            if options.get(&key).is_some() {
                self.fault(entry.at, format!("`{key}` is given twice"), "keep one of them");
            }
            options.set(&key, value);
        }
    }

    fn comment(&mut self, node: &Node) -> Option<FirstComment> {
        let What::Table(entries) = &node.what else {
            return self.text("first_comment", node).map(|text| FirstComment { text, delay: 0 });
        };
        let mut comment = FirstComment::default();
        for entry in entries {
            match entry.key.as_str() {
                "text" => comment.text = self.text("text", &entry.node).unwrap_or_default(),
                "delay" => match self.text("delay", &entry.node).as_deref().map(seconds) {
                    None => {}
                    Some(Some(delay)) => comment.delay = delay,
                    Some(None) => self.fault(entry.node.at, "this is no delay", "write seconds, or 5m, or 1h"),
                },
                _ => self.unknown(entry, OF_COMMENT),
            }
        }
        Some(comment)
    }

    fn attached(&mut self, entries: &[Entry]) -> Attached {
        let mut attached = Attached::default();
        for entry in entries {
            match entry.key.as_str() {
                "file" | "url" if !attached.source.is_empty() => {
                    self.fault(entry.at, "this attachment names two files", "give each an item of its own");
                }
                "file" | "url" => attached.source = self.text(&entry.key, &entry.node).unwrap_or_default(),
                "alt" => attached.alt = self.text(&entry.key, &entry.node).unwrap_or_default(),
                _ => self.unknown(entry, OF_MEDIA),
            }
        }
        attached
    }

    fn variants(&mut self, entry: &Entry) {
        let entries = match &entry.node.what {
            What::Nothing => return,
            What::Table(entries) => entries,
            What::Text(_) | What::Word(_) | What::List(_) => {
                let remedy = "write the network or channel, a colon and the text on lines below: `x: …`";
                return self.fault(entry.node.at, "`variants` names networks or channels with their texts", remedy);
            }
        };
        if let Some(entry) = entries.get(MOST) {
            return self.fault(entry.at, format!("more than {MOST} entries"), "keep those that are meant");
        }
        for entry in entries {
            let mut variant = Variant { of: entry.key.clone(), ..Variant::default() };
            match &entry.node.what {
                What::Table(inner) => {
                    for own in inner {
                        match own.key.as_str() {
                            "text" => variant.text = self.text(&own.key, &own.node),
                            "when" => variant.when = self.text(&own.key, &own.node),
                            "options" => variant.options = self.options(&own.node),
                            "first_comment" => variant.first_comment = self.comment(&own.node),
                            "media" => {
                                let media = self.media(&own.node).into_iter().map(|(media, _)| media).collect();
                                variant.media = (own.node.what != What::Nothing).then_some(media);
                            }
                            _ => self.unknown(own, OF_VARIANT),
                        }
                    }
                }
                _ => variant.text = self.text(&entry.key, &entry.node),
            }
            self.spots.variants.push((self.spot)(entry.at));
            self.manuscript.variants.push(variant);
        }
    }
}

/// Yes or no, in the words people use.
pub(super) fn flag(word: &str) -> Option<bool> {
    match word {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

/// `90`, `90s`, `5m`, `1h` in seconds.
fn seconds(words: &str) -> Option<u32> {
    let words = words.trim();
    let (number, unit) = words.split_at(words.find(|c: char| !c.is_ascii_digit()).unwrap_or(words.len()));
    let unit = match unit.trim() {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        _ => return None,
    };
    number.parse::<u32>().ok()?.checked_mul(unit)
}
