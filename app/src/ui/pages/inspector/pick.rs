//! A credential picked from where it was met: a card, an exchange, or the list of commands.

use lockstep_shared::design::Kind;

use super::Wanted;
use crate::lab::actor::Actor;
use crate::lab::view::Holding;
use crate::state::command::{Command, Side};
use crate::state::inspecting::{Ask, Origin, Subject};
use crate::state::model::Model;
use crate::ui::memory::{Page, UiMemory};
use crate::ui::widgets::secret::side_name;

/// Opens the page with a credential of a lane, and asks the lane for its keys where it signs any.
pub(in crate::ui) fn take(
    model: &Model,
    memory: &mut UiMemory,
    side: Side,
    words: String,
    value: &str,
    out: &mut Vec<Command>,
) {
    memory.page = Page::Inspector;
    let origin = Origin { words, side: Some(side), ..Origin::default() };
    out.push(Command::Inspect(Ask::Take(Subject { text: value.into(), origin })));
    let design = model.lane(side).design.as_ref();
    let signs = design.is_some_and(|design| design.kind == Kind::Jwt) && value.split('.').count() == 3;
    if signs && model.busy.is_none() && !model.stopped {
        out.push(Command::LaneKeys(side));
    }
}

/// Opens what was picked in this frame, wherever that was.
pub(in crate::ui) fn wanted(model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    if let Some(Wanted { side, words, value }) = memory.inspecting.wanted.take() {
        take(model, memory, side, words, &value, out);
    }
}

/// What an actor sends with its requests, and what to call it.
pub(in crate::ui) fn access_of(model: &Model, side: Side, actor: Actor) -> Option<(String, &Holding)> {
    let holds = &model.lane(side).actor(actor)?.holds;
    let not_access = |name: &str| name.contains("refresh") || name.contains("csrf");
    let found = holds.iter().find(|holding| !not_access(&holding.name))?;
    Some((words(side, actor, &found.name), found))
}

/// `access of the right laptop`.
pub(in crate::ui) fn words(side: Side, actor: Actor, name: &str) -> String {
    format!("{name} of the {} {actor}", side_name(side))
}
