//! Passwords: Argon2id off the async threads, on a bounded number of them, with memory that is used again.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use argon2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use axum::http::StatusCode;
use lockstep_shared::clock::Stopwatch;
use tokio::sync::Semaphore;

use crate::error::{Answer, Problem};

/// OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB of memory, two passes and one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// Login attempts that may wait for a hashing thread; one more is answered 503 at once.
const QUEUE: usize = 256;

/// The hashing threads of this process, and how much may wait for them.
static LIMITS: LazyLock<Limits> = LazyLock::new(|| Limits {
    running: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from))),
    waiting: Arc::new(Semaphore::new(QUEUE)),
});

struct Limits {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// Argon2's working memory, used again so that no hash also pays for 19 MiB of fresh pages.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// What unknown users are checked against, so that they take as long as known ones: random bytes in place of a hash.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$92X15PP9NPF5CVTQJ1bVWw$lICwwjMVRS2yHVqkju56CSUtKuxOeS7EzbQ6eoVTFqw";

/// Hashes a new password for keeping: a PHC string with a random salt, and the real time that it took.
pub(crate) async fn hash(password: String) -> Answer<(String, u64)> {
    off_thread(move || phc(&password)).await
}

/// Whether a password is the one that was kept. None stands for an unknown user: it takes as long and is never true.
pub(crate) async fn verify(password: String, kept: Option<String>) -> Answer<(bool, u64)> {
    off_thread(move || {
        let known = kept.is_some();
        matches(&password, kept.as_deref().unwrap_or(NOBODY)) && known
    })
    .await
}

/// The PHC string of a password that a lab user starts with; hashed once a process.
pub(crate) fn seeded(password: &str) -> String {
    static SEEDED: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);
    let mut seeded = SEEDED.lock().unwrap_or_else(PoisonError::into_inner);
    seeded.get_or_insert_default().entry(password.to_owned()).or_insert_with(|| phc(password)).clone()
}

/// The real duration of one hash when nothing else runs: a factor of every comparison's floor.
pub fn one_hash() -> std::time::Duration {
    let _warm = phc("warm up");
    let mut took: Vec<_> = (0..9)
        .map(|_| {
            let watch = Stopwatch::start();
            let _ = phc("measure me");
            watch.elapsed()
        })
        .collect();
    took.sort_unstable();
    took[took.len() / 2]
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<(T, u64)> {
    let busy =
        || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too many passwords are being checked: try again");
    let _place = LIMITS.waiting.clone().try_acquire_owned().map_err(|_| busy())?;
    let running = LIMITS.running.clone().acquire_owned().await.map_err(|_| busy())?;
    let watch = Stopwatch::start();
    let done = tokio::task::spawn_blocking(move || {
        let _running = running;
        work()
    });
    // The task can only fail by a panic, which must not let anybody in.
    done.await.map(|done| (done, watch.micros())).map_err(|_| busy())
}

fn phc(password: &str) -> String {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).expect("the system gives random bytes");
    let params = params();
    let hash = argon2(params.clone(), password, &salt);
    let hash = PasswordHash {
        algorithm: Ident::new("argon2id").expect("is an identifier"),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).expect("fits a PHC string"),
        salt: Some(Salt::new(&salt).expect("16 bytes are a salt")),
        hash: Some(hash),
    };
    hash.to_string()
}

/// Recomputes with the kept salt and parameters; the comparison takes the same time whatever it finds.
fn matches(password: &str, kept: &str) -> bool {
    let Ok(kept) = PasswordHash::new(kept) else { return false };
    let (Ok(params), Some(salt), Some(hash)) = (Params::try_from(&kept), kept.salt, kept.hash) else { return false };
    argon2(params, password, &salt) == hash
}

fn argon2(params: Params, password: &str, salt: &[u8]) -> Output {
    let mut memory = MEMORY.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
    memory.resize(params.block_count(), Block::new());
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut out = [0; HASH_BYTES];
    hasher
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut out, &mut memory[..])
        .expect("the parameters are ours and the password is bounded by the body limit");
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    Output::new(&out).expect("32 bytes are a hash")
}

fn params() -> Params {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).expect("OWASP's parameters are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_password_gives_two_strings_and_both_match() {
        let (one, two) = (phc("correct horse"), phc("correct horse"));
        assert_ne!(one, two);
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert!(matches("correct horse", &one) && matches("correct horse", &two));
        assert!(!matches("wrong horse", &one) && !matches(&one, &one));
    }

    #[tokio::test]
    async fn nobody_has_no_password_and_it_takes_as_long_to_find_out() {
        let (known, _) = verify("a password that nobody has".to_owned(), None).await.expect("is free");
        assert!(!known);
        let cost = |phc: &str| {
            let phc = PasswordHash::new(phc).expect("is a PHC string");
            (phc.params.to_string(), phc.salt.map(|salt| salt.len()), phc.hash.map(|hash| hash.len()))
        };
        assert_eq!(cost(NOBODY), cost(&phc("somebody")));
    }
}
