//! What can be set in a style and as a default: the habits of texts, and the options of the network.

use super::template;
use crate::domain::channel::Network;
use crate::domain::nearest::{ALIKE, nearest};
use crate::domain::options::Value;
use crate::text::options::{Catalog, Form, OptionRule};

/// One habit of texts.
#[derive(Debug, PartialEq, Eq)]
pub struct Habit {
    /// Its name in files, as Posto has it (contract, section 4.1).
    pub key: &'static str,
    /// What it does, and what happens without it.
    pub help: &'static str,
    is_text: bool,
}

/// The template of the text.
pub const POST_TEXT: &str = "post_text";
/// Whether what is too long is cut.
pub const CUT_POST_TEXT: &str = "cut_post_text";
/// Whether the post's link goes with it.
pub const ATTACH_LINK: &str = "attach_link";
/// Whether attachments go with it.
pub const UPLOAD_MEDIA: &str = "upload_media";
/// The template of the first comment.
pub const FIRST_COMMENT_TEXT: &str = "first_comment_text";

/// All of them, in the order of the form.
pub const HABITS: &[Habit] = &[
    Habit { key: POST_TEXT, is_text: true, help: "the template of the text: {post_title} is what the post says" },
    Habit { key: CUT_POST_TEXT, is_text: false, help: "yes cuts what is too long, at a word; no leaves it a problem" },
    Habit { key: ATTACH_LINK, is_text: false, help: "no leaves the post's link out, where its text does not hold it" },
    Habit { key: UPLOAD_MEDIA, is_text: false, help: "no leaves the post's attachments out" },
    Habit { key: FIRST_COMMENT_TEXT, is_text: true, help: "the template of a comment that follows by itself" },
];

/// One thing that can be set.
#[derive(Clone, Copy, Debug)]
pub enum ValueKey {
    /// A habit of texts.
    Habit(&'static Habit),
    /// An option of the network.
    Option(&'static OptionRule),
}

/// Everything that can be set for one network.
pub fn keys_of(network: &Network) -> Vec<ValueKey> {
    let options = Catalog::shipped().of(network).iter().filter(|rule| !is_asked(rule));
    HABITS.iter().map(ValueKey::Habit).chain(options.map(ValueKey::Option)).collect()
}

/// A consent is given for one post at a time, and never by a file.
fn is_asked(rule: &OptionRule) -> bool {
    matches!(rule.form(), Form::Consent)
}

impl ValueKey {
    /// The one that `word` names on `network`, or what would do.
    pub fn named(word: &str, network: &Network) -> Result<Self, String> {
        let bare = word.trim().to_lowercase().replace('-', "_");
        let short = bare.strip_prefix(network.key()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&bare);
        let keys = keys_of(network);
        if let Some(found) = keys.iter().find(|key| key.name() == short) {
            return Ok(*found);
        }
        if Catalog::shipped().of(network).iter().any(|rule| rule.name() == short && is_asked(rule)) {
            return Err(format!("{word} is said post by post: a file cannot consent for a person"));
        }
        let names: Vec<&str> = keys.iter().map(ValueKey::name).collect();
        let near = nearest(short, names.iter().copied(), ALIKE).map(|near| format!("; did you mean {near}? Expected"));
        let near = near.unwrap_or_else(|| "; expected".into());
        Err(format!("\"{word}\" cannot be set for {network}{near} {}", names.join(", ")))
    }

    /// Its name in files and on screen.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Habit(habit) => habit.key,
            Self::Option(rule) => rule.name(),
        }
    }

    /// Its full key: of an option with the network in front.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Habit(habit) => habit.key,
            Self::Option(rule) => &rule.key,
        }
    }

    /// What it does.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Habit(habit) => habit.help,
            Self::Option(rule) => &rule.help,
        }
    }

    /// Whether it is a yes or no.
    pub fn is_flag(&self) -> bool {
        match self {
            Self::Habit(habit) => !habit.is_text,
            Self::Option(rule) => matches!(rule.form(), Form::Flag),
        }
    }

    /// What a person or a file says, as a value; nothing unsets it. A template names only what can be filled in.
    pub fn read(&self, typed: &str) -> Result<Value, String> {
        match self {
            Self::Option(rule) => rule.read(typed),
            Self::Habit(habit) if habit.is_text => {
                let typed = typed.trim_matches(['\n', '\r']);
                match template::faults(typed).first() {
                    Some(fault) => Err(format!("{}: {}", habit.key, fault.words())),
                    None => Ok(Value::Text(typed.to_owned())),
                }
            }
            Self::Habit(habit) => match typed.trim().to_lowercase().as_str() {
                "" => Ok(Value::Text(String::new())),
                "yes" | "y" | "true" | "on" | "1" => Ok(Value::Flag(true)),
                "no" | "n" | "false" | "off" | "0" => Ok(Value::Flag(false)),
                _ => Err(format!("{}: yes or no, not \"{}\"", habit.key, typed.trim())),
            },
        }
    }
}
