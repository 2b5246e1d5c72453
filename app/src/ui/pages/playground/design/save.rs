//! Writing the design into a lab folder, under a name that is typed.

use eframe::egui::{Align2, Label, Margin, Response, TextEdit, Ui, WidgetInfo, accesskit::Role};

use super::entered;
use super::form::DesignForm;
use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};

/// The longest path that is taken.
const LONGEST: usize = 1000;

pub(super) fn show(ui: &mut Ui, model: &Model, form: &mut DesignForm, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let about = "A design in a folder's designs/ can be measured as any other: lockstep --lab FOLDER compare";
    ui.add(Label::new(text::caption(about).color(tokens.dim)).wrap());
    ui.add_space(GAP);
    let saving = &mut form.saving;
    let lab = typed(ui, "Lab folder", &mut saving.lab);
    let name = typed(ui, "Name", &mut saving.name);
    if lab.changed() || name.changed() {
        saving.asked = None;
    }
    let separator = if saving.lab.contains('\\') { '\\' } else { '/' };
    let folder = saving.lab.trim().trim_end_matches(['/', '\\']);
    let file = format!("{folder}{separator}designs{separator}{}.toml", saving.name.trim());
    ui.add(Label::new(text::mono(file).color(tokens.dim)).wrap());

    let note = &model.designing.saved;
    let waiting = saving.asked.is_some_and(|asked| note.count <= asked);
    let answer = note.last.as_ref().filter(|_| saving.asked.is_some_and(|asked| note.count > asked));
    if let Some(answer) = answer {
        let (words, color) = match answer {
            Ok(words) => (words, tokens.good),
            Err(words) => (words, tokens.bad),
        };
        ui.add(Label::new(text::body(words).color(color)).selectable(true).wrap());
    }
    ui.add_space(GAP_2);
    let exists = answer.is_some() && note.exists;
    let (words, spoken) = if exists { ("Replace it", "Replace the file") } else { ("Write", "Write the file") };
    let why_not = match &form.made {
        Err(_) => Some("It is no design yet: what can't work is told below"),
        Ok(_) if saving.lab.trim().is_empty() => Some("Type the path of a folder"),
        Ok(_) if saving.name.trim().is_empty() => Some("Type a name"),
        Ok(_) if waiting => Some("Working…"),
        Ok(_) => None,
    };
    let look = Look { name: Some(spoken), why_not, lit: true, hint: None };
    let entered = (entered(ui, &lab) || entered(ui, &name)) && !exists;
    if (button::show(ui, words, look).clicked() || entered)
        && why_not.is_none()
        && let Ok(design) = &form.made
    {
        saving.asked = Some(note.count);
        out.push(Command::SaveDesign {
            design: Box::new(design.clone()),
            name: saving.name.trim().to_owned(),
            lab: saving.lab.trim().into(),
            replace: exists,
        });
    }
}

fn typed(ui: &mut Ui, words: &str, typed: &mut String) -> Response {
    let label = ui.label(text::caption(words).color(Tokens::of(ui).dim));
    let edit = TextEdit::singleline(typed)
        .char_limit(LONGEST)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .align(Align2::LEFT_CENTER);
    let response = ui.add(edit).labelled_by(label.id);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, words));
    response
}
