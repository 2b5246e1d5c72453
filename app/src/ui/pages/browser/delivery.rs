//! The delivery table: which cookies a browser sends along, measured, beside what our agents do in the same place.

use eframe::egui::accesskit::Role;
use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Checkbox, Color32, FontId, Label, Rect, ScrollArea, Sense, Stroke, TextFormat, Ui, WidgetInfo, pos2, vec2,
};

use super::Browsing;
use crate::delivery::Row;
use crate::inspect::plain::visible;
use crate::state::command::Command;
use crate::state::measuring::{By, COOKIES, Cell, GROUPS, Table, UnderWay};
use crate::state::model::Model;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, RADIUS, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::flow;
use crate::ui::widgets::icon::{self, Icon};

const LINE: f32 = 22.0;
/// Policies and differences that are written out above the table.
const MOST_LINES: usize = 6;

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let measuring = &model.measuring;
    ways(ui, model, memory, out);
    if let Some(under_way) = &measuring.under_way {
        progress(ui, under_way, out);
    }
    let tokens = Tokens::of(ui);
    for trouble in measuring.failure.iter().chain(&measuring.troubles) {
        ui.add(Label::new(text::body(text::inert(trouble)).color(tokens.bad)).wrap());
    }
    match measuring.table(memory.browsing.table.as_deref()) {
        Some(table) => whole(ui, table, &mut memory.browsing),
        None => nothing(ui),
    }
}

/// The ways to fill the table.
fn ways(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let measuring = &model.measuring;
    let busy =
        measuring.under_way.as_ref().map(|_| "A browser is being measured: wait for its end, or cancel it".to_owned());
    let stopped = model.stopped.then(|| "The lab has stopped: start it again".to_owned());
    let busy = busy.or(stopped);
    flow::show(ui, "delivery ways", 2, |ui, group| match group {
        0 => {
            let look = Look {
                why_not: busy.as_deref(),
                hint: Some(
                    "Opens a page in your own browser that goes through every case by itself, in about three minutes",
                ),
                lit: measuring.tables.is_empty() && busy.is_none(),
                ..Look::default()
            };
            if button::show(ui, "Fill the table with this browser", look).clicked() {
                memory.browsing.table = None;
                out.push(Command::Measure(By::Hand));
            }
            let why_not = busy.clone().or_else(|| measuring.no_headless.clone());
            let look = Look {
                why_not: why_not.as_deref(),
                hint: Some(
                    "Starts this machine's Chromium without a window, with its two minutes for cookies without SameSite cut to ten seconds: done in a minute",
                ),
                ..Look::default()
            };
            if button::show(ui, "With headless Chromium", look).clicked() {
                memory.browsing.table = None;
                out.push(Command::Measure(By::Headless));
            }
            if let Some(missing) = &measuring.no_headless {
                ui.label(text::caption(missing).color(tokens.dim));
            }
        }
        _ => {
            let shown = measuring.table(memory.browsing.table.as_deref()).map(|table| table.name());
            for table in &measuring.tables {
                let name = table.name();
                let response = ui.selectable_label(shown.as_ref() == Some(&name), text::body(text::inert(&name)));
                if response.on_hover_text("The result that was kept of this browser").clicked() {
                    memory.browsing.table = Some(name);
                }
            }
        }
    });
}

/// How far it is, and the way to end it.
fn progress(ui: &mut Ui, under_way: &UnderWay, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let words = match (under_way.by, under_way.probes) {
        (By::Headless, 0) => "Chromium is starting".to_owned(),
        (By::Hand, 0) => "Waiting for your browser. Leave its tab open until it says that it is done".to_owned(),
        (_, probes) => format!("{probes} of {} requests", under_way.of),
    };
    ui.horizontal(|ui| {
        if button::show(ui, "Cancel", Look { name: Some("Cancel measuring"), ..Look::default() }).clicked() {
            out.push(Command::StopMeasuring);
        }
        let (bar, response) = ui.allocate_exact_size(vec2(180.0, 6.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, "How far the measurement is"));
        ui.painter().rect_filled(bar, 3.0, tokens.line);
        let share = under_way.probes as f32 / under_way.of.max(1) as f32;
        ui.painter().rect_filled(
            Rect::from_min_size(bar.min, vec2(bar.width() * share, bar.height())),
            3.0,
            tokens.text,
        );
        ui.add(Label::new(text::body(&words).color(tokens.text)).wrap());
    });
    if let Some(address) = under_way.address.as_ref().filter(|_| under_way.probes == 0) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            if icon::button(ui, Icon::Copy, icon::SMALL, "Copy the address to measure with").clicked() {
                ui.copy_text(address.clone());
            }
            ui.add(Label::new(text::mono(address).color(tokens.dim)).truncate());
        });
    }
}

fn nothing(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.add_space(GAP_2);
    ui.label(text::head("No browser has been measured yet").color(tokens.text));
    let words = "What a cookie's attributes buy depends on the browser. The table is filled by one that goes through more \
                 than a thousand cases: from another site, from a sibling host, from another port; by link, form, picture, \
                 frame and script; for every attribute. Beside each stands what Lockstep's own agents do, and whatever \
                 differs is listed first.";
    ui.add(Label::new(text::body(words).color(tokens.dim)).wrap());
}

fn whole(ui: &mut Ui, table: &Table, browsing: &mut Browsing) {
    verdict(ui, table);
    flow::show(ui, "delivery groups", 2, |ui, part| match part {
        0 => {
            for (at, (_, name)) in GROUPS.iter().enumerate() {
                let words = format!("{name} ({})", table.counts[at]);
                if ui.selectable_label(browsing.group == at, text::body(words)).clicked() {
                    browsing.group = at;
                }
            }
        }
        _ => {
            let words = text::body("Only where they differ");
            ui.add(Checkbox::new(&mut browsing.differing, words));
        }
    });
    if browsing.group == 0 && !browsing.differing {
        matrix(ui, table);
    } else {
        list(ui, table, browsing);
    }
}

/// What came of it: agreement, named choices, and the differences first.
fn verdict(ui: &mut Ui, table: &Table) {
    let tokens = Tokens::of(ui);
    let result = &table.result;
    let explained: usize = result.policies.iter().map(|policy| policy.cases.len()).sum();
    let differ = result.disagreements.len();
    let alike = result.measured.saturating_sub(explained + differ);
    let words = format!("{} {}: {alike} of {} agree with our agents", result.browser, result.version, result.measured);
    ui.add(
        Label::new(text::strong(text::inert(&words)).color(if differ == 0 { tokens.good } else { tokens.bad })).wrap(),
    );
    for policy in result.policies.iter().take(MOST_LINES) {
        let on = |is_on| if is_on { "on" } else { "off" };
        let words = format!(
            "{} differ by a choice of the browser's: {} ({}) is {} in it and {} in our agents",
            policy.cases.len(),
            policy.policy,
            policy.what,
            on(policy.browser),
            on(policy.agent)
        );
        ui.add(Label::new(text::body(text::inert(&words)).color(tokens.amber)).wrap());
    }
    for difference in result.disagreements.iter().take(MOST_LINES) {
        let words = format!(
            "{}: the browser {}, our agent {} ({})",
            difference.case, difference.browser, difference.agent, difference.why
        );
        ui.add(Label::new(text::body(text::inert(&words)).color(tokens.bad)).wrap());
    }
    if differ > MOST_LINES {
        let words = format!("and {} more, first in their groups below", differ - MOST_LINES);
        ui.label(text::body(words).color(tokens.bad));
    }
}

/// From where to where, by which kind of request: the letters of the cookies that went.
fn matrix(ui: &mut Ui, table: &Table) {
    let tokens = Tokens::of(ui);
    let legend: Vec<String> = COOKIES.iter().map(|(letter, what)| format!("{letter} {what}")).collect();
    let words = format!(
        "Which cookies go along: {}; · none of them. Cookies of old.localhost were older than the {} s in which one without \
         SameSite goes with a POST of another site",
        legend.join(", "),
        table.result.window_secs
    );
    ui.add(Label::new(text::caption(words).color(tokens.dim)).wrap());
    ScrollArea::both().id_salt("delivery matrix").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let first = 250.0_f32;
        let each = ((ui.available_width() - first) / table.requests.len().max(1) as f32).clamp(92.0, 190.0);
        let width = first + each * table.requests.len() as f32;
        let (head, _) = ui.allocate_exact_size(vec2(width, LINE), Sense::hover());
        put(ui, head.left(), head, first, "From → to", text::caption_font(), tokens.dim);
        for (at, request) in table.requests.iter().enumerate() {
            let left = head.left() + first + at as f32 * each;
            put(ui, left, head, each - GAP_2, request, text::caption_font(), tokens.dim);
        }
        ui.painter().hline(head.x_range(), head.bottom(), Stroke::new(1.0, tokens.line));
        for ((from, to), cells) in table.places.iter().zip(&table.cells) {
            let (line, response) = ui.allocate_exact_size(vec2(width, LINE), Sense::hover());
            let place = format!("{from} → {to}");
            let spoken: Vec<String> = table
                .requests
                .iter()
                .zip(cells)
                .filter(|(_, cell)| cell.measured)
                .map(|(request, cell)| format!("{request} {}", told(*cell)))
                .collect();
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{place}: {}", spoken.join(", "))));
            if response.hovered() {
                ui.painter().rect_filled(line, RADIUS, tokens.raised);
            }
            put(ui, line.left(), line, first - GAP_2, &place, text::mono_font(), tokens.text);
            for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.measured) {
                let left = line.left() + first + at as f32 * each;
                let differs = cell.browser != cell.agent;
                let color = match (cell.unexplained, differs) {
                    (true, _) => tokens.bad,
                    (false, true) => tokens.amber,
                    (false, false) if cell.browser == [false; 4] => tokens.dim,
                    (false, false) => tokens.text,
                };
                put(ui, left, line, each - GAP_2, &told(*cell), text::mono_font(), color);
            }
        }
    });
}

fn told(cell: Cell) -> String {
    match cell.browser == cell.agent {
        true => Cell::letters(cell.browser),
        false => format!("{} ≠ agent {}", Cell::letters(cell.browser), Cell::letters(cell.agent)),
    }
}

/// Every comparison of a group, those first that differ.
fn list(ui: &mut Ui, table: &Table, browsing: &Browsing) {
    let tokens = Tokens::of(ui);
    let rows = table.rows(GROUPS[browsing.group.min(GROUPS.len() - 1)].0, browsing.differing);
    if rows.is_empty() {
        let words = if browsing.differing {
            "In none of these do browser and agents differ"
        } else {
            "Nothing of this kind was measured"
        };
        ui.label(text::body(words).color(tokens.dim));
        return;
    }
    let width = ui.available_width();
    let places = places(width);
    let (head, _) = ui.allocate_exact_size(vec2(width, LINE), Sense::hover());
    for ((left, room), title) in places.iter().zip(["Case", "Browser", "Our agent", "By which rule"]) {
        put(ui, head.left() + left, head, *room, title, text::caption_font(), tokens.dim);
    }
    ui.painter().hline(head.x_range(), head.bottom(), Stroke::new(1.0, tokens.line));
    let salt = ("delivery list", browsing.group, browsing.differing);
    ScrollArea::vertical().id_salt(salt).auto_shrink([false, false]).show_rows(ui, LINE, rows.len(), |ui, range| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for row in &rows[range] {
            let color = match (row.agrees(), table.is_explained(row)) {
                (true, _) => tokens.text,
                (false, true) => tokens.amber,
                (false, false) => tokens.bad,
            };
            comparison(ui, row, &places, color, tokens);
        }
    });
}

fn comparison(ui: &mut Ui, row: &Row, places: &[(f32, f32); 4], color: Color32, tokens: &Tokens) {
    let (line, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let sign = if row.agrees() { "=" } else { "≠" };
    response.widget_info(|| {
        let words = format!("{}: browser {}, agent {}: {}", row.case, row.browser, row.agent, row.why);
        WidgetInfo::labeled(Role::Label, true, visible(&words))
    });
    if response.hovered() {
        ui.painter().rect_filled(line, RADIUS, tokens.raised);
    }
    let agent = format!("{sign} {}", row.agent);
    for ((left, room), (words, font, color)) in places.iter().zip([
        (&row.case, text::body_font(), color),
        (&row.browser, text::mono_font(), color),
        (&agent, text::mono_font(), color),
        (&row.why, text::body_font(), tokens.dim),
    ]) {
        put(ui, line.left() + left, line, *room, &visible(words), font, color);
    }
    if response.hovered() {
        response.on_hover_text_at_pointer(visible(&format!("{}\n{} ({})", row.case, row.why, row.rule)));
    }
}

/// Where the columns of the list begin, and how wide they are.
fn places(width: f32) -> [(f32, f32); 4] {
    let shares = [0.42, 0.14, 0.14, 0.30];
    let mut left = 0.0;
    shares.map(|share| {
        let place = (left, (width * share - GAP_2).max(8.0));
        left += width * share;
        place
    })
}

/// Words on a line, cut where they are too long.
fn put(ui: &Ui, left: f32, line: Rect, room: f32, words: &str, font: FontId, color: Color32) {
    if !ui.is_rect_visible(line) {
        return;
    }
    let mut job = LayoutJob::single_section(words.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping::truncate_at_width(room);
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(pos2(left, line.center().y - galley.size().y / 2.0), galley, color);
}
