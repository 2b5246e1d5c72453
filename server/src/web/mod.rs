//! Pages for a real browser: the bank's on each design's host, the attacker's on a site of its own and beside each design.

mod attack;
mod bank;
mod drops;
mod facts;
mod files;
mod landing;
mod outside;
mod template;

use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::users::SeedUser;

pub use drops::Loot;

pub(crate) use attack::{evil, sibling};
pub(crate) use bank::routes;
pub(crate) use drops::Drops;
pub(crate) use files::shared;
pub(crate) use landing::Landing;
pub(crate) use outside::{Place, answer};
pub(crate) use template::Html;

/// What the pages of one server know.
#[derive(Default)]
pub(crate) struct Web {
    /// The accounts that the log-in page names, for everybody on this machine to use.
    pub(crate) accounts: Vec<SeedUser>,
    /// Who publishes on the attacker's hosts: whom they pay, and log victims in as.
    pub(crate) publisher: Option<SeedUser>,
    pub(crate) drops: Drops,
}

/// The port in a host as a request named it, with its colon; empty where there is none.
pub(crate) fn port(host: &str) -> String {
    let port =
        host.rsplit_once(':').map(|(_, port)| port).filter(|port| port.bytes().all(|octet| octet.is_ascii_digit()));
    port.map(|port| format!(":{port}")).unwrap_or_default()
}

/// A page that runs no script and stands in no frame.
pub(crate) fn closed(mut response: Response) -> Response {
    const POLICY: &str =
        "default-src 'self'; script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}
