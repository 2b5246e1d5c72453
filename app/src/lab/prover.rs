//! A client's own key, and the proofs that it has it (RFC 9449): one for each request, and nothing that a thief can copy.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Design, DpopAlg};
use serde_json::{Value, json};
use url::Url;

use super::client::Reply;

/// The request header that carries a proof, and the response header that carries the nonce for the next ones.
pub(crate) const PROOF: &str = "dpop";
const NONCE: &str = "dpop-nonce";

/// Octets of a proof's name: nobody else's is the same (section 4.2).
const NAME_BYTES: usize = 12;

const RANDOM: &str = "the system gives random bytes";

/// The key of one client. It stands for one that the browser keeps as not extractable: it signs, and there is no way to
/// read it, so neither `steal` nor anything else takes it along.
pub(crate) struct Prover {
    pair: Pair,
    /// The nonce that the server gave last.
    nonce: Option<String>,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl Prover {
    /// A fresh key; None where the design demands no proofs.
    pub(crate) fn of(design: &Design) -> Option<Self> {
        let rules = design.dpop.as_ref().filter(|_| design.check.dpop)?;
        let pair = match rules.alg {
            DpopAlg::ES256 => Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect(RANDOM)),
            DpopAlg::EdDSA => Pair::Ed(Ed25519KeyPair::generate().expect(RANDOM)),
        };
        Some(Self { pair, nonce: None })
    }

    /// A proof for one request, and for the access token that it presents.
    pub(crate) fn prove(&self, method: &str, url: &Url, token: Option<&str>, now: LabTime) -> String {
        let mut name = [0; NAME_BYTES];
        rand::fill(&mut name).expect(RANDOM);
        let mut address = url.clone();
        address.set_query(None);
        address.set_fragment(None);
        let address = address.as_str();
        let mut claims = json!({ "jti": BASE64.encode(name), "htm": method, "htu": address, "iat": now.secs() });
        if let Some(token) = token {
            claims["ath"] = BASE64.encode(digest(&SHA256, token.as_bytes())).into();
        }
        if let Some(nonce) = &self.nonce {
            claims["nonce"] = nonce.as_str().into();
        }
        let (alg, jwk) = self.public();
        let header = json!({ "typ": "dpop+jwt", "alg": alg, "jwk": jwk });
        let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        format!("{signed}.{}", BASE64.encode(self.sign(signed.as_bytes())))
    }

    /// Remembers the nonce that comes with an answer.
    pub(crate) fn learn(&mut self, reply: &Reply) {
        if let Some(nonce) = reply.header(NONCE) {
            self.nonce = Some(nonce.to_owned());
        }
    }

    /// Whether an answer asks for the same request again, with the nonce that came along (section 8).
    pub(crate) fn is_asked_again(reply: &Reply) -> bool {
        let challenge = reply.header("www-authenticate").unwrap_or_default();
        reply.status == 401 && challenge.contains("error=\"use_dpop_nonce\"") && reply.header(NONCE).is_some()
    }

    fn public(&self) -> (&'static str, Value) {
        match &self.pair {
            Pair::Ec(pair) => {
                // An octet that says "uncompressed", and then two numbers of 32 (SEC 1 section 2.3.3).
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                ("ES256", json!({ "kty": "EC", "crv": "P-256", "x": BASE64.encode(x), "y": BASE64.encode(y) }))
            }
            Pair::Ed(pair) => {
                ("EdDSA", json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64.encode(pair.public_key()) }))
            }
        }
    }

    fn sign(&self, content: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Ec(pair) => pair.sign(&SystemRandom::new(), content).expect(RANDOM).as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(content).as_ref().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prover(alg: &str) -> Prover {
        let toml = format!(
            "title = \"t\"\nsummary = \"s\"\nkind = \"jwt\"\n[carry]\naccess = \"memory\"\n[jwt]\nalg = \"HS256\"\naccess_ttl = \"5m\"\naudience = \"bank\"\n[check]\ndpop = true\n[dpop]\nalg = \"{alg}\"\nwindow = \"60s\"\n"
        );
        Prover::of(&Design::parse("d", "d.toml", &toml).expect("is a design")).expect("proofs are demanded")
    }

    fn part(token: &str, at: usize) -> Value {
        let part = token.split('.').nth(at).expect("has three parts");
        serde_json::from_slice(&BASE64.decode(part).expect("is base64url")).expect("is JSON")
    }

    #[test]
    fn a_proof_says_what_it_is_for() {
        let url = Url::parse("http://d.localhost:8787/api/me?a=b#c").expect("is an address");
        for alg in ["ES256", "EdDSA"] {
            let mut prover = prover(alg);
            let proof = prover.prove("GET", &url, Some("token"), LabTime::from_secs(7));
            let (header, claims) = (part(&proof, 0), part(&proof, 1));
            assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!(alg)));
            assert!(header["jwk"].get("d").is_none());
            assert_eq!((&claims["htm"], &claims["iat"]), (&json!("GET"), &json!(7)));
            assert_eq!(claims["htu"], "http://d.localhost:8787/api/me");
            // The hash of "token", by another program.
            assert_eq!(claims["ath"], "PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A");
            assert!(claims.get("nonce").is_none());
            let again = prover.prove("GET", &url, None, LabTime::from_secs(7));
            assert_ne!(part(&again, 1)["jti"], claims["jti"]);
            assert!(part(&again, 1).get("ath").is_none());
            let asked = [("DPoP-Nonce", "n"), ("WWW-Authenticate", "DPoP realm=\"bank\", error=\"use_dpop_nonce\"")];
            let headers = asked.into_iter().collect();
            let asks = Reply { status: 401, headers, body: String::new(), micros: 0 };
            assert!(Prover::is_asked_again(&asks));
            prover.learn(&asks);
            assert_eq!(part(&prover.prove("GET", &url, None, LabTime::START), 1)["nonce"], "n");
        }
    }
}
