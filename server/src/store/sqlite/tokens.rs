//! What is to be known of tokens, in an SQLite file.

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;
use rusqlite::{OptionalExtension, Row, params};

use super::room::Bounded;
use super::{Sqlite, ms, time};
use crate::store::{AccessRecord, Hash, Kept, StoreError, TokenStore};

const REVOKED: Bounded = Bounded { table: "revoked", expire: &["DELETE FROM revoked WHERE ends <= ?1"] };
const ACCESS: Bounded = Bounded { table: "access", expire: &["DELETE FROM access WHERE ends <= ?1"] };
const REMEMBERED: Bounded = Bounded { table: "remembered", expire: &["DELETE FROM remembered WHERE ends <= ?1"] };

const TABLES: [&str; 7] = ["session", "token", "family", "revoked", "epoch", "access", "remembered"];

#[async_trait]
impl TokenStore for Sqlite {
    async fn revoke(&self, name: &str, until: LabTime, now: LabTime) -> Kept<()> {
        let name = name.to_owned();
        let revoked = self
            .step(move |tx, room| {
                let longer = "UPDATE revoked SET ends = max(ends, ?2) WHERE name = ?1";
                if tx.prepare_cached(longer)?.execute(params![name, ms(until)])? == 1 {
                    return Ok(true);
                }
                if !room.take(tx, &REVOKED, now)? {
                    return Ok(false);
                }
                let insert = "INSERT INTO revoked VALUES (?1, ?2)";
                tx.prepare_cached(insert)?.execute(params![name, ms(until)]).map(|rows| rows == 1)
            })
            .await?;
        revoked.then_some(()).ok_or(StoreError::Full)
    }

    async fn is_revoked(&self, name: &str, now: LabTime) -> Kept<bool> {
        let name = name.to_owned();
        self.statement(move |connection| {
            let listed = "SELECT EXISTS (SELECT 1 FROM revoked WHERE name = ?1 AND ends > ?2)";
            connection.prepare_cached(listed)?.query_row(params![name, ms(now)], |row| row.get(0))
        })
        .await
    }

    async fn revocations(&self, now: LabTime) -> Kept<Vec<(String, LabTime)>> {
        self.statement(move |connection| {
            let mut select =
                connection.prepare_cached("SELECT name, ends FROM revoked WHERE ends > ?1 ORDER BY name")?;
            select.query_map([ms(now)], |row| Ok((row.get(0)?, time(row.get(1)?))))?.collect()
        })
        .await
    }

    async fn epoch(&self, user: &str) -> Kept<u64> {
        let user = user.to_owned();
        self.statement(move |connection| {
            let mut select = connection.prepare_cached("SELECT epoch FROM epoch WHERE user = ?1")?;
            let epoch: Option<i64> = select.query_row([&user], |row| row.get(0)).optional()?;
            Ok(epoch.and_then(|epoch| u64::try_from(epoch).ok()).unwrap_or(0))
        })
        .await
    }

    async fn raise_epoch(&self, user: &str) -> Kept<u64> {
        let user = user.to_owned();
        // In a transaction, because a row is answered before the statement that made it is done, and only the commit says
        // whether that came through.
        self.step(move |tx, _| {
            let raise = "INSERT INTO epoch VALUES (?1, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1 RETURNING epoch";
            let epoch: i64 = tx.prepare_cached(raise)?.query_row([&user], |row| row.get(0))?;
            Ok(u64::try_from(epoch).unwrap_or(0))
        })
        .await
    }

    async fn create_access(&self, access: &AccessRecord, now: LabTime) -> Kept<bool> {
        let access = access.clone();
        let created = self
            .step(move |tx, room| {
                if !room.take(tx, &ACCESS, now)? {
                    return Ok(None);
                }
                let insert = "INSERT INTO access VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
                let values = params![access.token, access.family, access.user, ms(access.ends)];
                tx.prepare_cached(insert)?.execute(values).map(|rows| Some(rows == 1))
            })
            .await?;
        created.ok_or(StoreError::Full)
    }

    async fn find_access(&self, token: &Hash) -> Kept<Option<AccessRecord>> {
        let token = *token;
        self.statement(move |connection| {
            let mut select =
                connection.prepare_cached("SELECT token, family, user, ends FROM access WHERE token = ?1")?;
            select.query_row([token], access).optional()
        })
        .await
    }

    async fn all_access(&self, now: LabTime) -> Kept<Vec<AccessRecord>> {
        self.statement(move |connection| {
            let live = "SELECT token, family, user, ends FROM access WHERE ends > ?1 ORDER BY ends, token";
            connection.prepare_cached(live)?.query_map([ms(now)], access)?.collect()
        })
        .await
    }

    async fn delete_access(&self, token: &Hash) -> Kept<bool> {
        let token = *token;
        self.statement(move |connection| {
            let delete = "DELETE FROM access WHERE token = ?1";
            connection.prepare_cached(delete)?.execute([token]).map(|rows| rows == 1)
        })
        .await
    }

    async fn remember(&self, name: &str, until: LabTime, now: LabTime) -> Kept<bool> {
        let name = name.to_owned();
        let remembered = self
            .step(move |tx, room| {
                let known = "SELECT ends FROM remembered WHERE name = ?1";
                let known: Option<i64> = tx.prepare_cached(known)?.query_row([&name], |row| row.get(0)).optional()?;
                if known.is_some_and(|ends| time(ends) > now) {
                    return Ok(Some(false));
                }
                if known.is_none() && !room.take(tx, &REMEMBERED, now)? {
                    return Ok(None);
                }
                let insert = "INSERT OR REPLACE INTO remembered VALUES (?1, ?2)";
                tx.prepare_cached(insert)?.execute(params![name, ms(until)]).map(|_| Some(true))
            })
            .await?;
        remembered.ok_or(StoreError::Full)
    }

    async fn wipe(&self) -> Kept<()> {
        self.step(|tx, _| TABLES.iter().try_for_each(|table| tx.execute(&format!("DELETE FROM {table}"), []).map(drop)))
            .await
    }
}

fn access(row: &Row<'_>) -> rusqlite::Result<AccessRecord> {
    Ok(AccessRecord { token: row.get(0)?, family: row.get(1)?, user: row.get(2)?, ends: time(row.get(3)?) })
}
