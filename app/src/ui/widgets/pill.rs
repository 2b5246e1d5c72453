//! An actor's state in shape, word and colour: the shape and the word say what it is, the colour whether it should be.

use eframe::egui::accesskit::Role;
use eframe::egui::{Painter, Pos2, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;

use super::flash;
use super::icon::half_disc;
use crate::lab::actor::Actor;
use crate::lab::view::{Access, ActorView, Holding};
use crate::state::model::{Lane, Tone};
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2, Tokens};

/// What a pill shows.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct State {
    pub(in crate::ui) mark: Mark,
    pub(in crate::ui) tone: Tone,
    pub(in crate::ui) words: String,
}

/// The shape before the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Mark {
    /// A filled circle.
    Inside,
    /// A slashed circle.
    Out,
    /// A half circle.
    OutLate,
    /// A ring.
    Never,
    /// A dash.
    Unknown,
}

impl State {
    /// The state of an actor in a lane.
    pub(in crate::ui) fn of(lane: &Lane, view: &ActorView, now: LabTime) -> Self {
        let actor = view.actor;
        let timeline = &lane.view.timeline;
        let exposure = timeline.exposure(actor);
        let (mark, words) = match view.access {
            Access::NeverIn => (Mark::Never, "never inside".to_owned()),
            Access::Unavailable => (Mark::Unknown, "no answer".to_owned()),
            Access::Inside if actor == Actor::Attacker && timeline.due_end(actor).is_some() => {
                // A renewal's time would make it too long for a narrow lane, and stands at the credential.
                let until = KnownEnd::of(view, now).filter(|end| matches!(end, KnownEnd::Until(_)));
                (Mark::Inside, format!("still inside{}", until.map(|end| end.in_words(now)).unwrap_or_default()))
            }
            Access::Inside => (Mark::Inside, "inside".to_owned()),
            Access::Out { own_act: true, .. } => (Mark::Out, "logged out".to_owned()),
            Access::Out { .. } => match exposure {
                Some(late) if late.as_secs() > 0 => (Mark::OutLate, format!("out after {}", in_words(late))),
                Some(_) if actor == Actor::Attacker => (Mark::Out, "locked out after 0 s".to_owned()),
                _ => (Mark::Out, "locked out".to_owned()),
            },
        };
        Self { mark, tone: lane.tone(actor, view.access), words }
    }
}

/// What credentials tell about how long they let somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum KnownEnd {
    /// The only one ends, and access with it.
    Until(LabTime),
    /// One ends and another may renew it. Whether the server then agrees is not written on either.
    Renews(LabTime),
}

impl KnownEnd {
    /// None where a credential does not say when it ends.
    pub(in crate::ui) fn of(view: &ActorView, now: LabTime) -> Option<Self> {
        // What was used may be taken once more, by a server that doesn't notice; what has ended is not.
        let ended = |holding: &&Holding| holding.spent.as_ref().is_some_and(|spent| spent.cause.is_some());
        let lives = view.holds.iter().filter(|holding| !ended(holding));
        let ends = lives.map(|holding| holding.expires).collect::<Option<Vec<LabTime>>>()?;
        let first = ends.iter().copied().min().filter(|end| *end > now)?;
        Some(if ends.len() == 1 { Self::Until(first) } else { Self::Renews(first) })
    }

    /// To be written after "inside".
    pub(in crate::ui) fn in_words(self, now: LabTime) -> String {
        match self {
            Self::Until(end) => format!(" until {}", text::moment(end, now)),
            Self::Renews(end) => format!(" and must renew at {}", text::moment(end, now)),
        }
    }
}

/// The pill's width, to place it at the right edge.
pub(in crate::ui) fn width(ui: &Ui, words: &str) -> f32 {
    let galley = ui.painter().layout_no_wrap(words.to_owned(), text::caption_font(), Tokens::of(ui).text);
    MARK + GAP + galley.size().x + 2.0 * GAP_2
}

const MARK: f32 = 9.0;
const HEIGHT: f32 = 20.0;

/// Draws a pill; `name` says whose state it is, for assistive technology.
pub(in crate::ui) fn show(ui: &mut Ui, name: &str, state: &State) -> Response {
    let tokens = Tokens::of(ui);
    let color = tokens.tone(state.tone);
    let galley = ui.painter().layout_no_wrap(state.words.clone(), text::caption_font(), color);
    let size = vec2(MARK + GAP + galley.size().x + 2.0 * GAP_2, HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {}", state.words)));
    if ui.is_rect_visible(rect) {
        let painter = ui.painter();
        painter.rect_filled(rect, HEIGHT / 2.0, tokens.tone_ground(state.tone));
        let changed = flash::strength(ui, name, &state.words);
        if changed > 0.0 {
            let stroke = Stroke::new(2.0, color.gamma_multiply(changed));
            painter.rect_stroke(rect, HEIGHT / 2.0, stroke, StrokeKind::Outside);
        }
        let center = rect.left_center() + vec2(GAP_2 + MARK / 2.0, 0.0);
        state.mark.paint(painter, center, color);
        let at = rect.left_center() + vec2(GAP_2 + MARK + GAP, -galley.size().y / 2.0);
        painter.galley(at, galley, color);
    }
    response.on_hover_text(state.mark.meaning())
}

impl Mark {
    /// Draws the shape around a point.
    pub(in crate::ui) fn paint(self, painter: &Painter, center: Pos2, color: eframe::egui::Color32) {
        let radius = MARK / 2.0;
        let stroke = Stroke::new(1.4, color);
        let ring = radius - 0.7;
        match self {
            Self::Inside => {
                painter.circle_filled(center, radius - 0.4, color);
            }
            Self::Out => {
                painter.circle_stroke(center, ring, stroke);
                let arm = ring * std::f32::consts::FRAC_1_SQRT_2;
                painter.line_segment([center - vec2(arm, -arm), center + vec2(arm, -arm)], stroke);
            }
            Self::OutLate => {
                painter.circle_stroke(center, ring, stroke);
                half_disc(painter, center, ring, color);
            }
            Self::Never => {
                painter.circle_stroke(center, ring, stroke);
            }
            Self::Unknown => {
                painter.line_segment([center - vec2(ring, 0.0), center + vec2(ring, 0.0)], stroke);
            }
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Inside => "Accepted when it last asked",
            Self::Out => "Refused when it last asked",
            Self::OutLate => "Refused when it last asked, but only some time after its access should have ended",
            Self::Never => "Was never accepted",
            Self::Unknown => "The server could not tell: it answered 503",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::view::Spent;

    #[test]
    fn an_end_is_known_only_of_a_credential_that_stands_alone() {
        let now = LabTime::START;
        let ends = |secs| Holding {
            name: String::new(),
            value: String::new(),
            attributes: Vec::new(),
            unsaid: Vec::new(),
            copies: Vec::new(),
            spent: None,
            since: now,
            expires: Some(now + std::time::Duration::from_secs(secs)),
            token: None,
        };
        let known = |holds| {
            let view = ActorView {
                actor: Actor::Attacker,
                access: Access::Inside,
                holds,
                copied: None,
                last_answer: None,
                last_exchange: None,
                role: None,
            };
            KnownEnd::of(&view, now)
        };
        let soon = now + std::time::Duration::from_secs(240);
        assert_eq!(known(vec![ends(240)]), Some(KnownEnd::Until(soon)));
        let spent = |cause: Option<&str>| {
            let cause = cause.map(str::to_owned);
            vec![ends(240), Holding { spent: Some(Spent { cause, at: now, exchange: None }), ..ends(1_209_600) }]
        };
        assert_eq!(known(spent(Some("reuse"))), Some(KnownEnd::Until(soon)), "nothing renews it any more");
        assert_eq!(known(spent(None)), Some(KnownEnd::Renews(soon)), "its reuse may go unnoticed");
        let both = vec![ends(240), ends(1_209_600)];
        assert_eq!(known(both), Some(KnownEnd::Renews(soon)), "its family may have ended");
        assert_eq!(known(vec![ends(0)]), None);
    }
}
