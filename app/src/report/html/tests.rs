//! The page as it comes out: whole, inert, and the same each time.

use super::*;
use crate::lab::outcome::{Cell, changes};
use crate::report::sample;

fn written(comparison: &Comparison) -> String {
    let mut out = Vec::new();
    write(comparison, None, &mut out).expect("a Vec takes all");
    String::from_utf8(out).expect("is UTF-8")
}

/// The page without its style sheet, which is our own to the last letter.
fn body(page: &str) -> &str {
    page.split("</style>").nth(1).expect("has a style sheet")
}

/// Every tag of the page, with its attributes; fails where one does not end.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|part| part.split_once('>').unwrap_or_else(|| panic!("no end: {part}")).0).collect()
}

/// What people put into titles to see what happens.
const HOSTILE: &str = "</title></style><script>alert(1)</script>\"><img src=x onerror=alert(1)>' onload='x' ]]> \
     javascript:alert(1) &lt;b&gt; \u{202e}evil\u{2066} \u{1b}[2J\u{0}\u{7}";

fn hostile() -> Comparison {
    let mut comparison = sample::titled();
    let text = || HOSTILE.to_owned();
    for about in &mut comparison.designs {
        (about.title, about.summary) = (text(), text());
    }
    for about in &mut comparison.scenarios {
        (about.title, about.question) = (text(), text());
    }
    for cell in &mut comparison.cells {
        cell.why = text();
        cell.expected = Some(text());
        cell.mismatch = cell.mismatch.as_ref().map(|_| text());
        for step in &mut cell.steps {
            (step.by, step.step, step.said) = (text(), text(), text());
        }
        for evidence in &mut cell.evidence {
            (evidence.method, evidence.path) = (text(), text());
            (evidence.reason, evidence.detail, evidence.acts) = (Some(text()), Some(text()), vec![text()]);
        }
    }
    // Ids that no file of ours could have, as a kept result may come from anywhere.
    let foreign = Cell { design: text(), scenario: text(), ..sample::log_out() };
    comparison.changes = Some(changes(std::slice::from_ref(&foreign), &comparison.cells));
    comparison.cells.push(foreign);
    comparison
}

#[test]
fn nothing_of_a_users_text_is_obeyed() {
    let page = written(&hostile());
    let known = [
        "!doctype", "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "nav", "section",
        "div", "p", "h1", "h2", "h3", "h4", "span", "b", "a", "ul", "ol", "li", "dl", "dt", "dd", "small", "code",
        "table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td", "wbr", "details", "summary", "svg",
        "symbol", "use", "g", "path", "circle", "rect", "line", "text", "tspan", "desc",
    ];
    for tag in tags(body(&page)) {
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        assert!(known.contains(&name), "<{tag}>");
        // Outside of quotes stands only what this renderer wrote.
        let bare: String = tag.split('"').step_by(2).collect();
        assert!(!bare.contains("onerror") && !bare.contains("onload") && !bare.contains("src="), "<{tag}>");
        for target in tag.split("href=").skip(1) {
            assert!(target.starts_with('#'), "<{tag}>");
        }
    }
    assert!(!page.contains("<script") && !page.contains("<img"));
    assert!(!page.contains(|c: char| c.is_control() && c != '\n'));
    assert!(!page.contains(['\u{202e}', '\u{2066}']));
    assert_eq!(page.matches("</style>").count(), 1, "the style sheet ends once");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "the text itself is there to read");
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = written(&hostile());
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("has a style sheet");
    assert!(!style.contains("url(") && !style.contains("@import") && !style.contains("http"));
}

#[test]
fn every_link_finds_its_place_and_no_id_is_there_twice() {
    let page = written(&sample::titled());
    let value = |tag: &str, name: &str| {
        let rest = tag.split(&format!(" {name}=")).nth(1)?;
        Some(rest.split([' ', '>']).next().unwrap_or_default().trim_matches('"').to_owned())
    };
    let mut ids: Vec<String> = tags(body(&page)).iter().filter_map(|tag| value(tag, "id")).collect();
    let links: Vec<String> = tags(body(&page)).iter().filter_map(|tag| value(tag, "href")).collect();
    for link in &links {
        // Nothing has the id `-`: that link closes whatever is open.
        assert!(link == "#-" || ids.iter().any(|id| link.strip_prefix('#') == Some(id)), "{link}");
    }
    assert!(links.len() > sample::titled().cells.len());
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn each_cell_is_in_the_matrix_with_its_marks_and_has_a_story() {
    let comparison = sample::titled();
    let page = written(&comparison);
    for at in 0..comparison.cells.len() {
        assert!(page.contains(&format!(" href=#c{at}")) && page.contains(&format!(" id=c{at}>")), "{at}");
    }
    for part in [
        "<b>1</b> unexpected",
        "not as expected: attacker: expected `0s`, got in to the end",
        "broken: the server did not start: no free port",
        "<span class=sr>, collateral: phone, bystander</span>",
        "<span class=sr>, alarm raised</span>",
        "The thief was in for 4 min",
        "#47 POST /auth/refresh <b class=no>401 revoked</b>",
        "attacker, 4 min after the mark",
        "laptop: log-out</code> <b>access should end here</b>",
        "scope=colgroup>Session</th>",
        "scope=rowgroup><span>Operations</span>",
        "÷ 2 cores",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_chart_has_a_dot_for_each_thief_and_words_for_who_cant_see_it() {
    let page = written(&sample::titled());
    let charts: Vec<&str> =
        page.split("<div class=chart>").skip(1).filter_map(|rest| rest.split("</svg>").next()).collect();
    assert_eq!(charts.len(), 2, "one for each group");
    for chart in &charts {
        assert!(chart.contains("role=img><title>") && chart.contains("<desc>"), "{chart}");
    }
    let chart = charts.concat();
    // Three designs in three rows, but for the cell that broke.
    assert_eq!(chart.matches("<circle").count(), 8, "{chart}");
    assert!(chart.contains("<title>Short JWT + rotating refresh: in 4 min</title>"));
    let mut nobody = sample::titled();
    nobody.cells.truncate(1);
    assert!(!written(&nobody).contains("class=chart"), "nobody stayed");
}

#[test]
fn equal_results_are_equal_files_unless_a_date_is_given() {
    assert_eq!(written(&sample::titled()), written(&sample::titled()));
    let mut out = Vec::new();
    write(&sample::titled(), Some("5 <January>"), &mut out).expect("a Vec takes all");
    assert!(String::from_utf8_lossy(&out).contains("<span>5 &lt;January&gt;</span>"));
}

#[test]
fn what_has_changed_is_told_and_an_empty_comparison_is_a_page_too() {
    let mut comparison = sample::titled();
    comparison.changes = Some(Vec::new());
    assert!(written(&comparison).contains("<h2>What has changed</h2><ul class=list><li>Nothing.</li></ul>"));
    let empty = written(&sample::comparison(Vec::new()));
    assert!(empty.contains("No cell was run.") && empty.ends_with("</html>\n"));
}

#[test]
fn a_whole_comparison_stays_small() {
    let mut comparison = sample::titled();
    let story = comparison.cells[5].clone();
    comparison.cells = (0..100)
        .flat_map(|row| (0..22).map(move |column| (row, column)))
        .map(|(row, column)| Cell {
            scenario: format!("scenario-{row}"),
            design: format!("design-{column}"),
            steps: story.steps.iter().cycle().take(8).cloned().collect(),
            evidence: story.evidence.iter().cycle().take(3).cloned().collect(),
            ..story.clone()
        })
        .collect();
    let length = written(&comparison).len();
    assert!(length < 8 << 20, "{length} octets");
}
