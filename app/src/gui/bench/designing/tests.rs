//! What is written is a design that the lab then has, and nothing is written over or beside it unasked.

use tempfile::TempDir;

use super::*;

fn catalog() -> Catalog {
    Catalog::load(None).expect("what is built in is good")
}

fn changed(catalog: &Catalog) -> Design {
    let mut design = catalog.designs().iter().find(|design| design.cookie.is_some()).expect("has cookies").clone();
    design.cookie.as_mut().expect("has cookies").http_only = false;
    design
}

fn said(report: Report) -> Result<String, String> {
    match report {
        Report::Saved(said) => said,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_saved_is_found_in_the_lab() {
    let (catalog, lab) = (catalog(), TempDir::new().expect("a folder"));
    let design = changed(&catalog);
    let told = said(save(&catalog, design.clone(), "no-http-only", lab.path(), false)).expect("is written");
    assert!(told.contains("compare --design no-http-only"), "{told}");
    let found = Catalog::load(Some(lab.path())).expect("can be read");
    let found = found.design("no-http-only").expect("is there");
    assert_eq!(found.title, format!("{} (changed)", design.title));
    assert_eq!(*found, Design { id: found.id.clone(), title: found.title.clone(), ..design });
}

#[test]
fn no_file_is_written_over_unasked() {
    let (catalog, lab) = (catalog(), TempDir::new().expect("a folder"));
    let design = changed(&catalog);
    let save = |replace| save(&catalog, design.clone(), "mine", lab.path(), replace);
    assert!(matches!(save(false), Report::Saved(Ok(_))));
    let path = lab.path().join("designs/mine.toml");
    std::fs::write(&path, "precious").expect("can be written");
    assert!(matches!(save(false), Report::Exists(_)));
    assert_eq!(std::fs::read_to_string(&path).expect("is there"), "precious");
    assert!(matches!(save(true), Report::Saved(Ok(_))));
    assert!(std::fs::read_to_string(&path).expect("is there").contains("title"));
}

#[test]
fn what_can_not_be_saved_is_one_clear_error() {
    let (catalog, lab) = (catalog(), TempDir::new().expect("a folder"));
    let design = changed(&catalog);
    let why = |name: &str, lab: &Path| {
        let why = said(save(&catalog, design.clone(), name, lab, false)).expect_err("can't be");
        assert!(!why.contains('\n'), "{why}");
        why
    };
    for name in ["", "My design", "../up", "evil", "ä"] {
        assert!(why(name, lab.path()).contains("host name"), "{name}");
    }
    assert!(why(&design.id, lab.path()).contains("choose another name"));
    let file = lab.path().join("file");
    std::fs::write(&file, "").expect("can be written");
    assert!(why("mine", &file).contains("Name a folder that you may write to"));
    assert!(!lab.path().join("designs").exists(), "nothing was written");

    // A lab that some other file breaks is told, for compare would only complain of it later.
    std::fs::create_dir(lab.path().join("designs")).expect("can be made");
    std::fs::write(lab.path().join("designs/broken.toml"), "kind = 1").expect("can be written");
    assert!(why("mine", lab.path()).contains("this lab can't be read"));
}

#[test]
fn a_title_that_is_taken_says_that_it_was_changed() {
    let catalog = catalog();
    let mut design = changed(&catalog);
    let original = catalog.design(&design.id).ok().cloned().expect("is built in");
    design.title = "t".repeat(60);
    let other = Design { title: design.title.clone(), ..original };
    let title = titled(&design, Some(&other));
    assert_eq!((title.chars().count(), title.ends_with(" (changed)")), (60, true));
    "My own".clone_into(&mut design.title);
    assert_eq!(titled(&design, Some(&other)), "My own");
}
