//! Signed tokens (RFC 7519), made and checked as RFC 8725 says: one pinned algorithm, explicit types, every claim that
//! should be there.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Header, Validation};
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::Span;
use lockstep_shared::trace::{Act, SignatureResult};
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::keys::Key;
use crate::mistake;

/// The claims of every token that the bank signs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Who signed it: the design's origin.
    pub(crate) iss: String,
    /// Whom it speaks for.
    pub(crate) sub: String,
    /// Whom it is made for.
    pub(crate) aud: String,
    /// When it was signed, in seconds since the epoch.
    pub(crate) iat: u64,
    /// When it ends, in seconds since the epoch: on this instant it has ended (RFC 7519 section 4.1.4).
    pub(crate) exp: u64,
    /// Its own name.
    pub(crate) jti: String,
    /// The role at the time of signing; refresh tokens carry none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    /// The login that it was made in, where every request looks that up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<String>,
    /// The version of its user's tokens at the time of signing, where every request compares that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ver: Option<u64>,
}

/// Which of the bank's tokens one is; none passes for the other (RFC 8725 section 3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Access,
    Refresh,
}

impl TokenKind {
    /// The `typ` header: RFC 9068 section 2.1 for access tokens.
    fn typ(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Refresh => "rt+jwt",
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Access => "access token",
            Self::Refresh => "refresh token",
        }
    }
}

/// What a token must say to be accepted.
pub(crate) struct Expected<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) leeway: Span,
    /// Whether the design makes the mistake of not checking the signature.
    pub(crate) mistakes: &'a lockstep_shared::design::Mistakes,
}

/// Signs a token.
pub(crate) fn sign(key: &Key, kind: TokenKind, claims: &Claims) -> String {
    let mut header = Header::new(key.algorithm());
    header.typ = Some(kind.typ().to_owned());
    header.kid = Some(key.kid.clone());
    jsonwebtoken::encode(&header, claims, &key.sign).expect("the key fits its own algorithm and the claims are JSON")
}

/// Checks a token: form, type, key, signature, issuer, audience, then its end by the lab clock.
pub(crate) fn verify(call: &Call, key: &Key, expected: &Expected<'_>, token: &str) -> Answer<Claims> {
    let what = expected.kind.words();
    let malformed =
        || Problem::refused("malformed-token", format!("this is no {what}: three base64url parts were expected"));
    if let Some(claims) = mistake::decode_only::claims(expected.mistakes, token) {
        let (alg, result) = (key.alg.name().to_owned(), SignatureResult::NotChecked);
        call.did(Act::SignatureChecked { alg, kid: None, result });
        return in_time(call, expected, claims.ok_or_else(malformed)?);
    }
    let alg = declared_alg(token).ok_or_else(malformed)?;
    let wrong_algorithm = || {
        let said: String = alg.chars().take(40).collect();
        let detail = format!("the token says alg {said:?}; only {} is accepted here", key.alg.name());
        Problem::refused("wrong-algorithm", detail)
    };
    // The library knows no name for `none`, nor for what somebody made up: those tokens are refused here at the latest.
    let header = jsonwebtoken::decode_header(token)
        .map_err(|_| if alg == key.alg.name() { malformed() } else { wrong_algorithm() })?;
    let checked = |result| {
        call.did(Act::SignatureChecked { alg: key.alg.name().to_owned(), kid: header.kid.clone(), result });
    };
    if header.alg != key.algorithm() {
        return Err(wrong_algorithm());
    }
    // The library passes over this header, and none of the extensions that it could name is understood here.
    if header.crit.is_some() {
        let detail = "the token says that it must be read by rules that are not known here (crit)";
        return Err(Problem::refused("unknown-extension", detail));
    }
    if !header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(expected.kind.typ())) {
        let said: String = header.typ.unwrap_or_default().chars().take(40).collect();
        let detail = format!("the token says typ {said:?}; of the {what}, {} is expected", expected.kind.typ());
        return Err(Problem::refused("wrong-token-type", detail));
    }
    if header.kid.as_deref() != Some(key.kid.as_str()) {
        checked(SignatureResult::UnknownKey);
        return Err(Problem::refused(
            "unknown-key",
            format!("the {what} was signed with a key that is not in use (any more)"),
        ));
    }
    let mut validation = Validation::new(key.algorithm());
    // The library would compare with the system's clock, and with 60 s of leeway.
    validation.validate_exp = false;
    validation.leeway = 0;
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    match jsonwebtoken::decode::<Claims>(token, &key.verify, &validation) {
        Ok(good) => {
            checked(SignatureResult::Valid);
            in_time(call, expected, good.claims)
        }
        Err(error) => {
            // The library looks at the claims only where the signature holds.
            let (result, refusal) = match error.kind() {
                ErrorKind::InvalidSignature => {
                    let detail = format!("the {what}'s signature does not match its content");
                    (SignatureResult::Invalid, Problem::refused("bad-signature", detail))
                }
                ErrorKind::InvalidAudience => {
                    let detail = format!("the {what} is made for somebody else");
                    (SignatureResult::Valid, Problem::refused("wrong-audience", detail))
                }
                ErrorKind::InvalidIssuer => {
                    let detail = format!("the {what} was signed for another host");
                    (SignatureResult::Valid, Problem::refused("wrong-issuer", detail))
                }
                ErrorKind::MissingRequiredClaim(claim) => {
                    let detail = format!("the {what} has no {claim} claim");
                    (SignatureResult::Valid, Problem::refused("missing-claim", detail))
                }
                _ => return Err(malformed()),
            };
            checked(result);
            Err(refusal)
        }
    }
}

/// The `alg` header as it stands in the token, whatever it says.
fn declared_alg(token: &str) -> Option<String> {
    let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header: serde_json::Value = serde_json::from_slice(&header).ok()?;
    header.get("alg")?.as_str().map(str::to_owned)
}

fn in_time(call: &Call, expected: &Expected<'_>, claims: Claims) -> Answer<Claims> {
    let what = expected.kind.words();
    let ends = LabTime::from_secs(claims.exp) + expected.leeway.duration();
    let expired = call.now >= ends;
    call.did(Act::ExpiryChecked { what: what.to_owned(), ends, expired });
    if expired {
        return Err(Problem::refused("expired", format!("the {what} ended at {ends}")));
    }
    Ok(claims)
}
