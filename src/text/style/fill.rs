//! The texts of a post as they go out: the one place where they are filled in.

use std::borrow::Borrow;

use super::Book;
use super::chain::{Chain, Told};
use super::keys::{ATTACH_LINK, CUT_POST_TEXT, FIRST_COMMENT_TEXT, POST_TEXT, UPLOAD_MEDIA};
use super::mentions::Nobody;
use super::template::{self, Fault, Made, Woven};
use crate::domain::channel::{Channel, Network};
use crate::domain::ids::ChannelId;
use crate::domain::options::{FirstComment, Value};
use crate::domain::post::{Post, Source, Target, Wish};
use crate::domain::problem::{Place, Problem};
use crate::domain::styling::{Own, Written};
use crate::domain::thread::is_thread;
use crate::text::measure::measure_with;
use crate::text::remedy;
use crate::text::rules::{NetworkRules, Rules};
use unicode_segmentation::UnicodeSegmentation;

/// Stands where a text was cut.
const CUT: &str = "…";
/// Networks that have the link beside the text, as an option.
const LINKED_BESIDE: [&str; 1] = ["pinterest"];

/// A post as it goes out.
#[derive(Clone, Debug, PartialEq)]
pub struct Dressed {
    /// The post, its texts filled in.
    pub post: Post,
    /// What cannot be filled in, and what is named and not there.
    pub problems: Vec<(ChannelId, Problem)>,
    /// The text of each channel, and where its words come from.
    pub texts: Vec<(ChannelId, Woven)>,
    /// What holds for each channel that the post does not say itself, and where it comes from.
    pub told: Vec<(ChannelId, Vec<Told>)>,
}

impl Dressed {
    fn plain(post: Post) -> Self {
        Self { post, problems: Vec::new(), texts: Vec::new(), told: Vec::new() }
    }

    /// The text of one channel with where its words come from.
    pub fn text(&self, channel: &ChannelId) -> Option<&Woven> {
        self.texts.iter().find(|(id, _)| id == channel).map(|(_, woven)| woven)
    }

    /// What holds for one channel that the post does not say itself.
    pub fn told(&self, channel: &ChannelId) -> &[Told] {
        self.told.iter().find(|(id, _)| id == channel).map(|(_, told)| told.as_slice()).unwrap_or_default()
    }
}

/// What a post shows as, wherever it is looked at: a draft of ours as it would go out, anything else as it is.
pub fn shown<C: Borrow<Channel>>(post: &Post, channels: &[C], book: &Book, rules: &Rules) -> Dressed {
    let raw = post.wish == Wish::Draft && !post.is_remote();
    if raw { dressed(post, channels, book, rules) } else { Dressed::plain(post.clone()) }
}

/// The post as it goes out. One that is filled in already stays as it is.
pub fn dressed<C: Borrow<Channel>>(post: &Post, channels: &[C], book: &Book, rules: &Rules) -> Dressed {
    let mut dressed = Dressed::plain(post.clone());
    if post.is_filled() {
        return dressed;
    }
    let mut own = Vec::new();
    for target in &post.targets {
        let Some(channel) = channels.iter().map(Borrow::borrow).find(|channel| channel.id == target.channel) else {
            continue;
        };
        let cloth = Cloth { post, target, channel, book, chain: chain(post, channel, book) };
        let filled = cloth.filled(rules.of(&channel.id, &channel.network));
        let id = || target.channel.clone();
        dressed.problems.extend(filled.problems.into_iter().map(|problem| (id(), problem.on(&channel.network))));
        own.push(Own {
            channel: id(),
            text: target.text.clone(),
            extras: target.extras.clone(),
            filled: filled.woven.text.clone(),
        });
        dressed.texts.push((id(), filled.woven));
        dressed.told.push((id(), filled.told));
        if let Some(to) = dressed.post.targets.iter_mut().find(|each| each.channel == target.channel) {
            to.extras = filled.extras;
        }
    }
    put(&mut dressed, own);
    dressed
}

/// What holds for a channel. A post that was written elsewhere, or changed there, takes no defaults unless it is given
/// a style here.
fn chain(post: &Post, channel: &Channel, book: &Book) -> Chain {
    let style = post.styling.style.as_deref();
    let as_it_is = post.is_last_word() || (post.source == Source::Provider && style.is_none());
    if as_it_is { Chain::default() } else { book.chain(style, channel) }
}

/// Puts the texts into the post: what most channels share as its base, the others as their own.
fn put(dressed: &mut Dressed, own: Vec<Own>) {
    let Dressed { post, texts, .. } = dressed;
    let written = post.clone();
    let follows = |id: &ChannelId| written.targets.iter().any(|target| target.channel == *id && target.text.is_none());
    let base = texts.iter().find(|(id, _)| follows(id)).map(|(_, woven)| woven.text.clone());
    let said: Vec<(ChannelId, String)> = post
        .targets
        .iter()
        .map(|target| {
            let filled = texts.iter().find(|(id, _)| *id == target.channel).map(|(_, woven)| woven.text.clone());
            (target.channel.clone(), filled.unwrap_or_else(|| written.text_for(target).to_owned()))
        })
        .collect();
    let changed = said.iter().zip(&written.targets).any(|((_, text), target)| text != written.text_for(target));
    if changed {
        post.body = base.unwrap_or_else(|| written.body.clone());
        for (target, (_, text)) in post.targets.iter_mut().zip(said) {
            let kept = target.text.is_some() || text != post.body;
            target.text = kept.then_some(text);
        }
    }
    if *post != written {
        post.styling.written = Some(Box::new(Written { body: written.body, own }));
    }
}

/// One channel's part of a post.
struct Cloth<'a> {
    post: &'a Post,
    target: &'a Target,
    channel: &'a Channel,
    book: &'a Book,
    chain: Chain,
}

struct Filled {
    woven: Woven,
    extras: crate::domain::options::Extras,
    problems: Vec<Problem>,
    told: Vec<Told>,
}

impl Cloth<'_> {
    fn filled(&self, rules: Option<&NetworkRules>) -> Filled {
        let mut extras = self.target.extras.clone();
        let (mut problems, mut told, mut said) = (self.of_the_style(), Vec::new(), Vec::new());
        let mut say = |key: &str| told.extend(self.chain.told(key));
        // Attachments first: the limit of a text depends on them.
        if self.chain.flag(UPLOAD_MEDIA) == Some(false) && extras.media.is_none() && !self.post.media.is_empty() {
            extras.media = Some(Vec::new());
            say(UPLOAD_MEDIA);
        }
        for (key, value) in self.chain.options() {
            match extras.options.get(key).or(self.post.options.get(key)) {
                Some(own) => said.push(Told::of_the_post(key, own.clone())),
                None => {
                    extras.options.set(key, value.clone());
                    say(key);
                }
            }
        }
        let beside = self.link().filter(|_| LINKED_BESIDE.contains(&self.network().key()));
        let link_key = format!("{}.link", self.network().key());
        let free = self.post.options.get(&link_key).is_none() && extras.options.get(&link_key).is_none();
        if let Some(link) = beside.filter(|_| free) {
            extras.options.set(&link_key, Value::Text(link.to_owned()));
        }
        match (self.template(), &self.target.text) {
            (Some(_), _) => say(POST_TEXT),
            (None, Some(own)) if self.chain.get(POST_TEXT).is_some() => {
                said.push(Told::of_the_post(POST_TEXT, Value::Text(own.clone())));
            }
            (None, _) => {}
        }
        if self.own_link().is_some() {
            say(ATTACH_LINK);
        }
        let (message, unknown) = self.message();
        let mut made = self.made(&message);
        let media = extras.media.as_deref().unwrap_or(&self.post.media);
        let over = |text: &str, rules| measure_with(text, rules, media).overflow_at.is_some();
        if let Some(rules) =
            rules.filter(|rules| self.chain.flag(CUT_POST_TEXT) == Some(true) && over(&made.woven.text, rules))
            && !(rules.thread && is_thread(&made.woven.text))
        {
            made = self.cut(&message, made, &|text| !over(text, rules), &|text| remedy::cut(text, rules, media));
            say(CUT_POST_TEXT);
        }
        let Made { woven, faults, unknown: in_template } = made;
        problems.extend(faults.iter().map(unknown_word));
        problems.extend(unknown.iter().chain(&in_template).map(|nobody| self.unknown_name(nobody, &woven)));
        let commented = self.post.first_comment.is_some() || extras.first_comment.is_some();
        if let Some(template) = self.chain.text(FIRST_COMMENT_TEXT).filter(|_| !commented) {
            let Made { woven: comment, faults, unknown } = self.filled_in(template, &message);
            let in_comment = |problem: Problem| Problem { place: Place::FirstComment, ..problem };
            problems.extend(faults.iter().map(unknown_word).map(in_comment));
            problems.extend(unknown.iter().map(|nobody| self.unknown_name(nobody, &comment)).map(in_comment));
            extras.first_comment = Some(FirstComment { text: comment.text, delay: 0 }).filter(|it| !it.is_blank());
            if extras.first_comment.is_some() {
                say(FIRST_COMMENT_TEXT);
            }
        } else {
            self.name_in_comment(&mut extras, &mut problems);
        }
        told.append(&mut said);
        Filled { woven, extras, problems, told }
    }

    fn network(&self) -> &Network {
        &self.channel.network
    }

    /// A text of the channel's own is the last word: no template goes around it.
    fn template(&self) -> Option<&str> {
        self.chain.text(POST_TEXT).filter(|_| self.target.text.is_none())
    }

    /// The link of the post, for a template that asks for it.
    fn own_link(&self) -> Option<&str> {
        self.post.styling.link.as_deref().map(str::trim).filter(|link| !link.is_empty())
    }

    /// The link that goes with the text though nothing asks for it.
    fn link(&self) -> Option<&str> {
        let goes = self.chain.flag(ATTACH_LINK) != Some(false) && !self.post.is_last_word();
        self.own_link().filter(|_| goes)
    }

    /// What the post says here, people by their handles.
    fn message(&self) -> (Woven, Vec<Nobody>) {
        let said = self.post.text_for(self.target);
        if !said.contains("@{") {
            return (Woven::of(said), Vec::new());
        }
        self.book.mentions.woven(said, self.network())
    }

    /// The message in its template, with its link.
    fn made(&self, message: &Woven) -> Made {
        let mut made = match self.template() {
            Some(template) => self.filled_in(template, message),
            None => Made { woven: message.clone(), ..Made::default() },
        };
        if let Some(link) = self.link()
            && !LINKED_BESIDE.contains(&self.network().key())
            && !holds(&made.woven.text, link)
        {
            made.woven = made.woven.trimmed();
            made.woven.push(if made.woven.text.is_empty() { "" } else { "\n\n" });
            made.woven.push(link);
        }
        made
    }

    /// A template with its placeholders and the people in it.
    fn filled_in(&self, template: &str, message: &Woven) -> Made {
        let names = |text: &str| self.book.mentions.woven(text, self.network());
        template::filled(template, &|word| self.word(word, message), &names)
    }

    /// What a placeholder stands for.
    fn word(&self, word: &str, message: &Woven) -> Option<Woven> {
        let plain = |text: &str| {
            let mut woven = Woven::default();
            woven.push(text.trim());
            Some(woven)
        };
        match word {
            "post_title" | "post_content" | "text" => Some(message.clone().trimmed()),
            "title" => plain(self.post.title_for(self.target, self.network()).unwrap_or_default()),
            "post_excerpt" => plain(""),
            "link" | "post_url" => plain(self.own_link().unwrap_or_default()),
            "tags" | "hashtags" => plain(&hashtags(&self.post.tags)),
            "campaign" => plain(self.post.campaign.as_deref().unwrap_or_default()),
            "channel" => plain(self.channel.label()),
            "network" | "social_network_name" => plain(self.network().name()),
            "social_network_slug" => plain(self.network().key()),
            _ => None,
        }
    }

    /// The longest of the message that fits in its template, ending at a word; where none fits, the whole is cut. What is
    /// wrong with the template stays wrong wherever it is cut.
    fn cut(
        &self,
        message: &Woven,
        mut whole: Made,
        fits: &dyn Fn(&str) -> bool,
        cut: &dyn Fn(&str) -> Option<String>,
    ) -> Made {
        let with = |end: usize| {
            let mut head = message.head(message.text.get(..end).map_or(0, |head| head.trim_end().len()));
            head.push(CUT);
            self.made(&head)
        };
        let fit = |made: &Made| fits(&made.woven.text);
        let ends: Vec<usize> = message.text.unicode_word_indices().map(|(at, word)| at + word.len()).collect();
        // Longer ones never fit where a shorter one does not, but for what a cut does to a link: hence the second look.
        let fits_at = |at: usize| ends.get(at).is_some_and(|end| fit(&with(*end)));
        let mut beyond = 1;
        while fits_at(beyond) {
            beyond *= 2;
        }
        let from = beyond / 2;
        let between = ends.get(from..beyond.min(ends.len())).unwrap_or_default();
        let most = from + between.partition_point(|end| fit(&with(*end)));
        let found = ends.get(..most).unwrap_or_default().iter().rev().map(|end| with(*end)).find(fit);
        if let Some(found) = found {
            return found;
        }
        if let Some(text) = cut(&whole.woven.text) {
            let mut head = whole.woven.head(text.len().saturating_sub(CUT.len()));
            head.push(CUT);
            if head.text == text {
                whole.woven = head;
            }
        }
        let end = whole.woven.text.len();
        for at in
            whole.faults.iter_mut().map(|fault| &mut fault.at).chain(whole.unknown.iter_mut().map(|it| &mut it.at))
        {
            *at = at.start.min(end)..at.end.min(end);
        }
        whole
    }

    fn name_in_comment(&self, extras: &mut crate::domain::options::Extras, problems: &mut Vec<Problem>) {
        let comment = extras.first_comment.as_ref().or(self.post.first_comment.as_ref());
        let Some(comment) = comment.filter(|comment| comment.text.contains("@{")) else { return };
        let (woven, unknown) = self.book.mentions.woven(&comment.text, self.network());
        let placed = |nobody: &Nobody| Problem { place: Place::FirstComment, ..self.unknown_name(nobody, &woven) };
        problems.extend(unknown.iter().map(placed));
        if woven.text != comment.text {
            extras.first_comment = Some(FirstComment { text: woven.text, delay: comment.delay });
        }
    }

    fn of_the_style(&self) -> Vec<Problem> {
        let Some(name) = &self.post.styling.style else { return Vec::new() };
        let wrong = self.book.style(name).err();
        let remedy = "choose another with =, or none";
        wrong.map(|words| Problem::blocker("style-unknown", Place::Post, words, remedy)).into_iter().collect()
    }

    fn unknown_name(&self, nobody: &Nobody, woven: &Woven) -> Problem {
        let shown = format!("@{{{}}}", nobody.word);
        let at = woven.text.find(&shown).map_or(nobody.at.clone(), |at| at..at + shown.len());
        let words = format!("{shown} is nobody in the table of mentions");
        Problem::blocker("mention-unknown", Place::Text(at), words, self.book.mentions.remedy(&nobody.word))
    }
}

fn unknown_word(fault: &Fault) -> Problem {
    let words = format!("{{{}}} in the template stands for nothing", fault.word);
    Problem::blocker("placeholder-unknown", Place::Text(fault.at.clone()), words, fault.remedy())
}

/// Whether `text` holds `link` as a whole address, not as the beginning or the inside of another.
fn holds(text: &str, link: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "/.-_~%=&+#?@:$*".contains(c);
    let whole = |(at, _): (usize, &str)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + link.len()..).unwrap_or_default();
        let after = after.split(|c: char| !goes_on(c)).next().unwrap_or_default();
        // What closes a sentence, or a path, belongs to no other address.
        before.is_none_or(|c| !goes_on(c)) && after.chars().all(|c| "/.:?".contains(c))
    };
    text.match_indices(link).any(whole)
}

fn hashtags(tags: &[String]) -> String {
    let tag = |tag: &String| {
        let bare: String = tag.trim_start_matches('#').split_whitespace().collect();
        format!("#{bare}")
    };
    tags.iter().filter(|tag| !tag.trim().is_empty()).map(tag).collect::<Vec<_>>().join(" ")
}
