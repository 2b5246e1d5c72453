//! The two lanes and what can be done to them: each command becomes the same steps that scenarios are made of.

mod designing;
mod inspecting;
mod visiting;
mod walking;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use lockstep_server::ServerError;
use lockstep_shared::api::Credentials;
use lockstep_shared::clock::{Clock, LabTime, Skew};
use lockstep_shared::design::{Design, Kind};
use lockstep_shared::span::in_words;

use super::files;
use super::worker::Reports;
use crate::lab::actor::Actor;
use crate::lab::agent::{Account, Ask};
use crate::lab::catalog::Catalog;
use crate::lab::engine::Engine;
use crate::lab::exchange::Purpose;
use crate::lab::lens;
use crate::lab::lineage::follow::Follower;
use crate::lab::scenario::{Copying, Doer, Thief, Verb};
use crate::lab::stage::Stage;
use crate::lab::steps;
use crate::lab::view::Access;
use crate::state::command::{Action, Command, Holdable, Secret, Side, Target};
use crate::state::event::Event;

/// Where the lanes listen, if nobody else does.
const PORTS: [u16; 2] = [8787, 8788];

/// The two lanes.
pub(super) struct Bench {
    catalog: Arc<Catalog>,
    clock: Clock,
    reports: Reports,
    lanes: [Option<Stage>; 2],
    /// The number of the first exchange of each lane that was not reported yet.
    unreported: [usize; 2],
    /// What is known of each lane's credentials.
    families: [Follower; 2],
    /// What each lane was last to show, whether it could be started or not.
    chosen: [Option<Design>; 2],
    /// The ids of the designs that these were changed from, where they were.
    originals: [Option<String>; 2],
    /// Where a lane whose store is Redis finds one.
    engine: Engine,
    /// The scenario that is stepped through in the left lane.
    walking: Option<walking::Walking>,
    /// Set by the window, while all attacks are tried.
    stop_trying: Arc<AtomicBool>,
    /// What real browsers send.
    visiting: visiting::Visiting,
}

impl Bench {
    pub(super) fn new(catalog: Arc<Catalog>, clock: Clock, reports: Reports, stop_trying: Arc<AtomicBool>) -> Self {
        let (lanes, chosen, originals) = ([None, None], [None, None], [None, None]);
        let (unreported, families, engine) = ([1; 2], Default::default(), Engine::default());
        let (walking, visiting) = (None, Default::default());
        Self {
            catalog,
            clock,
            reports,
            lanes,
            unreported,
            families,
            chosen,
            originals,
            engine,
            walking,
            stop_trying,
            visiting,
        }
    }

    /// Starts both lanes with the designs that are asked for; else with a session on the left, and on the right the
    /// plainest token that can be renewed, if there are such.
    pub(super) async fn open(&mut self, asked: [Option<String>; 2]) {
        let designs = self.catalog.designs();
        let left = designs.iter().find(|design| design.kind == Kind::Session).or(designs.first()).cloned();
        let tokens = designs.iter().filter(|design| design.kind == Kind::Jwt);
        let right = tokens.min_by_key(|design| oddness(design)).or(designs.last()).cloned();
        let asked = asked.map(|id| id.and_then(|id| self.catalog.design(&id).ok().cloned()));
        let [asked_left, asked_right] = asked;
        for (side, design) in Side::BOTH.into_iter().zip([asked_left.or(left), asked_right.or(right)]) {
            match design {
                Some(design) => drop(self.start(side, design).await),
                None => self.fail(Some(side), "there is no design to show"),
            }
        }
    }

    /// Does what the window asks for, and reports.
    pub(super) async fn carry_out(&mut self, command: Command) {
        match command {
            Command::Act(target, action) => {
                self.reports.send(Event::Began { label: label(&action).to_owned() });
                self.act(target, &action).await;
            }
            Command::Advance(by) => {
                self.reports.send(Event::Began { label: format!("Moving the clock by {}", in_words(by)) });
                self.advance(by).await;
                self.end(format!("{} passed", in_words(by)));
            }
            Command::AdvanceToNextExpiry => {
                self.reports.send(Event::Began { label: "Moving the clock".to_owned() });
                match self.expiry() {
                    Some((actor, at)) => {
                        self.advance(at.since(self.clock.now())).await;
                        self.end(format!("what the {actor} held ends now, at {}", at.local_hms()));
                    }
                    None => self.end(
                        "nothing that a client holds says when it ends: a session's end is known to the server alone"
                            .to_owned(),
                    ),
                }
            }
            Command::ChooseDesign(side, id) => {
                self.reports.send(Event::Began { label: "Starting the lane".to_owned() });
                if side == walking::SIDE {
                    self.leave_steps();
                }
                match self.catalog.design(&id).cloned() {
                    Ok(design) => drop(self.start(side, design).await),
                    Err(why) => self.fail(Some(side), &why.to_string()),
                }
                self.end("the lane started afresh".to_owned());
            }
            Command::ApplyDesign(side, design) => self.apply_design(side, *design).await,
            Command::WriteFile { path, content, replace } => {
                let reports = self.reports.clone();
                tokio::task::spawn_blocking(move || reports.send(files::write(&path, &content, replace)));
            }
            Command::SaveDesign { design, name, lab, replace } => self.save_design(*design, name, lab, replace),
            Command::Reset => {
                self.reports.send(Event::Began { label: "Resetting the lab".to_owned() });
                self.leave_steps();
                self.reset().await;
                self.end("the lab is as new".to_owned());
            }
            Command::StepThrough(cell) => self.step_through(&cell).await,
            Command::LaneKeys(side) => self.lane_keys(side).await,
            Command::SendAsAttacker(side, credential) => self.send_as_attacker(side, credential).await,
            Command::TryAll(side) => self.try_all(side).await,
            Command::NextStep => self.next_step().await,
            Command::LeaveSteps => self.leave_steps(),
            // It is done by the window's end of this thread.
            Command::StartLab => {}
            #[cfg(test)]
            Command::Panic => panic!("a test asked for it"),
            Command::ForgetVisits => self.reports.send(Event::VisitsForgotten),
            // They are done beside the lanes, by another thread.
            Command::Compare(_)
            | Command::StopComparing
            | Command::Keep { .. }
            | Command::OpenKept(_)
            | Command::Measure(_)
            | Command::StopMeasuring
            | Command::Find(_)
            | Command::Inspect(_)
            | Command::StopTrying => {}
        }
    }

    /// Waits until something that a client holds ends by the running clock; for ever where nothing does.
    #[expect(
        clippy::disallowed_methods,
        reason = "an instant on a running clock is waited for, and no event comes with it"
    )]
    pub(super) async fn next_expiry(&self) {
        match self.expiry() {
            // The clock has whole milliseconds, so a moment more is waited to be past the instant.
            Some((_, at)) => tokio::time::sleep(at.since(self.clock.now()) + Duration::from_millis(1)).await,
            None => std::future::pending().await,
        }
    }

    /// Asks as everybody who may be inside whether they still are, and shows both lanes.
    pub(super) async fn look(&mut self) {
        for side in Side::BOTH {
            self.ask_around(side).await;
        }
    }

    async fn act(&mut self, target: Target, action: &Action) {
        let mut said = Vec::new();
        for side in target.sides() {
            let Some(stage) = &mut self.lanes[side.index()] else { continue };
            if matches!(action, Action::Refresh(_)) && stage.design.refresh.is_none() {
                let session = matches!(stage.design.kind, Kind::Session | Kind::Sealed);
                said.push(if session { "a session needs no refresh" } else { "there is no refresh token" }.to_owned());
                continue;
            }
            match perform(stage, action).await {
                Ok(line) => said.push(line),
                Err(why) => self.fail(Some(*side), &format!("{why:#}")),
            }
            self.ask_around(*side).await;
        }
        said.dedup();
        self.end(said.join("  ·  "));
    }

    /// Moves the clock, stopping wherever something that a client holds ends, so that the client can renew. Each renews
    /// once, so that a year has no more stops than there are credentials.
    async fn advance(&mut self, by: Duration) {
        // The machine's clock runs meanwhile, so the distance is kept, and not the moment to arrive at.
        let goal = self.clock.ahead() + by;
        let to = self.clock.now() + by;
        for stage in self.lanes.iter_mut().flatten() {
            for actor in Actor::ALL {
                stage.agent_mut(actor).renewed = false;
            }
        }
        while let Some((side, actor, at)) = self.next_telling_expiry().filter(|(.., at)| *at <= to) {
            self.clock.advance_to(at);
            let Some(stage) = &mut self.lanes[side.index()] else { break };
            if let Err(why) = stage.probe(actor, false).await {
                self.fail(Some(side), &format!("{why:#}"));
                break;
            }
        }
        self.clock.advance(goal.saturating_sub(self.clock.ahead()));
        self.reports.send(Event::ClockMoved { ahead_secs: self.clock.ahead().as_secs() });
        self.look().await;
    }

    async fn reset(&mut self) {
        self.clock = Clock::wall();
        self.reports.send(Event::ClockReplaced { clock: self.clock.clone() });
        for side in Side::BOTH {
            if let Some(design) = self.chosen[side.index()].clone() {
                let _ = self.start(side, design).await;
            }
        }
    }

    /// Puts a design into a lane, on a server of its own. An error has been reported, and is given to whoever waits.
    async fn start(&mut self, side: Side, design: Design) -> Result<(), String> {
        self.chosen[side.index()] = Some(design.clone());
        if self.catalog.design(&design.id).is_ok_and(|known| *known == design) {
            self.originals[side.index()] = None;
        }
        // A lane that starts afresh keeps its address, which somebody may have written down.
        let mut port = PORTS[side.index()];
        if let Some(old) = self.lanes[side.index()].take() {
            port = old.server.address().port();
            old.server.stop().await;
        }
        let stage = match Stage::set_for_visits(design.clone(), self.clock.clone(), port, &self.engine).await {
            Ok(stage) => Ok(stage),
            // Another program, or another Lockstep, has the port: any other will do.
            Err(why) => {
                if let Some(ServerError::PortInUse(port)) = why.downcast_ref() {
                    self.reports.send(Event::PortTaken { side, port: *port });
                }
                Stage::set_for_visits(design.clone(), self.clock.clone(), 0, &self.engine).await
            }
        };
        match stage {
            Ok(stage) => {
                let view = Box::new(lens::view(&stage).await);
                self.lanes[side.index()] = Some(stage);
                self.unreported[side.index()] = 1;
                self.visiting.forget(side);
                self.families[side.index()] = Follower::default();
                let original = self.originals[side.index()].clone();
                self.reports.send(Event::LaneStarted { side, design: Box::new(design), original, view });
                Ok(())
            }
            Err(why) => {
                let why = format!("{why:#}");
                self.fail(Some(side), &why);
                Err(why)
            }
        }
    }

    /// Probes everybody in a lane who holds something or was inside, and shows the lane.
    async fn ask_around(&mut self, side: Side) {
        let Some(stage) = &mut self.lanes[side.index()] else { return };
        let mut broken = None;
        for actor in Actor::ALL {
            let inside = matches!(stage.presence(actor).access(), Access::Inside | Access::Unavailable);
            if (inside || stage.agent(actor).holds_any(stage.now()))
                && let Err(why) = stage.probe(actor, false).await
            {
                broken = Some(format!("{why:#}"));
                break;
            }
        }
        self.tell(side).await;
        if let Some(why) = broken {
            self.fail(Some(side), &why);
        }
    }

    /// Reports what a lane looks like, and what was recorded in it since that was reported last.
    async fn tell(&mut self, side: Side) {
        let Some(stage) = &mut self.lanes[side.index()] else { return };
        let mut view = Box::new(lens::view(stage).await);
        self.families[side.index()].follow(stage, &mut view);
        let unreported = &mut self.unreported[side.index()];
        let exchanges: Vec<_> = stage.exchanges_since(*unreported).collect();
        *unreported = stage.count() + 1;
        // The lane's events are known before the exchanges that came after them.
        self.reports.send(Event::LaneChanged { side, view });
        self.reports.send(Event::Exchanged { side, exchanges });
    }

    fn expiry(&self) -> Option<(Actor, LabTime)> {
        let now = self.clock.now();
        let lanes = self.lanes.iter().zip(&self.families).filter_map(|(stage, family)| Some((stage.as_ref()?, family)));
        let all = lanes.flat_map(|(stage, family)| {
            let all = Actor::ALL.map(|actor| (actor, stage.agent(actor).holdings(now)));
            all.into_iter().flat_map(move |(actor, holdings)| {
                // What was used or ended has no end to wait for.
                let lives = holdings.into_iter().filter(|held| family.spent(&held.value).is_none());
                lives.filter_map(|held| held.expires).filter(|at| *at > now).map(move |at| (actor, at)).min()
            })
        });
        all.min_by_key(|(_, at)| *at)
    }

    fn next_telling_expiry(&self) -> Option<(Side, Actor, LabTime)> {
        let now = self.clock.now();
        let lanes = Side::BOTH.into_iter().filter_map(|side| Some((side, self.lanes[side.index()].as_ref()?)));
        let all = lanes.flat_map(|(side, stage)| {
            let ends = move |actor| Some((side, actor, stage.agent(actor).next_telling_expiry(&stage.design, now)?));
            Actor::ALL.map(ends)
        });
        all.flatten().min_by_key(|(.., at)| *at)
    }

    fn end(&self, said: String) {
        self.reports.send(Event::Ended { said });
    }

    fn fail(&self, side: Option<Side>, what: &str) {
        self.reports.send(Event::Failed { side, what: what.to_owned() });
    }
}

/// Does one action in one lane, and notes it on the time axis.
async fn perform(stage: &mut Stage, action: &Action) -> anyhow::Result<String> {
    let done = match action {
        Action::Register { email, password } => register(stage, email, password).await?,
        Action::LogIn { actor, account: Some((email, password)) } => {
            let typed = Account { email: email.clone(), password: password.0.clone() };
            let known = std::mem::replace(&mut stage.agent_mut(*actor).account, typed);
            let (by, verb, world) = step(action);
            let done = steps::perform(stage, by, &verb, world).await?;
            if !done.went_through {
                // A slip of the finger must not be what the device tries from now on.
                stage.agent_mut(*actor).account = known;
            }
            done
        }
        _ => {
            let (by, verb, world) = step(action);
            steps::perform(stage, by, &verb, world).await?
        }
    };
    anyhow::ensure!(done.went_through || !must_go_through(action), "{}", done.said);
    if let Some(mark) = mark(action) {
        let (by, verb, _) = step(action);
        stage.mark_step(mark, ends_access(action), by, &verb, done.number);
    }
    Ok(done.said)
}

async fn register(stage: &mut Stage, email: &str, password: &Secret) -> anyhow::Result<steps::Done> {
    let body = Credentials { email: email.to_owned(), password: password.0.clone() };
    let ask = Ask::post("/auth/register", Some(serde_json::to_value(body)?), Purpose::Action);
    let number = stage.send(Actor::Laptop, &ask).await?;
    let done = steps::Done::exchanged(stage, number);
    let said = match done.went_through {
        true => format!("{email} has an account now: log in with it"),
        false => done.said,
    };
    Ok(steps::Done { said, ..done })
}

/// The step of a scenario that an action is.
fn step(action: &Action) -> (Doer, Verb, Option<Thief>) {
    let by = |actor: &Actor| Doer::Actor(*actor);
    let admin = Doer::Actor(Actor::Admin);
    match action {
        Action::Register { .. } => (Doer::Everyone, Verb::Probe, None),
        Action::LogIn { actor, .. } => (by(actor), Verb::LogIn, None),
        Action::OpenAccount(actor) => (by(actor), Verb::OpenAccount, None),
        Action::Transfer(actor) => (by(actor), Verb::Transfer, None),
        Action::Refresh(actor) => (by(actor), Verb::Refresh, None),
        Action::LogOut(actor) => (by(actor), Verb::LogOut, None),
        Action::ClientOnlyLogOut(actor) => (by(actor), Verb::ClientOnlyLogOut, None),
        Action::LogOutEverywhere(actor) => (by(actor), Verb::LogOutEverywhere, None),
        Action::ChangePassword(actor) => (by(actor), Verb::ChangePassword, None),
        Action::Steal { everything } => {
            let world = if *everything { Thief::Everything } else { Thief::Access };
            let verb = Verb::Steal { from: Actor::Laptop, by: Copying::Device };
            (Doer::Actor(Actor::Attacker), verb, Some(world))
        }
        Action::Replay => (Doer::Actor(Actor::Attacker), Verb::Replay, None),
        Action::RevokeOne => (admin, Verb::RevokeOne, None),
        Action::Ban => (admin, Verb::Ban, None),
        Action::Demote => (admin, Verb::Demote, None),
        Action::RotateKey => (Doer::Server, Verb::RotateKey { overlap: false }, None),
        Action::RotateKeyWithOverlap => (Doer::Server, Verb::RotateKey { overlap: true }, None),
        Action::Restart => (Doer::Server, Verb::Restart { new_keys: false }, None),
        Action::RestartWithNewKeys => (Doer::Server, Verb::Restart { new_keys: true }, None),
        Action::StoreDown => (Doer::Server, Verb::StoreDown, None),
        Action::StoreUp => (Doer::Server, Verb::StoreUp, None),
        Action::WipeStore => (Doer::Server, Verb::WipeStore, None),
        Action::AddNode => (Doer::Server, Verb::AddNode { skew: Skew::NONE }, None),
        Action::LoseRefresh(actor) => (by(actor), Verb::LoseAnswer { doing: Box::new(Verb::Refresh) }, None),
        Action::Hold(actor, what) => {
            let [before_save, before_rotate] = lockstep_server::POINTS;
            let (at, doing) = match what {
                Holdable::Transfer => (before_save, Verb::Transfer),
                Holdable::Refresh => (before_rotate, Verb::Refresh),
            };
            (by(actor), Verb::Hold { at: at.to_owned(), doing: Box::new(doing) }, None)
        }
        Action::Release(actor) => (by(actor), Verb::Release, None),
    }
}

/// The event's name on the time axis; None for what only looks.
fn mark(action: &Action) -> Option<&'static str> {
    match action {
        Action::Register { .. }
        | Action::OpenAccount(_)
        | Action::Transfer(_)
        | Action::Refresh(_)
        | Action::Replay => None,
        Action::LogIn { .. } => Some("log in"),
        Action::LogOut(_) => Some("log out"),
        Action::ClientOnlyLogOut(_) => Some("forget"),
        Action::LogOutEverywhere(_) => Some("log out everywhere"),
        Action::ChangePassword(_) => Some("new password"),
        Action::Steal { .. } => Some("steal"),
        Action::RevokeOne => Some("revoke"),
        Action::Ban => Some("ban"),
        Action::Demote => Some("demote"),
        Action::RotateKey | Action::RotateKeyWithOverlap => Some("rotate key"),
        Action::Restart | Action::RestartWithNewKeys => Some("restart"),
        Action::StoreDown => Some("store down"),
        Action::StoreUp => Some("store up"),
        Action::WipeStore => Some("wipe store"),
        Action::AddNode => Some("add node"),
        Action::LoseRefresh(_) => Some("lose answer"),
        Action::Hold(..) => Some("hold"),
        Action::Release(_) => Some("release"),
    }
}

/// Whether the victim's access is meant to end with an action, and the thief's with it.
fn ends_access(action: &Action) -> bool {
    match action {
        Action::LogOut(actor)
        | Action::ClientOnlyLogOut(actor)
        | Action::LogOutEverywhere(actor)
        | Action::ChangePassword(actor) => actor.is_victim(),
        Action::RevokeOne | Action::Ban | Action::RotateKey => true,
        _ => false,
    }
}

/// Whether a refusal by the server is news for the one who asked, and not a finding of the lab.
fn must_go_through(action: &Action) -> bool {
    matches!(action, Action::Register { .. } | Action::LogIn { .. } | Action::ChangePassword(_))
}

/// What is under way, for people.
fn label(action: &Action) -> &'static str {
    match action {
        Action::Register { .. } => "Registering",
        Action::LogIn { .. } => "Logging in",
        Action::ChangePassword(_) => "Changing the password",
        Action::Restart | Action::RestartWithNewKeys => "Restarting",
        _ => "Asking the servers",
    }
}

/// How far a design with tokens is from the one that is usually advised: tokens that rotate, and nothing else.
fn oddness(design: &Design) -> (bool, bool, bool) {
    let rotates = design.refresh.as_ref().is_some_and(|refresh| refresh.reuse_detection);
    (!design.mistakes.none(), !rotates, !design.check.nothing())
}
