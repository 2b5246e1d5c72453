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
mod measuring;
mod mechanism;
mod mistake;
mod node;
mod oauth;
mod parking;
mod password;
mod resource;
mod routes;
mod site;
mod steer;
mod store;
mod users;
mod visits;
mod web;
mod xray;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use lockstep_shared::clock::{Clock, LabTime, Skew};
use lockstep_shared::design::{Design, Kind, Store};
use lockstep_shared::trace::Trace;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use door::Disk;
use keys::KeyRing;
use listen::Phase;
use mechanism::refresh::SuccessorKey;
use mechanism::seal::SealRing;
use node::{Entrance, MOST_NODES};
use site::Site;
use users::Directory;

pub use measuring::{Arrived, How, Measuring, Place, Probe, Progress, Seen};
pub use parking::{Held, POINTS};
pub use password::one_hash;
pub use store::{Journal, NoRedis, PrivateRedis, Redis};
pub use users::SeedUser;
pub use visits::{Visit, VisitBody};
pub use web::Loot;
pub use xray::{KeptRecord, LeakedKey, LeakedRecord, UserRecord};

/// What a server is started with.
pub struct Config {
    /// The designs to serve, each on its own virtual host.
    pub designs: Vec<Design>,
    /// The design that plain `localhost` stands for, by its id.
    pub default: Option<String>,
    /// Where to listen; a loopback address. Port 0 takes a free one. Where there is more than one node, a balancer listens
    /// there.
    pub listen: SocketAddr,
    /// The lab clock.
    pub clock: Clock,
    /// The users who have an account from the start.
    pub users: Vec<SeedUser>,
    /// Who publishes on the attacker's hosts: whom their pages pay, and log victims in as. Without, those pages attack nobody.
    pub publisher: Option<SeedUser>,
    /// Whether whole requests and answers are kept, for [`Running::visits`].
    pub visits: bool,
    /// Processes that serve the designs, 1 to 8: each has a memory of its own, and all share one disk.
    pub nodes: usize,
    /// Where SQLite stores have their files; None makes a folder that goes with the server.
    pub files: Option<PathBuf>,
    /// The server that Redis stores are in. It need not answer yet; None where no design asks for it.
    pub redis: Option<Redis>,
    /// How SQLite stores keep their files whole.
    pub journal: Journal,
    /// How long a request waits for a store that is busy or silent before it is answered 503.
    pub store_wait: Duration,
}

impl Config {
    /// How long a request waits for its store, where nobody says otherwise.
    pub const STORE_WAIT: Duration = store::Limits::WAIT;
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
    /// There can't be that many nodes.
    #[error("{0} nodes: a server has 1 to {MOST_NODES}")]
    Nodes(usize),
    /// A design can't have that host name.
    #[error(
        "{design} can't move to {to}.localhost: use 1 to 63 of a-z, 0-9 and -, and no name that another design has or \
         that the lab needs"
    )]
    HostName {
        /// The design's id, if there is such a design.
        design: String,
        /// The label that was asked for.
        to: String,
    },
    /// A file can't be written where it should be.
    #[error("can't keep files in {}: {why}", at.display())]
    Files {
        /// The folder.
        at: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// What is to be a Redis server's address is none.
    #[error("this is no Redis server's address: {why}: write one such as redis://127.0.0.1:6379")]
    RedisAddress {
        /// What is wrong with it.
        why: String,
    },
    /// A Redis server does not do what it was asked.
    #[error("{why}")]
    Redis {
        /// What it or the system says.
        why: String,
    },
    /// A design's store is in Redis, and nobody said where that is.
    #[error(
        "the design {0} keeps its records in Redis: say where with --redis redis://127.0.0.1:6379, or leave it out"
    )]
    NoRedis(String),
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
    /// When the address is not loopback or can't be listened on, a store can't be opened, or the number of nodes is none.
    pub async fn start(config: Config) -> Result<Running, ServerError> {
        if !config.listen.ip().is_loopback() {
            return Err(ServerError::NotLoopback(config.listen));
        }
        if !(1..=MOST_NODES).contains(&config.nodes) {
            return Err(ServerError::Nodes(config.nodes));
        }
        let homeless = |design: &&Design| design.store == Store::Redis && config.redis.is_none();
        if let Some(design) = config.designs.iter().find(homeless) {
            return Err(ServerError::NoRedis(design.id.clone()));
        }
        let (listener, address) = listener(config.listen).await?;
        let folder = Folder::open(config.files)?;
        let users = Arc::new(Directory::seeded(&config.users));
        mistake::client_hashes_password::seed(config.designs.iter(), &users, &config.users);
        let plots = config.designs.into_iter().map(|design| {
            let keys = design.jwt.is_some().then(|| Arc::new(KeyRing::generate(&design)));
            let file = folder.path().join(format!("{}.sqlite", design.id));
            let seals =
                (design.kind == Kind::Sealed).then(|| Arc::new(SealRing::generate(design.longest_sealed_life())));
            let (successors, label) = (Arc::new(SuccessorKey::generate()), design.id.clone());
            let (users, redis, wait) = (users.clone(), config.redis.clone(), config.store_wait);
            let (endings, journal) = (Arc::default(), config.journal);
            let disk = Disk { users, keys, seals, successors, endings, file, journal, redis, wait, label };
            (design, disk)
        });
        let plots: Vec<_> = plots.collect();
        let keys = plots.iter().filter_map(|(design, disk)| Some((design.id.clone(), disk.keys.clone()?))).collect();
        let seals = plots.iter().filter_map(|(design, disk)| Some((design.id.clone(), disk.seals.clone()?))).collect();
        let site = Site::build(config.clock, plots, config.default);
        let mut site = site.map_err(|why| ServerError::Store { at: folder.path().into(), why: why.to_string() })?;
        site.web.accounts = config.users;
        site.web.publisher = config.publisher;
        site.visits = config.visits.then(visits::Visits::default);
        let site = Arc::new(site);
        let (phase, watcher) = watch::channel(Phase::Serving(0));
        let router = routes::router(site.clone());
        let task = listen::serve(listener, Entrance::Balancer, router.clone(), site.clone(), watcher);
        let tasks = Mutex::new(vec![tokio::spawn(task)]);
        let running = Running { address, site, keys, seals, users, router, phase, tasks, folder };
        for _ in 1..config.nodes {
            running.add_node(Skew::NONE).await?;
        }
        Ok(running)
    }
}

/// Listens at an address, and says at which it does.
async fn listener(at: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerError> {
    let listener = TcpListener::bind(at).await.map_err(|why| match why.kind() {
        std::io::ErrorKind::AddrInUse => ServerError::PortInUse(at.port()),
        _ => ServerError::Listen { at, why },
    })?;
    let address = listener.local_addr().map_err(|why| ServerError::Listen { at, why })?;
    Ok((listener, address))
}

/// A server that runs, and the handle to look into it.
pub struct Running {
    address: SocketAddr,
    site: Arc<Site>,
    keys: Vec<(String, Arc<KeyRing>)>,
    seals: Vec<(String, Arc<SealRing>)>,
    users: Arc<Directory>,
    router: axum::Router,
    phase: watch::Sender<Phase>,
    /// One for each address that it listens at.
    tasks: Mutex<Vec<JoinHandle<()>>>,
    folder: Folder,
}

impl Running {
    /// Where it listens: the balancer's address, where there is more than one node.
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

    /// What reached the server after the `after`th visit (0: from the start), as far as it is still kept. Nothing where
    /// [`Config::visits`] is off.
    pub fn visits(&self, after: u64) -> Vec<Visit> {
        self.site.visits.as_ref().map(|visits| visits.after(after)).unwrap_or_default()
    }

    /// Tells of each new visit: the value is the newest one's place. None where [`Config::visits`] is off.
    pub fn visited(&self) -> Option<watch::Receiver<u64>> {
        self.site.visits.as_ref().map(visits::Visits::newest)
    }

    /// How many visits were dropped to make room.
    pub fn visits_dropped(&self) -> u64 {
        self.site.visits.as_ref().map_or(0, visits::Visits::dropped)
    }

    /// What injected scripts have sent to the attacker's drop box, oldest first.
    pub fn loot(&self) -> Vec<Loot> {
        self.site.web.drops.all()
    }

    /// Octets that came in and went out through its sockets so far.
    pub fn traffic(&self) -> (u64, u64) {
        let traffic = &self.site.records.traffic;
        (traffic.up.load(Ordering::Relaxed), traffic.down.load(Ordering::Relaxed))
    }

    /// Everything that a design keeps in its store; of nodes with stores of their own, what each of them has.
    ///
    /// # Errors
    /// When there is no such design or its store does not answer.
    pub async fn kept(&self, design: &str) -> Result<Vec<KeptRecord>, ServerError> {
        let broken = |why: String| ServerError::Store { at: self.folder.path().into(), why };
        let nodes = self.site.nodes();
        let mut all = Vec::new();
        for node in &nodes {
            let door = node.process().doors.get(design).cloned();
            let door = door.ok_or_else(|| broken(format!("no design {design} is served here")))?;
            let kept = door.credential.kept(&door.design, &self.users, self.now()).await;
            let mut kept = kept.map_err(|why| broken(why.to_string()))?;
            let apart = door.design.store == Store::Memory && nodes.len() > 1;
            if apart {
                kept.iter_mut().for_each(|record| record.at_node(node.number));
            }
            all.extend(kept);
            if !apart {
                break;
            }
        }
        Ok(all)
    }

    /// Empties a design's store, as if somebody had deleted what is in it; of nodes with stores of their own, each.
    ///
    /// # Errors
    /// When there is no such design or its store does not answer.
    pub async fn wipe_store(&self, design: &str) -> Result<(), ServerError> {
        let broken = |why: String| ServerError::Store { at: self.folder.path().into(), why };
        for node in self.site.nodes() {
            let door = node.process().doors.get(design).cloned();
            let door = door.ok_or_else(|| broken(format!("no design {design} is served here")))?;
            door.store.wipe().await.map_err(|why| broken(why.to_string()))?;
        }
        Ok(())
    }

    /// The file of a design's store, where it has one.
    pub fn store_file(&self, design: &str) -> Option<PathBuf> {
        let process = self.site.nodes().first()?.process();
        let door = process.doors.get(design)?;
        (door.design.store == Store::Sqlite).then(|| door.disk.file.clone())
    }

    /// What lies in a design's store and has not ended, as an attacker finds it who has read the store.
    ///
    /// # Errors
    /// When there is no such design or its store does not answer.
    pub async fn leak(&self, design: &str) -> Result<Vec<LeakedRecord>, ServerError> {
        let broken = |why: String| ServerError::Store { at: self.folder.path().into(), why };
        let mut all = Vec::new();
        for node in self.site.nodes() {
            let door = node.process().doors.get(design).cloned();
            let door = door.ok_or_else(|| broken(format!("no design {design} is served here")))?;
            let leaked = xray::leak(&*door.store, self.now()).await.map_err(|why| broken(why.to_string()))?;
            // Nodes that share a store have the same in it.
            all.extend(leaked.into_iter().filter(|record| !all.contains(record)).collect::<Vec<_>>());
        }
        Ok(all)
    }

    /// The key that a design signs or seals with; None where it has none.
    pub fn leak_key(&self, design: &str) -> Option<LeakedKey> {
        if let Some((_, seals)) = self.seals.iter().find(|(id, _)| id == design) {
            return Some(seals.leak());
        }
        self.keys.iter().find(|(id, _)| id == design).map(|(_, ring)| ring.leak())
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

    /// Replaces the key that a design signs or seals with, without overlap; false where it has none.
    pub fn rotate_key(&self, design: &str) -> bool {
        if let Some((_, seals)) = self.seals.iter().find(|(id, _)| id == design) {
            seals.rotate();
            return true;
        }
        let ring = self.keys.iter().find(|(id, _)| id == design);
        ring.map(|(_, ring)| ring.rotate()).is_some()
    }

    /// Replaces the key that a design signs or seals with, and lets the old one verify or open until everything that it
    /// signed or sealed has ended; false where it has none.
    pub fn rotate_key_with_overlap(&self, design: &str) -> bool {
        if let Some((_, seals)) = self.seals.iter().find(|(id, _)| id == design) {
            seals.rotate_with_overlap(self.now());
            return true;
        }
        let ring = self.keys.iter().find(|(id, _)| id == design);
        ring.map(|(_, ring)| ring.rotate_with_overlap(self.now())).is_some()
    }

    /// Holds the next request that comes to one of [`POINTS`]; None where there is no such point.
    pub fn hold_next(&self, point: &str) -> Option<Held> {
        self.site.parking.hold_next(point)
    }

    /// Stops accepting, and lets the requests that are under way come to their end.
    pub async fn stop(mut self) {
        self.phase.send_replace(Phase::Stopped);
        for task in self.tasks.get_mut() {
            // It only ends; what it was serving has tasks of its own.
            let _ = task.await;
        }
    }

    fn now(&self) -> LabTime {
        self.site.clock.now()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.phase.send_replace(Phase::Stopped);
        self.tasks.get_mut().iter().for_each(JoinHandle::abort);
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
