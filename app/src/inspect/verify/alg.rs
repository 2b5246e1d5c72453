//! The algorithms of RFC 7518 section 3.1 and RFC 8037 section 3.1: which key each takes, and whether a signature is one.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::{Signature, invalid, unchecked};
use crate::inspect::keys::public::checking;
use crate::inspect::keys::{Curve, Key, Material};

/// RFC 7518 section 3.3: "A key of size 2048 bits or larger MUST be used".
const LEAST_RSA_BITS: usize = 2048;
/// What the library goes up to.
const MOST_RSA_BITS: usize = 8192;

const NO_MATCH: &str = "signature does not match";

/// An algorithm that is checked here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alg {
    Hs(&'static str, hmac::Algorithm),
    Rs(&'static str, &'static RsaParameters),
    Ps(&'static str, &'static RsaParameters),
    Es(&'static str, Curve),
    /// Under its first name (RFC 8037), or the one that says the curve (RFC 9864).
    Ed25519(&'static str),
}

const ALL: [Alg; 14] = [
    Alg::Hs("HS256", hmac::HMAC_SHA256),
    Alg::Hs("HS384", hmac::HMAC_SHA384),
    Alg::Hs("HS512", hmac::HMAC_SHA512),
    Alg::Rs("RS256", &RSA_PKCS1_2048_8192_SHA256),
    Alg::Rs("RS384", &RSA_PKCS1_2048_8192_SHA384),
    Alg::Rs("RS512", &RSA_PKCS1_2048_8192_SHA512),
    Alg::Ps("PS256", &RSA_PSS_2048_8192_SHA256),
    Alg::Ps("PS384", &RSA_PSS_2048_8192_SHA384),
    Alg::Ps("PS512", &RSA_PSS_2048_8192_SHA512),
    Alg::Es("ES256", Curve::P256),
    Alg::Es("ES384", Curve::P384),
    Alg::Es("ES512", Curve::P521),
    Alg::Ed25519("EdDSA"),
    Alg::Ed25519("Ed25519"),
];

impl Alg {
    pub(super) fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|alg| alg.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Hs(name, _) | Self::Rs(name, _) | Self::Ps(name, _) | Self::Es(name, _) | Self::Ed25519(name) => name,
        }
    }

    /// Whether a key is one that this algorithm takes, and is meant for it; else why not.
    pub(super) fn takes(self, key: &Key) -> Result<(), Signature> {
        if let Some(why) = &key.unfit {
            return Err(invalid(why.clone()));
        }
        let means = |own: &str| match self {
            Self::Ed25519(_) => ["EdDSA", "Ed25519"].contains(&own),
            _ => own == self.name(),
        };
        if let Some(other) = key.alg.as_deref().filter(|own| !means(own)) {
            return Err(invalid(format!("the key is for {other}, the alg is {}", self.name())));
        }
        match (self, &key.material) {
            (Self::Hs(..), Material::Secret(_)) | (Self::Ed25519(_), Material::Ed25519(_)) => Ok(()),
            (Self::Rs(..), Material::Rsa { pss_only: true, .. }) => {
                Err(invalid(format!("the key is for RSASSA-PSS alone, the alg is {}", self.name())))
            }
            (Self::Rs(..) | Self::Ps(..), Material::Rsa { .. }) => Ok(()),
            (Self::Es(_, wanted), Material::Ec { curve, .. }) if wanted == *curve => Ok(()),
            (Self::Ed25519("EdDSA"), Material::Other(kind)) if kind == "Ed448" => {
                Err(unchecked("not checked: keys on Ed448 are not supported here"))
            }
            (_, other) => Err(invalid(format!("the key is {}, the alg is {}", other.kind(), self.name()))),
        }
    }

    /// Whether this can be a signature by the algorithm at all, which takes no key to tell.
    pub(super) fn shape(self, signature: &[u8]) -> Result<(), Signature> {
        match self {
            Self::Hs(_, algorithm) => self.sized(signature, algorithm.digest_algorithm().output_len()),
            // As long as the key's modulus, which is still to be seen.
            Self::Rs(..) | Self::Ps(..) => self.sized(signature, signature.len().max(1)),
            Self::Ed25519(_) => self.sized(signature, 64),
            Self::Es(_, curve) => {
                self.sized(signature, 2 * curve.octets())?;
                let (r, s) = signature.split_at(curve.octets());
                for (name, number) in [("r", r), ("s", s)] {
                    // CVE-2022-21449: with both of them zero, every message was signed by every key.
                    if number.iter().all(|octet| *octet == 0) {
                        return Err(invalid(format!("{name} is zero, which no signature has: it is forged")));
                    }
                }
                Ok(())
            }
        }
    }

    /// Checks a signature with a key that the algorithm takes; says why it is not the key's.
    pub(super) fn check(self, key: &Key, input: &[u8], signature: &[u8]) -> Result<(), Signature> {
        self.shape(signature)?;
        match (self, &key.material) {
            (Self::Hs(_, algorithm), Material::Secret(secret)) => {
                if secret.trim_ascii().is_empty() {
                    return Err(invalid("the secret is blank: anybody can sign with it"));
                }
                matched(hmac::verify(&hmac::Key::new(algorithm, secret), input, signature).is_ok())?;
                match is_public(secret) {
                    false => Ok(()),
                    true => Err(invalid(
                        "the signature was made with a public key as the secret, which everybody has (key confusion)",
                    )),
                }
            }
            (Self::Rs(_, parameters) | Self::Ps(_, parameters), Material::Rsa { n, e, .. }) => {
                let bits = key.rsa_bits().unwrap_or_default();
                if bits < LEAST_RSA_BITS {
                    let why = "its signatures can be forged, so they must not count (RFC 7518 section 3.3)";
                    return Err(invalid(format!("the RSA key has {bits} bits of at least {LEAST_RSA_BITS}: {why}")));
                }
                if bits > MOST_RSA_BITS {
                    return Err(unchecked(format!(
                        "not checked: the RSA key has {bits} bits of at most {MOST_RSA_BITS}"
                    )));
                }
                self.sized(signature, n.len())?;
                matched(RsaPublicKeyComponents { n, e }.verify(parameters, input, signature).is_ok())
            }
            (Self::Es(_, curve), Material::Ec { point, .. }) => {
                matched(UnparsedPublicKey::new(checking(curve), point).verify(input, signature).is_ok())
            }
            (Self::Ed25519(_), Material::Ed25519(point)) if has_small_order(point) => {
                Err(invalid("the key is a point of small order: the same signature holds for every message"))
            }
            (Self::Ed25519(_), Material::Ed25519(point)) => {
                matched(UnparsedPublicKey::new(&ED25519, point).verify(input, signature).is_ok())
            }
            (_, other) => Err(invalid(format!("the key is {}, the alg is {}", other.kind(), self.name()))),
        }
    }

    /// A signature of the wrong length needs no arithmetic, and has a better reason.
    fn sized(self, signature: &[u8], size: usize) -> Result<(), Signature> {
        let found = signature.len();
        if found == size {
            return Ok(());
        }
        if found == 0 {
            return Err(invalid("there is no signature"));
        }
        let name = self.name();
        let der = match self {
            Self::Es(..) if signature[0] == 0x30 => ": it looks like DER, and a JWS has r and s side by side",
            _ => "",
        };
        Err(invalid(format!("the signature has {found} octets, and {name} makes {size} of them{der}")))
    }
}

fn matched(matches: bool) -> Result<(), Signature> {
    matches.then_some(()).ok_or_else(|| invalid(NO_MATCH))
}

/// Whether an Ed25519 key is one of the points of which eight times is nothing, in any way to write them: with such a key
/// nobody signs, and everything verifies (RFC 8032 section 5.1.7 leaves it to the reader).
fn has_small_order(point: &[u8]) -> bool {
    const ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
            0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
            0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    let Ok(mut y) = <[u8; 32]>::try_from(point) else { return false };
    // The last bit is the sign of the other coordinate.
    y[31] &= 0x7f;
    let middle = |octet: u8| y[1..31].iter().all(|own| *own == octet);
    let is_small = y[0] <= 1 && y[31] == 0 && middle(0);
    // p - 1, which has order 2, and p and p + 1, which are 0 and 1 again.
    let is_near_p = (0xec..=0xee).contains(&y[0]) && y[31] == 0x7f && middle(0xff);
    is_small || is_near_p || ORDER_8.contains(&y)
}

/// Whether a secret is the text or the octets of a public key: then it is none (CVE-2015-9235, CVE-2016-10555).
fn is_public(secret: &[u8]) -> bool {
    use crate::inspect::keys::Keys;
    let public = |key: &Key| !matches!(key.material, Material::Secret(_));
    Keys::read(secret).is_ok_and(|keys| keys.all.iter().any(public))
}
