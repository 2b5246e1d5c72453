//! Secrets are found where they stand, in every way to look for them, and a search can be stopped and gone on with.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::session::{NoSession, Session};
use super::*;
use crate::inspect::decode::{compact, decode, signing_input};

fn token(alg: &str, secret: &[u8]) -> Jws {
    let Value::Object(header) = json!({ "alg": alg, "typ": "JWT" }) else { panic!("is an object") };
    let input = signing_input(&header, br#"{"sub":"u3","exp":1767603600}"#);
    let tag = hmac::sign(&hmac::Key::new(guess::mac(alg).expect("is an HMAC"), secret), input.as_bytes());
    decode(&compact(&input, tag.as_ref())).expect("is a token")
}

fn plan(alg: &str, secret: &[u8], sources: Vec<Source>, jobs: usize) -> Plan {
    Plan { target: Target::of(&token(alg, secret)).expect("has a secret"), sources, jobs }
}

fn mask(text: &str) -> Source {
    Source::Mask(Mask::parse(text).expect("is a mask"))
}

fn words(list: List, rules: &[u8]) -> Source {
    let rules = if rules.is_empty() { Vec::new() } else { Rule::parse(rules).expect("are rules") };
    Source::Words(Words::new(list, rules))
}

fn run(plan: &Plan) -> Report {
    crack(plan, Place::default(), &Control::default(), |_| {}).expect("the search proves itself")
}

/// The number of the candidate that was found.
fn found(plan: &Plan, secret: &[u8]) -> u64 {
    match run(plan).ended {
        Ended::Found { secret: found, number } => {
            assert_eq!(found, secret);
            number
        }
        ended => panic!("{:?} is not there: {ended:?}", String::from_utf8_lossy(secret)),
    }
}

fn list(octets: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("words.txt");
    std::fs::write(&path, octets).expect("there is room");
    (folder, path)
}

#[test]
fn a_mask_finds_a_secret_at_its_place() {
    for alg in ["HS256", "HS384", "HS512"] {
        for jobs in [1, 3] {
            assert_eq!(found(&plan(alg, b"ab7", vec![mask("?l?l?d")], jobs), b"ab7"), 10 + 7 + 1, "{alg}");
            assert_eq!(found(&plan(alg, b"k000", vec![mask("k?d?d?d")], jobs), b"k000"), 1);
            assert_eq!(found(&plan(alg, b"k999", vec![mask("k?d?d?d")], jobs), b"k999"), 1000);
        }
    }
    let beginnings = Source::Mask(Mask::parse("?l?l?l").expect("is a mask").with_beginnings());
    assert_eq!(found(&plan("HS256", b"b", vec![beginnings.clone()], 2), b"b"), 2);
    assert_eq!(found(&plan("HS256", b"ab", vec![beginnings], 2), b"ab"), 26 + 2);
}

#[test]
fn words_and_rules_find_a_secret_at_its_place() {
    let (_folder, path) = list(b"one\ntwo\n\xfe\xff\nthree");
    let file = || List::File(path.clone());
    for alg in ["HS256", "HS384", "HS512"] {
        assert_eq!(found(&plan(alg, b"three", vec![words(file(), b"")], 2), b"three"), 4);
        assert_eq!(found(&plan(alg, b"\xfe\xff", vec![words(file(), b"")], 2), b"\xfe\xff"), 3);
        assert_eq!(found(&plan(alg, b"Two1", vec![words(file(), b":\nu\nc$1")], 1), b"Two1"), 6);
        assert_eq!(found(&plan(alg, b"", vec![words(List::BuiltIn, b"")], 1), b""), 1);
    }
    let both = vec![words(file(), b""), mask("?d?d")];
    assert_eq!(found(&plan("HS256", b"07", both, 2), b"07"), 4 + 8);
}

#[test]
fn everything_is_tried_once_and_accounted_for() {
    let (_folder, path) = list(b"one\ntwo\nthree\n");
    let long = "x".repeat(LONGEST_KEY);
    std::fs::write(&path, format!("one\ntwo\n{long}\n{long}y\nthree\n")).expect("there is room");
    let sources = vec![words(List::File(path), b":\n$1\nd"), mask("?l?d?d")];
    for (alg, longer) in [("HS256", (1024 + 1 + 8_u64).div_ceil(64)), ("HS512", (1024 + 1 + 16_u64).div_ceil(128))] {
        let plan = plan(alg, b"not among them", sources.clone(), 2);
        let report = run(&plan);
        assert!(matches!(report.ended, Ended::NotFound), "{:?}", report.ended);
        // Four words fit, and of the longest only the one that stays as it is.
        assert_eq!((report.tried, report.left_out), (3 * 3 + 1 + 2600, 1));
        assert_eq!(report.compressions, report.tried * plan.target.compressions() + longer);
        assert!(report.planted >= 1, "known answers were found");
        assert_eq!((report.place.source, report.place.tried), (2, 4 * 3 + 2600));
    }
}

#[test]
fn a_search_can_be_stopped_and_gone_on_with() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("session.json");
    let plan = plan("HS256", b"zzzz", vec![words(List::BuiltIn, b""), mask("?l?l?l?l")], 2);
    let (session, mut from) = Session::open(&file, &plan).expect("there is none yet");
    assert_eq!(from, Place::default());
    let (mut rounds, mut tried) = (0_u64, 0);
    let number = loop {
        let control = Control::default();
        rounds += 1;
        assert!(rounds < 10_000, "it comes to an end");
        // Stopped from the start on, each thread still answers; every other time it may run.
        if rounds % 2 == 1 {
            control.stop();
        }
        let report = crack(&plan, from, &control, |_| control.stop()).expect("the search proves itself");
        tried += report.tried;
        if let Ended::Found { number, .. } = report.ended {
            break number;
        }
        assert!(matches!(report.ended, Ended::Stopped));
        session.keep(report.place).expect("there is room");
        let kept;
        (_, kept) = Session::open(&file, &plan).expect("is this search's");
        assert_eq!(kept, report.place);
        from = kept;
    };
    let all = guess::common_secrets().count() as u64 + 1 + 26_u64.pow(4);
    assert_eq!(number, all);
    let again = guess::common_secrets().count() as u64 * rounds;
    assert!((all..=all + again).contains(&tried), "nothing was left out, and little done twice: {tried} of {all}");
    session.end().expect("is there");
    session.end().expect("need not be there");
    assert!(!file.exists());
}

#[test]
fn a_session_belongs_to_its_token_and_its_lists() {
    let (folder, path) = list(b"one\ntwo\n");
    let file = folder.path().join("session.json");
    let sources = || vec![words(List::File(path.clone()), b":\nc"), mask("?d?d")];
    let first = plan("HS256", b"x", sources(), 1);
    let place = Place { source: 1, at: 7, tried: 11 };
    Session::open(&file, &first).expect("is new").0.keep(place).expect("there is room");
    assert_eq!(Session::open(&file, &first).expect("is the same").1, place);
    let said = |plan: &Plan| Session::open(&file, plan).err().expect("is another").to_string();
    assert!(said(&plan("HS256", b"y", sources(), 1)).contains("another token"));
    for (sources, what) in [
        (vec![words(List::File(path.clone()), b":"), mask("?d?d")], "other rules"),
        (vec![words(List::BuiltIn, b":\nc"), mask("?d?d")], "another word list"),
        (vec![words(List::File(path.clone()), b":\nc"), mask("?d?l")], "another mask"),
        (vec![mask("?d?d")], "another number"),
    ] {
        let said = said(&plan("HS256", b"x", sources, 1));
        assert!(said.contains(what) && said.contains("session.json"), "{said}");
    }
    std::fs::write(&path, "one\ntwO\n").expect("there is room");
    assert!(said(&first).contains("another word list"));
    for text in ["", "{}", "[1]", "{\"schema\":\"lockstep.crack-session/1\"}", "\0"] {
        std::fs::write(&file, text).expect("there is room");
        assert!(Session::open(&file, &first).is_err(), "{text}");
    }
    assert!(matches!(Session::open(folder.path(), &first), Err(NoSession::Unreadable(..))));
}

/// A hash that answers without having worked.
struct Lazy;

impl Sha for Lazy {
    type Block = [u8; 64];
    type State = [u32; 8];
    const START: Self::State = Sha256::START;
    const EMPTY: Self::Block = Sha256::EMPTY;
    const BLOCK: usize = Sha256::BLOCK;
    const RESULT: usize = Sha256::RESULT;
    const LENGTH: usize = Sha256::LENGTH;

    fn compress(state: &mut Self::State, _: &[Self::Block]) {
        state[0] += 1;
    }

    fn write(state: &Self::State, block: &mut Self::Block) {
        Sha256::write(state, block);
    }

    fn read(result: &[u8]) -> Option<Self::State> {
        Sha256::read(result)
    }

    fn cut(state: Self::State) -> Self::State {
        state
    }
}

#[test]
fn a_loop_that_does_not_hash_is_found_out() {
    for sources in [vec![mask("?d?d?d")], vec![words(List::BuiltIn, b"")]] {
        let plan = plan("HS256", b"not among them", sources, 2);
        let broken = search::<Lazy>(&plan, Place::default(), &Control::default(), |_| {}).expect_err("is a lie");
        assert!(matches!(broken, Broken::Missed(_)), "{broken}");
        assert_eq!(search::<Sha256>(&plan, Place::default(), &Control::default(), |_| {}).expect("is true").planted, 1);
    }
}

#[test]
fn what_has_no_secret_says_why() {
    let with = |alg: Value, signature: usize| {
        let mut jws = token("HS256", b"x");
        jws.header.insert("alg".to_owned(), alg);
        jws.signature = vec![7; signature];
        Target::of(&jws).map(|_| ()).expect_err("has none").to_string()
    };
    assert!(with("EdDSA".into(), 64).contains("alg EdDSA"));
    assert!(with("none".into(), 0).contains("alg none"));
    assert!(with(Value::Null, 32).contains("alg nothing"));
    assert!(with("HS512".into(), 32).contains("32 octets, and 64"));
    assert!(with("HS256".into(), 0).contains("0 octets"));
}

#[test]
fn a_list_that_is_not_there_is_named() {
    let plan = plan("HS256", b"x", vec![words(List::File("/nowhere/words".into()), b"")], 2);
    let broken = crack(&plan, Place::default(), &Control::default(), |_| {}).expect_err("is not there");
    assert!(broken.to_string() == "/nowhere/words: there is no such file", "{broken}");
}
