//! Whether a page of another origin may read an answer, or send what a plain form can't (Fetch standard, "CORS protocol").

use super::site::Origin;

/// Why a page was not let near an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocked {
    /// The answer names no origin that may read it.
    NoOriginAllowed,
    /// The answer names another origin.
    OtherOrigin,
    /// The answer says `*`, which does not count for a request with credentials.
    WildcardWithCredentials,
    /// The answer does not say that a request with credentials may be read.
    CredentialsNotAllowed,
    /// The preflight was refused, or did not allow the method or a header.
    Preflight,
}

impl Blocked {
    /// A stable name, for files and tests.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::NoOriginAllowed => "cors-no-origin",
            Self::OtherOrigin => "cors-other-origin",
            Self::WildcardWithCredentials => "cors-wildcard",
            Self::CredentialsNotAllowed => "cors-no-credentials",
            Self::Preflight => "cors-preflight",
        }
    }

    /// What happened, for people.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::NoOriginAllowed => "the answer allows no other origin to read it",
            Self::OtherOrigin => "the answer allows another origin to read it",
            Self::WildcardWithCredentials => {
                "the answer allows any origin, which does not count where cookies went along"
            }
            Self::CredentialsNotAllowed => "the answer does not allow reading where cookies went along",
            Self::Preflight => "the browser asked first, and the server did not allow the request",
        }
    }
}

/// The CORS check: whether a page of `from` may read an answer, of which `header` gives the headers by name.
pub(crate) fn may_read<'a>(
    from: &Origin,
    header: impl Fn(&str) -> Option<&'a str>,
    credentials: bool,
) -> Result<(), Blocked> {
    match header("access-control-allow-origin") {
        None => Err(Blocked::NoOriginAllowed),
        Some("*") if credentials => Err(Blocked::WildcardWithCredentials),
        Some("*") => Ok(()),
        Some(allowed) if allowed != from.to_string() => Err(Blocked::OtherOrigin),
        Some(_) if !credentials => Ok(()),
        Some(_) if header("access-control-allow-credentials") == Some("true") => Ok(()),
        Some(_) => Err(Blocked::CredentialsNotAllowed),
    }
}

/// The preflight's answer: whether a page of `from` may send this method with this header. No cookie goes with a preflight, but
/// its answer has to allow `credentials` where the request itself is to have them.
pub(crate) fn may_send<'a>(
    from: &Origin,
    status: u16,
    header: impl Fn(&str) -> Option<&'a str>,
    method: &str,
    name: &str,
    credentials: bool,
) -> Result<(), Blocked> {
    let lists = |key: &str, wanted: &str| {
        let listed = header(key).unwrap_or_default();
        listed.split(',').any(|one| one.trim().eq_ignore_ascii_case(wanted))
    };
    // `*` stands for no header that carries credentials, and simple methods need no mention.
    let method_is_fine = ["GET", "HEAD", "POST"].contains(&method) || lists("access-control-allow-methods", method);
    let passes = (200..300).contains(&status)
        && may_read(from, &header, credentials).is_ok()
        && method_is_fine
        && lists("access-control-allow-headers", name);
    if passes { Ok(()) } else { Err(Blocked::Preflight) }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn origin() -> Origin {
        Origin::of(&Url::parse("http://blog.a.localhost:8787/").expect("is an address")).expect("has an origin")
    }

    fn answer<'a>(pairs: &[(&str, &'a str)]) -> impl Fn(&str) -> Option<&'a str> {
        |name| pairs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    #[test]
    fn an_answer_is_read_by_whom_it_names() {
        let read = |pairs: &[(&str, &str)], credentials| may_read(&origin(), answer(pairs), credentials);
        let own = ("Access-Control-Allow-Origin", "http://blog.a.localhost:8787");
        let with = ("Access-Control-Allow-Credentials", "true");
        assert_eq!(read(&[], true), Err(Blocked::NoOriginAllowed));
        assert_eq!(read(&[own], false), Ok(()));
        assert_eq!(read(&[own], true), Err(Blocked::CredentialsNotAllowed));
        assert_eq!(read(&[own, with], true), Ok(()));
        assert_eq!(read(&[("access-control-allow-origin", "*"), with], true), Err(Blocked::WildcardWithCredentials));
        assert_eq!(read(&[("access-control-allow-origin", "*")], false), Ok(()));
        let other = ("access-control-allow-origin", "http://blog.a.localhost");
        assert_eq!(read(&[other], false), Err(Blocked::OtherOrigin));
    }

    #[test]
    fn a_preflight_must_allow_the_header_by_name() {
        let send =
            |status, pairs: &[(&str, &str)]| may_send(&origin(), status, answer(pairs), "GET", "authorization", false);
        let any = ("access-control-allow-origin", "*");
        assert_eq!(send(204, &[any, ("access-control-allow-headers", "x-a, Authorization")]), Ok(()));
        assert_eq!(send(204, &[any, ("access-control-allow-headers", "*")]), Err(Blocked::Preflight));
        assert_eq!(send(405, &[any, ("access-control-allow-headers", "authorization")]), Err(Blocked::Preflight));
        assert_eq!(send(204, &[any]), Err(Blocked::Preflight));
    }

    #[test]
    fn a_preflight_for_a_request_with_credentials_must_allow_them() {
        let send = |pairs: &[(&str, &str)]| may_send(&origin(), 204, answer(pairs), "GET", "authorization", true);
        let any = ("access-control-allow-origin", "*");
        let own = ("access-control-allow-origin", "http://blog.a.localhost:8787");
        let (with, header) =
            (("access-control-allow-credentials", "true"), ("access-control-allow-headers", "authorization"));
        assert_eq!(send(&[any, with, header]), Err(Blocked::Preflight));
        assert_eq!(send(&[own, header]), Err(Blocked::Preflight));
        assert_eq!(send(&[own, with, header]), Ok(()));
    }
}
