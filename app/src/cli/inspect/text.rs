//! The result for people: the verdict first, then what is in the token.

use std::io::{self, Write};

use lockstep_shared::clock::LabTime;
use serde::Serialize;

use crate::inspect::claims;
use crate::inspect::decode::{Malformed, Object, Part};
use crate::inspect::examine::{Examined, Outcome};
use crate::inspect::lint::{Finding, Severity};
use crate::inspect::nested::Inner;
use crate::inspect::recognise::{Jwe, Recognised};
use crate::inspect::verify::Expect;
use crate::report::escape;

/// Tells it all; of what is no token nothing, for that is an error.
pub(super) fn tell(out: &mut dyn Write, examined: &Examined, expect: &Expect) -> io::Result<()> {
    if examined.outcome() == Outcome::Malformed {
        return Ok(());
    }
    let signature = match examined.signature.valid {
        Some(true) => "SIGNATURE VALID",
        Some(false) => "SIGNATURE INVALID",
        None => "SIGNATURE NOT CHECKED",
    };
    let why = examined.signature.why.trim_end_matches(": not checked").trim_start_matches("not checked: ");
    writeln!(out, "{signature}: {why}")?;
    for refused in examined.verdict.iter().flat_map(|verdict| &verdict.refused) {
        writeln!(out, "REFUSED: {}: {}", refused.claim, refused.why)?;
    }
    let place = examined.found.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    writeln!(out, "\n{}{place}", examined.found.what)?;
    if let (Some(jws), Some(verdict)) = (examined.token(), &examined.verdict) {
        for oddity in &jws.oddities {
            writeln!(out, "odd: {oddity}")?;
        }
        writeln!(out, "\nheader\n{}", pretty(&jws.header))?;
        explained(out, Part::Header, &jws.header, expect.at)?;
        match jws.claims() {
            Ok(claims) => {
                writeln!(out, "\npayload\n{}", pretty(&claims))?;
                explained(out, Part::Payload, &claims, expect.at)?;
            }
            Err(_) => writeln!(out, "\npayload\n{}", String::from_utf8_lossy(&jws.payload))?,
        }
        if let Some(inner) = &examined.inner {
            self::inner(out, inner, expect.at)?;
        }
        writeln!(out, "\ntimes: {}, at {}", verdict.times.state.name(), expect.at)?;
    }
    if let Recognised::Jwe(jwe) = &examined.found.what {
        encrypted(out, jwe, expect.at)?;
    }
    findings(out, &examined.findings)?;
    if !examined.others.is_empty() {
        writeln!(out, "\nThere is more in this text, which can be inspected by itself:")?;
    }
    for other in &examined.others {
        writeln!(
            out,
            "  {}{}",
            other.what,
            other.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default()
        )?;
    }
    Ok(())
}

/// The header of an encrypted token, and how long the rest is.
fn encrypted(out: &mut dyn Write, jwe: &Jwe, now: LabTime) -> io::Result<()> {
    for oddity in &jwe.oddities {
        writeln!(out, "odd: {oddity}")?;
    }
    writeln!(out, "\nheader\n{}", pretty(&jwe.header))?;
    explained(out, Part::Header, &jwe.header, now)?;
    let [key, vector, text, tag] = jwe.lengths;
    writeln!(out, "\noctets: encrypted key {key}, initialisation vector {vector}, ciphertext {text}, tag {tag}")
}

/// The token in the payload, one level down.
fn inner(out: &mut dyn Write, inner: &Result<Inner, Malformed>, now: LabTime) -> io::Result<()> {
    let inner = match inner {
        Ok(inner) => inner,
        Err(why) => return writeln!(out, "\ninside: the header says that there is a token, and there is none: {why}"),
    };
    writeln!(out, "\ninside, as the payload: {}", inner.what)?;
    writeln!(out, "  Nothing of it is checked here, neither its signature nor its times: inspect it by itself.")?;
    match &inner.what {
        Recognised::Jwe(jwe) => encrypted(out, jwe, now)?,
        Recognised::Jws(jws) => {
            writeln!(out, "\nheader inside\n{}", pretty(&jws.header))?;
            explained(out, Part::Header, &jws.header, now)?;
            match jws.claims() {
                Ok(claims) => {
                    writeln!(out, "\npayload inside\n{}", pretty(&claims))?;
                    explained(out, Part::Payload, &claims, now)?;
                }
                Err(_) => writeln!(out, "\npayload inside\n{}", String::from_utf8_lossy(&jws.payload))?,
            }
        }
        _ => {}
    }
    match inner.deeper {
        0 => Ok(()),
        1 => writeln!(out, "  That one holds another token, which is not shown."),
        deeper => writeln!(out, "  That one holds another, and so on: {deeper} more, which are not shown."),
    }
}

fn findings(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    if !findings.is_empty() {
        writeln!(out, "\nfindings")?;
    }
    for finding in findings {
        let severity = match finding.severity {
            Severity::High => "HIGH",
            Severity::Medium => "medium",
            Severity::Low => "low",
        };
        writeln!(out, "  {severity:6}  {}  ({}; {})", finding.what, finding.id, finding.source)?;
        writeln!(out, "          {}", finding.why)?;
    }
    Ok(())
}

/// Each member that is registered, in a sentence; moments in the world's time and in that of this machine.
fn explained(out: &mut dyn Write, part: Part, members: &Object, now: LabTime) -> io::Result<()> {
    for (name, value) in members {
        let Some(meaning) = claims::meaning(part, name) else { continue };
        let said = match claims::moment(name, value, now) {
            Some(moment) if part == Part::Payload => {
                Some(format!("{}, {} ({} here)", moment.utc, moment.left, moment.local))
            }
            _ => claims::in_plain_words(part, name, value, now),
        };
        writeln!(out, "  {name}: {} ({})", meaning.sentence, meaning.source)?;
        if let Some(said) = said {
            writeln!(out, "      {said}")?;
        }
    }
    Ok(())
}

fn pretty(json: &impl Serialize) -> String {
    escape::json(&serde_json::to_string_pretty(json).expect("what was read from JSON can be written"))
}
