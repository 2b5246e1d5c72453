//! What a token is held against besides a key: another moment, and what its reader expects of it. Folded until asked for.

use eframe::egui::{Key, Label, Ui};

use super::Context;
use super::field::Form;
use crate::state::command::Command;
use crate::state::inspecting::{Against, Ask, What, Work};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::GAP;
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};

/// Longer than any name that somebody goes by.
const LONGEST: usize = 500;
/// What it is called in the memory of what is unfolded.
const OPEN: &str = "inspector against";

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    if !matches!(cx.looked.what, What::Token(_)) {
        return;
    }
    let tokens = cx.tokens;
    let open = memory.is_open(OPEN);
    ui.add_space(GAP);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let (shape, name) =
            if open { (Icon::Down, "Fold Check against") } else { (Icon::Right, "Unfold Check against") };
        if icon::button(ui, shape, icon::SMALL, name).clicked() {
            memory.toggle(OPEN);
        }
        ui.label(text::head("Check against").color(tokens.text));
    });
    let told = cx.looked.against.told();
    let words = told.unwrap_or_else(|| "The lab clock, and nothing that a reader expects".to_owned());
    ui.add(Label::new(text::caption(text::inert(&words)).color(tokens.dim)).wrap());
    if open {
        fields(ui, cx, memory, out);
    }
    super::failure(ui, &cx.model.inspecting, Work::Against);
}

fn fields(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let looking = &mut memory.inspecting;
    let against = &mut looking.against;
    let (mut typing, mut entered) = (false, false);
    let form = Form { width: 64.0, longest: LONGEST };
    for (words, name, hint, text) in [
        ("Time", "Time to check at", "now, or 2026-01-05T09:00:00Z", &mut against.at),
        ("Audience", "Audience that is expected", "any", &mut against.audience),
        ("Issuer", "Issuer that is expected", "any", &mut against.issuer),
        ("Type", "Type that is expected", "any, or at+jwt", &mut against.typ),
        ("Leeway", "Leeway in seconds", "0 seconds", &mut against.leeway),
    ] {
        let field = form.line(ui, cx, (words, name, hint), text);
        typing |= field.has_focus();
        entered |= field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    }
    looking.typing |= typing;
    ui.horizontal_wrapped(|ui| {
        let look = Look { hint: Some("Checks again, with these"), ..Look::default() };
        if button::show(ui, "Check against these", look).clicked() || entered {
            out.push(Command::Inspect(Ask::Against(looking.against.clone())));
        }
        let look = Look { hint: Some("Checks at the lab clock, and expects nothing"), ..Look::default() };
        if cx.looked.against != Against::default() && button::show(ui, "Expect nothing", look).clicked() {
            looking.against = Against::default();
            out.push(Command::Inspect(Ask::Against(Against::default())));
        }
    });
}
