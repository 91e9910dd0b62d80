//! Where a provider is, and with which key: read once, refused with words when it cannot be right.

use url::{Host, Url};

use super::{Again, Kind, ProviderError, Reach, Result};
use crate::domain::secret::Secret;

/// The address of an API, without a trailing slash: `https://host/api/v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    address: String,
    host: String,
    loopback: bool,
}

impl Base {
    /// Reads `given`, which may end in a slash or not, and may leave out the version or all of `path` (`/api/v1`).
    pub fn read(given: &str, path: &str) -> Result<Self> {
        let given = given.trim();
        let url = Url::parse(given).map_err(|_| refused("base_url is not an address such as https://host/path"))?;
        let host = match (url.scheme(), url.host()) {
            ("https" | "http", Some(host)) => host.to_owned(),
            _ => return Err(refused("base_url has to start with https://")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("base_url carries a user name or password: the key belongs in the key setting"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("base_url carries a query: give the address alone"));
        }
        let loopback = match &host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        if url.scheme() == "http" && !loopback {
            let words = format!(
                "base_url http://{host} would send the key unprotected: use https (http is for this machine only)"
            );
            return Err(refused(words));
        }
        let (_, version) = path.rsplit_once('/').unwrap_or(("", path));
        let below = match url.path().trim_end_matches('/') {
            "" => path.to_owned(),
            given if path.is_empty() || given.ends_with(&format!("/{version}")) => given.to_owned(),
            given => format!("{given}/{version}"),
        };
        let address = format!("{}{below}", url.origin().ascii_serialization());
        Ok(Self { address, host: host.to_string(), loopback })
    }

    /// The address of `path` (with its leading slash) below this one.
    pub fn join(&self, path: &str, query: &[(&str, String)]) -> Result<Url> {
        let mut url =
            Url::parse(&format!("{}{path}", self.address)).map_err(|_| refused("the path is not an address"))?;
        // An id that climbs out of the API would be asked of something else.
        if !url.as_str().starts_with(&format!("{}/", self.address)) {
            return Err(refused("the path leaves the address of the API"));
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query.iter().map(|(name, value)| (*name, value.as_str())));
        }
        Ok(url)
    }

    /// The host, for messages.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is this machine: reached without a proxy.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether it is reached without TLS.
    pub fn is_plain(&self) -> bool {
        self.address.starts_with("http:")
    }
}

/// Whether `key` can travel in a header; says what is wrong with it, never what it is.
pub fn check_key(key: &str) -> Result<()> {
    let words = if key.is_empty() {
        "the key is empty: give the account a key"
    } else if key.contains(char::is_whitespace) {
        "the key contains a space or a line break: paste it again without"
    } else if !key.chars().all(|c| c.is_ascii_graphic()) {
        "the key contains characters no key has: paste it again"
    } else {
        return Ok(());
    };
    Err(ProviderError::new(Kind::Unauthorised, Reach::NotSent, Again::Never, words))
}

/// Whether `url` leads out over https, or stays within this machine where the API does too (`at_home`: the demo).
pub fn may_lead_to(url: &Url, at_home: bool) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback && at_home)
}

/// A web address for a person's browser, as a provider gave it. Refused without showing it: it may hold a secret.
pub fn link(given: &str, at_home: bool) -> Result<Secret> {
    let refused = |words: &str| ProviderError::new(Kind::Malformed, Reach::Answered, Again::Never, words);
    if given.trim().is_empty() {
        return Err(refused("the provider could not make a link for this network; connect it on its own pages"));
    }
    let url = Url::parse(given.trim()).map_err(|_| refused("the provider's link is no web address"))?;
    if !may_lead_to(&url, at_home) || !url.username().is_empty() || url.password().is_some() {
        return Err(refused("the provider's link is not a plain https address: nothing was opened"));
    }
    Ok(Secret::new(url.into()))
}

/// An id as one segment of a path.
pub fn segment(id: &str) -> Result<String> {
    if id.trim_matches('.').is_empty() {
        return Err(ProviderError::new(Kind::NotFound, Reach::NotSent, Again::Never, "the post has no usable id"));
    }
    let mut segment = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'~' => segment.push(char::from(byte)),
            _ => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(segment)
}

fn refused(words: impl Into<String>) -> ProviderError {
    ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_spelt_in_several_ways() {
        for (given, path, expected) in [
            ("https://zernio.com/api/v1", "/api/v1", "https://zernio.com/api/v1/posts"),
            ("https://zernio.com/api/v1/", "/api/v1", "https://zernio.com/api/v1/posts"),
            ("https://zernio.com/api", "/api/v1", "https://zernio.com/api/v1/posts"),
            ("https://zernio.com/api/", "/api/v1", "https://zernio.com/api/v1/posts"),
            ("https://zernio.com", "/api/v1", "https://zernio.com/api/v1/posts"),
            ("https://getlate.dev/api/v1", "/api/v1", "https://getlate.dev/api/v1/posts"),
            (" http://127.0.0.1:4010/api/v1 ", "/api/v1", "http://127.0.0.1:4010/api/v1/posts"),
            ("http://127.9.9.9/v1", "/v1", "http://127.9.9.9/v1/posts"),
            ("http://localhost:80/", "/v1", "http://localhost/v1/posts"),
            ("http://[::1]:9/v1", "/v1", "http://[::1]:9/v1/posts"),
            ("https://api.voxburst.io", "/v1", "https://api.voxburst.io/v1/posts"),
            ("https://api.voxburst.io/v1//", "/v1", "https://api.voxburst.io/v1/posts"),
            ("https://host.example/blog/", "", "https://host.example/blog/posts"),
            ("https://blog.example", "", "https://blog.example/posts"),
        ] {
            let base = Base::read(given, path).unwrap();
            assert_eq!(base.join("/posts", &[]).unwrap().as_str(), expected, "{given}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_right_is_refused_with_words() {
        for (given, words) in [
            ("", "not an address"),
            ("zernio.com/api/v1", "not an address"),
            ("ftp://zernio.com", "https://"),
            ("http://zernio.com/api/v1", "unprotected"),
            ("http://10.0.0.1", "unprotected"),
            ("http://localhost.evil.example", "unprotected"),
            ("https://me:secret@zernio.com", "user name"),
            ("https://zernio.com/api?key=secret", "query"),
        ] {
            let error = Base::read(given, "/api/v1").unwrap_err();
            assert!(error.words.contains(words), "{given}: {}", error.words);
            assert!(!format!("{error} {error:?}").contains("secret"), "{given}");
        }
    }

    #[test]
    fn a_link_for_the_browser_is_https_and_never_shown() {
        use secrecy::ExposeSecret as _;
        let home = "http://127.0.0.1:4010/authorise/x?secret=1";
        let shown = link("https://x.example/oauth?state=1", false).unwrap();
        assert_eq!(shown.text().expose_secret(), "https://x.example/oauth?state=1");
        assert!(link(home, true).is_ok());
        for bad in [
            "",
            "secret",
            "http://x.example/?secret=1",
            home,
            "javascript:alert('secret')",
            "file:///secret",
            "https://me:secret@x.example/",
        ] {
            let error = link(bad, false).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("secret"), "{bad}");
        }
    }

    #[test]
    fn an_id_cannot_leave_its_place() {
        let base = Base::read("https://zernio.com", "/api/v1").unwrap();
        let path = format!("/posts/{}", segment("../accounts?x#y é").unwrap());
        assert_eq!(
            base.join(&path, &[]).unwrap().as_str(),
            "https://zernio.com/api/v1/posts/..%2Faccounts%3Fx%23y%20%C3%A9"
        );
        assert!(segment("..").is_err() && segment("").is_err());
        assert!(base.join("/../../elsewhere", &[]).is_err());
    }

    #[test]
    fn a_key_that_no_header_can_carry_is_refused_unseen() {
        for key in ["", "sk abc", "sk_abc\n", "sk_ä", "sk\u{7}a"] {
            let error = check_key(key).unwrap_err();
            assert_eq!((error.kind, error.reach), (Kind::Unauthorised, Reach::NotSent), "{key:?}");
            assert!(!error.words.contains("sk"), "{}", error.words);
        }
        assert!(check_key("vb_live_0123").is_ok());
    }
}
