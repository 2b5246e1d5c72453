//! All deliberately insecure code, one mistake a file. Each does nothing unless its design's `[mistakes]` names it, so that
//! no other file has a weak branch.

pub(crate) mod decode_only;
pub(crate) mod keep_id_on_login;
pub(crate) mod logout_forgets_server;
pub(crate) mod refresh_reads_then_writes;
pub(crate) mod save_reinserts;
