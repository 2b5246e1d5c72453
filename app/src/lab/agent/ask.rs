//! What an agent sends, and what a redirect makes of it.

use url::Url;

use crate::browser::RequestKind;
use crate::lab::client::Reply;
use crate::lab::exchange::Purpose;

/// What to send.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    /// A path of the bank's; after a redirect, a whole address.
    pub(crate) path: String,
    /// A JSON body.
    pub(crate) body: Option<serde_json::Value>,
    pub(crate) purpose: Purpose,
    pub(crate) sender: Sender,
}

/// What sends a request in an agent's browser.
#[derive(Clone, Debug, Default)]
pub(crate) enum Sender {
    /// The script of the bank's own page, which attaches what it keeps.
    #[default]
    Own,
    /// Another page, which knows nothing of what the bank's page keeps.
    Other {
        page: Url,
        kind: RequestKind,
        /// Whether the body is sent as a form's.
        form: bool,
        /// The `Access-Control-Request-*` headers of a preflight, or what else only a script can add.
        headers: Vec<(&'static str, String)>,
    },
}

impl Sender {
    /// What the page adds to the headers itself.
    pub(super) fn headers(&self) -> &[(&'static str, String)] {
        match self {
            Self::Own => &[],
            Self::Other { headers, .. } => headers,
        }
    }

    /// The page that starts the request, where it is not the bank's own, and how it asks.
    pub(super) fn initiator<'a>(&'a self, own: &'a Url) -> (&'a Url, RequestKind) {
        match self {
            Self::Own => (own, RequestKind::Fetch { credentials: false }),
            Self::Other { page, kind, .. } => (page, *kind),
        }
    }
}

impl Ask {
    pub(crate) fn get(path: &str, purpose: Purpose) -> Self {
        Self { method: "GET", path: path.to_owned(), body: None, purpose, sender: Sender::Own }
    }

    pub(crate) fn post(path: &str, body: Option<serde_json::Value>, purpose: Purpose) -> Self {
        Self { method: "POST", path: path.to_owned(), body, purpose, sender: Sender::Own }
    }

    /// The body as it is sent, and its type.
    pub(super) fn encoded(&self) -> (Option<&'static str>, Option<String>) {
        let Some(body) = &self.body else { return (None, None) };
        if !matches!(self.sender, Sender::Other { form: true, .. }) {
            return (Some("application/json"), Some(body.to_string()));
        }
        let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let fields = body.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), text(value)));
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        (Some("application/x-www-form-urlencoded"), Some(form))
    }

    /// What a redirect asks for next (Fetch standard, "HTTP-redirect fetch"); None where the reply is no redirect. `from`
    /// is the address that answered.
    pub(crate) fn redirected(&self, from: &Url, reply: &Reply) -> Option<Self> {
        let becomes_get = match reply.status {
            301 | 302 => self.method == "POST",
            303 => self.method != "GET",
            307 | 308 => false,
            _ => return None,
        };
        let to = from.join(reply.header("location")?).ok()?;
        Some(match becomes_get {
            true => Self { method: "GET", path: to.into(), body: None, ..self.clone() },
            false => Self { path: to.into(), ..self.clone() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &'static str, status: u16, to: &str, expected: Option<(&str, &str, bool)>) {
        let from = Url::parse("http://bank.localhost/a/b").expect("is an address");
        let ask =
            Ask { method, path: "/a/b".to_owned(), body: Some(serde_json::json!(1)), ..Ask::get("", Purpose::Action) };
        let headers = [("location", to)].into_iter().collect();
        let next = ask.redirected(&from, &Reply { status, headers, body: String::new(), micros: 0 });
        let next = next.as_ref().map(|next| (next.method, next.path.as_str(), next.body.is_some()));
        assert_eq!(next, expected, "{method} {status} {to}");
    }

    #[test]
    fn each_redirect_is_a_request_of_its_own() {
        check("POST", 302, "/login", Some(("GET", "http://bank.localhost/login", false)));
        check("DELETE", 302, "c", Some(("DELETE", "http://bank.localhost/a/c", true)));
        check("DELETE", 303, "c", Some(("GET", "http://bank.localhost/a/c", false)));
        check("POST", 307, "//evil.localhost/", Some(("POST", "http://evil.localhost/", true)));
        check("GET", 301, "http://[", None);
        check("GET", 200, "/login", None);
    }
}
