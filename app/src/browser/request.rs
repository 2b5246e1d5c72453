//! A request as a browser sees it: what asks for what, and the headers that say so.

use url::Url;

use super::site::{self, Origin};

/// Where a request comes from and of what kind it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    /// What is asked for.
    pub(crate) url: &'a Url,
    /// The method, in its registered spelling (`GET`, `POST`).
    pub(crate) method: &'a str,
    /// The page that asks. `None` is an address typed by the user, or a program that is no page.
    pub(crate) initiator: Option<&'a Url>,
    /// How it asks.
    pub(crate) kind: RequestKind,
}

/// How a page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestKind {
    /// The whole tab goes there: a link, a form, a redirect of either.
    Navigate,
    /// Part of a page, such as an image.
    Subresource,
    /// A page within the page.
    Frame,
    /// `fetch()` in a script.
    Fetch {
        /// Whether cookies go to other origins too: `credentials: "include"`. Without it the default, `"same-origin"`,
        /// holds: cookies go to the page's own origin alone.
        credentials: bool,
    },
}

impl Request<'_> {
    /// Whether the request stays within one site (RFC 6265bis section 5.2). One that no page started does.
    pub(crate) fn is_same_site(&self) -> bool {
        self.initiator.is_none_or(|from| site::same_site(from, self.url))
    }

    /// Under which site in the address bar the request is made, as the key of partitioned cookies.
    pub(in crate::browser) fn partition(&self) -> String {
        let top = match self.kind {
            RequestKind::Navigate => self.url,
            _ => self.initiator.unwrap_or(self.url),
        };
        format!("{}://{}", top.scheme(), site::registrable_domain(top).unwrap_or_default())
    }

    /// Whether cookies take part at all, in the request and in its response (`includeCredentials` of the Fetch standard).
    pub(crate) fn has_credentials(&self) -> bool {
        self.kind != RequestKind::Fetch { credentials: false } || self.is_same_origin()
    }

    /// Whether the method is safe (RFC 9110 section 9.2.1).
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// The fetch metadata headers as Chromium sends them: all of them, or none where the target is not trustworthy.
    ///
    /// `Sec-Fetch-User` is left out: it stands for a user's own gesture, which nothing in the lab makes.
    pub(crate) fn sec_fetch(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let (mode, dest) = match self.kind {
            RequestKind::Navigate => ("navigate", "document"),
            RequestKind::Subresource => ("no-cors", "image"),
            RequestKind::Frame => ("navigate", "iframe"),
            RequestKind::Fetch { .. } => ("cors", "empty"),
        };
        let site = match self.initiator {
            None => "none",
            Some(_) if self.is_same_origin() => "same-origin",
            Some(_) if self.is_same_site() => "same-site",
            Some(_) => "cross-site",
        };
        let headers = [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)];
        site::is_trustworthy(self.url).then_some(headers).into_iter().flatten()
    }

    /// The `Origin` header (Fetch standard, section 3.2): on every cross-origin fetch and on every method but GET and HEAD.
    pub(crate) fn origin_header(&self) -> Option<String> {
        let from = self.initiator?;
        let is_fetch = matches!(self.kind, RequestKind::Fetch { .. });
        if matches!(self.method, "GET" | "HEAD") && (!is_fetch || self.is_same_origin()) {
            return None;
        }
        // The default referrer policy hides an https page from an http server, except where CORS needs the name.
        let is_hidden = !is_fetch && from.scheme() == "https" && self.url.scheme() != "https";
        let origin = Origin::of(from).filter(|_| !is_hidden);
        Some(origin.map_or_else(|| "null".to_owned(), |origin| origin.to_string()))
    }

    /// The `Referer` header of a request to another origin, where the page has the default policy
    /// (`strict-origin-when-cross-origin`): the page's origin alone. None within one origin, where the lab's pages are not
    /// told apart by it.
    pub(crate) fn referer_header(&self) -> Option<String> {
        let from = self.initiator.filter(|_| !self.is_same_origin())?;
        let is_hidden = from.scheme() == "https" && self.url.scheme() != "https";
        Origin::of(from).filter(|_| !is_hidden).map(|origin| format!("{origin}/"))
    }

    fn is_same_origin(&self) -> bool {
        self.initiator.is_none_or(|from| site::same_origin(from, self.url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAME_ORIGIN: RequestKind = RequestKind::Fetch { credentials: false };
    const INCLUDE: RequestKind = RequestKind::Fetch { credentials: true };

    fn with<T>(kind: RequestKind, method: &str, from: &str, to: &str, ask: impl FnOnce(&Request<'_>) -> T) -> T {
        let url = Url::parse(to).expect("the test's target is valid");
        let initiator = (!from.is_empty()).then(|| Url::parse(from).expect("the test's page is valid"));
        ask(&Request { url: &url, method, initiator: initiator.as_ref(), kind })
    }

    #[track_caller]
    fn check_sec_fetch(kind: RequestKind, from: &str, to: &str, expected: &str) {
        let headers = with(kind, "GET", from, to, |request| {
            request.sec_fetch().map(|(name, value)| format!("{}={value}", &name[10..])).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(headers, expected, "{from} to {to}");
    }

    #[test]
    fn fetch_metadata_says_where_a_request_comes_from() {
        let x = "http://x.localhost:8787/a";
        let navigate = RequestKind::Navigate;
        check_sec_fetch(navigate, "", x, "Site=none Mode=navigate Dest=document");
        check_sec_fetch(navigate, "http://x.localhost:8787/", x, "Site=same-origin Mode=navigate Dest=document");
        check_sec_fetch(navigate, "http://x.localhost:9/", x, "Site=same-site Mode=navigate Dest=document");
        check_sec_fetch(navigate, "http://blog.x.localhost/", x, "Site=same-site Mode=navigate Dest=document");
        check_sec_fetch(navigate, "http://evil.localhost/", x, "Site=cross-site Mode=navigate Dest=document");
        check_sec_fetch(navigate, "https://x.localhost/", x, "Site=cross-site Mode=navigate Dest=document");
        check_sec_fetch(navigate, "data:text/html,a", x, "Site=cross-site Mode=navigate Dest=document");
        check_sec_fetch(
            RequestKind::Subresource,
            "http://evil.localhost/",
            x,
            "Site=cross-site Mode=no-cors Dest=image",
        );
        check_sec_fetch(INCLUDE, "http://evil.localhost/", x, "Site=cross-site Mode=cors Dest=empty");
        check_sec_fetch(SAME_ORIGIN, "http://x.localhost:8787/", x, "Site=same-origin Mode=cors Dest=empty");
        check_sec_fetch(SAME_ORIGIN, "", x, "Site=none Mode=cors Dest=empty");
        check_sec_fetch(
            navigate,
            "http://127.0.0.1/",
            "http://localhost/",
            "Site=cross-site Mode=navigate Dest=document",
        );
        check_sec_fetch(navigate, "https://a.com/", "http://a.com/", "");
        check_sec_fetch(navigate, "https://a.com/", "https://a.com/", "Site=same-origin Mode=navigate Dest=document");
    }

    #[track_caller]
    fn check_origin(kind: RequestKind, method: &str, from: &str, expected: Option<&str>) {
        let origin = with(kind, method, from, "http://x.localhost:8787/a", |request| request.origin_header());
        assert_eq!(origin.as_deref(), expected, "{method} from {from}");
    }

    #[test]
    fn the_origin_is_named_across_origins_and_on_unsafe_methods() {
        let (own, evil) = ("http://x.localhost:8787/page", "http://evil.localhost:8787/page?q");
        let (own_origin, evil_origin) = (Some("http://x.localhost:8787"), Some("http://evil.localhost:8787"));
        check_origin(RequestKind::Navigate, "GET", evil, None);
        check_origin(RequestKind::Navigate, "POST", evil, evil_origin);
        check_origin(RequestKind::Navigate, "POST", own, own_origin);
        check_origin(RequestKind::Navigate, "POST", "", None);
        check_origin(RequestKind::Navigate, "POST", "data:text/html,a", Some("null"));
        check_origin(RequestKind::Navigate, "POST", "https://x.localhost:8787/", Some("null"));
        check_origin(RequestKind::Subresource, "GET", evil, None);
        check_origin(SAME_ORIGIN, "GET", own, None);
        check_origin(SAME_ORIGIN, "HEAD", own, None);
        check_origin(SAME_ORIGIN, "POST", own, own_origin);
        check_origin(SAME_ORIGIN, "DELETE", own, own_origin);
        check_origin(SAME_ORIGIN, "GET", evil, evil_origin);
        check_origin(INCLUDE, "HEAD", evil, evil_origin);
        check_origin(INCLUDE, "GET", "http://x.localhost:9/", Some("http://x.localhost:9"));
        check_origin(INCLUDE, "GET", "data:text/html,a", Some("null"));
        check_origin(INCLUDE, "GET", "https://x.localhost/", Some("https://x.localhost"));
        check_origin(SAME_ORIGIN, "POST", "", None);
    }

    #[test]
    fn another_origin_learns_which_page_asks_without_its_path() {
        let referer = |from| {
            with(RequestKind::Navigate, "GET", from, "http://x.localhost:8787/a", |request| request.referer_header())
        };
        assert_eq!(referer("http://evil.localhost:8787/page?q").as_deref(), Some("http://evil.localhost:8787/"));
        for none in ["", "http://x.localhost:8787/page", "https://x.localhost/", "data:text/html,a"] {
            assert_eq!(referer(none), None, "{none}");
        }
    }

    #[track_caller]
    fn check_credentials(kind: RequestKind, from: &str, expected: bool) {
        let taken = with(kind, "GET", from, "http://x.localhost:8787/a", |request| request.has_credentials());
        assert_eq!(taken, expected, "{kind:?} from {from}");
    }

    #[test]
    fn a_plain_fetch_has_credentials_for_its_own_origin_alone() {
        check_credentials(SAME_ORIGIN, "http://x.localhost:8787/", true);
        check_credentials(SAME_ORIGIN, "", true);
        check_credentials(SAME_ORIGIN, "http://x.localhost:9/", false);
        check_credentials(SAME_ORIGIN, "http://evil.localhost/", false);
        check_credentials(INCLUDE, "http://evil.localhost/", true);
        check_credentials(RequestKind::Navigate, "http://evil.localhost/", true);
        check_credentials(RequestKind::Subresource, "http://evil.localhost/", true);
    }
}
