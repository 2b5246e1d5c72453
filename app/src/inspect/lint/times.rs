//! The moments that a token names, held against each other and against now.

use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::span::in_words;

use super::claims::DATES;
use super::{Findings, Kind};
use crate::inspect::decode::Object;

/// The year 5138 in seconds, and 1973 in milliseconds: a number past it was meant as the latter.
const MILLISECONDS_FROM: f64 = 1e11;
/// The year 33658 in milliseconds.
const MILLISECONDS_TO: f64 = 1e15;
/// How far two honest clocks differ.
const TOLERANCE_SECS: f64 = 300.0;
/// What nobody calls short-lived, whatever it is for.
const VERY_LONG_SECS: f64 = 366.0 * 86_400.0;

pub(super) fn look(claims: &Object, kind: Kind, now: LabTime, out: &mut Findings) {
    let mut odd = false;
    for name in DATES {
        let Some(secs) = date(claims, name) else { continue };
        odd |= improbable(name, secs, out);
    }
    // What is no second of our time can't be compared with what is.
    if odd {
        return;
    }
    let now = now.millis() as f64 / 1000.0;
    let [exp, nbf, iat] = ["exp", "nbf", "iat"].map(|name| date(claims, name));
    for (first, then, early, late) in [("iat", "exp", iat, exp), ("nbf", "exp", nbf, exp)] {
        if let (Some(early), Some(late)) = (early, late)
            && late <= early
        {
            let why = "It was never valid; whoever made it has its clock or its claims mixed up.";
            out.medium("times-disordered", "RFC 7519 section 4.1", format!("`{then}` is not after `{first}`"), why);
        }
    }
    if let Some(iat) = iat
        && iat > now + TOLERANCE_SECS
    {
        let what = format!("`iat` is in the future, by {}", words(iat - now));
        let why =
            "It was made by a clock that is wrong, or by somebody who wants it to count as newer than a revocation.";
        out.low("iat-future", "RFC 7519 section 4.1.6", what, why);
    }
    if let Some(exp) = exp {
        lifetime(exp - iat.or(nbf).unwrap_or(now), kind, out);
    }
}

/// Whether the number can't be what it should be.
fn improbable(name: &str, secs: f64, out: &mut Findings) -> bool {
    let source = "RFC 7519 section 2";
    if secs > MILLISECONDS_TO {
        let why = "A reader that adds to it may come out in the past, or at none at all.";
        out.medium("time-too-far", source, format!("`{name}` lies beyond any year that has a name"), why);
    } else if secs >= MILLISECONDS_FROM {
        let what = format!("`{name}` counts milliseconds, and has to count seconds");
        let why = match name {
            "exp" => "Read as seconds it lies tens of thousands of years ahead, so the token never ends.",
            _ => "Read as seconds it lies tens of thousands of years ahead.",
        };
        out.high("time-in-milliseconds", source, what, why);
    } else if secs < 0.0 {
        out.medium(
            "time-negative",
            source,
            format!("`{name}` lies before 1970"),
            "Some readers take it for a huge number.",
        );
    } else {
        return false;
    }
    true
}

fn lifetime(secs: f64, kind: Kind, out: &mut Findings) {
    let long = kind.long_secs();
    if secs <= long as f64 {
        return;
    }
    let what = format!("It lives for {}, and is {kind}", words(secs));
    let why =
        format!("A stolen copy works as long as that; {} is long for its kind.", in_words(Duration::from_secs(long)));
    let source = "ASVS 5.0 9.2.1, RFC 6819 section 5.1.5.3";
    let much = secs > 24.0 * long as f64 || secs > VERY_LONG_SECS;
    if much { out.medium("lifetime-long", source, what, why) } else { out.low("lifetime-long", source, what, why) }
}

fn date(claims: &Object, name: &str) -> Option<f64> {
    claims.get(name)?.as_f64()
}

fn words(secs: f64) -> String {
    in_words(Duration::try_from_secs_f64(secs.max(0.0)).unwrap_or(Duration::MAX))
}
