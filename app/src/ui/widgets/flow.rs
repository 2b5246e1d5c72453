//! Groups of controls that move to the next row whole when they no longer fit.

use eframe::egui::Rect;
use eframe::egui::{Align, Id, Layout, Ui, UiBuilder, pos2, vec2};

use crate::ui::theme::{CONTROL, GAP_2, GAP_4};

/// Draws the groups from left to right and from the top down; each is drawn by `draw` with its index.
///
/// A group's width is known from the frame before. One that is wider than the whole row wraps inside itself.
pub(in crate::ui) fn show(ui: &mut Ui, salt: &str, groups: usize, mut draw: impl FnMut(&mut Ui, usize)) {
    let area = ui.available_rect_before_wrap();
    let (mut x, mut y) = (area.left(), area.top());
    let mut bottom = y;
    for index in 0..groups {
        let id = Id::unique((salt, index));
        let known: Option<f32> = ui.data(|data| data.get_temp(id));
        let width = known.unwrap_or(f32::INFINITY).min(area.width());
        if x > area.left() && x + width > area.right() + 0.5 {
            x = area.left();
            y = bottom + GAP_2;
        }
        let room = Rect::from_min_max(pos2(x, y), pos2(area.right(), y + CONTROL));
        // What fits into a row is laid out without wrapping, so that its true width is known next time.
        let fits = known.is_none_or(|known| known <= area.width());
        let layout = Layout::left_to_right(Align::Center).with_main_wrap(!fits);
        let mut child = ui.new_child(UiBuilder::new().id_salt(id).max_rect(room).layout(layout));
        child.spacing_mut().item_spacing = vec2(6.0, 6.0);
        child.set_min_height(CONTROL);
        draw(&mut child, index);
        let used = child.min_rect();
        if fits && known.is_none_or(|known| (known - used.width()).abs() > 0.5) {
            ui.data_mut(|data| data.insert_temp(id, used.width()));
            ui.ctx().request_repaint();
        }
        x = used.right() + GAP_4;
        bottom = bottom.max(used.bottom());
    }
    ui.allocate_rect(Rect::from_min_max(area.min, pos2(area.right(), bottom)), eframe::egui::Sense::hover());
}
