//! One cell in a few characters: the thief's verdict, then a sign for each thing that is worth a second look.

use crate::lab::actor::Actor;
use crate::lab::digest::{Digest, Shape, digest};
use crate::lab::outcome::{Cell, Status};
use crate::lab::scenario::Thief;

/// A sign after the verdict, and what it means.
struct Sign {
    sign: char,
    means: &'static str,
    holds: fn(&Digest) -> bool,
}

const SIGNS: [Sign; 6] = [
    Sign { sign: '=', means: "as if nothing had happened", holds: |digest| digest.as_usual },
    Sign {
        sign: 'l',
        means: "the victim's laptop lost what it should have kept",
        holds: |digest| lost(digest, Actor::Laptop),
    },
    Sign {
        sign: 'p',
        means: "the victim's phone lost what it should have kept",
        holds: |digest| lost(digest, Actor::Phone),
    },
    Sign {
        sign: 'b',
        means: "an unrelated user lost what they should have kept",
        holds: |digest| lost(digest, Actor::Bystander),
    },
    Sign { sign: 'a', means: "the server raised an alarm", holds: |digest| digest.detected },
    Sign { sign: '!', means: "not as expected", holds: |digest| digest.unexpected },
];

fn lost(digest: &Digest, actor: Actor) -> bool {
    digest.collateral.contains(&actor)
}

/// `<scenario> × <design> (everything)`
pub(super) fn name(cell: &Cell) -> String {
    named(&cell.scenario, &cell.design, cell.thief)
}

pub(super) fn named(scenario: &str, design: &str, thief: Option<Thief>) -> String {
    let thief = thief.map(|thief| format!(" ({thief})")).unwrap_or_default();
    format!("{scenario} × {design}{thief}")
}

/// `in 4 min =`
pub(super) fn short(digest: &Digest) -> String {
    let signs: String = SIGNS.iter().filter(|sign| (sign.holds)(digest)).map(|sign| sign.sign).collect();
    match signs.is_empty() {
        true => digest.label(),
        false => format!("{} {signs}", digest.label()),
    }
}

/// What the words and signs in these cells mean: only those that are there.
pub(super) fn legend(cells: &[Cell]) -> Vec<String> {
    let ran = || cells.iter().filter(|cell| cell.status == Status::Ran);
    let digests: Vec<Digest> = ran().map(digest).collect();
    let has = |shape: Shape| digests.iter().any(|digest| digest.glance.shape == shape);
    let says = |word: &str| digests.iter().any(|digest| digest.glance.word == word);
    let words = [
        (
            ran().next().is_some(),
            "Each cell: is the thief still in, or out, and how long after the moment at which access should have ended?",
        ),
        (has(Shape::OutLate), "in 5 min    inside for so long, then out"),
        (has(Shape::Demoted), "role 5 min  not out, but no admin any more, that long after"),
        (says("never in"), "never in    got nothing, neither before that moment nor after it"),
        (
            says("acted"),
            "acted       never logged in as the victim, and yet had the victim's browser do what it wanted",
        ),
        (says("no answer"), "no answer   503 to the end"),
    ];
    let words = words.into_iter().filter(|(there, _)| *there).map(|(_, words)| words.to_owned());
    let signs = SIGNS.iter().filter(|sign| digests.iter().any(sign.holds));
    words.chain(signs.map(|sign| format!("{}  {}", sign.sign, sign.means))).collect()
}
