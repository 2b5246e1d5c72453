//! The store in an SQLite file: a restart finds it again. One transaction a step.

mod families;
mod room;
mod sessions;
mod tokens;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lockstep_shared::clock::{LabTime, Stopwatch};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::Mutex;

use super::{Kept, Limits, StoreError};
use room::Room;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS session (
        id BLOB PRIMARY KEY, user TEXT NOT NULL, device TEXT NOT NULL, created INTEGER NOT NULL,
        last_used INTEGER NOT NULL, idle_secs INTEGER NOT NULL, ends INTEGER NOT NULL, cached_role TEXT
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS session_user ON session (user);
    CREATE TABLE IF NOT EXISTS family (
        id TEXT PRIMARY KEY, user TEXT NOT NULL, device TEXT NOT NULL, created INTEGER NOT NULL,
        last_used INTEGER NOT NULL, ends INTEGER NOT NULL, generation INTEGER NOT NULL, current BLOB NOT NULL,
        ended_at INTEGER, ended_cause TEXT, newest_jti TEXT, newest_ends INTEGER, key TEXT
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS family_user ON family (user);
    CREATE TABLE IF NOT EXISTS token (
        hash BLOB PRIMARY KEY, family TEXT NOT NULL REFERENCES family, used_at INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS revoked (name TEXT PRIMARY KEY, ends INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS epoch (user TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS access (
        token BLOB PRIMARY KEY, family TEXT NOT NULL, user TEXT NOT NULL, ends INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS remembered (name TEXT PRIMARY KEY, ends INTEGER NOT NULL) WITHOUT ROWID;
    PRAGMA user_version = 1;
";

/// What a file of before `user_version` lacks. It knew one live token a family, and not when the others were used.
const UPGRADE: &str = "
    ALTER TABLE family ADD COLUMN newest_jti TEXT;
    ALTER TABLE family ADD COLUMN newest_ends INTEGER;
    ALTER TABLE family ADD COLUMN key TEXT;
    ALTER TABLE token ADD COLUMN used_at INTEGER;
    UPDATE token SET used_at = 0 WHERE hash NOT IN (SELECT current FROM family);
";

/// How a file is kept whole while it is changed, which decides what a lock on it means to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Journal {
    /// Changes are written to a log first: whoever locks the file keeps writers out and no reader.
    #[default]
    WriteAhead,
    /// What is replaced is written aside first: a file that is locked can be neither written nor read. Nothing waits for
    /// the disk, so this is for files that need not outlive a power cut.
    Rollback,
}

impl Journal {
    fn pragmas(self) -> &'static str {
        match self {
            Self::WriteAhead => "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
            Self::Rollback => "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF;",
        }
    }
}

/// One connection to one file.
pub(crate) struct Sqlite {
    file: Arc<Mutex<File>>,
    limits: Limits,
}

struct File {
    connection: Connection,
    room: Room,
}

impl Sqlite {
    /// Opens the file, or makes it.
    pub(crate) fn open(path: &Path, limits: Limits, journal: Journal) -> Kept<Self> {
        let open = || -> rusqlite::Result<Connection> {
            let mut connection = Connection::open(path)?;
            connection.set_prepared_statement_cache_capacity(64);
            // Else a plan may depend on the values that were bound, and the join by a token's hash is made anew each time.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            connection.busy_timeout(limits.wait)?;
            connection.execute_batch(journal.pragmas())?;
            prepare(&mut connection)?;
            connection.busy_timeout(Duration::ZERO)?;
            Ok(connection)
        };
        let file = File { connection: open().map_err(down)?, room: Room::new(limits.records) };
        Ok(Self { file: Arc::new(Mutex::new(file)), limits })
    }

    /// Runs one step in a transaction of its own. Beginning it as a writer means that what it read still holds when it
    /// writes.
    async fn step<T: Send + 'static>(
        &self,
        step: impl Fn(&Transaction<'_>, &mut Room) -> rusqlite::Result<T> + Send + 'static,
    ) -> Kept<T> {
        self.run(move |file| {
            let transaction = file.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = step(&transaction, &mut file.room)?;
            transaction.commit()?;
            Ok(done)
        })
        .await
    }

    /// Runs one statement, which is atomic by itself.
    async fn statement<T: Send + 'static>(
        &self,
        statement: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Kept<T> {
        self.run(move |file| statement(&file.connection)).await
    }

    /// Does the work where it is called: a step on a file that the system has in memory takes microseconds, less than
    /// handing it to another thread. Only where somebody else has locked the file does a blocking thread wait for it, and
    /// do the work again, of which nothing was done.
    async fn run<T: Send + 'static>(
        &self,
        work: impl Fn(&mut File) -> rusqlite::Result<T> + Send + 'static,
    ) -> Kept<T> {
        let watch = Stopwatch::start();
        let mut file = match self.file.clone().try_lock_owned() {
            Ok(file) => file,
            // The turn is waited for here and not on a blocking thread: where the file is locked, a crowd of requests must
            // neither wait one after the other nor take the threads that passwords are hashed on.
            Err(_) => tokio::time::timeout(self.limits.wait, self.file.clone().lock_owned())
                .await
                .map_err(|_| StoreError::Down("too many steps are waiting for it".to_owned()))?,
        };
        let left = match work(&mut file) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                self.limits.wait.saturating_sub(watch.elapsed())
            }
            done => return done.map_err(down),
        };
        let patient = move || {
            file.connection.busy_timeout(left)?;
            let done = work(&mut file);
            file.connection.busy_timeout(Duration::ZERO)?;
            done
        };
        let done = tokio::task::spawn_blocking(patient).await;
        done.map_err(|gone| StoreError::Down(gone.to_string()))?.map_err(down)
    }
}

/// Makes the tables, or brings those of an older file up to date.
fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    let version = |connection: &Connection| connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
    if version(connection)? > 0 {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let old = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'family')";
    // Somebody else may have done it while this one waited for its turn.
    if version(&transaction)? == 0 && transaction.query_row(old, [], |row| row.get(0))? {
        transaction.execute_batch(UPGRADE)?;
    }
    transaction.execute_batch(SCHEMA)?;
    transaction.commit()
}

fn down(error: rusqlite::Error) -> StoreError {
    StoreError::Down(error.to_string())
}

fn ms(at: LabTime) -> i64 {
    i64::try_from(at.millis()).unwrap_or(i64::MAX)
}

fn time(ms: i64) -> LabTime {
    LabTime::from_millis(u64::try_from(ms).unwrap_or(0))
}
