//! Every page in both themes, held against its stored picture, pixel by pixel.
//!
//! Where a change is meant, `LOCKSTEP_STORE_PICTURES=1 cargo test -p lockstep stored` stores the pictures anew.

use std::path::Path;

use anyhow::{Context, ensure};

use super::*;
use crate::ui::fixtures::{browsing, inspecting, lineage, measuring, wire};
use crate::ui::pages::browser::Tab;
use crate::ui::pages::comparison::fixtures as cells;
use crate::ui::pages::playground::Tab as Below;
use crate::ui::pages::playground::below::sequence::fixtures as sequence;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui/tests/pictures");
const SIZE: [f32; 2] = [1440.0, 900.0];

/// What is opened, and what is done in it before it is drawn.
struct View {
    name: &'static str,
    page: Page,
    model: fn() -> Model,
    /// What the view sets by itself, and so the margin around it too.
    zoom: f32,
    set: fn(&mut UiMemory),
    presses: &'static [&'static str],
}

impl View {
    const fn of(name: &'static str, page: Page, model: fn() -> Model) -> Self {
        Self { name, page, model, zoom: 1.0, set: |_| {}, presses: &[] }
    }
}

const VIEWS: [View; 14] = [
    View::of("playground-empty", Page::Playground, fixtures::empty),
    View::of("playground", Page::Playground, fixtures::logged_out),
    View { presses: &["Edit the left design"], ..View::of("design", Page::Playground, fixtures::stolen) },
    View { zoom: 1.6, set: UiMemory::present, ..View::of("presenter", Page::Playground, fixtures::logged_out) },
    View {
        set: |memory| (memory.below.tab, memory.below.tall) = (Below::Sequence, true),
        ..View::of("sequence", Page::Playground, sequence::first_minute)
    },
    View {
        set: |memory| {
            (memory.below.tab, memory.below.tall) = (Below::Wire, true);
            memory.below.open_exchange(Side::Right, 1);
        },
        ..View::of("wire", Page::Playground, wire::logged_out)
    },
    View {
        set: |memory| (memory.below.tab, memory.below.tall) = (Below::Family, true),
        ..View::of("family", Page::Playground, || lineage::stolen(fixtures::logged_out()))
    },
    View::of("comparison", Page::Comparison, cells::full),
    View { set: |memory| memory.comparison.open((4, 10)), ..View::of("story", Page::Comparison, cells::full) },
    View::of("inspector-empty", Page::Inspector, fixtures::logged_in),
    View::of("inspector", Page::Inspector, inspecting::valid),
    View::of("browser-empty", Page::Browser, fixtures::logged_in),
    View { set: |memory| memory.browsing.look_at(16), ..View::of("browser", Page::Browser, browsing::attacked) },
    View {
        set: |memory| memory.browsing.tab = Tab::Delivery,
        ..View::of("delivery", Page::Browser, measuring::measured)
    },
];

#[test]
fn in_the_dark() -> anyhow::Result<()> {
    hold(ThemeChoice::Dark, "dark")
}

#[test]
fn in_the_light() -> anyhow::Result<()> {
    hold(ThemeChoice::Light, "light")
}

fn hold(theme: ThemeChoice, theme_name: &str) -> anyhow::Result<()> {
    let anew = std::env::var_os("LOCKSTEP_STORE_PICTURES").is_some();
    let mut changed = Vec::new();
    for view in VIEWS {
        let mut opened = open_at((view.model)(), view.page, SIZE, 1.0, theme);
        (view.set)(&mut opened.0.state_mut().memory);
        let image = press_and_draw(opened, view.zoom, view.presses);
        let stored = Path::new(FOLDER).join(format!("{}-{theme_name}.png", view.name));
        if anew {
            image.save(&stored)?;
        } else {
            changed.extend(difference(&image, &stored)?);
        }
    }
    ensure!(changed.is_empty(), "where this is meant, set LOCKSTEP_STORE_PICTURES=1:\n{}", changed.join("\n"));
    Ok(())
}

/// How an image differs from the stored one; both are then left beside it to be looked at.
fn difference(image: &Image, stored: &Path) -> anyhow::Result<Option<String>> {
    let kept = Image::load(stored).with_context(|| format!("no picture is stored as {}", stored.display()))?;
    let differing = image.difference(&kept);
    let Some((count, diff)) = differing else { return Ok(None) };
    image.save(&stored.with_extension("new.png"))?;
    diff.save(&stored.with_extension("diff.png"))?;
    Ok(Some(format!("{} differs in {count} pixels: see .new.png and .diff.png beside it", stored.display())))
}

#[test]
fn one_other_pixel_is_noticed() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let at = folder.path().join("two.png");
    let mut image = Image { width: 2, height: 1, pixels: vec![egui::Color32::from_rgb(1, 2, 3), egui::Color32::WHITE] };
    image.save(&at)?;
    assert_eq!(difference(&image, &at)?, None);
    image.pixels[0] = egui::Color32::from_rgb(1, 2, 4);
    let said = difference(&image, &at)?.context("it is noticed")?;
    assert!(said.contains("differs in 1 pixels"), "{said}");
    assert!(at.with_extension("new.png").is_file() && at.with_extension("diff.png").is_file());
    Ok(())
}
