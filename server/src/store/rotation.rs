//! What one use of a refresh token comes to, decided from what a store knows of it. Each engine asks this and writes down
//! the answer within one step, so that all of them rotate alike.

use super::{Ending, FamilyRecord, Lookup, OnReuse, Rotation, Use};
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::GraceGives;

/// What a store knows of a token that it once gave out.
pub(super) struct Known {
    pub(super) family: FamilyRecord,
    /// When it was used first; None where it may still be used.
    pub(super) used: Option<LabTime>,
}

impl Known {
    pub(super) fn lookup(known: Option<Self>, now: LabTime) -> Lookup {
        match known {
            None => Lookup::Unknown,
            Some(Self { family, .. }) if family.ended.is_some() => Lookup::Ended(family),
            Some(Self { family, .. }) if family.ends <= now => Lookup::Expired(family),
            Some(Self { family, used: None }) => Lookup::Current(family),
            Some(Self { family, used: Some(_) }) => Lookup::Used(family),
        }
    }
}

/// What a use comes to, with the family as it is to be saved. Where that is `Rotated`, the token is to be marked as used
/// and the successor added as live; where it is `Forked`, only the latter. `successor_lives` is asked where it decides:
/// whether the successor is already there and may still be used.
pub(super) fn of<E>(
    known: Option<Known>,
    used: &Use<'_>,
    successor_lives: impl FnOnce() -> Result<bool, E>,
) -> Result<Rotation, E> {
    let first_use = known.as_ref().and_then(|known| known.used);
    Ok(match Known::lookup(known, used.now) {
        Lookup::Current(family) => Rotation::Rotated(moved_on(family, used)),
        Lookup::Used(family) => match within_grace(first_use, used) {
            Some(GraceGives::Fork) => Rotation::Forked(moved_on(family, used)),
            Some(GraceGives::Same) if successor_lives()? => Rotation::Repeated(touched(family, used)),
            _ => Rotation::Reused(reused(family, used)),
        },
        Lookup::Ended(family) => Rotation::Ended(family),
        Lookup::Expired(family) => Rotation::Expired(family),
        Lookup::Unknown => Rotation::Unknown,
    })
}

fn within_grace(first_use: Option<LabTime>, used: &Use<'_>) -> Option<GraceGives> {
    let ((span, gives), first_use) = used.grace.zip(first_use)?;
    (used.now < first_use + span.duration()).then_some(gives)
}

fn moved_on(family: FamilyRecord, used: &Use<'_>) -> FamilyRecord {
    FamilyRecord { generation: family.generation + 1, current: *used.successor, ..touched(family, used) }
}

fn touched(family: FamilyRecord, used: &Use<'_>) -> FamilyRecord {
    let newest = used.newest.cloned().or(family.newest);
    FamilyRecord { last_used: used.now, newest, ..family }
}

fn reused(family: FamilyRecord, used: &Use<'_>) -> FamilyRecord {
    match used.on_reuse {
        OnReuse::EndFamily => {
            FamilyRecord { ended: Some(Ending { at: used.now, cause: "reuse".to_owned() }), ..family }
        }
        OnReuse::Nothing => family,
    }
}
