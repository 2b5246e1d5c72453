//! The steps of a scenario, one verb a file. The playground's buttons do the same steps by hand.

mod add_node;
mod advance;
mod ban;
mod change_password;
mod client_only_log_out;
mod demote;
pub(crate) mod forge;
mod grant_groups;
mod hold;
pub(crate) mod keep_trying;
pub(super) mod log_in;
mod log_out;
mod log_out_everywhere;
mod lure;
mod lose_answer;
mod move_host;
mod open_account;
mod overhear;
mod pass_the_hash;
mod probe;
mod refresh;
mod release;
mod replay;
mod restart;
mod revoke_one;
mod ride;
mod rotate_key;
mod stay_busy;
mod steal;
mod store_down;
mod store_up;
pub(super) mod transfer;
mod use_program;
mod visit_other_service;
mod wait_for_expiry;
mod wipe_store;

use anyhow::bail;
use lockstep_shared::design::{Design, Kind};
use lockstep_shared::trace::{Act, Change};

use super::actor::Actor;
use super::agent::Ask;
use super::browsed;
use super::exchange::{Exchange, Purpose};
use super::scenario::{Doer, Thief, Verb};
use super::stage::Stage;
use crate::browser::Receipt;

/// What came of a step. That the server refused something is an outcome; an error means that the experiment broke.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// One line for people, from the exchanges.
    pub(crate) said: String,
    /// The exchange that decided, where there was one.
    pub(crate) number: Option<usize>,
    /// Whether the server did what it was asked.
    pub(crate) went_through: bool,
}

impl Done {
    pub(super) fn quietly(said: impl Into<String>) -> Self {
        Self { said: said.into(), number: None, went_through: true }
    }

    pub(crate) fn exchanged(stage: &Stage, number: usize) -> Self {
        let Some(exchange) = stage.exchange(number) else { return Self::quietly("the exchange was dropped") };
        Self { said: told(exchange), number: Some(number), went_through: exchange.status < 400 }
    }
}

/// Does one step. `world` says what a thief copies.
pub(crate) async fn perform(stage: &mut Stage, by: Doer, verb: &Verb, world: Option<Thief>) -> anyhow::Result<Done> {
    let actors: &[Actor] = match &by {
        Doer::Actor(actor) => std::slice::from_ref(actor),
        Doer::Everyone => &Actor::MEASURED,
        Doer::Server | Doer::Clock => &[],
    };
    match (verb, actors) {
        (Verb::Advance { by }, []) => Ok(advance::run(stage, by.duration())),
        (Verb::Restart { new_keys }, []) => restart::run(stage, *new_keys),
        (Verb::AddNode { skew }, []) => add_node::run(stage, *skew).await,
        (Verb::Move { to }, []) => move_host::run(stage, to),
        (Verb::RotateKey { overlap }, []) => Ok(rotate_key::run(stage, *overlap)),
        (Verb::StoreDown, []) => store_down::run(stage),
        (Verb::StoreUp, []) => store_up::run(stage),
        (Verb::WipeStore, []) => wipe_store::run(stage).await,
        (Verb::KeepTrying { .. }, _) => bail!("keep-trying is measured by the runner"),
        (Verb::StayBusy { length, every }, all) => {
            stay_busy::run(stage, all, length.duration(), every.duration()).await
        }
        (_, []) => bail!("nobody does {}", verb.name()),
        (_, [others @ .., last]) => {
            for actor in others {
                act(stage, *actor, verb, world).await?;
            }
            act(stage, *last, verb, world).await
        }
    }
}

async fn act(stage: &mut Stage, actor: Actor, verb: &Verb, world: Option<Thief>) -> anyhow::Result<Done> {
    if let Some(done) = browsed::act(stage, actor, verb).await? {
        return Ok(done);
    }
    match verb {
        Verb::LogIn => log_in::run(stage, actor).await,
        Verb::OpenAccount => open_account::run(stage, actor).await,
        Verb::Transfer => transfer::run(stage, actor).await,
        Verb::Probe => probe::run(stage, actor).await,
        Verb::Refresh => refresh::run(stage, actor).await,
        Verb::LogOut => log_out::run(stage, actor).await,
        Verb::ClientOnlyLogOut => Ok(client_only_log_out::run(stage, actor)),
        Verb::LogOutEverywhere => log_out_everywhere::run(stage, actor).await,
        Verb::ChangePassword => change_password::run(stage, actor).await,
        Verb::Steal { from, by } => steal::run(stage, actor, *from, *by, world).await,
        Verb::PassTheHash => pass_the_hash::run(stage, actor).await,
        Verb::Ride { on } => ride::run(stage, actor, *on).await,
        Verb::Lure { on, site, lure } => lure::run(stage, actor, *on, *site, *lure).await,
        Verb::UseProgram => Ok(use_program::run(stage, actor)),
        Verb::Replay => replay::run(stage, actor).await,
        Verb::Overhear { from } => overhear::run(stage, actor, *from),
        Verb::Forge { how } => forge::run(stage, actor, *how).await,
        Verb::VisitOtherService => visit_other_service::run(stage, actor).await,
        Verb::RevokeOne => revoke_one::run(stage, actor).await,
        Verb::Ban => ban::run(stage, actor).await,
        Verb::Demote => demote::run(stage, actor).await,
        Verb::Hold { at, doing } => hold::run(stage, actor, at, doing).await,
        Verb::Release => release::run(stage, actor).await,
        Verb::GrantGroups { count } => grant_groups::run(stage, actor, *count).await,
        Verb::LoseAnswer { doing } => lose_answer::run(stage, actor, doing).await,
        Verb::WaitForExpiry => wait_for_expiry::run(stage, actor),
        Verb::Restart { .. }
        | Verb::AddNode { .. }
        | Verb::Move { .. }
        | Verb::RotateKey { .. }
        | Verb::StoreDown
        | Verb::StoreUp
        | Verb::WipeStore
        | Verb::Advance { .. }
        | Verb::StayBusy { .. }
        | Verb::KeepTrying { .. } => bail!("{actor} can't do {}", verb.name()),
    }
}

/// Why a verb has no object in a design, as far as the design's rules alone say; None where it can be done. Who does it by
/// hand is told the same by the server.
pub(crate) fn no_object(design: &Design, verb: &Verb) -> Option<String> {
    match verb {
        Verb::Refresh if design.refresh.is_none() => Some(match design.kind {
            Kind::Session | Kind::Sealed => {
                "there is no refresh token: a session is renewed by every request that uses it".to_owned()
            }
            Kind::Jwt | Kind::Introspection => {
                "there is no refresh token: when the token ends, one logs in again".to_owned()
            }
        }),
        Verb::Lure { lure, .. } => lure::no_object(design, *lure),
        Verb::Forge { how } => forge::no_object(design, *how),
        Verb::VisitOtherService => visit_other_service::no_object(design),
        Verb::Hold { doing, .. } | Verb::LoseAnswer { doing } => no_object(design, doing),
        _ => None,
    }
}

/// The request of a verb that is one request; None for the others.
fn request(stage: &Stage, actor: Actor, verb: &Verb) -> Option<Ask> {
    match verb {
        Verb::LogIn => Some(log_in::ask(stage, actor)),
        Verb::OpenAccount => Some(open_account::ask()),
        Verb::Transfer => Some(transfer::ask(stage, actor)),
        Verb::Probe => Some(Ask::get("/api/me", Purpose::Probe)),
        Verb::Refresh => Some(refresh::ask(stage, actor)),
        Verb::LogOut => Some(log_out::ask(stage, actor)),
        Verb::LogOutEverywhere => Some(log_out_everywhere::ask()),
        _ => None,
    }
}

/// `POST /auth/logout 204: session ended in memory`
pub(crate) fn told(exchange: &Exchange) -> String {
    let what = format!("{} {} {}", exchange.method, exchange.path, exchange.verdict());
    if let Some(problem) = exchange.problem() {
        return format!("{what}: {}", problem.detail);
    }
    let telling = |act: &Act| {
        matches!(act, Act::StoreWritten { .. } | Act::NothingKept { .. } | Act::Adopted { .. } | Act::Alarm { .. })
    };
    let mut acts: Vec<_> = exchange.trace.acts.iter().map(|timed| &timed.act).filter(|act| telling(act)).collect();
    // That the caller's own session was used is worth telling only of a deed, and where it did nothing else.
    let aside = |act: &Act| matches!(act, Act::StoreWritten { change: Change::Saved, .. });
    if exchange.purpose == Purpose::Probe || !acts.iter().all(|act| aside(act)) {
        acts.retain(|act| !aside(act));
    }
    let mut told: Vec<String> = acts.iter().map(ToString::to_string).collect();
    told.dedup();
    // The server does not learn of it, and whoever reads along should.
    told.extend(exchange.received.iter().filter_map(|receipt| match receipt {
        Receipt::Rejected { name, rule } => Some(format!("the browser did not keep {name} ({})", rule.id())),
        _ => None,
    }));
    match told.is_empty() {
        true => what,
        false => format!("{what}: {}", told.join(", ")),
    }
}

/// The admin's own login, where that has not happened yet.
async fn admin_is_in(stage: &mut Stage, admin: Actor) -> anyhow::Result<()> {
    let now = stage.now();
    if !stage.agent(admin).holds_any(now) {
        log_in::run(stage, admin).await?;
    }
    Ok(())
}

/// The victim's id at the bank, as the admin's list of users has it.
async fn victim_id(stage: &mut Stage, admin: Actor) -> anyhow::Result<String> {
    if let Some(me) = [Actor::Laptop, Actor::Phone].into_iter().find_map(|device| stage.agent(device).me.clone()) {
        return Ok(me.id);
    }
    let number = stage.ask(admin, Ask::get("/api/admin/users", Purpose::Action)).await?;
    let rows: Vec<lockstep_shared::api::UserRow> = stage
        .exchange(number)
        .and_then(|exchange| serde_json::from_str(&exchange.response_body).ok())
        .unwrap_or_default();
    let email = &stage.agent(Actor::Laptop).account.email;
    let row = rows.into_iter().find(|row| row.email.eq_ignore_ascii_case(email));
    row.map(|row| row.id).ok_or_else(|| anyhow::anyhow!("the admin can't find {email} in the list of users"))
}
