//! Every attack tried against one design: which forged credentials the running server accepts, and why.

use lockstep_shared::clock::{Clock, LabTime};
use lockstep_shared::design::Design;

use super::actor::Actor;
use super::engine::Engine;
use super::outcome::NotApplicable;
use super::scenario::{Doer, Verb};
use super::stage::Stage;
use super::steps::{self, forge};
use crate::inspect::forge::Attack;
pub(crate) use forge::Variant;

/// The victim's device that attacks begin with, where they need one; it is logged in anew for each.
const VICTIM: Actor = Actor::Phone;

/// One attack, tried.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub(crate) attack: Attack,
    /// What came of each variant, in the order in which they were sent; why there is nothing to send, where there is not.
    pub(crate) variants: Result<Vec<Variant>, String>,
}

impl Trial {
    /// The variants with which the attacker was taken for somebody else.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = &Variant> {
        self.variants.iter().flatten().filter(|variant| variant.taken_for.is_some())
    }

    /// Whether the design let the attacker in who had nothing but what an attacker can come by. Whoever has the key that
    /// the server signs with is let in by every design that signs.
    pub(crate) fn is_a_hole(&self) -> bool {
        self.attack != Attack::LeakedKey && self.accepted().next().is_some()
    }

    /// In one line: who the attacker became by what, or how it was refused.
    pub(crate) fn told(&self) -> String {
        let variants = match &self.variants {
            Ok(variants) => variants,
            Err(why) => return why.clone(),
        };
        if let Some(Variant { name, why, taken_for: Some(me), .. }) = self.accepted().next() {
            return format!("{name}: taken for {}, {}: {why}", me.id, me.role);
        }
        let mut told: Vec<(&str, usize)> = Vec::new();
        for variant in variants {
            match told.iter_mut().find(|(verdict, _)| *verdict == variant.verdict) {
                Some((_, count)) => *count += 1,
                None => told.push((&variant.verdict, 1)),
            }
        }
        match (&told[..], variants.last()) {
            ([_], Some(last)) => last.why.clone(),
            _ => told.iter().map(|(verdict, count)| format!("{verdict} ({count}×)")).collect::<Vec<_>>().join(", "),
        }
    }
}

/// Tries every attack, each against a fresh server of this design.
pub(crate) async fn try_all(design: &Design, engine: &Engine) -> anyhow::Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for attack in Attack::ALL {
        let mut stage = Stage::set(design.clone(), Clock::manual(LabTime::START), 0, engine).await?;
        let trial = try_one(&mut stage, attack).await;
        stage.clear_up().await?;
        trials.push(trial?);
    }
    Ok(trials)
}

/// Tries one attack on a stage that is set, such as a lane: the victim's phone logs in, and the attacker forges. Whatever both
/// held before, they hold no longer.
pub(crate) async fn try_one(stage: &mut Stage, attack: Attack) -> anyhow::Result<Trial> {
    let none = |why: String| Ok(Trial { attack, variants: Err(why) });
    if let Some(why) = steps::no_object(&stage.design, &Verb::Forge { how: attack }) {
        return none(why);
    }
    let tried = async {
        for verb in before(attack) {
            let doer = if matches!(verb, Verb::Overhear { .. }) { Actor::Attacker } else { VICTIM };
            if let Some(why) = steps::no_object(&stage.design, &verb) {
                return Err(NotApplicable(why).into());
            }
            let done = steps::perform(stage, Doer::Actor(doer), &verb, None).await?;
            anyhow::ensure!(done.went_through, "before {attack}: {}", done.said);
        }
        forge::try_each(stage, Actor::Attacker, attack).await
    };
    match tried.await {
        Ok(variants) => Ok(Trial { attack, variants: Ok(variants) }),
        Err(error) => match error.downcast::<NotApplicable>() {
            Ok(NotApplicable(why)) => none(why),
            Err(broken) => Err(broken.context(format!("{attack} could not be tried"))),
        },
    }
}

/// What has to have happened before an attack.
fn before(attack: Attack) -> Vec<Verb> {
    let seen = [Verb::LogIn, Verb::Probe, Verb::Overhear { from: VICTIM }];
    match attack {
        Attack::DenylistTwin => seen.into_iter().chain([Verb::LogOut]).collect(),
        _ if attack.needs_to_overhear() => seen.into(),
        Attack::OtherAudience => vec![Verb::LogIn, Verb::VisitOtherService],
        _ => vec![Verb::LogIn],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::catalog::Catalog;

    fn tried(design: &Design) -> Vec<Trial> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("can be started");
        runtime.block_on(try_all(design, &Engine::default())).expect("the experiment holds")
    }

    #[test]
    fn a_broken_design_falls_to_what_its_mistakes_open_and_a_good_one_to_nothing() {
        let catalog = Catalog::load(None).expect("the built-in files are well-formed");
        let fallen = |id: &str| -> Vec<String> {
            let trials = tried(catalog.design(id).expect("is built in"));
            assert_eq!(trials.len(), Attack::ALL.len());
            for trial in &trials {
                assert!(!trial.told().is_empty(), "{}", trial.attack);
            }
            let accepted = trials.iter().filter(|trial| trial.accepted().next().is_some());
            accepted.map(|trial| trial.attack.name().to_owned()).collect()
        };
        // A key that leaked opens any design that signs, and a shared secret is what another service is given.
        assert_eq!(fallen("jwt-rotation"), ["leaked-key"]);
        let broken = fallen("jwt-broken");
        for attack in ["alg-none", "key-confusion", "leaked-key"] {
            assert!(broken.iter().any(|name| name == attack), "{attack}: {broken:?}");
        }
        assert!(!broken.iter().any(|name| name == "edited-claims"), "{broken:?}");
        assert!(fallen("session-memory").is_empty());
    }
}
