//! What Ctrl-C and SIGTERM do while a command works: they end the work in good order.

use std::sync::mpsc::channel;

/// What shells say of a process that Ctrl-C has ended.
pub(crate) const INTERRUPTED: u8 = 130;

/// Does something at the first signal, which then does not end the process, and neither do others.
pub(super) fn then(act: impl FnOnce() + Send + 'static) {
    hear(act, false);
}

/// The same, but the second signal ends the process at once: for work that may wait for somebody else.
pub(super) fn then_end(act: impl FnOnce() + Send + 'static) {
    hear(act, true);
}

fn hear(act: impl FnOnce() + Send + 'static, second_ends: bool) {
    let (heard, up) = channel();
    // Where no thread can be started or no signal can be heard, it ends the process at once, as it does by default.
    let thread = std::thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let Ok(mut signals) = Signals::listen() else { return };
            drop(heard);
            signals.next().await;
            act();
            if second_ends {
                signals.next().await;
                std::process::exit(INTERRUPTED.into());
            }
        });
    });
    if thread.is_ok() {
        // Nothing is sent: what is waited for is that somebody listens, or that nobody will.
        let _: Result<(), _> = up.recv();
    }
}

/// Ctrl-C, and what ends processes elsewhere.
#[cfg(unix)]
pub(super) struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signals {
    pub(super) fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    pub(super) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
