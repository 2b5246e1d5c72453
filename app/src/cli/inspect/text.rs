//! The result for people: the verdict first, then what is in the token.

use std::io::{self, Write};

use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;
use serde::Serialize;

use crate::inspect::decode::Jws;
use crate::inspect::verify::{Expect, Times, Verdict};
use crate::report::escape;

/// Tells it all.
pub(super) fn tell(out: &mut dyn Write, jws: &Jws, verdict: &Verdict, expect: &Expect) -> io::Result<()> {
    let signature = match verdict.signature.valid {
        Some(true) => "SIGNATURE VALID",
        Some(false) => "SIGNATURE INVALID",
        None => "SIGNATURE NOT CHECKED",
    };
    let why = verdict.signature.why.trim_end_matches(": not checked").trim_start_matches("not checked: ");
    writeln!(out, "{signature}: {why}")?;
    for refused in &verdict.refused {
        writeln!(out, "REFUSED: {}: {}", refused.claim, refused.why)?;
    }
    for oddity in &jws.oddities {
        writeln!(out, "odd: {oddity}")?;
    }
    writeln!(out, "\nheader\n{}", pretty(&jws.header))?;
    match jws.claims() {
        Ok(claims) => writeln!(out, "\npayload\n{}", pretty(&claims))?,
        Err(_) => writeln!(out, "\npayload (no claims)\n{}", String::from_utf8_lossy(&jws.payload))?,
    }
    times(out, &verdict.times, expect)
}

fn times(out: &mut dyn Write, times: &Times, expect: &Expect) -> io::Result<()> {
    writeln!(out, "\ntimes: {}, at {}", times.state.name(), expect.at)?;
    for (name, secs) in [("issued", times.issued), ("not before", times.not_before), ("expires", times.expires)] {
        let Some(moment) = secs.and_then(LabTime::from_epoch_secs) else { continue };
        let far = if moment > expect.at {
            format!("in {}", in_words(moment.since(expect.at)))
        } else {
            format!("{} ago", in_words(expect.at.since(moment)))
        };
        writeln!(out, "  {name:10}  {moment}  {far}  ({} here)", moment.local_long())?;
    }
    Ok(())
}

fn pretty(json: &impl Serialize) -> String {
    escape::json(&serde_json::to_string_pretty(json).expect("what was read from JSON can be written"))
}
