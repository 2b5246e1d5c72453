//! A GET moves money, so that a link or an image is enough to start it, and no rule for unsafe methods applies (CWE-650).

use axum::http::StatusCode;
use lockstep_shared::api::Transfer;
use lockstep_shared::design::Mistakes;

use crate::error::{Answer, Problem};

/// The order in a query string; refused as any other wrong method is, where the design does not make this mistake.
pub(crate) fn order(mistakes: &Mistakes, query: &str) -> Answer<Transfer> {
    if !mistakes.get_changes_state {
        return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "this address takes another method"));
    }
    let order = axum::extract::Query::try_from_uri(&format!("/?{query}").parse().unwrap_or_default());
    order.map(|order| order.0).map_err(|bad| Problem::bad_request("malformed-query", bad.body_text()))
}
