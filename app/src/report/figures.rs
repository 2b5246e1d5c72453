//! A comparison's sums and its physical limit, as the same sentences in every report.

use std::fmt::Write as _;
use std::time::Duration;

use lockstep_shared::span::in_words;

use crate::lab::digest::grouped;
use crate::lab::outcome::{Comparison, Totals};

pub(super) fn totals(comparison: &Comparison) -> [String; 2] {
    let Totals { cells, ran, not_applicable, broken, unexpected, logins, exchanges, wall_ms, .. } = comparison.totals;
    let exchanges = counted(exchanges, "exchange");
    [
        format!(
            "{}: {ran} ran, {not_applicable} not applicable, {broken} broken, {unexpected} unexpected",
            counted(cells, "cell")
        ),
        match comparison.is_part {
            // How many log-ins and how much of the time were its own, nobody noted.
            true => format!("{exchanges}, as a part of what was measured together"),
            false => format!("{} and {exchanges} in {}", counted(logins, "login"), short(ms(wall_ms))),
        },
    ]
}

/// The physical limit with its factors, and how far from it the run was.
pub(super) fn floor(comparison: &Comparison) -> Option<String> {
    let (floor, totals) = (comparison.floor, comparison.totals);
    if totals.floor_ms == 0 || comparison.is_part {
        return None;
    }
    let mut line = format!(
        "Floor {}, the baseline's share included = ({} × {} + {} × {}) ÷ {}",
        short(ms(totals.floor_ms)),
        counted(floor.hashes, "hash"),
        short(floor.hash),
        counted(floor.exchanges, "exchange"),
        short(floor.exchange),
        counted(floor.cores.into(), "core"),
    );
    let times = totals.wall_ms as f64 / totals.floor_ms as f64;
    write!(line, "; this run took {times:.1} times that").expect("a String takes all");
    Some(line)
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A short real duration: `22 µs`, `14.2 ms`, `3.1 s`, `2 min 5 s`.
fn short(duration: Duration) -> String {
    let micros = duration.as_micros();
    match micros {
        0..1000 => format!("{micros} µs"),
        1000..1_000_000 if micros.is_multiple_of(1000) => format!("{} ms", micros / 1000),
        1000..1_000_000 => format!("{:.1} ms", micros as f64 / 1000.0),
        1_000_000..120_000_000 => format!("{:.1} s", duration.as_secs_f64()),
        _ => in_words(duration),
    }
}

/// `1 cell`, `2 hashes`, `160,123 exchanges`
pub(super) fn counted(number: u64, noun: &str) -> String {
    let ending = match (number, noun.ends_with('h')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{} {noun}{ending}", grouped(number))
}

/// `1 cell is`, `3 cells are`
pub(super) fn counted_are(number: u64, noun: &str) -> String {
    format!("{} {}", counted(number, noun), if number == 1 { "is" } else { "are" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        let cases =
            [(22, "22 µs"), (14_200, "14.2 ms"), (55_000, "55 ms"), (3_140_000, "3.1 s"), (125_000_000, "2 min 5 s")];
        for (micros, text) in cases {
            assert_eq!(short(Duration::from_micros(micros)), text);
        }
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
