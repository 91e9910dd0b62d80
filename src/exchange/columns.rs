//! What the columns of a table mean: those of both generations of Late's bulk files (`contracts: late, section 6.7`),
//! our own, and what people call them.

use std::collections::BTreeMap;

use super::known_network;
use crate::domain::nearest::{SLIP, nearest};

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The base text.
    Body,
    /// The title.
    Title,
    /// Channels, by name or id.
    Channels,
    /// Networks.
    Networks,
    /// Late's profiles: sets of channels. Read, and said to be of no use here.
    Profiles,
    /// When.
    When,
    /// The day, with the time in a column of its own.
    Day,
    /// The time of that day.
    Time,
    /// The zone.
    Zone,
    /// Whether to publish at once.
    Now,
    /// Whether to keep a draft.
    Draft,
    /// What it is to be: draft, held or scheduled.
    As,
    /// What it was where it comes from: what was a draft or held there is so here.
    Status,
    /// Whether to take the provider's next free slot.
    Queue,
    /// What makes it the same row again.
    Key,
    /// The campaign.
    Campaign,
    /// Tags for finding it.
    Tags,
    /// Words that are put below the text with a `#`.
    Hashtags,
    /// Names that are put below the text with an `@`.
    Mentions,
    /// The style, by name.
    Style,
    /// The address that belongs to the post.
    Link,
    /// Files and addresses.
    Media,
    /// Their descriptions, in the same order.
    Alt,
    /// A network's or channel's own text.
    TextFor(String),
    /// A network's or channel's own time.
    WhenFor(String),
    /// A network's or channel's own media.
    MediaFor(String),
    /// Their descriptions.
    AltFor(String),
    /// What networks are told beside the text.
    Options,
    /// The same for one network or channel.
    OptionsFor(String),
    /// A comment that follows.
    Comment,
    /// A network's or channel's own.
    CommentFor(String),
    /// How many seconds later it follows.
    CommentAfter,
    /// The same for one network or channel.
    CommentAfterFor(String),
    /// Ours, for people: it is not read back.
    Remark,
    /// Nothing that is known.
    Unknown,
}

/// The words for columns, folded as [`fold`] does.
const WORDS: &[(&str, Field)] = &[
    ("body", Field::Body),
    ("text", Field::Body),
    ("content", Field::Body),
    ("post_content", Field::Body),
    ("post", Field::Body),
    ("message", Field::Body),
    ("caption", Field::Body),
    ("title", Field::Title),
    ("to", Field::Channels),
    ("channel", Field::Channels),
    ("channels", Field::Channels),
    ("account", Field::Channels),
    ("accounts", Field::Channels),
    ("account_id", Field::Channels),
    ("account_ids", Field::Channels),
    ("handle", Field::Channels),
    ("network", Field::Networks),
    ("networks", Field::Networks),
    ("platform", Field::Networks),
    ("platforms", Field::Networks),
    ("profile", Field::Profiles),
    ("profiles", Field::Profiles),
    ("when", Field::When),
    ("schedule", Field::When),
    ("schedule_time", Field::When),
    ("scheduled_for", Field::When),
    ("scheduledfor", Field::When),
    ("scheduled_at", Field::When),
    ("publish_at", Field::When),
    ("date", Field::Day),
    ("day", Field::Day),
    ("time", Field::Time),
    ("hour", Field::Time),
    ("zone", Field::Zone),
    ("tz", Field::Zone),
    ("timezone", Field::Zone),
    ("time_zone", Field::Zone),
    ("publish_now", Field::Now),
    ("now", Field::Now),
    ("draft", Field::Draft),
    ("is_draft", Field::Draft),
    ("as", Field::As),
    ("use_queue", Field::Queue),
    ("key", Field::Key),
    ("id", Field::Key),
    ("campaign", Field::Campaign),
    ("tags", Field::Tags),
    ("labels", Field::Tags),
    ("hashtags", Field::Hashtags),
    ("mentions", Field::Mentions),
    ("media", Field::Media),
    ("media_url", Field::Media),
    ("media_urls", Field::Media),
    ("mediaurls", Field::Media),
    ("image", Field::Media),
    ("images", Field::Media),
    ("alt", Field::Alt),
    ("alt_text", Field::Alt),
    ("style", Field::Style),
    ("link", Field::Link),
    ("options", Field::Options),
    ("first_comment", Field::Comment),
    ("first_comment_after", Field::CommentAfter),
    ("status", Field::Status),
    ("ignore", Field::Remark),
    ("problem", Field::Remark),
    ("reason", Field::Remark),
];

/// What each column of one table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Per column, in order.
    pub fields: Vec<Field>,
    /// What is to be said of the columns: those that are not known, and those that are not taken.
    pub remarks: Vec<String>,
}

impl Field {
    /// The word for what it is, as the screen and `--map` say it; none for a column that is not read.
    pub fn word(&self) -> Option<String> {
        let of = |what: &str, whose: &String| Some(format!("{what} for {whose}"));
        match self {
            Self::Unknown | Self::Profiles => None,
            Self::TextFor(whose) => of("text", whose),
            Self::WhenFor(whose) => of("when", whose),
            Self::MediaFor(whose) => of("media", whose),
            Self::AltFor(whose) => of("alt", whose),
            Self::OptionsFor(whose) => of("options", whose),
            Self::CommentFor(whose) => of("first comment", whose),
            Self::CommentAfterFor(whose) => of("first comment after", whose),
            Self::Remark => Some("ignore".into()),
            Self::Channels => Some("to".into()),
            Self::Networks => Some("network".into()),
            Self::Day => Some("date".into()),
            field => WORDS.iter().find(|(_, each)| each == field).map(|(word, _)| word.replace("first_", "first ")),
        }
    }
}

/// What the columns of `head` hold as far as they say it, whatever else is wrong with them.
pub fn guess(head: &[String], named: &BTreeMap<String, String>) -> Vec<Field> {
    let given =
        |title: &str| named.iter().find(|(column, _)| fold(column) == fold(title)).map(|(_, word)| word.as_str());
    let mut fields: Vec<Field> = head.iter().map(|title| field(given(title).unwrap_or(title))).collect();
    // Our own tables say both: what a post is to be counts, and not what became of it.
    if fields.contains(&Field::As) {
        fields.iter_mut().filter(|field| **field == Field::Status).for_each(|field| *field = Field::Remark);
    }
    fields
}

/// What the columns of `head` hold; `named` says of some by name what they are.
pub fn map(head: &[String], named: &BTreeMap<String, String>) -> Result<Mapping, String> {
    for (column, word) in named {
        if !head.iter().any(|title| fold(title) == fold(column)) {
            let columns: Vec<&str> = head.iter().map(|title| title.trim()).collect();
            return Err(format!("there is no column \"{column}\"; there are {}", columns.join(", ")));
        }
        if field(word) == Field::Unknown {
            return Err(format!(
                "\"{word}\" is nothing a column can hold; try body, to, when, title, media, tags, key"
            ));
        }
    }
    let mut fields = Vec::new();
    let mut remarks = Vec::new();
    for (title, found) in head.iter().zip(guess(head, named)) {
        let several = matches!(
            found,
            Field::Channels | Field::Networks | Field::Tags | Field::Media | Field::Status | Field::Remark
        );
        if found != Field::Unknown && !several && fields.contains(&found) {
            return Err(format!("two columns hold the same: \"{}\" and an earlier one; rename one", title.trim()));
        }
        remarks.extend(remark(&found, title.trim()));
        fields.push(found);
    }
    if !fields.iter().any(|field| matches!(field, Field::Body | Field::Title | Field::Media | Field::TextFor(_))) {
        let columns: Vec<&str> = head.iter().map(|title| title.trim()).collect();
        return Err(format!(
            "no column holds the text; the first line has {}. Name one body, or say --map COLUMN=body",
            columns.join(", ")
        ));
    }
    Ok(Mapping { fields, remarks })
}

fn remark(field: &Field, title: &str) -> Option<String> {
    match field {
        Field::Unknown if title.is_empty() => None,
        Field::Unknown => Some(match nearest(&fold(title), WORDS.iter().map(|(word, _)| *word), SLIP) {
            Some(near) => {
                format!("the column \"{title}\" is not read; is it {near}? Then say --map \"{title}={near}\"")
            }
            None => format!("the column \"{title}\" is not read"),
        }),
        Field::Profiles => {
            Some(format!("the column \"{title}\" is not read: name channels, or give --to for every row"))
        }
        _ => None,
    }
}

pub(super) fn field(title: &str) -> Field {
    type Of = fn(String) -> Field;
    let folded = fold(title);
    if let Some((_, field)) = WORDS.iter().find(|(word, _)| *word == folded) {
        return field.clone();
    }
    let whole = title.trim();
    let named: [(&str, Of); 7] = [
        ("text for ", Field::TextFor),
        ("when for ", Field::WhenFor),
        ("media for ", Field::MediaFor),
        ("alt for ", Field::AltFor),
        ("options for ", Field::OptionsFor),
        ("first comment for ", Field::CommentFor),
        ("first comment after for ", Field::CommentAfterFor),
    ];
    for (prefix, make) in named {
        if let Some(whose) = whole.strip_prefix(prefix) {
            return make(whose.to_owned());
        }
    }
    let by_network: [(&str, Of); 3] =
        [("custom_content_", Field::TextFor), ("schedule_time_", Field::WhenFor), ("custom_media_", Field::MediaFor)];
    for (prefix, make) in by_network {
        if let Some(network) = folded.strip_prefix(prefix).and_then(known_network) {
            return make(network.key().to_owned());
        }
    }
    Field::Unknown
}

/// A heading without what people write in different ways; one of several lines is that of one, as screens show it.
fn fold(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    words.join("_").to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn both_generations_of_late_are_known() {
        let new = "post_content,platforms,profiles,schedule_time,tz,media_urls,title,tags,hashtags,mentions,publish_now,\
                   use_queue,is_draft,schedule_time_twitter,custom_content_linkedin,custom_media_instagram";
        let mapping = map(&head(new), &BTreeMap::new()).unwrap();
        assert!(!mapping.fields.contains(&Field::Unknown), "{mapping:?}");
        assert!(mapping.fields.contains(&Field::WhenFor("x".into())));
        assert!(mapping.fields.contains(&Field::TextFor("linkedin".into())));
        assert!(mapping.fields.contains(&Field::MediaFor("instagram".into())));
        assert_eq!(mapping.remarks.len(), 1, "profiles: {:?}", mapping.remarks);
        let old = "content,platform,account_id,scheduled_for,title,media_url,tags";
        assert!(map(&head(old), &BTreeMap::new()).unwrap().remarks.is_empty());
    }

    #[test]
    fn every_word_of_the_screen_is_something_a_column_can_hold() {
        for word in crate::domain::intake::HOLDS {
            assert_ne!(field(word), Field::Unknown, "{word}");
            assert_eq!(field(word).word().as_deref(), Some(*word));
        }
    }

    #[test]
    fn what_is_not_known_is_said_and_can_be_named() {
        let mapping = map(&head("Texte,When,Budget"), &BTreeMap::from([("texte".into(), "body".into())])).unwrap();
        assert_eq!(mapping.fields, [Field::Body, Field::When, Field::Unknown]);
        assert!(mapping.remarks.iter().any(|words| words.contains("Budget")));
        let said = |line: &str, named: &[(&str, &str)]| {
            let named = named.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            map(&head(line), &named).unwrap_err()
        };
        assert!(said("foo,bar", &[]).contains("no column holds the text"));
        assert!(said("text,body", &[]).contains("two columns"));
        assert!(said("text", &[("nix", "when")]).contains("no column \"nix\""));
        assert!(said("text", &[("text", "colour")]).contains("nothing a column can hold"));
    }
}
