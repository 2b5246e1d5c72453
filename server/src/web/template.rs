//! Pages from their files: each hole, written `{{name}}`, gets a text that is escaped, or HTML that was made here.

/// HTML, safe to stand in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Html(String);

impl Html {
    /// A text, which is shown as it is.
    pub(crate) fn text(text: &str) -> Self {
        let mut html = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                c => html.push(c),
            }
        }
        Self(html)
    }

    /// Data for a script, in an element that runs nothing. No text in it can end that element.
    pub(crate) fn json(data: &serde_json::Value) -> Self {
        Self(data.to_string().replace('<', "\\u003c"))
    }

    /// Markup of Lockstep's own.
    pub(crate) fn markup(html: &'static str) -> Self {
        Self(html.to_owned())
    }

    /// Several after each other.
    pub(crate) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }

    /// Fills the holes of a template.
    pub(crate) fn fill(template: &str, holes: &[(&str, Self)]) -> Self {
        let mut parts = template.split("{{");
        let mut html = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once("}}").expect("each hole of a page is closed");
            let filled = holes.iter().find(|(known, _)| *known == name);
            html.push_str(&filled.unwrap_or_else(|| panic!("nothing stands in the hole {name}")).1.0);
            html.push_str(rest);
        }
        Self(html)
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_in_a_hole_stays_in_it() {
        let hostile = "</p><script>alert(1)</script>\"'&";
        let page =
            Html::fill("<p title=\"{{a}}\">{{a}}{{b}}</p>", &[("a", Html::text(hostile)), ("b", Html::text("{{a}}"))]);
        let page = page.into_string();
        assert_eq!(page.matches('<').count(), 2, "{page}");
        assert_eq!(page.matches('"').count(), 2, "{page}");
        assert!(page.ends_with("{{a}}</p>"), "what is filled in is not filled again: {page}");
        let json = Html::json(&serde_json::json!({ "a": hostile })).into_string();
        assert!(!json.contains('<'), "{json}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).expect("is JSON")["a"], hostile);
    }
}
