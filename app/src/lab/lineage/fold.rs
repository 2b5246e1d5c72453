//! The trees as they are shown: what says nothing is folded, so that a login that was renewed a thousand times has a
//! beginning, an end, and whatever lies between that somebody holds.

use std::collections::{BTreeMap, BTreeSet};

use super::notes::{LoginNote, Note, Notes};
use super::{Kind, Lineage, Login, Node, Part};

/// The most log-ins that are shown.
const MOST_LOGINS: usize = 24;
/// How many of the newest generations are always shown.
const NEWEST: usize = 3;
/// The most forks, of all that a login may have.
const MOST_FORKS: usize = 6;
/// The most access tokens below one refresh token of which nobody holds one.
const MOST_LEAVES: usize = 2;

pub(super) fn trees(notes: &Notes) -> Lineage {
    let skipped = notes.logins.len().saturating_sub(MOST_LOGINS);
    let logins = notes.logins.values().enumerate().filter(|(at, login)| *at >= skipped || is_held(notes, login));
    let logins: Vec<Login> = logins.map(|(_, login)| tree(notes, login)).collect();
    Lineage { earlier: notes.earlier + notes.logins.len() - logins.len(), logins }
}

fn is_held(notes: &Notes, login: &LoginNote) -> bool {
    let mut all = login.credentials.iter().filter_map(|number| notes.credentials.get(number));
    all.any(|note| note.what.held_by().next().is_some())
}

/// One login's tree.
fn tree(notes: &Notes, login: &LoginNote) -> Login {
    let all: BTreeMap<usize, &Note> =
        login.credentials.iter().filter_map(|number| Some((*number, notes.credentials.get(number)?))).collect();
    let shown = shown(&all);
    let mut nodes = Vec::new();
    let mut places = BTreeMap::new();
    for number in &shown {
        let note = all[number];
        let is_leaf = note.what.kind == Kind::Access;
        let (mut above, mut hidden) = (note.parent, note.skipped);
        while let Some(parent) = above.filter(|parent| !shown.contains(parent)) {
            let Some(passed) = all.get(&parent) else {
                above = None;
                break;
            };
            hidden += 1 + passed.skipped;
            above = passed.parent;
        }
        let mut parent = above.and_then(|above| places.get(&above).copied());
        if hidden > 0 && !is_leaf {
            nodes.push(Node { parent, part: Part::Folded { what: note.what.kind, count: hidden } });
            parent = Some(nodes.len() - 1);
        }
        places.insert(*number, nodes.len());
        nodes.push(Node { parent, part: Part::Credential(Box::new(note.what.clone())) });
    }
    for (above, count) in leaves_left_out(&all, &shown, login) {
        let parent = above.and_then(|above| places.get(&above).copied());
        nodes.push(Node { parent, part: Part::Folded { what: Kind::Access, count } });
    }
    Login { nodes, ..login.what.clone() }
}

/// What is not folded.
fn shown(all: &BTreeMap<usize, &Note>) -> BTreeSet<usize> {
    let is_chain = |note: &&Note| note.what.kind != Kind::Access;
    let chain: Vec<usize> = all.iter().filter(|(_, note)| is_chain(note)).map(|(number, _)| *number).collect();
    let mut shown: BTreeSet<usize> = chain.iter().rev().take(NEWEST).chain(chain.first()).copied().collect();
    let mut forks = BTreeSet::new();
    let mut parents = BTreeSet::new();
    for (_, note) in all.iter().filter(|(_, note)| is_chain(note)) {
        if let Some(parent) = note.parent.filter(|parent| !parents.insert(*parent)) {
            forks.insert(parent);
        }
    }
    for (number, note) in all {
        if note.what.held_by().next().is_some() {
            shown.insert(*number);
            shown.extend(note.parent.filter(|_| note.what.kind == Kind::Access));
        }
    }
    shown.extend(forks.iter().rev().take(MOST_FORKS));
    // A single one takes no more room than the sign that one is left out.
    let lonely = |number: &usize| {
        let parent = all[number].parent.filter(|_| all[number].skipped == 0)?;
        let above = all.get(&parent)?;
        let fits = above.skipped == 0 && above.parent.is_none_or(|above| shown.contains(&above));
        (is_chain(above) && !shown.contains(&parent) && fits).then_some(parent)
    };
    let lonely: Vec<usize> = shown.iter().filter_map(lonely).collect();
    shown.extend(lonely);
    let mut leaves: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for (number, note) in all.iter().rev().filter(|(_, note)| note.what.kind == Kind::Access) {
        let place = note.parent.is_none_or(|parent| shown.contains(&parent));
        if place && !shown.contains(number) {
            let count = leaves.entry(note.parent).or_default();
            *count += 1;
            if *count <= MOST_LEAVES {
                shown.insert(*number);
            }
        }
    }
    shown
}

/// Access tokens below what is shown that are not shown themselves.
fn leaves_left_out(
    all: &BTreeMap<usize, &Note>,
    shown: &BTreeSet<usize>,
    login: &LoginNote,
) -> BTreeMap<Option<usize>, usize> {
    let mut left_out = login.leaves.clone();
    for (number, note) in all.iter().filter(|(_, note)| note.what.kind == Kind::Access) {
        if !shown.contains(number) {
            *left_out.entry(note.parent).or_default() += 1;
        }
    }
    left_out.retain(|above, _| above.is_none_or(|above| shown.contains(&above)));
    left_out
}
