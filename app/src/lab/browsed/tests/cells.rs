//! Every cell of the scenarios that a browser can play comes to the same in it as with agents, for every design.

use lockstep_shared::design::{CsrfDefence, Store};

use super::super::{both, refusal, takes_a_script};
use super::injected::as_the_design_says;
use super::sides::{AMOUNT, OPENING, Shown, books, open_account};
use super::*;
use crate::lab::cast;
use crate::lab::exchange::Exchange;
use crate::lab::lure::Lure;
use crate::lab::outcome::Status;
use crate::lab::runner::{Run, Told};
use crate::lab::scenario::{Group, Scenario};

/// The scenarios of the web, and those of a script in the bank's own page.
fn scenarios(catalog: &Catalog) -> Vec<&Scenario> {
    let about = |scenario: &&Scenario| scenario.group == Group::Web || takes_a_script(scenario);
    catalog.scenarios().iter().filter(about).filter(|scenario| refusal(scenario).is_none()).collect()
}

#[test]
fn what_no_browser_can_play_is_refused_with_the_reason() {
    let catalog = catalog();
    let web = catalog.scenarios().iter().filter(|scenario| scenario.group == Group::Web);
    let refused: Vec<_> = web.filter_map(refusal).collect();
    assert_eq!(refused, ["step 1 (laptop: use-program): a program that keeps no cookies is no browser"]);
    let parse = |steps: &str| {
        let text = format!("title = \"t\"\nquestion = \"q\"\ngroup = \"web\"\nsteps = [{steps}]");
        refusal(&Scenario::parse("s", "s.toml", &text).expect("is a scenario")).unwrap_or_default()
    };
    let (log_in, mark) = ("{ laptop = \"log-in\" }", "{ laptop = \"probe\", mark = true }");
    assert_eq!(parse(&format!("{log_in}, {{ advance = \"60s\" }}, {mark}")), "");
    for (step, why) in [
        (
            "{ advance = \"61s\" }",
            "step 2 (advance 61s): the clock is 1 min 1 s ahead by then, and a browser has a clock",
        ),
        ("{ advance = \"30s\" }, { advance = \"31s\" }", "step 3 (advance 31s): the clock is 1 min 1 s ahead by then"),
        ("{ phone = \"wait-for-expiry\" }", "step 2 (phone: wait-for-expiry): the clock is moved, and a browser has"),
        (
            "{ attacker = \"steal\", from = \"laptop\", by = \"device\" }",
            "step 2 (attacker: steal from laptop by device): what lies",
        ),
        ("{ laptop = \"log-out\" }", "step 2 (laptop: log-out): the bank's pages have nothing for `log-out`"),
        ("{ server = \"move\", to = \"new\" }", "step 2 (server: move to new.localhost): the bank moves"),
    ] {
        let said = parse(&format!("{log_in}, {step}, {mark}"));
        assert!(said.starts_with(why), "{step}: {said}");
    }
}

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn forms_links_and_scripts_elsewhere() {
    play(&catalog(), 0).await;
}

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn other_people_s_log_ins_and_cookies() {
    play(&catalog(), 1).await;
}

#[tokio::test]
#[ignore = "needs Chromium and its chromedriver: test.sh installs and runs them"]
async fn scripts_in_the_bank_s_own_page() {
    play(&catalog(), 2).await;
}

/// Browsers that play at the same time.
const PARTS: usize = 3;

/// Plays a third of the scenarios, so that all cores have something to do.
async fn play(catalog: &Catalog, part: usize) {
    let scenarios = scenarios(catalog);
    assert_eq!(scenarios.len(), 9, "seven of the web, and two of a script");
    let (chromium, engine) = (chromium().await, Engine::default());
    let mut wrong = Vec::new();
    for scenario in scenarios.iter().skip(part).step_by(PARTS) {
        for design in catalog.designs() {
            let (agents, mut real) = both(design, scenario, None, &engine, &chromium).await.expect("the browser works");
            let differences = super::super::differences(&agents, &real);
            let explained = scenario.browser.contains_key(&design.id);
            if differences.is_empty() == explained {
                wrong.push(format!("{} × {}: {differences:?}", scenario.id, design.id));
            }
            let mismatch = [&agents, &real].map(|run| run.cell.mismatch.clone());
            if mismatch != [None, None] && !explained {
                wrong.push(format!("{} × {}: {mismatch:?}", scenario.id, design.id));
            }
            if real.cell.status == Status::Ran {
                let mut told = Vec::new();
                if takes_a_script(scenario) {
                    told.extend(as_the_design_says(&real, &chromium).await);
                }
                let shown = shown(&mut real, &chromium).await;
                told.extend(on_the_page(&real, &shown));
                told.extend(on_the_server(real, &shown).await);
                wrong.extend(told.into_iter().map(|why| format!("{} × {}: {why}", scenario.id, design.id)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The account in the victim's tab. What a run keeps in Redis is cleared at its end, so there the victim, where it had logged in,
/// logs in once more.
async fn shown(run: &mut Run, chromium: &Chromium) -> Shown {
    let victim = |told: &&Told| told.step.by == Doer::Actor(super::super::VICTIM) && told.step.verb == Verb::LogIn;
    let logged_in = run.told.iter().any(|told| victim(&told));
    let stage = run.stage.as_mut().expect("it ran");
    if stage.design.store == Store::Redis && logged_in {
        assert!(does(stage, super::super::VICTIM, Verb::LogIn).await.went_through, "{}", stage.design.id);
    }
    open_account(stage, chromium).await
}

/// What the server knows of it: whether the victim's money went to the attacker, and what the drop box got. Answers where that is
/// not what the cell says.
async fn on_the_server(run: Run, shown: &Shown) -> Option<String> {
    let mut stage = run.stage.expect("it ran");
    let expected = stage.exchanges().filter(|exchange| is_paid(exchange, Actor::Attacker)).count();
    let loot = stage.server.loot();
    let read = loot.iter().filter(|loot| loot.text.contains("\"by\":\"read\"")).count();
    let rode = loot.iter().filter(|loot| loot.text.contains("\"by\":\"ride\"")).count();
    let wanted = |verb: fn(&Verb) -> bool| run.told.iter().filter(|told| verb(&told.step.verb)).count();
    let steals = wanted(|verb| matches!(verb, Verb::Steal { .. }));
    let rides = wanted(|verb| matches!(verb, Verb::Ride { .. }));
    if (read, rode) != (steals, rides) {
        return Some(format!("the drop box got {read} readings and {rode} rides: {loot:?}"));
    }
    // The victim's account says whom it paid, and has as much less in it; a bystander may have paid it.
    let account = books(&mut stage).await;
    let attacker = cast::account(Actor::Attacker).email;
    let paid = account.transfers.iter().filter(|transfer| transfer.to == attacker).count();
    let came = stage.exchanges().filter(|exchange| is_paid(exchange, Actor::Bystander)).count();
    let sums = [came, account.transfers.len()].map(|count| AMOUNT * i64::try_from(count).expect("a few"));
    let left = OPENING + sums[0] - sums[1];
    if (paid, account.balance_cents) != (expected, left) {
        return Some(format!("the victim paid {paid} times, {expected} were let through, {left} is left: {account:?}"));
    }
    let victim = cast::account(super::super::VICTIM).email;
    let as_shown = shown.owner != victim || shown.cents == Some(account.balance_cents);
    (!as_shown).then(|| format!("the victim's tab shows {shown:?}, and the books have {account:?}"))
}

/// What the pages say of it: the attacker's, whether its script could read an answer; and the bank's, whose account it shows in
/// the victim's tab. Answers where that is not what the cell says.
fn on_the_page(run: &Run, shown: &Shown) -> Option<String> {
    let stage = run.stage.as_ref().expect("it ran");
    let acted = run.cell.actors.get(&Actor::Attacker).is_some_and(|outcome| outcome.acted == Some(true));
    let lure = run.told.iter().find_map(|told| match told.step.verb {
        Verb::Lure { lure, .. } => Some((lure, &told.said)),
        _ => None,
    });
    if let Some((lure, said)) = lure {
        let readable = stage.design.mistakes.reflect_any_origin;
        let words = match lure {
            Lure::FetchPost | Lure::ReadAccount if readable => {
                "the page says: “The bank let this page read its answer: "
            }
            Lure::FetchPost | Lure::ReadAccount => "The browser did not let this page read the answer",
            Lure::Image => "Of the answer this page sees only that it is no picture",
            Lure::FormPost | Lure::Link if acted => "the page says: “200 OK.",
            Lure::FormPost | Lure::Link => "the page says: “4",
            Lure::LogIn if acted => "the page says: “Logged in.",
            // The log-in is done and its token is in the answer, which no page of the bank's takes up.
            Lure::LogIn if stage.design.csrf.defence == CsrfDefence::None => "the page says: “200 OK.",
            Lure::LogIn => "the page says: “4",
            Lure::PlantId | Lure::TossCookie if stage.design.access_cookie().starts_with("__Host-") => {
                "The browser did not keep the cookie"
            }
            Lure::PlantId | Lure::TossCookie => "The browser keeps a cookie",
        };
        if !said.contains(words) {
            return Some(format!("the attacker's page is to say “{words}”: {said}"));
        }
    }
    let victim = cast::account(super::super::VICTIM).email;
    let attacker = cast::account(Actor::Attacker).email;
    let owner = match lure.map(|(lure, _)| lure) {
        Some(Lure::LogIn) if !acted => String::new(),
        Some(Lure::LogIn | Lure::TossCookie) if acted => attacker,
        _ => victim,
    };
    let says = if owner.is_empty() { shown.is_nobody_s() } else { shown.cents.is_some() && shown.said == "Logged in." };
    (shown.owner != owner || !says).then(|| format!("the victim's tab is to show the account of “{owner}”: {shown:?}"))
}

/// Whether money was sent by it.
fn is_paid(exchange: &Exchange, by: Actor) -> bool {
    let path = exchange.path.split('?').next();
    exchange.actor == by && path == Some("/api/transfer") && exchange.status < 400
}
