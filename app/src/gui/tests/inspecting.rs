//! Credentials of real servers in the Inspector: checked with their lane's key, changed, forged, sent, and cracked.

use super::*;
use crate::state::command::Command;
use crate::state::inspecting::{Cracked, Token};

fn token(app: &LockstepApp) -> Option<&Token> {
    app.model.inspecting.looked.as_ref()?.token()
}

fn made(app: &LockstepApp) -> Option<&str> {
    app.model.inspecting.looked.as_ref()?.origin.made.as_deref()
}

fn is(valid: Option<bool>) -> impl Fn(&LockstepApp) -> bool {
    move |app| token(app).is_some_and(|token| token.signature.valid == valid)
}

/// Waits until the lanes rest as well.
fn until(window: &mut Window, holds: impl Fn(&LockstepApp) -> bool) {
    window.until(|app| holds(app) && app.model.busy.is_none());
}

/// Presses what may have to be scrolled to, as assistive technology does.
fn go(window: &mut Window, label: &str) {
    window.0.get_by_label(label).click_accesskit();
    window.draw();
}

#[test]
fn a_token_is_checked_changed_forged_and_sent() {
    let mut window = Window::open();
    window.press("Log in");
    go(&mut window, "Inspect right laptop access");
    until(&mut window, is(Some(true)));
    window.reads("Signature valid");
    window.reads("The right lane's public key");

    go(&mut window, "Edit and sign");
    // The victim is an admin already, so another role would change nothing.
    go(&mut window, "Ten years more");
    go(&mut window, "Edit, keep the signature");
    until(&mut window, is(Some(false)));
    window.reads("Signature invalid");
    assert_eq!(made(window.0.state()), Some("edited, the old signature kept"));
    go(&mut window, "Back");
    until(&mut window, is(Some(true)));

    go(&mut window, "Forge");
    until(&mut window, |app| app.model.inspecting.forged.is_some());
    go(&mut window, "Make alg-none");
    until(&mut window, |app| made(app).is_some_and(|made| made.starts_with("forged: alg-none")));
    window.press("Send it as the attacker to the right lane");
    let sent = window.0.state().model.inspecting.answer(Side::Right).expect("the lane has answered").clone();
    assert!(!sent.let_in && sent.told.starts_with("Refused: 401"), "{}", sent.told);
    window.reads("Right: Refused: 401");
    // It is in the lane's own record as well.
    let model = &window.0.state().model;
    let row = model.traffic.rows().find(|row| row.side == Side::Right && row.exchange.number == sent.number);
    assert!(row.is_some_and(|row| row.exchange.actor == Actor::Attacker && row.exchange.path == "/api/me"));
}

#[test]
fn a_copy_is_sent_and_lets_the_attacker_in() {
    let mut window = Window::open();
    window.press("Log in");
    go(&mut window, "Inspect left laptop __Host-sid");
    until(&mut window, |app| app.model.inspecting.looked.is_some());
    window.press("Send it as the attacker to the left lane");
    let sent = window.0.state().model.inspecting.answer(Side::Left).expect("the lane has answered").clone();
    assert!(sent.let_in, "{}", sent.told);
    assert_eq!(window.access(Side::Left, Actor::Attacker), Access::Inside);
}

#[test]
fn a_weak_secret_is_found_and_checks_the_token() {
    let mut window = Window::open();
    window.0.state_mut().hand_on(Command::ChooseDesign(Side::Left, "jwt-weak-secret".to_owned()));
    window.until(|app| app.model.lane(Side::Left).design.as_ref().is_some_and(|design| design.id == "jwt-weak-secret"));
    until(&mut window, |_| true);
    window.press("Log in");
    go(&mut window, "Inspect left laptop access");
    let told = |app: &LockstepApp| app.model.inspecting.failure.as_ref().is_some_and(|one| one.why.contains("secret"));
    until(&mut window, told);
    assert!(is(None)(window.0.state()), "what nobody publishes is not checked with");
    go(&mut window, "Crack");
    go(&mut window, "Look for the secret");
    let ended = |app: &LockstepApp| {
        let cracking = app.model.inspecting.cracking.as_ref()?;
        cracking.ended.clone()
    };
    window.until(|app| ended(app).is_some());
    let Some(Cracked::Found { secret }) = ended(window.0.state()) else { panic!("it is on every list") };
    assert!(!secret.is_empty());
    window.reads("Secret found");
    go(&mut window, "Use it as the key");
    until(&mut window, is(Some(true)));
}

#[test]
fn every_attack_is_tried_against_a_lane() {
    let mut window = Window::open();
    window.press("Log in");
    go(&mut window, "Inspect right laptop access");
    until(&mut window, is(Some(true)));
    go(&mut window, "Forge");
    until(&mut window, |app| app.model.inspecting.forged.is_some());
    window.press("Try all against the right lane");
    let trying = &window.0.state().model.inspecting.trying[Side::Right.index()];
    assert!(!trying.running && trying.done.len() == trying.all && trying.all > 10, "{trying:?}");
    let fell: Vec<&str> = trying.done.iter().filter(|tried| tried.accepted > 0).map(|tried| tried.name).collect();
    assert_eq!(fell, ["leaked-key"], "a key that leaked opens any design that signs");
}
