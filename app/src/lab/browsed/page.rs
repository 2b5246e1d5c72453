//! The bank's own page in the victim's browser: logging in by its form, and asking the bank by its own means.

use std::sync::Arc;

use anyhow::Context;
use lockstep_shared::api::LoginReply;
use serde_json::json;

use super::{VICTIM, visits};
use crate::chromium::Chromium;
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::exchange::Purpose;
use crate::lab::stage::Stage;
use crate::lab::steps::Done;

/// The page's own function: it attaches what the page keeps, proves, and renews once where it is refused.
const CALL: &str = "
    const { call } = await import('/web/client.js');
    const { status, reason } = await call(arguments[0], arguments[1], arguments[2] ?? undefined);
    return { status, reason };
";

pub(super) fn chromium(stage: &Stage) -> anyhow::Result<Arc<Chromium>> {
    Ok(stage.browsed.as_ref().context("there is no browser")?.chromium.clone())
}

/// Has the bank's page in the victim's tab ask the bank. Answers the number of the exchange that decided.
pub(crate) async fn ask(stage: &mut Stage, whose: Actor, ask: &Ask) -> anyhow::Result<usize> {
    at_the_bank(stage).await?;
    visits::begin(stage)?;
    let browser = chromium(stage)?;
    browser.script(CALL, &[json!(ask.method), json!(ask.path), json!(ask.body)]).await?;
    let numbers = visits::end(stage, |visit| {
        Some((whose, if visit.path == "/auth/refresh" { Purpose::Renewal } else { ask.purpose }))
    })?;
    let decided = visits::last_of(stage, &numbers, ask.method, &ask.path).or(numbers.last().copied());
    decided.with_context(|| format!("the bank's page did not ask for {}", ask.path))
}

/// Fills in the log-in page and sends it.
pub(super) async fn log_in(stage: &mut Stage) -> anyhow::Result<Done> {
    let browser = chromium(stage)?;
    let account = stage.agent(VICTIM).account.clone();
    visits::begin(stage)?;
    browser.go(stage.agent(VICTIM).page().join("/login")?.as_str()).await?;
    ready(&browser, "login").await?;
    browser.fill("email", &account.email).await?;
    browser.fill("password", &account.password).await?;
    browser.press("log-in").await?;
    let ended = "document.body.dataset.ready === 'account' || document.getElementById('said').dataset.tone === 'bad'";
    browser.wait_for(ended, "the log-in page's answer").await?;
    let numbers = visits::end(stage, |_| None)?;
    stage.sums.logins += 1;
    let number = visits::last_of(stage, &numbers, "POST", "/auth/login").context("the log-in page sent nothing")?;
    let done = Done::exchanged(stage, number);
    if done.went_through {
        let reply = stage.exchange(number).map(|exchange| serde_json::from_str(&exchange.response_body));
        let reply: LoginReply =
            reply.context("the exchange was dropped")?.context("the login's reply has an unknown form")?;
        let agent = stage.agent_mut(VICTIM);
        (agent.me, agent.copied) = (Some(reply.user), None);
        agent.logins += 1;
    }
    Ok(done)
}

/// Opens the bank's comments as a user does, by the link: whatever the page has in memory stays there.
pub(super) async fn open_comments(stage: &mut Stage) -> anyhow::Result<()> {
    at_the_bank(stage).await?;
    let follow = "document.querySelector('nav a[href=\"/comments\"]').click();";
    chromium(stage)?.script(follow, &[]).await.map(drop)
}

/// Has a page of the bank's in the tab, whichever: one that is there stays, for it may hold a token that would be lost.
async fn at_the_bank(stage: &Stage) -> anyhow::Result<()> {
    let browser = chromium(stage)?;
    let bank = stage.agent(VICTIM).page();
    if browser.address().await?.starts_with(bank.as_str()) {
        return Ok(());
    }
    browser.go(bank.join("/login")?.as_str()).await?;
    ready(&browser, "login").await
}

/// Waits until a page's script has done what it does by itself.
pub(super) async fn ready(browser: &Chromium, page: &str) -> anyhow::Result<()> {
    let condition = format!("document.body.dataset.ready === {}", json!(page));
    browser.wait_for(&condition, &format!("the page \"{page}\"")).await
}
