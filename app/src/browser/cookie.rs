//! A cookie as a server writes it (RFC 6265bis section 5.6), and as a jar keeps it (section 5.7).

use std::fmt;
use std::time::Duration;

use lockstep_shared::clock::LabTime;
use lockstep_shared::design::SameSite;

use super::rules::Rule;
use super::{date, octets};

/// No cookie lives longer than this, whatever the server says (RFC 6265bis section 5.5).
pub(crate) const LONGEST_LIFE: Duration = Duration::from_secs(400 * 86_400);
/// The most octets that a name and its value may have together (RFC 6265bis section 5.6).
pub(crate) const MOST_OCTETS: usize = 4096;
/// The most octets of an attribute's value; a longer one is as if it were not there.
pub(crate) const MOST_ATTRIBUTE_OCTETS: usize = 1024;

/// A cookie that a jar keeps. Its texts stand for octets, as [`octets`] has them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StoredCookie {
    /// May be empty: `Set-Cookie: a` has a value only.
    pub(crate) name: String,
    /// May be empty, but not where the name is.
    pub(crate) value: String,
    /// The host that set it, or the `Domain` attribute without a leading dot, in lower case.
    pub(crate) domain: String,
    /// Whether it goes to `domain` alone, and not to the hosts under it.
    pub(crate) host_only: bool,
    /// Starts with a slash.
    pub(crate) path: String,
    /// Its end, on which it is gone. `None` lasts until the browser closes.
    pub(crate) expires: Option<LabTime>,
    /// When it was set first; a newer value does not change it.
    pub(crate) created: LabTime,
    /// When it was set or sent last.
    pub(crate) last_access: LabTime,
    /// Only over a trustworthy connection.
    pub(crate) secure: bool,
    /// Hidden from scripts.
    pub(crate) http_only: bool,
    /// `None` is no attribute or an unknown one: Lax by default.
    pub(crate) same_site: Option<SameSite>,
    /// Of a `Partitioned` cookie the site in the address bar under which it was set, and goes.
    pub(crate) partition: Option<String>,
}

impl StoredCookie {
    /// Whether its life has ended.
    pub(crate) fn is_expired(&self, now: LabTime) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }

    /// Whether a jar takes the two for one cookie (RFC 6265bis section 5.7 step 23).
    pub(crate) fn is_same_cookie(&self, other: &Self) -> bool {
        self.name == other.name
            && self.domain == other.domain
            && self.host_only == other.host_only
            && self.path == other.path
            && self.partition == other.partition
    }
}

/// A cookie's value is a credential, so it stays out of logs and failed assertions.
impl fmt::Debug for StoredCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredCookie")
            .field("name", &self.name)
            .field("domain", &self.domain)
            .field("host_only", &self.host_only)
            .field("path", &self.path)
            .field("expires", &self.expires)
            .field("created", &self.created)
            .field("last_access", &self.last_access)
            .field("secure", &self.secure)
            .field("http_only", &self.http_only)
            .field("same_site", &self.same_site)
            .field("partition", &self.partition)
            .finish_non_exhaustive()
    }
}

/// A `Set-Cookie` line, parsed and not yet judged. Its texts stand for octets too.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SetCookie {
    /// The part before the first equals sign; empty where there is none.
    pub(crate) name: String,
    /// The part behind it.
    pub(crate) value: String,
    /// The last readable `Max-Age`, in seconds.
    pub(crate) max_age_secs: Option<i64>,
    /// The last readable `Expires`.
    pub(crate) expires: Option<LabTime>,
    /// The last `Domain`, in lower case and without one leading dot; empty means the same as none.
    pub(crate) domain: Option<String>,
    /// The last `Path`; one that does not start with a slash stands for the default path.
    pub(crate) path: Option<String>,
    /// `Secure`
    pub(crate) secure: bool,
    /// `HttpOnly`
    pub(crate) http_only: bool,
    /// The last `SameSite`; `None` also for a value that no browser knows.
    pub(crate) same_site: Option<SameSite>,
    /// `Partitioned`
    pub(crate) partitioned: bool,
    /// Whether a tab stands within a name or a value, its attributes' too.
    pub(crate) has_tab: bool,
    /// Whether the last `Domain` is nothing but a dot, which stands in `domain` as an empty one.
    pub(crate) dot_domain: bool,
    /// The last `Max-Age` that is readable where a plus sign is too, in seconds.
    pub(crate) signed_max_age_secs: Option<i64>,
}

impl SetCookie {
    /// Parses the value of one `Set-Cookie` header field.
    ///
    /// Fails with the rule by which the whole line is ignored. Attributes that make no sense are ignored by themselves.
    pub(crate) fn parse(line: &[u8]) -> Result<Self, Rule> {
        if line.iter().any(|byte| matches!(byte, 0x00..=0x08 | 0x0A..=0x1F | 0x7F)) {
            return Err(Rule::ControlCharacter);
        }
        let mut parts = line.split(|byte| *byte == b';');
        let (name, value) = name_and_value(parts.next().unwrap_or_default());
        if name.len() + value.len() > MOST_OCTETS {
            return Err(Rule::TooLarge);
        }
        let mut cookie = Self {
            name: octets::from_bytes(name),
            value: octets::from_bytes(value),
            max_age_secs: None,
            expires: None,
            domain: None,
            path: None,
            secure: false,
            http_only: false,
            same_site: None,
            partitioned: false,
            has_tab: name.contains(&b'\t') || value.contains(&b'\t'),
            dot_domain: false,
            signed_max_age_secs: None,
        };
        for part in parts {
            let (name, value) = attribute(part);
            cookie.has_tab |= name.contains(&b'\t') || value.contains(&b'\t');
            if value.len() <= MOST_ATTRIBUTE_OCTETS {
                cookie.take_attribute(name, value);
            }
        }
        Ok(cookie)
    }

    /// What to call the cookie of a line that may be too broken to parse.
    pub(crate) fn name_in(line: &[u8]) -> String {
        let pair = line.split(|byte| *byte == b';').next().unwrap_or_default();
        octets::from_bytes(name_and_value(pair).0)
    }

    /// The names and values of a line's attributes as they stand there, known or not, in their order.
    pub(crate) fn attributes(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
        line.split(|byte| *byte == b';').skip(1).map(attribute)
    }

    /// When the cookie ends if it is set at `now`. `Max-Age` outranks `Expires`; a moment that is not after `now` deletes.
    pub(crate) fn end(&self, now: LabTime) -> Option<LabTime> {
        let latest = now + LONGEST_LIFE;
        match self.max_age_secs {
            Some(secs) if secs <= 0 => Some(LabTime::default()),
            Some(secs) => Some((now + Duration::from_secs(secs.unsigned_abs())).min(latest)),
            None => self.expires.map(|end| end.min(latest)),
        }
    }

    fn take_attribute(&mut self, name: &[u8], value: &[u8]) {
        match &*name.to_ascii_lowercase() {
            b"expires" => self.expires = date::parse(value).or(self.expires),
            b"max-age" => {
                self.max_age_secs = max_age(value).or(self.max_age_secs);
                let unsigned = value.strip_prefix(b"+").filter(|digits| !digits.starts_with(b"-"));
                self.signed_max_age_secs = max_age(unsigned.unwrap_or(value)).or(self.signed_max_age_secs);
            }
            b"domain" => {
                self.dot_domain = value == b".";
                let domain = value.strip_prefix(b".").unwrap_or(value);
                self.domain = Some(octets::from_bytes(domain).to_ascii_lowercase());
            }
            b"path" => self.path = Some(octets::from_bytes(value)),
            b"secure" => self.secure = true,
            b"httponly" => self.http_only = true,
            b"samesite" => self.same_site = same_site(value),
            b"partitioned" => self.partitioned = true,
            _ => {}
        }
    }
}

/// The value is a credential here too.
impl fmt::Debug for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie")
            .field("name", &self.name)
            .field("max_age_secs", &self.max_age_secs)
            .field("expires", &self.expires)
            .field("domain", &self.domain)
            .field("path", &self.path)
            .field("secure", &self.secure)
            .field("http_only", &self.http_only)
            .field("same_site", &self.same_site)
            .finish_non_exhaustive()
    }
}

/// Without an equals sign all of it is the value.
fn name_and_value(pair: &[u8]) -> (&[u8], &[u8]) {
    let (name, value) = split_at_equals(pair).unwrap_or((b"", pair));
    (trim(name), trim(value))
}

/// Without an equals sign all of it is the name.
fn attribute(part: &[u8]) -> (&[u8], &[u8]) {
    let (name, value) = split_at_equals(part).unwrap_or((part, b""));
    (trim(name), trim(value))
}

fn split_at_equals(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == b'=')?;
    Some((&text[..at], &text[at + 1..]))
}

/// Blanks and tabs are all the white space that cookies know.
fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// A number past what fits is as good as the nearest that does.
fn max_age(value: &[u8]) -> Option<i64> {
    let (sign, digits) = value.strip_prefix(b"-").map_or((1, value), |digits| (-1, digits));
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let sum = |sum: i64, digit: &u8| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    is_number.then(|| sign * digits.iter().fold(0, sum))
}

fn same_site(value: &[u8]) -> Option<SameSite> {
    [SameSite::Strict, SameSite::Lax, SameSite::None]
        .into_iter()
        .find(|same_site| value.eq_ignore_ascii_case(same_site.attribute().as_bytes()))
}

#[cfg(test)]
mod tests;
