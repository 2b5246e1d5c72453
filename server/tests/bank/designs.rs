//! Small designs for tests, one of each shape.

use lockstep_shared::design::Design;

pub(crate) const SESSION: &str = r#"
title = "Session"
summary = "A session."
kind = "session"
store = "memory"
[carry]
access = "cookie"
[cookie]
http_only = true
same_site = "lax"
secure = true
host_prefix = true
[session]
idle = "30m"
absolute = "12h"
"#;

pub(crate) const STATELESS: &str = r#"
title = "Stateless"
summary = "A token."
kind = "jwt"
[carry]
access = "local-storage"
[jwt]
alg = "HS256"
access_ttl = "24h"
audience = "bank"
"#;

/// Both tokens are signed, both travel in cookies, and the server renews by itself.
pub(crate) const SILENT: &str = r#"
title = "Silent"
summary = "Two tokens."
kind = "jwt"
[carry]
access = "cookie"
refresh = "cookie"
[cookie]
http_only = true
same_site = "lax"
secure = true
host_prefix = true
[jwt]
alg = "HS256"
access_ttl = "5m"
audience = "bank"
[refresh]
ttl = "14d"
mode = "signed"
renewal = "silent"
"#;

pub(crate) const ROTATION: &str = r#"
title = "Rotation"
summary = "A token and a chain of others."
kind = "jwt"
store = "sqlite"
[carry]
access = "memory"
refresh = "cookie"
[cookie]
http_only = true
same_site = "strict"
secure = true
host_prefix = true
[jwt]
alg = "EdDSA"
access_ttl = "5m"
audience = "bank"
[refresh]
ttl = "14d"
mode = "rotating"
reuse_detection = true
"#;

/// Every token is bound to a key.
pub(crate) const BOUND: &str = r#"
title = "Bound"
summary = "A token that takes a key to use."
kind = "jwt"
store = "memory"
[carry]
access = "memory"
refresh = "local-storage"
[jwt]
alg = "EdDSA"
access_ttl = "5m"
audience = "bank"
[refresh]
ttl = "14d"
mode = "rotating"
reuse_detection = true
[check]
dpop = true
[dpop]
window = "60s"
"#;

/// The client keeps both tokens itself, and the refresh token stays the same.
pub(crate) const STATIC: &str = r#"
title = "Static"
summary = "A token and another one."
kind = "jwt"
store = "sqlite"
[carry]
access = "local-storage"
refresh = "local-storage"
[jwt]
alg = "HS256"
access_ttl = "5m"
audience = "bank"
[refresh]
ttl = "14d"
mode = "static"
"#;

pub(crate) fn sqlite_session() -> String {
    changed(SESSION, "store = \"memory\"", "store = \"sqlite\"")
}

pub(crate) fn cached_session() -> String {
    format!("{SESSION}role = \"cached\"\n")
}

/// A design with one line replaced, which must be there.
pub(crate) fn changed(toml: &str, line: &str, by: &str) -> String {
    assert!(toml.contains(line), "{line}");
    toml.replace(line, by)
}

pub(crate) fn mistaken(toml: &str, mistake: &str) -> String {
    format!("{toml}\n[mistakes]\n{mistake} = true\n")
}

pub(crate) fn parse(id: &str, toml: &str) -> Design {
    Design::parse(id, &format!("{id}.toml"), toml).expect("the test's design is good")
}
