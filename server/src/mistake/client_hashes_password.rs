//! The client hashes the password, and the server takes the hash for it: then the hash is the password, and whoever
//! overhears it can log in with it (CWE-836).

use lockstep_shared::design::{Design, Mistakes};
use lockstep_shared::trace::Act;
use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::error::Answer;
use crate::password;
use crate::users::{Directory, SeedUser, User};

/// What such a client sends: SHA-256 of the password, in hexadecimal.
fn sent(password: &str) -> String {
    Sha256::digest(password.as_bytes()).iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Lets the users that a server starts with log in by their hashes, where one of its designs makes this mistake.
pub(crate) fn seed<'a>(mut designs: impl Iterator<Item = &'a Design>, users: &Directory, seeds: &[SeedUser]) {
    if designs.any(|design| design.mistakes.client_hashes_password) {
        for seed in seeds {
            users.note_client_hash(&seed.email, password::seeded(&sent(&seed.password)));
        }
    }
}

/// Notes what the client of a new user will send; nothing where the design does not make this mistake.
pub(crate) async fn note(call: &Call, email: &str, password: &str) -> Answer<()> {
    if call.door.design.mistakes.client_hashes_password {
        let (phc, micros) = password::hash(sent(password)).await?;
        call.did_in(Act::PasswordHashed, micros);
        call.door.disk.users.note_client_hash(email, phc);
    }
    Ok(())
}

/// Whether what came is what the user's client sends; None where the design does not make this mistake, or where the
/// password itself came instead.
pub(crate) async fn verify(call: &Call, mistakes: &Mistakes, given: &str, user: Option<&User>) -> Answer<Option<bool>> {
    if !mistakes.client_hashes_password {
        return Ok(None);
    }
    let kept = user.and_then(|user| user.client_hash.clone());
    let (right, micros) = password::verify(given.to_owned(), kept).await?;
    call.did_in(Act::PasswordHashed, micros);
    Ok(right.then_some(true))
}
