//! The form that writes the sequence into a file, by a path that is typed.

use eframe::egui::{
    Align, Align2, Key, Label, Layout, Margin, Popup, PopupCloseBehavior, TextEdit, Ui, WidgetInfo, accesskit::Role,
    vec2,
};

use super::shape::Font;
use super::{Looking, paint, svg};
use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};

const WIDTH: f32 = 340.0;
/// The longest path that is taken.
const LONGEST: usize = 1000;

/// What is typed, and how many files had been answered for when it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Form {
    path: String,
    asked: Option<usize>,
}

/// The button, and the form under it.
pub(super) fn show(ui: &mut Ui, model: &Model, looking: &mut Looking, out: &mut Vec<Command>) {
    let why_not = (model.traffic.len() == 0).then_some("Nothing has gone over the wire yet");
    let hint = Some("Writes the whole sequence as an SVG picture");
    let button = button::show(ui, "Export SVG…", Look { why_not, hint, ..Look::default() });
    let popup = Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let shown = popup.show(|ui| {
        ui.reset_style();
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 48.0));
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
        ui.with_layout(Layout::top_down(Align::Min), |ui| fill(ui, model, looking, out));
    });
    if shown.is_none() {
        looking.export = None;
    }
}

fn fill(ui: &mut Ui, model: &Model, looking: &mut Looking, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let is_new = looking.export.is_none();
    let folder = &model.comparing.folder;
    let separator = if folder.contains('\\') { '\\' } else { '/' };
    let proposed = || format!("{}{separator}lockstep-sequence.svg", folder.trim_end_matches(['/', '\\']));
    let mut form = looking.export.take().unwrap_or_else(|| Form { path: proposed(), asked: None });
    let about =
        format!("What is drawn here, as a picture for slides and papers; at most the last {} of a lane", svg::MOST);
    ui.add(Label::new(text::caption(about).color(tokens.dim)).wrap());
    let label = ui.label(text::caption("File").color(tokens.dim));
    let edit = TextEdit::singleline(&mut form.path)
        .char_limit(LONGEST)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .align(Align2::LEFT_CENTER);
    let typed = ui.add(edit).labelled_by(label.id);
    typed.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Picture's file"));
    if is_new {
        typed.request_focus();
    }
    let entered = typed.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if typed.changed() {
        form.asked = None;
    }
    let note = &model.sequence_file;
    let waiting = form.asked.is_some_and(|asked| note.count <= asked);
    let answer = note.last.as_ref().filter(|_| form.asked.is_some_and(|asked| note.count > asked));
    if let Some(answer) = answer {
        let (words, color) = match answer {
            Ok(words) => (words, tokens.good),
            Err(words) => (words, tokens.bad),
        };
        ui.add(Label::new(text::body(text::inert(words)).color(color)).wrap());
    }
    ui.add_space(GAP);
    let exists = answer.is_some() && note.exists;
    let (words, name) = match exists {
        true => ("Replace it", "Replace the picture"),
        false => ("Write", "Write the picture"),
    };
    let why_not = match form.path.trim() {
        "" => Some("Type the path of a file"),
        _ if waiting => Some("Working…"),
        _ => None,
    };
    let look = Look { why_not, name: Some(name), lit: true, hint: None };
    if (button::show(ui, words, look).clicked() || (entered && !exists)) && why_not.is_none() {
        let painter = ui.painter().clone();
        let measure = |words: &str, font: Font| paint::width(&painter, words, font);
        let drawn = svg::write(model, &looking.index, looking.shown.steps, &measure);
        form.asked = Some(note.count);
        out.push(Command::WriteSequence { path: form.path.trim().into(), svg: drawn.into(), replace: exists });
    }
    looking.export = Some(form);
}
