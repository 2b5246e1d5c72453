//! Refresh families in memory.

use async_trait::async_trait;
use lockstep_shared::clock::LabTime;

use super::{Memory, Tables, Token};
use crate::store::rotation::{self, Known};
use crate::store::{Ending, FamilyRecord, FamilyStore, Hash, Kept, Lookup, Rotation, StoreError, Use};

#[async_trait]
impl FamilyStore for Memory {
    async fn create_family(&self, family: &FamilyRecord) -> Kept<bool> {
        let mut tables = self.tables();
        tables.make_room(self.limits.records, family.created)?;
        if tables.families.contains_key(&family.id) || tables.tokens.contains_key(&family.current) {
            return Ok(false);
        }
        tables.give_out(family);
        Ok(true)
    }

    async fn find_family(&self, token: &Hash, now: LabTime) -> Kept<Lookup> {
        Ok(Known::lookup(self.tables().known(token), now))
    }

    async fn rotate(&self, used: &Use<'_>) -> Kept<Rotation> {
        let mut tables = self.tables();
        let known = tables.known(used.token);
        let lives = || Ok(tables.tokens.get(used.successor).is_some_and(|token| token.used.is_none()));
        let rotation = rotation::of::<StoreError>(known, used, lives)?;
        match &rotation {
            Rotation::Rotated(family) | Rotation::Forked(family) => {
                tables.make_room(self.limits.records, used.now)?;
                if matches!(rotation, Rotation::Rotated(_)) {
                    tables.tokens.entry(*used.token).and_modify(|token| token.used = Some(used.now));
                }
                tables.give_out(family);
            }
            Rotation::Repeated(family) | Rotation::Reused(family) => {
                tables.families.insert(family.id.clone(), family.clone());
            }
            Rotation::Ended(_) | Rotation::Expired(_) | Rotation::Unknown => {}
        }
        Ok(rotation)
    }

    async fn family(&self, id: &str, now: LabTime) -> Kept<Lookup> {
        let family = self.tables().families.get(id).cloned();
        Ok(Known::lookup(family.map(|family| Known { family, used: None }), now))
    }

    async fn end_family(&self, id: &str, ending: &Ending) -> Kept<bool> {
        let mut tables = self.tables();
        let family = tables.families.get_mut(id).filter(|family| family.ended.is_none());
        Ok(family.map(|family| family.ended = Some(ending.clone())).is_some())
    }

    async fn end_families_of(&self, user: &str, ending: &Ending) -> Kept<u64> {
        let mut tables = self.tables();
        let of_user = |family: &&mut FamilyRecord| family.user == user && family.ended.is_none();
        let ended = tables.families.values_mut().filter(of_user).map(|family| family.ended = Some(ending.clone()));
        Ok(ended.count() as u64)
    }

    async fn all_families(&self, now: LabTime) -> Kept<Vec<FamilyRecord>> {
        let tables = self.tables();
        let mut families: Vec<_> = tables.families.values().filter(|family| family.ends > now).cloned().collect();
        families.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
        Ok(families)
    }
}

impl Tables {
    fn known(&self, token: &Hash) -> Option<Known> {
        let Token { family, used } = self.tokens.get(token)?;
        Some(Known { family: self.families.get(family)?.clone(), used: *used })
    }

    /// Saves a family, with its current token as a live one.
    fn give_out(&mut self, family: &FamilyRecord) {
        self.tokens.insert(family.current, Token { family: family.id.clone(), used: None });
        self.families.insert(family.id.clone(), family.clone());
    }

    /// Makes room for one more token, by forgetting families whose absolute end has come.
    fn make_room(&mut self, most: usize, now: LabTime) -> Kept<()> {
        if self.tokens.len() >= most {
            self.families.retain(|_, family| family.ends > now);
            self.tokens.retain(|_, token| self.families.contains_key(&token.family));
        }
        if self.tokens.len() < most { Ok(()) } else { Err(StoreError::Full) }
    }
}
