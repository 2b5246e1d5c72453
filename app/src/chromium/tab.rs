//! What can be done in the browser's tab. Each command has a limit, and its error says what was to be done.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use lockstep_shared::clock::Stopwatch;
use serde_json::{Value, json};
use thirtyfour::error::{WebDriverError, WebDriverErrorInner, WebDriverResult};
use thirtyfour::{By, TimeoutConfiguration, WebDriver, WebElement, WindowHandle};

use super::Chromium;

/// How long a page may take to load, a script to end, and a condition to come true.
const LIMIT: Duration = Duration::from_secs(30);

/// Tells once its condition holds. Scripts and timers of the page can make it hold without a change of the document, so it
/// is looked at now and then as well. The condition is put in as it is written: a page that allows no `eval` allows no
/// function made of a text either.
const WAIT: &str = r"
    const [limit] = arguments;
    const holds = () => (CONDITION);
    return new Promise(done => {
        let observer, timer;
        const over = held => { observer?.disconnect(); clearInterval(timer); done(held); };
        const end = performance.now() + limit;
        const look = () => {
            let held = false;
            try { held = !!holds(); } catch { /* What it looks at is not there yet. */ }
            if (held || performance.now() > end) over(held);
        };
        observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        timer = setInterval(look, 20);
        look();
    });
";

/// The tab that another one was opened beside.
pub(crate) struct Beside(WindowHandle);

impl Chromium {
    /// Goes to an address, and waits until the page is loaded.
    pub(crate) async fn go(&self, url: &str) -> anyhow::Result<()> {
        self.session()?.goto(url).await.map_err(told).with_context(|| format!("the browser can't go to {url}"))
    }

    /// Opens an address in a tab beside this one, as somebody does who follows a link from elsewhere. What is done from now on
    /// is done in that tab.
    pub(crate) async fn open_beside(&self, url: &str) -> anyhow::Result<Beside> {
        let session = self.session()?;
        let opened = async {
            let left = session.window().await?;
            let new = session.new_tab().await?;
            session.switch_to_window(new).await.map(|()| left)
        };
        let left = opened.await.map_err(told).context("the browser can't open a tab")?;
        self.go(url).await.map(|()| Beside(left))
    }

    /// Closes that tab, and goes on in the one that it was opened from.
    pub(crate) async fn close_beside(&self, Beside(left): Beside) -> anyhow::Result<()> {
        let session = self.session()?;
        let closed = async {
            session.close_window().await?;
            session.switch_to_window(left).await
        };
        closed.await.map_err(told).context("the browser can't close a tab")
    }

    /// Does everything from now on in the page's first frame, whose document no script of the page can read.
    #[cfg(test)]
    pub(crate) async fn enter_frame(&self) -> anyhow::Result<()> {
        self.session()?.enter_frame(0).await.map_err(told).context("the page has no frame")
    }

    /// Does everything from now on in the page itself again.
    #[cfg(test)]
    pub(crate) async fn leave_frame(&self) -> anyhow::Result<()> {
        self.session()?.enter_default_frame().await.map_err(told).context("the browser stays in a frame")
    }

    /// The address of the page in the tab.
    pub(crate) async fn address(&self) -> anyhow::Result<String> {
        let address = self.session()?.current_url().await.map_err(told);
        Ok(address.context("the browser does not say where it is")?.into())
    }

    /// Runs the body of an async function in the page, and answers with what it returns. `arguments` are `args`.
    pub(crate) async fn script(&self, body: &str, args: &[Value]) -> anyhow::Result<Value> {
        let whole = format!("return (async () => {{ {body}\n }})();");
        let done = self.session()?.execute(whole, args.to_vec()).await.map_err(told);
        Ok(done.context("a script in the page failed")?.json().clone())
    }

    /// Waits until a JavaScript expression is true in the page, over navigations too. `what` is waited for, in words.
    pub(crate) async fn wait_for(&self, condition: &str, what: &str) -> anyhow::Result<()> {
        self.wait_within(LIMIT, condition, what).await
    }

    /// The same, for as long as `limit`.
    pub(crate) async fn wait_within(&self, limit: Duration, condition: &str, what: &str) -> anyhow::Result<()> {
        let session = self.session()?;
        let watch = Stopwatch::start();
        let wait = WAIT.replace("CONDITION", condition);
        loop {
            let left = limit.saturating_sub(watch.elapsed());
            // A script has a limit of its own, so a long wait is made of several.
            let part = left.min(LIMIT / 2).as_millis() as u64;
            let waited = session.execute(wait.clone(), vec![json!(part)]).await;
            match waited {
                Ok(held) if held.json() == &Value::Bool(true) => return Ok(()),
                Ok(_) => {}
                // The page went away meanwhile: its successor is asked.
                Err(why) if is_of_navigation(&why) => {}
                Err(why) => return Err(told(why)).with_context(|| format!("the browser can't wait for {what}")),
            }
            if watch.elapsed() >= limit {
                let at = self.address().await.unwrap_or_default();
                bail!("the browser waited {limit:?} for {what}, and it did not come (at {at})");
            }
        }
    }

    /// Types into the field with that id, in place of what is in it.
    pub(crate) async fn fill(&self, id: &str, text: &str) -> anyhow::Result<()> {
        let field = self.element(id).await?;
        let typed = async {
            field.clear().await?;
            field.send_keys(text).await
        };
        typed.await.map_err(told).with_context(|| format!("the browser can't type into #{id}"))
    }

    /// Clicks on what has that id, as a user does; if that leads to another page, waits until it is loaded.
    pub(crate) async fn press(&self, id: &str) -> anyhow::Result<()> {
        let button = self.element(id).await?;
        button.click().await.map_err(told).with_context(|| format!("the browser can't press #{id}"))
    }

    /// The text that is seen of what has that id.
    pub(crate) async fn text(&self, id: &str) -> anyhow::Result<String> {
        let text = self.element(id).await?.text().await;
        text.map_err(told).with_context(|| format!("the browser can't read #{id}"))
    }

    /// A picture of the page as PNG.
    pub(crate) async fn screenshot(&self) -> anyhow::Result<Vec<u8>> {
        self.session()?.screenshot_as_png().await.map_err(told).context("the browser makes no picture")
    }

    /// Makes the window so large, in CSS pixels.
    pub(crate) async fn resize(&self, width: u32, height: u32) -> anyhow::Result<()> {
        let resized = self.session()?.set_window_rect(0, 0, width, height).await;
        resized.map_err(told).context("the browser's window can't be resized")
    }

    /// One command of the Chrome DevTools Protocol.
    pub(crate) async fn devtools(&self, method: &str, parameters: Value) -> anyhow::Result<Value> {
        let done = self.session()?.cdp().send_raw(method, parameters).await;
        done.map_err(told).with_context(|| format!("the browser refuses {method}"))
    }

    /// Forgets every cookie, everything that pages have stored, and the cache, and goes to an empty page in a new tab.
    pub(crate) async fn clear_everything(&self) -> anyhow::Result<()> {
        let session = self.session()?;
        // What a page keeps for its tab alone goes with the tab.
        let renew = async {
            let old = session.windows().await?;
            let new = session.new_tab().await?;
            for tab in old {
                session.switch_to_window(tab).await?;
                session.close_window().await?;
            }
            session.switch_to_window(new).await
        };
        renew.await.map_err(told).context("the browser can't open a new tab")?;
        self.devtools("Network.clearBrowserCookies", json!({})).await?;
        self.devtools("Network.clearBrowserCache", json!({})).await?;
        self.devtools("Storage.clearDataForOrigin", json!({ "origin": "*", "storageTypes": "all" })).await?;
        Ok(())
    }

    async fn element(&self, id: &str) -> anyhow::Result<WebElement> {
        let found = self.session()?.find(By::Id(id)).await.map_err(told);
        found.with_context(|| format!("the page has no #{id}"))
    }

    fn session(&self) -> anyhow::Result<&WebDriver> {
        self.session.as_ref().ok_or_else(|| anyhow!("the browser is closed"))
    }
}

/// The limits that a session begins with.
pub(super) async fn limit(session: &WebDriver) -> WebDriverResult<()> {
    session.update_timeouts(TimeoutConfiguration::new(Some(LIMIT), Some(LIMIT), Some(Duration::ZERO))).await
}

/// A driver's error on one line: what it says itself, without the state of everything that it adds.
pub(super) fn told(why: WebDriverError) -> anyhow::Error {
    let text = why.to_string();
    let said = text.split_once("Additional info:").map_or(&*text, |(_, said)| said);
    let line = said.lines().map(str::trim).find(|line| !line.is_empty());
    anyhow!("{}", line.unwrap_or("the driver says nothing"))
}

/// Whether a script ended because its page went away.
fn is_of_navigation(why: &WebDriverError) -> bool {
    let text = why.to_string();
    let script = matches!(&**why, WebDriverErrorInner::JavascriptError(_) | WebDriverErrorInner::UnknownError(_));
    script && ["unloaded", "navigat", "context", "detached"].iter().any(|sign| text.contains(sign))
        || matches!(&**why, WebDriverErrorInner::ScriptTimeout(_))
}
