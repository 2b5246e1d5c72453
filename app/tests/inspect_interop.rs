//! Tokens that two other implementations make hold here, and ours hold there, for every algorithm that both sides have.

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use support::{Lab, command, lockstep};

/// Every algorithm that `inspect` checks.
const ALGS: [&str; 14] = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    "EdDSA", "Ed25519",
];
/// 2026-01-05T09:00:00Z, an hour before the tokens end.
const AT: &str = "1767603600";

#[test]
#[ignore = "needs Python with PyJWT: test.sh installs and runs it"]
fn tokens_go_to_and_from_pyjwt() {
    // PyJWT knows Ed25519 by its older name alone.
    let python = Other::new(&["venv/bin/python", "app/tests/interop/pyjwt.py"]);
    both_ways(&python, &ALGS[..13]);
}

#[test]
#[ignore = "needs Node.js with the package jose: test.sh installs and runs it"]
fn tokens_go_to_and_from_jose() {
    let folder = folder();
    let node = Other::new(&["node", "app/tests/interop/jose.mjs", folder.to_str().expect("is a plain path")]);
    both_ways(&node, &ALGS);
}

fn both_ways(other: &Other, algs: &[&str]) {
    let theirs = other.run(&[&["make"], algs].concat(), "");
    let made: Vec<&str> = theirs.iter().map(|line| line["alg"].as_str().expect("names its algorithm")).collect();
    assert_eq!(made, algs);

    for (line, verdict) in theirs.iter().zip(inspected(&theirs)) {
        assert_eq!(verdict["signature"]["valid"], true, "{}: {verdict}", line["alg"]);
        assert_eq!((&verdict["exit"], &verdict["payload"]["text"]), (&json!(0), &json!("Grüße 你好")), "{verdict}");
    }
    for verdict in inspected(&theirs.iter().map(changed).collect::<Vec<_>>()) {
        assert_eq!((&verdict["signature"]["valid"], &verdict["exit"]), (&json!(false), &json!(1)), "{verdict}");
    }

    let ours: Vec<Json> = theirs.iter().map(signed_anew).collect();
    let answers = other.run(&["check"], &in_lines(&ours));
    assert_eq!(answers.len(), algs.len());
    for (alg, answer) in algs.iter().zip(answers) {
        assert_eq!(
            (&answer["claims"]["sub"], &answer["claims"]["text"]),
            (&json!("eve"), &json!("Grüße 你好")),
            "{alg}: {answer}"
        );
    }
    let answers = other.run(&["check"], &in_lines(&ours.iter().map(changed).collect::<Vec<_>>()));
    assert!(answers.iter().all(|answer| answer.get("error").is_some()), "they refuse as well: {answers:?}");
}

/// What `inspect --batch` says of each.
fn inspected(lines: &[Json]) -> Vec<Json> {
    let asked: Vec<Json> = lines.iter().map(|line| json!({"token": line["token"], "key": line["key"]})).collect();
    answers(command(&["inspect", "--batch", "-", "--at", AT]), &in_lines(&asked))
}

/// The same line with another token: edited and signed again by us, with the key that they made.
fn signed_anew(line: &Json) -> Json {
    let lab = Lab::new();
    let text = |name: &str| line[name].as_str().expect("is a text").to_owned();
    let (alg, key) = (text("alg"), lab.path().join("key.pem"));
    let with = match line["key"]["kty"].as_str() {
        Some("oct") => ["--sign-with-secret-base64url".to_owned(), text("private")],
        _ => {
            lab.write("key.pem", text("private"));
            ["--sign-with".to_owned(), key.to_string_lossy().into_owned()]
        }
    };
    let token = text("token");
    let ran = lockstep(&["forge", &token, &with[0], &with[1], "--alg", &alg, "--set", "sub=eve", "--format", "tokens"]);
    assert_eq!(ran.code, 0, "{alg}: {ran:?}");
    json!({"alg": alg, "token": ran.out.trim(), "key": line["key"]})
}

/// The same line with one character of the payload changed.
fn changed(line: &Json) -> Json {
    let token = line["token"].as_str().expect("is a text");
    let at = token.find('.').expect("has parts") + 20;
    let with = if token[at..].starts_with('A') { 'B' } else { 'A' };
    let mut line = line.clone();
    line["token"] = format!("{}{with}{}", &token[..at], &token[at + 1..]).into();
    line
}

fn in_lines(lines: &[Json]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Where test.sh puts the packages of the others.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("lies in the target folder").join("interop")
}

/// Another implementation, behind a script of ours.
struct Other(Vec<String>);

impl Other {
    /// The program, from the folder of the packages or else from the path, the script, and what that is told first.
    fn new(words: &[&str]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package is a folder of the repository");
        let mut words: Vec<String> = words.iter().map(ToString::to_string).collect();
        let own = folder().join(&words[0]);
        if words[0].contains('/') {
            words[0] = own.to_string_lossy().into_owned();
        }
        words[1] = root.join(&words[1]).to_string_lossy().into_owned();
        Self(words)
    }

    fn run(&self, args: &[&str], input: &str) -> Vec<Json> {
        let mut program = Command::new(&self.0[0]);
        program.args(&self.0[1..]).args(args).stdout(Stdio::piped());
        answers(program, input)
    }
}

/// Runs a program on its standard input, and reads the JSON lines that it prints.
fn answers(mut program: Command, input: &str) -> Vec<Json> {
    let name = program.get_program().to_string_lossy().into_owned();
    let started = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut running =
        started.unwrap_or_else(|why| panic!("{name} can't be started ({why}): run test.sh, which installs it"));
    let mut pipe = running.stdin.take().expect("is piped");
    let input = input.to_owned();
    // What is written must not wait for what is read, nor the other way round.
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let out = running.wait_with_output().expect("ends");
    // A program that needs no input may have closed it.
    let _ = writer.join().expect("does not panic");
    let text = String::from_utf8(out.stdout).expect("prints text");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|bad| panic!("{name}: {bad}: {line}"))).collect()
}
