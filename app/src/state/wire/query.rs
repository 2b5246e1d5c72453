//! What is typed into the Wire's filter, understood.

use crate::lab::actor::Actor;
use crate::lab::exchange::Purpose;
use crate::state::command::Side;
use crate::state::traffic::Head;

/// Which exchanges are wanted. Terms of one kind are alternatives; everything else has to hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    wanted: Terms,
    unwanted: Terms,
    /// In lower case; each has to be somewhere in the request or the answer.
    pub(super) words: Vec<String>,
    pub(crate) without_probes: bool,
}

/// What is asked of an exchange apart from its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Terms {
    actors: Vec<Actor>,
    sides: Vec<Side>,
    /// In lower case.
    paths: Vec<String>,
    /// From and to, both included.
    statuses: Vec<(u16, u16)>,
    methods: Vec<String>,
}

/// A filter's text as a query, and what in it could not be taken as it was meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) query: Query,
    pub(crate) notes: Vec<String>,
}

/// The terms that there are, with what each is about and an example.
pub(crate) const TERMS: [(&str, &str, &str); 5] = [
    ("actor", "who sent it", "actor:attacker"),
    ("lane", "in which lane", "lane:left"),
    ("path", "what its path has in it", "path:/auth"),
    ("status", "what was answered", "status:401"),
    ("method", "how it was asked", "method:POST"),
];

impl Parsed {
    pub(crate) fn of(text: &str) -> Self {
        let mut parsed = Self::default();
        for word in words(text) {
            parsed.take(&word);
        }
        parsed
    }

    fn take(&mut self, word: &Word) {
        let (negated, rest) = match word.text.strip_prefix('-') {
            Some(rest) if !word.quoted => (true, rest),
            _ => (false, word.text.as_str()),
        };
        let term = rest.split_once(':').filter(|(key, _)| !word.quoted && is_key(key));
        let Some((key, value)) = term else {
            self.query.words.push(word.text.to_lowercase());
            return;
        };
        let terms = if negated { &mut self.query.unwanted } else { &mut self.query.wanted };
        match terms.take(key, value) {
            Ok(()) => {}
            Err(Refusal::NoTerm) => {
                let known = TERMS.map(|(key, ..)| key).join(", ");
                self.notes.push(format!("“{key}:” is no term, so it is looked for as text. Terms are {known}"));
                self.query.words.push(word.text.to_lowercase());
            }
            Err(Refusal::NoValue(why)) => self.notes.push(why),
        }
    }
}

enum Refusal {
    NoTerm,
    NoValue(String),
}

impl Terms {
    fn take(&mut self, key: &str, value: &str) -> Result<(), Refusal> {
        let low = value.to_lowercase();
        let none = |what: &str| Err(Refusal::NoValue(format!("“{key}:{value}” is left out: {what}")));
        if TERMS.iter().any(|(known, ..)| *known == key) && value.is_empty() {
            let example = TERMS.iter().find(|(known, ..)| *known == key).map_or("", |(.., example)| example);
            return none(&format!("say which, as in {example}"));
        }
        match key {
            "actor" if "victim".starts_with(&low) => self.actors.extend([Actor::Laptop, Actor::Phone]),
            "actor" => {
                let found = Actor::SENDERS.into_iter().filter(|actor| actor.name().starts_with(&low));
                let found: Vec<Actor> = found.collect();
                if found.is_empty() {
                    let all = Actor::SENDERS.map(Actor::name).join(", ");
                    return none(&format!("actors are {all}, and victim for both devices"));
                }
                self.actors.extend(found);
            }
            "lane" if "left".starts_with(&low) => self.sides.push(Side::Left),
            "lane" if "right".starts_with(&low) => self.sides.push(Side::Right),
            "lane" => return none("lanes are left and right"),
            "path" => self.paths.push(low),
            "status" => match statuses(&low) {
                Some(range) => self.statuses.push(range),
                None => return none("a status is three digits, such as 401, or 4xx for all of its kind"),
            },
            "method" if low.chars().all(|c| c.is_ascii_alphabetic()) => self.methods.push(low.to_uppercase()),
            "method" => return none("methods are words, such as GET and POST"),
            _ => return Err(Refusal::NoTerm),
        }
        Ok(())
    }
}

impl Query {
    /// Whether it lets everything through.
    pub(crate) fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an exchange passes, but for paths and words.
    pub(super) fn passes(&self, head: &Head) -> bool {
        let Terms { actors, sides, statuses, methods, .. } = &self.wanted;
        let has = |terms: &Terms| {
            [
                terms.actors.contains(&head.actor),
                terms.sides.contains(&head.side),
                terms.statuses.iter().any(|(from, to)| (*from..=*to).contains(&head.status)),
                terms.methods.iter().any(|method| head.method.starts_with(method.as_str())),
            ]
        };
        let empty = [actors.is_empty(), sides.is_empty(), statuses.is_empty(), methods.is_empty()];
        has(&self.wanted).iter().zip(empty).all(|(has, empty)| *has || empty)
            && !has(&self.unwanted).contains(&true)
            && !(self.without_probes && head.purpose == Purpose::Probe)
    }

    /// Whether paths are asked about.
    pub(super) fn asks_path(&self) -> bool {
        !self.wanted.paths.is_empty() || !self.unwanted.paths.is_empty()
    }

    /// Whether a path in lower case is wanted.
    pub(super) fn passes_path(&self, path: &str) -> bool {
        let has = |terms: &Terms| terms.paths.iter().any(|part| path.contains(part.as_str()));
        (self.wanted.paths.is_empty() || has(&self.wanted)) && !has(&self.unwanted)
    }
}

/// `401`, and `4xx` or `40x` for all that begin so; while it is typed, `4` and `40` as well.
fn statuses(low: &str) -> Option<(u16, u16)> {
    let digits = low.trim_end_matches('x');
    let number: u16 = digits.parse().ok().filter(|_| !digits.starts_with(['0', '+']))?;
    match (digits.len(), low.len()) {
        (1, 1..=3) => Some((number * 100, number * 100 + 99)),
        (2, 2..=3) => Some((number * 10, number * 10 + 9)),
        (3, 3) => Some((number, number)),
        _ => None,
    }
}

/// Whether what stands before a colon can be meant as a term: `http://` and `12:30` are not.
fn is_key(key: &str) -> bool {
    let known = TERMS.iter().any(|(known, ..)| *known == key);
    known || (key.len() > 1 && key.chars().all(|c| c.is_ascii_lowercase()) && key != "http" && key != "https")
}

struct Word {
    text: String,
    quoted: bool,
}

/// The words between spaces; quotation marks hold some together.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (taken, after, quoted) = match first {
            '"' => {
                let inner = &rest[1..];
                let end = inner.find('"').unwrap_or(inner.len());
                (&inner[..end], inner.get(end + 1..).unwrap_or_default(), true)
            }
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (&rest[..end], &rest[end..], false)
            }
        };
        if !taken.is_empty() {
            words.push(Word { text: taken.to_owned(), quoted });
        }
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(method: &'static str, status: u16, side: Side, actor: Actor) -> Head {
        Head::for_test(method, status, side, actor, Purpose::Action)
    }

    #[track_caller]
    fn check(text: &str, wanted: [bool; 3]) {
        let query = Parsed::of(text).query;
        let heads = [
            head("POST", 200, Side::Left, Actor::Laptop),
            head("GET", 401, Side::Right, Actor::Attacker),
            head("GET", 404, Side::Left, Actor::Admin),
        ];
        assert_eq!(heads.map(|head| query.passes(&head)), wanted, "{text}");
    }

    #[test]
    fn terms_of_one_kind_are_alternatives_and_others_hold_together() {
        check("", [true; 3]);
        check("actor:attacker", [false, true, false]);
        check("actor:a", [false, true, true]);
        check("actor:victim", [true, false, false]);
        check("lane:left status:4xx", [false, false, true]);
        check("status:200 status:401", [true, true, false]);
        check("status:40", [false, true, true]);
        check("method:post", [true, false, false]);
        check("-actor:admin -method:POST", [false, true, false]);
    }

    #[test]
    fn what_is_no_term_says_so() {
        let notes = |text: &str| Parsed::of(text).notes.join("\n");
        assert!(notes("actr:attacker").contains("“actr:” is no term"));
        assert!(notes("status:abc").contains("three digits"));
        assert!(notes("status:0").contains("three digits") && notes("status:4xxx").contains("three digits"));
        assert!(notes("actor:eve").contains("actors are laptop"));
        assert!(notes("lane:").contains("as in lane:left"));
        assert_eq!(notes("http://bank 12:30 \"lane:middle\" lane:left eyJh"), "");
    }

    #[test]
    fn words_are_text_and_quotation_marks_hold_them_together() {
        let words = |text: &str| Parsed::of(text).query.words;
        assert_eq!(words("Set-Cookie  \"HttpOnly; Secure\" -x"), ["set-cookie", "httponly; secure", "-x"]);
        assert_eq!(words("\"open end"), ["open end"]);
        assert_eq!(words("foo:bar"), ["foo:bar"]);
    }

    #[test]
    fn paths_are_asked_for_and_against() {
        let query = Parsed::of("path:/auth -path:login").query;
        assert!(
            query.passes_path("/auth/logout") && !query.passes_path("/auth/login") && !query.passes_path("/api/me")
        );
    }
}
