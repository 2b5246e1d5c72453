//! Telling forged cross-site requests apart by what the browser says of them: Fetch Metadata, and Origin where that is
//! missing (OWASP Cross-Site Request Forgery Prevention Cheat Sheet).

use axum::http::{HeaderMap, Method, header};
use lockstep_shared::design::CsrfDefence;

use crate::error::{Answer, Problem};

/// Refuses an unsafe request that another site (or a sibling host) started. `host` is the request's own, with its port.
pub(crate) fn check(defence: CsrfDefence, method: &Method, headers: &HeaderMap, host: &str) -> Answer<()> {
    if defence == CsrfDefence::None || method.is_safe() {
        return Ok(());
    }
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
