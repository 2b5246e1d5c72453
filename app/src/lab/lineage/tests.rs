//! Trees that real lanes grow: each test does by steps what a user does by buttons, over real HTTP.

use std::time::Duration;

use lockstep_shared::clock::{Clock, Stopwatch};

use super::*;
use crate::lab::catalog::Catalog;
use crate::lab::engine::Engine;
use crate::lab::lens;
use crate::lab::lineage::follow::Follower;
use crate::lab::scenario::{Copying, Doer, Thief, Verb};
use crate::lab::stage::Stage;
use crate::lab::steps;

struct Lane {
    stage: Stage,
    follower: Follower,
}

impl Lane {
    async fn of(design: &str) -> Self {
        let catalog = Catalog::load(None).expect("the built-in files are right");
        let design = catalog.design(design).expect("is built in").clone();
        let stage = Stage::set(design, Clock::manual(LabTime::START), 0, &Engine::default()).await;
        Self { stage: stage.expect("starts"), follower: Follower::default() }
    }

    async fn does(&mut self, actor: Actor, verb: Verb) -> Lineage {
        let world = Some(Thief::Everything);
        steps::perform(&mut self.stage, Doer::Actor(actor), &verb, world).await.expect("can be done");
        self.look().await
    }

    async fn steals(&mut self) -> Lineage {
        self.does(Actor::Attacker, Verb::Steal { from: Actor::Laptop, by: Copying::Device }).await
    }

    async fn look(&mut self) -> Lineage {
        let mut view = lens::view(&self.stage).await;
        self.follower.follow(&self.stage, &mut view);
        view.lineage
    }
}

fn one(lineage: &Lineage, kind: Kind, generation: usize) -> &Credential {
    let mut all = lineage.logins.iter().flat_map(Login::credentials);
    all.find(|one| one.kind == kind && one.generation == generation).expect("was given out")
}

fn holders(credential: &Credential) -> Vec<Actor> {
    credential.held_by().map(|holder| holder.actor).collect()
}

fn cause(credential: &Credential) -> Option<(&str, Option<usize>)> {
    match &credential.fate {
        Fate::Ended(ending) => Some((&ending.cause, ending.exchange)),
        _ => None,
    }
}

#[tokio::test]
async fn a_stolen_generation_that_comes_back_ends_the_family() {
    let mut lane = Lane::of("jwt-rotation").await;
    lane.does(Actor::Laptop, Verb::LogIn).await;
    let stolen = lane.steals().await;
    let first = one(&stolen, Kind::Refresh, 1);
    assert_eq!(holders(first), [Actor::Laptop, Actor::Attacker]);
    assert_eq!(first.holders[1].copied, Some((Actor::Laptop, LabTime::START)));
    assert_eq!(first.holders[0].copied, None);

    let renewed = lane.does(Actor::Laptop, Verb::Refresh).await;
    let (first, second) = (one(&renewed, Kind::Refresh, 1), one(&renewed, Kind::Refresh, 2));
    assert!(matches!(first.fate, Fate::Used { exchange, .. } if exchange == second.exchange), "{first:?}");
    assert_eq!((second.made, holders(second)), (Made::Rotation { of: 1 }, vec![Actor::Laptop]));
    assert_eq!(holders(first), [Actor::Attacker], "the thief's copy is as it was");
    assert!(first.holders.iter().any(|holder| holder.actor == Actor::Laptop && !holder.still));

    let caught = lane.does(Actor::Attacker, Verb::Refresh).await;
    let number = lane.stage.count();
    let login = &caught.logins[0];
    assert_eq!(login.alarm, Some(number));
    assert_eq!(login.ended.as_ref().map(|ended| (ended.cause.as_str(), ended.exchange)), Some(("reuse", Some(number))));
    assert_eq!(cause(one(&caught, Kind::Refresh, 2)), Some(("reuse", Some(number))));
    assert!(login.handle.is_some(), "the server's own name for it is known");
    let access: Vec<_> = login.credentials().filter(|one| one.kind == Kind::Access).collect();
    assert!(access.iter().all(|one| one.fate == Fate::Opens), "nobody asks a store about a signed token");
    assert!(access.iter().all(|one| one.id.len() == 16 && one.ends.is_some()));
}

#[tokio::test]
async fn a_session_has_one_id_and_ends_with_the_log_out() {
    let mut lane = Lane::of("session-memory").await;
    lane.does(Actor::Laptop, Verb::LogIn).await;
    let stolen = lane.steals().await;
    let id = one(&stolen, Kind::Session, 1);
    assert_eq!(holders(id), [Actor::Laptop, Actor::Attacker]);
    assert_eq!(Some(&id.id), stolen.logins[0].handle.as_ref(), "it is called as in the store");
    assert!(id.ends.is_some(), "the store says when it ends");

    let left = lane.does(Actor::Laptop, Verb::LogOut).await;
    let id = one(&left, Kind::Session, 1);
    assert_eq!(cause(id), Some(("log-out", Some(lane.stage.count()))));
    assert_eq!(holders(id), [Actor::Attacker]);

    let again = lane.does(Actor::Laptop, Verb::LogIn).await;
    assert_eq!(again.logins.len(), 2);
    let ids: Vec<_> = again.logins.iter().flat_map(Login::credentials).map(|one| one.id.clone()).collect();
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn nothing_ends_a_token_that_nobody_asks_about_before_its_end() {
    let mut lane = Lane::of("jwt-stateless").await;
    lane.does(Actor::Laptop, Verb::LogIn).await;
    lane.steals().await;
    lane.does(Actor::Laptop, Verb::ClientOnlyLogOut).await;
    let left = lane.does(Actor::Attacker, Verb::OpenAccount).await;
    let token = one(&left, Kind::Access, 1);
    assert_eq!((&token.fate, holders(token)), (&Fate::Opens, vec![Actor::Attacker]));
    let ends = token.ends.expect("a token says when it ends");
    assert!(matches!(token.fate_at(ends - Duration::from_secs(1)), Fate::Opens));
    assert!(matches!(token.fate_at(ends), Fate::Ended(_)));

    lane.stage.clock.advance_to(ends);
    let late = lane.does(Actor::Attacker, Verb::OpenAccount).await;
    assert_eq!(cause(one(&late, Kind::Access, 1)), Some(("its own end", Some(lane.stage.count()))));
}

#[tokio::test]
async fn a_ban_an_admin_and_a_new_password_end_what_they_name() {
    for (design, verb, by, expected) in [
        ("session-memory", Verb::Ban, Actor::Admin, "a ban"),
        ("session-memory", Verb::RevokeOne, Actor::Admin, "an admin"),
        ("session-memory", Verb::ChangePassword, Actor::Phone, "a new password"),
        ("session-memory", Verb::LogOutEverywhere, Actor::Phone, "log-out everywhere"),
        ("jwt-rotation", Verb::RevokeOne, Actor::Admin, "an admin"),
        ("jwt-rotation", Verb::LogOut, Actor::Laptop, "log-out"),
        ("jwt-epoch", Verb::Demote, Actor::Admin, "a new role"),
        ("jwt-denylist", Verb::LogOut, Actor::Laptop, "log-out"),
        ("jwt-session-id", Verb::LogOut, Actor::Laptop, "log-out"),
        ("opaque-introspection", Verb::LogOut, Actor::Laptop, "log-out"),
    ] {
        let mut lane = Lane::of(design).await;
        lane.does(Actor::Laptop, Verb::LogIn).await;
        lane.does(Actor::Phone, Verb::LogIn).await;
        lane.does(Actor::Bystander, Verb::LogIn).await;
        let after = lane.does(by, verb.clone()).await;
        let of = |actor: Actor| {
            let login = after.logins.iter().find(|login| login.actor == actor).expect("logged in");
            let mut causes: Vec<_> = login.credentials().filter_map(cause).map(|(cause, _)| cause).collect();
            causes.dedup();
            causes
        };
        assert_eq!(of(Actor::Laptop), [expected], "{design} {verb:?}");
        assert_eq!(of(Actor::Bystander), [""; 0], "{design} {verb:?}");
    }
}

#[tokio::test]
async fn a_fork_has_two_successors() {
    let mut lane = Lane::of("jwt-rotation-grace-fork").await;
    lane.does(Actor::Laptop, Verb::LogIn).await;
    lane.steals().await;
    lane.does(Actor::Laptop, Verb::Refresh).await;
    let forked = lane.does(Actor::Attacker, Verb::Refresh).await;
    let nodes = &forked.logins[0].nodes;
    let second = nodes
        .iter()
        .filter(|node| matches!(&node.part, Part::Credential(one) if one.kind == Kind::Refresh && one.generation == 2));
    let second: Vec<_> = second.collect();
    assert_eq!(second.len(), 2);
    assert!(second.iter().all(|node| node.parent == second[0].parent && node.parent.is_some()));
    let made: Vec<_> = forked.logins[0].credentials().filter(|one| one.generation == 2).map(|one| one.made).collect();
    assert!(made.contains(&Made::Fork { of: 1 }) && made.contains(&Made::Rotation { of: 1 }), "{made:?}");
}

#[tokio::test]
async fn a_restart_is_told_by_the_refusal_after_it() {
    let mut lane = Lane::of("session-memory").await;
    lane.does(Actor::Laptop, Verb::LogIn).await;
    steps::perform(&mut lane.stage, Doer::Server, &Verb::Restart { new_keys: false }, None).await.expect("restarts");
    lane.stage.mark("restart", false);
    let lost = lane.does(Actor::Laptop, Verb::OpenAccount).await;
    assert_eq!(cause(one(&lost, Kind::Session, 1)), Some(("a restart", Some(lane.stage.count()))));
}

/// Of thousands of generations the first and the last are shown, and how many lie between; looking again costs as little.
#[tokio::test]
async fn a_long_chain_is_folded() {
    let mut lane = Lane::of("jwt-rotation").await;
    lane.does(Actor::Laptop, Verb::LogIn).await;
    lane.does(Actor::Phone, Verb::LogIn).await;
    const RENEWALS: usize = 2_500;
    for round in 0..RENEWALS {
        let number = lane.stage.renew(Actor::Laptop, crate::lab::exchange::Purpose::Renewal).await.expect("renews");
        assert_eq!(lane.stage.exchange(number).map(|exchange| exchange.status), Some(200));
        if round % 250 == 0 {
            lane.look().await;
        }
    }
    let lineage = lane.look().await;
    let login = &lineage.logins[0];
    assert!(login.nodes.len() < 20, "{} nodes", login.nodes.len());
    let folded = login.nodes.iter().find_map(|node| match node.part {
        Part::Folded { what: Kind::Refresh, count } => Some(count),
        _ => None,
    });
    let shown = login.credentials().filter(|one| one.kind == Kind::Refresh).count();
    assert_eq!(folded.expect("the middle is folded") + shown, RENEWALS + 1);
    assert_eq!(holders(one(&lineage, Kind::Refresh, RENEWALS + 1)), [Actor::Laptop]);
    let watch = Stopwatch::start();
    lane.look().await;
    assert!(watch.micros() < 500_000, "looking takes {} µs", watch.micros());
}

#[tokio::test]
async fn a_saved_ghost_has_outlived_its_log_out() {
    let mut design = Catalog::load(None).expect("loads").design("session-memory").expect("is there").clone();
    for (mistaken, expected) in [(false, None), (true, Some("log-out"))] {
        design.mistakes.save_reinserts = mistaken;
        let stage = Stage::set(design.clone(), Clock::manual(LabTime::START), 0, &Engine::default()).await;
        let mut lane = Lane { stage: stage.expect("starts"), follower: Follower::default() };
        lane.does(Actor::Laptop, Verb::LogIn).await;
        lane.steals().await;
        let doing = Box::new(Verb::Transfer);
        lane.does(Actor::Attacker, Verb::Hold { at: "before-save".to_owned(), doing }).await;
        lane.does(Actor::Laptop, Verb::LogOut).await;
        let after = lane.does(Actor::Attacker, Verb::Release).await;
        let id = one(&after, Kind::Session, 1);
        let outlived = id.outlived.as_ref().map(|(ending, _)| ending.cause.as_str());
        assert_eq!((outlived, id.fate == Fate::Opens), (expected, mistaken), "{id:?}");
    }
}
