//! Holding a request at a named point inside the server, so that a race can be shown in a chosen order instead of by luck.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

/// The points at which a request can be held.
pub const POINTS: [&str; 2] = [crate::credential::BEFORE_SAVE, crate::mechanism::refresh::BEFORE_ROTATE];

/// The places where requests wait.
#[derive(Default)]
pub(crate) struct Parking(Mutex<HashMap<&'static str, Place>>);

struct Place {
    arrived: oneshot::Sender<()>,
    release: oneshot::Receiver<()>,
}

/// The next request to come to a point waits there, until this is released or dropped.
pub struct Held {
    arrived: oneshot::Receiver<()>,
    /// What the wait came to, once it is over.
    came: Option<bool>,
    release: oneshot::Sender<()>,
}

impl Held {
    /// Waits until a request has come to the point; false where the server stopped before.
    pub async fn arrived(&mut self) -> bool {
        match self.came {
            Some(came) => came,
            None => *self.came.insert((&mut self.arrived).await.is_ok()),
        }
    }

    /// Lets the request go on.
    pub fn release(self) {
        // Nobody waits any more where the client has gone: then there is nothing to release.
        let _ = self.release.send(());
    }
}

impl Parking {
    /// Holds the next request that comes to `point`; None where there is no such point.
    pub(crate) fn hold_next(&self, point: &str) -> Option<Held> {
        let point = POINTS.into_iter().find(|known| *known == point)?;
        let (arrive, arrived) = oneshot::channel();
        let (release, released) = oneshot::channel();
        let place = Place { arrived: arrive, release: released };
        self.places().insert(point, place);
        Some(Held { arrived, came: None, release })
    }

    /// The wait at `point`; None where the lab did not ask for one. It answers false where nobody waits for it any more.
    pub(crate) fn wait(&self, point: &'static str) -> Option<impl Future<Output = bool> + use<>> {
        let place = self.places().remove(point)?;
        Some(async move {
            if place.arrived.send(()).is_err() {
                return false;
            }
            // A dropped handle releases too, so that no request can hang for ever.
            let _ = place.release.await;
            true
        })
    }

    fn places(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_may_ask_twice_whether_a_request_has_come() {
        let parking = Parking::default();
        let mut held = parking.hold_next(POINTS[0]).expect("is a point");
        let waits = async { parking.wait(POINTS[0]).expect("is asked for").await };
        let asks = async {
            let came = (held.arrived().await, held.arrived().await);
            held.release();
            came
        };
        assert_eq!(tokio::join!(waits, asks), (true, (true, true)));
        let mut held = parking.hold_next(POINTS[0]).expect("is a point");
        drop(parking);
        assert_eq!((held.arrived().await, held.arrived().await), (false, false));
    }
}
