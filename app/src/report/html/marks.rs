//! The shapes and marks of the matrix, drawn once and used by reference, and the legend that explains them.

use crate::lab::actor::Actor;
use crate::lab::digest::{Digest, Shape, Tone};
use crate::lab::outcome::Status;
use crate::report::sheet::Sheet;

/// Every shape as a symbol that `<use>` finds by its id. They are drawn, as not every font has the characters.
pub(super) fn symbols() -> String {
    let symbols: String = Shape::ALL.into_iter().map(|shape| symbol(id(shape), drawing(shape))).collect();
    let collateral = symbol("xc", "<path d=\"M2 2h8v8z\"/>");
    let alarm = symbol("xa", "<path d=\"M2 11V1h8L8 4l2 3H3.4v4z\"/>");
    format!("<svg class=sr aria-hidden=true focusable=false>{symbols}{collateral}{alarm}</svg>")
}

fn symbol(id: &str, drawing: &str) -> String {
    format!("<symbol id={id} viewBox=\"0 0 12 12\" fill=currentColor stroke=none>{drawing}</symbol>")
}

fn id(shape: Shape) -> &'static str {
    match shape {
        Shape::Inside => "si",
        Shape::Out => "so",
        Shape::OutLate => "sl",
        Shape::Never => "sn",
        Shape::Demoted => "sd",
        Shape::Flapping => "sf",
        Shape::Unknown => "su",
    }
}

fn drawing(shape: Shape) -> &'static str {
    match shape {
        Shape::Inside => "<circle cx=6 cy=6 r=5.6 />",
        Shape::Out => {
            "<circle cx=6 cy=6 r=5 fill=none stroke=currentColor stroke-width=1.5 />\
             <path d=\"M2.6 9.4 9.4 2.6\" fill=none stroke=currentColor stroke-width=1.5 />"
        }
        Shape::OutLate => {
            "<circle cx=6 cy=6 r=5 fill=none stroke=currentColor stroke-width=1.5 /><path d=\"M6 1a5 5 0 0 0 0 10z\"/>"
        }
        Shape::Never => "<circle cx=6 cy=6 r=5 fill=none stroke=currentColor stroke-width=1.5 />",
        Shape::Demoted => "<path d=\"M.8 2h10.4L6 11z\"/>",
        Shape::Flapping => "<path d=\"M.5 9h3V3h4v6h4\" fill=none stroke=currentColor stroke-width=1.6 />",
        Shape::Unknown => "<path d=\"M2 5.2h8v1.6H2z\"/>",
    }
}

/// A shape where it is used. The word beside it says the same, so that nobody needs to see it.
pub(super) fn shape(shape: Shape) -> String {
    format!("<svg aria-hidden=true><use href=#{} /></svg>", id(shape))
}

pub(super) fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::While => "amber",
        Tone::Bad => "bad",
        Tone::Neither => "none",
    }
}

/// The corner marks of a cell, each with its words for who can't see it.
pub(super) fn corners(digest: &Digest) -> String {
    let mut marks = String::new();
    if digest.detected {
        marks.push_str("<svg class=seen aria-hidden=true><use href=#xa /></svg><span class=sr>, alarm raised</span>");
    }
    if !digest.collateral.is_empty() {
        marks.push_str("<svg class=cost aria-hidden=true><use href=#xc /></svg><span class=sr>, collateral: ");
        marks.push_str(&names(&digest.collateral));
        marks.push_str("</span>");
    }
    marks
}

pub(super) fn names(actors: &[Actor]) -> String {
    actors.iter().map(|actor| actor.name()).collect::<Vec<_>>().join(", ")
}

/// What the shapes, colours and marks mean: only those that are there.
pub(super) fn legend(sheet: &Sheet<'_>, page: &mut String) {
    let ran = || sheet.cells.iter().filter(|entry| entry.cell.status == Status::Ran).map(|entry| &entry.digest);
    let has = |wanted: fn(&Digest) -> bool| ran().any(wanted);
    let sample = |tone: &str, shape_of: Shape, word: &str, meaning: &str| {
        format!("<li><span class=\"k {tone}\">{}{word}</span> {meaning}</li>", shape(shape_of))
    };
    let mark = |mark: &str, tone: &str, meaning: &str| {
        let corner = format!("<svg class={tone} aria-hidden=true><use href=#{mark} /></svg>");
        format!("<li>{corner} {meaning}</li>")
    };
    let is = |digest: &Digest, shape| digest.glance.shape == shape;
    let rows = [
        (has(|digest| digest.glance.shape == Shape::Out), sample("good", Shape::Out, "out 0 s", "out at once, as it should be")),
        (
            has(|digest| digest.glance.shape == Shape::OutLate),
            sample("amber", Shape::OutLate, "in 4 min", "in for a while, an hour at most, then out"),
        ),
        (
            has(|digest| digest.glance.tone == Tone::Bad && digest.glance.shape == Shape::OutLate),
            sample("bad", Shape::OutLate, "in ~24 h", "in for longer, then out"),
        ),
        (ran().any(|digest| is(digest, Shape::Inside)), sample("bad", Shape::Inside, "in", "still in after 30 days")),
        (has(|digest| digest.glance.word == "never in"), sample("none", Shape::Never, "never in", "never got in")),
        (
            has(|digest| digest.glance.word == "acted"),
            sample("bad", Shape::Never, "acted", "never got in, and had the victim's browser do what it wanted"),
        ),
        (
            has(|digest| digest.glance.shape == Shape::Demoted),
            sample("amber", Shape::Demoted, "role 4 min", "in, and no admin any more so long after"),
        ),
        (
            has(|digest| digest.glance.shape == Shape::Flapping),
            sample("bad", Shape::Flapping, "flapping", "out, and in again"),
        ),
        (has(|digest| digest.detected), mark("xa", "seen", "the server raised an alarm")),
        (has(|digest| !digest.collateral.is_empty()), mark("xc", "cost", "somebody lost what they should have kept")),
        (
            has(|digest| digest.unexpected),
            "<li><span class=\"k none un\">≠</span> not as this scenario expects it</li>".to_owned(),
        ),
        (
            sheet.rows().any(|row| row.thief.is_some()),
            "<li class=dim>access, everything: the thief copied the access credential alone, or the refresh token too</li>"
                .to_owned(),
        ),
    ];
    let rows: String = rows.into_iter().filter(|(there, _)| *there).map(|(_, row)| row).collect();
    page.push_str(&format!("<ul class=legend>{rows}</ul>\n"));
}
