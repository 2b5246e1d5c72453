//! What reached the server and what it answered, whole, as the wire had it: for a screen that shows what a real browser sent.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use lockstep_shared::clock::{LabTime, Stopwatch};
use tokio::sync::watch;

/// Visits that are kept; the oldest makes room.
const MOST_VISITS: usize = 2_000;
/// Octets of all that is kept.
const MOST_OCTETS: usize = 16 * 1024 * 1024;
/// Octets of one body that are kept.
const MOST_BODY: usize = 16 * 1024;

/// One request that reached the server, and what it answered; those that were turned away included. Its `Debug` shows no
/// header, no query and no body.
#[derive(Clone, PartialEq)]
pub struct Visit {
    /// Its place in the order in which visits ended, from 1 and without gaps.
    pub place: u64,
    /// The request's number, which its answer has as `X-Request-Id`.
    pub number: u64,
    /// The lab's time when it arrived.
    pub at: LabTime,
    /// The host that it named, with the port.
    pub host: String,
    /// Its method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Every header line; octets that are no UTF-8 are replaced.
    pub request_headers: Vec<(String, String)>,
    /// As much of the body as the server read.
    pub request_body: VisitBody,
    /// The answer's status.
    pub status: u16,
    /// Every header line of the answer, but for what the connection adds.
    pub response_headers: Vec<(String, String)>,
    /// The answer's body.
    pub response_body: VisitBody,
    /// Microseconds from the request's head to the whole answer.
    pub micros: u64,
}

/// A body, or its first octets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct VisitBody {
    /// At most 16 KiB.
    pub octets: Vec<u8>,
    /// Whether there was more of it, announced or sent.
    pub cut: bool,
}

impl std::fmt::Debug for Visit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut visit = f.debug_struct("Visit");
        visit.field("number", &self.number).field("host", &self.host).field("method", &self.method);
        visit.field("status", &self.status).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for VisitBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VisitBody").field("octets", &self.octets.len()).field("cut", &self.cut).finish()
    }
}

impl Visit {
    fn octets(&self) -> usize {
        let lines = self.request_headers.iter().chain(&self.response_headers);
        let lines: usize = lines.map(|(name, value)| name.len() + value.len()).sum();
        let bodies = self.request_body.octets.len() + self.response_body.octets.len();
        size_of::<Self>() + self.host.len() + self.method.len() + self.path.len() + lines + bodies
    }
}

/// The visits of one server.
pub(crate) struct Visits {
    log: Mutex<Log>,
    newest: watch::Sender<u64>,
}

#[derive(Default)]
struct Log {
    kept: VecDeque<Visit>,
    octets: usize,
    dropped: u64,
}

impl Default for Visits {
    fn default() -> Self {
        Self { log: Mutex::default(), newest: watch::Sender::new(0) }
    }
}

impl Visits {
    fn keep(&self, mut visit: Visit) {
        let mut log = self.log();
        visit.place = log.dropped + log.kept.len() as u64 + 1;
        let place = visit.place;
        log.octets += visit.octets();
        log.kept.push_back(visit);
        while log.kept.len() > MOST_VISITS || log.octets > MOST_OCTETS {
            let Some(oldest) = log.kept.pop_front() else { break };
            log.octets -= oldest.octets();
            log.dropped += 1;
        }
        drop(log);
        self.newest.send_if_modified(|newest| {
            let is_newer = place > *newest;
            *newest = place.max(*newest);
            is_newer
        });
    }

    /// Those after a place.
    pub(crate) fn after(&self, place: u64) -> Vec<Visit> {
        let log = self.log();
        let skip = usize::try_from(place.saturating_sub(log.dropped)).unwrap_or(usize::MAX);
        log.kept.iter().skip(skip).cloned().collect()
    }

    pub(crate) fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.log().dropped
    }

    fn log(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A visit whose answer is not there yet.
pub(crate) struct Opened {
    visit: Visit,
    body: Arc<Mutex<Seen>>,
    watch: Stopwatch,
}

impl Opened {
    /// Notes a request's head, and lets its body be seen while it is read.
    pub(crate) fn begin(number: u64, at: LabTime, request: Request) -> (Option<Self>, Request) {
        let watch = Stopwatch::start();
        let (head, inner) = request.into_parts();
        let host = head.uri.authority().map(|authority| authority.as_str().to_owned());
        let named = || head.headers.get(header::HOST).map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned());
        let announced = head.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let body = Arc::new(Mutex::new(Seen { announced: announced.unwrap_or(0), ..Seen::default() }));
        let visit = Visit {
            place: 0,
            number,
            at,
            host: host.or_else(named).unwrap_or_default(),
            method: head.method.to_string(),
            path: head.uri.path_and_query().map_or_else(|| head.uri.to_string(), ToString::to_string),
            request_headers: lines(&head.headers),
            request_body: VisitBody::default(),
            status: 0,
            response_headers: Vec::new(),
            response_body: VisitBody::default(),
            micros: 0,
        };
        let request = Request::from_parts(head, Body::new(Tee { inner, seen: body.clone() }));
        (Some(Self { visit, body, watch }), request)
    }

    /// Notes the answer, and keeps the visit before its sender learns of the answer.
    pub(crate) async fn end(mut self, response: Response, visits: &Visits) -> Response {
        let (head, body) = response.into_parts();
        // Every answer was made in memory, so reading it can't fail.
        let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let mut seen = Seen::default();
        seen.take(&whole);
        self.visit.request_body = self.body.lock().unwrap_or_else(PoisonError::into_inner).body();
        self.visit.status = head.status.as_u16();
        self.visit.response_headers = lines(&head.headers);
        self.visit.response_body = seen.body();
        self.visit.micros = self.watch.micros();
        visits.keep(self.visit);
        Response::from_parts(head, Body::from(whole))
    }
}

fn lines(headers: &HeaderMap) -> Vec<(String, String)> {
    let line = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(line).collect()
}

/// What has been seen of a body.
#[derive(Default)]
struct Seen {
    octets: Vec<u8>,
    sent: u64,
    announced: u64,
}

impl Seen {
    fn take(&mut self, octets: &[u8]) {
        let room = MOST_BODY - self.octets.len();
        self.octets.extend_from_slice(&octets[..octets.len().min(room)]);
        self.sent += octets.len() as u64;
    }

    fn body(&mut self) -> VisitBody {
        let octets = std::mem::take(&mut self.octets);
        VisitBody { cut: self.sent.max(self.announced) > octets.len() as u64, octets }
    }
}

/// A body that is seen while it is read.
struct Tee {
    inner: Body,
    seen: Arc<Mutex<Seen>>,
}

impl HttpBody for Tee {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(octets) = frame.data_ref()
        {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).take(octets);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn visited(visits: &Visits, number: u64, sent: &str, answered: &str) {
        let request = Request::builder().uri("/a?b").header("host", "d.localhost").body(Body::from(sent.to_owned()));
        let (opened, request) = Opened::begin(number, LabTime::START, request.expect("is a request"));
        to_bytes(request.into_body(), usize::MAX).await.expect("is read");
        let response = opened.expect("is noted").end(Response::new(Body::from(answered.to_owned())), visits).await;
        let whole = to_bytes(response.into_body(), usize::MAX).await.expect("is read");
        assert_eq!(whole, answered, "the answer goes out whole");
    }

    #[tokio::test]
    async fn the_oldest_make_room_and_are_counted() {
        let visits = Visits::default();
        let mut newest = visits.newest();
        for number in 1..=2_100 {
            visited(&visits, number, "sent", "answered").await;
        }
        assert_eq!((visits.dropped(), *newest.borrow_and_update()), (100, 2_100));
        let kept = visits.after(0);
        assert_eq!((kept.len(), kept[0].place, kept[0].number), (2_000, 101, 101));
        assert_eq!(visits.after(2_098).iter().map(|visit| visit.place).collect::<Vec<_>>(), [2_099, 2_100]);
        assert_eq!((visits.after(2_100).len(), visits.after(u64::MAX).len()), (0, 0));
        assert_eq!((kept[0].path.as_str(), kept[0].host.as_str()), ("/a?b", "d.localhost"));
    }

    #[tokio::test]
    async fn long_bodies_are_cut_and_all_of_them_are_bounded() {
        let visits = Visits::default();
        let long = "x".repeat(MOST_BODY + 1);
        for number in 1..=1_000 {
            visited(&visits, number, &long, &long).await;
        }
        let kept = visits.after(0);
        let octets: usize = kept.iter().map(Visit::octets).sum();
        assert!(octets <= MOST_OCTETS && octets > MOST_OCTETS - 64 * 1024, "{octets}");
        assert_eq!(visits.dropped(), 1_000 - kept.len() as u64);
        for body in [&kept[0].request_body, &kept[0].response_body] {
            assert_eq!((body.octets.len(), body.cut), (MOST_BODY, true));
        }
        visited(&visits, 1_001, &"x".repeat(MOST_BODY), "").await;
        let last = visits.after(0).pop().expect("is kept");
        assert_eq!((last.request_body.octets.len(), last.request_body.cut), (MOST_BODY, false));
        assert!(!format!("{last:?}").contains("x-"), "{last:?}");
    }
}
