//! Writing the result into a file and opening one that was kept, each by a path that is typed.

use eframe::egui::{
    Align, Align2, Button, Key, Label, Layout, Margin, Popup, PopupCloseBehavior, TextEdit, Ui, WidgetInfo,
    accesskit::Role, vec2,
};

use super::looking::{FileForm, Looking};
use crate::state::command::{Command, Format};
use crate::state::comparing::Comparing;
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};

const WIDTH: f32 = 360.0;

/// Export and Open.
pub(super) fn buttons(ui: &mut Ui, table: &Comparing, looking: &mut Looking, out: &mut Vec<Command>) {
    let why_not = match (table.is_empty(), table.running) {
        (_, Some(_)) => Some("Cells are still being measured"),
        (true, None) => Some("Nothing has been measured yet"),
        (false, None) => None,
    };
    let look = Look { why_not, hint: Some("Writes this comparison into a file"), ..Look::default() };
    let export = button::show(ui, "Export…", look);
    form(ui, &export, table, looking, Some(Format::default()), out);
    let why_not = table.running.map(|_| "Cells are still being measured");
    let look = Look { why_not, hint: Some("Shows a comparison that was written as JSON"), ..Look::default() };
    let open = button::show(ui, "Open…", look);
    form(ui, &open, table, looking, None, out);
}

/// The form under a button.
fn form(
    ui: &Ui,
    button: &eframe::egui::Response,
    table: &Comparing,
    looking: &mut Looking,
    format: Option<Format>,
    out: &mut Vec<Command>,
) {
    let popup = Popup::menu(button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let shown = popup.show(|ui| {
        ui.reset_style();
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 48.0));
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
        let is_new = looking.file.is_none();
        let form = looking.file.get_or_insert_with(|| FileForm { format, path: proposed(table, format), asked: None });
        if form.format.is_some() != format.is_some() {
            *form = FileForm { format, path: proposed(table, format), asked: None };
        }
        ui.with_layout(Layout::top_down(Align::Min), |ui| fill(ui, table, form, is_new, out));
        let done = form.asked.is_some_and(|asked| table.file.count > asked);
        // What was opened is seen in the table; what was written is told, for it is seen nowhere.
        if done && format.is_none() && matches!(table.file.last, Some(Ok(_))) {
            ui.close();
            return true;
        }
        false
    });
    let is_ours = looking.file.as_ref().is_some_and(|file| file.format.is_some() == format.is_some());
    let done = shown.is_some_and(|shown| shown.inner);
    if is_ours && (done || !Popup::is_id_open(ui.ctx(), Popup::default_response_id(button))) {
        looking.file = None;
    }
}

fn proposed(table: &Comparing, format: Option<Format>) -> String {
    let separator = if table.folder.contains('\\') { '\\' } else { '/' };
    let ending = format.unwrap_or(Format::Json).ending();
    format!("{}{separator}lockstep-comparison.{ending}", table.folder.trim_end_matches(['/', '\\']))
}

/// A form that has just been opened takes the keyboard, because a path is what it is for.
fn fill(ui: &mut Ui, table: &Comparing, form: &mut FileForm, is_new: bool, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    if let Some(chosen) = form.format {
        ui.label(text::caption("Write as").color(tokens.dim));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for format in Format::ALL {
                let selected = format == chosen;
                let button = Button::selectable(selected, text::body(format.name())).min_size(vec2(0.0, CONTROL));
                let response = ui.add(button);
                let name = format!("As {}", format.name());
                response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &name));
                if response.clicked() && !selected {
                    choose(form, chosen, format);
                }
            }
        });
        let about = match form.format {
            Some(Format::Html) => "One page with the table, charts and every cell's story, to read, print and hand out",
            Some(Format::Markdown) => "The table and what stands out, for a wiki or an issue",
            _ => "Everything as data: this one can be opened again, here and by lockstep compare",
        };
        ui.label(text::caption(about).color(tokens.dim));
        ui.add_space(GAP);
    }
    let label = ui.label(text::caption("File").color(tokens.dim));
    let edit = TextEdit::singleline(&mut form.path)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .align(Align2::LEFT_CENTER);
    let typed = ui.add(edit).labelled_by(label.id);
    if is_new {
        typed.request_focus();
    }
    let entered = typed.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if typed.changed() {
        form.asked = None;
    }
    let waiting = form.asked.is_some_and(|asked| table.file.count == asked);
    let answer = table.file.last.as_ref().filter(|_| form.asked.is_some_and(|asked| table.file.count > asked));
    if let Some(answer) = answer {
        let (words, color) = match answer {
            Ok(words) => (words, tokens.good),
            Err(words) => (words, tokens.bad),
        };
        ui.add(Label::new(text::body(super::inert(words)).color(color)).wrap());
    }
    ui.add_space(GAP);
    let why_not = match form.path.trim() {
        "" => Some("Type the path of a file"),
        _ if waiting => Some("Working…"),
        _ => None,
    };
    let exists = answer.is_some() && table.file.exists;
    let (words, name) = match (form.format, exists) {
        (None, _) => ("Open", "Open this file"),
        (Some(_), true) => ("Replace it", "Replace the file"),
        (Some(_), false) => ("Write", "Write the file"),
    };
    let look = Look { why_not, name: Some(name), lit: true, hint: None };
    if (button::show(ui, words, look).clicked() || (entered && !exists)) && why_not.is_none() {
        let path = form.path.trim().into();
        form.asked = Some(table.file.count);
        out.push(match form.format {
            Some(format) => Command::Keep { format, path, replace: exists },
            None => Command::OpenKept(path),
        });
    }
}

/// The file's ending follows the form, unless somebody gave it another.
fn choose(form: &mut FileForm, old: Format, new: Format) {
    if let Some(stem) = form.path.strip_suffix(old.ending()) {
        form.path = format!("{stem}{}", new.ending());
    }
    form.format = Some(new);
    form.asked = None;
}
