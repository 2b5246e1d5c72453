//! Everything that one server runs with: the process that a restart replaces, and what outlives it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use lockstep_shared::clock::Clock;
use lockstep_shared::design::Design;

use crate::door::{Disk, Door};
use crate::parking::Parking;
use crate::store::Kept;
use crate::xray::Records;

/// One server.
pub(crate) struct Site {
    pub(crate) clock: Clock,
    pub(crate) parking: Arc<Parking>,
    pub(crate) records: Records,
    /// Each design with its disk, in the order in which they were given.
    plots: Vec<(Design, Disk)>,
    /// The design that plain `localhost` stands for.
    default: Option<String>,
    process: RwLock<Arc<Process>>,
}

/// What lives in process memory: the doors and all that they keep there.
pub(crate) struct Process {
    pub(crate) doors: HashMap<String, Arc<Door>>,
    pub(crate) default: Option<Arc<Door>>,
}

impl Site {
    pub(crate) fn build(clock: Clock, plots: Vec<(Design, Disk)>, default: Option<String>) -> Kept<Self> {
        let process = RwLock::new(Arc::new(Process::start(&plots, default.as_deref())?));
        Ok(Self { clock, parking: Arc::default(), records: Records::default(), plots, default, process })
    }

    pub(crate) fn process(&self) -> Arc<Process> {
        self.process.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets all process memory and starts again from disk.
    pub(crate) fn restart(&self) -> Kept<()> {
        let fresh = Process::start(&self.plots, self.default.as_deref())?;
        *self.process.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(())
    }
}

impl Process {
    fn start(plots: &[(Design, Disk)], default: Option<&str>) -> Kept<Self> {
        let mut doors = HashMap::new();
        for (design, disk) in plots {
            doors.insert(design.id.clone(), Arc::new(Door::open(design.clone(), disk.clone())?));
        }
        let default = default.and_then(|id| doors.get(id)).cloned();
        Ok(Self { doors, default })
    }
}
