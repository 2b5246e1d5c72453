//! What an attacker has for forging: what it saw of a device, what it was handed, and an address of its own.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::agent::Seen;

/// The most octets of a request that are read: nobody has to say much to fetch a key.
const MOST_REQUEST: usize = 8 * 1024;

/// Real time after which a caller who says nothing is left.
const PATIENCE: Duration = Duration::from_secs(2);

/// The attacker's notes.
#[derive(Default)]
pub(crate) struct Forger {
    /// What a device of the victim's sent.
    pub(crate) overheard: Option<Overheard>,
    /// The victim's token for a service that the attacker runs.
    pub(crate) elsewhere: Option<String>,
    /// Where the attacker waits to be asked for its keys.
    pub(crate) trap: Option<Trap>,
}

/// Credentials that were seen, and are not used yet.
pub(crate) struct Overheard {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    /// Every request that carried a proof of possession, the latest of each kind.
    pub(crate) proven: Vec<Seen>,
}

/// A listener on this machine that answers with a key set and counts who comes.
pub(crate) struct Trap {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    visits: AtomicUsize,
    closed: AtomicBool,
    keys: Mutex<Value>,
}

impl Trap {
    /// Opens the listener on a free port. It has a thread of its own, so that it answers whoever waits for it.
    pub(crate) fn open() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { keys: Mutex::new(json!({ "keys": [] })), ..Shared::default() });
        let mine = shared.clone();
        std::thread::Builder::new().name("key trap".to_owned()).spawn(move || {
            for stream in listener.incoming().flatten() {
                if mine.closed.load(Ordering::Acquire) {
                    return;
                }
                mine.visits.fetch_add(1, Ordering::AcqRel);
                // Whoever goes away again has come all the same.
                let _ = mine.answer(stream);
            }
        })?;
        Ok(Self { address, shared })
    }

    /// The address of the key set.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/keys.json", self.address)
    }

    /// Lays out a key set for whoever comes.
    pub(crate) fn publish(&self, keys: &Value) {
        *self.shared.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys.clone();
    }

    /// How many connections there were.
    pub(crate) fn visits(&self) -> usize {
        self.shared.visits.load(Ordering::Acquire)
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let (mut request, mut part) = (Vec::new(), [0; 1024]);
        while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < MOST_REQUEST {
            match stream.read(&mut part)? {
                0 => break,
                count => request.extend_from_slice(&part[..count]),
            }
        }
        let body = self.keys.lock().unwrap_or_else(PoisonError::into_inner).to_string();
        let length = body.len();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
        write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{body}")?;
        stream.shutdown(Shutdown::Write)
    }
}

impl Drop for Trap {
    /// Ends the thread, by one last visit that is not counted.
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
        let _ = TcpStream::connect_timeout(&self.address, PATIENCE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_is_counted_and_answered() {
        let trap = Trap::open().expect("there is a free port");
        trap.publish(&json!({ "keys": [{ "kid": "mine" }] }));
        assert_eq!(trap.visits(), 0);
        let mut stream = TcpStream::connect(trap.address).expect("somebody listens");
        stream.write_all(b"GET /keys.json HTTP/1.1\r\nHost: a\r\n\r\n").expect("is read");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("is answered");
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"keys":[{"kid":"mine"}]}"#), "{answer}");
        assert_eq!(trap.visits(), 1);
        let address = trap.address;
        drop(trap);
        // The thread may still be on its way out; once it is, nobody listens any more.
        while TcpStream::connect(address).is_ok() {}
    }
}
