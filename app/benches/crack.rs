//! How fast `lockstep crack` is, held against the bare hash in the same run: `cargo bench -p lockstep --bench crack`.
//!
//! A candidate costs k + 3 compressions, k of them for the message (RFC 2104), so compressions a second of a search and of
//! the bare hash are the same thing measured twice. Both are measured in turns, in many short rounds, and the best round of
//! each counts: what else runs on the machine can make a round slower and never faster. The bare hash is measured in two
//! ways, and the faster one counts, which is not the usual one: see `limit.rs`.

#[path = "../src/browser/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the inspector is taken along whole, and only its search is measured")]
mod browser;
#[path = "../src/inspect/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the inspector is taken along whole, and only its search is measured")]
mod inspect;

use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, Throughput};
use inspect::crack::{
    Control, Ended, Hash, List, Mask, Place, Plan, Report, Rule, Source, Target, Words, cores, crack, limit,
};
use inspect::decode::decode;

/// Rounds of which the best counts.
const ROUNDS: usize = 40;

/// One measurement of the bare hash.
const ROUND: Duration = Duration::from_millis(60);

/// Words of the list: about as many as are tried in a round, on one core.
const WORDS: usize = 500_000;

/// A header as the built-in designs write it.
const HEADER: &str = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjYtMDEifQ";

fn main() {
    let (_folder, list) = word_list();
    ratios(&list).expect("the terminal takes everything");
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    groups(&mut criterion, &list);
    criterion.final_summary();
}

/// The table that counts: each way to search, on one core and on all.
fn ratios(list: &Path) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let all = cores();
    writeln!(out, "{:41} {:>12} {:>14} {:>14} {:>7}", "", "candidates/s", "compressions/s", "bare hash", "ratio")?;
    let mut scaling = Vec::new();
    for (name, alg, source) in ways(list) {
        let mut best = Vec::new();
        for jobs in [1, all] {
            let plan = plan(alg, source(), jobs);
            let (mut bare, mut done) = (0.0_f64, 0.0_f64);
            for _ in 0..ROUNDS {
                bare = bare.max(limit::measure(plan.target.hash, jobs, ROUND));
                let report = search(&plan);
                done = done.max(report.compressions as f64 / report.elapsed.as_secs_f64());
            }
            let candidates = done / plan.target.compressions() as f64;
            let ratio = done / bare;
            writeln!(
                out,
                "{alg} {name:24} {jobs:3} thread{} {candidates:12.0} {done:14.0} {bare:14.0} {ratio:7.3}",
                if jobs == 1 { " " } else { "s" }
            )?;
            best.push((done, bare));
        }
        if let [(one, bare_one), (many, bare_many)] = best[..] {
            scaling.push((format!("{alg} {name}"), many / one, bare_many / bare_one));
        }
    }
    writeln!(out)?;
    for (name, gain, bare) in scaling {
        let share = gain / bare;
        writeln!(out, "{name:30} gains {gain:.3} from {all} cores, the bare hash {bare:.3}: {share:.3} of that")?;
    }
    writeln!(out)
}

fn groups(criterion: &mut Criterion, list: &Path) {
    for (name, alg, source) in ways(list) {
        let mut group = criterion.benchmark_group(format!("{alg} {name}"));
        for jobs in [1, cores()] {
            let plan = plan(alg, source(), jobs);
            let hash = plan.target.hash;
            group.throughput(Throughput::Elements(search(&plan).compressions));
            group.bench_function(format!("search, {jobs} threads"), |bench| bench.iter(|| search(black_box(&plan))));
            group.throughput(Throughput::Elements(1));
            group.bench_function(format!("bare {}, {jobs} threads", hash.name()), |bench| {
                bench.iter_custom(|count| Duration::from_secs_f64(count as f64 / limit::measure(hash, jobs, ROUND)))
            });
        }
        group.finish();
    }
}

type Way = (&'static str, &'static str, Box<dyn Fn() -> Source>);

/// Each way to search: its name, the algorithm, and where the candidates come from.
fn ways(list: &Path) -> Vec<Way> {
    let mask = |text: &'static str| move || Source::Mask(Mask::parse(text).expect("is a mask"));
    let words = |rules: &'static [u8]| {
        let list = List::File(list.to_owned());
        move || Source::Words(Words::new(list.clone(), Rule::parse(rules).expect("are rules")))
    };
    vec![
        ("mask", "HS256", Box::new(mask("?l?l?d?d?d-xx"))),
        ("word list", "HS256", Box::new(words(b":"))),
        ("word list and rules", "HS256", Box::new(words(b":\nc\nu\n$1\nc$1$2$3\nsa@so0"))),
        ("mask", "HS384", Box::new(mask("?l?d?d?d?d-xx"))),
        ("mask", "HS512", Box::new(mask("?l?d?d?d?d-xx"))),
    ]
}

fn search(plan: &Plan) -> Report {
    let report = crack(plan, Place::default(), &Control::default(), |_| {}).expect("the search proves itself");
    assert!(matches!(report.ended, Ended::NotFound), "the secret is not among the candidates");
    report
}

fn plan(alg: &str, source: Source, jobs: usize) -> Plan {
    let octets = match alg {
        "HS256" => 32,
        "HS384" => 48,
        _ => 64,
    };
    let payload = "A".repeat(239 - HEADER.len() - 1);
    let mut jws = decode(&format!("{HEADER}.{payload}.{}", "A".repeat(43))).expect("is a token");
    jws.header.insert("alg".to_owned(), alg.into());
    jws.signature = vec![7; octets];
    let target = Target::of(&jws).expect("an HMAC signed it");
    assert!(target.hash != Hash::Sha256 || target.compressions() == 4 + 3, "239 octets are four blocks");
    Plan { target, sources: vec![source], jobs }
}

/// Words as long as people's passwords, of which no secret was made.
fn word_list() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("words.txt");
    let words: String = (0..WORDS).map(|number| format!("pass{:x}\n", number * 7919 % 16_777_213)).collect();
    std::fs::write(&path, words).expect("there is room");
    (folder, path)
}
