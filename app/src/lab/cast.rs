//! Who has which account at the bank.

use lockstep_server::SeedUser;

use super::actor::Actor;
use super::agent::Account;

/// Whom each actor logs in as. The victim has two devices and one account; the attacker's own receives what it steals.
pub(crate) fn account(actor: Actor) -> Account {
    let (email, password) = match actor {
        Actor::Laptop | Actor::Phone | Actor::Browser => ("alice@bank.example", "correct horse battery"),
        Actor::Attacker => ("mallory@bank.example", "mine all mine"),
        Actor::Bystander => ("bob@bank.example", "staple and tape"),
        Actor::Admin => ("admin@bank.example", "keys to the vault"),
    };
    Account { email: email.to_owned(), password: password.to_owned() }
}

/// The accounts that every server starts with. Victim and bystander are admins, so that losing a role can be seen.
pub(crate) fn users() -> Vec<SeedUser> {
    [Actor::Laptop, Actor::Bystander, Actor::Attacker, Actor::Admin].map(seed).to_vec()
}

/// Who publishes on the attacker's hosts.
pub(crate) fn attacker() -> SeedUser {
    seed(Actor::Attacker)
}

fn seed(actor: Actor) -> SeedUser {
    let Account { email, password } = account(actor);
    SeedUser { email, password, admin: actor != Actor::Attacker }
}
