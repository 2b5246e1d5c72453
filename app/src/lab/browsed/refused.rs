//! Which scenarios a real browser can play: those whose victim does what one does in a browser, in a browser's own time.

use std::time::Duration;

use lockstep_shared::span::in_words;

use super::VICTIM;
use crate::lab::scenario::{Copying, Doer, Scenario, Verb};

/// For so long the server's clock may go ahead before the mark: no cookie of the lab's ends that soon, and the two minutes in
/// which a cookie without SameSite goes with a form are not over.
const MOST_AHEAD: Duration = Duration::from_secs(60);

/// Why a scenario can't be played with a real browser; None where it can.
pub(crate) fn refusal(scenario: &Scenario) -> Option<String> {
    let mut ahead = Duration::ZERO;
    for (at, step) in scenario.steps.iter().enumerate() {
        if let Verb::Advance { by } = step.verb {
            ahead += by.duration();
        }
        if let Some(why) = no_browser(&step.verb, step.by, ahead) {
            return Some(format!("step {} ({step}): {why}", at + 1));
        }
    }
    None
}

/// Whether a script has to get into the bank's page, which only a design lets in that shows comments as HTML.
pub(crate) fn takes_a_script(scenario: &Scenario) -> bool {
    let by_script = |verb: &Verb| match verb {
        Verb::Steal { from, by: Copying::Script } => *from == VICTIM,
        Verb::Ride { on } => *on == VICTIM,
        _ => false,
    };
    scenario.steps.iter().any(|step| by_script(&step.verb))
}

fn no_browser(verb: &Verb, by: Doer, ahead: Duration) -> Option<String> {
    let own = matches!(by, Doer::Actor(VICTIM) | Doer::Everyone);
    let why = match verb {
        Verb::Advance { .. } if ahead > MOST_AHEAD => format!(
            "the clock is {} ahead by then, and a browser has a clock of its own, by which its cookies end: a minute at the most",
            in_words(ahead)
        ),
        Verb::WaitForExpiry | Verb::StayBusy { .. } => {
            "the clock is moved, and a browser has a clock of its own, by which its cookies end".to_owned()
        }
        Verb::UseProgram if own => "a program that keeps no cookies is no browser".to_owned(),
        Verb::Move { .. } => "the bank moves, and the browser's page would stay where it was".to_owned(),
        Verb::Steal { from: VICTIM, by } if *by != Copying::Script => {
            format!("what lies in a browser is not copied by {}: only a script in its page reads it", by.name())
        }
        Verb::Overhear { from: VICTIM } => "nobody reads along with a real browser".to_owned(),
        Verb::Advance { .. }
        | Verb::KeepTrying { .. }
        | Verb::LogIn
        | Verb::OpenAccount
        | Verb::Transfer
        | Verb::Probe => return None,
        verb if own => format!("the bank's pages have nothing for `{}`", verb.name()),
        _ => return None,
    };
    Some(why)
}
