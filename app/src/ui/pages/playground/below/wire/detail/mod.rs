//! One exchange whole: what decided it, its cookies with their rules, what the server did, and what went over the wire.

mod message;

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, Align2, Color32, Label, Layout, Rect, Response, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2,
};

use super::table::{capital, millis, purpose};

use super::{Wire, side_word};
use crate::browser::Receipt;
use crate::inspect::plain::visible;
use crate::lab::exchange::Exchange;
use crate::state::model::Model;
use crate::state::traffic::Row;
use crate::state::wire::credential::{self, Credential};
use crate::state::wire::{curl, json, told};
use crate::ui::memory::UiMemory;
use crate::ui::pages::inspector::Wanted;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};
use crate::ui::widgets::secret;

/// The room of the word or figure in front of a line, and a line's height.
const WORD: f32 = 58.0;
const LINE: f32 = 18.0;
/// The side of a button that copies.
const COPY: f32 = 16.0;

/// Everything that the parts of the view need.
pub(in crate::ui) struct Context<'a> {
    pub(in crate::ui) model: &'a Model,
    pub(in crate::ui) row: &'a Row,
    pub(in crate::ui) known: Vec<Credential>,
    pub(in crate::ui) masked: bool,
    pub(in crate::ui) tokens: &'static Tokens,
}

impl<'a> Context<'a> {
    pub(in crate::ui) fn of(ui: &Ui, model: &'a Model, row: &'a Row, masked: bool) -> Self {
        let known = credential::of(&row.exchange, &model.lane(row.side).view.actors);
        Self { model, row, known, masked, tokens: Tokens::of(ui) }
    }
}

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, among: bool, place: usize, area: Rect) {
    let Some(row) = model.traffic.at_place(place) else { return };
    let cx = Context::of(ui, model, row, memory.masked);
    let tokens = cx.tokens;
    let mut ui = ui.new_child(UiBuilder::new().id_salt("wire detail").max_rect(area));
    let ui = &mut ui;
    ui.shrink_clip_rect(area.expand(2.0));
    ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
    heading(ui, &cx, &mut memory.below.wire);
    // Another exchange is read from its beginning.
    let salt = ("wire exchange", row.side, row.exchange.number);
    ScrollArea::vertical().id_salt(salt).auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(GAP_2, 3.0);
        if !among {
            line(ui, "The filter does not show this exchange in the table", tokens.amber);
        }
        whole(ui, &cx, &mut memory.inspecting.wanted);
    });
}

/// Which exchange it is, what can be done with it, and the way back.
fn heading(ui: &mut Ui, cx: &Context<'_>, wire: &mut Wire) {
    let Context { model, row, tokens, .. } = cx;
    let exchange = &row.exchange;
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 24.0), Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        if icon::button(ui, Icon::Close, 24.0, "Close the exchange").clicked() {
            wire.opened = false;
        }
        let small = |ui: &mut Ui, words: &str, hint: &str| {
            ui.spacing_mut().button_padding.x = GAP_2;
            button::show(ui, words, Look { hint: Some(hint), ..Look::default() }).clicked()
        };
        if small(ui, "Copy as JSON", "The whole exchange as data, with its secrets") {
            ui.copy_text(json::one(row));
        }
        if small(ui, "Copy as curl", "A command that sends this request again to the lane, with its secrets") {
            ui.copy_text(curl::command(exchange, &model.lane(row.side).view.address));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let lane = tokens.lane(model.lane(row.side).is_session());
            ui.label(text::mono(format!("#{}", exchange.number)).color(tokens.dim));
            ui.label(text::body(side_word(row.side)).color(lane));
            ui.label(text::body(exchange.actor.name()).color(tokens.actor(exchange.actor)));
            let what = format!("{} {} {}", exchange.method, visible(&exchange.path), exchange.status);
            ui.add(Label::new(text::mono(&what).color(tokens.text)).truncate()).on_hover_text(what);
        });
    });
}

fn whole(ui: &mut Ui, cx: &Context<'_>, wanted: &mut Option<Wanted>) {
    let Context { model, row, tokens, .. } = cx;
    let exchange = row.exchange.as_ref();
    let why = told::whole(exchange, |at| at.to_string());
    line(ui, &visible(&text::with_local_times(&why, model.now())), tokens.text);
    let when = text::moment(exchange.at, model.now());
    let about = format!("{when} · {} ms · {}", millis(exchange.micros), capital(purpose(exchange.purpose)));
    ui.add(Label::new(text::caption(about).color(tokens.dim)).wrap());

    credentials(ui, cx, wanted);
    cookies(ui, cx);
    served(ui, cx);
}

/// What the server did inside, and both messages as they went over the wire.
pub(in crate::ui) fn served(ui: &mut Ui, cx: &Context<'_>) {
    let Context { model, row, tokens, .. } = cx;
    let exchange = row.exchange.as_ref();
    title(ui, cx, "What the server did");
    if exchange.trace.acts.is_empty() {
        line(ui, "Nothing that it tells of", tokens.dim);
    }
    for timed in &exchange.trace.acts {
        ui.horizontal_top(|ui| {
            figure(ui, &if timed.micros == 0 { "–".to_owned() } else { format!("{} ms", precise(timed.micros)) });
            let words = text::with_local_times(&timed.act.to_string(), model.now());
            ui.add(Label::new(text::body(visible(&words)).color(tokens.text)).wrap());
        });
    }
    title(ui, cx, "Request");
    message::request(ui, cx);
    title(ui, cx, "Answer");
    message::answer(ui, cx);
}

/// Every credential that appears in it, once: whose it is, and its value to copy.
pub(in crate::ui) fn credentials(ui: &mut Ui, cx: &Context<'_>, wanted: &mut Option<Wanted>) {
    let exchange = cx.row.exchange.as_ref();
    let appears = |known: &&Credential| text_has(exchange, &known.value);
    let mut shown: Vec<&Credential> = cx.known.iter().filter(appears).collect();
    if shown.is_empty() {
        return;
    }
    shown.sort_by_key(|known| &known.name);
    title(ui, cx, "Credentials in it");
    for known in shown {
        let color = cx.tokens.actor(known.owner());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GAP_2;
            ui.label(text::mono(visible(&known.name)).color(color));
            ui.label(text::mono(visible(&secret::line(&known.value, cx.masked))).color(cx.tokens.text));
            copy(ui, &format!("Copy {} of {}", visible(&known.name), known.of), &known.value);
            let name = format!("Inspect {} of {}", visible(&known.name), known.of);
            if icon::button(ui, Icon::Inspector, COPY, &name).clicked() {
                let words =
                    format!("{} in exchange {} of the {} lane", known.name, exchange.number, side_word(cx.row.side));
                *wanted = Some(Wanted { side: cx.row.side, words, value: known.value.clone() });
            }
            ui.add(Label::new(text::body(known.whose()).color(color)).truncate());
        });
    }
}

fn text_has(exchange: &Exchange, value: &str) -> bool {
    let mut headers = exchange.request_headers.iter().chain(exchange.response_headers.iter());
    headers.any(|(_, line)| line.contains(value))
        || exchange.request_body.as_ref().is_some_and(|body| body.contains(value))
        || exchange.response_body.contains(value)
}

/// What the browser decided about each cookie, on the way out and on the way in.
fn cookies(ui: &mut Ui, cx: &Context<'_>) {
    let exchange = cx.row.exchange.as_ref();
    title(ui, cx, "Cookies");
    if exchange.cookies.is_empty() {
        line(ui, "The jar was empty: there was no cookie to send or to withhold", cx.tokens.dim);
    }
    for cookie in &exchange.cookies {
        let (word, color) = if cookie.sent { ("sent", cx.tokens.text) } else { ("withheld", cx.tokens.dim) };
        let place = format!("{}{}", cookie.domain, cookie.path);
        let why = cookie.rule.why().trim_end_matches('.');
        decision(ui, cx, (word, color), &cookie.name, Some(&cookie.value), why).on_hover_text(format!(
            "{} ({}), rule {}",
            visible(&cookie.name),
            visible(&place),
            cookie.rule.id()
        ));
    }
    receipts(ui, cx, &exchange.received);
}

/// What became of each cookie that an answer sets.
pub(in crate::ui) fn receipts(ui: &mut Ui, cx: &Context<'_>, received: &[Receipt]) {
    for receipt in received {
        let (name, word, why) = told::received(receipt);
        let (color, value) = match receipt {
            Receipt::Stored(cookie) | Receipt::Replaced(cookie) => (cx.tokens.text, Some(cookie.value.as_str())),
            Receipt::Deleted { .. } => (cx.tokens.text, None),
            Receipt::Rejected { .. } => (cx.tokens.amber, None),
        };
        decision(ui, cx, (word, color), name, value, &why);
    }
}

/// What was decided about a cookie, in the colour of whose its value is.
pub(in crate::ui) fn decision(
    ui: &mut Ui,
    cx: &Context<'_>,
    (word, color): (&str, Color32),
    name: &str,
    value: Option<&str>,
    why: &str,
) -> Response {
    ui.horizontal_top(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(WORD, LINE), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
        ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, word, text::strong_caption_font(), color);
        let owner = cx.known.iter().find(|known| Some(known.value.as_str()) == value).map(Credential::owner);
        let ink = owner.map_or(cx.tokens.text, |owner| cx.tokens.actor(owner));
        ui.label(text::mono(visible(name)).color(ink));
        ui.add(Label::new(text::body(why).color(cx.tokens.dim)).wrap());
    })
    .response
}

pub(in crate::ui) fn title(ui: &mut Ui, cx: &Context<'_>, words: &str) {
    ui.add_space(GAP_2);
    ui.label(text::strong_caption(words).color(cx.tokens.dim));
}

pub(in crate::ui) fn line(ui: &mut Ui, words: &str, color: Color32) {
    ui.add(Label::new(text::body(words).color(color)).wrap());
}

/// A figure in front of a line, at the right of its room.
fn figure(ui: &mut Ui, words: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(WORD, LINE), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    let color = Tokens::of(ui).dim;
    ui.painter().text(rect.right_center(), Align2::RIGHT_CENTER, words, text::mono_font(), color);
}

/// `38.2`, `0.04`.
fn precise(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{}.{:02}", micros / 1000, micros % 1000 / 10),
        _ => millis(micros),
    }
}

fn copy(ui: &mut Ui, name: &str, value: &str) {
    if icon::button(ui, Icon::Copy, COPY, name).clicked() {
        ui.copy_text(value.to_owned());
    }
}
