//! A line of a form: what is asked, and the field for the answer.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Margin, Response, TextEdit, Ui, WidgetInfo};

use super::Context;
use super::read::cell;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2};

/// What is the same for every line of one form.
pub(super) struct Form {
    /// Points that the question takes.
    pub(super) width: f32,
    /// Characters that an answer may have.
    pub(super) longest: usize,
}

impl Form {
    /// The question in `words`, and a field that goes by `name` and says by `hint` what an empty one means.
    pub(super) fn line(
        &self,
        ui: &mut Ui,
        cx: &Context<'_>,
        (words, name, hint): (&str, &str, &str),
        text: &mut String,
    ) -> Response {
        let line = ui.horizontal(|ui| {
            cell(ui, self.width, |ui| {
                ui.add_space(GAP);
                ui.label(text::caption(words).color(cx.tokens.dim));
            });
            let edit = TextEdit::singleline(text)
                .char_limit(self.longest)
                .desired_width(f32::INFINITY)
                .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
                .hint_text(hint)
                .align(Align2::LEFT_CENTER);
            let field = ui.add(edit);
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
            field
        });
        line.inner
    }
}
