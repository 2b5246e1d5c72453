//! What Ctrl-C does while a command works: it ends the work in good order.

/// Does something at the first Ctrl-C, which then does not end the process, and neither do others.
pub(super) fn then(act: impl FnOnce() + Send + 'static) {
    hear(act, false);
}

/// The same, but the second Ctrl-C ends the process at once: for work that may wait for somebody else.
pub(super) fn then_end(act: impl FnOnce() + Send + 'static) {
    hear(act, true);
}

fn hear(act: impl FnOnce() + Send + 'static, second_ends: bool) {
    /// What shells say of a process that Ctrl-C has ended.
    const INTERRUPTED: i32 = 130;
    // Where no thread can be started or no signal can be heard, Ctrl-C ends the process at once, as it does by default.
    let _ = std::thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let heard = || runtime.as_ref().is_ok_and(|runtime| runtime.block_on(tokio::signal::ctrl_c()).is_ok());
        if heard() {
            act();
            if second_ends && heard() {
                std::process::exit(INTERRUPTED);
            }
        }
    });
}
