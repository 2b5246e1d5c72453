//! Reads every source file, design and scenario, and holds the rules of ARCHITECTURE.md that a text scan can hold.

mod rules;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use rules::{Names, RULES, Rule};
use source::Source;

/// Where a rule is broken for good: its name, the file, and what makes that right.
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "the server knows no actor",
    "server/src/web/attack.rs",
    "the words of pages that say to people whose they are; nothing that the bank answers depends on them",
)];

#[test]
fn every_file_keeps_the_rules() {
    let sources = sources();
    let names = names(&sources);
    let mut used = Vec::new();
    let mut broken = String::new();
    for rule in every_rule() {
        for source in &sources {
            let findings = (rule.check)(source, &names);
            match EXCEPTIONS.iter().find(|(name, path, _)| *name == rule.name && *path == source.path) {
                Some(exception) if !findings.is_empty() => used.push(exception),
                _ => findings.iter().for_each(|found| {
                    broken +=
                        &format!("{}:{}: {}\n    {}: {}\n", source.path, found.line, found.what, rule.name, rule.why);
                }),
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
    for exception in EXCEPTIONS {
        assert!(used.contains(&exception), "no longer needed, so take it from the list: {exception:?}");
    }
}

#[test]
fn every_rule_can_be_broken() {
    let names = Names {
        designs: vec!["session-memory".to_owned()],
        scenarios: vec!["log-out".to_owned()],
        mistakes: vec!["decode_only".to_owned()],
    };
    let broken =
        |rule: &Rule, (path, text): &(&str, &str)| !(rule.check)(&Source::parse(path, text), &names).is_empty();
    for rule in every_rule() {
        assert!(!rule.bad.is_empty(), "{} has an example of what it finds", rule.name);
        rule.bad.iter().for_each(|file| assert!(broken(rule, file), "{} does not find {file:?}", rule.name));
        rule.good.iter().for_each(|file| assert!(!broken(rule, file), "{} finds {file:?}", rule.name));
    }
}

fn every_rule() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().flatten()
}

/// Every file that a rule may look at, sorted by path.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package is a folder of the repository");
    let mut files = Vec::new();
    for folder in ["app", "assets", "server", "shared"] {
        walk(&root.join(folder), &mut files);
    }
    files.sort();
    let mut sources: Vec<Source> = files
        .iter()
        .map(|file| {
            let path =
                file.strip_prefix(root).expect("the walk began at the root").to_string_lossy().replace('\\', "/");
            Source::parse(&path, &fs::read_to_string(file).unwrap_or_else(|error| panic!("{path}: {error}")))
        })
        .collect();
    assert!(sources.iter().any(|source| source.path == "shared/src/clock.rs"), "the walk finds the sources");
    // A file that its parent declares for tests alone is a test, whatever its name.
    let modules: Vec<String> = sources.iter().flat_map(|source| source.test_modules.clone()).collect();
    for source in &mut sources {
        let test = modules.iter().any(|module| {
            source.path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        });
        if test {
            source.mark_as_test();
        }
    }
    sources
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    // A folder that is not there has nothing to check; a file that can't be read fails later, by its name.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("target") {
                walk(&path, files);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "toml") {
            files.push(path);
        }
    }
}

fn names(sources: &[Source]) -> Names {
    let ids = |folder: &str| -> Vec<String> {
        let files = sources.iter().filter(|source| source.is_in(&[folder]));
        files.filter_map(|source| Some(Path::new(&source.path).file_stem()?.to_str()?.to_owned())).collect()
    };
    let names =
        Names { designs: ids("assets/designs"), scenarios: ids("assets/scenarios"), mistakes: mistakes(sources) };
    let found = [&names.designs, &names.scenarios, &names.mistakes].map(|names| !names.is_empty());
    assert_eq!(found, [true; 3], "designs, scenarios and mistakes are where this test looks for their names");
    names
}

/// The fields of `pub struct Mistakes`, as they stand in shared/src/design/mistakes.rs.
fn mistakes(sources: &[Source]) -> Vec<String> {
    let design =
        sources.iter().find(|source| source.path == "shared/src/design/mistakes.rs").expect("mistakes have a type");
    let lines =
        design.product().map(|line| line.bare.trim()).skip_while(|line| !line.starts_with("pub struct Mistakes"));
    let fields =
        lines.take_while(|line| *line != "}").filter_map(|line| line.strip_prefix("pub ")?.split_once(": bool"));
    fields.map(|(field, _)| field.to_owned()).collect()
}
