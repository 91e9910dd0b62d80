//! What a provider's reason looks like, where it comes in words alone. A guess: codes and statuses come before it.

use super::outcome::Cause;

/// What the words of a cause look like, the surest first. A phrase is whole words, in the singular or the plural; `*`
/// ends a word that may go on, and `+` joins phrases that must all be there.
const PHRASES: &[(Cause, &[&str])] = &[
    (Cause::Duplicate, &["duplicate", "duplicated", "already scheduled", "already posted", "exact content"]),
    (
        Cause::Reconnect,
        &[
            "token",
            "reconnect",
            "disconnected",
            "revoked",
            "unauthor*",
            "reauth*",
            "re auth*",
            "could not authenticate",
            "authentication failed",
            "session expired",
            "log in again",
        ],
    ),
    (
        Cause::RateLimit,
        &[
            "rate limit",
            "rate limited",
            "velocity limit",
            "too many request",
            "too many post",
            "too many call",
            "too many attempt",
            "daily cap",
            "cooldown",
            "quota",
        ],
    ),
    (Cause::PlanLimit, &["plan", "upgrade", "billing", "payment", "subscription", "add on required"]),
    (Cause::Media, &["video+too long", "image+at most", "video+at most"]),
    (
        Cause::TooLong,
        &[
            "too long",
            "character limit",
            "character+exceed*",
            "character+at most",
            "character+maximum",
            "maximum length",
        ],
    ),
    (
        Cause::Media,
        &["image", "video", "media", "photo", "picture", "aspect ratio", "file", "thumbnail", "entity too large"],
    ),
    (Cause::TooLong, &["exceeds the limit", "text+exceed*", "caption+exceed*"]),
    (Cause::Reconnect, &["expired"]),
    (
        Cause::Outage,
        &[
            "unavailable",
            "timeout",
            "timed out",
            "internal error",
            "server error",
            "outage",
            "having problem",
            "upstream",
            "temporary error",
            "try again later",
        ],
    ),
    (Cause::Forbidden, &["permission", "scope", "not allowed", "forbidden", "have access"]),
    (Cause::Content, &["policy", "policies", "violat*", "rejected", "spam", "community guideline"]),
];

/// What `words` look like.
pub(super) fn cause(words: &str) -> Cause {
    let folded = folded(words);
    if let Some(cause) = quoted_status(&folded) {
        return cause;
    }
    let says = |phrase: &&str| phrase.split('+').all(|part| has(&folded, part));
    PHRASES.iter().find(|(_, phrases)| phrases.iter().any(&says)).map_or(Cause::Other, |(cause, _)| *cause)
}

/// Lower case, one blank around every word and nothing else between them.
fn folded(words: &str) -> String {
    let mut folded = String::with_capacity(words.len() + 2);
    folded.push(' ');
    for word in words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        folded.extend(word.chars().flat_map(char::to_lowercase));
        folded.push(' ');
    }
    folded
}

fn has(folded: &str, phrase: &str) -> bool {
    match phrase.strip_suffix('*') {
        Some(begins) => folded.contains(&format!(" {begins}")),
        None => folded.contains(&format!(" {phrase} ")) || folded.contains(&format!(" {phrase}s ")),
    }
}

/// The cause behind the HTTP status of the network, where a reason quotes it.
fn quoted_status(folded: &str) -> Option<Cause> {
    let (_, rest) = folded.split_once(" status code ")?;
    match rest.split(' ').next()?.parse::<u16>().ok()? {
        401 => Some(Cause::Reconnect),
        403 => Some(Cause::Forbidden),
        429 => Some(Cause::RateLimit),
        500..=599 => Some(Cause::Outage),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of the five contracts and their recorded answers, with the provider they are from.
    const SAID: &[(&str, &str, Cause)] = &[
        ("late", "Instagram access token has expired. Please reconnect your account.", Cause::Reconnect),
        ("late", "Post text exceeds the 500 character limit for Threads.", Cause::TooLong),
        ("late", "LinkedIn is having problems, try again later.", Cause::Outage),
        ("late", "This exact content was already posted to this account within the last 24 hours.", Cause::Duplicate),
        ("late", "Velocity limit reached: 25 posts per hour per account", Cause::RateLimit),
        ("late", "Account @acme is temporarily rate-limited due to repeated errors", Cause::RateLimit),
        ("late", "Upload limit reached. Your Free plan allows 10 uploads per month.", Cause::PlanLimit),
        ("late", "Add a payment method to connect more than 2 accounts.", Cause::PlanLimit),
        ("late", "Temporary connection issue while reaching an upstream service.", Cause::Outage),
        ("late", "instagram posts require media", Cause::Media),
        ("late", "A category nobody has heard of yet.", Cause::Other),
        ("late", "Another post already uses this slot of the queue", Cause::Other),
        ("voxburst", "Access token expired", Cause::Reconnect),
        ("voxburst", "The text is too long for Twitter", Cause::TooLong),
        ("voxburst", "Video track could not be decoded", Cause::Media),
        ("voxburst", "Duplicate content", Cause::Duplicate),
        ("voxburst", "Reconnect to allow first comments.", Cause::Reconnect),
        ("postforme", "Failed to post to LinkedIn: Request failed with status code 401", Cause::Reconnect),
        ("postforme", "Request failed with status code 503", Cause::Outage),
        ("postforme", "Too many requests, please try again later", Cause::RateLimit),
        ("postforme", "request entity too large", Cause::Media),
        ("posto", "The token was revoked.", Cause::Reconnect),
        ("posto", "You don't have access to all the selected channels. Please refresh the page.", Cause::Forbidden),
        ("posto", "No media files found", Cause::Media),
        ("oktopost", "Could not authenticate you.", Cause::Reconnect),
        ("oktopost", "Page size 10 is not valid.", Cause::Other),
    ];

    #[test]
    fn what_the_five_providers_say_is_read_as_it_is_meant() {
        for (provider, words, cause) in SAID {
            assert_eq!(super::cause(words), *cause, "{provider}: {words}");
            assert_eq!(super::cause(&words.to_uppercase()), *cause, "{provider}, louder: {words}");
        }
    }

    #[test]
    fn a_part_of_a_word_is_no_reason() {
        for words in [
            "The explanation is on the planet's profile page",
            "Profiles are microscopes",
            "Spammers unite",
            "Too many hashtags",
            "Filed under mediation",
        ] {
            assert_eq!(super::cause(words), Cause::Other, "{words}");
        }
        assert_eq!(super::cause("The video is too long"), Cause::Media, "shortening the text would not help");
        assert_eq!(super::cause("The media address has expired"), Cause::Media);
    }
}
