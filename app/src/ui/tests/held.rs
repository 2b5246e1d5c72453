//! Requests that stand still inside the server, as a lane shows them.

use super::*;
use crate::lab::actor::Actor;
use crate::lab::view::HeldRequest;

fn model() -> Model {
    let mut model = fixtures::stolen();
    let since = model.now();
    let held = |actor, method, path: &str, point: &str| HeldRequest {
        actor,
        method,
        path: path.to_owned(),
        point: point.to_owned(),
        since,
    };
    model.lanes[0].view.held = vec![
        held(Actor::Laptop, "POST", "/api/transfer", "before-save"),
        held(Actor::Attacker, "POST", "/auth/refresh", "before-rotate"),
    ];
    model
}

#[test]
fn each_is_told_and_released_by_its_own_button() {
    let mut harness = wide(model());
    harness.get_by_label("The laptop's transfer is held before it saves");
    harness.get_by_label("The attacker's refresh is held before it uses its token");
    press(&mut harness, "left: Release the attacker's request");
    assert_eq!(acts(&mut harness), [(Target::One(Side::Left), Action::Release(Actor::Attacker))]);
    press(&mut harness, "Transfer €50 options");
    press(&mut harness, "Hold it before it saves");
    assert_eq!(acts(&mut harness), [], "one of the laptop's is held, and the token's requests save nothing");
}

/// Writes pictures to look at where LOCKSTEP_SCREENS names a folder.
#[test]
fn pictures() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("LOCKSTEP_SCREENS").map(PathBuf::from) else { return Ok(()) };
    for (theme_name, theme) in [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)] {
        for (size, zoom) in [([1024.0, 700.0], 1.0), ([1440.0, 900.0], 1.0), ([1920.0, 1080.0], 2.0)] {
            let image = shoot(model(), size, zoom, theme, &["Restart options"]);
            image.save(&folder.join(format!("held-{}x{}-zoom{zoom}-{theme_name}.png", size[0], size[1])))?;
        }
    }
    Ok(())
}
