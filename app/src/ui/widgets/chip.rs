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
        Some(meaning) => response.on_hover_text(meaning),
        None => response,
    }
}

/// How wide a chip of this word is.
pub(in crate::ui) fn width(ui: &Ui, word: &str) -> f32 {
    ui.painter().layout_no_wrap(word.to_owned(), text::caption_font(), Tokens::of(ui).dim).size().x + 2.0 * PADDING
}

/// What an attribute buys, and what it does not.
fn meaning(word: &str) -> Option<&'static str> {
    let word = word.strip_prefix("SameSite=").unwrap_or(word);
    Some(match word {
        "HttpOnly" => "Hidden from the page's script: injected script can use it, but not read and carry it away",
        "Secure" => "Sent only over HTTPS, or to this machine itself: nobody on the wire reads it",
        "Strict" => "Never sent on a request that another site started, a followed link included",
        "Lax" => "Sent from another site only when the user follows a link: a forged POST goes without it",
        "None" => "Sent on every request, whoever started it: a forged request carries it",
        "Path=/" => "Sent with every request to this host",
        "page memory" => "A variable of the page: gone with the tab, readable by any script of the page",
        "localStorage" => "Kept on disk for this origin until it is deleted, readable by any script of the page",
        "Bearer" => "Sent by the page's own script in the Authorization header: a forged request goes without it",
        _ if word.starts_with("Path=/auth") => "Sent only to the endpoints that renew it: no other request carries it",
        _ if word.starts_with("Path=") => {
            "Sent only below this path; it is no protection against other pages of the host"
        }
        _ if word.starts_with("Domain=") => "Sent to every host below this domain",
        _ if word.starts_with("Max-Age=") || word.starts_with("Expires=") => {
            "Kept over a restart of the browser until then"
        }
        _ => return None,
    })
}
