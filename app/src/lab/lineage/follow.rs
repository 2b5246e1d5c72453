//! Reads a lane's exchanges as they come, each once, and keeps the trees that they make.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Design, Kind as DesignKind};
use lockstep_shared::trace::Act;

use super::evidence;
use super::notes::Notes;
use super::sent::{self, Fresh, Given, Presented, Print};
use super::{Credential, Ending, Fate, Holder, Kind, Lineage, Login, Made, OWN_END, Way};
use crate::lab::actor::Actor;
use crate::lab::exchange::Exchange;
use crate::lab::stage::Stage;
use crate::lab::view::{LaneView, Mark, Spent};

/// Follows one lane from its start.
#[derive(Default)]
pub(crate) struct Follower {
    pub(super) notes: Notes,
    /// The last exchange that was read.
    read: usize,
    /// Who had what in hand when it was last looked.
    held: BTreeSet<(usize, Actor)>,
    /// Names of users by their ids.
    names: BTreeMap<String, String>,
    /// Where the server noticed that a token was used twice.
    pub(super) alarms: Vec<Mark>,
}

/// The known credentials that a request came with.
#[derive(Clone, Copy)]
pub(super) struct Came {
    pub(super) access: Option<usize>,
    pub(super) refresh: Option<usize>,
}

impl Follower {
    /// Reads what is new, and puts the trees as they are now into the lane's view.
    pub(crate) fn follow(&mut self, stage: &Stage, view: &mut LaneView) {
        let name = |email: &str| email.split('@').next().unwrap_or_default().to_owned();
        self.names = stage.server.users().into_iter().map(|user| (user.id, name(&user.email))).collect();
        for exchange in stage.exchanges_since(self.read + 1) {
            self.read = exchange.number;
            self.take_in(stage, &exchange);
        }
        self.look_at_hands(view);
        self.look_at_records(view);
        for holding in view.actors.iter_mut().flat_map(|actor| &mut actor.holds) {
            holding.spent = self.spent(&holding.value);
        }
        let marks = &mut view.timeline.marks;
        marks.extend(self.alarms.iter().cloned());
        marks.sort_by_key(|mark| mark.after);
        view.lineage = self.trees();
    }

    fn take_in(&mut self, stage: &Stage, exchange: &Exchange) {
        let design = &stage.design;
        let presented = sent::presented(design, exchange);
        let given = sent::given(design, exchange);
        let came = Came { access: self.notes.known(presented.access), refresh: self.notes.known(presented.refresh) };
        self.accept(design, exchange, &presented, came);
        self.refuse(stage, exchange, came);
        self.end(design, exchange, came);
        self.issue(design, exchange, came, &presented, given);
    }

    /// Why a value opens nothing any more, where something other than its own end was seen to be the cause.
    pub(crate) fn spent(&self, value: &str) -> Option<Spent> {
        let note = self.notes.credentials.get(&self.notes.known(Some(sent::print(value)))?)?;
        let ended = |ending: &Ending| {
            let (cause, at, exchange) = (Some(ending.cause.clone()), ending.at, ending.exchange);
            (ending.cause != OWN_END).then_some(Spent { cause, at, exchange })
        };
        match &note.what.fate {
            Fate::Opens => None,
            Fate::Ended(ending) => ended(ending),
            Fate::Used { at, exchange } => {
                let family = self.notes.logins.get(&note.login).and_then(|login| login.what.ended.as_ref());
                let used = Spent { cause: None, at: *at, exchange: Some(*exchange) };
                // One that came back and was taken may be taken again.
                family.and_then(ended).or(note.what.repeated.is_none().then_some(used))
            }
        }
    }

    /// Notes that what was presented still opens something.
    fn accept(&mut self, design: &Design, exchange: &Exchange, presented: &Presented, came: Came) {
        let asks = exchange.path.contains("/api/") || exchange.path == "/auth/sessions";
        if !asks || !evidence::lets_in(exchange) {
            return;
        }
        let mut number = came.access;
        if let Some(print) = presented.access.filter(|_| number.is_none()) {
            number = Some(self.foreign(design, exchange, print));
        }
        let Some(note) = number.and_then(|number| self.notes.credentials.get_mut(&number)) else { return };
        let credential = &mut note.what;
        // A request that was held has been let in when it came, and shows what is so when it ends.
        credential.accepted = credential.accepted.max(Some(exchange.at));
        if let Fate::Ended(ending) = &credential.fate {
            credential.outlived = Some((ending.clone(), exchange.number));
            credential.fate = Fate::Opens;
        }
        let told = exchange.trace.acts.iter().rev().find_map(|timed| match &timed.act {
            Act::ExpiryChecked { what, ends, expired: false } if what == "session" => Some(*ends),
            _ => None,
        });
        if told.is_some() {
            credential.ends = told;
        }
    }

    /// Puts what was given out into its tree.
    fn issue(&mut self, design: &Design, exchange: &Exchange, came: Came, presented: &Presented, given: Given) {
        let from = (exchange.actor, exchange.at, exchange.number);
        let way = match exchange.path.as_str() {
            _ if exchange.path.ends_with("/auth/login") => Some(Way::LogIn),
            _ if exchange.path.ends_with("/auth/password") => Some(Way::NewPassword),
            _ => None,
        };
        if let Some(way) = way.filter(|_| given.access.is_some()) {
            let user = given.user.clone().unwrap_or_default();
            let login = self.begin(exchange, way, user, given.login.clone());
            let refresh = given.refresh.map(|fresh| {
                let what = Credential::fresh(Kind::Refresh, Made::LogIn, 1, &fresh, from);
                self.notes.add(login, None, &fresh, what)
            });
            if let Some(fresh) = given.access {
                let made = if presented.access == Some(fresh.print) { Made::KeptId } else { Made::LogIn };
                let what = Credential::fresh(access_kind(design), made, 1, &fresh, from);
                self.notes.add(login, refresh, &fresh, what);
            }
            return;
        }
        if design.kind == DesignKind::Sealed {
            let old = came.access.and_then(|old| Some((old, self.notes.credentials.get(&old)?)));
            if let (Some(fresh), Some((old, note))) = (given.access, old) {
                let (login, generation) = (note.login, note.what.generation + 1);
                let what = Credential::fresh(Kind::Seal, Made::SealedAgain, generation, &fresh, from);
                self.notes.add(login, Some(old), &fresh, what);
            }
            return;
        }
        if design.kind == DesignKind::Session || (given.access.is_none() && given.refresh.is_none()) {
            return;
        }
        self.renewed(exchange, came, given);
    }

    /// A refresh token was used.
    fn renewed(&mut self, exchange: &Exchange, came: Came, given: Given) {
        let from = (exchange.actor, exchange.at, exchange.number);
        let called = given.login.as_deref().and_then(|name| self.login_called(name));
        let paid = came.refresh.and_then(|number| Some((number, self.notes.credentials.get(&number)?)));
        let (login, of, was_used) = match (paid, called) {
            (Some((_, note)), _) => (note.login, note.what.generation, matches!(note.what.fate, Fate::Used { .. })),
            (None, Some(login)) => (login, 0, false),
            // Nobody here has seen the token: it was forged, or so long ago that it was forgotten.
            (None, None) => {
                (self.begin(exchange, Way::Foreign, given.user.clone().unwrap_or_default(), given.login), 0, false)
            }
        };
        let forks = exchange.trace.acts.iter().any(|timed| timed.act == Act::Repeated { fork: true });
        let mut below = came.refresh;
        if let Some(fresh) = given.refresh {
            below = match self.notes.known(Some(fresh.print)) {
                Some(known) => {
                    if let Some(note) = came.refresh.and_then(|number| self.notes.credentials.get_mut(&number)) {
                        note.what.repeated = Some(exchange.number);
                    }
                    Some(known)
                }
                None => {
                    let made = match (came.refresh, forks || was_used) {
                        (None, _) => Made::Elsewhere,
                        (_, true) => Made::Fork { of },
                        (_, false) => Made::Rotation { of },
                    };
                    let what = Credential::fresh(Kind::Refresh, made, of + 1, &fresh, from);
                    Some(self.notes.add(login, came.refresh, &fresh, what))
                }
            };
            let replaced = came.refresh.filter(|old| below != Some(*old));
            if let Some(note) = replaced.and_then(|number| self.notes.credentials.get_mut(&number)) {
                match note.what.fate {
                    Fate::Opens => note.what.fate = Fate::Used { at: exchange.at, exchange: exchange.number },
                    _ => note.what.repeated = Some(exchange.number),
                }
            }
        }
        if let Some(note) = came.refresh.and_then(|number| self.notes.credentials.get_mut(&number)) {
            note.what.accepted = Some(exchange.at);
        }
        if let Some(fresh) = given.access {
            let siblings = self.notes.logins.get(&login).map_or(0, |login| login.credentials.len());
            let made = if of == 0 { Made::Elsewhere } else { Made::Renewal { of } };
            let what = Credential::fresh(Kind::Access, made, siblings, &fresh, from);
            self.notes.add(login, below, &fresh, what);
        }
    }

    /// Something was taken that nobody was seen to be given.
    fn foreign(&mut self, design: &Design, exchange: &Exchange, print: Print) -> usize {
        let user = match serde_json::from_str::<lockstep_shared::api::Me>(&exchange.response_body) {
            Ok(me) => me.id,
            Err(_) => String::new(),
        };
        let login = self.begin(exchange, Way::Foreign, user, None);
        let fresh = Fresh { print, id: sent::handle(&print), ends: None };
        let from = (exchange.actor, exchange.at, exchange.number);
        let what = Credential::fresh(access_kind(design), Made::Elsewhere, 1, &fresh, from);
        self.notes.add(login, None, &fresh, what)
    }

    fn begin(&mut self, exchange: &Exchange, way: Way, user: String, handle: Option<String>) -> usize {
        let name = self.names.get(&user).cloned().unwrap_or_else(|| user.clone());
        let (actor, at, exchange) = (exchange.actor, exchange.at, exchange.number);
        let (alarm, ended, nodes) = (None, None, Vec::new());
        self.notes.add_login(user, Login { way, actor, user: name, at, exchange, handle, alarm, ended, nodes })
    }

    /// Who has what in hand now: the same value is the same credential.
    fn look_at_hands(&mut self, view: &LaneView) {
        let mut held = BTreeSet::new();
        for actor in &view.actors {
            for holding in &actor.holds {
                let Some(number) = self.notes.known(Some(sent::print(&holding.value))) else { continue };
                let Some(note) = self.notes.credentials.get_mut(&number) else { continue };
                held.insert((number, actor.actor));
                let copied = actor.copied.filter(|_| note.what.by != actor.actor);
                match note.what.holders.iter_mut().find(|holder| holder.actor == actor.actor) {
                    Some(known) => known.still = true,
                    None => note.what.holders.push(Holder { actor: actor.actor, copied, still: true }),
                }
            }
        }
        for (number, actor) in self.held.difference(&held) {
            let Some(note) = self.notes.credentials.get_mut(number) else { continue };
            note.what
                .holders
                .iter_mut()
                .filter(|holder| holder.actor == *actor)
                .for_each(|holder| holder.still = false);
        }
        self.held = held;
    }

    /// What the server keeps of a login says when it ends, and where it stays, that it has.
    fn look_at_records(&mut self, view: &LaneView) {
        let rows: BTreeMap<&str, _> = view.kept.rows.iter().map(|row| (row.id.as_str(), row)).collect();
        for login in self.notes.logins.values_mut() {
            let Some(row) = login.what.handle.as_deref().and_then(|handle| rows.get(handle)) else { continue };
            let ends: Option<LabTime> = [row.idle_ends, row.ends].into_iter().flatten().min();
            for number in &login.credentials {
                let Some(note) = self.notes.credentials.get_mut(number) else { continue };
                if matches!(note.what.kind, Kind::Session | Kind::Refresh) {
                    note.what.ends = ends;
                }
            }
        }
    }

    fn trees(&self) -> Lineage {
        super::fold::trees(&self.notes)
    }

    pub(super) fn login_called(&self, handle: &str) -> Option<usize> {
        let mut logins = self.notes.logins.iter().rev();
        logins.find(|(_, login)| login.what.handle.as_deref() == Some(handle)).map(|(number, _)| *number)
    }

    pub(super) fn user_of(&self, number: usize) -> Option<String> {
        let login = self.notes.credentials.get(&number)?.login;
        self.notes.logins.get(&login).map(|login| login.user.clone())
    }
}

fn access_kind(design: &Design) -> Kind {
    match design.kind {
        DesignKind::Session => Kind::Session,
        DesignKind::Sealed => Kind::Seal,
        DesignKind::Jwt | DesignKind::Introspection => Kind::Access,
    }
}
