//! What a sequence is drawn with: a few shapes that the window paints and a file writes, so that both show the same.

use eframe::egui::{Pos2, Rect};

use crate::lab::actor::Actor;
use crate::state::command::Side;
use crate::state::model::Tone;

/// A colour, by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Dim,
    Line,
    Lane(bool),
    Actor(Actor),
    Tone(Tone),
}

/// How words are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    Caption,
    Strong,
    /// For what was on the wire.
    Mono,
}

/// Which part of the words is at their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// The end of an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    None,
    Open,
    Filled,
}

/// One shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Line { from: Pos2, to: Pos2, ink: Ink, width: f32, dashed: bool, head: Head },
    Fill { rect: Rect, ink: Ink, radius: f32 },
    Words { at: Pos2, words: String, ink: Ink, font: Font, anchor: Anchor, width: f32 },
    Dot { at: Pos2, ink: Ink },
}

/// Something that can be pointed at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hit {
    pub(super) side: Side,
    pub(super) of: Of,
    pub(super) rect: Rect,
}

/// What a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// The exchange at a place, by its entry's place in the lane.
    Exchange { entry: usize, place: usize, number: usize },
    /// A mark, by its place in the lane.
    Mark(usize),
}

/// Shapes, the earlier below the later, and what can be pointed at.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Picture {
    pub(super) shapes: Vec<Shape>,
    pub(super) hits: Vec<Hit>,
}
