//! `steal`: the thief copies what it comes by; nobody notices.

use lockstep_shared::trace::Record;

use super::Done;
use crate::lab::actor::Actor;
use crate::lab::scenario::{Copying, Glimpse, Thief};
use crate::lab::stage::Stage;

pub(super) async fn run(
    stage: &mut Stage,
    thief: Actor,
    from: Actor,
    by: Copying,
    world: Option<Thief>,
) -> anyhow::Result<Done> {
    let done = match by {
        Copying::Device => device(stage, thief, from, world != Some(Thief::Access)),
        Copying::Script => Ok(script(stage, thief, from)),
        Copying::Wire(seen) => wire(stage, thief, from, seen),
        Copying::Store => store(stage, thief, from).await,
    }?;
    // Of everything that a client has, this alone can be used and not copied.
    Ok(match stage.agent(from).proves() && stage.agent(thief).copied.is_some() {
        true => Done { said: format!("{}, and not the key that its proofs are made with", done.said), ..done },
        false => done,
    })
}

fn device(stage: &mut Stage, thief: Actor, from: Actor, everything: bool) -> anyhow::Result<Done> {
    let (design, now) = (stage.design.clone(), stage.now());
    let copied = stage.with_two(thief, from, |thief, from| thief.steal(from, &design, everything, now));
    anyhow::ensure!(copied > 0, "there is nothing to copy from the {from}: it holds no credentials");
    let what = match (copied, everything) {
        (1, _) => "the access credential".to_owned(),
        (count, _) => format!("{count} credentials"),
    };
    Ok(Done::quietly(format!("the {thief} copied {what} from the {from}")))
}

fn script(stage: &mut Stage, thief: Actor, from: Actor) -> Done {
    let now = stage.now();
    let read = stage.with_two(thief, from, |thief, from| thief.read_by_script(from, now));
    let hidden = match stage.agent(from).hidden_from_script(now).as_slice() {
        [] => String::new(),
        [one] => format!(" (the cookie {one} is HttpOnly: no script reads it)"),
        more => format!(" (the cookies {} are HttpOnly: no script reads them)", more.join(" and ")),
    };
    Done::quietly(match read.as_slice() {
        [] => format!("a script in the {from}'s page found no credential that it could read{hidden}"),
        found => format!("a script in the {from}'s page read {}{hidden}", found.join(" and ")),
    })
}

fn wire(stage: &mut Stage, thief: Actor, from: Actor, seen: Glimpse) -> anyhow::Result<Done> {
    let sent = stage.exchanges().rev().find(|exchange| exchange.actor == from && exchange.path == seen.path());
    let sent = sent.cloned().ok_or_else(|| anyhow::anyhow!("the {from} sent no {} that could be seen", seen.name()))?;
    let (design, now) = (stage.design.clone(), stage.now());
    let read = stage.with_two(thief, from, |thief, from| thief.read_on_the_wire(from, &sent, &design, now))?;
    let what = format!("the {from}'s {} {}", sent.method, sent.path);
    Ok(Done::quietly(match read.as_slice() {
        [] => format!("the {thief} read {what}, which carried no credential"),
        found => format!("the {thief} read {what}, which carried {}", found.join(" and ")),
    }))
}

async fn store(stage: &mut Stage, thief: Actor, from: Actor) -> anyhow::Result<Done> {
    let leaked = stage.server.leak(&stage.design.id).await?;
    let device = stage.agent(from).user_agent();
    let (user, now) = (stage.agent(from).me.as_ref().map(|me| me.id.clone()), stage.now());
    let design = stage.design.clone();
    stage.agent_mut(thief).forget();
    let theirs = leaked.iter().filter(|row| Some(&row.user) == user.as_ref() && row.device == device);
    let mut taken = Vec::new();
    for row in theirs {
        let is_refresh = row.what == Record::Family;
        stage.agent_mut(thief).take_for_a_credential(&design, &row.key, is_refresh, now)?;
        taken.push(row.what.words());
    }
    if !taken.is_empty() {
        stage.agent_mut(thief).note_copy_of(from, now);
    }
    Ok(Done::quietly(match taken.as_slice() {
        [] => format!("the {thief} read the store, which keeps nothing of the {from}'s login"),
        found => format!(
            "the {thief} read the store and takes what it keeps of the {from}'s {} for the secret itself",
            found.join(" and ")
        ),
    }))
}
