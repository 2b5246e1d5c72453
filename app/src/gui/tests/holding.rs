//! Mishaps by hand: a request is held inside the server, other things are done, and it goes on when it is released; a
//! store is taken down and brought back.

use std::time::Duration;

use lockstep_shared::clock::Stopwatch;

use super::*;
use crate::lab::lineage::Login;
use crate::state::command::{Action, Command, Holdable, Target};

const LEFT: Target = Target::One(Side::Left);
const HOLD: Action = Action::Hold(Actor::Laptop, Holdable::Transfer);

fn open() -> LockstepApp {
    let catalog = Catalog::load(None).expect("the built-in files are right");
    let mut app = LockstepApp::behind(catalog, &Start::nowhere(), || {});
    while app.model.lanes.iter().any(|lane| lane.design.is_none()) {
        app.wait();
    }
    app
}

fn done(app: &mut LockstepApp, command: Command) {
    let what = format!("{command:?}");
    app.hand_on(command);
    app.model.busy = Some(String::new());
    while app.model.busy.is_some() {
        app.wait();
    }
    let failures = Side::BOTH.map(|side| app.model.lane(side).failure.clone());
    assert_eq!(failures, [None, None], "{what}");
}

fn act(app: &mut LockstepApp, action: Action) {
    done(app, Command::Act(LEFT, action));
}

fn is_in(app: &LockstepApp, actor: Actor) -> bool {
    app.model.lane(Side::Left).actor(actor).is_some_and(|view| view.access == Access::Inside)
}

fn held(app: &LockstepApp) -> usize {
    app.model.lane(Side::Left).view.held.len()
}

#[test]
fn a_late_save_brings_a_session_back_where_saving_inserts() {
    let mut app = open();
    for (design, comes_back) in [("session-memory", false), ("session-broken", true)] {
        done(&mut app, Command::ChooseDesign(Side::Left, design.to_owned()));
        act(&mut app, Action::LogIn { actor: Actor::Laptop, account: None });
        act(&mut app, Action::Steal { everything: false });
        act(&mut app, HOLD);
        assert_eq!(held(&app), 1);
        // Everything else goes on meanwhile.
        act(&mut app, Action::OpenAccount(Actor::Attacker));
        act(&mut app, Action::LogOut(Actor::Laptop));
        assert!(!is_in(&app, Actor::Attacker), "{design}: the log-out ends the session");
        act(&mut app, Action::Release(Actor::Laptop));
        assert_eq!((held(&app), is_in(&app, Actor::Attacker)), (0, comes_back), "{design}");
        let lineage = &app.model.lane(Side::Left).view.lineage;
        let outlived = lineage.logins.iter().flat_map(Login::credentials).any(|one| one.outlived.is_some());
        assert_eq!(outlived, comes_back, "{design}: the tree tells of it");
    }
}

#[test]
fn a_held_request_hinders_nothing() {
    let log_in = || Action::LogIn { actor: Actor::Laptop, account: None };
    let mut app = open();
    for meanwhile in [
        Command::Act(LEFT, Action::Restart),
        Command::Act(LEFT, Action::AddNode),
        Command::Advance(Duration::from_secs(3600)),
    ] {
        act(&mut app, log_in());
        act(&mut app, HOLD);
        done(&mut app, meanwhile);
        assert_eq!(held(&app), 1);
        act(&mut app, Action::Release(Actor::Laptop));
        assert_eq!(held(&app), 0);
    }
    act(&mut app, log_in());
    act(&mut app, HOLD);
    done(&mut app, Command::Reset);
    assert_eq!(held(&app), 0, "what starts afresh holds nothing");
    act(&mut app, log_in());
    act(&mut app, HOLD);
    let watch = Stopwatch::start();
    drop(app);
    assert!(watch.elapsed() < Duration::from_secs(2), "closing takes {:?}", watch.elapsed());
}

#[test]
fn two_refreshes_are_released_one_after_the_other() {
    let mut app = open();
    done(&mut app, Command::ChooseDesign(Side::Left, "jwt-rotation".to_owned()));
    act(&mut app, Action::LogIn { actor: Actor::Laptop, account: None });
    act(&mut app, Action::Steal { everything: true });
    for actor in [Actor::Laptop, Actor::Attacker] {
        act(&mut app, Action::Hold(actor, Holdable::Refresh));
    }
    assert_eq!(held(&app), 2);
    act(&mut app, Action::Release(Actor::Attacker));
    act(&mut app, Action::Release(Actor::Laptop));
    let login = &app.model.lane(Side::Left).view.lineage.logins[0];
    assert!(login.alarm.is_some(), "the second to come is taken for a thief: {login:?}");
}

#[test]
fn a_store_is_taken_down_and_brought_back() {
    let mut app = open();
    for design in ["session-sqlite", "session-redis"] {
        done(&mut app, Command::ChooseDesign(Side::Left, design.to_owned()));
        act(&mut app, Action::LogIn { actor: Actor::Laptop, account: None });
        act(&mut app, Action::StoreDown);
        let access = |app: &LockstepApp| app.model.lane(Side::Left).actor(Actor::Laptop).map(|view| view.access);
        assert_eq!(access(&app), Some(Access::Unavailable), "{design}");
        act(&mut app, Action::StoreUp);
        assert_eq!(access(&app), Some(Access::Inside), "{design}");
    }
}

#[test]
fn it_is_held_and_released_by_buttons() {
    let mut window = Window::open();
    window.press("Log in");
    window.unfold("Transfer €50 options");
    window.press("Hold it before it saves");
    window.reads("The laptop's transfer is held before it saves");
    window.press("Log out");
    window.press("left: Release the laptop's request");
    assert!(window.0.query_by_label_contains("is held before it saves").is_none());
}
