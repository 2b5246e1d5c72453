//! Every input that was interesting once is read again: what fuzzing came upon, and what a reader of the standards tries
//! first. Fuzzing itself goes on from here: `cargo fuzz run token` in the folder `app`.

#[path = "../fuzz/src/inputs.rs"]
#[allow(unreachable_pub, reason = "where it is fuzzed, each target is a program of its own")]
mod inputs;

use std::path::Path;

/// In so many places an input is cut off, and loses an octet.
const PLACES: usize = 150;

/// Reads every file of a folder, whole, cut off, and without some octet.
fn read_again(folder: &str, read: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(&folder).expect("the folder is in the repository");
    let mut count = 0;
    for file in files {
        let file = file.expect("the folder can be read").path();
        let input = std::fs::read(&file).expect("a file can be read");
        let tried = std::panic::catch_unwind(|| {
            read(&input);
            for at in (0..input.len()).step_by(input.len() / PLACES + 1) {
                read(&input[..at]);
                read(&[&input[..at], &input[at + 1..]].concat());
            }
        });
        assert!(tried.is_ok(), "it was {}", file.display());
        count += 1;
    }
    assert!(count >= 5, "{count} inputs are no corpus");
}

#[test]
fn tokens() {
    read_again("fuzz/corpus/token", inputs::token);
}

#[test]
fn set_cookie_lines() {
    read_again("fuzz/corpus/set_cookie", inputs::set_cookie);
}

#[test]
fn cookie_lines() {
    read_again("fuzz/corpus/cookie", inputs::cookie);
}

#[test]
fn keys() {
    read_again("fuzz/corpus/key", inputs::key);
}

#[test]
fn designs() {
    read_again("fuzz/corpus/design", inputs::design);
    read_again("../assets/designs", inputs::design);
}

#[test]
fn scenarios() {
    read_again("fuzz/corpus/scenario", inputs::scenario);
    read_again("../assets/scenarios", inputs::scenario);
}
