//! The panel below the actions: what has happened, told in several ways, one of them at a time.

mod access;
mod family;
pub(in crate::ui) mod sequence;
mod tabs;
pub(in crate::ui) mod wire;

use eframe::egui::{Rect, Ui, vec2};

use super::panel;
pub(crate) use wire::Wire;

use crate::state::command::{Command, Side};
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::theme::{GAP, GAP_2};

const HEADING: f32 = 26.0;
/// What the panel has beside its content: heading, margins and edges.
const REST: f32 = HEADING + GAP + 2.0 * GAP_2 + 2.0;
/// The least that a table or a diagram is any use at.
const LEAST_ROWS: f32 = 132.0;
/// What each tab has where the page is low, so that nothing moves from tab to tab.
const LOW: f32 = 152.0;
/// How much of a page the panel takes where there is room.
const SHARE: f32 = 0.26;
/// From this height on a page has room for what any of the tabs needs, and then nothing above moves from tab to tab.
const HIGH: f32 = 760.0;
const SHARE_OF_HIGH: f32 = 0.33;

/// The ways of telling what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Access,
    Sequence,
    Wire,
    Family,
}

/// How the panel is looked at; it lasts as long as the window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Below {
    pub(crate) tab: Tab,
    /// Whether it has the lanes' room as well.
    pub(crate) tall: bool,
    /// The exchange that is looked at: its lane, and its number there.
    pub(crate) selected: Option<(Side, usize)>,
    /// The generation of the traffic that it is of.
    generation: u64,
    pub(super) access: access::Look,
    pub(super) sequence: sequence::Looking,
    pub(crate) wire: Wire,
}

impl Below {
    /// A lane that started afresh numbers its exchanges anew: none of them is the one that was looked at.
    pub(crate) fn follow(&mut self, generation: u64) {
        if self.generation != generation {
            self.generation = generation;
            self.selected = None;
        }
    }

    /// Shows an exchange in the Wire, from wherever it was met.
    pub(crate) fn open_exchange(&mut self, side: Side, number: usize) {
        self.tab = Tab::Wire;
        self.selected = Some((side, number));
        self.wire.open();
    }
}

impl Tab {
    pub(crate) const ALL: [Self; 4] = [Self::Access, Self::Sequence, Self::Wire, Self::Family];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Access => "Access over time",
            Self::Sequence => "Sequence",
            Self::Wire => "Wire",
            Self::Family => "Family tree",
        }
    }

    /// What it shows, in one sentence.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Access => "Who was let in when: a bar for each actor, broken where its access ends",
            Self::Sequence => "Who asked whom and what the server did inside, from top to bottom",
            Self::Wire => "Every request and answer, with what each cookie did and what decided",
            Self::Family => "Every credential: who was given it and for what, who holds a copy, and what ended it",
        }
    }
}

/// The least height of the whole panel.
pub(super) fn least_height(width: f32, tab: Tab) -> f32 {
    REST + match tab {
        Tab::Access => access::least_height(width),
        Tab::Sequence => sequence::least_height(width),
        Tab::Wire => LEAST_ROWS,
        Tab::Family => family::least_height(width),
    }
}

/// The height that the panel has in a page of this size, whichever tab is open: its tabs stay where they are clicked.
pub(super) fn height(page: Rect) -> f32 {
    let share = if page.height() < HIGH { SHARE } else { SHARE_OF_HIGH };
    (page.height() * share).max(REST + access::least_height(page.width()).max(LOW))
}

/// The height that it has in a page that scrolls: what the highest of the tabs needs.
pub(super) fn height_in_scroll(width: f32) -> f32 {
    let heights = Tab::ALL.map(|tab| least_height(width, tab));
    heights.into_iter().fold(0.0, f32::max)
}

/// The least height of the timeline in a frame without tabs.
pub(super) fn least_bare(width: f32) -> f32 {
    access::least_height(width) + 2.0 * GAP_2 + 2.0
}

/// Draws the timeline alone, as high as it is told.
pub(super) fn bare(ui: &mut Ui, model: &Model, memory: &mut UiMemory, height: f32) {
    panel(ui).show(ui, |ui| access::show(ui, model, &mut memory.below, height - 2.0 * GAP_2 - 2.0));
}

/// Draws the panel as high as it is told.
pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, height: f32, out: &mut Vec<Command>) {
    panel(ui).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = GAP;
        ui.allocate_ui(vec2(ui.available_width(), HEADING), |ui| tabs::show(ui, &mut memory.below));
        let height = height - REST;
        match memory.below.tab {
            Tab::Access => access::show(ui, model, &mut memory.below, height),
            Tab::Sequence => sequence::show(ui, model, &mut memory.below, height, out),
            Tab::Wire => wire::show(ui, model, memory, height, out),
            Tab::Family => family::show(ui, model, &mut memory.below, height),
        }
    });
}
