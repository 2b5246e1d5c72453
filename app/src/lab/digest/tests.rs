//! Cells, and what they show at a glance.

use super::*;
use crate::lab::outcome::StoryStep;

fn outcome(verdict: Verdict, after_s: Option<u64>, effect: Effect) -> ActorOutcome {
    ActorOutcome { verdict, after_s, effect: Some(effect), acted: Some(false), role_after_s: None }
}

fn kept() -> ActorOutcome {
    outcome(Verdict::Out, Some(43_140), Effect::None)
}

fn gone() -> ActorOutcome {
    ActorOutcome { role_after_s: Some(0), ..outcome(Verdict::Out, Some(0), Effect::Sooner) }
}

fn late(secs: u64) -> ActorOutcome {
    outcome(Verdict::Out, Some(secs), Effect::Sooner)
}

fn never() -> ActorOutcome {
    outcome(Verdict::NeverIn, None, Effect::None)
}

/// Laptop, phone, attacker, bystander; and whose access was to end.
fn cell(actors: [ActorOutcome; 4], ends: &[Actor]) -> Cell {
    Cell {
        status: Status::Ran,
        actors: Actor::MEASURED.into_iter().zip(actors).collect(),
        ends: ends.to_vec(),
        ..Cell::empty("a-design", "a-scenario", None)
    }
}

fn shown(cell: &Cell) -> (String, Shape, Tone) {
    let digest = digest(cell);
    (digest.label(), digest.glance.shape, digest.glance.tone)
}

#[test]
fn the_thief_decides() {
    let with = |thief| shown(&cell([gone(), kept(), thief, kept()], &[Actor::Laptop]));
    let is = |word: &str, shape, tone| (word.to_owned(), shape, tone);
    assert_eq!(with(gone()), is("out 0 s", Shape::Out, Tone::Good));
    assert_eq!(with(late(240)), is("in 4 min", Shape::OutLate, Tone::While));
    assert_eq!(with(late(3600)), is("in 1 h", Shape::OutLate, Tone::While));
    assert_eq!(with(late(3601)), is("in 1 h", Shape::OutLate, Tone::Bad));
    assert_eq!(with(outcome(Verdict::In, None, Effect::None)), is("in", Shape::Inside, Tone::Bad));
    assert_eq!(with(outcome(Verdict::Flapping, Some(9), Effect::None)), is("flapping", Shape::Flapping, Tone::Bad));
    let unavailable = ActorOutcome { effect: None, ..outcome(Verdict::Unavailable, None, Effect::None) };
    assert_eq!(with(unavailable), is("no answer", Shape::Unknown, Tone::Neither));
    let demoted = ActorOutcome { role_after_s: Some(0), ..kept() };
    assert_eq!(with(demoted), is("role 0 s", Shape::Demoted, Tone::Good));
    let demoted = ActorOutcome { role_after_s: Some(240), ..outcome(Verdict::In, None, Effect::None) };
    assert_eq!(with(demoted), is("role 4 min", Shape::Demoted, Tone::While));
    // Who is out and in again has lost more than a role.
    let torn = ActorOutcome { role_after_s: Some(5), ..outcome(Verdict::Flapping, None, Effect::None) };
    assert_eq!(with(torn), is("flapping", Shape::Flapping, Tone::Bad));
}

#[test]
fn an_attacker_who_never_got_in_is_nothing_to_look_at_unless_it_acted() {
    // What works through somebody else's browser is asked nothing after that.
    let quiet = ActorOutcome { verdict: Verdict::NotAsked, effect: None, ..never() };
    let attack = |outcome, acted| {
        let mut cell = cell([kept(), kept(), ActorOutcome { acted, ..outcome }, kept()], &[]);
        cell.steps = vec![StoryStep {
            number: 1,
            by: "attacker".to_owned(),
            step: "attacker: replay".to_owned(),
            mark: false,
            at_s: 0,
            after_mark_s: None,
            said: String::new(),
            exchanges: None,
        }];
        shown(&cell)
    };
    for outcome in [never(), quiet] {
        assert_eq!(attack(outcome, Some(false)), ("never in".to_owned(), Shape::Never, Tone::Neither));
        assert_eq!(attack(outcome, Some(true)), ("acted".to_owned(), Shape::Never, Tone::Bad));
    }
    assert_eq!(attack(quiet, None), ("not asked".to_owned(), Shape::Unknown, Tone::Neither));
    let told = |acted| told(&ActorOutcome { acted, ..quiet });
    assert_eq!(told(Some(true)), "acted, and was not asked after that");
    assert_eq!(told(None), "not asked");
}

#[test]
fn what_was_to_end_is_no_collateral_and_all_else_is() {
    let lost = |actors, ends: &[Actor]| digest(&cell(actors, ends)).collateral;
    let own = [Actor::Laptop];
    assert_eq!(lost([gone(), kept(), gone(), kept()], &own), []);
    assert_eq!(lost([gone(), gone(), gone(), gone()], &own), [Actor::Phone, Actor::Bystander]);
    assert_eq!(lost([gone(); 4], &[]), [Actor::Laptop, Actor::Phone, Actor::Bystander]);
    let demoted = ActorOutcome { role_after_s: Some(0), ..kept() };
    assert_eq!(lost([demoted, kept(), demoted, kept()], &[]), [Actor::Laptop]);
    let torn = ActorOutcome { effect: None, ..outcome(Verdict::Unavailable, None, Effect::None) };
    assert_eq!(lost([kept(), torn, kept(), kept()], &[]), [Actor::Phone]);
}

#[test]
fn a_user_is_grey_when_out_as_wished_red_when_thrown_out_and_green_when_in() {
    let tones = |actors, ends: &[Actor]| digest(&cell(actors, ends)).actors.into_iter().map(|(_, glance)| glance.tone);
    let both = [Actor::Laptop, Actor::Phone];
    let expected = [Tone::Neither, Tone::While, Tone::Good, Tone::Bad];
    assert_eq!(tones([gone(), late(240), gone(), gone()], &both).collect::<Vec<_>>(), expected);
    let expected = [Tone::Bad, Tone::Good, Tone::Bad, Tone::Good];
    assert_eq!(tones([kept(), kept(), kept(), kept()], &[Actor::Laptop]).collect::<Vec<_>>(), expected);
}

#[test]
fn without_an_attacker_it_is_about_whoever_lost() {
    let about = |actors, ends: &[Actor]| digest(&cell(actors, ends)).label();
    assert_eq!(about([kept(), gone(), never(), kept()], &[]), "phone out 0 s");
    assert_eq!(about([gone(), gone(), never(), kept()], &[Actor::Laptop]), "phone out 0 s");
    assert_eq!(about([gone(), kept(), never(), kept()], &[Actor::Laptop]), "laptop out 0 s");
    assert_eq!(about([kept(), kept(), never(), kept()], &[]), "laptop in 11 h 59 min");
}

#[test]
fn an_attacker_who_does_nothing_is_never_the_point() {
    // Held against a baseline with a thief in it, one who is not there would seem to have lost something.
    let absent = ActorOutcome { effect: Some(Effect::Sooner), ..never() };
    let cell = cell([kept(), kept(), absent, kept()], &[]);
    assert_eq!(digest(&cell).headline, Some(Actor::Laptop));
}

#[test]
fn a_cell_that_did_not_run_says_so() {
    let mut cell = Cell::empty("a-design", "a-scenario", None);
    assert_eq!(shown(&cell), ("broken".to_owned(), Shape::Unknown, Tone::Bad));
    cell.status = Status::NotApplicable;
    assert_eq!(shown(&cell), ("n/a".to_owned(), Shape::Unknown, Tone::Neither));
    cell.status = Status::Ran;
    assert_eq!(shown(&cell), ("–".to_owned(), Shape::Unknown, Tone::Neither));
}
