//! What is tried: cookies that are set, and requests that are made after that, as plain data.

mod table;
mod storing;
mod generated;

use std::time::Duration;

use lockstep_server::{How, Place, Probe};

/// One thing that the browser does.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Whose cookies it is about: every group has hosts or cookie names of its own.
    pub(super) group: usize,
    pub(super) probe: Probe,
    /// The cookies of the probe's lines.
    pub(super) cookies: Vec<Cookie>,
    /// Whether what arrives is compared. Where cookies are only set, nothing is.
    pub(super) is_asked: bool,
}

/// A cookie that is set.
#[derive(Clone, Debug)]
pub(super) struct Cookie {
    /// What is special about it, in words.
    pub(super) what: String,
    /// The line that sets it; its name or value has the cookie's mark in it.
    pub(super) line: Vec<u8>,
    /// Stands in no other cookie of the run.
    pub(super) mark: String,
}

/// Everything that a browser is asked to do, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    /// By number.
    pub(super) groups: Vec<Group>,
    marks: usize,
    /// The path under which everything lies, with a slash at its end.
    path: String,
}

/// What steps have in common: one jar of cookies that no other group knows.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// One of `delivery`, `storing` and `generated`.
    pub(super) kind: &'static str,
}

/// What decides how long a plan takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// For how long this browser sends cookies without SameSite with a POST across sites.
    pub(super) window: Duration,
    /// What the generator begins with.
    pub(super) seed: u64,
    /// How many sites the generator makes, each with its own cookies and requests.
    pub(super) sites: usize,
}

impl Plan {
    /// The whole plan for pages that lie under this path.
    pub(super) fn whole(path: &str, extent: Extent) -> Self {
        let mut plan = Self { path: path.to_owned(), ..Self::default() };
        let window = table::begin_window(&mut plan);
        table::add(&mut plan);
        storing::add(&mut plan);
        generated::add(&mut plan, extent);
        table::end_window(&mut plan, window, extent.window);
        plan
    }

    fn group(&mut self, kind: &'static str) -> usize {
        self.groups.push(Group { kind });
        self.groups.len() - 1
    }

    /// A cookie, of which each `*` in the line stands for its mark and each `{path}` for the path of all pages.
    fn cookie(&mut self, what: impl Into<String>, line: &str) -> Cookie {
        self.marks += 1;
        let mark = format!("_{}_", self.marks);
        let line = line.replace('*', &mark).replace("{path}", self.path.trim_end_matches('/')).into_bytes();
        Cookie { what: what.into(), line, mark }
    }

    fn cookies(&mut self, lines: &[(&str, &str)]) -> Vec<Cookie> {
        lines.iter().map(|(what, line)| self.cookie(*what, line)).collect()
    }

    /// Cookies come with the response to a request.
    fn set(&mut self, group: usize, visit: Visit, cookies: Vec<Cookie>) -> usize {
        let mut probe = visit.probe();
        probe.lines = cookies.iter().map(|cookie| cookie.line.clone()).collect();
        self.steps.push(Step { group, probe, cookies, is_asked: false });
        self.steps.len() - 1
    }

    /// A request that is looked at.
    fn ask(&mut self, group: usize, visit: Visit) -> usize {
        self.steps.push(Step { group, probe: visit.probe(), cookies: Vec::new(), is_asked: true });
        self.steps.len() - 1
    }
}

/// A request from one page to another place.
#[derive(Clone, Debug)]
struct Visit {
    from: Place,
    how: How,
    to: Place,
    rest: String,
}

impl Visit {
    fn new(from: Place, how: How, to: Place) -> Self {
        Self { from, how, to, rest: String::new() }
    }

    /// Within one place.
    fn within(place: Place, how: How) -> Self {
        Self::new(place.clone(), how, place)
    }

    fn at(mut self, rest: &str) -> Self {
        self.rest = rest.to_owned();
        self
    }

    fn probe(self) -> Probe {
        Probe { from: self.from, how: self.how, to: self.to, rest: self.rest, lines: Vec::new(), after: None }
    }
}

fn host(name: &str) -> Place {
    Place { host: name.to_owned(), other_port: false }
}

fn other_port(name: &str) -> Place {
    Place { host: name.to_owned(), other_port: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENT: Extent = Extent { window: Duration::from_secs(10), seed: 1, sites: 12 };

    #[test]
    fn every_cookie_has_its_own_mark_and_every_line_can_be_sent() {
        let plan = Plan::whole("/measuring/0/at/", EXTENT);
        let mut marks = Vec::new();
        for step in &plan.steps {
            for cookie in &step.cookies {
                let line = String::from_utf8_lossy(&cookie.line).into_owned();
                assert!(line.contains(&cookie.mark), "{line}");
                assert!(!line.contains("{path}") && !line.contains('*'), "{line}");
                let goes_in_header = cookie.line.iter().all(|octet| matches!(octet, b'\t' | 0x20..=0x7e | 0x80..));
                assert!(goes_in_header || step.probe.how == How::Write, "{line:?}");
                // One that is set again is the same cookie.
                if !marks.contains(&cookie.mark)
                    || !["again.localhost", "renewed.localhost"].contains(&&*step.probe.to.host)
                {
                    marks.push(cookie.mark.clone());
                }
            }
        }
        let count = marks.len();
        marks.sort();
        marks.dedup();
        assert_eq!(marks.len(), count);
    }

    #[test]
    fn a_domain_never_has_more_cookies_than_a_browser_keeps() {
        let plan = Plan::whole("/measuring/0/at/", EXTENT);
        let mut of_site = std::collections::HashMap::<String, usize>::new();
        for step in &plan.steps {
            let labels: Vec<_> = step.probe.to.host.rsplit('.').take(2).collect();
            *of_site.entry(labels.join(".")).or_default() += step.cookies.len();
        }
        assert!(of_site.values().all(|count| *count < 150), "{of_site:?}");
    }

    #[test]
    fn a_seed_always_makes_the_same_plan() {
        let lines = |seed| {
            let plan = Plan::whole("/p/", Extent { seed, ..EXTENT });
            format!("{:?}", plan.steps)
        };
        assert_eq!(lines(7), lines(7));
        assert_ne!(lines(7), lines(8));
    }
}
