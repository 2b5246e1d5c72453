//! Writes a sequence as a picture that stands alone: light and dark, and whatever came from the wire is inert in it.

use std::fmt::Write as _;
use std::ops::Range;

use eframe::egui::{Color32, Pos2, vec2};

use super::index::Index;
use super::layout::{self, Measure, Scene};
use super::paint;
use super::sections::Sections;
use super::shape::{Anchor, Font, Head, Ink, Picture, Shape};
use crate::lab::actor::Actor;
use crate::report::escape::html as safe;
use crate::state::command::Side;
use crate::state::model::{Model, Tone};
use crate::ui::theme::{DARK, LIGHT, Tokens};

/// The most exchanges of one lane that a file holds, the newest.
pub(super) const MOST: usize = 1000;

const WIDTH: f32 = 1280.0;
const MARGIN: f32 = 20.0;
const TITLE: f32 = 44.0;
/// Another program may set the words in another font: they are given this much more room than the window's.
const SLACK: f32 = 1.12;

/// The whole sequence, or the end of it where it is too long for a file; the picture says which.
pub(super) fn write(model: &Model, index: &Index, with_steps: bool, measure: Measure<'_>) -> String {
    let wider = |words: &str, font: Font| measure(words, font) * SLACK;
    let sections = Sections::of(model, index, &Side::BOTH);
    let lanes = layout::columns(model, index, &Side::BOTH, WIDTH - 2.0 * MARGIN, &wider);
    let scene = Scene { model, index, sections: &sections, lanes: &lanes, with_steps, measure: &wider };
    let range = newest(index, &sections);
    let picture = scene.cut(&range);
    let heading_height = layout::heading_height(&lanes);
    let top = TITLE + heading_height;
    let height = MARGIN + top + (range.end - range.start) as f32 + MARGIN;

    let mut svg = String::with_capacity(picture.shapes.len() * 110);
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" \
         height=\"{height:.0}\" role=\"img\">\n<title>{}</title>\n<style>{}</style>\n\
         <rect class=\"ground\" width=\"{WIDTH}\" height=\"{height:.0}\"/>\n",
        safe(&titles(model).join(" and ")),
        style()
    );
    for (lane, title) in lanes.iter().zip(titles(model)) {
        let ink = class(Ink::Lane(model.lane(lane.side).is_session()));
        let (x, y) = (MARGIN + lane.left, MARGIN + 14.0);
        let _ = writeln!(svg, "<text class=\"{ink} title\" x=\"{x:.0}\" y=\"{y:.0}\">{}</text>", safe(&title));
    }
    let _ = writeln!(
        svg,
        "<text class=\"d c\" x=\"{MARGIN}\" y=\"{:.0}\">{}</text>",
        MARGIN + 32.0,
        safe(&about(model, index, range.start > 0.0))
    );
    let is_session = |side: Side| model.lane(side).is_session();
    shapes(&mut svg, &layout::heading(&lanes, &is_session), vec2(MARGIN, MARGIN + TITLE));
    let line = MARGIN + top;
    let _ = writeln!(svg, "<path class=\"kl\" d=\"M{MARGIN} {line:.1}H{:.1}\"/>", WIDTH - MARGIN);
    shapes(&mut svg, &picture, vec2(MARGIN, line));
    svg.push_str("</svg>\n");
    svg
}

fn titles(model: &Model) -> [String; 2] {
    Side::BOTH.map(|side| model.lane(side).design.as_ref().map_or_else(String::new, |design| design.title.clone()))
}

/// From the first of the newest in each lane to the end.
fn newest(index: &Index, sections: &Sections) -> Range<f64> {
    let starts = Side::BOTH.map(|side| {
        let lane = &index.lanes[side.index()];
        let first = lane.entries.len().checked_sub(MOST).filter(|first| *first > 0)?;
        sections.place(lane, side, first).map(|place| place.start)
    });
    starts.into_iter().flatten().fold(0.0, f64::max)..sections.height
}

/// What is in the picture, and what is not.
fn about(model: &Model, index: &Index, is_cut: bool) -> String {
    let sum = |count: fn(&super::index::LaneIndex) -> usize| index.lanes.iter().map(count).sum::<usize>();
    let (drawn, hidden) = (sum(|lane| lane.entries.len()), sum(|lane| lane.hidden));
    let mut words = format!("Lockstep, {}", model.now().local_long());
    let _ = match is_cut {
        true => write!(words, " · the last {MOST} of each lane, of {drawn} exchanges in all"),
        false => write!(words, " · {}", crate::ui::text::counted(drawn, "exchanges")),
    };
    if hidden > 0 {
        let _ = write!(words, " · {hidden} of the lab's own questions are not drawn");
    }
    words
}

fn shapes(svg: &mut String, picture: &Picture, by: eframe::egui::Vec2) {
    for shape in &picture.shapes {
        let done = match shape {
            Shape::Line { from, to, ink, width, dashed, head } => {
                let (from, to) = (*from + by, *to + by);
                let dash = if *dashed { " stroke-dasharray=\"5 3\"" } else { "" };
                let ink = class(*ink);
                write!(svg, "<path class=\"k{ink}\" stroke-width=\"{width}\"{dash} d=\"M{}L{}\"/>", at(from), at(to))
                    .and_then(|()| arrow_head(svg, (from, to), *head, ink))
            }
            Shape::Fill { rect, ink, radius } => {
                let rect = rect.translate(by);
                let size = rect.size();
                writeln!(
                    svg,
                    "<rect class=\"{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{radius}\"/>",
                    class(*ink),
                    rect.left(),
                    rect.top(),
                    size.x,
                    size.y
                )
            }
            Shape::Dot { at, ink } => {
                let at = *at + by;
                let (ink, radius) = (class(*ink), paint::DOT);
                writeln!(svg, "<circle class=\"{ink}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\"/>", at.x, at.y)
            }
            Shape::Words { at, words, ink, font, anchor, .. } => {
                let at = *at + by;
                let font = match font {
                    Font::Caption => "c",
                    Font::Strong => "s",
                    Font::Mono => "m",
                };
                let anchor = match anchor {
                    Anchor::Left => "",
                    Anchor::Middle => " text-anchor=\"middle\"",
                    Anchor::Right => " text-anchor=\"end\"",
                };
                let (ink, words) = (class(*ink), safe(words));
                // The place is the middle of the letters; a baseline is below it.
                let y = at.y + 4.0;
                writeln!(svg, "<text class=\"{ink} {font} w\" x=\"{:.1}\" y=\"{y:.1}\"{anchor}>{words}</text>", at.x)
            }
        };
        // A string takes everything.
        debug_assert!(done.is_ok());
    }
}

fn arrow_head(svg: &mut String, (from, to): (Pos2, Pos2), head: Head, ink: &str) -> std::fmt::Result {
    let back = (from - to).normalized() * paint::HEAD;
    let side = vec2(-back.y, back.x) * 0.5;
    let (one, other) = (at(to + back + side), at(to + back - side));
    match head {
        Head::None => writeln!(svg),
        Head::Open => writeln!(svg, "<path class=\"k{ink}\" stroke-width=\"1.2\" d=\"M{one}L{}L{other}\"/>", at(to)),
        Head::Filled => writeln!(svg, "<path class=\"{ink}\" d=\"M{one}L{}L{other}Z\"/>", at(to)),
    }
}

fn at(pos: Pos2) -> String {
    format!("{:.1} {:.1}", pos.x, pos.y)
}

const INKS: [Ink; 15] = [
    Ink::Text,
    Ink::Dim,
    Ink::Line,
    Ink::Lane(true),
    Ink::Lane(false),
    Ink::Actor(Actor::Laptop),
    Ink::Actor(Actor::Phone),
    Ink::Actor(Actor::Attacker),
    Ink::Actor(Actor::Bystander),
    Ink::Actor(Actor::Admin),
    Ink::Actor(Actor::Browser),
    Ink::Tone(Tone::Good),
    Ink::Tone(Tone::Bad),
    Ink::Tone(Tone::Amber),
    Ink::Tone(Tone::Neutral),
];

fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Text => "t",
        Ink::Dim | Ink::Tone(Tone::Neutral) => "d",
        Ink::Line => "l",
        Ink::Lane(true) => "ls",
        Ink::Lane(false) => "lj",
        Ink::Actor(Actor::Laptop) => "a0",
        Ink::Actor(Actor::Phone) => "a1",
        Ink::Actor(Actor::Attacker) => "a2",
        Ink::Actor(Actor::Bystander) => "a3",
        Ink::Actor(Actor::Admin) => "a4",
        Ink::Actor(Actor::Browser) => "a5",
        Ink::Tone(Tone::Good) => "g",
        Ink::Tone(Tone::Bad) => "b",
        Ink::Tone(Tone::Amber) => "am",
    }
}

/// The window's own colours, light on paper and in a light room, dark in a dark one.
fn style() -> String {
    let rules = "text{font-family:Inter,system-ui,sans-serif}.c{font-size:11.5px}.s{font-size:12px;font-weight:600}\
                 .title{font-size:14.5px;font-weight:600}\
                 .m{font-family:'JetBrains Mono',ui-monospace,monospace;font-size:11px}\
                 .w{paint-order:stroke;stroke:var(--p);stroke-width:5px;stroke-linejoin:round}\
                 .ground{fill:var(--p)}";
    let mut style = format!(
        ":root{{color-scheme:light dark;{}}}@media(prefers-color-scheme:dark){{:root{{{}}}}}@media print{{:root{{{}}}}}\
         {rules}",
        variables(&LIGHT),
        variables(&DARK),
        variables(&LIGHT)
    );
    for ink in INKS {
        let name = class(ink);
        let _ = write!(style, ".{name}{{fill:var(--{name})}}.k{name}{{stroke:var(--{name});fill:none}}");
    }
    style
}

fn variables(tokens: &Tokens) -> String {
    let mut all = format!("--p:{};", hex(tokens.panel));
    for ink in INKS {
        let _ = write!(all, "--{}:{};", class(ink), hex(paint::color(ink, tokens)));
    }
    all
}

fn hex(color: Color32) -> String {
    let [red, green, blue, _] = color.to_array();
    format!("#{red:02x}{green:02x}{blue:02x}")
}
