//! The real browser of this machine: it starts, does what it is told, and leaves nothing behind.

use std::path::Path;

use serde_json::json;

use super::*;

async fn chromium() -> Chromium {
    Chromium::start(&Wanted::default()).await.expect("the browser starts")
}

/// A page that comes from no server.
fn page(html: &str) -> String {
    format!("data:text/html,<!doctype html>{html}")
}

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn a_page_is_filled_in_pressed_and_read() {
    let browser = chromium().await;
    assert!(browser.version().contains('.'), "{}", browser.version());
    let form = "<input id=name value=old><button id=go>Go</button><p id=said></p><script>\
                go.onclick = () => setTimeout(() => said.textContent = document.getElementById('name').value, 50)\
                </script>";
    browser.go(&page(form)).await.expect("the page is there");
    browser.fill("name", "Ada").await.expect("it is a field");
    browser.press("go").await.expect("it is a button");
    browser.wait_for("document.getElementById('said').textContent", "an answer").await.expect("it comes");
    assert_eq!(browser.text("said").await.expect("it is seen"), "Ada");
    let sum = browser.script("return await Promise.resolve(arguments[0] + 1);", &[json!(41)]).await;
    assert_eq!(sum.expect("it runs"), 42);
    let why = browser.script("throw new Error('no luck');", &[]).await.expect_err("it throws");
    assert_eq!(format!("{why:#}"), "a script in the page failed: javascript error: no luck");
    let why = browser.press("nothing").await.expect_err("there is none");
    assert!(format!("{why:#}").starts_with("the page has no #nothing: "), "{why:#}");
    let why = browser.wait_within(Duration::from_millis(50), "window.never", "what never comes").await;
    let why = why.expect_err("it never comes").to_string();
    assert!(why.starts_with("the browser waited 50ms for what never comes, and it did not come"), "{why}");
    browser.resize(400, 600).await.expect("a window has a size");
    assert!(browser.screenshot().await.expect("a picture is made").starts_with(b"\x89PNG"));
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn waiting_goes_on_over_a_navigation() {
    let browser = chromium().await;
    let second = page("<p id=second>");
    let first = page("<p id=first>");
    browser.go(&first).await.expect("the page is there");
    browser.go("about:blank").await.expect("the page is there");
    let leave = "setTimeout(() => history.back(), 100);";
    browser.script(leave, &[]).await.expect("it runs");
    browser.wait_for("document.getElementById('first')", "the first page").await.expect("it comes");
    browser.go(&second).await.expect("the page is there");
    let why = browser.go("http://example.com/").await.expect_err("no other machine is asked");
    assert!(format!("{why:#}").contains("ERR_NAME_NOT_RESOLVED"), "{why:#}");
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn nothing_is_left_of_a_browser_that_is_dropped() {
    let browser = chromium().await;
    let profile = browser._driver.profile().to_owned();
    assert!(profile.join("Default").is_dir(), "the profile is where it should be");
    assert!(!processes(&profile).is_empty(), "the browser runs");
    drop(browser);
    assert_eq!(processes(&profile), Vec::<String>::new());
    assert!(!profile.exists(), "{}", profile.display());
}

#[tokio::test]
async fn a_program_that_is_no_driver_is_given_up() {
    let why = driver::Driver::start(Path::new("/bin/true")).err().expect("it is no driver");
    assert_eq!(why.to_string(), "/bin/true does not start: it says nothing");
}

/// The command lines that name this folder.
fn processes(folder: &Path) -> Vec<String> {
    let folder = folder.to_str().expect("temporary folders have plain names");
    let all = std::fs::read_dir("/proc").expect("this is Linux").flatten();
    let lines = all.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(folder)).collect()
}
