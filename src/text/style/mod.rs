//! What dresses a text on its way to a network: styles, defaults of networks and channels, templates with placeholders,
//! and one name for the handles that somebody has. Pure.
//!
//! A value is looked for in the style, then in the defaults of the network, then in those of the channel, then in the
//! post; the later one wins, and each remembers where it comes from. What comes of it is filled in here and nowhere
//! else, so that what is counted, shown, checked and sent is the same text. The names of values are those that the
//! settings of networks have at Posto (contract, sections 4.1 and 9.1).

mod chain;
mod deed;
mod edit;
mod fill;
mod keys;
mod mentions;
mod read;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::domain::channel::{Channel, Network};
use crate::domain::naming;
use crate::domain::nearest::{ALIKE, nearest};
use crate::domain::options::Options;

pub use chain::{Chain, Origin, Told, told};
pub use deed::{Deed, Whose, checked_style};
pub use edit::style_file;
pub use fill::{Dressed, dressed, shown};
pub use keys::{HABITS, Habit, ValueKey, keys_of};
pub use mentions::{Mentions, typed_at_end};
pub use read::{defaults, mentions, style};
pub use template::{PLACEHOLDERS, Woven};

/// The styles that ship: name and file.
pub const SHIPPED: &[(&str, &str)] = &[
    ("announcement", include_str!("../../../assets/styles/announcement.toml")),
    ("blog", include_str!("../../../assets/styles/blog.toml")),
    ("product", include_str!("../../../assets/styles/product.toml")),
];

/// A named set of values per network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Style {
    /// What it is for, in words; may be empty.
    pub about: String,
    /// What it says, by network.
    pub networks: BTreeMap<Network, Options>,
    /// Whether it ships with the program; one of the user's by the same name stands in its place.
    pub ships: bool,
}

/// What holds where nothing else is said. Also what a settings profile keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Defaults {
    /// By network.
    pub networks: BTreeMap<Network, Options>,
    /// By channel, in the words of the file.
    pub channels: BTreeMap<String, Options>,
}

impl Defaults {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.networks.values().chain(self.channels.values()).all(Options::is_empty)
    }

    /// What is set for a network, or for a channel by itself, under whichever of its names.
    pub fn of(&self, whose: &Whose) -> Options {
        match whose {
            Whose::Network(network) => self.networks.get(network).cloned().unwrap_or_default(),
            Whose::Channel { channel, .. } => self.of_channel(channel),
        }
    }

    /// What is set for one channel by itself.
    pub fn of_channel(&self, channel: &Channel) -> Options {
        let of_it = |words: &str| naming::find(std::slice::from_ref(channel), words).is_ok();
        let named = self.channels.iter().filter(|(words, _)| of_it(words));
        named.fold(Options::default(), |all, (_, own)| all.overlaid(own))
    }
}

/// Everything that dresses texts: styles, defaults, profiles and mentions, as the files have them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Styles by name.
    pub styles: BTreeMap<String, Style>,
    /// The defaults in force.
    pub defaults: Defaults,
    /// Settings profiles by name.
    pub profiles: BTreeMap<String, Defaults>,
    /// Who is called what, where.
    pub mentions: Mentions,
}

impl Book {
    /// The styles that ship, and nothing else. A test holds that they load.
    pub fn shipped() -> Self {
        let style = |(name, file): &(&str, &str)| {
            let (style, _) = read::style(file, name);
            ((*name).to_owned(), Style { ships: true, ..style })
        };
        Self { styles: SHIPPED.iter().map(style).collect(), ..Self::default() }
    }

    /// The style of that name, or words that say which would do.
    pub fn style(&self, name: &str) -> Result<&Style, String> {
        self.styles.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.styles.keys().map(String::as_str).collect();
            format!(
                "there is no style \"{name}\"{}",
                nearest(name, names.iter().copied(), ALIKE).map_or_else(
                    || format!("; there are {}", names.join(", ")),
                    |near| format!("; did you mean {near}?"),
                )
            )
        })
    }
}

/// Whether `name` can name a style or a profile: it names a file, too.
pub fn name(name: &str) -> Result<&str, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > 40 || !name.chars().all(fits) {
        return Err(format!("\"{name}\" is no name for it: small letters, digits, - and _, at most 40"));
    }
    Ok(name)
}
