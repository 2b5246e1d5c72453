//! The panel's heading: its tabs, and the switch that gives it the lanes' room.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align, Button, Layout, Response, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::{Below, HEADING, Tab};
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_3, Tokens};

pub(super) fn show(ui: &mut Ui, below: &mut Below) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP_3;
        for tab in Tab::ALL {
            if one(ui, tab, below.tab == tab).clicked() {
                below.tab = tab;
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (words, hint) = match below.tall {
                false => ("Larger", "Gives this panel the lanes' room as well"),
                true => ("Show the lanes", "Shows the two lanes again"),
            };
            let button = Button::new(text::caption(words)).min_size(vec2(0.0, HEADING - GAP));
            if ui.add(button).on_hover_text(hint).clicked() {
                below.tall = !below.tall;
            }
            if below.tab == Tab::Access {
                super::access::tools(ui, &mut below.access);
            }
        });
    });
}

fn one(ui: &mut Ui, tab: Tab, chosen: bool) -> Response {
    let tokens = Tokens::of(ui);
    let words = match chosen {
        true => text::strong(tab.name()).color(tokens.text),
        false => text::body(tab.name()).color(tokens.dim),
    };
    let response = ui.add(Button::new(words).frame(false).min_size(vec2(0.0, HEADING)));
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, tab.name()));
    if chosen {
        let rect = response.rect;
        let line = [pos2(rect.left(), rect.bottom() - 1.0), pos2(rect.right(), rect.bottom() - 1.0)];
        ui.painter().line_segment(line, Stroke::new(2.0, tokens.text));
    }
    if response.has_focus() {
        crate::ui::widgets::icon::focus_ring(ui.painter(), response.rect, tokens);
    }
    response.on_hover_text(tab.hint())
}
