//! Hues that tell networks and campaigns apart. None of them is like the colours of a warning or of bad news, so that
//! what is amiss stands out among them.

use ratatui::style::Color;

use crate::domain::channel::Network;

/// One of a few hues that are told apart at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hue {
    /// Olive where the ground is light.
    Yellow,
    /// Between yellow and green.
    Lime,
    /// Green.
    Green,
    /// Between green and blue.
    Teal,
    /// Light blue.
    Sky,
    /// Deep blue.
    Blue,
    /// Violet.
    Violet,
    /// Pink.
    Pink,
}

/// Networks and their hues; those that many people have side by side differ.
const NETWORKS: &[(&str, Hue)] = &[
    ("x", Hue::Lime),
    ("linkedin", Hue::Blue),
    ("instagram", Hue::Pink),
    ("facebook", Hue::Green),
    ("tiktok", Hue::Teal),
    ("threads", Hue::Violet),
    ("bluesky", Hue::Sky),
    ("youtube", Hue::Yellow),
    ("pinterest", Hue::Pink),
    ("reddit", Hue::Yellow),
    ("google_business", Hue::Green),
    ("mastodon", Hue::Violet),
    ("telegram", Hue::Sky),
    ("discord", Hue::Blue),
    ("snapchat", Hue::Lime),
    ("slack", Hue::Teal),
];

impl Hue {
    /// Every hue, as palettes list them.
    pub const ALL: [Self; 8] =
        [Self::Yellow, Self::Lime, Self::Green, Self::Teal, Self::Sky, Self::Blue, Self::Violet, Self::Pink];

    /// The hue of a network, always the same.
    pub fn of_network(network: &Network) -> Self {
        let known = NETWORKS.iter().find(|(key, _)| *key == network.key());
        known.map_or_else(|| Self::of_name(network.key()), |(_, hue)| *hue)
    }

    /// The hue of a name, always the same. With few hues, two names may share one.
    pub fn of_name(name: &str) -> Self {
        // FNV-1a, its halves folded: what the standard library hashes with may change.
        let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let at = (hash ^ (hash >> 16)) as usize % Self::ALL.len();
        Self::ALL.get(at).copied().unwrap_or(Self::Sky)
    }

    /// Its colour among those of a palette.
    pub(super) fn among(self, colours: &[Color; 8]) -> Color {
        let found = Self::ALL.into_iter().zip(colours).find(|(each, _)| *each == self);
        found.map_or(Color::Reset, |(_, colour)| *colour)
    }
}

/// On a dark ground.
pub(super) const DARK: [Color; 8] = [
    Color::Rgb(182, 177, 43),
    Color::Rgb(120, 194, 46),
    Color::Rgb(47, 198, 97),
    Color::Rgb(46, 194, 179),
    Color::Rgb(110, 181, 221),
    Color::Rgb(143, 155, 229),
    Color::Rgb(183, 143, 229),
    Color::Rgb(230, 148, 205),
];

/// On a light ground.
pub(super) const LIGHT: [Color; 8] = [
    Color::Rgb(99, 96, 8),
    Color::Rgb(59, 109, 9),
    Color::Rgb(9, 109, 42),
    Color::Rgb(9, 109, 99),
    Color::Rgb(12, 100, 151),
    Color::Rgb(47, 73, 238),
    Color::Rgb(128, 33, 237),
    Color::Rgb(179, 15, 130),
];

/// Of the sixteen, those that are neither a warning nor bad news, and are read on any ground.
pub(super) const SIXTEEN: [Color; 8] = [
    Color::Green,
    Color::Green,
    Color::Green,
    Color::Cyan,
    Color::Cyan,
    Color::LightBlue,
    Color::Magenta,
    Color::Magenta,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_known_network_has_a_hue_and_the_common_ones_differ() {
        for key in Network::all_keys() {
            assert!(NETWORKS.iter().any(|(each, _)| *each == key), "{key}");
        }
        let common: HashSet<_> = NETWORKS.iter().take(Hue::ALL.len()).map(|(_, hue)| *hue).collect();
        assert_eq!(common.len(), Hue::ALL.len());
    }

    #[test]
    fn a_name_keeps_its_hue_and_names_use_all_of_them() {
        assert_eq!(Hue::of_name("Spring launch"), Hue::of_name("Spring launch"));
        let many: HashSet<_> = (0..64).map(|number| Hue::of_name(&format!("Campaign {number}"))).collect();
        assert_eq!(many.len(), Hue::ALL.len());
        assert_eq!(Hue::of_network(&Network::from_word("peertube")), Hue::of_name("peertube"));
    }
}
