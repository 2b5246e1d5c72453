//! Finds the name that was probably meant by one that nobody knows.

/// The closest name, where at most two in five of its letters differ.
pub(crate) fn closest<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let rated = names.into_iter().map(|name| (distance(text, name), name));
    let close = rated.filter(|(far, name)| *far * 5 <= name.chars().count().max(3) * 2);
    close.min_by_key(|(far, _)| *far).map(|(_, name)| name)
}

/// How many letters must be put in, taken out or replaced (Levenshtein). Only the first hundred are looked at.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(100).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_and_nonsense_is_not() {
        let names = ["log-in", "log-out", "log-out-everywhere", "ban"];
        let cases = [
            ("login", Some("log-in")),
            ("log-ot", Some("log-out")),
            ("logout-everywhere", Some("log-out-everywhere")),
            ("bann", Some("ban")),
            ("explode", None),
            ("", None),
        ];
        for (text, close) in cases {
            assert_eq!(closest(text, names), close, "{text}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
