//! Everything that can be done: one list that gives the row of buttons and each lane's own menu.

use eframe::egui::{Align, Layout, Rect, ScrollArea, Sense, Ui, Vec2, pos2, vec2};

use super::guide::{Guide, Next};
use super::log_in;
use crate::lab::actor::Actor;
use crate::lab::view::Access;
use crate::state::command::{Action, Command, Side, Target};
use crate::state::model::{Lane, Model};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::flow;

/// One thing to do.
struct Offer {
    words: &'static str,
    /// Its name for assistive technology, where the words alone are not unique.
    name: Option<&'static str>,
    hint: &'static str,
    action: Action,
    next: Option<Next>,
    /// What else its arrow offers.
    options: Vec<Self>,
}

impl Offer {
    fn new(words: &'static str, hint: &'static str, action: Action) -> Self {
        Self { words, name: None, hint, action, next: None, options: Vec::new() }
    }

    fn named(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    fn next(self, next: Next) -> Self {
        Self { next: Some(next), ..self }
    }

    fn options(self, options: Vec<Self>) -> Self {
        Self { options, ..self }
    }
}

/// All offers, by who acts.
fn offers() -> [(&'static str, Vec<Offer>); 3] {
    let laptop = Actor::Laptop;
    let victim = vec![
        Offer::new("Log in", "The victim logs in on the laptop", Action::LogIn { actor: laptop, account: None })
            .next(Next::LogIn),
        Offer::new("Open account", "The laptop reads the victim's account", Action::OpenAccount(laptop)),
        Offer::new("Transfer €50", "The laptop sends €50", Action::Transfer(laptop)),
        Offer::new("Refresh", "The laptop renews its access token", Action::Refresh(laptop)),
        Offer::new("Log out", "The laptop logs out: access should end here", Action::LogOut(laptop))
            .next(Next::LogOut)
            .options(vec![
                Offer::new(
                    "Only on the client",
                    "The laptop forgets; nobody tells the server",
                    Action::ClientOnlyLogOut(laptop),
                ),
                Offer::new("Everywhere", "Every device of the victim is to be out", Action::LogOutEverywhere(laptop)),
                Offer::new(
                    "Change password",
                    "The victim sets a new password on the laptop",
                    Action::ChangePassword(laptop),
                ),
            ]),
    ];
    let attacker = vec![
        Offer::new("Steal", "Copies the laptop's access credential", Action::Steal { everything: false })
            .next(Next::Steal)
            .options(vec![
                Offer::new("Access only", "The session id or the access token", Action::Steal { everything: false }),
                Offer::new("Everything", "The refresh token as well", Action::Steal { everything: true }),
            ]),
        Offer::new("Open account", "Reads the victim's account with the copy", Action::OpenAccount(Actor::Attacker))
            .named("Attacker: Open account"),
        Offer::new("Transfer", "Sends the victim's money with the copy", Action::Transfer(Actor::Attacker))
            .named("Attacker: Transfer"),
        Offer::new("Replay", "Sends the copy again, as it was stolen", Action::Replay),
    ];
    let admin = vec![
        Offer::new("Revoke", "Ends the laptop's session or refresh family", Action::RevokeOne),
        Offer::new("Ban", "Bans the victim", Action::Ban),
        Offer::new("Demote", "Takes the victim's admin role away", Action::Demote),
        Offer::new("Rotate key", "Replaces the key that tokens are signed with", Action::RotateKey),
        Offer::new("Restart", "Stops the server and starts it again: its memory is lost", Action::Restart),
    ];
    [("Victim", victim), ("Attacker", attacker), ("Admin", admin)]
}

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = GAP_2;
    let guide = Guide::of(model);
    let waiting = waiting(ui, model);
    heading(ui, memory, &guide, out);
    if model.busy.is_some() {
        progress(ui);
    }
    let groups = offers();
    flow::show(ui, "actions", groups.len(), |ui, index| {
        let (who, offers) = &groups[index];
        ui.label(text::caption(*who).color(Tokens::of(ui).dim));
        for offer in offers {
            one(ui, model, memory, offer, &guide, waiting.as_deref(), out);
        }
    });
}

/// Where the row acts, what comes next, and the way back to the start.
fn heading(ui: &mut Ui, memory: &mut UiMemory, guide: &Guide, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let sentence = if guide.verdict { text::strong(&guide.sentence) } else { text::body(&guide.sentence) };
    let sentence = || eframe::egui::Label::new(sentence.clone().color(tokens.text)).wrap();
    let wide = ui.available_width() >= 880.0;
    ui.horizontal(|ui| {
        ui.set_min_height(CONTROL);
        targets(ui, memory);
        if wide {
            ui.add_space(GAP_2);
            let room = vec2(ui.available_width() - 96.0, CONTROL);
            ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
                ui.set_max_width(room.x);
                ui.add(sentence());
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let look = Look { hint: Some("Starts both lanes afresh"), ..Look::default() };
            if button::show(ui, "Reset lab", look).clicked() {
                out.push(Command::Reset);
            }
        });
    });
    if !wide {
        ui.add(sentence());
    }
}

/// The switch between both lanes and one.
fn targets(ui: &mut Ui, memory: &mut UiMemory) {
    let tokens = Tokens::of(ui);
    ui.label(text::caption("Do to").color(tokens.dim));
    ui.spacing_mut().item_spacing.x = 2.0;
    let choices = [
        (Target::Both, "Both", "Do to both"),
        (Target::One(Side::Left), "Left", "Do to left"),
        (Target::One(Side::Right), "Right", "Do to right"),
    ];
    for (target, words, name) in choices {
        let chosen = memory.target == target;
        let label = if chosen { text::strong(words) } else { text::body(words).color(tokens.dim) };
        let response = ui.add(eframe::egui::Button::selectable(chosen, label).min_size(vec2(0.0, CONTROL)));
        response.widget_info(|| {
            eframe::egui::WidgetInfo::selected(eframe::egui::accesskit::Role::Button, true, chosen, name)
        });
        if response.clicked() {
            memory.target = target;
        }
    }
    ui.spacing_mut().item_spacing.x = GAP_2;
}

fn one(
    ui: &mut Ui,
    model: &Model,
    memory: &mut UiMemory,
    offer: &Offer,
    guide: &Guide,
    waiting: Option<&str>,
    out: &mut Vec<Command>,
) {
    let able = able(model, memory.target, &offer.action);
    let why_not = waiting.or(able.as_ref().err().map(String::as_str));
    let lit = offer.next.is_some() && offer.next == guide.next;
    let look = Look { name: offer.name, why_not, hint: Some(offer.hint), lit };
    let is_log_in = matches!(offer.action, Action::LogIn { .. });
    let response = if is_log_in {
        let target = memory.target;
        button::split(ui, offer.words, look, "Log in options", true, |ui| {
            log_in::form(ui, &mut memory.log_in, target, waiting, out);
        })
    } else if offer.options.is_empty() {
        button::show(ui, offer.words, look)
    } else {
        let name = format!("{} options", offer.words);
        let target = memory.target;
        button::split(ui, offer.words, look, &name, false, |ui| {
            for option in &offer.options {
                item(ui, model, target, option, "", waiting, out);
            }
        })
    };
    if response.clicked()
        && let Ok(target) = able
    {
        out.push(Command::Act(target, offer.action.clone()));
    }
}

fn item(
    ui: &mut Ui,
    model: &Model,
    target: Target,
    offer: &Offer,
    prefix: &str,
    waiting: Option<&str>,
    out: &mut Vec<Command>,
) {
    let able = able(model, target, &offer.action);
    let why_not = waiting.or(able.as_ref().err().map(String::as_str));
    let name = format!("{prefix}{}", offer.name.unwrap_or(offer.words));
    let look = Look { name: Some(&name), why_not, hint: Some(offer.hint), lit: false };
    if button::menu_item(ui, offer.words, look)
        && let Ok(target) = able
    {
        out.push(Command::Act(target, offer.action.clone()));
    }
}

/// Everything that can be done in one lane alone, as a menu.
pub(super) fn menu(ui: &mut Ui, model: &Model, target: Target, out: &mut Vec<Command>) {
    let prefix = match target {
        Target::Both => "",
        Target::One(Side::Left) => "left: ",
        Target::One(Side::Right) => "right: ",
    };
    let waiting = model.busy.as_ref().map(|label| wait(label));
    let highest = ui.ctx().content_rect().height() * 0.8;
    ui.set_max_size(vec2(200.0, highest));
    ScrollArea::vertical().max_height(highest).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (who, offers) in offers() {
            ui.label(text::caption(who).color(Tokens::of(ui).dim));
            for offer in &offers {
                item(ui, model, target, offer, prefix, waiting.as_deref(), out);
                // The first option of a thief repeats the button itself.
                for option in offer.options.iter().filter(|option| option.action != offer.action) {
                    item(ui, model, target, option, &format!("{prefix}{}: ", offer.words), waiting.as_deref(), out);
                }
            }
            ui.add_space(GAP);
        }
    });
}

/// The lanes of a target in which an action has an object; where there is none, why.
fn able(model: &Model, target: Target, action: &Action) -> Result<Target, String> {
    let checked = target.sides().iter().map(|side| (*side, cannot(model.lane(*side), action)));
    let (can, cant): (Vec<_>, Vec<_>) = checked.partition(|(_, why)| why.is_none());
    match (can.as_slice(), cant.first()) {
        ([], Some((_, why))) => Err(why.unwrap_or_default().to_owned()),
        ([(side, _)], Some(_)) => Ok(Target::One(*side)),
        _ => Ok(target),
    }
}

/// Why an action has no object in a lane.
fn cannot(lane: &Lane, action: &Action) -> Option<&'static str> {
    let Some(design) = &lane.design else { return Some("The lane's server is starting") };
    let view = |actor| lane.actor(actor);
    let holds = |actor| view(actor).is_some_and(|view| !view.holds.is_empty());
    let was_in = |actor| holds(actor) || view(actor).is_some_and(|view| view.access != Access::NeverIn);
    match action {
        Action::OpenAccount(Actor::Attacker) | Action::Transfer(Actor::Attacker) | Action::Replay => {
            (!was_in(Actor::Attacker)).then_some("The attacker has nothing to send yet: press Steal first")
        }
        Action::Steal { .. } if !holds(Actor::Laptop) => {
            Some("The laptop holds nothing that could be stolen: press Log in first")
        }
        Action::Refresh(_) if design.refresh.is_none() => Some("This design has no refresh token"),
        Action::OpenAccount(actor) | Action::Transfer(actor) | Action::Refresh(actor) if !was_in(*actor) => {
            Some("Nobody has logged in on the laptop yet: press Log in first")
        }
        Action::LogOut(actor)
        | Action::ClientOnlyLogOut(actor)
        | Action::LogOutEverywhere(actor)
        | Action::ChangePassword(actor)
            if !holds(*actor) =>
        {
            Some("Nobody is logged in on the laptop: press Log in first")
        }
        Action::RevokeOne if !was_in(Actor::Laptop) => Some("The laptop has no session or family that could be ended"),
        _ => None,
    }
}

fn wait(label: &str) -> String {
    format!("Wait until this is done: {label}")
}

/// Why nothing can be pressed, once a command has been under way for long enough to be noticed. Before that buttons
/// keep their look, so that a quick command makes nothing flicker; what is pressed meanwhile is done in its turn.
fn waiting(ui: &Ui, model: &Model) -> Option<String> {
    const GRACE_SECS: f64 = 0.2;
    let id = eframe::egui::Id::unique("busy since");
    let Some(label) = &model.busy else {
        ui.data_mut(|data| data.remove::<f64>(id));
        return None;
    };
    let now = ui.input(|input| input.time);
    let since = ui.data_mut(|data| *data.get_temp_mut_or_insert_with(id, || now));
    let rest = GRACE_SECS - (now - since);
    if rest > 0.0 {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(rest));
        return None;
    }
    Some(wait(label))
}

/// A line that says that something is under way.
fn progress(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 0.0), Sense::hover());
    let line = Rect::from_min_size(pos2(rect.left(), rect.top() - GAP), vec2(rect.width(), 2.0));
    ui.painter().rect_filled(line, 1.0, tokens.line);
    // It moves where things may move, and stands where animations are off.
    if ui.style().animation_time > 0.0 {
        let phase = (ui.input(|input| input.time) * 0.8).fract() as f32;
        let length = line.width() * 0.25;
        let left = line.left() + (line.width() + length) * phase - length;
        let moving = Rect::from_min_size(pos2(left, line.top()), vec2(length, 2.0)).intersect(line);
        ui.painter().rect_filled(moving, 1.0, tokens.text);
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(33));
    } else {
        ui.painter().rect_filled(line, 1.0, tokens.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixtures;

    #[test]
    fn a_button_that_cannot_act_says_why() {
        let empty = fixtures::empty();
        let why = |model: &Model, action| able(model, Target::Both, &action).err().unwrap_or_default();
        assert!(why(&empty, Action::Steal { everything: false }).ends_with("press Log in first"));
        assert!(why(&empty, Action::Replay).ends_with("press Steal first"));
        assert!(why(&fixtures::starting(), Action::Ban).contains("starting"));
        assert_eq!(why(&fixtures::logged_in(), Action::Steal { everything: true }), "");
    }

    #[test]
    fn an_action_goes_only_to_the_lanes_that_have_its_object() {
        let model = fixtures::logged_in();
        assert_eq!(able(&model, Target::Both, &Action::Refresh(Actor::Laptop)), Ok(Target::One(Side::Right)));
        assert!(able(&model, Target::One(Side::Left), &Action::Refresh(Actor::Laptop)).is_err());
        assert_eq!(able(&model, Target::Both, &Action::LogOut(Actor::Laptop)), Ok(Target::Both));
    }
}
