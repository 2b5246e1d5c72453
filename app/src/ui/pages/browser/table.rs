//! The table of a browser's requests: who started each, what came along, and what was held back.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::accesskit::Role;
use eframe::egui::{Color32, FontId, Id, Label, Painter, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo};
use eframe::egui::{pos2, vec2};

use super::Browsing;
use super::detail::{from_words, short_rule};
use crate::inspect::plain::visible;
use crate::state::model::Model;
use crate::state::visiting::{Agrees, Cookie, From, Place, Visited};
use crate::ui::pages::playground::below::wire::keys::{self, Move};
use crate::ui::pages::playground::below::wire::table::{LINE, cell};
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, RADIUS, Tokens};
use crate::ui::widgets::icon;
use crate::ui::widgets::secret::side_name;

const HEAD: f32 = 20.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Time,
    Host,
    Way,
    From,
    Request,
    Came,
    Held,
    Answer,
    Agent,
}

/// Every column in its order: its title, the width that it needs, its share of what is left over, and when it goes as room
/// gets short: the highest first.
const COLUMNS: [(Column, &str, f32, f32, u8); 9] = [
    (Column::Time, "Time", 62.0, 0.0, 6),
    (Column::Host, "To", 86.0, 0.0, 2),
    (Column::Request, "Request", 132.0, 0.34, 0),
    (Column::Way, "As", 62.0, 0.0, 4),
    (Column::From, "Started by", 104.0, 0.22, 0),
    (Column::Came, "Cookies that came", 104.0, 0.22, 5),
    (Column::Held, "Held back", 110.0, 0.22, 0),
    (Column::Answer, "Answer", 48.0, 0.0, 3),
    (Column::Agent, "Our agent", 64.0, 0.0, 0),
];

fn fit(width: f32) -> Vec<(Column, &'static str, Range<f32>)> {
    let mut shown = COLUMNS.to_vec();
    let needed = |shown: &[(Column, &str, f32, f32, u8)]| {
        shown.iter().map(|column| column.2).sum::<f32>() + GAP_2 * shown.len().saturating_sub(1) as f32
    };
    while needed(&shown) > width
        && let Some((at, _)) = shown.iter().enumerate().filter(|(_, one)| one.4 > 0).max_by_key(|(_, one)| one.4)
    {
        shown.remove(at);
    }
    let spare = (width - needed(&shown)).max(0.0);
    let shares: f32 = shown.iter().map(|column| column.3).sum();
    let mut left = 0.0;
    let place = |(column, title, width, share, _): (Column, &'static str, f32, f32, u8)| {
        let range = left..left + width + spare * share / shares.max(0.01);
        left = range.end + GAP_2;
        (column, title, range)
    };
    shown.into_iter().map(place).collect()
}

pub(super) fn show(ui: &mut Ui, model: &Model, browsing: &mut Browsing, rows: &[&Arc<Visited>], place: Rect) {
    let tokens = Tokens::of(ui);
    let columns = fit(place.width() - 2.0 * GAP);
    let head = Rect::from_min_size(place.min, vec2(place.width(), HEAD));
    for (_, title, range) in &columns {
        cell(ui.painter(), head, range, false, title, text::caption_font(), tokens.dim);
    }
    ui.painter().hline(place.x_range(), head.bottom(), Stroke::new(1.0, tokens.line));
    let body = Rect::from_min_max(pos2(place.left(), head.bottom() + 1.0), place.max);
    if rows.is_empty() {
        let words = "No request is like that: clear the marks above";
        let mut ui = ui.new_child(UiBuilder::new().id_salt("browser none").max_rect(body.shrink(GAP)));
        ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
        return;
    }
    let id = Id::unique("browser table");
    let table = ui.interact(body, id, Sense::click());
    let page = (body.height() / LINE) as usize;
    let current = |browsing: &Browsing| rows.iter().position(|visited| Some(visited.id) == browsing.selected);
    for what in keys::pressed(ui, id, page, browsing.whole) {
        match what {
            Move::Open => browsing.whole = browsing.selected.is_some() && !browsing.whole,
            Move::Close => browsing.whole = false,
            _ => {
                if let Some(row) = keys::target(what, current(browsing), rows.len()).and_then(|row| rows.get(row)) {
                    (browsing.selected, browsing.scroll_to_it) = (Some(row.id), true);
                }
            }
        }
    }
    table.widget_info(|| {
        let now = current(browsing).map(|at| format!(", {} of {}: {}", at + 1, rows.len(), spoken(rows[at])));
        WidgetInfo::labeled(Role::ListBox, true, format!("Requests{}", now.unwrap_or_default()))
    });
    let mut area = ScrollArea::vertical().id_salt("browser rows").auto_shrink([false, false]).stick_to_bottom(true);
    if std::mem::take(&mut browsing.scroll_to_it)
        && let Some(row) = current(browsing)
    {
        let (top, bottom) = (row as f32 * LINE, (row + 1) as f32 * LINE);
        area = area.vertical_scroll_offset(browsing.offset.min(top).max(bottom - body.height()));
    }
    let mut inner = ui.new_child(UiBuilder::new().id_salt("browser body").max_rect(body));
    let mut clicked = None;
    inner.spacing_mut().item_spacing.y = 0.0;
    let scrolled = area.show_rows(&mut inner, LINE, rows.len(), |ui, range| {
        ui.set_width(ui.available_width());
        for visited in &rows[range] {
            let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
            // Rows are no stops of the Tab key: the table is one, and the arrows go from row to row.
            let response = ui.interact(line, id.with(visited.id), Sense::CLICK);
            let is_selected = browsing.selected == Some(visited.id);
            response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, spoken(visited)));
            if is_selected || response.hovered() {
                let ground = if is_selected { tokens.hover } else { tokens.raised };
                ui.painter().rect_filled(line.shrink2(vec2(0.0, 0.5)), RADIUS, ground);
            }
            paint(ui.painter(), model, tokens, line, &columns, visited);
            if response.clicked() {
                clicked = Some(visited.id);
            }
        }
    });
    browsing.offset = scrolled.state.clamped_offset().y;
    if let Some(id_of) = clicked {
        browsing.look_at(id_of);
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    if ui.memory(|memory| memory.has_focus(id)) {
        icon::focus_ring(ui.painter(), body.expand(1.0), tokens);
    }
}

fn paint(
    painter: &Painter,
    model: &Model,
    tokens: &Tokens,
    line: Rect,
    columns: &[(Column, &str, Range<f32>)],
    visited: &Visited,
) {
    let exchange = visited.row.exchange.as_ref();
    let ink = if visited.is_furniture() { tokens.dim } else { tokens.text };
    for (column, _, range) in columns {
        let put = |words: &str, font: FontId, color: Color32| cell(painter, line, range, false, words, font, color);
        match column {
            Column::Time => put(&text::moment(exchange.at, model.now()), text::mono_font(), tokens.dim),
            Column::Host => put(&host_words(visited), text::body_font(), host_color(model, tokens, visited)),
            Column::Way => put(visited.way.name(), text::body_font(), tokens.dim),
            Column::From => {
                let color = if visited.is_from_elsewhere() { tokens.amber } else { tokens.dim };
                put(&from_words(visited), text::body_font(), color);
            }
            Column::Request => {
                put(&format!("{} {}", exchange.method, visible(&exchange.path)), text::mono_font(), ink);
            }
            Column::Came => {
                let came: Vec<&str> = came(visited).map(|cookie| cookie.decision.name.as_str()).collect();
                let words = if came.is_empty() { "–".to_owned() } else { visible(&came.join(", ")).into_owned() };
                put(&words, text::mono_font(), if came.is_empty() { tokens.dim } else { ink });
            }
            Column::Held => {
                let held = held(visited);
                let words = if held.is_empty() { "–".to_owned() } else { visible(&held.join(", ")).into_owned() };
                put(&words, text::body_font(), if held.is_empty() { tokens.dim } else { tokens.good });
            }
            Column::Answer => {
                let color = if exchange.status >= 400 { tokens.amber } else { tokens.dim };
                put(&exchange.status.to_string(), text::mono_font(), color);
            }
            Column::Agent => match verdict(visited) {
                (words, true) => put(words, text::strong_font(), tokens.bad),
                (words, false) => put(words, text::body_font(), tokens.dim),
            },
        }
    }
}

/// Whether the agent would have done the same, and whether that is a disagreement.
pub(super) fn verdict(visited: &Visited) -> (&'static str, bool) {
    match visited.differs() {
        true => ("≠ differs", true),
        false if visited.cookies.iter().any(|cookie| cookie.agrees == Agrees::Unknown) => ("can't tell", false),
        false => ("= same", false),
    }
}

pub(super) fn came(visited: &Visited) -> impl Iterator<Item = &Cookie> {
    visited.cookies.iter().filter(|cookie| cookie.came())
}

/// The cookies that were held back, each with the rule in a word.
fn held(visited: &Visited) -> Vec<String> {
    let held = visited.cookies.iter().filter(|cookie| cookie.was_held_back());
    held.map(|cookie| match cookie.agrees {
        Agrees::Yes => format!("{} ({})", cookie.decision.name, short_rule(cookie.decision.rule)),
        _ => cookie.decision.name.clone(),
    })
    .collect()
}

/// `left bank`, `left evil`.
pub(super) fn host_words(visited: &Visited) -> String {
    let side = side_name(visited.row.side);
    match visited.place {
        Place::Bank => format!("{side} bank"),
        Place::Evil => format!("{side} evil"),
        Place::Sibling => format!("{side} sibling"),
    }
}

pub(super) fn host_color(model: &Model, tokens: &Tokens, visited: &Visited) -> Color32 {
    match visited.place {
        Place::Bank => tokens.lane(model.lane(visited.row.side).is_session()),
        Place::Evil | Place::Sibling => tokens.actor(crate::lab::actor::Actor::Attacker),
    }
}

/// A row for those who do not see it.
fn spoken(visited: &Visited) -> String {
    let exchange = &visited.row.exchange;
    let from = match visited.from {
        From::User => "you".to_owned(),
        _ => from_words(visited),
    };
    let held = held(visited);
    let held = if held.is_empty() { String::new() } else { format!(", held back {}", held.join(", ")) };
    let came = came(visited).count();
    format!(
        "{} {} {} {}, {} from {from}, {came} cookies came{held}, agent {}",
        host_words(visited),
        exchange.method,
        visible(&exchange.path),
        exchange.status,
        visited.way.name(),
        verdict(visited).0.trim_start_matches(['=', '≠', ' '])
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::Rule;

    #[test]
    fn columns_fit_and_what_matters_stays() {
        for width in 440..1900 {
            let columns = fit(width as f32);
            assert!(columns.windows(2).all(|pair| pair[0].2.end < pair[1].2.start), "{width}");
            assert!(columns.last().is_some_and(|last| last.2.end <= width as f32 + 0.1), "{width}");
            for kept in [Column::Request, Column::From, Column::Held, Column::Agent] {
                assert!(columns.iter().any(|(column, ..)| *column == kept), "{width}: {kept:?}");
            }
        }
        assert_eq!(fit(980.0).len(), COLUMNS.len(), "a small window has all of them");
    }

    #[test]
    fn every_rule_against_sending_has_a_word() {
        let against = Rule::ALL.into_iter().filter(|rule| !rule.sends());
        for rule in against {
            assert!(short_rule(rule).len() < 24, "{}", rule.id());
        }
    }
}
