//! Every design can be taken apart into keys and put together again, and no choice at any key is left without an answer.

use std::path::Path;

use super::super::impossible::rules;
use super::super::{about, about_value};
use super::*;

/// Every built-in design.
fn designs() -> Vec<Design> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/designs");
    let mut designs = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the built-in designs have a folder") {
        let path = entry.expect("can be listed").path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let id = path.file_stem().and_then(|stem| stem.to_str()).expect("is a host label");
            let text = std::fs::read_to_string(&path).expect("can be read");
            designs.push(Design::parse(id, id, &text).expect("is good"));
        }
    }
    assert!(designs.len() > 10);
    designs
}

fn key(path: &str) -> &'static Key {
    keys().iter().find(|key| key.path == path).unwrap_or_else(|| panic!("there is no key {path}"))
}

/// What a user can choose at a key, and a few things that a user can type.
fn words(key: &Key) -> Vec<&'static str> {
    match key.takes {
        Takes::Table => Vec::new(),
        Takes::Switch => vec!["true", "false"],
        Takes::Choice(words) => words.to_vec(),
        Takes::Span => vec!["0s", "1s", "5m", "3650d", "", "soon"],
        Takes::Text => vec!["", "a word"],
    }
}

#[test]
fn every_key_of_the_format_is_listed_as_what_it_is() {
    let takes = |path: &str| key(path).takes;
    assert_eq!(takes("cookie.http_only"), Takes::Switch);
    assert_eq!(takes("jwt.access_ttl"), Takes::Span);
    assert_eq!(takes("jwt.audience"), Takes::Text);
    assert_eq!(takes("refresh"), Takes::Table);
    assert_eq!(takes("cookie.same_site"), Takes::Choice(&["strict", "lax", "none"]));
    assert_eq!(key("cookie.same_site").left_out, LeftOut::Differs);
    assert_eq!(key("session.renew_id_on_login").left_out, LeftOut::Means("true".to_owned()));
    assert_eq!(key("csrf.defence").left_out, LeftOut::Means("fetch-metadata".to_owned()));
    assert_eq!(key("jwt.leeway").left_out, LeftOut::Means("0s".to_owned()));
    assert_eq!(key("session.idle").left_out, LeftOut::Refused);
    assert!(keys().iter().all(|key| key.path.matches('.').count() < 2), "the form has tables of one depth");
}

/// A key or a word that is new has to be explained to whoever meets it in the form.
#[test]
fn every_key_and_every_word_is_explained() {
    for key in keys() {
        let (about, _) = about(&key.path).unwrap_or_else(|| panic!("explain `{}` in design/words.rs", key.path));
        assert!(about.ends_with('.'), "{}: a sentence", key.path);
        if key.table() == Some("mistakes") {
            assert!(about.starts_with("Opens "), "{}: say what the mistake opens", key.path);
        }
        if let Takes::Choice(words) = key.takes {
            for word in words {
                let said = about_value(&key.path, word);
                assert!(
                    said.is_some_and(|said| said.ends_with('.')),
                    "explain {} = {word} in design/words.rs",
                    key.path
                );
            }
        }
        // Where leaving out means a word, the form shows that word instead.
        let means_nothing = key.left_out == LeftOut::Means(String::new());
        assert!(!means_nothing || key.takes == Takes::Table, "say what leaving {} out means", key.path);
    }
}

#[test]
fn every_design_survives_the_form() {
    for design in designs() {
        let draft = Draft::of(&design);
        assert_eq!(draft.design().as_ref(), Ok(&design));
        // Written out key by key, as somebody would who clicks everything to what it is already.
        let mut written = draft.clone();
        for key in keys().iter().filter(|key| key.takes != Takes::Table) {
            if let Some(word) = draft.word(key) {
                written.set(key, Some(&word));
            }
        }
        assert_eq!(written.design().as_ref(), Ok(&design), "{}", design.id);
        assert_eq!(written.changes(&draft), []);
    }
}

/// Each choice at each key of each design makes another design, or is refused at keys that the form has; what is refused
/// is what reading the file refuses, at the same key.
#[test]
fn every_choice_gives_a_design_or_a_reason_at_a_key() {
    let mut refused = std::collections::BTreeSet::new();
    for design in designs() {
        for key in keys() {
            let is_fixed = key.takes == Takes::Table && key.left_out != LeftOut::Differs;
            for word in words(key).into_iter().map(Some).chain([None]).filter(|_| !is_fixed) {
                let mut draft = Draft::of(&design);
                match key.takes {
                    Takes::Table if draft.has(&key.path) => draft.take_out(&key.path),
                    Takes::Table => draft.put_in(&key.path),
                    _ if word.is_none() && key.left_out == LeftOut::Refused => continue,
                    _ => draft.set(key, word),
                }
                let text = toml::to_string(&draft.file).expect("is TOML");
                let read = Design::parse(&design.id, "f", &text);
                let place = format!("{} {} = {word:?}", design.id, key.path);
                match (draft.design(), read) {
                    (Ok(made), Ok(read)) => assert_eq!(made, read, "{place}"),
                    (Err(problems), Err(error)) => {
                        for problem in &problems {
                            assert!(keys().iter().any(|key| key.path == problem.key), "{place}: {problem:?}");
                            assert!(!problem.why.is_empty() && !problem.why.contains('\n'), "{place}: {problem:?}");
                        }
                        assert_eq!(Some(&problems[0].key), error.key.as_ref(), "{place}: {error}");
                        refused.extend(problems.into_iter().map(|problem| problem.key));
                    }
                    (made, read) => panic!("{place}: the form says {made:?}, and the file {read:?}"),
                }
            }
        }
    }
    assert!(refused.len() > 20, "{refused:?}");
}

#[test]
fn every_rule_names_a_key_of_the_form() {
    for design in designs() {
        for (_, path, _) in rules(&design) {
            key(path);
        }
    }
}

#[test]
fn a_table_comes_back_as_it_was() {
    let session = designs().into_iter().find(|design| design.session.is_some()).expect("there is a session");
    let mut draft = Draft::of(&session);
    draft.set(key("session.idle"), Some("7m"));
    draft.take_out("session");
    assert_eq!(draft.word(key("session.idle")), None);
    assert_eq!(draft.design().expect_err("needs it")[0].key, "session");
    draft.put_in("session");
    assert_eq!(draft.word(key("session.idle")).as_deref(), Some("7m"));
    assert_eq!(draft.changes(&Draft::of(&session)).len(), 1);

    // What was never there begins with what is usual, so that it can be read.
    draft.put_in("jwt");
    assert_eq!(draft.word(key("jwt.access_ttl")).as_deref(), Some("5m"));
    assert_eq!(draft.design().expect_err("is a session")[0].key, "jwt");
}

#[test]
fn every_mix_that_can_not_work_is_told_at_once() {
    let session = designs().into_iter().find(|design| design.session.is_some()).expect("there is a session");
    let mut draft = Draft::of(&session);
    draft.set(key("cookie.secure"), Some("false"));
    draft.set(key("mistakes.weak_secret"), Some("true"));
    let told: Vec<String> = draft.design().expect_err("can't work").into_iter().map(|problem| problem.key).collect();
    assert_eq!(told, ["cookie.host_prefix", "mistakes.weak_secret"]);
}
