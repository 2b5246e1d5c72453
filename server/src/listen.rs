//! Connections: bounded in number, counted in octets, and ended after the process that they spoke to has.

use std::convert::Infallible;
use std::future::{Pending, pending};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, Request, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Timeout, timeout};
use tower::ServiceExt;

use crate::node::Entrance;
use crate::site::Site;

/// Connections at a time; one more waits until another closes.
const MOST_CONNECTIONS: usize = 256;
/// How long a client may take to send a request's head.
const HEAD_LIMIT: Duration = Duration::from_secs(10);
/// The largest head of a request, in octets; more is answered 431.
const MOST_HEAD: usize = 64 * 1024;
/// Header lines of one request; more is answered 431.
const MOST_HEADERS: usize = 200;

/// How long nobody is let in where the system has no socket left.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

/// How long a client may leave an answer unread before its connection is dropped.
const UNREAD_LIMIT: Duration = Duration::from_secs(30);

/// What a connection does next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Serve; a change of the number means that the process has restarted.
    Serving(u64),
    Stopped,
}

/// The address at which a request came in.
#[derive(Clone, Copy)]
pub(crate) struct Arrival(pub(crate) SocketAddr);

/// Accepts connections until it is told to stop. Every request is told which listener it came to.
pub(crate) async fn serve(
    listener: TcpListener,
    entrance: Entrance,
    router: Router,
    site: Arc<Site>,
    mut phase: watch::Receiver<Phase>,
) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        // Who is told to stop waits neither for a client nor for a place.
        let next = async {
            let place = places.clone().acquire_owned().await.expect("nobody closes it");
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            stopped = phase.wait_for(|phase| *phase == Phase::Stopped) => {
                // The sender outlives this loop; if it did not, nobody could stop the server any more.
                drop(stopped);
                return;
            }
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(why) if concerns_one_client(why.kind()) => continue,
            Err(_) => {
                // The system gives no more sockets just now. Asking again at once would take the time of those who could
                // give some back.
                let stopped = phase.wait_for(|phase| *phase == Phase::Stopped);
                let _ = timeout(OUT_OF_SOCKETS, stopped).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let (router, site, phase) = (router.clone(), site.clone(), phase.clone());
        tokio::spawn(async move {
            let _place = place;
            connection(stream, entrance, router, site, phase).await;
        });
    }
}

/// Whether a connection failed before it began, which concerns only its own client.
fn concerns_one_client(why: ErrorKind) -> bool {
    matches!(why, ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted)
}

async fn connection(
    stream: TcpStream,
    entrance: Entrance,
    router: Router,
    site: Arc<Site>,
    mut phase: watch::Receiver<Phase>,
) {
    let arrival = stream.local_addr().ok().map(Arrival);
    let io = TokioIo::new(Counted { stream, site, unread_limit: UNREAD_LIMIT, unread: None });
    let mut http = http1::Builder::new();
    // Answers are dated by the lab clock, and those that never reach it not at all.
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT).auto_date_header(false);
    http.max_header_size(MOST_HEAD).max_buf_size(MOST_HEAD).max_headers(MOST_HEADERS);
    let born = *phase.borrow();
    let process = phase.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(entrance);
        if let Some(arrival) = arrival {
            request.extensions_mut().insert(arrival);
        }
        let (answer, process) = (router.clone().oneshot(request), process.clone());
        async move {
            let mut answer = answer.await?;
            // A restart ends connections with their next answer and not at once: a client whose request is on its way
            // just then could not know whether it had been heard, and whether to send it again.
            if *process.borrow() != born {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let mut connection = std::pin::pin!(http.serve_connection(io, service));
    tokio::select! {
        // What a client does wrong on its connection was answered there; nobody else needs to know.
        _ = connection.as_mut() => return,
        stopped = phase.wait_for(|phase| *phase == Phase::Stopped) => {
            // Where the sender is gone the server is as well, which is the same to this connection.
            drop(stopped);
            connection.as_mut().graceful_shutdown();
        }
    }
    let _ = connection.await;
}

/// A socket that counts what passes, and that does not wait for ever for a client that does not read.
struct Counted {
    stream: TcpStream,
    site: Arc<Site>,
    unread_limit: Duration,
    /// Runs while a write waits for the client.
    unread: Option<Pin<Box<Timeout<Pending<()>>>>>,
}

impl Counted {
    fn written(&mut self, cx: &mut Context<'_>, written: Poll<std::io::Result<usize>>) -> Poll<std::io::Result<usize>> {
        if let Poll::Ready(written) = written {
            self.unread = None;
            let count = written.as_ref().map_or(0, |count| *count as u64);
            self.site.records.traffic.down.fetch_add(count, Ordering::Relaxed);
            return Poll::Ready(written);
        }
        let limit = self.unread_limit;
        let unread = self.unread.get_or_insert_with(|| Box::pin(timeout(limit, pending())));
        unread.as_mut().poll(cx).map(|_| Err(ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let octets = (buffer.filled().len() - before) as u64;
        self.site.records.traffic.up.fetch_add(octets, Ordering::Relaxed);
        read
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, octets);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Write;

    use lockstep_shared::clock::{Clock, LabTime};

    use super::*;

    #[tokio::test]
    async fn a_client_that_does_not_read_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let client = TcpStream::connect(listener.local_addr().expect("is bound")).await.expect("it listens");
        let (stream, _) = listener.accept().await.expect("it connects");
        let site = Site::build(Clock::manual(LabTime::START), Vec::new(), None).expect("nothing can be missing");
        let unread_limit = Duration::from_millis(20);
        let mut counted = Counted { stream, site: Arc::new(site), unread_limit, unread: None };
        let stuck = loop {
            if let Err(stuck) = poll_fn(|cx| Pin::new(&mut counted).poll_write(cx, &[0; 64 * 1024])).await {
                break stuck;
            }
        };
        assert_eq!(stuck.kind(), ErrorKind::TimedOut);
        drop(client);
    }

    #[tokio::test]
    async fn a_server_without_a_free_place_stops_all_the_same() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let at = listener.local_addr().expect("is bound");
        let site =
            Arc::new(Site::build(Clock::manual(LabTime::START), Vec::new(), None).expect("nothing can be missing"));
        let (tell, phase) = watch::channel(Phase::Serving(0));
        // Its answer takes for ever, so that each of its clients keeps a place.
        let (arrived, mut arrivals) = tokio::sync::mpsc::unbounded_channel();
        let router = Router::new().fallback(async move || {
            let _ = arrived.send(());
            pending::<()>().await;
        });
        let serving = tokio::spawn(serve(listener, Entrance::Balancer, router, site, phase));
        let mut clients = Vec::new();
        for _ in 0..MOST_CONNECTIONS {
            let mut client = std::net::TcpStream::connect(at).expect("it listens");
            client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("the system takes it");
            arrivals.recv().await.expect("it serves");
            clients.push(client);
        }
        tell.send_replace(Phase::Stopped);
        timeout(Duration::from_secs(20), serving).await.expect("it stops").expect("and does not panic");
    }
}
