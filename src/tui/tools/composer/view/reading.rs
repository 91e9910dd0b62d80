//! What readers will see, and how long it is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Canvas;
use crate::domain::ids::ChannelId;
use crate::domain::media::Media;
use crate::domain::problem::Severity;
use crate::text::clean::one_line;
use crate::text::{options, preview, style};
use crate::tui::grid::Spot;
use crate::tui::pictures::Tile;
use crate::tui::theme::Role;
use crate::tui::tools::composer::facts::Counter;
use crate::tui::widgets::frame::note_fits;
use crate::tui::widgets::{cells, moment, panel};

/// The cells of a meter.
const METER: usize = 10;

impl Canvas<'_> {
    pub(super) fn preview(&self, buf: &mut Buffer) {
        let facts = &self.state.facts;
        let shown = facts.preview.as_ref();
        let counter = shown.and_then(|shown| facts.counters.get(shown.place - 1));
        let at = shown.map(|shown| format!("  ◂ {}/{} ▸", shown.place, facts.counters.len())).unwrap_or_default();
        let fits = |place: &String| note_fits("Preview", cells::width(place), self.places.preview_box.width);
        let whole = counter.map(|c| format!("{} {}{at}", c.mark, one_line(&c.label))).filter(fits);
        let place = whole.or_else(|| counter.map(|c| format!("{}{at}", c.mark))).unwrap_or_default();
        panel::boxed(self.places.preview_box, buf, self.theme, "Preview", &place, false);
        let area = self.places.preview;
        let Some(shown) = shown else {
            let words =
                if facts.counters.is_empty() { "no channel is chosen yet: Tab, then Space" } else { "no preview" };
            panel::line(area, 0, buf, &[(words, self.style(Role::Muted))]);
            return;
        };
        let by = format!("{} · {}", counter.map(|c| one_line(&c.label)).unwrap_or_default(), self.preview_time());
        panel::line(area, 0, buf, &[(&by, self.style(Role::Muted))]);
        let rows = self.preview_rows(&shown.preview, counter.map(|counter| &counter.channel));
        for (row, parts) in (1..area.height).zip(&rows) {
            let parts: Vec<(&str, Style)> =
                parts.iter().map(|(text, role)| (text.as_str(), self.style(*role))).collect();
            panel::line(area, row, buf, &parts);
        }
        let variants = &facts.variants;
        let variant = counter.and_then(|counter| variants.iter().find(|(id, _)| *id == counter.channel));
        self.grid(variant.map(|(_, variant)| variant.media.as_slice()).unwrap_or_default(), buf);
        if rows.len() >= usize::from(area.height) && area.height > 1 {
            panel::right(area, area.height - 1, buf, " and more ", self.style(Role::Key), area.x);
        }
    }

    fn preview_time(&self) -> String {
        let time = |schedule: crate::domain::schedule::Schedule| {
            moment::plain(schedule.instant(), self.shared.now, self.shared)
        };
        let post = &self.state.post;
        let shown = self.state.facts.preview.as_ref().and_then(|shown| post.targets.get(shown.place - 1));
        shown.map_or(post.schedule, |target| post.schedule_for(target)).map_or("now".into(), time)
    }

    /// The lines of the preview; what the feed hides is muted, below a mark.
    fn preview_rows(&self, shown: &preview::Preview, channel: Option<&ChannelId>) -> Vec<Vec<(String, Role)>> {
        let mut rows = Vec::new();
        for (at, line) in shown.lines.iter().enumerate() {
            let hidden = shown.hides(at);
            let mut parts: Vec<(String, Role)> = line
                .spans
                .iter()
                .map(|span| (span.text.clone(), if hidden { Role::Muted } else { preview_role(span.role) }))
                .collect();
            if shown.folds_after(at) {
                parts.push((" …more".into(), Role::Key));
            }
            rows.push(parts);
        }
        let variants = &self.state.facts.variants;
        let variant = variants.iter().find(|(id, _)| Some(id) == channel).map(|(_, variant)| variant);
        let media = variant.map(|variant| variant.media.as_slice()).unwrap_or_default();
        let places = self.spots().iter();
        let top = places.clone().map(|spot| spot.area.y).min().unwrap_or(0);
        let hanging = places.map(|spot| usize::from(spot.area.bottom() - top)).max().unwrap_or(0);
        let captions = media.iter().enumerate().flat_map(|(at, item)| self.caption(at, item));
        let attached = std::iter::repeat_n(Vec::new(), hanging).chain(captions);
        let at = shown.media_at.min(rows.len());
        rows.splice(at..at, attached);
        if let Some(host) = &shown.card {
            rows.push(vec![(format!("[card] {host}"), Role::Link)]);
        }
        if let Some(why) = &shown.no_card {
            rows.push(vec![(format!("no card: {why}"), Role::Muted)]);
        }
        let told = variant.map(options::summary).unwrap_or_default();
        rows.extend(told.into_iter().map(|words| vec![(one_line(&words), Role::Muted)]));
        let told = channel.map(|channel| style::told(self.state.facts.told(channel))).unwrap_or_default();
        if !told.is_empty() {
            rows.push(vec![(one_line(&told), Role::Muted)]);
        }
        rows
    }

    /// The places of the attachments, unless there is one alone and no picture of it.
    fn spots(&self) -> &[Spot] {
        let shown = self.state.facts.preview.as_ref();
        match shown.map(|shown| shown.spots.as_slice()).unwrap_or_default() {
            [one] if !self.hangs(one.of) => &[],
            spots => spots,
        }
    }

    /// Whether a picture of that attachment is drawn, by whoever owns the terminal, or will be.
    fn hangs(&self, of: usize) -> bool {
        let tile = self.tiles().iter().find(|tile| tile.of == of);
        tile.is_some_and(|tile| !matches!(self.shared.pictures.state(&tile.wish), Some(Err(_))))
    }

    /// Words where no picture hangs, and how many more there are.
    fn grid(&self, media: &[Media], buf: &mut Buffer) {
        let area = self.places.preview;
        for spot in self.spots() {
            let (x, y) = (area.x.saturating_add(spot.area.x), area.y.saturating_add(spot.area.y));
            let place = Rect { x, y, ..spot.area };
            let Some(item) = media.get(spot.of).filter(|_| place.intersection(area) == place) else { continue };
            let (field, muted) = (self.style(Role::Field), self.style(Role::Muted));
            if !self.hangs(spot.of) {
                buf.set_style(place, field);
                let number = format!(" {} {}", spot.of + 1, item.kind.word());
                panel::line(place, 0, buf, &[(&number, field)]);
                panel::line(place, 1, buf, &[(" ", field), (&one_line(item.called()), field.patch(muted))]);
            }
            if spot.more > 0 {
                panel::line(place, place.height - 1, buf, &[(&format!(" +{}", spot.more), self.style(Role::Key))]);
            }
        }
    }

    fn tiles(&self) -> &[Tile] {
        self.state.facts.preview.as_ref().map(|shown| shown.tiles.as_slice()).unwrap_or_default()
    }

    /// One attachment in words: what it is, what people hear who cannot see it, and why there is no picture of it.
    fn caption(&self, at: usize, item: &Media) -> Vec<Vec<(String, Role)>> {
        let what = (format!("[{}] {} · ", item.kind.word(), one_line(item.called())), Role::Muted);
        let heard = match item.alt.trim() {
            "" => ("no ALT text".into(), Role::Muted),
            alt => (format!("ALT: {}", one_line(alt)), Role::Text),
        };
        let tile = self.tiles().iter().find(|tile| tile.of == at);
        let why = tile.and_then(|tile| self.shared.pictures.state(&tile.wish)?.as_ref().err());
        let why = why.map(|why| vec![(format!("no picture: {}", one_line(why)), Role::Warn)]);
        std::iter::once(vec![what, heard]).chain(why).collect()
    }

    pub(super) fn counters(&self, buf: &mut Buffer) {
        let counters = &self.state.facts.counters;
        let names = counters.iter().map(|c| cells::width(&c.name)).max().unwrap_or(0);
        let column = counters.iter().map(|c| figures(c).len()).max().unwrap_or(0);
        for (row, counter) in (0..self.places.counters.height).zip(counters) {
            let role = counter_role(counter);
            let full = counter.measure.as_ref().map_or(0, |m| (m.permille() * METER).div_ceil(1000).min(METER));
            let [filled, empty] = self.theme.glyphs.meter;
            let meter = [filled.to_string().repeat(full), empty.to_string().repeat(METER - full)];
            let muted = self.style(Role::Muted);
            panel::line(
                self.places.counters,
                row,
                buf,
                &[
                    (&panel::padded(&counter.name, names + 2), self.style(Role::Text)),
                    (&format!("{:<column$}  ", figures(counter)), self.style(role)),
                    (&meter[0], self.style(role)),
                    (&meter[1], self.style(Role::Border)),
                    (&format!("  {} ", self.verdict(counter)), self.style(verdict_role(counter))),
                    (&self.counter_note(counter), muted),
                ],
            );
        }
    }

    fn counter_note(&self, counter: &Counter) -> String {
        let Some(measure) = &counter.measure else { return String::new() };
        let over = (measure.left() < 0).then(|| format!("+{} {}", -measure.left(), measure.unit.word()));
        let bytes = measure
            .bytes
            .filter(|(used, limit)| used * 2 > *limit)
            .map(|(used, limit)| format!("{used}/{limit} bytes"));
        let of = self.state.network_of(&counter.channel).filter(|of| self.state.followers(of) > 1);
        let own = of.map_or_else(|| "own text".to_owned(), |of| format!("{}'s text", of.name()));
        let own = counter.detached.then_some(own);
        [over, bytes, measure.note.clone(), own, counter.dressed.clone()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    }

    pub(super) fn verdict(&self, counter: &Counter) -> char {
        match counter.worst {
            Some(Severity::Blocker) => self.theme.glyphs.cross,
            Some(Severity::Warning) => self.theme.glyphs.warn,
            _ => self.theme.glyphs.check,
        }
    }
}

pub(super) fn figures(counter: &Counter) -> String {
    match &counter.measure {
        Some(measure) => format!("{}/{}", measure.count, measure.limit),
        None => counter.estimate.map_or("-".into(), |(count, limit)| format!("~{count}/{limit}")),
    }
}

/// A text may fit and its channel still be unable to post.
pub(super) fn verdict_role(counter: &Counter) -> Role {
    match counter.worst {
        Some(Severity::Blocker) => Role::Bad,
        Some(Severity::Warning) => Role::Warn,
        _ => counter_role(counter),
    }
}

pub(super) fn counter_role(counter: &Counter) -> Role {
    match &counter.measure {
        Some(measure) if measure.left() < 0 || measure.overflow_at.is_some() => Role::Bad,
        Some(measure) if measure.permille() > 900 => Role::Warn,
        Some(_) => Role::Good,
        None if counter.estimate.is_some_and(|(count, limit)| count > limit) => Role::Bad,
        None => Role::Muted,
    }
}

fn preview_role(role: preview::Role) -> Role {
    match role {
        preview::Role::Plain => Role::Text,
        preview::Role::Link => Role::Link,
        preview::Role::Mention => Role::Mention,
        preview::Role::Hashtag => Role::Hashtag,
        preview::Role::Muted => Role::Muted,
    }
}
