//! What survives a restart of the window: its looks, its place and the designs of its lanes, in a small file of the user's.

mod file;
mod place;

use anyhow::anyhow;
use eframe::egui::ViewportInfo;
use lockstep_shared::design::Design;
use serde::{Deserialize, Serialize};

use crate::state::command::Side;
use crate::state::model::Model;
use crate::ui::UiMemory;

pub(super) use file::{Keeper, Start};
use place::Place;
pub(super) use place::rescue_window;

/// The form of the file that this version writes.
const VERSION: u32 = 1;

/// What is kept: never a credential, and nothing that was typed but a design that has run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Remembered {
    /// The file's form; a file without it is somebody else's.
    lockstep_window: u32,
    #[serde(default)]
    page: String,
    #[serde(default)]
    theme: String,
    #[serde(default = "one")]
    zoom: f32,
    #[serde(default)]
    masked: bool,
    /// The ids of the lanes' designs.
    #[serde(default)]
    designs: [Option<String>; 2],
    /// What a lane's design was changed into, as the TOML that its file would hold.
    #[serde(default)]
    changed: [Option<String>; 2],
    #[serde(default)]
    window: Option<Place>,
}

fn one() -> f32 {
    1.0
}

impl Remembered {
    /// What is to be kept now. What is not known at this moment stays as it was in `before`.
    pub(super) fn of(model: &Model, memory: &UiMemory, seen: &ViewportInfo, before: Option<&Self>) -> Self {
        let (zoom, masked) = memory.at_the_desk();
        let design = |side: usize| {
            let lane = &model.lanes[side];
            // One that was changed by hand has no file yet: the one that it was changed from has.
            let shown = lane.original.clone().or_else(|| lane.design.as_ref().map(|design| design.id.clone()));
            shown.or_else(|| before.and_then(|before| before.designs[side].clone()))
        };
        let changed = |side: usize| {
            let lane = &model.lanes[side];
            match &lane.design {
                Some(design) => lane.original.as_ref().map(|_| design.to_toml()),
                None => before.and_then(|before| before.changed[side].clone()),
            }
        };
        Self {
            lockstep_window: VERSION,
            page: memory.page.name().to_lowercase(),
            theme: memory.theme.key().to_owned(),
            zoom,
            masked,
            designs: [design(0), design(1)],
            changed: [changed(0), changed(1)],
            window: Place::of(seen, memory.zoom(), before.and_then(|before| before.window)),
        }
    }

    /// Gives the window back what was kept. What this version does not know is left as it is.
    pub(super) fn give_back(&self, memory: &mut UiMemory) {
        memory.restore(&self.page, &self.theme, self.zoom, self.masked);
    }

    pub(super) fn designs(&self) -> [Option<String>; 2] {
        self.designs.clone()
    }

    /// The lanes' designs as they had been changed; an error where one can't be used any more.
    pub(super) fn changed(&self) -> impl Iterator<Item = (Side, anyhow::Result<Design>)> {
        Side::BOTH.into_iter().filter_map(|side| {
            let (id, toml) = (self.designs[side.index()].as_ref()?, self.changed[side.index()].as_ref()?);
            let design = Design::parse(id, "the design", toml);
            Some((side, design.map_err(|why| anyhow!("{id} as it was changed can't be used any more: {why}"))))
        })
    }

    pub(super) fn window(&self) -> Option<Place> {
        self.window
    }
}

#[cfg(test)]
mod tests;
