//! The hosts that are the attacker's: a site of its own, and a host below each design's. The bank's API is on neither.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use lockstep_shared::clock::LabTime;

use super::attack::{self, Attack, Shape};
use super::files::{self, asset};
use super::template::Html;
use crate::door::Door;
use crate::error::{Answer, Problem};
use crate::input::MOST_BODY;
use crate::node::Process;
use crate::site::Site;
use crate::users::SeedUser;

/// Scripts and styles of one's own; requests, pictures and frames wherever they are aimed at on this machine, for they are
/// the lesson.
const POLICY: &str = "default-src 'self'; img-src 'self' http://localhost:* http://*.localhost:*; \
    connect-src 'self' http://localhost:* http://*.localhost:*; frame-src 'self' http://localhost:* http://*.localhost:*; \
    base-uri 'none'; object-src 'none'";

/// One of the attacker's hosts.
#[derive(Clone)]
pub(crate) enum Place {
    /// A site of its own.
    Evil,
    /// A host below this design's: the same site.
    Beside(Arc<Door>),
}

/// Answers a request to one of the attacker's hosts.
pub(crate) async fn answer(
    site: &Site,
    process: &Process,
    place: &Place,
    host: &str,
    now: LabTime,
    request: Request,
) -> Answer<Response> {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    if matches!(place, Place::Evil) && uri.path() == "/drop" {
        return drop_in(site, now, request).await;
    }
    if method != Method::GET && method != Method::HEAD {
        return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "this page is only looked at"));
    }
    let visit = Visit { site, process, place, host, port: super::port(host), asked: Asked::of(&uri) };
    let response = visit.page(uri.path())?;
    Ok(response)
}

/// Keeps what comes, and says nothing to whoever sent it: there is no grant to read an answer, and none to read.
async fn drop_in(site: &Site, now: LabTime, request: Request) -> Answer<Response> {
    let from = from(request.headers());
    let loot = match *request.method() {
        Method::GET | Method::HEAD => request.uri().query().unwrap_or_default().as_bytes().to_vec(),
        Method::POST => {
            let too_large = |_| {
                let detail = "the drop box takes 64 KiB at a time, and keeps 16 of them";
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail)
            };
            to_bytes(request.into_body(), MOST_BODY).await.map_err(too_large)?.to_vec()
        }
        _ => return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "GET or POST what was found")),
    };
    site.web.drops.take(now, &from, &loot);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The page that a request says it comes from.
fn from(headers: &HeaderMap) -> String {
    let said = headers.get(header::ORIGIN).or_else(|| headers.get(header::REFERER));
    said.and_then(|said| said.to_str().ok()).unwrap_or_default().to_owned()
}

/// The parts of the query that these pages know.
struct Asked {
    /// The label of the design that is attacked, or its id.
    to: Option<String>,
    auto: bool,
}

impl Asked {
    fn of(uri: &Uri) -> Self {
        let pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        let mut asked = Self { to: None, auto: true };
        for (name, value) in pairs {
            match name {
                "to" | "design" => asked.to = Some(value.to_owned()),
                "auto" => asked.auto = value != "0",
                _ => {}
            }
        }
        asked
    }
}

struct Visit<'a> {
    site: &'a Site,
    process: &'a Process,
    place: &'a Place,
    host: &'a str,
    port: String,
    asked: Asked,
}

impl Visit<'_> {
    fn page(&self, path: &str) -> Answer<Response> {
        let evil = matches!(self.place, Place::Evil);
        match path {
            "/" => return self.index(),
            "/drops" if evil => return Ok(self.drops()),
            "/drops.json" if evil => return Ok(axum::Json(self.site.web.drops.json()).into_response()),
            // Empty pages, by whose script the one that frames them learns which cookies are seen at their path.
            "/here" | "/api/here" => {
                return Ok(axum::response::Html("<!doctype html><title>here</title>").into_response());
            }
            _ => {}
        }
        if let Some(attack) =
            path.strip_prefix('/').and_then(|name| Attack::ALL.into_iter().find(|one| one.name() == name))
        {
            return self.attack(attack);
        }
        let file = files::outside(path).filter(|_| evil || path != "/payload.js");
        file.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no-such-page", "this site has no such page"))
    }

    /// The design that is attacked; None where the address names none.
    fn door(&self) -> Answer<Option<Arc<Door>>> {
        let Some(to) = &self.asked.to else {
            return Ok(match self.place {
                Place::Evil => None,
                Place::Beside(door) => Some(door.clone()),
            });
        };
        let door = self.process.door_at(to).or_else(|| self.process.doors.get(to)).cloned();
        let unknown = || Problem::new(StatusCode::NOT_FOUND, "no-such-design", "no design of this name is served here");
        door.map(Some).ok_or_else(unknown)
    }

    fn publisher(&self) -> Answer<&SeedUser> {
        let nobody = || {
            Problem::new(StatusCode::NOT_FOUND, "no-publisher", "nobody publishes here who has an account at the bank")
        };
        self.site.web.publisher.as_ref().ok_or_else(nobody)
    }

    fn index(&self) -> Answer<Response> {
        let main = match self.door()? {
            None => self.designs(),
            Some(door) => self.attacks(&door),
        };
        Ok(self.whole("What can be attacked", Html::markup(""), main))
    }

    fn designs(&self) -> Html {
        let row = |door: &Arc<Door>| {
            let summary = door.design.summary.as_str();
            Html::fill(
                "<li><h2><a href=\"/?design={{label}}\">{{title}}</a></h2><p>{{summary}}</p></li>\n",
                &[
                    ("label", Html::text(&door.disk.label)),
                    ("title", Html::text(&door.design.title)),
                    ("summary", Html::text(summary)),
                ],
            )
        };
        let list = Html::all(self.process.in_order().map(row));
        Html::fill(
            "<h1>Whom to attack</h1>\n<p class=\"lead\">Log in to one of these banks in this browser first, and come back: each \
             of this site’s pages then tries something with your browser.</p>\n<ul class=\"doors\">\n{{list}}</ul>\n",
            &[("list", list)],
        )
    }

    fn attacks(&self, door: &Door) -> Html {
        let bank = attack::bank(&self.port, &door.disk.label);
        let row = |attack: Attack| {
            let why = attack.no_object(&door.design);
            Html::fill(
                "<li><h3><a href=\"/{{name}}?to={{label}}\">{{title}}</a></h3><p>{{says}}</p>\
                 <p class=\"links\"><a href=\"/{{name}}?to={{label}}&amp;auto=0\">with a button first</a>{{why}}</p></li>\n",
                &[
                    ("name", Html::text(attack.name())),
                    ("label", Html::text(&door.disk.label)),
                    ("title", Html::text(attack.title())),
                    ("says", Html::text(attack.says())),
                    (
                        "why",
                        why.map_or_else(
                            || Html::markup(""),
                            |why| Html::fill("<span>{{why}}</span>", &[("why", Html::text(why))]),
                        ),
                    ),
                ],
            )
        };
        let ride = self.site.web.publisher.as_ref().map(attack::ride);
        let comments = [String::new()].into_iter().chain(ride).map(|query| {
            let what =
                if query.is_empty() { "Reads, and sends it to the drop box" } else { "Rides: the page itself pays" };
            Html::fill(
                "<h3>{{what}}</h3><pre>{{comment}}</pre><p></p>\n",
                &[("what", Html::text(what)), ("comment", Html::text(&attack::comment(&self.port, &query)))],
            )
        });
        let other = match self.place {
            Place::Evil => (
                attack::sibling(&self.port, &door.disk.label),
                "the same from a host below the bank’s, which is the same site",
            ),
            Place::Beside(_) => (attack::evil(&self.port, &door.disk.label), "the same from another site"),
        };
        Html::fill(
            asset!("attacks.html"),
            &[
                ("title", Html::text(&door.design.title)),
                ("bank", Html::text(&bank)),
                ("other", Html::text(&other.0)),
                ("other_words", Html::text(other.1)),
                ("attacks", Html::all(Attack::ALL.into_iter().map(row))),
                ("comments", Html::all(comments)),
                ("drops", Html::text(&format!("http://evil.localhost{}/drops", self.port))),
            ],
        )
    }

    fn attack(&self, attack: Attack) -> Answer<Response> {
        let Some(door) = self.door()? else { return Ok(Redirect::to("/").into_response()) };
        let publisher = self.publisher()?;
        let bank = attack::bank(&self.port, &door.disk.label);
        let url = attack.url(&bank, publisher);
        let (shape, button) = shape(attack, &door, &url, publisher);
        let why = attack.no_object(&door.design).map_or_else(
            || Html::markup(""),
            |why| Html::fill("<p class=\"said\">{{why}}</p>\n", &[("why", Html::text(why))]),
        );
        let main = Html::fill(
            asset!("attack.html"),
            &[
                ("heading", Html::text(attack.title())),
                ("says", Html::text(attack.says())),
                ("why", why),
                ("title", Html::text(&door.design.title)),
                ("bank", Html::text(&bank)),
                ("url", Html::text(&url)),
                ("shape", shape),
                ("button", button),
                ("all", Html::text(&format!("/?design={}", door.disk.label))),
            ],
        );
        let aim = attack.for_script(&door, &self.port, publisher, self.asked.auto);
        let head = Html::fill(
            "<script type=\"application/json\" id=\"aim\">{{aim}}</script>\n<script type=\"module\" src=\"/web/attack.js\"></script>",
            &[("aim", Html::json(&aim))],
        );
        Ok(self.whole(attack.title(), head, main))
    }

    fn drops(&self) -> Response {
        let drops = self.site.web.drops.html();
        let none = Html::markup("<li>Nothing yet.</li>\n");
        let list = if self.site.web.drops.all().is_empty() { none } else { drops };
        let main = Html::fill(
            "<h1>The drop box</h1>\n<p class=\"lead\">What scripts that got into the bank’s pages have sent here, newest first.</p>\n\
             <section class=\"card\"><ul class=\"list\" id=\"drops\">\n{{list}}</ul></section>\n",
            &[("list", list)],
        );
        self.whole("The drop box", Html::markup(""), main)
    }

    fn whole(&self, heading: &str, head: Html, main: Html) -> Response {
        let (place, nav) = match self.place {
            Place::Evil => (
                "another site than the bank’s",
                "<li><a href=\"/\">Designs</a></li><li><a href=\"/drops\">Drop box</a></li>",
            ),
            Place::Beside(_) => ("below the bank’s host: the same site", "<li><a href=\"/\">Attacks</a></li>"),
        };
        let page = Html::fill(
            asset!("outside.html"),
            &[
                ("heading", Html::text(heading)),
                ("head", head),
                ("host", Html::text(self.host)),
                ("place", Html::text(place)),
                ("nav", Html::markup(nav)),
                ("main", main),
            ],
        );
        let policy = [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY))];
        (policy, axum::response::Html(page.into_string())).into_response()
    }
}

/// What carries out an attack, and the button that starts it by hand.
fn shape(attack: Attack, door: &Door, url: &str, publisher: &SeedUser) -> (Html, Html) {
    const BUTTON: &str = "<p><button id=\"go\" type=\"button\">Do it</button></p>";
    let url = || Html::text(url);
    match attack.shape(&door.design, publisher) {
        Shape::Form(fields) => {
            let field = |(name, value): &(&'static str, String)| {
                Html::fill(
                    "<input type=\"hidden\" name=\"{{name}}\" value=\"{{value}}\">",
                    &[("name", Html::text(name)), ("value", Html::text(value))],
                )
            };
            let form = "<form id=\"attack\" method=\"post\" action=\"{{url}}\">{{fields}}<button id=\"go\">Do it</button></form>\n";
            let fields = Html::all(fields.iter().map(field));
            (Html::fill(form, &[("url", url()), ("fields", fields)]), Html::markup(""))
        }
        Shape::Link => (
            Html::fill("<p><a id=\"attack\" href=\"{{url}}\">Win a telephone</a></p>\n", &[("url", url())]),
            Html::markup(BUTTON),
        ),
        Shape::Image => {
            (Html::markup("<p><img id=\"attack\" alt=\"A picture of a kitten\"></p>\n"), Html::markup(BUTTON))
        }
        Shape::Frame => (Html::markup(asset!("frame.html")), Html::markup(BUTTON)),
        Shape::Script { credential: false } => (Html::markup("<pre id=\"line\"></pre><p></p>\n"), Html::markup(BUTTON)),
        Shape::Script { credential: true } => (Html::markup(asset!("toss.html")), Html::markup(BUTTON)),
    }
}
