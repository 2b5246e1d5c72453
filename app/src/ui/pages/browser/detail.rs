//! One request of the browser's whole: what happened in a sentence, its cookies on both sides, and what went over the wire.

use eframe::egui::{Align, Label, Layout, Rect, ScrollArea, Ui, UiBuilder, vec2};

use super::table::{came, host_color, host_words, verdict};
use crate::browser::Rule;
use crate::inspect::plain::visible;
use crate::state::model::Model;
use crate::state::visiting::{Agrees, Cookie, From, Visited, Way};
use crate::state::wire::told;
use crate::ui::memory::{Page, UiMemory};
use crate::ui::pages::playground::below::wire::detail::{
    Context, credentials, decision, line, receipts, served, title,
};
use crate::ui::pages::playground::below::wire::table::{capital, millis};
use crate::ui::text;
use crate::ui::theme::{GAP, GAP_2};
use crate::ui::widgets::button::{self, Look};
use crate::ui::widgets::icon::{self, Icon};

pub(super) fn show(ui: &mut Ui, model: &Model, memory: &mut UiMemory, visited: &Visited, area: Rect) {
    let cx = Context::of(ui, model, &visited.row, memory.masked);
    let mut ui = ui.new_child(UiBuilder::new().id_salt("browser detail").max_rect(area));
    let ui = &mut ui;
    ui.shrink_clip_rect(area.expand(2.0));
    ui.spacing_mut().item_spacing = vec2(GAP_2, GAP);
    heading(ui, &cx, visited, memory);
    ScrollArea::vertical().id_salt(("browser request", visited.id)).auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(GAP_2, 3.0);
        story(ui, &cx, visited);
        cookies(ui, &cx, visited);
        received(ui, &cx);
        others(ui, &cx, visited);
        credentials(ui, &cx, &mut memory.inspecting.wanted);
        served(ui, &cx);
    });
}

/// Which request it is, and the ways from here.
fn heading(ui: &mut Ui, cx: &Context<'_>, visited: &Visited, memory: &mut UiMemory) {
    let exchange = &visited.row.exchange;
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 24.0), Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        if icon::button(ui, Icon::Close, 24.0, "Close the request").clicked() {
            memory.browsing.whole = false;
        }
        if let Some(number) = visited.in_wire {
            let hint = "The same request among all others of the lane's, in the playground";
            if button::show(ui, "Show in the Wire", Look { hint: Some(hint), ..Look::default() }).clicked() {
                memory.page = Page::Playground;
                memory.below.open_exchange(visited.row.side, number);
            }
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.label(text::body(host_words(visited)).color(host_color(cx.model, cx.tokens, visited)));
            let what = format!("{} {} {}", exchange.method, visible(&exchange.path), exchange.status);
            ui.add(Label::new(text::mono(&what).color(cx.tokens.text)).truncate())
                .on_hover_text(visible(&format!("http://{}{}", visited.host, exchange.path)));
        });
    });
}

/// What happened, in sentences.
fn story(ui: &mut Ui, cx: &Context<'_>, visited: &Visited) {
    let exchange = visited.row.exchange.as_ref();
    let tokens = cx.tokens;
    line(ui, &began(visited), tokens.text);
    let held = visited.cookies.iter().filter(|cookie| cookie.was_held_back()).count();
    let came = came(visited).count();
    let words = match (came, held) {
        (0, 0) => "No cookie came with it, and none was held back.".to_owned(),
        (came, 0) => format!("{} came with it; none was held back.", text::counted(came, "cookies")),
        (0, held) => format!("No cookie came with it: the browser held {} back.", text::counted(held, "cookies")),
        (came, held) => format!("{} came with it, and {held} the browser held back.", text::counted(came, "cookies")),
    };
    line(ui, &words, if held > 0 { tokens.good } else { tokens.text });
    let (agent, color) = match verdict(visited) {
        (_, true) => ("Lockstep's own agent would have done otherwise: see the marked lines.", tokens.bad),
        ("can't tell", _) => (
            "Of a cookie that no answer has set here, Lockstep's own agent knows too little to say what it would have done.",
            tokens.dim,
        ),
        _ => ("Lockstep's own agent would have done the same.", tokens.dim),
    };
    line(ui, agent, color);
    match visited.may_read {
        Some(Ok(())) if visited.way == Way::Preflight => line(ui, "The server allows what it asked for.", tokens.amber),
        Some(Ok(())) => line(ui, "The page that asked may read the answer: CORS allows it.", tokens.amber),
        Some(Err(why)) if visited.way == Way::Preflight => {
            line(ui, &format!("The request that it asked for is not made: {why}."), tokens.good);
        }
        Some(Err(why)) => line(ui, &format!("The page that asked can't read the answer: {why}."), tokens.good),
        None => {}
    }
    let why = told::whole(exchange, |at| at.to_string());
    line(ui, &visible(&text::with_local_times(&why, cx.model.now())), tokens.text);
    let when = text::moment(exchange.at, cx.model.now());
    let about = format!("{when} · {} ms · {}", millis(exchange.micros), visited.browser);
    ui.add(Label::new(text::caption(about).color(tokens.dim)).wrap());
}

/// How it began, in one sentence.
fn began(visited: &Visited) -> String {
    let page = match (&visited.from, &visited.framed_by) {
        (From::User, _) => None,
        (From::Own, Some(around)) => Some(format!("a page of this host, in a frame of {},", host(around))),
        (From::Own, None) => Some("a page of this host".to_owned()),
        (From::Sibling(Some(origin)), _) => Some(format!("a page of {}, which is the same site,", host(origin))),
        (From::Sibling(None), _) => Some("a page of the same site".to_owned()),
        (From::Other(Some(origin)), _) => Some(format!("a page of {}, another site,", host(origin))),
        (From::Other(None), _) => Some("a page of another site".to_owned()),
    };
    let Some(page) = page else {
        return "You went there: no page has started it.".to_owned();
    };
    let did = match visited.way {
        Way::Tab if visited.row.exchange.method == "GET" => "led the whole tab there",
        Way::Tab => "sent the whole tab there with a form",
        Way::Frame => "shows it in a frame",
        Way::Image => "shows it as a picture",
        Way::Script => "asked for it by script",
        Way::Preflight => "wants to ask by script, and the browser asks first whether it may",
        Way::Part => "needs it as a part of itself",
    };
    format!("{} {did}.", capital(&page))
}

fn host(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// Who started it, in a few words.
pub(super) fn from_words(visited: &Visited) -> String {
    let named = |origin: &Option<String>, else_: &str| {
        origin.as_deref().map_or_else(|| else_.to_owned(), |origin| visible(host(origin)).into_owned())
    };
    match (&visited.from, &visited.framed_by) {
        (_, Some(around)) => format!("in a frame of {}", visible(host(around))),
        (From::User, None) => "you".to_owned(),
        (From::Own, None) => "its own page".to_owned(),
        (From::Sibling(origin), None) => named(origin, "the same site"),
        (From::Other(origin), None) => named(origin, "another site"),
    }
}

/// Every cookie that has to do with the address: what the browser did, and what the agent would have done.
fn cookies(ui: &mut Ui, cx: &Context<'_>, visited: &Visited) {
    title(ui, cx, "Cookies: your browser, and our agent");
    if visited.cookies.is_empty() {
        return line(ui, "None came, and there was none for this host", cx.tokens.dim);
    }
    // What went against expectation first, then what came, then what was held back.
    let mut all: Vec<&Cookie> = visited.cookies.iter().collect();
    all.sort_by_key(|cookie| (!matches!(cookie.agrees, Agrees::No { .. }), !cookie.came(), !cookie.was_held_back()));
    for cookie in all {
        let name = &cookie.decision.name;
        let value = Some(cookie.decision.value.as_str());
        let (tokens, why) = (cx.tokens, cookie.decision.rule.why().trim_end_matches('.'));
        let (word, color, words) = match cookie.agrees {
            Agrees::Yes if cookie.came() => ("came", tokens.text, why.to_owned()),
            Agrees::Yes if cookie.was_held_back() => ("held back", tokens.good, why.to_owned()),
            Agrees::Yes => ("not here", tokens.dim, why.to_owned()),
            Agrees::No { browser_sends: true } => {
                ("came ≠", tokens.bad, format!("Our agent would have withheld it: {}", cookie.decision.rule.clause()))
            }
            Agrees::No { browser_sends: false } => {
                ("kept ≠", tokens.bad, format!("Our agent would have sent it: {}", cookie.decision.rule.clause()))
            }
            Agrees::Unknown => (
                "came",
                tokens.text,
                "No answer has set it here: the browser had it before, or a script has written it".to_owned(),
            ),
        };
        decision(ui, cx, (word, color), name, value, &words).on_hover_text(format!(
            "{} ({}{}), rule {}",
            visible(name),
            visible(&cookie.decision.domain),
            visible(&cookie.decision.path),
            cookie.decision.rule.id()
        ));
    }
}

/// What the answer has set, and what our agent makes of it.
fn received(ui: &mut Ui, cx: &Context<'_>) {
    let received = &cx.row.exchange.received;
    if received.is_empty() {
        return;
    }
    title(ui, cx, "Cookies that the answer sets: what our agent does with them");
    receipts(ui, cx, received);
}

/// Headers that the agent would have written otherwise.
fn others(ui: &mut Ui, cx: &Context<'_>, visited: &Visited) {
    if visited.differences.is_empty() {
        return;
    }
    title(ui, cx, "Headers: your browser, and our agent");
    for difference in &visited.differences {
        let said = |value: &Option<String>| match value {
            Some(value) => format!("“{}”", visible(value)),
            None => "nothing".to_owned(),
        };
        let words =
            format!("{} from your browser, {} from our agent", said(&difference.browser), said(&difference.agent));
        decision(ui, cx, ("≠", cx.tokens.bad), difference.header, None, &words);
    }
}

/// A rule against sending, in a word or two.
pub(super) fn short_rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Strict => "Strict",
        Rule::LaxNotNavigation => "Lax: no navigation",
        Rule::LaxUnsafeMethod => "Lax: not by POST",
        Rule::DefaultTooOld => "Lax after 2 min",
        Rule::NoCredentials => "no credentials",
        Rule::SecureOnly => "Secure",
        Rule::Expired => "expired",
        Rule::OtherHost | Rule::OtherDomain => "other host",
        Rule::OtherPath => "other path",
        _ => "not stored",
    }
}
