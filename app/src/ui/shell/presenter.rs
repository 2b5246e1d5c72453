//! Presenter mode's lines: who is in, large enough for the back row, and above it what was done last.

use eframe::egui::{Label, Ui};

use crate::state::command::{Action, Command};
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::pages::playground::guide::Guide;
use crate::ui::text;
use crate::ui::theme::{GAP_2, Tokens};

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &UiMemory) {
    let tokens = Tokens::of(ui);
    let guide = Guide::of(model);
    let failed = model.failure.as_ref().or_else(|| model.lanes.iter().find_map(|lane| lane.failure.as_ref()));
    let (result, color) = match (failed, &model.busy) {
        (Some(why), _) => (why.as_str(), tokens.bad),
        (None, Some(_)) => ("…", tokens.dim),
        // Who is in is what the room came for; before that is decided, what the servers said.
        (None, None) if guide.verdict => (guide.sentence.as_str(), tokens.text),
        (None, None) => (model.said.as_str(), tokens.text),
    };
    let result = text::with_local_times(result, model.now());
    let said = text::with_local_times(&model.said, model.now());
    // A verdict is of all that was done, not of the last button alone.
    let apart = failed.is_none() && model.busy.is_none() && guide.verdict;
    if let Some(last) = memory.last.as_ref().filter(|_| apart) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GAP_2;
            ui.label(text::caption("Last:").color(tokens.dim));
            ui.label(text::strong(last).color(tokens.dim));
            ui.add(Label::new(text::body(&said).color(tokens.dim)).truncate()).on_hover_text(&said);
        });
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_2;
        if let Some(last) = memory.last.as_ref().filter(|_| !apart) {
            ui.label(text::big(last).color(tokens.dim));
        }
        ui.add(Label::new(text::big(result).color(color)).wrap());
    });
}

/// What a command is called that the list of commands does not have.
pub(super) fn name(command: &Command) -> String {
    let name = match command {
        Command::Act(_, Action::Register { .. }) => "Register",
        Command::Act(_, Action::LogIn { .. }) => "Log in",
        Command::Advance(_) => "Move the clock",
        Command::ChooseDesign(..) | Command::ApplyDesign(..) => "Change the design",
        Command::StepThrough(_) => "Step through",
        Command::NextStep => "Next step",
        Command::LaneKeys(_) => "Read the lane's keys",
        Command::SendAsAttacker(..) => "Send as the attacker",
        Command::TryAll(_) => "Try every attack",
        _ => "Last",
    };
    name.to_owned()
}
