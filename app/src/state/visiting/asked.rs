//! What a request's own headers say about where it comes from and how it was made.

use url::Url;

use crate::browser::{Origin, Request, RequestKind, same_site};
use crate::lab::headers::Headers;

/// Who started a request, as far as its headers tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// Somebody typed the address, or opened it from outside of the browser.
    User,
    /// A page of the same origin.
    Own,
    /// A page of the same site on another host or port; its origin, where it is named.
    Sibling(Option<String>),
    /// A page of another site.
    Other(Option<String>),
}

/// How it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The whole tab went there.
    Tab,
    Frame,
    Image,
    /// A script's own request.
    Script,
    /// The browser asked whether a script may make a request.
    Preflight,
    /// A part of a page that is no picture: a script, a style, a font.
    Part,
}

impl Way {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tab => "tab",
            Self::Frame => "frame",
            Self::Image => "picture",
            Self::Script => "fetch",
            Self::Preflight => "preflight",
            Self::Part => "part",
        }
    }
}

/// A request as the rules for cookies see it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) url: Url,
    pub(super) method: String,
    pub(super) from: From,
    /// The page that asks; made up where only its relation is known.
    pub(super) page: Option<Url>,
    /// Whether the page, or that there is none, was told by the browser.
    pub(super) is_told: bool,
    pub(super) kind: RequestKind,
    pub(super) way: Way,
    /// The whole address of the page, where the browser told it.
    pub(super) referer: Option<String>,
}

impl Asked {
    /// None where the address is none.
    pub(super) fn of(host: &str, method: &str, path: &str, headers: &Headers) -> Option<Self> {
        let url = Url::parse(&format!("http://{host}{path}")).ok()?;
        let get = |name: &str| headers.get(name);
        let named = get("origin").filter(|origin| *origin != "null").and_then(|origin| Url::parse(origin).ok());
        let referer = get("referer").and_then(|from| Url::parse(from).ok());
        let told = named.or_else(|| referer.clone());
        let (page, is_told) = match (get("sec-fetch-site"), told) {
            (Some("none"), _) | (None, None) => (None, true),
            (_, Some(page)) => (Some(page), true),
            (Some("same-origin"), None) => (Some(url.clone()), false),
            (Some("same-site"), None) => (Url::parse(&format!("http://another.{host}/")).ok(), false),
            (Some(_), None) => (Url::parse("http://another-site.invalid/").ok(), false),
        };
        let named = |page: &Url| Origin::of(page).filter(|_| is_told).map(|origin| origin.to_string());
        let from = match &page {
            None => From::User,
            Some(page) if Origin::of(page).is_some_and(|origin| origin.contains(&url)) => From::Own,
            Some(page) if same_site(page, &url) => From::Sibling(named(page)),
            Some(page) => From::Other(named(page)),
        };
        let (mode, dest) = (get("sec-fetch-mode").unwrap_or_default(), get("sec-fetch-dest").unwrap_or_default());
        let (kind, way) = if method == "OPTIONS" && get("access-control-request-method").is_some() {
            (RequestKind::Fetch { credentials: false }, Way::Preflight)
        } else {
            kind(mode, dest, get("accept").unwrap_or_default())
        };
        let referer = referer.map(|page| without_fragment(&page));
        Some(Self { url, method: method.to_owned(), from, page, is_told, kind, way, referer })
    }

    /// The request as one of our own agents would make it; `page` takes the place of the page that asks.
    pub(super) fn request<'a>(&'a self, page: Option<&'a Url>) -> Request<'a> {
        Request { url: &self.url, method: &self.method, initiator: page, kind: self.kind }
    }
}

pub(super) fn without_fragment(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}

fn kind(mode: &str, dest: &str, accept: &str) -> (RequestKind, Way) {
    let fetch = RequestKind::Fetch { credentials: true };
    match (mode, dest) {
        ("navigate", "iframe" | "frame" | "embed" | "object") => (RequestKind::Frame, Way::Frame),
        ("navigate", _) => (RequestKind::Navigate, Way::Tab),
        (_, "image") => (RequestKind::Subresource, Way::Image),
        // A part that is fetched with CORS comes with the credentials of its own origin alone.
        ("cors", "script" | "style" | "font" | "manifest") => (RequestKind::Fetch { credentials: false }, Way::Part),
        (_, "script" | "style" | "font" | "manifest") => (RequestKind::Subresource, Way::Part),
        ("no-cors", _) => (RequestKind::Subresource, Way::Script),
        ("cors" | "same-origin", _) => (fetch, Way::Script),
        // A browser that does not say, or no browser: a page is what asks for HTML.
        _ if accept.contains("text/html") => (RequestKind::Navigate, Way::Tab),
        _ => (fetch, Way::Script),
    }
}
