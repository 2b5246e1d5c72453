//! What the signs in the cells mean, on as few lines as there is room for.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Color32, Painter, Pos2, Rect, Sense, Ui, WidgetInfo, vec2};

use super::super::shape;
use super::paint::{fold, frame};
use crate::lab::digest::Shape;
use crate::state::comparing::{Comparing, Measured};
use crate::ui::text;
use crate::ui::theme::{GAP_2, GAP_4, Tokens};

const LINE: f32 = 17.0;
/// From a sign to its meaning.
const SIGN: f32 = shape::SIZE + 5.0;

/// The shapes that are always explained; the others only where they are.
const ALWAYS: [Shape; 4] = [Shape::Out, Shape::OutLate, Shape::Inside, Shape::Never];

/// One sign.
#[derive(Clone, Copy)]
enum Sign {
    Shape(Shape),
    Collateral,
    Alarm,
    Unexpected,
    /// A cell that has a word alone.
    Word(&'static str),
    /// A remark without a sign.
    Bare,
}

/// The signs with their meanings, each on its place.
pub(super) struct Legend {
    signs: Vec<(Sign, &'static str, Pos2)>,
    pub(super) height: f32,
}

impl Legend {
    pub(super) fn new(ui: &Ui, table: &Comparing) -> Self {
        let there = |shape: Shape| table.any(|measured| measured.digest.glance.shape == shape);
        let shapes = Shape::ALL.into_iter().filter(|shape| *shape != Shape::Unknown);
        let shapes = shapes.filter(|shape| ALWAYS.contains(shape) || there(*shape));
        let mut all: Vec<(Sign, &str)> = shapes.map(|shape| (Sign::Shape(shape), shape.meaning())).collect();
        all.push((Sign::Collateral, "others lost access too"));
        all.push((Sign::Alarm, "the server raised an alarm"));
        if table.totals.unexpected > 0 {
            all.push((Sign::Unexpected, "not as expected"));
        }
        if table.any(|measured| measured.digest.glance.word == "acted") {
            all.push((Sign::Word("acted"), "never inside, and yet did something as the victim"));
        }
        if table.any(Measured::is_blank) {
            all.push((Sign::Word("n/a"), "makes no sense for this design"));
        }
        all.push((Sign::Bare, "times: from the mark on, rounded to the unit shown; a click tells them exactly"));
        let room = ui.available_width();
        let (mut at, mut signs) = (Pos2::ZERO, Vec::with_capacity(all.len()));
        for (sign, words) in all {
            let galley = ui.painter().layout_no_wrap(words.to_owned(), text::caption_font(), Tokens::of(ui).dim);
            let width = Self::sign_width(ui.painter(), sign) + galley.size().x;
            if at.x > 0.0 && at.x + width > room {
                at = Pos2::new(0.0, at.y + LINE);
            }
            signs.push((sign, words, at));
            at.x += width + GAP_4;
        }
        Self { signs, height: at.y + LINE + GAP_2 }
    }

    pub(super) fn show(&self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        let size = vec2(ui.available_width(), self.height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let spoken: Vec<&str> = self.signs.iter().map(|(_, words, _)| *words).collect();
        let spoken = format!("Signs: {}", spoken.join(", "));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        for (sign, words, at) in &self.signs {
            let left = rect.min + at.to_vec2() + vec2(0.0, GAP_2 + LINE / 2.0);
            self.sign(ui.painter(), *sign, left + vec2(shape::SIZE / 2.0, 0.0), tokens);
            let at = left + vec2(Self::sign_width(ui.painter(), *sign), 0.0);
            ui.painter().text(at, Align2::LEFT_CENTER, words, text::caption_font(), tokens.dim);
        }
    }

    fn sign_width(painter: &Painter, sign: Sign) -> f32 {
        match sign {
            Sign::Word(word) => {
                painter.layout_no_wrap(word.to_owned(), text::strong_caption_font(), Color32::PLACEHOLDER).size().x
                    + 5.0
            }
            Sign::Bare => 0.0,
            _ => SIGN,
        }
    }

    fn sign(&self, painter: &Painter, sign: Sign, center: Pos2, tokens: &Tokens) {
        match sign {
            Sign::Shape(shape) => shape::paint(shape, painter, center, tokens.text),
            Sign::Collateral => fold(painter, center + vec2(4.0, -4.0), vec2(-8.0, 8.0), tokens.bad),
            Sign::Alarm => fold(painter, center + vec2(-4.0, -4.0), vec2(8.0, 8.0), tokens.text),
            Sign::Word(word) => {
                let at = center - vec2(shape::SIZE / 2.0, 0.0);
                painter.text(at, Align2::LEFT_CENTER, word, text::strong_caption_font(), tokens.text);
            }
            Sign::Bare => {}
            Sign::Unexpected => frame(painter, Rect::from_center_size(center, vec2(11.0, 10.0)), tokens.bad),
        }
    }
}
