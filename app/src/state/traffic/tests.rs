//! What is remembered, what is dropped, and what a place means.

use super::made::{Made, PROBE, exchange, probes};
use super::*;

fn numbers(traffic: &Traffic) -> Vec<(Side, usize)> {
    traffic.rows().map(|row| (row.side, row.exchange.number)).collect()
}

#[test]
fn places_stay_while_the_oldest_make_room() {
    let mut traffic = Traffic::within(Limits { rows: 2000, bytes: usize::MAX });
    traffic.take_in(Side::Left, probes(1..2001));
    assert_eq!((traffic.len(), traffic.first(), traffic.dropped), (2000, 0, 0));
    let place = traffic.place_of(Side::Left, 1800).expect("is there");
    traffic.take_in(Side::Left, probes(2001..2002));
    assert!(traffic.len() <= 2000 && traffic.dropped > 0);
    assert_eq!(traffic.len() + traffic.dropped as usize, 2001);
    assert_eq!(traffic.first(), traffic.dropped as usize);
    assert_eq!(traffic.at_place(place).map(|row| row.exchange.number), Some(1800));
    assert!(traffic.exchange(Side::Left, 1).is_none() && traffic.at_place(0).is_none());
    assert_eq!(traffic.row(0).map(|row| row.exchange.number), Some(traffic.dropped as usize + 1));
}

#[test]
fn memory_is_bounded_whatever_the_exchanges_are_like() {
    let limit = 8 << 20;
    let mut traffic = Traffic::within(Limits { rows: MOST, bytes: limit });
    for number in 1..200 {
        let body = "x".repeat(100_000);
        let large = Exchange { response_body: body, ..exchange(Made { number, ..PROBE }) };
        traffic.take_in(Side::Left, vec![Arc::new(large)]);
        // A chunk that is full drops at once, so one chunk more than the limit is the most there can be.
        assert!(traffic.bytes() <= limit + (5 << 20), "{} bytes", traffic.bytes());
    }
    assert!(traffic.dropped > 0 && traffic.len() > 10);
}

#[test]
fn a_forgotten_lane_is_gone_and_the_other_stays_as_it_was() {
    let mut traffic = Traffic::default();
    for number in 1..700 {
        for side in Side::BOTH {
            traffic.take_in(side, probes(number..number + 1));
        }
    }
    let before = traffic.generation();
    traffic.forget(Side::Left);
    assert!(traffic.generation() != before);
    assert_eq!(numbers(&traffic), (1..700).map(|number| (Side::Right, number)).collect::<Vec<_>>());
    assert_eq!((traffic.first(), traffic.end()), (0, 699));
    traffic.take_in(Side::Left, probes(1..2));
    assert_eq!(traffic.place_of(Side::Left, 1), Some(699));
    assert_eq!(traffic.of(Side::Left).count(), 1);
    let (bytes, all) = (traffic.bytes(), traffic.len());
    traffic.forget(Side::Right);
    assert!(traffic.bytes() < bytes && traffic.len() < all);
}

#[test]
fn a_snapshot_is_of_its_moment() {
    let mut traffic = Traffic::default();
    traffic.take_in(Side::Left, probes(1..4));
    let snapshot = traffic.snapshot();
    traffic.take_in(Side::Left, probes(4..9));
    assert_eq!(snapshot.slots.iter().map(|slot| slot.chunk.rows().len()).sum::<usize>(), 3);
    assert_eq!(traffic.len(), 8);
}
