//! A lane's design changed in its form: the lane restarts with it, goes back, and a file of it is measured as any other.

use super::*;
use crate::lab::view::{Copied, Holding};

impl Window {
    /// The left laptop's session cookie.
    fn sid(&self) -> Holding {
        let model = &self.0.state().model;
        let laptop = model.lane(Side::Left).actor(Actor::Laptop).expect("every actor has a card");
        laptop.holds.first().expect("it is logged in").clone()
    }

    fn scroll_and_click(&mut self, label: &str) {
        self.0.get_by_label(label).scroll_to_me();
        self.draw();
        self.unfold(label);
    }

    fn apply(&mut self) {
        let applied = self.0.state().model.designing.applied.count;
        self.unfold("Apply the design");
        self.until(|app| app.model.designing.applied.count > applied && app.model.busy.is_none());
    }
}

#[test]
fn a_lane_is_tried_without_http_only_and_put_back() {
    let mut window = Window::open();
    let original = window.0.state().model.lane(Side::Left).design.clone().expect("it runs");
    window.press("Log in");
    assert!(window.sid().attributes.contains(&"HttpOnly".to_owned()));

    window.unfold("Edit the left design");
    window.scroll_and_click("cookie.http_only");
    window.reads("Differs from ");
    window.apply();
    assert!(window.0.query_by_label("Apply the design").is_none(), "the form is closed: the lane is to be seen");
    let lane = window.0.state().model.lane(Side::Left);
    let design = lane.design.as_ref().expect("it runs");
    assert_eq!(design.title, format!("{} (changed)", original.title));
    assert_eq!(lane.original.as_deref(), Some(original.id.as_str()));
    assert!(lane.view.address.starts_with(&format!("{}.localhost:", design.id)), "{}", lane.view.address);
    window.press("Log in");
    assert!(!window.sid().attributes.contains(&"HttpOnly".to_owned()), "{:?}", window.sid());

    window.press("Reset lab");
    assert!(window.0.state().model.lane(Side::Left).original.is_some(), "a reset lab keeps its designs");
    window.unfold("Edit the left design");
    window.unfold("Back to the original");
    window.until(|app| app.model.lane(Side::Left).original.is_none() && app.model.busy.is_none());
    assert_eq!(window.0.state().model.lane(Side::Left).design.as_ref(), Some(&original));
}

#[test]
fn a_changed_design_is_there_again_in_the_next_window() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("window.json");
    let mut window = Window::opened(&Start::read_at(Some(path.clone())));
    window.unfold("Edit the left design");
    window.scroll_and_click("cookie.http_only");
    window.apply();
    let shown = window.0.state().model.lane(Side::Left).design.clone();
    drop(window);

    let mut window = Window::opened(&Start::read_at(Some(path.clone())));
    window.until(|app| app.model.lane(Side::Left).original.is_some() && app.model.busy.is_none());
    assert_eq!(window.0.state().model.lane(Side::Left).design, shown);
    drop(window);

    let kept = std::fs::read_to_string(&path).expect("it was kept");
    std::fs::write(&path, kept.replace("http_only", "no_such_key")).expect("the folder is ours");
    let window = Window::opened(&Start::read_at(Some(path)));
    let notice = window.0.state().memory.notice.clone().unwrap_or_default();
    assert!(notice.contains("can't be used any more") && notice.contains("no_such_key"), "{notice}");
    assert!(window.0.state().model.lane(Side::Left).original.is_none());
}

#[test]
fn behind_the_form_nothing_acts_and_its_button_gets_the_focus_back() {
    let mut window = Window::open();
    window.unfold("Edit the left design");
    for key in [Key::Enter, Key::K, Key::Num2] {
        window.0.key_press_modifiers(Modifiers::COMMAND, key);
        window.draw();
    }
    let app = window.0.state();
    assert!(app.model.busy.is_none() && app.memory.palette.is_none() && app.memory.page.name() == "Playground");
    window.0.key_press(Key::Escape);
    window.draw();
    assert!(window.0.get_by_label("Edit the left design").is_focused());
}

#[test]
fn what_can_not_work_is_told_in_place_and_not_applied() {
    let mut window = Window::open();
    window.unfold("Edit the left design");
    window.scroll_and_click("cookie.secure");
    window.reads("cookie.host_prefix: ");
    window.reads("Can't work: ");
    window.unfold("Apply the design");
    assert_eq!(window.0.state().model.busy, None, "it is off");
    window.unfold("Show what can't work");
    window.unfold("cookie.host_prefix");
    window.apply();
    assert!(window.0.state().model.lane(Side::Left).original.is_some());
}

#[test]
fn a_changed_design_is_saved_where_compare_finds_it() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let lab = folder.path().join("lab");
    let mut window = Window::open();
    window.unfold("Edit the left design");
    window.scroll_and_click("cookie.http_only");
    window.unfold("Save as TOML…");
    window.type_into(Role::TextInput, "Lab folder", lab.to_str().expect("is UTF-8"));
    window.type_into(Role::TextInput, "Name", "try-it");
    window.unfold("Write the file");
    window.until(|app| app.model.designing.saved.count == 1);
    assert!(matches!(window.0.state().model.designing.saved.last, Some(Ok(_))));
    let catalog = Catalog::load(Some(&lab)).expect("the lab can be read");
    let design = catalog.design("try-it").expect("is there");
    assert!(design.cookie.as_ref().is_some_and(|cookie| !cookie.http_only));

    window.unfold("Write the file");
    window.until(|app| app.model.designing.saved.count == 2);
    assert!(window.0.state().model.designing.saved.exists, "a file is not written over unasked");
    window.unfold("Replace the file");
    window.until(|app| app.model.designing.saved.count == 3);
    assert!(matches!(window.0.state().model.designing.saved.last, Some(Ok(_))));
}

#[test]
fn a_card_tells_who_has_a_copy_and_which_exchange_refused() {
    let mut window = Window::open();
    window.press("Log in");
    assert_eq!(window.sid().copies, []);
    window.press("Steal");
    let copies = window.sid().copies;
    assert!(matches!(copies[..], [Copied { by: Actor::Attacker, in_use: true, .. }]), "{copies:?}");
    window.reads("The attacker has a copy since ");
    window.press("Log out");
    let model = &window.0.state().model;
    let thief = model.lane(Side::Left).actor(Actor::Attacker).expect("every actor has a card");
    let number = thief.last_exchange.expect("it was refused");
    let exchange = model.traffic.of(Side::Left).find(|exchange| exchange.number == number).expect("is remembered");
    assert_eq!((exchange.actor, exchange.status), (Actor::Attacker, 401));
    window.unfold(&format!("Exchange {number} of the left lane, which refused the attacker"));

    // What was stolen and what is stolen later are told apart.
    window.press("Log in");
    assert_eq!(window.sid().copies, [], "nobody has seen the new one");
}
