//! `advance`: time passes, and nobody does anything.

use std::time::Duration;

use lockstep_shared::span::in_words;

use super::Done;
use crate::lab::stage::Stage;

pub(super) fn run(stage: &mut Stage, by: Duration) -> Done {
    stage.clock.advance(by);
    Done::quietly(format!("{} passed", in_words(by)))
}
