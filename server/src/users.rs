//! The user directory and the bank's books: what a restart of the server finds again on its disk.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use axum::http::StatusCode;
use lockstep_shared::api::{Account, Comment, Transfer, UserRow};

use crate::credential::new_secret;
use crate::error::{Answer, Problem};
use crate::password;
use crate::store::{handle, sha256};

/// More users than any class has, few enough that a loop of registrations fills no memory.
const MOST_USERS: usize = 10_000;
const MOST_COMMENTS: usize = 500;
const MOST_TRANSFERS: usize = 50;
const OPENING_BALANCE_CENTS: i64 = 1_000_000;

/// A user that the directory has from the start.
#[derive(Clone)]
pub struct SeedUser {
    /// The name to log in with.
    pub email: String,
    /// The password; only its hash is kept.
    pub password: String,
    /// Whether the user may use the admin's routes.
    pub admin: bool,
}

/// One user. Its `Debug` shows no hash, because logs are read by more people than databases.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) banned: bool,
    pub(crate) phc: String,
    /// Names of the groups that the user is in, which tokens carry along.
    pub(crate) groups: Vec<String>,
    /// The same of what a client sends that hashes the password itself.
    pub(crate) client_hash: Option<String>,
    /// How many were there before.
    number: usize,
    balance_cents: i64,
    transfers: Vec<Transfer>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    User,
    Admin,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::User, Self::Admin].into_iter().find(|role| role.name() == name)
    }
}

/// Who is there, and what they own.
pub(crate) struct Directory(RwLock<Books>);

#[derive(Default)]
struct Books {
    users: BTreeMap<String, User>,
    /// E-mail addresses in lower case, to the id.
    by_email: BTreeMap<String, String>,
    comments: Vec<Comment>,
}

impl Books {
    /// The users as they came.
    fn in_order(&self) -> impl Iterator<Item = &User> {
        let mut users: Vec<&User> = self.users.values().collect();
        users.sort_by_key(|user| user.number);
        users.into_iter()
    }
}

impl Directory {
    pub(crate) fn seeded(seeds: &[SeedUser]) -> Self {
        let directory = Self(RwLock::default());
        for seed in seeds {
            let role = if seed.admin { Role::Admin } else { Role::User };
            // Two seeds with one address are one user; the first counts.
            let _ = directory.insert(&seed.email, password::seeded(&seed.password), role, "");
        }
        directory
    }

    /// Adds a user, or refuses: the address is taken, or the directory is full.
    pub(crate) fn add(&self, email: &str, phc: String, role: Role) -> Answer<User> {
        // Who registers is forgotten with the program, and a session in a file is not: were ids only counted, it would
        // open the account of whoever registers next.
        let random = handle(&sha256(&new_secret()));
        self.insert(email, phc, role, &format!("-{}", &random[..8]))
    }

    fn insert(&self, email: &str, phc: String, role: Role, suffix: &str) -> Answer<User> {
        let mut books = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if books.users.len() >= MOST_USERS {
            return Err(Problem::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "directory-full",
                "the bank takes 10,000 users at the most",
            ));
        }
        let key = email.to_lowercase();
        if books.by_email.contains_key(&key) {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "email-taken",
                "there is an account with this e-mail address: log in instead",
            ));
        }
        let id = format!("u{}{suffix}", books.users.len() + 1);
        let user = User {
            id: id.clone(),
            email: email.to_owned(),
            role,
            banned: false,
            phc,
            groups: Vec::new(),
            client_hash: None,
            number: books.users.len(),
            balance_cents: OPENING_BALANCE_CENTS,
            transfers: Vec::new(),
        };
        books.by_email.insert(key, id.clone());
        books.users.insert(id, user.clone());
        Ok(user)
    }

    pub(crate) fn by_email(&self, email: &str) -> Option<User> {
        self.read(|books| books.by_email.get(&email.to_lowercase()).and_then(|id| books.users.get(id)).cloned())
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<User> {
        self.read(|books| books.users.get(id).cloned())
    }

    /// The two facts that a credential check may ask for.
    pub(crate) fn standing(&self, id: &str) -> Option<(Role, bool)> {
        self.read(|books| books.users.get(id).map(|user| (user.role, user.banned)))
    }

    /// The groups that a user is in; none of one whom nobody knows.
    pub(crate) fn groups(&self, id: &str) -> Vec<String> {
        self.read(|books| books.users.get(id).map(|user| user.groups.clone()).unwrap_or_default())
    }

    pub(crate) fn all(&self) -> Vec<User> {
        self.read(|books| books.in_order().cloned().collect())
    }

    pub(crate) fn rows(&self) -> Vec<UserRow> {
        let row = |user: &User| UserRow {
            id: user.id.clone(),
            email: user.email.clone(),
            role: user.role.name().to_owned(),
            banned: user.banned,
        };
        self.read(|books| books.in_order().map(row).collect())
    }

    /// Replaces a user's password hash and answers the user as changed. Refuses where it has been replaced since `seen`
    /// was read: of two simultaneous changes that know the same old password, one fails.
    pub(crate) fn set_phc(&self, seen: &User, phc: String) -> Answer<User> {
        let mut books = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let user = books.users.get_mut(&seen.id).ok_or_else(unknown_user)?;
        if user.phc != seen.phc {
            return Err(changed_meanwhile());
        }
        user.phc = phc;
        user.client_hash = None;
        Ok(user.clone())
    }

    /// Notes the PHC string of what a user's client sends in place of the password.
    pub(crate) fn note_client_hash(&self, email: &str, phc: String) {
        let mut books = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(id) = books.by_email.get(&email.to_lowercase()).cloned() else { return };
        if let Some(user) = books.users.get_mut(&id) {
            user.client_hash = Some(phc);
        }
    }

    /// Refuses where the password, the role or the ban state has changed since `seen` was read.
    pub(crate) fn still(&self, seen: &User) -> Answer<()> {
        let facts = |user: &User| (user.role, user.banned, user.phc.clone());
        match self.read(|books| books.users.get(&seen.id).map(facts)) {
            Some(now) if now == facts(seen) => Ok(()),
            _ => Err(changed_meanwhile()),
        }
    }

    pub(crate) fn set_role(&self, id: &str, role: Role) -> Answer<()> {
        self.change(id, |user| user.role = role)
    }

    pub(crate) fn set_banned(&self, id: &str, banned: bool) -> Answer<()> {
        self.change(id, |user| user.banned = banned)
    }

    pub(crate) fn set_groups(&self, id: &str, groups: Vec<String>) -> Answer<()> {
        self.change(id, |user| user.groups = groups)
    }

    pub(crate) fn account(&self, id: &str) -> Answer<Account> {
        self.read(|books| books.users.get(id).map(User::account)).ok_or_else(unknown_user)
    }

    /// Moves money. Refuses amounts that are not positive or not there, and receivers that don't exist.
    pub(crate) fn transfer(&self, from: &str, transfer: &Transfer) -> Answer<Account> {
        let refuse = |reason, detail: &str| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, reason, detail));
        let mut books = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(to) = books.by_email.get(&transfer.to.to_lowercase()).cloned() else {
            return refuse("unknown-receiver", "nobody at this bank has that e-mail address");
        };
        let sender = books.users.get_mut(from).ok_or_else(unknown_user)?;
        if transfer.amount_cents <= 0 {
            return refuse("bad-amount", "amount_cents must be more than 0");
        }
        if transfer.amount_cents > sender.balance_cents {
            return refuse("not-enough-money", "the account does not hold that much");
        }
        sender.balance_cents -= transfer.amount_cents;
        sender.transfers.insert(0, transfer.clone());
        sender.transfers.truncate(MOST_TRANSFERS);
        if let Some(receiver) = books.users.get_mut(&to) {
            receiver.balance_cents += transfer.amount_cents;
        }
        // Read last, because one may send money to oneself.
        books.users.get(from).map(User::account).ok_or_else(unknown_user)
    }

    pub(crate) fn comments(&self) -> Vec<Comment> {
        self.read(|books| books.comments.clone())
    }

    /// Adds a comment; the oldest one makes room where there are too many.
    pub(crate) fn comment(&self, author: &str, text: String) -> Answer<()> {
        let author = self.by_id(author).ok_or_else(unknown_user)?.email;
        let mut books = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if books.comments.len() >= MOST_COMMENTS {
            books.comments.remove(0);
        }
        books.comments.push(Comment { author, text });
        Ok(())
    }

    fn read<T>(&self, look: impl FnOnce(&Books) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut User)) -> Answer<()> {
        let mut books = self.0.write().unwrap_or_else(PoisonError::into_inner);
        books.users.get_mut(id).map(change).ok_or_else(unknown_user)
    }
}

impl User {
    fn account(&self) -> Account {
        Account { email: self.email.clone(), balance_cents: self.balance_cents, transfers: self.transfers.clone() }
    }
}

fn changed_meanwhile() -> Problem {
    let detail = "this user's password, role or ban state was changed at the same moment: try again";
    Problem::new(StatusCode::CONFLICT, "changed-meanwhile", detail)
}

pub(crate) fn unknown_user() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown-user", "there is no user with this id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_listed_as_they_came_and_no_two_directories_give_out_one_id() {
        let filled = || {
            let directory = Directory::seeded(&[]);
            for number in 0..12 {
                directory.add(&format!("{number}@bank.test"), String::new(), Role::User).expect("there is room");
            }
            directory.rows()
        };
        let (one, other) = (filled(), filled());
        let emails: Vec<_> = one.iter().map(|row| row.email.clone()).collect();
        assert_eq!(emails, (0..12).map(|number| format!("{number}@bank.test")).collect::<Vec<_>>());
        assert!(one.iter().zip(&other).all(|(one, other)| one.id != other.id));
    }
}
