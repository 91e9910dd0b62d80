//! What follows from the text: counts, problems, highlights, preview and differences. Computed after each change and
//! only read while drawing.

use std::ops::Range;

use super::problems::{Found, find, said_once};
use super::state::State;
use crate::domain::channel::Network;
use crate::domain::ids::{AccountName, ChannelId};
use crate::domain::media::Media;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Target};
use crate::domain::problem::{Place, Problem, Severity};
use crate::text::check::grouped;
use crate::text::clean::{cells, one_line, truncate};
use crate::text::compose::{Variant, of_target};
use crate::text::diff;
use crate::text::entities::{EntityKind, entities};
use crate::text::measure::{Measure, measure_of};
use crate::text::preview::{Preview, PreviewLine, preview};
use crate::text::remedy::{Remedy, remedy_in};
use crate::text::rules::{Gallery, Unit};
use crate::text::style::{self, Dressed, Origin, Told, Woven};
use crate::tui::board::Board;
use crate::tui::grid::{self, Spot};
use crate::tui::model::Shared;
use crate::tui::pictures::{self, Tile};
use crate::tui::theme::Role;

/// The code of why a post failed when it was sent.
const FAILED: &str = "failed-before";
/// Rows of a picture: the most, of several rows of them, where words stand for them, and the least that shows anything.
const MOST_ROWS: u16 = 9;
const GRID_ROWS: u16 = 11;
const WORDS_ROWS: u16 = 5;
/// Columns of all of them: more would only be further apart.
const WIDEST: u16 = 100;
const LEAST_ROWS: u16 = 3;
/// Rows above the text of a preview: by whom, and when.
const HEADING: u16 = 1;
/// The cells of " …more".
const FOLD: u16 = 6;
/// Rows kept free below it: the link card.
const BELOW: u16 = 1;
/// No network takes a text of this many bytes; measuring one with every key would only be slow.
const TOO_MUCH: usize = 256 * 1024;

/// What was computed.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// One per target.
    pub counters: Vec<Counter>,
    /// All problems, the worst first.
    pub problems: Vec<Found>,
    /// Every channel on offer.
    pub channels: Vec<Offer>,
    /// Whether some chosen network has a title.
    pub wants_title: bool,
    /// What is told beside text, time and media, in words; none where nothing is told and nobody asks.
    pub options: Option<String>,
    /// Of the open tab.
    pub highlights: Vec<(Range<usize>, Role)>,
    /// How the open tab differs from the base.
    pub diff: Vec<(char, String)>,
    /// Of the open tab.
    pub preview: Option<Shown>,
    /// What each channel receives.
    pub variants: Vec<(ChannelId, Variant)>,
    /// Where the words of each channel's text come from.
    texts: Vec<(ChannelId, Woven)>,
    /// What holds for each channel that the post does not say itself.
    told: Vec<(ChannelId, Vec<Told>)>,
    /// The style with what comes of it, in words; none where nothing dresses the post.
    pub style: Option<String>,
    /// The target whose preview shows.
    shown: Option<usize>,
    /// Columns and rows the preview was computed for, and the pixels of a cell.
    settled: (u16, u16, Option<(u16, u16)>),
}

/// How long one channel's text is.
#[derive(Clone, Debug)]
pub struct Counter {
    pub channel: ChannelId,
    pub mark: String,
    pub label: String,
    /// The mark, with the handle where two channels of the post share it.
    pub name: String,
    /// None where there are no rules, or the text is beyond all of them.
    pub measure: Option<Measure>,
    /// About what a text counts that is beyond all of them, and the limit.
    pub estimate: Option<(usize, usize)>,
    /// The worst that was found.
    pub worst: Option<Severity>,
    pub detached: bool,
    /// What dresses it, in a few words.
    pub dressed: Option<String>,
}

/// About how long a text is that is beyond all networks: counting it by each one's rule with every key would only be
/// slow.
struct Estimate {
    channel: ChannelId,
    network: Network,
    count: usize,
    limit: usize,
    unit: Unit,
}

impl Estimate {
    /// That it is too long for its channel.
    fn objection(&self) -> Option<Found> {
        let over = self.count.checked_sub(self.limit).filter(|over| *over > 0)?;
        let (over, limit, unit) = (grouped(over), grouped(self.limit), self.unit.word());
        let words = format!("about {over} over: {} takes {limit} {unit}", self.network);
        let problem = Problem::blocker("too-long", Place::Text(0..0), words, "keep what matters");
        Some(Found::on(&self.channel, problem.on(&self.network)))
    }
}

fn estimates(post: &Post, shared: &Shared, board: &Board) -> Vec<Estimate> {
    let of = |text: &str| (text.len(), text.chars().count());
    let base = of(&post.body);
    let estimate = |target: &Target| {
        let network = &board.channel(&target.channel)?.network;
        let rules = shared.rules.of(&target.channel, network)?;
        let (bytes, characters) = target.text.as_deref().map_or(base, of);
        let unit = rules.count.unit();
        let count = if unit == Unit::Utf8Bytes { bytes } else { characters };
        let limit = rules.limit_for(post.media_for(target));
        Some(Estimate { channel: target.channel.clone(), network: network.clone(), count, limit, unit })
    };
    post.targets.iter().filter_map(estimate).collect()
}

/// A channel one can choose.
#[derive(Clone, Debug)]
pub struct Offer {
    pub channel: ChannelId,
    pub account: AccountName,
    pub network: Network,
    pub label: String,
    pub chosen: bool,
    /// Why it cannot post.
    pub trouble: Option<String>,
}

/// The preview of one channel.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its place among the targets, from 1.
    pub place: usize,
    pub preview: Preview,
    /// The places of its attachments, and the pictures in them; both count from the top left of the preview.
    pub spots: Vec<Spot>,
    pub tiles: Vec<Tile>,
}

impl Facts {
    pub fn new(post: &Post, original: &Post, said: &[Problem], shared: &Shared, board: &Board) -> Self {
        let longest = post.targets.iter().map(|target| post.text_for(target).len()).max().unwrap_or(0);
        let measurable = longest.max(post.body.len()) <= TOO_MUCH;
        let network = |id: &ChannelId| board.channel(id).map(|channel| channel.network.clone());
        let dressed = measurable.then(|| style::dressed(post, &board.channels, &board.book, &shared.rules));
        let filled = dressed.as_ref().map_or(post, |dressed| &dressed.post);
        let variants: Vec<(ChannelId, Variant)> = filled
            .targets
            .iter()
            .filter(|_| measurable)
            .filter_map(|target| {
                let network = network(&target.channel)?;
                let variant = of_target(filled, target, &network, board.ways.get(&target.account()));
                Some((target.channel.clone(), variant))
            })
            .collect();
        let mut problems = find((post, filled), original, &variants, shared, board);
        let unfilled = dressed.iter().flat_map(|dressed| dressed.problems.clone());
        let unfilled = unfilled.map(|(channel, problem)| Found::on(&channel, problem));
        problems.splice(0..0, unfilled.collect::<Vec<_>>());
        problems.extend(failures(post, original));
        let estimates = if measurable { Vec::new() } else { estimates(post, shared, board) };
        if !measurable {
            let words = format!("{} kB is more than any network takes", longest.max(post.body.len()) / 1024);
            let problem = Problem::blocker("too-long", Place::Text(0..0), words, "keep what matters");
            let whole = Found::of_all(problem);
            problems.splice(0..0, std::iter::once(whole).chain(estimates.iter().filter_map(Estimate::objection)));
        }
        let mut facts = Self {
            wants_title: post.title.is_some() || wants_title(&variants, shared),
            options: beside(post, &variants, &problems),
            channels: offers(post, board),
            style: in_words(post, dressed.as_ref(), board),
            problems,
            variants,
            ..Self::default()
        };
        if let Some(dressed) = dressed {
            (facts.texts, facts.told) = (dressed.texts, dressed.told);
        }
        facts.hear(said);
        let mends: Vec<bool> = facts.problems.iter().map(|found| facts.mended(found, shared).is_some()).collect();
        for (found, mends) in facts.problems.iter_mut().zip(mends) {
            found.mends = mends;
        }
        facts.counters =
            post.targets.iter().map(|target| facts.counter(post, &target.channel, shared, board)).collect();
        for counter in &mut facts.counters {
            let of = estimates.iter().find(|estimate| estimate.channel == counter.channel);
            counter.estimate = of.map(|estimate| (estimate.count, estimate.limit));
        }
        facts.name_twins();
        facts
    }

    /// Where a stretch of a channel's text stands in what was written.
    pub fn written(&self, channel: Option<&ChannelId>, range: &Range<usize>) -> Range<usize> {
        let woven = self.texts.iter().find(|(id, _)| Some(id) == channel).map(|(_, woven)| woven);
        woven.map_or(range.clone(), |woven| woven.written_range(range))
    }

    /// What holds for a channel that the post does not say itself, and where it comes from.
    pub fn told(&self, channel: &ChannelId) -> &[Told] {
        self.told.iter().find(|(id, _)| id == channel).map(|(_, told)| told.as_slice()).unwrap_or_default()
    }

    /// The text of a channel whose words a template surrounds, and where that comes from.
    pub fn templated(&self, channel: &ChannelId) -> Option<(&str, &Told)> {
        let told = self.told(channel).iter().find(|told| told.name == "post_text" && told.origin != Origin::Post)?;
        let (_, variant) = self.variants.iter().find(|(id, _)| id == channel)?;
        Some((&variant.text, told))
    }

    /// A text without that problem, of the channel that minds, where there is a way that is safe.
    pub fn mended(&self, found: &Found, shared: &Shared) -> Option<(&Variant, Remedy)> {
        let (_, variant) = self.variants.iter().find(|(id, _)| Some(id) == found.channel.as_ref())?;
        Some((variant, remedy_in(&found.problem, variant, shared.rules.of_variant(variant)?)?))
    }

    /// Takes what the providers said, in the place of what they had said before.
    pub fn hear(&mut self, problems: &[Problem]) {
        self.problems.retain(|found| !found.heard);
        // What was known before they were asked is not said twice.
        let is_known = |said: &Problem| {
            let same = |found: &Found| found.problem.code == said.code && found.problem.words == said.words;
            let minds = |found: &Found| said.channel.as_ref().is_none_or(|said| found.channels().any(|id| id == said));
            self.problems.iter().any(|found| same(found) && minds(found))
        };
        let of = |said: &Problem| Found { channel: said.channel.clone(), ..Found::of_all(said.clone()) };
        let heard = |said: &Problem| Found { heard: true, ..of(said) };
        let heard: Vec<Found> = problems.iter().filter(|said| !is_known(said)).map(heard).collect();
        self.problems.extend(heard);
        let offers = &self.channels;
        let network = |id: &ChannelId| offers.iter().find(|offer| offer.channel == *id).map(|it| it.network.clone());
        self.problems = said_once(std::mem::take(&mut self.problems), network);
        self.problems.sort_by_key(|found| std::cmp::Reverse((found.problem.code == FAILED, found.problem.severity)));
        for counter in &mut self.counters {
            counter.worst = worst_of(&self.problems, &counter.channel);
        }
    }

    fn name_twins(&mut self) {
        let marks: Vec<String> = self.counters.iter().map(|counter| counter.mark.clone()).collect();
        for counter in &mut self.counters {
            if marks.iter().filter(|mark| **mark == counter.mark).count() > 1 {
                counter.name = format!("{} {}", counter.mark, truncate(&one_line(&counter.label), 12));
            }
        }
    }

    fn counter(&self, post: &Post, channel: &ChannelId, shared: &Shared, board: &Board) -> Counter {
        let known = board.channel(channel);
        let variant = self.variants.iter().find(|(id, _)| id == channel).map(|(_, variant)| variant);
        let measured = variant.and_then(|v| Some(measure_of(v, shared.rules.of_variant(v)?)));
        Counter {
            channel: channel.clone(),
            mark: known.map_or("?".into(), |known| known.network.mark().to_owned()),
            label: known.map_or(channel.as_str(), |known| known.label()).to_owned(),
            name: known.map_or("?".into(), |known| known.network.mark().to_owned()),
            measure: measured,
            estimate: None,
            worst: worst_of(&self.problems, channel),
            dressed: dress_words(self.told(channel)),
            detached: post.targets.iter().any(|target| target.channel == *channel && target.text.is_some()),
        }
    }

    /// The open tab changed: highlights, differences and preview are those of its text.
    pub fn retab(&mut self, post: &Post, tab: usize, shared: &Shared) {
        let target = tab.checked_sub(1).and_then(|at| post.targets.get(at));
        let own = target.and_then(|target| target.text.as_deref());
        self.diff = own.filter(|own| own.len() <= TOO_MUCH).map(|own| diff::lines(&post.body, own)).unwrap_or_default();
        // The base shows as the first channel that follows it.
        let follows = || post.targets.iter().position(|target| target.text.is_none());
        self.shown = tab.checked_sub(1).or_else(follows).or((!post.targets.is_empty()).then_some(0));
        let mirrored =
            |at: usize| tab == at + 1 || (tab == 0 && post.targets.get(at).is_some_and(|t| t.text.is_none()));
        self.highlights = self.highlighted(post, tab, &mirrored, shared);
        self.preview = None;
    }

    fn highlighted(
        &self,
        post: &Post,
        tab: usize,
        mirrored: &dyn Fn(usize) -> bool,
        shared: &Shared,
    ) -> Vec<(Range<usize>, Role)> {
        let mut marks = Vec::new();
        let shown = self.shown.filter(|at| mirrored(*at)).and_then(|at| post.targets.get(at));
        let variant = shown.and_then(|target| self.variants.iter().find(|(id, _)| *id == target.channel));
        if let Some((_, variant)) = variant
            && let Some(rules) = shared.rules.of_variant(variant)
        {
            let found = entities(&variant.text, rules).into_iter();
            let place = |range: &Range<usize>| match tab {
                // The base shows what was written, a channel's own tab what it comes to.
                0 => shown.map_or(range.clone(), |target| self.written(Some(&target.channel), range)),
                _ => range.clone(),
            };
            marks.extend(found.map(|entity| (place(&entity.span), role(entity.kind))));
            marks.retain(|(range, _)| !range.is_empty());
        }
        let counters = self.counters.iter().enumerate().filter(|(at, _)| mirrored(*at));
        let over = counters.filter_map(|(_, counter)| {
            let at = counter.measure.as_ref()?.overflow_at?;
            Some(if tab == 0 { self.written(Some(&counter.channel), &(at..at)).start } else { at })
        });
        let over = over.min();
        marks.extend(over.map(|at| (at..usize::MAX, Role::Bad)));
        marks
    }

    /// Computes the preview for so many columns and rows, unless that was done.
    pub fn settle_preview(&mut self, (width, height): (u16, u16), shared: &Shared) {
        let settled = (width, height, shared.pictures.cell());
        if width == 0 || (self.preview.is_some() && self.settled == settled) {
            return;
        }
        self.settled = settled;
        self.preview = self.shown.and_then(|at| {
            let (_, variant) =
                self.variants.iter().find(|(id, _)| Some(id) == self.counters.get(at).map(|c| &c.channel))?;
            let rules = shared.rules.of_variant(variant)?;
            let mut preview = self::preview(variant, rules, width);
            // Where the network folds, the words for it need room on their row.
            let wide = |line: &PreviewLine| line.spans.iter().map(|span| cells(&span.text)).sum::<usize>();
            let room = usize::from(width.saturating_sub(FOLD));
            if preview.lines.iter().enumerate().any(|(at, line)| preview.folds_after(at) && wide(line) > room) {
                preview = self::preview(variant, rules, width.saturating_sub(FOLD).max(1));
            }
            let spots = spots(&preview, &variant.media, rules.gallery, settled);
            let tile = |cell| pictures::tiles(&variant.media, &spots, cell);
            let tiles = settled.2.map(tile).unwrap_or_default();
            Some(Shown { place: at + 1, preview, spots, tiles })
        });
    }

    /// How many of a severity were found.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|found| found.problem.severity == severity).count()
    }
}

/// Why it failed, in the words of whoever refused it, channel by channel; nothing of what says something else by now.
fn failures(post: &Post, original: &Post) -> Vec<Found> {
    let same = |target: &Target| {
        let was = original.targets.iter().find(|was| was.channel == target.channel);
        let whole = |post: &Post| (post.title.clone(), post.options.clone(), post.first_comment.clone());
        was.is_some_and(|was| {
            post.text_for(target) == original.text_for(was)
                && post.media_for(target) == original.media_for(was)
                && target.extras == was.extras
                && post.styling == original.styling
                && whole(post) == whole(original)
        })
    };
    let why = |target: &Target| match &target.outcome {
        Outcome::Refused(refusal) if !refusal.dismissed && same(target) => {
            let words = format!("it failed: {}", refusal.words);
            Some(Found::on(&target.channel, Problem::warning(FAILED, Place::Post, words, refusal.likely())))
        }
        _ => None,
    };
    post.targets.iter().filter_map(why).collect()
}

/// The worst that was found about one channel.
fn worst_of(problems: &[Found], channel: &ChannelId) -> Option<Severity> {
    let concerns = |found: &&Found| found.channels().any(|id| id == channel);
    problems.iter().filter(concerns).map(|found| found.problem.severity).max()
}

/// `style announcement`, `style blog, cut`, `default of X`.
fn dress_words(told: &[Told]) -> Option<String> {
    let of = |name: &str| told.iter().find(|told| told.name == name && told.origin != Origin::Post);
    let words = [of("post_text").map(|told| told.origin.words()), of("cut_post_text").map(|_| "cut".to_owned())];
    let words: Vec<String> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// `announcement: x fb · default of Bluesky: bs`: on which networks each of them has a say.
fn in_words(post: &Post, dressed: Option<&Dressed>, board: &Board) -> Option<String> {
    let name = post.styling.style.as_deref().map(one_line);
    let link = post.styling.link.as_deref().map(|link| format!("link {}", one_line(link)));
    let mut held: Vec<(String, Vec<&str>)> = Vec::new();
    for (channel, told) in dressed.into_iter().flat_map(|dressed| &dressed.told) {
        let mark = board.channel(channel).map_or("?", |channel| channel.network.mark());
        for told in told.iter().filter(|told| told.origin != Origin::Post) {
            let origin = match &told.origin {
                Origin::Style(name) => one_line(name),
                other => other.words(),
            };
            match held.iter_mut().find(|(words, _)| *words == origin) {
                Some((_, marks)) if marks.contains(&mark) => {}
                Some((_, marks)) => marks.push(mark),
                None => held.push((origin, vec![mark])),
            }
        }
    }
    let held = held.into_iter().map(|(origin, marks)| format!("{origin}: {}", marks.join(" ")));
    let heard: Vec<String> = held.collect();
    let name = name.filter(|name| !heard.iter().any(|words| words.starts_with(&format!("{name}: "))));
    let name = name.map(|name| format!("{name}: nowhere here"));
    let words: Vec<String> = name.into_iter().chain(heard).chain(link).collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

fn beside(post: &Post, variants: &[(ChannelId, Variant)], problems: &[Found]) -> Option<String> {
    let set = variants.iter().map(|(_, variant)| variant.options.iter().count()).sum::<usize>();
    let missing = problems.iter().filter(|found| matches!(found.problem.code.as_str(), "option-required")).count();
    let comment = post.first_comment.is_some() || variants.iter().any(|(_, variant)| variant.first_comment.is_some());
    let words = [
        (set > 0).then(|| format!("{set} set")),
        (missing > 0).then(|| format!("{missing} to be answered")),
        comment.then(|| "first comment".to_owned()),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

/// The places of the attachments between the text and what stands below it, as the network arranges them and as high as
/// there is room; none where there is hardly any. One alone has a place only where its picture shows.
fn spots(
    preview: &Preview,
    media: &[Media],
    gallery: Gallery,
    (width, height, cell): (u16, u16, Option<(u16, u16)>),
) -> Vec<Spot> {
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let shown = cell.is_some() && media.iter().any(pictures::can_show);
    let most = match media.len() {
        0 => return Vec::new(),
        1 if !shown => return Vec::new(),
        1 => MOST_ROWS,
        _ if !shown => WORDS_ROWS,
        _ if gallery == Gallery::Strip => MOST_ROWS,
        _ => GRID_ROWS,
    };
    let words = rows(preview.lines.len() + media.len()).saturating_add(HEADING + BELOW);
    let room = height.saturating_sub(words).min(most);
    if room < LEAST_ROWS {
        return Vec::new();
    }
    let mut spots = grid::spots(media.len(), gallery, cell.filter(|_| shown), (width.min(WIDEST), room));
    for spot in &mut spots {
        spot.area.y += rows(preview.media_at).saturating_add(HEADING);
    }
    spots
}

fn wants_title(variants: &[(ChannelId, Variant)], shared: &Shared) -> bool {
    variants.iter().any(|(_, v)| shared.rules.of_variant(v).is_some_and(|rules| rules.title.is_some()))
}

fn offers(post: &Post, board: &Board) -> Vec<Offer> {
    use crate::domain::channel::Health;
    let trouble = |health: &Health| match health {
        Health::Ok | Health::Expiring { .. } => None,
        Health::Cooling { .. } => Some("has to wait".to_owned()),
        Health::Degraded { words } => Some(words.clone()),
        Health::Reconnect { words } => Some(format!("reconnect: {words}")),
        Health::Disabled { words } => Some(format!("disabled: {words}")),
    };
    let mut offers: Vec<Offer> = State::offered(post, board)
        .map(|channel| Offer {
            channel: channel.id.clone(),
            account: channel.account.clone(),
            network: channel.network.clone(),
            label: channel.label().to_owned(),
            chosen: post.targets.iter().any(|target| target.channel == channel.id),
            trouble: if channel.gone { Some("gone at the provider".into()) } else { trouble(&channel.health) },
        })
        .collect();
    // A target of a channel nobody knows can at least be taken out.
    offers.extend(post.targets.iter().filter(|target| board.channel(&target.channel).is_none()).map(|target| Offer {
        channel: target.channel.clone(),
        account: target.account(),
        network: Network::from_word("?"),
        label: target.channel.as_str().to_owned(),
        chosen: true,
        trouble: Some("gone at the provider".into()),
    }));
    offers
}

fn role(kind: EntityKind) -> Role {
    match kind {
        EntityKind::Link => Role::Link,
        EntityKind::Mention | EntityKind::List => Role::Mention,
        EntityKind::Hashtag | EntityKind::Cashtag => Role::Hashtag,
    }
}
