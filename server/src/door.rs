//! One design, open for business: its rules, its credential, and what it finds on disk.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lockstep_shared::design::{Design, Store as Engine};

use crate::credential::{self, Credential, Endings};
use crate::keys::KeyRing;
use crate::mechanism::refresh::SuccessorKey;
use crate::mechanism::seal::SealRing;
use crate::resource::Resource;
use crate::store::{Journal, Kept, Limits, Memory, Redis, RedisStore, Sqlite, Store, StoreError};
use crate::users::Directory;

/// What survives a restart: users, keys and files.
#[derive(Clone)]
pub(crate) struct Disk {
    pub(crate) users: Arc<Directory>,
    /// None where the design signs nothing.
    pub(crate) keys: Option<Arc<KeyRing>>,
    /// None where the design seals nothing.
    pub(crate) seals: Option<Arc<SealRing>>,
    /// For designs that give a successor twice.
    pub(crate) successors: Arc<SuccessorKey>,
    /// Why the last sessions were ended, where the store outlives a process.
    pub(crate) endings: Arc<Endings>,
    /// Where an SQLite store has its file.
    pub(crate) file: PathBuf,
    /// How that file is kept whole.
    pub(crate) journal: Journal,
    /// The server that Redis stores are in.
    pub(crate) redis: Option<Redis>,
    /// How long a store is waited for.
    pub(crate) wait: Duration,
    /// The first label of its host name: the design's id, until it moves.
    pub(crate) label: String,
}

/// A design as one process serves it. A restart makes new doors from the same disk.
pub(crate) struct Door {
    pub(crate) design: Design,
    pub(crate) disk: Disk,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) credential: Arc<Credential>,
    /// The server of the protected part, where that is not the one that knows the tokens.
    pub(crate) resource: Option<Arc<Resource>>,
    issuer: String,
}

impl Door {
    /// Assembles a design. Fails where its store can't be opened.
    pub(crate) fn open(design: Design, disk: Disk) -> Kept<Self> {
        let limits = Limits { wait: disk.wait, ..Limits::default() };
        let store: Arc<dyn Store> = match (design.store, &disk.redis) {
            (Engine::Memory, _) => Arc::new(Memory::default()),
            (Engine::Sqlite, _) => Arc::new(Sqlite::open(&disk.file, limits, disk.journal)?),
            (Engine::Redis, Some(redis)) => Arc::new(RedisStore::open(redis, &design.id, limits)),
            (Engine::Redis, None) => return Err(StoreError::Down("no Redis server is known".to_owned())),
        };
        let credential = Arc::new(credential::assemble(&design, store.clone(), &disk));
        let issuer = issuer(&disk.label);
        let resource = design.introspection.as_ref().map(|rules| Arc::new(Resource::new(rules.cache)));
        Ok(Self { design, disk, store, credential, resource, issuer })
    }

    /// The same door under another host name.
    pub(crate) fn moved(&self, label: &str) -> Self {
        let disk = Disk { label: label.to_owned(), ..self.disk.clone() };
        let (design, store) = (self.design.clone(), self.store.clone());
        let (credential, resource) = (self.credential.clone(), self.resource.clone());
        Self { design, disk, store, credential, resource, issuer: issuer(label) }
    }

    /// The `iss` claim of its tokens. It has no port, so that a lab on another port gives the same figures.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn engine(&self) -> &'static str {
        self.design.store.name()
    }
}

fn issuer(label: &str) -> String {
    format!("http://{label}.localhost")
}
