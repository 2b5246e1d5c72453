//! Requests that the server holds at a named point until they are released, so that a race needs no luck.

use std::time::Duration;

use anyhow::Context;
use lockstep_server::Held;
use tokio::task::JoinHandle;

use super::{Sent, Stage, split};
use crate::lab::actor::Actor;
use crate::lab::agent::Ask;
use crate::lab::client::{self, Reply};
use crate::lab::exchange::Purpose;
use crate::lab::outcome::NotApplicable;
use crate::lab::view::HeldRequest;

/// How long a client waits for the answer to a request that is held: as long as somebody may talk about it.
const PATIENCE: Duration = Duration::from_secs(12 * 3600);

/// A request that the server holds. Where this is dropped, the request goes on.
pub(super) struct InFlight {
    held: Held,
    point: String,
    prepared: Sent,
    purpose: Purpose,
    path: String,
    reply: JoinHandle<anyhow::Result<Reply>>,
}

impl Stage {
    /// What is held now.
    pub(crate) fn held(&self) -> Vec<HeldRequest> {
        let held = self.held.iter().map(|(actor, waiting)| HeldRequest {
            actor: *actor,
            method: waiting.prepared.method,
            path: waiting.path.clone(),
            point: waiting.point.clone(),
            since: waiting.prepared.at,
        });
        held.collect()
    }

    /// Sends a request that the server will hold at a named point, and waits until it stands there; false where it was
    /// refused before it came so far.
    pub(crate) async fn hold(&mut self, actor: Actor, point: &str, ask: Ask) -> anyhow::Result<bool> {
        anyhow::ensure!(
            !self.held.contains_key(&actor),
            "{actor} has a request that is held already: release it first"
        );
        // Whether an earlier one was refused says nothing of this one.
        self.refused.remove(&actor);
        let mut held = self.server.hold_next(point).with_context(|| format!("the server has no point {point}"))?;
        let prepared = self.prepare(actor, &ask)?;
        let (mut request, sent) = split(prepared, self.now(), Some(actor));
        *request.timeout_mut() = Some(PATIENCE);
        let client = self.client.clone();
        let reply = tokio::spawn(async move { client::exchange(&client, request).await });
        // A request that is refused on its way never comes to the point; then its reply is there first.
        let mut reply = reply;
        tokio::select! {
            arrived = held.arrived() => anyhow::ensure!(arrived, "the server dropped the request before {point}"),
            early = &mut reply => {
                let reply = early.context("the request's task ended")??;
                let is_refusal = matches!(reply.status, 401 | 403);
                let number = self.record(actor, ask.purpose, &ask.path, sent, reply);
                if is_refusal {
                    self.refused.insert(actor, number);
                    return Ok(false);
                }
                return Err(NotApplicable(format!("no {} of this design comes to {point}", ask.path)).into());
            }
        }
        let point = point.to_owned();
        self.held.insert(actor, InFlight { held, point, prepared: sent, purpose: ask.purpose, path: ask.path, reply });
        Ok(true)
    }

    /// Lets the actor's held request go on, and takes in its answer. Of one that was refused on its way this is known.
    pub(crate) async fn release(&mut self, actor: Actor) -> anyhow::Result<usize> {
        if let Some(number) = self.refused.remove(&actor) {
            return Ok(number);
        }
        let waiting = self.held.remove(&actor).with_context(|| format!("{actor} has no request that is held"))?;
        waiting.held.release();
        let reply = waiting.reply.await.context("the request's task ended")??;
        let number = self.record(actor, waiting.purpose, &waiting.path, waiting.prepared, reply);
        if waiting.path == "/auth/refresh" {
            self.keep_reply(actor, number)?;
        }
        Ok(number)
    }
}
