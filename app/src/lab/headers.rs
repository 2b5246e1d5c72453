//! The headers of a request or an answer, in one piece of text as they stand on the wire.

use reqwest::header::HeaderMap;

/// Headers in their order, with names in lower case. A long run keeps a million of them, so they take one allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Headers {
    /// Each line is `name: value` and a line feed, which neither can contain.
    text: String,
}

impl Headers {
    /// Every line's name and value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.text.split_terminator('\n').filter_map(|line| line.split_once(": "))
    }

    /// The first value under a name, whatever the name's case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// What it takes in memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.text.capacity()
    }

    /// What it takes on the wire, in octets, where a line ends in two.
    pub(crate) fn octets(&self) -> usize {
        self.text.len() + self.iter().count()
    }
}

/// As a server has them, which has split them at their line feeds.
impl From<&[(String, String)]> for Headers {
    fn from(lines: &[(String, String)]) -> Self {
        let line = |(name, value): &(String, String)| format!("{name}: {}\n", value.replace('\n', " "));
        Self { text: lines.iter().map(line).collect() }
    }
}

/// What is not UTF-8 is shown as U+FFFD.
impl From<&HeaderMap> for Headers {
    fn from(map: &HeaderMap) -> Self {
        let octets = map.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \n".len()).sum();
        let mut text = String::with_capacity(octets);
        for (name, value) in map {
            for part in [name.as_str(), ": ", &String::from_utf8_lossy(value.as_bytes()), "\n"] {
                text.push_str(part);
            }
        }
        Self { text }
    }
}

/// Lines as somebody kept them who read them from the wire; what could be no line is left out.
impl<'a> FromIterator<&'a (String, String)> for Headers {
    fn from_iter<T: IntoIterator<Item = &'a (String, String)>>(lines: T) -> Self {
        let mut text = String::new();
        for (name, value) in
            lines.into_iter().filter(|(name, value)| !name.contains([':', '\n']) && !value.contains('\n'))
        {
            for part in [&name.to_ascii_lowercase(), ": ", value, "\n"] {
                text.push_str(part);
            }
        }
        Self { text }
    }
}

#[cfg(test)]
mod made {
    use std::fmt::Write;

    use super::*;

    /// For headers that nobody has sent.
    impl<'a> FromIterator<(&'a str, &'a str)> for Headers {
        fn from_iter<T: IntoIterator<Item = (&'a str, &'a str)>>(lines: T) -> Self {
            let mut headers = Self::default();
            lines.into_iter().for_each(|(name, value)| headers.push(name, value));
            headers
        }
    }

    impl Headers {
        pub(crate) fn push(&mut self, name: &str, value: &str) {
            assert!(!value.contains('\n') && !name.contains([':', '\n']), "{name:?} can't carry {value:?}");
            writeln!(self.text, "{}: {value}", name.to_ascii_lowercase()).expect("text can be written into memory");
        }

        pub(crate) fn set(&mut self, name: &str, value: &str) {
            *self = self.iter().map(|(own, old)| if own == name { (own, value) } else { (own, old) }).collect();
        }

        pub(crate) fn remove(&mut self, name: &str) {
            *self = self.iter().filter(|(own, _)| *own != name).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{COOKIE, HeaderValue, SET_COOKIE};

    use super::*;

    #[test]
    fn what_was_sent_is_read_back() {
        let mut map = HeaderMap::new();
        map.append(SET_COOKIE, HeaderValue::from_static("a=b: c; Path=/"));
        map.append(SET_COOKIE, HeaderValue::from_static(""));
        map.append(COOKIE, HeaderValue::from_bytes(b"n=\xff").expect("may be sent"));
        let headers = Headers::from(&map);
        let lines = [("set-cookie", "a=b: c; Path=/"), ("set-cookie", ""), ("cookie", "n=\u{fffd}")];
        assert_eq!(headers.iter().collect::<Vec<_>>(), lines);
        assert_eq!((headers.get("Cookie"), headers.get("host")), (Some("n=\u{fffd}"), None));
        assert_eq!(headers, lines.into_iter().collect());
        assert_eq!(headers.octets(), lines.iter().map(|(name, value)| name.len() + value.len() + 4).sum::<usize>());
    }
}
