//! How one state of a post differs from another, in words: everything it asks for, and not its texts alone.

use crate::domain::ids::ChannelId;
use crate::domain::media::Media;
use crate::domain::options::{FirstComment, Options};
use crate::domain::post::{Post, Target};
use crate::domain::schedule::Schedule;

use super::diff;
use super::options::Catalog;

/// What only one side has: `-` the old one, `+` the new one; what stands beside the texts first, as it is short. Empty
/// exactly where both ask for the same in every word that is shown. `name` says how people call a channel.
pub fn differences(old: &Post, new: &Post, name: &dyn Fn(&ChannelId) -> String) -> Vec<(char, String)> {
    let mut told = Told(Vec::new());
    told.one("time", when(old), when(new));
    told.lines("channel", &channels(old, name), &channels(new, name));
    told.lines("media", &media(&old.media), &media(&new.media));
    told.lines("option", &options(&old.options), &options(&new.options));
    told.lines("first comment", &comment(old.first_comment.as_ref()), &comment(new.first_comment.as_ref()));
    told.lines("tag", &old.tags.join("\n"), &new.tags.join("\n"));
    told.one("campaign", old.campaign.clone(), new.campaign.clone());
    told.one("style", old.styling.style.clone(), new.styling.style.clone());
    told.one("link", old.styling.link.clone(), new.styling.link.clone());
    told.one("title", old.title.clone(), new.title.clone());
    told.0.extend(diff::lines(&old.body, &new.body));
    for was in &old.targets {
        if let Some(now) = new.targets.iter().find(|now| now.channel == was.channel) {
            told.target(&name(&was.channel), was, now);
        }
    }
    let fresh = Target::new(ChannelId::new(""));
    let gone = old.targets.iter().filter(|was| new.targets.iter().all(|now| now.channel != was.channel));
    gone.for_each(|was| told.target(&name(&was.channel), was, &fresh));
    let come = new.targets.iter().filter(|now| old.targets.iter().all(|was| was.channel != now.channel));
    come.for_each(|now| told.target(&name(&now.channel), &fresh, now));
    told.0
}

struct Told(Vec<(char, String)>);

impl Told {
    fn lines(&mut self, what: &str, old: &str, new: &str) {
        let found = diff::lines(old, new).into_iter();
        self.0.extend(found.map(|(side, line)| (side, format!("{what}: {line}"))));
    }

    fn one(&mut self, what: &str, old: Option<String>, new: Option<String>) {
        self.lines(what, old.as_deref().unwrap_or(""), new.as_deref().unwrap_or(""));
    }

    /// What one channel has of its own.
    fn target(&mut self, name: &str, old: &Target, new: &Target) {
        self.one(&format!("{name} time"), old.schedule.map(moment), new.schedule.map(moment));
        let own = |target: &Target| target.extras.media.as_deref().map(|own| format!("its own\n{}", media(own)));
        self.one(&format!("{name} media"), own(old), own(new));
        self.lines(&format!("{name} option"), &options(&old.extras.options), &options(&new.extras.options));
        let said = |target: &Target| comment(target.extras.first_comment.as_ref());
        self.lines(&format!("{name} first comment"), &said(old), &said(new));
        self.one(name, own_text(old), own_text(new));
    }
}

/// One that is empty differs from none.
fn own_text(target: &Target) -> Option<String> {
    target.text.clone().map(|text| if text.is_empty() { "(no words)".into() } else { text })
}

fn moment(schedule: Schedule) -> String {
    format!("{} {}", schedule.wall().format("%a %-d %b %Y %H:%M"), schedule.zone())
}

fn when(post: &Post) -> Option<String> {
    match &post.queue {
        Some(queued) => Some(format!("queue {} of {}", queued.name, queued.account)),
        None => post.schedule.map(moment),
    }
}

fn channels(post: &Post, name: &dyn Fn(&ChannelId) -> String) -> String {
    post.targets.iter().map(|target| name(&target.channel)).collect::<Vec<_>>().join("\n")
}

fn media(media: &[Media]) -> String {
    let words = |each: &Media| match each.alt.trim() {
        "" => format!("{}, no ALT", each.called()),
        alt => format!("{}, ALT \"{}\"", each.called(), alt.replace(['\n', '\r'], " ")),
    };
    media.iter().map(words).collect::<Vec<_>>().join("\n")
}

fn options(options: &Options) -> String {
    let words = |(key, value): (&str, _)| match Catalog::shipped().find(key) {
        Some(rule) => format!("{} ({key}): {}", rule.words, rule.shown(value)),
        None => format!("{key}: {}", value.words()),
    };
    options.iter().map(words).collect::<Vec<_>>().join("\n")
}

fn comment(comment: Option<&FirstComment>) -> String {
    match comment {
        None => String::new(),
        Some(comment) if comment.text.is_empty() => "(none)".into(),
        Some(comment) if comment.delay == 0 => comment.text.clone(),
        Some(comment) => format!("{}\nafter {} s", comment.text, comment.delay),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use chrono_tz::UTC;

    use super::*;
    use crate::domain::ids::{AccountName, IdSource};
    use crate::domain::media::MediaKind;
    use crate::domain::options::Value;
    use crate::domain::queue::Queued;

    fn post() -> Post {
        let now = DateTime::UNIX_EPOCH;
        let mut post = Post::draft(IdSource::seeded(1).post(now), now);
        post.body = "words".into();
        post.targets = ["a/1", "a/2"].map(|id| Target::new(ChannelId::new(id))).into();
        post.media = vec![Media::at_address("https://a.example/one.png".into(), MediaKind::Image)];
        post
    }

    type Change = (&'static str, fn(&mut Post), &'static str);

    /// One change for everything a post can ask for.
    fn changes() -> Vec<Change> {
        fn at(hours: i64) -> Option<Schedule> {
            Some(Schedule::at(DateTime::UNIX_EPOCH + TimeDelta::hours(hours), UTC))
        }
        fn said(text: &str) -> Option<FirstComment> {
            Some(FirstComment { text: text.into(), delay: 30 })
        }
        vec![
            ("text", |post| post.body = "other".into(), "other"),
            ("title", |post| post.title = Some("A head".into()), "title: A head"),
            ("time", |post| post.schedule = at(9), "time: Thu 1 Jan 1970 09:00 UTC"),
            (
                "queue",
                |post| {
                    let account = AccountName::new("a");
                    post.queue = Some(Queued { account, place: "q".into(), name: "slow".into() });
                },
                "time: queue slow of a",
            ),
            ("channel", |post| post.targets.push(Target::new(ChannelId::new("a/3"))), "channel: a/3"),
            ("media", |post| post.media.clear(), "media: one.png, no ALT"),
            ("alt", |post| post.media[0].alt = "A cup".into(), "media: one.png, ALT \"A cup\""),
            ("tags", |post| post.tags = vec!["launch".into()], "tag: launch"),
            ("campaign", |post| post.campaign = Some("autumn".into()), "campaign: autumn"),
            ("option", |post| post.options.set("tiktok.privacy", Value::Text("public".into())), "(tiktok.privacy): "),
            ("comment", |post| post.first_comment = said("below"), "first comment: below"),
            ("style", |post| post.styling.style = Some("blog".into()), "style: blog"),
            ("link", |post| post.styling.link = Some("https://a.example".into()), "link: https://a.example"),
            ("own text", |post| post.targets[0].text = Some("mine".into()), "a/1: mine"),
            ("own time", |post| post.targets[0].schedule = at(3), "a/1 time: Thu 1 Jan 1970 03:00 UTC"),
            ("own media", |post| post.targets[1].extras.media = Some(Vec::new()), "a/2 media: its own"),
            ("own comment", |post| post.targets[1].extras.first_comment = said("there"), "a/2 first comment: there"),
            (
                "own option",
                |post| post.targets[1].extras.options.set("x.replies", Value::Text("verified".into())),
                "a/2 option: ",
            ),
        ]
    }

    #[test]
    fn whatever_a_post_asks_for_shows_when_it_differs() {
        let name = |id: &ChannelId| id.to_string();
        let old = post();
        assert!(old.asks_the_same(&old.clone()) && differences(&old, &old, &name).is_empty());
        for (what, change, words) in changes() {
            let mut new = old.clone();
            change(&mut new);
            assert!(!old.asks_the_same(&new), "{what}");
            let told = differences(&old, &new, &name);
            assert!(told.iter().any(|(_, line)| line.contains(words)), "{what}: {told:?}");
            let back = differences(&new, &old, &name);
            assert_eq!(told.len(), back.len(), "{what}: {told:?} {back:?}");
        }
        let mut moved = Post { pending: true, number: Some(2), ..old.clone() };
        moved.updated_at += TimeDelta::hours(1);
        assert!(old.asks_the_same(&moved), "what became of it is no wish");
    }
}
