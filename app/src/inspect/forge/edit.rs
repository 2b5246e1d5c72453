//! Changes to a token's claims and header, as somebody asks for them.

use serde_json::Value;

use crate::inspect::decode::Object;

/// How much longer a forged token lives: ten years.
pub(super) const LONGER_SECS: u64 = 10 * 365 * 86_400;

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Edit {
    Set(String, Value),
    Remove(String),
    /// Moves the token's end by ten years.
    Longer,
}

/// Why a text is no change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadEdit {
    #[error("{0:?} has no name and value: write it as role='\"admin\"'")]
    NoValue(String),
    #[error("{0:?} is no preset: there are role, longer, sub=ID and aud=NAME")]
    NoPreset(String),
}

impl Edit {
    /// `name=value`, where the value is JSON, or else the text that it is.
    pub(crate) fn set(text: &str) -> Result<Self, BadEdit> {
        let split = text.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = split.ok_or_else(|| BadEdit::NoValue(text.to_owned()))?;
        Ok(Self::Set(name.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| value.into())))
    }

    /// What forgers write into tokens: the admin's role, ten years more, another user or another service.
    pub(crate) fn preset(text: &str) -> Result<Self, BadEdit> {
        match text.split_once('=') {
            None if text == "role" => Ok(Self::Set("role".to_owned(), "admin".into())),
            None if text == "longer" => Ok(Self::Longer),
            Some((name @ ("sub" | "aud"), value)) if !value.is_empty() => Ok(Self::Set(name.to_owned(), value.into())),
            _ => Err(BadEdit::NoPreset(text.to_owned())),
        }
    }

    /// Changes an object; what it does not have is not removed, and an end that is no number is not moved.
    pub(crate) fn apply(&self, object: &mut Object) {
        match self {
            Self::Set(name, value) => {
                object.insert(name.clone(), value.clone());
            }
            Self::Remove(name) => {
                object.shift_remove(name);
            }
            Self::Longer => {
                if let Some(ends) = object.get("exp").and_then(Value::as_u64) {
                    object.insert("exp".to_owned(), ends.saturating_add(LONGER_SECS).into());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_are_written_as_json_or_as_text() {
        let set = |text: &str| Edit::set(text);
        assert_eq!(set("role=\"admin\""), Ok(Edit::Set("role".to_owned(), "admin".into())));
        assert_eq!(set("role=admin"), Ok(Edit::Set("role".to_owned(), "admin".into())));
        assert_eq!(set("a=[1, 2]"), Ok(Edit::Set("a".to_owned(), json!([1, 2]))));
        assert_eq!(set("exp=400"), Ok(Edit::Set("exp".to_owned(), 400.into())));
        assert_eq!(set("a=b=c"), Ok(Edit::Set("a".to_owned(), "b=c".into())));
        assert_eq!(set("a="), Ok(Edit::Set("a".to_owned(), "".into())));
        for bad in ["", "role", "=x"] {
            assert_eq!(set(bad), Err(BadEdit::NoValue(bad.to_owned())));
        }
        assert_eq!(Edit::preset("sub=u1"), Ok(Edit::Set("sub".to_owned(), "u1".into())));
        for bad in ["", "sub", "sub=", "admin", "role=user"] {
            assert_eq!(Edit::preset(bad), Err(BadEdit::NoPreset(bad.to_owned())));
        }
    }

    #[test]
    fn the_rest_stays_as_it_was_and_where_it_was() {
        let Value::Object(mut claims) = json!({ "iss": "a", "sub": "b", "exp": 1, "jti": "c" }) else {
            panic!("is one")
        };
        for edit in [Edit::set("sub=u1"), Edit::set("role=admin"), Edit::preset("longer")] {
            edit.expect("is a change").apply(&mut claims);
        }
        for name in ["iss", "none"] {
            Edit::Remove(name.to_owned()).apply(&mut claims);
        }
        assert_eq!(Value::Object(claims).to_string(), r#"{"sub":"u1","exp":315360001,"jti":"c","role":"admin"}"#);
        let Value::Object(mut odd) = json!({ "exp": "soon" }) else { panic!("is one") };
        Edit::Longer.apply(&mut odd);
        assert_eq!(odd["exp"], "soon");
    }
}
