//! The right part: whether it holds, in large letters, and what is wrong with it all the same.

use eframe::egui::{Label, Ui};
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;

use super::sign::{Sign, large};
use super::{Context, capital, cookie, flowing, sentence};
use crate::inspect::lint::{Finding, Severity, WEAK_SECRET};
use crate::inspect::plain::visible;
use crate::inspect::verify::Times;
use crate::inspect::verify::claims::State;
use crate::state::command::{Command, Secret, Side};
use crate::state::inspecting::{Ask, Token, What, Work};
use crate::state::model::Tone;
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::GAP;
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
        What::Encrypted(encrypted) if encrypted.signature.valid == Some(false) => {
            large(ui, Sign::Cross, Tone::Bad, "No key opens it");
            line(ui, cx, &capital(&visible(&encrypted.signature.why)));
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
            if cx.looked.is_key {
                as_key(ui, cx, out);
            }
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
    match &cx.looked.what {
        What::Token(token) => findings(ui, cx, memory.masked, &token.findings),
        What::Encrypted(encrypted) => findings(ui, cx, memory.masked, &encrypted.findings),
        _ => {}
    }
}

fn of_token(ui: &mut Ui, cx: &Context<'_>, token: &Token) {
    let now = cx.now();
    let (sign, tone, words) = match token.signature.valid {
        Some(true) => (Sign::Check, Tone::Good, "Signature valid"),
        Some(false) => (Sign::Cross, Tone::Bad, "Signature invalid"),
        None => (Sign::Dash, Tone::Amber, "Signature not checked"),
    };
    large(ui, sign, tone, words);
    let (sign, tone, words) = standing(&token.times, now, cx.looked.leeway_secs);
    // A long life is nothing good in a token that does not hold.
    let forged = token.signature.valid == Some(false);
    large(ui, sign, if forged && tone == Tone::Good { Tone::Neutral } else { tone }, &words);
    line(ui, cx, &capital(&visible(&token.signature.why)));
    for refusal in &token.refused {
        let words = format!("{} {}", visible(&refusal.claim), visible(&refusal.why));
        sentence(ui, &words, cx.tokens.bad);
    }
    let at = match cx.looked.at {
        Some(at) => format!("At {}, as was asked. Verifying never changes the token", at.local_long()),
        None => format!("At the lab clock, {}. Verifying never changes the token", now.local_hms()),
    };
    ui.add(Label::new(text::caption(at).color(cx.tokens.dim)).wrap());
}

/// A key where a credential is looked for: what was there before, or comes next, is checked with it.
fn as_key(ui: &mut Ui, cx: &Context<'_>, out: &mut Vec<Command>) {
    let hint = "Checks the token that was here before with it, or else the next one that is taken up";
    let look = Look { hint: Some(hint), lit: cx.looked.key.is_none(), ..Look::default() };
    if button::show(ui, "Use it as the key", look).clicked() {
        out.push(Command::Inspect(Ask::AsKey));
    }
    if let Some(key) = &cx.looked.key {
        line(ui, cx, &format!("What is taken up next is checked with: {key}"));
    }
    super::failure(ui, &cx.model.inspecting, Work::Key);
}

fn line(ui: &mut Ui, cx: &Context<'_>, words: &str) {
    sentence(ui, words, cx.tokens.dim);
}

/// What the clock says of it now.
pub(super) fn standing(times: &Times, now: LabTime, leeway_secs: u64) -> (Sign, Tone, String) {
    let (clock, leeway) = (now.millis() as f64 / 1000.0, leeway_secs as f64);
    let moment = LabTime::from_epoch_secs;
    if times.state == State::Unreadable {
        return (Sign::Cross, Tone::Bad, "Its times can't be read".to_owned());
    }
    let (tone, words) = match (times.not_before, times.expires) {
        (_, Some(end)) if end + leeway <= clock => {
            let ago = moment(end).map(|end| format!("Expired {} ago", in_words(now.since(end))));
            (Tone::Bad, ago.unwrap_or_else(|| "Expired before 1970".to_owned()))
        }
        (Some(from), _) if from - leeway > clock => {
            let left = moment(from).map(|from| format!("Not valid for another {}", in_words(from.since(now))));
            (Tone::Amber, left.unwrap_or_else(|| "Not valid before the year 10000".to_owned()))
        }
        (_, Some(end)) if end <= clock => (Tone::Amber, "Has ended, within the leeway".to_owned()),
        (_, Some(end)) => match moment(end) {
            Some(end) => (Tone::Good, format!("Ends in {}", in_words(end.since(now)))),
            None => (Tone::Amber, "Ends after the year 9999".to_owned()),
        },
        (_, None) => (Tone::Amber, "Never ends".to_owned()),
    };
    (Sign::Clock, tone, words)
}

fn findings(ui: &mut Ui, cx: &Context<'_>, masked: bool, findings: &[Finding]) {
    ui.add_space(GAP);
    ui.label(text::head("Findings").color(cx.tokens.text));
    if findings.is_empty() {
        line(ui, cx, "None: nothing in it goes against the standards");
    }
    for finding in findings.iter().take(MOST_FINDINGS) {
        one(ui, cx, masked, finding);
    }
    if findings.len() > MOST_FINDINGS {
        line(ui, cx, &format!("… {} more", findings.len() - MOST_FINDINGS));
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
        flowing(ui, |ui| {
            ui.label(
                text::strong_caption(word).color(cx.tokens.tone(tone)).background_color(cx.tokens.tone_ground(tone)),
            );
            ui.add(Label::new(text::marked(&what, text::strong_font(), cx.tokens.text)).wrap());
        });
        line(ui, cx, &visible(&finding.why));
        ui.add(Label::new(text::caption(finding.source).color(cx.tokens.dim)).wrap());
    });
}

/// What an attacker does with it.
fn attack(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    if cx.looked.is_key || !matches!(cx.looked.what, What::Token(_) | What::Named(_) | What::Encrypted(_)) {
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
        flowing(ui, |ui| {
            sentence(ui, &format!("{}: {told}", capital(side_name(side))), cx.tokens.tone(tone));
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
