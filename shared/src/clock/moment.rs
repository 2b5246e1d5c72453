//! A moment as people write it down.

use std::str::FromStr;

use super::LabTime;

/// The end of the year 9999, which is the last that RFC 3339 can write.
const LAST_SECS: f64 = 253_402_300_799.0;

/// What is wrong with a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no moment: write it as 2026-01-05T09:00:00Z, or as seconds since 1970, and not after the year 9999")]
pub struct BadMoment(String);

/// RFC 3339, or seconds since the Unix epoch.
impl FromStr for LabTime {
    type Err = BadMoment;

    fn from_str(text: &str) -> Result<Self, BadMoment> {
        let bad = || BadMoment(text.chars().take(64).collect());
        if text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || c == '.') {
            return text.parse().ok().and_then(Self::from_epoch_secs).ok_or_else(bad);
        }
        let moment: jiff::Timestamp = text.parse().map_err(|_| bad())?;
        u64::try_from(moment.as_millisecond()).map(Self).map_err(|_| bad())
    }
}

impl LabTime {
    /// The moment so many seconds after the Unix epoch, to the millisecond; None before it and after the year 9999.
    pub fn from_epoch_secs(secs: f64) -> Option<Self> {
        (0.0..=LAST_SECS).contains(&secs).then(|| Self((secs * 1000.0).round() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_either_way() {
        let secs = LabTime::START.secs();
        for text in ["2026-01-05T09:00:00Z", "2026-01-05T10:00:00+01:00", "2026-01-05 09:00:00z", &secs.to_string()] {
            assert_eq!(text.parse(), Ok(LabTime::START), "{text}");
        }
        assert_eq!("1.25".parse(), Ok(LabTime::from_millis(1250)));
        assert_eq!("0".parse(), Ok(LabTime::default()));
        for text in
            ["", "-1", "1e3", "inf", "1.2.3", ".", "yesterday", "2026-01-05", "2026-13-05T09:00:00Z", "99999999999999"]
        {
            assert!(text.parse::<LabTime>().is_err(), "{text}");
        }
        assert_eq!(LabTime::from_epoch_secs(f64::NAN), None);
        assert_eq!(LabTime::from_epoch_secs(-0.5), None);
    }
}
