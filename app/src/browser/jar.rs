//! A browser's cookie jar, whose cookies end by the lab clock.

mod shelves;

use std::fmt;

use lockstep_shared::clock::LabTime;
use url::Url;

use self::shelves::Shelves;
use super::cookie::{SetCookie, StoredCookie};
use super::request::{Request, RequestKind};
use super::rules::{self, Delivery, Policy, Rule, Source};
use super::{octets, site};

/// The most cookies of one domain.
const MOST_OF_A_DOMAIN: usize = 180;
/// The most cookies of all.
const MOST_OF_ALL: usize = 3000;

/// The cookies of one browser.
#[derive(Clone, Default)]
pub(crate) struct Jar {
    /// Domain-match, path-match and the cookies themselves, in `cookie_store`, which never learns when one ends.
    shelves: Shelves,
    /// Our own record of each cookie on the shelves, in the order in which they are sent.
    records: Vec<Record>,
    /// How many cookies there have been.
    count: u64,
    /// What this browser chooses where it may.
    policy: Policy,
}

#[derive(Clone)]
struct Record {
    cookie: StoredCookie,
    /// Tells apart what was created at the same instant, since a manual clock stands still between steps.
    number: u64,
}

/// What became of a `Set-Cookie` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Receipt {
    /// A new cookie.
    Stored(StoredCookie),
    /// A new value or new attributes for a cookie that was there.
    Replaced(StoredCookie),
    /// The line said that the cookie has ended: if there was one, it is gone.
    Deleted {
        /// The cookie's name.
        name: String,
    },
    /// The line was ignored.
    Rejected {
        /// The cookie's name, as far as the line has one.
        name: String,
        /// Why.
        rule: Rule,
    },
}

/// Whether one cookie goes with one request.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The cookie's name.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
    /// Its domain, which tells it from a cookie of the same name elsewhere.
    pub(crate) domain: String,
    /// Its path, likewise.
    pub(crate) path: String,
    /// Whether it goes.
    pub(crate) sent: bool,
    /// The rule that decided.
    pub(crate) rule: Rule,
}

impl Decision {
    /// What the browser did, and by which rule, within a sentence.
    pub(crate) fn told(&self) -> String {
        let did = if self.sent { "sent along" } else { "withheld" };
        format!("the browser {did} the cookie {}: {}", self.name, self.rule.clause())
    }
}

impl Jar {
    /// An empty jar.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// An empty jar of a browser with choices of its own.
    pub(crate) fn with(policy: Policy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// Takes one `Set-Cookie` line from the response to `request`.
    pub(crate) fn receive(&mut self, set_cookie: &[u8], request: &Request<'_>, now: LabTime) -> Receipt {
        self.take_in(set_cookie, Source::Response, request, now)
    }

    /// Takes what a script in the page at `page` writes into `document.cookie`. `tab` is the page in the tab, where that
    /// is another one.
    pub(crate) fn write(&mut self, set_cookie: &[u8], page: &Url, tab: Option<&Url>, now: LabTime) -> Receipt {
        let request = Request { url: page, method: "GET", initiator: tab, kind: RequestKind::Subresource };
        self.take_in(set_cookie, Source::Script, &request, now)
    }

    fn take_in(&mut self, set_cookie: &[u8], source: Source, request: &Request<'_>, now: LabTime) -> Receipt {
        self.evict_expired(now);
        let policy = self.policy;
        let as_it_reads = |mut set: SetCookie| {
            if policy.plus_in_max_age {
                set.max_age_secs = set.signed_max_age_secs;
            }
            set
        };
        let admitted = SetCookie::parse(set_cookie)
            .map(as_it_reads)
            .and_then(|set| rules::admit(set, source, request, self.policy, now, self.records()))
            .and_then(|new| match self.records().find(|old| old.is_same_cookie(&new)) {
                Some(old) if old.http_only && source == Source::Script => Err(Rule::OverlaysHttpOnly),
                _ => Ok(new),
            });
        let mut cookie = match admitted {
            Ok(cookie) => cookie,
            Err(rule) => return Receipt::Rejected { name: SetCookie::name_in(set_cookie), rule },
        };
        // The cookie that was there gives its age and place to the new one (RFC 6265bis section 5.7 step 23), unless the
        // browser takes another value for another cookie.
        let old = self.take(&cookie);
        if cookie.is_expired(now) {
            return Receipt::Deleted { name: cookie.name };
        }
        let heir = old.as_ref().filter(|old| !self.policy.renew_changed || old.cookie.value == cookie.value);
        let number = heir.map(|old| old.number);
        if let Some(old) = heir {
            cookie.created = old.cookie.created;
        }
        match (self.insert(cookie.clone(), number), old) {
            (false, _) => Receipt::Rejected { name: cookie.name, rule: Rule::NoRoom },
            (true, Some(_)) => Receipt::Replaced(cookie),
            (true, None) => Receipt::Stored(cookie),
        }
    }

    /// Says of every cookie whether it goes with `request`, in the order in which they go: longer paths first, then the
    /// older ones. What goes is marked as used now. A cookie that has expired is named this once and is then gone.
    pub(crate) fn decide(&mut self, request: &Request<'_>, now: LabTime) -> Vec<Decision> {
        let delivery = Delivery::of(request, self.policy, now);
        let Self { shelves, records, .. } = self;
        let decide = |Record { cookie, .. }: &mut Record| {
            let (is_in_domain, is_in_path) = shelves.matches(cookie, request.url);
            let rule = delivery.rule(cookie, is_in_domain, is_in_path);
            let sent = rule.sends();
            if sent {
                cookie.last_access = now;
            }
            let StoredCookie { name, value, domain, path, .. } = cookie.clone();
            Decision { name, value, domain, path, sent, rule }
        };
        let decisions = records.iter_mut().map(decide).collect();
        self.evict_expired(now);
        decisions
    }

    /// The value of the `Cookie` header; `None` where nothing goes. It stands for octets, past ASCII too, as cookies do.
    pub(crate) fn header(decisions: &[Decision]) -> Option<String> {
        let mut header = String::new();
        let mut sent = decisions.iter().filter(|decision| decision.sent).peekable();
        sent.peek()?;
        while let Some(decision) = sent.next() {
            if !decision.name.is_empty() {
                header.push_str(&decision.name);
                header.push('=');
            }
            header.push_str(&decision.value);
            if sent.peek().is_some() {
                header.push_str("; ");
            }
        }
        Some(header)
    }

    /// Every cookie that is alive, in the order in which they are sent.
    pub(crate) fn cookies(&self, now: LabTime) -> impl Iterator<Item = &StoredCookie> {
        self.records().filter(move |cookie| !cookie.is_expired(now))
    }

    /// What `document.cookie` shows a script in the page at `url`: everything for that page that is not HttpOnly.
    pub(crate) fn visible_to_script(&self, url: &Url, now: LabTime) -> Vec<&StoredCookie> {
        let is_secure = self.policy.is_secure(url);
        let own = Request { url, method: "GET", initiator: None, kind: RequestKind::Navigate }.partition();
        let is_visible = |cookie: &&StoredCookie| {
            !cookie.http_only
                && cookie.partition.as_ref().is_none_or(|partition| *partition == own)
                && (!cookie.secure || is_secure)
                && site::is_http(url)
                && self.shelves.matches(cookie, url) == (true, true)
        };
        self.cookies(now).filter(is_visible).collect()
    }

    /// A copy of the cookie `name` that `host` is sent first, as a thief with access to the device makes it.
    pub(crate) fn copy_of(&self, name: &str, host: &str) -> Option<StoredCookie> {
        let goes_to_host = |cookie: &&StoredCookie| match cookie.host_only {
            true => cookie.domain == host,
            false => rules::domain_matches(host, &cookie.domain),
        };
        self.records().filter(|cookie| cookie.name == name).find(goes_to_host).cloned()
    }

    /// Puts a cookie in by hand, past the rules for storing, as with a browser's developer tools. One whose domain is no
    /// host or whose path does not start with a slash could go nowhere, and is not kept.
    pub(crate) fn put(&mut self, cookie: StoredCookie) {
        let old = self.take(&cookie);
        self.insert(cookie, old.map(|old| old.number));
    }

    /// The next moment after `after` at which a cookie ends.
    pub(crate) fn next_expiry(&self, after: LabTime) -> Option<LabTime> {
        self.records().filter_map(|cookie| cookie.expires).filter(|end| *end > after).min()
    }

    /// Removes every cookie of this name, whatever its domain and path.
    pub(crate) fn forget(&mut self, name: &str) {
        self.remove_where(|cookie| cookie.name == name);
    }

    /// Removes every cookie.
    pub(crate) fn clear(&mut self) {
        *self = Self::with(self.policy);
    }

    fn records(&self) -> impl Iterator<Item = &StoredCookie> {
        self.records.iter().map(|record| &record.cookie)
    }

    /// Keeps `cookie`, for which there is no other in the jar; false where it found no room.
    fn insert(&mut self, cookie: StoredCookie, number: Option<u64>) -> bool {
        if !self.shelves.put(&cookie) {
            return false;
        }
        self.count += 1;
        let number = number.unwrap_or(self.count);
        let record = Record { cookie, number };
        let at = self.records.partition_point(|other| other.sending_order() < record.sending_order());
        self.records.insert(at, record);
        self.make_room(at);
        self.records.iter().any(|record| record.number == number)
    }

    /// Removes what is too much, in the order of RFC 6265bis section 5.7, after the cookie at `at` has come.
    fn make_room(&mut self, at: usize) {
        let domain = &self.records[at].cookie.domain;
        let of_domain = |(_, record): &(usize, &Record)| record.cookie.domain == *domain;
        let numbered = || self.records.iter().enumerate();
        let excess = if self.records.len() <= MOST_OF_A_DOMAIN {
            None
        } else if numbered().filter(of_domain).count() > MOST_OF_A_DOMAIN {
            // Within a domain, cookies that any network can read go before those that only the server can.
            numbered().filter(of_domain).min_by_key(|(_, record)| (record.cookie.secure, record.age()))
        } else if self.records.len() > MOST_OF_ALL {
            numbered().min_by_key(|(_, record)| record.age())
        } else {
            None
        };
        if let Some((at, _)) = excess {
            let record = self.records.remove(at);
            self.shelves.remove(&record.cookie);
        }
    }

    fn evict_expired(&mut self, now: LabTime) {
        self.remove_where(|cookie| cookie.is_expired(now));
    }

    fn remove_where(&mut self, is_over: impl Fn(&StoredCookie) -> bool) {
        let Self { shelves, records, .. } = self;
        records.retain(|Record { cookie, .. }| {
            let is_over = is_over(cookie);
            if is_over {
                shelves.remove(cookie);
            }
            !is_over
        });
    }

    /// Takes out the cookie that a new one replaces.
    fn take(&mut self, new: &StoredCookie) -> Option<Record> {
        let at = self.records().position(|old| old.is_same_cookie(new))?;
        self.shelves.remove(new);
        Some(self.records.remove(at))
    }
}

impl Record {
    /// Longer paths first; among equals, earlier creation (RFC 6265bis section 5.8.3 step 2).
    fn sending_order(&self) -> (std::cmp::Reverse<usize>, LabTime, u64) {
        (std::cmp::Reverse(octets::count(&self.cookie.path)), self.cookie.created, self.number)
    }

    /// Least recently used first.
    fn age(&self) -> (LabTime, LabTime, u64) {
        (self.cookie.last_access, self.cookie.created, self.number)
    }
}

/// The shelves repeat what the records say, with values, so only the records are shown.
impl fmt::Debug for Jar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.records()).finish()
    }
}

/// A cookie's value is a credential, so it stays out of logs and failed assertions.
impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("name", &self.name)
            .field("domain", &self.domain)
            .field("path", &self.path)
            .field("sent", &self.sent)
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
