//! A button, and the form under it that writes a file by a path that is typed.

use eframe::egui::{
    Align, Align2, Key, Label, Layout, Margin, Popup, PopupCloseBehavior, TextEdit, Ui, WidgetInfo, accesskit::Role,
    vec2,
};

use super::button::{self, Look};
use crate::state::command::Command;
use crate::state::files::Content;
use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};

const WIDTH: f32 = 340.0;
/// The longest path that is taken.
const LONGEST: usize = 1000;

/// What is typed, and how many files had been answered for when it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct FileForm {
    path: String,
    asked: Option<usize>,
}

/// What is offered to be written.
pub(crate) struct Offer<'a> {
    pub(crate) kind: crate::state::files::Kind,
    /// The button's words, and what they mean.
    pub(crate) words: &'a str,
    pub(crate) hint: &'a str,
    /// What the file will hold.
    pub(crate) about: &'a str,
    /// The file, in a few words: `picture`.
    pub(crate) noun: &'a str,
    /// The name that is proposed.
    pub(crate) name: &'a str,
    pub(crate) why_not: Option<&'a str>,
}

/// The button, and the form under it; `make` is asked for the content when it is wanted.
pub(crate) fn show(
    ui: &mut Ui,
    model: &Model,
    form: &mut Option<FileForm>,
    offer: &Offer<'_>,
    make: impl FnOnce(&mut Ui) -> Content,
    out: &mut Vec<Command>,
) {
    let look = Look { why_not: offer.why_not, hint: Some(offer.hint), ..Look::default() };
    let button = button::show(ui, offer.words, look);
    let popup = Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let shown = popup.show(|ui| {
        ui.reset_style();
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 48.0));
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
        ui.with_layout(Layout::top_down(Align::Min), |ui| fill(ui, model, form, offer, make, out));
    });
    if shown.is_none() {
        *form = None;
    }
}

fn fill(
    ui: &mut Ui,
    model: &Model,
    form: &mut Option<FileForm>,
    offer: &Offer<'_>,
    make: impl FnOnce(&mut Ui) -> Content,
    out: &mut Vec<Command>,
) {
    let tokens = Tokens::of(ui);
    let is_new = form.is_none();
    let folder = &model.comparing.folder;
    let separator = if folder.contains('\\') { '\\' } else { '/' };
    let proposed = || format!("{}{separator}{}", folder.trim_end_matches(['/', '\\']), offer.name);
    let typing = form.get_or_insert_with(|| FileForm { path: proposed(), asked: None });
    ui.add(Label::new(text::caption(offer.about).color(tokens.dim)).wrap());
    let label = ui.label(text::caption("File").color(tokens.dim));
    let edit = TextEdit::singleline(&mut typing.path)
        .char_limit(LONGEST)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .align(Align2::LEFT_CENTER);
    let typed = ui.add(edit).labelled_by(label.id);
    typed.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("File of the {}", offer.noun)));
    if is_new {
        typed.request_focus();
    }
    let entered = typed.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if typed.changed() {
        typing.asked = None;
    }
    let note = model.files.of(offer.kind);
    let waiting = typing.asked.is_some_and(|asked| note.count <= asked);
    let answer = note.last.as_ref().filter(|_| typing.asked.is_some_and(|asked| note.count > asked));
    if let Some(answer) = answer {
        let (words, color) = match answer {
            Ok(words) => (words, tokens.good),
            Err(words) => (words, tokens.bad),
        };
        ui.add(Label::new(text::body(text::inert(words)).color(color)).wrap());
    }
    ui.add_space(GAP);
    let exists = answer.is_some() && note.exists;
    let words = if exists { "Replace it" } else { "Write" };
    let name = format!("{} the {}", if exists { "Replace" } else { "Write" }, offer.noun);
    let why_not = match typing.path.trim() {
        "" => Some("Type the path of a file"),
        _ if waiting => Some("Working…"),
        _ => None,
    };
    let look = Look { why_not, name: Some(&name), lit: true, hint: None };
    if (button::show(ui, words, look).clicked() || (entered && !exists)) && why_not.is_none() {
        typing.asked = Some(note.count);
        let path = typing.path.trim().into();
        out.push(Command::WriteFile { path, content: make(ui), replace: exists });
    }
}
