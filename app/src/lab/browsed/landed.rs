//! A refusal as a tab is told it: the bank's page about it, which has the reason that programs get as JSON.

use lockstep_shared::api::Problem;

/// The problem that a page of the bank's tells of.
pub(crate) fn problem(status: u16, page: &str) -> Option<Problem> {
    let (_, line) = page.split_once("id=\"said\"")?;
    let (attributes, rest) = line.split_once('>')?;
    let (_, reason) = attributes.split_once("data-reason=\"")?;
    let (reason, _) = reason.split_once('"').filter(|(reason, _)| !reason.is_empty())?;
    let (text, _) = rest.split_once('<')?;
    let text = plain(text);
    // The page's line begins with what stands elsewhere too: `403 cross-site: `.
    let detail = text.strip_prefix(&format!("{status} {reason}: ")).unwrap_or(&text).trim_end_matches('.');
    Some(Problem {
        kind: "about:blank".to_owned(),
        title: String::new(),
        status,
        reason: plain(reason),
        detail: detail.to_owned(),
        error: None,
    })
}

/// A text without the escapes that HTML needs.
fn plain(html: &str) -> String {
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    escapes.iter().fold(html.to_owned(), |text, (escape, sign)| text.replace(escape, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_read_from_the_page() {
        let page = "<h1>No</h1>\n<p class=\"said\" id=\"said\" role=\"alert\" data-status=\"403\" data-reason=\"cross-site\" \
                    data-tone=\"bad\">403 cross-site: a page of another site&#39;s asked.</p>";
        let problem = problem(403, page).expect("it tells of one");
        let told = (problem.status, problem.reason.as_str(), problem.detail.as_str());
        assert_eq!(told, (403, "cross-site", "a page of another site's asked"));
    }

    #[test]
    fn no_other_page_tells_of_one() {
        for page in [
            "",
            "<p>no</p>",
            "id=\"said\"",
            "<p id=\"said\" data-reason=\"\">fine</p>",
            "<p id=\"said\" data-reason=\"",
        ] {
            assert!(problem(403, page).is_none(), "{page}");
        }
    }
}
