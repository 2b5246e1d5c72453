//! How the browser is started: without a screen, without a network of its own, and with the policies that are asked for.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;
use thirtyfour::{Capabilities, ChromeCapabilities, ChromiumLikeCapabilities};

/// Nothing is asked of any other machine, and no page is about the browser itself.
const FLAGS: [&str; 14] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-sync",
    // The lab is on this machine; every other name is told not to exist.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
];

/// What a browser is started with. The default is what Chromium does by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The program; None takes the one of the PATH.
    pub(crate) chromium: Option<PathBuf>,
    /// Whether a page of another site may use its cookies inside of a page.
    pub(crate) third_party: ThirdParty,
    /// Features to switch on, by Chromium's own names.
    pub(crate) features: Vec<String>,
}

/// What a browser does with cookies of a site that is not the one in the address bar (`profile.cookie_controls_mode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ThirdParty {
    /// What the browser does where nobody chooses.
    #[default]
    AsShipped,
    /// They are like any others.
    Allowed,
    /// They are neither stored nor sent.
    Blocked,
}

impl Wanted {
    /// The WebDriver capabilities that ask for it.
    pub(super) fn capabilities(&self, chromium: &Path, profile: &Path) -> anyhow::Result<Capabilities> {
        let mut asked = ChromeCapabilities::new();
        asked.set_binary(chromium.to_str().context("the browser's path is no text")?)?;
        for flag in FLAGS {
            asked.add_arg(flag)?;
        }
        if is_root() {
            // Chromium's sandbox gives up rights, of which root has too many: it does not start with one.
            asked.add_arg("--no-sandbox")?;
        }
        asked.add_arg(&format!("--user-data-dir={}", profile.display()))?;
        if !self.features.is_empty() {
            asked.add_arg(&format!("--enable-features={}", self.features.join(",")))?;
        }
        let mode = match self.third_party {
            ThirdParty::AsShipped => None,
            ThirdParty::Allowed => Some(0),
            ThirdParty::Blocked => Some(1),
        };
        let mut preferences = json!({
            "credentials_enable_service": false,
            "profile.password_manager_enabled": false,
            "profile.password_manager_leak_detection": false,
        });
        if let Some(mode) = mode {
            preferences["profile.cookie_controls_mode"] = json!(mode);
        }
        asked.add_experimental_option("prefs", preferences)?;
        Ok(asked.into())
    }
}

/// Whether this process has all rights, as in most containers.
fn is_root() -> bool {
    #[cfg(unix)]
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    #[cfg(not(unix))]
    let is_root = false;
    is_root
}
