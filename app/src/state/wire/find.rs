//! Which exchanges a query wants: searched chunk by chunk, off the frame.

use std::sync::Arc;

use super::query::Query;
use crate::state::traffic::{Chunk, Slot, Snapshot};

/// What a search found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) query: Arc<Query>,
    /// What the places are of.
    pub(crate) generation: u64,
    /// How far was searched: later places were not looked at.
    pub(crate) end: usize,
    /// The places of all that the query wants, in their order.
    pub(crate) places: Arc<Vec<usize>>,
}

impl Found {
    /// What a search would go on from where nothing has been searched yet.
    pub(crate) fn nothing(query: Arc<Query>, snapshot: &Snapshot) -> Self {
        Self { query, generation: snapshot.generation, end: 0, places: Arc::default() }
    }
}

/// The places in some chunks, from a place on, that a query wants.
pub(crate) fn in_slots(slots: &[Slot], query: &Query, from: usize, stop: &dyn Fn() -> bool) -> Vec<usize> {
    let mut places = Vec::new();
    for slot in slots {
        if stop() {
            break;
        }
        in_chunk(&slot.chunk, query, slot.first, from, &mut places);
    }
    places
}

fn in_chunk(chunk: &Chunk, query: &Query, first: usize, from: usize, places: &mut Vec<usize>) {
    let skip = from.saturating_sub(first);
    let heads = chunk.heads().iter().enumerate().skip(skip);
    let passing = heads.filter(|(_, head)| query.passes(head)).map(|(row, _)| row);
    if query.words.is_empty() && !query.asks_path() {
        return places.extend(passing.map(|row| first + row));
    }
    let mut passing: Vec<usize> = passing.collect();
    if query.asks_path() {
        // Many exchanges share a first line, which is looked at once.
        let mut known: Vec<Option<bool>> = vec![None; chunk.count()];
        passing.retain(|row| {
            let Some(line) = chunk.lines_of(*row).first().map(|line| usize::from(*line)) else { return false };
            let path = || chunk.line(line).split_once(' ').is_some_and(|(_, path)| query.passes_path(path));
            *known[line].get_or_insert_with(path)
        });
    }
    let mut has = Vec::new();
    for word in &query.words {
        if passing.is_empty() {
            return;
        }
        has.clear();
        has.resize(chunk.count(), false);
        if lines_with(chunk, word, &mut has) {
            passing.retain(|row| chunk.lines_of(*row).iter().any(|line| has[usize::from(*line)]));
        } else {
            return;
        }
    }
    places.extend(passing.into_iter().map(|row| first + row));
}

/// Marks every line that has a word in it; false where none has.
fn lines_with(chunk: &Chunk, word: &str, has: &mut [bool]) -> bool {
    let (text, mut at, mut any) = (chunk.text(), 0, false);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(word)) {
        let (line, next) = chunk.line_at(at + found);
        has[line] = true;
        any = true;
        at = next;
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::actor::Actor;
    use crate::lab::exchange::{Exchange, Purpose};
    use crate::state::command::Side;
    use crate::state::traffic::Traffic;
    use crate::state::traffic::made::{Made, PROBE, exchange, probes};
    use crate::state::wire::query::Parsed;

    fn traffic() -> Traffic {
        let mut traffic = Traffic::default();
        for from in [1, 301, 601] {
            traffic.take_in(Side::Left, probes(from..from + 300));
            traffic.take_in(Side::Right, probes(from..from + 300));
        }
        let log_in = Made { number: 901, purpose: Purpose::Action, method: "POST", path: "/auth/Login", ..PROBE };
        let odd = Exchange { response_body: "Ünï\ncode \u{202e}".to_owned(), ..exchange(log_in) };
        traffic.take_in(Side::Left, vec![Arc::new(odd)]);
        traffic
    }

    /// What a plain look at each exchange finds.
    fn plainly(traffic: &Traffic, wanted: impl Fn(Side, &Exchange) -> bool) -> Vec<usize> {
        let rows = traffic.rows().enumerate();
        rows.filter(|(_, row)| wanted(row.side, &row.exchange)).map(|(at, _)| at).collect()
    }

    #[track_caller]
    fn check(text: &str, wanted: impl Fn(Side, &Exchange) -> bool) {
        let traffic = traffic();
        let query = Parsed::of(text).query;
        let found = in_slots(&traffic.snapshot().slots, &query, 0, &|| false);
        assert_eq!(found, plainly(&traffic, wanted), "{text}");
    }

    #[test]
    fn it_finds_what_a_plain_look_finds() {
        check("", |_, _| true);
        check("status:401", |_, exchange| exchange.status == 401);
        check("lane:right actor:phone", |side, exchange| side == Side::Right && exchange.actor == Actor::Phone);
        check("method:POST", |_, exchange| exchange.method == "POST");
        check("path:/auth/login", |_, exchange| exchange.path == "/auth/Login");
        check("REVOKED", |_, exchange| exchange.status == 401);
        check("revoked lane:left", |side, exchange| side == Side::Left && exchange.status == 401);
        check("k3jf000000ff", |_, exchange| exchange.number == 255);
        check("\"x-request-id: 77\"", |_, exchange| exchange.number == 77 || (770..780).contains(&exchange.number));
        check("\"ünï code\"", |_, exchange| exchange.number == 901);
        check("post /auth", |_, exchange| exchange.number == 901);
        check("nowhere", |_, _| false);
    }

    #[test]
    fn probes_can_be_left_out() {
        let traffic = traffic();
        let mut query = Query::default();
        query.without_probes = true;
        assert_eq!(in_slots(&traffic.snapshot().slots, &query, 0, &|| false), [1800]);
    }

    #[test]
    fn a_search_can_go_on_from_a_place_and_be_stopped() {
        let traffic = traffic();
        let slots = traffic.snapshot().slots;
        let query = Parsed::of("status:401").query;
        let all = in_slots(&slots, &query, 0, &|| false);
        let rest = in_slots(&slots, &query, 1000, &|| false);
        assert_eq!(rest, all.into_iter().filter(|place| *place >= 1000).collect::<Vec<_>>());
        assert!(in_slots(&slots, &query, 0, &|| true).is_empty());
    }
}
