//! `rotate-key`: the server replaces its signing key, at once or with an overlap.

use super::Done;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage, overlap: bool) -> Done {
    let design = &stage.design.id;
    let replaced = if overlap { stage.server.rotate_key_with_overlap(design) } else { stage.server.rotate_key(design) };
    match (replaced, overlap) {
        (false, _) => Done::quietly("there is no signing key to replace"),
        (true, false) => Done::quietly("the signing key was replaced: what the old one signed is refused"),
        (true, true) => Done::quietly(
            "the signing key was replaced: the old one verifies until everything that it signed has ended",
        ),
    }
}
