//! `lockstep inspect --batch`: a JSON object a line in, a result a line out, in the same order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use anyhow::{Context, anyhow, bail};
use lockstep_shared::clock::LabTime;
use serde_json::Value;

use super::json;
use crate::cli::Found;
use crate::inspect::cookies;
use crate::inspect::decode::{Object, twice};
use crate::inspect::examine::examine;
use crate::inspect::keys::Keys;
use crate::inspect::verify::Expect;

/// A line is held as a whole, so it has its limit.
const MOST_OCTETS: usize = 8 * 1024 * 1024;

/// What a line about a token can have.
const KNOWN: [&str; 10] = ["token", "key", "jwks", "secret", "secret_base64url", "at", "aud", "iss", "typ", "leeway"];

/// Reads lines from a file, or from the standard input where it is `-`, until they end. What the command line says
/// holds for each line that says nothing of its own.
pub(super) fn run(from: &str, keys: &Keys, expect: &Expect) -> anyhow::Result<Found> {
    let source: Box<dyn Read> = match from {
        "-" => Box::new(io::stdin()),
        path => Box::new(File::open(path).with_context(|| format!("--batch {path}: it can't be opened"))?),
    };
    let mut lines = BufReader::with_capacity(64 * 1024, source);
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut refused, mut bad, mut number) = (0_u64, 0_u64, 0_u64);
    let mut line = Vec::new();
    loop {
        // Whoever sends one line and waits for its answer gets it.
        if lines.buffer().is_empty() {
            out.flush()?;
        }
        let Some(fits) = next(&mut lines, &mut line).with_context(|| format!("--batch {from}: it can't be read"))?
        else {
            break;
        };
        number += 1;
        let mut told = match fits {
            true => one(&line, keys, expect),
            false => json::error(&format!("the line is too long: at most {MOST_OCTETS} octets are read")),
        };
        match told["exit"].as_u64() {
            Some(0) => {}
            Some(1) => refused += 1,
            _ => bad += 1,
        }
        if let Value::Object(told) = &mut told {
            told.insert("line".to_owned(), number.into());
        }
        writeln!(out, "{}", json::line(&told))?;
    }
    out.flush()?;
    if bad > 0 {
        bail!("{bad} of the lines could not be read: the answer to each says why");
    }
    Ok(if refused > 0 { Found::Unexpected } else { Found::AsExpected })
}

/// The next line, without its end, and whether it fits; what does not fit is passed over.
fn next(lines: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let mut fits = true;
    let mut any = false;
    loop {
        let there = match lines.fill_buf() {
            Ok(there) => there,
            Err(again) if again.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if there.is_empty() {
            return Ok(any.then_some(fits));
        }
        any = true;
        let end = there.iter().position(|octet| *octet == b'\n');
        let piece = &there[..end.unwrap_or(there.len())];
        fits &= line.len() + piece.len() <= MOST_OCTETS;
        if fits {
            line.extend_from_slice(piece);
        }
        let used = piece.len() + usize::from(end.is_some());
        lines.consume(used);
        if end.is_some() {
            return Ok(Some(fits));
        }
    }
}

/// What comes of one line.
fn one(line: &[u8], keys: &Keys, expect: &Expect) -> Value {
    answer(line, keys, expect).unwrap_or_else(|why| json::error(&format!("{why:#}")))
}

fn answer(line: &[u8], keys: &Keys, expect: &Expect) -> anyhow::Result<Value> {
    if line.trim_ascii().is_empty() {
        bail!("the line is empty");
    }
    let asked: Value = serde_json::from_slice(line).map_err(|why| anyhow!("the line is no JSON: {why}"))?;
    let Value::Object(asked) = asked else { bail!("the line is no JSON object") };
    if let Some(name) = twice::names(line).first() {
        bail!("{name:?} stands in the line twice");
    }
    if asked.contains_key("set_cookie") {
        if asked.contains_key("token") {
            bail!("the line has `token` and `set_cookie`: ask about one of them");
        }
        return Ok(match cookies::answer(&Value::Object(asked), expect.at) {
            Ok(mut told) => {
                told["exit"] = 0.into();
                told
            }
            Err(why) => serde_json::json!({ "schema": cookies::SCHEMA, "error": why, "exit": 2 }),
        });
    }
    let token = text(&asked, "token")?.context("the line has no `token`")?;
    let own = own_keys(&asked)?;
    let expect = own_expectations(&asked, expect)?;
    let mut told = json::told(&examine(token, own.as_ref().unwrap_or(keys), &expect), &expect);
    // A check that is misspelt must not pass for one that was made.
    let ignored: Vec<&String> = asked.keys().filter(|name| !KNOWN.contains(&name.as_str())).collect();
    if !ignored.is_empty() {
        told["ignored"] = serde_json::json!(ignored);
    }
    Ok(told)
}

/// The keys that the line has.
fn own_keys(asked: &Object) -> anyhow::Result<Option<Keys>> {
    let given: Vec<&str> =
        ["key", "jwks", "secret", "secret_base64url"].into_iter().filter(|name| asked.contains_key(*name)).collect();
    let name = match given[..] {
        [] => return Ok(None),
        [name] => name,
        _ => bail!("the line has {}: one of them is what to check with", given.join(" and ")),
    };
    let keys = match (name, &asked[name]) {
        ("key", Value::String(text)) => Keys::read(text.as_bytes()),
        ("key", json) if json.get("keys").is_none() => Keys::jwk(json),
        ("secret", Value::String(text)) => Ok(Keys::secret(text)),
        ("secret_base64url", Value::String(text)) => Keys::secret_base64url(text),
        ("key" | "jwks", json) => Keys::jwks(json),
        _ => bail!("`{name}` is no text"),
    };
    Ok(Some(keys.with_context(|| format!("`{name}`"))?))
}

fn own_expectations(asked: &Object, usual: &Expect) -> anyhow::Result<Expect> {
    let mut expect = usual.clone();
    match asked.get("at") {
        None => {}
        Some(Value::String(text)) => expect.at = text.parse().context("`at`")?,
        Some(Value::Number(secs)) => {
            let moment = secs.as_f64().and_then(LabTime::from_epoch_secs);
            expect.at = moment.context("`at` is no moment between 1970 and the year 9999")?;
        }
        Some(_) => bail!("`at` is neither a text nor a number of seconds"),
    }
    match asked.get("aud") {
        None => {}
        Some(Value::String(one)) => expect.audience = vec![one.clone()],
        Some(Value::Array(all)) => {
            let texts = all.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<_>>();
            expect.audience = texts.context("`aud` has something in its list that is no text")?;
        }
        Some(_) => bail!("`aud` is neither a text nor a list of them"),
    }
    if let Some(issuer) = text(asked, "iss")? {
        expect.issuer = Some(issuer.to_owned());
    }
    if let Some(typ) = text(asked, "typ")? {
        expect.typ = Some(typ.to_owned());
    }
    if let Some(leeway) = asked.get("leeway") {
        let fits = leeway.as_u64().filter(|secs| *secs <= super::MOST_LEEWAY_SECS);
        expect.leeway_secs = fits.context("`leeway` is no number of seconds up to a day")?;
    }
    Ok(expect)
}

fn text<'a>(asked: &'a Object, name: &str) -> anyhow::Result<Option<&'a str>> {
    match asked.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => bail!("`{name}` is no text"),
    }
}
