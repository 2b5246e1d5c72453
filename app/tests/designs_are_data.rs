//! A design that nobody has seen, made by changing one key, does what the key says, and the sentence why says so.

mod support;

use support::{Comparison, Lab, built_in, lockstep};
use toml::Value;

/// One changed key, and what it makes of one cell: the four actors' tokens before and after.
struct Swap<'a> {
    original: &'a str,
    changes: &'a [(&'a str, Value)],
    world: &'a str,
    before: &'a str,
    after: &'a str,
}

/// Runs a copy of the design and the changed copy, and holds each against what is expected of it.
fn swap(lab: &Lab, scenario: &str, swap: &Swap<'_>) -> Comparison {
    let Swap { original, changes, world, before, after } = swap;
    lab.copy(original, "as-it-was", &[]);
    lab.copy(original, "as-it-is", changes);
    lab.expect(scenario, &[(world, "as-it-was", before), (world, "as-it-is", after)]);
    let comparison = lab.compare(&["as-it-was", "as-it-is"], scenario);
    let world = Some(*world).filter(|world| !world.is_empty());
    for design in ["as-it-was", "as-it-is"] {
        let cell = comparison.cell(design, world);
        assert_eq!(cell["as_expected"], true, "{original} with {changes:?}: {cell}");
    }
    let whys = ["as-it-was", "as-it-is"].map(|design| comparison.why(design, world));
    assert_ne!(whys[0], whys[1], "{original} with {changes:?}");
    assert_eq!(comparison.code, 0);
    comparison
}

/// What the built-in scenario expects of the original.
fn built_in_tokens(scenario: &str, world: &str, design: &str) -> String {
    built_in("scenarios", scenario)["expect"][world][design].as_str().expect("tokens are a text").to_owned()
}

#[test]
fn a_restart_forgets_what_lies_in_memory() {
    let comparison = swap(
        &Lab::new(),
        "restart",
        &Swap {
            original: "session-sqlite",
            changes: &[("store", "memory".into())],
            world: "access",
            before: &built_in_tokens("restart", "access", "session-sqlite"),
            after: "0s 0s 0s 0s",
        },
    );
    assert!(comparison.why("as-it-was", Some("access")).contains("sqlite has the session"));
    assert!(comparison.why("as-it-is", Some("access")).contains("401 unknown-session"));
}

#[test]
fn a_shorter_token_ends_sooner() {
    let comparison = swap(
        &Lab::new(),
        "log-out",
        &Swap {
            original: "jwt-rotation",
            changes: &[("jwt.access_ttl", "2m".into())],
            world: "everything",
            before: "- = <=5m =",
            after: "- = <=2m =",
        },
    );
    let after = |design| comparison.actor(design, Some("everything"), "attacker")["after_s"].clone();
    assert_eq!((after("as-it-was"), after("as-it-is")), (240.into(), 60.into()), "a minute had passed since the login");
}

#[test]
fn a_copied_role_is_believed() {
    let comparison = swap(
        &Lab::new(),
        "role-downgrade",
        &Swap {
            original: "session-memory",
            changes: &[("session.role", "cached".into())],
            world: "access",
            before: "role:0s role:0s role:0s =",
            after: "= = = =",
        },
    );
    let why = comparison.why("as-it-was", Some("access"));
    assert!(why.contains("the attacker stopped being an admin after 0 s"), "{why}");
}

#[test]
fn a_longer_idle_time_forgives_a_pause() {
    let comparison = swap(
        &Lab::new(),
        "expiry",
        &Swap {
            original: "session-memory",
            changes: &[("session.idle", "1h".into()), ("session.absolute", "13h".into())],
            world: "everything",
            before: "- <=45m = =",
            after: "- = = =",
        },
    );
    let phone = |design| comparison.actor(design, Some("everything"), "phone")["after_s"].clone();
    assert_eq!(phone("as-it-was"), 45 * 60, "used every 45 minutes, and ended after 30");
    assert!(phone("as-it-is").as_u64() > Some(12 * 3600), "used every 45 minutes, ended by the absolute end alone");
}

#[test]
fn what_is_on_disk_is_known_to_every_node() {
    let comparison = swap(
        &Lab::new(),
        "second-node",
        &Swap {
            original: "session-memory",
            changes: &[("store", "sqlite".into())],
            world: "access",
            before: "flapping flapping flapping flapping",
            after: "= = = =",
        },
    );
    let why = comparison.why("as-it-was", Some("access"));
    assert!(why.contains("at node 2 401 unknown-session"), "{why}");
}

#[test]
fn leeway_is_for_clocks_that_differ() {
    let comparison = swap(
        &Lab::new(),
        "clock-skew-between-nodes",
        &Swap {
            original: "jwt-refresh",
            changes: &[("jwt.leeway", "60s".into())],
            world: "everything",
            before: "- flapping flapping flapping",
            after: "- = = =",
        },
    );
    let why = comparison.why("as-it-was", Some("everything"));
    assert!(why.contains("at node 1 401 not-yet-valid"), "{why}");
}

#[test]
fn a_cookie_is_too_small_for_what_a_header_carries() {
    let comparison = swap(
        &Lab::new(),
        "oversized-claims",
        &Swap {
            original: "jwt-stateless",
            changes: &[("carry.access", "cookie".into()), ("cookie.http_only", true.into())],
            world: "",
            before: "new = never =",
            after: "never = never =",
        },
    );
    let why = comparison.why("as-it-is", None);
    assert!(why.contains("POST /auth/login 200: the browser did not keep access (too-large)"), "{why}");
}

#[test]
fn an_issuer_that_nobody_looks_at_lets_a_copy_move_along() {
    swap(
        &Lab::new(),
        "domain-move",
        &Swap {
            original: "jwt-stateless",
            changes: &[("mistakes.decode_only", true.into())],
            world: "access",
            before: "0s 0s 0s 0s reason:wrong-issuer",
            after: "0s 0s = 0s acted:attacker",
        },
    );
}

#[test]
fn a_minute_of_leeway_is_a_minute_more_for_the_thief() {
    let lab = Lab::new();
    lab.copy("jwt-rotation", "as-it-was", &[]);
    lab.copy("jwt-rotation", "as-it-is", &[("jwt.leeway", "60s".into())]);
    let after = ">=13d >=13d >=1m >=13d reason:expired";
    lab.expect("leeway", &[("", "as-it-was", ">=13d >=13d 0s >=13d"), ("", "as-it-is", after)]);
    let comparison = lab.compare(&["as-it-was", "as-it-is"], "leeway");
    assert_eq!(comparison.code, 0, "{}", comparison.json);
    let attacker = |design| comparison.actor(design, None, "attacker")["after_s"].clone();
    assert_eq!((attacker("as-it-was"), attacker("as-it-is")), (0.into(), 60.into()));
}

/// The thief refreshes first, then the laptop uses the same token a second time.
const REUSE: &str = r#"
title = "A used refresh token comes back"
question = "Does the server notice?"
group = "refresh"
thief = ["everything"]
steps = [
  { laptop = "log-in" }, { phone = "log-in" }, { bystander = "log-in" },
  { attacker = "steal", from = "laptop", by = "device" },
  { advance = "1m" },
  { attacker = "refresh" },
  { laptop = "refresh", mark = true },
  { everyone = "keep-trying" },
]
[expect.everything]
rotating = "- = <=5m = alarm"
unwatched = "- = = = no-alarm"
static = "- = = = no-alarm"
"#;

#[test]
fn what_becomes_of_a_used_refresh_token_is_two_keys() {
    let lab = Lab::new();
    let unwatched = ("refresh.reuse_detection", false.into());
    lab.copy("jwt-rotation", "rotating", &[]);
    lab.copy("jwt-rotation", "static", &[unwatched.clone(), ("refresh.mode", "static".into())]);
    lab.copy("jwt-rotation", "unwatched", &[unwatched]);
    lab.scenario("reuse", REUSE);
    let comparison = lab.compare(&["rotating", "unwatched", "static"], "reuse");
    for cell in comparison.cells() {
        assert_eq!(cell["as_expected"], true, "{cell}");
        assert_eq!(cell["detected"], cell["design"] == "rotating", "{cell}");
    }
    for (design, marked) in
        [("rotating", "401 reuse-detected"), ("unwatched", "401 used-before"), ("static", "POST /auth/refresh 200")]
    {
        let why = comparison.why(design, Some("everything"));
        assert!(why.contains(marked), "{design}: {why}");
    }
}

#[test]
fn an_access_token_in_a_cookie_travels_in_a_cookie() {
    let lab = Lab::new();
    lab.copy("jwt-rotation", "in-memory", &[]);
    lab.copy("jwt-rotation", "in-a-cookie", &[("carry.access", "cookie".into())]);
    let told = |design| {
        let args = ["run", "log-out", "--thief", "access", "--verbose", "--design", design, "--lab", lab.arg()];
        lockstep(&args).out
    };
    let (memory, cookie) = (told("in-memory"), told("in-a-cookie"));
    assert!(memory.contains("> authorization: Bearer ") && !memory.contains("__Host-access"), "{memory}");
    assert!(cookie.contains("> cookie: __Host-access=") && !cookie.contains("authorization: Bearer"), "{cookie}");
    // The page goes on sending its token after the end; the browser drops the cookie on the same instant.
    assert!(memory.contains("401 expired: the access token ended at"), "{memory}");
    assert!(cookie.contains("401 no-credential: the request carries no access token"), "{cookie}");
}

#[test]
fn the_sentence_why_names_the_mechanism_that_decided() {
    let lab = Lab::new();
    let world = Some("access");
    lab.copy("jwt-rotation", "ed-sqlite", &[]);
    lab.copy("jwt-rotation", "hs-sqlite", &[("jwt.alg", "HS256".into())]);
    lab.copy("jwt-rotation", "ed-memory", &[("store", "memory".into())]);
    let comparison = lab.compare(&["ed-sqlite", "hs-sqlite", "ed-memory"], "log-out");
    let why = |design| comparison.why(design, world);
    for design in ["ed-sqlite", "hs-sqlite", "ed-memory"] {
        let engine = if design.ends_with("memory") { "memory" } else { "sqlite" };
        assert!(why(design).contains(&format!("refresh family ended in {engine}")), "{}", why(design));
        let alg = if design.starts_with("hs") { "HS256" } else { "EdDSA" };
        assert!(why(design).contains(&format!("the {alg} signature holds")), "{}", why(design));
    }
    // Nothing else is different, so nothing else is told.
    assert_eq!(why("ed-sqlite").replace("sqlite", "memory"), why("ed-memory"));
    assert_eq!(why("ed-sqlite").replace("EdDSA", "HS256"), why("hs-sqlite"));
}
