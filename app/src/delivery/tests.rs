//! The two sides against each other, where the browser is played by the agents themselves.

use std::collections::BTreeSet;
use std::time::Duration;

use lockstep_server::{Arrived, Seen};

use super::agent;
use super::compare::Report;
use super::run::ByHand;
use crate::browser::Policy;

/// What a browser with these choices does.
fn played(hand: &ByHand, policy: Policy) -> Vec<Seen> {
    let (plan, places, timing) = hand.sides();
    let at = |index: usize| Some(Duration::from_millis(index as u64));
    let came: Vec<Seen> = (0..plan.steps.len()).map(|index| Seen { at: at(index), ..Seen::default() }).collect();
    let answers = agent::decide(plan, &places, &came, timing, policy);
    let mut seen = came;
    for (seen, answer) in seen.iter_mut().zip(answers) {
        let Some(answer) = answer else { continue };
        let sent = |mark: &String| {
            let (_, decided) = answer.cookies.iter().find(|(own, _)| own == mark).expect("what goes was set");
            decided.sent.clone().expect("what goes goes")
        };
        let cookie = answer.order.iter().map(sent).collect::<Vec<_>>().join(&b"; "[..]);
        let header = |name: &'static str| {
            let found = answer.headers.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| value.clone())
        };
        let fetch = ["Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest"];
        let sec_fetch = fetch.into_iter().filter_map(|name| Some((name, header(name)?))).collect();
        let (cookie, origin) = ((!cookie.is_empty()).then_some(cookie), header("Origin"));
        match answer.headers.is_empty() {
            true => seen.said = Some(String::from_utf8_lossy(&cookie.unwrap_or_default()).into_owned()),
            false => seen.arrived = Some(Arrived { method: String::new(), cookie, origin, sec_fetch }),
        }
    }
    seen
}

fn report(hand: &ByHand, seen: &[Seen]) -> Report {
    hand.report_of(seen, ("Played".to_owned(), "1.0".to_owned()))
}

#[tokio::test]
async fn every_choice_of_a_browser_is_told_by_its_name() {
    let hand = super::by_hand().await.expect("a port is free");
    let same = report(&hand, &played(&hand, Policy::default()));
    assert_eq!((same.disagreements, same.policies), (Vec::new(), Vec::new()));
    assert!(same.measured > 2000, "{}", same.measured);
    for (name, default) in Policy::default().choices() {
        let mut other = Policy::default();
        other.choose(name, !default);
        let report = report(&hand, &played(&hand, other));
        let found: Vec<_> = report.policies.iter().map(|policy| (&*policy.policy, policy.browser)).collect();
        assert_eq!(found, [(name, !default)], "nothing in the plan shows that a browser chooses so");
        assert_eq!(report.disagreements, []);
    }
}

#[tokio::test]
async fn what_nobody_can_choose_is_a_difference() {
    let hand = super::by_hand().await.expect("a port is free");
    let mut seen = played(&hand, Policy::default());
    let cookies = |seen: &&mut Seen| seen.arrived.as_ref().is_some_and(|arrived| arrived.cookie.is_some());
    let one = seen.iter_mut().rfind(cookies).expect("some cookie goes along");
    let arrived = one.arrived.as_mut().expect("it was found by that");
    arrived.cookie = None;
    let report = report(&hand, &seen);
    assert!(!report.disagreements.is_empty() && report.policies.is_empty());
    let told = &report.disagreements[0];
    assert_eq!((&*told.browser, &*told.agent), ("withheld", "sent"), "{told:?}");
    assert!(told.why.ends_with('.'), "{told:?}");
    let json = serde_json::to_value(&report).expect("a report is JSON");
    let first = &json["disagreements"][0];
    let keys: BTreeSet<_> = first.as_object().expect("each is an object").keys().map(String::as_str).collect();
    assert_eq!(keys, BTreeSet::from(["agent", "browser", "case", "why"]));
    assert_eq!((&first["browser"], &first["agent"]), (&"withheld".into(), &"sent".into()));
}
