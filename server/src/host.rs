//! The first thing that every request meets: which virtual host it is for, and whether another site started it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lockstep_shared::clock::LabTime;
use lockstep_shared::trace::{Act, Timed, Trace};

use crate::call::{Asked, Call, TheCall};
use crate::door::Door;
use crate::error::{Answer, Problem};
use crate::listen::Arrival;
use crate::lobby;
use crate::mechanism::{cors, csrf, dpop};
use crate::node::{Entrance, Node, Process};
use crate::site::Site;
use crate::visits::Opened;
use crate::web::{self, Landing};

/// Names of the machine itself, which stand for the default design.
const PLAIN_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The attacker's own site.
const EVIL: &str = "evil.localhost";
/// What stands before a bank's host on the host below it, where the attacker can publish.
const SIBLING: &str = "blog.";

/// How long a request may take in all, its body included.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

/// The response header that names a request, by which the lab finds its trace.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The response header that says which node answered.
pub(crate) const NODE: HeaderName = HeaderName::from_static("x-node");

/// Chooses the node, finds the door that a request is for and lets it through, or refuses it; then dates the answer by
/// the node's clock.
pub(crate) async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let number = site.records.number();
    let entrance = request.extensions().get().copied().unwrap_or(Entrance::Balancer);
    let (node, nodes) = site.node(entrance);
    let now = node.clock.now();
    let visit = Visit { site: &site, node: &node, nodes, number, now };
    let (opened, request) = match &site.visits {
        Some(_) => Opened::begin(number, now, request),
        None => (None, request),
    };
    let (door, landing) = (visit.door(&request), Landing::of(&request));
    let mut response = match visit.pass(request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    if let Some(door) = door {
        response = landing.dress(&door, response).await;
    }
    let headers = response.headers_mut();
    let text = |text: String| HeaderValue::from_str(&text).expect("dates and numbers are header values");
    headers.insert(header::DATE, text(httpdate::fmt_http_date(now.to_system())));
    headers.insert(REQUEST_ID, text(number.to_string()));
    headers.insert(NODE, text(node.number.to_string()));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    match (&site.visits, opened) {
        (Some(visits), Some(opened)) => opened.end(response, visits).await,
        _ => response,
    }
}

/// A request, and where it came to.
struct Visit<'a> {
    site: &'a Arc<Site>,
    node: &'a Node,
    /// How many nodes there are.
    nodes: usize,
    number: u64,
    now: LabTime,
}

/// Whom a request is for.
enum Guest {
    Door(Arc<Door>),
    /// The machine's own name, where no design stands for it.
    Lobby,
    /// One of the attacker's hosts.
    Outside(web::Place),
    /// A design that has another host name now.
    Moved(String),
}

impl Visit<'_> {
    async fn pass(&self, mut request: Request, next: Next) -> Answer<Response> {
        if let Some(response) = self.measured(&mut request).await {
            return Ok(response);
        }
        let process = self.node.process();
        let (host, guest) = match self.admit(&process, &request) {
            Ok(admitted) => admitted,
            Err(refused) => {
                self.turned_away(refused.reason());
                return Err(refused);
            }
        };
        let door = match guest {
            Guest::Door(door) => door,
            Guest::Lobby => return Ok(lobby::page(&process, request.uri(), &host)),
            Guest::Outside(place) => {
                return web::answer(self.site, &process, &place, &host, self.now, request).await;
            }
            Guest::Moved(label) => {
                self.turned_away("moved");
                return Ok(moved(&label, &host, request.uri()));
            }
        };
        let grant = cors::Grant::of(&door.design, request.method(), request.headers());
        if let Some(response) = grant.as_ref().and_then(cors::Grant::preflight) {
            return Ok(granted(response, grant.as_ref()));
        }
        let address = format!("http://{host}{}", request.uri().path());
        let asked = Asked { method: request.method().clone(), address };
        let call = Call::new(door, self.now, asked, self.site.parking.clone());
        // A node has an address of its own only where there are others.
        let arrival = || request.extensions().get::<Arrival>().map(|arrival| arrival.0);
        let call = Arc::new(match self.node.address.get().copied().or_else(arrival) {
            Some(at) => call.arrived(at, self.site.clone()),
            None => call,
        });
        if let Some(act) = self.at_node() {
            call.did(act);
        }
        request.extensions_mut().insert(TheCall(call.clone()));
        let (site, number) = (self.site.clone(), self.number);
        // In a task of its own, because a client that goes away must not leave half of a request done: a password changed,
        // and the sessions opened with the old one still open.
        let whole = tokio::spawn(async move {
            let done = within(REQUEST_LIMIT, || call.was_held(), answer(&call, request, next)).await;
            site.records.keep(number, call.take_trace());
            done.unwrap_or_else(|| {
                Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "the request took more than 30 s"))
            })
        });
        // Whoever made a handler panic gets an answer that says nothing of the inside.
        let done = whole.await;
        let fault = || Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", "the bank failed"));
        let response = done.unwrap_or_else(|_| fault()).unwrap_or_else(IntoResponse::into_response);
        Ok(granted(response, grant.as_ref()))
    }

    /// The answer of a measurement, if one is open and the request is one of its own.
    async fn measured(&self, request: &mut Request) -> Option<Response> {
        let open = self.site.measuring.now()?;
        let host = host(request.uri(), request.headers()).ok()?;
        open.answer(request, &host).await
    }

    /// The host that a request names and whom it is for; refuses a strange host, and what another site started.
    fn admit(&self, process: &Process, request: &Request) -> Answer<(String, Guest)> {
        let host = host(request.uri(), request.headers())?;
        let guest = self.find(process, &host)?;
        if let Guest::Door(door) = &guest {
            csrf::check(&door.design, request.method(), request.headers(), &host)?;
        }
        of_this_machine(request, matches!(guest, Guest::Door(_)))?;
        Ok((host, guest))
    }

    /// The design that a request is for, whether it is let through or not.
    fn door(&self, request: &Request) -> Option<Arc<Door>> {
        let host = host(request.uri(), request.headers()).ok()?;
        match self.find(&self.node.process(), &host) {
            Ok(Guest::Door(door)) => Some(door),
            _ => None,
        }
    }

    /// Whom a host name stands for. Any strange name is refused, so that a page elsewhere can't reach the lab by pointing
    /// its own name at this machine.
    fn find(&self, process: &Process, host: &str) -> Answer<Guest> {
        let name = without_port(host);
        if name == EVIL {
            return Ok(Guest::Outside(web::Place::Evil));
        }
        // An address has no host below it.
        if let Some(bank) = name.strip_prefix(SIBLING).filter(|bank| bank.ends_with("localhost"))
            && let Ok(Guest::Door(door)) = self.find(process, bank)
        {
            return Ok(Guest::Outside(web::Place::Beside(door)));
        }
        if PLAIN_HOSTS.contains(&name) {
            return Ok(process.default.clone().map_or(Guest::Lobby, Guest::Door));
        }
        let label = name.strip_suffix(".localhost");
        if let Some(door) = label.and_then(|label| process.door_at(label)) {
            return Ok(Guest::Door(door.clone()));
        }
        let former = label.and_then(|label| self.site.formerly(label));
        if let Some(door) = former.and_then(|design| process.doors.get(&design)) {
            return Ok(Guest::Moved(door.disk.label.clone()));
        }
        let detail = "this server answers to localhost, to <design>.localhost for each design that it runs, and to evil and blog beside them, only";
        Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "unknown-host", detail))
    }

    /// Keeps the trace of a request that came to no door.
    fn turned_away(&self, reason: &'static str) {
        let acts = self.at_node().into_iter().chain([Act::TurnedAway { reason: reason.into() }]);
        self.site.records.keep(self.number, Trace { acts: acts.map(|act| Timed { act, micros: 0 }).collect() });
    }

    /// Worth saying only where there are others.
    fn at_node(&self) -> Option<Act> {
        (self.nodes > 1).then_some(Act::AtNode { node: self.node.number, of: self.nodes })
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Refuses what a page of another machine's started: whatever a design allows to other origins, they are this lab's. `null`
/// names no page, and is left to the designs. At a bank's door what names no origin is refused too, where it comes from another
/// site and would do something; the attacker's hosts have nothing to lose, and the bank's own pages send them no address.
fn of_this_machine(request: &Request, is_at_door: bool) -> Answer<()> {
    let headers = request.headers();
    let mut origins = headers.get_all(header::ORIGIN).iter().peekable();
    let is_from_here = match origins.peek() {
        Some(_) => origins.all(|origin| origin == "null" || is_here(origin)),
        // Links, pictures and frames name no origin; that they come from another site, every browser says.
        None if is_at_door && headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") => {
            headers.get(header::REFERER).is_some_and(is_here) || opens_a_page(request)
        }
        None => true,
    };
    match is_from_here {
        true => Ok(()),
        false => {
            let detail = "a page that is not on this machine started this request";
            Err(Problem::forbidden("foreign-origin", detail))
        }
    }
}

/// Whether an origin, or the address of a page, is of this machine.
fn is_here(address: &HeaderValue) -> bool {
    let address = address.to_str().unwrap_or_default();
    let rest = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"));
    let origin = rest.unwrap_or_default().split('/').next().unwrap_or_default();
    let name = without_port(origin);
    let is_name = name.bytes().all(|octet| octet.is_ascii_alphanumeric() || b".-".contains(&octet));
    PLAIN_HOSTS.contains(&name) || is_name && name.ends_with(".localhost")
}

/// Whether a whole tab goes to a page that shows something and does nothing: anybody may link to those.
fn opens_a_page(request: &Request) -> bool {
    let says = |name, value| request.headers().get(name).is_some_and(|said| said == value);
    let acts = ["/api/", "/auth/", "/oauth/", "/drop"];
    request.method() == Method::GET
        && says("sec-fetch-mode", "navigate")
        && says("sec-fetch-dest", "document")
        && !acts.iter().any(|path| request.uri().path().starts_with(path))
}

/// Says in an answer, refusals included, what its sender's origin is granted.
fn granted(mut response: Response, grant: Option<&cors::Grant>) -> Response {
    if let Some(grant) = grant {
        grant.write(response.headers_mut());
    }
    response
}

/// Sends the client to the host name that the design has now, with the same method and body (RFC 9110 section 15.4.9).
fn moved(label: &str, host: &str, uri: &Uri) -> Response {
    let port = host.rsplit_once(':').map(|(_, port)| format!(":{port}")).unwrap_or_default();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let to = HeaderValue::try_from(format!("http://{label}.localhost{port}{path}"));
    let to = to.expect("a label, a port and a request's own path are header values");
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response()
}

/// Does the work, unless it takes longer than the limit; then None. What the lab holds has all the time that a class takes to
/// talk about it: the limit begins anew as often as it finds that the work was held.
async fn within<T>(limit: Duration, was_held: impl Fn() -> bool, work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    loop {
        match tokio::time::timeout(limit, &mut work).await {
            Ok(done) => return Some(done),
            Err(_) if was_held() => {}
            Err(_) => return None,
        }
    }
}

async fn answer(call: &Call, request: Request, next: Next) -> Answer<Response> {
    let mut response = next.run(request).await;
    // Only a request that changed nothing comes here with its session unsaved, so nothing is done that is then refused.
    if let Some(used) = call.take_used() {
        call.door.credential.finish(call, used).await?;
    }
    for line in call.take_cookies() {
        append_cookie(response.headers_mut(), &line);
    }
    dpop::answer(call, response.headers_mut());
    Ok(response)
}

/// Adds a `Set-Cookie` line. They are made of names and base64url, which are header values.
pub(crate) fn append_cookie(headers: &mut HeaderMap, line: &str) {
    headers.append(header::SET_COOKIE, HeaderValue::from_str(line).expect("a cookie is visible ASCII"));
}

/// The one host that a request names, in lower case, with its port as it was sent.
fn host(uri: &Uri, headers: &HeaderMap) -> Answer<String> {
    let bad = |detail: &str| Problem::bad_request("bad-host", detail);
    let mut named = headers.get_all(header::HOST).iter();
    let host = match (uri.authority(), named.next(), named.next()) {
        (_, _, Some(_)) => return Err(bad("the request has two Host headers")),
        // A target with an authority overrules the header (RFC 9112 section 3.2.2).
        (Some(authority), ..) => authority.as_str(),
        (None, Some(host), None) => host.to_str().map_err(|_| bad("the Host header is no ASCII text"))?,
        (None, None, None) => return Err(bad("the request has no Host header")),
    };
    Ok(host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::future::pending;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn the_time_in_which_a_request_is_held_does_not_count() {
        const LIMIT: Duration = Duration::from_millis(1);
        let (release, held) = oneshot::channel();
        let (release, asked) = (RefCell::new(Some(release)), Cell::new(0));
        let was_held = || {
            asked.set(asked.get() + 1);
            if asked.get() == 3 {
                let release = release.take().expect("it is released once");
                release.send(()).expect("the work waits for it");
            }
            true
        };
        assert_eq!(within(LIMIT, was_held, held).await, Some(Ok(())));
        assert_eq!(asked.get(), 3);
        assert_eq!(within(LIMIT, || false, pending::<()>()).await, None);
    }
}
