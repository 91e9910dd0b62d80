//! Values that a shell offers where others are good as well, or several apart by commas: what is given is judged by the
//! command, in its own words.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::domain::channel::Network;
use crate::domain::outcome::State;
use crate::text::style;

/// Reads any text, and offers some.
#[derive(Clone, Debug)]
pub struct Offers(Vec<&'static str>);

impl Offers {
    /// The networks.
    pub fn networks() -> Self {
        Self(Network::all_keys().collect())
    }

    /// The statuses.
    pub fn statuses() -> Self {
        Self(State::ALL.map(State::word).to_vec())
    }

    /// The styles that ship.
    pub fn styles() -> Self {
        Self(style::SHIPPED.iter().map(|(name, _)| *name).collect())
    }

    /// Distances between the posts of a campaign.
    pub fn intervals() -> Self {
        Self(vec!["1d", "1w", "24h", "weekdays", "slot"])
    }
}

impl TypedValueParser for Offers {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}
