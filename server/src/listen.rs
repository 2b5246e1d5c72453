//! Connections: bounded in number, counted in octets, and ended after the process that they spoke to has.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, header};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

use crate::site::Site;

/// Connections at a time; one more waits until another closes.
const MOST_CONNECTIONS: usize = 256;
/// How long a client may take to send a request's head.
const HEAD_LIMIT: Duration = Duration::from_secs(10);
/// The largest head of a request, in octets; more is answered 431.
const MOST_HEAD: usize = 64 * 1024;
/// Header lines of one request; more is answered 431.
const MOST_HEADERS: usize = 200;

/// What a connection does next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Serve; a change of the number means that the process has restarted.
    Serving(u64),
    Stopped,
}

/// Accepts connections until it is told to stop.
pub(crate) async fn serve(listener: TcpListener, router: Router, site: Arc<Site>, mut phase: watch::Receiver<Phase>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            stopped = phase.wait_for(|phase| *phase == Phase::Stopped) => {
                // The sender outlives this loop; if it did not, nobody could stop the server any more.
                drop(stopped);
                return;
            }
        };
        // A connection that failed before it began concerns only its own client.
        let Ok((stream, _)) = stream else { continue };
        let _ = stream.set_nodelay(true);
        let (router, site, phase) = (router.clone(), site.clone(), phase.clone());
        tokio::spawn(async move {
            let _place = place;
            connection(stream, router, site, phase).await;
        });
    }
}

async fn connection(stream: TcpStream, router: Router, site: Arc<Site>, mut phase: watch::Receiver<Phase>) {
    let io = TokioIo::new(Counted { stream, site });
    let mut http = http1::Builder::new();
    // Answers are dated by the lab clock, and those that never reach it not at all.
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT).auto_date_header(false);
    http.max_header_size(MOST_HEAD).max_buf_size(MOST_HEAD).max_headers(MOST_HEADERS);
    let born = *phase.borrow();
    let process = phase.clone();
    let service = service_fn(move |request| {
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

/// A socket that counts what passes.
struct Counted {
    stream: TcpStream,
    site: Arc<Site>,
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
        if let Poll::Ready(Ok(count)) = written {
            self.site.records.traffic.down.fetch_add(count as u64, Ordering::Relaxed);
        }
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        if let Poll::Ready(Ok(count)) = written {
            self.site.records.traffic.down.fetch_add(count as u64, Ordering::Relaxed);
        }
        written
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
