//! What lies before the inspector, and what it makes of it.

use std::path::Path;
use std::sync::Arc;

use lockstep_shared::clock::LabTime;
use serde_json::Value;

use crate::inspect::crack::Target;
use crate::inspect::decode::{self, Jws, MOST_OCTETS, Object, compact, decode, signing_input};
use crate::inspect::forge::{Attack, Forged, Sample, SigningKey, forge, set_of};
use crate::inspect::keys::{Keys, Material};
use crate::lab::forger::Trap;
use crate::state::inspecting::{
    Ask, CookieAsked, Edited, Failure, Forgery, KeyGiven, Looked, Origin, Question, Report, Signing, Subject, Work,
    look,
};

/// Steps back that are kept.
const MOST_BEFORE: usize = 20;
/// Variants of one attack that are listed: guesses of an id can be thousands.
const MOST_VARIANTS: usize = 64;

/// What is looked at, and what was made of it.
#[derive(Default)]
pub(super) struct Desk {
    question: Option<Question>,
    /// What stands alone of it.
    credential: Arc<str>,
    /// What it was made of, the last one last.
    before: Vec<Subject>,
    /// The token that was looked at before something else was taken up, and which of those in its text it is.
    aside: Option<(Subject, usize)>,
    number: u64,
    forged: Vec<Vec<Forged>>,
    /// Where the attacker's own keys can be fetched by whoever believes an address in a token.
    trap: Option<Trap>,
}

impl Desk {
    /// Every order has exactly one answer.
    pub(super) fn answer(&mut self, ask: Ask, now: LabTime) -> Report {
        let done = match ask {
            Ask::Take(subject) => {
                self.take(subject);
                Ok(())
            }
            Ask::Open(path) => read(&path).map(|text| self.take(Subject::pasted(&text))).map_err(of(Work::Text)),
            Ask::Clear => {
                *self = Self { number: self.number, ..Self::default() };
                return Report::Cleared;
            }
            Ask::Back => {
                if let Some(subject) = self.before.pop() {
                    self.show(subject);
                }
                Ok(())
            }
            Ask::Pick(pick) => {
                self.question.iter_mut().for_each(|question| question.pick = pick);
                Ok(())
            }
            Ask::Cookie(cookie) => {
                self.question.iter_mut().for_each(|question| question.cookie = cookie.clone());
                Ok(())
            }
            Ask::NoKey(why) => Err(Failure { of: Work::Key, why }),
            Ask::AsKey => return self.as_key(now),
            Ask::Against(against) => match against.expect(now) {
                Ok(_) => {
                    self.question.iter_mut().for_each(|question| question.against = against.clone());
                    Ok(())
                }
                Err(why) => Err(Failure { of: Work::Against, why }),
            },
            Ask::Key(key) => return self.check_with(key, now),
            Ask::Edit(edited) => self.edit(&edited).map_err(of(Work::Edit)),
            Ask::Forge => return self.forge(),
            Ask::Choose(attack, variant) => self.choose(attack, variant).map_err(of(Work::Forge)),
            // They are the search's.
            Ask::Crack(_) | Ask::StopCracking => Ok(()),
        };
        match done {
            Ok(()) => self.look(now).unwrap_or_else(|why| Report::Failed(of(Work::Key)(why))),
            Err(failure) => Report::Failed(failure),
        }
    }

    /// What there is to crack.
    pub(super) fn target(&self) -> Result<Target, String> {
        Target::of(&self.token()?).map_err(|why| why.to_string())
    }

    fn token(&self) -> Result<Jws, String> {
        decode(&self.credential).map_err(|why| format!("this is no token: {why}"))
    }

    /// Something new: with the key of before, unless it comes from a lane, whose keys are asked for anew.
    fn take(&mut self, subject: Subject) {
        self.before.clear();
        let key = match subject.origin.side {
            Some(_) => KeyGiven::None,
            None => self.question.as_ref().map(|question| question.key.clone()).unwrap_or_default(),
        };
        let cookie = self.question.as_ref().map_or_else(CookieAsked::default, |question| question.cookie.clone());
        let against = self.question.as_ref().map(|question| question.against.clone()).unwrap_or_default();
        // What is taken up can be the key of what was there.
        if let Some(token) = self.question.as_ref().filter(|_| self.token().is_ok()) {
            self.aside = Some((token.subject.clone(), token.pick));
        }
        self.question = Some(Question { subject, pick: 0, key, cookie, against, before: false });
    }

    /// The same question about another text.
    fn show(&mut self, subject: Subject) {
        if let Some(question) = &mut self.question {
            (question.subject, question.pick, question.before) = (subject, 0, !self.before.is_empty());
        }
    }

    /// Something that was made of what is looked at, which can be gone back to.
    fn show_made(&mut self, credential: String, made: String, forged: bool) {
        let Some(question) = &self.question else { return };
        let origin = question.subject.origin.clone();
        let earlier = Subject { text: self.credential.clone(), origin: origin.clone() };
        // One forgery after the other is made of the same token, which is what to go back to.
        if !(forged && origin.forged) {
            if self.before.len() >= MOST_BEFORE {
                self.before.remove(1);
            }
            self.before.push(earlier);
        }
        self.show(Subject { text: credential.into(), origin: Origin { made: Some(made), forged, ..origin } });
    }

    fn check_with(&mut self, key: KeyGiven, now: LabTime) -> Report {
        let Some(question) = &mut self.question else { return Report::Cleared };
        let earlier = std::mem::replace(&mut question.key, key);
        self.look(now).unwrap_or_else(|why| {
            // What is shown stays what it was, beside why the key is none.
            self.question.iter_mut().for_each(|question| question.key = earlier.clone());
            Report::Failed(of(Work::Key)(why))
        })
    }

    /// The text that is looked at becomes the key, and the token of before, where there was one, comes back.
    fn as_key(&mut self, now: LabTime) -> Report {
        let Some(question) = &mut self.question else { return Report::Cleared };
        let earlier = question.clone();
        question.key = KeyGiven::File(self.credential.to_string());
        if let Some((subject, pick)) = &self.aside {
            (question.subject, question.pick) = (subject.clone(), *pick);
        }
        self.look(now).unwrap_or_else(|why| {
            self.question = Some(earlier);
            Report::Failed(of(Work::Key)(why))
        })
    }

    fn look(&mut self, now: LabTime) -> Result<Report, String> {
        let Some(question) = &self.question else { return Ok(Report::Cleared) };
        self.number += 1;
        let looked: Looked = look(question, self.number, now).map_err(|why| why.to_string())?;
        if looked.credential != self.credential {
            if !looked.origin.forged {
                self.forged.clear();
            }
            self.credential = looked.credential.clone();
        }
        Ok(Report::Looked(Arc::new(looked)))
    }

    fn edit(&mut self, edited: &Edited) -> Result<(), String> {
        let token = self.token()?;
        let header = object(&edited.header).map_err(|why| format!("header: {why}"))?;
        let payload = payload(&token, &edited.payload).map_err(|why| format!("payload: {why}"))?;
        let (made, how) = match &edited.sign {
            Signing::Keep => {
                let made = compact(&signing_input(&header, &payload), &token.signature);
                (made, "edited, the old signature kept".to_owned())
            }
            Signing::With(key) => {
                let made = signing_key(key)?.sign(&header, &payload, None).map_err(|why| why.to_string())?;
                let alg = decode(&made).ok().and_then(|made| made.says("alg").map(str::to_owned)).unwrap_or_default();
                (made, format!("edited and signed anew with {alg}"))
            }
        };
        self.show_made(made, how, false);
        Ok(())
    }

    /// Everything that can be forged of it.
    fn forge(&mut self) -> Report {
        if self.trap.is_none() {
            // Without an address of its own, the one attack that needs it says so.
            self.trap = Trap::open().ok();
        }
        let jwks = match self.question.as_ref().map(|question| &question.key) {
            Some(KeyGiven::Lane(_, keys)) => Some(Value::clone(keys)),
            Some(KeyGiven::File(text)) => set_of(text.as_bytes()).ok(),
            _ => None,
        };
        let own_url = self.trap.as_ref().map(Trap::url);
        let sample = Sample { access: self.credential.to_string(), jwks, own_url, ..Sample::default() };
        let mut forgeries = Vec::new();
        self.forged.clear();
        for attack in Attack::ALL {
            let mut made = forge(&sample, attack).map_err(|none| none.0);
            if let Ok(made) = &mut made {
                made.truncate(MOST_VARIANTS);
            }
            let variants = made.as_ref().map(|made| made.iter().map(|one| one.variant.clone()).collect());
            let variants = variants.map_err(Clone::clone);
            forgeries.push(Forgery { name: attack.name(), told: attack.told(), variants });
            self.forged.push(made.unwrap_or_default());
        }
        Report::Forged(Arc::new(forgeries))
    }

    fn choose(&mut self, attack: usize, variant: usize) -> Result<(), String> {
        let one = self.forged.get(attack).and_then(|made| made.get(variant)).cloned();
        let one = one.ok_or("This was made of another token: open Forge again")?;
        if let (Some(trap), Some(keys)) = (&self.trap, &one.publishes) {
            trap.publish(keys);
        }
        let name = Attack::ALL.get(attack).map_or("", |attack| attack.name());
        self.show_made(one.credential, format!("forged: {name}, {}", one.variant), true);
        Ok(())
    }
}

fn of(work: Work) -> impl Fn(String) -> Failure {
    move |why| Failure { of: work, why }
}

fn object(text: &str) -> Result<Object, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("this is JSON and no object: it has to stand between { and }".to_owned()),
        Err(why) => Err(format!("this is not JSON: {why}")),
    }
}

/// The octets to sign: JSON without the layout, and the very same where nothing was changed.
fn payload(token: &Jws, text: &str) -> Result<Vec<u8>, String> {
    let Ok(claims) = token.claims() else { return Ok(text.as_bytes().to_vec()) };
    let edited = object(text)?;
    let same = edited == claims && token.oddities.iter().all(|oddity| !is_twice(oddity));
    Ok(if same { token.payload.clone() } else { Value::Object(edited).to_string().into_bytes() })
}

fn is_twice(oddity: &decode::Oddity) -> bool {
    matches!(oddity, decode::Oddity::Twice(..))
}

fn signing_key(key: &KeyGiven) -> Result<SigningKey, String> {
    match key {
        KeyGiven::None | KeyGiven::Lane(..) => Err("there is no key to sign with: type one".to_owned()),
        KeyGiven::Secret(text) => Ok(SigningKey::Secret(text.as_bytes().to_vec())),
        KeyGiven::SecretBase64url(text) => {
            let keys = Keys::secret_base64url(text).map_err(|why| why.to_string())?;
            match keys.all.into_iter().next().map(|key| key.material) {
                Some(Material::Secret(secret)) => Ok(SigningKey::Secret(secret)),
                _ => Err("this is no secret".to_owned()),
            }
        }
        KeyGiven::File(text) => SigningKey::read(text.as_bytes()).map_err(|why| why.to_string()),
    }
}

/// A file that was dropped, as text.
fn read(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let about = std::fs::metadata(path).map_err(|why| format!("Can't open {shown}: {why}"))?;
    // A pipe would be waited for as long as nobody writes into it.
    if !about.is_file() {
        return Err(format!("{shown} is no file: drop one with a token, a cookie or a header in it"));
    }
    if about.len() > MOST_OCTETS as u64 {
        return Err(format!("{shown} has {} octets: at most {MOST_OCTETS} are read", about.len()));
    }
    let octets = std::fs::read(path).map_err(|why| format!("Can't read {shown}: {why}"))?;
    String::from_utf8(octets).map_err(|_| format!("{shown} is no text: drop a file with a token in it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::verify::claims::State;
    use crate::state::inspecting::{Against, What};

    /// RFC 7515 appendix A.1; it ends on 22 March 2011 at 18:43:00.
    const TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const KEY: &str =
        r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;

    fn looked(desk: &mut Desk, ask: Ask) -> Arc<Looked> {
        match desk.answer(ask, LabTime::START) {
            Report::Looked(looked) => looked,
            other => panic!("{other:?}"),
        }
    }

    fn take(desk: &mut Desk, text: &str) -> Arc<Looked> {
        looked(desk, Ask::Take(Subject::pasted(text)))
    }

    #[test]
    fn a_key_that_was_taken_up_checks_the_token_of_before_or_the_next_one() {
        let mut desk = Desk::default();
        assert_eq!(take(&mut desk, TOKEN).token().map(|token| token.signature.valid), Some(None));
        assert!(take(&mut desk, KEY).is_key);
        let back = looked(&mut desk, Ask::AsKey);
        assert_eq!((&*back.credential, back.token().map(|token| token.signature.valid)), (TOKEN, Some(Some(true))));

        let mut desk = Desk::default();
        take(&mut desk, KEY);
        let still = looked(&mut desk, Ask::AsKey);
        assert!(still.is_key && still.key.is_some(), "there is no token yet");
        assert_eq!(take(&mut desk, TOKEN).token().map(|token| token.signature.valid), Some(Some(true)));

        let mut desk = Desk::default();
        take(&mut desk, "-----BEGIN PUBLIC KEY-----\nMIG\n-----END PUBLIC KEY-----");
        let none = desk.answer(Ask::AsKey, LabTime::START);
        assert!(matches!(none, Report::Failed(Failure { of: Work::Key, .. })), "{none:?}");
    }

    #[test]
    fn what_a_reader_expects_holds_until_it_is_changed() {
        let mut desk = Desk::default();
        take(&mut desk, TOKEN);
        let text = |text: &str| text.to_owned();
        let against = Against { at: text("2011-03-22T18:42:00Z"), issuer: text("ann"), ..Against::default() };
        let refused = |looked: &Looked| {
            let token = looked.token().expect("is one");
            (token.times.state, token.refused.iter().map(|one| one.claim.clone()).collect::<Vec<_>>())
        };
        let asked = looked(&mut desk, Ask::Against(against.clone()));
        assert_eq!((refused(&asked), asked.at.is_some()), ((State::Valid, vec![text("iss")]), true));
        assert_eq!(refused(&take(&mut desk, TOKEN)).1, ["iss"], "the next one is held against it too");
        for bad in [
            Against { at: text("noon"), ..Against::default() },
            Against { leeway: text("-1"), ..Against::default() },
            Against { leeway: text("86401"), ..Against::default() },
        ] {
            let told = desk.answer(Ask::Against(bad), LabTime::START);
            assert!(matches!(told, Report::Failed(Failure { of: Work::Against, .. })), "{told:?}");
        }
        assert_eq!(refused(&looked(&mut desk, Ask::Pick(0))).1, ["iss"], "what can't be read changes nothing");
        assert_eq!(refused(&looked(&mut desk, Ask::Against(Against::default()))), (State::Expired, Vec::new()));
    }

    #[test]
    fn a_cookie_is_asked_about_any_request() {
        let mut desk = Desk::default();
        let withheld = |looked: &Looked| match &looked.what {
            What::SetCookie(view) => view.report.as_ref().map(|report| report.withheld.len()).map_err(Clone::clone),
            _ => panic!("is a cookie"),
        };
        assert_eq!(withheld(&take(&mut desk, "Set-Cookie: a=b; SameSite=Strict")), Ok(0));
        let from = |page: &str| Ask::Cookie(CookieAsked { initiator: page.to_owned(), ..CookieAsked::default() });
        assert_eq!(withheld(&looked(&mut desk, from("http://evil.localhost/"))), Ok(1));
        assert_eq!(withheld(&looked(&mut desk, from("null"))), Ok(1));
        assert!(withheld(&looked(&mut desk, from("nowhere"))).is_err_and(|why| why.contains("initiator")));
    }
}
