//! Ends what an exchange says has ended: what the server did to its records, and what it refused.

use lockstep_shared::design::{Design, Kind as DesignKind};
use lockstep_shared::trace::{Act, Record};

use super::evidence::{self, Scope};
use super::follow::{Came, Follower};
use super::notes::Notes;
use super::{Ending, Fate, Kind};
use crate::lab::exchange::Exchange;
use crate::lab::stage::Stage;
use crate::lab::view::Mark;

impl Follower {
    /// Notes what a refusal says of what was presented.
    pub(super) fn refuse(&mut self, stage: &Stage, exchange: &Exchange, came: Came) {
        let Some(cause) = evidence::refused(stage, exchange) else { return };
        let reads_family = exchange.trace.acts.iter().any(|timed| {
            matches!(
                timed.act,
                Act::StoreRead { what: Record::Family, .. } | Act::StoreWritten { what: Record::Family, .. }
            )
        });
        let check = &stage.design.check;
        let by_login = check.session_id || stage.design.kind == DesignKind::Introspection;
        let is_renewal = exchange.path == "/auth/refresh" || (reads_family && !by_login) || came.access.is_none();
        let ending = Ending { cause, at: exchange.at, exchange: Some(exchange.number) };
        let Some(number) = (if is_renewal { came.refresh } else { came.access }) else { return };
        let Some(note) = self.notes.credentials.get_mut(&number) else { return };
        match &mut note.what.fate {
            fate @ Fate::Opens => *fate = Fate::Ended(ending),
            Fate::Ended(known) if known.exchange.is_none() => known.exchange = ending.exchange,
            Fate::Ended(_) | Fate::Used { .. } => {}
        }
    }

    /// Ends what the server says that it ended.
    pub(super) fn end(&mut self, design: &Design, exchange: &Exchange, came: Came) {
        let ended = evidence::ended(exchange);
        let Some((mut cause, scope)) = evidence::deed(exchange).filter(|_| !ended.is_empty()) else {
            // A renewal on the way to something else can be the reuse of a token too.
            if exchange.trace.alarm().is_some() {
                self.end_login(design, came.refresh, "reuse", exchange);
            }
            return;
        };
        if exchange.trace.alarm().is_some() {
            cause = "reuse";
        }
        let ending = Ending { cause: cause.to_owned(), at: exchange.at, exchange: Some(exchange.number) };
        let own = [came.access, came.refresh].into_iter().flatten().next();
        let own_user = own.and_then(|number| self.user_of(number)).unwrap_or_default();
        let user = match &scope {
            Scope::User(user) => user.clone(),
            _ => own_user,
        };
        let named = match &scope {
            Scope::Login(name) => self.login_called(name),
            _ => None,
        };
        let login_of = |notes: &Notes, number: Option<usize>| Some(notes.credentials.get(&number?)?.login);
        for what in ended {
            match (what, &scope) {
                (Record::Session, Scope::Presented) => {
                    came.access.into_iter().for_each(|one| self.notes.end(one, &ending))
                }
                (Record::Session, Scope::Login(_)) => {
                    self.notes.end_where(&ending, |_, note| Some(note.login) == named)
                }
                (Record::Session, _) => {
                    self.notes.end_where(&ending, |login, note| login.user == user && note.what.kind == Kind::Session);
                }
                (Record::Family, Scope::Presented) => {
                    self.end_login(design, came.refresh.or(came.access), cause, exchange);
                }
                (Record::Family, _) => {
                    let is_meant = |number: usize, login: &str| match named {
                        Some(named) => number == named,
                        None => login == user,
                    };
                    let logins = self.notes.logins.iter().filter(|(number, login)| is_meant(**number, &login.user));
                    let logins: Vec<usize> = logins.map(|(number, _)| *number).collect();
                    for login in logins {
                        self.end_family(design, login, &ending);
                    }
                }
                (Record::Revocation, _) => {
                    let newest = || {
                        let login = named.or_else(|| login_of(&self.notes, came.refresh))?;
                        let numbers = &self.notes.logins.get(&login)?.credentials;
                        let note = |number: &usize| self.notes.credentials.get(number);
                        let access = |number: &&usize| note(number).is_some_and(|note| note.what.kind == Kind::Access);
                        numbers.iter().rev().find(access).copied()
                    };
                    if let Some(listed) = came.access.filter(|_| scope == Scope::Presented).or_else(newest) {
                        self.notes.end(listed, &ending);
                    }
                }
                (Record::RefreshRevocation, _) => {
                    if let Some(signed) = came.refresh.filter(|_| !design.keeps_families()) {
                        self.notes.end(signed, &ending);
                    }
                }
                (Record::Version, _) => {
                    let versioned = |kind: Kind| kind == Kind::Access || !design.keeps_families();
                    self.notes.end_where(&ending, |login, note| login.user == user && versioned(note.what.kind));
                }
                (Record::Access | Record::Proof, _) => {}
            }
        }
    }

    fn end_login(&mut self, design: &Design, one: Option<usize>, cause: &str, exchange: &Exchange) {
        let Some(login) = one.and_then(|number| self.notes.credentials.get(&number)).map(|note| note.login) else {
            return;
        };
        let ending = Ending { cause: cause.to_owned(), at: exchange.at, exchange: Some(exchange.number) };
        self.end_family(design, login, &ending);
        if let Some(login) = self.notes.logins.get_mut(&login).filter(|_| exchange.trace.alarm().is_some())
            && login.what.alarm.is_none()
        {
            login.what.alarm = Some(exchange.number);
            let number = exchange.number;
            self.alarms.push(Mark {
                at: exchange.at,
                label: "reuse noticed".to_owned(),
                ending: true,
                after: number,
                number: Some(number),
                ..Mark::default()
            });
        }
    }

    /// Ends a family of refresh tokens, and with it the access tokens where each is held against its login.
    fn end_family(&mut self, design: &Design, login: usize, ending: &Ending) {
        let with_access = design.check.session_id || design.kind == DesignKind::Introspection;
        self.notes.end_where(ending, |_, note| note.login == login && (with_access || note.what.kind == Kind::Refresh));
        if let Some(note) = self.notes.logins.get_mut(&login) {
            note.what.ended.get_or_insert_with(|| ending.clone());
        }
    }
}
