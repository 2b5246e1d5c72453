//! The family tree in its window.

use super::*;
use crate::ui::fixtures::lineage;
use crate::ui::pages::playground::Tab;

fn window(model: Model, size: [f32; 2], zoom: f32, theme: ThemeChoice) -> (Harness<'static, Window>, Raster) {
    let (mut harness, raster) = open(model, size, zoom, theme);
    harness.state_mut().memory.below.tab = Tab::Family;
    harness.run();
    (harness, raster)
}

#[test]
fn a_box_opens_its_exchange_by_pointer_and_by_key() {
    let of = |model| window(model, [1440.0, 900.0], 1.0, ThemeChoice::Dark).0;
    let mut harness = of(lineage::stolen(fixtures::logged_out()));
    harness.get_by_label_contains("Family tree of Session, in memory: 2 log-ins");
    let opened = |harness: &Harness<'static, Window>| harness.state().memory.below.selected;
    harness.get_by_label_contains("left: Session id 013f9a").click();
    harness.run();
    assert_eq!((opened(&harness), harness.state().memory.below.tab), (Some((Side::Left, 14)), Tab::Wire));

    harness.state_mut().memory.below.tab = Tab::Family;
    harness.run();
    harness.get_by_label_contains("right: Refresh token, generation 2").focus();
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(opened(&harness), Some((Side::Right, 14)));
}

#[test]
fn a_tree_that_is_empty_says_what_grows_there() {
    let (harness, _) = window(fixtures::empty(), [1024.0, 700.0], 1.0, ThemeChoice::Dark);
    assert_eq!(harness.query_all_by_label_contains("each log-in begins a tree").count(), 2);
}

#[test]
fn it_rests() {
    for model in [lineage::stolen(fixtures::logged_out()), lineage::crowded(fixtures::stolen())] {
        let (mut harness, _) = window(model, [1440.0, 900.0], 1.0, ThemeChoice::Dark);
        assert!(harness.run() <= 4, "a picture that stands still asks for no frame");
    }
}

/// Writes pictures to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn pictures() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("LOCKSTEP_SCREENS").map(PathBuf::from) else { return Ok(()) };
    for (theme_name, theme) in [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)] {
        for (name, model) in [
            ("empty", fixtures::empty as fn() -> Model),
            ("stolen", || lineage::stolen(fixtures::logged_out())),
            ("crowded", || lineage::crowded(fixtures::stolen())),
        ] {
            for (size, zoom) in [
                ([1024.0, 700.0], 1.0),
                ([1440.0, 900.0], 1.0),
                ([1920.0, 1080.0], 1.0),
                ([1920.0, 1080.0], 2.0),
                ([1024.0, 700.0], 2.0),
            ] {
                for tall in [false, true] {
                    let (mut harness, raster) = window(model(), size, zoom, theme);
                    harness.state_mut().memory.below.tall = tall;
                    harness.run();
                    let image = raster.draw(&harness.ctx, harness.output()).inner((MARGIN * zoom) as usize);
                    let size = format!("{}x{}", size[0], size[1]);
                    image.save(&folder.join(format!("family-{name}-{size}-zoom{zoom}-{tall}-{theme_name}.png")))?;
                }
            }
        }
    }
    Ok(())
}
