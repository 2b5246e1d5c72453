//! Sessions in an SQLite file.

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;
use lockstep_shared::span::Span;
use rusqlite::{OptionalExtension, Row, params};

use super::room::Bounded;
use super::{Sqlite, ms, time};
use crate::store::{Hash, Kept, SessionRecord, SessionStore, StoreError};

const COLUMNS: &str = "id, user, device, created, last_used, idle_secs, ends, cached_role";
const EXPIRY: &str = "min(ends, last_used + idle_secs * 1000)";
const SESSIONS: Bounded =
    Bounded { table: "session", expire: &["DELETE FROM session WHERE min(ends, last_used + idle_secs * 1000) <= ?1"] };

#[async_trait]
impl SessionStore for Sqlite {
    async fn create_session(&self, session: &SessionRecord) -> Kept<bool> {
        let session = session.clone();
        let created = self
            .step(move |tx, room| {
                if !room.take(tx, &SESSIONS, session.created)? {
                    return Ok(None);
                }
                let insert = "INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
                let rows = tx.prepare_cached(insert)?.execute(params![
                    session.id,
                    session.user,
                    session.device,
                    ms(session.created),
                    ms(session.last_used),
                    i64::try_from(session.idle.secs()).unwrap_or(i64::MAX),
                    ms(session.ends),
                    session.cached_role
                ])?;
                Ok(Some(rows == 1))
            })
            .await?;
        created.ok_or(StoreError::Full)
    }

    async fn load_session(&self, id: &Hash) -> Kept<Option<SessionRecord>> {
        let id = *id;
        self.statement(move |connection| {
            let mut select = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM session WHERE id = ?1"))?;
            select.query_row([id], session).optional()
        })
        .await
    }

    async fn save_session(&self, session: &SessionRecord) -> Kept<bool> {
        let (id, last_used) = (session.id, ms(session.last_used));
        self.statement(move |connection| {
            let update = "UPDATE session SET last_used = max(last_used, ?2) WHERE id = ?1";
            connection.prepare_cached(update)?.execute(params![id, last_used]).map(|rows| rows == 1)
        })
        .await
    }

    async fn delete_session(&self, id: &Hash) -> Kept<bool> {
        let id = *id;
        self.statement(move |connection| {
            let delete = "DELETE FROM session WHERE id = ?1";
            connection.prepare_cached(delete)?.execute([id]).map(|rows| rows == 1)
        })
        .await
    }

    async fn sessions_of(&self, user: &str, now: LabTime) -> Kept<Vec<SessionRecord>> {
        let user = user.to_owned();
        self.statement(move |connection| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM session WHERE user = ?1 AND {EXPIRY} > ?2 ORDER BY created, id"
            ))?;
            select.query_map(params![user, ms(now)], session)?.collect()
        })
        .await
    }

    async fn all_sessions(&self, now: LabTime) -> Kept<Vec<SessionRecord>> {
        self.statement(move |connection| {
            let mut select = connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM session WHERE {EXPIRY} > ?1 ORDER BY created, id"))?;
            select.query_map([ms(now)], session)?.collect()
        })
        .await
    }

    async fn delete_sessions_of(&self, user: &str) -> Kept<Vec<Hash>> {
        let user = user.to_owned();
        self.statement(move |connection| {
            let mut delete = connection.prepare_cached("DELETE FROM session WHERE user = ?1 RETURNING id")?;
            delete.query_map([&user], |row| row.get(0))?.collect()
        })
        .await
    }
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
