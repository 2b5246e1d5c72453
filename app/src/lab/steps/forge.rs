//! `forge`: the attacker makes credentials out of what it rightfully holds or has seen, and tries one after the other.

use anyhow::{Context, ensure};
use lockstep_server::LeakedKey;
use lockstep_shared::api::Me;
use lockstep_shared::design::{Denylist, Design, Kind};

use super::{Done, log_in};
use crate::inspect::forge::{Attack, Forged, Sample, StolenKey, forge};
use crate::lab::actor::Actor;
use crate::lab::agent::{Ask, Seen};
use crate::lab::exchange::Purpose;
use crate::lab::forger::Trap;
use crate::lab::outcome::NotApplicable;
use crate::lab::prover::PROOF;
use crate::lab::stage::Stage;

/// The most variants that are used one after the other: guesses of an id can be thousands.
const MOST_VARIANTS: usize = 128;

/// Tries every variant where the design carries its access credential. The first with which the server takes the attacker
/// for somebody else stays in its hands; where there is none, the last one does.
pub(super) async fn run(stage: &mut Stage, attacker: Actor, how: Attack) -> anyhow::Result<Done> {
    let (sample, own) = sample(stage, attacker, how).await?;
    let forged = forge(&sample, how).map_err(|none| NotApplicable(none.0))?;
    let what = match sample.sealed && how == Attack::EditedClaims {
        true => "the attacker changed its own sealed record, one bit at a time",
        false => how.told(),
    };
    let mut tried = 0;
    let mut done = Done::quietly("nothing was forged");
    for one in &forged {
        let number = attempt(stage, attacker, one).await?;
        tried += 1;
        let taken_for = taken_for(stage, number);
        let won = taken_for.as_ref().filter(|me| own.as_ref() != Some(me));
        let said = match won {
            Some(me) => format!("{} ({}): it was let in as {}, {}", what, one.variant, me.id, me.role),
            None if forged.len() == 1 => format!("{} ({}): it was not let in", what, one.variant),
            None => format!("{}: none of {} variants was let in", what, forged.len()),
        };
        done = Done { said, number: Some(number), went_through: won.is_some() };
        if won.is_some() {
            stage.agent_mut(attacker).me = taken_for;
            break;
        }
    }
    ensure!(tried > 0, "{how} made nothing to send");
    if let Some(trap) = stage.forger.trap.as_ref().filter(|_| how == Attack::JkuElsewhere) {
        let came = match trap.visits() {
            0 => "and nobody came for the key".to_owned(),
            1 => "and the server came for the key".to_owned(),
            often => format!("and the server came for the key {often} times"),
        };
        done.said = format!("{}, {came}", done.said);
    }
    Ok(done)
}

/// What came of one forged credential.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// The exchange in which it was used.
    pub(crate) number: usize,
    /// `401 bad-signature`, `200`.
    pub(crate) verdict: String,
    /// Why, in the server's own words, or by what it did.
    pub(crate) why: String,
    /// For whom the server took the attacker, where that was somebody else than itself.
    pub(crate) taken_for: Option<Me>,
}

/// Uses every variant once, also after one was accepted; of very many the first ones. In the end the attacker holds nothing.
pub(crate) async fn try_each(stage: &mut Stage, attacker: Actor, how: Attack) -> anyhow::Result<Vec<Variant>> {
    let (sample, own) = sample(stage, attacker, how).await?;
    let forged = forge(&sample, how).map_err(|none| NotApplicable(none.0))?;
    let mut tried = Vec::new();
    for one in forged.iter().take(MOST_VARIANTS) {
        let number = attempt(stage, attacker, one).await?;
        let taken_for = taken_for(stage, number).filter(|me| own.as_ref() != Some(me));
        let exchange = stage.exchange(number).context("the exchange was dropped")?;
        let (verdict, why) = (exchange.verdict(), exchange.told(": ", |at| at.to_string()));
        tried.push(Variant { name: one.variant.clone(), number, verdict, why, taken_for });
    }
    stage.agent_mut(attacker).forget();
    stage.forger.trap = None;
    Ok(tried)
}

/// Takes one forged credential up and asks who the server takes its bearer for.
async fn attempt(stage: &mut Stage, attacker: Actor, one: &Forged) -> anyhow::Result<usize> {
    if let (Some(trap), Some(keys)) = (&stage.forger.trap, &one.publishes) {
        trap.publish(keys);
    }
    let (design, now) = (stage.design.clone(), stage.now());
    stage.agent_mut(attacker).take_up(&design, &one.credential, now)?;
    if one.proof.is_some() {
        let proven = stage.forger.overheard.as_ref().map(|seen| seen.proven.clone()).unwrap_or_default();
        stage.agent_mut(attacker).repeat(proven);
    }
    stage.send(attacker, &Ask::get("/api/me", Purpose::Probe)).await
}

/// As whom an exchange was answered, where it was accepted.
fn taken_for(stage: &Stage, number: usize) -> Option<Me> {
    let exchange = stage.exchange(number).filter(|exchange| exchange.status == 200)?;
    serde_json::from_str(&exchange.response_body).ok()
}

/// Why an attack has no object in a design, as far as its rules alone say.
pub(super) fn no_object(design: &Design, how: Attack) -> Option<String> {
    let is_jwt = design.kind == Kind::Jwt;
    let why = match how {
        Attack::GuessTheId if is_jwt => "the access credential is a signed token and no id: a guess has no signature",
        Attack::GuessTheId if design.kind == Kind::Sealed => "the cookie is no id: everything is in it, and sealed",
        Attack::RefreshAsAccess if design.refresh.is_none() => "there is no refresh token",
        Attack::ProofReplay if !design.check.dpop => "no proof of possession is asked for: there is none to send again",
        Attack::DenylistTwin if design.check.denylist == Denylist::Off => "no list of revoked tokens is asked",
        Attack::GuessTheId | Attack::RefreshAsAccess | Attack::ProofReplay => return None,
        _ if is_jwt => return None,
        // What is sealed has claims in it, if nobody can read them, and a key that makes it.
        Attack::EditedClaims | Attack::LeakedKey | Attack::VerifyingKey if design.kind == Kind::Sealed => return None,
        Attack::LeakedKey => "there is no key that could leak: the credential is looked up, and not computed",
        Attack::VerifyingKey => "another service can't check the credential by itself: it has to ask the bank",
        _ if design.kind == Kind::Sealed => "the cookie is sealed: it names no key and no algorithm",
        _ => "the access credential is opaque: there is no claim, key or algorithm in it to change",
    };
    Some(why.to_owned())
}

/// What the attack begins with, and whom the server takes the attacker for who used it as it is.
async fn sample(stage: &mut Stage, attacker: Actor, how: Attack) -> anyhow::Result<(Sample, Option<Me>)> {
    let mut sample = Sample { sealed: stage.design.kind == Kind::Sealed, ..Sample::default() };
    let own = match how {
        Attack::RefreshAsAccess | Attack::DenylistTwin | Attack::ProofReplay => {
            let seen = stage.forger.overheard.as_ref().context("nothing was overheard: let the attacker `overhear`")?;
            sample.access = seen.access.clone();
            sample.refresh = seen.refresh.clone();
            let proof =
                |seen: &Seen| seen.headers.iter().find(|(name, _)| name == PROOF).map(|(_, value)| value.clone());
            sample.proof = seen.proven.first().and_then(proof);
            None
        }
        Attack::OtherAudience => {
            sample.elsewhere = stage.forger.elsewhere.clone();
            None
        }
        _ => Some(own_login(stage, attacker, how, &mut sample).await?),
    };
    stage.agent_mut(attacker).forget();
    if how == Attack::KeyConfusion {
        let number = stage.send(attacker, &Ask::get("/.well-known/jwks.json", Purpose::Action)).await?;
        let told = stage.exchange(number).filter(|exchange| exchange.status == 200);
        sample.jwks = told.and_then(|exchange| serde_json::from_str(&exchange.response_body).ok());
    }
    if matches!(how, Attack::LeakedKey | Attack::VerifyingKey) {
        sample.key = stolen(stage, how);
    }
    if how == Attack::JkuElsewhere {
        let trap = Trap::open().context("the attacker can't open an address of its own")?;
        sample.own_url = Some(trap.url());
        stage.forger.trap = Some(trap);
    }
    Ok((sample, own))
}

/// The key that the server makes credentials with; of a pair, another service gets the public half alone.
fn stolen(stage: &Stage, how: Attack) -> Option<StolenKey> {
    Some(match stage.server.leak_key(&stage.design.id)? {
        LeakedKey::Secret(secret) => StolenKey::Secret(secret),
        LeakedKey::Pair(_) if how == Attack::VerifyingKey => return None,
        LeakedKey::Pair(der) => StolenKey::Pair(der),
        LeakedKey::Seal(key) => {
            StolenKey::Seal { key, purpose: format!("http://{}.localhost session 1", stage.design.id) }
        }
    })
}

/// The attacker logs in to its own account, as any customer may, keeps the text of what it is given and learns the id of
/// the one it is after: ids are counted, and stand in logs and lists.
async fn own_login(stage: &mut Stage, attacker: Actor, how: Attack, sample: &mut Sample) -> anyhow::Result<Me> {
    let logins = if how == Attack::GuessTheId { 2 } else { 1 };
    for turn in 0..logins {
        stage.agent_mut(attacker).forget();
        let ask = log_in::ask(stage, attacker);
        let number = stage.send(attacker, &ask).await?;
        stage.sums.logins += 1;
        ensure!(stage.exchange(number).is_some_and(|exchange| exchange.status == 200), "the attacker can't log in");
        stage.keep_reply(attacker, number)?;
        let credential = stage.agent(attacker).access_credential(&stage.design);
        let credential = credential.context("the attacker logged in and was given no access credential")?;
        match turn {
            0 => sample.access = credential,
            _ => sample.later.push(credential),
        }
    }
    let victim = [Actor::Laptop, Actor::Phone].into_iter().find_map(|device| stage.agent(device).me.clone());
    sample.victim = victim.context("nobody has logged in whom the attacker could become")?.id;
    stage.agent(attacker).me.clone().context("the server said at the login who it was")
}
