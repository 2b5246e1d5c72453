//! The lab clock: the only file in Lockstep that reads the time.
//!
//! Everything that expires (sessions, tokens, cookies) is compared with a [`Clock`], which can be moved forward, so an
//! hour's expiry takes no hour. A [`Stopwatch`] measures real durations, which are shown but never decide anything.

mod moment;

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::span::Span;

pub use moment::BadMoment;

/// A moment on the lab clock, in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LabTime(u64);

impl LabTime {
    /// Where a manual clock starts: 2026-01-05T09:00:00Z, a Monday morning.
    pub const START: Self = Self::from_secs(1_767_603_600);

    /// The moment `ms` milliseconds after the Unix epoch.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms)
    }

    /// The moment `secs` seconds after the Unix epoch.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down: the NumericDate of RFC 7519 section 2.
    pub const fn secs(self) -> u64 {
        self.0 / 1000
    }

    /// The time from `earlier` to this moment; zero where `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The same moment as the system's own type, for formatting.
    pub fn to_system(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.0)
    }

    /// `09:14:05` in the machine's own time zone.
    pub fn local_hms(self) -> String {
        self.zoned(local()).strftime("%H:%M:%S").to_string()
    }

    /// `09:14` in the machine's own time zone.
    pub fn local_hm(self) -> String {
        self.zoned(local()).strftime("%H:%M").to_string()
    }

    /// `5 Jan 2026 09:14:05` in the machine's own time zone.
    pub fn local_long(self) -> String {
        self.zoned(local()).strftime("%-d %b %Y %H:%M:%S").to_string()
    }

    fn zoned(self, zone: jiff::tz::TimeZone) -> jiff::Zoned {
        // A moment past jiff's year 9999 is shown as the last one it can show.
        let ms = i64::try_from(self.0).unwrap_or(i64::MAX);
        jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX).to_zoned(zone)
    }
}

/// The zone of local times, where it is not the machine's own.
static ZONE: OnceLock<jiff::tz::TimeZone> = OnceLock::new();

fn local() -> jiff::tz::TimeZone {
    ZONE.get().cloned().unwrap_or_else(jiff::tz::TimeZone::system)
}

/// Tells local times in UTC from here on, so that pictures of them are the same on every machine.
pub fn tell_local_times_in_utc() {
    ZONE.get_or_init(|| jiff::tz::TimeZone::UTC);
}

impl Add<Duration> for LabTime {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for LabTime {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

/// `2026-01-05T09:00:00Z`
impl fmt::Display for LabTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

/// The only source of time in the lab. Clones show and move the same clock.
#[derive(Clone, Debug)]
pub struct Clock {
    hands: Arc<Hands>,
    /// How far this one goes wrong, while it is moved like the others.
    skew: Skew,
}

#[derive(Debug)]
enum Hands {
    /// Follows the machine's clock, shifted forward by so many milliseconds.
    Wall { ahead_ms: AtomicU64 },
    /// Stands still until it is moved.
    Manual { now_ms: AtomicU64 },
}

impl Clock {
    /// A clock that follows the machine's own and can be moved ahead of it.
    pub fn wall() -> Self {
        Self::of(Hands::Wall { ahead_ms: AtomicU64::new(0) })
    }

    /// A clock that stands at `start` until it is moved, so that a run gives the same figures every time.
    pub fn manual(start: LabTime) -> Self {
        Self::of(Hands::Manual { now_ms: AtomicU64::new(start.millis()) })
    }

    fn of(hands: Hands) -> Self {
        Self { hands: Arc::new(hands), skew: Skew::NONE }
    }

    /// The same clock as a machine shows it whose own is wrong by `skew`: it is moved like the others.
    pub fn skewed(&self, skew: Skew) -> Self {
        Self { hands: self.hands.clone(), skew }
    }

    /// The moment it is in the lab.
    pub fn now(&self) -> LabTime {
        let right = match &*self.hands {
            Hands::Wall { ahead_ms } => LabTime(system_ms().saturating_add(ahead_ms.load(Ordering::Relaxed))),
            Hands::Manual { now_ms } => LabTime(now_ms.load(Ordering::Relaxed)),
        };
        match self.skew.behind {
            false => right + self.skew.by.duration(),
            true => right - self.skew.by.duration(),
        }
    }

    /// Moves the clock forward. It can't be moved back: what has expired stays expired.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let hands = match &*self.hands {
            Hands::Wall { ahead_ms } => ahead_ms,
            Hands::Manual { now_ms } => now_ms,
        };
        // The last arm of a saturating update never fails.
        let _ = hands.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |ms| Some(ms.saturating_add(by).min(LAST_MS)));
    }

    /// Moves the clock forward to `moment`; does nothing where that has passed.
    pub fn advance_to(&self, moment: LabTime) {
        self.advance(moment.since(self.now()));
    }

    /// How far this clock has been moved ahead of the machine's; zero for a manual one.
    pub fn ahead(&self) -> Duration {
        match &*self.hands {
            Hands::Wall { ahead_ms } => Duration::from_millis(ahead_ms.load(Ordering::Relaxed)),
            Hands::Manual { .. } => Duration::ZERO,
        }
    }

    /// Whether time passes by itself.
    pub fn runs(&self) -> bool {
        matches!(*self.hands, Hands::Wall { .. })
    }
}

/// How wrong a machine's clock is, written as `+4m` where it is ahead and as `-90s` where it is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skew {
    by: Span,
    behind: bool,
}

impl Skew {
    /// A clock that is right.
    pub const NONE: Self = Self { by: Span::ZERO, behind: false };

    /// A clock that shows what it will be in a while.
    pub const fn ahead(by: Span) -> Self {
        Self { by, behind: false }
    }

    /// A clock that shows what it was a while ago.
    pub const fn behind(by: Span) -> Self {
        Self { by, behind: true }
    }
}

/// What is wrong with a skew.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not say how wrong a clock is: write +4m where it is ahead, -90s where it is behind, at most a day")]
pub struct BadSkew(String);

impl FromStr for Skew {
    type Err = BadSkew;

    fn from_str(text: &str) -> Result<Self, BadSkew> {
        let bad = || BadSkew(text.to_owned());
        let behind = text.starts_with('-');
        let by: Span = text.strip_prefix(['+', '-']).and_then(|by| by.parse().ok()).ok_or_else(bad)?;
        (by.secs() <= LARGEST_SKEW_SECS).then_some(Self { by, behind }).ok_or_else(bad)
    }
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.behind { '-' } else { '+' }, self.by)
    }
}

/// A clock that is wrong by more than that is noticed by everybody.
const LARGEST_SKEW_SECS: u64 = 86_400;

/// The end of the year 9000: past it, dates could no longer be written in the four digits that HTTP has for a year.
const LAST_MS: u64 = 221_845_392_000_000;

#[expect(clippy::disallowed_methods, reason = "the lab clock is where the machine's clock is read")]
fn system_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Measures how long something really took, for figures that are shown and decide nothing.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "a stopwatch measures what really passes")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// What has passed since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// Microseconds since the start.
    pub fn micros(self) -> u64 {
        u64::try_from(self.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(LabTime::START);
        let twin = clock.clone();
        clock.advance(Duration::from_secs(3600));
        assert_eq!(twin.now(), LabTime::START + Duration::from_secs(3600));
        twin.advance_to(LabTime::START);
        assert_eq!(clock.now(), LabTime::START + Duration::from_secs(3600), "the clock never goes back");
    }

    #[test]
    fn a_wall_clock_can_be_ahead() {
        let clock = Clock::wall();
        let before = clock.now();
        clock.advance(Duration::from_secs(86_400));
        assert!(clock.now().since(before) >= Duration::from_secs(86_400));
    }

    #[test]
    fn a_skewed_clock_is_wrong_and_moves_with_the_others() {
        let skew = |text: &str| text.parse::<Skew>();
        let clock = Clock::manual(LabTime::START);
        let ahead = clock.skewed(skew("+4m").expect("is a skew"));
        let behind = clock.skewed(skew("-90s").expect("is a skew"));
        clock.advance(Duration::from_secs(10));
        let shows = |clock: &Clock| clock.now().secs() + 100 - LabTime::START.secs();
        assert_eq!((shows(&clock), shows(&ahead), shows(&behind)), (110, 350, 20));
        ahead.advance(Duration::from_secs(5));
        assert_eq!(shows(&clock), 115, "moving one moves all");
        assert_eq!(skew("-90s").map(|skew| skew.to_string()).as_deref(), Ok("-90s"));
        for text in ["4m", "+", "-", "", "+-4m", "+4", "2d", "+2d", "ahead", "+ü"] {
            assert!(skew(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_advance_overflows() {
        let clock = Clock::wall();
        for _ in 0..3 {
            clock.advance(Duration::MAX);
        }
        assert!(clock.now().to_string().starts_with("9"), "{}", clock.now());
        assert_eq!(LabTime::START.to_string(), "2026-01-05T09:00:00Z");
    }
}
