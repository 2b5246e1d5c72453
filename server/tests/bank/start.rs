//! Starting where one can't, and what may be printed.

use lockstep_server::{DemoServer, ServerError};

use crate::actors::{Bank, PASSWORD, VICTIM, config};
use crate::designs::{ROTATION, SESSION, sqlite_session};

async fn start_error(config: lockstep_server::Config) -> (ServerError, String) {
    let Err(error) = DemoServer::start(config).await else { panic!("it started") };
    let said = error.to_string();
    assert!(!said.contains('\n') && said.len() < 300, "one clear line: {said}");
    (error, said)
}

#[tokio::test]
async fn a_port_in_use_is_named_with_a_way_out() {
    let bank = Bank::of(SESSION).await;
    let mut second = config(&[("d", SESSION)], None);
    second.listen = bank.running.address();
    let (error, said) = start_error(second).await;
    assert!(matches!(error, ServerError::PortInUse(port) if port == bank.running.address().port()), "{error:?}");
    assert!(said.contains("--port 0"), "{said}");
    bank.device("laptop").log_in(VICTIM, PASSWORD).await.is(200);
}

#[tokio::test]
async fn only_this_machine_is_served() {
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let mut open = config(&[("d", SESSION)], None);
        open.listen = address.parse().expect("is an address");
        let (error, _) = start_error(open).await;
        assert!(matches!(error, ServerError::NotLoopback(_)), "{error:?}");
    }
}

#[tokio::test]
async fn files_that_can_t_be_kept_are_named() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let file = folder.path().join("a file");
    std::fs::write(&file, "not a folder").expect("is written");
    for at in [&file, &file.join("below")] {
        let (error, said) = start_error(config(&[("d", SESSION)], Some(at.clone()))).await;
        assert!(matches!(&error, ServerError::Files { at: named, .. } if named == at), "{error:?}");
        assert!(said.contains("a file"), "{said}");
    }
    // Where the database should be, there is something else.
    let taken = folder.path().join("taken");
    std::fs::create_dir_all(taken.join("d.sqlite")).expect("is made");
    let (error, said) = start_error(config(&[("d", &sqlite_session())], Some(taken))).await;
    assert!(matches!(error, ServerError::Store { .. }) && said.contains("taken"), "{said}");
    let garbage = folder.path().join("garbage");
    std::fs::create_dir_all(&garbage).expect("is made");
    std::fs::write(garbage.join("d.sqlite"), "a shopping list ".repeat(1000)).expect("is written");
    let (_, said) = start_error(config(&[("d", &sqlite_session())], Some(garbage))).await;
    assert!(said.contains("not a database"), "{said}");
}

#[tokio::test]
async fn two_servers_after_each_other_share_their_files() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let open = || Bank::open(config(&[("d", &sqlite_session())], Some(folder.path().to_owned())));
    let bank = open().await.expect("starts");
    let id = bank.logged_in(VICTIM, "laptop").await.credential();
    bank.running.stop().await;
    let bank = open().await.expect("starts again");
    bank.device("laptop").with_credential(&id).me().await.is(200);
}

#[tokio::test]
async fn a_stopped_server_answers_nobody() {
    let bank = Bank::of(SESSION).await;
    let address = bank.running.address();
    bank.logged_in(VICTIM, "laptop").await;
    bank.running.stop().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "the port is free");
}

#[tokio::test]
async fn nothing_that_is_printed_shows_a_secret() {
    let bank = Bank::open(config(&[("d", SESSION), ("r", ROTATION)], None)).await.expect("starts");
    let laptop = bank.logged_in(VICTIM, "laptop").await;
    let mut phone = bank.device_at("r", "phone");
    let login = phone.log_in(VICTIM, PASSWORD).await.is(200);
    let refresh = phone.cookies["__Secure-refresh"].1.clone();
    let mut printed = format!("{:?} {:?}", bank.running.users(), login.trace);
    for design in ["d", "r"] {
        printed.push_str(&format!("{:?}", bank.running.kept(design).await.expect("answers")));
    }
    for secret in [PASSWORD, "$argon2", &laptop.credential(), &phone.credential(), &refresh] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    assert!(bank.running.users().iter().all(|user| user.phc.starts_with("$argon2id$")), "a screen may show it");
    let Err(unknown) = bank.running.kept("no-such-design").await else { panic!("there is no such design") };
    assert!(unknown.to_string().contains("no-such-design"), "{unknown}");
}
