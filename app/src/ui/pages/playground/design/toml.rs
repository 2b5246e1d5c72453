//! The design as the file that it would be, with the lines that are not the original's before it.

use eframe::egui::{Label, Ui};
use lockstep_shared::design::Takes;

use super::form::DesignForm;
use crate::ui::text;
use crate::ui::theme::{GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};

pub(super) fn show(ui: &mut Ui, form: &DesignForm) {
    let tokens = Tokens::of(ui);
    let changes = form.changes();
    ui.label(text::strong(super::differs(form)).color(tokens.text));
    for (key, old, new) in changes {
        let line = |word: &str| match key.takes {
            Takes::Switch => format!("{} = {word}", key.path),
            _ => format!("{} = {word:?}", key.path),
        };
        let lines = [(old, "−", tokens.dim), (new, "+", tokens.text)];
        for (word, sign, color) in lines {
            if let Some(word) = word {
                ui.add(Label::new(text::mono(format!("{sign} {}", line(&word))).color(color)).wrap());
            }
        }
    }
    ui.add_space(GAP_2);
    match &form.made {
        Ok(design) => {
            let toml = design.to_toml();
            let look = Look { hint: Some("Copies the whole file"), ..Look::default() };
            if button::show(ui, "Copy the TOML", look).clicked() {
                ui.copy_text(toml.clone());
            }
            ui.add(Label::new(text::mono(toml).color(tokens.text)).selectable(true).wrap());
        }
        Err(problems) => {
            ui.label(text::body("It is no design yet:").color(tokens.text));
            for problem in problems {
                let words = format!("{}: {}", problem.key, problem.why);
                ui.add(Label::new(text::body(words).color(tokens.bad)).wrap());
            }
        }
    }
}
