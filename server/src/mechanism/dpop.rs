//! Proofs of possession (RFC 9449): a token bound to a key is worth nothing without a fresh signature by that key.

mod address;
mod nonce;
mod proof;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use lockstep_shared::clock::{LabTime, Stopwatch};
use lockstep_shared::design::{Design, Dpop};
use lockstep_shared::trace::{Act, Change, Record};

use self::proof::Proof;
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::keys::KeyRing;
use crate::mechanism::cookies::Presented;
use crate::mechanism::token::Claims;
use crate::mistake;
use crate::store::{Store, sha256};

/// The request header that carries a proof.
pub(crate) const PROOF: HeaderName = HeaderName::from_static("dpop");
/// The response header that carries the nonce for the next proofs (section 8.1).
const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// What a challenge says of the proofs that are taken (section 7.1).
const ALGS: &str = "algs=\"ES256 EdDSA\"";

/// A proof that holds, and is still to be used up.
pub(crate) struct Unused {
    /// Its name in the store.
    name: String,
    /// Until when it could come again.
    ends: LabTime,
}

/// Checks the request's proof once, and answers the thumbprint of the key that made it. `token` is the access token that
/// the request presents to a protected resource. Nothing is kept of the proof yet: anybody can make one with some key.
pub(crate) fn prove(call: &Call, keys: &KeyRing, presented: &Presented, token: Option<&str>) -> Answer<String> {
    if let Some(key) = call.proven() {
        return Ok(key);
    }
    let checked = check(call, keys, presented, token);
    call.did(Act::ProofChecked { holds: checked.is_ok() });
    let (key, unused) = checked?;
    call.prove(key.clone(), unused);
    Ok(key)
}

/// Uses up the proof that the request came with, so that it does not come twice (section 11.1). It is asked as soon as the
/// sender has shown more than some key, and before anything is done: strangers must neither fill the memory nor learn
/// whether the store is there.
pub(crate) async fn use_up(call: &Call, store: &dyn Store) -> Answer<()> {
    let Some(Unused { name, ends }) = call.take_unused() else { return Ok(()) };
    let watch = Stopwatch::start();
    if !store.remember(&name, ends, call.now).await? {
        call.read(Record::Proof, true, watch);
        return Err(Problem::unproved("proof-replayed", "this very proof has come before"));
    }
    call.wrote(Record::Proof, Change::Created, 1, watch);
    Ok(())
}

/// The twelve checks of section 4.3. Answers the thumbprint of the key, and what is to be used up.
fn check(call: &Call, keys: &KeyRing, presented: &Presented, token: Option<&str>) -> Answer<(String, Option<Unused>)> {
    let rules = rules(&call.door.design);
    let proof = match presented.proofs.as_slice() {
        [] => return Err(Problem::unproved("proof-missing", "the request carries no proof that it has the key")),
        [one] => Proof::read(one)?,
        _ => return Err(Problem::unproved("invalid-proof", "the request carries more than one proof")),
    };
    if proof.method != call.asked.method.as_str() {
        return Err(Problem::unproved("proof-wrong-method", "the proof was made for another method"));
    }
    let asked = address::normal(&call.asked.address);
    if asked.is_none() || address::normal(&proof.address) != asked {
        return Err(Problem::unproved("proof-wrong-url", "the proof was made for another address"));
    }
    if rules.nonce && !proof.nonce.as_deref().is_some_and(|said| nonce::holds(keys.nonces(), rules, call.now, said)) {
        let detail = "the proof must carry the nonce that comes with this answer";
        return Err(Problem::challenged("use-dpop-nonce", detail, CHALLENGE_NONCE));
    }
    let leeway = call.door.design.jwt.as_ref().map(|jwt| jwt.leeway.duration()).unwrap_or_default();
    if proof.made > call.now + leeway {
        return Err(Problem::unproved("proof-not-yet-valid", format!("the proof is dated {}", proof.made)));
    }
    let ends = proof.made + rules.window.duration();
    if call.now >= ends {
        return Err(Problem::unproved("proof-expired", format!("the proof was good until {ends}")));
    }
    if token.is_some_and(|token| proof.token_hash != Some(BASE64.encode(sha256(token)))) {
        return Err(Problem::unproved("proof-wrong-token", "the proof was not made for this access token"));
    }
    let context = [&proof.key, &proof.method, asked.as_deref().unwrap_or_default(), &proof.name].join("\n");
    let name = format!("proof:{}", BASE64.encode(sha256(&context)));
    let remembers = !mistake::no_proof_memory::applies(&call.door.design.mistakes);
    Ok((proof.key, remembers.then_some(Unused { name, ends })))
}

/// Checks that a request that presents a bound access token proves to have its key (section 7.1).
pub(crate) async fn possesses(
    call: &Call,
    store: &dyn Store,
    keys: &KeyRing,
    presented: &Presented,
    claims: &Claims,
) -> Answer<()> {
    if presented.as_bearer {
        let detail = "this token is bound to a key: it comes with a proof and the scheme DPoP, never as Bearer";
        return Err(Problem::refused("bound-token-as-bearer", detail));
    }
    let Some(bound) = &claims.cnf else {
        return Err(Problem::refused("token-not-bound", "this token is bound to no key"));
    };
    let key = prove(call, keys, presented, presented.access.as_deref())?;
    same(&key, &bound.jkt)?;
    use_up(call, store).await
}

/// Whether the key that was proven is the one that something is bound to.
pub(crate) fn same(proven: &str, bound: &str) -> Answer<()> {
    verify_slices_are_equal(proven.as_bytes(), bound.as_bytes()).map_err(|_| {
        Problem::unproved("proof-wrong-key", "the proof was made with another key than the token is bound to")
    })
}

/// Makes an answer's challenge one for proofs, and adds the nonce to use from now on.
pub(crate) fn answer(call: &Call, headers: &mut HeaderMap) {
    let design = &call.door.design;
    if !design.check.dpop {
        return;
    }
    let challenge = headers.get(header::WWW_AUTHENTICATE).and_then(|challenge| challenge.to_str().ok());
    if let Some(parameters) = challenge.and_then(|challenge| challenge.strip_prefix("Bearer ")) {
        let challenge = HeaderValue::from_str(&format!("DPoP {parameters}, {ALGS}"));
        headers.insert(header::WWW_AUTHENTICATE, challenge.expect("a challenge is visible ASCII"));
    }
    if let Some(keys) = call.door.disk.keys.as_ref().filter(|_| rules(design).nonce) {
        let nonce = HeaderValue::from_str(&nonce::now(keys.nonces(), rules(design), call.now));
        headers.insert(NONCE, nonce.expect("a nonce is base64url"));
    }
}

const CHALLENGE_NONCE: &str = "Bearer realm=\"bank\", error=\"use_dpop_nonce\"";

fn rules(design: &Design) -> &Dpop {
    design.dpop.as_ref().expect("a design that demands proofs has [dpop]")
}
