//! The store in an SQLite file: a restart finds it again. Write-ahead logging, one transaction a step.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::Span;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use tokio::sync::Mutex;

use super::{
    AccessRecord, Ending, FamilyRecord, FamilyStore, Hash, Kept, Limits, Lookup, OnReuse, Rotation, SessionRecord,
    SessionStore, StoreError, TokenStore, Use,
};

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS session (
        id BLOB PRIMARY KEY, user TEXT NOT NULL, device TEXT NOT NULL, created INTEGER NOT NULL,
        last_used INTEGER NOT NULL, idle_secs INTEGER NOT NULL, ends INTEGER NOT NULL, cached_role TEXT
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS session_user ON session (user);
    CREATE TABLE IF NOT EXISTS family (
        id TEXT PRIMARY KEY, user TEXT NOT NULL, device TEXT NOT NULL, created INTEGER NOT NULL,
        last_used INTEGER NOT NULL, ends INTEGER NOT NULL, generation INTEGER NOT NULL, current BLOB NOT NULL,
        ended_at INTEGER, ended_cause TEXT
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS family_user ON family (user);
    CREATE TABLE IF NOT EXISTS token (hash BLOB PRIMARY KEY, family TEXT NOT NULL REFERENCES family) WITHOUT ROWID;
";

const SESSION_COLUMNS: &str = "id, user, device, created, last_used, idle_secs, ends, cached_role";
const FAMILY_COLUMNS: &str =
    "family.id, user, device, created, last_used, ends, generation, current, ended_at, ended_cause";

/// One connection to one file. Its calls block, so they run on the blocking threads.
pub(crate) struct Sqlite {
    connection: Arc<Mutex<Connection>>,
    limits: Limits,
}

impl Sqlite {
    /// Opens the file, or makes it.
    pub(crate) fn open(path: &Path) -> Kept<Self> {
        Self::open_bounded(path, Limits::default())
    }

    /// Opens the file with bounds of its own.
    pub(crate) fn open_bounded(path: &Path, limits: Limits) -> Kept<Self> {
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open(path)?;
            connection.busy_timeout(limits.wait)?;
            connection.execute_batch(SCHEMA)?;
            Ok(connection)
        };
        open().map(|connection| Self { connection: Arc::new(Mutex::new(connection)), limits }).map_err(down)
    }

    /// Runs one step in a transaction of its own. Beginning it as a writer means that what it read still holds when it
    /// writes.
    async fn step<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Kept<T> {
        self.blocking(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = step(&transaction)?;
            transaction.commit()?;
            Ok(done)
        })
        .await
    }

    /// Runs one statement, which is atomic by itself.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Kept<T> {
        // The turn is waited for here and not on a blocking thread: where the file is locked, a crowd of requests must
        // neither wait one after the other nor take the threads that passwords are hashed on.
        let turn = tokio::time::timeout(self.limits.wait, self.connection.clone().lock_owned()).await;
        let mut connection = turn.map_err(|_| StoreError::Down("too many steps are waiting for it".to_owned()))?;
        tokio::task::spawn_blocking(move || work(&mut connection))
            .await
            .map_err(|gone| StoreError::Down(gone.to_string()))?
            .map_err(down)
    }
}

fn down(error: rusqlite::Error) -> StoreError {
    StoreError::Down(error.to_string())
}

#[async_trait]
impl SessionStore for Sqlite {
    async fn create_session(&self, session: &SessionRecord) -> Kept<bool> {
        let (session, most) = (session.clone(), self.limits.records);
        let created = self
            .step(move |tx| {
                if !room(tx, "session", most)? {
                    tx.execute(
                        "DELETE FROM session WHERE min(ends, last_used + idle_secs * 1000) <= ?1",
                        [ms(session.created)],
                    )?;
                    if !room(tx, "session", most)? {
                        return Ok(None);
                    }
                }
                let mut insert = tx.prepare_cached(
                    "INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
                )?;
                let secs = i64::try_from(session.idle.secs()).unwrap_or(i64::MAX);
                insert
                    .execute(params![
                        session.id,
                        session.user,
                        session.device,
                        ms(session.created),
                        ms(session.last_used),
                        secs,
                        ms(session.ends),
                        session.cached_role
                    ])
                    .map(|rows| Some(rows == 1))
            })
            .await?;
        created.ok_or(StoreError::Full)
    }

    async fn load_session(&self, id: &Hash) -> Kept<Option<SessionRecord>> {
        let id = *id;
        self.blocking(move |connection| {
            let mut select =
                connection.prepare_cached(&format!("SELECT {SESSION_COLUMNS} FROM session WHERE id = ?1"))?;
            select.query_row([id], session).optional()
        })
        .await
    }

    async fn save_session(&self, session: &SessionRecord) -> Kept<bool> {
        let (id, last_used) = (session.id, ms(session.last_used));
        self.blocking(move |connection| {
            let mut update =
                connection.prepare_cached("UPDATE session SET last_used = max(last_used, ?2) WHERE id = ?1")?;
            update.execute(params![id, last_used]).map(|rows| rows == 1)
        })
        .await
    }

    async fn delete_session(&self, id: &Hash) -> Kept<bool> {
        let id = *id;
        self.blocking(move |connection| {
            connection.execute("DELETE FROM session WHERE id = ?1", [id]).map(|rows| rows == 1)
        })
        .await
    }

    async fn sessions_of(&self, user: &str, now: LabTime) -> Kept<Vec<SessionRecord>> {
        let mut sessions = self.all_sessions(now).await?;
        sessions.retain(|session| session.user == user);
        Ok(sessions)
    }

    async fn all_sessions(&self, now: LabTime) -> Kept<Vec<SessionRecord>> {
        self.blocking(move |connection| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {SESSION_COLUMNS} FROM session WHERE min(ends, last_used + idle_secs * 1000) > ?1 ORDER BY created, id"
            ))?;
            select.query_map([ms(now)], session)?.collect()
        })
        .await
    }

    async fn delete_sessions_of(&self, user: &str) -> Kept<Vec<Hash>> {
        let user = user.to_owned();
        self.blocking(move |connection| {
            let mut delete = connection.prepare_cached("DELETE FROM session WHERE user = ?1 RETURNING id")?;
            delete.query_map([user], |row| row.get(0))?.collect()
        })
        .await
    }
}

#[async_trait]
impl FamilyStore for Sqlite {
    async fn create_family(&self, family: &FamilyRecord) -> Kept<bool> {
        let (family, most) = (family.clone(), self.limits.records);
        let created = self
            .step(move |tx| {
                if !room_for_token(tx, most, family.created)? {
                    return Ok(None);
                }
                let taken =
                    tx.query_row("SELECT EXISTS (SELECT 1 FROM token WHERE hash = ?1)", [family.current], |row| {
                        row.get(0)
                    })?;
                if taken {
                    return Ok(Some(false));
                }
                let rows = tx.execute(
                    "INSERT INTO family VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, NULL) ON CONFLICT DO NOTHING",
                    params![
                        family.id,
                        family.user,
                        family.device,
                        ms(family.created),
                        ms(family.last_used),
                        ms(family.ends),
                        family.generation,
                        family.current
                    ],
                )?;
                if rows == 1 {
                    tx.execute("INSERT INTO token VALUES (?1, ?2)", params![family.current, family.id])?;
                }
                Ok(Some(rows == 1))
            })
            .await?;
        created.ok_or(StoreError::Full)
    }

    async fn find_family(&self, token: &Hash, now: LabTime) -> Kept<Lookup> {
        let token = *token;
        self.blocking(move |connection| find(connection, &token, now)).await
    }

    async fn rotate(&self, used: &Use<'_>) -> Kept<Rotation> {
        let (token, successor, most) = (*used.token, *used.successor, self.limits.records);
        let (on_reuse, now) = (used.on_reuse, used.now);
        let rotated = self
            .step(move |tx| {
                Ok(Some(match find(tx, &token, now)? {
                    Lookup::Current(family) => {
                        if !room_for_token(tx, most, now)? {
                            return Ok(None);
                        }
                        let next = FamilyRecord {
                            generation: family.generation + 1,
                            current: successor,
                            last_used: now,
                            ..family
                        };
                        tx.execute("INSERT INTO token VALUES (?1, ?2)", params![successor, next.id])?;
                        tx.execute(
                            "UPDATE family SET generation = ?2, current = ?3, last_used = ?4 WHERE id = ?1",
                            params![next.id, next.generation, next.current, ms(now)],
                        )?;
                        Rotation::Rotated(next)
                    }
                    Lookup::Used(mut family) => {
                        if on_reuse == OnReuse::EndFamily {
                            let ending = Ending { at: now, cause: "reuse".to_owned() };
                            end(tx, "id", &family.id, &ending)?;
                            family.ended = Some(ending);
                        }
                        Rotation::Reused(family)
                    }
                    Lookup::Ended(family) => Rotation::Ended(family),
                    Lookup::Expired(family) => Rotation::Expired(family),
                    Lookup::Unknown => Rotation::Unknown,
                }))
            })
            .await?;
        rotated.ok_or(StoreError::Full)
    }

    async fn family(&self, id: &str, now: LabTime) -> Kept<Lookup> {
        let id = id.to_owned();
        self.blocking(move |connection| {
            let mut select =
                connection.prepare_cached(&format!("SELECT {FAMILY_COLUMNS} FROM family WHERE family.id = ?1"))?;
            Ok(Lookup::alone(select.query_row([id], family).optional()?, now))
        })
        .await
    }

    async fn end_family(&self, id: &str, ending: &Ending) -> Kept<bool> {
        let (id, ending) = (id.to_owned(), ending.clone());
        self.blocking(move |connection| end(connection, "id", &id, &ending).map(|rows| rows == 1)).await
    }

    async fn end_families_of(&self, user: &str, ending: &Ending) -> Kept<u64> {
        let (user, ending) = (user.to_owned(), ending.clone());
        self.blocking(move |connection| end(connection, "user", &user, &ending)).await
    }

    async fn all_families(&self, now: LabTime) -> Kept<Vec<FamilyRecord>> {
        self.blocking(move |connection| {
            let mut select = connection
                .prepare_cached(&format!("SELECT {FAMILY_COLUMNS} FROM family WHERE ends > ?1 ORDER BY created, id"))?;
            select.query_map([ms(now)], family)?.collect()
        })
        .await
    }
}

#[async_trait]
impl TokenStore for Sqlite {
    async fn revoke(&self, _: &str, _: LabTime, _: LabTime) -> Kept<()> {
        Err(unsupported())
    }
    async fn is_revoked(&self, _: &str, _: LabTime) -> Kept<bool> {
        Err(unsupported())
    }
    async fn revocations(&self, _: LabTime) -> Kept<Vec<(String, LabTime)>> {
        Ok(Vec::new())
    }
    async fn epoch(&self, _: &str) -> Kept<u64> {
        Err(unsupported())
    }
    async fn raise_epoch(&self, _: &str) -> Kept<u64> {
        Err(unsupported())
    }
    async fn create_access(&self, _: &AccessRecord, _: LabTime) -> Kept<bool> {
        Err(unsupported())
    }
    async fn find_access(&self, _: &Hash) -> Kept<Option<AccessRecord>> {
        Err(unsupported())
    }
    async fn delete_access(&self, _: &Hash) -> Kept<bool> {
        Err(unsupported())
    }
    async fn remember(&self, _: &str, _: LabTime, _: LabTime) -> Kept<bool> {
        Err(unsupported())
    }
    async fn wipe(&self) -> Kept<()> {
        Err(unsupported())
    }
}

fn unsupported() -> StoreError {
    StoreError::Down("not kept here yet".to_owned())
}

/// Whether a table takes one more row. `table` is one of this file's own names.
fn room(connection: &Connection, table: &str, most: usize) -> rusqlite::Result<bool> {
    let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
    Ok(usize::try_from(rows).is_ok_and(|rows| rows < most))
}

/// Makes room for one more token, by forgetting families whose absolute end has come; false where there is none.
fn room_for_token(tx: &Transaction<'_>, most: usize, now: LabTime) -> rusqlite::Result<bool> {
    if room(tx, "token", most)? {
        return Ok(true);
    }
    tx.execute("DELETE FROM token WHERE family IN (SELECT id FROM family WHERE ends <= ?1)", [ms(now)])?;
    tx.execute("DELETE FROM family WHERE ends <= ?1", [ms(now)])?;
    room(tx, "token", most)
}

fn find(connection: &Connection, token: &Hash, now: LabTime) -> rusqlite::Result<Lookup> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT {FAMILY_COLUMNS} FROM family JOIN token ON token.family = family.id WHERE token.hash = ?1"
    ))?;
    Ok(Lookup::of(select.query_row([token], family).optional()?, token, now))
}

/// Ends the families whose `column` (a name of this file's own) has this value.
fn end(connection: &Connection, column: &str, value: &str, ending: &Ending) -> rusqlite::Result<u64> {
    let update = format!("UPDATE family SET ended_at = ?2, ended_cause = ?3 WHERE {column} = ?1 AND ended_at IS NULL");
    connection.execute(&update, params![value, ms(ending.at), ending.cause]).map(|rows| rows as u64)
}

fn session(row: &Row<'_>) -> rusqlite::Result<SessionRecord> {
    Ok(SessionRecord {
        id: row.get(0)?,
        user: row.get(1)?,
        device: row.get(2)?,
        created: time(row.get(3)?),
        last_used: time(row.get(4)?),
        idle: Span::from_secs(u64::try_from(row.get::<_, i64>(5)?).unwrap_or(0)),
        ends: time(row.get(6)?),
        cached_role: row.get(7)?,
    })
}

fn family(row: &Row<'_>) -> rusqlite::Result<FamilyRecord> {
    let ended: Option<i64> = row.get(8)?;
    let cause: Option<String> = row.get(9)?;
    Ok(FamilyRecord {
        id: row.get(0)?,
        user: row.get(1)?,
        device: row.get(2)?,
        created: time(row.get(3)?),
        last_used: time(row.get(4)?),
        ends: time(row.get(5)?),
        generation: row.get(6)?,
        current: row.get(7)?,
        newest: None,
        key: None,
        ended: ended.zip(cause).map(|(at, cause)| Ending { at: time(at), cause }),
    })
}

fn ms(at: LabTime) -> i64 {
    i64::try_from(at.millis()).unwrap_or(i64::MAX)
}

fn time(ms: i64) -> LabTime {
    LabTime::from_millis(u64::try_from(ms).unwrap_or(0))
}
