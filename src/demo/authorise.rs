//! The networks' side of connecting a channel: a page that stands for the one at which a person agrees. Whoever opens
//! it has agreed, and the channel is there.

use super::network;
use super::records::{Health, SimChannel};
use super::wire::{Answer, Call};
use super::world::Site;

/// Below this path the pages are, outside the API.
pub(super) const PAGES: &str = "/authorise/";

/// Somebody was sent to a network's page and has not agreed yet.
#[derive(Debug)]
pub(super) struct Asked {
    state: String,
    network: String,
    /// The channel that is authorised anew.
    renews: Option<String>,
}

/// Notes that somebody is sent to a network's page; the address of that page, with a secret in it, and the secret.
pub(super) fn begin(site: &mut Site, call: &Call, network: &str, renews: Option<&str>) -> (String, String) {
    let state = format!("demo-secret-{:06x}", site.number());
    site.asked.push(Asked { state: state.clone(), network: network.to_owned(), renews: renews.map(str::to_owned) });
    (format!("{}{PAGES}{network}?client_id=demo&response_type=code&state={state}", call.origin), state)
}

/// A person opened the page: the channel is connected, or works again.
pub(super) fn visited(site: &mut Site, call: &Call) -> Answer {
    let state = call.query("state").unwrap_or_default();
    let Some(at) = site.asked.iter().position(|asked| asked.state == state) else {
        return page(410, "This link was used already, or has expired.");
    };
    let asked = site.asked.remove(at);
    let known = asked.renews.as_deref().and_then(|id| site.channels.iter_mut().find(|channel| channel.id == id));
    if let Some(channel) = known {
        channel.health = Health::Good;
        return page(200, "Done. The channel is connected again; this page can be closed.");
    }
    let number = site.channels.len() + 1;
    let id = site.id("account");
    site.channels.push(SimChannel {
        id,
        username: format!("newcomer{number}"),
        display_name: Some(format!("Newcomer on {}", network::name(&asked.network))),
        network: asked.network,
        connected_at: call.now,
        health: Health::Good,
        premium: false,
    });
    page(200, "Done. The channel is connected; this page can be closed.")
}

fn page(status: u16, words: &str) -> Answer {
    Answer::text(status, "text/html", format!("<!doctype html><title>Demo</title><h1>{words}</h1>"))
}
