//! What a browser does with cookies and storage: it stores, sends and withholds, and says by which rule.
//!
//! The rules are those of RFC 6265bis (draft-ietf-httpbis-rfc6265bis-22) and of the Fetch standard. Nothing in here does
//! I/O or reads the time: a caller brings each request, each `Set-Cookie` line and the lab's time, and gets a decision.
//!
//! - A [`Request`] knows where it comes from, so it can tell same-site from cross-site and write `Origin` and `Sec-Fetch-*`.
//! - A [`Jar`] belongs to one browser. `cookie_store` lies under it, for domain-match, path-match, default-path and
//!   storage; everything that `cookie_store` does not know (SameSite, prefixes, loopback as a secure context, limits,
//!   order) or decides by the machine's own clock (expiry) is decided here.
//! - A [`Policy`] has the choices that the standard leaves to a browser.
//! - Every cookie, at every request, comes with the one [`Rule`] that decided. The first rule in the standard's own order
//!   is named where several would refuse.
//! - [`Storage`] holds what pages keep themselves: localStorage and the variables of an open page.

mod cookie;
pub(crate) mod cors;
mod date;
mod jar;
pub(crate) mod octets;
mod request;
mod rules;
mod site;
mod storage;

#[allow(unused_imports, reason = "the list of what a browser offers, whether it is in use yet or not")]
pub(crate) use self::{
    cookie::{LONGEST_LIFE, MOST_ATTRIBUTE_OCTETS, MOST_OCTETS, SetCookie, StoredCookie},
    jar::{Decision, Jar, Receipt},
    request::{Request, RequestKind},
    rules::{Policy, Rule},
    site::{Origin, is_public_suffix, registrable_domain, same_site},
    storage::{NotKept, Place, Storage},
};
