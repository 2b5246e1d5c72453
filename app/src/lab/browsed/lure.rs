//! The attacker's page in the victim's browser: opened in a tab beside the bank's, it does at once what it is there for.

use anyhow::{Context, ensure};
use lockstep_shared::api::{Account, Problem};
use lockstep_shared::design::Carrier;
use serde::Deserialize;
use url::Url;

use super::{VICTIM, landed, page, visits};
use crate::browser::{Jar, Origin, Receipt, cors};
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::lure::{Lure, Site};
use crate::lab::stage::Stage;
use crate::lab::steps::{Done, log_in};

/// The id that the attacker's page plants.
const PLANTED: &str = "planted-by-the-attacker-0123456789abcdef";

/// Where nothing came of an attack though no rule that is known here stood in its way.
const UNEXPLAINED: &str = "the-browser-alone";

/// What the page says of what it did.
#[derive(Debug, Deserialize)]
struct Said {
    text: String,
    status: String,
    reason: String,
}

pub(super) async fn run(stage: &mut Stage, attacker: Actor, site: Site, lure: Lure) -> anyhow::Result<Done> {
    let at = site.page(stage.agent(VICTIM).page());
    let credential = match lure {
        Lure::TossCookie => Some(own_credential(stage, attacker).await?),
        _ => None,
    };
    let (said, numbers) = open(stage, attacker, &at, lure, credential.as_deref()).await?;
    let done = match lure {
        Lure::FormPost | Lure::FetchPost => moved(stage, &at, lure, &numbers, "POST", &said)?,
        Lure::Link | Lure::Image => moved(stage, &at, lure, &numbers, "GET", &said)?,
        Lure::LogIn => logged_in(stage, attacker, &at, &numbers, &said).await?,
        Lure::PlantId => {
            let (design, now) = (stage.design.clone(), stage.now());
            stage.agent_mut(attacker).take_up(&design, PLANTED, now)?;
            kept(stage, &at, PLANTED, "/", &said)
        }
        Lure::TossCookie => tossed(stage, attacker, &at, credential.as_deref().unwrap_or_default(), &said).await?,
        Lure::ReadAccount => read(stage, &at, &numbers, &said)?,
    };
    let host = at.host_str().unwrap_or_default();
    Ok(Done { said: format!("the {VICTIM} came by {host}: {}; the page says: “{}”", done.said, said.text), ..done })
}

/// The attacker logs in for a credential of its own. From then on only the victim's browser holds it.
async fn own_credential(stage: &mut Stage, attacker: Actor) -> anyhow::Result<String> {
    log_in::run(stage, attacker).await?;
    let own = stage.agent(attacker).access_credential(&stage.design).context("the attacker can't log in")?;
    stage.agent_mut(attacker).forget();
    Ok(own)
}

/// Opens the page, and waits until the tab is where the attack leads. The attack's own requests are the attacker's.
async fn open(
    stage: &mut Stage,
    attacker: Actor,
    at: &Url,
    lure: Lure,
    credential: Option<&str>,
) -> anyhow::Result<(Said, Vec<usize>)> {
    let browser = page::chromium(stage)?;
    let label = stage.agent(VICTIM).page().host_str().and_then(|host| host.split('.').next()).unwrap_or_default();
    let mut url = at.join(lure.name())?;
    url.set_query(Some(&format!("to={label}")));
    url.set_fragment(credential);
    visits::begin(stage)?;
    let beside = browser.open_beside(url.as_str()).await?;
    let attacked = async {
        browser.wait_for("document.body.dataset.ready", "what the attacker's page does").await?;
        let line = "const line = document.getElementById('said'); \
                    return { text: line.textContent, status: line.dataset.status ?? '', reason: line.dataset.reason ?? '' };";
        anyhow::Ok(serde_json::from_value(browser.script(line, &[]).await?)?)
    };
    let said = attacked.await;
    browser.close_beside(beside).await?;
    let of_the_attack: &[&str] = match lure {
        Lure::FormPost | Lure::Link | Lure::Image | Lure::FetchPost => &["/api/transfer"],
        Lure::LogIn => &["/auth/login"],
        Lure::ReadAccount => &["/api/account"],
        Lure::PlantId | Lure::TossCookie => &[],
    };
    let numbers = visits::end(stage, |visit| {
        let path = visit.path.split('?').next().unwrap_or_default();
        of_the_attack.contains(&path).then_some((attacker, Purpose::Action))
    })?;
    Ok((said?, numbers))
}

fn moved(
    stage: &mut Stage,
    at: &Url,
    lure: Lure,
    numbers: &[usize],
    method: &str,
    said: &Said,
) -> anyhow::Result<Done> {
    let Some(number) = visits::last_of(stage, numbers, method, "/api/transfer") else {
        return Ok(held_back(stage, "the browser sent the bank nothing"));
    };
    agree(stage, at, lure, number, said)?;
    Ok(with_cookie(stage, number))
}

/// The page has to tell of the answer that the server gave: a tab shows the one that it was led to, a script reads the one
/// that its origin may read, and a picture sees none.
fn agree(stage: &Stage, at: &Url, lure: Lure, number: usize, said: &Said) -> anyhow::Result<()> {
    let exchange = stage.exchange(number).context("the exchange was dropped")?;
    let seen = match lure {
        Lure::Image => false,
        Lure::FetchPost | Lure::ReadAccount => {
            let origin = Origin::of(at).context("a page has an origin")?;
            cors::may_read(&origin, |name| exchange.response_headers.get(name), true).is_ok()
        }
        Lure::FormPost | Lure::Link | Lure::LogIn | Lure::PlantId | Lure::TossCookie => true,
    };
    let status = match exchange.status {
        _ if !seen => String::new(),
        // A log-in by a cookie leads on to the account, which is what the tab shows.
        303 => "200".to_owned(),
        status => status.to_string(),
    };
    let told = "the server answered";
    ensure!(said.status == status, "the page says “{}”, and {told} {}", said.text, exchange.status);
    let refused = serde_json::from_str::<Problem>(&exchange.response_body).ok().map(|problem| problem.reason);
    let refused = refused.or_else(|| landed::problem(exchange.status, &exchange.response_body).map(|told| told.reason));
    let reason = if seen { refused.unwrap_or_default() } else { "not-readable".to_owned() };
    ensure!(said.reason == reason, "the page says “{}”, and {told} {} {reason}", said.text, exchange.status);
    Ok(())
}

fn held_back(stage: &mut Stage, said: &str) -> Done {
    stage.foiled(UNEXPLAINED);
    Done { said: said.to_owned(), number: None, went_through: false }
}

/// The exchange, and whether the bank's cookie went along.
fn with_cookie(stage: &Stage, number: usize) -> Done {
    let done = Done::exchanged(stage, number);
    let name = stage.design.access_cookie();
    let came = |exchange: &Exchange| {
        let line = exchange.request_headers.get("cookie").unwrap_or_default();
        line.split("; ").any(|pair| pair.split('=').next() == Some(&name))
    };
    match stage.design.carry.access {
        Carrier::Cookie => {
            let sent = if stage.exchange(number).is_some_and(came) { "sent along" } else { "sent no" };
            Done { said: format!("{}; the browser {sent} cookie {name}", done.said), ..done }
        }
        _ => done,
    }
}

async fn logged_in(
    stage: &mut Stage,
    attacker: Actor,
    at: &Url,
    numbers: &[usize],
    said: &Said,
) -> anyhow::Result<Done> {
    let Some(number) = visits::last_of(stage, numbers, "POST", "/auth/login") else {
        return Ok(held_back(stage, "the browser sent the bank nothing"));
    };
    agree(stage, at, Lure::LogIn, number, said)?;
    stage.sums.logins += 1;
    let login = Done::exchanged(stage, number);
    if !login.went_through {
        return Ok(login);
    }
    let done = now_speaks_for(stage, attacker).await?;
    Ok(Done { said: format!("{}; {}", login.said, done.said), ..done })
}

async fn tossed(stage: &mut Stage, attacker: Actor, at: &Url, own: &str, said: &Said) -> anyhow::Result<Done> {
    let kept = kept(stage, at, own, "/api", said);
    if !kept.went_through {
        return Ok(kept);
    }
    let done = now_speaks_for(stage, attacker).await?;
    Ok(Done { said: format!("{}; {}", kept.said, done.said), ..done })
}

/// Asks by the bank's page in the victim's own tab as whom it is answered, and whether that is the attacker.
async fn now_speaks_for(stage: &mut Stage, attacker: Actor) -> anyhow::Result<Done> {
    let number = page::ask(stage, attacker, &Ask::get("/api/me", Purpose::Probe)).await?;
    let done = Done::exchanged(stage, number);
    if !done.went_through {
        return Ok(Done { said: format!("its page is answered as nobody ({})", done.said), ..done });
    }
    let account = page::ask(stage, attacker, &Ask::get("/api/account", Purpose::Action)).await?;
    let answer = stage.exchange(account).map(|exchange| serde_json::from_str(&exchange.response_body));
    let account: Account = answer.context("the exchange was dropped")?.context("the account has an unknown form")?;
    let is_attacker = account.email.eq_ignore_ascii_case(&stage.agent(attacker).account.email);
    if !is_attacker {
        stage.foiled("still-oneself");
    }
    let whose = if is_attacker { "now answered as the attacker" } else { "still answered as its own user" };
    Ok(Done { said: format!("its page is {whose} ({})", done.said), number: Some(number), went_through: is_attacker })
}

/// Whether the browser kept the page's cookie. Which rule stood against it, the browser does not say; the same line is asked
/// of the rules.
fn kept(stage: &mut Stage, at: &Url, value: &str, path: &str, said: &Said) -> Done {
    let name = stage.design.access_cookie();
    if said.reason == "kept" {
        return Done::quietly(format!("the browser keeps a cookie {name} that the bank did not set"));
    }
    let host = stage.agent(VICTIM).page().host_str().unwrap_or_default().to_owned();
    let secure = if name.starts_with("__") { "; Secure" } else { "" };
    let line = format!("{name}={value}; Domain={host}; Path={path}{secure}");
    let (rule, why) = match Jar::new().write(line.as_bytes(), at, None, stage.now()) {
        Receipt::Rejected { rule, .. } => (rule.id(), format!(": {}", rule.clause())),
        _ => (UNEXPLAINED, String::new()),
    };
    stage.foiled(rule);
    Done { went_through: false, ..Done::quietly(format!("the browser did not keep the cookie {name}{why}")) }
}

fn read(stage: &mut Stage, at: &Url, numbers: &[usize], said: &Said) -> anyhow::Result<Done> {
    let origin = Origin::of(at).context("a page has an origin")?;
    let asked = visits::last_of(stage, numbers, "GET", "/api/account");
    let preflight = visits::last_of(stage, numbers, "OPTIONS", "/api/account");
    let Some(number) = asked.or(preflight) else { return Ok(held_back(stage, "the browser sent the bank nothing")) };
    let exchange = stage.exchange(number).context("the exchange was dropped")?;
    ensure!(exchange.status != 503, "the server could not tell whose account it is");
    let done = with_cookie(stage, number);
    if asked.is_some() {
        agree(stage, at, Lure::ReadAccount, number, said)?;
    }
    if said.reason != "not-readable" {
        let read = if done.went_through { "its script read the account" } else { "its script read a refusal" };
        return Ok(Done { said: format!("{read} ({})", done.said), ..done });
    }
    let header = |name: &str| exchange.response_headers.get(name);
    let blocked = match asked {
        Some(_) => cors::may_read(&origin, header, true).err(),
        None => cors::may_send(&origin, exchange.status, header, "GET", "authorization", true).err(),
    };
    let why = blocked.map_or("no rule that is known here says why", |blocked| blocked.why());
    stage.foiled(blocked.map_or(UNEXPLAINED, |blocked| blocked.id()));
    Ok(Done { said: format!("{why} ({})", done.said), number: Some(number), went_through: false })
}
