//! Checking a token: form, algorithm, extensions, type, key, signature, and then the claims.

use lockstep_shared::trace::{Act, SignatureResult};

use super::jws::Jws;
use super::{Claims, Expected, claims};
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::keys::KeyRing;
use crate::mistake;

/// How much of what a token says is repeated to whoever sent it.
const MOST_QUOTED: usize = 40;

/// Checks a token that came with a request.
pub(crate) async fn verify(call: &Call, keys: &KeyRing, expected: &Expected<'_>, token: &str) -> Answer<Claims> {
    let what = expected.kind.words();
    let malformed = |why| Problem::refused("malformed-token", format!("this is no {what}: {why}"));
    if let Some(said) = mistake::decode_only::claims(expected.mistakes, token) {
        let (alg, result) = (keys.alg().name().into(), SignatureResult::NotChecked);
        call.did(Act::SignatureChecked { alg, kid: None, result });
        return claims::in_time(call, expected, claims::dated(expected, said.map_err(malformed)?)?);
    }
    let jws = Jws::read(token).map_err(malformed)?;
    let chosen = mistake::chosen_key::of(call, expected, keys, &jws).await;
    if chosen.is_none() && jws.alg != keys.alg().name() {
        let detail = format!("the token says alg {:?}; only {} is accepted here", quoted(&jws.alg), keys.alg().name());
        return Err(Problem::refused("wrong-algorithm", detail));
    }
    if jws.is_extended() {
        let detail = "the token says that it must be read by rules that are not known here (crit, b64)";
        return Err(Problem::refused("unknown-extension", detail));
    }
    if !jws.is_of_type(expected.kind.typ()) && !mistake::any_token_type::applies(expected) {
        let said = quoted(jws.says("typ").unwrap_or_default());
        let detail = format!("the token says typ {said:?}; of the {what}, {} is expected", expected.kind.typ());
        return Err(Problem::refused("wrong-token-type", detail));
    }
    signed(call, keys, expected, &jws, chosen)?;
    claims::in_time(call, expected, claims::read(expected, jws.claims().map_err(malformed)?)?)
}

/// Checks the signature, with one of the bank's own keys: the token's `kid` chooses among them and nowhere else.
fn signed(
    call: &Call,
    keys: &KeyRing,
    expected: &Expected<'_>,
    jws: &Jws<'_>,
    chosen: Option<mistake::chosen_key::Chosen>,
) -> Answer<()> {
    let what = expected.kind.words();
    let kid = jws.says("kid");
    let checked = |alg: &'static str, result| {
        let kid = kid.map(quoted);
        call.did(Act::SignatureChecked { alg: alg.into(), kid, result });
    };
    let own;
    let key = match &chosen {
        Some(mistake::chosen_key::Chosen::Nothing) => {
            checked("none", SignatureResult::NotChecked);
            return Ok(());
        }
        Some(mistake::chosen_key::Chosen::Key(key)) => key,
        None => {
            own = kid.and_then(|kid| keys.named(kid, call.now));
            let Some(own) = &own else {
                checked(keys.alg().name(), SignatureResult::UnknownKey);
                let detail = format!("the {what} was signed with a key that is not in use (any more)");
                return Err(Problem::refused("unknown-key", detail));
            };
            &own.verifier
        }
    };
    let holds = jws.holds(key);
    checked(key.alg().name(), if holds { SignatureResult::Valid } else { SignatureResult::Invalid });
    match holds {
        true => Ok(()),
        false => Err(Problem::refused("bad-signature", format!("the {what}'s signature does not match its content"))),
    }
}

fn quoted(said: &str) -> String {
    said.chars().take(MOST_QUOTED).collect()
}
