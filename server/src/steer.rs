//! What the lab does to a server as a whole while it runs: restarts, nodes, host names.

use std::net::SocketAddr;

use lockstep_shared::clock::Skew;
use lockstep_shared::design::is_host_label;

use crate::listen::{self, Phase};
use crate::node::{Entrance, MOST_NODES, Node};
use crate::{Running, ServerError, listener};

impl Running {
    /// Stops every process and starts it again: its memory is gone, its disk is not, and every connection ends with its
    /// next answer. The listening sockets stay open meanwhile, as under a supervisor that owns them, so that nobody else
    /// takes the port.
    ///
    /// # Errors
    /// When a store can't be opened again; then nothing has changed.
    pub fn restart(&self) -> Result<(), ServerError> {
        self.site.restart().map_err(|why| self.broken(&why))?;
        self.phase.send_modify(|phase| {
            if let Phase::Serving(times) = phase {
                *times += 1;
            }
        });
        Ok(())
    }

    /// Restarts, with new keys in every design that has any: so does a server that makes them when it starts and keeps
    /// them nowhere.
    ///
    /// # Errors
    /// As [`Running::restart`].
    pub fn restart_with_new_keys(&self) -> Result<(), ServerError> {
        self.restart()?;
        let (signing, sealing) = (self.keys.iter().map(|(id, _)| id), self.seals.iter().map(|(id, _)| id));
        for design in signing.chain(sealing) {
            self.rotate_key(design);
        }
        Ok(())
    }

    /// The nodes' own addresses, by number. The first one's is the server's address, as long as it is alone.
    pub fn nodes(&self) -> Vec<SocketAddr> {
        let address = |node: &std::sync::Arc<Node>| node.address.get().copied().unwrap_or(self.address);
        self.site.nodes().iter().map(address).collect()
    }

    /// Adds a node whose clock is wrong by `skew`, and answers where it listens by itself. It shares the others' disk and
    /// has nothing in its memory; from now on, some of the requests to the server's address go to it.
    ///
    /// # Errors
    /// When there are as many as there can be, no address is free, or a store can't be opened once more.
    pub async fn add_node(&self, skew: Skew) -> Result<SocketAddr, ServerError> {
        // Held to the end, so that two additions at once come one after the other.
        let mut tasks = self.tasks.lock().await;
        let nodes = self.site.nodes();
        if nodes.len() >= MOST_NODES {
            return Err(ServerError::Nodes(nodes.len() + 1));
        }
        let any = SocketAddr::new(self.address.ip(), 0);
        let mut bound = Vec::new();
        for _ in 0..=nodes.iter().filter(|node| node.address.get().is_none()).count() {
            bound.push(listener(any).await?);
        }
        self.site.add_node(skew).map_err(|why| self.broken(&why))?;
        let mut newest = self.address;
        for (node, (listener, address)) in
            self.site.nodes().into_iter().filter(|node| node.address.get().is_none()).zip(bound)
        {
            newest = *node.address.get_or_init(|| address);
            let (router, site, phase) = (self.router.clone(), self.site.clone(), self.phase.subscribe());
            tasks.push(tokio::spawn(listen::serve(listener, Entrance::Node(node.number), router, site, phase)));
        }
        Ok(newest)
    }

    /// Lets the balancer send every request to one node, by its number, or choose again. False where there is no such
    /// node.
    pub fn only_node(&self, number: Option<usize>) -> bool {
        let exists = number.is_none_or(|number| (1..=self.site.nodes().len()).contains(&number));
        if exists {
            self.site.balancer.only(number);
        }
        exists
    }

    /// Moves a design to the host name `<label>.localhost`, in memory and on disk. Its tokens name the new host as their
    /// issuer from now on; requests to the old one are redirected.
    ///
    /// # Errors
    /// When there is no such design, or the label can't be one or is another's.
    pub fn move_host(&self, design: &str, label: &str) -> Result<(), ServerError> {
        match is_host_label(label) && self.site.move_host(design, label) {
            true => Ok(()),
            false => Err(ServerError::HostName { design: design.to_owned(), to: label.to_owned() }),
        }
    }

    fn broken(&self, why: &crate::store::StoreError) -> ServerError {
        ServerError::Store { at: self.folder.path().into(), why: why.to_string() }
    }
}
