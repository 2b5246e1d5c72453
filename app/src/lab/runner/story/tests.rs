//! Cells of every kind, and whether their stories tell what decided.

use std::collections::BTreeMap;

use crate::lab::actor::Actor;
use crate::lab::catalog::Catalog;
use crate::lab::compare::run_alone;
use crate::lab::digest::{Shape, digest};
use crate::lab::engine::Engine;
use crate::lab::outcome::Cell;
use crate::lab::runner;
use crate::lab::scenario::Thief;

/// Runs a cell of built-in files, held against the baseline.
fn cell(scenario: &str, design: &str, world: Option<Thief>) -> Cell {
    let catalog = Catalog::load(None).expect("the built-in files are well-formed");
    let (scenario, design) = (catalog.scenario(scenario).expect("is one"), catalog.design(design).expect("is one"));
    let run = |scenario, world, usual: Option<&runner::Tracks>| {
        run_alone(design, scenario, world, usual, &Engine::default()).expect("a runtime can be made")
    };
    let usual: BTreeMap<_, _> =
        Thief::ALL.into_iter().map(|world| (world, run(catalog.baseline(), Some(world), None).tracks)).collect();
    let of = |world: Option<Thief>| anyhow::Ok(world.and_then(|world| usual.get(&world)));
    let baseline = runner::baseline(scenario, world, of).expect("every world ran");
    run(scenario, world, baseline.as_ref()).cell
}

/// Whether the story has each of these in this order, and none of those; and whether every exchange that it names is in
/// the evidence.
fn tells(scenario: &str, design: &str, world: Option<Thief>, all: &[&str], none: &[&str]) {
    let cell = cell(scenario, design, world);
    let mut rest = cell.why.as_str();
    for part in all {
        let at = rest.find(part).unwrap_or_else(|| panic!("{scenario} × {design}: no {part:?} in {}", cell.why));
        rest = &rest[at + part.len()..];
    }
    for part in none {
        assert!(!cell.why.contains(part), "{scenario} × {design}: {part:?} in {}", cell.why);
    }
    assert_eq!(cell.evidence.len(), cell.deciding.len(), "{cell:?}");
    let deciding = cell.why.matches("/api/").count() + cell.why.matches("/auth/").count();
    assert!(!cell.deciding.is_empty() && cell.deciding.len() <= deciding.max(1), "{cell:?}");
}

#[test]
fn an_attacker_who_never_gets_in_is_told_of() {
    let stolen = ["The attacker read the store", "the attacker was never inside: GET /api/me 401 unknown-session"];
    tells("store-leak", "session-memory", None, &stolen, &["laptop was out"]);
    let unread = ["is HttpOnly: no script reads it", "the attacker was never inside: GET /api/me 401 no-credential"];
    tells("script-reads", "session-memory", None, &unread, &["laptop was out"]);
    let unproven =
        ["and not the key that its proofs are made with", "the laptop's POST /auth/logout 204", "never inside"];
    tells("log-out", "jwt-dpop", Some(Thief::Everything), &unproven, &["phone"]);
}

#[test]
fn what_came_before_the_mark_or_after_it_may_decide() {
    let foiled = ["did not keep the cookie __Host-sid: the prefix __Host-", "so the attacker could not act: POST"];
    tells("fixation", "session-memory", None, &foiled, &["kept: the one", ".;"]);
    let planted =
        ["session id kept: the one that came with the request", "so the attacker acted: POST /api/transfer 200"];
    tells("fixation", "session-broken", None, &planted, &[]);
    let again = ["session ended in memory", "session made again in memory, though it had been ended"];
    tells("zombie-session", "session-broken", Some(Thief::Access), &again, &[]);
    let withheld = ["401 no-credential", "the browser withheld the cookie sid: "];
    tells("csrf-fetch", "session-broken", None, &withheld, &[]);
}

#[test]
fn where_there_is_no_attacker_it_tells_of_who_was_asked() {
    let short = ["The laptop uses a program that keeps no cookies", "the laptop was out after 5 min", "401 expired"];
    tells("portable-client", "jwt-refresh", None, &short, &["attacker"]);
    let small = ["the browser did not keep __Host-sid (too-large)", "the laptop was never inside"];
    tells("oversized-claims", "session-sealed", None, &small, &["attacker"]);
    for scenario in ["idle", "two-honest-tabs", "lost-response"] {
        let cell = cell(scenario, "jwt-rotation", None);
        assert_eq!(cell.actors[&Actor::Attacker].effect, None, "{scenario}");
        assert_eq!(digest(&cell).headline, Some(Actor::Laptop), "{scenario}");
    }
}

#[test]
fn who_renewed_was_asked_each_time() {
    let renewed = ["as without it: until then it renewed, last at", "POST /auth/refresh 200", "the cookie has expired"];
    let role = ["as without it; until then", "an admin all the while: role admin believed from the token"];
    tells("role-downgrade", "jwt-stateless", Some(Thief::Access), &role, &[]);
    tells("client-only-log-out", "jwt-rotation", Some(Thief::Everything), &renewed, &["nobody asked"]);
    let unasked = ["as without it; until then GET /api/me 200", "nobody asked whether it was revoked"];
    tells("client-only-log-out", "jwt-rotation", Some(Thief::Access), &unasked, &["renewed"]);
}

#[test]
fn out_and_in_again_is_no_loss_of_a_role() {
    let cell = cell("log-out-on-one-node", "session-memory", Some(Thief::Access));
    let digest = digest(&cell);
    assert_eq!((digest.glance.shape, digest.glance.word.as_str()), (Shape::Flapping, "flapping"));
    assert!(cell.why.contains("was refused and let in again: GET /api/me at node "), "{}", cell.why);
    assert!(cell.why.contains("; and then GET /api/me at node "), "{}", cell.why);
}
