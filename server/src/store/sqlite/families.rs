//! Refresh families in an SQLite file.

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::GraceGives;
use lockstep_shared::span::Span;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::room::Bounded;
use super::{Sqlite, ms, time};
use crate::store::rotation::{self, Known};
use crate::store::{Ending, FamilyRecord, FamilyStore, Hash, Kept, Lookup, Newest, OnReuse, Rotation, StoreError, Use};

const COLUMNS: &str = "family.id, user, device, created, last_used, ends, generation, current, ended_at, ended_cause, \
                       newest_jti, newest_ends, key";
const TOKENS: Bounded = Bounded {
    table: "token",
    expire: &[
        "DELETE FROM token WHERE family IN (SELECT id FROM family WHERE ends <= ?1)",
        "DELETE FROM family WHERE ends <= ?1",
    ],
};

#[async_trait]
impl FamilyStore for Sqlite {
    async fn create_family(&self, family: &FamilyRecord) -> Kept<bool> {
        let family = family.clone();
        let created = self
            .step(move |tx, room| {
                if !room.take(tx, &TOKENS, family.created)? {
                    return Ok(None);
                }
                let taken = "SELECT EXISTS (SELECT 1 FROM token WHERE hash = ?1)";
                if tx.prepare_cached(taken)?.query_row([family.current], |row| row.get(0))? {
                    return Ok(Some(false));
                }
                let insert = "INSERT INTO family (id, user, device, created, last_used, ends, generation, current, \
                              newest_jti, newest_ends, key) \
                              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING";
                let rows = tx.prepare_cached(insert)?.execute(params![
                    family.id,
                    family.user,
                    family.device,
                    ms(family.created),
                    ms(family.last_used),
                    ms(family.ends),
                    family.generation,
                    family.current,
                    family.newest.as_ref().map(|newest| &newest.jti),
                    family.newest.as_ref().map(|newest| ms(newest.ends)),
                    family.key
                ])?;
                if rows == 1 {
                    add_token(tx, &family)?;
                }
                Ok(Some(rows == 1))
            })
            .await?;
        created.ok_or(StoreError::Full)
    }

    async fn find_family(&self, token: &Hash, now: LabTime) -> Kept<Lookup> {
        let token = *token;
        self.statement(move |connection| Ok(Known::lookup(known(connection, &token)?, now))).await
    }

    async fn rotate(&self, used: &Use<'_>) -> Kept<Rotation> {
        let used = OwnUse::of(used);
        let rotated = self
            .step(move |tx, room| {
                let used = used.borrowed();
                let rotation = rotation::of(known(tx, used.token)?, &used, || is_live(tx, used.successor))?;
                match &rotation {
                    Rotation::Rotated(family) | Rotation::Forked(family) => {
                        if !room.take(tx, &TOKENS, used.now)? {
                            return Ok(None);
                        }
                        if matches!(rotation, Rotation::Rotated(_)) {
                            let mark = "UPDATE token SET used_at = ?2 WHERE hash = ?1";
                            tx.prepare_cached(mark)?.execute(params![used.token, ms(used.now)])?;
                        }
                        add_token(tx, family)?;
                        save(tx, family)?;
                    }
                    Rotation::Repeated(family) | Rotation::Reused(family) => save(tx, family)?,
                    Rotation::Ended(_) | Rotation::Expired(_) | Rotation::Unknown => {}
                }
                Ok(Some(rotation))
            })
            .await?;
        rotated.ok_or(StoreError::Full)
    }

    async fn family(&self, id: &str, now: LabTime) -> Kept<Lookup> {
        let id = id.to_owned();
        self.statement(move |connection| {
            let mut select =
                connection.prepare_cached(&format!("SELECT {COLUMNS}, NULL FROM family WHERE family.id = ?1"))?;
            Ok(Known::lookup(select.query_row([&id], read).optional()?, now))
        })
        .await
    }

    async fn end_family(&self, id: &str, ending: &Ending) -> Kept<bool> {
        let (id, ending) = (id.to_owned(), ending.clone());
        self.statement(move |connection| end(connection, "id", &id, &ending).map(|ended| ended == 1)).await
    }

    async fn end_families_of(&self, user: &str, ending: &Ending) -> Kept<u64> {
        let (user, ending) = (user.to_owned(), ending.clone());
        self.statement(move |connection| end(connection, "user", &user, &ending)).await
    }

    async fn all_families(&self, now: LabTime) -> Kept<Vec<FamilyRecord>> {
        self.statement(move |connection| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {COLUMNS}, NULL FROM family WHERE ends > ?1 ORDER BY created, family.id"
            ))?;
            select.query_map([ms(now)], |row| read(row).map(|known| known.family))?.collect()
        })
        .await
    }
}

/// A use that can go to another thread.
struct OwnUse {
    token: Hash,
    successor: Hash,
    newest: Option<Newest>,
    on_reuse: OnReuse,
    grace: Option<(Span, GraceGives)>,
    now: LabTime,
}

impl OwnUse {
    fn of(used: &Use<'_>) -> Self {
        let Use { token, successor, newest, on_reuse, grace, now } = *used;
        Self { token: *token, successor: *successor, newest: newest.cloned(), on_reuse, grace, now }
    }

    fn borrowed(&self) -> Use<'_> {
        let Self { token, successor, newest, on_reuse, grace, now } = self;
        Use { token, successor, newest: newest.as_ref(), on_reuse: *on_reuse, grace: *grace, now: *now }
    }
}

fn known(connection: &Connection, token: &Hash) -> rusqlite::Result<Option<Known>> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, used_at FROM family JOIN token ON token.family = family.id WHERE token.hash = ?1"
    ))?;
    select.query_row([token], read).optional()
}

fn is_live(connection: &Connection, token: &Hash) -> rusqlite::Result<bool> {
    let live = "SELECT EXISTS (SELECT 1 FROM token WHERE hash = ?1 AND used_at IS NULL)";
    connection.prepare_cached(live)?.query_row([token], |row| row.get(0))
}

/// Adds a family's current token as a live one.
fn add_token(tx: &Transaction<'_>, family: &FamilyRecord) -> rusqlite::Result<()> {
    let insert = "INSERT OR REPLACE INTO token (hash, family, used_at) VALUES (?1, ?2, NULL)";
    tx.prepare_cached(insert)?.execute(params![family.current, family.id]).map(drop)
}

/// Saves what a use can change.
fn save(tx: &Transaction<'_>, family: &FamilyRecord) -> rusqlite::Result<()> {
    let update = "UPDATE family SET last_used = ?2, generation = ?3, current = ?4, ended_at = ?5, ended_cause = ?6, \
                  newest_jti = ?7, newest_ends = ?8 WHERE id = ?1";
    let values = params![
        family.id,
        ms(family.last_used),
        family.generation,
        family.current,
        family.ended.as_ref().map(|ended| ms(ended.at)),
        family.ended.as_ref().map(|ended| &ended.cause),
        family.newest.as_ref().map(|newest| &newest.jti),
        family.newest.as_ref().map(|newest| ms(newest.ends)),
    ];
    tx.prepare_cached(update)?.execute(values).map(drop)
}

/// Ends the families whose `column` (a name of this file's own) has this value.
fn end(connection: &Connection, column: &str, value: &str, ending: &Ending) -> rusqlite::Result<u64> {
    let update = format!("UPDATE family SET ended_at = ?2, ended_cause = ?3 WHERE {column} = ?1 AND ended_at IS NULL");
    let ended = connection.prepare_cached(&update)?.execute(params![value, ms(ending.at), ending.cause])?;
    Ok(ended as u64)
}

/// Reads all columns, and after them when the token was used.
fn read(row: &Row<'_>) -> rusqlite::Result<Known> {
    let ended: Option<i64> = row.get(8)?;
    let cause: Option<String> = row.get(9)?;
    let newest: Option<String> = row.get(10)?;
    let newest_ends: Option<i64> = row.get(11)?;
    let family = FamilyRecord {
        id: row.get(0)?,
        user: row.get(1)?,
        device: row.get(2)?,
        created: time(row.get(3)?),
        last_used: time(row.get(4)?),
        ends: time(row.get(5)?),
        generation: row.get(6)?,
        current: row.get(7)?,
        newest: newest.zip(newest_ends).map(|(jti, ends)| Newest { jti, ends: time(ends) }),
        key: row.get(12)?,
        ended: ended.zip(cause).map(|(at, cause)| Ending { at: time(at), cause }),
    };
    Ok(Known { family, used: row.get::<_, Option<i64>>(13)?.map(time) })
}
