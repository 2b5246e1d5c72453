//! `inspect` as a program meets it: exit codes, both formats, keys out of files, many tokens at once.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use support::{Lab, Ran, command, lockstep};

/// RFC 7515 appendix A.1; it ends on 22 March 2011 at 18:43:00.
const TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const SECRET: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const BEFORE: &str = "2011-03-22T18:42:59Z";
/// RFC 7515 appendix A.4: its payload is no JSON.
const TEXT: &str = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
const TEXTS_KEY: &str = r#"{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}"#;

fn inspect(args: &[&str]) -> Ran {
    lockstep(&[&["inspect"], args].concat())
}

fn as_json(args: &[&str]) -> (i32, Json) {
    let ran = inspect(&[args, &["--format", "json"]].concat());
    assert_eq!(ran.out.matches('\n').count(), 1, "the result is one line: {ran:?}");
    (ran.code, serde_json::from_str(&ran.out).unwrap_or_else(|bad| panic!("no JSON ({bad}): {ran:?}")))
}

/// Runs the program on what is written to its standard input.
fn fed(args: &[&str], input: &[u8]) -> Ran {
    let mut program = command(&[&["inspect"], args].concat()).stdin(Stdio::piped()).spawn().expect("was built");
    let mut pipe = program.stdin.take().expect("is piped");
    // What is written must not wait for what is read, nor the other way round.
    let writer = std::thread::spawn({
        let input = input.to_vec();
        move || pipe.write_all(&input)
    });
    let ran = program.wait_with_output().expect("ends").into();
    let _ = writer.join().expect("does not panic");
    ran
}

fn lines(ran: &Ran) -> Vec<Json> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|bad| panic!("{bad}: {line}"))).collect()
}

#[test]
fn the_exit_code_is_the_verdict() {
    let key = ["--secret-base64url", SECRET];
    for (args, code, valid, state) in [
        (&[TOKEN, "--at", BEFORE, key[0], key[1]][..], 0, json!(true), "valid"),
        (&[TOKEN, "--at", "1300819379"], 0, json!(null), "valid"),
        (&[TOKEN, "--at", "1300819380", key[0], key[1]], 1, json!(true), "expired"),
        (&[TOKEN, "--at", "1300819389", "--leeway", "10"], 0, json!(null), "valid"),
        (&[TOKEN, "--at", BEFORE, "--secret", "wrong"], 1, json!(false), "valid"),
        (&[TOKEN, "--at", BEFORE, key[0], key[1], "--iss", "joe"], 0, json!(true), "valid"),
        (&[TOKEN, "--at", BEFORE, key[0], key[1], "--iss", "ann"], 1, json!(true), "valid"),
        (&[TOKEN, "--at", BEFORE, "--aud", "bank"], 1, json!(null), "valid"),
        (&[TOKEN, "--at", BEFORE, "--typ", "application/jwt"], 0, json!(null), "valid"),
        (&[TOKEN, "--at", BEFORE, "--typ", "at+jwt"], 1, json!(null), "valid"),
        (&[TOKEN], 1, json!(null), "expired"),
        (&["eyJhbGciOiJub25lIn0.e30."], 1, json!(false), "no-expiry"),
    ] {
        let (found, told) = as_json(args);
        assert_eq!(
            (found, &told["signature"]["valid"], &told["times"]["state"]),
            (code, &valid, &json!(state)),
            "{told}"
        );
        assert_eq!(told["schema"], "lockstep.inspect/1");
        assert_eq!(told["exit"], code);
        assert!(told["findings"].is_array() && told["header"].is_object() && told["payload"].is_object(), "{told}");
    }
}

#[test]
fn what_is_no_token_is_one_clear_line_and_a_two() {
    for (token, why) in [
        ("", "nothing in it"),
        ("a.b", "2 parts"),
        ("e30.e3!0.", "payload: character 3"),
        ("e30.e30.a", "signature: 1 characters"),
    ] {
        let ran = inspect(&[token]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.starts_with("lockstep: ") && ran.err.contains(why), "{ran:?}");
        assert_eq!(ran.err.matches('\n').count(), 1, "{ran:?}");
        let (code, told) = as_json(&[token]);
        assert_eq!((code, &told["signature"]["valid"]), (2, &json!(false)), "{told}");
        assert!(told["error"].as_str().is_some_and(|error| error.contains(why)), "{told}");
    }
}

#[test]
fn bad_arguments_are_one_clear_line_and_a_two() {
    let lab = Lab::new();
    lab.write("no-key", "hunter2");
    lab.write("one.json", TEXTS_KEY);
    let (no_key, one) = (format!("{}/no-key", lab.arg()), format!("{}/one.json", lab.arg()));
    for (args, why) in [
        (&[][..], "nothing to inspect"),
        (&[TOKEN, "--key", "/nowhere/key.pem"], "--key /nowhere/key.pem: it can't be opened"),
        (&[TOKEN, "--key", &no_key], "neither PEM, DER, a JWK nor a set"),
        (&[TOKEN, "--jwks", &one], "no set of JWKs"),
        (&[TOKEN, "--secret", "a", "--jwks", &one], "cannot be used with"),
        (&[TOKEN, "--secret-base64url", "not it"], "--secret-base64url: the secret is not base64url"),
        (&[TOKEN, "--at", "noon"], "`noon` is no moment"),
        (&[TOKEN, "--leeway=-1"], "--leeway"),
        (&[TOKEN, "--leeway", "86401"], "--leeway"),
        (&[TOKEN, "--batch", "-"], "cannot be used with"),
        (&[TOKEN, "--url", "http://x.localhost/"], "--url is about a cookie"),
        (&[TOKEN, "--initiator", "null"], "--initiator is about a cookie"),
        (&["--cookie", "a=b", "--url", "http://x.localhost/", "--aud", "x"], "--aud is about a token"),
        (&["--batch", "/nowhere"], "--batch /nowhere: it can't be opened"),
    ] {
        let ran = inspect(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(why) && ran.err.matches('\n').count() == 1, "{why}: {ran:?}");
        assert!(!ran.err.contains("hunter2"), "a secret is not repeated");
    }
}

#[test]
fn keys_are_read_from_files() {
    let lab = Lab::new();
    lab.write("key.json", TEXTS_KEY);
    lab.write("jwks.json", format!(r#"{{"keys":[{{"kty":"oct","k":"{SECRET}"}},{TEXTS_KEY}]}}"#));
    let (key, jwks) = (format!("{}/key.json", lab.arg()), format!("{}/jwks.json", lab.arg()));
    for args in [&["--key", &key], &["--jwks", &jwks], &["--key", &jwks]] {
        let (code, told) = as_json(&[&[TEXT][..], &args[..]].concat());
        assert_eq!((code, &told["signature"]["valid"]), (0, &json!(true)), "{told}");
        assert_eq!((&told["kind"], &told["payload"]), (&json!("jws"), &json!("Payload")), "a payload that is no JSON");
    }
    let (code, told) = as_json(&[TOKEN, "--jwks", &jwks, "--at", BEFORE]);
    assert_eq!((code, &told["signature"]["valid"]), (0, &json!(true)), "{told}");
    let (code, told) = as_json(&[TOKEN, "--key", &key, "--at", BEFORE]);
    assert_eq!(told["signature"]["why"], "the key is EC on P-521, the alg is HS256");
    assert_eq!(code, 1);
}

#[test]
fn people_read_the_verdict_first() {
    let ran = inspect(&[TOKEN, "--secret-base64url", SECRET, "--at", BEFORE]);
    assert!(ran.out.starts_with("SIGNATURE VALID: the signature matches\n"), "{}", ran.out);
    assert!(ran.out.contains("\"iss\": \"joe\"") && ran.out.contains("2011-03-22T18:43:00Z, in 1 s"), "{}", ran.out);
    let ran = inspect(&[TOKEN, "--secret", "wrong", "--at", "2011-03-23T18:43:00Z"]);
    assert!(ran.out.starts_with("SIGNATURE INVALID: signature does not match\nREFUSED: exp: "), "{}", ran.out);
    let ran = fed(&["-", "--at", BEFORE], format!("Bearer {TOKEN}\n").as_bytes());
    assert!(ran.out.starts_with("SIGNATURE NOT CHECKED: no key given\n"), "{}", ran.out);
    assert_eq!(ran.code, 0);
}

/// What is in a token is shown, and obeyed by no terminal.
#[test]
fn nothing_in_a_token_reaches_the_terminal_as_it_is() {
    // {"alg":"HS256","kid":"␛]0;x␇"} and {"sub":"␛[31m","n":"…","b":"<RLO>","c":"<CSI>"}, written as JSON and as such.
    let header = "eyJhbGciOiJIUzI1NiIsImtpZCI6Ilx1MDAxYl0wO3hcdTAwMDcifQ";
    let payload = "eyJzdWIiOiJcdTAwMWJbMzFtIiwiYiI6IuKAriIsImMiOiLCmzMxbSIsImQiOiJ_In0";
    let text = "G10wO3gHwpsxbeKArg";
    for token in [format!("{header}.{payload}."), format!("{header}.{text}.")] {
        for args in [&[token.as_str()][..], &[token.as_str(), "--format", "json"]] {
            let ran = inspect(args);
            assert_eq!(ran.code, 1, "it is not signed");
            let inert = |c: char| c == '\n' || !c.is_control() && c != '\u{202e}';
            assert!(ran.out.chars().all(inert) && ran.err.chars().all(inert), "{ran:?}");
        }
    }
    let (_, told) = as_json(&[&format!("{header}.{payload}.")]);
    assert_eq!(told["payload"]["b"], "\u{202e}", "JSON says the same all the same");
    assert_eq!(told["payload"]["c"], "\u{9b}31m");
}

#[test]
fn a_batch_answers_line_by_line_and_goes_on_after_a_bad_one() {
    let key: Json = serde_json::from_str(TEXTS_KEY).expect("is JSON");
    let oct = json!({ "kty": "oct", "k": SECRET });
    let asked = [
        json!({ "token": TOKEN, "key": oct, "at": 1_300_819_379 }).to_string(),
        json!({ "token": TOKEN, "secret_base64url": SECRET, "at": BEFORE, "aud": ["a"] }).to_string(),
        "not JSON".to_owned(),
        json!({ "token": TEXT, "jwks": { "keys": [oct, key] } }).to_string(),
        json!({ "token": "a.b" }).to_string(),
        String::new(),
        json!({ "token": TOKEN, "secret": "wrong", "at": 1_300_819_379.5 }).to_string(),
        json!({ "token": TOKEN, "secret": "a", "key": oct }).to_string(),
        json!({ "token": TOKEN, "key": { "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" } }).to_string(),
        json!({ "token": format!("{TOKEN}\n"), "key": oct, "at": 1 }).to_string(),
        r#"{"token":"a","token":"b"}"#.to_owned(),
        "[]".to_owned(),
        json!({ "token": TEXT, "key": key, "leeway": 86401 }).to_string(),
        json!({ "token": TEXT, "key": key }).to_string(),
    ];
    let ran = fed(&["--batch", "-"], asked.join("\n").as_bytes());
    let told = lines(&ran);
    let exits: Vec<_> = told.iter().map(|one| one["exit"].as_i64().expect("each has one")).collect();
    assert_eq!(exits, [0, 1, 2, 0, 2, 2, 1, 2, 2, 1, 2, 2, 2, 0], "{}", ran.out);
    let numbers: Vec<_> = told.iter().map(|one| one["line"].as_i64().expect("each has one")).collect();
    assert_eq!(numbers, (1..=14).collect::<Vec<_>>());
    assert_eq!(told[1]["refused"][0]["claim"], "aud");
    assert_eq!(told[4]["signature"]["valid"], false, "what is no token is not valid");
    assert!(told[7]["error"].as_str().is_some_and(|why| why.contains("key and secret")), "{}", told[7]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "lockstep: 8 of the lines could not be read: the answer to each says why\n");
    let ran = fed(&["--batch", "-"], asked[0].as_bytes());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(fed(&["--batch", "-"], asked[1].as_bytes()).code, 1);
    let misspelt = json!({ "token": TOKEN, "key": oct, "at": BEFORE, "audience": "a" }).to_string();
    let told = lines(&fed(&["--batch", "-"], misspelt.as_bytes()));
    assert_eq!(told[0]["ignored"], json!(["audience"]), "a misspelt check is no check");
    assert_eq!(fed(&["--batch", "-"], b"").code, 0);
    let lab = Lab::new();
    lab.write("lines", asked.join("\r\n"));
    let from_file = inspect(&["--batch", &format!("{}/lines", lab.arg())]);
    assert_eq!(lines(&from_file).len(), 14);
}

#[test]
fn what_the_command_line_says_holds_for_lines_that_say_nothing() {
    let asked =
        [json!({ "token": TOKEN }), json!({ "token": TOKEN, "secret": "wrong" }), json!({ "token": TOKEN, "at": 1 })];
    let asked: Vec<String> = asked.iter().map(Json::to_string).collect();
    let args = ["--batch", "-", "--secret-base64url", SECRET, "--at", "1300819380"];
    let told = lines(&fed(&args, asked.join("\n").as_bytes()));
    let valid: Vec<_> = told.iter().map(|one| one["signature"]["valid"].clone()).collect();
    assert_eq!(valid, [true, false, true]);
    let states: Vec<_> = told.iter().map(|one| one["times"]["state"].clone()).collect();
    assert_eq!(states, ["expired", "expired", "valid"]);
}

#[test]
fn a_line_that_is_too_long_is_passed_over() {
    let mut input = vec![b'a'; 9 * 1024 * 1024];
    input.extend(b"\n{\"token\":\"");
    input.extend(TOKEN.as_bytes());
    input.extend(b"\",\"at\":1}\n");
    let ran = fed(&["--batch", "-"], &input);
    let told = lines(&ran);
    assert!(told[0]["error"].as_str().is_some_and(|why| why.contains("too long")), "{}", told[0]);
    assert_eq!((told.len(), &told[1]["exit"], &told[1]["line"]), (2, &json!(0), &json!(2)));
}

/// Whoever sends one line and waits for its answer gets it, and the end of the answers is no error.
#[test]
fn a_batch_can_be_a_conversation() {
    let mut program = command(&["inspect", "--batch", "-"]).stdin(Stdio::piped()).spawn().expect("was built");
    let mut ask = program.stdin.take().expect("is piped");
    let mut answers = BufReader::new(program.stdout.take().expect("is piped"));
    for at in 0..3 {
        writeln!(ask, "{}", json!({ "token": TOKEN, "at": at })).expect("is read");
        let mut answer = String::new();
        answers.read_line(&mut answer).expect("is text");
        let answer: Json = serde_json::from_str(&answer).expect("is JSON");
        assert_eq!(answer["line"], at + 1);
    }
    drop(answers);
    let line = format!("{}\n", json!({ "token": TOKEN, "at": 1 }));
    // Nobody reads any more: it ends, and so does the writing.
    while ask.write_all(line.as_bytes()).is_ok() {}
    let ended = program.wait_with_output().expect("ends");
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}

/// The whole program on tokens that OpenSSL signed, with keys as it writes them.
#[test]
fn what_openssl_signs_is_verified_with_the_key_as_openssl_writes_it() {
    let lab = Lab::new();
    let script = r#"
        set -e
        cd "$0"
        b64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
        openssl genrsa -out rsa.pem 2048 2>/dev/null
        openssl rsa -in rsa.pem -pubout -out rsa.pub 2>/dev/null
        openssl rsa -in rsa.pem -outform DER -out rsa.der 2>/dev/null
        openssl req -x509 -new -key rsa.pem -subj /CN=test -days 2 -out rsa.crt 2>/dev/null
        input="$(printf '{"alg":"RS512"}' | b64).$(printf '{"sub":"ada"}' | b64)"
        printf '%s.%s' "$input" "$(printf '%s' "$input" | openssl dgst -sha512 -sign rsa.pem -binary | b64)"
    "#;
    let made = Command::new("sh").args(["-c", script, lab.arg()]).output().expect("there is a shell");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let token = String::from_utf8(made.stdout).expect("is text");
    for file in ["rsa.pem", "rsa.pub", "rsa.der", "rsa.crt"] {
        let (code, told) = as_json(&[&token, "--key", &format!("{}/{file}", lab.arg())]);
        assert_eq!((code, &told["signature"]["valid"]), (0, &json!(true)), "{file}: {told}");
    }
}

#[test]
fn an_encrypted_token_is_told_of_as_far_as_that_goes() {
    let right = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA";
    let (code, told) = as_json(&[right]);
    assert_eq!((code, &told["kind"], &told["signature"]["valid"]), (0, &json!("jwe"), &json!(null)), "{told}");
    assert_eq!(told["octets"], json!({"encrypted_key": 0, "iv": 12, "ciphertext": 1, "tag": 16}));
    // {"alg":"HS256"}, and two parts more than a signed token has.
    let (code, told) = as_json(&["eyJhbGciOiJIUzI1NiJ9.e30.AA.AA.AA"]);
    assert_eq!((code, &told["kind"], &told["signature"]["valid"]), (1, &json!("jwe"), &json!(false)), "{told}");
    let ids: Vec<&Json> = told["findings"].as_array().expect("is a list").iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["alg-signs", "enc-missing"]);
    let ran = inspect(&["eyJhbGciOiJIUzI1NiJ9.e30.AA.AA.AA"]);
    assert!(ran.code == 1 && ran.out.contains("RFC 7516 section 4.1.2") && !ran.out.contains("5 parts"), "{ran:?}");
}

#[test]
fn a_token_within_a_token_is_shown() {
    // {"alg":"HS256","cty":"JWT"} around the token of RFC 7515 appendix A.1.
    let inside = text_of(TOKEN);
    let outer = format!("eyJhbGciOiJIUzI1NiIsImN0eSI6IkpXVCJ9.{inside}.{}", "A".repeat(43));
    let (code, told) = as_json(&[&outer]);
    assert_eq!((code, &told["kind"]), (0, &json!("jws")), "{told}");
    assert_eq!((&told["inner"]["kind"], &told["inner"]["token"]), (&json!("jwt"), &json!(TOKEN)));
    assert_eq!(told["inner"]["payload"]["iss"], "joe");
    assert_eq!(told["inner"]["deeper"], 0);
    let ran = inspect(&[&outer]);
    assert!(ran.out.contains("inside, as the payload: A signed token") && ran.out.contains("Nothing of it is checked"));
    assert!(ran.out.contains("\"iss\": \"joe\"") && !ran.out.contains("There is more"), "{ran:?}");
    let (_, told) = as_json(&["eyJhbGciOiJIUzI1NiIsImN0eSI6IkpXVCJ9.e30.AAAA"]);
    assert!(told["inner"]["error"].is_string(), "{told}");
}

#[test]
fn a_cookie_line_is_taken_for_one_wherever_it_stands() {
    let line = "Set-Cookie: sid=1; Path=/; SameSite=Strict";
    let (code, told) = as_json(&[line]);
    assert_eq!((code, &told["kind"]), (0, &json!("set-cookie")));
    assert!(inspect(&[line]).out.contains("the same with --url"), "what to ask next is said");
    let asked = [line, "--url", "http://x.localhost/", "--then", "http://x.localhost/a"];
    let (code, told) = as_json(&asked);
    assert_eq!((code, &told["schema"], &told["sent"]), (0, &json!("lockstep.cookies/1"), &json!("sid=1")), "{told}");
    let (_, told) = as_json(&[&asked[..], &["--initiator", "null"]].concat());
    assert_eq!((&told["sent"], &told["withheld"][0]["rule"]), (&json!(""), &json!("strict")), "{told}");
    assert_eq!(told["initiator"], "null");
}

#[test]
fn a_detached_payload_is_put_back() {
    let parts: Vec<&str> = TOKEN.split('.').collect();
    let detached = format!("{}..{}", parts[0], parts[2]);
    let lab = Lab::new();
    lab.write("payload", "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
    lab.write("other", "{}");
    let (payload, other) = (format!("{}/payload", lab.arg()), format!("{}/other", lab.arg()));
    for (file, valid) in [(&payload, true), (&other, false)] {
        let (_, told) = as_json(&[&detached, "--payload", file, "--at", BEFORE, "--secret-base64url", SECRET]);
        assert_eq!((&told["signature"]["valid"], &told["kind"]), (&json!(valid), &json!("jwt")), "{told}");
    }
    assert!(inspect(&[TOKEN, "--payload", &payload]).err.contains("nothing between its two dots"));
    assert!(inspect(&[&detached, "--payload", "/nowhere"]).err.contains("--payload /nowhere: it can't be opened"));
    // {"alg":"HS256","b64":false,"crit":["b64"]}
    let plain = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19";
    let (code, told) = as_json(&[&format!("{plain}..{}", parts[2]), "--payload", &payload, "--secret", "x"]);
    assert_eq!((code, &told["signature"]["valid"]), (1, &json!(false)));
    assert!(told["signature"]["why"].as_str().is_some_and(|why| why.contains("`b64` is false")), "{told}");
}

#[test]
fn a_mark_that_nobody_sees_is_named() {
    let (code, told) = as_json(&[&format!("\u{feff}{TOKEN}"), "--at", BEFORE, "--secret-base64url", SECRET]);
    assert_eq!((code, &told["signature"]["valid"]), (0, &json!(true)));
    assert!(told["odd"][0].as_str().is_some_and(|odd| odd.contains("byte order mark")), "{told}");
    let line = json!({ "token": format!("\u{feff}{TOKEN}"), "at": BEFORE }).to_string();
    let told = lines(&fed(&["--batch", "-"], line.as_bytes())).remove(0);
    assert_eq!((&told["exit"], &told["signature"]["valid"]), (&json!(1), &json!(false)), "{told}");
}

#[test]
fn times_that_no_clock_shows_are_told() {
    for (claims, code, state, told_as) in [
        ("{\"exp\":-1}", 1, "expired", "1 s before 1970"),
        ("{\"exp\":1e308}", 0, "valid", "beyond the year 9999"),
        ("{\"nbf\":1e17}", 1, "not-yet", "beyond the year 9999"),
        ("{\"exp\":-0}", 1, "expired", "1970-01-01T00:00:00Z"),
    ] {
        let token = format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", text_of(claims), "A".repeat(43));
        let (found, told) = as_json(&[&token]);
        assert_eq!((found, &told["times"]["state"]), (code, &json!(state)), "{told}");
        let ran = inspect(&[&token]);
        assert!(ran.out.contains(told_as), "{told_as}: {ran:?}");
    }
}

/// Base64url.
fn text_of(octets: &str) -> String {
    use base64::Engine;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(octets)
}
