//! Several nodes of one bank: what each has for itself, what they share, and a design that moves to another host name.

use std::collections::BTreeSet;
use std::time::Duration;

use lockstep_server::ServerError;
use lockstep_shared::api::{Credentials, UserRow};
use lockstep_shared::clock::Skew;
use lockstep_shared::trace::Act;
use serde_json::json;

use crate::actors::{ADMIN, BYSTANDER, Bank, PASSWORD, VICTIM, config};
use crate::designs::{ROTATION, SESSION, SILENT, STATELESS, sqlite_session};

async fn bank(nodes: usize, toml: &str) -> Bank {
    let mut config = config(&[("d", toml)], None);
    config.nodes = nodes;
    Bank::open(config).await.expect("starts")
}

#[tokio::test]
async fn each_node_has_a_memory_of_its_own() {
    let bank = bank(2, SESSION).await;
    let mut laptop = bank.at_node(1, &bank.device("laptop"));
    laptop.log_in(VICTIM, PASSWORD).await.is(200);
    laptop.me().await.is(200);
    bank.at_node(2, &laptop).me().await.refused(401, "unknown-session");
    // Behind the balancer it depends on the node, and the answer and the trace say which one it was.
    laptop.port = bank.running.address().port();
    let mut met = BTreeSet::new();
    for _ in 0..24 {
        let reply = laptop.me().await;
        let node: usize = reply.header("x-node").expect("every answer names its node").parse().expect("is a number");
        assert_eq!(reply.status, if node == 1 { 200 } else { 401 });
        assert_eq!(reply.acts().first(), Some(&Act::AtNode { node, of: 2 }));
        met.insert(node);
    }
    assert_eq!(met.len(), 2);
    // Whoever looks in from outside sees the memory of both.
    bank.at_node(2, &bank.device("phone")).log_in(VICTIM, PASSWORD).await.is(200);
    let kept = bank.running.kept("d").await.expect("answers");
    let notes: Vec<_> = kept.iter().map(|record| record.note.as_str()).collect();
    assert_eq!(notes, ["in the memory of node 1", "in the memory of node 2"]);
}

#[tokio::test]
async fn one_node_alone_is_the_server() {
    let bank = Bank::of(SESSION).await;
    assert_eq!(bank.running.nodes(), [bank.running.address()]);
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    let reply = laptop.me().await.is(200);
    assert_eq!(reply.header("x-node"), Some("1"));
    assert!(!reply.acts().iter().any(|act| matches!(act, Act::AtNode { .. })), "there is nothing to tell apart");
    assert!(bank.running.only_node(Some(1)) && !bank.running.only_node(Some(2)) && !bank.running.only_node(Some(0)));
}

#[tokio::test]
async fn the_nodes_share_one_disk() {
    for toml in [&sqlite_session(), STATELESS, SILENT, ROTATION] {
        let bank = bank(3, toml).await;
        assert_eq!(bank.running.nodes().iter().collect::<BTreeSet<_>>().len(), 3);
        let mut laptop = bank.at_node(1, &bank.device("laptop"));
        laptop.register("new@bank.test", PASSWORD).await.is(201);
        laptop = bank.at_node(2, &laptop);
        laptop.log_in("new@bank.test", PASSWORD).await.is(200);
        for node in [1, 2, 3] {
            bank.at_node(node, &laptop).me().await.is(200);
        }
        // What one of them ends, the others know.
        if *toml == sqlite_session() {
            let mut copy = bank.at_node(3, &laptop.thief());
            laptop.log_out().await.is(204);
            copy.me().await.refused(401, "revoked");
        }
    }
}

/// A refresh token is used on both nodes at once, many times over: one of the two gets the successor, as on one node.
#[tokio::test]
async fn two_nodes_rotate_one_family_as_one() {
    let bank = bank(2, ROTATION).await;
    for round in 0..12 {
        let laptop = bank.logged_in(if round % 2 == 0 { VICTIM } else { BYSTANDER }, "laptop").await;
        let (mut one, mut other) = (bank.at_node(1, &laptop), bank.at_node(2, &laptop));
        let (first, second) = tokio::join!(one.refresh(), other.refresh());
        let mut answers = [first.status, second.status];
        answers.sort_unstable();
        assert_eq!(answers, [200, 401]);
    }
}

#[tokio::test]
async fn nodes_come_under_load_and_nobody_notices() {
    let bank = bank(1, &sqlite_session()).await;
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let busy = async |laptop: &crate::actors::Device<'_>| {
        let mut laptop = laptop.clone();
        let mut met = BTreeSet::new();
        for _ in 0..60 {
            met.insert(laptop.me().await.is(200).header("x-node").map(str::to_owned));
        }
        met
    };
    let grow = async {
        for number in 2..=8 {
            let address = bank.running.add_node(Skew::NONE).await.expect("there is room");
            assert_eq!(bank.running.nodes().get(number - 1), Some(&address));
        }
    };
    let (one, other, third, ()) = tokio::join!(busy(&laptop), busy(&laptop), busy(&laptop), grow);
    assert!(one.len() + other.len() + third.len() > 6, "{one:?} {other:?} {third:?}");
    let nine = bank.running.add_node(Skew::NONE).await;
    assert!(matches!(nine, Err(ServerError::Nodes(9))), "{nine:?}");
    assert_eq!(bank.running.nodes().len(), 8);
}

#[tokio::test]
async fn a_server_has_one_node_to_eight() {
    for nodes in [0, 9, usize::MAX] {
        let mut config = config(&[("d", SESSION)], None);
        config.nodes = nodes;
        let Err(error) = Bank::open(config).await else { panic!("{nodes} nodes started") };
        assert!(error.to_string().contains("1 to 8"), "{error}");
    }
}

#[tokio::test]
async fn all_nodes_restart_and_stop_together() {
    let sqlite = sqlite_session();
    for (toml, stays) in [(SESSION, false), (sqlite.as_str(), true)] {
        let bank = bank(2, toml).await;
        let addresses = bank.running.nodes();
        let mut devices = Vec::new();
        for node in [1, 2] {
            let mut device = bank.at_node(node, &bank.device("laptop"));
            device.log_in(VICTIM, PASSWORD).await.is(200);
            devices.push(device);
        }
        bank.running.restart().expect("starts again");
        assert_eq!(bank.running.nodes(), addresses);
        for device in &mut devices {
            let reply = device.me().await;
            assert_eq!(reply.status, if stays { 200 } else { 401 });
        }
        drop(devices);
        bank.running.stop().await;
        for address in addresses {
            assert!(tokio::net::TcpStream::connect(address).await.is_err(), "the port is free");
        }
    }
}

#[tokio::test]
async fn a_node_believes_its_own_clock() {
    let bank = bank(1, STATELESS).await;
    let skew = |text: &str| text.parse::<Skew>().expect("is a skew");
    bank.running.add_node(skew("+4m")).await.expect("there is room");
    bank.running.add_node(skew("-4m")).await.expect("there is room");
    let mut laptop = bank.at_node(1, &bank.device("laptop"));
    laptop.log_in(VICTIM, PASSWORD).await.is(200);
    // The token lives 24 h.
    bank.advance(24 * 3600 - 240);
    laptop.me().await.is(200);
    bank.at_node(2, &laptop).me().await.refused(401, "expired");
    bank.advance(479);
    laptop.me().await.refused(401, "expired");
    bank.at_node(3, &laptop).me().await.is(200);
    bank.advance(1);
    let late = bank.at_node(3, &laptop).me().await.refused(401, "expired");
    let date = |reply: &crate::actors::Reply| {
        httpdate::parse_http_date(reply.header("date").expect("is dated")).expect("is a date")
    };
    let ahead = bank.at_node(2, &laptop).me().await;
    assert_eq!(date(&ahead).duration_since(date(&late)).expect("is later"), Duration::from_secs(480));
}

#[tokio::test]
async fn new_keys_at_a_restart_end_what_was_signed() {
    for (toml, reason) in [(STATELESS, Some("unknown-key")), (ROTATION, Some("unknown-key")), (SESSION, None)] {
        let bank = Bank::of(toml).await;
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        bank.running.restart().expect("starts again");
        match reason {
            Some(_) => drop(laptop.me().await.is(200)),
            None => drop(laptop.log_in(VICTIM, PASSWORD).await.is(200)),
        }
        bank.running.restart_with_new_keys().expect("starts again");
        laptop.me().await.refused(401, reason.unwrap_or("unknown-session"));
    }
}

#[tokio::test]
async fn a_design_moves_to_another_host_name() {
    let bank = bank(2, &sqlite_session()).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    for (design, label) in [("d", "Moved"), ("d", "evil"), ("d", ""), ("d", "a.b"), ("nobody", "moved")] {
        let refused = bank.running.move_host(design, label);
        assert!(matches!(refused, Err(ServerError::HostName { .. })), "{design} to {label}");
    }
    bank.running.move_host("d", "moved").expect("is free");
    // The old name sends everybody on; the new one knows the session, if anybody brings it.
    for _ in 0..4 {
        let reply = laptop.get("/api/me?x=1").await.is(308);
        let to = format!("http://moved.localhost:{}/api/me?x=1", laptop.port);
        assert_eq!(reply.header("location"), Some(to.as_str()));
        assert!(reply.acts().contains(&Act::TurnedAway { reason: "moved".into() }));
    }
    laptop.host = "moved.localhost".to_owned();
    laptop.me().await.is(200);
    bank.running.restart().expect("starts again");
    laptop.me().await.is(200);
    // And back again.
    bank.running.move_host("d", "d").expect("is free");
    laptop.me().await.is(308);
    laptop.host = "d.localhost".to_owned();
    laptop.me().await.is(200);
}

#[tokio::test]
async fn a_move_changes_the_issuer() {
    let bank = Bank::of(STATELESS).await;
    let mut laptop = bank.logged_in(VICTIM, "laptop").await;
    bank.running.move_host("d", "moved").expect("is free");
    laptop.host = "moved.localhost".to_owned();
    laptop.me().await.refused(401, "wrong-issuer");
    let again = Credentials { email: VICTIM.to_owned(), password: PASSWORD.to_owned() };
    laptop.post("/auth/login", &json!(again)).await.is(200);
    laptop.me().await.is(200);
}

#[tokio::test]
async fn groups_make_tokens_large_and_nothing_else() {
    let groups: Vec<String> = (0..300).map(|number| format!("branch-{number:04}-clerks")).collect();
    for (toml, grows) in [(STATELESS, true), (ROTATION, true), (SILENT, true), (SESSION, false)] {
        let bank = Bank::of(toml).await;
        let mut admin = bank.logged_in(ADMIN, "admin").await;
        let small = bank.logged_in(VICTIM, "laptop").await.credential().len();
        let users: Vec<UserRow> = admin.admin_page().await.json();
        let victim = &users.iter().find(|user| user.email == VICTIM).expect("is a user").id;
        let path = format!("/api/admin/users/{victim}/groups");
        admin.post(&path, &json!({ "groups": groups })).await.is(204);
        // Well past what a cookie holds, and below what the server takes in a header.
        let mut laptop = bank.logged_in(VICTIM, "laptop").await;
        assert_eq!((6000..16_000).contains(&laptop.credential().len()), grows);
        assert_eq!(laptop.credential().len() == small, !grows);
        laptop.me().await.is(200);
        for bad in
            [json!({ "groups": vec!["g"; 1001] }), json!({ "groups": [" "] }), json!({ "groups": ["g".repeat(65)] })]
        {
            admin.post(&path, &bad).await.refused(422, "bad-groups");
        }
        admin.post("/api/admin/users/nobody/groups", &json!({ "groups": [] })).await.refused(404, "unknown-user");
        bank.logged_in(BYSTANDER, "phone").await.post(&path, &json!({ "groups": [] })).await.refused(403, "not-admin");
        admin.post(&path, &json!({ "groups": [] })).await.is(204);
        assert_eq!(bank.logged_in(VICTIM, "laptop").await.credential().len(), small);
    }
}

#[tokio::test]
async fn no_design_takes_another_ones_name() {
    let bank = Bank::open(config(&[("d", SESSION), ("e", SESSION)], None)).await.expect("starts");
    assert!(bank.running.move_host("d", "e").is_err());
    bank.running.move_host("d", "moved").expect("is free");
    bank.running.move_host("e", "d").expect("the name is free now");
    let mut laptop = bank.device_at("d", "laptop");
    assert_eq!(laptop.log_in(VICTIM, PASSWORD).await.is(200).header("location"), None);
}
