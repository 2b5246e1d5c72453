//! Forging: from what an attacker rightfully holds or has seen, the credentials that a careless server would accept.

mod claims;
mod der;
mod edit;
mod header;
mod id;
mod key;
mod leaked;
mod misuse;
mod public;
mod sign;
mod twin;

use std::fmt;

use serde_json::Value;

use super::decode::{self, Jws};
pub(crate) use edit::Edit;
pub(crate) use public::set_of;
pub(crate) use sign::SigningKey;

/// One way to forge a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attack {
    /// The claims are changed and the old signature stays (CWE-347, RFC 8725 section 2.1).
    EditedClaims,
    /// The claims are changed and the signature is left out, whatever the header says (CWE-347, RFC 7515 section 5.2).
    NoSignature,
    /// The token says that it is not signed, in every spelling (CVE-2015-9235, CVE-2020-28042, RFC 8725 section 3.1).
    AlgNone,
    /// The public key is used as the secret of an HMAC (CVE-2016-10555, RFC 8725 section 2.1).
    KeyConfusion,
    /// The token brings along the key that it is signed with (CVE-2018-0114, RFC 7515 section 4.1.3).
    EmbeddedJwk,
    /// The token names an address at which its key is to be fetched (CWE-918, RFC 8725 section 3.10).
    JkuElsewhere,
    /// The name of the key is a path or a query of which the outcome is known (CWE-22, CWE-89, RFC 8725 section 3.10).
    KidAsPath,
    /// The secret is one that people take (CWE-521, RFC 8725 section 3.5).
    WeakSecret,
    /// A refresh token is sent where the access token goes (CWE-863, RFC 8725 section 3.11).
    RefreshAsAccess,
    /// A token that was made for another service is sent to this one (RFC 8725 section 3.9).
    OtherAudience,
    /// A revoked token is sent with the other signature that holds as well: r, n − s (CWE-347, RFC 8725 section 3.2).
    DenylistTwin,
    /// The next session ids are worked out from one's own (CWE-340, OWASP ASVS 5.0 V7.2.3).
    GuessTheId,
    /// The key that the server signs or seals with was stolen (CWE-522, RFC 8725 section 3.5).
    LeakedKey,
    /// Another service was given what it takes to check the credentials, and makes some instead (RFC 8725 section 3.5).
    VerifyingKey,
    /// A proof of possession that somebody saw is sent again (CWE-294, RFC 9449 section 11.1).
    ProofReplay,
}

/// What the attacker has to begin with; its `Debug` shows none of it.
#[derive(Clone, Default)]
pub(crate) struct Sample {
    /// An access credential as it travels.
    pub(crate) access: String,
    /// Whether that is a record which was encrypted and given away, so that there is something in it to change.
    pub(crate) sealed: bool,
    /// The refresh token that was issued with it.
    pub(crate) refresh: Option<String>,
    /// Further access credentials of the same user, in the order of their logins.
    pub(crate) later: Vec<String>,
    /// The public keys that the server tells everybody (RFC 7517 section 5).
    pub(crate) jwks: Option<Value>,
    /// A public key of the server's as a file has it, octet by octet.
    pub(crate) public_file: Option<Vec<u8>>,
    /// Whom to become: the user's id, which is no secret. Where it is empty, the token's own stays.
    pub(crate) victim: String,
    /// What to change in the claims; where there is nothing, they become an admin's, for ten years more.
    pub(crate) edits: Vec<Edit>,
    /// An address of the attacker's own, at which keys can be fetched.
    pub(crate) own_url: Option<String>,
    /// The victim's token for another service of the same issuer.
    pub(crate) elsewhere: Option<String>,
    /// What was stolen or lent of the server's keys.
    pub(crate) key: Option<StolenKey>,
    /// Seen on the wire: a credential together with the proof of its possession.
    pub(crate) proof: Option<String>,
}

/// A key of the server's in the attacker's hands.
#[derive(Clone)]
pub(crate) enum StolenKey {
    Secret(Vec<u8>),
    /// PKCS #8 (RFC 5958).
    Pair(Vec<u8>),
    /// AES-256-GCM, and what a seal is bound to, which is written in the server's source.
    Seal {
        key: Vec<u8>,
        purpose: String,
    },
}

/// One forged credential.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Forged {
    /// What tells it from the others of its attack, in a few words.
    pub(crate) variant: String,
    /// What goes where the access credential goes.
    pub(crate) credential: String,
    /// The proof to send along; None where the sender makes its own, or none is asked for.
    pub(crate) proof: Option<String>,
    /// The key set that has to be found at the attacker's own address.
    pub(crate) publishes: Option<Value>,
}

/// An attack has no object at all in what there is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotApplicable(pub(crate) String);

/// Makes every variant of an attack, in the order in which to try them. Nothing is sent and nothing is known of the
/// server but what is in the sample.
pub(crate) fn forge(sample: &Sample, how: Attack) -> Result<Vec<Forged>, NotApplicable> {
    match how {
        Attack::EditedClaims => claims::edited(sample),
        Attack::NoSignature => claims::stripped(sample),
        Attack::AlgNone => claims::unsigned(sample),
        Attack::KeyConfusion => key::confused(sample),
        Attack::EmbeddedJwk => header::embedded(sample),
        Attack::JkuElsewhere => header::elsewhere(sample),
        Attack::KidAsPath => header::path(sample),
        Attack::WeakSecret => key::guessed(sample),
        Attack::RefreshAsAccess => misuse::refresh(sample),
        Attack::OtherAudience => misuse::audience(sample),
        Attack::DenylistTwin => twin::twin(sample),
        Attack::GuessTheId => id::guessed(sample),
        Attack::LeakedKey => leaked::key(sample),
        Attack::VerifyingKey => leaked::verifying(sample),
        Attack::ProofReplay => misuse::proof(sample),
    }
}

impl Attack {
    /// All of them, in the order of every list.
    pub(crate) const ALL: [Self; 15] = [
        Self::EditedClaims,
        Self::NoSignature,
        Self::AlgNone,
        Self::KeyConfusion,
        Self::EmbeddedJwk,
        Self::JkuElsewhere,
        Self::KidAsPath,
        Self::WeakSecret,
        Self::RefreshAsAccess,
        Self::OtherAudience,
        Self::DenylistTwin,
        Self::GuessTheId,
        Self::LeakedKey,
        Self::VerifyingKey,
        Self::ProofReplay,
    ];

    /// The name in scenario files and on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::EditedClaims => "edited-claims",
            Self::NoSignature => "no-signature",
            Self::AlgNone => "alg-none",
            Self::KeyConfusion => "key-confusion",
            Self::EmbeddedJwk => "embedded-jwk",
            Self::JkuElsewhere => "jku-elsewhere",
            Self::KidAsPath => "kid-as-path",
            Self::WeakSecret => "weak-secret",
            Self::RefreshAsAccess => "refresh-as-access",
            Self::OtherAudience => "other-audience",
            Self::DenylistTwin => "denylist-twin",
            Self::GuessTheId => "guess-the-id",
            Self::LeakedKey => "leaked-key",
            Self::VerifyingKey => "verifying-key",
            Self::ProofReplay => "proof-replay",
        }
    }

    /// Whether it begins with what somebody else sent, and not with an account of one's own.
    pub(crate) fn needs_to_overhear(self) -> bool {
        matches!(self, Self::RefreshAsAccess | Self::DenylistTwin | Self::ProofReplay)
    }

    /// What is done, as one sentence without its full stop.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::EditedClaims => "the attacker wrote another user and role into its own token and left the signature",
            Self::NoSignature => "the attacker rewrote its own token and left the signature out",
            Self::AlgNone => "the attacker rewrote its own token and declared it unsigned",
            Self::KeyConfusion => "the attacker signed with the server's public key as if it were a shared secret",
            Self::EmbeddedJwk => "the attacker signed with a key of its own and put that into the token's header",
            Self::JkuElsewhere => "the attacker signed with a key of its own and named the address to fetch it from",
            Self::KidAsPath => "the attacker named a key whose content is known: an empty file, or a query's answer",
            Self::WeakSecret => "the attacker tried a list of common secrets on its own token",
            Self::RefreshAsAccess => "the attacker sent a refresh token where the access token goes",
            Self::OtherAudience => "the attacker sent a token that was made for another service",
            Self::DenylistTwin => "the attacker sent a revoked token with the other signature that holds as well",
            Self::GuessTheId => "the attacker worked out session ids from its own",
            Self::LeakedKey => "the attacker made a credential with the server's own key",
            Self::VerifyingKey => "another service made a credential with what it was given to check them",
            Self::ProofReplay => "the attacker sent a token again, with the proof that it had seen beside it",
        }
    }
}

impl Forged {
    fn new(variant: impl Into<String>, credential: String) -> Self {
        Self { variant: variant.into(), credential, proof: None, publishes: None }
    }
}

impl Sample {
    /// The access credential as a signed token.
    fn token(&self) -> Result<Jws, NotApplicable> {
        let opaque = |_| not_applicable("the access credential is no signed token: there is nothing in it to change");
        decode::decode(&self.access).map_err(opaque)
    }
}

/// A token with other claims, signed anew: that is no attack but the right of whoever has the key, and done only where it is
/// asked for. A payload that is no JSON object can't be edited.
pub(crate) fn resigned(
    token: &Jws,
    claims: &[Edit],
    header: &[Edit],
    key: &SigningKey,
    alg: Option<&str>,
) -> Result<String, NotApplicable> {
    let payload = match claims {
        [] => token.payload.clone(),
        edits => {
            let mut edited = claims::of(token)?;
            edits.iter().for_each(|edit| edit.apply(&mut edited));
            claims::written(&edited)
        }
    };
    let mut head = token.header.clone();
    header.iter().for_each(|edit| edit.apply(&mut head));
    key.sign(&head, &payload, alg).map_err(|why| not_applicable(why.to_string()))
}

fn not_applicable(why: impl Into<String>) -> NotApplicable {
    NotApplicable(why.into())
}

impl fmt::Display for Attack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sample").finish_non_exhaustive()
    }
}

impl fmt::Debug for Forged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forged").field("variant", &self.variant).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
