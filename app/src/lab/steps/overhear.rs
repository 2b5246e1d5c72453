//! `overhear`: the attacker writes down what a device sends over the wire, and uses none of it yet.

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::agent::Seen;
use crate::lab::forger::Overheard;
use crate::lab::prover::PROOF;
use crate::lab::stage::Stage;

/// Where a proof of possession travels, and where the token that it goes with.
const CARRIERS: [&str; 3] = [PROOF, "authorization", "cookie"];

pub(super) fn run(stage: &mut Stage, attacker: Actor, from: Actor) -> anyhow::Result<Done> {
    let design = stage.design.clone();
    let agent = stage.agent(from);
    let access = agent.access_credential(&design);
    let access =
        access.ok_or_else(|| anyhow::anyhow!("there is nothing to overhear: the {from} holds no credential"))?;
    let refresh = agent.refresh_credential(&design);
    let mut proven: Vec<Seen> = Vec::new();
    for exchange in stage.exchanges().filter(|exchange| exchange.actor == from) {
        let carries = |name: &str| exchange.request_headers.get(name).is_some();
        if !carries(PROOF) {
            continue;
        }
        let headers = exchange.request_headers.iter().filter(|(name, _)| CARRIERS.contains(name));
        proven.retain(|seen| (seen.method, &seen.path) != (exchange.method, &exchange.path));
        proven.push(Seen {
            method: exchange.method,
            path: exchange.path.clone(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        });
    }
    let mut what = vec!["the access credential"];
    what.extend(refresh.is_some().then_some("the refresh token"));
    what.extend((!proven.is_empty()).then_some("proofs of possession"));
    let said = format!("the {attacker} wrote down what the {from} sent: {}", what.join(", "));
    stage.forger.overheard = Some(Overheard { access, refresh, proven });
    Ok(Done::quietly(said))
}
