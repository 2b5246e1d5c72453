//! Forged tokens and tried attacks, as text and as JSON.

use std::io::Write;

use lockstep_shared::design::Design;
use serde_json::{Value, json};

use super::Format;
use crate::inspect::forge::{Attack, Forged, NotApplicable};
use crate::lab::trial::{Trial, Variant};
use crate::report::escape;

type Made = (Attack, Result<Vec<Forged>, NotApplicable>);

/// The attacks there are.
pub(super) fn list(out: &mut dyn Write, as_json: bool) -> std::io::Result<()> {
    if as_json {
        let attacks: Vec<Value> =
            Attack::ALL.iter().map(|attack| json!({ "attack": attack.name(), "what": attack.told() })).collect();
        return line(out, &json!({ "schema": "lockstep.attacks/1", "attacks": attacks }));
    }
    Attack::ALL.iter().try_for_each(|attack| writeln!(out, "{:18} {}", attack.name(), attack.told()))
}

pub(super) fn resigned(out: &mut dyn Write, token: &str, format: Format) -> std::io::Result<()> {
    match format {
        Format::Json => line(out, &json!({ "schema": "lockstep.forge/1", "signed": token })),
        Format::Text | Format::Tokens => writeln!(out, "{token}"),
    }
}

pub(super) fn forged(out: &mut dyn Write, made: &[Made], format: Format) -> std::io::Result<()> {
    if format == Format::Json {
        return line(out, &in_json(made));
    }
    for (attack, forged) in made {
        match forged {
            Ok(forged) => {
                for one in forged {
                    if format == Format::Text {
                        writeln!(out, "{attack}: {}", one.variant)?;
                        if let Some(keys) = &one.publishes {
                            writeln!(out, "  to be found at that address: {keys}")?;
                        }
                    }
                    writeln!(out, "{}", one.credential)?;
                }
            }
            Err(why) if format == Format::Text => writeln!(out, "{attack}: not made, for {why}")?,
            Err(_) => {}
        }
        if format == Format::Text {
            writeln!(out)?;
        }
    }
    Ok(())
}

fn in_json(made: &[Made]) -> Value {
    let (mut tokens, mut not_made) = (Vec::new(), Vec::new());
    for (attack, forged) in made {
        match forged {
            Ok(forged) => tokens.extend(forged.iter().map(|one| {
                let Forged { variant, credential, publishes, .. } = one;
                json!({ "attack": attack.name(), "variant": variant, "token": credential, "publishes": publishes })
            })),
            Err(why) => not_made.push(json!({ "attack": attack.name(), "why": why.to_string() })),
        }
    }
    json!({ "schema": "lockstep.forge/1", "forged": tokens, "not_made": not_made })
}

/// What a design accepted, one attack a line.
pub(super) fn trials(out: &mut dyn Write, design: &Design, trials: &[Trial], as_json: bool) -> std::io::Result<()> {
    let fallen = trials.iter().filter(|trial| trial.accepted().next().is_some()).count();
    let holes = trials.iter().filter(|trial| trial.is_a_hole()).count();
    if as_json {
        let attacks: Vec<Value> = trials.iter().map(trial).collect();
        let all = json!({
            "schema": "lockstep.forge-all/1",
            "design": design.id,
            "accepted": fallen,
            "holes": holes,
            "attacks": attacks,
        });
        return line(out, &all);
    }
    writeln!(out, "Every attack against {} ({})\n", design.id, design.title)?;
    writeln!(out, "{:18} {:>5} {:>9}  why", "attack", "sent", "accepted")?;
    for trial in trials {
        let (sent, accepted) = match &trial.variants {
            Ok(variants) => (variants.len().to_string(), trial.accepted().count().to_string()),
            Err(_) => ("-".to_owned(), "-".to_owned()),
        };
        writeln!(out, "{:18} {sent:>5} {accepted:>9}  {}", trial.attack.name(), trial.told())?;
    }
    let sent = trials.iter().filter(|trial| trial.variants.is_ok()).count();
    let sent_none = trials.len() - sent;
    writeln!(out, "\n{fallen} of {sent} attacks went through; {sent_none} have no object here.")?;
    match fallen > holes {
        true => writeln!(
            out,
            "Whoever has the key that a server signs with is let in: leaked-key is no hole of the design."
        ),
        false => Ok(()),
    }
}

fn trial(trial: &Trial) -> Value {
    let variant = |variant: &Variant| {
        json!({
            "variant": variant.name,
            "exchange": variant.number,
            "accepted": variant.taken_for.is_some(),
            "taken_for": variant.taken_for.as_ref().map(|me| json!({ "id": me.id, "role": me.role.to_string() })),
            "verdict": variant.verdict,
            "why": variant.why,
        })
    };
    let accepted = trial.accepted().count();
    let status = match &trial.variants {
        Err(_) => "not-applicable",
        Ok(_) if accepted > 0 => "accepted",
        Ok(_) => "refused",
    };
    let variants: Vec<Value> = trial.variants.iter().flatten().map(variant).collect();
    json!({
        "attack": trial.attack.name(),
        "status": status,
        "why": trial.told(),
        "sent": variants.len(),
        "accepted": accepted,
        "variants": variants,
    })
}

fn line(out: &mut dyn Write, value: &Value) -> std::io::Result<()> {
    writeln!(out, "{}", escape::json(&value.to_string()))
}
