//! What is remembered of each credential and each log-in while a lane runs, within bounds.

use std::collections::{BTreeMap, HashMap};

use lockstep_shared::clock::LabTime;

use super::sent::{Fresh, Print};
use super::{Credential, Ending, Fate, Kind, Login, Made};

/// The most credentials of one log-in that are remembered; the oldest between the first and the last make room.
const MOST_OF_A_LOGIN: usize = 2_000;
/// The most log-ins.
const MOST_LOGINS: usize = 128;

#[derive(Default)]
pub(super) struct Notes {
    /// By a number that grows, so that a parent's is always the smaller.
    pub(super) credentials: BTreeMap<usize, Note>,
    /// By a number that grows.
    pub(super) logins: BTreeMap<usize, LoginNote>,
    by_print: HashMap<Print, usize>,
    next: usize,
    /// How many log-ins were forgotten.
    pub(super) earlier: usize,
}

pub(super) struct Note {
    pub(super) login: usize,
    pub(super) parent: Option<usize>,
    /// How many generations between its parent and it were forgotten.
    pub(super) skipped: usize,
    pub(super) what: Credential,
    print: Print,
}

pub(super) struct LoginNote {
    /// The user's id.
    pub(super) user: String,
    /// Its nodes are made when it is shown.
    pub(super) what: Login,
    /// The numbers of its credentials.
    pub(super) credentials: Vec<usize>,
    /// Access tokens that were forgotten, by the refresh token that they hung below.
    pub(super) leaves: BTreeMap<Option<usize>, usize>,
}

impl Notes {
    pub(super) fn known(&self, print: Option<Print>) -> Option<usize> {
        self.by_print.get(&print?).copied()
    }

    pub(super) fn add_login(&mut self, user: String, what: Login) -> usize {
        let number = self.number();
        let (credentials, leaves) = (Vec::new(), BTreeMap::new());
        self.logins.insert(number, LoginNote { user, what, credentials, leaves });
        if self.logins.len() > MOST_LOGINS {
            self.forget_a_login();
        }
        number
    }

    pub(super) fn add(&mut self, login: usize, parent: Option<usize>, fresh: &Fresh, what: Credential) -> usize {
        let number = self.number();
        self.by_print.insert(fresh.print, number);
        self.credentials.insert(number, Note { login, parent, skipped: 0, what, print: fresh.print });
        if let Some(login) = self.logins.get_mut(&login) {
            login.credentials.push(number);
        }
        self.thin(login);
        number
    }

    /// Everything that still opens something of one user's, or of one login's.
    pub(super) fn end_where(&mut self, ending: &Ending, is_meant: impl Fn(&LoginNote, &Note) -> bool) {
        for note in self.credentials.values_mut() {
            let Some(login) = self.logins.get(&note.login) else { continue };
            if note.what.fate == Fate::Opens && is_meant(login, note) {
                note.what.fate = Fate::Ended(ending.clone());
            }
        }
    }

    pub(super) fn end(&mut self, number: usize, ending: &Ending) {
        if let Some(note) = self.credentials.get_mut(&number).filter(|note| note.what.fate == Fate::Opens) {
            note.what.fate = Fate::Ended(ending.clone());
        }
    }

    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    /// Forgets the middle of a log-in that has too much.
    fn thin(&mut self, login: usize) {
        let Some(note) = self.logins.get_mut(&login).filter(|note| note.credentials.len() > MOST_OF_A_LOGIN) else {
            return;
        };
        let (mut kept, mut gone) = (Vec::new(), BTreeMap::new());
        let last = note.credentials.len() - MOST_OF_A_LOGIN / 2;
        for (at, number) in std::mem::take(&mut note.credentials).into_iter().enumerate() {
            let is_held = self.credentials.get(&number).is_some_and(|note| note.what.held_by().next().is_some());
            if at < 2 || at >= last || is_held {
                kept.push(number);
            } else if let Some(credential) = self.credentials.remove(&number) {
                self.by_print.remove(&credential.print);
                gone.insert(number, credential);
            }
        }
        // What hung below something forgotten hangs below that one's nearest ancestor from now on.
        let above = |mut parent: Option<usize>| {
            let mut skipped = 0;
            while let Some(forgotten) = parent.and_then(|number| gone.get(&number)) {
                skipped += 1 + forgotten.skipped;
                parent = forgotten.parent;
            }
            (parent, skipped)
        };
        for number in &kept {
            if let Some(credential) = self.credentials.get_mut(number) {
                let (parent, skipped) = above(credential.parent);
                credential.parent = parent;
                // A leaf counts no generations.
                credential.skipped += if credential.what.kind == Kind::Access { 0 } else { skipped };
            }
        }
        for credential in gone.values().filter(|credential| credential.what.kind == Kind::Access) {
            // A leaf that went together with its generation is counted with that.
            if !credential.parent.is_some_and(|parent| gone.contains_key(&parent)) {
                *note.leaves.entry(credential.parent).or_default() += 1;
            }
        }
        note.credentials = kept;
    }

    fn forget_a_login(&mut self) {
        let held = |login: &LoginNote| {
            let all = login.credentials.iter().filter_map(|number| self.credentials.get(number));
            all.flat_map(|note| note.what.held_by()).next().is_some()
        };
        let oldest = self.logins.iter().find(|(_, login)| !held(login)).or(self.logins.iter().next());
        let Some(login) = oldest.map(|(number, _)| *number).and_then(|number| self.logins.remove(&number)) else {
            return;
        };
        self.earlier += 1;
        for number in login.credentials {
            if let Some(note) = self.credentials.remove(&number) {
                self.by_print.remove(&note.print);
            }
        }
    }
}

impl Credential {
    /// One that was just given out.
    pub(super) fn fresh(
        kind: Kind,
        made: Made,
        generation: usize,
        fresh: &Fresh,
        from: (super::Actor, LabTime, usize),
    ) -> Self {
        let (by, at, exchange) = from;
        Self {
            kind,
            id: fresh.id.clone(),
            generation,
            made,
            by,
            at,
            exchange,
            ends: fresh.ends,
            accepted: None,
            fate: Fate::Opens,
            outlived: None,
            repeated: None,
            holders: Vec::new(),
        }
    }
}
