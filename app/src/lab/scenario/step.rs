//! One step: who does what, whether it is the mark, and in which world it happens.

use std::collections::BTreeMap;
use std::fmt;

use lockstep_shared::clock::Skew;
use lockstep_shared::design::is_host_label;
use lockstep_shared::span::{Span, in_words};
use toml::{Table, Value};

use super::verb::{Copying, Verb};
use super::{Thief, parse};
use crate::lab::actor::Actor;
use crate::lab::rhythm::HORIZON;
use crate::lab::spelling::closest;

/// One step of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) by: Doer,
    pub(crate) verb: Verb,
    /// Access should end with this step: what is measured is counted from right after it.
    pub(crate) mark: bool,
    /// The one world in which the step happens; None: in each.
    pub(crate) only: Option<Thief>,
    /// The node that its requests go to, by number; None: to whichever the balancer chooses.
    pub(crate) node: Option<usize>,
}

/// Nodes of one server at the most.
const MOST_NODES: i64 = 8;

/// More groups than these would make a request too large to be answered at all.
const MOST_GROUPS: i64 = 1000;

/// Who does a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doer {
    Actor(Actor),
    Everyone,
    Server,
    /// Nobody does anything: time passes.
    Clock,
}

impl Doer {
    const ALL: [Self; 8] = [
        Self::Actor(Actor::Laptop),
        Self::Actor(Actor::Phone),
        Self::Actor(Actor::Attacker),
        Self::Actor(Actor::Bystander),
        Self::Actor(Actor::Admin),
        Self::Everyone,
        Self::Server,
        Self::Clock,
    ];

    /// The key in scenario files.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Actor(actor) => actor.name(),
            Self::Everyone => "everyone",
            Self::Server => "server",
            Self::Clock => "advance",
        }
    }
}

/// Reads one step; an error says what is wrong and what to write, and the caller says where.
pub(super) fn read(value: &Value) -> Result<Step, String> {
    let mut options = value.as_table().ok_or("a step is a table: write { laptop = \"log-in\" }")?.clone();
    let doers: Vec<Doer> = Doer::ALL.into_iter().filter(|doer| options.contains_key(doer.key())).collect();
    let by = match doers.as_slice() {
        [one] => *one,
        [] => return Err(nobody(&options)),
        [one, two, ..] => {
            return Err(format!("`{}` and `{}` in one step: each step has one doer", one.key(), two.key()));
        }
    };
    let what = options.remove(by.key()).expect("the key was just found");
    let mark = match options.remove("mark") {
        None => false,
        Some(Value::Boolean(mark)) => mark,
        Some(_) => return Err("`mark`: write true, or leave it out".to_owned()),
    };
    let only =
        options.remove("only").map(|only| one_of("only", &only, &Thief::ALL, |thief| thief.name())).transpose()?;
    let node = options.remove("node").map(|node| number("node", &node, MOST_NODES)).transpose()?;
    let verb = match (by, what.as_str()) {
        (Doer::Clock, _) => Verb::Advance { by: span("advance", &what)? },
        (_, Some(name)) => verb(by, name, &mut options)?,
        (_, None) => return Err(format!("`{}`: write its verb in quotes, such as \"log-in\"", by.key())),
    };
    if let Some((key, _)) = options.iter().next() {
        return Err(format!("`{}` takes no `{key}`", verb.name()));
    }
    if !verb.doers().include(by) {
        return Err(format!("{} can't `{}`: {}", by.key(), verb.name(), verb.doers().told()));
    }
    if node.is_some() && !matches!(by, Doer::Actor(_) | Doer::Everyone) {
        return Err(format!("`{}` takes no `node`: it says where an actor's requests go", by.key()));
    }
    Ok(Step { by, verb, mark, only, node })
}

/// The verb with its options, which are taken out of the table.
fn verb(by: Doer, name: &str, options: &mut Table) -> Result<Verb, String> {
    let mut take = |key: &str| options.remove(key).ok_or_else(|| format!("`{name}` needs `{key}`"));
    match name {
        "steal" => {
            let victims = [Actor::Laptop, Actor::Phone];
            let from = one_of("from", &take("from")?, &victims, |actor| actor.name())?;
            let by = one_of("by", &take("by")?, &[Copying::Device], |copying| copying.name())?;
            Ok(Verb::Steal { from, by })
        }
        "hold" => {
            let at = take("at")?;
            let at =
                at.as_str().filter(|at| parse::is_name(at)).ok_or("`at`: write a point such as \"before-save\"")?;
            let doing = take("doing")?;
            let doing = doing.as_str().ok_or("`doing`: write the verb in quotes, such as \"open-account\"")?;
            let verb =
                Verb::plain(doing).filter(Verb::can_be_held).ok_or_else(|| unknown_or(doing, "can't be held"))?;
            if !verb.doers().include(by) {
                return Err(format!("{} can't `{doing}`: {}", by.key(), verb.doers().told()));
            }
            Ok(Verb::Hold { at: at.to_owned(), doing: Box::new(verb) })
        }
        "rotate-key" => match options.remove("overlap") {
            None => Ok(Verb::RotateKey { overlap: false }),
            Some(Value::Boolean(overlap)) => Ok(Verb::RotateKey { overlap }),
            Some(_) => Err("`overlap`: write true, or leave it out".to_owned()),
        },
        "keep-trying" => {
            let quiet = options.remove("quiet").map(|quiet| actors(&quiet)).transpose()?.unwrap_or_default();
            let every = options.remove("every").map(|every| rhythms(&every)).transpose()?.unwrap_or_default();
            let length = options.remove("for").map(|length| span("for", &length)).transpose()?;
            if length.is_some_and(|length| length.duration() > HORIZON) {
                return Err(format!("`for`: at most {}", in_words(HORIZON)));
            }
            Ok(Verb::KeepTrying { length, quiet, every })
        }
        "grant-groups" => Ok(Verb::GrantGroups { count: number("count", &take("count")?, MOST_GROUPS)? }),
        "restart" => match options.remove("new_keys") {
            None => Ok(Verb::Restart { new_keys: false }),
            Some(Value::Boolean(new_keys)) => Ok(Verb::Restart { new_keys }),
            Some(_) => Err("`new_keys`: write true, or leave it out".to_owned()),
        },
        "add-node" => {
            let skew = options
                .remove("skew")
                .map(|skew| text("skew", &skew)?.parse::<Skew>().map_err(|bad| format!("`skew`: {bad}")));
            Ok(Verb::AddNode { skew: skew.transpose()?.unwrap_or(Skew::NONE) })
        }
        "move" => {
            let to = take("to")?;
            let to = text("to", &to)?;
            match is_host_label(to) {
                true => Ok(Verb::Move { to: to.to_owned() }),
                false => Err(format!("`to`: `{to}` can't stand before .localhost: use 1 to 63 of a-z, 0-9 and -")),
            }
        }
        "advance" => Err("time passes for all: write { advance = \"1m\" }".to_owned()),
        _ => Verb::plain(name).ok_or_else(|| unknown_or(name, "is not a verb of its own")),
    }
}

fn unknown_or(name: &str, known: &str) -> String {
    match Verb::NAMES.contains(&name) {
        true => format!("`{name}` {known}"),
        false => {
            let close = closest(name, Verb::NAMES).map(|close| format!("did you mean `{close}`? "));
            format!("unknown verb `{name}`: {}the verbs are {}", close.unwrap_or_default(), Verb::NAMES.join(", "))
        }
    }
}

fn nobody(options: &Table) -> String {
    let close = options.keys().find_map(|key| Some((key, closest(key, Doer::ALL.map(Doer::key))?)));
    let close = close.map(|(key, close)| format!("`{key}`: did you mean `{close}`? "));
    format!(
        "{}nobody does this step: it needs one of {}",
        close.unwrap_or_default(),
        Doer::ALL.map(Doer::key).join(", ")
    )
}

fn one_of<T: Copy>(key: &str, value: &Value, all: &[T], name: fn(T) -> &'static str) -> Result<T, String> {
    let found = value.as_str().and_then(|text| all.iter().copied().find(|one| name(*one) == text));
    let names: Vec<String> = all.iter().map(|one| format!("\"{}\"", name(*one))).collect();
    found.ok_or_else(|| format!("`{key}`: write {}", names.join(" or ")))
}

fn text<'a>(key: &str, value: &'a Value) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| format!("`{key}`: write a text in quotes"))
}

fn number(key: &str, value: &Value, most: i64) -> Result<usize, String> {
    let number = value.as_integer().filter(|number| (1..=most).contains(number));
    let number = number.and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| format!("`{key}`: write a number from 1 to {most}"))
}

fn span(key: &str, value: &Value) -> Result<Span, String> {
    let text = value.as_str().ok_or_else(|| format!("`{key}`: write a span of time in quotes, such as \"1m\""))?;
    let span: Span = text.parse().map_err(|bad| format!("`{key}`: {bad}"))?;
    (span > Span::ZERO).then_some(span).ok_or_else(|| format!("`{key}`: at least 1s"))
}

fn actors(value: &Value) -> Result<Vec<Actor>, String> {
    let names = value.as_array().ok_or("`quiet`: write a list such as [\"laptop\"]")?;
    names.iter().map(|name| one_of("quiet", name, &Actor::MEASURED, |actor| actor.name())).collect()
}

fn rhythms(value: &Value) -> Result<BTreeMap<Actor, Span>, String> {
    let table = value.as_table().ok_or("`every`: write a table such as { phone = \"45m\" }")?;
    let rhythm = |(name, every): (&String, &Value)| {
        let actor = one_of("every", &Value::String(name.clone()), &Actor::MEASURED, |actor| actor.name())?;
        Ok((actor, span(&format!("every.{name}"), every)?))
    };
    table.iter().map(rhythm).collect()
}

/// As a line of a script: `attacker: steal from laptop by device`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Verb::Advance { by } = &self.verb {
            return write!(f, "advance {by}");
        }
        write!(f, "{}: {}", self.by.key(), self.verb.name())?;
        if let Some(node) = self.node {
            write!(f, " at node {node}")?;
        }
        match &self.verb {
            Verb::Steal { from, by } => write!(f, " from {from} by {}", by.name()),
            Verb::RotateKey { overlap: true } => write!(f, " with overlap"),
            Verb::Hold { at, doing } => write!(f, " {} at {at}", doing.name()),
            Verb::GrantGroups { count } => write!(f, " to the victim, {count} of them"),
            Verb::Restart { new_keys: true } => f.write_str(" with new keys"),
            Verb::AddNode { skew } if *skew != Skew::NONE => write!(f, " whose clock is off by {skew}"),
            Verb::Move { to } => write!(f, " to {to}.localhost"),
            Verb::KeepTrying { length, quiet, every } => {
                if let Some(length) = length {
                    write!(f, " for {length}")?;
                }
                for actor in quiet {
                    write!(f, ", {actor} quiet")?;
                }
                for (actor, every) in every {
                    write!(f, ", {actor} every {every}")?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
