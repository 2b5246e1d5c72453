//! A cell of the table: what was measured, and what it shows at a glance.

use std::sync::Arc;

use crate::lab::digest::{self, Digest, Exposure, Shape};
use crate::lab::outcome::{Cell, Status};
use crate::state::model::Tone;

/// A cell, with everything that a frame would else make anew.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) cell: Arc<Cell>,
    pub(crate) digest: Digest,
    /// The verdict in words for a wide cell, and for a narrow one where the shape has to say the rest.
    pub(crate) words: [String; 2],
}

impl Measured {
    pub(crate) fn of(cell: Arc<Cell>) -> Self {
        let digest = digest::digest(&cell);
        let words = words(&digest);
        Self { cell, digest, words }
    }

    pub(crate) fn tone(&self) -> Tone {
        tone(self.digest.glance.tone)
    }

    /// Whether the step has no object in the design, or nobody could be asked: nothing to be coloured.
    pub(crate) fn is_blank(&self) -> bool {
        self.cell.status == Status::NotApplicable
    }
}

/// A digest's tone as the window's colours have it.
pub(crate) fn tone(tone: digest::Tone) -> Tone {
    match tone {
        digest::Tone::Good => Tone::Good,
        digest::Tone::While => Tone::Amber,
        digest::Tone::Bad => Tone::Bad,
        digest::Tone::Neither => Tone::Neutral,
    }
}

fn words(digest: &Digest) -> [String; 2] {
    let glance = &digest.glance;
    let narrow = match (glance.shape, glance.exposure) {
        (Shape::Flapping, _) | (_, Exposure::None | Exposure::Horizon) => glance.brief.clone(),
        (_, Exposure::Secs(secs)) => about(secs),
    };
    [digest.brief(), narrow]
}

/// A time with one unit, as a cell has room for: `5 min`, `24 h`. It is always rounded to the nearest of that unit, never
/// down; the story has all of it.
pub(crate) fn about(secs: u64) -> String {
    let units = [(86_400, "d", 3), (3600, "h", 1), (60, "min", 1)];
    let slack = if secs < 120 { 0 } else { secs / 20 };
    for (size, name, least) in units {
        let count = (secs + size / 2) / size;
        let off = (count * size).abs_diff(secs);
        if count >= least && off <= slack {
            return format!("{count} {name}");
        }
    }
    if secs < 120 { format!("{secs} s") } else { format!("{} min", (secs + 30) / 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_cell_tells_the_time_in_one_unit() {
        let cases = [
            (0, "0 s"),
            (5, "5 s"),
            (59, "59 s"),
            (60, "1 min"),
            (90, "90 s"),
            (119, "119 s"),
            (170, "3 min"),
            (240, "4 min"),
            (290, "5 min"),
            (1790, "30 min"),
            (3600, "1 h"),
            (5400, "90 min"),
            (43_140, "12 h"),
            (86_340, "24 h"),
            (1_209_540, "14 d"),
            (2_592_000, "30 d"),
        ];
        for (secs, words) in cases {
            assert_eq!(about(secs), words, "{secs}");
        }
    }
}
