//! The sequence and the bars over time, drawn from what really went over the wire.

use eframe::egui::accesskit::Role;

use super::Window;
use crate::state::command::Side;
use crate::state::files::Kind;

#[test]
fn the_sequence_tells_the_first_minute_and_can_be_kept() {
    let mut window = Window::open();
    for label in ["Log in", "Steal", "Log out"] {
        window.press(label);
    }
    // The bar's end names the exchange behind it, and leads to it.
    window.reads("left attacker out: GET /api/me 401 revoked, #");
    window.unfold("Larger");
    window.unfold("Sequence");
    window.reads("left event, ");
    window.reads(" attacker: GET /api/me 401 revoked");
    window.reads("laptop: POST /auth/logout 204");
    let model = &window.0.state().model;
    let copies = Side::BOTH.map(|side| {
        let marks = &model.lane(side).view.timeline.marks;
        marks.iter().any(|mark| mark.from.is_some() && mark.by.is_some())
    });
    assert_eq!(copies, [true, true], "a theft goes from one to another");

    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("first minute.svg");
    window.unfold("Export SVG…");
    window.type_into(Role::TextInput, "File of the picture", &path.display().to_string());
    window.unfold("Write the picture");
    window.until(|app| app.model.files.of(Kind::Sequence).count == 1);
    let drawn = std::fs::read_to_string(&path).expect("the picture was written");
    assert!(drawn.starts_with("<svg ") && drawn.contains("POST /auth/login") && drawn.contains("401 revoked"));
    window.unfold("Write the picture");
    window.until(|app| app.model.files.of(Kind::Sequence).count == 2);
    assert!(window.0.state().model.files.of(Kind::Sequence).exists, "nothing is written over without being asked");
}
