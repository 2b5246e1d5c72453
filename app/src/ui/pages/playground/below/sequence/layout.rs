//! Where everything of a sequence goes: the lifelines of a lane, and the shapes between two heights.

use std::ops::Range;

use eframe::egui::{Pos2, Rect, pos2};
use lockstep_shared::design::{Design, Store};

use super::index::{Index, LaneIndex, has_resource};
use super::sections::{Section, Sections};
use super::shape::{Anchor, Font, Head, Hit, Ink, Of, Picture, Shape};
use super::story::{self, Kind, Line, Step};
use crate::lab::actor::Actor;
use crate::lab::exchange::Exchange;
use crate::lab::view::Mark;
use crate::state::command::Side;
use crate::state::model::{Model, Tone};

/// Above the first entry, and below the last.
pub(super) const TOP: f32 = 4.0;
pub(super) const BOTTOM: f32 = 10.0;
/// An arrow between two lifelines, with its words above.
const ARROW: f32 = 18.0;
/// A step on a lifeline.
const NOTE: f32 = 15.0;
/// Free above and below an exchange.
const ABOVE: f32 = 3.0;
const BELOW: f32 = 7.0;
/// Without its steps, what an exchange has between its two arrows.
const TAKEN: f32 = 3.0;
/// The words on how long nothing happened.
const LATER: f32 = 20.0;
/// An event, and the arrow of a copy below it.
const MARK: f32 = 26.0;
const COPY: f32 = 18.0;
/// From the middle of words to the arrow below them.
const UNDER: f32 = 8.0;
/// One row of names.
const NAMES: f32 = 16.0;
const BETWEEN: f32 = 20.0;
const PAD: f32 = 8.0;

/// Gives the width of words.
pub(super) type Measure<'a> = &'a dyn Fn(&str, Font) -> f32;

/// How high an exchange is drawn.
pub(super) fn height(exchange: &Exchange, has_resource: bool, later: bool, with_steps: bool) -> f32 {
    let steps = match with_steps {
        true => story::steps(exchange, has_resource).iter().map(step_height).sum(),
        false => TAKEN,
    };
    ABOVE + ARROW + steps + ARROW + BELOW + if later { LATER } else { 0.0 }
}

fn step_height(step: &Step<'_>) -> f32 {
    match step.kind {
        Kind::Note | Kind::More(_) => NOTE,
        Kind::Read | Kind::Write | Kind::Ask | Kind::Told => ARROW,
    }
}

/// How high an event is drawn.
pub(super) fn mark_height(mark: &Mark) -> f32 {
    MARK + if mark.from.is_some() && mark.by.is_some() { COPY } else { 0.0 }
}

/// The lifelines of one lane.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    pub(super) side: Side,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) lines: Vec<Lifeline>,
}

/// One lifeline with its name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lifeline {
    pub(super) line: Line,
    pub(super) x: f32,
    pub(super) name: String,
    /// The row that its name stands in, from the bottom.
    pub(super) row: usize,
}

impl Columns {
    /// Puts a lane's lifelines between two edges.
    pub(super) fn of(model: &Model, index: &LaneIndex, side: Side, x: Range<f32>, measure: Measure<'_>) -> Self {
        let lane = model.lane(side);
        let (left, right) = (x.start, x.end);
        let mut actors = index.actors(&lane.view.timeline.marks);
        if actors.is_empty() {
            actors.push(Actor::Laptop);
        }
        let resource = has_resource(model, side);
        let store = lane.design.as_ref().filter(|design| index.has_store || keeps(design)).map(engine);
        let wide = |words: &str| measure(words, Font::Strong);
        // Words beside the server's lifeline need as much as the actors.
        let words = ((right - left) * 0.47).clamp(150.0, 360.0);
        let first = left + PAD + wide(actors[0].name()) / 2.0;
        let count = actors.len() as f32 + if resource { 1.6 } else { 0.0 };
        let pitch = ((right - PAD - words - first) / count).clamp(34.0, 104.0);
        let mut lines: Vec<(Line, f32, String)> = Vec::new();
        for (at, actor) in actors.iter().enumerate() {
            lines.push((Line::Actor(*actor), first + at as f32 * pitch, actor.name().to_owned()));
        }
        let mut x = first + actors.len() as f32 * pitch;
        if resource {
            lines.push((Line::Resource, x, "resource".to_owned()));
            x += 1.6 * pitch;
        }
        lines.push((Line::Server, x, if resource { "issuer" } else { "server" }.to_owned()));
        if let Some(engine) = store {
            lines.push((Line::Store, right - PAD - wide(engine) / 2.0, engine.to_owned()));
        }
        let lines = names(lines, &wide);
        Self { side, left, right, lines }
    }

    pub(super) fn x(&self, line: Line) -> Option<f32> {
        self.lines.iter().find(|lifeline| lifeline.line == line).map(|lifeline| lifeline.x)
    }

    /// How many rows the names take.
    pub(super) fn rows(&self) -> usize {
        self.lines.iter().map(|lifeline| lifeline.row + 1).max().unwrap_or(1)
    }

    /// Where words beside a lifeline end: before the store's.
    fn words_end(&self) -> f32 {
        self.x(Line::Store).map_or(self.right - PAD, |x| x - PAD)
    }
}

/// Names that would touch the one before stand a row higher.
fn names(lines: Vec<(Line, f32, String)>, wide: &dyn Fn(&str) -> f32) -> Vec<Lifeline> {
    let mut ends = [f32::NEG_INFINITY; 3];
    let mut out = Vec::with_capacity(lines.len());
    for (line, x, name) in lines {
        let half = wide(&name) / 2.0;
        let row = ends.iter().position(|end| x - half > end + 5.0).unwrap_or(0);
        ends[row] = x + half;
        out.push(Lifeline { line, x, name, row });
    }
    out
}

/// Whether a design has something to keep that is no part of what it carries.
fn keeps(design: &Design) -> bool {
    use lockstep_shared::design::{Denylist, Kind};

    let lists = design.check.denylist != Denylist::Off || design.check.epoch || design.check.session_id;
    let refreshes = design.refresh.as_ref().is_some_and(|refresh| refresh.is_kept());
    lists || refreshes || matches!(design.kind, Kind::Session | Kind::Introspection)
}

fn engine(design: &Design) -> &'static str {
    match design.store {
        Store::Memory => "memory",
        Store::Sqlite => "SQLite",
        Store::Redis => "Redis",
    }
}

/// The lanes in a width, beside each other.
pub(super) fn columns(model: &Model, index: &Index, sides: &[Side], width: f32, measure: Measure<'_>) -> Vec<Columns> {
    let each = (width - BETWEEN * (sides.len() - 1) as f32) / sides.len() as f32;
    let lane = |(at, side): (usize, &Side)| {
        let left = at as f32 * (each + BETWEEN);
        Columns::of(model, &index.lanes[side.index()], *side, left..left + each, measure)
    };
    sides.iter().enumerate().map(lane).collect()
}

/// How high the names above the lifelines are.
pub(super) fn heading_height(lanes: &[Columns]) -> f32 {
    lanes.iter().map(Columns::rows).max().unwrap_or(1) as f32 * NAMES + 4.0
}

/// The names of the lifelines, each where its lifeline begins.
pub(super) fn heading(lanes: &[Columns], is_session: &dyn Fn(Side) -> bool) -> Picture {
    let bottom = heading_height(lanes);
    let mut picture = Picture::default();
    for lane in lanes {
        for lifeline in &lane.lines {
            let at = pos2(lifeline.x, bottom - 4.0 - NAMES * (lifeline.row as f32 + 0.5));
            let ink = match lifeline.line {
                Line::Actor(actor) => Ink::Actor(actor),
                Line::Resource | Line::Server => Ink::Lane(is_session(lane.side)),
                Line::Store => Ink::Text,
            };
            picture.words(at, lifeline.name.clone(), ink, Font::Strong, Anchor::Middle, 0.0);
            let foot = pos2(lifeline.x, bottom - 4.0 - NAMES * lifeline.row as f32);
            picture.line(foot, pos2(lifeline.x, bottom), Ink::Line, 1.0);
        }
    }
    picture
}

/// What there is to draw from.
pub(super) struct Scene<'a> {
    pub(super) model: &'a Model,
    pub(super) index: &'a Index,
    pub(super) sections: &'a Sections,
    pub(super) lanes: &'a [Columns],
    pub(super) with_steps: bool,
    pub(super) measure: Measure<'a>,
}

impl Scene<'_> {
    /// Everything that some part of a range of heights shows, in points from the range's start.
    pub(super) fn cut(&self, range: &Range<f64>) -> Picture {
        let mut picture = Picture::default();
        let bottom = (self.sections.height.min(range.end) - range.start) as f32;
        for lane in self.lanes {
            for lifeline in &lane.lines {
                picture.line(pos2(lifeline.x, 0.0), pos2(lifeline.x, bottom), Ink::Line, 1.0);
            }
        }
        for section in self.sections.seen(range) {
            let top = (section.top - range.start) as f32;
            if section.top + f64::from(section.head) > range.start {
                self.event(section, top, &mut picture);
            }
            for lane in self.lanes {
                let entries = &self.index.lanes[lane.side.index()];
                let down =
                    section.top + f64::from(section.head) - entries.top(section.entries[lane.side.index()].start);
                for entry in section.seen(entries, lane.side, range) {
                    let top = (entries.top(entry) + down - range.start) as f32;
                    let bottom = (entries.top(entry + 1) + down - range.start) as f32;
                    self.exchange(lane, entry, top..bottom, &mut picture);
                }
            }
        }
        picture
    }

    fn event(&self, section: &Section, top: f32, picture: &mut Picture) {
        let y = top + MARK / 2.0;
        for lane in self.lanes {
            let Some(at) = section.marks[lane.side.index()] else { continue };
            let Some(mark) = self.model.lane(lane.side).view.timeline.marks.get(at) else { continue };
            let (ink, width) = if mark.ending { (Ink::Text, 1.5) } else { (Ink::Dim, 1.0) };
            // Through the gap between the lanes too, where it happened in both.
            let is_both = section.marks.iter().all(Option::is_some) && self.lanes.len() > 1;
            let right = lane.right + if is_both && lane.side == Side::Left { BETWEEN } else { 0.0 };
            picture.line(pos2(lane.left, y), pos2(right, y), ink, width);
            let time = crate::ui::text::moment(mark.at, self.model.now());
            let label = crate::ui::text::inert(&mark.label);
            let wide = (self.measure)(&label, Font::Strong);
            picture.words(pos2(lane.left + PAD, y), label, ink, Font::Strong, Anchor::Left, wide);
            let time_at = pos2(lane.left + PAD + wide + PAD, y);
            let time_wide = (self.measure)(&time, Font::Mono);
            picture.words(time_at, time, Ink::Dim, Font::Mono, Anchor::Left, time_wide);
            if let (Some(thief), Some(from)) = (mark.by, mark.from) {
                self.copy(lane, thief, from, top + MARK, picture);
            }
            let rect = Rect::from_min_max(pos2(lane.left, top), pos2(lane.right, top + mark_height(mark)));
            picture.hits.push(Hit { side: lane.side, of: Of::Mark(at), rect });
        }
    }

    /// The copy of a credential goes from who holds it to who takes it, and no server sees it.
    fn copy(&self, lane: &Columns, thief: Actor, from: Actor, top: f32, picture: &mut Picture) {
        let (Some(from_x), Some(to_x)) = (lane.x(Line::Actor(from)), lane.x(Line::Actor(thief))) else { return };
        let y = top + COPY / 2.0;
        picture.arrow(pos2(from_x, y), pos2(to_x, y), Ink::Actor(thief), 2.0, false, Head::Filled);
        let left = from_x.max(to_x) + PAD;
        self.fitted(format!("a copy of what the {from} holds"), left..lane.right - PAD, y, Ink::Actor(thief), picture);
    }

    fn exchange(&self, lane: &Columns, entry: usize, y: Range<f32>, picture: &mut Picture) {
        let index: &LaneIndex = &self.index.lanes[lane.side.index()];
        let Some(entry_of) = index.entries.get(entry) else { return };
        let Some(row) = self.model.traffic.at_place(entry_of.place) else { return };
        let exchange: &Exchange = &row.exchange;
        let resource = has_resource(self.model, lane.side);
        let met = story::met(exchange, resource);
        let actor = Line::Actor(exchange.actor);
        let (Some(actor_x), Some(met_x)) = (lane.x(actor), lane.x(met)) else { return };
        let is_session = self.model.lane(lane.side).is_session();
        let mut top = y.start;
        if let Some(gap) = story::later(entry_of.before, exchange.at) {
            let words = story::later_words(gap);
            let middle = pos2((lane.left + met_x) / 2.0, top + LATER / 2.0);
            let wide = (self.measure)(&words, Font::Caption);
            picture.words(middle, words, Ink::Dim, Font::Caption, Anchor::Middle, wide);
            top += LATER;
        }
        let rect = Rect::from_min_max(pos2(lane.left, top), pos2(lane.right, y.end - 1.0));
        let of = Of::Exchange { entry, place: entry_of.place, number: entry_of.number };
        picture.hits.push(Hit { side: lane.side, of, rect });
        top += ABOVE;
        let began = top + UNDER + 7.0;
        let ended = y.end - BELOW - ARROW + UNDER + 7.0;
        let bar = Rect::from_min_max(pos2(met_x - 2.5, began), pos2(met_x + 2.5, ended));
        picture.shapes.push(Shape::Fill { rect: bar, ink: Ink::Lane(is_session), radius: 2.0 });

        let mine = Ink::Actor(exchange.actor);
        let (from, to) = (pos2(actor_x, began), pos2(met_x - 3.0, began));
        picture.arrow(from, to, mine, 1.5, false, Head::Filled);
        self.on_arrow(story::request(exchange), lane.left..met_x, actor_x..met_x, top, (mine, Font::Mono), picture);
        top += ARROW;
        if self.with_steps {
            for step in story::steps(exchange, resource) {
                self.step(lane, &step, top, picture);
                top += step_height(&step);
            }
        } else {
            top += TAKEN;
        }
        let tone = story::tone(self.model.lane(lane.side), exchange);
        let ink = if tone == Tone::Neutral { Ink::Dim } else { Ink::Tone(tone) };
        picture.arrow(pos2(met_x - 3.0, ended), pos2(actor_x, ended), ink, 1.5, true, Head::Open);
        self.on_arrow(story::answer(exchange), lane.left..met_x, actor_x..met_x, top, (ink, Font::Strong), picture);
    }

    fn step(&self, lane: &Columns, step: &Step<'_>, top: f32, picture: &mut Picture) {
        let Some(x) = lane.x(step.on) else { return };
        let words = step.words(self.model.now());
        // How long it took is the first thing to be left out where there is little room.
        let timed = |words: String, room: f32| match step.took() {
            Some(took) if (self.measure)(&format!("{words} · {took}"), Font::Caption) <= room => {
                format!("{words} · {took}")
            }
            _ => words,
        };
        let (middle, under) = (top + 7.0, top + UNDER + 7.0);
        let ink = if step.is_alarm() { Ink::Tone(Tone::Amber) } else { Ink::Text };
        match step.kind {
            Kind::Note | Kind::More(_) => {
                picture.shapes.push(Shape::Dot { at: pos2(x, middle), ink });
                let room = x + PAD..lane.right - PAD;
                self.fitted(timed(words, room.end - room.start), room, middle, ink, picture);
            }
            Kind::Read | Kind::Write => {
                let room = x + PAD..lane.words_end();
                self.fitted(timed(words, room.end - room.start), room, middle, ink, picture);
                let Some(store) = lane.x(Line::Store) else { return };
                let (from, to) = (pos2(x + 3.0, under), pos2(store, under));
                let is_write = step.kind == Kind::Write;
                let (ink, width, head) = match is_write {
                    true => (Ink::Text, 1.5, Head::Filled),
                    false => (Ink::Dim, 1.0, Head::Open),
                };
                picture.arrow(from, to, ink, width, false, head);
            }
            Kind::Ask | Kind::Told => {
                let (Some(from), Some(to)) = (lane.x(Line::Resource), lane.x(Line::Server)) else { return };
                self.fitted(words, from + PAD..lane.words_end(), middle, ink, picture);
                match step.kind {
                    Kind::Ask => picture.arrow(pos2(from + 3.0, under), pos2(to, under), ink, 1.5, false, Head::Filled),
                    _ => picture.arrow(pos2(to, under), pos2(from + 3.0, under), Ink::Dim, 1.5, true, Head::Open),
                }
            }
        }
    }

    /// Words above an arrow: in its middle where they have room, else up to where it ends.
    fn on_arrow(
        &self,
        words: String,
        room: Range<f32>,
        arrow: Range<f32>,
        top: f32,
        (ink, font): (Ink, Font),
        picture: &mut Picture,
    ) {
        let words = elide(words, room.end - room.start - 2.0 * PAD, &|words| (self.measure)(words, font));
        let wide = (self.measure)(&words, font);
        let y = top + 7.0;
        match wide + 2.0 * PAD <= arrow.end - arrow.start {
            true => {
                let middle = (arrow.start + arrow.end) / 2.0;
                picture.words(pos2(middle, y), words, ink, font, Anchor::Middle, wide);
            }
            false => picture.words(pos2(room.end - PAD, y), words, ink, font, Anchor::Right, wide),
        }
    }

    fn fitted(&self, words: String, room: Range<f32>, y: f32, ink: Ink, picture: &mut Picture) {
        let words = elide(words, room.end - room.start, &|words| (self.measure)(words, Font::Caption));
        let wide = (self.measure)(&words, Font::Caption);
        picture.words(pos2(room.start, y), words, ink, Font::Caption, Anchor::Left, wide);
    }
}

/// Leaves the end out where there is no room for it.
fn elide(words: String, room: f32, measure: &dyn Fn(&str) -> f32) -> String {
    let wide = measure(&words);
    if wide <= room {
        return words;
    }
    let count = words.chars().count();
    let mut keep = ((room / wide) * count as f32).max(1.0) as usize;
    loop {
        let cut: String = words.chars().take(keep).chain(std::iter::once('…')).collect();
        if keep <= 1 || measure(&cut) <= room {
            return cut;
        }
        keep -= 1;
    }
}

impl Picture {
    fn line(&mut self, from: Pos2, to: Pos2, ink: Ink, width: f32) {
        self.shapes.push(Shape::Line { from, to, ink, width, dashed: false, head: Head::None });
    }

    fn arrow(&mut self, from: Pos2, to: Pos2, ink: Ink, width: f32, dashed: bool, head: Head) {
        self.shapes.push(Shape::Line { from, to, ink, width, dashed, head });
    }

    fn words(&mut self, at: Pos2, words: String, ink: Ink, font: Font, anchor: Anchor, width: f32) {
        self.shapes.push(Shape::Words { at, words, ink, font, anchor, width });
    }
}
