//! Lockstep's demo bank: one axum app, one port, one virtual host a design. It knows no actor and no scenario.
#![warn(missing_docs)]

mod account;
mod admin;
mod auth;
mod call;
mod credential;
mod door;
mod error;
mod host;
mod input;
mod keys;
mod listen;
mod lobby;
mod mechanism;
mod mistake;
mod parking;
mod password;
mod routes;
mod site;
mod store;
mod users;
mod xray;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use lockstep_shared::clock::{Clock, LabTime};
use lockstep_shared::design::Design;
use lockstep_shared::trace::Trace;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;

use door::Disk;
use keys::KeyRing;
use listen::Phase;
use site::Site;
use users::Directory;

pub use parking::{Held, POINTS};
pub use password::one_hash;
pub use users::SeedUser;
pub use xray::{KeptRecord, UserRecord};

/// What a server is started with.
pub struct Config {
    /// The designs to serve, each on its own virtual host.
    pub designs: Vec<Design>,
    /// The design that plain `localhost` stands for, by its id.
    pub default: Option<String>,
    /// Where to listen; a loopback address. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The lab clock.
    pub clock: Clock,
    /// The users who have an account from the start.
    pub users: Vec<SeedUser>,
    /// Where SQLite stores have their files; None makes a folder that goes with the server.
    pub files: Option<PathBuf>,
}

/// Why a server can't start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Somebody else listens there.
    #[error("port {0} is in use: stop the other program, choose another port, or let the system choose with --port 0")]
    PortInUse(u16),
    /// The address can't be listened on for another reason.
    #[error("can't listen on {at}: {why}")]
    Listen {
        /// The address.
        at: SocketAddr,
        /// What the system says.
        why: std::io::Error,
    },
    /// The address is reachable from other machines.
    #[error("{0} is no loopback address: this server is vulnerable on purpose and stays on this machine")]
    NotLoopback(SocketAddr),
    /// A file can't be written where it should be.
    #[error("can't keep files in {}: {why}", at.display())]
    Files {
        /// The folder.
        at: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// A design's store can't be opened.
    #[error("can't open the store in {}: {why}", at.display())]
    Store {
        /// The folder of the stores' files.
        at: PathBuf,
        /// What the store says.
        why: String,
    },
}

/// The demo server.
pub struct DemoServer;

impl DemoServer {
    /// Starts a server. It runs until [`Running`] is stopped or dropped.
    ///
    /// # Errors
    /// When the address is not loopback or can't be listened on, or a store can't be opened.
    pub async fn start(config: Config) -> Result<Running, ServerError> {
        if !config.listen.ip().is_loopback() {
            return Err(ServerError::NotLoopback(config.listen));
        }
        let listener = TcpListener::bind(config.listen).await.map_err(|why| match why.kind() {
            std::io::ErrorKind::AddrInUse => ServerError::PortInUse(config.listen.port()),
            _ => ServerError::Listen { at: config.listen, why },
        })?;
        let address = listener.local_addr().map_err(|why| ServerError::Listen { at: config.listen, why })?;
        let folder = Folder::open(config.files)?;
        let users = Arc::new(Directory::seeded(&config.users));
        let plots = config.designs.into_iter().map(|design| {
            let keys = design.jwt.as_ref().map(|jwt| Arc::new(KeyRing::generate(jwt.alg)));
            let disk = Disk { users: users.clone(), keys, file: folder.path().join(format!("{}.sqlite", design.id)) };
            (design, disk)
        });
        let plots: Vec<_> = plots.collect();
        let keys = plots.iter().filter_map(|(design, disk)| Some((design.id.clone(), disk.keys.clone()?))).collect();
        let site = Site::build(config.clock, plots, config.default);
        let site = Arc::new(site.map_err(|why| ServerError::Store { at: folder.path().into(), why: why.to_string() })?);
        let (phase, watcher) = watch::channel(Phase::Serving(0));
        let router = routes::router(site.clone());
        let task = tokio::spawn(listen::serve(listener, router, site.clone(), watcher));
        Ok(Running { address, site, keys, users, phase, task, folder })
    }
}

/// A server that runs, and the handle to look into it.
pub struct Running {
    address: SocketAddr,
    site: Arc<Site>,
    keys: Vec<(String, Arc<KeyRing>)>,
    users: Arc<Directory>,
    phase: watch::Sender<Phase>,
    task: tokio::task::JoinHandle<()>,
    folder: Folder,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The lab clock.
    pub fn clock(&self) -> &Clock {
        &self.site.clock
    }

    /// What the server did inside the request with this `X-Request-Id`; each trace can be taken once.
    pub fn trace(&self, request: u64) -> Option<Trace> {
        self.site.records.take(request)
    }

    /// Octets that came in and went out through its sockets so far.
    pub fn traffic(&self) -> (u64, u64) {
        let traffic = &self.site.records.traffic;
        (traffic.up.load(Ordering::Relaxed), traffic.down.load(Ordering::Relaxed))
    }

    /// Everything that a design keeps in its store.
    ///
    /// # Errors
    /// When there is no such design or its store does not answer.
    pub async fn kept(&self, design: &str) -> Result<Vec<KeptRecord>, ServerError> {
        let broken = |why: String| ServerError::Store { at: self.folder.path().into(), why };
        let door = self.site.process().doors.get(design).cloned();
        let door = door.ok_or_else(|| broken(format!("no design {design} is served here")))?;
        let kept = door.credential.kept(&door.design, self.now()).await;
        kept.map_err(|why| broken(why.to_string()))
    }

    /// The user directory.
    pub fn users(&self) -> Vec<UserRecord> {
        let record = |user: users::User| UserRecord {
            id: user.id,
            email: user.email,
            role: user.role.name().to_owned(),
            banned: user.banned,
            phc: user.phc,
        };
        self.users.all().into_iter().map(record).collect()
    }

    /// Replaces a design's signing key without overlap; false where it signs nothing.
    pub fn rotate_key(&self, design: &str) -> bool {
        let ring = self.keys.iter().find(|(id, _)| id == design);
        ring.map(|(_, ring)| ring.rotate()).is_some()
    }

    /// Stops the process and starts it again: its memory is gone, its disk is not, and every connection ends with its next
    /// answer. The listening socket stays open meanwhile, as under a supervisor that owns it, so that nobody else takes the
    /// port.
    ///
    /// # Errors
    /// When a store can't be opened again.
    pub fn restart(&self) -> Result<(), ServerError> {
        self.site
            .restart()
            .map_err(|why| ServerError::Store { at: self.folder.path().into(), why: why.to_string() })?;
        self.phase.send_modify(|phase| {
            if let Phase::Serving(times) = phase {
                *times += 1;
            }
        });
        Ok(())
    }

    /// Holds the next request that comes to one of [`POINTS`]; None where there is no such point.
    pub fn hold_next(&self, point: &str) -> Option<Held> {
        self.site.parking.hold_next(point)
    }

    /// Stops accepting, and lets the requests that are under way come to their end.
    pub async fn stop(mut self) {
        self.phase.send_replace(Phase::Stopped);
        // It only ends; what it was serving has tasks of its own.
        let _ = (&mut self.task).await;
    }

    fn now(&self) -> LabTime {
        self.site.clock.now()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.phase.send_replace(Phase::Stopped);
        self.task.abort();
    }
}

/// Where stores have their files.
enum Folder {
    Given(PathBuf),
    Temporary(TempDir),
}

impl Folder {
    fn open(given: Option<PathBuf>) -> Result<Self, ServerError> {
        match given {
            Some(at) => match std::fs::create_dir_all(&at) {
                Ok(()) => Ok(Self::Given(at)),
                Err(why) => Err(ServerError::Files { at, why }),
            },
            None => tempfile::Builder::new()
                .prefix("lockstep-")
                .tempdir()
                .map(Self::Temporary)
                .map_err(|why| ServerError::Files { at: std::env::temp_dir(), why }),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Temporary(folder) => folder.path(),
        }
    }
}
