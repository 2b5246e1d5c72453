//! A credential's attributes as chips, each saying on hover what it buys.

use eframe::egui::accesskit::Role;
use eframe::egui::{Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::ui::text;
use crate::ui::theme::{GAP, Tokens};

const HEIGHT: f32 = 18.0;
const PADDING: f32 = 6.0;

/// One chip.
pub(in crate::ui) fn show(ui: &mut Ui, word: &str) -> Response {
    let tokens = Tokens::of(ui);
    let galley = ui.painter().layout_no_wrap(word.to_owned(), text::caption_font(), tokens.dim);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + 2.0 * PADDING, HEIGHT), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
    if ui.is_rect_visible(rect) {
        ui.painter().rect_stroke(rect, GAP, Stroke::new(1.0, tokens.line), StrokeKind::Inside);
        ui.painter().galley(rect.center() - galley.size() / 2.0, galley, tokens.dim);
    }
    match meaning(word) {
        Some(meaning) => response.on_hover_text(sentence(meaning)),
        None => response,
    }
}

/// How wide a chip of this word is.
pub(in crate::ui) fn width(ui: &Ui, word: &str) -> f32 {
    ui.painter().layout_no_wrap(word.to_owned(), text::caption_font(), Tokens::of(ui).dim).size().x + 2.0 * PADDING
}

/// What an attribute buys or leaves open, and the section of RFC 6265bis that says so, where there is one.
pub(in crate::ui) fn meaning(word: &str) -> Option<(&'static str, &'static str)> {
    let word = word.strip_prefix("SameSite=").unwrap_or(word);
    Some(match word {
        "HttpOnly" => {
            ("Hidden from the page's script: injected script can use it, but not read and carry it away", "4.1.2.6")
        }
        "no HttpOnly" => ("Open to the page's script: one injected line reads it and carries it away", "4.1.2.6"),
        "Secure" => ("Sent only over HTTPS, or to this machine itself: nobody on the wire reads it", "4.1.2.5"),
        "no Secure" => ("Sent over plain HTTP too: whoever is on the wire reads it", "4.1.2.5"),
        "Strict" => ("Never sent on a request that another site started, a followed link included", "4.1.2.7"),
        "Lax" => ("Sent from another site only when the user follows a link: a forged POST goes without it", "4.1.2.7"),
        "None" => ("Sent on every request, whoever started it: a forged request carries it", "4.1.2.7"),
        "no SameSite" => {
            ("The browser decides: most take it for Lax, and for a while after it was set for None", "5.6.7")
        }
        "Path=/" => ("Sent with every request to this host", "4.1.2.4"),
        "__Host-" => ("Taken from this host alone, with Secure and Path=/: no sibling host can plant it", "4.1.3.2"),
        "__Secure-" => ("Taken only with Secure: nobody on the wire can plant it", "4.1.3.1"),
        "no Domain" => ("Sent to this host alone, and to none of its subdomains", "4.1.2.3"),
        "no Expires" => ("Gone when the browser is closed, unless it restores its tabs", "4.1.2.1"),
        "Expires" => ("Kept over a restart of the browser, until its end", "4.1.2.1"),
        "page memory" => ("A variable of the page: gone with the tab, readable by any script of the page", ""),
        "localStorage" => ("Kept on disk for this origin until it is deleted, readable by any script of the page", ""),
        "Bearer" => ("Sent by the page's own script in the Authorization header: a forged request goes without it", ""),
        _ if word.starts_with("Path=/auth") => {
            ("Sent only to the endpoints that renew it: no other request carries it", "4.1.2.4")
        }
        _ if word.starts_with("Path=") => {
            ("Sent only below this path; it is no protection against other pages of the host", "4.1.2.4")
        }
        _ if word.starts_with("Domain=") => ("Sent to every host below this domain", "4.1.2.3"),
        _ => return None,
    })
}

/// A meaning as one sentence with its source.
pub(in crate::ui) fn sentence((meaning, section): (&str, &str)) -> String {
    if section.is_empty() { meaning.to_owned() } else { format!("{meaning} (RFC 6265bis section {section})") }
}
