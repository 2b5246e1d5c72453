//! The Browser page: ways into the lanes for a browser of the user's own, and what that browser really does there.

mod delivery;
mod detail;
mod doors;
mod live;
mod table;

use eframe::egui::accesskit::Role;
use eframe::egui::{Button, Rect, ScrollArea, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::state::command::Command;
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3, GAP_4, PANEL_RADIUS, Tokens};
use crate::ui::widgets::icon;

pub(in crate::ui) use doors::{Door, go};

/// The least height that the lower part is any use at; below that the page scrolls as a whole.
const LEAST: f32 = 260.0;

/// How the page is looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browsing {
    /// An address that is to be opened in the user's browser.
    pub(in crate::ui) go: Option<String>,
    /// The one that was opened last.
    opened: Option<String>,
    /// The visit that is looked at, by its number.
    pub(in crate::ui) selected: Option<u64>,
    /// Whether it is shown whole.
    pub(in crate::ui) whole: bool,
    /// Whether it is still to be scrolled to.
    scroll_to_it: bool,
    /// Whether scripts, styles and icons are in the table too.
    parts: bool,
    /// Whether those alone are in the table in which browser and agent differ.
    only_differing: bool,
    /// How far the table is scrolled, as of the last frame.
    offset: f32,
    pub(in crate::ui) tab: Tab,
    /// The browser whose delivery table is looked at, by its name; None: the one that was measured last.
    table: Option<String>,
    /// Which group of its comparisons.
    pub(in crate::ui) group: usize,
    /// Whether those alone are listed in which browser and agents differ.
    differing: bool,
    /// The address to measure with that was opened last.
    measured_at: Option<String>,
}

/// What the lower part shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ui) enum Tab {
    #[default]
    Live,
    Delivery,
}

impl Tab {
    const ALL: [(Self, &str, &str); 2] = [
        (Self::Live, "Live traffic", "What your browser sends to the lanes, as it arrives"),
        (Self::Delivery, "Delivery table", "Which cookies a browser sends along, measured case by case"),
    ];
}

impl Browsing {
    /// Shows a visit whole.
    pub(in crate::ui) fn look_at(&mut self, id: u64) {
        (self.selected, self.whole, self.scroll_to_it) = (Some(id), true, true);
    }
}

pub(in crate::ui) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let area = ui.available_rect_before_wrap();
    let area = Rect::from_min_max(area.min + vec2(GAP_4, GAP_3), area.max - vec2(GAP_4, GAP_3));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(area));
    ScrollArea::vertical().id_salt("browser").auto_shrink([false, false]).show(&mut ui, |ui| {
        ui.spacing_mut().item_spacing.y = GAP_3;
        let above = ui.scope(|ui| doors::show(ui, model, memory, out)).response.rect.height();
        let height = (area.height() - above - GAP_3).floor().max(LEAST);
        let tokens = Tokens::of(ui);
        let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), eframe::egui::Sense::hover());
        ui.painter().rect(place, PANEL_RADIUS, tokens.panel, Stroke::new(1.0, tokens.line), StrokeKind::Inside);
        let inner = place.shrink2(vec2(GAP_3, GAP_2));
        let mut ui = ui.new_child(UiBuilder::new().id_salt("browser below").max_rect(inner));
        ui.shrink_clip_rect(place.shrink(1.0));
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
        tabs(&mut ui, &mut memory.browsing);
        let inner = Rect::from_min_max(pos2(inner.left(), ui.cursor().top()), inner.max);
        match memory.browsing.tab {
            Tab::Live => live::show(&mut ui, model, memory, inner, out),
            Tab::Delivery => delivery::show(&mut ui, model, memory, out),
        }
    });
}

fn tabs(ui: &mut Ui, browsing: &mut Browsing) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_3;
        for (tab, name, hint) in Tab::ALL {
            let chosen = browsing.tab == tab;
            let words = if chosen { text::strong(name).color(tokens.text) } else { text::body(name).color(tokens.dim) };
            let response = ui.add(Button::new(words).frame(false).min_size(vec2(0.0, 26.0)));
            response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, name));
            if chosen {
                let under = response.rect.bottom() - 1.0;
                ui.painter().hline(response.rect.x_range(), under, Stroke::new(2.0, tokens.text));
            }
            if response.has_focus() {
                icon::focus_ring(ui.painter(), response.rect, tokens);
            }
            if response.on_hover_text(hint).clicked() {
                browsing.tab = tab;
            }
        }
    });
}
