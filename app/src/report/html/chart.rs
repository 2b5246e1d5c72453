//! How long the thief stayed, on a logarithmic axis: a row for each scenario where one did, a dot for each design.

use crate::lab::actor::Actor;
use crate::lab::digest::{A_WHILE, Exposure};
use crate::lab::rhythm::HORIZON;
use crate::report::escape::html as safe;
use crate::report::sheet::{Row, Sheet, is_session};

/// The picture's own units.
const WIDTH: f64 = 1180.0;
/// Where the slot of those who were out at once begins.
const LEFT: f64 = 320.0;
/// From one second, where the logarithm begins, to the horizon.
const FIRST: f64 = 410.0;
const LAST: f64 = 1080.0;
const TOP: f64 = 40.0;
/// From one dot's middle to the next one's.
const PITCH: f64 = 9.0;
const RADIUS: f64 = 4.0;
/// Dots that stand one above the other; more stand beside.
const HIGH: usize = 3;
const ROW: f64 = 34.0;

const TICKS: [(u64, &str); 8] = [
    (1, "1 s"),
    (10, "10 s"),
    (60, "1 min"),
    (600, "10 min"),
    (3600, "1 h"),
    (43_200, "12 h"),
    (259_200, "3 d"),
    (1_209_600, "14 d"),
];

/// One design's thief.
struct Dot<'a> {
    x: f64,
    class: &'static str,
    title: &'a str,
    word: String,
}

pub(super) fn draw(sheet: &Sheet<'_>, page: &mut String) {
    let rows: Vec<(&Row<'_>, Vec<Dot<'_>>)> = sheet.rows().filter_map(|row| Some((row, dots(sheet, row)?))).collect();
    if rows.is_empty() {
        return;
    }
    let bottom = TOP + ROW * rows.len() as f64;
    let height = bottom + 12.0;
    page.push_str(&format!(
        "<h2 id=exposure>How long the thief stayed</h2><p class=dim>After the moment at which access should have ended, \
         in each scenario where some thief stayed for a while; one dot a design, <span class=key-s>session</span> or \
         <span class=key-j>token</span>. The axis is logarithmic.</p><div class=chart>\
         <svg viewBox=\"0 0 {WIDTH} {height}\" role=img aria-labelledby=\"ct cd\"><title id=ct>How long the thief \
         stayed</title><desc id=cd>{} rows of dots on a logarithmic axis from 0 seconds to 30 days. The matrix above has \
         the same figures as text.</desc>\n",
        rows.len()
    ));
    axis(bottom, page);
    for (at, (row, dots)) in rows.iter().enumerate() {
        draw_row(row, dots, TOP + ROW * at as f64, page);
    }
    page.push_str("</svg></div>\n");
}

/// None where nobody stayed.
fn dots<'a>(sheet: &'a Sheet<'_>, row: &Row<'_>) -> Option<Vec<Dot<'a>>> {
    let mut dots = Vec::new();
    let mut stayed = false;
    for (column, place) in sheet.columns.iter().zip(&row.places) {
        let Some(entry) = place.map(|place| &sheet.cells[place]) else { continue };
        let exposure = entry.digest.glance.exposure;
        if entry.digest.headline != Some(Actor::Attacker) || exposure == Exposure::None {
            continue;
        }
        stayed |= exposure != Exposure::Secs(0);
        let class = match column.kind {
            Some(kind) if is_session(kind) => "s",
            Some(_) => "j",
            None => "q",
        };
        dots.push(Dot { x: x(exposure), class, title: column.title, word: entry.digest.label() });
    }
    dots.sort_by(|one, other| one.x.total_cmp(&other.x));
    stayed.then_some(dots)
}

fn x(exposure: Exposure) -> f64 {
    match exposure {
        Exposure::None | Exposure::Secs(0) => (LEFT + FIRST - 14.0) / 2.0,
        Exposure::Secs(secs) => on_axis(secs),
        Exposure::Horizon => (LAST + 14.0 + WIDTH) / 2.0,
    }
}

fn on_axis(secs: u64) -> f64 {
    let share = (secs.max(1) as f64).log10() / (HORIZON.as_secs() as f64).log10();
    FIRST + (LAST - FIRST) * share.clamp(0.0, 1.0)
}

fn axis(bottom: f64, page: &mut String) {
    let while_ends = on_axis(A_WHILE);
    let (gap, height) = (14.0, bottom - TOP);
    let zones = [
        ("zg", LEFT, FIRST - gap),
        ("za", FIRST - gap + 2.0, while_ends),
        ("zb", while_ends + 2.0, LAST + gap),
        ("zb", LAST + gap + 2.0, WIDTH),
    ];
    for (class, from, to) in zones {
        page.push_str(&format!("<rect class={class} x={from:.0} y={TOP} width={:.0} height={height} />", to - from));
    }
    let label =
        |x: f64, text: &str| format!("<text class=ax x={x:.0} y={:.0} text-anchor=middle>{text}</text>", TOP - 8.0);
    for (secs, text) in TICKS {
        let x = on_axis(secs);
        page.push_str(&format!("<line class=gr x1={x:.1} x2={x:.1} y1={TOP} y2={bottom} />"));
        page.push_str(&label(x, text));
    }
    page.push_str(&label(x(Exposure::Secs(0)), "out at once"));
    page.push_str(&label(x(Exposure::Horizon), "still in"));
    page.push('\n');
}

fn draw_row(row: &Row<'_>, dots: &[Dot<'_>], top: f64, page: &mut String) {
    let middle = top + ROW / 2.0;
    let thief = row.thief.map(|thief| format!(" <tspan class=ax>{thief}</tspan>")).unwrap_or_default();
    page.push_str(&format!("<g class=row><line class=gr x1=0 x2={WIDTH} y1={top} y2={top} />"));
    page.push_str(&format!("<text x=0 y={:.1}>{}{thief}</text>", middle + 4.0, safe(&shortened(row.title))));
    // Those who stand too close to be told apart share a place.
    let together = dots.chunk_by(|one, other| other.x - one.x < PITCH);
    for group in together {
        let x = group.iter().map(|dot| dot.x).sum::<f64>() / group.len() as f64;
        let columns = group.len().div_ceil(HIGH);
        for (at, dot) in group.iter().enumerate() {
            let (column, place) = (at / HIGH, at % HIGH);
            let in_column = HIGH.min(group.len() - column * HIGH);
            let cx = x + (column as f64 - (columns - 1) as f64 / 2.0) * PITCH;
            let cy = middle + (place as f64 - (in_column - 1) as f64 / 2.0) * PITCH;
            page.push_str(&format!(
                "<circle class=\"dot {}\" cx={cx:.1} cy={cy:.1} r={RADIUS}><title>{}: {}</title></circle>",
                dot.class,
                safe(dot.title),
                safe(&dot.word)
            ));
        }
    }
    page.push_str("</g>\n");
}

/// A title that has room before the axis.
fn shortened(title: &str) -> String {
    const MOST: usize = 38;
    match title.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", title[..end].trim_end()),
        None => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_stands_further_right() {
        let all = [0, 1, 59, 240, 3600, 86_340, 1_209_540, 2_592_000];
        let places: Vec<f64> = all.map(|secs| x(Exposure::Secs(secs))).to_vec();
        assert!(places.is_sorted() && places[0] < places[1], "{places:?}");
        assert!(x(Exposure::Horizon) > places[7] && x(Exposure::Secs(u64::MAX)) <= LAST);
        for (secs, label) in TICKS {
            assert_eq!(crate::lab::digest::time(secs), label);
        }
    }

    #[test]
    fn a_long_title_is_cut_between_characters() {
        assert_eq!(shortened(&"ä".repeat(50)).chars().count(), 39);
        assert_eq!(shortened("short"), "short");
    }
}
