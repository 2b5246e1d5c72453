//! What a step may touch: one running design, everybody's clients, and the record of every exchange.

mod holding;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use lockstep_server::{Config, DemoServer, Running};
use lockstep_shared::api::LoginReply;
use lockstep_shared::clock::{Clock, LabTime};
use lockstep_shared::design::Design;
use url::Url;

use super::actor::Actor;
use super::agent::{Agent, Ask, Prepared, Sender};
use super::browsed::{self, Browsed};
use super::cast;
use super::client::{self, Reply};
use super::engine::{Engine, StoreAtHand};
use super::exchange::{Exchange, Purpose};
use super::forger::Forger;
use super::headers::Headers;
use super::outcome::Answer;
use super::presence::Presence;
use super::prover::Prover;
use super::scenario::{Doer, Verb};
use super::steps::told;
use super::view::Mark;
use crate::chromium::Chromium;
use holding::InFlight;

/// Exchanges that a stage remembers; the oldest make room.
const MOST_EXCHANGES: usize = 20_000;

/// As many redirects as browsers follow (Fetch standard).
const MOST_REDIRECTS: usize = 20;

/// One running design with its actors.
pub(crate) struct Stage {
    pub(crate) design: Design,
    pub(crate) clock: Clock,
    pub(crate) server: Running,
    pub(crate) marks: Vec<Mark>,
    /// What the attacker has noted.
    pub(crate) forger: Forger,
    client: reqwest::Client,
    agents: BTreeMap<Actor, Agent>,
    presence: BTreeMap<Actor, Presence>,
    exchanges: std::collections::VecDeque<Arc<Exchange>>,
    next_number: usize,
    held: BTreeMap<Actor, InFlight>,
    store: StoreAtHand,
    /// Requests that were to be held and were refused on their way, by the number of the exchange.
    refused: BTreeMap<Actor, usize>,
    /// Sums over all exchanges, the forgotten ones included.
    pub(crate) sums: Sums,
    /// Why attacks through somebody else's browser came to nothing, where no server refused them.
    foiled: BTreeSet<&'static str>,
    /// The browser that the victim's laptop is, where it is a real one.
    pub(super) browsed: Option<Browsed>,
}

/// What all exchanges came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) store_reads: u64,
    pub(crate) store_writes: u64,
    pub(crate) hashes: u64,
    pub(crate) logins: u64,
    pub(crate) detected: bool,
}

/// The parts of a prepared request that are still needed when the reply has come.
struct Sent {
    url: Url,
    method: &'static str,
    sender: Sender,
    headers: Headers,
    body: Option<String>,
    cookies: Vec<crate::browser::Decision>,
    at: LabTime,
    /// Whose browser sent it and takes in the answer; None where the answer is lost on its way.
    browser: Option<Actor>,
}

impl Stage {
    /// Starts a fresh server for one design, and everybody with nothing in hand; its store can be taken down.
    pub(crate) async fn set(design: Design, clock: Clock, port: u16, engine: &Engine) -> anyhow::Result<Self> {
        Self::set_to_break(design, clock, port, engine, true).await
    }

    /// The same, on a server that keeps what real browsers send it.
    pub(crate) async fn set_for_visits(
        design: Design,
        clock: Clock,
        port: u16,
        engine: &Engine,
    ) -> anyhow::Result<Self> {
        Self::open(design, clock, port, engine, true, (true, None)).await
    }

    /// The same; `breaks` says whether its store is to be taken down on the way.
    pub(crate) async fn set_to_break(
        design: Design,
        clock: Clock,
        port: u16,
        engine: &Engine,
        breaks: bool,
    ) -> anyhow::Result<Self> {
        Self::open(design, clock, port, engine, breaks, (false, None)).await
    }

    /// The same with a real browser for the victim's laptop.
    pub(crate) async fn set_for_browser(
        design: Design,
        clock: Clock,
        engine: &Engine,
        chromium: Arc<Chromium>,
    ) -> anyhow::Result<Self> {
        Self::open(design, clock, 0, engine, false, (true, Some(Browsed::by(chromium)))).await
    }

    async fn open(
        design: Design,
        clock: Clock,
        port: u16,
        engine: &Engine,
        breaks: bool,
        (visits, browsed): (bool, Option<Browsed>),
    ) -> anyhow::Result<Self> {
        let store = StoreAtHand::prepare(&design, engine, breaks)?;
        let config = Config {
            designs: vec![design.clone()],
            default: Some(design.id.clone()),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            clock: clock.clone(),
            users: cast::users(),
            publisher: Some(cast::attacker()),
            visits,
            files: None,
            redis: store.redis(),
            journal: StoreAtHand::journal(breaks),
            store_wait: StoreAtHand::patience(&design, breaks),
            nodes: 1,
        };
        let server = DemoServer::start(config).await?;
        let page = page(&design.id, &server)?;
        let agent = |actor| (actor, Agent::new(actor, cast::account(actor), page.clone()).proving(&design));
        Ok(Self {
            agents: Actor::ALL.into_iter().map(agent).collect(),
            presence: BTreeMap::new(),
            client: client::client()?,
            exchanges: std::collections::VecDeque::new(),
            next_number: 1,
            held: BTreeMap::new(),
            store,
            refused: BTreeMap::new(),
            marks: Vec::new(),
            forger: Forger::default(),
            sums: Sums::default(),
            foiled: BTreeSet::new(),
            browsed,
            design,
            clock,
            server,
        })
    }

    pub(crate) fn now(&self) -> LabTime {
        self.clock.now()
    }

    pub(crate) fn agent(&self, actor: Actor) -> &Agent {
        self.agents.get(&actor).expect("every actor has an agent")
    }

    pub(crate) fn agent_mut(&mut self, actor: Actor) -> &mut Agent {
        self.agents.get_mut(&actor).expect("every actor has an agent")
    }

    /// Lets one agent look into another.
    pub(crate) fn with_two<T>(&mut self, one: Actor, other: Actor, look: impl FnOnce(&mut Agent, &Agent) -> T) -> T {
        let mut taken = self.agents.remove(&one).expect("every actor has an agent");
        let result = look(&mut taken, self.agent(other));
        self.agents.insert(one, taken);
        result
    }

    /// Gives an actor another client, and answers the one that it had.
    pub(crate) fn replace(&mut self, agent: Agent) -> Agent {
        self.agents.insert(agent.actor, agent).expect("every actor has an agent")
    }

    pub(crate) fn presence(&self, actor: Actor) -> Presence {
        self.presence.get(&actor).cloned().unwrap_or_default()
    }

    /// The actor gave up its credentials by its own act.
    pub(crate) fn left(&mut self, actor: Actor) {
        let now = self.now();
        self.presence.entry(actor).or_default().left(now);
    }

    pub(crate) fn exchanges(&self) -> impl DoubleEndedIterator<Item = &Exchange> {
        self.exchanges.iter().map(Arc::as_ref)
    }

    /// The remembered exchanges from a number on, for somebody who keeps them longer.
    pub(crate) fn exchanges_since(&self, number: usize) -> impl Iterator<Item = Arc<Exchange>> {
        let first = self.exchanges.front().map_or(number, |exchange| exchange.number);
        self.exchanges.iter().skip(number.saturating_sub(first)).cloned()
    }

    /// How many exchanges there were in all.
    pub(crate) fn count(&self) -> usize {
        self.next_number - 1
    }

    pub(crate) fn exchange(&self, number: usize) -> Option<&Exchange> {
        let first = self.exchanges.front()?.number;
        self.exchanges.get(number.checked_sub(first)?).map(Arc::as_ref)
    }

    /// Notes by which of a browser's rules an attack came to nothing.
    pub(crate) fn foiled(&mut self, by: &'static str) {
        self.foiled.insert(by);
    }

    /// The rules by which attacks came to nothing.
    pub(crate) fn foils(&self) -> impl Iterator<Item = &'static str> {
        self.foiled.iter().copied()
    }

    /// Notes an event on the time axis.
    pub(crate) fn mark(&mut self, label: &str, ending: bool) {
        let (at, after) = (self.now(), self.count());
        self.marks.push(Mark { at, label: label.to_owned(), ending, after, ..Mark::default() });
    }

    /// The same of a step: who did it, by which exchange, and whose credentials were copied by that, if any were.
    pub(crate) fn mark_step(&mut self, label: &str, ending: bool, by: Doer, verb: &Verb, number: Option<usize>) {
        self.mark(label, ending);
        let by = match by {
            Doer::Actor(actor) => Some(actor),
            _ => None,
        };
        let copies = matches!(verb, Verb::Steal { .. });
        let from = by.filter(|_| copies).and_then(|thief| self.agent(thief).copied).map(|(from, _)| from);
        if let Some(mark) = self.marks.last_mut() {
            (mark.by, mark.from, mark.number) = (by, from, number);
        }
    }

    /// Sends a request as an actor; a 401 leads to one renewal and one retry, where the agent holds what that takes.
    /// Answers the number of the exchange that decided.
    pub(crate) async fn ask(&mut self, actor: Actor, ask: Ask) -> anyhow::Result<usize> {
        if browsed::is(self, actor) {
            return browsed::ask(self, actor, &ask).await;
        }
        let first = self.send(actor, &ask).await?;
        let now = self.now();
        let refused = self.exchange(first).is_some_and(|exchange| exchange.status == 401);
        if !refused || !self.agent(actor).can_renew(&self.design, now) {
            return Ok(first);
        }
        let renewal = self.renew(actor, Purpose::Renewal).await?;
        match self.exchange(renewal).is_some_and(|exchange| exchange.status == 200) {
            true => self.send(actor, &ask).await,
            false => Ok(renewal),
        }
    }

    /// Asks for fresh credentials with the refresh token that the agent holds.
    pub(crate) async fn renew(&mut self, actor: Actor, purpose: Purpose) -> anyhow::Result<usize> {
        let body = self.agent(actor).refresh_in_body();
        let number = self.send(actor, &Ask::post("/auth/refresh", body, purpose)).await?;
        self.keep_reply(actor, number)?;
        Ok(number)
    }

    /// Takes the tokens out of a successful reply that has some.
    pub(crate) fn keep_reply(&mut self, actor: Actor, number: usize) -> anyhow::Result<()> {
        let Some(exchange) = self.exchange(number).filter(|exchange| exchange.status == 200) else { return Ok(()) };
        let reply: LoginReply =
            serde_json::from_str(&exchange.response_body).context("the server's reply has an unknown form")?;
        let design = self.design.clone();
        let agent = self.agent_mut(actor);
        agent.keep(&design, &reply)?;
        agent.me = Some(reply.user);
        Ok(())
    }

    /// Asks whether an actor is still let in, and as what.
    pub(crate) async fn probe(&mut self, actor: Actor, as_admin: bool) -> anyhow::Result<Probe> {
        let number = self.ask(actor, Ask::get("/api/me", Purpose::Probe)).await?;
        let answer = self.answer(number)?;
        let mut probe = Probe { number, answer, admin: None, admin_number: None, lost_role: false };
        if as_admin {
            probe.admin = Some(answer);
            if answer == Answer::Accepted {
                let number = self.ask(actor, Ask::get("/api/admin/users", Purpose::Probe)).await?;
                probe.admin = Some(self.answer(number)?);
                probe.admin_number = Some(number);
                probe.lost_role = self.exchange(number).is_some_and(|exchange| exchange.status == 403);
            }
        }
        Ok(probe)
    }

    /// What an exchange said of access. Fails where it said nothing: a fault is no verdict.
    fn answer(&self, number: usize) -> anyhow::Result<Answer> {
        let exchange = self.exchange(number).with_context(|| format!("exchange {number} is not remembered"))?;
        exchange.answer().with_context(|| format!("the answer is about something else than access: {}", told(exchange)))
    }

    /// Asks at every node whether an actor is let in: inside is who is inside at one of them.
    pub(crate) async fn probe_every_node(&mut self, actor: Actor) -> anyhow::Result<Probe> {
        let nodes = self.server.nodes().len();
        if nodes == 1 {
            return self.probe(actor, true).await;
        }
        let mut best: Option<Probe> = None;
        for node in 1..=nodes {
            self.server.only_node(Some(node));
            let probe = self.probe(actor, true).await?;
            if best.as_ref().is_none_or(|best| best.answer != Answer::Accepted) {
                best = Some(probe);
            }
        }
        self.server.only_node(None);
        best.context("a server has nodes")
    }

    /// Moves the bank to another host name, where everybody's page is from now on.
    pub(crate) fn move_host(&mut self, label: &str) -> anyhow::Result<()> {
        self.server.move_host(&self.design.id, label)?;
        let page = page(label, &self.server)?;
        for agent in self.agents.values_mut() {
            agent.moved(page.clone());
        }
        Ok(())
    }

    /// Restarts the server. Its connections are gone, so the clients make new ones.
    pub(crate) fn restart(&mut self, new_keys: bool) -> anyhow::Result<()> {
        match new_keys {
            false => self.server.restart()?,
            true => self.server.restart_with_new_keys()?,
        }
        self.client = client::client()?;
        Ok(())
    }

    /// Takes the store down, and says how.
    pub(crate) fn store_down(&mut self) -> anyhow::Result<String> {
        self.store.take_down(&self.design, self.server.store_file(&self.design.id))
    }

    /// Brings the store back, and says how.
    pub(crate) fn store_up(&mut self) -> anyhow::Result<String> {
        self.store.bring_back(&self.design)
    }

    /// Deletes what this stage has kept on a server that others use too. Nothing is asked of it after that.
    pub(crate) async fn clear_up(&self) -> anyhow::Result<()> {
        self.store.clear().await
    }

    /// Sends one request, follows where it is redirected to, and records each exchange. Answers the last one's number.
    pub(crate) async fn send(&mut self, actor: Actor, ask: &Ask) -> anyhow::Result<usize> {
        let (mut ask, mut asked_again) = (ask.clone(), false);
        for _ in 0..=MOST_REDIRECTS {
            let (request, sent) = split(self.prepare(actor, &ask)?, self.now(), Some(actor));
            let reply = client::exchange(&self.client, request).await?;
            // Asked for a nonce, the client proves once more with the one that it was given: that is no renewal.
            let again = !asked_again && Prover::is_asked_again(&reply);
            asked_again |= again;
            let next = if again { Some(ask.clone()) } else { ask.redirected(&sent.url, &reply) };
            let number = self.record(actor, ask.purpose, &ask.path, sent, reply);
            match next {
                Some(next) => ask = next,
                None => return Ok(number),
            }
        }
        anyhow::bail!("{} was redirected more than {MOST_REDIRECTS} times", ask.path)
    }

    /// Sends a request whose answer is lost on its way back: the server has done its part, and the actor knows nothing.
    pub(crate) async fn send_in_vain(&mut self, actor: Actor, ask: &Ask) -> anyhow::Result<usize> {
        let (request, sent) = split(self.prepare(actor, ask)?, self.now(), None);
        let reply = client::exchange(&self.client, request).await?;
        Ok(self.record(actor, ask.purpose, &ask.path, sent, reply))
    }

    /// Sends a request that an actor's script makes within the page that `page` has open: with all that its browser and
    /// its page attach.
    pub(crate) async fn send_within(&mut self, page: Actor, actor: Actor, ask: &Ask) -> anyhow::Result<usize> {
        let (request, sent) = split(self.prepare(page, ask)?, self.now(), Some(page));
        let reply = client::exchange(&self.client, request).await?;
        Ok(self.record(actor, ask.purpose, &ask.path, sent, reply))
    }

    fn prepare(&mut self, actor: Actor, ask: &Ask) -> anyhow::Result<Prepared> {
        let now = self.now();
        let agent = self.agents.get_mut(&actor).expect("every actor has an agent");
        agent.prepare(&self.design, ask, now)
    }

    fn record(&mut self, actor: Actor, purpose: Purpose, path: &str, sent: Sent, reply: Reply) -> usize {
        let now = self.now();
        let mut received = Vec::new();
        if let Some(browser) = sent.browser {
            let agent = self.agents.get_mut(&browser).expect("every actor has an agent");
            received = agent.receive(&sent.url, sent.method, &sent.sender, &reply, now);
            let for_password = ["/auth/login", "/auth/password"].contains(&path);
            if reply.status < 400 && (for_password || path == "/auth/refresh" || !received.is_empty()) {
                agent.renewed = !for_password;
            }
        }
        let request_id = reply.header("x-request-id").and_then(|id| id.parse().ok());
        let trace = request_id.and_then(|id| self.server.trace(id)).unwrap_or_default();
        self.keep(Exchange {
            number: 0,
            at: sent.at,
            actor,
            purpose,
            method: sent.method,
            path: path.to_owned(),
            request_headers: sent.headers,
            request_body: sent.body,
            status: reply.status,
            response_headers: reply.headers,
            response_body: reply.body,
            cookies: sent.cookies,
            received,
            trace,
            micros: reply.micros,
        })
    }

    /// Keeps an exchange, whoever made it, under the next number, and answers that.
    pub(super) fn keep(&mut self, exchange: Exchange) -> usize {
        let number = self.next_number;
        self.next_number += 1;
        self.sums.add(&exchange.trace);
        let (exchange, now) = (Exchange { number, ..exchange }, self.now());
        // Only requests that ask for access tell about it; a failed log-in does not throw anybody out.
        if exchange.path == "/api/me"
            && let Some(answer) = exchange.answer()
        {
            self.presence.entry(exchange.actor).or_default().answered(number, now, answer, exchange.ended_at());
        }
        self.push(exchange);
        number
    }

    /// Takes in what somebody else has sent, who is no agent of the lab's, and says which number it has now.
    pub(crate) fn take_in(&mut self, exchange: Exchange) -> usize {
        let number = self.next_number;
        self.next_number += 1;
        self.push(Exchange { number, ..exchange });
        number
    }

    fn push(&mut self, exchange: Exchange) {
        if self.exchanges.len() >= MOST_EXCHANGES {
            self.exchanges.pop_front();
        }
        self.exchanges.push_back(Arc::new(exchange));
    }
}

impl Sums {
    fn add(&mut self, trace: &lockstep_shared::trace::Trace) {
        let (reads, writes) = trace.store_use();
        self.store_reads += reads;
        self.store_writes += writes;
        let is_hash = |timed: &&lockstep_shared::trace::Timed| timed.act == lockstep_shared::trace::Act::PasswordHashed;
        self.hashes += trace.acts.iter().filter(is_hash).count() as u64;
        self.detected |= trace.alarm().is_some();
    }
}

/// Whether an actor was let in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe {
    /// The exchange that decided about access.
    pub(crate) number: usize,
    pub(crate) answer: Answer,
    /// Whether it was let in as an admin; None where nobody asked.
    pub(crate) admin: Option<Answer>,
    pub(crate) admin_number: Option<usize>,
    /// Whether it was let in, and a moment later told that it is no admin (403). A 401 there is about access, as where
    /// another node answers that has never heard of the credential.
    pub(crate) lost_role: bool,
}

fn split(prepared: Prepared, at: LabTime, browser: Option<Actor>) -> (reqwest::Request, Sent) {
    let Prepared { request, headers, body, cookies, url, method, sender } = prepared;
    (request, Sent { url, method, sender, headers, body, cookies, at, browser })
}

/// The bank's page under a host name.
fn page(label: &str, server: &Running) -> anyhow::Result<Url> {
    Url::parse(&format!("http://{label}.localhost:{}/", server.address().port())).context("the label is a host name's")
}
