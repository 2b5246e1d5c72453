//! A long walk of random commands through the lab behind the window: nothing that is asked for in any order hangs it or
//! brings it down.
//!
//! `LOCKSTEP_SEED` gives another walk, and `LOCKSTEP_WALK` its length.

use std::time::Duration;

use lockstep_shared::clock::Stopwatch;

use super::*;
use crate::state::command::{Action, CellId, Command, Secret, Target};
use crate::state::dice::Dice;

/// As many as take some seconds; the walk in the window with a scripted lab has the full length.
const STEPS: usize = 300;
/// Nothing that is asked for takes longer than this.
const LONGEST: Duration = Duration::from_secs(30);

#[test]
fn a_random_walk_through_the_lab_ends_well() {
    let (seed, steps) =
        (Dice::asked("LOCKSTEP_SEED").unwrap_or(1), Dice::asked("LOCKSTEP_WALK").unwrap_or(STEPS as u64));
    let mut dice = Dice(seed);
    let catalog = Catalog::load(None).expect("the built-in files are right");
    // A design in Redis needs a server that not every machine has.
    let designs: Vec<String> = catalog.designs().iter().map(|design| design.id.clone()).collect();
    let scenarios: Vec<String> = catalog.scenarios().iter().map(|scenario| scenario.id.clone()).collect();
    let mut app = LockstepApp::behind(catalog, &Start::nowhere(), || {});
    let mut slowest = (Duration::ZERO, String::new());
    for step in 0..steps {
        let command = random(&mut dice, &designs, &scenarios);
        let told = format!("seed {seed}, step {step}: {command:?}");
        let watch = Stopwatch::start();
        let waits = command.takes_the_lanes();
        app.hand_on(command);
        if waits {
            app.model.busy = Some(told.clone());
            // Now and then the next command comes before this one is done.
            while app.model.busy.is_some() && dice.below(10) > 0 {
                app.wait();
            }
        }
        app.logic();
        assert!(!app.model.stopped, "{told}");
        let took = watch.elapsed();
        assert!(took < LONGEST, "{told} took {took:?}");
        if took > slowest.0 {
            slowest = (took, told);
        }
    }
    // Whatever was asked for in between is done as well.
    app.hand_on(Command::Reset);
    app.model.said.clear();
    while app.model.said != "the lab is as new" {
        assert!(!app.model.stopped, "seed {seed}");
        app.wait();
    }
    let watch = Stopwatch::start();
    drop(app);
    assert!(
        watch.elapsed() < Duration::from_secs(2),
        "the end took {:?}; the slowest was {slowest:?}",
        watch.elapsed()
    );
}

fn random(dice: &mut Dice, designs: &[String], scenarios: &[String]) -> Command {
    let side = Side::BOTH[dice.below(2)];
    let target = if dice.below(4) == 0 { Target::One(side) } else { Target::Both };
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    match dice.below(40) {
        0 => Command::Reset,
        1 => Command::ChooseDesign(side, designs[dice.below(designs.len())].clone()),
        2 => Command::ChooseDesign(side, "there-is-none".to_owned()),
        3 => Command::AdvanceToNextExpiry,
        4 => Command::Advance(minutes([0, 1, 15, 60][dice.below(4)])),
        5 => Command::Advance(minutes([1440, 30 * 1440, 365 * 1440][dice.below(3)])),
        6 => Command::OpenKept("/there/is/none.json".into()),
        7 => Command::StepThrough(CellId {
            design: designs[dice.below(designs.len())].clone(),
            scenario: scenarios[dice.below(scenarios.len())].clone(),
            thief: None,
        }),
        8..=11 => Command::NextStep,
        12 => Command::LeaveSteps,
        13 => Command::Compare(Default::default()),
        14 => Command::StopComparing,
        _ => Command::Act(target, action(dice)),
    }
}

fn action(dice: &mut Dice) -> Action {
    let actor = Actor::ALL[dice.below(Actor::ALL.len())];
    let typed = |dice: &mut Dice| {
        let email = ["", "x", "ada@bank.example", "alice@bank.example", "ü@ü"][dice.below(5)].to_owned();
        (email, Secret(["", "wrong", "analytical engine"][dice.below(3)].to_owned()))
    };
    match dice.below(18) {
        0 => {
            let (email, password) = typed(dice);
            Action::Register { email, password }
        }
        1 => Action::LogIn { actor, account: Some(typed(dice)) },
        2..=4 => Action::LogIn { actor, account: None },
        5 => Action::OpenAccount(actor),
        6 => Action::Transfer(actor),
        7 => Action::Refresh(actor),
        8 => Action::LogOut(actor),
        9 => Action::ClientOnlyLogOut(actor),
        10 => Action::LogOutEverywhere(actor),
        11 => Action::ChangePassword(actor),
        12 => Action::Steal { everything: dice.below(2) == 0 },
        13 => Action::Replay,
        14 => Action::RevokeOne,
        15 => [Action::Ban, Action::Demote][dice.below(2)].clone(),
        16 => Action::RotateKey,
        _ => Action::Restart,
    }
}
