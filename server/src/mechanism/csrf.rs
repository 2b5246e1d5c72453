//! Telling forged cross-site requests apart (OWASP Cross-Site Request Forgery Prevention Cheat Sheet): by what the browser
//! says of them, which is Fetch Metadata, and Origin where that is missing; or by a secret that only the bank's own page
//! can read.

use axum::http::{HeaderMap, Method, header};
use lockstep_shared::api::CSRF_HEADER;
use lockstep_shared::design::{CsrfDefence, Design};

use super::cookies::{self, Presented};
use crate::error::{Answer, Problem};

/// Refuses an unsafe request that another site (or a sibling host) started. `host` is the request's own, with its port.
pub(crate) fn check(design: &Design, method: &Method, headers: &HeaderMap, host: &str) -> Answer<()> {
    if method.is_safe() {
        return Ok(());
    }
    match design.csrf.defence {
        CsrfDefence::None => Ok(()),
        CsrfDefence::FetchMetadata => check_origin(headers, host),
        CsrfDefence::Token => check_token(design, headers, host),
    }
}

/// Demands that the page repeats in a header what lies in a cookie that it alone can read. Who carries no credential yet
/// has no such secret either, and logs in: there the browser's word has to do.
fn check_token(design: &Design, headers: &HeaderMap, host: &str) -> Answer<()> {
    let presented = Presented::read(design, headers);
    if presented.access.is_none() && presented.refresh.is_none() {
        return check_origin(headers, host);
    }
    let said = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
    match cookies::csrf(design, headers) {
        Some(kept) if Some(kept.as_str()) == said => Ok(()),
        _ => Err(Problem::forbidden(
            "csrf-token",
            format!("the request does not repeat the page's secret in {CSRF_HEADER}"),
        )),
    }
}

fn check_origin(headers: &HeaderMap, host: &str) -> Answer<()> {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap_or("?"));
    match (text(header::HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some("same-origin" | "none"), _) => Ok(()),
        (Some(site), _) => Err(forged(&format!("Sec-Fetch-Site: {site}"))),
        (None, Some(origin)) if origin.strip_prefix("http://").is_some_and(|from| from.eq_ignore_ascii_case(host)) => {
            Ok(())
        }
        (None, Some(origin)) => Err(forged(&format!("Origin: {origin}"))),
        // Browsers send at least one of the two with every unsafe request; programs such as curl send neither, and
        // nobody can forge a request through them.
        (None, None) => Ok(()),
    }
}

fn forged(said: &str) -> Problem {
    let said: String = said.chars().take(200).collect();
    Problem::forbidden(
        "cross-site",
        format!("another site started this request ({said}), and it would change something"),
    )
}
