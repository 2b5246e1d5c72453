//! What an attacker forges is refused by every design that is built well; each mistake, switched on alone, lets in what
//! it should let in and nothing else.

mod support;

use support::{Comparison, Lab, built_in_text, lockstep};
use toml::Value;

/// Every forging scenario.
const ALL: [&str; 12] = [
    "edited-claims",
    "alg-none",
    "key-confusion",
    "embedded-jwk",
    "jku-elsewhere",
    "kid-as-path",
    "weak-secret",
    "refresh-as-access",
    "other-audience",
    "denylist-twin",
    "guess-the-id",
    "proof-replay",
];

/// Runs every forging scenario against a copy of a design, as it is and with one mistake, and demands that the mistake
/// lets the attacker in exactly where it is named: to act there as the one whose credential was forged.
fn check(mistake: &str, original: &str, changes: &[(&str, Value)], turned: &[&str]) {
    let lab = Lab::new();
    let key = format!("mistakes.{mistake}");
    let careless = [changes, &[(&key, true.into())]].concat();
    lab.copy(original, "careful", changes);
    lab.copy(original, "careless", &careless);
    for scenario in ALL {
        let mut text = built_in_text("scenarios", scenario);
        if turned.contains(&scenario) {
            // The tables of expectations stand last in every file.
            text.push_str("careless = \"- - >=1m - acted:attacker\"\n");
        }
        lab.scenario(scenario, &text);
    }
    let comparison = forged(&lab, &["careful", "careless"]);
    for scenario in ALL {
        let cell = |design: &str| {
            let found = |cell: &&serde_json::Value| cell["scenario"] == scenario && cell["design"] == design;
            comparison.cells().iter().find(found).expect("every cell is there")
        };
        let got_in = |design: &str| {
            let attacker = &cell(design)["actors"]["attacker"];
            attacker["acted"] == true || !["never-in", ""].contains(&attacker["verdict"].as_str().unwrap_or_default())
        };
        assert!(!got_in("careful"), "{mistake}: {}", cell("careful"));
        assert_eq!(got_in("careless"), turned.contains(&scenario), "{mistake} in {scenario}: {}", cell("careless"));
        if turned.contains(&scenario) {
            assert_eq!(cell("careful")["status"], "ran", "{mistake}: {}", cell("careful"));
            assert_eq!(cell("careless")["as_expected"], true, "{mistake}: {}", cell("careless"));
        }
    }
}

fn forged(lab: &Lab, designs: &[&str]) -> Comparison {
    let mut args = vec!["compare", "--lab", lab.arg(), "--format", "json", "--scenario", "forging"];
    args.extend(designs.iter().flat_map(|design| ["--design", design]));
    Comparison::of(&lockstep(&args))
}

#[test]
fn who_only_decodes_believes_everything_that_is_a_token() {
    let all = ["edited-claims", "alg-none", "embedded-jwk", "jku-elsewhere", "kid-as-path", "other-audience"];
    check("decode_only", "jwt-rotation", &[], &[&all[..], &["key-confusion"]].concat());
    check("decode_only", "jwt-stateless", &[], &[&all[..], &["weak-secret"]].concat());
}

#[test]
fn none_is_believed_where_it_is_accepted() {
    for design in ["jwt-rotation", "jwt-stateless"] {
        check("accept_alg_none", design, &[], &["alg-none"]);
    }
}

#[test]
fn a_public_key_is_taken_for_a_secret_where_the_token_chooses() {
    for alg in ["EdDSA", "ES256", "RS256"] {
        check("trust_header_alg", "jwt-rotation", &[("jwt.alg", alg.into())], &["key-confusion"]);
    }
}

#[test]
fn a_key_that_is_brought_along_is_believed_where_it_is_looked_at() {
    for alg in ["EdDSA", "ES256", "RS256", "HS256"] {
        check("trust_header_jwk", "jwt-rotation", &[("jwt.alg", alg.into())], &["embedded-jwk"]);
    }
}

#[test]
fn a_key_is_fetched_where_the_token_says_where() {
    check("trust_header_jku", "jwt-rotation", &[], &["jku-elsewhere"]);
}

#[test]
fn the_server_goes_nowhere_that_a_token_names() {
    let lab = Lab::new();
    lab.copy("jwt-rotation", "careful", &[]);
    lab.copy("jwt-rotation", "careless", &[("mistakes.trust_header_jku", true.into())]);
    for (design, came) in [("careful", "nobody came for the key"), ("careless", "the server came for the key")] {
        let told = lockstep(&["run", "jku-elsewhere", "--design", design, "--lab", lab.arg()]).out;
        assert!(told.contains(came), "{told}");
    }
}

#[test]
fn a_known_file_is_a_key_where_its_name_is_a_path() {
    check("trust_kid_path", "jwt-stateless", &[], &["kid-as-path"]);
}

#[test]
fn a_common_secret_is_guessed() {
    check("weak_secret", "jwt-stateless", &[], &["weak-secret"]);
}

#[test]
fn a_refresh_token_opens_what_looks_at_no_type() {
    check("any_token_type", "jwt-cookie", &[], &["refresh-as-access"]);
}

#[test]
fn a_token_for_others_opens_what_looks_at_no_audience() {
    check("no_audience", "jwt-rotation", &[], &["other-audience"]);
}

#[test]
fn a_list_of_octets_does_not_know_the_twin() {
    let listed = [("jwt.alg", "ES256".into()), ("check.denylist", "store".into())];
    check("denylist_by_bytes", "jwt-rotation", &listed, &["denylist-twin"]);
}

#[test]
fn an_id_that_is_counted_is_guessed() {
    check("guessable_id", "session-memory", &[], &["guess-the-id"]);
}

#[test]
fn a_proof_is_good_twice_where_nobody_remembers_it() {
    let proven = [("check.dpop", true.into()), ("dpop.window", "60s".into())];
    check("no_proof_memory", "jwt-rotation", &proven, &["proof-replay"]);
}
