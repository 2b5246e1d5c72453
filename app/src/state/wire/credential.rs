//! Credentials, recognised wherever they appear, and whose they are.

use crate::browser::Receipt;
use crate::lab::actor::Actor;
use crate::lab::exchange::Exchange;
use crate::lab::view::ActorView;

/// Shorter values would be found by chance.
const SHORTEST: usize = 8;

/// Headers that are there to carry a secret.
const HEADERS: [&str; 3] = ["authorization", "dpop", "x-csrf-token"];

/// The members of a body that are secrets.
const MEMBERS: [&str; 6] = ["password", "new_password", "old_password", "access_token", "refresh_token", "token"];

/// A secret that may appear in an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credential {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Who holds it now.
    pub(crate) holders: Vec<Actor>,
    /// In whose exchange it appears, which says whose it was where nobody holds it.
    pub(crate) of: Actor,
    /// From whom the attacker has it.
    pub(crate) copied_from: Option<Actor>,
}

/// A piece of text, and the credential that it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    pub(crate) credential: Option<usize>,
}

impl Credential {
    /// Whose colour it has: the thief's, as soon as the thief has a copy.
    pub(crate) fn owner(&self) -> Actor {
        let thief = self.holders.iter().find(|actor| **actor == Actor::Attacker);
        *thief.or(self.holders.first()).unwrap_or(&self.of)
    }

    /// Whether a victim and the thief both hold it.
    pub(crate) fn is_shared(&self) -> bool {
        self.holders.len() > 1 && self.holders.contains(&Actor::Attacker)
    }

    /// Whose it is, in words.
    pub(crate) fn whose(&self) -> String {
        let names =
            |actors: &[Actor]| actors.iter().map(|actor| format!("the {actor}")).collect::<Vec<_>>().join(" and ");
        let others: Vec<Actor> = self.holders.iter().copied().filter(|actor| *actor != Actor::Attacker).collect();
        match (others.as_slice(), self.holders.contains(&Actor::Attacker), self.copied_from) {
            ([], false, _) => format!("of the {}’s exchange; nobody holds it now", self.of),
            ([], true, Some(from)) => format!("held by the attacker alone, copied from the {from}"),
            ([], true, None) => "held by the attacker".to_owned(),
            (others, false, _) => format!("held by {}", names(others)),
            (others, true, _) => format!("held by {}, and the attacker has a copy", names(others)),
        }
    }
}

/// Every credential that an exchange may have in it: what its lane's actors hold, and what it carries itself.
pub(crate) fn of(exchange: &Exchange, actors: &[ActorView]) -> Vec<Credential> {
    let mut all: Vec<Credential> = Vec::new();
    let copied_from = actors.iter().find(|view| view.actor == Actor::Attacker).and_then(|view| Some(view.copied?.0));
    for view in actors {
        for holding in view.holds.iter().filter(|holding| holding.value.len() >= SHORTEST) {
            match all.iter_mut().find(|known| known.value == holding.value) {
                Some(known) => known.holders.push(view.actor),
                None => all.push(Credential {
                    name: holding.name.clone(),
                    value: holding.value.clone(),
                    holders: vec![view.actor],
                    of: view.actor,
                    copied_from,
                }),
            }
        }
    }
    let mut add = |name: &str, value: &str| {
        let is_new = !value.is_empty() && !all.iter().any(|known| known.value == value);
        if is_new && (value.len() >= SHORTEST || name.contains("password")) {
            let (name, value) = (name.to_owned(), value.to_owned());
            all.push(Credential { name, value, holders: Vec::new(), of: exchange.actor, copied_from: None });
        }
    };
    for cookie in &exchange.cookies {
        add(&cookie.name, &cookie.value);
    }
    for receipt in &exchange.received {
        if let Receipt::Stored(cookie) | Receipt::Replaced(cookie) = receipt {
            add(&cookie.name, &cookie.value);
        }
    }
    for (name, value) in exchange.request_headers.iter().chain(exchange.response_headers.iter()) {
        match name {
            "set-cookie" => {
                let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
                pair.into_iter().for_each(|(name, value)| add(name.trim(), value.trim()));
            }
            "cookie" => {
                value.split("; ").filter_map(|pair| pair.split_once('=')).for_each(|(name, value)| add(name, value));
            }
            name if HEADERS.contains(&name) => add(name, value.split_once(' ').map_or(value, |(_, token)| token)),
            _ => {}
        }
    }
    for body in exchange.request_body.iter().chain(Some(&exchange.response_body)) {
        members(body, &mut add);
    }
    // A value that has another in it is found first, or it would fall to pieces.
    all.sort_by_key(|known| std::cmp::Reverse(known.value.len()));
    all
}

/// The secrets of a JSON object or of a form.
fn members(body: &str, add: &mut impl FnMut(&str, &str)) {
    if let Ok(serde_json::Value::Object(object)) = serde_json::from_str::<serde_json::Value>(body) {
        for (name, value) in &object {
            if let Some(text) = value.as_str().filter(|_| MEMBERS.contains(&name.as_str())) {
                add(name, text);
                // As it is written, which differs where it has quotation marks or the like in it.
                let written = value.to_string();
                add(name, &written[1..written.len() - 1]);
            }
        }
        return;
    }
    for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
        if MEMBERS.contains(&name.as_ref()) {
            add(&name, &value);
            add(&name, &url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>());
        }
    }
}

/// Text in pieces: the credentials in it, and what is between them.
pub(crate) fn pieces<'a>(text: &'a str, known: &[Credential]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let found = known.iter().enumerate().filter_map(|(index, known)| Some((rest.find(&known.value)?, index)));
        // Of those that begin at one place the first is the longest.
        let Some((at, index)) = found.min_by_key(|(at, index)| (*at, *index)) else { break };
        let end = at + known[index].value.len();
        if at > 0 {
            pieces.push(Piece { text: &rest[..at], credential: None });
        }
        pieces.push(Piece { text: &rest[at..end], credential: Some(index) });
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        pieces.push(Piece { text: rest, credential: None });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::view::{Access, Holding};
    use crate::state::traffic::made::{PROBE, exchange};
    use lockstep_shared::clock::LabTime;

    fn view(actor: Actor, values: &[&str]) -> ActorView {
        let holds = values.iter().map(|value| Holding {
            name: "sid".to_owned(),
            value: (*value).to_owned(),
            attributes: vec![],
            unsaid: vec![],
            copies: vec![],
            spent: None,
            since: LabTime::START,
            expires: None,
            token: None,
        });
        let copied = (actor == Actor::Attacker).then_some((Actor::Laptop, LabTime::START));
        ActorView {
            actor,
            access: Access::Inside,
            holds: holds.collect(),
            copied,
            last_answer: None,
            last_exchange: None,
            role: None,
        }
    }

    #[test]
    fn whose_it_is_follows_who_holds_it() {
        let own = exchange(PROBE);
        let value = own.cookies[0].value.clone();
        let whose = |actors: &[ActorView]| of(&own, actors)[0].whose();
        assert_eq!(whose(&[]), "of the laptop’s exchange; nobody holds it now");
        assert_eq!(whose(&[view(Actor::Laptop, &[&value])]), "held by the laptop");
        let both = [view(Actor::Laptop, &[&value]), view(Actor::Attacker, &[&value])];
        assert_eq!(whose(&both), "held by the laptop, and the attacker has a copy");
        assert_eq!((of(&own, &both)[0].owner(), of(&own, &both)[0].is_shared()), (Actor::Attacker, true));
        assert_eq!(whose(&both[1..]), "held by the attacker alone, copied from the laptop");
    }

    #[test]
    fn secrets_of_bodies_and_headers_are_recognised_though_nobody_holds_them() {
        let mut made = exchange(PROBE);
        made.request_body = Some(r#"{"email":"ada@bank.example","password":"short"}"#.to_owned());
        made.response_body = r#"{"access_token":"eyJhbGciOi.x.y","token_type":"Bearer"}"#.to_owned();
        made.request_headers.push("Authorization", "DPoP eyJolder.a.b");
        made.response_headers.push("set-cookie", "csrf=aaaabbbbcccc; Path=/");
        let mut names: Vec<String> = of(&made, &[]).into_iter().map(|known| known.name).collect();
        names.sort();
        assert_eq!(names, ["__Host-sid", "access_token", "authorization", "csrf", "password"]);
    }

    #[test]
    fn a_secret_is_found_as_it_is_written() {
        for (body, written) in [(r#"{"password":"a\"b"}"#, r#"a\"b"#), ("password=a%22+b&x=y", "a%22+b")] {
            let mut made = exchange(PROBE);
            made.request_body = Some(body.to_owned());
            let known = of(&made, &[]);
            assert!(
                pieces(body, &known).iter().any(|piece| piece.credential.is_some() && piece.text == written),
                "{body}"
            );
        }
    }

    #[test]
    fn text_falls_into_pieces_at_the_longest_credential() {
        let known = of(&exchange(PROBE), &[view(Actor::Laptop, &["abcdefgh", "abcdefgh.ijkl"])]);
        let text = "x abcdefgh.ijkl; abcdefgh y";
        let found = pieces(text, &known);
        let shown: Vec<_> = found.iter().map(|piece| (piece.text, piece.credential.is_some())).collect();
        assert_eq!(shown, [("x ", false), ("abcdefgh.ijkl", true), ("; ", false), ("abcdefgh", true), (" y", false)]);
        assert!(pieces("", &known).is_empty());
    }
}
