//! What a timeline shows: the model's stretches and marks, cut where their meaning changes.

use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;

use super::look::Look;
use crate::lab::actor::Actor;
use crate::lab::view::{Access, Mark, Stretch};
use crate::state::command::Side;
use crate::state::model::{Lane, Model, Tone};
use crate::ui::widgets::pill::Mark as Shape;
use crate::ui::widgets::secret::side_name;

/// The shortest time that the axis shows, so that the first seconds don't fill it.
const SHORTEST: Duration = Duration::from_secs(60);

/// Both lanes on one axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chart {
    pub(super) from: LabTime,
    pub(super) to: LabTime,
    pub(super) lanes: [Panel; 2],
}

/// One lane's rows and events.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Panel {
    pub(super) side: Side,
    pub(super) title: String,
    pub(super) is_session: bool,
    pub(super) rows: Vec<Row>,
    pub(super) events: Vec<Event>,
}

/// One actor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) actor: Actor,
    pub(super) pieces: Vec<Piece>,
    /// Where its access began and ended, and by which exchange.
    pub(super) changes: Vec<Change>,
    /// What is written at the end of the last piece.
    pub(super) end: Option<End>,
}

/// A time in which an actor was inside, and how that is to be taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) from: LabTime,
    pub(super) to: LabTime,
    pub(super) tone: Tone,
}

/// A moment from which an actor was let in, or was no more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    pub(super) at: LabTime,
    /// The exchange that showed it.
    pub(super) number: usize,
    pub(super) is_in: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct End {
    pub(super) shape: Shape,
    pub(super) tone: Tone,
    pub(super) words: String,
}

/// Something that happened, with its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    pub(super) at: LabTime,
    pub(super) label: String,
    pub(super) ending: bool,
    /// Whether the thief's exposure is counted from here.
    pub(super) counted: bool,
    /// The exchange that did it, where one did.
    pub(super) number: Option<usize>,
}

impl Chart {
    /// The part that is looked at.
    pub(super) fn seen(model: &Model, look: &mut Look) -> Self {
        let mut chart = Self::of(model);
        let (from, to) = look.window((chart.from, chart.to));
        chart.cut(from, to);
        chart
    }

    /// Everything there is.
    pub(super) fn of(model: &Model) -> Self {
        let now = model.now();
        let starts = model.lanes.iter().flat_map(|lane| {
            let timeline = &lane.view.timeline;
            let stretches = timeline.bars.iter().flat_map(|bar| bar.stretches.iter().map(|stretch| stretch.from));
            stretches.chain(timeline.marks.iter().map(|mark| mark.at))
        });
        let from = starts.min().unwrap_or(now);
        let mut lanes = Side::BOTH.map(|side| Panel::of(model.lane(side), side, now));
        // Two of a kind are told apart by where they stand.
        if lanes[0].title == lanes[1].title {
            for panel in &mut lanes {
                panel.title = format!("{}, {}", panel.title, side_name(panel.side));
            }
        }
        Self { from, to: now.max(from + SHORTEST), lanes }
    }

    fn cut(&mut self, from: LabTime, to: LabTime) {
        for panel in &mut self.lanes {
            panel.events.retain(|event| (from..=to).contains(&event.at));
            for row in &mut panel.rows {
                // What is written at the last piece's end goes with it.
                if row.pieces.last().is_some_and(|last| last.to > to) {
                    row.end = None;
                }
                row.pieces.retain(|piece| piece.to >= from && piece.from <= to);
                for piece in &mut row.pieces {
                    (piece.from, piece.to) = (piece.from.max(from), piece.to.min(to));
                }
                row.changes.retain(|change| (from..=to).contains(&change.at));
            }
        }
        (self.from, self.to) = (from, to);
    }

    /// The whole picture in words, for those who can't see it.
    pub(super) fn spoken(&self) -> String {
        let mut parts = vec!["Access over time".to_owned()];
        for (panel, side) in self.lanes.iter().zip(Side::BOTH) {
            for row in &panel.rows {
                if let Some(end) = &row.end {
                    parts.push(format!("{} {} {}", side_name(side), row.actor, end.words));
                }
            }
        }
        parts.join("; ")
    }
}

impl Panel {
    fn of(lane: &Lane, side: Side, now: LabTime) -> Self {
        let title = match &lane.design {
            Some(_) if lane.is_session() => "Session".to_owned(),
            Some(_) => "JWT".to_owned(),
            None => side_name(side).to_owned(),
        };
        let timeline = &lane.view.timeline;
        let due = timeline.due_end(Actor::Attacker);
        let events = timeline.marks.iter();
        Self {
            side,
            title,
            is_session: lane.is_session(),
            rows: Actor::MEASURED.map(|actor| Row::of(lane, actor, now)).into(),
            events: events
                .map(|mark| Event {
                    at: mark.at,
                    label: mark.label.clone(),
                    ending: mark.ending,
                    counted: due.is_some_and(|due| std::ptr::eq(due, mark)),
                    number: mark.number,
                })
                .collect(),
        }
    }
}

impl Row {
    fn of(lane: &Lane, actor: Actor, now: LabTime) -> Self {
        let timeline = &lane.view.timeline;
        let stretches = timeline.bars.iter().find(|bar| bar.actor == actor).map_or(&[][..], |bar| &bar.stretches);
        let pieces = stretches.iter().flat_map(|stretch| pieces(lane, actor, *stretch, now)).collect();
        let changes = stretches.iter().flat_map(|stretch| {
            let began = stretch.began_by.map(|number| Change { at: stretch.from, number, is_in: true });
            let ended = stretch.to.zip(stretch.ended_by).map(|(at, number)| Change { at, number, is_in: false });
            began.into_iter().chain(ended)
        });
        Self {
            actor,
            pieces,
            changes: changes.collect(),
            end: stretches.last().and_then(|last| end(lane, actor, *last)),
        }
    }
}

/// A thief's stretch changes its meaning where it should have ended; everybody else's is as it should be.
fn pieces(lane: &Lane, actor: Actor, stretch: Stretch, now: LabTime) -> Vec<Piece> {
    let (from, to) = (stretch.from, stretch.to.unwrap_or(now));
    if actor != Actor::Attacker {
        return vec![Piece { from, to, tone: Tone::Good }];
    }
    let due = lane.view.timeline.marks.iter().find(|mark| mark.ending && mark.at >= from && mark.at < to);
    // The milliseconds until the refusal are no exposure: it is counted in seconds.
    let at_once = |due: &&Mark| stretch.to.is_some() && to.since(due.at).as_secs() == 0;
    match due.filter(|due| !at_once(due)) {
        Some(due) => {
            vec![Piece { from, to: due.at, tone: Tone::Amber }, Piece { from: due.at, to, tone: Tone::Bad }]
        }
        None => vec![Piece { from, to, tone: Tone::Amber }],
    }
}

fn end(lane: &Lane, actor: Actor, last: Stretch) -> Option<End> {
    let timeline = &lane.view.timeline;
    let access = lane.actor(actor).map(|view| view.access)?;
    let tone = lane.tone(actor, access);
    let say = |shape, words: String| Some(End { shape, tone, words });
    match (last.to, access) {
        (None, _) if actor == Actor::Attacker && timeline.due_end(actor).is_some() => {
            say(Shape::Inside, "still inside".to_owned())
        }
        (None, _) => None,
        (Some(_), Access::Out { own_act: true, .. }) => say(Shape::Out, "logged out".to_owned()),
        (Some(_), _) => match timeline.exposure(actor) {
            Some(late) if late.as_secs() > 0 => say(Shape::OutLate, format!("out after {}", in_words(late))),
            Some(late) => say(Shape::Out, format!("out after {}", in_words(late))),
            None => say(Shape::Out, "out".to_owned()),
        },
    }
}
