//! The window driven by its labels against real servers: what a user sees is what happened over the wire.

mod comparing;
mod sequence;
mod holding;
mod inspecting;
mod designing;
mod robust;
mod verdicts;
mod visiting;
mod walk;
mod wire;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::LockstepApp;
use super::remembered::Start;
use crate::lab::actor::Actor;
use crate::lab::catalog::Catalog;
use crate::lab::view::Access;
use crate::state::command::Side;

/// More reports than any command makes.
const MOST_REPORTS: usize = 200;

struct Window(Harness<'static, LockstepApp>);

impl Window {
    fn open() -> Self {
        Self::opened(&Start::nowhere())
    }

    fn opened(start: &Start) -> Self {
        let catalog = Catalog::load(None).expect("the built-in files are right");
        let harness = Harness::builder()
            .with_size(vec2(1440.0, 900.0))
            .with_context_setup(crate::ui::install)
            .build_ui_state(|ui, app: &mut LockstepApp| app.draw(ui), LockstepApp::behind(catalog, start, || {}));
        let mut window = Self(harness);
        window.until(|app| Side::BOTH.iter().all(|side| app.model.lane(*side).design.is_some()));
        window
    }

    /// Takes in reports until something holds, drawing after each.
    fn until(&mut self, holds: impl Fn(&LockstepApp) -> bool) {
        for _ in 0..MOST_REPORTS {
            if holds(self.0.state()) {
                return self.draw();
            }
            if !self.0.state_mut().wait() {
                break;
            }
            self.draw();
        }
        panic!("never came: {:?} {:?}", self.0.state().model.said, self.0.state().model.failure);
    }

    fn draw(&mut self) {
        // A clock that runs never lets the harness come to rest.
        self.0.run_ok();
    }

    /// Presses a button and waits until the lab has done what it asks for.
    fn press(&mut self, label: &str) {
        self.0.get_by_label(label).click();
        self.draw();
        self.until(|app| app.model.busy.is_some());
        self.until(|app| app.model.busy.is_none());
        let model = &self.0.state().model;
        let failures = Side::BOTH.map(|side| model.lane(side).failure.clone());
        assert_eq!((&model.failure, failures), (&None, [None, None]), "after {label}");
    }

    /// Opens a menu or a form.
    fn unfold(&mut self, label: &str) {
        self.0.get_by_label(label).click();
        self.draw();
    }

    fn type_into(&mut self, role: Role, label: &str, text: &str) {
        self.0.get_by_role_and_label(role, label).focus();
        self.draw();
        self.0.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.draw();
        self.0.get_by_role_and_label(role, label).type_text(text);
        self.draw();
    }

    fn access(&self, side: Side, actor: Actor) -> Access {
        self.0.state().model.lane(side).actor(actor).expect("every actor has a card").access
    }

    #[track_caller]
    fn reads(&self, label: &str) {
        let all = || {
            let names = self.0.root().children_recursive().filter_map(|node| node.accesskit_node().label());
            names.filter(|name| name.contains(": ")).collect::<Vec<_>>()
        };
        assert!(self.0.query_all_by_label_contains(label).next().is_some(), "{label} is not in {:#?}", all());
    }
}

#[test]
fn the_thief_is_out_on_one_side_and_in_on_the_other() {
    let mut window = Window::open();
    window.press("Log in");
    window.reads("left Victim · laptop: inside");
    window.press("Steal");
    window.reads("left Attacker: inside");
    window.reads("right Attacker: inside");
    window.press("Log out");
    window.reads("left Attacker: locked out after 0 s");
    window.reads("right Attacker: still inside until ");

    // The copy is an access token: it ends by itself, and then nothing renews it.
    window.press("To next expiry");
    window.reads("right Attacker: out after ");
    assert!(matches!(window.access(Side::Right, Actor::Attacker), Access::Out { own_act: false, .. }));
}

#[test]
fn an_own_account_can_be_registered_and_logged_in() {
    let mut window = Window::open();
    window.unfold("Log in options");
    window.type_into(Role::TextInput, "E-mail", "ada@bank.example");
    window.type_into(Role::PasswordInput, "Password", "analytical engine");
    window.press("Register");
    let known = |app: &LockstepApp, side| {
        let users = &app.model.lane(side).view.kept.users;
        users
            .iter()
            .any(|user| user.email == "ada@bank.example" && user.phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"))
    };
    assert!(Side::BOTH.iter().all(|side| known(window.0.state(), *side)));
    if window.0.query_by_label("Log in with this account").is_none() {
        window.unfold("Log in options");
    }
    window.press("Log in with this account");
    window.reads("left Victim · laptop: inside");
    window.reads("right Victim · laptop: inside");
}

#[test]
fn a_reset_lab_is_as_new() {
    let mut window = Window::open();
    window.press("Log in");
    window.press("+1 h");
    assert!(window.0.state().model.ahead_secs >= 3600);
    // Nobody asked for an hour, so the session's idle end has come, and the token was renewed.
    assert!(matches!(window.access(Side::Left, Actor::Laptop), Access::Out { own_act: false, .. }));
    assert_eq!(window.access(Side::Right, Actor::Laptop), Access::Inside);
    window.press("Reset lab");
    assert_eq!(window.0.state().model.ahead_secs, 0);
    assert_eq!(window.access(Side::Right, Actor::Laptop), Access::NeverIn);
}
