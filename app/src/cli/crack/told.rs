//! What a search has to say, as text and as JSON: what it found, how fast it was, and why that can be believed.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep_shared::span::in_words;
use serde_json::json;

use crate::inspect::crack::{Ended, LONGEST_KEY, Place, Plan, Progress, Report};
use crate::lab::digest::grouped;
use crate::report::escape;

/// One line while it goes on.
pub(super) fn progress(progress: &Progress) -> String {
    let rate = rate(progress.per_second);
    let tried = grouped(progress.place.tried);
    match (progress.all, progress.left) {
        (Some(all), Some(left)) => {
            let share = 100.0 * progress.place.tried as f64 / all.max(1.0);
            format!("{tried} tried, {share:.1} %, {rate} on {}, {} left", threads(progress.jobs), long(left))
        }
        _ => format!("{tried} tried, {rate} on {}", threads(progress.jobs)),
    }
}

pub(super) fn text(
    out: &mut dyn Write,
    plan: &Plan,
    from: Place,
    report: &Report,
    resume: Option<&Path>,
) -> std::io::Result<()> {
    match &report.ended {
        Ended::Found { secret, number } => {
            writeln!(out, "Found: {}", shown(secret))?;
            let octets = secret.len();
            let blank = if octets == 0 { ", the blank one" } else { "" };
            writeln!(out, "  a secret of {octets} octets{blank}, candidate {}", grouped(*number))?;
        }
        Ended::NotFound => writeln!(out, "Not found: it is none of {} candidates.", grouped(report.place.tried))?,
        Ended::Stopped => {
            let on = match resume {
                Some(path) => format!("the same command with --resume {} goes on from there", path.display()),
                None => "with --resume FILE it could go on from there".to_owned(),
            };
            writeln!(out, "Stopped after {} candidates without finding it: {on}.", grouped(report.place.tried))?;
        }
    }
    if from.tried > 0 {
        writeln!(out, "  {} of them were tried before, as the session says", grouped(from.tried))?;
    }
    let seconds = report.elapsed.as_secs_f64();
    if let Some(limit) = report.limit {
        let done = report.compressions as f64 / seconds;
        writeln!(
            out,
            "Rate: {} on {} for {}: {} compressions/s, {:.2} of the {} that {} alone reaches here",
            rate(report.tried as f64 / seconds),
            threads(plan.jobs),
            long(report.elapsed),
            short(done),
            done / limit,
            short(limit),
            plan.target.hash.name(),
        )?;
    }
    writeln!(
        out,
        "Checked: {} hashed with {}, {} for each that fits into a block",
        counted(report.tried, "candidate"),
        counted(report.compressions, "compression"),
        plan.target.compressions(),
    )?;
    if report.planted > 0 {
        let planted = counted(report.planted, "known answer");
        writeln!(out, "  {planted}, made by other code and planted at random, found at the right place")?;
    }
    if matches!(report.ended, Ended::Found { .. }) {
        writeln!(out, "  the secret makes this signature by other code as well")?;
    }
    if report.left_out > 0 {
        writeln!(out, "Left out: {} of more than {LONGEST_KEY} octets", counted(report.left_out, "line"))?;
    }
    Ok(())
}

pub(super) fn json(out: &mut dyn Write, plan: &Plan, from: Place, report: &Report) -> std::io::Result<()> {
    let (outcome, secret, number) = match &report.ended {
        Ended::Found { secret, number } => ("found", Some(secret), Some(number)),
        Ended::NotFound => ("not-found", None, None),
        Ended::Stopped => ("stopped", None, None),
    };
    let seconds = report.elapsed.as_secs_f64();
    let done = report.compressions as f64 / seconds;
    let value = json!({
        "schema": "lockstep.crack/1",
        "outcome": outcome,
        "secret": secret.and_then(|secret| str::from_utf8(secret).ok()),
        "secret_base64url": secret.map(|secret| BASE64_URL_SAFE_NO_PAD.encode(secret)),
        "number": number,
        "hash": plan.target.hash.name(),
        "jobs": plan.jobs,
        "tried": report.tried,
        "tried_before": from.tried,
        "seconds": seconds,
        "per_second": report.tried as f64 / seconds,
        "compressions": report.compressions,
        "compressions_a_candidate": plan.target.compressions(),
        "compressions_a_second": done,
        "limit_a_second": report.limit,
        "share_of_limit": report.limit.map(|limit| done / limit),
        "planted": report.planted,
        "lines_left_out": report.left_out,
    });
    writeln!(out, "{}", escape::json(&format!("{value:#}")))
}

/// A secret as text, or as octets where it is none that a terminal can show.
fn shown(secret: &[u8]) -> String {
    match str::from_utf8(secret) {
        Ok(text)
            if text.chars().all(|c| c.is_ascii_graphic() || c == ' ' || (!c.is_ascii() && c.is_alphanumeric())) =>
        {
            text.to_owned()
        }
        _ => {
            let digits: String = secret.iter().map(|octet| format!("{octet:02x}")).collect();
            format!("$HEX[{digits}]")
        }
    }
}

/// `3.94 M/s`
fn rate(per_second: f64) -> String {
    short(per_second) + "/s"
}

/// `3.94 M`
fn short(number: f64) -> String {
    match number {
        0.0..1e4 => format!("{number:.0}"),
        1e4..1e6 => format!("{:.1} k", number / 1e3),
        1e6..1e9 => format!("{:.2} M", number / 1e6),
        _ => format!("{:.2} G", number / 1e9),
    }
}

fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

fn threads(jobs: usize) -> String {
    counted(jobs as u64, "thread")
}

/// A time to wait, which may be longer than anybody waits.
fn long(time: Duration) -> String {
    const YEAR: u64 = 365 * 86_400;
    match time.as_secs() {
        0..120 => format!("{:.1} s", time.as_secs_f64()),
        secs if secs < 2 * YEAR => in_words(Duration::from_secs(secs)),
        secs => format!("{} years", grouped(secs / YEAR)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_can_not_move_the_cursor() {
        assert_eq!(shown(b"your-256-bit secret"), "your-256-bit secret");
        assert_eq!(shown("größe".as_bytes()), "größe");
        assert_eq!(shown(b"\x1b[2J"), "$HEX[1b5b324a]");
        assert_eq!(shown("a\u{202e}b".as_bytes()), "$HEX[61e280ae62]");
        assert_eq!(shown(b"\xff"), "$HEX[ff]");
    }

    #[test]
    fn times_and_rates_are_short() {
        assert_eq!([rate(950.0), rate(20_500.0), rate(3.94e6)], ["950/s", "20.5 k/s", "3.94 M/s"]);
        assert_eq!(long(Duration::from_secs_f64(1.25)), "1.2 s");
        assert_eq!(long(Duration::from_secs(u64::MAX)), "584,942,417,355 years");
    }
}
