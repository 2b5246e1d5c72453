//! The drop box: whatever an injected script sends to the publisher, kept as it came, bounded, and shown as text.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use lockstep_shared::clock::LabTime;
use serde_json::{Value, json};

use super::template::Html;

/// Octets of one piece; the rest is cut.
pub(super) const MOST_LOOT: usize = 16 * 1024;
/// Pieces that are kept; the oldest makes room.
const MOST_DROPS: usize = 200;

/// One piece that was sent to the drop box. Its `Debug` does not show it.
#[derive(Clone, PartialEq)]
pub struct Loot {
    /// From 1, never used again.
    pub number: u64,
    /// When it came.
    pub at: LabTime,
    /// The `Origin` or `Referer` of the page that sent it; empty where the browser named none.
    pub from: String,
    /// What came, as text.
    pub text: String,
    /// Whether more came than is kept.
    pub cut: bool,
}

impl std::fmt::Debug for Loot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loot").field("number", &self.number).field("from", &self.from).finish_non_exhaustive()
    }
}

/// All that is kept.
#[derive(Default)]
pub(crate) struct Drops(Mutex<(u64, VecDeque<Loot>)>);

impl Drops {
    pub(super) fn take(&self, at: LabTime, from: &str, octets: &[u8]) {
        let cut = octets.len() > MOST_LOOT;
        let text = String::from_utf8_lossy(&octets[..octets.len().min(MOST_LOOT)]).into_owned();
        let from = from.chars().take(300).collect();
        let (count, kept) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        if kept.len() >= MOST_DROPS {
            kept.pop_front();
        }
        kept.push_back(Loot { number: *count, at, from, text, cut });
    }

    /// Everything that is kept, oldest first.
    pub(crate) fn all(&self) -> Vec<Loot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.iter().cloned().collect()
    }

    pub(super) fn json(&self) -> Value {
        let all = self.all();
        let loot = |loot: &Loot| json!({ "number": loot.number, "at": loot.at.to_string(), "from": loot.from, "text": loot.text, "cut": loot.cut });
        let kept = all.len() as u64;
        let came = all.last().map_or(0, |newest| newest.number);
        json!({ "schema": "lockstep.drops/1", "dropped": came - kept, "drops": all.iter().map(loot).collect::<Vec<_>>() })
    }

    /// The page's list, newest first.
    pub(super) fn html(&self) -> Html {
        let item = |loot: &Loot| {
            Html::fill(
                "<li><h2>{{number}}. from {{from}}</h2><p class=\"who\">at {{at}}{{cut}}</p><pre>{{text}}</pre></li>\n",
                &[
                    ("number", Html::text(&loot.number.to_string())),
                    ("from", Html::text(if loot.from.is_empty() { "a page that was not named" } else { &loot.from })),
                    ("at", Html::text(&loot.at.to_string())),
                    ("cut", Html::markup(if loot.cut { "; the rest was cut off" } else { "" })),
                    ("text", Html::text(&pretty(&loot.text))),
                ],
            )
        };
        Html::all(self.all().iter().rev().map(item))
    }
}

/// JSON with a line for each member, anything else as it is.
fn pretty(text: &str) -> String {
    let json = serde_json::from_str::<Value>(text).and_then(|json| serde_json::to_string_pretty(&json));
    json.unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_shows_markup_as_text() {
        let drops = Drops::default();
        for number in 0..250 {
            drops.take(LabTime::START, "http://d.localhost", format!("<script>{number}</script>").as_bytes());
        }
        drops.take(LabTime::START, "", &vec![b'<'; MOST_LOOT + 1]);
        let all = drops.all();
        assert_eq!((all.len(), all[0].number, all[199].number), (MOST_DROPS, 52, 251));
        assert_eq!((all[199].text.len(), all[199].cut, all[198].cut), (MOST_LOOT, true, false));
        assert_eq!(drops.json()["dropped"], 51);
        let html = drops.html().into_string();
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;249"), "markup is shown as text");
        assert!(!format!("{all:?}").contains("script"), "what was stolen is in no log");
    }
}
