//! Short names that stand as values, in words.

use serde_json::Value;

use crate::inspect::decode::Part;

/// What a value says, where it is one of those that a standard lists.
pub(super) fn in_words(part: Part, name: &str, value: &Value) -> Option<String> {
    match (part, name, value) {
        (Part::Header, "alg", Value::String(alg)) => algorithm(alg).map(str::to_owned),
        (Part::Header, "typ", Value::String(typ)) => kind(typ).map(str::to_owned),
        (Part::Payload, "amr", Value::Array(methods)) => {
            let words: Option<Vec<&str>> = methods.iter().map(|one| method(one.as_str()?)).collect();
            words.filter(|words| !words.is_empty()).map(|words| words.join(", "))
        }
        (Part::Payload, "cnf", Value::Object(key)) => confirmation(key.keys().next()?).map(str::to_owned),
        _ => None,
    }
}

/// RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 8812, RFC 9864; and how much each can be trusted with.
fn algorithm(alg: &str) -> Option<&'static str> {
    Some(match alg {
        "HS256" => "HMAC with SHA-256: whoever can check it can make it",
        "HS384" => "HMAC with SHA-384: whoever can check it can make it",
        "HS512" => "HMAC with SHA-512: whoever can check it can make it",
        "RS256" => "RSA (PKCS #1 v1.5) with SHA-256: made with a private key, checked with a public one",
        "RS384" => "RSA (PKCS #1 v1.5) with SHA-384: made with a private key, checked with a public one",
        "RS512" => "RSA (PKCS #1 v1.5) with SHA-512: made with a private key, checked with a public one",
        "PS256" => "RSA (PSS) with SHA-256: made with a private key, checked with a public one",
        "PS384" => "RSA (PSS) with SHA-384: made with a private key, checked with a public one",
        "PS512" => "RSA (PSS) with SHA-512: made with a private key, checked with a public one",
        "ES256" => "ECDSA on P-256 with SHA-256: made with a private key, checked with a public one",
        "ES384" => "ECDSA on P-384 with SHA-384: made with a private key, checked with a public one",
        "ES512" => "ECDSA on P-521 with SHA-512: made with a private key, checked with a public one",
        "ES256K" => "ECDSA on secp256k1 with SHA-256: made with a private key, checked with a public one",
        "EdDSA" => "an Edwards curve, which the key names: made with a private key, checked with a public one",
        "Ed25519" => "the Edwards curve Ed25519: made with a private key, checked with a public one",
        "Ed448" => "the Edwards curve Ed448: made with a private key, checked with a public one",
        alg if alg.eq_ignore_ascii_case("none") => "not signed at all",
        _ => return None,
    })
}

fn kind(typ: &str) -> Option<&'static str> {
    let typ = typ.to_ascii_lowercase();
    Some(match typ.strip_prefix("application/").unwrap_or(&typ) {
        "jwt" => "any JWT: it does not say which kind",
        "at+jwt" => "an access token (RFC 9068)",
        "dpop+jwt" => "a proof of possession (RFC 9449)",
        "logout+jwt" => "the news of a log-out (OpenID Connect Back-Channel Logout 1.0)",
        "secevent+jwt" => "the news of a security event (RFC 8417)",
        "oauth-authz-req+jwt" => "a request for authorization (RFC 9101)",
        "token-introspection+jwt" => "the answer about another token (RFC 9701)",
        "client-authentication+jwt" => "the proof of which program asks (RFC 7523)",
        "entity-statement+jwt" => "a statement of who is trusted (OpenID Federation 1.0)",
        "vc+jwt" | "dc+sd-jwt" | "vc+sd-jwt" => "a credential that its holder can show",
        "kb+jwt" => "the proof that whoever shows a credential holds it (SD-JWT)",
        "jose" => "a token in three or five parts (RFC 7515)",
        "jose+json" => "a token in JSON serialisation (RFC 7515)",
        _ => return None,
    })
}

/// RFC 8176 section 2.
fn method(name: &str) -> Option<&'static str> {
    Some(match name {
        "pwd" => "a password",
        "pin" => "a PIN",
        "otp" => "a one-time password",
        "mfa" => "several of them at once",
        "mca" => "several channels",
        "sms" => "a text message",
        "tel" => "a telephone call",
        "hwk" => "a key in hardware",
        "swk" => "a key in software",
        "pop" => "the proof of a key",
        "fpt" => "a fingerprint",
        "face" => "the face",
        "iris" => "the iris",
        "retina" => "the retina",
        "vbm" => "the voice",
        "sc" => "a smart card",
        "geo" => "where they are",
        "rba" => "how probable the risk is",
        "user" => "being there",
        "kba" => "what only they know",
        "wia" => "the log-in of Windows",
        _ => return None,
    })
}

/// RFC 7800 section 3, RFC 8705 section 3.1, RFC 9449 section 6.1.
fn confirmation(member: &str) -> Option<&'static str> {
    Some(match member {
        "jkt" => "the key of which this is the fingerprint (DPoP)",
        "x5t#S256" => "the certificate of which this is the fingerprint (mutual TLS)",
        "jwk" => "the key that stands here",
        "jwe" => "the secret that stands here, encrypted",
        "kid" => "the key of this name",
        "jku" => "the key at this address",
        _ => return None,
    })
}
