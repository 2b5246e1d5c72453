//! `rotate-key`: the server replaces its signing key, without overlap.

use super::Done;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage) -> Done {
    match stage.server.rotate_key(&stage.design.id) {
        true => Done::quietly("the signing key was replaced: what the old one signed is refused"),
        false => Done::quietly("there is no signing key to replace"),
    }
}
