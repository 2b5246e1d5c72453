//! The table as it is painted: as many rows as can be seen, however many there are.

use std::ops::Range;

use eframe::egui::accesskit::Role;
use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Color32, FontId, Id, Label, Painter, Rect, ScrollArea, Sense, Stroke, TextFormat, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

use super::columns::{Column, fit};
use super::keys::{self, Move};
use super::rows::Rows;
use super::{Below, select, side_word};
use crate::inspect::plain::visible;
use crate::lab::exchange::{Exchange, Purpose};
use crate::state::model::Model;
use crate::state::traffic::Row;
use crate::state::wire::told;
use crate::ui::text;
use crate::ui::theme::{GAP, RADIUS, Tokens};
use crate::ui::widgets::icon::{self, Icon};

const HEAD: f32 = 20.0;
pub(in crate::ui) const LINE: f32 = 22.0;

pub(super) fn show(ui: &mut Ui, model: &Model, below: &mut Below, rows: &Rows<'_>, place: Rect) {
    let tokens = Tokens::of(ui);
    let columns = fit(place.width() - 2.0 * GAP);
    let head = Rect::from_min_size(place.min, vec2(place.width(), HEAD));
    for (column, range) in &columns {
        cell(ui.painter(), head, range, column.is_figure(), column.title(), text::caption_font(), tokens.dim);
    }
    ui.painter().hline(place.x_range(), head.bottom(), Stroke::new(1.0, tokens.line));
    let body = Rect::from_min_max(pos2(place.left(), head.bottom() + 1.0), place.max);
    if rows.len() == 0 {
        let words = if rows.is_pending() { "Looking…" } else { "No exchange is like that: change the filter" };
        let mut ui = ui.new_child(UiBuilder::new().id_salt("wire empty").max_rect(body.shrink(GAP)));
        ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
        return;
    }

    let id = Id::unique("wire table");
    let table = ui.interact(body, id, Sense::click());
    let page = (body.height() / LINE) as usize;
    let selected = below.selected.and_then(|(side, number)| model.traffic.place_of(side, number));
    for what in keys::pressed(ui, id, page, below.wire.opened) {
        let current = below.selected.and_then(|(side, number)| rows.row(model.traffic.place_of(side, number)?));
        match what {
            Move::Open => below.wire.opened = below.selected.is_some() && !below.wire.opened,
            Move::Close => below.wire.opened = false,
            _ => {
                let to = keys::target(what, current, rows.len()).and_then(|row| rows.place(row));
                to.into_iter().for_each(|place| select(below, model, place));
            }
        }
    }
    table.widget_info(|| {
        let row = selected.and_then(|place| Some((rows.row(place)?, model.traffic.at_place(place)?)));
        let now = row.map(|(at, row)| format!(", {} of {}: {}", at + 1, rows.len(), spoken(row))).unwrap_or_default();
        WidgetInfo::labeled(Role::ListBox, true, format!("Exchanges{now}"))
    });

    let mut area = ScrollArea::vertical().id_salt("wire rows").auto_shrink([false, false]);
    // New rows are followed, unless somebody has gone elsewhere.
    area = match offset(below, model, rows, body.height()) {
        Some(offset) => area.vertical_scroll_offset(offset),
        None => area.stick_to_bottom(true),
    };
    let mut inner = ui.new_child(UiBuilder::new().id_salt("wire body").max_rect(body));
    let mut clicked = None;
    let scrolled = area.show_viewport(&mut inner, |ui, viewport| {
        ui.set_height(rows.len() as f32 * LINE);
        ui.set_width(ui.available_width());
        // Rows are placed from the window's edge and not from the content's, which is too far away for exact figures.
        let first = (f64::from(viewport.min.y) / f64::from(LINE)).floor().max(0.0);
        let shift = (f64::from(viewport.min.y) - first * f64::from(LINE)) as f32;
        let painter = ui.painter().with_clip_rect(body.intersect(ui.clip_rect()));
        let last = rows.len().min(first as usize + page + 2);
        for (at, row) in (first as usize..last).enumerate() {
            let Some((place, data)) = rows.place(row).and_then(|p| Some((p, model.traffic.at_place(p)?))) else {
                break;
            };
            let top = body.top() - shift + at as f32 * LINE;
            let line = Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), LINE));
            let seen = line.intersect(body);
            // Rows are no stops of the Tab key: the table is one, and the arrows go from row to row.
            let response = ui.interact(seen, id.with((model.traffic.generation(), place)), Sense::CLICK);
            let is_selected = below.selected == Some((data.side, data.exchange.number));
            response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, spoken(data)));
            if is_selected || response.hovered() {
                painter.rect_filled(
                    line.shrink2(vec2(0.0, 0.5)),
                    RADIUS,
                    if is_selected { tokens.hover } else { tokens.raised },
                );
            }
            paint(&painter, model, tokens, line, &columns, data);
            if response.clicked() {
                clicked = Some((data.side, data.exchange.number));
            }
            if response.hovered() {
                response.on_hover_text_at_pointer(hover(model, data));
            }
        }
    });
    below.wire.offset = scrolled.state.clamped_offset().y;
    below.wire.looks_back = below.wire.offset + body.height() + 1.0 < rows.len() as f32 * LINE;
    if let Some((side, number)) = clicked {
        below.open_exchange(side, number);
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    if ui.memory(|memory| memory.has_focus(id)) {
        icon::focus_ring(ui.painter(), body.expand(1.0), tokens);
    }
}

/// Where to scroll to, where that is not for the user alone to say.
fn offset(below: &mut Below, model: &Model, rows: &Rows<'_>, height: f32) -> Option<f32> {
    let wire = &mut below.wire;
    // What was dropped at the front must not move what is looked at.
    let front = (model.traffic.generation(), rows.place(0).unwrap_or_default());
    let before = wire.front.replace(front).filter(|(generation, _)| *generation == front.0);
    let mut wanted = None;
    if let (Some((_, before)), Rows::All { .. }) = (before, rows)
        && front.1 > before
        && wire.looks_back
    {
        wire.offset = (wire.offset - (front.1 - before) as f32 * LINE).max(0.0);
        wanted = Some(wire.offset);
    }
    if std::mem::take(&mut wire.scroll_to_it)
        && let Some(row) = below.selected.and_then(|(side, number)| rows.row(model.traffic.place_of(side, number)?))
    {
        let (top, bottom) = (row as f32 * LINE, (row + 1) as f32 * LINE);
        // It is said even where it is so already, or a table that is shown for the first time would go to its end.
        wanted = Some(wanted.unwrap_or(wire.offset).min(top).max(bottom - height));
    }
    wanted
}

fn paint(painter: &Painter, model: &Model, tokens: &Tokens, line: Rect, columns: &[(Column, Range<f32>)], row: &Row) {
    let exchange = row.exchange.as_ref();
    let is_probe = exchange.purpose == Purpose::Probe;
    let ink = if is_probe { tokens.dim } else { tokens.text };
    let (up, down) = told::bytes(exchange);
    for (column, range) in columns {
        let put = |words: &str, font: FontId, color: Color32| {
            cell(painter, line, range, column.is_figure(), words, font, color);
        };
        match column {
            Column::Kind => kind(painter, tokens, line, range, exchange.purpose),
            Column::Time => put(&text::moment(exchange.at, model.now()), text::mono_font(), tokens.dim),
            Column::Actor => put(exchange.actor.name(), text::body_font(), tokens.actor(exchange.actor)),
            Column::Lane => {
                let color = tokens.lane(model.lane(row.side).is_session());
                put(side_word(row.side), text::body_font(), color);
            }
            Column::Method => put(exchange.method, text::mono_font(), ink),
            Column::Path => put(&visible(&exchange.path), text::mono_font(), ink),
            Column::Status => put(&exchange.status.to_string(), text::mono_font(), ink),
            Column::Up => put(&text::bytes(up), text::mono_font(), tokens.dim),
            Column::Down => put(&text::bytes(down), text::mono_font(), tokens.dim),
            Column::Millis => put(&millis(exchange.micros), text::mono_font(), tokens.dim),
            Column::Decided => put(&decided(model, exchange), text::body_font(), ink),
        }
    }
}

/// A disc for what somebody did, a ring for what the lab asked, two arrows for what a client did by itself.
fn kind(painter: &Painter, tokens: &Tokens, line: Rect, range: &Range<f32>, purpose: Purpose) {
    let center = pos2(line.left() + GAP + (range.start + range.end) / 2.0, line.center().y);
    match purpose {
        Purpose::Action => drop(painter.circle_filled(center, 3.5, tokens.text)),
        Purpose::Probe => drop(painter.circle_stroke(center, 3.0, Stroke::new(1.2, tokens.dim))),
        Purpose::Renewal => {
            Icon::Playground.paint(painter, Rect::from_center_size(center, vec2(11.0, 11.0)), tokens.text);
        }
    }
}

/// One line of text in a column, cut where it is too long.
pub(in crate::ui) fn cell(
    painter: &Painter,
    line: Rect,
    range: &Range<f32>,
    right: bool,
    words: &str,
    font: FontId,
    color: Color32,
) {
    if words.is_empty() {
        return;
    }
    let mut job = LayoutJob::single_section(words.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping::truncate_at_width(range.end - range.start);
    let galley = painter.layout_job(job);
    let left = line.left() + GAP + if right { range.end - galley.size().x } else { range.start };
    painter.galley(pos2(left, line.center().y - galley.size().y / 2.0), galley, color);
}

/// `38.2`, and whole ones where that is many.
pub(in crate::ui) fn millis(micros: u64) -> String {
    match micros {
        0..100_000 => format!("{}.{}", micros / 1000, micros % 1000 / 100),
        _ => (micros / 1000).to_string(),
    }
}

/// What decided, in one line.
pub(super) fn decided(model: &Model, exchange: &Exchange) -> String {
    let words = told::decided(exchange, |at| at.to_string());
    visible(&text::with_local_times(&words, model.now())).into_owned()
}

pub(super) fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Action => "what a person asked for",
        Purpose::Probe => "the lab asked whether the actor is still let in",
        Purpose::Renewal => "the client renewed its credentials by itself, after a 401",
    }
}

/// A row for those who do not see it.
fn spoken(row: &Row) -> String {
    let exchange = &row.exchange;
    let probe = if exchange.purpose == Purpose::Probe { ", a probe" } else { "" };
    let Exchange { number, actor, method, status, .. } = exchange.as_ref();
    let (side, path) = (side_word(row.side), visible(&exchange.path));
    format!("{side} {number} {actor} {method} {path} {status}{probe}")
}

fn hover(model: &Model, row: &Row) -> String {
    let exchange = &row.exchange;
    let sent = exchange.cookies.iter().filter(|cookie| cookie.sent).count();
    let withheld = exchange.cookies.len() - sent;
    let cookies = match (sent, withheld) {
        (0, 0) => "No cookie in the jar".to_owned(),
        (sent, 0) => format!("{} sent", text::counted(sent, "cookies")),
        (sent, withheld) => format!("{} sent, {withheld} withheld", text::counted(sent, "cookies")),
    };
    format!("{}: {}\n{cookies}\n{}", exchange.status, decided(model, exchange), capital(purpose(exchange.purpose)))
}

/// The first letter large, as a line begins.
pub(in crate::ui) fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
