//! How the two lanes have parted, in one line: whom each let in and for how long, as was seen over the wire.

use lockstep_shared::span::in_words;

use super::{Guide, Next, try_next};
use crate::lab::actor::Actor;
use crate::lab::lineage::{Fate, Kind, Login};
use crate::lab::view::{Access, ActorView, Mark};
use crate::state::command::Side;
use crate::state::model::{Lane, Model};
use crate::ui::widgets::pill::KnownEnd;
use crate::ui::widgets::secret::side_name;

const LOG_OUT: &str = "Press Log out: whom does it lock out?";
const TO_ITS_END: &str = "Press To next expiry, in the bar above, to see when";

/// What one lane has to say.
struct Part {
    words: String,
    /// Whether it names an end that the clock can be moved to.
    ends: bool,
}

/// What became of the thief, once there is something to say of that.
pub(super) fn of_the_thief(model: &Model) -> Option<Guide> {
    let told = |lane: &Lane| {
        let out = lane.actor(Actor::Attacker).is_some_and(|thief| matches!(thief.access, Access::Out { .. }));
        out || lane.view.timeline.due_end(Actor::Attacker).is_some() || noticed(lane).is_some()
    };
    if !model.lanes.iter().any(told) {
        return None;
    }
    let parts: Vec<Part> = Side::BOTH.into_iter().filter_map(|side| thief(model, side)).collect();
    // Where nothing should have ended yet, it is still to be seen what a log-out does.
    let waits = |lane: &Lane| {
        let inside = lane.actor(Actor::Attacker).is_some_and(|thief| thief.access == Access::Inside);
        inside && lane.view.timeline.due_end(Actor::Attacker).is_none()
    };
    let can_log_out = |lane: &Lane| lane.actor(Actor::Laptop).is_some_and(|view| !view.holds.is_empty());
    let waiting = model.lanes.iter().any(|lane| waits(lane) && can_log_out(lane));
    Some(guide(model, &parts, waiting))
}

/// What became of the victim, where somebody else was to end its access or its role and nothing was stolen.
pub(super) fn of_the_victim(model: &Model) -> Option<Guide> {
    if !model.lanes.iter().any(|lane| shut_out(lane).is_some() || demoted(lane).is_some()) {
        return None;
    }
    let mark = |test: fn(&Lane) -> Option<&Mark>| model.lanes.iter().find_map(test);
    let who = match mark(shut_out) {
        Some(mark) if mark.label == "ban" => "The banned user",
        Some(_) => "The victim",
        None => "The demoted user",
    };
    let mut parts: Vec<Part> = Side::BOTH.into_iter().filter_map(|side| victim(model, side)).collect();
    if let Some(first) = parts.first_mut() {
        first.words = format!("{who} {}", first.words);
    }
    Some(guide(model, &parts, false))
}

fn guide(model: &Model, parts: &[Part], waiting: bool) -> Guide {
    let words: Vec<&str> = parts.iter().map(|part| part.words.as_str()).collect();
    let mut sentence = words.join("; ");
    if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
        sentence.replace_range(..1, &first);
    }
    let known = parts.iter().any(|part| part.ends);
    let (next, try_next) = match (waiting, known) {
        (true, _) => (Some(Next::LogOut), LOG_OUT),
        (false, true) => (Some(Next::Expiry), TO_ITS_END),
        (false, false) => (None, try_next(model)),
    };
    Guide { sentence, next, verdict: true, try_next: Some(try_next) }
}

/// Of a lane in which nothing was done since it started there is nothing to say.
fn is_fresh(lane: &Lane) -> bool {
    lane.view.timeline.marks.is_empty() && lane.view.actors.iter().all(|view| view.access == Access::NeverIn)
}

fn thief(model: &Model, side: Side) -> Option<Part> {
    let lane = model.lane(side);
    let view = lane.actor(Actor::Attacker).filter(|_| !is_fresh(lane))?;
    if let Some(login) = noticed(lane) {
        return Some(detection(model, side, view, login));
    }
    let whose = whose(model, side, "thief");
    let timeline = &lane.view.timeline;
    let end = KnownEnd::of(view, model.now());
    let due = timeline.due_end(Actor::Attacker).is_some();
    let what = match view.access {
        Access::NeverIn => "never got in".to_owned(),
        Access::Unavailable => "got no answer".to_owned(),
        Access::Inside if !due => "is inside".to_owned(),
        Access::Inside => format!("is still inside{}", told(end, model)),
        Access::Out { .. } => match timeline.exposure(Actor::Attacker) {
            Some(late) if late.as_secs() > 0 => format!("was out only after {}", in_words(late)),
            _ => "is out".to_owned(),
        },
    };
    let ends = view.access == Access::Inside && due && end.is_some();
    Some(Part { words: format!("{whose} {what}"), ends })
}

/// A server that has noticed a copy: what it did, who can still renew, and how long the thief's access token lasts.
fn detection(model: &Model, side: Side, view: &ActorView, login: &Login) -> Part {
    let lane = model.lane(side);
    let mut words = format!("{} noticed the copy", whose(model, side, "server"));
    if login.ended.is_some() {
        words += " and ended the family";
    }
    words += match (renews(lane, Actor::Attacker), renews(lane, Actor::Laptop)) {
        (false, false) => ": thief and victim can't renew",
        (false, true) => ": the thief can't renew",
        (true, false) => ": the victim can't renew",
        (true, true) => "",
    };
    let end = KnownEnd::of(view, model.now());
    let inside = view.access == Access::Inside;
    words += &match lane.view.timeline.exposure(Actor::Attacker) {
        _ if inside => format!(", and the thief is still inside{}", told(end, model)),
        Some(late) if late.as_secs() > 0 => format!(", and the thief was out only after {}", in_words(late)),
        _ => String::new(),
    };
    Part { words, ends: inside && end.is_some() }
}

fn victim(model: &Model, side: Side) -> Option<Part> {
    let lane = model.lane(side);
    let view = lane.actor(Actor::Laptop).filter(|_| !is_fresh(lane))?;
    let at = side_name(side);
    let end = KnownEnd::of(view, model.now());
    let is_admin = view.role.as_deref() == Some("admin");
    let due = shut_out(lane).is_some();
    let words = match view.access {
        Access::NeverIn => format!("was never inside on the {at}"),
        Access::Unavailable => format!("got no answer on the {at}"),
        Access::Inside if demoted(lane).is_some() => match (due, is_admin) {
            (false, false) => format!("is no admin any more on the {at}"),
            (false, true) => format!("is still an admin on the {at}{}", until(end, model)),
            (true, false) => format!("is still inside on the {at}{}", until(end, model)),
            (true, true) => format!("is still inside on the {at}{}, still as an admin", until(end, model)),
        },
        Access::Inside if due => format!("is still inside on the {at}{}", until(end, model)),
        Access::Inside => format!("is inside on the {at}"),
        Access::Out { .. } => match lane.view.timeline.exposure(Actor::Laptop) {
            Some(late) if late.as_secs() > 0 => format!("was out on the {at} only after {}", in_words(late)),
            _ => format!("is out on the {at}"),
        },
    };
    let goes_on = view.access == Access::Inside && (due || (is_admin && demoted(lane).is_some()));
    Some(Part { words, ends: goes_on && end.is_some() })
}

fn told(end: Option<KnownEnd>, model: &Model) -> String {
    end.map(|end| end.in_words(model.now())).unwrap_or_default()
}

/// What an access token says can be wrong until it is renewed.
fn until(end: Option<KnownEnd>, model: &Model) -> String {
    let first = end.map(|end| match end {
        KnownEnd::Until(at) | KnownEnd::Renews(at) => KnownEnd::Until(at),
    });
    told(first, model)
}

/// Whose something is: the kind says it, where each lane has its own.
fn whose(model: &Model, side: Side, what: &str) -> String {
    let kinds = model.lanes.each_ref().map(Lane::is_session);
    match (kinds[0] == kinds[1], model.lane(side).is_session(), what) {
        (true, ..) => format!("the {} {what}", side_name(side)),
        (false, true, _) => format!("the session's {what}"),
        (false, false, "server") => "the JWT server".to_owned(),
        (false, false, _) => format!("the JWT's {what}"),
    }
}

/// The log-in that was stolen last, where the server has noticed that somebody has a copy.
fn noticed(lane: &Lane) -> Option<&Login> {
    let stolen = |login: &Login| {
        let all = || login.credentials().flat_map(|credential| &credential.holders);
        all().any(|holder| holder.actor == Actor::Attacker && holder.copied.is_some())
    };
    lane.view.lineage.logins.iter().rev().find(|login| stolen(login)).filter(|login| login.alarm.is_some())
}

fn renews(lane: &Lane, actor: Actor) -> bool {
    let all = lane.view.lineage.logins.iter().flat_map(Login::credentials);
    let mut living = all.filter(|one| one.kind == Kind::Refresh && one.fate == Fate::Opens);
    living.any(|one| one.held_by().any(|holder| holder.actor == actor))
}

/// What somebody else than the victim did to end its access.
fn shut_out(lane: &Lane) -> Option<&Mark> {
    let view = lane.actor(Actor::Laptop)?;
    let own = matches!(view.access, Access::Out { own_act: true, .. });
    lane.view.timeline.due_end(Actor::Laptop).filter(|mark| !own && mark.by != Some(Actor::Laptop))
}

/// Where the victim's role was taken while it was inside.
fn demoted(lane: &Lane) -> Option<&Mark> {
    let timeline = &lane.view.timeline;
    let from = timeline.last_stretch(Actor::Laptop)?.from;
    timeline.marks.iter().rev().find(|mark| mark.label == "demote" && mark.at >= from)
}
