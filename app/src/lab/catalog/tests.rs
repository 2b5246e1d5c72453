//! What is built in is whole, and a user's files are laid over it or refused with one clear line.

use std::fs;

use super::*;
use crate::lab::actor::Actor;
use crate::lab::scenario::{Thief, Verb};

fn built_in() -> Catalog {
    Catalog::load(None).expect("what is built in is good")
}

fn ids<T>(all: &[T], id: impl Fn(&T) -> &String) -> Vec<&str> {
    all.iter().map(|one| id(one).as_str()).collect()
}

#[test]
fn the_built_in_ones_stand_in_order() {
    let catalog = built_in();
    let designs = ids(catalog.designs(), |design| &design.id);
    let order: Vec<&str> = include_str!("../../../../assets/designs/order.txt").lines().collect();
    assert_eq!(designs, order);
    let scenarios = ids(catalog.scenarios(), |scenario| &scenario.id);
    assert_eq!(scenarios.first(), Some(&"nothing-happens"));
    assert_eq!(catalog.baseline().id, "nothing-happens");
}

#[test]
fn every_built_in_ending_says_what_it_expects_of_every_design() {
    let catalog = built_in();
    let is_ending = |scenario: &&Scenario| matches!(scenario.group, Group::Baseline | Group::Ending);
    for scenario in catalog.scenarios().iter().filter(is_ending) {
        for world in scenario.worlds() {
            for design in catalog.designs() {
                assert!(scenario.expected(world, &design.id).is_some(), "{} {world:?} {}", scenario.id, design.id);
            }
        }
    }
}

/// An alarm, or that there is none, is half of what these are about.
#[test]
fn every_built_in_refresh_says_whether_somebody_notices() {
    let catalog = built_in();
    for scenario in catalog.scenarios().iter().filter(|scenario| scenario.group == Group::Refresh) {
        for ((_, design), expected) in &scenario.expect {
            let says = expected.text().split(' ').any(|word| matches!(word, "alarm" | "no-alarm"));
            assert!(says, "{} {design}", scenario.id);
        }
    }
}

#[test]
fn every_built_in_ending_begins_as_the_baseline_does() {
    let catalog = built_in();
    let prelude = |scenario: &Scenario| {
        let steps = scenario.steps.iter().take_while(|step| !step.mark);
        // The admin's log-in takes no time on the lab clock, so it changes nothing for those who are measured.
        steps.map(ToString::to_string).filter(|step| step != "admin: log-in").collect::<Vec<_>>()
    };
    for scenario in catalog.scenarios().iter().filter(|scenario| scenario.group == Group::Ending) {
        assert_eq!(prelude(scenario), prelude(catalog.baseline()), "{}", scenario.id);
        assert_eq!(scenario.worlds(), [Some(Thief::Access), Some(Thief::Everything)], "{}", scenario.id);
        assert!(matches!(scenario.steps.last().map(|step| &step.verb), Some(Verb::KeepTrying { .. })));
    }
}

/// What is held against the baseline has its mark as long after the log-ins, so that a lifetime ends as long after it.
#[test]
fn every_built_in_scenario_is_marked_when_the_baseline_is() {
    let catalog = built_in();
    let marked = |scenario: &Scenario, world| {
        let before = scenario.steps_in(world).map(|(_, step)| step).take_while(|step| !step.mark);
        let passed = before.filter_map(|step| match step.verb {
            Verb::Advance { by } => Some(by.secs()),
            _ => None,
        });
        passed.sum::<u64>()
    };
    for scenario in catalog.scenarios() {
        for world in scenario.worlds() {
            if scenario.baseline_of(Actor::Phone, world).is_some() {
                assert_eq!(marked(scenario, world), 60, "{} {world:?}", scenario.id);
            }
        }
    }
}

#[test]
fn scenarios_are_selected_by_id_or_group() {
    let catalog = built_in();
    let select = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        catalog.select_scenarios(&names).map(|all| all.iter().map(|one| one.id.clone()).collect::<Vec<_>>())
    };
    let all = select(&[]).expect("is all");
    assert_eq!(all.len(), catalog.scenarios().len() - 1);
    assert!(!all.contains(&"nothing-happens".to_owned()));
    assert_eq!(select(&["restart", "log-out", "restart"]).expect("are there"), ["log-out", "restart"]);
    assert_eq!(
        select(&["operations", "nothing-happens"]).expect("are there"),
        [
            "nothing-happens",
            "restart",
            "log-out-then-restart",
            "key-rotation",
            "key-rotation-with-overlap",
            "store-down",
            "store-down-and-back",
            "store-wiped",
            "second-node",
            "log-out-on-one-node",
            "restart-with-new-keys",
            "oversized-claims",
            "domain-move"
        ]
    );
    assert_eq!(select(&["expiry"]).expect("is both"), ["expiry"]);
    let said = select(&["restarts"]).expect_err("is unknown").to_string();
    assert!(said.contains("`restarts`: did you mean restart? there are nothing-happens, "), "{said}");
    assert!(said.contains("operations"), "{said}");
    assert!(select(&["script"]).is_err(), "a group without scenarios selects nothing");
}

#[test]
fn an_unknown_design_is_answered_with_the_known_ones() {
    let catalog = built_in();
    let said = catalog.design("jwt-rotatoin").expect_err("is unknown").to_string();
    assert!(said.contains("did you mean jwt-rotation?") && said.contains("session-memory, "), "{said}");
    assert_eq!(catalog.select_designs(&[]).expect("is all").len(), catalog.designs().len());
    let two = ["jwt-cookie".to_owned(), "session-memory".to_owned()];
    assert_eq!(catalog.select_designs(&two).expect("are there")[0].id, "session-memory");
}

/// A lab directory with these files.
fn lab(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("can be made");
        fs::write(path, bytes).expect("can be written");
    }
    dir
}

fn design_text(id: &str) -> String {
    built_in().design(id).expect("is built in").to_toml()
}

const SCENARIO: &str =
    "title = \"T\"\nquestion = \"Q?\"\ngroup = \"theft\"\nsteps = [{ laptop = \"probe\", mark = true }]";

#[test]
fn a_users_files_replace_and_add() {
    let longer = design_text("jwt-refresh").replace("5m", "7m");
    let lab = lab(&[
        ("designs/zebra.toml", design_text("session-memory").as_bytes()),
        ("designs/jwt-refresh.toml", longer.as_bytes()),
        ("designs/aardvark.toml", design_text("jwt-cookie").as_bytes()),
        ("designs/.#draft.toml", b"no TOML"),
        ("designs/notes.txt", b"no TOML"),
        ("scenarios/mine.toml", SCENARIO.as_bytes()),
    ]);
    let catalog = Catalog::load(Some(lab.path())).expect("is good");
    let designs = ids(catalog.designs(), |design| &design.id);
    let built_in = built_in();
    let (known, new) = designs.split_at(built_in.designs().len());
    assert_eq!(known, ids(built_in.designs(), |design| &design.id));
    assert_eq!(new, ["aardvark", "zebra"]);
    let ttl = catalog.design("jwt-refresh").expect("is there").jwt.as_ref().map(|jwt| jwt.access_ttl.to_string());
    assert_eq!(ttl.as_deref(), Some("7m"));
    assert!(catalog.scenario("mine").is_ok());
}

#[test]
fn bad_files_are_refused_with_one_clear_line() {
    let cases: [(&str, &[u8], &str); 12] = [
        ("designs", b"", "designs: this must be a directory"),
        ("designs/d.toml/inner.txt", b"", "d.toml: this is a directory"),
        ("designs/d.toml", b"title = \"\xff\"", "d.toml: not UTF-8 text (at byte 9)"),
        ("designs/d.toml", &[b'#'; 256 * 1024 + 1], "d.toml: over 256 KiB"),
        ("designs/d.toml", b"titel = \"x\"", "d.toml: `titel`: unknown key"),
        ("designs/Big.toml", b"", "Big.toml: the file's name is also a host name"),
        ("scenarios/s.toml", b"steps = [", "s.toml: line 1: "),
        ("scenarios/s.toml", b"", "s.toml: `title` is missing"),
        ("scenarios/S.toml", SCENARIO.as_bytes(), "S.toml: the file's name is also the scenario's"),
        ("notes.txt", b"", "has neither designs/ nor scenarios/ in it"),
        ("scenarios/nothing-happens.toml", SCENARIO.as_bytes(), "no scenario has group = \"baseline\""),
        (
            "scenarios/s.toml",
            b"title = \"T\"\nquestion = \"Q?\"\ngroup = \"baseline\"\nsteps = [{ laptop = \"probe\", mark = true }]",
            "only one scenario can have group = \"baseline\", and nothing-happens and s have it",
        ),
    ];
    for (name, bytes, why) in cases {
        let lab = lab(&[(name, bytes)]);
        let said = format!("{:#}", Catalog::load(Some(lab.path())).expect_err(why));
        assert!(said.contains(why) && !said.contains('\n'), "{said}\nwanted {why}");
    }
}

#[test]
fn the_lab_directory_itself_must_be_there() {
    let dir = lab(&[("file", b"")]);
    for (path, why) in [("nowhere", "there is no such directory"), ("file", "this is a file")] {
        let said = Catalog::load(Some(&dir.path().join(path))).expect_err(why).to_string();
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn an_expectation_of_an_unknown_design_is_refused() {
    let text = format!("{SCENARIO}\n[expect]\njwt-cooky = \"never never never never\"");
    let lab = lab(&[("scenarios/mine.toml", text.as_bytes())]);
    let said = format!("{:#}", Catalog::load(Some(lab.path())).expect_err("is unknown"));
    assert!(said.starts_with("scenario mine: its [expect] names a design: "), "{said}");
    assert!(said.contains("did you mean jwt-cookie?"), "{said}");
}

#[test]
fn every_forging_scenario_ends_in_a_forgery_of_its_own_name_and_says_what_gave_it_away() {
    let catalog = built_in();
    let forging: Vec<&Scenario> =
        catalog.scenarios().iter().filter(|scenario| scenario.group == Group::Forging).collect();
    // A key that leaked is theft, and shown there.
    let shown: Vec<String> = catalog
        .scenarios()
        .iter()
        .flat_map(|one| &one.steps)
        .filter(|step| step.mark)
        .map(ToString::to_string)
        .collect();
    // A signature that is missing altogether is tried by hand: it is the same question as that of edited claims.
    use crate::inspect::forge::Attack;
    for attack in Attack::ALL.into_iter().filter(|attack| *attack != Attack::NoSignature) {
        assert!(shown.contains(&format!("attacker: forge {attack}")), "{attack}");
    }
    for scenario in forging {
        let marked = scenario.steps.iter().find(|step| step.mark).map(ToString::to_string);
        assert_eq!(marked, Some(format!("attacker: forge {}", scenario.id)));
        for ((_, design), expected) in &scenario.expect {
            let text = expected.text();
            let says = text.contains(" acted:attacker") || text.contains(" reason:");
            assert!(says, "{} {design}: {text}", scenario.id);
        }
    }
}
