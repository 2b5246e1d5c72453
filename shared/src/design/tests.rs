//! Designs that can't work are refused with the file, the key and the reason.

use super::*;

const SESSION: &str = r#"
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

const ROTATION: &str = r#"
title = "Rotation"
summary = "A token."
kind = "jwt"
store = "sqlite"
[carry]
access = "memory"
refresh = "cookie"
[cookie]
http_only = true
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

fn error(toml: &str) -> String {
    Design::parse("d", "designs/d.toml", toml).expect_err(toml).to_string()
}

#[test]
fn a_good_design_survives_a_round_trip() {
    for toml in [SESSION, ROTATION] {
        let design = Design::parse("d", "d.toml", toml).expect("is good");
        assert_eq!(Design::parse("d", "d.toml", &design.to_toml()).expect("is good"), design);
    }
    let design = Design::parse("d", "d.toml", ROTATION).expect("is good");
    assert_eq!(design.refresh_cookie(), ("__Secure-refresh".to_owned(), "/auth"));
}

#[test]
fn what_is_so_anyway_may_be_written_out() {
    let session = SESSION.replace("idle =", "renew_id_on_login = true\nat_rest = \"sha256\"\nrole = \"live\"\nidle =");
    let checks = "[check]\ndenylist = \"off\"\nepoch = false\nsession_id = false\ndpop = false\n";
    let rotation = format!("{ROTATION}grace = \"0s\"\ngrace_gives = \"same\"\nrenewal = \"explicit\"\n{checks}");
    for (long, short) in [(session.as_str(), SESSION), (rotation.as_str(), ROTATION)] {
        let design = |toml| Design::parse("d", "d.toml", toml).expect("is good");
        assert_eq!(design(long), design(short));
    }
}

#[test]
fn each_error_names_file_key_and_reason() {
    let cases = [
        (SESSION.replace("idle = \"30m\"", "idle = \"soon\""), "`session.idle`: ", "no span of time"),
        (SESSION.replace("idle = \"30m\"", "idle = 30"), "`session.idle`: ", "expected a string"),
        (SESSION.replace("idle =", "idel ="), "`session.idel`: ", "unknown field"),
        (SESSION.replace("absolute = \"12h\"", ""), "`session.absolute`: ", "missing field"),
        (SESSION.replace("absolute = \"12h\"", "absolute = \"1m\""), "`session.absolute`: ", "before the idle one"),
        (SESSION.replace("\"lax\"", "\"loose\""), "`cookie.same_site`: ", "unknown variant"),
        (SESSION.replace("secure = true", ""), "`cookie.host_prefix`: ", "__Host-"),
        (SESSION.replace("access = \"cookie\"", "access = \"local-storage\""), "`cookie.http_only`: ", "HttpOnly"),
        (SESSION.replace("kind = \"session\"", "kind = \"magic\""), "`kind`: ", "unknown variant"),
        (SESSION.replace("idle =", "renew_id_on_login = false\nidle ="), "`session.renew_id_on_login`: ", "mistake"),
        (format!("{SESSION}\n[check]\nepoch = true"), "`check.epoch`: ", "leave it false"),
        (format!("{ROTATION}\n[check]\ndpop = true"), "`dpop`: ", "window"),
        (format!("{ROTATION}\ngrace = \"20m\""), "`refresh.grace`: ", "at most 10m"),
        (format!("{ROTATION}\ngrace_gives = \"fork\""), "`refresh.grace_gives`: ", "set grace"),
        (SESSION.replace("title = \"Session\"", ""), "", "missing field `title`"),
        (SESSION.replace("title = \"Session\"", "titel = \"x\""), "`titel`: ", "unknown key"),
        (SESSION.replace("[carry]", "[carry"), "", "line 6: "),
        (format!("{SESSION}\n[mistakes]\nalg_nonne = true"), "`mistakes.alg_nonne`: ", "unknown field"),
        (format!("{SESSION}\n[mistakes]\ndecode_only = true"), "`mistakes.decode_only`: ", "only a token"),
        (ROTATION.replace("mode = \"rotating\"", "mode = \"static\""), "`refresh.reuse_detection`: ", "rotating"),
        (ROTATION.replace("refresh = \"cookie\"", ""), "`carry.refresh`: ", "say where"),
        (
            ROTATION.replace("ttl = \"14d\"", "ttl = \"1m\"").replace("access_1m", "access_ttl"),
            "`refresh.ttl`: ",
            "outlive",
        ),
    ];
    for (toml, key, why) in cases {
        let said = error(&toml);
        assert!(said.starts_with(&format!("designs/d.toml: {key}")) && said.contains(why), "{said}\nfor {toml}");
        assert!(!said.contains('\n'), "one line: {said}");
    }
}

#[test]
fn a_file_name_must_be_a_host_name() {
    for id in ["", "Big", "a.b", "a b", "-a", "evil", "ümlaut"] {
        assert!(Design::parse(id, "f.toml", SESSION).is_err(), "{id}");
    }
}
