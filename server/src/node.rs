//! The nodes of a server: processes that share its disk and not their memory, and the balancer that chooses among them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use lockstep_shared::clock::Clock;
use lockstep_shared::design::Design;

use crate::door::{Disk, Door};
use crate::store::Kept;

/// Nodes of one server: more than any lesson needs, few enough that their addresses fit on a screen.
pub(crate) const MOST_NODES: usize = 8;

/// One node.
pub(crate) struct Node {
    /// Counted from 1.
    pub(crate) number: usize,
    /// The lab clock as this machine has it.
    pub(crate) clock: Clock,
    /// Where it listens by itself; unset while it is the only one.
    pub(crate) address: OnceLock<SocketAddr>,
    process: RwLock<Arc<Process>>,
}

/// What lives in process memory: the doors and all that they keep there.
pub(crate) struct Process {
    pub(crate) doors: HashMap<String, Arc<Door>>,
    /// The ids of the designs as they were given.
    order: Vec<String>,
    pub(crate) default: Option<Arc<Door>>,
}

/// Which listener a connection came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// The server's own address, behind which each request goes to any of the nodes.
    Balancer,
    /// The address of one node, by its number.
    Node(usize),
}

/// Chooses a node for each request.
#[derive(Default)]
pub(crate) struct Balancer {
    requests: AtomicU64,
    /// The number of the node that gets all requests; 0: the balancer chooses.
    only: AtomicUsize,
}

impl Node {
    pub(crate) fn start(number: usize, clock: Clock, plots: &[(Design, Disk)], default: Option<&str>) -> Kept<Self> {
        let process = RwLock::new(Arc::new(Process::start(plots, default)?));
        Ok(Self { number, clock, address: OnceLock::new(), process })
    }

    pub(crate) fn process(&self) -> Arc<Process> {
        self.process.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes another process in place of its own.
    pub(crate) fn replace(&self, process: Process) {
        *self.process.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(process);
    }
}

impl Process {
    /// Starts from disk, with nothing in memory.
    pub(crate) fn start(plots: &[(Design, Disk)], default: Option<&str>) -> Kept<Self> {
        let mut doors = HashMap::new();
        for (design, disk) in plots {
            doors.insert(design.id.clone(), Arc::new(Door::open(design.clone(), disk.clone())?));
        }
        let order = plots.iter().map(|(design, _)| design.id.clone()).collect();
        Ok(Self::with(doors, order, default))
    }

    fn with(doors: HashMap<String, Arc<Door>>, order: Vec<String>, default: Option<&str>) -> Self {
        let default = default.and_then(|id| doors.get(id)).cloned();
        Self { doors, order, default }
    }

    /// The doors as their designs were given.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &Arc<Door>> {
        self.order.iter().filter_map(|design| self.doors.get(design))
    }

    /// The door that answers to this host label.
    pub(crate) fn door_at(&self, label: &str) -> Option<&Arc<Door>> {
        // Nearly always a design has its own id for a label.
        let by_id = self.doors.get(label).filter(|door| door.disk.label == label);
        by_id.or_else(|| self.doors.values().find(|door| door.disk.label == label))
    }

    /// The same process, with one design under another host label: its memory is kept.
    pub(crate) fn moved(&self, design: &str, label: &str, default: Option<&str>) -> Self {
        let mut doors = self.doors.clone();
        if let Some(door) = doors.get_mut(design) {
            *door = Arc::new(door.moved(label));
        }
        Self::with(doors, self.order.clone(), default)
    }
}

impl Balancer {
    /// The index of the node that the next request goes to. The sequence looks random and is the same in every server:
    /// in strict turns, a client that always sends two requests at a time would meet the same node with the same one.
    pub(crate) fn next(&self, nodes: usize) -> usize {
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        match self.only.load(Ordering::Relaxed) {
            0 => usize::try_from(mix(request) % nodes.max(1) as u64).expect("is less than the number of nodes"),
            number => (number - 1).min(nodes.saturating_sub(1)),
        }
    }

    /// Sends all requests to one node, by its number, or lets the balancer choose again.
    pub(crate) fn only(&self, number: Option<usize>) {
        self.only.store(number.unwrap_or(0), Ordering::Relaxed);
    }
}

/// The output of SplitMix64 for the `n`th step: spreads consecutive numbers over all 64 bits.
fn mix(n: u64) -> u64 {
    let z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_balancer_favours_no_node_and_knows_no_turns() {
        for nodes in 1..=MOST_NODES {
            let (one, other) = (Balancer::default(), Balancer::default());
            let chosen: Vec<usize> = (0..4000).map(|_| one.next(nodes)).collect();
            assert_eq!(chosen, (0..4000).map(|_| other.next(nodes)).collect::<Vec<_>>(), "the same in every server");
            // A client that sends two requests at a time meets each node with each of them.
            for phase in 0..2 {
                for node in 0..nodes {
                    let met = chosen.iter().skip(phase).step_by(2).filter(|met| **met == node).count();
                    assert!((1600 / nodes..=2400 / nodes).contains(&met), "node {node} of {nodes}: {met} of 2000");
                }
            }
        }
        let balancer = Balancer::default();
        balancer.only(Some(2));
        assert!((0..20).all(|_| balancer.next(3) == 1));
        balancer.only(None);
        assert!((0..20).any(|_| balancer.next(3) != 1));
    }
}
