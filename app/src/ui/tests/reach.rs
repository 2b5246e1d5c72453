//! Everybody reaches everything: each control has a name, Tab comes to each, and what has the keyboard can be seen.

use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::accesskit::{Action as Request, Role};

use super::*;
use crate::ui::pages::comparison::fixtures as cells;

type Look = (String, fn() -> Model, Page);

/// Each page, empty and full.
fn every_page() -> Vec<Look> {
    let mut pages = Vec::new();
    for page in Page::ALL {
        for (name, model) in moments() {
            pages.push((format!("{} {name}", page.name()), model, page));
        }
    }
    let cells: [Moment; 4] =
        [("empty", cells::empty), ("running", cells::running), ("full", cells::full), ("stopped", cells::stopped)];
    pages.extend(cells.map(|(name, model)| (format!("cells {name}"), model, Page::Comparison)));
    pages.extend(inspector::moments().map(|(name, model)| (format!("inspector {name}"), model, Page::Inspector)));
    pages.extend(browser::moments().map(|(name, model)| (format!("browser {name}"), model, Page::Browser)));
    pages.push(("walking".to_owned(), cells::walking, Page::Playground));
    pages
}

fn is_control(role: Role) -> bool {
    // What only holds others is named by what it holds.
    let passive = [
        Role::ListBox,
        Role::Label,
        Role::Window,
        Role::Pane,
        Role::GenericContainer,
        Role::Unknown,
        Role::ScrollView,
        Role::TextRun,
        Role::Menu,
    ];
    !passive.contains(&role)
}

/// Every control without a name, as its role and place.
fn unnamed(harness: &Harness<'static, Window>) -> Vec<String> {
    let mut found = Vec::new();
    for node in harness.root().children_recursive() {
        let one = node.accesskit_node();
        let acts = one.data().supports_action(Request::Click) || one.data().supports_action(Request::Focus);
        let named = one.label().is_some_and(|label| !label.trim().is_empty());
        if (acts || is_control(one.role())) && !named && one.role() != Role::ScrollBar {
            found.push(format!("{:?} {:?} at {:?}", one.role(), one.value(), one.raw_bounds()));
        }
    }
    found
}

#[test]
fn no_control_is_without_a_name() {
    for (name, model, page) in every_page() {
        for size in [[1024.0, 700.0], [1440.0, 900.0], [560.0, 700.0]] {
            let (mut harness, _) = open_at(model(), page, size, 1.0, ThemeChoice::Dark);
            harness.run();
            let found = unnamed(&harness);
            assert!(found.is_empty(), "{name} at {size:?}: {found:#?}");
        }
    }
}

/// The same for what unfolds.
#[test]
fn no_line_of_a_menu_is_without_a_name() {
    let narrow = [760.0, 700.0];
    for (size, opener) in [
        ([1440.0, 900.0], "Log in options"),
        ([1440.0, 900.0], "Log out options"),
        ([1440.0, 900.0], "Steal options"),
        ([1440.0, 900.0], "Act in the left lane alone"),
        ([1440.0, 900.0], "left design"),
        ([1440.0, 900.0], "Theme"),
        ([1440.0, 900.0], "Command palette"),
        (narrow, "Clock…"),
        (narrow, "View…"),
    ] {
        let (mut harness, _) = open(fixtures::stolen(), size, 1.0, ThemeChoice::Dark);
        harness.run();
        let before = harness.root().children_recursive().count();
        press(&mut harness, opener);
        harness.run();
        assert!(harness.root().children_recursive().count() > before, "{opener} unfolds");
        let found = unnamed(&harness);
        assert!(found.is_empty(), "{opener}: {found:#?}");
    }
}

#[test]
fn tab_comes_to_every_control_and_shows_where_it_is() {
    let mut moments: BTreeMap<&str, (Model, Page)> = BTreeMap::new();
    moments.insert("playground", (fixtures::stolen(), Page::Playground));
    moments.insert("comparison", (cells::full(), Page::Comparison));
    moments.insert("inspector", (crate::ui::fixtures::inspecting::valid(), Page::Inspector));
    moments.insert("cookie", (crate::ui::fixtures::inspecting::set_cookie(), Page::Inspector));
    moments.insert("delivery", (crate::ui::fixtures::measuring::measured(), Page::Browser));
    moments.insert("browser", (crate::ui::fixtures::browsing::attacked(), Page::Browser));
    for (name, (model, page)) in moments {
        let (mut harness, raster) = open_at(model, page, [1440.0, 900.0], 1.0, ThemeChoice::Dark);
        if name == "delivery" {
            harness.state_mut().memory.browsing.tab = crate::ui::pages::browser::Tab::Delivery;
        }
        harness.run();
        let wanted: BTreeSet<String> = harness
            .root()
            .children_recursive()
            .filter(|node| node.accesskit_node().data().supports_action(Request::Focus))
            .filter(|node| !node.accesskit_node().is_disabled())
            .filter_map(|node| node.accesskit_node().label())
            .collect();
        assert!(wanted.len() > 10, "{name}: {wanted:?}");
        let mut reached = BTreeSet::new();
        let mut unseen = BTreeSet::new();
        let mut before: Option<(String, egui::Rect, Image)> = None;
        for _ in 0..2 * wanted.len() {
            harness.key_press(egui::Key::Tab);
            harness.run();
            let focused = harness.root().children_recursive().find(|node| node.is_focused());
            let Some(label) = focused.as_ref().and_then(|node| node.accesskit_node().label()) else { continue };
            let rect = focused.map(|node| node.rect()).expect("it is there");
            let image = raster.draw(&harness.ctx, harness.output());
            if let Some((label, rect, with)) = before.take()
                && reached.len() < wanted.len()
                && with.differing_in(&image, rect.expand(3.0)) < 12
            {
                unseen.insert(label);
            }
            reached.insert(label.clone());
            before = Some((label, rect, image));
            if reached.is_superset(&wanted) {
                break;
            }
        }
        let missed: Vec<_> = wanted.difference(&reached).collect();
        assert!(missed.is_empty(), "{name}: Tab never comes to {missed:#?}");
        assert!(unseen.is_empty(), "{name}: nothing shows that these have the keyboard: {unseen:#?}");
    }
}
