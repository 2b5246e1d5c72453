//! A request and its answer as they went over the wire, with every credential in the colour of whose it is.

use std::borrow::Cow;

use eframe::egui::text::LayoutJob;
use eframe::egui::{Color32, Label, Stroke, TextFormat, Ui};

use super::{Context, copy};
use crate::inspect::plain::{visible, visible_lines};
use crate::lab::headers::Headers;
use crate::state::wire::credential::{Credential, pieces};
use crate::ui::text;
use crate::ui::theme::{GAP, Tokens};
use crate::ui::widgets::secret;

/// More of a body than this is not laid out.
const LONGEST_BODY: usize = 24_000;

pub(super) fn request(ui: &mut Ui, cx: &Context<'_>) {
    let exchange = cx.row.exchange.as_ref();
    first(ui, cx, &format!("{} {} HTTP/1.1", exchange.method, exchange.path));
    headers(ui, cx, &exchange.request_headers, "request");
    if let Some(sent) = &exchange.request_body {
        body(ui, cx, sent, "request");
    }
}

pub(super) fn answer(ui: &mut Ui, cx: &Context<'_>) {
    let exchange = cx.row.exchange.as_ref();
    first(ui, cx, &format!("HTTP/1.1 {}", exchange.status));
    headers(ui, cx, &exchange.response_headers, "answer");
    if !exchange.response_body.is_empty() {
        body(ui, cx, &exchange.response_body, "answer");
    }
}

fn first(ui: &mut Ui, cx: &Context<'_>, words: &str) {
    let mut job = LayoutJob::default();
    coloured(&mut job, cx, &visible(words), cx.tokens.text);
    ui.add(Label::new(job).wrap());
}

fn headers(ui: &mut Ui, cx: &Context<'_>, all: &Headers, whose: &str) {
    for (at, (name, value)) in all.iter().enumerate() {
        ui.push_id((whose, at), |ui| {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = GAP;
                copy(ui, &format!("Copy {whose} header {}", visible(name)), value);
                let mut job = LayoutJob::default();
                job.append(&format!("{}: ", visible(name)), 0.0, plain(cx.tokens.dim));
                coloured(&mut job, cx, &visible(value), cx.tokens.text);
                ui.add(Label::new(job).wrap());
            });
        });
    }
}

/// A body, laid out where it is JSON.
fn body(ui: &mut Ui, cx: &Context<'_>, sent: &str, whose: &str) {
    let parsed = (sent.len() <= LONGEST_BODY).then(|| serde_json::from_str::<serde_json::Value>(sent).ok()).flatten();
    let pretty = parsed.and_then(|json| serde_json::to_string_pretty(&json).ok());
    let words: Cow<'_, str> = pretty.map_or(Cow::Borrowed(sent), Cow::Owned);
    let end = (0..=words.len().min(LONGEST_BODY)).rev().find(|at| words.is_char_boundary(*at)).unwrap_or_default();
    ui.add_space(GAP);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        copy(ui, &format!("Copy {whose} body"), sent);
        let mut job = LayoutJob::default();
        coloured(&mut job, cx, &visible_lines(&words[..end]), cx.tokens.text);
        ui.add(Label::new(job).wrap());
    });
    if end < words.len() {
        let rest = text::bytes((words.len() - end) as u64);
        ui.label(text::caption(format!("{rest} more, which Copy takes along")).color(cx.tokens.dim));
    }
}

/// Text with its credentials coloured, or hidden where the window is masked.
fn coloured(job: &mut LayoutJob, cx: &Context<'_>, words: &str, ink: Color32) {
    for piece in pieces(words, &cx.known) {
        match piece.credential.and_then(|at| cx.known.get(at)) {
            None => job.append(piece.text, 0.0, plain(ink)),
            Some(known) if cx.masked => job.append(&secret::line(&known.value, true), 0.0, owned(cx.tokens, known)),
            Some(known) => job.append(piece.text, 0.0, owned(cx.tokens, known)),
        }
    }
}

fn plain(color: Color32) -> TextFormat {
    TextFormat::simple(text::mono_font(), color)
}

/// A credential that a victim and the thief both hold is underlined as well.
fn owned(tokens: &Tokens, known: &Credential) -> TextFormat {
    let color = tokens.actor(known.owner());
    let underline = if known.is_shared() { Stroke::new(1.0, color) } else { Stroke::NONE };
    TextFormat { underline, ..plain(color) }
}
