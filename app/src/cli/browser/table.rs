//! The measured table in a terminal.

use std::io::{self, Write};

use crate::delivery::{Report, Row};

/// The letter of each kind of cookie, by what the row calls it.
const LETTERS: [(&str, char); 4] =
    [("no SameSite", 'd'), ("SameSite=Lax", 'L'), ("SameSite=Strict", 'S'), ("SameSite=None with Secure", 'N')];

/// More differences than anybody reads.
const MOST: usize = 40;

pub(super) fn print(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{} {}: which cookies go along", report.browser, report.version)?;
    writeln!(out, "d no SameSite, L Lax, S Strict, N None with Secure; · none of them\n")?;
    let table: Vec<&Row> = report.rows.iter().filter(|row| row.kind == "delivery").collect();
    let mut requests: Vec<&str> = Vec::new();
    let mut places: Vec<(&str, &str)> = Vec::new();
    for row in &table {
        if !requests.contains(&&*row.request) {
            requests.push(&row.request);
        }
        if !places.contains(&(&*row.initiator, &*row.target)) {
            places.push((&row.initiator, &row.target));
        }
    }
    let width = places.iter().map(|(from, to)| from.len() + to.len() + 3).max().unwrap_or(0);
    write!(out, "{:width$}", "from → to")?;
    for request in &requests {
        write!(out, "  {request}")?;
    }
    writeln!(out)?;
    for (from, to) in places {
        write!(out, "{:width$}", format!("{from} → {to}"))?;
        for request in &requests {
            let is_here = |row: &&&Row| row.initiator == from && row.target == to && row.request == *request;
            let letters: String = LETTERS
                .iter()
                .filter(|(what, _)| {
                    table.iter().filter(is_here).any(|row| row.cookie == *what && row.browser == "sent")
                })
                .flat_map(|(_, letter)| [*letter, ' '])
                .collect();
            let letters = if letters.is_empty() { "·" } else { letters.trim_end() };
            write!(out, "  {letters:0$}", request.chars().count())?;
        }
        writeln!(out)?;
    }
    let explained: usize = report.policies.iter().map(|policy| policy.cases.len()).sum();
    let differ = report.disagreements.len();
    let alike = report.measured - explained - differ;
    writeln!(out, "\nold.localhost: its cookies were older than the {} s in which", report.window_secs)?;
    writeln!(out, "this browser was to send cookies without SameSite with a POST of another site.")?;
    writeln!(out, "\n{} comparisons with the agents: {alike} agree", report.measured)?;
    for policy in &report.policies {
        let on = |is_on| if is_on { "on" } else { "off" };
        let (browser, agent) = (on(policy.browser), on(policy.agent));
        let cases = policy.cases.len();
        writeln!(
            out,
            "{cases} differ by a choice of the browser: {} is {browser} in it, {agent} in the agents",
            policy.policy
        )?;
        writeln!(out, "  ({})", policy.what)?;
    }
    if differ > 0 {
        writeln!(out, "{differ} differ for no known reason:")?;
    }
    for difference in report.disagreements.iter().take(MOST) {
        writeln!(out, "  {}", difference.case)?;
        writeln!(out, "    browser: {}; agents: {} ({})", difference.browser, difference.agent, difference.why)?;
    }
    if differ > MOST {
        writeln!(out, "  and {} more: --format json has all", differ - MOST)?;
    }
    Ok(())
}
