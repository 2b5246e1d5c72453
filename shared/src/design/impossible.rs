//! The mixes of settings that can't work, by the key to change and the reason.

use super::{Carrier, CsrfDefence, Denylist, Design, GraceGives, Kind, RefreshMode, Renewal, SameSite, Store};
use crate::span::Span;

/// Whether a rule is broken, the key to change, and why.
pub(super) type Rule = (bool, &'static str, &'static str);

/// The mixes of settings that can't work, each as the key to change and the reason; the one to tell first comes first.
pub(super) fn impossible(design: &Design) -> Vec<(&'static str, &'static str)> {
    rules(design).filter(|(broken, ..)| *broken).map(|(_, key, why)| (key, why)).collect()
}

/// Every rule that says something of such a design, kept or broken.
pub(super) fn rules(design: &Design) -> impl Iterator<Item = Rule> + use<> {
    let rules = [tables(design), lives(design), carriers(design), refreshes(design), checks(design), mistakes(design)];
    rules.into_iter().flatten()
}

/// Which tables go with which kind.
fn tables(design: &Design) -> Vec<Rule> {
    let kind = design.kind;
    let is_session = matches!(kind, Kind::Session | Kind::Sealed);
    vec![
        (
            is_session && design.session.is_none(),
            "session",
            "a design of kind session or sealed needs [session] with idle and absolute",
        ),
        (
            is_session && design.jwt.is_some(),
            "jwt",
            "a design of kind session or sealed has no [jwt]: remove it, or set kind = \"jwt\"",
        ),
        (
            is_session && (design.refresh.is_some() || design.carry.refresh.is_some()),
            "refresh",
            "a session is renewed by being used: remove [refresh] and carry.refresh",
        ),
        (
            kind == Kind::Jwt && design.jwt.is_none(),
            "jwt",
            "a design of kind jwt needs [jwt] with alg, access_ttl and audience",
        ),
        (
            !is_session && design.session.is_some(),
            "session",
            "a design with access tokens has no [session]: remove it, or set kind = \"session\"",
        ),
        (
            kind == Kind::Introspection && design.introspection.is_none(),
            "introspection",
            "a design of kind introspection needs [introspection] with access_ttl and cache",
        ),
        (
            kind != Kind::Introspection && design.introspection.is_some(),
            "introspection",
            "only opaque access tokens are looked up: remove [introspection], or set kind = \"introspection\"",
        ),
        (
            kind == Kind::Introspection && design.jwt.is_some(),
            "jwt",
            "an opaque access token is not signed: remove [jwt], or set kind = \"jwt\"",
        ),
        (
            kind == Kind::Introspection && !design.keeps_families(),
            "refresh",
            "an opaque access token belongs to a login that the server keeps: add [refresh] with mode = \"rotating\" or \"static\"",
        ),
        (
            kind == Kind::Sealed && design.store != Store::Memory,
            "store",
            "a sealed session is kept by the client alone: leave the store out",
        ),
        (design.title.chars().count() > 60, "title", "at most 60 characters, so that it fits above a lane"),
        (design.summary.chars().count() > 300, "summary", "at most 300 characters: one sentence"),
    ]
}

/// How long things live.
fn lives(design: &Design) -> Vec<Rule> {
    let jwt = design.jwt.as_ref();
    vec![
        (
            design.session.as_ref().is_some_and(|session| session.idle == Span::ZERO),
            "session.idle",
            "a session that ends at once lets nobody in: at least 1s",
        ),
        (
            design.session.as_ref().is_some_and(|session| session.absolute < session.idle),
            "session.absolute",
            "the absolute end can't come before the idle one",
        ),
        (
            jwt.is_some_and(|jwt| jwt.access_ttl == Span::ZERO),
            "jwt.access_ttl",
            "a token that ends at once lets nobody in: at least 1s",
        ),
        (
            design.introspection.as_ref().is_some_and(|opaque| opaque.access_ttl == Span::ZERO),
            "introspection.access_ttl",
            "a token that ends at once lets nobody in: at least 1s",
        ),
        (
            design.introspection.as_ref().is_some_and(|opaque| opaque.cache > opaque.access_ttl),
            "introspection.cache",
            "an answer can't be believed for longer than the token lives",
        ),
        (
            jwt.is_some_and(|jwt| jwt.audience.trim().is_empty()),
            "jwt.audience",
            "name the audience that tokens are made for, for example \"bank\"",
        ),
        (
            jwt.is_some_and(|jwt| jwt.leeway > Span::from_secs(600)),
            "jwt.leeway",
            "leeway makes up for clocks that differ by seconds: at most 10m",
        ),
        (
            design.refresh.as_ref().zip(design.access_ttl()).is_some_and(|(refresh, life)| refresh.ttl < life),
            "refresh.ttl",
            "a refresh token must outlive the access token",
        ),
    ]
}

/// Where things are kept at the client, and how they travel.
fn carriers(design: &Design) -> Vec<Rule> {
    let access = design.carry.access;
    let cookies = access == Carrier::Cookie || design.carry.refresh == Some(Carrier::Cookie);
    let cookie = design.cookie.as_ref();
    let is_session = matches!(design.kind, Kind::Session | Kind::Sealed);
    vec![
        (
            design.refresh.is_some() && design.carry.refresh.is_none(),
            "carry.refresh",
            "there is a [refresh] token: say where the client keeps it, cookie or local-storage",
        ),
        (
            design.refresh.is_none() && design.carry.refresh.is_some(),
            "refresh",
            "carry.refresh has nothing to carry: add [refresh] with ttl and mode",
        ),
        (
            design.carry.refresh == Some(Carrier::Memory),
            "carry.refresh",
            "a refresh token must outlive the page: use cookie or local-storage",
        ),
        (
            is_session && access == Carrier::Memory,
            "carry.access",
            "a session that is gone with the tab can't be renewed: use cookie or local-storage",
        ),
        (
            design.kind == Kind::Sealed && access != Carrier::Cookie,
            "carry.access",
            "a sealed session is replaced by every answer, which only a cookie is: set access = \"cookie\"",
        ),
        (
            cookies && cookie.is_none(),
            "cookie",
            "something is carried in a cookie, so [cookie] must say its attributes",
        ),
        (
            !cookies && cookie.is_some_and(|cookie| cookie.http_only),
            "cookie.http_only",
            "nothing is carried in a cookie: what travels as Authorization: Bearer is attached by the page's script, which HttpOnly would hide it from",
        ),
        (
            !cookies && cookie.is_some(),
            "cookie",
            "nothing is carried in a cookie: remove [cookie], or set carry.access = \"cookie\"",
        ),
        (
            cookie.is_some_and(|cookie| cookie.host_prefix && !cookie.secure),
            "cookie.host_prefix",
            "browsers reject a __Host- cookie without secure = true",
        ),
        (
            cookie.is_some_and(|cookie| cookie.same_site == Some(SameSite::None) && !cookie.secure),
            "cookie.same_site",
            "browsers reject same_site = \"none\" without secure = true",
        ),
    ]
}

/// What refresh tokens can do.
fn refreshes(design: &Design) -> Vec<Rule> {
    let Some(refresh) = &design.refresh else { return Vec::new() };
    let rotating = refresh.mode == RefreshMode::Rotating;
    vec![
        (
            refresh.reuse_detection && !rotating,
            "refresh.reuse_detection",
            "only a rotating refresh token can be used a second time unduly: set mode = \"rotating\"",
        ),
        (
            refresh.grace != Span::ZERO && !rotating,
            "refresh.grace",
            "only a rotating refresh token can be used a second time by mistake: set mode = \"rotating\"",
        ),
        (
            refresh.grace > Span::from_secs(600),
            "refresh.grace",
            "a grace makes up for requests that cross: at most 10m",
        ),
        (
            refresh.grace_gives == GraceGives::Fork && refresh.grace == Span::ZERO,
            "refresh.grace_gives",
            "without a grace nothing is given a second time: set grace, for example \"10s\"",
        ),
        (
            refresh.renewal == Renewal::Silent && rotating,
            "refresh.renewal",
            "a page sends several requests at once, and each would rotate: silent renewal goes with mode = \"signed\" or \"static\"",
        ),
        (
            refresh.renewal == Renewal::Silent
                && (design.carry.access != Carrier::Cookie || design.carry.refresh != Some(Carrier::Cookie)),
            "refresh.renewal",
            "the server can renew silently only what it finds and leaves in cookies",
        ),
        (
            refresh.renewal == Renewal::Silent && design.kind == Kind::Introspection,
            "refresh.renewal",
            "the resource server has nothing to renew with: leave renewal to the client, or set kind = \"jwt\"",
        ),
        (
            refresh.mode == RefreshMode::Signed && design.kind != Kind::Jwt,
            "refresh.mode",
            "only a design of kind jwt has a key to sign with: set mode = \"rotating\" or \"static\"",
        ),
    ]
}

/// What can be asked on every request.
fn checks(design: &Design) -> Vec<Rule> {
    let is_jwt = design.kind == Kind::Jwt;
    let check = &design.check;
    let in_cookie = design.carry.access == Carrier::Cookie;
    vec![
        (
            check.denylist != Denylist::Off && !is_jwt,
            "check.denylist",
            "only a token that is kept nowhere needs a list of revoked ones: set kind = \"jwt\", or denylist = \"off\"",
        ),
        (
            check.epoch && !is_jwt,
            "check.epoch",
            "only a token carries a version of its own: set kind = \"jwt\", or leave it false",
        ),
        (
            check.session_id && !is_jwt,
            "check.session_id",
            "only a token can name a session: set kind = \"jwt\", or leave it false",
        ),
        (
            check.session_id && !design.keeps_families(),
            "check.session_id",
            "a token names the login that the server keeps with its refresh token: add [refresh] with mode = \"rotating\" or \"static\"",
        ),
        (
            check.dpop && !is_jwt,
            "check.dpop",
            "only a token can be bound to a key: set kind = \"jwt\", or leave it false",
        ),
        (
            check.dpop && in_cookie,
            "check.dpop",
            "a bound token travels as Authorization: DPoP: set carry.access = \"memory\" or \"local-storage\"",
        ),
        (
            check.dpop && design.refresh.as_ref().is_some_and(|refresh| refresh.mode == RefreshMode::Signed),
            "check.dpop",
            "the refresh token is bound to the key in its record: set mode = \"rotating\" or \"static\"",
        ),
        (check.dpop && design.dpop.is_none(), "dpop", "check.dpop needs [dpop] with window"),
        (
            !check.dpop && design.dpop.is_some(),
            "check.dpop",
            "[dpop] says how proofs are checked, and nobody demands one: set check.dpop = true, or remove [dpop]",
        ),
        (
            design.dpop.as_ref().is_some_and(|dpop| dpop.window == Span::ZERO || dpop.window > Span::from_secs(600)),
            "dpop.window",
            "a proof is made for one request: from 1s to 10m",
        ),
        (
            design.csrf.defence == CsrfDefence::Token && !in_cookie,
            "csrf.defence",
            "a token that the page attaches itself is proof enough: defence = \"token\" goes with carry.access = \"cookie\"",
        ),
    ]
}

/// Which mistakes a design can make at all.
fn mistakes(design: &Design) -> Vec<Rule> {
    let made = &design.mistakes;
    let is_session = design.kind == Kind::Session;
    let is_jwt = design.kind == Kind::Jwt;
    let rotating = design.refresh.as_ref().is_some_and(|refresh| refresh.mode == RefreshMode::Rotating);
    let symmetric = design.jwt.as_ref().is_some_and(|jwt| jwt.alg.is_symmetric());
    let reads_tokens = "only a token can be read wrongly: set kind = \"jwt\"";
    vec![
        (
            design.session.as_ref().is_some_and(|session| !session.renew_id_on_login) && !made.keep_id_on_login,
            "session.renew_id_on_login",
            "keeping the id at login is a mistake: say so with keep_id_on_login = true in [mistakes]",
        ),
        (made.keep_id_on_login && !is_session, "mistakes.keep_id_on_login", "only a session has an id to keep"),
        (made.guessable_id && !is_session, "mistakes.guessable_id", "only a session has an id to guess"),
        (
            made.plain_at_rest && !is_session && !design.keeps_families(),
            "mistakes.plain_at_rest",
            "this design keeps no secret that could lie there in clear",
        ),
        (made.save_reinserts && !is_session, "mistakes.save_reinserts", "only a session is saved"),
        (
            made.refresh_reads_then_writes && !rotating,
            "mistakes.refresh_reads_then_writes",
            "only a rotating refresh token is written at a refresh",
        ),
        (
            made.logout_forgets_server && !is_session && !design.keeps_families(),
            "mistakes.logout_forgets_server",
            "this design keeps nothing that a log-out could end",
        ),
        (
            made.reflect_any_origin && design.cors.allow != super::CorsAllow::None,
            "mistakes.reflect_any_origin",
            "every origin is reflected, so [cors] has nothing to say: remove it",
        ),
        (made.decode_only && !is_jwt, "mistakes.decode_only", "only a token can be decoded"),
        (made.accept_alg_none && !is_jwt, "mistakes.accept_alg_none", reads_tokens),
        (made.trust_header_alg && !is_jwt, "mistakes.trust_header_alg", reads_tokens),
        (
            made.trust_header_alg && symmetric,
            "mistakes.trust_header_alg",
            "a secret can't be confused with a public key: set jwt.alg to one with a key pair",
        ),
        (made.trust_header_jwk && !is_jwt, "mistakes.trust_header_jwk", reads_tokens),
        (made.trust_header_jku && !is_jwt, "mistakes.trust_header_jku", reads_tokens),
        (made.trust_kid_path && !is_jwt, "mistakes.trust_kid_path", reads_tokens),
        (
            made.weak_secret && !symmetric,
            "mistakes.weak_secret",
            "only a shared secret can be guessed: set jwt.alg = \"HS256\"",
        ),
        (made.any_token_type && !is_jwt, "mistakes.any_token_type", reads_tokens),
        (made.no_audience && !is_jwt, "mistakes.no_audience", reads_tokens),
        (
            made.denylist_by_bytes && design.check.denylist == Denylist::Off,
            "mistakes.denylist_by_bytes",
            "there is no list of revoked tokens: set check.denylist",
        ),
        (
            made.no_proof_memory && !design.check.dpop,
            "mistakes.no_proof_memory",
            "no proof is demanded that could be sent twice: set check.dpop = true",
        ),
    ]
}
