//! The deliberate weaknesses, as switches.

use serde::{Deserialize, Serialize};

/// Deliberate weaknesses. They exist nowhere but behind these switches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mistakes {
    /// Logging in or changing the password keeps the session id that the client came with.
    pub keep_id_on_login: bool,
    /// Session ids are counted instead of drawn (CWE-330).
    pub guessable_id: bool,
    /// The store keeps session ids and refresh tokens as they are, not their hashes (CWE-256).
    pub plain_at_rest: bool,
    /// Saving a session inserts it again where it had been ended.
    pub save_reinserts: bool,
    /// A refresh first reads, then writes, in two steps.
    pub refresh_reads_then_writes: bool,
    /// Log-out clears the client and leaves the server's record alone.
    pub logout_forgets_server: bool,
    /// The client hashes the password, and whoever sends the hash is let in (CWE-836).
    pub client_hashes_password: bool,
    /// A GET moves money (CWE-650).
    pub get_changes_state: bool,
    /// Any origin's page may read answers to requests with cookies (CWE-942).
    pub reflect_any_origin: bool,
    /// Comments are shown as HTML, and any script may run in the bank's pages (CWE-79).
    pub raw_comments: bool,
    /// Tokens are decoded and their signature is never checked.
    pub decode_only: bool,
    /// A token that says it is not signed is believed (CVE-2015-9235).
    pub accept_alg_none: bool,
    /// The token chooses the algorithm that it is checked with (CVE-2016-10555).
    pub trust_header_alg: bool,
    /// The token brings the key that it is checked with (CVE-2018-0114).
    pub trust_header_jwk: bool,
    /// The token names the address of the keys that it is checked with (CWE-918).
    pub trust_header_jku: bool,
    /// The token names the file of the key that it is checked with (CWE-22).
    pub trust_kid_path: bool,
    /// The signing secret stands in a list of common words (CWE-1391).
    pub weak_secret: bool,
    /// A token of any type passes for an access token (RFC 8725 section 2.8).
    pub any_token_type: bool,
    /// Nobody looks whom a token is made for (RFC 8725 section 2.7).
    pub no_audience: bool,
    /// The denylist names tokens by their bytes, of which a signature has more than one form.
    pub denylist_by_bytes: bool,
    /// A proof of possession may be sent twice (RFC 9449 section 11.1).
    pub no_proof_memory: bool,
}

impl Mistakes {
    /// Whether a script can get into the bank's pages by a comment.
    pub fn lets_scripts_in(&self) -> bool {
        self.raw_comments
    }

    /// Lets scripts in by comments from now on, for whoever wants to see what one can do once it is there.
    pub fn let_scripts_in(&mut self) {
        self.raw_comments = true;
    }

    /// Whether the bank's own page sends SHA-256 of a password in hexadecimal, and not the password.
    pub fn page_sends_hash(&self) -> bool {
        self.client_hashes_password
    }

    /// Whether every mistake is off.
    pub fn none(&self) -> bool {
        *self == Self::default()
    }
}
