//! Keys and certificates between `-----BEGIN` and `-----END` (RFC 7468).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{BadKey, Material, bad, public};

/// The first key, or the first certificate's key, in a text. Parameters of a curve, which OpenSSL writes before a key,
/// are passed over.
pub(super) fn read(text: &str) -> Result<Material, BadKey> {
    let mut rest = text;
    loop {
        let Some((label, body, after)) = block(rest)? else {
            return Err(bad("the PEM has no key in it: give the public key, the private key or the certificate"));
        };
        if label != "EC PARAMETERS" && label != "X509 CRL" && label != "CERTIFICATE REQUEST" {
            return one(label, body);
        }
        rest = after;
    }
}

/// The next block: its label, what stands in it, and what follows it.
fn block(text: &str) -> Result<Option<(&str, &str, &str)>, BadKey> {
    let Some((_, opened)) = text.split_once("-----BEGIN ") else { return Ok(None) };
    let label = opened.split_once("-----");
    let (label, inside) = label.ok_or_else(|| bad("the PEM's first line is cut off: it ends with -----"))?;
    let end = format!("-----END {label}-----");
    let cut = || bad(format!("the PEM is cut off: it has a BEGIN {label} and no such END"));
    let (body, after) = inside.split_once(&end).ok_or_else(cut)?;
    Ok(Some((label, body, after)))
}

fn one(label: &str, body: &str) -> Result<Material, BadKey> {
    if label == "ENCRYPTED PRIVATE KEY" || body.contains("Proc-Type:") {
        return Err(bad("this private key is encrypted: give the public one, or decrypt it first (openssl pkey)"));
    }
    if label == "OPENSSH PRIVATE KEY" {
        return Err(bad("this is OpenSSH's own form: ssh-keygen -e -m PKCS8 -f FILE writes its public key as PEM"));
    }
    let text: String = body.split_whitespace().collect();
    let wrong = |why| bad(format!("what stands in the PEM's {label} is not base64: {why}"));
    let der = BASE64_STANDARD.decode(text).map_err(wrong)?;
    let found = match label {
        "PUBLIC KEY" => public::spki(&der),
        "RSA PUBLIC KEY" => public::rsa_public(&der),
        "PRIVATE KEY" => public::pkcs8(&der),
        "RSA PRIVATE KEY" => public::rsa_private(&der),
        "EC PRIVATE KEY" => public::sec1(&der),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => public::certificate(&der),
        other => return Err(bad(format!("a PEM of {other} is no key that signatures could be checked with"))),
    };
    let none = || bad(format!("what stands in the PEM's {label} is none: it is damaged, or of another kind"));
    found.unwrap_or_else(|| Err(none()))
}
