//! One design, open for business: its rules, its credential, and what it finds on disk.

use std::path::PathBuf;
use std::sync::Arc;

use lockstep_shared::design::{Design, Store as Engine};

use crate::credential::{self, Credential};
use crate::keys::KeyRing;
use crate::store::{Kept, Memory, Sqlite, Store};
use crate::users::Directory;

/// What survives a restart: users, keys and files.
#[derive(Clone)]
pub(crate) struct Disk {
    pub(crate) users: Arc<Directory>,
    /// None where the design signs nothing.
    pub(crate) keys: Option<Arc<KeyRing>>,
    /// Where an SQLite store has its file.
    pub(crate) file: PathBuf,
}

/// A design as one process serves it. A restart makes new doors from the same disk.
pub(crate) struct Door {
    pub(crate) design: Design,
    pub(crate) disk: Disk,
    pub(crate) credential: Credential,
    issuer: String,
}

impl Door {
    /// Assembles a design. Fails where its store can't be opened.
    pub(crate) fn open(design: Design, disk: Disk) -> Kept<Self> {
        let store: Arc<dyn Store> = match design.store {
            Engine::Memory => Arc::new(Memory::default()),
            Engine::Redis => unimplemented!("this engine"),
            Engine::Sqlite => Arc::new(Sqlite::open(&disk.file)?),
        };
        let credential = credential::assemble(&design, store, &disk);
        let issuer = format!("http://{}.localhost", design.id);
        Ok(Self { design, disk, credential, issuer })
    }

    /// The `iss` claim of its tokens. It has no port, so that a lab on another port gives the same figures.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn engine(&self) -> &'static str {
        self.design.store.name()
    }
}
