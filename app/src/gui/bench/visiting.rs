//! What real browsers send to the lanes: taken from their servers, judged, and put into the lanes' record.

use std::sync::Arc;

use super::Bench;
use crate::lab::actor::Actor;
use crate::lab::exchange::Exchange;
use crate::state::command::Side;
use crate::state::event::Event;
use crate::state::visiting::{Place, Seen, Visited, Watch};

/// What is known of them.
#[derive(Default)]
pub(super) struct Visiting {
    watch: Watch,
    /// The place of each lane's visit that was taken last.
    taken: [u64; 2],
}

impl Visiting {
    /// A lane has another server, which counts from the start.
    pub(super) fn forget(&mut self, side: Side) {
        self.taken[side.index()] = 0;
    }
}

impl Bench {
    /// Waits until something has reached a lane's server, by whomever it was sent.
    pub(crate) async fn next_visit(&self) -> Side {
        let [left, right] = Side::BOTH.map(|side| async move {
            let taken = self.visiting.taken[side.index()];
            let visited = self.lanes[side.index()].as_ref().and_then(|stage| stage.server.visited());
            if let Some(mut visited) = visited
                && visited.wait_for(|newest| *newest > taken).await.is_ok()
            {
                return side;
            }
            std::future::pending().await
        });
        tokio::select! {
            side = left => side,
            side = right => side,
        }
    }

    /// Takes what has reached a lane's server, leaves out what the lab's own agents have sent, and reports the rest.
    pub(crate) async fn take_in_visits(&mut self, side: Side) {
        let Some(stage) = &mut self.lanes[side.index()] else { return };
        let taken = &mut self.visiting.taken[side.index()];
        let visits = stage.server.visits(*taken);
        *taken = visits.last().map_or(*taken, |last| last.place);
        let is_agent = |name: &str| Actor::ALL.iter().any(|actor| stage.agent(*actor).user_agent() == name);
        let foreign: Vec<_> = visits
            .into_iter()
            .filter(|visit| {
                let agent = visit.request_headers.iter().find(|(name, _)| name == "user-agent");
                !agent.is_some_and(|(_, name)| is_agent(name))
            })
            .collect();
        if foreign.is_empty() {
            return;
        }
        let ahead = self.clock.ahead();
        let mut seen = Vec::new();
        for visit in foreign {
            let trace = stage.server.trace(visit.number).unwrap_or_default();
            let mut visited = self.visiting.watch.see(Seen { side, visit, trace, ahead });
            if visited.place == Place::Bank && !visited.is_furniture() {
                let number = stage.take_in(visited.row.exchange.as_ref().clone());
                visited.row.exchange = Arc::new(Exchange { number, ..visited.row.exchange.as_ref().clone() });
                visited.in_wire = Some(number);
            }
            seen.push(Arc::new(visited) as Arc<Visited>);
        }
        // Whoever looks at a visit may go on to its exchange.
        self.tell(side).await;
        self.reports.send(Event::Visited(seen));
    }
}
