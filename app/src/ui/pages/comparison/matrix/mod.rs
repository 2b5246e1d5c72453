//! The table itself: what is where ([`layout`]), how it is painted ([`paint`]), and how pointer and keyboard move in it.

mod layout;
mod legend;
mod paint;

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Event, EventFilter, Id, Key, Label, Painter, Pos2, Rect, Response, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::looking::{Looking, View};
use super::{inert, story};
use crate::state::comparing::{Comparing, Measured};
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3, Tokens};
use layout::{Line, Names, Plan};
use legend::Legend;

pub(super) use paint::fold;

/// Below this height the legend gives its room to the cells, which say on hover what they mean.
const WITH_LEGEND: f32 = 300.0;

pub(super) fn show(ui: &mut Ui, table: &Comparing, looking: &mut Looking, view: &View) {
    let tokens = Tokens::of(ui);
    if view.is_empty() {
        nothing(ui, looking);
        return;
    }
    let legend = (ui.available_height() >= WITH_LEGEND).then(|| Legend::new(ui, table));
    let below = legend.as_ref().map_or(0.0, |legend| legend.height + GAP_2);
    let height = (ui.available_height() - below).max(60.0);
    let names = names(ui, table, view);
    // The bars have their own room.
    let plan = Plan::new(table, view, &names, vec2(ui.available_width() - 8.0, height));
    let cursor = view.cursor(looking);
    let cursor = cursor.map(|cursor| move_by_keys(ui, looking, view, cursor));
    // The names at the edges stay as they are, so nothing may fade there.
    ui.spacing_mut().scroll.fade.strength = 0.0;
    // Nobody would look for columns beyond the edge: the bar is seen before it is pointed at.
    let style = &mut ui.spacing_mut().scroll;
    (style.floating_width, style.floating_allocated_width) = (5.0, 6.0);
    (style.dormant_handle_opacity, style.dormant_background_opacity) = (0.8, 0.3);
    let scroll = ScrollArea::both().id_salt("table").auto_shrink([false, false]).max_height(height);
    scroll.show_viewport(ui, |ui, window| {
        let size = plan.size();
        ui.set_min_size(size);
        let origin = ui.min_rect().min;
        if std::mem::take(&mut looking.moved)
            && let Some((row, column)) = cursor
            && let Some(line) = plan.line_of(row)
            && let Some(place) = view.columns.iter().position(|one| *one == column)
        {
            // The names, which stay in sight, must not cover it.
            let cell = plan.cell(line, place);
            let sight = Rect::from_min_max(cell.min - vec2(plan.label, plan.head), cell.max + vec2(GAP_2, GAP_3));
            ui.scroll_to_rect(sight.translate(origin.to_vec2()), None);
        }
        let sight = Sight { plan: &plan, table, view, origin, window, cursor };
        cells(ui, &sight, looking);
        paint::names(ui, &sight, tokens);
        named(ui, &sight);
        paint::fade(ui, &sight, tokens);
    });
    if let Some(legend) = legend {
        legend.show(ui);
    }
}

/// What is drawn, and through which window on the table.
struct Sight<'a> {
    plan: &'a Plan,
    table: &'a Comparing,
    view: &'a View,
    /// Where the table's top left corner is on the screen.
    origin: Pos2,
    /// The part of the table that is seen.
    window: Rect,
    cursor: Option<(usize, usize)>,
}

impl Sight<'_> {
    /// Where the names of rows and designs leave the cells to be seen.
    fn body(&self, ui: &Ui) -> Rect {
        let clip = ui.clip_rect();
        let corner = self.corner();
        Rect::from_min_max(corner.max, clip.max.max(corner.max)).intersect(clip)
    }

    /// The corner that belongs to both the rows' and the designs' names.
    fn corner(&self) -> Rect {
        let min = self.origin + self.window.min.to_vec2();
        Rect::from_min_size(min, vec2(self.plan.label, self.plan.head))
    }

    fn at(&self, place: Rect) -> Rect {
        place.translate(self.origin.to_vec2())
    }

    fn lines(&self) -> impl Iterator<Item = (usize, Line)> {
        let (lines, _) = self.plan.seen(self.window);
        lines.map(|at| (at, self.plan.lines[at]))
    }

    fn columns(&self) -> impl Iterator<Item = (usize, usize)> {
        let (_, columns) = self.plan.seen(self.window);
        columns.map(|place| (place, self.view.columns[place]))
    }
}

/// The cells that are seen, and no others.
fn cells(ui: &mut Ui, sight: &Sight<'_>, looking: &mut Looking) {
    let tokens = Tokens::of(ui);
    let body = sight.body(ui);
    let painter = ui.painter().with_clip_rect(body);
    for (line, of) in sight.lines() {
        let Line::Row(row, _) = of else { continue };
        for (place, column) in sight.columns() {
            let rect = sight.at(sight.plan.cell(line, place));
            let measured = sight.table.cell(row, column);
            let is_cursor = sight.cursor == Some((row, column));
            // Only one cell is on the keyboard's way through the page; the arrows lead from it to the others.
            let sense = if is_cursor { Sense::click() } else { Sense::CLICK };
            let response = ui.interact(rect.intersect(body), cell_id(row, column), sense);
            let spoken = || spoken(sight.table, (row, column), measured);
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_cursor && looking.story, spoken()));
            let look = paint::Look {
                opened: is_cursor && looking.story,
                focused: response.has_focus(),
                hovered: response.hovered(),
                wide: sight.plan.cell >= layout::WIDE,
                pending: sight.table.running.is_some(),
            };
            paint::cell(&painter, rect, measured, look, tokens);
            if response.clicked() {
                looking.open((row, column));
                response.request_focus();
            }
            if is_cursor && response.has_focus() {
                keep_keys(ui, &response, looking);
            }
            response.on_hover_ui(|ui| hover(ui, sight.table, (row, column), measured));
        }
    }
    keep_focus(ui, sight, looking);
}

/// A cursor out of sight keeps the keyboard, so that the next frame can show it.
fn keep_focus(ui: &Ui, sight: &Sight<'_>, looking: &Looking) {
    let Some((row, column)) = sight.cursor else { return };
    let is_seen = sight.lines().any(|(_, line)| matches!(line, Line::Row(at, _) if at == row))
        && sight.columns().any(|(_, at)| at == column);
    if !is_seen {
        let nowhere = Rect::from_min_size(sight.body(ui).min, vec2(0.0, 0.0));
        let response = ui.interact(nowhere, cell_id(row, column), Sense::click());
        let measured = sight.table.cell(row, column);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, spoken(sight.table, (row, column), measured)));
        if response.has_focus() {
            keep_keys(ui, &response, looking);
        }
    }
}

fn cell_id(row: usize, column: usize) -> Id {
    Id::unique(("comparison cell", row, column))
}

/// The arrows move in the table, and not to other controls; while a story is open, Escape closes it.
fn keep_keys(ui: &Ui, response: &Response, looking: &Looking) {
    let (horizontal_arrows, vertical_arrows, escape) = (true, true, looking.story);
    let filter = EventFilter { horizontal_arrows, vertical_arrows, escape, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
}

/// Where the arrows and Escape take the cursor, if it has the keyboard.
fn move_by_keys(ui: &Ui, looking: &mut Looking, view: &View, from: (usize, usize)) -> (usize, usize) {
    if !ui.memory(|memory| memory.has_focus(cell_id(from.0, from.1))) {
        return from;
    }
    let mut at = from;
    let mut closed = false;
    ui.input(|input| {
        for event in &input.events {
            let Event::Key { key, pressed: true, .. } = event else { continue };
            let (right, down) = match key {
                Key::ArrowLeft => (-1, 0),
                Key::ArrowRight => (1, 0),
                Key::ArrowUp => (0, -1),
                Key::ArrowDown => (0, 1),
                Key::PageUp => (0, -10),
                Key::PageDown => (0, 10),
                Key::Home => (isize::MIN / 2, 0),
                Key::End => (isize::MAX / 2, 0),
                Key::Escape => {
                    closed = true;
                    continue;
                }
                _ => continue,
            };
            at = view.beside(at, right, down).unwrap_or(at);
        }
    });
    if closed {
        looking.story = false;
    }
    if at != from {
        looking.cursor = Some(at);
        looking.moved = true;
        ui.memory_mut(|memory| memory.request_focus(cell_id(at.0, at.1)));
    }
    at
}

/// `Stolen, then logged out · thief with access × Session, in memory: out 0 s`
fn spoken(table: &Comparing, (row, column): (usize, usize), measured: Option<&Measured>) -> String {
    let name = format!("{} × {}", story::scenario(&table.rows[row]), table.columns[column].title);
    let Some(measured) = measured else { return format!("{name}: not measured") };
    let digest = &measured.digest;
    let mut words = format!("{name}: {}", digest.label());
    for (holds, more) in [
        (!digest.collateral.is_empty(), ", others lost access too"),
        (digest.detected, ", alarm raised"),
        (digest.unexpected, ", not as expected"),
    ] {
        if holds {
            words.push_str(more);
        }
    }
    words
}

fn hover(ui: &mut Ui, table: &Comparing, (row, column): (usize, usize), measured: Option<&Measured>) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = GAP;
    let words = format!("{} × {}", inert(&story::scenario(&table.rows[row])), inert(&table.columns[column].title));
    ui.add(Label::new(text::caption(words).color(tokens.dim)).wrap());
    let Some(measured) = measured else {
        ui.label(text::body("Not measured yet").color(tokens.text));
        return;
    };
    let digest = &measured.digest;
    ui.label(text::strong(digest.sentence()).color(tokens.tone(measured.tone())));
    if measured.is_blank() || digest.headline.is_none() {
        ui.add(Label::new(text::caption(inert(&measured.cell.why)).color(tokens.text)).wrap());
    }
    if !digest.collateral.is_empty() {
        let who: Vec<&str> = digest.collateral.iter().map(|actor| actor.title()).collect();
        ui.label(text::caption(format!("Lost something too: {}", who.join(", "))).color(tokens.bad));
    }
    if digest.detected {
        ui.label(text::caption("The server raised an alarm").color(tokens.text));
    }
    if digest.unexpected {
        ui.label(text::caption("Not as expected").color(tokens.bad));
    }
}

/// The names that are seen, for assistive technology and for who wants to know more of them.
fn named(ui: &mut Ui, sight: &Sight<'_>) {
    let (corner, clip) = (sight.corner(), ui.clip_rect());
    for (line, of) in sight.lines() {
        let Line::Row(row, true) = of else { continue };
        let rect = sight.at(sight.plan.line(line));
        let place = Rect::from_min_max(
            pos2(corner.left(), rect.top().max(corner.bottom())),
            pos2(corner.right(), rect.bottom()),
        );
        let of = &sight.table.rows[row];
        let response = ui.interact(place.intersect(clip), Id::unique(("comparison row", row)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::RowHeader, true, &of.title));
        response.on_hover_text(format!("{}\n{}\n{}", inert(&of.title), inert(&of.question), inert(&of.scenario)));
    }
    let response = ui.interact(corner.intersect(clip), Id::unique("comparison totals"), Sense::hover());
    let [what, odd] = paint::totals(sight.table);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{what}, {odd}")));
    for (place, column) in sight.columns() {
        let rect = sight.at(paint::name_place(sight, place)).translate(vec2(0.0, sight.window.top()));
        let of = &sight.table.columns[column];
        let id = Id::unique(("comparison column", column));
        let response = ui.interact(rect.intersect(clip), id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &of.title));
        response.on_hover_text(format!("{}\n{}\n{}", inert(&of.title), inert(&of.summary), inert(&of.id)));
    }
}

/// How wide the designs' names are.
fn names(ui: &Ui, table: &Comparing, view: &View) -> Names {
    let width = |words: &str| paint::name(ui.painter(), words, Tokens::of(ui).text).size().x;
    let widest = |words: &mut dyn Iterator<Item = &str>| words.map(width).fold(0.0, f32::max);
    let shorts = || view.columns.iter().map(|column| table.columns[*column].short());
    Names {
        widest: widest(&mut shorts()),
        widest_part: widest(&mut shorts().flat_map(|name| name.split_inclusive('-'))),
    }
}

fn nothing(ui: &mut Ui, looking: &mut Looking) {
    use crate::ui::widgets::button;

    let tokens = Tokens::of(ui);
    ui.add_space(ui.available_height() * 0.3);
    ui.vertical_centered(|ui| {
        let words = match looking.differing {
            true => "Nothing that is shown differs",
            false => "Nothing fits these filters",
        };
        ui.label(text::head(words).color(tokens.text));
        ui.add_space(GAP_2);
        if button::show(ui, "Show everything", button::Look::default()).clicked() {
            looking.show_all();
        }
    });
}

#[cfg(test)]
mod tests;

/// A painter for one part of the table.
fn within(ui: &Ui, place: Rect) -> Painter {
    ui.painter().with_clip_rect(place.intersect(ui.clip_rect()))
}
