//! What each key of a design's file does and what each of its words means, in a sentence, and who says so.

/// What a key does, and the source that says so; empty where it is Lockstep's own.
pub fn about(path: &str) -> Option<(&'static str, &'static str)> {
    ABOUT.iter().find(|(key, ..)| *key == path).map(|(_, about, source)| (*about, *source))
}

/// What a word means at a key that takes one of several.
pub fn about_value(path: &str, word: &str) -> Option<&'static str> {
    VALUES.iter().find(|(key, value, _)| *key == path && *value == word).map(|(.., about)| *about)
}

/// What usually stands at a key that must be written.
pub(super) fn typical(path: &str) -> Option<&'static str> {
    TYPICAL.iter().find(|(key, _)| *key == path).map(|(_, word)| *word)
}

const ABOUT: &[(&str, &str, &str)] = &[
    ("title", "A short name, for headings.", ""),
    ("summary", "One sentence: what it is and where one meets it.", ""),
    ("kind", "What the access credential is.", ""),
    ("store", "Where the server keeps sessions and refresh families.", ""),
    ("carry", "Where the client keeps its credentials and how they travel.", ""),
    ("carry.access", "Where the client keeps the access credential.", "RFC 6750 section 2"),
    ("carry.refresh", "Where the client keeps the refresh token.", "RFC 9700 section 4.14"),
    ("cookie", "The attributes of every cookie that carries a credential.", "RFC 6265bis section 4.1.2"),
    (
        "cookie.http_only",
        "Hides the cookie from the page's script: what is injected into the page can use it, but not carry it away.",
        "RFC 6265bis section 4.1.2.6",
    ),
    (
        "cookie.same_site",
        "Decides which requests that another site starts carry the cookie.",
        "RFC 6265bis section 4.1.2.7",
    ),
    (
        "cookie.secure",
        "Sends the cookie over HTTPS alone, and to this machine itself: nobody on the wire reads it.",
        "RFC 6265bis section 4.1.2.5",
    ),
    (
        "cookie.host_prefix",
        "Names the cookie __Host-…, which browsers take from this host alone: no sibling domain can plant one.",
        "RFC 6265bis section 4.1.3.2",
    ),
    ("session", "How long a session lives and what it remembers.", "OWASP ASVS 5.0 V7.3"),
    ("session.idle", "A session that nobody uses for this long has ended.", "OWASP ASVS 5.0 V7.3.1"),
    ("session.absolute", "A session this old has ended, used or not.", "OWASP ASVS 5.0 V7.3.2"),
    (
        "session.renew_id_on_login",
        "Gives a new id at login, so that an id that was planted before it opens nothing.",
        "OWASP ASVS 5.0 V7.2.4",
    ),
    ("session.at_rest", "How the store keeps the id.", ""),
    ("session.role", "Where the role and a ban are read from on each request.", ""),
    ("jwt", "How access tokens are signed and how long they live.", "RFC 7519"),
    ("jwt.alg", "The one algorithm that the server signs with and accepts.", "RFC 8725 section 3.1"),
    (
        "jwt.access_ttl",
        "How long an access token lives: as long a stolen copy works where nobody asks whether it was revoked.",
        "RFC 7519 section 4.1.4",
    ),
    ("jwt.audience", "Whom tokens are made for; a token for anybody else is refused.", "RFC 8725 section 3.9"),
    ("jwt.leeway", "How long after its end a token is still taken, for clocks that differ.", "RFC 7519 section 4.1.4"),
    ("introspection", "How opaque access tokens are looked up.", "RFC 7662"),
    ("introspection.access_ttl", "How long an access token lives.", ""),
    (
        "introspection.cache",
        "How long the resource server believes an answer: as long a revoked token goes on working there.",
        "RFC 7662 section 4",
    ),
    ("refresh", "How a client gets a new access token without its password.", "RFC 6749 section 6"),
    ("refresh.ttl", "How long one can renew after a login; no renewal makes it longer.", "RFC 9700 section 4.14"),
    ("refresh.mode", "What a refresh token is, and what happens to it when it is used.", "RFC 9700 section 4.14.2"),
    (
        "refresh.reuse_detection",
        "A used token that comes back ends the whole family: thief and victim are both thrown out.",
        "RFC 9700 section 4.14.2",
    ),
    (
        "refresh.grace",
        "How long a used token is taken for a repetition instead of a theft; as long a thief can repeat it too.",
        "",
    ),
    ("refresh.grace_gives", "What a repetition within the grace is given.", ""),
    ("refresh.renewal", "Who starts a renewal.", ""),
    ("check", "What else is asked about the credential on every request.", ""),
    ("check.denylist", "Asks a list of revoked tokens, so that a token can be ended before its time.", "RFC 7009"),
    ("check.epoch", "Compares the token's version with its user's, which ends all of a user's tokens at once.", ""),
    ("check.session_id", "Looks up the login that the token names: the token has become a session.", ""),
    ("check.dpop", "Demands a proof with a key that can't leave the device: a copy alone opens nothing.", "RFC 9449"),
    ("dpop", "How proofs of possession are checked.", "RFC 9449 section 4.3"),
    ("dpop.alg", "What the client's key signs its proofs with.", "RFC 9449 section 4.2"),
    ("dpop.window", "How old a proof may be, and how long its id is remembered.", "RFC 9449 section 11.1"),
    (
        "dpop.nonce",
        "Demands a nonce of the server's in each proof, so that none is made in advance.",
        "RFC 9449 section 8",
    ),
    ("csrf", "How requests that another site forges are told apart.", ""),
    ("csrf.defence", "What a request that changes something is checked for.", "OWASP ASVS 5.0 V3.5"),
    ("cors", "Which other origins' pages may read answers.", "Fetch standard, CORS protocol"),
    ("cors.allow", "Whose script may read what the bank answers.", "Fetch standard, CORS protocol"),
    ("mistakes", "Deliberate weaknesses, each of which opens something.", ""),
    (
        "mistakes.keep_id_on_login",
        "Opens session fixation: who plants an id before the login is inside after it.",
        "CWE-384",
    ),
    (
        "mistakes.guessable_id",
        "Opens every session to whoever can count: the next id is the last one plus one.",
        "CWE-330",
    ),
    (
        "mistakes.plain_at_rest",
        "Opens every session to whoever reads the store once, for example in a backup.",
        "CWE-256",
    ),
    (
        "mistakes.save_reinserts",
        "Opens an ended session again where a slow request saves it after the log-out.",
        "CWE-613",
    ),
    (
        "mistakes.refresh_reads_then_writes",
        "Opens a race: two refreshes with one token at the same time both get through, unnoticed.",
        "CWE-367",
    ),
    (
        "mistakes.logout_forgets_server",
        "Opens a logged-out login to whoever has a copy: the client forgets, the server does not.",
        "CWE-613",
    ),
    (
        "mistakes.client_hashes_password",
        "Opens every account whose stored hash leaks: the hash is the password.",
        "CWE-836",
    ),
    (
        "mistakes.get_changes_state",
        "Opens transfers to any link or picture on another site, for Lax cookies go along with links.",
        "CWE-650",
    ),
    (
        "mistakes.reflect_any_origin",
        "Opens answers to the script of every site, with the victim's cookies on the request.",
        "CWE-942",
    ),
    (
        "mistakes.raw_comments",
        "Opens the page to whoever writes a comment: it is shown as HTML, and a script in it runs as the bank's own.",
        "CWE-79",
    ),
    ("mistakes.decode_only", "Opens every account: whoever writes a token is believed, signed or not.", "CWE-347"),
    (
        "mistakes.accept_alg_none",
        "Opens every account: a token that says it needs no signature is believed.",
        "CVE-2015-9235",
    ),
    (
        "mistakes.trust_header_alg",
        "Opens every account: the public key, which anybody has, is taken for an HMAC secret.",
        "CVE-2016-10555",
    ),
    (
        "mistakes.trust_header_jwk",
        "Opens every account: the attacker's token brings the attacker's key along.",
        "CVE-2018-0114",
    ),
    (
        "mistakes.trust_header_jku",
        "Opens every account, and the server's network: keys are fetched from where the token says.",
        "CWE-918",
    ),
    (
        "mistakes.trust_kid_path",
        "Opens every account: the token names a file whose content anybody knows as its key.",
        "CWE-22",
    ),
    ("mistakes.weak_secret", "Opens every account to whoever guesses the secret offline, from one token.", "CWE-1391"),
    (
        "mistakes.any_token_type",
        "Opens the API to tokens that were made for something else, such as refresh tokens.",
        "RFC 8725 section 2.8",
    ),
    (
        "mistakes.no_audience",
        "Opens the bank to tokens that the user gave to another service of the same issuer.",
        "RFC 8725 section 2.7",
    ),
    (
        "mistakes.denylist_by_bytes",
        "Opens a revoked token again: the same signature written in another form is not on the list.",
        "CWE-180",
    ),
    (
        "mistakes.no_proof_memory",
        "Opens a proof to whoever overhears it, for as long as it is fresh.",
        "RFC 9449 section 11.1",
    ),
];

const VALUES: &[(&str, &str, &str)] = &[
    ("kind", "session", "An opaque id of a record that the server keeps."),
    ("kind", "sealed", "The record itself, encrypted and given to the client: the server keeps nothing."),
    ("kind", "jwt", "A signed token that speaks for itself."),
    ("kind", "introspection", "An opaque token that a resource server has looked up."),
    ("store", "memory", "In the server's own memory: a restart forgets it."),
    ("store", "sqlite", "In an SQLite file: a restart finds it again."),
    ("store", "redis", "In a Redis server beside the bank's: every node sees the same."),
    ("carry.access", "cookie", "A cookie, which the browser attaches by itself."),
    ("carry.access", "memory", "A variable of the page, gone with the tab; sent as Authorization: Bearer."),
    ("carry.access", "local-storage", "The origin's localStorage, open to any script; sent as Authorization: Bearer."),
    ("carry.refresh", "cookie", "A cookie that goes to the endpoints of /auth alone."),
    ("carry.refresh", "memory", "A variable of the page, gone with the tab."),
    ("carry.refresh", "local-storage", "The origin's localStorage, open to any script of the page."),
    ("cookie.same_site", "strict", "Never on a request that another site started, a followed link included."),
    ("cookie.same_site", "lax", "From another site only when the user follows a link: a forged POST goes without it."),
    ("cookie.same_site", "none", "On every request, whoever started it: a forged request carries it."),
    ("session.at_rest", "sha256", "As its SHA-256, so that a store that leaks opens nothing."),
    ("session.role", "live", "From the user directory: a demotion and a ban act at once."),
    ("session.role", "cached", "From the session's copy of the login: both act at the next login."),
    ("jwt.alg", "HS256", "HMAC with SHA-256: one secret signs and verifies."),
    ("jwt.alg", "ES256", "ECDSA on P-256: a private key signs, its public key verifies."),
    ("jwt.alg", "RS256", "RSA with 2048 bits: a private key signs, its public key verifies."),
    ("jwt.alg", "EdDSA", "Ed25519: a private key signs, its public key verifies."),
    ("refresh.mode", "static", "One opaque token for the whole time, kept on the server as a hash."),
    ("refresh.mode", "rotating", "An opaque token that is replaced at every use."),
    ("refresh.mode", "signed", "A signed token that the server does not keep, and so can't end."),
    ("refresh.grace_gives", "same", "The same successor again."),
    ("refresh.grace_gives", "fork", "A successor of its own, so that the family goes on in two chains."),
    ("refresh.renewal", "explicit", "The client asks /auth/refresh after a 401."),
    ("refresh.renewal", "silent", "The server renews within any request whose access cookie has ended."),
    ("check.denylist", "off", "No list: a token that was revoked works to its end."),
    ("check.denylist", "memory", "A list in the process: a restart forgets it, and no other node knows it."),
    ("check.denylist", "store", "A list in the design's store."),
    ("dpop.alg", "ES256", "ECDSA on P-256."),
    ("dpop.alg", "EdDSA", "Ed25519."),
    (
        "csrf.defence",
        "none",
        "Nothing: the cookie's SameSite stands alone, and any page may show the bank's in a frame.",
    ),
    ("csrf.defence", "fetch-metadata", "Sec-Fetch-Site, which the browser writes, and Origin where that is missing."),
    ("csrf.defence", "token", "A secret that the page sends in a header, and that another site can't read."),
    ("cors.allow", "none", "Nobody else's."),
    (
        "cors.allow",
        "sibling",
        "The sibling's, by name and with cookies: whoever writes on that host reads the account.",
    ),
    ("cors.allow", "any", "Everybody's, by *: browsers then hand out no answer to a request with cookies."),
];

const TYPICAL: &[(&str, &str)] = &[
    ("carry.access", "cookie"),
    ("session.idle", "30m"),
    ("session.absolute", "12h"),
    ("jwt.alg", "EdDSA"),
    ("jwt.access_ttl", "5m"),
    ("jwt.audience", "bank"),
    ("introspection.access_ttl", "5m"),
    ("refresh.ttl", "14d"),
    ("refresh.mode", "rotating"),
    ("dpop.window", "60s"),
];
