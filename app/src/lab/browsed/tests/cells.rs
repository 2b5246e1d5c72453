//! Every cell of the scenarios that a browser can play comes to the same in it as with agents, for every design.

use lockstep_shared::api::Account;

use super::super::{both, refusal, takes_a_script};
use super::*;
use crate::lab::agent::{Agent, Ask};
use crate::lab::cast;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::outcome::Status;
use crate::lab::runner::Run;
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
            let (agents, real) = both(design, scenario, None, &engine, &chromium).await.expect("the browser works");
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
                let name = format!("{} × {}", scenario.id, design.id);
                wrong.extend(on_the_server(real).await.map(|why| format!("{name}: {why}")));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// What the server knows of it: whether the victim's money went to the attacker, and what the drop box got. Answers where that is
/// not what the cell says.
async fn on_the_server(run: Run) -> Option<String> {
    let mut stage = run.stage.expect("it ran");
    let attackers = |exchange: &&Exchange| exchange.actor == Actor::Attacker;
    let paid = |exchange: &Exchange| exchange.path.split('?').next() == Some("/api/transfer") && exchange.status < 400;
    let expected = stage.exchanges().filter(attackers).filter(|exchange| paid(exchange)).count();
    let loot = stage.server.loot();
    let read = loot.iter().filter(|loot| loot.text.contains("\"by\":\"read\"")).count();
    let rode = loot.iter().filter(|loot| loot.text.contains("\"by\":\"ride\"")).count();
    let wanted = |verb: fn(&Verb) -> bool| run.told.iter().filter(|told| verb(&told.step.verb)).count();
    let steals = wanted(|verb| matches!(verb, Verb::Steal { .. }));
    let rides = wanted(|verb| matches!(verb, Verb::Ride { .. }));
    if (read, rode) != (steals, rides) {
        return Some(format!("the drop box got {read} readings and {rode} rides: {loot:?}"));
    }
    // The victim's account says whom it paid; it is asked from a client of its own.
    let bank = stage.agent(Actor::Phone).page().clone();
    stage.replace(Agent::new(Actor::Phone, cast::account(Actor::Phone), bank).proving(&stage.design));
    let login = does(&mut stage, Actor::Phone, Verb::LogIn).await;
    assert!(login.went_through, "{}", login.said);
    let number = stage.ask(Actor::Phone, Ask::get("/api/account", Purpose::Action)).await.expect("is answered");
    let body = &stage.exchange(number).expect("is remembered").response_body;
    let account: Account = serde_json::from_str(body).expect("is an account");
    let attacker = cast::account(Actor::Attacker).email;
    let paid = account.transfers.iter().filter(|transfer| transfer.to == attacker).count();
    (paid != expected).then(|| format!("the victim paid {paid} times, and {expected} were let through: {account:?}"))
}
