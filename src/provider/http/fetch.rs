//! Fetching what a person attached by its address: whole, for providers that take files only; or as much of it as
//! measuring needs.
//!
//! Whoever names an address could make this program ask something of the network it stands in. So nothing but public
//! addresses over https is asked, at every step of a redirect and by what a name resolves to; no key travels along; and
//! what comes is bounded. In the demo it is the other way round: nothing leaves this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, LOCATION, RANGE};
use reqwest::{Client, Response, StatusCode};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use url::{Host, Url};

use super::{Http, Limits, builder};
use crate::domain::media::size_words;
use crate::provider::{Again, Kind, ProviderError, Reach, Result};

/// The largest file that is fetched, in bytes: the largest film that the networks of a file-only provider take.
const LARGEST: u64 = 512 * 1024 * 1024;
/// How many redirects are followed.
const HOPS: usize = 5;
/// A fetch ends within this, however steadily it trickles.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// The most bytes of a [`Piece`]: the heads of pictures and films are shorter.
const PIECE: u64 = 1024 * 1024;
/// Where nobody says how long a file is, it is counted up to here.
const COUNTED: u64 = 64 * 1024 * 1024;

/// The open web, which is asked without any key.
#[derive(Clone, Debug)]
pub struct Web {
    limits: Limits,
    at_home: bool,
}

/// A stretch of what lies at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes, at most 1 MiB; the end of the file where they are fewer.
    pub bytes: Vec<u8>,
    /// The size of the whole file in bytes, where that was said or could be counted.
    pub whole: Option<u64>,
    /// Whether other stretches can be asked for.
    pub is_ranged: bool,
}

impl Http {
    /// Fetches what is at `address` into `file`; how many bytes it was. Asks the web and not the provider, without a
    /// key. Words for anything that is not a public https address, leads elsewhere, is too large, or does not come.
    pub async fn fetch(&self, address: &str, file: File) -> Result<u64> {
        let web = Web::new(self.limits, self.base.is_loopback());
        let fetching = web.fetch(address, file, LARGEST);
        timeout(LONGEST, fetching)
            .await
            .unwrap_or_else(|_| Err(refused("it did not come to an end within half an hour")))
    }
}

impl Web {
    /// The web, as patient as `limits`; `at_home`, nothing but this machine: the demo.
    pub fn new(limits: Limits, at_home: bool) -> Self {
        Self { limits, at_home }
    }

    /// Whether it is nothing but this machine.
    pub fn is_at_home(&self) -> bool {
        self.at_home
    }

    /// Whether `url` may be asked, before anybody knows where its name leads.
    pub fn may_ask(&self, url: &Url) -> bool {
        may_fetch(url, self.at_home).is_ok()
    }

    /// Reads at most a MiB of what is at `address`, from byte `from` on. Words as with [`Http::fetch`], and where
    /// nothing but the beginning can be had.
    pub async fn piece(&self, address: &str, from: u64) -> Result<Piece> {
        let mut response = self.follow(address, Some(from)).await?;
        let status = response.status();
        if status == StatusCode::RANGE_NOT_SATISFIABLE {
            return Err(refused(if from == 0 { "it is empty" } else { "it ends before that" }));
        }
        if !status.is_success() {
            return Err(refused(answered(status)));
        }
        let is_ranged = status == StatusCode::PARTIAL_CONTENT;
        let said = match is_ranged {
            true => stretch(&response).filter(|(start, _)| *start == from).map(|(_, whole)| whole),
            false => (from == 0).then(|| length(&response)),
        };
        let Some(mut whole) = said else { return Err(refused("it cannot be read from the middle")) };
        let mut bytes = Vec::new();
        let mut counted = 0_u64;
        let ended = loop {
            let Some(piece) = self.more(&mut response).await? else { break true };
            counted = counted.saturating_add(piece.len() as u64);
            let room = usize::try_from(PIECE).unwrap_or(usize::MAX).saturating_sub(bytes.len());
            bytes.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
            let most = if whole.is_some() || is_ranged { PIECE } else { COUNTED };
            if counted >= most {
                break false;
            }
        };
        if ended && !is_ranged {
            whole = whole.or(Some(counted));
        }
        if counted == 0 { Err(refused("it is empty")) } else { Ok(Piece { bytes, whole, is_ranged }) }
    }

    async fn fetch(&self, address: &str, mut file: File, most: u64) -> Result<u64> {
        let response = self.follow(address, None).await?;
        self.keep(response, &mut file, most).await
    }

    /// Asks `address`, and whatever it leads on to; a stretch that begins at `from`, or all of it.
    async fn follow(&self, address: &str, from: Option<u64>) -> Result<Response> {
        let mut url = Url::parse(address).map_err(|_| refused("it is no web address"))?;
        let client = self.stranger()?;
        for _ in 0..=HOPS {
            may_fetch(&url, self.at_home)?;
            let mut request = client.get(url.clone());
            if let Some(from) = from {
                let to = from.saturating_add(PIECE - 1);
                request = request.header(RANGE, format!("bytes={from}-{to}")).header(ACCEPT_ENCODING, "identity");
            }
            let asked = timeout(self.limits.silence, request.send()).await;
            let response = match asked {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => return Err(refused(unreached(error))),
                Err(_) => return Err(refused("nothing answers there")),
            };
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let to = to.and_then(|to| url.join(to).ok());
            url = to.ok_or_else(|| refused("it leads on to nowhere"))?;
        }
        Err(refused("it leads on and on, and to no file"))
    }

    async fn keep(&self, mut response: Response, file: &mut File, most: u64) -> Result<u64> {
        let status = response.status();
        if !status.is_success() {
            return Err(refused(answered(status)));
        }
        let too_large = || refused(format!("it is larger than the {} that are fetched", size_words(most)));
        if response.content_length().is_some_and(|length| length > most) {
            return Err(too_large());
        }
        let mut kept = 0_u64;
        while let Some(piece) = self.more(&mut response).await? {
            kept = kept.saturating_add(piece.len() as u64);
            if kept > most {
                return Err(too_large());
            }
            file.write_all(&piece).await.map_err(|error| refused(format!("it cannot be kept here: {error}")))?;
        }
        file.flush().await.map_err(|error| refused(format!("it cannot be kept here: {error}")))?;
        if kept == 0 { Err(refused("it is empty")) } else { Ok(kept) }
    }

    /// The next bytes of an answer; nothing at its end.
    async fn more(&self, response: &mut Response) -> Result<Option<impl AsRef<[u8]> + std::ops::Deref<Target = [u8]>>> {
        match timeout(self.limits.silence, response.chunk()).await {
            Ok(Ok(piece)) => Ok(piece),
            Ok(Err(_)) => Err(refused("the line broke in the middle of it")),
            Err(_) => Err(refused("it stopped in the middle")),
        }
    }

    /// A client that knows no key, and follows nothing by itself.
    fn stranger(&self) -> Result<Client> {
        let mut builder = builder(self.limits);
        if self.at_home {
            builder = builder.no_proxy();
        } else {
            builder = builder.https_only(true).dns_resolver(std::sync::Arc::new(Public));
        }
        builder.build().map_err(|_| refused("no connection can be made from here"))
    }
}

fn answered(status: StatusCode) -> String {
    let why = match status.as_u16() {
        401 | 403 => ": it is not shown to everybody",
        404 | 410 => ": nothing is there",
        _ => "",
    };
    format!("it answers {}{why}", status.as_u16())
}

/// Where a stretch begins, and how long the whole is: `bytes 0-99/1234`.
fn stretch(response: &Response) -> Option<(u64, Option<u64>)> {
    let said = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    let (span, whole) = said.trim().strip_prefix("bytes")?.trim().split_once('/')?;
    let (start, _) = span.split_once('-')?;
    Some((start.trim().parse().ok()?, whole.trim().parse().ok()))
}

/// How long an answer says that it is, where it is sent as it lies there.
fn length(response: &Response) -> Option<u64> {
    let as_it_is = !response.headers().contains_key(CONTENT_ENCODING);
    response.content_length().filter(|_| as_it_is)
}

/// Whether an address may be asked at all. Where it resolves to is looked at by [`Public`].
fn may_fetch(url: &Url, at_home: bool) -> Result<()> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it carries a password"));
    }
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if at_home {
        let fits = loopback && matches!(url.scheme(), "http" | "https");
        return if fits { Ok(()) } else { Err(refused("the demo fetches nothing from outside this machine")) };
    }
    if url.scheme() != "https" {
        return Err(refused("it is not https, or leads to something that is not"));
    }
    let public = match url.host() {
        Some(Host::Domain(name)) => name != "localhost" && !name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        None => false,
    };
    if public { Ok(()) } else { Err(refused("it leads into this machine or its own network")) }
}

/// Resolves names to public addresses only: a name that leads into this machine or its own network leads nowhere.
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = found.into_iter().filter(|at| is_public(at.ip())).collect();
            if public.is_empty() {
                return Err("it leads into this machine or its own network".into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address belongs to the open internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let of_its_own = address.is_private() || address.is_loopback() || address.is_link_local();
    let nowhere = address.is_unspecified() || address.is_broadcast() || address.is_multicast();
    let reserved = a == 0 || a >= 240 || (a == 192 && b == 0 && c == 0) || (a == 198 && (b & 0xfe) == 18);
    // Addresses that a provider of access shares among its customers.
    let shared = a == 100 && (b & 0xc0) == 64;
    !(of_its_own || nowhere || reserved || shared || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // An address of the older kind, in one of the ways to write it as one of the newer.
    if let Some(older) = address.to_ipv4_mapped() {
        return is_public_v4(older);
    }
    let [a, b, c, d, e, f, g, h] = address.segments();
    let older = |high: u16, low: u16| {
        let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(one, two, three, four))
    };
    match (a, b) {
        (0x64, 0xff9b) => (c, d, e, f) == (0, 0, 0, 0) && older(g, h),
        (0x2002, _) => older(b, c),
        // Documentation, and tunnels that hide where they lead.
        (0x2001, 0x0db8 | 0) => false,
        // What is given out to the public begins so; everything else is local, for groups, or reserved.
        _ => (a & 0xe000) == 0x2000,
    }
}

fn unreached(error: reqwest::Error) -> String {
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(each) = source {
        let words = each.to_string();
        if words.contains("its own network") {
            return words;
        }
        source = each.source();
    }
    if error.is_connect() {
        "nobody can be reached there".into()
    } else {
        "it does not answer as a web server does".into()
    }
}

fn refused(words: impl Into<String>) -> ProviderError {
    ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{limits, server};
    use super::*;

    /// As a provider at `home` has it.
    fn at(home: &str) -> Web {
        Web::new(limits(), crate::provider::address::Base::read(home, "/v1").unwrap().is_loopback())
    }

    async fn fetched(address: &str, home: &str, most: u64) -> (std::result::Result<u64, String>, Vec<u8>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        let into = File::from_std(file.reopen().unwrap());
        let got = at(home).fetch(address, into, most).await;
        (got.map_err(|error| error.words), std::fs::read(file.path()).unwrap())
    }

    #[test]
    fn only_the_open_internet_is_asked() {
        for inside in [
            "10.1.2.3",
            "127.0.0.1",
            "172.20.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "2001:0:1::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
        let may = |url: &str, home: bool| may_fetch(&Url::parse(url).unwrap(), home).is_ok();
        assert!(may("https://media.example/a.png", false));
        for url in [
            "http://media.example/a.png",
            "file:///etc/passwd",
            "ftp://media.example/a",
            "https://me:pw@media.example/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://a.localhost/",
            "https://[::1]/",
            "https://10.0.0.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://169.254.169.254/latest/meta-data/",
        ] {
            assert!(!may(url, false), "{url}");
        }
        assert!(may("http://127.0.0.1:1/a.png", true) && !may("https://media.example/a.png", true));
    }

    #[tokio::test]
    async fn what_is_fetched_is_bounded_and_carries_no_key() {
        let (home, seen) = server("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
        let at = home.replace("/v1", "/roast.png");
        assert_eq!(fetched(&at, &home, 5).await, (Ok(5), b"hello".to_vec()));
        let asked = seen.lock().unwrap()[0].to_lowercase();
        assert!(asked.starts_with("get /roast.png") && !asked.contains("authorization") && !asked.contains("sk_do"));
        let (long, kept) = fetched(&at, &home, 4).await;
        assert!(long.unwrap_err().contains("larger") && kept.is_empty());
        let (endless, _) = server("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello hello hello").await;
        assert!(
            fetched(&endless, &endless, 9).await.0.unwrap_err().contains("larger"),
            "without a length it is counted"
        );
        let (gone, _) = server("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
        assert!(fetched(&gone, &gone, 9).await.0.unwrap_err().contains("404"));
    }

    #[tokio::test]
    async fn a_redirect_may_not_leave_what_may_be_asked() {
        for to in ["file:///etc/passwd", "http://10.0.0.1/", "https://media.example/", "gopher://127.0.0.1/"] {
            let answer = format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
            let (home, _) = server(answer.leak()).await;
            let words = fetched(&home, &home, 9).await.0.unwrap_err();
            assert!(words.contains("outside this machine"), "{to}: {words}");
        }
        let (home, seen) = server("HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n").await;
        assert!(fetched(&home, &home, 9).await.0.unwrap_err().contains("on and on"));
        assert_eq!(seen.lock().unwrap().len(), HOPS + 1);
        let outside = at("https://site.example/v1");
        let file = tempfile::NamedTempFile::new().unwrap();
        let into = File::from_std(file.reopen().unwrap());
        let words = outside.fetch("https://localhost.:1/", into, 9).await.unwrap_err().words;
        assert!(words.contains("own network") || words.contains("reached"), "{words}");
    }
}
