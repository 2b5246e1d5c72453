//! Whether a cell comes to the same with a real browser as with agents alone.

use crate::lab::digest::told;
use crate::lab::outcome::{ActorOutcome, Status};
use crate::lab::runner::Run;

/// Each point in which the two differ, in words.
pub(crate) fn differences(agents: &Run, browser: &Run) -> Vec<String> {
    let (ours, real) = (&agents.cell, &browser.cell);
    if ours.status != Status::Ran || real.status != Status::Ran {
        let same = ours.status == real.status && ours.status == Status::NotApplicable;
        let say = |status: Status, why: &str| match status {
            Status::Ran => "ran".to_owned(),
            Status::NotApplicable => format!("not applicable ({why})"),
            Status::Broken => format!("broken ({why})"),
        };
        let difference =
            || format!("agents: {}; browser: {}", say(ours.status, &ours.why), say(real.status, &real.why));
        return if same { Vec::new() } else { vec![difference()] };
    }
    let mut found = Vec::new();
    for (actor, outcome) in &ours.actors {
        let other = real.actors.get(actor);
        let at_the_mark = |outcome: &ActorOutcome| (outcome.verdict, outcome.acted);
        if other.map(at_the_mark) != Some(at_the_mark(outcome)) {
            let other =
                other.map_or("not measured".to_owned(), |other| format!("{}{}", told(other), acted(other.acted)));
            found.push(format!("{actor}: agents: {}{}; browser: {other}", told(outcome), acted(outcome.acted)));
        }
    }
    if ours.detected != real.detected {
        let alarm = |detected: bool| if detected { "an alarm" } else { "no alarm" };
        found.push(format!("agents: {}; browser: {}", alarm(ours.detected), alarm(real.detected)));
    }
    if agents.reasons != browser.reasons {
        let say = |reasons: &[String]| if reasons.is_empty() { "nothing".to_owned() } else { reasons.join(", ") };
        found.push(format!(
            "what stood in the attacker's way: agents: {}; browser: {}",
            say(&agents.reasons),
            say(&browser.reasons)
        ));
    }
    found
}

fn acted(acted: Option<bool>) -> &'static str {
    match acted {
        None => "",
        Some(true) => ", acted",
        Some(false) => ", could not act",
    }
}
