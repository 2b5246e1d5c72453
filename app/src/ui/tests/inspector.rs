//! The Inspector's page: every kind of thing looked at, by its labels, by the keyboard, and as pixels.

use super::*;
use crate::state::inspecting::{Against, Ask, Failure, KeyGiven, Report, Signing, Work};
use crate::ui::fixtures::inspecting as looks;
use eframe::egui::accesskit::Role;

fn page(model: Model, size: [f32; 2], zoom: f32, theme: ThemeChoice) -> (Harness<'static, Window>, Raster) {
    open_at(model, Page::Inspector, size, zoom, theme)
}

fn wide(model: Model) -> Harness<'static, Window> {
    let mut harness = page(model, [1440.0, 900.0], 1.0, ThemeChoice::Dark).0;
    harness.run();
    harness
}

fn asked(harness: &mut Harness<'static, Window>) -> Vec<Command> {
    std::mem::take(&mut harness.state_mut().pressed)
}

pub(super) fn moments() -> [Moment; 14] {
    [
        ("01-empty", fixtures::logged_in),
        ("02-valid", looks::valid),
        ("03-sent", looks::sent),
        ("04-invalid", looks::invalid),
        ("05-unchecked", looks::unchecked),
        ("06-set-cookie", looks::set_cookie),
        ("07-rejected-cookie", looks::rejected_cookie),
        ("08-cookies", looks::cookies),
        ("09-session-id", looks::session_id),
        ("10-malformed", looks::malformed),
        ("11-huge", looks::huge),
        ("12-encrypted", looks::encrypted),
        ("13-nested", looks::nested),
        ("14-key", looks::key),
    ]
}

/// A moment, and what is pressed in it.
type Pressed = (&'static str, fn() -> Model, &'static [&'static str]);

/// The tabs of a token.
const TABS: [Pressed; 7] = [
    ("20-edit", looks::valid, &["Edit and sign"]),
    ("21-sign", looks::valid, &["Edit and sign", "Sign with a secret"]),
    ("22-forge", looks::forged, &["Forge"]),
    ("23-cracking", looks::cracking, &["Crack"]),
    ("24-cracked", looks::cracked, &["Crack"]),
    ("25-json", looks::valid, &["JSON"]),
    ("26-against", looks::valid, &["Unfold Check against"]),
];

#[test]
fn every_tab_does_its_work_by_its_labels() {
    let mut harness = wide(looks::valid());
    press(&mut harness, "Edit and sign");
    press(&mut harness, "Role admin");
    press(&mut harness, "Edit, keep the signature");
    let edited = asked(&mut harness);
    let [Command::Inspect(Ask::Edit(edited))] = edited.as_slice() else { panic!("{edited:?}") };
    assert!(edited.payload.contains("\"role\": \"admin\"") && matches!(edited.sign, Signing::Keep));
    press(&mut harness, "Forge");
    let forge = asked(&mut harness);
    assert!(matches!(&forge[..], [Command::Inspect(Ask::Forge)]), "asked for once: {forge:?}");

    let mut harness = wide(looks::forged());
    press(&mut harness, "Forge");
    press(&mut harness, "Make edited-claims");
    press(&mut harness, "Stop trying the left lane");
    press(&mut harness, "Try all against the right lane");
    let forge = asked(&mut harness);
    let as_wanted =
        matches!(&forge[..], [Command::Inspect(Ask::Choose(0, 0)), Command::StopTrying, Command::TryAll(Side::Right)]);
    assert!(as_wanted, "{forge:?}");

    let mut harness = wide(looks::cracking());
    press(&mut harness, "Crack");
    press(&mut harness, "Cancel the search");
    assert!(matches!(&asked(&mut harness)[..], [Command::Inspect(Ask::StopCracking)]));
    let mut harness = wide(looks::cracked());
    press(&mut harness, "Crack");
    press(&mut harness, "Use it as the key");
    assert!(matches!(&asked(&mut harness)[..], [Command::Inspect(Ask::Key(KeyGiven::Secret(_)))]));
}

#[test]
fn the_empty_page_takes_what_is_pasted_typed_or_picked() {
    let mut harness = wide(fixtures::logged_in());
    harness.event(egui::Event::Paste("Bearer abc".to_owned()));
    harness.run();
    let pasted = asked(&mut harness);
    let [Command::Inspect(Ask::Take(subject))] = pasted.as_slice() else { panic!("{pasted:?}") };
    assert_eq!(&*subject.text, "Bearer abc");

    harness.get_by_role_and_label(Role::TextInput, "Credential to inspect").focus();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Credential to inspect").type_text("typed");
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    let typed = asked(&mut harness);
    assert!(matches!(&typed[..], [Command::Inspect(Ask::Take(subject))] if &*subject.text == "typed"), "{typed:?}");

    press(&mut harness, "Take the right lane's access credential");
    let picked = asked(&mut harness);
    let [Command::Inspect(Ask::Take(subject)), Command::LaneKeys(Side::Right)] = picked.as_slice() else {
        panic!("{picked:?}")
    };
    assert_eq!(subject.origin.words, "access of the right laptop");
}

#[test]
fn a_credential_is_picked_from_its_card() {
    let mut harness = super::wide(fixtures::logged_in());
    press(&mut harness, "Inspect left laptop __Host-sid");
    let picked = asked(&mut harness);
    assert!(matches!(&picked[..], [Command::Inspect(Ask::Take(_))]), "a session has no keys: {picked:?}");
    assert_eq!(harness.state().memory.page, Page::Inspector);
}

#[test]
fn the_verdict_is_said_in_words() {
    let says = |model: Model, words: &[&str]| {
        let harness = wide(model);
        for word in words {
            assert!(harness.query_all_by_label_contains(word).next().is_some(), "{word}");
        }
    };
    says(looks::valid(), &["Signature valid", "Ends in 3 min", "right lane's public key", "When it ends"]);
    says(looks::sent(), &["Signature valid", "Expired 11 min ago", "Right: Refused: 401 expired"]);
    says(looks::invalid(), &["Signature invalid", "edited, the old signature kept"]);
    says(looks::unchecked(), &["Signature not checked", "Never ends", "3 things in it"]);
    says(looks::set_cookie(), &["Stored", "Who can make a browser send it", "Withheld"]);
    says(looks::rejected_cookie(), &["Rejected"]);
    says(looks::session_id(), &["Nothing to verify", "An opaque id"]);
    says(looks::malformed(), &["Not understood", "character 11"]);
    says(looks::huge(), &["more"]);
    says(looks::encrypted(), &["No key opens it", "which signs", "Findings", "RFC 7518 section 4.1"]);
    says(looks::nested(), &["Signature valid", "Inside", "A signed token (JWT)", "u-7c1e90aa"]);
    says(looks::key(), &["Nothing to verify", "Use it as the key"]);
}

#[test]
fn a_typed_key_is_checked_with() {
    let mut harness = wide(looks::unchecked());
    harness.get_by_role_and_label(Role::TextInput, "Key to check with").focus();
    harness.run();
    harness.event(egui::Event::Paste("secret".to_owned()));
    harness.run();
    assert!(asked(&mut harness).is_empty(), "what is pasted into the key's field is the key");
    press(&mut harness, "Check with the typed key");
    let asked = asked(&mut harness);
    assert!(matches!(&asked[..], [Command::Inspect(Ask::Key(KeyGiven::Secret(secret)))] if secret == "secret"));
}

/// Presses what may have to be scrolled to.
fn go(harness: &mut Harness<'static, Window>, label: &str) {
    harness.get_by_label(label).scroll_to_me();
    harness.run();
    press(harness, label);
}

fn typed(harness: &mut Harness<'static, Window>, label: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, label).focus();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, label).type_text(text);
    harness.run();
}

#[test]
fn a_token_is_held_against_what_a_reader_expects() {
    let mut harness = wide(looks::valid());
    assert!(harness.query_by_label("Time to check at").is_none(), "folded until it is asked for");
    press(&mut harness, "Unfold Check against");
    for (label, text) in [
        ("Time to check at", "2030-01-01T00:00:00Z"),
        ("Audience that is expected", "bank"),
        ("Issuer that is expected", "me"),
        ("Type that is expected", "at+jwt"),
        ("Leeway in seconds", "60"),
    ] {
        typed(&mut harness, label, text);
    }
    go(&mut harness, "Check against these");
    let pressed = asked(&mut harness);
    let [Command::Inspect(Ask::Against(against))] = pressed.as_slice() else { panic!("{pressed:?}") };
    let expect = against.expect(lockstep_shared::clock::LabTime::START).expect("can be read");
    assert_eq!((expect.at.to_string().as_str(), expect.leeway_secs), ("2030-01-01T00:00:00Z", 60));
    assert_eq!(
        (&*expect.audience, expect.issuer.as_deref(), expect.typ.as_deref()),
        (&["bank".to_owned()][..], Some("me"), Some("at+jwt"))
    );

    go(&mut harness, "Fold Check against");
    go(&mut harness, "Unfold Check against");
    let kept = harness.get_by_role_and_label(Role::TextInput, "Issuer that is expected").value();
    assert_eq!(kept.as_deref(), Some("me"), "what was typed is kept");
    typed(&mut harness, "Issuer that is expected", "!");
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert!(
        matches!(&asked(&mut harness)[..], [Command::Inspect(Ask::Against(against))] if against.issuer.contains('!'))
    );

    // Bad input is told where it was typed.
    let mut model = looks::valid();
    let why =
        Against { leeway: "soon".to_owned(), ..Against::default() }.expect(model.now()).expect_err("is no number");
    model.inspecting.apply(Report::Failed(Failure { of: Work::Against, why }));
    let harness = wide(model);
    assert!(harness.query_all_by_label_contains("Leeway: soon is no number of seconds").next().is_some());
}

#[test]
fn a_cookie_is_asked_about_any_request() {
    let mut harness = wide(looks::set_cookie());
    typed(&mut harness, "Page that starts the later request", "http://evil.localhost/");
    go(&mut harness, "Later request: Part of a page");
    go(&mut harness, "Ask again");
    let pressed = asked(&mut harness);
    let Some(Command::Inspect(Ask::Cookie(cookie))) = pressed.last() else { panic!("{pressed:?}") };
    let of = (cookie.url.as_str(), cookie.initiator.as_str(), cookie.method.as_str(), cookie.kind);
    assert_eq!(of, ("http://bank.localhost/", "http://evil.localhost/", "GET", "subresource"));
}

#[test]
fn a_key_that_was_pasted_is_offered_as_one() {
    let mut harness = wide(looks::key());
    assert!(harness.query_by_label("Send it as the attacker to the left lane").is_none(), "nobody lets a key in");
    press(&mut harness, "Use it as the key");
    assert!(matches!(&asked(&mut harness)[..], [Command::Inspect(Ask::AsKey)]));
}

/// Signs of a manuscript are not shown: what stands between them is set as code is.
#[test]
fn no_sentence_shows_its_marks() {
    for (name, model) in moments() {
        let harness = wide(model());
        let marked: Vec<String> =
            harness.query_all_by_label_contains("`").filter_map(|node| node.accesskit_node().label()).collect();
        assert!(marked.is_empty(), "{name}: {marked:?}");
    }
}

#[test]
fn it_is_sent_to_a_lane() {
    let mut harness = wide(looks::valid());
    press(&mut harness, "Send it as the attacker to the left lane");
    let asked = asked(&mut harness);
    let [Command::SendAsAttacker(Side::Left, credential)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(credential.0, looks::token());
}

#[test]
fn a_masked_window_shows_no_credential() {
    for (name, model) in moments() {
        let mut harness = wide(model());
        harness.state_mut().memory.masked = true;
        harness.run();
        for secret in ["k3Jf", "eyJhbG"] {
            let shown = harness.query_all_by_label_contains(secret).next().is_some();
            assert!(!shown, "{name} shows {secret}");
        }
    }
}

/// Nothing is cut at the right, and no frame asks for another.
#[test]
fn it_fits_every_window_and_rests() {
    let moments = moments().map(|(name, model)| (name, model, &[][..]));
    for (name, model, presses) in moments.into_iter().chain(TABS) {
        for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            for zoom in [1.0, 1.4, 2.0, 2.5] {
                let (mut harness, _) = page(model(), size, zoom, ThemeChoice::Dark);
                let steps = harness.run();
                for label in presses {
                    harness.get_by_label(label).scroll_to_me();
                    harness.run();
                    press(&mut harness, label);
                }
                assert!(steps <= 5, "{name} at {size:?} × {zoom} takes {steps} frames to settle");
                let right = size[0] / zoom + MARGIN;
                for node in
                    harness.root().children_recursive().filter(|node| node.accesskit_node().raw_bounds().is_some())
                {
                    let (rect, label) = (node.rect(), node.accesskit_node().label());
                    let words = label.is_some_and(|label| !label.is_empty());
                    assert!(
                        !words || rect.right() <= right + 1.0,
                        "{name} at {size:?} × {zoom}: {:?} at {rect:?}",
                        node.accesskit_node().label()
                    );
                }
            }
        }
    }
}

/// Writes pictures to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn pictures_of_the_inspector() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("LOCKSTEP_SCREENS").map(PathBuf::from) else { return Ok(()) };
    let only = std::env::var("LOCKSTEP_SCREEN").unwrap_or_default();
    for (theme_name, theme) in [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)] {
        let save = |name: &str, model: fn() -> Model, (size, zoom): ([f32; 2], f32), presses: &[&str]| {
            let file = format!("inspector-{name}-{}x{}-zoom{zoom}-{theme_name}", size[0], size[1]);
            if !file.contains(&only) {
                return anyhow::Ok(());
            }
            let image = press_and_draw(page(model(), size, zoom, theme), zoom, presses);
            image.save(&folder.join(format!("{file}.png")))
        };
        for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            for zoom in [1.0, 2.0] {
                for (name, model) in moments() {
                    save(name, model, (size, zoom), &[])?;
                }
                for (name, model, presses) in TABS {
                    save(name, model, (size, zoom), presses)?;
                }
            }
        }
    }
    Ok(())
}
