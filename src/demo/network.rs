//! What the simulated networks insist on: lengths, media, and how they word a refusal.

use unicode_segmentation::UnicodeSegmentation as _;

use super::records::SimError;

/// A network as the simulators know it.
struct Network {
    /// The word on the wire.
    slug: &'static str,
    name: &'static str,
    /// The longest text it takes, counted as [`length`] does.
    limit: usize,
    needs_media: bool,
}

const fn network(slug: &'static str, name: &'static str, limit: usize, needs_media: bool) -> Network {
    Network { slug, name, limit, needs_media }
}

const NETWORKS: &[Network] = &[
    network("twitter", "X", 280, false),
    network("linkedin", "LinkedIn", 3_000, false),
    network("bluesky", "Bluesky", 300, false),
    network("threads", "Threads", 500, false),
    network("instagram", "Instagram", 2_200, true),
    network("pinterest", "Pinterest", 800, true),
    network("facebook", "Facebook", 63_206, false),
    network("tiktok", "TikTok", 2_200, true),
    network("mastodon", "Mastodon", 500, false),
    network("youtube", "YouTube", 5_000, true),
    network("telegram", "Telegram", 4_096, false),
    network("googlebusiness", "Google Business", 1_500, false),
    network("google_business", "Google Business", 1_500, false),
    network("reddit", "Reddit", 40_000, false),
    network("snapchat", "Snapchat", 160, true),
    network("discord", "Discord", 2_000, false),
    network("slack", "Slack", 40_000, false),
];

fn find(slug: &str) -> Option<&'static Network> {
    // FS Poster has words of its own for some.
    let slug = match slug {
        "fb" => "facebook",
        "google_b" => "google_business",
        slug => slug,
    };
    NETWORKS.iter().find(|network| network.slug == slug)
}

/// The slugs of all networks.
pub(super) fn slugs() -> impl Iterator<Item = &'static str> {
    NETWORKS.iter().map(|network| network.slug)
}

/// How people call it.
pub(super) fn name(slug: &str) -> &str {
    find(slug).map_or(slug, |network| network.name)
}

/// The longest text it takes.
pub(super) fn limit(slug: &str) -> usize {
    find(slug).map_or(usize::MAX, |network| network.limit)
}

/// Whether it takes no post without an image or a video.
pub(super) fn needs_media(slug: &str) -> bool {
    find(slug).is_some_and(|network| network.needs_media)
}

/// Length as the network counts: X gives every link 23 and everything outside its light ranges two; Bluesky counts
/// graphemes, the others code points.
pub(super) fn length(slug: &str, text: &str) -> usize {
    match slug {
        "twitter" => text.split_inclusive(char::is_whitespace).map(weigh).sum(),
        "bluesky" => text.graphemes(true).count(),
        _ => text.chars().count(),
    }
}

/// The weight of one word on X, with the space behind it.
fn weigh(word: &str) -> usize {
    let bare = word.trim_end();
    if bare.starts_with("https://") || bare.starts_with("http://") {
        return 23 + word.len() - bare.len();
    }
    word.graphemes(true)
        .map(|cluster| {
            let weight: usize = cluster.chars().map(|sign| if light(sign) { 1 } else { 2 }).sum();
            // An emoji costs two however many code points it is joined from.
            if cluster.chars().any(|sign| sign >= '\u{1F000}' || sign == '\u{FE0F}') { 2 } else { weight }
        })
        .sum()
}

fn light(sign: char) -> bool {
    matches!(u32::from(sign), 0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247)
}

/// What is left of a text where a provider cuts it to what the network takes, by UTF-16 code units.
pub(super) fn cut<'a>(slug: &str, text: &'a str) -> &'a str {
    let mut left = limit(slug);
    for (at, sign) in text.char_indices() {
        match left.checked_sub(sign.len_utf16()) {
            Some(rest) => left = rest,
            None => return text.get(..at).unwrap_or(text),
        }
    }
    text
}

/// The refusal of a text that is too long.
pub(super) fn too_long(slug: &str) -> SimError {
    let words = format!("Post text exceeds the {} character limit for {}.", limit(slug), name(slug));
    SimError::new("user_content", "user", "TEXT_TOO_LONG", words)
}

/// The refusal of a post without the media it needs.
pub(super) fn media_missing(slug: &str) -> SimError {
    let words = format!("{} posts require at least one image or video.", name(slug));
    SimError::new("user_content", "user", "MEDIA_REQUIRED", words)
}

/// What a network has against a text and its media, if anything.
pub(super) fn objection(slug: &str, text: &str, media: usize) -> Option<SimError> {
    if length(slug, text) > limit(slug) {
        return Some(too_long(slug));
    }
    if needs_media(slug) && media == 0 {
        return Some(media_missing(slug));
    }
    if text.contains(super::REFUSED_MARK) {
        let words = format!("{} refused this post: the text breaks its content rules.", name(slug));
        return Some(SimError::new("platform_rejected", "platform", "CONTENT_REJECTED", words));
    }
    None
}

/// Where a post can be seen; every host is a reserved name, so that the demo opens nobody's real page.
pub(super) fn url(slug: &str, username: &str, id: &str) -> String {
    let user = username.trim_start_matches('@');
    match slug {
        "twitter" => format!("https://x.example/{user}/status/{id}"),
        "bluesky" => format!("https://bsky.example/profile/{user}/post/{id}"),
        "threads" => format!("https://threads.example/@{user}/post/{id}"),
        "mastodon" => format!("https://mastodon.example/@{user}/{id}"),
        "tiktok" => format!("https://tiktok.example/@{user}/video/{id}"),
        "pinterest" => format!("https://pinterest.example/pin/{id}"),
        "linkedin" => format!("https://linkedin.example/feed/update/urn:li:share:{id}"),
        _ => format!("https://{slug}.example/{user}/p/{id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_counts_links_as_23_and_emoji_as_2() {
        assert_eq!(length("twitter", "Back ☕️ https://northwind.example/a/very/long/path/indeed"), 5 + 2 + 1 + 23);
        assert_eq!(length("twitter", "日本"), 4);
        assert_eq!(length("bluesky", "👩🏽‍🚀 ok"), 4);
        assert_eq!(length("threads", "né"), 2);
    }

    #[test]
    fn a_network_objects_to_long_texts_and_missing_media() {
        assert!(objection("twitter", &"a".repeat(281), 0).unwrap().message.contains("280"));
        assert!(objection("twitter", &"a".repeat(280), 0).is_none());
        assert!(objection("instagram", "hello", 0).unwrap().message.contains("Instagram"));
        assert!(objection("instagram", "hello", 1).is_none());
    }
}
