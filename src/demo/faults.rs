//! Bad luck on cue: what may go wrong between a client and a simulator, and to which request it happens.

use std::time::Duration;

/// A piece of bad luck, and the requests it strikes.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Only requests to this provider, `"late"` or `"voxburst"`; any when `None`.
    pub provider: Option<&'static str>,
    /// Only this method, in capitals; any when `None`.
    pub method: Option<&'static str>,
    /// Only paths that contain this; any when `None`.
    pub path_contains: Option<String>,
    /// Only bodies that contain this; any when `None`.
    pub body_contains: Option<String>,
    /// How many matching requests pass unharmed first.
    pub nth: usize,
    /// How many requests it strikes after that.
    pub times: usize,
    pub kind: FaultKind,
}

impl Fault {
    /// Strikes the next request, whichever it is.
    pub fn once(kind: FaultKind) -> Self {
        Self { provider: None, method: None, path_contains: None, body_contains: None, nth: 0, times: 1, kind }
    }

    /// Only requests to this provider.
    pub fn at(mut self, provider: &'static str) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Only requests with this method and a path that contains `path`.
    pub fn on(mut self, method: &'static str, path: &str) -> Self {
        self.method = Some(method);
        self.path_contains = Some(path.to_owned());
        self
    }

    /// Only requests whose body contains `text`.
    pub fn saying(mut self, text: &str) -> Self {
        self.body_contains = Some(text.to_owned());
        self
    }

    /// Lets `count` matching requests pass first.
    pub fn skip(mut self, count: usize) -> Self {
        self.nth = count;
        self
    }

    /// Strikes `count` requests.
    pub fn times(mut self, count: usize) -> Self {
        self.times = count;
        self
    }

    fn matches(&self, provider: &str, method: &str, path: &str, body: &str) -> bool {
        self.provider.is_none_or(|wanted| wanted == provider)
            && self.method.is_none_or(|wanted| wanted == method)
            && self.path_contains.as_deref().is_none_or(|part| path.contains(part))
            && self.body_contains.as_deref().is_none_or(|part| body.contains(part))
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection closes before anything is accepted.
    CutBefore,
    /// The request is accepted and carried out, then the connection closes without an answer.
    CutAfter,
    /// Refused with this status and the provider's error body; nothing is carried out.
    Status(u16),
    /// 429; `retry_after` in seconds.
    RateLimited { retry_after: Option<u32> },
    /// Carried out at once, but the answer is held for this long in real time, or until [`World::release`].
    ///
    /// [`World::release`]: super::World::release
    Slow(Duration),
    /// 200 with JSON that ends too early; nothing is carried out.
    Malformed,
    /// Carried out, then the same unreadable 200.
    MalformedAfter,
    /// 502 with a gateway's HTML page; nothing is carried out.
    Html,
    /// This status with a page of something on the way; nothing is carried out.
    Page(u16),
    /// 302 to another host; nothing is carried out.
    Redirect,
    /// A list answers with the page it gave last, instead of the one that was asked for.
    RepeatPage,
    /// 200 with ten megabytes of JSON that says nothing; nothing is carried out.
    Huge,
    /// Carried out, and the answer has one text where it would have another: words that no contract has.
    Reworded(&'static str, &'static str),
    /// 401, as if the key had been revoked this moment; nothing is carried out.
    Unauthorised,
}

/// The bad luck still to come, oldest first.
#[derive(Debug, Default)]
pub(super) struct Queue(Vec<Fault>);

impl Queue {
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// What strikes this request. Every fault that matches counts it; the oldest one that is due strikes.
    pub fn strike(&mut self, provider: &str, method: &str, path: &str, body: &str) -> Option<FaultKind> {
        let mut struck = None;
        for fault in self.0.iter_mut().filter(|fault| fault.matches(provider, method, path, body)) {
            if fault.nth > 0 {
                fault.nth -= 1;
            } else if struck.is_none() && fault.times > 0 {
                fault.times -= 1;
                struck = Some(fault.kind.clone());
            }
        }
        self.0.retain(|fault| fault.times > 0);
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_the_requests_it_names_and_no_others() {
        let mut queue = Queue::default();
        queue.push(Fault::once(FaultKind::Status(500)).at("late").on("POST", "/posts").skip(1).times(2));
        assert_eq!(queue.strike("late", "GET", "/api/v1/posts", ""), None);
        assert_eq!(queue.strike("voxburst", "POST", "/v1/posts", ""), None);
        assert_eq!(queue.strike("late", "POST", "/api/v1/posts", ""), None, "the first match is let through");
        assert_eq!(queue.strike("late", "POST", "/api/v1/posts", ""), Some(FaultKind::Status(500)));
        assert_eq!(queue.strike("late", "POST", "/api/v1/posts", ""), Some(FaultKind::Status(500)));
        assert_eq!(queue.strike("late", "POST", "/api/v1/posts", ""), None, "used up");
    }

    #[test]
    fn the_older_fault_strikes_first_and_the_younger_one_waits() {
        let mut queue = Queue::default();
        queue.push(Fault::once(FaultKind::CutBefore));
        queue.push(Fault::once(FaultKind::Html));
        assert_eq!(queue.strike("late", "GET", "/", ""), Some(FaultKind::CutBefore));
        assert_eq!(queue.strike("late", "GET", "/", ""), Some(FaultKind::Html));
    }
}
