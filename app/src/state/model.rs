//! What the window shows. `apply` is the only way it changes.

use lockstep_shared::clock::{Clock, LabTime};
use lockstep_shared::design::{Design, Kind};

use super::command::Side;
use super::comparing::Comparing;
use super::designing::Designing;
use super::event::Event;
use super::files::Files;
use super::inspecting::Inspecting;
use super::measuring::Measuring;
use super::traffic::Traffic;
use super::visiting::Visiting;
use super::walk::Walk;
use super::wire::find::Found;
use crate::lab::actor::Actor;
use crate::lab::scenario::Scenario;
use crate::lab::view::{Access, ActorView, LaneView};

/// Everything that the window knows.
pub(crate) struct Model {
    /// The lab clock, shared with the worker, for times that run.
    pub(crate) clock: Clock,
    /// Every design that a lane can be given.
    pub(crate) designs: Vec<Design>,
    pub(crate) lanes: [Lane; 2],
    /// Every exchange of both lanes.
    pub(crate) traffic: Traffic,
    /// The exchanges that the Wire's filter found last.
    pub(crate) found: Option<Found>,
    /// How far the clock has been moved ahead, in seconds.
    pub(crate) ahead_secs: u64,
    /// What is under way, if anything.
    pub(crate) busy: Option<String>,
    /// One line on what the last command did.
    pub(crate) said: String,
    /// What went wrong outside a lane.
    pub(crate) failure: Option<String>,
    pub(crate) comparing: Comparing,
    pub(crate) designing: Designing,
    pub(crate) files: Files,
    pub(crate) inspecting: Inspecting,
    pub(crate) visiting: Visiting,
    pub(crate) measuring: Measuring,
    /// The port that a lane could not have, as another program has it.
    pub(crate) taken: [Option<u16>; 2],
    /// The lab's thread is gone, and nothing can be done before it is started again.
    pub(crate) stopped: bool,
    /// The scenario that is stepped through in the left lane.
    pub(crate) walk: Option<Box<Walk>>,
}

/// One column.
#[derive(Default)]
pub(crate) struct Lane {
    /// None until its server has started.
    pub(crate) design: Option<Design>,
    /// The id of the design that it was changed from, if it was.
    pub(crate) original: Option<String>,
    pub(crate) view: LaneView,
    /// What went wrong in this lane; it stays until the next command.
    pub(crate) failure: Option<String>,
}

/// Whether a state is as it should be: what decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    /// For a while, or before anything should have ended.
    Amber,
    Neutral,
}

impl Model {
    /// `folder` is where results are kept unless somebody says otherwise.
    pub(crate) fn new(clock: Clock, designs: Vec<Design>, scenarios: &[Scenario], folder: String) -> Self {
        Self {
            clock,
            comparing: Comparing::new(&designs, scenarios, folder),
            designing: Designing::default(),
            designs,
            lanes: [Lane::default(), Lane::default()],
            traffic: Traffic::default(),
            found: None,
            ahead_secs: 0,
            taken: [None, None],
            stopped: false,
            busy: None,
            said: String::new(),
            failure: None,
            files: Files::default(),
            inspecting: Inspecting::default(),
            visiting: Visiting::default(),
            measuring: Measuring::default(),
            walk: None,
        }
    }

    pub(crate) fn lane(&self, side: Side) -> &Lane {
        &self.lanes[side.index()]
    }

    pub(crate) fn now(&self) -> LabTime {
        self.clock.now()
    }

    /// Takes in what the worker reports.
    pub(crate) fn apply(&mut self, event: Event) {
        match event {
            Event::LaneStarted { side, design, original, view } => {
                self.traffic.forget(side);
                self.inspecting.forget(side);
                self.visiting.forget(side);
                self.lanes[side.index()] = Lane { design: Some(*design), original, view: *view, failure: None };
            }
            Event::LaneChanged { side, view } => self.lanes[side.index()].view = *view,
            Event::Exchanged { side, exchanges } => self.traffic.take_in(side, exchanges),
            Event::ClockMoved { ahead_secs } => self.ahead_secs = ahead_secs,
            Event::PortTaken { side, port } => self.taken[side.index()] = Some(port),
            Event::Stopped => {
                self.stopped = true;
                self.busy = None;
                self.comparing.running = None;
                self.measuring.under_way = None;
            }
            Event::ClockReplaced { clock } => {
                self.clock = clock;
                self.ahead_secs = 0;
            }
            Event::Began { label } => {
                self.busy = Some(label);
                self.failure = None;
                for lane in &mut self.lanes {
                    lane.failure = None;
                }
            }
            Event::Ended { said } => {
                self.busy = None;
                self.said = said;
            }
            Event::Failed { side, what } => {
                self.busy = None;
                match side {
                    Some(side) => self.lanes[side.index()].failure = Some(what),
                    None => self.failure = Some(what),
                }
            }
            Event::Comparison(report) => self.comparing.apply(report),
            Event::Designed(report) => self.designing.apply(report),
            Event::FileWritten { kind, result, exists } => self.files.answered(kind, result, exists),
            Event::Walked(walk) => self.walk = walk,
            Event::Visited(visits) => self.visiting.take_in(visits),
            Event::Measured(report) => self.measuring.apply(report),
            Event::VisitsForgotten => self.visiting.clear(),
            Event::Inspected(report) => self.inspecting.apply(report),
            Event::Found(found) => self.found = Some(found),
        }
    }
}

impl Lane {
    /// Whether this lane's access credential is a session id rather than a token.
    pub(crate) fn is_session(&self) -> bool {
        self.design.as_ref().is_some_and(|design| design.kind == Kind::Session)
    }

    /// How an actor's state is to be taken, given what should have ended it.
    pub(crate) fn tone(&self, actor: Actor, access: Access) -> Tone {
        let timeline = &self.view.timeline;
        let late = timeline.exposure(actor).is_some_and(|exposure| exposure.as_secs() > 0);
        match (actor, access) {
            (_, Access::NeverIn | Access::Unavailable) => Tone::Neutral,
            (Actor::Attacker, Access::Inside) if timeline.due_end(actor).is_some() => Tone::Bad,
            (Actor::Attacker, Access::Inside) => Tone::Amber,
            (Actor::Attacker, Access::Out { .. }) if late => Tone::Amber,
            (Actor::Attacker, Access::Out { .. }) => Tone::Good,
            (_, Access::Inside) => Tone::Good,
            (_, Access::Out { own_act: true, .. }) => Tone::Neutral,
            (Actor::Bystander, Access::Out { .. }) => Tone::Bad,
            (_, Access::Out { .. }) => Tone::Neutral,
        }
    }

    /// What the lane shows of one actor.
    pub(crate) fn actor(&self, actor: Actor) -> Option<&ActorView> {
        self.view.actors.iter().find(|view| view.actor == actor)
    }
}
