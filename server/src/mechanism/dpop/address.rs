//! Addresses in one spelling each, so that two can be compared (RFC 9449 section 4.3, RFC 3986 section 6.2).

/// The address without query and fragment, in its normal form; None where it is none of plain HTTP.
pub(super) fn normal(address: &str) -> Option<String> {
    if !address.is_ascii() || address.bytes().any(|octet| octet <= b' ' || octet == b'\\') {
        return None;
    }
    let (scheme, rest) = address.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let host = authority.to_ascii_lowercase();
    let host = host.strip_suffix(":80").or_else(|| host.strip_suffix(':')).unwrap_or(&host);
    if host.is_empty() || host.contains('@') {
        return None;
    }
    Some(format!("http://{host}{}", without_dots(&unescaped(path)?)))
}

/// Escapes that stand for an unreserved character are resolved, the others written in capitals.
fn unescaped(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        let octet = char::from(u8::from_str_radix(digits, 16).ok()?);
        match octet.is_ascii_alphanumeric() || "-._~".contains(octet) {
            true => plain.push(octet),
            false => plain.extend(['%'].into_iter().chain(digits.to_ascii_uppercase().chars())),
        }
        plain.push_str(&part[2..]);
    }
    Some(plain)
}

/// RFC 3986 section 5.2.4.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut steps = path.split('/').skip(1).peekable();
    while let Some(step) = steps.next() {
        let last = steps.peek().is_none();
        match step {
            "." | ".." => {
                if step == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            step => kept.push(step),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, same: &str) {
        assert_eq!(normal(address), normal(same), "{address}");
        assert!(normal(address).is_some(), "{address}");
    }

    #[test]
    fn one_address_has_one_spelling() {
        let plain = "http://bank.localhost:8787/api/me";
        assert_eq!(normal(plain).as_deref(), Some(plain));
        for same in [
            "HTTP://Bank.LocalHost:8787/api/me",
            "http://bank.localhost:8787/api/me?a=b",
            "http://bank.localhost:8787/api/me#top",
            "http://bank.localhost:8787/api/me?#",
            "http://bank.localhost:8787/api/%6De",
            "http://bank.localhost:8787/api/%6de",
            "http://bank.localhost:8787/./api/x/../me",
            "http://bank.localhost:8787/../api/me",
        ] {
            check(same, plain);
        }
        check("http://bank.localhost", "http://bank.localhost:80/");
        check("http://bank.localhost:/a", "http://bank.localhost/a");
        check("http://bank.localhost/a%2fb", "http://bank.localhost/a%2Fb");
        check("http://bank.localhost/a/..", "http://bank.localhost/");
        for other in [
            "http://bank.localhost:8788/api/me",
            "http://bank.localhost/api/me",
            "http://other.localhost:8787/api/me",
            "http://bank.localhost:8787/api/me/",
            "http://bank.localhost:8787/api/ME",
            "http://bank.localhost:8787/api%2Fme",
            "http://bank.localhost:8787//api/me",
            "https://bank.localhost:8787/api/me",
        ] {
            assert_ne!(normal(other), normal(plain), "{other}");
        }
        for none in [
            "",
            "/api/me",
            "bank.localhost:8787/api/me",
            "https://bank.localhost/",
            "http://",
            "http:///api/me",
            "http://bank@evil.localhost/",
            "http://bank.localhost/%",
            "http://bank.localhost/%zz",
            "http://bank.localhost/%4",
            "http://bank.localhost/a b",
            "http://bank.localhost\\@evil/",
            " http://bank.localhost/",
            "http://bänk.localhost/",
        ] {
            assert_eq!(normal(none), None, "{none}");
        }
    }
}
