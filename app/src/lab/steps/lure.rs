//! `lure`: somebody's browser comes by a page of the attacker's, which has it send or keep something.

use anyhow::{Context, ensure};
use lockstep_shared::api::{LoginReply, Me};
use lockstep_shared::design::{Carrier, Design, Kind};
use url::Url;

use super::{Done, log_in, told, transfer};
use crate::browser::{Origin, Receipt, RequestKind, cors};
use crate::lab::actor::Actor;
use crate::lab::agent::{Ask, Sender};
use crate::lab::exchange::Purpose;
use crate::lab::lure::{Lure, Site};
use crate::lab::stage::Stage;

/// The id that the attacker plants: any will do that a server has not given out.
const PLANTED: &str = "planted-by-the-attacker-0123456789abcdef";

const WITH_COOKIES: RequestKind = RequestKind::Fetch { credentials: true };

/// Why a lure has no object in a design.
pub(super) fn no_object(design: &Design, lure: Lure) -> Option<String> {
    let why = match lure {
        Lure::PlantId if design.kind != Kind::Session => {
            "there is no id to plant: every login makes a credential of its own"
        }
        Lure::PlantId | Lure::TossCookie if design.carry.access != Carrier::Cookie => {
            "the access credential travels in a header that the page writes: a cookie beside it is not read"
        }
        _ => return None,
    };
    Some(why.to_owned())
}

/// The step goes through where the attacker gets what it is after.
pub(super) async fn run(stage: &mut Stage, attacker: Actor, on: Actor, site: Site, lure: Lure) -> anyhow::Result<Done> {
    let page = site.page(stage.agent(on).page());
    let at = page.host_str().unwrap_or_default().to_owned();
    let done = match lure {
        Lure::FormPost | Lure::Link | Lure::Image | Lure::FetchPost => {
            move_money(stage, attacker, on, page, lure).await?
        }
        Lure::LogIn => log_in_as_attacker(stage, attacker, on, page).await?,
        Lure::PlantId => plant(stage, attacker, on, &page)?,
        Lure::TossCookie => toss(stage, attacker, on, &page).await?,
        Lure::ReadAccount => read_account(stage, attacker, on, page).await?,
    };
    Ok(Done { said: format!("the {on} came by {at}: {}", done.said), ..done })
}

fn by(page: Url, kind: RequestKind, form: bool) -> Sender {
    Sender::Other { page, kind, form, headers: Vec::new() }
}

async fn move_money(stage: &mut Stage, attacker: Actor, on: Actor, page: Url, lure: Lure) -> anyhow::Result<Done> {
    let order = transfer::ask(stage, attacker);
    let query = || {
        let fields = order.body.iter().flat_map(|body| body.as_object()).flatten();
        let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let pairs = fields.map(|(key, value)| (key.clone(), text(value)));
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    let get = |kind| Ask {
        sender: by(page.clone(), kind, false),
        ..Ask::get(&format!("{}?{}", order.path, query()), Purpose::Action)
    };
    let ask = match lure {
        Lure::Link => get(RequestKind::Navigate),
        Lure::Image => get(RequestKind::Subresource),
        Lure::FetchPost => Ask { sender: by(page, WITH_COOKIES, true), ..order },
        _ => Ask { sender: by(page, RequestKind::Navigate, true), ..order },
    };
    let number = stage.send_within(on, attacker, &ask).await?;
    Ok(with_cookie(stage, number))
}

/// The exchange, and what the browser decided about the bank's cookie, which is the half of it that no server sees.
fn with_cookie(stage: &Stage, number: usize) -> Done {
    let done = Done::exchanged(stage, number);
    let name = stage.design.access_cookie();
    match stage.exchange(number).and_then(|exchange| exchange.cookie(&name)) {
        Some(decision) => Done { said: format!("{}; {}", done.said, decision.told()), ..done },
        None => done,
    }
}

/// Whoever uses the browser afterwards uses it as the attacker, and leaves behind what it does there.
async fn log_in_as_attacker(stage: &mut Stage, attacker: Actor, on: Actor, page: Url) -> anyhow::Result<Done> {
    let ask = Ask { sender: by(page, RequestKind::Navigate, true), ..log_in::ask(stage, attacker) };
    let number = stage.send_within(on, attacker, &ask).await?;
    stage.sums.logins += 1;
    let answered = stage.exchange(number).context("the exchange was dropped")?;
    if answered.status >= 400 {
        return Ok(Done::exchanged(stage, number));
    }
    let reply: LoginReply =
        serde_json::from_str(&answered.response_body).context("the login's reply has an unknown form")?;
    let login = told(answered);
    let done = now_speaks_for(stage, attacker, on, &reply.user).await?;
    Ok(Done { said: format!("{login}; {}", done.said), ..done })
}

/// Asks as whom the victim's page is answered, and whether that is the attacker.
async fn now_speaks_for(stage: &mut Stage, attacker: Actor, on: Actor, wanted: &Me) -> anyhow::Result<Done> {
    let number = stage.send_within(on, attacker, &Ask::get("/api/me", Purpose::Probe)).await?;
    let done = Done::exchanged(stage, number);
    let told = stage.exchange(number).filter(|exchange| exchange.status == 200);
    let me: Option<Me> = told.and_then(|exchange| serde_json::from_str(&exchange.response_body).ok());
    let is_attacker = me.as_ref().is_some_and(|me| me.id == wanted.id);
    let said = match (&me, is_attacker) {
        (Some(_), true) => format!("its page is now answered as the attacker ({})", done.said),
        (Some(me), false) => format!("its page is still answered as {} ({})", me.id, done.said),
        (None, _) => format!("its page is answered as nobody ({})", done.said),
    };
    if !is_attacker && me.is_some() {
        stage.foiled("still-oneself");
    }
    Ok(Done { said, number: Some(number), went_through: is_attacker })
}

fn plant(stage: &mut Stage, attacker: Actor, on: Actor, page: &Url) -> anyhow::Result<Done> {
    let done = set_cookie(stage, on, page, PLANTED, "/");
    let (design, now) = (stage.design.clone(), stage.now());
    stage.agent_mut(attacker).take_up(&design, PLANTED, now)?;
    Ok(done)
}

async fn toss(stage: &mut Stage, attacker: Actor, on: Actor, page: &Url) -> anyhow::Result<Done> {
    let ask = log_in::ask(stage, attacker);
    let number = stage.send(attacker, &ask).await?;
    stage.sums.logins += 1;
    stage.keep_reply(attacker, number)?;
    let own = stage.agent(attacker).access_credential(&stage.design).context("the attacker can't log in")?;
    let me = stage.agent(attacker).me.clone().context("the server said at the login who it was")?;
    // From now on only the victim's browser holds it.
    stage.agent_mut(attacker).forget();
    // A longer path goes first, and servers read the first cookie of a name.
    let kept = set_cookie(stage, on, page, &own, "/api");
    if !kept.went_through {
        return Ok(Done { number: Some(number), ..kept });
    }
    let done = now_speaks_for(stage, attacker, on, &me).await?;
    Ok(Done { said: format!("{}; {}", kept.said, done.said), ..done })
}

/// Sets a cookie for the bank's host and all below it, as any page beside it may; goes through where the browser keeps it.
fn set_cookie(stage: &mut Stage, on: Actor, page: &Url, value: &str, path: &str) -> Done {
    let name = stage.design.access_cookie();
    let host = stage.agent(on).page().host_str().unwrap_or_default().to_owned();
    let now = stage.now();
    let secure = if name.starts_with("__") { "; Secure" } else { "" };
    let line = format!("{name}={value}; Domain={host}; Path={path}{secure}");
    match stage.agent_mut(on).set_from(page, &line, now) {
        Receipt::Rejected { rule, .. } => {
            stage.foiled(rule.id());
            Done {
                went_through: false,
                ..Done::quietly(format!("the browser did not keep the cookie {name}: {}", rule.clause()))
            }
        }
        Receipt::Stored(_) | Receipt::Replaced(_) | Receipt::Deleted { .. } => {
            Done::quietly(format!("the browser keeps a cookie {name} that the bank did not set"))
        }
    }
}

async fn read_account(stage: &mut Stage, attacker: Actor, on: Actor, page: Url) -> anyhow::Result<Done> {
    let origin = Origin::of(&page).context("a page has an origin")?;
    let path = "/api/account";
    // What travels in a header must be sent by the script itself, and no form could do that: so the browser asks first.
    let in_header = stage.design.carry.access != Carrier::Cookie;
    let mut headers = Vec::new();
    if in_header {
        let asks = vec![
            ("access-control-request-method", "GET".to_owned()),
            ("access-control-request-headers", "authorization".to_owned()),
        ];
        let sender = Sender::Other {
            page: page.clone(),
            kind: RequestKind::Fetch { credentials: false },
            form: false,
            headers: asks,
        };
        let preflight = Ask { method: "OPTIONS", sender, ..Ask::get(path, Purpose::Action) };
        let number = stage.send_within(on, attacker, &preflight).await?;
        let exchange = stage.exchange(number).context("the exchange was dropped")?;
        let allowed = cors::may_send(
            &origin,
            exchange.status,
            |name| exchange.response_headers.get(name),
            "GET",
            "authorization",
            true,
        );
        if let Err(blocked) = allowed {
            return Ok(not_read(stage, number, blocked));
        }
        headers.push(("authorization", "Bearer not-known-here".to_owned()));
    }
    let sender = Sender::Other { page, kind: WITH_COOKIES, form: false, headers };
    let number = stage.send_within(on, attacker, &Ask { sender, ..Ask::get(path, Purpose::Action) }).await?;
    let exchange = stage.exchange(number).context("the exchange was dropped")?;
    ensure!(exchange.status != 503, "the server could not tell whose account it is");
    if exchange.status >= 400 {
        let done = with_cookie(stage, number);
        return Ok(match in_header {
            true => {
                Done { said: format!("its script may ask, and knows no token to ask with ({})", done.said), ..done }
            }
            false => done,
        });
    }
    match cors::may_read(&origin, |name| exchange.response_headers.get(name), true) {
        Ok(()) => {
            let done = Done::exchanged(stage, number);
            Ok(Done { said: format!("its script read the account ({})", done.said), ..done })
        }
        Err(blocked) => Ok(not_read(stage, number, blocked)),
    }
}

fn not_read(stage: &mut Stage, number: usize, blocked: cors::Blocked) -> Done {
    stage.foiled(blocked.id());
    let done = Done::exchanged(stage, number);
    Done { said: format!("{} ({})", blocked.why(), done.said), went_through: false, ..done }
}

#[cfg(test)]
mod tests;
