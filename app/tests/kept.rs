//! Results that are kept, opened again, written in another form and held against each other.

mod support;

use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;
use support::{Lab, Ran, lockstep};

/// A lab with one design of its own, and the result of one scenario with it.
struct Kept {
    lab: Lab,
    file: String,
}

const ARGS: [&str; 5] = ["compare", "--design", "mine", "--scenario", "restart"];

impl Kept {
    fn new() -> Self {
        let lab = Lab::new();
        lab.copy("session-sqlite", "mine", &[("title", "Mine <b>".into())]);
        let file = lab.path().join("kept.json").to_str().expect("temporary folders have plain names").to_owned();
        let kept = Self { lab, file };
        let ran = kept.run(&["--format", "json", "--out", &kept.file]);
        assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
        kept
    }

    fn run(&self, more: &[&str]) -> Ran {
        lockstep(&[&ARGS[..], &["--lab", self.lab.arg()], more].concat())
    }

    /// Without the lab: a kept result needs nothing but itself.
    fn open(&self, more: &[&str]) -> Ran {
        lockstep(&[&["compare", "--open", &self.file], more].concat())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.lab.path().join(name)
    }

    /// Another kept result, made from this one.
    fn changed(&self, name: &str, change: impl FnOnce(&mut Json)) -> String {
        let text = fs::read_to_string(&self.file).expect("the result was kept");
        let mut json: Json = serde_json::from_str(&text).expect("a kept result is JSON");
        change(&mut json);
        self.lab.write(name, json.to_string());
        self.path(name).to_str().expect("temporary folders have plain names").to_owned()
    }
}

#[test]
fn a_kept_result_opens_in_every_form_without_running_anything() {
    let kept = Kept::new();
    let table = kept.open(&[]);
    assert_eq!(table.code, 0, "{table:?}");
    assert!(table.out.starts_with("                     mine\nrestart  access      in 12 h"), "{}", table.out);
    assert!(table.out.contains("2 cells: 2 ran, 0 not applicable, 0 broken, 0 unexpected"), "{}", table.out);

    let json = kept.open(&["--format", "json"]);
    assert_eq!(json.out, fs::read_to_string(&kept.file).unwrap(), "the same to the letter");

    let markdown = kept.open(&["--format", "markdown"]).out;
    assert!(markdown.contains("| scenario | thief has | mine |"), "{markdown}");
    assert!(markdown.contains("Mine &lt;b&gt;"), "{markdown}");

    let html = kept.open(&["--format", "html"]).out;
    assert!(html.starts_with("<!doctype html>") && html.contains("Mine &lt;b&gt;"), "{html}");
    assert!(!html.contains("Mine <b>"), "{html}");
    let dated = kept.open(&["--format", "html", "--date", "today"]).out;
    assert!(!html.contains("<span>today</span>") && dated.contains("<span>today</span>"));

    let out = kept.path("report.html");
    assert_eq!(kept.open(&["--format", "html", "--out", out.to_str().unwrap()]).out, "");
    assert_eq!(fs::read_to_string(out).unwrap(), html);
}

#[test]
fn a_part_of_a_kept_result_can_be_opened() {
    let kept = Kept::new();
    let two = kept.changed("two.json", |json| {
        let mut more = json["cells"].as_array().unwrap().clone();
        more.iter_mut().for_each(|cell| cell["design"] = "other".into());
        json["cells"].as_array_mut().unwrap().extend(more);
    });
    let part = |more: &[&str]| lockstep(&[&["compare", "--open", &two, "--format", "json"], more].concat());
    let cells = |ran: &Ran| {
        let json: Json = serde_json::from_str(&ran.out).unwrap_or_else(|bad| panic!("{bad}: {ran:?}"));
        (json["cells"].as_array().unwrap().len(), json["totals"]["cells"].as_u64().unwrap())
    };
    assert_eq!(cells(&part(&["--design", "other"])), (2, 2));
    assert_eq!(cells(&part(&["--design", "other", "--design", "mine", "--scenario", "operations"])), (4, 4));
    // Nobody noted how many of the log-ins and how much of the time were a part's own.
    let table = |more: &[&str]| lockstep(&[&["compare", "--open", &two], more].concat()).out;
    assert!(table(&[]).contains(" login") && table(&[]).contains("Floor "), "{}", table(&[]));
    let of_part = table(&["--design", "other"]);
    assert!(of_part.contains("as a part of what was measured together"), "{of_part}");
    assert!(!of_part.contains(" login") && !of_part.contains("Floor "), "{of_part}");
    refused(&part(&["--design", "nobody"]), &["`nobody`", "it has mine, other"]);
    refused(&part(&["--scenario", "log-out"]), &["`log-out`", "it has restart"]);
}

#[test]
fn the_same_again_has_not_changed() {
    let kept = Kept::new();
    let again = kept.run(&["--against", &kept.file]);
    assert_eq!((again.code, again.err.as_str()), (0, ""), "{again:?}");
    assert!(again.out.contains("Nothing has changed.\n"), "{}", again.out);
    let json: Json = serde_json::from_str(&kept.run(&["--against", &kept.file, "--format", "json"]).out).unwrap();
    assert_eq!(json["changes"], Json::Array(Vec::new()));
}

#[test]
fn what_a_changed_design_changes_is_listed_cell_by_cell() {
    let kept = Kept::new();
    // Kept in memory, the sessions end with the server.
    kept.lab.copy("session-memory", "mine", &[]);
    let now = kept.run(&["--against", &kept.file]);
    assert_eq!((now.code, now.err.as_str()), (1, ""), "{now:?}");
    let told = "restart × mine (access): laptop: was out after 12 h, as in the baseline, is out after 0 s, sooner than in \
                the baseline and the admin role with it";
    assert!(now.out.contains("2 cells are not as before:\n") && now.out.contains(told), "{}", now.out);

    let json = kept.run(&["--against", &kept.file, "--format", "json"]);
    let changes: Json = serde_json::from_str::<Json>(&json.out).unwrap()["changes"].clone();
    assert_eq!((json.code, changes.as_array().unwrap().len()), (1, 2));
    assert_eq!((&changes[0]["what"], &changes[0]["design"]), (&"changed".into(), &"mine".into()));
    assert!(changes[0]["changes"].as_array().unwrap().len() >= 4, "{changes}");
    for format in ["markdown", "html"] {
        let report = kept.run(&["--against", &kept.file, "--format", format]);
        assert_eq!(report.code, 1);
        assert!(report.out.contains("What has changed") && report.out.contains("was out after 12 h"), "{format}");
    }
}

#[test]
fn two_files_are_held_against_each_other() {
    let kept = Kept::new();
    let other = kept.changed("other.json", |json| {
        json["cells"][0]["detected"] = true.into();
        json["cells"][1]["thief"] = Json::Null;
    });
    let held = kept.open(&["--against", &other]);
    assert_eq!(held.code, 1, "{held:?}");
    for told in [
        "restart × mine (access): the server raises no alarm any more\n",
        "restart × mine (everything): is new: attacker out after 12 h, as in the baseline\n",
        "restart × mine: is gone: attacker out after 12 h, as in the baseline\n",
    ] {
        assert!(held.out.contains(told), "{told} in {}", held.out);
    }
    assert_eq!(kept.open(&["--against", &kept.file]).code, 0);
}

#[test]
fn what_nobody_asked_for_is_not_gone() {
    let kept = Kept::new();
    let more = kept.changed("more.json", |json| {
        let mut other = json["cells"][0].clone();
        other["scenario"] = "log-out".into();
        json["cells"].as_array_mut().unwrap().push(other);
    });
    assert_eq!(kept.run(&["--against", &more]).code, 0);
    assert_eq!(kept.open(&["--against", &more]).code, 1, "but where all was asked for, it is");
}

/// Exactly one line that begins with the program's name and says each of `parts`; nothing on the other stream.
#[track_caller]
fn refused(ran: &Ran, parts: &[&str]) {
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.starts_with("lockstep: ") && ran.err.lines().count() == 1, "{ran:?}");
    for part in parts {
        assert!(ran.err.contains(part), "{part:?} is not in {:?}", ran.err);
    }
    for ugly in ["panicked", "backtrace", ".rs:", "os error"] {
        assert!(!ran.err.contains(ugly), "{ugly:?} is in {:?}", ran.err);
    }
}

#[test]
fn a_file_that_is_no_kept_result_is_refused_in_one_line() {
    let lab = Lab::new();
    let open = |name: &str| lockstep(&["compare", "--open", lab.path().join(name).to_str().unwrap()]);
    let hint = "compare --format json --out FILE";
    refused(&open("nowhere.json"), &["nowhere.json", "there is no such file"]);
    refused(&open("designs"), &["designs", "directory"]);
    for (name, text, parts) in [
        ("text.json", "hello", &["no JSON", "line 1 column 1", hint][..]),
        ("empty.json", "", &["ends in the middle", hint]),
        ("cut.json", "{\"schema\":\"lockstep.compare/1\",\"cells\":[{\"des", &["ends in the middle", hint]),
        ("list.json", "[1,2]", &["no kept comparison", hint]),
        ("other.json", "{\"cells\":[]}", &["no `schema`", hint]),
        ("inspect.json", "{\"schema\":\"lockstep.inspect/1\"}", &["lockstep.inspect/1", "lockstep.compare/1", hint]),
        ("future.json", "{\"schema\":\"lockstep.compare/2\",\"cells\":{}}", &["lockstep.compare/2", hint]),
        ("cells.json", "{\"schema\":\"lockstep.compare/1\",\"cells\":[{}]}", &["can't be read", "design", hint]),
    ] {
        lab.write(name, text);
        refused(&open(name), &[&[name], parts].concat());
        // What can't be read is found before the work.
        let against = lab.path().join(name);
        refused(&lockstep(&["compare", "--against", against.to_str().unwrap()]), parts);
    }
    refused(&lockstep(&["compare", "--open", "x.json", "--jobs", "2"]), &["--open", "--jobs", "--help"]);
}

#[test]
fn a_result_of_an_older_lockstep_opens_too() {
    let kept = Kept::new();
    let old = kept.changed("old.json", |json| {
        for key in ["floor", "designs", "scenarios"] {
            json.as_object_mut().unwrap().remove(key);
        }
        for cell in json["cells"].as_array_mut().unwrap() {
            for key in ["mismatch", "ends", "steps", "evidence"] {
                cell.as_object_mut().unwrap().remove(key);
            }
        }
    });
    for format in ["table", "markdown", "html", "json"] {
        let opened = lockstep(&["compare", "--open", &old, "--format", format]);
        assert_eq!((opened.code, opened.err.as_str()), (0, ""), "{format}");
        assert!(opened.out.contains("restart") && opened.out.contains("mine"), "{format}");
    }
    assert_eq!(kept.open(&["--against", &old]).code, 0, "it says the same of access");
}

#[test]
fn what_the_cells_say_counts_and_not_the_sum_beneath_them() {
    let kept = Kept::new();
    let wrong = kept.changed("wrong.json", |json| json["cells"][0]["as_expected"] = false.into());
    let ran = lockstep(&["compare", "--open", &wrong]);
    assert!(ran.code == 1 && ran.out.contains("0 broken, 1 unexpected"), "{ran:?}");
    let ran = lockstep(&["compare", "--open", &wrong, "--against", &wrong]);
    assert_eq!(ran.code, 1, "nothing has changed, and it is as wrong as it was: {ran:?}");
    let hostile = kept.changed("hostile.json", |json| json["cells"][0]["design"] = "a\u{1b}[31m".into());
    let ran = lockstep(&["compare", "--open", &hostile]);
    assert!(ran.code == 2 && !ran.err.contains('\u{1b}') && ran.err.contains("can't be the name"), "{ran:?}");
}
