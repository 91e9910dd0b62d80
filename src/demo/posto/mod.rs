//! A simulated WordPress site with FS Poster, below a path: routes, credentials, and the words of its errors.
//!
//! One deliberate difference to the plugin: it ignores fields it does not know and reads wrong types as defaults; this
//! simulator refuses both, so that a misspelling is found. Its other habits are kept: errors with status 200, filters
//! that are ignored, rows that change their ids, a delete that always succeeds.

mod compose;
mod list;
mod media;
mod rows;
mod settings;
mod shape;
mod text;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::server::Dialect;
use super::wire::{Answer, Body, Call, Flaw};
use super::world::Site;

pub(super) use media::entry as shown;

pub(super) static DIALECT: Dialect =
    Dialect { provider: "posto", base: "/blog", rate: 0, answer, store: |_, _| page(), error };

/// How sites and versions of the plugin differ.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Only `?rest_route=` leads to the API.
    pub plain_permalinks: bool,
    /// Rows are in no list while they are being sent, and nothing is rescheduled: version 7.1.
    pub older: bool,
    /// PHP prints a warning before every success.
    pub warns: bool,
    /// Seconds that the site adds to every time.
    pub delay: i64,
}

/// What the site keeps beside posts and channels.
#[derive(Debug, Default)]
pub(super) struct Blog {
    pub habits: Habits,
    /// Settings by network, once they were saved.
    pub networks: BTreeMap<String, Map<String, Value>>,
    /// Settings by channel, once they were saved.
    pub channels: BTreeMap<String, Map<String, Value>>,
}

/// The user and the application password that open it, in groups as WordPress shows them.
pub(super) const KEY: &str = "mara:demo 0000 kontor 0000 0000 0000";

/// A new id: groups have UUIDs, everything else numbers.
pub(super) fn id(what: &str, number: u64) -> String {
    match what {
        "post" => format!("{:08x}-{:04x}-4ec0-8f00-{number:012x}", 0x1e2f_eb89 ^ number, 0x414c ^ (number & 0xffff)),
        _ => (100 + number).to_string(),
    }
}

fn answer(site: &mut Site, call: &Call) -> Answer {
    let Some(route) = route(site, call) else { return page() };
    let pieces: Vec<&str> = route.split('/').filter(|piece| !piece.is_empty()).collect();
    let answer = respond(site, call, &pieces).unwrap_or_else(|refused| refused);
    match &answer.body {
        Body::Json(body) if site.blog.habits.warns && (200..300).contains(&answer.status) => {
            let warning =
                "<br />\n<b>Warning</b>:  Undefined array key \"x\" in <b>/srv/a.php</b> on line <b>7</b><br />\n";
            Answer { body: Body::Text("application/json", format!("{warning}{body}")), ..answer }
        }
        _ => answer,
    }
}

/// The route that is asked for, in either spelling; none where no API answers.
fn route(site: &Site, call: &Call) -> Option<String> {
    if call.segments.is_empty() {
        return call.query("rest_route").map(str::to_owned);
    }
    let (first, rest) = call.segments.split_first()?;
    (first == "wp-json" && !site.blog.habits.plain_permalinks).then(|| rest.join("/"))
}

fn respond(site: &mut Site, call: &Call, pieces: &[&str]) -> Result<Answer, Answer> {
    let method = call.method.as_str();
    if (method, pieces) == ("GET", &[]) {
        return Ok(index(call));
    }
    credentials(site, call)?;
    match (method, pieces) {
        ("GET", ["wp", "v2", "users", "me"]) => {
            Ok(Answer::json(200, json!({"id": 1, "name": "Mara Lindt", "slug": "mara"})))
        }
        ("POST", ["wp", "v2", "media"]) => media::upload(site, call),
        ("GET", ["wp", "v2", "media", id]) => media::show(site, id),
        ("DELETE", ["wp", "v2", "media", id]) => media::remove(site, id, call),
        (_, ["fs-poster", "v1", route @ ..]) => plugin(site, call, method, route),
        _ => Err(no_route()),
    }
}

fn plugin(site: &mut Site, call: &Call, method: &str, route: &[&str]) -> Result<Answer, Answer> {
    match (method, route) {
        ("GET", ["channels"]) => settings::channels(site, call),
        ("GET", ["channels", "labels"]) => settings::labels(),
        ("GET", ["channels", "settings"]) => settings::of_channel(site, call),
        ("POST", ["channels", "settings"]) => settings::save_channel(site, call),
        ("GET", ["social-networks", slug, "settings"]) => settings::of_network(site, slug),
        ("POST", ["social-networks", slug, "settings"]) => settings::save_network(site, slug, call),
        ("POST", ["composer"]) => compose::compose(site, call),
        ("POST", ["composer", "reschedule"]) if !site.blog.habits.older => compose::reschedule(site, call),
        ("GET", ["schedules"]) => list::list(site, call),
        ("GET", ["schedules", "calendar"]) => list::calendar(site, call),
        ("GET", ["schedules", "insights"]) => rows::insights(site, call),
        ("POST", ["schedules", "retry"]) => rows::retry(site, call),
        ("DELETE", ["schedules"]) => rows::delete(site, call),
        _ => Err(no_route()),
    }
}

/// The site itself; needs no credentials.
fn index(call: &Call) -> Answer {
    Answer::json(
        200,
        json!({"name": "Kontor Blog", "description": "", "url": format!("{}/blog", call.origin),
               "home": format!("{}/blog", call.origin), "gmt_offset": 0, "timezone_string": "UTC",
               "namespaces": ["oembed/1.0", "fs-poster/v1", "wp/v2"], "routes": {}}),
    )
}

/// Whether the request names the user and the application password of this site. Spaces in it are irrelevant.
fn credentials(site: &Site, call: &Call) -> Result<(), Answer> {
    let token = call.header("authorization").and_then(|value| value.strip_prefix("Basic "));
    let Some(token) = token else {
        return Err(refusal(401, "rest_forbidden", "Sorry, you are not allowed to do that."));
    };
    let given = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let (user, password) = given.split_once(':').unwrap_or_default();
    let (known, secret) = site.key.split_once(':').unwrap_or_default();
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    if user != known {
        let words = "<strong>Error:</strong> The username <strong>x</strong> is not registered on this site.";
        return Err(refusal(401, "invalid_username", words));
    }
    if !site.key_valid || plain(password) != plain(secret) {
        return Err(error(401));
    }
    Ok(())
}

/// The error body for a status, when nothing more is known.
fn error(status: u16) -> Answer {
    let (code, words) = match status {
        401 => ("incorrect_password", "The provided password is an invalid application password."),
        403 => ("rest_forbidden", "Sorry, you are not allowed to do that."),
        404 => return no_route(),
        429 | 503 => {
            let page = "<!DOCTYPE html><title>Maintenance</title><p>Briefly unavailable. Check back in a minute.</p>";
            return Answer::text(status, "text/html", page);
        }
        _ => ("internal_server_error", "<p>There has been a critical error on this website.</p>"),
    };
    refusal(status, code, words)
}

fn refusal(status: u16, code: &str, words: &str) -> Answer {
    Answer::json(status, json!({"code": code, "message": words, "data": {"status": status}}))
}

fn no_route() -> Answer {
    refusal(404, "rest_no_route", "No route was found matching the URL and request method.")
}

/// The site's own page for what is not there.
fn page() -> Answer {
    Answer::text(
        404,
        "text/html",
        "<!doctype html><title>Page not found</title><h1>Oops! That page can't be found.</h1>",
    )
}

/// An error of the plugin: nothing was done, and the status does not say so.
fn failed(words: &str) -> Answer {
    Answer::json(200, json!({"error_msg": words}))
}

/// What every action answers that went well.
fn done() -> Answer {
    Answer::json(200, json!([]))
}

/// The body as an object, in the words WordPress has for one that is none.
fn object(call: &Call) -> Result<Map<String, Value>, Answer> {
    call.object().map_err(|_| refusal(400, "rest_invalid_json", "Invalid JSON body passed."))
}

impl Flaw {
    fn into_wordpress(self) -> Answer {
        refusal(400, "rest_invalid_param", &format!("Invalid parameter(s): {}. {}", self.field, self.words))
    }
}
