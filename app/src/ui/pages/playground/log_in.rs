//! The log-in form: who, with which password, on which device.

use eframe::egui::{Align2, Key, Margin, TextEdit, Ui, WidgetInfo, accesskit::Role, vec2};

use crate::lab::actor::Actor;
use crate::state::command::{Action, Command, Secret, Target};
use crate::ui::memory::LogInForm;
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, Tokens};
use crate::ui::widgets::button::{self, Look};

const WIDTH: f32 = 300.0;

/// The devices that somebody can log in on.
const DEVICES: [(Actor, &str); 4] =
    [(Actor::Laptop, "Laptop"), (Actor::Phone, "Phone"), (Actor::Bystander, "Bystander"), (Actor::Admin, "Admin")];

pub(super) fn form(ui: &mut Ui, form: &mut LogInForm, target: Target, waiting: Option<&str>, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    // A form in a menu looks like a form, not like a menu.
    ui.reset_style();
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
    ui.label(text::caption("Device").color(tokens.dim));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (actor, words) in DEVICES {
            let chosen = form.device == actor;
            let button = eframe::egui::Button::selectable(chosen, text::body(words)).min_size(vec2(0.0, CONTROL));
            let response = ui.add(button);
            let name = format!("On {}", words.to_lowercase());
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &name));
            if response.clicked() {
                choose(form, actor);
            }
        }
    });
    let email = ui.label(text::caption("E-mail").color(tokens.dim));
    let edit = field(&mut form.email);
    ui.add(edit).labelled_by(email.id);
    let password = ui.label(text::caption("Password").color(tokens.dim));
    let hint = if is_seeded(form) { "the account's own" } else { "at least 8 characters" };
    let edit = field(&mut form.password).password(true).hint_text(hint);
    let typed = ui.add(edit).labelled_by(password.id);
    let entered = typed.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));

    ui.add_space(GAP);
    ui.horizontal(|ui| {
        let log_in = waiting.or_else(|| why_not(form));
        let register = waiting.or_else(|| why_not_register(form));
        let look = Look { name: Some("Log in with this account"), why_not: log_in, hint: None, lit: true };
        if (button::show(ui, "Log in", look).clicked() || entered) && log_in.is_none() {
            let account = (!form.password.is_empty()).then(|| (form.email.clone(), Secret(form.password.clone())));
            out.push(Command::Act(target, Action::LogIn { actor: form.device, account }));
            ui.close();
        }
        let hint = Some("Makes the account at both banks, or at the chosen one");
        if button::show(ui, "Register", Look { why_not: register, hint, ..Look::default() }).clicked() {
            let password = Secret(form.password.clone());
            out.push(Command::Act(target, Action::Register { email: form.email.clone(), password }));
        }
    });
}

fn field(text: &mut String) -> TextEdit<'_> {
    TextEdit::singleline(text)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(GAP_2 as i8, GAP as i8))
        .align(Align2::LEFT_CENTER)
}

/// Another device is used by somebody else, whose address is filled in where nothing else was typed.
fn choose(form: &mut LogInForm, device: Actor) {
    if is_seeded(form) || form.email.trim().is_empty() {
        form.email = seeded(device).to_owned();
    }
    form.device = device;
}

/// The address of the account that an actor's device uses by itself.
fn seeded(device: Actor) -> &'static str {
    match device {
        Actor::Laptop | Actor::Phone | Actor::Attacker | Actor::Browser => "alice@bank.example",
        Actor::Bystander => "bob@bank.example",
        Actor::Admin => "admin@bank.example",
    }
}

fn is_seeded(form: &LogInForm) -> bool {
    form.email == seeded(form.device)
}

fn why_not(form: &LogInForm) -> Option<&'static str> {
    if form.email.trim().is_empty() {
        return Some("Type an e-mail address");
    }
    // A seeded account's own password is known to its device.
    (form.password.is_empty() && !is_seeded(form)).then_some("Type this account's password")
}

fn why_not_register(form: &LogInForm) -> Option<&'static str> {
    if !form.email.contains('@') {
        return Some("Type an e-mail address");
    }
    if is_seeded(form) {
        return Some("This account exists already: type another e-mail address");
    }
    form.password.is_empty().then_some("Type a password for the new account")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_follows_the_device_until_somebody_types() {
        let mut form = LogInForm::default();
        choose(&mut form, Actor::Bystander);
        assert_eq!(form.email, "bob@bank.example");
        assert_eq!(why_not(&form), None);
        form.email = "carol@bank.example".to_owned();
        choose(&mut form, Actor::Phone);
        assert_eq!(form.email, "carol@bank.example");
        assert!(why_not(&form).is_some() && why_not_register(&form).is_some());
        form.email.clear();
        choose(&mut form, Actor::Admin);
        assert_eq!(form.email, "admin@bank.example");
        form.email = "carol@bank.example".to_owned();
        form.password = "a long one".to_owned();
        assert!(why_not(&form).is_none() && why_not_register(&form).is_none());
    }
}
