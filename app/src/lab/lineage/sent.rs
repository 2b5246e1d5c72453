//! The credentials in an exchange: what was presented and what was given out, read off its headers and bodies as anybody
//! on the wire could.

use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::api::LoginReply;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::Design;
use lockstep_shared::trace::Act;
use serde_json::Value;

use crate::lab::exchange::Exchange;

/// The hash by which a value is known again.
pub(super) type Print = [u8; 32];

/// What a request carries.
#[derive(Default)]
pub(super) struct Presented {
    pub(super) access: Option<Print>,
    pub(super) refresh: Option<Print>,
}

/// What an answer gives out.
#[derive(Default)]
pub(super) struct Given {
    pub(super) access: Option<Fresh>,
    pub(super) refresh: Option<Fresh>,
    /// The user's id, where the answer names it.
    pub(super) user: Option<String>,
    /// What the server calls the login.
    pub(super) login: Option<String>,
}

/// A value that was given out.
pub(super) struct Fresh {
    pub(super) print: Print,
    pub(super) id: String,
    pub(super) ends: Option<LabTime>,
}

pub(super) fn print(value: &str) -> Print {
    let hash = digest::digest(&digest::SHA256, value.as_bytes());
    hash.as_ref().try_into().expect("SHA-256 has 32 octets")
}

/// The first eight octets, which is how the server's records are called.
pub(super) fn handle(print: &Print) -> String {
    print[..8].iter().map(|octet| format!("{octet:02x}")).collect()
}

pub(super) fn presented(design: &Design, exchange: &Exchange) -> Presented {
    let mut presented = Presented::default();
    let (access, refresh) = (design.access_cookie(), design.refresh_cookie().0);
    for (name, value) in exchange.request_headers.iter() {
        match name {
            "authorization" => presented.access = value.split_once(' ').map(|(_, token)| print(token)),
            "cookie" => {
                for (name, value) in value.split("; ").filter_map(|pair| pair.split_once('=')) {
                    if name == access {
                        presented.access = Some(print(value));
                    } else if name == refresh {
                        presented.refresh = Some(print(value));
                    }
                }
            }
            _ => {}
        }
    }
    let body = exchange.request_body.as_deref().filter(|body| body.contains("refresh_token"));
    let body: Option<Value> = body.and_then(|body| serde_json::from_str(body).ok());
    if let Some(token) = body.as_ref().and_then(|body| body["refresh_token"].as_str()) {
        presented.refresh = Some(print(token));
    }
    presented
}

pub(super) fn given(design: &Design, exchange: &Exchange) -> Given {
    let mut given = Given::default();
    if exchange.status >= 400 {
        return given;
    }
    let (access, refresh) = (design.access_cookie(), design.refresh_cookie().0);
    for (name, line) in exchange.response_headers.iter() {
        let Some((cookie, rest)) = line.split_once('=').filter(|_| name.eq_ignore_ascii_case("set-cookie")) else {
            continue;
        };
        let mut parts = rest.split(';').map(str::trim);
        let value = parts.next().unwrap_or_default();
        let age = parts.find_map(|part| part.strip_prefix("Max-Age=")?.parse::<u64>().ok());
        // An empty cookie, or one that is over at once, takes the old one away.
        if value.is_empty() || age == Some(0) {
            continue;
        }
        let ends = age.map(|secs| exchange.at + Duration::from_secs(secs));
        if cookie == access {
            given.access = Some(Fresh::new(value, ends));
        } else if cookie == refresh {
            given.refresh = Some(Fresh::new(value, ends));
        }
    }
    let replies = ["/auth/login", "/auth/password", "/auth/refresh"].iter().any(|path| exchange.path.ends_with(path));
    let reply = replies.then(|| serde_json::from_str::<LoginReply>(&exchange.response_body).ok()).flatten();
    if let Some(reply) = reply {
        let ends = reply.expires_in.map(|secs| exchange.at + Duration::from_secs(secs));
        given.access = reply.access_token.map(|token| Fresh::new(&token, ends)).or(given.access);
        given.refresh = reply.refresh_token.map(|token| Fresh::new(&token, None)).or(given.refresh);
        given.user = Some(reply.user.id);
    }
    given.login = exchange.trace.acts.iter().find_map(|timed| match &timed.act {
        Act::Issued { of, .. } => of.clone(),
        _ => None,
    });
    given
}

impl Fresh {
    fn new(value: &str, ends: Option<LabTime>) -> Self {
        let print = print(value);
        let claims = claims(value);
        let claim = |name: &str| claims.as_ref().and_then(|claims| claims.get(name));
        let jti = claim("jti").and_then(Value::as_str).map(str::to_owned);
        let exp = claim("exp").and_then(Value::as_u64).map(LabTime::from_secs);
        Self { print, id: jti.unwrap_or_else(|| handle(&print)), ends: exp.or(ends) }
    }
}

/// The claims of a value that looks like a signed token, which anybody can read.
fn claims(value: &str) -> Option<Value> {
    let payload = value.split('.').nth(1)?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}
