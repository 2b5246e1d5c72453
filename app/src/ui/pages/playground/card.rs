//! One actor's card: its state, the credentials in its hands, and the last answer it got.

mod about;

use eframe::egui::accesskit::Role;
use eframe::egui::{Align, Label, Layout, RichText, Ui, WidgetInfo, vec2};

use super::lane::Context;
use crate::lab::actor::Actor;
use crate::lab::view::{Access, ActorView, Copied, Holding, Spent};
use crate::state::model::Tone;
use crate::ui::memory::{SecretId, UiMemory};
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, GAP_3, ROW, Tokens};
use crate::ui::widgets::icon::{self, Icon};
use crate::ui::widgets::secret::side_name;
use crate::ui::widgets::{chip, pill, secret, time_left};

/// The room that a credential's name has before its value begins: as much as the lane's longest takes.
fn name_column(ui: &Ui, cx: &Context<'_>) -> f32 {
    let names = cx.lane.view.actors.iter().flat_map(|view| &view.holds).map(|holding| holding.name.as_str());
    let longest =
        names.map(|name| ui.painter().layout_no_wrap(name.to_owned(), text::mono_font(), Tokens::of(ui).dim).size().x);
    longest.fold(60.0, f32::max).min(180.0) + GAP_3
}

/// The colour behind a card: the attacker's shows at a glance whether the theft still works.
pub(super) fn tint(cx: &Context<'_>, actor: Actor) -> Tone {
    match (actor, cx.lane.actor(actor)) {
        (Actor::Attacker, Some(view)) => cx.lane.tone(actor, view.access),
        _ => Tone::Neutral,
    }
}

pub(super) fn show(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, actor: Actor) {
    let tokens = Tokens::of(ui);
    let Some(view) = cx.lane.actor(actor) else {
        return title(ui, cx, actor, None);
    };
    title(ui, cx, actor, Some(view));
    if cx.place.for_room && actor == Actor::Attacker {
        // One sentence, which the back row can read.
        let answer = last_answer(view).map(|answer| text::with_local_times(answer, cx.model.now()));
        if let Some(answer) = answer {
            ui.add(Label::new(text::body(answer).color(tokens.text)).wrap());
        }
    }
    if brief(cx, actor) {
        return;
    }
    // A client's own order changes as its cookies are renewed.
    let mut holds: Vec<&Holding> = view.holds.iter().collect();
    holds.sort_by_key(|holding| &holding.name);
    for holding in holds {
        credential(ui, cx, memory, actor, holding);
    }
    for (copied, names) in copies(view) {
        let words = told(&copied, &names, view.holds.len(), cx);
        ui.add(Label::new(text::caption(words).color(tokens.amber)).wrap());
    }
    let copied = view.copied.map(|(from, at)| format!("copied from {from} {}", at.local_hms()));
    if refusal(ui, cx, memory, view, copied.as_deref()) {
        return;
    }
    let answer = last_answer(view).filter(|_| refused_by(view).is_none());
    let answer = answer.map(|answer| text::with_local_times(answer, cx.model.now()));
    // What the thief is told matters; the others' answers stay in the background.
    let (font, ink) = match actor {
        Actor::Attacker => (text::body_font(), tokens.text),
        _ => (text::caption_font(), tokens.dim),
    };
    let answer = answer.map(|answer| RichText::new(answer).font(font.clone()).color(ink));
    let copied = copied.map(|copied| text::caption(copied).color(tokens.dim));
    if answer.is_none() && copied.is_none() {
        return;
    }
    let both = answer.is_some() && copied.is_some();
    // Beside the answer where both fit on one line, else below it.
    let room = ui.available_width();
    let wide = |words: &Option<RichText>, font| {
        let words = words.as_ref().map(|words| words.text().to_owned()).unwrap_or_default();
        ui.painter().layout_no_wrap(words, font, tokens.text).size().x
    };
    let one_line = wide(&answer, font) + GAP_2 + wide(&copied, text::caption_font()) <= room;
    let draw = |ui: &mut Ui| {
        for words in [answer, copied].into_iter().flatten() {
            ui.add(Label::new(words).wrap());
        }
    };
    if one_line && both { ui.horizontal(draw).inner } else { draw(ui) }
}

/// The exchange that refused an actor when it last asked.
fn refused_by(view: &ActorView) -> Option<usize> {
    let refused = last_answer(view)?.starts_with(['4', '5']);
    view.last_exchange.filter(|_| refused)
}

/// Why an actor is refused, in one sentence, with the way to the exchange that says so; false where it is not.
fn refusal(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, view: &ActorView, copied: Option<&str>) -> bool {
    let (Some(number), Some(answer)) = (refused_by(view), last_answer(view)) else { return false };
    let tokens = Tokens::of(ui);
    let words = text::with_local_times(answer, cx.model.now());
    let words = if view.actor == Actor::Attacker { text::body(words) } else { text::caption(words) };
    let color = if view.actor == Actor::Attacker { tokens.text } else { tokens.dim };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(GAP_2, 0.0);
        ui.add(Label::new(words.color(color)).wrap());
        let link = ui.link(text::caption(format!("exchange {number}")).color(tokens.text).underline());
        let name = format!("Exchange {number} of the {} lane, which refused the {}", side_name(cx.side), view.actor);
        link.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::accesskit::Role::Link, true, &name));
        if link.on_hover_text("Shows the exchange that decided in the Wire").clicked() {
            memory.below.open_exchange(cx.side, number);
        }
        if let Some(copied) = copied {
            ui.add(Label::new(text::caption(copied).color(tokens.dim)));
        }
    });
    true
}

/// Who else has copies of what an actor holds, and of which of it.
fn copies(view: &ActorView) -> Vec<(Copied, Vec<&str>)> {
    let mut all: Vec<(Copied, Vec<&str>)> = Vec::new();
    for holding in &view.holds {
        for copied in &holding.copies {
            match all.iter_mut().find(|(known, _)| known == copied) {
                Some((_, names)) => names.push(&holding.name),
                None => all.push((*copied, vec![&holding.name])),
            }
        }
    }
    all
}

/// `The attacker has a copy of access since 09:14:05`.
fn told(copied: &Copied, names: &[&str], of: usize, cx: &Context<'_>) -> String {
    let what = if of > 1 { format!(" of {}", names.join(" and ")) } else { String::new() };
    let at = text::moment(copied.at, cx.model.now());
    match copied.in_use {
        true => format!("The {} has a copy{what} since {at}", copied.by),
        false => {
            format!("The {} copied {} at {at}", copied.by, if of > 1 { names.join(" and ") } else { "it".to_owned() })
        }
    }
}

/// What an actor was last told. An answer from before it forgot its credentials says nothing of what is now.
fn last_answer(view: &ActorView) -> Option<&str> {
    let answer = view.last_answer.as_deref()?;
    let forgot = matches!(view.access, Access::Out { own_act: true, .. }) && view.holds.is_empty();
    if forgot && answer.starts_with("200") {
        return Some("forgot its credentials; the server was not told");
    }
    Some(answer)
}

/// Whether a card is its title alone.
fn brief(cx: &Context<'_>, actor: Actor) -> bool {
    cx.place.for_room || (cx.place.brief && actor == Actor::Phone)
}

fn title(ui: &mut Ui, cx: &Context<'_>, actor: Actor, view: Option<&ActorView>) {
    let tokens = Tokens::of(ui);
    let state = view.map(|view| pill::State::of(cx.lane, view, cx.model.now()));
    let heading = ui.painter().layout_no_wrap(actor.title().to_owned(), text::strong_font(), tokens.text).size().x;
    let pill = state.as_ref().map_or(0.0, |state| pill::width(ui, &state.words));
    let rest = ui.available_width() - heading - pill - 2.0 * GAP_2;
    let fits = rest >= -GAP_2;
    ui.horizontal(|ui| {
        ui.set_height(ROW);
        ui.label(text::strong(actor.title()).color(tokens.text));
        let short = |view: &&ActorView| view.holds.is_empty() || brief(cx, actor);
        if let Some(view) = view.filter(short).filter(|_| rest > 140.0) {
            let names: Vec<&str> = view.holds.iter().map(|holding| holding.name.as_str()).collect();
            let words = match (names.as_slice(), view.access, actor) {
                ([], Access::NeverIn, Actor::Attacker) => "has stolen nothing yet".to_owned(),
                ([], ..) => "holds no credential".to_owned(),
                (names, ..) => format!("holds {}", names.join(", ")),
            };
            ui.label(text::caption(words).color(tokens.dim));
        }
        if fits {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| verdict(ui, cx, actor, state.as_ref()));
        }
    });
    if !fits {
        verdict(ui, cx, actor, state.as_ref());
    }
}

fn verdict(ui: &mut Ui, cx: &Context<'_>, actor: Actor, state: Option<&pill::State>) {
    if let Some(state) = state {
        pill::show(ui, &format!("{} {}", side_name(cx.side), actor.title()), state);
    }
}

/// A credential: on one line where there is room, on two or three where there is not.
fn credential(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, actor: Actor, holding: &Holding) {
    let tokens = Tokens::of(ui);
    let id = SecretId { side: cx.side, actor, name: holding.name.clone() };
    let unfold = format!("{} {} {} {}", fold_words(holding).1, side_name(cx.side), actor, holding.name);
    let chips: f32 = holding.attributes.iter().map(|word| chip::width(ui, word) + GAP).sum();
    let value = secret::width(ui) + GAP + fold_width(ui, fold_words(holding).0);
    let spent = holding.spent.as_ref().map(|spent| (spent, spent_words(spent)));
    let left = match &spent {
        Some((_, words)) => {
            let galley = ui.painter().layout_no_wrap(words.clone(), text::caption_font(), tokens.dim);
            galley.size().x + GAP_2
        }
        None if holding.expires.is_some() => time_left::WIDTH + GAP_2,
        None => 0.0,
    };
    let room = ui.available_width();
    let column = name_column(ui, cx);
    // Names stand in a column where everything then fits on one line; else each takes what it needs.
    let own = ui.painter().layout_no_wrap(holding.name.clone(), text::mono_font(), tokens.dim).size().x + GAP_2;
    let names_width = if column + value + chips + left + GAP <= room { column } else { own };
    let one_line = names_width + value + chips + left + GAP <= room;
    let two_lines = names_width + value + left + GAP_2 <= room;
    ui.horizontal(|ui| {
        ui.set_height(ROW);
        let (names, _) = ui.allocate_exact_size(vec2(names_width - GAP_2, ROW), eframe::egui::Sense::hover());
        let mut name =
            ui.new_child(eframe::egui::UiBuilder::new().max_rect(names).layout(Layout::left_to_right(Align::Center)));
        name.add(Label::new(text::mono(&holding.name).color(tokens.dim)).truncate());
        if two_lines {
            value_of(ui, memory, &id, holding, &unfold);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some((spent, words)) = &spent {
                past(ui, cx, memory, &id, spent, words);
            } else if let Some(end) = holding.expires {
                let color = tokens.lane(cx.lane.is_session());
                time_left::show(ui, cx.model.now(), holding.since, end, color);
            }
            if one_line {
                ui.spacing_mut().item_spacing.x = GAP;
                for word in holding.attributes.iter().rev() {
                    chip::show(ui, word);
                }
            }
        });
    });
    if !two_lines {
        ui.horizontal(|ui| value_of(ui, memory, &id, holding, &unfold));
    }
    if !one_line && !holding.attributes.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(GAP, GAP);
            if two_lines {
                ui.add_space(names_width - GAP);
            }
            for word in &holding.attributes {
                chip::show(ui, word);
            }
        });
    }
    secret::in_full(ui, memory, &id, &holding.value);
    if memory.is_open(&unfold) {
        about::show(ui, holding, &unfold);
    }
}

/// `used, exchange 14`: it has no time left, whatever is written in it.
fn spent_words(spent: &Spent) -> String {
    match spent.exchange {
        Some(number) => format!("{}, exchange {number}", spent.word()),
        None => spent.word().to_owned(),
    }
}

/// That a credential opens nothing any more, with the way to the exchange that shows it.
fn past(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, id: &SecretId, spent: &Spent, words: &str) {
    let tokens = Tokens::of(ui);
    let at = text::moment(spent.at, cx.model.now());
    let why = match &spent.cause {
        Some(cause) => format!("Ended by {cause} at {at}: it opens nothing any more, whatever end it names"),
        None => format!("Used at {at}, and replaced by its successor"),
    };
    let name = format!("{} {} {}: {words}", side_name(cx.side), id.actor, id.name);
    let label = text::caption(words).color(tokens.dim);
    let Some(number) = spent.exchange else {
        let response = ui.label(label).on_hover_text(why);
        return response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    };
    let link = ui.link(label.underline());
    link.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
    if link.on_hover_text(why).clicked() {
        memory.below.open_exchange(cx.side, number);
    }
}

fn value_of(ui: &mut Ui, memory: &mut UiMemory, id: &SecretId, holding: &Holding, unfold: &str) {
    ui.spacing_mut().item_spacing.x = GAP_2;
    secret::show(ui, memory, id, &holding.value);
    ui.add_space(GAP);
    let open = memory.is_open(unfold);
    let hint = match &holding.token {
        Some(_) => "What the token says, header and claims, and what its place at the client buys",
        None => "What each of its attributes buys",
    };
    if fold(ui, open, fold_words(holding).0, unfold).on_hover_text(hint).clicked() {
        memory.toggle(unfold);
    }
}

/// The word that unfolds what there is to know of a credential, and what that is.
fn fold_words(holding: &Holding) -> (&str, &'static str) {
    match &holding.token {
        Some(token) => (&token.alg, "claims"),
        None => ("about", "attributes"),
    }
}

fn fold_width(ui: &Ui, words: &str) -> f32 {
    let galley = ui.painter().layout_no_wrap(words.to_owned(), text::caption_font(), Tokens::of(ui).dim);
    12.0 + GAP + galley.size().x + GAP
}

/// A word that unfolds something below it.
pub(super) fn fold(ui: &mut Ui, open: bool, words: &str, name: &str) -> eframe::egui::Response {
    let tokens = Tokens::of(ui);
    let galley = ui.painter().layout_no_wrap(words.to_owned(), text::caption_font(), tokens.dim);
    let size = vec2(fold_width(ui, words), ROW);
    let (rect, response) = ui.allocate_exact_size(size, eframe::egui::Sense::click());
    response.widget_info(|| {
        let role = eframe::egui::accesskit::Role::Button;
        eframe::egui::WidgetInfo::selected(role, true, open, name)
    });
    let color = if response.hovered() || response.has_focus() { tokens.text } else { tokens.dim };
    let square = eframe::egui::Rect::from_center_size(rect.left_center() + vec2(6.0, 0.0), vec2(9.0, 9.0));
    let arrow = if open { Icon::Down } else { Icon::Right };
    arrow.paint(ui.painter(), square, color);
    let at = rect.left_center() + vec2(12.0 + GAP / 2.0, -galley.size().y / 2.0);
    ui.painter().galley_with_override_text_color(at, galley, color);
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if response.has_focus() {
        icon::focus_ring(ui.painter(), rect, tokens);
    }
    response
}

/// The bystander and the admin: on one line where there is room.
pub(super) fn others(ui: &mut Ui, cx: &Context<'_>) {
    let tokens = Tokens::of(ui);
    let half = (ui.available_width() - GAP_2) / 2.0;
    let beside = half >= 190.0;
    let one = |ui: &mut Ui, actor: Actor| {
        ui.set_height(ROW);
        ui.label(text::body(actor.title()).color(tokens.dim));
        let Some(view) = cx.lane.actor(actor) else { return };
        let state = pill::State::of(cx.lane, view, cx.model.now());
        let response = pill::show(ui, &format!("{} {}", side_name(cx.side), actor.title()), &state);
        if let Some(answer) = &view.last_answer {
            response.on_hover_text(text::with_local_times(answer, cx.model.now()));
        }
    };
    if beside {
        ui.horizontal(|ui| {
            one(ui, Actor::Bystander);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.allocate_ui_with_layout(vec2(half, ROW), Layout::right_to_left(Align::Center), |ui| {
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| one(ui, Actor::Admin));
                });
            });
        });
    } else {
        for actor in [Actor::Bystander, Actor::Admin] {
            ui.horizontal(|ui| one(ui, actor));
        }
    }
}
