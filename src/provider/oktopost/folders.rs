//! Oktopost's campaigns, which every message needs one of: their names for what is read, and the one of a name for what
//! is made here.

use std::collections::{BTreeSet, HashMap};
use std::sync::PoisonError;

use serde_json::Value;

use super::steps::{self, Brought};
use super::{Oktopost, items, map, wire};
use crate::provider::address::segment;
use crate::provider::tolerant::text;
use crate::provider::{Again, Kind, ProviderError, Reach, Result, words};

/// The most campaigns in a page of their list (contract, section 6).
const PER_PAGE: u64 = 100;

/// The most pages of that list which a reading walks.
const MOST_PAGES: u64 = 20;

/// The most campaigns that a reading asks for one by one: archived ones may be missing from the list.
const ONE_BY_ONE: usize = 5;

/// What this run knows of the campaigns there.
#[derive(Debug, Default)]
pub(super) struct Folders {
    /// Names by id; none where there is no such campaign any more.
    names: HashMap<String, Option<String>>,
    /// Those that take messages, by name.
    open: HashMap<String, String>,
}

impl Oktopost {
    fn folders<T>(&self, deed: impl FnOnce(&mut Folders) -> T) -> T {
        deed(&mut self.folders.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The campaign that a post lies in, as [`map::filed`] has it; `None` while its name is not known.
    pub(super) fn filed(&self, post: &wire::Post, message: Option<&wire::Message>) -> Option<String> {
        let id = map::campaign_id(post, message)?;
        self.folders(|folders| folders.names.get(id).cloned().flatten()).map(|name| map::filed(&name))
    }

    /// Notes the campaigns of a list or of a calendar.
    pub(super) fn note_campaigns(&self, list: &Value) {
        self.folders(|folders| {
            for row in wire::entries(list) {
                if let (Some(id), Some(name)) = (text(&row, &["Id"]), text(&row, &["Name"])) {
                    folders.names.insert(id.to_owned(), Some(words::name(name)));
                }
            }
        });
    }

    fn nameless(&self, wanted: &BTreeSet<&str>) -> Vec<String> {
        let known = |id: &&&str| self.folders(|folders| !folders.names.contains_key(**id));
        wanted.iter().filter(known).map(|id| (*id).to_owned()).collect()
    }

    /// Learns the names of `wanted`: from the list of all campaigns, and of what that does not show one by one. Costs
    /// nothing where they are known.
    pub(super) async fn learn_names(&self, wanted: &BTreeSet<&str>) -> Result<()> {
        let mut page = 0;
        while page < MOST_PAGES && !self.nameless(wanted).is_empty() {
            let query = [("_page", page.to_string()), ("_count", PER_PAGE.to_string())];
            let answer = self.get("/campaign", &query).await?;
            let list = items(&answer)?;
            self.note_campaigns(list);
            page += 1;
            let total = answer.json.get("Total").and_then(wire::count);
            if wire::entries(list).is_empty() || total.is_some_and(|total| page * PER_PAGE >= total) {
                break;
            }
        }
        for id in self.nameless(wanted).into_iter().take(ONE_BY_ONE) {
            let found = match self.get(&format!("/campaign/{}", segment(&id)?), &[]).await {
                Ok(answer) => text(&answer.json, &["Campaign", "Name"]).map(words::name),
                Err(error) if matches!(error.kind, Kind::NotFound | Kind::Invalid | Kind::Forbidden) => None,
                Err(error) => return Err(error),
            };
            self.folders(|folders| folders.names.insert(id, found));
        }
        Ok(())
    }

    /// The campaign called `name` that takes messages, where there is one.
    pub(super) async fn find_campaign(&self, name: &str) -> Result<Brought> {
        if let Some(id) = self.folders(|folders| folders.open.get(name).cloned()) {
            return Ok(Brought::Campaign { id: Some(id) });
        }
        let query = [("q", name.to_owned()), ("_count", PER_PAGE.to_string())];
        let answer = self.get("/campaign", &query).await?;
        let list = items(&answer)?;
        self.note_campaigns(list);
        let status = |row: &Value| text(row, &["Status"]).unwrap_or_default().to_lowercase();
        let mut called: Vec<Value> = wire::entries(list);
        called.retain(|row| text(row, &["Name"]).is_some_and(|other| same_name(other, name)));
        let open = called.iter().find(|row| matches!(status(row).as_str(), "active" | "complete"));
        let id = open.and_then(|row| text(row, &["Id"])).map(str::to_owned);
        // What is archived there takes nothing any more, and gives its name free; a pause is somebody's wish.
        if id.is_none() && called.iter().any(|row| status(row) == "paused") {
            let words = format!(
                "the campaign \"{}\" is paused at Oktopost, and its posts would not go out; nothing was sent: make it \
                 active there, or give the post another campaign",
                words::name(name)
            );
            return Err(ProviderError::new(Kind::Invalid, Reach::Answered, Again::Never, words));
        }
        self.remember_campaign(name, id.clone());
        Ok(Brought::Campaign { id })
    }

    /// The campaign called `name` has this id, or none that can be used.
    pub(super) fn remember_campaign(&self, name: &str, id: Option<String>) {
        self.folders(|folders| match id {
            Some(id) => {
                folders.names.insert(id.clone(), Some(words::name(name)));
                folders.open.insert(name.to_owned(), id);
            }
            None => {
                folders.open.remove(name);
            }
        });
    }

    /// Campaigns that were taken for usable may not be any more: the next write looks for its own again.
    pub(super) fn doubt_campaigns(&self) {
        self.folders(|folders| folders.open.clear());
    }
}

/// Whether a name there is the one that is meant; ours for everything else is so in any case of letters.
fn same_name(there: &str, name: &str) -> bool {
    words::name(there) == words::name(name) || (name == steps::CAMPAIGN && there.eq_ignore_ascii_case(name))
}
