//! Tables as they come out.

use super::*;
use crate::lab::actor::Actor;
use crate::lab::outcome::{Actors, Effect, Verdict, changes};
use crate::lab::scenario::Thief;
use crate::report::sample::{self, cell, is, log_out, out};

const WIDE: Look = Look { width: 120, colour: false };

fn written(cells: Vec<Cell>, look: Look) -> String {
    let mut out = Vec::new();
    write(&sample::comparison(cells), look, &mut out).expect("a Vec takes all");
    String::from_utf8(out).expect("is UTF-8")
}

/// Two designs and two scenarios, with something of everything.
fn cells() -> Vec<Cell> {
    let (usual, gone) = (out(240, Effect::None), out(0, Effect::Sooner));
    let role = crate::lab::outcome::ActorOutcome { role_after_s: Some(240), ..is(Verdict::In) };
    let (access, everything) = (Some(Thief::Access), Some(Thief::Everything));
    vec![
        cell("session-memory", "restart", access, [gone; 4]),
        cell("session-memory", "restart", everything, [is(Verdict::NotAsked), gone, gone, gone]),
        Cell {
            ends: vec![Actor::Laptop, Actor::Phone],
            ..cell("session-memory", "demoted", None, [role, role, role, is(Verdict::In)])
        },
        cell("jwt-rotation", "restart", access, [usual; 4]),
        Cell { detected: true, ..cell("jwt-rotation", "restart", everything, [is(Verdict::In); 4]) },
        sample::broken("jwt-rotation", "demoted"),
    ]
}

#[test]
fn a_table_with_its_signs_and_totals() {
    let expected = "
                     session-    jwt-
                     memory      rotation
restart  access      out 0 s pb  in 4 min =
         everything  out 0 s pb  in =a
demoted              role 4 min  broken

Each cell: is the thief still in, or out, and how long after the moment at which access should have ended?
in 5 min    inside for so long, then out
role 5 min  not out, but no admin any more, that long after
=  as if nothing had happened
p  the victim's phone lost what it should have kept
b  an unrelated user lost what they should have kept
a  the server raised an alarm

";
    let text = written(cells(), WIDE);
    assert!(text.starts_with(&expected[1..]), "{text}");
    assert!(text.contains("demoted × jwt-rotation: broken: the server did not start: no free port\n"), "{text}");
    let totals = "\
6 cells: 5 ran, 0 not applicable, 1 broken, 0 unexpected
2 logins and 800 exchanges in 55 ms
Floor 23 ms, the baseline's share included = (2 hashes × 14.2 ms + 800 exchanges × 22 µs) ÷ 2 cores; this run took 2.4 times that
";
    assert!(text.ends_with(totals), "{text}");
}

#[test]
fn every_width_is_kept_to() {
    let many: Vec<Cell> = ["session-memory", "session-cached-role", "jwt-stateless", "jwt-rotation", "jwt-cookie"]
        .iter()
        .flat_map(|design| {
            let usual = out(43_140, Effect::None);
            ["log-out-then-restart", "log-out"].map(|one| cell(design, one, Some(Thief::Everything), [usual; 4]))
        })
        .collect();
    for width in 60..=200 {
        let text = written(many.clone(), Look { width, colour: false });
        let table = text.split("Each cell").next().expect("has a table");
        let widest = table.lines().map(|line| line.chars().count()).max();
        assert!(widest.is_some_and(|widest| widest <= width), "{width}: {widest:?}\n{table}");
        assert_eq!(table.matches("in 11 h 59 min =").count(), many.len(), "every cell is there:\n{table}");
    }
}

#[test]
fn labels_are_stacked_where_that_saves_a_table() {
    let expected = "
             session-    jwt-
             memory      rotation
restart
 access      out 0 s pb  in 4 min =
 everything  out 0 s pb  in =a
demoted      role 4 min  broken
";
    let text = written(cells(), Look { width: 36, colour: false });
    assert!(text.starts_with(&expected[1..]), "{text}");
}

#[test]
fn too_narrow_for_a_table_each_cell_has_its_line() {
    let text = written(vec![log_out()], Look { width: 20, colour: false });
    assert!(text.starts_with("log-out × jwt-stateless (access): in 23 h 59 min =\n\n"), "{text}");
}

#[test]
fn the_unexpected_is_marked_and_told() {
    let odd = Cell {
        as_expected: Some(false),
        mismatch: Some("phone: expected `=`, got out after 4 min".to_owned()),
        why: "because\x1b[2J".to_owned(),
        ..log_out()
    };
    let text = written(vec![odd], WIDE);
    assert!(text.contains("in 23 h 59 min =!"), "{text}");
    assert!(text.contains("!  not as expected\n"), "{text}");
    let told = "log-out × jwt-stateless (access): not as expected: phone: expected `=`, got out after 4 min. because\u{fffd}[2J";
    assert!(text.contains(told), "{text}");
}

#[test]
fn colours_are_for_terminals_alone() {
    let colours = |colour| written(cells(), Look { colour, ..WIDE });
    let coloured = colours(true);
    for painted in
        ["\x1b[32mout 0 s pb\x1b[0m", "\x1b[33min 4 min =\x1b[0m", "\x1b[31min =a\x1b[0m", "\x1b[33mrole 4 min\x1b[0m"]
    {
        assert!(coloured.contains(painted), "{painted:?} in {coloured:?}");
    }
    assert!(!colours(false).contains('\x1b'));
}

#[test]
fn few_cells_are_explained_and_many_are_not() {
    let why = "The token's signature holds until it expires.";
    assert!(written(vec![log_out()], WIDE).contains(why));
    assert!(!written((0..7).map(|n| Cell { design: format!("d{n}"), ..log_out() }).collect(), WIDE).contains(why));
}

#[test]
fn no_cells_make_no_table() {
    assert!(written(vec![], WIDE).starts_with("0 cells: 0 ran"));
    let bare = Cell { actors: Actors::new(), ..log_out() };
    assert!(written(vec![bare], WIDE).contains("  –\n"));
}

#[test]
fn a_closed_pipe_is_told_to_the_caller() {
    let error = write(&sample::comparison(cells()), WIDE, &mut sample::ClosedPipe).expect_err("is closed");
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn changes_are_listed_with_their_cells() {
    let held = |cells: Vec<Cell>| {
        let mut comparison = sample::comparison(vec![log_out()]);
        comparison.changes = Some(changes(&cells, &comparison.cells));
        let mut out = Vec::new();
        write(&comparison, WIDE, &mut out).expect("a Vec takes all");
        String::from_utf8(out).expect("is UTF-8")
    };
    assert!(held(vec![log_out()]).contains("Nothing has changed.\n"));
    let before = Cell { detected: true, ..log_out() };
    let told = "1 cell is not as before:\nlog-out × jwt-stateless (access): the server raises no alarm any more\n";
    assert!(held(vec![before]).contains(told));
}
