//! The cookie-date of RFC 6265bis section 5.1.1: a lenient reader for what servers write into `Expires`.

use lockstep_shared::clock::LabTime;

/// Reads a date as browsers do: tokens in any order, any weekday, any zone name (all mean UTC).
///
/// A date before 1970 comes out as the epoch itself, since the lab clock knows nothing earlier; both are long past.
pub(super) fn parse(text: &[u8]) -> Option<LabTime> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(|byte| is_delimiter(*byte)).filter(|token| !token.is_empty()) {
        // Each token goes to the first part that is still missing and that it can be; any other token is skipped.
        if time.is_none() {
            time = read_time(token);
            if time.is_some() {
                continue;
            }
        }
        if day.is_none() {
            day = read_number(token, 1, 2);
            if day.is_some() {
                continue;
            }
        }
        if month.is_none() {
            month = read_month(token);
            if month.is_some() {
                continue;
            }
        }
        if year.is_none() {
            year = read_number(token, 2, 4);
        }
    }
    let ((hour, minute, second), day, month) = (time?, day?, month?);
    let year = match year? {
        year @ 70..=99 => year + 1900,
        year @ 0..=69 => year + 2000,
        year => year,
    };
    if year < 1601 || hour > 23 || minute > 59 || second > 59 || day < 1 || day > days_in(month, year) {
        return None;
    }
    let secs = days_since_1970(year, month, day) * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
    Some(LabTime::from_secs(u64::try_from(secs).unwrap_or(0)))
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2F | 0x3B..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E)
}

fn read_time(token: &[u8]) -> Option<(u32, u32, u32)> {
    let (hour, rest) = leading_digits(token, 1, 2)?;
    let (minute, rest) = leading_digits(rest.strip_prefix(b":")?, 1, 2)?;
    let second = read_number(rest.strip_prefix(b":")?, 1, 2)?;
    Some((hour, minute, second))
}

fn read_month(token: &[u8]) -> Option<u32> {
    const MONTHS: [&[u8; 3]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let start = token.get(..3)?;
    (1..).zip(MONTHS).find(|(_, name)| start.eq_ignore_ascii_case(*name)).map(|(number, _)| number)
}

/// A number that ends with the token or is followed by something that is no digit.
fn read_number(token: &[u8], least: usize, most: usize) -> Option<u32> {
    let (number, rest) = leading_digits(token, least, most)?;
    (!rest.first().is_some_and(u8::is_ascii_digit)).then_some(number)
}

fn leading_digits(token: &[u8], least: usize, most: usize) -> Option<(u32, &[u8])> {
    let length = token.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = token.split_at(length);
    (length >= least).then(|| (digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')), rest))
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_since_1970(year: u32, month: u32, day: u32) -> i64 {
    let past = i64::from(year - 1);
    let to_new_year = past * 365 + past / 4 - past / 100 + past / 400;
    let to_month: u32 = (1..month).map(|month| days_in(month, year)).sum();
    // 719,162 days lie between the first of January of the years 1 and 1970.
    to_new_year - 719_162 + i64::from(to_month) + i64::from(day - 1)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn check(text: &str, expected: &str) {
        let read = parse(text.as_bytes()).map_or("no date".to_owned(), |time| time.to_string());
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn dates_are_read_in_every_shape() {
        check("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z");
        check("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z");
        check("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z");
        check("Mon, 05 Jan 2026 09:00:00 GMT", "2026-01-05T09:00:00Z");
        check("2026 9:0:0 jAnUaRy 5", "2026-01-05T09:00:00Z");
        check("5 Jan 26 09:00:00", "2026-01-05T09:00:00Z");
        check("05 Jan 2026 09:00:00 +0500", "2026-01-05T09:00:00Z");
        check("05 Jan 2026 09:00:00.75Z", "2026-01-05T09:00:00Z");
        check("5th January 2026AD 09:00:00am", "2026-01-05T09:00:00Z");
        check("Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59Z");
        check("Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00Z");
        check("01 Mar 2100 00:00:00", "2100-03-01T00:00:00Z");
        check("31 Dec 9000 23:59:59", "9000-12-31T23:59:59Z");
    }

    #[test]
    fn tokens_end_at_a_delimiter_and_nowhere_else() {
        let delimiters = b"\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~";
        for byte in 0..=255 {
            let text = [b"5".as_slice(), b"Jan", b"2026", b"09:00:00"].join(&byte);
            assert_eq!(parse(&text).is_some(), delimiters.contains(&byte), "{byte:#x}");
        }
    }

    #[test]
    fn two_digit_years_belong_to_the_century_around_1970() {
        check("1 Jan 69 00:00:00", "2069-01-01T00:00:00Z");
        check("1 Jan 00 00:00:00", "2000-01-01T00:00:00Z");
        check("1 Jan 70 00:00:01", "1970-01-01T00:00:01Z");
        check("1 Jan 99 00:00:00", "1999-01-01T00:00:00Z");
        check("1 Jan 099 00:00:00", "1999-01-01T00:00:00Z");
    }

    #[test]
    fn a_date_before_the_epoch_is_the_epoch() {
        check("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z");
        check("1 Jan 1601 00:00:00", "1970-01-01T00:00:00Z");
        check("31 Dec 1969 23:59:59", "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_token_is_what_it_can_be_first() {
        // A second number of two digits is the year; a day of three digits is no day, so it becomes the year.
        check("10 11 Jan 00:00:00", "2011-01-10T00:00:00Z");
        check("012 Jan 5 00:00:00", "2012-01-05T00:00:00Z");
        // The second time of day begins with what can be a day of the month.
        check("10:11:12 13:14:15 1 Jan 2026", "2026-01-13T10:11:12Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        let broken = [
            "",
            "never",
            "0",
            "-1",
            "Jan 2026 09:00:00",
            "5 2026 09:00:00",
            "5 Jan 09:00:00",
            "5 Jan 2026",
            "5 Jan 2026 09:00",
            "5 Jan 2026 24:00:00",
            "5 Jan 2026 09:60:00",
            "5 Jan 2026 09:00:60",
            "5 Jan 2026 009:00:00",
            "5 Jan 2026 09:00:000",
            "0 Jan 2026 09:00:00",
            "32 Jan 2026 09:00:00",
            "31 Apr 2026 09:00:00",
            "29 Feb 2023 09:00:00",
            "29 Feb 2100 09:00:00",
            "5 Jan 1600 09:00:00",
            "5 Jan 20260 09:00:00",
            "5 Jänner 2026 09:00:00",
        ];
        for text in broken {
            check(text, "no date");
        }
    }
}
