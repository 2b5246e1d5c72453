//! Names that stand twice in one JSON object: two programs can read two different things in it (RFC 8725 section 2.4,
//! RFC 7519 section 4).

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// The names that stand twice in an object or in one inside it, each once; none where the octets are not JSON.
pub(crate) fn names(json: &[u8]) -> BTreeSet<String> {
    serde_json::from_slice::<Names>(json).map(|found| found.0).unwrap_or_default()
}

struct Names(BTreeSet<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk).map(Self)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = BTreeSet<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut seen, mut twice) = (BTreeSet::new(), BTreeSet::new());
        while let Some((name, Names(inside))) = map.next_entry::<String, Names>()? {
            twice.extend(inside);
            if let Some(again) = seen.replace(name) {
                twice.insert(again);
            }
        }
        Ok(twice)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut twice = BTreeSet::new();
        while let Some(Names(inside)) = seq.next_element()? {
            twice.extend(inside);
        }
        Ok(twice)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(BTreeSet::new())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(BTreeSet::new())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(BTreeSet::new())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(BTreeSet::new())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(BTreeSet::new())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(BTreeSet::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_wherever_they_stand_twice() {
        let cases: [(&str, &[&str]); 7] = [
            (r#"{"alg":"HS256","typ":"JWT"}"#, &[]),
            (r#"{"alg":"HS256","alg":"none"}"#, &["alg"]),
            (r#"{"a":1,"\u0061":true,"b":null,"a":2.5}"#, &["a"]),
            (r#"{"jwk":{"k":"a","k":"b"},"crit":[{"x":-1,"x":"y"},[]]}"#, &["k", "x"]),
            (r#"[{"a":1},{"a":1}]"#, &[]),
            ("", &[]),
            ("7", &[]),
        ];
        for (json, expected) in cases {
            assert_eq!(names(json.as_bytes()).iter().collect::<Vec<_>>(), expected, "{json}");
        }
    }
}
