//! Everything that one server runs with: the nodes, whose processes a restart replaces, and what outlives them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use lockstep_shared::clock::{Clock, Skew};
use lockstep_shared::design::Design;

use crate::door::Disk;
use crate::measuring::Open;
use crate::node::{Balancer, Entrance, Node, Process};
use crate::parking::Parking;
use crate::store::Kept;
use crate::visits::Visits;
use crate::web::Web;
use crate::xray::Records;

/// One server.
pub(crate) struct Site {
    pub(crate) clock: Clock,
    pub(crate) parking: Arc<Parking>,
    /// The measurement of a browser, while there is one.
    pub(crate) measuring: Open,
    pub(crate) records: Records,
    pub(crate) balancer: Balancer,
    pub(crate) web: Web,
    /// What reached the server, where that is kept.
    pub(crate) visits: Option<Visits>,
    /// Each design with its disk, in the order in which they were given. Whoever changes the nodes holds it meanwhile.
    plots: Mutex<Vec<(Design, Disk)>>,
    /// The design that plain `localhost` stands for.
    default: Option<String>,
    nodes: RwLock<Vec<Arc<Node>>>,
    /// Host labels that a design had before it moved, with its id.
    former: RwLock<HashMap<String, String>>,
}

impl Site {
    /// A server of one node.
    pub(crate) fn build(clock: Clock, plots: Vec<(Design, Disk)>, default: Option<String>) -> Kept<Self> {
        let first = Node::start(1, clock.clone(), &plots, default.as_deref())?;
        Ok(Self {
            clock,
            parking: Arc::default(),
            measuring: Open::default(),
            records: Records::default(),
            balancer: Balancer::default(),
            web: Web::default(),
            visits: None,
            plots: Mutex::new(plots),
            default,
            nodes: RwLock::new(vec![Arc::new(first)]),
            former: RwLock::default(),
        })
    }

    /// All nodes, by number; there is at least one.
    pub(crate) fn nodes(&self) -> Vec<Arc<Node>> {
        self.nodes.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The node that a request which came in there goes to, and how many there are.
    pub(crate) fn node(&self, entrance: Entrance) -> (Arc<Node>, usize) {
        let nodes = self.nodes.read().unwrap_or_else(PoisonError::into_inner);
        let at = match entrance {
            Entrance::Balancer => self.balancer.next(nodes.len()),
            Entrance::Node(number) => number - 1,
        };
        (nodes[at].clone(), nodes.len())
    }

    /// Adds a node whose clock is wrong by `skew`. It has nothing in its memory.
    pub(crate) fn add_node(&self, skew: Skew) -> Kept<Arc<Node>> {
        let plots = self.plots();
        let number = self.nodes().len() + 1;
        let node = Arc::new(Node::start(number, self.clock.skewed(skew), &plots, self.default.as_deref())?);
        self.nodes.write().unwrap_or_else(PoisonError::into_inner).push(node.clone());
        Ok(node)
    }

    /// Forgets the memory of every process and starts each again from disk.
    pub(crate) fn restart(&self) -> Kept<()> {
        let plots = self.plots();
        let nodes = self.nodes();
        // All of them are started before any is replaced, so that a store which can't be opened changes nothing.
        let fresh: Kept<Vec<_>> = nodes.iter().map(|_| Process::start(&plots, self.default.as_deref())).collect();
        for (node, process) in nodes.iter().zip(fresh?) {
            node.replace(process);
        }
        Ok(())
    }

    /// Gives a design another host label, in every process and on disk; false where the design is unknown or the label
    /// is another's.
    pub(crate) fn move_host(&self, design: &str, label: &str) -> bool {
        let mut plots = self.plots();
        let taken = |(other, disk): &(Design, Disk)| other.id != design && disk.label == label;
        if plots.iter().any(taken) {
            return false;
        }
        let Some((_, disk)) = plots.iter_mut().find(|(known, _)| known.id == design) else { return false };
        let old = std::mem::replace(&mut disk.label, label.to_owned());
        {
            let mut former = self.former.write().unwrap_or_else(PoisonError::into_inner);
            former.insert(old, design.to_owned());
            former.remove(label);
        }
        for node in self.nodes() {
            node.replace(node.process().moved(design, label, self.default.as_deref()));
        }
        true
    }

    /// The id of the design that had this host label before it moved.
    pub(crate) fn formerly(&self, label: &str) -> Option<String> {
        self.former.read().unwrap_or_else(PoisonError::into_inner).get(label).cloned()
    }

    fn plots(&self) -> MutexGuard<'_, Vec<(Design, Disk)>> {
        self.plots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
