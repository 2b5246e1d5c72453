//! Which site and which origin an address belongs to, and whether its connection counts as secure.
//!
//! The registrable domain is the public suffix and a label more. That is exact for everything under `localhost`, where the
//! lab lives, and as good as the list of public suffixes elsewhere.

mod suffixes;

use std::fmt;

use url::{Host, Url};

/// A tuple origin (HTML section 7.1.1): the whole of scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: String,
    host: String,
    /// `None` is the scheme's own port.
    port: Option<u16>,
}

impl Origin {
    /// The origin of an http or https address; `None` is an opaque one, which equals no other, not even itself.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        let host = url.host_str().filter(|_| is_http(url))?;
        Some(Self { scheme: url.scheme().to_owned(), host: host.to_owned(), port: url.port() })
    }

    /// Whether `url` lies in this origin.
    pub(crate) fn contains(&self, url: &Url) -> bool {
        self.scheme == url.scheme() && Some(&*self.host) == url.host_str() && self.port == url.port()
    }
}

/// `http://name.localhost:8787`, as an `Origin` header has it.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Whether two addresses share scheme, host and port.
pub(super) fn same_origin(a: &Url, b: &Url) -> bool {
    is_http(a) && a.scheme() == b.scheme() && a.host_str() == b.host_str() && a.port() == b.port()
}

/// Whether two addresses share scheme and registrable domain, whatever their ports (HTML section 7.1.1.1: schemefully
/// same site).
pub(crate) fn same_site(a: &Url, b: &Url) -> bool {
    is_http(a) && a.scheme() == b.scheme() && registrable_domain(a) == registrable_domain(b)
}

/// Whether cookies exist for this address at all.
pub(super) fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Whether a connection there counts as secure: https, or a host that can't be but this machine (W3C Secure Contexts
/// section 3.1).
pub(super) fn is_trustworthy(url: &Url) -> bool {
    url.scheme() == "https"
        || match url.host() {
            Some(Host::Domain(name)) => {
                let name = without_root(name);
                name == "localhost" || name.ends_with(".localhost")
            }
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// Whether a `Domain` attribute names a whole registry, such as `localhost`, `com` or `co.uk`.
pub(crate) fn is_public_suffix(domain: &str) -> bool {
    let name = without_root(domain);
    !name.is_empty() && !name.starts_with('[') && suffixes::suffix_len(name) == name.len()
}

/// `shop.localhost` for `blog.shop.localhost`; a public suffix and an IP address are their own.
pub(crate) fn registrable_domain(url: &Url) -> Option<&str> {
    match url.host()? {
        Host::Domain(name) => {
            let own = without_root(name);
            let labels = own[..own.len() - suffixes::suffix_len(own)].trim_end_matches('.');
            let start = if labels.is_empty() { 0 } else { labels.rfind('.').map_or(0, |at| at + 1) };
            Some(&name[start..])
        }
        Host::Ipv4(_) | Host::Ipv6(_) => url.host_str(),
    }
}

fn without_root(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("the test's address is valid")
    }

    #[track_caller]
    fn check(a: &str, b: &str, expected: &str) {
        let relation = |a: &Url, b: &Url| match (same_origin(a, b), same_site(a, b)) {
            (true, _) => "origin",
            (false, true) => "site",
            (false, false) => "cross",
        };
        let (a, b) = (url(a), url(b));
        assert_eq!(relation(&a, &b), expected, "{a} and {b}");
        assert_eq!(relation(&b, &a), expected, "{b} and {a}");
        assert_eq!(Origin::of(&a).is_some_and(|origin| origin.contains(&b)), expected == "origin", "{a} holds {b}");
    }

    #[test]
    fn two_addresses_share_an_origin_or_a_site_or_nothing() {
        check("http://x.localhost/", "http://x.localhost/a?b#c", "origin");
        check("http://x.localhost/", "http://x.localhost:80/", "origin");
        check("https://x.localhost/", "https://x.localhost:443/", "origin");
        check("http://x.localhost:8787/", "http://x.localhost:9999/", "site");
        check("http://blog.x.localhost/", "http://x.localhost/", "site");
        check("http://a.b.c.x.localhost/", "http://blog.x.localhost/", "site");
        check("http://x.localhost/", "http://X.LOCALHOST/", "origin");
        check("http://x.localhost/", "http://evil.localhost/", "cross");
        check("http://x.localhost/", "http://localhost/", "cross");
        check("http://x.localhost/", "https://x.localhost/", "cross");
        check("http://x.localhost/", "http://x.localhost./", "cross");
        check("http://blog.x.localhost./", "http://x.localhost./", "site");
        check("http://localhost/", "http://localhost:8787/", "site");
        check("http://localhost./", "http://localhost/", "cross");
        check("http://localhost/", "http://127.0.0.1/", "cross");
        check("http://127.0.0.1:1/", "http://127.0.0.1:2/", "site");
        check("http://127.0.0.1/", "http://1.0.0.1/", "cross");
        check("http://[::1]:1/", "http://[::1]:2/", "site");
        check("http://[::1]/", "http://localhost/", "cross");
        check("https://a.example.com/", "https://b.example.com/", "site");
        check("https://example.com/", "https://example.org/", "cross");
        check("https://a.example.co.uk/", "https://example.co.uk/", "site");
        check("https://example.co.uk/", "https://example2.co.uk/", "cross");
        check("https://co.uk/", "https://example.co.uk/", "cross");
        check("https://you.github.io/", "https://me.github.io/", "cross");
        check("https://a.b.example.com./", "https://example.com./", "site");
        check("http://a..b/", "http://b/", "cross");
        check("data:text/html,a", "data:text/html,a", "cross");
        check("about:blank", "http://x.localhost/", "cross");
        check("file:///a", "file:///a", "cross");
    }

    #[test]
    fn https_and_this_machine_are_trustworthy() {
        let yes = [
            "https://example.com/",
            "http://localhost:1/",
            "http://a.localhost/",
            "http://a.b.localhost/",
            "http://a.localhost./",
            "http://127.0.0.1/",
            "http://127.255.0.9/",
            "http://[::1]/",
        ];
        let no = [
            "http://example.com/",
            "http://localhost.example.com/",
            "http://notlocalhost/",
            "http://128.0.0.1/",
            "http://[::2]/",
            "http://[::ffff:127.0.0.1]/",
            "data:text/plain,a",
        ];
        for text in yes {
            assert!(is_trustworthy(&url(text)), "{text}");
        }
        for text in no {
            assert!(!is_trustworthy(&url(text)), "{text}");
        }
    }

    #[test]
    fn whole_registries_are_public_suffixes() {
        for (domain, expected) in [
            ("localhost", true),
            ("com.", true),
            ("co.uk", true),
            ("x.localhost", false),
            ("example.co.uk", false),
            ("", false),
            (".", false),
            ("[::1]", false),
            ("1.2", false),
        ] {
            assert_eq!(is_public_suffix(domain), expected, "{domain:?}");
        }
    }

    #[test]
    fn an_origin_is_written_without_its_own_port() {
        for (from, expected) in [
            ("http://x.localhost:80/a", Some("http://x.localhost")),
            ("http://x.localhost:8787/a", Some("http://x.localhost:8787")),
            ("https://[::1]:443/", Some("https://[::1]")),
            ("data:text/plain,a", None),
            ("blob:http://x.localhost/1", None),
        ] {
            assert_eq!(Origin::of(&url(from)).map(|origin| origin.to_string()).as_deref(), expected, "{from}");
        }
    }
}
