//! Combinations of attributes, hosts, pages and requests that nobody thought of, made from a seed.

use lockstep_server::{How, Place};

use super::{Cookie, Extent, Plan, Visit, host, other_port};

/// Cookies of each site, and requests that ask for them.
const COOKIES: usize = 14;
const REQUESTS: usize = 8;

const KINDS: [How; 6] = [How::Form, How::Link, How::Image, How::Frame, How::FetchPost, How::FetchGet];

pub(super) fn add(plan: &mut Plan, extent: Extent) {
    let mut chance = Chance(extent.seed);
    for number in 0..extent.sites {
        site(plan, &mut chance, &format!("g{number}.localhost"));
    }
}

fn site(plan: &mut Plan, chance: &mut Chance, site: &str) {
    let group = plan.group("generated");
    for is_first in [true, false] {
        let cookies = (0..COOKIES / 2).map(|_| cookie(plan, chance, site)).collect();
        let visit = visit(chance, site);
        // A response to a page of another site sets next to nothing, and then there is nothing to ask for.
        let visit = if is_first { Visit::within(visit.to, How::Link).at(&visit.rest) } else { visit };
        plan.set(group, visit, cookies);
    }
    for _ in 0..REQUESTS {
        let mut visit = visit(chance, site);
        if chance.one_in(8) {
            visit = Visit::within(visit.to, How::Read);
        }
        plan.ask(group, visit);
    }
}

/// A request of any page to any host of a site.
fn visit(chance: &mut Chance, site: &str) -> Visit {
    let target = place(chance, site, &["", "", "", "blog.", "a.blog."]);
    let page = match chance.below(6) {
        0 | 1 => place(chance, site, &["", "blog."]),
        2 => target.clone(),
        3 => host("localhost"),
        _ => host("evil.localhost"),
    };
    let how = chance.pick(&KINDS);
    let rest = chance.pick(&["", "a", "a/b", "ab"]);
    Visit::new(page, how, target).at(rest)
}

fn place(chance: &mut Chance, site: &str, below: &[&str]) -> Place {
    let name = format!("{}{site}", chance.pick(below));
    if chance.one_in(4) { other_port(&name) } else { host(&name) }
}

fn cookie(plan: &mut Plan, chance: &mut Chance, site: &str) -> Cookie {
    let prefix = chance.pick(&["", "", "", "", "", "", "", "", "__Host-", "__Secure-", "__host-"]);
    let mut line = format!("{prefix}c*=1");
    let mut add = |attribute: &str| {
        if !attribute.is_empty() {
            line.push_str("; ");
            line.push_str(attribute);
        }
    };
    add(chance.pick(&[
        "",
        "SameSite=Lax",
        "SameSite=Strict",
        "SameSite=None",
        "SameSite=None; Secure",
        "samesite=LAX",
        "SameSite=x",
    ]));
    add(chance.pick(&["Secure", "Secure", "", ""]));
    add(chance.pick(&["", "", "HttpOnly"]));
    add(chance.pick(&["", "", "", "", "", "Partitioned"]));
    add(chance.pick(&[
        "",
        "Path=/",
        "Path=/",
        "Path={path}",
        "Path={path}/a",
        "Path={path}/a/",
        "Path=/",
        "Path={path}",
        "Path=/other",
        "Path=x",
    ]));
    let domain =
        chance.pick(&["", "", "", "", "", "", "SITE", "SITE", ".SITE", ".SITE", "blog.SITE", "evil.localhost"]);
    if !domain.is_empty() {
        add(&format!("Domain={}", domain.replace("SITE", site)));
    }
    add(chance.pick(&[
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "Max-Age=86400",
        "Max-Age=86400",
        "Max-Age=0",
        "Expires=Fri, 01 Jan 2100 00:00:00 GMT",
    ]));
    let what = line.split_once("; ").map_or("no attributes", |(_, attributes)| attributes);
    let what = what.replace("{path}", "(here)");
    let what = match prefix {
        "" => what,
        prefix => format!("{prefix} with {what}"),
    };
    plan.cookie(what, &line)
}

/// Numbers that look like chance and come again with the same seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}
