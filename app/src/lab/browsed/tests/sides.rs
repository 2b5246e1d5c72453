//! What came of an attack, told by both sides: the bank's books, and what the victim's tab shows.

use lockstep_shared::api::Account;
use serde::Deserialize;
use serde_json::json;

use super::super::page;
use super::*;
use crate::lab::agent::{Agent, Ask};
use crate::lab::cast;
use crate::lab::exchange::Purpose;

/// What everybody has at first, in cents.
pub(super) const OPENING: i64 = 1_000_000;
/// What the attacker takes at a time, and what a user sends, in cents.
pub(super) const AMOUNT: i64 = 5_000;

/// The bank's account page.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Shown {
    /// Whose account it is; empty where nobody is logged in.
    pub(super) owner: String,
    /// None where there is none.
    pub(super) cents: Option<i64>,
    pub(super) said: String,
    pub(super) tone: String,
}

impl Shown {
    /// What the page that is open in the tab, or in the frame that is looked into, shows.
    pub(super) async fn now(chromium: &Chromium) -> Self {
        let read = "
            const { dataset, textContent } = document.getElementById('balance');
            const [owner, said] = ['owner', 'said'].map(id => document.getElementById(id));
            return {
                owner: textContent === '–' ? '' : owner.textContent,
                cents: dataset.cents === undefined ? null : Number(dataset.cents),
                said: said.textContent, tone: said.dataset.tone ?? '',
            };
        ";
        let shown = chromium.script(read, &[]).await.expect("it is the account page");
        serde_json::from_value(shown).expect("is what the script answers")
    }

    pub(super) fn is_of(&self, actor: Actor, cents: i64) -> bool {
        self.owner == cast::account(actor).email && self.cents == Some(cents) && self.said == "Logged in."
    }

    pub(super) fn is_nobody_s(&self) -> bool {
        self.owner.is_empty() && self.cents.is_none() && self.said != "Logged in."
    }
}

/// Goes to the account in the victim's tab, by the link where there is one: what the page has in memory stays there.
pub(super) async fn open_account(stage: &Stage, chromium: &Chromium) -> Shown {
    let bank = stage.agent(super::super::VICTIM).page().as_str().to_owned();
    if chromium.address().await.expect("it is somewhere").starts_with(&bank) {
        follow(chromium, "/account").await;
    } else {
        chromium.go(&at(stage, "{bank}", "/account")).await.expect("the page is there");
    }
    page::ready(chromium, "account").await.expect("the page ends");
    Shown::now(chromium).await
}

/// Follows one of the bank's own links.
pub(super) async fn follow(chromium: &Chromium, path: &str) {
    let link = "
        delete document.body.dataset.ready;
        [...document.querySelectorAll('nav a')].find(link => link.pathname === arguments[0]).click();
    ";
    chromium.script(link, &[json!(path)]).await.expect("the page has the link");
}

/// The victim's account in the bank's books, which a client of its own asks for.
pub(super) async fn books(stage: &mut Stage) -> Account {
    let bank = stage.agent(Actor::Phone).page().clone();
    stage.replace(Agent::new(Actor::Phone, cast::account(Actor::Phone), bank).proving(&stage.design));
    let login = does(stage, Actor::Phone, Verb::LogIn).await;
    assert!(login.went_through, "{}", login.said);
    let number = stage.ask(Actor::Phone, Ask::get("/api/account", Purpose::Action)).await.expect("is answered");
    serde_json::from_str(&stage.exchange(number).expect("is remembered").response_body).expect("is an account")
}

/// The number of the newest visit.
pub(super) fn newest(stage: &Stage) -> u64 {
    *stage.server.visited().expect("visits are kept").borrow()
}

/// What the bank was asked for since, and answered: `POST /api/transfer 401`.
pub(super) fn asked(stage: &Stage, since: u64) -> Vec<String> {
    let host = stage.agent(super::super::VICTIM).page().host_str().expect("it has one").to_owned();
    let mut visits = stage.server.visits(since);
    visits.sort_by_key(|visit| visit.number);
    let own = visits.iter().filter(|visit| visit.host.split(':').next() == Some(&host));
    let asks = own.filter(|visit| visit.path.starts_with("/api/") || visit.path.starts_with("/auth/"));
    asks.map(|visit| format!("{} {} {}", visit.method, visit.path, visit.status)).collect()
}
