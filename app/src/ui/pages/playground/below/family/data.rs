//! What a family tree shows of a lane: its headings and boxes with their words, still without a place.

use lockstep_shared::clock::LabTime;

use super::words;
use crate::lab::actor::Actor;
use crate::lab::lineage::{Credential, Fate, Kind, Lineage, Login, OWN_END, Part};
use crate::state::command::Side;
use crate::state::model::{Lane, Model, Tone};
use crate::ui::text;
use crate::ui::widgets::secret::side_name;

/// One lane's trees.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    pub(super) title: String,
    pub(super) is_session: bool,
    /// How much there is, in a few words.
    pub(super) summary: String,
    pub(super) trees: Vec<Tree>,
}

/// One log-in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    pub(super) heading: Heading,
    /// Parents before their children.
    pub(super) boxes: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heading {
    pub(super) words: String,
    /// When, which exchange, and the server's name for it.
    pub(super) aside: String,
    /// What was noticed or what ended it.
    pub(super) ended: Option<String>,
    pub(super) alarm: bool,
    pub(super) exchange: usize,
    pub(super) spoken: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub(super) parent: Option<usize>,
    pub(super) shape: Shape,
    pub(super) title: String,
    /// The short id; empty where it stands for several.
    pub(super) id: String,
    pub(super) line: String,
    pub(super) tone: Tone,
    /// Whether it opens nothing any more.
    pub(super) is_over: bool,
    pub(super) alarm: bool,
    /// Who has a copy.
    pub(super) holders: Vec<Actor>,
    /// The exchange that tells what has become of it; None where it stands for several.
    pub(super) exchange: Option<usize>,
    pub(super) spoken: String,
}

/// How much room it takes, and where it hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A link of the chain.
    Link,
    /// Several links.
    Folded,
    /// Below a link.
    Leaf,
    /// Several leaves.
    FoldedLeaves,
}

/// The picture of one lane.
pub(super) fn picture(model: &Model, side: Side) -> Picture {
    let lane = model.lane(side);
    let lineage = &lane.view.lineage;
    let now = model.now();
    let title = lane.design.as_ref().map_or_else(|| side_name(side).to_owned(), |design| design.title.clone());
    Picture {
        title,
        is_session: lane.is_session(),
        summary: summary(lineage, now),
        trees: lineage.logins.iter().map(|login| tree(lane, login, now)).collect(),
    }
}

impl Picture {
    /// The whole picture in words, for those who can't see it.
    pub(super) fn spoken(&self) -> String {
        let mut parts = vec![format!("Family tree of {}: {}", self.title, self.summary)];
        parts.extend(self.trees.iter().map(|tree| tree.heading.spoken.clone()));
        parts.join("; ")
    }
}

fn summary(lineage: &Lineage, now: LabTime) -> String {
    let count = lineage.logins.len() + lineage.earlier;
    let open = lineage.logins.iter().flat_map(Login::credentials).filter(|one| one.fate_at(now) == Fate::Opens).count();
    let mut words = match count {
        0 => return "nobody has logged in".to_owned(),
        _ => format!("{}, {} still good", text::counted(count, "log-ins"), text::counted(open, "credentials")),
    };
    if lineage.earlier > 0 {
        words.push_str(&format!(", the oldest {} left out", lineage.earlier));
    }
    words
}

fn tree(lane: &Lane, login: &Login, now: LabTime) -> Tree {
    let boxes = login.nodes.iter().map(|node| match &node.part {
        Part::Credential(one) => item(lane, login, one, node.parent, now),
        Part::Folded { what, count } => folded(*what, *count, node.parent),
    });
    let ended = match (login.alarm, &login.ended) {
        (Some(number), _) => Some(format!("reuse noticed #{number}, family ended")),
        (None, Some(ended)) => Some(words::ended_by(ended, now)),
        (None, None) => None,
    };
    let handle = login.handle.as_ref().map(|handle| format!(" · kept as {}", words::short(handle)));
    let heading = Heading {
        words: words::began(login),
        aside: format!("{} · #{}{}", text::moment(login.at, now), login.exchange, handle.unwrap_or_default()),
        ended,
        alarm: login.alarm.is_some(),
        exchange: login.exchange,
        spoken: words::login(login, now),
    };
    Tree { heading, boxes: boxes.collect() }
}

fn item(lane: &Lane, login: &Login, one: &Credential, parent: Option<usize>, now: LabTime) -> Item {
    let fate = one.fate_at(now);
    let holders: Vec<Actor> = one.held_by().map(|holder| holder.actor).collect();
    let is_stolen = holders.contains(&Actor::Attacker);
    let tone = match (&fate, &one.outlived) {
        (Fate::Opens, Some(_)) => Tone::Bad,
        (Fate::Opens, None) if is_stolen => match lane.actor(Actor::Attacker) {
            Some(view) if lane.tone(Actor::Attacker, view.access) == Tone::Bad => Tone::Bad,
            _ => Tone::Amber,
        },
        (Fate::Opens, None) if holders.is_empty() => Tone::Neutral,
        (Fate::Opens, None) => Tone::Good,
        (Fate::Used { .. } | Fate::Ended(_), _) => Tone::Neutral,
    };
    let exchange = match &fate {
        Fate::Ended(ending) => ending.exchange.unwrap_or(one.exchange),
        _ => one.outlived.as_ref().map_or(one.exchange, |(_, number)| *number),
    };
    let title = match (one.kind, parent) {
        (Kind::Session, _) => "session".to_owned(),
        (Kind::Seal, _) => format!("seal {}", words::grouped(one.generation)),
        (Kind::Refresh, _) => format!("refresh {}", words::grouped(one.generation)),
        (Kind::Access, _) => "access".to_owned(),
    };
    let is_reused = one.repeated.is_some() || (login.alarm.is_some() && matches!(fate, Fate::Used { .. }) && is_stolen);
    Item {
        parent,
        shape: if one.kind == Kind::Access && parent.is_some() { Shape::Leaf } else { Shape::Link },
        title,
        id: words::short(&one.id).to_owned(),
        line: line(one, &fate, now),
        tone,
        is_over: fate != Fate::Opens,
        alarm: is_reused,
        holders,
        exchange: Some(exchange),
        spoken: words::credential(one, &fate, now),
    }
}

/// What has become of it, as short as it can be said.
fn line(one: &Credential, fate: &Fate, now: LabTime) -> String {
    match (fate, &one.outlived, one.repeated) {
        (Fate::Opens, Some((ending, number)), _) => format!("outlived {} #{number}", ending.cause),
        (Fate::Opens, None, _) => match one.ends {
            Some(ends) => format!("opens until {}", text::moment(ends, now)),
            None => "opens".to_owned(),
        },
        (Fate::Used { .. }, _, Some(number)) => format!("used again #{number}"),
        (Fate::Used { exchange, .. }, _, None) => format!("used #{exchange}"),
        (Fate::Ended(ending), ..) => match (ending.cause.as_str(), ending.exchange) {
            (OWN_END, Some(number)) => format!("expired #{number}"),
            (OWN_END, None) => format!("expired {}", text::moment(ending.at, now)),
            (cause, Some(number)) => format!("{cause} #{number}"),
            (cause, None) => cause.to_owned(),
        },
    }
}

fn folded(what: Kind, count: usize, parent: Option<usize>) -> Item {
    let noun = words::several(what);
    let number = words::grouped(count);
    let is_leaves = what == Kind::Access;
    Item {
        parent,
        shape: if is_leaves { Shape::FoldedLeaves } else { Shape::Folded },
        title: if is_leaves { format!("… {number} {noun}") } else { format!("… {number}") },
        id: String::new(),
        line: if is_leaves { String::new() } else { noun.to_owned() },
        tone: Tone::Neutral,
        is_over: true,
        alarm: false,
        holders: Vec::new(),
        exchange: None,
        spoken: format!("{number} {noun} between, which nobody holds"),
    }
}
