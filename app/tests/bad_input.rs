//! Bad input is one clear line and exit code 2: what is wrong, where, and what to do.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};

use support::{Lab, Ran, built_in_ids, built_in_text, command, lockstep};

/// Exactly one line that begins with the program's name and says each of `parts`; nothing on the other stream.
#[track_caller]
fn refused(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(ran.out, "", "{ran:?}");
    assert!(ran.err.starts_with("lockstep: ") && ran.err.ends_with('\n'), "{ran:?}");
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    for part in parts {
        assert!(ran.err.contains(part), "{part:?} is not in {:?}", ran.err);
    }
    for ugly in ["panicked", "backtrace", ".rs:", "os error"] {
        assert!(!ran.err.contains(ugly), "{ugly:?} is in {:?}", ran.err);
    }
}

/// A lab with one design made from a built-in one by replacing a text.
fn with_design(replace: &str, by: &str) -> Ran {
    let lab = Lab::new();
    lab.design("mine", &replaced("designs", "session-memory", replace, by));
    lockstep(&["designs", "--lab", lab.arg()])
}

fn with_scenario(replace: &str, by: &str) -> Ran {
    let lab = Lab::new();
    lab.scenario("mine", &replaced("scenarios", "log-out", replace, by));
    lockstep(&["scenarios", "--lab", lab.arg()])
}

fn replaced(kind: &str, id: &str, replace: &str, by: &str) -> String {
    let text = built_in_text(kind, id);
    assert!(text.contains(replace), "{id} no longer says {replace}");
    text.replace(replace, by)
}

#[test]
fn unknown_names_are_answered_with_those_there_are() {
    refused(&lockstep(&["compare", "--design", "sesion-memory"]), &["`sesion-memory`", "did you mean session-memory?"]);
    refused(
        &lockstep(&["compare", "--design", "nobody"]),
        &["no design is called `nobody`", "there are session-memory"],
    );
    refused(
        &lockstep(&["compare", "--scenario", "nothing"]),
        &["scenario or group", "`nothing`", "log-out", "operations"],
    );
    refused(&lockstep(&["run", "log-owt", "--design", "session-memory"]), &["`log-owt`", "did you mean log-out?"]);
    refused(&lockstep(&["serve", "--port", "0", "--design", "nobody"]), &["`nobody`", "there are session-memory"]);
    for nodes in ["0", "9"] {
        refused(&lockstep(&["serve", "--port", "0", "--nodes", nodes]), &[nodes, "1 to 8"]);
    }
}

#[test]
fn a_wrong_command_line_is_one_line_too() {
    refused(&lockstep(&["compare", "--jobs", "0"]), &["--jobs", "'0'", "1..=256", "--help"]);
    refused(
        &lockstep(&["compare", "--format", "pdf"]),
        &["--format", "'pdf'", "table, markdown, html, json", "--help"],
    );
    refused(&lockstep(&["serve", "--port", "99999"]), &["--port", "'99999'", "65535", "--help"]);
    refused(&lockstep(&["run", "log-out"]), &["--design", "--help"]);
    refused(&lockstep(&["comparre"]), &["comparre", "'compare'", "--help"]);
    refused(&lockstep(&["designs", "more"]), &["more", "--help"]);
}

#[test]
fn help_and_version_are_no_errors() {
    for (args, part) in [(["--help"], "Usage: lockstep"), (["--version"], env!("CARGO_PKG_VERSION"))] {
        let ran = lockstep(&args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(ran.out.contains(part), "{}", ran.out);
    }
}

#[test]
fn a_design_that_cant_work_names_file_key_and_reason() {
    let file = "designs/mine.toml";
    refused(&with_design("idle =", "idel ="), &[file, "`session.idel`", "idle"]);
    refused(&with_design("store =", "stroe ="), &[file, "`stroe`: unknown key", "store"]);
    refused(&with_design("\"30m\"", "\"30 minutes\""), &[file, "`session.idle`", "for example 30m"]);
    refused(&with_design("kind = \"session\"", "kind = "), &[file, "line 3"]);
    refused(
        &with_design("access = \"cookie\"", "access = \"local-storage\""),
        &[file, "`cookie.http_only`", "Authorization: Bearer", "HttpOnly"],
    );
}

#[test]
fn a_scenario_that_cant_run_names_file_step_and_reason() {
    let file = "scenarios/mine.toml";
    refused(&with_scenario("\"log-out\"", "\"log-owt\""), &[file, "step 6", "`log-owt`", "did you mean `log-out`?"]);
    refused(&with_scenario("title =", "titel ="), &[file, "`titel`", "did you mean `title`?"]);
    refused(&with_scenario(", mark = true", ""), &[file, "mark = true"]);
    refused(&with_scenario("\"- = 0s =\"", "\"- = soon =\""), &[file, "expect.everything.", "`soon`", "<=5m"]);
    refused(
        &with_scenario("\nsession-memory ", "\nsession-nowhere "),
        &["mine", "`session-nowhere`", "session-memory"],
    );
}

#[test]
fn files_that_are_no_text_files() {
    let lab = Lab::new();
    let designs = || lockstep(&["designs", "--lab", lab.arg()]);
    fs::create_dir(lab.path().join("designs/folder.toml")).unwrap();
    refused(&designs(), &["designs/folder.toml", "directory"]);
    fs::remove_dir(lab.path().join("designs/folder.toml")).unwrap();

    lab.write("designs/latin.toml", b"title = \"caf\xe9\"");
    refused(&designs(), &["designs/latin.toml", "byte 12", "UTF-8"]);
    fs::remove_file(lab.path().join("designs/latin.toml")).unwrap();

    lab.write("designs/huge.toml", vec![b'#'; 1 << 20]);
    refused(&designs(), &["designs/huge.toml", "256 KiB"]);
    fs::remove_file(lab.path().join("designs/huge.toml")).unwrap();
    assert_eq!(designs().code, 0, "an empty lab adds nothing");
}

#[test]
fn a_lab_that_is_none() {
    let lab = Lab::new();
    let at = |name: &str| lockstep(&["designs", "--lab", lab.path().join(name).to_str().unwrap()]);
    refused(&at("nowhere"), &["nowhere", "there is no such directory"]);
    lab.write("file", "");
    refused(&at("file"), &["/file", "a lab is a directory"]);
    fs::create_dir(lab.path().join("empty")).unwrap();
    refused(&at("empty"), &["/empty", "neither designs/ nor scenarios/"]);
}

#[cfg(unix)]
#[test]
fn a_lab_that_cant_be_read() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let lab = Lab::new();
    // A link to itself can't be opened by anybody, not even by root.
    symlink("loop", lab.path().join("loop")).unwrap();
    let ran = lockstep(&["designs", "--lab", lab.path().join("loop").to_str().unwrap()]);
    assert_eq!((ran.code, ran.err.lines().count()), (2, 1), "{ran:?}");
    assert!(ran.err.contains("/loop: can't be opened"), "{ran:?}");

    let designs = lab.path().join("designs");
    fs::set_permissions(&designs, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read_dir(&designs).is_ok();
    let ran = lockstep(&["designs", "--lab", lab.arg()]);
    fs::set_permissions(&designs, fs::Permissions::from_mode(0o755)).unwrap();
    if !is_root {
        assert_eq!((ran.code, ran.err.lines().count()), (2, 1), "{ran:?}");
        assert!(ran.err.contains("designs: can't be listed"), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_lab_that_cant_be_written_works() {
    use std::os::unix::fs::PermissionsExt;
    let lab = Lab::new();
    lab.copy("session-sqlite", "mine", &[]);
    let folders = [lab.path().join("designs"), lab.path().join("scenarios"), lab.path().to_owned()];
    let mode = |mode| {
        for folder in &folders {
            fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    mode(0o555);
    let comparison = lab.compare(&["mine"], "restart");
    mode(0o755);
    assert_eq!(comparison.code, 0, "{}", comparison.json);
    assert_eq!(comparison.json["totals"]["ran"], 2);
}

#[test]
fn an_output_file_that_cant_be_written_is_found_before_the_work() {
    let lab = Lab::new();
    let out = |name: &str| {
        let file = lab.path().join(name);
        lockstep(&["compare", "--out", file.to_str().unwrap()])
    };
    refused(&out("nowhere/out.json"), &["can't write", "nowhere/out.json", "make the directory"]);
    refused(&out("designs"), &["can't write", "designs", "is a directory", "name a file"]);
}

#[test]
fn a_port_in_use_is_offered_another() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    refused(&lockstep(&["serve", "--port", &port]), &[&format!("port {port} is in use"), "--port 0"]);
}

#[test]
fn files_that_cant_be_kept() {
    let lab = Lab::new();
    lab.write("file", "");
    let files = |name: &str| {
        let folder = lab.path().join(name);
        lockstep(&["serve", "--port", "0", "--files", folder.to_str().unwrap()])
    };
    refused(&files("file"), &["can't keep files in", "/file", "--files"]);
    refused(&files("file/below"), &["can't keep files in", "file/below", "--files"]);
}

#[test]
fn whoever_stops_reading_has_read_enough() {
    for args in [
        &["designs"][..],
        &["scenarios"],
        &["run", "restart", "--design", "session-memory"],
        &["compare", "--design", "session-memory", "--scenario", "restart"],
        &["compare", "--design", "session-memory", "--scenario", "restart", "--format", "json"],
    ] {
        let mut child = command(args).spawn().unwrap();
        drop(child.stdout.take());
        let ran = child.wait_with_output().unwrap();
        assert!(ran.status.success() && ran.stderr.is_empty(), "{args:?}: {ran:?}");
    }
}

#[test]
fn without_a_display_it_says_so_and_compares() {
    // Every built-in scenario is replaced by one question, so that the whole comparison is short.
    let lab = Lab::new();
    for (at, id) in built_in_ids("scenarios").iter().enumerate() {
        let group = if at == 0 { "baseline" } else { "ending" };
        lab.scenario(
            id,
            &format!(
                "title = \"A question\"\nquestion = \"Who is in?\"\ngroup = \"{group}\"\n\
                 steps = [{{ everyone = \"probe\", mark = true }}]"
            ),
        );
    }
    let mut lockstep = command(&["--lab", lab.arg()]);
    for display in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        lockstep.env_remove(display);
    }
    let mut child = lockstep.spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    assert!(line.starts_with("lockstep: ") && line.trim_end().ends_with("so this compares in the terminal"), "{line}");
    assert!(!line.contains(".rs:"), "no place in anybody's code: {line}");
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "one line");
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("0 broken, 0 unexpected"), "{}", ran.out);
}
