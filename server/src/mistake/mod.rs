//! All deliberately insecure code, one mistake a file. Each does nothing unless its design's `[mistakes]` names it, so that
//! no other file has a weak branch.

pub(crate) mod accept_alg_none;
pub(crate) mod any_token_type;
pub(crate) mod chosen_key;
pub(crate) mod client_hashes_password;
pub(crate) mod decode_only;
pub(crate) mod denylist_by_bytes;
pub(crate) mod get_changes_state;
pub(crate) mod guessable_id;
pub(crate) mod keep_id_on_login;
pub(crate) mod logout_forgets_server;
pub(crate) mod no_audience;
pub(crate) mod no_proof_memory;
pub(crate) mod plain_at_rest;
pub(crate) mod raw_comments;
pub(crate) mod reflect_any_origin;
pub(crate) mod refresh_reads_then_writes;
pub(crate) mod save_reinserts;
pub(crate) mod trust_header_alg;
pub(crate) mod trust_header_jku;
pub(crate) mod trust_header_jwk;
pub(crate) mod trust_kid_path;
pub(crate) mod weak_secret;
