//! One lane: which design it runs, what each actor holds, and what its server keeps.

use eframe::egui::{
    Align, ComboBox, CornerRadius, Frame, Id, Layout, Margin, Popup, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2,
};
use lockstep_shared::design::{Carrier, Design, Kind};

use super::{actions, card, design, held, kept, remember, remembered};
use crate::lab::actor::Actor;
use crate::lab::view::Access;
use crate::state::command::{Command, Side, Target};
use crate::state::model::{Lane, Model, Tone};
use crate::ui::memory::UiMemory;
use crate::ui::text;
use crate::ui::theme::{CONTROL, GAP, GAP_2, GAP_3, PANEL_RADIUS, ROW, Tokens};
use crate::ui::widgets::icon::{self, Icon};
use crate::ui::widgets::secret::side_name;

const ACCENT: f32 = 3.0;
/// The room of the button beside the chooser.
const EDIT: f32 = 54.0;

/// What every part of a lane needs to draw itself.
pub(super) struct Context<'a> {
    pub(super) model: &'a Model,
    pub(super) lane: &'a Lane,
    pub(super) side: Side,
    pub(super) place: Place,
}

/// How a lane stands on the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The other lane stands beside it, so that their parts have the same heights.
    pub(super) beside: bool,
    /// There is little room: whom the theft does not touch gets a line.
    pub(super) brief: bool,
    /// The room that it fills, whether it has that much to say or not.
    pub(super) least_height: f32,
    /// A room looks on: who is in and what the thief is told, and nothing else.
    pub(super) for_room: bool,
}

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    memory: &mut UiMemory,
    side: Side,
    place: Place,
    out: &mut Vec<Command>,
) {
    let tokens = Tokens::of(ui);
    let cx = Context { model, lane: model.lane(side), side, place };
    let background = ui.painter().add(Shape::Noop);
    let response = Frame::new().show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.set_width(ui.available_width());
        ui.add_space(ACCENT);
        section(ui, &cx, "header", Tone::Neutral, |ui| header(ui, &cx, memory, out));
        if let Some(failure) = &cx.lane.failure {
            section(ui, &cx, "failure", Tone::Bad, |ui| {
                ui.label(text::body(text::with_local_times(failure, model.now())).color(tokens.bad));
            });
        } else if place.beside && model.lanes.iter().any(|lane| lane.failure.is_some()) {
            section(ui, &cx, "failure", Tone::Neutral, |_| {});
        }
        if !cx.lane.view.held.is_empty() {
            section(ui, &cx, "held", Tone::Amber, |ui| held::show(ui, &cx, out));
        } else if place.beside && model.lanes.iter().any(|lane| !lane.view.held.is_empty()) {
            section(ui, &cx, "held", Tone::Neutral, |_| {});
        }
        for actor in [Actor::Laptop, Actor::Phone, Actor::Attacker] {
            if place.for_room && actor == Actor::Phone && !phone_was_in(model) {
                continue;
            }
            let tone = card::tint(&cx, actor);
            section(ui, &cx, actor.name(), tone, |ui| card::show(ui, &cx, memory, actor));
        }
        if !place.for_room {
            section(ui, &cx, "others", Tone::Neutral, |ui| card::others(ui, &cx));
            section(ui, &cx, "kept", Tone::Neutral, |ui| kept::show(ui, &cx, memory));
        }
        let short = place.least_height - ui.min_rect().height();
        if short > 0.0 {
            ui.add_space(short);
        }
    });
    design::show(ui, model, memory, side, out);
    let rect = response.response.rect;
    let accent = cx.lane.design.as_ref().map_or(tokens.line, |_| tokens.lane(cx.lane.is_session()));
    let top = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + 2.0 * PANEL_RADIUS as f32));
    let accent_strip = ui.painter().with_clip_rect(
        Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + ACCENT)).intersect(ui.clip_rect()),
    );
    ui.painter().set(background, Shape::rect_filled(rect, PANEL_RADIUS, tokens.panel));
    ui.painter().rect_stroke(rect, PANEL_RADIUS, Stroke::new(1.0, tokens.line), StrokeKind::Inside);
    let corners = CornerRadius { nw: PANEL_RADIUS, ne: PANEL_RADIUS, sw: 0, se: 0 };
    accent_strip.rect_filled(top, corners, accent);
}

/// Whether the second device has a part in what is shown.
fn phone_was_in(model: &Model) -> bool {
    let access = |lane: &Lane| lane.actor(Actor::Phone).map_or(Access::NeverIn, |view| view.access);
    model.lanes.iter().any(|lane| access(lane) != Access::NeverIn)
}

/// A part of a lane with a line below it, as high as the same part of the lane beside it.
fn section(ui: &mut Ui, cx: &Context<'_>, name: &str, tone: Tone, draw: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui);
    let background = ui.painter().add(Shape::Noop);
    let top = ui.cursor().top();
    let margin = Margin::symmetric(GAP_3 as i8, if cx.place.brief { 5 } else { 7 });
    let response = Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
        // A row of data is lower than a row of controls.
        ui.spacing_mut().interact_size.y = ROW;
        ui.set_width(ui.available_width());
        draw(ui);
    });
    let own = response.response.rect.height();
    let key = |side: Side| format!("lane {} {name}", side_name(side));
    remember(ui, &key(cx.side), own);
    let other = if cx.side == Side::Left { Side::Right } else { Side::Left };
    let beside = if cx.place.beside { remembered(ui, &key(other)).unwrap_or(0.0) } else { 0.0 };
    if beside > own + 0.5 {
        ui.add_space(beside - own);
    }
    let rect = Rect::from_min_max(
        pos2(response.response.rect.left(), top),
        pos2(response.response.rect.right(), top + own.max(beside)),
    );
    if tone != Tone::Neutral {
        let inner = rect.shrink2(vec2(1.0, 0.0));
        ui.painter().set(background, Shape::rect_filled(inner, 0.0, tokens.tone_ground(tone)));
    }
    let last = if cx.place.for_room { Actor::Attacker.name() } else { "kept" };
    if name != last {
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, tokens.line));
    }
}

fn header(ui: &mut Ui, cx: &Context<'_>, memory: &mut UiMemory, out: &mut Vec<Command>) {
    let tokens = Tokens::of(ui);
    let summary = cx.lane.design.as_ref().map(summary);
    let narrow = ui.available_width() < 480.0;
    ui.horizontal(|ui| {
        ui.set_height(CONTROL);
        let (word, color) = match &cx.lane.design {
            Some(design) if design.kind == Kind::Session => ("Session", tokens.session),
            Some(_) => ("JWT", tokens.jwt),
            None => ("Starting…", tokens.dim),
        };
        ui.label(text::head(word).color(color));
        let beside = if cx.place.for_room { 0.0 } else { icon::SMALL + EDIT + 2.0 * GAP_3 };
        let room = ui.available_width() - beside;
        ui.scope(|ui| {
            let width = if narrow { room } else { (room * 0.55).min(320.0) };
            ui.set_max_width(width);
            ui.spacing_mut().interact_size.y = CONTROL;
            chooser(ui, cx, out, width);
        });
        if cx.place.for_room {
            return;
        }
        design::button(ui, cx.model, memory, cx.side);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            alone(ui, cx, out);
            if let (Some(summary), false) = (&summary, narrow) {
                let label = eframe::egui::Label::new(text::caption(summary).color(tokens.dim)).truncate();
                ui.add(label).on_hover_text(&cx.lane.view.address);
            }
        });
    });
}

/// Which design the lane runs.
fn chooser(ui: &mut Ui, cx: &Context<'_>, out: &mut Vec<Command>, width: f32) {
    let chosen = cx.lane.design.as_ref();
    let title = chosen.map_or("", |design| design.title.as_str());
    let response = ui.add_enabled_ui(cx.model.busy.is_none(), |ui| {
        let combo = ComboBox::from_id_salt(("design", cx.side)).width(width).truncate().selected_text(title).icon(
            |ui, rect, _, _| {
                let square = Rect::from_center_size(rect.center(), vec2(10.0, 10.0));
                Icon::Down.paint(ui.painter(), square, Tokens::of(ui).dim);
            },
        );
        combo.show_ui(ui, |ui| {
            let opened = just_opened(ui, cx.side);
            for design in &cx.model.designs {
                let selected = chosen.is_some_and(|chosen| chosen.id == design.id);
                let item = ui.selectable_label(selected, text::body(&design.title)).on_hover_text(&design.summary);
                // The arrows go on from the design that runs.
                if selected && opened {
                    item.request_focus();
                    item.scroll_to_me(Some(Align::Center));
                }
                if item.clicked() {
                    // A key presses it without the click that closes a menu.
                    ui.close();
                    if !selected {
                        out.push(Command::ChooseDesign(cx.side, design.id.clone()));
                    }
                }
            }
        })
    });
    let button = response.inner.response;
    if button.gained_focus() {
        button.scroll_to_me(None);
    }
    let name = format!("{} design", side_name(cx.side));
    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(name));
    if let Some(design) = chosen {
        button.on_hover_text(format!("{}\n{}", design.summary, summary(design)));
    }
}

/// Whether the list of designs was not there in the frame before.
fn just_opened(ui: &Ui, side: Side) -> bool {
    let now = ui.ctx().cumulative_frame_nr();
    let last =
        ui.data_mut(|data| data.get_temp_mut_or_default::<Option<u64>>(Id::unique(("designs", side))).replace(now));
    last.is_none_or(|last| last + 1 < now)
}

/// The menu of what can be done in this lane alone.
fn alone(ui: &mut Ui, cx: &Context<'_>, out: &mut Vec<Command>) {
    let name = format!("Act in the {} lane alone", side_name(cx.side));
    let button = icon::button(ui, Icon::Menu, icon::SMALL + 4.0, &name);
    Popup::menu(&button).show(|ui| actions::menu(ui, cx.model, Target::One(cx.side), out));
}

/// Where the credentials live and how they travel, in a few words.
fn summary(design: &Design) -> String {
    let kept = match design.kind {
        Kind::Session | Kind::Introspection => "kept on the server",
        Kind::Jwt | Kind::Sealed => "kept by the client",
    };
    let travels = |carrier: Carrier| if carrier == Carrier::Cookie { "cookie" } else { "Bearer" };
    let access = travels(design.carry.access);
    let refresh = design.carry.refresh.map(travels).filter(|refresh| *refresh != access);
    match refresh {
        Some(refresh) => format!("{kept} · {access} + {refresh}"),
        None => format!("{kept} · {access}"),
    }
}
