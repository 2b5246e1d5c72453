//! How long the thief stays in, on one axis: a dot for each design, in the scenario that is looked at.

mod layout;

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align2, Color32, Id, Label, Painter, Pos2, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::looking::{Looking, View};
use super::{inert, story};
use crate::lab::digest::{Exposure, Shape};
use crate::state::comparing::{Comparing, about};
use crate::state::model::Tone;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};
use layout::{DOT, Dot, Point, Side, TICKS};

const TITLE: f32 = 20.0;
const AXIS: f32 = 22.0;
/// A bar of the axis that says how long is long.
const BAR: f32 = 3.0;

pub(super) fn show(ui: &mut Ui, table: &Comparing, looking: &mut Looking, view: &View) {
    let tokens = Tokens::of(ui);
    let Some((row, column)) = view.cursor(looking) else { return };
    title(ui, table, row);
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let points = points(ui, table, view, row);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, spoken(table, row, &points)));
    let plot = Rect::from_min_max(rect.min + vec2(GAP_2, 0.0), rect.max - vec2(layout::MARGIN, AXIS));
    axis(ui.painter(), plot, tokens);
    if points.is_empty() {
        let never =
            |column: &usize| table.cell(row, *column).is_some_and(|cell| cell.digest.glance.shape == Shape::Never);
        let is_measured = view.columns.iter().any(never);
        let words = match (is_measured, table.running.is_some()) {
            (true, _) => "No design lets the thief stay in: there is no time to show",
            (false, true) if table.totals.cells == 0 => "Measuring what is usual first…",
            (false, true) => "Measuring…",
            (false, false) => "Nothing was measured in this scenario",
        };
        let words = ui.painter().layout_no_wrap(words.to_owned(), text::body_font(), tokens.dim);
        let ground = Align2::CENTER_CENTER.anchor_size(plot.center(), words.size());
        ui.painter().rect_filled(ground.expand(GAP), 0.0, tokens.panel);
        ui.painter().galley(ground.min, words, tokens.dim);
        return;
    }
    for dot in layout::place(&points, plot.width(), plot.height()) {
        let at = pos2(plot.left() + dot.x, plot.bottom() + dot.y);
        let opened = looking.cursor.is_some() && dot.column == column;
        if mark(ui, table, (row, dot.column), &dot, at, opened).clicked() {
            looking.open((row, dot.column));
        }
    }
}

fn title(ui: &mut Ui, table: &Comparing, row: usize) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.set_height(TITLE);
        ui.spacing_mut().item_spacing.x = GAP_2;
        ui.label(text::strong("How long the thief stays in").color(tokens.text));
        let words = inert(&story::scenario(&table.rows[row]));
        ui.add(Label::new(text::caption(&words).color(tokens.dim)).truncate()).on_hover_text(words);
    });
}

/// What there is to draw: who is meant is the cell's own headline.
fn points(ui: &Ui, table: &Comparing, view: &View, row: usize) -> Vec<Point> {
    let point = |column: &usize| {
        let measured = table.cell(row, *column)?;
        let exposure = measured.digest.glance.exposure;
        let name = label_width(ui.painter(), table.columns[*column].short());
        (exposure != Exposure::None).then_some(Point { column: *column, exposure, name })
    };
    view.columns.iter().filter_map(point).collect()
}

fn label_width(painter: &Painter, words: &str) -> f32 {
    painter.layout_no_wrap(inert(words), text::caption_font(), Color32::PLACEHOLDER).size().x
}

fn axis(painter: &Painter, plot: Rect, tokens: &Tokens) {
    let x = |secs: u64| layout::x(Exposure::Secs(secs), plot.width()).unwrap_or_default() + plot.left();
    let bar = |from: f32, to: f32, tone: Tone| {
        let rect = Rect::from_min_max(pos2(from, plot.bottom()), pos2(to, plot.bottom() + BAR));
        painter.rect_filled(rect, 1.0, tokens.tone(tone));
    };
    bar(plot.left() - DOT, plot.left() + layout::at_once(plot.width()), Tone::Good);
    bar(x(5), x(3600), Tone::Amber);
    bar(x(3600), x(30 * 86_400), Tone::Bad);
    let mut free_from = f32::NEG_INFINITY;
    for (secs, words) in TICKS {
        let at = x(secs);
        if secs > 0 {
            painter.vline(at, plot.top()..=plot.bottom() - 1.0, Stroke::new(1.0, tokens.line));
        }
        let galley = painter.layout_no_wrap(words.to_owned(), text::caption_font(), tokens.dim);
        let most = plot.right() + layout::MARGIN - galley.size().x;
        let left = (at - galley.size().x / 2.0).clamp(plot.left() - GAP_2, most);
        if left > free_from {
            free_from = left + galley.size().x + GAP_2;
            painter.galley(pos2(left, plot.bottom() + BAR + 3.0), galley, tokens.dim);
        }
    }
}

/// One design's dot, with its name where there is room for it.
fn mark(ui: &mut Ui, table: &Comparing, at: (usize, usize), dot: &Dot, center: Pos2, opened: bool) -> Response {
    let tokens = Tokens::of(ui);
    let column = &table.columns[at.1];
    let color = story::family(tokens, column.family);
    let reach = layout::reach(dot).translate(center - pos2(dot.x, dot.y));
    // The table leads the keyboard to the same cells, without a stop at every dot.
    let response = ui.interact(reach, Id::unique(("exposure of", at.1)), Sense::CLICK);
    let exposure = table.cell(at.0, at.1).map(|measured| measured.digest.glance.word.clone()).unwrap_or_default();
    let spoken = format!("{}: {exposure}", column.title);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let painter = ui.painter();
    painter.circle_filled(center, DOT, color);
    if response.hovered() || opened {
        painter.circle_stroke(center, DOT + 2.0, Stroke::new(1.5, tokens.text));
    }
    let ink = if opened { tokens.text } else { tokens.dim };
    let words = inert(column.short());
    match dot.name {
        Some(Side::Right) => {
            painter.text(center + vec2(DOT + GAP, 0.0), Align2::LEFT_CENTER, words, text::caption_font(), ink);
        }
        Some(Side::Left) => {
            painter.text(center - vec2(DOT + GAP, 0.0), Align2::RIGHT_CENTER, words, text::caption_font(), ink);
        }
        None => {}
    }
    response.on_hover_text(inert(&spoken))
}

/// The chart for who can't see it: each time, and which designs it is.
fn spoken(table: &Comparing, row: usize, points: &[Point]) -> String {
    let mut by_time: std::collections::BTreeMap<Exposure, Vec<&str>> = std::collections::BTreeMap::new();
    for point in points {
        by_time.entry(point.exposure).or_default().push(&table.columns[point.column].title);
    }
    let told = by_time.iter().map(|(exposure, designs)| {
        let time = match exposure {
            Exposure::Secs(secs) => about(*secs),
            Exposure::Horizon | Exposure::None => "to the end".to_owned(),
        };
        format!("{time}: {}", designs.join(", "))
    });
    let told: Vec<String> = told.collect();
    format!("How long the thief stays in, {}. {}", story::scenario(&table.rows[row]), told.join("; "))
}
