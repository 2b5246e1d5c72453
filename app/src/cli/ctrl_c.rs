//! What Ctrl-C does while a command works: it ends the work in good order.

/// Does something at the first Ctrl-C, which then does not end the process.
pub(super) fn then(act: impl FnOnce() + Send + 'static) {
    // Where no thread can be started or no signal can be heard, Ctrl-C ends the process at once, as it does by default.
    let _ = std::thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if runtime.is_ok_and(|runtime| runtime.block_on(tokio::signal::ctrl_c()).is_ok()) {
            act();
        }
    });
}
