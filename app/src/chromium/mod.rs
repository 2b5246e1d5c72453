//! A real browser: the Chromium of this machine, driven by its own chromedriver. Nothing is ever downloaded.
//!
//! - `programs.rs` finds the two programs, or says what to install.
//! - `driver.rs` runs chromedriver as a child that never outlives us, whatever ends us.
//! - `wanted.rs` says how the browser is started.
//! - `tab.rs` has what can be done in its tab: go somewhere, fill in, press, run a script, wait for something.

mod programs;
mod driver;
mod wanted;
mod tab;

use std::time::Duration;

use anyhow::Context;
use thirtyfour::WebDriver;

use self::driver::Driver;
use self::programs::Programs;

#[allow(
    unused_imports,
    reason = "what a browser can be started with is whole, whatever has been asked for so far"
)]
pub(crate) use self::wanted::{ThirdParty, Wanted};

/// How long the browser may take for one command, its start included. What waits for a page has a limit of its own that is
/// shorter, so that its error says more.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// A browser with a fresh profile. Dropping it ends every process of it and removes the profile.
pub(crate) struct Chromium {
    /// None once it is closed.
    session: Option<WebDriver>,
    version: String,
    // Dropped last: it ends what is left.
    _driver: Driver,
}

/// What is missing for one to be driven, and how to get it; None where nothing is.
#[cfg_attr(not(feature = "gui"), allow(dead_code, reason = "only a window says so before anybody asks for a browser"))]
pub(crate) fn missing() -> Option<String> {
    Programs::find(None).err().map(|why| why.to_string())
}

impl Chromium {
    /// Starts a browser. Fails with one line that says what to install where it is not there.
    pub(crate) async fn start(wanted: &Wanted) -> anyhow::Result<Self> {
        let programs = Programs::find(wanted.chromium.as_deref())?;
        let driver = Driver::start(&programs.chromedriver)?;
        let capabilities = wanted.capabilities(&programs.chromium, driver.profile())?;
        let opened = WebDriver::builder(driver.url(), capabilities).client(client()?).await.map_err(tab::told);
        let session = opened.with_context(|| format!("{} does not start", programs.chromium.display()))?;
        if let Err(why) = tab::limit(&session).await {
            let _ = session.leak();
            return Err(tab::told(why));
        }
        let version = session.capabilities().get("browserVersion").and_then(|version| version.as_str());
        let version = version.unwrap_or("unknown").to_owned();
        Ok(Self { session: Some(session), version, _driver: driver })
    }

    /// The browser's name, for reports: `Chromium`.
    pub(crate) fn name(&self) -> &'static str {
        "Chromium"
    }

    /// Its version, such as `156.0.8078.79`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Lets the browser close itself, which is gentler than dropping it.
    pub(crate) async fn close(mut self) {
        if let Some(session) = self.session.take() {
            // Whatever does not end by itself is ended by force right after.
            let _ = session.quit().await;
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            // The session would ask the browser to close and wait for it, which a browser that hangs never does.
            let _ = session.leak();
        }
    }
}

/// The client that carries commands to chromedriver: straight to this machine, and with a limit for each.
fn client() -> anyhow::Result<reqwest::Client> {
    let client = reqwest::Client::builder().no_proxy().timeout(COMMAND_LIMIT);
    client.build().context("can't make an HTTP client")
}

#[cfg(test)]
mod tests;
