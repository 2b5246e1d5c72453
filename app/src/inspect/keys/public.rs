//! Public keys out of DER: as such, out of private keys, and out of certificates.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING, ED25519, EcdsaKeyPair, EcdsaSigningAlgorithm,
    EcdsaVerificationAlgorithm, Ed25519KeyPair, KeyPair, ParsedPublicKey,
};
use x509_cert::Certificate;
use x509_cert::der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef, UintRef};
use x509_cert::der::{Decode, Encode, Reader, SliceReader};
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::{BadKey, Curve, Material, bad};

/// What can be read, or why it is no key; None where the octets are not of this form at all.
type Found = Option<Result<Material, BadKey>>;

/// RFC 8017 appendix A.1, RFC 4055 section 1.2, RFC 5480 section 2.1.1, RFC 8410 section 3.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const CURVES: [(ObjectIdentifier, Curve); 3] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), Curve::P256),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), Curve::P384),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), Curve::P521),
];
/// Kinds with a name that nothing here checks with.
const OTHERS: [(ObjectIdentifier, &str); 6] = [
    (ObjectIdentifier::new_unwrap("1.3.101.110"), "X25519"),
    (ObjectIdentifier::new_unwrap("1.3.101.111"), "X448"),
    (ObjectIdentifier::new_unwrap("1.3.101.113"), "Ed448"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.10"), "EC on secp256k1"),
    (ObjectIdentifier::new_unwrap("1.2.840.10040.4.1"), "DSA"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.3.1"), "Diffie-Hellman"),
];

/// A key or a certificate in any of the forms that DER is used for.
pub(super) fn der(der: &[u8]) -> Result<Material, BadKey> {
    let forms = [spki, certificate, pkcs8, rsa_private, sec1, rsa_public];
    let none = || bad("this is DER, and neither a public key, a private key nor a certificate");
    forms.iter().find_map(|read| read(der)).unwrap_or_else(|| Err(none()))
}

/// RFC 5280 section 4.1.2.7.
pub(super) fn spki(der: &[u8]) -> Found {
    let spki = SubjectPublicKeyInfoRef::from_der(der).ok()?;
    let (kind, bits) = (&spki.algorithm, spki.subject_public_key.as_bytes()?);
    Some(match kind.oid {
        RSA => rsa_public(bits).unwrap_or_else(|| Err(bad("the RSA key's two numbers can't be read"))),
        RSA_PSS => match rsa_public(bits) {
            Some(Ok(Material::Rsa { n, e, .. })) => Ok(Material::Rsa { n, e, pss_only: true }),
            _ => Err(bad("the RSA key's two numbers can't be read")),
        },
        EC => match curve(kind) {
            Ok(curve) => ec(curve, bits),
            Err(other) => Ok(Material::Other(other)),
        },
        ED25519_ID => ed25519(bits),
        other => Ok(Material::Other(named(other))),
    })
}

/// RFC 5280 section 4.1: the key in it, whoever vouches for it.
pub(super) fn certificate(der: &[u8]) -> Found {
    let certificate = Certificate::from_der(der).ok()?;
    let key = certificate.tbs_certificate().subject_public_key_info().to_der().ok()?;
    spki(&key)
}

/// RFC 5208 section 5.
pub(super) fn pkcs8(der: &[u8]) -> Found {
    let (kind, inside) = sequence(der, |reader| {
        UintRef::decode(reader)?;
        let kind = AlgorithmIdentifierRef::decode(reader)?;
        let inside = <&OctetStringRef>::decode(reader)?;
        Ok((kind, inside.as_bytes().to_vec()))
    })?;
    Some(match kind.oid {
        RSA => rsa_private(&inside).unwrap_or_else(|| Err(bad("the RSA key's numbers can't be read"))),
        RSA_PSS => match rsa_private(&inside) {
            Some(Ok(Material::Rsa { n, e, .. })) => Ok(Material::Rsa { n, e, pss_only: true }),
            _ => Err(bad("the RSA key's numbers can't be read")),
        },
        EC => match curve(&kind) {
            Ok(curve) => EcdsaKeyPair::from_pkcs8(signing(curve), der)
                .map_err(|why| bad(format!("the private key on {} can't be used: {why}", curve.name())))
                .and_then(|pair| ec(curve, pair.public_key().as_ref())),
            Err(other) => Ok(Material::Other(other)),
        },
        ED25519_ID => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
            .map_err(|why| bad(format!("the Ed25519 private key can't be used: {why}")))
            .and_then(|pair| ed25519(pair.public_key().as_ref())),
        other => Ok(Material::Other(named(other))),
    })
}

/// RFC 5915 section 3.
pub(super) fn sec1(der: &[u8]) -> Found {
    let is_one = sequence(der, |reader| Ok(UintRef::decode(reader)?.as_bytes() == [1]))?;
    // The curve is optional in it, and each knows its own keys.
    let pair = |curve: Curve| {
        let pair = EcdsaKeyPair::from_private_key_der(signing(curve), der).ok()?;
        Some(ec(curve, pair.public_key().as_ref()))
    };
    is_one.then(|| Curve::ALL.into_iter().find_map(pair)).flatten()
}

/// RFC 8017 appendix A.1.1.
pub(super) fn rsa_public(der: &[u8]) -> Found {
    let mut numbers = numbers(der, 0)?;
    (numbers.len() == 2).then(|| rsa(&numbers.remove(0), &numbers.remove(0)))
}

/// RFC 8017 appendix A.1.2: a version, then the public numbers, then the private ones.
pub(super) fn rsa_private(der: &[u8]) -> Found {
    let mut numbers = numbers(der, 1)?;
    (numbers.len() == 8).then(|| rsa(&numbers.remove(0), &numbers.remove(0)))
}

pub(super) fn rsa(n: &[u8], e: &[u8]) -> Result<Material, BadKey> {
    let bare = |octets: &[u8]| octets.iter().copied().skip_while(|octet| *octet == 0).collect::<Vec<_>>();
    let (n, e) = (bare(n), bare(e));
    let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    // The bounds of the library that checks with the key: an exponent of 1 would let every signature pass.
    let fits = odd(&n) && n.len() > 1 && odd(&e) && e != [1] && (e.len() < 5 || e.len() == 5 && e[0] == 1);
    match fits {
        true => Ok(Material::Rsa { n, e, pss_only: false }),
        false => Err(bad("this is no RSA key: a modulus is odd, and an exponent is odd, above 1 and below 2^33")),
    }
}

pub(super) fn ec(curve: Curve, point: &[u8]) -> Result<Material, BadKey> {
    let off = || bad(format!("this point does not lie on {}: the key is damaged, or of another curve", curve.name()));
    let shape = match point.first() {
        Some(4) => point.len() == 1 + 2 * curve.octets(),
        // Compressed: one coordinate, and the sign of the other (SEC 1 section 2.3.3).
        Some(2 | 3) => point.len() == 1 + curve.octets(),
        _ => false,
    };
    if !shape {
        return Err(off());
    }
    let whole = ParsedPublicKey::new(checking(curve), point).ok().and_then(|key| key.as_der().ok()).ok_or_else(off)?;
    // A SubjectPublicKeyInfo ends with the point, which is not compressed in it.
    let point = whole.as_ref()[whole.as_ref().len() - 1 - 2 * curve.octets()..].to_vec();
    Ok(Material::Ec { curve, point })
}

pub(super) fn ed25519(octets: &[u8]) -> Result<Material, BadKey> {
    let wrong = || bad(format!("an Ed25519 key has 32 octets that are a point; these are {}", octets.len()));
    if octets.len() != 32 || ParsedPublicKey::new(&ED25519, octets).is_err() {
        return Err(wrong());
    }
    Ok(Material::Ed25519(octets.to_vec()))
}

/// The algorithm that goes with a curve (RFC 7518 section 3.4).
pub(crate) fn checking(curve: Curve) -> &'static EcdsaVerificationAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_FIXED,
        Curve::P384 => &ECDSA_P384_SHA384_FIXED,
        Curve::P521 => &ECDSA_P521_SHA512_FIXED,
    }
}

fn signing(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        Curve::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
    }
}

/// The curve that an identifier names, or what else it is.
fn curve(kind: &AlgorithmIdentifierRef<'_>) -> Result<Curve, String> {
    let oid = kind.parameters.and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok());
    let oid = oid.ok_or_else(|| "EC on a curve without a name".to_owned())?;
    let known = CURVES.iter().find(|(known, _)| *known == oid);
    known.map(|(_, curve)| *curve).ok_or_else(|| named(oid))
}

fn named(oid: ObjectIdentifier) -> String {
    let known = OTHERS.iter().find(|(known, _)| *known == oid);
    known.map_or_else(|| format!("of a kind that is not known here ({oid})"), |(_, name)| (*name).to_owned())
}

/// The integers of a sequence that has nothing else, without the first `skipped`.
fn numbers(der: &[u8], skipped: usize) -> Option<Vec<Vec<u8>>> {
    let mut reader = SliceReader::new(der).ok()?;
    let numbers = reader.sequence(|inside| {
        let mut numbers = Vec::new();
        while !inside.is_finished() {
            numbers.push(UintRef::decode(inside)?.as_bytes().to_vec());
        }
        Ok::<_, x509_cert::der::Error>(numbers)
    });
    numbers.ok()?.get(skipped..).map(<[_]>::to_vec)
}

/// Reads the beginning of a sequence that is all of `der`, whatever follows in it.
fn sequence<'a, T>(
    der: &'a [u8],
    read: impl FnOnce(&mut SliceReader<'a>) -> Result<T, x509_cert::der::Error>,
) -> Option<T> {
    let mut reader = SliceReader::new(der).ok()?;
    let found = reader.sequence(|inside| {
        let found = read(inside)?;
        while !inside.is_finished() {
            AnyRef::decode(inside)?;
        }
        Ok::<_, x509_cert::der::Error>(found)
    });
    reader.is_finished().then_some(found.ok()).flatten()
}
