//! Twins of refused duplicates: posts on the same channel that say already what was refused. One that is live can be
//! linked: the refused part then counts as out, as that post at the provider, and nothing is sent.
//!
//! Both posts stay: the twin keeps its own record and remains the one that the provider's post belongs to, so that a
//! later sync speaks of the twin alone. The linked one names the same post at the provider, and is not made anew.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::ids::{ChannelId, PostId, RemoteId};
use super::outcome::{Cause, Outcome, Refusal, State};
use super::post::{Post, Target};
use super::thread::folded;

/// How much of a text a sentence quotes, in characters.
const HEADLINE: usize = 40;

/// A shorter id in a sentence may be any number.
const SHORTEST_ID: usize = 6;

/// A post on the channel of a refused duplicate that says what was refused, or that the refusal names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Our name for it.
    pub post: PostId,
    /// The channel of both.
    pub channel: ChannelId,
    /// It at the provider.
    pub remote: RemoteId,
    /// How it begins.
    pub headline: String,
    /// When it went out, or goes out.
    pub at: Option<DateTime<Utc>>,
    /// Where it can be seen.
    pub url: Option<String>,
    /// Whether it is out; else it waits for its time, or is just going.
    pub live: bool,
    /// Whether it says the very same; else the refusal names it.
    pub equal: bool,
}

/// What is known about one refused duplicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The channel that refused.
    pub channel: ChannelId,
    /// Its twins, the likeliest first.
    pub twins: Vec<Twin>,
}

impl Finding {
    /// The twin that can be linked.
    pub fn live(&self) -> Option<&Twin> {
        self.twins.iter().find(|twin| twin.live)
    }

    /// What was found and what to do next in one sentence, for wherever a person is; with moments as `moment` writes them.
    pub fn words(&self, moment: impl Fn(DateTime<Utc>) -> String) -> String {
        let place = if self.live().is_some() { "in the failed queue " } else { "" };
        format!("{}; {place}{}", self.told(|twin| twin.at.map(moment)), self.next())
    }

    /// What to do next.
    pub fn next(&self) -> &'static str {
        match (self.live(), self.twins.first()) {
            (Some(_), _) => "a links it, and nothing is sent",
            (None, Some(_)) => "x dismisses this one, or e changes the text",
            (None, None) => "e changes the text, or x dismisses it",
        }
    }

    /// The likeliest twin: one that is live, else one that is on its way.
    pub fn likeliest(&self) -> Option<&Twin> {
        self.live().or(self.twins.first())
    }

    /// What was found, and where it can be seen.
    pub fn said(&self, moment: impl Fn(DateTime<Utc>) -> String) -> String {
        self.told(|twin| Some(twin.place(moment)))
    }

    fn told(&self, place: impl FnOnce(&Twin) -> Option<String>) -> String {
        let Some(twin) = self.likeliest() else {
            return "no live post with this text was found on that channel".into();
        };
        let what = match (twin.live, twin.equal) {
            (true, true) => "the same text is live",
            (true, false) => "the refusal names a post that is live, in other words",
            (false, true) => "the same text is still to go out",
            (false, false) => "the refusal names a post that is still to go out",
        };
        let more = match self.twins.iter().filter(|other| other.live == twin.live).count() {
            0 | 1 => String::new(),
            count => format!(", and {} more", count - 1),
        };
        let place = place(twin).map(|place| format!(", {place}")).unwrap_or_default();
        format!("{what}: “{}”{place}{more}", twin.headline)
    }
}

impl Twin {
    /// When it went out, or goes out, and where it can be seen; its id where nobody tells.
    pub fn place(&self, moment: impl Fn(DateTime<Utc>) -> String) -> String {
        let parts: Vec<String> = self.at.map(moment).into_iter().chain(self.url.clone()).collect();
        if parts.is_empty() { self.remote.to_string() } else { parts.join(", ") }
    }
}

/// The refusal of a duplicate that was not put away.
pub fn refusal(target: &Target) -> Option<&Refusal> {
    match &target.outcome {
        Outcome::Refused(refusal) if refusal.cause == Cause::Duplicate && !refusal.dismissed => Some(refusal),
        _ => None,
    }
}

/// The parts of `post` that were refused as duplicates.
pub fn duplicates(post: &Post) -> impl Iterator<Item = &Target> {
    post.targets.iter().filter(|target| refusal(target).is_some())
}

/// The twins of `target`, a part of `post`, among `others`: on its very channel, out or on their way.
pub fn find(post: &Post, target: &Target, others: &[Arc<Post>], now: DateTime<Utc>) -> Finding {
    let words = refusal(target).map_or("", |refusal| refusal.words.as_str());
    let said = folded(post.text_for(target));
    let mut found: Vec<(bool, Twin)> = Vec::new();
    for other in others.iter().filter(|other| other.id != post.id) {
        let there = other.targets.iter().filter(|each| each.channel == target.channel && each.remote != target.remote);
        for each in there {
            let named = is_named(words, each);
            // Pictures without a word say nothing that could be compared.
            let equal = !said.is_empty() && folded(other.text_for(each)) == said;
            found.extend(twin(other, each, equal, now).filter(|_| named || equal).map(|twin| (named, twin)));
        }
    }
    let refused_at = refusal(target).and_then(|refusal| refusal.at).or(post.instant()).unwrap_or(now);
    let distance = |twin: &Twin| twin.at.map_or(TimeDelta::MAX, |at| (at - refused_at).abs());
    found.sort_by_key(|(named, twin)| (!named, !twin.live, distance(twin), twin.post));
    let mut twins: Vec<Twin> = Vec::new();
    for (_, twin) in found {
        // One that was linked itself names the same post at the provider.
        if !twins.iter().any(|known| known.remote == twin.remote) {
            twins.push(twin);
        }
    }
    Finding { channel: target.channel.clone(), twins }
}

/// `other` as a twin on the channel of `target`; nothing where it is neither out nor on its way at the provider.
fn twin(other: &Post, target: &Target, equal: bool, now: DateTime<Utc>) -> Option<Twin> {
    let due = other.schedule_for(target).map(|schedule| schedule.instant());
    let (live, at, url) = match (&target.outcome, other.target_state(target, now)) {
        (Outcome::Published { url, at }, _) => (true, at.or(due), url.clone()),
        (_, State::Scheduled | State::Publishing) => (false, due, None),
        _ => return None,
    };
    Some(Twin {
        post: other.id,
        channel: target.channel.clone(),
        remote: target.remote.clone()?,
        headline: shortened(other.headline()),
        at,
        url,
        live,
        equal,
    })
}

fn shortened(headline: &str) -> String {
    let short: String = headline.chars().take(HEADLINE).collect();
    if short.len() < headline.len() { format!("{}…", short.trim_end()) } else { short }
}

/// `post` with its part on the twin's channel linked to the twin; nothing where no duplicate was refused there, or the
/// twin is not live.
pub fn linked(post: &Post, twin: &Twin) -> Option<Post> {
    let mut post = post.clone();
    let mut targets = post.targets.iter_mut();
    let target = targets.find(|target| target.channel == twin.channel && refusal(target).is_some())?;
    twin.live.then_some(())?;
    target.outcome = Outcome::Published { url: twin.url.clone(), at: twin.at };
    target.remote = Some(twin.remote.clone());
    Some(post)
}

/// Whether the words of a refusal name what `target` is at the provider, its address, or its id at the network.
fn is_named(words: &str, target: &Target) -> bool {
    let url = match &target.outcome {
        Outcome::Published { url: Some(url), .. } => url.trim_end_matches('/'),
        _ => "",
    };
    let at_network = url.rsplit('/').next().filter(|id| id.contains(|c: char| c.is_ascii_digit())).unwrap_or_default();
    let ids = [target.remote.as_ref().map_or("", |remote| remote.as_str()), url, at_network];
    ids.iter().any(|id| id.chars().count() >= SHORTEST_ID && stands_alone(words, id))
}

/// Whether `id` stands in `words`, and not within another one.
fn stands_alone(words: &str, id: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    words.match_indices(id).any(|(at, _)| {
        let before = words.get(..at).and_then(|text| text.chars().next_back());
        let after = words.get(at + id.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(joins) && !after.is_some_and(joins)
    })
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::ids::IdSource;
    use crate::domain::post::Wish;
    use crate::domain::schedule::Schedule;

    const SAID: &str = "DUPLICATE_POST: same text as one published recently.";

    struct Town {
        ids: IdSource,
        now: DateTime<Utc>,
    }

    impl Town {
        fn new() -> Self {
            Self { ids: IdSource::seeded(4), now: DateTime::UNIX_EPOCH + TimeDelta::days(400) }
        }

        /// A post on `channel`, `hours` from now.
        fn post(&self, channel: &str, hours: i64, outcome: Outcome, remote: Option<&str>) -> Post {
            let at = self.now + TimeDelta::hours(hours);
            let mut post = Post::draft(self.ids.post(self.now), at);
            post.body = "Said once\r\n".into();
            post.wish = Wish::Schedule;
            post.schedule = Some(Schedule::at(at, Tz::UTC));
            let mut target = Target::new(ChannelId::new(channel));
            (target.outcome, target.remote) = (outcome, remote.map(RemoteId::new));
            post.targets = vec![target];
            post
        }

        fn refused(&self, words: &str) -> Post {
            let refusal = Refusal::new(Cause::Duplicate, words, Some(self.now));
            Post { body: "Said once".into(), ..self.post("acme/li", 0, Outcome::Refused(refusal), Some("mine-0001")) }
        }

        fn live(&self, channel: &str, hours: i64, remote: &str) -> Post {
            let url = format!("https://li.example/posts/urn:share:71411{remote}");
            let at = Some(self.now + TimeDelta::hours(hours));
            self.post(channel, hours, Outcome::Published { url: Some(url), at }, Some(remote))
        }

        fn find(&self, post: &Post, others: &[Post]) -> Finding {
            let others: Vec<_> = others.iter().cloned().map(Arc::new).collect();
            find(post, &post.targets[0], &others, self.now)
        }
    }

    fn remotes(finding: &Finding) -> Vec<&str> {
        finding.twins.iter().map(|twin| twin.remote.as_str()).collect()
    }

    #[test]
    fn a_twin_says_the_same_on_the_very_channel_and_is_out_or_on_its_way() {
        let town = Town::new();
        let refused = town.refused(SAID);
        let elsewhere = town.live("acme/x", -1, "r-elsewhere");
        let same_name_at_another_account = town.live("other/li", -1, "r-account");
        let other_words = Post { body: "Said otherwise".into(), ..town.live("acme/li", -1, "r-words") };
        let failed = town.refused(SAID);
        let never_sent = town.post("acme/li", 5, Outcome::NotSent, None);
        let draft = Post { wish: Wish::Draft, ..town.post("acme/li", 5, Outcome::Accepted, Some("r-draft")) };
        let itself = Post { body: "Said once".into(), ..refused.clone() };
        let none = [elsewhere, same_name_at_another_account, other_words, failed, never_sent, draft, itself];
        assert_eq!(town.find(&refused, &none).twins, []);
        let waiting = town.post("acme/li", 5, Outcome::Accepted, Some("r-waiting"));
        let older = town.live("acme/li", -300, "r-older");
        let finding = town.find(&refused, &[waiting, older, town.live("acme/li", -2, "r-newer")]);
        assert_eq!(remotes(&finding), ["r-newer", "r-older", "r-waiting"]);
        assert_eq!(finding.live().map(|twin| twin.remote.as_str()), Some("r-newer"));
    }

    #[test]
    fn pictures_without_a_word_are_nobody_s_twins_unless_the_refusal_names_one() {
        let town = Town::new();
        let wordless = |post: Post| Post { body: " \n".into(), ..post };
        let (first, other) =
            (wordless(town.live("acme/li", -1, "8000003")), wordless(town.live("acme/li", -2, "8000004")));
        assert_eq!(town.find(&wordless(town.refused(SAID)), &[first.clone(), other.clone()]).twins, []);
        let named = town.find(&wordless(town.refused("same as 8000004")), &[first, other]);
        assert_eq!(remotes(&named), ["8000004"]);
    }

    #[test]
    fn what_the_refusal_names_comes_first_and_only_as_a_whole_name() {
        let town = Town::new();
        let near = town.live("acme/li", -2, "8000002");
        let named = Post { body: "Tidied".into(), ..town.live("acme/li", -400, "8000001") };
        for words in [
            "same text as 8000001.",
            "see https://li.example/posts/urn:share:714118000001/ first",
            "duplicate of urn:share:714118000001",
        ] {
            let finding = town.find(&town.refused(words), &[near.clone(), named.clone()]);
            assert_eq!(remotes(&finding), ["8000001", "8000002"], "{words}");
            assert!(!finding.twins[0].equal && finding.twins[1].equal);
            let elsewhere = Post { targets: town.live("acme/x", 0, "8000001").targets, ..named.clone() };
            assert_eq!(remotes(&town.find(&town.refused(words), &[elsewhere])), [""; 0], "never of another channel");
        }
        for words in ["same text as 80000012", "same as a-8000001-b", "8000"] {
            assert_eq!(remotes(&town.find(&town.refused(words), std::slice::from_ref(&named))), [""; 0], "{words}");
        }
    }

    #[test]
    fn a_link_settles_that_channel_alone_and_only_with_what_is_live() {
        let town = Town::new();
        let mut refused = town.refused(SAID);
        refused.targets.push(Target::new(ChannelId::new("acme/x")));
        let twin = town.find(&refused, &[town.live("acme/li", -2, "r-live")]).twins.remove(0);
        let post = linked(&refused, &twin).unwrap();
        assert_eq!(post.targets[0].remote, Some(RemoteId::new("r-live")));
        assert!(matches!(&post.targets[0].outcome, Outcome::Published { url: Some(_), at: Some(_) }));
        assert_eq!(post.targets[1], refused.targets[1]);
        assert_eq!(Post { targets: Vec::new(), ..post.clone() }, Post { targets: Vec::new(), ..refused.clone() });
        assert_eq!(linked(&post, &twin), None, "it is linked already");
        assert_eq!(linked(&refused, &Twin { live: false, ..twin.clone() }), None);
        assert_eq!(linked(&refused, &Twin { channel: ChannelId::new("acme/x"), ..twin }), None);
    }

    #[test]
    fn one_post_at_the_provider_is_one_twin_however_many_are_linked_to_it() {
        let town = Town::new();
        let first = town.live("acme/li", -2, "r-live");
        let linked = Post { id: town.ids.post(town.now), ..first.clone() };
        assert_eq!(remotes(&town.find(&town.refused(SAID), &[linked, first])), ["r-live"]);
    }

    #[test]
    fn words_say_what_was_found_and_what_to_do() {
        let town = Town::new();
        let refused = town.refused("same text as 8000009");
        let moment = |at: DateTime<Utc>| at.format("%H:%M").to_string();
        let said = |others: &[Post]| town.find(&refused, others).words(moment);
        let live = town.live("acme/li", -2, "r-live");
        let next = "in the failed queue a links it, and nothing is sent";
        assert_eq!(said(std::slice::from_ref(&live)), format!("the same text is live: “Said once”, 22:00; {next}"));
        let seen = "the same text is live: “Said once”, 22:00, https://li.example/posts/urn:share:71411r-live";
        assert_eq!(town.find(&refused, std::slice::from_ref(&live)).said(moment), seen);
        assert!(said(&[live, town.live("acme/li", -9, "r-more")]).ends_with(&format!(", and 1 more; {next}")));
        let waiting = town.post("acme/li", 5, Outcome::Accepted, Some("r-waiting"));
        let to_go_out =
            "the same text is still to go out: “Said once”, 05:00; x dismisses this one, or e changes the text";
        assert_eq!(said(&[waiting]), to_go_out);
        let named = Post { body: "Tidied".into(), ..town.live("acme/li", -1, "8000009") };
        assert!(said(&[named]).starts_with("the refusal names a post that is live, in other words: “Tidied”"));
        assert!(said(&[]).contains("e changes the text, or x dismisses it"));
    }
}
