//! A design as its front end needs to know it, and as its first page tells it in words.

use lockstep_shared::api::CSRF_HEADER;
use lockstep_shared::design::{Carrier, CsrfDefence, Design, DpopAlg, Kind, RefreshMode, Renewal};
use serde_json::{Value, json};

/// What the script of the bank's pages reads.
pub(super) fn for_script(design: &Design, has_log_out: bool) -> Value {
    let dpop = design.dpop.as_ref().filter(|_| design.check.dpop).map(|rules| match rules.alg {
        DpopAlg::ES256 => "ES256",
        DpopAlg::EdDSA => "EdDSA",
    });
    json!({
        "id": design.id,
        "title": design.title,
        "access": carrier(design.carry.access),
        "refresh": design.carry.refresh.map(carrier),
        "renewal": design.refresh.as_ref().map(|refresh| match refresh.renewal {
            Renewal::Explicit => "explicit",
            Renewal::Silent => "silent",
        }),
        "dpop": dpop,
        "csrf_cookie": design.csrf_cookie(),
        "csrf_header": CSRF_HEADER,
        "hashes_password": design.mistakes.page_sends_hash(),
        "has_log_out": has_log_out,
        "http_only": hidden_cookies(design),
    })
}

fn carrier(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Cookie => "cookie",
        Carrier::Memory => "memory",
        Carrier::LocalStorage => "local-storage",
    }
}

/// The cookies that no script sees.
pub(super) fn hidden_cookies(design: &Design) -> Vec<String> {
    let hidden = design.cookie.as_ref().is_some_and(|cookie| cookie.http_only);
    let access = (design.carry.access == Carrier::Cookie).then(|| design.access_cookie());
    let refresh = (design.carry.refresh == Some(Carrier::Cookie)).then(|| design.refresh_cookie().0);
    access.into_iter().chain(refresh).filter(|_| hidden).collect()
}

pub(super) fn credential(design: &Design) -> &'static str {
    match design.kind {
        Kind::Session => "A random id; what it stands for is kept at the bank.",
        Kind::Sealed => "A record of who you are, encrypted: the bank keeps nothing.",
        Kind::Jwt if design.check.dpop => "A signed token, bound to a key that can’t leave this browser.",
        Kind::Jwt => "A signed token that speaks for itself.",
        Kind::Introspection => "An opaque token, which the bank’s own server looks up.",
    }
}

pub(super) fn kept(design: &Design) -> &'static str {
    let hidden = design.cookie.as_ref().is_some_and(|cookie| cookie.http_only);
    match design.carry.access {
        Carrier::Cookie if hidden => {
            "In a cookie that script can’t read (HttpOnly). The browser attaches it by itself."
        }
        Carrier::Cookie => "In a cookie that script can read. The browser attaches it by itself.",
        Carrier::Memory => "In a variable of the page, gone when the page is. The page attaches it to each request.",
        Carrier::LocalStorage => {
            "In localStorage, which any script of the page reads. The page attaches it to each request."
        }
    }
}

pub(super) fn renewed(design: &Design) -> &'static str {
    match design.refresh.as_ref().map(|refresh| (refresh.renewal, refresh.mode)) {
        None => "It is not: after its end you log in again.",
        Some((Renewal::Silent, _)) => "By the bank, within any request, with a second token in a cookie.",
        Some((Renewal::Explicit, RefreshMode::Rotating)) => {
            "By the page, with a second token that is replaced at every use."
        }
        Some((Renewal::Explicit, _)) => "By the page, with a second token that stays the same.",
    }
}

pub(super) fn defence(design: &Design) -> &'static str {
    match design.csrf.defence {
        CsrfDefence::None => "Nothing of the bank’s own, and its pages may stand in another page’s frame.",
        CsrfDefence::FetchMetadata => "What the browser says of each request: Sec-Fetch-Site and Origin.",
        CsrfDefence::Token => "A secret that the page repeats in a header, and that no other site can read.",
    }
}

/// Whether the plain form of the log-in page is enough, or why not.
pub(super) fn needs_script(design: &Design) -> &'static str {
    match design.carry.access {
        Carrier::Cookie => "Without JavaScript you can log in here, and see what the bank answers as it is.",
        _ => "This design’s token is kept by the page’s own script: without JavaScript nobody stays logged in.",
    }
}
