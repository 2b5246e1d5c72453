//! Names that stand twice in one JSON object: two programs can read two different things in it (RFC 8725 section 2.4,
//! RFC 7519 section 4).

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// More than anybody is told of.
const MOST: usize = 100;

/// The names that stand twice in an object or in one inside it, each once; none where the octets are not JSON.
pub(crate) fn names(json: &[u8]) -> BTreeSet<String> {
    let mut twice = BTreeSet::new();
    let mut json = serde_json::Deserializer::from_slice(json);
    let read = Walk(&mut twice).deserialize(&mut json).and_then(|()| json.end());
    read.map(|()| twice).unwrap_or_default()
}

/// Reads a value and keeps nothing of it but the names that stand twice.
struct Walk<'a>(&'a mut BTreeSet<String>);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(Walk(self.0))?;
            if let Some(again) = seen.replace(name)
                && self.0.len() < MOST
            {
                self.0.insert(again);
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Walk(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
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
