//! The right part: whether it holds, in large letters, and what is wrong with it all the same.

use eframe::egui::{Label, Ui};
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;

use super::sign::{Sign, large};
use super::{Context, capital, cookie};
use crate::inspect::lint::{Finding, Severity, WEAK_SECRET};
use crate::inspect::plain::visible;
use crate::inspect::verify::Times;
use crate::inspect::verify::claims::State;
use crate::state::command::{Command, Secret, Side};
use crate::state::inspecting::{Token, What};
use crate::state::model::Tone;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::secret::side_name;

/// Findings of one token that are listed; more are counted.
const MOST_FINDINGS: usize = 40;

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    match &cx.looked.what {
        What::Token(token) => of_token(ui, cx, token),
        What::Malformed(why) => {
            large(ui, Sign::Cross, Tone::Bad, "Not understood");
            line(ui, cx, &capital(why));
        }
        What::Encrypted(_) => {
            large(ui, Sign::Dash, Tone::Neutral, "Encrypted");
            line(
                ui,
                cx,
                "There is nothing to see without the key, and no signature to check: whoever holds the key \
                          can read it and could have made it",
            );
        }
        What::Named(more) => {
            large(ui, Sign::Dash, Tone::Neutral, "Nothing to verify");
            more.iter().for_each(|more| line(ui, cx, more));
        }
        What::SetCookie(view) => cookie::verdict(ui, cx, view),
        What::Cookies(_) => {
            large(ui, Sign::Dash, Tone::Neutral, "Nothing to verify");
            line(
                ui,
                cx,
                "What a browser sends names no rule: ask for the Set-Cookie line, or look at one value by itself",
            );
        }
    }
    attack(ui, cx, memory, out);
    if let What::Token(token) = &cx.looked.what {
        findings(ui, cx, memory.masked, token);
    }
}

fn of_token(ui: &mut Ui, cx: &Context<'_>, token: &Token) {
    let now = cx.model.now();
    let (sign, tone, words) = match token.signature.valid {
        Some(true) => (Sign::Check, Tone::Good, "Signature valid"),
        Some(false) => (Sign::Cross, Tone::Bad, "Signature invalid"),
        None => (Sign::Dash, Tone::Amber, "Signature not checked"),
    };
    large(ui, sign, tone, words);
    let (sign, tone, words) = standing(&token.times, now);
    // A long life is nothing good in a token that does not hold.
    let forged = token.signature.valid == Some(false);
    large(ui, sign, if forged && tone == Tone::Good { Tone::Neutral } else { tone }, &words);
    line(ui, cx, &capital(&visible(&token.signature.why)));
    for refusal in &token.refused {
        let words = format!("{} {}", visible(&refusal.claim), visible(&refusal.why));
        ui.add(Label::new(text::body(words).color(cx.tokens.bad)).wrap());
    }
    let at = format!("At the lab clock, {}. Verifying never changes the token", now.local_hms());
    ui.add(Label::new(text::caption(at).color(cx.tokens.dim)).wrap());
}

fn line(ui: &mut Ui, cx: &Context<'_>, words: &str) {
    ui.add(Label::new(text::body(words).color(cx.tokens.dim)).wrap());
}

/// What the clock says of it now.
pub(super) fn standing(times: &Times, now: LabTime) -> (Sign, Tone, String) {
    let moment = |secs: Option<f64>| secs.and_then(LabTime::from_epoch_secs);
    if times.state == State::Unreadable {
        return (Sign::Cross, Tone::Bad, "Its times can't be read".to_owned());
    }
    match (moment(times.not_before), moment(times.expires)) {
        (_, Some(end)) if end <= now => (Sign::Clock, Tone::Bad, format!("Expired {} ago", in_words(now.since(end)))),
        (Some(from), _) if from > now => {
            (Sign::Clock, Tone::Amber, format!("Not valid for another {}", in_words(from.since(now))))
        }
        (_, Some(end)) => (Sign::Clock, Tone::Good, format!("Ends in {}", in_words(end.since(now)))),
        (_, None) => (Sign::Clock, Tone::Amber, "Never ends".to_owned()),
    }
}

fn findings(ui: &mut Ui, cx: &Context<'_>, masked: bool, token: &Token) {
    ui.add_space(GAP);
    ui.label(text::head("Findings").color(cx.tokens.text));
    if token.findings.is_empty() {
        line(ui, cx, "None: nothing in it goes against the standards");
    }
    for finding in token.findings.iter().take(MOST_FINDINGS) {
        one(ui, cx, masked, finding);
    }
    if token.findings.len() > MOST_FINDINGS {
        line(ui, cx, &format!("… {} more", token.findings.len() - MOST_FINDINGS));
    }
}

fn one(ui: &mut Ui, cx: &Context<'_>, masked: bool, finding: &Finding) {
    // The one finding that names a secret.
    let what = match masked && finding.id == WEAK_SECRET {
        true => "The secret is in every list of common secrets".into(),
        false => visible(&finding.what),
    };
    let (tone, word) = match finding.severity {
        Severity::High => (Tone::Bad, "high"),
        Severity::Medium => (Tone::Amber, "medium"),
        Severity::Low => (Tone::Neutral, "low"),
    };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = GAP_2;
            ui.label(
                text::strong_caption(word).color(cx.tokens.tone(tone)).background_color(cx.tokens.tone_ground(tone)),
            );
            ui.add(Label::new(text::strong(what).color(cx.tokens.text)).wrap());
        });
        ui.add(Label::new(text::body(visible(&finding.why)).color(cx.tokens.dim)).wrap());
        ui.add(Label::new(text::caption(finding.source).color(cx.tokens.dim)).wrap());
    });
}

/// What an attacker does with it.
fn attack(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    if !matches!(cx.looked.what, What::Token(_) | What::Named(_) | What::Encrypted(_)) {
        return;
    }
    ui.add_space(GAP);
    ui.label(text::head("As the attacker").color(cx.tokens.text));
    ui.horizontal_wrapped(|ui| {
        for side in Side::BOTH {
            send(ui, cx, side, out);
        }
    });
    for side in Side::BOTH {
        let Some(sent) = cx.model.inspecting.answer(side) else { continue };
        let tone = if sent.let_in { Tone::Bad } else { Tone::Good };
        let told = text::with_local_times(&visible(&sent.told), cx.model.now());
        ui.horizontal_wrapped(|ui| {
            let words = format!("{}: {told}", capital(side_name(side)));
            ui.add(Label::new(text::body(words).color(cx.tokens.tone(tone))).wrap());
            super::exchange(ui, cx, side, sent.number, memory);
        });
    }
}

fn send(ui: &mut Ui, cx: &Context<'_>, side: Side, out: &mut Vec<Command>) {
    let why = super::lane_is_away(cx.model, side);
    let name = format!("Send it as the attacker to the {} lane", side_name(side));
    let hint = "The attacker lets go of what it holds, takes this up instead, and asks /api/me";
    let look = Look { name: Some(&name), why_not: why.as_deref(), hint: Some(hint), lit: false };
    if button::show(ui, &format!("Send to {}", side_name(side)), look).clicked() {
        out.push(Command::SendAsAttacker(side, Secret(cx.looked.credential.to_string())));
    }
}
